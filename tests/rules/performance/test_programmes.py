"""What may be recorded of programmes, how it stands beside the ratings, and that it gives none (BDG-1, BDG-2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from portal.performance.advice import rules as advising
from portal.performance.advice.facts import Facts, read_facts
from portal.performance.advice.recompute import evaluate
from portal.performance.programmes import rules
from portal.policy.policies.files import all_files
from portal.policy.policies.rules import PARTICIPATIONS, ExpectationRating
from tests.rules.tables import check_table

MONDAY = date(2026, 10, 12)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Bayu Prakasa, S.Psi., M.M.", "Bayu Prakasa"),
        ("Prof. Dr. H. Andi Halim, M.Kes.", "Andi Halim"),
        ("drg.Sari", "Sari"),
        ("Ir Hadi", "Hadi"),
        ("Irwan Drajat", "Irwan Drajat"),
        ("Hj.", "Hj."),
        (", S.H.", ", S.H."),
    ],
)
def test_titles_are_left_out_of_a_search(typed, expected) -> None:
    assert rules.without_titles(typed) == expected


def test_attendance_begins_with_the_programme() -> None:
    assert rules.why_not_record("berjalan", MONDAY, MONDAY) is None
    assert code(rules.why_not_record("berjalan", date(2026, 10, 13), MONDAY)) == "participation.early"
    assert rules.still_to_come(MONDAY, MONDAY, 5) is None
    assert rules.still_to_come(date(2026, 11, 30), MONDAY, 5).params == {"day": date(2026, 11, 30)}
    assert rules.still_to_come(None, MONDAY, 5) is not None
    assert rules.still_to_come(None, MONDAY, 0) is None, "without meetings none is still to come"


def code(refusal: Any) -> Any:
    return None if refusal is None else refusal.code


def test_every_step() -> None:
    steps = {"end": {"berjalan": "berakhir"}, "reopen": {"berakhir": "berjalan"}}
    check_table(rules.PROGRAMME_WORKFLOW, steps)


@pytest.mark.parametrize(
    ("begins", "last_day", "meetings", "told", "expected"),
    [
        (date(2026, 3, 2), None, 8, 0, None),
        (date(2026, 3, 2), date(2026, 3, 2), 1, 1, None),
        (date(2026, 3, 2), None, 0, 0, None),
        (date(2026, 3, 2), date(2026, 3, 1), 8, 0, "programme.upside_down"),
        (date(2026, 3, 2), None, -1, 0, "programme.meetings"),
        (date(2026, 3, 2), None, 1000, 0, "programme.meetings"),
        (date(2026, 3, 2), None, 5, 6, "programme.meetings_told"),
    ],
)
def test_days_and_meetings_of_a_programme(begins, last_day, meetings, told, expected) -> None:
    assert code(rules.why_not_plan(begins, last_day, meetings, told)) == expected


@pytest.mark.parametrize(
    ("state", "last_day", "expected"),
    [
        ("berjalan", None, None),
        ("berjalan", MONDAY, None),
        ("berjalan", date(2026, 10, 13), "programme.future"),
        ("berjalan", date(2026, 7, 5), "programme.upside_down"),
        ("berakhir", MONDAY, "programme.ended"),
    ],
)
def test_a_programme_ends_on_a_day_that_has_come(state, last_day, expected) -> None:
    assert code(rules.why_not_end(state, date(2026, 7, 6), last_day, MONDAY)) == expected


@pytest.mark.parametrize(
    ("attended", "meetings", "planned", "expected"),
    [
        (0, 0, 0, None),
        (0, 6, 6, None),
        (6, 6, 6, None),
        (3, 4, 6, None),
        (5, 4, 6, "participation.above"),
        (7, 7, 6, "participation.too_many"),
        (-1, 4, 6, "participation.negative"),
        (0, -1, 6, "participation.negative"),
    ],
)
def test_attended_n_of_m(attended, meetings, planned, expected) -> None:
    assert code(rules.attendance_problem(attended, meetings, planned)) == expected


@pytest.mark.parametrize(
    ("person", "known", "here", "expected"),
    [
        (1, (), (1, 2), None),
        (1, (2,), (1, 2), None),
        (1, (1,), (1, 2), "participation.twice"),
        (3, (), (1, 2), "participation.elsewhere"),
    ],
)
def test_who_can_be_recorded(person, known, here, expected) -> None:
    assert code(rules.why_not_join(person, known, here)) == expected


def test_only_a_running_programme_takes_people() -> None:
    assert rules.why_not_record("berjalan") is None and rules.why_not_change("berjalan") is None
    assert code(rules.why_not_record("berakhir")) == "participation.ended"
    assert code(rules.why_not_change("berakhir")) == "programme.ended"
    assert code(rules.why_not_reopen("berjalan")) == "programme.running"


@pytest.mark.parametrize(
    ("reason", "same", "expected"),
    [
        ("Daftar hadirnya baru diterima.", False, None),
        (None, False, None),
        ("  salah    ", False, "participation.reason"),
        ("Daftar hadirnya baru diterima.", True, "participation.same"),
    ],
)
def test_a_correction_differs_and_says_why(reason, same, expected) -> None:
    assert code(rules.why_not_correct(reason, same=same)) == expected


def test_withdrawn_answered_and_mended_once() -> None:
    assert code(rules.why_not_withdraw(True)) == "participation.withdrawn"
    assert code(rules.why_not_withdraw(False, "salah")) == "participation.reason"
    assert code(rules.why_not_note(True)) == "participation.note_waits"
    assert code(rules.why_not_answer(True)) == "participation.note_answered"
    assert code(rules.why_not_answer(False, "tidak")) == "participation.reason"
    assert code(rules.why_not_mark_repair(True)) == "repair.open"
    assert code(rules.why_not_mark_repair(False, date(2026, 10, 11), MONDAY)) == "repair.past"
    assert rules.why_not_mark_repair(False, MONDAY, MONDAY) is None
    assert code(rules.why_not_close_repair(True)) == "repair.closed"


# -------------------------------------------------------------------------------------- pasted lists

FIRST, SECOND = "198501012010011001", "198501012010011002"


def test_a_pasted_list_is_read_line_by_line() -> None:
    rows = rules.read_pasted(f"{FIRST}\t5\tModul; edisi dua\n\n 19850101 201001 1 002 ; 0\n{SECOND[:17]}3")
    assert [(row.number, row.staff_number, row.attended, row.product) for row in rows] == [
        (1, FIRST, 5, "Modul; edisi dua"),
        (3, SECOND, 0, ""),
        (4, f"{SECOND[:17]}3", None, ""),
    ]
    assert not any(row.problems for row in rows)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("12345", "pasted.number"),
        ("Rina", "pasted.number"),
        (f"{FIRST}; lima", "pasted.attended"),
        (f"{FIRST}; -1", "pasted.attended"),
        (f"{FIRST}; 4,5", "pasted.attended"),
        (f"{FIRST}; 4; {'x' * 501}", "pasted.long"),
        (f"{FIRST}; 7", "participation.above"),
        (f"{SECOND}; 4", "participation.twice"),
        ("198501012010011009; 4", "participation.elsewhere"),
        (f"{FIRST}; 6", None),
        (FIRST, None),
    ],
)
def test_a_bad_line_says_what_is_wrong(line, expected) -> None:
    rows = rules.read_pasted(line)
    rules.check_pasted(rows, {FIRST: 1, SECOND: 2}, {2}, meetings=6, planned=6)
    assert [problem.code for problem in rows[0].problems] == ([expected] if expected else [])


def test_a_number_twice_in_a_list() -> None:
    rows = rules.read_pasted(f"{FIRST};1\n{FIRST};2")
    assert [[problem.code for problem in row.problems] for row in rows] == [[], ["pasted.twice"]]


# -------------------------------------------------------------------------------------- beside the ratings


@pytest.mark.parametrize(
    ("setting", "title", "extra"),
    [
        ("own_line", "Keikutsertaan dalam program", True),
        ("extra_result", "Hasil kerja tambahan: keikutsertaan dalam program", True),
        ("shared_goal", "Sumbangan bagi sasaran bersama", False),
        (None, "Hasil kerja tambahan: keikutsertaan dalam program", True),
        ("lain", "Hasil kerja tambahan: keikutsertaan dalam program", True),
    ],
)
def test_where_participation_stands(setting, title, extra) -> None:
    found = rules.standing(setting)
    assert (found.title, found.extra) == (title, extra)
    assert "idak ada angka predikat yang berubah" in found.note


def test_every_setting_has_a_place_and_names_the_values() -> None:
    assert set(rules.STANDINGS) == set(PARTICIPATIONS)
    for each in rules.STANDINGS.values():
        assert "Kolaboratif" in each.note and "Adaptif" in each.note


@pytest.mark.parametrize(
    ("begins", "last_day", "expected"),
    [
        (date(2026, 7, 1), None, True),
        (date(2026, 1, 5), None, True),
        (date(2026, 9, 30), None, True),
        (date(2026, 10, 1), None, False),
        (date(2026, 1, 5), date(2026, 7, 1), True),
        (date(2026, 1, 5), date(2026, 6, 30), False),
        (date(2026, 8, 3), date(2026, 8, 3), True),
    ],
)
def test_only_a_programme_of_the_period_counts(begins, last_day, expected) -> None:
    """The third quarter: its end is the first day after it."""
    assert rules.in_period(begins, last_day, date(2026, 7, 1), date(2026, 10, 1)) is expected


FACTS = {
    "name": "Contoh",
    "period": {"begins": "2026-07-01", "ends": "2026-10-01"},
    "results": [
        {"text": "Berkas", "indicators": [{"text": "Selesai", "target": "80", "achieved": "84.6"}]},
        {"text": "Jadwal", "indicators": [{"text": "Hari", "target": "10", "achieved": "11"}]},
    ],
    "behaviour": {"appraiser": [2, 2, 3, 2, 2, 2, 3]},
    "decided": {"result": "sesuai", "behaviour": "di_atas", "reason": "Semua berkas selesai pada waktunya."},
}


def test_no_rating_changes_whatever_participation_is() -> None:
    """BDG-2: a line of its own beside the two ratings, no third axis, in every policy there is."""
    facts = read_facts(FACTS)
    shares = {"results": "60", "participation": "15", "attitude": "25"}
    tried = 0
    for policy in all_files():
        known = evaluate(facts, policy.rules)
        for setting, picture in product((None, *PARTICIPATIONS), (None, shares)):
            settings = {
                **policy.rules.settings,
                "participation": setting,
                "advice.picture": picture,
            }
            found = evaluate(facts, replace(policy.rules, settings=settings))
            assert (found.overall, found.advice, found.behaviour, found.scores) == (
                known.overall,
                known.advice,
                known.behaviour,
                known.scores,
            )
            tried += 1
    assert tried >= 8 * len(PARTICIPATIONS)


def test_facts_and_the_quadrant_know_nothing_of_participation() -> None:
    assert not any("particip" in name or "programme" in name for name in Facts.__dataclass_fields__)
    names = advising.overall_rating.__code__.co_varnames
    assert set(names[:3]) == {"result", "behaviour", "matrix"}
    assert len(ExpectationRating) ** 2 == 9


# -------------------------------------------------------------------------------------- the picture

BANDUNG = {"results": 60, "participation": "15", "attitude": Decimal(25)}


@pytest.mark.parametrize(
    ("results", "attendance", "attitude", "expected"),
    [
        # 60% × 100 + 15% × 80 + 25% × 66,67 = 88,67
        ("100", [(8, 10)], "2", "88.666667"),
        # Sums are divided, not shares averaged: 8 ÷ 10.
        ("100", [(5, 6), (3, 4)], "2", "88.666667"),
        # Results count up to 120.
        ("150", [(1, 1)], "3", "112.000000"),
        ("0", [(0, 4)], "1", "8.333333"),
        # A programme without meetings weighs nothing in the attendance.
        ("100", [(0, 0), (8, 10)], "2", "88.666667"),
    ],
)
def test_the_picture_by_hand(results, attendance, attitude, expected) -> None:
    found = rules.picture(
        BANDUNG, results=Decimal(results), attendance=attendance, attitude=Decimal(attitude)
    )
    assert found is not None and found.total is not None
    assert round(found.total, 6) == Decimal(expected)


@pytest.mark.parametrize(
    ("results", "attendance", "attitude", "missing"),
    [
        (None, [(8, 10)], "2", ["picture.results"]),
        ("100", [], "2", ["picture.participation"]),
        ("100", [(0, 0)], "2", ["picture.participation"]),
        ("100", [(8, 10)], None, ["picture.attitude"]),
        (None, [], None, ["picture.results", "picture.participation", "picture.attitude"]),
    ],
)
def test_a_missing_part_leaves_the_picture_out_and_is_never_zero(
    results, attendance, attitude, missing
) -> None:
    found = rules.picture(
        BANDUNG,
        results=None if results is None else Decimal(results),
        attendance=attendance,
        attitude=None if attitude is None else Decimal(attitude),
    )
    assert found is not None and found.total is None
    assert [each.missing.code for each in found.aspects if each.missing] == missing
    assert all(each.value is None for each in found.aspects if each.missing)


def test_without_the_policys_shares_there_is_no_picture() -> None:
    assert rules.picture(None, results=Decimal(100), attendance=[(1, 1)], attitude=Decimal(3)) is None
    assert not any("advice.picture" in policy.rules.settings for policy in all_files()), "off by default"

"""From the organisation's rating to a received document (TV-2, TV-5)."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from portal.kernel.exact import format_number
from portal.kernel.refusal import Refusal
from portal.performance.evaluations.rules import (
    EVALUATION_WORKFLOW,
    REASON_LEAST,
    EvaluationState,
    NotEvaluatedReason,
    handover_due,
    objection_due,
    pattern_warnings,
    receipt_due,
    substitute_due,
    why_not_close,
    why_not_close_period,
    why_not_hand_over,
    why_not_mark_not_evaluated,
    why_not_object,
    why_not_rate,
    why_not_rate_organisation,
    why_not_re_rate,
    why_not_reasons,
    why_not_receive,
    why_not_reopen_report,
    why_not_report,
    why_not_undo_not_evaluated,
)
from portal.policy.policies.rules import ExpectationRating, OrganisationRating, OverallRating
from tests.rules.national import POLICY
from tests.rules.tables import check_actors, check_table, code, open_in, sentence

BELOW, AS_EXPECTED, ABOVE = ExpectationRating
REASON = "Target triwulan tercapai dengan bukti lengkap."


# ------------------------------------------------------------------------------------------ table


def test_every_step_of_an_evaluation() -> None:
    check_table(
        EVALUATION_WORKFLOW,
        {
            "report": {"berjalan": "dilaporkan"},
            "reopen_report": {"dilaporkan": "berjalan"},
            "rate": {"dilaporkan": "dinilai", "berjalan": "dinilai"},
            "re_rate": {"dinilai": "dinilai"},
            "hand_over": {"dinilai": "disampaikan"},
            "receive": {"disampaikan": "diterima"},
            "substitute": {"dinilai": "disampaikan", "disampaikan": "ditutup"},
            "close": {"diterima": "ditutup", "disampaikan": "ditutup"},
            "mark_not_evaluated": {"berjalan": "tidak_dinilai", "dilaporkan": "tidak_dinilai"},
            "undo_not_evaluated": {"tidak_dinilai": "berjalan"},
        },
    )
    check_actors(
        EVALUATION_WORKFLOW,
        {
            "report": "pegawai",
            "reopen_report": "penilai",
            "rate": "penilai",
            "re_rate": "penilai",
            "hand_over": "penilai",
            "receive": "pegawai",
            "substitute": "atasan penilai",
            "close": "pengelola",
            "mark_not_evaluated": "pengelola",
            "undo_not_evaluated": "pengelola",
        },
    )


@pytest.mark.parametrize(
    ("why_not", "states"),
    [
        (why_not_report, {"berjalan"}),
        (why_not_reopen_report, {"dilaporkan"}),
        (lambda s: why_not_rate(s, organisation_rated=True), {"dilaporkan"}),
        (lambda s: why_not_rate(s, organisation_rated=True, report_late=True), {"dilaporkan", "berjalan"}),
        (why_not_re_rate, {"dinilai"}),
        (why_not_hand_over, {"dinilai"}),
        (why_not_receive, {"disampaikan"}),
        (why_not_close, {"diterima"}),
        (lambda s: why_not_close(s, signature_overdue=True), {"diterima", "disampaikan"}),
        (why_not_mark_not_evaluated, {"berjalan", "dilaporkan"}),
        (why_not_undo_not_evaluated, {"tidak_dinilai"}),
    ],
)
def test_each_button_is_open_in_its_states_only(why_not: Any, states: set[str]) -> None:
    assert open_in(why_not, EvaluationState) == states


@pytest.mark.parametrize(
    "why_not",
    [why_not_report, why_not_reopen_report, why_not_re_rate, why_not_hand_over, why_not_mark_not_evaluated],
)
def test_nothing_moves_in_a_period_that_is_not_open(why_not: Any) -> None:
    assert {code(why_not(state, period_open=False)) for state in EvaluationState} == {
        "evaluation.period_closed"
    }


# ---------------------------------------------------------------------------------------- pattern

TV2 = [
    ("istimewa", (7, 3, 0, 0, 0), []),
    ("istimewa", (8, 2, 0, 0, 0), ["max.sangat_baik 80"]),
    ("istimewa", (15, 5, 0, 0, 0), ["max.sangat_baik 75"]),
    ("baik", (2, 7, 1, 0, 0), []),
    ("baik", (2, 8, 0, 0, 0), ["max.baik 80", "some.butuh_perbaikan+kurang 0"]),
    ("baik", (3, 7, 0, 0, 0), ["some.butuh_perbaikan+kurang 0"]),
    ("butuh_perbaikan", (1, 3, 6, 0, 0), []),
    ("butuh_perbaikan", (0, 5, 5, 0, 0), ["min.butuh_perbaikan 50"]),
    ("kurang", (1, 2, 1, 6, 0), []),
    ("sangat_kurang", (0, 3, 0, 1, 6), []),
    ("sangat_kurang", (1, 2, 0, 1, 6), ["none.sangat_baik 10"]),
    # beyond TV-2: the other limits of the same table
    ("baik", (3, 6, 0, 1, 0), []),
    ("butuh_perbaikan", (2, 2, 6, 0, 0), ["max.sangat_baik 20"]),
    ("kurang", (2, 2, 0, 6, 0), ["min.butuh_perbaikan 0", "max.sangat_baik 20"]),
    ("kurang", (1, 3, 1, 5, 0), ["min.kurang 50"]),
    ("sangat_kurang", (0, 4, 0, 0, 6), ["min.butuh_perbaikan+kurang 0"]),
    ("sangat_kurang", (0, 3, 1, 1, 5), ["min.sangat_kurang 50"]),
    # 2 of 3 is 66.67 and not 70; 71 of 101 is more than 70, however it is rounded
    ("istimewa", (71, 30, 0, 0, 0), ["max.sangat_baik 70,3"]),
    ("istimewa", (70, 30, 0, 0, 0), []),
]


@pytest.mark.parametrize(("organisation", "counts", "warnings"), TV2)
def test_the_pattern_warns(organisation: str, counts: tuple[int, ...], warnings: list[str]) -> None:
    found = pattern_warnings(
        OrganisationRating(organisation), dict(zip(OverallRating, counts, strict=True)), POLICY
    )
    assert [
        f"{w.code.removeprefix('pattern.')} {format_number(w.params['share'])}" for w in found
    ] == warnings
    assert all(warning.message % warning.params for warning in found)


def test_small_groups_have_no_pattern() -> None:
    for organisation in OrganisationRating:
        assert pattern_warnings(organisation, {OverallRating.VERY_GOOD: 9}, POLICY) == []
        assert pattern_warnings(organisation, {}, POLICY) == []
        assert pattern_warnings(organisation, {OverallRating.VERY_GOOD: 10}, POLICY) != []


def test_the_warning_is_a_sentence() -> None:
    [warning] = pattern_warnings(OrganisationRating.EXCELLENT, {OverallRating.VERY_GOOD: 12}, POLICY)
    assert sentence(warning) == ("12 dari 12 pegawai (100%) mendapat Sangat Baik; polanya paling banyak 70%.")


# ------------------------------------------------------------------------------------- why not ...


def test_the_organisation_comes_first() -> None:
    refusal = why_not_rate(
        "dilaporkan", organisation_rated=False, organisation_waits_for="Kepala Dinas Kesehatan"
    )
    assert code(refusal) == "evaluation.org_first"
    assert refusal is not None
    assert refusal.message % refusal.params == (
        "Predikat belum dapat ditetapkan: capaian kinerja organisasi periode ini menunggu Kepala Dinas Kesehatan."
    )


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, None),
        ({"by_self": True}, "evaluation.self"),
        ({"period_open": False}, "evaluation.period_closed"),
        ({"plan_set": False}, "evaluation.no_plan"),
        ({"reasons": (REASON, REASON)}, None),
        ({"reasons": (REASON, "baik")}, "evaluation.reasons"),
        ({"reasons": ("", "")}, "evaluation.reasons"),
    ],
)
def test_why_a_rating_can_not_be_set(how: dict[str, Any], expected: str | None) -> None:
    assert code(why_not_rate("dilaporkan", organisation_rated=True, **how)) == expected


def test_a_silent_employee_does_not_hold_up_the_evaluation() -> None:
    assert code(why_not_rate("berjalan", organisation_rated=True)) == "evaluation.not_reported"
    assert why_not_rate("berjalan", organisation_rated=True, report_late=True) is None


def test_both_ratings_need_a_reason_of_some_length() -> None:
    assert why_not_reasons(REASON, REASON) is None
    assert why_not_reasons("a" * REASON_LEAST, "b" * REASON_LEAST) is None
    short = "a" * (REASON_LEAST - 1) + "   "
    refusal = why_not_reasons(short, short)
    assert refusal is not None
    assert [part.anchor for part in refusal.parts] == ["result_reason", "behaviour_reason"]


def test_a_rating_is_replaced_with_a_reason_before_the_hand_over_only() -> None:
    assert why_not_re_rate("dinilai", REASON) is None
    assert code(why_not_re_rate("dinilai", "")) == "evaluation.change_reason"
    assert code(why_not_re_rate("disampaikan", REASON)) == "evaluation.state"
    assert code(why_not_re_rate("dinilai", REASON, by_self=True)) == "evaluation.self"


def test_reporting_explains_what_is_missing() -> None:
    assert why_not_report("berjalan", unexplained=0) is None
    assert code(why_not_report("berjalan", unexplained=1)) == "evaluation.unexplained"


def test_the_days_of_a_document_follow_each_other() -> None:
    early, late = date(2027, 1, 14), date(2027, 1, 15)
    assert why_not_hand_over("dinilai", on=late, rated_on=late) is None
    assert code(why_not_hand_over("dinilai", on=early, rated_on=late)) == "evaluation.before_rating"
    assert code(why_not_hand_over("dinilai", by_self=True)) == "evaluation.self"
    assert why_not_receive("disampaikan", on=late, handed_over_on=late) is None
    assert code(why_not_receive("disampaikan", on=early, handed_over_on=late)) == "evaluation.before_handover"
    assert code(why_not_receive("disampaikan", acknowledged=False)) == "evaluation.acknowledge"


def test_an_absence_has_a_reason() -> None:
    assert why_not_mark_not_evaluated("berjalan", NotEvaluatedReason.STUDY) is None
    assert code(why_not_mark_not_evaluated("berjalan", NotEvaluatedReason.OTHER)) == "evaluation.absence_note"
    assert why_not_mark_not_evaluated("berjalan", NotEvaluatedReason.OTHER, REASON) is None


@pytest.mark.parametrize(
    ("counts", "how", "parts"),
    [
        ({}, {}, []),
        ({"diterima": 3, "ditutup": 1, "tidak_dinilai": 2}, {}, []),
        ({"diterima": 3}, {"ended": False}, ["period.running"]),
        (
            {"berjalan": 1, "dilaporkan": 2, "dinilai": 3},
            {},
            ["period.berjalan", "period.dilaporkan", "period.dinilai"],
        ),
        ({"disampaikan": 2}, {}, ["period.disampaikan"]),
        ({"disampaikan": 2}, {"signatures_overdue": 1}, ["period.disampaikan"]),
        ({"disampaikan": 2}, {"signatures_overdue": 2}, []),
    ],
)
def test_a_period_closes_when_all_are_at_their_end(
    counts: dict[str, int], how: Any, parts: list[str]
) -> None:
    refusal = why_not_close_period({EvaluationState(state): n for state, n in counts.items()}, **how)
    assert ([part.code for part in refusal.parts] if refusal else []) == parts
    assert (refusal is None) == (parts == [])


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, None),
        ({"period_open": False}, "evaluation.period_closed"),
        ({"heads_it": True}, "organisation.own_head"),
        ({"superior_or_hr": False}, "organisation.not_superior"),
        ({"handed_over": 1}, "organisation.handed_over"),
        ({"reason": REASON}, None),
        ({"reason": "ya"}, "organisation.incomplete"),
        ({"reason": REASON, "document": ""}, None),
        ({"reason": REASON, "by_hr": True, "document": " "}, "organisation.incomplete"),
        ({"reason": REASON, "by_hr": True, "document": "800/12/2027"}, None),
    ],
)
def test_who_rates_the_organisation(how: dict[str, Any], expected: str | None) -> None:
    assert code(why_not_rate_organisation(**how)) == expected


# ----------------------------------------------------------------------------------------- clocks


def test_the_clocks_of_the_hand_over() -> None:
    signed = date(2027, 1, 15)
    assert handover_due(signed, POLICY) == date(2027, 1, 29)
    assert receipt_due(signed, POLICY) == date(2027, 1, 29)
    assert objection_due(signed, POLICY) == date(2027, 1, 29)
    assert substitute_due(date(2027, 1, 29), POLICY, set()) == date(2027, 2, 9)
    assert substitute_due(date(2027, 1, 29), POLICY, {date(2027, 2, 8)}) == date(2027, 2, 10)
    assert substitute_due(date(2027, 1, 29), POLICY, set(), week=6) == date(2027, 2, 6)


def test_an_objection_is_in_time_on_the_last_day() -> None:
    received = date(2027, 1, 15)
    assert why_not_object(date(2027, 1, 29), received, POLICY) is None
    refusal = why_not_object(date(2027, 1, 30), received, POLICY)
    assert refusal == Refusal("objection.late", "")
    assert refusal is not None
    assert refusal.params["due"] == date(2027, 1, 29)


def test_the_clocks_come_from_the_policy() -> None:
    slower = dataclasses.replace(POLICY, handover_days=20)
    assert handover_due(date(2027, 1, 15), slower) == date(2027, 2, 4)

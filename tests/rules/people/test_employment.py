"""Staff numbers (TV-8), ranks and tenures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.people.employment.rules import (
    PPPK_GRADES,
    RANKS,
    EmploymentStatus,
    StaffNumber,
    clean_staff_number,
    formatted,
    masked,
    number_title,
    rank_name,
    rank_problem,
    rank_title,
    read_staff_number,
    staff_number_problem,
    staff_number_warning,
    tenure_overlap,
)

PNS, CPNS, PPPK, PART_TIME = EmploymentStatus


@pytest.mark.parametrize(
    ("text", "status", "says"),
    [
        ("19860926 201505 1 901", PNS, StaffNumber(date(1986, 9, 26), 2015, 5, "", "L", "901")),
        ("198609262015051901", PNS, StaffNumber(date(1986, 9, 26), 2015, 5, "", "L", "901")),
        ("198609262015052901", CPNS, StaffNumber(date(1986, 9, 26), 2015, 5, "", "P", "901")),
        ("198705122023211905", PPPK, StaffNumber(date(1987, 5, 12), 2023, None, "21", "L", "905")),
        ("199901012023212901", PPPK, StaffNumber(date(1999, 1, 1), 2023, None, "21", "P", "901")),
        ("199901012023212901", PART_TIME, StaffNumber(date(1999, 1, 1), 2023, None, "21", "P", "901")),
        (
            "199702282015021901",
            PNS,
            StaffNumber(date(1997, 2, 28), 2015, 2, "", "L", "901"),
        ),  # turns 18 that month
        ("198402292010011001", PNS, StaffNumber(date(1984, 2, 29), 2010, 1, "", "L", "001")),
        ("189203041915031002", PNS, StaffNumber(date(1892, 3, 4), 1915, 3, "", "L", "002")),  # demo
        ("189912311921211003", PPPK, StaffNumber(date(1899, 12, 31), 1921, None, "21", "L", "003")),  # demo
    ],
)
def test_numbers_that_are_accepted(text: str, status: EmploymentStatus, says: StaffNumber) -> None:
    assert staff_number_problem(text, status) is None
    assert read_staff_number(text, status) == says


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("199002302015031901", PNS, "birth_date"),
        ("199013012015031901", PNS, "birth_date"),
        ("000001012015031901", PNS, "birth_date"),
        ("188912312015031901", PNS, "birth_date"),
        ("198609262015131901", PNS, "month"),
        ("198609262015001901", CPNS, "month"),
        ("198609262015053901", PNS, "sex"),
        ("198609262015050901", PNS, "sex"),
        ("198705122023213905", PPPK, "sex"),
        ("19860926201505190", PNS, "length"),
        ("1986092620150519011", PNS, "length"),
        ("", PNS, "length"),
        ("19860926201505190X", PNS, "characters"),
        ("１９８６０９２６２０１５０５１９０１", PNS, "characters"),
        ("19860926\x00201505190", PNS, "characters"),
        ("201001012015031901", PNS, "age"),
        ("199703012015021901", PNS, "age"),
        ("200601012023211901", PPPK, "age"),
        ("198609262015051000", PNS, "serial"),
    ],
)
def test_numbers_that_are_refused(text: str, status: EmploymentStatus, code: str) -> None:
    problem = staff_number_problem(text, status)
    assert problem is not None
    assert problem.code == f"staff_number.{code}"
    assert problem.message % problem.params
    with pytest.raises(ValueError, match=code):
        read_staff_number(text, status)


def test_the_month_is_not_looked_at_in_a_contract_number() -> None:
    assert staff_number_problem("198609262015131901", PPPK) is None


def test_a_wrong_length_says_how_many_digits_there_were() -> None:
    problem = staff_number_problem("1986 0926", PNS)
    assert problem is not None
    assert problem.message % problem.params == "NIP/NI PPPK terdiri atas 18 angka. Anda menulis 8."


@settings(max_examples=80)
@given(st.text(max_size=24), st.sampled_from(EmploymentStatus))
def test_no_text_breaks_the_check(text: str, status: EmploymentStatus) -> None:
    if staff_number_problem(text, status) is None:
        read_staff_number(text, status)
    masked(text)
    staff_number_warning(text)


def test_spreadsheets_leave_blanks_and_apostrophes() -> None:
    assert clean_staff_number(" '19860926 201505\u00a01 901\n") == "198609262015051901"


def test_demo_numbers_are_warned_of() -> None:
    assert staff_number_warning("189203041915031002") is not None
    assert staff_number_warning("190003041925031002") is None
    assert staff_number_warning("198609262015051901") is None
    assert staff_number_warning("1892") is None


def test_numbers_are_printed_in_groups_and_masked_but_for_the_serial() -> None:
    assert formatted("198609262015051901") == "19860926 201505 1 901"
    assert formatted("1986") == "1986"
    shown = masked("198609262015051901")
    assert shown.endswith(" 901")
    assert sum(letter.isdigit() for letter in shown) == 3
    assert not any(letter.isdigit() for letter in masked("1986092620"))


def test_ranks_and_grades_belong_to_their_status() -> None:
    assert len(RANKS) == 17
    assert len(PPPK_GRADES) == len(set(PPPK_GRADES)) == 17
    assert rank_problem("III/c", PNS) is None
    assert rank_problem("IX", PPPK) is None
    for code, status in (("IX", PNS), ("III/c", PPPK), ("III/e", CPNS), ("XVIII", PART_TIME), ("", PNS)):
        assert rank_problem(code, status) is not None


@pytest.mark.parametrize(
    ("code", "status", "title", "name", "number"),
    [
        ("I/a", PNS, "Pangkat/gol. ruang", "Juru Muda (I/a)", "NIP"),
        ("II/c", PNS, "Pangkat/gol. ruang", "Pengatur (II/c)", "NIP"),
        ("II/d", CPNS, "Pangkat/gol. ruang", "Pengatur Tingkat I (II/d)", "NIP"),
        ("III/a", CPNS, "Pangkat/gol. ruang", "Penata Muda (III/a)", "NIP"),
        ("III/c", PNS, "Pangkat/gol. ruang", "Penata (III/c)", "NIP"),
        ("IV/e", PNS, "Pangkat/gol. ruang", "Pembina Utama (IV/e)", "NIP"),
        ("IX", PPPK, "Golongan", "IX", "NI PPPK"),
        ("V", PART_TIME, "Golongan", "V", "NI PPPK"),
        ("", PNS, "Pangkat/gol. ruang", "", "NIP"),
    ],
)
def test_a_form_names_rank_and_number_as_the_status_has_them(
    code: str, status: EmploymentStatus, title: str, name: str, number: str
) -> None:
    assert (rank_title(status), rank_name(code), number_title(status)) == (title, name, number)


@dataclass
class Tenure:
    begins: date
    ends: date | None


JULY = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("begins", "ends", "code"),
    [
        (date(2026, 1, 1), JULY, None),
        (date(2026, 1, 1), date(2026, 7, 2), "tenure.overlap"),
        (date(2026, 1, 1), None, "tenure.overlap"),
        (date(2026, 10, 1), None, None),
        (date(2026, 9, 30), None, "tenure.overlap"),
        (JULY, JULY, "tenure.upside_down"),
        (JULY, date(2026, 6, 1), "tenure.upside_down"),
    ],
)
def test_one_definitive_post_at_a_time(begins: date, ends: date | None, code: str | None) -> None:
    refusal = tenure_overlap(begins, ends, [Tenure(JULY, date(2026, 10, 1))])
    assert (refusal.code if refusal else None) == code


def test_an_open_tenure_leaves_no_room_after_it() -> None:
    assert tenure_overlap(date(2030, 1, 1), None, [Tenure(JULY, None)]) is not None
    assert tenure_overlap(date(2026, 1, 1), JULY, [Tenure(JULY, None)]) is None

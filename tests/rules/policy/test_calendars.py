"""Periods cover the year once, and every deadline has its day (year.md §0, policies.md §1)."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.people.employment.rules import covers
from portal.policy.calendars.rules import (
    DeadlineKind,
    Due,
    PeriodKind,
    days_left,
    dues,
    overlaps,
    periods_of_year,
)
from tests.rules.national import POLICY

HOLIDAYS = {date(2026, 1, 1), date(2026, 4, 3), date(2026, 12, 25), date(2027, 1, 1)}


@pytest.mark.parametrize(
    ("cadence", "kind", "count"),
    [
        ("month", PeriodKind.MONTH, 12),
        ("quarter", PeriodKind.QUARTER, 4),
        ("semester", PeriodKind.SEMESTER, 2),
        ("triwulan", PeriodKind.QUARTER, 4),
    ],
)
def test_the_periods_cover_the_year_once_and_the_year_comes_last(
    cadence: str, kind: PeriodKind, count: int
) -> None:
    *parts, year = periods_of_year(2028, cadence)
    assert [part.kind for part in parts] == [kind] * count
    assert [part.number for part in parts] == list(range(1, count + 1))
    assert parts[0].begins == year.begins == date(2028, 1, 1)
    assert parts[-1].ends == year.ends == date(2029, 1, 1)
    assert all(before.ends == after.begins for before, after in pairwise(parts))
    assert (year.kind, year.number, year.last_day) == (PeriodKind.YEAR, 1, date(2028, 12, 31))


def test_the_second_quarter_has_its_days() -> None:
    quarter = periods_of_year(2026, "quarter")[1]
    assert (quarter.begins, quarter.ends, quarter.last_day) == (
        date(2026, 4, 1),
        date(2026, 7, 1),
        date(2026, 6, 30),
    )


@pytest.mark.parametrize("cadence", ["", "year", "tahun", "fortnight"])
def test_other_rhythms_are_unknown(cadence: str) -> None:
    with pytest.raises(ValueError, match="cadence"):
        periods_of_year(2026, cadence)


def test_the_deadlines_of_a_quarter() -> None:
    first = periods_of_year(2026, "quarter")[0]
    assert dues(first, POLICY, HOLIDAYS) == [
        Due(DeadlineKind.ACTION_STEPS, date(2026, 1, 8), False),
        Due(DeadlineKind.ACHIEVEMENT, date(2026, 4, 6), False),  # Good Friday is no working day
        Due(DeadlineKind.ORGANISATION_RATING, date(2026, 4, 8), False),
        Due(DeadlineKind.RATING, date(2026, 4, 15), False),
    ]


def test_the_first_day_of_a_period_is_not_counted() -> None:
    second = periods_of_year(2026, "quarter")[1]
    assert dues(second, POLICY, HOLIDAYS)[0] == Due(DeadlineKind.ACTION_STEPS, date(2026, 4, 9), False)


def test_the_deadlines_of_a_year_with_the_statutory_ones_marked() -> None:
    year = periods_of_year(2026, "quarter")[-1]
    assert dues(year, POLICY, HOLIDAYS) == [
        Due(DeadlineKind.PLAN_DRAFT, date(2026, 1, 15), False),
        Due(DeadlineKind.PLAN_AGREE, date(2026, 1, 25), False),
        Due(DeadlineKind.PLAN_SET, date(2026, 1, 31), True),
        Due(DeadlineKind.ACHIEVEMENT, date(2027, 1, 6), False),
        Due(DeadlineKind.ORGANISATION_RATING, date(2027, 1, 8), False),
        Due(DeadlineKind.RATING, date(2027, 1, 31), True),
    ]


def test_the_review_has_a_day_only_where_policy_reviews() -> None:
    reviewed = dataclasses.replace(POLICY, review="all")
    year = periods_of_year(2026, "quarter")[-1]
    assert Due(DeadlineKind.PLAN_REVIEW, date(2026, 1, 20), False) in dues(year, reviewed, set())


def test_a_week_of_six_days_is_due_earlier() -> None:
    first = periods_of_year(2026, "quarter")[0]
    by_kind = {due.kind: due.day for due in dues(first, POLICY, set(), week=6)}
    assert by_kind[DeadlineKind.RATING] == date(2026, 4, 11)


def test_a_policy_may_count_every_day_of_the_calendar() -> None:
    """Internal deadlines only; those of the law are days of the year and stay (issue 4, line 1)."""
    days = dataclasses.replace(POLICY.period_deadlines, counted="hari_kalender")
    policy = dataclasses.replace(POLICY, period_deadlines=days)
    first, *_others, year = periods_of_year(2026, "quarter")
    assert [due.day for due in dues(first, policy, HOLIDAYS)] == [
        date(2026, 1, 6),
        date(2026, 4, 3),  # Good Friday counts
        date(2026, 4, 5),
        date(2026, 4, 10),
    ]
    statutory = [due for due in dues(year, policy, HOLIDAYS) if due.statutory]
    assert statutory == [due for due in dues(year, POLICY, HOLIDAYS) if due.statutory]


def test_days_left_are_none_on_the_day_itself() -> None:
    assert [days_left(date(2026, 1, 31), date(2026, 1, day)) for day in (30, 31)] == [1, 0]
    assert days_left(date(2026, 1, 31), date(2026, 2, 1)) == -1


DAY = date(2026, 1, 1)
stretches = st.tuples(st.integers(0, 8), st.one_of(st.none(), st.integers(0, 8)))


@settings(max_examples=80)
@given(stretches, stretches)
def test_two_stretches_overlap_when_a_day_lies_in_both(
    a: tuple[int, int | None], b: tuple[int, int | None]
) -> None:
    def dates(stretch: tuple[int, int | None]) -> tuple[date, date | None]:
        begins, ends = stretch
        return DAY + timedelta(begins), None if ends is None else DAY + timedelta(ends)

    shared = any(
        covers(*dates(a), DAY + timedelta(day)) and covers(*dates(b), DAY + timedelta(day))
        for day in range(10)
    )
    assert overlaps(*dates(a), *dates(b)) == shared

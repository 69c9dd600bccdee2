"""Days as a region counts them (TV-5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.kernel.clock import (
    FixedClock,
    SystemClock,
    add_working_days,
    end_of,
    is_working_day,
    local_date,
    local_moment,
    zone_of,
)

FRIDAY = date(2026, 11, 20)
HOLIDAYS = {date(2026, 12, 25), date(2027, 1, 1)}


@pytest.mark.parametrize(
    ("count", "without", "with_holidays"),
    [
        (3, date(2026, 11, 25), date(2026, 11, 25)),
        (5, date(2026, 11, 27), date(2026, 11, 27)),
        (10, date(2026, 12, 4), date(2026, 12, 4)),
        (14, date(2026, 12, 10), date(2026, 12, 10)),
        (17, date(2026, 12, 15), date(2026, 12, 15)),
        (30, date(2027, 1, 1), date(2027, 1, 5)),
        (60, date(2027, 2, 12), date(2027, 2, 16)),
    ],
)
def test_working_days_from_a_friday(count: int, without: date, with_holidays: date) -> None:
    assert add_working_days(FRIDAY, count, set()) == without
    assert add_working_days(FRIDAY, count, HOLIDAYS) == with_holidays


def test_working_days_from_a_sunday() -> None:
    sunday = date(2026, 11, 22)
    assert add_working_days(sunday, 3, set()) == date(2026, 11, 25)
    assert add_working_days(sunday, 5, set()) == date(2026, 11, 27)
    assert add_working_days(sunday, 0, set()) == sunday


def test_a_week_of_six_days_works_on_saturday() -> None:
    saturday = date(2026, 11, 21)
    assert not is_working_day(saturday, set())
    assert is_working_day(saturday, set(), week=6)
    assert not is_working_day(saturday, {saturday}, week=6)
    assert add_working_days(FRIDAY, 1, set(), week=6) == saturday


@pytest.mark.parametrize(
    ("letters", "utc_hour", "day"),
    [("WIB", 16, date(2026, 1, 31)), ("WIB", 17, date(2026, 2, 1)), ("WITA", 16, date(2026, 2, 1))],
)
def test_the_date_is_that_of_the_region(letters: str, utc_hour: int, day: date) -> None:
    assert local_date(datetime(2026, 1, 31, utc_hour, tzinfo=UTC), letters) == day


def test_a_deadline_ends_at_midnight_of_the_region() -> None:
    day = date(2027, 1, 31)
    assert end_of(day, "WIB") == datetime(2027, 1, 31, 17, tzinfo=UTC)
    assert end_of(day, "WITA") == datetime(2027, 1, 31, 16, tzinfo=UTC)
    assert end_of(day, "WIT") == datetime(2027, 1, 31, 15, tzinfo=UTC)
    assert local_moment(day, 8, 30, "WIT") == datetime(2027, 1, 30, 23, 30, tzinfo=UTC)


def test_zones_are_known_by_their_letters_only() -> None:
    assert zone_of("WIT").key == "Asia/Jayapura"
    with pytest.raises(KeyError):
        zone_of("UTC")


def test_clocks_can_be_set_and_shifted() -> None:
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    clock.set(datetime(2026, 3, 1, tzinfo=UTC))
    assert clock.now() == datetime(2026, 3, 1, tzinfo=UTC)
    ahead = SystemClock(timedelta(days=365)).now() - SystemClock().now()
    assert timedelta(days=364) < ahead < timedelta(days=366)

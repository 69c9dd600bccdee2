"""The clock as an argument, and days as the region counts them (decisions 14.10, 14.11)."""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
"""The letters printed behind an hour, and the zone they stand for."""


class Clock(Protocol):
    """Whatever tells the time."""

    def now(self) -> datetime:
        """This moment, in UTC."""


class SystemClock:
    """The machine's clock, moved by ``shift`` (demo data live on a date of their own)."""

    def __init__(self, shift: timedelta = timedelta()) -> None:
        self.shift = shift

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


class FixedClock:
    """A clock that stands still until it is set; for the demo's history and for tests."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> None:
        """Move the clock to ``at`` (aware)."""
        self.at = at


def zone_of(letters: str) -> ZoneInfo:
    """The zone behind WIB, WITA or WIT. Raises ``KeyError`` for other letters."""
    return ZoneInfo(ZONES[letters])


def local_date(at: datetime, letters: str) -> date:
    """The calendar date of ``at`` in the zone of ``letters``."""
    return at.astimezone(zone_of(letters)).date()


def local_moment(day: date, hour: int, minute: int, letters: str) -> datetime:
    """That hour of ``day`` in the zone of ``letters``, in UTC."""
    return datetime.combine(day, time(hour, minute), zone_of(letters)).astimezone(UTC)


def end_of(day: date, letters: str) -> datetime:
    """The moment at which a deadline on ``day`` has passed: 24:00 in the region's zone, in UTC."""
    return local_moment(day + timedelta(days=1), 0, 0, letters)


def is_working_day(day: date, holidays: Container[date], week: int = 5) -> bool:
    """Whether ``day`` is worked in a week of five or six days that starts on Monday."""
    return day.weekday() < week and day not in holidays


def add_working_days(start: date, count: int, holidays: Container[date], week: int = 5) -> date:
    """The ``count``-th working day after ``start``; the day of receipt isn't counted (rules TV-5)."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, holidays, week):
            count -= 1
    return day

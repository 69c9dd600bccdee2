"""Dates, moments and numbers as the reader writes them, in the region's zone."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date
from flask import g
from flask_babel import get_locale
from flask_login import current_user

from portal.kernel.clock import zone_of
from portal.kernel.exact import format_number
from portal.web.caller import CAPITAL

NBSP = "\u00a0"


@lru_cache(maxsize=4096)
def _date(day: dt.date, pattern: str, language: str) -> str:
    """A list shows the same few days again and again; each is written once."""
    return format_date(day, pattern, locale=language)


class Formats:
    """Formats for one language (``id`` or ``en``) and one zone (WIB, WITA or WIT)."""

    def __init__(self, language: str, zone: str) -> None:
        self.language, self.zone = language, zone

    def date(self, day: dt.date | dt.datetime) -> str:
        """``Rabu, 14 Oktober 2026``."""
        return _date(self._day(day), "EEEE, d MMMM y", self.language)

    def plain_date(self, day: dt.date | dt.datetime) -> str:
        """``14 Oktober 2026``."""
        return _date(self._day(day), "d MMMM y", self.language)

    def short_date(self, day: dt.date | dt.datetime) -> str:
        """``14 Okt``."""
        return _date(self._day(day), "d MMM", self.language)

    def month(self, day: dt.date) -> str:
        """``Oktober 2026``."""
        return _date(day, "MMMM y", self.language)

    def time(self, at: dt.datetime) -> str:
        """``10.42 WIB``."""
        mark = "." if self.language == "id" else ":"
        local = at.astimezone(zone_of(self.zone))
        return f"{local:%H}{mark}{local:%M}{NBSP}{self.zone}"

    def datetime(self, at: dt.datetime) -> str:
        """``Rabu, 14 Oktober 2026, 10.42 WIB``."""
        return f"{self.date(at)}, {self.time(at)}"

    def number(self, number: Decimal | int | None, places: int | None = None) -> str:
        """``1.234,5``; ``places`` fixes the decimals."""
        if number is None:
            return "–"
        text = format_number(Decimal(number), places)
        return text if self.language == "id" else text.translate(str.maketrans(".,", ",."))

    def percent(self, number: Decimal | int | None, places: int | None = 1) -> str:
        """``84,6%``, written together as the spelling (EYD V) has it."""
        return f"{self.number(number, places)}%"

    def measure(self, number: Decimal | int | None, unit: str) -> str:
        """``12,5 km`` on one line; ``85%`` together."""
        return self.number(number) + ("" if unit == "%" else NBSP) + unit

    def bytes(self, size: int) -> str:
        """A size in B, KB, MB or GB."""
        if size < 1024:
            return f"{size}{NBSP}B"
        if size < 1024 * 1024:
            return f"{self.number(Decimal(size) / 1024, 0)}{NBSP}KB"
        if size < 1024**3:
            return f"{self.number(Decimal(size) / 1024**2, 1)}{NBSP}MB"
        return f"{self.number(Decimal(size) / 1024**3, 1)}{NBSP}GB"

    def _day(self, day: dt.date | dt.datetime) -> dt.date:
        return day.astimezone(zone_of(self.zone)).date() if isinstance(day, dt.datetime) else day


def formats() -> Formats:
    """The formats of this request: the reader's language, the caller's region's zone."""
    if "formats" not in g:
        locale = get_locale()
        g.formats = Formats(
            locale.language if locale else "id", current_user.zone if current_user else CAPITAL
        )
    return g.formats  # type: ignore[no-any-return]

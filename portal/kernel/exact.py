"""Exact numbers: what a person types, what is compared with a band, what is stored (decisions §9).

Numbers are ``Decimal`` inside, quantised half-up to ten places before any comparison, to two for
display, and stored as integers of one millionth. Never a float.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

STEP = Decimal("0.000001")
GUARD = Decimal("0.0000000001")
LIMIT = Decimal(10) ** 12
"""Stored numbers lie strictly between -LIMIT and LIMIT: millionths then fit a 64-bit integer."""

_INDONESIAN = re.compile(r"[+-]?(?:[1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,\d+)?")
_POINT = re.compile(r"[+-]?\d+\.\d{1,2}|[+-]?\d+\.\d{4,}|[+-]?0\.\d+")


class NotANumber(ValueError):
    """The text is no number, or one too large or too fine to keep."""


def parse_number(text: str) -> Decimal:
    """The number that ``text`` says in Indonesian writing: ``12``, ``1.234,5``, ``-0,5``.

    A decimal point is understood where it can't be a thousands mark (``12.5``). ``1.234`` is 1234.
    Raises ``NotANumber`` for anything else, beyond ``LIMIT``, or finer than a millionth.
    """
    text = text.strip().replace("\u2212", "-").replace("\u00a0", "")
    if not text.isascii() or len(text) > 40:
        raise NotANumber(text)
    if _INDONESIAN.fullmatch(text):
        number = Decimal(text.replace(".", "").replace(",", "."))
    elif _POINT.fullmatch(text):
        number = Decimal(text)
    else:
        raise NotANumber(text)
    if abs(number) >= LIMIT or number != number.quantize(STEP):
        raise NotANumber(text)
    return number


def format_number(number: Decimal, places: int | None = None) -> str:
    """``number`` in Indonesian writing; ``places`` fixes the decimals, otherwise as many as needed."""
    if places is not None:
        number = round_half_up(number, places)
    text = f"{number:f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    sign, text = ("\u2212", text[1:]) if text.startswith("-") else ("", text)
    whole, _, part = text.partition(".")
    whole = f"{int(whole):,}".replace(",", ".")
    return sign + whole + ("," + part if part else "")


def round_half_up(number: Decimal, places: int = 2) -> Decimal:
    """``number`` rounded half-up to ``places`` decimals, as the regulation's examples do."""
    return number.quantize(_place(places), ROUND_HALF_UP)


@cache
def _place(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


def guarded(number: Decimal) -> Decimal:
    """``number`` quantised to ten places: 89.99…9 from a mean of three compares as 90 (decisions §9)."""
    return number.quantize(GUARD, ROUND_HALF_UP)


def to_millionths(number: Decimal) -> int:
    """``number`` as the integer that is stored. Raises ``NotANumber`` when it doesn't fit."""
    if abs(number) >= LIMIT:
        raise NotANumber(str(number))
    return int(number.quantize(STEP, rounding=ROUND_HALF_UP).scaleb(6))


def from_millionths(stored: int) -> Decimal:
    """The number behind a stored integer, without trailing zeros."""
    whole, part = divmod(stored, 1_000_000)
    return Decimal(stored).scaleb(-6).normalize() if part else Decimal(whole)

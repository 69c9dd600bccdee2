"""How a policy writes its values: numbers, days, ratings and tables, told from what only looks like them.

A value comes as TOML or JSON gives it. ``is_...`` says whether it is of a kind; ``..._of`` and ``read_...``
take what was found right and raise ``TypeError`` otherwise.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from portal.policy.policies.rules import (
    APPRAISER,
    Bands,
    ConversionPiece,
    DayMonth,
    ExpectationRating,
    OrganisationRating,
    OverallRating,
    PatternLimit,
)


def settings_of(document: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """Every setting of ``document`` by its dotted name: a setting is a table that has ``value``."""
    return dict(_walk(document, ""))


def _walk(table: Mapping[str, object], prefix: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    for key, part in table.items():
        if not isinstance(part, Mapping):
            continue
        if "value" in part:
            yield f"{prefix}{key}", part
        else:
            yield from _walk(part, f"{prefix}{key}.")


def number_of(value: object) -> Decimal | None:
    """``value`` when it is a number that a policy may hold: never a truth value or a binary fraction."""
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else None


_FRACTION = re.compile(r"\d{1,9}(?:\.\d{1,6})?")


def decimal_of(value: object) -> Decimal:
    """A number as a policy writes it: whole, or a text with a decimal point. Raises ``TypeError``."""
    if isinstance(value, str) and _FRACTION.fullmatch(value):
        return Decimal(value)
    number = number_of(value)
    if number is None:
        raise TypeError(f"not a number: {value!r}")
    return number


def is_decimal(value: object) -> bool:
    """Whether ``value`` is a number, or a text of one with a decimal point."""
    return number_of(value) is not None or (isinstance(value, str) and _FRACTION.fullmatch(value) is not None)


def has_number(value: object) -> bool:
    """Whether a setting's value holds a number: without a ground it is an assumption."""
    if isinstance(value, Mapping):
        return any(has_number(part) for part in value.values())
    if isinstance(value, list | tuple):
        return any(has_number(part) for part in value)
    return isinstance(value, float) or is_decimal(value)


def is_day(value: object) -> bool:
    """Whether ``value`` is a day of the year: day and month."""
    if not isinstance(value, Mapping) or set(value) != {"day", "month"}:
        return False
    day, month = number_of(value["day"]), number_of(value["month"])
    if day is None or month is None or not 1 <= month <= 12 or month != month.to_integral_value():
        return False
    return day == day.to_integral_value() and 1 <= day <= calendar.monthrange(2024, int(month))[1]


def is_rating(value: object) -> bool:
    """Whether ``value`` is an overall rating."""
    return isinstance(value, str) and value in set(OverallRating)


def is_date(value: object) -> bool:
    """Whether ``value`` is a date as ISO 8601 writes it."""
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


OLD_APPRAISER = "pejabat_penilai_kinerja"
"""How the first versions of the national rule wrote the appraiser."""


def whole_of(value: object) -> int:
    """A whole number. Raises ``TypeError``."""
    number = number_of(value)
    if number is None:
        raise TypeError(f"not a number: {value!r}")
    return int(number)


def table_of(value: object) -> Mapping[str, object]:
    """A table. Raises ``TypeError``."""
    if not isinstance(value, Mapping):
        raise TypeError(f"not a table: {value!r}")
    return value


def list_of(value: object) -> list[object]:
    """A list. Raises ``TypeError``."""
    if not isinstance(value, list):
        raise TypeError(f"not a list: {value!r}")
    return value


def rows_of(value: object) -> list[dict[str, str]]:
    """A list of tables, every part of them a text. Raises ``TypeError``."""
    return [{key: str(part) for key, part in table_of(row).items()} for row in list_of(value)]


def read_day(value: object) -> DayMonth:
    """A day of the year that was found right."""
    row = table_of(value)
    return DayMonth(whole_of(row["day"]), whole_of(row["month"]))


def read_matrix(value: object) -> dict[tuple[ExpectationRating, ExpectationRating], OverallRating]:
    """The nine cells of a quadrant that was found right."""
    return {
        (ExpectationRating(result), ExpectationRating(behaviour)): OverallRating(str(overall))
        for result, row in table_of(value).items()
        for behaviour, overall in table_of(row).items()
    }


def read_pattern(value: object) -> dict[OrganisationRating, tuple[PatternLimit, ...]]:
    """A distribution pattern that was found right: its lines by the rating of the organisation."""
    table = table_of(value)
    return {
        organisation: tuple(_read_limit(table_of(limit)) for limit in list_of(table[organisation]))
        for organisation in OrganisationRating
    }


def _read_limit(limit: Mapping[str, object]) -> PatternLimit:
    ratings = tuple(OverallRating(str(rating)) for rating in list_of(limit["ratings"]))
    share = decimal_of(limit["share"]) if "share" in limit else None
    return PatternLimit(str(limit["bound"]), ratings, share)


def read_raters(value: Mapping[str, object]) -> tuple[str, ...]:
    """Who rates; the appraiser alone where the policy says nothing."""
    named = list_of(value.get("raters", [APPRAISER]))
    return tuple(APPRAISER if each == OLD_APPRAISER else str(each) for each in named)


def read_bands(value: object) -> Bands:
    """The lowest score of each rating that has one, best first."""
    row = table_of(value)
    return tuple((rating, decimal_of(row[rating])) for rating in OverallRating if rating in row)


def read_pieces(value: object) -> tuple[ConversionPiece, ...]:
    """The pieces of a conversion, in their order."""
    return tuple(
        ConversionPiece(*(decimal_of(table_of(row)[name]) for name in ("from", "to", "low", "high")))
        for row in list_of(value)
    )

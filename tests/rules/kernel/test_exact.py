"""Numbers as people type them, as they are compared, and as they are stored."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.exact import (
    LIMIT,
    NotANumber,
    format_number,
    from_millionths,
    guarded,
    parse_number,
    round_half_up,
    to_millionths,
)

millionths = st.integers(-(10**18) + 1, 10**18 - 1)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        ("1.234,5", "1234.5"),
        ("1.234", "1234"),
        ("1.234.567", "1234567"),
        ("12.5", "12.5"),
        ("12.50", "12.5"),
        ("0.125", "0.125"),
        ("0,5", "0.5"),
        ("-0,5", "-0.5"),
        ("\u22121", "-1"),
        ("+3", "3"),
        (" 7 ", "7"),
        ("0", "0"),
        ("0,000001", "0.000001"),
        ("999999999999", "999999999999"),
    ],
)
def test_numbers_that_are_understood(text: str, number: str) -> None:
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "abc", "1,2,3", "1.23.4", "1 000", "12,", ",5", "--1", "1e3", "NaN", "Infinity", "0x10"),
        *("10" * 20, "1" + "0" * 12, "0,0000001", "1\x00", "１２", "٣", "1.2345.678", "<script>", "🙂", "%"),
    ],
)
def test_texts_that_are_no_numbers(text: str) -> None:
    with pytest.raises(NotANumber):
        parse_number(text)


@settings(max_examples=60)
@given(millionths)
def test_writing_and_reading_a_number_gives_it_back(stored: int) -> None:
    number = from_millionths(stored)
    assert to_millionths(number) == stored
    assert parse_number(format_number(number)) == number


@settings(max_examples=60)
@given(st.text(max_size=50))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        number = parse_number(text)
    except NotANumber:
        return
    assert abs(number) < LIMIT
    assert from_millionths(to_millionths(number)) == number


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        ("1234567.5", None, "1.234.567,5"),
        ("1234567", 2, "1.234.567,00"),
        ("-0.5", None, "\u22120,5"),
        ("0", None, "0"),
        ("84.60", None, "84,6"),
        ("89.995", 2, "90,00"),
        ("100", None, "100"),
    ],
)
def test_numbers_are_written_the_indonesian_way(number: str, places: int | None, text: str) -> None:
    assert format_number(Decimal(number), places) == text


def test_halves_go_up_and_a_mean_of_three_compares_as_it_should() -> None:
    assert round_half_up(Decimal("9.375")) == Decimal("9.38")
    assert round_half_up(Decimal("-9.375")) == Decimal("-9.38")
    assert guarded((Decimal(80) + Decimal(90) + Decimal(100)) / 3) == 90
    third = Decimal(1) / 3
    assert third * 270 != 90
    assert guarded(third * 270) == 90


def test_what_does_not_fit_is_refused() -> None:
    for number in (LIMIT, -LIMIT):
        with pytest.raises(NotANumber):
            to_millionths(number)
    assert to_millionths(LIMIT - Decimal("0.000001")) == 10**18 - 1

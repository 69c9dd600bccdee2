"""From attainment to advice and a rating (TV-1, TV-3, TV-6, TV-7 lines of IKU)."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.exact import format_number, round_half_up
from portal.performance.advice.rules import (
    Attainment,
    Change,
    Lift,
    NotRated,
    advice_result,
    attainment,
    differs_from_advice,
    head_result_rating,
    overall_rating,
    what_would_change,
    what_would_lift,
)
from portal.policy.policies.rules import ExpectationRating, OrganisationRating, OverallRating
from tests.rules.national import POLICY
from tests.rules.policy.test_policies import TV1
from tests.rules.tables import code, sentence

BELOW, AS_EXPECTED, ABOVE = ExpectationRating


# ---------------------------------------------------------------------------------------- ratings


@pytest.mark.parametrize(("result", "behaviour", "overall"), TV1)
def test_two_ratings_meet_in_the_quadrant(result: str, behaviour: str, overall: str) -> None:
    assert overall_rating(ExpectationRating(result), ExpectationRating(behaviour), POLICY.matrix) == overall


@pytest.mark.parametrize("pair", [(None, ABOVE), (ABOVE, None), (None, None)])
def test_a_missing_rating_has_no_default(pair: Any) -> None:
    with pytest.raises(NotRated):
        overall_rating(*pair, POLICY.matrix)


def test_what_would_have_changed_it() -> None:
    assert what_would_change(BELOW, AS_EXPECTED, POLICY.matrix) == [
        Change(AS_EXPECTED, AS_EXPECTED, OverallRating.GOOD, "hasil", "naik", True),
        Change(BELOW, ABOVE, OverallRating.NEEDS_IMPROVEMENT, "perilaku", "naik", False),
        Change(BELOW, BELOW, OverallRating.VERY_POOR, "perilaku", "turun", True),
    ]


@pytest.mark.parametrize(("result", "behaviour"), list(product(ExpectationRating, repeat=2)))
def test_each_change_is_one_step_of_one_rating(
    result: ExpectationRating, behaviour: ExpectationRating
) -> None:
    order = list(ExpectationRating)
    changes = what_would_change(result, behaviour, POLICY.matrix)
    steps = {
        (
            order.index(change.result) - order.index(result),
            order.index(change.behaviour) - order.index(behaviour),
        )
        for change in changes
    }
    assert len(steps) == len(changes)
    assert steps <= {(1, 0), (-1, 0), (0, 1), (0, -1)}
    assert len(changes) == (1 + (result is AS_EXPECTED)) + (1 + (behaviour is AS_EXPECTED))
    for change in changes:
        assert change.overall == POLICY.matrix[change.result, change.behaviour]
        assert change.changes == (change.overall != POLICY.matrix[result, behaviour])


def test_the_organisations_rating_advises_on_its_head() -> None:
    assert [head_result_rating(rating) for rating in OrganisationRating] == [
        ABOVE,
        AS_EXPECTED,
        BELOW,
        BELOW,
        BELOW,
    ]


# ------------------------------------------------------------------------------------- attainment


def reached(
    achieved: str, low: str, high: str | None = None, direction: str = "naik", cap: str = "120"
) -> Attainment:
    return attainment(
        Decimal(achieved), Decimal(low), Decimal(high) if high else None, direction, Decimal(cap)
    )


@pytest.mark.parametrize(
    ("achieved", "low", "high", "direction", "cap", "value", "working"),
    [
        ("98", "100", None, "naik", "120", "98.00", "98 ÷ 100"),
        ("85", "85", None, "naik", "120", "100.00", "85 ÷ 85"),
        ("85", "85", "85", "naik", "120", "100.00", "85 ÷ 85"),
        ("70", "80", "90", "naik", "120", "87.50", "70 ÷ 80"),
        ("92", "80", "90", "naik", "120", "102.22", "92 ÷ 90"),
        ("80", "80", "90", "naik", "120", "100.00", "80 ≤ 80 ≤ 90"),
        ("90", "80", "90", "naik", "120", "100.00", "80 ≤ 90 ≤ 90"),
        ("6.5", "7", "8", "turun", "120", "107.14", "(2 × 7 − 6,5) ÷ 7"),
        ("9", "7", "8", "turun", "120", "87.50", "(2 × 8 − 9) ÷ 8"),
        ("7.5", "7", "8", "turun", "120", "100.00", "7 ≤ 7,5 ≤ 8"),
        ("8", "10", None, "turun", "120", "120.00", "(2 × 10 − 8) ÷ 10"),
        ("748.21", "964.3", None, "naik", "120", "77.59", "748,21 ÷ 964,3"),
        ("88.06", "88.0", None, "naik", "120", "100.07", "88,06 ÷ 88"),
        ("12", "10", None, "turun", "120", "80.00", "(2 × 10 − 12) ÷ 10"),
        ("20", "30", None, "turun", "200", "133.33", "(2 × 30 − 20) ÷ 30"),
        ("84.6", "80", None, "naik", "120", "105.75", "84,6 ÷ 80"),
        ("0", "80", None, "naik", "120", "0.00", "0 ÷ 80"),
        ("3", "0", "5", "turun", "120", "100.00", "0 ≤ 3 ≤ 5"),
        ("6", "0", "5", "turun", "120", "80.00", "(2 × 5 − 6) ÷ 5"),
    ],
)
def test_attainment(
    achieved: str, low: str, high: str | None, direction: str, cap: str, value: str, working: str
) -> None:
    found = reached(achieved, low, high, direction, cap)
    assert found.value is not None
    assert round_half_up(found.value) == Decimal(value)
    assert (found.working.text(format_number), found.capped, found.note) == (working, False, None)


@pytest.mark.parametrize(("achieved", "low", "direction"), [("20", "30", "turun"), ("130", "100", "naik")])
def test_attainment_is_capped_and_says_so(achieved: str, low: str, direction: str) -> None:
    found = reached(achieved, low, direction=direction)
    assert (found.value, found.capped) == (Decimal(120), True)
    assert reached("120", "100").capped is False


def test_attainment_never_falls_below_zero() -> None:
    found = reached("25", "10", direction="turun")
    assert found.value == 0
    assert code(found.note) == "attainment.floored"


@pytest.mark.parametrize(
    ("achieved", "low", "high", "note"),
    [
        (None, "80", None, "attainment.missing"),
        (None, "80", "90", "attainment.missing"),
        ("5", "0", None, "attainment.zero_target"),
        ("0", "0", "0", "attainment.zero_target"),
        ("5", None, None, "attainment.no_target"),
        (None, None, None, "attainment.no_target"),
    ],
)
@pytest.mark.parametrize("direction", ["naik", "turun"])
def test_what_can_not_be_worked_out_has_no_value(
    achieved: str | None, low: str | None, high: str | None, note: str, direction: str
) -> None:
    numbers = [Decimal(text) if text is not None else None for text in (achieved, low, high)]
    found = attainment(*numbers, direction)
    assert (found.value, found.working.text(format_number), found.capped, code(found.note)) == (
        None,
        "",
        False,
        note,
    )


def test_an_upper_end_alone_is_the_target() -> None:
    assert attainment(Decimal(8), None, Decimal(10), "naik").value == 80


amounts = st.decimals(0, 10**6, places=2)


@settings(max_examples=60)
@given(amounts, amounts, amounts, st.sampled_from(["naik", "turun"]))
def test_attainment_stays_in_its_bounds_and_moves_the_right_way(
    achieved: Decimal, a: Decimal, b: Decimal, direction: str
) -> None:
    low, high = min(a, b), max(a, b)
    found = attainment(achieved, low, high, direction)
    if found.value is None:
        assert 0 in (low, high)
        return
    assert 0 <= found.value <= 120
    assert found.value == found.value.quantize(Decimal("1e-10"))
    if low < high and low <= achieved <= high:
        assert found.value == 100
    elif achieved > high:
        assert (found.value >= 100) == (direction == "naik")
    elif achieved < low:
        assert (found.value <= 100) == (direction == "naik")


# ----------------------------------------------------------------------------------------- advice


def of(*values: str | None) -> list[Attainment]:
    return [Attainment(Decimal(value) if value is not None else None) for value in values]


@pytest.mark.parametrize(
    ("values", "rating", "mean", "missing", "below_floor"),
    [
        (["89.99"], BELOW, "89.99", 0, 1),
        (["90"], AS_EXPECTED, "90", 0, 1),
        (["80", "90", "100"], AS_EXPECTED, "90", 0, 2),
        (["104.9999999999"], AS_EXPECTED, "104.9999999999", 0, 0),
        (["105"], ABOVE, "105", 0, 0),
        (["110", "100"], ABOVE, "105", 0, 0),
        (["120", "120", "99.99"], AS_EXPECTED, "113.33", 0, 1),
        (["120", None], AS_EXPECTED, "120", 1, 0),
        (["60", None], BELOW, "60", 1, 1),
        (["100", None, None], AS_EXPECTED, "100", 2, 0),
        ([None, None], None, None, 2, 0),
        ([], None, None, 0, 0),
    ],
)
def test_advice_on_results(
    values: Any, rating: Any, mean: str | None, missing: int, below_floor: int
) -> None:
    advice = advice_result(of(*values), POLICY.advice)
    assert advice.rating is rating
    assert (advice.missing, advice.below_floor, advice.counted) == (
        missing,
        below_floor,
        len(values) - missing,
    )
    assert advice.reasons
    if mean is None:
        assert advice.mean is None
    else:
        assert advice.mean is not None
        assert round_half_up(advice.mean) == round_half_up(Decimal(mean))


WORDED = attainment(None, None, None, "naik")
"""A measure of the qualitative approach: no target, judged in words."""


@pytest.mark.parametrize(
    ("values", "worded", "rating", "reasons"),
    [
        ([], 2, None, ["advice.in_words"]),
        (["120"], 1, AS_EXPECTED, ["advice.mean_above", "advice.worded"]),
        (["60"], 1, BELOW, ["advice.mean_below", "advice.worded"]),
        ([None], 1, None, ["advice.no_data"]),
        (["120"], 0, ABOVE, ["advice.mean_above"]),
    ],
)
def test_measures_in_words_are_no_missing_figures(
    values: Any, worded: int, rating: Any, reasons: list[str]
) -> None:
    advice = advice_result([*of(*values), *[WORDED] * worded], POLICY.advice)
    assert (advice.rating, advice.worded) == (rating, worded)
    assert advice.missing == values.count(None)
    assert [reason.code for reason in advice.reasons] == reasons


def test_a_mean_of_thirds_compares_as_it_should() -> None:
    thirds = [reached(value, "300") for value in ("268", "271", "271")]
    values = [third.value for third in thirds if third.value is not None]
    assert sum(values) / 3 < 90  # by less than what was cut off
    assert advice_result(thirds, POLICY.advice).rating is AS_EXPECTED


def test_the_reasons_of_the_advice() -> None:
    def reasons(*values: str | None) -> list[str]:
        return [reason.code for reason in advice_result(of(*values), POLICY.advice).reasons]

    assert reasons("80") == ["advice.mean_below"]
    assert reasons("95") == ["advice.mean_between"]
    assert reasons("120") == ["advice.mean_above"]
    assert reasons("120", "99") == ["advice.mean_above", "advice.below_floor"]
    assert reasons("120", None) == ["advice.mean_above", "advice.missing"]
    assert reasons(None) == ["advice.no_data"]
    reason = advice_result(of("104.25", "104.26"), POLICY.advice).reasons[0]
    assert sentence(reason) == ("Rata-rata capaian 2 indikator utama 104,26%, antara 90% dan 105%.")


def test_what_would_lift_the_advice() -> None:
    def lift(*values: str | None) -> Lift | None:
        return what_would_lift(advice_result(of(*values), POLICY.advice), POLICY.advice)

    assert lift("80") == Lift(AS_EXPECTED, Decimal(90))
    assert lift("95") == Lift(ABOVE, Decimal(105), Decimal(100))
    assert lift("120", None) == Lift(ABOVE, Decimal(105), Decimal(100), none_missing=True)
    assert lift("110") is None
    assert lift(None) is None


def test_advice_binds_nobody_but_a_difference_is_seen() -> None:
    advice = advice_result(of("95"), POLICY.advice)
    assert [differs_from_advice(rating, advice) for rating in ExpectationRating] == [True, False, True]
    assert not differs_from_advice(ABOVE, advice_result([], POLICY.advice))

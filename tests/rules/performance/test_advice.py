"""From attainment to advice and a rating (TV-1, TV-3, TV-6, TV-7 lines of IKU)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.exact import format_number, guarded, round_half_up
from portal.performance.advice.rules import (
    Attainment,
    BadMark,
    Change,
    Group,
    Lift,
    NoScore,
    NotRated,
    Tally,
    advice_behaviour,
    advice_reasons,
    advice_result,
    attainment,
    band,
    behaviour_score,
    converted,
    credit,
    differs_from_advice,
    extra_score,
    final_score,
    head_result_rating,
    overall_rating,
    plan_score,
    prorated,
    shown_groups,
    weighted_rating,
    what_would_change,
    what_would_lift,
)
from portal.policy.policies import files
from portal.policy.policies.rules import (
    BehaviourAdvice,
    ExpectationRating,
    OrganisationRating,
    OverallRating,
    SurveyRules,
)
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
    assert advice_reasons(advice, POLICY.advice)
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
    assert [reason.code for reason in advice_reasons(advice, POLICY.advice)] == reasons


def test_a_mean_of_thirds_compares_as_it_should() -> None:
    thirds = [reached(value, "300") for value in ("268", "271", "271")]
    values = [third.value for third in thirds if third.value is not None]
    assert sum(values) / 3 < 90  # by less than what was cut off
    assert advice_result(thirds, POLICY.advice).rating is AS_EXPECTED


def test_the_reasons_of_the_advice() -> None:
    def reasons(*values: str | None) -> list[str]:
        return [
            reason.code for reason in advice_reasons(advice_result(of(*values), POLICY.advice), POLICY.advice)
        ]

    assert reasons("80") == ["advice.mean_below"]
    assert reasons("95") == ["advice.mean_between"]
    assert reasons("120") == ["advice.mean_above"]
    assert reasons("120", "99") == ["advice.mean_above", "advice.below_floor"]
    assert reasons("120", None) == ["advice.mean_above", "advice.missing"]
    assert reasons(None) == ["advice.no_data"]
    reason = advice_reasons(advice_result(of("104.25", "104.26"), POLICY.advice), POLICY.advice)[0]
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


# --------------------------------------------------------------------------------------- behaviour


def marks(*each: int) -> list[int]:
    """One answer: seven marks, the last one repeated."""
    return [*each, *[each[-1]] * (7 - len(each))]


MERGING = SurveyRules(5, 15, merges=True)
APART = SurveyRules(5, 15, merges=False)
SHARES = BehaviourAdvice(Decimal(60), Decimal(40), Decimal("1.67"), Decimal("2.33"))


def tally(n: int, mark: int = 2) -> Tally:
    return Tally.of([marks(mark)] * n)


@pytest.mark.parametrize(
    ("peers", "subordinates", "survey", "shown"),
    [
        (0, 0, MERGING, []),  # nobody answers
        (5, 4, MERGING, [("rekan", 5), ("bawahan", 4)]),
        (1, 0, MERGING, []),  # one of three peers, nobody below
        (2, 1, MERGING, [("rekan bawahan", 3)]),
        (4, 1, MERGING, [("rekan bawahan", 5)]),  # the only subordinate is never alone
        (1, 1, MERGING, []),
        (4, 1, APART, [("rekan", 4)]),
        (2, 2, APART, []),
        (3, 3, APART, [("rekan", 3), ("bawahan", 3)]),
        (5, 5, None, []),
    ],
)
def test_a_group_below_the_least_merges_or_stays_shut(
    peers: int, subordinates: int, survey: Any, shown: list[tuple[str, int]]
) -> None:
    groups = shown_groups(tally(peers), tally(subordinates), survey, 3, 5)
    assert [(" ".join(group.who), group.n) for group in groups] == shown


def test_a_small_group_shows_one_rounded_mean_and_a_large_one_its_counts() -> None:
    """Decision 14.31: 3 or 4 answers give the mean of all seven values to one decimal, nothing more."""
    four = shown_groups(Tally.of([marks(2)] * 3 + [[3, 3, 2, 2, 2, 2, 2]]), Tally(), APART, 3, 5)
    assert four == (Group(("rekan",), 4, Decimal("2.1")),)
    (five,) = shown_groups(Tally.of([marks(2)] * 4 + [[3, 3, 2, 2, 2, 2, 2]]), Tally(), APART, 3, 5)
    assert (five.n, five.counts[0], five.counts[6]) == (5, (0, 4, 1), (0, 5, 0))
    assert five.mean == guarded(Decimal(72) / 35)
    # One value marked by too few takes the details of all: it could be computed from mean and counts.
    (veiled,) = shown_groups(Tally.of([marks(2)] * 4 + [[3, 3, 2, 2, 2, 2, 0]]), Tally(), APART, 3, 5)
    assert veiled == Group(("rekan",), 5, Decimal("2.1"))
    # A value that nobody could judge shows nothing of anybody.
    (unjudged,) = shown_groups(Tally.of([[2, 2, 2, 2, 2, 2, 0]] * 5), Tally(), APART, 3, 5)
    assert unjudged.counts[6] == (0, 0, 0)


def test_who_can_judge_nothing_makes_no_group_larger() -> None:
    assert Tally.of([[0] * 7, marks(2), marks(2)]).n == 2
    assert shown_groups(Tally.of([[0] * 7, marks(2), marks(2)]), Tally(), APART, 3, 5) == ()


@pytest.mark.parametrize(
    ("own", "peers", "expected", "mean", "returned"),
    [
        (2, [2, 2, 2], AS_EXPECTED, "2", False),
        (3, [3, 3, 3], ABOVE, "3", False),
        (3, [2, 2, 2], ABOVE, "2.6", False),
        (2, [3, 3, 3], ABOVE, "2.4", False),
        (1, [2, 2, 2], BELOW, "1.4", False),
        (1, [3, 3, 3], AS_EXPECTED, "1.8", False),
        (3, [1, 1], ABOVE, "3", True),  # too few: the share returns to the appraiser
        (2, [], AS_EXPECTED, "2", True),
    ],
)
def test_advice_on_behaviour(own: int, peers: list[int], expected: object, mean: str, returned: bool) -> None:
    groups = shown_groups(Tally.of(map(marks, peers)), Tally(), MERGING, 3, 5)
    view = advice_behaviour(tally(1, own), groups, SHARES)
    assert (view.rating, view.mean, view.returned) == (expected, Decimal(mean), returned)
    assert view.appraiser_share + view.survey_share == 100
    assert [code(reason) for reason in view.reasons] == ["advice.small_group"] * returned


def test_no_advice_on_behaviour_without_a_rule_or_marks() -> None:
    assert code(advice_behaviour(tally(1), (), None).reasons[0]) == "advice.no_behaviour"
    view = advice_behaviour(Tally(), (Group(("rekan",), 3, Decimal(3)),), SHARES)
    assert view.rating is None
    assert code(view.reasons[0]) == "advice.no_marks"
    assert advice_behaviour(Tally.of([[3, 3, 3, 3, 3, 3, 0]]), (), SHARES).rating is None


@pytest.mark.parametrize("answers", [[[1, 2]] * 2 + [[1]], [[-1] * 7], [[4] * 7], [[]]])
def test_an_answer_marks_every_value_on_the_scale(answers: list[list[int]]) -> None:
    with pytest.raises(BadMark):
        Tally.of(answers)


answered = st.lists(st.lists(st.integers(0, 3), min_size=7, max_size=7), max_size=8)


@given(answered, st.randoms())
def test_the_order_of_raters_does_not_matter(answers: list[list[int]], random: Any) -> None:
    shuffled = list(answers)
    random.shuffle(shuffled)
    assert Tally.of(answers) == Tally.of(shuffled)


@given(answered, answered, st.booleans())
def test_shut_means_weightless(peers: list[list[int]], subordinates: list[list[int]], merges: bool) -> None:
    """Whatever a group below the least says, no figure moves by it."""
    survey = SurveyRules(8, 8, merges)
    seen = shown_groups(Tally.of(peers), Tally.of(subordinates), survey, 3, 5)
    assert all(group.n >= 3 for group in seen)
    opposite = [[4 - mark if mark else 0 for mark in answer] for answer in subordinates]
    other = shown_groups(Tally.of(peers), Tally.of(opposite), survey, 3, 5)
    if not any("bawahan" in group.who for group in seen):
        assert advice_behaviour(tally(1), seen, SHARES) == advice_behaviour(tally(1), other, SHARES)


@given(answered, st.integers(0, 7), st.integers(0, 6), st.integers(1, 3))
def test_a_better_answer_never_lowers_the_advice(
    answers: list[list[int]], which: int, value: int, own: int
) -> None:
    order = list(ExpectationRating)

    def rating(given: list[list[int]]) -> int:
        groups = shown_groups(Tally.of(given), Tally(), APART, 3, 5)
        found = advice_behaviour(tally(1, own), groups, SHARES).rating
        assert found is not None
        return order.index(found)

    if which < len(answers) and 0 < answers[which][value] < 3:
        better = [list(answer) for answer in answers]
        better[which][value] += 1
        assert rating(better) >= rating(answers)


# ------------------------------------------------------------------------------------------ scores

PP30 = files.load(files.FOLDER / "pp-30-2019.v1.toml").rules
WEIGHTED = PP30.weighted
assert WEIGHTED is not None
BEFORE, SINCE = date(2023, 1, 1), date(2026, 1, 1)

TV3 = [
    ("110", "100", False, False, "107", "baik"),
    ("110", "100", True, False, "106", "baik"),
    ("115", "110", False, False, "113.5", "baik"),
    ("115", "110", False, True, "113.5", "sangat_baik"),
    ("120", "120", True, True, "120", "sangat_baik"),
    ("120", "120", False, False, "120", "baik"),
    ("90", "90", False, False, "90", "baik"),
    ("90", "89.9", False, False, "89.97", "butuh_perbaikan"),
    ("70", "70", False, False, "70", "butuh_perbaikan"),
    ("70", "69.9", False, False, "69.97", "kurang"),
    ("50", "50", False, False, "50", "kurang"),
    ("50", "49.9", False, False, "49.97", "sangat_kurang"),
    ("95", "78.3333", False, False, "89.99999", "butuh_perbaikan"),  # rounded it would be good
]


@pytest.mark.parametrize(("plan", "behaviour", "surveyed", "idea", "score", "overall"), TV3)
def test_the_score_of_the_weighted_method(
    plan: str, behaviour: str, surveyed: bool, idea: bool, score: str, overall: str
) -> None:
    found = final_score(Decimal(plan), Decimal(behaviour), WEIGHTED, surveyed=surveyed, ends=BEFORE)
    assert found == Decimal(score)
    assert weighted_rating(found, WEIGHTED, new_idea=idea) == overall


def test_without_a_survey_only_before_the_law_asked_for_one() -> None:
    last = date(2024, 4, 29)
    assert final_score(Decimal(110), Decimal(100), WEIGHTED, surveyed=False, ends=last) == 107
    with pytest.raises(NoScore) as caught:
        final_score(Decimal(110), Decimal(100), WEIGHTED, surveyed=False, ends=date(2024, 4, 30))
    assert caught.value.refusal.code == "score.survey_needed"


@pytest.mark.parametrize(
    ("appraiser", "others", "score"),
    [("100", ["80"], "92"), ("85", ["95", "95"], "89"), ("90", ["80"] * 3, "86"), ("88", [], "88")],
)
def test_the_score_of_behaviour(appraiser: str, others: list[str], score: str) -> None:
    assert behaviour_score(Decimal(appraiser), [Decimal(each) for each in others], WEIGHTED) == Decimal(score)


def test_plan_and_behaviour_with_others() -> None:
    behaviour = behaviour_score(Decimal(90), [Decimal(80)], WEIGHTED)
    found = final_score(Decimal(105), behaviour, WEIGHTED, surveyed=True, ends=SINCE)
    assert found == Decimal("97.4")
    assert weighted_rating(found, WEIGHTED, new_idea=True) is OverallRating.GOOD


@pytest.mark.parametrize(
    ("value", "score"),
    [
        *[("99", "89"), ("80", "70"), ("79", "69"), ("75", "65"), ("60", "50"), ("59", "49")],
        *[("30", "24.92"), ("0", "0"), ("112", "120"), ("100", "109"), ("98", "88"), ("99.4", "89")],
        *[("99.5", "109"), ("79.5", "70"), ("101", "110"), ("110", "120"), ("59.4", "49"), ("120", "120")],
    ],
)
def test_the_conversion_of_attainments(value: str, score: str) -> None:
    assert round_half_up(converted(Decimal(value), WEIGHTED)) == Decimal(score)


def test_the_most_that_is_possible_is_the_most() -> None:
    assert converted(Decimal(100), WEIGHTED, at_maximum=True) == 120
    assert converted(Decimal(99), WEIGHTED, at_maximum=True) == 89


@given(st.decimals(0, 120, places=2), st.decimals(0, 120, places=2))
def test_a_better_attainment_never_lowers_the_score(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert converted(low, WEIGHTED) <= converted(high, WEIGHTED) <= WEIGHTED.cap


def test_extra_tasks_add_ten_at_most() -> None:
    assert extra_score(Decimal(80), Decimal(1), Decimal(100)) == Decimal("0.8")
    assert plan_score(Decimal("59.2") + Decimal("43.6"), Decimal(0), WEIGHTED) == Decimal("102.8")
    assert plan_score(Decimal(100), Decimal(14), WEIGHTED) == 110
    assert plan_score(Decimal(115), Decimal(10), WEIGHTED) == 120


@pytest.mark.parametrize(
    ("parts", "score"), [([(5, "100"), (7, "90")], "94.17"), ([(3, "118"), (9, "88")], "95.5")]
)
def test_a_year_in_parts_counts_by_months(parts: list[tuple[int, str]], score: str) -> None:
    found = prorated([(months, Decimal(value)) for months, value in parts])
    assert round_half_up(found) == Decimal(score)


@pytest.mark.parametrize(
    ("score", "overall"),
    [
        *[("91", "sangat_baik"), ("90.99", "baik"), ("76", "baik"), ("75.99", "butuh_perbaikan")],
        *[("61", "butuh_perbaikan"), ("60.99", "kurang"), ("51", "kurang"), ("50", "sangat_kurang")],
    ],
)
def test_the_bands_of_the_years_before(score: str, overall: str) -> None:
    bands = files.load(files.FOLDER / "pp-46-2011.v1.toml").rules.legacy_bands
    assert band(Decimal(score), bands) == overall


TV6 = [
    ("12.5", "sangat_baik", 12, "18.75"),
    ("12.5", "baik", 12, "12.50"),
    ("12.5", "butuh_perbaikan", 12, "9.38"),
    ("12.5", "kurang", 12, "6.25"),
    ("12.5", "sangat_kurang", 12, "3.13"),
    ("25", "baik", 12, "25.00"),
    ("25", "baik", 7, "14.58"),
    ("25", "sangat_baik", 12, "37.50"),
    ("37.5", "sangat_baik", 12, "56.25"),
    ("50", "sangat_baik", 12, "75.00"),
    ("5", "sangat_baik", 12, "7.50"),
    ("3.75", "sangat_baik", 12, "5.63"),
]


@pytest.mark.parametrize(("coefficient", "overall", "months", "points"), TV6)
def test_ratings_become_credits(coefficient: str, overall: str, months: int, points: str) -> None:
    found = credit(Decimal(coefficient), OverallRating(overall), months, PP30.credit)
    assert round_half_up(found) == Decimal(points)

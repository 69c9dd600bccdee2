"""Advice computed again: what is a difference, what is counted, and what may be shown of it (NEW-1, #4 Speed)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.performance.advice.rules import NO_ANSWERS, Advice, BehaviourView, advice_behaviour
from portal.performance.recomputations import rules
from portal.performance.recomputations.rules import Counts, Figure, Kept, RecomputationState, Side
from portal.policy.policies.rules import ExpectationRating, OverallRating
from tests.rules.national import POLICY

BELOW, EXPECTED, ABOVE = ExpectationRating
ADVICE = Advice(EXPECTED, Decimal("95.1234567890"), 10, 0, 0)
BEHAVIOUR = BehaviourView(
    ABOVE, Decimal("2.4000000000"), Decimal("2.4"), None, 0, (), Decimal(100), Decimal(0)
)
NONE = Advice(None, None, 0, 4, 0)
KEPT = Kept(
    EXPECTED,
    ABOVE,
    OverallRating.GOOD,
    EXPECTED,
    Decimal("95.123457"),
    ABOVE,
    Decimal("2.4"),
)


@pytest.mark.parametrize(
    ("stored", "figures"),
    [
        ({}, ()),
        ({"advice": ABOVE}, (Figure.ADVICE,)),
        ({"advice": None}, (Figure.ADVICE,)),
        ({"advice_mean": Decimal("95.123456")}, (Figure.MEAN,)),
        ({"advice_mean": None}, (Figure.MEAN,)),
        ({"behaviour_advice": BELOW}, (Figure.BEHAVIOUR_ADVICE,)),
        ({"behaviour_mean": Decimal("2.3")}, (Figure.BEHAVIOUR_MEAN,)),
        ({"overall": OverallRating.POOR}, (Figure.OVERALL,)),
        (
            {"advice": BELOW, "behaviour_mean": None, "overall": OverallRating.VERY_GOOD},
            (Figure.ADVICE, Figure.BEHAVIOUR_MEAN, Figure.OVERALL),
        ),
    ],
)
def test_what_differs_is_named_figure_by_figure(stored, figures):
    assert rules.differing(KEPT._replace(**stored), ADVICE, BEHAVIOUR, POLICY.matrix) == figures


def test_what_was_not_there_then_and_is_not_now_is_no_difference():
    nothing = advice_behaviour(NO_ANSWERS, (), None)
    kept = KEPT._replace(advice=None, advice_mean=None, behaviour_advice=None, behaviour_mean=None)
    assert rules.differing(kept, NONE, nothing, POLICY.matrix) == ()


def test_advice_that_came_after_the_survey_is_told_apart_from_a_difference():
    before = KEPT._replace(behaviour_advice=None, behaviour_mean=None)
    assert rules.came_later(before, BEHAVIOUR, surveyed=True)
    assert rules.differing(before, ADVICE, BEHAVIOUR, POLICY.matrix, later=True) == ()
    # Without a survey there was nothing to wait for; and what was stored, or isn't there now, isn't late.
    assert not rules.came_later(before, BEHAVIOUR, surveyed=False)
    assert not rules.came_later(KEPT, BEHAVIOUR, surveyed=True)
    assert not rules.came_later(before, BEHAVIOUR._replace(rating=None, mean=None), surveyed=True)


@pytest.mark.parametrize(
    ("advised", "decided", "counted"),
    [
        (EXPECTED, EXPECTED, {"expected": 1, "same": 1}),
        (EXPECTED, ABOVE, {"expected": 1, "higher": 1}),
        (ABOVE, BELOW, {"above": 1, "lower": 1}),
        (BELOW, BELOW, {"below": 1, "same": 1}),
        (BELOW, None, {"below": 1}),
        (None, ABOVE, {"none": 1}),
        (None, None, {"none": 1}),
    ],
)
def test_a_decision_lies_to_the_advice_it_had(advised, decided, counted):
    side = Side()
    side.count(advised, decided)
    assert {name: n for name, n in vars(side).items() if n} == counted
    assert side.compared == (1 if decided and advised else 0)


def test_counts_are_kept_and_put_together():
    one, other = Counts(), Counts()
    one.count(ADVICE, BEHAVIOUR, KEPT, differs=True, later=False)
    one.count(NONE, BEHAVIOUR, None, differs=False, later=False)
    other.count(ADVICE, BEHAVIOUR, KEPT._replace(result=BELOW), differs=False, later=True)
    assert Counts.of(one.as_data()) == one
    whole = rules.together([one, other])
    assert (whole.people, whole.rated, whole.different, whole.equal, whole.later) == (3, 2, 1, 1, 1)
    assert vars(whole.result) == {
        "none": 1, "below": 0, "expected": 2, "above": 0, "higher": 0, "same": 1, "lower": 1,
    }  # fmt: skip
    assert one.people == 2, "what was put together stays as it was"


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ((80, 18, 20), [80, 18, 20]),
        ((80, 0, 0), [80, 0, 0]),
        ((80, 18, 2), [80, None, None]),
        ((95, 3, 2), [95, None, None]),
        ((97, 2, 1), [None, None, None]),
        ((50, 6, 4), [50, None, None]),
        ((4, 0, 0), [None, None, None]),
        ((0, 0, 0), [None, None, None]),
        ((2, 0, 3), [None, 0, None]),
    ],
)
def test_no_cell_of_fewer_than_five_is_shown_or_left_over(cells, shown):
    assert rules.safe(cells) == shown


@given(st.lists(st.integers(0, 60), min_size=2, max_size=5))
def test_what_is_hidden_is_never_a_small_group(cells):
    shown = rules.safe(cells)
    hidden = sum(n for n, told in zip(cells, shown, strict=True) if told is None)
    assert hidden == 0 or hidden >= rules.LEAST or hidden == sum(cells)
    assert all(told is None or told == n for n, told in zip(cells, shown, strict=True))
    assert not any(told is not None and 0 < told < rules.LEAST for told in shown)


def test_one_run_of_a_period_at_a_time():
    assert rules.why_not_start(opened=False, newest=None) == rules.NOT_OPENED
    assert rules.why_not_start(opened=True, newest=None) is None
    for state in RecomputationState:
        refusal = rules.why_not_start(opened=True, newest=state)
        assert (refusal == rules.AT_WORK) is (state in rules.UNFINISHED)


def test_only_the_newest_run_that_was_stopped_goes_on():
    assert rules.why_not_resume(RecomputationState.STOPPED, is_newest=True) is None
    assert rules.why_not_resume(RecomputationState.STOPPED, is_newest=False) == rules.OVERTAKEN
    for state in set(RecomputationState) - {RecomputationState.STOPPED}:
        assert rules.why_not_resume(state, is_newest=True) is not None

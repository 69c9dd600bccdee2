"""A draft policy tried on what was decided: counted, from tallies alone (NEW-2)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from portal.performance.advice.rules import Group
from portal.performance.trials.rules import Decided, cannot_tell, tried
from portal.policy.policies import files
from portal.policy.policies.rules import BehaviourAdvice, ExpectationRating, PolicyDocument, SurveyRules

BELOW, AS_EXPECTED, ABOVE = ExpectationRating
SHARES = BehaviourAdvice(Decimal(60), Decimal(40), Decimal("1.67"), Decimal("2.33"))
NATIONAL = next(each.rules for each in files.all_files() if each.rules.key.startswith("nasional"))
SURVEYED = replace(NATIONAL, behaviour=SHARES, survey=SurveyRules(5, 15, True), least_answers=3)


def row(mean: str, n: int = 4, marks: str | None = "2222222") -> Decided:
    return Decided((), (), AS_EXPECTED, AS_EXPECTED, marks, (Group(("rekan",), n, Decimal(mean)),))


def codes(before: PolicyDocument, after: PolicyDocument) -> list[str]:
    return [each.code for each in cannot_tell(before, after)]


def test_other_cut_offs_are_tried_on_the_tallies() -> None:
    strict = replace(SURVEYED, behaviour=replace(SHARES, above=Decimal("2.1")))
    found = tried([row("2.4"), row("2.0"), row("2.4", marks=None)], SURVEYED, strict)
    assert found.behaviour == {(AS_EXPECTED, ABOVE): 1, (AS_EXPECTED, AS_EXPECTED): 1, (None, None): 1}
    assert found.readvised_behaviour == 1
    assert codes(SURVEYED, strict) == []


def test_a_group_too_small_for_the_draft_weighs_nothing() -> None:
    larger = replace(SURVEYED, least_answers=5)
    found = tried([row("3", n=4)], SURVEYED, larger)
    assert found.behaviour == {(ABOVE, AS_EXPECTED): 1}


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (NATIONAL, SURVEYED, "trial.survey"),
        (replace(SURVEYED, least_answers=4), SURVEYED, "trial.answers"),
        (SURVEYED, replace(SURVEYED, survey=SurveyRules(5, 15, False)), "trial.answers"),
        (SURVEYED, replace(SURVEYED, least_comments=7), "trial.answers"),
    ],
)
def test_what_would_need_single_answers_is_said_and_not_counted(
    before: PolicyDocument, after: PolicyDocument, code: str
) -> None:
    assert codes(before, after) == [code]
    assert tried([row("3")], before, after).behaviour == {}

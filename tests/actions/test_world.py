"""The world reaches every state by the real actions, on both databases."""

import pytest

from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.rules import PlanState


@pytest.mark.parametrize("state", [each for each in PlanState if each is not PlanState.REVIEWED])
def test_plan(world, state):
    assert world.plan(at=state).state is state


@pytest.mark.parametrize("state", [each for each in EvaluationState if each is not EvaluationState.CLOSED])
def test_evaluation(world, state):
    assert world.evaluation(at=state).state is state


def test_progress(world):
    assert world.progress().text == "Menyusun laporan pertama."

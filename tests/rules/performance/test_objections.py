"""Objections and the superior: clocks (TV-5), transitions, and every reason why not (PP 30/2019 Ps. 49-50, 59)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.performance.evaluations.rules import EvaluationState
from portal.performance.objections import rules
from portal.performance.objections.rules import (
    OBJECTION_WORKFLOW,
    Missing,
    ObjectionState,
    Outcome,
    Part,
)
from portal.policy.policies.checks import problems
from portal.policy.policies.reading import read
from tests.rules import national

POLICY = national.POLICY
RECEIVED = date(2027, 1, 15)
LONG = "Dua laporan belum ikut dihitung."
FIELD = {
    "state": EvaluationState.RECEIVED,
    "starts": RECEIVED,
    "today": RECEIVED,
    "policy": POLICY,
}


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, None),
        ({"today": date(2027, 1, 29)}, None),
        ({"today": date(2027, 1, 30)}, "objection.late"),
        ({"state": EvaluationState.CLOSED}, None),
        ({"state": EvaluationState.HANDED_OVER}, "objection.not_received"),
        ({"starts": None}, "objection.not_received"),
        ({"is_open": True}, "objection.again"),
        ({"decided": True}, "objection.final"),
        ({"heard_by": False}, "objection.nobody"),
        ({"parts": [], "reasons": LONG}, "objection.parts"),
        ({"parts": [Part.RESULT], "reasons": "salah"}, "objection.reasons"),
        ({"parts": [Part.RESULT], "reasons": LONG}, None),
    ],
)
def test_who_may_object_until_when(facts, code):
    refusal = rules.why_not_file(**{**FIELD, **facts})
    parts = [refusal, *refusal.parts] if refusal is not None else []
    assert (code in [each.code for each in parts]) if code else refusal is None


def test_the_clock_of_what_the_superior_set():
    day = date(2027, 2, 1)
    assert rules.clock_starts(None, day) == day
    assert rules.clock_starts(RECEIVED, day) == RECEIVED
    assert rules.clock_starts(None, None) is None


def test_working_days_of_explanation_and_decision():
    filed = date(2026, 11, 20)
    assert rules.explanation_due(filed, POLICY, frozenset()) == date(2026, 11, 27)
    assert rules.decision_due(filed, POLICY, frozenset()) == date(2026, 12, 10)
    assert rules.decision_due(filed, POLICY, frozenset({date(2026, 12, 9)})) == date(2026, 12, 11)


def test_a_policy_may_name_other_days():
    document = national.document()
    document["clock"]["decision"] = {"value": 10, "mark": "A", "assumed": True, "note": "Setelan daerah."}
    assert read(document).decision_working_days == 10
    document["clock"]["decision"]["value"] = 0
    assert problems(document)


STEPS = {
    ("explain", ObjectionState.FILED): ObjectionState.EXPLAINED,
    ("decide", ObjectionState.FILED): ObjectionState.DECIDED,
    ("decide", ObjectionState.EXPLAINED): ObjectionState.DECIDED,
    ("withdraw", ObjectionState.FILED): ObjectionState.WITHDRAWN,
    ("withdraw", ObjectionState.EXPLAINED): ObjectionState.WITHDRAWN,
}


@pytest.mark.parametrize("verb", ["explain", "decide", "withdraw"])
@pytest.mark.parametrize("state", list(ObjectionState))
def test_no_step_leads_out_of_a_decision(verb, state):
    step = OBJECTION_WORKFLOW.find(verb, state)
    assert (step.target if step else None) == STEPS.get((verb, state))


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, None),
        ({"by_employee": True}, "objection.own"),
        ({"state": ObjectionState.DECIDED}, "objection.state"),
        ({"state": ObjectionState.FILED}, "objection.unheard"),
        ({"state": ObjectionState.FILED, "today": date(2027, 1, 23)}, None),
        ({"considerations": "tidak"}, "objection.considerations"),
        ({"considerations": LONG, "outcome": Outcome.STAYS, "differs": False}, None),
        ({"considerations": LONG, "outcome": Outcome.CHANGED, "differs": False}, "objection.same"),
        ({"needs_advice": True, "advice_letter": ""}, "objection.advice"),
        ({"needs_advice": True, "advice_letter": "12/TPK/2027"}, None),
    ],
)
def test_both_sides_are_heard_before_a_decision(facts, code):
    usual = {
        "state": ObjectionState.EXPLAINED,
        "today": date(2027, 1, 20),
        "explanation_due": date(2027, 1, 22),
    }
    values = {**usual, **facts}
    refusal = rules.why_not_decide(values.pop("state"), **values)
    parts = [refusal, *refusal.parts] if refusal is not None else []
    assert (code in [each.code for each in parts]) if code else refusal is None


@pytest.mark.parametrize(
    ("state", "days", "missing"),
    [
        (EvaluationState.RATED, 14, None),
        (EvaluationState.RATED, 15, Missing.APPRAISER),
        (EvaluationState.HANDED_OVER, 14, None),
        (EvaluationState.HANDED_OVER, 15, Missing.EMPLOYEE),
        (EvaluationState.RECEIVED, 99, None),
        (EvaluationState.REPORTED, 99, None),
    ],
)
def test_when_the_superior_sets_it(state, days, missing):
    facts = {"rated_on": RECEIVED, "handed_over_on": RECEIVED, "policy": POLICY}
    refusal = rules.why_not_substitute(state, today=RECEIVED + timedelta(days=days), **facts)
    assert (refusal is None) == (missing is not None)
    if missing:
        assert rules.overdue(state, **facts)[0] is missing
        late = rules.why_not_substitute(state, today=RECEIVED + timedelta(days=days), text="ya", **facts)
        assert late.code == "substitute.text"


@pytest.mark.parametrize("state", list(ObjectionState))
def test_explaining(state):
    refusal = rules.why_not_explain(state, LONG)
    assert (refusal is None) == (state is ObjectionState.FILED)
    if refusal is None:
        assert rules.why_not_explain(state, "ya").code == "objection.explanation"

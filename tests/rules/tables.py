"""Checking every cell of a transition table, and what a refusal says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from portal.kernel.exact import format_number
from portal.kernel.refusal import Refusal
from portal.kernel.workflow import Workflow, verbs


def check_table(workflow: Workflow, expected: Mapping[str, Mapping[str, str]]) -> None:
    """``expected``: verb to source to target. Every cell that isn't named must be refused."""
    assert set(verbs(workflow)) == set(expected)
    for verb, ways in expected.items():
        for state in workflow.states:
            step = workflow.find(verb, state)
            assert (step.target if step else None) == ways.get(str(state)), (verb, state)
            assert (workflow.why_not(verb, state) is None) == (str(state) in ways)


def check_actors(workflow: Workflow, expected: Mapping[str, str]) -> None:
    """Who takes each step."""
    assert {step.verb: step.actor for step in workflow.transitions} == dict(expected)


def open_in(why_not: Callable[[str], object], states: object) -> set[str]:
    """The states in which ``why_not`` gives no refusal."""
    return {str(state) for state in states if why_not(state) is None}  # type: ignore[attr-defined]


def code(refusal: object) -> object:
    """The code of a refusal, or ``None`` where there is none."""
    return getattr(refusal, "code", None)


def sentence(refusal: Refusal) -> str:
    """The Indonesian sentence, numbers written as a page writes them."""
    return refusal.message % {
        name: format_number(value) if isinstance(value, Decimal) else value
        for name, value in refusal.params.items()
    }

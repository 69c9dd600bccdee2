"""Every verb that the product records has its sentence, and every kind of thing its word."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from portal.performance.evaluations.rules import EVALUATION_WORKFLOW
from portal.performance.plans.rules import PLAN_WORKFLOW
from portal.policy.history import rules

ROOT = Path(__file__).resolve().parents[3] / "portal"
STEPS = {f"{each.verb}_plan" for each in PLAN_WORKFLOW.transitions} | {
    each.verb for each in EVALUATION_WORKFLOW.transitions
}
"""Verbs that are put together from a table of steps."""


def recorded() -> set[str]:
    """The verbs in calls of ``events.record`` and in rows that are inserted at once."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "events.record":
                found |= {each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant)}
            if isinstance(node, ast.Dict):
                keys = {key.value: value for key, value in zip(node.keys, node.values, strict=True)
                        if isinstance(key, ast.Constant)}  # fmt: skip
                if "subject_type" in keys and isinstance(keys.get("verb"), ast.Constant):
                    found.add(keys["verb"].value)
    return {verb for verb in found if isinstance(verb, str) and not verb.startswith("_")}


def test_the_code_records_verbs():
    assert {"sign_in", "rate_organisation", "rechain_enrolment"} <= recorded()


@pytest.mark.parametrize("verb", sorted(recorded() | STEPS))
def test_every_verb_has_a_sentence(verb):
    assert verb in rules.SENTENCES, f"add the sentence of {verb} to portal/policy/history/rules.py"


@pytest.mark.parametrize("verb", sorted(rules.SENTENCES))
def test_a_sentence_is_one(verb):
    text = rules.SENTENCES[verb]
    assert text.startswith("%(who)s ") and text.endswith(".")


def test_an_unknown_verb_is_shown_as_it_is():
    assert (
        rules.sentence_of("of_another_release") % {"who": "Rina", "verb": "x"}
        == "Rina melakukan langkah “x”."
    )

"""An outcome as a JSON document: for the command, and for whoever was rated (NEW-1)."""

from __future__ import annotations

from typing import Any

from portal.kernel.refusal import Refusal
from portal.performance.advice.explanation import explain
from portal.performance.advice.recompute import Outcome
from portal.policy.policies.rules import rating_word


def words(refusal: Refusal) -> str:
    """The Indonesian sentence."""
    return refusal.message % refusal.params if refusal.params else refusal.message.replace("%%", "%")


def as_data(outcome: Outcome, digest: str, *, explained: bool = True) -> dict[str, object]:
    """An outcome as plain JSON: rating, components, explanation."""
    policy, overall = outcome.policy, outcome.overall
    found: dict[str, object] = {
        "name": outcome.facts.name,
        "policy": {"key": policy.key, "version": policy.version, "sha256": digest},
        "method": policy.method,
        "rating": None
        if overall is None
        else {"key": overall.value, "label": rating_word(overall, policy.method)},
        "components": _components(outcome),
        "notes": [{"code": note.code, "text": words(note)} for note in outcome.notes],
    }
    if explained:
        found["explanation"] = [step.as_data() for step in explain(outcome)]
    return found


def _components(outcome: Outcome) -> dict[str, object]:
    decided, found = outcome.facts.decided, dict[str, object]()
    if outcome.advice is not None:
        found["result"] = {
            "advice": outcome.advice.rating,
            "decided": decided.result if decided else None,
            "mean": exact(outcome.advice.mean),
            "counted": outcome.advice.counted,
            "missing": outcome.advice.missing,
        }
    if outcome.behaviour is not None:
        found["behaviour"] = {
            "advice": outcome.behaviour.rating,
            "decided": decided.behaviour if decided else None,
            "mean": exact(outcome.behaviour.mean),
            "answers": outcome.behaviour.answers,
            "returned_to_appraiser": outcome.behaviour.returned,
        }
    if outcome.scores is not None:
        found["scores"] = {
            name: exact(getattr(outcome.scores, name))
            for name in ("main", "extra", "plan", "behaviour", "final")
        }
    if outcome.credit is not None:
        found["credit"] = exact(outcome.credit)
    return found


def exact(value: Any) -> str | None:
    """An exact number as text: no reader makes a binary fraction of it."""
    return None if value is None else format(value.normalize(), "f")

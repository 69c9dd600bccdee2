"""Workflows as transition tables (architecture, decision 5).

A room declares its states and transitions once; actions step through the table, buttons ask it, and
the state diagrams in ``docs/states.md`` are printed from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.kernel.refusal import N_, Refusal


@dataclass(frozen=True)
class Transition:
    """``verb`` leads from any of ``sources`` to ``target``; ``actor`` names who may take it.

    ``only_if`` is a condition in words for the diagram; the room's rule holds it in code.
    """

    verb: str
    sources: tuple[str, ...]
    target: str
    actor: str
    only_if: str = ""


@dataclass(frozen=True)
class Workflow:
    """A named table of transitions over ``states``; the first state is where a thing begins."""

    name: str
    states: tuple[str, ...]
    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        for step in self.transitions:
            unknown = {*step.sources, step.target} - set(self.states)
            if unknown:
                raise ValueError(f"{self.name}: unknown states {sorted(unknown)}")

    def find(self, verb: str, state: str) -> Transition | None:
        """The transition that ``verb`` takes from ``state``, or ``None``."""
        return next((t for t in self.transitions if t.verb == verb and state in t.sources), None)

    def why_not(self, verb: str, state: str) -> Refusal | None:
        """A refusal when the table has no such step from ``state``."""
        if self.find(verb, state) is not None:
            return None
        return Refusal(
            f"{self.name}.state", N_("Langkah ini sudah lewat atau belum waktunya."), {"state": state}
        )

    def after(self, verb: str, state: str) -> str:
        """The state that ``verb`` leads to. Raises ``LookupError`` when the table has no such step."""
        step = self.find(verb, state)
        if step is None:
            raise LookupError(f"{self.name}: no {verb} from {state}")
        return step.target

    def diagram(self) -> str:
        """The table as a Mermaid state diagram."""
        rows = ["stateDiagram-v2", f"    [*] --> {self.states[0]}"]
        for step in self.transitions:
            label = f"{step.verb} ({step.actor}{'; ' + step.only_if if step.only_if else ''})"
            rows += [f"    {source} --> {step.target}: {label}" for source in step.sources]
        ends = set(self.states) - {s for t in self.transitions for s in t.sources}
        rows += [f"    {state} --> [*]" for state in self.states if state in ends]
        return "\n".join(rows)


def verbs(workflow: Workflow) -> Iterable[str]:
    """Every verb of the table once, in the table's order."""
    return dict.fromkeys(step.verb for step in workflow.transitions)

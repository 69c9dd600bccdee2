"""What a performance agreement must hold, and what an agency's head takes from it (Y-09, Y-10, Y-11)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from portal.performance.agreements import rules
from portal.performance.plans.rules import why_not_write_manual, why_not_write_result
from tests.rules.tables import check_table


@dataclass
class Goal:
    ref: str = "g1"
    indicators: list[Any] = field(default_factory=lambda: [object()])


def code(refusal: Any) -> Any:
    """The reason's code; those of the parts where there are several."""
    if refusal is None:
        return None
    return " ".join(part.code for part in refusal.parts) if refusal.parts else refusal.code


def test_every_step() -> None:
    check_table(rules.AGREEMENT_WORKFLOW, {"set": {"draf": "ditetapkan"}, "reopen": {"ditetapkan": "draf"}})


@pytest.mark.parametrize(
    ("state", "goals", "document", "expected"),
    [
        ("draf", [Goal()], "PK 1/2026", None),
        ("draf", [], "PK 1/2026", "agreement.goal"),
        ("draf", [Goal(indicators=[])], "PK 1/2026", "agreement.indicator"),
        ("draf", [Goal(), Goal(indicators=[])], " ", "agreement.indicator agreement.document"),
        ("draf", [], "", "agreement.goal agreement.document"),
        ("ditetapkan", [Goal()], "PK 1/2026", "agreement.locked"),
    ],
)
def test_when_it_can_be_set(state: str, goals: Any, document: str, expected: str | None) -> None:
    assert code(rules.why_not_set(state, goals, document)) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (rules.why_not_edit("draf"), None),
        (rules.why_not_edit("ditetapkan"), "agreement.locked"),
        (rules.why_not_add_goal("draf", rules.MAX_GOALS - 1), None),
        (rules.why_not_add_goal("draf", rules.MAX_GOALS), "agreement.max_goals"),
        (rules.why_not_add_indicator("draf", rules.MAX_KEY_INDICATORS), "agreement.max_indicators"),
        (rules.why_not_add_indicator("ditetapkan", 0), "agreement.locked"),
        (rules.why_not_reopen("ditetapkan"), None),
        (rules.why_not_reopen("draf"), "agreement.state"),
        (why_not_write_result("utama", True), "plan.from_agreement"),
        (why_not_write_result("utama", False), None),
        (why_not_write_result("tambahan", True), None),
        (why_not_write_manual("draf", True, False), None),
        (why_not_write_manual("draf", True, True), None),
        (why_not_write_manual("dikembalikan", True, True), None),
        (why_not_write_manual("ditetapkan", True, False), None),
        (why_not_write_manual("ditetapkan", True, True), "plan.manual_locked"),
        (why_not_write_manual("diajukan", True, True), "plan.manual_locked"),
        (why_not_write_manual("draf", False, False), "plan.manual"),
    ],
)
def test_what_is_closed(found: Any, expected: str | None) -> None:
    assert code(found) == expected

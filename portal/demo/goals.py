"""Shared goals of the demo: an infrastructure programme that runs, and one that waits for an agreement.

By the actions that a page would call; where a demo is too small for the head of a contributing unit there is
no goal. The words stand in ``data/goals.toml``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from portal.demo.stage import Member, Stage, acting
from portal.demo.structure import described
from portal.extensions import db
from portal.people.organisation.models import Unit
from portal.performance.goals import actions
from portal.performance.goals.models import Contribution, GoalProgress, SharedGoal
from portal.performance.goals.rules import BROUGHT
from portal.performance.plans.models import Plan
from portal.performance.plans.rules import Direction, PlanState
from portal.performance.progress.rules import FeedbackKind


def hold(stage: Stage) -> None:
    """The region's shared goal as it came about over the year; one that doesn't run waits for one leader."""
    said = described("goals").get(stage.place.key)
    heads = {code: _head(stage, code) for code in _units(said)} if said else {}
    if not said or None in heads.values():
        return
    leaders = {code: member for code, member in heads.items() if member is not None}
    with acting(stage):
        goal, parts = _propose(stage, said, leaders)
        for number, (code, part) in enumerate(parts.items()):
            if said["runs"] or number != 1:
                day = 19 + number if said["runs"] else 5 + number
                at = stage.on(2 if said["runs"] else 10, day, 10, 15)
                actions.agree(part, by=leaders[code].actor, at=at)
        if said["runs"]:
            actions.run(goal, by=leaders[said["coordinator"]].actor, at=stage.on(3, 2, 8, 30))
            _refer(stage, said, goal)
            _tell(stage, said, goal, leaders)


def _units(said: dict[str, Any]) -> list[str]:
    return [said["coordinator"], *(share["unit"] for share in said["share"])]


def _head(stage: Stage, code: str) -> Member | None:
    """Whoever heads a unit today, among those who plan."""
    found = [m for m in stage.members.values() if m.seat.unit == code and m.seat.head and 4 in m.entries]
    return found[-1] if found else None


def _propose(
    stage: Stage, said: dict[str, Any], leaders: dict[str, Member]
) -> tuple[SharedGoal, dict[str, Contribution]]:
    by, month, day = leaders[said["coordinator"]].actor, *((2, 10) if said["runs"] else (10, 1))
    codes = _units(said)
    rows = db.session.scalars(select(Unit).where(Unit.region_id == stage.region_id, Unit.code.in_(codes)))
    units = {unit.code: unit for unit in rows}
    goal = actions.start(
        stage.region(),
        coordinator=units[said["coordinator"]],
        **{name: said[name] for name in ("title", "text", "indicator", "unit")},
        direction=Direction(said["direction"]),
        baseline=Decimal(said["baseline"]),
        target=Decimal(said["target"]),
        by=by,
        at=stage.on(month, day, 9, 0),
    )
    parts = {}
    for number, share in enumerate(said["share"]):
        parts[share["unit"]] = actions.add_contributor(
            goal,
            unit=units[share["unit"]],
            share=Decimal(share["share"]),
            **{name: share[name] for name in BROUGHT},
            by=by,
            at=stage.on(month, day, 9, 10 + number),
        )
    actions.propose(goal, by=by, at=stage.on(month, day + 1, 8, 40))
    return goal, parts


def _refer(stage: Stage, said: dict[str, Any], goal: SharedGoal) -> None:
    """The first line of plans whose posts work for it: at most two people of each kind of post."""
    for kind in said["plans"]:
        found = [m for m in stage.members.values() if m.seat.plan == kind and m.plan_state is PlanState.SET]
        for member in [each for each in found if each.lines][:2]:
            plan = db.session.get_one(Plan, member.plan_id)
            at = stage.at(stage.later(date(stage.year, 3, 4), 1), 11, 20)
            actions.refer(plan, line_ref=member.lines[0].ref, goal=goal, by=member.actor, at=at)


def _tell(stage: Stage, said: dict[str, Any], goal: SharedGoal, leaders: dict[str, Member]) -> None:
    """Progress quarter by quarter, a slip of the pen put right, and what was said of the goal."""
    row: GoalProgress | None = None
    for entry in [*said["progress"], said["correction"]]:
        fields = {"day": entry["day"], "value": Decimal(entry["value"]), "text": entry["text"]}
        by, at = leaders[entry["by"]].actor, stage.at(stage.later(entry["day"], 2), 14, 5)
        if entry is said["correction"] and row is not None:
            actions.correct(row, **fields, by=by, at=stage.at(stage.later(entry["day"], 3), 8, 50))
        else:
            row = actions.record(goal, **fields, by=by, at=at)
    for number, word in enumerate(said["feedback"]):
        actions.say(
            goal,
            kind=FeedbackKind(word["kind"]),
            text=word["text"],
            by=leaders[word["by"]].actor,
            at=stage.on(10, 5 + number, 16, 10),
        )

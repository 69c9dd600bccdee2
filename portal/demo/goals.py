"""Shared goals of the demo: an infrastructure programme that runs, and one that waits for an agreement.

By the actions that a page would call. Where a demo is too small for the head of a contributing unit, the
coordinator holds that share, too; with nobody beside it there is no goal. The words stand in
``data/goals.toml``.
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
from portal.performance.goals.rules import BROUGHT, HUNDRED, LEAST_CONTRIBUTORS
from portal.performance.plans.models import Plan
from portal.performance.plans.rules import Direction, PlanState
from portal.performance.progress.rules import FeedbackKind


def hold(stage: Stage) -> None:
    """The region's shared goal as it came about over the year; one that doesn't run waits for one leader."""
    said = described("goals").get(stage.place.key)
    if said is None:
        return
    heads = {share["unit"]: _head(stage, share["unit"]) for share in said["share"]}
    leaders = {code: member for code, member in heads.items() if member is not None}
    if len(leaders) < LEAST_CONTRIBUTORS or said["coordinator"] not in leaders:
        return
    with acting(stage):
        goal, parts = _propose(stage, said, leaders)
        asked = date(stage.year, *((2, 11) if said["runs"] else (10, 2)))
        for number, (code, part) in enumerate(parts.items(), 1):
            if said["runs"] or code != said["waits"]:
                at = stage.at(stage.later(asked, number), 10, 15)
                actions.agree(part, by=leaders[code].actor, at=at)
        if said["runs"]:
            actions.run(goal, by=leaders[said["coordinator"]].actor, at=stage.on(3, 2, 8, 30))
            _refer(stage, said, goal)
            _tell(stage, said, goal, leaders)


def _head(stage: Stage, code: str) -> Member | None:
    """Whoever heads a unit today, among those who plan."""
    found = [m for m in stage.members.values() if m.seat.unit == code and m.seat.head and 4 in m.entries]
    return found[-1] if found else None


def _propose(
    stage: Stage, said: dict[str, Any], leaders: dict[str, Member]
) -> tuple[SharedGoal, dict[str, Contribution]]:
    by, month, day = leaders[said["coordinator"]].actor, *((2, 10) if said["runs"] else (10, 1))
    here = Unit.region_id == stage.region_id
    rows = db.session.scalars(select(Unit).where(here, Unit.code.in_(leaders)))
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
    held = [share for share in said["share"] if share["unit"] in leaders]
    rest = HUNDRED - sum(Decimal(share.get("share", 0)) for share in held)
    parts = {}
    for number, share in enumerate(held):
        parts[share["unit"]] = actions.add_contributor(
            goal,
            unit=units[share["unit"]],
            share=Decimal(share["share"]) if "share" in share else rest,
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
    coordinator = leaders[said["coordinator"]]
    row: GoalProgress | None = None
    for entry in [*said["progress"], said["correction"]]:
        fields = {"day": entry["day"], "value": Decimal(entry["value"]), "text": entry["text"]}
        by = leaders.get(entry["by"], coordinator).actor
        at = stage.at(stage.later(entry["day"], 2), 14, 5)
        if entry is said["correction"] and row is not None:
            actions.correct(row, **fields, by=by, at=stage.at(stage.later(entry["day"], 3), 8, 50))
        else:
            row = actions.record(goal, **fields, by=by, at=at)
    for number, word in enumerate(each for each in said["feedback"] if each["by"] in leaders):
        actions.say(
            goal,
            kind=FeedbackKind(word["kind"]),
            text=word["text"],
            by=leaders[word["by"]].actor,
            at=stage.on(10, 5 + number, 16, 10),
        )

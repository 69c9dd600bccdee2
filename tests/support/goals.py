"""A shared goal for tests, walked to any state by the real actions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from portal.extensions import db
from portal.performance.goals import actions, queries
from portal.performance.goals.models import Contribution, SharedGoal
from portal.performance.goals.rules import GoalState
from portal.performance.plans.rules import Direction
from tests.support.world import World

HELD = (("bidang-pelayanan", "60"), ("bkpsdm", "40"))
"""Who holds what: a unit of the health agency and the agency of staff."""
LEADERS = {
    "bidang-pelayanan": "unit_head",
    "bkpsdm": "staff_head",
    "dinas-kesehatan": "agency_head",
    "puskesmas-melati": "clinic_head",
    "sekretariat-daerah": "secretary",
}
"""Who answers for a unit."""
FIELDS: dict[str, Any] = {
    "title": "Setiap puskesmas dilayani perawat terlatih",
    "text": "Warga di setiap kelurahan dilayani perawat yang sudah dilatih.",
    "indicator": "Puskesmas dengan perawat terlatih",
    "unit": "puskesmas",
    "direction": Direction.UP,
    "baseline": Decimal(2),
    "target": Decimal(12),
}
WHY = "Alasannya tertulis dalam berita acara rapat."


def shared(
    world: World,
    at: GoalState = GoalState.RUNNING,
    *,
    coordinator: str = "dinas-kesehatan",
    held: Any = HELD,
    by: Any = None,
    region: str = "kota-contoh",
    **fields: Any,
) -> SharedGoal:
    """A goal with its contributors, in that state (not ``WITHDRAWN``)."""
    by = by or world.agency_head
    with world.inside():
        unit = world.unit(coordinator, region)
        goal = world.do(actions.start, world.region(region), by=by, coordinator=unit, **FIELDS | fields)
        for slug, share in held:
            add(world, goal, slug, share, by=by, region=region)
        order = list(GoalState)
        if order.index(at) >= order.index(GoalState.PROPOSED):
            world.do(actions.propose, goal, by=by)
        if order.index(at) >= order.index(GoalState.AGREED):
            for slug, _share in held:
                world.do(actions.agree, part(world, goal, slug, region), by=_leader(world, slug, region))
        if order.index(at) >= order.index(GoalState.RUNNING):
            world.do(actions.run, goal, by=by)
        if at is GoalState.ENDED:
            world.do(actions.end, goal, by=by, reason="Kedua belas puskesmas sudah dilayani.")
        return world._given(goal)


def _leader(world: World, slug: str, region: str) -> Any:
    return world.people[LEADERS[slug]] if region == "kota-contoh" else world.other_head


def add(
    world: World,
    goal: SharedGoal,
    slug: str,
    share: str,
    *,
    by: Any,
    region: str = "kota-contoh",
    **brought: str,
) -> Contribution:
    """A further contributor that brings two people."""
    brought = {"people": "2 orang", "tools": "", "budget": "", "information": "", **brought}
    unit = world.unit(slug, region)
    return world.do(actions.add_contributor, goal, by=by, unit=unit, share=Decimal(share), **brought)


def part(world: World, goal: SharedGoal, slug: str, region: str = "kota-contoh") -> Contribution:
    """A unit's contribution to the goal."""
    unit = world.unit(slug, region)
    return next(each for each in queries.contributions(goal.id) if each.unit_id == unit.id)


def told(world: World, goal: SharedGoal, value: str, day: date = date(2026, 9, 30), by: Any = None) -> Any:
    """Progress of the goal."""
    fields = {"day": day, "value": Decimal(value), "text": "Pelatihan angkatan ini selesai."}
    with world.inside():
        goal = db.session.get_one(SharedGoal, goal.id)
        return world._given(world.do(actions.record, goal, by=by or world.unit_head, **fields))

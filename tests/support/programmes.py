"""Programmes for tests, made by the real actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from portal.extensions import db
from portal.performance.programmes import actions
from portal.performance.programmes.models import Participation, Programme
from portal.performance.programmes.rules import Entry, ParticipationRole
from tests.support.world import World

FACTS: dict[str, Any] = {
    "title": "Layanan Tanpa Antrean",
    "purpose": "Warga dilayani tanpa menunggu lebih dari sepuluh menit.",
    "begins": date(2026, 7, 6),
    "last_day": None,
    "meetings": 6,
}
"""A programme that runs since the third quarter."""


def entry(attended: int = 4, meetings: int = 6, **other: Any) -> Entry:
    """What is recorded of somebody."""
    role = other.pop("role", ParticipationRole.MEMBER)
    return Entry(role, attended, meetings, **other)


def made(world: World, *, unit: str = "bidang-pelayanan", by: str = "unit_head", **other: Any) -> Programme:
    """A programme of a unit, owned by ``owner`` (Budi unless told)."""
    owner = world.people[other.pop("owner", "budi")]
    region = other.pop("region", "kota-contoh")
    with world.inside():
        facts = {**FACTS, **other}
        of = world.unit(unit, region)
        return world._given(
            world.do(actions.make, of, by=world.people[by], owner_id=owner.person_id, **facts)
        )


def recorded(
    world: World, programme: Programme, who: str = "rina", said: Entry | None = None, by: str = "budi"
) -> Participation:
    """Somebody takes part."""
    with world.inside():
        person_id = world.people[who].person_id
        programme = db.session.merge(programme, load=True)
        world.do(actions.record, programme, by=world.people[by], entries={person_id: said or entry()})
        found = select(Participation).where(
            Participation.programme_id == programme.id, Participation.person_id == person_id
        )
        return world._given(db.session.scalars(found).one())

"""Programmes of the demo with who takes part: notes that wait, one that was corrected, one that is mended.

Each by the actions that a page would call; in a demo too small for somebody they don't take part. The words
stand in ``data/programmes.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from portal.demo.stage import Member, Stage, acting
from portal.demo.structure import described
from portal.extensions import db
from portal.people.organisation.models import Unit
from portal.performance.programmes import actions
from portal.performance.programmes.models import Participation, Programme
from portal.performance.programmes.rules import Entry, ParticipationRole

RECORDED = timedelta(days=45)
"""So long after its beginning a programme's owner wrote down who takes part."""
LAST = date(2026, 10, 7)


def make(stages: Sequence[Stage]) -> None:
    """Every programme of every region, with what became of it."""
    for said in described("programmes")["programme"]:
        for stage in stages:
            if stage.place.key == said["region"]:
                _make(stage, said)


def _make(stage: Stage, said: Mapping[str, Any]) -> None:
    owner = stage.find(said["owner"])
    if owner is None:
        return
    begins: date = said["begins"]
    day = stage.later(begins + RECORDED, 0)
    named = {each["who"]: member for each in said["people"] if (member := stage.find(each["who"]))}
    entries = {
        named[each["who"]].person_id: _entry(said, each) for each in said["people"] if each["who"] in named
    }
    others = list(_others(stage, said, {owner.person_id, *entries}))
    for place, member in enumerate(others):
        product = said["products"][place % len(said["products"])]
        attended = said["attend"][place % len(said["attend"])]
        entries[member.person_id] = Entry(
            ParticipationRole.ATTENDEE if said.get("last_day") else ParticipationRole.MEMBER,
            attended,
            said["meetings"],
            product=product,
            letter=said["letter"],
        )
    with acting(stage):
        unit = db.session.scalars(
            select(Unit).where(Unit.region_id == stage.region_id, Unit.code == said["unit"])
        ).one()
        programme = actions.make(
            unit,
            title=said["title"],
            purpose=said["purpose"],
            begins=begins,
            last_day=said.get("last_day"),
            meetings=said["meetings"],
            owner_id=owner.person_id,
            by=stage.hr,
            at=stage.at(stage.later(begins, -5), 9, 10),
        )
        actions.record(programme, entries=entries, by=owner.actor, at=stage.at(day, 15, 20))
        _mend(stage, programme, said, owner)
        if "last_day" in said:
            ended = stage.later(said["last_day"], 1)
            actions.end(programme, last_day=said["last_day"], by=owner.actor, at=stage.at(ended, 8, 40))
        for each in said["people"]:
            if each["who"] in named:
                _follow(stage, programme, each, named[each["who"]], owner, said)
        if "withdrawn" in said and others:
            gone = _of(programme, others[-1])
            actions.withdraw(gone, reason=said["withdrawn"], by=owner.actor, at=stage.on(9, 2, 10, 5))


def _entry(said: Mapping[str, Any], each: Mapping[str, Any]) -> Entry:
    return Entry(
        ParticipationRole(each["role"]),
        each["attended"],
        said["meetings"],
        each.get("words", ""),
        each["product"],
        said["letter"],
    )


def _others(stage: Stage, said: Mapping[str, Any], taken: set[int]) -> Iterator[Member]:
    """Some who aren't named: every third of the third quarter's people, the leaders of units last."""
    found = [m for m in stage.enrolled(3) if not m.who and m.person_id not in taken and not m.came_late]
    found.sort(key=lambda m: m.is_leader)
    start = len(said["title"]) % 3
    seen: set[int] = set()
    for member in (*found[start::3], *found[(start + 1) % 3 :: 3]):
        if len(seen) < said["others"] and member.person_id not in seen:
            seen.add(member.person_id)
            yield member


def _mend(stage: Stage, programme: Programme, said: Mapping[str, Any], owner: Member) -> None:
    """What was mended before, and what still is."""
    if "mended" in said:
        day = said["mended_on"]
        past = actions.mark_repair(
            programme, what=said["mended"], due=said["mended_by"], by=owner.actor, at=stage.at(day, 10, 15)
        )
        closed = stage.later(said["mended_by"], -1)
        actions.close_repair(past, outcome=said["outcome"], by=owner.actor, at=stage.at(closed, 16, 0))
    if "repair" in said:
        day = said["repair_on"]
        actions.mark_repair(
            programme, what=said["repair"], due=said["repair_by"], by=owner.actor, at=stage.at(day, 11, 30)
        )


def _follow(
    stage: Stage,
    programme: Programme,
    each: Mapping[str, Any],
    member: Member,
    owner: Member,
    said: Mapping[str, Any],
) -> None:
    """A correction, or a note that waits for its answer."""
    if "corrected" in each:
        entry = _entry(said, {**each, "attended": each["corrected"]})
        reason, at = each["reason"], stage.on(9, 3, 13, 45)
        actions.correct(_of(programme, member), entry=entry, reason=reason, by=owner.actor, at=at)
    if "note" in each:
        actions.note(_of(programme, member), text=each["note"], by=member.actor, at=stage.at(LAST, 12, 35))


def _of(programme: Programme, member: Member) -> Participation:
    return db.session.scalars(
        select(Participation).where(
            Participation.programme_id == programme.id, Participation.person_id == member.person_id
        )
    ).one()

"""Events can't be rewritten, not even by the program itself; what a person wrote is bound by its hash."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DatabaseError

from portal.extensions import db
from portal.kernel.canonical import canonical, sha256
from portal.ledger import triggers
from portal.ledger.actor import SYSTEM
from portal.ledger.door import door
from portal.ledger.events import Event, EventDetail, last_event, record
from tests.support.databases import NOW


def written(world, **words) -> Event:
    with door():
        record("note", world.region(), by=world.rina.actor, at=NOW, words=words, field="name")
    return db.session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()


@pytest.mark.parametrize("statement", ["UPDATE events SET verb = 'x'", "DELETE FROM events"])
def test_are_append_only(world, statement):
    before = db.session.execute(select(Event.id, Event.verb).order_by(Event.id)).all()
    with pytest.raises(DatabaseError, match="append-only"), door() as session:
        session.execute(text(statement))
    assert db.session.execute(select(Event.id, Event.verb).order_by(Event.id)).all() == before


def test_also_against_the_mapper(world):
    event = written(world)
    with pytest.raises(DatabaseError, match="append-only"), door(event):
        event.verb = "other"
    with pytest.raises(DatabaseError, match="append-only"), door() as session:
        session.delete(session.get_one(Event, event.id))


def test_triggers_can_be_made_again_at_any_time(world, database):
    with db.engine.begin() as connection:
        triggers.make(connection)
        triggers.make(connection)
    with pytest.raises(DatabaseError, match="append-only"), door() as session:
        session.execute(text("DELETE FROM events"))


def test_say_who_what_when(world):
    event = written(world)
    rina = world.rina
    assert (event.verb, event.subject_type, event.subject_ref) == ("note", "regions", world.region().ref)
    assert (event.account_id, event.person_id, event.region_id) == (
        rina.account_id,
        rina.person_id,
        rina.region_id,
    )
    assert event.at == NOW
    assert json.loads(event.summary) == {"field": "name"}


def test_words_lie_apart_bound_by_a_salted_hash(world):
    event = written(world, note="Terlambat karena banjir di Semarang")
    detail = db.session.get_one(EventDetail, event.id)
    assert "banjir" not in event.summary
    assert event.detail_hash == sha256(
        detail.salt + canonical({"note": "Terlambat karena banjir di Semarang"})
    )
    with door() as session:
        session.delete(session.get_one(EventDetail, event.id))
    assert db.session.get(EventDetail, event.id) is None, "what a person wrote can be erased"


def test_hold_no_names_and_no_staff_numbers(world):
    """Decision 14.9: the log may be kept longer than the personal data."""
    world.evaluation(at=list(type(world.evaluation().state))[4])
    rows = db.session.execute(select(Event.summary, Event.verb, Event.subject_ref, Event.system)).all()
    said = " ".join(str(part) for row in rows for part in row)
    for someone in world.people.values():
        assert someone.name not in said
    assert "189001" not in said


def test_every_subject_is_a_table_with_a_ref(world):
    world.progress()
    tables = inspect(db.engine)
    for name in db.session.scalars(select(Event.subject_type).distinct()):
        assert "ref" in {column["name"] for column in tables.get_columns(name)}


def test_the_system_acts_without_an_account(world):
    with door():
        record("sweep", world.region(), by=SYSTEM, at=NOW)
    event = last_event(world.region())
    assert event and (event.verb, event.account_id, event.system) == ("sweep", None, "sistem")

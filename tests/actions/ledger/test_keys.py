"""Once-only keys: the same form sent twice is the same act; a refused one gives its key back (NEW-6)."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.kernel.refusal import Refusal, Refused
from portal.ledger import keys
from portal.ledger.door import door
from portal.ledger.events import Event, record
from portal.ledger.keys import OnceKey, Repeated
from tests.support.databases import NOW


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(OnceKey)) or 0


def test_second_use_is_told_of_the_first(app):
    with door():
        keys.use(7, "k", NOW)
        keys.led_to(7, "k", "abc")
    with pytest.raises(Repeated) as repeated, door():
        keys.use(7, "k", NOW + timedelta(minutes=1))
    assert (repeated.value.first.at, repeated.value.first.result_ref) == (NOW, "abc")
    assert count() == 1


def test_belongs_to_its_account(app):
    with door():
        keys.use(7, "k", NOW)
    with door():
        keys.use(8, "k", NOW)
    assert count() == 2


def test_a_refusal_gives_the_key_back(app):
    with pytest.raises(Refused), door():
        keys.use(7, "k", NOW)
        raise Refused(Refusal("no", "Tidak."))
    with door():
        keys.use(7, "k", NOW)
    assert count() == 1


def test_of_many_at_once_one_wins(app):
    said: list[str] = []

    def send() -> None:
        with app.app_context():
            try:
                with door():
                    keys.use(7, "k", NOW)
                said.append("done")
            except Repeated:
                said.append("repeated")

    threads = [threading.Thread(target=send) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(said) == ["done"] + ["repeated"] * 7


def test_stands_in_the_event(app, world):
    with door():
        keys.use(world.rina.account_id, "k", NOW)
        record("note", world.region(), by=world.rina.actor, at=NOW)
    assert db.session.scalars(select(Event.once_key).order_by(Event.id.desc()).limit(1)).one() == "k"
    with door():
        record("note", world.region(), by=world.rina.actor, at=NOW)
    newest = db.session.scalars(select(Event.once_key).order_by(Event.id.desc()).limit(1)).one()
    assert newest is None, "the key of one act must not stand in the next one's event"


def test_old_ones_are_forgotten(app):
    with door():
        keys.use(7, "old", NOW - keys.KEPT - timedelta(seconds=1))
        keys.use(7, "new", NOW - keys.KEPT + timedelta(seconds=1))
    with door():
        keys.forget_old(NOW)
    assert db.session.scalars(select(OnceKey.key)).all() == ["new"]

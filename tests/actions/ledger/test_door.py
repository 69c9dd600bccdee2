"""The door: nothing is written beside it, writers don't lose each other's work, refusals undo all (NEW-6)."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import delete, func, insert, select, update

from portal.extensions import db
from portal.kernel.refusal import Refusal, Refused
from portal.ledger import door as door_module
from portal.ledger.actor import SYSTEM
from portal.ledger.door import Busy, Gone, OutsideTheDoor, Shut, door, shut
from portal.ledger.events import Event, record
from portal.ledger.jobs import Job, enqueue
from portal.people.accounts.models import Guess
from portal.people.organisation.models import Region
from tests.support.databases import NOW


def guess(subject: str = "a", failures: int = 0) -> Guess:
    return Guess(subject=subject, failures=failures, last=NOW)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def in_thread(app, function, *arguments):
    """Run a function in a thread that stands in the app; its thread and where its error lands."""
    errors: list[BaseException] = []

    def body() -> None:
        with app.app_context():
            try:
                function(*arguments)
            except BaseException as error:
                errors.append(error)

    thread = threading.Thread(target=body)
    thread.start()
    return thread, errors


def test_commits_at_the_end(app):
    with door() as session:
        session.add(guess())
    db.session.rollback()
    assert count(Guess) == 1


def test_flush_outside_raises(app):
    db.session.add(guess())
    with pytest.raises(OutsideTheDoor):
        db.session.flush()
    db.session.rollback()
    assert count(Guess) == 0


def test_change_outside_raises_at_the_next_question(app):
    with door() as session:
        session.add(guess())
    db.session.scalars(select(Guess)).one().failures = 3
    with pytest.raises(OutsideTheDoor):
        db.session.scalars(select(Guess)).all()
    db.session.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        insert(Guess).values(subject="b", failures=0, last=NOW),
        update(Guess).values(failures=9),
        delete(Guess),
    ],
    ids=["insert", "update", "delete"],
)
def test_statement_outside_raises(app, statement):
    with pytest.raises(OutsideTheDoor):
        db.session.execute(statement)


def test_setting_the_same_value_is_no_change(app):
    with door() as session:
        session.add(guess(failures=3))
    row = db.session.scalars(select(Guess)).one()
    row.failures = 3
    assert db.session.scalars(select(Guess)).one() is row


def test_refusal_undoes_everything(app, world):
    events = count(Event)
    with pytest.raises(Refused), door() as session:
        session.add(guess())
        enqueue("never", at=NOW)
        record("try", world.region(), by=SYSTEM, at=NOW)
        session.flush()
        raise Refused(Refusal("no", "Tidak."))
    assert (count(Guess), count(Job), count(Event)) == (0, 0, events)


def test_doors_do_not_nest(app):
    with door(), pytest.raises(OutsideTheDoor), door():
        pass


def test_is_open_again_after_a_fault(app):
    with pytest.raises(ZeroDivisionError), door():
        raise ZeroDivisionError
    with door() as session:
        session.add(guess())
    assert count(Guess) == 1


def test_sees_what_others_committed_meanwhile(app, world):
    region = world.region()
    assert region.structure_version == 0

    def other() -> None:
        mine = world.region()
        with door(mine):
            mine.structure_version += 1

    thread, errors = in_thread(app, other)
    thread.join()
    assert not errors
    assert region.structure_version == 0, "the read goes on in its own transaction"
    with door(region):
        assert region.structure_version == 1
        region.structure_version += 1
    assert world.region().structure_version == 2


def test_no_update_is_lost_between_many_writers(app, world):
    def other() -> None:
        for _ in range(10):
            region = world.region()
            with door(region):
                region.structure_version += 1

    threads = [in_thread(app, other) for _ in range(6)]
    for thread, _ in threads:
        thread.join()
    assert [errors for _, errors in threads if errors] == []
    assert world.region().structure_version == 60


def test_is_busy_when_this_process_writes_too_long(app, monkeypatch):
    monkeypatch.setattr(door_module, "WAIT_SECONDS", 0.05)
    with door():
        thread, errors = in_thread(app, lambda: door().__enter__())
        thread.join()
    assert [type(error) for error in errors] == [Busy]


def test_is_busy_when_another_process_holds_the_row(app, world, database):
    """The database itself refuses to wait; the same lock that another process would hold."""
    region = world.region()
    with db.engine.connect() as other:
        if database == "sqlite":
            other.connection.dbapi_connection.execute("BEGIN IMMEDIATE")
        else:
            other.execute(select(Region.id).where(Region.id == region.id).with_for_update())
        db.session.rollback()
        _wait_less(database)
        with pytest.raises(Busy), door(region):
            region.structure_version = 7
        other.connection.dbapi_connection.rollback()
    assert world.region().structure_version == 0


def _wait_less(database: str) -> None:
    """Let the connection that the door will get give up soon."""
    with db.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        if database == "sqlite":
            raw.execute("PRAGMA busy_timeout=50")
        else:
            raw.autocommit = True
            raw.execute("SET lock_timeout = '50ms'")
            raw.autocommit = False


def test_a_thing_that_is_gone(app):
    with door() as session:
        session.add(guess())
    row = db.session.scalars(select(Guess)).one()

    def other() -> None:
        with door() as session:
            session.delete(session.scalars(select(Guess)).one())

    in_thread(app, other)[0].join()
    with pytest.raises(Gone), door(row):
        row.failures = 1


def test_a_thing_of_no_session_is_gone(app):
    """What an action did to it would be kept nowhere."""
    with door() as session:
        session.add(guess())
    row = db.session.scalars(select(Guess)).one()
    db.session.expunge(row)
    with pytest.raises(Gone), door(row):
        row.failures = 1
    with pytest.raises(Gone), door(guess("b")):
        pass


def test_shut(app):
    shut()
    with pytest.raises(Shut), door():
        pass


def test_reading_begins_plainly_and_writing_at_once(app, database):
    """A reader never holds the writers' lock; the next transaction after a door is a plain one again."""
    if database != "sqlite":
        return
    said: list[str] = []
    with db.engine.connect() as connection:
        connection.connection.dbapi_connection.set_trace_callback(said.append)
    db.session.scalars(select(Guess)).all()
    with door() as session:
        session.add(guess())
    db.session.scalars(select(Guess)).all()
    assert [each for each in said if each.startswith("BEGIN")] == ["BEGIN ", "BEGIN IMMEDIATE", "BEGIN "] or [
        each.strip() for each in said if each.startswith("BEGIN")
    ] == ["BEGIN", "BEGIN IMMEDIATE", "BEGIN"]

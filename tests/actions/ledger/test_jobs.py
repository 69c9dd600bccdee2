"""Jobs exist exactly when the facts do that asked for them, and survive a worker's death (decisions §3)."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.cli import worker
from portal.extensions import db
from portal.kernel.clock import FixedClock
from portal.ledger import jobs, keys
from portal.ledger.door import door
from portal.ledger.jobs import ATTEMPTS, LEASE, Job
from portal.people.accounts.models import Guess, SignIn
from tests.support.databases import NOW

ran: list[object] = []


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    ran.clear()
    before = dict(jobs._handlers)

    @jobs.handles("note")
    def note(*, at, **arguments):
        ran.append(arguments)

    @jobs.handles("fail")
    def fail(*, at):
        ran.append("failed")
        raise RuntimeError("on purpose")

    @jobs.handles("write")
    def write(*, at):
        with door() as session:
            session.add(Guess(subject="job", failures=0, last=at))
        db.session.remove()

    yield
    jobs._handlers.clear()
    jobs._handlers.update(before)


def enqueue(kind: str, **arguments: object) -> None:
    with door():
        jobs.enqueue(kind, at=NOW, **arguments)


def the_job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job)).one()


def test_runs_once_with_its_arguments(app, clock):
    enqueue("note", number=3, text="é")
    assert jobs.run_one(clock)
    assert not jobs.run_one(clock)
    assert ran == [{"number": 3, "text": "é"}]
    assert the_job().finished == NOW


def test_a_rollback_leaves_no_job(app, clock):
    with pytest.raises(ZeroDivisionError), door():
        jobs.enqueue("note", at=NOW)
        raise ZeroDivisionError
    assert not jobs.run_one(clock)


def test_the_oldest_first_and_none_before_its_time(app, clock):
    with door():
        jobs.enqueue("note", at=NOW, run_after=NOW + timedelta(hours=1), number=3)
        jobs.enqueue("note", at=NOW, number=1)
        jobs.enqueue("note", at=NOW, number=2)
    while jobs.run_one(clock):
        pass
    assert ran == [{"number": 1}, {"number": 2}]
    clock.set(NOW + timedelta(hours=1))
    assert jobs.run_one(clock)


def test_is_claimed_again_when_its_worker_died(app, clock):
    enqueue("note")
    assert jobs.claim(NOW) is not None
    db.session.remove()  # the worker is killed here, between claim and done
    assert not jobs.run_one(clock)
    clock.set(NOW + LEASE + timedelta(seconds=1))
    assert jobs.run_one(clock)
    assert ran == [{}]
    assert the_job().attempts == 2


def test_of_two_workers_one_claims(app, clock):
    enqueue("note")
    threads = []

    def work() -> None:
        with app.app_context():
            jobs.run_one(FixedClock(NOW))

    for _ in range(4):
        threads.append(threading.Thread(target=work))
        threads[-1].start()
    for each in threads:
        each.join()
    assert ran == [{}]


def test_a_failing_job_is_tried_later_and_given_up_in_the_end(app, clock):
    enqueue("fail")
    waits = []
    for _ in range(ATTEMPTS):
        assert jobs.run_one(clock)
        job = the_job()
        if job.finished is None:
            waits.append((job.run_after - clock.now()).total_seconds())
            assert not jobs.run_one(clock)
            clock.set(job.run_after)
    assert waits == [2, 4, 8, 16]
    assert "on purpose" in the_job().error
    assert the_job().finished is not None
    assert not jobs.run_one(clock)


def test_an_unknown_kind_ends_no_worker(app, clock):
    enqueue("nobody knows")
    assert jobs.run_one(clock)
    assert "KeyError" in the_job().error


def test_a_job_may_write_and_drop_its_session(app, clock):
    enqueue("write")
    assert jobs.run_one(clock)
    assert the_job().finished == NOW
    assert db.session.scalars(select(Guess.subject)).all() == ["job"]


def test_an_idle_worker_takes_no_writers_lock(app, clock, database):
    if database != "sqlite":
        return
    said: list[str] = []
    with db.engine.connect() as connection:
        connection.connection.dbapi_connection.set_trace_callback(said.append)
    assert not jobs.run_one(clock)
    assert not any("IMMEDIATE" in each for each in said)


def test_the_worker_works_until_it_is_told_to_stop(app, clock):
    for number in range(3):
        enqueue("note", number=number)
    stop = threading.Event()
    thread = threading.Thread(target=worker.work, args=(app, stop))
    thread.start()
    until = time.monotonic() + 10
    while len(ran) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    stop.set()
    thread.join(timeout=5)
    assert not thread.is_alive()
    assert [each["number"] for each in ran] == [0, 1, 2]


def test_tidying(app, world, tmp_path):
    rina = world.rina.account_id
    old, new = NOW - worker.KEPT_SIGN_INS - timedelta(hours=1), NOW - timedelta(hours=1)
    with door() as session:
        for at in (old, new):
            session.add(
                SignIn(token_hash=str(at), account_id=rina, made=at, seen=at, ends=at + timedelta(minutes=1))
            )
            keys.use(rina, str(at), at)
        session.add(Guess(subject="old", failures=9, last=old))
        session.add(Guess(subject="new", failures=1, last=new))
    tmp = app.settings.files_folder / "tmp"
    tmp.mkdir(parents=True)
    for name, age in (("fresh", 0), ("left", 2 * 86400)):
        (tmp / name).write_text("x")
        os.utime(tmp / name, (time.time() - age, time.time() - age))
    worker.tidy(app, NOW)
    assert db.session.scalars(select(SignIn.token_hash)).all() == [str(new)]
    assert db.session.scalars(select(keys.OnceKey.key)).all() == [str(new)]
    assert db.session.scalars(select(Guess.subject)).all() == ["new"]
    assert [path.name for path in tmp.iterdir()] == ["fresh"]

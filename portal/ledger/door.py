"""The door for writing: the only place where the database changes (ADR 0003, decisions §1).

A request reads in a plain transaction. Whoever wants to write opens the door: it waits for its turn in
this process, ends the read transaction, begins a write transaction (SQLite ``BEGIN IMMEDIATE``),
refreshes the things, and commits when the block ends, or rolls back when it raises. Bodies,
passwords, files and rendering stay outside, so that no lock is held while anyone is waited for.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, event, inspect, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapper, ORMExecuteState, Session
from sqlalchemy.orm.attributes import set_committed_value

from portal.extensions import db
from portal.ledger.turnstile import Turnstile

WAIT_SECONDS = 5
LOOK_AGAIN = 0.001
"""Seconds between two looks whether another process has ended its transaction."""
CACHE_KB, MUCH_KB = 256, 16384
"""Of the file kept in memory by a connection: always, and while much is written."""
MAPPED = 1 << 30
"""Bytes of the file that are read through memory at most."""
_turnstile = Turnstile()


class Busy(Exception):
    """The door didn't open within ``WAIT_SECONDS``; nothing was written."""


class Gone(Exception):
    """The thing that was to be changed isn't there any more; nothing was written."""


class Shut(Exception):
    """This request may not write, whatever it asks for (a forged form); nothing was written."""


class OutsideTheDoor(RuntimeError):
    """Something tried to write without the door: a fault of the program."""


@contextmanager
def door(*things: Any, session: Session | None = None) -> Iterator[Session]:
    """Open the door: yield the session inside a write transaction with ``things`` refreshed.

    ``things`` are locked where the database can (PostgreSQL). Commits at the end of the block.
    Raises ``Busy`` when another writer holds the database for too long, ``Gone`` when a thing was
    deleted meanwhile, ``Shut`` after ``shut``.
    """
    session = session if session is not None else db.session()
    if session.info.get("shut"):
        raise Shut
    if session.info.get("writing"):
        raise OutsideTheDoor("the door is open already; an action is called by one door only")
    if not _turnstile.acquire(WAIT_SECONDS):
        raise Busy
    try:
        session.rollback()
        session.info["writing"] = True
        try:
            session.connection(execution_options={"write": True})
            for thing in things:
                if thing is not None:
                    _refresh(session, thing)
            yield session
            session.commit()
        except OperationalError as error:
            session.rollback()
            if _is_busy(error):
                raise Busy from error
            raise
        except BaseException:
            session.rollback()
            raise
    finally:
        session.info.pop("writing", None)
        session.info.pop("once_key", None)
        _turnstile.release()


def shut() -> None:
    """Let nothing be written in this request any more."""
    db.session().info["shut"] = True


def _refresh(session: Session, thing: Any) -> None:
    # Columns only: eager joins can't be locked, and the rollback expired the rest. Not by the session's own
    # ``refresh``, which puts its statement together anew each time and costs three times as much.
    state = inspect(thing)
    if state.session is not session or state.key is None:
        # What is done to a thing of no session would be kept nowhere.
        raise Gone
    statement, keys, names = _reading(state.mapper)
    row = session.connection().execute(statement, dict(zip(names, state.key[1], strict=True))).one_or_none()
    if row is None:
        raise Gone
    for key, value in zip(keys, row, strict=True):
        set_committed_value(thing, key, value)


@cache
def _reading(mapper: Mapper[Any]) -> tuple[Any, list[str], list[str]]:
    """The statement that reads and locks one row, its columns' attributes, and its parameters."""
    attributes = mapper.column_attrs
    own = [column.name for column in mapper.primary_key]
    where = [column == bindparam(f"of_{column.name}") for column in mapper.primary_key]
    statement = select(*(each.columns[0] for each in attributes)).where(*where).with_for_update()
    return statement, [each.key for each in attributes], [f"of_{name}" for name in own]


def _is_busy(error: OperationalError) -> bool:
    text = str(error.orig).lower()
    words = ("database is locked", "database is busy", "lock timeout", "deadlock detected")
    return any(each in text for each in words)


def watch_engine(engine: Engine, *, synchronous: str = "FULL") -> None:
    """Make ``engine`` begin transactions as the door needs them. ``synchronous`` is for SQLite."""
    if engine.dialect.name != "sqlite":

        @event.listens_for(engine, "connect")
        def limit_waiting(connection: Any, _record: Any) -> None:
            # Without it a writer would wait for another's row for ever.
            connection.autocommit = True
            connection.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
            connection.autocommit = False

        return

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling loses updates silently (libraries, trap 1).
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute("PRAGMA foreign_keys=ON")
        # Without it INSERT OR REPLACE deletes a row past the trigger that forbids deleting.
        connection.execute("PRAGMA recursive_triggers=ON")
        connection.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}")
        # Each thread has a connection; the machine keeps the file's pages once for all of them.
        connection.execute(f"PRAGMA cache_size=-{CACHE_KB}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        if connection.get_execution_options().get("write"):
            _begin_writing(connection, driver)
        else:
            driver.execute("BEGIN")


def reading_much(session: Session | None = None) -> AbstractContextManager[None]:
    """Read the database's file through memory meanwhile: for thousands of rows that lie far apart.

    Not for every reading: the pages seen that way are counted as this process's memory.
    """
    return _meanwhile(session if session is not None else db.session(), "mmap_size", MAPPED, 0)


def writing_much(session: Session) -> AbstractContextManager[None]:
    """Keep more of the database's file in memory meanwhile; inside the door, for thousands of rows.

    Their keys lie all over the indexes: each page is then written once, not once for every few rows.
    """
    return _meanwhile(session, "cache_size", -MUCH_KB, -CACHE_KB)


@contextmanager
def _meanwhile(session: Session, setting: str, value: int, always: int) -> Iterator[None]:
    """Another value of a setting of SQLite's; nothing elsewhere."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA {setting}={value}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA {setting}={always}")


def _begin_writing(connection: Connection, driver: Any) -> None:
    """Begin as soon as the other process has ended its transaction.

    Left to itself SQLite looks again after ever longer pauses, of 100 ms at last, while a transaction takes
    a few: whoever comes later then overtakes, and somebody waits for seconds.
    """
    until = time.monotonic() + WAIT_SECONDS
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    # Said once more so that the library's own error is raised.
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                    return
            time.sleep(LOOK_AGAIN)
    finally:
        driver.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}")


@event.listens_for(Session, "before_flush")
def _no_flush_outside(session: Session, _context: Any, _instances: Any) -> None:
    if (session.new or session.dirty or session.deleted) and not session.info.get("writing"):
        if session.new or session.deleted or any(session.is_modified(thing) for thing in session.dirty):
            raise OutsideTheDoor("a flush outside the door")


@event.listens_for(Session, "do_orm_execute")
def _no_statement_outside(state: ORMExecuteState) -> None:
    if (state.is_insert or state.is_update or state.is_delete) and not state.session.info.get("writing"):
        raise OutsideTheDoor("a statement that writes outside the door")

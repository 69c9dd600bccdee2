"""Databases for tests: made once, kept under a name, and put back in a moment before each test.

One app serves all tests of a worker on one kind of database, so that templates are compiled once; the
database beneath it is exchanged.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import CodeType
from typing import TypeVar

import psycopg
from flask import has_app_context
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import MetaData, event

from portal import create_app
from portal.config import Settings
from portal.extensions import db
from portal.kernel.clock import FixedClock
from portal.kernel.refs import new_ref
from portal.ledger import triggers
from portal.web.current import App
from tests.support.postgres import ThrowawayPostgres

T = TypeVar("T")
WRITES = re.compile(r"INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM")
SEQUENCES = """SELECT sequencename AS "sequence", last_value AS "last" FROM pg_sequences WHERE schemaname = 'public'"""
NOW = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
"""Monday, 12 October 2026, 09.00 WIB: what tests call now."""


def create_tables() -> None:
    """Make the models' tables and triggers in the present database.

    From a copy of their description: on PostgreSQL ``create_all`` marks a key that closes a circle as
    "added later", and SQLite, asked afterwards in the same process, would leave it out.
    """
    copy = MetaData(naming_convention=db.metadata.naming_convention)
    for table in db.metadata.tables.values():
        table.to_metadata(copy)
    with db.engine.begin() as connection:
        copy.create_all(connection)
        triggers.make(connection)


class _Compiled(BytecodeCache):
    """Compiled templates, for all apps of this process: compiling all of them takes five seconds."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key, bucket.checksum] = bucket.code


COMPILED = _Compiled()


class Installation:
    """An app with its data folder, on SQLite or (given a server) on PostgreSQL."""

    def __init__(self, folder: Path, server: ThrowawayPostgres | None = None) -> None:
        self.folder, self.server = folder, server
        self.name = f"work_{new_ref()}"
        address = server.create_database(self.name) if server else ""
        self.settings = Settings(data=str(folder), database_url=address)
        self.app: App = create_app(self.settings, clock=FixedClock(NOW), synchronous="OFF")
        self.app.jinja_env.bytecode_cache = COMPILED
        self.kept: set[str] = set()
        self.at = ""
        self.written = False
        """Whether the app wrote since."""
        self.mark = 0
        """On PostgreSQL: whoever writes after this transaction changes what was kept."""
        with self.app.app_context():
            create_tables()
            event.listen(db.engine, "before_cursor_execute", self._note_writing)
        self.keep("empty")

    @property
    def clock(self) -> FixedClock:
        """The clock of the app, to be set by tests."""
        assert isinstance(self.app.clock, FixedClock)
        return self.app.clock

    def keep(self, name: str) -> None:
        """Keep the database as it is now under ``name``."""
        self._let_go()
        if self.server:
            self._keep_rows(name)
        else:
            self._copy("kinerja.db", f"{name}.kept")
        for part in ("files", "public"):
            if (self.folder / part).is_dir():
                kept = self.folder / f"{name}.{part}"
                shutil.copytree(self.folder / part, kept, symlinks=True, dirs_exist_ok=True)
        self.kept.add(name)
        self.at, self.written = name, False

    def put_back(self, name: str = "empty") -> App:
        """Put back what was kept under ``name``, with clock and settings as at first; the app."""
        self._let_go()
        if self.server:
            self._put_back_rows(name)
        else:
            self._copy(f"{name}.kept", "kinerja.db")
        for part in ("files", "public"):
            shutil.rmtree(self.folder / part, ignore_errors=True)
            if (self.folder / f"{name}.{part}").is_dir():
                shutil.copytree(self.folder / f"{name}.{part}", self.folder / part, symlinks=True)
        self.clock.set(NOW)
        self.app.settings = self.settings
        self.app.demo = False
        self.at, self.written = name, False
        return self.app

    def brought_to(self, name: str, play: Callable[[], T]) -> T:
        """What ``play`` returns once it has brought the fresh world into the state that ``name`` means.

        The first test that asks plays it and keeps the file; for the others it is put back, and ``play``,
        which does only what isn't done yet, finds all done. After anything else happened it is played, and on
        PostgreSQL always: a copy costs more there.
        """
        fresh = self.at == "world" and not self.written and self.clock.now() == NOW
        if fresh and not self.server:
            if has_app_context():
                # The test stands inside the app: its session would hold on to the file of before.
                db.session.remove()
            if name in self.kept:
                self.put_back(name)
            else:
                play()
                self.keep(name)
        return play()

    def _copy(self, source: str, target: str) -> None:
        """Copy a database by SQLite itself: a connection that is still open neither breaks nor misses it."""
        with (
            closing(sqlite3.connect(self.folder / source)) as full,
            closing(sqlite3.connect(self.folder / target)) as made,
        ):
            made.execute("PRAGMA synchronous=OFF")
            full.backup(made)

    def _keep_rows(self, name: str) -> None:
        """Copy every table into a schema of that name: a new database costs half a second of CPU."""
        assert self.server
        with self.server.connect(self.name) as connection:
            connection.execute(f'CREATE SCHEMA "{name}"')
            for table in db.metadata.tables:
                connection.execute(f'CREATE TABLE "{name}"."{table}" AS TABLE public."{table}"')
            connection.execute(f'CREATE TABLE "{name}"."#" AS {SEQUENCES}')
            self.mark = _number_of_transaction(connection)

    def _put_back_rows(self, name: str) -> None:
        """Put back the tables that were written to since; all of them after another state."""
        assert self.server
        with self.server.connect(self.name) as connection, connection.transaction():
            tables = list(db.metadata.tables) if self.at != name else self._changed(connection, name)
            # Foreign keys and the triggers that forbid changes are for everybody else.
            connection.execute("SET LOCAL session_replication_role = replica")
            for table in tables:
                connection.execute(f'DELETE FROM public."{table}"')
                connection.execute(f'INSERT INTO public."{table}" SELECT * FROM "{name}"."{table}"')
            self.mark = _number_of_transaction(connection)
            connection.execute(
                f'SELECT setval(quote_ident("sequence"), coalesce("last", 1), "last" IS NOT NULL) FROM "{name}"."#"'
            )

    def _changed(self, connection: psycopg.Connection, name: str) -> list[str]:
        """The tables whose rows aren't those kept under ``name``, whoever wrote to them (also past the app)."""
        each = """SELECT '{0}' WHERE EXISTS (SELECT FROM public."{0}" WHERE xmin::text::bigint > {1})
            OR (SELECT count(*) FROM public."{0}") <> (SELECT count(*) FROM "{2}"."{0}")"""
        parts = [each.format(table, self.mark, name) for table in db.metadata.tables]
        return [row[0] for row in connection.execute(" UNION ALL ".join(parts)).fetchall()]

    def _note_writing(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        found = WRITES.search if statement.startswith("WITH") else WRITES.match
        self.written = self.written or found(statement) is not None

    def _let_go(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def _number_of_transaction(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    assert row
    return int(row[0])


class TooManyStatements(AssertionError):
    """A page asked the database more often than it may, or more often for more rows."""


@contextmanager
def counted(app: App) -> Iterator[list[str]]:
    """The statements that ``app`` sends meanwhile, without BEGIN, COMMIT and the like."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")):
            said.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)

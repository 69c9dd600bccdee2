"""A database as one consistent file, and back; what stands in it, counted.

SQLite by ``VACUUM INTO``: a reader's snapshot that holds nobody up, without the pages of erased rows.
PostgreSQL by its own pg_dump and pg_restore, counted in the very snapshot that is dumped.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url

from portal.config import Settings
from portal.ledger import search
from portal.operations.words import fail

SQLITE, POSTGRES = "sqlite", "postgresql"
TOOLS = (
    "pg_dump dan pg_restore tidak ditemukan. Pasang klien PostgreSQL yang tidak lebih lama daripada "
    "servernya (Debian: apt-get install postgresql-client), lalu ulangi."
)


@dataclass(frozen=True)
class Facts:
    """What a database holds: rows by table, hashes of published datasets, the migration, its files."""

    migration: str
    tables: dict[str, int]
    datasets: dict[str, str]
    wrong_datasets: tuple[str, ...] = ()
    stored: dict[str, int] = field(default_factory=dict)
    """Hash and size of every uploaded file that a row names."""

    @property
    def rows(self) -> int:
        """All rows together."""
        return sum(self.tables.values())


def kind_of(settings: Settings) -> str:
    """Which of the two databases the settings name."""
    return POSTGRES if settings.database_url else SQLITE


def facts(connection: Connection) -> Facts:
    """Count and hash what stands in the database of ``connection``."""
    tables = {
        name: int(connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0)
        for name in sorted(inspect(connection).get_table_names())
    }
    datasets, wrong, stored = {}, [], {}
    if "publications" in tables:
        rows = connection.execution_options(stream_results=True).execute(
            text("SELECT ref, sha256, dataset FROM publications WHERE published_at IS NOT NULL ORDER BY ref")
        )
        for ref, kept, dataset in rows:
            datasets[ref] = hashlib.sha256(dataset.encode()).hexdigest()
            if datasets[ref] != kept:
                wrong.append(ref)
    if "stored_files" in tables:
        stored = {
            row[0]: int(row[1]) for row in connection.execute(text("SELECT sha256, size FROM stored_files"))
        }
    migration = ""
    if "alembic_version" in tables:
        migration = str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")
    return Facts(migration, tables, datasets, tuple(wrong), stored)


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    """A connection of its own, whose engine is gone afterwards."""
    engine = create_engine(address, hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def has_tables(settings: Settings) -> bool:
    """Whether there is anything in the database that the settings name."""
    if kind_of(settings) == SQLITE and not _sqlite_file(settings).exists():
        return False
    with connected(settings.database) as connection:
        return bool(inspect(connection).get_table_names())


def _sqlite_file(settings: Settings) -> Path:
    return settings.folder / "kinerja.db"


# --- out -----------------------------------------------------------------------------------------


def snapshot(settings: Settings, target: Path) -> Facts:
    """Write the database as it is in one moment to ``target``; what it holds."""
    if kind_of(settings) == POSTGRES:
        return _dump(settings, target)
    source = _sqlite_file(settings)
    if not source.exists():
        fail(f"basis data {source} tidak ada.")
    connection = sqlite3.connect(source, isolation_level=None, timeout=30)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()
    target.chmod(0o600)
    return sqlite_facts(target)


def sqlite_facts(path: Path) -> Facts:
    """What a SQLite file holds; ends in words when it isn't sound."""
    with connected(f"sqlite:///{path}") as connection:
        sound = connection.scalar(text("PRAGMA quick_check(1)"))
        if sound != "ok":
            fail(f"basis data di {path.name} rusak: {sound}")
        return facts(connection)


def _dump(settings: Settings, target: Path) -> Facts:
    program = tool("pg_dump")
    with connected(settings.database) as connection:
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
        moment = connection.scalar(text("SELECT pg_export_snapshot()"))
        found = facts(connection)
        _run(
            [program, "--format=custom", "--no-owner", "--no-privileges", "--no-comments",
             # What somebody else keeps in the same database isn't ours, and ``empty`` leaves it alone.
             "--schema=public", f"--snapshot={moment}", f"--file={target}"],
            settings,
        )  # fmt: skip
    target.chmod(0o600)
    return found


# --- back ----------------------------------------------------------------------------------------


def load(settings: Settings, dump: Path) -> Facts:
    """Fill the empty PostgreSQL database of the settings from ``dump``, whole or not at all."""
    name = make_url(settings.database).database or ""
    program = tool("pg_restore")
    # The index of trigrams needs an extension that lies outside our schema, and that this server may lack.
    contents = [
        line
        for line in _run([program, "--list", str(dump)], settings).splitlines()
        if search.INDEX not in line
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".list") as wanted:
        wanted.write("\n".join(contents))
        wanted.flush()
        _run(
            [program, "--no-owner", "--no-privileges", "--no-comments", "--exit-on-error", f"--use-list={wanted.name}",
             "--schema=public", "--single-transaction", f"--dbname={name}", str(dump)],
            settings,
        )  # fmt: skip
    with connected(settings.database) as connection:
        with connection.begin():
            if inspect(connection).has_table("people"):
                search.make(connection)
        return facts(connection)


def empty(settings: Settings) -> None:
    """Take everything out of the PostgreSQL database; what it held was dumped before."""
    engine = create_engine(settings.database)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def tool(name: str) -> str:
    """The newest program of that name on this machine; ends in words when there is none."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0),
    )
    chosen = str(found[-1]) if found else shutil.which(name)
    if chosen is None:
        fail(TOOLS)
    return chosen


def _run(command: list[str], settings: Settings) -> str:
    """What one of PostgreSQL's programs prints; the address goes by the environment, where others don't see it."""
    environment = {**os.environ, **_variables(make_url(settings.database))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        fail(f"{Path(command[0]).name} tidak berhasil: {said[0] if said else done.returncode}")
    return done.stdout


def _variables(url: URL) -> dict[str, str]:
    names = {"PGHOST": url.host or url.query.get("host"), "PGPORT": url.port, "PGUSER": url.username}
    names |= {"PGPASSWORD": url.password, "PGDATABASE": url.database}
    names |= {"PGSSLMODE": url.query.get("sslmode"), "PGSSLROOTCERT": url.query.get("sslrootcert")}
    return {name: str(value) for name, value in names.items() if value}

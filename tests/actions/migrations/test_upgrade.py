"""An installation of an older release, with data, comes to the newest form with every row still there."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from portal.cli import database as database_commands
from portal.extensions import db
from tests.actions.migrations.test_migrations import Make, counts, make  # noqa: F401 - a fixture
from tests.support.world import World


def rows_of(name: str) -> list[dict[str, Any]]:
    with db.engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(f'SELECT * FROM "{name}"')).mappings()]


def put(connection: sa.Connection, table: str, rows: list[dict[str, Any]]) -> int:
    """Insert what the older table has columns for; rows that its rules don't know yet are left out."""
    columns = {column["name"] for column in inspect(connection).get_columns(table)}
    cut = [{name: value for name, value in row.items() if name in columns} for row in rows]
    if not cut:
        return 0
    one = sa.table(table, *map(sa.column, cut[0]))
    try:
        with connection.begin_nested():
            connection.execute(one.insert(), cut)
        return len(cut)
    except sa.exc.IntegrityError:
        pass
    done = 0
    for known in cut:
        names = ", ".join(f'"{name}"' for name in known)
        marks = ", ".join(f":{name}" for name in known)
        try:
            with connection.begin_nested():
                connection.execute(text(f'INSERT INTO "{table}" ({names}) VALUES ({marks})'), known)
            done += 1
        except sa.exc.IntegrityError:
            continue
    return done


@pytest.fixture
def older(make: Make, database: str) -> Any:  # noqa: F811
    """A database as the first release left it, filled with what fits of today's world."""
    full, old = make("full"), make("old")
    database_commands.upgrade(full)
    World.build(full, full.clock)
    with full.app_context():
        there = {name: rows_of(name) for name in inspect(db.engine).get_table_names()}
        order = [table.name for table in db.metadata.sorted_tables]
        db.session.remove()
    with old.app_context():
        first = list(ScriptDirectory.from_config(database_commands.configuration()).walk_revisions())[-1]
        command.upgrade(database_commands.configuration(), first.revision)
        known = set(inspect(db.engine).get_table_names())
        with db.engine.connect().execution_options(write=True) as connection:
            if database == "sqlite":
                connection.connection.execute("PRAGMA foreign_keys=OFF")
            with connection.begin():
                if database == "postgres":
                    connection.execute(text("SET session_replication_role = replica"))
                put_in = {name: put(connection, name, there[name]) for name in order if name in known}
                if database == "postgres":
                    connection.execute(text("SET session_replication_role = DEFAULT"))
            if database == "sqlite":
                connection.connection.execute("PRAGMA foreign_keys=ON")
    assert sum(put_in.values()) > 0.9 * sum(len(there[name]) for name in put_in)
    return old


def test_the_first_release_comes_to_the_newest_form(older):
    with older.app_context():
        before = counts()
        assert before["events"] > 50 and before["people"] > 10
    assert database_commands.upgrade(older)
    with older.app_context():
        after = counts()
        assert {name: after[name] for name in before if not name.startswith("#")} == {
            name: count for name, count in before.items() if not name.startswith("#")
        }
        assert after["#triggers"] >= before["#triggers"]
        assert database_commands.is_current()

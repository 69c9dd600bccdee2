"""Migrations: they lead to exactly the models, on both databases, and lose no row and no trigger.

SQLite makes a table anew to change it. That once deleted child rows by cascade and always drops the
table's triggers (libraries, trap 32), so a change of that kind is played here with data around it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from portal import create_app
from portal.cli import database as database_commands
from portal.config import Settings
from portal.extensions import db
from portal.kernel.clock import FixedClock
from portal.ledger import search
from portal.web.current import App
from tests.support.databases import NOW, create_tables
from tests.support.world import World

Make = Callable[[str], App]


@pytest.fixture
def make(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Make]:
    """Makes apps on databases that hold nothing at all."""
    made: list[App] = []

    def app(name: str) -> App:
        address = ""
        if database == "postgres":
            server = request.getfixturevalue("postgres")
            address = server.create_database(f"{tmp_path.name}_{name}"[-60:])
        settings = Settings(data=str(tmp_path / name), database_url=address)
        made.append(create_app(settings, clock=FixedClock(NOW), synchronous="OFF"))
        return made[-1]

    yield app
    for each in made:
        with each.app_context():
            db.engine.dispose()


def described() -> set[str]:
    """Every table, constraint and index of the present database, in words that can be compared."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.execute(
                text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'")
            )
            return {part for (sql,) in rows for part in _parts(sql)}
        constraints = text(
            "SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) "
            "FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        )
        indexes = text("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'")
        columns = text(
            "SELECT concat_ws(' ', table_name, column_name, data_type, character_maximum_length, is_nullable) "
            "FROM information_schema.columns WHERE table_schema = 'public'"
        )
        hooks = text("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal")
        found = [connection.scalars(each).all() for each in (constraints, indexes, columns, hooks)]
        return {each for rows in found for each in rows if "alembic_version" not in each}


def _parts(sql: str) -> Iterator[str]:
    """A table's columns and constraints, each with the table's name; the order doesn't count."""
    sql = " ".join(sql.split())
    found = re.match(r"CREATE TABLE \"?(\w+)\"? \((.*)\)( WITHOUT ROWID)?$", sql)
    if found is None:
        yield sql
        return
    if found[3]:
        yield f"{found[1]}: without row numbers"
    depth, part = 0, ""
    for sign in found[2] + ",":
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and not depth:
            yield f"{found[1]}: {part.strip()}"
            part = ""
        else:
            part += sign


def test_lead_to_the_models(make):
    migrated, declared = make("migrated"), make("declared")
    assert database_commands.upgrade(migrated)
    with migrated.app_context():
        with db.engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "include_name": search.belongs_to_a_model}
            )
            assert compare_metadata(context, db.metadata) == []
        by_migrations = described()
    with declared.app_context():
        create_tables()
        by_models = described()
    assert by_migrations - by_models == set(), "only after the migrations"
    assert by_models - by_migrations == set(), "only in the models; write a migration"


def test_are_run_once(make):
    app = make("once")
    assert database_commands.upgrade(app)
    assert not database_commands.upgrade(app)


def test_none_is_left_to_be_written(tmp_path, monkeypatch):
    """What the developer's command would write is nothing."""
    shutil.copytree(database_commands.FOLDER, tmp_path / "m", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(database_commands, "FOLDER", tmp_path / "m")
    assert database_commands.write_migration("nothing") is None


BATCH = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", {head!r}, None, None


def upgrade():
    for table in ("plans", "enrolments", "people", "events"):
        with op.batch_alter_table(table, recreate={recreate!r}) as batch:
            batch.add_column(sa.Column("added_by_a_test", sa.String(10)))
"""


def counts() -> dict[str, int]:
    """Rows in every table, and triggers."""
    with db.engine.connect() as connection:
        found = {
            name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0
            for name in inspect(connection).get_table_names()
            if search.belongs_to_a_model(name, "table", {})
        }
        query = {
            "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'",
            "postgresql": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
        }[connection.dialect.name]
        found["#triggers"] = connection.scalar(text(query)) or 0
        return found


def configured(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> Config:
    """The product's migrations with one more."""
    copy = folder / "migrations"
    shutil.copytree(database_commands.FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "versions" / "9999_added_by_a_test.py").write_text(source)
    monkeypatch.setattr(database_commands, "FOLDER", copy)
    return database_commands.configuration()


def head() -> str:
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory.from_config(database_commands.configuration()).get_current_head())


def test_a_rebuilt_table_keeps_child_rows_and_triggers(make, tmp_path, monkeypatch, database):
    app = make("full")
    database_commands.upgrade(app)
    World.build(app, app.clock)
    World(app, app.clock).progress()
    source = BATCH.format(head=head(), recreate="always" if database == "sqlite" else "never")
    config = configured(tmp_path, monkeypatch, source)
    with app.app_context():
        before = counts()
        assert before["plans"] > 4 and before["planned_results"] > 12 and before["#triggers"] >= 2
        command.upgrade(config, "head")
        assert counts() == before
        columns = {column["name"] for column in inspect(db.engine).get_columns("plans")}
        assert "added_by_a_test" in columns
        with db.engine.connect() as connection:
            if database == "sqlite":
                assert connection.scalar(text("PRAGMA foreign_keys")) == 1, "on again afterwards"
                assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            with pytest.raises(sa.exc.DatabaseError, match="append-only"):
                connection.execute(text("DELETE FROM events"))


LOSES = """
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", {head!r}, None, None


def upgrade():
    op.execute("CREATE TABLE left_behind (id INTEGER)")
    op.execute("DELETE FROM plan_versions")
"""


def test_one_that_would_lose_rows_is_undone_whole(make, tmp_path, monkeypatch):
    app = make("careful")
    database_commands.upgrade(app)
    World.build(app, app.clock)
    config = configured(tmp_path, monkeypatch, LOSES.format(head=head()))
    with app.app_context():
        before = counts()
        with pytest.raises(Exception, match=r"point to nothing|foreign key"):
            command.upgrade(config, "head")
        assert counts() == before, "also the table that the migration had already made"

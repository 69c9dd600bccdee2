"""How migrations run: in one transaction, on either database, with every row still in its place after.

SQLite changes a table by making it anew: with foreign keys on, that deletes the rows of other tables
that point to it, and the table's triggers are gone in any case. So foreign keys are off meanwhile, are
checked before the commit, and the triggers are made again.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, BigInteger, Connection, TypeDecorator, text

from portal import rooms
from portal.extensions import db
from portal.ledger import search, triggers

assert rooms.MODELS  # imported, so that the metadata is whole
LOCK = 7_122_026


def run() -> None:
    """Take the writers' lock, run the migrations, check and remake what they may have broken."""
    with db.engine.connect().execution_options(write=True) as connection:
        sqlite = connection.dialect.name == "sqlite"
        # Asked of the driver itself: inside a transaction the pragma would do nothing.
        driver: Any = connection.connection.dbapi_connection
        if sqlite:
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
                triggers.let_go(connection)
                migrate(connection)
                if sqlite:
                    check_foreign_keys(connection)
                triggers.make(connection)
        finally:
            if sqlite:
                driver.execute("PRAGMA foreign_keys=ON")


def migrate(connection: Connection) -> None:
    """Run what was asked for on ``connection``."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        transactional_ddl=True,
        render_as_batch=True,
        compare_type=True,
        include_name=search.belongs_to_a_model,
        render_item=render_plain_types,
        process_revision_directives=finish_the_file,
    )
    context.run_migrations()


def check_foreign_keys(connection: Connection) -> None:
    """Refuse to commit when a row points to nothing."""
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        tables = sorted({f"{row[0]} -> {row[2]}" for row in broken})
        raise RuntimeError(f"{len(broken)} rows point to nothing after the migration: {', '.join(tables)}")


def render_plain_types(kind: str, item: Any, autogenerate: AutogenContext) -> str | bool:
    """Write a column type of ours as what it is in the database: migrations outlive the code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    if kind == "type" and isinstance(item, BigInteger) and item._variant_mapping:
        return "Id"  # stands at the top of each file
    if kind == "type" and isinstance(item, JSON) and "postgresql" in item._variant_mapping:
        autogenerate.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


class AddLater(ops.MigrateOperation):
    """A foreign key of two tables that point to each other: PostgreSQL needs both before it."""

    def __init__(self, key: Any, table: str) -> None:
        self.key, self.table = key, table


@renderers.dispatch_for(AddLater)
def render_later(_context: AutogenContext, op: AddLater) -> list[str]:
    """SQLite has such a key from the table's own text, and could not add it."""
    targets = [element.target_fullname.split(".") for element in op.key.elements]
    names = [op.key.name, op.table, targets[0][0], list(op.key.column_keys), [t[-1] for t in targets]]
    words = ", ".join(repr(str(n)) if not isinstance(n, list) else repr(n) for n in names)
    return ['if op.get_context().dialect.name != "sqlite":', f"    op.create_foreign_key({words})"]


def finish_the_file(migration: Any, _revision: Any, directives: list[Any]) -> None:
    """Number migrations 0001, 0002, ... so that their order is seen; make none when nothing changed."""
    script = directives[0]
    if script.upgrade_ops is not None and script.upgrade_ops.is_empty():
        directives.clear()
        return
    head = ScriptDirectory.from_config(migration.config).get_current_head()
    script.rev_id = f"{int(head or 0) + 1:04d}"
    made = [op for op in script.upgrade_ops.ops if isinstance(op, ops.CreateTableOp)]
    for table in made:
        keys = [part for part in table.columns if getattr(part, "use_alter", False)]
        script.upgrade_ops.ops += [AddLater(key, table.table_name) for key in keys]


run()

"""What the database knows of its tables when it chooses a way to the rows: counted anew as they grow.

PostgreSQL does so by itself. SQLite guesses until it is told to count, and with 100,000 people guesses
wrongly: it then walks through a whole region to find one agency's people.
"""

from __future__ import annotations

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.ledger.door import door

GROWN = 2
"""A table is counted again when it has so many times the rows of its last count."""
NOTE = "statistics_counted"


def renew() -> list[str]:
    """Count the SQLite tables that have grown since they were last counted; their names.

    One at a time, so that nobody who saves waits for more than the largest: 0.4 s at 100,000 people.
    """
    if db.engine.dialect.name != "sqlite":
        return []
    grown = _grown(db.session())
    db.session.rollback()
    for table in grown:
        with door() as session:
            session.execute(text(f'ANALYZE "{table}"'))
    if grown:
        with door() as session:
            # Connections read the counts when the schema changes, and only then.
            session.execute(text(f"CREATE TABLE {NOTE} (id INTEGER)"))
            session.execute(text(f"DROP TABLE {NOTE}"))
    return grown


def _grown(session: Session) -> list[str]:
    counted: dict[str, int] = {}
    if inspect(session.connection()).has_table("sqlite_stat1"):
        known = text("SELECT tbl, max(CAST(stat AS INTEGER)) AS rows FROM sqlite_stat1 GROUP BY tbl")
        counted = {row.tbl: row.rows for row in session.execute(known)}
    # The highest number instead of the rows: to count them would be the work that is to be saved.
    # Tables without row numbers (the sealed ones) are emptied soon after they fill.
    numbered = (
        name
        for name, table in db.metadata.tables.items()
        if table.dialect_options["sqlite"]["with_rowid"] is not False
    )
    each = " UNION ALL ".join(f"SELECT '{name}', max(rowid) FROM \"{name}\"" for name in numbered)
    return [
        name
        for name, highest in session.execute(text(each))
        if (highest or 0) >= GROWN * counted.get(name, 0) and highest
    ]

"""The tables' statistics: counted as they grow, and seen by connections that were open before."""

from __future__ import annotations

from sqlalchemy import text

from portal.extensions import db
from portal.ledger import statistics
from portal.ledger.door import door
from portal.ledger.installation import Installation
from portal.ledger.jobs import Job
from tests.support.databases import NOW


def put(rows: int) -> None:
    with door() as session:
        session.add_all(Job(kind="x", made=NOW, run_after=NOW, finished=NOW) for _ in range(rows))


def way(connection, mark: int) -> str:
    """How the database would look for the newest of the jobs that ended at one moment."""
    # A connection learns that the schema changed when it runs something; explaining runs nothing.
    connection.execute(text("SELECT max(id) FROM jobs")).all()
    wanted = f"EXPLAIN QUERY PLAN SELECT {mark} FROM jobs WHERE finished = '2026' ORDER BY id DESC"
    found = connection.execute(text(wanted)).all()
    connection.rollback()
    return " ".join(row.detail for row in found)


def test_a_table_is_counted_when_it_has_doubled(app):
    if db.engine.dialect.name != "sqlite":
        put(10)
        assert statistics.renew() == []  # PostgreSQL counts by itself
        return
    put(10)
    assert "jobs" in statistics.renew()
    assert statistics.renew() == []
    put(9)
    assert statistics.renew() == []
    put(1)
    assert statistics.renew() == ["jobs"]
    assert (
        db.session.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = :n"), {"n": statistics.NOTE})
        == 0
    )


def test_open_connections_learn_of_it(app):
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.connect() as other:
        with door() as session:
            session.add(Installation(id=1, demo=False, made=NOW))
        assert statistics.renew() == ["installation"]
        assert "TEMP B-TREE" in way(other, 1)
        put(500)
        statistics.renew()
        assert way(other, 2) == "SCAN jobs"

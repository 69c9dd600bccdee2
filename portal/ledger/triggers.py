"""Triggers that keep history as it was; remade after every upgrade (libraries, trap 32).

Events, looks, ratings and measured values are only ever added. A publication is changed and thrown away as
a draft; from the moment that it is published what it says stays, and only its state goes on (NEW-3, ADR
0009). Names are copied to where lists are ordered by them, and indexed by their trigrams (``search``).
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from portal.ledger import search

APPEND_ONLY = ("events", "looks", "ratings", "organisation_ratings", "measured_values", "service_editions")
PUBLISHED = {
    "publications": (
        "id",
        "ref",
        "region_id",
        "period_id",
        "version",
        "dataset",
        "sha256",
        "method_note",
        "next_date",
        "reason",
        "prepared_account_id",
        "prepared_person_id",
        "prepared_at",
        "published_account_id",
        "published_person_id",
        "published_at",
    )
}
"""Tables with what may not change in a row that has its ``published_at``; such a row isn't deleted either."""


def make(connection: Connection) -> None:
    """(Re)make every trigger on either database; safe to call at any time, tables missing or not."""
    there = set(inspect(connection).get_table_names())
    if connection.dialect.name != "sqlite":
        connection.execute(
            text(
                "CREATE OR REPLACE FUNCTION kinerja_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
            )
        )
    for table in sorted(there.intersection(APPEND_ONLY)):
        _forbid(connection, table, "update")
        _forbid(connection, table, "delete")
        _forbid_truncate(connection, table)
    for table in sorted(there.intersection(PUBLISHED)):
        differs = "IS NOT" if connection.dialect.name == "sqlite" else "IS DISTINCT FROM"
        changed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in PUBLISHED[table])
        _forbid(connection, table, "update", when=f"OLD.published_at IS NOT NULL AND ({changed})")
        _forbid(connection, table, "delete", when="OLD.published_at IS NOT NULL")
        _forbid_truncate(connection, table)
    if there.issuperset(("people", "enrolments")):
        _follow_names(connection)
        search.make(connection)


def let_go(connection: Connection) -> None:
    """Drop the triggers that write into another table: SQLite renames no table that one of them names.

    ``make`` makes them again.
    """
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TRIGGER IF EXISTS people_name_in_lists"))
        search.let_go(connection)


def _follow_names(connection: Connection) -> None:
    """Keep the name by which enrolments are ordered equal to the person's."""
    name = "people_name_in_lists"
    body = "UPDATE enrolments SET sort_name = NEW.search_name WHERE region_id = NEW.region_id AND person_id = NEW.id"
    head = f"CREATE TRIGGER {name} AFTER UPDATE OF search_name ON people FOR EACH ROW"
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        connection.execute(text(f"{head} BEGIN {body}; END"))
        return
    connection.execute(
        text(
            "CREATE OR REPLACE FUNCTION kinerja_name_in_lists() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {body}; RETURN NULL; END $$"
        )
    )
    connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON people"))
    connection.execute(text(f"{head} EXECUTE FUNCTION kinerja_name_in_lists()"))


def _forbid(connection: Connection, table: str, verb: str, *, when: str = "") -> None:
    """Refuse ``verb`` on the rows of ``table``, on those only that ``when`` names."""
    name, condition = f"{table}_no_{verb}", f"WHEN ({when}) " if when else ""
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        end = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
    else:
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON {table}"))
        end = "EXECUTE FUNCTION kinerja_append_only()"
    connection.execute(
        text(f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} FOR EACH ROW {condition}{end}")
    )


def _forbid_truncate(connection: Connection, table: str) -> None:
    """PostgreSQL empties a table past the triggers of its rows; SQLite has no such statement."""
    if connection.dialect.name == "sqlite":
        return
    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}"))
    connection.execute(
        text(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION kinerja_append_only()"
        )
    )

"""Triggers that keep history append-only; remade after every upgrade (libraries, trap 32)."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

APPEND_ONLY = ("events", "ratings", "organisation_ratings")


def make(connection: Connection) -> None:
    """(Re)make every trigger on either database; safe to call at any time, tables missing or not."""
    sqlite = connection.dialect.name == "sqlite"
    tables = set(inspect(connection).get_table_names()).intersection(APPEND_ONLY)
    if not sqlite:
        connection.execute(
            text(
                "CREATE OR REPLACE FUNCTION kinerja_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
            )
        )
    for table in sorted(tables):
        for verb in ("update", "delete"):
            name = f"{table}_no_{verb}"
            if sqlite:
                connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
                connection.execute(
                    text(
                        f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} "
                        "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
                    )
                )
            else:
                connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON {table}"))
                connection.execute(
                    text(
                        f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} "
                        "FOR EACH ROW EXECUTE FUNCTION kinerja_append_only()"
                    )
                )
        if not sqlite:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}"))
            connection.execute(
                text(
                    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION kinerja_append_only()"
                )
            )

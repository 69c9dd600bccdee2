"""Search in names by their trigrams, without reading every name.

SQLite keeps them in an FTS5 table beside ``people``; PostgreSQL in an index of ``pg_trgm``, where that
extension may be made. Where neither is there, the same question is answered by reading the names in the
order of the list: slower in a large region, never different. Made after every upgrade, as triggers are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    String,
    Table,
    and_,
    func,
    inspect,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy import column as column_
from sqlalchemy.exc import DBAPIError

from portal.extensions import db
from portal.ledger.columns import Id

TABLE = "people_search"
INDEX = "ix_people_trigram"
LEAST = 3
"""Letters of a word that trigrams can find; shorter ones are looked for where a word begins."""
FEW = 1000
"""Up to so many names found are sorted; beyond, the list is read in its order until a page is full."""

_OURS = Table(TABLE, MetaData(), Column("rowid", Id, primary_key=True), Column("search_name", String(200)))


def make(connection: Connection) -> None:
    """(Re)make the index of trigrams of ``people.search_name`` and what keeps it right."""
    if connection.dialect.name == "sqlite":
        _make_fts(connection)
    else:
        _make_gin(connection)
    available.cache_clear()


def _make_fts(connection: Connection) -> None:
    try:
        connection.execute(
            text(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5"
                "(search_name, content='people', content_rowid='id', tokenize='trigram')"
            )
        )
    except DBAPIError:  # an SQLite without FTS5 or older than 3.34
        return
    gone = f"INSERT INTO {TABLE}({TABLE}, rowid, search_name) VALUES ('delete', OLD.id, OLD.search_name);"
    come = f"INSERT INTO {TABLE}(rowid, search_name) VALUES (NEW.id, NEW.search_name);"
    for name, when, what in (
        ("come", "INSERT", come),
        ("gone", "DELETE", gone),
        ("changed", "UPDATE OF search_name", gone + come),
    ):
        connection.execute(text(f"DROP TRIGGER IF EXISTS {TABLE}_{name}"))
        connection.execute(text(f"CREATE TRIGGER {TABLE}_{name} AFTER {when} ON people BEGIN {what} END"))
    connection.execute(text(f"INSERT INTO {TABLE}({TABLE}) VALUES ('rebuild')"))


def let_go(connection: Connection) -> None:
    """Drop the triggers that keep the table of trigrams right; ``make`` makes them and it anew."""
    for name in ("come", "gone", "changed"):
        connection.execute(text(f"DROP TRIGGER IF EXISTS {TABLE}_{name}"))


def _make_gin(connection: Connection) -> None:
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            connection.execute(
                text(f"CREATE INDEX IF NOT EXISTS {INDEX} ON people USING gin (search_name gin_trgm_ops)")
            )
    except DBAPIError:  # not installed beside the server, or not allowed to this role
        return


def belongs_to_a_model(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether something in the database is for migrations to compare: what is made here isn't."""
    return not (name or "").startswith(TABLE) and name != INDEX


@lru_cache(maxsize=8)
def available(address: str) -> bool:
    """Whether the database at ``address`` (for the memory only) has the table of trigrams."""
    return TABLE in inspect(db.session.connection()).get_table_names()


def begins_only(words: str) -> bool:
    """Whether ``words`` are so short that the first of them is looked for at the beginning of names only."""
    parts = words.split()
    return bool(parts) and all(len(part) < LEAST for part in parts)


@dataclass(frozen=True)
class Named:
    """What was searched for, as conditions."""

    condition: ColumnElement[bool]
    """That every one of the words is in the name."""
    ahead: ColumnElement[bool] | None
    """That the name begins with the first word; ``None`` where every name that is found does."""
    few: bool
    """Whether so few names are found that they are fetched and sorted; else the list is read in its order."""


def named(column: Any, person_id: Any, words: str) -> Named | None:
    """The names with every one of ``words`` (folded) in ``column``; ``None`` without words.

    Short ones begin a word of it; where there are none but short ones, the first begins the whole: *siti w*
    is on the way to *siti wulandari*, and *s* alone is a span of the index.

    ``column`` holds the name, or its copy in a list that is ordered by it; ``person_id`` whose it is. Asks
    the database once by the trigrams: a few names are taken from there, many are met soon enough in the order
    of the list.
    """
    parts = words.split()
    if not parts:
        return None
    long = [part for part in parts if len(part) >= LEAST]
    short = [part for part in parts if len(part) < LEAST]
    connection = db.session.connection()
    sqlite = connection.dialect.name == "sqlite"
    ahead = _begins(column, parts[0], sqlite=sqlite) if long else None
    # Both sides are folded: SQLite's LIKE, which folds again, takes half as long again.
    conditions: list[ColumnElement[bool]] = [
        func.instr(column, part) > 0 if sqlite else column.contains(part, autoescape=True) for part in long
    ]
    if not long:
        conditions.append(_begins(column, short.pop(0), sqlite=sqlite))
    conditions += [
        or_(_begins(column, part, sqlite=sqlite), column.contains(f" {part}", autoescape=True))
        for part in short
    ]
    few = False
    if not sqlite and long:
        # The index lies on the people; what isn't in it is found there without reading the list.
        conditions.append(person_id.in_(_people_like(long)))
    elif long and available(str(connection.engine.url)):
        matches = literal_column(TABLE).op("MATCH")(" AND ".join(_quoted(part) for part in long))
        found = db.session.scalars(select(_OURS.c.rowid).where(matches).limit(FEW + 1)).all()
        few = len(found) <= FEW
        if few:
            conditions.append(person_id.in_(found))
    return Named(and_(*conditions), ahead, few)


def _people_like(parts: list[str]) -> Any:
    people = table("people", column_("id"), column_("search_name"))
    return select(people.c.id).where(
        *(people.c.search_name.like("%" + _escaped(part) + "%", escape="/") for part in parts)
    )


def _escaped(part: str) -> str:
    return part.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _quoted(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'


def _begins(column: Any, part: str, *, sqlite: bool) -> ColumnElement[bool]:
    """A prefix; in SQLite as a span of the index, which its LIKE doesn't use."""
    found: ColumnElement[bool] = (
        and_(column >= part, column < part + "\U0010ffff")
        if sqlite
        else column.startswith(part, autoescape=True)
    )
    return found

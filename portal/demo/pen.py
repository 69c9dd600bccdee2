"""The pen: rows that are written by the thousand, as the actions would have left them.

An action reads, decides and writes for one person in some milliseconds; a hundred thousand people have
millions of acts behind them. Here rows are put together in memory, numbered in advance so that they can
name each other, and written a table at a time. Events are only ever added, each with its hash where words
belong to it, like any other event; constraints and triggers hold as always.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, select, text

from portal.extensions import db
from portal.kernel.canonical import canonical, sha256
from portal.kernel.refs import new_ref
from portal.ledger.actor import Actor
from portal.ledger.door import OutsideTheDoor
from portal.ledger.events import Event, EventDetail

FULL = 20_000
"""Rows in hand at which ``rest`` writes them down."""


class Pen:
    """Writes rows of one region; inside the door. ``told``: whether each act leaves its event."""

    def __init__(self, region_id: int, *, told: bool = True) -> None:
        self.region_id = region_id
        self.told = told
        self.policy_version_id: int | None = None
        """The version under which is acted, as events say it."""
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._changes: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = {}
        self._tables: dict[str, tuple[Table, dict[str, Any], tuple[str, ...]]] = {}
        self._next: dict[str, int] = {}
        self._in_hand = 0

    def add(self, model: type, **values: Any) -> dict[str, Any]:
        """A row of ``model`` with what isn't said as its model has it; its ``id`` and ``ref`` are known."""
        name = model.__tablename__  # type: ignore[attr-defined]
        if name not in self._tables:
            self._begin(name, model)
        _table, blank, made = self._tables[name]
        row = {**blank, **values}
        for column in made:
            if row[column] is None:
                row[column] = new_ref()
        if name in self._next:
            row["id"] = self._next[name]
            self._next[name] += 1
        self._rows.setdefault(name, []).append(row)
        self._in_hand += 1
        return row

    def change(self, model: type, row_id: int, **values: Any) -> None:
        """Change a row that stands in the database already."""
        name = model.__tablename__  # type: ignore[attr-defined]
        if name not in self._tables:
            self._begin(name, model)
        self._changes.setdefault((name, tuple(values)), []).append({**values, "id": row_id})
        self._in_hand += 1

    def tell(
        self,
        verb: str,
        model: type,
        ref: str,
        *,
        by: Actor,
        at: datetime,
        policy: bool = False,
        words: Mapping[str, object] | None = None,
        **summary: Any,
    ) -> None:
        """The event of an act about the row of ``model`` with ``ref``, as ``ledger.events.record`` has it."""
        if not self.told:
            return
        salt = secrets.token_hex(16) if words else ""
        said = canonical(dict(words)) if words else ""
        row = self.add(
            Event,
            at=at,
            region_id=self.region_id,
            account_id=by.account_id,
            person_id=by.person_id,
            typist_id=by.typist_id,
            system=by.system,
            verb=verb,
            subject_type=model.__tablename__,  # type: ignore[attr-defined]
            subject_ref=ref,
            policy_version_id=self.policy_version_id if policy else None,
            summary=_summary(summary),
            detail_hash=sha256(salt + said) if words else None,
        )
        if words:
            self.add(EventDetail, event_id=row["id"], salt=salt, words=said)

    def rest(self) -> None:
        """Write down what is in hand once it is much."""
        if self._in_hand >= FULL:
            self.write()

    def write(self) -> None:
        """Write everything down: new rows in the order of their references, then the changes."""
        session = db.session()
        if not session.info.get("writing"):
            raise OutsideTheDoor("the pen writes inside the door")
        session.flush()
        order = {table.name: n for n, table in enumerate(db.metadata.sorted_tables)}
        for name in sorted(self._rows, key=order.__getitem__):
            self._insert(self._tables[name][0], self._rows[name])
            self._advance(name)
        for (name, columns), rows in self._changes.items():
            self._update(self._tables[name][0], columns, rows)
        self._rows, self._changes, self._in_hand = {}, {}, 0

    # The driver is asked by itself: the library's own care for each row would cost as much again.

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        names = [column.name for column in table.columns]
        tuples = self._bound(table, names, rows)
        columns = ", ".join(f'"{name}"' for name in names)
        connection, dialect = self._driver()
        if dialect == "sqlite":
            marks = ", ".join("?" * len(names))
            connection.executemany(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', tuples)
            return
        with (
            connection.cursor() as cursor,
            cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy,
        ):
            for row in tuples:
                copy.write_row(row)

    def _update(self, table: Table, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
        connection, dialect = self._driver()
        mark = "?" if dialect == "sqlite" else "%s"
        said = ", ".join(f'"{name}" = {mark}' for name in columns)
        statement = f'UPDATE "{table.name}" SET {said} WHERE id = {mark}'
        tuples = self._bound(table, [*columns, "id"], rows)
        if dialect == "sqlite":
            connection.executemany(statement, tuples)
            return
        with connection.cursor() as cursor:
            cursor.executemany(statement, list(tuples))

    def _driver(self) -> tuple[Any, str]:
        connection = db.session.connection()
        return connection.connection.driver_connection, connection.dialect.name

    def _bound(self, table: Table, names: list[str], rows: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
        """The rows as the driver takes them, each value as its column keeps it."""
        dialect = db.session.connection().dialect
        parts: list[Iterable[Any]] = []
        for name in names:
            bind = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
            values = [row[name] for row in rows]
            parts.append(values if bind is None else map(bind, values))
        return zip(*parts, strict=True)

    def _begin(self, name: str, model: type) -> None:
        table: Table = model.__table__  # type: ignore[attr-defined]
        blank: dict[str, Any] = {}
        made = []
        for column in table.columns:
            default = column.default
            if column.name == "region_id":
                blank[column.name] = self.region_id
            elif default is not None and default.is_scalar:
                blank[column.name] = default.arg  # type: ignore[attr-defined]
            else:
                blank[column.name] = None
                if column.name in ("ref", "line_ref") and default is not None:
                    made.append(column.name)
        if "id" in table.columns:
            self._next[name] = (db.session.scalar(select(func.max(table.c.id))) or 0) + 1
        self._tables[name] = (table, blank, tuple(made))

    def _advance(self, name: str) -> None:
        """Where numbers come from a sequence, it goes on behind ours."""
        if name in self._next and db.session.connection().dialect.name != "sqlite":
            where = text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), :last)")
            db.session.execute(where, {"last": self._next[name] - 1})


def _summary(said: Mapping[str, Any]) -> str:
    """``said`` as canonical JSON; what holds only numbers and plain words is put together by hand."""
    parts = []
    for key in sorted(said):
        value = said[key]
        if type(value) is int:
            parts.append(f'"{key}":{value}')
        elif type(value) is str and value.isascii() and value.replace("_", "").isalnum():
            parts.append(f'"{key}":"{value}"')
        else:
            return canonical(dict(said))
    return "{" + ",".join(parts) + "}"

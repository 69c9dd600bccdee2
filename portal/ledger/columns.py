"""Column types and mixins that every room's models use (decisions 14.1, 14.2, 14.10, §9)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    TableClause,
    TypeDecorator,
    UniqueConstraint,
    column,
    table,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.exact import from_millionths, to_millionths
from portal.kernel.refs import LENGTH, new_ref

Id = BigInteger().with_variant(Integer, "sqlite")


def stored_json(value: object) -> str:
    """``value`` as a JSON column keeps it. Raises ``TypeError`` for what JSON can't say."""
    return orjson.dumps(value).decode()


def bare_table(model: type[Any]) -> TableClause:
    """A model's table without types, for many new rows: values come as they are stored (``stored_json``), and
    nothing is asked of each single one.
    """
    columns = model.__table__.columns
    return table(model.__tablename__, *(column(each.name) for each in columns if not each.primary_key))


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC without a zone so that both databases sort it alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive moment can't be stored; give it a zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Exact(TypeDecorator[Decimal]):
    """An exact number, kept as an integer of millionths (ADR 0007)."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else to_millionths(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else from_millionths(value)


def choice(kind: type[StrEnum], name: str | None) -> Enum:
    """A column of one of ``kind``'s values, kept as text with a CHECK named ``name``.

    Without a name there is no CHECK: a column that is added to a large table costs nothing then.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=name is not None,
        length=40,
        name=name,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


class Addressed:
    """A row that stands in an address by its ``ref``."""

    ref: Mapped[str] = mapped_column(String(LENGTH), unique=True, default=new_ref)


class OfRegion:
    """A row of one region; ``same_region`` keys keep references inside it (decision 14.2)."""

    region_id: Mapped[int] = mapped_column(Id, ForeignKey("regions.id"), nullable=False)


def region_key(table: str) -> UniqueConstraint:
    """The key of ``table`` that ``same_region`` references point to."""
    return UniqueConstraint("region_id", "id", name=f"uq_{table}_region_id_id")


def same_region(column: str, table: str) -> ForeignKeyConstraint:
    """A reference by ``column`` to a row of ``table`` in the same region."""
    return ForeignKeyConstraint(["region_id", column], [f"{table}.region_id", f"{table}.id"])

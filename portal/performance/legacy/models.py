"""Earlier years with their documents, and the files that they come in with."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Exact, Id, OfRegion, choice, region_key, same_region
from portal.people.imports.models import Upload
from portal.performance.legacy.rules import Fate, LegacyMethod, LegacyPart, part_of
from portal.policy.policies.rules import OverallRating

Plain = JSON().with_variant(JSONB(), "postgresql")


class LegacyBatch(Upload, Base):
    """One file of earlier years."""

    __tablename__ = "legacy_batches"
    __table_args__ = (region_key("legacy_batches"), Index("ix_legacy_batches_region", "region_id", "id"))

    mark: Mapped[str] = mapped_column(String(60), default="")
    """What the region's earlier years were like at the check; applying is refused when they moved on."""
    fates: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """How many rows there are of each ``Fate``."""
    years: Mapped[int] = mapped_column(default=0)
    """How many years it would write, the doubtful ones among them."""
    doubtful: Mapped[int] = mapped_column(default=0)
    """How many of its years somebody must look at first."""
    with_doubtful: Mapped[bool] = mapped_column(default=False)
    """Whether they were looked at and applied, too."""

    def count(self, *fates: Fate) -> int:
        """How many rows there are of these fates."""
        return sum(self.fates.get(fate.value, 0) for fate in fates)


class LegacyRow(OfRegion, Base):
    """One row of a file: what was given, what is wrong with it, and what applying would do."""

    __tablename__ = "legacy_rows"
    __table_args__ = (
        same_region("batch_id", "legacy_batches"),
        same_region("person_id", "people"),
        Index("uq_legacy_rows_number", "batch_id", "number", unique=True),
        Index("ix_legacy_rows_fate", "batch_id", "fate", "number"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    batch_id: Mapped[int] = mapped_column(Id)
    number: Mapped[int]
    """The row's number in the file, the headings being row 1."""
    person_id: Mapped[int | None] = mapped_column(Id)
    fate: Mapped[Fate] = mapped_column(choice(Fate, "fate"))
    given: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The cells by column, as they were read."""
    errors: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The stored texts of the columns that change."""


class LegacyYear(Addressed, OfRegion, Base):
    """What a file says of somebody's year by one method: staged, in force, or replaced by a later file's.

    ``score`` is on the method's own scale and ``overall`` a rung of its own words; neither is ever put
    beside a rating of the method in force: no figure outside this room is made from this table.
    """

    __tablename__ = "legacy_years"
    __table_args__ = (
        same_region("batch_id", "legacy_batches"),
        same_region("replaced_by", "legacy_batches"),
        same_region("person_id", "people"),
        # One at a time in force for a person, a year and a method.
        Index(
            "uq_legacy_years_in_force",
            *("region_id", "person_id", "year", "method"),
            unique=True,
            sqlite_where=text("in_force = 1"),
            postgresql_where=text("in_force"),
        ),
        Index("ix_legacy_years_person", "person_id", "in_force", "year"),
        Index("ix_legacy_years_year", "region_id", "in_force", "year", "method"),
        Index("ix_legacy_years_batch", "batch_id", "number"),
        Index("ix_legacy_years_replaced", "replaced_by"),
        CheckConstraint("NOT in_force OR replaced_by IS NULL", name="in_force"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    batch_id: Mapped[int] = mapped_column(Id)
    number: Mapped[int]
    """The number of its first row in the file."""
    person_id: Mapped[int] = mapped_column(Id)
    year: Mapped[int]
    method: Mapped[LegacyMethod] = mapped_column(choice(LegacyMethod, "method"))
    score: Mapped[Decimal] = mapped_column(Exact)
    overall: Mapped[OverallRating] = mapped_column(choice(OverallRating, "overall"))
    said: Mapped[list[dict[str, Any]]] = mapped_column(Plain)
    """What its documents say, part by part (``LegacyPart.as_data``)."""
    policy_version_id: Mapped[int] = mapped_column(Id, ForeignKey("policy_versions.id"))
    """The scale by which it was checked, and is explained."""
    doubtful: Mapped[bool] = mapped_column(default=False)
    in_force: Mapped[bool] = mapped_column(default=False)
    replaced_by: Mapped[int | None] = mapped_column(Id)
    """The file whose year took its place; taking that file back brings this one back."""

    @cached_property
    def parts(self) -> tuple[LegacyPart, ...]:
        """Its documents."""
        return tuple(map(part_of, self.said))

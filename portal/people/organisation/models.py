"""Regions, units and positions."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Id, OfRegion, choice, region_key, same_region
from portal.people.employment.rules import PostKind

ACCENTS = ("a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8")


class Region(Addressed, Base):
    """A daerah that runs here (``hosted``), or a parent that is only named."""

    __tablename__ = "regions"
    __table_args__ = (
        CheckConstraint("zone IN ('WIB', 'WITA', 'WIT')", name="zone"),
        CheckConstraint(f"accent IN ({', '.join(repr(a) for a in ACCENTS)})", name="accent"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(13), unique=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(40))
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("regions.id"))
    hosted: Mapped[bool] = mapped_column(default=True)
    zone: Mapped[str] = mapped_column(String(4), default="WIB")
    accent: Mapped[str] = mapped_column(String(2), default="a1")
    agency_head_appraiser_id: Mapped[int | None] = mapped_column(Id)
    """The position that appraises heads of agencies; asked at set-up, no default (year.md §3)."""
    structure_version: Mapped[int] = mapped_column(default=0)
    """Counts changes of structure; an import is refused when it moved since the preview."""
    applying: Mapped[str] = mapped_column(String(12), default="")
    """The batch that is being applied in the background; nothing else changes the structure meanwhile."""


class Unit(Addressed, OfRegion, Base):
    """An agency or a unit inside one; ``path`` is today's chain of ids, for scopes."""

    __tablename__ = "units"
    __table_args__ = (
        region_key("units"),
        same_region("agency_id", "units"),
        UniqueConstraint("region_id", "code"),
        UniqueConstraint("region_id", "slug"),
        Index("ix_units_region_agency", "region_id", "agency_id"),
        CheckConstraint("working_week IN (5, 6)", name="working_week"),
        CheckConstraint("ends IS NULL OR ends > begins", name="span"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    slug: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    is_agency: Mapped[bool] = mapped_column(default=False)
    independent: Mapped[bool] = mapped_column(default=False)
    """A unit kerja mandiri: rated as an organisation of its own, its head uses the leader's form."""
    agency_id: Mapped[int | None] = mapped_column(Id)
    """The agency that the unit belongs to; itself for an agency, none for the region's top."""
    path: Mapped[str] = mapped_column(String(400), default="")
    working_week: Mapped[int] = mapped_column(default=5)
    begins: Mapped[date]
    ends: Mapped[date | None]


class UnitParent(OfRegion, Base):
    """Which unit stood above which, from ``begins`` until before ``ends``."""

    __tablename__ = "unit_parents"
    __table_args__ = (
        same_region("unit_id", "units"),
        same_region("parent_id", "units"),
        Index("ix_unit_parents_unit", "region_id", "unit_id", "begins"),
        CheckConstraint("unit_id <> parent_id", name="not_itself"),
        CheckConstraint("ends IS NULL OR ends > begins", name="span"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id)
    parent_id: Mapped[int | None] = mapped_column(Id)
    begins: Mapped[date]
    ends: Mapped[date | None]


class UnitSuccession(OfRegion, Base):
    """A merger, split or renaming: ``old`` went on as ``new`` from ``on``."""

    __tablename__ = "unit_successions"
    __table_args__ = (same_region("old_id", "units"), same_region("new_id", "units"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    old_id: Mapped[int] = mapped_column(Id)
    new_id: Mapped[int] = mapped_column(Id)
    on: Mapped[date]


class UnitName(OfRegion, Base):
    """A name that a unit bore until before ``ends``; the present one stands in the unit."""

    __tablename__ = "unit_names"
    __table_args__ = (
        same_region("unit_id", "units"),
        Index("ix_unit_names_unit", "region_id", "unit_id", "ends"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    letter: Mapped[str] = mapped_column(String(100), default="")
    """The ground on which the name changed."""
    ends: Mapped[date]


class PositionPlace(OfRegion, Base):
    """The unit in which a position stood until before ``ends``; the present one stands in the position."""

    __tablename__ = "position_places"
    __table_args__ = (
        same_region("position_id", "positions"),
        same_region("unit_id", "units"),
        Index("ix_position_places_position", "region_id", "position_id", "ends"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    position_id: Mapped[int] = mapped_column(Id)
    unit_id: Mapped[int] = mapped_column(Id)
    ends: Mapped[date]


class Position(Addressed, OfRegion, Base):
    """A post in a unit; people hold it over time."""

    __tablename__ = "positions"
    __table_args__ = (
        region_key("positions"),
        same_region("unit_id", "units"),
        UniqueConstraint("region_id", "code"),
        Index("ix_positions_unit", "region_id", "unit_id"),
        CheckConstraint("ends IS NULL OR ends > begins", name="span"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[int] = mapped_column(Id)
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[PostKind] = mapped_column(choice(PostKind, "kind"))
    is_head: Mapped[bool] = mapped_column(default=False)
    echelon: Mapped[str] = mapped_column(String(10), default="")
    level: Mapped[str] = mapped_column(String(40), default="")
    job_class: Mapped[int | None]
    begins: Mapped[date]
    ends: Mapped[date | None]

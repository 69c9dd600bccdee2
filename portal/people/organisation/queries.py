"""What is read of regions, units and positions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true

from portal.extensions import alias, db
from portal.kernel.texts import fold
from portal.people.organisation.models import Position, PositionPlace, Region, Unit, UnitParent

Holder = alias(Unit, "holder")


def on(model: Any, day: date) -> ColumnElement[bool]:
    """The condition that a dated row of ``model`` holds on ``day``."""
    return (model.begins <= day) & or_(model.ends.is_(None), model.ends > day)


def hosted_regions() -> Sequence[Region]:
    """The regions that run here, by name."""
    return db.session.scalars(select(Region).where(Region.hosted).order_by(Region.name)).all()


def region_by_slug(slug: str) -> Region | None:
    """The hosted region with that slug."""
    return db.session.scalars(select(Region).where(Region.slug == slug, Region.hosted)).one_or_none()


def region(region_id: int) -> Region:
    """The region with that id. Raises when there is none."""
    return db.session.get_one(Region, region_id)


def agencies(region_id: int, day: date) -> Sequence[Unit]:
    """The region's agencies on ``day``, by name."""
    return db.session.scalars(
        select(Unit).where(Unit.region_id == region_id, Unit.is_agency, on(Unit, day)).order_by(Unit.name)
    ).all()


def unit_named(words: str) -> ColumnElement[bool]:
    """That every one of ``words`` stands in the name of a unit or its agency; for ``units_to_choose``."""
    names = (func.lower(Unit.name), func.lower(Holder.name))
    parts = fold(words).split()[:5]
    return and_(true(), *(or_(*(name.contains(part, autoescape=True) for name in names)) for part in parts))


def units_to_choose(
    condition: ColumnElement[bool], day: date, *, first: ColumnElement[bool], limit: int
) -> Sequence[Any]:
    """Units that meet ``condition`` on ``day``, agency by agency, each with its agency's name if that is another.

    Those that are ``first`` stand before all others. At most ``limit``, and one more where there are others.
    """
    return db.session.execute(
        select(Unit, Holder.name.label("agency"))
        .outerjoin(Holder, and_(Holder.id == Unit.agency_id, Holder.id != Unit.id))
        .where(condition, on(Unit, day))
        .order_by(case((first, 0), else_=1), func.coalesce(Holder.name, Unit.name), Unit.path)
        .limit(limit + 1)
    ).all()


def parents_on(region_id: int, day: date) -> dict[int, int | None]:
    """Each unit's parent on ``day``."""
    rows = db.session.execute(
        select(UnitParent.unit_id, UnitParent.parent_id).where(
            UnitParent.region_id == region_id, on(UnitParent, day)
        )
    )
    return dict(rows.all())


def units(region_id: int) -> dict[int, Unit]:
    """Every unit of a region by id."""
    return {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.region_id == region_id))}


def places_on(region_id: int, day: date) -> dict[int, int]:
    """The unit in which a position stood on ``day``, for those that have moved since."""
    rows = db.session.execute(
        select(PositionPlace.position_id, PositionPlace.unit_id)
        .where(PositionPlace.region_id == region_id, PositionPlace.ends > day)
        .order_by(PositionPlace.ends.desc())
    )
    return dict(rows.all())


def positions_on(region_id: int, day: date) -> Sequence[Position]:
    """The region's positions on ``day``."""
    return db.session.scalars(
        select(Position).where(Position.region_id == region_id, on(Position, day))
    ).all()

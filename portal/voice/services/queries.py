"""What is read of services, their indicators and what was measured."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, tuple_

from portal.extensions import db
from portal.people.accounts.models import Account
from portal.people.organisation.models import Region, Unit
from portal.people.organisation.queries import on
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles.models import Period
from portal.policy.cycles.rules import PeriodState
from portal.voice.services.models import (
    MeasuredValue,
    Measurement,
    Service,
    ServiceIndicator,
    StandardPart,
    ValueBatch,
    ValueRow,
)
from portal.voice.services.rules import Component, RowFate

PAGE = 25


def current() -> ColumnElement[bool]:
    """The condition that joins a measurement with what it says now."""
    return and_(
        MeasuredValue.measurement_id == Measurement.id, MeasuredValue.revision == Measurement.revision
    )


def listed(scope: ColumnElement[bool], query: str, after: tuple[str, int] | None) -> Sequence[Any]:
    """One page of services by name, and one more if there are more: service, agency's name, indicators."""
    count = (
        select(func.count())
        .where(ServiceIndicator.service_id == Service.id)
        .correlate(Service)
        .scalar_subquery()
    )
    rows = (
        select(Service, Unit.name.label("agency"), count.label("indicators"))
        .join(Unit, Unit.id == Service.agency_id)
        .where(scope)
        .order_by(Service.name, Service.id)
        .limit(PAGE + 1)
    )
    if query:
        like = f"%{_escaped(query)}%"
        rows = rows.where(
            or_(Service.name.ilike(like, escape="\\"), Service.everyday.ilike(like, escape="\\"))
        )
    if after is not None:
        rows = rows.where(tuple_(Service.name, Service.id) > after)
    return db.session.execute(rows).all()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def mark_of(ref: str, scope: ColumnElement[bool]) -> tuple[str, int] | None:
    """Where the list goes on after the service ``ref``."""
    row = db.session.execute(select(Service.name, Service.id).where(Service.ref == ref, scope)).one_or_none()
    return (row.name, row.id) if row else None


def slugs(region_id: int) -> set[str]:
    """The parts of addresses that services of a region have."""
    return set(db.session.scalars(select(Service.slug).where(Service.region_id == region_id)))


def agencies(region_ids: Collection[int], agency_ids: Collection[int], day: date) -> Sequence[Unit]:
    """The agencies of these regions, and these agencies, that exist on ``day``; by name."""
    return db.session.scalars(
        select(Unit)
        .where(
            Unit.is_agency,
            on(Unit, day),
            or_(Unit.region_id.in_(region_ids), Unit.id.in_(agency_ids), false()),
        )
        .order_by(Unit.name)
    ).all()


def units_of(agency_id: int) -> Sequence[Unit]:
    """The agency and its units, the agency first."""
    return db.session.scalars(
        select(Unit).where(Unit.agency_id == agency_id).order_by(Unit.is_agency.desc(), Unit.name)
    ).all()


def parts(service_id: int) -> dict[Component, str]:
    """The components of a service's standard that are written."""
    rows = db.session.execute(
        select(StandardPart.component, StandardPart.text).where(StandardPart.service_id == service_id)
    )
    return {row.component: row.text for row in rows}


def part_rows(service_id: int) -> dict[Component, StandardPart]:
    """The rows of a service's standard."""
    rows = db.session.scalars(select(StandardPart).where(StandardPart.service_id == service_id))
    return {row.component: row for row in rows}


def indicators(service_id: int) -> Sequence[ServiceIndicator]:
    """A service's indicators in their order."""
    return db.session.scalars(
        select(ServiceIndicator)
        .where(ServiceIndicator.service_id == service_id)
        .order_by(ServiceIndicator.number, ServiceIndicator.id)
    ).all()


def around(indicator: ServiceIndicator) -> tuple[Service, Region]:
    """The service of an indicator, and its region."""
    row = db.session.execute(
        select(Service, Region)
        .join(Region, Region.id == Service.region_id)
        .where(Service.id == indicator.service_id)
    ).one()
    return row.Service, row.Region


def series(indicator_ids: Iterable[int]) -> Sequence[Any]:
    """Every measurement of these indicators with what it says now and its unit, oldest first."""
    return db.session.execute(
        select(Measurement, MeasuredValue, Unit)
        .join(MeasuredValue, current())
        .join(Unit, Unit.id == Measurement.unit_id)
        .where(Measurement.indicator_id.in_(list(indicator_ids)))
        .order_by(Measurement.indicator_id, Unit.is_agency.desc(), Unit.name, Unit.id, Measurement.begins)
    ).all()


def last_of(indicator_ids: Iterable[int]) -> dict[int, Any]:
    """By indicator the newest period with anything measured, and how many measurements there are."""
    rows = db.session.execute(
        select(
            Measurement.indicator_id,
            func.max(Measurement.begins).label("begins"),
            func.count().label("count"),
        )
        .where(Measurement.indicator_id.in_(list(indicator_ids)))
        .group_by(Measurement.indicator_id)
    )
    return {row.indicator_id: row for row in rows}


def measured(indicator_id: int, unit_id: int, begins: date) -> Measurement | None:
    """What was measured of an indicator at a unit in a period."""
    return db.session.scalars(
        select(Measurement).where(
            Measurement.indicator_id == indicator_id,
            Measurement.unit_id == unit_id,
            Measurement.begins == begins,
        )
    ).one_or_none()


def said(measurement: Measurement) -> MeasuredValue:
    """What a measurement says now."""
    return db.session.scalars(
        select(MeasuredValue).where(
            MeasuredValue.measurement_id == measurement.id, MeasuredValue.revision == measurement.revision
        )
    ).one()


def history(measurement: Measurement) -> Sequence[Any]:
    """Everything that a measurement has said, newest first, with who wrote it."""
    return db.session.execute(
        select(MeasuredValue, Account.name)
        .outerjoin(Account, Account.id == MeasuredValue.account_id)
        .where(MeasuredValue.measurement_id == measurement.id)
        .order_by(MeasuredValue.revision.desc())
    ).all()


def scene(measurement: Measurement) -> Any:
    """The indicator, service, unit and region of a measurement."""
    return db.session.execute(
        select(ServiceIndicator, Service, Unit, Region)
        .join(Service, Service.id == ServiceIndicator.service_id)
        .join(Region, Region.id == Service.region_id)
        .join(Unit, Unit.id == measurement.unit_id)
        .where(ServiceIndicator.id == measurement.indicator_id)
    ).one()


def others_known(measurement: Measurement) -> int:
    """How many other periods of the same unit's series have a value."""
    found = db.session.scalar(
        select(func.count())
        .select_from(Measurement)
        .join(MeasuredValue, current())
        .where(
            Measurement.indicator_id == measurement.indicator_id,
            Measurement.unit_id == measurement.unit_id,
            Measurement.id != measurement.id,
            MeasuredValue.value.is_not(None),
        )
    )
    return int(found or 0)


def closed_spans(region_id: int) -> list[tuple[date, date]]:
    """The region's evaluation periods that were closed, as half-open spans; the year's own left out."""
    rows = db.session.execute(
        select(Period.begins, Period.ends).where(
            Period.region_id == region_id,
            Period.state == PeriodState.CLOSED,
            Period.kind != PeriodKind.YEAR,
        )
    )
    return [(row.begins, row.ends) for row in rows]


def released_spans(indicator_id: int) -> set[date]:
    """The periods of an indicator of which anything was published."""
    return set(
        db.session.scalars(
            select(Measurement.begins).where(
                Measurement.indicator_id == indicator_id, Measurement.released.is_not(None)
            )
        )
    )


def mark(indicator_id: int) -> str:
    """What a series is like: changes when anything is measured or corrected."""
    row = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Measurement.revision), 0)).where(
            Measurement.indicator_id == indicator_id
        )
    ).one()
    return f"{row[0]}:{row[1]}"


# ----------------------------------------------------------------------------------------- tables


def rows(batch: ValueBatch, *fates: RowFate, limit: int) -> Sequence[ValueRow]:
    """The first rows of a table with one of these fates."""
    return db.session.scalars(
        select(ValueRow)
        .where(ValueRow.batch_id == batch.id, ValueRow.fate.in_(fates))
        .order_by(ValueRow.number)
        .limit(limit)
    ).all()


def batch_scene(batch: ValueBatch) -> tuple[ServiceIndicator, Service]:
    """The indicator and the service of a table."""
    row = db.session.execute(
        select(ServiceIndicator, Service)
        .join(Service, Service.id == ServiceIndicator.service_id)
        .where(ServiceIndicator.id == batch.indicator_id)
    ).one()
    return row.ServiceIndicator, row.Service


def find(region_slug: str, service_slug: str, number: int) -> ServiceIndicator | None:
    """An indicator by its region, service and number: for commands."""
    return db.session.scalars(
        select(ServiceIndicator)
        .join(Service, Service.id == ServiceIndicator.service_id)
        .join(Region, Region.id == Service.region_id)
        .where(Region.slug == region_slug, Service.slug == service_slug, ServiceIndicator.number == number)
    ).one_or_none()

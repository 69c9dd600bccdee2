"""What is read for publishing a service, and what was published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from portal.extensions import db
from portal.people.organisation.models import Region, Unit
from portal.transparency.service_figures.models import ServiceEdition
from portal.voice.services.models import MeasuredValue, Measurement, Service, ServiceIndicator
from portal.voice.services.queries import current


def scene(service: Service) -> Any:
    """The region, the agency and the newest edition (or none) of a service."""
    newest = (
        select(func.max(ServiceEdition.version))
        .where(ServiceEdition.service_id == service.id)
        .scalar_subquery()
    )
    return db.session.execute(
        select(Region, Unit.slug, Unit.name, Unit.name_en, ServiceEdition)
        .select_from(Region)
        .join(Unit, Unit.id == service.agency_id)
        .outerjoin(
            ServiceEdition,
            and_(ServiceEdition.service_id == service.id, ServiceEdition.version == newest),
        )
        .where(Region.id == service.region_id)
    ).one()


def measured(service: Service) -> Sequence[Any]:
    """Every indicator of a service with what was measured, by unit and period; one row where nothing was."""
    unit = aliased(Unit, name="Unit")
    return db.session.execute(
        select(ServiceIndicator, Measurement, MeasuredValue, unit)
        .select_from(ServiceIndicator)
        .outerjoin(Measurement, Measurement.indicator_id == ServiceIndicator.id)
        .outerjoin(MeasuredValue, current())
        .outerjoin(unit, unit.id == Measurement.unit_id)
        .where(ServiceIndicator.service_id == service.id)
        .order_by(
            ServiceIndicator.number,
            ServiceIndicator.id,
            unit.is_agency.desc(),
            unit.name,
            unit.id,
            Measurement.begins,
        )
    ).all()


def newest() -> Sequence[ServiceEdition]:
    """The newest edition of every service of the installation."""
    last = (
        select(ServiceEdition.service_id, func.max(ServiceEdition.version).label("version"))
        .group_by(ServiceEdition.service_id)
        .subquery()
    )
    return db.session.scalars(
        select(ServiceEdition)
        .join(
            last,
            and_(last.c.service_id == ServiceEdition.service_id, last.c.version == ServiceEdition.version),
        )
        .order_by(ServiceEdition.id)
    ).all()

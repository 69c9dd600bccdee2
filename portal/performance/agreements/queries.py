"""What is read of performance agreements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload

from portal.extensions import db
from portal.people.organisation.models import Unit
from portal.people.organisation.queries import on
from portal.performance.agreements.models import AgreementGoal, KeyIndicator, PerformanceAgreement
from portal.policy.cycles.models import Cycle


def around(agreement: PerformanceAgreement) -> tuple[Unit, Cycle]:
    """The agency and the year of an agreement."""
    query = select(Unit, Cycle).join(Cycle, Cycle.region_id == Unit.region_id)
    return db.session.execute(
        query.where(Unit.id == agreement.agency_id, Cycle.id == agreement.cycle_id)
    ).one()


def goals(agreement_id: int) -> Sequence[AgreementGoal]:
    """The goals of an agreement with their indicators, in one statement."""
    query = (
        select(AgreementGoal)
        .options(joinedload(AgreementGoal.indicators))
        .where(AgreementGoal.agreement_id == agreement_id)
        .order_by(AgreementGoal.position, AgreementGoal.id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).unique().all()


def of_agency(cycle_id: int, agency_id: int) -> PerformanceAgreement | None:
    """An agency's agreement of a year."""
    return db.session.scalars(
        select(PerformanceAgreement).where(
            PerformanceAgreement.cycle_id == cycle_id, PerformanceAgreement.agency_id == agency_id
        )
    ).one_or_none()


def agreement_of(thing: AgreementGoal | KeyIndicator) -> tuple[PerformanceAgreement, AgreementGoal]:
    """The agreement and goal that a line belongs to."""
    query = select(PerformanceAgreement, AgreementGoal).join(
        AgreementGoal, AgreementGoal.agreement_id == PerformanceAgreement.id
    )
    wanted = AgreementGoal.id == (thing.goal_id if isinstance(thing, KeyIndicator) else thing.id)
    return db.session.execute(query.where(wanted)).one()


def count_goals(agreement_id: int) -> int:
    """How many goals an agreement has."""
    return db.session.scalar(select(func.count()).where(AgreementGoal.agreement_id == agreement_id)) or 0


def count_indicators(goal_id: int) -> int:
    """How many key indicators a goal has."""
    return db.session.scalar(select(func.count()).where(KeyIndicator.goal_id == goal_id)) or 0


def agencies(within: ColumnElement[bool], day: date) -> Sequence[Any]:
    """Agencies that meet ``within`` with the year at work in their region and its agreement."""
    year = (
        select(func.max(Cycle.year))
        .where(Cycle.region_id == Unit.region_id, Cycle.year <= day.year)
        .correlate(Unit)
        .scalar_subquery()
    )
    return db.session.execute(
        select(Unit, Cycle, PerformanceAgreement)
        .outerjoin(Cycle, and_(Cycle.region_id == Unit.region_id, Cycle.year == year))
        .outerjoin(
            PerformanceAgreement,
            and_(PerformanceAgreement.cycle_id == Cycle.id, PerformanceAgreement.agency_id == Unit.id),
        )
        .where(within, on(Unit, day))
        .order_by(Unit.name, Unit.id)
    ).all()

"""What is read of cycles: periods, deadlines, holidays, enrolments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from portal.extensions import db
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.organisation.models import Position, Unit
from portal.people.organisation.queries import on
from portal.policy.calendars.rules import DeadlineKind, PeriodKind
from portal.policy.cycles.models import Cycle, Deadline, Enrolment, Holiday, Period
from portal.policy.cycles.rules import PeriodState


def holidays(region_id: int) -> frozenset[date]:
    """The days that aren't worked in a region."""
    return frozenset(db.session.scalars(select(Holiday.day).where(Holiday.region_id == region_id)))


def cycles(region_id: int) -> Sequence[Cycle]:
    """The region's cycles, newest first."""
    return db.session.scalars(
        select(Cycle).where(Cycle.region_id == region_id).order_by(Cycle.year.desc())
    ).all()


def current_cycle(region_id: int, today: date) -> Cycle | None:
    """The cycle at work: the newest that has begun."""
    return db.session.scalars(
        select(Cycle)
        .where(Cycle.region_id == region_id, Cycle.year <= today.year)
        .order_by(Cycle.year.desc())
        .limit(1)
    ).one_or_none()


def periods(cycle_id: int) -> Sequence[Period]:
    """A cycle's periods in the order of their ends, the year last."""
    return db.session.scalars(
        select(Period).where(Period.cycle_id == cycle_id).order_by(Period.ends, Period.begins.desc())
    ).all()


def year_period(cycle_id: int) -> Period:
    """The period of a cycle on whose enrolments the plans hang."""
    return db.session.scalars(
        select(Period).where(Period.cycle_id == cycle_id, Period.kind == PeriodKind.YEAR)
    ).one()


def deadlines(period_ids: Sequence[int]) -> dict[int, dict[DeadlineKind, Deadline]]:
    """The deadlines of periods by kind."""
    found: dict[int, dict[DeadlineKind, Deadline]] = {each: {} for each in period_ids}
    for row in db.session.scalars(select(Deadline).where(Deadline.period_id.in_(period_ids))):
        found[row.period_id][row.kind] = row
    return found


def working_periods(region_id: int, today: date) -> Sequence[Period]:
    """Open periods of the region, the one that ends first first."""
    return db.session.scalars(
        select(Period)
        .where(Period.region_id == region_id, Period.state == PeriodState.OPEN)
        .order_by(Period.ends, Period.begins.desc())
    ).all()


def to_enrol(region_id: int, day: date) -> Sequence[Any]:
    """Definitive tenures of employees on ``day`` with what an enrolment keeps of them."""
    return db.session.execute(
        select(
            Tenure.id.label("tenure_id"),
            Tenure.person_id,
            Tenure.position_id,
            Tenure.begins,
            Person.search_name,
            Employee.id.label("employee_id"),
            Employee.rank_code,
            Position.unit_id,
            Position.is_head,
            Unit.agency_id,
            Unit.path,
        )
        .join(Person, Person.id == Tenure.person_id)
        .join(Employee, Employee.person_id == Tenure.person_id)
        .join(Position, Position.id == Tenure.position_id)
        .join(Unit, Unit.id == Position.unit_id)
        .where(
            Tenure.region_id == region_id,
            Tenure.acting.is_(None),
            on(Tenure, day),
            on(Employee, day),
            Unit.agency_id.is_not(None),
        )
        .order_by(Tenure.id)
    ).all()


def enrolled(period_id: int) -> dict[int, int]:
    """Tenures that are enrolled in a period already, with their persons."""
    query = select(Enrolment.tenure_id, Enrolment.person_id).where(Enrolment.period_id == period_id)
    return dict(db.session.execute(query).all())


def refs_of(person_ids: Iterable[int]) -> dict[int, str]:
    """The references of people, in chunks that either database takes."""
    wanted = list(person_ids)
    found: dict[int, str] = {}
    for first in range(0, len(wanted), 10_000):
        some = wanted[first : first + 10_000]
        found.update(db.session.execute(select(Person.id, Person.ref).where(Person.id.in_(some))).all())
    return found


def count_to_enrol(region_id: int, day: date) -> int:
    """How many people an opening on ``day`` would enrol."""
    return len(to_enrol(region_id, day))


def enrolment_of(person_id: int, period_id: int) -> Enrolment | None:
    """A person's latest enrolment in a period."""
    return db.session.scalars(
        select(Enrolment)
        .where(Enrolment.person_id == person_id, Enrolment.period_id == period_id)
        .order_by(Enrolment.id.desc())
        .limit(1)
    ).one_or_none()


def named(person_ids: set[int | None]) -> dict[int, Person]:
    """People by id, for showing their names."""
    wanted = [each for each in person_ids if each is not None]
    if not wanted:
        return {}
    return {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(wanted)))}


def count_enrolled(period_id: int) -> int:
    """How many people are enrolled in a period."""
    return db.session.scalar(select(func.count()).where(Enrolment.period_id == period_id)) or 0

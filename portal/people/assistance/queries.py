"""What is read of assisted entry: appointments with names, and what was typed for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.extensions import db
from portal.ledger.events import Event
from portal.people.assistance.models import Assistance
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.employment.rules import PostKind
from portal.people.organisation.models import Position

SHOWN = 100


def holds_on(day: date) -> ColumnElement[bool]:
    """The condition that an appointment holds on ``day``."""
    return and_(
        Assistance.ended.is_(None),
        Assistance.begins <= day,
        or_(Assistance.ends.is_(None), Assistance.ends > day),
    )


def listed(where: ColumnElement[bool]) -> Sequence[Any]:
    """Appointments with both names and how much waits to be confirmed, newest first; one statement."""
    helped, assistant = aliased(Person, name="helped"), aliased(Person, name="assistant")
    waiting = select(func.count(Event.id)).where(*_waiting()).correlate(Assistance).scalar_subquery()
    return db.session.execute(
        select(Assistance, helped, assistant, waiting.label("waiting"))
        .join(helped, helped.id == Assistance.person_id)
        .join(assistant, assistant.id == Assistance.assistant_id)
        .where(where)
        .order_by(Assistance.id.desc())
        .limit(SHOWN)
    ).all()


def waiting(assistance: Assistance) -> int:
    """How many steps under an appointment its person hasn't confirmed."""
    query = select(func.count(Event.id)).select_from(Assistance).join(Event, and_(*_waiting()))
    return db.session.scalar(query.where(Assistance.id == assistance.id)) or 0


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return (
        Event.person_id == Assistance.person_id,
        Event.typist_id == Assistance.assistant_id,
        Event.id > Assistance.confirmed_event,
    )


def last_typed(assistance: Assistance) -> int:
    """The newest event that was typed under an appointment; 0 when there is none."""
    query = select(func.max(Event.id)).where(
        Event.person_id == assistance.person_id, Event.typist_id == assistance.assistant_id
    )
    return db.session.scalar(query) or 0


def held_already(person_id: int, assistant_id: int, begins: date, ends: date | None) -> bool:
    """Whether the same appointment holds on one of these days already."""
    same = and_(
        Assistance.person_id == person_id,
        Assistance.assistant_id == assistant_id,
        Assistance.ended.is_(None),
        or_(Assistance.ends.is_(None), Assistance.ends > begins),
    )
    return bool(
        db.session.scalar(select(exists().where(same, *([] if ends is None else [Assistance.begins < ends]))))
    )


def employee_by_number(region_id: int, number: str) -> Person | None:
    """The person of a region with that staff number."""
    return db.session.scalars(
        select(Person)
        .join(Employee, Employee.person_id == Person.id)
        .where(Employee.region_id == region_id, Employee.staff_number == number)
    ).one_or_none()


def is_region_head(person_id: int, day: date) -> bool:
    """Whether the person is the region's head on ``day``: appraises without being a civil servant."""
    query = (
        select(Tenure.id)
        .join(Position, Position.id == Tenure.position_id)
        .where(
            Tenure.person_id == person_id,
            Tenure.begins <= day,
            or_(Tenure.ends.is_(None), Tenure.ends > day),
            Position.kind == PostKind.REGION_HEAD,
        )
    )
    return bool(db.session.scalar(select(query.exists())))


def people_named(region_ids: Sequence[int], folded: str) -> Sequence[Person]:
    """People of these regions whose name holds these letters; one more than shown."""
    return db.session.scalars(
        select(Person)
        .where(Person.region_id.in_(region_ids), Person.search_name.contains(folded, autoescape=True))
        .order_by(Person.search_name, Person.id)
        .limit(21)
    ).all()

"""What is read of dialogues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from portal.extensions import alias, db
from portal.people.employment.models import Person
from portal.performance.dialogues.models import Dialogue, DialogueStep
from portal.performance.dialogues.rules import Side
from portal.performance.plans.models import Plan
from portal.policy.cycles.models import Cycle, Enrolment, Period

Employee = alias(Person, "talked_employee")
Appraiser = alias(Person, "talked_appraiser")


def of_period(enrolment_id: int) -> Sequence[Dialogue]:
    """The dialogues on the results of somebody's period with their steps, newest first."""
    query = (
        select(Dialogue)
        .where(Dialogue.enrolment_id == enrolment_id)
        .options(joinedload(Dialogue.steps))
        .order_by(Dialogue.day.desc(), Dialogue.id.desc())
    )
    return db.session.scalars(query).unique().all()


def is_in(person_id: int | None) -> ColumnElement[bool]:
    """Somebody is one of the two, as a condition where ``Plan`` is joined."""
    return or_(Plan.person_id == person_id, Dialogue.appraiser_id == person_id)


def waits_for(person_id: Any) -> ColumnElement[bool]:
    """A record that somebody hasn't confirmed yet, as a condition where ``Plan`` is joined."""
    return or_(
        and_(Plan.person_id == person_id, Dialogue.employee_confirmed.is_(None)),
        and_(Dialogue.appraiser_id == person_id, Dialogue.appraiser_confirmed.is_(None)),
    )


def open_step() -> ColumnElement[bool]:
    """A step that both agreed and that isn't done, as a condition where ``Dialogue`` is joined."""
    return and_(
        DialogueStep.done.is_(None),
        Dialogue.employee_confirmed.is_not(None),
        Dialogue.appraiser_confirmed.is_not(None),
    )


def to_confirm(person_id: int | None, limit: int = 100) -> Sequence[Any]:
    """Records that wait for somebody's word, the oldest first."""
    return db.session.execute(
        _with_people(select(Dialogue, Plan, Employee, Appraiser, Period, Cycle))
        .where(waits_for(person_id))
        .order_by(Dialogue.day, Dialogue.id)
        .limit(limit)
    ).all()


def steps(person_id: int | None, *, since: datetime, limit: int = 100) -> Sequence[Any]:
    """What somebody agreed with whom and isn't done, by the day; then what was done since ``since``."""
    query = _with_people(
        select(DialogueStep, Dialogue, Plan, Employee, Appraiser, Period, Cycle)
        .select_from(DialogueStep)
        .join(Dialogue, Dialogue.id == DialogueStep.dialogue_id)
    )
    done = DialogueStep.done >= since
    return db.session.execute(
        query.where(is_in(person_id), or_(open_step(), done))
        .order_by(
            DialogueStep.done.is_not(None),
            DialogueStep.due.is_(None),
            DialogueStep.due,
            DialogueStep.id,
        )
        .limit(limit)
    ).all()


def own_steps(person_id: int | None, limit: int) -> Sequence[Any]:
    """What an employee agreed to do and hasn't done, by the day; the appraiser's steps aside."""
    return db.session.execute(
        select(DialogueStep, Dialogue)
        .join(Dialogue, Dialogue.id == DialogueStep.dialogue_id)
        .join(Plan, Plan.id == Dialogue.plan_id)
        .where(Plan.person_id == person_id, DialogueStep.side == Side.EMPLOYEE, open_step())
        .order_by(DialogueStep.due.is_(None), DialogueStep.due, DialogueStep.id)
        .limit(limit)
    ).all()


def _with_people(query: Any) -> Any:
    return (
        query.join(Plan, Plan.id == Dialogue.plan_id)
        .join(Cycle, Cycle.id == Plan.cycle_id)
        .join(Employee, Employee.id == Plan.person_id)
        .outerjoin(Appraiser, Appraiser.id == Dialogue.appraiser_id)
        .outerjoin(Enrolment, Enrolment.id == Dialogue.enrolment_id)
        .outerjoin(Period, Period.id == Enrolment.period_id)
    )

"""What is read of objections and of documents that a superior sets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal.extensions import alias, db
from portal.ledger.files import StoredFile
from portal.people.employment.models import Person
from portal.performance.evaluations.models import Evaluation, Rating
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.objections import rules
from portal.performance.objections.models import Objection, Substitution
from portal.performance.objections.rules import OPEN, Missing, ObjectionState
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.policies.models import PolicyVersion

Contested = alias(Rating, "contested")
Renewed = alias(Rating, "renewed")
Explainer = alias(Person, "explainer")
Decider = alias(Person, "decider")


def of_evaluation(evaluation_id: int) -> Sequence[Objection]:
    """The objections to an evaluation, newest first."""
    return db.session.scalars(
        select(Objection).where(Objection.evaluation_id == evaluation_id).order_by(Objection.id.desc())
    ).all()


def whole(objection: Objection) -> Any:
    """An objection with its two ratings and who spoke."""
    return db.session.execute(
        select(Objection, Contested, Renewed, Explainer, Decider)
        .join(Contested, Contested.id == Objection.rating_id)
        .outerjoin(Renewed, Renewed.id == Objection.new_rating_id)
        .outerjoin(Explainer, Explainer.id == Objection.explainer_id)
        .outerjoin(Decider, Decider.id == Objection.decider_id)
        .where(Objection.id == objection.id)
    ).one()


def evidence(objection: Objection) -> Sequence[StoredFile]:
    """The files that an objection rests on."""
    return db.session.scalars(
        select(StoredFile)
        .where(
            StoredFile.subject_type == Objection.__tablename__,
            StoredFile.subject_ref == objection.ref,
        )
        .order_by(StoredFile.id)
    ).all()


def substitutions(evaluation_id: int) -> Sequence[Any]:
    """What a superior set of an evaluation, with who did, oldest first."""
    return db.session.execute(
        select(Substitution, Person)
        .join(Person, Person.id == Substitution.person_id)
        .where(Substitution.evaluation_id == evaluation_id)
        .order_by(Substitution.id)
    ).all()


def set_for_employee_on(evaluation_id: int) -> date | None:
    """The day on which the superior set what the employee hadn't signed."""
    return db.session.scalar(
        select(Substitution.day).where(
            Substitution.evaluation_id == evaluation_id, Substitution.missing == Missing.EMPLOYEE
        )
    )


def pending_in(period_id: int) -> int:
    """How many objections of a period aren't decided."""
    return (
        db.session.scalar(
            select(func.count(Objection.id))
            .join(Evaluation, Evaluation.id == Objection.evaluation_id)
            .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
            .where(Enrolment.period_id == period_id, Objection.state.in_(OPEN))
        )
        or 0
    )


def decides(person_id: int | None) -> ColumnElement[bool]:
    """Enrolments whose objections somebody decides: as superior, or as the appraiser whom nobody is above."""
    alone = and_(Enrolment.superior_id.is_(None), Enrolment.appraiser_id == person_id)
    return or_(Enrolment.superior_id == person_id, alone)


def listed(condition: ColumnElement[bool], limit: int = 100) -> Sequence[Any]:
    """Objections with whose they are and the period, those that wait first."""
    return db.session.execute(
        select(Objection, Evaluation, Enrolment, Period, PolicyVersion, Person)
        .join(Evaluation, Evaluation.id == Objection.evaluation_id)
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
        .join(Period, Period.id == Enrolment.period_id)
        .join(PolicyVersion, PolicyVersion.id == Period.policy_version_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(condition)
        .order_by(Objection.state == ObjectionState.WITHDRAWN, Objection.state == ObjectionState.DECIDED,
                  Objection.id.desc())
        .limit(limit)
    ).all()  # fmt: skip


def overdue_below(person_id: int | None, today: date) -> list[dict[str, Any]]:
    """Documents below somebody that nobody signed in time: each row with whose signature is missing and
    its last day.
    """
    found = []
    for row in unsigned(person_id):
        waits = rules.overdue(
            row.Evaluation.state,
            rated_on=row.Evaluation.rated_on,
            handed_over_on=row.Evaluation.handed_over_on,
            policy=row.PolicyVersion.rules,
        )
        if waits is not None and today > waits[1]:
            found.append({"row": row, "missing": waits[0], "due": waits[1]})
    return found


def unsigned(person_id: int | None, limit: int = 100) -> Sequence[Any]:
    """Documents below somebody that wait for a signature, the longest waiting first."""
    return db.session.execute(
        select(Evaluation, Enrolment, Period, PolicyVersion, Person)
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
        .join(Period, Period.id == Enrolment.period_id)
        .join(PolicyVersion, PolicyVersion.id == Period.policy_version_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.superior_id == person_id,
            Evaluation.state.in_((EvaluationState.RATED, EvaluationState.HANDED_OVER)),
        )
        .order_by(func.coalesce(Evaluation.handed_over_on, Evaluation.rated_on), Evaluation.id)
        .limit(limit)
    ).all()

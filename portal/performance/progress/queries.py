"""What is read of action steps, progress and feedback."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select

from portal.extensions import db
from portal.ledger.files import StoredFile
from portal.people.employment.models import Person
from portal.performance.progress.models import ActionStep, Feedback, ProgressEntry
from portal.policy.cycles.models import Enrolment, Period


def steps(enrolment_id: int) -> Sequence[ActionStep]:
    """The action steps of a period, as they were written."""
    return db.session.scalars(
        select(ActionStep).where(ActionStep.enrolment_id == enrolment_id).order_by(ActionStep.id)
    ).all()


def entries(enrolment_id: int) -> Sequence[ProgressEntry]:
    """The progress of a period, newest first, without what was taken back."""
    return db.session.scalars(
        select(ProgressEntry)
        .where(ProgressEntry.enrolment_id == enrolment_id, ProgressEntry.withdrawn.is_(None))
        .order_by(ProgressEntry.day.desc(), ProgressEntry.id.desc())
    ).all()


def evidence(refs: Sequence[str]) -> dict[str, list[StoredFile]]:
    """The files of progress entries, by the entry's ref."""
    found: dict[str, list[StoredFile]] = defaultdict(list)
    if refs:
        rows = db.session.scalars(
            select(StoredFile)
            .where(StoredFile.subject_type == ProgressEntry.__tablename__, StoredFile.subject_ref.in_(refs))
            .order_by(StoredFile.id)
        )
        for row in rows:
            found[row.subject_ref].append(row)
    return found


def feedback(enrolment_ids: Sequence[int], limit: int | None = None) -> Sequence[Row[Any]]:
    """Feedback to somebody in these enrolments with its giver, newest first."""
    query = (
        select(Feedback, Person)
        .join(Person, Person.id == Feedback.person_id)
        .where(Feedback.enrolment_id.in_(enrolment_ids))
        .order_by(Feedback.at.desc(), Feedback.id.desc())
    )
    return db.session.execute(query.limit(limit) if limit else query).all()


def feedback_of_year(person_id: int, cycle_id: int) -> Sequence[Row[Any]]:
    """Feedback to a person over a whole cycle with giver and period, newest first."""
    return db.session.execute(
        select(Feedback, Person, Period)
        .join(Enrolment, Enrolment.id == Feedback.enrolment_id)
        .join(Period, Period.id == Enrolment.period_id)
        .join(Person, Person.id == Feedback.person_id)
        .where(Enrolment.person_id == person_id, Period.cycle_id == cycle_id)
        .order_by(Feedback.at.desc(), Feedback.id.desc())
    ).all()


def count_steps(enrolment_id: int) -> int:
    """How many action steps a period has."""
    return db.session.scalar(select(func.count()).where(ActionStep.enrolment_id == enrolment_id)) or 0


def counts(enrolment_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many progress entries and words of feedback each enrolment has; two statements for any number."""
    if not enrolment_ids:
        return {}
    progress = dict(
        db.session.execute(
            select(ProgressEntry.enrolment_id, func.count())
            .where(ProgressEntry.enrolment_id.in_(enrolment_ids), ProgressEntry.withdrawn.is_(None))
            .group_by(ProgressEntry.enrolment_id)
        )
        .tuples()
        .all()
    )
    words = dict(
        db.session.execute(
            select(Feedback.enrolment_id, func.count())
            .where(Feedback.enrolment_id.in_(enrolment_ids))
            .group_by(Feedback.enrolment_id)
        )
        .tuples()
        .all()
    )
    return {each: (progress.get(each, 0), words.get(each, 0)) for each in enrolment_ids}

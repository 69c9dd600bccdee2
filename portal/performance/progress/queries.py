"""What is read of action steps, progress and feedback."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased, lazyload

from portal.extensions import db
from portal.ledger.columns import Id
from portal.ledger.files import StoredFile
from portal.people.employment.models import Person
from portal.people.organisation.models import Position, Region, Unit
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.models import Plan, PlannedResult, PlanVersion
from portal.performance.progress import rules
from portal.performance.progress.models import ActionStep, Feedback, ProgressEntry
from portal.performance.progress.rules import StepState
from portal.policy.calendars.rules import DeadlineKind, PeriodKind
from portal.policy.cycles.models import Deadline, Enrolment, Period
from portal.policy.cycles.rules import PeriodState

STILL_OPEN = (EvaluationState.RUNNING, EvaluationState.REPORTED)


IN_ORDER = (PlannedResult.kind.desc(), PlannedResult.position, PlannedResult.id)
"""A plan's results as everybody reads them."""


@dataclass(frozen=True)
class Around:
    """Everything around one person's period that its pages and forms need."""

    enrolment: Enrolment
    period: Period
    person: Person
    position: Position
    unit: Unit
    appraiser: Person | None
    superior: Person | None
    plan: Plan | None
    evaluation: Evaluation | None
    steps_due: date | None
    report_due: date | None
    results: tuple[PlannedResult, ...]

    @property
    def closed(self) -> bool:
        """Whether the period has been closed."""
        return self.period.state is PeriodState.CLOSED

    @property
    def rated(self) -> bool:
        """Whether the evaluation has been rated or ended otherwise."""
        return self.evaluation is not None and self.evaluation.state not in STILL_OPEN


def around(enrolment: Enrolment) -> Around:
    """What is around ``enrolment``, the plan's results included; one statement."""
    rows = db.session.execute(_around(), {"enrolment": enrolment.id}).all()
    results = tuple(row[-1] for row in rows if row[-1] is not None)
    found: Any = tuple(rows[0])[:-1]
    return Around(*[*found, results])


@cache
def _around() -> Select[Any]:
    """Put together once: it stands behind every page of progress."""
    appraiser, superior = aliased(Person), aliased(Person)

    def due(kind: DeadlineKind) -> Any:
        return (
            select(Deadline.due)
            .where(Deadline.period_id == Enrolment.period_id, Deadline.kind == kind)
            .correlate(Enrolment)
            .scalar_subquery()
        )

    return (
        select(
            Enrolment,
            Period,
            Person,
            Position,
            Unit,
            appraiser,
            superior,
            Plan,
            Evaluation,
            due(DeadlineKind.ACTION_STEPS),
            due(DeadlineKind.ACHIEVEMENT),
            PlannedResult,
        )
        .join(Period, Period.id == Enrolment.period_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .outerjoin(appraiser, appraiser.id == Enrolment.appraiser_id)
        .outerjoin(superior, superior.id == Enrolment.superior_id)
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .outerjoin(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .outerjoin(PlanVersion, and_(PlanVersion.plan_id == Plan.id, PlanVersion.number == Plan.counted))
        .outerjoin(PlannedResult, PlannedResult.version_id == PlanVersion.id)
        .options(lazyload(PlannedResult.indicators))
        .where(Enrolment.id == bindparam("enrolment", type_=Id))
        .order_by(*IN_ORDER)
    )


@dataclass(frozen=True)
class Offered:
    """What a form about one's work in a period offers: its days, and the results by line and words."""

    begins: date
    ends: date
    lines: list[tuple[str, str]]


def offered(enrolment: Enrolment) -> Offered:
    """What is offered for ``enrolment``. A form that is accepted needs no more: ``around`` is for pages."""
    rows = db.session.connection().execute(_offered(), {"enrolment": enrolment.id}).all()
    begins, ends = rows[0][:2]
    return Offered(begins, ends, [(line_ref, text) for _b, _e, line_ref, text in rows if line_ref])


@cache
def _offered() -> Select[date, date, str, str]:
    """Put together once: every record asks it."""
    return (
        select(Period.begins, Period.ends, PlannedResult.line_ref, PlannedResult.text)
        .select_from(Enrolment)
        .join(Period, Period.id == Enrolment.period_id)
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .outerjoin(PlanVersion, and_(PlanVersion.plan_id == Plan.id, PlanVersion.number == Plan.counted))
        .outerjoin(PlannedResult, PlannedResult.version_id == PlanVersion.id)
        .where(Enrolment.id == bindparam("enrolment", type_=Id))
        .order_by(*IN_ORDER)
    )


def proposed(enrolment_id: int) -> str:
    """The steps that wait for agreement, as whoever agrees sends them back (``rules.as_shown``)."""
    here = (ActionStep.enrolment_id == enrolment_id, ActionStep.state == StepState.PROPOSED)
    rows = db.session.execute(select(ActionStep.ref, ActionStep.version).where(*here)).all()
    return rules.as_shown((ref, version) for ref, version in rows)


@dataclass(frozen=True)
class Standing:
    """What decides whether anything may still be recorded for a person's period."""

    begins: date
    ends: date
    closed: bool
    rated: bool
    zone: str


def standing(enrolment_id: int) -> Standing:
    """How the enrolment stands; one statement."""
    row = db.session.connection().execute(_standing(), {"enrolment": enrolment_id}).one()
    period, evaluation, begins, ends, zone = row
    rated = evaluation not in (None, *STILL_OPEN)
    return Standing(begins, ends, period is PeriodState.CLOSED, rated, zone)


@cache
def _standing() -> Any:
    """Put together once: every record asks it."""
    return (
        select(Period.state, Evaluation.state, Period.begins, Period.ends, Region.zone)
        .select_from(Enrolment)
        .join(Period, Period.id == Enrolment.period_id)
        .join(Region, Region.id == Enrolment.region_id)
        .outerjoin(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .where(Enrolment.id == bindparam("enrolment", type_=Id))
    )


def running_enrolment(person_id: int | None, region_id: int | None) -> Enrolment | None:
    """A person's enrolment in the period that runs: the one that ends first, the year only if alone."""
    return db.session.scalars(
        select(Enrolment)
        .join(Period, Period.id == Enrolment.period_id)
        .where(
            Enrolment.region_id == region_id,
            Enrolment.person_id == person_id,
            Period.state == PeriodState.OPEN,
        )
        .order_by(Period.kind == PeriodKind.YEAR, Period.ends, Enrolment.id.desc())
        .limit(1)
    ).one_or_none()


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


@dataclass(frozen=True)
class Recorded:
    """A progress entry with its files."""

    entry: ProgressEntry
    files: list[StoredFile]


def recorded(enrolment_ids: Sequence[int], *, withdrawn: bool = False) -> list[Recorded]:
    """The progress of periods with its files, newest first; one statement.

    ``withdrawn``: with what was taken back, too.
    """
    return _recorded(ProgressEntry.enrolment_id.in_(enrolment_ids), withdrawn)


def recorded_of_year(person_id: int, cycle_id: int) -> list[Recorded]:
    """A person's progress over a whole cycle with its files, newest first; one statement."""
    enrolments = (
        select(Enrolment.id)
        .join(Period, Period.id == Enrolment.period_id)
        .where(Enrolment.person_id == person_id, Period.cycle_id == cycle_id)
    )
    return _recorded(ProgressEntry.enrolment_id.in_(enrolments), False)


def _recorded(condition: ColumnElement[bool], withdrawn: bool) -> list[Recorded]:
    query = (
        select(ProgressEntry, StoredFile)
        .outerjoin(
            StoredFile,
            and_(
                StoredFile.subject_type == ProgressEntry.__tablename__,
                StoredFile.subject_ref == ProgressEntry.ref,
            ),
        )
        .where(condition)
        .order_by(ProgressEntry.day.desc(), ProgressEntry.id.desc(), StoredFile.id)
    )
    if not withdrawn:
        query = query.where(ProgressEntry.withdrawn.is_(None))
    found: dict[int, Recorded] = {}
    for entry, file in db.session.execute(query):
        each = found.setdefault(entry.id, Recorded(entry, []))
        if file is not None:
            each.files.append(file)
    return list(found.values())


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


def feedback(enrolment_ids: Sequence[int], limit: int | None = None) -> Sequence[Any]:
    """Feedback to somebody in these enrolments with its giver, newest first."""
    query = (
        select(Feedback, Person)
        .join(Person, Person.id == Feedback.person_id)
        .where(Feedback.enrolment_id.in_(enrolment_ids))
        .order_by(Feedback.at.desc(), Feedback.id.desc())
    )
    return db.session.execute(query.limit(limit) if limit else query).all()


def feedback_of_year(person_id: int | None, cycle_id: int) -> Sequence[Any]:
    """Feedback to a person over a whole cycle with giver, period, enrolment and the result it is about,
    newest first.
    """
    line = (
        select(PlannedResult.text)
        .join(PlanVersion, PlanVersion.id == PlannedResult.version_id)
        # A line that a change took out is named as it read last.
        .where(PlanVersion.plan_id == Enrolment.plan_id, PlannedResult.line_ref == Feedback.line_ref)
        .where(PlanVersion.frozen.is_not(None))
        .order_by(PlanVersion.number.desc())
        .limit(1)
        .correlate(Enrolment, Feedback)
        .scalar_subquery()
    )
    return db.session.execute(
        select(Feedback, Person, Period, Enrolment, line.label("line"))
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
        ).all()
    )
    words = dict(
        db.session.execute(
            select(Feedback.enrolment_id, func.count())
            .where(Feedback.enrolment_id.in_(enrolment_ids))
            .group_by(Feedback.enrolment_id)
        ).all()
    )
    return {each: (progress.get(each, 0), words.get(each, 0)) for each in enrolment_ids}

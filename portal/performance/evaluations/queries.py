"""What is read of evaluations and organisations' ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, lazyload

from portal.extensions import db
from portal.ledger.events import Event
from portal.people.employment.models import Employee, Person
from portal.people.organisation.models import Position, Unit
from portal.performance.advice import rules as advising
from portal.performance.advice.rules import Advice, Attainment, BehaviourView, Tally
from portal.performance.colleagues.models import TeamLead
from portal.performance.dialogues.models import Dialogue
from portal.performance.evaluations.models import Achievement, Evaluation, OrganisationRatingSet, Rating
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.legacy.models import LegacyYear
from portal.performance.objections.models import Objection
from portal.performance.plans.models import (
    BehaviourExpectation,
    Indicator,
    Plan,
    PlannedResult,
    PlanVersion,
)
from portal.performance.plans.rules import Approach, CoreValue, ResultKind
from portal.performance.programmes import queries as programmes
from portal.performance.progress.models import ProgressEntry
from portal.performance.surveys import queries as surveys
from portal.performance.surveys.queries import Left
from portal.policy.calendars.rules import DeadlineKind, PeriodKind
from portal.policy.cycles.models import Cycle, Deadline, Enrolment, Period
from portal.policy.history.rules import sentence_of
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import OverallRating, PolicyDocument

TOLD = (EvaluationState.HANDED_OVER, EvaluationState.RECEIVED, EvaluationState.CLOSED)
"""States in which the person rated has been told the rating."""


@dataclass(frozen=True)
class Setting:
    """Everything around an evaluation that its pages, rules and documents need."""

    evaluation: Evaluation
    enrolment: Enrolment
    period: Period
    cycle: Cycle
    policy: PolicyVersion
    person: Person
    employee: Employee
    position: Position
    unit: Unit
    agency: Unit
    organisation: Unit
    plan: Plan | None
    rating: Rating | None
    appraiser: Person | None
    appraiser_employee: Employee | None
    appraiser_position: Position | None
    appraiser_unit: Unit | None
    superior: Person | None
    superior_employee: Employee | None
    superior_position: Position | None
    superior_unit: Unit | None
    organisation_rating: OrganisationRatingSet | None
    """The organisation's rating that this person's rests on; before there is one, the one of today."""
    organisation_rater: Person | None
    """Who set it."""
    organisation_leader: Person | None
    """Who has to set it: whoever appraises the organisation's head."""
    achievement_due: date | None
    organisation_due: date | None
    rating_due: date | None
    has_leads: bool
    """Whether somebody leads or led the team of a line: who could have recommended."""
    was_contested: bool
    """Whether an objection was filed."""
    was_discussed: bool
    """Whether a dialogue on the results was recorded."""
    has_earlier: bool
    """Whether years by an earlier method were brought in; they stand on a page of their own."""
    taken: Sequence[Any]
    """What owners of programmes recorded of the person, in any period (``programmes.queries.TAKEN``)."""


def setting(evaluation: Evaluation) -> Setting:
    """The setting of ``evaluation``; one statement."""
    given = {"rating": evaluation.rating_id, "enrolment": evaluation.enrolment_id}
    rows: Any = db.session.execute(_around(), given).all()
    # One row, or one for each programme that the person takes part in: a statement more costs more.
    taken = [row for row in rows if row.ParticipationRecord is not None]
    parts: list[Any] = [evaluation, *rows[0][: -len(programmes.TAKEN)], taken]
    return Setting(*parts)


@cache
def _around() -> Any:
    """The statement behind ``setting``. Made once: its aliases cost more than asking it."""
    agency, organisation = aliased(Unit), aliased(Unit)
    leader, head = aliased(Person), aliased(Enrolment)
    organisation_rater = aliased(Person)
    objected = aliased(Evaluation)
    newest = (
        select(func.max(OrganisationRatingSet.id))
        .where(
            OrganisationRatingSet.period_id == Enrolment.period_id,
            OrganisationRatingSet.unit_id == Enrolment.organisation_id,
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )
    leads = (
        select(head.appraiser_id)
        .where(
            head.period_id == Enrolment.period_id, head.unit_id == Enrolment.organisation_id, head.is_leader
        )
        .order_by(head.id.desc())
        .limit(1)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    appraiser, superior = aliased(Person), aliased(Person)
    appraiser_employee, superior_employee = aliased(Employee), aliased(Employee)
    appraiser_position, superior_position = aliased(Position), aliased(Position)
    appraiser_unit, superior_unit = aliased(Unit), aliased(Unit)
    query = (
        select(
            Enrolment,
            Period,
            Cycle,
            PolicyVersion,
            Person,
            Employee,
            Position,
            Unit,
            agency,
            organisation,
            Plan,
            Rating,
            appraiser,
            appraiser_employee,
            appraiser_position,
            appraiser_unit,
            superior,
            superior_employee,
            superior_position,
            superior_unit,
            OrganisationRatingSet,
            organisation_rater,
            leader,
            step_due(DeadlineKind.ACHIEVEMENT),
            step_due(DeadlineKind.ORGANISATION_RATING),
            step_due(DeadlineKind.RATING),
            exists().where(TeamLead.plan_id == Enrolment.plan_id).correlate(Enrolment),
            exists()
            .where(Objection.evaluation_id == objected.id, objected.enrolment_id == Enrolment.id)
            .correlate(Enrolment),
            exists().where(Dialogue.enrolment_id == Enrolment.id).correlate(Enrolment),
            exists()
            .where(
                LegacyYear.region_id == Enrolment.region_id,
                LegacyYear.person_id == Enrolment.person_id,
                LegacyYear.in_force,
            )
            .correlate(Enrolment),
            *programmes.TAKEN,
        )
        .join(Period, Period.id == Enrolment.period_id)
        .join(Cycle, Cycle.id == Period.cycle_id)
        .join(PolicyVersion, PolicyVersion.id == Period.policy_version_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Employee, Employee.id == Enrolment.employee_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(agency, agency.id == Enrolment.agency_id)
        .join(organisation, organisation.id == Enrolment.organisation_id)
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .outerjoin(Rating, Rating.id == bindparam("rating"))
        .outerjoin(appraiser, appraiser.id == Enrolment.appraiser_id)
        .outerjoin(appraiser_employee, appraiser_employee.person_id == appraiser.id)
        .outerjoin(appraiser_position, appraiser_position.id == Enrolment.appraiser_position_id)
        .outerjoin(appraiser_unit, appraiser_unit.id == appraiser_position.unit_id)
        .outerjoin(superior, superior.id == Enrolment.superior_id)
        .outerjoin(superior_employee, superior_employee.person_id == superior.id)
        .outerjoin(superior_position, superior_position.id == Enrolment.superior_position_id)
        .outerjoin(superior_unit, superior_unit.id == superior_position.unit_id)
        .outerjoin(
            OrganisationRatingSet,
            OrganisationRatingSet.id == func.coalesce(Rating.organisation_rating_id, newest),
        )
        .outerjoin(organisation_rater, organisation_rater.id == OrganisationRatingSet.person_id)
        .outerjoin(leader, leader.id == leads)
        .where(Enrolment.id == bindparam("enrolment"))
    )
    return programmes.with_taken(query, Enrolment)


def step_due(kind: DeadlineKind) -> Any:
    """The day of a step of the enrolment's period, as a column."""
    return (
        select(Deadline.due)
        .where(Deadline.period_id == Enrolment.period_id, Deadline.kind == kind)
        .correlate(Enrolment)
        .scalar_subquery()
    )


@dataclass(frozen=True)
class Measured:
    """An indicator with what was reached on it."""

    result: PlannedResult
    indicator: Indicator
    achievement: Achievement | None
    attainment: Attainment


def rated_version() -> ColumnElement[bool]:
    """The version of a plan that its evaluation rates, as a join: the one in force until one is fixed."""
    return and_(
        PlanVersion.plan_id == Plan.id,
        PlanVersion.number == func.coalesce(Evaluation.plan_number, Plan.counted),
    )


@dataclass(frozen=True)
class Line:
    """A planned result with its indicators as measured."""

    result: PlannedResult
    rows: list[Measured]
    approach: Approach = Approach.QUANTITATIVE
    """The approach of the plan's version that is rated: it names the form."""


def lines(around: Setting) -> tuple[list[Line], dict[CoreValue, str]]:
    """The plan's results with what was reached on each indicator, in the plan's order, and what the
    leader expects under the core values; one statement.
    """
    if around.plan is None:
        return [], {}
    number = around.evaluation.plan_number or around.plan.counted
    given = {"plan": around.plan.id, "number": number, "evaluation": around.evaluation.id}
    found: dict[int, Line] = {}
    seen: set[int] = set()
    expectations: dict[CoreValue, str] = {}
    cap = around.policy.rules.advice.cap
    for result, indicator, achievement, value, expectation, approach in db.session.execute(_lines(), given):
        line = found.setdefault(result.id, Line(result, [], approach))
        if indicator is not None and indicator.id not in seen:
            seen.add(indicator.id)
            line.rows.append(_measure(result, indicator, achievement, cap))
        if value is not None:
            expectations[value] = expectation
    return list(found.values()), expectations


@cache
def _lines() -> Select[Any]:
    """The statement behind ``lines``, made once."""
    # The expectations (seven at most) multiply the few rows of a plan; a statement more costs more.
    return (  # type: ignore[no-any-return]
        _plan_rows(Plan.id == bindparam("plan"))
        .add_columns(BehaviourExpectation.value, BehaviourExpectation.expectation, PlanVersion.approach)
        .outerjoin(
            Achievement,
            and_(
                Achievement.evaluation_id == bindparam("evaluation"),
                Achievement.indicator_ref == Indicator.line_ref,
            ),
        )
        .outerjoin(BehaviourExpectation, BehaviourExpectation.version_id == PlanVersion.id)
    )


def measured(around: Setting) -> list[Measured]:
    """Every indicator of the plan with its achievement and attainment, in the plan's order."""
    return [row for line in lines(around)[0] for row in line.rows]


def _plan_rows(condition: ColumnElement[bool]) -> Any:
    """Results, indicators and achievements of version ``number`` of plans that meet ``condition``."""
    return (
        select(PlannedResult, Indicator, Achievement)
        .select_from(PlanVersion)
        .join(Plan, and_(Plan.id == PlanVersion.plan_id, PlanVersion.number == bindparam("number")))
        .join(PlannedResult, PlannedResult.version_id == PlanVersion.id)
        .outerjoin(Indicator, Indicator.result_id == PlannedResult.id)
        .options(lazyload(PlannedResult.indicators))
        .where(condition)
        .order_by(
            Plan.id,
            PlannedResult.kind.desc(),
            PlannedResult.position,
            PlannedResult.id,
            Indicator.position,
            Indicator.id,
        )
    )


def _measure(
    result: PlannedResult, indicator: Indicator, achievement: Achievement | None, cap: Decimal
) -> Measured:
    attainment = advising.attainment(
        achievement.value if achievement else None,
        indicator.target_min,
        indicator.target_max,
        indicator.direction,
        cap,
    )
    return Measured(result, indicator, achievement, attainment)


def advice(around: Setting, rows: Sequence[Measured]) -> Advice:
    """What the attainment of the main results suggests."""
    main = [row.attainment for row in rows if row.result.kind is ResultKind.MAIN]
    return advising.advice_result(main, around.policy.rules.advice)


def behaviour_advice(around: Setting, marks: str | None, left: Left | None = None) -> BehaviourView:
    """What the appraiser's marks and the closed survey suggest for the rating of behaviour.

    ``left`` is what the survey left; asked for where it isn't given.
    """
    policy = around.policy.rules
    if left is None:
        left = surveys.left_of(around.enrolment) if policy.survey is not None else surveys.NOTHING
    return behaviour_view(policy, marks, left)


def behaviour_view(policy: PolicyDocument, marks: str | None, left: Left) -> BehaviourView:
    """What an appraiser's ``marks`` and what a closed survey ``left`` suggest; nothing before it is counted."""
    if left.is_pending:
        return advising.PENDING
    return advising.advice_behaviour(
        Tally.of_one(marks), left.groups, policy.behaviour, surveyed=left.state is not None
    )


def organisation_rating(period_id: int, unit_id: int) -> OrganisationRatingSet | None:
    """The rating of an organisation that holds today."""
    return db.session.scalars(
        select(OrganisationRatingSet)
        .where(OrganisationRatingSet.period_id == period_id, OrganisationRatingSet.unit_id == unit_id)
        .order_by(OrganisationRatingSet.id.desc())
        .limit(1)
    ).one_or_none()


def organisation_ratings(period_id: int) -> dict[int, OrganisationRatingSet]:
    """Every organisation's rating of a period that holds today, by unit."""
    newest = (
        select(func.max(OrganisationRatingSet.id))
        .where(OrganisationRatingSet.period_id == period_id)
        .group_by(OrganisationRatingSet.unit_id)
    )
    rows = db.session.scalars(select(OrganisationRatingSet).where(OrganisationRatingSet.id.in_(newest)))
    return {row.unit_id: row for row in rows}


def head_enrolment(period_id: int, unit_id: int) -> Enrolment | None:
    """The enrolment of an organisation's head in a period."""
    return db.session.scalars(
        select(Enrolment)
        .where(Enrolment.period_id == period_id, Enrolment.unit_id == unit_id, Enrolment.is_leader)
        .limit(1)
    ).one_or_none()


def organisations_to_rate(period_id: int, person_id: int | None) -> Sequence[Any]:
    """Organisations whose heads somebody appraises in a period and that aren't rated yet, with the head."""
    rated = exists().where(
        OrganisationRatingSet.period_id == period_id, OrganisationRatingSet.unit_id == Unit.id
    )
    return db.session.execute(
        select(Unit, Person)
        .join(Enrolment, (Enrolment.unit_id == Unit.id) & (Enrolment.organisation_id == Unit.id))
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.period_id == period_id, Enrolment.is_leader, Enrolment.appraiser_id == person_id)
        .where(~rated)
        .order_by(Unit.name)
    ).all()


def organisations(period_id: int, region_id: int) -> Sequence[Unit]:
    """Every organisation that somebody enrolled in the period belongs to."""
    named = select(Enrolment.organisation_id).where(Enrolment.period_id == period_id).distinct()
    return db.session.scalars(
        select(Unit).where(Unit.region_id == region_id, Unit.id.in_(named)).order_by(Unit.name)
    ).all()


def handed_over_in(period_id: int, organisation_id: int) -> int:
    """How many people of an organisation have been told their rating of a period."""
    return (
        db.session.scalar(
            select(func.count(Evaluation.id))
            .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
            .where(
                Enrolment.period_id == period_id,
                Enrolment.organisation_id == organisation_id,
                Evaluation.state.in_(TOLD),
            )
        )
        or 0
    )


def distribution(period_id: int, organisation_id: int, appraiser_id: int | None) -> dict[OverallRating, int]:
    """How often each overall rating was given in an organisation and period, as far as that appraiser may
    know: their own, and those that were told. Else one's own rating falls out of the counts before its day.
    """
    rows = db.session.execute(
        select(Rating.overall, func.count())
        .join(Evaluation, Evaluation.rating_id == Rating.id)
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
        .where(Enrolment.period_id == period_id, Enrolment.organisation_id == organisation_id)
        .where(or_(Evaluation.state.in_(TOLD), Enrolment.appraiser_id == appraiser_id))
        .group_by(Rating.overall)
    )
    return dict(rows.all())


def due(period_id: int, kind: DeadlineKind) -> date | None:
    """The deadline of one step of a period."""
    return db.session.scalar(
        select(Deadline.due).where(Deadline.period_id == period_id, Deadline.kind == kind)
    )


def told_enrolments(period_id: int) -> set[int]:
    """The enrolments of a period whose rating has been handed over."""
    return set(
        db.session.scalars(
            select(Enrolment.id)
            .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
            .where(Enrolment.period_id == period_id, Evaluation.state.in_(TOLD))
        )
    )


def of_enrolment(enrolment_id: int) -> Evaluation | None:
    """The evaluation of an enrolment."""
    return db.session.scalars(select(Evaluation).where(Evaluation.enrolment_id == enrolment_id)).one_or_none()


def own(person_id: int) -> Sequence[Any]:
    """A person's evaluations with period and, once it was told, the rating, newest first."""
    return db.session.execute(
        select(Evaluation, Enrolment, Period, Cycle, Rating)
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
        .join(Period, Period.id == Enrolment.period_id)
        .join(Cycle, Cycle.id == Period.cycle_id)
        .outerjoin(Rating, and_(Rating.id == Evaluation.rating_id, Evaluation.state.in_(TOLD)))
        .where(Enrolment.person_id == person_id)
        .order_by(Period.ends.desc(), Period.begins.desc(), Evaluation.id.desc())
    ).all()


def of_period(condition: ColumnElement[bool], *, limit: int | None = None, after: str = "") -> Sequence[Any]:
    """Evaluations of enrolments that meet ``condition``, with person and post, by name."""
    query = (
        select(Evaluation, Enrolment, Person, Position, Unit, Rating, Plan)
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .outerjoin(Rating, Rating.id == Evaluation.rating_id)
        .where(condition)
        .order_by(Person.search_name, Evaluation.id)
    )
    if after:
        query = query.where(Person.search_name > after)
    return db.session.execute(query.limit(limit) if limit else query).all()


def state_counts(period_id: int) -> dict[EvaluationState, int]:
    """How many obliged people of a period stand in each state."""
    rows = db.session.execute(
        select(Evaluation.state, func.count())
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
        .where(Enrolment.period_id == period_id, Enrolment.not_obliged.is_(None))
        .group_by(Evaluation.state)
    )
    return dict(rows.all())


def handed_over_before(period_id: int, day: date) -> int:
    """How many documents of a period were handed over before ``day`` and aren't signed."""
    return (
        db.session.scalar(
            select(func.count(Evaluation.id))
            .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
            .where(
                Enrolment.period_id == period_id,
                Evaluation.state == EvaluationState.HANDED_OVER,
                Evaluation.handed_over_on < day,
            )
        )
        or 0
    )


def rating_of(evaluation: Evaluation) -> Rating | None:
    """The rating that holds today."""
    return db.session.get(Rating, evaluation.rating_id) if evaluation.rating_id else None


def past_ratings(evaluation_id: int) -> Sequence[Rating]:
    """Every rating an evaluation has had, oldest first."""
    return db.session.scalars(
        select(Rating).where(Rating.evaluation_id == evaluation_id).order_by(Rating.id)
    ).all()


def count_indicators(plan_id: int) -> int:
    """How many indicators a plan's version in force has."""
    return (
        db.session.scalar(
            select(func.count(Indicator.id))
            .join(PlannedResult, PlannedResult.id == Indicator.result_id)
            .join(PlanVersion, PlanVersion.id == PlannedResult.version_id)
            .join(Plan, (Plan.id == PlanVersion.plan_id) & (Plan.counted == PlanVersion.number))
            .where(Plan.id == plan_id)
        )
        or 0
    )


@dataclass(frozen=True)
class Happened:
    """An event about an evaluation with who did it and, for a rating, the row that it made."""

    event: Event
    person: Person | None
    rating: Rating | None

    @property
    def sentence(self) -> str:
        """The step as the log says it; steps of the evaluation itself have words of their own."""
        who = self.person.full_name if self.person else _("Sistem")
        return _(sentence_of(self.event.verb), who=who, verb=self.event.verb)


def history(around: Setting) -> list[Happened]:
    """What happened to an evaluation and to the organisation's rating it rests on, oldest first; one
    statement. Drafts are left out: they are nobody's act yet.
    """
    mine = and_(
        Event.subject_type == Evaluation.__tablename__,
        Event.subject_ref == around.evaluation.ref,
        Event.verb.not_in(("save_report", "save_draft_rating")),
    )
    if around.organisation_rating is not None:
        organisation = and_(
            Event.subject_type == OrganisationRatingSet.__tablename__,
            Event.subject_ref == around.organisation_rating.ref,
        )
        mine = or_(mine, organisation)
    rows = db.session.execute(
        select(Event, Person, Rating)
        .outerjoin(Person, Person.id == Event.person_id)
        .outerjoin(
            Rating,
            and_(
                Rating.evaluation_id == around.evaluation.id,
                Event.verb.in_(("rate", "re_rate", "rate_by_objection")),
                Event.summary.contains(Rating.ref),
            ),
        )
        .where(mine)
        .order_by(Event.at, Event.id)
    )
    return [Happened(*row) for row in rows]


def beside(around: Setting) -> Sequence[Any]:
    """The periods of a person's year with evaluation, told or set rating, and how much was recorded:
    what the yearly evaluation is judged with in view; nothing is averaged.
    """
    entries = (
        select(func.count(ProgressEntry.id))
        .where(ProgressEntry.enrolment_id == Enrolment.id, ProgressEntry.withdrawn.is_(None))
        .correlate(Enrolment)
        .scalar_subquery()
    )
    return db.session.execute(
        select(Period, Enrolment, Evaluation, Rating, entries.label("entries"))
        .join(Enrolment, Enrolment.period_id == Period.id)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .outerjoin(Rating, Rating.id == Evaluation.rating_id)
        .where(
            Period.cycle_id == around.cycle.id,
            Period.kind != PeriodKind.YEAR,
            Enrolment.person_id == around.enrolment.person_id,
        )
        .order_by(Period.begins, Enrolment.id)
    ).all()


def policy_of(period: Period) -> PolicyVersion:
    """The policy version that was frozen when the period was opened."""
    return db.session.get_one(PolicyVersion, period.policy_version_id)


def person(person_id: int) -> Person:
    """The person with that id."""
    return db.session.get_one(Person, person_id)

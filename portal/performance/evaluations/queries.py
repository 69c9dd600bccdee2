"""What is read of evaluations and organisations' ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import aliased

from portal.extensions import db
from portal.people.employment.models import Employee, Person
from portal.people.organisation.models import Position, Unit
from portal.performance.evaluations import rules
from portal.performance.evaluations.models import Achievement, Evaluation, OrganisationRatingSet, Rating
from portal.performance.evaluations.rules import Advice, Attainment, EvaluationState
from portal.performance.plans import queries as plans
from portal.performance.plans.models import Indicator, Plan, PlannedResult, PlanVersion
from portal.performance.plans.rules import ResultKind
from portal.policy.calendars.rules import DeadlineKind
from portal.policy.cycles.models import Cycle, Deadline, Enrolment, Period
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import OverallRating


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


def setting(evaluation: Evaluation) -> Setting:
    """The setting of ``evaluation``; one statement."""
    agency, organisation = aliased(Unit), aliased(Unit)
    appraiser, superior = aliased(Person), aliased(Person)
    appraiser_employee, superior_employee = aliased(Employee), aliased(Employee)
    appraiser_position, superior_position = aliased(Position), aliased(Position)
    appraiser_unit, superior_unit = aliased(Unit), aliased(Unit)
    row = db.session.execute(
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
        .outerjoin(Rating, Rating.id == evaluation.rating_id)
        .outerjoin(appraiser, appraiser.id == Enrolment.appraiser_id)
        .outerjoin(appraiser_employee, appraiser_employee.person_id == appraiser.id)
        .outerjoin(appraiser_position, appraiser_position.id == Enrolment.appraiser_position_id)
        .outerjoin(appraiser_unit, appraiser_unit.id == appraiser_position.unit_id)
        .outerjoin(superior, superior.id == Enrolment.superior_id)
        .outerjoin(superior_employee, superior_employee.person_id == superior.id)
        .outerjoin(superior_position, superior_position.id == Enrolment.superior_position_id)
        .outerjoin(superior_unit, superior_unit.id == superior_position.unit_id)
        .where(Enrolment.id == evaluation.enrolment_id)
    ).one()
    return Setting(evaluation, *row)


@dataclass(frozen=True)
class Measured:
    """An indicator with what was reached on it."""

    result: PlannedResult
    indicator: Indicator
    achievement: Achievement | None
    attainment: Attainment


def measured(around: Setting) -> list[Measured]:
    """Every indicator of the plan with its achievement and attainment, in the plan's order."""
    if around.plan is None:
        return []
    reached = {
        row.indicator_ref: row
        for row in db.session.scalars(
            select(Achievement).where(Achievement.evaluation_id == around.evaluation.id)
        )
    }
    cap = around.policy.rules.advice.cap
    found = []
    for result in plans.version_at_work(around.plan).results:
        for indicator in result.indicators:
            achievement = reached.get(indicator.line_ref)
            attainment = rules.attainment(
                achievement.value if achievement else None,
                indicator.target_min,
                indicator.target_max,
                indicator.direction,
                cap,
            )
            found.append(Measured(result, indicator, achievement, attainment))
    return found


def advice(around: Setting, rows: Sequence[Measured]) -> Advice:
    """What the attainment of the main results suggests."""
    main = [row.attainment for row in rows if row.result.kind is ResultKind.MAIN]
    return rules.advice_result(main, around.policy.rules.advice)


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


def organisations_to_rate(period_id: int, person_id: int | None) -> Sequence[Row[Any]]:
    """Organisations whose heads somebody appraises in a period: theirs to rate, with the head's name."""
    return db.session.execute(
        select(Unit, Person)
        .join(Enrolment, (Enrolment.unit_id == Unit.id) & (Enrolment.organisation_id == Unit.id))
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.period_id == period_id, Enrolment.is_leader, Enrolment.appraiser_id == person_id)
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
    told = (EvaluationState.HANDED_OVER, EvaluationState.RECEIVED, EvaluationState.CLOSED)
    return (
        db.session.scalar(
            select(func.count(Evaluation.id))
            .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
            .where(
                Enrolment.period_id == period_id,
                Enrolment.organisation_id == organisation_id,
                Evaluation.state.in_(told),
            )
        )
        or 0
    )


def distribution(period_id: int, organisation_id: int) -> dict[OverallRating, int]:
    """How often each overall rating was given in an organisation and period."""
    rows = db.session.execute(
        select(Rating.overall, func.count())
        .join(Evaluation, Evaluation.rating_id == Rating.id)
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
        .where(Enrolment.period_id == period_id, Enrolment.organisation_id == organisation_id)
        .group_by(Rating.overall)
    ).tuples()
    return dict(rows.all())


def due(period_id: int, kind: DeadlineKind) -> date | None:
    """The deadline of one step of a period."""
    return db.session.scalar(
        select(Deadline.due).where(Deadline.period_id == period_id, Deadline.kind == kind)
    )


def of_enrolment(enrolment_id: int) -> Evaluation | None:
    """The evaluation of an enrolment."""
    return db.session.scalars(select(Evaluation).where(Evaluation.enrolment_id == enrolment_id)).one_or_none()


def own(person_id: int) -> Sequence[Row[Any]]:
    """A person's evaluations with period and rating, newest first."""
    return db.session.execute(
        select(Evaluation, Enrolment, Period, Cycle, Rating)
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
        .join(Period, Period.id == Enrolment.period_id)
        .join(Cycle, Cycle.id == Period.cycle_id)
        .outerjoin(Rating, Rating.id == Evaluation.rating_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Period.ends.desc(), Period.begins.desc(), Evaluation.id.desc())
    ).all()


def of_period(
    condition: ColumnElement[bool], *, limit: int | None = None, after: str = ""
) -> Sequence[Row[Any]]:
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
    ).tuples()
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


def past_ratings(evaluation_id: int) -> Sequence[Rating]:
    """Every rating an evaluation has had, oldest first."""
    return db.session.scalars(
        select(Rating).where(Rating.evaluation_id == evaluation_id).order_by(Rating.id)
    ).all()


def count_indicators(plan_id: int) -> int:
    """How many indicators a plan's version at work has."""
    return (
        db.session.scalar(
            select(func.count(Indicator.id))
            .join(PlannedResult, PlannedResult.id == Indicator.result_id)
            .join(PlanVersion, PlanVersion.id == PlannedResult.version_id)
            .join(Plan, (Plan.id == PlanVersion.plan_id) & (Plan.number == PlanVersion.number))
            .where(Plan.id == plan_id)
        )
        or 0
    )


def policy_of(period: Period) -> PolicyVersion:
    """The policy version that was frozen when the period was opened."""
    return db.session.get_one(PolicyVersion, period.policy_version_id)


def person(person_id: int) -> Person:
    """The person with that id."""
    return db.session.get_one(Person, person_id)

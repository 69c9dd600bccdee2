"""What is read of requests for feedback, team leads and recommendations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from portal.extensions import alias, db
from portal.people.employment.models import Employee, Person
from portal.people.organisation.models import Position, Unit
from portal.performance.colleagues.models import FeedbackRequest, Recommendation, TeamLead
from portal.performance.colleagues.rules import RequestState
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.models import Plan, PlannedResult, PlanVersion
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.rules import PeriodState

OFFERED = 50
"""Colleagues that one form offers; the rest are found by name."""
Asked = alias(Person, "asked")
Asker = alias(Person, "asker")


def _colleagues(enrolment: Enrolment) -> ColumnElement[bool]:
    """People of the same unit in the same period, those whom the person appraises, and their team leads."""
    led = exists().where(
        TeamLead.plan_id == enrolment.plan_id,
        TeamLead.person_id == Enrolment.person_id,
        TeamLead.ended.is_(None),
    )
    near = or_(Enrolment.unit_id == enrolment.unit_id, Enrolment.appraiser_id == enrolment.person_id, led)
    leaders = [each for each in (enrolment.appraiser_id, enrolment.superior_id) if each is not None]
    return and_(
        Enrolment.period_id == enrolment.period_id,
        Enrolment.region_id == enrolment.region_id,
        Enrolment.person_id.not_in([enrolment.person_id, *leaders]),
        near,
    )


def colleagues(enrolment: Enrolment, folded: str = "", *, chosen: str = "") -> Sequence[Any]:
    """Who may be asked for feedback, by name; at most ``OFFERED`` and one more.

    ``folded`` is looked for in the names; the person with the reference ``chosen`` stands first whatever is.
    """
    query = (
        select(Person, Position.title)
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Position, Position.id == Enrolment.position_id)
        .where(_colleagues(enrolment))
        .order_by(Person.ref != chosen, Person.search_name, Person.id)
        .limit(OFFERED + 1)
    )
    if folded:
        query = query.where(or_(Person.search_name.contains(folded, autoescape=True), Person.ref == chosen))
    return db.session.execute(query).all()


def standing_to(enrolment: Enrolment, person_id: int, line_ref: str | None) -> tuple[bool, bool, bool]:
    """Whether somebody leads the line, works in the same unit, or is appraised by the person."""
    row = db.session.execute(
        select(
            exists().where(
                TeamLead.plan_id == enrolment.plan_id,
                TeamLead.line_ref == (line_ref or TeamLead.line_ref),
                TeamLead.person_id == person_id,
                TeamLead.ended.is_(None),
            ),
            exists().where(
                Enrolment.period_id == enrolment.period_id,
                Enrolment.person_id == person_id,
                Enrolment.unit_id == enrolment.unit_id,
            ),
            exists().where(
                Enrolment.period_id == enrolment.period_id,
                Enrolment.person_id == person_id,
                Enrolment.appraiser_id == enrolment.person_id,
            ),
        )
    ).one()
    return bool(row[0]), bool(row[1]), bool(row[2])


def waiting(enrolment_id: int, person_id: int) -> tuple[int, bool]:
    """How many requests wait in a period, and whether one of them is this person's."""
    rows = db.session.scalars(
        select(FeedbackRequest.asked_id).where(
            FeedbackRequest.enrolment_id == enrolment_id, FeedbackRequest.state == RequestState.OPEN
        )
    ).all()
    return len(rows), person_id in rows


def _requests(condition: ColumnElement[bool]) -> Any:
    return (
        select(FeedbackRequest, Enrolment, Period, Person, Position, Unit, Asked, Asker)
        .join(Enrolment, Enrolment.id == FeedbackRequest.enrolment_id)
        .join(Period, Period.id == Enrolment.period_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(Asked, Asked.id == FeedbackRequest.asked_id)
        .join(Asker, Asker.id == FeedbackRequest.asker_id)
        .where(condition)
        .order_by((FeedbackRequest.state != RequestState.OPEN), FeedbackRequest.id.desc())
    )


def request_of(ref: str) -> Any:
    """A request with everybody in it."""
    return db.session.execute(_requests(FeedbackRequest.ref == ref)).one()


def asked_of(person_id: int | None, limit: int = 50) -> Sequence[Any]:
    """Requests to somebody, those that wait first."""
    return db.session.execute(_requests(FeedbackRequest.asked_id == person_id).limit(limit)).all()


def count_asked(person_id: int | None) -> int:
    """How many requests wait for somebody."""
    waiting = and_(FeedbackRequest.asked_id == person_id, FeedbackRequest.state == RequestState.OPEN)
    return db.session.scalar(select(func.count(FeedbackRequest.id)).where(waiting)) or 0


def asked_about(person_id: int | None, limit: int = 50) -> Sequence[Any]:
    """Requests for feedback on somebody, or made by them, those that wait first."""
    mine = or_(Enrolment.person_id == person_id, FeedbackRequest.asker_id == person_id)
    return db.session.execute(_requests(mine).limit(limit)).all()


def _words() -> Any:
    """The words of a team lead's line as the plan counts them today."""
    return (
        select(PlannedResult.text)
        .join(PlanVersion, PlanVersion.id == PlannedResult.version_id)
        .where(
            PlanVersion.plan_id == TeamLead.plan_id,
            PlannedResult.line_ref == TeamLead.line_ref,
            PlanVersion.frozen.is_not(None),
        )
        .order_by(PlanVersion.number.desc())
        .limit(1)
        .correlate(TeamLead)
        .scalar_subquery()
    )


def led_by(person_id: int | None) -> Sequence[Any]:
    """The lines that somebody leads today, with whose they are and their words."""
    return db.session.execute(
        select(TeamLead, Person, _words().label("line"))
        .join(Plan, Plan.id == TeamLead.plan_id)
        .join(Person, Person.id == Plan.person_id)
        .where(TeamLead.person_id == person_id, TeamLead.ended.is_(None))
        .order_by(Person.search_name, TeamLead.id)
        .limit(200)
    ).all()


def lead(ref: str) -> Any:
    """A team lead with whose line it is and its words."""
    return db.session.execute(
        select(TeamLead, Person, _words().label("line"))
        .join(Plan, Plan.id == TeamLead.plan_id)
        .join(Person, Person.id == Plan.person_id)
        .where(TeamLead.ref == ref)
    ).one()


def leads_of_plan(plan_id: int) -> Sequence[Any]:
    """The team leads of a plan's lines today."""
    return db.session.execute(
        select(TeamLead, Person)
        .join(Person, Person.id == TeamLead.person_id)
        .where(TeamLead.plan_id == plan_id, TeamLead.ended.is_(None))
        .order_by(TeamLead.id)
    ).all()


def lines_of_plan(plan: Plan) -> list[tuple[str, str]]:
    """The lines of the version that counts: reference and words."""
    rows = db.session.execute(
        select(PlannedResult.line_ref, PlannedResult.text)
        .join(PlanVersion, PlanVersion.id == PlannedResult.version_id)
        .where(PlanVersion.plan_id == plan.id, PlanVersion.number == plan.counted)
        .order_by(PlannedResult.kind.desc(), PlannedResult.position, PlannedResult.id)
    )
    return [(line_ref, text) for line_ref, text in rows]


def appraiser_of_plan(plan_id: int) -> int | None:
    """Who appraises a plan: by the enrolment of the year."""
    return db.session.scalar(
        select(Enrolment.appraiser_id)
        .join(Period, Period.id == Enrolment.period_id)
        .where(Enrolment.plan_id == plan_id, Period.kind == PeriodKind.YEAR)
        .order_by(Enrolment.id.desc())
        .limit(1)
    )


def employee_by_number(region_id: int, number: str) -> Person | None:
    """The person of a region with that staff number."""
    return db.session.scalars(
        select(Person)
        .join(Employee, Employee.person_id == Person.id)
        .where(Employee.region_id == region_id, Employee.staff_number == number)
    ).one_or_none()


def held_leads(plan_id: int, line_ref: str) -> list[int]:
    """Who leads a line today."""
    return list(
        db.session.scalars(
            select(TeamLead.person_id).where(
                TeamLead.plan_id == plan_id, TeamLead.line_ref == line_ref, TeamLead.ended.is_(None)
            )
        )
    )


def periods_of(plan_id: int) -> Sequence[Any]:
    """The open periods of a plan that aren't rated: enrolment and period, the one that ends first first."""
    unrated = (EvaluationState.RUNNING, EvaluationState.REPORTED)
    return db.session.execute(
        select(Enrolment, Period)
        .join(Period, Period.id == Enrolment.period_id)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .where(Enrolment.plan_id == plan_id, Period.state == PeriodState.OPEN, Evaluation.state.in_(unrated))
        .order_by(Period.ends, Period.begins.desc(), Enrolment.id)
    ).all()


def is_open(enrolment: Enrolment) -> tuple[bool, bool]:
    """Whether the enrolment's period is open, and whether its rating was set."""
    row = db.session.execute(
        select(Period.state, Evaluation.state)
        .select_from(Enrolment)
        .join(Period, Period.id == Enrolment.period_id)
        .outerjoin(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .where(Enrolment.id == enrolment.id)
    ).one()
    unrated = (None, EvaluationState.RUNNING, EvaluationState.REPORTED)
    return row[0] is PeriodState.OPEN, row[1] not in unrated


def of_year(person_id: int, cycle_id: int) -> Any:
    """The enrolments of a person in a cycle, as a select of their ids."""
    return (
        select(Enrolment.id)
        .join(Period, Period.id == Enrolment.period_id)
        .where(Enrolment.person_id == person_id, Period.cycle_id == cycle_id)
    )


def recommended(enrolment_ids: Any) -> Sequence[Any]:
    """What team leads recommend in these periods: the newest of each, with who, line and period."""
    newest = (
        select(func.max(Recommendation.id))
        .where(Recommendation.enrolment_id.in_(enrolment_ids))
        .group_by(Recommendation.enrolment_id, Recommendation.team_lead_id)
    )
    return db.session.execute(
        select(Recommendation, TeamLead, Person, Period, _words().label("line"))
        .join(TeamLead, TeamLead.id == Recommendation.team_lead_id)
        .join(Person, Person.id == TeamLead.person_id)
        .join(Enrolment, Enrolment.id == Recommendation.enrolment_id)
        .join(Period, Period.id == Enrolment.period_id)
        .where(Recommendation.id.in_(newest))
        .order_by(Recommendation.id)
    ).all()


def recommended_by(team_lead_id: int) -> Sequence[Any]:
    """What one team lead has recommended on a line, newest first, with the period."""
    return db.session.execute(
        select(Recommendation, Period)
        .join(Enrolment, Enrolment.id == Recommendation.enrolment_id)
        .join(Period, Period.id == Enrolment.period_id)
        .where(Recommendation.team_lead_id == team_lead_id)
        .order_by(Recommendation.id.desc())
    ).all()


def plan_of(lead: TeamLead) -> Plan:
    """The plan that a team lead's line stands in."""
    return db.session.get_one(Plan, lead.plan_id)

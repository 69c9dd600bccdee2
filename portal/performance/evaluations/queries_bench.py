"""What is read of many evaluations at once: the appraiser's bench, and organisations with their figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import aliased

from portal.extensions import db
from portal.people.employment.models import Person
from portal.people.organisation.models import Position, Unit
from portal.performance.advice import rules as advising
from portal.performance.advice.rules import Attainment
from portal.performance.evaluations import rules
from portal.performance.evaluations.models import Achievement, Evaluation, OrganisationRatingSet, Rating
from portal.performance.evaluations.queries import TOLD, rated_version, step_due
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.models import Indicator, Plan, PlannedResult, PlanVersion
from portal.performance.plans.rules import ResultKind
from portal.performance.progress.models import Feedback, ProgressEntry
from portal.policy.calendars.rules import DeadlineKind
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import ExpectationRating, OverallRating

# ------------------------------------------------------------------------------------------- bench

_WRITTEN = and_(
    func.length(func.trim(Evaluation.draft_result_reason)) >= rules.REASON_LEAST,
    func.length(func.trim(Evaluation.draft_behaviour_reason)) >= rules.REASON_LEAST,
)
FILLED = and_(Evaluation.draft_result.is_not(None), Evaluation.draft_behaviour.is_not(None))
UNRATED = Evaluation.state.in_((EvaluationState.RUNNING, EvaluationState.REPORTED))
COMPLETE = and_(FILLED, _WRITTEN, Evaluation.unsure.is_(False))
"""A draft that says everything which the rating needs."""


BENCH_VIEWS: dict[str, tuple[ColumnElement[bool], ...]] = {
    "": (),
    "kurang": (UNRATED, ~COMPLETE),
    "ragu": (UNRATED, Evaluation.unsure.is_(True)),
    "siap": (UNRATED, COMPLETE),
    "ditetapkan": (Evaluation.state == EvaluationState.RATED,),
    "disampaikan": (Evaluation.state.in_(TOLD),),
}
"""What the bench can show, by the word in the address."""


def _on_bench(period_id: int, person_id: int | None) -> ColumnElement[bool]:
    return and_(
        Enrolment.period_id == period_id,
        Enrolment.appraiser_id == person_id,
        Enrolment.not_obliged.is_(None),
    )


def bench(
    period_id: int,
    person_id: int | None,
    *conditions: ColumnElement[bool],
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[Any]:
    """The people whom somebody rates in a period, by name: evaluation, post, plan, rating, and how much
    is recorded of them; one statement.
    """
    entries = (
        select(func.count(ProgressEntry.id))
        .where(ProgressEntry.enrolment_id == Enrolment.id, ProgressEntry.withdrawn.is_(None))
        .correlate(Enrolment)
        .scalar_subquery()
    )
    words = (
        select(func.count(Feedback.id))
        .where(Feedback.enrolment_id == Enrolment.id)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    query = (
        select(
            Evaluation,
            Enrolment,
            Person,
            Position,
            Unit,
            Rating,
            Plan,
            entries.label("entries"),
            words.label("words"),
            step_due(DeadlineKind.ACHIEVEMENT).label("due"),
        )
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .outerjoin(Rating, Rating.id == Evaluation.rating_id)
        .where(_on_bench(period_id, person_id), *conditions)
        .order_by(Person.search_name, Evaluation.id)
        .offset(offset)
    )
    return db.session.execute(query.limit(limit) if limit else query).all()


def is_one(evaluation: Evaluation) -> ColumnElement[bool]:
    """The condition that a row of the bench is that evaluation's."""
    return Evaluation.id == evaluation.id


def attainments(evaluation_ids: Sequence[int], cap: Decimal) -> dict[int, list[Attainment]]:
    """The attainments of the main indicators of many evaluations; one statement."""
    found: dict[int, list[Attainment]] = defaultdict(list)
    if evaluation_ids:
        for evaluation_id, low, high, direction, value in db.session.execute(
            indicator_values(Evaluation.id.in_(evaluation_ids))
        ):
            found[evaluation_id].append(advising.attainment(value, low, high, direction, cap))
    return found


def indicator_values(*conditions: ColumnElement[bool]) -> Any:
    """The main indicators of evaluations that meet ``conditions``: evaluation, target, direction, achieved."""
    return (
        select(
            Evaluation.id,
            Indicator.target_min,
            Indicator.target_max,
            Indicator.direction,
            Achievement.value,
        )
        .select_from(Evaluation)
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
        .join(Plan, Plan.id == Enrolment.plan_id)
        .join(PlanVersion, rated_version())
        .join(PlannedResult, PlannedResult.version_id == PlanVersion.id)
        .join(Indicator, Indicator.result_id == PlannedResult.id)
        .outerjoin(
            Achievement,
            and_(Achievement.evaluation_id == Evaluation.id, Achievement.indicator_ref == Indicator.line_ref),
        )
        .where(PlannedResult.kind == ResultKind.MAIN, *conditions)
    )


def evaluations_named(refs: Sequence[str], person_id: int | None, period_id: int) -> Sequence[Any]:
    """Those evaluations by ref that somebody rates in a period, with the person."""
    return db.session.execute(
        select(Evaluation, Person)
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Evaluation.ref.in_(refs), _on_bench(period_id, person_id))
        .order_by(Person.search_name, Evaluation.id)
    ).all()


@dataclass
class Organisation:
    """An organisation on the bench: its rating, who sets it, and how its people are rated so far."""

    unit: Unit
    rating: OrganisationRatingSet | None
    leader: Person | None
    given: dict[OverallRating, int] = field(default_factory=dict)
    """Overall ratings that this appraiser may know: their own, and those that were told."""
    drafts: dict[tuple[ExpectationRating, ExpectationRating], int] = field(default_factory=dict)
    """Complete drafts of this appraiser."""


@dataclass
class Tally:
    """How far an appraiser is with a period."""

    people: int = 0
    filled: int = 0
    """People with both ratings drafted or set."""
    unsure: int = 0
    incomplete: int = 0
    ready: int = 0
    """Complete drafts whose organisation has its rating."""
    rated: int = 0
    told: int = 0
    not_evaluated: int = 0
    organisations: dict[int, Organisation] = field(default_factory=dict)


def tally(period_id: int, person_id: int | None) -> Tally:
    """The state of somebody's bench, and the spread of ratings in its organisations; one statement."""
    mine = case((Enrolment.appraiser_id == person_id, 1), else_=0)
    complete = case((COMPLETE, 1), else_=0)
    counts = (
        select(
            Enrolment.organisation_id,
            Evaluation.state,
            Evaluation.draft_result,
            Evaluation.draft_behaviour,
            Evaluation.unsure,
            Rating.overall,
            mine.label("mine"),
            complete.label("complete"),
            func.count().label("n"),
        )
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .outerjoin(Rating, Rating.id == Evaluation.rating_id)
        .where(
            Enrolment.period_id == period_id,
            Enrolment.not_obliged.is_(None),
            Enrolment.organisation_id.in_(
                select(Enrolment.organisation_id).where(_on_bench(period_id, person_id))
            ),
        )
        .group_by(
            Enrolment.organisation_id,
            Evaluation.state,
            Evaluation.draft_result,
            Evaluation.draft_behaviour,
            Evaluation.unsure,
            Rating.overall,
            # By name: PostgreSQL doesn't see that two expressions with parameters are the same.
            "mine",
            "complete",
        )
        .subquery()
    )
    newest = (
        select(func.max(OrganisationRatingSet.id))
        .where(
            OrganisationRatingSet.period_id == period_id,
            OrganisationRatingSet.unit_id == counts.c.organisation_id,
        )
        .correlate(counts)
        .scalar_subquery()
    )
    head = (
        select(Enrolment.appraiser_id)
        .where(
            Enrolment.period_id == period_id,
            Enrolment.unit_id == counts.c.organisation_id,
            Enrolment.is_leader,
        )
        .order_by(Enrolment.id.desc())
        .limit(1)
        .correlate(counts)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(counts, Unit, OrganisationRatingSet, Person)
        .select_from(counts)
        .join(Unit, Unit.id == counts.c.organisation_id)
        .outerjoin(OrganisationRatingSet, OrganisationRatingSet.id == newest)
        .outerjoin(Person, Person.id == head)
    )
    found = Tally()
    for row in rows:
        organisation = found.organisations.setdefault(
            row.Unit.id, Organisation(row.Unit, row.OrganisationRatingSet, row.Person)
        )
        # What another appraiser hasn't told yet counts for nobody here: one could be one of those rated.
        if row.overall is not None and (row.mine or row.state in TOLD):
            organisation.given[row.overall] = organisation.given.get(row.overall, 0) + row.n
        if row.mine:
            _count(found, organisation, row)
    return found


def _count(found: Tally, organisation: Organisation, row: Any) -> None:
    found.people += row.n
    if row.state is EvaluationState.NOT_EVALUATED:
        found.not_evaluated += row.n
    elif row.state in TOLD:
        found.told += row.n
        found.filled += row.n
    elif row.state is EvaluationState.RATED:
        found.rated += row.n
        found.filled += row.n
    else:
        both = row.draft_result is not None and row.draft_behaviour is not None
        found.filled += row.n if both else 0
        found.unsure += row.n if row.unsure else 0
        if row.complete:
            pair = (row.draft_result, row.draft_behaviour)
            organisation.drafts[pair] = organisation.drafts.get(pair, 0) + row.n
            found.ready += row.n if organisation.rating is not None else 0
        else:
            found.incomplete += row.n


# ------------------------------------------------------------------------------------ organisation


@dataclass(frozen=True)
class Led:
    """An organisation in a period as whoever rates it sees it."""

    policy: PolicyVersion
    head: Enrolment | None
    head_person: Person | None
    leader: Person | None
    told: int


def led(period: Period, unit: Unit) -> Led:
    """Who heads an organisation, who rates it, and how many of its people know their rating; one
    statement.
    """
    leader = aliased(Person)
    told = (
        select(func.count(Evaluation.id))
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
        .where(
            Enrolment.period_id == period.id,
            Enrolment.organisation_id == unit.id,
            Evaluation.state.in_(TOLD),
        )
        .scalar_subquery()
    )
    row: Any = db.session.execute(
        select(PolicyVersion, Enrolment, Person, leader, told)
        .select_from(PolicyVersion)
        .outerjoin(
            Enrolment,
            and_(Enrolment.period_id == period.id, Enrolment.unit_id == unit.id, Enrolment.is_leader),
        )
        .outerjoin(Person, Person.id == Enrolment.person_id)
        .outerjoin(leader, leader.id == Enrolment.appraiser_id)
        .where(PolicyVersion.id == period.policy_version_id)
        .order_by(Enrolment.id.desc())
        .limit(1)
    ).one()
    return Led(*row)


def ratings_of_organisation(period_id: int, unit_id: int) -> Sequence[Any]:
    """Every rating an organisation has had in a period with who set it, newest first."""
    return db.session.execute(
        select(OrganisationRatingSet, Person)
        .outerjoin(Person, Person.id == OrganisationRatingSet.person_id)
        .where(OrganisationRatingSet.period_id == period_id, OrganisationRatingSet.unit_id == unit_id)
        .order_by(OrganisationRatingSet.id.desc())
    ).all()


@dataclass(frozen=True)
class Figures:
    """What the reports of an organisation's people say about their main indicators."""

    people: int
    reported: int
    indicators: int
    measured: int
    met: int


def figures(period_id: int, unit_id: int, cap: Decimal) -> Figures:
    """How many main indicators of an organisation's people were met; one statement."""
    condition = and_(Enrolment.period_id == period_id, Enrolment.organisation_id == unit_id)
    query = indicator_values(and_(condition, Enrolment.not_obliged.is_(None))).add_columns(
        Evaluation.reported_on
    )
    people, reported, values = set(), set(), []
    for evaluation_id, low, high, direction, value, reported_on in db.session.execute(query):
        people.add(evaluation_id)
        if reported_on is not None:
            reported.add(evaluation_id)
            values.append(advising.attainment(value, low, high, direction, cap).value)
    known = [each for each in values if each is not None]
    met = sum(each >= advising.HUNDRED for each in known)
    return Figures(len(people), len(reported), len(values), len(known), met)

"""How many people got which pair of ratings: by agency, appraiser, and kind of employee."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from portal.extensions import db
from portal.people.employment.models import Employee, Person
from portal.people.organisation.models import Position, Unit
from portal.performance.calibration.rules import Counts
from portal.performance.evaluations.models import Evaluation, OrganisationRatingSet, Rating
from portal.performance.surveys.models import GroupTally
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.rules import PeriodState
from portal.policy.policies.rules import ExpectationRating, OrganisationRating, OverallRating

Pair = tuple[ExpectationRating, ExpectationRating]


@dataclass(frozen=True)
class Agency:
    """An agency's ratings: by pair, by overall rating, and what the organisation got."""

    unit: Unit
    counts: Counter[Pair]
    overall: Counter[OverallRating]
    organisation: OrganisationRating | None


PERIODS = 10
"""So many periods to change over to: two years of quarters with the years themselves."""


def opened(region_id: int) -> Sequence[Period]:
    """The region's periods that were opened, the newest first."""
    return db.session.scalars(
        select(Period)
        .where(Period.region_id == region_id, Period.state != PeriodState.PLANNED)
        .order_by(Period.begins.desc(), Period.ends)
        .limit(PERIODS)
    ).all()


def _rated(period: Period, condition: Any, *columns: Any) -> Any:
    return (
        select(*columns, Rating.result, Rating.behaviour, func.count().label("n"))
        .select_from(Enrolment)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .join(Rating, Rating.id == Evaluation.rating_id)
        .where(Enrolment.period_id == period.id, condition)
        .group_by(*columns, Rating.result, Rating.behaviour)
    )


def agencies(period: Period, condition: ColumnElement[bool]) -> list[Agency]:
    """Every agency with ratings in a period, by name; one statement."""
    latest = (
        select(func.max(OrganisationRatingSet.id))
        .where(OrganisationRatingSet.period_id == period.id)
        .group_by(OrganisationRatingSet.unit_id)
    )
    given = _rated(period, condition, Enrolment.agency_id, Rating.overall).subquery()
    found: dict[int, Agency] = {}
    for unit, organisation, overall, result, behaviour, n in db.session.execute(
        select(
            Unit, OrganisationRatingSet.rating, given.c.overall, given.c.result, given.c.behaviour, given.c.n
        )
        .join(given, given.c.agency_id == Unit.id)
        .outerjoin(
            OrganisationRatingSet,
            (OrganisationRatingSet.unit_id == Unit.id) & OrganisationRatingSet.id.in_(latest),
        )
        .order_by(Unit.name, Unit.id)
    ):
        agency = found.setdefault(unit.id, Agency(unit, Counter(), Counter(), organisation))
        agency.counts[result, behaviour] += n
        agency.overall[overall] += n
    return list(found.values())


def by_appraiser(period: Period, condition: ColumnElement[bool]) -> list[tuple[Person, Counts]]:
    """The pairs that each appraiser gave, by name; one statement."""
    given = _rated(period, condition, Enrolment.appraiser_id).subquery()
    found: dict[Person, dict[Pair, int]] = defaultdict(dict)
    for person, result, behaviour, n in db.session.execute(
        select(Person, given.c.result, given.c.behaviour, given.c.n)
        .join(given, given.c.appraiser_id == Person.id)
        .order_by(Person.search_name, Person.id)
    ):
        found[person][result, behaviour] = n
    return list(found.items())


def by_group(period: Period, condition: ColumnElement[bool]) -> list[tuple[Any, Counts]]:
    """The pairs by employment status, then by kind of post; one statement."""
    groups: tuple[dict[Any, dict[Pair, int]], ...] = (
        defaultdict(lambda: defaultdict(int)),
        defaultdict(lambda: defaultdict(int)),
    )
    for status, kind, result, behaviour, n in db.session.execute(
        _rated(period, condition, Employee.status, Position.kind)
        .join(Employee, Employee.id == Enrolment.employee_id)
        .join(Position, Position.id == Enrolment.position_id)
    ):
        for key, group in zip((status, kind), groups, strict=True):
            group[key][result, behaviour] += n
    return [(key, counts) for group in groups for key, counts in group.items()]


def tallies(period: Period, condition: ColumnElement[bool]) -> list[tuple[tuple[int, int, int], ...]]:
    """What the closed survey left in detail of each person judged; one statement."""
    rows = db.session.scalars(
        select(GroupTally)
        .join(Enrolment, Enrolment.id == GroupTally.enrolment_id)
        .where(Enrolment.period_id == period.id, condition, GroupTally.counts != "")
        .order_by(GroupTally.id)
    )
    return [row.shown.counts for row in rows]

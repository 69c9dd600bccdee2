"""What HR's desk counts: steps by agency, organisations with their ratings, appraisers who are silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from portal.desks.turns import (
    LATE,
    RATED_STATES,
    REPORTED_STATES,
    TOLD_STATES,
    WHOSE,
    Scene,
    Stage,
    Turn,
    Who,
    marked_steps,
    steps,
)
from portal.extensions import db
from portal.kernel.texts import fold
from portal.people.employment.models import Person
from portal.people.organisation.models import Position, Unit
from portal.performance.evaluations.models import Evaluation, OrganisationRatingSet, Rating
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.models import Plan
from portal.policy.cycles.models import Enrolment
from portal.policy.policies.rules import OverallRating
from portal.web.lists import PAGE

# ----------------------------------------------------------------------------------------- counts


@dataclass
class Tally:
    """How people stand: counts of states and turns; its figures are asked for once all are counted."""

    states: Counter[EvaluationState] = field(default_factory=Counter)
    turns: Counter[Turn] = field(default_factory=Counter)
    late: Counter[Turn] = field(default_factory=Counter)
    plan_set: int = 0

    def add(self, state: EvaluationState, turn: Turn, late: bool, n: int, plan_set: int) -> None:
        """Count ``n`` people, of whom ``plan_set`` have a plan that is set."""
        self.turns[turn] += n
        if turn is Turn.NOT_OBLIGED:
            return
        self.states[state] += n
        self.plan_set += plan_set
        if late:
            self.late[turn] += n

    @cached_property
    def not_obliged(self) -> int:
        """People without the duty; they stand in no other figure."""
        return self.turns[Turn.NOT_OBLIGED]

    @cached_property
    def obliged(self) -> int:
        """People who have to have a plan and to be evaluated."""
        return sum(self.states.values())

    @cached_property
    def reported(self) -> int:
        """People who reported their achievements, or were rated without."""
        return sum(self.states[state] for state in REPORTED_STATES)

    @cached_property
    def rated(self) -> int:
        """People with an overall rating."""
        return sum(self.states[state] for state in RATED_STATES)

    @cached_property
    def absent(self) -> int:
        """People who weren't evaluated, with a reason."""
        return self.states[EvaluationState.NOT_EVALUATED]

    @cached_property
    def finished(self) -> bool:
        """Whether everybody has a rating or a reason."""
        return self.obliged > 0 and self.rated + self.absent == self.obliged

    @cached_property
    def late_total(self) -> int:
        """How many people wait for a step that is late."""
        return sum(self.late.values())

    def late_by(self) -> list[tuple[Who, int]]:
        """Late steps by who has to take them, the most first."""
        found: Counter[Who] = Counter()
        for turn, n in self.late.items():
            found[WHOSE[turn]] += n
        return [(who, n) for who, n in found.most_common() if n]


@dataclass
class GroupTally:
    """The tally of an agency or unit."""

    ref: str
    name: str
    tally: Tally = field(default_factory=Tally)


@dataclass
class Tallies:
    """Tallies by period, and by period and group."""

    periods: dict[int, Tally] = field(default_factory=dict)
    groups: dict[int, dict[int, GroupTally]] = field(default_factory=dict)
    by_name: dict[int, list[GroupTally]] = field(default_factory=dict)
    """The groups of a period in the order of their names, once they were asked for."""

    def of(self, period_id: int) -> Tally:
        """The tally of a whole period; an empty one where nobody is enrolled."""
        return self.periods.get(period_id, Tally())

    def rows(self, period_id: int) -> list[GroupTally]:
        """The groups of a period by name."""
        if period_id not in self.by_name:
            groups = self.groups.get(period_id, {}).values()
            self.by_name[period_id] = sorted(groups, key=lambda group: fold(group.name))
        return self.by_name[period_id]


def tallies(
    at: Scene, period_ids: Iterable[int], condition: ColumnElement[bool], *, by: Any = None
) -> Tallies:
    """Counts of the periods, by agency or (``by``) another unit of the enrolment; one statement."""
    group = by if by is not None else Enrolment.agency_id
    # Three storeys: PostgreSQL can't group by an expression with parameters, and names stay outside.
    facts = (
        select(
            Enrolment.period_id,
            group.label("unit_id"),
            Evaluation.state,
            marked_steps(at).label("step"),
            case((Plan.in_force.is_not(None), 1), else_=0).label("plan_set"),
        )
        .select_from(Enrolment)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .where(Enrolment.period_id.in_(list(period_ids)), condition)
        .subquery()
    )
    keys = (facts.c.period_id, facts.c.unit_id, facts.c.state, facts.c.step)
    counted = (
        select(*keys, func.count().label("n"), func.sum(facts.c.plan_set).label("plan_set"))
        .group_by(*keys)
        .subquery()
    )
    found = Tallies()
    rows = db.session.execute(select(counted, Unit.ref, Unit.name).join(Unit, Unit.id == counted.c.unit_id))
    for row in rows:
        whole = found.periods.setdefault(row.period_id, Tally())
        groups = found.groups.setdefault(row.period_id, {})
        part = groups.setdefault(row.unit_id, GroupTally(row.ref, row.name)).tally
        turn = Turn(row.step.removesuffix(LATE))
        for tally in (whole, part):
            tally.add(row.state, turn, row.step.endswith(LATE), row.n, int(row.plan_set))
    return found


# ---------------------------------------------------------------------------------- organisations


@dataclass(frozen=True)
class Organisation:
    """An agency or independent unit in a period: its rating, whose it is to set, the ratings in it."""

    unit: Unit
    people: int
    told: int
    counts: dict[OverallRating, int]
    rating: OrganisationRatingSet | None
    rated_by: str
    waits_for: str
    head_id: int | None
    """The person at its head."""
    waits_for_id: int | None = None
    """Who sets its rating, where that is known."""

    @property
    def rated(self) -> int:
        """People with an overall rating."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Silent:
    """Appraisers who have begun with nobody although people wait, and how many do."""

    appraisers: int = 0
    people: int = 0


def organisations(
    at: Scene, stage: Stage, condition: ColumnElement[bool], *, only: int | None = None
) -> tuple[list[Organisation], Silent]:
    """Organisations of a period by name, and the appraisers who haven't begun; one statement.

    ``only``: a single organisation.
    """
    obliged = and_(Enrolment.period_id == stage.period.id, Enrolment.not_obliged.is_(None), condition)
    each = [func.sum(case((Rating.overall == rating, 1), else_=0)).label(rating) for rating in OverallRating]
    told = func.sum(case((Evaluation.state.in_(TOLD_STATES), 1), else_=0)).label("told")
    people = (
        select(Enrolment.organisation_id.label("unit_id"), func.count().label("n"), told, *each)
        .select_from(Enrolment)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .outerjoin(Rating, Rating.id == Evaluation.rating_id)
        .where(obliged)
        .group_by(Enrolment.organisation_id)
        .subquery()
    )
    # Of these organisations only: a page of one agency must cost the same in a region of any size.
    theirs = select(Enrolment.organisation_id).where(obliged).correlate(None)
    newest = (
        select(OrganisationRatingSet.unit_id, func.max(OrganisationRatingSet.id).label("id"))
        .where(OrganisationRatingSet.period_id == stage.period.id, OrganisationRatingSet.unit_id.in_(theirs))
        .group_by(OrganisationRatingSet.unit_id)
        .subquery()
    )
    head = (
        select(
            Enrolment.unit_id,
            func.min(Enrolment.appraiser_id).label("appraiser_id"),
            func.min(Enrolment.person_id).label("person_id"),
        )
        .where(
            Enrolment.region_id == stage.period.region_id,
            Enrolment.period_id == stage.period.id,
            Enrolment.is_leader,
            Enrolment.unit_id == Enrolment.organisation_id,
            Enrolment.unit_id.in_(theirs),
        )
        .group_by(Enrolment.unit_id)
        .subquery()
    )
    silent = _silent(at, stage, condition).subquery()
    quiet = select(
        func.count().label("appraisers"), func.coalesce(func.sum(silent.c.waiting), 0).label("people")
    ).subquery()
    author, superior = aliased(Person), aliased(Person)
    query = (
        select(
            Unit, people, head.c.person_id.label("head_id"), OrganisationRatingSet, author, superior, quiet
        )
        .join(people, people.c.unit_id == Unit.id)
        .join(quiet, true())
        .outerjoin(newest, newest.c.unit_id == Unit.id)
        .outerjoin(OrganisationRatingSet, OrganisationRatingSet.id == newest.c.id)
        .outerjoin(author, author.id == OrganisationRatingSet.person_id)
        .outerjoin(head, head.c.unit_id == Unit.id)
        .outerjoin(superior, superior.id == head.c.appraiser_id)
        .order_by(Unit.name, Unit.id)
    )
    if only is not None:
        query = query.where(Unit.id == only)
    found, waiting = [], Silent()
    for row in db.session.execute(query):
        waiting = Silent(row.appraisers, int(row.people))
        found.append(
            Organisation(
                unit=row[0],
                people=row.n,
                told=row.told,
                counts={rating: int(getattr(row, rating)) for rating in OverallRating},
                rating=row.OrganisationRatingSet,
                rated_by=row[-4].full_name if row[-4] else "",
                waits_for=row[-3].full_name if row[-3] else _("pengelola kinerja daerah"),
                head_id=row.head_id,
                waits_for_id=row[-3].id if row[-3] else None,
            )
        )
    return found, waiting


# ------------------------------------------------------------------------------------- appraisers


def _per_appraiser(at: Scene, stage: Stage, condition: ColumnElement[bool]) -> Any:
    turn, _late = steps(at)
    drafted = or_(
        Evaluation.rating_id.is_not(None),
        Evaluation.draft_result.is_not(None),
        Evaluation.draft_behaviour.is_not(None),
    )
    # Two storeys: the turn is asked once for each person, not once for each figure.
    each = (
        select(
            Enrolment.appraiser_id,
            Enrolment.appraiser_position_id.label("position_id"),
            turn.label("turn"),
            case((drafted, 1), else_=0).label("begun"),
            case((Evaluation.rating_id.is_not(None), 1), else_=0).label("rated"),
        )
        .select_from(Enrolment)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .where(
            Enrolment.period_id == stage.period.id,
            Enrolment.not_obliged.is_(None),
            Enrolment.appraiser_id.is_not(None),
            condition,
        )
        .subquery()
    )
    counted = (
        select(
            each.c.appraiser_id,
            each.c.turn,
            func.min(each.c.position_id).label("position_id"),
            func.count().label("n"),
            func.sum(each.c.begun).label("begun"),
            func.sum(each.c.rated).label("rated"),
        )
        .group_by(each.c.appraiser_id, each.c.turn)
        .subquery()
    )

    def waiting(*turns: Turn) -> Any:
        return func.sum(case((counted.c.turn.in_([turn.value for turn in turns]), counted.c.n), else_=0))

    return select(
        counted.c.appraiser_id,
        func.min(counted.c.position_id).label("position_id"),
        func.sum(counted.c.n).label("n"),
        waiting(Turn.RATE).label("waiting"),
        func.sum(counted.c.begun).label("begun"),
        func.sum(counted.c.rated).label("rated"),
        waiting(Turn.AGREE, Turn.SET, Turn.MATRIX).label("plans"),
    ).group_by(counted.c.appraiser_id)


def _silent(at: Scene, stage: Stage, condition: ColumnElement[bool]) -> Any:
    """Appraisers for whom people wait and who have begun with none of them."""
    each = _per_appraiser(at, stage, condition).subquery()
    return select(each).where(each.c.waiting > 0, each.c.begun == 0)


def raters(
    at: Scene, stage: Stage, condition: ColumnElement[bool], *, q: str = "", only: str = "", number: int = 1
) -> tuple[Sequence[Any], int]:
    """Appraisers of a period with how many wait for each, the most first; one statement.

    ``only``: ``belum`` (nobody begun although people wait) or ``menunggu`` (somebody waits).
    """
    each = (
        _silent(at, stage, condition) if only == "belum" else _per_appraiser(at, stage, condition)
    ).subquery()
    query = (
        select(
            each,
            Person,
            Position.title.label("post"),
            Unit.name.label("unit"),
            func.count().over().label("total"),
        )
        .join(Person, Person.id == each.c.appraiser_id)
        .outerjoin(Position, Position.id == each.c.position_id)
        .outerjoin(Unit, Unit.id == Position.unit_id)
        .order_by(each.c.waiting.desc(), each.c.plans.desc(), Person.search_name, Person.id)
    )
    if only == "menunggu":
        query = query.where(or_(each.c.waiting > 0, each.c.plans > 0))
    query = query.where(*(Person.search_name.contains(word, autoescape=True) for word in q.split()))
    rows = db.session.execute(query.limit(PAGE).offset((number - 1) * PAGE)).all()
    return rows, rows[0].total if rows else 0

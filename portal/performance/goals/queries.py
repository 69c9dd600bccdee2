"""What is read of shared goals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, distinct, exists, func, or_, select

from portal.extensions import alias, db
from portal.people.employment.models import Person, Tenure
from portal.people.organisation.models import Position, Region, Unit
from portal.people.organisation.queries import on
from portal.performance.advice.rules import Attainment, attainment
from portal.performance.goals.models import (
    Contribution,
    GoalFeedback,
    GoalProgress,
    GoalReference,
    SharedGoal,
)
from portal.performance.goals.rights import Above, known, was_proposed, within
from portal.performance.goals.rules import COUNTED, REFERRED, GoalState, Part, ShareState, are_required
from portal.performance.plans.models import Plan, PlannedResult, PlanVersion
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles.models import Cycle, Enrolment, Period
from portal.policy.policies.models import PolicyVersion
from portal.web import lists

Coordinator = alias(Unit, "coordinator")
Later = alias(GoalProgress, "later")
Agency = alias(Unit, "agency")

HELD = (*COUNTED, GoalState.DRAFT, GoalState.PROPOSED)
"""States in which a leader holds a goal, or is about to: all but those that were withdrawn."""


# ---------------------------------------------------------------------------------------- one goal


@dataclass
class Held:
    """A contribution with its unit and whoever heads that today."""

    contribution: Contribution
    unit: Unit
    leaders: list[Person] = field(default_factory=list)


@dataclass(frozen=True)
class Around:
    """Everything around a goal that its pages and rules need."""

    goal: SharedGoal
    cycle: Cycle
    coordinator: Unit
    policy: PolicyVersion | None
    proposed: bool
    """Whether contributors were ever asked; until then it is known to its writers only."""
    contributors: list[Held]


def around(goal: SharedGoal, day: date) -> Around:
    """The year, the coordinating unit and the contributors of ``goal``, the largest share first; one statement."""
    rows = db.session.execute(
        select(
            Cycle,
            Coordinator,
            PolicyVersion,
            was_proposed(goal.ref).label("proposed"),
            Contribution,
            Unit,
            Person,
        )
        .select_from(SharedGoal)
        .join(Cycle, Cycle.id == SharedGoal.cycle_id)
        .join(Coordinator, Coordinator.id == SharedGoal.coordinator_id)
        .join(Period, and_(Period.cycle_id == Cycle.id, Period.kind == PeriodKind.YEAR))
        .outerjoin(PolicyVersion, PolicyVersion.id == Period.policy_version_id)
        .outerjoin(Contribution, Contribution.goal_id == SharedGoal.id)
        .outerjoin(Unit, Unit.id == Contribution.unit_id)
        .outerjoin(Position, and_(Position.unit_id == Unit.id, Position.is_head, on(Position, day)))
        .outerjoin(Tenure, and_(Tenure.position_id == Position.id, on(Tenure, day)))
        .outerjoin(Person, Person.id == Tenure.person_id)
        .where(SharedGoal.id == goal.id)
        .order_by(Contribution.share.desc(), Contribution.id, Tenure.id)
        .execution_options(populate_existing=True)
    ).all()
    found: dict[int, Held] = {}
    for _cycle, _coordinator, _policy, _proposed, contribution, unit, person in rows:
        if contribution is None:
            continue
        held = found.setdefault(contribution.id, Held(contribution, unit))
        if person is not None:
            held.leaders.append(person)
    return Around(goal, *rows[0][:4], list(found.values()))


def contributions(goal_id: int) -> Sequence[Contribution]:
    """A goal's contributions."""
    return db.session.scalars(
        select(Contribution).where(Contribution.goal_id == goal_id).order_by(Contribution.id)
    ).all()


def goal_of(thing: Contribution | GoalProgress | GoalReference) -> SharedGoal:
    """The goal that something belongs to."""
    return db.session.get_one(SharedGoal, thing.goal_id)


def unit_names(unit_ids: Sequence[int]) -> dict[int, str]:
    """Names of units by id."""
    return dict(db.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids))).all())


def year_of(goal: SharedGoal) -> tuple[int, str]:
    """The year of a goal, and the letters of its region's time zone."""
    query = select(Cycle.year, Region.zone).join(Region, Region.id == Cycle.region_id)
    year, zone = db.session.execute(query.where(Cycle.id == goal.cycle_id)).one()
    return year, zone


# ---------------------------------------------------------------------------------------- progress


def _standing() -> ColumnElement[bool]:
    """Progress that no later row corrects."""
    return ~exists().where(Later.corrects_id == GoalProgress.id)


def progress(goal_id: int) -> Sequence[Any]:
    """All progress of a goal, the latest day first, with who told it and whether a later row corrects it."""
    return db.session.execute(
        select(GoalProgress, Person, _standing().label("stands"))
        .outerjoin(Person, Person.id == GoalProgress.person_id)
        .where(GoalProgress.goal_id == goal_id)
        .order_by(GoalProgress.day.desc(), GoalProgress.id.desc())
    ).all()


def is_corrected(row: GoalProgress) -> bool:
    """Whether a later row goes before this one."""
    return bool(db.session.scalar(select(exists().where(GoalProgress.corrects_id == row.id))))


def _latest(column: Any) -> Any:
    """The goal's present value, or the day of it: of the latest day, what was told last."""
    return (
        select(column)
        .where(GoalProgress.goal_id == SharedGoal.id, _standing())
        .order_by(GoalProgress.day.desc(), GoalProgress.id.desc())
        .limit(1)
        .correlate(SharedGoal)
        .scalar_subquery()
    )


def reached(goal: SharedGoal, value: Any, policy: PolicyVersion | None = None) -> Attainment:
    """What ``value`` is of the goal's target in per cent, with its working; capped as the policy says."""
    if policy is None:
        return attainment(value, goal.target, goal.target, goal.direction)
    return attainment(value, goal.target, goal.target, goal.direction, policy.rules.advice.cap)


# ------------------------------------------------------------------------- feedback and references


def feedback(goal_id: int) -> Sequence[Any]:
    """What was said of a goal, newest first, with who said it."""
    return db.session.execute(
        select(GoalFeedback, Person)
        .join(Person, Person.id == GoalFeedback.person_id)
        .where(GoalFeedback.goal_id == goal_id)
        .order_by(GoalFeedback.at.desc(), GoalFeedback.id.desc())
    ).all()


def _lines(*columns: Any) -> Any:
    """A select over references whose line stands in the plan as it counts today."""
    return (
        select(*columns)
        .select_from(GoalReference)
        .join(Plan, Plan.id == GoalReference.plan_id)
        .join(Person, Person.id == Plan.person_id)
        .join(PlanVersion, and_(PlanVersion.plan_id == Plan.id, PlanVersion.number == Plan.counted))
        .join(
            PlannedResult,
            and_(
                PlannedResult.version_id == PlanVersion.id, PlannedResult.line_ref == GoalReference.line_ref
            ),
        )
    )


def references(goal_id: int, *, words: str = "", after: str = "", before: str = "") -> lists.Slice:
    """The lines of plans that refer to a goal, by name: whose, in which post and unit, in today's words."""
    matching = _lines(GoalReference.id).where(GoalReference.goal_id == goal_id)
    if words:
        matching = matching.where(Person.search_name.contains(words, autoescape=True))

    def details(page: Any) -> Any:
        found = _lines(
            GoalReference.ref,
            Person,
            Position.title,
            Unit.name.label("unit"),
            PlannedResult.text.label("line"),
        )
        return (
            found.join(page, page.c.id == GoalReference.id)
            .join(Tenure, Tenure.id == Plan.tenure_id)
            .join(Position, Position.id == Tenure.position_id)
            .join(Unit, Unit.id == Position.unit_id)
        )

    def place(ref: str, key: Any) -> Any:
        return _lines(key).where(GoalReference.ref == ref).scalar_subquery()

    keys = [Person.search_name, GoalReference.id]
    return lists.keyset(matching, keys, place=place, details=details, after=after, before=before)


def is_referred_by(goal_id: int, person_id: int | None) -> bool:
    """Whether a line of this person's plans refers to the goal."""
    mine = select(GoalReference.id).join(Plan, Plan.id == GoalReference.plan_id)
    mine = mine.where(GoalReference.goal_id == goal_id, Plan.person_id == person_id)
    return bool(db.session.scalar(select(exists(mine))))


def line_is_taken(plan_id: int, line_ref: str) -> bool:
    """Whether a line of a plan refers to a goal."""
    here = exists().where(GoalReference.plan_id == plan_id, GoalReference.line_ref == line_ref)
    return bool(db.session.scalar(select(here)))


def lines(plan: Plan) -> list[tuple[str, str]]:
    """The lines of a plan that counts today: reference and words."""
    rows = db.session.execute(
        select(PlannedResult.line_ref, PlannedResult.text)
        .join(PlanVersion, PlanVersion.id == PlannedResult.version_id)
        .where(PlanVersion.plan_id == plan.id, PlanVersion.number == plan.counted)
        .order_by(PlannedResult.kind.desc(), PlannedResult.position, PlannedResult.id)
    ).all()
    return [(line_ref, text) for line_ref, text in rows]


def _contributed(plan_id: Any, goal_id: Any) -> ColumnElement[bool]:
    """Whether the unit of a plan's enrolment of the year, or one above it, contributes to the goal."""
    return exists(
        select(Enrolment.id)
        .join(Period, and_(Period.id == Enrolment.period_id, Period.kind == PeriodKind.YEAR))
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(Above, within(Above, Unit))
        .join(Contribution, Contribution.unit_id == Above.id)
        .where(Enrolment.plan_id == plan_id, Contribution.goal_id == goal_id)
    )


def contributes(plan: Plan, goal: SharedGoal) -> bool:
    """Whether the unit of the plan's employee, or one above it, contributes to the goal."""
    return bool(db.session.scalar(select(_contributed(plan.id, goal.id))))


def referable(plan: Plan) -> Sequence[SharedGoal]:
    """The goals to which lines of a plan may refer."""
    return db.session.scalars(
        select(SharedGoal)
        .where(
            SharedGoal.region_id == plan.region_id,
            SharedGoal.cycle_id == plan.cycle_id,
            SharedGoal.state.in_(REFERRED),
            _contributed(plan.id, SharedGoal.id),
        )
        .order_by(SharedGoal.search_title, SharedGoal.id)
    ).all()


@dataclass(frozen=True)
class Referred:
    """A goal to which a line refers, with how far it is."""

    reference: GoalReference
    goal: SharedGoal
    value: Any
    day: date | None

    @property
    def attainment(self) -> Attainment:
        """How far the goal is."""
        return reached(self.goal, self.value)


@dataclass(frozen=True)
class OfPlan:
    """What a plan's pages say of shared goals."""

    by_line: dict[str, Referred]
    offered: bool
    """Whether there is a goal to which further lines may refer."""


def of_plan(plan: Plan | None) -> OfPlan:
    """The goals to which a plan's lines refer, and whether there are others; one statement."""
    if plan is None:
        return OfPlan({}, False)
    rows = db.session.execute(
        select(
            _offers(plan).label("offers"),
            GoalReference,
            SharedGoal,
            _latest(GoalProgress.value).label("value"),
            _latest(GoalProgress.day).label("day"),
        )
        .select_from(Plan)
        .outerjoin(GoalReference, GoalReference.plan_id == Plan.id)
        .outerjoin(SharedGoal, SharedGoal.id == GoalReference.goal_id)
        .where(Plan.id == plan.id)
    ).all()
    found = [Referred(*row[1:]) for row in rows if row.GoalReference is not None]
    return OfPlan({each.reference.line_ref: each for each in found}, bool(rows[0].offers))


Offered = alias(SharedGoal, "offered")


def _offers(plan: Plan) -> ColumnElement[bool]:
    return exists(
        select(Offered.id).where(
            Offered.region_id == plan.region_id,
            Offered.cycle_id == plan.cycle_id,
            Offered.state.in_(REFERRED),
            _contributed(plan.id, Offered.id),
        )
    )


# ----------------------------------------------------------------------------------------- the list


def years(region_id: int | None) -> list[int]:
    """The years to choose from, newest first: those of the region; of every region for who has none."""
    query = select(Cycle.year).distinct().order_by(Cycle.year.desc())
    return list(db.session.scalars(query if region_id is None else query.where(Cycle.region_id == region_id)))


def _of_year(condition: ColumnElement[bool], year: int) -> ColumnElement[bool]:
    return and_(condition, SharedGoal.cycle_id.in_(select(Cycle.id).where(Cycle.year == year)))


def waiting_for(leads: Any) -> ColumnElement[bool]:
    """Goals in which a unit out of ``leads`` is asked for its share."""
    asked = select(Contribution.goal_id).where(
        Contribution.unit_id.in_(leads), Contribution.answer == ShareState.WAITING
    )
    return and_(SharedGoal.state == GoalState.PROPOSED, SharedGoal.id.in_(asked))


@dataclass(frozen=True)
class Wanted:
    """What a list is filtered by."""

    folded: str = ""
    state: str = ""
    agency: str = ""


def page_of(
    condition: ColumnElement[bool],
    year: int,
    wanted: Wanted,
    *,
    leads: Sequence[int],
    after: str = "",
    before: str = "",
) -> lists.Slice:
    """A page of goals of a year, newest first, those that wait for the reader before all others."""
    matching = select(SharedGoal.id).where(_of_year(condition, year))
    if wanted.folded:
        matching = matching.where(SharedGoal.search_title.contains(wanted.folded, autoescape=True))
    if wanted.state:
        matching = matching.where(SharedGoal.state == wanted.state)
    if wanted.agency:
        held = (
            select(Contribution.goal_id)
            .join(Unit, Unit.id == Contribution.unit_id)
            .join(Agency, Agency.id == Unit.agency_id)
            .where(Agency.ref == wanted.agency)
        )
        matching = matching.where(SharedGoal.id.in_(held))

    def details(page: Any) -> Any:
        return (
            select(
                SharedGoal,
                SharedGoal.ref.label("ref"),
                Coordinator.name.label("coordinator"),
                _latest(GoalProgress.value).label("value"),
                _latest(GoalProgress.day).label("day"),
                waiting_for(leads).label("waits"),
            )
            .join(page, page.c.id == SharedGoal.id)
            .join(Coordinator, Coordinator.id == SharedGoal.coordinator_id)
        )

    return lists.keyset(
        matching,
        [SharedGoal.id],
        place=lambda ref, key: select(key).where(SharedGoal.ref == ref).scalar_subquery(),
        details=details,
        down=True,
        after=after,
        before=before,
        ahead=waiting_for(leads) if leads else None,
        few=True,
    )


def shares(goal_ids: Sequence[int]) -> dict[int, list[Any]]:
    """Who holds what of these goals, the largest share first: contribution and the unit's name."""
    found: dict[int, list[Any]] = {each: [] for each in goal_ids}
    if found:
        rows = db.session.execute(
            select(Contribution.goal_id, Contribution.share, Contribution.answer, Unit.name)
            .join(Unit, Unit.id == Contribution.unit_id)
            .where(Contribution.goal_id.in_(found))
            .order_by(Contribution.share.desc(), Contribution.id)
        )
        for row in rows:
            found[row.goal_id].append(row)
    return found


def parts(condition: ColumnElement[bool], year: int) -> list[tuple[Part[str], str]]:
    """What each agency holds of the goals of a year that count, with its name; ``rules.credited`` adds them up."""
    counted = select(SharedGoal.id).where(_of_year(condition, year), SharedGoal.state.in_(COUNTED))
    rows = db.session.execute(
        select(
            Agency.ref,
            Agency.name,
            func.count(distinct(Contribution.goal_id)).label("goals"),
            func.sum(Contribution.share).label("share"),
        )
        .select_from(Contribution)
        .join(Unit, Unit.id == Contribution.unit_id)
        .join(Agency, Agency.id == Unit.agency_id)
        .where(Contribution.goal_id.in_(counted))
        .group_by(Agency.id, Agency.ref, Agency.name)
        .order_by(func.sum(Contribution.share).desc(), Agency.name)
    )
    return [(Part(row.ref, row.goals, row.share), row.name) for row in rows]


def year_policy(region_id: int, year: int) -> PolicyVersion | None:
    """The policy that holds for a region's year."""
    return db.session.scalars(
        select(PolicyVersion)
        .join(Period, Period.policy_version_id == PolicyVersion.id)
        .join(Cycle, Cycle.id == Period.cycle_id)
        .where(Cycle.region_id == region_id, Cycle.year == year, Period.kind == PeriodKind.YEAR)
        .limit(1)
    ).one_or_none()


def _holding(cycle: Any) -> Any:
    """The agencies of which a unit holds a goal of the year, or is about to."""
    return (
        select(Agency.agency_id)
        .join(Contribution, Contribution.unit_id == Agency.id)
        .join(SharedGoal, SharedGoal.id == Contribution.goal_id)
        .where(SharedGoal.cycle_id.in_(cycle), SharedGoal.state.in_(HELD))
    )


def is_missed(enrolment: Enrolment, cycle_id: int, policy: PolicyVersion) -> bool:
    """Whether the policy asks a leader for a shared goal and the agency has none that year; asked only of them."""
    heads_agency = enrolment.is_leader and enrolment.unit_id == enrolment.agency_id
    if not heads_agency or not are_required(policy.rules.settings):
        return False
    holds = _holding([cycle_id]).where(Agency.agency_id == enrolment.agency_id)
    return not db.session.scalar(select(exists(holds)))


def agencies_without(managed: ColumnElement[bool], region_id: int, year: int, day: date) -> Sequence[Any]:
    """Agencies that meet ``managed`` and hold no goal of the year, with whoever heads them today."""
    holding = _holding(select(Cycle.id).where(Cycle.region_id == region_id, Cycle.year == year))
    return db.session.execute(
        select(Unit, Person)
        .outerjoin(Position, and_(Position.unit_id == Unit.id, Position.is_head, on(Position, day)))
        .outerjoin(Tenure, and_(Tenure.position_id == Position.id, on(Tenure, day)))
        .outerjoin(Person, Person.id == Tenure.person_id)
        .where(
            Unit.region_id == region_id,
            Unit.is_agency,
            on(Unit, day),
            managed,
            Unit.id.not_in(holding),
        )
        .order_by(Unit.name, Tenure.id)
    ).all()


def asked(leads: Sequence[int], limit: int) -> Sequence[Any]:
    """Shares that wait for the leader of these units: contribution, goal and unit."""
    return db.session.execute(
        select(Contribution, SharedGoal, Unit)
        .join(SharedGoal, SharedGoal.id == Contribution.goal_id)
        .join(Unit, Unit.id == Contribution.unit_id)
        .where(
            Contribution.unit_id.in_(leads),
            Contribution.answer == ShareState.WAITING,
            SharedGoal.state == GoalState.PROPOSED,
        )
        .order_by(Contribution.id)
        .limit(limit)
    ).all()


def concerns(leads: Any, person_id: Any, region_id: Any) -> ColumnElement[bool]:
    """Whether somebody has to do with shared goals: heads a unit that holds one, or works in or below it."""
    told = and_(SharedGoal.id == Contribution.goal_id, known())
    led = exists().where(Contribution.region_id == region_id, Contribution.unit_id.in_(leads), told)
    works = exists(
        select(Enrolment.id)
        .join(Period, and_(Period.id == Enrolment.period_id, Period.kind == PeriodKind.YEAR))
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(Above, within(Above, Unit))
        .join(Contribution, Contribution.unit_id == Above.id)
        .join(SharedGoal, told)
        .where(
            Enrolment.region_id == region_id,
            Enrolment.person_id == person_id,
            Contribution.region_id == region_id,
        )
    )
    return or_(led, works)

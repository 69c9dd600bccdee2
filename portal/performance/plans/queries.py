"""What is read of plans."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload, lazyload, selectinload

from portal.extensions import alias, db
from portal.kernel.clock import add_working_days
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.organisation.models import Position, Unit
from portal.performance.agreements.models import AgreementGoal, PerformanceAgreement
from portal.performance.dialogues.models import Dialogue
from portal.performance.dialogues.rules import DialogueKind
from portal.performance.plans import rules
from portal.performance.plans.models import (
    BehaviourExpectation,
    Indicator,
    IndicatorManual,
    LineNote,
    MatrixCell,
    Plan,
    PlannedResult,
    PlanSubstitution,
    PlanVersion,
    TeamExpectation,
)
from portal.performance.plans.rules import (
    Approach,
    Cascade,
    CascadeSource,
    CoreValue,
    Overdue,
    PlanState,
    approaches,
    cascade,
    drawn,
    review_of,
)
from portal.policy.calendars.rules import DeadlineKind, PeriodKind
from portal.policy.cycles.models import Cycle, Deadline, Enrolment, Holiday, Period
from portal.policy.cycles.rules import PeriodState
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import PolicyDocument

STEP_DEADLINES = {
    PlanState.DRAFT: DeadlineKind.PLAN_DRAFT,
    PlanState.RETURNED: DeadlineKind.PLAN_AGREE,
    PlanState.SUBMITTED: DeadlineKind.PLAN_AGREE,
    PlanState.REVIEWED: DeadlineKind.PLAN_AGREE,
    PlanState.AGREED: DeadlineKind.PLAN_SET,
    PlanState.SIGNED: DeadlineKind.PLAN_SET,
    PlanState.SET: DeadlineKind.PLAN_SET,
}
"""Which deadline the step after each state has."""

Appraiser = alias(Person)
AppraiserEmployee = alias(Employee)
AppraiserPosition = alias(Position)
AppraiserUnit = alias(Unit)


@dataclass(frozen=True)
class Setting:
    """Everything around a plan that its pages, rules and documents need."""

    plan: Plan
    enrolment: Enrolment
    period: Period
    cycle: Cycle
    policy: PolicyVersion
    person: Person
    employee: Employee
    position: Position
    unit: Unit
    agency: Unit
    appraiser: Person | None
    appraiser_employee: Employee | None
    appraiser_position: Position | None
    appraiser_unit: Unit | None
    leader_plan: Plan | None
    """The plan that the results are derived from; ``cascade`` says whose it is."""
    leader: Person | None
    """Whose plan that is, or has to be."""
    cascade: Cascade
    superior: Person | None
    """The appraiser's superior."""
    due: date | None
    """The last day of the step that the plan is at."""

    @property
    def approaches(self) -> tuple[Approach, ...]:
        """The approaches that the policy of the year allows."""
        return approaches(self.policy.rules.settings.get("approach"))

    @property
    def review(self) -> str:
        """``all`` when this plan is reviewed before the appraiser reads it, else ``none``."""
        return review_of(self.policy.rules.review, drawn(self.plan.ref))


def setting(plan: Plan) -> Setting:
    """The setting of ``plan`` by its enrolment of the year; one statement."""
    given = {"step": STEP_DEADLINES[plan.state], "cycle": plan.cycle_id, "tenure": plan.tenure_id}
    row: Any = db.session.execute(_around(), given).one()
    around: Any = row[:13]
    in_post, position_id, leader_plan, leader, superior, superior_employed, due = row[13:]
    appraiser, employee, post = around[9], around[10], around[11]
    # A leader's change doesn't stop the team: what was set holds until it is set anew.
    leads_at: PlanState | None = None
    if leader_plan is not None:
        leads_at = PlanState.SET if leader_plan.in_force else leader_plan.state
    inherited = leader_plan is not None and post is not None and position_id == post.id
    found = cascade(
        appraiser_employed=employee is not None,
        appraiser_in_post=bool(in_post),
        own=(leads_at, leader_plan.matrix_shared is not None) if leads_at and bool(in_post) else None,
        predecessor_set=inherited and not in_post,
        superior_employed=bool(superior_employed),
        superior=leads_at,
    )
    if found.source is None:
        leader_plan = leader = None
    elif leader is None:
        leader = appraiser if found.source is CascadeSource.APPRAISER else superior
    # The year's days are those of its first plan; a change has none.
    due = due if plan.in_force is None else None
    return Setting(*(plan, *around, leader_plan, leader, found, superior, due))


def overdue(around: Setting) -> Overdue | None:
    """The step that the plan waits for, and the last day of whoever has it."""
    return _overdue(around.plan, around.review, around.due, around.policy)


def _overdue(plan: Plan, review: str, due: date | None, policy: PolicyVersion) -> Overdue | None:
    return rules.overdue(plan.state, review, began=_began(plan), due=due, days=policy.rules.plan_step_days)


def _began(plan: Plan) -> date | None:
    """The day on which the step that a plan waits for began."""
    match plan.state:
        case PlanState.SUBMITTED:
            return plan.submitted_on
        case PlanState.REVIEWED:
            return plan.reviewed_on
        case PlanState.AGREED:
            return plan.agreed_on
        case PlanState.SIGNED:
            return plan.signed_on
    return None


WAITING = (PlanState.SUBMITTED, PlanState.REVIEWED, PlanState.AGREED, PlanState.SIGNED)
"""States in which a plan waits for a step that has its days."""


def lapsed(superior_id: int | None, today: date, limit: int = 100) -> list[Any]:
    """Plans of those whom somebody's people appraise, whose step wasn't taken in time: each with its
    enrolment, person and the step; the longest waiting first.
    """
    began = case(
        (Plan.state == PlanState.SUBMITTED, Plan.submitted_on),
        (Plan.state == PlanState.REVIEWED, Plan.reviewed_on),
        (Plan.state == PlanState.AGREED, Plan.agreed_on),
        else_=Plan.signed_on,
    )

    def due(kind: DeadlineKind) -> Any:
        here = select(Deadline.due).where(Deadline.period_id == Period.id, Deadline.kind == kind)
        return here.correlate(Period).scalar_subquery()

    # With the rows, not before them: mostly nothing lapsed, and then nobody asks for holidays.
    joined = select(func.aggregate_strings(cast(Holiday.day, String), ","))
    free: Any = joined.where(Holiday.region_id == Plan.region_id).correlate(Plan).scalar_subquery()
    rows = db.session.execute(
        select(Plan, Enrolment, PolicyVersion, Person, Appraiser, Unit.working_week, free, *map(due, _DUES))
        .join(Enrolment, Enrolment.plan_id == Plan.id)
        .join(Period, Period.id == Enrolment.period_id)
        .join(PolicyVersion, PolicyVersion.id == Period.policy_version_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .outerjoin(Appraiser, Appraiser.id == Enrolment.appraiser_id)
        .where(
            Enrolment.superior_id == superior_id,
            Period.kind == PeriodKind.YEAR,
            Period.state == PeriodState.OPEN,
            Plan.state.in_(WAITING),
        )
        .order_by(began, Plan.id)
        .limit(limit)
    ).all()
    found = []
    for plan, enrolment, policy, person, appraiser, week, holidays, *days in rows:
        day = dict(zip(_DUES, days, strict=True))[STEP_DEADLINES[plan.state]]
        review = review_of(policy.rules.review, drawn(plan.ref))
        step = _overdue(plan, review, day if plan.in_force is None else None, policy)
        if step is not None and step.last < today:
            known = {date.fromisoformat(day) for day in (holidays or "").split(",") if day}
            until = decide_by(step, known, policy.rules, week)
            found.append(Lapsed(plan, enrolment, person, appraiser, step, until))
    return found


_DUES = (DeadlineKind.PLAN_AGREE, DeadlineKind.PLAN_SET)


@dataclass(frozen=True)
class Lapsed:
    """A plan of which a step wasn't taken in time."""

    plan: Plan
    enrolment: Enrolment
    person: Person
    appraiser: Person | None
    step: Overdue
    decide_by: date
    """The superior's own last day."""


def decide_by(found: Overdue, free: Container[date], policy: PolicyDocument, week: int) -> date:
    """The superior's own last day: as many working days as for unsigned documents (Ps. 50)."""
    return add_working_days(found.last, policy.substitute_working_days, free, week)


def substitutions(plan: Plan) -> Sequence[Any]:
    """What a superior decided about a plan, with who did, oldest first."""
    return db.session.execute(
        select(PlanSubstitution, Person)
        .join(Person, Person.id == PlanSubstitution.person_id)
        .where(PlanSubstitution.plan_id == plan.id)
        .order_by(PlanSubstitution.id)
    ).all()


@cache
def _around() -> Any:
    """The statement behind ``setting``. Made once: its aliases cost more than asking it."""
    agency, superior, leader = aliased(Unit), aliased(Person), aliased(Person)
    leader_plan, leader_tenure = aliased(Plan), aliased(Tenure)
    superior_employed = _employed(Enrolment.superior_id)
    in_post = leads_in_post()
    leads = case(
        (in_post, _plan_of(Enrolment.appraiser_id, Enrolment.appraiser_position_id)),
        else_=func.coalesce(
            _set_plan_on(Enrolment.appraiser_position_id),
            _plan_of(Enrolment.superior_id, Enrolment.superior_position_id),
            _set_plan_on(Enrolment.superior_position_id),
        ),
    )
    return (
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
            Appraiser,
            AppraiserEmployee,
            AppraiserPosition,
            AppraiserUnit,
            in_post.label("in_post"),
            leader_tenure.position_id,
            leader_plan,
            leader,
            superior,
            superior_employed.label("superior_employed"),
            Deadline.due,
        )
        .join(Period, Period.id == Enrolment.period_id)
        .join(Cycle, Cycle.id == Period.cycle_id)
        .join(PolicyVersion, PolicyVersion.id == Period.policy_version_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Employee, Employee.id == Enrolment.employee_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(agency, agency.id == Enrolment.agency_id)
        .outerjoin(Appraiser, Appraiser.id == Enrolment.appraiser_id)
        .outerjoin(AppraiserEmployee, AppraiserEmployee.person_id == Enrolment.appraiser_id)
        .outerjoin(AppraiserPosition, AppraiserPosition.id == Enrolment.appraiser_position_id)
        .outerjoin(AppraiserUnit, AppraiserUnit.id == AppraiserPosition.unit_id)
        .outerjoin(superior, superior.id == Enrolment.superior_id)
        .outerjoin(leader_plan, leader_plan.id == leads)
        .outerjoin(leader_tenure, leader_tenure.id == leader_plan.tenure_id)
        .outerjoin(leader, leader.id == leader_plan.person_id)
        .outerjoin(Deadline, (Deadline.period_id == Period.id) & (Deadline.kind == bindparam("step")))
        .where(Period.kind == PeriodKind.YEAR, Period.cycle_id == bindparam("cycle"))
        .where(Enrolment.tenure_id == bindparam("tenure"))
    )


def leads_in_post() -> ColumnElement[bool]:
    """The appraiser of an enrolment is enrolled in the post by which he or she appraises.

    An acting head or a delegate isn't: their own plan belongs to their definitive post.
    """
    return exists(_enrolled(Enrolment.appraiser_id, Enrolment.appraiser_position_id))


def waits_for_leader() -> ColumnElement[bool]:
    """``cascade`` isn't ready, as a condition on enrolments: the plan to derive from isn't far enough."""
    own, plan = aliased(Enrolment), aliased(Plan)
    shared = exists(
        select(plan.id)
        .join(own, own.plan_id == plan.id)
        .where(
            _holds(own, Enrolment.appraiser_id, Enrolment.appraiser_position_id),
            plan.in_force.is_not(None),
            plan.matrix_shared.is_not(None),
        )
        .correlate(Enrolment)
    )
    above, higher = aliased(Enrolment), aliased(Plan)
    superior_set = exists(
        select(higher.id)
        .join(above, above.plan_id == higher.id)
        .where(
            _holds(above, Enrolment.superior_id, Enrolment.superior_position_id),
            higher.in_force.is_not(None),
        )
        .correlate(Enrolment)
    )
    inherited = or_(
        _set_plan_on(Enrolment.appraiser_position_id).is_not(None),
        not_(_employed(Enrolment.superior_id)),
        superior_set,
        and_(
            _plan_of(Enrolment.superior_id, Enrolment.superior_position_id).is_(None),
            _set_plan_on(Enrolment.superior_position_id).is_not(None),
        ),
    )
    # Most appraisers stand in their post and have shared: asked first, it spares the rest.
    return and_(_employed(Enrolment.appraiser_id), not_(shared), or_(leads_in_post(), not_(inherited)))


def _employed(person: Any) -> ColumnElement[bool]:
    return exists().where(Employee.person_id == person).correlate(Enrolment)


def _holds(own: Any, person: Any, position: Any) -> ColumnElement[bool]:
    # Whoever was named as a person, not by a post, leads by the plan of the own post.
    return and_(
        own.region_id == Enrolment.region_id,
        own.person_id == person,
        own.period_id == Enrolment.period_id,
        or_(own.position_id == position, position.is_(None)),
    )


def _enrolled(person: Any, position: Any) -> Select[Any]:
    """The enrolments, newest first, of somebody in a post in an enrolment's period."""
    own = aliased(Enrolment)
    query = select(own.plan_id).where(_holds(own, person, position))
    return query.correlate(Enrolment).order_by(own.id.desc()).limit(1)


def _plan_of(person: Any, position: Any) -> Any:
    """The plan of somebody in a post in the enrolment's period, as a column."""
    return _enrolled(person, position).scalar_subquery()


def _set_plan_on(position: Any) -> Any:
    """The newest plan of the year that was set by whoever held a post, as a column."""
    plan, tenure, period = aliased(Plan), aliased(Tenure), aliased(Period)
    return (
        select(plan.id)
        .join(tenure, tenure.id == plan.tenure_id)
        .join(period, period.cycle_id == plan.cycle_id)
        .where(
            period.id == Enrolment.period_id,
            tenure.region_id == Enrolment.region_id,
            tenure.position_id == position,
            plan.in_force.is_not(None),
        )
        .order_by(tenure.begins.desc(), plan.id.desc())
        .limit(1)
        .correlate(Enrolment)
        .scalar_subquery()
    )


def version_at_work(plan: Plan) -> PlanVersion:
    """The version that is being written or was last submitted, with its lines."""
    return db.session.scalars(_whole(), {"plan": plan.id, "number": plan.number}).unique().one()


def version_numbered(plan: Plan, number: int) -> PlanVersion | None:
    """One of the plan's versions with its lines and expectations."""
    given = {"plan": plan.id, "number": number}
    return db.session.scalars(_whole(), given).unique().one_or_none()


def versions_numbered(plan: Plan, numbers: Sequence[int]) -> list[PlanVersion]:
    """Some of the plan's versions with their lines and expectations, in the order of ``numbers``."""
    query = _with_lines().where(PlanVersion.plan_id == plan.id, PlanVersion.number.in_(numbers))
    found = {row.number: row for row in db.session.scalars(query).unique()}
    return [found[number] for number in numbers if number in found]


def version_row(plan: Plan, number: int) -> PlanVersion:
    """One of the plan's versions, for its dates and reason; its lines aren't loaded."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan.id, PlanVersion.number == number)
    return db.session.scalars(query).one()


def versions(plan: Plan) -> Sequence[PlanVersion]:
    """Every version of a plan with its dates and reason, newest first."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(PlanVersion.number.desc())
    return db.session.scalars(query).all()


def versions_since(plan: Plan) -> Sequence[PlanVersion]:
    """The versions of the change at work: those after the one in force that weren't given up."""
    return [row for row in versions(plan) if row.number > plan.counted and row.cancelled is None]


def results_in_force(plan: Plan) -> list[PlannedResult]:
    """The results of the version in force (before there is one, of the one at work), in one statement."""
    given = {"plan": plan.id, "number": plan.counted}
    return db.session.scalars(_whole(expectations=False), given).unique().one().results


@cache
def _whole(expectations: bool = True) -> Select[Any]:
    """One version of one plan, both bound when it is asked."""
    given = (PlanVersion.plan_id == bindparam("plan"), PlanVersion.number == bindparam("number"))
    return _with_lines(expectations).where(*given)


@cache
def _with_lines(expectations: bool = True) -> Select[Any]:
    """Versions with all their lines in one statement, their expectations in a second."""
    return (
        select(PlanVersion)
        .options(
            joinedload(PlanVersion.results).joinedload(PlannedResult.indicators),
            (selectinload if expectations else lazyload)(PlanVersion.expectations),
        )
        # The lines of a version change under it while an action runs.
        .execution_options(populate_existing=True)
    )


def plan_of(thing: PlannedResult | Indicator) -> tuple[Plan, PlanVersion, PlannedResult]:
    """The plan, version and result that a line belongs to."""
    query = select(Plan, PlanVersion, PlannedResult).join(PlanVersion, PlanVersion.plan_id == Plan.id)
    query = query.join(PlannedResult, PlannedResult.version_id == PlanVersion.id)
    wanted = PlannedResult.id == (thing.result_id if isinstance(thing, Indicator) else thing.id)
    return db.session.execute(query.where(wanted)).one()


def work_and_before(plan: Plan) -> tuple[PlanVersion, PlanVersion | None]:
    """The version at work, and the one that its lines are compared with: in a change the one in force,
    else the one that was sent before. One statement for the lines of both, without their expectations.
    """
    changing = plan.in_force is not None and plan.in_force != plan.number
    before: Any = plan.in_force
    if not changing:
        earlier = aliased(PlanVersion)
        before = (
            select(func.max(earlier.number))
            .where(earlier.plan_id == plan.id, earlier.number < plan.number, earlier.cancelled.is_(None))
            .scalar_subquery()
        )
    query = _with_lines(False).where(
        PlanVersion.plan_id == plan.id,
        or_(PlanVersion.number == plan.number, PlanVersion.number == before),
    )
    found = {row.number: row for row in db.session.scalars(query).unique()}
    at_work = found.pop(plan.number)
    return at_work, next(iter(found.values()), None)


def count_results(version_id: int) -> int:
    """How many results a version has."""
    return db.session.scalar(select(func.count()).where(PlannedResult.version_id == version_id)) or 0


def count_indicators(result_id: int) -> int:
    """How many indicators a result has."""
    return db.session.scalar(select(func.count()).where(Indicator.result_id == result_id)) or 0


def notes(plan: Plan) -> Sequence[LineNote]:
    """The notes on a plan, oldest first."""
    return db.session.scalars(
        select(LineNote).where(LineNote.plan_id == plan.id).order_by(LineNote.at, LineNote.id)
    ).all()


def unsent_notes(plan: Plan, person_id: int | None) -> int:
    """Notes on the version at work that an appraiser wrote and hasn't sent."""
    return (
        db.session.scalar(
            select(func.count()).where(
                LineNote.plan_id == plan.id,
                LineNote.number == plan.number,
                LineNote.person_id == person_id,
                LineNote.sent.is_(None),
            )
        )
        or 0
    )


def authors(around: Setting, notes: Sequence[LineNote]) -> dict[int, str]:
    """Who wrote the notes, by person; the appraiser is known already."""
    found = {around.appraiser.id: around.appraiser.full_name} if around.appraiser else {}
    others = {note.person_id for note in notes if note.person_id is not None} - found.keys()
    if others:
        people = db.session.scalars(select(Person).where(Person.id.in_(others)))
        found.update({person.id: person.full_name for person in people})
    return found


def leader_results(leader_plan: Plan | None) -> Sequence[PlannedResult]:
    """The leader's results that may be supported: of the plan that was set, else of the one at work."""
    if leader_plan is None:
        return []
    far = leader_plan.state in (PlanState.SET, PlanState.SIGNED, PlanState.AGREED)
    return results_in_force(leader_plan) if far or leader_plan.in_force else []


def agreement_goals(around: Setting) -> Sequence[AgreementGoal]:
    """The goals that an agency's head takes the main results from: of the agreement that was set.

    None for anybody else, and where there is no agreement.
    """
    if not (around.plan.leader_form and around.unit.id == around.agency.id):
        return []
    query = (
        select(AgreementGoal)
        .join(PerformanceAgreement, PerformanceAgreement.id == AgreementGoal.agreement_id)
        .options(joinedload(AgreementGoal.indicators))
        .where(
            PerformanceAgreement.cycle_id == around.cycle.id,
            PerformanceAgreement.agency_id == around.agency.id,
            PerformanceAgreement.set_on.is_not(None),
        )
        .order_by(AgreementGoal.position, AgreementGoal.id)
    )
    return db.session.scalars(query).unique().all()


def agreement_ref(around: Setting) -> str | None:
    """The reference of the agency's agreement of the plan's year, once it was set."""
    return db.session.scalar(
        select(PerformanceAgreement.ref).where(
            PerformanceAgreement.cycle_id == around.cycle.id,
            PerformanceAgreement.agency_id == around.agency.id,
            PerformanceAgreement.set_on.is_not(None),
        )
    )


class Ruled(NamedTuple):
    """What a superior decided about a plan, with who did."""

    PlanSubstitution: PlanSubstitution
    Person: Person


def said(
    plan: Plan,
) -> tuple[list[LineNote], list[Dialogue], list[Ruled], dict[CoreValue, BehaviourExpectation]]:
    """The notes on a plan, oldest first, the dialogues on its expectations, newest first, what a superior
    decided about it, oldest first, and the special expectations of the version at work; one statement.
    """
    # A plan has few of each: the rows that they multiply to cost less than further statements.
    rows = db.session.execute(
        select(LineNote, Dialogue, PlanSubstitution, Person, BehaviourExpectation)
        .select_from(Plan)
        .join(PlanVersion, and_(PlanVersion.plan_id == Plan.id, PlanVersion.number == Plan.number))
        .outerjoin(BehaviourExpectation, BehaviourExpectation.version_id == PlanVersion.id)
        .outerjoin(LineNote, LineNote.plan_id == Plan.id)
        .outerjoin(
            Dialogue,
            and_(Dialogue.plan_id == Plan.id, Dialogue.kind == DialogueKind.EXPECTATIONS),
        )
        .outerjoin(PlanSubstitution, PlanSubstitution.plan_id == Plan.id)
        .outerjoin(Person, Person.id == PlanSubstitution.person_id)
        .where(Plan.id == plan.id)
        .order_by(LineNote.at, LineNote.id, Dialogue.day.desc(), Dialogue.id.desc(), PlanSubstitution.id)
    ).all()
    ruled = {row.PlanSubstitution.id: Ruled(*row[2:4]) for row in rows if row.PlanSubstitution is not None}
    return (
        list(dict.fromkeys(row.LineNote for row in rows if row.LineNote is not None)),
        list(dict.fromkeys(row.Dialogue for row in rows if row.Dialogue is not None)),
        [ruled[each] for each in sorted(ruled)],
        {row[-1].value: row[-1] for row in rows if row[-1] is not None},
    )


def manuals(version_id: int) -> dict[str, IndicatorManual]:
    """The manuals of a version by their indicator."""
    rows = db.session.scalars(select(IndicatorManual).where(IndicatorManual.version_id == version_id))
    return {row.line_ref: row for row in rows}


def manual_of(version_id: int, line_ref: str) -> IndicatorManual | None:
    """The manual of one indicator of a version."""
    return db.session.scalars(
        select(IndicatorManual).where(
            IndicatorManual.version_id == version_id, IndicatorManual.line_ref == line_ref
        )
    ).one_or_none()


def offers(leader_plan: Plan | None, tenure_id: int) -> dict[str, MatrixCell]:
    """What the leader's shared matrix offers a member, by the leader's result."""
    if leader_plan is None or leader_plan.matrix_shared is None:
        return {}
    rows = db.session.scalars(
        select(MatrixCell).where(MatrixCell.plan_id == leader_plan.id, MatrixCell.tenure_id == tenure_id)
    )
    return {row.line_ref: row for row in rows}


def expectations(version: PlanVersion) -> dict[CoreValue, BehaviourExpectation]:
    """The special expectations of a version by core value."""
    return {row.value: row for row in version.expectations}


def team_expectations(cycle_id: int, person_id: int | None) -> dict[CoreValue, TeamExpectation]:
    """What a leader expects of the team by core value."""
    rows = db.session.scalars(
        select(TeamExpectation).where(
            TeamExpectation.cycle_id == cycle_id, TeamExpectation.person_id == person_id
        )
    )
    return {row.value: row for row in rows}


def own_plan(person_id: int, cycle_id: int) -> Plan | None:
    """A person's latest plan of a cycle."""
    return db.session.scalars(
        select(Plan)
        .where(Plan.person_id == person_id, Plan.cycle_id == cycle_id)
        .order_by(Plan.id.desc())
        .limit(1)
    ).one_or_none()


def plan_of_tenure(cycle_id: int, tenure_id: int) -> Plan | None:
    """The plan of a tenure in a cycle."""
    return db.session.scalars(
        select(Plan).where(Plan.cycle_id == cycle_id, Plan.tenure_id == tenure_id)
    ).one_or_none()


def team(period_id: int, appraiser_id: int | None) -> Sequence[Any]:
    """The people whom somebody appraises in a period, with post and plan, by name."""
    return db.session.execute(
        select(Enrolment, Person, Position, Unit, Plan, Tenure.ref.label("tenure_ref"))
        .join(Person, Person.id == Enrolment.person_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(Tenure, Tenure.id == Enrolment.tenure_id)
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .where(Enrolment.period_id == period_id, Enrolment.appraiser_id == appraiser_id)
        .order_by(Person.search_name, Enrolment.id)
    ).all()


def cells(plan: Plan) -> dict[tuple[str, int], str]:
    """The matrix of a leader's plan: (result, tenure) → text."""
    rows = db.session.scalars(select(MatrixCell).where(MatrixCell.plan_id == plan.id))
    return {(row.line_ref, row.tenure_id): row.text for row in rows}

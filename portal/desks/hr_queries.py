"""Where the year stands: whose turn each person's plan and evaluation is, counted set-based.

Every late step is charged to whoever has to take it, not to the person who waits for it (year.md §0.8,
Y-23). ``Turn`` says whose step is next; one table of conditions gives it for a row, a list or a count, so
that a figure and the list behind it can't differ. Lists go by keyset; counts stop at ``MANY``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import aliased, defer

from portal.extensions import alias, db
from portal.kernel.refs import LENGTH
from portal.kernel.refusal import N_
from portal.kernel.texts import fold
from portal.ledger import search
from portal.people.chain.rules import Basis, SkipReason
from portal.people.employment.models import Person
from portal.people.organisation.models import Position, Region, Unit
from portal.performance.evaluations.models import Evaluation, OrganisationRatingSet, Rating
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.models import Plan
from portal.performance.plans.queries import waits_for_leader
from portal.performance.plans.rules import SAMPLE_SIGNS, PlanState
from portal.policy.calendars.rules import DeadlineKind, PeriodKind
from portal.policy.cycles.models import Cycle, Deadline, Enrolment, Period
from portal.policy.cycles.rules import PeriodState
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import OverallRating, PolicyDocument
from portal.transparency.publications.models import Publication
from portal.transparency.publications.rules import PublicationState
from portal.web import lists
from portal.web.lists import PAGE

YEARS_BACK = 2


class Who(StrEnum):
    """Whose step it is."""

    EMPLOYEE = "pegawai"
    APPRAISER = "penilai"
    LEADER = "pimpinan"
    MANAGER = "pengelola"


class Turn(StrEnum):
    """The next step for one person in one period, or why there is none."""

    NOT_OBLIGED = "tidak_wajib"
    ABSENT = "tidak_dinilai"
    DONE = "selesai"
    WORKING = "berjalan"
    NO_APPRAISER = "tanpa_penilai"
    MATRIX = "matriks"
    WRITE = "susun_skp"
    MEND = "perbaiki_skp"
    REVIEW = "reviu_skp"
    AGREE = "sepakat_skp"
    SIGN = "tanda_tangan_skp"
    SET = "tetapkan_skp"
    REPORT = "realisasi"
    ORGANISATION = "capaian_organisasi"
    RATE = "predikat"
    HAND_OVER = "penyampaian"
    RECEIVE = "tanda_terima"


LABELS: dict[StrEnum, str] = {
    Who.EMPLOYEE: N_("Pegawai"),
    Who.APPRAISER: N_("Penilai"),
    Who.LEADER: N_("Pimpinan"),
    Who.MANAGER: N_("Pengelola kinerja"),
    Turn.NOT_OBLIGED: N_("Tidak wajib SKP"),
    Turn.ABSENT: N_("Tidak dinilai"),
    Turn.DONE: N_("Selesai"),
    Turn.WORKING: N_("Periode berjalan"),
    Turn.NO_APPRAISER: N_("Penilai belum ada"),
    Turn.MATRIX: N_("Pimpinan membagikan matriks peran hasil"),
    Turn.WRITE: N_("Pegawai menyusun SKP"),
    Turn.MEND: N_("Pegawai memperbaiki SKP"),
    Turn.REVIEW: N_("Pengelola kinerja mereviu SKP"),
    Turn.AGREE: N_("Penilai membaca dan menyepakati SKP"),
    Turn.SIGN: N_("Pegawai menandatangani SKP"),
    Turn.SET: N_("Penilai menetapkan SKP"),
    Turn.REPORT: N_("Pegawai melaporkan realisasi"),
    Turn.ORGANISATION: N_("Pimpinan menetapkan capaian organisasi"),
    Turn.RATE: N_("Penilai menetapkan predikat"),
    Turn.HAND_OVER: N_("Penilai menyampaikan dokumen evaluasi"),
    Turn.RECEIVE: N_("Pegawai menandatangani tanda terima"),
}
"""The words for each value."""

WHOSE: Mapping[Turn, Who] = {
    Turn.NO_APPRAISER: Who.MANAGER,
    Turn.MATRIX: Who.LEADER,
    Turn.WRITE: Who.EMPLOYEE,
    Turn.MEND: Who.EMPLOYEE,
    Turn.REVIEW: Who.MANAGER,
    Turn.AGREE: Who.APPRAISER,
    Turn.SIGN: Who.EMPLOYEE,
    Turn.SET: Who.APPRAISER,
    Turn.REPORT: Who.EMPLOYEE,
    Turn.ORGANISATION: Who.LEADER,
    Turn.RATE: Who.APPRAISER,
    Turn.HAND_OVER: Who.APPRAISER,
    Turn.RECEIVE: Who.EMPLOYEE,
}
"""Who has to take the step; a turn that isn't here waits for nobody."""

DUE: Mapping[Turn, DeadlineKind] = {
    Turn.MATRIX: DeadlineKind.PLAN_DRAFT,
    Turn.WRITE: DeadlineKind.PLAN_DRAFT,
    Turn.MEND: DeadlineKind.PLAN_AGREE,
    Turn.REVIEW: DeadlineKind.PLAN_REVIEW,
    Turn.AGREE: DeadlineKind.PLAN_AGREE,
    Turn.SIGN: DeadlineKind.PLAN_SET,
    Turn.SET: DeadlineKind.PLAN_SET,
    Turn.REPORT: DeadlineKind.ACHIEVEMENT,
    Turn.ORGANISATION: DeadlineKind.ORGANISATION_RATING,
    Turn.RATE: DeadlineKind.RATING,
}
"""The deadline of the step; hand-over and receipt run by the day of the step before them."""


def kind_of(turn: Turn, late: bool) -> str:
    """Which of the states' shapes a turn is shown with."""
    if late:
        return "late"
    if turn in (Turn.DONE, Turn.ABSENT):
        return "done"
    return "go" if turn in WHOSE or turn is Turn.WORKING else "wait"


PLAN_TURNS = (Turn.MATRIX, Turn.WRITE, Turn.MEND, Turn.REVIEW, Turn.AGREE, Turn.SIGN, Turn.SET)
RATED_STATES = (
    EvaluationState.RATED,
    EvaluationState.HANDED_OVER,
    EvaluationState.RECEIVED,
    EvaluationState.CLOSED,
)
TOLD_STATES = RATED_STATES[1:]
REPORTED_STATES = (EvaluationState.REPORTED, *RATED_STATES)


# -------------------------------------------------------------------------------- the year's facts


@dataclass(frozen=True)
class Stage:
    """A period with what its lists need: deadlines, the frozen policy, whether it is published."""

    period: Period
    cycle: Cycle
    policy_version: PolicyVersion | None
    dues: dict[DeadlineKind, Deadline] = field(default_factory=dict)
    published: bool = False

    def due(self, kind: DeadlineKind) -> date | None:
        """The last day of a step of this period."""
        row = self.dues.get(kind)
        return row.due if row else None

    @property
    def policy(self) -> PolicyDocument:
        """The rules by which this period is judged. Raises when it has none."""
        if self.policy_version is None:
            raise LookupError("a period without a policy")
        return policy_of(self.policy_version)

    @property
    def last_day(self) -> date:
        """The last day that belongs to the period."""
        return self.period.ends - timedelta(days=1)

    @property
    def is_open(self) -> bool:
        """Whether the period is open."""
        return self.period.state is PeriodState.OPEN


_policies: dict[str, PolicyDocument] = {}


def policy_of(version: PolicyVersion) -> PolicyDocument:
    """The document of ``version``; read once a process, since a hash never stands for another text."""
    if version.sha256 not in _policies:
        _policies[version.sha256] = version.rules
    return _policies[version.sha256]


@dataclass(frozen=True)
class Scene:
    """The periods in view on one day."""

    today: date
    stages: tuple[Stage, ...]

    def of(self, period: Period) -> Stage:
        """The stage of ``period``."""
        return next(stage for stage in self.stages if stage.period.id == period.id)

    def of_cycle(self, cycle_id: int) -> list[Stage]:
        """The stages of one cycle, the year last."""
        return [stage for stage in self.stages if stage.cycle.id == cycle_id]

    def year(self, cycle_id: int) -> Stage | None:
        """The stage of a cycle's year, whose deadlines the plans have."""
        return next((s for s in self.of_cycle(cycle_id) if s.period.kind is PeriodKind.YEAR), None)

    @property
    def running(self) -> Stage | None:
        """The open period that ends first, a year only where nothing else is open; else the last closed."""
        found = sorted(
            (stage for stage in self.stages if stage.is_open),
            key=lambda stage: (stage.period.kind is PeriodKind.YEAR, stage.period.ends),
        )
        closed = [stage for stage in self.stages if stage.period.state is PeriodState.CLOSED]
        return found[0] if found else (closed[-1] if closed else None)

    def due(self, stage: Stage, kind: DeadlineKind) -> date | None:
        """The last day of a step: of the period itself, or of its year for the plan's steps."""
        if kind in stage.dues:
            return stage.due(kind)
        year = self.year(stage.cycle.id)
        return year.due(kind) if year else None

    def past(self, kind: DeadlineKind) -> ColumnElement[bool]:
        """Enrolments of periods in which the deadline of ``kind`` has passed."""
        ids = []
        for stage in self.stages:
            due = self.due(stage, kind)
            if due is not None and self.today > due:
                ids.append(stage.period.id)
        return Enrolment.period_id.in_(ids) if ids else false()

    def reviewed(self) -> ColumnElement[bool]:
        """Enrolments whose plan is reviewed: every one, or those of the sample."""
        # Only a policy that reviews has this deadline; the document itself is needed for few pages.
        found: dict[str, list[int]] = {}
        for stage in self.stages:
            if self.due(stage, DeadlineKind.PLAN_REVIEW) is not None:
                found.setdefault(stage.policy.review, []).append(stage.period.id)
        parts: list[ColumnElement[bool]] = []
        if "all" in found:
            parts.append(Enrolment.period_id.in_(found["all"]))
        if "sample" in found:
            drawn = func.substr(Plan.ref, LENGTH, 1).in_(tuple(SAMPLE_SIGNS))
            parts.append(and_(Enrolment.period_id.in_(found["sample"]), drawn))
        return or_(*parts) if parts else false()

    def ended(self) -> ColumnElement[bool]:
        """Enrolments of periods that have ended."""
        ids = [stage.period.id for stage in self.stages if self.today >= stage.period.ends]
        return Enrolment.period_id.in_(ids) if ids else false()

    def clock(self, name: str) -> int:
        """Days of a clock after the hand-over; the law fixes it, so any stage's policy says the same."""
        stage = next((stage for stage in self.stages if stage.policy_version is not None), None)
        return int(getattr(stage.policy, name)) if stage else 0


def scene(region_id: int, today: date, *, cycle_id: int | None = None, year: int | None = None) -> Scene:
    """The periods of one cycle, or of a region's recent years, with deadlines; one statement."""
    published = exists().where(
        Publication.period_id == Period.id, Publication.state == PublicationState.PUBLISHED
    )
    query = (
        select(Period, Cycle, PolicyVersion, Deadline, published)
        .join(Cycle, Cycle.id == Period.cycle_id)
        .outerjoin(PolicyVersion, PolicyVersion.id == Period.policy_version_id)
        .outerjoin(Deadline, Deadline.period_id == Period.id)
        .options(defer(PolicyVersion.document))
        .order_by(Period.ends, Period.begins.desc(), Period.id, Deadline.due)
    )
    if cycle_id is not None:
        query = query.where(Period.cycle_id == cycle_id)
    else:
        query = query.where(
            Period.region_id == region_id, or_(Cycle.year >= today.year - YEARS_BACK, Cycle.year == year)
        )
    stages: dict[int, Stage] = {}
    for period, cycle, policy, deadline, is_published in db.session.execute(query):
        if period.id not in stages:
            stages[period.id] = Stage(period, cycle, policy, {}, bool(is_published))
        if deadline is not None:
            stages[period.id].dues[deadline.kind] = deadline
    return Scene(today, tuple(stages.values()))


def stage_alone(period: Period) -> Stage:
    """A period with its cycle, for lists that ask for no turn."""
    return Stage(period, db.session.get_one(Cycle, period.cycle_id), None)


# ------------------------------------------------------------------------------------- whose turn

Condition = tuple[ColumnElement[bool], Turn, ColumnElement[bool]]


def _organisation_unrated() -> ColumnElement[bool]:
    """Nobody has set the rating of the enrolment's organisation."""
    rated = (
        exists()
        .where(
            OrganisationRatingSet.period_id == Enrolment.period_id,
            OrganisationRatingSet.unit_id == Enrolment.organisation_id,
        )
        .correlate(Enrolment)
    )
    return not_(rated)


# Conditions without parameters are built once: their aliases cost more than the statement does.
WAITS_FOR_MATRIX = waits_for_leader()
ORGANISATION_UNRATED = _organisation_unrated()


def _plan_table(at: Scene, *, changes: bool) -> list[Condition]:
    """The steps of a plan; ``changes``: those of the change of a plan in force too."""
    # A change of a plan in force keeps nobody from working, nor is it late.
    first = Plan.in_force.is_(None)
    counted = true() if changes else first
    unwritten = or_(Plan.id.is_(None), and_(first, Plan.state.in_((PlanState.DRAFT, PlanState.RETURNED))))

    def step(turn: Turn, *conditions: ColumnElement[bool]) -> Condition:
        past = at.past(DUE[turn])
        return and_(*conditions), turn, and_(first, past) if changes else past

    return [
        step(Turn.MATRIX, unwritten, WAITS_FOR_MATRIX),
        step(Turn.MEND, counted, Plan.state == PlanState.RETURNED),
        step(Turn.WRITE, or_(Plan.id.is_(None), and_(counted, Plan.state == PlanState.DRAFT))),
        step(Turn.REVIEW, counted, Plan.state == PlanState.SUBMITTED, at.reviewed()),
        step(Turn.AGREE, counted, Plan.state.in_((PlanState.SUBMITTED, PlanState.REVIEWED))),
        step(Turn.SIGN, counted, Plan.state == PlanState.AGREED),
        step(Turn.SET, counted, Plan.state == PlanState.SIGNED),
    ]


def _table(at: Scene) -> list[Condition]:
    """Condition, turn, and when that turn is late; the first that holds counts."""
    handed_late = Evaluation.rated_on < at.today - timedelta(days=at.clock("handover_days"))
    signed_late = Evaluation.handed_over_on < at.today - timedelta(days=at.clock("countersign_days"))
    silent = Evaluation.state == EvaluationState.RUNNING
    rating_past = at.past(DeadlineKind.RATING)

    def by_date(turn: Turn) -> ColumnElement[bool]:
        return at.past(DUE[turn])

    return [
        (Enrolment.not_obliged.is_not(None), Turn.NOT_OBLIGED, false()),
        (Evaluation.state == EvaluationState.NOT_EVALUATED, Turn.ABSENT, false()),
        (
            Evaluation.state.in_((EvaluationState.RECEIVED, EvaluationState.CLOSED)),
            Turn.DONE,
            false(),
        ),
        (Evaluation.state == EvaluationState.HANDED_OVER, Turn.RECEIVE, signed_late),
        (Evaluation.state == EvaluationState.RATED, Turn.HAND_OVER, handed_late),
        (Enrolment.appraiser_id.is_(None), Turn.NO_APPRAISER, true()),
        *_plan_table(at, changes=False),
        (not_(at.ended()), Turn.WORKING, false()),
        # A silent employee is late until the day of rating; then the appraiser can go on without.
        (and_(silent, not_(rating_past)), Turn.REPORT, by_date(Turn.REPORT)),
        (ORGANISATION_UNRATED, Turn.ORGANISATION, by_date(Turn.ORGANISATION)),
        (true(), Turn.RATE, by_date(Turn.RATE)),
    ]


Steps = tuple[ColumnElement[str], ColumnElement[int]]
"""The ``Turn`` of a row of enrolment, evaluation and plan, and 1 where whoever has it is late."""


def plan_steps(at: Scene) -> Steps:
    """The step that a plan waits for, be it the change of one in force; ``WORKING`` where none."""
    return _cases([*_plan_table(at, changes=True), (true(), Turn.WORKING, false())])


def steps(at: Scene) -> Steps:
    """The step that somebody's year waits for."""
    return _cases(_table(at))


def _cases(table: list[Condition]) -> Steps:
    *before, last = table
    turn = case(*((condition, literal(turn.value)) for condition, turn, _late in before), else_=last[1].value)
    late = case(
        *((condition, case((late, 1), else_=0)) for condition, _turn, late in before),
        else_=case((last[2], 1), else_=0),
    )
    return turn, late


LATE = "!"
"""Behind the turn of ``_marked_steps``: whoever has it is late."""


def _marked_steps(at: Scene) -> ColumnElement[str]:
    """``steps`` in one: the turn, with ``LATE`` behind it. Counts ask every condition once by it."""
    marked = [
        (condition, case((late, literal(turn.value + LATE)), else_=turn.value))
        for condition, turn, late in _table(at)
    ]
    return case(*marked[:-1], else_=marked[-1][1])


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
            _marked_steps(at).label("step"),
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


# ------------------------------------------------------------------------------------------ lists


@dataclass(frozen=True)
class PeopleFilter:
    """What of the list is asked for; every part may be empty."""

    q: str = ""
    unit: str = ""
    own: bool = False
    """Only people of the unit itself, not those of units below it."""
    plan: str = ""
    state: str = ""
    turn: str = ""
    late: bool = False
    chain: str = ""
    sort: str = "nama"


def turns_named(name: str) -> list[Turn]:
    """The turns that a filter means: one, all of somebody, or (``skp-penilai``) those about a plan."""
    if name in set(Turn):
        return [Turn(name)]
    who = name.removeprefix("skp-")
    among = PLAN_TURNS if name.startswith("skp-") else tuple(WHOSE)
    return [turn for turn in among if WHOSE[turn] == who]


TURN_NAMES = (*Turn, *Who, *(f"skp-{who.value}" for who in Who))
SORTS = ("nama", "-nama", "unit", "-unit")

Agency = alias(Unit, "agency")
Appraiser = alias(Person, "appraiser")
AppraiserPosition = alias(Position, "appraiser_position")


def named(wanted: PeopleFilter) -> search.Named | None:
    """The names that are searched for."""
    return search.named(Enrolment.sort_name, Enrolment.person_id, wanted.q)


def matching(
    at: Scene,
    stage: Stage,
    condition: ColumnElement[bool],
    wanted: PeopleFilter,
    asked: search.Named | None,
) -> Any:
    """The ids of the enrolments that the filter leaves, joined with no more than it asks about."""
    query = (
        select(Enrolment.id)
        .select_from(Enrolment)
        .where(
            Enrolment.region_id == stage.period.region_id,
            Enrolment.period_id == stage.period.id,
            condition,
        )
    )
    if asked is not None:
        query = query.where(asked.condition)
    if wanted.unit:
        query = query.where(_inside(wanted.unit, own=wanted.own))
    if wanted.state or wanted.turn or wanted.late:
        query = query.join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
    if wanted.plan or wanted.turn or wanted.late:
        query = query.outerjoin(Plan, Plan.id == Enrolment.plan_id)
    if wanted.plan == "tanpa":
        query = query.where(Enrolment.plan_id.is_(None))
    elif wanted.plan:
        query = query.where(Plan.state == PlanState(wanted.plan))
    if wanted.state:
        query = query.where(
            Evaluation.state == EvaluationState(wanted.state), Enrolment.not_obliged.is_(None)
        )
    if wanted.turn or wanted.late:
        turn, late = steps(at)
        if wanted.turn:
            query = query.where(turn.in_([each.value for each in turns_named(wanted.turn)]))
        if wanted.late:
            query = query.where(late == 1)
    if wanted.chain == "celah":
        query = query.where(Enrolment.appraiser_id.is_(None))
    elif wanted.chain == "lompat":
        query = query.where(Enrolment.skipped != "[]")
    elif wanted.chain:
        query = query.where(Enrolment.appraiser_basis == wanted.chain)
    if wanted.sort.endswith("unit"):
        query = query.join(Unit, Unit.id == Enrolment.unit_id).join(Agency, Agency.id == Enrolment.agency_id)
    return query


def _inside(unit_ref: str, *, own: bool) -> ColumnElement[bool]:
    """Enrolments of a unit; of what lies below it too, unless only its ``own`` are asked for."""
    unit = db.session.execute(
        select(Unit.id, Unit.is_agency, Unit.independent).where(Unit.ref == unit_ref)
    ).one_or_none()
    if unit is None:
        return false()
    if unit.is_agency and not own:
        return Enrolment.agency_id == unit.id
    if unit.independent and not own:
        return or_(Enrolment.organisation_id == unit.id, Enrolment.unit_id == unit.id)
    return Enrolment.unit_id == unit.id


def details(shown: Steps) -> Any:
    """What the lists show of an enrolment; its step and whether that is late are those of ``shown``."""
    turn, late = shown
    return (
        select(
            Enrolment.id,
            Enrolment.ref.label("ref"),
            Enrolment.person_id,
            Enrolment.is_leader,
            Enrolment.not_obliged,
            Enrolment.not_obliged_note,
            Enrolment.appraiser_id,
            Enrolment.appraiser_basis,
            Enrolment.skipped,
            Enrolment.gap,
            Person,
            Person.search_name.label("search_name"),
            Position.title.label("post"),
            Unit.name.label("unit"),
            Unit.agency_id,
            Unit.id.label("unit_id"),
            Agency.name.label("agency"),
            Agency.ref.label("agency_ref"),
            Plan.ref.label("plan_ref"),
            Plan.state.label("plan_state"),
            Evaluation.ref.label("evaluation_ref"),
            Evaluation.state.label("state"),
            Evaluation.not_evaluated,
            Evaluation.not_evaluated_note,
            Evaluation.handed_over_on,
            Rating.overall,
            Appraiser,
            AppraiserPosition.title.label("appraiser_post"),
            Region.agency_head_appraiser_id,
            turn.label("turn"),
            late.label("late"),
        )
        .select_from(Enrolment)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(Agency, Agency.id == Enrolment.agency_id)
        .join(Region, Region.id == Enrolment.region_id)
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .outerjoin(Rating, and_(Rating.id == Evaluation.rating_id, Evaluation.state.in_(TOLD_STATES)))
        .outerjoin(Appraiser, Appraiser.id == Enrolment.appraiser_id)
        .outerjoin(AppraiserPosition, AppraiserPosition.id == Enrolment.appraiser_position_id)
    )


FILE_COLUMNS = (
    "name",
    "post",
    "unit",
    "agency",
    "appraiser",
    "plan",
    "state",
    "steps",
    "overall",
)
CHAIN_COLUMNS = ("name", "post", "unit", "agency", "appraiser", "appraiser_post", "basis", "skipped")


def _file_row(at: Scene, columns: Sequence[str], words: FileWords) -> Any:
    """What a file tells of an enrolment, nearly all as the very texts of its cells: it has very many of them."""
    cells = {
        "name": _full_name(Person),
        "post": Position.title,
        "unit": Unit.name,
        "agency": Agency.name,
        "appraiser": func.coalesce(_full_name(Appraiser), words.no_appraiser),
        "appraiser_post": func.coalesce(AppraiserPosition.title, ""),
        "basis": _word(Enrolment.appraiser_basis, words.of[Basis]),
        "skipped": Enrolment.skipped,
        "plan": case(
            (Enrolment.plan_id.is_(None), words.no_plan), else_=_word(Plan.state, words.of[PlanState])
        ),
        "state": _word(Evaluation.state, words.of[EvaluationState]),
        "steps": _marked_steps(at),
        "overall": _word(Rating.overall, words.of[OverallRating]),
    }
    return (
        select(*(cells[name].label(name) for name in columns))
        .select_from(Enrolment)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(Agency, Agency.id == Enrolment.agency_id)
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .outerjoin(Rating, and_(Rating.id == Evaluation.rating_id, Evaluation.state.in_(TOLD_STATES)))
        .outerjoin(Appraiser, Appraiser.id == Enrolment.appraiser_id)
        .outerjoin(AppraiserPosition, AppraiserPosition.id == Enrolment.appraiser_position_id)
    )


@dataclass(frozen=True)
class FileWords:
    """The words of a file in the reader's language, looked up once and put in by the database."""

    of: Mapping[type[StrEnum], Mapping[str, str]]
    """By fixed set: the database goes through a set's words one by one."""
    steps: Mapping[str, tuple[str, ...]]
    """What ``_marked_steps`` gives as the cells that it stands for."""
    no_plan: str = ""
    no_appraiser: str = ""


def _word(column: Any, words: Mapping[str, str]) -> Any:
    return case(words, value=type_coerce(column, String), else_="")


def _full_name(person: Any) -> Any:
    before = case((person.titles_before != "", person.titles_before + " "), else_="")
    after = case((person.titles_after != "", ", " + person.titles_after), else_="")
    return before + person.name + after


def _keys(sort: str) -> tuple[list[Any], bool]:
    """The columns that order a list, the last of them unique, and whether they go downwards."""
    columns = [Agency.name, Unit.name] if sort.endswith("unit") else []
    return [*columns, Enrolment.sort_name, Enrolment.id], sort.startswith("-")


def people(
    at: Scene,
    stage: Stage,
    condition: ColumnElement[bool],
    wanted: PeopleFilter,
    *,
    after: str = "",
    before: str = "",
) -> lists.Slice:
    """A page of the enrolments of a period; one statement, a second where the page is empty.

    ``after`` and ``before`` are refs of the row beside the page (keyset: deep pages cost as much as the
    first one).
    """
    keys, down = _keys(wanted.sort)
    asked, shown = named(wanted), details(steps(at))
    return lists.keyset(
        matching(at, stage, condition, wanted, asked),
        keys,
        place=lambda ref, key: place_of(ref, stage, condition, key),
        details=lambda page: shown.join(page, page.c.id == Enrolment.id),
        down=down,
        after=after,
        before=before,
        **found_first(wanted, asked),
    )


def found_first(wanted: PeopleFilter, asked: search.Named | None) -> dict[str, Any]:
    """How ``lists.keyset`` counts and orders what was searched for: first who is called so from the start."""
    if asked is None:
        return {}
    by_unit = wanted.sort.endswith("unit")
    return {"most": lists.FOUND, "ahead": None if by_unit else asked.ahead, "few": asked.few}


def place_of(ref: str, stage: Stage, condition: ColumnElement[bool], key: Any) -> Any:
    """A column of the row ``ref``, found inside the list's own statement."""
    return (
        select(key)
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(Agency, Agency.id == Enrolment.agency_id)
        .where(Enrolment.ref == ref, Enrolment.period_id == stage.period.id, condition)
        .correlate(None)
        .scalar_subquery()
    )


def all_people(
    at: Scene,
    stage: Stage,
    condition: ColumnElement[bool],
    wanted: PeopleFilter,
    columns: Sequence[str],
    words: FileWords,
) -> Iterator[tuple[Any, ...]]:
    """The cells ``columns`` of every enrolment that the filter leaves, in its order, fetched in chunks.

    Where one is ``steps`` three cells come of it. No transaction is held while a slow reader takes a chunk.
    """
    keys, down = _keys(wanted.sort)
    # Made at once: by the time that rows are fetched the periods are loaded no more.
    row, width = _file_row(at, columns, words), len(columns)
    found = lists.every(
        matching(at, stage, condition, wanted, named(wanted)),
        keys,
        lambda page: row.join(page, page.c.id == Enrolment.id),
        down=down,
    )
    if "steps" not in columns:
        return (each[:width] for each in found)
    place, told = columns.index("steps"), words.steps
    return ((*each[:place], *told[each[place]], *each[place + 1 : width]) for each in found)


def agencies_enrolled(stage: Stage, condition: ColumnElement[bool]) -> Sequence[Any]:
    """Ref and name of the agencies with people enrolled in a period, by name."""
    named = select(Enrolment.agency_id).where(Enrolment.period_id == stage.period.id, condition).distinct()
    return db.session.execute(
        select(Unit.ref, Unit.name).where(Unit.id.in_(named)).order_by(Unit.name, Unit.id)
    ).all()


def titles(rows: Iterable[Any]) -> dict[int, str]:
    """The titles of the positions that the rows' chains skipped; no statement where nothing was."""
    wanted = {post for row in rows for post, _reason in skips(row) if post is not None}
    if not wanted:
        return {}
    return dict(db.session.execute(select(Position.id, Position.title).where(Position.id.in_(wanted))).all())


def skips(row: Any) -> list[tuple[int | None, SkipReason]]:
    """The levels that the chain of an enrolment passed over: position and reason."""
    return [(post, SkipReason(reason)) for post, reason in json.loads(row.skipped)]


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


def export_statement(period_ref: str, today: date, words: FileWords) -> str:
    """The cells of a whole period's file from one statement with its values written in.

    For measurements: any other program can be given it.
    """
    period = db.session.scalars(select(Period).where(Period.ref == period_ref)).one()
    at = scene(period.region_id, today, cycle_id=period.cycle_id)
    stage = at.of(period)
    ids = matching(at, stage, true(), PeopleFilter(), None).subquery("page")
    plain = [name for name in FILE_COLUMNS if name != "steps"]
    told = [{key: cells[n] for key, cells in words.steps.items()} for n in range(3)]
    query = (
        _file_row(at, plain, words)
        .add_columns(*(_word(_marked_steps(at), each) for each in told))
        .join(ids, ids.c.id == Enrolment.id)
        .order_by(Enrolment.sort_name, Enrolment.id)
    )
    return str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))

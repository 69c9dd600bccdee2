"""Where the year stands: its periods, and whose turn each person's plan and evaluation is.

Every late step is charged to whoever has to take it, not to the person who waits for it (year.md §0.8,
Y-23). ``Turn`` says whose step is next; one table of conditions gives it for a row, a list or a count, so
that a figure and the list behind it can't differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
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
)
from sqlalchemy.orm import defer

from portal.extensions import db
from portal.kernel.refs import LENGTH
from portal.kernel.refusal import N_
from portal.performance.evaluations.models import Evaluation, OrganisationRatingSet
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.models import Plan
from portal.performance.plans.queries import waits_for_leader
from portal.performance.plans.rules import SAMPLE_SIGNS, PlanState
from portal.policy.calendars.rules import DeadlineKind, PeriodKind
from portal.policy.cycles.models import Cycle, Deadline, Enrolment, Period
from portal.policy.cycles.rules import PeriodState
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import PolicyDocument
from portal.transparency.publications.models import Publication
from portal.transparency.publications.rules import PublicationState

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
"""Behind the turn of ``marked_steps``: whoever has it is late."""


def marked_steps(at: Scene) -> ColumnElement[str]:
    """``steps`` in one: the turn, with ``LATE`` behind it. Counts ask every condition once by it."""
    marked = [
        (condition, case((late, literal(turn.value + LATE)), else_=turn.value))
        for condition, turn, late in _table(at)
    ]
    return case(*marked[:-1], else_=marked[-1][1])

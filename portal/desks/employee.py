"""The employee's area: what waits for me first, then my plan, my feedback, my results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import and_, func, select

from portal.desks import queries
from portal.desks.rights import Areas
from portal.extensions import db
from portal.kernel.clock import zone_of
from portal.people.employment.models import Person
from portal.performance.dialogues import queries as dialogues
from portal.performance.evaluations import queries as evaluations
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.rules import EvaluationState, receipt_due
from portal.performance.goals import queries as goals
from portal.performance.plans.models import Plan, PlannedResult, PlanVersion
from portal.performance.plans.rules import PlanState
from portal.performance.programmes import queries as programmes
from portal.performance.progress import queries as progress
from portal.performance.progress.models import ProgressEntry
from portal.policy.calendars.rules import DeadlineKind, PeriodKind, days_left
from portal.policy.cycles.models import Deadline, Enrolment, Period
from portal.policy.cycles.names import period_name
from portal.policy.cycles.rules import PeriodState
from portal.policy.policies.models import PolicyVersion
from portal.web.answers import page
from portal.web.current import now, today
from portal.web.formats import formats
from portal.web.frame import stand_in
from portal.web.rights import requires

bp = Blueprint("employee_desk", __name__, url_prefix="/employee")
STEPS_SHOWN = 3
"""Steps from dialogues that the front page names; the others are one click away."""

SHARES_SHOWN = 3
"""Shares of shared goals that the front page names."""


@dataclass(frozen=True)
class Task:
    """One thing that waits for the employee."""

    title: str
    text: str
    url: str
    button: str
    due: date | None = None
    post: bool = False

    def left(self, day: date) -> int | None:
        """Days until it is due."""
        return None if self.due is None else days_left(self.due, day)


def own_enrolments() -> list[Any]:
    """My enrolments in open periods with evaluation, plan, appraiser and deadlines; one statement."""
    rows = db.session.execute(
        select(Enrolment, Period, Evaluation, Plan, Person, PolicyVersion, Deadline)
        .join(Period, Period.id == Enrolment.period_id)
        .join(PolicyVersion, PolicyVersion.id == Period.policy_version_id)
        .outerjoin(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .outerjoin(Person, Person.id == Enrolment.appraiser_id)
        .outerjoin(Deadline, Deadline.period_id == Period.id)
        .where(
            Enrolment.region_id == current_user.region_id,
            Enrolment.person_id == current_user.person_id,
            Period.state == PeriodState.OPEN,
        )
        .order_by(Period.ends, Period.begins.desc(), Enrolment.id)
    ).all()
    return list(rows)


@dataclass
class Work:
    """One of my enrolments in an open period."""

    enrolment: Enrolment
    period: Period
    evaluation: Evaluation | None
    plan: Plan | None
    appraiser: Person | None
    policy: PolicyVersion
    dues: dict[DeadlineKind, date]


def own_work() -> list[Work]:
    """My work in open periods, what ends first first."""
    found: dict[int, Work] = {}
    for enrolment, period, evaluation, plan, appraiser, policy, deadline in own_enrolments():
        work = found.setdefault(
            enrolment.id, Work(enrolment, period, evaluation, plan, appraiser, policy, {})
        )
        if deadline is not None:
            work.dues[deadline.kind] = deadline.due
    return list(found.values())


def tasks(work: list[Work], unanswered: list[Any], day: date) -> list[Task]:
    """What waits for me, the most urgent first."""
    found: list[Task] = []
    for each in work:
        if each.enrolment.not_obliged is None:
            found += _plan_task(each) + _evaluation_task(each, day)
    found += _dialogue_tasks() + _survey_task() + _programme_tasks() + _share_tasks()
    if unanswered:
        giver = unanswered[0].Person.full_name
        found.append(
            Task(
                _("Jawab umpan balik dari %(name)s", name=giver),
                _(
                    "Ucapan terima kasih satu kata pun cukup. Ada %(n)s yang belum Anda jawab.",
                    n=len(unanswered),
                ),
                url_for("progress.feedback"),
                _("Baca umpan balik"),
            )
        )
    return sorted(found, key=lambda task: (task.due is None, task.due or date.max))


def _dialogue_tasks() -> list[Task]:
    """Records that wait for my word, and what I agreed to in dialogues on results; asked if there are any."""
    counts = queries.waiting(current_user)
    address = url_for("dialogues.index")
    found = []
    if counts.own_dialogues:
        text = _("Penilai mencatat dialog kinerja dengan Anda. Baca, lalu benarkan atau perbaiki catatannya.")
        found.append(Task(_("Benarkan catatan dialog"), text, address, _("Baca catatan dialog")))
    if counts.own_steps:
        for row in dialogues.own_steps(current_user.person_id, STEPS_SHOWN):
            step = row.DialogueStep
            text = _(
                "Anda sepakati dalam dialog kinerja %(day)s.", day=formats().plain_date(row.Dialogue.day)
            )
            found.append(Task(step.text, text, address, _("Buka langkah"), step.due))
    return found


def _survey_task() -> list[Task]:
    """People about whom I am asked in a closed survey."""
    counts = queries.waiting(current_user)
    if not counts.to_answer:
        return []
    title = ngettext(
        "Isi survei perilaku tentang %(num)s orang",
        "Isi survei perilaku tentang %(num)s orang",
        counts.to_answer,
    )
    text = _("Survei ini tertutup: tidak seorang pun melihat jawaban siapa. Beberapa menit untuk tiap orang.")
    return [Task(title, text, url_for("surveys.mine"), _("Buka survei"), counts.answer_due)]


def _programme_tasks() -> list[Task]:
    """What waits in programmes that I own: notes of who takes part, and what is to be mended; asked if any."""
    counts = queries.waiting(current_user)
    found = []
    if counts.programme_notes:
        text = _(
            "Ada %(n)s catatan yang menurut pesertanya keliru. Perbaiki, atau jelaskan mengapa tetap.",
            n=counts.programme_notes,
        )
        address = url_for("programmes.mine")
        found.append(Task(_("Jawab catatan peserta program"), text, address, _("Buka program saya")))
    if counts.programme_repairs:
        for row in programmes.mending(current_user.person_id, current_user.region_id, STEPS_SHOWN):
            title, repair = row.Programme.title, row.ProgrammeRepair
            address = url_for("programmes.show", programme_ref=row.Programme.ref)
            asked = _("Perbaiki program %(title)s", title=title)
            found.append(Task(asked, repair.what, address, _("Buka program"), repair.due))
    return found


def _share_tasks() -> list[Task]:
    """Shares of shared goals that wait for my word as a unit's leader; asked if there are any."""
    if not queries.waiting(current_user).shares:
        return []
    button = _("Baca dan jawab")
    return [
        Task(
            _("Jawab bagian %(unit)s dalam sasaran bersama", unit=row.Unit.name),
            _(
                "%(title)s: bagian %(share)s menunggu kesepakatan Anda.",
                title=row.SharedGoal.title,
                share=formats().percent(row.Contribution.share, None),
            ),
            url_for("goals.show", shared_goal_ref=row.SharedGoal.ref),
            button,
        )
        for row in goals.asked(current_user.leads, SHARES_SHOWN)
    ]


def _plan_task(work: Work) -> list[Task]:
    if work.period.kind is not PeriodKind.YEAR:
        return []
    plan = work.plan
    if plan is None:
        return [
            Task(
                _("Susun SKP Anda"),
                _(
                    "Mulailah dari hasil kerja pimpinan yang Anda dukung. Draf tersimpan setiap kali Anda menyimpan."
                ),
                url_for("plans.start", enrolment_ref=work.enrolment.ref),
                _("Mulai menyusun SKP"),
                work.dues.get(DeadlineKind.PLAN_DRAFT),
                post=True,
            )
        ]
    url = url_for("plans.show", plan_ref=plan.ref)
    if plan.in_force is not None:
        return _change_task(plan.state, url)
    match plan.state:
        case PlanState.DRAFT:
            text = _("Draf Anda belum diajukan. Halaman SKP menyebutkan apa yang masih kurang.")
            return [
                Task(
                    _("Lengkapi dan ajukan SKP"),
                    text,
                    url,
                    _("Lanjutkan SKP"),
                    work.dues.get(DeadlineKind.PLAN_DRAFT),
                )
            ]
        case PlanState.RETURNED:
            text = _("Penilai memberi catatan per baris. Perbaiki, jawab, lalu ajukan lagi.")
            return [
                Task(
                    _("Perbaiki SKP"),
                    text,
                    url,
                    _("Baca catatan penilai"),
                    work.dues.get(DeadlineKind.PLAN_AGREE),
                )
            ]
        case PlanState.AGREED:
            text = _("Penilai sudah sepakat. Tanda tangan Anda membuka penetapan.")
            return [
                Task(
                    _("Tanda tangani SKP"),
                    text,
                    url,
                    _("Baca dan tanda tangani"),
                    work.dues.get(DeadlineKind.PLAN_SET),
                )
            ]
    return []


def _change_task(state: PlanState, url: str) -> list[Task]:
    """What a change of the plan in force waits for; it has no day of its own."""
    match state:
        case PlanState.DRAFT:
            text = _("SKP yang ditetapkan tetap berlaku. Ajukan perubahannya, atau batalkan.")
            return [Task(_("Selesaikan perubahan SKP"), text, url, _("Lanjutkan perubahan"), None)]
        case PlanState.RETURNED:
            text = _("Penilai memberi catatan per baris. Perbaiki, jawab, lalu ajukan lagi.")
            return [Task(_("Perbaiki perubahan SKP"), text, url, _("Baca catatan penilai"), None)]
        case PlanState.AGREED:
            text = _("Penilai sudah sepakat. Tanda tangan Anda membuka penetapan.")
            return [Task(_("Tanda tangani perubahan SKP"), text, url, _("Baca dan tanda tangani"), None)]
    return []


def _evaluation_task(work: Work, day: date) -> list[Task]:
    evaluation = work.evaluation
    if evaluation is None:
        return []
    name = period_name(work.period)
    if evaluation.state is EvaluationState.HANDED_OVER and evaluation.handed_over_on:
        return [
            Task(
                _("Terima dokumen evaluasi %(period)s", period=name),
                _("Tanda tangan berarti Anda telah menerima dokumen, bukan berarti Anda setuju."),
                url_for("evaluations.receive", evaluation_ref=evaluation.ref),
                _("Baca dan tanda tangani"),
                receipt_due(evaluation.handed_over_on, work.policy.rules),
            )
        ]
    planned = work.plan is not None and work.plan.in_force is not None
    # The report belongs to the period's last days; before, progress is what counts.
    near_end = days_left(work.period.ends, day) <= 7
    if evaluation.state is EvaluationState.RUNNING and planned and near_end:
        return [
            Task(
                _("Laporkan realisasi %(period)s", period=name),
                _("Tulis apa yang tercapai pada setiap indikator, atau mengapa belum ada angkanya."),
                url_for("evaluations.report", evaluation_ref=evaluation.ref),
                _("Tulis realisasi"),
                work.dues.get(DeadlineKind.ACHIEVEMENT),
            )
        ]
    return []


@bp.route("")
@requires(Areas.EMPLOYEE)
def home() -> Any:
    """What waits for me, then my plan, feedback and last result."""
    stand_in("employee")
    day = today()
    work = own_work()
    words = progress.feedback([each.enrolment.id for each in work], limit=20)
    unanswered = [row for row in words if row.Feedback.replied is None]
    running = _now_running(work, day)
    plan = next((each.plan for each in work if each.plan is not None), None)
    past = [row for row in evaluations.own(current_user.person_id) if row.Rating is not None]
    return page(
        "desks/employee/home.html",
        greeting=_greeting(),
        tasks=tasks(work, unanswered, day),
        day=day,
        work=work,
        running=running,
        plan=plan,
        results=_results(plan, running),
        said=words[:4],
        last=past[0] if past else None,
        misses_goal=any(
            goals.is_missed(each.enrolment, each.period.cycle_id, each.policy)
            for each in work
            if each.period.kind is PeriodKind.YEAR
        ),
        next_due=_next_due(work, day),
    )


def _now_running(work: list[Work], day: date) -> Work | None:
    """My work in the period that ``day`` lies in; what is done today is recorded there."""
    shorter = [each for each in work if each.period.kind is not PeriodKind.YEAR]
    for each in shorter:
        if each.period.begins <= day < each.period.ends:
            return each
    return next(iter(shorter or work), None)


def _results(plan: Plan | None, running: Work | None) -> list[Any]:
    """My planned results with how many indicators and progress entries each has."""
    if plan is None:
        return []
    entries = (
        select(func.count(ProgressEntry.id))
        .where(
            ProgressEntry.line_ref == PlannedResult.line_ref,
            ProgressEntry.withdrawn.is_(None),
            ProgressEntry.enrolment_id == (running.enrolment.id if running else 0),
        )
        .scalar_subquery()
    )
    last = (
        select(func.max(ProgressEntry.day))
        .where(ProgressEntry.line_ref == PlannedResult.line_ref, ProgressEntry.withdrawn.is_(None))
        .scalar_subquery()
    )
    return list(
        db.session.execute(
            select(PlannedResult.text, PlannedResult.kind, entries.label("entries"), last.label("last"))
            .join(
                PlanVersion,
                and_(PlanVersion.id == PlannedResult.version_id, PlanVersion.number == plan.counted),
            )
            .where(PlanVersion.plan_id == plan.id)
            .order_by(PlannedResult.kind.desc(), PlannedResult.position)
        ).all()
    )


def _next_due(work: list[Work], day: date) -> tuple[date, str] | None:
    names = {
        DeadlineKind.ACHIEVEMENT: _("Laporan realisasi"),
        DeadlineKind.ACTION_STEPS: _("Rencana aksi"),
        DeadlineKind.RATING: _("Penetapan predikat"),
    }
    ahead = [
        (due, f"{names[kind]}, {period_name(each.period)}")
        for each in work
        for kind, due in each.dues.items()
        if kind in names and due >= day
    ]
    return min(ahead) if ahead else None


def _greeting() -> str:
    hour = now().astimezone(zone_of(formats().zone)).hour
    if hour < 11:
        return _("Selamat pagi")
    if hour < 15:
        return _("Selamat siang")
    return _("Selamat sore") if hour < 18 else _("Selamat malam")


@bp.route("/plan")
@requires(Areas.EMPLOYEE)
def plan() -> Any:
    """My plan of this year, or the way to begin it."""
    stand_in("employee")
    work = own_work()
    known = next((each.plan for each in work if each.plan is not None), None)
    if known is not None:
        return redirect(url_for("plans.show", plan_ref=known.ref), 303)
    year = next((each for each in work if each.period.kind is PeriodKind.YEAR), None)
    return page("desks/employee/no_plan.html", year=year)


@bp.route("/progress", endpoint="progress")
@requires(Areas.EMPLOYEE)
def progress_of_period() -> Any:
    """My progress in the period that is running."""
    stand_in("employee")
    work = own_work()
    running = _now_running(work, today())
    if running is None:
        return page("desks/employee/no_period.html")
    return redirect(url_for("progress.show", enrolment_ref=running.enrolment.ref), 303)


@bp.route("/feedback")
@requires(Areas.EMPLOYEE)
def feedback() -> Any:
    """Feedback to me over the year."""
    return redirect(url_for("progress.feedback"), 303)


@bp.route("/results")
@requires(Areas.EMPLOYEE)
def results() -> Any:
    """My evaluations over the periods."""
    return redirect(url_for("evaluations.mine"), 303)

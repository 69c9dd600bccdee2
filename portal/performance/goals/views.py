"""Pages of shared goals: the list, a goal with its shares, progress and feedback, and the forms about them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.extensions import db
from portal.kernel.texts import fold
from portal.people.organisation.models import Region, Unit
from portal.performance.access import AGENCY_HR, REGION_HR, in_hr_scope
from portal.performance.desk import stand_at_own_desk
from portal.performance.goals import actions, queries, rights, rules
from portal.performance.goals.forms import (
    BringForm,
    ContributionForm,
    FeedbackForm,
    GoalForm,
    NewContributionForm,
    NewGoalForm,
    ProgressForm,
    ReasonForm,
    ReferForm,
)
from portal.performance.goals.models import Contribution, GoalProgress, GoalReference, SharedGoal
from portal.performance.goals.rights import Goals
from portal.performance.goals.rules import BROUGHT, GoalState
from portal.performance.plans.models import Plan
from portal.policy.history import queries as log
from portal.web import lists
from portal.web.answers import done, page
from portal.web.current import today
from portal.web.formats import formats
from portal.web.forms import Form, press
from portal.web.frame import stand_in
from portal.web.labels import choices
from portal.web.rights import may, requires

bp = Blueprint("goals", __name__, url_prefix="/goals")
T = "performance/goals/"
LINES_SHOWN = 6
"""Lines of plans that a goal's page names; the others are one click away."""
KEPT = ("q", "state", "agency", "year")


def _show(goal: SharedGoal) -> str:
    return url_for("goals.show", shared_goal_ref=goal.ref)


def _written(
    goal: SharedGoal, form: Form, action: Any, thing: Any, title: str, said: str, **more: Any
) -> Any:
    """A page with one form about a goal: shown, or done and back to the goal."""
    stand_at_own_desk()
    if form.accepts(action, thing):
        return done(said, _show(goal), form)
    return _form_page(goal, form, title, _show(goal), **more)


def _form_page(goal: SharedGoal | None, form: Form, title: str, back: str, **more: Any) -> Any:
    """The page of a form about a goal, or of a new one."""
    usual = {"lead": "", "button": _("Simpan"), "locked": None}
    context = {"here_title": title, "address": request.path, "back": back, **usual, **more}
    return page(T + "write.html", form=form, goal=goal, **context)


# ----------------------------------------------------------------------------------------- the list


@bp.route("")
@requires(Goals.LIST)
def index() -> Any:
    """The goals that the reader knows of, what waits for them first, and what totals count of them."""
    stand_at_own_desk()
    scope, day = rights.read(current_user), today()
    years = queries.years(current_user.region_id)
    at_work = [each for each in years if each <= day.year]
    default = str(at_work[0]) if at_work else str(day.year)
    year = int(lists.argument("year", map(str, years), default))
    wanted = queries.Wanted(
        folded=fold(lists.words("q")),
        state=lists.argument("state", [each.value for each in GoalState]),
        agency=lists.reference("agency"),
    )
    found = queries.page_of(scope, year, wanted, leads=current_user.leads, **lists.marks())
    parts = queries.parts(scope, year)
    return page(
        T + "index.html",
        rows=found.rows,
        shares=queries.shares([row.SharedGoal.id for row in found.rows]),
        reached=queries.reached,
        found=found,
        pager=lists.pager(found, KEPT),
        q=lists.words("q"),
        wanted=wanted,
        year=year,
        years=[(str(each), str(each)) for each in years],
        states=choices(GoalState, empty=_("Semua keadaan")),
        agencies=[
            ("", _("Semua perangkat daerah")),
            *sorted(((part.group, name) for part, name in parts), key=lambda each: each[1]),
        ],
        credited=rules.credited(part for part, _name in parts),
        names={part.group: name for part, name in parts},
        starts=may(Goals.START),
        without=_without(year),
    )


def _without(year: int) -> list[tuple[str, list[str]]] | None:
    """Agencies that the reader manages and whose leaders hold no goal, where the policy asks for one."""
    managed, region_id = in_hr_scope(current_user, Unit.region_id, Unit.id), current_user.region_id
    if region_id is None or not current_user.granted(REGION_HR, AGENCY_HR):
        return None
    policy = queries.year_policy(region_id, year)
    if policy is None or not rules.are_required(policy.rules.settings):
        return None
    found: dict[str, list[str]] = {}
    for unit, person in queries.agencies_without(managed, region_id, year, today()):
        found.setdefault(unit.name, []).extend([person.full_name] if person else [])
    return list(found.items())


# ---------------------------------------------------------------------------------------- one goal


@bp.route("/new", methods=["GET", "POST"])
@requires(Goals.START)
def new() -> Any:
    """Write down a goal; its unit coordinates it."""
    stand_at_own_desk()
    region = db.session.get_one(Region, current_user.region_id)
    form = NewGoalForm().offer(rights.coordinators(current_user), today())
    if form.accepts(actions.start, region):
        address = url_for(".show", shared_goal_ref=form.result.ref)
        return done(_("Draf sasaran bersama dibuat. Sekarang tambahkan penyumbangnya."), address, form)
    lead = _("Satu hasil yang dicapai beberapa unit atau perangkat daerah bersama-sama, dengan satu ukuran.")
    title, button = _("Susun sasaran bersama"), _("Simpan draf")
    return _form_page(None, form, title, url_for(".index"), lead=lead, button=button)


@bp.route("/<shared_goal_ref>")
@requires(Goals.READ, SharedGoal)
def show(goal: SharedGoal) -> Any:
    """A goal: its shares and what each brings, how far it is, what was said of it, who works for it."""
    stand_at_own_desk()
    around = queries.around(goal, today())
    entries = queries.progress(goal.id)
    standing = [row.GoalProgress for row in entries if row.stands]
    references = queries.references(goal.id)
    lines = references.rows[:LINES_SHOWN]
    held = [each.contribution for each in around.contributors]
    names = {each.unit.id: each.unit.name for each in around.contributors}
    writes = rights.writes(current_user, goal)
    leads = {goal.coordinator_id, *names} & set(current_user.leads)
    takes_part = bool(leads) or queries.is_referred_by(goal.id, current_user.person_id)
    now = standing[0] if standing else None
    attainment = queries.reached(goal, now.value if now else None, around.policy)
    return page(
        T + "show.html",
        goal=goal,
        around=around,
        BROUGHT=BROUGHT,
        whole=rules.total(each.share for each in held),
        entries=entries,
        now=now,
        attainment=attainment,
        working=attainment.working.text(formats().number),
        points=_points(standing),
        said=queries.feedback(goal.id),
        references=references,
        lines=lines,
        count=_counted(references),
        writes=writes,
        leads=set(current_user.leads),
        holds=writes or bool(leads),
        takes_part=takes_part,
        locked=rules.why_not_change(goal.state),
        cannot_propose=actions.why_not_propose(goal, held, names),
        cannot_say=rules.why_not_say(goal.state),
    )


def _counted(found: lists.Slice) -> str:
    total = formats().number(min(found.total, found.most))
    return _("lebih dari %(n)s", n=total) if found.capped else total


@bp.route("/<shared_goal_ref>/references")
@requires(Goals.TAKE_PART, SharedGoal)
def references(goal: SharedGoal) -> Any:
    """Every line that refers to a goal, and whose it is."""
    stand_at_own_desk()
    q = lists.words("q")
    found = queries.references(goal.id, words=fold(q), **lists.marks())
    return page(T + "references.html", goal=goal, rows=found.rows, pager=lists.pager(found, ("q",)), q=q)


def _points(standing: list[GoalProgress]) -> list[dict[str, Any]]:
    """What was told of each day last, the oldest first, for the line."""
    by_day = {row.day: row.value for row in sorted(standing, key=lambda row: (row.day, row.id))}
    return [{"label": formats().short_date(day), "value": value} for day, value in by_day.items()]


@bp.route("/<shared_goal_ref>/history")
@requires(Goals.READ, SharedGoal)
def history(goal: SharedGoal) -> Any:
    """Every step of a goal, by whom and when."""
    stand_at_own_desk()
    return page(
        "policy/history/thing.html",
        title=_("Riwayat sasaran bersama: %(title)s", title=goal.title),
        items=log.of_things([goal]),
        looks=None,
        back=_show(goal),
        back_label=_("Sasaran bersama"),
    )


@bp.route("/<shared_goal_ref>/edit", methods=["GET", "POST"])
@requires(Goals.WRITE, SharedGoal)
def edit(goal: SharedGoal) -> Any:
    """Change the goal's words or measure."""
    return _written(
        goal,
        GoalForm(goal),
        actions.change,
        goal,
        _("Ubah sasaran bersama"),
        _("Sasaran bersama disimpan."),
        lead=_("Bila indikator atau targetnya berubah, setiap pimpinan diminta sepakat lagi."),
        locked=rules.why_not_change(goal.state),
    )


# ------------------------------------------------------------------------------------ contributors


@bp.route("/<shared_goal_ref>/contributors/new", methods=["GET", "POST"])
@requires(Goals.WRITE, SharedGoal)
def add_contributor(goal: SharedGoal) -> Any:
    """Add a unit or agency with its share."""
    left = rules.HUNDRED - rules.total(each.share for each in queries.contributions(goal.id))
    able = (Unit.region_id == goal.region_id) & Unit.agency_id.is_not(None)
    form = NewContributionForm(share=left if left > 0 else None).offer(able, today())
    return _written(
        goal,
        form,
        actions.add_contributor,
        goal,
        _("Tambah penyumbang"),
        _("Penyumbang ditambahkan."),
        lead=_("Sebut apa yang disumbangkan; pimpinan unitnya dapat melengkapinya sendiri."),
        locked=rules.why_not_change(goal.state),
    )


@bp.route("/contributions/<contribution_ref>", methods=["GET", "POST"])
@requires(Goals.WRITE_SHARE, Contribution)
def change_contribution(contribution: Contribution) -> Any:
    """Change a contributor's share and what it brings."""
    goal = queries.goal_of(contribution)
    form = ContributionForm(contribution)
    form.about = goal
    (name,) = queries.unit_names([contribution.unit_id]).values()
    return _written(
        goal,
        form,
        actions.change_contribution,
        contribution,
        _("Ubah bagian %(unit)s", unit=name),
        _("Bagian penyumbang disimpan."),
        lead=_("Bila bagiannya berubah, setiap pimpinan diminta sepakat lagi."),
        locked=rules.why_not_change(goal.state),
        contribution=contribution,
        name=name,
    )


@bp.route("/contributions/<contribution_ref>/bring", methods=["GET", "POST"])
@requires(Goals.BRING, Contribution)
def bring(contribution: Contribution) -> Any:
    """A unit's leader writes what the unit brings."""
    goal = queries.goal_of(contribution)
    form = BringForm(contribution)
    form.about = goal
    (name,) = queries.unit_names([contribution.unit_id]).values()
    return _written(
        goal,
        form,
        actions.bring,
        contribution,
        _("Yang disumbangkan %(unit)s", unit=name),
        _("Sumbangan unit Anda disimpan."),
        lead=_("Terbaca oleh semua penyumbang. Bagian dalam persen tidak berubah di sini."),
        locked=rules.why_not_bring(goal.state),
    )


@bp.route("/contributions/<contribution_ref>/remove", methods=["POST"])
@requires(Goals.WRITE_SHARE, Contribution)
def remove_contributor(contribution: Contribution) -> Any:
    """Take a contributor out."""
    address = _show(queries.goal_of(contribution))
    return press(actions.remove_contributor, contribution, _("Penyumbang dikeluarkan."), address)


@bp.route("/contributions/<contribution_ref>/agree", methods=["POST"])
@requires(Goals.ANSWER, Contribution)
def agree(contribution: Contribution) -> Any:
    """Agree to the own unit's share."""
    address = _show(queries.goal_of(contribution))
    return press(actions.agree, contribution, _("Kesepakatan Anda tercatat."), address)


@bp.route("/contributions/<contribution_ref>/decline", methods=["GET", "POST"])
@requires(Goals.ANSWER, Contribution)
def decline(contribution: Contribution) -> Any:
    """Decline the own unit's share, with a reason."""
    goal = queries.goal_of(contribution)
    form = ReasonForm()
    form.version = contribution.version
    return _written(
        goal,
        form,
        actions.decline,
        contribution,
        _("Tolak bagian unit ini"),
        _("Penolakan tercatat. Sasaran bersama kembali menjadi draf."),
        lead=_("Sasaran kembali menjadi draf, dan pengoordinasinya membaca alasan Anda."),
        button=_("Tolak dengan alasan ini"),
        locked=rules.why_not_answer(goal.state, contribution.answer),
    )


# ---------------------------------------------------------------------------------------- the steps


@bp.route("/<shared_goal_ref>/propose", methods=["POST"])
@requires(Goals.WRITE, SharedGoal)
def propose(goal: SharedGoal) -> Any:
    """Ask each contributor's leader."""
    said = _("Sasaran bersama diusulkan. Setiap pimpinan unit penyumbang diminta sepakat.")
    return press(actions.propose, goal, said, _show(goal))


@bp.route("/<shared_goal_ref>/run", methods=["POST"])
@requires(Goals.WRITE, SharedGoal)
def run(goal: SharedGoal) -> Any:
    """The work begins."""
    return press(actions.run, goal, _("Sasaran bersama berjalan. Catat kemajuannya di sini."), _show(goal))


def _reasoned(goal: SharedGoal, verb: str, title: str, said: str, lead: str, label: str = "") -> Any:
    form = ReasonForm()
    form.version = goal.version
    if label:
        form.reason.label.text = label
    action = getattr(actions, verb)
    locked = rules.why_not_move(verb, goal.state)
    return _written(goal, form, action, goal, title, said, lead=lead, button=title, locked=locked)


@bp.route("/<shared_goal_ref>/reopen", methods=["GET", "POST"])
@requires(Goals.WRITE, SharedGoal)
def reopen(goal: SharedGoal) -> Any:
    """Open the goal again for changes."""
    lead = _("Sasaran menjadi draf. Kesepakatan tetap tercatat selama bagian dan ukurannya tidak diubah.")
    said = _("Sasaran bersama dibuka kembali. Usulkan lagi setelah diubah.")
    return _reasoned(goal, "reopen", _("Buka kembali"), said, lead)


@bp.route("/<shared_goal_ref>/end", methods=["GET", "POST"])
@requires(Goals.WRITE, SharedGoal)
def end(goal: SharedGoal) -> Any:
    """End the goal with its outcome."""
    lead = _("Setelah selesai, kemajuan dan umpan balik tidak dapat ditambah lagi.")
    said = _("Sasaran bersama selesai.")
    return _reasoned(goal, "end", _("Selesaikan sasaran"), said, lead, _("Hasil akhir"))


@bp.route("/<shared_goal_ref>/withdraw", methods=["GET", "POST"])
@requires(Goals.WRITE, SharedGoal)
def withdraw(goal: SharedGoal) -> Any:
    """Give the goal up."""
    lead = _("Sasaran yang ditarik tidak dihitung lagi dan tidak dapat dibuka kembali.")
    return _reasoned(goal, "withdraw", _("Tarik sasaran"), _("Sasaran bersama ditarik."), lead)


# ----------------------------------------------------------------------------- progress and feedback


@bp.route("/<shared_goal_ref>/progress", methods=["GET", "POST"])
@requires(Goals.RECORD, SharedGoal)
def record(goal: SharedGoal) -> Any:
    """Tell how far the goal is, once for all."""
    form = ProgressForm(day=today())
    return _progress(goal, form, actions.record, goal, _("Catat kemajuan sasaran"))


@bp.route("/progress/<goal_progress_ref>", methods=["GET", "POST"])
@requires(Goals.CORRECT, GoalProgress)
def correct(entry: GoalProgress) -> Any:
    """Put a right entry before a wrong one."""
    goal = queries.goal_of(entry)
    form = ProgressForm(day=entry.day, value=entry.value, text=entry.text)
    title = _("Koreksi catatan kemajuan")
    return _progress(goal, form, actions.correct, entry, title, queries.is_corrected(entry))


def _progress(
    goal: SharedGoal, form: Form, action: Any, thing: Any, title: str, corrected: bool = False
) -> Any:
    return _written(
        goal,
        form,
        action,
        thing,
        title,
        _("Kemajuan tercatat; semua penyumbang melihatnya."),
        lead=_(
            "%(indicator)s, target %(target)s.",
            indicator=goal.indicator,
            target=formats().measure(goal.target, goal.unit),
        ),
        locked=rules.why_not_record(goal.state, corrected=corrected),
    )


@bp.route("/<shared_goal_ref>/feedback", methods=["GET", "POST"])
@requires(Goals.SAY, SharedGoal)
def say(goal: SharedGoal) -> Any:
    """Say what goes well with the goal, or could be better."""
    return _written(
        goal,
        FeedbackForm().offer(),
        actions.say,
        goal,
        _("Beri umpan balik atas sasaran"),
        _("Umpan balik tersampaikan kepada semua penyumbang."),
        button=_("Sampaikan kepada semua penyumbang"),
        locked=rules.why_not_say(goal.state),
    )


# --------------------------------------------------------------------------------- lines of plans


@bp.route("/plans/<plan_ref>", methods=["GET", "POST"])
@requires(Goals.REFER, Plan)
def refer(plan: Plan) -> Any:
    """A line of the own plan refers to a goal."""
    stand_in("employee")
    goals = queries.referable(plan)
    known = queries.of_plan(plan).by_line
    lines = [(line, words) for line, words in queries.lines(plan) if line not in known]
    form = ReferForm(line_ref=request.args.get("line", "")).offer(lines, goals)
    back = url_for("plans.show", plan_ref=plan.ref)
    if form.accepts(actions.refer, plan):
        return done(_("Hasil kerja Anda merujuk ke sasaran bersama."), back, form)
    return page(T + "refer.html", plan=plan, form=form, goals=goals, lines=lines, back=back)


@bp.route("/references/<goal_reference_ref>/drop", methods=["POST"])
@requires(Goals.DROP, GoalReference)
def drop(reference: GoalReference) -> Any:
    """Take a reference back."""
    plan = db.session.get_one(Plan, reference.plan_id)
    address = url_for("plans.show", plan_ref=plan.ref)
    return press(actions.drop, reference, _("Rujukan dilepas. SKP Anda tidak berubah."), address)

"""Pages of plans: written by the employee, read and set by the appraiser."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.extensions import db
from portal.people.employment.models import Tenure
from portal.performance.dialogues.actions import side_in
from portal.performance.goals import queries as shared_goals
from portal.performance.plans import actions, queries, rules
from portal.performance.plans.forms import (
    AnswerForm,
    ApproachForm,
    AttachmentsForm,
    ChangeForm,
    GoalResultForm,
    IndicatorForm,
    ManualForm,
    MatrixRowForm,
    MeasureForm,
    NoteForm,
    PlannedResultForm,
    SubstituteForm,
    TakeGoalForm,
    ValuesForm,
)
from portal.performance.plans.models import Indicator, LineNote, Plan, PlannedResult, PlanVersion
from portal.performance.plans.rights import Plans, may_review
from portal.performance.plans.rules import GUIDES, CoreValue
from portal.policy.cycles.models import Enrolment
from portal.policy.cycles.queries import current_cycle, holidays
from portal.policy.cycles.rules import PeriodState
from portal.policy.history import queries as log
from portal.web.answers import done, page, refused
from portal.web.current import today
from portal.web.forms import Press, press
from portal.web.frame import stand_in
from portal.web.rights import find, requires

bp = Blueprint("plans", __name__, url_prefix="/plans")
T = "performance/plans/"


def _relation(around: queries.Setting) -> str:
    """The reader's relation to the plan; it decides the frame, too (decision 14.17)."""
    me = current_user.person_id
    if me is not None and me == around.plan.person_id:
        relation = "employee"
    elif me is not None and me == around.enrolment.appraiser_id:
        relation = "rater"
    elif me is not None and me == around.enrolment.superior_id:
        relation = "superior"
    else:
        relation = "hr"
    stand_in("rater" if relation == "superior" else relation)
    return relation


def _show(plan: Plan) -> str:
    return url_for("plans.show", plan_ref=plan.ref)


@bp.route("/<plan_ref>")
@requires(Plans.VIEW, Plan)
def show(plan: Plan) -> Any:
    """A plan as a page that reads like a page, with the next step beside it."""
    around = queries.setting(plan)
    area = _relation(around)
    version, before = queries.work_and_before(plan)
    # A note that isn't sent yet is its writer's alone.
    written, dialogues, ruled, expectations = queries.said(plan)
    notes = [each for each in written if each.sent or each.person_id == current_user.person_id]
    turn = rules.whose_turn(plan.state, around.review)
    reviewing = turn == "pengelola" and may_review(current_user, plan, around.enrolment.agency_id)
    changes = {change.line_ref: change for change in rules.differences(before, version)} if before else {}
    is_open = rules.why_not_edit(plan.state) is None
    writes = is_open and area == "employee"
    # An agency's head takes the main results from the agreement; the matrix offers nothing beside it.
    goals = queries.agreement_goals(around) if writes else []
    offers = queries.offers(around.leader_plan, plan.tenure_id) if writes and not goals else {}
    shared = shared_goals.of_plan(plan)
    taken = {result.supported_line for result in version.results}
    goals_taken = {result.goal_line for result in version.results}
    return page(
        T + "show.html",
        plan=plan,
        around=around,
        version=version,
        area=area,
        notes=notes,
        changes=changes,
        offers=[cell for line, cell in offers.items() if line not in taken],
        agreed=bool(goals),
        dialogues=dialogues,
        side=side_in(plan.person_id, around.enrolment.appraiser_id, current_user.actor),
        goals_left=[goal for goal in goals if goal.line_ref not in goals_taken],
        expectations=expectations,
        values=list(CoreValue),
        guides=GUIDES,
        authors=queries.authors(around, notes),
        reviewing=reviewing,
        steps=_steps(around, version, notes, area, reviewing),
        today=today(),
        waits=queries.overdue(around),
        substituted=ruled,
        open=is_open,
        turn=turn,
        changing=plan.in_force is not None and plan.in_force != plan.number,
        in_force=_in_force(plan, version, before),
        shared=shared,
        misses_goal=shared_goals.is_missed(around.enrolment, plan.cycle_id, around.policy),
    )


@bp.route("/<plan_ref>/history")
@requires(Plans.VIEW, Plan)
def history(plan: Plan) -> Any:
    """Every step of a plan, by whom, when and under which policy version."""
    around = queries.setting(plan)
    own = _relation(around) == "employee"
    return page(
        "policy/history/thing.html",
        title=_("Riwayat SKP %(year)s", year=around.cycle.year)
        if own
        else _("Riwayat SKP %(year)s, %(name)s", year=around.cycle.year, name=around.person.full_name),
        items=log.of_things([plan]),
        looks=None,
        back=_show(plan),
        back_label=_("SKP"),
    )


def _in_force(plan: Plan, *known: PlanVersion | None) -> PlanVersion | None:
    """The version that holds today; asked only where it is none of those that are ``known``."""
    if plan.in_force is None:
        return None
    here = (each for each in known if each is not None and each.number == plan.in_force)
    return next(here, None) or queries.version_row(plan, plan.in_force)


def _steps(around: queries.Setting, version: Any, notes: Any, area: str, reviewing: bool) -> dict[str, Any]:
    """What the reader may do next, each with its refusal."""
    plan, review = around.plan, around.review
    unsent = sum(note.sent is None and note.number == plan.number for note in notes)
    if area == "employee":
        found = {
            "submit": actions.why_not_submit(around, version),
            "withdraw": rules.why_not_withdraw(plan.state, review),
            "sign": rules.why_not_sign(plan.state, review),
            "change": rules.why_not_change(plan.state, around.period.state is PeriodState.OPEN),
            "drop": rules.why_not_drop_change(plan.state, plan.in_force is not None),
        }
    elif area == "rater":
        found = {
            "agree": rules.why_not_agree(plan.state, review, unsent),
            "return": rules.why_not_return(plan.state, unsent, review),
            "set": rules.why_not_set(plan.state, review),
        }
    elif area == "superior":
        found = {"substitute": actions.why_not_substitute(around, today=today())}
    else:
        found = {}
    if reviewing:
        found["review"] = rules.why_not_review(plan.state, review, unsent)
        found["review_return"] = rules.why_not_return(plan.state, unsent, review, "pengelola")
    return found


@bp.route("/new/<enrolment_ref>", methods=["POST"])
@requires(Plans.START, Enrolment)
def start(enrolment: Enrolment) -> Any:
    """Begin one's plan."""
    form = Press()
    if form.accepts(actions.start, enrolment):
        return done(
            _("Draf SKP dibuat. Mulailah dari hasil kerja pimpinan yang Anda dukung."),
            url_for(".show", plan_ref=form.result.ref),
            form,
        )
    return refused(form, url_for("employee_desk.plan"))


@bp.route("/<plan_ref>/results/new", methods=["GET", "POST"])
@requires(Plans.EDIT, Plan)
def add_result(plan: Plan) -> Any:
    """Add a planned result; ``?from=`` takes up an offer of the leader's matrix."""
    around = queries.setting(plan)
    _relation(around)
    offer = queries.offers(around.leader_plan, plan.tenure_id).get(request.args.get("from", ""))
    given = {"supported_line": offer.line_ref, "text": offer.text} if offer else {}
    if around.appraiser_position is not None:
        given["assigned_by"] = around.appraiser_position.title
    agreed = bool(queries.agreement_goals(around))
    form = PlannedResultForm(**given).offer(
        queries.leader_results(around.leader_plan),
        leader_form=plan.leader_form,
        kinds=[rules.ResultKind.EXTRA] if agreed else [],
    )
    if form.accepts(actions.add_result, plan):
        return done(_("Rencana hasil kerja ditambahkan. Sekarang tambahkan indikatornya."), _show(plan), form)
    return page(T + "result.html", plan=plan, around=around, form=form, result=None, agreed=agreed)


@bp.route("/<plan_ref>/goals", methods=["GET", "POST"])
@requires(Plans.EDIT, Plan)
def take_goal(plan: Plan) -> Any:
    """Take a goal of the agency's performance agreement as a main result, with its IKU."""
    around = queries.setting(plan)
    _relation(around)
    taken = {result.goal_line for result in queries.version_at_work(plan).results}
    goals = [goal for goal in queries.agreement_goals(around) if goal.line_ref not in taken]
    form = TakeGoalForm().offer(goals)
    if form.accepts(actions.take_goal, plan):
        return done(_("Sasaran menjadi hasil kerja utama, IKU menjadi indikatornya."), _show(plan), form)
    return page(
        T + "goals.html",
        plan=plan,
        around=around,
        form=form,
        goals=goals,
        agreement=queries.agreement_ref(around),
        locked=rules.why_not_edit(plan.state),
    )


@bp.route("/results/<planned_result_ref>", methods=["GET", "POST"])
@requires(Plans.EDIT_RESULT, PlannedResult)
def change_result(result: PlannedResult) -> Any:
    """Change a planned result."""
    plan, _version, _result = queries.plan_of(result)
    around = queries.setting(plan)
    _relation(around)
    kind_of_form = GoalResultForm if result.goal_line else PlannedResultForm
    form = kind_of_form(result).offer(
        queries.leader_results(around.leader_plan), leader_form=plan.leader_form
    )
    form.about = plan
    if form.accepts(actions.change_result, result):
        return done(_("Rencana hasil kerja disimpan."), _show(plan), form)
    return page(T + "result.html", plan=plan, around=around, form=form, result=result, agreed=False)


@bp.route("/results/<planned_result_ref>/remove", methods=["GET", "POST"])
@requires(Plans.EDIT_RESULT, PlannedResult)
def remove_result(result: PlannedResult) -> Any:
    """Take out a planned result, after asking."""
    plan, _version, _result = queries.plan_of(result)
    _relation(queries.setting(plan))
    form = Press(result)
    if form.accepts(actions.remove_result, result):
        return done(_("Rencana hasil kerja dihapus dari draf."), _show(plan), form)
    return page(T + "remove.html", plan=plan, form=form, thing=result, text=result.text, kind="result")


@bp.route("/results/<planned_result_ref>/indicators/new", methods=["GET", "POST"])
@requires(Plans.EDIT_RESULT, PlannedResult)
def add_indicator(result: PlannedResult) -> Any:
    """Add an indicator to a planned result."""
    plan, version, _result = queries.plan_of(result)
    around = queries.setting(plan)
    _relation(around)
    form = _indicator_form(plan, version)
    if form.accepts(actions.add_indicator, result):
        return done(_("Indikator ditambahkan."), _show(plan) + f"#result-{result.ref}", form)
    return page(T + "indicator.html", plan=plan, around=around, form=form, result=result, indicator=None)


@bp.route("/indicators/<indicator_ref>", methods=["GET", "POST"])
@requires(Plans.EDIT_INDICATOR, Indicator)
def change_indicator(indicator: Indicator) -> Any:
    """Change an indicator."""
    plan, version, result = queries.plan_of(indicator)
    around = queries.setting(plan)
    _relation(around)
    form = _indicator_form(plan, version, indicator)
    form.about = plan
    if form.accepts(actions.change_indicator, indicator):
        return done(_("Indikator disimpan."), _show(plan) + f"#result-{result.ref}", form)
    return page(T + "indicator.html", plan=plan, around=around, form=form, result=result, indicator=indicator)


def _indicator_form(plan: Plan, version: PlanVersion, *indicator: Indicator) -> MeasureForm | IndicatorForm:
    """The form of the approach that the version follows."""
    if version.approach is rules.Approach.QUALITATIVE:
        return MeasureForm.of(*indicator)
    return IndicatorForm(*indicator).offer(leader_form=plan.leader_form)


@bp.route("/indicators/<indicator_ref>/manual", methods=["GET", "POST"])
@requires(Plans.EDIT_INDICATOR, Indicator)
def write_manual(indicator: Indicator) -> Any:
    """How an indicator of a leader's plan is worked out (Y-11)."""
    plan, version, result = queries.plan_of(indicator)
    around = queries.setting(plan)
    _relation(around)
    known = queries.manual_of(version.id, indicator.line_ref)
    form = ManualForm(known)
    # The indicator is what the form is about; its version tells whether it moved meanwhile.
    form.version, form.compares, form.about = indicator.version, False, plan
    if form.accepts(actions.write_manual, indicator):
        return done(_("Manual indikator disimpan."), url_for(".manual", plan_ref=plan.ref), form)
    at_work = plan.state if version.number == plan.number else rules.PlanState.SET
    return page(
        T + "manual_form.html",
        plan=plan,
        around=around,
        form=form,
        result=result,
        indicator=indicator,
        locked=rules.why_not_write_manual(at_work, plan.leader_form, known is not None),
    )


@bp.route("/<plan_ref>/manual")
@requires(Plans.VIEW, Plan)
def manual(plan: Plan) -> Any:
    """Form F-6: the manuals of the indicators of a leader's plan, to read and to print."""
    around = queries.setting(plan)
    area = _relation(around)
    version = queries.version_at_work(plan)
    return page(
        T + "manual.html",
        plan=plan,
        around=around,
        version=version,
        manuals=queries.manuals(version.id),
        writes=area == "employee" and plan.leader_form,
        open=rules.why_not_edit(plan.state) is None,
    )


@bp.route("/<plan_ref>/approach", methods=["GET", "POST"])
@requires(Plans.EDIT, Plan)
def approach(plan: Plan) -> Any:
    """Choose the quantitative or the qualitative approach, as the policy allows."""
    around = queries.setting(plan)
    _relation(around)
    version = queries.version_at_work(plan)
    form = ApproachForm(version).offer(around.approaches)
    form.about, form.compares = plan, False
    if form.accepts(actions.switch_approach, version):
        return done(_("Pendekatan SKP disimpan."), _show(plan), form)
    return page(
        T + "approach.html", plan=plan, around=around, form=form, locked=rules.why_not_edit(plan.state)
    )


@bp.route("/indicators/<indicator_ref>/remove", methods=["GET", "POST"])
@requires(Plans.EDIT_INDICATOR, Indicator)
def remove_indicator(indicator: Indicator) -> Any:
    """Take out an indicator, after asking."""
    plan, _version, _result = queries.plan_of(indicator)
    _relation(queries.setting(plan))
    form = Press(indicator)
    if form.accepts(actions.remove_indicator, indicator):
        return done(_("Indikator dihapus dari draf."), _show(plan), form)
    return page(
        T + "remove.html", plan=plan, form=form, thing=indicator, text=indicator.text, kind="indicator"
    )


@bp.route("/<plan_ref>/behaviour", methods=["GET", "POST"])
@requires(Plans.EXPECT, Plan)
def behaviour(plan: Plan) -> Any:
    """Behaviour under the seven values: the leader writes expectations, the employee comments."""
    around = queries.setting(plan)
    area = _relation(around)
    as_leader = area == "rater"
    version = queries.version_at_work(plan)
    known = queries.expectations(version)
    texts = {
        value.value: (known[value].expectation if as_leader else known[value].comment)
        for value in CoreValue
        if value in known
    }
    form = ValuesForm(**texts)
    form.version, form.about, form.as_leader = version.version, plan, as_leader
    if form.accepts(actions.write_expectations, version, as_leader=as_leader):
        return done(
            _("Ekspektasi perilaku disimpan.") if as_leader else _("Komentar Anda disimpan."),
            _show(plan),
            form,
        )
    return page(
        T + "behaviour.html",
        plan=plan,
        around=around,
        form=form,
        as_leader=as_leader,
        known=known,
        values=list(CoreValue),
        guides=GUIDES,
        locked=rules.why_not_edit(plan.state),
    )


@bp.route("/<plan_ref>/attachments", methods=["GET", "POST"])
@requires(Plans.EDIT, Plan)
def attachments(plan: Plan) -> Any:
    """The three lists of the annex."""
    around = queries.setting(plan)
    _relation(around)
    version = queries.version_at_work(plan)
    form = AttachmentsForm(version)
    form.about = plan
    if form.accepts(actions.write_attachments, version):
        return done(_("Lampiran SKP disimpan."), _show(plan) + "#attachments", form)
    return page(T + "attachments.html", plan=plan, around=around, form=form)


@bp.route("/<plan_ref>/submit", methods=["POST"])
@requires(Plans.SUBMIT, Plan)
def submit(plan: Plan) -> Any:
    """Submit the plan to the appraiser."""
    return _press(
        plan, actions.submit, _("SKP diajukan. Anda masih dapat menariknya kembali sebelum disepakati.")
    )


@bp.route("/<plan_ref>/withdraw", methods=["POST"])
@requires(Plans.SUBMIT, Plan)
def withdraw(plan: Plan) -> Any:
    """Take the submission back."""
    return _press(plan, actions.withdraw, _("Pengajuan ditarik kembali. SKP kembali menjadi draf."))


@bp.route("/<plan_ref>/sign", methods=["POST"])
@requires(Plans.SUBMIT, Plan)
def sign(plan: Plan) -> Any:
    """Sign one's plan."""
    return _press(plan, actions.sign, _("SKP Anda tanda tangani. Penilai akan menetapkannya."))


@bp.route("/<plan_ref>/return", methods=["POST"])
@requires(Plans.APPRAISE, Plan)
def return_with_notes(plan: Plan) -> Any:
    """Return the plan with the notes written."""
    return _press(plan, actions.return_with_notes, _("SKP dikembalikan bersama catatan Anda."))


@bp.route("/<plan_ref>/substitute", methods=["GET", "POST"])
@requires(Plans.SUBSTITUTE, Plan)
def substitute(plan: Plan) -> Any:
    """Decide, as the appraiser's superior, about a plan whose step wasn't taken in time."""
    around = queries.setting(plan)
    stand_in("rater")
    found = queries.overdue(around)
    form = SubstituteForm().offer(found)
    form.version = plan.version
    if form.accepts(actions.substitute, plan):
        return done(_("Keputusan Anda tercatat dan terbaca oleh pegawai dan penilainya."), _show(plan), form)
    if form.status not in (200, 422):
        around = queries.setting(plan)
        found = queries.overdue(around)
    return page(
        T + "substitute.html",
        plan=plan,
        around=around,
        form=form,
        found=found,
        decide_by=found
        and queries.decide_by(found, holidays(plan.region_id), around.policy.rules, around.unit.working_week),
        locked=actions.why_not_substitute(around, today=today()),
    )


@bp.route("/<plan_ref>/review", methods=["POST"])
@requires(Plans.REVIEW, Plan)
def review(plan: Plan) -> Any:
    """Pass the plan on to the appraiser as reviewed (Y-19)."""
    return _press(plan, actions.review, _("SKP ditandai sudah direviu dan diteruskan kepada penilainya."))


@bp.route("/<plan_ref>/review/return", methods=["POST"])
@requires(Plans.REVIEW, Plan)
def review_return(plan: Plan) -> Any:
    """Return the plan with the performance manager's notes."""
    return _press(
        plan, actions.return_with_notes, _("SKP dikembalikan bersama catatan Anda."), as_manager=True
    )


@bp.route("/<plan_ref>/review/notes/new", methods=["GET", "POST"])
@requires(Plans.REVIEW, Plan)
def review_note(plan: Plan) -> Any:
    """Note what to mend, as the performance manager."""
    return _write_note(plan, as_manager=True)


@bp.route("/<plan_ref>/agree", methods=["POST"])
@requires(Plans.APPRAISE, Plan)
def agree(plan: Plan) -> Any:
    """Agree to the plan."""
    return _press(plan, actions.agree, _("SKP disepakati. Sekarang menunggu tanda tangan pegawai."))


@bp.route("/<plan_ref>/set", methods=["POST"])
@requires(Plans.APPRAISE, Plan)
def set_plan(plan: Plan) -> Any:
    """Set the plan."""
    return _press(plan, actions.set_plan, _("SKP ditetapkan."))


def _press(plan: Plan, action: Any, message: str, **extra: Any) -> Any:
    return press(action, plan, message, _show(plan), **extra)


@bp.route("/<plan_ref>/notes/new", methods=["GET", "POST"])
@requires(Plans.APPRAISE, Plan)
def add_note(plan: Plan) -> Any:
    """Note what to mend on a line (``?line=``) or on the whole plan."""
    return _write_note(plan)


def _write_note(plan: Plan, **extra: Any) -> Any:
    around = queries.setting(plan)
    _relation(around)
    version = queries.version_at_work(plan)
    lines = {result.line_ref: result for result in version.results}
    wanted = request.values.get("line_ref") or request.args.get("line", "")
    form = NoteForm(line_ref=wanted if wanted in lines else "")
    if form.line_ref.data not in lines:
        form.line_ref.data = ""
    if form.accepts(actions.add_note, plan, **extra):
        return done(
            _("Catatan disimpan. Catatan terkirim saat SKP Anda kembalikan."), _show(plan) + "#notes", form
        )
    return page(
        T + "note.html",
        plan=plan,
        around=around,
        form=form,
        line=lines.get(str(form.line_ref.data)),
        note=None,
    )


@bp.route("/notes/<line_note_ref>/remove", methods=["POST"])
@requires(Plans.REMOVE_NOTE, LineNote)
def remove_note(note: LineNote) -> Any:
    """Take back an unsent note."""
    plan = db.session.get_one(Plan, note.plan_id)
    form = Press()
    if form.accepts(actions.remove_note, note):
        return done(_("Catatan dihapus."), _show(plan), form)
    return refused(form, _show(plan))


@bp.route("/notes/<line_note_ref>/answer", methods=["GET", "POST"])
@requires(Plans.ANSWER_NOTE, LineNote)
def answer_note(note: LineNote) -> Any:
    """Answer a note while mending the plan."""
    plan = db.session.get_one(Plan, note.plan_id)
    around = queries.setting(plan)
    _relation(around)
    form = AnswerForm(note)
    if form.accepts(actions.answer_note, note):
        return done(_("Jawaban Anda disimpan."), _show(plan) + "#notes", form)
    return page(T + "note.html", plan=plan, around=around, form=form, line=None, note=note)


@bp.route("/<plan_ref>/change", methods=["GET", "POST"])
@requires(Plans.CHANGE, Plan)
def change(plan: Plan) -> Any:
    """Begin a change of the plan that was set, with its reason (Y-47)."""
    around = queries.setting(plan)
    _relation(around)
    form = ChangeForm().offer()
    form.version, form.about = plan.version, plan
    if form.accepts(actions.change, plan):
        message = _(
            "Perubahan SKP dimulai. Versi yang ditetapkan tetap berlaku sampai perubahan ini ditetapkan."
        )
        return done(message, _show(plan), form)
    refusal = rules.why_not_change(plan.state, around.period.state is PeriodState.OPEN)
    return page(T + "change.html", plan=plan, around=around, form=form, locked=refusal)


@bp.route("/<plan_ref>/change/drop", methods=["POST"])
@requires(Plans.CHANGE, Plan)
def drop_change(plan: Plan) -> Any:
    """Give the change up."""
    return _press(plan, actions.drop_change, _("Perubahan dibatalkan. SKP yang ditetapkan tetap berlaku."))


@bp.route("/<plan_ref>/versions")
@requires(Plans.VIEW, Plan)
def versions(plan: Plan) -> Any:
    """Every version, and two of them side by side with what differs by line (``?from=``, ``?to=``)."""
    around = queries.setting(plan)
    area = _relation(around)
    rows = queries.versions(plan)
    known = {row.number for row in rows}
    newer = _number(request.args.get("to"), known, plan.number)
    older = _number(request.args.get("from"), known, _earlier(rows, newer))
    pair = queries.versions_numbered(plan, [older, newer])
    differ = len(pair) == 2
    return page(
        T + "versions.html",
        plan=plan,
        around=around,
        area=area,
        rows=rows,
        older=older,
        newer=newer,
        compared=rules.compare(pair[0], pair[1]) if differ else [],
        lists_changed=rules.attachment_differences(pair[0], pair[1]) if differ else (),
        pair=pair,
        field_names=rules.FIELDS,
        values=list(CoreValue),
        expectations=[queries.expectations(version) for version in pair],
    )


def _number(text: str | None, known: set[int], otherwise: int) -> int:
    number = int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) < 6 else 0
    return number if number in known else otherwise


def _earlier(rows: Any, newer: int) -> int:
    """The version that held before ``newer``, else the one written before it; 0 when there is none."""
    before = [row for row in rows if row.number < newer]
    in_force = [row.number for row in before if row.set_on is not None]
    return int((in_force or [row.number for row in before] or [0])[0])


@bp.route("/<plan_ref>/document")
@requires(Plans.VIEW, Plan)
def document(plan: Plan) -> Any:
    """The official form: F-1 for leaders of organisations, F-3 for everybody else, with F-5.

    Of the version at work, or of another one (``?version=``).
    """
    around = queries.setting(plan)
    _relation(around)
    wanted = _number(request.args.get("version"), set(range(1, plan.number + 1)), plan.number)
    version = queries.version_numbered(plan, wanted) or queries.version_at_work(plan)
    return page(
        T + "document.html",
        typed_by=log.typists_of([plan]),
        substituted=[
            row for row in queries.substitutions(plan) if row.PlanSubstitution.number == version.number
        ],
        plan=plan,
        around=around,
        version=version,
        expectations=queries.expectations(version),
        values=list(CoreValue),
        guides=GUIDES,
    )


@bp.route("/<plan_ref>/matrix")
@requires(Plans.SHARE_MATRIX, Plan)
def matrix(plan: Plan) -> Any:
    """The role-result matrix: people by the leader's results."""
    around = queries.setting(plan)
    _relation(around)
    return page(
        T + "matrix.html",
        plan=plan,
        around=around,
        results=queries.results_in_force(plan),
        team=queries.team(around.period.id, plan.person_id),
        cells=queries.cells(plan),
        refusal=rules.why_not_share_matrix(
            rules.PlanState.SET if plan.in_force else plan.state, plan.matrix_shared is not None
        ),
    )


@bp.route("/<plan_ref>/matrix/<tenure_ref>", methods=["GET", "POST"])
@requires(Plans.SHARE_MATRIX, Plan)
def matrix_row(plan: Plan, tenure_ref: str) -> Any:
    """One member's row of the matrix."""
    around = queries.setting(plan)
    _relation(around)
    tenure = find(Tenure, tenure_ref, Plans.FILL_ROW)
    results = queries.results_in_force(plan)
    cells = queries.cells(plan)
    filled = {f"cell_{row.line_ref}": cells.get((row.line_ref, tenure.id), "") for row in results}
    form = MatrixRowForm.for_results(results)(**filled)
    if form.accepts(actions.fill_row, plan, tenure):
        return done(_("Baris matriks disimpan."), url_for(".matrix", plan_ref=plan.ref), form)
    member = next(
        (row for row in queries.team(around.period.id, plan.person_id) if row.tenure_ref == tenure_ref), None
    )
    return page(T + "matrix_row.html", plan=plan, around=around, form=form, member=member, results=results)


@bp.route("/<plan_ref>/matrix/share", methods=["POST"])
@requires(Plans.SHARE_MATRIX, Plan)
def share_matrix(plan: Plan) -> Any:
    """Share the matrix with the team."""
    form = Press(plan)
    address = url_for(".matrix", plan_ref=plan.ref)
    if form.accepts(actions.share_matrix, plan):
        return done(_("Matriks dibagikan. Tim Anda sekarang dapat mengajukan SKP."), address, form)
    return refused(form, address)


@bp.route("/expectations", methods=["GET", "POST"])
@requires(Plans.EXPECT_OF_TEAM)
def team_expectations() -> Any:
    """What I expect of my whole team; copied into each new plan (Y-14)."""
    stand_in("rater")
    cycle = current_cycle(current_user.region_id, today())
    known = queries.team_expectations(cycle.id, current_user.person_id) if cycle else {}
    form = ValuesForm(**{value.value: row.text for value, row in known.items()})
    if cycle is not None and form.accepts(actions.expect_of_team, cycle):
        return done(_("Ekspektasi untuk tim disimpan."), url_for("rater_desk.plans"), form)
    return page(
        T + "team_expectations.html",
        form=form,
        cycle=cycle,
        values=list(CoreValue),
        guides=GUIDES,
    )

"""Pages of one person's period: action steps, progress with evidence, feedback and replies."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.extensions import db
from portal.ledger.files import StoredFile
from portal.performance.colleagues import queries as colleagues
from portal.performance.evaluations import queries as evaluations
from portal.performance.goals import queries as shared_goals
from portal.performance.plans.rules import CoreValue
from portal.performance.progress import actions, queries, rules
from portal.performance.progress.forms import (
    AgreeForm,
    EntryForm,
    FeedbackForm,
    ReplyForm,
    StepForm,
    two_texts,
)
from portal.performance.progress.models import ActionStep, Feedback, ProgressEntry
from portal.performance.progress.rights import Progress
from portal.performance.progress.rules import StepState
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles.models import Enrolment
from portal.policy.cycles.queries import current_cycle
from portal.web.answers import done, page, refused
from portal.web.current import today
from portal.web.forms import press
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import requires
from portal.web.uploads import download, taken_in

bp = Blueprint("progress", __name__, url_prefix="/progress")
T = "performance/progress/"


def _area(enrolment: Enrolment) -> str:
    """The area by the reader's relation to the person (decision 14.17)."""
    me = current_user.person_id
    if me is not None and me == enrolment.person_id:
        area = "employee"
    elif me is not None and me in (enrolment.appraiser_id, enrolment.superior_id):
        area = "rater"
    else:
        area = "hr"
    stand_in(area)
    return area


def _show(enrolment_ref: str, line_ref: str = "") -> str:
    anchor = f"line-{line_ref}" if line_ref else None
    return url_for("progress.show", enrolment_ref=enrolment_ref, _anchor=anchor)


def _enrolment(thing: ActionStep | ProgressEntry | Feedback) -> Enrolment:
    return db.session.get_one(Enrolment, thing.enrolment_id)


@bp.route("/mine")
@requires(Progress.MINE)
def mine() -> Any:
    """One's own period that is running."""
    enrolment = queries.running_enrolment(current_user.person_id, current_user.region_id)
    if enrolment is None:
        stand_in("employee")
        return page(T + "none.html")
    return redirect(_show(enrolment.ref), 303)


@bp.route("/<enrolment_ref>")
@requires(Progress.VIEW, Enrolment)
def show(enrolment: Enrolment) -> Any:
    """A period of one person: steps, entries and feedback under each planned result."""
    area = _area(enrolment)
    around = queries.around(enrolment)
    mine = area == "employee"
    entries = queries.recorded([enrolment.id], withdrawn=mine)
    steps = queries.steps(enrolment.id)
    proposed = [step for step in steps if step.state is StepState.PROPOSED]
    return page(
        T + "show.html",
        around=around,
        area=area,
        steps=steps,
        proposed=len(proposed),
        shown=rules.as_shown((step.ref, step.version) for step in proposed),
        entries=[each for each in entries if each.entry.withdrawn is None],
        withdrawn=[each for each in entries if each.entry.withdrawn is not None],
        said=queries.feedback([enrolment.id]),
        known={result.line_ref for result in around.results},
        locked=rules.why_not_record(around.closed, around.rated),
        is_appraiser=current_user.person_id is not None and current_user.person_id == enrolment.appraiser_id,
        shared=shared_goals.of_plan(around.plan),
        day=today(),
    )


# ------------------------------------------------------------------------------------ action steps


@bp.route("/<enrolment_ref>/steps/new", methods=["GET", "POST"])
@requires(Progress.RECORD, Enrolment)
def add_step(enrolment: Enrolment) -> Any:
    """Propose a step towards a result (``?line=``)."""
    _area(enrolment)
    form = StepForm(line_ref=request.args.get("line")).offer(queries.offered(enrolment).lines)
    if form.accepts(actions.add_step, enrolment):
        return done(
            _("Langkah diusulkan. Penilai menyepakatinya dengan satu ketukan."),
            _show(enrolment.ref, str(form.line_ref.data)),
            form,
        )
    return page(T + "step.html", around=queries.around(enrolment), form=form, step=None)


@bp.route("/steps/<action_step_ref>", methods=["GET", "POST"])
@requires(Progress.EDIT_STEP, ActionStep)
def change_step(step: ActionStep) -> Any:
    """Change a step; one that was agreed is proposed anew."""
    enrolment = _enrolment(step)
    _area(enrolment)
    form = StepForm(step).offer(queries.offered(enrolment).lines)
    if form.accepts(actions.change_step, step):
        return done(_("Langkah disimpan."), _show(enrolment.ref, str(form.line_ref.data)), form)
    rows, again = two_texts(form)
    around = queries.around(enrolment)
    return page(T + "step.html", around=around, form=form, step=step, rows=rows, again=again)


@bp.route("/steps/<action_step_ref>/<any(finish, reopen):verb>", methods=["POST"])
@requires(Progress.EDIT_STEP, ActionStep)
def move_step(step: ActionStep, verb: str) -> Any:
    """Finish a step, or open it again."""
    enrolment = _enrolment(step)
    address = _show(enrolment.ref, step.line_ref)
    message = _("Langkah selesai.") if verb == "finish" else _("Langkah dibuka kembali.")
    return press(actions.move_step, step, message, address, verb=verb)


@bp.route("/<enrolment_ref>/steps/agree", methods=["POST"])
@requires(Progress.AGREE, Enrolment)
def agree_steps(enrolment: Enrolment) -> Any:
    """Agree to every proposed step that was shown, with one tap."""
    address = _show(enrolment.ref)
    form = AgreeForm()
    if form.accepts(actions.agree_steps, enrolment):
        return done(_("Semua langkah yang diusulkan sudah disepakati."), address, form)
    return refused(form, address)


# ---------------------------------------------------------------------------------------- progress


@bp.route("/<enrolment_ref>/entries/new", methods=["GET", "POST"])
@requires(Progress.RECORD, Enrolment)
def add_entry(enrolment: Enrolment) -> Any:
    """Record what was done (``?line=``)."""
    _area(enrolment)
    offered = queries.offered(enrolment)
    last = max(offered.begins, min(today(), offered.ends))
    form = EntryForm(line_ref=request.args.get("line"), day=last).offer(offered.lines)
    with taken_in(form, form.files) as incoming:
        accepted = form.accepts(actions.record_progress, enrolment, incoming=incoming)
    if accepted:
        return done(_("Kemajuan dicatat."), _show(enrolment.ref, str(form.line_ref.data)), form)
    return page(T + "entry.html", around=queries.around(enrolment), form=form, entry=None, kept=[])


@bp.route("/entries/<progress_entry_ref>", methods=["GET", "POST"])
@requires(Progress.EDIT_ENTRY, ProgressEntry)
def change_entry(entry: ProgressEntry) -> Any:
    """Change an entry, or add evidence to it."""
    enrolment = _enrolment(entry)
    _area(enrolment)
    form = EntryForm(entry).offer(queries.offered(enrolment).lines)
    with taken_in(form, form.files) as incoming:
        accepted = form.accepts(actions.change_progress, entry, incoming=incoming)
    if accepted:
        return done(_("Catatan disimpan."), _show(enrolment.ref, str(form.line_ref.data)), form)
    rows, again = two_texts(form)
    return page(
        T + "entry.html",
        around=queries.around(enrolment),
        form=form,
        entry=entry,
        kept=queries.evidence([entry.ref]).get(entry.ref, []),
        rows=rows,
        again=again,
    )


@bp.route("/entries/<progress_entry_ref>/withdraw", methods=["POST"])
@requires(Progress.EDIT_ENTRY, ProgressEntry)
def withdraw_entry(entry: ProgressEntry) -> Any:
    """Take an entry back."""
    return _take(entry, actions.withdraw_progress, _("Catatan ditarik. Anda dapat membatalkannya di bawah."))


@bp.route("/entries/<progress_entry_ref>/restore", methods=["POST"])
@requires(Progress.EDIT_ENTRY, ProgressEntry)
def restore_entry(entry: ProgressEntry) -> Any:
    """Put an entry back."""
    return _take(entry, actions.restore_progress, _("Catatan dikembalikan."))


def _take(entry: ProgressEntry, action: Any, message: str) -> Any:
    return press(action, entry, message, _show(_enrolment(entry).ref))


@bp.route("/files/<stored_file_ref>")
@requires(Progress.FETCH, StoredFile)
def fetch(file: StoredFile) -> Any:
    """A piece of evidence as a download: never a page, never run, never kept by anybody between."""
    return download(file)


# ---------------------------------------------------------------------------------------- feedback


@bp.route("/feedback")
@requires(Progress.MINE)
def feedback() -> Any:
    """All feedback to oneself over the year."""
    stand_in("employee")
    cycle = current_cycle(current_user.region_id, today()) if current_user.region_id else None
    rows = queries.feedback_of_year(current_user.person_id, cycle.id) if cycle else []
    return page(
        T + "feedback.html", cycle=cycle, rows=rows, asked=colleagues.count_asked(current_user.person_id)
    )


@bp.route("/<enrolment_ref>/feedback/document")
@requires(Progress.VIEW, Enrolment)
def feedback_document(enrolment: Enrolment) -> Any:
    """Form F-9: the feedback of a period, by result and by value; of the whole year with the year's."""
    _area(enrolment)
    evaluation = evaluations.of_enrolment(enrolment.id)
    if evaluation is None:
        abort(404)
    around = evaluations.setting(evaluation)
    yearly = around.period.kind is PeriodKind.YEAR
    said = list(reversed(queries.feedback_of_year(enrolment.person_id, around.cycle.id)))
    if not yearly:
        said = [row for row in said if row.Feedback.enrolment_id == enrolment.id]
        entries = queries.recorded([enrolment.id])
    else:
        entries = queries.recorded_of_year(enrolment.person_id, around.cycle.id)
    return page(
        T + "feedback_document.html",
        around=around,
        yearly=yearly,
        groups=_groups(said, entries),
    )


def _groups(said: list[Any], entries: list[queries.Recorded]) -> list[tuple[str, list[Any], int]]:
    """Feedback by what it is about: results as they were talked of first, then values, then the rest."""
    evidence = Counter(each.entry.line_ref for each in entries)
    by_line: dict[str, list[Any]] = {}
    for row in said:
        if row.Feedback.line_ref:
            by_line.setdefault(row.Feedback.line_ref, []).append(row)
    found = [
        (_("Hasil kerja: %(text)s", text=rows[0].line or "–"), rows, evidence[line])
        for line, rows in by_line.items()
    ]
    for value in CoreValue:
        rows = [row for row in said if row.Feedback.value is value]
        if rows:
            found.append((_("Perilaku kerja: %(value)s", value=label(value)), rows, 0))
    rest = [row for row in said if not row.Feedback.line_ref and row.Feedback.value is None]
    if rest:
        found.append((_("Pekerjaan secara keseluruhan"), rest, 0))
    return found


@bp.route("/<enrolment_ref>/feedback/new", methods=["GET", "POST"])
@requires(Progress.GIVE_FEEDBACK, Enrolment)
def give_feedback(enrolment: Enrolment) -> Any:
    """Tell somebody what was good or could be better (``?about=``)."""
    _area(enrolment)
    form = FeedbackForm(topic=request.args.get("about", "")).offer(queries.offered(enrolment).lines)
    accepted = form.accepts(actions.give_feedback, enrolment)
    around = queries.around(enrolment)
    if accepted:
        message = _("Umpan balik tersampaikan kepada %(name)s", name=around.person.full_name)
        return done(message, _show(enrolment.ref), form)
    return page(T + "give_feedback.html", around=around, form=form)


@bp.route("/feedback/<feedback_ref>/reply", methods=["GET", "POST"])
@requires(Progress.REPLY, Feedback)
def reply(feedback: Feedback) -> Any:
    """Answer feedback: thanks, a comment, or a plan."""
    enrolment = _enrolment(feedback)
    _area(enrolment)
    form = ReplyForm().offer()
    if form.accepts(actions.reply, feedback):
        return done(_("Tanggapan Anda tersampaikan."), _show(enrolment.ref), form)
    around = queries.around(enrolment)
    return page(
        T + "reply.html",
        around=around,
        form=form,
        feedback=feedback,
        about=next((r.text for r in around.results if r.line_ref == feedback.line_ref), ""),
        refusal=rules.why_not_reply(True, feedback.replied is not None),
    )

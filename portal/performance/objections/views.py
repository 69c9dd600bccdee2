"""Pages of objections: file, explain, decide, print; and documents that the superior sets."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.extensions import db
from portal.ledger.files import StoredFile
from portal.performance.evaluations import queries as evaluations
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.rights import around
from portal.performance.evaluations.rules import objection_due
from portal.performance.evaluations.views import matrix_of, read_by
from portal.performance.objections import actions, queries, rules
from portal.performance.objections.forms import DecideForm, ExplainForm, FileForm, SubstituteForm
from portal.performance.objections.models import Objection
from portal.performance.objections.rights import Objections
from portal.performance.objections.rules import ObjectionState
from portal.policy.cycles.models import Enrolment
from portal.policy.history import queries as log
from portal.web.answers import done, page
from portal.web.current import today
from portal.web.forms import press
from portal.web.frame import stand_in
from portal.web.rights import may, requires
from portal.web.uploads import download, taken_in

bp = Blueprint("objections", __name__, url_prefix="/objections")
T = "performance/objections/"


def _show(objection: Objection) -> str:
    return url_for("objections.show", objection_ref=objection.ref)


def _setting(objection: Objection) -> evaluations.Setting:
    return around(db.session.get_one(Evaluation, objection.evaluation_id))


@bp.route("")
@requires(Objections.LIST)
def index() -> Any:
    """Objections that wait for my explanation or decision, what stayed unsigned below me, and my own."""
    me = current_user.person_id
    rows = queries.listed(queries.decides(me) | (Enrolment.appraiser_id == me) | (Enrolment.person_id == me))
    unsigned = queries.overdue_below(me, today())
    mine = [row for row in rows if row.Enrolment.person_id == me]
    others = [row for row in rows if row.Enrolment.person_id != me]
    stand_in("rater" if others or unsigned or not mine else "employee")
    return page(T + "index.html", mine=mine, others=others, unsigned=unsigned, me=me)


@bp.route("/new/<evaluation_ref>", methods=["GET", "POST"])
@requires(Objections.FILE, Evaluation)
def file(evaluation: Evaluation) -> Any:
    """Contest a rating that was received (Y-60)."""
    stand_in("employee")
    setting = around(evaluation)
    locked = actions.why_not_file(setting, today=today())
    form = FileForm().offer()
    with taken_in(form, form.files) as incoming:
        accepted = form.accepts(actions.file, evaluation, incoming=incoming)
    if accepted:
        message = _("Keberatan terkirim. Penilai memberi penjelasan, lalu atasannya memutus.")
        return done(message, url_for(".show", objection_ref=form.result.ref), form)
    starts = actions.starts(setting)
    return page(
        T + "file.html",
        around=setting,
        evaluation=evaluation,
        form=form,
        locked=locked,
        received=starts,
        due=objection_due(starts, setting.policy.rules) if starts else None,
    )


@bp.route("/<objection_ref>")
@requires(Objections.VIEW, Objection)
def show(objection: Objection) -> Any:
    """An objection: what is contested, what both sides say, the decision, and whose step it is."""
    setting = _setting(objection)
    area = read_by(setting)
    explanation_due, decision_due = actions.dues(objection, setting)
    return page(
        T + "show.html",
        around=setting,
        objection=objection,
        row=queries.whole(objection),
        files=queries.evidence(objection),
        area=area,
        explains=may(Objections.EXPLAIN, objection) and objection.state is ObjectionState.FILED,
        decides=may(Objections.DECIDE, objection) and objection.state in rules.OPEN,
        withdraws=may(Objections.WITHDRAW, objection) and objection.state in rules.OPEN,
        refusal=actions.why_not_decide(
            objection,
            setting,
            explanation_due=explanation_due,
            by_person=current_user.person_id,
            today=today(),
        ),
        explanation_due=explanation_due,
        decision_due=decision_due,
        day=today(),
    )


@bp.route("/<objection_ref>/withdraw", methods=["POST"])
@requires(Objections.WITHDRAW, Objection)
def withdraw(objection: Objection) -> Any:
    """Take one's objection back."""
    return press(actions.withdraw, objection, _("Keberatan ditarik kembali."), _show(objection))


@bp.route("/<objection_ref>/explain", methods=["GET", "POST"])
@requires(Objections.EXPLAIN, Objection)
def explain(objection: Objection) -> Any:
    """The appraiser's explanation."""
    stand_in("rater")
    form = ExplainForm()
    form.version = objection.version
    if form.accepts(actions.explain, objection):
        return done(_("Penjelasan tersampaikan."), _show(objection), form)
    locked = rules.why_not_explain(objection.state)
    if locked is not None and request.method == "GET":
        return redirect(_show(objection), 303)
    setting = _setting(objection)
    return page(
        T + "explain.html",
        around=setting,
        objection=objection,
        form=form,
        due=actions.dues(objection, setting)[0],
    )


@bp.route("/<objection_ref>/decide", methods=["GET", "POST"])
@requires(Objections.DECIDE, Objection)
def decide(objection: Objection) -> Any:
    """The superior's decision; it is final (Y-61)."""
    stand_in("rater")
    row = queries.whole(objection)
    form = DecideForm(result_rating=row.contested.result, behaviour_rating=row.contested.behaviour).offer()
    form.version = objection.version
    if form.accepts(actions.decide, objection):
        return done(_("Putusan ditetapkan dan terbaca oleh kedua pihak."), _show(objection), form)
    setting = _setting(objection)
    locked = actions.why_not_decide(
        objection,
        setting,
        explanation_due=actions.dues(objection, setting)[0],
        by_person=current_user.person_id,
        today=today(),
    )
    if locked is not None and request.method == "GET":
        return redirect(_show(objection), 303)
    return page(
        T + "decide.html",
        around=setting,
        objection=objection,
        row=row,
        files=queries.evidence(objection),
        form=form,
        matrix=matrix_of(setting.policy.rules),
    )


@bp.route("/<objection_ref>/document")
@requires(Objections.VIEW, Objection)
def document(objection: Objection) -> Any:
    """Forms F-14a and, once decided, F-14b."""
    setting = _setting(objection)
    read_by(setting)
    return page(
        T + "document.html",
        around=setting,
        objection=objection,
        row=queries.whole(objection),
        files=queries.evidence(objection),
        received=actions.starts(setting),
        typed_by=log.typists_of([objection]),
    )


@bp.route("/files/<stored_file_ref>")
@requires(Objections.FETCH, StoredFile)
def fetch(file: StoredFile) -> Any:
    """A piece of evidence as a download, as everywhere."""
    return download(file)


@bp.route("/substitute/<evaluation_ref>", methods=["GET", "POST"])
@requires(Objections.SUBSTITUTE, Evaluation)
def substitute(evaluation: Evaluation) -> Any:
    """Set a document that somebody left unsigned beyond the day (Y-59)."""
    stand_in("rater")
    setting = around(evaluation)
    form = SubstituteForm()
    form.version = evaluation.version
    if form.accepts(actions.substitute, evaluation):
        return done(
            _("Dokumen ditetapkan oleh Anda sebagai atasan penilai."),
            url_for("evaluations.show", evaluation_ref=evaluation.ref),
            form,
        )
    setting = around(evaluation, fresh=form.status not in (200, 422))
    return page(
        T + "substitute.html",
        around=setting,
        evaluation=evaluation,
        form=form,
        locked=actions.why_not_substitute(setting, today=today()),
    )

"""Pages of evaluations: report, bench, rating, hand-over, receipt, explanation, documents."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.kernel.refusal import Refusal
from portal.ledger import external
from portal.performance import access
from portal.performance.advice import rules as advising
from portal.performance.advice.document import as_data
from portal.performance.advice.explanation import behaviour_step
from portal.performance.advice.facts import read_facts
from portal.performance.advice.recompute import evaluate
from portal.performance.advice.rules import MARKS, Tally
from portal.performance.colleagues import queries as colleagues
from portal.performance.dialogues import queries as dialogues
from portal.performance.dialogues import rules as talks
from portal.performance.dialogues.actions import side_in
from portal.performance.evaluations import actions, explain, looks, queries, rules
from portal.performance.evaluations.forms import (
    ReceiveForm,
    ReportForm,
)
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.rights import Evaluations, around
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.legacy import queries as legacy
from portal.performance.legacy.rights import reads_through
from portal.performance.objections import queries as objections
from portal.performance.plans.rules import GUIDES, CoreValue
from portal.performance.programmes import queries as programmes
from portal.performance.progress import queries as progress
from portal.performance.progress.forms import two_texts
from portal.performance.surveys import queries as surveys
from portal.performance.surveys.queries import Left
from portal.policy.cycles.names import period_name
from portal.policy.cycles.rules import PeriodState
from portal.policy.history import queries as log
from portal.policy.policies.rules import ExpectationRating
from portal.web.answers import done, page
from portal.web.current import now, today
from portal.web.formats import formats
from portal.web.frame import stand_in
from portal.web.rights import requires

bp = Blueprint("evaluations", __name__, url_prefix="/evaluations")
T = "performance/evaluations/"
bp.after_app_request(looks.note_look)


def area_of(setting: queries.Setting) -> str:
    """The area by the reader's relation to the person rated (decision 14.17)."""
    me = current_user.person_id
    if me is not None and me == setting.enrolment.person_id:
        area = "employee"
    elif me is not None and me in (setting.enrolment.appraiser_id, setting.enrolment.superior_id):
        area = "rater"
    else:
        area = "hr"
    stand_in(area)
    return area


def read_by(setting: queries.Setting) -> str:
    """``area_of`` for a page that is read: that it was looked at is told to its employee."""
    looks.remember(setting, today())
    return area_of(setting)


def is_appraiser(setting: queries.Setting) -> bool:
    me = current_user.person_id
    return me is not None and me == setting.enrolment.appraiser_id


def sees_rating(setting: queries.Setting, area: str) -> bool:
    """The person rated sees the rating once it was told; whoever may know of it sees it before."""
    if setting.rating is None:
        return False
    return area != "employee" or setting.evaluation.state in queries.TOLD


def address_of(evaluation_ref: str) -> str:
    return url_for("evaluations.show", evaluation_ref=evaluation_ref)


def is_blind(setting: queries.Setting) -> bool:
    """Whether the appraiser doesn't see the figures yet: an unsent report is the employee's own draft,
    until its day has passed.
    """
    due = setting.achievement_due
    return setting.evaluation.state is EvaluationState.RUNNING and not (due is not None and today() > due)


def said_of(setting: queries.Setting) -> Any:
    """The feedback that an evaluation looks at: of its period, or of the whole year."""
    if explain.is_yearly(setting):
        return progress.feedback_of_year(setting.enrolment.person_id, setting.cycle.id)
    return progress.feedback([setting.enrolment.id])


def recorded_of(setting: queries.Setting) -> Any:
    """The progress that an evaluation looks at: of its period, or of the whole year."""
    if explain.is_yearly(setting):
        return progress.recorded_of_year(setting.enrolment.person_id, setting.cycle.id)
    return progress.recorded([setting.enrolment.id])


def recommended_of(setting: queries.Setting) -> Any:
    """What team leads recommend for an evaluation: in its period, or over the whole year."""
    if not setting.has_leads:
        return []
    if explain.is_yearly(setting):
        return colleagues.recommended(colleagues.of_year(setting.enrolment.person_id, setting.cycle.id))
    return colleagues.recommended([setting.enrolment.id])


def survey_of(setting: queries.Setting) -> Left:
    """What the closed survey left of somebody; not asked where the policy has none.

    Comments are for the person, the appraisers and the performance manager; board and auditors read figures.
    """
    if setting.policy.rules.survey is None:
        return surveys.NOTHING
    left, enrolment = surveys.left_of(setting.enrolment), setting.enrolment
    near = (enrolment.person_id, enrolment.appraiser_id, enrolment.superior_id)
    if current_user.person_id in near or access.manages(
        current_user, enrolment.region_id, enrolment.agency_id
    ):
        return left
    return replace(left, comments=())


def marks_of(marks: str | None) -> dict[CoreValue, ExpectationRating]:
    """The appraiser's marks by core value; values without one are left out."""
    return {
        value: MARKS[int(mark)] for value, mark in zip(CoreValue, marks or "", strict=False) if mark != "0"
    }


def participation_of(
    setting: queries.Setting, results: Any = None, marks: str | None = None, *, pictured: bool = False
) -> Any:
    """Participation in programmes beside an evaluation: read with the ratings, never part of them (BDG-2).

    ``results`` (mean attainment) and ``marks`` (of the core values) are for the picture of three aspects.
    """
    own = Tally.of_one(marks)
    return programmes.shown(
        setting.taken,
        setting.period,
        setting.policy.rules,
        results=results,
        attitude=own.mean if own.is_whole() else None,
        pictured=pictured,
    )


def objections_to(setting: queries.Setting) -> Any:
    """The objections to an evaluation, newest first; not asked where there is none."""
    return objections.of_evaluation(setting.evaluation.id) if setting.was_contested else []


def unseen(lines: list[queries.Line]) -> list[queries.Line]:
    """The plan's lines without what was reached."""
    nothing = advising.Attainment(None, note=advising.MISSING)
    return [
        replace(line, rows=[replace(row, achievement=None, attainment=nothing) for row in line.rows])
        for line in lines
    ]


def saved_words() -> str:
    return _("Tersimpan pukul %(time)s.", time=formats().time(now()))


def matrix_of(policy: Any) -> dict[str, dict[str, str]]:
    """The policy's matrix as the component takes it: result → behaviour → rating."""
    found: dict[str, dict[str, str]] = {}
    for (result, behaviour), overall in policy.matrix.items():
        found.setdefault(result.value, {})[behaviour.value] = overall.value
    return found


# ------------------------------------------------------------------------------------------- reading


@bp.route("/mine")
@requires(Evaluations.MINE)
def mine() -> Any:
    """One's own evaluations over the periods, newest first."""
    stand_in("employee")
    return page(
        T + "mine.html",
        rows=queries.own(current_user.person_id),
        earlier=legacy.years_of(current_user.person_id),
        day=today(),
    )


@bp.route("/<evaluation_ref>")
@requires(Evaluations.VIEW, Evaluation)
def show(evaluation: Evaluation) -> Any:
    """One evaluation: its state in words, whose turn it is until when, the rating if it was told."""
    setting = around(evaluation)
    area = read_by(setting)
    yearly = explain.is_yearly(setting)
    refusals: dict[str, Refusal | None] = {}
    if is_appraiser(setting):
        opened = setting.period.state is PeriodState.OPEN
        refusals = {
            "rate": actions.why_not_rate(setting, by_person=current_user.person_id, today=today()),
            "hand_over": rules.why_not_hand_over(evaluation.state, opened),
            "reopen_report": rules.why_not_reopen_report(evaluation.state, opened),
        }
    return page(
        T + "show.html",
        around=setting,
        evaluation=evaluation,
        area=area,
        told=sees_rating(setting, area),
        is_appraiser=is_appraiser(setting),
        turn=explain.turn(setting),
        refusals=refusals,
        lines=queries.lines(setting)[0],
        explain=explain,
        periods=queries.beside(setting) if yearly else [],
        sees=lambda state: area != "employee" or state in queries.TOLD,
        participation=participation_of(setting),
        objection=explain.objection(setting),
        objected=objections_to(setting),
        dialogues=dialogues.of_period(setting.enrolment.id) if setting.was_discussed else [],
        side=side_in(setting.person.id, setting.enrolment.appraiser_id, current_user.actor),
        cannot_talk=talks.why_not_talk_of_results(evaluation.state in queries.TOLD, setting.plan is not None),
        numbers=external.of(evaluation),
        earlier_url=_earlier_url(setting, area),
        day=today(),
    )


def _earlier_url(setting: queries.Setting, area: str) -> str | None:
    """Where the person's earlier years stand, where there are any and the reader may know of them."""
    if not setting.has_earlier or not reads_through(current_user, setting.enrolment, setting.period):
        return None
    if area == "employee":
        return url_for("legacy.mine")
    return url_for("legacy.person", person_ref=setting.person.ref)


@bp.route("/<evaluation_ref>/history")
@requires(Evaluations.VIEW, Evaluation)
def history(evaluation: Evaluation) -> Any:
    """Every step of an evaluation and of the organisation's rating before it; who looked at it (NEW-21)."""
    setting = around(evaluation)
    area = read_by(setting)
    objected = objections_to(setting)
    things = [evaluation, *objected, *filter(None, [setting.organisation_rating])]
    hidden = ["save_draft_rating"]
    if not sees_rating(setting, area):
        hidden += ["rate", "re_rate", "rate_by_objection"]
    name = period_name(setting.period)
    own = area == "employee"
    return page(
        "policy/history/thing.html",
        title=_("Riwayat evaluasi %(period)s", period=name)
        if own
        else _("Riwayat evaluasi %(name)s, %(period)s", name=setting.person.full_name, period=name),
        items=log.of_things(things, hidden=hidden),
        looks=looks.looks(evaluation),
        back=address_of(evaluation.ref),
        back_label=_("Evaluasi"),
    )


@bp.route("/<evaluation_ref>/why")
@requires(Evaluations.VIEW, Evaluation)
def why(evaluation: Evaluation) -> Any:
    """Mengapa nilai saya begini? The rating unfolded until it can be worked out again (NEW-1)."""
    setting = around(evaluation)
    area = read_by(setting)
    if not sees_rating(setting, area):
        return page(
            T + "not_yet.html", around=setting, evaluation=evaluation, area=area, turn=explain.turn(setting)
        )
    policy, rating = setting.policy.rules, setting.rating
    assert rating is not None
    lines, expectations = queries.lines(setting)
    measured = [row for line in lines for row in line.rows]
    advice = queries.advice(setting, measured)
    left = survey_of(setting)
    beside = queries.behaviour_advice(setting, rating.marks, left)
    return page(
        T + "why.html",
        left=left,
        beside=beside,
        marks=marks_of(rating.marks),
        behaviour_step=behaviour_step(beside, Tally.of_one(rating.marks), policy),
        around=setting,
        evaluation=evaluation,
        area=area,
        rating=rating,
        lines=lines,
        measured=measured,
        expectations=expectations,
        values=list(CoreValue),
        advice=advice,
        reasons=advising.advice_reasons(advice, policy.advice),
        differs=advising.differs_from_advice(rating.result, advice),
        limits=policy.advice,
        source=policy.sources["advice.result"],
        matrix=matrix_of(policy),
        matrix_source=policy.sources["matrix"],
        changes=advising.what_would_change(rating.result, rating.behaviour, policy.matrix),
        lift=advising.what_would_lift(advice, policy.advice),
        said=said_of(setting),
        recommended=recommended_of(setting),
        participation=participation_of(setting, advice.mean, rating.marks, pictured=True),
        history=queries.history(setting),
        objection=explain.objection(setting),
        objected=objections_to(setting),
        policy_url=url_for("policies.show", policy_version_ref=setting.policy.ref),
        explain=explain,
        day=today(),
    )


@bp.route("/<evaluation_ref>/why.json")
@requires(Evaluations.VIEW, Evaluation)
def why_json(evaluation: Evaluation) -> Any:
    """The same explanation for programs: the facts as `./kinerja evaluate` reads them, and what they give."""
    setting = around(evaluation)
    if not sees_rating(setting, read_by(setting)):
        abort(404)
    lines, _expectations = queries.lines(setting)
    facts = explain.facts(setting, lines, survey_of(setting))
    outcome = evaluate(read_facts(facts), setting.policy.rules)
    answer = jsonify(facts=facts, evaluation=as_data(outcome, setting.policy.sha256))
    answer.headers["Content-Disposition"] = f'attachment; filename="evaluasi-{evaluation.ref}.json"'
    return answer


@bp.route("/<evaluation_ref>/document")
@requires(Evaluations.VIEW, Evaluation)
def document(evaluation: Evaluation) -> Any:
    """Form F-10: the evaluation with achievements and feedback, signed by the appraiser."""
    setting = around(evaluation)
    if not sees_rating(setting, read_by(setting)):
        abort(404)
    lines, expectations = queries.lines(setting)
    return page(
        T + "document.html",
        around=setting,
        typed_by=log.typists_of([evaluation]),
        evaluation=evaluation,
        lines=lines,
        approach=lines[0].approach if lines else None,
        expectations=expectations,
        values=list(CoreValue),
        guides=GUIDES,
        said=said_of(setting),
        entries=recorded_of(setting),
        explain=explain,
    )


@bp.route("/<evaluation_ref>/sheet")
@requires(Evaluations.VIEW, Evaluation)
def sheet(evaluation: Evaluation) -> Any:
    """Form F-11: the evaluation document with both signatures, as promotion files ask for it."""
    setting = around(evaluation)
    if not sees_rating(setting, read_by(setting)):
        abort(404)
    return page(
        T + "sheet.html",
        around=setting,
        evaluation=evaluation,
        substituted=objections.substitutions(evaluation.id),
        typed_by=log.typists_of([evaluation]),
    )


# ---------------------------------------------------------------------------------- the employee's part


@bp.route("/<evaluation_ref>/report", methods=["GET", "POST"])
@requires(Evaluations.REPORT, Evaluation)
def report(evaluation: Evaluation) -> Any:
    """What was reached on each indicator, or why there is no figure; kept as a draft or sent (Y-33)."""
    setting = around(evaluation)
    locked = rules.why_not_report(evaluation.state, setting.period.state is PeriodState.OPEN)
    if locked is not None and request.method == "GET":
        return redirect(address_of(evaluation.ref), 303)
    area_of(setting)
    lines = queries.lines(setting)[0]
    form = ReportForm.of(evaluation, [row for line in lines for row in line.rows])
    sending = "send" in request.form
    if form.accepts(actions.report if sending else actions.save_report, evaluation):
        if sending:
            appraiser = around(evaluation, fresh=True).appraiser
            name = appraiser.full_name if appraiser else _("penilai")
            return done(_("Realisasi terkirim ke %(name)s", name=name), address_of(evaluation.ref), form)
        return done(saved_words(), url_for(".report", evaluation_ref=evaluation.ref), form)
    if form.status not in (200, 422):
        setting = around(evaluation, fresh=True)
        lines = queries.lines(setting)[0]
    rows, again = two_texts(form)
    return page(
        T + "report.html",
        around=setting,
        evaluation=evaluation,
        lines=lines,
        form=form,
        rows=rows,
        again=again,
        explain=explain,
        unexplained=sum(row.achievement is None for line in lines for row in line.rows),
        day=today(),
    )


@bp.route("/<evaluation_ref>/receive", methods=["GET", "POST"])
@requires(Evaluations.RECEIVE, Evaluation)
def receive(evaluation: Evaluation) -> Any:
    """Sign as received, which isn't consent (Y-58)."""
    setting = around(evaluation)
    area_of(setting)
    form = ReceiveForm()
    form.version = evaluation.version
    if form.accepts(actions.receive, evaluation):
        return done(
            _("Dokumen Anda terima. Salinannya tetap dapat Anda buka di sini."),
            address_of(evaluation.ref),
            form,
        )
    setting = around(evaluation, fresh=form.status not in (200, 422))
    locked = rules.why_not_receive(evaluation.state)
    if locked is not None and request.method == "GET":
        return redirect(address_of(evaluation.ref), 303)
    return page(
        T + "receive.html",
        around=setting,
        evaluation=evaluation,
        form=form,
        locked=locked,
        receipt_due=rules.receipt_due(evaluation.handed_over_on, setting.policy.rules)
        if evaluation.handed_over_on
        else None,
        objection_due=rules.objection_due(today(), setting.policy.rules),
    )

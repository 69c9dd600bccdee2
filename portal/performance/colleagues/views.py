"""Pages of requests for feedback and of team leads: ask, answer, lead, recommend."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.performance.colleagues import actions, queries, rules
from portal.performance.colleagues.forms import (
    AnswerForm,
    AskForm,
    LeadFeedbackForm,
    LeadForm,
    RecommendForm,
)
from portal.performance.colleagues.models import FeedbackRequest, TeamLead
from portal.performance.colleagues.rights import Colleagues
from portal.performance.plans.models import Plan
from portal.performance.progress import queries as progress
from portal.policy.cycles.models import Enrolment
from portal.web.answers import done, page
from portal.web.forms import press
from portal.web.frame import stand_in
from portal.web.rights import requires

bp = Blueprint("colleagues", __name__, url_prefix="/colleagues")
T = "performance/colleagues/"


@bp.route("")
@requires(Colleagues.MINE)
def index() -> Any:
    """What I am asked for, what I asked for, and the results that I lead."""
    stand_in("employee")
    me = current_user.person_id
    return page(
        T + "index.html",
        asked=queries.asked_of(me),
        about=queries.asked_about(me),
        led=queries.led_by(me),
        mine=progress.running_enrolment(me, current_user.region_id),
        me=me,
    )


@bp.route("/<enrolment_ref>/ask", methods=["GET", "POST"])
@requires(Colleagues.ASK, Enrolment)
def ask(enrolment: Enrolment) -> Any:
    """Ask a colleague for feedback: on oneself, or on somebody whom one appraises."""
    own = enrolment.person_id == current_user.person_id
    stand_in("employee" if own else "rater")
    form = AskForm(topic=request.args.get("line", "")).offer(enrolment, progress.offered(enrolment).lines)
    if form.accepts(actions.ask, enrolment):
        address = url_for(".index") if own else url_for("progress.show", enrolment_ref=enrolment.ref)
        return done(_("Permintaan terkirim."), address, form)
    return page(
        T + "ask.html",
        around=progress.around(enrolment),
        own=own,
        form=form,
    )


@bp.route("/requests/<feedback_request_ref>", methods=["GET", "POST"])
@requires(Colleagues.ANSWER, FeedbackRequest)
def answer(feedback_request: FeedbackRequest) -> Any:
    """Give the feedback that was asked for."""
    stand_in("employee")
    form = AnswerForm().offer()
    row = queries.request_of(feedback_request.ref)
    name = row.Person.full_name
    if form.accepts(actions.answer, feedback_request):
        return done(_("Umpan balik tersampaikan kepada %(name)s", name=name), url_for(".index"), form)
    return page(
        T + "answer.html",
        row=queries.request_of(feedback_request.ref),
        form=form,
        locked=rules.why_not_move("answer", feedback_request.state),
    )


@bp.route("/requests/<feedback_request_ref>/decline", methods=["POST"])
@requires(Colleagues.ANSWER, FeedbackRequest)
def decline(feedback_request: FeedbackRequest) -> Any:
    """Say that one has nothing to tell about it."""
    message = _("Tercatat. Peminta tahu bahwa Anda tidak dapat memberi umpan balik kali ini.")
    return press(actions.decline, feedback_request, message, url_for(".index"))


@bp.route("/requests/<feedback_request_ref>/withdraw", methods=["POST"])
@requires(Colleagues.WITHDRAW, FeedbackRequest)
def withdraw(feedback_request: FeedbackRequest) -> Any:
    """Take one's request back."""
    return press(actions.withdraw, feedback_request, _("Permintaan ditarik kembali."), url_for(".index"))


# -------------------------------------------------------------------------------------- team leads


@bp.route("/plans/<plan_ref>/leads", methods=["GET", "POST"])
@requires(Colleagues.NAME_LEAD, Plan)
def leads(plan: Plan) -> Any:
    """Name who leads the team of a result in somebody's plan."""
    stand_in("rater")
    lines = queries.lines_of_plan(plan)
    form = LeadForm(plan.region_id, line_ref=request.args.get("line")).offer(lines)
    if form.accepts(actions.name_lead, plan):
        return done(_("Ketua tim tercatat."), url_for(".leads", plan_ref=plan.ref), form)
    return page(T + "leads.html", plan=plan, lines=lines, rows=queries.leads_of_plan(plan.id), form=form)


@bp.route("/leads/<team_lead_ref>/end", methods=["POST"])
@requires(Colleagues.END_LEAD, TeamLead)
def end_lead(team_lead: TeamLead) -> Any:
    """Relieve a team lead."""
    plan = queries.plan_of(team_lead)
    return press(
        actions.end_lead,
        team_lead,
        _("Tugas ketua tim berakhir. Yang sudah disampaikannya tetap tersimpan."),
        url_for(".leads", plan_ref=plan.ref),
    )


@bp.route("/leads/<team_lead_ref>/feedback", methods=["GET", "POST"])
@requires(Colleagues.LEAD, TeamLead)
def lead_feedback(team_lead: TeamLead) -> Any:
    """A team lead's feedback on the result led."""
    stand_in("employee")
    row = queries.lead(team_lead.ref)
    periods = queries.periods_of(team_lead.plan_id)
    form = LeadFeedbackForm().offer(periods)
    if form.accepts(actions.give_as_lead, team_lead):
        name = row.Person.full_name
        return done(_("Umpan balik tersampaikan kepada %(name)s", name=name), url_for(".index"), form)
    return page(T + "lead_feedback.html", row=row, form=form, periods=periods)


@bp.route("/leads/<team_lead_ref>/recommend", methods=["GET", "POST"])
@requires(Colleagues.LEAD, TeamLead)
def recommend(team_lead: TeamLead) -> Any:
    """Recommend on the result led; the appraiser sees it beside the rating form, and decides."""
    stand_in("employee")
    periods = queries.periods_of(team_lead.plan_id)
    form = RecommendForm().offer(periods)
    if form.accepts(actions.recommend, team_lead):
        return done(_("Rekomendasi tersampaikan kepada penilai."), url_for(".index"), form)
    return page(
        T + "recommend.html",
        row=queries.lead(team_lead.ref),
        form=form,
        periods=periods,
        earlier=queries.recommended_by(team_lead.id),
    )

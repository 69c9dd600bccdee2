"""What is done beside the leader's part: ask for feedback and give it, name a team lead, recommend."""

from __future__ import annotations

from datetime import datetime

from portal.extensions import db
from portal.kernel.refusal import insist
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.people.employment.models import Person
from portal.performance.colleagues import queries, rules
from portal.performance.colleagues.models import FeedbackRequest, Recommendation, TeamLead
from portal.performance.colleagues.rules import REQUEST_WORKFLOW, RequestState
from portal.performance.plans.models import Plan
from portal.performance.progress import actions as progress
from portal.performance.progress import queries as progress_queries
from portal.performance.progress.models import Feedback
from portal.performance.progress.rules import FeedbackKind, Relation
from portal.policy.cycles.models import Enrolment
from portal.policy.policies.rules import ExpectationRating


def ask(
    enrolment: Enrolment, *, asked: Person, line_ref: str = "", question: str = "", by: Actor, at: datetime
) -> FeedbackRequest:
    """Ask somebody for feedback on the employee (Y-29); the employee or the appraiser asks."""
    leads, same_unit, reports = queries.standing_to(enrolment, asked.id, line_ref or None)
    relation = rules.relation_of(leads_line=leads, same_unit=same_unit, reports_to=reports)
    waiting, asked_already = queries.waiting(enrolment.id, asked.id)
    insist(
        rules.why_not_ask(
            relation=relation,
            to_receiver=asked.id == enrolment.person_id,
            to_leader=asked.id in (enrolment.appraiser_id, enrolment.superior_id),
            to_oneself=by.is_person(asked.id),
            waiting=waiting,
            asked_already=asked_already,
            period_open=queries.is_open(enrolment)[0],
        )
    )
    lines = dict(progress_queries.offered(enrolment).lines)
    row = FeedbackRequest(
        region_id=enrolment.region_id,
        enrolment_id=enrolment.id,
        asked_id=asked.id,
        asker_id=by.person_id,
        relation=relation,
        line_ref=line_ref if line_ref in lines else None,
        line_text=lines.get(line_ref, ""),
        question=question,
        at=at,
    )
    db.session.add(row)
    db.session.flush()
    events.record("ask_feedback", row, by=by, at=at, relation=str(relation))
    return row


def answer(
    request: FeedbackRequest, *, kind: FeedbackKind, text: str, by: Actor, at: datetime
) -> FeedbackRequest:
    """Give the feedback that was asked for (Y-27); it stands with its giver's name and relation."""
    insist(rules.why_not_move("answer", request.state))
    enrolment = db.session.get_one(Enrolment, request.enrolment_id)
    about = f"hasil:{request.line_ref}" if request.line_ref else ""
    row = progress.give_feedback(
        enrolment, about=about, kind=kind, text=text, relation=request.relation, by=by, at=at
    )
    request.feedback_id = row.id
    return _move("answer", request, by=by, at=at)


def decline(request: FeedbackRequest, *, by: Actor, at: datetime) -> FeedbackRequest:
    """Say that one can't tell anything about it; nothing is held against anybody."""
    insist(rules.why_not_move("decline", request.state))
    return _move("decline", request, by=by, at=at)


def withdraw(request: FeedbackRequest, *, by: Actor, at: datetime) -> FeedbackRequest:
    """Take a request back."""
    insist(rules.why_not_move("withdraw", request.state))
    return _move("withdraw", request, by=by, at=at)


def _move(verb: str, request: FeedbackRequest, *, by: Actor, at: datetime) -> FeedbackRequest:
    request.state = RequestState(REQUEST_WORKFLOW.after(verb, request.state))
    request.closed = at
    db.session.flush()
    events.record(f"{verb}_feedback_request", request, by=by, at=at)
    return request


def name_lead(plan: Plan, *, line_ref: str, person: Person, by: Actor, at: datetime) -> TeamLead:
    """The appraiser names who leads the team of a result."""
    held = queries.held_leads(plan.id, line_ref)
    insist(
        rules.why_not_name(
            is_receiver=person.id == plan.person_id,
            is_appraiser=person.id == queries.appraiser_of_plan(plan.id),
            held_already=person.id in held,
            leads=len(held),
        )
    )
    row = TeamLead(region_id=plan.region_id, plan_id=plan.id, line_ref=line_ref, person_id=person.id, at=at)
    db.session.add(row)
    db.session.flush()
    events.record("name_team_lead", row, by=by, at=at, line=line_ref)
    return row


def end_lead(lead: TeamLead, *, by: Actor, at: datetime) -> TeamLead:
    """Relieve a team lead; what was said and recommended stays."""
    insist(rules.why_not_end(lead.ended is not None))
    lead.ended = at
    events.record("end_team_lead", lead, by=by, at=at)
    return lead


def give_as_lead(
    lead: TeamLead, *, enrolment: Enrolment, kind: FeedbackKind, text: str, by: Actor, at: datetime
) -> Feedback:
    """A team lead's feedback on the result led, without being asked."""
    insist(rules.why_not_end(lead.ended is not None))
    about = f"hasil:{lead.line_ref}"
    return progress.give_feedback(
        enrolment, about=about, kind=kind, text=text, relation=Relation.TEAM_LEAD, by=by, at=at
    )


def recommend(
    lead: TeamLead, *, enrolment: Enrolment, result: ExpectationRating, text: str, by: Actor, at: datetime
) -> Recommendation:
    """Recommend on the result led in a period. It stands beside the rating form and writes no rating."""
    is_open, rated = queries.is_open(enrolment)
    leads = lead.ended is None and by.is_person(lead.person_id) and enrolment.plan_id == lead.plan_id
    insist(rules.why_not_recommend(leads=leads, period_open=is_open, rated=rated, reason=text))
    row = Recommendation(
        region_id=lead.region_id,
        enrolment_id=enrolment.id,
        team_lead_id=lead.id,
        result=result,
        text=text,
        at=at,
    )
    db.session.add(row)
    db.session.flush()
    events.record("recommend", row, by=by, at=at)
    return row

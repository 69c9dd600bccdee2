"""What is done with an objection: file, take back, explain, decide; and set what stayed unsigned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.kernel.refusal import Refusal, insist
from portal.ledger import events, files
from portal.ledger.actor import Actor
from portal.people.organisation.queries import region
from portal.performance.evaluations import actions as evaluations
from portal.performance.evaluations import queries as evaluation_queries
from portal.performance.evaluations import rules as evaluation_rules
from portal.performance.evaluations.models import Evaluation, Rating
from portal.performance.evaluations.queries import Setting
from portal.performance.objections import queries, rules
from portal.performance.objections.models import Objection, Substitution
from portal.performance.objections.rules import OBJECTION_WORKFLOW, ObjectionState, Outcome, Part
from portal.policy.cycles.queries import holidays
from portal.policy.policies.rules import ExpectationRating


def _today(thing: Evaluation | Objection, at: datetime) -> date:
    return local_date(at, region(thing.region_id).zone)


def why_not_file(
    around: Setting, *, today: date, parts: Sequence[Part] | None = None, reasons: str | None = None
) -> Refusal | None:
    """The rule's answer for this evaluation: what the page shows and the action insists on."""
    evaluation = around.evaluation
    found = queries.of_evaluation(evaluation.id)
    return rules.why_not_file(
        state=evaluation.state,
        starts=starts(around),
        today=today,
        policy=around.policy.rules,
        heard_by=around.superior is not None or around.appraiser is not None,
        is_open=any(each.state in rules.OPEN for each in found),
        decided=any(each.state is ObjectionState.DECIDED for each in found),
        parts=parts,
        reasons=reasons,
    )


def starts(around: Setting) -> date | None:
    """The day from which the objection's days count."""
    evaluation = around.evaluation
    if evaluation.received_on is not None:
        return evaluation.received_on
    return rules.clock_starts(None, queries.set_for_employee_on(evaluation.id))


def file(
    evaluation: Evaluation,
    *,
    parts: Sequence[Part],
    reasons: str,
    incoming: Sequence[files.Incoming] = (),
    by: Actor,
    at: datetime,
) -> Objection:
    """Contest parts of a document with reasons and evidence (Y-60, F-14a)."""
    around = evaluation_queries.setting(evaluation)
    insist(why_not_file(around, today=_today(evaluation, at), parts=parts, reasons=reasons))
    row = Objection(
        region_id=evaluation.region_id,
        evaluation_id=evaluation.id,
        rating_id=evaluation.rating_id,
        parts=" ".join(part.value for part in parts),
        reasons=reasons,
        filed_on=_today(evaluation, at),
        at=at,
    )
    db.session.add(row)
    db.session.flush()
    for each in incoming:
        files.attach(each, row, person_id=by.person_id, at=at)
    events.record(
        "file_objection", row, by=by, at=at, policy_version_id=around.policy.id, files=len(incoming)
    )
    return row


def withdraw(objection: Objection, *, by: Actor, at: datetime) -> Objection:
    """Take an objection back; within the days it may be filed anew."""
    insist(rules.why_not_withdraw(objection.state))
    return _step("withdraw", objection, by=by, at=at)


def explain(objection: Objection, *, explanation: str, by: Actor, at: datetime) -> Objection:
    """The appraiser's explanation, which the employee and the superior read."""
    insist(rules.why_not_explain(objection.state, explanation))
    objection.explanation, objection.explainer_id = explanation, by.person_id
    objection.explained_on = _today(objection, at)
    return _step("explain", objection, by=by, at=at)


def why_not_decide(
    objection: Objection, around: Setting, *, explanation_due: date, by_person: int | None, today: date
) -> Refusal | None:
    """Why it can't be decided today, before anything is written."""
    return rules.why_not_decide(
        objection.state,
        today=today,
        explanation_due=explanation_due,
        by_employee=by_person is not None and by_person == around.enrolment.person_id,
    )


def dues(objection: Objection, around: Setting) -> tuple[date, date]:
    """The last days for the appraiser's explanation and for the decision."""
    given = (objection.filed_on, around.policy.rules, holidays(objection.region_id), around.unit.working_week)
    return rules.explanation_due(*given), rules.decision_due(*given)


def decide(
    objection: Objection,
    *,
    outcome: Outcome,
    considerations: str,
    result: ExpectationRating | None = None,
    behaviour: ExpectationRating | None = None,
    advice_letter: str = "",
    by: Actor,
    at: datetime,
) -> Objection:
    """The superior's final decision: the rating stays, or another supersedes it (Y-61, F-14b).

    The earlier rating stays readable; the considerations are the new one's reason for the change.
    """
    evaluation = db.session.get_one(Evaluation, objection.evaluation_id)
    around = evaluation_queries.setting(evaluation)
    before = db.session.get_one(Rating, objection.rating_id)
    today = _today(objection, at)
    result, behaviour = result or before.result, behaviour or before.behaviour
    insist(
        rules.why_not_decide(
            objection.state,
            today=today,
            explanation_due=dues(objection, around)[0],
            by_employee=by.is_person(around.enrolment.person_id),
            needs_advice=around.superior is None,
            advice_letter=advice_letter,
            outcome=outcome,
            differs=(result, behaviour) != (before.result, before.behaviour),
            considerations=considerations,
        )
    )
    renewed = None
    if outcome is Outcome.CHANGED:
        renewed = evaluations.rate_by_objection(
            evaluation, result=result, behaviour=behaviour, change_reason=considerations, by=by, at=at
        ).id
    # Together with the state: what is decided is complete in every row that is written.
    objection.outcome, objection.considerations = outcome, considerations
    objection.advice_letter, objection.decider_id = advice_letter, by.person_id
    objection.decided_on, objection.new_rating_id = today, renewed
    return _step("decide", objection, by=by, at=at, outcome=outcome.value)


def _step(verb: str, objection: Objection, *, by: Actor, at: datetime, **summary: Any) -> Objection:
    objection.state = ObjectionState(OBJECTION_WORKFLOW.after(verb, objection.state))
    events.record(f"{verb}_objection", objection, by=by, at=at, state=objection.state.value, **summary)
    return objection


def why_not_substitute(around: Setting, *, today: date, text: str | None = None) -> Refusal | None:
    """The rule's answer for this evaluation."""
    evaluation = around.evaluation
    return rules.why_not_substitute(
        evaluation.state,
        today=today,
        rated_on=evaluation.rated_on,
        handed_over_on=evaluation.handed_over_on,
        policy=around.policy.rules,
        text=text,
    )


def substitute(evaluation: Evaluation, *, text: str, by: Actor, at: datetime) -> Evaluation:
    """The superior sets the document in place of the signature that is missing (Y-59).

    Where the appraiser didn't hand it over it is handed over by this; where the employee didn't sign it
    stands as it is, and an objection is possible from this day on.
    """
    around = evaluation_queries.setting(evaluation)
    today = _today(evaluation, at)
    insist(why_not_substitute(around, today=today, text=text))
    due = rules.overdue(
        evaluation.state,
        rated_on=evaluation.rated_on,
        handed_over_on=evaluation.handed_over_on,
        policy=around.policy.rules,
    )
    if due is None:
        raise LookupError("nothing is missing")
    db.session.add(
        Substitution(
            region_id=evaluation.region_id,
            evaluation_id=evaluation.id,
            missing=due[0],
            text=text,
            person_id=by.person_id,
            day=today,
            at=at,
        )
    )
    if due[0] is rules.Missing.APPRAISER:
        evaluation.handed_over_on = today
    evaluation.state = evaluation_rules.EvaluationState(
        evaluation_rules.EVALUATION_WORKFLOW.after("substitute", evaluation.state)
    )
    events.record(
        "substitute", evaluation, by=by, at=at, policy_version_id=around.policy.id, missing=due[0].value
    )
    return evaluation

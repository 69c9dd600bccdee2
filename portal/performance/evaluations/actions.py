"""What is done to evaluate: open and close a period, report, rate, hand over, receive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, exists, insert, select, update

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.kernel.exact import round_half_up
from portal.kernel.refs import new_ref
from portal.kernel.refusal import N_, Refusal, insist
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.people.assistance.rules import why_not_by_hand
from portal.people.organisation.models import Unit
from portal.people.organisation.queries import region
from portal.performance.advice import rules as advising
from portal.performance.evaluations import queries, rules
from portal.performance.evaluations.models import Achievement, Evaluation, OrganisationRatingSet, Rating
from portal.performance.evaluations.rules import EVALUATION_WORKFLOW, EvaluationState, NotEvaluatedReason
from portal.performance.objections import queries as objections
from portal.performance.plans.models import Plan
from portal.policy.cycles import actions as cycles
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.rules import NotObligedReason, PeriodState
from portal.policy.policies.rules import ExpectationRating, OrganisationRating


def open_period(period: Period, *, by: Actor, at: datetime) -> Period:
    """Open a period: enrol everybody and begin their evaluations; plans of the year carry over."""
    cycles.enrol(period, by=by, at=at)
    _begin(period)
    return period


def rechain(period: Period, *, seen: str = "", by: Actor, at: datetime) -> Period:
    """Bring who is enrolled and who appraises whom to the structure, and begin what begins.

    Ratings that were handed over keep their chain; ``seen`` is the preview's digest.
    """
    cycles.rechain(period, told=queries.told_enrolments(period.id), seen=seen, by=by, at=at)
    _begin(period)
    return period


def _begin(period: Period) -> None:
    """Evaluations for the enrolments that have none; plans of the year carry over."""
    in_cycle = select(Plan.id).where(Plan.cycle_id == period.cycle_id, Plan.tenure_id == Enrolment.tenure_id)
    db.session.execute(
        update(Enrolment)
        .where(Enrolment.period_id == period.id, Enrolment.plan_id.is_(None))
        .values(plan_id=in_cycle.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
    started = exists().where(Evaluation.enrolment_id == Enrolment.id)
    waiting = db.session.scalars(select(Enrolment.id).where(Enrolment.period_id == period.id, ~started))
    rows = [
        {
            "ref": new_ref(),
            "region_id": period.region_id,
            "enrolment_id": each,
            "state": EvaluationState.RUNNING,
            "self_note": "",
        }
        for each in waiting
    ]
    if rows:
        db.session.execute(insert(Evaluation), rows)


def save_report(
    evaluation: Evaluation,
    *,
    achieved: Mapping[str, tuple[Decimal | None, str]],
    self_note: str,
    by: Actor,
    at: datetime,
) -> Evaluation:
    """Keep what was reached on each indicator (value, explanation) and the self note, unsent (Y-33)."""
    return _keep_report(queries.setting(evaluation), achieved, self_note, by=by, at=at)


def _keep_report(
    around: queries.Setting,
    achieved: Mapping[str, tuple[Decimal | None, str]],
    self_note: str,
    *,
    by: Actor,
    at: datetime,
) -> Evaluation:
    evaluation = around.evaluation
    insist(rules.why_not_report(evaluation.state, _open(around.period)))
    db.session.execute(delete(Achievement).where(Achievement.evaluation_id == evaluation.id))
    db.session.add_all(
        Achievement(
            region_id=evaluation.region_id,
            evaluation_id=evaluation.id,
            indicator_ref=ref,
            value=value,
            note=note,
        )
        for ref, (value, note) in achieved.items()
        if value is not None or note
    )
    evaluation.self_note = self_note
    events.record("save_report", evaluation, by=by, at=at)
    return evaluation


def report(
    evaluation: Evaluation,
    *,
    achieved: Mapping[str, tuple[Decimal | None, str]],
    self_note: str,
    by: Actor,
    at: datetime,
) -> Evaluation:
    """Send the achievements to the appraiser; an indicator has a figure or a reason why not."""
    around = queries.setting(evaluation)
    _keep_report(around, achieved, self_note, by=by, at=at)
    db.session.flush()
    rows = queries.measured(around)
    unexplained = sum(row.achievement is None for row in rows)
    insist(rules.why_not_report(evaluation.state, _open(around.period), unexplained))
    evaluation.reported_on = _today(evaluation, at)
    _name_version(around)
    return _step("report", evaluation, around, by=by, at=at)


def reopen_report(evaluation: Evaluation, *, by: Actor, at: datetime) -> Evaluation:
    """Give the report back to the employee for mending."""
    around = queries.setting(evaluation)
    insist(rules.why_not_reopen_report(evaluation.state, _open(around.period)))
    evaluation.reported_on = None
    if around.period.ends > _today(evaluation, at):
        evaluation.plan_number = None
    return _step("reopen_report", evaluation, around, by=by, at=at)


def save_draft(
    evaluation: Evaluation,
    *,
    draft_result: ExpectationRating | None,
    draft_result_reason: str,
    draft_behaviour: ExpectationRating | None,
    draft_behaviour_reason: str,
    unsure: bool,
    draft_marks: str | None = None,
    by: Actor,
    at: datetime,
) -> Evaluation:
    """Keep the appraiser's two ratings as a draft, at any time before they are set.

    ``draft_marks``: the marks of the core values, a digit each; left as they are without.
    """
    around = queries.setting(evaluation)
    if not _open(around.period):
        insist(rules.PERIOD_CLOSED)
    if evaluation.state not in (EvaluationState.RUNNING, EvaluationState.REPORTED):
        insist(EVALUATION_WORKFLOW.why_not("rate", evaluation.state))
    evaluation.draft_result, evaluation.draft_result_reason = draft_result, draft_result_reason
    evaluation.draft_behaviour, evaluation.draft_behaviour_reason = draft_behaviour, draft_behaviour_reason
    if draft_marks is not None:
        evaluation.draft_marks = draft_marks
    evaluation.unsure = unsure
    events.record("save_draft_rating", evaluation, by=by, at=at)
    return evaluation


def why_not_rate(
    around: queries.Setting,
    *,
    by_person: int | None,
    today: date,
    reasons: tuple[str, str] | None = None,
) -> Refusal | None:
    """The rule's answer for this evaluation: what the page shows and the action insists on."""
    due = around.achievement_due
    return rules.why_not_rate(
        around.evaluation.state,
        organisation_rated=around.organisation_rating is not None,
        organisation_waits_for=_waits_for(around),
        period_open=_open(around.period),
        by_self=by_person is not None and by_person == around.enrolment.person_id,
        report_late=due is not None and today > due,
        plan_set=around.plan is not None and around.plan.in_force is not None,
        reasons=reasons,
    )


def _waits_for(around: queries.Setting) -> str:
    return (
        around.organisation_leader.full_name if around.organisation_leader else N_("pengelola kinerja daerah")
    )


def rate(
    evaluation: Evaluation,
    *,
    result: ExpectationRating,
    result_reason: str,
    behaviour: ExpectationRating,
    behaviour_reason: str,
    recommendation: str = "",
    by: Actor,
    at: datetime,
) -> Evaluation:
    """Set both ratings; the overall one is where they meet in the period's matrix (Y-37)."""
    around = queries.setting(evaluation)
    refusal = why_not_rate(
        around,
        by_person=by.person_id,
        today=_today(evaluation, at),
        reasons=(result_reason, behaviour_reason),
    )
    insist(refusal)
    rating = _add_rating(
        around,
        result,
        result_reason,
        behaviour,
        behaviour_reason,
        recommendation,
        "",
        around.organisation_rating,
        by=by,
        at=at,
    )
    return _step("rate", evaluation, around, by=by, at=at, rating=rating.ref)


NOT_BOTH = Refusal(
    "evaluation.not_both",
    N_("Pilih rating hasil kerja dan rating perilaku kerja lebih dahulu."),
    anchor="draft_result",
)


def why_not_set(around: queries.Setting, *, by_person: int | None, today: date) -> Refusal | None:
    """Why the ratings can't be set as they stand in the draft."""
    evaluation = around.evaluation
    reasons = (evaluation.draft_result_reason, evaluation.draft_behaviour_reason)
    refusal = why_not_rate(around, by_person=by_person, today=today)
    if refusal is None and (evaluation.draft_result is None or evaluation.draft_behaviour is None):
        return NOT_BOTH
    return refusal or rules.why_not_reasons(*reasons)


def rate_as_drafted(
    evaluation: Evaluation, *, recommendation: str = "", tell: bool = False, by: Actor, at: datetime
) -> Evaluation:
    """Set the ratings of the draft; with ``tell`` hand the document over in the same act (Y-37, Y-57)."""
    if evaluation.draft_result is None or evaluation.draft_behaviour is None:
        insist(NOT_BOTH)
        return evaluation
    rate(
        evaluation,
        result=evaluation.draft_result,
        result_reason=evaluation.draft_result_reason,
        behaviour=evaluation.draft_behaviour,
        behaviour_reason=evaluation.draft_behaviour_reason,
        recommendation=recommendation,
        by=by,
        at=at,
    )
    return hand_over(evaluation, by=by, at=at) if tell else evaluation


def re_rate(
    evaluation: Evaluation,
    *,
    result: ExpectationRating,
    result_reason: str,
    behaviour: ExpectationRating,
    behaviour_reason: str,
    recommendation: str = "",
    change_reason: str,
    by: Actor,
    at: datetime,
) -> Evaluation:
    """Replace a rating before it is handed over; the earlier one stays readable."""
    around = queries.setting(evaluation)
    by_self = by.is_person(around.enrolment.person_id)
    insist(rules.why_not_re_rate(evaluation.state, change_reason, _open(around.period), by_self))
    insist(rules.why_not_reasons(result_reason, behaviour_reason))
    organisation = queries.organisation_rating(around.period.id, around.organisation.id)
    rating = _add_rating(
        around,
        result,
        result_reason,
        behaviour,
        behaviour_reason,
        recommendation,
        change_reason,
        organisation,
        by=by,
        at=at,
    )
    return _step("re_rate", evaluation, around, by=by, at=at, rating=rating.ref)


def rate_by_objection(
    evaluation: Evaluation,
    *,
    result: ExpectationRating,
    behaviour: ExpectationRating,
    change_reason: str,
    by: Actor,
    at: datetime,
) -> Rating:
    """A rating that a decision on an objection puts in the place of the one contested (Ps. 59).

    The earlier one stays readable, with its reasons; the state isn't touched and the period may be closed.
    """
    around = queries.setting(evaluation)
    before = around.rating
    if before is None:
        raise LookupError("an objection to no rating")
    rating = _add_rating(
        around,
        result,
        change_reason if result is not before.result else before.result_reason,
        behaviour,
        change_reason if behaviour is not before.behaviour else before.behaviour_reason,
        before.recommendation,
        change_reason,
        around.organisation_rating,
        rated_on=evaluation.rated_on,
        by=by,
        at=at,
    )
    events.record(
        "rate_by_objection",
        evaluation,
        by=by,
        at=at,
        policy_version_id=around.policy.id,
        rating=rating.ref,
    )
    return rating


def _add_rating(
    around: queries.Setting,
    result: ExpectationRating,
    result_reason: str,
    behaviour: ExpectationRating,
    behaviour_reason: str,
    recommendation: str,
    change_reason: str,
    organisation: OrganisationRatingSet | None,
    *,
    rated_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Rating:
    evaluation = around.evaluation
    advice = queries.advice(around, queries.measured(around))
    beside = queries.behaviour_advice(around, evaluation.draft_marks)
    rating = Rating(
        region_id=evaluation.region_id,
        evaluation_id=evaluation.id,
        result=result,
        result_reason=result_reason,
        behaviour=behaviour,
        behaviour_reason=behaviour_reason,
        overall=advising.overall_rating(result, behaviour, around.policy.rules.matrix),
        recommendation=recommendation,
        advice=advice.rating,
        advice_mean=round_half_up(advice.mean, 6) if advice.mean is not None else None,
        marks=evaluation.draft_marks,
        behaviour_advice=beside.rating,
        behaviour_mean=round_half_up(beside.mean, 6) if beside.mean is not None else None,
        organisation_rating_id=organisation.id if organisation else None,
        policy_version_id=around.policy.id,
        person_id=by.person_id,
        at=at,
        supersedes_id=evaluation.rating_id,
        change_reason=change_reason,
    )
    db.session.add(rating)
    db.session.flush()
    evaluation.rating_id = rating.id
    _name_version(around)
    evaluation.rated_on = rated_on or _today(evaluation, at)
    evaluation.draft_result, evaluation.draft_result_reason = result, result_reason
    evaluation.draft_behaviour, evaluation.draft_behaviour_reason = behaviour, behaviour_reason
    evaluation.unsure = False
    return rating


def hand_over(evaluation: Evaluation, *, by: Actor, at: datetime) -> Evaluation:
    """Hand the document to the employee; the day starts the clock of the signature (Y-57)."""
    around = queries.setting(evaluation)
    by_self = by.is_person(around.enrolment.person_id)
    insist(rules.why_not_hand_over(evaluation.state, _open(around.period), by_self))
    evaluation.handed_over_on = _today(evaluation, at)
    return _step("hand_over", evaluation, around, by=by, at=at)


def receive(evaluation: Evaluation, *, acknowledged: bool, by: Actor, at: datetime) -> Evaluation:
    """The employee signs the receipt, which isn't consent (PP 30/2019 Ps. 49, Y-58)."""
    around = queries.setting(evaluation)
    insist(why_not_by_hand(by.typist_id))
    insist(rules.why_not_receive(evaluation.state, acknowledged))
    evaluation.received_on = _today(evaluation, at)
    return _step("receive", evaluation, around, by=by, at=at)


def mark_not_evaluated(
    evaluation: Evaluation, *, reason: NotEvaluatedReason, note: str, by: Actor, at: datetime
) -> Evaluation:
    """Record why somebody obliged isn't evaluated in this period; never a value (decision 14.7)."""
    around = queries.setting(evaluation)
    insist(rules.why_not_mark_not_evaluated(evaluation.state, reason, note, _open(around.period)))
    evaluation.not_evaluated, evaluation.not_evaluated_note = reason, note
    return _step("mark_not_evaluated", evaluation, around, by=by, at=at, reason=reason.value)


def undo_not_evaluated(evaluation: Evaluation, *, by: Actor, at: datetime) -> Evaluation:
    """Take the absence back; the evaluation goes on."""
    around = queries.setting(evaluation)
    insist(rules.why_not_undo_not_evaluated(evaluation.state, _open(around.period)))
    evaluation.not_evaluated, evaluation.not_evaluated_note = None, ""
    return _step("undo_not_evaluated", evaluation, around, by=by, at=at)


def mark_not_obliged(
    evaluation: Evaluation, *, reason: NotObligedReason, note: str, by: Actor, at: datetime
) -> Evaluation:
    """Take somebody out of the period's denominators, with the ground."""
    enrolment = db.session.get_one(Enrolment, evaluation.enrolment_id)
    is_open = _open(db.session.get_one(Period, enrolment.period_id))
    insist(rules.why_not_mark_not_evaluated(evaluation.state, period_open=is_open))
    cycles.mark_not_obliged(enrolment, reason=reason, note=note, by=by, at=at)
    return evaluation


def undo_not_obliged(evaluation: Evaluation, *, reason: str, by: Actor, at: datetime) -> Evaluation:
    """Take somebody back into the period's denominators, as long as nothing was evaluated."""
    enrolment = db.session.get_one(Enrolment, evaluation.enrolment_id)
    insist(
        rules.why_not_undo_not_obliged(
            evaluation.state,
            marked=enrolment.not_obliged is not None,
            rated=evaluation.rating_id is not None,
            period_open=_open(db.session.get_one(Period, enrolment.period_id)),
            reason=reason,
        )
    )
    cycles.undo_not_obliged(enrolment, reason=reason, by=by, at=at)
    return evaluation


def rate_organisation(
    period: Period,
    unit: Unit,
    *,
    rating: OrganisationRating,
    reason: str,
    document: str = "",
    by_hr: bool = False,
    by: Actor,
    at: datetime,
) -> OrganisationRatingSet:
    """Set an organisation's rating: by the leader one level up, or entered by region HR (Y-34)."""
    head = queries.head_enrolment(period.id, unit.id)
    insist(
        rules.why_not_rate_organisation(
            period_open=_open(period),
            heads_it=head is not None and by.is_person(head.person_id),
            superior_or_hr=by_hr or (head is not None and by.is_person(head.appraiser_id)),
            handed_over=queries.handed_over_in(period.id, unit.id),
            by_hr=by_hr,
            document=document,
            reason=reason,
        )
    )
    before = queries.organisation_rating(period.id, unit.id)
    row = OrganisationRatingSet(
        region_id=period.region_id,
        period_id=period.id,
        unit_id=unit.id,
        rating=rating,
        reason=reason,
        document=document,
        person_id=by.person_id,
        at=at,
        supersedes_id=before.id if before else None,
    )
    db.session.add(row)
    db.session.flush()
    events.record(
        "rate_organisation", row, by=by, at=at, policy_version_id=period.policy_version_id, unit=unit.ref
    )
    return row


def why_not_close(period: Period, today: date) -> Refusal | None:
    """Why the period can't be closed today."""
    overdue = queries.handed_over_before(period.id, _signature_limit(period, today))
    return rules.why_not_close_period(
        queries.state_counts(period.id),
        ended=today >= period.ends,
        signatures_overdue=overdue,
        objections=objections.pending_in(period.id),
    )


def close_period(period: Period, *, by: Actor, at: datetime) -> Period:
    """Close a period: everything in it stands; those who never signed are closed as unsigned."""
    today = local_date(at, region(period.region_id).zone)
    if not _open(period):
        insist(rules.PERIOD_CLOSED)
    insist(why_not_close(period, today))
    ended = (EvaluationState.RECEIVED, EvaluationState.HANDED_OVER)
    db.session.execute(
        update(Evaluation)
        .where(
            Evaluation.state.in_(ended),
            Evaluation.enrolment_id.in_(select(Enrolment.id).where(Enrolment.period_id == period.id)),
        )
        .values(state=EvaluationState.CLOSED)
        .execution_options(synchronize_session=False)
    )
    period.state, period.closed = PeriodState.CLOSED, at
    events.record("close_period", period, by=by, at=at, policy_version_id=period.policy_version_id)
    return period


def _name_version(around: queries.Setting) -> None:
    """What is reported and rated is one version of the plan; later changes don't touch it."""
    if around.evaluation.plan_number is None and around.plan is not None:
        around.evaluation.plan_number = around.plan.in_force


def _signature_limit(period: Period, today: date) -> date:
    policy = queries.policy_of(period).rules
    return today - timedelta(days=policy.countersign_days)


def _open(period: Period) -> bool:
    return period.state is PeriodState.OPEN


def _today(evaluation: Evaluation, at: datetime) -> date:
    return local_date(at, region(evaluation.region_id).zone)


def _step(
    verb: str, evaluation: Evaluation, around: queries.Setting, *, by: Actor, at: datetime, **summary: Any
) -> Evaluation:
    evaluation.state = EvaluationState(EVALUATION_WORKFLOW.after(verb, evaluation.state))
    events.record(
        verb,
        evaluation,
        by=by,
        at=at,
        policy_version_id=around.policy.id,
        state=evaluation.state.value,
        **summary,
    )
    return evaluation

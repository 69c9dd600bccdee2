"""What is done during a period: steps, progress with evidence, feedback and replies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.kernel.refusal import N_, Refusal, insist
from portal.ledger import events, files
from portal.ledger.actor import Actor
from portal.performance.plans.rules import CoreValue
from portal.performance.progress import queries, rules
from portal.performance.progress.models import ActionStep, Feedback, ProgressEntry
from portal.performance.progress.rules import FeedbackKind, Relation, ReplyKind, StepState
from portal.policy.cycles.models import Enrolment


def add_step(
    enrolment: Enrolment,
    *,
    line_ref: str,
    text: str,
    target: str = "",
    due: date | None = None,
    evidence: str = "",
    by: Actor,
    at: datetime,
) -> ActionStep:
    """Propose a step towards a planned result in this period (F-8, Y-25)."""
    _insist_open(enrolment.id)
    if queries.count_steps(enrolment.id) >= rules.MAX_STEPS:
        insist(
            Refusal(
                "step.max", N_("Satu periode memuat paling banyak %(n)s langkah."), {"n": rules.MAX_STEPS}
            )
        )
    step = ActionStep(
        region_id=enrolment.region_id,
        enrolment_id=enrolment.id,
        line_ref=line_ref,
        text=text,
        target=target,
        due=due,
        evidence=evidence,
    )
    db.session.add(step)
    db.session.flush()
    events.record("add_step", step, by=by, at=at, line=line_ref)
    return step


def change_step(
    step: ActionStep,
    *,
    line_ref: str,
    text: str,
    target: str = "",
    due: date | None = None,
    evidence: str = "",
    by: Actor,
    at: datetime,
) -> ActionStep:
    """Change a step; one that was agreed is proposed anew."""
    _insist_open(step.enrolment_id)
    if step.state is not StepState.PROPOSED:
        insist(rules.why_not_step("change", step.state))
        step.state = StepState.PROPOSED
    step.line_ref, step.text, step.target, step.due, step.evidence = line_ref, text, target, due, evidence
    events.record("change_step", step, by=by, at=at)
    return step


def move_step(step: ActionStep, *, verb: str, by: Actor, at: datetime) -> ActionStep:
    """Finish a step or open it again."""
    insist(rules.why_not_step(verb, step.state, queries.standing(step.enrolment_id).closed))
    step.state = StepState(rules.STEP_WORKFLOW.after(verb, step.state))
    events.record(f"{verb}_step", step, by=by, at=at)
    return step


def agree_steps(enrolment: Enrolment, *, shown: str, by: Actor, at: datetime) -> Enrolment:
    """The appraiser agrees with one tap to the proposed steps, as they were ``shown`` (``rules.as_shown``).

    Refused when a step was added or changed since: nobody agrees to what they haven't read.
    """
    insist(rules.why_not_record(queries.standing(enrolment.id).closed, False))
    proposed = db.session.scalars(
        select(ActionStep)
        .where(ActionStep.enrolment_id == enrolment.id, ActionStep.state == StepState.PROPOSED)
        .with_for_update()
    ).all()
    insist(rules.why_not_agree(shown, rules.as_shown((step.ref, step.version) for step in proposed)))
    for step in proposed:
        step.state = StepState.AGREED
    events.record("agree_steps", enrolment, by=by, at=at)
    return enrolment


def record_progress(
    enrolment: Enrolment,
    *,
    line_ref: str,
    day: date,
    text: str,
    amount: Decimal | None = None,
    link: str = "",
    incoming: Sequence[files.Incoming] = (),
    by: Actor,
    at: datetime,
) -> ProgressEntry:
    """Record what was done on a day, with evidence (Y-26)."""
    _insist_day(_insist_open(enrolment.id), day, at)
    _insist_few(len(incoming))
    entry = ProgressEntry(
        region_id=enrolment.region_id,
        enrolment_id=enrolment.id,
        line_ref=line_ref,
        day=day,
        text=text,
        amount=amount,
        link=link,
        at=at,
    )
    db.session.add(entry)
    db.session.flush()
    for each in incoming:
        files.attach(each, entry, person_id=by.person_id, at=at)
    events.record("record_progress", entry, by=by, at=at, line=line_ref, files=len(incoming))
    return entry


def change_progress(
    entry: ProgressEntry,
    *,
    line_ref: str,
    day: date,
    text: str,
    amount: Decimal | None = None,
    link: str = "",
    incoming: Sequence[files.Incoming] = (),
    by: Actor,
    at: datetime,
) -> ProgressEntry:
    """Change an entry as long as the period isn't rated."""
    _insist_day(_insist_open(entry.enrolment_id), day, at)
    entry.line_ref, entry.day, entry.text, entry.amount, entry.link = line_ref, day, text, amount, link
    _insist_few(len(queries.evidence([entry.ref]).get(entry.ref, [])) + len(incoming))
    for each in incoming:
        files.attach(each, entry, person_id=by.person_id, at=at)
    events.record("change_progress", entry, by=by, at=at, line=line_ref)
    return entry


def withdraw_progress(entry: ProgressEntry, *, by: Actor, at: datetime) -> ProgressEntry:
    """Take an entry back; it can be put back until the period is rated."""
    _insist_open(entry.enrolment_id)
    entry.withdrawn = at
    events.record("withdraw_progress", entry, by=by, at=at)
    return entry


def restore_progress(entry: ProgressEntry, *, by: Actor, at: datetime) -> ProgressEntry:
    """Put back an entry that was taken back."""
    _insist_open(entry.enrolment_id)
    entry.withdrawn = None
    events.record("restore_progress", entry, by=by, at=at)
    return entry


def give_feedback(
    enrolment: Enrolment,
    *,
    about: str,
    kind: FeedbackKind,
    text: str,
    relation: Relation = Relation.LEADER,
    by: Actor,
    at: datetime,
) -> Feedback:
    """Tell somebody openly what was good or could be better (F-9, Y-28).

    ``about`` is ``hasil:<line>``, ``nilai:<core value>`` or empty for the work as a whole.
    """
    insist(rules.why_not_give_feedback(by.is_person(enrolment.person_id)))
    sort, _, name = about.partition(":")
    row = Feedback(
        region_id=enrolment.region_id,
        enrolment_id=enrolment.id,
        person_id=by.person_id,
        relation=relation,
        kind=kind,
        line_ref=name if sort == "hasil" else None,
        value=CoreValue(name) if sort == "nilai" else None,
        text=text,
        at=at,
    )
    db.session.add(row)
    db.session.flush()
    events.record("give_feedback", row, by=by, at=at, kind=kind.value)
    return row


def reply(feedback: Feedback, *, reply_kind: ReplyKind, reply: str, by: Actor, at: datetime) -> Feedback:
    """Answer feedback: thanks, a comment, or a plan."""
    enrolment = db.session.get_one(Enrolment, feedback.enrolment_id)
    insist(rules.why_not_reply(by.is_person(enrolment.person_id), feedback.replied is not None))
    feedback.reply_kind, feedback.reply, feedback.replied = reply_kind, reply, at
    events.record("reply_to_feedback", feedback, by=by, at=at, kind=reply_kind.value)
    return feedback


def _insist_few(count: int) -> None:
    if count > rules.MAX_EVIDENCE:
        insist(
            Refusal(
                "evidence.max",
                N_("Satu catatan memuat paling banyak %(n)s berkas."),
                {"n": rules.MAX_EVIDENCE},
            )
        )


def _insist_open(enrolment_id: int) -> queries.Standing:
    found = queries.standing(enrolment_id)
    insist(rules.why_not_record(found.closed, found.rated))
    return found


def _insist_day(standing: queries.Standing, day: date, at: datetime) -> None:
    today = local_date(at, standing.zone)
    insist(rules.date_problem(day, standing.begins, standing.ends, today))

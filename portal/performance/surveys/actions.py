"""What is done with the closed survey: arrange, correct, open, answer, refuse, close. All inside the door.

Sending an answer writes no event: that somebody has answered stands in their task with the day, and what they
answered stands nowhere that leads to them (ADR 0016).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert

from portal.extensions import db
from portal.kernel.clock import end_of, local_date
from portal.kernel.refs import new_ref
from portal.kernel.refusal import Refusal, insist
from portal.ledger import events, jobs
from portal.ledger.actor import Actor
from portal.people.assistance.rules import why_not_by_hand
from portal.people.employment.models import Person
from portal.people.organisation.queries import region
from portal.performance.surveys import queries, rules, sealing
from portal.performance.surveys.models import RatingDuty, SealedAnswer, SurveyExclusion, SurveyRound
from portal.performance.surveys.rules import (
    DUTY_WORKFLOW,
    ROUND_WORKFLOW,
    DutyOrigin,
    DutyState,
    Member,
    RaterGroup,
    RefusalReason,
    RoundState,
)
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.rules import PeriodState
from portal.web.current import app


def arrange(period: Period, *, by: Actor, at: datetime) -> SurveyRound:
    """Arrange the survey of a period: who is asked about whom is drawn in the background."""
    policy = queries.policy_of(period.id)
    insist(
        rules.why_not_arrange(
            policy,
            begins=period.begins,
            ends=period.ends,
            yearly=period.kind is PeriodKind.YEAR,
            is_open=period.state is PeriodState.OPEN,
            there=queries.round_of(period.id) is not None,
        )
    )
    begins, ends = rules.span(policy.cadence, period.begins, period.ends) or (period.begins, period.ends)
    row = SurveyRound(
        region_id=period.region_id, period_id=period.id, begins=begins, ends=ends, lot=new_ref(), made=at
    )
    db.session.add(row)
    db.session.flush()
    jobs.enqueue("arrange_survey", at=at, survey=row.ref)
    events.record("arrange_survey", row, by=by, at=at, lot=rules.sealed_word(row.lot))
    return row


def redraw(found: SurveyRound, *, note: str, by: Actor, at: datetime) -> SurveyRound:
    """Draw the lot of an arranged survey once more, before anybody was asked; how often is shown."""
    insist(rules.why_not_redraw(found.state, note))
    for model in (RatingDuty, SurveyExclusion):
        db.session.execute(delete(model).where(model.round_id == found.id))
    found.lot, found.drawn, found.people, found.public_key = new_ref(), found.drawn + 1, 0, None
    jobs.enqueue("arrange_survey", at=at, survey=found.ref)
    words = {"reason": note}
    return _step("redraw", found, by=by, at=at, words=words, lot=rules.sealed_word(found.lot))


def open_survey(found: SurveyRound, *, closes: date, by: Actor, at: datetime) -> SurveyRound:
    """Open an arranged survey until ``closes``, its last day; it closes by itself."""
    asked = queries.count_asked(found.id)
    insist(rules.why_not_open(found.state, asked=asked, today=_today(found, at), closes=closes))
    insist(why_not_key(found))
    found.closes, found.opened = closes, _today(found, at)
    close_later(found, at)
    return _step("open", found, by=by, at=at, closes=closes.isoformat())


def extend(found: SurveyRound, *, closes: date, by: Actor, at: datetime) -> SurveyRound:
    """Move the last day of a running survey."""
    insist(rules.why_not_extend(found.state, opened=found.opened, today=_today(found, at), closes=closes))
    before = found.closes
    found.closes = closes
    close_later(found, at)
    events.record("extend_survey", found, by=by, at=at, closes=closes.isoformat(), before=str(before or ""))
    return found


def close_later(found: SurveyRound, at: datetime) -> None:
    """Let a running survey close by itself: a date ends with its last minute in the region's zone."""
    assert found.closes is not None
    jobs.enqueue(
        "close_survey",
        at=at,
        run_after=end_of(found.closes, region(found.region_id).zone),
        survey=found.ref,
    )


def close(found: SurveyRound, *, by: Actor, at: datetime) -> SurveyRound:
    """End a survey: no answer is taken any more, and what came is counted."""
    today, over = _today(found, at), found.closes is not None and _today(found, at) > found.closes
    waiting = 0 if over else queries.count_waiting(found.id)
    insist(rules.why_not_close(found.state, opened=found.opened, waiting=waiting, today=today))
    # Closed before its day, that day was the last one.
    found.closes = min(found.closes or today, today)
    jobs.enqueue("count_survey", at=at, survey=found.ref)
    return _step("close", found, by=by, at=at)


def end_again(found: SurveyRound, *, by: Actor, at: datetime) -> SurveyRound:
    """End a survey that came back with an old backup after it was counted: it gives no figures again."""
    found.state = RoundState.COUNTING
    jobs.enqueue("count_survey", at=at, survey=found.ref)
    events.record("close_survey", found, by=by, at=at)
    return found


# ------------------------------------------------------------------------------------------ raters


def exclude(enrolment: Enrolment, *, colleague: Person, note: str, by: Actor, at: datetime) -> Enrolment:
    """The employee asks not to be judged by a colleague; another is drawn where that one was asked.

    Nobody tells the employee whether the colleague was drawn, nor whether they had answered.
    """
    found = queries.round_of(enrolment.period_id)
    insist(
        rules.why_not_exclude(
            found.state if found else RoundState.CLOSED,
            excluded=len(queries.excluded_by(enrolment.id)),
            reason=note,
        )
    )
    assert found is not None
    asked, excluded = queries.named(enrolment)
    if colleague.id in excluded:
        return enrolment
    db.session.add(
        SurveyExclusion(
            region_id=enrolment.region_id,
            round_id=found.id,
            enrolment_id=enrolment.id,
            person_id=colleague.id,
            note=note,
        )
    )
    db.session.flush()
    duty = queries.duty_about(enrolment.id, colleague.id) if colleague.id in asked else None
    if duty is not None and duty.state is DutyState.WAITING:
        duty.state = DutyState.RELEASED
        _draw_another(found, enrolment, duty.group)
    events.record("exclude_rater", enrolment, by=by, at=at)
    return enrolment


def add_rater(enrolment: Enrolment, *, rater: Person, by: Actor, at: datetime) -> RatingDuty:
    """HR asks somebody more: a peer or a direct subordinate who wasn't asked yet."""
    found = queries.round_of(enrolment.period_id)
    asked, excluded = queries.named(enrolment)
    group = queries.group_of(enrolment, rater.id)
    groups = rules.askable(queries.around(enrolment).sizes, queries.policy_of(enrolment.period_id))
    insist(
        rules.why_not_add(
            found.state if found else RoundState.CLOSED,
            asked=len(asked),
            candidate=group in groups and rater.id not in asked | excluded,
        )
    )
    assert found is not None and group is not None
    duty = _ask(found, enrolment, rater.id, group, DutyOrigin.HR)
    db.session.flush()
    events.record("add_rater", duty, by=by, at=at, group=group.value)
    return duty


def release(duty: RatingDuty, *, note: str, by: Actor, at: datetime) -> RatingDuty:
    """HR takes somebody off the list who hasn't answered, with a reason; another peer is drawn by the lot."""
    found = db.session.get_one(SurveyRound, duty.round_id)
    released = queries.count_released(duty.enrolment_id)
    insist(rules.why_not_release(found.state, duty.state, released=released, reason=note))
    duty.state, duty.note = DutyState.RELEASED, note
    _draw_another(found, db.session.get_one(Enrolment, duty.enrolment_id), duty.group)
    events.record("release_rater", duty, by=by, at=at)
    return duty


def refuse(duty: RatingDuty, *, reason: RefusalReason, note: str = "", by: Actor, at: datetime) -> RatingDuty:
    """Say that one can't judge somebody, for instance for a conflict of interest; another peer is drawn."""
    found = db.session.get_one(SurveyRound, duty.round_id)
    insist(rules.why_not_answer(found.state, duty.state, closes=found.closes, today=_today(found, at)))
    insist(rules.why_not_refuse(reason, note))
    duty.state = DutyState(DUTY_WORKFLOW.after("refuse", duty.state))
    duty.reason, duty.note = reason, note
    _draw_another(found, db.session.get_one(Enrolment, duty.enrolment_id), duty.group)
    events.record("refuse_rating", duty, by=by, at=at, reason=reason.value)
    return duty


def _draw_another(found: SurveyRound, enrolment: Enrolment, group: RaterGroup) -> None:
    """Ask the next peer of the lot, where one is left; subordinates are asked all of them anyway."""
    if group is not RaterGroup.PEER:
        return
    asked, excluded = queries.named(enrolment)
    around = queries.around(enrolment)
    if around.circle is None:
        return
    own = Member(enrolment.id, enrolment.ref, enrolment.person_id)
    word = rules.word_of(found.lot, around.circle)
    circle = rules.by_lot(word, [*around.groups[RaterGroup.PEER], own])
    at = next(place for place, each in enumerate(circle) if each.enrolment_id == enrolment.id)
    for each in [*circle[at + 1 :], *circle[:at]]:
        if each.person_id not in asked | excluded:
            _ask(found, enrolment, each.person_id, RaterGroup.PEER, DutyOrigin.LOT)
            return


def _ask(
    found: SurveyRound, enrolment: Enrolment, person_id: int, group: RaterGroup, origin: DutyOrigin
) -> RatingDuty:
    duty = RatingDuty(
        region_id=found.region_id,
        round_id=found.id,
        enrolment_id=enrolment.id,
        rater_id=person_id,
        group=group,
        origin=origin,
    )
    db.session.add(duty)
    return duty


# ------------------------------------------------------------------------------------------- answers


def why_not_key(found: SurveyRound) -> Refusal | None:
    """Why no answer can be taken now: what would open it isn't there any more."""
    folder, key = app().settings.folder, found.public_key
    return None if key is not None and sealing.exists(folder, found.ref, key) else rules.KEY_LOST


def send(duty: RatingDuty, *, marks: Sequence[int], comment: str, by: Actor, at: datetime) -> None:
    """Send an answer: sealed, under a random key, without its writer; the task turns to sent, once.

    Raises ``Refused``. There is no event of it, and nothing of the answer is kept but the sealed text. Gives
    nothing: what keeps a form from counting twice needn't know which task it was.
    """
    insist(why_not_by_hand(by.typist_id))
    # Locked where the database can: what is counted meanwhile would miss it.
    found = db.session.get_one(SurveyRound, duty.round_id, with_for_update={"read": True})
    enrolment = db.session.get_one(Enrolment, duty.enrolment_id)
    group = queries.group_of(enrolment, duty.rater_id)
    today = _today(found, at)
    insist(
        rules.why_not_answer(
            found.state, duty.state, closes=found.closes, today=today, related=group is not None
        )
    )
    insist(rules.why_not_send(marks) or why_not_key(found))
    assert group is not None and found.public_key is not None
    duty.state, duty.sent_on, duty.group = DutyState.SENT, today, group
    about = f"{found.ref}/{enrolment.ref}"
    answer = rules.Answer(about, group, tuple(marks), comment, secrets.token_bytes(rules.NONCE))
    db.session.execute(
        insert(SealedAnswer).values(
            key=secrets.token_bytes(sealing.KEY),
            region_id=found.region_id,
            round_id=found.id,
            enrolment_id=enrolment.id,
            group=group,
            body=sealing.seal(found.public_key, rules.packed(answer), secret()),
        )
    )


def secret() -> bytes:
    """Under what the portal marks its answers."""
    return hashlib.sha256(f"survey:{app().secret_key!s}".encode()).digest()


def _today(found: SurveyRound, at: datetime) -> date:
    return local_date(at, region(found.region_id).zone)


def _step(verb: str, found: SurveyRound, *, by: Actor, at: datetime, **summary: Any) -> SurveyRound:
    found.state = RoundState(ROUND_WORKFLOW.after(verb, found.state))
    events.record(f"{verb}_survey", found, by=by, at=at, **summary)
    return found

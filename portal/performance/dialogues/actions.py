"""What is done with dialogues; each function is one act, inside the door, and writes its event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.kernel.refusal import Refusal, insist
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.people.assistance.rules import why_not_by_hand
from portal.people.organisation.queries import region
from portal.performance.dialogues import rules
from portal.performance.dialogues.models import Dialogue, DialogueStep
from portal.performance.dialogues.rules import PARTS, DialogueKind, Side
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.queries import TOLD, of_enrolment
from portal.performance.plans.models import Plan
from portal.performance.plans.queries import setting
from portal.policy.cycles.models import Enrolment


@dataclass(frozen=True)
class Agreed:
    """A step as it is written down."""

    text: str
    side: Side
    due: date | None = None


def record_expectations(
    plan: Plan,
    *,
    day: date,
    results: str,
    behaviour: str = "",
    support: str = "",
    feedback: str = "",
    by: Actor,
    at: datetime,
) -> Dialogue:
    """Record the dialogue on expectations (Y-14); the other side is asked whether it was so."""
    dialogue = Dialogue(
        region_id=plan.region_id,
        kind=DialogueKind.EXPECTATIONS,
        plan_id=plan.id,
        appraiser_id=setting(plan).enrolment.appraiser_id,
    )
    said = {"results": results, "behaviour": behaviour, "support": support, "feedback": feedback}
    return _record("write_dialogue", dialogue, day, said, (), by=by, at=at)


def record_results(
    evaluation: Evaluation,
    *,
    day: date,
    well: str,
    improve: str = "",
    support: str = "",
    steps: Sequence[Agreed] = (),
    by: Actor,
    at: datetime,
) -> Dialogue:
    """Record the dialogue on what a period came to, with the steps that were agreed (Y-39)."""
    enrolment = db.session.get_one(Enrolment, evaluation.enrolment_id)
    insist(rules.why_not_talk_of_results(evaluation.state in TOLD, enrolment.plan_id is not None))
    dialogue = Dialogue(
        region_id=evaluation.region_id,
        kind=DialogueKind.RESULTS,
        plan_id=enrolment.plan_id,
        enrolment_id=enrolment.id,
        appraiser_id=enrolment.appraiser_id,
    )
    said = {"well": well, "improve": improve, "support": support}
    return _record("write_dialogue", dialogue, day, said, steps, by=by, at=at)


def change(
    dialogue: Dialogue, *, day: date, steps: Sequence[Agreed] = (), by: Actor, at: datetime, **said: str
) -> Dialogue:
    """Mend a record that isn't confirmed by both yet; the other side is asked for the new words."""
    insist(why_not_change(dialogue))
    return _record("change_dialogue", dialogue, day, said, steps, by=by, at=at)


def why_not_change(dialogue: Dialogue) -> Refusal | None:
    """The rule's answer for this record: what the page shows and the action insists on."""
    return rules.why_not_change(
        dialogue.employee_confirmed is not None, dialogue.appraiser_confirmed is not None
    )


def confirm(dialogue: Dialogue, *, by: Actor, at: datetime) -> Dialogue:
    """Say that the dialogue was as it is recorded."""
    side = side_of(dialogue, by)
    insist(rules.why_not_talk(side))
    insist(why_not_by_hand(by.typist_id))
    name = "employee_confirmed" if side == Side.EMPLOYEE else "appraiser_confirmed"
    insist(rules.why_not_confirm(getattr(dialogue, name) is not None))
    setattr(dialogue, name, at)
    events.record("confirm_dialogue", _subject(dialogue), by=by, at=at, dialogue=dialogue.ref)
    return dialogue


def mark_step(step: DialogueStep, *, done: bool, by: Actor, at: datetime) -> DialogueStep:
    """Mark an agreed step as done, or as open again; either side may."""
    dialogue = db.session.get_one(Dialogue, step.dialogue_id)
    insist(rules.why_not_talk(side_of(dialogue, by)))
    insist(rules.why_not_mark(dialogue.confirmed, step.done is not None, done))
    step.done = at if done else None
    verb = "finish_dialogue_step" if done else "reopen_dialogue_step"
    events.record(verb, _subject(dialogue), by=by, at=at, dialogue=dialogue.ref, step=step.ref)
    return step


def side_of(dialogue: Dialogue, by: Actor) -> str:
    """``pegawai``, ``penilai``, or empty for anybody else."""
    plan = db.session.get_one(Plan, dialogue.plan_id)
    return side_in(plan.person_id, dialogue.appraiser_id, by)


def side_in(person_id: int | None, appraiser_id: int | None, by: Actor) -> str:
    """The side that somebody has in a dialogue of those two."""
    if by.is_person(person_id):
        return Side.EMPLOYEE
    return Side.APPRAISER if by.is_person(appraiser_id) else ""


def _record(
    verb: str,
    dialogue: Dialogue,
    day: date,
    said: dict[str, str],
    steps: Sequence[Agreed],
    *,
    by: Actor,
    at: datetime,
) -> Dialogue:
    """Whoever writes has confirmed; what was agreed before is replaced by what is written now."""
    side = side_of(dialogue, by)
    insist(rules.why_not_talk(side))
    about = _subject(dialogue)
    rated_on = about.rated_on if isinstance(about, Evaluation) else None
    insist(rules.day_problem(day, local_date(at, region(dialogue.region_id).zone), rated_on))
    for step in steps:
        insist(rules.step_problem(step.due, day))
    dialogue.day, dialogue.person_id = day, by.person_id
    dialogue.employee_confirmed = at if side == Side.EMPLOYEE else None
    dialogue.appraiser_confirmed = at if side == Side.APPRAISER else None
    for name in PARTS[dialogue.kind]:
        setattr(dialogue, name, said[name])
    db.session.add(dialogue)
    db.session.flush()
    db.session.execute(delete(DialogueStep).where(DialogueStep.dialogue_id == dialogue.id))
    for position, step in enumerate(steps[: rules.MAX_STEPS], start=1):
        db.session.add(
            DialogueStep(
                region_id=dialogue.region_id,
                dialogue_id=dialogue.id,
                position=position,
                text=step.text,
                side=step.side,
                due=step.due,
            )
        )
    db.session.flush()
    events.record(verb, about, by=by, at=at, dialogue=dialogue.ref, steps=len(steps))
    return dialogue


def _subject(dialogue: Dialogue) -> Any:
    """In whose history a dialogue stands: the plan's, or the period's evaluation."""
    if dialogue.enrolment_id is None:
        return db.session.get_one(Plan, dialogue.plan_id)
    return of_enrolment(dialogue.enrolment_id)

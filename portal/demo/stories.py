"""What happens once: an agreement, a dialogue, a plan that is changed, a colleague's word, an objection.

Each by the actions that a page would call, with people of the story; in a demo too small for somebody it
doesn't happen. The words stand in ``data/stories.toml``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from portal.demo.stage import Line, Member, Stage, acting
from portal.demo.structure import described
from portal.extensions import db
from portal.people.employment.models import Person
from portal.people.organisation.models import Unit
from portal.performance.agreements import actions as agreements
from portal.performance.colleagues import actions as colleagues
from portal.performance.dialogues import actions as dialogues
from portal.performance.dialogues.rules import PARTS, DialogueKind, Side
from portal.performance.evaluations.models import Evaluation
from portal.performance.objections import actions as objections
from portal.performance.objections.rules import Outcome, Part
from portal.performance.plans import actions as plans
from portal.performance.plans import queries
from portal.performance.plans.models import Plan
from portal.performance.plans.rules import ChangeReason, ControlLevel, ManualFrequency, ManualKind
from portal.performance.progress.rules import FeedbackKind
from portal.policy.cycles.models import Enrolment
from portal.policy.policies.rules import ExpectationRating


def words(part: str) -> dict[str, Any]:
    """What is said in one story."""
    return described("stories")[part]


def agree(stage: Stage) -> None:
    """The health agency's agreement with its IKU, before its head plans (Y-09): the results taken from it."""
    head = stage.find("anton")
    if head is None:
        return
    said, by = words("agreement"), stage.hr
    with acting(stage):
        agency = db.session.get_one(Unit, head.agency_id)
        agreement = agreements.start(agency, by=by, at=stage.on(1, 6, 8, 20))
        agreements.write_document(
            agreement,
            document=said["document"],
            document_date=date(stage.year, 1, 5),
            link="",
            by=by,
            at=stage.on(1, 6, 8, 25),
        )
        for number, outcome in enumerate(head.work.outcomes):
            at = stage.on(1, 6, 8, 30 + number)
            goal = agreements.add_goal(agreement, text=outcome.text, by=by, at=at)
            for measure in outcome.measures:
                agreements.add_indicator(
                    goal,
                    text=measure.text,
                    target_min=measure.low,
                    target_max=measure.high,
                    unit=measure.unit,
                    direction=measure.direction,
                    programme=said["programme"],
                    by=by,
                    at=at,
                )
            head.goals[outcome.tag] = goal.line_ref
        agreements.set_agreement(agreement, by=by, at=stage.on(1, 6, 9, 0))


def explain_indicator(stage: Stage) -> None:
    """The manual of the head's first indicator (form F-6), and what was said about expectations (Y-14)."""
    head = stage.find("anton")
    if head is not None and head.plan_id is not None:
        said = words("manual")
        with acting(stage):
            version = queries.version_at_work(db.session.get_one(Plan, head.plan_id))
            plans.write_manual(
                version.results[0].indicators[0],
                purpose=said["purpose"],
                definition=said["definition"],
                formula=said["formula"],
                kind=ManualKind.AVERAGE,
                control=ControlLevel.MIDDLE,
                source=said["source"],
                responsible=said["responsible"],
                provider=said["provider"],
                frequency=ManualFrequency.QUARTER,
                by=head.actor,
                at=stage.on(1, 15, 10, 20),
            )
    _talk(stage, "rina", "dialogue", date(stage.year, 1, 26))


def talk_about_results(stage: Stage) -> None:
    """The dialogue on the third quarter's results (Y-39), with a step each; the employee is asked whether it
    was so.
    """
    member = stage.find("rina")
    if member is None or member.leader is None or 3 not in member.entries:
        return
    said, day = words("dialogue_results"), date(stage.year, 10, 9)
    steps = [
        dialogues.Agreed(said["step_employee"], Side.EMPLOYEE, date(stage.year, 10, 30)),
        dialogues.Agreed(said["step_leader"], Side.APPRAISER, date(stage.year, 10, 16)),
    ]
    with acting(stage):
        dialogues.record_results(
            db.session.get_one(Evaluation, member.entries[3].evaluation_id),
            day=day,
            **{part: said[part] for part in PARTS[DialogueKind.RESULTS]},
            steps=steps,
            by=member.leader.actor,
            at=stage.at(day, 14, 20),
        )


def _talk(stage: Stage, who: str, part: str, day: date) -> None:
    member = stage.find(who)
    leader = member.leader if member is not None else None
    if member is None or leader is None or member.plan_id is None:
        return
    with acting(stage):
        plan = db.session.get_one(Plan, member.plan_id)
        dialogue = dialogues.record_expectations(
            plan, day=day, **words(part), by=leader.actor, at=stage.at(day, 14, 20)
        )
        dialogues.confirm(dialogue, by=member.actor, at=stage.at(stage.later(day, 1), 8, 15))


def change_plan(stage: Stage) -> None:
    """A plan that is changed in July: its second version holds from then on, the quarters before keep theirs."""
    member = stage.find("loket_banyumanik")
    if member is None or member.leader is None or not member.lines:
        return
    said, leader, by = words("change"), member.leader.actor, member.actor
    with acting(stage):
        plan = db.session.get_one(Plan, member.plan_id)
        plans.change(
            plan,
            reason=ChangeReason.PRIORITY,
            reason_note=said["note"],
            letter=said["letter"],
            letter_date=date(stage.year, 7, 1),
            by=by,
            at=stage.on(7, 6, 9, 10),
        )
        version = queries.version_at_work(plan)
        for result in version.results:
            _raise_target(stage, member, result)
        plans.submit(plan, by=by, at=stage.on(7, 6, 10, 5))
        plans.agree(plan, by=leader, at=stage.on(7, 7, 11, 0))
        plans.sign(plan, by=by, at=stage.on(7, 7, 13, 30))
        plans.set_plan(plan, by=leader, at=stage.on(7, 8, 9, 0))


def _raise_target(stage: Stage, member: Member, result: Any) -> None:
    """A tenth more on the first indicator of the first result, in the plan and in what is remembered."""
    line: Line = member.lines[0]
    if result.line_ref != line.ref:
        return
    first = result.indicators[0]
    changed = line.outcome.measures[0].raised()
    plans.change_indicator(
        first,
        text=first.text,
        aspect=first.aspect,
        target_min=changed.low,
        target_max=changed.high,
        unit=first.unit,
        direction=first.direction,
        by=member.actor,
        at=stage.on(7, 6, 9, 40),
    )
    line.outcome = line.outcome.with_first(changed)


def ask_colleague(stage: Stage) -> None:
    """Feedback of a colleague on request (Y-29): one was given, one is asked of the story's employee."""
    member = stage.find("rina")
    if member is None or 3 not in member.entries or member.leader is None:
        return
    near = [
        m
        for m in stage.enrolled(3)
        if m.unit_id == member.unit_id and m.leader is member.leader and m is not member and not m.came_late
    ]
    if not near:
        return
    said, other = words("request"), near[0]
    with acting(stage):
        request = colleagues.ask(
            db.session.get_one(Enrolment, member.entries[3].id),
            asked=db.session.get_one(Person, other.person_id),
            line_ref=member.lines[0].ref,
            question=said["question"],
            by=member.actor,
            at=stage.on(9, 14, 10, 30),
        )
        colleagues.answer(
            request,
            kind=FeedbackKind.APPRECIATION,
            text=said["answer"],
            by=other.actor,
            at=stage.on(9, 16, 15, 45),
        )
        colleagues.ask(
            db.session.get_one(Enrolment, other.entries[3].id),
            asked=db.session.get_one(Person, member.person_id),
            question=said["asked"],
            by=member.leader.actor,
            at=stage.on(10, 7, 9, 15),
        )


def object_to(stage: Stage) -> Callable[[], None]:
    """An objection on the second quarter, heard and decided before the quarter is closed (Y-60, Y-61)."""

    def act() -> None:
        member = stage.find("yosef")
        if member is None or member.leader is None or 2 not in member.entries:
            return
        said = words("objection")
        superior = stage.actor(member.leader.entries[2].appraiser_id)
        with acting(stage):
            evaluation = db.session.get_one(Evaluation, member.entries[2].evaluation_id)
            if superior is None or evaluation.received_on is None:
                return
            filed = stage.later(evaluation.received_on, 1)
            row = objections.file(
                evaluation,
                parts=[Part.RESULT],
                reasons=said["reasons"],
                by=member.actor,
                at=stage.at(filed, 9, 25),
            )
            explained, decided = stage.later(filed, 2), stage.later(filed, 5)
            objections.explain(
                row, explanation=said["explanation"], by=member.leader.actor, at=stage.at(explained, 14, 0)
            )
            better = evaluation.draft_result is not ExpectationRating.ABOVE
            objections.decide(
                row,
                outcome=Outcome.CHANGED if better else Outcome.STAYS,
                considerations=said["considerations"],
                result=ExpectationRating.ABOVE if better else None,
                by=superior,
                at=stage.at(decided, 10, 30),
            )

    return act

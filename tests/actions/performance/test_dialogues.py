"""Dialogues, on both databases: written by one, confirmed by the other (Y-14, Y-39)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.performance.dialogues import actions, queries
from portal.performance.dialogues.actions import Agreed
from portal.performance.dialogues.models import Dialogue, DialogueStep
from portal.performance.dialogues.rules import Side
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans import queries as plans

SAID = {"results": "Layanan tanpa antrean.", "behaviour": "", "support": "Satu printer.", "feedback": ""}
DAY = date(2026, 10, 12)
SINCE = datetime(2026, 10, 1, tzinfo=UTC)
STEP = Agreed("Membuat jadwal loket.", Side.EMPLOYEE, date(2026, 11, 1))


def code_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.refusal.code


def test_each_side_writes_and_the_other_confirms(world):
    plan = world.plan()
    dialogue = world.do(actions.record_expectations, plan, day=date(2026, 1, 9), by=world.unit_head, **SAID)
    assert dialogue.appraiser_confirmed is not None and dialogue.employee_confirmed is None
    assert code_of(lambda: world.do(actions.confirm, dialogue, by=world.unit_head)) == "dialogue.confirmed"
    world.do(actions.change, dialogue, day=date(2026, 1, 9), by=world.rina, **SAID)
    dialogue = db.session.merge(dialogue, load=True)
    assert dialogue.appraiser_confirmed is None, "new words are confirmed anew"
    world.do(actions.confirm, dialogue, by=world.unit_head)
    mend = lambda: world.do(actions.change, dialogue, day=date(2026, 1, 9), by=world.rina, **SAID)  # noqa: E731
    assert code_of(mend) == "dialogue.locked"
    assert [row.id for row in plans.said(plan)[1]] == [dialogue.id]


@pytest.mark.parametrize(
    ("who", "day", "code"),
    [
        ("budi", date(2026, 1, 9), "dialogue.side"),
        ("agency_head", date(2026, 1, 9), "dialogue.side"),
        ("rina", date(2030, 1, 1), "dialogue.day"),
    ],
)
def test_who_and_when(world, who, day, code):
    talk = lambda: world.do(  # noqa: E731
        actions.record_expectations, world.plan(), day=day, by=world.people[who], **SAID
    )
    assert code_of(talk) == code


def test_results_are_talked_about_once_they_are_told(world):
    rated = world.evaluation(EvaluationState.RATED)
    fields = {"day": DAY, "well": "Antrean pendek.", "by": world.unit_head}
    assert code_of(lambda: world.do(actions.record_results, rated, **fields)) == "dialogue.untold"
    told = world.evaluation(EvaluationState.HANDED_OVER)
    dialogue = world.do(actions.record_results, told, steps=[STEP], **fields)
    assert dialogue.enrolment_id == told.enrolment_id and dialogue.plan_id is not None
    assert plans.said(world.plan())[1] == [], "the plan's page shows expectations"
    assert [row.id for row in queries.of_period(told.enrolment_id)] == [dialogue.id]


def test_agreed_steps_stand_in_both_lists_until_done(world):
    told = world.evaluation(EvaluationState.HANDED_OVER)
    fields = {"day": DAY, "well": "Antrean pendek.", "steps": [STEP, STEP], "by": world.unit_head}
    dialogue = world.do(actions.record_results, told, **fields)
    change = {"day": DAY, "well": "Antrean pendek.", "improve": "", "support": "", "steps": [STEP]}
    world.do(actions.change, dialogue, by=world.unit_head, **change)
    both = (world.rina.person_id, world.unit_head.person_id)
    assert [len(queries.steps(each, since=SINCE)) for each in both] == [0, 0], "not confirmed yet"
    dialogue = db.session.get(Dialogue, dialogue.id)
    assert [len(queries.to_confirm(each)) for each in both] == [1, 0]
    step = db.session.query(DialogueStep).one()
    mark = lambda: world.do(actions.mark_step, step, done=True, by=world.rina)  # noqa: E731
    assert code_of(mark) == "dialogue.unconfirmed"
    world.do(actions.confirm, dialogue, by=world.rina)
    assert [len(queries.steps(each, since=SINCE)) for each in both] == [1, 1]
    world.do(actions.mark_step, step, done=True, by=world.unit_head)
    done = queries.steps(world.rina.person_id, since=SINCE)
    assert [row.DialogueStep.done is not None for row in done] == [True]
    assert queries.steps(world.rina.person_id, since=datetime(2026, 12, 1, tzinfo=UTC)) == []
    assert code_of(lambda: world.do(actions.mark_step, step, done=True, by=world.rina)) == "dialogue.step"
    assert code_of(lambda: world.do(actions.mark_step, step, done=False, by=world.budi)) == "dialogue.side"

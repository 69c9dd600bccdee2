"""Dialogues on expectations, on both databases: written by one, confirmed by the other (Y-14)."""

from __future__ import annotations

from datetime import date

import pytest

from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.performance.plans import actions, queries

SAID = {"results": "Layanan tanpa antrean.", "behaviour": "", "support": "Satu printer.", "feedback": ""}


def test_each_side_writes_and_the_other_confirms(world):
    plan = world.plan()
    dialogue = world.do(actions.write_dialogue, plan, day=date(2026, 1, 9), by=world.unit_head, **SAID)
    assert dialogue.appraiser_confirmed is not None and dialogue.employee_confirmed is None
    with pytest.raises(Refused) as refused:
        world.do(actions.confirm_dialogue, dialogue, by=world.unit_head)
    assert refused.value.refusal.code == "dialogue.confirmed"
    world.do(actions.change_dialogue, dialogue, day=date(2026, 1, 9), by=world.rina, **SAID)
    dialogue = db.session.merge(dialogue, load=True)
    assert dialogue.appraiser_confirmed is None, "new words are confirmed anew"
    world.do(actions.confirm_dialogue, dialogue, by=world.unit_head)
    with pytest.raises(Refused) as refused:
        world.do(actions.change_dialogue, dialogue, day=date(2026, 1, 9), by=world.rina, **SAID)
    assert refused.value.refusal.code == "dialogue.locked"
    assert [row.id for row in queries.dialogues(plan)] == [dialogue.id]


@pytest.mark.parametrize(
    ("who", "day", "code"),
    [
        ("budi", date(2026, 1, 9), "dialogue.side"),
        ("agency_head", date(2026, 1, 9), "dialogue.side"),
        ("rina", date(2030, 1, 1), "dialogue.day"),
    ],
)
def test_who_and_when(world, who, day, code):
    with pytest.raises(Refused) as refused:
        world.do(actions.write_dialogue, world.plan(), day=day, by=world.people[who], **SAID)
    assert refused.value.refusal.code == code

"""Rules of dialogues: who, when, and what follows."""

from __future__ import annotations

from datetime import date

import pytest

from portal.kernel.refusal import Refusal
from portal.performance.dialogues.rules import (
    PARTS,
    DialogueKind,
    day_problem,
    step_problem,
    why_not_change,
    why_not_confirm,
    why_not_mark,
    why_not_talk,
    why_not_talk_of_results,
)

TODAY = date(2026, 10, 12)


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (why_not_talk("pegawai"), None),
        (why_not_talk("penilai"), None),
        (why_not_talk(""), "dialogue.side"),
        (why_not_talk_of_results(told=True), None),
        (why_not_talk_of_results(told=False), "dialogue.untold"),
        (why_not_talk_of_results(told=True, planned=False), "dialogue.untold"),
        (day_problem(TODAY, TODAY), None),
        (day_problem(date(2026, 10, 13), TODAY), "dialogue.day"),
        (day_problem(TODAY, TODAY, rated_on=TODAY), None),
        (day_problem(date(2026, 10, 11), TODAY, rated_on=TODAY), "dialogue.day_early"),
        (why_not_change(True, False), None),
        (why_not_change(False, True), None),
        (why_not_change(True, True), "dialogue.locked"),
        (why_not_confirm(False), None),
        (why_not_confirm(True), "dialogue.confirmed"),
        (step_problem(None, TODAY), None),
        (step_problem(TODAY, TODAY), None),
        (step_problem(date(2026, 10, 11), TODAY), "dialogue.step_due"),
        (why_not_mark(True, is_done=False, done=True), None),
        (why_not_mark(True, is_done=True, done=False), None),
        (why_not_mark(True, is_done=True, done=True), "dialogue.step"),
        (why_not_mark(True, is_done=False, done=False), "dialogue.step"),
        (why_not_mark(False, is_done=False, done=True), "dialogue.unconfirmed"),
    ],
)
def test_dialogues(refusal: Refusal | None, code: str | None) -> None:
    assert (refusal.code if refusal else None) == code


def test_each_kind_has_its_parts() -> None:
    assert set(PARTS) == set(DialogueKind)

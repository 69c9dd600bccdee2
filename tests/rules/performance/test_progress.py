"""What may be recorded while a period runs."""

from __future__ import annotations

from datetime import date

import pytest

from portal.performance.progress.rules import (
    STEP_WORKFLOW,
    StepState,
    date_problem,
    why_not_give_feedback,
    why_not_record,
    why_not_reply,
    why_not_step,
)
from tests.rules.tables import check_actors, check_table, code


def test_every_step_of_an_action_step() -> None:
    check_table(
        STEP_WORKFLOW,
        {
            "agree": {"diusulkan": "disepakati"},
            "change": {"disepakati": "diusulkan"},
            "finish": {"disepakati": "selesai"},
            "reopen": {"selesai": "disepakati"},
        },
    )
    check_actors(
        STEP_WORKFLOW, {"agree": "penilai", "change": "pegawai", "finish": "pegawai", "reopen": "pegawai"}
    )
    assert StepState.USULAN is StepState.PROPOSED


def test_a_closed_period_takes_no_step() -> None:
    assert why_not_step("agree", "diusulkan") is None
    assert code(why_not_step("agree", "selesai")) == "action_step.state"
    assert code(why_not_step("agree", "diusulkan", period_closed=True)) == "progress.period_closed"


@pytest.mark.parametrize(
    ("closed", "rated", "expected"),
    [
        (False, False, None),
        (False, True, "progress.rated"),
        (True, False, "progress.period_closed"),
        (True, True, "progress.period_closed"),
    ],
)
def test_what_was_rated_stays_what_was_seen(closed: bool, rated: bool, expected: str | None) -> None:
    assert code(why_not_record(closed, rated)) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 1), None),
        (date(2026, 3, 31), None),
        (date(2025, 12, 31), "progress.outside"),
        (date(2026, 4, 1), "progress.outside"),
        (date(2026, 4, 3), "progress.future"),
    ],
)
def test_an_entry_lies_in_its_period_and_not_ahead(day: date, expected: str | None) -> None:
    assert code(date_problem(day, date(2026, 1, 1), date(2026, 4, 1), today=date(2026, 4, 2))) == expected


def test_feedback_goes_to_others_and_is_answered_once_by_its_receiver() -> None:
    assert why_not_give_feedback(to_self=False) is None
    assert code(why_not_give_feedback(to_self=True)) == "feedback.self"
    assert why_not_reply(is_receiver=True, replied=False) is None
    assert code(why_not_reply(is_receiver=True, replied=True)) == "feedback.replied"
    assert code(why_not_reply(is_receiver=False, replied=False)) == "feedback.not_receiver"

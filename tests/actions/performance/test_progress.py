"""Acts during a period, on both databases: steps, entries with files, feedback (Y-25 to Y-28)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.ledger import files
from portal.ledger.door import door
from portal.ledger.events import Event, EventDetail
from portal.ledger.files import StoredFile
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.rules import CoreValue, PlanState
from portal.performance.progress import actions, queries
from portal.performance.progress.models import ActionStep, Feedback
from portal.performance.progress.rules import MAX_EVIDENCE, MAX_STEPS, FeedbackKind, ReplyKind, StepState
from portal.policy.cycles.models import Period
from portal.policy.cycles.rules import PeriodState

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def enrolment(world):
    """Rina's third quarter, with her plan set."""
    world.plan(PlanState.SET)
    return world.enrolment("rina", 3)


@pytest.fixture
def line(enrolment):
    """The first result of her plan."""
    return queries.around(enrolment).results[0].line_ref


def step(world, enrolment, line, **fields):
    return world.do(
        actions.add_step, enrolment, line_ref=line, **{"text": "Langkah", **fields}, by=world.rina
    )


def entry(world, enrolment, line, **fields):
    values = {"line_ref": line, "day": date(2026, 8, 3), "text": "Selesai.", **fields}
    return world.do(actions.record_progress, enrolment, **values, by=world.rina)


def refusal(call, *args, **fields):
    with pytest.raises(Refused) as refused:
        call(*args, **fields)
    return refused.value.refusal.code


def test_agreeing_takes_what_is_proposed_and_leaves_the_rest(world, enrolment, line):
    steps = [step(world, enrolment, line) for _ in range(3)]
    world.do(actions.agree_steps, enrolment, shown=queries.proposed(enrolment.id), by=world.unit_head)
    world.do(actions.move_step, steps[0], verb="finish", by=world.rina)
    late = step(world, enrolment, line, text="Baru")
    world.do(actions.agree_steps, enrolment, shown=queries.proposed(enrolment.id), by=world.unit_head)
    db.session.expire_all()
    assert [each.state for each in (*steps, late)] == [
        StepState.DONE,
        StepState.AGREED,
        StepState.AGREED,
        StepState.AGREED,
    ]


def test_a_changed_step_is_proposed_again_and_a_finished_one_stands(world, enrolment, line):
    one = step(world, enrolment, line)
    world.do(actions.agree_steps, enrolment, shown=queries.proposed(enrolment.id), by=world.unit_head)
    world.do(actions.change_step, one, line_ref=line, text="Lain", by=world.rina)
    assert one.state is StepState.PROPOSED
    assert refusal(world.do, actions.move_step, one, verb="finish", by=world.rina) == "action_step.state"
    world.do(actions.agree_steps, enrolment, shown=queries.proposed(enrolment.id), by=world.unit_head)
    world.do(actions.move_step, one, verb="finish", by=world.rina)
    code = refusal(world.do, actions.change_step, one, line_ref=line, text="Lagi", by=world.rina)
    assert code == "action_step.state" and one.text == "Lain"


def test_a_period_has_room_for_twelve_steps(world, enrolment, line):
    for _ in range(MAX_STEPS):
        step(world, enrolment, line)
    assert refusal(step, world, enrolment, line) == "step.max"
    assert db.session.scalar(select(func.count()).select_from(ActionStep)) == MAX_STEPS


def test_numbers_days_and_files_are_kept_as_they_are(world, enrolment, line):
    folder = world.app.settings.files_folder
    incoming = [files.take_in(folder, PNG + bytes([n]), f"{n}.png") for n in range(2)]
    made = entry(world, enrolment, line, amount=Decimal("0.000001"), incoming=incoming)
    db.session.expire_all()
    (recorded,) = queries.recorded([enrolment.id])
    assert recorded.entry.ref == made.ref and recorded.entry.amount == Decimal("0.000001")
    assert [file.name for file in recorded.files] == ["0.png", "1.png"]
    for file in recorded.files:
        assert files.place(folder, file.sha256).read_bytes().startswith(PNG)
    assert not list((folder / "tmp").iterdir())


def test_the_same_file_twice_is_kept_once_and_listed_twice(world, enrolment, line):
    folder = world.app.settings.files_folder
    for name in ("a.png", "b.png"):
        entry(world, enrolment, line, incoming=[files.take_in(folder, PNG, name)])
    rows = db.session.scalars(select(StoredFile)).all()
    assert len(rows) == 2 and len({row.sha256 for row in rows}) == 1
    assert files.place(folder, rows[0].sha256).read_bytes() == PNG


def test_an_entry_has_room_for_six_files(world, enrolment, line):
    folder = world.app.settings.files_folder

    def some(number):
        return [files.take_in(folder, PNG + bytes([n]), f"{n}.png") for n in range(number)]

    assert refusal(entry, world, enrolment, line, incoming=some(MAX_EVIDENCE + 1)) == "evidence.max"
    made = entry(world, enrolment, line, incoming=some(MAX_EVIDENCE))
    fields = {"line_ref": line, "day": made.day, "text": "Lain", "incoming": some(1)}
    assert refusal(world.do, actions.change_progress, made, **fields, by=world.rina) == "evidence.max"
    db.session.expire_all()
    assert made.text == "Selesai.", "a refused change changes nothing"


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 6, 30), "progress.outside"),
        (date(2026, 7, 1), None),
        (date(2026, 9, 30), None),
        (date(2026, 10, 1), "progress.outside"),
        (date(2026, 10, 13), "progress.future"),
    ],
)
def test_the_day_lies_in_the_period_and_not_ahead(world, enrolment, line, day, code):
    if code:
        assert refusal(entry, world, enrolment, line, day=day) == code
    else:
        assert entry(world, enrolment, line, day=day).day == day


def test_taken_back_is_not_gone(world, enrolment, line):
    made = entry(world, enrolment, line)
    world.do(actions.withdraw_progress, made, by=world.rina)
    assert queries.recorded([enrolment.id]) == []
    assert [each.entry.ref for each in queries.recorded([enrolment.id], withdrawn=True)] == [made.ref]
    assert queries.counts([enrolment.id]) == {enrolment.id: (0, 0)}
    world.do(actions.restore_progress, made, by=world.rina)
    assert len(queries.recorded([enrolment.id])) == 1


@pytest.mark.parametrize("state", [EvaluationState.RATED, EvaluationState.NOT_EVALUATED])
def test_what_was_rated_is_closed_to_records_and_open_to_words(world, enrolment, line, state):
    made, one = entry(world, enrolment, line), step(world, enrolment, line)
    world.evaluation(at=state)
    fields = {"line_ref": line, "day": made.day, "text": "Lain"}
    assert refusal(entry, world, enrolment, line) == "progress.rated"
    assert refusal(step, world, enrolment, line) == "progress.rated"
    assert refusal(world.do, actions.change_progress, made, **fields, by=world.rina) == "progress.rated"
    assert refusal(world.do, actions.withdraw_progress, made, by=world.rina) == "progress.rated"
    code = refusal(world.do, actions.change_step, one, line_ref=line, text="Lain", by=world.rina)
    assert code == "progress.rated"
    fields = {"about": "", "kind": FeedbackKind.APPRECIATION, "text": "Baik."}
    assert world.do(actions.give_feedback, enrolment, **fields, by=world.unit_head).text == "Baik."


def test_a_closed_period_says_so(world, enrolment, line):
    one = step(world, enrolment, line)
    period = db.session.get_one(Period, enrolment.period_id)
    with_state(period, PeriodState.CLOSED)
    assert refusal(entry, world, enrolment, line) == "progress.period_closed"
    assert (
        refusal(
            world.do, actions.agree_steps, enrolment, shown=queries.proposed(enrolment.id), by=world.unit_head
        )
        == "progress.period_closed"
    )
    code = refusal(world.do, actions.move_step, one, verb="finish", by=world.rina)
    assert code == "progress.period_closed"
    assert queries.around(enrolment).closed


def with_state(period, state):
    with door(period):
        period.state = state


def test_feedback_finds_its_subject_and_its_answer_once(world, enrolment, line):
    def give(about):
        fields = {"about": about, "kind": FeedbackKind.SUGGESTION, "text": "Coba lain."}
        return world.do(actions.give_feedback, enrolment, **fields, by=world.unit_head)

    assert give(f"hasil:{line}").line_ref == line
    assert give("nilai:kompeten").value is CoreValue.COMPETENT
    word = give("")
    assert (word.line_ref, word.value) == (None, None)
    fields = {"reply_kind": ReplyKind.PLAN, "reply": "Senin."}
    assert refusal(world.do, actions.reply, word, **fields, by=world.budi) == "feedback.not_receiver"
    world.do(actions.reply, word, **fields, by=world.rina)
    assert refusal(world.do, actions.reply, word, **fields, by=world.rina) == "feedback.replied"
    assert queries.feedback([enrolment.id])[0].Feedback.ref == word.ref
    rows = queries.feedback_of_year(world.rina.person_id, queries.around(enrolment).period.cycle_id)
    assert len(rows) == 3 and [row.line for row in rows].count(None) == 2


def test_nobody_praises_themselves(world, enrolment):
    fields = {"about": "", "kind": FeedbackKind.APPRECIATION, "text": "Hebat."}
    assert refusal(world.do, actions.give_feedback, enrolment, **fields, by=world.rina) == "feedback.self"
    assert db.session.scalar(select(func.count()).select_from(Feedback)) == 0


def test_events_name_lines_and_never_words(world, enrolment, line):
    entry(world, enrolment, line, text="Kalimat yang tidak boleh masuk peristiwa.")
    event = db.session.scalars(select(Event).where(Event.verb == "record_progress")).one()
    assert line in event.summary and "Kalimat" not in event.summary
    assert db.session.get(EventDetail, event.id) is None


def test_the_running_period_is_the_one_that_ends_first(world, enrolment):
    found = queries.running_enrolment(world.rina.person_id, enrolment.region_id)
    assert found is not None and found.id == world.enrolment("rina", 1).id
    for quarter in (1, 2, 3, 4):
        with_state(world.period(quarter), PeriodState.CLOSED)
    found = queries.running_enrolment(world.rina.person_id, enrolment.region_id)
    assert found is not None and found.id == world.enrolment("rina", None).id, "the year only when alone"
    assert queries.running_enrolment(None, enrolment.region_id) is None

"""Acts on plans, on both databases: what is stored after each step (Y-15 to Y-22, decision 14.6)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.ledger.events import Event
from portal.performance.plans import actions, queries
from portal.performance.plans.models import Indicator, LineNote, PlanVersion
from portal.performance.plans.rules import Aspect, CoreValue, Direction, PlanState, ResultKind


def lines(plan):
    return [result.line_ref for result in queries.version_at_work(plan).results]


def test_a_submitted_version_never_changes(world):
    plan = world.plan(PlanState.SUBMITTED)
    version = queries.version_at_work(plan)
    result = version.results[0]
    with pytest.raises(Refused) as refused:
        world.do(actions.change_result, result, text="Lain", kind=ResultKind.MAIN, by=world.rina)
    assert refused.value.refusal.code == "plan.locked"
    assert queries.version_at_work(plan).results[0].text == result.text


def test_mending_goes_on_in_a_copy_whose_lines_keep_their_name(world):
    plan = world.plan(PlanState.SUBMITTED)
    before, number = lines(plan), plan.number
    world.do(actions.add_note, plan, line_ref=before[0], text="Kurang jelas.", by=world.unit_head)
    world.do(actions.return_with_notes, plan, by=world.unit_head)
    assert (plan.state, plan.number) == (PlanState.RETURNED, number + 1)
    assert lines(plan) == before
    old = db.session.scalars(
        select(PlanVersion).where(PlanVersion.plan_id == plan.id, PlanVersion.number == number)
    ).one()
    assert old.frozen is not None and queries.version_at_work(plan).frozen is None
    assert db.session.scalars(select(LineNote).where(LineNote.plan_id == plan.id)).one().sent is not None


def test_targets_are_kept_exactly(world):
    plan = world.plan()
    result = queries.version_at_work(plan).results[0]
    world.do(
        actions.add_indicator,
        result,
        text="Selisih ukur",
        aspect=Aspect.QUALITY,
        target_min=Decimal("0.1"),
        target_max=Decimal("0.3"),
        unit="cm",
        direction=Direction.DOWN,
        by=world.rina,
    )
    db.session.expire_all()
    stored = db.session.scalars(select(Indicator).where(Indicator.text == "Selisih ukur")).one()
    assert (stored.target_min, stored.target_max) == (Decimal("0.1"), Decimal("0.3"))


def test_an_upside_down_range_is_refused_by_the_action_too(world):
    plan = world.plan()
    result = queries.version_at_work(plan).results[0]
    with pytest.raises(Refused):
        world.do(
            actions.add_indicator,
            result,
            text="Terbalik",
            aspect=Aspect.QUALITY,
            target_min=Decimal(9),
            target_max=Decimal(3),
            unit="%",
            direction=Direction.UP,
            by=world.rina,
        )


def test_every_step_is_an_event_with_actor_time_and_rule(world):
    plan = world.plan(PlanState.SET)
    events = db.session.scalars(
        select(Event).where(Event.subject_type == "plans", Event.subject_ref == plan.ref).order_by(Event.id)
    ).all()
    steps = [event for event in events if event.verb.endswith("_plan") and event.verb != "start_plan"]
    assert [event.verb for event in steps] == ["submit_plan", "agree_plan", "sign_plan", "set_plan"]
    assert all(event.person_id and event.at and event.policy_version_id for event in steps)
    assert steps[0].person_id == world.rina.person_id != steps[1].person_id


def test_the_teams_expectations_stand_in_a_new_plan(world):
    cycle = queries.setting(world.plan(who="budi")).cycle
    world.do(actions.expect_of_team, cycle, texts={CoreValue.LOYAL: "Jaga rahasia."}, by=world.unit_head)
    plan = world.plan(who="citra")
    stored = {row.value: row.expectation for row in queries.version_at_work(plan).expectations}
    assert stored.get(CoreValue.LOYAL) == "Jaga rahasia."


def test_staff_wait_for_the_leaders_matrix(world):
    plan = world.plan()
    leader = queries.setting(plan).leader_plan
    world.do(_unshare, leader, by=world.unit_head)
    refusal = actions.why_not_submit(queries.setting(plan), queries.version_at_work(plan))
    assert refusal is not None and refusal.code == "plan.matrix_first"


def _unshare(plan, *, by, at):
    plan.matrix_shared = None
    return plan

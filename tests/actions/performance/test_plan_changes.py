"""Changes of a plan that was set: what holds meanwhile, and what follows a line (PP 30/2019 Ps. 28, Y-47)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.ledger.door import door
from portal.performance.evaluations import queries as evaluation_queries
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans import actions, queries
from portal.performance.plans.rules import ChangeKind, ChangeReason, PlanState, differences
from portal.performance.progress import queries as progress_queries


def again(thing):
    return db.session.merge(thing, load=True)


def test_the_version_in_force_holds_until_the_change_is_set(world):
    set_on = world.plan(PlanState.SET).set_on
    plan = world.changed()
    with world.inside():
        plan = again(plan)
        assert (plan.state, plan.number, plan.in_force, plan.counted) == (PlanState.DRAFT, 2, 1, 1)
        assert plan.set_on == set_on, "the day on which the plan was set first"
        around = progress_queries.around(world.enrolment(quarter=4))
        assert len(around.results) == 3, "progress goes on by the version in force"
        assert queries.setting(plan).due is None, "a change has no day of the year's first plan"


def test_a_change_that_was_set_is_in_force_and_lines_keep_their_name(world):
    plan = world.changed(PlanState.SET)
    with world.inside():
        plan = again(plan)
        old, new = queries.version_numbered(plan, 1), queries.version_at_work(plan)
        assert plan.in_force == plan.number == new.number == 2
        assert new.reason is ChangeReason.PRIORITY and new.set_on is not None and old.set_on is not None
        kinds = sorted(each.kind for each in differences(old, new))
        assert kinds == [ChangeKind.CHANGED, ChangeKind.REMOVED, ChangeKind.SAME]
        assert len(progress_queries.around(world.enrolment(quarter=4)).results) == 2


def test_an_evaluation_rates_one_version(world):
    told = world.evaluation(EvaluationState.HANDED_OVER, quarter=2)
    world.changed(PlanState.SET)
    with world.inside():
        told = again(told)
        assert told.plan_number == 1
        rows = evaluation_queries.measured(evaluation_queries.setting(told))
        assert len(rows) == 6 and all(row.achievement.value == Decimal(12) for row in rows)
        now = evaluation_queries.of_enrolment(world.enrolment(quarter=4).id)
        assert now.plan_number is None
        assert len(evaluation_queries.measured(evaluation_queries.setting(now))) == 4
        ended = evaluation_queries.of_enrolment(world.enrolment(quarter=1).id)
        assert ended.plan_number == 1, "a period that is over keeps what held in it"


def test_a_change_given_up_leaves_the_plan_as_it_was(world):
    before = world.plan(PlanState.SET)
    days = (before.submitted_on, before.signed_on)
    plan = world.changed()
    with world.inside():
        plan = again(plan)
        world.do(actions.drop_change, plan, by=world.rina)
        assert (plan.state, plan.number, plan.in_force) == (PlanState.SET, 1, 1)
        assert (plan.submitted_on, plan.signed_on) == days
        world.do(actions.change, plan, by=world.rina, reason=ChangeReason.STRATEGY, reason_note="Baru.")
        assert plan.number == 3 and queries.work_and_before(plan)[1].number == 1
        assert queries.version_numbered(plan, 2).cancelled is not None


def test_mending_a_change_keeps_its_reason(world):
    plan = world.changed(PlanState.RETURNED)
    with world.inside():
        plan = again(plan)
        assert plan.number == 3 and plan.in_force == 1
        assert queries.version_at_work(plan).reason is ChangeReason.PRIORITY
        world.do(actions.submit, plan, by=world.rina)
        world.do(actions.agree, plan, by=world.unit_head)
        world.do(actions.sign, plan, by=world.rina)
        world.do(actions.set_plan, plan, by=world.unit_head)
        assert plan.in_force == 3


@pytest.mark.parametrize("who", ["unit_head", "budi"])
def test_nobody_changes_anothers_plan(world, who):
    plan = world.plan(PlanState.SET)
    with world.inside(), pytest.raises(Refused):
        world.do(
            actions.change,
            again(plan),
            by=world.people[who],
            reason=ChangeReason.STRATEGY,
            reason_note="Strategi berubah.",
        )


def test_a_leaders_change_does_not_stop_the_team(world):
    world.plan(PlanState.SET, "unit_head")
    world.changed(PlanState.DRAFT, "unit_head")
    plan = world.plan(PlanState.DRAFT)
    with world.inside():
        around = queries.setting(again(plan))
        assert around.cascade.ready
        assert len(queries.leader_results(around.leader_plan)) == 3


def test_a_year_that_is_over_is_not_changed(world):
    plan = world.plan(PlanState.SET)
    with world.inside():
        plan = again(plan)
        with door():
            period = queries.setting(plan).period
            period.state = type(period.state).CLOSED
        with pytest.raises(Refused), door(plan):
            actions.change(
                plan,
                reason=ChangeReason.STRATEGY,
                reason_note="Terlambat.",
                by=world.rina.actor,
                at=datetime(2027, 4, 1, tzinfo=UTC),
            )

"""Performance agreements and what leaders' plans take from them, on both databases (Y-09 to Y-11)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.performance.agreements import actions, queries
from portal.performance.agreements.rules import AgreementState
from portal.performance.plans import actions as plans
from portal.performance.plans import queries as plan_queries
from portal.performance.plans.rules import (
    ChangeReason,
    ControlLevel,
    ManualFrequency,
    ManualKind,
    Perspective,
    PlanState,
    ResultKind,
)
from tests.support.agreements import agreed, drafted

MANUAL = {
    "purpose": "Menunjukkan mutu layanan persalinan.",
    "definition": "Ibu bersalin yang ditolong tenaga kesehatan di fasilitas.",
    "formula": "Ditolong dibagi semua ibu bersalin, kali 100%.",
    "kind": ManualKind.CUMULATIVE,
    "control": ControlLevel.MIDDLE,
    "source": "Kohort ibu",
    "responsible": "Bidang Pelayanan",
    "provider": "Puskesmas",
    "frequency": ManualFrequency.MONTH,
}


def code(refused) -> str:
    return refused.value.refusal.code


def begun(world):
    """The draft of the agency head's plan of another year-round post holder: begun, nothing in it."""
    plan = world.plan(PlanState.SET, "agency_head")
    reason = {"reason": ChangeReason.STRATEGY, "reason_note": "Perjanjian kinerja baru ditetapkan."}
    world.do(plans.change, plan, by=world.agency_head, **reason)
    return db.session.merge(plan, load=True)


def test_an_agreement_is_begun_once_and_set_when_whole(world):
    agreement = drafted(world)
    agency = world.unit("dinas-kesehatan")
    assert world.do(actions.start, agency, by=world.hr).id == agreement.id
    agreement = db.session.merge(agreement, load=True)
    goals = queries.goals(agreement.id)
    assert [len(goal.indicators) for goal in goals] == [2, 1]
    world.do(actions.remove_indicator, goals[1].indicators[0], by=world.hr)
    with pytest.raises(Refused) as refused:
        world.do(actions.set_agreement, agreement, by=world.hr)
    assert code(refused) == "agreement.indicator"
    world.do(actions.remove_goal, queries.goals(agreement.id)[1], by=world.hr)
    world.do(actions.set_agreement, agreement, by=world.hr)
    agreement = db.session.merge(agreement, load=True)
    assert agreement.state is AgreementState.SET and agreement.set_on is not None
    with pytest.raises(Refused) as refused:
        world.do(actions.add_goal, agreement, text="Lain", by=world.hr)
    assert code(refused) == "agreement.locked"
    world.do(actions.reopen, agreement, reason="Perjanjian kinerja perubahan.", by=world.hr)
    world.do(actions.add_goal, agreement, text="Lain", by=world.hr)


def test_the_heads_main_results_come_from_the_agreement(world):
    agreed(world)
    plan = begun(world)
    goal = plan_queries.agreement_goals(plan_queries.setting(plan))[0]
    with pytest.raises(Refused) as refused:
        world.do(plans.add_result, plan, text="Bebas", kind=ResultKind.MAIN, by=world.agency_head)
    assert code(refused) == "plan.from_agreement"
    world.do(plans.add_result, plan, text="Tugas lain", kind=ResultKind.EXTRA, by=world.agency_head)
    fields = {"goal": goal.line_ref, "perspective": Perspective.USERS}
    result = world.do(plans.take_goal, plan, by=world.agency_head, **fields)
    assert (result.text, result.kind, result.goal_line) == (goal.text, ResultKind.MAIN, goal.line_ref)
    with pytest.raises(Refused) as refused:
        world.do(plans.take_goal, plan, by=world.agency_head, **fields)
    assert code(refused) == "plan.goal"
    world.do(plans.change_result, result, text="Lain", kind=ResultKind.EXTRA, by=world.agency_head)
    kept = next(each for each in plan_queries.version_at_work(plan).results if each.goal_line)
    assert (kept.text, kept.kind) == (goal.text, ResultKind.MAIN)
    assert [i.target_min for i in kept.indicators] == [Decimal("92.5")] * 2
    assert all(i.key_line for i in kept.indicators)


def test_nobody_else_takes_goals_and_drafts_give_none(world):
    drafted(world)
    head = plan_queries.setting(world.plan(PlanState.SET, "agency_head"))
    assert plan_queries.agreement_goals(head) == [], "a draft isn't agreed"
    plan = world.plan(PlanState.DRAFT, "rina")
    with pytest.raises(Refused) as refused:
        world.do(plans.take_goal, plan, goal="x", perspective=Perspective.USERS, by=world.rina)
    assert code(refused) == "plan.goal"


def test_a_manual_follows_the_plans_versions(world):
    plan = world.plan(PlanState.SET, "agency_head")
    indicator = plan_queries.version_at_work(plan).results[0].indicators[0]
    world.do(plans.write_manual, indicator, by=world.agency_head, **MANUAL)
    with pytest.raises(Refused) as refused:
        world.do(plans.write_manual, indicator, by=world.agency_head, **MANUAL)
    assert code(refused) == "plan.manual_locked"
    plan = begun(world)
    version = plan_queries.version_at_work(plan)
    copied = plan_queries.manuals(version.id)[indicator.line_ref]
    assert (copied.formula, copied.kind) == (MANUAL["formula"], ManualKind.CUMULATIVE)
    again = version.results[0].indicators[0]
    world.do(plans.write_manual, again, by=world.agency_head, **{**MANUAL, "formula": "Baru"})
    assert plan_queries.manual_of(version.id, again.line_ref).formula == "Baru"
    old = plan_queries.version_numbered(plan, 1)
    assert plan_queries.manual_of(old.id, again.line_ref).formula == MANUAL["formula"]


def test_only_leaders_plans_have_manuals(world):
    indicator = plan_queries.version_at_work(world.plan()).results[0].indicators[0]
    with pytest.raises(Refused) as refused:
        world.do(plans.write_manual, indicator, by=world.rina, **MANUAL)
    assert code(refused) == "plan.manual"

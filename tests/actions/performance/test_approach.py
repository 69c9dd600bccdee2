"""The qualitative approach, on both databases: success measures in words, and what follows from them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.performance.evaluations import actions as evaluations
from portal.performance.evaluations import queries as evaluation_queries
from portal.performance.evaluations import queries_bench
from portal.performance.plans import actions, queries
from portal.performance.plans.models import Indicator
from portal.performance.plans.rules import Approach, ChangeReason, PlanState


def test_switching_keeps_what_was_written(world):
    plan = world.plan()
    rows = [i.target_min for r in queries.version_at_work(plan).results for i in r.indicators]
    version = queries.version_at_work(plan)
    world.do(actions.switch_approach, version, approach=Approach.QUALITATIVE, by=world.rina)
    plan = db.session.merge(plan, load=True)
    version = queries.version_at_work(plan)
    assert (plan.approach, version.approach) == (Approach.QUALITATIVE, Approach.QUALITATIVE)
    assert [i.target_min for r in version.results for i in r.indicators] == rows
    assert actions.why_not_submit(queries.setting(plan), version) is None


def test_a_submitted_plan_keeps_its_approach(world):
    version = queries.version_at_work(world.plan(PlanState.SUBMITTED))
    with pytest.raises(Refused) as refused:
        world.do(actions.switch_approach, version, approach=Approach.QUALITATIVE, by=world.rina)
    assert refused.value.refusal.code == "plan.locked"


def test_a_change_given_up_puts_the_approach_back(world):
    plan = world.worded(PlanState.SET)
    reason = {"reason": ChangeReason.PRIORITY, "reason_note": "Prioritas dinas berubah pada bulan ini."}
    world.do(actions.change, plan, by=world.rina, **reason)
    version = queries.version_at_work(plan)
    assert version.approach is Approach.QUALITATIVE
    world.do(actions.switch_approach, version, approach=Approach.QUANTITATIVE, by=world.rina)
    assert db.session.merge(plan, load=True).approach is Approach.QUANTITATIVE
    world.do(actions.drop_change, plan, by=world.rina)
    assert db.session.merge(plan, load=True).approach is Approach.QUALITATIVE
    assert queries.version_numbered(plan, 2).approach is Approach.QUANTITATIVE


def test_words_are_reported_judged_and_never_counted(world):
    plan = world.worded(PlanState.SET)
    evaluation = evaluation_queries.of_enrolment(world.enrolment(quarter=4).id)
    refs = [i.line_ref for r in queries.version_at_work(plan).results for i in r.indicators]
    told = dict.fromkeys(refs, (None, "Semua warga dilayani pada hari yang sama."))
    world.do(evaluations.report, evaluation, achieved=told, self_note="", by=world.rina)
    around = evaluation_queries.setting(evaluation)
    rows = evaluation_queries.measured(around)
    assert all(row.attainment.value is None for row in rows)
    advice = evaluation_queries.advice(around, rows)
    assert (advice.rating, advice.worded, advice.missing) == (None, 2, 0)
    found = queries_bench.attainments([evaluation.id], Decimal(120))
    assert [row.value for row in found[evaluation.id]] == [None, None]
    lines = evaluation_queries.lines(around)[0]
    assert {line.approach for line in lines} == {Approach.QUALITATIVE}
    kept = db.session.scalars(select(Indicator.target_min).where(Indicator.line_ref.in_(refs))).all()
    assert set(kept) == {None}

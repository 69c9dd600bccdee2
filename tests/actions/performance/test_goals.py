"""Shared goals on both databases: agreed share by share, told once, counted once (WLS-5, WLS-2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, true
from sqlalchemy.exc import IntegrityError

from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.ledger.door import door
from portal.ledger.events import Event
from portal.performance.goals import actions, queries, rules
from portal.performance.goals.models import (
    Contribution,
    GoalFeedback,
    GoalProgress,
    GoalReference,
    SharedGoal,
)
from portal.performance.goals.rules import GoalState, ShareState
from portal.performance.plans import actions as plans
from portal.performance.plans import queries as plan_queries
from portal.performance.plans.rules import Direction, PlanState
from portal.performance.progress.rules import FeedbackKind
from tests.support.goals import FIELDS, WHY, add, part, shared, told


def refused(code: str):
    return pytest.raises(Refused, match=code)


def again(goal: SharedGoal) -> SharedGoal:
    return db.session.get_one(SharedGoal, goal.id, populate_existing=True)


def test_each_leader_agrees_and_then_it_runs(world):
    goal = shared(world, GoalState.PROPOSED)
    with world.inside():
        world.do(actions.agree, part(world, goal, "bkpsdm"), by=world.staff_head)
        assert again(goal).state is GoalState.PROPOSED
        with refused("shared_goal.state"):
            world.do(actions.run, again(goal), by=world.agency_head)
        row = world.do(actions.agree, part(world, goal, "bidang-pelayanan"), by=world.unit_head)
        assert (row.answer, row.answerer_id) == (ShareState.AGREED, world.unit_head.person_id)
        assert again(goal).state is GoalState.AGREED
        with refused("contribution.not_asked"):
            world.do(actions.agree, part(world, goal, "bkpsdm"), by=world.staff_head)
        assert world.do(actions.run, again(goal), by=world.agency_head).state is GoalState.RUNNING
        verbs = db.session.scalars(
            select(Event.verb).where(Event.subject_ref == goal.ref).order_by(Event.id)
        ).all()
        assert verbs == [
            *("start_shared_goal", "add_contribution", "add_contribution", "propose_shared_goal"),
            *("agree_share", "agree_share", "run_shared_goal"),
        ]


def test_a_refusal_makes_it_a_draft_and_agreements_hold(world):
    goal = shared(world, GoalState.PROPOSED)
    with world.inside():
        world.do(actions.agree, part(world, goal, "bidang-pelayanan"), by=world.unit_head)
        with refused("shared_goal.reason"):
            world.do(actions.decline, part(world, goal, "bkpsdm"), by=world.staff_head, reason="Tidak.")
        world.do(actions.decline, part(world, goal, "bkpsdm"), by=world.staff_head, reason=WHY)
        assert again(goal).state is GoalState.DRAFT
        assert part(world, goal, "bkpsdm").reason == WHY
        # Nothing was changed: who agreed isn't asked again, who declined is.
        world.do(actions.propose, again(goal), by=world.agency_head)
        assert part(world, goal, "bidang-pelayanan").answer is ShareState.AGREED
        declined = part(world, goal, "bkpsdm")
        assert (declined.answer, declined.reason, declined.answered) == (ShareState.WAITING, "", None)
        world.do(actions.agree, declined, by=world.staff_head)
        assert again(goal).state is GoalState.AGREED


def test_another_share_takes_all_agreements_back(world):
    goal = shared(world, GoalState.RUNNING)
    with world.inside():
        world.do(actions.reopen, again(goal), by=world.agency_head, reason=WHY)
        assert {c.answer for c in queries.contributions(goal.id)} == {ShareState.AGREED}
        row = part(world, goal, "bkpsdm")
        brought = {"people": "3 orang", "tools": "", "budget": "", "information": ""}
        before = {c.id: c.version for c in queries.contributions(goal.id)}
        world.do(actions.change_contribution, row, by=world.agency_head, share=Decimal(40), **brought)
        assert {c.answer for c in queries.contributions(goal.id)} == {ShareState.AGREED}
        world.do(actions.change_contribution, row, by=world.agency_head, share=Decimal("39.99"), **brought)
        after = queries.contributions(goal.id)
        assert {c.answer for c in after} == {ShareState.WAITING}
        # Whoever has the old share on the screen can't agree to the new one.
        assert all(c.version > before[c.id] for c in after)
        with refused("shared_goal.sum"):
            world.do(actions.propose, again(goal), by=world.agency_head)
        world.do(actions.change_contribution, row, by=world.agency_head, share=Decimal(40), **brought)
        assert world.do(actions.propose, again(goal), by=world.agency_head).state is GoalState.PROPOSED


@pytest.mark.parametrize("what", ["measure", "words", "added", "removed"])
def test_what_takes_agreements_back(world, what):
    goal = shared(world, GoalState.AGREED, held=(("bidang-pelayanan", "60"), ("bkpsdm", "40")))
    with world.inside():
        goal = world.do(actions.reopen, again(goal), by=world.agency_head, reason=WHY)
        if what == "measure":
            world.do(actions.change, goal, by=world.agency_head, **FIELDS | {"target": Decimal(13)})
        elif what == "words":
            world.do(actions.change, goal, by=world.agency_head, **FIELDS | {"title": "Nama yang lebih baik"})
        elif what == "added":
            add(world, goal, "puskesmas-melati", "10", by=world.agency_head)
        else:
            world.do(actions.remove_contributor, part(world, goal, "bkpsdm"), by=world.agency_head)
        kept = part(world, goal, "bidang-pelayanan").answer
        assert kept is (ShareState.AGREED if what == "words" else ShareState.WAITING)


def test_reopened_without_a_change_nobody_is_asked_twice(world):
    goal = shared(world, GoalState.RUNNING)
    with world.inside():
        world.do(actions.reopen, again(goal), by=world.agency_head, reason=WHY)
        assert world.do(actions.propose, again(goal), by=world.agency_head).state is GoalState.AGREED


def test_bad_contributors_and_targets(world):
    goal = shared(world, GoalState.DRAFT, held=(("bkpsdm", "99.99"),))
    brought = {"people": "", "tools": "", "budget": "", "information": ""}
    with world.inside():
        goal, by = again(goal), world.agency_head
        with refused("shared_goal.contributors"):
            world.do(actions.propose, goal, by=by)
        with refused("contribution.twice"):
            add(world, goal, "bkpsdm", "1", by=by)
        with refused("contribution.region"):
            foreign = world.unit("dinas-kesehatan", "kabupaten-lain")
            world.do(actions.add_contributor, goal, by=by, unit=foreign, share=Decimal(1), **brought)
        with refused("contribution.region"):
            world.do(
                actions.add_contributor,
                goal,
                by=by,
                unit=world.unit("kota-contoh"),
                share=Decimal(1),
                **brought,
            )
        for share in ("0", "-1", "100.01"):
            with refused("contribution.share"):
                add(world, goal, "puskesmas-melati", share, by=by)
        world.do(
            actions.add_contributor,
            goal,
            by=by,
            unit=world.unit("puskesmas-melati"),
            share=Decimal("0.01"),
            **brought,
        )
        with refused("contribution.nothing"):
            world.do(actions.propose, again(goal), by=by)
        with refused("shared_goal.zero_target"):
            world.do(actions.change, again(goal), by=by, **FIELDS | {"target": Decimal(0)})
        with refused("shared_goal.backwards"):
            world.do(actions.change, again(goal), by=by, **FIELDS | {"direction": Direction.DOWN})
        assert len(queries.contributions(goal.id)) == 2


def test_progress_is_told_once_and_corrected_by_a_later_row(world):
    goal = shared(world)
    told(world, goal, "5", date(2026, 6, 30), by=world.agency_head)
    wrong = told(world, goal, "90", date(2026, 9, 30), by=world.staff_head)
    with world.inside():
        row = db.session.get_one(GoalProgress, wrong.id)
        fields = {"day": date(2026, 9, 30), "text": "Salah ketik: yang benar sembilan."}
        right = world.do(actions.correct, row, by=world.unit_head, value=Decimal(9), **fields)
        with refused("goal_progress.corrected"):
            world.do(actions.correct, row, by=world.unit_head, value=Decimal(8), **fields)
        rows = queries.progress(goal.id)
        assert [(r.GoalProgress.value, r.stands) for r in rows] == [
            (Decimal(9), True),
            (Decimal(90), False),
            (Decimal(5), True),
        ]
        assert right.corrects_id == wrong.id
        found = queries.reached(again(goal), Decimal(9))
        assert found.value == 75 and found.working.text(str) == "9 ÷ 12"
        with refused("goal_progress.future"):
            world.do(
                actions.record,
                again(goal),
                by=world.unit_head,
                **fields | {"day": date(2026, 10, 13)},
                value=Decimal(1),
            )
        with refused("goal_progress.year"):
            world.do(
                actions.record,
                again(goal),
                by=world.unit_head,
                **fields | {"day": date(2025, 12, 31)},
                value=Decimal(1),
            )


def test_what_ended_takes_nothing_any_more(world):
    goal = shared(world, GoalState.ENDED)
    fields = {"day": date(2026, 9, 1), "value": Decimal(1), "text": "Terlambat."}
    with world.inside():
        for action, given in (
            (actions.record, fields),
            (actions.say, {"kind": FeedbackKind.SUGGESTION, "text": "Terlambat."}),
            (actions.change, FIELDS),
            (actions.reopen, {"reason": WHY}),
            (actions.withdraw, {"reason": WHY}),
        ):
            with refused("shared_goal.over"):
                world.do(action, again(goal), by=world.agency_head, **given)
        assert db.session.scalar(select(func.count(GoalProgress.id))) == 0
        assert db.session.scalar(select(func.count(GoalFeedback.id))) == 0


def test_a_line_of_the_own_plan_refers_and_the_plan_stays(world):
    goal = shared(world)
    plan = world.plan(PlanState.SET)
    with world.inside():
        plan = db.session.merge(plan)
        lines = queries.lines(plan)
        assert len(lines) == 3 and [g.id for g in queries.referable(plan)] == [goal.id]
        version = plan.version
        row = world.do(actions.refer, plan, by=world.rina, line_ref=lines[0][0], goal=again(goal))
        assert (plan.version, plan.state) == (version, PlanState.SET)
        with refused("goal_reference.taken"):
            world.do(actions.refer, plan, by=world.rina, line_ref=lines[0][0], goal=again(goal))
        theirs = plan_queries.version_at_work(
            db.session.merge(world.plan(PlanState.SET, "unit_head"))
        ).results[0]
        with refused("goal_reference.line"):
            world.do(actions.refer, plan, by=world.rina, line_ref=theirs.line_ref, goal=again(goal))
        found = queries.of_plan(plan)
        assert list(found.by_line) == [lines[0][0]] and found.offered
        listed = queries.references(goal.id).rows
        assert [(r.Person.name, r.line) for r in listed] == [("Rina Pelaksana", lines[0][1])]
        world.do(actions.drop, db.session.get_one(GoalReference, row.id), by=world.rina)
        assert not queries.of_plan(plan).by_line and not queries.references(goal.id).rows


def test_a_line_that_was_taken_out_is_named_no_more(world):
    goal = shared(world)
    plan = world.plan(PlanState.DRAFT)
    with world.inside():
        plan = db.session.merge(plan)
        result = plan_queries.version_at_work(plan).results[0]
        world.do(actions.refer, plan, by=world.rina, line_ref=result.line_ref, goal=again(goal))
        assert len(queries.references(goal.id).rows) == 1
        world.do(plans.remove_result, result, by=world.rina)
        assert not queries.references(goal.id).rows


def test_only_a_unit_on_the_way_up_contributes(world):
    """Rina works in the field that contributes, Dewi in a clinic beside it, Rina's head of agency above it."""
    goal = shared(world)
    with world.inside():
        for who, whether in (
            ("rina", True),
            ("unit_head", True),
            ("clinic_head", False),
            ("agency_head", False),
        ):
            plan = db.session.merge(world.plan(PlanState.SET, who))
            assert queries.contributes(plan, again(goal)) is whether, who
            assert bool(queries.referable(plan)) is whether, who
            if not whether:
                line = queries.lines(plan)[0][0]
                with refused("goal_reference.unit"):
                    world.do(actions.refer, plan, by=world.people[who], line_ref=line, goal=again(goal))
        assert queries.of_plan(None) == queries.OfPlan({}, False)


@pytest.mark.parametrize(
    ("who", "missed"),
    [
        ("agency_head", False),
        ("staff_head", True),
        ("unit_head", False),
        ("clinic_head", False),
        ("rina", False),
    ],
)
def test_an_agency_holds_a_goal_through_its_unit(world, who, missed):
    """Asked of agencies' leaders only; HR reads the same of the same agencies (WLS-5)."""
    shared(world, GoalState.DRAFT, held=(("bidang-pelayanan", "60"), ("puskesmas-melati", "40")))
    given_up = shared(world, GoalState.DRAFT, coordinator="bkpsdm", held=(("bkpsdm", "100"),))
    policies = [
        SimpleNamespace(rules=SimpleNamespace(settings={"shared_goals": each}))
        for each in ("required", "allowed")
    ]
    with world.inside():
        world.do(actions.withdraw, again(given_up), reason=WHY, by=world.hr)
        enrolment = world.enrolment(who)
        cycle_id = again(given_up).cycle_id
        assert [queries.is_missed(enrolment, cycle_id, each) for each in policies] == [missed, False]
        others = queries.agencies_without(true(), enrolment.region_id, 2026, date(2026, 10, 12))
        assert (enrolment.unit_id in [row.Unit.id for row in others]) is missed
        assert queries.is_missed(enrolment, -1, policies[0]) is (enrolment.unit_id == enrolment.agency_id)


def test_totals_count_a_goal_once_and_each_agency_by_its_shares(world):
    """Two units of one agency hold the same goal: the agency holds one goal, not two."""
    shared(
        world,
        held=(("bidang-pelayanan", "33.333333"), ("puskesmas-melati", "33.333333"), ("bkpsdm", "33.333334")),
    )
    shared(world, GoalState.AGREED)
    shared(world, GoalState.ENDED)
    shared(world, GoalState.PROPOSED)
    shared(world, GoalState.DRAFT, held=(("bkpsdm", "12.5"),))
    with world.inside():
        found = rules.credited(part for part, _name in queries.parts(true(), 2026))
        assert found.goals == 3
        by_goals = sorted((part.goals, part.share) for part in found.parts.values())
        assert by_goals == [(3, Decimal("113.333334")), (3, Decimal("186.666666"))]
        names = [name for _part, name in queries.parts(true(), 2026)]
        assert names == ["Dinas Kesehatan", "BKPSDM"]
        assert queries.parts(true(), 2025) == []


def test_the_database_itself_keeps_shares_and_pairs(world):
    goal = shared(world, GoalState.DRAFT)
    with world.inside():
        unit = world.unit("puskesmas-melati").id
        taken = part(world, goal, "bkpsdm").unit_id
        foreign = world.unit("dinas-kesehatan", "kabupaten-lain").id
        for unit_id, share in ((unit, 0), (unit, 101), (taken, 1), (foreign, 1)):
            row = Contribution(
                region_id=goal.region_id, goal_id=goal.id, unit_id=unit_id, share=Decimal(share)
            )
            with pytest.raises(IntegrityError), door() as session:
                session.add(row)
                session.flush()

"""The performance manager's review of plans, for none, all or a sample of them (Y-19)."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, true

from portal.desks import people_queries, turns
from portal.extensions import db
from portal.kernel.canonical import canonical, sha256
from portal.kernel.refusal import Refused
from portal.ledger.door import door
from portal.performance.plans import actions, queries
from portal.performance.plans.models import LineNote, Plan
from portal.performance.plans.rules import PlanState
from portal.policy.calendars.rules import DeadlineKind
from portal.policy.cycles.models import Deadline, Period
from portal.policy.policies.models import PolicyVersion

DRAWN, NOT_DRAWN = "0", "z"


def under(world, review: str) -> None:
    """The year's policy reviews that many plans."""
    with door():
        year = world.period(None)
        old = db.session.get_one(PolicyVersion, year.policy_version_id)
        document = json.loads(old.document)
        document["review"]["value"] = review
        text = canonical(document)
        new = PolicyVersion(
            key=f"uji-{review}", version=1, name="Uji", document=text, sha256=sha256(text), loaded=old.loaded
        )
        db.session.add(new)
        db.session.flush()
        for period in db.session.scalars(select(Period).where(Period.cycle_id == year.cycle_id)):
            period.policy_version_id = new.id
        due = db.session.scalars(
            select(Deadline).where(Deadline.period_id == year.id, Deadline.kind == DeadlineKind.PLAN_AGREE)
        ).one()
        kind = DeadlineKind.PLAN_REVIEW
        db.session.add(Deadline(region_id=year.region_id, period_id=year.id, kind=kind, due=due.due))


def submitted(world, last: str = NOT_DRAWN) -> Plan:
    """Rina's plan with a reference that ends so, submitted."""
    plan = world.plan()
    with door(plan):
        plan.ref = plan.ref[:-1] + last
    return world.do(actions.submit, plan, by=world.rina)


def turn_of(world, plan: Plan) -> str:
    """Whose turn the list of people says it is."""
    with world.inside():
        year = world.period(None)
        at = turns.scene(year.region_id, world.clock.now().date(), cycle_id=year.cycle_id)
        everybody = people_queries.PeopleFilter()
        rows = people_queries.people(at, at.of(year), true(), everybody).rows
        return next(row.turn for row in rows if row.plan_ref == plan.ref)


@pytest.mark.parametrize(
    ("review", "last", "reads"),
    [
        ("none", DRAWN, "penilai"),
        ("none", NOT_DRAWN, "penilai"),
        ("all", DRAWN, "pengelola"),
        ("all", NOT_DRAWN, "pengelola"),
        ("sample", DRAWN, "pengelola"),
        ("sample", NOT_DRAWN, "penilai"),
    ],
)
def test_who_reads_a_submitted_plan(world, review, last, reads):
    under(world, review)
    plan = submitted(world, last)
    assert queries.setting(plan).review == ("all" if reads == "pengelola" else "none")
    assert turn_of(world, plan) == ("reviu_skp" if reads == "pengelola" else "sepakat_skp")
    if reads == "pengelola":
        with pytest.raises(Refused, match=r"plan\.state"):
            world.do(actions.agree, plan, by=world.unit_head)
        world.do(actions.review, plan, by=world.agency_hr)
        assert plan.state is PlanState.REVIEWED and plan.reviewed_on is not None
    else:
        with pytest.raises(Refused, match=r"plan\.state"):
            world.do(actions.review, plan, by=world.agency_hr)
    world.do(actions.agree, plan, by=world.unit_head)
    world.do(actions.sign, plan, by=world.rina)
    world.do(actions.set_plan, plan, by=world.unit_head)
    assert plan.state is PlanState.SET


def test_the_reviewer_returns_with_notes_and_reads_it_again(world):
    under(world, "all")
    plan = submitted(world)
    line = queries.version_at_work(plan).results[0].line_ref
    with pytest.raises(Refused, match=r"plan\.state"):
        world.do(actions.add_note, plan, line_ref=line, text="Belum terukur.", by=world.unit_head)
    world.do(
        actions.add_note, plan, line_ref=line, text="Belum terukur.", as_manager=True, by=world.agency_hr
    )
    with pytest.raises(Refused, match=r"plan\.open_notes"):
        world.do(actions.review, plan, by=world.agency_hr)
    world.do(actions.return_with_notes, plan, as_manager=True, by=world.agency_hr)
    assert plan.state is PlanState.RETURNED
    assert db.session.scalars(select(LineNote).where(LineNote.plan_id == plan.id)).one().sent is not None
    world.do(actions.submit, plan, by=world.rina)
    world.do(actions.review, plan, by=world.agency_hr)
    # Now the appraiser reads: the reviewer has passed it on.
    with pytest.raises(Refused, match=r"plan\.state"):
        world.do(actions.return_with_notes, plan, as_manager=True, by=world.agency_hr)
    world.do(actions.add_note, plan, line_ref=line, text="Target terlalu rendah.", by=world.unit_head)
    world.do(actions.return_with_notes, plan, by=world.unit_head)
    world.do(actions.submit, plan, by=world.rina)
    assert plan.reviewed_on is None and plan.state is PlanState.SUBMITTED


def test_nobody_reviews_the_own_plan(world):
    under(world, "all")
    plan = world.plan(who="agency_hr")
    world.do(actions.submit, plan, by=world.agency_hr)
    with pytest.raises(Refused, match=r"plan\.person"):
        world.do(actions.review, plan, by=world.agency_hr)
    world.do(actions.review, plan, by=world.hr)
    assert plan.state is PlanState.REVIEWED

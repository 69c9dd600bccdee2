"""Chains computed anew within a period: vacancies, acting heads, moves, people who left (14.5, Y-45)."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.ledger.door import door
from portal.ledger.events import Event
from portal.people.chain.models import Delegation
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.employment.rules import ActingKind, EmploymentStatus
from portal.people.organisation.models import Position
from portal.performance.evaluations import actions as evaluations
from portal.performance.evaluations import queries as evaluation_queries
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans import actions, queries
from portal.performance.plans.models import Plan
from portal.performance.plans.rules import CascadeSource, PlanState
from portal.policy.cycles.models import Enrolment
from portal.policy.cycles.rechain import differences
from portal.policy.cycles.rules import Change, MoveReason, NotObligedReason, PeriodState
from tests.support.databases import counted

LEFT = date(2026, 10, 7)
"""A day of the fourth quarter; the clock stands on 12 October."""


def position(world, who: str) -> int:
    return world.enrolment(who).position_id


def leave(world, who: str, on: date = LEFT) -> None:
    """Somebody's post is vacant from that day."""
    with door():
        tenure = db.session.get_one(Tenure, world.enrolment(who).tenure_id)
        tenure.ends = on


def hold(world, who: str, post: int, *, acting: ActingKind | None = None, since: date = LEFT) -> None:
    with door():
        person = db.session.get_one(Person, world.people[who].person_id)
        db.session.add(
            Tenure(
                region_id=person.region_id, person_id=person.id, position_id=post, acting=acting, begins=since
            )
        )


def delegate(world, who: str, post: int) -> None:
    with door():
        person = db.session.get_one(Person, world.people[who].person_id)
        row = Delegation(
            region_id=person.region_id, position_id=post, person_id=person.id, letter="S 1", begins=LEFT
        )
        db.session.add(row)


def compared(world, quarter: int | None = 4):
    return differences(world.period(quarter), world.clock.now().date())


def rechain(world, *quarters: int | None) -> None:
    for quarter in quarters or (None, 4):
        world.do(evaluations.rechain, world.period(quarter), by=world.hr)


def acting_head(world) -> int:
    """The unit's head leaves; the head of the puskesmas acts, with a delegation. The post's id."""
    post = position(world, "unit_head")
    leave(world, "unit_head")
    hold(world, "clinic_head", post, acting=ActingKind.PLT)
    delegate(world, "clinic_head", post)
    rechain(world)
    return post


# -------------------------------------------------------------------------------------- differences


def test_nothing_differs_right_after_the_opening(world):
    for quarter in (None, 3, 4):
        assert compared(world, quarter).rows == ()


def test_a_vacancy_goes_to_the_level_above_and_is_shown_first(world):
    leave(world, "unit_head")
    before = compared(world)
    names = {row.person_id for row in before.rows if row.change is Change.CHAIN}
    assert names == {world.people[who].person_id for who in ("rina", "budi", "citra")}
    assert before.count(Change.ENDS) == 1 and before.count(Change.BEGINS) == 0
    rechain(world)
    mine = world.enrolment("rina", 4)
    assert mine.appraiser_id == world.agency_head.person_id
    assert json.loads(mine.skipped) == [[position(world, "unit_head"), "kosong"]]
    assert mine.superior_id == world.secretary.person_id
    assert compared(world).rows == () and compared(world, None).rows == ()


def test_other_periods_stay_as_they_are(world):
    leave(world, "unit_head")
    rechain(world, 4)
    assert world.enrolment("rina", 3).appraiser_id == world.unit_head.person_id
    assert compared(world, None).rows, "each period is brought up to date by itself"


def test_after_a_period_whoever_left_is_replaced_by_todays_chain(world):
    leave(world, "unit_head")
    assert [row.change for row in compared(world, 3).rows] == [Change.CHAIN] * 3
    rechain(world, 3)
    assert world.enrolment("rina", 3).appraiser_id == world.agency_head.person_id
    assert world.enrolment("unit_head", 3).ends is None, "was there until its end"


def test_after_a_period_somebody_who_only_moved_still_appraises(world):
    leave(world, "unit_head")
    hold(world, "unit_head", position(world, "agency_hr"))
    assert compared(world, 3).rows == ()


def test_a_gap_is_kept_with_its_code(world):
    region = world.region()
    with door(region):
        region.agency_head_appraiser_id = None
    rechain(world)
    head = world.enrolment("agency_head", 4)
    assert (head.appraiser_id, head.gap) == (None, "chain.agency_head")
    with door(region):
        region.agency_head_appraiser_id = position(world, "secretary")
    rechain(world)
    assert world.enrolment("agency_head", 4).gap is None


def test_a_rating_that_was_told_keeps_its_chain(world):
    world.evaluation(EvaluationState.HANDED_OVER, "rina", quarter=3)
    leave(world, "unit_head")
    told = evaluation_queries.told_enrolments(world.period(3).id)
    found = differences(world.period(3), world.clock.now().date(), told)
    assert found.kept == 1 and len(found.rows) == 2
    rechain(world, 3)
    assert world.enrolment("rina", 3).appraiser_id == world.unit_head.person_id
    assert world.enrolment("budi", 3).appraiser_id == world.agency_head.person_id


# ------------------------------------------------------------------------------------------- moves


def test_a_move_ends_one_enrolment_and_begins_another(world):
    plan = world.plan(PlanState.SET)
    old = world.enrolment("rina", 4)
    post = position(world, "dewi")
    leave(world, "rina")
    hold(world, "rina", post)
    rechain(world)
    rows = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.person_id == world.rina.person_id, Enrolment.period_id == old.period_id)
        .order_by(Enrolment.id)
    ).all()
    first, second = rows
    assert (first.id, first.ends, first.end_reason) == (old.id, LEFT, MoveReason.MOVED)
    assert first.appraiser_id == world.unit_head.person_id, "who appraised that part, evaluates it"
    assert (second.begins, second.ends, second.begin_reason) == (LEFT, None, MoveReason.MOVED)
    assert second.appraiser_id == world.clinic_head.person_id
    assert (first.plan_id, second.plan_id) == (plan.id, None), "a new plan from the day on"
    states = db.session.scalars(
        select(Evaluation.state).where(Evaluation.enrolment_id.in_((first.id, second.id)))
    ).all()
    assert states == [EvaluationState.RUNNING] * 2
    assert compared(world).rows == ()


def test_the_new_plan_carries_over_into_the_quarter(world):
    leave(world, "rina")
    hold(world, "rina", position(world, "dewi"))
    rechain(world, None)
    year = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.person_id == world.rina.person_id, Enrolment.begin_reason.is_not(None))
    ).one()  # fmt: skip
    plan = world.do(actions.start, year, by=world.rina)
    rechain(world, 4)
    rows = db.session.scalars(select(Enrolment.plan_id).where(Enrolment.tenure_id == plan.tenure_id)).all()
    assert rows == [plan.id, plan.id]


def test_who_left_and_who_came(world):
    with door():
        db.session.get_one(Employee, world.enrolment("citra").employee_id).ends = LEFT
        region_id = world.region().id
        person = Person(region_id=region_id, name="Baru Datang", search_name="baru datang")
        db.session.add(person)
        db.session.flush()
        db.session.add(
            Employee(
                region_id=region_id,
                person_id=person.id,
                staff_number="189012121912011999",
                status=EmploymentStatus.PNS,
                begins=LEFT,
            )
        )
        post = position(world, "budi")
        db.session.add(Tenure(region_id=region_id, person_id=person.id, position_id=post, begins=LEFT))
    rechain(world)
    citra = world.enrolment("citra", 4)
    assert (citra.ends, citra.end_reason) == (LEFT, MoveReason.LEFT)
    new = db.session.scalars(
        select(Enrolment).where(Enrolment.person_id == person.id, Enrolment.period_id == citra.period_id)
    ).one()
    assert (new.begin_reason, new.begins) == (MoveReason.JOINED, LEFT)
    assert new.appraiser_id == world.unit_head.person_id


def test_a_corrected_end_lets_the_enrolment_go_on(world):
    leave(world, "citra")
    rechain(world, 4)
    with door():
        db.session.execute(
            update(Tenure).where(Tenure.id == world.enrolment("citra").tenure_id).values(ends=None)
        )
    assert [row.change for row in compared(world).rows] == [Change.GOES_ON]
    rechain(world, 4)
    assert (world.enrolment("citra", 4).ends, world.enrolment("citra", 4).end_reason) == (None, None)


def test_a_post_left_before_the_period_leaves_a_day(world):
    leave(world, "citra", date(2026, 9, 1))
    rechain(world, 4)
    begins = world.period(4).begins
    assert world.enrolment("citra", 4).ends == begins + timedelta(days=1)


# ----------------------------------------------------------------------------------------- applying


def test_only_what_was_looked_at_is_applied(world):
    leave(world, "unit_head")
    seen = compared(world).digest
    leave(world, "citra")
    with pytest.raises(Refused, match=r"rechain\.stale"):
        world.do(evaluations.rechain, world.period(4), seen=seen, by=world.hr)
    assert world.enrolment("rina", 4).appraiser_id == world.unit_head.person_id
    world.do(evaluations.rechain, world.period(4), seen=compared(world).digest, by=world.hr)
    assert world.enrolment("rina", 4).appraiser_id == world.agency_head.person_id


@pytest.mark.parametrize("state", [PeriodState.PLANNED, PeriodState.CLOSED])
def test_only_an_open_period(world, state):
    period = world.period(4)
    with door(period):
        period.state = state
    with pytest.raises(Refused, match=r"period\.state"):
        rechain(world, 4)


def test_each_changed_enrolment_has_its_event_without_names(world):
    leave(world, "unit_head")
    rechain(world, 4)
    mine = world.enrolment("rina", 4)
    event = db.session.scalars(
        select(Event).where(Event.subject_ref == mine.ref, Event.verb == "rechain_enrolment")
    ).one()
    said = json.loads(event.summary)
    assert said["before"]["appraiser"] == world.unit_head.ref
    assert said["after"]["appraiser"] == world.agency_head.ref
    assert "Darma" not in event.summary and event.person_id == world.hr.person_id
    whole = db.session.scalars(select(Event).where(Event.verb == "rechain")).one()
    assert json.loads(whole.summary)["rantai"] == 3


def test_the_same_few_statements_for_many_people(world, app):
    """Set-based: forty more people in the unit don't make a statement more."""

    def counted_once() -> int:
        leave(world, "unit_head")
        with counted(app) as said:
            rechain(world, 4)
        return len(said)

    few = counted_once()
    with door():
        tenure = db.session.get_one(Tenure, world.enrolment("unit_head").tenure_id)
        tenure.ends = None
    rechain(world, 4)
    with door():
        region_id, post = world.region().id, db.session.get_one(Position, position(world, "rina"))
        for number in range(40):
            person = Person(region_id=region_id, name=f"Orang {number}", search_name=f"orang {number}")
            db.session.add(person)
            db.session.flush()
            db.session.add(
                Employee(
                    region_id=region_id,
                    person_id=person.id,
                    staff_number=f"1890121219120115{number:02d}",
                    status=EmploymentStatus.PNS,
                    begins=LEFT,
                )
            )
            db.session.add(
                Tenure(region_id=region_id, person_id=person.id, position_id=post.id, begins=date(2026, 1, 2))
            )
    rechain(world, 4)
    assert db.session.scalar(select(func.count()).where(Enrolment.begin_reason == MoveReason.JOINED)) == 40
    assert counted_once() <= few <= 30


# ------------------------------------------------------------------- the plan under an acting head


def test_under_an_acting_head_the_post_plan_leads(world):
    plan = world.plan()
    acting_head(world)
    around = queries.setting(plan)
    assert around.appraiser.id == world.clinic_head.person_id
    assert around.cascade.source is CascadeSource.PREDECESSOR and around.cascade.ready
    assert around.leader.id == world.unit_head.person_id
    assert around.leader_plan.person_id == world.unit_head.person_id
    assert queries.offers(around.leader_plan, plan.tenure_id), "the shared matrix still offers"
    world.do(actions.submit, plan, by=world.rina)
    world.do(actions.agree, plan, by=world.clinic_head)
    world.do(actions.sign, plan, by=world.rina)
    world.do(actions.set_plan, plan, by=world.clinic_head)
    assert plan.state is PlanState.SET


def test_without_a_plan_on_the_post_the_superiors_leads(world):
    plan = world.plan()
    acting_head(world)
    _forget_plan(world, "unit_head")
    around = queries.setting(plan)
    assert around.cascade.source is CascadeSource.SUPERIOR and around.cascade.ready
    assert around.leader.id == world.agency_head.person_id
    world.do(actions.submit, plan, by=world.rina)


def test_a_superior_without_a_set_plan_is_waited_for_by_name(world):
    plan = world.plan()
    acting_head(world)
    _forget_plan(world, "unit_head")
    _forget_plan(world, "agency_head")
    around = queries.setting(plan)
    refusal = actions.why_not_submit(around, queries.version_at_work(plan))
    assert refusal is not None and refusal.code == "plan.matrix_first"
    assert refusal.params["name"] == world.agency_head.name
    _same_in_lists(world)


def _forget_plan(world, who: str) -> None:
    with door():
        tenure_id = world.enrolment(who).tenure_id
        db.session.execute(
            update(Plan)
            .where(Plan.tenure_id == tenure_id)
            .values(state=PlanState.DRAFT, in_force=None)
            .execution_options(synchronize_session="fetch")
        )


def _same_in_lists(world) -> None:
    """What the page of a plan says, the lists say, for every plan of the year."""
    waits = set(
        db.session.scalars(
            select(Enrolment.tenure_id).where(
                Enrolment.period_id == world.period(None).id, queries.waits_for_leader()
            )
        )
    )
    for plan in db.session.scalars(select(Plan)):
        around = queries.setting(plan)
        if around.period.id == world.period(None).id:
            assert (plan.tenure_id in waits) is not around.cascade.ready, around.person.name


@pytest.mark.parametrize("forgotten", [(), ("unit_head",), ("agency_head",), ("unit_head", "agency_head")])
@pytest.mark.parametrize("acting", [False, True])
def test_lists_and_pages_agree_on_whom_it_waits_for(world, acting, forgotten):
    for who in ("rina", "budi"):
        world.plan(who=who)
    if acting:
        acting_head(world)
    for who in forgotten:
        _forget_plan(world, who)
    _same_in_lists(world)


# ------------------------------------------------------------------------------------- no duty, undone

REASON = "Surat cuti di luar tanggungan ternyata untuk orang lain."


def _marked(world) -> Evaluation:
    evaluation = world.evaluation(EvaluationState.RUNNING, "budi")
    fields = {"reason": NotObligedReason.UNPAID_LEAVE, "note": "SK 800/12/2026"}
    return world.do(evaluations.mark_not_obliged, evaluation, by=world.hr, **fields)


def test_the_mark_is_taken_back_as_an_event(world):
    evaluation = _marked(world)
    world.do(evaluations.undo_not_obliged, evaluation, reason=REASON, by=world.hr)
    enrolment = db.session.get_one(Enrolment, evaluation.enrolment_id)
    assert (enrolment.not_obliged, enrolment.not_obliged_note) == (None, "")
    event = db.session.scalars(select(Event).where(Event.verb == "undo_not_obliged")).one()
    assert json.loads(event.summary) == {"was": "cltn"} and event.detail_hash is not None


def test_the_mark_is_not_taken_back_without_reason_or_twice_or_after_closing(world):
    evaluation = _marked(world)
    with pytest.raises(Refused, match="undo_reason"):
        world.do(evaluations.undo_not_obliged, evaluation, reason="salah", by=world.hr)
    period = world.period(3)
    with door(period):
        period.state = PeriodState.CLOSED
    for act, fields in (
        (evaluations.undo_not_obliged, {"reason": REASON}),
        (evaluations.mark_not_obliged, {"reason": NotObligedReason.SUSPENDED, "note": "SK"}),
    ):
        with pytest.raises(Refused, match="period_closed"):
            world.do(act, evaluation, by=world.hr, **fields)
    with door(period):
        period.state = PeriodState.OPEN
    world.do(evaluations.undo_not_obliged, evaluation, reason=REASON, by=world.hr)
    with pytest.raises(Refused, match="not_marked"):
        world.do(evaluations.undo_not_obliged, evaluation, reason=REASON, by=world.hr)


def test_the_mark_stays_once_something_was_evaluated(world):
    evaluation = world.evaluation(EvaluationState.RATED, "budi")
    with door(db.session.get_one(Enrolment, evaluation.enrolment_id)) as session:
        session.get_one(Enrolment, evaluation.enrolment_id).not_obliged = NotObligedReason.SUSPENDED
    with pytest.raises(Refused, match="was_rated"):
        world.do(evaluations.undo_not_obliged, evaluation, reason=REASON, by=world.hr)

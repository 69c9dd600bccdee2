"""What is written together is what the actions would have left: compared with their own reckoning."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from sqlalchemy import func, select, text

from portal.demo import crowd, large, stamp
from portal.demo.pen import Pen
from portal.demo.play import NOW
from portal.extensions import db
from portal.kernel.canonical import sha256
from portal.ledger import events
from portal.ledger.actor import SYSTEM
from portal.ledger.door import OutsideTheDoor, door
from portal.ledger.events import Event, EventDetail
from portal.people.employment.models import Person
from portal.performance.advice import rules as advising
from portal.performance.evaluations import actions as evaluations
from portal.performance.evaluations import queries, rules
from portal.performance.evaluations.models import Evaluation, Rating
from portal.performance.evaluations.rules import EVALUATION_WORKFLOW, EvaluationState
from portal.performance.plans.models import Plan
from portal.performance.plans.rules import PlanState
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.rules import PeriodState
from portal.policy.policies import actions as policies
from portal.transparency.publications.models import Publication
from portal.transparency.publications.rules import PublicationState

PEOPLE = 120


@pytest.fixture
def region(installation):
    """A large region, very small; made once for each kind of database."""
    if "crowd" not in installation.kept:
        with installation.app.app_context():
            with door():
                policies.load_files(by=SYSTEM, at=NOW)
            large.region(large.LARGE[0][1], "besar", PEOPLE, lambda _said: None)
            db.session.remove()
        installation.keep("crowd")
    installation.put_back("crowd")
    with installation.app.app_context():
        yield installation


def evaluated(*states):
    return db.session.scalars(select(Evaluation).where(Evaluation.state.in_(states))).all()


def test_two_years_with_closed_and_published_periods(region):
    rows = db.session.execute(select(Period.begins, Period.number, Period.state)).all()
    closed = {(row.begins.year, row.number) for row in rows if row.state is PeriodState.CLOSED}
    assert closed == {(2025, 1), (2025, 3), (2025, 4), (2026, 1), (2026, 2)}
    states = db.session.scalars(select(Publication.state)).all()
    assert states == [PublicationState.PUBLISHED] * 5


def test_ratings_are_what_the_rules_say(region):
    rated = evaluated(EvaluationState.CLOSED, EvaluationState.RECEIVED, EvaluationState.RATED)
    assert len(rated) > PEOPLE
    for evaluation in rated[::7]:
        around = queries.setting(evaluation)
        rating = db.session.get_one(Rating, evaluation.rating_id)
        assert rating.overall is advising.overall_rating(
            rating.result, rating.behaviour, around.policy.rules.matrix
        )
        advice = queries.advice(around, queries.measured(around))
        assert rating.advice is advice.rating
        assert around.organisation_rating is not None and around.organisation_rating.at < rating.at
        assert rating.person_id == around.enrolment.appraiser_id
        assert not rules.why_not_reasons(rating.result_reason, rating.behaviour_reason)
        assert evaluation.rated_on <= evaluation.handed_over_on if evaluation.handed_over_on else True


def test_events_walk_the_workflow(region):
    """Each evaluation's events are steps that the table of steps knows, and end in its state."""
    rows = db.session.execute(
        select(Event.subject_ref, Event.verb, Event.summary, Event.at)
        .where(Event.subject_type == "evaluations")
        .order_by(Event.id)
    ).all()
    states, last = {}, {}
    for row in rows:
        assert last.get(row.subject_ref, row.at) <= row.at
        last[row.subject_ref] = row.at
        said = json.loads(row.summary)
        if "state" in said:
            before = states.get(row.subject_ref, EvaluationState.RUNNING)
            assert EVALUATION_WORKFLOW.after(row.verb, before) == said["state"]
            states[row.subject_ref] = EvaluationState(said["state"])
    for evaluation in db.session.scalars(select(Evaluation)):
        told = states.get(evaluation.ref, EvaluationState.RUNNING)
        ended = (EvaluationState.RECEIVED, EvaluationState.HANDED_OVER)
        assert evaluation.state is told or (evaluation.state is EvaluationState.CLOSED and told in ended)


def test_plans_have_their_steps(region):
    verbs = ("start_plan", "submit_plan", "agree_plan", "sign_plan", "set_plan")
    told = Counter(db.session.scalars(select(Event.verb).where(Event.subject_type == "plans")))
    plans = Counter(db.session.scalars(select(Plan.state)))
    assert told["start_plan"] == plans.total() and told["set_plan"] == plans[PlanState.SET]
    assert all(told[verb] for verb in verbs)
    assert db.session.scalar(select(func.count()).where(Plan.set_on < Plan.submitted_on)) == 0
    hung = db.session.scalar(select(func.count()).where(Enrolment.plan_id.is_not(None)))
    assert hung > plans.total(), "plans hang on the enrolments of all periods"


def test_words_are_bound_by_their_hash(region):
    rows = db.session.execute(
        select(Event.detail_hash, EventDetail.salt, EventDetail.words).join(
            EventDetail, EventDetail.event_id == Event.id
        )
    ).all()
    assert rows and all(row.detail_hash == sha256(row.salt + row.words) for row in rows)


def test_uneven_on_purpose(region):
    reasons = set(db.session.scalars(select(Evaluation.not_evaluated))) - {None}
    exempt = set(db.session.scalars(select(Enrolment.not_obliged))) - {None}
    assert len(reasons) > 2 and exempt
    sizes = Counter(db.session.scalars(select(Enrolment.agency_id)))
    assert len(sizes) > 1 and max(sizes.values()) > sizes.total() / 2
    names = [len(name.split()) for name in db.session.scalars(select(Person.name))]
    assert min(names) == 1 and max(names) >= 5


def test_actions_go_on_where_the_pen_stopped(region):
    """Rows of actions get numbers behind those that were given here."""
    waiting = evaluated(EvaluationState.RATED)[0]
    rater = db.session.get_one(Rating, waiting.rating_id).person_id
    account = db.session.execute(text(f"SELECT id FROM accounts WHERE person_id = {rater}")).scalar_one()
    by = events.Actor(account, rater, waiting.region_id)
    with door(waiting):
        evaluations.hand_over(waiting, by=by, at=NOW)
    assert waiting.state is EvaluationState.HANDED_OVER
    assert events.last_event(waiting).verb == "hand_over"


def test_the_pen_writes_inside_the_door_only(installation):
    with installation.app.app_context():
        pen = Pen(1)
        pen.add(Person, name="Siti", search_name="siti")
        with pytest.raises(OutsideTheDoor):
            pen.write()
        db.session.remove()


def test_a_region_to_measure_on(installation):
    with installation.app.app_context():
        region = stamp.make(60, year=2026, at=NOW.replace(month=4, day=8))
        assert db.session.scalar(select(func.count(Person.id)).where(Person.region_id == region.id)) == 61
        states = set(db.session.scalars(select(Evaluation.state)))
        assert states == {EvaluationState.RUNNING, EvaluationState.REPORTED}
        kinds = set(db.session.scalars(select(Event.verb)))
        assert "report" not in kinds, "its acts leave no events"
        db.session.remove()


def test_layouts():
    assert sum(room.people for room in crowd.even(1000)) == 1000
    rooms = list(crowd.uneven(60_000))
    assert sum(room.people for room in rooms) == 60_000
    sizes = Counter[str]()
    for room in rooms:
        sizes[room.code.split(".")[0]] += room.people
    assert 0.5 < sizes["D01"] / 60_000 < 0.6, "one agency with more than half"
    assert max(room.people for room in rooms) >= 300, "one appraiser of hundreds"
    assert any(room.vacant for room in rooms) and any(room.people == 1 for room in rooms)
    assert len({room.code for room in rooms}) == len(rooms)

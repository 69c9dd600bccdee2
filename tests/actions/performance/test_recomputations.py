"""A period's advice computed again on real databases: streamed, stopped, resumed, compared (#4 Speed, NEW-1, WLS-3)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import event, func, insert, select, text, update

from portal.extensions import db
from portal.kernel.refs import new_ref
from portal.kernel.refusal import Refused
from portal.ledger import jobs
from portal.ledger.door import door
from portal.ledger.events import Event
from portal.ledger.jobs import Job
from portal.performance.evaluations import queries as evaluation_queries
from portal.performance.evaluations.models import Achievement, Evaluation, Rating
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.recomputations import actions, queries, rules
from portal.performance.recomputations.models import Recomputation, RecomputedDifference
from portal.performance.recomputations.queries import Reading
from portal.performance.recomputations.rules import Figure, RecomputationState
from portal.policy.cycles.models import Enrolment
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import ExpectationRating, OverallRating
from tests.support import surveys

WAITING, RUNNING, STOPPED, DONE = RecomputationState


@pytest.fixture
def rated(world):
    """Three ratings in the third quarter, of two agencies; everybody else is running."""
    for who in ("rina", "budi", "dewi"):
        world.evaluation(EvaluationState.RATED, who)
    return world


@pytest.fixture
def small(monkeypatch):
    """Two people at a time, so that there are several parts."""
    monkeypatch.setattr(actions, "FIRST", 2)
    monkeypatch.setattr(actions, "LEAST", 2)
    monkeypatch.setattr(actions, "MOST", 2)


def started(world) -> str:
    return str(world.do(actions.start, world.period(3), by=world.hr).ref)


def ran(world) -> Recomputation:
    ref = started(world)
    surveys.run_jobs(world)
    return fresh(ref)


def fresh(ref: str) -> Recomputation:
    row = queries.by_ref(ref)
    db.session.refresh(row)
    return row


def figures(run) -> tuple[int, dict[str, object]]:
    return run.done, run.tallies


def whole(run) -> rules.Counts:
    return rules.together(run.counts.values())


def evaluation_of(world, who: str) -> Evaluation:
    return evaluation_queries.of_enrolment(world.enrolment(who, 3).id)


def spoil(statement: str, **given) -> None:
    with door() as session:
        session.execute(text(statement), given)


def store(world, who: str, **wrong) -> None:
    """Put a rating with other figures in the place of somebody's: the old one can't be changed, not even by SQL."""
    evaluation = evaluation_of(world, who)
    table = Rating.__table__
    row = dict(db.session.execute(select(table).where(table.c.id == evaluation.rating_id)).mappings().one())
    del row["id"]
    with door() as session:
        made = session.execute(insert(table).values({**row, "ref": new_ref(), **wrong}))
        made_id = made.inserted_primary_key[0]
        session.execute(update(Evaluation).where(Evaluation.id == evaluation.id).values(rating_id=made_id))


def differing(run) -> dict[str, tuple[Figure, ...]]:
    """Who differs in what, by the enrolment's ref."""
    rows = db.session.execute(
        select(Enrolment.ref, RecomputedDifference)
        .join(Enrolment, Enrolment.id == RecomputedDifference.enrolment_id)
        .where(RecomputedDifference.recomputation_id == run.id)
    )
    return {ref: row.figures for ref, row in rows}


def everything() -> list[object]:
    """All rows that a rating and its advice consist of."""
    return [
        [tuple(row) for row in db.session.execute(select(model.__table__).order_by(model.id))]
        for model in (Rating, Evaluation, Achievement)
    ]


def test_everybody_is_computed_and_nothing_is_changed(rated, world):
    before = everything()
    run = ran(world)
    assert everything() == before
    assert (run.state, run.done, run.total) == (DONE, run.total, run.done)
    people = db.session.scalar(
        select(func.count(Enrolment.id)).where(
            Enrolment.period_id == run.period_id, Enrolment.not_obliged.is_(None)
        )
    )
    found = whole(run)
    assert found.people == people == run.done
    assert (found.rated, found.equal, found.different) == (3, 3, 0)
    assert found.result.compared == 3
    assert found.result.none == people - 3, "who reported nothing has no advice, and no zero"
    assert run.policy_version_id == world.period(3).policy_version_id
    assert run.per_second > 0
    verbs = db.session.scalars(
        select(Event.verb).where(Event.subject_type == "recomputations").order_by(Event.id)
    ).all()
    assert verbs == ["start_recomputation", "finish_recomputation"]


def test_it_is_counted_by_agency(rated, world):
    run = ran(world)
    here = {world.enrolment(who, 3).agency_id for who in ("rina", "budi", "dewi")}
    assert {agency for agency, counts in run.counts.items() if counts.rated} == here


def test_somebody_not_obliged_is_not_counted(rated, world):
    before = ran(world).done
    enrolment = world.enrolment("citra", 3)
    spoil("UPDATE enrolments SET not_obliged = 'mpp' WHERE id = :id", id=enrolment.id)
    assert ran(world).done == before - 1


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"advice": ExpectationRating.BELOW}, (Figure.ADVICE,)),
        ({"advice_mean": Decimal("1.5")}, (Figure.MEAN,)),
        ({"advice": None, "advice_mean": None}, (Figure.ADVICE, Figure.MEAN)),
        ({"behaviour_advice": ExpectationRating.ABOVE}, (Figure.BEHAVIOUR_ADVICE,)),
        ({"behaviour_mean": Decimal(2)}, (Figure.BEHAVIOUR_MEAN,)),
        ({"overall": OverallRating.VERY_POOR}, (Figure.OVERALL,)),
    ],
)
def test_a_stored_figure_that_is_wrong_is_found(rated, world, wrong, named):
    store(world, "budi", **wrong)
    before = everything()
    run = ran(world)
    assert differing(run) == {world.enrolment("budi", 3).ref: named}
    assert (whole(run).equal, whole(run).different) == (2, 1)
    assert everything() == before, "what is wrong is told, not mended"


def test_an_achievement_that_was_corrected_shows_in_advice_and_mean(rated, world):
    evaluation = evaluation_of(world, "rina")
    spoil("UPDATE achievements SET value = 1000000 WHERE evaluation_id = :id", id=evaluation.id)
    run = ran(world)
    assert differing(run)[world.enrolment("rina", 3).ref] == (Figure.ADVICE, Figure.MEAN)
    assert whole(run).result.higher == 1, "the decision now lies above what the facts suggest"


def test_a_run_is_what_the_pages_say_of_each(world):
    """One rule: the stream and the page of one evaluation give the same, with a survey and without."""
    surveys.running(world)
    for duty in surveys.duties(world)[:5]:
        surveys.answer(world, duty, (3, 2, 3, 2, 3, 2, 3))
    world.evaluation(EvaluationState.RATED, "rina", behaviour=ExpectationRating.AS_EXPECTED)
    world.evaluation(EvaluationState.REPORTED, "budi")
    for who in ("rina", "budi"):
        spoil(
            "UPDATE evaluations SET draft_marks = '3322112' WHERE enrolment_id = :id",
            id=world.enrolment(who, 3).id,
        )
    # As long as answers aren't counted nobody has an advice on behaviour.
    for counted in (False, True):
        if counted:
            surveys.counted(world)
        period = world.period(3)
        policy = db.session.get_one(PolicyVersion, period.policy_version_id).rules
        _last, people = Reading(period.id, policy).some(0, 1000)
        assert len(people) > 10
        for each in people:
            evaluation = evaluation_queries.of_enrolment(each.enrolment_id)
            around = evaluation_queries.setting(evaluation)
            assert each.advice == evaluation_queries.advice(around, evaluation_queries.measured(around))
            marks = around.rating.marks if around.rating else evaluation.draft_marks
            assert each.behaviour == evaluation_queries.behaviour_advice(around, marks)
        advised = [each for each in people if each.behaviour.rating is not None]
        assert bool(advised) is counted
        assert any(each.behaviour.groups for each in people) is counted


def test_advice_that_came_after_the_survey_is_no_difference(world):
    surveys.running(world)
    for duty in surveys.duties(world)[:5]:
        surveys.answer(world, duty)
    evaluation = world.evaluation(EvaluationState.REPORTED, "rina")
    spoil("UPDATE evaluations SET draft_marks = '2222222' WHERE id = :id", id=evaluation.id)
    world.evaluation(EvaluationState.RATED, "rina")
    surveys.counted(world)
    run = ran(world)
    assert (whole(run).rated, whole(run).later, whole(run).different) == (1, 1, 0)
    assert differing(run) == {}


def test_a_part_of_any_size_is_read_by_three_statements(rated, world):
    period = world.period(3)
    policy = db.session.get_one(PolicyVersion, period.policy_version_id).rules
    said: list[str] = []

    def note(_c, _cursor, statement, _p, _context, _many):
        said.append(statement)

    reading = Reading(period.id, policy)
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for size in (1, 1000):
            said.clear()
            reading.some(0, size)
            assert len(said) <= 3
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


# --------------------------------------------------------------------------------- stopped and resumed


def halting(world, monkeypatch, after: int, act) -> None:
    """Do ``act`` to the run between two parts, once ``after`` parts are written."""
    parts = []

    def breathe(_seconds):
        parts.append(1)
        if len(parts) == after:
            act(queries.newest(world.period(3).id))

    monkeypatch.setattr(actions.time, "sleep", breathe)


def test_stopped_in_the_middle_and_resumed_it_counts_the_same(rated, small, world, monkeypatch):
    straight = figures(ran(world))
    run = started(world)
    halting(world, monkeypatch, 2, lambda row: world.do(actions.stop, row, by=world.hr))
    surveys.run_jobs(world)
    run = fresh(run)
    assert (run.state, run.done, whole(run).people) == (STOPPED, 4, 4)
    ref = run.ref
    surveys.run_jobs(world)
    assert fresh(ref).done == 4, "nothing goes on by itself"
    world.do(actions.resume, fresh(ref), by=world.hr)
    surveys.run_jobs(world)
    run = fresh(ref)
    assert (run.state, *figures(run)) == (DONE, *straight)


def test_a_wish_to_stop_throws_the_part_in_hand_away(rated, small, world, monkeypatch):
    run = started(world)
    some = Reading.some

    def stopped_meanwhile(self, after, size):
        found = some(self, after, size)
        if after:
            world.do(actions.stop, queries.by_ref(run), by=world.hr)
        return found

    monkeypatch.setattr(Reading, "some", stopped_meanwhile)
    surveys.run_jobs(world)
    assert (fresh(run).state, fresh(run).done) == (STOPPED, 2)


def test_a_worker_that_died_is_followed_by_one_that_goes_on(rated, small, world, monkeypatch):
    straight = figures(ran(world))
    run = started(world)
    some, calls = Reading.some, []

    def dying(self, after, size):
        calls.append(after)
        if len(calls) == 3:
            raise RuntimeError("the worker is gone")
        return some(self, after, size)

    with monkeypatch.context() as patched:
        patched.setattr(Reading, "some", dying)
        jobs.run_one(world.clock)
    assert (fresh(run).state, fresh(run).done) == (RUNNING, 4)
    actions.work(recomputation=run, at=world.clock.now())
    run = fresh(run)
    assert (run.state, *figures(run)) == (DONE, *straight)
    ref, kept = run.ref, run.worked_ms
    actions.work(recomputation=ref, at=world.clock.now())
    assert (fresh(ref).done, fresh(ref).worked_ms) == (straight[0], kept), "run again it does nothing"


def test_two_workers_on_one_run_count_nobody_twice(rated, small, world, monkeypatch):
    straight = figures(ran(world))
    run = started(world)
    some, inside = Reading.some, []

    def overtaken(self, after, size):
        found = some(self, after, size)
        if after and not inside:
            inside.append(True)
            actions.work(recomputation=run, at=world.clock.now())
        return found

    monkeypatch.setattr(Reading, "some", overtaken)
    actions.work(recomputation=run, at=world.clock.now())
    run = fresh(run)
    assert (run.state, *figures(run)) == (DONE, *straight)


def test_what_is_given_up_waits_to_be_resumed(rated, world, monkeypatch):
    run = started(world)
    with monkeypatch.context() as patched:
        patched.setattr(Reading, "some", lambda *_given: 1 / 0)
        for _attempt in range(jobs.ATTEMPTS):
            with door() as session:
                session.execute(text("UPDATE jobs SET run_after = made WHERE finished IS NULL"))
            jobs.run_one(world.clock)
    assert fresh(run).state is STOPPED
    assert db.session.scalars(select(Job.error).where(Job.kind == actions.JOB)).one()
    world.do(actions.resume, fresh(run), by=world.hr)
    surveys.run_jobs(world)
    assert fresh(run).state is DONE


# --------------------------------------------------------------------------------------- several runs


def test_the_next_run_that_ends_erases_what_the_last_one_found(rated, world):
    store(world, "budi", advice_mean=Decimal(1))
    first = ran(world).ref
    assert len(differing(fresh(first))) == 1
    second = ran(world).ref
    assert len(differing(fresh(second))) == 1
    assert differing(fresh(first)) == {}
    assert whole(fresh(first)).different == 1, "the counts of the first stay"


def test_a_second_run_waits_for_the_first(rated, world):
    started(world)
    with pytest.raises(Refused) as no:
        started(world)
    assert no.value.refusal == rules.AT_WORK


def test_a_run_that_was_overtaken_is_not_resumed(rated, world):
    old = started(world)
    world.do(actions.stop, fresh(old), by=world.hr)
    ran(world)
    with pytest.raises(Refused) as no:
        world.do(actions.resume, fresh(old), by=world.hr)
    assert no.value.refusal == rules.OVERTAKEN


def test_a_period_that_is_not_opened_has_nothing_to_compute(world):
    period = world.period(3)
    with door(period):
        period.policy_version_id = None
    with pytest.raises(Refused) as no:
        started(world)
    assert no.value.refusal == rules.NOT_OPENED


def test_a_closed_period_can_be_computed_again(rated, world):
    spoil("UPDATE periods SET state = 'ditutup' WHERE id = :id", id=world.period(3).id)
    assert whole(ran(world)).rated == 3

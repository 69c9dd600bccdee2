"""The demo, made small: everything that it promises to show is there.

What it writes without the actions is compared with them in ``tests/actions/demo``, on both databases.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.demo import accounts, play
from portal.extensions import db
from portal.ledger import installation as marks
from portal.ledger.events import Event
from portal.ledger.installation import Installation
from portal.people.accounts import passwords
from portal.people.accounts.models import Account, Grant, GrantKind
from portal.people.accounts.rules import password_problem
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.organisation.models import Position, Region, Unit
from portal.performance.agreements.models import AgreementGoal, PerformanceAgreement
from portal.performance.agreements.rules import AgreementState
from portal.performance.colleagues.models import FeedbackRequest
from portal.performance.colleagues.rules import RequestState
from portal.performance.dialogues.models import Dialogue
from portal.performance.dialogues.rules import DialogueKind
from portal.performance.evaluations.models import Evaluation, OrganisationRatingSet, Rating
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.goals import queries as goal_queries
from portal.performance.goals.models import SharedGoal
from portal.performance.goals.rules import GoalState, ShareState
from portal.performance.objections.models import Objection
from portal.performance.objections.rules import ObjectionState
from portal.performance.plans.models import (
    IndicatorManual,
    LineNote,
    Plan,
    PlannedResult,
    PlanVersion,
)
from portal.performance.plans.rules import Approach, PlanState
from portal.performance.programmes.models import (
    ParticipationNote,
    ParticipationRecord,
    Programme,
    ProgrammeRepair,
)
from portal.performance.programmes.rules import ProgrammeState
from portal.performance.progress.models import ActionStep, Feedback, ProgressEntry
from portal.performance.progress.rules import StepState
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.rules import PeriodState
from portal.policy.policies.rules import OverallRating
from portal.transparency.publications.models import Publication
from portal.transparency.publications.rules import PublicationState


@pytest.fixture
def demo(installation):
    """A demo of sixty people; made once."""
    if "demo" not in installation.kept:
        with installation.app.app_context():
            play.make(people_wanted=60)
        installation.keep("demo")
    installation.put_back("demo")
    with installation.app.app_context():
        yield installation


def found(column, *conditions):
    return set(db.session.scalars(select(column).where(*conditions)).all())


def test_every_state_of_plans_occurs(demo):
    assert found(Plan.state) == set(PlanState) - {PlanState.REVIEWED}
    assert db.session.scalar(select(func.count(LineNote.id))) > 0


def test_every_state_of_evaluations_occurs(demo):
    assert found(Evaluation.state) == set(EvaluationState)
    assert found(Evaluation.unsure) == {True, False}
    assert found(ActionStep.state) == set(StepState)


def test_five_overall_ratings_in_closed_quarters(demo):
    rows = db.session.scalars(
        select(Rating.overall)
        .join(Evaluation, Evaluation.rating_id == Rating.id)
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
        .join(Period, Period.id == Enrolment.period_id)
        .where(Period.state == PeriodState.CLOSED)
    )
    assert set(rows) == set(OverallRating)


def test_people_and_reasons_of_those_without_rating(demo):
    assert found(Evaluation.not_evaluated) - {None}
    assert found(Enrolment.not_obliged) - {None}


def test_largest_region_and_units(demo):
    counts = Counter(db.session.scalars(select(Region.slug).join(Employee, Employee.region_id == Region.id)))
    assert counts.most_common(1)[0][0] == "bandung"
    assert 0.42 < counts["bandung"] / counts.total() < 0.48
    third = select(Period.id).where(
        Period.kind == PeriodKind.QUARTER, Period.number == 3, Period.begins >= date(2026, 1, 1)
    )
    sizes = Counter(db.session.scalars(select(Enrolment.unit_id).where(Enrolment.period_id.in_(third))))
    assert max(sizes.values()) >= 7 and min(sizes.values()) == 1


def test_levels_are_skipped_and_delegated(demo):
    rows = db.session.execute(select(Enrolment.skipped, Enrolment.appraiser_basis)).all()
    skipped = " ".join(row.skipped for row in rows)
    assert "plt_tanpa_delegasi" in skipped and "kosong" in skipped
    assert "delegasi" in {row.appraiser_basis for row in rows}


def test_periods_run_as_the_calendar_says(demo):
    bandung = db.session.scalars(select(Region).where(Region.slug == "bandung")).one()
    rows = db.session.scalars(select(Period).where(Period.region_id == bandung.id)).all()
    states = {(row.kind.value, row.number): row.state for row in rows if row.begins.year == 2026}
    before = {(row.kind.value, row.number): row.state for row in rows if row.begins.year == 2025}
    assert {key for key, state in before.items() if state is PeriodState.CLOSED} == {
        ("triwulan", 3),
        ("triwulan", 4),
        ("tahun", 1),
    }
    assert before["triwulan", 2] is PeriodState.PLANNED
    assert [states["triwulan", number] for number in (1, 2, 3, 4)] == [
        PeriodState.CLOSED,
        PeriodState.CLOSED,
        PeriodState.OPEN,
        PeriodState.OPEN,
    ]
    assert states["tahun", 1] is PeriodState.OPEN


def test_publications_by_two_people(demo):
    rows = db.session.execute(
        select(Region.slug, Publication).join(Region, Region.id == Publication.region_id)
    ).all()
    bandung = [made for slug, made in rows if slug == "bandung"]
    published = [made for made in bandung if made.state is PublicationState.PUBLISHED]
    assert len({made.period_id for made in published}) == len(published) == 5
    assert all(made.prepared_account_id != made.published_account_id for made in published)
    assert [made.version for made in bandung if made.state is PublicationState.PREPARED] == [2]
    assert {made.state for _, made in rows} == {PublicationState.PUBLISHED, PublicationState.PREPARED}


def test_nothing_happens_after_now(demo):
    assert db.session.scalar(select(func.max(Event.at))) <= play.NOW
    assert db.session.scalar(select(func.max(ProgressEntry.day))) <= play.TODAY
    assert db.session.scalar(select(func.max(Feedback.at))) <= play.NOW


def test_ratings_come_after_the_organisations(demo):
    rows = db.session.execute(
        select(Rating.at, OrganisationRatingSet.at).join(
            OrganisationRatingSet, OrganisationRatingSet.id == Rating.organisation_rating_id
        )
    ).all()
    assert rows and all(person > organisation for person, organisation in rows)


def test_programmes_show_what_can_happen_to_them(demo):
    """Running, ended, mended and in two regions; a note waits, one record was corrected, one withdrawn."""
    assert found(Programme.state) == set(ProgrammeState)
    assert len(found(Programme.region_id)) == 2
    assert len(found(ProgrammeRepair.id, ProgrammeRepair.closed.is_(None))) == 1
    assert len(found(ParticipationNote.id, ParticipationNote.answered.is_(None))) == 1
    assert found(ParticipationRecord.withdrawn, ParticipationRecord.revision > 1) == {True, False}
    assert len(found(ParticipationRecord.role)) > 2


def test_steps_of_a_plan_in_order(demo):
    once = select(Plan).where(Plan.state == PlanState.SET, Plan.number == Plan.in_force, Plan.in_force == 1)
    for plan in db.session.scalars(once):
        assert plan.submitted_on <= plan.agreed_on <= plan.signed_on <= plan.set_on


def test_leaders_share_before_their_people_submit(demo):
    """Nobody's plan went in before the appraiser's was set, in the order of days as well."""
    year = select(Period.id).where(Period.kind == PeriodKind.YEAR)
    plans = {plan.id: plan for plan in db.session.scalars(select(Plan))}
    enrolled = db.session.scalars(select(Enrolment).where(Enrolment.period_id.in_(year))).all()
    by_post = {(row.period_id, row.person_id, row.position_id): plans.get(row.plan_id) for row in enrolled}
    for row in enrolled:
        plan, above = (
            plans.get(row.plan_id),
            by_post.get((row.period_id, row.appraiser_id, row.appraiser_position_id)),
        )
        if plan is not None and above is not None and plan.submitted_on is not None:
            assert above.set_on is not None and above.set_on <= plan.submitted_on


def test_a_rating_has_one_before_it(demo):
    """Whoever was rated in the running year was mostly rated in the year before."""
    rows = db.session.execute(
        select(Enrolment.person_id, Period.begins)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .join(Period, Period.id == Enrolment.period_id)
        .where(Evaluation.rating_id.is_not(None))
    ).all()
    now = {row.person_id for row in rows if row.begins.year == 2026}
    before = {row.person_id for row in rows if row.begins.year == 2025}
    assert len(now & before) / len(now) > 0.6


def test_what_happens_once(demo):
    agreement = db.session.scalars(select(PerformanceAgreement)).one()
    assert agreement.state is AgreementState.SET
    taken = db.session.scalars(select(PlannedResult).where(PlannedResult.goal_line.is_not(None))).all()
    goals = found(AgreementGoal.line_ref, AgreementGoal.agreement_id == agreement.id)
    assert goals and {row.goal_line for row in taken} == goals
    assert db.session.scalar(select(func.count(IndicatorManual.id))) == 1
    spoken = db.session.scalars(select(Dialogue).order_by(Dialogue.day)).all()
    assert [(row.kind, row.confirmed) for row in spoken] == [
        (DialogueKind.EXPECTATIONS, True),
        (DialogueKind.RESULTS, False),
    ]
    second = db.session.scalars(select(PlanVersion).where(PlanVersion.reason.is_not(None))).one()
    changed = db.session.get_one(Plan, second.plan_id)
    assert changed.in_force == second.number == 2 and second.letter
    rated = select(Evaluation.plan_number).join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
    numbers = set(db.session.scalars(rated.where(Enrolment.plan_id == changed.id)).all()) - {None}
    assert numbers == {1, 2}, "the quarters before the change keep the version that held"
    assert found(FeedbackRequest.state) == {RequestState.ANSWERED, RequestState.OPEN}
    objection = db.session.scalars(select(Objection)).one()
    assert objection.state is ObjectionState.DECIDED and objection.decided_on is not None
    words = select(Plan.person_id).where(Plan.approach == Approach.QUALITATIVE)
    assert len(set(db.session.scalars(words).all())) == 1


def test_a_shared_goal_waits_for_one_agreement(demo):
    (goal,) = db.session.scalars(select(SharedGoal))
    held = goal_queries.contributions(goal.id)
    assert goal.state is GoalState.PROPOSED and sum(each.share for each in held) == 100
    answers = Counter(each.answer for each in held)
    assert answers == {ShareState.AGREED: 2, ShareState.WAITING: 1}


def test_a_shared_goal_runs_where_two_agencies_have_heads(installation):
    """Progress told once, its slip corrected, feedback, and lines that refer to it (WLS-5)."""
    installation.put_back("empty")
    with installation.app.app_context():
        play.make(people_wanted=80)
        states = select(SharedGoal).where(SharedGoal.state == GoalState.RUNNING)
        goal = db.session.scalars(states).one()
        held = goal_queries.contributions(goal.id)
        assert sum(each.share for each in held) == 100 and len(held) >= 2
        entries = goal_queries.progress(goal.id)
        assert [row.stands for row in entries].count(False) == 1 and len(entries) == 4
        assert goal_queries.feedback(goal.id) and goal_queries.references(goal.id).total >= 2
        db.session.remove()


def test_everybody_has_an_account_and_few_a_password(demo):
    people = db.session.scalar(select(func.count(Person.id)))
    assert (
        db.session.scalar(select(func.count(Account.id))) == people + 3
    )  # and administrator, auditor, board
    offered = accounts.offered(demo.settings.folder)
    with_password = found(Account.name, Account.password_hash != "")
    assert with_password == {row["name"] for row in offered}
    assert set(found(Grant.kind)) == set(GrantKind) - {GrantKind.LEADER}, "heads need no grant"


def test_offered_accounts(demo):
    offered = accounts.offered(demo.settings.folder)
    assert len(offered) == 16
    assert {row["area"] for row in offered} == {"employee", "rater", "hr", "admin", "audit", "leader"}
    assert all(row["login"].endswith("@demo.kinerja.id") and row["what"] for row in offered)
    assert password_problem(accounts.PASSWORD) is None
    rina = db.session.scalars(select(Account).where(Account.name == offered[0]["name"])).one()
    assert passwords.fits(rina.password_hash, offered[0]["password"]) and rina.about
    assert (demo.settings.folder / accounts.FILE).stat().st_mode & 0o077 == 0


def test_nothing_is_offered_without_the_list(tmp_path):
    assert accounts.offered(tmp_path) == []


def test_the_clock_stands_at_the_story(demo):
    is_demo, shift = marks.read()
    made = db.session.scalars(select(Installation)).one().made
    assert is_demo and abs(made + shift - play.NOW) < timedelta(seconds=2)
    assert datetime.now(UTC) - made < timedelta(hours=2)


def test_a_moved_person_has_two_posts_in_turn(demo):
    """Tenures of one person never overlap, whatever was imported during the year."""
    rows = db.session.scalars(select(Tenure).where(Tenure.acting.is_(None))).all()
    held: dict[int, list[Tenure]] = {}
    for row in rows:
        held.setdefault(row.person_id, []).append(row)
    assert all(sum(each.ends is None for each in mine) <= 1 for mine in held.values())


def test_positions_without_holder_are_shown_as_such(demo):
    held = found(Tenure.position_id, Tenure.acting.is_(None))
    vacant = db.session.scalars(select(Position.title).where(Position.id.not_in(held))).all()
    assert any(title.startswith("Lurah") for title in vacant)
    assert db.session.scalar(select(func.count(Unit.id)).where(Unit.kind == "puskesmas")) >= 73


def test_a_demo_is_not_made_twice(demo):
    with pytest.raises(play.NotEmpty):
        play.make(people_wanted=60)


def test_command_lists_the_accounts(demo):
    runner = demo.app.test_cli_runner()
    said = runner.invoke(args=["demo", "accounts", "--json"])
    assert said.exit_code == 0, said.output
    rows = json.loads(said.output)
    assert set(rows[0]) == {"name", "login", "password", "area", "what"} and len(rows) == 16
    plain = runner.invoke(args=["demo", "accounts"]).output
    assert all(row["login"] in plain for row in rows) and accounts.PASSWORD in plain


def test_command_refuses_a_database_with_regions(demo):
    said = demo.app.test_cli_runner().invoke(args=["demo", "make", "--people", "60"])
    assert said.exit_code != 0 and "kosong" in said.output

"""Acts of evaluating and what is read of them, on both databases (Y-33 to Y-38, Y-57, decision 14.7)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.ledger.door import door
from portal.ledger.events import Event
from portal.performance.evaluations import actions, queries, queries_bench
from portal.performance.evaluations.models import Achievement, Rating
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.rules import PlanState
from portal.policy.cycles.rules import PeriodState
from portal.policy.policies.rules import ExpectationRating, OrganisationRating, OverallRating
from tests.support.databases import counted

BELOW, FAIR, ABOVE = ExpectationRating.BELOW, ExpectationRating.AS_EXPECTED, ExpectationRating.ABOVE
RUNNING, REPORTED, RATED = EvaluationState.RUNNING, EvaluationState.REPORTED, EvaluationState.RATED
HANDED_OVER, RECEIVED = EvaluationState.HANDED_OVER, EvaluationState.RECEIVED
REASON = "Dua belas laporan selesai dengan mutu yang baik."
RATINGS = {"result": FAIR, "result_reason": REASON, "behaviour": ABOVE, "behaviour_reason": REASON}


def refusal(call, *args, **fields):
    with pytest.raises(Refused) as refused:
        call(*args, **fields)
    return refused.value.refusal.code


def rows_of(evaluation):
    return queries.measured(queries.setting(evaluation))


def draft(world, evaluation, result=FAIR, behaviour=FAIR, reason=REASON, unsure=False, by="unit_head"):
    return world.do(
        actions.save_draft,
        evaluation,
        draft_result=result,
        draft_result_reason=reason,
        draft_behaviour=behaviour,
        draft_behaviour_reason=reason,
        unsure=unsure,
        by=world.people[by],
    )


# --------------------------------------------------------------------------------------------- report


def test_saving_a_report_replaces_what_was_kept(world):
    evaluation = world.evaluation()
    first, second = (row.indicator.line_ref for row in rows_of(evaluation)[:2])
    fields = {"self_note": "", "by": world.rina}
    achieved = {first: (Decimal("9.5"), ""), second: (None, "Belum ada.")}
    world.do(actions.save_report, evaluation, achieved=achieved, **fields)
    world.do(
        actions.save_report, evaluation, achieved={first: (Decimal(10), ""), second: (None, "")}, **fields
    )
    kept = db.session.scalars(select(Achievement)).all()
    assert [(row.indicator_ref, row.value) for row in kept] == [(first, Decimal(10))]
    assert evaluation.state is RUNNING


def test_a_report_explains_every_indicator(world):
    evaluation = world.evaluation()
    rows = rows_of(evaluation)
    achieved = {row.indicator.line_ref: (Decimal(12), "") for row in rows[1:]}
    fields = {"self_note": "", "by": world.rina}
    code = refusal(world.do, actions.report, evaluation, achieved=achieved, **fields)
    assert code == "evaluation.unexplained" and not db.session.scalars(select(Achievement)).all()
    achieved[rows[0].indicator.line_ref] = (None, "Rekap menunggu tanda tangan.")
    world.do(actions.report, evaluation, achieved=achieved, **fields)
    assert (evaluation.state, evaluation.reported_on) == (REPORTED, date(2026, 10, 12))
    assert rows_of(evaluation)[0].attainment.value is None, "missing stays missing"
    world.do(actions.reopen_report, evaluation, by=world.unit_head)
    assert (evaluation.state, evaluation.reported_on) == (RUNNING, None)
    assert len(db.session.scalars(select(Achievement)).all()) == len(rows)


# --------------------------------------------------------------------------------------------- rating


def test_the_order_of_steps_can_not_be_left(world):
    world.evaluation()
    world.clock.set(datetime(2026, 9, 28, 2, 0, tzinfo=UTC))
    running = queries.of_enrolment(world.enrolment("rina", 3).id)
    rate = {"by": world.unit_head, **RATINGS}
    assert refusal(world.do, actions.rate, running, **rate) == "evaluation.not_reported"
    assert refusal(world.do, actions.hand_over, running, by=world.unit_head) == "evaluation.state"
    code = refusal(world.do, actions.receive, running, acknowledged=True, by=world.rina)
    assert code == "evaluation.state"
    world.clock.set(datetime(2026, 10, 12, 2, 0, tzinfo=UTC))
    assert refusal(world.do, actions.rate, running, **rate) == "evaluation.org_first", "late is no obstacle"
    world.organisation_rating()
    own = {**rate, "by": world.rina}
    assert refusal(world.do, actions.rate, running, **own) == "evaluation.self"
    short = {**rate, "result_reason": "baik"}
    assert refusal(world.do, actions.rate, running, **short) == "evaluation.reasons"
    world.do(actions.rate, running, **rate)
    assert running.state is RATED


def test_without_a_set_plan_there_is_no_rating(world):
    world.plan(PlanState.SUBMITTED)
    world.organisation_rating()
    evaluation = queries.of_enrolment(world.enrolment("rina", 3).id)
    code = refusal(world.do, actions.rate, evaluation, by=world.unit_head, **RATINGS)
    assert code == "evaluation.no_plan"


def test_a_rating_keeps_what_it_rests_on(world):
    evaluation = world.evaluation(at=RATED)
    around = queries.setting(evaluation)
    rating = around.rating
    assert (rating.result, rating.behaviour, rating.overall) == (FAIR, ABOVE, OverallRating.GOOD)
    assert rating.organisation_rating_id == around.organisation_rating.id
    assert rating.policy_version_id == around.policy.id and rating.person_id == world.unit_head.person_id
    assert (rating.advice, rating.advice_mean) == (ABOVE, Decimal(110))
    event = db.session.scalars(select(Event).where(Event.verb == "rate")).one()
    assert event.policy_version_id == around.policy.id and REASON not in event.summary


def test_a_changed_rating_supersedes_and_is_never_overwritten(world):
    evaluation = world.evaluation(at=RATED)
    first = evaluation.rating_id
    fields = {**RATINGS, "result": BELOW, "by": world.unit_head}
    short = {**fields, "change_reason": "keliru"}
    assert refusal(world.do, actions.re_rate, evaluation, **short) == "evaluation.change_reason"
    world.do(actions.re_rate, evaluation, **fields, change_reason="Saya keliru membaca laporannya.")
    second = db.session.get_one(Rating, evaluation.rating_id)
    assert second.supersedes_id == first and second.overall is OverallRating.NEEDS_IMPROVEMENT
    assert db.session.get_one(Rating, first).overall is OverallRating.GOOD
    history = queries.history(queries.setting(evaluation))
    said = [(item.event.verb, item.rating.overall if item.rating else None) for item in history]
    assert said == [
        ("report", None),
        ("rate_organisation", None),
        ("rate", OverallRating.GOOD),
        ("re_rate", OverallRating.NEEDS_IMPROVEMENT),
    ]
    assert [item.person.name for item in history][2:] == [world.unit_head.name] * 2
    world.do(actions.hand_over, evaluation, by=world.unit_head)
    fields["change_reason"] = "Mencoba sesudah disampaikan."
    assert refusal(world.do, actions.re_rate, evaluation, **fields) == "evaluation.state"


def test_rating_as_drafted_tells_in_the_same_act_or_not_at_all(world):
    evaluation = world.evaluation(at=REPORTED)
    assert refusal(world.do, actions.rate_as_drafted, evaluation, by=world.unit_head) == "evaluation.not_both"
    draft(world, evaluation)
    tell = {"tell": True, "by": world.unit_head}
    assert refusal(world.do, actions.rate_as_drafted, evaluation, **tell) == "evaluation.org_first"
    assert evaluation.state is REPORTED
    world.organisation_rating()
    world.do(actions.rate_as_drafted, evaluation, **tell)
    assert evaluation.state is HANDED_OVER and evaluation.handed_over_on == date(2026, 10, 12)
    verbs = db.session.scalars(select(Event.verb).order_by(Event.id)).all()
    assert verbs[-2:] == ["rate", "hand_over"]


def test_what_the_page_shows_is_what_the_action_insists_on(world):
    evaluation = world.evaluation(at=REPORTED)

    def shown():
        refusal_ = actions.why_not_set(
            queries.setting(evaluation), by_person=world.unit_head.person_id, today=date(2026, 10, 12)
        )
        return refusal_.code if refusal_ else None

    assert shown() == "evaluation.org_first"
    world.organisation_rating()
    assert shown() == "evaluation.not_both"
    draft(world, evaluation, reason="pendek")
    assert shown() == "evaluation.reasons"
    draft(world, evaluation)
    assert shown() is None


def test_days_are_those_of_the_region(world):
    evaluation = world.evaluation(at=RATED)
    world.clock.set(datetime(2026, 10, 12, 18, 30, tzinfo=UTC))  # 01.30 WIB of the 13th
    world.do(actions.hand_over, evaluation, by=world.unit_head)
    assert evaluation.handed_over_on == date(2026, 10, 13)


def test_a_closed_period_takes_no_draft(world):
    evaluation = world.evaluation(at=REPORTED)
    period = world.period(3)
    with door(period):
        period.state = PeriodState.CLOSED
    assert refusal(draft, world, evaluation) == "evaluation.period_closed"


# ------------------------------------------------------------------------------------ what is read


def test_the_setting_is_one_statement_and_names_who_rates_the_organisation(world):
    evaluation = world.evaluation()
    with counted(world.app) as said:
        around = queries.setting(evaluation)
    assert len(said) == 1
    assert around.organisation.slug == "dinas-kesehatan", "a unit inside an agency is rated with it"
    assert around.organisation_leader.id == world.secretary.person_id
    assert around.superior.id == world.agency_head.person_id
    assert around.organisation_rating is None
    assert (around.achievement_due, around.rating_due) == (date(2026, 10, 5), date(2026, 10, 14))
    world.organisation_rating(rating=OrganisationRating.EXCELLENT)
    assert queries.setting(evaluation).organisation_rating.rating is OrganisationRating.EXCELLENT


def test_lines_come_whole_in_one_statement(world):
    evaluation = world.evaluation(at=REPORTED)
    around = queries.setting(evaluation)
    with counted(world.app) as said:
        lines, expectations = queries.lines(around)
        assert [len(line.rows) for line in lines] == [2, 2, 2]
        assert [row.indicator.text for line in lines for row in line.rows]
    assert len(said) == 1
    assert "hari yang sama" in next(iter(expectations.values()))


def test_the_rating_holds_to_the_organisations_rating_of_its_time(world):
    evaluation = world.evaluation(at=RATED)
    period, unit = world.period(3), world.unit("dinas-kesehatan")
    fields = {"rating": OrganisationRating.POOR, "reason": REASON, "by": world.secretary.actor}
    with door(period):
        actions.rate_organisation(period, unit, **fields, at=world.clock.now())
    around = queries.setting(evaluation)
    assert around.organisation_rating.rating is OrganisationRating.GOOD
    assert queries.organisation_rating(period.id, unit.id).rating is OrganisationRating.POOR
    rows = queries_bench.ratings_of_organisation(period.id, unit.id)
    assert [row.OrganisationRatingSet.rating for row in rows] == ["kurang", "baik"]


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("agency_head", "organisation.own_head"),
        ("unit_head", "organisation.not_superior"),
        ("mayor", "organisation.not_superior"),
        ("secretary", None),
    ],
)
def test_only_the_leader_one_level_up_rates_an_organisation(world, who, code):
    period, unit = world.period(3), world.unit("dinas-kesehatan")

    def rate():
        fields = {"rating": OrganisationRating.GOOD, "reason": REASON, "by": world.people[who].actor}
        with door(period):
            return actions.rate_organisation(period, unit, **fields, at=world.clock.now())

    if code:
        assert refusal(rate) == code
    else:
        assert rate().rating is OrganisationRating.GOOD


def test_after_somebody_was_told_the_organisations_rating_stands(world):
    world.evaluation(at=HANDED_OVER)
    period, unit = world.period(3), world.unit("dinas-kesehatan")
    assert queries_bench.led(period, unit).told == 1
    fields = {"rating": OrganisationRating.POOR, "reason": REASON, "by": world.secretary.actor}
    with door(period):
        code = refusal(actions.rate_organisation, period, unit, **fields, at=world.clock.now())
    assert code == "organisation.handed_over"


def test_the_tally_counts_one_bench_and_the_spread_of_its_organisations(world):
    period = world.period(3)
    world.evaluation(at=RATED, who="budi")
    ready = world.evaluation(at=REPORTED, who="citra")
    draft(world, ready, result=BELOW)
    rina = world.evaluation(at=REPORTED, who="rina")
    draft(world, rina, behaviour=None, unsure=True)
    period_id, me = period.id, world.unit_head.person_id
    with counted(world.app) as said:
        tally = queries_bench.tally(period_id, me)
    assert len(said) == 1
    counts = (
        tally.people,
        tally.filled,
        tally.unsure,
        tally.incomplete,
        tally.ready,
        tally.rated,
        tally.told,
    )
    assert counts == (3, 2, 1, 1, 1, 1, 0)
    (organisation,) = tally.organisations.values()
    assert organisation.given == {OverallRating.GOOD: 1} and organisation.drafts == {(BELOW, FAIR): 1}
    assert organisation.leader.id == world.secretary.person_id
    assert queries_bench.tally(period.id, world.rina.person_id).people == 0


def test_the_bench_finds_rows_by_what_they_lack(world):
    period, me = world.period(3), world.unit_head.person_id
    world.organisation_rating()
    draft(world, world.evaluation(at=REPORTED, who="budi"))
    draft(world, world.evaluation(at=REPORTED, who="citra"), unsure=True)
    world.evaluation(at=HANDED_OVER, who="rina")
    world.progress("budi")

    def names(view):
        return [
            row.Person.name for row in queries_bench.bench(period.id, me, *queries_bench.BENCH_VIEWS[view])
        ]

    assert names("") == [world.budi.name, world.citra.name, world.rina.name], "by name"
    assert names("siap") == [world.budi.name] and names("kurang") == names("ragu") == [world.citra.name]
    assert names("disampaikan") == [world.rina.name] and names("ditetapkan") == []
    assert [row.entries for row in queries_bench.bench(period.id, me)] == [1, 0, 0]
    assert len(queries_bench.bench(period.id, me, limit=1, offset=1)) == 1


def test_attainments_of_many_are_those_of_each(world):
    evaluations = [world.evaluation(at=REPORTED, who=who) for who in ("budi", "citra")]
    ids = [each.id for each in evaluations]
    with counted(world.app) as said:
        found = queries_bench.attainments(ids, Decimal(120))
    assert len(said) == 1
    for each in evaluations:
        single = [row.attainment.value for row in rows_of(each) if row.result.kind == "utama"]
        assert sorted(row.value for row in found[each.id]) == sorted(single)


def test_figures_beside_the_organisations_rating(world):
    world.evaluation(at=REPORTED, who="dewi")
    figures = queries_bench.figures(world.period(3).id, world.unit("puskesmas-melati").id, Decimal(120))
    # Her head has a plan and hasn't reported; twelve of twelve and twelve of thirty days are met.
    assert (figures.people, figures.reported, figures.indicators, figures.met) == (2, 1, 4, 4)


def test_ones_own_list_keeps_what_was_not_told(world):
    evaluation = world.evaluation(at=RATED)
    mine = {row.Evaluation.ref: row.Rating for row in queries.own(world.rina.person_id)}
    assert mine[evaluation.ref] is None
    world.do(actions.hand_over, evaluation, by=world.unit_head)
    mine = {row.Evaluation.ref: row.Rating for row in queries.own(world.rina.person_id)}
    assert mine[evaluation.ref].overall is OverallRating.GOOD


def test_the_periods_stand_beside_the_year(world):
    world.evaluation(at=RECEIVED)
    year = queries.of_enrolment(world.enrolment("rina", None).id)
    rows = queries.beside(queries.setting(year))
    assert [row.Period.number for row in rows] == [1, 2, 3, 4]
    assert [row.Rating is not None for row in rows] == [False, False, True, False]

"""A period by each policy in a browser, from who is asked to the rating that explains itself.

Every shipped policy that a region may adopt plays a period, and a sixth that stands in this file as data:
who is asked and what is sealed, what the appraiser marks and decides against advice, what is shown beside the
two ratings, and what the employee reads and computes again (WGR-2, WGR-3, BNY-2, BNY-6, SWL-1, WLS-5, BDG-2,
NEW-1, NEW-2, NEW-10). Nothing here knows a region: what happens follows from the policy's settings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from portal.extensions import db
from portal.performance.advice.facts import read_facts
from portal.performance.advice.recompute import evaluate
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.goals import actions as goal_actions
from portal.performance.goals.models import SharedGoal
from portal.performance.plans import queries as plans
from portal.performance.plans.rules import CoreValue, PlanState
from portal.performance.surveys.rules import DutyState, RaterGroup
from portal.policy.drafting.queries import drafted
from portal.policy.policies import files
from portal.policy.policies.reading import read
from portal.policy.policies.rules import OrganisationRating, PolicyDocument, rating_word
from tests.journeys.conftest import Seat
from tests.support import goals, programmes, surveys
from tests.support.policies import frozen
from tests.support.world import World

ASSUMED = {"mark": "A", "note": "Kesepakatan pengelola kinerja.", "assumed": True}
SIXTH: dict[str, Any] = {
    "key": "daerah-keenam",
    "version": 1,
    "name": "Kebijakan kinerja daerah keenam",
    "extends": {"key": "nasional-6-2022", "version": 3},
    "raters": {"value": ["penilai", "rekan"], **ASSUMED},
    "survey": {"peers": {"value": 6, **ASSUMED}, "small_group": {"value": "return", **ASSUMED}},
    "least_group": {
        "survey_answers": {"value": 4, **ASSUMED},
        "survey_comments": {"value": 6, **ASSUMED},
    },
    "advice": {
        "behaviour": {"value": {"appraiser": 50, "survey": 50}, **ASSUMED},
        "behaviour_limits": {"value": {"below": "1.5", "above": "2.5"}, **ASSUMED},
        "picture": {"value": {"results": 60, "participation": 15, "attitude": 25}, **ASSUMED},
    },
    "participation": {"value": "own_line", **ASSUMED},
}
"""A sixth region by data alone: fewer are enough, half the weight, a picture of three aspects."""

DOCUMENTS: dict[str, Mapping[str, Any]] = {
    each.rules.key: each.document for each in files.all_files() if each.rules.adoption is not None
}
RESULT = "Dua belas laporan selesai dengan mutu baik dan tepat waktu."
BEHAVIOUR = "Warga dan rekan dilayani dengan sabar, juga pada jam sibuk."
COMMENT = "Selalu menjelaskan sampai jelas dan mau mendengar."


def sixth() -> Mapping[str, Any]:
    found = drafted(SIXTH)
    assert not found.problems, found.problems
    return found.document


@pytest.fixture(params=[*DOCUMENTS, SIXTH["key"]])
def document(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    """A policy's complete document."""
    return DOCUMENTS[request.param] if request.param in DOCUMENTS else sixth()


@pytest.fixture
def script(document: Mapping[str, Any]) -> bool:
    """Who merges small groups plays without script, for both ways to be seen; all others with it."""
    rules = read(document)
    return not (rules.survey is not None and rules.survey.merges)


def hold_survey(world: World, seat: Callable[[], Seat], quarter: int, rules: PolicyDocument) -> None:
    """HR lets the lot decide and opens; peers see what will be shown before they send; HR closes."""
    with world.inside():
        period = world.period(quarter).ref
    hr = seat().sign_in(world.hr).go(f"/surveys/periods/{period}")
    if rules.survey is None:
        hr.sees("Kebijakan yang berlaku tidak memakai survei perilaku")
        return
    if rules.cadence == "semester":
        hr.sees("perilaku Kamis, 1 Januari 2026 sampai Selasa, 30 Juni 2026")
    hr.press("Undi siapa yang ditanya")
    surveys.run_jobs(world)
    hr.go(f"/surveys/periods/{period}").fill(closes="30 Oktober 2026").press("Buka survei")
    duties = [
        duty for duty in surveys.duties(world, "rina", quarter=quarter) if duty.group is RaterGroup.PEER
    ]
    first, *others = duties
    peer = seat().sign_in(surveys.rater(world, first))
    peer.go("/employee").sees("Isi survei perilaku").go(f"/surveys/duties/{first.ref}")
    peer.choose(**{value.value: "3" for value in CoreValue}).fill(comment=COMMENT)
    peer.press("Lihat dulu apa yang akan tampil").sees(
        f"bila sedikitnya {rules.least_answers} orang menjawab"
    )
    peer.sees("Tidak ada yang dapat melihat apa jawaban Anda").press("Kirim jawaban").sees("Sudah mengisi")
    for duty in others:
        surveys.answer(world, duty, (2,) * 7, COMMENT)
    hr.go(f"/surveys/periods/{period}?q=rina").sees(f"{len(duties)} dari")
    # Others still wait, so HR can't end it before the fifth day.
    world.clock.set(world.clock.now() + timedelta(days=5))
    hr = seat().sign_in(world.hr)
    hr.go(f"/surveys/periods/{period}").confirm("Tutup dan hitung sekarang")
    surveys.run_jobs(world)
    hr.go(f"/surveys/periods/{period}").sees("Ditutup")
    assert surveys.duties(world, "rina", DutyState.WAITING, quarter=quarter) == []


def bring_together(world: World, seat: Callable[[], Seat], rules: PolicyDocument) -> None:
    """What the policy counts beside the plan: a programme, or a goal that several units hold."""
    if rules.settings["participation"] == "own_line":
        made = programmes.made(world, begins=_day(4, 6))
        programmes.recorded(world, made)
    if rules.settings["shared_goals"] != "required":
        return
    goal = goals.shared(world)
    with world.inside():
        plan = world.plan(PlanState.SET)
        line = plans.version_at_work(plan).results[0].line_ref
        found = db.session.get_one(SharedGoal, goal.id)
        world.do(goal_actions.refer, plan, by=world.rina, line_ref=line, goal=found)
    rina = seat().sign_in(world.rina).go(f"/goals/{goal.ref}")
    rina.sees("60").sees("40").sees(goals.FIELDS["title"])


def _day(month: int, day: int) -> Any:
    return date(2026, month, day)


def rate(world: World, seat: Callable[[], Seat], quarter: int, rules: PolicyDocument) -> str:
    """The appraiser finds Rina on the bench, marks the seven values, decides, and hands over."""
    evaluation = world.evaluation(EvaluationState.REPORTED, quarter=quarter)
    world.organisation_rating(quarter=quarter, rating=OrganisationRating.GOOD)
    with world.inside():
        period = world.period(quarter).ref
    leader = seat().sign_in(world.unit_head).go(f"/evaluations/bench/{period}").sees("Rina Pelaksana")
    leader.go(f"/evaluations/{evaluation.ref}/rate")
    if leader.page.locator("#marks:not([open])").count():
        leader.page.locator("#marks > summary").click()
    leader.choose(**{value.value: "2" for value in CoreValue})
    leader.choose(draft_result="sesuai", draft_behaviour="di_atas")
    leader.fill(draft_result_reason=RESULT, draft_behaviour_reason=BEHAVIOUR).press("Simpan draf")
    if rules.survey is not None:
        leader.sees("Usulan perilaku kerja").sees("Survei rekan")
    leader.go(f"/evaluations/{evaluation.ref}/set")
    if rules.behaviour is not None:
        # The advice says as expected; the appraiser decides otherwise and has said why.
        leader.sees("Rating perilaku kerja berbeda dari usulan")
    leader.press("Tetapkan dan sampaikan hari ini")
    return str(evaluation.ref)


def read_why(
    world: World, seat: Callable[[], Seat], evaluation: str, rules: PolicyDocument, policy: str
) -> None:
    """The employee reads advice, decision and rating, and computes all of it again from the file."""
    rina = seat().sign_in(world.rina).go("/evaluations/mine").sees("Baik")
    rina.go(f"/evaluations/{evaluation}/why")
    rina.sees(policy).sees(RESULT).sees(BEHAVIOUR).sees("Tanda penilai pada tiap nilai")
    facts = json.loads(rina.page.request.get(f"{rina.address}/evaluations/{evaluation}/why.json").text())[
        "facts"
    ]
    again = evaluate(read_facts(facts), rules)
    assert again.overall is not None
    rina.sees(rating_word(again.overall, rules.method))
    if rules.survey is None:
        assert facts["behaviour"]["groups"] == []
    else:
        (group,) = facts["behaviour"]["groups"]
        assert group["n"] >= rules.least_answers
        assert again.behaviour is not None and again.behaviour.mean is not None
        rina.sees(f"Survei rekan: {group['n']} jawaban").sees("catatan tanpa nama")
        # On paper nothing stays folded.
        folded = rina.page.get_by_text(COMMENT).first
        assert not folded.is_visible()
        rina.page.emulate_media(media="print")
        assert folded.is_visible()
        rina.page.emulate_media(media="screen")
    if rules.settings["participation"] == "own_line":
        rina.sees("Keikutsertaan dalam program").sees("Layanan Tanpa Antrean")
    if "advice.picture" in rules.settings:
        rina.sees("Gambaran tiga aspek")
    for duty in surveys.duties(world, "rina", quarter=None):
        assert duty.ref not in rina.page.content()


def test_a_period_by_the_regions_own_policy(
    world: World, seat: Callable[[], Seat], document: Mapping[str, Any]
) -> None:
    rules = read(document)
    quarter = 2 if rules.cadence == "semester" else 3
    surveys.colleagues(world, 6)
    version = frozen(world, document, quarter)
    hold_survey(world, seat, quarter, rules)
    bring_together(world, seat, rules)
    evaluation = rate(world, seat, quarter, rules)
    read_why(world, seat, evaluation, rules, version.name)

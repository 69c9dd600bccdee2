"""What the demo is made of: plans that could be submitted, people who don't exist, places of the right size."""

from __future__ import annotations

from collections import Counter

import pytest

from portal.demo import content, people, structure
from portal.demo.evidence import pdf
from portal.demo.names import Names
from portal.ledger.files import kind_of
from portal.people.employment.rules import (
    EmploymentStatus,
    rank_problem,
    staff_number_problem,
    staff_number_warning,
)
from portal.performance.evaluations.rules import REASON_LEAST, NotEvaluatedReason, NotObligedReason
from portal.performance.plans.rules import Aspect, CoreValue
from portal.performance.progress.rules import FeedbackKind, Relation, ReplyKind
from portal.policy.policies.rules import ExpectationRating, OrganisationRating

PLANS = sorted(structure.described("plans"))


@pytest.mark.parametrize("key", PLANS)
def test_plan_is_complete(key):
    work = content.work(key)
    leader = any(outcome.perspective for outcome in work.outcomes)
    for outcome in work.outcomes:
        assert outcome.measures and len(outcome.text) <= 500
        assert (outcome.perspective is not None) == leader
        if not leader:
            assert any(measure.aspect is Aspect.QUANTITY for measure in outcome.measures)
        assert all(0 <= measure.low <= measure.high and measure.unit for measure in outcome.measures)
    assert work.progress and work.steps


def test_every_post_has_a_plan_and_every_plan_a_post():
    seats = [seat for place in structure.make(300) for seat in place.seats]
    assert {seat.plan for seat in seats if seat.plan} == set(PLANS)


def test_results_serve_results_that_exist():
    tags = {outcome.tag for key in PLANS for outcome in content.work(key).outcomes}
    served = {tag for key in PLANS for outcome in content.work(key).outcomes for tag in outcome.serves}
    assert served <= tags


def test_all_twelve_chains_are_there():
    chains = {
        part for row in structure.described("plans").values() for part in row.get("chain", "").split(", ")
    }
    assert chains - {""} == {f"CH-{number:02}" for number in range(1, 13)}


def test_feedback_is_of_known_kinds_and_all_of_it_can_be_given():
    told = content.feedback()
    assert len(told) == 30
    named = {key for plan in PLANS for key in content.work(plan).feedback}
    assert named <= set(told)
    for words in told.values():
        assert FeedbackKind(words.kind) and Relation(words.giver) and ReplyKind(words.reply_kind)
        assert words.about == "hasil" or CoreValue(words.about)
        assert words.groups or words.key in named


def test_reasons_are_long_enough():
    for rating in ExpectationRating:
        for section in ("result_reason", "behaviour_reason"):
            assert all(len(text) >= REASON_LEAST for text in content.words(section, rating.value))
    for rating in (each for each in OrganisationRating if each is not OrganisationRating.VERY_POOR):
        assert all(len(text) >= REASON_LEAST for text in content.words("organisation_reason", rating.value))
    assert set(structure.described("words")["absence"]) <= set(NotEvaluatedReason)
    assert set(structure.described("words")["not_obliged"]) <= set(NotObligedReason)


@pytest.mark.parametrize("count", [60, 100, 150, 300, 800])
def test_people_are_shared_out(count):
    places = structure.make(count)
    filled = people.populate(places, [])
    numbers = [sum(each.status != "non_asn" for each in filled[place.key].values()) for place in places]
    assert count <= sum(numbers) <= count + 1  # a head may be needed where nobody can be spared
    assert numbers[0] == max(numbers) and abs(numbers[0] / sum(numbers) - 0.45) < 0.02
    for place in places:
        codes = [seat.code for seat in place.seats]
        assert len(codes) == len(set(codes))


def test_real_structure():
    bandung, banyumanik, *_, walesi = structure.make(300)
    kinds = Counter(unit["jenis"] for unit in bandung.units)
    assert kinds["puskesmas"] == 73
    kinds = Counter(unit["jenis"] for unit in banyumanik.units)
    assert (kinds["kelurahan"], kinds["puskesmas"]) == (11, 4)
    assert len(walesi.places) == 7
    sizes = Counter(seat.unit for seat in bandung.seats if not seat.vacant)
    assert max(sizes.values()) == 60 and min(sizes.values()) == 1


def test_people_are_nobody():
    filled = people.populate(structure.make(300), [])
    everybody = [each for region in filled.values() for each in region.values()]
    assert len({each.name for each in everybody}) == len(everybody)
    staff = [each for each in everybody if each.status != "non_asn"]
    assert len({each.number for each in staff}) == len(staff)
    for each in staff:
        status = EmploymentStatus(each.status)
        assert staff_number_problem(each.number, status) is None
        assert staff_number_warning(each.number) is not None
        assert 1912 <= int(each.number[8:12]) <= 1925
        assert rank_problem(each.rank, status) is None
    statuses = Counter(each.status for each in staff)
    assert 0.35 < statuses["pns"] / len(staff) < 0.65 and statuses["pppk_paruh_waktu"]
    assert any(len(each.name.split()) >= 5 for each in staff) and any(" " not in each.name for each in staff)


def test_people_are_the_same_each_time():
    assert people.populate(structure.make(60), []) == people.populate(structure.make(60), [])


def test_names_never_come_twice():
    names = Names()
    from random import Random

    found = [names.name(Random(number % 50), "P") for number in range(500)]
    assert len(set(found)) == 500


def test_evidence_is_a_pdf():
    assert kind_of(pdf(("Bukti (peraga)", "Isi rekaan"))[:16]) == "application/pdf"

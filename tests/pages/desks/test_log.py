"""Histories of things, the search in the log, and who looked at an evaluation (WLS-3, NEW-21)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.performance.evaluations.models import Look
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.rules import PlanState


def looks(world) -> int:
    with world.inside():
        return db.session.scalar(select(func.count()).select_from(Look)) or 0


def test_a_plan_tells_its_history(world, signed_in, statements):
    plan = world.plan(at=PlanState.SET)
    browser = signed_in(world.rina)
    page = browser.get(f"/plans/{plan.ref}").link("Riwayat setiap langkah").open()
    assert "Rina Pelaksana mengajukan SKP." in page.text
    assert "Darma Kepala Bidang menetapkan SKP." in page.text
    assert "menurut" in page.text and "versi" in page.text
    with statements(limit=8):
        browser.get(f"/plans/{plan.ref}/history")


def test_an_employee_doesnt_read_of_a_rating_before_it_is_told(world, signed_in):
    evaluation = world.evaluation(at=EvaluationState.RATED)
    address = f"/evaluations/{evaluation.ref}/history"
    assert "menetapkan predikat" not in signed_in(world.rina).get(address).text
    assert "menetapkan predikat" in signed_in(world.unit_head).get(address).text


def test_a_look_is_noted_once_a_day_and_told_to_the_employee(world, signed_in, clock):
    evaluation = world.evaluation(at=EvaluationState.HANDED_OVER)
    before = looks(world)
    address = f"/evaluations/{evaluation.ref}"
    hers = signed_in(world.rina)
    hers.get(address)
    assert looks(world) == before, "one's own evaluation"
    manager = signed_in(world.hr)
    for part in ("", "/why", "/history", ""):
        manager.get(address + part)
    assert looks(world) == before + 1
    clock.set(clock.now() + timedelta(days=1))
    signed_in(world.hr).get(address)
    assert looks(world) == before + 2
    page = signed_in(world.rina).get(f"{address}/history")
    assert "Dilihat oleh" in page.text
    assert "Hana Pengelola, pengelola kinerja" in page.text


def test_who_may_not_see_it_leaves_no_look(world, signed_in):
    evaluation = world.evaluation(at=EvaluationState.HANDED_OVER)
    before = looks(world)
    assert signed_in(world.budi).get(f"/evaluations/{evaluation.ref}").status == 404
    assert looks(world) == before


@pytest.mark.parametrize(
    ("who", "address"),
    [("rina", "/account/history"), ("hr", "/account/history"), ("admin", "/account/history")],
)
def test_an_account_tells_its_history(world, signed_in, statements, who, address):
    browser = signed_in(world.people[who])
    with statements(limit=8):
        page = browser.get(address)
    assert "membuat akun" in page.text


class TestTheLog:
    def test_lists_what_happened_in_the_region(self, world, signed_in, statements):
        world.plan(at=PlanState.SET)
        browser = signed_in(world.hr)
        with statements(limit=8):
            page = browser.get("/log")
        assert "Darma Kepala Bidang menetapkan SKP. SKP milik Rina Pelaksana." in page.text

    def test_finds_a_person_by_name_and_by_what_is_about_her(self, world, signed_in, statements):
        world.plan(at=PlanState.SET)
        browser = signed_in(world.hr)
        with statements(limit=8):
            page = browser.get("/log?q=rina")
        assert "Rina Pelaksana mengajukan SKP." in page.text
        assert "Darma Kepala Bidang menetapkan SKP." in page.text, "done to hers by another"
        assert "Cahya Kepala Dinas membagikan" not in page.text

    def test_asks_who_is_meant(self, world, signed_in):
        page = signed_in(world.hr).get("/log?q=kepala")
        assert "Siapa yang Anda maksud?" in page.text and "Darma Kepala Bidang" in page.text
        page = page.link("Darma Kepala Bidang").open()
        assert "Yang dilakukan Darma Kepala Bidang" in page.text
        assert "Tidak ada orang bernama demikian" in signed_in(world.hr).get("/log?q=zzz").text

    def test_filters_by_verb_unit_and_day(self, world, signed_in):
        world.plan(at=PlanState.SET)
        browser = signed_in(world.hr)
        page = browser.get("/log?verb=sign_plan")
        assert "menandatangani SKP." in page.text and "membagikan matriks peran hasil." not in page.text
        unit = world_unit(world, "puskesmas-melati")
        assert "Rina" not in browser.get(f"/log?unit={unit}&verb=sign_plan").text
        assert "Tidak ada kejadian" in browser.get("/log?from=2027-01-01").text
        assert "Tidak ada kejadian" in browser.get("/log?to=2019-01-01").text
        assert "tidak ada. Contoh" in browser.get("/log?to=2019-02-31").text

    def test_pages_by_key_there_and_back(self, world, signed_in, statements):
        browser = signed_in(world.hr)
        first = browser.get("/log")
        second = first.link("Berikutnya").open()
        assert second.status == 200
        with statements(limit=8):
            back = second.link("Sebelumnya").open()
        assert steps(back) == steps(first) and steps(second) != steps(first)

    def test_an_agency_manager_reads_of_the_agency_only(self, world, signed_in):
        page = signed_in(world.agency_hr).get("/log?verb=share_matrix")
        assert "Darma Kepala Bidang membagikan" in page.text
        assert "Bagas Sekretaris membagikan" not in page.text
        assert "Bagas Sekretaris membagikan" in signed_in(world.hr).get("/log?verb=share_matrix").text

    def test_nobody_reads_another_region(self, world, signed_in):
        page = signed_in(world.other_hr).get("/log?verb=share_matrix")
        assert "Kartika Kepala Dinas" in page.text and "Darma" not in page.text
        assert signed_in(world.other_hr).get("/log?region=kota-contoh").status == 404

    @pytest.mark.parametrize("who", ["rina", "unit_head", "publisher", "admin"])
    def test_is_not_for_others(self, world, signed_in, who):
        assert signed_in(world.people[who]).get("/log").status == 404

    @pytest.mark.parametrize(
        "query", ["after=x", "after=999999999999", "before=-1", "verb=x", "person=0", "from=%00"]
    )
    def test_takes_any_address(self, world, signed_in, query):
        assert signed_in(world.hr).get(f"/log?{query}").status == 200


def world_unit(world, slug: str) -> str:
    with world.inside():
        return world.unit(slug).ref


def steps(page) -> list[str]:
    return [line for line in page.text.splitlines() if line.strip().endswith(".")]

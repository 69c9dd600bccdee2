"""The unit's page: who of my people stands where, those who wait for me first."""

from __future__ import annotations

import re

import pytest

from portal.desks.team import ACTS, turns_of
from portal.desks.turns import WHOSE, Turn
from portal.extensions import db
from portal.ledger.door import door
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.rules import PlanState
from portal.web import lists


def test_every_turn_stands_in_one_group():
    found = [turn for act in ACTS for turn in turns_of(act)]
    assert sorted(found) == sorted(Turn)
    assert all(turn not in WHOSE for turn in turns_of("tidak_ada"))


def names(page):
    return re.findall(r'<th scope="row">(?:<a [^>]*>)?([^<]+)', page.html)


def third(world):
    with world.inside():
        return f"/rater/team?period={world.period(3).ref}"


def test_who_waits_for_me_stands_first(world, signed_in, statements):
    world.evaluation(at=EvaluationState.REPORTED, who="citra")
    world.plan(at=PlanState.SUBMITTED, who="budi")
    world.organisation_rating()
    browser = signed_in(world.unit_head)
    address = third(world)
    with statements(limit=8):
        page = browser.get(address)
    assert names(page)[-1] == "Rina Pelaksana", "she writes her plan herself"
    assert set(names(page)[:2]) == {"Budi Perawat", "Citra Bidan"}
    assert "Menunggu Anda: 2" in page.text and "Menunggu pegawai: 1" in page.text
    assert page.link("Beri predikat: Citra Bidan").open().status == 200
    assert page.link("Baca SKP: Budi Perawat").open().status == 200
    mine = browser.get(address + "&act=saya")
    assert set(names(mine)) == {"Budi Perawat", "Citra Bidan"}


def test_an_organisation_that_waits_for_me_is_mine(world, signed_in):
    """Whoever appraises the head of an organisation sets its rating: nobody else's turn (Y-43)."""
    world.evaluation(at=EvaluationState.REPORTED, who="agency_head")
    browser = signed_in(world.secretary)
    page = browser.get(third(world) + "&act=saya")
    assert "Anda menetapkan capaian organisasi" in page.text
    assert page.link("Tetapkan capaian organisasi: Dinas Kesehatan").open().status == 200


def test_a_matrix_that_isnt_shared_waits_for_me(world, signed_in):
    """Whoever leads by the own post shares the matrix: nobody else's turn (Y-13)."""
    with world.inside():
        leader = world.plan(PlanState.SET, "unit_head")
        with door():
            db.session.merge(leader).matrix_shared = None
    browser = signed_in(world.unit_head)
    page = browser.get(third(world) + "&act=saya")
    assert "Rina Pelaksana" in names(page) and "Anda membagikan matriks peran hasil" in page.text
    own = page.link("Buka SKP dan matriks saya: Rina Pelaksana").open()
    assert own.status == 200 and own.link("Matriks peran hasil").open().status == 200


def test_the_superior_reads_those_below(world, signed_in, statements):
    world.evaluation(at=EvaluationState.RATED)
    browser = signed_in(world.agency_head)
    address = third(world)
    assert "Rina Pelaksana" not in browser.get(address).text
    with statements(limit=8):
        page = browser.get(address + "&whom=di_bawahnya")
    assert "Rina Pelaksana" in page.text and "Penilai: Darma Kepala Bidang" in page.text
    assert "/rate" not in page.html.split("<table", 1)[1]
    assert page.link("Predikat ditetapkan").open().status == 200
    assert "Yang dinilai oleh bawahan saya" not in signed_in(world.unit_head).get(third(world)).text


@pytest.mark.parametrize("query", ["?act=x&whom=y&after=zz", "?q=%00", "?after=000000000000"])
def test_nonsense_in_the_address_is_left_aside(world, signed_in, query):
    assert signed_in(world.unit_head).get("/rater/team" + query).status == 200


def test_a_large_unit_goes_by_pages(world, signed_in, statements):
    browser = signed_in(world.unit_head)
    before = lists.PAGE
    try:
        lists.PAGE = 2
        with statements(limit=8):
            page = browser.get("/rater/team")
        assert len(names(page)) == 2
        with statements(limit=8):
            rest = page.link("Berikutnya").open()
        assert len(names(rest)) == 1 and not set(names(rest)) & set(names(page))
        assert names(rest.link("Sebelumnya").open()) == names(page)
    finally:
        lists.PAGE = before


# ------------------------------------------------------------------------------------------ plans


def test_plans_that_wait_for_me_stand_first(world, signed_in, statements):
    """By the step that each plan waits for (Y-18 to Y-21), with a count a click away."""
    world.plan(at=PlanState.SUBMITTED, who="citra")
    world.plan(at=PlanState.SET, who="budi")
    browser = signed_in(world.unit_head)
    with statements(limit=8):
        page = browser.get("/rater/plans")
    assert names(page)[:2] == ["Citra Bidan", "Rina Pelaksana"] and names(page)[-1] == "Budi Perawat"
    assert "Menunggu Anda: 1" in page.text and "Tidak ada yang ditunggu: 1" in page.text
    assert names(page.link("Menunggu Anda: 1").open()) == ["Citra Bidan"]
    assert names(page.link("Tidak ada yang ditunggu: 1").open()) == ["Budi Perawat"]
    assert page.link("Citra Bidan").open().status == 200


@pytest.mark.parametrize(
    ("state", "act"),
    [
        (PlanState.DRAFT, "Menunggu pegawai: "),
        (PlanState.SUBMITTED, "Menunggu Anda: "),
        (PlanState.AGREED, "Menunggu pegawai: "),
        (PlanState.SIGNED, "Menunggu Anda: "),
    ],
)
def test_the_change_of_a_plan_in_force_waits_too(world, signed_in, state, act):
    """A change keeps nobody from working and is never late; but it does wait for somebody (NAT-1)."""
    plan = world.plan(at=PlanState.SET, who="budi")
    with world.inside(), door():
        changed = db.session.merge(plan)
        changed.state = state
    page = signed_in(world.unit_head).get("/rater/plans?q=budi")
    assert names(page) == ["Budi Perawat"]
    line = page.root.first("tbody").text
    assert "selesai" not in line and "lewat" not in line
    mine = [each.text for each in page.root.all("a") if each.text.startswith(act)]
    assert mine, page.text


def test_many_plans_go_by_pages_and_are_searched(world, signed_in, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 1)
    page = signed_in(world.unit_head).get("/rater/plans")
    seen = []
    while True:
        assert len(names(page)) == 1 and page.root.all("input", name="q")
        seen += names(page)
        onward = page.root.all("a", rel="next")
        if not onward:
            break
        page = page.browser.get(onward[0]["href"])
    assert sorted(seen) == ["Budi Perawat", "Citra Bidan", "Rina Pelaksana"]

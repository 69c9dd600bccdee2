"""The main forms on PostgreSQL (decisions §11); ``tests/whole`` reads every page there."""

from __future__ import annotations

import pytest

from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.rules import PlanState
from tests.support.client import Browser
from tests.support.world import PASSWORD

pytestmark = pytest.mark.postgres


def test_sign_in_and_a_plan_to_its_setting(app, world, signed_in):
    rina = Browser(app)
    page = rina.log_in(world.rina.login, PASSWORD)
    assert page.address == "/employee"
    world.plan(PlanState.DRAFT)
    page = rina.get("/employee/plan")
    address = page.address
    page.form(action="/submit").send()
    leader = signed_in(world.unit_head)
    leader.get(address).form(action="/agree").send()
    rina.get(address).form(action="/sign").send()
    leader.get(address).form(action="/set").send()
    assert world.plan(PlanState.SET).state is PlanState.SET


def test_a_double_click_and_a_stale_version(app, world, signed_in):
    world.plan()
    rina = signed_in(world.rina)
    page = rina.get("/employee/plan").link("Tambah rencana hasil kerja").open()
    form = page.form(action="/results/new").fill(text="Terlayaninya pasien", kind="utama")
    assert form.send().status == 200
    assert "sudah kami terima" in form.send().text
    edit = rina.get(rina.get("/employee/plan").links_to(r"^/plans/results/[0-9a-z]{12}$")[0])
    mine, theirs = edit.form(button="Simpan"), edit.form(button="Simpan")
    theirs.fields["once"] = "another-tab-of-hers"
    theirs.fill(text="Teks dari jendela lain").send()
    assert mine.fill(text="Teks dari jendela ini").send().status == 409


def test_an_evaluation_to_its_receipt(app, world, signed_in):
    evaluation = world.evaluation(EvaluationState.HANDED_OVER)
    rina = signed_in(world.rina)
    page = rina.get(f"/evaluations/{evaluation.ref}/receive")
    form = page.form(action="/receive")
    boxes = [node["name"] for node in form.node.all("input", type="checkbox")]
    page = form.fill(**dict.fromkeys(boxes, "y")).send()
    assert page.status == 200
    assert world.evaluation(EvaluationState.RECEIVED).state is EvaluationState.RECEIVED


def test_names_are_found_and_ordered(world, signed_in):
    """The same names as in SQLite, first who is called so from the start, over two pages and back."""
    with world.inside():
        people = f"/hr/periods/{world.period(3).ref}/people"
    hr = signed_in(world.hr)
    for typed, shown in {"rin": True, "pel": True, "rina p": True, "r": True, "rina x": False}.items():
        assert ("Rina Pelaksana" in hr.get(f"{people}?q={typed}").text) is shown, typed
    from portal.web import lists

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lists, "PAGE", 1)
        first = hr.get(f"{people}?q=kepala")
        second = hr.get(first.root.first("a", rel="next")["href"])
        again = hr.get(second.root.first("a", rel="prev")["href"])
    assert first.ref != second.ref or first.text != second.text
    assert "1–1" in first.text and "2–2" in second.text and "1–1" in again.text

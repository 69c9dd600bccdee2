"""A plan that isn't agreed, signed or set in time goes to the appraiser's superior."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.extensions import db
from portal.performance.plans.models import Plan
from portal.performance.plans.rules import PlanState

WHY = "Penilai bertugas di luar daerah sejak awal bulan."


def late(world, clock, at, days=15):
    plan = world.plan(at)
    clock.set(clock.now() + timedelta(days=days))
    return plan


def state(world, plan):
    with world.inside():
        return db.session.get_one(Plan, plan.id).state


def test_everybody_is_told_the_day_and_the_superior_decides_after_it(world, signed_in, clock, statements):
    plan = world.plan(PlanState.SUBMITTED)
    for who in ("rina", "unit_head"):
        assert (
            "Bila sampai 26 Oktober 2026 belum disepakati"
            in signed_in(world.people[who]).get(f"/plans/{plan.ref}").text
        )
    superior = signed_in(world.agency_head)
    page = superior.get(f"/plans/{plan.ref}")
    assert "keputusan ada pada Anda" in page.text
    assert "memutus sesudah batas itu lewat" in superior.get(f"/plans/{plan.ref}/substitute").text
    late(world, clock, PlanState.SUBMITTED)
    superior = signed_in(world.agency_head)
    with statements(limit=8):
        desk = superior.get("/rater")
    assert "Putuskan SKP Rina Pelaksana" in desk.text
    assert "Penilai belum menyepakati" in desk.text
    page = desk.link("Putuskan").open()
    assert "keterlambatan ini tercatat pada penilai" in page.text and "Putuskan paling lambat" in page.text
    done = page.form(button="Simpan keputusan").fill(ruling="sepakati", text=WHY).send()
    assert "Keputusan Anda tercatat" in done.text and WHY in done.text
    assert state(world, plan) is PlanState.AGREED
    rina = signed_in(world.rina).get(f"/plans/{plan.ref}")
    assert "Keputusan atasan penilai, Cahya Kepala Dinas" in rina.text and rina.has_button(
        "Tanda tangani SKP"
    )
    assert "Putuskan SKP" not in superior.get("/rater").text


def test_the_superior_sends_back_with_a_note(world, signed_in, clock):
    plan = late(world, clock, PlanState.SUBMITTED)
    page = signed_in(world.agency_head).get(f"/plans/{plan.ref}/substitute")
    page.form(button="Simpan keputusan").fill(ruling="kembalikan", text=WHY).send()
    assert state(world, plan) is PlanState.RETURNED
    rina = signed_in(world.rina).get(f"/plans/{plan.ref}")
    assert WHY in rina.text and "Keputusan atasan penilai" in rina.text


@pytest.mark.parametrize(
    ("at", "said"),
    [(PlanState.AGREED, "belum menandatangani"), (PlanState.SIGNED, "belum menetapkan")],
)
def test_what_is_not_signed_or_set_is_set(world, signed_in, clock, at, said):
    plan = late(world, clock, at)
    superior = signed_in(world.agency_head)
    page = superior.get(f"/plans/{plan.ref}").link("Putuskan sebagai atasan penilai").open()
    assert said in page.text
    page.form(button="Tetapkan SKP").fill(text=WHY).send()
    assert state(world, plan) is PlanState.SET
    sheet = superior.get(f"/plans/{plan.ref}/document")
    assert "ditetapkan oleh atasan penilai" in sheet.text and WHY in sheet.text
    assert ("tidak ditandatangani sampai batasnya" in sheet.text) is (at is PlanState.AGREED)
    assert "Ditetapkan atasan penilai" in signed_in(world.rina).get(f"/plans/{plan.ref}").text


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"ruling": "sepakati", "text": ""}, "text", "Tulis alasannya"),
        ({"text": WHY}, "ruling", ""),
        ({"ruling": "tetapkan", "text": WHY}, "ruling", ""),
        ({"ruling": "sepakati", "text": "Lama."}, "", "sekurang-kurangnya"),
    ],
)
def test_bad_input(world, signed_in, clock, values, field, said):
    plan = late(world, clock, PlanState.SUBMITTED)
    form = signed_in(world.agency_head).get(f"/plans/{plan.ref}/substitute").form(button="Simpan keputusan")
    answer = form.smuggle(**values).send()
    assert answer.status == (422 if field else 409)
    assert said in (answer.error_of(field) if field else answer.text)
    assert state(world, plan) is PlanState.SUBMITTED


@pytest.mark.parametrize("who", ["rina", "unit_head", "hr", "budi", "auditor"])
def test_nobody_else_decides(world, signed_in, clock, who):
    plan = late(world, clock, PlanState.SUBMITTED)
    assert signed_in(world.people[who]).get(f"/plans/{plan.ref}/substitute").status == 404


def test_a_change_has_its_days_too(world, signed_in, clock):
    plan = world.changed(PlanState.SUBMITTED)
    assert "Bila sampai 26 Oktober 2026" in signed_in(world.rina).get(f"/plans/{plan.ref}").text
    clock.set(clock.now() + timedelta(days=15))
    page = signed_in(world.agency_head).get(f"/plans/{plan.ref}/substitute")
    page.form(button="Simpan keputusan").fill(ruling="sepakati", text=WHY).send()
    assert state(world, plan) is PlanState.AGREED

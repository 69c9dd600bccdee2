"""A change of a set plan through the browser: its reason, the versions side by side (Y-47)."""

from __future__ import annotations

import pytest

from portal.performance.plans.rules import PlanState


def test_a_plan_is_changed_with_a_reason_and_compared(world, signed_in):
    plan = world.plan(PlanState.SET)
    rina, leader = signed_in(world.rina), signed_in(world.unit_head)
    page = rina.get(f"/plans/{plan.ref}").link("Ubah SKP dengan alasan").open()
    form = page.form(button="Mulai perubahan").fill(reason="penugasan_lain", reason_note="Tim bencana.")
    page = form.send()
    assert "nomor dan tanggal suratnya" in page.text and "Tim bencana." in page.text
    page = page.form(button="Mulai perubahan").fill(reason="perubahan_prioritas").send()
    assert "tetap berlaku sampai perubahan ini ditetapkan" in page.text
    page = (
        page.link("Ubah hasil kerja").open().form(button="Simpan hasil kerja").fill(text="Hasil lain").send()
    )
    page.form(action="/submit").send()
    seen = leader.get(f"/plans/{plan.ref}")
    assert "Perubahan prioritas" in seen.text
    compared = seen.link("Bandingkan kedua versi").open()
    assert "Hasil kerja 1 Rina" in compared.text and "Hasil lain" in compared.text
    assert "rumusan hasil" in compared.text and "berlaku sejak" in compared.text
    leader.get(f"/plans/{plan.ref}").form(action="/agree").send()
    rina.get(f"/plans/{plan.ref}").form(action="/sign").send()
    leader.get(f"/plans/{plan.ref}").form(action="/set").send()
    assert "Perubahan SKP, versi 2" in rina.get(f"/plans/{plan.ref}/document").text
    old = rina.get(f"/plans/{plan.ref}/document?version=1").text
    assert "sudah digantikan" in old and "Hasil lain" not in old


def test_a_change_is_given_up(world, signed_in):
    plan = world.changed()
    page = signed_in(world.rina).get(f"/plans/{plan.ref}").form(action="/change/drop").send()
    assert "Perubahan dibatalkan" in page.text and "SKP Anda berlaku" in page.text


@pytest.mark.parametrize("query", ["?from=9&to=x", "?from=1&to=1", "?from=-1", "?to=%C2%B2"])
def test_versions_that_are_none(world, signed_in, query):
    plan = world.changed()
    assert signed_in(world.rina).get(f"/plans/{plan.ref}/versions{query}").status == 200


def test_statements_do_not_grow(world, signed_in, statements):
    plan = world.changed(PlanState.SET)
    rina = signed_in(world.rina)
    for address in ("versions", "change", "document"):
        with statements(limit=8):
            rina.get(f"/plans/{plan.ref}/{address}")


@pytest.mark.parametrize(("who", "status"), [("rina", 200), ("unit_head", 200), ("hr", 200), ("budi", 404)])
def test_who_reads_the_versions(world, signed_in, who, status):
    plan = world.changed()
    assert signed_in(world.people[who]).get(f"/plans/{plan.ref}/versions").status == status

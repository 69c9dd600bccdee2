"""Pages of dialogues: recorded, confirmed by the other side, read by the two alone (Y-14)."""

from __future__ import annotations

import pytest

from portal.performance.plans.rules import PlanState

RESULTS = "Semua pasien terlayani tanpa antrean."


def written(world, signed_in, who="unit_head"):
    plan = world.plan()
    page = signed_in(world.people[who]).get(f"/plans/{plan.ref}").link("Catat dialog").open()
    form = page.form(button="Simpan catatan dialog")
    return plan, form.fill(day="9 Januari 2026", results=RESULTS, support="Satu printer").send()


def test_the_appraiser_writes_and_the_employee_confirms(world, signed_in):
    plan, page = written(world, signed_in)
    assert RESULTS in page.text and "menunggu dibenarkan pegawai" in page.text
    assert not page.has_button("Benarkan catatan ini")
    rina = signed_in(world.rina).get(f"/plans/{plan.ref}")
    page = rina.form(action="/confirm").send()
    assert "dibenarkan pegawai dan penilai" in page.text and "Ubah catatan dialog" not in page.text


def test_what_is_mended_is_confirmed_anew(world, signed_in):
    plan, _page = written(world, signed_in, "rina")
    head = signed_in(world.unit_head).get(f"/plans/{plan.ref}")
    page = head.link("Ubah catatan dialog").open().form(button="Simpan catatan dialog")
    page = page.fill(results="Antrean paling lama sepuluh menit.").send()
    assert "menunggu dibenarkan pegawai" in page.text and "sepuluh menit" in page.text


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"day": "1 Januari 2030", "results": RESULTS}, "", "sesudah hari ini"),
        ({"day": "kemarin", "results": RESULTS}, "day", ""),
        ({"day": "9 Januari 2026", "results": " "}, "results", "hasil yang diharapkan"),
    ],
)
def test_bad_input(world, signed_in, values, field, said):
    plan = world.plan()
    page = signed_in(world.rina).get(f"/plans/{plan.ref}/dialogues/new")
    answer = page.form(button="Simpan catatan dialog").fill(**values).send()
    assert answer.status == (422 if field else 409)
    assert said in (answer.error_of(field) if field else answer.text)


@pytest.mark.parametrize(
    ("who", "status"), [("hr", 200), ("agency_head", 200), ("auditor", 200), ("budi", 404)]
)
def test_others_see_only_that_it_took_place(world, signed_in, statements, who, status):
    plan, _page = written(world, signed_in)
    browser = signed_in(world.people[who])
    with statements(limit=8):
        page = browser.get(f"/plans/{plan.ref}")
    assert page.status == status and RESULTS not in page.text
    assert ("hanya terbaca oleh pegawai dan penilainya" in page.text) is (status == 200)
    assert browser.get(f"/plans/{plan.ref}/dialogues/new").status == 404


def test_her_own_page_asks_no_more_than_others(world, signed_in, statements):
    plan = world.plan(PlanState.RETURNED)
    rina = signed_in(world.rina)
    written(world, signed_in)
    with statements(limit=8):
        page = rina.get(f"/plans/{plan.ref}")
    assert page.text.count(RESULTS) == 1 and page.text.count("Targetnya masih terlalu rendah") == 1

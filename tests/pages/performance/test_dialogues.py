"""Pages of dialogues: recorded, confirmed by the other side, read by the two alone (Y-14, Y-39)."""

from __future__ import annotations

import pytest

from portal.performance.evaluations.rules import EvaluationState
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
    page = signed_in(world.rina).get(f"/dialogues/plans/{plan.ref}/new")
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
    assert browser.get(f"/dialogues/plans/{plan.ref}/new").status == 404


def test_her_own_page_asks_no_more_than_others(world, signed_in, statements):
    plan = world.plan(PlanState.RETURNED)
    rina = signed_in(world.rina)
    written(world, signed_in)
    with statements(limit=8):
        page = rina.get(f"/plans/{plan.ref}")
    assert page.text.count(RESULTS) == 1 and page.text.count("Targetnya masih terlalu rendah") == 1


def talked(world, signed_in, **values):
    evaluation = world.evaluation(EvaluationState.HANDED_OVER)
    page = signed_in(world.unit_head).get(f"/evaluations/{evaluation.ref}").link("Catat dialog hasil").open()
    given = {"day": "12 Oktober 2026", "well": "Antrean pendek.", **values}
    return evaluation, page.form(button="Simpan catatan dialog").fill(**given).send()


def test_results_are_talked_about_and_the_steps_reach_both(world, signed_in, statements):
    step = {"step_1": "Membuat jadwal loket.", "due_1": "1 November 2026"}
    _evaluation, page = talked(world, signed_in, **step)
    assert "menunggu dibenarkan pegawai" in page.text and "Membuat jadwal loket." in page.text
    rina = signed_in(world.rina)
    home = rina.get("/employee")
    assert "Benarkan catatan dialog" in home.text
    page = home.link("Benarkan catatan dialog").open()
    page = page.form(action="/confirm").send()
    assert "dibenarkan pegawai dan penilai" in page.text
    with statements(limit=8):
        home = rina.get("/employee")
    assert "Membuat jadwal loket." in home.text
    desk = signed_in(world.unit_head).get("/rater")
    assert "1 langkah dari dialog kinerja belum selesai" in desk.text
    page = rina.get("/dialogues").form(action="/finish").send()
    assert "Langkah ditandai selesai." in page.text and page.has_button("Buka lagi")
    assert "Membuat jadwal loket." not in rina.get("/employee").text


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"well": ""}, "well", "berjalan baik"),
        ({"due_2": "1 November 2026"}, "step_2", "kosongkan tenggatnya"),
        ({"step_1": "Jadwal.", "due_1": "1 Oktober 2026"}, "due_1", "sebelum tanggal dialognya"),
        ({"step_1": "x" * 301}, "step_1", ""),
    ],
)
def test_bad_input_on_results(world, signed_in, values, field, said):
    _evaluation, answer = talked(world, signed_in, **values)
    assert answer.status == 422 and answer.error_of(field) and said in answer.error_of(field)


@pytest.mark.parametrize(
    ("who", "status"), [("hr", 200), ("agency_head", 200), ("auditor", 200), ("budi", 404)]
)
def test_what_was_said_of_results_is_between_the_two(world, signed_in, statements, who, status):
    evaluation, _page = talked(world, signed_in)
    browser = signed_in(world.people[who])
    browser.get(f"/evaluations/{evaluation.ref}")  # that it was looked at is noted once a day
    with statements(limit=8):
        page = browser.get(f"/evaluations/{evaluation.ref}")
    assert page.status == status and "Antrean pendek." not in page.text
    assert browser.get(f"/dialogues/evaluations/{evaluation.ref}/new").status == 404


@pytest.mark.parametrize("who", ["rina", "unit_head"])
def test_the_sheet_is_printed(world, signed_in, statements, who):
    _evaluation, page = talked(world, signed_in, step_1="Membuat jadwal loket.", improve="Laporan terlambat.")
    browser = signed_in(world.people[who])
    address = page.link("Cetak catatan dialog").address
    with statements(limit=8):
        sheet = browser.get(address)
    assert "CATATAN DIALOG KINERJA" in sheet.text and "BELUM DIBENARKAN KEDUA PIHAK" in sheet.text
    assert "Laporan terlambat." in sheet.text and "Membuat jadwal loket." in sheet.text
    assert signed_in(world.hr).get(address).status == 404


def test_the_list_asks_little(world, signed_in, statements):
    talked(world, signed_in, step_1="Membuat jadwal loket.")
    rina = signed_in(world.rina)
    with statements(limit=8):
        page = rina.get("/dialogues")
    assert "Menunggu Anda benarkan" in page.text and "Tidak ada langkah yang terbuka" in page.text

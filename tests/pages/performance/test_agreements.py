"""Pages of performance agreements, and of what a head's plan takes from them (Y-09 to Y-11, F-6)."""

from __future__ import annotations

import pytest

from portal.performance.plans.rules import PlanState
from tests.support.agreements import agreed, drafted

GOAL = "Meningkatnya derajat kesehatan ibu dan anak"


def test_hr_writes_an_agreement_and_sets_it(world, signed_in):
    hr = signed_in(world.hr)
    page = hr.get("/agreements")
    page = page.form(action="/agreements/new/").send()
    assert "Belum ada sasaran." in page.text and not page.has_button("Tetapkan perjanjian kinerja")
    address = page.address
    page = page.link("Tambah sasaran").open()
    assert page.form(button="Simpan").fill(text=" ").send().status == 422
    page = page.form(button="Simpan").fill(text=GOAL).send()
    page = page.link("Tambah IKU").open()
    form = page.form(button="Simpan").fill(text="Persalinan ditangani", target_min="92,5", unit="%")
    wrong = form.fill(target_max="3").send()
    assert wrong.status == 422 and "Batas bawah" in wrong.error_of("target_max")
    form = wrong.form(button="Simpan").fill(target_max="", programme="Program Kesehatan")
    page = form.send()
    assert "92,5%" in page.text and "Program Kesehatan" in page.text
    page = page.link("Isi dokumen").open()
    bad = page.form(button="Simpan").fill(document="PK 4/2026", link="ftp://contoh.go.id/pk.pdf").send()
    assert bad.status == 422 and "https://" in bad.error_of("link")
    page = bad.form(button="Simpan").fill(link="https://contoh.go.id/pk.pdf").send()
    page = page.form(action="/set").send()
    assert "mengambil hasil kerjanya dari sini" in page.text and "Ubah sasaran" not in page.text
    page = page.link("Buka kembali dengan alasan").open()
    page = page.form(button="Simpan").fill(reason="Perubahan anggaran.").send()
    assert "Ubah sasaran" in page.text
    page = page.link("Ubah Persalinan").open().form(button="Simpan").fill(target_min="95").send()
    assert "95%" in page.text
    page = hr.get(address).form(action="/remove", nth=0).send()
    assert "dihapus" in page.text


@pytest.mark.parametrize(
    ("who", "draft", "told"),
    [
        ("hr", 200, 200),
        ("agency_hr", 200, 200),
        ("agency_head", 200, 200),
        ("auditor", 200, 200),
        ("rina", 404, 200),
        ("staff_head", 404, 200),
        ("other_hr", 404, 404),
    ],
)
def test_who_reads_an_agreement(world, signed_in, who, draft, told):
    agreement = drafted(world)
    browser = signed_in(world.people[who])
    address = f"/agreements/{agreement.ref}"
    assert browser.get(address).status == draft
    signed_in(world.hr).get(address).form(action="/set").send()
    assert browser.get(address).status == told
    writes = who in ("hr", "agency_hr", "agency_head")
    assert (browser.get(address + "/reopen").status == 200) is writes


def test_the_head_of_the_agency_writes_its_agreement(world, signed_in):
    page = signed_in(world.agency_head).get("/agreements")
    assert "Dinas Kesehatan" in page.text and "BKPSDM" not in page.text
    assert "Belum ada sasaran." in page.form(action="/agreements/new/").send().text
    assert signed_in(world.rina).get("/agreements").status == 404


def test_a_heads_plan_takes_goals_instead_of_free_text(world, signed_in, statements):
    agreed(world)
    plan = world.changed(who="agency_head")
    head = signed_in(world.agency_head)
    with statements(limit=8):
        page = head.get(f"/plans/{plan.ref}")
    assert "diambil dari perjanjian kinerja" in page.text
    free = page.link("Tambah hasil kerja tambahan").open()
    assert "Utama" not in free.form(button="Simpan hasil kerja").names
    page = page.link("Ambil dari perjanjian kinerja").open()
    assert page.form(button="Ambil sasaran ini").send().status == 422
    form = page.form(button="Ambil sasaran ini")
    with statements(limit=12):
        goals = head.get(page.address)
    goal = next(node.get("value") for node in goals.root.all("input") if node.get("name") == "goal")
    page = form.fill(goal=goal, perspective="penerima_layanan").send()
    assert GOAL in page.text and "IKU perangkat daerah" in page.text
    assert "dari perjanjian kinerja perangkat daerah" in page.text
    reader = signed_in(world.secretary).get(f"/plans/{plan.ref}")
    assert "IKU perangkat daerah" in reader.text


def test_a_manual_is_written_read_and_printed(world, signed_in, statements):
    plan = world.plan(PlanState.SET, "agency_head")
    head = signed_in(world.agency_head)
    page = head.get(f"/plans/{plan.ref}").link("Manual indikator").open()
    assert "belum disusun" in page.text
    page = page.link("Susun manual ini").open()
    empty = page.form(button="Simpan manual").send()
    assert empty.status == 422 and "cara menghitungnya" in empty.error_of("formula")
    fields = {"purpose": "Mutu layanan", "definition": "Yang ditolong", "formula": "a dibagi b"}
    choices = {"kind": "rata_rata", "control": "tinggi", "frequency": "triwulanan"}
    sources = {"source": "Kohort", "responsible": "Bidang", "provider": "Puskesmas"}
    page = empty.form(button="Simpan manual").fill(**fields, **choices, **sources).send()
    for words in ("a dibagi b", "Rata-rata", "Setiap triwulan", "Kohort", "MANUAL INDIKATOR KINERJA"):
        assert words in page.text, words
    secretary = signed_in(world.secretary)
    with statements(limit=8):
        assert "a dibagi b" in secretary.get(f"/plans/{plan.ref}/manual").text
    assert signed_in(world.budi).get(f"/plans/{plan.ref}/manual").status == 404
    rina = world.plan(PlanState.SET)
    text = signed_in(world.rina).get(f"/plans/{rina.ref}/manual").text
    assert "disusun untuk SKP pimpinan" in text

"""Pages of performance agreements, and of what a head's plan takes from them (Y-09 to Y-11, F-6)."""

from __future__ import annotations

import pytest

from portal.extensions import db
from portal.performance.agreements import actions
from portal.performance.agreements.models import PerformanceAgreement
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
    page = hr.get(address).link("Ubah Persalinan").open().form(action="/remove").send()
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


# ------------------------------------------------------------------------------------------ tables

TABLE = """sasaran;iku;target;sampai_dengan;satuan;arah;program
Meningkatnya derajat kesehatan ibu dan anak;Persalinan ditangani;95;;%;naik;Program Pelayanan
;Gizi balita;80;90;%;;
Tertatanya data kesehatan;Laporan tepat waktu;12;;laporan;naik;
"""


def looked_at(world, signed_in, text=TABLE, who="hr", name="perjanjian.csv"):
    agreement = drafted(world)
    page = signed_in(world.people[who]).get(f"/agreements/{agreement.ref}")
    page = page.link("Ambil sasaran dan IKU dari berkas").open()
    data = text if isinstance(text, bytes) else text.encode()
    return agreement, page.form(button="Periksa berkas").attach("table", data, name, "text/csv").send()


@pytest.mark.parametrize("who", ["hr", "agency_head"])
def test_a_table_is_shown_and_then_taken(world, signed_in, statements, who):
    agreement, page = looked_at(world, signed_in, who=who)
    assert "3 IKU akan masuk ke draf" in page.text and "Berubah" in page.text and "Gizi balita" in page.text
    shown = signed_in(world.people[who]).get(f"/agreements/{agreement.ref}")
    assert "Gizi balita" not in shown.text, "nothing is written before"
    done = page.form(button="Terapkan 3 IKU").send()
    assert "sudah masuk ke draf" in done.text
    for words in ("Gizi balita", "80–90", "Tertatanya data kesehatan", "95%", "Bayi diimunisasi"):
        assert words in done.text
    csv = signed_in(world.people[who]).get(f"/agreements/{agreement.ref}/table.csv")
    assert "Gizi balita" in csv.html and csv.html.count("\n") == 6


def test_a_bad_row_keeps_all_of_them_out(world, signed_in):
    _agreement, page = looked_at(world, signed_in, TABLE + "Lain;Bad;banyak;;%;;\n")
    assert "1 baris perlu diperbaiki" in page.text and "bukan angka: banyak" in page.text
    assert not page.has_button("Terapkan")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "kosong"),
        (b"%PDF-1.4", "PDF"),
        (b"sasaran;iku\na;b\n", "target"),
        (b"PK\x03\x04 broken", "CSV atau XLSX"),
    ],
)
def test_a_file_that_is_no_table(world, signed_in, data, said):
    _agreement, page = looked_at(world, signed_in, data)
    assert page.status == 422 and said in page.error_of("table")


def test_a_table_of_a_set_agreement_is_refused(world, signed_in):
    agreement, page = looked_at(world, signed_in)
    form = page.form(button="Terapkan")
    with world.inside():
        row = db.session.get_one(PerformanceAgreement, agreement.id)
        world.do(actions.set_agreement, row, by=world.hr)
    answer = form.send()
    assert "sudah ditetapkan" in answer.text and "Gizi balita" not in answer.text

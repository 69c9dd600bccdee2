"""Services by the pages: HR writes the standard and the figures, somebody else publishes, everybody reads."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json

import pytest

from portal.ledger.door import door
from portal.transparency.publications.render import render_all
from portal.transparency.service_figures import actions as figures
from portal.transparency.service_figures import dataset
from portal.voice.services import queries
from portal.voice.services.rules import Method
from tests.pages.transparency.test_public_pages import MOST, on_the_wire
from tests.support.html import faults_of
from tests.support.services import add_indicator, add_service, record


@pytest.fixture
def service(world):
    with world.app.app_context():
        yield add_service(world)


@pytest.fixture
def rate(world, service):
    return add_indicator(world, service)


def test_hr_registers_a_service_with_standard_and_indicator(world, signed_in):
    browser = signed_in(world.agency_hr)
    page = browser.get("/hr/services").link("Daftarkan layanan").open()
    page = page.form(button="Daftarkan layanan").fill(name="KTP-el baru", everyday="bikin KTP").send()
    assert "Lengkapi standarnya" in page.text
    page = page.form(button="Simpan standar").fill(persyaratan="Kartu keluarga.", biaya="Gratis.").send()
    assert "produk" in page.text.casefold() and "belum diisi" in page.text
    page = (
        page.link("Tambah indikator")
        .open()
        .form(button="Simpan indikator")
        .fill(
            name="Selesai tepat waktu",
            concept="KTP yang selesai sehari.",
            method="persentase",
            formula="Selesai sehari dibagi semua.",
            measure="%",
            better="naik",
            frequency="bulan",
            begins="1 Januari 2026",
            source="Buku permohonan",
            producer="Dinas",
            standard="95",
        )
        .send()
    )
    assert "Indikator ditambahkan" in page.text
    page = (
        page.link("Catat angka")
        .open()
        .form(button="Catat angka")
        .fill(period="2026-09", numerator="1.899", denominator="2.110")
        .send()
    )
    assert "Angka tercatat" in page.text and "90,0%" in page.text


BAD = [
    ({"numerator": "3", "denominator": "2"}, 422, "Pembilang tidak boleh lebih besar"),
    ({"numerator": "1" + "0" * 40, "denominator": "2"}, 422, "Tulis angka"),
    ({"numerator": "satu", "denominator": "2"}, 422, "Tulis angka"),
    ({"numerator": "0", "denominator": "0"}, 422, "Penyebut nol"),
    ({}, 422, "Kosong tidak sama dengan nol"),
    ({"numerator": "1", "denominator": "2", "missing": "gangguan"}, 422, "jangan keduanya"),
    ({"missing": "sebab_lain"}, 422, "Tulis sebabnya"),
    ({"numerator": "1.234,5", "denominator": "2.000"}, 303, ""),
]


def test_what_is_typed_is_looked_at(world, signed_in, rate):
    browser = signed_in(world.agency_hr)
    for fields, status, words in BAD:
        look_at(browser, rate, fields, status, words)


def look_at(browser, rate, fields, status, words):
    page = browser.get(f"/hr/indicators/{rate.ref}/values/new")
    answer = page.form(button="Catat angka").fill(period="2026-08", **fields).send(follow=False)
    assert answer.status == status and words in answer.text


def test_a_correction_stands_beside_what_it_corrects(world, signed_in, rate):
    with world.inside():
        found = record(world, rate, "puskesmas-melati", "2026-08", numerator=1, denominator=2)
        record(world, rate, "puskesmas-melati", "2026-07", numerator=1, denominator=2)
    browser = signed_in(world.publisher)
    address = f"/hr/values/{found.ref}/correct"
    form = browser.get(address).form(button="Catat koreksi")
    assert form.fields["numerator"] == "1" and form.fields["denominator"] == "2"
    assert form.fill(numerator="2", reason="").send().status == 422
    other = browser.get(address).form(button="Catat koreksi")
    page = form.fill(numerator="2", reason="Satu formulir terselip.").send()
    assert "Satu formulir terselip." in page.text and "50,0%" in page.text and "100,0%" in page.text
    stale = other.fill(numerator="0", reason="Hitung ulang.").send()
    assert stale.status == 409 and "Ada dua versi" in stale.text


def test_a_table_goes_through_a_preview(world, signed_in, rate):
    browser = signed_in(world.agency_hr)
    page = browser.get(f"/hr/indicators/{rate.ref}/table")
    text = "kode_unit;periode;pembilang;penyebut\npuskesmas-melati;2026-08;9;10\nXX;2026-08;1;2\n"
    form = page.form(button="Periksa tabel")
    assert form.send(follow=False).status == 422
    form = browser.get(f"/hr/indicators/{rate.ref}/table").form(button="Periksa tabel")
    page = form.attach("table", text.encode(), "tabel.csv").send()
    assert "1 angka baru, 0 koreksi, 0 sama, 1 baris salah" in page.text
    errors = browser.get(page.links_to(r"errors\.csv$")[0])
    assert "Unit dengan kode XX tidak ada" in errors.response.get_data(as_text=True)
    page = page.form(button="Terapkan 1 angka").send()
    assert "90,0%" in page.text


def test_pages_ask_little(world, signed_in, service, rate, statements):
    with world.inside():
        for month in range(1, 10):
            for unit in ("puskesmas-melati", "dinas-kesehatan"):
                record(world, rate, unit, f"2025-{month:02}", numerator=90, denominator=100)
    browser = signed_in(world.hr)
    for address in (
        "/hr/services",
        f"/hr/services/{service.ref}",
        f"/hr/services/{service.ref}/publication",
        f"/hr/indicators/{rate.ref}",
    ):
        with statements(8):
            assert browser.get(address).status == 200


@pytest.fixture
def published(world, app, service, rate):
    with world.inside():
        count = add_indicator(world, service, Method.COUNT, standard=None, standard_note="")
        for month in range(1, 10):
            for unit, part in (("puskesmas-melati", 80 + month), ("dinas-kesehatan", 95)):
                more = {"outage": "Listrik padam dua hari."} if month == 4 else {}
                record(world, rate, unit, f"2025-{month:02}", numerator=part, denominator=100, **more)
            record(world, count, "puskesmas-melati", f"2025-{month:02}", value=1000 + month)
        record(world, rate, "puskesmas-melati", "2025-11", numerator=70, denominator=100)
        record(world, rate, "dinas-kesehatan", "2025-11", missing="gangguan")
        seen = dataset.compose(service, at=world.clock.now()).content
        world.do(figures.release, service, by=world.publisher, seen=seen)
        render_all(app)
    return service


def test_everybody_reads_the_standard_and_the_figures(published, browser):
    page = browser.get("/kota-contoh/layanan/")
    assert "Dinas Kesehatan" in page.text and "daftar berobat" in page.text
    page = browser.get("/kota-contoh/layanan/pendaftaran-rawat-jalan/")
    assert "70,0% pada November 2025, belum memenuhi standar 90%" in page.text
    for part in (
        "Persyaratan",
        "Biaya atau tarif",
        "Penanganan pengaduan, saran, dan masukan",
        "Rumus:",
        "Sumber:",
    ):
        assert part in page.text
    assert "Sarana, prasarana" not in page.text
    rows = [tr.text for tr in page.root.all("tr")]
    assert any("Oktober 2025" in row and "tidak dilaporkan" in row for row in rows)
    assert any("April 2025" in row and "Listrik padam dua hari" in row for row in rows)
    assert any("September 2025" in row and "184 dari 200" in row for row in rows)
    unit = browser.get("/kota-contoh/layanan/pendaftaran-rawat-jalan/dinas-kesehatan/")
    assert any("November 2025" in tr.text and "Gangguan" in tr.text for tr in unit.root.all("tr"))


def test_public_pages_are_whole_and_small(published, browser):
    addresses = [
        "/kota-contoh/layanan/",
        "/kota-contoh/layanan/pendaftaran-rawat-jalan/",
        "/kota-contoh/layanan/pendaftaran-rawat-jalan/puskesmas-melati/",
    ]
    for address in (*addresses, *(f"/en{each}" for each in addresses)):
        assert browser.get(address).status == 200
        browser.lint = False
        page = browser.get(address, headers={"Accept-Encoding": "gzip"})
        assert on_the_wire(page) <= MOST, address
        assert not faults_of(gzip.decompress(page.response.get_data()).decode())
        browser.lint = True


def test_the_files_are_what_was_hashed(published, browser):
    data = browser.get("/kota-contoh/data/layanan-pendaftaran-rawat-jalan-v1.json").response.get_data()
    page = browser.get("/kota-contoh/layanan/pendaftaran-rawat-jalan/")
    assert hashlib.sha256(data).hexdigest() in page.text.replace(" ", "").replace("\n", "")
    document = json.loads(data)
    text = browser.get("/kota-contoh/data/layanan-pendaftaran-rawat-jalan-v1.csv").response.get_data(
        as_text=True
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    total = next(row for row in rows if row["tingkat"] == "semua" and row["periode"] == "2025-09")
    assert (total["nilai"], total["pembilang"], total["penyebut"]) == ("92", "184", "200")
    assert len(document["standar"]["komponen"]) == 6


def test_search_finds_a_service_by_its_everyday_name(published, browser):
    assert browser.get("/cari?q=berobat").links_to("/layanan/") == [
        "/kota-contoh/layanan/pendaftaran-rawat-jalan/"
    ]


def test_who_wrote_a_value_does_not_publish_it(world, signed_in, service, rate):
    with world.inside():
        record(world, rate, "puskesmas-melati", "2026-08", by=world.hr, numerator=90, denominator=100)
    address = f"/hr/services/{service.ref}/publication"
    page = signed_in(world.hr).get(address)
    assert "Orang lain harus memeriksa sebelum terbit. Kirim ke Iwan Wali Data." in page.text
    page = signed_in(world.publisher).get(address).form(button="Terbitkan layanan ini").send()
    assert "Layanan diterbitkan" in page.text
    with door():
        assert queries.series([rate.id])[0].Measurement.released is not None


def test_agency_hr_looks_but_does_not_publish(world, signed_in, service, rate):
    page = signed_in(world.agency_hr).get(f"/hr/services/{service.ref}/publication")
    assert "Diterbitkan oleh wali data" in page.text
    assert signed_in(world.agency_hr).post(f"/hr/services/{service.ref}/publication/release").status == 403

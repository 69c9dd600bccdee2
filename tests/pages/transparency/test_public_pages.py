"""What citizens read: complete, small, in both languages, and nothing beyond the frozen figures."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
from pathlib import Path

import brotli
import pytest

from portal.ledger.door import door
from portal.transparency.publications import actions
from portal.transparency.publications.render import render_all
from tests.actions.transparency.figures import Counts, closed_period, region
from tests.actions.transparency.town import NEXT, NOTE
from tests.support.html import faults_of, parse

MOST = 14_000
"""Bytes of an answer with its headers that the first round trips carry (speed.md)."""


def addresses(app) -> list[str]:
    """Every published page."""
    root = (app.settings.public_folder / "current").resolve()
    return sorted(
        "/" + path.relative_to(root).as_posix().removesuffix("index.html")
        for path in root.rglob("index.html")
    )


def on_the_wire(page) -> int:
    """Status line, headers and body as a server sends them, with the two lines that gunicorn adds."""
    head = f"HTTP/1.1 {page.response.status}\r\nServer: gunicorn\r\nDate: Mon, 12 Oct 2026 02:00:00 GMT\r\n"
    head += "Connection: keep-alive\r\n" + "".join(f"{k}: {v}\r\n" for k, v in page.headers.items()) + "\r\n"
    return len(head.encode()) + len(page.response.get_data())


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_every_page_fits_in_the_first_answer(published, app, browser, encoding):
    browser.lint = False  # the body is compressed
    for address in addresses(app):
        page = browser.get(address, headers={"Accept-Encoding": encoding})
        assert page.headers["Content-Encoding"] == encoding
        assert on_the_wire(page) <= MOST, f"{address}: {on_the_wire(page)} bytes"


def test_every_page_is_whole(published, app, browser):
    """One h1, title, language, unique ids, labelled fields, nothing from elsewhere, no script."""
    for address in addresses(app):
        page = browser.get(address)
        assert page.status == 200
        assert page.root.first("html").get("lang") == ("en" if address.startswith("/en/") else "id")
        assert not page.root.all("script") and not page.root.all("link", rel="stylesheet")
        assert page.headers["Cache-Control"] == "public, max-age=60"
        assert "Set-Cookie" not in page.headers
        if address not in ("/", "/en/"):
            assert page.root.all("ol", class_="crumbs"), address


def test_every_link_leads_somewhere(published, app, browser):
    known = set(addresses(app)) | {"/login", "/cari", "/en/cari"}
    for address in addresses(app):
        page = browser.get(address)
        for link in page.root.all("a"):
            target = link.get("href").split("#")[0]
            if "/data/" in target:
                assert browser.get(target).status == 200
            elif target:
                assert target in known, f"{address} → {target}"


def test_each_page_has_its_twin(published, app, browser):
    for address in addresses(app):
        page = browser.get(address)
        other = "id" if address.startswith("/en/") else "en"
        twin = address.removeprefix("/en") if other == "id" else f"/en{address}"
        link = next(node for node in page.root.all("a") if node.get("hreflang") == other)
        assert link["href"] == twin
        assert browser.get(twin).status == 200


def test_the_file_is_what_was_hashed(published, browser):
    page = browser.get("/kota-uji/publikasi/2026-triwulan-3-v1/")
    shown = re.sub(r"\s", "", page.text)
    data = browser.get("/kota-uji/data/2026-triwulan-3-v1.json")
    digest = hashlib.sha256(data.response.get_data()).hexdigest()
    assert digest in shown
    assert data.headers["Content-Disposition"] == 'attachment; filename="kota-uji-2026-triwulan-3-v1.json"'
    squeezed = browser.get("/kota-uji/data/2026-triwulan-3-v1.json", headers={"Accept-Encoding": "br"})
    assert brotli.decompress(squeezed.response.get_data()) == data.response.get_data()


def test_pages_csv_and_json_show_the_same_figures(published, browser):
    """Every number of the agencies' table stands in the files, and what they hide the pages hide."""
    data = json.loads(browser.get("/kota-uji/data/2026-triwulan-3-v1.json").response.get_data())
    text = browser.get("/kota-uji/data/2026-triwulan-3-v1.csv").response.get_data(as_text=True)
    rows = {row["instansi"]: row for row in csv.DictReader(io.StringIO(text))}
    page = browser.get("/kota-uji/publikasi/2026-triwulan-3-v1/")
    table = {tr.first("th").text: tr for tr in page.root.all("tr") if tr.all("th") and tr.all("td")}
    for agency in data["instansi"]:
        cells = [td.text for td in table[agency["nama"]].all("td")]
        if agency["wajib_skp"] is None:
            assert cells == ["tidak ditampilkan"]
            assert rows[agency["slug"]]["wajib_skp"] == ""
            own = browser.get(f"/kota-uji/{agency['slug']}/").root.first("main")
            assert not re.search(r"\d+ (dari|pegawai|%)", own.text), own.text
            continue
        assert cells[0] == rows[agency["slug"]]["wajib_skp"] == str(agency["wajib_skp"])
        if agency["distribusi_predikat"] is None:
            assert cells[-1] == "ditutup" and rows[agency["slug"]]["distribusi_baik"] == ""
        else:
            assert cells[-5:] == [str(n) for n in agency["distribusi_predikat"].values()] or sorted(
                cells[-5:]
            ) == sorted(str(n) for n in agency["distribusi_predikat"].values())


def test_no_page_knows_a_hidden_number(town, app, browser):
    """One agency's people are all rated alike, so its ratings and a second one's stay out of sight."""
    with door():
        period = closed_period(
            town.region,
            [
                Counts("Badan Tunggal", 47, ratings={"baik": 47}, missed=3),
                Counts("Badan Kedua", 31, ratings={"sangat_baik": 11, "baik": 20}, missed=0),
                Counts("Badan Ketiga", 53, missed=13),
            ],
            quarter=2,
        )
    town.period = period
    town.publish(town.prepare())
    render_all(app)
    data = json.loads(browser.get("/kota-uji/data/2026-triwulan-2-v1.json").response.get_data())
    rows = {row["slug"]: row for row in data["instansi"]}
    assert rows["badan-tunggal"]["distribusi_predikat"] is None
    assert rows["badan-kedua"]["distribusi_predikat"] is None  # hidden second
    for address in ("/kota-uji/", "/kota-uji/badan-kedua/", "/kota-uji/publikasi/2026-triwulan-2-v1/"):
        text = browser.get(address).root.first("main").text
        assert "11 35,5" not in text and "20 64,5" not in text


def test_each_figure_says_where_it_comes_from(published, browser):
    page = browser.get("/kota-uji/")
    figures = page.root.all("section", class_="key")
    assert len(figures) == 4
    for figure in figures:
        assert "Triwulan III 2026" in figure.text
        assert re.search(r"\d+ dari \d+", figure.text)
        assert "Dari mana angka ini?" in figure.text and "Rumus:" in figure.text and "Sumber:" in figure.text


def test_before_anything_is_published_pages_say_what_will_be_here(town, app, browser):
    render_all(app)
    page = browser.get("/kota-uji/")
    assert "sedang disiapkan dan diperiksa orang kedua" in page.text
    assert browser.get("/").text.count("Kota Uji") == 1
    assert "Belum ada yang terbit" in browser.get("/kota-uji/publikasi/").text


def test_an_empty_installation_has_a_front_page(app, browser):
    render_all(app)
    page = browser.get("/")
    assert page.status == 200 and "Belum ada daerah" in page.text


def test_before_the_first_rendering_the_front_page_waits(app, browser):
    for address in ("/", "/en/"):
        page = browser.get(address)
        assert (page.status, page.headers["Refresh"]) == (503, "5")


def test_a_correction_marks_the_version_before(published, app, browser):
    town = published
    with door(town.period):
        second = actions.correct(
            town.period,
            reason="Dua evaluasi terlambat tercatat.",
            method_note=NOTE,
            next_date=NEXT,
            by=town.hr,
            at=town.clock.now(),
        )
    town.publish(second)
    render_all(app)
    old = browser.get("/kota-uji/publikasi/2026-triwulan-3-v1/")
    assert "sudah diganti" in old.text and "Dua evaluasi terlambat tercatat." in old.text
    assert "/kota-uji/publikasi/2026-triwulan-3-v2/" in old.links_to("-v2/")
    assert browser.get("/kota-uji/data/2026-triwulan-3-v1.json").status == 200
    assert "versi 2" in browser.get("/kota-uji/").text


def test_a_gap_between_periods_is_said_in_words(town, app, browser):
    """Quarters 1 and 3 are published, 2 isn't: the line breaks and the table says so."""
    with door():
        first = closed_period(
            town.region, [Counts("Dinas Kesehatan", 20), Counts("Dinas Sosial", 15)], quarter=1
        )
    third = town.period
    for period in (first, third):
        town.period = period
        town.publish(town.prepare())
    render_all(app)
    page = browser.get("/kota-uji/dinas-kesehatan/")
    rows = [tr.text for tr in page.root.all("tr")]
    assert any("Triwulan II 2026" in row and "belum terbit" in row for row in rows)
    path = next(node["d"] for node in page.root.all("path", class_="ln"))
    assert "L" not in path
    assert page.root.all("circle", class_="gap")


@pytest.mark.parametrize("sort", ["pegawai", "tepat-waktu", "dinilai", "indikator"])
def test_sorting_puts_the_hidden_last_and_in_order_of_name(published, browser, sort):
    page = browser.get(f"/kota-uji/urut/{sort}/")
    names = [th.text for th in page.root.first("table", class_="cards").all("th") if th.get("scope") == "row"]
    assert names[-2:] == ["Kecamatan Kecil", "Kecamatan Mungil"]
    heads = page.root.first("table", class_="cards").all("th")
    assert [th.get("aria-sort") for th in heads].count("descending") == 1
    assert page.root.first("link", rel="canonical")["href"] == "/kota-uji/"


FIRST = "Sumber Karang Tanjung Batu Lubuk Muara Pasir".split()
LAST = "rejo anyar sari jaya mulya baru indah agung raya makmur asri tengah utara timur".split()


def test_a_hundred_agencies_still_fit(town, app, browser):
    """A large regency: the region's page, a sorted one and the whole table, gzipped, headers included."""
    names = [f"Kecamatan {first}{last}" for first in FIRST for last in LAST]
    with door():
        large = region("kabupaten-besar", "Kabupaten Besar")
        agencies = [Counts(n, 11 + i % 7, late=i % 3, missed=i % 5) for i, n in enumerate(names)]
        town.period = closed_period(large, agencies, quarter=2)
    town.publish(town.prepare())
    render_all(app)
    browser.lint = False
    for part in ("", "urut/dinilai/", "publikasi/2026-triwulan-2-v1/"):
        page = browser.get(f"/kabupaten-besar/{part}", headers={"Accept-Encoding": "gzip"})
        assert page.status == 200
        assert on_the_wire(page) <= MOST, f"{part}: {on_the_wire(page)} bytes"


# ---------------------------------------------------------------------------------------------- serving


def test_an_unchanged_page_is_not_sent_again(published, browser):
    first = browser.get("/kota-uji/")
    again = browser.get("/kota-uji/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.response.get_data()) == (304, b"")
    assert "Content-Security-Policy" in again.headers


def test_head_has_the_headers_of_get(published, browser):
    browser.lint = False  # there is no page in the answer
    get, head = browser.get("/kota-uji/"), browser.open("HEAD", "/kota-uji/")
    assert head.response.get_data() == b""
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_a_missing_slash_is_added_for_good(published, browser):
    page = browser.get("/kota-uji/dinas-sosial?x=1", follow=False)
    assert (page.status, page.headers["Location"]) == (308, "/kota-uji/dinas-sosial/")


@pytest.mark.parametrize(
    "address",
    [
        "/../secret",
        "/..%2f..%2fkinerja.db",
        "/kota-uji/../../kinerja.db",
        "/kota-uji/%2e%2e/%2e%2e/%2e%2e/kinerja.db",
        "/.made-from",
        "/.search.json",
        "/index.html",
        "/kota-uji/index.html",
        "/kota-uji/index.html.br",
        "/current/kota-uji/",
        "/kota-uji//",
        "/kota-uji/\\..\\",
    ],
)
def test_nothing_but_the_listed_addresses_is_served(published, browser, address):
    page = browser.get(address, follow=False)
    assert page.status in (302, 308, 404)
    assert b"SQLite" not in page.response.get_data()


def test_other_methods_go_on_to_the_app(published, browser):
    assert browser.post("/kota-uji/").status in (404, 405)


def test_a_swapped_pointer_is_seen_at_once(published, app, browser):
    before = browser.get("/kota-uji/").text
    root = (app.settings.public_folder / "current").resolve()
    assert render_all(app, force=True)
    assert (app.settings.public_folder / "current").resolve() != root
    page = app.settings.public_folder / "current" / "kota-uji" / "index.html"
    assert browser.get("/kota-uji/").html == page.read_text()
    assert browser.get("/kota-uji/").text == before


@pytest.mark.parametrize(
    ("accepts", "gets"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", ""),
        ("", ""),
        ("GZIP", "gzip"),
    ],
)
def test_the_encoding_is_what_the_reader_takes(published, browser, accepts, gets):
    browser.lint = False
    page = browser.get("/kota-uji/", headers={"Accept-Encoding": accepts})
    assert page.headers.get("Content-Encoding", "") == gets
    body = page.response.get_data()
    plain = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[gets](body)
    assert not faults_of(plain.decode())
    assert parse(plain.decode())[0].first("h1").text == "Kinerja Kota Uji"


# ----------------------------------------------------------------------------------------------- search


def test_search_finds_regions_and_agencies(published, browser):
    page = browser.get("/cari?q=SOSIAL+uji")
    assert page.links_to("/kota-uji/") == ["/kota-uji/dinas-sosial/"]
    assert browser.get("/en/cari?q=kota+uji").links_to("/en/kota-uji/")[0] == "/en/kota-uji/"
    assert browser.get("/en/cari?q=uji").root.first("html").get("lang") == "en"


def test_search_without_a_result_says_what_to_try(published, browser):
    page = browser.get("/cari", query_string={"q": '<b>"x'})
    assert "Tidak ada hasil untuk" in page.text and '<b>"x' in page.text


@pytest.mark.parametrize("q", ["", " ", "\0", "é" * 5000, "%", "'; --", "\ud83d", "🙂"])
def test_search_takes_anything(published, browser, q):
    page = browser.get("/cari", query_string={"q": q.encode("utf-8", "surrogatepass")})
    assert page.status == 200 and "Set-Cookie" not in page.headers


def test_search_asks_no_database(published, browser, statements):
    with statements(0):
        browser.get("/cari?q=dinas")


def test_search_before_the_first_rendering(app, browser):
    assert browser.get("/cari?q=x").status == 200


def test_search_never_names_a_person(published, app):
    index = json.loads((Path(app.settings.public_folder) / "current" / ".search.json").read_text())
    assert not [row for row in index if "Pegawai" in row["name"]]

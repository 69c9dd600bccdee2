"""Pages of earlier years: who sees what, in whose words; the list; a file from upload to undoing (NAT-2)."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from python_calamine import load_workbook
from sqlalchemy import func, select

from portal.extensions import db
from portal.ledger import jobs
from portal.ledger.actor import SYSTEM
from portal.ledger.door import door
from portal.people.accounts import actions as accounts
from portal.people.accounts.models import Account, GrantKind
from portal.people.employment.models import Employee
from portal.people.imports import pages
from portal.people.imports.rules import MAX_BYTES
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.legacy import actions
from portal.performance.legacy.models import LegacyBatch, LegacyYear
from portal.performance.legacy.rules import LAYOUT
from tests.support.client import Page

HEAD = ",".join(LAYOUT.names)


def number(world: Any, who: str) -> str:
    found = select(Employee.staff_number).where(Employee.person_id == world.people[who].person_id)
    return str(db.session.scalars(found).one())


def cells(world: Any, who: str = "rina", **changed: str) -> dict[str, str]:
    told = {"nip": number(world, who), "tahun": "2019", "metode": "PP 46/2011", "nilai_akhir": "85,64"}
    return {**told, **changed}


def brought_in(world: Any, *rows: dict[str, str]) -> LegacyBatch:
    with world.inside():
        by, at = world.hr.actor, world.clock.now()
        batch = actions.stage_rows(world.region().id, rows, "lama.csv", by=by, at=at)
        actions.apply(batch, with_doubtful=True, by=by, at=at)
        return batch


@pytest.fixture
def rinas(world: Any) -> None:
    """Rina has three years: one at the lowest rung, one by parts, one by the weighted method."""
    weighted = {"metode": "PP 30/2019", "tahun": "2022", "nilai_skp": "110", "nilai_perilaku": "100"}
    with world.inside():
        rows = [
            cells(world, nilai_akhir="45", nomor_dokumen="800/12/2020", tanggal_dokumen="2020-01-20"),
            cells(world, tahun="2020", bulan="5", nilai_akhir="60"),
            cells(world, tahun="2020", bulan="7", nilai_akhir="72"),
            cells(world, **weighted, nilai_rekan_bawahan="80", nilai_akhir="102,8"),
        ]
    brought_in(world, *rows)


# --------------------------------------------------------------------------- somebody's years


def test_ones_own_years_in_their_own_words(world, rinas, signed_in, statements):
    browser = signed_in(world.rina)
    browser.get("/legacy/mine")
    with statements(limit=8):
        page = browser.get("/legacy/mine")
    text = page.text
    for told in (
        *("45", "Buruk", "menurut PP 46/2011", "Skala 0 sampai 100", "di bawahnya Buruk"),
        *("67", "Cukup", "5 × 60 + 7 × 72", "÷ 12 = 67", "800/12/2020"),
        *(
            "102,8",
            "Skala 0 sampai 120",
            "di bawahnya Sangat Kurang",
            "Nilai perilaku dari rekan dan bawahan",
        ),
        *("60% × penilai 100 + 40% × rekan dan bawahan 80 = 92", "60% × 110 + 40% × 92 = 102,8"),
        *("Hitung ulang menurut PP 30/2019", "tidak dirata-ratakan", "PermenPANRB 6/2022"),
    ):
        assert told in text, told
    assert "Butuh Perbaikan" not in text and "Sangat Kurang mulai" not in text
    assert text.count("Hitung ulang menurut PP 30/2019") == 1, "under the weighted method alone"
    assert "rate r" not in page.html, "no shape of the present method's ratings"


def test_the_banner_stands_only_where_the_policy_says(world, signed_in):
    brought_in(world, *[_rows(world)])
    assert "Hitung ulang" not in signed_in(world.rina).get("/legacy/mine").text


def _rows(world: Any) -> dict[str, str]:
    with world.inside():
        return cells(world)


def test_a_document_that_differs_from_its_parts_says_so(world, signed_in):
    with world.inside():
        row = cells(world, nilai_skp="86,4", nilai_perilaku="84,5", nilai_akhir="88")
    brought_in(world, row)
    text = signed_in(world.rina).get("/legacy/mine").text
    assert "hitungan memberi 85,64" in text and "tercetak 88" in text


def test_results_lead_there_and_nowhere_without_years(world, signed_in, statements):
    browser = signed_in(world.rina)
    assert "Nilai tahun sebelumnya" not in browser.get("/evaluations/mine").text
    with world.inside():
        row = cells(world)
    brought_in(world, row)
    with statements(limit=8):
        page = browser.get("/evaluations/mine")
    assert "skala dan sebutannya sendiri: 2019" in page.text
    assert "Nilai tahun sebelumnya" in page.link("Buka nilai tahun sebelumnya").open().text


def test_an_empty_page_says_how_years_get_there(world, signed_in):
    assert "Belum ada tahun lama" in signed_in(world.rina).get("/legacy/mine").text


@pytest.mark.parametrize(
    ("who", "status"),
    [
        *[("rina", 200), ("unit_head", 200), ("agency_hr", 200), ("hr", 200), ("auditor", 200)],
        *[("budi", 404), ("agency_head", 404), ("clinic_head", 404), ("board", 404), ("publisher", 404)],
        *[("admin", 404), ("other", 404), ("other_hr", 404)],
    ],
)
def test_who_may_know_of_somebodys_years(world, rinas, signed_in, who, status):
    page = signed_in(world.people[who]).get(f"/legacy/people/{world.rina.ref}")
    assert page.status == status
    assert ("Buruk" in page.text) == (status == 200)


@pytest.mark.parametrize(("who", "linked"), [("unit_head", True), ("hr", True), ("agency_head", False)])
def test_an_evaluation_leads_to_them_who_may_know(world, rinas, signed_in, statements, who, linked):
    evaluation = world.evaluation(EvaluationState.RATED, "rina", quarter=3)
    browser = signed_in(world.people[who])
    address = f"/evaluations/{evaluation.ref}"
    browser.get(address)
    with statements(limit=8):
        page = browser.get(address)
    assert page.status == 200 and (f"/legacy/people/{world.rina.ref}" in page.html) == linked


# --------------------------------------------------------------------------- the list


def test_hrs_list_searches_filters_and_sorts(world, rinas, signed_in, statements):
    with world.inside():
        rows = [cells(world, "budi", nilai_akhir="92"), cells(world, "dewi", tahun="2018")]
    brought_in(world, *rows)
    browser = signed_in(world.hr)
    browser.get("/legacy")
    with statements(limit=8):
        page = browser.get("/legacy")
    assert "Budi Perawat" in page.text and "Dewi Perawat" in page.text
    assert "Buruk" in page.text and "2 bagian" in page.text and "dari 120" in page.text
    with statements(limit=8):
        found = browser.get("/legacy?q=rina&sort=-tahun").text
    assert "Budi" not in found and found.index("2022") < found.index("102,8")
    assert "Dewi" in browser.get("/legacy?year=2018").text
    assert "Budi" not in browser.get("/legacy?method=weighted").text
    assert "Tidak ada tahun lama yang cocok" in browser.get("/legacy?q=siapapun").text
    assert browser.get("/legacy?year=x&method=y&sort=z&after=%00").status == 200


def test_agency_hr_sees_its_own_people_and_auditors_read(world, rinas, signed_in):
    with world.inside():
        row = cells(world, "staff_head")
    brought_in(world, row)
    agency = signed_in(world.agency_hr).get("/legacy")
    assert (
        "Rina" in agency.text
        and "Gita" not in agency.text
        and "Impor nilai tahun sebelumnya" not in agency.text
    )
    audit = signed_in(world.auditor).get("/legacy")
    assert "Rina" in audit.text and "Gita" in audit.text and "Impor nilai tahun sebelumnya" not in audit.text
    assert signed_in(world.other_hr).get("/legacy").text.count("Rina") == 0
    assert signed_in(world.unit_head).get("/legacy").status == 404


def test_the_pages_of_a_long_list(world, signed_in, statements, monkeypatch):
    from portal.web import lists

    monkeypatch.setattr(lists, "PAGE", 2)
    with world.inside():
        rows = [
            cells(world, who, tahun=year) for who in ("rina", "budi") for year in ("2018", "2019", "2020")
        ]
    brought_in(world, *rows)
    browser = signed_in(world.hr)
    first = browser.get("/legacy")
    assert "1–2 dari 6" in first.text
    with statements(limit=8):
        second = first.link("Berikutnya").open()
    assert "3–4 dari 6" in second.text and "Budi" in second.text and "Rina" in second.text
    assert "1–2 dari 6" in second.link("Sebelumnya").open().text


def test_the_file_is_the_format_of_the_import(world, rinas, signed_in):
    """Read again, it changes nothing."""
    answer = signed_in(world.hr).client.get("/legacy/years.csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert list(rows[0]) == LAYOUT.names and len(rows) == 4
    assert {row["predikat"] for row in rows} == {""}, "none was printed"
    with world.inside():
        batch = actions.stage_rows(
            world.region().id, rows, "lagi.csv", by=world.hr.actor, at=world.clock.now()
        )
        assert batch.fates == {"sama": 4}
    book = signed_in(world.hr).client.get("/legacy/years.xlsx").data
    (sheet,) = load_workbook(io.BytesIO(book)).sheet_names
    assert load_workbook(io.BytesIO(book)).get_sheet_by_name(sheet).to_python()[0] == LAYOUT.names


# --------------------------------------------------------------------------- files


class Desk:
    """HR at the page of imports."""

    def __init__(self, world: Any, browser: Any) -> None:
        self.world, self.browser = world, browser

    def upload(self, data: bytes, name: str = "lama.csv") -> Page:
        form = self.browser.get("/legacy/imports").form(action="/legacy/imports", button="Unggah")
        return form.attach("table", data, name).send()

    def work(self) -> None:
        with self.world.app.app_context():
            while jobs.run_one(self.world.app.clock):
                pass

    def checked(self, *rows: dict[str, str]) -> Page:
        lines = [",".join(f'"{row.get(name, "")}"' for name in LAYOUT.names) for row in rows]
        page = self.upload("\n".join([HEAD, *lines]).encode())
        assert page.status == 200 and "sedang dibaca" in page.text, page.text
        self.work()
        return self.browser.get(page.address)


@pytest.fixture
def desk(world: Any, signed_in: Any) -> Desk:
    return Desk(world, signed_in(world.hr))


def standing(world: Any) -> int:
    with world.inside():
        return db.session.scalar(select(func.count(LegacyYear.id)).where(LegacyYear.in_force)) or 0


def test_upload_look_apply_and_take_back(desk, world, statements):
    with world.inside():
        rows = [cells(world), cells(world, "budi", nilai_akhir="92"), cells(world, "citra", nip="1")]
    page = desk.checked(*rows)
    assert "Menunggu keputusan" in page.text and "Baru 2" in page.text and "Salah 1" in page.text
    assert "NIP/NI PPPK terdiri atas 18 angka" in page.text
    with statements(limit=8):
        new = desk.browser.get(f"{page.address}?show=baru")
    assert "Rina Pelaksana" in new.text and "85,64" in new.text and standing(world) == 0
    page = page.form(action="/apply").send()
    assert "Impor sedang diterapkan" in page.text
    desk.work()
    page = desk.browser.get(page.address)
    assert "Diterapkan" in page.text and standing(world) == 2
    assert "2 baris diterapkan; 1 salah tidak." in page.text
    page = page.form(action="/undo").send()
    assert "nilai semula berlaku lagi" in page.text and standing(world) == 0
    assert "Ditarik kembali" in desk.browser.get("/legacy/imports").text


def test_progress_is_seen_without_and_with_script(desk, world):
    lines = [HEAD, ",".join(f'"{_rows(world).get(name, "")}"' for name in LAYOUT.names)]
    address = desk.upload("\n".join(lines).encode()).address
    with world.inside():
        batch = db.session.scalars(select(LegacyBatch)).one()
        with door(batch):
            batch.done, batch.todo = 500, 1200
    head = {"HX-Request": "true", "HX-Target": "import-progress"}
    told = "500 dari 1.200 baris dan tahun diperiksa"
    part = desk.browser.get(address, headers=head)
    assert told in part.text and "every 1s" in part.html and "<html" not in part.html
    assert told in desk.browser.get(address).text
    desk.work()
    part = desk.browser.get(address, headers=head)
    assert part.status == 204 and part.headers["HX-Location"] == address


def test_a_long_file_is_shown_in_parts(desk, world, statements, monkeypatch):
    monkeypatch.setattr(pages, "ROWS", 2)
    with world.inside():
        rows = [cells(world, tahun=str(year)) for year in range(2014, 2019)]
    first = desk.checked(*rows)
    assert "2014" in first.text and "2016" not in first.text and "Sebelumnya" not in first.text
    (further,) = first.links_to("after=")
    assert further.endswith("?show=baru&after=3")
    with statements(limit=8):
        second = desk.browser.get(further)
    assert "2016" in second.text and "2015" not in second.text
    last = second.link("Berikutnya").open()
    assert "2018" in last.text and not last.links_to("after=")
    assert "2014" in last.link("Sebelumnya").open().text
    assert "2014" in desk.browser.get(f"{further}0000000000").text, "no number of a row"


def test_changes_are_shown_as_differences(desk, world):
    with world.inside():
        row = cells(world)
    brought_in(world, row)
    page = desk.checked({**row, "nilai_akhir": "86", "nomor_dokumen": "800/1"})
    assert "Berubah 1" in page.text
    assert "nilai_akhir: 85,64 → 86" in page.text and "nomor_dokumen: (kosong) → 800/1" in page.text


def test_doubtful_rows_need_a_tick(desk, world):
    with world.inside():
        doubtful = cells(world, nilai_skp="86,4", nilai_perilaku="84,5", nilai_akhir="88")
        other = cells(world, "budi")
    page = desk.checked(doubtful, other)
    assert "Meragukan 1" in page.text and "menurut PP 46/2011 85,64" in page.text
    assert "1 baris siap diterapkan, di luar 1 yang meragukan." in page.text
    left = page.form(action="/apply").send()
    assert "Impor sedang diterapkan" in left.text
    desk.work()
    assert standing(world) == 1
    page = desk.checked(doubtful)
    refused = page.form(action="/apply").send()
    assert "Semua tahun di berkas ini meragukan" in refused.text
    refused.form(action="/apply").fill(with_doubtful="ya").send()
    desk.work()
    assert standing(world) == 2


def test_rows_to_mend_come_back_as_a_file(desk, world):
    with world.inside():
        bad, doubtful = cells(world, nilai_akhir="121"), cells(world, "budi", nama="Orang Lain")
    page = desk.checked(bad, doubtful)
    mended = desk.browser.client.get(f"{page.address}/errors.csv").get_data(as_text=True).lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(mended)))
    assert [row["keterangan"].split(":")[0] for row in rows] == ["Baris 2", "Baris 3"]
    assert "di luar skala PP 46/2011, 0 sampai 100" in rows[0]["keterangan"]
    # Mended, with the column of reasons left where it is.
    rows[0]["nilai_akhir"], rows[1]["nama"] = "81", ""
    lines = [",".join(f'"{cell}"' for cell in row.values()) for row in rows]
    again = desk.upload("\n".join([",".join(rows[0]), *lines]).encode(), "betul.csv")
    desk.work()
    assert "Baru 2" in desk.browser.get(again.address).text
    book = desk.browser.client.get(f"{page.address}/errors.xlsx")
    assert load_workbook(io.BytesIO(book.data)).sheet_names == [LAYOUT.name]


def test_the_example_explains_itself_and_its_rows_do_no_harm(desk, world):
    """The workbook has a sheet of help; uploaded as it is, every row is unknown."""
    book = desk.browser.client.get("/legacy/template.xlsx").data
    read = load_workbook(io.BytesIO(book))
    assert read.sheet_names == [LAYOUT.name, "petunjuk"]
    assert [line[0] for line in read.get_sheet_by_name("petunjuk").to_python()][1:] == LAYOUT.names
    page = desk.upload(book, "contoh.xlsx")
    desk.work()
    page = desk.browser.get(page.address)
    assert "Salah 4" in page.text and "Ini baris contoh. Hapus dari berkas." in page.text
    assert "meragukan" not in page.text.lower().split("perbedaan")[0].replace("salah dan meragukan", "")
    text = desk.browser.client.get("/legacy/template.csv").get_data(as_text=True)
    assert text.lstrip("\ufeff").startswith('"nip"')
    assert desk.browser.get("/legacy/template.doc").status == 404


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "kosong"),
        (b"%PDF-1.4 x", "bukan CSV atau XLSX"),
        (b"x" * (MAX_BYTES + 1), "lebih besar"),
    ],
)
def test_files_that_arent_taken(desk, data, told):
    page = desk.upload(data)
    assert page.status == 422 and told in page.text


def test_a_huge_file_is_refused_before_it_is_read(desk):
    page = desk.upload(b"x" * (200 * 1024 * 1024), "besar.csv")
    assert page.status in (413, 422) and standing(desk.world) == 0


def test_a_file_that_cant_be_read_says_why(desk):
    page = desk.upload(b"nip,nama\n1,A\n")
    desk.work()
    text = desk.browser.get(page.address).text
    assert "Tidak terbaca" in text and "Kolom ini belum ada: tahun, metode, nilai_akhir" in text


def test_a_file_of_another_kind_is_refused_at_once(desk):
    page = desk.upload(b"nip,nama\n1,A\n", "lama.docx")
    assert page.status == 422 and "berakhiran .docx" in page.error_of("table")


def test_only_wrong_rows_and_ones_own_are_not_applied(desk, world):
    with world.inside():
        rows = [cells(world, "hr"), cells(world, nilai_akhir="121")]
    page = desk.checked(*rows)
    assert "Salah 2" in page.text and "Tidak ada yang dapat diterapkan." in page.text
    assert "Baris tentang diri sendiri dicatat oleh pengelola lain." in page.text
    assert not page.has_button("Terapkan impor ini")


def test_ones_own_years_are_applied_and_taken_back_by_another_manager(desk, world, signed_in, statements):
    """The reason stands beside the button, and nothing but the button shows it: everything else can be read."""
    with world.inside():
        account = db.session.get_one(Account, world.rina.account_id)
        with door(account):
            accounts.grant(
                account,
                kind=GrantKind.REGION_HR,
                region_id=account.region_id,
                begins=date(2026, 1, 1),
                by=SYSTEM,
                at=world.clock.now(),
            )
        rows = [cells(world), cells(world, "budi")]
    address = desk.checked(*rows).address
    colleague = signed_in(world.rina)
    colleague.get(address)
    with statements(limit=8):
        page = colleague.get(address)
    told = (
        "Berkas ini memuat nilai Anda sendiri. Mintalah pengelola lain menerapkannya atau menariknya kembali."
    )
    assert told in page.text and "Baru 2" in page.text
    assert not page.has_button("Terapkan impor ini") and page.has_button("Batalkan impor ini")
    desk.browser.get(address).form(action="/apply").send()
    desk.work()
    assert standing(world) == 2
    with statements(limit=8):
        page = colleague.get(address)
    assert told in page.text and not page.has_button("Tarik kembali impor ini")
    page = desk.browser.get(address)
    assert told not in page.text
    page.form(action="/undo").send()
    assert standing(world) == 0


def test_the_halves_of_2021_are_told_apart(world, signed_in):
    weighted = {"metode": "PP 30/2019", "nilai_skp": "110", "nilai_perilaku": "100", "nilai_akhir": "107"}
    with world.inside():
        half = {"tahun": "2021", "bulan": "6"}
        rows = [cells(world, **half), cells(world, **half, **weighted)]
    brought_in(world, *rows)
    text = signed_in(world.hr).get("/legacy").text
    assert "2021, Januari–Juni" in text and "2021, Juli–Desember" in text


def test_giving_up(desk, world):
    with world.inside():
        row = cells(world)
    page = desk.checked(row).form(action="/drop").send()
    assert "tidak jadi diterapkan" in page.text and "Tidak jadi" in page.text
    with world.inside():
        assert db.session.scalar(select(func.count(LegacyYear.id))) == 0


@pytest.mark.parametrize("who", ["rina", "unit_head", "agency_hr", "auditor", "board", "other_hr"])
def test_only_region_hr_brings_years_in(world, signed_in, who):
    batch = brought_in(world, _rows(world))
    browser = signed_in(world.people[who])
    assert browser.get(f"/legacy/imports/{batch.ref}").status == 404
    assert browser.get("/legacy/imports").status == (200 if who == "other_hr" else 404)
    assert browser.get("/legacy/template.csv").status == (200 if who == "other_hr" else 404)

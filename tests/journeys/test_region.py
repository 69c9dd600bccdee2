"""A region in a browser: HR brings 5,000 people in and follows their year, an auditor reads, a mayor's typist types.

HR's tables have 37 faults; she mends them from the file of errors, enrols who came, looks for somebody, and
compares the quarter with the export of e-Kinerja BKN (issue 3, NEW-24, NEW-26, WLS-3).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.ledger import jobs
from portal.people.employment.models import Employee, Person
from portal.people.imports.formats import write_csv
from portal.people.imports.rules import Kind, column_names
from portal.performance.evaluations.rules import EvaluationState
from tests.journeys.conftest import Seat
from tests.support import structure
from tests.support.world import World

PEOPLE, FAULTS = 5000, 37
WITH_SCRIPT = pytest.mark.parametrize("script", [True], indirect=True, ids=["script"])
WITHOUT = pytest.mark.parametrize("script", [False], indirect=True, ids=["no_script"])


def work(world: World) -> None:
    """What the worker does while somebody looks at the page."""
    with world.app.app_context():
        while jobs.run_one(world.clock):
            pass


def upload(hr: Seat, world: World, kind: Kind, path: Path) -> Seat:
    hr.go("/hr/imports").choose(kind=kind.value).page.locator("main input[type=file]").set_input_files(path)
    hr.press("Unggah dan periksa")
    work(world)
    hr.page.reload()
    return hr


def apply(hr: Seat, world: World, button: str = "Terapkan impor ini") -> Seat:
    hr.confirm(button)
    work(world)
    hr.page.reload()
    return hr.sees("Diterapkan")


def spoil(rows: list[dict[str, str]]) -> dict[str, str]:
    """Take the last digit of 37 staff numbers, as a spreadsheet does; post → the right number."""
    right = {}
    for row in rows[100 : 100 + FAULTS]:
        right[row["kode_jabatan"]] = row["nip"]
        row["nip"] = row["nip"][:-1]
    return right


def mended(hr: Seat, right: dict[str, str]) -> bytes:
    with hr.page.expect_download() as waiting:
        hr.page.get_by_role("link", name="Unduh baris salah (CSV)").first.click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == FAULTS and all(row["keterangan"] for row in rows)
    for row in rows:
        row["nip"] = right[row["kode_jabatan"]]
    return write_csv([name for name in column_names(Kind.EMPLOYEE) if name in rows[0]], rows)


@WITH_SCRIPT
def test_hr_brings_a_region_in_and_follows_it(world: World, seat: Callable[[], Seat], tmp_path: Path) -> None:
    rated = world.evaluation(EvaluationState.HANDED_OVER, "other")
    with world.inside():
        period = world.period(3, "kabupaten-lain").ref
        query = select(Employee.staff_number).where(Employee.person_id == world.other.person_id)
        number = db.session.scalars(query).one()
    made = structure.make(PEOPLE)
    right = spoil(made.employees)
    paths = made.write(tmp_path)
    hr = seat().sign_in(world.other_hr)
    for kind in (Kind.UNIT, Kind.POSITION):
        upload(hr, world, kind, paths[kind]).sees("Menunggu keputusan")
        apply(hr, world)
    upload(hr, world, Kind.EMPLOYEE, paths[Kind.EMPLOYEE]).sees(f"{FAULTS} baris salah")
    (tmp_path / "betul.csv").write_bytes(mended(hr, right))
    apply(hr, world, "Terapkan baris yang benar")
    upload(hr, world, Kind.EMPLOYEE, tmp_path / "betul.csv").sees(f"Masuk daftar {FAULTS}")
    apply(hr, world)

    hr.go(f"/hr/periods/{period}").press("Daftarkan pegawai baru")
    somebody = made.employees[100]
    hr.go(f"/hr/periods/{period}/people?q={somebody['nama']}").sees(somebody["nama"])
    hr.go(f"/hr/periods/{period}/people").sees("lebih dari 1.000 orang").follow("Berikutnya")
    hr.go(f"/hr/periods/{period}/lists/ratings").sees("Predikat")

    export = tmp_path / "bkn.csv"
    head = "NIP;Nama;Rating Hasil Kerja;Rating Perilaku Kerja;Predikat Kinerja;Nomor Dokumen;Tanggal Dokumen"
    export.write_text(f"{head}\n{number};Lestari;;;Kurang;EK-7/2026;05-10-2026\n", encoding="utf-8")
    hr.go(f"/hr/periods/{period}/exchange").page.locator("main input[type=file]").set_input_files(export)
    hr.press("Cocokkan").sees("Berbeda").sees("Lestari")
    hr.go(f"/evaluations/{rated.ref}").sees("EK-7/2026")


@WITHOUT
def test_an_auditor_reads_and_it_is_told(world: World, seat: Callable[[], Seat]) -> None:
    evaluation = world.evaluation(EvaluationState.HANDED_OVER).ref
    auditor = seat().sign_in(world.auditor)
    auditor.go("/audit").sees("Anda membaca semuanya").follow("Triwulan III 2026")
    auditor.sees("Rina Pelaksana")
    auditor.go(f"/evaluations/{evaluation}").sees("Rina Pelaksana")
    assert not auditor.page.locator("main form[method=post]").count(), "an auditor writes nothing"
    auditor.go("/log").sees("menyampaikan dokumen evaluasi")
    rina = seat().sign_in(world.rina)
    rina.go(f"/evaluations/{evaluation}/history").sees("Nadia Inspektur, auditor")


@WITHOUT
def test_a_mayor_decides_and_somebody_named_types(world: World, seat: Callable[[], Seat]) -> None:
    world.clock.set(datetime(2026, 10, 12, 3, 0, tzinfo=UTC))
    with world.inside():
        query = select(Employee.staff_number).where(Employee.person_id == world.staff_head.person_id)
        number = db.session.scalars(query).one()
        helped = db.session.get_one(Person, world.mayor.person_id).ref
    evaluation = world.evaluation(EvaluationState.REPORTED, "secretary").ref
    hr = seat().sign_in(world.hr)
    hr.go(f"/assistance/new/{helped}").fill(number=number, letter="Surat Tugas 9/2026").press("Tunjuk")
    typist = seat().sign_in(world.staff_head)
    typist.go("/assistance").press("Mulai mengetik").sees("mengetik untuk")
    typist.go(f"/evaluations/{evaluation}/rate").sees("Bagas Sekretaris")
    typist.choose(draft_result="sesuai", draft_behaviour="di_atas")
    typist.fill(draft_result_reason="Target tercapai.", draft_behaviour_reason="Melayani dengan sabar.")
    with typist.page.expect_navigation():
        typist.page.locator("main button:has-text('Simpan draf')").click()
    typist.sees("Gita Kepala BKPSDM mengetik untuk Aminah Walikota").sees("Tersimpan")
    typist.page.get_by_role("button", name="Berhenti mengetik").click()
    typist.page.wait_for_load_state()
    typist.sees("atas nama sendiri")
    mayor = seat().sign_in(world.mayor)
    mayor.go("/assistance").sees("belum Anda benarkan").confirm("Benarkan").sees("sudah Anda benarkan")

"""Imports through the page: upload, wait, look, apply, take back; and what nobody should upload."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import func, select

from portal.extensions import db
from portal.ledger import jobs
from portal.ledger.door import door
from portal.ledger.events import Event
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.imports.models import ImportBatch, ImportRow
from portal.people.imports.rules import BatchState, Kind
from portal.people.organisation.models import Position, Region, Unit
from tests.support import structure
from tests.support.client import Page
from tests.support.databases import counted

UNIT_HEAD = "kode_unit,nama,jenis,kode_induk,perangkat_daerah,mulai"
POST_HEAD = "kode_jabatan,nama_jabatan,kode_unit,jenis_jabatan,pimpinan"
PEOPLE_HEAD = "nip,nama,status,kode_jabatan,tmt_jabatan"


def csv_of(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def workbook(
    rows: Sequence[Sequence[Any]], change: Callable[[Any, Any], None] = lambda _b, _s: None
) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write(number, place, cell)
    change(book, sheet)
    book.close()
    return out.getvalue()


class Desk:
    """HR at the page of imports."""

    def __init__(self, app: Any, browser: Any) -> None:
        self.app, self.browser = app, browser

    def upload(self, kind: Kind, data: bytes, name: str = "tabel.csv") -> Page:
        page = self.browser.get("/hr/imports")
        form = page.form(action="/hr/imports", button="Unggah")
        return form.fill(kind=kind.value).attach("table", data, name).send()

    def work(self) -> None:
        with self.app.app_context():
            while jobs.run_one(self.app.clock):
                pass

    def checked(self, kind: Kind, data: bytes, name: str = "tabel.csv") -> Page:
        page = self.upload(kind, data, name)
        assert page.status == 200 and "sedang dibaca" in page.text, page.text
        self.work()
        return self.browser.get(page.address)

    def apply(self, page: Page) -> Page:
        page = page.form(action="/apply").send()
        assert "Impor sedang diterapkan" in page.text
        self.work()
        return self.browser.get(page.address)


@pytest.fixture
def desk(app: Any, world: Any, signed_in: Any) -> Desk:
    return Desk(app, signed_in(world.hr))


def count(model: Any, *where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def code_of_top(world: Any) -> str:
    with world.inside():
        region = world.region()
        return str(
            db.session.scalars(
                select(Unit.code).where(Unit.region_id == region.id, Unit.agency_id.is_(None))
            ).one()
        )


def test_upload_look_apply_and_take_back(desk, world, app):
    top = code_of_top(world)
    page = desk.checked(Kind.UNIT, csv_of(UNIT_HEAD, f"BARU,Dinas Baru,dinas,{top},ya,2026-01-01"))
    assert "Menunggu keputusan" in page.text and "Masuk daftar 1" in page.text and "Dinas Baru" in page.text
    assert not list((app.settings.files_folder / "imports").iterdir())
    with world.inside():
        assert count(Unit, Unit.code == "BARU") == 0
    page = desk.apply(page)
    assert "Diterapkan" in page.text and "Hitung ulang rantai penilai" in page.text
    with world.inside():
        unit = db.session.scalars(select(Unit).where(Unit.code == "BARU")).one()
        assert unit.agency_id == unit.id and unit.path.endswith(f"/{unit.id}/")
        assert world.region().applying == ""
    page = page.form(action="/undo").send()
    assert "ditarik kembali" in page.text and "Ditarik kembali" in page.text
    with world.inside():
        assert count(Unit, Unit.code == "BARU") == 0
        verbs = db.session.scalars(select(Event.verb).where(Event.subject_type == "import_batches")).all()
        assert list(verbs) == ["upload_import", "apply_import", "undo_import"]
    assert "Ditarik kembali" in desk.browser.get("/hr/imports").text


def test_three_tables_go_back_in_their_turn(desk, world):
    top = code_of_top(world)
    nip = structure.staff_number(77)
    pages = []
    for kind, head, line in (
        (Kind.UNIT, UNIT_HEAD, f"BARU,Dinas Baru,dinas,{top},ya,2026-01-01"),
        (Kind.POSITION, POST_HEAD, "KADIS-B,Kepala Dinas Baru,BARU,jpt_pratama,ya"),
        (Kind.EMPLOYEE, PEOPLE_HEAD, f"{nip},Nina Baru,pns,KADIS-B,2026-02-01"),
    ):
        pages.append(desk.apply(desk.checked(kind, csv_of(head, line), f"{kind.value}.csv")))
        assert "Diterapkan" in pages[-1].text, pages[-1].text
    first = desk.browser.get(pages[0].address)
    assert "Tarik dahulu impor yang lebih baru" in first.text
    for page in reversed(pages):
        page = desk.browser.get(page.address).form(action="/undo").send()
        assert "keadaannya seperti sebelumnya" in page.text, page.text
    with world.inside():
        assert count(Person, Person.name == "Nina Baru") == count(Unit, Unit.code == "BARU") == 0
        assert (
            count(Position, Position.code == "KADIS-B") == count(Employee, Employee.staff_number == nip) == 0
        )


def test_moves_and_names_come_back(desk, world):
    """A person moves to a new post and has a new name; taking it back brings both back."""
    with world.inside():
        region = world.region()
        rina = db.session.get_one(Person, world.rina.person_id)
        nip = db.session.scalars(select(Employee.staff_number).where(Employee.person_id == rina.id)).one()
        tenure = db.session.scalars(
            select(Tenure).where(Tenure.person_id == rina.id, Tenure.ends.is_(None))
        ).one()
        unit_id = db.session.get_one(Position, tenure.position_id).unit_id
        unit_code = db.session.get_one(Unit, unit_id).code
        tenure_id, region_id = tenure.id, region.id
    post = desk.apply(
        desk.checked(Kind.POSITION, csv_of(POST_HEAD, f"KURSI-B,Analis,{unit_code},pelaksana,tidak"))
    )
    assert "Diterapkan" in post.text
    page = desk.checked(
        Kind.EMPLOYEE, csv_of(PEOPLE_HEAD, f"{nip},Rina Baru,pns,KURSI-B,2026-09-01"), "pegawai.csv"
    )
    assert "Pindah 1" in page.text and "nama: Rina Pelaksana → Rina Baru" in page.text
    page = desk.apply(page)
    with world.inside():
        assert db.session.get_one(Tenure, tenure_id).ends == date(2026, 9, 1)
    page = page.form(action="/undo").send()
    assert "keadaannya seperti sebelumnya" in page.text
    with world.inside():
        assert db.session.get_one(Tenure, tenure_id).ends is None
        assert count(Person, Person.region_id == region_id, Person.name == "Rina Pelaksana") == 1
        assert count(Tenure, Tenure.person_id == world.rina.person_id) == 1


def test_something_hangs_on_it(desk, world, app):
    top = code_of_top(world)
    page = desk.apply(
        desk.checked(Kind.UNIT, csv_of(UNIT_HEAD, f"BARU,Dinas Baru,dinas,{top},ya,2026-01-01"))
    )
    with world.inside(), door() as session:
        unit = session.scalars(select(Unit).where(Unit.code == "BARU")).one()
        session.add(
            Position(
                region_id=unit.region_id, code="X", unit_id=unit.id, title="X", kind="pelaksana",
                begins=date(2026, 1, 1),
            )
        )  # fmt: skip
    page = page.form(action="/undo").send()
    assert "sudah ada yang bergantung padanya" in page.text
    with world.inside():
        assert count(Unit, Unit.code == "BARU") == 1


def test_37_bad_rows_among_many_are_mended(desk, world):
    top = code_of_top(world)
    good = [f"U{n},Unit {n},dinas,{top},tidak,2026-01-01" for n in range(400)]
    bad = [f"X{n},Unit salah {n},dinas,TIDAK-ADA,tidak,2026-01-01" for n in range(37)]
    page = desk.checked(Kind.UNIT, csv_of(UNIT_HEAD, *good, *bad))
    assert "37 baris salah" in page.text and "Masuk daftar 400" in page.text and "Salah 37" in page.text
    sheet = desk.browser.get(page.links_to(r"errors\.csv")[0])
    lines = sheet.response.get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 38 and lines[0].endswith('"keterangan"') and "TIDAK-ADA tidak dikenal" in lines[1]
    assert desk.browser.get(page.links_to(r"errors\.xlsx")[0]).response.get_data()[:2] == b"PK"
    page = desk.apply(page)
    with world.inside():
        assert count(Unit, Unit.code.like("U%"), Unit.name.like("Unit %")) == 400
    mended = "\n".join(lines).replace('"TIDAK-ADA"', f'"{top}"').encode()
    page = desk.checked(Kind.UNIT, mended, "betul.csv")
    assert "Masuk daftar 37" in page.text and "baris salah" not in page.text
    desk.apply(page)
    with world.inside():
        assert count(Unit, Unit.code.like("X%")) == 37


def test_the_structure_changed_since_the_preview(desk, world):
    top = code_of_top(world)
    one = desk.checked(Kind.UNIT, csv_of(UNIT_HEAD, f"SATU,Satu,dinas,{top},ya,2026-01-01"))
    two = desk.checked(Kind.UNIT, csv_of(UNIT_HEAD, f"DUA,Dua,dinas,{top},ya,2026-01-01"))
    desk.apply(one)
    page = two.form(action="/apply").send()
    assert "berubah setelah berkas diperiksa" in page.text
    with world.inside():
        assert count(Unit, Unit.code == "DUA") == 0


def test_an_upload_repeated(desk, world):
    data = csv_of(UNIT_HEAD, f"SATU,Satu,dinas,{code_of_top(world)},ya,2026-01-01")
    desk.checked(Kind.UNIT, data)
    page = desk.upload(Kind.UNIT, data)
    assert page.status == 409 and "Berkas yang sama sudah diunggah" in page.text
    with world.inside():
        assert count(ImportBatch) == 1


def test_units_of_another_region(desk, world):
    with world.inside():
        other = world.region("kabupaten-lain")
        code = db.session.scalars(
            select(Unit.code).where(Unit.region_id == other.id, Unit.agency_id.is_not(None))
        ).first()
        known = set(db.session.scalars(select(Unit.code).where(Unit.region_id == world.region().id)))
        if code in known:
            with door() as session:
                unit = session.scalars(
                    select(Unit).where(Unit.region_id == other.id, Unit.code == code)
                ).one()
                code = unit.code = "LAIN-1"
    page = desk.checked(Kind.UNIT, csv_of(UNIT_HEAD, f"SATU,Satu,dinas,{code},ya,2026-01-01"))
    assert f"kode_induk {code} tidak dikenal" in page.text
    assert not page.has_button("Terapkan")


def test_only_of_ones_own_region(desk, world, signed_in):
    page = desk.checked(Kind.UNIT, csv_of(UNIT_HEAD, f"SATU,Satu,dinas,{code_of_top(world)},ya,2026-01-01"))
    for who in (world.other_hr, world.agency_hr, world.rina, world.admin):
        assert signed_in(who).get(page.address).status == 404
        assert signed_in(who).post(f"{page.address}/apply").status == 404
    assert signed_in(world.agency_hr).get("/hr/imports").status == 404


BOMB = "bom"


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for number in range(11):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"\0" * (20 * 1024 * 1024))
    return out.getvalue()


def merged(_book: Any, sheet: Any) -> None:
    sheet.merge_range("A2:A3", "GABUNG")


def formula(_book: Any, sheet: Any) -> None:
    sheet.write_formula("B3", '=HYPERLINK("http://contoh.example")', None, "Dinas Rumus")


HEADS = UNIT_HEAD.split(",")
NIP_HEADS = PEOPLE_HEAD.split(",")


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (Kind.UNIT, lambda: b"PK\x03\x04 rusak", "isinya ZIP"),
        (Kind.UNIT, bomb, "lebih besar daripada 200 MB"),
        (Kind.UNIT, lambda: csv_of(UNIT_HEAD, UNIT_HEAD, "A,A,dinas,,ya,2026-01-01"), "mengulang judul kolom"),
        (Kind.UNIT, lambda: workbook([HEADS, ["", "Satu", "dinas", "", "ya"], ["", "Dua", "dinas", "", "ya"]], merged),
         "kode_unit kosong"),
        (Kind.UNIT, lambda: workbook([HEADS, ["A", "A", "dinas", "", "ya"], ["B", "", "dinas", "A", "ya"]], formula),
         "Dinas Rumus"),
        (Kind.UNIT, lambda: workbook([HEADS, ["A", "A", "dinas", "", "ya", "1 Maret 2026"]]), "Masuk daftar 1"),
        (Kind.UNIT, lambda: workbook([HEADS, ["A", "A", "dinas", "", "ya", "31 Februari 2026"]]),
         "tanggal 31 Februari 2026 tidak ada"),
        (Kind.EMPLOYEE, lambda: workbook([NIP_HEADS, [198609262015051901, "Ani", "pns", "KURSI", "2026-01-01"]]),
         "dibulatkan oleh aplikasi lembar sebar"),
        (Kind.EMPLOYEE, lambda: csv_of(PEOPLE_HEAD, "1.98609E+17,Ani,pns,KURSI,2026-01-01"), "dibulatkan"),
    ],
)  # fmt: skip
def test_what_nobody_should_upload(desk, world, kind, data, said):
    page = desk.upload(kind, data(), "tabel.xlsx")
    if page.status == 200:
        desk.work()
        page = desk.browser.get(page.address)
    else:
        assert page.status == 422
    text = page.text
    for link in page.links_to(r"show=masuk"):
        text += desk.browser.get(link).text
    assert said in text, text


def test_a_file_too_large(desk):
    page = desk.browser.get("/hr/imports")
    form = page.form(action="/hr/imports", button="Unggah").fill(kind="unit")
    page = form.attach("table", b"x" * (22 * 1024 * 1024), "besar.csv").send()
    assert page.status == 413 and "melebihi batas" in page.text


def test_progress_is_seen_without_and_with_script(desk, world):
    page = desk.upload(Kind.UNIT, csv_of(UNIT_HEAD, f"SATU,Satu,dinas,{code_of_top(world)},ya,2026-01-01"))
    head = {"HX-Request": "true", "HX-Target": "import-progress"}
    part = desk.browser.get(page.address, headers=head)
    assert part.status == 200 and "every 1s" in part.html and "<html" not in part.html
    desk.work()
    part = desk.browser.get(page.address, headers=head)
    assert part.status == 204 and part.headers["HX-Location"] == page.address


def test_a_large_batch_goes_in_many_steps_and_on_after_an_interruption(desk, world, app, monkeypatch):
    from portal.people.imports import actions

    monkeypatch.setattr(actions, "APPLY_CHUNK", 50)
    monkeypatch.setattr(actions, "MOST_CHUNK", 50)
    monkeypatch.setattr(actions, "BREATH", 0)
    monkeypatch.setattr(actions, "PART_SECONDS", 60)
    top = code_of_top(world)
    rows = [f"U{n},Unit {n},dinas,{top},tidak,2026-01-01" for n in range(180)]
    page = desk.checked(Kind.UNIT, csv_of(UNIT_HEAD, *rows))
    page = page.form(action="/apply").send()
    said = []
    keep = actions.jobs.keep_lease

    def interrupted() -> None:
        keep()
        said.append(1)
        if len(said) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(actions.jobs, "keep_lease", interrupted)
    with pytest.raises(KeyboardInterrupt):
        desk.work()
    with world.inside():
        batch = db.session.scalars(select(ImportBatch)).one()
        assert (batch.state, batch.done) == (BatchState.APPLYING, 100)
        assert count(Unit, Unit.code.like("U%"), Unit.name.like("Unit %")) == 98  # row 1 are the headings
    assert "27 persen selesai" in desk.browser.get(page.address).text
    with app.app_context():
        actions.apply_in_background(batch.ref, app.clock.now())
    with world.inside():
        assert count(Unit, Unit.code.like("U%"), Unit.name.like("Unit %")) == 180
        assert db.session.scalars(select(ImportBatch.state)).one() is BatchState.APPLIED
    page = desk.browser.get(page.address).form(action="/undo").send()
    assert "keadaannya seperti sebelumnya" in page.text
    with world.inside():
        assert count(Unit, Unit.code.like("U%"), Unit.name.like("Unit %")) == 0


def large(desk, world, monkeypatch) -> tuple[Page, bytes]:
    """A batch that is applied in many steps, about to be."""
    from portal.people.imports import actions

    monkeypatch.setattr(actions, "APPLY_CHUNK", 50)
    monkeypatch.setattr(actions, "MOST_CHUNK", 50)
    monkeypatch.setattr(actions, "BREATH", 0)
    monkeypatch.setattr(actions, "PART_SECONDS", 60)
    top = code_of_top(world)
    data = csv_of(UNIT_HEAD, *(f"U{n},Unit {n},dinas,{top},tidak,2026-01-01" for n in range(120)))
    page = desk.checked(Kind.UNIT, data)
    return page.form(action="/apply").send(), data


def test_a_large_batch_that_fails_half_way_leaves_nothing_and_locks_nobody_out(desk, world, monkeypatch):
    from portal.people.imports.applying import Move

    before = desk.apply(
        desk.checked(Kind.UNIT, csv_of(UNIT_HEAD, f"SATU,Satu,dinas,{code_of_top(world)},ya,2026-01-01"))
    )
    page, data = large(desk, world, monkeypatch)
    with monkeypatch.context() as broken:

        def lost(move, _written):
            if move.table == "unit_parents":
                raise RuntimeError("a row is lost")

        broken.setattr(Move, "check", lost)
        desk.work()
    page = desk.browser.get(page.address)
    assert "Penerapan gagal dan tidak ada yang berubah" in page.text
    with world.inside():
        assert count(Unit, Unit.code.like("U%"), Unit.name.like("Unit %")) == 0
        assert world.region().applying == ""
        verbs = db.session.scalars(select(Event.verb).where(Event.subject_type == "import_batches")).all()
        assert "fail_import" in verbs
    assert "berubah setelah berkas diperiksa" in page.text
    # What was applied before can still be taken back, and the same file uploaded once more.
    again = desk.browser.get(before.address)
    assert again.form(action="/undo").send().status == 200
    assert "Diterapkan" in desk.apply(desk.checked(Kind.UNIT, data)).text
    with world.inside():
        assert count(Unit, Unit.code.like("U%"), Unit.name.like("Unit %")) == 120


def test_what_hangs_on_a_half_applied_batch_stays_and_is_said(desk, world, monkeypatch):
    from portal.people.imports import actions

    page, data = large(desk, world, monkeypatch)
    keep, steps = actions.jobs.keep_lease, []

    def hang() -> None:
        keep()
        steps.append(1)
        if len(steps) == 4:
            unit = db.session.scalars(select(Unit).where(Unit.code == "U1")).one()
            db.session.add(
                Position(
                    region_id=unit.region_id, code="X", unit_id=unit.id, title="X", kind="pelaksana",
                    begins=date(2026, 1, 1),
                )
            )  # fmt: skip
        if len(steps) == 5:
            raise RuntimeError("broken")

    monkeypatch.setattr(actions.jobs, "keep_lease", hang)
    desk.work()
    page = desk.browser.get(page.address)
    assert "sebagian baris sudah tersimpan" in page.text
    monkeypatch.setattr(actions.jobs, "keep_lease", keep)
    page = desk.checked(Kind.UNIT, data)
    assert "Menunggu keputusan" in page.text
    page = desk.apply(page)
    assert "Diterapkan" in page.text, page.text
    with world.inside():
        assert count(Unit, Unit.code.like("U%"), Unit.name.like("Unit %")) == 120


@pytest.mark.parametrize("where", ["_fill", "_go_on"])
def test_a_job_that_is_given_up_frees_the_region(desk, world, monkeypatch, where):
    from portal.people.imports import actions

    monkeypatch.setattr(jobs, "ATTEMPTS", 1)
    data = csv_of(UNIT_HEAD, f"SATU,Satu,dinas,{code_of_top(world)},ya,2026-01-01")

    def broken(*_things: Any) -> None:
        raise OSError("the disk is full")

    if where == "_go_on":
        page = desk.checked(Kind.UNIT, data).form(action="/apply").send()
    else:
        page = desk.upload(Kind.UNIT, data)
    with monkeypatch.context() as patch:
        patch.setattr(actions, where, broken)
        desk.work()
    page = desk.browser.get(page.address)
    assert (
        "tidak dapat diperiksa karena gangguan" if where == "_fill" else "tidak ada yang berubah"
    ) in page.text
    assert "Diterapkan" in desk.apply(desk.checked(Kind.UNIT, data)).text


def test_a_file_of_200_mb_is_not_even_read(desk):
    client = desk.browser.client
    head = {"Content-Length": str(200 * 1024 * 1024), "Content-Type": "multipart/form-data; boundary=x"}
    size = {"CONTENT_LENGTH": head["Content-Length"]}
    answer = client.post("/hr/imports", headers=head, input_stream=io.BytesIO(b""), environ_overrides=size)
    assert answer.status_code == 413


def test_few_statements_however_many_rows(desk, world, app):
    top = code_of_top(world)
    page = desk.checked(
        Kind.UNIT, csv_of(UNIT_HEAD, *(f"U{n},Unit {n},dinas,{top},tidak,2026-01-01" for n in range(120)))
    )
    with counted(app) as said:
        page = desk.browser.get(page.address)
    assert len(said) <= 8
    page = page.link("Berikutnya").open()
    assert "Unit 99" in page.text and "Unit 1 " not in page.text
    with world.inside():
        assert count(ImportRow) == 120 and count(Region) >= 2

"""e-Kinerja BKN: files out in the order of its screens, its list in, what differs (NEW-24)."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.people.employment.models import Employee
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.exchange.models import Reconciliation
from portal.policy.policies.rules import ExpectationRating
from tests.support.client import Browser
from tests.support.world import World

SignedIn = Callable[[object], Browser]
HEAD = "NIP;Nama;Rating Hasil Kerja;Rating Perilaku Kerja;Predikat Kinerja;Nomor Dokumen;Tanggal Dokumen"


def address(world: World, quarter: int = 3) -> str:
    with world.inside():
        return f"/hr/periods/{world.period(quarter).ref}/exchange"


def number(world: World, who: str) -> str:
    with world.inside():
        query = select(Employee.staff_number).where(Employee.person_id == world.people[who].person_id)
        return db.session.scalars(query).one()


def upload(browser: Browser, world: World, rows: list[str], *, head: str = HEAD, **fields: str) -> Any:
    data = "\n".join([head, *rows]).encode()
    form = browser.get(address(world)).form(button="Cocokkan")
    return form.fill(**fields).attach("file", data, "penilaian.csv").send()


def test_compares_and_keeps_the_number(world: World, signed_in: SignedIn) -> None:
    same = world.evaluation(EvaluationState.HANDED_OVER, "rina")
    world.evaluation(EvaluationState.HANDED_OVER, "budi")
    world.evaluation(EvaluationState.HANDED_OVER, "dewi")
    hr = signed_in(world.hr)
    page = upload(
        hr,
        world,
        [
            f"{number(world, 'rina')};Rina;Sesuai Ekspektasi;Di Atas Ekspektasi;Baik;EK-77/2026;05-10-2026",
            f"{number(world, 'budi')};Budi;Di Bawah Ekspektasi;;Butuh Perbaikan;EK-78/2026;",
            f"{number(world, 'citra')};Citra;;;Baik;;",
            "189901011919011999;Orang Lain;;;Baik;;",
        ],
    )
    assert page.status == 200
    with world.inside():
        found = db.session.scalars(select(Reconciliation)).one()
        assert (found.rows, found.same, found.different, found.missing) == (4, 1, 1, 3)
    for words in (
        "EK-77/2026",
        "Butuh Perbaikan",
        "Predikat belum disampaikan di portal",
        "Belum ada di e-Kinerja BKN",
        "Tidak terdaftar pada periode ini di portal",
        "Orang Lain",
    ):
        assert words in page.text
    different = page.link("Berbeda").open()
    assert "Budi Perawat" in different.text and "Rina Pelaksana" not in different.text
    listed = hr.get(page.link("Unduh daftar").address).html.splitlines()
    assert len(listed) == 6
    with world.inside():
        shown = f"/evaluations/{same.ref}"
    assert "EK-77/2026" in signed_in(world.rina).get(shown).text
    # A later file with another number replaces it; a changed rating shows as different.
    upload(hr, world, [f"{number(world, 'rina')};Rina;;;Kurang;EK-99/2026;"])
    assert "EK-99/2026" in signed_in(world.rina).get(shown).text


def test_a_file_with_faults_is_refused_whole(world: World, signed_in: SignedIn) -> None:
    hr = signed_in(world.hr)
    page = upload(hr, world, ["1,89E+17;Rina;;;Baik;;", f"{number(world, 'rina')};Rina;;;Istimewa;;"])
    assert page.status == 422
    assert "Baris 2" in page.text and "Baris 3" in page.text and "Istimewa" in page.text
    assert upload(hr, world, [], head="Nama;Nilai").status == 422
    with world.inside():
        assert db.session.scalars(select(Reconciliation)).all() == []


def test_an_agency_manager_stays_inside(world: World, signed_in: SignedIn) -> None:
    world.evaluation(EvaluationState.HANDED_OVER, "rina")
    whole = upload(signed_in(world.hr), world, [f"{number(world, 'rina')};Rina;;;Baik;;"])
    own = signed_in(world.agency_hr)
    assert own.get(whole.address).status == 404
    page = own.get(address(world))
    assert "Seluruh daerah" not in page.text
    with world.inside():
        other = world.unit("bkpsdm").ref
    assert own.get(f"{address(world)}?unit={other}").status == 404
    assert own.get(f"{address(world)}/penilaian.csv?unit={other}").status == 404
    mine = upload(own, world, [f"{number(world, 'rina')};Rina;;;Baik;;"])
    assert mine.status == 200 and own.get(mine.address).status == 200


@pytest.mark.parametrize("screen", ["skp", "hasil_kerja", "perilaku_kerja", "penilaian"])
def test_every_screen_is_a_file(world: World, signed_in: SignedIn, screen: str) -> None:
    world.evaluation(EvaluationState.HANDED_OVER, "rina", result=ExpectationRating.AS_EXPECTED)
    lines = signed_in(world.hr).get(f"{address(world)}/{screen}.csv").html.splitlines()
    assert lines[0].startswith('\ufeff"NIP","Nama"')
    assert any(number(world, "rina") in line for line in lines[1:])
    if screen == "penilaian":
        assert len(lines) == 2 and '"Baik"' in lines[1]


def test_the_workbook_has_the_screens_in_their_order(world: World, signed_in: SignedIn) -> None:
    from python_calamine import load_workbook

    world.evaluation(EvaluationState.HANDED_OVER, "rina")
    hr = signed_in(world.hr)
    answer = hr.client.get(f"{address(world)}.xlsx")
    book = load_workbook(io.BytesIO(answer.get_data()))
    assert book.sheet_names == ["SKP", "Hasil Kerja", "Perilaku Kerja", "Penilaian"]
    rows = book.get_sheet_by_name("Penilaian").to_python()
    assert rows[1][0] == number(world, "rina")
    # What was given out comes back equal.
    browser = signed_in(world.hr)
    form = browser.get(address(world)).form(button="Cocokkan")
    page = form.attach("file", answer.get_data(), "balik.xlsx").send()
    assert page.status == 200
    with world.inside():
        found = db.session.scalars(select(Reconciliation)).one()
        assert (found.same, found.different, found.missing) == (1, 0, 0)


def test_asks_little(world: World, signed_in: SignedIn, statements: Any) -> None:
    world.evaluation(EvaluationState.HANDED_OVER, "rina")
    page = upload(signed_in(world.hr), world, [f"{number(world, 'rina')};Rina;;;Baik;;"])
    hr = signed_in(world.hr)
    for each in (address(world), page.address, f"{page.address}?q=rina&outcome=sama"):
        with statements(limit=8):
            hr.get(each)


def test_an_empty_form_says_what_is_missing(world: World, signed_in: SignedIn) -> None:
    page = signed_in(world.agency_hr).get(address(world)).form(button="Cocokkan").send()
    assert page.status == 422 and "Pilih berkas CSV atau XLSX" in page.text


def test_files_speak_the_national_application_s_language(world: World, signed_in: SignedIn) -> None:
    world.evaluation(EvaluationState.HANDED_OVER, "rina")
    hr = signed_in(world.hr)
    before = hr.get(f"{address(world)}/penilaian.csv").html
    english = hr.client.get(f"{address(world)}/penilaian.csv", headers={"Accept-Language": "en"})
    assert "sesuai ekspektasi" in before.lower() and english.get_data(as_text=True) == before

"""The structure by forms: every change dated, history kept, refusals in words (Y-04, 14.5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.ledger.door import door
from portal.people.chain import queries as chain
from portal.people.chain.models import Delegation
from portal.people.employment.models import Absence, Employee, Tenure
from portal.people.organisation.models import (
    Position,
    PositionPlace,
    Unit,
    UnitName,
    UnitParent,
    UnitSuccession,
)
from tests.support.client import Page
from tests.support.databases import counted

LETTER = "Perwal 12 Tahun 2026"


class Desk:
    """HR at the structure."""

    def __init__(self, world: Any, browser: Any) -> None:
        self.world, self.browser = world, browser
        with world.inside():
            self.today = world.clock.now().date()
            region = world.region()
            self.top = db.session.scalars(
                select(Unit).where(Unit.region_id == region.id, Unit.agency_id.is_(None))
            ).one()
            self.agency = self.unit_of("agency_head")
            self.part = self.unit_of("unit_head")
            self.clinic = self.unit_of("clinic_head")
            db.session.expunge_all()

    def tenure_of(self, who: str) -> Tenure:
        person = self.world.people[who].person_id
        return db.session.scalars(
            select(Tenure).where(Tenure.person_id == person, Tenure.ends.is_(None))
        ).one()

    def unit_of(self, who: str) -> Unit:
        post = db.session.get_one(Position, self.tenure_of(who).position_id)
        return db.session.get_one(Unit, post.unit_id)

    def position_url(self, who: str) -> str:
        with self.world.inside():
            post = db.session.get_one(Position, self.tenure_of(who).position_id)
            return f"/hr/structure/positions/{post.ref}"

    def tenure_url(self, who: str) -> str:
        with self.world.inside():
            return f"/hr/structure/tenures/{self.tenure_of(who).ref}"

    def nip(self, who: str) -> str:
        with self.world.inside():
            person = self.world.people[who].person_id
            return str(
                db.session.scalars(select(Employee.staff_number).where(Employee.person_id == person)).one()
            )

    def day(self, days: int = 0) -> str:
        return (self.today + timedelta(days=days)).isoformat()

    def send(self, address: str, button: str = "", **values: Any) -> Page:
        page = self.browser.get(address)
        assert page.status == 200, page.text
        return page.form(action=address.partition("?")[0], button=button).fill(**values).send()

    def change(self, unit: Unit, what: str, **values: Any) -> Page:
        given = {"day": self.day(), "letter": LETTER, **values}
        return self.send(f"/hr/structure/units/{unit.ref}/{what}", **given)

    def place(self, who_held: str, **values: Any) -> Page:
        given = {"acting": "definitif", "begins": self.day(), "letter": "SK 1/2026", **values}
        return self.send(f"{self.position_url(who_held)}/tenures/new", **given)

    def new_post(self, unit: Unit, code: str = "KURSI-9") -> str:
        page = self.send(
            f"/hr/structure/units/{unit.ref}/positions/new",
            code=code, title="Analis Data", kind="pelaksana", day="2026-01-01",
        )  # fmt: skip
        assert "Jabatan baru tercatat" in page.text
        return page.address


@pytest.fixture
def desk(world: Any, signed_in: Any) -> Desk:
    return Desk(world, signed_in(world.hr))


def one(query: Any) -> Any:
    return db.session.scalars(query).one()


def test_a_unit_is_made_renamed_moved_and_ended(desk, world):
    page = desk.send(
        "/hr/structure/units/new",
        code="BARU", name="Bidang Baru", kind="Bidang", parent=desk.agency.code, working_week="5",
        day="2026-02-01", letter=LETTER,
    )  # fmt: skip
    assert page.h1 == "Bidang Baru" and f"Di bawah {desk.agency.name}" in page.text
    with world.inside():
        unit = one(select(Unit).where(Unit.code == "BARU"))
        assert unit.agency_id == desk.agency.id and unit.kind == "bidang"
    page = desk.change(unit, "rename", name="Bidang Lebih Baru")
    assert "Berganti nama dari Bidang Baru menjadi Bidang Lebih Baru" in page.text
    with world.inside():
        assert one(select(UnitName.name).where(UnitName.unit_id == unit.id)) == "Bidang Baru"
    page = desk.change(unit, "move", target=desk.clinic.code, day=desk.day(-1))
    assert "Perpindahan unit tercatat" in page.text
    with world.inside():
        links = db.session.scalars(
            select(UnitParent).where(UnitParent.unit_id == unit.id).order_by(UnitParent.begins)
        ).all()
        assert [each.parent_id for each in links] == [desk.agency.id, desk.clinic.id]
        assert links[0].ends == links[1].begins == desk.today - timedelta(days=1)
    assert "masih mempunyai jabatan atau unit di bawahnya" in desk.change(desk.clinic, "close").text
    page = desk.change(unit, "close")
    assert "Unit ini sudah berakhir" in page.text
    assert "sudah berakhir dan tidak dapat diubah" in desk.change(unit, "rename", name="Lagi").text


def test_a_unit_is_named_by_code_or_whole_name_and_never_guessed(desk, world):
    """A part of a name shows what may be meant, even when it fits one unit alone."""
    page = desk.change(desk.clinic, "move", target="dinas")
    assert page.status == 422 and "Yang mana? Tulis kodenya:" in page.text
    assert f"{desk.agency.code} {desk.agency.name}" in page.text
    page = desk.change(desk.clinic, "move", target=desk.agency.name.upper())
    assert "Perpindahan unit tercatat" in page.text or "sudah berada di bawah" in page.text


def test_what_a_unit_may_not(desk):
    assert "bawah dirinya sendiri" in desk.change(desk.agency, "move", target=desk.clinic.code).text
    assert (
        "Tidak ada unit dengan kode atau nama itu"
        in desk.change(desk.clinic, "move", target="TIDAK-ADA").text
    )
    assert (
        "paling cepat pada hari berlakunya"
        in desk.change(desk.clinic, "rename", name="Lain", day=desk.day(1)).text
    )
    assert (
        "sesudah perubahan terakhir"
        in desk.change(desk.clinic, "rename", name="Lain", day="1 Januari 1990").text
    )
    assert "Nama baru sama" in desk.change(desk.clinic, "rename").text
    assert "sudah berada di bawah unit itu" in desk.change(desk.clinic, "move", target=desk.agency.code).text
    page = desk.send(
        "/hr/structure/units/new",
        code=desk.clinic.code, name="X", kind="x", parent=desk.top.code, working_week="5",
        day=desk.day(), letter=LETTER,
    )  # fmt: skip
    assert page.status == 409 and "Kode ini sudah dipakai" in page.text
    assert "Puncak daerah" in desk.change(desk.top, "move", target=desk.agency.code).text


def test_a_merger_moves_posts_and_keeps_where_they_stood(desk, world):
    with world.inside():
        before = chain.snapshot(desk.part.region_id, desk.today - timedelta(days=1))
    page = desk.change(desk.part, "merge", target=desk.clinic.code)
    assert page.status == 422 and "Baca akibatnya" in page.text
    page = desk.change(desk.part, "merge", target=desk.clinic.code, sure=True)
    assert f"{desk.part.name} diteruskan oleh {desk.clinic.name}" in page.text
    with world.inside():
        assert one(select(Unit.ends).where(Unit.id == desk.part.id)) == desk.today
        assert one(select(UnitSuccession.new_id)) == desk.clinic.id
        assert desk.unit_of("rina").id == desk.clinic.id
        head = one(select(Tenure).where(Tenure.person_id == world.unit_head.person_id))
        assert head.ends == desk.today
        assert one(select(Position.ends).where(Position.id == head.position_id)) == desk.today
        assert db.session.scalars(select(PositionPlace.unit_id)).all()
        after = chain.snapshot(desk.part.region_id, desk.today - timedelta(days=1))
        assert (after.posts, after.heads) == (before.posts, before.heads)


def test_a_split_takes_what_was_chosen(desk, world):
    with world.inside():
        post = db.session.get_one(Position, desk.tenure_of("rina").position_id)
        ref = post.ref
    page = desk.change(desk.part, "split", code="PECAH", name="Bidang Pecahan", kind="bidang")
    assert page.status == 409 and "paling sedikit satu" in page.text
    page = desk.change(desk.part, "split", code="PECAH", name="Bidang Pecahan", kind="bidang", posts=ref)
    assert page.h1 == "Bidang Pecahan" and "Rina Pelaksana" in page.text
    with world.inside():
        assert desk.unit_of("rina").code == "PECAH" and desk.unit_of("unit_head").id == desk.part.id


def test_tenures_are_dated_and_dont_overlap(desk, world):
    free = desk.new_post(desk.clinic)
    given = {"acting": "definitif", "begins": desk.day(), "letter": "SK 2"}
    page = desk.send(f"{free}/tenures/new", person=desk.nip("rina"), **given)
    assert page.status == 409 and "bertumpuk dengan masa jabatan lain" in page.text
    assert "bertumpuk" in desk.place("budi", person=desk.nip("rina")).text
    page = desk.send(f"{desk.tenure_url('rina')}/end", last="2019-01-01", letter="SK 3")
    assert "tidak dapat lebih awal" in page.text
    page = desk.send(f"{desk.tenure_url('rina')}/end", last=desk.day(-1), letter="SK 3")
    assert "Masa jabatan berakhir" in page.text
    page = desk.send(f"{free}/tenures/new", person=desk.nip("rina"), **given)
    assert "Masa jabatan tercatat" in page.text and "Rina Pelaksana" in page.text
    with world.inside():
        rows = db.session.scalars(
            select(Tenure).where(Tenure.person_id == world.rina.person_id).order_by(Tenure.begins)
        ).all()
        assert [each.ends for each in rows] == [desk.today, None] and rows[1].begins == desk.today
        ref = rows[0].ref
    page = desk.send(f"/hr/structure/tenures/{ref}/end", last=desk.day(), letter="SK 4")
    assert page.status == 409 and "sudah berakhir" in page.text
    assert "Tidak ada pegawai dengan NIP" in desk.send(f"{free}/tenures/new", person="123", **given).text
    assert "masih dipangku" in desk.send(f"{free}/close", day=desk.day(), letter="SK 5").text


def test_acting_with_a_delegation_letter(desk, world, signed_in):
    page = desk.place("unit_head", person=desk.nip("budi"), acting="plh", letter="")
    assert page.status == 409 and "memerlukan nomor surat" in page.text
    page = desk.place("unit_head", person=desk.nip("budi"), delegates=True)
    assert page.status == 409
    page = desk.place(
        "unit_head", person=desk.nip("budi"), acting="plh", letter="PLH/1", delegates=True, last=desk.day(60)
    )
    assert "Plh" in page.text and "Delegasi menilai" in page.text
    with world.inside():
        tenure = one(
            select(Tenure).where(Tenure.person_id == world.budi.person_id, Tenure.acting.is_not(None))
        )
        given = one(select(Delegation).where(Delegation.person_id == world.budi.person_id))
        assert given.ends == tenure.ends == desk.today + timedelta(days=61)
        ref = tenure.ref
    here = f"/hr/structure/tenures/{ref}"
    page = desk.send(f"{here}/delegation", letter="DEL/2", begins=desk.day())
    assert page.status == 409 and "sudah didelegasikan" in page.text
    page = desk.send(f"{here}/delegation/end", last=desk.day(), letter="DEL/3")
    assert "Delegasi berakhir" in page.text
    world.clock.set(world.clock.now() + timedelta(days=2))
    fresh = Desk(world, signed_in(world.hr))
    page = fresh.send(f"{here}/delegation/end", last=fresh.day(), letter="DEL/4")
    assert page.status == 409 and "Delegasi ini sudah berakhir" in page.text


def test_leave_and_secondment(desk, world):
    here = f"/hr/structure/people/{world.rina.ref}"
    page = desk.send(f"{here}/absences/new", kind="penugasan", begins=desk.day(), letter="ST 1")
    assert page.status == 422 and "Tulis tempat penugasannya" in page.text
    page = desk.send(
        f"{here}/absences/new", kind="penugasan", place="Kementerian", begins=desk.day(), letter="ST 1"
    )
    assert "Penugasan di instansi lain, Kementerian" in page.text
    page = desk.send(f"{here}/absences/new", kind="cuti", begins=desk.day(5), letter="C 1")
    assert page.status == 409 and "bertumpuk" in page.text
    with world.inside():
        absence = one(select(Absence))
    page = desk.send(f"/hr/structure/absences/{absence.ref}/end", last=desk.day(3), letter="ST 2")
    assert "Hari terakhirnya tercatat" in page.text
    with world.inside():
        assert one(select(Absence.ends)) == desk.today + timedelta(days=4)


def test_nothing_while_an_import_is_applied(desk, world):
    with world.inside(), door() as session:
        session.merge(world.region()).applying = "abc"
    page = desk.change(desk.clinic, "rename", name="Lain")
    assert page.status == 409 and "Sebuah impor sedang diterapkan" in page.text


def test_only_in_ones_own_region(desk, world, signed_in):
    addresses = [
        f"/hr/structure/units/{desk.clinic.ref}/merge",
        f"{desk.position_url('rina')}/tenures/new",
        f"{desk.tenure_url('rina')}/end",
        f"/hr/structure/people/{world.rina.ref}",
    ]
    for who in (world.other_hr, world.agency_hr, world.rina, world.admin):
        for address in addresses:
            assert signed_in(who).get(address).status == 404
    with world.inside():
        other = one(select(Unit.code).where(Unit.region_id == world.region("kabupaten-lain").id).limit(1))
        with door() as session:
            session.scalars(
                select(Unit).where(Unit.code == other, Unit.region_id == world.region("kabupaten-lain").id)
            ).one().code = "LAIN-1"
    assert (
        "Tidak ada unit dengan kode atau nama itu" in desk.change(desk.clinic, "move", target="LAIN-1").text
    )


def test_search_and_few_statements(desk, app, world):
    for address, said in (
        (f"/hr/structure?q={desk.clinic.name.split()[0]}", desk.clinic.name),
        (f"/hr/structure/units/{desk.clinic.ref}", desk.clinic.name),
        (desk.position_url("rina"), "Rina Pelaksana"),
        ("/hr/structure/people?q=rina", "Rina Pelaksana"),
        (f"/hr/structure/people?q={desk.nip('rina')}", "Rina Pelaksana"),
        (f"/hr/structure/people/{world.rina.ref}", "Rina Pelaksana"),
    ):
        with counted(app) as statements:
            page = desk.browser.get(address)
        assert said in page.text and len(statements) <= 8, (address, len(statements))

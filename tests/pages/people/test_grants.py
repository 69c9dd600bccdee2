"""Grants through pages: who holds what, giving, ending, and never to oneself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.ledger.events import Event
from portal.people.accounts.models import Account, Grant, GrantKind


def ref_of(world, who: str) -> str:
    with world.inside():
        return db.session.get_one(Account, world.people[who].account_id).ref


def unit_ref(world, slug: str) -> str:
    with world.inside():
        return world.unit(slug).ref


def grants(world, who: str) -> list[Grant]:
    with world.inside():
        db.session.expire_all()
        query = select(Grant).where(Grant.account_id == world.people[who].account_id)
        return list(db.session.scalars(query))


def give(browser, world, who: str, *, kind: str, scope: str, **fields):
    page = browser.get(f"/grants/new/{ref_of(world, who)}")
    values = {"kind": kind, "scope": scope, "letter": "SK 800/7/2026", **fields}
    return page.form(button="Beri hak akses").fill(**values).send()


def test_hr_gives_an_agency_its_manager(world, signed_in, statements):
    browser = signed_in(world.hr)
    page = browser.get("/grants").link("Beri hak akses").open()
    page = page.form(button="Cari").fill(q="budi").send()
    assert "Perawat Ahli Pertama" in page.text
    page = give(
        browser, world, "budi", kind="pengelola_perangkat_daerah", scope=unit_ref(world, "dinas-kesehatan")
    )
    assert page.status == 200 and "Hak akses Budi Perawat tercatat." in page.text
    (held,) = grants(world, "budi")
    assert held.letter == "SK 800/7/2026" and held.unit_id and held.ends is None
    assert signed_in(world.budi).get("/hr").status == 200
    with world.inside():
        verbs = db.session.scalars(select(Event.verb).where(Event.subject_ref == held.ref)).all()
    assert verbs == ["grant"]
    with statements(limit=8):
        browser.get("/grants")
    with statements(limit=8):
        browser.get(f"/grants/new/{ref_of(world, 'citra')}")


@pytest.mark.parametrize(
    ("who", "fields", "said"),
    [
        ("hr", {"kind": "wali_data"}, "tidak seorang pun memberi hak akses kepada dirinya"),
        ("rina", {"kind": "pengelola_perangkat_daerah"}, "pilih perangkat daerahnya"),
        ("rina", {"kind": "wali_data", "begins": "1 Januari 2020"}, "tidak berlaku surut"),
        ("rina", {"kind": "wali_data", "last_day": "1 Januari 2020"}, "lebih awal"),
        ("publisher", {"kind": "wali_data"}, "sudah memegang hak yang sama"),
        ("rina", {"kind": "wali_data", "letter": ""}, "belum diisi"),
    ],
)
def test_what_isnt_given(world, signed_in, who, fields, said):
    with world.inside():
        scope = world.region().ref
    before = len(grants(world, who))
    page = give(signed_in(world.hr), world, who, **{"scope": scope, **fields})
    assert page.status in (409, 422) and said in page.text.lower()
    assert len(grants(world, who)) == before


def test_hr_names_no_auditor_and_no_administrator(world, signed_in):
    browser = signed_in(world.hr)
    page = browser.get(f"/grants/new/{ref_of(world, 'rina')}")
    assert "Tim penilai kinerja" in page.text and "tidak menulis apa pun" not in page.text
    forced = browser.post(
        f"/grants/new/{ref_of(world, 'rina')}",
        {"kind": "auditor", "scope": "semua", "begins": "12 Oktober 2026", "letter": "x"},
    )
    assert forced.status == 422 and grants(world, "rina") == []


def test_an_administrator_names_an_auditor_of_everything(world, signed_in):
    page = give(signed_in(world.admin), world, "budi", kind="auditor", scope="semua")
    assert page.status == 200
    (held,) = grants(world, "budi")
    assert held.kind is GrantKind.AUDITOR and held.region_id is None
    browser = signed_in(world.budi)
    assert "Kabupaten Lain" in browser.get("/audit").text
    assert browser.get("/log?region=-").status == 200


def test_ending_takes_the_right_at_once(world, signed_in):
    manager = signed_in(world.agency_hr)
    assert manager.get("/hr").status == 200
    (held,) = grants(world, "agency_hr")
    page = signed_in(world.hr).get(f"/grants/{held.ref}/end")
    page = page.form(button="Akhiri hak akses").fill(letter="SK 801/2026").send()
    assert "berakhir sekarang" in page.text
    assert manager.get("/hr").status == 404
    page = signed_in(world.hr).get("/grants?state=berakhir")
    assert "Fajar Kepegawaian" in page.text and "SK 801/2026" in page.text
    again = signed_in(world.hr).get(f"/grants/{held.ref}/end").form(button="Akhiri hak akses")
    assert again.fill(letter="x").send().status == 409


def test_ending_on_a_day_lets_it_hold_until_then(world, signed_in, clock):
    (held,) = grants(world, "agency_hr")
    form = signed_in(world.hr).get(f"/grants/{held.ref}/end").form(button="Akhiri hak akses")
    assert form.fill(letter="SK 801/2026", last_day="13 Oktober 2026").send().status == 200
    assert signed_in(world.agency_hr).get("/hr").status == 200
    clock.set(clock.now() + timedelta(days=2))
    assert signed_in(world.agency_hr).get("/hr").status == 404


def test_the_last_administrator_stays(world, signed_in):
    (held,) = grants(world, "admin")
    form = signed_in(world.admin).get(f"/grants/{held.ref}/end").form(button="Akhiri hak akses")
    page = form.fill(letter="x").send()
    assert page.status == 409 and "administrator terakhir" in page.text


def test_hr_of_another_region_knows_of_none(world, signed_in):
    (held,) = grants(world, "agency_hr")
    browser = signed_in(world.other_hr)
    assert "Fajar" not in browser.get("/grants?state=").text
    assert browser.get(f"/grants/{held.ref}/end").status == 404
    assert browser.get(f"/grants/new/{ref_of(world, 'rina')}").status == 404

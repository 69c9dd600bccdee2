"""Assisted entry: named on every event and document, signatures stay one's own, confirmed afterwards (NEW-26)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.ledger.events import Event
from portal.people.employment.models import Employee, Person
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.rules import PlanState


def appoint(world, signed_in, helped: str, assistant: str):
    with world.inside():
        number = db.session.scalars(
            select(Employee.staff_number).where(Employee.person_id == world.people[assistant].person_id)
        ).one()
        ref = db.session.get_one(Person, world.people[helped].person_id).ref
    page = signed_in(world.hr).get(f"/assistance/new/{ref}")
    return page.form(button="Tunjuk").fill(number=number, letter="Surat Persetujuan 4/2026").send()


@pytest.fixture
def typing(world, signed_in):
    """A browser in which Fajar types for Rina."""
    assert "tercatat" in appoint(world, signed_in, "rina", "agency_hr").text
    browser = signed_in(world.agency_hr)
    page = browser.get("/assistance").form(button="Mulai mengetik").send()
    assert "Fajar Kepegawaian mengetik untuk Rina Pelaksana" in page.text
    return browser


def test_both_stand_on_the_event_the_history_and_the_document(world, signed_in, typing):
    plan = world.plan(at=PlanState.DRAFT)
    page = typing.get(f"/plans/{plan.ref}/attachments")
    page.form(button="Simpan").fill(resource_support="Satu laptop").send()
    with world.inside():
        event = db.session.scalars(
            select(Event).where(Event.typist_id.is_not(None), Event.verb == "write_attachments")
        ).one()
        assert event.person_id == world.rina.person_id and event.typist_id == world.agency_hr.person_id
        assert event.account_id == world.agency_hr.account_id
    said = "Rina Pelaksana (diketik oleh Fajar Kepegawaian) mengisi lampiran SKP."
    assert said in signed_in(world.rina).get(f"/plans/{plan.ref}/history").text
    assert (
        "Fajar Kepegawaian untuk Rina Pelaksana"
        in signed_in(world.rina).get(f"/plans/{plan.ref}/document").text
    )


def test_who_types_keeps_no_right_of_the_own(typing, world, signed_in):
    assert typing.get("/hr").status == 404
    assert typing.get("/employee").status == 200
    page = typing.get("/employee").form(button="Berhenti mengetik").send()
    assert "atas nama sendiri" in page.text
    assert typing.get("/hr").status == 200


def test_a_signature_is_not_typed(world, typing):
    plan = world.plan(at=PlanState.AGREED)
    page = typing.get(f"/plans/{plan.ref}").form(action=f"/plans/{plan.ref}/sign").send()
    assert "Tanda tangan tidak diwakilkan" in page.text


def test_a_receipt_is_not_typed(world, typing):
    evaluation = world.evaluation(at=EvaluationState.HANDED_OVER)
    form = typing.get(f"/evaluations/{evaluation.ref}/receive").form(
        action=f"/evaluations/{evaluation.ref}/receive"
    )
    assert form.fill(acknowledged="y").send().status == 409


def test_the_person_confirms(world, signed_in, typing):
    plan = world.plan(at=PlanState.DRAFT)
    typing.get(f"/plans/{plan.ref}/attachments").form(button="Simpan").fill(
        resource_support="Satu laptop"
    ).send()
    page = signed_in(world.rina).get("/assistance")
    assert "langkah belum Anda benarkan" in page.text
    page = page.form(button="Benarkan").send()
    assert "sudah Anda benarkan" in page.text
    assert "belum Anda benarkan" not in signed_in(world.rina).get("/assistance").text


def test_nobody_confirms_what_was_typed_meanwhile(world, signed_in, typing):
    plan = world.plan(at=PlanState.DRAFT)

    def types(text):
        typing.get(f"/plans/{plan.ref}/attachments").form(button="Simpan").fill(resource_support=text).send()

    types("Satu laptop")
    page = signed_in(world.rina).get("/assistance")
    types("Dua laptop")
    assert "langkah lain yang diketik" in page.form(button="Benarkan").send().text
    assert "belum Anda benarkan" in signed_in(world.rina).get("/assistance").text


def test_ended_means_ended_at_once(world, signed_in, typing):
    page = signed_in(world.rina).get("/assistance").form(button="Akhiri").send()
    assert "berakhir" in page.text
    assert typing.get("/hr").status == 200, "the session is its own person's again"


def test_a_delegate_types_for_the_mayor(world, signed_in):
    assert "tercatat" in appoint(world, signed_in, "mayor", "staff_head").text
    browser = signed_in(world.staff_head)
    page = browser.get("/assistance")
    assert "Pengetik bagi kepala daerah" in page.text
    page.form(button="Mulai mengetik").send()
    assert "Bagas Sekretaris" in browser.get("/rater/team").text or browser.get("/rater").status == 200


@pytest.mark.parametrize(("helped", "assistant"), [("rina", "rina"), ("rina", "hr")])
def test_who_isnt_appointed(world, signed_in, helped, assistant):
    assert appoint(world, signed_in, helped, assistant).status == 409


def test_strangers_know_of_nothing(world, signed_in, typing, statements):
    assert "Rina" not in signed_in(world.other_hr).get("/assistance").text
    with statements(limit=8):
        signed_in(world.hr).get("/assistance")

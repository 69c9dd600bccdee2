"""The auditor reads everything in scope and writes nothing; leader and board see the agency's year."""

from __future__ import annotations

import pytest

from portal.people.accounts.models import GrantKind
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.rules import PlanState


def test_an_auditor_walks_from_the_desk_to_everything(world, signed_in, statements):
    evaluation = world.evaluation(at=EvaluationState.HANDED_OVER)
    browser = signed_in(world.auditor)
    page = browser.get("/home")
    assert page.status == 200 and "Anda membaca semuanya" in page.text
    with statements(limit=8):
        browser.get("/audit")
    with world.inside():
        period = world.period(3).ref
    desk = browser.get("/audit")
    shown = [row.first("th").text for row in desk.root.first("table").first("tbody").all("tr")]
    assert shown[0].startswith("Tahun") and shown[1:] == sorted(shown[1:], reverse=True)
    lies = desk.links_to(f"/hr/periods/{period}/calibration")
    assert lies and browser.get(f"/hr/periods/{period}/calibration").status == 200
    browser.get(f"/audit/periods/{period}?q=rina")  # the first search finds out how names are searched here
    with statements(limit=8):
        people = browser.get(f"/audit/periods/{period}?q=rina")
    assert "Rina Pelaksana" in people.text and "Budi" not in people.text
    for address in (f"/evaluations/{evaluation.ref}", f"/evaluations/{evaluation.ref}/why",
                    f"/evaluations/{evaluation.ref}/history", f"/hr/periods/{period}/history",
                    "/log", "/grants", "/policies"):  # fmt: skip
        assert browser.get(address).status == 200, address
    hers = signed_in(world.rina).get(f"/evaluations/{evaluation.ref}/history")
    assert "Nadia Inspektur, auditor" in hers.text


def test_an_auditor_writes_nothing(world, signed_in):
    plan = world.plan(at=PlanState.SUBMITTED)
    browser = signed_in(world.auditor)
    assert browser.get(f"/plans/{plan.ref}").status == 200
    for step in ("agree", "return", "review", "submit", "withdraw"):
        assert browser.post(f"/plans/{plan.ref}/{step}", {}).status in (403, 404)


def test_a_board_reads_evaluations_and_agencies(world, signed_in, statements):
    evaluation = world.evaluation(at=EvaluationState.HANDED_OVER)
    browser = signed_in(world.board)
    with statements(limit=8):
        page = browser.get("/leader")
    assert "Tim memberi pertimbangan" in page.text
    row = page.root.first("table").first("tbody").first("tr").text
    assert "Dinas Kesehatan" in row and "4 dari 8" in row and "menunggu Bagas Sekretaris" in row
    with statements(limit=8):
        page = page.link("Dinas Kesehatan").open()
    assert "Capaian organisasi dan pola predikat" in page.text
    assert "Sebaran predikat tidak ditampilkan" in page.text
    assert browser.get(f"/evaluations/{evaluation.ref}").status == 200
    assert browser.get("/log").status == 404
    lies = browser.get("/leader").link("Kalibrasi, ").open()
    assert lies.status == 200 and "bukan kuota" in lies.text
    with world.inside():
        period = world.period(3).ref
        unit = world.unit("dinas-kesehatan").ref
    shown = browser.get(f"/leader/agencies/{unit}?period={period}")
    lies = shown.link("Kalibrasi").open()
    assert lies.status == 200
    assert browser.get("/leader").link("Kebijakan").open().status == 200
    # The board looks back, too: a closed period is a click away from the running one.
    assert lies.link("Tahun 2026").open().status == 200
    # Whoever leads an agency reads its counts, not its appraisers' habits.
    head = signed_in(world.agency_head)
    assert not head.get("/leader").links_to(f"/hr/periods/{period}/calibration")
    assert head.get(f"/hr/periods/{period}/calibration").status == 404


def test_a_head_sees_the_agency_without_a_grant(world, signed_in, statements):
    world.evaluation(at=EvaluationState.HANDED_OVER)
    browser = signed_in(world.agency_head)
    with statements(limit=8):
        page = browser.get("/leader")
    assert "Dinas Kesehatan" in page.text and "Wajib SKP" in page.text
    with statements(limit=8):
        people = page.link("Lihat siapa berada di langkah mana").open()
    assert "Rina Pelaksana" in people.text and "Sangat baik" not in people.text
    # One's own people are a click away; others' names lead nowhere.
    assert people.link("Darma Kepala Bidang").open().status == 200


def test_a_grant_makes_a_leader(world, signed_in):
    browser = signed_in(world.budi)
    assert browser.get("/leader").status == 404
    with world.inside():
        from portal.extensions import db
        from portal.ledger.actor import SYSTEM
        from portal.ledger.door import door
        from portal.people.accounts import actions
        from portal.people.accounts.models import Account

        account = db.session.get_one(Account, world.budi.account_id)
        unit = world.unit("dinas-kesehatan")
        with door(account):
            actions.grant(account, kind=GrantKind.LEADER, region_id=unit.region_id, unit_id=unit.id,
                          begins=unit.begins, by=SYSTEM, at=world.clock.now())  # fmt: skip
        other = world.unit("bkpsdm").ref
    assert browser.get("/leader").status == 200
    assert browser.get(f"/leader/agencies/{other}").status == 404


@pytest.mark.parametrize("who", ["rina", "hr", "admin", "unit_head"])
def test_others_have_neither_desk(world, signed_in, who):
    browser = signed_in(world.people[who])
    assert browser.get("/audit").status == 404
    assert browser.get("/leader").status == 404

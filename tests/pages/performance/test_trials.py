"""A draft policy is tried on a closed period: counted, nothing stored; and how ratings lie (NEW-2, NEW-14)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.ledger.events import Event
from portal.performance.evaluations import actions as evaluations
from portal.performance.evaluations.models import Evaluation, Rating
from portal.performance.evaluations.rules import EvaluationState, NotEvaluatedReason
from portal.policy.cycles.models import Enrolment

SOURCE = {"mark": "A", "note": "Kesepakatan rapat pengelola kinerja."}


@pytest.fixture
def closed(world):
    """The first quarter closed with one rating."""
    world.evaluation(EvaluationState.RECEIVED, "rina", quarter=1)
    with world.inside():
        period = world.period(1)
        running = db.session.scalars(
            select(Evaluation)
            .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
            .where(Enrolment.period_id == period.id, Evaluation.state == EvaluationState.RUNNING)
        ).all()
        for each in running:
            fields = {"reason": NotEvaluatedReason.OTHER, "note": "Tidak dinilai dalam uji."}
            world.do(evaluations.mark_not_evaluated, each, by=world.hr, **fields)
        world.do(evaluations.close_period, period, by=world.hr)
    return world


def drafted(world, signed_in, name: str, **fields: str):
    browser = signed_in(world.hr)
    browser.get("/hr/policy").form(button="Mulai dari aturan nasional saja").send()
    browser.get(f"/hr/policy/settings/{name}").form(button="Simpan dalam rancangan").fill(
        **fields, **SOURCE
    ).send()
    return browser


def kept() -> tuple[int, int]:
    return (
        db.session.scalar(select(func.count()).select_from(Event)) or 0,
        db.session.scalar(select(func.count()).select_from(Rating)) or 0,
    )


def test_who_would_move_is_counted_and_nothing_is_stored(closed, world, signed_in, statements):
    browser = drafted(
        world, signed_in, "matrix", c_sesuai_sesuai="butuh_perbaikan", c_di_bawah_di_bawah="kurang"
    )
    with world.inside():
        before = kept()
        rating = db.session.scalars(select(Rating)).first()
    with statements(limit=8):
        page = browser.get("/hr/policy/try")
    assert page.status == 200
    assert "1 orang" in page.text
    moved = rating.result == "sesuai" and rating.behaviour == "sesuai"
    assert f"{int(moved)} orang akan mendapat predikat lain" in page.text
    with world.inside():
        assert kept() == before
    assert browser.get("/hr/policy/try?period=entah").status == 404
    assert signed_in(world.agency_hr).get("/hr/policy/try").status == 404


def test_what_a_closed_period_cannot_tell_is_said(closed, world, signed_in):
    browser = drafted(world, signed_in, "cadence", choice="semester")
    assert "Irama periodenya lain" in browser.get("/hr/policy/try").text


def test_without_a_draft_there_is_nothing_to_try(world, signed_in):
    assert signed_in(world.hr).get("/hr/policy/try").status == 404


def test_how_ratings_lie_is_seen_in_ones_scope(closed, world, signed_in, statements):
    with world.inside():
        ref = world.period(1).ref
    for who in (world.hr, world.agency_hr, world.auditor, world.board):
        browser = signed_in(who)
        with statements(limit=8):
            page = browser.get(f"/hr/periods/{ref}/calibration")
        assert page.status == 200
        assert "sebaran perangkat daerah dengan kurang dari 5 orang tidak ditampilkan." in page.text
        assert page.link("Triwulan I 2026").open().status == 200
        assert "tidak diperiksa: kurang dari 10 orang" in page.text
        # One person was rated: no distribution, no habit of an appraiser.
        assert "terlalu sedikit orang" in page.text or "Semua perangkat daerah" not in page.text
    for who in (world.rina, world.unit_head, world.other_hr):
        assert signed_in(who).get(f"/hr/periods/{ref}/calibration").status == 404

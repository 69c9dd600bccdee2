"""Changes within a period on HR's pages: chains computed anew, a mark taken back, plans reviewed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.performance.evaluations import actions as evaluations
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans import actions, queries
from portal.performance.plans.models import Plan
from portal.performance.plans.rules import PlanState
from portal.policy.cycles.models import Enrolment
from portal.policy.cycles.rules import NotObligedReason
from tests.actions.performance.test_rechain import acting_head, leave
from tests.actions.performance.test_reviews import DRAWN, NOT_DRAWN, submitted, under
from tests.support.databases import counted

REASON = "Surat cuti di luar tanggungan ternyata untuk orang lain."


def chain_page(world: Any, quarter: int | None = 4) -> str:
    with world.inside():
        return f"/hr/periods/{world.period(quarter).ref}/chain"


def test_preview_then_apply(world, signed_in):
    with world.inside():
        leave(world, "unit_head")
        period = f"/hr/periods/{world.period(4).ref}"
    browser = signed_in(world.hr)
    page = browser.get(period).link("Hitung ulang rantai penilai").open()
    assert not page.has_button("Terapkan")
    page = page.link("Bandingkan dengan struktur").open()
    assert "Rina Pelaksana" in page.text and "Cahya Kepala Dinas" in page.text
    assert "berakhir 7 Oktober 2026" in page.text and "sebab: tidak lagi memegang jabatan" in page.text
    page = page.form(action="/chain").send()
    assert "sudah sesuai dengan struktur" in page.text
    assert "Tidak ada yang perlu diterapkan" in browser.get(chain_page(world) + "?compare=ya").text
    with world.inside():
        assert world.enrolment("rina", 4).appraiser_id == world.agency_head.person_id


def test_a_preview_that_has_aged_is_shown_anew(world, signed_in):
    with world.inside():
        leave(world, "unit_head")
    page = signed_in(world.hr).get(chain_page(world) + "?compare=ya")
    with world.inside():
        leave(world, "citra")
    page = page.form(action="/chain").send()
    assert page.status == 409 and "berubah sejak pratinjau" in page.text and "Citra Bidan" in page.text
    with world.inside():
        assert world.enrolment("rina", 4).appraiser_id == world.unit_head.person_id


def test_nothing_is_applied_unseen(world, signed_in):
    with world.inside():
        leave(world, "unit_head")
    assert signed_in(world.hr).post(chain_page(world), {}).status in (409, 422)
    with world.inside():
        assert world.enrolment("rina", 4).appraiser_id == world.unit_head.person_id


@pytest.mark.parametrize(("who", "status"), [("agency_hr", 403), ("rina", 404), ("other_hr", 404)])
def test_only_who_runs_the_period(world, signed_in, who, status):
    browser = signed_in(world.people[who])
    assert browser.get(chain_page(world)).status == status
    assert browser.post(chain_page(world), {"seen": "x"}).status == status


def test_comparing_asks_a_fixed_number_of_statements(world, signed_in, app):
    with world.inside():
        leave(world, "unit_head")
    browser = signed_in(world.hr)
    browser.get(chain_page(world))
    with counted(app) as plain:
        browser.get(chain_page(world))
    with counted(app) as comparing:
        browser.get(chain_page(world) + "?compare=ya")
    assert len(plain) <= 8 and len(comparing) <= 20


def test_a_mark_is_taken_back_with_its_reason(world, signed_in):
    with world.inside():
        evaluation = world.evaluation(EvaluationState.RUNNING, "budi")
        enrolment_id = evaluation.enrolment_id
        fields = {"reason": NotObligedReason.UNPAID_LEAVE, "note": "SK 800/12/2026"}
        world.do(evaluations.mark_not_obliged, evaluation, by=world.hr, **fields)
        period = f"/hr/periods/{world.period(3).ref}"
    browser = signed_in(world.agency_hr)
    page = browser.get(period).link("tarik kembali: Budi Perawat").open()
    wrong = page.form(button="Kembalikan").fill(reason="salah").send()
    assert wrong.status == 409 and "sekurang-kurangnya 20 huruf" in wrong.text and "salah" in wrong.html
    page = page.form(button="Kembalikan").fill(reason=REASON).send()
    assert "Budi Perawat kembali wajib SKP" in page.text
    assert "tidak wajib SKP" not in browser.get(period).text.partition("Langkah berikutnya")[0]
    with world.inside():
        assert db.session.get_one(Enrolment, enrolment_id).not_obliged is None


def test_a_mark_that_is_not_there_is_not_taken_back(world, signed_in):
    evaluation = world.evaluation(EvaluationState.RUNNING, "budi")
    page = signed_in(world.hr).get(f"/hr/evaluations/{evaluation.ref}/not-obliged/undo")
    assert "Belum dapat dilakukan." in page.text and not page.has_button("Kembalikan")


# ------------------------------------------------------------------------------------------ review


def test_the_reviewer_passes_a_plan_of_the_sample_on(world, signed_in):
    with world.inside():
        under(world, "sample")
        address = f"/plans/{submitted(world, DRAWN).ref}"
    page = signed_in(world.unit_head).get(address)
    assert "menunggu reviu" in page.text and not page.has_button("Tandai sudah direviu")
    assert "termasuk sampel" not in page.text
    browser = signed_in(world.agency_hr)
    page = browser.get(address)
    assert "seperempat dari semua SKP" in page.text
    page = page.form(action="/review").send()
    assert "ditandai sudah direviu" in page.text and "Direviu pengelola kinerja" in page.text
    page = signed_in(world.unit_head).get(address).form(action="/agree").send()
    assert "SKP disepakati" in page.text


def test_the_reviewers_notes_carry_the_reviewers_name(world, signed_in):
    with world.inside():
        under(world, "all")
        address = f"/plans/{submitted(world, NOT_DRAWN).ref}"
    browser = signed_in(world.agency_hr)
    page = browser.get(address + "/review/notes/new")
    page = page.form(button="Simpan catatan").fill(text="Indikatornya belum terukur.").send()
    assert "belum dikirim" in page.text
    for other in (world.rina, world.unit_head, world.hr):
        assert "Indikatornya belum terukur." not in signed_in(other).get(address).text
    page = browser.get(address).form(action="/review/return").send()
    assert "SKP dikembalikan" in page.text
    text = signed_in(world.rina).get(address).text
    assert "Indikatornya belum terukur." in text and "Catatan Fajar Kepegawaian" in text


@pytest.mark.parametrize(("who", "status"), [("rina", 404), ("unit_head", 404), ("other_hr", 404)])
def test_only_who_looks_after_the_agency_reviews(world, signed_in, who, status):
    with world.inside():
        under(world, "all")
        address = f"/plans/{submitted(world).ref}/review"
    assert signed_in(world.people[who]).post(address, {}).status == status


# ----------------------------------------------------------------------------------- acting heads


def test_under_an_acting_head_the_page_says_whose_plan_leads(world, signed_in):
    with world.inside():
        address = f"/plans/{world.plan().ref}"
        acting_head(world)
    browser = signed_in(world.rina)
    page = browser.get(address)
    assert "pemegang jabatan sebelumnya, Darma Kepala Bidang" in page.text
    page = page.form(action="/submit").send()
    assert "SKP diajukan" in page.text
    with world.inside():
        stored = db.session.scalars(select(Plan).where(Plan.ref == address.rpartition("/")[2])).one()
        assert stored.state is PlanState.SUBMITTED
        assert queries.setting(stored).appraiser.id == world.clinic_head.person_id
        world.do(actions.agree, stored, by=world.clinic_head)

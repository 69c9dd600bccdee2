"""The page of a period's advice computed again: who runs it, who reads what, how far it is (#4 Speed, NEW-1, WLS-3)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.ledger.door import door
from portal.performance.evaluations.models import Achievement, Evaluation, Rating
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.recomputations import actions, queries
from portal.performance.recomputations.models import Recomputation
from portal.performance.recomputations.rules import RecomputationState
from tests.support import surveys

PART = {"HX-Request": "true", "HX-Target": "div#recomputation-progress"}


def corrected(world, who: str) -> None:
    """Somebody's achievements become other ones than their rating was set by."""
    with world.inside(), door() as session:
        rows = session.scalars(
            select(Achievement)
            .join(Evaluation, Evaluation.id == Achievement.evaluation_id)
            .where(Evaluation.enrolment_id == world.enrolment(who, 3).id)
        )
        for row in rows:
            row.value = Decimal(1)


@pytest.fixture
def rated(world):
    """Ratings in two agencies; that of Rina rests on figures that were corrected since."""
    for who in ("rina", "budi", "dewi"):
        world.evaluation(EvaluationState.RATED, who)
    corrected(world, "rina")
    return world


def address(world, quarter: int = 3) -> str:
    with world.inside():
        return f"/hr/periods/{world.period(quarter).ref}/recomputation"


def ran(world, quarter: int = 3) -> None:
    with world.inside():
        world.do(actions.start, world.period(quarter), by=world.hr)
    surveys.run_jobs(world)


def newest(world) -> Recomputation:
    with world.inside():
        return queries.newest(world.period(3).id)


def test_region_hr_starts_it_follows_it_and_reads_what_came_out(rated, world, signed_in, statements):
    browser, place = signed_in(world.hr), address(world)
    page = browser.get(place)
    assert "Periode ini belum pernah dihitung ulang." in page.text
    with world.inside():
        before = db.session.scalar(select(func.count(Rating.id)))
    page = page.form(button="Hitung ulang sekarang").send()
    assert "Menunggu giliran" in page.text and page.has_button("Hentikan")
    assert place in page.links_to(place), "without script the page is loaded again by a link"
    surveys.run_jobs(world)
    with statements(limit=8):
        page = browser.get(place)
    assert "1 predikat menyimpan angka yang lain" in page.text
    assert "Rina Pelaksana" in page.text and "Usulan hasil kerja, Rata-rata capaian" in page.text
    assert "Budi Perawat" not in page.text, "whose figures hold isn't named"
    assert page.links_to(r"/evaluations/.*/why") and page.has_button("Hitung ulang sekali lagi")
    with world.inside():
        assert db.session.scalar(select(func.count(Rating.id))) == before


def test_all_equal_is_said_so(world, signed_in):
    world.evaluation(EvaluationState.RATED, "budi")
    ran(world)
    page = signed_in(world.hr).get(address(world))
    assert "Angka yang tersimpan pada 1 predikat sama dengan hitungan sekarang." in page.text
    assert "Yang berbeda" not in page.text


def test_stopped_and_resumed_by_buttons(rated, world, signed_in):
    browser, place = signed_in(world.hr), address(world)
    page = browser.get(place).form(button="Hitung ulang sekarang").send()
    page = page.form(button="Hentikan").send()
    assert "Terhenti" in page.text and page.has_button("Mulai dari awal")
    assert newest(world).state is RecomputationState.STOPPED
    page = page.form(button="Lanjutkan").send()
    assert "Dilanjutkan" in page.text
    surveys.run_jobs(world)
    assert newest(world).state is RecomputationState.DONE


def test_how_far_it_is_comes_as_a_part_and_at_the_end_the_page(rated, world, signed_in, statements):
    browser, place = signed_in(world.hr), address(world)
    browser.get(place).form(button="Hitung ulang sekarang").send()
    with world.inside(), door():
        run = queries.newest(world.period(3).id)
        run.state, run.done, run.total = RecomputationState.RUNNING, 3, 12
    with statements(limit=8):
        part = browser.get(place, headers=PART)
    assert "3 dari 12 orang dihitung" in part.text and "<h1" not in part.html
    with world.inside(), door():
        queries.newest(world.period(3).id).state = RecomputationState.STOPPED
    part = browser.get(place, headers=PART, follow=False)
    assert (part.status, part.headers["HX-Location"]) == (204, place)
    whole = browser.get(place, headers={"HX-Request": "true", "HX-Target": "body"})
    assert "<h1" in whole.html, "the page itself isn't sent on again"


def test_agency_hr_reads_its_own_part(rated, world, signed_in, statements):
    ran(world)
    browser, place = signed_in(world.agency_hr), address(world)
    with statements(limit=8):
        page = browser.get(place)
    assert "Rina Pelaksana" in page.text
    with world.inside():
        own = world.enrolment("rina", 3).agency_id
        counts = queries.newest(world.period(3).id).counts
        other = next(unit for unit in queries.agencies(list(counts)) if unit.id != own)
    assert other.name not in page.text
    assert f"{counts[own].people} orang" in page.text
    assert not page.has_button("Hitung ulang sekali lagi")
    assert browser.get(f"{place}?agency={other.ref}").status == 404


def test_the_auditor_reads_and_runs_nothing(rated, world, signed_in, statements):
    auditor, place = signed_in(world.auditor), address(world)
    assert "Pengelola kinerja daerah dapat memulainya." in auditor.get(place).text
    ran(world)
    with statements(limit=8):
        page = auditor.get(place)
    assert "Rina Pelaksana" in page.text
    assert not page.has_button("Hitung ulang sekali lagi")
    assert place in auditor.get("/audit").links_to("/hr/periods/.*/recomputation")


def test_others_do_not_know_of_it(rated, world, signed_in):
    ran(world)
    for who in (world.rina, world.unit_head, world.board, world.other_hr, world.publisher):
        assert signed_in(who).get(address(world)).status == 404


def test_whoever_manages_does_not_read_of_their_own_rating(world, signed_in):
    """Agency HR is an employee, too: that their own rating differs is nobody's to tell them here."""
    world.evaluation(EvaluationState.RATED, "agency_hr")
    corrected(world, "agency_hr")
    ran(world)
    assert "Fajar Kepegawaian</a>" in signed_in(world.hr).get(address(world)).html
    assert "Fajar Kepegawaian</a>" not in signed_in(world.agency_hr).get(address(world)).html


def test_small_groups_stand_in_no_cell(rated, world, signed_in):
    ran(world)
    page = signed_in(world.hr).get(address(world))
    assert "Kelompok yang kurang dari 5 orang tidak ditampilkan" in page.text
    with world.inside():
        assert all(counts.result.compared < 5 for counts in newest(world).counts.values())
    for name in ("Sama dengan usulan", "Di atas usulan", "Di bawah usulan"):
        assert f'data-l="{name}"><span class="soft">…</span>' in page.html
        assert not [n for n in range(10) if f'data-l="{name}">{n}<' in page.html]


def test_decisions_on_behaviour_stand_beside_its_advice_where_there_is_one(world, signed_in):
    surveys.running(world)
    surveys.counted(world)
    ran(world)
    page = signed_in(world.hr).get(address(world) + "?sisi=perilaku")
    assert "Perilaku kerja" in page.text and page.links_to("sisi=hasil")


def test_the_period_leads_there_and_tells_of_it(rated, world, signed_in):
    ran(world)
    browser = signed_in(world.hr)
    with world.inside():
        ref = world.period(3).ref
    assert browser.get(f"/hr/periods/{ref}").links_to(address(world))
    said = browser.get("/log").text
    assert "Hana Pengelola menghitung ulang usulan sebuah periode." in said
    assert "Sistem selesai menghitung ulang usulan." in said

"""Pages of the closed survey: what is shown before sending, who sees what, and what nobody sees (NEW-10)."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.ledger.keys import OnceKey
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.rules import CoreValue
from portal.performance.surveys.models import SealedAnswer
from portal.performance.surveys.rules import DutyState, RoundState
from tests.support import surveys

MARKS = {value.value: "2" for value in CoreValue}


@pytest.fixture
def running(world):
    surveys.running(world)
    return world


def options(page, name: str) -> list[str]:
    """What a list of the page offers."""
    select_ = re.search(rf'<select[^>]* name="{name}".*?</select>', page.html, re.DOTALL)
    assert select_ is not None
    return re.findall(r'<option[^>]* value="([^"]+)"', select_.group())


def first(world, signed_in):
    """A rater of Rina's with their task's page."""
    duty = surveys.duties(world)[0]
    browser = signed_in(surveys.rater(world, duty))
    return browser, duty, browser.get(f"/surveys/duties/{duty.ref}")


def test_who_is_asked_finds_it_at_home_and_in_a_list(running, world, signed_in, statements):
    duty = surveys.duties(world)[0]
    browser = signed_in(surveys.rater(world, duty))
    assert "Isi survei perilaku tentang" in browser.get("/employee").text
    with statements(limit=8):
        page = browser.get("/surveys")
    assert "Rina Pelaksana" in page.text and "Belum mengisi" in page.text


def test_what_will_be_shown_to_whom_stands_there_before_anything_is_sent(
    running, world, signed_in, statements
):
    browser, duty, page = first(world, signed_in)
    with statements(limit=8):
        preview = (
            page.form(button="Lihat dulu apa yang akan tampil")
            .fill(**MARKS, comment="Selalu ramah kepada warga.")
            .send()
        )
    assert preview.status == 200
    for text in (
        "Periksa sebelum mengirim",
        "bila sedikitnya 3 orang menjawab",
        "Bila 5 orang atau lebih",
        "Selalu ramah kepada warga.",
        "Tidak ada yang dapat melihat apa jawaban Anda.",
        "tidak seorang pun, termasuk admin, dapat melihat jawaban siapa ini",
    ):
        assert text in preview.text
    with world.inside():
        assert db.session.scalar(select(func.count()).select_from(SealedAnswer)) == 0
    again = preview.form(button="Ubah lagi").send()
    assert "Selalu ramah kepada warga." in again.html and "Berorientasi Pelayanan" in again.text
    sent = again.form(button="Lihat dulu apa yang akan tampil").send().form(button="Kirim jawaban").send()
    assert "Tidak seorang pun dapat melihat jawaban siapa ini" in sent.text
    assert "Sudah mengisi" in sent.text
    with world.inside():
        assert db.session.scalar(select(func.count()).select_from(SealedAnswer)) == 1
    locked = browser.get(f"/surveys/duties/{duty.ref}")
    assert "Jawaban Anda sudah dikirim" in locked.text and "Kirim jawaban" not in locked.text


def test_words_that_give_one_away_are_warned_of(running, world, signed_in):
    _browser, _duty, page = first(world, signed_in)
    comment = "Kemarin saya sebagai bendahara dibantu Rina."
    preview = page.form(button="Lihat dulu apa yang akan tampil").fill(**MARKS, comment=comment).send()
    assert "Catatan ini mungkin menunjukkan siapa Anda" in preview.text
    assert preview.form(button="Kirim jawaban").send().status == 200


def test_an_answer_lacks_nothing_and_loses_nothing(running, world, signed_in):
    _browser, _duty, page = first(world, signed_in)
    short = page.form(button="Lihat dulu apa yang akan tampil").fill(akuntabel="3", comment="Teliti.").send()
    assert short.status == 422 and "Teliti." in short.html
    nothing = (
        page.form(button="Lihat dulu apa yang akan tampil")
        .fill(**{value.value: "0" for value in CoreValue})
        .send()
    )
    assert nothing.status == 422 and "sekurang-kurangnya atas satu nilai" in nothing.text


def test_a_refusal_is_read_by_hr_and_by_nobody_else(running, world, signed_in):
    browser, duty, page = first(world, signed_in)
    unsaid = page.form(button="Saya tidak menilai orang ini").fill(note="Ada urusan keluarga.").send()
    assert unsaid.status == 422 and "Ada urusan keluarga." in unsaid.html
    done = (
        unsaid.form(button="Saya tidak menilai orang ini")
        .fill(reason="benturan_kepentingan", note="Ada urusan keluarga.")
        .send()
    )
    assert "yang dinilai tidak" in done.text
    with world.inside():
        ref = world.enrolment("rina", 3).ref
    assert "Ada urusan keluarga." in signed_in(world.hr).get(f"/surveys/people/{ref}").text
    assert signed_in(world.rina).get(f"/surveys/people/{ref}").status == 404
    assert browser.get(f"/surveys/people/{ref}").status == 404
    assert duty.ref not in signed_in(world.rina).get("/surveys").html


def test_nobody_opens_the_task_of_another(running, world, signed_in):
    duty = surveys.duties(world)[0]
    for who in (
        world.rina,
        world.hr,
        world.agency_hr,
        world.unit_head,
        world.auditor,
        world.admin,
        world.board,
    ):
        assert signed_in(who).get(f"/surveys/duties/{duty.ref}").status == 404


def test_hr_sees_who_has_answered_and_never_what(running, world, signed_in, statements):
    duty = surveys.duties(world)[0]
    surveys.answer(world, duty, (1,) * 7, "Tidak akan terbaca di sini.")
    with world.inside():
        period, rina = world.period(3).ref, world.enrolment("rina", 3).ref
    hr = signed_in(world.hr)
    with statements(limit=8):
        page = hr.get(f"/surveys/periods/{period}?q=rina")
    assert "1 dari 5" in page.text and "Tidak akan terbaca" not in page.html
    with statements(limit=8):
        people = hr.get(f"/surveys/people/{rina}")
    assert "Sudah mengisi" in people.text and "Di Bawah Ekspektasi" not in people.text
    assert signed_in(world.agency_hr).get(f"/surveys/periods/{period}").status == 200
    assert signed_in(world.auditor).get(f"/surveys/people/{rina}").status == 200
    for who in (world.rina, world.unit_head, world.publisher, world.other_hr):
        assert signed_in(who).get(f"/surveys/periods/{period}").status == 404


def test_nobody_sees_who_is_asked_about_themselves(running, world, signed_in):
    with world.inside():
        own = world.enrolment("hr", 3).ref
        period = world.period(3).ref
    hr = signed_in(world.hr)
    assert hr.get(f"/surveys/people/{own}").status == 404
    assert "Hana Pengelola" not in hr.get(f"/surveys/periods/{period}?q=hana").text.split("Tentang siapa")[1]


def test_hr_arranges_opens_and_closes_by_page(world, signed_in):
    surveys.colleagues(world, 6)
    with world.inside(), surveys.door():
        world.period(3).policy_version_id = surveys.policy().id
    with world.inside():
        period = world.period(3).ref
    hr = signed_in(world.hr)
    page = hr.get(f"/surveys/periods/{period}").form(button="Undi siapa yang ditanya").send()
    assert "Undian berjalan" in page.text
    surveys.run_jobs(world)
    page = hr.get(f"/surveys/periods/{period}")
    assert "Tersusun, belum dibuka" in page.text
    early = page.form(button="Buka survei").fill(closes="13 Oktober 2026").send()
    assert "Pilih hari terakhir antara 5 dan 60 hari" in early.text
    page = page.form(button="Buka survei").fill(closes="20 Oktober 2026").send()
    assert "Selasa, 20 Oktober 2026" in page.text
    assert "Survei paling cepat ditutup 5 hari sesudah dibuka" in page.text
    world.clock.set(world.clock.now() + timedelta(days=5))
    hr = signed_in(world.hr)
    page = hr.get(f"/surveys/periods/{period}").form(button="Tutup dan hitung sekarang").send()
    assert "Sedang dihitung" in page.text
    surveys.run_jobs(world)
    assert surveys.found(world).state is RoundState.CLOSED
    assert "Ditutup" in hr.get(f"/surveys/periods/{period}").text


def test_hr_mends_who_is_asked(running, world, signed_in):
    with world.inside():
        rina = world.enrolment("rina", 3).ref
    hr = signed_in(world.hr)
    page = hr.get(f"/surveys/people/{rina}")
    asked = {duty.rater_id for duty in surveys.duties(world)}
    unsaid = page.form(button="Bebaskan").send()
    assert "Tulis alasannya" in unsaid.text
    page = page.form(button="Bebaskan").fill(note="Cuti melahirkan sejak awal September.").send()
    assert "Dibebaskan pengelola kinerja: Cuti melahirkan" in page.text
    now = {duty.rater_id for duty in surveys.duties(world, "rina", DutyState.WAITING)}
    assert len(now) == 5 and len(now - asked) == 1
    wrong = page.form(button="Tanya orang ini").smuggle(rater=world.hr.ref).send()
    assert wrong.status == 422
    page = wrong.form(button="Tanya orang ini").fill(rater=options(wrong, "rater")[0]).send()
    assert "kini ditanya tentang Rina Pelaksana" in page.text


def test_nobody_is_asked_more_where_no_group_could_open(running, world, signed_in):
    """Budi has one peer: a question whose answer could never be shown is put to nobody."""
    with world.inside():
        budi = world.enrolment("budi", 3).ref
    page = signed_in(world.hr).get(f"/surveys/people/{budi}")
    assert "Yang mungkin ditanya" in page.text and "Tanya orang ini" not in page.text


def test_a_last_day_after_the_ratings_are_due_is_warned_of(running, world, signed_in):
    with world.inside():
        period = world.period(3).ref
    hr = signed_in(world.hr)
    page = hr.get(f"/surveys/periods/{period}").form(button="Simpan hari terakhir")
    later = page.fill(closes="30 Oktober 2026").send()
    assert "mungkin tidak sempat dipakai" in later.text


def test_the_employee_keeps_a_colleague_off(running, world, signed_in, statements):
    with world.inside():
        ref = world.enrolment("rina", 3).ref
    rina = signed_in(world.rina)
    with statements(limit=8):
        page = rina.get(f"/surveys/about-me/{ref}")
    assert "dipilih dengan undian dari 8 orang" in page.text
    value = options(page, "colleague")[0]
    page = page.form(button="Kecualikan rekan ini").fill(colleague=value, note="Adik kandung saya.").send()
    assert "Rekan itu tidak akan ditanya tentang Anda" in page.text and "Adik kandung saya." in page.text
    assert signed_in(world.budi).get(f"/surveys/about-me/{ref}").status == 404


def rated(world, answers: int):
    """Rina rated in the third quarter after a survey with so many answers."""
    for duty in surveys.duties(world)[:answers]:
        surveys.answer(world, duty, (3,) * 7, "Cepat dan ramah.")
    surveys.counted(world)
    return world.evaluation(EvaluationState.HANDED_OVER, "rina", quarter=3)


def test_a_group_too_small_is_said_plainly_and_nothing_looks_incomplete(running, world, signed_in):
    evaluation = rated(world, 2)
    why = signed_in(world.rina).get(f"/evaluations/{evaluation.ref}/why")
    assert "Kelompok terlalu kecil, pendapat rekan tidak dipakai" in why.text
    assert "Ini tidak mengurangi penilaian Anda" in why.text
    assert "Cepat dan ramah" not in why.html


def test_what_the_survey_left_stands_beside_the_decision(running, world, signed_in, statements):
    evaluation = rated(world, 5)
    rina = signed_in(world.rina)
    with statements(limit=8):
        why = rina.get(f"/evaluations/{evaluation.ref}/why")
    assert "Survei rekan: 5 jawaban, 105 ÷ 35 tanda = 3." in why.text
    assert "5 catatan tanpa nama" in why.text
    facts = json.loads(rina.get(f"/evaluations/{evaluation.ref}/why.json").html)["facts"]
    assert facts["behaviour"]["groups"] == [{"who": ["rekan"], "n": 5, "counts": [[0, 0, 5]] * 7}]


def test_the_appraiser_marks_the_seven_values_and_sees_the_advice(running, world, signed_in, statements):
    for duty in surveys.duties(world)[:3]:
        surveys.answer(world, duty, (3,) * 7)
    surveys.counted(world)
    evaluation = world.evaluation(EvaluationState.REPORTED, "rina", quarter=3)
    browser = signed_in(world.unit_head)
    page = browser.get(f"/evaluations/{evaluation.ref}/rate")
    assert "ketujuh nilai perilaku kerja belum ditandai" in page.text
    page = page.form(button="Simpan draf").fill(**MARKS).send()
    assert "60% × 2 + 40% × 3 = 2,4." in page.text
    assert "Di Atas Ekspektasi" in page.text
    with statements(limit=8):
        browser.get(f"/evaluations/{evaluation.ref}/rate")
    # The bench says nothing of the marks, so they stay.
    bench = browser.get(f"/evaluations/bench/{_period(world)}")
    bench.form(action=f"/evaluations/{evaluation.ref}/row").fill(draft_result="sesuai").send()
    assert "60% × 2 + 40% × 3 = 2,4." in browser.get(f"/evaluations/{evaluation.ref}/rate").text


def _period(world) -> str:
    with world.inside():
        return world.period(3).ref


def test_no_once_key_leads_from_a_person_to_an_answer(running, world, signed_in):
    """What is kept of a send so that it counts once names neither the task nor the answer."""
    _browser, duty, page = first(world, signed_in)
    page.form(button="Lihat dulu apa yang akan tampil").fill(**MARKS).send().form(
        button="Kirim jawaban"
    ).send()
    with world.inside():
        assert surveys.duties(world, "rina", DutyState.SENT)
        assert duty.ref not in set(db.session.scalars(select(OnceKey.result_ref)))

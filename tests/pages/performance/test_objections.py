"""Objection and decision in the pages (Y-58 to Y-61), and what the superior sets when nobody signs (Y-59)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal.extensions import db
from portal.performance.evaluations.models import Evaluation, Rating
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.objections.models import Objection, Substitution
from portal.policy.policies.rules import OverallRating

REASON = "Dua laporan bulan Juli yang selesai belum ikut dihitung."
SAID = "Dua laporan itu diterima sesudah batas, sehingga tidak dihitung."
WHY = "Bukti menunjukkan kedua laporan diserahkan pada waktunya; keduanya dihitung."
PDF = b"%PDF-1.7\n" + b"0" * 400


def filed(world, signed_in, parts=("hasil_kerja",)):
    evaluation = world.evaluation(EvaluationState.RECEIVED)
    rina = signed_in(world.rina)
    page = rina.get(f"/evaluations/{evaluation.ref}").link("Ajukan keberatan").open()
    form = page.form(button="Kirim keberatan").fill(reasons=REASON, parts=list(parts))
    return evaluation, form.attach("files", PDF, "laporan.pdf", "application/pdf").send()


def one(world):
    with world.inside():
        return db.session.scalars(select(Objection).order_by(Objection.id.desc())).first()


def test_from_the_objection_to_another_rating(world, signed_in, statements):
    evaluation, page = filed(world, signed_in)
    assert "Keberatan terkirim" in page.text and "Menunggu penjelasan penilai" in page.text
    assert "laporan.pdf" in page.text
    objection = one(world)
    # The superior waits for the explanation; the appraiser gives it.
    superior, leader = signed_in(world.agency_head), signed_in(world.unit_head)
    early = superior.get(f"/objections/{objection.ref}")
    assert "Penilai belum memberi penjelasan" in early.text
    assert "1 keberatan menunggu penjelasan Anda" in leader.get("/rater").text
    with statements(limit=8):
        listed = leader.get("/objections")
    told = listed.link("Buka").open().link("Beri penjelasan").open()
    assert "tersampaikan" in told.form(button="Sampaikan penjelasan").fill(explanation=SAID).send().text
    assert leader.get(f"/objections/{objection.ref}/decide").status == 403
    # The decision: changed, with the earlier rating left to read.
    assert "1 keberatan menunggu putusan Anda" in superior.get("/rater").text
    with statements(limit=12):
        form = superior.get(f"/objections/{objection.ref}/decide")
    assert SAID in form.text and REASON in form.text
    same = form.form(button="Tetapkan putusan").fill(outcome="diubah", considerations=WHY).send()
    assert same.status == 409 and "sama dengan yang dikeberatkan" in same.text
    done = (
        same.form(button="Tetapkan putusan")
        .fill(outcome="diubah", result_rating="di_atas", considerations=WHY)
        .send()
    )
    assert "Putusan ditetapkan" in done.text and "Predikat diubah" in done.text
    with world.inside():
        ratings = db.session.scalars(select(Rating).order_by(Rating.id)).all()
        now = db.session.get_one(Evaluation, evaluation.id)
        assert [each.overall for each in ratings] == [OverallRating.GOOD, OverallRating.VERY_GOOD]
        assert ratings[1].supersedes_id == ratings[0].id == one(world).rating_id
        assert ratings[1].change_reason == WHY and ratings[1].person_id == world.agency_head.person_id
        assert now.rating_id == ratings[1].id and now.state is EvaluationState.RECEIVED
    rina = signed_in(world.rina)
    hers = rina.get(f"/objections/{objection.ref}")
    assert WHY in hers.text and "Sangat Baik" in hers.text and "Putusan bersifat final" in hers.text
    why = rina.get(f"/evaluations/{evaluation.ref}/why")
    assert "Sangat Baik" in why.text and "lewat putusan keberatan" in why.text
    paper = rina.get(f"/objections/{objection.ref}/document")
    assert "KEBERATAN ATAS HASIL EVALUASI" in paper.text and "PUTUSAN ATAS KEBERATAN" in paper.text
    # Final: neither a second objection nor a second decision.
    again = rina.get(f"/objections/new/{evaluation.ref}")
    assert "bersifat final" in again.text and not again.has_button("Kirim keberatan")
    assert superior.get(f"/objections/{objection.ref}/decide", follow=False).status == 303


def test_day_fourteen_is_accepted_and_day_fifteen_refused(world, signed_in, clock):
    evaluation = world.evaluation(EvaluationState.RECEIVED)
    now = clock.now()
    clock.set(now + timedelta(days=14))
    assert signed_in(world.rina).get(f"/objections/new/{evaluation.ref}").has_button("Kirim keberatan")
    clock.set(now + timedelta(days=15))
    late = signed_in(world.rina).get(f"/objections/new/{evaluation.ref}")
    assert "Keberatan dapat diajukan 14 hari" in late.text and not late.has_button("Kirim keberatan")


def test_incomplete_forms_say_what_is_missing(world, signed_in):
    _evaluation, page = filed(world, signed_in, parts=())
    assert page.status == 409 and "Pilih sekurang-kurangnya satu bagian" in page.text and REASON in page.text


def test_an_objection_is_the_business_of_few(world, signed_in):
    evaluation, _page = filed(world, signed_in)
    objection = one(world)
    for who in ("budi", "clinic_head", "other_hr", "admin"):
        assert signed_in(world.people[who]).get(f"/objections/{objection.ref}").status == 404, who
    for who in ("hr", "agency_hr", "auditor", "board"):
        browser = signed_in(world.people[who])
        assert browser.get(f"/objections/{objection.ref}").status == 200, who
        assert browser.get(f"/objections/{objection.ref}/decide").status == 403, who
    assert signed_in(world.unit_head).get(f"/objections/new/{evaluation.ref}").status == 404


def test_a_withdrawn_objection_may_come_again(world, signed_in):
    evaluation, page = filed(world, signed_in)
    back = page.form(button="Tarik kembali keberatan").send()
    if back.has_button("Tarik kembali keberatan"):
        back = back.form(button="Tarik kembali keberatan").send()
    assert "Keberatan ditarik kembali" in back.text
    assert signed_in(world.rina).get(f"/objections/new/{evaluation.ref}").has_button("Kirim keberatan")


def test_a_silent_appraiser_does_not_hold_up_a_decision(world, signed_in, clock):
    filed(world, signed_in)
    clock.set(clock.now() + timedelta(days=9))
    superior = signed_in(world.agency_head)
    form = superior.get(f"/objections/{one(world).ref}/decide").form(button="Tetapkan putusan")
    done = form.fill(outcome="tetap", considerations=WHY).send()
    assert "Predikat tetap" in done.text
    with world.inside():
        assert len(db.session.scalars(select(Rating)).all()) == 1


def test_the_superior_sets_what_the_employee_does_not_sign(world, signed_in, clock):
    evaluation = world.evaluation(EvaluationState.HANDED_OVER)
    superior = signed_in(world.agency_head)
    early = superior.get(f"/objections/substitute/{evaluation.ref}")
    assert "Atasan penilai menetapkan sesudah batas itu lewat" in early.text
    clock.set(clock.now() + timedelta(days=15))
    superior = signed_in(world.agency_head)
    assert superior.get("/objections").link("Tetapkan").open().status == 200
    desk = superior.get("/rater")
    assert "Tetapkan dokumen evaluasi Rina Pelaksana" in desk.text
    page = desk.link("Tetapkan: Rina Pelaksana").open()
    text = "Pegawai sudah diingatkan dua kali dan tidak menandatangani."
    done = page.form(button="Tetapkan dokumen").fill(text=text).send()
    assert "Dokumen ditetapkan oleh Anda" in done.text
    with world.inside():
        assert db.session.get_one(Evaluation, evaluation.id).state is EvaluationState.CLOSED
        assert db.session.scalars(select(Substitution)).one().text == text
    sheet = superior.get(f"/evaluations/{evaluation.ref}/sheet")
    assert "Ditetapkan oleh Atasan Pejabat Penilai" in sheet.text and text in sheet.text
    # The employee's days for an objection begin with it.
    rina = signed_in(world.rina)
    assert rina.get(f"/objections/new/{evaluation.ref}").has_button("Kirim keberatan")
    for who in ("unit_head", "hr"):
        assert signed_in(world.people[who]).get(f"/objections/substitute/{evaluation.ref}").status == 404


def test_the_superior_hands_over_what_the_appraiser_does_not(world, signed_in, clock):
    evaluation = world.evaluation(EvaluationState.RATED)
    clock.set(clock.now() + timedelta(days=15))
    page = signed_in(world.agency_head).get(f"/objections/substitute/{evaluation.ref}")
    page.form(button="Tetapkan dokumen").fill(text="Penilai bertugas di luar daerah sejak lama.").send()
    assert signed_in(world.rina).get(f"/evaluations/{evaluation.ref}/receive").has_button("Terima")


def test_a_period_with_an_open_objection_stays_open(world, signed_in):
    filed(world, signed_in)
    with world.inside():
        from portal.performance.evaluations import actions

        refusal = actions.why_not_close(world.period(3), world.clock.now().date())
        assert "period.objections" in [part.code for part in refusal.parts]

"""Colleagues' feedback by request, and the team lead who recommends and doesn't decide (F-9, Y-27, Y-29)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.people.employment.models import Employee
from portal.performance.colleagues import queries
from portal.performance.colleagues.models import FeedbackRequest, Recommendation
from portal.performance.evaluations.models import Evaluation, Rating
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.rules import PlanState
from portal.performance.progress.models import Feedback
from portal.performance.progress.rules import Relation

WORDS = "Laporan bulan Juli sampai sebelum diminta."


@pytest.fixture
def ref(world):
    """Rina's third quarter, with her plan set."""
    world.plan(PlanState.SET)
    with world.inside():
        return world.enrolment("rina", 3).ref


def one(world, model):
    with world.inside():
        return db.session.scalars(select(model).order_by(model.id.desc())).first()


def number_of(world, who):
    with world.inside():
        query = select(Employee.staff_number).where(Employee.person_id == world.people[who].person_id)
        return db.session.scalars(query).one()


def asked(world, signed_in, ref, who="rina", name="Budi Perawat"):
    page = signed_in(world.people[who]).get(f"/colleagues/{ref}/ask")
    form = page.form(button="Kirim permintaan")
    options = {node.text: node["value"] for node in form.node.all("option")}
    value = next(value for text, value in options.items() if name in text)
    line = next(value for text, value in options.items() if text.startswith("Hasil kerja 1"))
    return form.fill(whom=value, topic=line, question="Apa yang dapat lebih baik?").send()


def test_a_colleague_tells_what_was_asked_and_sees_nothing_else(world, signed_in, ref, statements):
    assert "Permintaan terkirim" in asked(world, signed_in, ref).text
    budi = signed_in(world.budi)
    assert "1 permintaan menunggu jawaban Anda" in budi.get("/progress/feedback").text
    with statements(limit=8):
        listed = budi.get("/colleagues")
    with statements(limit=8):
        page = listed.link("Beri umpan balik: Rina Pelaksana").open()
    assert "Hasil kerja 1" in page.text and "Apa yang dapat lebih baik?" in page.text
    assert "rekan kerja" in page.text
    # Not the other lines, no indicator, no plan, no evaluation.
    assert "Hasil kerja 2" not in page.text and "Indikator" not in page.text
    evaluation = one(world, Evaluation)
    with world.inside():
        plan = world.plan(PlanState.SET).ref
    assert evaluation is not None
    for address in (f"/progress/{ref}", f"/plans/{plan}", f"/progress/{ref}/feedback/new"):
        assert budi.get(address).status == 404, address
    done = page.form(button="Sampaikan kepada").fill(kind="apresiasi", text=WORDS).send()
    assert "Umpan balik tersampaikan" in done.text
    row = one(world, Feedback)
    assert row.relation is Relation.PEER and row.text == WORDS and row.line_ref
    # The employee reads it with the relation beside it, and answers.
    rina = signed_in(world.rina)
    mine = rina.get(f"/progress/{ref}")
    assert WORDS in mine.text and "rekan kerja" in mine.text
    assert rina.get(f"/progress/feedback/{row.ref}/reply").status == 200
    # A second time is refused, with the reason.
    again = budi.post(page.address, {"kind": "saran", "text": "Sekali lagi."})
    assert again.status == 409 and "sudah dijawab" in again.text


def test_nobody_else_opens_the_request(world, signed_in, ref):
    asked(world, signed_in, ref)
    request = one(world, FeedbackRequest)
    for who in ("rina", "citra", "unit_head", "hr", "other", "admin"):
        assert signed_in(world.people[who]).get(f"/colleagues/requests/{request.ref}").status == 404, who
    assert signed_in(world.citra).get(f"/colleagues/{ref}/ask").status == 404


def test_the_appraiser_asks_too_and_the_leader_is_not_offered(world, signed_in, ref):
    page = asked(world, signed_in, ref, who="unit_head", name="Citra Bidan")
    assert "Permintaan terkirim" in page.text
    form = signed_in(world.rina).get(f"/colleagues/{ref}/ask")
    assert "Darma Kepala Bidang," not in form.text and "Dewi Perawat," not in form.text
    assert "Diminta oleh Darma Kepala Bidang" in signed_in(world.rina).get("/colleagues").text


def test_declined_and_withdrawn(world, signed_in, ref):
    asked(world, signed_in, ref)
    budi = signed_in(world.budi)
    page = budi.get("/colleagues").link("Beri umpan balik: Rina").open()
    assert "Tercatat" in page.form(button="Saya tidak dapat").send().text
    assert "Tidak dapat memberi umpan balik" in signed_in(world.rina).get("/colleagues").text
    asked(world, signed_in, ref)
    rina = signed_in(world.rina)
    assert "ditarik kembali" in rina.get("/colleagues").form(button="Tarik kembali").send().text
    assert "Sampaikan kepada" not in budi.get(f"/colleagues/requests/{one(world, FeedbackRequest).ref}").text


def named(world, signed_in, who="dewi"):
    leader = signed_in(world.unit_head)
    with world.inside():
        plan = world.plan(PlanState.SET).ref
    form = leader.get(f"/colleagues/plans/{plan}/leads").form(button="Tunjuk")
    return form.fill(number=number_of(world, who)).send()


def test_a_team_lead_recommends_and_the_appraiser_decides(world, signed_in, ref, statements):
    evaluation = world.evaluation(EvaluationState.REPORTED)
    assert "Ketua tim tercatat" in named(world, signed_in).text
    dewi = signed_in(world.dewi)
    page = dewi.get("/colleagues")
    assert "Rina Pelaksana" in page.text and "Hasil kerja 1" in page.text and "Hasil kerja 2" not in page.text
    with statements(limit=8):
        form = page.link("Rekomendasikan").open()
    period = next(node["value"] for node in form.root.all("option") if "Triwulan III" in node.text)
    sent = form.form(button="Sampaikan kepada penilai").fill(
        period=period, advised="di_atas", text="Timnya selesai dua minggu lebih cepat."
    )
    assert "Rekomendasi tersampaikan" in sent.send().text
    with world.inside():
        assert db.session.scalar(select(func.count()).select_from(Rating)) == 0
    leader = signed_in(world.unit_head)
    with statements(limit=8):
        rate = leader.get(f"/evaluations/{evaluation.ref}/rate")
    assert "Rekomendasi ketua tim" in rate.text and "dua minggu lebih cepat" in rate.text
    # The form isn't filled by it.
    assert rate.form(button="Simpan draf").fields.get("draft_result", "") in ("", None)
    for address in (
        f"/progress/{ref}",
        f"/evaluations/{evaluation.ref}",
        f"/evaluations/{evaluation.ref}/rate",
    ):
        assert dewi.get(address).status == 404, address
    # Rina doesn't read it before she is told her rating.
    assert "dua minggu" not in signed_in(world.rina).get(f"/evaluations/{evaluation.ref}").text


def test_after_the_rating_nothing_is_recommended(world, signed_in, ref):
    world.evaluation(EvaluationState.RATED)
    named(world, signed_in)
    page = signed_in(world.dewi).get("/colleagues").link("Rekomendasikan").open()
    assert "Triwulan III" not in page.form(button="Sampaikan kepada penilai").node.text
    assert one(world, Recommendation) is None


def test_a_lead_gives_feedback_and_is_relieved(world, signed_in, ref):
    named(world, signed_in)
    dewi = signed_in(world.dewi)
    page = dewi.get("/colleagues").link("Beri umpan balik: Rina").open()
    form = page.form(button="Sampaikan kepada").fill(kind="saran", text=WORDS)
    period = next(node["value"] for node in page.root.all("option") if "Triwulan III" in node.text)
    assert "tersampaikan" in form.fill(period=period).send().text
    assert one(world, Feedback).relation is Relation.TEAM_LEAD
    assert "ketua tim" in signed_in(world.rina).get(f"/progress/{ref}").text
    leader = signed_in(world.unit_head)
    with world.inside():
        plan = world.plan(PlanState.SET).ref
    ended = leader.get(f"/colleagues/plans/{plan}/leads").form(button="Akhiri tugas").send()
    assert "Tugas ketua tim berakhir" in ended.text
    assert dewi.get(page.address).status == 404


def test_bad_names_are_told(world, signed_in, ref):
    assert "tidak menjadi ketua tim bagi dirinya" in named(world, signed_in, "rina").text
    named(world, signed_in)
    assert "sudah menjadi ketua tim" in named(world, signed_in).text


def test_looking_for_a_colleague_keeps_what_was_typed(world, signed_in, ref, monkeypatch):
    monkeypatch.setattr(queries, "OFFERED", 1)
    rina = signed_in(world.rina)
    form = rina.get(f"/colleagues/{ref}/ask").form(button="Cari")
    nobody, first = form.node.all("option")[:2]
    assert nobody["value"] == ""
    page = form.fill(whom=first["value"], question="Apa yang dapat lebih baik?", q="citra").send()
    assert page.status == 200 and "Apa yang dapat lebih baik?" in page.html
    assert "Permintaan terkirim" not in page.text and one(world, FeedbackRequest) is None
    offered = [node.text for node in page.form(button="Kirim permintaan").node.all("option")]
    assert first.text in offered
    nobody_asked = page.form(button="Kirim permintaan").fill(whom="").send()
    assert nobody_asked.status == 422 and "Pilih siapa yang diminta." in nobody_asked.text

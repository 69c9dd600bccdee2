"""Pages of evaluations: report, rating, bench, hand-over, receipt, explanation (Y-33 to Y-38, Y-53 to Y-58,
NEW-1, NEW-9)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from portal.cli.policy import evaluate_command
from portal.extensions import db
from portal.ledger.door import door
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.employment.rules import EmploymentStatus, PostKind
from portal.people.organisation.models import Position
from portal.performance.evaluations import actions, queries, queries_bench
from portal.performance.evaluations.models import Achievement, Evaluation, OrganisationRatingSet, Rating
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.rules import PlanState
from portal.performance.progress import actions as progress
from portal.performance.progress.rules import FeedbackKind
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import ExpectationRating
from tests.support.world import STARTED

RUNNING, REPORTED, RATED = EvaluationState.RUNNING, EvaluationState.REPORTED, EvaluationState.RATED
HANDED_OVER, RECEIVED = EvaluationState.HANDED_OVER, EvaluationState.RECEIVED
GOOD_REASON = "Dua belas laporan selesai dengan mutu yang baik."
OTHER_REASON = "Warga dilayani dengan sabar, juga pada jam sibuk."


@pytest.fixture
def running(world):
    """Rina's evaluation of the third quarter, with her plan set."""
    return world.evaluation(at=RUNNING).ref


def stored(world, ref):
    """The evaluation as the database has it now."""
    with world.inside():
        db.session.expire_all()
        return db.session.scalars(select(Evaluation).where(Evaluation.ref == ref)).one()


def before_the_due_day(world):
    """Move the clock before the day of reporting, when unsent reports are nobody else's business."""
    world.clock.set(datetime(2026, 9, 28, 2, 0, tzinfo=UTC))


def fields_of(form, prefix):
    return [name for name in form.fields if name.startswith(prefix)]


def filled(form, values, notes=()):
    for name, value in zip(fields_of(form, "value_"), values, strict=False):
        form.fill(**{name: value})
    for name, note in zip(fields_of(form, "note_"), notes, strict=False):
        form.fill(**{name: note})
    return form


def report_form(browser, ref, button="Simpan draf"):
    return browser.get(f"/evaluations/{ref}/report").form(button=button)


# -------------------------------------------------------------------------------------- who sees what


def test_those_who_may_know_see_it_and_nobody_else(world, signed_in, running):
    for who in (world.rina, world.unit_head, world.agency_head, world.hr, world.agency_hr):
        assert signed_in(who).get(f"/evaluations/{running}").status == 200, who.key
    for who in (world.budi, world.clinic_head, world.publisher, world.admin, world.other, world.other_hr):
        browser = signed_in(who)
        for tail in (
            "",
            "/why",
            "/document",
            "/sheet",
            "/report",
            "/receive",
            "/rate",
            "/set",
            "/re-rate",
            "/evidence",
        ):
            assert browser.get(f"/evaluations/{running}{tail}").status == 404, (who.key, tail)
        for tail in ("/row", "/hand-over", "/reopen-report", "/set", "/receive", "/report"):
            assert browser.post(f"/evaluations/{running}{tail}").status == 404, (who.key, tail)


def test_seeing_is_not_doing(world, signed_in, running):
    for who, tails in (
        (world.unit_head, ("/report", "/receive")),
        (world.agency_head, ("/report", "/receive", "/rate", "/set", "/re-rate")),
        (world.hr, ("/report", "/receive", "/rate", "/set", "/re-rate")),
        (world.rina, ("/rate", "/set", "/re-rate")),
    ):
        for tail in tails:
            assert signed_in(who).get(f"/evaluations/{running}{tail}").status == 403, (who.key, tail)
    for tail in ("/row", "/hand-over", "/reopen-report"):
        assert signed_in(world.rina).post(f"/evaluations/{running}{tail}").status == 403


@pytest.mark.parametrize("state", [RUNNING, REPORTED, RATED])
def test_the_rating_is_unknown_to_the_person_until_it_is_told(world, signed_in, state):
    ref = world.evaluation(at=state).ref
    rina = signed_in(world.rina)
    for address in (f"/evaluations/{ref}", f"/evaluations/{ref}/why", "/evaluations/mine", "/employee"):
        text = rina.get(address).text
        assert GOOD_REASON not in text and "Di Atas Ekspektasi" not in text, address
    for tail in ("/document", "/sheet"):
        assert rina.get(f"/evaluations/{ref}{tail}").status == 404
    seen = signed_in(world.unit_head).get(f"/evaluations/{ref}/why").text
    assert (GOOD_REASON in seen) is (state is RATED)


@pytest.mark.parametrize("state", [HANDED_OVER, RECEIVED])
def test_then_it_is_there_with_reasons_and_documents(world, signed_in, state):
    ref = world.evaluation(at=state).ref
    rina = signed_in(world.rina)
    assert "Baik" in rina.get(f"/evaluations/{ref}").text
    assert GOOD_REASON in rina.get(f"/evaluations/{ref}/why").text
    assert "Baik" in rina.get("/evaluations/mine").text


def test_drafts_are_the_appraisers_alone(world, signed_in, running):
    with world.inside():
        world.do(
            actions.save_draft,
            world_evaluation(world),
            by=world.unit_head,
            draft_result=ExpectationRating.BELOW,
            draft_result_reason="Rahasia sampai ditetapkan.",
            draft_behaviour=None,
            draft_behaviour_reason="",
            unsure=True,
        )
    for who in (world.rina, world.hr, world.agency_head):
        for tail in ("", "/why", "/evidence"):
            assert "Rahasia sampai" not in signed_in(who).get(f"/evaluations/{running}{tail}").text


def world_evaluation(world, who="rina", quarter=3):
    return queries.of_enrolment(world.enrolment(who, quarter).id)


def test_an_unsent_report_is_the_employees_alone_until_its_day_has_passed(world, signed_in, running):
    before_the_due_day(world)
    filled(report_form(signed_in(world.rina), running), ["12"], ["Angka yang belum saya kirim."]).send()
    leader = signed_in(world.unit_head)
    for tail in ("", "/rate", "/evidence"):
        page = leader.get(f"/evaluations/{running}{tail}")
        assert page.status == 200 and "Angka yang belum" not in page.text, tail
    world.clock.set(datetime(2026, 10, 12, 2, 0, tzinfo=UTC))
    page = signed_in(world.unit_head).get(f"/evaluations/{running}/rate")
    assert "Angka yang belum" in page.text and "masih draf pegawai" in page.text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (RUNNING, "Giliran Anda"),
        (REPORTED, "Menunggu"),
        (RATED, "menyampaikan dokumen evaluasi"),
        (HANDED_OVER, "Giliran Anda"),
        (RECEIVED, "Semua langkah selesai"),
    ],
)
def test_it_says_whose_turn_it_is(world, signed_in, state, said):
    ref = world.evaluation(at=state).ref
    page = signed_in(world.rina).get(f"/evaluations/{ref}")
    assert said in page.text
    if state not in (REPORTED, RECEIVED):
        assert "Paling lambat" in page.text


def test_who_was_not_evaluated_reads_why(world, signed_in):
    ref = world.evaluation(at=EvaluationState.NOT_EVALUATED).ref
    text = signed_in(world.rina).get(f"/evaluations/{ref}").text
    assert "Tidak dinilai pada periode ini." in text and "Cuti sakit" in text and "bukan predikat" in text


# --------------------------------------------------------------------------------------------- report


def test_a_report_is_kept_then_sent(world, signed_in, running):
    rina = signed_in(world.rina)
    form = report_form(rina, running)
    assert len(fields_of(form, "value_")) == 6
    page = filled(form, ["9", "31,5"]).fill(self_note="Listrik padam tiga hari.").send()
    assert "Tersimpan pukul 09.00 WIB." in page.text
    assert "75,00%" in page.text and "9 ÷ 12" in page.text, "the attainment shows after saving"
    assert "4 indikator belum terisi" in page.text
    page = page.form(button="Kirim ke Darma").send()
    assert page.status == 409 and "4 indikator belum memiliki realisasi" in page.text
    assert stored(world, running).state is RUNNING
    form = page.form(button="Kirim ke Darma")
    assert form["self_note"] == "Listrik padam tiga hari."
    for name in fields_of(form, "note_")[2:]:
        form.fill(**{name: "Datanya baru ada bulan depan."})
    for name in fields_of(form, "value_"):
        if not form[name]:
            form.fill(**{name.replace("value_", "note_"): "Datanya baru ada bulan depan."})
    page = form.send()
    assert "Realisasi terkirim ke Darma" in page.text and "Realisasi dilaporkan" in page.text
    assert rina.get(f"/evaluations/{running}/report").address == f"/evaluations/{running}"


def test_missing_is_never_zero(world, signed_in, running):
    rina = signed_in(world.rina)
    form = report_form(rina, running)
    form.fill(**{fields_of(form, "note_")[0]: "Menunggu rekap."}).send()
    with world.inside():
        row = db.session.scalars(select(Achievement)).one()
        assert row.value is None and row.note == "Menunggu rekap."
    page = rina.get(f"/evaluations/{running}")
    assert "tidak ada angka" in page.text and "0,00%" not in page.text


@pytest.mark.parametrize("typed", ["1" + "0" * 40, "-1", "dua", "1,2,3", "NaN", "1e5", "٣"])
def test_bad_numbers_are_refused_beside_the_field(world, signed_in, running, typed):
    form = report_form(signed_in(world.rina), running)
    first, second = fields_of(form, "value_")[:2]
    page = form.fill(**{first: typed, second: "1.234,5"}).fill(self_note="Tetap ada.").send()
    assert page.status == 422 and page.error_of(first)
    again = page.form(button="Simpan draf")
    assert again[first] == typed
    assert again[second] == "1.234,5" and again["self_note"] == "Tetap ada."
    with world.inside():
        assert db.session.scalar(select(func.count()).select_from(Achievement)) == 0


def test_long_texts_unknown_indicators_and_missing_fields(world, signed_in, running):
    rina = signed_in(world.rina)
    form = report_form(rina, running)
    note = fields_of(form, "note_")[0]
    page = form.fill(self_note="x" * (2 * 1024 * 1024)).fill(**{note: "y" * 501}).send()
    assert page.status == 422
    assert "paling panjang 2000" in page.error_of("self_note") and "paling panjang 500" in page.error_of(note)
    form = report_form(rina, running).smuggle(value_000000000000="5", rating_id="1", state="dinilai")
    assert form.send().status == 200
    version = report_form(rina, running)["version"]
    page = rina.post(f"/evaluations/{running}/report", {"version": version})
    assert page.status == 200, "empty is a draft without figures"
    with world.inside():
        assert db.session.scalar(select(func.count()).select_from(Achievement)) == 0
    assert stored(world, running).state is RUNNING


def test_a_report_open_in_two_places_shows_both_texts(world, signed_in, running):
    rina = signed_in(world.rina)
    one, two = report_form(rina, running), report_form(rina, running)
    first, second = fields_of(one, "value_")[:2]
    assert one.fill(**{first: "9", second: "30"}).fill(self_note="Dari ponsel").send().status == 200
    page = two.fill(**{first: "11,5", second: "30"}).fill(self_note="Dari komputer").send()
    assert page.status == 409 and "Ada dua versi" in page.text
    assert "Dari ponsel" in page.text and "Dari komputer" in page.text and "11,5" in page.text
    page = page.form(button="Simpan yang saya tulis").send()
    assert page.status == 200
    form = page.form(button="Simpan draf")
    assert (form[first], form[second], form["self_note"]) == ("11,5", "30", "Dari komputer")


def test_the_appraisers_draft_and_the_report_dont_disturb_each_other(world, signed_in, running):
    form = report_form(signed_in(world.rina), running)
    leader = signed_in(world.unit_head)
    draft = leader.get(f"/evaluations/{running}/rate").form(button="Simpan draf")
    assert draft.fill(draft_result="sesuai", draft_result_reason=GOOD_REASON).send().status == 200
    assert form.fill(self_note="Bersamaan.").send().status == 200
    draft = leader.get(f"/evaluations/{running}/rate").form(button="Simpan draf")
    assert draft["draft_result_reason"] == GOOD_REASON


def test_a_report_given_back_can_be_mended(world, signed_in):
    ref = world.evaluation(at=REPORTED).ref
    page = signed_in(world.unit_head).get(f"/evaluations/{ref}").form(action="/reopen-report").send()
    assert "Laporan dikembalikan" in page.text
    form = report_form(signed_in(world.rina), ref)
    assert all(form[name] == "12" for name in fields_of(form, "value_"))


def test_a_report_sent_twice_is_one(world, signed_in, running):
    form = report_form(signed_in(world.rina), running)
    for name in fields_of(form, "value_"):
        form.fill(**{name: "12"})
    form.fields["send"] = "1"
    assert "terkirim" in form.send().text
    assert "sudah kami terima" in form.send().text


# ---------------------------------------------------------------------------------------------- rating


def test_rating_waits_for_the_organisation_and_says_for_whom(world, signed_in):
    ref = world.evaluation(at=REPORTED).ref
    leader = signed_in(world.unit_head)
    page = leader.get(f"/evaluations/{ref}/rate")
    said = f"capaian kinerja organisasi periode ini menunggu {world.secretary.name}"
    assert said in page.text and not page.links_to("/set$")
    form = page.form(button="Simpan draf").fill(
        draft_result="sesuai",
        draft_result_reason=GOOD_REASON,
        draft_behaviour="di_atas",
        draft_behaviour_reason=OTHER_REASON,
    )
    assert form.send().status == 200
    assert said in leader.get(f"/evaluations/{ref}/set").text
    page = leader.post(f"/evaluations/{ref}/set", {})
    assert page.status == 409 and said in page.text
    assert stored(world, ref).state is REPORTED


def rate_through_the_pages(leader, ref, button="Tetapkan dan sampaikan hari ini"):
    form = leader.get(f"/evaluations/{ref}/rate").form(button="Tetapkan predikat")
    page = form.fill(
        draft_result="sesuai",
        draft_result_reason=GOOD_REASON,
        draft_behaviour="di_atas",
        draft_behaviour_reason=OTHER_REASON,
    ).send()
    assert "Predikat Baik akan disampaikan kepada Rina Pelaksana hari ini, beserta alasan Anda." in page.text
    return page.form(button=button).fill(recommendation="Latih rekan baru.")


def test_the_rating_is_shown_before_it_is_set_and_told_the_same_day(world, signed_in):
    ref = world.evaluation(at=REPORTED).ref
    world.organisation_rating()
    form = rate_through_the_pages(signed_in(world.unit_head), ref)
    page = form.send()
    assert "ditetapkan dan dokumennya disampaikan" in page.text
    assert stored(world, ref).state is HANDED_OVER
    assert "Latih rekan baru." in signed_in(world.rina).get(f"/evaluations/{ref}/sheet").text
    assert form.send().status == 200
    with world.inside():
        assert db.session.scalar(select(func.count()).select_from(Rating)) == 1, "sent twice is set once"


def test_it_may_be_set_now_and_told_later(world, signed_in):
    ref = world.evaluation(at=REPORTED).ref
    world.organisation_rating()
    leader = signed_in(world.unit_head)
    page = rate_through_the_pages(leader, ref, "Tetapkan saja").send()
    assert "belum disampaikan" in page.text and stored(world, ref).state is RATED
    page = page.form(action="/hand-over").send()
    assert "disampaikan" in page.text and stored(world, ref).state is HANDED_OVER
    page = leader.post(f"/evaluations/{ref}/hand-over", {"version": "1"})
    assert "sudah disampaikan" in page.text, "a second press is told why not"


def test_missing_ratings_and_short_reasons_are_named(world, signed_in):
    ref = world.evaluation(at=REPORTED).ref
    world.organisation_rating()
    leader = signed_in(world.unit_head)
    page = leader.get(f"/evaluations/{ref}/set")
    assert "Pilih rating hasil kerja dan rating perilaku kerja" in page.text
    assert not page.has_button("Tetapkan dan sampaikan")
    form = leader.get(f"/evaluations/{ref}/rate").form(button="Tetapkan predikat")
    page = form.fill(
        draft_result="di_atas",
        draft_result_reason="baik",
        draft_behaviour="sesuai",
        draft_behaviour_reason=OTHER_REASON,
    ).send()
    assert "Alasan rating hasil kerja perlu sekurang-kurangnya 20 huruf." in page.text
    assert leader.post(f"/evaluations/{ref}/set", {}).status == 409
    assert stored(world, ref).state is REPORTED


def test_advice_is_beside_with_its_sum_and_never_filled_in(world, signed_in):
    ref = world.evaluation(at=REPORTED).ref
    page = signed_in(world.unit_head).get(f"/evaluations/{ref}/rate")
    # 12 of 12 reports: 100. 12 of 30 days, less is better: (60 - 12) ÷ 30 = 160, cut at 120.
    assert "(100,00 + 120,00 + 100,00 + 120,00) ÷ 4 = 110,00%" in page.text
    assert "Yang menetapkan tetap penilai." in page.text and "asumsi" in page.text
    form = page.form(button="Simpan draf")
    assert "draft_result" not in form.fields and "draft_behaviour" not in form.fields


def test_a_rating_that_differs_from_the_advice_is_pointed_out(world, signed_in):
    ref = world.evaluation(at=REPORTED).ref
    world.organisation_rating()
    form = signed_in(world.unit_head).get(f"/evaluations/{ref}/rate").form(button="Tetapkan predikat")
    page = form.fill(draft_result="di_bawah", draft_behaviour="sesuai").send()
    assert "berbeda dari usulan (Di Atas Ekspektasi)" in page.text and "Butuh Perbaikan" in page.text


def test_an_unsent_report_gives_no_advice_on_any_page_of_the_rater(world, signed_in, running, bench):
    """Until it is sent or its day has passed it is the employee's own draft: no figure, no advice."""
    world.clock.set(datetime(2026, 9, 29, 2, 0, tzinfo=UTC))
    rina, leader = signed_in(world.rina), signed_in(world.unit_head)
    form = report_form(rina, running)
    filled(form, ["777"] * len(fields_of(form, "value_"))).send()
    form = leader.get(f"/evaluations/{running}/rate").form(button="Simpan draf")
    form.fill(
        draft_result="di_bawah",
        draft_result_reason=GOOD_REASON,
        draft_behaviour="sesuai",
        draft_behaviour_reason=OTHER_REASON,
    ).send()
    addresses = [f"/evaluations/{running}{tail}" for tail in ("", "/rate", "/set", "/evidence")]
    for address in (*addresses, bench, f"{bench}/set"):
        page = leader.get(address)
        assert page.status == 200 and page.address == address, address
        assert "777" not in page.text and "Usulan:" not in page.text, address
        assert "berbeda dari usulan" not in page.text and "Di Atas Ekspektasi" not in page.text.replace(
            "Di Bawah Ekspektasi Sesuai Ekspektasi Di Atas Ekspektasi", ""
        ), address


def test_a_draft_open_in_two_places_shows_both_texts(world, signed_in):
    ref = world.evaluation(at=REPORTED).ref
    leader = signed_in(world.unit_head)
    address = f"/evaluations/{ref}/rate"
    one = leader.get(address).form(button="Simpan draf")
    two = leader.get(address).form(button="Simpan draf")
    one.fill(draft_result="sesuai", draft_result_reason="Dari ponsel.").send()
    page = two.fill(draft_result="di_atas", draft_result_reason="Dari komputer.", unsure="y").send()
    assert page.status == 409
    for text in (
        "Dari ponsel.",
        "Dari komputer.",
        "Sesuai Ekspektasi",
        "Di Atas Ekspektasi",
        world.unit_head.name,
    ):
        assert text in page.text, text
    page = page.form(button="Simpan yang saya tulis").send()
    assert page.status == 200
    kept = stored(world, ref)
    assert (kept.draft_result, kept.draft_result_reason) == (ExpectationRating.ABOVE, "Dari komputer.")
    assert kept.unsure


def test_setting_what_changed_meanwhile_is_shown_again_first(world, signed_in):
    ref = world.evaluation(at=REPORTED).ref
    world.organisation_rating()
    leader = signed_in(world.unit_head)
    form = rate_through_the_pages(leader, ref)
    draft = leader.get(f"/evaluations/{ref}/rate").form(button="Simpan draf")
    draft.fill(draft_result="di_bawah").send()
    page = form.send()
    assert page.status == 409 and "Draf berubah" in page.text and "Butuh Perbaikan" in page.text
    assert stored(world, ref).state is REPORTED
    assert page.form(button="Tetapkan saja").send().status == 200
    assert stored(world, ref).state is RATED


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("draft_result", "istimewa", "Pilih salah satu"),
        ("draft_behaviour", "<script>", "Pilih salah satu"),
        ("draft_result_reason", "x" * 1001, "paling panjang 1000"),
        ("draft_behaviour_reason", "x" * (2 * 1024 * 1024), "paling panjang 1000"),
    ],
)
def test_bad_drafts_are_refused(world, signed_in, running, field, typed, said):
    form = signed_in(world.unit_head).get(f"/evaluations/{running}/rate").form(button="Simpan draf")
    form.fill(draft_result_reason="Tetap ada.", draft_behaviour_reason="Juga ini.").smuggle(**{field: typed})
    page = form.send()
    assert page.status == 422 and said in page.text
    kept = "draft_behaviour_reason" if field == "draft_result_reason" else "draft_result_reason"
    assert page.form(button="Simpan draf")[kept] in ("Tetap ada.", "Juga ini.")
    assert stored(world, running).draft_result_reason == ""


def test_changing_a_rating_needs_a_reason_and_keeps_the_earlier_one(world, signed_in):
    ref = world.evaluation(at=RATED).ref
    leader = signed_in(world.unit_head)
    page = leader.get(f"/evaluations/{ref}").link("Ubah predikat").open()
    form = page.form(button="Ubah predikat")
    assert form["result_reason"] == GOOD_REASON and form["change_reason"] == ""
    page = form.fill(result_rating="di_atas", change_reason="keliru").send()
    assert page.status == 409 and "sekurang-kurangnya 20 huruf" in page.error_of("change_reason")
    page = page.form(button="Ubah predikat").fill(change_reason="Saya keliru membaca dua indikator.").send()
    assert "Yang sebelumnya tetap tercatat." in page.text
    page = leader.get(f"/evaluations/{ref}/why")
    assert "Sangat Baik" in page.text and "Saya keliru membaca dua indikator." in page.text
    assert page.text.count(GOOD_REASON) >= 2, "the reasons of the earlier rating stay readable"
    leader.get(f"/evaluations/{ref}").form(action="/hand-over").send()
    assert leader.get(f"/evaluations/{ref}/re-rate").address == f"/evaluations/{ref}", "told is told"
    page = leader.post(
        f"/evaluations/{ref}/re-rate",
        {
            "result_rating": "di_bawah",
            "result_reason": GOOD_REASON,
            "behaviour_rating": "sesuai",
            "behaviour_reason": GOOD_REASON,
            "change_reason": "Mencoba mengubah sesudah disampaikan.",
            "version": str(stored(world, ref).version),
        },
    )
    assert page.status == 409
    with world.inside():
        assert db.session.scalar(select(func.count()).select_from(Rating)) == 2


# ------------------------------------------------------------------------------------- hand-over, receipt


def test_receiving_needs_the_tick_and_starts_the_objection(world, signed_in):
    ref = world.evaluation(at=HANDED_OVER).ref
    rina = signed_in(world.rina)
    page = rina.get(f"/evaluations/{ref}").link("Terima dan tanda tangani").open()
    assert "bukan berarti Anda setuju. Keberatan dapat diajukan sampai Senin, 26 Oktober 2026." in page.text
    page = page.form(button="Terima dan tanda tangani").send()
    assert page.status == 422 and "Centang pernyataan" in page.text
    page = page.form(button="Terima dan tanda tangani").fill(acknowledged="y").send()
    assert page.status == 200 and stored(world, ref).state is RECEIVED
    assert "sampai Senin, 26 Oktober 2026" in page.text and world.agency_head.name in page.text
    world.clock.set(datetime(2026, 10, 27, 2, 0, tzinfo=UTC))
    assert "Masa keberatan berakhir Senin, 26 Oktober 2026" in signed_in(world.rina).get(page.address).text


def test_receiving_twice_is_told(world, signed_in):
    ref = world.evaluation(at=RECEIVED).ref
    page = signed_in(world.rina).post(f"/evaluations/{ref}/receive", {"acknowledged": "y", "version": "1"})
    assert page.status == 409 and "sudah diterima" in page.text


# -------------------------------------------------------------------------------------- explanation


def half_up(number, places=2):
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def by_hand(working):
    """What a reader gets who works out the sum on the page; per cent, before the cut."""
    text = working.replace(".", "").replace(",", ".").replace("−", "-").replace("×", "*").replace("÷", "/")
    if "≤" in text:
        return Decimal(100)
    assert re.fullmatch(r"[\d .()*/-]+", text), text
    return eval(re.sub(r"(\d+(?:\.\d+)?)", r"Decimal('\1')", text)) * 100


def test_the_explanation_can_be_worked_out_again_by_hand(world, signed_in):
    evaluation = world.evaluation(at=RUNNING)
    achieved = ["11", "20,5", "12,7", "33", "4", "30"]
    rina = signed_in(world.rina)
    form = report_form(rina, evaluation.ref)
    with world.inside():
        refs = [
            row.indicator.line_ref for row in queries.measured(queries.setting(stored(world, evaluation.ref)))
        ]
    for ref, value in zip(refs, achieved, strict=True):
        form.fill(**{f"value_{ref}": value})
    form.fields["send"] = "1"
    assert "terkirim" in form.send().text
    world.evaluation(at=HANDED_OVER)
    page = rina.get(f"/evaluations/{evaluation.ref}/why")

    main = page.root.first("section", id="results").first("tbody").all("tr")
    cap = Decimal(120)
    values = []
    for row in main[:-1]:
        cells = [cell.text for cell in row.all("td")]
        shown = Decimal(cells[3].removesuffix("%").replace(".", "").replace(",", "."))
        exact = min(by_hand(cells[2]), cap)
        assert half_up(exact) == shown, cells
        values.append(exact)
    assert len(values) == 4
    mean = half_up(sum(values) / len(values))
    cells = [cell.text for cell in main[-1].all("td")]
    assert cells[1] == f"{mean}%".replace(".", ",")
    assert cells[0] == "(" + " + ".join(str(half_up(v)).replace(".", ",") for v in values) + ") ÷ 4"
    # The advice by the limits that the page states, and the cell where the two ratings meet.
    below, above = Decimal(90), Decimal(105)
    advised = "Di Bawah" if mean < below else "Sesuai"
    assert mean < above and f"Menurut hitungan: {advised} Ekspektasi" in page.text
    assert "di bawah 90% berarti Di Bawah Ekspektasi; 105% ke atas" in page.text
    assert "Batas ini belum ditetapkan peraturan" in page.text
    hit = page.root.first("td", class_="hit")
    assert "Baik" in hit.text and "Anda di sini" in hit.text


def test_the_explanation_says_who_when_by_which_rule_and_what_would_have_changed_it(world, signed_in):
    world.progress()
    with world.inside():
        fields = {"about": "nilai:kompeten", "kind": FeedbackKind.APPRECIATION, "text": "Cepat belajar."}
        world.do(progress.give_feedback, world.enrolment("rina", 3), by=world.unit_head, **fields)
    ref = world.evaluation(at=RECEIVED).ref
    text = signed_in(world.rina).get(f"/evaluations/{ref}/why").text
    for said in (
        "Predikat Anda pada Triwulan III 2026 adalah Baik",
        "karena hasil kerja Sesuai Ekspektasi dan perilaku kerja Di Atas Ekspektasi",
        GOOD_REASON,
        OTHER_REASON,
        "Cepat belajar.",
        f"{world.rina.name} melaporkan realisasi.",
        f"{world.unit_head.name} menetapkan predikat: Baik",
        f"{world.unit_head.name} menyampaikan dokumen evaluasi.",
        f"{world.rina.name} menerima dan menandatangani dokumen.",
        f"{world.hr.name} menetapkan capaian kinerja organisasi: Baik",
        "Aturan nasional pengelolaan kinerja pegawai ASN, versi 3",
        "PermenPANRB Nomor 6 Tahun 2022",
        "bila rating hasil kerja Di Atas Ekspektasi.",
        "Tetap Baik sekalipun rating perilaku kerja Sesuai Ekspektasi.",
        "bila rating hasil kerja Di Bawah Ekspektasi.",
        "Batasnya Senin, 26 Oktober 2026, yaitu 14 hari kalender sesudah dokumen evaluasi diterima.",
        f"keberatan tertulis kepada {world.agency_head.name}, atasan pejabat penilai Anda",
        "tidak ada kuota",
    ):
        assert said in text, said


def test_the_explanation_as_json_gives_the_same_rating_when_it_is_computed_again(world, signed_in):
    ref = world.evaluation(at=RECEIVED).ref
    browser = signed_in(world.rina)
    assert "Unduh fakta dan hitungannya" in browser.get(f"/evaluations/{ref}/why").text
    answer = browser.get(f"/evaluations/{ref}/why.json")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    data = json.loads(answer.html)
    assert data["evaluation"]["rating"] == {"key": "baik", "label": "Baik"}
    assert data["evaluation"]["notes"] == []
    with world.inside():
        rating = db.session.scalars(select(Rating)).one()
        version = db.session.get_one(PolicyVersion, rating.policy_version_id)
        assert data["evaluation"]["policy"] == {
            "key": version.key,
            "version": version.version,
            "sha256": version.sha256,
        }
        assert Decimal(data["evaluation"]["components"]["result"]["mean"]) == pytest.approx(
            rating.advice_mean
        )
    told = CliRunner().invoke(
        evaluate_command,
        ["--policy", f"{version.key}@{version.version}", "-"],
        input=json.dumps(data["facts"]),
    )
    assert json.loads(told.stdout)["rating"] == data["evaluation"]["rating"]
    assert world.unit_head.name not in answer.html
    assert signed_in(world.budi).get(f"/evaluations/{ref}/why.json").status == 404


def test_nobody_reads_the_figures_before_the_rating_is_handed_over(world, signed_in):
    ref = world.evaluation(at=RATED).ref
    assert signed_in(world.rina).get(f"/evaluations/{ref}/why.json").status == 404


def test_above_a_rating_the_reader_is_told_about_somebody_else(world, signed_in):
    ref = world.evaluation(at=RATED).ref
    page = signed_in(world.agency_head).get(f"/evaluations/{ref}/why")
    assert page.h1 == "Mengapa predikatnya begini?" and world.rina.name in page.text


# ---------------------------------------------------------------------------------------------- bench


@pytest.fixture
def bench(world):
    """The address of the bench of the third quarter."""
    with world.inside():
        return f"/evaluations/bench/{world.period(3).ref}"


def refs_of(world, *people):
    with world.inside():
        return [world_evaluation(world, who).ref for who in people]


def ready(world, who="budi", result=ExpectationRating.AS_EXPECTED):
    """A reported evaluation with a complete draft."""
    ref = world.evaluation(at=REPORTED, who=who).ref
    with world.inside():
        world.do(
            actions.save_draft,
            stored(world, ref),
            by=world.appraiser(who),
            draft_result=result,
            draft_result_reason=GOOD_REASON,
            draft_behaviour=ExpectationRating.AS_EXPECTED,
            draft_behaviour_reason=OTHER_REASON,
            unsure=False,
        )
    return ref


def test_the_bench_shows_whom_i_rate_and_nobody_else(world, signed_in, bench):
    page = signed_in(world.unit_head).get(bench)
    for who in (world.rina, world.budi, world.citra):
        assert who.name in page.text
    assert world.dewi.name not in page.text
    assert "0 dari 3 orang terisi" in page.text
    for who in (world.rina, world.hr, world.other_head, world.admin):
        assert signed_in(who).get(bench).status == 404, who.key


def test_a_row_is_kept_without_script_and_with_it(world, signed_in, bench):
    world.evaluation(at=REPORTED)
    leader = signed_in(world.unit_head)
    (ref,) = refs_of(world, "rina")
    form = leader.get(bench).form(action=f"/{ref}/row")
    page = form.fill(draft_result="sesuai", draft_result_reason=GOOD_REASON).send()
    assert page.address == bench and "1 dari 3" not in page.text, "one rating alone isn't filled"
    form = page.form(action=f"/{ref}/row").fill(draft_behaviour="di_atas")
    part = form.send(headers={"HX-Request": "true", "HX-Target": f"div#at-{ref}"})
    assert part.status == 200 and "<html" not in part.html
    assert (
        "Tersimpan pukul 09.00 WIB." in part.text
        and "Baik" in part.text
        and "Belum lengkap: alasan" in part.text
    )
    assert part.headers["HX-Trigger"] == "benchsaved" and "HX-Target" in part.headers["Vary"]
    assert f'value="{stored(world, ref).version}"' in part.html, "the next save is compared with this one"


def test_a_stale_row_says_what_is_stored_and_can_be_sent_again(world, signed_in, bench):
    (ref,) = refs_of(world, "rina")
    world.plan(PlanState.SET)
    leader = signed_in(world.unit_head)
    one, two = leader.get(bench).form(action=f"/{ref}/row"), leader.get(bench).form(action=f"/{ref}/row")
    one.fill(draft_result="sesuai", draft_result_reason="Dari ponsel.").send()
    two.fill(draft_result="di_atas", draft_result_reason="Dari komputer.")
    part = two.send(headers={"HX-Request": "true", "HX-Target": f"div#at-{ref}"})
    assert part.status == 409 and "Dari ponsel." in part.text and "Sesuai Ekspektasi" in part.text
    page = two.send()
    assert page.status == 409 and "Dari ponsel." in page.text and "Dari komputer." in page.text
    two.fields["version"] = re.search(r'name="version" value="(\d+)"', part.html)[1]
    assert two.send().status == 200
    assert stored(world, ref).draft_result_reason == "Dari komputer."


def test_a_bad_row_says_what_to_mend(world, signed_in, bench):
    (ref,) = refs_of(world, "rina")
    form = signed_in(world.unit_head).get(bench).form(action=f"/{ref}/row")
    form.smuggle(draft_result="sempurna", draft_result_reason="x" * 1001)
    part = form.send(headers={"HX-Request": "true", "HX-Target": f"div#at-{ref}"})
    assert part.status == 422 and "Pilih salah satu" in part.text and "paling panjang" in part.text
    page = form.send()
    assert page.status == 422 and "paling panjang 1000" in page.error_of("draft_result_reason")


def test_evidence_is_loaded_when_the_fold_is_opened(world, signed_in, bench):
    world.progress()
    ref = world.evaluation(at=REPORTED).ref
    leader = signed_in(world.unit_head)
    page = leader.get(bench)
    assert "Menyusun laporan pertama." not in page.text and "1 catatan" in page.text
    whole = leader.get(f"/evaluations/{ref}/evidence")
    part = leader.get(f"/evaluations/{ref}/evidence", headers={"HX-Request": "true", "HX-Target": "p"})
    assert "Menyusun laporan pertama." in part.text and "<html" not in part.html
    assert part.html.strip() in whole.html, "the fragment is a verbatim part of the page"


def test_ready_ratings_are_set_each_by_its_own_act(world, signed_in, bench):
    world.organisation_rating()
    budi, citra = ready(world, "budi"), ready(world, "citra", ExpectationRating.BELOW)
    world.evaluation(at=REPORTED, who="rina")
    leader = signed_in(world.unit_head)
    page = leader.get(bench).link("Tetapkan 2 predikat yang siap").open()
    assert "Baik" in page.text and "Butuh Perbaikan" in page.text and world.rina.name not in page.text
    form = page.form(button="Tetapkan 2 predikat")
    page = form.send()
    assert "2 predikat ditetapkan." in page.text
    assert {stored(world, ref).state for ref in (budi, citra)} == {RATED}
    assert "sudah kami terima" in form.send().text, "a second press sets nothing"
    form.fields["once"] = "from-an-older-list"
    page = form.send()
    assert "Belum diproses" in page.text and "berubah sejak" in page.text
    del form.fields["once"]
    page = form.send()
    assert "penanda formulirnya hilang" in page.text, "nor one that nobody could have pressed"
    page = leader.get(bench).link("Sampaikan 2 dokumen").open().form(button="Sampaikan 2 dokumen").send()
    assert "2 dokumen disampaikan." in page.text
    assert {stored(world, ref).state for ref in (budi, citra)} == {HANDED_OVER}


def test_one_that_changed_meanwhile_is_left_out_of_the_many(world, signed_in, bench):
    world.organisation_rating()
    budi, citra = ready(world, "budi"), ready(world, "citra")
    leader = signed_in(world.unit_head)
    form = leader.get(f"{bench}/set").form(button="Tetapkan 2 predikat")
    draft = leader.get(f"/evaluations/{budi}/rate").form(button="Simpan draf")
    draft.fill(draft_result="di_bawah").send()
    page = form.send()
    assert "1 predikat ditetapkan." in page.text and f"{world.budi.name}: berubah" in page.text
    assert (stored(world, budi).state, stored(world, citra).state) == (REPORTED, RATED)


def test_the_many_are_only_ones_own(world, signed_in, bench):
    world.organisation_rating("puskesmas-melati")
    foreign = ready(world, "dewi")
    version = stored(world, foreign).version
    for tail in ("/set", "/hand-over"):
        page = signed_in(world.unit_head).post(bench + tail, {"who": f"{foreign}:{version}"})
        assert page.status == 200 and "Tidak ada yang perlu diproses." in page.text
    assert stored(world, foreign).state is REPORTED
    for who in ("", "x", f"{foreign}", "a:b:c", "\x00:1"):
        assert signed_in(world.unit_head).post(f"{bench}/set", {"who": who}).status == 200


def test_without_the_organisations_rating_nothing_is_ready(world, signed_in, bench):
    ready(world, "budi")
    page = signed_in(world.unit_head).get(bench)
    assert f"menunggu {world.secretary.name}" in page.text and not page.links_to("/set$")
    page = signed_in(world.unit_head).get(f"{bench}/set")
    assert "capaian organisasi" in page.text and not page.has_button("Tetapkan")


def crowd(world, number):
    """More people under the unit's head, enrolled in every period."""
    with world.inside():
        unit, region = world.unit("bidang-pelayanan"), world.region()
        with door():
            for n in range(number):
                person = Person(region_id=region.id, name=f"Pegawai {n:03}", search_name=f"pegawai {n:03}")
                position = Position(
                    region_id=region.id,
                    code=f"ramai-{n}",
                    unit_id=unit.id,
                    title="Pelaksana",
                    kind=PostKind.STAFF,
                    begins=STARTED,
                )
                db.session.add_all([person, position])
                db.session.flush()
                ids = {"region_id": region.id, "person_id": person.id, "begins": STARTED}
                db.session.add(Tenure(**ids, position_id=position.id))
                number_of = f"18900101191202{n:04}"
                db.session.add(
                    Employee(**ids, staff_number=number_of, status=EmploymentStatus.PNS, rank_code="III/a")
                )
        for quarter in (None, 3):
            world.do(actions.open_period, world.period(quarter), by=world.hr)


def test_three_people_and_a_hundred_cost_the_same(world, signed_in, statements, bench):
    world.plan(PlanState.SET)
    leader = signed_in(world.unit_head)
    leader.get(bench)
    with statements(limit=8) as few:
        leader.get(bench)
    crowd(world, 110)
    with statements(limit=8) as many:
        page = leader.get(bench)
    assert len(many) <= len(few)
    assert "dari 113 orang terisi" in page.text and len(page.root.all("li", class_="person")) == 50
    assert "1–50 dari 113" in page.text
    last = leader.get(f"{bench}?hal=3")
    assert len(last.root.all("li", class_="person")) == 13 and world.rina.name in last.text
    assert len(page.response.get_data()) < 320_000
    for odd in (
        "?hal=0",
        "?hal=-3",
        "?hal=x",
        "?hal=99999999999999999999",
        "?tampil=apa",
        "?tampil=siap&hal=9",
    ):
        assert leader.get(bench + odd).status == 200, odd


def test_the_pattern_warns_and_doesnt_forbid(world, signed_in, bench):
    world.organisation_rating()
    crowd(world, 12)
    with world.inside():
        people = queries_bench.bench(world.period(3).id, world.unit_head.person_id)
        for row in people:
            world.do(
                actions.save_draft,
                row.Evaluation,
                by=world.unit_head,
                draft_result=ExpectationRating.AS_EXPECTED,
                draft_result_reason=GOOD_REASON,
                draft_behaviour=ExpectationRating.AS_EXPECTED,
                draft_behaviour_reason=OTHER_REASON,
                unsure=False,
            )
    page = signed_in(world.unit_head).get(bench)
    assert "Pola distribusi Dinas Kesehatan" in page.text and "bukan kuota" in page.text
    assert re.search(r"1\d dari 1\d pegawai \(100%\) mendapat Baik; polanya paling banyak 70%\.", page.text)


def test_ratings_of_others_count_in_the_pattern_from_the_day_they_are_told(world):
    """Else an appraiser would read the rating that they themselves were given out of the counts."""
    ref = world.evaluation(at=RATED, who="unit_head").ref
    with world.inside():
        evaluation = stored(world, ref)
        enrolment = world.enrolment("unit_head", 3)
        period, place = enrolment.period_id, enrolment.organisation_id

        def known(who):
            me = who.person_id
            given = queries_bench.tally(period, me).organisations[place].given
            assert queries.distribution(period, place, me) == given
            return sum(given.values())

        assert (known(world.unit_head), known(world.agency_head)) == (0, 1)
        world.do(actions.hand_over, evaluation, by=world.agency_head)
        assert known(world.unit_head) == 1


# ------------------------------------------------------------------------------------- organisation


@pytest.fixture
def melati(world):
    """The address where Puskesmas Melati is rated."""
    with world.inside():
        return f"/evaluations/organisations/{world.period(3).ref}/{world.unit('puskesmas-melati').ref}"


def test_the_leader_one_level_up_rates_the_organisation(world, signed_in, melati):
    world.evaluation(at=REPORTED, who="dewi")
    leader = signed_in(world.agency_head)
    page = leader.get(melati)
    assert world.clinic_head.name in page.text and "4 dari 4 tercapai" in page.text
    form = page.form(button="Tetapkan capaian organisasi")
    assert "document" not in form.names
    page = form.fill(rating="baik", reason="pendek").send()
    assert page.status == 409 and "sekurang-kurangnya 20 huruf" in page.error_of("reason")
    page = (
        page.form(button="Tetapkan capaian").fill(reason="Sembilan dari sepuluh rencana aksi selesai.").send()
    )
    assert "dicatat" in page.text and "Sembilan dari sepuluh" in page.text
    page = (
        page.form(button="Tetapkan capaian")
        .fill(rating="istimewa", reason="Ternyata semuanya selesai.")
        .send()
    )
    assert "digantikan" in page.text and "Sembilan dari sepuluh" in page.text, "the earlier one stays"
    world.evaluation(at=HANDED_OVER, who="dewi")
    page = leader.get(melati)
    assert "tidak dapat diubah lagi" in page.text and not page.has_button("Tetapkan")
    fields = {"rating": "kurang", "reason": "Mencoba mengubah sesudah disampaikan."}
    assert leader.post(melati, fields).status == 409
    with world.inside():
        assert db.session.scalar(select(func.count()).select_from(OrganisationRatingSet)) == 2


def test_nobody_else_does(world, signed_in, melati):
    for who in (
        world.clinic_head,
        world.dewi,
        world.unit_head,
        world.secretary,
        world.agency_hr,
        world.other_hr,
    ):
        browser = signed_in(who)
        assert browser.get(melati).status == 404, who.key
        assert browser.post(melati, {"rating": "istimewa", "reason": GOOD_REASON}).status == 404, who.key


def test_region_hr_records_it_with_the_document(world, signed_in, melati):
    form = signed_in(world.hr).get(melati).form(button="Catat capaian organisasi")
    page = form.fill(rating="baik", reason=GOOD_REASON).send()
    assert page.status == 409 and "nomor dan tanggal dokumen" in page.error_of("document")
    page = page.form(button="Catat capaian").fill(document="Nota 12/2026, 6 Oktober 2026").send()
    assert page.status == 200 and "Nota 12/2026" in page.text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("rating", "", "Pilih capaian"),
        ("rating", "luar_biasa", "Pilih salah satu"),
        ("reason", "", "Tulis alasannya."),
        ("reason", "x" * 1001, "paling panjang 1000"),
    ],
)
def test_a_bad_rating_of_the_organisation_is_refused(world, signed_in, melati, field, typed, said):
    form = signed_in(world.agency_head).get(melati).form(button="Tetapkan capaian organisasi")
    page = form.fill(rating="baik", reason=GOOD_REASON).smuggle(**{field: typed}).send()
    assert page.status == 422 and said in page.text


def test_unknown_periods_and_units_and_those_elsewhere(world, signed_in, melati):
    leader = signed_in(world.agency_head)
    period, unit = melati.split("/")[-2:]
    with world.inside():
        far_period = world.period(3, "kabupaten-lain").ref
        field = world.unit("bidang-pelayanan").ref
    for address in (
        f"{far_period}/{unit}",
        f"000000000000/{unit}",
        f"{period}/000000000000",
        f"{period}/{field}",
    ):
        assert leader.get(f"/evaluations/organisations/{address}").status == 404, address


# ------------------------------------------------------------------------------------ documents, year


def test_the_two_documents_have_the_order_of_the_official_forms(world, signed_in):
    ref = world.evaluation(at=RECEIVED).ref
    rina = signed_in(world.rina)

    def in_order(text, *words):
        places = [text.find(word) for word in words]
        assert -1 not in places, [word for word, place in zip(words, places, strict=True) if place < 0]
        assert places == sorted(places), list(zip(words, places, strict=True))

    text = rina.get(f"/evaluations/{ref}/document").text
    in_order(
        text,
        "EVALUASI KINERJA PEGAWAI",
        "Pendekatan Hasil Kerja Kuantitatif",
        "Periode:",
        "Pegawai yang Dinilai",
        "Capaian Kinerja Organisasi",
        "Pola Distribusi",
        "A. Utama",
        "B. Tambahan",
        "Rating Hasil Kerja:",
        "Perilaku Kerja",
        "Rating Perilaku Kerja:",
        "Predikat Kinerja Pegawai:",
    )
    assert re.search(r"NIP 1890\d{4} \d{6} \d \d{3}", text), "the staff number stands in documents"
    assert "Penata (III/c)" in text and "tempat Lambang Negara" in text
    text = rina.get(f"/evaluations/{ref}/sheet").text
    in_order(
        text,
        "tempat Lambang Negara",
        "DOKUMEN EVALUASI KINERJA PEGAWAI",
        "1 Pegawai yang Dinilai",
        "2 Pejabat Penilai Kinerja",
        "3 Atasan Pejabat Penilai Kinerja",
        "4 Evaluasi Kinerja",
        "Capaian Kinerja Organisasi",
        "Predikat Kinerja Pegawai",
        "5 Catatan/Rekomendasi",
        "Diterima 12 Oktober 2026",
    )
    assert "Pertahankan, dan latih rekan baru." in text


def test_staff_numbers_stand_in_documents_only(world, signed_in):
    ref = world.evaluation(at=RECEIVED).ref
    for who in (world.rina, world.unit_head, world.hr):
        for tail in ("", "/why", "/evidence"):
            assert not re.search(
                r"\d{8} ?\d{6} ?\d ?\d{3}", signed_in(who).get(f"/evaluations/{ref}{tail}").html
            )


def test_the_year_shows_its_periods_and_averages_nothing(world, signed_in):
    world.evaluation(at=RECEIVED)
    world.evaluation(at=RATED, quarter=2)
    with world.inside():
        year = world_evaluation(world, "rina", None).ref
    rina = signed_in(world.rina)
    page = rina.get(f"/evaluations/{year}")
    assert "Evaluasi Tahun 2026" in page.h1 and "tidak dirata-ratakan" in page.text
    rows = {row.first("th").text: row.text for row in page.root.first("table").first("tbody").all("tr")}
    assert set(rows) == {"Triwulan I 2026", "Triwulan II 2026", "Triwulan III 2026", "Triwulan IV 2026"}
    assert "Baik" in rows["Triwulan III 2026"] and "Baik" not in rows["Triwulan II 2026"], "told or not"
    page = signed_in(world.unit_head).get(f"/evaluations/{year}/rate")
    assert page.status == 200 and "Predikat periode tidak dirata-ratakan" in page.text
    assert "Baik" in page.root.first("table").text


# ---------------------------------------------------------------------------------------- statements


def test_no_page_asks_the_database_more_than_eight_times(world, signed_in, statements):
    world.progress()
    rina, leader, hr = signed_in(world.rina), signed_in(world.unit_head), signed_in(world.hr)
    with world.inside():
        bench = f"/evaluations/bench/{world.period(3).ref}"
        year = world_evaluation(world, "rina", None).ref
        organisation = f"/evaluations/organisations/{world.period(3).ref}/{world.unit('dinas-kesehatan').ref}"
    for state in (RUNNING, REPORTED, RATED, HANDED_OVER, RECEIVED):
        ref = world.evaluation(at=state).ref
        for browser, tails in (
            (rina, ("", "/why", "/document", "/sheet", "/report", "/receive")),
            (leader, ("", "/why", "/document", "/sheet", "/rate", "/set", "/re-rate", "/evidence")),
            (hr, ("", "/why")),
        ):
            for tail in tails:
                with statements(limit=8):
                    browser.get(f"/evaluations/{ref}{tail}", follow=False)
        for tail in ("", "/set", "/hand-over"):
            with statements(limit=8):
                leader.get(bench + tail)
    for browser, address in (
        (rina, "/evaluations/mine"),
        (rina, f"/evaluations/{year}"),
        (leader, f"/evaluations/{year}/rate"),
        (signed_in(world.secretary), organisation),
    ):
        with statements(limit=8):
            assert browser.get(address).status == 200

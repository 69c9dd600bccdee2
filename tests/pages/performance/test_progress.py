"""Pages of a period: action steps, progress with evidence, feedback and replies (Y-25 to Y-29, F-8, F-9)."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from portal.extensions import db
from portal.ledger.files import StoredFile
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.rules import PlanState
from portal.performance.progress import actions
from portal.performance.progress.models import ActionStep, Feedback, ProgressEntry
from portal.performance.progress.rules import FeedbackKind

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 400
PDF = b"%PDF-1.7\n" + b"0" * 400
LONG = "x" * (2 * 1024 * 1024)


@pytest.fixture
def ref(world):
    """Rina's third quarter, with her plan set."""
    world.plan(PlanState.SET)
    with world.inside():
        return world.enrolment("rina", 3).ref


@pytest.fixture
def line(world, ref):
    """The first result of Rina's plan."""
    return world.progress().line_ref


def upload(data, name="bukti.png"):
    return FileStorage(BytesIO(data), name, "files", "application/octet-stream")


def entry_form(browser, ref, **values):
    filled = {"day": "28 Agustus 2026", "text": "Melatih enam rekan.", **values}
    return browser.get(f"/progress/{ref}/entries/new").form(button="Simpan catatan").fill(**filled)


def count(world, model, **where):
    with world.inside():
        query = select(func.count()).select_from(model)
        return db.session.scalar(query.filter_by(**where))


# ------------------------------------------------------------------------------------- who sees it


def test_the_person_and_those_above_see_a_period(world, signed_in, ref):
    for who in (world.rina, world.unit_head, world.agency_head, world.hr, world.agency_hr):
        page = signed_in(who).get(f"/progress/{ref}")
        assert page.status == 200, who.key
        assert "Hasil kerja 1 Rina" in page.text
        assert "Yang dapat melihat halaman ini" in page.text and world.unit_head.name in page.text


def test_colleagues_and_strangers_dont(world, signed_in, ref):
    entry = world.progress()
    for who in (world.budi, world.clinic_head, world.publisher, world.other_hr, world.other, world.admin):
        browser = signed_in(who)
        for address in (f"/progress/{ref}", f"/progress/{ref}/entries/new", f"/progress/entries/{entry.ref}"):
            assert browser.get(address).status == 404, (who.key, address)


def test_who_sees_may_not_therefore_write(world, signed_in, ref):
    entry = world.progress()
    for who in (world.unit_head, world.agency_head, world.hr):
        browser = signed_in(who)
        for address in (f"/progress/{ref}/entries/new", f"/progress/{ref}/steps/new"):
            assert browser.get(address).status == 403, (who.key, address)
        assert browser.post(f"/progress/entries/{entry.ref}/withdraw").status == 403
    assert signed_in(world.rina).post(f"/progress/{ref}/steps/agree").status == 403
    assert signed_in(world.rina).get(f"/progress/{ref}/feedback/new").status == 403
    assert signed_in(world.hr).get(f"/progress/{ref}/feedback/new").status == 403


def test_the_frame_follows_the_relation(world, signed_in, ref):
    assert "Kemajuan Triwulan III 2026" in signed_in(world.rina).get(f"/progress/{ref}").h1
    assert signed_in(world.unit_head).get(f"/progress/{ref}").h1 == world.rina.name


def test_mine_leads_to_the_running_period(world, signed_in, ref):
    page = signed_in(world.rina).get("/progress/mine")
    assert page.status == 200 and page.h1.startswith("Kemajuan Triwulan")
    assert signed_in(world.mayor).get("/progress/mine").status == 200, "nobody enrolled is told so"


def test_a_period_costs_the_same_for_one_entry_and_for_forty(world, signed_in, statements, ref):
    entry = world.progress()
    browser = signed_in(world.rina)
    browser.get(f"/progress/{ref}")
    with statements(limit=8) as few:
        browser.get(f"/progress/{ref}")
    with world.inside():
        enrolment = world.enrolment("rina", 3)
        for day in range(1, 29):
            fields = {"line_ref": entry.line_ref, "day": date(2026, 8, day), "text": f"Hari ke-{day}."}
            world.do(actions.record_progress, enrolment, by=world.rina, **fields)
            fields = {"about": f"hasil:{entry.line_ref}", "kind": FeedbackKind.APPRECIATION}
            world.do(actions.give_feedback, enrolment, by=world.unit_head, text=f"Baik {day}.", **fields)
    with statements(limit=8) as many:
        assert "Hari ke-28." in browser.get(f"/progress/{ref}").text
    assert len(many) == len(few)


# ---------------------------------------------------------------------------------------- steps (F-8)


def test_steps_are_proposed_agreed_with_one_tap_and_finished(world, signed_in, ref):
    rina, leader = signed_in(world.rina), signed_in(world.unit_head)
    for text in ("Menguji antrean lansia", "Memasang papan nomor"):
        form = rina.get(f"/progress/{ref}/steps/new").form(button="Simpan langkah")
        page = form.fill(text=text, target="2 pekan", due="31-08-2026", evidence="foto").send()
    assert "Menguji antrean lansia" in page.text and page.text.count("Diusulkan") == 2
    page = leader.get(f"/progress/{ref}").form(button="Sepakati 2 langkah").send()
    assert page.text.count("Disepakati") == 2 and not page.has_button("Sepakati")
    page = rina.get(f"/progress/{ref}").form(button="Tandai selesai").send()
    assert "Langkah selesai." in page.text and "1 dari 2 selesai" in page.text
    page = page.form(button="Buka lagi").send()
    assert "0 dari 2 selesai" in page.text


def test_nobody_agrees_to_a_step_they_have_not_read(world, signed_in, ref):
    rina, leader = signed_in(world.rina), signed_in(world.unit_head)
    rina.get(f"/progress/{ref}/steps/new").form(button="Simpan langkah").fill(text="Menguji antrean").send()
    seen = leader.get(f"/progress/{ref}").form(button="Sepakati 1 langkah")
    page = rina.get(f"/progress/{ref}").link("Ubah").open()
    page.form(button="Simpan langkah").fill(text="Menutup loket pada hari Jumat").send()
    page = seen.send()
    assert "berubah sejak halaman ini Anda buka" in page.text and "Diusulkan" in page.text
    assert (
        leader.get(f"/progress/{ref}").form(button="Sepakati 1 langkah").send().text.count("Disepakati") == 1
    )


def test_a_step_that_is_changed_is_proposed_anew(world, signed_in, ref):
    rina, leader = signed_in(world.rina), signed_in(world.unit_head)
    rina.get(f"/progress/{ref}/steps/new").form(button="Simpan langkah").fill(text="Menguji antrean").send()
    leader.get(f"/progress/{ref}").form(button="Sepakati 1 langkah").send()
    page = rina.get(f"/progress/{ref}").link("Ubah").open()
    assert "sudah disepakati" in page.text
    page = page.form(button="Simpan langkah").fill(text="Menguji antrean dua pekan").send()
    assert "Menguji antrean dua pekan" in page.text and "Diusulkan" in page.text


def test_a_step_changed_elsewhere_shows_both_texts(world, signed_in, ref):
    rina = signed_in(world.rina)
    rina.get(f"/progress/{ref}/steps/new").form(button="Simpan langkah").fill(text="Pertama").send()
    one = rina.get(f"/progress/{ref}").link("Ubah").open().form(button="Simpan langkah")
    two = rina.get(f"/progress/{ref}").link("Ubah").open().form(button="Simpan langkah")
    one.fill(text="Dari ponsel", due="1 September 2026").send()
    page = two.fill(text="Dari komputer").send()
    assert page.status == 409
    assert "Dari ponsel" in page.text and "Dari komputer" in page.text and "1 September 2026" in page.text
    page = page.form(button="Simpan yang saya tulis").send()
    assert page.status == 200 and "Dari komputer" in page.text and "Dari ponsel" not in page.text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("text", "", "Tulis langkahnya."),
        ("text", "x" * 301, "paling panjang 300"),
        ("due", "31 Februari 2026", "31 Februari 2026 tidak ada"),
        ("due", "besok", "tidak ada"),
        ("line_ref", "tidakadabaris", "Pilih salah satu pilihan yang tersedia."),
    ],
)
def test_a_bad_step_is_refused_beside_the_field(world, signed_in, ref, field, typed, said):
    form = signed_in(world.rina).get(f"/progress/{ref}/steps/new").form(button="Simpan langkah")
    form.fill(text="Menguji antrean", target="dua pekan")
    form.smuggle(**{field: typed})
    page = form.send()
    assert page.status == 422 and said in page.error_of(field)
    assert page.form(button="Simpan langkah")["target"] == "dua pekan"
    assert count(world, ActionStep) == 0


# -------------------------------------------------------------------------------------------- entries


def test_an_entry_with_several_files_and_a_link(world, signed_in, ref):
    rina = signed_in(world.rina)
    form = entry_form(rina, ref, amount="1.234,5", link="https://contoh.go.id/berita?id=1")
    form.fields.setlist("files", [upload(PNG, "foto loket.png"), upload(PDF, "../../etc/rekap.pdf")])
    page = form.send()
    assert "Kemajuan dicatat." in page.text
    assert "Jumat, 28 Agustus 2026" in page.text and "1.234,5" in page.text
    assert "foto loket.png" in page.text and "rekap.pdf" in page.text and "/etc" not in page.text
    assert page.links_to("^https://contoh.go.id") and 'rel="noopener noreferrer nofollow"' in page.html
    with world.inside():
        files = db.session.scalars(select(StoredFile).order_by(StoredFile.id)).all()
        assert [file.kind for file in files] == ["image/png", "application/pdf"]
    assert not list(world.app.settings.files_folder.glob("tmp/*"))


def test_evidence_comes_back_as_a_download_and_only_to_those_who_see_it(world, signed_in, ref):
    rina = signed_in(world.rina)
    form = entry_form(rina, ref)
    form.fields["files"] = upload(PDF, 'rekap "akhir" – Agustus.pdf')
    address = form.send().links_to("/progress/files/")[0]
    for who in (world.rina, world.unit_head, world.agency_head, world.hr):
        got = signed_in(who).get(address)
        assert got.status == 200 and got.response.get_data() == PDF
        assert got.headers["Content-Disposition"].startswith("attachment")
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in got.headers["Content-Security-Policy"]
        assert got.headers["Cache-Control"] == "no-store"
        assert got.headers["Content-Type"] == "application/pdf"
    for who in (world.budi, world.clinic_head, world.other_hr, world.publisher):
        assert signed_in(who).get(address).status == 404
    assert rina.get("/progress/files/000000000000").status == 404


def test_a_file_that_is_none_of_the_kinds_keeps_what_was_typed(world, signed_in, ref):
    form = entry_form(signed_in(world.rina), ref, text="Melatih enam rekan.", amount="6")
    form.fields.setlist("files", [upload(PNG), upload(b"<html><script>alert(1)</script>", "foto.png")])
    page = form.send()
    assert page.status == 422 and "bukan JPG, PNG, atau PDF" in page.error_of("files")
    again = page.form(button="Simpan catatan")
    assert again["text"] == "Melatih enam rekan." and again["amount"] == "6"
    assert count(world, ProgressEntry) == 0 and count(world, StoredFile) == 0
    assert not list(world.app.settings.files_folder.rglob("*")), "nothing was written for a refused form"


def test_thousands_in_english_writing_are_asked_for_anew(world, signed_in, ref):
    """English pages show 2,650; read as Indonesian it would be 2.65: there neither is taken."""
    rina = signed_in(world.rina)
    form = entry_form(rina, ref, amount="2,650")
    rina.post("/language/en", {})
    page = form.send()
    assert page.status == 422 and "2650" in page.error_of("amount")
    assert "1234,5?" in form.fill(amount="1,234.5").send().error_of("amount")
    form.fill(amount="2,650")
    rina.post("/language/id", {})
    assert form.send(follow=False).status == 303


def test_files_over_five_megabytes_and_more_than_six_are_refused(world, signed_in, ref):
    form = entry_form(signed_in(world.rina), ref)
    form.fields["files"] = upload(PNG + b"0" * (5 * 1024 * 1024))
    assert "5 MB" in form.send().error_of("files")
    form = entry_form(signed_in(world.rina), ref)
    form.fields.setlist("files", [upload(PNG, f"{n}.png") for n in range(7)])
    assert "paling banyak 6 berkas" in form.send().error_of("files")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("day", "31 Februari 2026", "Tanggal 31 Februari 2026 tidak ada."),
        ("day", "", "Tulis tanggalnya"),
        ("day", "2026-13-45", "tidak ada"),
        ("day", "९ Agustus 2026", "tidak ada"),
        ("amount", "1" + "0" * 40, "Tulis angka"),
        ("amount", "-1", "tidak boleh kurang dari 0"),
        ("amount", "dua belas", "Tulis angka"),
        ("amount", "NaN", "Tulis angka"),
        ("amount", "1,2,3", "Tulis angka"),
        ("link", "http://contoh.go.id", "https://"),
        ("link", "data:text/html,<b>x</b>", "https://"),
        ("link", "https://", "https://"),
        ("link", "https://bank.id@jahat.id/", "https://"),
        ("text", "", "Tulis satu kalimat"),
        ("text", "   \n ", "Tulis satu kalimat"),
        ("text", LONG, "paling panjang 1000"),
        ("line_ref", "zzzzzzzzzzzz", "Pilih salah satu"),
    ],
)
def test_a_bad_entry_is_refused_beside_the_field(world, signed_in, ref, field, typed, said):
    form = entry_form(signed_in(world.rina), ref, amount="6", link="https://contoh.go.id/")
    form.smuggle(**{field: typed})
    page = form.send()
    assert page.status == 422 and said in page.error_of(field)
    kept = "Melatih enam rekan." if field != "text" else "28 Agustus 2026"
    assert page.form(button="Simpan catatan")["text" if field != "text" else "day"] == kept
    assert count(world, ProgressEntry) == 0


def test_days_outside_the_period_and_ahead_are_refused_in_words(world, signed_in, ref):
    rina = signed_in(world.rina)
    for day, said in (("30 Juni 2026", "di dalam periode ini"), ("13 Oktober 2026", "sesudah hari ini")):
        page = entry_form(rina, ref, day=day).send()
        assert page.status == 409 and said in page.text
        assert page.form(button="Simpan catatan")["day"] == day
    assert count(world, ProgressEntry) == 0


def test_whatever_is_typed_is_data(world, signed_in, ref):
    typed = "<script>alert(1)</script> {{ 7*7 }} \x00 \ud800 😀 'OR 1=1--"
    fields = {"day": "28-8-2026", "amount": "", "link": ""}
    browser = signed_in(world.rina)
    form = entry_form(browser, ref, **fields)
    form.smuggle(text=typed.replace("\ud800", ""))
    page = form.send()
    assert page.status == 200 and "<script>alert(1)" not in page.html
    assert "<script>alert(1)</script> {{ 7*7 }} 😀 'OR 1=1--" in page.text
    raw = b"text=%ff%fe%00abc&day=28+Agustus+2026&line_ref=" + form["line_ref"].encode()
    raw += b"&once=from-the-page-above&csrf_token=" + browser.csrf_token().encode()
    page = browser.open(
        "POST",
        f"/progress/{ref}/entries/new",
        data=raw,
        content_type="application/x-www-form-urlencoded",
    )
    assert page.status == 200 and "abc" in page.text


def test_missing_fields_are_named(world, signed_in, ref):
    page = signed_in(world.rina).post(f"/progress/{ref}/entries/new", {})
    assert page.status == 422
    for name in ("line_ref", "day", "text"):
        assert page.error_of(name), name


def test_sent_twice_is_recorded_once(world, signed_in, ref):
    form = entry_form(signed_in(world.rina), ref)
    form.send()
    page = form.send()
    assert page.status == 200 and "sudah kami terima" in page.text
    assert count(world, ProgressEntry) == 1


def test_a_forged_send_writes_nothing(world, signed_in, ref, line):
    browser = signed_in(world.rina)
    fields = {"line_ref": line, "day": "28 Agustus 2026", "text": "Palsu."}
    page = browser.post(f"/progress/{ref}/entries/new", fields, genuine=False)
    assert page.status == 409 and "Palsu." in page.html
    assert count(world, ProgressEntry, text="Palsu.") == 0


def test_an_entry_changed_elsewhere_shows_both_texts(world, signed_in):
    entry = world.progress()
    rina = signed_in(world.rina)
    one = rina.get(f"/progress/entries/{entry.ref}").form(button="Simpan catatan")
    two = rina.get(f"/progress/entries/{entry.ref}").form(button="Simpan catatan")
    assert one.fill(text="Dari ponsel", amount="3").send().status == 200
    two.fields["files"] = upload(PNG)
    page = two.fill(text="Dari komputer").send()
    assert page.status == 409 and "Dari ponsel" in page.text and "Dari komputer" in page.text
    assert world.rina.name in page.text, "who wrote the stored one is named"
    page = page.form(button="Simpan yang saya tulis").send()
    assert page.status == 200 and "Dari komputer" in page.text
    assert not list(world.app.settings.files_folder.glob("tmp/*")), "the file that wasn't taken is gone"


def test_taking_back_and_putting_back(world, signed_in, ref):
    entry = world.progress()
    rina = signed_in(world.rina)
    page = rina.get(f"/progress/{ref}").form(action=f"{entry.ref}/withdraw").send()
    assert "Yang Anda tarik kembali" in page.text
    assert "Menyusun laporan pertama." not in signed_in(world.unit_head).get(f"/progress/{ref}").text
    page = page.form(action=f"{entry.ref}/restore").send()
    assert "Yang Anda tarik kembali" not in page.text and "Menyusun laporan pertama." in page.text


def test_evidence_of_what_was_taken_back_is_its_writers_alone(world, signed_in, ref):
    rina = signed_in(world.rina)
    form = entry_form(rina, ref)
    form.fields["files"] = upload(PNG)
    page = form.send()
    address = page.links_to("/progress/files/")[0]
    page.form(button="Tarik kembali").send()
    assert rina.get(address).status == 200
    assert signed_in(world.unit_head).get(address).status == 404


def test_what_was_rated_stays_what_was_seen(world, signed_in, ref):
    entry = world.progress()
    world.evaluation(at=EvaluationState.RATED)
    rina = signed_in(world.rina)
    page = rina.get(f"/progress/{ref}")
    assert "Predikat periode ini sudah ditetapkan" in page.text and not page.links_to("entries/new")
    page = entry_form(rina, ref).send()
    assert page.status == 409 and "sudah ditetapkan" in page.text
    page = rina.post(f"/progress/entries/{entry.ref}/withdraw")
    assert page.status == 200 and "sudah ditetapkan" in page.text
    assert count(world, ProgressEntry) == 1


# ------------------------------------------------------------------------------------- feedback (F-9)


@pytest.mark.parametrize("about", ["line", "nilai:kompeten", ""])
def test_feedback_is_given_and_answered(world, signed_in, ref, line, about):
    topic = f"hasil:{line}" if about == "line" else about
    form = signed_in(world.unit_head).get(f"/progress/{ref}/feedback/new").form(button="Sampaikan kepada")
    page = form.fill(kind="saran", topic=topic, text="Coba dua gelombang kecil.").send()
    assert "tersampaikan" in page.text and "Belum ditanggapi." in page.text
    rina = signed_in(world.rina)
    page = rina.get("/progress/feedback")
    assert "Coba dua gelombang kecil." in page.text and world.unit_head.name in page.text
    assert {"line": "Hasil kerja 1", "nilai:kompeten": "Kompeten", "": ""}[about] in page.text
    page = page.link("Tulis tanggapan").open().form(button="Kirim tanggapan")
    page = page.fill(reply_kind="rencana", reply="Mulai Senin.").send()
    assert "Mulai Senin." in page.text
    assert "Mulai Senin." in signed_in(world.unit_head).get(f"/progress/{ref}").text


def test_thanks_with_one_tap_and_only_once(world, signed_in, ref):
    give(world)
    rina = signed_in(world.rina)
    form = rina.get(f"/progress/{ref}").form(button="Ucapkan terima kasih")
    assert "Terima kasih" in form.send().text
    form.smuggle(once="lain-dari-yang-tadi", reply_kind="tanggapan", reply="Sekali lagi")
    page = form.send()
    assert page.status == 409 and "sudah Anda tanggapi" in page.text
    with world.inside():
        assert db.session.scalar(select(Feedback.reply)) == ""


@pytest.mark.parametrize("who", ["rina", "unit_head", "agency_head", "hr"])
def test_the_feedback_is_printed_by_result_and_value(world, signed_in, statements, ref, line, who):
    give(world, text="Rapi dan cepat.", about=f"hasil:{line}")
    give(world, text="Ramah kepada warga.", about="nilai:kompeten")
    give(world, text="Terus begini.")
    browser = signed_in(world.people[who])
    page = browser.get(f"/progress/{ref}").link("Cetak umpan balik periode ini").open()
    with statements(limit=8):
        page = browser.get(page.address)
    assert "UMPAN BALIK BERKELANJUTAN" in page.text and "1 catatan kemajuan" in page.text
    told = ["Hasil kerja: Hasil kerja 1", "Rapi", "Perilaku kerja: Kompeten", "Ramah", "keseluruhan", "Terus"]
    places = [page.text.index(each) for each in told]
    assert places == sorted(places)
    assert signed_in(world.budi).get(page.address).status == 404


def give(world, by="unit_head", text="Rapi.", about=""):
    with world.inside():
        enrolment = world.enrolment("rina", 3)
        fields = {"about": about, "kind": FeedbackKind.APPRECIATION, "text": text}
        return world.do(actions.give_feedback, enrolment, by=world.people[by], **fields).ref


def test_only_the_receiver_answers(world, signed_in, ref):
    word = give(world)
    assert signed_in(world.unit_head).get(f"/progress/feedback/{word}/reply").status == 403
    assert signed_in(world.budi).get(f"/progress/feedback/{word}/reply").status == 404


def test_the_superior_leads_too_but_nobody_else(world, signed_in, ref):
    assert signed_in(world.agency_head).get(f"/progress/{ref}/feedback/new").status == 200
    assert signed_in(world.budi).get(f"/progress/{ref}/feedback/new").status == 404


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("kind", "", "Pilih apresiasi"),
        ("kind", "pujian", "Pilih salah satu"),
        ("topic", "hasil:000000000000", "Pilih salah satu"),
        ("topic", "nilai:<script>", "Pilih salah satu"),
        ("text", "", "Tulis umpan baliknya."),
        ("text", "x" * 1001, "paling panjang 1000"),
    ],
)
def test_bad_feedback_is_refused(world, signed_in, ref, field, typed, said):
    form = signed_in(world.unit_head).get(f"/progress/{ref}/feedback/new").form(button="Sampaikan kepada")
    form.fill(kind="saran", text="Coba dua gelombang.")
    form.smuggle(**{field: typed})
    page = form.send()
    assert page.status == 422 and said in page.text
    assert count(world, Feedback) == 0


def test_a_comment_needs_words(world, signed_in, ref):
    word = give(world)
    form = signed_in(world.rina).get(f"/progress/feedback/{word}/reply").form(button="Kirim tanggapan")
    page = form.fill(reply_kind="rencana", reply="").send()
    assert page.status == 422 and "Tulis tanggapan atau rencana" in page.error_of("reply")


def test_the_year_of_feedback_costs_the_same_for_one_and_for_many(world, signed_in, statements, ref):
    give(world)
    rina = signed_in(world.rina)
    rina.get("/progress/feedback")
    with statements(limit=6) as few:
        rina.get("/progress/feedback")
    for n in range(20):
        give(world, text=f"Umpan balik ke-{n}.")
    with statements(limit=6) as many:
        assert "21 umpan balik" in rina.get("/progress/feedback").text
    assert len(few) == len(many)


def test_extra_fields_in_a_post_are_ignored(world, signed_in, ref, line):
    form = entry_form(signed_in(world.rina), ref)
    form.smuggle(enrolment_id="1", region_id="2", at="2020-01-01", withdrawn="1", person_id="9")
    assert form.send().status == 200
    with world.inside():
        entry = db.session.scalars(select(ProgressEntry).order_by(ProgressEntry.id.desc())).first()
        assert entry.region_id == world.enrolment("rina", 3).region_id and entry.withdrawn is None


def test_an_upside_down_query_changes_nothing(world, signed_in, ref):
    page = signed_in(world.rina).get(f"/progress/{ref}/entries/new?line=%00%ff<script>&line=x")
    assert page.status == 200 and "<script>&" not in page.html
    assert signed_in(world.rina).get("/progress/../../etc/passwd").status == 404

"""HR's side of a publication: preview, freeze, a second person, correction, withdrawal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.ledger.door import door
from portal.people.accounts.models import GrantKind
from portal.performance.evaluations.models import Evaluation, Rating
from portal.performance.objections.models import Objection
from portal.performance.objections.rules import ObjectionState, Outcome
from portal.policy.cycles.rules import PeriodState
from portal.transparency.publications import queries
from portal.transparency.publications.models import Publication
from portal.transparency.publications.rules import PublicationState
from portal.web.formats import Formats
from tests.actions.transparency.figures import Counts, account, closed_period, region
from tests.support.client import Browser

LIST = "/hr/publications"
NOTE = "Dihitung dari catatan portal pada hari periode ditutup."


@pytest.fixture
def hr(town, app) -> Browser:
    """Who prepares."""
    return Browser(app).sign_in(town.hr)


@pytest.fixture
def publisher(town, app) -> Browser:
    """Who looks and publishes."""
    return Browser(app).sign_in(town.publisher)


def new(town) -> str:
    return f"{LIST}/new?period={town.period.ref}"


def prepare(town, hr):
    page = hr.get(LIST).link("Siapkan angka").open()
    return page.form(button="Siapkan dan bekukan").fill(method_note=NOTE, next_date="20 Januari 2027").send()


def stored() -> Publication:
    db.session.rollback()
    return db.session.scalars(select(Publication).order_by(Publication.id.desc())).first()


def test_the_whole_way(town, hr, publisher):
    draft = prepare(town, hr)
    assert draft.status == 200 and "menunggu diperiksa orang kedua" in draft.text
    assert "Kirim ke Iwan Wali Data." in draft.text
    assert not draft.has_button("Terbitkan angka ini")
    page = publisher.get(LIST).link("Periksa").open()
    assert "Hana Pengelola" in page.text and page.has_button("Terbitkan angka ini")
    assert "Angka yang terbit tidak dapat diubah." in page.text
    done = page.form(action="/publish").send()
    assert "Angka diterbitkan." in done.text
    assert stored().state is PublicationState.PUBLISHED
    assert "terbit" in publisher.get(LIST).text


def test_an_auditor_reads_a_draft_and_what_is_published_and_finds_no_button(town, hr, publisher, app):
    draft = prepare(town, hr)
    with door():
        reader = account(town.region, "Ida Inspektur", GrantKind.AUDITOR)
    browser = Browser(app).sign_in(reader)
    page = browser.get(draft.address)
    assert page.status == 200 and not page.root.all("form", action=f"{draft.address}/publish")
    publisher.get(LIST).link("Periksa").open().form(action="/publish").send()
    page = browser.get(draft.address)
    assert page.status == 200 and "Tarik angka ini" not in page.text
    assert "Tarik angka ini" in publisher.get(draft.address).text


def test_a_period_runs_until_its_last_day(town, hr, installation):
    with door():
        town.period.state = PeriodState.OPEN
    last = town.period.ends - timedelta(days=1)
    installation.clock.set(installation.clock.now().replace(year=last.year, month=last.month, day=last.day))
    assert f"berjalan sampai {Formats('id', 'WIB').date(last)}" in hr.get(LIST).text


def test_whoever_prepared_is_refused_also_by_a_forged_form(town, hr):
    page = prepare(town, hr)
    answer = hr.post(f"{LIST}/{page.ref}/publish")
    assert "Orang lain harus memeriksa sebelum terbit. Kirim ke Iwan Wali Data." in answer.text
    assert stored().state is PublicationState.PREPARED


def test_the_preview_shows_what_would_be_public(town, hr):
    page = hr.get(new(town))
    rows = {tr.first("th").text: tr.text for tr in page.root.all("tr") if tr.all("td")}
    assert "ditutup" in rows["Kecamatan Kecil"] and " 4 " not in rows["Kecamatan Kecil"]
    assert "24" in rows["Dinas Kesehatan"]
    assert "3 dari 4 instansi memiliki angka yang ditutup" in page.text


def test_pages_ask_little_of_the_database(town, hr, publisher, statements):
    with statements():
        hr.get(LIST)
    with statements():
        hr.get(new(town))
    page = prepare(town, hr)
    with statements():
        publisher.get(page.address)


def test_an_open_period_says_why_it_waits(town, hr):
    with door(town.period):
        town.period.state = PeriodState.OPEN
    assert "disiapkan setelah periode ditutup." in hr.get(LIST).text
    page = hr.get(new(town))
    assert "disiapkan setelah periode ditutup." in page.text
    assert not any("Siapkan dan bekukan" in b.text for b in page.root.all("button"))


def test_a_publisher_does_not_prepare(town, publisher):
    assert publisher.get(new(town)).status == 404
    assert not publisher.get(LIST).links_to("/new")


@pytest.mark.parametrize("date", ["31 Februari 2027", "", "kemarin", "12 Oktober 2026", "\0"])
def test_a_bad_date_is_said_and_what_was_typed_stays(town, hr, date):
    form = hr.get(new(town)).form(button="Siapkan dan bekukan")
    page = form.fill(method_note="Catatan yang panjang.", next_date=date).send()
    assert page.status in (409, 422)
    assert "Catatan yang panjang." in page.html
    assert page.root.all("div", class_="box")
    assert stored() is None


def test_a_text_of_two_megabytes_is_refused(town, hr):
    form = hr.get(new(town)).form(button="Siapkan dan bekukan")
    page = form.fill(method_note="a" * 2_000_000, next_date="20 Januari 2027").send()
    assert page.status == 422 and stored() is None


def test_markup_is_text(town, hr, publisher, app, browser):
    from portal.transparency.publications.render import render_all

    form = hr.get(new(town)).form(button="Siapkan dan bekukan")
    page = form.fill(method_note="<script>alert(1)</script> 🙂", next_date="20 Januari 2027").send()
    publisher.get(page.address).form(action="/publish").send()
    render_all(app)
    for address in ("/kota-uji/", "/kota-uji/dinas-sosial/", "/kota-uji/publikasi/2026-triwulan-3-v1/"):
        assert "&lt;script&gt;" in browser.get(address).html


def test_sent_twice_is_prepared_once(town, hr):
    form = hr.get(new(town)).form(button="Siapkan dan bekukan")
    form.fill(method_note=NOTE, next_date="20 Januari 2027")
    form.send()
    again = form.send()
    assert "Tidak ada yang tercatat dua kali." in again.text
    db.session.rollback()
    assert len(db.session.scalars(select(Publication)).all()) == 1


def test_a_draft_can_be_discarded(town, hr, publisher):
    page = prepare(town, hr)
    assert publisher.post(f"{LIST}/{page.ref}/discard").status == 403
    assert "Draf dibatalkan." in page.form(action="/discard").send().text
    assert stored().state is PublicationState.WITHDRAWN


def test_a_correction_shows_what_changes(town, hr, publisher):
    page = prepare(town, hr)
    publisher.get(page.address).form(action="/publish").send()
    form = hr.get(LIST).link("Siapkan koreksi").open()
    assert "Tidak ada angka tampil yang berbeda." in form.text
    missing = form.form(button="Siapkan dan bekukan").fill(next_date="20 Januari 2027").send()
    assert missing.status == 422 and missing.error_of("reason")
    second = form.form(button="Siapkan dan bekukan")
    draft = second.fill(next_date="20 Januari 2027", reason="Dua evaluasi terlambat tercatat.").send()
    assert "Dua evaluasi terlambat tercatat." in draft.text
    publisher.get(draft.address).form(action="/publish").send()
    db.session.rollback()
    assert queries.last_published(town.period.id).version == 2


def test_withdrawing_asks_for_a_reason(town, hr, publisher):
    page = prepare(town, hr)
    shown = publisher.get(page.address).form(action="/publish").send()
    empty = shown.form(action="/withdraw").send()
    assert empty.status == 422 and empty.error_of("reason")
    done = empty.form(action="/withdraw").fill(reason="Salah berkas.").send()
    assert "Angka ditarik." in done.text
    assert stored().withdrawn_reason == "Salah berkas."


def test_other_regions_are_out_of_sight(town, app, hr, publisher):
    page = prepare(town, hr)
    with door():
        other = region("kabupaten-lain", "Kabupaten Lain")
        stranger = account(other, "Mulya Pengelola", GrantKind.REGION_HR)
        closed_period(other, [Counts("Dinas Lain", 12)], quarter=1)
    theirs = Browser(app).sign_in(stranger)
    assert theirs.get(page.address).status == 404
    assert theirs.get(new(town)).status == 404
    for what in ("publish", "discard", "withdraw"):
        assert theirs.post(f"{LIST}/{page.ref}/{what}").status == 404
    assert "Triwulan III" not in theirs.get(LIST).text
    assert stored().state is PublicationState.PREPARED


def test_nobody_else_gets_in(town, app, browser):
    nobody = account_without_grant(town)
    page = Browser(app).sign_in(nobody)
    for address in (LIST, new(town)):
        assert page.get(address).status == 404
        assert "/login" in browser.get(address, follow=False).headers["Location"]


def account_without_grant(town):
    from portal.ledger.actor import SYSTEM
    from portal.people.accounts import actions as accounts

    with door():
        row = accounts.open_account(
            region_id=town.region.id,
            person_id=None,
            name="Tanpa Hak",
            logins=("tanpa@uji.go.id",),
            by=SYSTEM,
            at=town.clock.now(),
        )
    return row.id


def test_a_rating_changed_by_an_objection_asks_for_a_correction(published, app, statements):
    """The figures that are public were counted before the decision: one click prepares them anew."""
    hr = Browser(app).sign_in(published.hr)
    assert "perlu dikoreksi" not in hr.get("/hr").text
    objected(published)
    with statements(limit=8):
        home = hr.get("/hr")
    assert "1 predikat berubah karena keberatan sesudah angkanya terbit" in home.text
    assert "1 predikat berubah karena keberatan sesudah terbit" in hr.get(LIST).text
    page = home.link("Siapkan koreksi").open()
    form = page.form(button="Siapkan dan bekukan")
    assert "putusan atas keberatan" in page.text
    draft = form.fill(next_date="20 Februari 2027").send()
    assert "menunggu diperiksa orang kedua" in draft.text and "putusan atas keberatan" in draft.text
    assert "perlu dikoreksi" not in hr.get("/hr").text


def objected(town) -> None:
    """A rating of the published quarter is superseded by a decision on an objection."""
    at = town.clock.now() + timedelta(days=1)
    with door():
        evaluation = db.session.scalars(select(Evaluation).where(Evaluation.rating_id.is_not(None))).first()
        before = db.session.get_one(Rating, evaluation.rating_id)
        kept = {c.key: getattr(before, c.key) for c in Rating.__table__.columns if c.key not in ("id", "ref")}
        renewed = Rating(**kept | {"at": at, "supersedes_id": before.id, "change_reason": "Putusan."})
        db.session.add(renewed)
        db.session.flush()
        db.session.add(
            Objection(
                region_id=evaluation.region_id,
                evaluation_id=evaluation.id,
                rating_id=before.id,
                new_rating_id=renewed.id,
                state=ObjectionState.DECIDED,
                parts="predikat",
                reasons="Dua laporan belum dihitung.",
                filed_on=at.date(),
                at=at,
                outcome=Outcome.CHANGED,
                considerations="Dihitung kembali.",
                decided_on=at.date(),
            )
        )
        evaluation.rating_id = renewed.id

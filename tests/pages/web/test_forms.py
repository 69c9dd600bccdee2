"""What holds for every form: forgery, double clicks, stale versions, a busy database (ADR 3, 5; NEW-6)."""

from __future__ import annotations

import base64

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.ledger import door as door_module
from portal.ledger.door import Busy
from portal.ledger.events import Event
from portal.ledger.keys import OnceKey
from portal.performance.plans.models import PlannedResult, PlanVersion
from portal.performance.plans.rules import PlanState
from tests.support.client import Browser

TEXT = "Terlayaninya seluruh pasien"


@pytest.fixture
def rina(app, world) -> Browser:
    world.plan()
    return Browser(app).sign_in(world.rina)


def count(app, model=PlannedResult, text: str = TEXT) -> int:
    with app.app_context():
        query = select(func.count()).select_from(model)
        if model is PlannedResult:
            query = query.where(PlannedResult.text == text)
        return db.session.scalar(query) or 0


def new_result(browser: Browser):
    page = browser.get("/employee/plan").link("Tambah rencana hasil kerja").open()
    return page.form(action="/results/new").fill(text=TEXT, kind="utama")


def open_result(browser: Browser):
    page = browser.get("/employee/plan")
    addresses = page.links_to(r"^/plans/results/[0-9a-z]{12}$")
    return browser.get(addresses[0])


# --- forgery ---------------------------------------------------------------------------------------


def test_a_form_without_its_token_writes_nothing_and_comes_back_filled(app, rina):
    form = new_result(rina)
    for token in ("", "x", "A" * 86 + "==", base64.urlsafe_b64encode(b"\0" * 64).decode(), "é" * 20):
        form.fields["csrf_token"] = token
        page = form.send()
        assert page.status == 409
        assert page.form(action="/results/new")["text"] == TEXT
        assert count(app) == 0
    assert page.form(action="/results/new").send().status == 200, "sending it again is enough"
    assert count(app) == 1


def test_a_token_of_another_browser_is_worth_nothing(app, rina, world):
    form = new_result(rina)
    form.fields["csrf_token"] = Browser(app).sign_in(world.rina).csrf_token()
    assert form.send().status == 409
    assert count(app) == 0


def test_the_token_differs_in_every_answer_and_all_are_good(app, rina):
    """Compressed pages that reflect input would otherwise leak it letter by letter (ADR 5)."""
    tokens = {new_result(rina)["csrf_token"] for _ in range(4)}
    assert len(tokens) == 4
    heads = {token[:8] for token in tokens}
    assert len(heads) == 4
    for token in tokens:
        form = new_result(rina)
        form.fields["csrf_token"] = token
        assert form.send().status == 200


def test_the_secret_itself_is_no_token(app, rina):
    form = new_result(rina)
    with rina.client.session_transaction() as session:
        form.fields["csrf_token"] = base64.urlsafe_b64encode(bytes.fromhex(session["c"])).decode()
    assert form.send().status == 409


def test_sign_in_is_protected_too(app, world):
    from tests.support.world import PASSWORD

    browser = Browser(app)
    page = browser.post("/login", {"login": world.rina.login, "password": PASSWORD}, genuine=False)
    assert browser.token == "" and page.form(action="/login")["login"] == world.rina.login


def test_no_post_anywhere_writes_when_it_is_forged(app, rina, world):
    """Whatever a view does with a forged form, the door stays shut for it."""
    from portal.web.rights import guarded_routes

    with app.app_context():
        plan = world.plan()
    refs = {"plan_ref": plan.ref, "enrolment_ref": "x" * 12, "language": "en"}
    before = _everything(app)
    for rule, _mark in guarded_routes(app):
        if "POST" in (rule.methods or ()):
            values = {name: refs.get(name, "0" * 12) for name in rule.arguments}
            with app.test_request_context():
                from flask import url_for

                try:
                    address = url_for(rule.endpoint, **values)
                except Exception:
                    continue
            assert rina.post(address, {"once": "k"}, genuine=False).status < 500, address
    assert _everything(app) == before


def _everything(app) -> dict[str, int]:
    with app.app_context():
        return {
            table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
            for table in db.metadata.sorted_tables
        }


# --- the same form twice ------------------------------------------------------------------------------


def test_a_double_click_is_one_act(app, rina):
    form = new_result(rina)
    first, second = form.send(), form.send()
    assert count(app) == 1
    assert first.status == second.status == 200
    assert "sudah kami terima" in second.text and "09.00" in second.text
    assert "sudah kami terima" not in first.text


def test_a_refused_form_goes_through_with_the_same_key(app, rina):
    form = new_result(rina).fill(text="")
    page = form.send()
    assert page.status == 422
    again = page.form(action="/results/new")
    assert again["once"] == form["once"]
    page = again.fill(text=TEXT).send()
    assert (page.status, count(app)) == (200, 1)
    assert "sudah kami terima" not in page.text


def test_a_key_counts_for_its_own_address(app, rina):
    """The buttons of a page that came back with an error carry the same key: each is still its own act."""
    form = new_result(rina)
    form.send()
    other = rina.get("/employee/plan").link("Isi lampiran").open().form(button="Simpan lampiran")
    other.fields["once"] = form["once"]
    assert "sudah kami terima" not in other.send().text


@pytest.mark.parametrize("key", ["\0", "x" * 10_000, "'; DROP TABLE once_keys; --", "🙂", "", "short", None])
def test_a_form_without_a_key_of_ours_is_refused_and_comes_back_filled(app, rina, key):
    form = new_result(rina).fill(text=TEXT)
    if key is None:
        del form.fields["once"]
    else:
        form.fields["once"] = key
    page = form.send()
    assert page.status == 409 and "penanda formulirnya hilang" in page.text
    assert count(app) == 0
    again = page.form(action="/results/new")
    assert again["text"] == TEXT and again["once"] not in ("", key)
    assert again.send().status == 200, "sending it again is enough"
    assert count(app) == 1


def test_events_name_the_key(app, rina):
    new_result(rina).send()
    with app.app_context():
        kept = db.session.scalars(select(OnceKey.key)).one()
        event = db.session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
        assert event.once_key == kept


# --- two at once --------------------------------------------------------------------------------------


def test_a_stale_version_shows_both_texts(app, rina):
    edit = open_result(rina)
    mine, theirs = edit.form(button="Simpan"), edit.form(button="Simpan")
    theirs.fields["once"] = "another-tab-of-hers"
    theirs.fill(text="Teks dari jendela lain").send()
    page = mine.fill(text="Teks dari jendela ini").send()
    assert page.status == 409
    assert "Teks dari jendela lain" in page.text and "Teks dari jendela ini" in page.text
    assert count(app, text="Teks dari jendela lain") == 1
    keep = page.form(button="Simpan yang saya tulis")
    assert keep.send().status == 200
    assert count(app, text="Teks dari jendela ini") == 1


@pytest.mark.parametrize("version", ["0", "999", "-1", "x", "\0", "1" * 40, "", None])
def test_an_invented_version_overwrites_nothing(app, rina, version):
    form = open_result(rina).form(button="Simpan").fill(text=TEXT)
    if version is None:
        del form.fields["version"]
    else:
        form.fields["version"] = version
    page = form.send()
    assert page.status == 409 and TEXT in page.text
    assert count(app) == 0
    if version not in ("0", "999"):
        assert "penanda formulirnya hilang" in page.text
    assert page.form(button="Simpan yang saya tulis").send().status == 200
    assert count(app) == 1


def test_a_plan_that_was_taken_back_and_sent_again_is_not_agreed_to_unread(app, rina, world, signed_in):
    """Whoever agrees agrees to what was on the page, not to what came after it."""
    with app.app_context():
        plan = world.plan(PlanState.SUBMITTED)
    leader = signed_in(world.unit_head)
    agree = leader.get(f"/plans/{plan.ref}").form(action="/agree")
    rina.get(f"/plans/{plan.ref}").form(action="/withdraw").send()
    again = rina.get(f"/plans/{plan.ref}").form(action="/submit").send()
    assert again.status == 200
    page = agree.send()
    assert "berubah sejak halamannya Anda buka" in page.text
    with app.app_context():
        assert db.session.get_one(type(plan), plan.id).state is PlanState.SUBMITTED
    assert leader.get(f"/plans/{plan.ref}").form(action="/agree").send().status == 200
    with app.app_context():
        assert db.session.get_one(type(plan), plan.id).state is PlanState.AGREED


def test_a_version_counts_only_where_the_page_showed_one(app, world, signed_in):
    """A publication's ``version`` is the number of its edition: no form may reach it."""
    browser = signed_in(world.rina)
    plan = world.plan()
    note = (
        browser.get(f"/plans/{plan.ref}/results/new")
        .form(action="/results/new")
        .fill(text=TEXT, kind="utama")
    )
    before = plan.version
    note.smuggle(version=str(before))
    assert note.send().status == 200
    with app.app_context():
        assert db.session.get_one(type(plan), plan.id).version == before


def test_what_comes_back_is_compared_with_the_version_that_it_was_typed_over(app, rina, world):
    """A form whose token didn't fit comes back filled; somebody may have saved in between."""
    edit = open_result(rina)
    mine, theirs = edit.form(button="Simpan"), edit.form(button="Simpan")
    theirs.fields["once"] = "another-tab-of-hers"
    theirs.fill(text="Teks dari jendela lain").send()
    mine.fields["csrf_token"] = "x"
    page = mine.fill(text="Teks dari jendela ini").send()
    again = page.form(button="Simpan").send()
    assert again.status == 409 and "Teks dari jendela lain" in again.text


# --- busy, and other people's fields --------------------------------------------------------------------


def test_a_busy_database_keeps_the_form(app, rina, monkeypatch):
    from portal.web import forms

    form = new_result(rina)

    def busy(*_things: object) -> None:
        raise Busy

    with monkeypatch.context() as patch:
        patch.setattr(forms, "door", busy)
        page = form.send()
    assert page.status == 503 and page.headers["Retry-After"]
    assert "belum ada yang tersimpan" in page.text.lower()
    again = page.form(action="/results/new")
    assert again["text"] == TEXT and again["once"] == form["once"]
    assert again.send().status == 200
    assert count(app) == 1


def test_a_real_lock_makes_it_busy(app, rina, monkeypatch):
    """Another process holds the writers' lock."""
    import sqlite3

    form = new_result(rina)
    with app.app_context():
        path = db.engine.url.database
        with db.engine.connect() as connection:
            connection.connection.dbapi_connection.execute("PRAGMA busy_timeout=50")
    other = sqlite3.connect(str(path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        monkeypatch.setattr(door_module, "WAIT_SECONDS", 0.1)
        assert form.send().status == 503
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert count(app) == 0
    assert form.send().status == 200


def test_extra_fields_are_ignored(app, rina, world):
    form = new_result(rina)
    form.smuggle(
        version_id="1", region_id="99", id="1", ref="aaaaaaaaaaaa", state="ditetapkan", position="77", by="x"
    )
    assert form.send().status == 200
    with app.app_context():
        row = db.session.scalars(select(PlannedResult).where(PlannedResult.text == TEXT)).one()
        assert row.ref != "aaaaaaaaaaaa" and row.position != 77
        assert row.region_id == world.rina.region_id
        version = db.session.get_one(PlanVersion, row.version_id)
        assert db.session.scalar(select(PlanVersion.plan_id).where(PlanVersion.id == version.id))
    assert world.plan().state is PlanState.DRAFT


def test_reading_writes_nothing(app, rina, statements):
    """No GET flushes, for any page that Rina can reach by links."""
    seen, waiting = set(), ["/employee", "/account"]
    with statements(limit=10_000) as said:
        while waiting:
            address = waiting.pop()
            if address in seen or len(seen) > 60:
                continue
            seen.add(address)
            page = rina.get(address)
            if page.is_html:
                waiting += page.links_to(r"^/(?!static|logout)")
    assert len(seen) > 8
    writes = [each for each in said if each.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert writes == []

"""Signing in and out, one's own account, and the form that comes back after a session's end (NEW-6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.extensions import db
from portal.ledger.door import door
from portal.people.accounts import rules
from portal.people.accounts.models import Account, Guess
from tests.support.client import Browser
from tests.support.databases import NOW
from tests.support.world import PASSWORD

WRONG = "bukan kata sandi itu"


@pytest.fixture
def rina(app, world) -> Browser:
    browser = Browser(app)
    browser.log_in(world.rina.login, PASSWORD)
    return browser


def test_sign_in_leads_to_ones_desk(app, world):
    page = Browser(app).log_in(world.rina.login, PASSWORD)
    assert (page.status, page.address) == (200, "/employee")


def test_sign_in_leads_to_the_page_that_was_asked_for(app, world):
    page = Browser(app).get("/account")
    assert page.address == "/login"
    page = page.form(action="/login").fill(login=world.rina.login, password=PASSWORD).send()
    assert page.address == "/account"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org/",
        "//example.org",
        "/\\example.org",
        "\\\\example.org",
        "javascript:alert(1)",
        "///example.org",
        "/\t/example.org",
        "/%09/example.org",
        "account",
    ],
)
def test_sign_in_never_leads_to_another_host(app, world, elsewhere):
    page = Browser(app).get("/login", query_string={"next": elsewhere})
    form = page.form(action="/login").smuggle(next=elsewhere)
    page = form.fill(login=world.rina.login, password=PASSWORD).send(follow=False)
    assert page.status == 303
    place = page.headers["Location"]
    assert place == "/home" or (
        place.startswith("/") and "example" not in place.split("/")[1] and place[1] not in "/\\\t"
    )


def test_nip_and_mail_both_sign_in(app, world):
    for login in (world.rina.login, "18900105 191201 1 005"):
        assert Browser(app).log_in(login, PASSWORD).address == "/employee"


def test_a_wrong_password_and_an_unknown_name_read_the_same(app, world):
    known = Browser(app, address="10.0.0.1").log_in(world.rina.login, WRONG)
    unknown = Browser(app, address="10.0.0.2").log_in("tidak.ada@contoh.go.id", WRONG)
    assert known.status == unknown.status == 422
    assert "tidak cocok" in known.text
    assert known.text.replace(world.rina.login, "") == unknown.text.replace("tidak.ada@contoh.go.id", "")


def test_what_was_typed_stays_but_never_the_password(app, world):
    page = Browser(app).log_in(world.rina.login, WRONG)
    form = page.form(action="/login")
    assert form["login"] == world.rina.login
    assert form["password"] == ""
    assert WRONG not in page.html


def test_five_tries_then_a_wait_that_ends(app, world, clock):
    browser = Browser(app)
    for left in (4, 3, 2, 1):
        assert f"Setelah {left} kali lagi" in browser.log_in(world.rina.login, WRONG).text
    browser.log_in(world.rina.login, WRONG)
    refused = browser.log_in(world.rina.login, PASSWORD)
    assert refused.status == 429, "the right password waits, too: otherwise the wait would tell"
    assert "Tunggu 1 menit" in refused.text
    assert refused.form(action="/login")["login"] == world.rina.login
    clock.set(NOW + timedelta(seconds=31))
    assert browser.log_in(world.rina.login, PASSWORD).address == "/employee"


def test_a_failed_sign_in_is_logged_without_what_was_typed(app, world, caplog):
    browser = Browser(app, address="10.0.0.7")
    for login in ("18900105 191201 1 005", "tidak.ada@contoh.go.id", *[world.rina.login] * 6):
        browser.log_in(login, WRONG)
    lines = [record.getMessage() for record in caplog.records if record.name == "kinerja.sign_in"]
    assert [line.split(",")[0] for line in lines] == ["sign-in failed"] * 7 + ["sign-in must wait"]
    assert all("10.0.0.7" in line for line in lines) and "an unknown name" in lines[1]
    assert not any(part in line for part in ("1890", "contoh", WRONG) for line in lines)


def test_guesses_are_stored_without_the_number(app, world):
    Browser(app).log_in("189001051912011005", WRONG)
    with app.app_context():
        subjects = [each.subject for each in db.session.query(Guess)]
    assert len(subjects) == 2 and not any("1890" in each for each in subjects)


def test_other_people_on_other_addresses_are_not_made_to_wait(app, world):
    for _ in range(6):
        Browser(app, address="10.0.0.1").log_in(world.rina.login, WRONG)
    assert Browser(app, address="10.0.0.2").log_in(world.budi.login, PASSWORD).address == "/employee"


def test_the_limit_can_be_lifted_for_load_tests(app, world):
    app.settings = replace(app.settings, rate_limits=False)
    browser = Browser(app)
    for _ in range(7):
        assert browser.log_in(world.rina.login, WRONG).status == 422
    assert browser.log_in(world.rina.login, PASSWORD).address == "/employee"


def test_forwarded_addresses_of_strangers_are_not_believed(app, world, monkeypatch):
    monkeypatch.setattr(rules, "ADDRESS_TRIES", 5)
    for number in range(6):
        browser = Browser(app)
        browser.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"10.1.1.{number}"
        page = browser.log_in(f"siapa{number}@contoh.go.id", WRONG)
    assert page.status == 429


def test_a_disabled_account_cannot_sign_in_and_is_out_at_once(app, world, rina):
    with app.app_context():
        account = db.session.get_one(Account, world.rina.account_id)
        with door(account):
            account.disabled = NOW
    assert rina.get("/employee").address == "/login"
    assert Browser(app).log_in(world.rina.login, PASSWORD).status == 422


def test_the_session_is_new_at_sign_in(app, world):
    browser = Browser(app)
    before = browser.csrf_token()
    browser.log_in(world.rina.login, PASSWORD)
    first = browser.token
    browser.get("/login")
    page = browser.post("/account/password", {"csrf_token": before})
    assert page.status in (409, 422), "the token of before signing in is worth nothing now"
    browser.sign_out()
    browser.log_in(world.rina.login, PASSWORD)
    assert browser.token != first


def test_after_sign_out_the_old_cookie_is_dead(app, world, rina):
    cookie = rina.client.get_cookie("kinerja").value
    page = rina.sign_out()
    assert page.address == "/login"
    thief = Browser(app)
    thief.client.set_cookie("kinerja", cookie)
    assert thief.get("/employee").address == "/login"


def test_signing_out_needs_a_form(rina):
    assert rina.get("/logout").status == 405
    assert rina.get("/employee").address == "/employee"
    rina.post("/logout", {}, genuine=False)
    assert rina.get("/employee").address == "/employee", "no other site can sign anybody out"


def test_a_session_ends_by_idleness_and_by_age(app, world, rina, clock):
    clock.set(NOW + timedelta(minutes=119))
    assert rina.get("/employee").address == "/employee"
    clock.set(NOW + timedelta(minutes=119 + 119))
    assert rina.get("/employee").address == "/employee", "use moves the idle end"
    clock.set(NOW + timedelta(minutes=119 + 119 + 121))
    assert rina.get("/employee").address == "/login"


def test_use_is_noted_at_most_every_five_minutes(app, world, rina, clock, statements):
    def writes(minutes: int) -> int:
        clock.set(NOW + timedelta(minutes=minutes))
        with statements(limit=99) as said:
            rina.get("/account")
        return sum(each.startswith(("UPDATE", "INSERT", "DELETE")) for each in said)

    assert [writes(minutes) for minutes in (1, 4, 6, 7, 10, 12)] == [0, 0, 1, 0, 0, 1]


def test_own_sessions_are_listed_and_can_be_ended(app, world, rina):
    other = Browser(app)
    other.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
    other.log_in(world.rina.login, PASSWORD)
    page = rina.get("/account")
    assert "Firefox, Windows" in page.text
    ends = [form for form in page.root.all("form") if "/sessions/" in form.get("action")]
    assert len(ends) == 1, "the present session is ended by signing out"
    assert page.form(action="/sessions/").send().status == 200
    assert other.get("/employee").address == "/login"
    assert rina.get("/employee").address == "/employee"


def test_nobody_ends_a_session_of_somebody_else(app, world, rina):
    theirs = rina.get("/account")
    other = Browser(app)
    other.client.environ_base["HTTP_USER_AGENT"] = "Firefox/140.0"
    other.log_in(world.rina.login, PASSWORD)
    address = next(
        f["action"] for f in rina.get("/account").root.all("form") if "/sessions/" in f.get("action")
    )
    assert theirs.status == 200
    assert Browser(app).sign_in(world.budi).post(address, {}).status == 404
    assert other.get("/employee").address == "/employee"


def test_the_password_is_changed(app, world, rina):
    other = Browser(app)
    other.log_in(world.rina.login, PASSWORD)
    old_token = rina.token
    page = rina.get("/account/password").form(action="/password")
    page = page.fill(
        old_password=PASSWORD, new_password="sawah hijau pagi", repeat_password="sawah hijau pagi"
    ).send()
    assert page.address == "/account" and "Kata sandi diganti" in page.text
    assert rina.token != old_token
    assert other.get("/employee").address == "/login", "sessions elsewhere end"
    assert rina.get("/employee").address == "/employee", "this one goes on"
    assert Browser(app).log_in(world.rina.login, PASSWORD).status == 422
    assert Browser(app).log_in(world.rina.login, "sawah hijau pagi").address == "/employee"


@pytest.mark.parametrize(
    "field, values, words",
    [
        ("old_password", {"old_password": WRONG}, "tidak cocok"),
        ("old_password", {"old_password": ""}, "belum diisi"),
        ("new_password", {"new_password": "hujan", "repeat_password": "hujan"}, "paling sedikit 10"),
        ("new_password", {"new_password": "a" * 201, "repeat_password": "a" * 201}, "paling panjang"),
        ("new_password", {"new_password": "rahasia123", "repeat_password": "rahasia123"}, "ditebak"),
        (
            "new_password",
            {"new_password": "pelaksana 99", "repeat_password": "pelaksana 99"},
            "memuat nama Anda",
        ),
        ("repeat_password", {"repeat_password": "sawah hijau malam"}, "tidak sama"),
    ],
)
def test_a_password_that_will_not_do(app, world, rina, field, values, words):
    typed = {
        "old_password": PASSWORD,
        "new_password": "sawah hijau pagi",
        "repeat_password": "sawah hijau pagi",
        **values,
    }
    page = rina.get("/account/password").form(action="/password").fill(**typed).send()
    assert page.status == 422
    assert words in page.error_of(field)
    assert not any(each in page.html for each in typed.values() if each), "passwords are never echoed"
    assert Browser(app).log_in(world.rina.login, PASSWORD).address == "/employee"


# --- the form that was being filled ----------------------------------------------------------------


def half_written(browser: Browser, clock) -> object:
    """Rina types a result for a long time; meanwhile her session ends."""
    page = browser.get("/employee/plan").form(button="Mulai menyusun SKP").send()
    form = page.link("Tambah rencana hasil kerja").open().form(action="/results/new")
    form.fill(text="Terlayaninya pasien <b>lansia</b> & anak", kind="utama")
    clock.set(NOW + timedelta(hours=3))
    return form


def test_comes_back_filled_to_the_same_person(app, world, rina, clock):
    form = half_written(rina, clock)
    page = form.send()
    assert page.status == 401 and "Tulisan Anda aman" in page.text
    assert "lansia" not in page.html, "what was typed travels encrypted"
    page = page.form(action="/login").fill(login=world.rina.login, password=PASSWORD).send()
    assert "belum dikirim" in page.text
    page = page.form(button="Buka formulir saya").send()
    form = page.form(action="/results/new")
    assert form["text"] == "Terlayaninya pasien <b>lansia</b> & anak"
    page = form.send()
    assert page.status == 200 and "Terlayaninya pasien <b>lansia</b> & anak" in page.text


def test_survives_wrong_tries_in_between(app, world, rina, clock):
    page = half_written(rina, clock).send()
    page = page.form(action="/login").fill(login=world.rina.login, password=WRONG).send()
    page = page.form(action="/login").fill(login=world.rina.login, password=PASSWORD).send()
    assert "lansia" in page.form(button="Buka formulir saya").send().form(action="/results/new")["text"]


def test_is_dropped_for_somebody_else(app, world, rina, clock):
    page = half_written(rina, clock).send()
    page = page.form(action="/login").fill(login=world.budi.login, password=PASSWORD).send()
    assert page.address == "/employee"
    assert "lansia" not in page.html


def test_is_not_opened_by_somebody_else_who_has_the_field(app, world, rina, clock):
    page = half_written(rina, clock).send()
    page = page.form(action="/login").fill(login=world.rina.login, password=PASSWORD).send()
    form = page.form(button="Buka formulir saya")
    thief = Browser(app).sign_in(world.budi)
    page = thief.post(form.action, {"carried": form["carried"]})
    assert "lansia" not in page.html


def test_is_worth_nothing_when_altered_or_old(app, world, rina, clock):
    page = half_written(rina, clock).send()
    page = page.form(action="/login").fill(login=world.rina.login, password=PASSWORD).send()
    form = page.form(button="Buka formulir saya")
    kept = form["carried"]
    for spoiled in (kept[:-6] + "AAAAAA", "x", "", "é" * 50, kept[::-1]):
        page = rina.post(form.action, {"carried": spoiled})
        assert page.status in (200, 422) and "lansia" not in page.html
    clock.set(NOW + timedelta(hours=16))
    rina.log_in(world.rina.login, PASSWORD)
    assert "lansia" not in rina.post(form.action, {"carried": kept}).html


def test_passwords_never_travel(app, world, rina, clock):
    form = rina.get("/account/password").form(action="/password")
    form.fill(old_password=PASSWORD, new_password="sawah hijau pagi", repeat_password="sawah hijau pagi")
    clock.set(NOW + timedelta(hours=3))
    page = form.send()
    assert page.status == 401
    page = page.form(action="/login").fill(login=world.rina.login, password=PASSWORD).send()
    page = page.form(button="Buka formulir saya").send() if page.root.all("input", name="carried") else page
    assert "sawah" not in page.html


def test_a_form_too_large_to_carry_is_said_to_be_lost(app, world, rina, clock):
    import random

    form = half_written(rina, clock)
    form.fill(text="".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=200_000)))
    page = form.send()
    assert page.status == 401
    assert "Tulisan Anda aman" not in page.text, "no promise that isn't kept"


# --- language ------------------------------------------------------------------------------------


def test_language_is_chosen_by_a_form_and_kept_over_sign_in(app, world):
    browser = Browser(app)
    page = browser.get("/login").form(action="/language/en").send()
    assert page.root.first("html")["lang"] == "en"
    page = browser.post("/language/id", {}, genuine=False)
    assert browser.get("/login").root.first("html")["lang"] == "en", "a forged form changes nothing"


def test_choosing_a_language_leads_back_to_the_page_as_it_was(app, world, signed_in):
    browser = signed_in(world.hr)
    here = "/hr/people?q=rina"
    page = browser.get(here).form(action="/language/en").send(headers={"Referer": "http://localhost" + here})
    assert page.root.first("html")["lang"] == "en" and page.address_with_query == here


@pytest.mark.parametrize("language", ["fr", "xx_YY", "..", "%00", "id;drop"])
def test_an_unknown_language_changes_nothing(app, language):
    browser = Browser(app)
    assert browser.post(f"/language/{language}", {}).status in (200, 404)
    assert browser.get("/login").root.first("html")["lang"] == "id"

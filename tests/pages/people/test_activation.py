"""Activation slips: codes are shown once, tried three times, and open nothing that isn't theirs (14.23)."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.ledger.actor import Actor
from portal.ledger.door import door
from portal.ledger.events import Event, EventDetail
from portal.people.accounts.models import Account, Guess, SignIn
from portal.people.activation import actions, rules
from portal.people.activation.models import Activation
from tests.support.client import Browser, Page
from tests.support.databases import NOW

NEW = "padi kuning di sawah"
CODE = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b")


def slip_for(world, who: str) -> str:
    """A code for somebody, made as region HR makes it."""
    with world.inside(), door():
        account = db.session.get_one(Account, world.people[who].account_id)
        by = Actor(account_id=1, region_id=account.region_id)
        return actions.issue(
            chosen=[account], issuer=frozenset({"administrator"}), by=by, at=world.clock.now()
        )[0].code


def use(app, login: str, code: str, password: str = NEW) -> Page:
    page = Browser(app).get("/activate")
    fields = {"login": login, "code": code, "new_password": password, "repeat_password": password}
    return page.form(action="/activate").fill(**fields).send()


def printed(page: Page, names: list[str]) -> Page:
    form = page.form(action="/activation/slips")
    by_name = {
        label.text.strip(): label.first("input")["value"] for label in page.root.all("label", class_="pick")
    }
    fields = [("csrf_token", form.fields["csrf_token"]), ("once", form.fields["once"])]
    from werkzeug.datastructures import MultiDict

    return page.browser.open(
        "POST",
        "/activation/slips",
        data=MultiDict([*fields, *(("who", ref) for name, ref in by_name.items() if name in names)]),
    )


def test_from_slip_to_ones_desk(app, world, signed_in, caplog):
    caplog.set_level(logging.DEBUG)
    page = signed_in(world.hr).get("/activation?q=rina")
    slips = printed(page, ["Rina Pelaksana"])
    assert slips.status == 200 and slips.headers["Cache-Control"] == "no-store"
    code = CODE.search(slips.text)[0]
    assert "Rina Pelaksana" in slips.text and "26 Oktober 2026" in slips.text
    answer = use(app, world.rina.login, code.lower().replace("-", " "))
    assert answer.address == "/login" and "Kata sandi Anda tersimpan" in answer.text
    assert Browser(app).log_in(world.rina.login, NEW).address == "/employee"
    with world.inside():
        kept = " ".join(
            str(value)
            for model in (Event, EventDetail, Activation)
            for row in db.session.execute(select(model.__table__))
            for value in row
        )
    for form in (code, code.lower(), rules.read(code)):
        assert form not in kept and form not in caplog.text, "a code is nowhere but on its slip"
    assert "issue_slip" in kept and "activate" in kept


def test_a_slip_is_used_once_and_ends_every_session(app, world, signed_in):
    before = signed_in(world.rina)
    code = slip_for(world, "rina")
    assert before.get("/account").status == 200, "until it is used nothing changes"
    use(app, world.rina.login, code)
    assert before.get("/account", follow=False).status == 303
    again = use(app, world.rina.login, code, "kata sandi yang lain")
    assert again.status == 409 and "sudah dipakai" in again.text
    assert Browser(app).log_in(world.rina.login, NEW).address == "/employee"


def test_three_wrong_tries_spend_it(app, world):
    code = slip_for(world, "rina")
    for _ in range(rules.TRIES):
        answer = use(app, world.rina.login, "00000-00000")
        assert answer.status == 422 and "tidak cocok" in answer.text
    answer = use(app, world.rina.login, code)
    assert answer.status == 409 and "tiga kali salah" in answer.text
    with world.inside():
        assert db.session.scalar(select(func.count()).where(Event.verb == "spend_slip")) == 1


def test_the_third_try_may_be_the_right_one(app, world):
    code = slip_for(world, "rina")
    for _ in range(rules.TRIES - 1):
        use(app, world.rina.login, "00000-00000")
    assert use(app, world.rina.login, code).address == "/login"


def test_it_is_late_after_fourteen_days(app, world, clock):
    code = slip_for(world, "rina")
    clock.set(NOW + timedelta(days=14))
    answer = use(app, world.rina.login, code)
    assert answer.status == 409 and "lewat masa berlakunya" in answer.text


def test_strangers_learn_nothing(app, world):
    """Unknown number, no slip, somebody else's code: one answer."""
    code = slip_for(world, "rina")
    said = {
        " ".join(use(app, login, given).text.split())
        for login, given in (
            ("199001012015011999", code),
            (world.budi.login, code),
            (world.rina.login, "zzzzz-zzzzz"),
        )
    }
    shown = {re.sub(r"\d{6,}|[\w.]+@[\w.]+", "", each) for each in said}
    assert len(shown) == 1


def test_a_new_slip_ends_the_old_one(app, world):
    old, new = slip_for(world, "rina"), slip_for(world, "rina")
    assert use(app, world.rina.login, old).status == 422
    assert use(app, world.rina.login, new).address == "/login"


def test_a_disabled_account_stays_shut(app, world):
    code = slip_for(world, "rina")
    with world.inside(), door():
        db.session.get_one(Account, world.rina.account_id).disabled = NOW
    assert use(app, world.rina.login, code).status == 422


@pytest.mark.parametrize("password", ["pendek", "katasandi123"[:9], "1111111111"])
def test_a_bad_password_costs_no_try(app, world, password):
    slip_for(world, "rina")
    assert use(app, world.rina.login, "00000-00000", password).status == 422
    with world.inside():
        assert db.session.scalar(select(func.sum(Activation.tries))) == 0


def test_addresses_wait_but_an_office_does_not(app, world):
    """Codes that fit don't count against the address that a whole office shares."""
    for _ in range(3):
        assert use(app, world.rina.login, slip_for(world, "rina")).address == "/login"
    assert Browser(app).log_in(world.rina.login, NEW).status == 200
    with world.inside():
        assert set(db.session.scalars(select(Guess.failures).where(Guess.subject == "ip:127.0.0.1"))) == {0}


# --- who prints for whom -------------------------------------------------------------------------


def listed(page: Page) -> set[str]:
    return {row.first("th").text.strip() for row in page.root.first("table").all("tr")[1:]}


def test_each_sees_those_in_scope(world, signed_in, statements):
    hr = signed_in(world.hr)
    with statements(8):
        page = hr.get("/activation")
    assert {"Rina Pelaksana", "Dewi Perawat", "Aminah Walikota"} <= listed(page)
    assert "Lestari Pelaksana" not in page.text
    agency = signed_in(world.agency_hr).get("/activation")
    assert "Rina Pelaksana" in agency.text and "Gita Kepala BKPSDM" not in agency.text
    admin = signed_in(world.admin)
    with statements(8):
        page = admin.get("/activation")
    assert "Hana Pengelola" in page.text and "Mulya Pengelola" in page.text
    assert "Rina Pelaksana" not in page.text, "an administrator sees those only who look after others"
    assert signed_in(world.rina).get("/activation").status == 404
    assert signed_in(world.publisher).get("/activation").status == 404


@pytest.mark.parametrize(
    "who, whose, words",
    [
        ("hr", "hr", "Pilih paling sedikit satu orang"),
        ("agency_hr", "staff_head", "Pilih paling sedikit satu orang"),
        ("hr", "other", "Pilih paling sedikit satu orang"),
        ("admin", "rina", "Pilih paling sedikit satu orang"),
        ("agency_hr", "agency_hr", "dibuat orang lain"),
    ],
)
def test_nobody_gets_a_code_beyond_ones_scope(world, signed_in, who, whose, words):
    with world.inside():
        ref = db.session.scalar(select(Account.ref).where(Account.id == world.people[whose].account_id))
    answer = signed_in(getattr(world, who)).post(
        "/activation/slips", {"who": "" if who == whose == "hr" else ref}
    )
    assert words in answer.text and not CODE.search(answer.text)
    with world.inside():
        assert db.session.scalar(select(func.count(Activation.id))) == 0


@pytest.mark.parametrize(
    "issuer, holder, fine",
    [
        ("pengelola_perangkat_daerah", (), True),
        ("pengelola_perangkat_daerah", ("pengelola_perangkat_daerah",), True),
        ("pengelola_perangkat_daerah", ("pengelola_daerah",), False),
        ("pengelola_perangkat_daerah", ("wali_data",), False),
        ("pengelola_perangkat_daerah", ("hak_yang_baru",), False),
        ("pengelola_daerah", ("wali_data", "pengelola_perangkat_daerah"), True),
        ("pengelola_daerah", ("administrator",), False),
        ("administrator", ("administrator",), True),
    ],
)
def test_a_code_never_reaches_further_than_its_maker(issuer, holder, fine):
    refusal = rules.why_not_issue(own=False, disabled=False, holder=holder, issuer=[issuer])
    assert (refusal is None) == fine


def test_many_at_once_and_only_once(world, signed_in):
    with world.inside(), door():
        db.session.execute(db.update(Account).where(Account.region_id.is_not(None)).values(password_hash=""))
    browser = signed_in(world.hr)
    form = browser.get("/activation").form(action="/activation/slips")
    fields = {**form.fields, "all": "1"}
    fields.pop("who", None)
    slips = browser.open("POST", "/activation/slips", data=fields)
    codes = CODE.findall(slips.text)
    with world.inside():
        kept = db.session.scalar(select(func.count(Activation.id)))
    assert len(set(codes)) == len(codes) == kept > 10
    assert "Hana Pengelola" not in {dd.text for dd in slips.root.all("dd")}, "not for oneself"
    again = browser.open("POST", "/activation/slips", data=fields)
    assert "Lembar ini sudah dibuat" in again.text and not CODE.search(again.text)
    with world.inside():
        assert db.session.scalar(select(func.count(Activation.id))) == kept
    page = browser.get("/activation?state=menunggu")
    assert "Lembar berlaku" in page.text


def test_pages_of_the_list(world, signed_in, monkeypatch):
    from portal.web import lists

    monkeypatch.setattr(lists, "PAGE", 4)
    browser = signed_in(world.hr)
    page, seen = browser.get("/activation"), []
    while True:
        seen.append(listed(page))
        links = page.links_to(r"after=")
        if not links:
            break
        page = browser.get(links[0]["href"] if not isinstance(links[0], str) else links[0])
    assert len(seen) > 2 and sum(map(len, seen)) == len(set().union(*seen))
    back = page.links_to(r"before=")
    assert back


# --- the first administrator ---------------------------------------------------------------------


def first_code(app, at=NOW) -> str:
    with app.app_context(), door():
        return actions.open_first(by=Actor(system="penyiapan"), at=at)


def claim(app, code: str, login: str = "ani@contoh.go.id") -> Page:
    form = Browser(app).get("/activate/administrator").form(action="/activate/administrator")
    return form.fill(
        code=code, name="Ani Pemasang", login=login, new_password=NEW, repeat_password=NEW
    ).send()


def test_the_first_administrator(app):
    code = first_code(app)
    assert len(code) == rules.FIRST_LENGTH
    with app.app_context():
        assert db.session.scalar(select(func.count(Account.id))) == 0, "no default account"
    answer = claim(app, rules.written(code))
    assert answer.address == "/login" and "Akun administrator dibuat" in answer.text
    assert Browser(app).log_in("ani@contoh.go.id", NEW).address == "/admin"
    again = claim(app, code, "budi@contoh.go.id")
    assert again.status == 409 and "sudah dipakai" in again.text
    with app.app_context():
        assert db.session.scalar(select(func.count(Account.id))) == 1


def test_it_is_valid_for_a_day(app, clock):
    code = first_code(app)
    clock.set(NOW + timedelta(hours=24))
    answer = claim(app, code)
    assert answer.status == 409 and "lewat 24 jam" in answer.text


def test_a_newer_code_ends_the_older(app):
    old, new = first_code(app), first_code(app)
    assert claim(app, old).status == 409
    assert claim(app, new).address == "/login"


def test_a_taken_name_is_said(app, world):
    code = first_code(app)
    answer = claim(app, code, world.rina.login if "@" in world.rina.login else "rina@contoh.go.id")
    assert answer.status == 409 and "sudah dipakai akun lain" in answer.text
    assert claim(app, code).address == "/login", "the code still holds"
    with app.app_context():
        assert db.session.scalar(select(func.count(SignIn.id))) == 0

"""Accounts: sessions that end, guesses that wait, grants that are dated (decisions §5, 14.15, 14.30)."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.ledger.actor import SYSTEM
from portal.ledger.door import door
from portal.people.accounts import actions, passwords, queries, rules
from portal.people.accounts.models import Account, Grant, GrantKind, Guess, LoginName, SignIn
from tests.support.databases import NOW
from tests.support.world import PASSWORD

IDLE, LASTS = timedelta(minutes=120), timedelta(hours=12)


@pytest.fixture
def account(world) -> Account:
    return db.session.get_one(Account, world.rina.account_id)


def begin(account: Account, at=NOW, device: str = "Firefox, Linux") -> str:
    with door(account):
        return actions.begin_session(account, ("s",), device=device, lasts=LASTS, at=at)


def caller(token: str, at=NOW):
    db.session.rollback()
    found = queries.signed_in(token, at, IDLE)
    return found[0] if found else None


def test_a_session_leads_to_its_caller(world, account):
    me = caller(begin(account))
    assert me.actor == world.rina.actor
    assert (me.place.slug, me.place.zone) == ("kota-contoh", "WIB")
    assert me.is_employee


def test_only_the_hash_of_a_token_is_kept(account):
    token = begin(account)
    kept = db.session.scalars(select(SignIn)).one()
    assert token not in str(vars(kept)) and kept.token_hash == queries.token_hash(token)
    assert len(token) >= 43, "256 bits"


def test_an_unknown_token_is_nobody(account):
    assert caller("x" * 43) is None


@pytest.mark.parametrize(
    "later, lives",
    [
        (timedelta(0), True),
        (IDLE - timedelta(seconds=1), True),
        (IDLE, False),
        (LASTS, False),
    ],
)
def test_idle_end(account, later, lives):
    assert (caller(begin(account), NOW + later) is not None) is lives


def test_absolute_end_also_of_a_busy_session(account):
    token = begin(account)
    for minutes in range(0, 12 * 60, 60):
        at = NOW + timedelta(minutes=minutes)
        assert caller(token, at) is not None
        with door():
            actions.touch(token, at=at)
    assert caller(token, NOW + LASTS - timedelta(seconds=1)) is not None
    assert caller(token, NOW + LASTS) is None


def test_a_disabled_account_is_out_at_once(account):
    token = begin(account)
    with door(account):
        account.disabled = NOW
    assert caller(token) is None
    assert queries.person_of_dead_session(token) is None


def test_an_ended_session_stays_dead(world, account):
    token = begin(account)
    with door():
        actions.end_by_token(token, by=world.rina.actor, at=NOW)
    assert caller(token) is None
    assert queries.person_of_dead_session(token) == world.rina.person_id, "what was typed may come back"


def test_a_new_password_ends_the_others_and_renews_this_one(world, account):
    mine, others = begin(account), [begin(account), begin(account)]
    with door(account):
        actions.change_password(
            account, new_hash="h", token=mine, new_token="fresh", by=world.rina.actor, at=NOW
        )
    assert [caller(each) for each in (mine, *others)] == [None, None, None]
    assert caller("fresh") is not None
    with pytest.raises(Refused), door(account):
        actions.change_password(account, new_hash="x", token=mine, new_token="y", by=world.rina.actor, at=NOW)


def test_open_sessions_are_listed_last_used_first(account):
    begin(account, NOW - timedelta(hours=1), "Edge, Windows")
    begin(account, NOW, "Chrome, Android")
    begin(account, NOW - timedelta(hours=3), "idle for too long")
    found = queries.open_sessions(account.id, NOW, IDLE)
    assert [each.device for each in found] == ["Chrome, Android", "Edge, Windows"]


# --- rights by date ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "begins, ends, holds",
    [
        (date(2026, 10, 12), None, True),
        (date(2026, 10, 13), None, False),
        (date(2026, 1, 1), date(2026, 10, 12), False),
        (date(2026, 1, 1), date(2026, 10, 13), True),
    ],
    ids=["from today", "from tomorrow", "until yesterday", "until today"],
)
def test_a_grant_holds_on_its_days(world, account, begins, ends, holds):
    region = account.region_id
    with door():
        row = actions.grant(
            account, kind=GrantKind.PUBLISHER, region_id=region, begins=begins, by=SYSTEM, at=NOW
        )
        row.ends = ends
    granted = caller(begin(account)).granted("wali_data")
    assert [each.region_id for each in granted] == ([region] if holds else [])


def test_a_grant_counts_by_the_regions_own_day(world):
    """In the east the day begins two hours earlier (decision 14.10)."""
    east = db.session.get_one(Account, world.other.account_id)
    with door():
        actions.grant(
            east,
            kind=GrantKind.PUBLISHER,
            region_id=east.region_id,
            begins=date(2026, 10, 13),
            by=SYSTEM,
            at=NOW,
        )
    evening = NOW.replace(hour=15, minute=30)  # 22.30 WIB, 00.30 WIT
    assert caller(begin(east, evening), evening).granted("wali_data")
    assert not caller(begin(east), NOW).granted("wali_data")


def test_grants_need_what_their_kind_needs(world, account):
    for kind in (GrantKind.AGENCY_HR, GrantKind.REGION_HR):
        with pytest.raises(Exception, match="ck_grants"), door() as session:
            session.add(Grant(account_id=account.id, kind=kind, begins=date(2026, 1, 1)))
            session.flush()


def test_several_grants_make_no_second_caller(world, account):
    for _ in range(3):
        with door():
            actions.grant(
                account,
                kind=GrantKind.PUBLISHER,
                region_id=account.region_id,
                begins=date(2026, 1, 1),
                by=SYSTEM,
                at=NOW,
            )
    assert len(caller(begin(account)).grants) == 3


# --- guessing ------------------------------------------------------------------------------------


def fail(times: int, at=NOW, subjects=("login", "ip:1")) -> int:
    failures = 0
    for _ in range(times):
        with door():
            failures = actions.record_failure(subjects, at=at)
    return failures


def may_try(at, subjects=("login", "ip:1")) -> bool:
    db.session.rollback()
    try:
        actions.insist_on_try(subjects, at=at)
    except Refused:
        return False
    return True


def test_five_tries_then_a_wait(app):
    assert fail(4) == 4
    assert may_try(NOW)
    fail(1)
    assert not may_try(NOW)
    assert not may_try(NOW + timedelta(seconds=29))
    assert may_try(NOW + timedelta(seconds=30))


def test_the_wait_doubles_and_has_an_end(app):
    at, waits = NOW, []
    fail(4)
    for _ in range(9):
        fail(1, at)
        wait = db.session.get_one(Guess, "login").wait_until - at
        waits.append(wait)
        at += wait
    assert waits[:4] == [timedelta(seconds=s) for s in (30, 60, 120, 240)]
    assert max(waits) == rules.LONGEST_WAIT, "never a lock for good"
    assert may_try(at)


def test_an_office_behind_one_address_isnt_stopped_by_one_typist(app):
    fail(5, subjects=("one", "ip:1"))
    assert not may_try(NOW, ("one", "ip:2"))
    assert may_try(NOW, ("two", "ip:1"))
    fail(rules.ADDRESS_TRIES, subjects=("three", "ip:1"))
    assert not may_try(NOW, ("two", "ip:1"))
    assert may_try(NOW, ("two", "ip:2"))


def test_a_day_of_rest_forgets(app):
    fail(20)
    tomorrow = NOW + rules.FORGET_GUESSES + timedelta(seconds=1)
    assert fail(1, tomorrow) == 1
    assert may_try(tomorrow)


def test_success_forgets_the_name_and_not_the_address(app, account):
    """Whoever has an account may not spray others and wipe the traces by signing in."""
    fail(4)
    with door(account):
        actions.begin_session(account, ("login",), device="", lasts=LASTS, at=NOW)
    assert [guess.subject for guess in db.session.scalars(select(Guess))] == ["ip:1"]


def test_a_whole_office_signs_in_from_one_address(app, account):
    """What succeeded isn't held against the address; what failed before stays."""
    fail(1, subjects=("somebody", "ip:1"))
    for _ in range(rules.ADDRESS_TRIES + 5):
        with door():
            actions.reserve_try(("login", "ip:1"), at=NOW)
        with door(account):
            actions.begin_session(account, ("login", "ip:1"), device="", lasts=LASTS, at=NOW)
    assert db.session.get_one(Guess, "ip:1").failures == 1
    assert may_try(NOW, ("another", "ip:1"))


def test_tries_sent_all_at_once_do_not_slip_past_the_wait(app):
    """Each try is counted before the password is looked at, the right one like the wrong ones."""
    for _ in range(5):
        with door():
            actions.reserve_try(("login",), at=NOW)
    with pytest.raises(Refused), door():
        actions.reserve_try(("login",), at=NOW)
    with door():
        assert actions.reserve_try(("login",), limited=False, at=NOW) == 6


def test_signing_in_again_ends_the_browsers_earlier_session(app, account):
    with door(account):
        first = actions.begin_session(account, ("login",), device="", lasts=LASTS, at=NOW)
    with door(account):
        actions.begin_session(account, ("login",), device="", lasts=LASTS, replaces=first, at=NOW)
    assert queries.by_token(first).ended == NOW


@pytest.mark.parametrize(
    ("address", "subject"),
    [("10.0.0.7", "ip:10.0.0.7"), ("2001:db8::7", "ip:2001:db8::/64"), ("kacau", "ip:kacau")],
)
def test_an_address_is_counted_by_its_network(address, subject):
    assert rules.address_subject(address) == subject


def test_failures_at_once_are_all_counted(app):
    errors = []

    def one() -> None:
        with app.app_context():
            try:
                fail(1)
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=one) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert errors == []
    assert db.session.get_one(Guess, "login").failures == 8


# --- names and passwords -------------------------------------------------------------------------


def test_login_names_are_kept_as_keyed_hashes_and_masks(world):
    rows = db.session.execute(select(LoginName.digest, LoginName.masked)).all()
    said = " ".join(part for row in rows for part in row)
    assert "189001" not in said and "rina@" not in said
    assert all(len(row.digest) == 64 for row in rows)


@pytest.mark.parametrize(
    "typed", ["rina@contoh.go.id", "RINA@Contoh.go.id ", "18900105 191201 1 005", "189001051912011005"]
)
def test_a_login_name_is_understood_as_people_type_it(world, typed):
    found = queries.by_login(passwords.login_digest(typed))
    assert found is not None and found.id == world.rina.account_id


def test_passwords(world, account):
    assert passwords.fits(account.password_hash, PASSWORD)
    assert not passwords.fits(account.password_hash, PASSWORD + " ")
    assert not passwords.fits("", PASSWORD), "no password is set: nothing fits"
    assert not passwords.fits("nonsense", PASSWORD)
    assert account.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_two_equal_passwords_have_two_hashes(app):
    assert passwords.make("sama saja ya") != passwords.make("sama saja ya")

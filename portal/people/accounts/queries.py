"""What is read of accounts: the caller behind a session, sign-in names, sessions, demo accounts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Date, bindparam, or_, select

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.ledger.actor import Actor
from portal.people.accounts import rules
from portal.people.accounts.models import Account, Grant, Guess, LoginName, SignIn
from portal.people.employment.models import Person, Tenure
from portal.people.organisation.models import Region
from portal.web.caller import Caller, Granted, Place


def token_hash(token: str) -> str:
    """What is kept of a session's token."""
    return hashlib.sha256(str(token).encode(errors="replace")).hexdigest()


def signed_in(token: str, now: datetime, idle: timedelta) -> tuple[Caller, datetime] | None:
    """The caller behind a live session, with today's rights, and when it was last seen; one statement."""
    # Grants and tenures are dates of the region; which region isn't known before the row is read, so
    # the statement fetches those that hold anywhere in Indonesia and the zone decides afterwards.
    given = {
        "token": token_hash(token),
        "early": local_date(now, "WIB"),
        "late": local_date(now, "WIT"),
    }
    rows = db.session.execute(_session_with_rights(), given).all()
    if not rows:
        return None
    it = rows[0]
    live = rules.is_live(
        ended=it.ended, ends=it.session_ends, seen=it.seen, disabled=it.disabled, now=now, idle=idle
    )
    if not live:
        return None
    place = Place(it.region_id, it.slug, it.region, it.zone, it.accent) if it.slug else None
    today = local_date(now, place.zone if place else "WIB")
    grants = {
        row.grant_id: Granted(row.kind.value, row.grant_region_id, row.unit_id)
        for row in rows
        if row.grant_id and _holds(row.grant_begins, row.grant_ends, today)
    }
    caller = Caller(
        token=token,
        actor=Actor(it.account_id, it.person_id, it.region_id, it.name),
        place=place,
        sign_in_ref=it.ref,
        login_hint=it.language,
        is_employee=any(row.begins and _holds(row.begins, row.ends, today) for row in rows),
        grants=tuple(grants.values()),
    )
    return caller, it.seen


@cache
def _session_with_rights() -> Any:
    """Every request asks this; the statement is put together once."""
    early, late = bindparam("early", type_=Date), bindparam("late", type_=Date)
    return (
        # Columns, not things: a thing would be read again after the door was opened.
        select(
            *(SignIn.ref, SignIn.ended, SignIn.ends.label("session_ends"), SignIn.seen),
            *(SignIn.account_id, Account.person_id, Account.region_id, Account.name),
            *(Account.language, Account.disabled),
            *(Region.slug, Region.name.label("region"), Region.zone, Region.accent),
            *(
                Grant.id.label("grant_id"),
                Grant.kind,
                Grant.unit_id,
                Grant.region_id.label("grant_region_id"),
            ),
            *(Grant.begins.label("grant_begins"), Grant.ends.label("grant_ends")),
            *(Tenure.begins, Tenure.ends),
        )
        .join(Account, Account.id == SignIn.account_id)
        .outerjoin(Region, Region.id == Account.region_id)
        .outerjoin(
            Grant,
            (Grant.account_id == Account.id)
            & (Grant.begins <= late)
            & or_(Grant.ends.is_(None), Grant.ends > early),
        )
        .outerjoin(
            Tenure,
            (Tenure.person_id == Account.person_id)
            & (Tenure.begins <= late)
            & or_(Tenure.ends.is_(None), Tenure.ends > early),
        )
        .where(SignIn.token_hash == bindparam("token"))
    )


def _holds(begins: date, ends: date | None, today: date) -> bool:
    return begins <= today and (ends is None or ends > today)


def by_token(token: str) -> SignIn | None:
    """The session behind a cookie's token, ended or not."""
    return db.session.scalars(select(SignIn).where(SignIn.token_hash == token_hash(token))).one_or_none()


def person_of_dead_session(token: str) -> int | None:
    """Whose session that was, even if it has ended; for carrying what was typed over the sign-in."""
    return db.session.scalar(
        select(Account.person_id)
        .join(SignIn, SignIn.account_id == Account.id)
        .where(SignIn.token_hash == token_hash(token), Account.disabled.is_(None))
    )


def by_login(digest: str) -> Account | None:
    """The account that signs in under that digest."""
    return db.session.scalars(
        select(Account).join(LoginName, LoginName.account_id == Account.id).where(LoginName.digest == digest)
    ).one_or_none()


def guesses(subjects: Sequence[str]) -> dict[str, Guess]:
    """The failed tries of these subjects."""
    found = db.session.scalars(select(Guess).where(Guess.subject.in_(subjects)))
    return {guess.subject: guess for guess in found}


def open_sessions(account_id: int, now: datetime, idle: timedelta) -> Sequence[SignIn]:
    """The account's sessions that still count, last used first."""
    return db.session.scalars(
        select(SignIn)
        .where(
            SignIn.account_id == account_id,
            SignIn.ended.is_(None),
            SignIn.ends > now,
            SignIn.seen > now - idle,
        )
        .order_by(SignIn.seen.desc())
    ).all()


def demo_accounts() -> Sequence[Any]:
    """The accounts that a demo installation offers at sign-in, with their region."""
    return db.session.execute(
        select(Account.name, Account.about, Region.name.label("region"), Person.ref.label("person"))
        .outerjoin(Region, Region.id == Account.region_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(Account.about != "")
        .order_by(Account.id)
    ).all()


def grants_of(account_id: int) -> Sequence[Grant]:
    """Every grant that the account ever had."""
    return db.session.scalars(
        select(Grant).where(Grant.account_id == account_id).order_by(Grant.begins, Grant.id)
    ).all()


def people_without_account(region_id: int) -> Any:
    """A select of people of a region that have no account yet."""
    return (
        select(Person)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.region_id == region_id, Account.id.is_(None))
    )

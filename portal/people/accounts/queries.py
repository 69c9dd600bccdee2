"""What is read of accounts: the caller behind a session, sign-in names, sessions, demo accounts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Date, and_, bindparam, exists, func, or_, select

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.ledger.actor import Actor
from portal.people.accounts import rules
from portal.people.accounts.models import Account, Grant, Guess, LoginName, SignIn
from portal.people.assistance.models import Assistance
from portal.people.employment.models import Person, Tenure
from portal.people.organisation.models import Position, Region, Unit
from portal.web.caller import CAPITAL, Caller, Granted, Place


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
    rows = db.session.connection().execute(_session_with_rights(), given).all()
    if not rows:
        return None
    it = rows[0]
    live = rules.is_live(
        ended=it.ended, ends=it.session_ends, seen=it.seen, disabled=it.disabled, now=now, idle=idle
    )
    if not live:
        return None
    place = Place(it.region_id, it.slug, it.region, it.zone, it.accent) if it.slug else None
    today = local_date(now, place.zone if place else CAPITAL)
    grants = {
        row.grant_id: Granted(row.kind.value, row.grant_region_id, row.unit_id)
        for row in rows
        if row.grant_id and _holds(row.grant_begins, row.grant_ends, today)
    }
    # Who types for somebody is that person here, with no right of the own but to stop.
    helps = it.helped_id is not None and _holds(it.help_begins, it.help_ends, today)
    if helps:
        actor = Actor(it.account_id, it.helped_id, it.region_id, _full_name(it), typist_id=it.person_id)
        grants = {}
    else:
        actor = Actor(it.account_id, it.person_id, it.region_id, it.name)
    mine = it.helped_id if helps else it.person_id
    held = [
        row
        for row in rows
        if row.begins and row.tenure_person == mine and _holds(row.begins, row.ends, today)
    ]
    caller = Caller(
        token=token,
        actor=actor,
        place=place,
        sign_in_ref=it.ref,
        login_hint=it.language,
        typist=it.name if helps else "",
        is_employee=bool(held),
        grants=tuple(grants.values()),
        heads=tuple({row.headed: None for row in held if row.headed}),
        leads=tuple({row.led: None for row in held if row.led}),
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
            *(Tenure.begins, Tenure.ends, Unit.id.label("headed"), Position.unit_id.label("led")),
            Tenure.person_id.label("tenure_person"),
            *(Person.name.label("helped_name"), Person.titles_before, Person.titles_after),
            *(Assistance.person_id.label("helped_id"), Assistance.begins.label("help_begins")),
            Assistance.ends.label("help_ends"),
        )
        .join(Account, Account.id == SignIn.account_id)
        .outerjoin(Region, Region.id == Account.region_id)
        .outerjoin(
            Grant,
            (Grant.account_id == Account.id)
            & Grant.ended.is_(None)
            & (Grant.begins <= late)
            & or_(Grant.ends.is_(None), Grant.ends > early),
        )
        .outerjoin(
            Assistance,
            (Assistance.id == SignIn.assistance_id)
            & Assistance.ended.is_(None)
            & (Assistance.begins <= late)
            & or_(Assistance.ends.is_(None), Assistance.ends > early),
        )
        .outerjoin(Person, Person.id == Assistance.person_id)
        .outerjoin(
            Tenure,
            (Tenure.person_id == func.coalesce(Assistance.person_id, Account.person_id))
            & (Tenure.region_id == Account.region_id)
            & (Tenure.begins <= late)
            & or_(Tenure.ends.is_(None), Tenure.ends > early),
        )
        .outerjoin(Position, (Position.id == Tenure.position_id) & Position.is_head)
        .outerjoin(Unit, (Unit.id == Position.unit_id) & Unit.is_agency)
        .where(SignIn.token_hash == bindparam("token"))
    )


def _full_name(row: Any) -> str:
    return Person(
        name=row.helped_name, titles_before=row.titles_before, titles_after=row.titles_after
    ).full_name


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


def holds_on(day: date) -> Any:
    """The condition that a grant holds on ``day``: begun, not over, not taken back."""
    return and_(Grant.ended.is_(None), Grant.begins <= day, or_(Grant.ends.is_(None), Grant.ends > day))


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


def day_of(region_id: int | None, at: datetime) -> date:
    """The date in the region's zone, in WIB for the installation."""
    zone = db.session.scalar(select(Region.zone).where(Region.id == region_id)) if region_id else None
    return local_date(at, zone or "WIB")


def overlapping(
    account_id: int,
    kind: rules.GrantKind,
    region_id: int | None,
    unit_id: int | None,
    begins: date,
    ends: date | None,
) -> bool:
    """Whether the account holds the same grant on one of these days already."""
    same = and_(
        Grant.account_id == account_id,
        Grant.kind == kind,
        Grant.region_id.is_(None) if region_id is None else Grant.region_id == region_id,
        Grant.unit_id.is_(None) if unit_id is None else Grant.unit_id == unit_id,
        Grant.ended.is_(None),
        or_(Grant.ends.is_(None), Grant.ends > begins),
    )
    query = select(exists().where(same, *([] if ends is None else [Grant.begins < ends])))
    return bool(db.session.scalar(query))


def other_administrators(grant_id: int, day: date) -> int:
    """How many administrators there are besides this grant's holder, able to sign in."""
    query = (
        select(func.count(Grant.id))
        .join(Account, Account.id == Grant.account_id)
        .where(
            Grant.kind == rules.GrantKind.ADMINISTRATOR,
            Grant.id != grant_id,
            holds_on(day),
            Account.disabled.is_(None),
        )
    )
    return db.session.scalar(query) or 0


GRANTS_SHOWN = 50


def grants_within(
    scope: Any, *, kind: str, state: str, folded: str, day: date, after: str, before: str
) -> tuple[list[Any], bool, bool]:
    """A page of the grants in ``scope``, newest first, and whether there are earlier and later pages.

    One statement; ``state`` is ``berlaku``, ``nanti``, ``berakhir`` or empty; ``after`` and ``before`` are
    refs of the row beside the page.
    """
    over = or_(Grant.ended.is_not(None), Grant.ends <= day)
    states = {
        "berlaku": holds_on(day),
        "nanti": and_(Grant.ended.is_(None), Grant.begins > day),
        "berakhir": over,
    }
    query = (
        select(
            Grant,
            Account.name,
            Account.ref.label("account_ref"),
            Region.name.label("region"),
            Unit.name.label("unit"),
        )
        .join(Account, Account.id == Grant.account_id)
        .outerjoin(Region, Region.id == Grant.region_id)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .where(scope)
    )
    if kind:
        query = query.where(Grant.kind == kind)
    if state in states:
        query = query.where(states[state])
    if folded:
        query = query.where(func.lower(Account.name).contains(folded, autoescape=True))
    backwards = bool(before) and not after
    mark = after or before
    if mark:
        here = select(Grant.id).where(Grant.ref == mark, scope).scalar_subquery()
        query = query.where(Grant.id > here if backwards else Grant.id < here)
    query = query.order_by(Grant.id.asc() if backwards else Grant.id.desc())
    rows = list(db.session.execute(query.limit(GRANTS_SHOWN + 1)))
    more = len(rows) > GRANTS_SHOWN
    rows = rows[:GRANTS_SHOWN]
    if backwards:
        rows.reverse()
    return rows, more if backwards else bool(mark), bool(rows) if backwards else more


ACCOUNTS_FOUND = 20


def accounts_named(scope: Any, folded: str) -> list[Any]:
    """Accounts in ``scope`` whose name holds these letters, with the person's post; one more than shown."""
    title = (
        select(func.min(Position.title))
        .join(Tenure, Tenure.position_id == Position.id)
        .where(Tenure.person_id == Account.person_id, Tenure.ends.is_(None))
        .scalar_subquery()
    )
    query = (
        select(Account.ref, Account.name, title.label("post"), Region.name.label("region"))
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(Region, Region.id == Account.region_id)
        .where(
            scope,
            Account.disabled.is_(None),
            or_(
                Person.search_name.contains(folded, autoescape=True),
                func.lower(Account.name).contains(folded, autoescape=True),
            ),
        )
        .order_by(Account.name, Account.id)
        .limit(ACCOUNTS_FOUND + 1)
    )
    return list(db.session.execute(query))


def agencies_for_grants(region_ids: Sequence[int] | None, day: date) -> list[Any]:
    """Regions and their agencies on ``day``: what a grant may be limited to; none means every region."""
    query = (
        select(Region, Unit)
        .outerjoin(Unit, (Unit.region_id == Region.id) & Unit.is_agency & (Unit.begins <= day))
        .where(Region.hosted, or_(Unit.id.is_(None), Unit.ends.is_(None), Unit.ends > day))
        .order_by(Region.name, Region.id, Unit.name)
    )
    if region_ids is not None:
        query = query.where(Region.id.in_(region_ids))
    return list(db.session.execute(query))


def holder_of(grant: Grant) -> Any:
    """Who holds a grant, and where: the account's name, the region's and agency's."""
    return db.session.execute(
        select(Account.name, Region.name.label("region"), Unit.name.label("unit"))
        .select_from(Grant)
        .join(Account, Account.id == Grant.account_id)
        .outerjoin(Region, Region.id == Grant.region_id)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .where(Grant.id == grant.id)
    ).one()

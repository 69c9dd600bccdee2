"""What is read for slips: accounts in scope with where they stand, the codes that are open."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from portal.extensions import db
from portal.kernel.texts import fold
from portal.people.accounts.models import Account, Grant, LoginName
from portal.people.activation import rules
from portal.people.activation.models import Activation
from portal.people.activation.rules import SlipState
from portal.people.employment.models import Person, Tenure
from portal.people.organisation.models import Position, Region, Unit
from portal.people.organisation.queries import on
from portal.web import lists

NOBODY: ColumnElement[bool] = literal(False)


@dataclass(frozen=True)
class Filter:
    """What the list is narrowed to."""

    q: str = ""
    agency: str = ""
    state: str = ""


def digest(code: str) -> str:
    """The keyed hash of a code: whoever reads the database alone can't try codes against it."""
    key = hashlib.sha256(f"activation:{current_app.secret_key!s}".encode()).digest()
    return hmac.new(key, code.encode(), hashlib.sha256).hexdigest()


def in_scope(caller: Any, day: date) -> ColumnElement[bool]:
    """Accounts that the caller may make slips for (``rules.why_not_issue`` decides on single ones)."""
    found: list[ColumnElement[bool]] = [NOBODY]
    found += [Account.region_id == grant.region_id for grant in caller.granted(rules.REGION_HR)]
    agencies = [grant.unit_id for grant in caller.granted(rules.AGENCY_HR)]
    if agencies:
        found.append(_serves_in(Unit.agency_id.in_(agencies), day))
    if caller.granted(rules.ADMINISTRATOR):
        # Of people an administrator sees those only who look after others.
        found.append(exists().where(Grant.account_id == Account.id, on(Grant, day)))
        found.append(Account.person_id.is_(None))
    return or_(*found)


def _serves_in(units: ColumnElement[bool], day: date) -> ColumnElement[bool]:
    return exists(
        select(Tenure.id)
        .join(Position, Position.id == Tenure.position_id)
        .join(Unit, Unit.id == Position.unit_id)
        .where(Tenure.person_id == Account.person_id, on(Tenure, day), units)
        .correlate(Account)
    )


def _states(now: datetime) -> dict[str, ColumnElement[bool]]:
    """The filter's choices; the same as ``rules.state_of``, in SQL."""
    waiting = and_(Activation.id.is_not(None), Activation.ends > now, Activation.tries < rules.TRIES)
    rest = or_(Activation.id.is_(None), Activation.ends <= now, Activation.tries >= rules.TRIES)
    return {
        "belum": and_(Account.password_hash == "", rest),
        "menunggu": waiting,
        "aktif": Account.password_hash != "",
    }


def _list(caller: Any, wanted: Filter, *, day: date, now: datetime) -> Select[Any]:
    query = (
        select(Account)
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(Activation, and_(Activation.account_id == Account.id, Activation.ended.is_(None)))
        .where(in_scope(caller, day), Account.disabled.is_(None))
    )
    for word in fold(wanted.q).split()[:5]:
        query = query.where(_name().like(f"%{_plain(word)}%", escape="\\"))
    if wanted.agency:
        query = query.where(_serves_in(Unit.agency_id == _unit(wanted.agency), day))
    if wanted.state:
        query = query.where(_states(now)[wanted.state])
    return query


def _name() -> Any:
    return func.coalesce(Person.search_name, func.lower(Account.name))


def _plain(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _unit(ref: str) -> Any:
    return select(Unit.id).where(Unit.ref == ref).scalar_subquery()


def accounts(
    caller: Any, wanted: Filter, *, day: date, now: datetime, after: str = "", before: str = ""
) -> lists.Slice:
    """A page of the accounts in scope, by name; one statement, a second where the page is empty."""
    keys = (_name(), Account.id)
    post = (
        select(Position.title + " · " + Unit.name)
        .join(Unit, Unit.id == Position.unit_id)
        .join(Tenure, Tenure.position_id == Position.id)
        .where(Tenure.person_id == Account.person_id, on(Tenure, day))
        .order_by(Tenure.acting.is_not(None), Tenure.id)
        .limit(1)
        .correlate(Account)
        .scalar_subquery()
    )
    shown = (
        select(
            *(Account.id, Account.ref, Account.name, Account.person_id, Account.password_set),
            *((Account.password_hash != "").label("has_password"), post.label("post")),
            *(Activation.ends, func.coalesce(Activation.tries, 0).label("tries")),
        )
        .select_from(Account)
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(Activation, and_(Activation.account_id == Account.id, Activation.ended.is_(None)))
    )
    return lists.keyset(
        _list(caller, wanted, day=day, now=now).with_only_columns(Account.id, maintain_column_froms=True),
        keys,
        place=_of,
        details=lambda page: shown.join(page, page.c.id == Account.id),
        after=after,
        before=before,
    )


def _of(ref: str, key: Any) -> Any:
    return (
        select(key)
        .select_from(Account)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(Account.ref == ref)
        .correlate(None)
        .scalar_subquery()
    )


def chosen(caller: Any, refs: Sequence[str], *, day: date) -> list[Account]:
    """The accounts with these refs in the caller's scope, by name."""
    query = (
        select(Account)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(Account.ref.in_(refs), in_scope(caller, day))
    )
    return list(db.session.scalars(query.order_by(_name(), Account.id)))


def without_password(
    caller: Any, wanted: Filter, *, day: date, now: datetime, limit: int
) -> list[Account]:  # fmt: skip
    """The first accounts of the list that have neither a password nor a slip that still holds."""
    narrowed = Filter(wanted.q, wanted.agency, "belum")
    query = _list(caller, narrowed, day=day, now=now).where(~_is_me(caller), _weighs_no_more(caller, day))
    return list(db.session.scalars(query.order_by(_name(), Account.id).limit(limit)))


def _is_me(caller: Any) -> ColumnElement[bool]:
    return Account.id == (caller.actor.account_id or 0)


def _weighs_no_more(caller: Any, day: date) -> ColumnElement[bool]:
    mine = rules.weight({grant.kind for grant in caller.grants})
    light = {0: (), 1: (rules.AGENCY_HR,)}.get(mine)
    held = Grant.kind.not_in(light) if light is not None else Grant.kind == rules.ADMINISTRATOR
    if mine >= rules.weight({rules.ADMINISTRATOR}):
        return ~NOBODY
    return ~exists().where(Grant.account_id == Account.id, on(Grant, day), held)


def grants_of(account_ids: Sequence[int], day: date) -> dict[int, set[str]]:
    """The kinds of grants that each account holds on ``day``."""
    found: dict[int, set[str]] = {}
    rows = db.session.execute(
        select(Grant.account_id, Grant.kind).where(Grant.account_id.in_(account_ids), on(Grant, day))
    )
    for account_id, kind in rows:
        found.setdefault(account_id, set()).add(kind.value)
    return found


def slip_facts(account_ids: Sequence[int], day: date) -> dict[int, Any]:
    """What a slip says of each account: the agency, the region, the covered sign-in name."""
    Agency = aliased(Unit)
    query = (
        select(
            Account.id,
            func.min(LoginName.masked).label("masked"),
            func.min(Region.name).label("region"),
            func.min(Region.zone).label("zone"),
            func.min(Unit.name).label("unit"),
            func.min(Agency.name).label("agency"),
        )
        .outerjoin(LoginName, LoginName.account_id == Account.id)
        .outerjoin(Region, Region.id == Account.region_id)
        .outerjoin(
            Tenure, and_(Tenure.person_id == Account.person_id, Tenure.acting.is_(None), on(Tenure, day))
        )
        .outerjoin(Position, Position.id == Tenure.position_id)
        .outerjoin(Unit, Unit.id == Position.unit_id)
        .outerjoin(Agency, Agency.id == Unit.agency_id)
        .where(Account.id.in_(account_ids))
        .group_by(Account.id)
    )
    return {row.id: row for row in db.session.execute(query)}


def agencies(caller: Any, day: date) -> Sequence[Unit]:
    """The agencies that a region's manager may narrow the list to, by name."""
    regions = [grant.region_id for grant in caller.granted(rules.REGION_HR)]
    if not regions:
        return []
    return db.session.scalars(
        select(Unit)
        .where(Unit.region_id.in_(regions), Unit.is_agency, on(Unit, day))
        .order_by(Unit.name)
    ).all()  # fmt: skip


def open_slip(login_digest: str) -> Activation | None:
    """The open slip of the account that signs in under that digest."""
    return db.session.scalars(
        select(Activation)
        .join(LoginName, LoginName.account_id == Activation.account_id)
        .join(Account, Account.id == Activation.account_id)
        .where(LoginName.digest == login_digest, Activation.ended.is_(None), Account.disabled.is_(None))
    ).one_or_none()


def was_used(login_digest: str, code: str) -> bool:
    """Whether that account's password was set by that very code: the form was sent twice."""
    used = (
        select(Activation.id)
        .join(LoginName, LoginName.account_id == Activation.account_id)
        .where(LoginName.digest == login_digest, Activation.code_hash == digest(code))
        .where(Activation.used.is_not(None))
    )
    return db.session.scalar(used) is not None


def open_first(code: str) -> Activation | None:
    """The open code of a first administrator."""
    return db.session.scalars(
        select(Activation).where(
            Activation.code_hash == digest(code), Activation.account_id.is_(None), Activation.ended.is_(None)
        )
    ).one_or_none()


def state(row: Any, now: datetime) -> SlipState:
    """Where the account of a list's row stands."""
    return rules.state_of(has_password=row.has_password, ends=row.ends, tries=row.tries, now=now)

"""What is done with codes: make slips, try a code, set the password by it, let the first administrator in.

No event and no log line holds a code.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.kernel.refusal import N_, Refusal, Refused, insist
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.people.accounts import actions as accounts
from portal.people.accounts.models import Account, GrantKind, SignIn
from portal.people.activation import queries, rules
from portal.people.activation.models import Activation


@dataclass(frozen=True)
class Slip:
    """A code that was made just now, for whom; it is printed and then forgotten."""

    account: Account
    code: str
    ends: datetime


def issue(
    *, chosen: Sequence[Account], issuer: frozenset[str], by: Actor, at: datetime
) -> list[Slip]:  # fmt: skip
    """Make a code for each account; an older one of the same account ends. Raises ``Refused``.

    The password that an account has stays good until the code is used.
    """
    if not chosen:
        raise Refused(
            Refusal("activation.nobody", N_("Pilih paling sedikit satu orang yang lembarnya dicetak."))
        )
    ids = [account.id for account in chosen]
    held = queries.grants_of(ids, local_date(at, "WIB"))
    for account in chosen:
        insist(
            rules.why_not_issue(
                own=account.id == by.account_id,
                disabled=account.disabled is not None,
                holder=held.get(account.id, set()),
                issuer=issuer,
            )
        )
    db.session.execute(
        update(Activation)
        .where(Activation.account_id.in_(ids), Activation.ended.is_(None))
        .values(ended=at)
    )  # fmt: skip
    ends = at + rules.SLIP_LASTS
    slips = [Slip(account, rules.new_code(), ends) for account in chosen]
    db.session.add_all(
        Activation(
            region_id=slip.account.region_id,
            account_id=slip.account.id,
            code_hash=queries.digest(slip.code),
            made=at,
            ends=ends,
        )
        for slip in slips
    )
    for slip in slips:
        events.record("issue_slip", slip.account, by=by, at=at)
    return slips


def take_try(login_digest: str, code: str, *, at: datetime) -> Account | None:
    """Count a try on the open slip of a sign-in name; the account when the code is the right one.

    A try that fails is an act that succeeds in recording a failure. Raises ``Refused`` when the slip is late
    or spent; that is said only to who has the right code, to others the slip is as unknown as no slip.
    """
    slip = queries.open_slip(login_digest)
    if slip is None:
        if queries.was_used(login_digest, code):
            raise Refused(
                Refusal(
                    "activation.used",
                    N_("Kode ini sudah dipakai. Masuk dengan kata sandi yang dibuat dengannya."),
                )
            )
        return None
    fits = hmac.compare_digest(slip.code_hash, queries.digest(code))
    refusal = rules.why_not_try(ends=slip.ends, tries=slip.tries, now=at)
    if refusal is not None:
        if fits:
            raise Refused(refusal)
        return None
    assert slip.account_id is not None
    account = db.session.get_one(Account, slip.account_id)
    if fits:
        return account
    slip.tries += 1
    if slip.tries >= rules.TRIES:
        events.record("spend_slip", account, by=Actor(region_id=account.region_id, system="aktivasi"), at=at)
    return None


def activate(account: Account, *, code: str, new_hash: str, at: datetime) -> Account:
    """Set the password of ``account`` by its code, use the code up, end every session. Raises ``Refused``."""
    slip = db.session.scalars(
        db.select(Activation)
        .where(Activation.account_id == account.id, Activation.ended.is_(None))
        .with_for_update()
    ).one_or_none()
    if slip is None or not hmac.compare_digest(slip.code_hash, queries.digest(code)):
        raise Refused(rules.mismatch())
    insist(rules.why_not_try(ends=slip.ends, tries=slip.tries, now=at))
    slip.used = slip.ended = at
    account.password_hash, account.password_set = new_hash, at
    db.session.execute(
        update(SignIn).where(SignIn.account_id == account.id, SignIn.ended.is_(None)).values(ended=at)
    )
    me = Actor(account.id, account.person_id, account.region_id, account.name)
    events.record("activate", account, by=me, at=at)
    return account


def open_first(*, by: Actor, at: datetime) -> str:
    """Make a code by which somebody becomes administrator, and end the older ones; the code, told once."""
    db.session.execute(
        update(Activation)
        .where(Activation.account_id.is_(None), Activation.ended.is_(None))
        .values(ended=at)
    )  # fmt: skip
    code = rules.new_code(rules.FIRST_LENGTH)
    row = Activation(code_hash=queries.digest(code), made=at, ends=at + rules.FIRST_LASTS)
    db.session.add(row)
    db.session.flush()
    events.record("issue_first_code", row, by=by, at=at)
    return code


def become_administrator(*, code: str, name: str, login: str, new_hash: str, at: datetime) -> Account:
    """Open the account of an administrator by a first code. Raises ``Refused``."""
    row = queries.open_first(code)
    if row is None:
        raise Refused(
            Refusal(
                "activation.first",
                N_("Kode ini tidak cocok atau sudah dipakai. Kode baru: ./kinerja administrator"),
            )
        )
    if at >= row.ends:
        raise Refused(
            Refusal(
                "activation.first_late",
                N_("Kode ini lewat 24 jam. Buat yang baru dengan perintah: ./kinerja administrator"),
            )
        )
    operator = Actor(system="penyiapan", name="Penyiapan")
    try:
        with db.session.begin_nested():
            account = accounts.open_account(
                region_id=None, person_id=None, name=name, logins=(login,), by=operator, at=at
            )
    except IntegrityError:
        raise Refused(
            Refusal("activation.login_taken", N_("Surel ini sudah dipakai akun lain. Tulis yang lain."))
        ) from None
    account.password_hash, account.password_set = new_hash, at
    row.used = row.ended = at
    row.account_id = account.id
    accounts.grant(
        account,
        kind=GrantKind.ADMINISTRATOR,
        region_id=None,
        begins=local_date(at, "WIB"),
        by=operator,
        at=at,
    )
    events.record("activate", account, by=Actor(account.id, None, None, name), at=at)
    return account


def forget_old(at: datetime) -> None:
    """Delete codes that ended long ago; the events stay."""
    db.session.execute(db.delete(Activation).where(Activation.ends < at - rules.KEPT))

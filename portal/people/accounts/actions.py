"""What is done with accounts: sign in and out, change a password, give grants.

A failed sign-in is an act that succeeds in recording a failure.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal.extensions import db
from portal.kernel.refusal import N_, Refusal, Refused, insist
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.people.accounts import passwords, queries, rules
from portal.people.accounts.models import Account, Grant, GrantKind, Guess, LoginName, SignIn


def record_failure(subjects: tuple[str, ...], *, at: datetime) -> int:
    """Count a failed try for each subject; the number of failures of the first."""
    known = queries.guesses(subjects)
    for subject in subjects:
        guess = known.get(subject) or _first_guess(subject, at)
        known[subject] = guess
        if at - guess.last > rules.forgotten_after(subject):
            guess.failures = 0
        guess.failures += 1
        guess.last = at
        wait = rules.wait_after(guess.failures, rules.tries_of(subject))
        guess.wait_until = at + wait if wait else None
    return known[subjects[0]].failures


def _first_guess(subject: str, at: datetime) -> Guess:
    guess = Guess(subject=subject, failures=0, last=at)
    try:
        with db.session.begin_nested():
            db.session.add(guess)
    except IntegrityError:  # somebody else failed for the same subject in this very moment
        guess = db.session.get_one(Guess, subject, with_for_update=True)
    return guess


def reserve_try(subjects: tuple[str, ...], *, limited: bool = True, at: datetime) -> int:
    """Count a try before it is looked at; the number of tries of the first subject that have failed so far.

    Raises ``Refused`` while any subject must wait (where tries are limited).
    """
    if limited:
        insist_on_try(subjects, at=at)
    return record_failure(subjects, at=at)


def forgive(guess: Guess) -> None:
    """Take back a try that turned out well: an office of a hundred comes from one address in a morning."""
    guess.failures = max(0, guess.failures - 1)
    wait = rules.wait_after(guess.failures, rules.tries_of(guess.subject))
    guess.wait_until = guess.last + wait if wait else None


def begin_session(
    account: Account,
    subjects: tuple[str, ...],
    *,
    device: str,
    lasts: timedelta,
    replaces: str | None = None,
    at: datetime,
) -> str:
    """Open a session for ``account``, forget the failed tries of its login name (the first of ``subjects``),
    take back the try that was counted for the others, and end the session that this browser had before;
    the token, told once.
    """
    for guess in queries.guesses(subjects).values():
        if guess.subject == subjects[0]:
            db.session.delete(guess)
        else:
            forgive(guess)
    if replaces:
        end_by_token(replaces, by=Actor(account.id), at=at)
    token = secrets.token_urlsafe(32)
    db.session.add(
        SignIn(
            token_hash=queries.token_hash(token),
            account_id=account.id,
            made=at,
            seen=at,
            ends=at + lasts,
            device=device,
        )
    )
    events.record("sign_in", account, by=Actor(account.id, account.person_id, account.region_id), at=at)
    return token


def end_session(sign_in: SignIn, *, by: Actor, at: datetime) -> SignIn:
    """End one session; the cookie behind it is dead from now on."""
    sign_in.ended = at
    events.record("end_session", sign_in, by=by, at=at)
    return sign_in


def end_by_token(token: str, *, by: Actor, at: datetime) -> None:
    """End the session behind ``token``."""
    db.session.execute(
        update(SignIn)
        .where(SignIn.token_hash == queries.token_hash(token), SignIn.ended.is_(None))
        .values(ended=at)
    )


def touch(token: str, *, at: datetime) -> None:
    """Note that a session was used; at most every five minutes, after the answer."""
    db.session.execute(update(SignIn).where(SignIn.token_hash == queries.token_hash(token)).values(seen=at))


def change_password(
    account: Account, *, new_hash: str, token: str, new_token: str, by: Actor, at: datetime
) -> Account:
    """Set the hash of a new password, end every other session and give this one a new token.

    Raises ``Refused`` when this session ended meanwhile (a double click).
    """
    mine = queries.by_token(token)
    if mine is None or mine.ended is not None:
        raise Refused(
            Refusal("session.ended", N_("Sesi ini sudah berakhir. Masuk lagi dengan kata sandi baru."))
        )
    account.password_hash = new_hash
    account.password_set = at
    db.session.execute(
        update(SignIn)
        .where(
            SignIn.account_id == account.id,
            SignIn.ended.is_(None),
            SignIn.token_hash != queries.token_hash(token),
        )
        .values(ended=at)
    )
    mine.token_hash = queries.token_hash(new_token)
    events.record("change_password", account, by=by, at=at)
    return account


def choose_language(account: Account, *, language: str, by: Actor, at: datetime) -> Account:
    """Remember the language in which somebody reads the portal."""
    account.language = language
    return account


def open_account(
    *,
    region_id: int | None,
    person_id: int | None,
    name: str,
    logins: tuple[str, ...],
    by: Actor,
    at: datetime,
) -> Account:
    """Make an account without a password, known by its login names."""
    account = Account(region_id=region_id, person_id=person_id, name=name)
    db.session.add(account)
    db.session.flush()
    for login in logins:
        db.session.add(
            LoginName(digest=passwords.login_digest(login), account_id=account.id, masked=rules.mask(login))
        )
    events.record("open_account", account, by=by, at=at)
    return account


def grant(
    account: Account,
    *,
    kind: GrantKind,
    region_id: int | None,
    unit_id: int | None = None,
    letter: str = "",
    begins: date,
    by: Actor,
    at: datetime,
) -> Grant:
    """Give ``account`` a right from ``begins`` on."""
    row = Grant(
        account_id=account.id, kind=kind, region_id=region_id, unit_id=unit_id, letter=letter, begins=begins
    )
    db.session.add(row)
    db.session.flush()
    events.record("grant", row, by=by, at=at, kind=kind.value)
    return row


def give_grant(
    account: Account,
    *,
    kind: GrantKind,
    region_id: int | None,
    unit_id: int | None,
    letter: str,
    begins: date,
    ends: date | None,
    by_administrator: bool,
    by: Actor,
    at: datetime,
) -> Grant:
    """Give ``account`` a grant by a letter, from ``begins`` until before ``ends``. Raises ``Refused``."""
    insist(
        rules.why_not_give(
            kind,
            by_administrator=by_administrator,
            to_oneself=account.id == by.account_id or by.is_person(account.person_id),
            has_region=region_id is not None,
            has_agency=unit_id is not None,
            begins=begins,
            ends=ends,
            today=queries.day_of(region_id, at),
            held_already=queries.overlapping(account.id, kind, region_id, unit_id, begins, ends),
        )
    )
    row = grant(
        account, kind=kind, region_id=region_id, unit_id=unit_id, letter=letter, begins=begins, by=by, at=at
    )
    row.ends = ends
    return row


def end_grant(
    held: Grant, *, last_day: date | None, letter: str, by_administrator: bool, by: Actor, at: datetime
) -> Grant:
    """End a grant: after ``last_day``, or at this moment when there is none. Raises ``Refused``."""
    today = queries.day_of(held.region_id, at)
    insist(
        rules.why_not_end_grant(
            held.kind,
            by_administrator=by_administrator,
            over=held.ended is not None or (held.ends is not None and held.ends <= today),
            last_administrator=held.kind is GrantKind.ADMINISTRATOR
            and queries.other_administrators(held.id, today) == 0,
            last_day=last_day,
            begins=held.begins,
            today=today,
        )
    )
    held.end_letter = letter
    if last_day is None:
        held.ended = at
    else:
        held.ends = last_day + timedelta(days=1)
    events.record("end_grant", held, by=by, at=at, kind=held.kind.value)
    return held


def insist_on_try(subjects: tuple[str, ...], *, at: datetime) -> None:
    """Refuse a try while any subject must wait. Raises ``Refused``."""
    for guess in queries.guesses(subjects).values():
        refusal: Refusal | None = rules.why_not_try(guess.wait_until, at)
        insist(refusal)

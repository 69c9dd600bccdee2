"""Sign-in, sign-out, one's own account."""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from typing import Any

from flask import Blueprint, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user
from werkzeug.datastructures import MultiDict

from portal.extensions import db, login_manager
from portal.kernel.refusal import Refused
from portal.ledger.door import Busy, door
from portal.people.accounts import actions, passwords, queries, rules
from portal.people.accounts.forms import PasswordForm, SignInForm
from portal.people.accounts.models import Account, SignIn
from portal.people.accounts.rights import Accounts
from portal.web import carry
from portal.web.answers import done, page, refused
from portal.web.caller import Caller, caller
from portal.web.current import app, now
from portal.web.forms import Press, press
from portal.web.guard import forget, split
from portal.web.rights import public, requires

log = logging.getLogger("kinerja.sign_in")
bp = Blueprint("accounts", __name__)
TOUCH_EVERY = timedelta(minutes=5)


@login_manager.user_loader
def load_caller(token: str) -> Caller | None:
    """The caller behind the cookie's token, with rights as of today."""
    at = now()
    found = queries.signed_in(token, at, _idle())
    if found is None:
        return None
    me, seen = found
    if at - seen > TOUCH_EVERY:
        g.touch = token
    return me


@bp.after_app_request
def note_use(response: Any) -> Any:
    """Write the session's last use after the answer is made: the only write that a GET may cause."""
    token = g.pop("touch", None)
    if token:
        db.session.rollback()
        # A form that wasn't taken shut the door for itself, not for this note.
        db.session.remove()
        try:
            with door():
                actions.touch(token, at=now())
        except Busy:
            pass
    return response


@bp.route("/login", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    """Sign in; what was being typed when a session ended comes back afterwards."""
    form = SignInForm(next=_local(request.args.get("next", "")))
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(url_for("desks.home"), 303)
    if request.method == "POST" and g.prefill is None:
        answer = _try(form)
        if answer is not None:
            return answer
    return sign_in_page(form, request.form.get(carry.FIELD, ""))


def sign_in_page(form: SignInForm, carried: str = "") -> Any:
    """The sign-in page, with the fields of an ended session in tow."""
    offered = app().offered_accounts() if app().demo else []
    return page("people/accounts/sign_in.html", form=form, carried=carried, offered=offered)


def _try(form: SignInForm) -> Any:
    if not form.validate():
        form.status = 422
        return None
    at = now()
    digest = passwords.login_digest(str(form.login.data))
    limited = app().settings.rate_limits
    subjects = (digest, rules.address_subject(request.remote_addr or ""))[: 2 if limited else 1]
    # Each try is counted before the password is looked at: tries at the same moment get no more than
    # one after the other, and a right password answers no differently while one must wait.
    try:
        with door():
            failures = actions.reserve_try(subjects, limited=limited, at=at)
    except Refused as waiting:
        log.warning("sign-in must wait, from %s", request.remote_addr)
        form.refusal, form.status = waiting.refusal, 429
        return None
    except Busy:
        form.status = 503
        return None
    account = queries.by_login(digest)
    fits = passwords.fits(account.password_hash if account else "", str(form.password.data))
    if account is None or not fits or account.disabled:
        whose = f"account {account.ref}" if account else "an unknown name"
        log.warning("sign-in failed, %s, from %s, try %s", whose, request.remote_addr, failures)
        form.refusal, form.status = rules.mismatch(failures), 422
        return None
    device = rules.device_hint(request.user_agent.string)
    lasts = timedelta(hours=app().settings.session_hours)
    language = account.language
    try:
        with door(account):
            token = actions.begin_session(
                account, subjects, device=device, lasts=lasts, replaces=session.get("_user_id"), at=at
            )
    except Busy:
        form.status = 503
        return None
    forget()
    session["lang"] = language
    me = load_caller(token)
    login_user(me)
    return _go_on(form, me, at.timestamp())


def _go_on(form: SignInForm, me: Any, moment: float) -> Any:
    carried = carry.unpack(request.form.get(carry.FIELD, ""), moment)
    if carried is not None and carried.person_id == me.person_id:
        again = carry.pack(carried.address, carried.person_id, carried.fields, moment)
        return page("people/accounts/carried.html", address=carried.address, carried=again)
    return redirect(_local(str(form.next.data or "")) or url_for("desks.home"), 303)


def ended_session() -> Any:
    """Answer a form whose session has ended: the sign-in page, with what was typed in tow (NEW-6)."""
    token = session.get("_user_id")
    person_id = queries.person_of_dead_session(token) if token else None
    carried = None
    if person_id is not None:
        carried = carry.pack(request.path, person_id, request.form, now().timestamp())
    g.prefill = MultiDict()
    form = SignInForm(next="")
    form.status = 401
    return sign_in_page(form, carried or "")


@bp.route("/logout", methods=["POST"])
@requires(Accounts.OWN)
def sign_out() -> Any:
    """End this session."""
    me = caller()
    form = Press()
    if form.accepts(_end_mine, token=me.token):
        forget()
        return redirect(url_for("accounts.sign_in"), 303)
    return refused(form, url_for("accounts.show"))


def _end_mine(*, token: str, by: Any, at: Any) -> None:
    actions.end_by_token(token, by=by, at=at)


@bp.route("/account", methods=["GET"])
@requires(Accounts.OWN)
def show() -> Any:
    """One's own account: sessions, password, language."""
    me = caller()
    sessions = queries.open_sessions(me.actor.account_id or 0, now(), _idle())
    return page("people/accounts/show.html", sessions=sessions, me=me)


@bp.route("/account/password", methods=["GET", "POST"])
@requires(Accounts.OWN)
def change_password() -> Any:
    """Change the password; every other session ends."""
    me = caller()
    account = db.session.get_one(Account, me.actor.account_id)
    form = PasswordForm()
    form.own_names = (account.name,)
    if request.method == "POST" and g.prefill is None and not form.is_complete():
        pass  # refused as it stands, before the password is looked at
    elif request.method == "POST" and g.prefill is None and form.validate():
        # Verified outside the door: argon2 takes longer than anyone may hold the lock.
        try:
            with door():
                actions.reserve_try((f"password:{account.id}",), limited=app().settings.rate_limits, at=now())
        except (Refused, Busy) as waiting:
            form.refusal, form.status = getattr(waiting, "refusal", None), 429
            return page("people/accounts/password.html", form=form)
        if not passwords.fits(account.password_hash, str(form.old_password.data)):
            form.old_password.errors = [_("Kata sandi sekarang tidak cocok.")]
            form.status = 422
        else:
            new_hash, new_token = passwords.make(str(form.new_password.data)), secrets.token_urlsafe(32)
            try:
                with door(account):
                    actions.change_password(
                        account,
                        new_hash=new_hash,
                        token=me.token,
                        new_token=new_token,
                        by=me.actor,
                        at=now(),
                    )
            except Refused as ended:
                form.refusal, form.status = ended.refusal, 409
            except Busy:
                form.status = 503
            else:
                session["_user_id"] = new_token
                return done(_("Kata sandi diganti. Sesi di perangkat lain sudah diakhiri."), url_for(".show"))
    elif request.method == "POST":
        form.status = 422
    return page("people/accounts/password.html", form=form)


@bp.route("/account/sessions/<sign_in_ref>/end", methods=["POST"])
@requires(Accounts.END_SESSION, SignIn)
def end_session(sign_in: SignIn) -> Any:
    """End another of one's own sessions."""
    return press(actions.end_session, sign_in, _("Sesi di perangkat itu sudah diakhiri."), url_for(".show"))


@bp.route("/language/<language>", methods=["POST"])
@public
def choose_language(language: str) -> Any:
    """Read the portal in Indonesian or English."""
    parts = split(request.headers.get("Referer", ""))
    here = parts.path + ("?" + parts.query if parts.query else "") if parts else ""
    address = _local(here) or url_for("desks.home")
    if language in ("id", "en") and g.prefill is None:
        form = Press()
        if not form.is_complete():
            return refused(form, address)
        session["lang"] = language
        if current_user.is_authenticated:
            account = db.session.get_one(Account, caller().actor.account_id)
            form.accepts(actions.choose_language, account, language=language)
    return redirect(address, 303)


def _local(address: str) -> str:
    """``address`` when it stays on this site, else nothing."""
    parts = split(address)
    safe = (
        parts is not None
        and address.startswith("/")
        and not address.startswith(("//", "/\\"))
        and not parts.netloc
        and "\\" not in address
    )
    return address if safe else ""


def _idle() -> timedelta:
    return timedelta(minutes=app().settings.session_idle_minutes)

"""Slips for people, the page where a code becomes a password, and the first administrator's."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.kernel.refs import is_ref
from portal.kernel.refusal import Refused
from portal.ledger.door import Busy, door
from portal.people.accounts import actions as accounts
from portal.people.accounts import passwords
from portal.people.accounts import queries as account_queries
from portal.people.accounts.rules import address_subject
from portal.people.activation import actions, queries, rules
from portal.people.activation.forms import ActivateForm, FirstForm, code_of
from portal.people.activation.queries import Filter
from portal.people.activation.rights import Activations
from portal.people.activation.rules import SlipState
from portal.web import lists
from portal.web.answers import done, page, refused
from portal.web.current import app, now, today
from portal.web.formats import formats
from portal.web.forms import Form, Press
from portal.web.frame import stand_in
from portal.web.guard import forget
from portal.web.rights import public, requires

bp = Blueprint("activation", __name__)
T = "people/activation/"
STATES = ("belum", "menunggu", "aktif")


# --- a code becomes a password -------------------------------------------------------------------


@bp.route("/activate", methods=["GET", "POST"])
@public
def activate() -> Any:
    """Set the first password by the code of a slip."""
    form = ActivateForm()
    if _is_sent(form):
        digest = passwords.login_digest(str(form.login.data))
        code, at = code_of(form), now()
        try:
            _count_address()
            with door():
                account = actions.take_try(digest, code, at=at)
            if account is None:
                form.refusal, form.status = rules.mismatch(), 422
            else:
                # Made outside the door: it takes longer than anyone may hold the lock.
                new_hash = passwords.make(str(form.new_password.data))
                with door(account):
                    actions.activate(account, code=code, new_hash=new_hash, at=at)
                    _forgive_address()
                forget()
                return done(
                    _("Kata sandi Anda tersimpan. Masuk dengan NIP atau surel dinas dan kata sandi itu."),
                    url_for("accounts.sign_in"),
                )
        except Refused as problem:
            form.refusal, form.status = problem.refusal, 409
        except Busy:
            form.status = 503
    return page(T + "activate.html", form=form)


@bp.route("/activate/administrator", methods=["GET", "POST"])
@public
def first() -> Any:
    """Become administrator by the code that the installation printed."""
    form = FirstForm()
    if _is_sent(form):
        try:
            _count_address()
            new_hash = passwords.make(str(form.new_password.data))
            with door():
                actions.become_administrator(
                    code=code_of(form),
                    name=str(form.name.data),
                    login=str(form.login.data).strip(),
                    new_hash=new_hash,
                    at=now(),
                )
                _forgive_address()
            forget()
            return done(
                _("Akun administrator dibuat. Masuk dengan surel dan kata sandi Anda."),
                url_for("accounts.sign_in"),
            )
        except Refused as problem:
            form.refusal, form.status = problem.refusal, 409
        except Busy:
            form.status = 503
    return page(T + "first.html", form=form)


def _is_sent(form: Form) -> bool:
    """Whether the form came, is genuine and filled."""
    if request.method != "POST" or g.prefill is not None:
        return False
    if form.validate():
        return True
    form.status = 422
    return False


def _subject() -> str:
    return address_subject(request.remote_addr or "")


def _count_address() -> None:
    """Count a try for the address it comes from. Raises ``Refused`` while it must wait, and ``Busy``."""
    if app().settings.rate_limits:
        with door():
            accounts.reserve_try((_subject(),), at=now())


def _forgive_address() -> None:
    if app().settings.rate_limits:
        for guess in account_queries.guesses((_subject(),)).values():
            accounts.forgive(guess)


# --- slips ---------------------------------------------------------------------------------------


def _stand() -> None:
    stand_in("hr" if current_user.granted(rules.REGION_HR, rules.AGENCY_HR) else "admin")


def _filter(given: Any) -> Filter:
    agency, state = given.get("unit", ""), given.get("state", "")
    return Filter(
        q=" ".join(given.get("q", "")[:100].replace("\x00", "").split()),
        agency=agency if is_ref(agency) else "",
        state=state if state in STATES else "",
    )


@bp.route("/activation")
@requires(Activations.ISSUE)
def people() -> Any:
    """Who can sign in already and who can't; choose whose slips are printed."""
    _stand()
    wanted, at, day = _filter(request.args), now(), today()
    found = queries.accounts(current_user, wanted, day=day, now=at, **lists.marks())
    return page(
        T + "people.html",
        rows=[(row, queries.state(row, at), row.id == current_user.actor.account_id) for row in found.rows],
        found=found,
        count=_count_words(found),
        pager=lists.pager(found, ("q", "unit", "state")),
        wanted=wanted,
        agencies=[("", _("Semua")), *((unit.ref, unit.name) for unit in queries.agencies(current_user, day))],
        states=[
            ("", _("Semua")),
            ("belum", _("Belum dapat masuk")),
            ("menunggu", _("Lembarnya masih berlaku")),
            ("aktif", _("Sudah memiliki kata sandi")),
        ],
        SlipState=SlipState,
        most=rules.MOST_SLIPS,
    )


def _count_words(found: lists.Slice) -> str:
    if found.capped:
        return _("lebih dari %(n)s akun", n=formats().number(found.most))
    return _("%(n)s akun", n=formats().number(found.total))


def _address(wanted: Filter) -> str:
    kept: dict[str, Any] = {"q": wanted.q, "unit": wanted.agency, "state": wanted.state}
    return url_for("activation.people", **{name: value for name, value in kept.items() if value})


@bp.route("/activation/slips", methods=["POST"])
@requires(Activations.ISSUE)
def print_slips() -> Any:
    """Make the codes and show the slips, once: nobody can show them again."""
    _stand()
    wanted, day, form = _filter(request.form), today(), Press()
    if "all" in request.form:
        chosen = queries.without_password(
            current_user, wanted, day=day, now=now(), limit=rules.MOST_SLIPS
        )  # fmt: skip
    else:
        refs = [ref for ref in request.form.getlist("who")[: rules.MOST_SLIPS] if is_ref(ref)]
        chosen = queries.chosen(current_user, refs, day=day)
    issuer = frozenset(grant.kind for grant in current_user.grants)
    if not form.accepts(actions.issue, chosen=chosen, issuer=issuer):
        return refused(form, _address(wanted))
    if form.repeated is not None:
        return done(
            _("Lembar ini sudah dibuat. Kodenya tidak disimpan; bila lembarnya hilang, buat yang baru."),
            _address(wanted),
        )
    return page(
        T + "slips.html",
        slips=[(slip, rules.written(slip.code)) for slip in form.result],
        facts=queries.slip_facts([slip.account.id for slip in form.result], day),
        back=_address(wanted),
        portal=url_for("activation.activate", _external=True),
        tries=rules.TRIES,
    )

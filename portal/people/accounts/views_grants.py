"""Pages of grants: who holds what, giving one by a letter, ending one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.kernel.refs import is_ref
from portal.kernel.texts import clean_line, fold
from portal.people.accounts import actions, queries, rules
from portal.people.accounts.forms import EndGrantForm, GrantForm
from portal.people.accounts.models import Account, Grant
from portal.people.accounts.rights import Grants, accounts_given, administers, given_regions, grants_seen
from portal.people.accounts.rules import GrantKind
from portal.web.answers import done, page
from portal.web.current import today
from portal.web.formats import formats
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import may, requires

bp = Blueprint("grants", __name__, url_prefix="/grants")
T = "people/accounts/"
STATES = ("berlaku", "nanti", "berakhir")
LEAST = 2


def _arg(name: str) -> str:
    return clean_line(request.args.get(name, "")[:100])


def _ref(name: str) -> str:
    return _arg(name) if is_ref(_arg(name)) else ""


def _area() -> None:
    stand_in("hr" if given_regions(current_user) else "admin" if administers(current_user) else "audit")


@bp.route("")
@requires(Grants.LIST)
def listed() -> Any:
    """Who holds which grant, by which letter, from when until when."""
    _area()
    kind = _arg("kind") if _arg("kind") in set(GrantKind) else ""
    state = _arg("state") if _arg("state") in STATES else ("" if "state" in request.args else "berlaku")
    q = _arg("q")
    rows, has_prev, has_next = queries.grants_within(
        grants_seen(current_user),
        kind=kind,
        state=state,
        folded=fold(q),
        day=today(),
        after=_ref("after"),
        before=_ref("before"),
    )
    kept = {"kind": kind, "state": state, "q": q}

    def address(**mark: str) -> str:
        values = {name: value for name, value in {**kept, **mark}.items() if value or name == "state"}
        return url_for(".listed", **dict[str, Any](values))

    return page(
        T + "grants.html",
        rows=rows,
        kinds=[("", _("Semua")), *((each.value, label(each)) for each in GrantKind)],
        states=[
            ("berlaku", _("Berlaku hari ini")),
            ("nanti", _("Akan berlaku")),
            ("berakhir", _("Sudah berakhir")),
            ("", _("Semua")),
        ],
        kind=kind,
        state=state,
        q=q,
        day=today(),
        gives=may(Grants.CHOOSE),
        by_administrator=administers(current_user),
        own_rules=rules,
        pager={
            "first": "",
            "last": "",
            "total_text": "",
            "prev_url": address(before=rows[0].Grant.ref) if has_prev and rows else None,
            "next_url": address(after=rows[-1].Grant.ref) if has_next and rows else None,
        },
    )


@bp.route("/new")
@requires(Grants.CHOOSE)
def choose() -> Any:
    """Find the account that is to hold a grant."""
    _area()
    q = _arg("q")
    found = queries.accounts_named(accounts_given(current_user), fold(q)) if len(fold(q)) >= LEAST else []
    return page(
        T + "grant_choose.html",
        q=q,
        found=found[: queries.ACCOUNTS_FOUND],
        more=len(found) > queries.ACCOUNTS_FOUND,
        least=LEAST,
    )


@bp.route("/new/<account_ref>", methods=["GET", "POST"])
@requires(Grants.GIVE, Account)
def give(account: Account) -> Any:
    """Give an account a grant: which, where, from when until when, by which letter."""
    _area()
    admin = administers(current_user)
    offered = queries.agencies_for_grants(None if admin else given_regions(current_user), today())
    form = GrantForm(account.region_id, offered, admin, begins=today())
    name = account.name
    if form.accepts(actions.give_grant, account, by_administrator=admin):
        return done(_("Hak akses %(name)s tercatat.", name=name), url_for(".listed", state=""), form)
    return page(T + "grant_new.html", account=account, form=form, kinds=form.kinds, means=rules.MEANS)


@bp.route("/<grant_ref>/end", methods=["GET", "POST"])
@requires(Grants.END, Grant)
def end(grant: Grant) -> Any:
    """End a grant, at once or after a day."""
    _area()
    form = EndGrantForm()
    holder = queries.holder_of(grant)
    if form.accepts(actions.end_grant, grant, by_administrator=administers(current_user)):
        last = form.last_day.data
        said = (
            _(
                "Hak akses %(name)s berakhir setelah %(day)s.",
                name=holder.name,
                day=formats().plain_date(last),
            )
            if last
            else _("Hak akses %(name)s berakhir sekarang.", name=holder.name)
        )
        return done(said, url_for(".listed"), form)
    return page(
        T + "grant_end.html",
        grant=grant,
        holder=holder,
        form=form,
        last_day=grant.ends - timedelta(days=1) if grant.ends else None,
    )

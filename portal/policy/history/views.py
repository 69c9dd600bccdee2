"""The history of one's own account; other things' histories stand in their own rooms."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.extensions import db
from portal.people.accounts.models import Account
from portal.people.accounts.queries import grants_of
from portal.people.accounts.rights import Accounts
from portal.policy.history import queries
from portal.web.answers import page
from portal.web.caller import caller
from portal.web.rights import requires

bp = Blueprint("history", __name__)


@bp.route("/account/history")
@requires(Accounts.OWN)
def account() -> Any:
    """Every step of one's account and grants: sign-ins, passwords, rights given and ended."""
    mine = db.session.get_one(Account, caller().actor.account_id)
    return page(
        "policy/history/thing.html",
        title=_("Riwayat akun saya"),
        items=queries.of_things([mine, *grants_of(mine.id)]),
        looks=None,
        back=url_for("accounts.show"),
        back_label=_("Akun dan sesi saya"),
    )

"""Where one lands after signing in: the area with the first thing that waits."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_login import current_user

from portal.desks import queries
from portal.desks.rights import Areas
from portal.web.answers import page
from portal.web.rights import may, requires

bp = Blueprint("desks", __name__)


@bp.route("/home")
@requires(Areas.HOME)
def home() -> Any:
    """Go on to the area where something waits, else to the first one has."""
    w = queries.waiting(current_user)
    if may(Areas.ADMIN) and not current_user.is_employee:
        return redirect(url_for("admin_desk.home"), 303)
    if may(Areas.HR):
        return redirect(url_for("hr_desk.home"), 303)
    if may(Areas.AUDIT) and not current_user.is_employee:
        return redirect(url_for("audit_desk.home"), 303)
    if w.is_rater and (w.plans_to_read or w.to_rate or w.to_hand_over):
        return redirect(url_for("rater_desk.home"), 303)
    if may(Areas.EMPLOYEE):
        return redirect(url_for("employee_desk.home"), 303)
    if w.is_rater:
        return redirect(url_for("rater_desk.home"), 303)
    if may(Areas.LEADER):
        return redirect(url_for("leader_desk.home"), 303)
    return page("desks/none.html")

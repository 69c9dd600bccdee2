"""Pages of assisted entry: who types for whom, beginning and stopping, confirming what was typed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.kernel.texts import clean_line, fold
from portal.people.accounts import queries as accounts
from portal.people.accounts.rights import given_regions
from portal.people.assistance import actions, queries
from portal.people.assistance.forms import AppointForm, ConfirmForm
from portal.people.assistance.models import Assistance
from portal.people.assistance.rights import Assisting, seen
from portal.people.employment.models import Person
from portal.web.answers import done, page, refused
from portal.web.caller import caller
from portal.web.current import today
from portal.web.forms import Press, press
from portal.web.frame import stand_in
from portal.web.rights import may, requires

bp = Blueprint("assistance", __name__, url_prefix="/assistance")
T = "people/assistance/"
LEAST = 2


@bp.route("")
@requires(Assisting.LIST)
def listed() -> Any:
    """Those for whom I type, what was typed for me, and (HR) every appointment of the region."""
    stand_in("hr" if may(Assisting.CHOOSE) else "employee")
    me = current_user.person_id
    rows = queries.listed(seen(current_user))
    return page(
        T + "list.html",
        i_help=[row for row in rows if row.Assistance.assistant_id == me],
        help_me=[row for row in rows if row.Assistance.person_id == me],
        others=[row for row in rows if me not in (row.Assistance.assistant_id, row.Assistance.person_id)],
        appoints=may(Assisting.CHOOSE),
        day=today(),
    )


@bp.route("/new")
@requires(Assisting.CHOOSE)
def choose() -> Any:
    """Find who is to be helped."""
    stand_in("hr")
    q = clean_line(request.args.get("q", "")[:100])
    regions = given_regions(current_user)
    found = queries.people_named(regions, fold(q)) if len(fold(q)) >= LEAST else []
    return page(T + "choose.html", q=q, found=found)


@bp.route("/new/<person_ref>", methods=["GET", "POST"])
@requires(Assisting.APPOINT, Person)
def appoint(person: Person) -> Any:
    """Name who types for somebody."""
    stand_in("hr")
    form = AppointForm(person.region_id, begins=today())
    name = person.full_name
    if form.accepts(actions.appoint, person):
        return done(_("Pengisi bantu %(name)s tercatat.", name=name), url_for(".listed"), form)
    return page(T + "appoint.html", name=name, ref=person.ref, form=form)


@bp.route("/<assistance_ref>/begin", methods=["POST"])
@requires(Assisting.BEGIN, Assistance)
def begin(assistance: Assistance) -> Any:
    """Begin to type for somebody: the whole session is in the other's name until it is stopped."""
    form = Press()
    if form.accepts(_begin, assistance, token=caller().token):
        return done(_("Anda sekarang mengetik untuk orang lain. Setiap langkah mencatat nama Anda berdua."),
                    url_for("desks.home"), form)  # fmt: skip
    return refused(form, url_for(".listed"))


def _begin(assistance: Assistance, *, token: str, by: Any, at: Any) -> Assistance:
    return actions.begin(assistance, sign_in=accounts.by_token(token), by=by, at=at)  # type: ignore[arg-type]


@bp.route("/stop", methods=["POST"])
@requires(Assisting.STOP)
def stop() -> Any:
    """Stop typing for somebody."""
    form = Press()
    if form.accepts(_stop, token=caller().token):
        return done(_("Anda kembali bekerja atas nama sendiri."), url_for("desks.home"), form)
    return refused(form, url_for("desks.home"))


def _stop(*, token: str, by: Any, at: Any) -> Any:
    return actions.stop(sign_in=accounts.by_token(token), by=by, at=at)  # type: ignore[arg-type]


@bp.route("/<assistance_ref>/confirm", methods=["POST"])
@requires(Assisting.CONFIRM, Assistance)
def confirm(assistance: Assistance) -> Any:
    """Confirm what was typed in one's name."""
    form = ConfirmForm()
    if form.accepts(actions.confirm, assistance):
        return done(_("Yang diketik atas nama Anda sudah Anda benarkan."), url_for(".listed"), form)
    return refused(form, url_for(".listed"))


@bp.route("/<assistance_ref>/end", methods=["POST"])
@requires(Assisting.END, Assistance)
def end(assistance: Assistance) -> Any:
    """End an appointment."""
    return press(actions.end, assistance, _("Penunjukan pengisi bantu berakhir."), url_for(".listed"))

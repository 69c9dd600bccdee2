"""Pages of performance agreements: written by the agency's HR or head, read by the region's staff."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.people.imports.formats import write_csv
from portal.people.organisation.models import Unit
from portal.performance.access import AGENCY_HR, AUDITOR, REGION_HR
from portal.performance.agreements import actions, queries, rules, tables
from portal.performance.agreements.forms import (
    DocumentForm,
    GoalForm,
    KeyIndicatorForm,
    ReopenForm,
    TableForm,
    TakeTableForm,
)
from portal.performance.agreements.models import AgreementGoal, KeyIndicator, PerformanceAgreement
from portal.performance.agreements.rights import Agreements, agencies_managed, writes
from portal.performance.agreements.tables import Fate, TableRow
from portal.policy.history import queries as log
from portal.web.answers import done, page, refused
from portal.web.current import today
from portal.web.forms import Form, Press, press
from portal.web.frame import stand_in
from portal.web.rights import requires

bp = Blueprint("agreements", __name__, url_prefix="/agreements")
T = "performance/agreements/"


def _frame() -> None:
    """The frame of the reader's desk."""
    if current_user.granted(REGION_HR, AGENCY_HR):
        stand_in("hr")
    elif current_user.granted(AUDITOR):
        stand_in("audit")
    else:
        stand_in("leader" if current_user.heads else "employee")


def _show(agreement: PerformanceAgreement) -> str:
    return url_for("agreements.show", performance_agreement_ref=agreement.ref)


def _written(agreement: PerformanceAgreement, form: Form, action: Any, thing: Any, title: str) -> Any:
    """A page with one form about an agreement: shown, or done and back to the agreement."""
    _frame()
    if form.accepts(action, thing):
        return done(_("Perjanjian kinerja disimpan."), _show(agreement), form)
    agency, cycle = queries.around(agreement)
    why_not = rules.why_not_reopen if action is actions.reopen else rules.why_not_edit
    return page(
        T + "write.html",
        agreement=agreement,
        agency=agency,
        cycle=cycle,
        form=form,
        here_title=title,
        # What is changed may be taken out there, too; what is added may not.
        thing=thing if action in (actions.change_goal, actions.change_indicator) else None,
        locked=why_not(agreement.state),
        address=request.path,
        back=_show(agreement),
    )


@bp.route("")
@requires(Agreements.LIST)
def index() -> Any:
    """The agencies whose agreement the reader writes, with how far it is."""
    _frame()
    day = today()
    return page(T + "index.html", rows=queries.agencies(agencies_managed(current_user), day))


@bp.route("/new/<unit_ref>", methods=["POST"])
@requires(Agreements.START, Unit)
def start(unit: Unit) -> Any:
    """Begin the agreement of an agency."""
    form = Press()
    if form.accepts(actions.start, unit):
        address = url_for(".show", performance_agreement_ref=form.result.ref)
        return done(_("Draf perjanjian kinerja dibuat. Tulis sasaran dan IKU-nya."), address, form)
    return refused(form, url_for(".index"))


@bp.route("/<performance_agreement_ref>")
@requires(Agreements.READ, PerformanceAgreement)
def show(agreement: PerformanceAgreement) -> Any:
    """An agreement with its goals and key indicators."""
    _frame()
    agency, cycle = queries.around(agreement)
    goals = queries.goals(agreement.id)
    return page(
        T + "show.html",
        agreement=agreement,
        agency=agency,
        cycle=cycle,
        goals=goals,
        writes=writes(current_user, agreement),
        locked=rules.why_not_edit(agreement.state),
        cannot_set=rules.why_not_set(agreement.state, goals, agreement.document),
        items=log.of_things([agreement]),
    )


@bp.route("/<performance_agreement_ref>/document", methods=["GET", "POST"])
@requires(Agreements.EDIT, PerformanceAgreement)
def document(agreement: PerformanceAgreement) -> Any:
    """The signed document."""
    form = DocumentForm(agreement)
    return _written(agreement, form, actions.write_document, agreement, _("Dokumen"))


@bp.route("/<performance_agreement_ref>/goals/new", methods=["GET", "POST"])
@requires(Agreements.EDIT, PerformanceAgreement)
def add_goal(agreement: PerformanceAgreement) -> Any:
    """Add a goal."""
    return _written(agreement, GoalForm(), actions.add_goal, agreement, _("Tambah sasaran"))


@bp.route("/<performance_agreement_ref>/table", methods=["GET", "POST"])
@requires(Agreements.EDIT, PerformanceAgreement)
def table(agreement: PerformanceAgreement) -> Any:
    """Look into a table of goals and key indicators; nothing is written before it is taken."""
    _frame()
    form = TableForm(agreement)
    read: list[TableRow] = []
    locked = rules.why_not_edit(agreement.state)
    if request.method == "POST" and g.get("prefill") is None and form.is_complete():
        if form.validate():
            read = tables.check(form.rows, queries.goals(agreement.id))
        else:
            form.status = 422
    return _table_page(agreement, form, read, locked)


def _table_page(agreement: PerformanceAgreement, form: Form, read: list[TableRow], locked: Any) -> Any:
    agency, cycle = queries.around(agreement)
    count = Counter(row.fate for row in read)
    return page(
        T + "table.html",
        agreement=agreement,
        agency=agency,
        cycle=cycle,
        form=form,
        rows=read,
        count=count,
        packed=tables.packed(read) if read and not count[Fate.BAD] else "",
        bad=count[Fate.BAD],
        taken=count[Fate.NEW] + count[Fate.CHANGED],
        locked=locked,
        columns=tables.COLUMNS,
        needed=tables.NEEDED,
        back=_show(agreement),
    )


@bp.route("/<performance_agreement_ref>/table/take", methods=["POST"])
@requires(Agreements.EDIT, PerformanceAgreement)
def take_table(agreement: PerformanceAgreement) -> Any:
    """Take the rows that were shown."""
    form = TakeTableForm(agreement)
    if form.accepts(actions.take_table, agreement):
        return done(_("Sasaran dan IKU dari berkas sudah masuk ke draf."), _show(agreement), form)
    return refused(form, url_for(".table", performance_agreement_ref=agreement.ref))


@bp.route("/<performance_agreement_ref>/table.csv")
@requires(Agreements.READ, PerformanceAgreement)
def table_file(agreement: PerformanceAgreement) -> Any:
    """The agreement's goals and key indicators as a table of the same columns."""
    rows = tables.written(queries.goals(agreement.id))
    response = Response(write_csv(tables.COLUMNS, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="perjanjian-kinerja.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/goals/<agreement_goal_ref>", methods=["GET", "POST"])
@requires(Agreements.EDIT_GOAL, AgreementGoal)
def change_goal(goal: AgreementGoal) -> Any:
    """Change a goal."""
    agreement, _goal = queries.agreement_of(goal)
    form = GoalForm(goal)
    form.about = agreement
    return _written(agreement, form, actions.change_goal, goal, _("Ubah sasaran"))


@bp.route("/goals/<agreement_goal_ref>/remove", methods=["POST"])
@requires(Agreements.EDIT_GOAL, AgreementGoal)
def remove_goal(goal: AgreementGoal) -> Any:
    """Take out a goal."""
    agreement, _goal = queries.agreement_of(goal)
    return press(actions.remove_goal, goal, _("Sasaran dihapus."), _show(agreement))


@bp.route("/goals/<agreement_goal_ref>/indicators/new", methods=["GET", "POST"])
@requires(Agreements.EDIT_GOAL, AgreementGoal)
def add_indicator(goal: AgreementGoal) -> Any:
    """Add a key indicator to a goal."""
    agreement, _goal = queries.agreement_of(goal)
    form = KeyIndicatorForm()
    return _written(agreement, form, actions.add_indicator, goal, _("Tambah IKU"))


@bp.route("/indicators/<key_indicator_ref>", methods=["GET", "POST"])
@requires(Agreements.EDIT_INDICATOR, KeyIndicator)
def change_indicator(indicator: KeyIndicator) -> Any:
    """Change a key indicator."""
    agreement, _goal = queries.agreement_of(indicator)
    form = KeyIndicatorForm(indicator)
    form.about = agreement
    title = _("Ubah IKU")
    return _written(agreement, form, actions.change_indicator, indicator, title)


@bp.route("/indicators/<key_indicator_ref>/remove", methods=["POST"])
@requires(Agreements.EDIT_INDICATOR, KeyIndicator)
def remove_indicator(indicator: KeyIndicator) -> Any:
    """Take out a key indicator."""
    agreement, _goal = queries.agreement_of(indicator)
    return press(actions.remove_indicator, indicator, _("IKU dihapus."), _show(agreement))


@bp.route("/<performance_agreement_ref>/set", methods=["POST"])
@requires(Agreements.EDIT, PerformanceAgreement)
def set_agreement(agreement: PerformanceAgreement) -> Any:
    """Set the agreement."""
    said = _("Perjanjian kinerja ditetapkan. SKP pimpinan mengambil hasil kerjanya dari sini.")
    return press(actions.set_agreement, agreement, said, _show(agreement))


@bp.route("/<performance_agreement_ref>/reopen", methods=["GET", "POST"])
@requires(Agreements.EDIT, PerformanceAgreement)
def reopen(agreement: PerformanceAgreement) -> Any:
    """Open the agreement again, with a reason."""
    form = ReopenForm()
    form.version, form.compares = agreement.version, False
    return _written(agreement, form, actions.reopen, agreement, _("Buka kembali"))

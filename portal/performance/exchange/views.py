"""Files for e-Kinerja BKN, and the list of what differs there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import ColumnElement, select

from portal.extensions import db
from portal.kernel.exact import format_number
from portal.kernel.texts import fold
from portal.people.organisation.models import Unit
from portal.performance import access
from portal.performance.exchange import actions, queries, rules
from portal.performance.exchange.forms import ReconcileForm
from portal.performance.exchange.models import Reconciliation, ReconciliationRow
from portal.performance.exchange.rights import Exchange
from portal.performance.exchange.rules import Outcome
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.names import period_name
from portal.policy.cycles.rights import managed_regions
from portal.web import lists
from portal.web.answers import done, page
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import requires

bp = Blueprint("exchange", __name__, url_prefix="/hr")
T = "performance/exchange/"


def _scope(unit: Unit | None) -> ColumnElement[bool]:
    managed = access.enrolments_managed(current_user)
    return managed if unit is None else managed & (Enrolment.agency_id == unit.id)


def _chosen(agencies: Any) -> Unit | None:
    """The agency that the address names, inside the caller's scope."""
    ref = lists.reference("unit")
    if not ref:
        return None
    return next((unit for unit in agencies if unit.ref == ref), None) or abort(404)  # type: ignore[no-any-return]


@bp.route("/periods/<period_ref>/exchange", methods=["GET", "POST"])
@requires(Exchange.USE, Period)
def period(period: Period) -> Any:
    """Take a period's files for e-Kinerja BKN, give its list back, see what was compared (Y-24, Y-67)."""
    stand_in("hr")
    agencies = queries.agencies(period, access.enrolments_managed(current_user))
    unit = _chosen(agencies)
    form = ReconcileForm(agencies, whole=bool(managed_regions(current_user)))
    if form.accepts(actions.reconcile, period):
        return done(
            _("Berkas sudah dicocokkan dengan predikat di portal."),
            url_for("exchange.reconciliation", reconciliation_ref=form.result.ref),
            form,
        )
    return page(
        T + "period.html",
        period=period,
        name=period_name(period),
        agencies=[("", _("Semua dalam lingkup Anda")), *((each.ref, each.name) for each in agencies)],
        unit=unit,
        screens=rules.form().screens,
        form=form,
        refusal=actions.why_not_reconcile(period.state),
        earlier=queries.reconciliations(
            period,
            access.in_hr_scope(current_user, Reconciliation.region_id, Reconciliation.agency_id),
        ),
    )


@bp.route("/periods/<period_ref>/exchange/<screen>.csv")
@requires(Exchange.USE, Period)
def screen_csv(period: Period, screen: str) -> Response:
    """One screen of the national application as a file."""
    chosen = rules.form().screen(screen) or abort(404)
    unit = _chosen(queries.agencies(period, access.enrolments_managed(current_user)))
    head = [title for _key, title in chosen.columns]
    return lists.csv_answer(f"{chosen.key}-{_file(period, unit)}", head, _rows(chosen.key, period, unit))


@bp.route("/periods/<period_ref>/exchange.xlsx")
@requires(Exchange.USE, Period)
def workbook(period: Period) -> Response:
    """Every screen in its order as the sheets of one workbook."""
    unit = _chosen(queries.agencies(period, access.enrolments_managed(current_user)))
    sheets = {
        each.name: ([title for _key, title in each.columns], _rows(each.key, period, unit))
        for each in rules.form().screens
    }
    return lists.xlsx_answer(f"ekinerja-bkn-{_file(period, unit)}", sheets)


def _file(period: Period, unit: Unit | None) -> str:
    return f"{unit.slug if unit else 'semua'}-{period.begins:%Y}-{period.kind.value}-{period.number}"


def _rows(screen: str, period: Period, unit: Unit | None) -> Iterator[list[Any]]:
    """The cells of a screen in the order of its columns."""
    # Built at once: the rows are fetched while the answer goes out, when nothing loaded is at hand.
    return _cells(screen, queries.scope_of(period, _scope(unit)))


def _cells(screen: str, scope: ColumnElement[bool]) -> Iterator[list[Any]]:
    columns = [key for key, _title in (rules.form().screen(screen) or abort(404)).columns]
    word = cache(_official)
    cells = {"skp": _plan, "hasil_kerja": _result, "perilaku_kerja": _value, "penilaian": _rating}[screen]
    for row in queries.by_screen(screen, scope):
        told = {"nip": row.staff_number, "nama": _name(row), **cells(row, word)}
        yield [told.get(key, "") for key in columns]


def _official(value: StrEnum | None) -> str:
    """The Indonesian word whatever the reader's language: the national application knows no other."""
    return str(sys.modules[type(value).__module__].LABELS[value]) if value is not None else ""


def _name(row: Any) -> str:
    named = f"{row.titles_before} {row.name}".strip()
    return f"{named}, {row.titles_after}" if row.titles_after else named


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _span(row: Any) -> dict[str, str]:
    return {"periode_awal": _day(row.begins), "periode_akhir": _day(row.ends - timedelta(days=1))}


def _plan(row: Any, word: Any) -> dict[str, Any]:
    return {
        "jabatan": row.title,
        "unit_kerja": row.unit,
        "unor": row.unit_code,
        **_span(row),
        "pendekatan": word(row.approach),
        "status_skp": word(row.state) if row.state else "Belum disusun",
        "nip_penilai": row.appraiser_number,
        "nama_penilai": row.appraiser_name,
        "nip_atasan": row.superior_number,
    }


def _result(row: Any, word: Any) -> dict[str, Any]:
    low, high = row.target_min, row.target_max
    target = format_number(low) if low is not None else ""
    if high is not None and high != low:
        target = f"{target} - {format_number(high)}"
    return {
        "jenis": word(row.kind),
        "klasifikasi": "Organisasi" if row.leader_form and not row.supported_line else "Individu",
        "penugasan": row.assigned_by,
        "rhk_atasan": row.supported,
        "rhk": row.text,
        "aspek": word(row.aspect),
        "iki": row.indicator,
        "target": target,
        "satuan": row.measure,
    }


def _value(row: Any, word: Any) -> dict[str, Any]:
    return {"nilai": word(row.value), "ekspektasi": row.expectation}


def _rating(row: Any, word: Any) -> dict[str, Any]:
    return {
        "jabatan": row.title,
        "unit_kerja": row.unit,
        **_span(row),
        "hasil": word(row.result),
        "perilaku": word(row.behaviour),
        "predikat": word(row.overall),
        "disampaikan": _day(row.handed_over_on),
        "nomor": row.number,
        "tanggal": _day(row.day),
    }


# --------------------------------------------------------------------------------- reconciliation


@bp.route("/reconciliations/<reconciliation_ref>")
@requires(Exchange.READ, Reconciliation)
def reconciliation(reconciliation: Reconciliation) -> Any:
    """What is equal, what differs, what one side doesn't have yet."""
    stand_in("hr")
    of = db.session.get_one(Period, reconciliation.period_id)
    outcome, q = lists.argument("outcome", Outcome), lists.words("q")
    found = lists.keyset(
        queries.listed(reconciliation, outcome, fold(q)),
        queries.LIST_KEYS,
        place=lambda ref, key: _place(reconciliation, ref, key),
        details=_details,
        **lists.marks(),
    )
    counts = {
        Outcome.DIFFERENT: reconciliation.different,
        Outcome.MISSING: reconciliation.missing,
        Outcome.SAME: reconciliation.same,
    }
    return page(
        T + "reconciliation.html",
        reconciliation=reconciliation,
        period=of,
        name=period_name(of),
        found=found,
        rows=found.rows,
        counts=counts,
        tabs=[
            {"label": _("Semua"), "url": _tab(reconciliation, ""), "current": not outcome},
            *(
                {
                    "label": label(each),
                    "note": str(counts[each]),
                    "url": _tab(reconciliation, each.value),
                    "current": outcome == each,
                }
                for each in Outcome
            ),
        ],
        outcome=outcome,
        q=q,
        pager=lists.pager(found, ("outcome", "q")),
        export_url=lists.address("outcome", "q", endpoint="exchange.reconciliation_csv"),
    )


def _tab(reconciliation: Reconciliation, outcome: str) -> str:
    values = {"outcome": outcome} if outcome else {}
    return url_for("exchange.reconciliation", reconciliation_ref=reconciliation.ref, **dict[str, Any](values))


def _details(ids: Any) -> Any:
    return queries.details().join(ids, ids.c.id == ReconciliationRow.id)


def _place(reconciliation: Reconciliation, ref: str, key: Any) -> Any:
    return (
        select(key)
        .where(ReconciliationRow.ref == ref, ReconciliationRow.reconciliation_id == reconciliation.id)
        .correlate(None)
        .scalar_subquery()
    )


@bp.route("/reconciliations/<reconciliation_ref>.csv")
@requires(Exchange.READ, Reconciliation)
def reconciliation_csv(reconciliation: Reconciliation) -> Response:
    """The list as a file."""
    outcome, q = lists.argument("outcome", Outcome), fold(lists.words("q"))
    word = cache(label)
    head = [
        _("nama"),
        _("jabatan"),
        _("unit kerja"),
        _("penilai"),
        _("keadaan"),
        _("keterangan"),
        _("predikat di portal"),
        _("predikat di e-Kinerja BKN"),
        _("nomor dokumen"),
    ]

    def cells(row: Any) -> list[Any]:
        line = row.ReconciliationRow
        return [
            _name(row) if row.name else line.name,
            row.title,
            row.unit,
            row.appraiser,
            word(line.outcome),
            word(line.missing),
            word(line.overall),
            word(line.their_overall),
            row.number,
        ]

    found = lists.every(queries.listed(reconciliation, outcome, q), queries.LIST_KEYS, _details)
    return lists.csv_answer("rekonsiliasi-ekinerja-bkn", head, map(cells, found))

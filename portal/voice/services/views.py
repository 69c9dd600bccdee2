"""Services in the staff's frame: their standard, their indicators, values one by one or as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from portal.kernel.clock import local_date
from portal.kernel.refs import is_ref
from portal.kernel.texts import clean_line
from portal.people.accounts.models import GrantKind
from portal.voice.services import actions, queries, rules, tables
from portal.voice.services.forms import (
    ApplyForm,
    CorrectionForm,
    IndicatorForm,
    NewServiceForm,
    ServiceForm,
    TableForm,
    ValueForm,
)
from portal.voice.services.models import Measurement, Service, ServiceIndicator, ValueBatch
from portal.voice.services.names import span_name
from portal.voice.services.rights import Services, agencies, in_scope, regions
from portal.voice.services.rules import PUBLIC, Component, RowFate, TableKind
from portal.web.answers import done, page, refused
from portal.web.caller import caller
from portal.web.current import now, today
from portal.web.forms import Press
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import may, requires

bp = Blueprint("services", __name__, url_prefix="/hr")
T = "voice/services/"
OFFERED = 36
"""Periods back that the form offers; older ones come by table."""
SHOWN_ROWS = 50


@bp.route("/services")
@requires(Services.LIST)
def index() -> Any:
    """The services in the caller's scope, by name."""
    stand_in("hr")
    me = caller()
    query = clean_line(request.args.get("q", "")[:100])
    after_ref = request.args.get("after", "")[:12]
    scope = in_scope(me, Service)
    after = queries.mark_of(after_ref, scope) if is_ref(after_ref) else None
    rows = queries.listed(scope, query, after)
    more = len(rows) > queries.PAGE
    rows = rows[: queries.PAGE]
    next_url = url_for(".index", q=query or None, after=rows[-1].Service.ref) if more else None
    return page(
        T + "index.html",
        rows=rows,
        q=query,
        pager={
            "first": 1,
            "last": 0,
            "total_text": "",
            "prev_url": url_for(".index", q=query or None) if after else None,
            "next_url": next_url,
        },
        may_add=may(Services.ADD),
    )


@bp.route("/services/new", methods=["GET", "POST"])
@requires(Services.ADD)
def new() -> Any:
    """Register a service."""
    stand_in("hr")
    me = caller()
    day = today()
    held = regions(me, GrantKind.REGION_HR.value)
    offered = {unit.ref: unit for unit in queries.agencies(held, agencies(me), day)}
    form = NewServiceForm()
    form.agency.choices = [(ref, unit.name) for ref, unit in offered.items()]
    if form.accepts(actions.add_service, offered=offered):
        return done(
            _("Layanan didaftarkan. Lengkapi standarnya."),
            url_for(".edit", service_ref=form.result.ref),
            form,
        )
    return page(T + "new.html", form=form)


@bp.route("/services/<service_ref>")
@requires(Services.SEE, Service)
def show(service: Service) -> Any:
    """A service: its standard, its indicators, and what is published of it."""
    stand_in("hr")
    indicators = queries.indicators(service.id)
    parts = queries.parts(service.id)
    return page(
        T + "show.html",
        service=service,
        parts=parts,
        components=list(Component),
        public=PUBLIC,
        lacking=rules.why_not_publish_standard(parts),
        indicators=indicators,
        last=queries.last_of(each.id for each in indicators),
        span_name=span_name,
        may_manage=may(Services.MANAGE, service),
    )


@bp.route("/services/<service_ref>/standard", methods=["GET", "POST"])
@requires(Services.MANAGE, Service)
def edit(service: Service) -> Any:
    """Names and standard of a service."""
    stand_in("hr")
    form = ServiceForm(service, queries.parts(service.id))
    back = url_for(".show", service_ref=service.ref)
    if form.accepts(actions.change_service, service):
        return done(_("Layanan dan standarnya tersimpan."), back, form)
    return page(T + "edit.html", form=form, service=service, back=back)


@bp.route("/services/<service_ref>/indicators/new", methods=["GET", "POST"])
@requires(Services.MANAGE, Service)
def new_indicator(service: Service) -> Any:
    """Add an indicator."""
    stand_in("hr")
    form = IndicatorForm()
    if form.accepts(actions.add_indicator, service):
        return done(
            _("Indikator ditambahkan. Catat angkanya."),
            url_for(".indicator", service_indicator_ref=form.result.ref),
            form,
        )
    return page(
        T + "indicator_form.html",
        form=form,
        service=service,
        title=_("Tambah indikator"),
        action=url_for(".new_indicator", service_ref=service.ref),
        back=url_for(".show", service_ref=service.ref),
    )


@bp.route("/indicators/<service_indicator_ref>")
@requires(Services.SEE_INDICATOR, ServiceIndicator)
def indicator(serviceindicator: ServiceIndicator) -> Any:
    """An indicator: its metadata, and its values by unit and period."""
    each = serviceindicator
    stand_in("hr")
    service, _region = queries.around(each)
    rows = queries.series([each.id])
    last = max((row.Measurement.begins for row in rows), default=None)
    chosen = [rules.moved(each.frequency, last, -by) for by in range(12)] if last else []
    by_unit: dict[int, dict[str, Any]] = {}
    for row in rows:
        held = by_unit.setdefault(row.Unit.id, {"unit": row.Unit, "by_period": {}, "count": 0})
        held["by_period"][row.Measurement.begins] = row
        held["count"] += 1
    totals = {
        begins: rules.pooled(
            each.method,
            [
                held["by_period"][begins].MeasuredValue.figure
                for held in by_unit.values()
                if begins in held["by_period"]
            ],
            each.measure,
        )
        for begins in chosen
    }
    return page(
        T + "indicator.html",
        indicator=each,
        service=service,
        units=list(by_unit.values()),
        periods=[(begins, span_name(each.frequency, begins)) for begins in chosen],
        totals=totals,
        count=len(rows),
        may_manage=may(Services.MANAGE_INDICATOR, each),
        first=span_name(each.frequency, each.begins),
    )


@bp.route("/indicators/<service_indicator_ref>/edit", methods=["GET", "POST"])
@requires(Services.MANAGE_INDICATOR, ServiceIndicator)
def edit_indicator(serviceindicator: ServiceIndicator) -> Any:
    """An indicator's metadata."""
    each = serviceindicator
    stand_in("hr")
    service, _region = queries.around(each)
    form = IndicatorForm(each)
    back = url_for(".indicator", service_indicator_ref=each.ref)
    if form.accepts(actions.change_indicator, each):
        return done(_("Indikator tersimpan."), back, form)
    return page(
        T + "indicator_form.html",
        form=form,
        service=service,
        title=_("Ubah indikator: %(name)s", name=each.name),
        action=url_for(".edit_indicator", service_indicator_ref=each.ref),
        back=back,
    )


@bp.route("/indicators/<service_indicator_ref>/values/new", methods=["GET", "POST"])
@requires(Services.ENTER, ServiceIndicator)
def enter(serviceindicator: ServiceIndicator) -> Any:
    """Write one value of a unit and period."""
    each = serviceindicator
    stand_in("hr")
    service, region = queries.around(each)
    day = local_date(now(), region.zone)
    newest = rules.moved(each.frequency, rules.first_day(each.frequency, day), -1)
    offered = [rules.moved(each.frequency, newest, -by) for by in range(OFFERED)]
    offered = [begins for begins in offered if tables.holds(each.begins, each.ends, begins)]
    form = ValueForm(
        each.method, unit=request.args.get("unit", "")[:12], period=request.args.get("period", "")[:20]
    )
    form.unit.choices = [(unit.ref, unit.name) for unit in queries.units_of(each.agency_id)]
    form.period.choices = [
        (rules.span_key(each.frequency, begins), span_name(each.frequency, begins)) for begins in offered
    ]
    back = url_for(".indicator", service_indicator_ref=each.ref)
    if form.accepts(actions.record, each):
        return done(_("Angka tercatat. Angka ini terbit setelah orang lain memeriksanya."), back, form)
    return page(T + "enter.html", form=form, indicator=each, service=service, back=back, none=not offered)


@bp.route("/values/<measurement_ref>")
@requires(Services.SEE_VALUE, Measurement)
def value(measurement: Measurement) -> Any:
    """A value with everything that it said before."""
    stand_in("hr")
    at = queries.scene(measurement)
    return page(
        T + "value.html",
        measurement=measurement,
        indicator=at.ServiceIndicator,
        service=at.Service,
        unit=at.Unit,
        period=span_name(at.ServiceIndicator.frequency, measurement.begins),
        history=queries.history(measurement),
    )


@bp.route("/values/<measurement_ref>/correct", methods=["GET", "POST"])
@requires(Services.CORRECT, Measurement)
def correct(measurement: Measurement) -> Any:
    """Correct a value; the one before stays in its history."""
    stand_in("hr")
    at = queries.scene(measurement)
    form = CorrectionForm(at.ServiceIndicator.method, queries.said(measurement), measurement.version)
    back = url_for(".value", measurement_ref=measurement.ref)
    if form.accepts(actions.correct, measurement):
        return done(_("Koreksi tercatat; angka sebelumnya tetap tersimpan."), back, form)
    return page(
        T + "correct.html",
        form=form,
        measurement=measurement,
        indicator=at.ServiceIndicator,
        service=at.Service,
        unit=at.Unit,
        period=span_name(at.ServiceIndicator.frequency, measurement.begins),
        back=back,
    )


# ----------------------------------------------------------------------------------------- tables


@bp.route("/indicators/<service_indicator_ref>/table", methods=["GET", "POST"])
@requires(Services.ENTER, ServiceIndicator)
def upload(serviceindicator: ServiceIndicator) -> Any:
    """Upload a table; it is checked and shown before anything is written."""
    each = serviceindicator
    stand_in("hr")
    service, _region = queries.around(each)
    form = TableForm(each.method, lambda kind, data: actions.prepare(each, kind, data, at=now()))
    if form.accepts(actions.stage, each):
        return done(
            _("Tabel diperiksa. Belum ada yang berubah; lihat dahulu lalu terapkan."),
            url_for(".batch", value_batch_ref=form.result.ref),
            form,
        )
    return page(
        T + "upload.html",
        form=form,
        indicator=each,
        service=service,
        columns={kind.value: tables.COLUMNS[kind] for kind in TableKind},
        back=url_for(".indicator", service_indicator_ref=each.ref),
    )


@bp.route("/value-tables/<value_batch_ref>", methods=["GET", "POST"])
@requires(Services.APPLY, ValueBatch)
def batch(valuebatch: ValueBatch) -> Any:
    """What a checked table would change, and applying it."""
    each = valuebatch
    stand_in("hr")
    indicator, service = queries.batch_scene(each)
    form = ApplyForm()
    form.version = each.version
    back = url_for(".indicator", service_indicator_ref=indicator.ref)
    if form.accepts(actions.apply, each):
        return done(
            _(
                "%(n)s angka diterapkan. Angka ini terbit setelah orang lain memeriksanya.",
                n=each.fresh + each.corrected,
            ),
            back,
            form,
        )
    units = {unit.id: unit.name for unit in queries.units_of(each.agency_id)}
    return page(
        T + "batch.html",
        form=form,
        batch=each,
        indicator=indicator,
        service=service,
        refusal=actions.why_not_apply(each),
        good=_told(queries.rows(each, RowFate.NEW, RowFate.CORRECTED, limit=SHOWN_ROWS), indicator, units),
        bad=[(row, _faults(row.errors)) for row in queries.rows(each, RowFate.BAD, limit=SHOWN_ROWS)],
        shown=SHOWN_ROWS,
        back=back,
    )


def _told(rows: Sequence[Any], indicator: ServiceIndicator, units: dict[int, str]) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        plan = row.plan
        begins = date.fromisoformat(plan["begins"])
        found.append(
            {
                "unit": units.get(plan["unit_id"], ""),
                "period": span_name(indicator.frequency, begins),
                "fate": row.fate,
                "value": Decimal(plan["value"]) if plan["value"] is not None else None,
                "missing": label(rules.MissingReason(plan["missing"])) if plan["missing"] else "",
                "n": plan["n"],
                "open": plan["open_cases"],
                "excluded": plan["excluded"],
            }
        )
    return found


def _faults(errors: Sequence[dict[str, Any]]) -> list[str]:
    found = []
    for each in errors:
        message, params = each["message"], each["params"]
        text = _(message) % params if params else _(message)
        found.append(f"{each['column']}: {text}" if each["column"] else text)
    return found


@bp.route("/value-tables/<value_batch_ref>/drop", methods=["POST"])
@requires(Services.APPLY, ValueBatch)
def drop(valuebatch: ValueBatch) -> Any:
    """Discard a checked table."""
    each = valuebatch
    indicator, _service = queries.batch_scene(each)
    form = Press(obj=each)
    if form.accepts(actions.drop, each):
        return done(
            _("Tabel dibatalkan. Tidak ada angka yang berubah."),
            url_for(".indicator", service_indicator_ref=indicator.ref),
            form,
        )
    return refused(form, url_for(".batch", value_batch_ref=each.ref))


@bp.route("/value-tables/<value_batch_ref>/errors.csv")
@requires(Services.APPLY, ValueBatch)
def errors(valuebatch: ValueBatch) -> Any:
    """The bad rows, to be mended and uploaded again."""
    rows = queries.rows(valuebatch, RowFate.BAD, limit=tables.MAX_ROWS)
    text = tables.with_errors(
        valuebatch.kind, ((row.number, row.given, " ".join(_faults(row.errors))) for row in rows)
    )
    return _csv(text, "baris-salah.csv")


@bp.route("/indicators/<service_indicator_ref>/table/<kind>.csv")
@requires(Services.ENTER, ServiceIndicator)
def example(serviceindicator: ServiceIndicator, kind: str) -> Any:
    """The headings of a table, to begin from."""
    if kind not in set(TableKind):
        kind = TableKind.VALUES.value
    return _csv(tables.template(TableKind(kind)), f"contoh-{kind}.csv")


def _csv(text: str, name: str) -> Response:
    response = Response(text.encode("utf-8-sig"), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

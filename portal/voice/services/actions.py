"""What is done with services and their figures; each function is one act, inside the door, with its event.

A value is never changed: a correction is a further ``MeasuredValue`` with a reason, and the earlier ones
stay. Tables are checked outside the door (``prepare``) and applied in a few statements (``apply``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.kernel.refs import new_ref
from portal.kernel.refusal import N_, Refusal, insist, several
from portal.kernel.texts import clean_line
from portal.kernel.texts import slug as as_slug
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.people.organisation import queries as organisation
from portal.people.organisation.models import Unit
from portal.policy.calendars.rules import PeriodKind
from portal.voice.services import queries, rules, tables
from portal.voice.services.models import (
    MeasuredValue,
    Measurement,
    Service,
    ServiceIndicator,
    StandardPart,
    ValueBatch,
    ValueRow,
)
from portal.voice.services.rules import Better, Component, Method, MissingReason, RowFate, TableKind

CHUNK = 1000


# --------------------------------------------------------------------------------------- services


def add_service(
    *,
    offered: Mapping[str, Unit],
    agency: str,
    name: str,
    everyday: str,
    name_en: str,
    by: Actor,
    at: datetime,
) -> Service:
    """Register a service of one of the ``offered`` agencies (by ref)."""
    unit = offered[agency]
    service = Service(
        region_id=unit.region_id,
        agency_id=unit.id,
        slug=_free(as_slug(name)[:70], queries.slugs(unit.region_id)),
        name=name,
        everyday=everyday,
        name_en=name_en,
    )
    db.session.add(service)
    db.session.flush()
    events.record("add_service", service, by=by, at=at, agency=unit.ref)
    return service


def _free(slug: str, taken: set[str]) -> str:
    found, number = slug, 1
    while found in taken:
        number += 1
        found = f"{slug}-{number}"
    return found


def change_service(
    service: Service,
    *,
    name: str,
    everyday: str,
    name_en: str,
    decree: str,
    set_on: date | None,
    by: Actor,
    at: datetime,
    **texts: str,
) -> Service:
    """Write a service's names and its standard; ``texts`` are its components by their key."""
    fields = {"name": name, "everyday": everyday, "name_en": name_en, "decree": decree, "set_on": set_on}
    changed = [key for key, value in fields.items() if getattr(service, key) != value]
    for key in changed:
        setattr(service, key, fields[key])
    rows = queries.part_rows(service.id)
    before = {}
    for component in Component:
        text, row = texts.get(component.value, ""), rows.get(component)
        if text == (row.text if row else ""):
            continue
        changed.append(component.value)
        before[component.value] = row.text if row else ""
        if row is None:
            db.session.add(
                StandardPart(
                    region_id=service.region_id, service_id=service.id, component=component, text=text
                )
            )
        elif text:
            row.text = text
        else:
            db.session.delete(row)
    events.record("change_service", service, by=by, at=at, fields=changed, words=before or None)
    return service


def add_indicator(service: Service, *, by: Actor, at: datetime, **fields: Any) -> ServiceIndicator:
    """Add an indicator with its metadata; values come afterwards."""
    values = _metadata(fields)
    insist(rules.why_not_measure(values["method"], values["measure"]))
    indicator = ServiceIndicator(
        region_id=service.region_id,
        service_id=service.id,
        agency_id=service.agency_id,
        number=len(queries.indicators(service.id)) + 1,
        **values,
    )
    db.session.add(indicator)
    db.session.flush()
    events.record("add_service_indicator", indicator, by=by, at=at, service=service.ref)
    return indicator


def change_indicator(
    indicator: ServiceIndicator, *, by: Actor, at: datetime, **fields: Any
) -> ServiceIndicator:
    """Change an indicator's metadata; how it is measured stays once there are values."""
    values = _metadata(fields)
    insist(rules.why_not_measure(values["method"], values["measure"]))
    fixed = [key for key in ("method", "frequency", "measure") if getattr(indicator, key) != values[key]]
    if fixed and queries.mark(indicator.id) != "0:0":
        insist(
            Refusal(
                "indicator.measured",
                N_(
                    "Cara hitung, satuan, dan frekuensi tidak dapat diubah karena sudah ada angkanya. "
                    "Buat indikator baru; yang lama tetap dapat dibaca."
                ),
            )
        )
    before = {
        key: getattr(indicator, key) for key, value in values.items() if getattr(indicator, key) != value
    }
    for key in before:
        setattr(indicator, key, values[key])
    words = {key: str(value) for key, value in before.items()}
    events.record(
        "change_service_indicator", indicator, by=by, at=at, fields=list(before), words=words or None
    )
    return indicator


def _metadata(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The form's fields as the columns take them."""
    values = dict(fields)
    values["method"], values["better"] = Method(values["method"]), Better(values["better"])
    kind = values["frequency"] = PeriodKind(values["frequency"])
    values["places"] = int(values["places"])
    values["begins"] = rules.first_day(kind, values["begins"])
    until = values.pop("until")
    values["ends"] = rules.ends_before(kind, rules.first_day(kind, until)) if until else None
    if until and values["ends"] <= values["begins"]:
        insist(Refusal("indicator.span", N_("Indikator berakhir sebelum dimulai."), anchor="until"))
    return values


# ----------------------------------------------------------------------------------------- values


def record(
    indicator: ServiceIndicator,
    *,
    unit: str,
    period: str,
    reason: str = "",
    by: Actor,
    at: datetime,
    **said: Any,
) -> Measurement:
    """Write the first value of a unit (by ref) in a period (``span_key``), or why there is none."""
    kind = indicator.frequency
    begins = rules.parse_span(kind, period)
    place = next((each for each in queries.units_of(indicator.agency_id) if each.ref == unit), None)
    if begins is None or place is None:
        raise LookupError("a unit or period that wasn't offered")
    insist(_wrong(indicator.method, said))
    after = rules.ends_before(kind, begins)
    zone = organisation.region(indicator.region_id).zone
    insist(
        rules.why_not_record(
            over=after <= local_date(at, zone),
            begun=tables.holds(indicator.begins, indicator.ends, begins)
            and place.begins < after
            and (place.ends is None or place.ends > begins),
            known=queries.measured(indicator.id, place.id, begins) is not None,
            closed=closed_by(indicator)(begins),
            reason=reason,
            correcting=False,
        )
    )
    measurement = Measurement(
        region_id=indicator.region_id,
        indicator_id=indicator.id,
        unit_id=place.id,
        agency_id=indicator.agency_id,
        begins=begins,
        revision=1,
    )
    db.session.add(measurement)
    db.session.flush()
    _say(measurement, indicator, said, reason, by, at, "record_value", unit=place.ref)
    return measurement


def correct(measurement: Measurement, *, reason: str, by: Actor, at: datetime, **said: Any) -> Measurement:
    """Put another value in the place of the present one, with the reason; the history stays."""
    indicator = db.session.get_one(ServiceIndicator, measurement.indicator_id)
    insist(_wrong(indicator.method, said))
    insist(
        rules.why_not_record(
            over=True,
            begun=True,
            known=True,
            closed=measurement.released is not None,
            reason=reason,
            correcting=True,
        )
    )
    missing = said.get("missing") or None
    insist(rules.why_not_empty(missing, queries.others_known(measurement) if missing else 1))
    measurement.revision += 1
    _say(measurement, indicator, said, reason, by, at, "correct_value")
    return measurement


def closed_by(indicator: ServiceIndicator) -> Callable[[date], bool]:
    """Tells whether a period of the indicator was published, or lies in a closed evaluation period."""
    spans, released = queries.closed_spans(indicator.region_id), queries.released_spans(indicator.id)

    def closed(begins: date) -> bool:
        after = rules.ends_before(indicator.frequency, begins)
        return begins in released or any(start <= begins and after <= end for start, end in spans)

    return closed


PARTS = ("value", "numerator", "denominator", "n")


def _wrong(method: Method, said: Mapping[str, Any]) -> Refusal | None:
    parts = {name: said.get(name) for name in PARTS}
    missing = MissingReason(said["missing"]) if said.get("missing") else None
    found = rules.wrong_parts(method, **parts, missing=missing, note=said.get("note", ""))
    return several("value.wrong", N_("Angka ini belum dapat dicatat."), found)


def _say(
    measurement: Measurement,
    indicator: ServiceIndicator,
    said: Mapping[str, Any],
    reason: str,
    by: Actor,
    at: datetime,
    verb: str,
    **summary: Any,
) -> None:
    missing = MissingReason(said["missing"]) if said.get("missing") else None
    parts = {name: said.get(name) for name in PARTS}
    figure = rules.NOTHING if missing else rules.figure_of(indicator.method, **parts)
    db.session.add(
        MeasuredValue(
            region_id=measurement.region_id,
            measurement_id=measurement.id,
            revision=measurement.revision,
            value=figure.value,
            numerator=figure.numerator,
            denominator=figure.denominator,
            n=figure.n,
            missing=missing,
            note=said.get("note", ""),
            outage=said.get("outage", ""),
            reason=reason,
            account_id=by.account_id,
            person_id=by.person_id,
            at=at,
        )
    )
    events.record(
        verb,
        measurement,
        by=by,
        at=at,
        indicator=indicator.ref,
        period=rules.span_key(indicator.frequency, measurement.begins),
        revision=measurement.revision,
        words={"reason": reason} if reason else None,
        **summary,
    )


# ----------------------------------------------------------------------------------------- tables


@dataclass(frozen=True)
class Prepared:
    """A table that was read and checked, before it is kept."""

    kind: TableKind
    mark: str
    outcomes: Sequence[tables.Outcome]


def prepare(indicator: ServiceIndicator, kind: TableKind, data: bytes, *, at: datetime) -> Prepared:
    """Read and check a CSV table of values or cases; takes a while and needs no door.

    Raises ``Refused`` when the file as a whole can't be read.
    """
    insist(why_not_kind(indicator, kind))
    # Read before the series: a change in between then shows as one when the table is applied.
    mark = queries.mark(indicator.id)
    return Prepared(kind, mark, tables.check(kind, tables.read(kind, data), about(indicator, at)))


def stage(
    indicator: ServiceIndicator, *, prepared: Prepared, name: str, by: Actor, at: datetime
) -> ValueBatch:
    """Keep the rows of a checked table until they are applied or dropped."""
    outcomes = prepared.outcomes
    counts = dict.fromkeys(RowFate, 0)
    for outcome in outcomes:
        counts[outcome.fate] += 1
    batch = ValueBatch(
        region_id=indicator.region_id,
        indicator_id=indicator.id,
        agency_id=indicator.agency_id,
        kind=prepared.kind,
        file_name=clean_line(name)[-200:],
        mark=prepared.mark,
        fresh=counts[RowFate.NEW],
        corrected=counts[RowFate.CORRECTED],
        same=counts[RowFate.SAME],
        bad=counts[RowFate.BAD],
        closed=sum(outcome.closed for outcome in outcomes),
        account_id=by.account_id,
        made=at,
    )
    session = db.session()
    session.add(batch)
    session.flush()
    for start in range(0, len(outcomes), CHUNK):
        part = outcomes[start : start + CHUNK]
        session.execute(insert(ValueRow), [_staged(batch, outcome) for outcome in part])
    events.record("stage_values", batch, by=by, at=at, rows=len(outcomes), bad=batch.bad)
    return batch


def why_not_kind(indicator: ServiceIndicator, kind: TableKind) -> Refusal | None:
    """Cases make a median, and nothing else."""
    if kind is TableKind.VALUES or indicator.method is Method.MEDIAN:
        return None
    return Refusal(
        "table.cases", N_("Tabel kasus hanya untuk indikator median. Unggah tabel nilai untuk indikator ini.")
    )


def _staged(batch: ValueBatch, outcome: tables.Outcome) -> dict[str, Any]:
    return {
        "region_id": batch.region_id,
        "batch_id": batch.id,
        "number": outcome.number,
        "fate": outcome.fate,
        "given": outcome.given,
        "plan": outcome.plan,
        "errors": outcome.errors,
    }


def about(indicator: ServiceIndicator, at: datetime) -> tables.About:
    """What a table of the indicator is checked against."""
    units = {
        unit.code.casefold(): tables.Unit(unit.id, unit.code, unit.begins, unit.ends)
        for unit in queries.units_of(indicator.agency_id)
    }
    known = {
        (row.Measurement.unit_id, row.Measurement.begins): tables.Known(
            row.Measurement.id,
            row.Measurement.revision,
            {
                **{name: getattr(row.MeasuredValue, name) for name in tables.SAID},
                "durations": json.loads(row.MeasuredValue.durations) if row.MeasuredValue.durations else None,
            },
        )
        for row in queries.series([indicator.id])
    }
    return tables.About(
        method=indicator.method,
        measure=indicator.measure,
        frequency=indicator.frequency,
        begins=indicator.begins,
        ends=indicator.ends,
        today=local_date(at, organisation.region(indicator.region_id).zone),
        units=units,
        known=known,
        is_closed=closed_by(indicator),
    )


def apply(batch: ValueBatch, *, reason: str = "", by: Actor, at: datetime) -> ValueBatch:
    """Write the good rows of a checked table at once; bad ones are left out and stay in the list.

    Refused when the series changed since the check, and without a reason where values of closed periods
    or corrections are among the rows.
    """
    insist(why_not_apply(batch, reason))
    indicator = db.session.get_one(ServiceIndicator, batch.indicator_id)
    closed = closed_by(indicator)
    if queries.mark(indicator.id) != batch.mark:
        insist(
            Refusal(
                "table.stale",
                N_(
                    "Angka indikator ini berubah sejak tabel diperiksa. Unggah sekali lagi; tidak ada yang diterapkan."
                ),
            )
        )
    session = db.session()
    rows = session.execute(
        select(ValueRow.fate, ValueRow.plan)
        .where(ValueRow.batch_id == batch.id, ValueRow.fate.in_((RowFate.NEW, RowFate.CORRECTED)))
        .order_by(ValueRow.number)
    ).all()
    fresh = [row.plan for row in rows if row.fate is RowFate.NEW]
    corrected = [row.plan for row in rows if row.fate is RowFate.CORRECTED]
    if any(closed(date.fromisoformat(plan["begins"])) for plan in fresh) and not reason.strip():
        insist(_reason_needed())
    common = {"region_id": batch.region_id, "indicator_id": indicator.id, "agency_id": indicator.agency_id}
    for part in _chunks(fresh):
        session.execute(
            insert(Measurement),
            [
                {
                    **common,
                    "ref": new_ref(),
                    "unit_id": p["unit_id"],
                    "begins": date.fromisoformat(p["begins"]),
                }
                for p in part
            ],
        )
    ids = {
        (row.unit_id, row.begins.isoformat()): row.id
        for row in session.execute(
            select(Measurement.id, Measurement.unit_id, Measurement.begins).where(
                Measurement.indicator_id == indicator.id
            )
        )
    }
    for part in _chunks(corrected):
        session.execute(
            update(Measurement)
            .where(Measurement.id.in_([plan["measurement_id"] for plan in part]))
            .values(revision=Measurement.revision + 1, version=Measurement.version + 1),
            execution_options={"synchronize_session": False},
        )
    written = {"region_id": batch.region_id, "batch_id": batch.id, "at": at, "reason": reason}
    written |= {"account_id": by.account_id, "person_id": by.person_id}
    for part in _chunks([*fresh, *corrected]):
        values = [
            {
                **written,
                **_columns(plan),
                "measurement_id": ids[plan["unit_id"], plan["begins"]],
                "revision": plan.get("revision", 1),
            }
            for plan in part
        ]
        session.execute(insert(MeasuredValue), values)
    batch.settled, batch.applied = at, True
    events.record(
        "apply_values",
        batch,
        by=by,
        at=at,
        indicator=indicator.ref,
        fresh=len(fresh),
        corrected=len(corrected),
        words={"reason": reason} if reason else None,
    )
    return batch


def _columns(plan: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {
        name: Decimal(plan[name]) if plan[name] is not None else None
        for name in ("value", "numerator", "denominator")
    }
    return {
        **numbers,
        "n": plan["n"],
        "durations": json.dumps(plan["durations"]) if plan["durations"] else None,
        "open_cases": plan["open_cases"],
        "excluded": plan["excluded"],
        "missing": MissingReason(plan["missing"]) if plan["missing"] else None,
        "note": plan["note"] or "",
        "outage": plan["outage"] or "",
    }


def _chunks(plans: Sequence[dict[str, Any]]) -> Iterable[Sequence[dict[str, Any]]]:
    return (plans[start : start + CHUNK] for start in range(0, len(plans), CHUNK))


def why_not_apply(batch: ValueBatch, reason: str | None = None) -> Refusal | None:
    """Why a table can't be applied; the reason is looked at when given."""
    if batch.settled is not None:
        return Refusal("table.settled", N_("Tabel ini sudah diterapkan atau dibatalkan."))
    if batch.fresh + batch.corrected == 0:
        return Refusal("table.nothing", N_("Tidak ada baris yang akan mengubah angka."))
    if reason is not None and batch.closed and not reason.strip():
        return _reason_needed()
    return None


def _reason_needed() -> Refusal:
    return Refusal(
        "table.reason",
        N_(
            "Tabel ini memuat koreksi atau angka dari periode yang sudah ditutup atau terbit. Tulis alasannya."
        ),
        anchor="reason",
    )


def drop(batch: ValueBatch, *, by: Actor, at: datetime) -> ValueBatch:
    """Discard a checked table; nothing was written of it."""
    if batch.settled is not None:
        insist(why_not_apply(batch))
    batch.settled = at
    events.record("drop_values", batch, by=by, at=at)
    return batch

"""Services of the demo: their standard as it is usual, figures made up, with a gap, an outage and a correction.

Everything goes the way that HR goes: registered, described, taken from a table, looked at and published by
somebody else.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from portal.demo.stage import YEAR, Stage, acting
from portal.extensions import db
from portal.kernel.tables import csv_lines
from portal.people.organisation.models import Unit
from portal.transparency.service_figures import actions as figures
from portal.transparency.service_figures import dataset
from portal.voice.services import actions, queries
from portal.voice.services.models import Service, ServiceIndicator
from portal.voice.services.rules import SECONDS, Component, Method, TableKind
from portal.voice.services.tables import COLUMNS

FILE = Path(__file__).parent / "data" / "services.toml"
MONTHS = range(1, 10)
REGISTERED = date(YEAR, 9, 14)
PUBLISHED = date(YEAR, 10, 8)
REASON = "Angka sejak Januari dimuat ketika layanan ini didaftarkan."
GAP, OUTAGE = 5, 3
"""Months of the last unit without a figure, and with a disturbance."""


def make(stages: Sequence[Stage]) -> None:
    """Register, measure and publish the services of every region."""
    described = tomllib.loads(FILE.read_text(encoding="utf-8"))["service"]
    for stage in stages:
        for text in described:
            if stage.place.key in text["regions"]:
                _make(stage, text)


def _make(stage: Stage, text: Mapping[str, Any]) -> None:
    at = stage.at(REGISTERED, 9)
    with acting():
        service_id, indicators = _register(stage, text, at)
    for number, (indicator_id, about) in enumerate(indicators):
        _measure(stage, indicator_id, about, text["units"], stage.at(REGISTERED, 10, number))
    at = stage.at(PUBLISHED, 9)
    with acting():
        service = db.session.get_one(Service, service_id)
        seen = dataset.compose(service, at=at).content
        figures.release(service, seen=seen, by=stage.publisher, at=at)
    if stage.place.key == "bandung":
        _correct(stage, indicators[0][0])


def _register(
    stage: Stage, text: Mapping[str, Any], at: datetime
) -> tuple[int, list[tuple[int, Mapping[str, Any]]]]:
    agency = _unit(stage, text["agency"])
    names = {key: text[key] for key in ("name", "name_en", "everyday")}
    service = actions.add_service(
        offered={agency.ref: agency}, agency=agency.ref, **names, by=stage.hr, at=at
    )
    parts = {component.value: text[component.value] for component in Component if component.value in text}
    actions.change_service(
        service,
        **names,
        decree=f"Keputusan Kepala {agency.name} Nomor 12 Tahun {YEAR - 1}",
        set_on=date(YEAR - 1, 12, 15),
        by=stage.hr,
        at=at,
        **parts,
    )
    found = []
    for about in text["indicator"]:
        indicator = actions.add_indicator(service, **_metadata(about), by=stage.hr, at=at)
        found.append((indicator.id, about))
    return service.id, found


def _metadata(about: Mapping[str, Any]) -> dict[str, Any]:
    names = ("name", "name_en", "concept", "formula", "method", "measure", "better", "source", "producer")
    return {
        **{name: about[name] for name in names},
        "places": about.get("places", 1),
        "frequency": "bulan",
        "begins": date(YEAR, 1, 1),
        "until": None,
        "standard": _decimal(about.get("standard")),
        "standard_note": about.get("standard_note", ""),
        "baseline": _decimal(about.get("baseline")),
        "baseline_note": about.get("baseline_note", ""),
    }


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def _unit(stage: Stage, code: str) -> Unit:
    return db.session.scalars(select(Unit).where(Unit.region_id == stage.region_id, Unit.code == code)).one()


def _measure(
    stage: Stage, indicator_id: int, about: Mapping[str, Any], units: Sequence[str], at: datetime
) -> None:
    kind = TableKind.CASES if about["method"] == Method.MEDIAN else TableKind.VALUES
    rows = _cases(about, units) if kind is TableKind.CASES else _values(about, units)
    content = "".join(csv_lines([COLUMNS[kind], *rows])).encode()
    indicator = db.session.get_one(ServiceIndicator, indicator_id)
    prepared = actions.prepare(indicator, kind, content, at=stage.at(date(YEAR, 10, 5), 9))
    with acting():
        indicator = db.session.get_one(ServiceIndicator, indicator_id)
        late = stage.at(date(YEAR, 10, 5), 9, at.minute)
        batch = actions.stage(indicator, prepared=prepared, name="rekap.csv", by=stage.hr, at=late)
        actions.apply(batch, reason=REASON, by=stage.hr, at=late)


def _values(about: Mapping[str, Any], units: Sequence[str]) -> Iterator[list[object]]:
    for place, unit in enumerate(units):
        die = Random(f"{about['name']}:{unit}")
        for month in MONTHS:
            last = place == len(units) - 1
            level = about["level"] + about["gain"] * month + die.uniform(-2.5, 2.5) - 2 * place
            outage = last and month == OUTAGE
            level -= 9 * outage if about["method"] != Method.COUNT else 0
            row: list[object] = [unit, f"{YEAR}-{month:02}", "", "", "", "", "", "", ""]
            if last and month == GAP:
                row[6] = "gangguan"
                row[8] = "Buku register rusak karena banjir."
            elif about["method"] == Method.RATE:
                whole = round(about["n"] * die.uniform(0.85, 1.15))
                row[3], row[4] = round(whole * min(level, 99.4) / 100), whole
            elif about["method"] == Method.MEAN:
                row[2], row[5] = f"{level:.1f}", round(about["n"] * die.uniform(0.8, 1.2))
            else:
                row[2] = round(level * die.uniform(0.9, 1.1)) - 90 * place
            if outage:
                row[7] = "Listrik padam tiga hari."
            yield row


def _cases(about: Mapping[str, Any], units: Sequence[str]) -> Iterator[list[object]]:
    second = SECONDS[about["measure"]]
    for place, unit in enumerate(units):
        die = Random(f"{about['name']}:{unit}")
        for month in MONTHS:
            middle = max(about["level"] + about["gain"] * month + 2 * place, 2)
            for _case in range(round(about["n"] * die.uniform(0.8, 1.2))):
                opened = datetime(YEAR, month, die.randint(1, 27), die.randint(8, 13), die.randint(0, 59))  # noqa: DTZ001 - a clock on the wall
                took = timedelta(seconds=round(middle * second * die.lognormvariate(0, 0.55)))
                closed = "" if die.random() < 0.02 else f"{opened + took:%Y-%m-%d %H:%M:%S}"
                yield [unit, f"{opened:%Y-%m-%d %H:%M:%S}", closed]


def _correct(stage: Stage, indicator_id: int) -> None:
    """A correction that waits for the publisher's eyes."""
    with acting():
        row = queries.series([indicator_id])[-1]
        said = row.MeasuredValue
        if said.numerator is None:
            return
        row.Measurement.version += 1
        actions.correct(
            row.Measurement,
            numerator=said.numerator - 12,
            denominator=said.denominator,
            reason="Dua belas pendaftar tercatat dua kali.",
            by=stage.hr,
            at=stage.at(date(YEAR, 10, 9), 15),
        )

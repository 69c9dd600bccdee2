"""The dataset of a service: its standard and figures go in, a frozen document comes out (NEW-3, NEW-4).

Nothing that ``compose`` hides is in the document, so nothing made from it can show it. Numbers are texts:
a document has no floats.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from portal.kernel.canonical import canonical, sha256
from portal.kernel.exact import STEP, round_half_up
from portal.transparency.service_figures import queries
from portal.transparency.service_figures.models import ServiceEdition
from portal.transparency.service_figures.rules import decide
from portal.voice.services import queries as services
from portal.voice.services.models import MeasuredValue, Service, ServiceIndicator
from portal.voice.services.rules import (
    NOTHING,
    PUBLIC,
    Figure,
    Method,
    pooled,
    span_key,
    why_not_publish_standard,
)

FORMAT = "kinerja-terbuka/layanan/1"
LICENCE = "CC BY 4.0"
DATED = ("versi", "disusun")
"""What differs between two documents that say the same."""


@dataclass(frozen=True)
class Composed:
    """A document that may be published, with what the rules ask of it."""

    document: dict[str, Any]
    content: str
    figures: int
    last_value: int
    authors: frozenset[tuple[int | None, int | None]]
    """Account and person behind every value that is new since the last edition."""
    edition: ServiceEdition | None
    complete: Any


def compose(service: Service, *, at: datetime) -> Composed:
    """What would be published of a service now: three statements, whatever the number of values."""
    scene, parts, rows = queries.scene(service), services.parts(service.id), queries.measured(service)
    region, edition = scene.Region, scene.ServiceEdition
    hidden = _hidden_before(edition)
    by_indicator: dict[int, tuple[ServiceIndicator, list[Any]]] = {}
    for row in rows:
        _each, held = by_indicator.setdefault(row.ServiceIndicator.id, (row.ServiceIndicator, []))
        if row.Measurement is not None:
            held.append(row)
    document = {
        "format": FORMAT,
        "daerah": {
            "kode": region.code,
            "slug": region.slug,
            "nama": region.name,
            "nama_en": region.name_en,
            "zona": region.zone,
        },
        "instansi": {"slug": scene.slug, "nama": scene.name, "nama_en": scene.name_en},
        "layanan": {
            "slug": service.slug,
            "nama": service.name,
            "nama_en": service.name_en,
            "nama_sehari_hari": service.everyday,
        },
        "standar": {
            "dasar": service.decree,
            "berlaku_sejak": service.set_on.isoformat() if service.set_on else None,
            "komponen": {component.value: parts[component] for component in PUBLIC if component in parts},
        },
        "versi": edition.version + 1 if edition else 1,
        "disusun": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "penerbit": region.name,
        "lisensi": LICENCE,
        "indikator": [
            _indicator(each, held, hidden.get(each.ref, {})) for each, held in by_indicator.values() if held
        ],
    }
    said = [row.MeasuredValue for row in rows if row.MeasuredValue is not None]
    upto = edition.last_value if edition else 0
    return Composed(
        document,
        sha256(canonical({key: value for key, value in document.items() if key not in DATED})),
        figures=sum(1 for value in said if value.value is not None),
        last_value=max((value.id for value in said), default=0),
        authors=frozenset((value.account_id, value.person_id) for value in said if value.id > upto),
        edition=edition,
        complete=why_not_publish_standard(parts),
    )


Hidden = dict[str, set[str]]
"""By period the units that are hidden."""


def _hidden_before(edition: ServiceEdition | None) -> dict[str, Hidden]:
    if edition is None:
        return {}

    found: dict[str, Hidden] = {}
    for indicator in json.loads(edition.dataset)["indikator"]:
        periods = found.setdefault(indicator["ref"], {})
        for unit in indicator["unit"]:
            for value in unit["deret"]:
                if value["tidak_ditampilkan"]:
                    periods.setdefault(value["periode"], set()).add(unit["slug"])
    return found


def _indicator(each: ServiceIndicator, rows: Sequence[Any], before: Mapping[str, set[str]]) -> dict[str, Any]:
    units: dict[str, dict[str, Any]] = {}
    by_period: dict[date, dict[str, MeasuredValue]] = {}
    for row in rows:
        units.setdefault(
            row.Unit.slug,
            {"slug": row.Unit.slug, "nama": row.Unit.name, "nama_en": row.Unit.name_en, "deret": []},
        )
        by_period.setdefault(row.Measurement.begins, {})[row.Unit.slug] = row.MeasuredValue
    totals = []
    for begins in sorted(by_period):
        key, said = span_key(each.frequency, begins), by_period[begins]
        cases = {slug: _cases(value) for slug, value in said.items() if value.value is not None}
        decision = decide(each.method, cases, before.get(key, ()))
        for slug, value in said.items():
            units[slug]["deret"].append(_value(key, begins, value, shut=slug in decision.hidden))
        whole = pooled(each.method, [value.figure for value in said.values()], each.measure)
        if each.method is Method.COUNT and any(value.value is None for value in said.values()):
            whole = NOTHING  # a sum without one of its parts would look like a fall
        totals.append(
            _total(key, begins, whole, said.values(), shut=bool(cases) and not decision.total_shown)
        )
    return {
        "ref": each.ref,
        "nama": each.name,
        "nama_en": each.name_en,
        "konsep": each.concept,
        "rumus": each.formula,
        "metode": each.method.value,
        "satuan": each.measure,
        "desimal": each.places,
        "arah": each.better.value,
        "frekuensi": each.frequency.value,
        "sumber": each.source,
        "produsen": each.producer,
        "standar": _text(each.standard),
        "standar_keterangan": each.standard_note,
        "garis_dasar": _text(each.baseline),
        "garis_dasar_keterangan": each.baseline_note,
        "jumlah": totals,
        "unit": list(units.values()),
    }


def _cases(value: MeasuredValue) -> int:
    """The cases behind a value; where nobody counted them they are as many as the denominator says."""
    if value.n is not None:
        return value.n
    return int(value.denominator or 0)


def _value(key: str, begins: date, value: MeasuredValue, *, shut: bool) -> dict[str, Any]:
    return {
        "periode": key,
        "mulai": begins.isoformat(),
        **_parts(value.figure, shut),
        "belum_selesai": value.open_cases if not shut else None,
        "tidak_ikut": value.excluded if not shut else None,
        "sebab_kosong": value.missing.value if value.missing else None,
        "gangguan": value.outage,
        "catatan": value.note,
        "koreksi_ke": value.revision - 1,
        "alasan": value.reason,
        "tidak_ditampilkan": shut,
    }


def _total(
    key: str, begins: date, whole: Figure, said: Iterable[MeasuredValue], *, shut: bool
) -> dict[str, Any]:
    values = list(said)
    return {
        "periode": key,
        "mulai": begins.isoformat(),
        **_parts(whole, shut),
        "gangguan": "; ".join(dict.fromkeys(value.outage for value in values if value.outage)),
        "unit_melapor": sum(1 for value in values if value.value is not None),
        "unit_tercatat": len(values),
        "tidak_ditampilkan": shut,
    }


def _parts(figure: Figure, shut: bool) -> dict[str, Any]:
    if shut:
        return dict.fromkeys(("nilai", "pembilang", "penyebut", "n"))
    return {
        "nilai": _text(figure.value),
        "pembilang": _text(figure.numerator),
        "penyebut": _text(figure.denominator),
        "n": figure.n,
    }


def _text(number: Decimal | None) -> str | None:
    """An exact number to a millionth, as it is stored."""
    if number is None:
        return None
    kept = round_half_up(number, -STEP.as_tuple().exponent)  # type: ignore[operator]
    text = f"{kept:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

"""What was published, read back from the frozen datasets: the only source of public pages.

Knows no request and no personal record. A figure that is hidden is ``None`` here as it is in the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from portal.kernel.clock import local_date
from portal.kernel.tables import csv_lines
from portal.transparency.publications.addresses import from_ordinal, ordinal, period_key, version_key
from portal.transparency.publications.keys import (
    COUNTS,
    DISTRIBUTION,
    INDICATORS,
    RATING_KEYS,
    REASON_KEYS,
)
from portal.transparency.publications.models import Publication
from portal.transparency.publications.rules import PublicationState, percent
from portal.transparency.service_figures.reading import Frozen

MEASURES = ("memiliki_skp", "ditetapkan_tepat_waktu", "dievaluasi", INDICATORS)
"""The shares that pages show, in their order."""


@dataclass(frozen=True)
class Place:
    """A region as public pages know it, published or not."""

    id: int
    slug: str
    code: str
    name: str
    name_en: str
    zone: str
    accent: str


@dataclass(frozen=True)
class Share:
    """``part`` of ``whole``; ``percent`` is ``None`` where there is nothing to divide by."""

    part: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """In per cent, with one place."""
        return percent(self.part, self.whole)


def share(figures: Mapping[str, Any], measure: str) -> Share | None:
    """A measure of an agency or of the region; ``None`` when it is hidden."""
    if measure == INDICATORS:
        found = figures[INDICATORS]
        return None if found is None else Share(found["tercapai"], found["jumlah"])
    part, whole = figures[measure], figures["wajib_skp"]
    return None if part is None or whole is None else Share(part, whole)


@dataclass(frozen=True)
class Edition:
    """One published version of one period."""

    ref: str
    text: str
    sha256: str
    version: int
    state: PublicationState
    published_on: date
    withdrawn_on: date | None
    withdrawn_reason: str

    @classmethod
    def of(cls, publication: Publication, zone: str) -> Edition:
        """The edition that ``publication`` holds; dates in the region's zone."""
        published, withdrawn = publication.published_at, publication.withdrawn_at
        return cls(
            ref=publication.ref,
            text=publication.dataset,
            sha256=publication.sha256,
            version=publication.version,
            state=publication.state,
            published_on=local_date(published or publication.prepared_at, zone),
            withdrawn_on=local_date(withdrawn, zone) if withdrawn else None,
            withdrawn_reason=publication.withdrawn_reason,
        )

    @cached_property
    def data(self) -> dict[str, Any]:
        """The dataset."""
        return json.loads(self.text)  # type: ignore[no-any-return]

    @property
    def total(self) -> dict[str, Any]:
        """The region's figures."""
        return self.data["jumlah"]  # type: ignore[no-any-return]

    @property
    def agencies(self) -> list[dict[str, Any]]:
        """The agencies with their figures, by name."""
        return self.data["instansi"]  # type: ignore[no-any-return]

    @cached_property
    def by_slug(self) -> dict[str, dict[str, Any]]:
        """The agencies by their part of the address."""
        return {row["slug"]: row for row in self.agencies}

    @property
    def span(self) -> tuple[str, int, int]:
        """Kind, number and year of the period."""
        period = self.data["periode"]
        return period["jenis"], period["nomor"], period["tahun"]

    @property
    def ordinal(self) -> int:
        """The period's place among all of its kind."""
        return ordinal(*self.span)

    @property
    def period(self) -> str:
        """The period as part of an address."""
        return period_key(*self.span)

    @property
    def stem(self) -> str:
        """Period and version as part of an address or a file's name."""
        return version_key(*self.span, self.version)

    @property
    def begins(self) -> date:
        """First day of the period."""
        return date.fromisoformat(self.data["periode"]["mulai"])

    @property
    def last_day(self) -> date:
        """Last day of the period."""
        return date.fromisoformat(self.data["periode"]["sampai"])

    @property
    def next_date(self) -> date:
        """When the next figures were promised."""
        return date.fromisoformat(self.data["terbit_berikutnya"])

    @property
    def is_current(self) -> bool:
        """Whether these figures hold: neither replaced nor withdrawn."""
        return self.state is PublicationState.PUBLISHED


@dataclass(frozen=True)
class Awaited:
    """A period that was opened and isn't published yet."""

    span: tuple[str, int, int]
    last_day: date
    closed: bool
    due: date | None
    """The last day for its ratings: figures come after it."""


@dataclass(frozen=True)
class Shelf:
    """All that is published of a region, oldest first, and what is still to come."""

    place: Place
    editions: tuple[Edition, ...]
    awaited: tuple[Awaited, ...] = ()
    today: date = field(default_factory=lambda: date.min)
    services: tuple[Frozen, ...] = ()
    """The newest published version of each of its services."""

    @cached_property
    def current(self) -> list[Edition]:
        """The figures that hold, by the end of their period; the year after its last quarter."""
        found = [edition for edition in self.editions if edition.is_current]
        return sorted(found, key=lambda e: (e.last_day, -e.begins.toordinal()))

    @property
    def latest(self) -> Edition | None:
        """The figures that the region's page shows."""
        return self.current[-1] if self.current else None

    @property
    def is_late(self) -> bool:
        """Whether the promised next date has passed without new figures."""
        return self.latest is not None and self.today > self.latest.next_date

    def versions(self, edition: Edition) -> list[Edition]:
        """Every version of the same period, newest first."""
        return sorted((e for e in self.editions if e.span == edition.span), key=lambda e: -e.version)

    def series(self, kind: str) -> list[tuple[tuple[str, int, int], Edition | None]]:
        """Each period of ``kind`` from the first to the last published; ``None`` where nothing holds."""
        held = {edition.ordinal: edition for edition in self.current if edition.span[0] == kind}
        if not held:
            return []
        places = range(min(held), max(held) + 1)
        return [((kind, *from_ordinal(kind, at)), held.get(at)) for at in places]

    def slugs(self) -> dict[str, Edition]:
        """Every agency that any figures in force speak of, with the newest that do."""
        return {row["slug"]: edition for edition in self.current for row in edition.agencies}


# -------------------------------------------------------------------------------------------- tables


def table(data: Mapping[str, Any]) -> list[list[str]]:
    """The dataset as rows: the head, the region's total, then each agency. Hidden figures are empty."""
    reasons = [(name, key) for name in REASON_KEYS for key in REASON_KEYS[name]]
    head = [
        "daerah_kode",
        "daerah",
        "tahun",
        "periode",
        "nomor",
        "versi",
        "tingkat",
        "instansi",
        "nama",
        "jenis",
        *COUNTS,
        *(f"{name}_{key}" for name, key in reasons),
        "indikator_tercapai",
        "indikator_jumlah",
        "predikat_organisasi",
        *(f"distribusi_{key}" for key in RATING_KEYS),
        "tidak_ditampilkan",
    ]
    about, period = data["daerah"], data["periode"]
    start = [about["kode"], about["nama"], period["tahun"], period["jenis"], period["nomor"], data["versi"]]
    rows = [head]
    for level, row in [("daerah", data["jumlah"]), *(("instansi", row) for row in data["instansi"])]:
        rows.append(
            [
                "" if value is None else str(value)
                for value in (
                    *start,
                    level,
                    row.get("slug", ""),
                    row.get("nama", about["nama"]),
                    row.get("jenis", ""),
                    *_figures(row, reasons),
                    ";".join(row["tidak_ditampilkan"]),
                )
            ]
        )
    return rows


def _figures(row: Mapping[str, Any], reasons: Sequence[tuple[str, str]]) -> Iterable[object]:
    yield from (row[name] for name in COUNTS)
    for name, key in reasons:
        yield None if row[name] is None else row[name].get(key, 0)
    met = row[INDICATORS] or {}
    yield from (met.get("tercapai"), met.get("jumlah"))
    yield row.get("predikat_organisasi")
    spread = row[DISTRIBUTION] or {}
    yield from (spread.get(key) for key in RATING_KEYS)


def as_csv(data: Mapping[str, Any]) -> str:
    """The dataset as CSV: comma, every cell in quotes; a name is data, never a formula."""
    return "".join(csv_lines(table(data)))


# --------------------------------------------------------------------------------------- differences


@dataclass(frozen=True)
class Difference:
    """A figure that two versions give differently; ``None`` is hidden or not there."""

    agency: str
    key: str
    before: str | None
    after: str | None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Every shown figure that changed from one version to the next; the region's total first."""
    found = []
    old_rows, new_rows = _flat(before), _flat(after)
    for name in [*old_rows, *(n for n in new_rows if n not in old_rows)]:
        old, new = old_rows.get(name, {}), new_rows.get(name, {})
        for key in [*old, *(k for k in new if k not in old)]:
            if old.get(key) != new.get(key):
                found.append(Difference(name, key, old.get(key), new.get(key)))
    return found


def _flat(data: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    head, *rows = table(data)
    first = head.index("wajib_skp")
    columns = list(enumerate(head))[first:-1]
    return {
        row[8] if row[6] == "instansi" else "": {name: row[i] for i, name in columns if row[i] != ""}
        for row in rows
    }

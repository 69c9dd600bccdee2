"""What was published of services, read back from the frozen datasets: the only source of their public pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from portal.kernel.clock import local_date
from portal.kernel.tables import csv_lines
from portal.transparency.service_figures.models import ServiceEdition


@dataclass(frozen=True)
class Frozen:
    """One published version of a service; or a draft, which has no hash."""

    ref: str
    text: str
    sha256: str
    version: int
    published_on: date | None

    @classmethod
    def of(cls, edition: ServiceEdition, zone: str) -> Frozen:
        """The version that ``edition`` holds; its date in the region's zone."""
        return cls(
            edition.ref, edition.dataset, edition.sha256, edition.version, local_date(edition.at, zone)
        )

    @classmethod
    def draft(cls, document: Mapping[str, Any]) -> Frozen:
        """A document that isn't published, for the preview."""
        return cls("", json.dumps(document), "", document["versi"], None)

    @cached_property
    def data(self) -> dict[str, Any]:
        """The dataset."""
        return json.loads(self.text)  # type: ignore[no-any-return]

    @property
    def slug(self) -> str:
        """The service's part of the address."""
        return str(self.data["layanan"]["slug"])

    @property
    def region(self) -> str:
        """The region's part of the address."""
        return str(self.data["daerah"]["slug"])

    @property
    def agency(self) -> dict[str, str]:
        """Slug and names of the agency."""
        return self.data["instansi"]  # type: ignore[no-any-return]

    @cached_property
    def units(self) -> dict[str, dict[str, str]]:
        """Every unit with figures, by slug, in the order of the first indicator that has it."""
        found: dict[str, dict[str, str]] = {}
        for indicator in self.data["indikator"]:
            for unit in indicator["unit"]:
                found.setdefault(unit["slug"], {key: unit[key] for key in ("slug", "nama", "nama_en")})
        return found

    @property
    def stem(self) -> str:
        """The name of its data files."""
        return f"layanan-{self.slug}-v{self.version}"


HEAD = (
    *("daerah_kode", "daerah", "instansi", "layanan", "versi", "indikator", "satuan", "standar", "tingkat"),
    *("unit", "nama_unit", "periode", "nilai", "pembilang", "penyebut", "n", "belum_selesai", "tidak_ikut"),
    *("sebab_kosong", "gangguan", "catatan", "koreksi_ke", "alasan", "tidak_ditampilkan"),
)


def table(data: Mapping[str, Any]) -> list[list[object]]:
    """The dataset as rows: the head, then by indicator all units together and each unit. Hidden is empty."""
    region = data["daerah"]
    start = [region["kode"], region["nama"], data["instansi"]["nama"], data["layanan"]["nama"], data["versi"]]
    rows: list[list[object]] = [list(HEAD)]
    for indicator in data["indikator"]:
        about = [*start, indicator["nama"], indicator["satuan"], indicator["standar"]]
        series = [("semua", "", "", indicator["jumlah"])] if len(indicator["unit"]) > 1 else []
        series += [("unit", unit["slug"], unit["nama"], unit["deret"]) for unit in indicator["unit"]]
        for level, slug, name, values in series:
            for value in values:
                cells = [value.get(key) for key in HEAD[11:-1]]
                shut = "ya" if value["tidak_ditampilkan"] else ""
                rows.append([*about, level, slug, name, *cells, shut])
    return rows


def as_csv(data: Mapping[str, Any]) -> str:
    """The dataset as CSV: comma, every cell in quotes; a name is data, never a formula."""
    return "".join(csv_lines(table(data)))

"""The official list of regions: 38 provinces, 514 regencies and cities, 7,285 districts with their codes.

From Kepmendagri 2025 (cahyadsn/wilayah, MIT; licence beside the file). It proposes name, slug and time zone;
the set-up may overrule each.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.kernel.texts import slug

FILE = Path(__file__).with_name("data") / "wilayah.csv"
PAPUA = frozenset({"91", "92", "93", "94", "95", "96"})
"""Provinces where a kecamatan is called distrik."""
_WITA = frozenset({"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"})
_WIT = PAPUA | {"81", "82"}
_PREFIXES = ("provinsi-", "kabupaten-", "kota-", "kecamatan-", "distrik-")


@dataclass(frozen=True)
class Official:
    """A region as the official list has it."""

    code: str
    name: str
    kind: str
    zone: str

    @property
    def parents(self) -> tuple[str, ...]:
        """The codes above it, the highest first."""
        parts = self.code.split(".")
        return tuple(".".join(parts[:n]) for n in range(1, len(parts)))


@cache
def regions() -> dict[str, Official]:
    """Every region of the list by its code."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["kode"]: _read(row) for row in csv.DictReader(file)}


def _read(row: dict[str, str]) -> Official:
    code, name, kind = row["kode"], row["nama"], row["jenis"]
    province = code[:2]
    if kind == "kecamatan":
        kind = "distrik" if province in PAPUA else "kecamatan"
        name = f"{kind.capitalize()} {name}"
    zone = "WITA" if province in _WITA else "WIT" if province in _WIT else "WIB"
    return Official(code, name, kind, zone)


def short_slug(region: Official) -> str:
    """The address of a region: its name without its kind where no other of its level is called so too."""
    whole = slug(region.name)
    short = _short(whole)
    level = region.code.count(".")
    same = (each for each in regions().values() if each.code.count(".") == level and each.code != region.code)
    # Districts share names all over the country, but rarely within one installation.
    taken = level < 2 and any(_short(slug(each.name)) == short for each in same)
    return whole if taken else short


def _short(whole: str) -> str:
    for prefix in _PREFIXES:
        if whole.startswith(prefix):
            return whole.removeprefix(prefix)
    return whole

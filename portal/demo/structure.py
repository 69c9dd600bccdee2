"""The places: regions, their units and positions, scaled to a number of people.

What each place looks like stands in ``data/<region>.toml``; here it becomes rows in the importer's
format, and seats to be filled by ``people``.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from portal.demo.names import DATA

SINCE = date(2025, 1, 1)
"""Since when units and positions of the demo exist."""
REGION_HEAD = "kepala_daerah"
_JOB_CLASS = {
    "jpt_pratama": 14,
    "administrator": 12,
    "pengawas": 9,
    "pelaksana": 6,
    "ahli madya": 12,
    "ahli muda": 10,
    "ahli pertama": 8,
    "terampil": 6,
}


@dataclass
class Group:
    """Posts of one kind in one unit: ``n`` of them where all regions together have 300 people."""

    unit: str
    number: int
    title: str
    kind: str
    n: int = 0
    least: int = 0
    head: bool = False
    echelon: str = ""
    level: str = ""
    plan: str = ""
    prof: str = ""
    who: str = ""
    key: str = ""
    vacant: bool = False
    fixed: bool = False
    """Never more than ``n``, however many people there are."""
    filled: int = 0

    @property
    def grows(self) -> bool:
        """Whether more people than usual find a seat here."""
        return self.n > 0 and not self.head and not self.fixed


@dataclass(frozen=True)
class Seat:
    """One position, with or without somebody in it."""

    code: str
    unit: str
    title: str
    kind: str
    head: bool
    echelon: str
    level: str
    plan: str
    prof: str
    who: str
    vacant: bool


@dataclass
class Place:
    """A region with its units and seats."""

    key: str
    about: Mapping[str, Any]
    """The region's row of ``regions.toml``: code, slug, name, zone, accent, appraiser."""
    places: list[str]
    targets: Mapping[str, str]
    units: list[dict[str, object]] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Who acts, leaves, moves and holds a grant, as it stands in the region's file."""

    @property
    def scale(self) -> Decimal:
        """How large amounts are here, beside those of the largest region."""
        return Decimal(self.about["scale"])

    def seat_of(self, who: str) -> Seat | None:
        """The seat of somebody whom the story names, if the demo is large enough to have one."""
        return next((seat for seat in self.seats if seat.who == who), None)

    def unit_rows(self) -> list[dict[str, object]]:
        """The table of units in the importer's format."""
        return self.units

    def position_rows(self) -> list[dict[str, object]]:
        """The table of positions in the importer's format."""
        return [
            {
                "kode_jabatan": seat.code,
                "nama_jabatan": seat.title,
                "kode_unit": seat.unit,
                "jenis_jabatan": seat.kind,
                "pimpinan": seat.head,
                "eselon": seat.echelon,
                "jenjang": seat.level,
                "kelas": _JOB_CLASS.get(seat.level) or _JOB_CLASS.get(seat.kind),
                "mulai": SINCE,
            }
            for seat in self.seats
        ]


@cache
def described(name: str) -> dict[str, Any]:
    """One file of ``data``."""
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def parents() -> list[dict[str, Any]]:
    """The regions above, which are only named."""
    return described("regions")["parent"]


def make(people: int = 300) -> list[Place]:
    """The five regions for ``people`` employees together, the largest with 45 per cent."""
    regions = described("regions")["region"]
    shares = [region["share"] for region in regions]
    wanted = _split(people, shares)
    return [_place(region, count) for region, count in zip(regions, wanted, strict=True)]


def _place(about: Mapping[str, Any], people: int) -> Place:
    text = described(about["key"])
    place = Place(about["key"], about, text["places"], text.get("targets", {}))
    listed = {unit["code"]: unit for unit in _listed(text.get("list"))}
    for unit in text["unit"]:
        listed[unit["code"]] = {**listed.get(unit["code"], {}), **unit}
    for unit in listed.values():
        place.units.append(
            {
                "kode_unit": unit["code"],
                "nama": unit["name"],
                "jenis": unit["kind"],
                "kode_induk": unit.get("parent", ""),
                "perangkat_daerah": unit.get("agency", False),
                "unit_mandiri": unit.get("independent", False),
                "hari_kerja": unit.get("week", 5),
                "mulai": SINCE,
            }
        )
        for number, post in enumerate(unit.get("posts", ()), 1):
            place.groups.append(Group(unit["code"], number, **post))
    _fill(place, people)
    place.seats = [seat for group in place.groups for seat in _seats(group)]
    place.events = {name: text.get(name, []) for name in ("acting", "leaving", "moving", "grant")}
    return place


def _listed(about: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
    """Units that a list names, such as the puskesmas of a city."""
    if about is None:
        return
    common = {key: value for key, value in about.items() if key != "file"}
    with (DATA / about["file"]).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {"code": row["kode"], "name": row["nama"], **common}


def _fill(place: Place, people: int) -> None:
    """Decide how many seats of each group have somebody in them."""
    groups = [group for group in place.groups if group.n]
    least = [group.least for group in groups]
    full = [group.n for group in groups]
    if people <= sum(full):
        extra = _split(max(people - sum(least), 0), [n - m for n, m in zip(full, least, strict=True)])
        filled = [m + x for m, x in zip(least, extra, strict=True)]
    else:
        extra = _split(people - sum(full), [group.n if group.grows else 0 for group in groups])
        filled = [n + x for n, x in zip(full, extra, strict=True)]
    for group, count in zip(groups, filled, strict=True):
        group.filled = count
    _give_heads(place)


def _give_heads(place: Place) -> None:
    """A unit with people has its head, unless its post is vacant; the seat is taken from the largest group."""
    parent_of = {str(unit["kode_unit"]): str(unit["kode_induk"]) for unit in place.units}
    head_of = {group.unit: group for group in place.groups if group.head and group.n}
    while True:
        inhabited = {group.unit for group in place.groups if group.filled}
        above = {unit for each in inhabited for unit in _upward(each, parent_of)}
        missing = [head_of[unit] for unit in sorted(above) if unit in head_of and not head_of[unit].filled]
        if not missing:
            return
        missing[0].filled = 1
        movable = [group for group in place.groups if group.filled > group.least and not group.head]
        if not movable:
            return
        max(movable, key=lambda group: (group.filled, group.unit != missing[0].unit)).filled -= 1


def _upward(unit: str, parent_of: Mapping[str, str]) -> Iterator[str]:
    while unit:
        yield unit
        unit = parent_of.get(unit, "")


def _seats(group: Group) -> Iterator[Seat]:
    def seat(code: str, who: str) -> Seat:
        return Seat(
            code,
            group.unit,
            group.title,
            group.kind,
            group.head,
            group.echelon,
            group.level,
            group.plan,
            group.prof,
            who,
            group.vacant,
        )

    code = f"{group.unit}-{group.number:02}"
    if group.vacant or group.kind == REGION_HEAD:
        yield seat(code, group.who or group.key)
    elif group.n == 1 and group.filled == 1:
        yield seat(code, group.who)
    else:
        for each in range(1, group.filled + 1):
            yield seat(f"{code}.{each:02}", group.who if each == 1 else "")


def _split(total: int, weights: list[int]) -> list[int]:
    """``total`` shared out by ``weights``, whole, by the largest remainders."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    found = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[: total - sum(found)]:
        found[i] += 1
    return found

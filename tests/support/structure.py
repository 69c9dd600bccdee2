"""A region's structure of any size, made from real lists: Bandung's districts, villages and puskesmas.

The agencies' names are those of another regency, names of people and staff numbers are made up: the
numbers are nobody's (born 1890-1899). Always the same for the same size.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path

from portal.people.imports.formats import write_csv
from portal.people.imports.rules import Kind, column_names

DATA = Path(__file__).resolve().parents[1] / "data" / "org"
SINCE = "2026-01-01"
FIRST = "Adi Bayu Citra Dewi Eka Fajar Gita Hasan Indah Joko Kartika Lestari Made Nur Oktavia Putri Rizki Siti Tono Wati".split()
LAST = "Anggraini Firmansyah Gunawan Hidayat Kurniawan Lubis Maharani Nugroho Pratama Rahayu Saputra Wibowo Yuliana".split()


@dataclass
class Structure:
    """The rows of the three tables."""

    units: list[dict[str, str]] = field(default_factory=list)
    positions: list[dict[str, str]] = field(default_factory=list)
    employees: list[dict[str, str]] = field(default_factory=list)

    def rows(self, kind: Kind) -> list[dict[str, str]]:
        """The rows of one kind."""
        return {Kind.UNIT: self.units, Kind.POSITION: self.positions, Kind.EMPLOYEE: self.employees}[kind]

    def write(self, folder: Path) -> dict[Kind, Path]:
        """Write the tables as CSV files."""
        paths = {kind: folder / f"{kind.value}.csv" for kind in Kind}
        for kind, path in paths.items():
            path.write_bytes(write_csv(column_names(kind), self.rows(kind)))
        return paths


def read(name: str) -> list[dict[str, str]]:
    """A list of ``tests/data/org``."""
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def make(people: int = 5000) -> Structure:
    """A city with its real districts, villages and puskesmas, and ``people`` who each hold a position."""
    made = Structure()
    _add_units(made)
    _add_positions(made, people)
    _add_employees(made)
    return made


def _add_units(made: Structure) -> None:
    region = read("kota_bandung.csv")
    _unit(made, "PEMKOT", "Pemerintah Kota Bandung", "pemerintah", "")
    agencies = [row["nama_dibetulkan"].title() for row in read("opd_kab_pati.csv")]
    for number, name in enumerate(
        (name for name in agencies if not name.startswith(("Kecamatan", "Upt"))), 1
    ):
        code = f"{number:02}"
        _unit(made, code, name, name.split()[0].casefold(), "PEMKOT", agency=True)
        if name.startswith(("Dinas", "Badan")):
            for part, title in enumerate(("Sekretariat", "Bidang Perencanaan", "Bidang Pelayanan"), 1):
                _unit(made, f"{code}.{part}", f"{title} {name}", "bidang", code)
        if name == "Dinas Kesehatan":
            for row in read("puskesmas_kota_bandung.csv"):
                title = f"Puskesmas {row['nama'].title()}"
                _unit(made, row["kode_puskesmas"], title, "puskesmas", code, independent=True, week="6")
    for row in region:
        if row["tingkat"] == "kecamatan":
            _unit(made, row["kode"], f"Kecamatan {row['nama']}", "kecamatan", "PEMKOT", agency=True)
        elif row["tingkat"] == "desa_kelurahan":
            _unit(made, row["kode"], f"Kelurahan {row['nama']}", "kelurahan", row["kode_induk"])


def _unit(
    made: Structure,
    code: str,
    name: str,
    kind: str,
    parent: str,
    *,
    agency: bool = False,
    independent: bool = False,
    week: str = "5",
) -> None:
    made.units.append(
        {
            "kode_unit": code,
            "nama": name,
            "jenis": kind,
            "kode_induk": parent,
            "perangkat_daerah": "ya" if agency else "tidak",
            "unit_mandiri": "ya" if independent else "tidak",
            "hari_kerja": week,
            "mulai": SINCE,
        }
    )


def _add_positions(made: Structure, people: int) -> None:
    posts = {
        "pemerintah": ("Wali Kota", "kepala_daerah", ""),
        "kecamatan": ("Camat", "administrator", "III.a"),
        "kelurahan": ("Lurah", "pengawas", "IV.a"),
        "puskesmas": ("Kepala Puskesmas", "jf", ""),
        "bidang": ("Kepala", "administrator", "III.b"),
    }
    for unit in made.units:
        title, kind, echelon = posts.get(unit["jenis"], ("Kepala", "jpt_pratama", "II.b"))
        _position(made, f"{unit['kode_unit']}-K", title, unit, kind, head=True, echelon=echelon)
    below = [unit for unit in made.units if unit["kode_unit"] != "PEMKOT"]
    for number, unit in enumerate(cycle(below)):
        if len(made.positions) >= people:
            break
        kind = "jf" if unit["jenis"] == "puskesmas" else "pelaksana"
        _position(made, f"{unit['kode_unit']}-{number:05}", f"Pelaksana {number}", unit, kind)


def _position(
    made: Structure,
    code: str,
    title: str,
    unit: dict[str, str],
    kind: str,
    *,
    head: bool = False,
    echelon: str = "",
) -> None:
    made.positions.append(
        {
            "kode_jabatan": code,
            "nama_jabatan": title,
            "kode_unit": unit["kode_unit"],
            "jenis_jabatan": kind,
            "pimpinan": "ya" if head else "tidak",
            "eselon": echelon,
            "kelas": "7",
            "mulai": SINCE,
        }
    )


def _add_employees(made: Structure) -> None:
    for number, post in enumerate(made.positions):
        outsider = post["jenis_jabatan"] == "kepala_daerah"
        made.employees.append(
            {
                "nip": "" if outsider else staff_number(number),
                "nama": f"{FIRST[number % len(FIRST)]} {LAST[number * 7 % len(LAST)]}",
                "gelar_belakang": "S.E." if number % 3 else "",
                "status": "non_asn" if outsider else "pns",
                "golongan": "" if outsider else "III/a",
                "kode_jabatan": post["kode_jabatan"],
                "tmt_jabatan": SINCE,
                "surel": f"pegawai{number}@contoh.example",
            }
        )


def staff_number(number: int) -> str:
    """A staff number that is nobody's: well-formed, born 1890-1899."""
    born = date(1890, 1, 1) + timedelta(days=number % 3650)
    return f"{born:%Y%m%d}{1920 + number % 6}{number % 12 + 1:02}{number % 2 + 1}{number // 3650 + 1:03}"

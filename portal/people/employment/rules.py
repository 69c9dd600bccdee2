"""What an employee is: status, staff number, rank, and the dates of a tenure.

Sources: design paper ``rules.md`` §9 (digits of NIP and NI PPPK; minimum age PP 11/2017 Ps. 23), its
test vectors TV-8, decisions 14.4 (dated facts) and 14.32 (demo numbers). A staff number discloses
birth date and sex: it never goes into an address or a log, and no right is derived from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from portal.kernel.refusal import N_, Refusal


class EmploymentStatus(StrEnum):
    """Status kepegawaian."""

    PNS = "pns"
    CPNS = "cpns"
    PPPK = "pppk"
    PPPK_PART_TIME = "pppk_paruh_waktu"


class PostKind(StrEnum):
    """Jenis jabatan: what form a plan has and which deadlines of follow-up apply hang on it."""

    SENIOR = "jpt_pratama"
    ADMINISTRATOR = "administrator"
    SUPERVISOR = "pengawas"
    STAFF = "pelaksana"
    FUNCTIONAL = "jf"
    REGION_HEAD = "kepala_daerah"


class ActingKind(StrEnum):
    """Holding a position without being appointed to it; gives no right to assess by itself."""

    PLT = "plt"
    PLH = "plh"


class AbsenceKind(StrEnum):
    """Why somebody doesn't work in the own post for a time."""

    LEAVE = "cuti"
    UNPAID_LEAVE = "cltn"
    STUDY = "tugas_belajar"
    SECONDED = "penugasan"
    PRE_RETIREMENT = "mpp"
    SUSPENDED = "diberhentikan_sementara"


LABELS: dict[StrEnum, str] = {
    AbsenceKind.LEAVE: N_("Cuti"),
    AbsenceKind.UNPAID_LEAVE: N_("Cuti di luar tanggungan negara"),
    AbsenceKind.STUDY: N_("Tugas belajar"),
    AbsenceKind.SECONDED: N_("Penugasan di instansi lain"),
    AbsenceKind.PRE_RETIREMENT: N_("Masa persiapan pensiun"),
    AbsenceKind.SUSPENDED: N_("Diberhentikan sementara"),
    EmploymentStatus.PNS: N_("PNS"),
    EmploymentStatus.CPNS: N_("CPNS"),
    EmploymentStatus.PPPK: N_("PPPK"),
    EmploymentStatus.PPPK_PART_TIME: N_("PPPK Paruh Waktu"),
    PostKind.SENIOR: N_("JPT Pratama"),
    PostKind.ADMINISTRATOR: N_("Administrator"),
    PostKind.SUPERVISOR: N_("Pengawas"),
    PostKind.STAFF: N_("Pelaksana"),
    PostKind.FUNCTIONAL: N_("Jabatan Fungsional"),
    PostKind.REGION_HEAD: N_("Kepala Daerah"),
    ActingKind.PLT: N_("Plt"),
    ActingKind.PLH: N_("Plh"),
}
"""The official word for each value."""

RANKS: dict[str, str] = {
    "I/a": "Juru Muda",
    "I/b": "Juru Muda Tingkat I",
    "I/c": "Juru",
    "I/d": "Juru Tingkat I",
    "II/a": "Pengatur Muda",
    "II/b": "Pengatur Muda Tingkat I",
    "II/c": "Pengatur",
    "II/d": "Pengatur Tingkat I",
    "III/a": "Penata Muda",
    "III/b": "Penata Muda Tingkat I",
    "III/c": "Penata",
    "III/d": "Penata Tingkat I",
    "IV/a": "Pembina",
    "IV/b": "Pembina Tingkat I",
    "IV/c": "Pembina Utama Muda",
    "IV/d": "Pembina Utama Madya",
    "IV/e": "Pembina Utama",
}
"""Rank code (golongan ruang) of PNS and CPNS, lowest first, with the rank's name (pangkat)."""

PPPK_GRADES: tuple[str, ...] = (
    *("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"),
    *("X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII"),
)
"""Golongan of PPPK, lowest first; they have no rank name."""

_CONTRACT = (EmploymentStatus.PPPK, EmploymentStatus.PPPK_PART_TIME)
_LEAST_AGE = 18
_FIRST_BIRTH_YEAR = 1890
_DEMO_BIRTH_YEARS = range(1890, 1900)


@dataclass(frozen=True)
class StaffNumber:
    """What a well-formed staff number says. ``month`` is that of the appointment, unknown for PPPK,
    whose digits 13-14 are a ``code`` (sources differ on its meaning, so nothing is read into it).
    """

    born: date
    year: int
    month: int | None
    code: str
    sex: str
    serial: str


def clean_staff_number(text: str) -> str:
    """``text`` without blanks and without the apostrophe by which spreadsheets keep digits as text."""
    return "".join(text.split()).lstrip("'\u2019`")


def staff_number_problem(text: str, status: EmploymentStatus) -> Refusal | None:
    """Why ``text`` can't be the staff number of somebody with ``status``; ``None`` when it can."""
    number = clean_staff_number(text)
    if not re.fullmatch("[0-9]*", number):
        return Refusal("staff_number.characters", N_("NIP/NI PPPK hanya terdiri atas angka 0 sampai 9."))
    if len(number) != 18:
        return Refusal(
            "staff_number.length",
            N_("NIP/NI PPPK terdiri atas 18 angka. Anda menulis %(n)s."),
            {"n": len(number)},
        )
    born = _date_of(number[:8])
    if born is None:
        return Refusal(
            "staff_number.birth_date",
            N_("Delapan angka pertama NIP/NI PPPK harus tanggal lahir yang ada, misalnya 19860926."),
        )
    year, month = int(number[8:12]), int(number[12:14])
    contract = status in _CONTRACT
    if not contract and not 1 <= month <= 12:
        return Refusal(
            "staff_number.month",
            N_("Angka ke-13 dan ke-14 NIP adalah bulan pengangkatan, 01 sampai 12. Anda menulis %(month)s."),
            {"month": number[12:14]},
        )
    # The day of appointment isn't known: whoever turns 18 within that month (PPPK: year) passes.
    appointed, of_age = (year, 0), (born.year + _LEAST_AGE, 0)
    if not contract:
        appointed, of_age = (year, month), (born.year + _LEAST_AGE, born.month)
    if appointed < of_age:
        return Refusal(
            "staff_number.age",
            N_(
                "Menurut NIP/NI PPPK ini pegawai diangkat sebelum berumur 18 tahun. Periksa tanggal lahir dan tahunnya."
            ),
        )
    if number[14] not in "12":
        return Refusal(
            "staff_number.sex",
            N_("Angka ke-15 NIP/NI PPPK harus 1 (laki-laki) atau 2 (perempuan). Anda menulis %(digit)s."),
            {"digit": number[14]},
        )
    if number[15:] == "000":
        return Refusal(
            "staff_number.serial", N_("Tiga angka terakhir NIP/NI PPPK adalah nomor urut, mulai dari 001.")
        )
    return None


def read_staff_number(text: str, status: EmploymentStatus) -> StaffNumber:
    """What ``text`` says. Raises ``ValueError`` when ``staff_number_problem`` has something to say."""
    problem = staff_number_problem(text, status)
    if problem is not None:
        raise ValueError(problem.code)
    number = clean_staff_number(text)
    contract = status in _CONTRACT
    return StaffNumber(
        born=date.fromisoformat(f"{number[:4]}-{number[4:6]}-{number[6:8]}"),
        year=int(number[8:12]),
        month=None if contract else int(number[12:14]),
        code=number[12:14] if contract else "",
        sex="L" if number[14] == "1" else "P",
        serial=number[15:],
    )


def staff_number_warning(text: str) -> Refusal | None:
    """A doubt about a well-formed number: demo numbers (born 1890-1899) don't belong into real data."""
    number = clean_staff_number(text)
    if re.fullmatch("[0-9]{18}", number) and int(number[:4]) in _DEMO_BIRTH_YEARS:
        return Refusal(
            "staff_number.demo",
            N_("Nomor ini nomor peraga (tahun lahir %(year)s). Pastikan berkas Anda bukan data contoh."),
            {"year": number[:4]},
        )
    return None


def formatted(text: str) -> str:
    """A staff number as it is printed: ``19860926 201505 1 901``; other texts unchanged."""
    number = clean_staff_number(text)
    if len(number) != 18:
        return text
    return f"{number[:8]} {number[8:14]} {number[14]} {number[15:]}"


def masked(text: str) -> str:
    """A staff number of which only the serial can be read; nothing at all of a shorter text."""
    number = clean_staff_number(text)
    if len(number) != 18:
        return "•" * len(number)
    return f"•••••••• •••••• • {number[15:]}"


def rank_problem(code: str, status: EmploymentStatus) -> Refusal | None:
    """Why ``code`` is no rank code for ``status``; ``None`` when it is one."""
    if status in _CONTRACT:
        if code in PPPK_GRADES:
            return None
        return Refusal(
            "rank.pppk", N_("Golongan PPPK ditulis I sampai XVII. Anda menulis %(code)s."), {"code": code}
        )
    if code in RANKS:
        return None
    return Refusal(
        "rank.pns", N_("Golongan ruang ditulis I/a sampai IV/e. Anda menulis %(code)s."), {"code": code}
    )


def rank_name(code: str) -> str:
    """``Penata (III/c)`` for PNS, the grade itself for PPPK, the text itself when unknown."""
    return f"{RANKS[code]} ({code})" if code in RANKS else code


def rank_title(status: EmploymentStatus) -> str:
    """What a form calls the rank: PPPK have a grade alone, neither pangkat nor ruang."""
    return N_("Golongan") if status in _CONTRACT else N_("Pangkat/gol. ruang")


def number_title(status: EmploymentStatus) -> str:
    """What a form calls the staff number."""
    return N_("NI PPPK") if status in _CONTRACT else N_("NIP")


# ---------------------------------------------------------------------------------- dated facts


def overlaps(a_begins: date, a_ends: date | None, b_begins: date, b_ends: date | None) -> bool:
    """Whether two half-open stretches of days share a day; ``None`` as an end means still open."""
    begins = max(a_begins, b_begins)
    ends = min(end for end in (a_ends, b_ends, date.max) if end is not None)
    return begins < ends or (begins == date.max and a_ends is None and b_ends is None)


def covers(begins: date, ends: date | None, day: date) -> bool:
    """Whether ``day`` lies in the half-open stretch."""
    return begins <= day and (ends is None or day < ends)


class TenureLike(Protocol):
    """What a tenure must offer to be checked against others."""

    @property
    def begins(self) -> date:
        """First day."""

    @property
    def ends(self) -> date | None:
        """First day after it; ``None`` while it lasts."""


def tenure_overlap(begins: date, ends: date | None, others: Iterable[TenureLike]) -> Refusal | None:
    """Why a definitive tenure from ``begins`` until before ``ends`` can't stand beside ``others``.

    ``others`` are the person's other definitive tenures, or those of the position. Acting for somebody
    (Plt, Plh) beside one's own post is allowed: such tenures are not passed.
    """
    if ends is not None and ends <= begins:
        return Refusal("tenure.upside_down", N_("Tanggal berakhir harus sesudah tanggal mulai."))
    for other in others:
        if overlaps(begins, ends, other.begins, other.ends):
            return Refusal(
                "tenure.overlap",
                N_("Masa jabatan ini bertumpuk dengan masa jabatan lain yang mulai %(begins)s."),
                {"begins": other.begins},
            )
    return None


def _date_of(digits: str) -> date | None:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
    return day if day.year >= _FIRST_BIRTH_YEAR else None

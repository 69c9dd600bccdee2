"""What a table of units, positions or employees looks like, cell by cell, and what is wrong with one.

Three kinds of table carry a region's structure and people (decisions §4, 14.3, 14.4, 14.26). Headings are
recognised in any order and writing. A cell is read into a value or refused in words beside its row. What
rows mean together, and against what is stored, is decided in ``checks``. The format is described for its
users in ``docs/import.md``.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from portal.kernel.exact import NotANumber, parse_number
from portal.kernel.refusal import N_, Refusal
from portal.kernel.texts import clean_line
from portal.kernel.workflow import Transition, Workflow
from portal.people.employment.rules import LABELS as POST_LABELS
from portal.people.employment.rules import (
    PPPK_GRADES,
    RANKS,
    ActingKind,
    EmploymentStatus,
    PostKind,
    clean_staff_number,
)

MAX_BYTES = 20 * 1024 * 1024
"""The largest file that is read."""
MAX_UNPACKED = 200 * 1024 * 1024
"""The largest workbook when unpacked."""
MAX_ROWS = 100_000
"""As many as the largest region has people; reading so many takes some hundred megabytes."""
APPLY_CHUNK = 2000
"""Rows of a batch that is applied whole or not at all; a larger one goes through the door in parts."""
MAX_COLUMNS = 100
"""A table has a dozen columns; a stray cell far to the right would cost memory for all between."""
CHUNK = 500
"""Rows staged in one opening of the door."""
KEPT_CELL = 2000
"""So many characters of a cell are kept for mending."""


class Kind(StrEnum):
    """What a table lists."""

    UNIT = "unit"
    POSITION = "jabatan"
    EMPLOYEE = "pegawai"


class RowAction(StrEnum):
    """What applying a row does."""

    JOIN = "masuk"
    CHANGE = "ubah"
    LEAVE = "keluar"
    SAME = "sama"
    BAD = "salah"


class Difference(StrEnum):
    """What a row means to its reader: ``RowAction``, with changes told apart."""

    JOINS = "masuk"
    LEAVES = "keluar"
    MOVES = "pindah"
    RENAMED = "ganti_nama"
    CHANGES = "ubah"
    SAME = "sama"
    BAD = "salah"


class BatchState(StrEnum):
    """Where an uploaded table stands."""

    CHECKING = "diperiksa"
    DENIED = "ditolak"
    READY = "siap"
    APPLYING = "sedang_diterapkan"
    APPLIED = "diterapkan"
    UNDONE = "ditarik"
    DROPPED = "dibatalkan"


LABELS: dict[StrEnum, str] = {
    Kind.UNIT: N_("Unit"),
    Kind.POSITION: N_("Jabatan"),
    Kind.EMPLOYEE: N_("Pegawai"),
    Difference.JOINS: N_("Masuk daftar"),
    Difference.LEAVES: N_("Keluar daftar"),
    Difference.MOVES: N_("Pindah"),
    Difference.RENAMED: N_("Ganti nama"),
    Difference.CHANGES: N_("Berubah"),
    Difference.SAME: N_("Sama"),
    Difference.BAD: N_("Salah"),
    BatchState.CHECKING: N_("Diperiksa"),
    BatchState.DENIED: N_("Tidak terbaca"),
    BatchState.READY: N_("Menunggu keputusan Anda"),
    BatchState.APPLYING: N_("Sedang diterapkan"),
    BatchState.APPLIED: N_("Diterapkan"),
    BatchState.UNDONE: N_("Ditarik kembali"),
    BatchState.DROPPED: N_("Tidak jadi"),
}
"""The words for each value."""


def batch_workflow(name: str, *, apply_if: str, failed: str, undo_if: str) -> Workflow:
    """The way of an uploaded table from its check on; what its room looks at at single steps, in words."""
    manager = "pengelola daerah"
    return Workflow(
        name,
        tuple(state.value for state in BatchState),
        (
            Transition("finish_check", ("diperiksa",), "siap", "sistem"),
            Transition("deny", ("diperiksa",), "ditolak", "sistem", "berkas tidak dapat dibaca"),
            Transition("apply", ("siap",), "sedang_diterapkan", manager, apply_if),
            Transition("finish_apply", ("sedang_diterapkan",), "diterapkan", "sistem"),
            Transition("fail_apply", ("sedang_diterapkan",), "siap", "sistem", failed),
            Transition("undo", ("diterapkan",), "ditarik", manager, undo_if),
            Transition("drop", ("diperiksa", "siap"), "dibatalkan", manager),
        ),
    )


WORKFLOW = batch_workflow(
    "imports",
    apply_if="struktur tidak berubah sejak diperiksa",
    failed="belum ada yang berubah",
    undo_if="belum ada yang bergantung padanya",
)

NOT_ASN = "non_asn"
"""The status of somebody who holds a post without being a civil servant, such as a region's head."""

LOST_DIGITS = Refusal(
    "import.rounded",
    N_(
        "Nomor ini sudah dibulatkan oleh aplikasi lembar sebar (%(text)s). "
        "Jadikan kolom nip teks, lalu isi lagi nomornya."
    ),
)


@dataclass(frozen=True)
class Problem:
    """Something that is wrong, or doubtful, in one column of a row (``""`` for the row as a whole)."""

    column: str
    refusal: Refusal

    def as_data(self) -> dict[str, object]:
        """The problem as plain JSON, for staging."""
        params = {
            name: value if isinstance(value, int) else str(value)
            for name, value in self.refusal.params.items()
        }
        return {
            "column": self.column,
            "code": self.refusal.code,
            "message": self.refusal.message,
            "params": params,
        }


def refusal_data(refusal: Refusal) -> dict[str, object]:
    """A refusal with its parts as plain JSON, for keeping with a batch."""
    return {
        **Problem("", refusal).as_data(),
        "parts": [Problem("", part).as_data() for part in refusal.parts],
    }


def refusal_of(data: Mapping[str, Any]) -> Refusal:
    """A kept refusal or staged problem as the refusal that it was."""
    parts = tuple(map(refusal_of, data.get("parts", ())))
    return Refusal(data["code"], data["message"], data["params"], parts=parts)


def words(problem: Mapping[str, object]) -> str:
    """The Indonesian sentence of a staged problem."""
    return str(problem["message"]) % problem["params"]


def row_words(number: int, problem: Mapping[str, object]) -> str:
    """The sentence with its row: ``Baris 12: kode_unit kosong.``"""
    return f"Baris {number}: {words(problem)}"


class BadCell(ValueError):
    """A cell can't be read; ``refusal`` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class Row(NamedTuple):
    """A row as it was read from a file: cleaned texts by column."""

    number: int
    cells: Mapping[str, str]
    surplus: bool = False
    """Whether cells stood to the right of the last heading."""


@dataclass(slots=True)
class Reading:
    """A row whose cells were read: ``values`` of the columns that are there, and what was wrong."""

    row: Row
    values: dict[str, object] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong so far."""
        return not self.problems

    def blame(self, place: str, code: str, message: str, /, **params: object) -> None:
        """Add a problem in the column ``place`` (``""`` for the row as a whole)."""
        self.problems.append(Problem(place, Refusal(f"import.{code}", message, params)))

    def doubt(self, place: str, code: str, message: str, /, **params: object) -> None:
        """Add a warning: the row stays good."""
        self.warnings.append(Problem(place, Refusal(f"import.{code}", message, params)))

    def text(self, column: str) -> str:
        """The value of a text column; empty when the column isn't there or couldn't be read."""
        value = self.values.get(column)
        return value if isinstance(value, str) else ""

    def day(self, column: str) -> date | None:
        """The value of a date column."""
        value = self.values.get(column)
        return value if isinstance(value, date) else None


DateReader = Callable[[str], date | None]
CellReader = Callable[[str, "Column", DateReader], object]


@dataclass(frozen=True)
class Column:
    """A column: ``required`` in the headings, ``filled`` in every row."""

    name: str
    read: CellReader
    required: bool = False
    filled: bool = False
    limit: int = 200
    aliases: tuple[str, ...] = ()
    about: str = ""


def clip(text: str, limit: int = 40) -> str:
    """``text`` short enough to be quoted in a message."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def shown(value: object) -> str:
    """A value as the format writes it, so that reading it again gives the same value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


# ------------------------------------------------------------------------------ reading a cell


def text_cell(text: str, column: Column, _date: DateReader) -> object:
    if len(text) > column.limit:
        raise BadCell(
            Refusal(
                "import.long",
                N_("%(column)s memuat %(n)s huruf; paling panjang %(limit)s."),
                {"column": column.name, "n": len(text), "limit": column.limit},
            )
        )
    return text


def _kind_word(text: str, column: Column, date_of: DateReader) -> object:
    return text_cell(text.casefold(), column, date_of)


def yes_no_cell(text: str, column: Column, _date: DateReader) -> object:
    plain = text.casefold()
    if plain in ("ya", "y", "1", "true", "benar"):
        return True
    if plain in ("", "tidak", "tdk", "t", "n", "0", "false", "salah", "-"):
        return False
    raise BadCell(
        Refusal(
            "import.yes_no",
            N_("%(column)s diisi ya atau tidak. Anda menulis %(text)s."),
            {"column": column.name, "text": clip(text)},
        )
    )


def _week(text: str, column: Column, _date: DateReader) -> object:
    if not text:
        return 5
    number = _whole(text)
    if number in (5, 6):
        return number
    raise BadCell(
        Refusal(
            "import.week",
            N_("%(column)s diisi 5 atau 6. Anda menulis %(text)s."),
            {"column": column.name, "text": clip(text)},
        )
    )


def _job_class(text: str, column: Column, _date: DateReader) -> object:
    if not text:
        return None
    number = _whole(text)
    if number is not None and 1 <= number <= 17:
        return number
    raise BadCell(
        Refusal(
            "import.job_class",
            N_("%(column)s diisi bilangan bulat 1 sampai 17. Anda menulis %(text)s."),
            {"column": column.name, "text": clip(text)},
        )
    )


def _whole(text: str) -> int | None:
    try:
        number = parse_number(text)
    except NotANumber:
        return None
    return int(number) if number == int(number) else None


def date_cell(text: str, column: Column, date_of: DateReader) -> object:
    if not text:
        return None
    day = date_of(text)
    if day is None:
        raise BadCell(
            Refusal(
                "import.date",
                N_("%(column)s: tanggal %(text)s tidak ada. Contoh: 28 Februari 2027."),
                {"column": column.name, "text": clip(text)},
            )
        )
    return day


def number_cell(text: str, column: Column, _date: DateReader) -> object:
    if re.fullmatch(r"\d(?:[.,]\d+)?[eE]\+?\d+", text):
        raise BadCell(Refusal(LOST_DIGITS.code, LOST_DIGITS.message, {"text": clip(text)}))
    return clean_staff_number(text)


def _rank(text: str, _column: Column, _date: DateReader) -> object:
    return _RANK_WORDS.get("".join(c for c in text.casefold() if c.isalnum()), clip(text))


def _email(text: str, column: Column, _date: DateReader) -> object:
    plain = text.casefold()
    if not plain:
        return ""
    if (
        len(plain) <= column.limit
        and plain.isascii()
        and re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}", plain)
    ):
        return plain
    raise BadCell(
        Refusal(
            "import.email",
            N_("%(column)s ditulis seperti nama@instansi.go.id. Anda menulis %(text)s."),
            {"column": column.name, "text": clip(text)},
        )
    )


def choice_cell(members: Mapping[str, str], empty: str | None = None) -> CellReader:
    allowed = ", ".join(dict.fromkeys(members.values()))

    def read(text: str, column: Column, _date: DateReader) -> object:
        if not text and empty is not None:
            return empty
        found = members.get(normal(text))
        if found is None:
            raise BadCell(
                Refusal(
                    "import.choice",
                    N_("%(column)s diisi salah satu dari: %(allowed)s. Anda menulis %(text)s."),
                    {"column": column.name, "allowed": allowed, "text": clip(text)},
                )
            )
        return found

    return read


def normal(text: str) -> str:
    """A heading or key without case, blanks, marks and underscores."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if c.isascii() and c.isalnum())


def _members(kind: Iterable[StrEnum], **more: str) -> dict[str, str]:
    found = {normal(member.value): member.value for member in kind}
    found |= {normal(POST_LABELS[member]): member.value for member in kind}
    return found | more


_POST_KINDS = _members(PostKind, fungsional="jf", jabatanfungsional="jf", jft="jf", jpt="jpt_pratama")
_STATUSES = _members(EmploymentStatus) | {
    normal(NOT_ASN): NOT_ASN,
    "p3k": "pppk",
    "pppkpw": "pppk_paruh_waktu",
    "p3kparuhwaktu": "pppk_paruh_waktu",
}
_ACTING = _members(ActingKind) | {"definitif": "", "tidak": ""}
_RANK_WORDS = {"".join(c for c in rank.casefold() if c.isalnum()): rank for rank in (*PPPK_GRADES, *RANKS)}


# ------------------------------------------------------------------------------ columns

COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.UNIT: (
        Column("kode_unit", text_cell, True, True, 40, ("kode",), N_("Kode unit, satu untuk setiap unit di daerah ini.")),
        Column("nama", text_cell, True, True, 200, ("nama_unit",), N_("Nama resmi.")),
        Column("nama_en", text_cell, about=N_("Nama dalam bahasa Inggris.")),
        Column("jenis", _kind_word, True, True, 40, ("jenis_unit",), N_("Misalnya dinas, badan, kecamatan, puskesmas.")),
        Column("kode_induk", text_cell, True, limit=40, aliases=("induk", "kode_unit_induk"),
               about=N_("Kode unit di atasnya; kosong untuk puncak daerah.")),
        Column("perangkat_daerah", yes_no_cell, True, aliases=("opd",), about=N_("ya bila unit ini perangkat daerah.")),
        Column("unit_mandiri", yes_no_cell, about=N_("ya bila unit kerja mandiri: dinilai sebagai organisasi tersendiri.")),
        Column("hari_kerja", _week, about=N_("5 atau 6 hari seminggu; kosong berarti 5.")),
        Column("mulai", date_cell, aliases=("tanggal_mulai",),
               about=N_("Sejak kapan unit ini berada di bawah induknya; kosong berarti tanggal berlaku.")),
    ),
    Kind.POSITION: (
        Column("kode_jabatan", text_cell, True, True, 60, ("kode",), N_("Kode jabatan; satu kode satu kursi.")),
        Column("nama_jabatan", text_cell, True, True, 200, ("nama", "jabatan"), N_("Nama resmi jabatan.")),
        Column("kode_unit", text_cell, True, True, 40, ("unit",), N_("Unit tempat jabatan ini.")),
        Column("jenis_jabatan", choice_cell(_POST_KINDS), True, True, aliases=("jenis",),
               about=N_("jpt_pratama, administrator, pengawas, pelaksana, jf, atau kepala_daerah.")),
        Column("pimpinan", yes_no_cell, True, about=N_("ya bila jabatan ini memimpin unitnya; satu untuk setiap unit.")),
        Column("eselon", text_cell, limit=10, about=N_("Misalnya II.b.")),
        Column("jenjang", text_cell, limit=40, about=N_("Jenjang jabatan fungsional, misalnya ahli muda.")),
        Column("kelas", _job_class, aliases=("kelas_jabatan",), about=N_("Kelas jabatan 1 sampai 17.")),
        Column("kode_jabatan_penilai", text_cell, limit=60, aliases=("penilai",),
               about=N_("Jabatan penilai, hanya bila berbeda dari yang ditunjukkan struktur.")),
        Column("mulai", date_cell, aliases=("tanggal_mulai",), about=N_("Sejak kapan jabatan ini ada.")),
    ),
    Kind.EMPLOYEE: (
        Column("nip", number_cell, True, limit=30, aliases=("nip_ni_pppk", "nip_nipppk", "nipppk", "ni_pppk"),
               about=N_("18 angka; kosong hanya untuk status non_asn.")),
        Column("nama", text_cell, True, True, 200, ("nama_pegawai", "nama_lengkap"), N_("Nama tanpa gelar.")),
        Column("gelar_depan", text_cell, limit=60, about=N_("Misalnya dr. atau Ir.")),
        Column("gelar_belakang", text_cell, limit=100, about=N_("Misalnya S.E., M.Si.")),
        Column("status", choice_cell(_STATUSES), True, True, aliases=("status_kepegawaian",),
               about=N_("pns, cpns, pppk, pppk_paruh_waktu, atau non_asn (misalnya kepala daerah).")),
        Column("golongan", _rank, limit=10, aliases=("golongan_ruang", "gol"),
               about=N_("I/a sampai IV/e; PPPK I sampai XVII.")),
        Column("kode_jabatan", text_cell, True, True, 60, ("jabatan",), N_("Jabatan yang dipangku.")),
        Column("plt_plh", choice_cell(_ACTING, ""), about=N_("Kosong untuk pejabat definitif; plt atau plh.")),
        Column("nomor_surat", text_cell, limit=100, aliases=("no_surat",), about=N_("Surat keputusan atau perintah.")),
        Column("delegasi_menilai", yes_no_cell, aliases=("delegasi",),
               about=N_("ya bila kewenangan menilai jabatan itu didelegasikan kepadanya; perlu nomor_surat.")),
        Column("tmt_jabatan", date_cell, aliases=("tmt",), about=N_("Hari pertama memangku jabatan.")),
        Column("sampai", date_cell, aliases=("sampai_dengan",),
               about=N_("Hari terakhir memangku jabatan; kosong selama masih menjabat.")),
        Column("surel", _email, aliases=("email", "e_mail"),
               about=N_("Untuk masuk; disimpan sebagai sidik saja, karena itu tidak ikut diekspor.")),
    ),
}  # fmt: skip
"""The columns of each kind in the order in which they are exported."""

IGNORED = ("baris", "pesan", "keterangan")
"""Columns of the lists of bad rows; left in place they do no harm."""

_PLACE = {Kind.UNIT: "kode_induk", Kind.POSITION: "kode_unit", Kind.EMPLOYEE: "kode_jabatan"}
_NAME = {Kind.UNIT: "nama", Kind.POSITION: "nama_jabatan", Kind.EMPLOYEE: "nama"}


def difference_of(kind: Kind, action: RowAction, before: Mapping[str, str]) -> Difference:
    """What a row with ``action`` means; ``before`` are the stored texts of the columns that change."""
    if action is not RowAction.CHANGE:
        return Difference(action.value)
    if _PLACE[kind] in before:
        return Difference.MOVES
    return Difference.RENAMED if _NAME[kind] in before else Difference.CHANGES


@dataclass(frozen=True)
class Layout:
    """What a table looks like: its word, by which its sheet is looked for, and its columns."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The names of the columns in their order."""
        return [column.name for column in self.columns]

    @cached_property
    def headings(self) -> dict[str, str]:
        """The column that each known heading names."""
        found = {normal(alias): column.name for column in self.columns for alias in column.aliases}
        return (
            found
            | {normal(column.name): column.name for column in self.columns}
            | {name: name for name in IGNORED}
        )


LAYOUTS = {kind: Layout(kind.value, COLUMNS[kind]) for kind in Kind}


def column_names(kind: Kind) -> list[str]:
    """The names of a kind's columns in their order."""
    return LAYOUTS[kind].names


def match_headings(layout: Layout, headings: Sequence[str]) -> tuple[list[str], list[Refusal]]:
    """The column that each heading names (``""`` for none), and what is wrong with the headings."""
    known = layout.headings
    names: list[str] = []
    problems: list[Refusal] = []
    for place, heading in enumerate(headings, 1):
        name = known.get(normal(heading), "")
        if not heading:
            pass
        elif not name:
            problems.append(_unknown(layout, heading))
        elif name in names:
            problems.append(
                Refusal(
                    "import.column_twice",
                    N_(
                        "Kolom %(column)s ada dua kali: kolom ke-%(first)s dan ke-%(second)s. Hapus salah satu."
                    ),
                    {"column": name, "first": names.index(name) + 1, "second": place},
                )
            )
        names.append(name)
    missing = [column.name for column in layout.columns if column.required and column.name not in names]
    if missing:
        found = likely_kind(headings)
        if found is not None:
            return names, [
                Refusal(
                    "import.other_kind",
                    N_("Berkas ini tampaknya daftar %(found)s, bukan daftar %(kind)s."),
                    {"found": found.value, "kind": layout.name},
                )
            ]
        if not any(names):
            return names, [
                Refusal(
                    "import.no_headings",
                    N_("Baris pertama bukan judul kolom. Judul kolom untuk %(kind)s: %(columns)s."),
                    {"kind": layout.name, "columns": ", ".join(layout.names)},
                )
            ]
        problems.append(
            Refusal(
                "import.column_missing",
                N_("Kolom ini belum ada: %(columns)s."),
                {"columns": ", ".join(missing)},
            )
        )
    return names, problems


def likely_kind(headings: Sequence[str]) -> Kind | None:
    """The kind of table whose required columns are all there, if there is one."""
    given = [normal(heading) for heading in headings]
    for kind, layout in LAYOUTS.items():
        found = {layout.headings.get(heading) for heading in given}
        if all(column.name in found for column in layout.columns if column.required):
            return kind
    return None


def is_headings(layout: Layout, cells: Sequence[str]) -> bool:
    """Whether a row below the headings repeats them."""
    filled = [normal(cell) for cell in cells if cell]
    return len(filled) > 1 and sum(cell in layout.headings for cell in filled) * 2 > len(filled)


def _unknown(layout: Layout, heading: str) -> Refusal:
    near = difflib.get_close_matches(normal(clip(heading, 60)), list(layout.headings), 1, 0.75)
    if near:
        return Refusal(
            "import.column_unknown",
            N_("Kolom %(heading)s tidak dikenal. Mungkin maksud Anda %(near)s."),
            {"heading": clip(heading), "near": layout.headings[near[0]]},
        )
    return Refusal(
        "import.column_unknown",
        N_("Kolom %(heading)s tidak dikenal. Hapus kolom itu, atau pakai salah satu judul yang dikenal."),
        {"heading": clip(heading)},
    )


# ------------------------------------------------------------------------------ reading a row


def read_row(layout: Layout, row: Row, date_of: DateReader) -> Reading:
    """Each cell of ``row`` as a value, and each that can't be read as a problem."""
    reading = Reading(row)
    if row.surplus:
        reading.blame("", "surplus", N_("Baris ini berisi lebih banyak sel daripada judul kolom."))
    for column in layout.columns:
        text = row.cells.get(column.name)
        if text is None:
            continue
        if column.filled and not text:
            reading.blame(column.name, "empty_cell", N_("%(column)s kosong."), column=column.name)
            continue
        try:
            reading.values[column.name] = column.read(text, column, date_of)
        except BadCell as bad:
            reading.problems.append(Problem(column.name, bad.refusal))
    return reading


def cell_text(value: object) -> str:
    """A cell's content, whatever a spreadsheet or a program made of it, as cleaned text."""
    if isinstance(value, str) and value.isascii() and value.isprintable() and "  " not in value:
        return value.strip()  # most cells: nothing to clean
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    elif isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return clean_line(shown(value))

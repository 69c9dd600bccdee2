"""What a file of e-Kinerja BKN says, and how it stands to what is recorded here (NEW-24).

The national application keeps the official record; what is recorded there must be equal to what is recorded
here. Its screens aren't public: their order, their columns and their words are data
(``data/ekinerja-bkn.v1.toml``), each with the mark of its source.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from portal.kernel.refusal import N_, Refusal, insist, several
from portal.kernel.texts import fold
from portal.policy.policies.rules import ExpectationRating, OverallRating

NUMBER_TEXT = 100
PROBLEMS_SHOWN = 20


class Outcome(StrEnum):
    """How a recorded rating stands to the national one."""

    DIFFERENT = "berbeda"
    MISSING = "belum_ada"
    SAME = "sama"


class Missing(StrEnum):
    """Where a rating that the other side has isn't recorded yet."""

    NATIONAL = "di_bkn"
    HERE = "di_portal"
    UNKNOWN = "pegawai_tidak_dikenal"


LABELS: dict[StrEnum, str] = {
    Outcome.DIFFERENT: N_("Berbeda"),
    Outcome.MISSING: N_("Belum ada"),
    Outcome.SAME: N_("Sama"),
    Missing.NATIONAL: N_("Belum ada di e-Kinerja BKN"),
    Missing.HERE: N_("Predikat belum disampaikan di portal"),
    Missing.UNKNOWN: N_("Tidak terdaftar pada periode ini di portal"),
}
"""The words for each value."""


@dataclass(frozen=True)
class Screen:
    """One screen of the national application: a table with its columns, key and heading."""

    key: str
    name: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Form:
    """The screens in their order, and the headings and words of its export."""

    version: int
    name: str
    screens: tuple[Screen, ...]
    headings: Mapping[str, str]
    """Plain heading → our column."""
    ratings: Mapping[str, str]
    overall: Mapping[str, str]

    def screen(self, key: str) -> Screen | None:
        """The screen with that key."""
        return next((screen for screen in self.screens if screen.key == key), None)


@cache
def form() -> Form:
    """The form in force: the newest file beside this module."""
    paths = (Path(__file__).parent / "data").glob("ekinerja-bkn.v*.toml")
    told: dict[str, Any] = max(
        (tomllib.loads(path.read_text(encoding="utf-8")) for path in paths), key=lambda each: each["version"]
    )
    return Form(
        told["version"],
        told["name"],
        tuple(
            Screen(each["key"], each["name"], tuple((key, head) for key, head in each["columns"]))
            for each in told["screens"]
        ),
        {
            plain(head): key
            for key, heads in told["headings"].items()
            if isinstance(heads, list)
            for head in heads
        },
        told["words"]["rating"],
        told["words"]["predikat"],
    )


def plain(text: str) -> str:
    """Letters and digits alone, folded: how headings and words are compared."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", fold(text)).split())


@dataclass(frozen=True)
class Verdict:
    """The ratings of one person as one side has them; ``None`` where it says nothing."""

    result: ExpectationRating | None = None
    behaviour: ExpectationRating | None = None
    overall: OverallRating | None = None


@dataclass(frozen=True)
class Theirs:
    """One row of the national export."""

    row: int
    staff_number: str
    name: str
    verdict: Verdict
    number: str = ""
    day: date | None = None


def read(lines: Sequence[Sequence[str]]) -> list[Theirs]:
    """The rows of an export. Raises ``Refused`` with the first faults; nothing is taken of a file with any."""
    start = next((number for number, cells in enumerate(lines) if any(cells)), None)
    heads = [plain(cell) for cell in lines[start]] if start is not None else []
    known = form().headings
    places = {known[head]: place for place, head in enumerate(heads) if head in known}
    wanted = [name for name in ("nip", "predikat") if name not in places]
    if start is None or wanted:
        insist(
            Refusal(
                "exchange.headings",
                N_(
                    "Kolom NIP atau Predikat Kinerja tidak ditemukan di baris pertama. Unduh daftar penilaian "
                    "dari e-Kinerja BKN sebagai CSV atau XLSX, lalu unggah tanpa mengubah judul kolomnya."
                ),
            )
        )
    assert start is not None
    found: list[Theirs] = []
    problems: list[Refusal] = []
    for number, cells in enumerate(lines[start + 1 :], start + 2):
        if any(cells):
            one = _read_row(number, {name: _at(cells, place) for name, place in places.items()})
            if isinstance(one, Refusal):
                problems.append(one)
            else:
                found.append(one)
    insist(
        several(
            "exchange.rows",
            N_("Berkas ini belum dapat dicocokkan; perbaiki barisnya, lalu unggah lagi."),
            problems[:PROBLEMS_SHOWN],
        )
    )
    insist(None if found else Refusal("exchange.empty", N_("Berkas ini hanya berisi judul kolom.")))
    return found


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _read_row(row: int, cells: Mapping[str, str]) -> Theirs | Refusal:
    number = re.sub(r"[\s'’`.-]", "", cells["nip"])
    if not re.fullmatch("[0-9]{18}", number):
        return Refusal(
            "exchange.staff_number",
            N_(
                "Baris %(row)s: NIP/NI PPPK harus 18 angka. Simpan kolom NIP sebagai teks agar tidak dibulatkan."
            ),
            {"row": row},
        )
    words: dict[str, Any] = {}
    for name, kind, known in (
        ("hasil", ExpectationRating, form().ratings),
        ("perilaku", ExpectationRating, form().ratings),
        ("predikat", OverallRating, form().overall),
    ):
        word = plain(cells.get(name, ""))
        if word and word not in known:
            return Refusal(
                "exchange.word",
                N_("Baris %(row)s: kata “%(word)s” bukan rating atau predikat."),
                {"row": row, "word": cells[name][:40]},
            )
        words[name] = kind(known[word]) if word else None
    day = _date(cells.get("tanggal", ""))
    return Theirs(
        row,
        number,
        " ".join(cells.get("nama", "").split())[:200],
        Verdict(words["hasil"], words["perilaku"], words["predikat"]),
        " ".join(cells.get("nomor", "").split())[:NUMBER_TEXT],
        day,
    )


def _date(text: str) -> date | None:
    """A day as files write it; nothing where it can't be read: it is a note beside the number, no more."""
    if match := re.match(r"(\d{4})-(\d{2})-(\d{2})", text):
        parts = (int(match[1]), int(match[2]), int(match[3]))
    elif match := re.match(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text):
        parts = (int(match[3]), int(match[2]), int(match[1]))
    else:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def compare(ours: Verdict, theirs: Verdict | None) -> tuple[Outcome, Missing | None] | None:
    """How the two sides stand to each other; ``None`` while neither has a rating.

    A side that says nothing of a part doesn't differ in it.
    """
    if theirs is None or theirs.overall is None:
        return None if ours.overall is None else (Outcome.MISSING, Missing.NATIONAL)
    if ours.overall is None:
        return Outcome.MISSING, Missing.HERE
    pairs = (
        (ours.overall, theirs.overall),
        (ours.result, theirs.result),
        (ours.behaviour, theirs.behaviour),
    )
    differ = any(one is not None and other is not None and one is not other for one, other in pairs)
    return (Outcome.DIFFERENT if differ else Outcome.SAME), None


def pair(
    ours: Mapping[str, Sequence[Any]], theirs: Iterable[Theirs]
) -> list[tuple[Any | None, Theirs | None]]:
    """Each of our rows beside the national one of the same staff number; what is alone stays alone.

    Who changed posts has several rows within a period; they are taken in their order, the last ones
    together where one side has fewer.
    """
    grouped: dict[str, list[Theirs]] = {}
    for each in theirs:
        grouped.setdefault(each.staff_number, []).append(each)
    found: list[tuple[Any | None, Theirs | None]] = []
    for number, rows in grouped.items():
        mine = list(ours.get(number, ()))
        gap = len(mine) - len(rows)
        left: list[Any | None] = [*([None] * -gap), *mine]
        right: list[Theirs | None] = [*([None] * gap), *rows]
        found += zip(left, right, strict=True)
    found += [(row, None) for number, rows in ours.items() if number not in grouped for row in rows]
    return found

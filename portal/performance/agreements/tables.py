"""Goals and key indicators of an agreement as a table: one row an IKU, checked row by row, then taken.

Nothing is staged: what was checked is shown, and comes back with the form that takes it, where it is checked
again. Rows add and change; nothing that stands in the agreement already is removed by a table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal.kernel.exact import LIMIT, NotANumber, format_number, parse_number
from portal.kernel.refusal import N_, Refusal, Refused, several
from portal.kernel.texts import clean_line, fold
from portal.performance.agreements.rules import (
    GOAL_TEXT,
    KEY_INDICATOR_TEXT,
    MAX_GOALS,
    MAX_KEY_INDICATORS,
    PROGRAMME_TEXT,
)
from portal.performance.plans.rules import UNIT_TEXT, Direction, target_problem

SHEET = "Perjanjian kinerja"
COLUMNS = ("sasaran", "iku", "target", "sampai_dengan", "satuan", "arah", "program")
NEEDED = ("sasaran", "iku", "target", "satuan")
LIMITS = {
    "sasaran": GOAL_TEXT,
    "iku": KEY_INDICATOR_TEXT,
    "satuan": UNIT_TEXT,
    "program": PROGRAMME_TEXT,
}
MAX_ROWS = MAX_GOALS * MAX_KEY_INDICATORS


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "baru"
    CHANGED = "berubah"
    SAME = "sama"
    BAD = "salah"


LABELS: dict[StrEnum, str] = {
    Fate.NEW: N_("Baru"),
    Fate.CHANGED: N_("Berubah"),
    Fate.SAME: N_("Tidak berubah"),
    Fate.BAD: N_("Perlu diperbaiki"),
}
"""The words for each value."""


@dataclass
class TableRow:
    """A row as it was read, with what is wrong with it and what becomes of it."""

    number: int
    cells: dict[str, str]
    problems: list[Refusal] = field(default_factory=list)
    fate: Fate = Fate.NEW
    target_min: Decimal = Decimal(0)
    target_max: Decimal = Decimal(0)
    direction: Direction = Direction.UP

    def text(self, column: str) -> str:
        """A cell's text."""
        return self.cells.get(column, "")

    def wrong(self, code: str, message: str, **params: object) -> None:
        """Note what is wrong."""
        self.problems.append(Refusal(f"agreement_table.{code}", message, params))
        self.fate = Fate.BAD

    @property
    def key(self) -> tuple[str, str]:
        """What a row is about: goal and indicator, however they are written."""
        return fold(self.text("sasaran")), fold(self.text("iku"))


def read(lines: Sequence[Sequence[str]]) -> list[TableRow]:
    """The rows under their headings. An empty goal is that of the row above, as merged cells come in.

    Raises ``Refused`` for the table as a whole.
    """
    start = next((number for number, cells in enumerate(lines) if any(cells)), None)
    if start is None:
        raise Refused(Refusal("agreement_table.empty", N_("Berkas ini kosong."), anchor="table"))
    names = [_name(cell) for cell in lines[start]]
    problems = []
    lacking = [name for name in NEEDED if name not in names]
    if lacking:
        message = N_("Kolom ini tidak ada: %(names)s.")
        problems.append(Refusal("agreement_table.lacking", message, {"names": ", ".join(lacking)}))
    strange = [name for name in names if name and name not in COLUMNS]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if strange or twice:
        message = N_("Judul kolom tidak dikenal atau ganda: %(names)s.")
        told = ", ".join(name[:40] for name in (strange or twice)[:5])
        problems.append(Refusal("agreement_table.strange", message, {"names": told}))
    if problems:
        whole = several("agreement_table.headings", N_("Judul kolom berkas ini belum cocok."), problems)
        raise Refused(whole or problems[0])
    rows: list[TableRow] = []
    for number, cells in enumerate(lines[start + 1 :], start + 2):
        if not any(cells):
            continue
        given = {name: cell for name, cell in zip(names, cells, strict=False) if name}
        if not given.get("sasaran") and rows:
            given["sasaran"] = rows[-1].text("sasaran")
        rows.append(TableRow(number, given))
        if len(rows) > MAX_ROWS:
            message = N_("Berkas ini lebih dari %(n)s baris; satu perjanjian kinerja tidak sebesar itu.")
            raise Refused(Refusal("agreement_table.many", message, {"n": MAX_ROWS}))
    if not rows:
        message = N_("Berkas ini hanya berisi judul kolom, tanpa satu baris pun.")
        raise Refused(Refusal("agreement_table.no_rows", message))
    return rows


def _name(cell: str) -> str:
    return "_".join(cell.casefold().replace("/", " ").split())


def check(rows: Sequence[TableRow], goals: Iterable[Any]) -> list[TableRow]:
    """Say what is wrong with each row and what becomes of it beside what stands in the agreement."""
    known: dict[tuple[str, str], Any] = {}
    sizes: dict[str, int] = {}
    for goal in goals:
        sizes[fold(goal.text)] = len(goal.indicators)
        known |= {(fold(goal.text), fold(each.text)): each for each in goal.indicators}
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        _read_cells(row)
        if row.fate is Fate.BAD:
            continue
        if row.key in first:
            row.wrong("double", N_("IKU ini ada juga di baris %(row)s."), row=first[row.key])
            continue
        first[row.key] = row.number
        here = known.get(row.key)
        if here is not None:
            row.fate = Fate.SAME if _told(here) == _said(row) else Fate.CHANGED
            continue
        goal_key = row.key[0]
        if goal_key not in sizes and len(sizes) >= MAX_GOALS:
            row.wrong("goals", N_("Satu perjanjian kinerja memuat paling banyak %(n)s sasaran."), n=MAX_GOALS)
        elif sizes.get(goal_key, 0) >= MAX_KEY_INDICATORS:
            row.wrong("indicators", N_("Satu sasaran memuat paling banyak %(n)s IKU."), n=MAX_KEY_INDICATORS)
        else:
            sizes[goal_key] = sizes.get(goal_key, 0) + 1
    return list(rows)


def _read_cells(row: TableRow) -> None:
    row.problems, row.fate = [], Fate.NEW
    for column in NEEDED:
        if not row.text(column):
            row.wrong("empty", N_("Kolom %(column)s kosong."), column=column)
    for column, limit in LIMITS.items():
        if len(row.text(column)) > limit:
            message = N_("Kolom %(column)s %(size)s huruf; paling panjang %(limit)s.")
            row.wrong("long", message, column=column, size=len(row.text(column)), limit=limit)
    low = _number(row, "target")
    high = _number(row, "sampai_dengan") if row.text("sampai_dengan") else low
    if low is not None and high is not None:
        row.target_min, row.target_max = low, high
        problem = target_problem(low, high)
        if problem is not None:
            row.problems.append(problem)
            row.fate = Fate.BAD
    said = fold(row.text("arah"))
    if said in ("", "naik") or said.startswith("makin tinggi"):
        row.direction = Direction.UP
    elif said == "turun" or said.startswith("makin rendah"):
        row.direction = Direction.DOWN
    else:
        row.wrong("direction", N_("Kolom arah diisi naik atau turun."))


def _number(row: TableRow, column: str) -> Decimal | None:
    text = row.text(column).removesuffix("%").strip()
    if not text:
        return None
    try:
        number = parse_number(text)
    except NotANumber:
        number = None
    if number is None or number >= LIMIT:
        message = N_("Kolom %(column)s bukan angka: %(text)s. Contoh: 12 atau 1.234,5.")
        row.wrong("number", message, column=column, text=text[:40])
        return None
    return number


def _said(row: TableRow) -> tuple[object, ...]:
    return (row.target_min, row.target_max, row.text("satuan"), row.direction, row.text("program"))


def _told(indicator: Any) -> tuple[object, ...]:
    low, high = indicator.target_min, indicator.target_max
    return (low, high, indicator.unit, indicator.direction, indicator.programme)


def packed(rows: Iterable[TableRow]) -> str:
    """The rows as they go along with the form that takes them."""
    return json.dumps([[row.number, row.cells] for row in rows], ensure_ascii=False)


def unpacked(text: str) -> list[TableRow]:
    """The rows that came back with the form; raises ``Refused`` when they aren't such rows any more."""
    try:
        rows = [
            TableRow(int(number), {str(name): clean_line(str(cell)) for name, cell in dict(cells).items()})
            for number, cells in json.loads(text)
        ]
    except (TypeError, ValueError, AttributeError, RecursionError):
        rows = []
    if not rows or len(rows) > MAX_ROWS:
        message = N_("Isi tabel tidak terbaca lagi. Unggah berkasnya sekali lagi.")
        raise Refused(Refusal("agreement_table.lost", message))
    return rows


def written(goals: Iterable[Any]) -> list[dict[str, str]]:
    """The agreement's rows as a table holds them."""
    found = []
    for goal in goals:
        for each in goal.indicators or [None]:
            row = {"sasaran": goal.text}
            if each is not None:
                ranged = each.target_max != each.target_min
                row |= {
                    "iku": each.text,
                    "target": format_number(each.target_min),
                    "sampai_dengan": format_number(each.target_max) if ranged else "",
                    "satuan": each.unit,
                    "arah": each.direction.value,
                    "program": each.programme,
                }
            found.append(row)
    return found

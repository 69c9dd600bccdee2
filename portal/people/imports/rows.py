"""What the checks of every kind of table have in common."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from portal.kernel.refusal import N_
from portal.people.imports.known import Outcome
from portal.people.imports.rules import KEPT_CELL, Reading, RowAction, clip, shown


def is_open(ends: date | None, day: date) -> bool:
    return ends is None or ends > day


def outcome_of(reading: Reading, key: str) -> Outcome:
    given = {
        column: text if len(text) <= KEPT_CELL else clip(text, KEPT_CELL)
        for column, text in reading.row.cells.items()
    }
    action = RowAction.SAME if reading.good else RowAction.BAD
    return Outcome(
        reading.row.number, key[:300], given, action, list(reading.problems), list(reading.warnings)
    )


def differences(
    values: Mapping[str, object], cells: Mapping[str, str], unless: Collection[str] = ()
) -> dict[str, str]:
    """The stored texts of the columns whose value differs."""
    return {
        column: cells[column]
        for column, value in values.items()
        if column in cells and column not in unless and shown(value) != cells[column]
    }


def refuse_doubles(readings: Iterable[Reading], column: str) -> dict[str, Reading]:
    """The first row of each code; every row of a code that stands there twice is blamed."""
    first: dict[str, Reading] = {}
    for reading in readings:
        code = reading.text(column)
        if not code:
            continue
        other = first.setdefault(code, reading)
        if other is not reading:
            for one, two in ((reading, other), (other, reading)):
                if one is reading or one.good:
                    one.blame(
                        column,
                        "double",
                        N_("%(column)s %(code)s ada juga di baris %(row)s."),
                        column=column,
                        code=clip(code),
                        row=two.row.number,
                    )
    return first


def refuse_orphans(readings: Sequence[Reading], own: str, needed: str, stored: Collection[str]) -> None:
    """Blame rows that need what only a bad row of the file would make, and what needs them in turn."""
    waiting: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        code = reading.text(needed)
        if reading.good and code and code not in stored:
            waiting[code].append(reading)
    bad = deque(reading for reading in readings if not reading.good)
    while bad:
        lost = bad.popleft()
        for reading in waiting.pop(lost.text(own), ()):
            if reading.good:
                reading.blame(
                    needed,
                    "orphan",
                    N_("%(column)s %(code)s ada di baris %(row)s, dan baris itu salah."),
                    column=needed,
                    code=clip(lost.text(own)),
                    row=lost.row.number,
                )
                bad.append(reading)


def zero_hints(codes: Iterable[str]) -> dict[str, str]:
    """Codes by what is left of them when a spreadsheet drops their leading zeros."""
    return {code.lstrip("0"): code for code in codes if code.startswith("0")}


def blame_unknown(reading: Reading, column: str, code: str, hints: Mapping[str, str]) -> None:
    near = hints.get(code)
    if near is not None:
        reading.blame(
            column,
            "unknown",
            N_("%(column)s %(code)s tidak dikenal. Mungkin maksud Anda %(near)s: nol di depannya hilang."),
            column=column,
            code=clip(code),
            near=near,
        )
    else:
        reading.blame(
            column, "unknown", N_("%(column)s %(code)s tidak dikenal."), column=column, code=clip(code)
        )


def chain_words(codes: Sequence[str]) -> str:
    named = [clip(code, 30) for code in codes]
    if len(named) > 8:
        named = [*named[:7], "…"]
    return " → ".join([*named, named[0]])

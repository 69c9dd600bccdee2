"""Tables as CSV: the one writer for everything that goes out, and the guard against formulas.

Every cell is quoted, so that no comma, semicolon or line break inside splits it, and a text that a
spreadsheet would take for a formula has an apostrophe in front. Numbers are written as they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters by which a spreadsheet takes a cell for a formula, the wide ones included."""

GUARD = "'"
_RISKY = frozenset((*FORMULA, GUARD))


def guarded(text: str) -> str:
    """``text`` as a cell that no spreadsheet takes for a formula; ``unguarded`` gives ``text`` again."""
    risky = text.startswith(FORMULA) or (text.startswith(GUARD) and text[1:].startswith((*FORMULA, GUARD)))
    return f"{GUARD}{text}" if risky else text


def unguarded(text: str) -> str:
    """A cell without the apostrophe that ``guarded`` put in front."""
    return text[1:] if text.startswith(GUARD) and text[1:].startswith((*FORMULA, GUARD)) else text


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Each row as a line of CSV: comma, every cell in quotes, ended as RFC 4180 has it; None is empty."""
    line = _Line()
    writer = csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        yield line.text


def csv_blocks(rows: Iterable[Sequence[object]], size: int = 500) -> Iterator[str]:
    """The same lines, so many at a time: for tables so long that the single line counts."""
    found = iter(rows)
    while some := list(islice(found, size)):
        text = _block(some)
        # Where no opening quote is followed by a mark that is at risk, no cell has to be guarded: so it is
        # nearly always, and the single cells needn't be looked at.
        yield text if not _at_risk(text, len(some)) else _block([list(map(_cell, row)) for row in some])


def _at_risk(text: str, rows: int) -> bool:
    """Whether some cell in so many lines of CSV may have to be guarded.

    A mark that occurs nowhere is found out in no time; only where one does is it looked for behind a quote. A
    break inside a cell may stand at its beginning: there are more of them than lines then.
    """
    if text.count("\r") > rows or text.count("\n") > rows:
        return True
    return any(mark in text and f'"{mark}' in text for mark in _MARKS)


def _block(rows: Iterable[Sequence[object]]) -> str:
    block = io.StringIO(newline="")
    csv.writer(block, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return block.getvalue()


class _Line:
    """Where the writer leaves the line that it has just made."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


_MARKS = tuple(sorted(_RISKY - {"\r", "\n"}))


def _cell(value: object) -> str:
    if type(value) is str:  # nearly all of them, and nearly none at risk
        return guarded(value) if value[:1] in _RISKY else value
    if value is None:
        return ""
    if isinstance(value, int | Decimal):
        return str(value)
    return guarded(str(value))

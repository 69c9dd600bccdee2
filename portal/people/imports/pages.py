"""What pages of uploaded tables have in common, whatever a table lists: the list, a part of its rows, files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from flask import Response, abort
from flask_babel import gettext as _

from portal.people.imports import queries
from portal.people.imports.formats import write_csv, write_workbook
from portal.people.imports.models import Upload
from portal.people.imports.rules import BatchState, Layout, refusal_of
from portal.web import lists
from portal.web.answers import words
from portal.web.formats import formats as fmt
from portal.web.labels import label

PROGRESS = "people/imports/_progress.html"
BUSY = (BatchState.CHECKING, BatchState.APPLYING)
PAGE = 25
ROWS = 50
REASON = "keterangan"
"""The column of a file to mend that says what is wrong."""


class Part(NamedTuple):
    """Some rows, and where one goes on and back to the first ones."""

    rows: Sequence[Any]
    next_url: str | None
    first_url: str | None


def batches_shown(model: type[Upload], region_id: int) -> Part:
    """A page of a region's batches, the newest first, as the address asks for it."""
    before = lists.number("before", 17)
    rows = queries.batches(model, region_id, before, PAGE + 1)
    more = len(rows) > PAGE
    return Part(
        rows[:PAGE],
        lists.address(before=rows[PAGE - 1].id) if more else None,
        lists.address() if before else None,
    )


def rows_shown(load: Callable[[int, int], Sequence[Any]], chosen: str) -> Part:
    """A page of rows under the tab ``chosen``; ``load`` gives those behind a number, so many at most."""
    after = lists.number("after", 8) or 0
    rows = load(after, ROWS + 1)
    more, rows = len(rows) > ROWS, rows[:ROWS]
    return Part(
        rows,
        lists.address(show=chosen, after=rows[-1].number) if more else None,
        lists.address(show=chosen) if after else None,
    )


def state_kind(batch: Upload) -> str:
    """How a batch's state looks."""
    if batch.state is BatchState.APPLIED:
        return "done"
    if batch.state in BUSY:
        return "go"
    return "open" if batch.state is BatchState.READY else "wait"


def summary(counts: Iterable[tuple[StrEnum, int]]) -> str:
    """What a batch's rows are, in words; what there is none of is left out."""
    return ", ".join(f"{label(each).lower()} {fmt().number(n)}" for each, n in counts if n)


def tabs(counts: Iterable[tuple[str, str, int]], chosen: str, here: str) -> list[dict[str, Any]]:
    """A tab for each key, word and number of rows; what there is none of is left out, but for ``chosen``."""
    return [
        {"label": text, "url": f"{here}?show={key}", "current": key == chosen, "note": fmt().number(n)}
        for key, text, n in counts
        if n or key == chosen
    ]


def sentences(problems: Iterable[Mapping[str, Any]]) -> list[str]:
    """Staged problems in the reader's language."""
    return [words(refusal_of(each)) for each in problems]


def file_to_mend(
    layout: Layout, rows: Iterable[tuple[Any, Iterable[Mapping[str, Any]]]], name: str, ending: str
) -> Response:
    """Rows with their problems in the format of the import, the reasons in a column of their own."""
    found = [
        {
            **row.given,
            REASON: _("Baris %(n)s: %(reasons)s", n=row.number, reasons=" ".join(sentences(problems))),
        }
        for row, problems in rows
    ]
    used = {column for row in found for column in row}
    columns = [*(column for column in layout.names if column in used), REASON]
    return table_file(layout, found, columns, name, ending)


def table_file(
    layout: Layout,
    rows: Iterable[Mapping[str, str]],
    columns: Sequence[str],
    name: str,
    ending: str,
    help_sheet: Sequence[Sequence[str]] = (),
) -> Response:
    """A table as a download, CSV or XLSX; 404 for another ending. ``help_sheet``: as ``write_workbook``."""
    if ending == "csv":
        data, kind = write_csv(columns, rows), "text/csv"
    elif ending == "xlsx":
        data, kind = write_workbook(layout, rows, columns, help_sheet=help_sheet), lists.XLSX
    else:
        abort(404)
    response = Response(data, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    response.headers["Cache-Control"] = "no-store"
    return response

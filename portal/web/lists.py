"""Lists: a page of any number of rows costs the same, and its state stands in the address.

Pages go by keyset: from a row onwards or back, never by counting off. Counts stop at ``MANY``. The same rows
go out as CSV or XLSX, fetched in chunks between which no transaction is held, so that a slow reader holds
nothing and the memory stays small.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from flask import Response, request, stream_with_context, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, case, func, literal, not_, select, tuple_, union_all

from portal.extensions import db
from portal.kernel.refs import is_ref
from portal.kernel.tables import csv_blocks
from portal.ledger.door import reading_much
from portal.web.formats import formats

PAGE = 50
MANY = 1000
FOUND = 200
"""So many of what was searched for are counted: names that many have are told by another letter."""
CHUNK = 10000
"""Rows of a file fetched at once."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BLOCK = 64 * 1024


# --------------------------------------------------------------------------------------- the address


def argument(name: str, allowed: Iterable[str], default: str = "") -> str:
    """An argument of the address, when it is one of ``allowed``."""
    value = request.args.get(name, "")
    return value if value in set(allowed) else default


def words(name: str) -> str:
    """A text of the address, on one line, at most 100 letters."""
    return " ".join(request.args.get(name, "")[:100].replace("\x00", "").split())


def reference(name: str) -> str:
    """A reference out of the address; empty when it is none."""
    value = request.args.get(name, "")
    return value if is_ref(value) else ""


def number(name: str, digits: int) -> int | None:
    """A whole number of so many digits at most out of the address; ``None`` where it is none."""
    value = request.args.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= digits else None


def marks() -> dict[str, Any]:
    """The row beside which the page lies."""
    return {name: reference(name) for name in ("after", "before")}


def address(*keep: str, endpoint: str | None = None, **changes: Any) -> str:
    """This page's address with its arguments ``keep``, some of them changed; empty ones fall away."""
    kept = {name: request.args[name][:100] for name in keep if request.args.get(name)}
    values = {**(request.view_args or {}), **kept, **changes}
    found = {name: value for name, value in values.items() if value not in (None, "")}
    return url_for(endpoint or request.endpoint or "", **found)


# --------------------------------------------------------------------------------------- one page


@dataclass(frozen=True)
class Slice:
    """A page of a list: its rows, how many there are in all, and where one can go on."""

    rows: Sequence[Any]
    first: int
    total: int
    has_prev: bool
    has_next: bool
    most: int = MANY
    """So many are counted at most."""

    @property
    def capped(self) -> bool:
        """Whether counting stopped at ``most``."""
        return self.total > self.most


def keyset(
    matching: Any,
    keys: Sequence[Any],
    *,
    place: Callable[[str, Any], Any],
    details: Callable[[Any], Any],
    down: bool = False,
    after: str = "",
    before: str = "",
    most: int | None = None,
    ahead: ColumnElement[bool] | None = None,
    few: bool = False,
) -> Slice:
    """A page of the rows of ``matching`` (a select of the ids); one statement, a second where it is empty.

    ``keys`` order it, the last of them unique, ``down`` the other way round; an index must begin with what
    ``matching`` fixes and go on with them. ``place`` gives a column of the row with a reference, inside the
    list; ``details`` what is shown, joined with the page's ids, and ``ref``. ``after`` and ``before`` are
    references of the row beside the page: deep pages cost as much as the first one. Counting stops at ``most``
    (``MANY`` unless told). Rows that are ``ahead`` stand before all others: where there are ``few`` by sorting
    them, else each of the two stretches is read in its order, which takes a statement more for a page beside
    a row, and for one in which the first of them ends.
    """
    most = MANY if most is None else most
    if few and ahead is not None:
        keys, ahead = [case((ahead, int(down)), else_=int(not down)), *keys], None
    stretches = [matching] if ahead is None else [matching.where(ahead), matching.where(not_(ahead))]
    total = _counted(stretches, most)
    # How many rows stand before the page, for "51–100 of 380": counted up to the same bound.
    backwards = bool(before) and not after
    mark = after or before
    upwards = down == backwards
    earlier: Any = literal(0)
    # The stretch in which the page begins, and those onto which it may go on.
    here = 0
    if mark:
        if ahead is not None and not db.session.scalar(select(place(mark, ahead))):
            here = 1
        beside = tuple_(*(place(mark, key) for key in keys))
        if backwards:
            nearer = tuple_(*keys) > beside if down else tuple_(*keys) < beside
        else:
            nearer = tuple_(*keys) >= beside if down else tuple_(*keys) <= beside
        # Of the rows before a page that is reached backwards the page's own are counted too.
        earlier = _counted([*stretches[:here], stretches[here].where(nearer)], most)
        further = tuple_(*keys) > beside if upwards else tuple_(*keys) < beside
        stretches[here] = stretches[here].where(further)
    order = [key.asc() if upwards else key.desc() for key in keys]
    rows: list[Any] = []
    for ids in reversed(stretches[: here + 1]) if backwards else stretches[here:]:
        page = ids.order_by(*order).limit(PAGE + 1 - len(rows)).subquery("page")
        # Two storeys: what is shown is looked up for the rows of the page alone.
        query = details(page).add_columns(total.label("total"), earlier.label("earlier")).order_by(*order)
        rows += db.session.execute(query)
        if len(rows) > PAGE:
            break
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if backwards:
        rows.reverse()
    if not rows:
        count = db.session.scalar(select(total)) if mark else 0
        return Slice([], 0, count or 0, False, False, most)
    first = 1
    if mark:
        first = rows[0].earlier - len(rows) + 1 if backwards else rows[0].earlier + 1
    return Slice(
        rows,
        first,
        rows[0].total,
        has_prev=more if backwards else bool(mark),
        has_next=True if backwards else more,
        most=most,
    )


def _counted(stretches: Sequence[Any], most: int) -> Any:
    """How many rows these selects have together, one more than ``most`` at most."""
    parts = [select(each.limit(most + 1).subquery()) for each in stretches]
    rows = parts[0] if len(parts) == 1 else union_all(*parts).limit(most + 1)
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()


def every(
    matching: Any, keys: Sequence[Any], details: Callable[[Any], Any], *, down: bool = False
) -> Iterator[Any]:
    """Every row of a list in its order, fetched in chunks; for files."""
    order = [key.desc() if down else key.asc() for key in keys]
    named = [key.label(f"key_{number}") for number, key in enumerate(keys)]
    mark: tuple[Any, ...] | None = None
    while True:
        ids = matching
        if mark is not None:
            ids = ids.where(tuple_(*keys) < mark if down else tuple_(*keys) > mark)
        page = ids.order_by(*order).limit(CHUNK).subquery("page")
        with reading_much():
            rows = list(db.session.execute(details(page).add_columns(*named).order_by(*order)))
        # Let go first: what the session still holds would be asked for again, row by row.
        db.session.expunge_all()
        db.session.rollback()
        yield from rows
        if len(rows) < CHUNK:
            return
        mark = tuple(rows[-1])[-len(keys) :]


def pager(found: Slice, keep: tuple[str, ...]) -> dict[str, Any]:
    """The pager of a keyset list: it goes on from the last row, or back from the first."""
    rows = found.rows
    numbered = bool(rows) and found.first <= found.most and (found.has_next or found.has_prev)
    total = formats().number(found.most) if found.capped else formats().number(found.total)
    return {
        "first": formats().number(found.first),
        "last": formats().number(found.first + len(rows) - 1) if numbered else "",
        "total_text": _("lebih dari %(n)s", n=total) if found.capped else total,
        "prev_url": address(*keep, before=rows[0].ref) if found.has_prev and rows else None,
        "next_url": address(*keep, after=rows[-1].ref) if found.has_next and rows else None,
    }


# ------------------------------------------------------------------------------------------ files


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """``rows`` as a CSV file that spreadsheets open as it is, streamed."""

    def blocks() -> Iterator[str]:
        yield "\ufeff"
        yield from csv_blocks(chain([head], rows))

    response = Response(stream_with_context(blocks()), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def file_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """``rows`` as the address asks for them: a workbook at ``.xlsx``, CSV otherwise."""
    if request.path.endswith(".xlsx"):
        return xlsx_answer(name, {name: (head, rows)})
    return csv_answer(name, head, rows)


Sheet = tuple[Sequence[str], Iterable[Sequence[Any]]]


def xlsx_answer(name: str, sheets: Mapping[str, Sheet]) -> Response:
    """Each sheet's head and rows as one workbook: written to disk row by row, then sent in blocks.

    Texts stay texts: no formula, no link, no staff number is rounded.
    """
    import xlsxwriter

    made = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it was sent
    workbook = xlsxwriter.Workbook(
        made,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )  # fmt: skip
    bold = workbook.add_format({"bold": True})
    for title, (head, rows) in sheets.items():
        sheet = workbook.add_worksheet(title[:31])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(head) - 1, 22)
        for column, text in enumerate(head):
            sheet.write_string(0, column, text, bold)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(number, column, value)
                elif value is not None and value != "":
                    sheet.write_string(number, column, str(value))
    workbook.close()
    size = made.tell()
    made.seek(0)

    def blocks() -> Iterator[bytes]:
        with made:
            while block := made.read(BLOCK):
                yield block

    response = Response(blocks(), mimetype=XLSX)
    response.call_on_close(made.close)
    response.content_length = size
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response

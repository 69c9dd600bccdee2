"""Files of tables: read with suspicion, written so that no cell is taken for a formula.

A file is known by its content, not by its name. Whatever is wrong with the file as a whole is refused in
words before a row is looked at (libraries, traps 17 and 18).
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, zip_longest
from typing import IO

from portal.kernel.refusal import N_, Refusal, Refused, insist, several
from portal.kernel.tables import csv_lines, unguarded
from portal.ledger.files import MB, is_workbook
from portal.people.imports.rules import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_UNPACKED,
    Layout,
    Row,
    cell_text,
    clip,
    is_headings,
    match_headings,
    normal,
)

_MAGIC = {
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "XLS lama atau XLSX berkata sandi",
    b"\x89PNG": "gambar PNG",
    b"\xff\xd8\xff": "gambar JPG",
    b"PK\x03\x04": "ZIP",
    b"\x1f\x8b": "GZIP",
    b"{\\rtf": "RTF",
    b"<!DOCTYPE": "halaman web",
    b"<html": "halaman web",
}
_UTF8_PAIR = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["']""")
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^<>]*?\br\s*=\s*["'](\d{1,9})["']""")
_ROOT = re.compile(rb"<(?:\w+:)?(\w+)")
_FORMULA = re.compile(rb"<((?:\w+:)?)c(\s[^<>]*)>\s*<\1f[\s/>]")
"""A cell that begins with a formula; rules of formats and lists of choices have some, too, outside the cells."""
KEPT_TAIL = 4096
_NOWHERE = re.compile(rb"""<(?:\w+:)?c(?=[\s/>])(?![^<>]*\sr\s*=)[^<>]*>""")
"""A cell that doesn't say where it stands: the reader would count on from a place of its row's own saying."""
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
"""How a part begins that isn't written in UTF-8."""


def read_table(layout: Layout, data: bytes) -> list[Row]:
    """The rows of a table in a CSV or XLSX file, cleaned, empty rows left out.

    Raises ``Refused`` with every reason why the file as a whole can't be read.
    """
    insist(why_not_read(data))
    lines = _workbook_lines(layout.name, data) if is_workbook(data) else _csv_lines(data)
    return _rows(layout, lines)


def read_lines(data: bytes, sheet: str) -> list[list[str]]:
    """The cells of any table in a CSV or XLSX file, read with the same suspicion, headings and all.

    ``sheet`` is looked for where a workbook has several. Raises ``Refused``.
    """
    insist(why_not_read(data))
    return _workbook_lines(sheet, data) if is_workbook(data) else _csv_lines(data)


def why_not_read(data: bytes) -> Refusal | None:
    """Why a file isn't even looked into: empty, too large, or plainly of another kind."""
    if not data.strip():
        return Refusal("import.empty", N_("Berkas ini kosong."))
    if len(data) > MAX_BYTES:
        return Refusal(
            "import.large",
            N_("Berkas ini lebih besar daripada %(mb)s MB. Bagilah menjadi beberapa berkas."),
            {"mb": MAX_BYTES // MB},
        )
    if is_workbook(data):
        return None
    for magic, name in _MAGIC.items():
        if data.startswith(magic):
            return Refusal(
                "import.file_kind",
                N_(
                    "Berkas ini bukan CSV atau XLSX (isinya %(found)s). Simpan ulang sebagai CSV UTF-8 atau XLSX."
                ),
                {"found": name},
            )
    return None


def _rows(layout: Layout, lines: Sequence[Sequence[str]]) -> list[Row]:
    start = next((number for number, cells in enumerate(lines) if any(cells)), None)
    if start is None:
        raise Refused(Refusal("import.empty", N_("Berkas ini kosong.")))
    headings = list(lines[start])
    while headings and not headings[-1]:
        headings.pop()
    names, problems = match_headings(layout, headings)
    if start + 1 < len(lines) and is_headings(layout, lines[start + 1]):
        problems.append(
            Refusal(
                "import.headings_twice",
                N_("Baris %(row)s mengulang judul kolom. Hapus baris itu: judul hanya satu baris."),
                {"row": start + 2},
            )
        )
    insist(several("import.headings", N_("Judul kolom berkas ini belum cocok."), problems))
    rows = []
    for number, cells in enumerate(lines[start + 1 :], start + 2):
        if not any(cells):
            continue
        texts = {name: cell for name, cell in zip_longest(names, cells[: len(names)], fillvalue="") if name}
        # A filled cell under no heading can't be told from one that slipped: it is shown, not dropped.
        stray = any(cell for name, cell in zip(names, cells, strict=False) if not name)
        rows.append(Row(number, texts, surplus=stray or any(cells[len(names) :])))
        if len(rows) > MAX_ROWS:
            raise Refused(
                Refusal(
                    "import.many_rows",
                    N_("Berkas ini lebih dari %(n)s baris. Bagilah menjadi beberapa berkas."),
                    {"n": MAX_ROWS},
                )
            )
    if not rows:
        raise Refused(
            Refusal("import.no_rows", N_("Berkas ini hanya berisi judul kolom, tanpa satu baris pun."))
        )
    return rows


# ------------------------------------------------------------------------------ CSV


def _csv_lines(data: bytes) -> list[list[str]]:
    text = _decode(data)
    first, _, rest = text.partition("\n")
    if re.fullmatch(r"sep=.\r?", first):
        # Excel's own note of the separator; kept as an empty line so that row numbers stay right.
        separator, text = first[4], "\n" + rest
    else:
        separator = max(";,\t", key=lambda mark: _outside_quotes(first).count(mark))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[list[str]] = []
    try:
        for cells in reader:
            if len(cells) > MAX_COLUMNS:
                raise Refused(_too_wide(len(lines) + 1))
            lines.append([cell_text(unguarded(cell)) for cell in cells])
            if len(lines) > 2 * MAX_ROWS:
                break
    except csv.Error as error:
        if "field larger" in str(error):
            message = N_("Baris %(row)s memuat sel yang terlalu panjang. Periksa tanda kutip di baris itu.")
        else:
            message = N_(
                "Baris %(row)s: tanda kutip ganda tidak lengkap. Tulis dua kali bila bagian dari isi."
            )
        raise Refused(Refusal("import.csv", message, {"row": len(lines) + 1})) from None
    return lines


def _decode(data: bytes) -> str:
    """The text of a CSV file: UTF-8, or the older cp1252 that spreadsheets still write."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(
            Refusal(
                "import.utf16",
                N_("Berkas ini teks Unicode (UTF-16). Simpan ulang sebagai CSV UTF-8 atau XLSX."),
            )
        )
    if b"\0" in data:
        raise Refused(
            Refusal(
                "import.nul",
                N_("Berkas ini bukan teks: ada byte NUL di baris %(row)s. Simpan ulang sebagai CSV UTF-8."),
                {"row": _line_of(data, data.index(b"\0"))},
            )
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = error.start
    # Bytes that form UTF-8 pairs beside ones that don't: the file is damaged, not of an older kind.
    if not data.startswith(b"\xef\xbb\xbf") and not _UTF8_PAIR.search(data):
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            pass
    raise Refused(
        Refusal(
            "import.encoding",
            N_("Huruf di baris %(row)s rusak (bukan UTF-8). Simpan ulang sebagai CSV UTF-8 atau XLSX."),
            {"row": _line_of(data, broken)},
        )
    )


def _line_of(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 1


def _outside_quotes(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV file in UTF-8 with BOM, by which spreadsheets know the encoding."""
    cells = ([row.get(column, "") for column in columns] for row in rows)
    return "".join(csv_lines(chain([columns], cells))).encode("utf-8-sig")


# ------------------------------------------------------------------------------ XLSX


def _workbook_lines(wanted: str, data: bytes) -> list[list[str]]:
    from python_calamine import SheetTypeEnum, load_workbook

    insist(_why_not_open(data))
    try:
        workbook = load_workbook(io.BytesIO(data))
        tables = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        sheets = {name: workbook.get_sheet_by_name(name) for name in tables}
        filled = {name: sheet for name, sheet in sheets.items() if sheet.height > 0}
        named = [sheet for name, sheet in sheets.items() if normal(name) == normal(wanted)]
        if not named and len(filled) != 1:
            raise Refused(_which_sheet(wanted, list(filled)))
        sheet = named[0] if named else next(iter(filled.values()))
        cells = sheet.to_python(skip_empty_area=False)
    except (Refused, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the reader isn't an Exception
        raise Refused(_damaged()) from error
    return [[cell_text(cell) for cell in line] for line in cells]


def _why_not_open(data: bytes) -> Refusal | None:
    """Why a workbook isn't even opened: unpacked too large, or a cell far outside.

    The reader makes room for every cell up to the last one; a single cell at the far corner of a sheet
    would need 500 GB and end the process. So the corners are looked for first, in the packed XML.
    """
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                unpacked += entry.file_size
                if unpacked > MAX_UNPACKED:
                    return Refusal(
                        "import.unpacked",
                        N_(
                            "Isi berkas XLSX ini lebih besar daripada %(mb)s MB. Bagilah menjadi beberapa berkas."
                        ),
                        {"mb": MAX_UNPACKED // MB},
                    )
                # Every part: where sheets lie is up to the workbook.
                with archive.open(entry) as part:
                    refusal = _why_not_sheet(part)
                if refusal is not None:
                    return refusal
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, zlib.error):
        return _damaged()
    return None


def formula_in(data: bytes) -> str | None:
    """The first cell of a workbook that holds a formula, such as ``J4``; ``None`` where there is none.

    For tables whose figures must stand as they were printed. Reads the packed XML in blocks; the file is one
    that ``read_table`` reads.
    """
    if not is_workbook(data):
        return None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as part:
                if (found := _first_formula(part)) is not None:
                    return found
    return None


def _first_formula(part: IO[bytes]) -> str | None:
    """The first cell with a formula in a part that is a worksheet: known by its root, wherever it lies."""
    seen = part.read(MB)
    root = _ROOT.search(seen)
    if root is None or root[1] != b"worksheet":
        return None
    while seen:
        if (formula := _FORMULA.search(seen)) is not None:
            place = _CELL.search(formula[2])
            return b"".join(place.groups()).decode() if place else ""
        block = part.read(MB)
        # A tag that was cut in two is looked at again, with the cell that it stands in.
        seen = seen[-KEPT_TAIL:] + block if block else b""
    return None


def _damaged() -> Refusal:
    return Refusal(
        "import.workbook", N_("Berkas XLSX ini rusak atau terkunci. Simpan ulang, lalu coba lagi.")
    )


def _why_not_sheet(sheet: IO[bytes]) -> Refusal | None:
    kept = b""
    while block := sheet.read(MB):
        seen = kept + block
        if seen.startswith(_WIDE) or _NOWHERE.search(seen):
            # Its places can't be looked at here, so the reader isn't let near it either.
            return _damaged()
        rows = [(b"A", digits) for digits in _ROW.findall(seen)]
        for letters, digits in chain(rows, _CELL.findall(seen)):
            if int(digits) > 2 * MAX_ROWS:
                return Refusal(
                    "import.many_rows",
                    N_("Berkas ini lebih dari %(n)s baris. Bagilah menjadi beberapa berkas."),
                    {"n": MAX_ROWS},
                )
            if _column_number(letters) > MAX_COLUMNS:
                return _too_wide(int(digits))
        # A tag that was cut in two is looked at again with the next block.
        kept = seen[max(seen.rfind(b"<"), 0) :] if len(seen) < 2 * MB else b""
    return None


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _too_wide(row: int) -> Refusal:
    return Refusal(
        "import.wide",
        N_("Baris %(row)s berisi sel di luar kolom ke-%(n)s. Hapus sel di sebelah kanan tabel."),
        {"row": row, "n": MAX_COLUMNS},
    )


def _which_sheet(wanted: str, names: Sequence[str]) -> Refusal:
    if not names:
        return Refusal("import.empty", N_("Berkas ini kosong."))
    return Refusal(
        "import.sheet",
        N_("Berkas ini berisi beberapa lembar (%(names)s). Beri nama %(kind)s pada lembar yang diimpor."),
        {"names": ", ".join(clip(name, 30) for name in names[:10]), "kind": wanted},
    )


def write_workbook(
    layout: Layout,
    rows: Iterable[Mapping[str, str]],
    columns: Sequence[str] | None = None,
    *,
    help_sheet: Sequence[Sequence[str]] = (),
) -> bytes:
    """An XLSX file with every cell a text: no formula, and no staff number is rounded.

    ``columns``: all of the layout's, unless others are named. ``help_sheet``: lines of a second sheet.
    """
    import xlsxwriter

    columns = columns or layout.names
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    workbook = xlsxwriter.Workbook(out, options)
    as_text = workbook.add_format({"num_format": "@"})
    bold = workbook.add_format({"bold": True})
    sheet = workbook.add_worksheet(layout.name)
    sheet.set_column(0, len(columns) - 1, 22, as_text)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column, bold)
    for number, row in enumerate(rows, 1):
        for place, column in enumerate(columns):
            if text := row.get(column, ""):
                sheet.write_string(number, place, text, as_text)
    if help_sheet:
        beside = workbook.add_worksheet("petunjuk")
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        beside.set_column(0, 0, 24, wrapped)
        beside.set_column(1, max(map(len, help_sheet)) - 1, 60, wrapped)
        for number, line in enumerate(help_sheet):
            for place, text in enumerate(line):
                beside.write_string(number, place, text, wrapped if number else bold)
    workbook.close()
    return out.getvalue()

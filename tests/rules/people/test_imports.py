"""Tables of structure and people: what is read, what is refused, in which words (issue 2: Bad input)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from portal.kernel.refusal import Refused
from portal.people.imports import formats
from portal.people.imports.checks import check
from portal.people.imports.claims import Bid, Free, Held, Take, settle
from portal.people.imports.known import (
    Known,
    KnownDelegation,
    KnownPerson,
    KnownPosition,
    KnownTenure,
    KnownUnit,
    Outcome,
)
from portal.people.imports.rules import (
    COLUMNS,
    LAYOUTS,
    MAX_BYTES,
    MAX_ROWS,
    WORKFLOW,
    Kind,
    Reading,
    Row,
    RowAction,
    cell_text,
    column_names,
    match_headings,
    read_row,
    row_words,
    shown,
)
from portal.web.fields import parse_date
from tests.rules.tables import check_table
from tests.support import structure

AS_OF = date(2026, 10, 12)
SINCE = date(2026, 1, 1)
UNIT_HEAD = "kode_unit,nama,jenis,kode_induk,perangkat_daerah"


def csv_of(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(lines).encode(encoding)


def refused(kind: Kind, data: bytes) -> list[str]:
    """The codes of the reasons why a file isn't read."""
    with pytest.raises(Refused) as caught:
        formats.read_table(LAYOUTS[kind], data)
    refusal = caught.value.refusal
    for each in (refusal, *refusal.parts):
        assert each.message % dict(each.params)  # every place in the sentence is filled
    return [part.code.removeprefix("import.") for part in refusal.parts or (refusal,)]


def outcomes(kind: Kind, rows: Sequence[Mapping[str, str]], known: Known | None = None) -> list[Outcome]:
    read = [
        Row(number, {column: cell_text(cell) for column, cell in row.items()})
        for number, row in enumerate(rows, 2)
    ]
    found = check(kind, read, known or Known(), as_of=AS_OF, date_of=parse_date)
    for outcome in found:
        for problem in (*outcome.errors, *outcome.warnings):
            data = problem.as_data()
            assert json.loads(json.dumps(data)) == data
            assert row_words(outcome.number, data).startswith(f"Baris {outcome.number}: ")
        json.dumps(outcome.plan)
        assert (outcome.action == RowAction.BAD) == bool(outcome.errors)
    return found


def codes(outcome: Outcome) -> list[tuple[str, str]]:
    """Column and code of each error."""
    return [(problem.column, problem.refusal.code.removeprefix("import.")) for problem in outcome.errors]


def sentences(outcome: Outcome) -> list[str]:
    return [row_words(outcome.number, problem.as_data()) for problem in outcome.errors]


# ------------------------------------------------------------------------------ files


def test_workflow_of_a_batch() -> None:
    check_table(
        WORKFLOW,
        {
            "finish_check": {"diperiksa": "siap"},
            "deny": {"diperiksa": "ditolak"},
            "apply": {"siap": "sedang_diterapkan"},
            "finish_apply": {"sedang_diterapkan": "diterapkan"},
            "fail_apply": {"sedang_diterapkan": "siap"},
            "undo": {"diterapkan": "ditarik"},
            "drop": {"diperiksa": "dibatalkan", "siap": "dibatalkan"},
        },
    )


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_in_each_writing(separator: str, encoding: str) -> None:
    lines = [UNIT_HEAD.replace(",", separator), separator.join(["D1", "Dinas Café", "dinas", "", "ya"])]
    rows = formats.read_table(LAYOUTS[Kind.UNIT], csv_of(*lines, encoding=encoding))
    assert [row.number for row in rows] == [2]
    assert rows[0].cells["nama"] == "Dinas Café"


def test_headings_in_any_order_and_writing() -> None:
    data = csv_of(
        "sep=;",
        "NAMA UNIT;Kode Unit;Perangkat-Daerah;Jenis;KodeInduk",
        "Dinas A;01;ya;dinas;",
        "",
        "B;02;;x;01",
    )
    rows = formats.read_table(LAYOUTS[Kind.UNIT], data)
    assert [(row.number, row.cells["kode_unit"], row.cells["kode_induk"]) for row in rows] == [
        (3, "01", ""),
        (5, "02", "01"),
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ["empty"]),
        (b" \r\n \r\n", ["empty"]),
        (b"\xef\xbb\xbf,,,\r\n", ["empty"]),
        (b"%PDF-1.7 ...", ["file_kind"]),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ["file_kind"]),
        (b"\x89PNG\r\n\x1a\n", ["file_kind"]),
        (b"<html><table>", ["file_kind"]),
        (b"PK\x03\x04 not a workbook", ["file_kind"]),
        ("kode_unit".encode("utf-16"), ["utf16"]),
        (csv_of(UNIT_HEAD, "D1,Dinas\0,dinas,,ya"), ["nul"]),
        (csv_of(UNIT_HEAD, "D1,Caf\u00e9 ") + b"\xff,dinas,,ya", ["encoding"]),
        (csv_of(UNIT_HEAD, "D1,") + b"\x81\x8d,dinas,,ya", ["encoding"]),
        (csv_of(UNIT_HEAD), ["no_rows"]),
        (csv_of("DAFTAR UNIT 2026", "D1,Dinas"), ["no_headings"]),
        (csv_of("kode_unit,nama,jenis,kode_induk", "D1,Dinas,dinas,"), ["column_missing"]),
        (csv_of(UNIT_HEAD + ",telepon", "D1,Dinas,dinas,,ya,022"), ["column_unknown"]),
        (csv_of(UNIT_HEAD + ",Kode Unit", "D1,Dinas,dinas,,ya,D1"), ["column_twice"]),
        (csv_of(UNIT_HEAD, UNIT_HEAD, "D1,Dinas,dinas,,ya"), ["headings_twice"]),
        (csv_of("kode_jabatan,nama_jabatan,kode_unit,jenis_jabatan,pimpinan", "J,K,D,jf,ya"), ["other_kind"]),
        (csv_of(UNIT_HEAD, 'D1,"Dinas,dinas,,ya'), ["csv"]),
        (csv_of(UNIT_HEAD, 'D1,"Dinas"x,dinas,,ya'), ["csv"]),
        (csv_of(UNIT_HEAD, "D1," + "x" * 2_000_000 + ",dinas,,ya"), ["csv"]),
        (csv_of(UNIT_HEAD + "," * 200, "D1,Dinas,dinas,,ya"), ["wide"]),
        (csv_of(UNIT_HEAD, *["D1,Dinas,dinas,,ya"] * (MAX_ROWS + 1)), ["many_rows"]),
        (b"x" * (MAX_BYTES + 1), ["large"]),
        (csv_of("unit kode,nama,jenis,induk,perangkatdaerah", "D1,Dinas,dinas,,ya"), ["column_unknown", "column_missing"]),
    ],
)  # fmt: skip
def test_files_that_are_refused(data: bytes, expected: list[str]) -> None:
    assert refused(Kind.UNIT, data) == expected


def test_the_row_of_a_fault_is_named() -> None:
    with pytest.raises(Refused) as caught:
        formats.read_table(
            LAYOUTS[Kind.UNIT], csv_of(UNIT_HEAD, "D1,Dinas,dinas,,ya", "D2,Din\0as,dinas,,ya")
        )
    assert caught.value.refusal.params["row"] == 3


def test_a_misspelt_heading_is_guessed() -> None:
    _, problems = match_headings(LAYOUTS[Kind.UNIT], [*UNIT_HEAD.split(","), "hari kerha"])
    assert problems[0].params["near"] == "hari_kerja"


def test_cells_beyond_the_headings_make_a_row_bad() -> None:
    rows = formats.read_table(
        LAYOUTS[Kind.UNIT],
        csv_of(UNIT_HEAD, "D1,Dinas, Pemuda dan Olahraga,dinas,,ya", "D2,Dinas B,dinas,,ya"),
    )
    found = check(Kind.UNIT, rows, Known(), as_of=AS_OF, date_of=parse_date)
    assert ("", "surplus") in codes(found[0])
    assert found[1].action == RowAction.JOIN


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for name, lines in sheets.items():
        sheet = book.add_worksheet(name)
        for place, line in enumerate(lines):
            sheet.write_row(place, 0, line)
    book.close()
    return out.getvalue()


def test_workbook_of_one_sheet_or_a_named_one() -> None:
    head = [*UNIT_HEAD.split(","), "hari_kerja", "mulai"]
    lines = [head, ["01", "Dinas A", "dinas", "", True, 6.0, date(2026, 1, 1)]]
    for data in (workbook({"Sheet1": lines}), workbook({"catatan": [["x"]], "UNIT": lines})):
        (row,) = formats.read_table(LAYOUTS[Kind.UNIT], data)
        assert (row.cells["perangkat_daerah"], row.cells["hari_kerja"], row.cells["mulai"]) == (
            "ya",
            "6",
            "2026-01-01",
        )
    assert refused(Kind.UNIT, workbook({"a": lines, "b": lines})) == ["sheet"]
    assert refused(Kind.UNIT, workbook({"kosong": []})) == ["empty"]


def test_a_cell_in_the_far_corner_is_refused_before_the_reader_makes_room() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("unit")
    sheet.write_row(0, 0, UNIT_HEAD.split(","))
    sheet.write_string(1_048_575, 16_383, "x")
    book.close()
    assert refused(Kind.UNIT, out.getvalue()) == ["many_rows"]
    assert refused(Kind.UNIT, workbook({"unit": [UNIT_HEAD.split(","), [*[""] * 300, "x"]]})) == ["wide"]


def test_a_bomb_and_a_broken_workbook_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MAX_UNPACKED", 2_000_000)
    good = workbook({"unit": [UNIT_HEAD.split(",")]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/media/x.bin", b"\0" * (2_000_001))
    assert refused(Kind.UNIT, out.getvalue()) == ["unpacked"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        new.writestr("xl/workbook.xml", "<workbook")
    assert refused(Kind.UNIT, out.getvalue()) == ["workbook"]
    assert refused(Kind.UNIT, good[: len(good) - 30])[0] in ("file_kind", "workbook")


HOSTILE = {
    "a far row whose cells say no place": '<row r="1048576">' + "<c><v>1</v></c>" * 3000 + "</row>",
    "a far row": '<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
    "a far row behind much room": "<row " + " " * 900_000 + 'r="1048576"><c r="A2"><v>1</v></c></row>',
    "a cell in a space of names": '<x:row r="9" ><x:c ><v>1</v></x:c></x:row>',
    "a far column": '<row r="2"><c r="XFD2"><v>1</v></c></row>',
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("what", HOSTILE)
def test_a_sheet_that_would_fill_the_memory_is_not_opened(what: str, encoding: str) -> None:
    """The reader makes room for every cell up to the last one, and ends the process when there is none."""
    sheet = (
        f'<?xml version="1.0" encoding="{encoding}"?><worksheet xmlns="http://schemas.openxmlformats.org/'
        f'spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>{HOSTILE[what]}'
        "</sheetData></worksheet>"
    )
    good = workbook({"unit": [UNIT_HEAD.split(",")]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet.encode(encoding) if "sheet1" in name else old.read(name))
    assert refused(Kind.UNIT, out.getvalue())[0] in ("workbook", "many_rows", "wide")


def sheet_of(cells: str, after: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="http://schemas.openxmlformats.'
        f'org/spreadsheetml/2006/main"><sheetData><row r="4">{cells}</row></sheetData>{after}</worksheet>'
    )


VALUE = '<c r="J4"><v>85</v></c>'
FORMULA = '<c r="I4"><v>1</v></c><c r="J4" s="1"><f>80+5</f><v>85</v></c>'
PARTS = {
    "a formula": ("xl/worksheets/sheet1.xml", sheet_of(FORMULA), "J4"),
    "one that is shared": (
        "xl/worksheets/sheet1.xml",
        sheet_of('<c r="J4"><f t="shared" si="0"/></c>'),
        "J4",
    ),
    "one in a space of names": (
        "xl/worksheets/sheet1.xml",
        sheet_of(FORMULA).replace("</", "</x:").replace("<c", "<x:c").replace("<f", "<x:f"),
        "J4",
    ),
    "one behind much else": ("xl/worksheets/sheet1.xml", sheet_of(VALUE * 60_000 + FORMULA), "J4"),
    "a sheet that lies elsewhere": ("xl/lembar/satu.xml", sheet_of(FORMULA), "J4"),
    "values alone": ("xl/worksheets/sheet1.xml", sheet_of(VALUE), None),
    "a list of choices from another sheet": (
        "xl/worksheets/sheet1.xml",
        sheet_of(VALUE, "<extLst><x14:formula1><xm:f>Daftar!$A$1:$A$5</xm:f></x14:formula1></extLst>"),
        None,
    ),
    "what belongs to a sheet": (
        "xl/worksheets/_rels/sheet1.xml.rels",
        f"<Relationships>{FORMULA}</Relationships>",
        None,
    ),
    "a chart beside it": ("xl/charts/worksheets/chart1.xml", f"<c:chartSpace>{FORMULA}</c:chartSpace>", None),
}


@pytest.mark.parametrize("what", PARTS)
def test_a_formula_is_one_in_a_cell_of_a_sheet(what: str) -> None:
    """Whatever lies under a name like a sheet's isn't one, and a sheet is one wherever it lies."""
    name, part, place = PARTS[what]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr(name, part)
    assert formats.formula_in(out.getvalue()) == place


def test_a_formula_that_is_cut_in_two_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    part = sheet_of(VALUE + FORMULA).encode()
    for size in range(part.index(b" xmlns"), len(part)):  # each place of the cut behind the root's name
        monkeypatch.setattr(formats, "MB", size)
        assert formats._first_formula(io.BytesIO(part)) == "J4"


def test_values_are_no_formulas() -> None:
    """As the reader finds it, and so that a table which has none is taken."""
    assert formats.formula_in(workbook({"unit": [UNIT_HEAD.split(","), ["D1", "=1+1"]]})) is not None
    assert formats.formula_in(formats.write_workbook(LAYOUTS[Kind.UNIT], [{"nama": "=1+1"}])) is None
    assert formats.formula_in(b"kode_unit\n=1+1") is None


# ------------------------------------------------------------------------------ written and read again


NASTY = [
    "=1+1",
    "Dinas; =1+1",
    "＝1+1",
    "+62",
    "-5",
    "@SUM(A1)",
    "'=x",
    "''",
    "'Aisyah",
    "<script>alert(1)</script>",
    "Siti 🌺",
    'a"b;c,d',
    "O'Neil",
]


@pytest.mark.parametrize("writer", ["csv", "xlsx"])
def test_nasty_names_come_back_as_they_were(writer: str) -> None:
    rows = [
        dict.fromkeys(column_names(Kind.UNIT), "") | {"kode_unit": f"0{n}", "nama": name}
        for n, name in enumerate(NASTY)
    ]
    if writer == "csv":
        data = formats.write_csv(column_names(Kind.UNIT), rows)
    else:
        data = formats.write_workbook(LAYOUTS[Kind.UNIT], rows)
    read = formats.read_table(LAYOUTS[Kind.UNIT], data)
    assert [row.cells["nama"] for row in read] == NASTY
    assert [row.cells["kode_unit"] for row in read] == [row["kode_unit"] for row in rows]


def test_a_staff_number_stays_text_in_a_workbook() -> None:
    row = dict.fromkeys(column_names(Kind.EMPLOYEE), "") | {"nip": structure.staff_number(7), "nama": "A"}
    (read,) = formats.read_table(
        LAYOUTS[Kind.EMPLOYEE], formats.write_workbook(LAYOUTS[Kind.EMPLOYEE], [row])
    )
    assert read.cells["nip"] == structure.staff_number(7)


# ------------------------------------------------------------------------------ cells


@pytest.mark.parametrize(
    ("kind", "column", "text", "value"),
    [
        (Kind.UNIT, "perangkat_daerah", "YA", True),
        (Kind.UNIT, "perangkat_daerah", "", False),
        (Kind.UNIT, "hari_kerja", "", 5),
        (Kind.UNIT, "hari_kerja", "6,0", 6),
        (Kind.UNIT, "jenis", "Dinas", "dinas"),
        (Kind.UNIT, "mulai", "1 Maret 2026", date(2026, 3, 1)),
        (Kind.UNIT, "mulai", "01/03/2026", date(2026, 3, 1)),
        (Kind.UNIT, "mulai", "", None),
        (Kind.POSITION, "jenis_jabatan", "JPT Pratama", "jpt_pratama"),
        (Kind.POSITION, "jenis_jabatan", "Jabatan Fungsional", "jf"),
        (Kind.POSITION, "kelas", "17", 17),
        (Kind.EMPLOYEE, "status", "PPPK Paruh Waktu", "pppk_paruh_waktu"),
        (Kind.EMPLOYEE, "status", "Non-ASN", "non_asn"),
        (Kind.EMPLOYEE, "golongan", "iii / C", "III/c"),
        (Kind.EMPLOYEE, "golongan", "ix", "IX"),
        (Kind.EMPLOYEE, "plt_plh", "Plt.", "plt"),
        (Kind.EMPLOYEE, "nip", "'18950926 192105 1 001", "189509261921051001"),
        (Kind.EMPLOYEE, "surel", "Ani@Contoh.Example", "ani@contoh.example"),
        (Kind.EMPLOYEE, "nama", "<script>alert(1)</script>", "<script>alert(1)</script>"),
        (Kind.EMPLOYEE, "nama", "Siti 🌺", "Siti 🌺"),
    ],
)  # fmt: skip
def test_cells_that_are_understood(kind: Kind, column: str, text: str, value: object) -> None:
    reading = read_row(LAYOUTS[kind], Row(2, {column: cell_text(text)}), parse_date)
    assert reading.values == {column: value}
    again = read_row(LAYOUTS[kind], Row(2, {column: shown(value)}), parse_date)
    assert again.values == reading.values


@pytest.mark.parametrize(
    ("kind", "column", "text", "code"),
    [
        (Kind.UNIT, "kode_unit", "", "empty_cell"),
        (Kind.UNIT, "nama", "x" * 201, "long"),
        (Kind.UNIT, "kode_unit", "x" * 41, "long"),
        (Kind.UNIT, "perangkat_daerah", "mungkin", "yes_no"),
        (Kind.UNIT, "hari_kerja", "10^40", "week"),
        (Kind.UNIT, "hari_kerja", "1" + "0" * 40, "week"),
        (Kind.UNIT, "hari_kerja", "-1", "week"),
        (Kind.UNIT, "hari_kerja", "1.234,5", "week"),
        (Kind.UNIT, "mulai", "31 Februari 2026", "date"),
        (Kind.UNIT, "mulai", "31-02-2026", "date"),
        (Kind.UNIT, "mulai", "besok", "date"),
        (Kind.UNIT, "mulai", "0001-01-01", "date"),
        (Kind.POSITION, "kelas", "0", "job_class"),
        (Kind.POSITION, "kelas", "18", "job_class"),
        (Kind.POSITION, "kelas", "7,5", "job_class"),
        (Kind.POSITION, "jenis_jabatan", "raja", "choice"),
        (Kind.POSITION, "jenis_jabatan", "", "empty_cell"),
        (Kind.EMPLOYEE, "status", "honorer", "choice"),
        (Kind.EMPLOYEE, "plt_plh", "pjs", "choice"),
        (Kind.EMPLOYEE, "nip", "1,98609E+17", "rounded"),
        (Kind.EMPLOYEE, "nip", "1.9860926201505e+17", "rounded"),
        (Kind.EMPLOYEE, "surel", "ani di kantor", "email"),
        (Kind.EMPLOYEE, "surel", "x" * 300 + "@a.id", "email"),
    ],
)  # fmt: skip
def test_cells_that_are_refused(kind: Kind, column: str, text: str, code: str) -> None:
    reading = read_row(LAYOUTS[kind], Row(2, {column: text}), parse_date)
    assert [(p.column, p.refusal.code) for p in reading.problems] == [(column, f"import.{code}")]
    assert len(row_words(2, reading.problems[0].as_data())) < 250


def test_a_number_cell_that_a_spreadsheet_rounded_is_recognised() -> None:
    assert "e+17" in cell_text(198609262015051901.0)


def test_the_sentence_of_an_empty_cell() -> None:
    (outcome,) = outcomes(Kind.UNIT, [unit("", "A")])
    assert sentences(outcome) == ["Baris 2: kode_unit kosong."]


def test_every_column_is_described() -> None:
    for columns in COLUMNS.values():
        assert all(column.about for column in columns)


# ------------------------------------------------------------------------------ units


def unit(code: str, name: str, parent: str = "", agency: str = "tidak", **more: str) -> dict[str, str]:
    return {
        "kode_unit": code,
        "nama": name,
        "jenis": "dinas",
        "kode_induk": parent,
        "perangkat_daerah": agency,
        **more,
    }


def known_unit(number: int, code: str, parent: str = "", **more: object) -> KnownUnit:
    cells = unit(code, f"Unit {code}", parent, "ya" if parent else "tidak")
    cells |= {"nama_en": "", "unit_mandiri": "tidak", "hari_kerja": "5", "mulai": "2026-01-01"}
    given: dict[str, object] = {
        "begins": SINCE,
        "parent_row": number,
        "parent_begins": SINCE,
        "slug": f"unit-{code.lower()}",
    }
    return KnownUnit(number, code, cells, parent, bool(parent), **(given | more))  # type: ignore[arg-type]


TREE = Known(
    units={"TOP": known_unit(1, "TOP"), "A": known_unit(2, "A", "TOP"), "B": known_unit(3, "B", "A")}
)


def test_new_units_in_any_order() -> None:
    found = outcomes(
        Kind.UNIT, [unit("B", "Bagian", "A"), unit("A", "Dinas", "TOP", "ya"), unit("TOP", "Pemkot")]
    )
    assert [each.action for each in found] == [RowAction.JOIN] * 3
    assert found[0].plan["parent_code"] == "A"
    assert found[2].plan["parent_code"] is None
    assert found[0].plan["begins"] == "2026-10-12"


def test_a_units_address_is_never_one_of_the_regions_own() -> None:
    (found,) = outcomes(Kind.UNIT, [unit("D", "Data", "TOP", "ya")], TREE)
    assert found.plan["slug"] == "data-2"


def test_slugs_are_unique_and_kept_when_renamed() -> None:
    found = outcomes(
        Kind.UNIT,
        [unit("C", "Unit A", "TOP"), unit("D", "unit a", "TOP"), unit("A", "Baru", "TOP", "ya")],
        TREE,
    )
    assert [each.plan.get("slug") for each in found] == ["unit-a-2", "unit-a-3", None]
    assert found[2].before == {"nama": "Unit A"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([unit("C", "C", "X")], [[("kode_induk", "unknown")]]),
        ([unit("C", "C", "C")], [[("kode_induk", "own_parent")]]),
        ([unit("C", "C", "TOP"), unit("C", "C2", "TOP")], [[("kode_unit", "double")], [("kode_unit", "double")]]),
        # a loop among new units, and one that only the file and the store make together
        ([unit("C", "C", "D"), unit("D", "D", "C")], [[("kode_induk", "loop")]] * 2),
        ([unit("A", "Unit A", "B", "ya", mulai="2026-05-01")], [[("kode_induk", "loop")]]),
        # what leans on a bad row is bad too
        (
            [unit("C", "", "TOP"), unit("D", "D", "C"), unit("E", "E", "D")],
            [[("nama", "empty_cell")], [("kode_induk", "orphan")], [("kode_induk", "orphan")]],
        ),
        ([unit("B", "Unit B", "TOP", "ya", mulai="2026-01-01")], [[("mulai", "parent_moved")]]),
    ],
)  # fmt: skip
def test_units_that_are_refused(rows: list[dict[str, str]], expected: list[list[tuple[str, str]]]) -> None:
    assert [codes(each) for each in outcomes(Kind.UNIT, rows, TREE)] == expected


def test_a_loop_that_appears_only_when_a_bad_row_is_skipped() -> None:
    # B would move away from A, but its row is bad; A may then not move below B.
    rows = [unit("A", "Unit A", "B", "ya", mulai="2026-05-01"), unit("B", "", "TOP", mulai="2026-05-01")]
    found = outcomes(Kind.UNIT, rows, TREE)
    assert [codes(each) for each in found] == [[("kode_induk", "loop")], [("nama", "empty_cell")]]


def test_the_words_name_the_loop() -> None:
    found = outcomes(Kind.UNIT, [unit("C", "C", "D"), unit("D", "D", "E"), unit("E", "E", "C")])
    assert sentences(found[0]) == ["Baris 2: Rantai induk berputar: C → D → E → C."]


def test_lost_zeros_are_recognised() -> None:
    tree = [
        {
            **unit(row["kode"], row["nama"], row["kode_induk"]),
            "perangkat_daerah": "tidak" if row["kode_induk"] else "ya",
        }
        for row in structure.read("opd_kota_denpasar.csv")
    ]
    found = outcomes(Kind.UNIT, tree)
    assert {each.action for each in found} == {RowAction.JOIN}
    assert len({each.plan["slug"] for each in found}) == len(found) == 102
    cut = [{**row, "kode_induk": row["kode_induk"].lstrip("0")} for row in tree]
    (first, *_) = [each for each in outcomes(Kind.UNIT, cut) if each.action == RowAction.BAD]
    assert "nol di depannya hilang" in sentences(first)[0]


def test_a_moved_unit_leaves_its_parent_on_that_day() -> None:
    (moved,) = outcomes(Kind.UNIT, [unit("B", "Unit B", "TOP", "ya", mulai="1 Mei 2026")], TREE)
    assert moved.action == RowAction.CHANGE
    assert moved.before == {"kode_induk": "A", "mulai": "2026-01-01"}
    assert moved.plan["old_parent_ends"] == moved.plan["parent_begins"] == "2026-05-01"
    assert moved.plan["begins"] == "2026-01-01"


def test_a_corrected_date_moves_the_beginning() -> None:
    (moved,) = outcomes(Kind.UNIT, [unit("B", "Unit B", "A", "ya", mulai="2025-07-01")], TREE)
    assert (moved.plan["moved_parent"], moved.plan["parent_begins"], moved.plan["begins"]) == (
        3,
        "2025-07-01",
        "2025-07-01",
    )
    later = known_unit(3, "B", "A", previous_row=9, previous_begins=date(2025, 1, 1))
    known = Known(units={**TREE.units, "B": later})
    (moved,) = outcomes(Kind.UNIT, [unit("B", "Unit B", "A", "ya", mulai="2025-07-01")], known)
    assert (moved.plan["old_parent"], moved.plan["old_parent_ends"], moved.plan["begins"]) == (
        9,
        "2025-07-01",
        "2026-01-01",
    )
    (bad,) = outcomes(Kind.UNIT, [unit("B", "Unit B", "A", "ya", mulai="2025-01-01")], known)
    assert codes(bad) == [("mulai", "before_previous")]


def test_what_has_ended_takes_no_rows() -> None:
    known = Known(units={**TREE.units, "B": known_unit(3, "B", "A", ends=date(2026, 6, 1))})
    found = outcomes(Kind.UNIT, [unit("B", "Unit B", "A"), unit("C", "C", "B")], known)
    assert codes(found[0]) == [("kode_unit", "ended")]
    assert found[1].action == RowAction.BAD


def test_columns_that_are_not_there_change_nothing() -> None:
    stored = known_unit(3, "B", "A")
    cells = {**stored.cells, "nama_en": "Unit B", "hari_kerja": "6"}
    known = Known(
        units={**TREE.units, "B": KnownUnit(3, "B", cells, "A", True, "unit-b", SINCE, None, 3, SINCE)}
    )
    (same,) = outcomes(Kind.UNIT, [unit("B", "Unit B", "A", "ya")], known)
    assert same.action == RowAction.SAME
    (renamed,) = outcomes(Kind.UNIT, [unit("B", "Baru", "A", "ya")], known)
    assert (renamed.plan["name_en"], renamed.plan["working_week"]) == ("Unit B", 6)


def test_a_unit_outside_every_agency_is_doubted() -> None:
    found = outcomes(Kind.UNIT, [unit("C", "C", "TOP"), unit("D", "D", "A")], TREE)
    assert [bool(each.warnings) for each in found] == [True, False]


def test_a_deep_chain_and_a_huge_loop_take_no_time() -> None:
    rows = [unit(str(n), f"U{n}", str(n - 1) if n else "") for n in range(5000)]
    rows[0]["nama"] = ""
    found = outcomes(Kind.UNIT, rows)
    assert {each.action for each in found} == {RowAction.BAD}
    rows = [unit(str(n), f"U{n}", str((n + 1) % 5000)) for n in range(5000)]
    assert len(sentences(outcomes(Kind.UNIT, rows)[0])[0]) < 200


# ------------------------------------------------------------------------------ positions


def post(code: str, unit_code: str = "A", head: str = "tidak", **more: str) -> dict[str, str]:
    return {
        "kode_jabatan": code,
        "nama_jabatan": f"Jabatan {code}",
        "kode_unit": unit_code,
        "jenis_jabatan": "pelaksana",
        "pimpinan": head,
        **more,
    }


def known_post(
    number: int, code: str, unit_code: str = "A", head: bool = False, appraiser: str = ""
) -> KnownPosition:
    cells = post(code, unit_code, "ya" if head else "tidak")
    cells |= {
        "eselon": "",
        "jenjang": "",
        "kelas": "",
        "kode_jabatan_penilai": appraiser,
        "mulai": "2026-01-01",
    }
    appointment = (number, SINCE) if appraiser else (None, None)
    return KnownPosition(
        number, code, cells, f"Jabatan {code}", unit_code, head, SINCE, None, appraiser, *appointment
    )


POSTS = Known(
    units=TREE.units,
    positions={
        each.code: each
        for each in (
            known_post(1, "WALI", "TOP", True),
            known_post(2, "KADIS", "A", True),
            known_post(3, "STAF", "A"),
            known_post(4, "KABID", "B", True),
            known_post(5, "STAF-B", "B", False, "KADIS"),
        )
    },
    agency_head_appraiser=1,
)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([post("X", "Z")], [[("kode_unit", "unknown")]]),
        ([post("X", kode_jabatan_penilai="Z")], [[("kode_jabatan_penilai", "unknown")]]),
        ([post("X", kode_jabatan_penilai="X")], [[("kode_jabatan_penilai", "own_appraiser")]]),
        ([post("X", head="ya")], [[("pimpinan", "second_head")]]),
        ([post("X"), post("X")], [[("kode_jabatan", "double")]] * 2),
        # the old head steps down in the same file: then there is room, unless that row is bad
        ([post("X", head="ya"), post("KADIS")], [[], []]),
        ([post("X", head="ya"), post("KADIS", nama_jabatan="")], [[("pimpinan", "second_head")],
            [("nama_jabatan", "empty_cell")]]),
        # circles: by named appraisers alone, and together with the structure
        (
            [post("X", kode_jabatan_penilai="Y"), post("Y", kode_jabatan_penilai="X")],
            [[("kode_jabatan_penilai", "appraiser_loop")]] * 2,
        ),
        ([post("KADIS", head="ya", kode_jabatan_penilai="STAF")], [[("kode_jabatan_penilai", "appraiser_loop")]]),
        ([post("X", kode_jabatan_penilai="Y"), post("Y", "Z")], [[("kode_jabatan_penilai", "orphan")],
            [("kode_unit", "unknown")]]),
    ],
)  # fmt: skip
def test_positions_that_are_refused(
    rows: list[dict[str, str]], expected: list[list[tuple[str, str]]]
) -> None:
    assert [codes(each) for each in outcomes(Kind.POSITION, rows, POSTS)] == expected


def test_a_named_appraiser_comes_changes_and_goes() -> None:
    rows = [
        post("X", kode_jabatan_penilai="KABID", mulai="2026-03-01"),
        post("STAF-B", "B", kode_jabatan_penilai="WALI"),
        post("STAF", kode_jabatan_penilai=""),
    ]
    new, changed, same = outcomes(Kind.POSITION, rows, POSTS)
    assert (new.plan["appraiser_code"], new.plan["appointment_begins"]) == ("KABID", "2026-03-01")
    assert (changed.plan["old_appointment"], changed.plan["old_appointment_ends"]) == (5, "2026-10-12")
    assert changed.plan["appraiser_code"] == "WALI"
    assert same.action == RowAction.SAME
    (gone,) = outcomes(Kind.POSITION, [post("STAF-B", "B", kode_jabatan_penilai="")], POSTS)
    assert gone.before == {"kode_jabatan_penilai": "KADIS"}
    assert "appointment" not in gone.plan


# ------------------------------------------------------------------------------ employees

NIP = [structure.staff_number(number) for number in range(6)]


def worker(nip: str, code: str, name: str = "Ani", **more: str) -> dict[str, str]:
    return {
        "nip": nip,
        "nama": name,
        "status": "pns" if nip else "non_asn",
        "kode_jabatan": code,
        "plt_plh": "",
        "nomor_surat": "",
        "delegasi_menilai": "",
        "tmt_jabatan": "2026-01-01",
        "sampai": "",
        **more,
    }


def known_person(number: int, nip: str, name: str = "Ani") -> KnownPerson:
    cells = {
        "nama": name,
        "gelar_depan": "",
        "gelar_belakang": "",
        "status": "pns" if nip else "non_asn",
        "golongan": "",
    }
    return KnownPerson(number, f"orang{number}", cells, nip, number if nip else None, number)


STAFFED = Known(
    units=TREE.units,
    positions=POSTS.positions,
    people={
        1: known_person(1, "", "Bupati"),
        2: known_person(2, NIP[0]),
        3: known_person(3, NIP[1], "Budi"),
    },
    tenures=[
        KnownTenure(1, 1, "WALI", "", "", SINCE),
        KnownTenure(2, 2, "KADIS", "", "", SINCE),
        KnownTenure(3, 3, "STAF", "", "", SINCE),
        KnownTenure(4, 3, "KABID", "plt", "PLT/1", SINCE),
    ],
    delegations=[KnownDelegation(1, 3, "KABID", "PLT/1", SINCE)],
    elsewhere=frozenset({NIP[5]}),
    logins={"ani@contoh.example": 2},
)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (worker("", "STAF-B", status="pns"), ("nip", "empty_cell")),
        (worker("123", "STAF-B"), ("nip", "staff_number.length")),
        (worker("198602312015051001", "STAF-B"), ("nip", "staff_number.birth_date")),
        (worker(NIP[2], "STAF-B", status="non_asn"), ("nip", "not_asn_number")),
        (worker("", "STAF-B", golongan="III/a"), ("golongan", "not_asn_rank")),
        (worker(NIP[2], "STAF-B", golongan="IX"), ("golongan", "rank.pns")),
        (worker(NIP[2], "STAF-B", golongan="V/z"), ("golongan", "rank.pns")),
        (worker(NIP[2], "ZZZ"), ("kode_jabatan", "unknown")),
        (worker(NIP[5], "STAF-B"), ("nip", "elsewhere")),
        (worker(NIP[2], "STAF-B", surel="ani@contoh.example"), ("surel", "mail_taken")),
        (worker(NIP[2], "STAF-B", delegasi_menilai="ya"), ("nomor_surat", "letter")),
        (worker(NIP[2], "STAF-B", sampai="2025-12-31"), ("sampai", "upside_down")),
        (worker(NIP[2], "KADIS"), ("kode_jabatan", "second_holder")),
        (worker(NIP[0], "STAF-B"), ("tmt_jabatan", "overlap")),
        (worker(NIP[0], "STAF-B", tmt_jabatan="2025-06-01"), ("tmt_jabatan", "overlap")),
        (worker(NIP[0], "STAF-B", tmt_jabatan="31 Februari 2026"), ("tmt_jabatan", "date")),
        (
            worker(NIP[2], "KABID", plt_plh="plh", delegasi_menilai="ya", nomor_surat="X", tmt_jabatan="2026-05-01"),
            ("delegasi_menilai", "second_delegate"),
        ),
    ],
)  # fmt: skip
def test_employees_that_are_refused(row: dict[str, str], expected: tuple[str, str]) -> None:
    assert codes(outcomes(Kind.EMPLOYEE, [row], STAFFED)[0]) == [expected]


def test_what_is_stored_is_the_same() -> None:
    rows = [
        worker("", "WALI", "Bupati"),
        worker(NIP[0], "KADIS", surel="ani@contoh.example"),
        worker(NIP[1], "STAF", "Budi"),
        worker(NIP[1], "KABID", "Budi", plt_plh="plt", nomor_surat="PLT/1", delegasi_menilai="ya"),
    ]
    assert [each.action for each in outcomes(Kind.EMPLOYEE, rows, STAFFED)] == [RowAction.SAME] * 4


def test_a_new_person_brings_employment_tenure_and_account() -> None:
    (new,) = outcomes(
        Kind.EMPLOYEE, [worker(NIP[2], "STAF-B", "Siti 🌺", surel="siti@contoh.example")], STAFFED
    )
    assert new.action == RowAction.JOIN
    assert {new.plan[thing] for thing in ("person", "employee", "tenure", "account")} == {"new"}
    assert (new.plan["login_number"], new.plan["login_mail"]) == (NIP[2], "siti@contoh.example")
    assert [problem.refusal.code for problem in new.warnings] == ["staff_number.demo"]


def test_a_move_ends_the_former_post_on_that_day() -> None:
    (moved,) = outcomes(Kind.EMPLOYEE, [worker(NIP[0], "STAF-B", tmt_jabatan="2026-07-01")], STAFFED)
    assert moved.action == RowAction.CHANGE
    assert (moved.plan["left_tenure"], moved.plan["left_on"], moved.plan["begins"]) == (
        2,
        "2026-07-01",
        "2026-07-01",
    )
    assert moved.before == {"kode_jabatan": "KADIS", "tmt_jabatan": "2026-01-01"}


def test_two_people_change_places() -> None:
    swap = [
        worker(NIP[0], "STAF", tmt_jabatan="2026-07-01"),
        worker(NIP[1], "KADIS", "Budi", tmt_jabatan="2026-07-01"),
    ]
    assert [each.action for each in outcomes(Kind.EMPLOYEE, swap, STAFFED)] == [RowAction.CHANGE] * 2
    # One half of the exchange is bad: the other can't be applied without it.
    swap[1]["status"] = "honorer"
    assert [codes(each) for each in outcomes(Kind.EMPLOYEE, swap, STAFFED)] == [
        [("kode_jabatan", "second_holder")],
        [("status", "choice")],
    ]


def test_one_post_for_one_person_and_one_person_for_one_post() -> None:
    found = outcomes(Kind.EMPLOYEE, [worker(NIP[2], "STAF-B"), worker(NIP[3], "STAF-B", "Eka")], STAFFED)
    assert [codes(each) for each in found] == [[], [("kode_jabatan", "second_holder")]]
    assert "Ani (baris 2)" in sentences(found[1])[0]
    found = outcomes(Kind.EMPLOYEE, [worker(NIP[2], "STAF-B"), worker(NIP[2], "KABID")], STAFFED)
    assert [codes(each) for each in found] == [[("", "with_bad_row")], [("kode_jabatan", "second_post")]]


def test_one_person_is_one_person() -> None:
    found = outcomes(
        Kind.EMPLOYEE, [worker(NIP[2], "STAF-B"), worker(NIP[2], "KABID", "Eka", plt_plh="plt")], STAFFED
    )
    assert codes(found[1]) == [("nama", "other_person")]
    same_mail = [worker(NIP[2], "STAF-B", surel="x@y.id"), worker(NIP[3], "KABID", surel="x@y.id")]
    assert codes(outcomes(Kind.EMPLOYEE, same_mail, STAFFED)[1]) == [("surel", "mail_taken")]


def test_acting_beside_the_own_post() -> None:
    rows = [
        worker(NIP[2], "STAF-B"),
        worker(NIP[2], "KABID", plt_plh="plh", nomor_surat="PLH/2", tmt_jabatan="2026-05-01"),
    ]
    own, acting = outcomes(Kind.EMPLOYEE, rows, STAFFED)
    assert (own.plan["person"], "person" in acting.plan) == ("new", False)
    assert (acting.plan["acting"], acting.plan["person_group"]) == ("plh", own.plan["person_group"])


def test_acting_ends_with_its_delegation_and_another_takes_over() -> None:
    rows = [
        worker(
            NIP[1],
            "KABID",
            "Budi",
            plt_plh="plt",
            nomor_surat="PLT/1",
            delegasi_menilai="ya",
            sampai="2026-06-30",
        ),
        worker(NIP[2], "KABID", tmt_jabatan="2026-07-01", delegasi_menilai="ya", nomor_surat="SK/9"),
    ]
    gone, new = outcomes(Kind.EMPLOYEE, rows, STAFFED)
    assert gone.action == RowAction.LEAVE
    assert (gone.plan["ends"], gone.plan["delegation_ends"]) == ("2026-07-01", "2026-07-01")
    assert (new.action, new.plan["delegation_begins"]) == (RowAction.JOIN, "2026-07-01")


def test_a_delegation_given_and_taken_back() -> None:
    acting = worker(NIP[1], "KABID", "Budi", plt_plh="plt", nomor_surat="PLT/1")
    (back,) = outcomes(Kind.EMPLOYEE, [acting], STAFFED)
    assert (back.before, back.plan["delegation_ends"]) == ({"delegasi_menilai": "ya"}, "2026-10-12")
    own = worker(NIP[0], "KADIS", delegasi_menilai="ya", nomor_surat="SK/3")
    (given_,) = outcomes(Kind.EMPLOYEE, [own], STAFFED)
    assert (given_.plan["delegation"], given_.plan["delegation_begins"]) == ("new", "2026-10-12")


def test_who_leaves_and_who_follows() -> None:
    rows = [worker(NIP[0], "KADIS", sampai="2026-08-31"), worker(NIP[2], "KADIS", tmt_jabatan="2026-09-01")]
    assert [each.action for each in outcomes(Kind.EMPLOYEE, rows, STAFFED)] == [
        RowAction.LEAVE,
        RowAction.JOIN,
    ]
    rows[1]["tmt_jabatan"] = "2026-08-31"
    assert codes(outcomes(Kind.EMPLOYEE, rows, STAFFED)[1]) == [("kode_jabatan", "second_holder")]


def test_names_status_and_rank_are_updated() -> None:
    row = worker(
        NIP[0], "KADIS", "Ani Baru", gelar_belakang="S.H.", golongan="IV/b", surel="baru@contoh.example"
    )
    (changed,) = outcomes(Kind.EMPLOYEE, [row], STAFFED)
    assert changed.before == {"nama": "Ani", "gelar_belakang": "", "golongan": "", "surel": ""}
    assert (changed.plan["person"], changed.plan["employee"], changed.plan["old_mails_of"]) == (
        "change",
        "change",
        2,
    )
    assert "tenure" not in changed.plan


# ------------------------------------------------------------------------------ claims


def test_a_row_that_turns_bad_frees_nothing() -> None:
    """A long chain of moves falls like dominoes when its first stone is bad, and quickly."""
    count = 3000
    key = [("jabatan", str(n)) for n in range(count + 1)]
    held = {key[n]: [Held(n, SINCE, None, f"orang {n}")] for n in range(count)}
    bids = []
    for n in range(count):
        # Person n moves to the post of person n - 1; nobody is in the way only if all move.
        reading = Reading(Row(n + 2, {}))
        take = Take(key[n - 1] if n else ("jabatan", "baru"), AS_OF, None, "kode_jabatan", "x", "%(who)s")
        bids.append(Bid(reading, f"orang {n}", [take], [Free(key[n], n, AS_OF)]))
    settle(bids, held)
    assert all(bid.reading.good for bid in bids)
    bids[0].reading.blame("", "x", "salah")
    settle(bids, held)
    assert not any(bid.reading.good for bid in bids)


# ------------------------------------------------------------------------------ the document


def test_the_document_describes_every_column_and_its_examples_are_good() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "import.md").read_text(encoding="utf-8")
    for columns in COLUMNS.values():
        for column in columns:
            needed = "wajib" if column.required else "boleh tidak ada"
            filled = "wajib" if column.filled else "boleh kosong"
            assert f"| `{column.name}` | {needed} | {filled} | {column.about} |" in text
    assert f"{MAX_ROWS:,}".replace(",", ".") in text
    units, positions, people = [
        part.split("```")[0].strip() for part in text.split("```\n") if part.startswith(("kode", "nip"))
    ]
    known = Known()
    found = check(
        Kind.UNIT,
        formats.read_table(LAYOUTS[Kind.UNIT], units.encode()),
        known,
        as_of=AS_OF,
        date_of=parse_date,
    )
    assert [codes(each) for each in found] == [[], [], []]
    known = Known(
        units={code: known_unit(n, code) for n, code in enumerate(("PEMKOT", "DINKES", "P3273010201"))}
    )
    rows = formats.read_table(LAYOUTS[Kind.POSITION], positions.encode())
    assert [codes(e) for e in check(Kind.POSITION, rows, known, as_of=AS_OF, date_of=parse_date)] == [
        [],
        [],
        [],
    ]
    posts = {code: known_post(n, code) for n, code in enumerate(("WALIKOTA", "KADINKES", "KAPUS-CIBUNTU"))}
    rows = formats.read_table(LAYOUTS[Kind.EMPLOYEE], people.encode())
    checked = check(
        Kind.EMPLOYEE, rows, Known(units=known.units, positions=posts), as_of=AS_OF, date_of=parse_date
    )
    assert [codes(each) for each in checked] == [[], [], []]

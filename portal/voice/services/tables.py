"""Tables of an indicator's values as CSV: read with suspicion, checked row by row, written out again.

Two kinds: finished values by unit and period, and the cases behind a median, from which the median of each
unit and period is worked out (and later that of all of them together).
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.kernel.exact import NotANumber, parse_number
from portal.kernel.refusal import N_, Refusal, Refused
from portal.kernel.tables import csv_lines, unguarded
from portal.kernel.texts import clean_line
from portal.policy.calendars.rules import PeriodKind
from portal.voice.services import rules
from portal.voice.services.rules import Method, MissingReason, RowFate, TableKind

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 200_000
CELL = 400
"""Characters of a cell that are looked at."""

COLUMNS: Mapping[TableKind, tuple[str, ...]] = {
    TableKind.VALUES: (
        *("kode_unit", "periode", "nilai", "pembilang", "penyebut", "n"),
        *("sebab_kosong", "gangguan", "catatan"),
    ),
    TableKind.CASES: ("kode_unit", "dibuka", "selesai"),
}
NEEDED: Mapping[TableKind, tuple[str, ...]] = {
    TableKind.VALUES: ("kode_unit", "periode"),
    TableKind.CASES: ("kode_unit", "dibuka", "selesai"),
}
NUMBERS = {"nilai": "value", "pembilang": "numerator", "penyebut": "denominator", "n": "n"}
_FIELDS = {**NUMBERS, "sebab_kosong": "missing", "gangguan": "outage", "catatan": "note", "periode": "period"}
_COLUMN_OF = {name: column for column, name in _FIELDS.items()}


@dataclass(frozen=True)
class Unit:
    """A unit as a table may name it."""

    id: int
    code: str
    begins: date
    ends: date | None


@dataclass(frozen=True)
class Known:
    """What a measurement says now: for telling what is the same and what corrects it."""

    measurement_id: int
    revision: int
    said: Mapping[str, Any]

    @property
    def has_value(self) -> bool:
        """Whether it isn't missing."""
        return self.said["value"] is not None


@dataclass(frozen=True)
class About:
    """The indicator that a table is about, and what is known of it."""

    method: Method
    measure: str
    frequency: PeriodKind
    begins: date
    ends: date | None
    today: date
    units: Mapping[str, Unit]
    known: Mapping[tuple[int, date], Known]
    is_closed: Callable[[date], bool]


@dataclass
class Outcome:
    """What becomes of a row."""

    number: int
    given: dict[str, str]
    fate: RowFate = RowFate.NEW
    plan: dict[str, Any] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)
    closed: bool = False

    def wrong(self, refusal: Refusal, column: str = "") -> None:
        """Note what is wrong with the row."""
        self.fate, self.plan, self.closed = RowFate.BAD, {}, False
        at = column or _COLUMN_OF.get(refusal.anchor, "")
        self.errors.append({"column": at, "message": refusal.message, "params": dict(refusal.params)})


Row = tuple[int, dict[str, str]]


# ---------------------------------------------------------------------------------------- reading


def read(kind: TableKind, data: bytes) -> list[Row]:
    """The rows of a CSV file by column, numbered as in the file. Raises ``Refused`` for the file as a whole."""
    text = _text(data)
    first = text.partition("\n")[0]
    separator = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        lines = [[clean_line(unguarded(cell)[:CELL]) for cell in line] for line in _few(reader)]
    except csv.Error:
        raise _refused("table.csv", N_("Tanda kutip ganda di berkas ini tidak lengkap.")) from None
    names = [cell.casefold().replace(" ", "_") for cell in lines[0]] if lines else []
    lacking = [name for name in NEEDED[kind] if name not in names]
    if lacking:
        raise _refused(
            "table.headings",
            N_("Judul kolom belum cocok. Yang kurang: %(names)s."),
            names=", ".join(lacking),
        )
    strange = [name for name in names if name and name not in COLUMNS[kind]]
    if strange or len(set(names)) < len(names):
        raise _refused(
            "table.strange",
            N_("Judul kolom tidak dikenal atau ganda: %(names)s."),
            names=", ".join(name[:40] for name in strange[:5] or names[:9]),
        )
    rows = [
        (number, dict(zip(names, line, strict=False)))
        for number, line in enumerate(lines[1:], 2)
        if any(line)
    ]
    if not rows:
        raise _refused("table.empty", N_("Berkas ini tidak memuat satu baris pun."))
    return rows


def _few(reader: Any) -> Iterable[list[str]]:
    for number, line in enumerate(reader):
        if number > MAX_ROWS:
            raise _refused(
                "table.many", N_("Berkas ini lebih dari %(n)s baris. Bagilah menjadi beberapa."), n=MAX_ROWS
            )
        yield line[:40]


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _refused(
            "table.large",
            N_("Berkas ini lebih besar daripada %(mb)s MB. Bagilah menjadi beberapa berkas."),
            mb=MAX_BYTES // 1024 // 1024,
        )
    if not data.strip():
        raise _refused("table.empty", N_("Berkas ini tidak memuat satu baris pun."))
    if b"\0" in data or data.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")):
        raise _refused("table.kind", N_("Berkas ini bukan CSV. Simpan ulang tabelnya sebagai CSV UTF-8."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _refused(code: str, message: str, **params: object) -> Refused:
    return Refused(Refusal(code, message, params, anchor="table"))


# --------------------------------------------------------------------------------------- checking


def check(kind: TableKind, rows: Sequence[Row], about: About) -> list[Outcome]:
    """What becomes of each row; of cases, what becomes of each unit and period, and of each bad row."""
    found = _values(rows, about) if kind is TableKind.VALUES else _cases(rows, about)
    _not_emptied(found, about)
    return found


def _values(rows: Sequence[Row], about: About) -> list[Outcome]:
    found: list[Outcome] = []
    seen: dict[tuple[int, date], int] = {}
    for number, given in rows:
        outcome = Outcome(number, given)
        found.append(outcome)
        place = _place(outcome, about)
        said = _said(outcome, about.method)
        if place is None or outcome.errors:
            continue
        if place in seen:
            outcome.wrong(
                Refusal(
                    "row.twice", N_("Unit dan periode ini sudah ada di baris %(row)s."), {"row": seen[place]}
                )
            )
            continue
        seen[place] = number
        _settle(outcome, place, said, about)
    return found


def _cases(rows: Sequence[Row], about: About) -> list[Outcome]:
    found: list[Outcome] = []
    cases: dict[tuple[int, date], list[tuple[datetime, datetime | None]]] = defaultdict(list)
    first: dict[tuple[int, date], Outcome] = {}
    for number, given in rows:
        outcome = Outcome(number, given)
        opened = rules.parse_moment(given.get("dibuka", ""))
        closed = rules.parse_moment(given["selesai"]) if given.get("selesai") else None
        if opened is None:
            outcome.wrong(_moment(), "dibuka")
        if given.get("selesai") and closed is None:
            outcome.wrong(_moment(), "selesai")
        unit = _unit(outcome, about)
        if outcome.errors or opened is None or unit is None:
            found.append(outcome)
            continue
        place = unit.id, rules.first_day(about.frequency, opened.date())
        if place not in first:
            if _within(outcome, unit, place[1], about) is None:
                found.append(outcome)
                continue
            key = rules.span_key(about.frequency, place[1])
            first[place] = Outcome(number, {"kode_unit": unit.code, "periode": key})
        cases[place].append((opened, closed))
    for place, outcome in first.items():
        clocks = rules.clocks(cases[place])
        figure = rules.median_figure(clocks.settled, about.measure)
        said: dict[str, Any] = {
            "value": figure.value,
            "n": figure.n,
            "durations": list(clocks.settled),
            "open_cases": clocks.open,
            "excluded": clocks.excluded,
            # Nothing has been settled yet: there is a service, but no duration to tell.
            "missing": None if figure.value is not None else MissingReason.CHECKED,
        }
        _settle(outcome, place, said, about)
        found.append(outcome)
    return sorted(found, key=lambda outcome: outcome.number)


def _moment() -> Refusal:
    return Refusal("row.moment", N_("Tulis tanggal dan jam, misalnya 2026-03-01 08:15."))


def _unit(outcome: Outcome, about: About) -> Unit | None:
    code = outcome.given.get("kode_unit", "")
    unit = about.units.get(code.casefold())
    if unit is None:
        outcome.wrong(
            Refusal(
                "row.unit", N_("Unit dengan kode %(code)s tidak ada di instansi ini."), {"code": code[:40]}
            ),
            "kode_unit",
        )
    return unit


def _place(outcome: Outcome, about: About) -> tuple[int, date] | None:
    unit = _unit(outcome, about)
    text = outcome.given.get("periode", "")
    begins = rules.parse_span(about.frequency, text)
    if begins is None:
        example = rules.span_key(about.frequency, rules.first_day(about.frequency, about.today))
        outcome.wrong(
            Refusal(
                "row.period",
                N_("Periode %(text)s tidak dikenal. Tulis misalnya %(example)s."),
                {"text": text[:40], "example": example},
            ),
            "periode",
        )
    if unit is None or begins is None:
        return None
    return _within(outcome, unit, begins, about)


def _within(outcome: Outcome, unit: Unit, begins: date, about: About) -> tuple[int, date] | None:
    after = rules.ends_before(about.frequency, begins)
    refusal = rules.why_not_record(
        over=after <= about.today,
        begun=holds(about.begins, about.ends, begins)
        and unit.begins < after
        and (unit.ends is None or unit.ends > begins),
        known=False,
        closed=False,
        reason="",
        correcting=False,
    )
    if refusal is None:
        return unit.id, begins
    outcome.wrong(refusal, "periode")
    return None


def holds(begins: date, ends: date | None, day: date) -> bool:
    """Whether an indicator is measured in the period that begins on ``day``."""
    return begins <= day and (ends is None or day < ends)


def _said(outcome: Outcome, method: Method) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for column, name in NUMBERS.items():
        text = outcome.given.get(column, "")
        try:
            said[name] = parse_number(text) if text else None
        except NotANumber:
            outcome.wrong(
                Refusal("row.number", N_("Tulis angka, misalnya 12 atau 1.234,5."), anchor=name), column
            )
            said[name] = None
    reason = outcome.given.get("sebab_kosong", "").casefold().replace(" ", "_")
    said["missing"] = MissingReason(reason) if reason in set(MissingReason) else None
    if reason and said["missing"] is None:
        outcome.wrong(
            Refusal(
                "row.missing",
                N_("Sebab kosong ini tidak dikenal. Pilihannya: %(names)s."),
                {"names": ", ".join(MissingReason)},
            ),
            "sebab_kosong",
        )
    said["note"] = outcome.given.get("catatan", "")[:300]
    said["outage"] = outcome.given.get("gangguan", "")[:300]
    if method is Method.RATE and said["value"] is not None and said["numerator"] is None:
        # A finished per cent can't be pooled; what it is made of is asked for.
        outcome.wrong(
            Refusal("row.rate", N_("Isi pembilang dan penyebutnya; persentase dihitung dari keduanya.")),
            "nilai",
        )
    if outcome.errors:
        return said
    if method in (Method.RATE, Method.COUNT):
        said["n"] = None
    if method is Method.RATE:
        said["value"] = None
    else:
        said["numerator"] = said["denominator"] = None
    parts = {name: said[name] for name in NUMBERS.values()}
    for refusal in rules.wrong_parts(method, **parts, missing=said["missing"], note=said["note"]):
        outcome.wrong(refusal)
    if not outcome.errors and said["missing"] is None:
        figure = rules.figure_of(method, **parts)
        said |= {"value": figure.value, "n": figure.n}
    return said


SAID = (
    "value",
    "numerator",
    "denominator",
    "n",
    "durations",
    "open_cases",
    "excluded",
    "missing",
    "note",
    "outage",
)
"""What a measured value says, besides who wrote it and why."""


def as_plain(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a value says as JSON keeps it: numbers as texts, empty texts as nothing."""
    found = {}
    for name in SAID:
        value = said.get(name)
        if isinstance(value, Decimal):
            value = f"{value.quantize(Decimal('0.000001')).normalize():f}"
        found[name] = value if value not in ("", []) else None
    return found


def _settle(outcome: Outcome, place: tuple[int, date], said: Mapping[str, Any], about: About) -> None:
    plain = as_plain(said)
    known = about.known.get(place)
    outcome.plan = {"unit_id": place[0], "begins": place[1].isoformat(), **plain}
    if known is None:
        outcome.closed = about.is_closed(place[1])
    elif as_plain(known.said) == plain:
        outcome.fate = RowFate.SAME
    else:
        outcome.fate, outcome.closed = RowFate.CORRECTED, True
        outcome.plan |= {"measurement_id": known.measurement_id, "revision": known.revision + 1}


def _not_emptied(found: Sequence[Outcome], about: About) -> None:
    """Corrections that together would take every value of a unit's series away are refused."""
    left: dict[int, int] = defaultdict(int)
    for (unit_id, _begins), known in about.known.items():
        left[unit_id] += known.has_value
    emptying: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in found:
        if outcome.fate is RowFate.NEW and outcome.plan["value"] is not None:
            left[outcome.plan["unit_id"]] += 1
        elif outcome.fate is RowFate.CORRECTED:
            unit_id = outcome.plan["unit_id"]
            was = about.known[unit_id, date.fromisoformat(outcome.plan["begins"])].has_value
            left[unit_id] += (outcome.plan["value"] is not None) - was
            if was and outcome.plan["value"] is None:
                emptying[unit_id].append(outcome)
    for unit_id, outcomes in emptying.items():
        refusal = rules.why_not_empty(MissingReason.OTHER, left[unit_id])
        for outcome in outcomes if refusal else ():
            assert refusal is not None
            outcome.wrong(refusal)


# ---------------------------------------------------------------------------------------- writing


def template(kind: TableKind) -> str:
    """The headings of a table as CSV, to begin from."""
    return "".join(csv_lines([COLUMNS[kind]]))


def with_errors(kind: TableKind, rows: Iterable[tuple[int, Mapping[str, str], str]]) -> str:
    """Bad rows in the import's own columns, with the row's number and what is wrong behind them."""
    columns = COLUMNS[kind]
    lines = ([*(given.get(name, "") for name in columns), number, text] for number, given, text in rows)
    return "".join(csv_lines([[*columns, "baris", "pesan"], *lines]))

"""Tahun lama: what a row of an earlier year says, whether it can be true, and what its year comes to.

PP 46/2011 (value 0 to 100, Ps. 15 and 17) and PP 30/2019 (value 0 to 120, Ps. 35 to 41) each have their own
scale and words. A year is worked out again under its own method by the same rules as everything else
(``advice.recompute``) and never together with a year of another method (issue 4, line 9; NAT-2). What was
printed on the document stands; where the parts give something else, HR must have looked at it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from portal.kernel.exact import NotANumber, format_number, parse_number, round_half_up
from portal.kernel.refusal import N_, Refusal
from portal.kernel.texts import fold
from portal.people.imports.rules import (
    LOST_DIGITS,
    BadCell,
    Column,
    DateReader,
    Layout,
    Problem,
    Reading,
    Row,
    batch_workflow,
    choice_cell,
    clip,
    date_cell,
    number_cell,
    read_row,
    text_cell,
    yes_no_cell,
)
from portal.performance.advice import rules as advising
from portal.performance.advice.explanation import Step
from portal.performance.advice.facts import Facts, ScoreFacts
from portal.performance.advice.recompute import SIMULATION, Outcome, evaluate
from portal.policy.policies.rules import LEGACY, WEIGHTED, OverallRating, PolicyDocument, rating_word


class LegacyMethod(StrEnum):
    """The method by which an earlier year was rated; the keys are those of the policies' methods."""

    PP46 = LEGACY
    PP30 = WEIGHTED


class Fate(StrEnum):
    """What applying a row would do."""

    NEW = "baru"
    CHANGED = "berubah"
    SAME = "sama"
    DOUBTFUL = "meragukan"
    BAD = "salah"


LABELS: dict[StrEnum, str] = {
    LegacyMethod.PP46: N_("PP 46/2011"),
    LegacyMethod.PP30: N_("PP 30/2019"),
    Fate.NEW: N_("Baru"),
    Fate.CHANGED: N_("Berubah"),
    Fate.SAME: N_("Sama"),
    Fate.DOUBTFUL: N_("Meragukan"),
    Fate.BAD: N_("Salah"),
}
"""The words for each value."""

WORKFLOW = batch_workflow(
    "legacy_imports",
    apply_if="tahun lama tidak berubah sejak diperiksa, dan tidak ada nilainya sendiri",
    failed="nilai semula kembali",
    undo_if="belum diganti impor yang lebih baru, dan tidak ada nilainya sendiri",
)

POLICIES: Mapping[LegacyMethod, str] = {LegacyMethod.PP46: "pp-46-2011", LegacyMethod.PP30: "pp-30-2019"}
"""The policy that holds the scale of each method."""
REGULATIONS: Mapping[LegacyMethod, str] = {
    LegacyMethod.PP46: N_("Peraturan Pemerintah Nomor 46 Tahun 2011 tentang Penilaian Prestasi Kerja PNS"),
    LegacyMethod.PP30: N_("Peraturan Pemerintah Nomor 30 Tahun 2019 tentang Penilaian Kinerja PNS"),
}
"""The regulation's full name."""
FIRST: Mapping[LegacyMethod, int] = {LegacyMethod.PP46: 2014, LegacyMethod.PP30: 2021}
"""The first year of each method: PP 46/2011 Ps. 33; PP 30/2019 for the second half of 2021 on."""
TURN = 2021
"""The year that both regulations share: its first half by PP 46/2011, its second by PP 30/2019."""
HUNDRED = Decimal(100)
MOST = Decimal(120)
"""No value is larger: PP 30/2019 Ps. 29; under PP 46/2011 one beyond 100 is rare and must be looked at."""
YEAR_MONTHS, HALF = 12, 6


# --------------------------------------------------------------------------------- columns


def _score(text: str, column: Column, _date: DateReader) -> object:
    if not text:
        return None
    plain = text.strip()
    # No value has thousands: with three decimals the point is a decimal one, and spreadsheets write more.
    whole, point, part = plain.partition(".")
    if point and whole.isdigit() and part.isdigit() and len(whole) <= 3:
        return Decimal(plain[:40]).quantize(Decimal("0.000001"))
    try:
        return parse_number(plain)
    except NotANumber:
        raise BadCell(
            Refusal(
                "legacy.number",
                N_("%(column)s diisi angka, misalnya 87,5. Anda menulis %(text)s."),
                {"column": column.name, "text": clip(text)},
            )
        ) from None


def _whole(text: str, column: Column, least: int, most: int) -> int:
    if text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= most:
        return int(text)
    raise BadCell(
        Refusal(
            "legacy.whole",
            N_("%(column)s diisi bilangan bulat %(least)s sampai %(most)s. Anda menulis %(text)s."),
            {"column": column.name, "least": str(least), "most": str(most), "text": clip(text)},
        )
    )


def _year(text: str, column: Column, _date: DateReader) -> object:
    return _whole(text, column, 1945, 2100)


def _months(text: str, column: Column, _date: DateReader) -> object:
    return _whole(text, column, 1, YEAR_MONTHS) if text else None


_METHODS = {
    **dict.fromkeys(
        ("pp462011", "pp46tahun2011", "pp46", "462011", "46", "ppk", "prestasikerja"), LegacyMethod.PP46.value
    ),
    **dict.fromkeys(("pp302019", "pp30tahun2019", "pp30", "302019", "30"), LegacyMethod.PP30.value),
}
_METHOD_CELL = choice_cell({**dict.fromkeys(_METHODS, ""), **_METHODS})


def _method(text: str, column: Column, date_of: DateReader) -> object:
    try:
        return _METHOD_CELL(text, column, date_of)
    except BadCell:
        raise BadCell(
            Refusal(
                "legacy.method",
                N_("%(column)s diisi PP 46/2011 atau PP 30/2019. Anda menulis %(text)s."),
                {"column": column.name, "text": clip(text)},
            )
        ) from None


_RATINGS = {
    "sangatbaik": OverallRating.VERY_GOOD,
    "baik": OverallRating.GOOD,
    "cukup": OverallRating.NEEDS_IMPROVEMENT,
    "kurang": OverallRating.POOR,
    "buruk": OverallRating.VERY_POOR,
    "sangatkurang": OverallRating.VERY_POOR,
}


def _rating(text: str, column: Column, date_of: DateReader) -> object:
    if not text:
        return None
    found = _RATINGS.get("".join(c for c in text.casefold() if c.isalnum()))
    if found is not None:
        return found
    raise BadCell(
        Refusal(
            "legacy.rating",
            N_(
                "%(column)s diisi sebutan pada dokumen: Sangat Baik, Baik, Cukup, Kurang, Buruk (PP 46/2011), atau "
                "Sangat Kurang (PP 30/2019). Anda menulis %(text)s."
            ),
            {"column": column.name, "text": clip(text)},
        )
    )


SAMPLE = "000000000000000001"
"""The staff number of the template's rows, which nobody has."""
NUMBER, NAME, YEAR, METHOD, MONTHS = "nip", "nama", "tahun", "metode", "bulan"
PLAN, BEHAVIOUR, OTHERS, IDEA = "nilai_skp", "nilai_perilaku", "nilai_rekan_bawahan", "ide_baru"
TOTAL, RATING, DOCUMENT, DAY = "nilai_akhir", "predikat", "nomor_dokumen", "tanggal_dokumen"

LAYOUT = Layout(
    "tahun-lama",
    (
        Column(NUMBER, number_cell, True, True, 30, ("nip_ni_pppk", "nip_nipppk", "nipppk", "ni_pppk"),
               N_("NIP atau NI PPPK, 18 angka, ditulis sebagai teks.")),
        Column(NAME, text_cell, limit=200, aliases=("nama_pegawai",),
               about=N_("Boleh kosong. Bila diisi, dicocokkan dengan nama di portal.")),
        Column(YEAR, _year, True, True, aliases=("tahun_penilaian",),
               about=N_("Tahun yang dinilai, misalnya 2019.")),
        Column(METHOD, _method, True, True, aliases=("dasar", "peraturan"),
               about=N_("PP 46/2011 (tahun 2014 sampai 2021) atau PP 30/2019 (mulai tahun 2021).")),
        Column(MONTHS, _months, aliases=("jumlah_bulan",),
               about=N_("Lamanya bagian itu dalam bulan; kosong berarti 12. Pegawai yang pindah mempunyai satu baris "
                        "untuk setiap bagian, bersama 12 bulan. Tahun 2021 dengan dua metode: masing-masing 6.")),
        Column(PLAN, _score, aliases=("skp",),
               about=N_("Nilai SKP. PP 46/2011: boleh kosong bila tidak tercetak. PP 30/2019: wajib.")),
        Column(BEHAVIOUR, _score, aliases=("nilai_perilaku_kerja", "nilai_perilaku_penilai"),
               about=N_("Nilai perilaku kerja dari penilai. PP 46/2011: boleh kosong. PP 30/2019: wajib.")),
        Column(OTHERS, _score, aliases=("nilai_rekan", "nilai_survei"),
               about=N_("Hanya PP 30/2019: rata-rata nilai perilaku dari rekan dan bawahan; kosong bila tanpa survei.")),
        Column(IDEA, yes_no_cell, aliases=("ide",),
               about=N_("Hanya PP 30/2019: ya bila ide atau cara baru ditetapkan; tanpanya tidak ada Sangat Baik.")),
        Column(TOTAL, _score, True, aliases=("nilai_prestasi_kerja", "nilai_kinerja", "nilai"),
               about=N_("Nilai prestasi kerja (PP 46/2011) atau nilai kinerja (PP 30/2019) seperti tercetak.")),
        Column(RATING, _rating, aliases=("sebutan",),
               about=N_("Sebutan seperti tercetak; boleh kosong, lalu dipakai sebutan menurut nilainya.")),
        Column(DOCUMENT, text_cell, limit=100, aliases=("no_dokumen",), about=N_("Nomor dokumen penilaian.")),
        Column(DAY, date_cell, aliases=("tgl_dokumen",), about=N_("Tanggal dokumen penilaian.")),
    ),
)  # fmt: skip
"""The columns of a file of earlier years."""

_OF_PP30 = (OTHERS, IDEA)


# --------------------------------------------------------------------------------- what a year is


@dataclass(frozen=True)
class LegacyPart:
    """One document of a year: its months, its figures as printed, and the document's number and day.

    ``behaviour`` is the appraiser's; ``others`` the mean of peers and subordinates. ``rating`` is ``None``
    where none was printed.
    """

    months: int
    total: Decimal
    plan: Decimal | None = None
    behaviour: Decimal | None = None
    others: Decimal | None = None
    new_idea: bool = False
    rating: OverallRating | None = None
    document: str = ""
    day: date | None = None

    def as_data(self) -> dict[str, Any]:
        """The part as plain JSON, exact numbers as texts."""
        return {
            "months": self.months,
            **{name: _text(getattr(self, name)) for name in ("total", "plan", "behaviour", "others")},
            "new_idea": self.new_idea,
            "rating": self.rating.value if self.rating is not None else None,
            "document": self.document,
            "day": self.day.isoformat() if self.day is not None else None,
        }


def part_of(data: Mapping[str, Any]) -> LegacyPart:
    """A part out of its JSON."""
    numbers = {name: Decimal(data[name]) if data[name] is not None else None for name in _NUMBERS}
    return LegacyPart(
        months=data["months"],
        total=Decimal(data["total"]),
        **numbers,
        new_idea=data["new_idea"],
        rating=OverallRating(data["rating"]) if data["rating"] is not None else None,
        document=data["document"],
        day=date.fromisoformat(data["day"]) if data["day"] is not None else None,
    )


_NUMBERS = ("plan", "behaviour", "others")


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"


class Verdict(NamedTuple):
    """What a year comes to: the value by months, and its rung, worded by the method alone."""

    score: Decimal
    overall: OverallRating


def facts_of(part: LegacyPart, year: int, *, printed: bool = False) -> Facts:
    """A part as the rules of evaluation take it; ``printed``: with its total, not to be worked out again."""
    known = ScoreFacts(
        plan=part.plan,
        appraiser=part.behaviour,
        others=part.others,
        total=part.total if printed else None,
    )
    return Facts(
        name=str(year),
        ends=date(year + 1, 1, 1),
        scores=known,
        surveyed=part.others is not None,
        new_idea=part.new_idea,
        months=part.months,
    )


def worked_out(part: LegacyPart, year: int, policy: PolicyDocument) -> Outcome:
    """What the method gives for a part from what it was made of; of the total alone where that is all."""
    alone = policy.method == LEGACY and (part.plan is None or part.behaviour is None)
    return evaluate(facts_of(part, year, printed=alone), policy)


def score_of(outcome: Outcome) -> Decimal | None:
    """The value that an outcome came to; ``None`` where there is none."""
    return outcome.scores.final if outcome.scores is not None else outcome.facts.scores.total


def rung(score: Decimal, policy: PolicyDocument, *, new_idea: bool) -> OverallRating:
    """The rung of a value on the policy's own scale."""
    if policy.weighted is not None:
        return advising.weighted_rating(score, policy.weighted, new_idea=new_idea)
    return advising.band(score, policy.legacy_bands)


def rated(part: LegacyPart, year: int, policy: PolicyDocument) -> OverallRating:
    """A part's rating: as printed; else by the unrounded value, where that is what was printed, else by that."""
    if part.rating is not None:
        return part.rating
    found = score_of(worked_out(part, year, policy))
    exact = found if found is not None and equal_when_rounded(found, part.total) else part.total
    return rung(exact, policy, new_idea=part.new_idea)


def verdict(parts: Sequence[LegacyPart], year: int, policy: PolicyDocument) -> Verdict:
    """What a year's documents come to: a single one stands as it is, several count by their months
    (PP 30/2019 Ps. 36).

    An idea that was decided in one part counts for the year.
    """
    if len(parts) == 1:
        return Verdict(parts[0].total, rated(parts[0], year, policy))
    score = advising.prorated([(part.months, part.total) for part in parts])
    return Verdict(score, rung(score, policy, new_idea=any(part.new_idea for part in parts)))


def equal_when_rounded(one: Decimal, other: Decimal) -> bool:
    """Whether two values are the same at the two decimals that documents print."""
    return round_half_up(one) == round_half_up(other)


def working_of_months(
    parts: Sequence[LegacyPart],
    score: Decimal,
    method: LegacyMethod,
    shown: Callable[[Decimal], str] = format_number,
) -> Step:
    """The sentence that says how the value of a year in parts came about; ``shown`` writes its numbers."""
    message = (
        N_("Nilai setahun menurut bulan (PP 30/2019 Pasal 36): (%(working)s) ÷ %(months)s = %(score)s.")
        if method is LegacyMethod.PP30
        else N_(
            "Nilai setahun menurut bulan (PP 46/2011 tidak mengaturnya; caranya seperti PP 30/2019 Pasal 36): "
            "(%(working)s) ÷ %(months)s = %(score)s."
        )
    )
    working = " + ".join(f"{part.months} × {shown(part.total)}" for part in parts)
    values = {"working": working, "months": sum(part.months for part in parts), "score": score}
    return Step("score.prorated", message, values)


def halves(year: int, method: LegacyMethod, months: int) -> str:
    """The months of a year's documents in words: of 2021 each regulation has one half; empty for a whole year."""
    if months >= YEAR_MONTHS:
        return ""
    if year == TURN and months == HALF:
        return N_("Januari–Juni") if method is LegacyMethod.PP46 else N_("Juli–Desember")
    return N_("%(n)s bulan")


def is_simulation(policy: PolicyDocument) -> bool:
    """Whether a page under the policy carries the banner *Hitung ulang menurut PP 30/2019*."""
    return SIMULATION in evaluate(Facts("", date.max), policy).notes


# --------------------------------------------------------------------------------- single rows


def why_not_year(
    method: LegacyMethod, year: int, this_year: int, evaluated: Collection[int]
) -> Refusal | None:
    """Why a year can't come in by that method: the other regulation was in force, it isn't over, or the
    portal evaluates it itself (``evaluated``: years with a cycle of the region).
    """
    if year in evaluated:
        return Refusal(
            "legacy.evaluated",
            N_("Tahun %(year)s dievaluasi di portal ini; nilainya tidak dapat diganti lewat impor."),
            {"year": str(year)},
        )
    if year >= this_year:
        return Refusal("legacy.not_over", N_("Tahun %(year)s belum berakhir."), {"year": str(year)})
    if method is LegacyMethod.PP46 and year > TURN:
        return Refusal(
            "legacy.pp46_over",
            N_(
                "PP 46/2011 berlaku untuk tahun 2014 sampai 2021. Tahun %(year)s dinilai menurut peraturan lain."
            ),
            {"year": str(year)},
        )
    if year < FIRST[method]:
        message = (
            N_("PP 46/2011 dilaksanakan sejak 1 Januari 2014. Tahun %(year)s lebih awal.")
            if method is LegacyMethod.PP46
            else N_("PP 30/2019 dipakai mulai tahun 2021. Tahun %(year)s dinilai menurut PP 46/2011.")
        )
        return Refusal("legacy.too_early", message, {"year": str(year)})
    return None


class KnownPerson(NamedTuple):
    """An employee of the region, by the staff number of the file."""

    id: int
    name: str


class KnownYear(NamedTuple):
    """A year that is stored."""

    ref: str
    parts: tuple[LegacyPart, ...]


Key = tuple[int, int, LegacyMethod]
"""Whose year by which method: person, year, method."""


@dataclass(frozen=True)
class Known:
    """What a file is checked against: the region's people, its stored years, the years with a cycle."""

    people: Mapping[str, KnownPerson]
    years: Mapping[Key, KnownYear]
    evaluated: frozenset[int]
    this_year: int
    policies: Mapping[LegacyMethod, PolicyDocument]
    own: int | None = None
    """Who hands the file in: nobody writes down the own earlier years."""


@dataclass(slots=True)
class Line:
    """A row on its way: what was read, whose it is, and what becomes of it."""

    reading: Reading
    person: KnownPerson | None = None
    part: LegacyPart | None = None
    fate: Fate = Fate.NEW
    before: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> Key | None:
        """Whose year the row speaks of, as far as it could be read."""
        values = self.reading.values
        if self.person is None or YEAR not in values or METHOD not in values:
            return None
        return self.person.id, int(str(values[YEAR])), LegacyMethod(str(values[METHOD]))


@dataclass(frozen=True)
class CheckedYear:
    """A year that a file brings: its rows, what it comes to, and whether somebody must look at it first."""

    key: Key
    lines: tuple[Line, ...]
    parts: tuple[LegacyPart, ...]
    verdict: Verdict
    doubtful: bool


class Checked(NamedTuple):
    """A whole file: every row, and the years that applying would write."""

    lines: list[Line]
    years: list[CheckedYear]


def check(rows: Sequence[Row], known: Known, date_of: DateReader) -> Checked:
    """What becomes of each row of a file, and of the years that its rows make up."""
    lines = [_line(row, known, date_of) for row in rows]
    groups: dict[Key, list[Line]] = defaultdict(list)
    for line in lines:
        if (key := line.key) is not None:
            groups[key].append(line)
    for key, group in groups.items():
        _together(key, group)
    _share_of_both(groups)
    years = []
    for key, group in groups.items():
        _lean(group)
        made = _year_of(key, group, known)
        if made is not None:
            years.append(made)
    for line in lines:
        if not line.reading.good:
            line.fate = Fate.BAD
    return Checked(lines, years)


def _line(row: Row, known: Known, date_of: DateReader) -> Line:
    reading = read_row(LAYOUT, row, date_of)
    line = Line(reading)
    _find_person(line, known)
    values = reading.values
    method = LegacyMethod(str(values[METHOD])) if METHOD in values else None
    if method is not None and YEAR in values:
        refusal = why_not_year(method, int(str(values[YEAR])), known.this_year, known.evaluated)
        if refusal is not None:
            reading.problems.append(Problem(YEAR, refusal))
    if method is not None:
        _check_cells(reading, method)
    if reading.good and method is not None:
        line.part = _part(reading)
        _check_figures(line, known.policies[method], int(str(values[YEAR])))
    return line


def _find_person(line: Line, known: Known) -> None:
    reading = line.reading
    number = reading.text(NUMBER)
    if not number:
        return
    line.person = known.people.get(number)
    if line.person is None:
        if number == SAMPLE:
            reading.blame(NUMBER, "legacy_sample", N_("Ini baris contoh. Hapus dari berkas."))
        # Fifteen digits survive a spreadsheet's numbers; behind them zeros stand, and nobody's serial is 000.
        elif len(number) == 18 and number.isdigit() and number.endswith("000"):
            reading.problems.append(Problem(NUMBER, _lost(number)))
        elif len(number) != 18 or not (number.isascii() and number.isdigit()):
            reading.blame(
                NUMBER,
                "legacy_number",
                N_("NIP/NI PPPK terdiri atas 18 angka. Anda menulis %(n)s huruf atau angka: %(text)s."),
                n=len(number),
                text=clip(number),
            )
        else:
            reading.blame(
                NUMBER, "legacy_unknown", N_("NIP/NI PPPK %(text)s tidak ada di daerah ini."), text=number
            )
        return
    if line.person.id == known.own:
        reading.blame(NUMBER, "legacy_oneself", N_("Baris tentang diri sendiri dicatat oleh pengelola lain."))
    name = reading.text(NAME)
    if name and not _names(line.person.name) <= _names(name):
        reading.doubt(
            NAME,
            "legacy_name",
            N_("Menurut portal nomor ini milik %(known)s; di berkas tertulis %(name)s."),
            known=line.person.name,
            name=clip(name),
        )


def _names(text: str) -> set[str]:
    """The words of a name, so that titles and marks in a file do no harm."""
    return set("".join(c if c.isalnum() else " " for c in fold(text)).split())


def _lost(number: str) -> Refusal:
    return Refusal(LOST_DIGITS.code, LOST_DIGITS.message, {"text": number})


def _check_cells(reading: Reading, method: LegacyMethod) -> None:
    """What a method asks for and doesn't know, and the bounds of its scale."""
    values = reading.values
    needed = (TOTAL,) if method is LegacyMethod.PP46 else (PLAN, BEHAVIOUR, TOTAL)
    blamed = {problem.column for problem in reading.problems}
    for column in needed:
        if values.get(column) is None and column not in blamed:
            reading.blame(
                column,
                "legacy_needed",
                N_("%(column)s kosong; %(method)s memerlukannya."),
                column=column,
                method=LABELS[method],
            )
    if method is LegacyMethod.PP46:
        for column in _OF_PP30:
            if values.get(column):
                reading.blame(
                    column,
                    "legacy_not_in",
                    N_("%(column)s tidak ada dalam PP 46/2011. Kosongkan, atau betulkan metode."),
                    column=column,
                )
    for column in (PLAN, BEHAVIOUR, OTHERS, TOTAL):
        value = values.get(column)
        if isinstance(value, Decimal):
            _check_bounds(reading, method, column, value)
    if values.get(RATING) is not None and _foreign_word(reading, method):
        reading.blame(
            RATING,
            "legacy_word",
            N_("Sebutan %(word)s tidak ada dalam %(method)s; yang terendah di sana %(lowest)s."),
            word=clip(reading.row.cells.get(RATING, "")),
            method=LABELS[method],
            lowest=rating_word(OverallRating.VERY_POOR, method),
        )


def _foreign_word(reading: Reading, method: LegacyMethod) -> bool:
    """The lowest rung is *Buruk* under one and *Sangat Kurang* under the other; each has its own word."""
    word = "".join(c for c in reading.row.cells.get(RATING, "").casefold() if c.isalnum())
    return word == {LegacyMethod.PP46: "sangatkurang", LegacyMethod.PP30: "buruk"}[method]


def _check_bounds(reading: Reading, method: LegacyMethod, column: str, value: Decimal) -> None:
    most = HUNDRED if method is LegacyMethod.PP46 and column == BEHAVIOUR else MOST
    if not 0 <= value <= most:
        reading.blame(
            column,
            "legacy_bounds",
            N_("%(column)s %(value)s di luar skala %(method)s, 0 sampai %(most)s."),
            column=column,
            value=format_number(value),
            method=LABELS[method],
            most=format_number(HUNDRED if method is LegacyMethod.PP46 else MOST),
        )
    elif method is LegacyMethod.PP46 and value > HUNDRED:
        reading.doubt(
            column,
            "legacy_above",
            N_(
                "%(column)s %(value)s lebih dari 100. PP 46/2011 Pasal 8 membolehkannya bagi realisasi yang melebihi "
                "target; pastikan memang tercetak demikian."
            ),
            column=column,
            value=format_number(value),
        )


def _part(reading: Reading) -> LegacyPart:
    values = reading.values

    def number(column: str) -> Decimal | None:
        value = values.get(column)
        return value if isinstance(value, Decimal) else None

    rating = values.get(RATING)
    return LegacyPart(
        months=int(str(values.get(MONTHS) or YEAR_MONTHS)),
        total=number(TOTAL) or Decimal(0),
        plan=number(PLAN),
        behaviour=number(BEHAVIOUR),
        others=number(OTHERS),
        new_idea=bool(values.get(IDEA)),
        rating=OverallRating(str(rating)) if rating is not None else None,
        document=reading.text(DOCUMENT),
        day=reading.day(DAY),
    )


def _check_figures(line: Line, policy: PolicyDocument, year: int) -> None:
    """The total against what the method gives, and the printed rating against the scale."""
    part, reading = line.part, line.reading
    assert part is not None
    outcome = worked_out(part, year, policy)
    found = score_of(outcome)
    if found is None:
        reading.problems.append(Problem(OTHERS, outcome.notes[0]))
        return
    if not equal_when_rounded(found, part.total):
        reading.doubt(
            TOTAL,
            "legacy_total",
            N_("nilai_akhir %(total)s, sedangkan dari bagiannya menurut %(method)s %(found)s."),
            total=format_number(part.total),
            method=LABELS[LegacyMethod(policy.method)],
            found=format_number(round_half_up(found)),
        )
    fitting = {rung(score, policy, new_idea=part.new_idea) for score in (found, part.total)}
    if part.rating is not None and part.rating not in fitting:
        reading.blame(
            RATING,
            "legacy_band",
            N_(
                "Predikat Sangat Baik memerlukan ide_baru: ya (PP 30/2019 Pasal 41). Tanpa itu nilai %(total)s "
                "berarti %(fitting)s."
            )
            if _lacks_idea(part, policy)
            else N_("Predikat %(word)s tidak cocok dengan nilai %(total)s; menurut %(method)s: %(fitting)s."),
            word=rating_word(part.rating, policy.method),
            total=format_number(part.total),
            method=LABELS[LegacyMethod(policy.method)],
            fitting=rating_word(rung(part.total, policy, new_idea=part.new_idea), policy.method),
        )


def _lacks_idea(part: LegacyPart, policy: PolicyDocument) -> bool:
    return (
        policy.weighted is not None
        and part.rating is OverallRating.VERY_GOOD
        and rung(part.total, policy, new_idea=True) is OverallRating.VERY_GOOD
    )


# --------------------------------------------------------------------------------- rows together


def why_not_months(months: Sequence[int], year: int, method: LegacyMethod) -> Refusal | None:
    """Why the parts of somebody's year don't make one: twelve months, in 2021 also six of each method."""
    whole = sum(months)
    if whole == YEAR_MONTHS or (year == TURN and whole == HALF):
        return None
    if len(months) > 1 and whole == YEAR_MONTHS * len(months):
        return Refusal(
            "legacy.twice",
            N_(
                "Tahun %(year)s menurut %(method)s ada %(n)s kali untuk orang ini. Hapus yang salah; bila memang "
                "bagian setahun, isi kolom bulan sehingga berjumlah 12."
            ),
            {"year": str(year), "method": LABELS[method], "n": len(months)},
        )
    message = (
        N_(
            "Bulan orang ini pada tahun %(year)s berjumlah %(sum)s; harus 12, atau 6 untuk setengah tahun 2021."
        )
        if year == TURN
        else N_("Bulan orang ini pada tahun %(year)s berjumlah %(sum)s; harus 12.")
    )
    return Refusal("legacy.months", message, {"year": str(year), "sum": whole})


def _months_of(line: Line) -> int:
    return int(str(line.reading.values.get(MONTHS) or YEAR_MONTHS))


def _together(key: Key, group: Sequence[Line]) -> None:
    if any(problem.column == MONTHS for line in group for problem in line.reading.problems):
        return
    refusal = why_not_months([_months_of(line) for line in group], key[1], key[2])
    if refusal is not None:
        for line in group:
            line.reading.problems.append(Problem(MONTHS, refusal))


def _share_of_both(groups: Mapping[Key, Sequence[Line]]) -> None:
    """2021 by both regulations: half a year each, never twelve months of one beside some of the other."""
    for (person, year, method), group in groups.items():
        other = groups.get((person, year, LegacyMethod.PP30))
        if method is not LegacyMethod.PP46 or other is None:
            continue
        both = [*group, *other]
        if sum(map(_months_of, both)) > YEAR_MONTHS:
            refusal = Refusal(
                "legacy.both",
                N_(
                    "Tahun 2021 orang ini ada menurut PP 46/2011 dan PP 30/2019, bersama lebih dari 12 bulan. "
                    "Isi bulan 6 untuk masing-masing."
                ),
            )
            for line in both:
                if not any(problem.column == MONTHS for problem in line.reading.problems):
                    line.reading.problems.append(Problem(MONTHS, refusal))


def _lean(group: Sequence[Line]) -> None:
    """A year lacks what a bad part would have brought: its other parts are bad, too."""
    bad = next((line for line in group if not line.reading.good), None)
    if bad is None:
        return
    for line in group:
        if line.reading.good:
            line.reading.blame(
                "",
                "legacy_leans",
                N_("Bagian lain dari tahun yang sama, baris %(row)s, salah."),
                row=bad.reading.row.number,
            )


def _year_of(key: Key, group: Sequence[Line], known: Known) -> CheckedYear | None:
    """The year that good rows make up; ``None`` where it is bad or stands there already."""
    parts = tuple(line.part for line in group if line.part is not None and line.reading.good)
    if len(parts) < len(group):
        return None
    stored = known.years.get(key)
    if stored is not None and stored.parts == parts:
        for line in group:
            line.fate = Fate.SAME
        return None
    doubtful = any(line.reading.warnings for line in group)
    for number, line in enumerate(group):
        line.fate = Fate.DOUBTFUL if doubtful else Fate.NEW if stored is None else Fate.CHANGED
        if stored is not None:
            line.before = _differences(number, stored.parts, parts, key[2])
    return CheckedYear(key, tuple(group), parts, verdict(parts, key[1], known.policies[key[2]]), doubtful)


def _differences(
    number: int, stored: Sequence[LegacyPart], parts: Sequence[LegacyPart], method: LegacyMethod
) -> dict[str, str]:
    """The stored texts of the columns in which a row differs; of a year with other parts, all of them."""
    was = cells_of(stored[number], method) if number < len(stored) else {}
    now = cells_of(parts[number], method)
    found = {column: was.get(column, "") for column in now if was.get(column, "") != now[column]}
    gone = stored[len(parts) :]
    if gone and number == len(parts) - 1:
        # Parts that go are told in the last row.
        found[MONTHS] = " + ".join(str(part.months) for part in (stored[number], *gone))
    return found


def cells_of(part: LegacyPart, method: LegacyMethod) -> dict[str, str]:
    """A part as a file writes it, without whose year it is."""

    def number(value: Decimal | None) -> str:
        return "" if value is None else format_number(value)

    return {
        MONTHS: str(part.months),
        PLAN: number(part.plan),
        BEHAVIOUR: number(part.behaviour),
        OTHERS: number(part.others),
        IDEA: "ya" if part.new_idea else "",
        TOTAL: number(part.total),
        RATING: "" if part.rating is None else rating_word(part.rating, method),
        DOCUMENT: part.document,
        DAY: part.day.isoformat() if part.day is not None else "",
    }

"""Services and their figures: standard, methods, pooling, clocks, and when a value may be written.

A total is never the mean of its parts: shares pool numerators and denominators, means are weighted by
their n, counts add up, and a median is worked out from the rows themselves (decision 14.21, NEW-16).
What is missing stays missing with its reason; it is never a nought.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from portal.kernel.exact import guarded, round_half_up
from portal.kernel.refusal import N_, Refusal
from portal.policy.calendars.rules import PeriodKind


class Component(StrEnum):
    """The fourteen components of a service standard (UU 25/2009 Ps. 21; PermenPANRB 15/2014)."""

    REQUIREMENTS = "persyaratan"
    PROCEDURE = "prosedur"
    PROMISED_TIME = "jangka_waktu"
    FEE = "biaya"
    PRODUCT = "produk"
    COMPLAINTS = "pengaduan"
    LEGAL_BASIS = "dasar_hukum"
    FACILITIES = "sarana"
    COMPETENCE = "kompetensi"
    SUPERVISION = "pengawasan"
    STAFF = "jumlah_pelaksana"
    SERVICE_GUARANTEE = "jaminan_pelayanan"
    SAFETY_GUARANTEE = "jaminan_keamanan"
    REVIEW = "evaluasi_pelaksana"


PUBLIC = (
    Component.REQUIREMENTS,
    Component.PROCEDURE,
    Component.PROMISED_TIME,
    Component.FEE,
    Component.PRODUCT,
    Component.COMPLAINTS,
)
"""The six of *service delivery*: everybody must be able to read them. The others are *manufacturing*."""


class Method(StrEnum):
    """How an indicator's value comes about, and so how several of them make one."""

    RATE = "persentase"
    MEAN = "rata_rata"
    COUNT = "jumlah"
    MEDIAN = "median"


class Better(StrEnum):
    """Whether more or less of it is better; a volume says nothing about quality (SWL-1)."""

    HIGHER = "naik"
    LOWER = "turun"
    NEITHER = "netral"


class MissingReason(StrEnum):
    """Why there is no value."""

    NO_SERVICE = "tidak_ada_layanan"
    OUTAGE = "gangguan"
    NOT_COLLECTED = "tidak_dikumpulkan"
    CHECKED = "sedang_diperiksa"
    OTHER = "sebab_lain"


class TableKind(StrEnum):
    """What a table that is imported holds: finished values, or the cases behind a median."""

    VALUES = "nilai"
    CASES = "kasus"


class RowFate(StrEnum):
    """What becomes of a row of an imported table."""

    NEW = "baru"
    CORRECTED = "koreksi"
    SAME = "sama"
    BAD = "salah"


LABELS: dict[StrEnum, str] = {
    Component.REQUIREMENTS: N_("Persyaratan"),
    Component.PROCEDURE: N_("Sistem, mekanisme, dan prosedur"),
    Component.PROMISED_TIME: N_("Jangka waktu penyelesaian"),
    Component.FEE: N_("Biaya atau tarif"),
    Component.PRODUCT: N_("Produk pelayanan"),
    Component.COMPLAINTS: N_("Penanganan pengaduan, saran, dan masukan"),
    Component.LEGAL_BASIS: N_("Dasar hukum"),
    Component.FACILITIES: N_("Sarana, prasarana, dan fasilitas"),
    Component.COMPETENCE: N_("Kompetensi pelaksana"),
    Component.SUPERVISION: N_("Pengawasan internal"),
    Component.STAFF: N_("Jumlah pelaksana"),
    Component.SERVICE_GUARANTEE: N_("Jaminan pelayanan"),
    Component.SAFETY_GUARANTEE: N_("Jaminan keamanan dan keselamatan"),
    Component.REVIEW: N_("Evaluasi kinerja pelaksana"),
    Method.RATE: N_("Persentase: pembilang dibagi penyebut"),
    Method.MEAN: N_("Rata-rata dengan jumlah datanya"),
    Method.COUNT: N_("Jumlah"),
    Method.MEDIAN: N_("Median: nilai tengah dari semua kasus"),
    Better.HIGHER: N_("Makin tinggi makin baik"),
    Better.LOWER: N_("Makin rendah makin baik"),
    Better.NEITHER: N_("Hanya volume, bukan ukuran baik buruk"),
    MissingReason.NO_SERVICE: N_("Tidak ada layanan pada periode ini"),
    MissingReason.OUTAGE: N_("Gangguan; data tidak tercatat"),
    MissingReason.NOT_COLLECTED: N_("Tidak dikumpulkan"),
    MissingReason.CHECKED: N_("Masih diperiksa"),
    MissingReason.OTHER: N_("Sebab lain"),
    TableKind.VALUES: N_("Nilai per unit dan periode"),
    TableKind.CASES: N_("Kasus satu per satu (dibuka dan selesai)"),
    RowFate.NEW: N_("Baru"),
    RowFate.CORRECTED: N_("Koreksi"),
    RowFate.SAME: N_("Sama"),
    RowFate.BAD: N_("Salah"),
}
"""The words for each value."""

LEAST_CASES = 5
"""A share, mean or median of fewer cases isn't published: whoever was there would know the person."""

MOST = Decimal(10) ** 12 - 1
"""The largest number that is taken; larger ones don't fit the database's exact numbers (ADR 0007)."""

SECONDS: Mapping[str, int] = {"detik": 1, "menit": 60, "jam": 3600, "hari": 86400}
"""Units in which a duration may be told, in seconds; a day is 24 hours by the clock."""


# ---------------------------------------------------------------------------------------- periods

MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.SEMESTER: 6, PeriodKind.YEAR: 12}


def first_day(kind: PeriodKind, day: date) -> date:
    """The first day of the period of that kind in which ``day`` lies."""
    months = MONTHS[kind]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def moved(kind: PeriodKind, begins: date, by: int) -> date:
    """The first day of the period ``by`` places after the one that begins on ``begins``."""
    months = begins.year * 12 + begins.month - 1 + by * MONTHS[kind]
    return date(months // 12, months % 12 + 1, 1)


def ends_before(kind: PeriodKind, begins: date) -> date:
    """The day before which the period ends (half-open, decision 14.4)."""
    return moved(kind, begins, 1)


def number_of(kind: PeriodKind, begins: date) -> int:
    """The period's number within its year, from 1."""
    return (begins.month - 1) // MONTHS[kind] + 1


def spans(kind: PeriodKind, first: date, last: date) -> list[date]:
    """The first days of every period from ``first`` to ``last``."""
    count = ((last.year - first.year) * 12 + last.month - first.month) // MONTHS[kind]
    return [moved(kind, first, by) for by in range(count + 1)]


def span_key(kind: PeriodKind, begins: date) -> str:
    """``2026-03``, ``2026-triwulan-1``, ``2026-semester-1`` or ``2026``: a period in files and addresses."""
    if kind is PeriodKind.MONTH:
        return f"{begins:%Y-%m}"
    if kind is PeriodKind.YEAR:
        return f"{begins.year}"
    return f"{begins.year}-{kind.value}-{number_of(kind, begins)}"


_SPANS = {
    PeriodKind.MONTH: re.compile(r"(\d{4})-(\d{1,2})(?:-01)?"),
    PeriodKind.QUARTER: re.compile(r"(\d{4})-(?:triwulan-|tw|q|t)([1-4])"),
    PeriodKind.SEMESTER: re.compile(r"(\d{4})-(?:semester-|s)([12])"),
    PeriodKind.YEAR: re.compile(r"(\d{4})"),
}


def parse_span(kind: PeriodKind, text: str) -> date | None:
    """The first day of the period that ``text`` names, as ``span_key`` writes it; ``None`` for another."""
    found = _SPANS[kind].fullmatch(text.strip().lower()) if text.isascii() else None
    if found is None:
        return None
    year, number = int(found[1]), int(found[2]) if found.lastindex == 2 else 1
    if not 1990 <= year <= 2100 or not 1 <= number <= 12 // MONTHS[kind]:
        return None
    return date(year, (number - 1) * MONTHS[kind] + 1, 1)


# ---------------------------------------------------------------------------------------- figures


@dataclass(frozen=True)
class Figure:
    """A value with what stands behind it; without a value it is missing."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    n: int | None = None
    durations: tuple[int, ...] | None = None
    """Of a median: the seconds of each settled case, where they are known."""


NOTHING = Figure(None)


def share(numerator: Decimal, denominator: Decimal) -> Decimal:
    """``numerator`` of ``denominator`` in per cent, to ten places. ``denominator`` isn't nought."""
    return guarded(numerator * 100 / denominator)


def pooled(method: Method, figures: Iterable[Figure], measure: str = "") -> Figure:
    """One figure out of several, units or periods; missing ones are left out, never taken as nought.

    A share is the sum of numerators over the sum of denominators; a mean is weighted by n; a median
    needs every case: without them there is no total (``NOTHING``).
    """
    known = [figure for figure in figures if figure.value is not None]
    if not known:
        return NOTHING
    n = (
        sum(figure.n for figure in known if figure.n is not None)
        if all(f.n is not None for f in known)
        else None
    )
    if method is Method.RATE:
        numerator = sum((f.numerator for f in known if f.numerator is not None), Decimal(0))
        denominator = sum((f.denominator for f in known if f.denominator is not None), Decimal(0))
        if denominator == 0 or any(f.denominator is None or f.numerator is None for f in known):
            return NOTHING
        return Figure(share(numerator, denominator), numerator, denominator, n)
    if method is Method.COUNT:
        return Figure(sum((f.value for f in known if f.value is not None), Decimal(0)), n=n)
    if method is Method.MEAN:
        if not n:
            return NOTHING
        whole = sum((f.value * f.n for f in known if f.value is not None and f.n is not None), Decimal(0))
        return Figure(guarded(whole / n), n=n)
    if len(known) == 1:
        return known[0]
    if any(f.durations is None for f in known):
        return NOTHING
    together = tuple(sorted(second for f in known for second in f.durations or ()))
    return median_figure(together, measure) if together else NOTHING


def median_figure(durations: Sequence[int], measure: str) -> Figure:
    """The median of durations in seconds, told in ``measure`` (one of ``SECONDS``); n is their number."""
    if not durations:
        return NOTHING
    middle = quantile(sorted(durations), Fraction(1, 2)) / SECONDS[measure]
    return Figure(decimal_of(middle), n=len(durations), durations=tuple(sorted(durations)))


def decimal_of(number: Fraction) -> Decimal:
    """``number`` to ten places, half-up."""
    return guarded(Decimal(number.numerator) / Decimal(number.denominator))


def quantile(ordered: Sequence[int], part: Fraction) -> Fraction:
    """The quantile of ``ordered`` numbers by linear interpolation (type 7). Exact; needs one at least."""
    place = part * (len(ordered) - 1)
    below = place.numerator // place.denominator
    low = Fraction(ordered[below])
    if below + 1 == len(ordered):
        return low
    return low + (place - below) * (ordered[below + 1] - ordered[below])


# ------------------------------------------------------------------------------------ public clocks


@dataclass(frozen=True)
class Clocks:
    """Cases with their durations in seconds: what is open and what can't be right stands beside them."""

    settled: tuple[int, ...]
    open: int
    excluded: int
    """Closed before they were opened: left out of every figure, and counted."""

    @property
    def n(self) -> int:
        """All cases, also those left out of the figures."""
        return len(self.settled) + self.open + self.excluded

    @property
    def zero(self) -> int:
        """Settled at the moment of opening; they count."""
        return sum(1 for seconds in self.settled if seconds == 0)

    def mean(self, unit: int = 3600) -> Decimal:
        """The mean duration in ``unit`` seconds (hours)."""
        return decimal_of(Fraction(sum(self.settled), len(self.settled) * unit))

    def quantile(self, part: str, unit: int = 3600) -> Decimal:
        """The quantile ``part`` (such as ``0.9``: the slowest tenth takes longer) in ``unit`` seconds."""
        return decimal_of(quantile(self.settled, Fraction(part)) / unit)

    def within(self, hours: int) -> Decimal:
        """The share of settled cases that took at most so many hours, in per cent."""
        count = sum(1 for seconds in self.settled if seconds <= hours * 3600)
        return share(Decimal(count), Decimal(len(self.settled)))


def clocks(cases: Iterable[tuple[datetime, datetime | None]]) -> Clocks:
    """Durations by the clock from opened to closed moments, both of the same zone; an open case has none."""
    settled, still_open, excluded = [], 0, 0
    for opened, closed in cases:
        if closed is None:
            still_open += 1
        elif closed < opened:
            excluded += 1
        else:
            settled.append(int((closed - opened).total_seconds()))
    return Clocks(tuple(sorted(settled)), still_open, excluded)


def parse_moment(text: str) -> datetime | None:
    """A moment as tables have it: ``2026-03-01 08:15``, with seconds or a ``T``; ``01-03-2026 08.15``."""
    text = text.strip()
    if not text.isascii() or len(text) > 25:
        return None
    local = re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})[ T](\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?", text)
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2}))?", text)
    parts = (local[3], local[2], local[1], *local.groups()[3:]) if local else iso.groups() if iso else None
    if parts is None:
        return None
    try:
        found = datetime(*(int(part or 0) for part in parts))  # type: ignore[arg-type]  # noqa: DTZ001 - by the clock on the wall
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2100 else None


# ---------------------------------------------------------------------------------------- standard


def meets(value: Decimal | None, standard: Decimal | None, better: Better) -> bool | None:
    """Whether a value reaches its standard; ``None`` where there is none, or where it means nothing."""
    if value is None or standard is None or better is Better.NEITHER:
        return None
    value, standard = guarded(value), guarded(standard)
    return value >= standard if better is Better.HIGHER else value <= standard


def shown(value: Decimal, places: int) -> Decimal:
    """The value as it is printed."""
    return round_half_up(value, places)


def why_not_publish_standard(parts: Mapping[Component, str]) -> Refusal | None:
    """Why a service can't be published: one of the six public components isn't written."""
    lacking = [component for component in PUBLIC if not parts.get(component, "").strip()]
    if not lacking:
        return None
    return Refusal(
        "service.standard_incomplete",
        N_("Komponen standar yang wajib dibaca publik belum lengkap."),
        parts=tuple(
            Refusal("service.component", N_("%(component)s belum diisi."), {"component": LABELS[each]})
            for each in lacking
        ),
    )


# ------------------------------------------------------------------------------------- why not ...


def wrong_parts(
    method: Method,
    *,
    value: Decimal | None = None,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    n: Decimal | None = None,
    missing: MissingReason | None = None,
    note: str = "",
) -> list[Refusal]:
    """What doesn't fit in a value as it was given; each refusal is anchored at its field.

    Without a value there must be a reason, with one there must be none: a gap is never a nought.
    """
    first = "numerator" if method is Method.RATE else "value"
    given = [each for each in (value, numerator, denominator, n) if each is not None]
    if missing is not None:
        found = []
        if given:
            found.append(
                Refusal(
                    "value.and_missing",
                    N_("Isi angkanya atau sebab kosongnya, jangan keduanya."),
                    anchor="missing",
                )
            )
        if missing is MissingReason.OTHER and not note.strip():
            found.append(Refusal("value.note", N_("Tulis sebabnya pada catatan."), anchor="note"))
        return found
    if not given:
        return [
            Refusal(
                "value.nothing",
                N_("Isi angkanya, atau pilih sebab mengapa kosong. Kosong tidak sama dengan nol."),
                anchor=first,
            )
        ]
    found = [
        Refusal("value.large", N_("Angka ini terlalu besar untuk disimpan."), anchor=name)
        for name, number in (
            ("value", value),
            ("numerator", numerator),
            ("denominator", denominator),
            ("n", n),
        )
        if number is not None and abs(number) > MOST
    ]
    return found or _wrong_for(method, value, numerator, denominator, n)


def _wrong_for(
    method: Method,
    value: Decimal | None,
    numerator: Decimal | None,
    denominator: Decimal | None,
    n: Decimal | None,
) -> list[Refusal]:
    def needed(name: str) -> Refusal:
        return Refusal("value.needed", N_("Isian ini belum diisi."), anchor=name)

    def negative(name: str) -> Refusal:
        return Refusal("value.negative", N_("Angka ini tidak boleh kurang dari nol."), anchor=name)

    if method is Method.RATE:
        parts = {"numerator": numerator, "denominator": denominator}
        found = [needed(name) for name, number in parts.items() if number is None]
        found += [negative(name) for name, number in parts.items() if number is not None and number < 0]
        if found or numerator is None or denominator is None:
            return found
        if denominator == 0:
            return [
                Refusal(
                    "value.denominator",
                    N_("Penyebut nol tidak dapat dibagi. Pilih sebab kosong: tidak ada layanan."),
                    anchor="denominator",
                )
            ]
        if numerator > denominator:
            return [
                Refusal(
                    "value.above_whole",
                    N_("Pembilang tidak boleh lebih besar daripada penyebut."),
                    anchor="numerator",
                )
            ]
        return []
    found = [needed("value")] if value is None else []
    if value is not None and value < 0:
        found.append(negative("value"))
    if method is Method.COUNT:
        if value is not None and value != value.to_integral_value():
            found.append(Refusal("value.whole", N_("Jumlah ditulis sebagai bilangan bulat."), anchor="value"))
        return found
    if n is None:
        found.append(needed("n"))
    elif n < 1 or n != n.to_integral_value():
        found.append(
            Refusal(
                "value.n", N_("Jumlah data (n) ditulis sebagai bilangan bulat, paling sedikit 1."), anchor="n"
            )
        )
    return found


def figure_of(
    method: Method,
    *,
    value: Decimal | None = None,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    n: Decimal | None = None,
) -> Figure:
    """The figure that these parts make; they fit (``wrong_parts`` found nothing)."""
    if method is Method.RATE:
        if numerator is None or denominator is None:
            return NOTHING
        whole = int(denominator) if denominator == denominator.to_integral_value() else None
        return Figure(share(numerator, denominator), numerator, denominator, whole)
    return Figure(value, n=int(n) if n is not None else None)


def why_not_record(
    *, over: bool, begun: bool, known: bool, closed: bool, reason: str, correcting: bool
) -> Refusal | None:
    """Why a value of a period can't be written now.

    ``over``: the period has ended; ``begun``: the indicator and the unit existed then; ``known``: there is
    a value already; ``closed``: the period was published, or lies in a closed evaluation period.
    """
    if not over:
        return Refusal("value.early", N_("Periode ini belum berakhir; angkanya belum dapat dicatat."))
    if not begun:
        return Refusal(
            "value.before", N_("Periode ini di luar masa berlaku indikator atau unitnya."), anchor="period"
        )
    if known and not correcting:
        return Refusal(
            "value.known",
            N_(
                "Angka unit dan periode ini sudah tercatat. Buka angkanya untuk mengoreksi; yang lama tetap tersimpan."
            ),
        )
    if correcting and not reason.strip():
        return Refusal(
            "value.reason", N_("Tulis alasan koreksi; alasan itu ikut ditampilkan."), anchor="reason"
        )
    if closed and not reason.strip():
        return Refusal(
            "value.closed",
            N_(
                "Periode ini sudah ditutup atau terbit. Angkanya hanya dapat diubah sebagai koreksi dengan alasan."
            ),
            anchor="reason",
        )
    return None


def why_not_empty(missing: MissingReason | None, others_known: int) -> Refusal | None:
    """Why a correction can't take the last value of a series away: then nothing would be left to correct."""
    if missing is None or others_known > 0:
        return None
    return Refusal(
        "value.empties",
        N_(
            "Koreksi ini mengosongkan seluruh deret: tidak ada angka lain untuk unit ini. "
            "Bila indikatornya memang tidak dipakai lagi, akhiri indikatornya."
        ),
        anchor="missing",
    )


def why_not_measure(method: Method, measure: str) -> Refusal | None:
    """Why an indicator can't be told in that unit: a median of durations is told in one of time."""
    if method is Method.RATE and measure != "%":
        return Refusal(
            "indicator.percent", N_("Satuan persentase ditulis dengan tanda persen."), anchor="measure"
        )
    if method is Method.MEDIAN and measure not in SECONDS:
        return Refusal(
            "indicator.time",
            N_("Median waktu ditulis dalam detik, menit, jam, atau hari."),
            anchor="measure",
        )
    return None

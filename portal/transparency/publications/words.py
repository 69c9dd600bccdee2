"""The words of published figures: labels, definitions and findings in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from portal.kernel.refusal import N_
from portal.performance.evaluations.rules import LABELS as EVALUATION_LABELS
from portal.performance.evaluations.rules import NotEvaluatedReason
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles.names import period_name
from portal.policy.cycles.rules import NOT_OBLIGED_LABELS, NotObligedReason
from portal.policy.policies.rules import LABELS as POLICY_LABELS
from portal.policy.policies.rules import OrganisationRating, OverallRating
from portal.transparency.publications.editions import Share
from portal.transparency.publications.keys import (
    DISTRIBUTION,
    INDICATORS,
    OTHER_REASONS,
    RATING_KEYS,
    UNFINISHED,
)
from portal.transparency.publications.rules import percent
from portal.web.formats import formats


@dataclass(frozen=True)
class Measure:
    """The words of one share: what it is called, how it is worked out, what it counts."""

    label: str
    column: str
    definition: str
    formula: str
    of: str
    """``%(part)s`` of ``%(whole)s`` in words."""


MEASURES: Mapping[str, Measure] = {
    "memiliki_skp": Measure(
        N_("Memiliki SKP"),
        N_("Memiliki SKP"),
        N_(
            "Pegawai yang Sasaran Kinerja Pegawai (SKP)-nya sudah ditetapkan pejabat penilai ketika periode ditutup. "
            "SKP adalah rencana hasil kerja setahun; pegawai yang tidak wajib menyusunnya dihitung terpisah."
        ),
        N_("SKP yang ditetapkan ÷ pegawai yang wajib SKP"),
        N_("%(part)s dari %(whole)s pegawai"),
    ),
    "ditetapkan_tepat_waktu": Measure(
        N_("SKP ditetapkan tepat waktu"),
        N_("Tepat waktu"),
        N_(
            "SKP yang ditetapkan sampai tenggat peraturan, yaitu akhir Januari (PP 30/2019 Pasal 24). "
            "Yang ditetapkan sesudahnya, atau belum ditetapkan, dihitung tidak tepat waktu."
        ),
        N_("SKP yang ditetapkan sampai tenggat ÷ pegawai yang wajib SKP"),
        N_("%(part)s dari %(whole)s pegawai"),
    ),
    "dievaluasi": Measure(
        N_("Pegawai yang dinilai"),
        N_("Dinilai"),
        N_(
            "Pegawai yang predikat kinerjanya ditetapkan pejabat penilai untuk periode ini. "
            "Yang tidak dinilai dihitung menurut sebabnya; ketiadaan predikat bukan predikat rendah."
        ),
        N_("pegawai berpredikat ÷ pegawai yang wajib SKP"),
        N_("%(part)s dari %(whole)s pegawai"),
    ),
    INDICATORS: Measure(
        N_("Indikator tercapai"),
        N_("Indikator tercapai"),
        N_(
            "Indikator hasil kerja utama dalam SKP pegawai yang dinilai, yang realisasinya mencapai target "
            "atau melampauinya. Indikator tanpa realisasi tidak ikut dihitung, baik sebagai tercapai maupun tidak."
        ),
        N_("indikator dengan capaian seratus persen atau lebih ÷ indikator yang dilaporkan"),
        N_("%(part)s dari %(whole)s indikator"),
    ),
}

COUNT_LABELS: Mapping[str, str] = {
    "wajib_skp": N_("Wajib SKP"),
    "memiliki_skp": N_("Memiliki SKP"),
    "ditetapkan_tepat_waktu": N_("SKP tepat waktu"),
    "dievaluasi": N_("Dinilai"),
    "belum_dinilai": N_("Tidak dinilai"),
    "tidak_wajib": N_("Tidak wajib SKP"),
    "indikator_tercapai": N_("Indikator tercapai"),
    "indikator_jumlah": N_("Indikator dilaporkan"),
    "predikat_organisasi": N_("Capaian organisasi"),
    DISTRIBUTION: N_("Sebaran predikat"),
}
"""The words for the keys of a dataset."""


def period(span: tuple[str, int, int]) -> str:
    """``Triwulan III 2026``, ``Agustus 2026``, ``Tahun 2026``."""
    kind, number, year = span
    begins = date(year, number if kind == PeriodKind.MONTH else 1, 1)
    return period_name(SimpleNamespace(kind=PeriodKind(kind), number=number, begins=begins))


def name(thing: Mapping[str, Any] | Any) -> str:
    """The name in the reader's language where there is one, else the Indonesian one."""
    read = thing.get if isinstance(thing, Mapping) else lambda key: getattr(thing, key)
    own, english = ("nama", "nama_en") if isinstance(thing, Mapping) else ("name", "name_en")
    return str((read(english) if is_english() else "") or read(own))


def is_english() -> bool:
    """Whether the page is in English."""
    locale = get_locale()
    return locale is not None and locale.language == "en"


def of(measure: str, value: Share) -> str:
    """``286 dari 310 pegawai``."""
    f = formats()
    return _(MEASURES[measure].of, part=f.number(value.part), whole=f.number(value.whole))


def shown_percent(value: Share | None) -> str:
    """``92,3 %``, or what stands where there is none."""
    if value is None:
        return _("tidak ditampilkan")
    return _("belum ada") if value.percent is None else formats().percent(value.percent)


def change(now: Share | None, before: Share | None, before_span: tuple[str, int, int]) -> tuple[str, str]:
    """The change since the period before in a sentence, and its tone."""
    if now is None or before is None or now.percent is None or before.percent is None:
        return "", ""
    points = now.percent - before.percent
    when = period(before_span)
    size = formats().number(abs(points), 1)
    if points > 0:
        return _("Naik %(points)s poin dari %(period)s", points=size, period=when), "good"
    if points < 0:
        return _("Turun %(points)s poin dari %(period)s", points=size, period=when), "warn"
    return _("Sama dengan %(period)s", period=when), ""


def finding(total: Mapping[str, Any], on_time: Share | None, rated: Share | None) -> str:
    """The region's figures as one heading: the good news as plainly as the bad."""
    if on_time is None or rated is None:
        return _("Angka periode ini tidak dapat ditampilkan")
    if on_time.percent is None or rated.percent is None:
        return _("Tidak ada pegawai yang wajib SKP pada periode ini")
    if rated.part == rated.whole and on_time.part == on_time.whole:
        return _("Semua SKP ditetapkan tepat waktu dan semua pegawai dinilai")
    if rated.part == rated.whole:
        return _(
            "Semua pegawai dinilai; %(share)s SKP ditetapkan tepat waktu",
            share=formats().percent(on_time.percent),
        )
    late = on_time.whole - on_time.part
    return _(
        "%(rated)s pegawai dinilai; %(late)s SKP ditetapkan terlambat atau belum ditetapkan",
        rated=formats().percent(rated.percent),
        late=formats().number(late) if late else _("tidak ada"),
    )


def spread_finding(spread: Mapping[str, int]) -> str:
    """The most frequent rating as a heading."""
    whole = sum(spread.values())
    top = max(RATING_KEYS, key=lambda key: spread[key])
    return _(
        "%(share)s dari %(whole)s pegawai yang dinilai berpredikat %(rating)s",
        share=formats().percent(percent(spread[top], whole) or 0),
        whole=formats().number(whole),
        rating=_(POLICY_LABELS[OverallRating(top)]),
    )


def spread_rows(spread: Mapping[str, int]) -> list[dict[str, Any]]:
    """The five ratings for the chart, best first."""
    whole = sum(spread.values())
    return [
        {"key": key, "label": rating(key), "count": spread[key], "share": percent(spread[key], whole) or 0}
        for key in RATING_KEYS
    ]


def rating(key: str) -> str:
    """A person's rating in words."""
    return _(POLICY_LABELS[OverallRating(key)])


def organisation_rating(key: str) -> str:
    """An organisation's rating in words."""
    return _(POLICY_LABELS[OrganisationRating(key)])


def reason(group: str, key: str) -> str:
    """A reason for not being rated, or for not being obliged, in words."""
    if key == UNFINISHED:
        return _("Tidak ada evaluasi dan sebabnya tidak dicatat")
    if key == OTHER_REASONS:
        return _("Sebab lain (tidak dirinci agar tidak menunjuk seseorang)")
    if group == "tidak_wajib":
        return _(NOT_OBLIGED_LABELS[NotObligedReason(key)])
    return _(EVALUATION_LABELS[NotEvaluatedReason(key)])


def reasons(group: str, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Reasons with their counts, the most frequent first."""
    rows = [{"label": reason(group, key), "value": count} for key, count in counts.items()]
    return sorted(rows, key=lambda row: (-row["value"], row["label"]))


def column(key: str) -> str:
    """The words for a column of the table of differences."""
    for group in ("belum_dinilai", "tidak_wajib"):
        if key.startswith(f"{group}_"):
            return f"{_(COUNT_LABELS[group])}: {reason(group, key[len(group) + 1 :])}"
    if key.startswith("distribusi_"):
        return rating(key[len("distribusi_") :])
    return _(COUNT_LABELS[key])


def listed(names: Sequence[str]) -> str:
    """``A, B, dan C``."""
    if len(names) < 2:
        return "".join(names)
    if len(names) == 2:
        return _("%(first)s dan %(last)s", first=names[0], last=names[1])
    return _("%(first)s, dan %(last)s", first=", ".join(names[:-1]), last=names[-1])

"""From what was reached to a rating that somebody has received: every rule of an evaluation.

The organisation is rated first, then the person: two ratings with reasons meet in the quadrant
(PermenPANRB 6/2022; SE MenPANRB 3/2023). Nothing here averages ratings and nothing computed becomes a
rating by itself: attainment gives advice, the pattern gives warnings. Signing is receipt, not consent
(PP 30/2019 Ps. 49, 59). Who wasn't evaluated has a reason, never a value.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from portal.kernel.clock import add_working_days
from portal.kernel.exact import guarded, round_half_up
from portal.kernel.refusal import N_, Refusal, several
from portal.kernel.workflow import Transition, Workflow
from portal.performance.plans.rules import Direction
from portal.policy.cycles.rules import NOT_OBLIGED_LABELS
from portal.policy.cycles.rules import NotObligedReason as NotObligedReason  # noqa: PLC0414 (offered here, too)
from portal.policy.policies.rules import LABELS as RATING_LABELS
from portal.policy.policies.rules import (
    AdviceLimits,
    ExpectationRating,
    Matrix,
    OrganisationRating,
    OverallRating,
    PatternLimit,
    PolicyDocument,
)


class EvaluationState(StrEnum):
    """Where the evaluation of one person in one period stands."""

    RUNNING = "berjalan"
    REPORTED = "dilaporkan"
    RATED = "dinilai"
    HANDED_OVER = "disampaikan"
    RECEIVED = "diterima"
    CLOSED = "ditutup"
    NOT_EVALUATED = "tidak_dinilai"


class NotEvaluatedReason(StrEnum):
    """Why somebody who is obliged wasn't evaluated in a period (the portal's list, not a legal one)."""

    TOO_SHORT = "masa_kerja_singkat"
    MOVED = "pindah"
    SICK_LEAVE = "cuti_sakit"
    MATERNITY_LEAVE = "cuti_melahirkan"
    LONG_LEAVE = "cuti_besar"
    STUDY = "tugas_belajar"
    RETIRED = "pensiun"
    DIED = "meninggal_dunia"
    NO_PLAN = "tanpa_skp"
    NO_APPRAISER = "tanpa_penilai"
    OTHER = "lainnya"


class Relation(StrEnum):
    """As what somebody looked at another's evaluation."""

    APPRAISER = "penilai"
    SUPERIOR = "atasan_penilai"
    MANAGER = "pengelola"
    AUDITOR = "auditor"
    BOARD = "tim_penilai"


LABELS: dict[StrEnum, str] = {
    Relation.APPRAISER: N_("Pejabat penilai"),
    Relation.SUPERIOR: N_("Atasan pejabat penilai"),
    Relation.MANAGER: N_("Pengelola kinerja"),
    Relation.AUDITOR: N_("Auditor"),
    Relation.BOARD: N_("Tim penilai kinerja"),
    EvaluationState.RUNNING: N_("Berjalan"),
    EvaluationState.REPORTED: N_("Realisasi dilaporkan"),
    EvaluationState.RATED: N_("Predikat ditetapkan"),
    EvaluationState.HANDED_OVER: N_("Disampaikan kepada pegawai"),
    EvaluationState.RECEIVED: N_("Diterima pegawai"),
    EvaluationState.CLOSED: N_("Ditutup"),
    EvaluationState.NOT_EVALUATED: N_("Tidak dinilai"),
    NotEvaluatedReason.TOO_SHORT: N_("Masa kerja pada periode ini terlalu singkat"),
    NotEvaluatedReason.MOVED: N_("Pindah; dinilai di tempat lain"),
    NotEvaluatedReason.SICK_LEAVE: N_("Cuti sakit"),
    NotEvaluatedReason.MATERNITY_LEAVE: N_("Cuti melahirkan"),
    NotEvaluatedReason.LONG_LEAVE: N_("Cuti besar"),
    NotEvaluatedReason.STUDY: N_("Tugas belajar"),
    NotEvaluatedReason.RETIRED: N_("Pensiun"),
    NotEvaluatedReason.DIED: N_("Meninggal dunia"),
    NotEvaluatedReason.NO_PLAN: N_("Tidak ada SKP yang ditetapkan"),
    NotEvaluatedReason.NO_APPRAISER: N_("Tidak ada penilai"),
    NotEvaluatedReason.OTHER: N_("Sebab lain"),
    **dict[StrEnum, str](NOT_OBLIGED_LABELS.items()),
}
"""The words for each value."""

# --------------------------------------------------------------------------------------- workflow

EVALUATION_WORKFLOW = Workflow(
    "evaluation",
    tuple(EvaluationState),
    (
        Transition("report", (EvaluationState.RUNNING,), EvaluationState.REPORTED, "pegawai"),
        Transition("reopen_report", (EvaluationState.REPORTED,), EvaluationState.RUNNING, "penilai"),
        Transition(
            "rate",
            (EvaluationState.REPORTED,),
            EvaluationState.RATED,
            "penilai",
            "capaian organisasi ditetapkan",
        ),
        Transition(
            "rate",
            (EvaluationState.RUNNING,),
            EvaluationState.RATED,
            "penilai",
            "tenggat realisasi sudah lewat",
        ),
        Transition("re_rate", (EvaluationState.RATED,), EvaluationState.RATED, "penilai", "dengan alasan"),
        Transition("hand_over", (EvaluationState.RATED,), EvaluationState.HANDED_OVER, "penilai"),
        Transition("receive", (EvaluationState.HANDED_OVER,), EvaluationState.RECEIVED, "pegawai"),
        Transition(
            "substitute",
            (EvaluationState.RATED,),
            EvaluationState.HANDED_OVER,
            "atasan penilai",
            "batas penyampaian lewat",
        ),
        Transition(
            "substitute",
            (EvaluationState.HANDED_OVER,),
            EvaluationState.CLOSED,
            "atasan penilai",
            "batas tanda tangan lewat",
        ),
        Transition("close", (EvaluationState.RECEIVED,), EvaluationState.CLOSED, "pengelola"),
        Transition(
            "close",
            (EvaluationState.HANDED_OVER,),
            EvaluationState.CLOSED,
            "pengelola",
            "batas tanda tangan lewat",
        ),
        Transition(
            "mark_not_evaluated",
            (EvaluationState.RUNNING, EvaluationState.REPORTED),
            EvaluationState.NOT_EVALUATED,
            "pengelola",
            "dengan sebab",
        ),
        Transition(
            "undo_not_evaluated", (EvaluationState.NOT_EVALUATED,), EvaluationState.RUNNING, "pengelola"
        ),
    ),
)
"""One evaluation, periodic or yearly."""

REASON_LEAST = 20
"""Characters that a reason must have: a word like "baik" explains nothing to the person rated."""
REASON_TEXT = 1000
SELF_NOTE_TEXT = 2000
ACHIEVEMENT_NOTE_TEXT = 500
"""Characters that a text may have."""


# ---------------------------------------------------------------------------------------- ratings


class NotRated(ValueError):
    """A rating is missing; there is no default (TV-1, line 10)."""


def overall_rating(
    result: ExpectationRating | None, behaviour: ExpectationRating | None, matrix: Matrix
) -> OverallRating:
    """The overall rating where the two meet. Raises ``NotRated`` when one is missing."""
    if result is None or behaviour is None:
        raise NotRated("both ratings are needed")
    return matrix[(result, behaviour)]


@dataclass(frozen=True)
class Change:
    """What one step of one rating would have given. ``which``: hasil or perilaku; ``step``: naik, turun."""

    result: ExpectationRating
    behaviour: ExpectationRating
    overall: OverallRating
    which: str
    step: str
    changes: bool


def what_would_change(
    result: ExpectationRating, behaviour: ExpectationRating, matrix: Matrix
) -> list[Change]:
    """Each single step up or down of one rating, results first, upward first; ``changes`` says whether
    the overall rating would differ.
    """
    now = overall_rating(result, behaviour, matrix)
    found = []
    for which, step, r, b in _steps(result, behaviour):
        overall = overall_rating(r, b, matrix)
        found.append(Change(r, b, overall, which, step, overall != now))
    return found


def _steps(
    result: ExpectationRating, behaviour: ExpectationRating
) -> Iterator[tuple[str, str, ExpectationRating, ExpectationRating]]:
    order = tuple(ExpectationRating)
    for step, by in (("naik", 1), ("turun", -1)):
        if 0 <= (at := order.index(result) + by) < len(order):
            yield "hasil", step, order[at], behaviour
    for step, by in (("naik", 1), ("turun", -1)):
        if 0 <= (at := order.index(behaviour) + by) < len(order):
            yield "perilaku", step, result, order[at]


def head_result_rating(organisation: OrganisationRating) -> ExpectationRating:
    """The rating of results that the organisation's rating means for its head (SE MenPANRB 3/2023: the
    organisation's achievement is the head's result). How five words become three is an assumption that
    HR confirms, so this is advice, too.
    """
    if organisation is OrganisationRating.EXCELLENT:
        return ExpectationRating.ABOVE
    return (
        ExpectationRating.AS_EXPECTED if organisation is OrganisationRating.GOOD else ExpectationRating.BELOW
    )


# ------------------------------------------------------------------------------------- attainment

HUNDRED = Decimal(100)


class Working(NamedTuple):
    """How an attainment was worked out: a key and the numbers.

    ``naik``: achieved, divisor. ``turun``: divisor, achieved (2 × divisor minus achieved, over divisor).
    ``dalam_rentang``: low, achieved, high. Empty where there is nothing to work out.
    """

    formula: str
    numbers: tuple[Decimal, ...]

    def text(self, shown: Callable[[Decimal], str]) -> str:
        """The working with its numbers as ``shown`` writes them: ``84,6 ÷ 80``."""
        n = [shown(number) for number in self.numbers]
        match self.formula:
            case "naik":
                return f"{n[0]} ÷ {n[1]}"
            case "turun":
                return f"(2 × {n[0]} − {n[1]}) ÷ {n[0]}"
            case "dalam_rentang":
                return f"{n[0]} ≤ {n[1]} ≤ {n[2]}"
            case _:
                return ""


NO_WORKING = Working("", ())


@dataclass(frozen=True)
class Attainment:
    """Achievement against target in per cent, or ``None`` with a ``note`` that says why not.

    ``value`` has ten places and is never above the cap (``capped``) nor below zero.
    """

    value: Decimal | None
    working: Working = NO_WORKING
    capped: bool = False
    note: Refusal | None = None


MISSING = Refusal("attainment.missing", N_("Belum ada data. Kosong bukan berarti nol."))
NO_TARGET = Refusal(
    "attainment.no_target", N_("Ukuran ini tanpa target angka; penilai menilainya dari uraian dan bukti.")
)
ZERO_TARGET = Refusal(
    "attainment.zero_target",
    N_("Capaian tidak dapat dihitung karena targetnya nol. Penilai menilainya dari bukti."),
)
IN_WORDS = Refusal(
    "advice.in_words",
    N_("Tidak ada usulan: ukuran keberhasilannya dalam kalimat. Penilai menilainya dari uraian dan bukti."),
)
FLOORED = Refusal("attainment.floored", N_("Hasil hitungan di bawah nol ditampilkan sebagai nol."))


def attainment(
    achieved: Decimal | None,
    target_min: Decimal | None,
    target_max: Decimal | None,
    direction: str,
    cap: Decimal = Decimal(120),
) -> Attainment:
    """What ``achieved`` is of the target, in per cent (PermenPANRB 8/2021, annex; cap PP 30/2019 Ps. 29).

    More is better: achieved ÷ target. Less is better: (2 × target − achieved) ÷ target. Inside a range
    100; outside it the nearer bound is the target. One value: ``target_max`` is ``None`` or equal.
    """
    low = target_min if target_min is not None else target_max
    high = target_max if target_max is not None else target_min
    if low is None or high is None:
        return Attainment(None, note=NO_TARGET)
    if achieved is None:
        return Attainment(None, note=MISSING)
    if low != high and low <= achieved <= high:
        return _capped(HUNDRED, Working("dalam_rentang", (low, achieved, high)), cap)
    divisor = low if achieved < low else high
    if divisor == 0:
        return Attainment(None, note=ZERO_TARGET)
    if direction == Direction.DOWN:
        return _capped(
            (2 * divisor - achieved) / divisor * HUNDRED, Working("turun", (divisor, achieved)), cap
        )
    return _capped(achieved / divisor * HUNDRED, Working("naik", (achieved, divisor)), cap)


def _capped(value: Decimal, working: Working, cap: Decimal) -> Attainment:
    value = guarded(value)
    if value > cap:
        return Attainment(guarded(cap), working, capped=True)
    if value < 0:
        return Attainment(guarded(Decimal(0)), working, note=FLOORED)
    return Attainment(value, working)


# ----------------------------------------------------------------------------------------- advice


@dataclass(frozen=True)
class Advice:
    """What attainment suggests for the rating of results; ``rating`` is ``None`` without data.

    ``mean`` is over the ``counted`` indicators; ``missing`` ones have no figure and count as nothing,
    neither as zero nor as reached. ``below_floor`` counts those under the floor; ``worded`` those without
    a target (qualitative approach), which the appraiser judges in words.
    """

    rating: ExpectationRating | None
    mean: Decimal | None
    counted: int
    missing: int
    below_floor: int
    reasons: tuple[Refusal, ...] = ()
    worded: int = 0


def advice_result(attainments: Iterable[Attainment], limits: AdviceLimits) -> Advice:
    """The advice from the attainments of the main indicators (``policies.md`` §1; no legal cut-off).

    Mean under ``below``: below. Mean from ``above`` on, no indicator under ``floor`` and none without a
    figure: above. Else as expected. Measures in words have no figure to be missing.
    """
    given = list(attainments)
    rows = [row for row in given if row.note is not NO_TARGET]
    worded = len(given) - len(rows)
    values = [row.value for row in rows if row.value is not None]
    missing = len(rows) - len(values)
    if not values and worded and not missing:
        return Advice(None, None, 0, 0, 0, (IN_WORDS,), worded)
    if not values:
        reason = Refusal(
            "advice.no_data", N_("Tidak ada usulan: belum ada indikator utama yang dapat dihitung.")
        )
        return Advice(None, None, 0, missing, 0, (reason,), worded)
    mean = guarded(sum(values, Decimal(0)) / len(values))
    low = sum(value < limits.floor for value in values)
    reasons = [_mean_reason(mean, len(values), limits)]
    rating = ExpectationRating.AS_EXPECTED
    if mean < limits.below:
        rating = ExpectationRating.BELOW
    elif mean >= limits.above:
        if low:
            reasons.append(
                Refusal(
                    "advice.below_floor",
                    N_("%(n)s indikator utama capaiannya di bawah %(floor)s%%."),
                    {"n": low, "floor": limits.floor},
                )
            )
        elif not missing and not worded:
            rating = ExpectationRating.ABOVE
    if missing:
        reasons.append(
            Refusal(
                "advice.missing",
                N_("%(n)s indikator utama tidak ikut dihitung karena belum ada capaiannya."),
                {"n": missing},
            )
        )
    if worded:
        reasons.append(
            Refusal(
                "advice.worded",
                N_("%(n)s ukuran utama tanpa target angka dinilai dari uraian dan bukti."),
                {"n": worded},
            )
        )
    return Advice(rating, mean, len(values), missing, low, tuple(reasons), worded)


def _mean_reason(mean: Decimal, count: int, limits: AdviceLimits) -> Refusal:
    params = {
        "mean": round_half_up(mean),
        "n": count,
        "below": limits.below,
        "above": limits.above,
    }
    if mean < limits.below:
        return Refusal(
            "advice.mean_below",
            N_("Rata-rata capaian %(n)s indikator utama %(mean)s%%, di bawah %(below)s%%."),
            params,
        )
    if mean < limits.above:
        return Refusal(
            "advice.mean_between",
            N_("Rata-rata capaian %(n)s indikator utama %(mean)s%%, antara %(below)s%% dan %(above)s%%."),
            params,
        )
    return Refusal(
        "advice.mean_above",
        N_("Rata-rata capaian %(n)s indikator utama %(mean)s%%, mencapai %(above)s%%."),
        params,
    )


@dataclass(frozen=True)
class Lift:
    """The mean from which the advice would be one step higher, and what else it takes."""

    rating: ExpectationRating
    mean: Decimal
    none_below: Decimal | None = None
    none_missing: bool = False


def what_would_lift(advice: Advice, limits: AdviceLimits) -> Lift | None:
    """What would make the advice one step better; ``None`` where it is the best or there is none."""
    if advice.rating is ExpectationRating.BELOW:
        return Lift(ExpectationRating.AS_EXPECTED, limits.below)
    if advice.rating is ExpectationRating.AS_EXPECTED:
        return Lift(ExpectationRating.ABOVE, limits.above, limits.floor, none_missing=advice.missing > 0)
    return None


def differs_from_advice(result: ExpectationRating, advice: Advice) -> bool:
    """Whether the rating differs from the advice: then the reason must say why."""
    return advice.rating is not None and advice.rating is not result


# ---------------------------------------------------------------------------------------- pattern


def pattern_warnings(
    organisation_rating: OrganisationRating, counts: Mapping[OverallRating, int], policy: PolicyDocument
) -> list[Refusal]:
    """Where the ratings leave the pattern of the organisation's rating: warnings, never a quota.

    Shares are of all that were rated; none under ``pattern_least`` people (SE MenPANRB 3/2023; TV-2).
    """
    total = sum(counts.values())
    if total < policy.pattern_least:
        return []
    found = []
    for limit in policy.pattern[organisation_rating]:
        n = sum(counts.get(rating, 0) for rating in limit.ratings)
        if not _within(limit, n, total):
            found.append(_pattern_warning(limit, n, total))
    return found


def _within(limit: PatternLimit, n: int, total: int) -> bool:
    match limit.bound:
        case "max":
            return n * HUNDRED <= (limit.share or 0) * total
        case "min":
            return n * HUNDRED >= (limit.share or 0) * total
        case "some":
            return n > 0
        case _:
            return n == 0


_PATTERN_WORDS = {
    "max": N_(
        "%(n)s dari %(total)s pegawai (%(share)s%%) mendapat %(ratings)s; polanya paling banyak %(limit)s%%."
    ),
    "min": N_(
        "%(n)s dari %(total)s pegawai (%(share)s%%) mendapat %(ratings)s; polanya paling sedikit %(limit)s%%."
    ),
    "some": N_(
        "Dari %(total)s pegawai belum ada yang mendapat %(ratings)s, padahal polanya memuat predikat itu."
    ),
    "none": N_(
        "%(n)s dari %(total)s pegawai mendapat %(ratings)s, padahal polanya tidak memuat predikat itu."
    ),
}


def _pattern_warning(limit: PatternLimit, n: int, total: int) -> Refusal:
    return Refusal(
        f"pattern.{limit.bound}.{'+'.join(limit.ratings)}",
        _PATTERN_WORDS[limit.bound],
        {
            "ratings": " / ".join(RATING_LABELS[rating] for rating in limit.ratings),
            "share": round_half_up(n * HUNDRED / total, 1),
            "limit": limit.share,
            "n": n,
            "total": total,
        },
    )


# ------------------------------------------------------------------------------------- why not ...

_NOW = {
    EvaluationState.RUNNING: N_("Evaluasi ini masih berjalan; pegawai belum melaporkan realisasi."),
    EvaluationState.REPORTED: N_("Realisasi sudah dilaporkan; predikat belum ditetapkan."),
    EvaluationState.RATED: N_("Predikat sudah ditetapkan dan belum disampaikan kepada pegawai."),
    EvaluationState.HANDED_OVER: N_("Dokumen evaluasi sudah disampaikan dan menunggu tanda tangan pegawai."),
    EvaluationState.RECEIVED: N_("Dokumen evaluasi sudah diterima dan ditandatangani pegawai."),
    EvaluationState.CLOSED: N_("Evaluasi ini sudah ditutup."),
    EvaluationState.NOT_EVALUATED: N_("Pegawai ini dicatat tidak dinilai pada periode ini."),
}

PERIOD_CLOSED = Refusal("evaluation.period_closed", N_("Periode ini tidak sedang dibuka."))
OWN = Refusal("evaluation.self", N_("Anda tidak dapat menilai diri sendiri."))


def _why_not(verb: str, state: str, period_open: bool = True) -> Refusal | None:
    if not period_open:
        return PERIOD_CLOSED
    if EVALUATION_WORKFLOW.find(verb, state) is not None:
        return None
    return Refusal("evaluation.state", _NOW[EvaluationState(state)], {"state": state})


def why_not_report(state: str, period_open: bool = True, unexplained: int = 0) -> Refusal | None:
    """Why the employee can't report. ``unexplained``: indicators with neither a figure nor a note."""
    refusal = _why_not("report", state, period_open)
    if refusal is None and unexplained > 0:
        refusal = Refusal(
            "evaluation.unexplained",
            N_("%(n)s indikator belum memiliki realisasi. Isi angkanya, atau tulis mengapa belum ada."),
            {"n": unexplained},
            anchor="achievements",
        )
    return refusal


def why_not_reopen_report(state: str, period_open: bool = True) -> Refusal | None:
    """Why the appraiser can't give the report back."""
    return _why_not("reopen_report", state, period_open)


def why_not_rate(
    state: str,
    *,
    organisation_rated: bool,
    organisation_waits_for: str = "",
    period_open: bool = True,
    by_self: bool = False,
    report_late: bool = False,
    plan_set: bool = True,
    reasons: tuple[str, str] | None = None,
) -> Refusal | None:
    """Why the overall rating can't be set.

    ``organisation_waits_for``: who sets the organisation's rating. ``report_late``: the day of reporting
    has passed, so that a silent employee doesn't hold up the evaluation. ``reasons`` (results, behaviour)
    are looked at when given: the button doesn't know them yet, the action does.
    """
    if by_self:
        return OWN
    refusal = _why_not("rate", state, period_open)
    if refusal is not None:
        return refusal
    if not plan_set:
        return Refusal(
            "evaluation.no_plan", N_("Predikat belum dapat ditetapkan: SKP pegawai ini belum ditetapkan.")
        )
    if state == EvaluationState.RUNNING and not report_late:
        return Refusal(
            "evaluation.not_reported",
            N_(
                "Pegawai belum melaporkan realisasi. Setelah tenggatnya lewat, Anda dapat menilai dari catatan yang ada."
            ),
        )
    if not organisation_rated:
        return Refusal(
            "evaluation.org_first",
            N_("Predikat belum dapat ditetapkan: capaian kinerja organisasi periode ini menunggu %(name)s."),
            {"name": organisation_waits_for},
        )
    return why_not_reasons(*reasons) if reasons is not None else None


def why_not_reasons(result_reason: str, behaviour_reason: str) -> Refusal | None:
    """Why the two reasons don't do; each part names its field."""
    parts = []
    if len(result_reason.strip()) < REASON_LEAST:
        parts.append(
            Refusal(
                "evaluation.result_reason",
                N_("Alasan rating hasil kerja perlu sekurang-kurangnya %(n)s huruf."),
                {"n": REASON_LEAST},
                anchor="result_reason",
            )
        )
    if len(behaviour_reason.strip()) < REASON_LEAST:
        parts.append(
            Refusal(
                "evaluation.behaviour_reason",
                N_("Alasan rating perilaku kerja perlu sekurang-kurangnya %(n)s huruf."),
                {"n": REASON_LEAST},
                anchor="behaviour_reason",
            )
        )
    return several("evaluation.reasons", N_("Pegawai berhak membaca alasan setiap rating."), parts)


def why_not_re_rate(
    state: str, change_reason: str | None = None, period_open: bool = True, by_self: bool = False
) -> Refusal | None:
    """Why a rating can't be replaced before the hand-over; afterwards only an objection changes it.

    ``change_reason`` is looked at when given.
    """
    if by_self:
        return OWN
    refusal = _why_not("re_rate", state, period_open)
    if refusal is None and change_reason is not None and len(change_reason.strip()) < REASON_LEAST:
        refusal = Refusal(
            "evaluation.change_reason",
            N_(
                "Tulis mengapa predikat diubah, sekurang-kurangnya %(n)s huruf. Predikat sebelumnya tetap tercatat."
            ),
            {"n": REASON_LEAST},
            anchor="change_reason",
        )
    return refusal


def why_not_hand_over(
    state: str,
    period_open: bool = True,
    by_self: bool = False,
    on: date | None = None,
    rated_on: date | None = None,
) -> Refusal | None:
    """Why the document can't be handed over; the day of handing over isn't before that of the rating."""
    if by_self:
        return OWN
    refusal = _why_not("hand_over", state, period_open)
    if refusal is None and on is not None and rated_on is not None and on < rated_on:
        refusal = Refusal(
            "evaluation.before_rating",
            N_("Dokumen ditetapkan pada %(day)s; penyampaian tidak dapat bertanggal lebih awal."),
            {"day": rated_on},
            anchor="handed_over_on",
        )
    return refusal


def why_not_receive(
    state: str, acknowledged: bool = True, on: date | None = None, handed_over_on: date | None = None
) -> Refusal | None:
    """Why the employee can't sign as received. ``acknowledged``: the tick that a signature isn't consent."""
    refusal = _why_not("receive", state)
    if refusal is None and on is not None and handed_over_on is not None and on < handed_over_on:
        refusal = Refusal(
            "evaluation.before_handover",
            N_("Dokumen disampaikan pada %(day)s; penerimaan tidak dapat bertanggal lebih awal."),
            {"day": handed_over_on},
            anchor="received_on",
        )
    if refusal is None and not acknowledged:
        refusal = Refusal(
            "evaluation.acknowledge",
            N_("Centang pernyataan bahwa tanda tangan berarti menerima dokumen, bukan berarti setuju."),
            anchor="acknowledged",
        )
    return refusal


def why_not_close(state: str, signature_overdue: bool = False) -> Refusal | None:
    """Why an evaluation can't be closed. ``signature_overdue``: the employee's days and those of the
    appraiser's superior have passed without a signature; the fact stays on record.
    """
    refusal = _why_not("close", state)
    if refusal is None and state == EvaluationState.HANDED_OVER and not signature_overdue:
        refusal = Refusal("evaluation.state", _NOW[EvaluationState.HANDED_OVER], {"state": state})
    return refusal


def why_not_mark_not_evaluated(
    state: str, reason: NotEvaluatedReason | None = None, note: str = "", period_open: bool = True
) -> Refusal | None:
    """Why somebody can't be recorded as not evaluated; another cause than those listed needs a note."""
    refusal = _why_not("mark_not_evaluated", state, period_open)
    if refusal is None and reason is NotEvaluatedReason.OTHER and len(note.strip()) < REASON_LEAST:
        refusal = Refusal(
            "evaluation.absence_note",
            N_("Tulis sebabnya, sekurang-kurangnya %(n)s huruf."),
            {"n": REASON_LEAST},
            anchor="note",
        )
    return refusal


def why_not_undo_not_evaluated(state: str, period_open: bool = True) -> Refusal | None:
    """Why the absence can't be taken back."""
    return _why_not("undo_not_evaluated", state, period_open)


def why_not_undo_not_obliged(
    state: str, *, marked: bool, rated: bool, period_open: bool = True, reason: str | None = None
) -> Refusal | None:
    """Why the mark "has no duty" can't be taken back: there is none, or something was evaluated since.

    ``reason`` is looked at when given.
    """
    if not period_open:
        return PERIOD_CLOSED
    if not marked:
        return Refusal("evaluation.not_marked", N_("Pegawai ini tidak dicatat tidak wajib SKP."))
    if rated or state not in (EvaluationState.RUNNING, EvaluationState.REPORTED):
        return Refusal(
            "evaluation.was_rated",
            N_("Sudah ada yang dinilai pada periode ini; catatannya tidak dapat ditarik kembali."),
        )
    if reason is not None and len(reason.strip()) < REASON_LEAST:
        return Refusal(
            "evaluation.undo_reason",
            N_("Tulis alasannya, sekurang-kurangnya %(n)s huruf."),
            {"n": REASON_LEAST},
            anchor="reason",
        )
    return None


def why_not_close_period(
    counts: Mapping[EvaluationState, int],
    *,
    ended: bool = True,
    signatures_overdue: int = 0,
    objections: int = 0,
) -> Refusal | None:
    """Why a period can't be closed: it runs, or somebody's evaluation isn't at its end.

    ``signatures_overdue``: how many of those handed over may be closed without a signature.
    ``objections``: how many wait for a decision.
    """
    parts = []
    if not ended:
        parts.append(Refusal("period.running", N_("Periode ini belum berakhir.")))
    waiting = {
        EvaluationState.RUNNING: N_("%(n)s evaluasi masih berjalan tanpa laporan realisasi."),
        EvaluationState.REPORTED: N_("%(n)s evaluasi belum memiliki predikat."),
        EvaluationState.RATED: N_("%(n)s predikat belum disampaikan kepada pegawai."),
    }
    for state, message in waiting.items():
        if counts.get(state, 0) > 0:
            parts.append(Refusal(f"period.{state}", message, {"n": counts[state]}, anchor=f"state-{state}"))
    unsigned = counts.get(EvaluationState.HANDED_OVER, 0) - signatures_overdue
    if unsigned > 0:
        parts.append(
            Refusal(
                f"period.{EvaluationState.HANDED_OVER}",
                N_("%(n)s dokumen menunggu tanda tangan pegawai dan batas waktunya belum lewat."),
                {"n": unsigned},
                anchor=f"state-{EvaluationState.HANDED_OVER}",
            )
        )
    if objections > 0:
        parts.append(Refusal("period.objections", N_("%(n)s keberatan belum diputus."), {"n": objections}))
    return several("period.unfinished", N_("Periode belum dapat ditutup."), parts)


def why_not_rate_organisation(
    *,
    period_open: bool = True,
    heads_it: bool = False,
    superior_or_hr: bool = True,
    handed_over: int = 0,
    by_hr: bool = False,
    document: str | None = None,
    reason: str | None = None,
) -> Refusal | None:
    """Why the organisation's rating can't be set (decision 14.19).

    Set by the leader one level up, or entered by region HR (``by_hr``) with the number of the document;
    never by its own head. After a person of it has been told a rating it stands. ``document`` and
    ``reason`` are looked at when given.
    """
    if not period_open:
        return PERIOD_CLOSED
    if heads_it:
        return Refusal(
            "organisation.own_head",
            N_("Capaian kinerja organisasi ditetapkan oleh pimpinan satu tingkat di atasnya."),
        )
    if not superior_or_hr:
        return Refusal(
            "organisation.not_superior",
            N_(
                "Hanya pimpinan satu tingkat di atas atau pengelola kinerja daerah yang mencatat capaian kinerja organisasi ini."
            ),
        )
    if handed_over > 0:
        return Refusal(
            "organisation.handed_over",
            N_(
                "%(n)s predikat di organisasi ini sudah disampaikan; capaian organisasinya tidak dapat diubah lagi."
            ),
            {"n": handed_over},
        )
    parts = []
    if reason is not None and len(reason.strip()) < REASON_LEAST:
        parts.append(
            Refusal(
                "organisation.reason",
                N_("Tulis alasan capaian ini, sekurang-kurangnya %(n)s huruf."),
                {"n": REASON_LEAST},
                anchor="reason",
            )
        )
    if by_hr and document is not None and not document.strip():
        parts.append(
            Refusal(
                "organisation.document",
                N_("Tulis nomor dan tanggal dokumen penetapan dari pimpinan."),
                anchor="document",
            )
        )
    return several("organisation.incomplete", N_("Capaian kinerja organisasi belum dapat dicatat."), parts)


# ----------------------------------------------------------------------------------------- clocks


def handover_due(rated_on: date, policy: PolicyDocument) -> date:
    """Last day to hand over: calendar days after the appraiser's signature (PP 30/2019 Ps. 49)."""
    return rated_on + timedelta(days=policy.handover_days)


def receipt_due(handed_over_on: date, policy: PolicyDocument) -> date:
    """Last day for the employee's signature: calendar days after the hand-over (Ps. 49)."""
    return handed_over_on + timedelta(days=policy.countersign_days)


def substitute_due(
    unsigned_on: date, policy: PolicyDocument, holidays: Container[date], week: int = 5
) -> date:
    """Last day for the appraiser's superior to set what stayed unsigned on ``unsigned_on`` (Ps. 50)."""
    return add_working_days(unsigned_on, policy.substitute_working_days, holidays, week)


def objection_due(received_on: date, policy: PolicyDocument) -> date:
    """Last day for an objection: calendar days after receipt (Ps. 59)."""
    return received_on + timedelta(days=policy.objection_days)


def why_not_object(today: date, received_on: date, policy: PolicyDocument) -> Refusal | None:
    """Why an objection comes too late: the last day counts, the day after doesn't."""
    due = objection_due(received_on, policy)
    if today <= due:
        return None
    return Refusal(
        "objection.late",
        N_(
            "Keberatan dapat diajukan %(n)s hari sejak dokumen diterima, yaitu sampai %(due)s. Hari ini %(today)s."
        ),
        {"n": policy.objection_days, "due": due, "today": today},
    )

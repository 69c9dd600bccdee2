"""From what was reached to a rating that somebody has received: every rule of an evaluation.

The organisation is rated first, then the person: two ratings with reasons meet in the quadrant
(PermenPANRB 6/2022; SE MenPANRB 3/2023). Nothing here averages ratings and nothing computed becomes a
rating by itself: attainment gives advice, the pattern gives warnings. Signing is receipt, not consent
(PP 30/2019 Ps. 49, 59). Who wasn't evaluated has a reason, never a value.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date, timedelta
from enum import StrEnum

from portal.kernel.clock import add_working_days
from portal.kernel.exact import round_half_up
from portal.kernel.refusal import N_, Refusal, several
from portal.kernel.workflow import Transition, Workflow
from portal.performance.advice.rules import HUNDRED
from portal.performance.advice.rules import REASON_LEAST as REASON_LEAST  # noqa: PLC0414 (offered here, too)
from portal.policy.cycles.rules import NOT_OBLIGED_LABELS
from portal.policy.cycles.rules import NotObligedReason as NotObligedReason  # noqa: PLC0414 (offered here, too)
from portal.policy.policies.rules import LABELS as RATING_LABELS
from portal.policy.policies.rules import (
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

REASON_TEXT = 1000
SELF_NOTE_TEXT = 2000
ACHIEVEMENT_NOTE_TEXT = 500
"""Characters that a text may have."""


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

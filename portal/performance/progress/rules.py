"""What is recorded while a period runs: action steps, progress with evidence, feedback and replies.

Sources: PermenPANRB 6/2022 stage 2 (documentation, continuous feedback); PP 30/2019 Ps. 26-27; forms
F-8 and F-9 of the design paper ``year.md``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from portal.kernel.canonical import canonical, sha256
from portal.kernel.refusal import N_, Refusal
from portal.kernel.workflow import Transition, Workflow


class StepState(StrEnum):
    """Where an action step stands."""

    PROPOSED = "diusulkan"
    USULAN = "diusulkan"  # the official word for the same state
    AGREED = "disepakati"
    DONE = "selesai"


class FeedbackKind(StrEnum):
    """Jenis umpan balik."""

    APPRECIATION = "apresiasi"
    SUGGESTION = "saran"


class ReplyKind(StrEnum):
    """How the employee answers feedback."""

    THANKS = "terima_kasih"
    COMMENT = "tanggapan"
    PLAN = "rencana"


class Relation(StrEnum):
    """Who the giver of feedback is to the employee."""

    LEADER = "pimpinan"
    TEAM_LEAD = "ketua_tim"
    PEER = "rekan"
    SUBORDINATE = "bawahan"
    OTHER = "pihak_lain"


LABELS: dict[StrEnum, str] = {
    StepState.PROPOSED: N_("Diusulkan"),
    StepState.AGREED: N_("Disepakati"),
    StepState.DONE: N_("Selesai"),
    FeedbackKind.APPRECIATION: N_("Apresiasi"),
    FeedbackKind.SUGGESTION: N_("Saran perbaikan"),
    ReplyKind.THANKS: N_("Terima kasih"),
    ReplyKind.COMMENT: N_("Tanggapan"),
    ReplyKind.PLAN: N_("Rencana"),
    Relation.LEADER: N_("Pimpinan"),
    Relation.TEAM_LEAD: N_("Ketua tim"),
    Relation.PEER: N_("Rekan kerja"),
    Relation.SUBORDINATE: N_("Bawahan"),
    Relation.OTHER: N_("Pihak lain"),
}
"""The official word for each value."""

STEP_WORKFLOW = Workflow(
    "action_step",
    tuple(StepState),
    (
        Transition("agree", (StepState.PROPOSED,), StepState.AGREED, "penilai"),
        Transition("change", (StepState.AGREED,), StepState.PROPOSED, "pegawai", "isi berubah"),
        Transition("finish", (StepState.AGREED,), StepState.DONE, "pegawai"),
        Transition("reopen", (StepState.DONE,), StepState.AGREED, "pegawai"),
    ),
)
"""Steps of an action plan: proposed by the employee, agreed by the appraiser with one tap."""

# ----------------------------------------------------------------------------------------- limits

STEP_TEXT = 300
ENTRY_TEXT = 1000
FEEDBACK_TEXT = 1000
REPLY_TEXT = 1000
LINK_TEXT = 500
MAX_STEPS = 12
MAX_EVIDENCE = 6
"""Pieces of evidence on one progress entry."""


def _closed() -> Refusal:
    return Refusal(
        "progress.period_closed", N_("Periode ini sudah ditutup. Catat pada periode yang sedang berjalan.")
    )


def why_not_step(verb: str, state: str, period_closed: bool = False) -> Refusal | None:
    """Why an action step can't be agreed, changed, finished or reopened."""
    return _closed() if period_closed else STEP_WORKFLOW.why_not(verb, state)


def why_not_record(period_closed: bool, rated: bool) -> Refusal | None:
    """Why progress can't be recorded any more: what was rated must stay what was seen."""
    if period_closed:
        return _closed()
    if rated:
        return Refusal(
            "progress.rated",
            N_("Predikat periode ini sudah ditetapkan. Catat kemajuan berikutnya pada periode sesudahnya."),
        )
    return None


def date_problem(day: date, begins: date, ends: date, today: date) -> Refusal | None:
    """Why ``day`` can't be the day of an entry in the period ``[begins, ends)``."""
    if day > today:
        return Refusal("progress.future", N_("Tanggal kemajuan tidak boleh sesudah hari ini."))
    if not begins <= day < ends:
        return Refusal("progress.outside", N_("Tanggal kemajuan harus berada di dalam periode ini."))
    return None


def why_not_give_feedback(to_self: bool) -> Refusal | None:
    """Why feedback can't be given; there is no wrong moment for it."""
    if to_self:
        return Refusal(
            "feedback.self",
            N_("Umpan balik diberikan kepada orang lain. Untuk diri sendiri, tulis catatan diri."),
        )
    return None


def why_not_reply(is_receiver: bool, replied: bool) -> Refusal | None:
    """Why feedback can't be answered: it is somebody else's, or was answered."""
    if not is_receiver:
        return Refusal("feedback.not_receiver", N_("Hanya penerima umpan balik yang dapat menanggapinya."))
    if replied:
        return Refusal("feedback.replied", N_("Umpan balik ini sudah Anda tanggapi."))
    return None


def as_shown(steps: Iterable[tuple[str, int]]) -> str:
    """What names steps as they stand (ref and version), whatever their order."""
    return sha256(canonical(sorted(steps)))


def why_not_agree(shown: str, now: str) -> Refusal | None:
    """Steps that were added or changed since the page was opened aren't agreed to unread."""
    if shown == now:
        return None
    return Refusal(
        "steps.changed",
        N_(
            "Rencana aksi berubah sejak halaman ini Anda buka. Belum ada yang disepakati. "
            "Baca langkahnya sekali lagi, lalu sepakati."
        ),
    )

"""Who may tell whom what beside the leader: colleagues on request, a team lead on the results led.

Feedback is open, any time, tied to evidence, and comes from the leader and others (PermenPANRB 6/2022, stage
2; F-9, Y-27, Y-29). Only whoever is asked by the employee or the appraiser gives it, and sees nothing but
the words of the line asked about. A team lead gives feedback and recommends on the results led; the appraiser
stays the superior and decides (rules.md 1.3): a recommendation writes no rating.
"""

from __future__ import annotations

from enum import StrEnum

from portal.kernel.refusal import N_, Refusal
from portal.kernel.workflow import Transition, Workflow
from portal.performance.progress.rules import Relation


class RequestState(StrEnum):
    """Where a request for feedback stands."""

    OPEN = "menunggu"
    ANSWERED = "dijawab"
    DECLINED = "ditolak"
    WITHDRAWN = "ditarik"


LABELS: dict[StrEnum, str] = {
    RequestState.OPEN: N_("Menunggu jawaban"),
    RequestState.ANSWERED: N_("Umpan balik sudah diberikan"),
    RequestState.DECLINED: N_("Tidak dapat memberi umpan balik"),
    RequestState.WITHDRAWN: N_("Permintaan ditarik"),
}
"""The words for each value."""

REQUEST_WORKFLOW = Workflow(
    "feedback_request",
    tuple(RequestState),
    (
        Transition("answer", (RequestState.OPEN,), RequestState.ANSWERED, "yang diminta"),
        Transition("decline", (RequestState.OPEN,), RequestState.DECLINED, "yang diminta"),
        Transition("withdraw", (RequestState.OPEN,), RequestState.WITHDRAWN, "peminta"),
    ),
)
"""A request for feedback: made by the employee or the appraiser, taken up by whoever is asked."""

QUESTION_TEXT = 500
TEXT = 1000
REASON_LEAST = 20
MAX_OPEN = 10
"""Requests about one person in one period that may wait at a time."""
MAX_LEADS = 3
"""Team leads of one result at a time."""


def relation_of(*, leads_line: bool, same_unit: bool, reports_to: bool) -> Relation | None:
    """What somebody is to the employee as far as feedback goes; ``None``: there is nothing to ask them.

    A team lead of the line asked about comes first, then a colleague of the same unit, then somebody whom
    the employee appraises.
    """
    if leads_line:
        return Relation.TEAM_LEAD
    if reports_to:
        return Relation.SUBORDINATE
    return Relation.PEER if same_unit else None


def why_not_ask(
    *,
    relation: Relation | None,
    to_receiver: bool = False,
    to_leader: bool = False,
    to_oneself: bool = False,
    waiting: int = 0,
    asked_already: bool = False,
    period_open: bool = True,
) -> Refusal | None:
    """Why somebody can't be asked for feedback on an employee."""
    if not period_open:
        return Refusal("feedback_request.closed", N_("Periode ini tidak sedang dibuka."))
    if to_receiver:
        return Refusal(
            "feedback_request.receiver",
            N_("Umpan balik diminta dari orang lain. Untuk diri sendiri, tulis catatan diri."),
        )
    if to_oneself or to_leader:
        return Refusal(
            "feedback_request.leader",
            N_("Pimpinan memberi umpan balik kapan saja tanpa permintaan. Pilih rekan kerja."),
        )
    if relation is None:
        return Refusal(
            "feedback_request.stranger",
            N_("Umpan balik diminta dari rekan satu unit, ketua tim, atau bawahan langsung."),
        )
    if asked_already:
        return Refusal(
            "feedback_request.again", N_("Orang ini sudah diminta dan belum menjawab. Tunggu jawabannya.")
        )
    if waiting >= MAX_OPEN:
        return Refusal(
            "feedback_request.max",
            N_("Sudah %(n)s permintaan menunggu jawaban. Tunggu, atau tarik kembali salah satunya."),
            {"n": MAX_OPEN},
        )
    return None


def why_not_move(verb: str, state: str) -> Refusal | None:
    """Why a request can't be answered, declined or withdrawn any more."""
    if REQUEST_WORKFLOW.find(verb, state) is not None:
        return None
    messages = {
        RequestState.ANSWERED: N_("Permintaan ini sudah dijawab."),
        RequestState.DECLINED: N_("Permintaan ini sudah ditolak."),
        RequestState.WITHDRAWN: N_("Permintaan ini sudah ditarik kembali."),
    }
    return Refusal("feedback_request.state", messages[RequestState(state)], {"state": state})


def why_not_name(*, is_receiver: bool, is_appraiser: bool, held_already: bool, leads: int) -> Refusal | None:
    """Why somebody can't be named team lead of a result."""
    if is_receiver:
        return Refusal("team_lead.self", N_("Seseorang tidak menjadi ketua tim bagi dirinya sendiri."))
    if is_appraiser:
        return Refusal(
            "team_lead.appraiser", N_("Penilai memimpin semua hasil; ketua tim adalah orang lain.")
        )
    if held_already:
        return Refusal("team_lead.held", N_("Orang ini sudah menjadi ketua tim hasil kerja itu."))
    if leads >= MAX_LEADS:
        return Refusal(
            "team_lead.max", N_("Satu hasil kerja memiliki paling banyak %(n)s ketua tim."), {"n": MAX_LEADS}
        )
    return None


def why_not_end(ended: bool) -> Refusal | None:
    """Why a team lead can't be relieved."""
    return Refusal("team_lead.ended", N_("Tugas ketua tim ini sudah berakhir.")) if ended else None


def why_not_recommend(
    *, leads: bool, period_open: bool, rated: bool, reason: str | None = None
) -> Refusal | None:
    """Why a team lead can't recommend: doesn't lead the result, or the period is past that.

    ``reason`` is looked at when given.
    """
    if not leads:
        return Refusal(
            "recommendation.not_lead", N_("Hanya ketua tim hasil kerja ini yang dapat memberi rekomendasi.")
        )
    if not period_open:
        return Refusal("recommendation.closed", N_("Periode ini tidak sedang dibuka."))
    if rated:
        return Refusal(
            "recommendation.rated",
            N_("Predikat periode ini sudah ditetapkan; rekomendasi tidak dapat diberikan lagi."),
        )
    if reason is not None and len(reason.strip()) < REASON_LEAST:
        return Refusal(
            "recommendation.reason",
            N_("Tulis dasar rekomendasi, sekurang-kurangnya %(n)s huruf."),
            {"n": REASON_LEAST},
            anchor="text",
        )
    return None

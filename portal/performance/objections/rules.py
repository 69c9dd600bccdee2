"""An objection from its filing to the superior's decision, and what the superior sets when a signature is missing.

PP 30/2019 Ps. 49-50 and 59: the document is handed over within 14 days, signed within 14 days, else the
appraiser's superior sets it within 7 working days; an objection goes to that superior within 14 days of
receipt, both sides are asked, the decision is final. The days are the policy's. The law names no days for
deciding: those are an assumption that the policy may state otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Container
from datetime import date
from enum import StrEnum

from portal.kernel.clock import add_working_days
from portal.kernel.refusal import N_, Refusal, several
from portal.kernel.workflow import Transition, Workflow
from portal.performance.evaluations import rules as evaluations
from portal.performance.evaluations.rules import EvaluationState
from portal.policy.policies.rules import PolicyDocument


class ObjectionState(StrEnum):
    """Where an objection stands."""

    FILED = "diajukan"
    EXPLAINED = "dijelaskan"
    DECIDED = "diputus"
    WITHDRAWN = "ditarik"


class Part(StrEnum):
    """What of the document is contested."""

    RESULT = "hasil_kerja"
    BEHAVIOUR = "perilaku_kerja"
    OVERALL = "predikat"
    RECOMMENDATION = "catatan"


class Outcome(StrEnum):
    """What the superior decides."""

    STAYS = "tetap"
    CHANGED = "diubah"


class Missing(StrEnum):
    """Whose signature was missing when the superior set the document."""

    APPRAISER = "penilai"
    EMPLOYEE = "pegawai"


LABELS: dict[StrEnum, str] = {
    ObjectionState.FILED: N_("Menunggu penjelasan penilai"),
    ObjectionState.EXPLAINED: N_("Menunggu putusan"),
    ObjectionState.DECIDED: N_("Diputus"),
    ObjectionState.WITHDRAWN: N_("Ditarik pegawai"),
    Part.RESULT: N_("Rating hasil kerja"),
    Part.BEHAVIOUR: N_("Rating perilaku kerja"),
    Part.OVERALL: N_("Predikat kinerja"),
    Part.RECOMMENDATION: N_("Catatan atau rekomendasi"),
    Outcome.STAYS: N_("Predikat tetap"),
    Outcome.CHANGED: N_("Predikat diubah"),
    Missing.APPRAISER: N_("Penilai tidak menyampaikan dokumen pada waktunya"),
    Missing.EMPLOYEE: N_("Pegawai tidak menandatangani pada waktunya"),
}
"""The words for each value."""

OBJECTION_WORKFLOW = Workflow(
    "objection",
    tuple(ObjectionState),
    (
        Transition("explain", (ObjectionState.FILED,), ObjectionState.EXPLAINED, "penilai"),
        Transition("decide", (ObjectionState.EXPLAINED,), ObjectionState.DECIDED, "atasan penilai"),
        Transition(
            "decide",
            (ObjectionState.FILED,),
            ObjectionState.DECIDED,
            "atasan penilai",
            "batas penjelasan penilai lewat",
        ),
        Transition(
            "withdraw", (ObjectionState.FILED, ObjectionState.EXPLAINED), ObjectionState.WITHDRAWN, "pegawai"
        ),
    ),
)
"""An objection; its filing is the first state. The decision is final: no step leads out of it."""

OPEN = (ObjectionState.FILED, ObjectionState.EXPLAINED)
REASON_LEAST = evaluations.REASON_LEAST
REASONS_TEXT = 3000
EXPLANATION_TEXT = 3000
CONSIDERATIONS_TEXT = 3000
LETTER_TEXT = 200
MAX_EVIDENCE = 6
"""Pieces of evidence with one objection."""
SUBSTITUTE_TEXT = 1000


# ------------------------------------------------------------------------------------------ clocks


def explanation_due(filed_on: date, policy: PolicyDocument, holidays: Container[date], week: int = 5) -> date:
    """Last day for the appraiser's explanation: working days, an assumption that a policy may change."""
    return add_working_days(filed_on, policy.explanation_working_days, holidays, week)


def decision_due(filed_on: date, policy: PolicyDocument, holidays: Container[date], week: int = 5) -> date:
    """Last day for the decision: working days; the law names none, so it is an assumption, too."""
    return add_working_days(filed_on, policy.decision_working_days, holidays, week)


def clock_starts(received_on: date | None, set_by_superior_on: date | None) -> date | None:
    """The day of receipt, or the day on which the superior set what wasn't signed."""
    return received_on or set_by_superior_on


# --------------------------------------------------------------------------------------- why not ...


def why_not_file(
    *,
    state: str,
    starts: date | None,
    today: date,
    policy: PolicyDocument,
    heard_by: bool = True,
    is_open: bool = False,
    decided: bool = False,
    parts: Collection[Part] | None = None,
    reasons: str | None = None,
) -> Refusal | None:
    """Why no objection can be filed. ``heard_by``: somebody is there to decide it.

    ``parts`` and ``reasons`` are looked at when given.
    """
    if decided:
        return Refusal(
            "objection.final", N_("Keberatan atas dokumen ini sudah diputus. Putusannya bersifat final.")
        )
    if is_open:
        return Refusal("objection.again", N_("Keberatan atas dokumen ini sedang diperiksa."))
    if starts is None or state not in (EvaluationState.RECEIVED, EvaluationState.CLOSED):
        return Refusal(
            "objection.not_received",
            N_("Keberatan diajukan sesudah dokumen evaluasi diterima. Terima dokumennya lebih dahulu."),
        )
    refusal = evaluations.why_not_object(today, starts, policy)
    if refusal is not None:
        return refusal
    if not heard_by:
        return Refusal(
            "objection.nobody",
            N_("Belum ada pejabat yang memutus keberatan ini. Hubungi pengelola kinerja."),
        )
    found = []
    if parts is not None and not parts:
        found.append(
            Refusal(
                "objection.parts",
                N_("Pilih sekurang-kurangnya satu bagian yang dikeberatkan."),
                anchor="parts",
            )
        )
    if reasons is not None:
        found += _too_short("objection.reasons", reasons, "reasons")
    return several("objection.incomplete", N_("Keberatan belum lengkap."), found)


def _too_short(code: str, text: str, anchor: str) -> list[Refusal]:
    if len(text.strip()) >= REASON_LEAST:
        return []
    message = N_("Tulis alasannya, sekurang-kurangnya %(n)s huruf.")
    return [Refusal(code, message, {"n": REASON_LEAST}, anchor=anchor)]


_NOW = {
    ObjectionState.FILED: N_("Keberatan ini menunggu penjelasan penilai."),
    ObjectionState.EXPLAINED: N_("Penilai sudah memberi penjelasan; keberatan ini menunggu putusan."),
    ObjectionState.DECIDED: N_("Keberatan ini sudah diputus. Putusannya bersifat final."),
    ObjectionState.WITHDRAWN: N_("Keberatan ini sudah ditarik kembali oleh pegawai."),
}


def _why_not(verb: str, state: str) -> Refusal | None:
    if OBJECTION_WORKFLOW.find(verb, state) is not None:
        return None
    return Refusal("objection.state", _NOW[ObjectionState(state)], {"state": state})


def why_not_withdraw(state: str) -> Refusal | None:
    """Why an objection can't be taken back."""
    return _why_not("withdraw", state)


def why_not_explain(state: str, explanation: str | None = None) -> Refusal | None:
    """Why the appraiser can't explain; ``explanation`` is looked at when given."""
    refusal = _why_not("explain", state)
    if refusal is None and explanation is not None:
        refusal = next(iter(_too_short("objection.explanation", explanation, "explanation")), None)
    return refusal


def why_not_decide(
    state: str,
    *,
    today: date,
    explanation_due: date,
    by_employee: bool = False,
    needs_advice: bool = False,
    advice_letter: str | None = None,
    outcome: Outcome | None = None,
    differs: bool = True,
    considerations: str | None = None,
) -> Refusal | None:
    """Why the superior can't decide: both sides are asked first, and a reason is written.

    ``needs_advice``: nobody stands above the appraiser, who then hears it again with the appraisal board's
    written advice. ``differs``: the ratings chosen are others than those contested. What isn't given isn't
    looked at: the button doesn't know it yet.
    """
    if by_employee:
        return Refusal("objection.own", N_("Anda tidak dapat memutus keberatan Anda sendiri."))
    refusal = _why_not("decide", state)
    if refusal is not None:
        return refusal
    if state == ObjectionState.FILED and today <= explanation_due:
        return Refusal(
            "objection.unheard",
            N_("Penilai belum memberi penjelasan. Putusan dapat diambil sesudah itu, atau sesudah %(due)s."),
            {"due": explanation_due},
        )
    found = []
    if considerations is not None:
        found += _too_short("objection.considerations", considerations, "considerations")
    if needs_advice and advice_letter is not None and not advice_letter.strip():
        found.append(
            Refusal(
                "objection.advice",
                N_("Tulis nomor dan tanggal surat pertimbangan Tim Penilai Kinerja."),
                anchor="advice_letter",
            )
        )
    if outcome is Outcome.CHANGED and not differs:
        found.append(
            Refusal(
                "objection.same",
                N_("Rating yang dipilih sama dengan yang dikeberatkan. Pilih “tetap”, atau ubah ratingnya."),
                anchor="outcome",
            )
        )
    return several("objection.undecided", N_("Putusan belum lengkap."), found)


def why_not_substitute(
    state: str,
    *,
    today: date,
    rated_on: date | None,
    handed_over_on: date | None,
    policy: PolicyDocument,
    text: str | None = None,
) -> Refusal | None:
    """Why the superior can't set the document in place of a missing signature (Ps. 50, Y-59)."""
    due = overdue(state, rated_on=rated_on, handed_over_on=handed_over_on, policy=policy)
    if due is None:
        return Refusal(
            "substitute.state", N_("Dokumen ini tidak menunggu tanda tangan siapa pun."), {"state": state}
        )
    if today <= due[1]:
        return Refusal(
            "substitute.early",
            N_("Batas tanda tangannya %(due)s. Atasan penilai menetapkan sesudah batas itu lewat."),
            {"due": due[1]},
        )
    if text is not None and len(text.strip()) < REASON_LEAST:
        return _too_short("substitute.text", text, "text")[0]
    return None


def overdue(
    state: str, *, rated_on: date | None, handed_over_on: date | None, policy: PolicyDocument
) -> tuple[Missing, date] | None:
    """Whose signature a document waits for, and its last day; ``None`` when it waits for none."""
    if state == EvaluationState.RATED and rated_on is not None:
        return Missing.APPRAISER, evaluations.handover_due(rated_on, policy)
    if state == EvaluationState.HANDED_OVER and handed_over_on is not None:
        return Missing.EMPLOYEE, evaluations.receipt_due(handed_over_on, policy)
    return None

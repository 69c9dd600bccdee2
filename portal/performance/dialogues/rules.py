"""Dialogues: who records one, on what day, and what follows from it.

Employee and appraiser talk about expectations before and while the plan is made (Y-14), and about what a
period came to after the rating was told (Y-39; PermenPANRB 6/2022 Ps. 3: intensive dialogue). One side
records, the other confirms. What both agreed to do stands in both their lists until it is done.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from portal.kernel.refusal import N_, Refusal


class DialogueKind(StrEnum):
    """What a dialogue is about."""

    EXPECTATIONS = "ekspektasi"
    RESULTS = "hasil"


class Side(StrEnum):
    """The two who talk; whoever does a step that they agreed."""

    EMPLOYEE = "pegawai"
    APPRAISER = "penilai"


LABELS: dict[StrEnum, str] = {
    DialogueKind.EXPECTATIONS: N_("Dialog ekspektasi"),
    DialogueKind.RESULTS: N_("Dialog hasil"),
    Side.EMPLOYEE: N_("Pegawai"),
    Side.APPRAISER: N_("Penilai"),
}
"""The words for each value."""

TEXT = 2000
STEP_TEXT = 300
"""Characters that a text may have."""
MAX_STEPS = 4
"""Steps agreed in one dialogue: more are rarely done."""

PARTS: dict[DialogueKind, dict[str, str]] = {
    DialogueKind.EXPECTATIONS: {
        "results": N_("Ekspektasi hasil kerja"),
        "behaviour": N_("Ekspektasi perilaku kerja"),
        "support": N_("Dukungan yang diminta"),
        "feedback": N_("Cara dan jadwal umpan balik"),
    },
    DialogueKind.RESULTS: {
        "well": N_("Yang berjalan baik"),
        "improve": N_("Yang perlu diperbaiki"),
        "support": N_("Dukungan yang diberikan"),
    },
}
"""What is recorded in each kind, by the name of its field, in the order of form and sheet."""


def why_not_talk(side: str) -> Refusal | None:
    """Why somebody can't write or confirm a dialogue: it is between the employee and the appraiser."""
    if side not in set(Side):
        return Refusal("dialogue.side", N_("Dialog kinerja dicatat oleh pegawai atau penilainya."))
    return None


def why_not_talk_of_results(told: bool, planned: bool = True) -> Refusal | None:
    """Why a period's results can't be talked about yet: the employee doesn't know the rating.

    ``planned``: there is a plan that the period was about.
    """
    if not told or not planned:
        return Refusal(
            "dialogue.untold",
            N_("Dialog hasil dicatat sesudah predikat periode ini disampaikan kepada pegawai."),
        )
    return None


def day_problem(day: date, today: date, rated_on: date | None = None) -> Refusal | None:
    """Why ``day`` can't be the day of a dialogue that took place; on results not before they were rated."""
    if rated_on is not None and day < rated_on:
        return Refusal(
            "dialogue.day_early",
            N_("Dialog hasil berlangsung sesudah predikat ditetapkan, yaitu sejak %(day)s."),
            {"day": rated_on},
            anchor="day",
        )
    if day > today:
        return Refusal("dialogue.day", N_("Tanggal dialog tidak boleh sesudah hari ini."), anchor="day")
    return None


def why_not_change(employee_confirmed: bool, appraiser_confirmed: bool) -> Refusal | None:
    """Why a record can't be changed: both have said that it was so."""
    if employee_confirmed and appraiser_confirmed:
        return Refusal(
            "dialogue.locked",
            N_("Catatan ini sudah dibenarkan kedua pihak. Dialog berikutnya dicatat tersendiri."),
        )
    return None


def why_not_confirm(confirmed: bool) -> Refusal | None:
    """Why one's own side can't confirm once more."""
    return Refusal("dialogue.confirmed", N_("Catatan ini sudah Anda benarkan.")) if confirmed else None


def step_problem(due: date | None, day: date) -> Refusal | None:
    """Why a step that was agreed on ``day`` can't be due on ``due``."""
    if due is not None and due < day:
        return Refusal("dialogue.step_due", N_("Tenggat langkah tidak boleh sebelum tanggal dialognya."))
    return None


def why_not_mark(confirmed_by_both: bool, is_done: bool, done: bool) -> Refusal | None:
    """Why a step can't be marked as ``done``, or as open again."""
    if not confirmed_by_both:
        return Refusal("dialogue.unconfirmed", N_("Catatan dialog ini menunggu dibenarkan pihak lain."))
    if is_done == done:
        return Refusal(
            "dialogue.step",
            N_("Langkah ini sudah ditandai selesai.") if done else N_("Langkah ini belum ditandai selesai."),
        )
    return None

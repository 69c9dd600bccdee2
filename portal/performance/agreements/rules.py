"""The performance agreement of an agency: what it must hold, and when it may be changed.

An agency's head agrees on goals and key indicators (IKU) with the region's head for a year
(PermenPANRB 53/2014; year.md Y-09). It isn't a plan (SKP): the head's plan takes its results from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from portal.kernel.refusal import N_, Refusal, several
from portal.kernel.workflow import Transition, Workflow


class AgreementState(StrEnum):
    """Where a performance agreement stands."""

    DRAFT = "draf"
    SET = "ditetapkan"


LABELS: dict[StrEnum, str] = {
    AgreementState.DRAFT: N_("Draf"),
    AgreementState.SET: N_("Ditetapkan"),
}
"""The official word for each value."""

GOAL_TEXT = 500
KEY_INDICATOR_TEXT = 300
PROGRAMME_TEXT = 300
DOCUMENT_TEXT = 200
LINK_TEXT = 500
REASON_TEXT = 1000
"""Characters that a text may have."""

MAX_GOALS = 20
MAX_KEY_INDICATORS = 8

AGREEMENT_WORKFLOW = Workflow(
    "agreement",
    tuple(AgreementState),
    (
        Transition(
            "set",
            (AgreementState.DRAFT,),
            AgreementState.SET,
            "pengelola atau pimpinan perangkat daerah",
            "lengkap",
        ),
        Transition(
            "reopen",
            (AgreementState.SET,),
            AgreementState.DRAFT,
            "pengelola atau pimpinan perangkat daerah",
            "dengan alasan",
        ),
    ),
)
"""The table of steps."""


def why_not_edit(state: str) -> Refusal | None:
    """Why goals and indicators can't be changed."""
    if state == AgreementState.SET:
        return Refusal(
            "agreement.locked",
            N_("Perjanjian kinerja sudah ditetapkan. Buka kembali dengan alasan untuk mengubahnya."),
        )
    return None


def why_not_add_goal(state: str, count: int) -> Refusal | None:
    """Why no further goal can be added."""
    if count >= MAX_GOALS:
        return Refusal(
            "agreement.max_goals",
            N_("Satu perjanjian kinerja memuat paling banyak %(n)s sasaran."),
            {"n": MAX_GOALS},
        )
    return why_not_edit(state)


def why_not_add_indicator(state: str, count: int) -> Refusal | None:
    """Why no further key indicator can be added to a goal."""
    if count >= MAX_KEY_INDICATORS:
        return Refusal(
            "agreement.max_indicators",
            N_("Satu sasaran memuat paling banyak %(n)s IKU."),
            {"n": MAX_KEY_INDICATORS},
        )
    return why_not_edit(state)


def why_not_set(state: str, goals: Sequence[Any], document: str) -> Refusal | None:
    """Why the agreement can't be set: it has a goal, each goal an IKU, and the document is named."""
    refusal = why_not_edit(state)
    if refusal is not None:
        return refusal
    reasons = []
    if not goals:
        reasons.append(
            Refusal("agreement.goal", N_("Tulis sekurang-kurangnya satu sasaran."), anchor="goals")
        )
    for number, goal in enumerate(goals, start=1):
        if not goal.indicators:
            reasons.append(
                Refusal(
                    "agreement.indicator",
                    N_("Sasaran %(n)s belum memiliki IKU."),
                    {"n": number},
                    anchor=f"goal-{goal.ref}",
                )
            )
    if not document.strip():
        reasons.append(
            Refusal(
                "agreement.document",
                N_("Nomor dokumen perjanjian kinerja belum diisi."),
                anchor="document",
            )
        )
    if len(reasons) == 1:
        return reasons[0]
    return several(
        "agreement.incomplete",
        N_("Perjanjian kinerja belum dapat ditetapkan. Lengkapi dahulu hal-hal berikut."),
        reasons,
    )


def why_not_reopen(state: str) -> Refusal | None:
    """Why there is nothing to open again."""
    if state == AgreementState.DRAFT:
        return Refusal("agreement.state", N_("Perjanjian kinerja ini masih draf."))
    return None

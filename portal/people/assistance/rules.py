"""Assisted entry: a named person types for another, who consented once and confirms afterwards (NEW-26)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from portal.kernel.refusal import N_, Refusal


class AssistanceKind(StrEnum):
    """For whom somebody types."""

    ASSISTANT = "pengisi_bantu"
    DELEGATE = "delegasi_ketik"


LABELS: dict[StrEnum, str] = {
    AssistanceKind.ASSISTANT: N_("Pengisi bantu bagi pegawai"),
    AssistanceKind.DELEGATE: N_("Pengetik bagi kepala daerah"),
}

BY_HAND = Refusal(
    "assistance.by_hand",
    N_("Tanda tangan tidak diwakilkan. Pegawai sendiri yang masuk, atau menandatangani lembar cetaknya."),
)


def why_not_by_hand(typist_id: int | None) -> Refusal | None:
    """A signature is nobody else's to type."""
    return BY_HAND if typist_id is not None else None


def why_not_appoint(
    *, same_person: bool, to_oneself: bool, begins: date, ends: date | None, today: date, held_already: bool
) -> Refusal | None:
    """Why somebody can't be named to type for another. ``ends`` is the first day on which it no longer holds."""
    if same_person:
        return Refusal("assistance.same", N_("Seseorang tidak menjadi pengisi bantu bagi dirinya sendiri."))
    if to_oneself:
        return Refusal("assistance.oneself", N_("Pengisi bantu ditunjuk oleh orang lain. Minta rekan Anda."))
    if begins < today:
        return Refusal(
            "assistance.past", N_("Penunjukan tidak berlaku surut. Pilih hari ini atau sesudahnya.")
        )
    if ends is not None and ends <= begins:
        return Refusal("assistance.span", N_("Hari terakhirnya lebih awal daripada hari pertamanya."))
    if held_already:
        return Refusal("assistance.held", N_("Orang ini sudah menjadi pengisi bantunya pada masa itu."))
    return None


def why_not_confirm(shown: str, waiting: int) -> Refusal | None:
    """Nobody confirms a step that was typed after the page was opened: ``shown`` is how many it told of."""
    if shown == str(waiting):
        return None
    return Refusal(
        "assistance.more",
        N_("Ada langkah lain yang diketik sejak halaman ini Anda buka. Periksa dahulu, lalu ulangi."),
    )


def why_not_begin(*, holds: bool) -> Refusal | None:
    """Why the named person can't begin to type now."""
    return None if holds else Refusal("assistance.over", N_("Penunjukan ini tidak berlaku hari ini."))

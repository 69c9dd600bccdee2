"""What may be done with a cycle and its periods, and who isn't obliged to have a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from portal.kernel.refusal import N_, Refusal


class NotObligedReason(StrEnum):
    """Grounds on which somebody has no SKP duty (PP 30/2019 Ps. 23); counted apart, never rated."""

    UNPAID_LEAVE = "cltn"
    PRE_RETIREMENT = "mpp"
    SUSPENDED = "diberhentikan_sementara"
    STATE_OFFICIAL = "pejabat_negara"


NOT_OBLIGED_LABELS: Mapping[NotObligedReason, str] = {
    NotObligedReason.UNPAID_LEAVE: N_("Cuti di luar tanggungan negara"),
    NotObligedReason.PRE_RETIREMENT: N_("Masa persiapan pensiun"),
    NotObligedReason.SUSPENDED: N_("Diberhentikan sementara"),
    NotObligedReason.STATE_OFFICIAL: N_("Pejabat negara"),
}


class MoveReason(StrEnum):
    """Why an enrolment begins or ends within its period."""

    MOVED = "pindah_jabatan"
    JOINED = "baru"
    LEFT = "berhenti"


class Change(StrEnum):
    """What computing a period's chains anew changes for one enrolment."""

    BEGINS = "terdaftar"
    ENDS = "berakhir"
    GOES_ON = "berlanjut"
    CHAIN = "rantai"


class PeriodState(StrEnum):
    """Where a period stands."""

    PLANNED = "direncanakan"
    OPEN = "dibuka"
    CLOSED = "ditutup"


class Track(StrEnum):
    """The national list of periods, or the region's own rhythm beside it (decision 14.27)."""

    NATIONAL = "nasional"
    OWN = "sendiri"


LABELS: dict[StrEnum, str] = {
    **dict[StrEnum, str](NOT_OBLIGED_LABELS.items()),
    MoveReason.MOVED: N_("Pindah jabatan"),
    MoveReason.JOINED: N_("Pegawai baru"),
    MoveReason.LEFT: N_("Tidak lagi memegang jabatan"),
    Change.BEGINS: N_("Terdaftar sejak pindah atau datang"),
    Change.ENDS: N_("Berakhir: jabatannya ditinggalkan"),
    Change.GOES_ON: N_("Berlanjut: masa jabatannya diperbaiki"),
    Change.CHAIN: N_("Penilai atau atasan penilai berganti"),
    PeriodState.PLANNED: N_("Direncanakan"),
    PeriodState.OPEN: N_("Dibuka"),
    PeriodState.CLOSED: N_("Ditutup"),
    Track.NATIONAL: N_("Nasional"),
    Track.OWN: N_("Daerah sendiri"),
}
"""The word for each value."""


def why_not_open(state: PeriodState, begins: date, today: date, people: int) -> Refusal | None:
    """A period is opened once, not before it begins, and only where somebody is to be enrolled."""
    if state is not PeriodState.PLANNED:
        return Refusal("period.state", N_("Periode ini sudah dibuka."))
    if today < begins:
        return Refusal("period.early", N_("Periode ini baru mulai %(begins)s."), {"begins": begins})
    if people == 0:
        return Refusal(
            "period.nobody", N_("Belum ada pegawai dengan jabatan yang berlaku. Impor data pegawai dahulu.")
        )
    return None


def why_not_rechain(state: PeriodState) -> Refusal | None:
    """Chains are computed anew while a period is open: before it there is none, afterwards all stands."""
    if state is PeriodState.OPEN:
        return None
    return Refusal("period.state", N_("Rantai penilai hanya dihitung ulang pada periode yang dibuka."))


STALE_PREVIEW = Refusal(
    "rechain.stale",
    N_("Datanya berubah sejak pratinjau ini dibuat. Periksa pratinjau yang baru, lalu terapkan."),
)


def end_of(begins: date, ended: date | None, day: date) -> date | None:
    """When an enrolment that began on ``begins`` ends for a post left on ``ended``, seen on ``day``.

    A post left before the enrolment began leaves it its first day: what was recorded on it stays.
    """
    if ended is None or ended > day:
        return None
    return max(ended, begins + timedelta(days=1))


def begin_reason(elsewhere: bool) -> MoveReason:
    """Why somebody comes into a running period; ``elsewhere``: enrolled in it by another post already."""
    return MoveReason.MOVED if elsewhere else MoveReason.JOINED


def end_reason(goes_on: bool) -> MoveReason:
    """Why an enrolment ends; ``goes_on``: the person holds another post now."""
    return MoveReason.MOVED if goes_on else MoveReason.LEFT

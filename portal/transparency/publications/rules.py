"""What may be shown to everybody: disclosure control, and the life of a publication.

A distribution is shown from ``k`` people on, and not when all of them lie in one cell; what is hidden
must not be the rest of a sum (decision §12; UU 27/2022; UU 14/2008 Ps. 17 h; no statutory ``k``). The
attacker of these rules knows the total, every shown group, and how many people each hidden group has,
and subtracts. Guessing from *why* a group is hidden, and subtracting between publications of different
periods or filters, are beyond one call: the room publishes one breakdown per period.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from portal.kernel.exact import round_half_up
from portal.kernel.refusal import N_, Refusal
from portal.kernel.workflow import Transition, Workflow
from portal.policy.policies.rules import OverallRating

REASON_HIDDEN = N_("Tidak ditampilkan untuk melindungi orang di dalamnya.")
"""The one text beside every hidden figure: it names no bound, since a group hidden second has more."""


class PublicationState(StrEnum):
    """Where a publication stands; what was once published stays readable."""

    PREPARED = "disiapkan"
    PUBLISHED = "terbit"
    SUPERSEDED = "diganti"
    WITHDRAWN = "ditarik"


LABELS: dict[StrEnum, str] = {
    PublicationState.PREPARED: N_("Disiapkan"),
    PublicationState.PUBLISHED: N_("Terbit"),
    PublicationState.SUPERSEDED: N_("Diganti versi baru"),
    PublicationState.WITHDRAWN: N_("Ditarik"),
}
"""The words for each value."""

PUBLICATION_WORKFLOW = Workflow(
    "publication",
    tuple(PublicationState),
    (
        Transition("publish", (PublicationState.PREPARED,), PublicationState.PUBLISHED, "orang kedua"),
        Transition("discard", (PublicationState.PREPARED,), PublicationState.WITHDRAWN, "penerbit"),
        Transition(
            "supersede", (PublicationState.PUBLISHED,), PublicationState.SUPERSEDED, "penerbit", "koreksi"
        ),
        Transition(
            "withdraw", (PublicationState.PUBLISHED,), PublicationState.WITHDRAWN, "penerbit", "dengan alasan"
        ),
    ),
)
"""A frozen dataset from its preparation on."""

# ----------------------------------------------------------------------------- disclosure control

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Group(Generic[Key]):
    """A part of a breakdown: ``n`` people, distributed over ``cells`` (the same cells in all groups)."""

    key: Key
    n: int
    cells: tuple[int, ...]

    @property
    def size(self) -> int:
        """People that the cells speak of, never more than ``n``."""
        return min(self.n, sum(self.cells))


@dataclass(frozen=True)
class Decision(Generic[Key]):
    """Which groups stay hidden, and whether the total over all groups may be shown."""

    hidden: frozenset[Key]
    total_shown: bool


def may_show(cells: Sequence[int], k: int, spread: bool = True) -> bool:
    """Whether a distribution is safe by itself: from ``k`` people on, and (``spread``) not all in one cell."""
    return sum(cells) >= k and (not spread or sum(cell > 0 for cell in cells) > 1)


def hidden(groups: Sequence[Group[Key]], k: int, spread: bool, also: Collection[Key] = ()) -> Decision[Key]:
    """Which of ``groups`` must be hidden so that none of them can be had from the others and the total.

    A group is hidden when it isn't safe by itself, or when ``also`` names it: because another figure
    that this one would give away is hidden, or because an earlier version hid it. The hidden ones
    together must be safe, too, else the next smallest is hidden with them. Groups without anybody are
    hidden and protect nobody. Where no group can be shown the total is, if it is safe. Raises
    ``ValueError`` for negative counts, uneven cells or a key that occurs twice.
    """
    _check(groups)
    inhabited = [group for group in groups if group.size > 0]
    shut = [
        group
        for group in inhabited
        if group.key in also or group.size < k or not may_show(group.cells, k, spread)
    ]
    primary = {group.key for group in shut}
    shown = sorted((group for group in inhabited if group.key not in primary), key=lambda group: group.size)
    while shut and shown and not _safe(shut, k, spread):
        shut.append(shown.pop(0))
    keys = frozenset(group.key for group in groups) - {group.key for group in shown}
    if shown:
        return Decision(keys, total_shown=True)
    return Decision(keys, total_shown=bool(shut) and _safe(shut, k, spread))


def _safe(groups: Sequence[Group[Key]], k: int, spread: bool) -> bool:
    if len(groups) < 2:
        return False  # one group alone is the total less the others, whatever its size
    together = [sum(column) for column in zip(*(group.cells for group in groups), strict=True)]
    return sum(group.size for group in groups) >= k and may_show(together, k, spread)


def _check(groups: Sequence[Group[Key]]) -> None:
    if len({group.key for group in groups}) != len(groups):
        raise ValueError("a key occurs twice")
    if len({len(group.cells) for group in groups}) > 1:
        raise ValueError("groups have different cells")
    if any(group.n < 0 or min(group.cells, default=0) < 0 for group in groups):
        raise ValueError("counts can't be negative")


# --------------------------------------------------------------------------------------- datasets


def in_order(counts: Mapping[OverallRating, int]) -> tuple[int, ...]:
    """The counts of the five overall ratings as cells, best first."""
    return tuple(counts.get(rating, 0) for rating in OverallRating)


def percent(part: int, whole: int, places: int = 1) -> Decimal | None:
    """``part`` of ``whole`` in per cent, half-up; ``None`` where there is nothing to divide by."""
    return None if whole == 0 else round_half_up(Decimal(part) * 100 / whole, places)


def total(groups: Iterable[Group[Key]]) -> tuple[int, ...]:
    """The cells of all groups together."""
    return tuple(sum(column) for column in zip(*(group.cells for group in groups), strict=True))


# ------------------------------------------------------------------------------------- why not ...


def why_not_prepare(
    period_closed: bool, runs_until: date | None = None, *, opened: bool = True
) -> Refusal | None:
    """Why figures can't be prepared: an open period's still change, and one that was never opened has none.

    ``runs_until``: the last day of a period that isn't over.
    """
    if period_closed:
        return None
    if runs_until is not None:
        return Refusal(
            "publication.period_runs",
            N_("Periode ini berjalan sampai %(day)s. Angkanya disiapkan setelah periode ditutup."),
            {"day": runs_until},
        )
    if not opened:
        return Refusal(
            "publication.period_unopened",
            N_("Periode ini belum dibuka di portal ini, jadi tidak ada angkanya."),
        )
    return Refusal(
        "publication.period_open",
        N_("Periode ini belum ditutup; angkanya masih dapat berubah dan disiapkan setelah periode ditutup."),
    )


def why_not_publish(
    prepared_by: int, by: int, other_name: str = "", state: str = PublicationState.PREPARED
) -> Refusal | None:
    """Why ``by`` can't publish: somebody else than who prepared it must look first."""
    refusal = PUBLICATION_WORKFLOW.why_not("publish", state)
    if refusal is not None or prepared_by != by:
        return refusal
    if other_name:
        return Refusal(
            "publication.second_person",
            N_("Orang lain harus memeriksa sebelum terbit. Kirim ke %(name)s."),
            {"name": other_name},
        )
    return Refusal(
        "publication.second_person",
        N_(
            "Orang lain harus memeriksa sebelum terbit. Belum ada orang lain yang berhak menerbitkan di daerah ini."
        ),
    )


def why_not_withdraw(state: str, reason: str | None = None) -> Refusal | None:
    """Why a publication can't be withdrawn; the reason is public and looked at when given."""
    refusal = PUBLICATION_WORKFLOW.why_not("withdraw", state)
    if refusal is None and reason is not None and not reason.strip():
        refusal = Refusal(
            "publication.reason", N_("Tulis alasan penarikan; alasan itu ikut ditampilkan."), anchor="reason"
        )
    return refusal

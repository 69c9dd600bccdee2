"""When a service may be published, and what of its figures is shown to everybody."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

from portal.kernel.refusal import N_, Refusal
from portal.transparency.publications.rules import Decision, Group, hidden
from portal.voice.services.rules import LEAST_CASES, Method

Key = TypeVar("Key", bound=Hashable)


def decide(method: Method, cases: Mapping[Key, int], before: Collection[Key] = ()) -> Decision[Key]:
    """Which units' figures of one period stay hidden; ``cases`` are those behind each of them.

    A count is shown as it is. A share, a mean or a median of fewer than ``LEAST_CASES`` isn't, nor is what
    would give it away together with the total; what was hidden ``before`` stays so.
    """
    if method is Method.COUNT:
        return Decision(frozenset(), total_shown=True)
    groups = [Group(key, n, (n,)) for key, n in cases.items()]
    return hidden(groups, LEAST_CASES, spread=False, also=before)


def why_not_release(
    *, complete: Refusal | None, figures: int, is_new: bool, wrote_some: bool, others: str = ""
) -> Refusal | None:
    """Why a service can't be published now: the standard's gaps, nothing to show, or nobody else looked."""
    if complete is not None:
        return complete
    if not figures:
        return Refusal("service.no_figures", N_("Belum ada angka yang dapat diterbitkan untuk layanan ini."))
    if not is_new:
        return Refusal("service.nothing_new", N_("Tidak ada yang berubah sejak versi yang terbit."))
    if wrote_some and others:
        return Refusal(
            "service.second_person",
            N_("Orang lain harus memeriksa sebelum terbit. Kirim ke %(name)s."),
            {"name": others},
        )
    if wrote_some:
        return Refusal(
            "service.second_person",
            N_(
                "Orang lain harus memeriksa sebelum terbit. Belum ada orang lain yang berhak menerbitkan di daerah ini."
            ),
        )
    return None

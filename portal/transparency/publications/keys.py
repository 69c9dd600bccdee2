"""The keys of a dataset, which are also those of its files: official Indonesian words, never changed."""

from __future__ import annotations

from collections.abc import Mapping

from portal.performance.evaluations.rules import NotEvaluatedReason
from portal.policy.cycles.rules import NotObligedReason
from portal.policy.policies.rules import OverallRating

FORMAT = "kinerja-terbuka/publikasi/1"
LICENCE = "CC BY 4.0"
UNFINISHED = "tanpa_evaluasi"
"""Stands beside the reasons of ``NotEvaluatedReason``: nobody recorded anything."""

PROCESS, DISTRIBUTION, INDICATORS = "proses", "distribusi_predikat", "indikator_tercapai"
FAMILIES = (PROCESS, DISTRIBUTION, INDICATORS)
"""Figures that are shown or hidden together; the first one's absence hides the others."""

COUNTS = ("wajib_skp", "memiliki_skp", "ditetapkan_tepat_waktu", "dievaluasi")
REASONED = ("belum_dinilai", "tidak_wajib")
KEYS: Mapping[str, tuple[str, ...]] = {
    PROCESS: (*COUNTS, *REASONED, "predikat_organisasi"),
    DISTRIBUTION: (DISTRIBUTION,),
    INDICATORS: (INDICATORS,),
}
"""Which keys of the document belong to which family."""

OTHER_REASONS = "sebab_lain"
"""Reasons that too few people share to be named."""

REASON_KEYS: Mapping[str, tuple[str, ...]] = {
    "belum_dinilai": (*NotEvaluatedReason, UNFINISHED, OTHER_REASONS),
    "tidak_wajib": (*NotObligedReason, OTHER_REASONS),
}
RATING_KEYS: tuple[str, ...] = tuple(OverallRating)

"""What may be changed in the structure and when: dates, codes, loops, holders (decision 14.5, Y-04)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from portal.kernel.refusal import N_, Refusal

LIMIT = 50
"""So many levels a tree has at most; more would be a loop."""


def why_not_on(day: date, today: date, since: date | None) -> Refusal | None:
    """Why a change of structure can't hold from ``day``; ``since``: the last change of the same thing."""
    if day > today:
        return Refusal(
            "structure.future",
            N_("Perubahan struktur dicatat paling cepat pada hari berlakunya. Hari ini %(today)s."),
            {"today": today},
        )
    if since is not None and day <= since:
        return Refusal(
            "structure.before",
            N_("Tanggalnya harus sesudah perubahan terakhir, yaitu %(since)s."),
            {"since": since},
        )
    return None


def why_not_below(unit_id: int, parent_id: int | None, parents: Mapping[int, int | None]) -> Refusal | None:
    """Why ``unit_id`` can't stand below ``parent_id``: the chain would turn in a circle."""
    here, steps = parent_id, 0
    while here is not None and steps < LIMIT:
        if here == unit_id:
            return Refusal(
                "structure.loop",
                N_("Unit ini tidak dapat berada di bawah dirinya sendiri atau di bawah unit bawahannya."),
            )
        here, steps = parents.get(here), steps + 1
    return None


CODE_TAKEN = Refusal(
    "structure.code",
    N_("Kode ini sudah dipakai di daerah ini, mungkin oleh yang sudah berakhir. Pakai kode lain."),
)
ENDED = Refusal("structure.ended", N_("Ini sudah berakhir dan tidak dapat diubah lagi."))
TOP = Refusal("structure.top", N_("Puncak daerah tidak dapat dipindahkan, digabung, atau diakhiri."))
SECOND_HEAD = Refusal("structure.second_head", N_("Unit ini sudah mempunyai jabatan pimpinan."))
ITSELF = Refusal(
    "structure.itself", N_("Pilih unit yang lain: unit tidak dapat digabung dengan dirinya sendiri.")
)
SAME_NAME = Refusal("structure.same_name", N_("Nama baru sama dengan nama sekarang."))
SAME_PARENT = Refusal("structure.same_parent", N_("Unit ini sudah berada di bawah unit itu."))
NOTHING_CHOSEN = Refusal(
    "structure.nothing", N_("Pilih paling sedikit satu jabatan atau unit yang ikut ke unit baru.")
)
NOT_EMPTY = Refusal(
    "structure.not_empty",
    N_(
        "Unit ini masih mempunyai jabatan atau unit di bawahnya. Pindahkan atau akhiri dahulu, atau gabungkan."
    ),
)
HELD = Refusal("structure.held", N_("Jabatan ini masih dipangku. Akhiri dahulu masa jabatan pejabatnya."))
TARGET_ENDED = Refusal("structure.target", N_("Unit tujuan belum ada pada tanggal itu atau sudah berakhir."))

LETTER = Refusal("tenure.letter", N_("Plt, Plh, dan delegasi menilai memerlukan nomor surat."))
NOT_THEN = Refusal("tenure.position", N_("Jabatan ini belum ada pada tanggal itu atau sudah berakhir."))
TENURE_ENDED = Refusal(
    "tenure.ended", N_("Masa jabatan ini sudah berakhir. Yang sudah berakhir tidak diubah lagi.")
)
DELEGATION_ENDED = Refusal(
    "delegation.ended", N_("Delegasi ini sudah berakhir. Catat delegasi baru dengan surat yang baru.")
)
NO_DELEGATION = Refusal(
    "delegation.none", N_("Tidak ada delegasi menilai yang berlaku untuk masa jabatan ini.")
)
HAS_DELEGATION = Refusal(
    "delegation.second",
    N_("Kewenangan menilai jabatan ini sudah didelegasikan pada masa itu. Akhiri dahulu delegasi itu."),
)
DEFINITIVE = Refusal(
    "delegation.definitive", N_("Pejabat definitif menilai karena jabatannya; ia tidak memerlukan delegasi.")
)
ACTING_IN_OWN = Refusal("tenure.acting_own", N_("Orang ini sudah memangku jabatan ini pada masa itu."))


def why_not_end(begins: date, ends: date | None, last: date, today: date) -> Refusal | None:
    """Why something from ``begins`` can't have ``last`` as its last day."""
    if ends is not None and ends <= today:
        return TENURE_ENDED
    if last < begins:
        return Refusal(
            "tenure.end_before",
            N_("Hari terakhir tidak dapat lebih awal daripada hari pertama, yaitu %(begins)s."),
            {"begins": begins},
        )
    return None


def absence_overlap(begins: date) -> Refusal:
    """Somebody can't be away twice at a time."""
    return Refusal(
        "absence.overlap",
        N_("Masa ini bertumpuk dengan cuti atau penugasan lain yang mulai %(begins)s."),
        {"begins": begins},
    )

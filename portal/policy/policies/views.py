"""The policy page: every setting with its value in words, its source, and what is still assumed.

Readable by everyone who is signed in: the page *Mengapa nilai saya begini?* and each period lead here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import defer

from portal.extensions import db
from portal.kernel.refusal import N_
from portal.policy.cycles.rights import Cycles
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rights import Policies
from portal.policy.policies.rules import (
    DayMonth,
    ExpectationRating,
    OrganisationRating,
    PatternLimit,
    PolicyDocument,
    SourceMark,
)
from portal.web.answers import page
from portal.web.formats import formats
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import may, requires

bp = Blueprint("policies", __name__, url_prefix="/policies")

NAMES: Mapping[str, str] = {
    "method": N_("Metode penilaian"),
    "components": N_("Yang dinilai"),
    "approach": N_("Pendekatan hasil kerja"),
    "raters": N_("Siapa yang menilai"),
    "cadence": N_("Periode evaluasi"),
    "review": N_("Reviu SKP oleh pengelola kinerja"),
    "matrix": N_("Kuadran predikat"),
    "pattern": N_("Pola distribusi predikat"),
    "pattern_least": N_("Pola diperiksa mulai"),
    "advice.result": N_("Usulan rating hasil kerja"),
    "advice.behaviour": N_("Usulan rating perilaku kerja"),
    "deadline.plan_draft": N_("Menyusun dan mengajukan SKP"),
    "deadline.plan_review": N_("Mereviu SKP"),
    "deadline.plan_agree": N_("Menyepakati SKP"),
    "deadline.plan_set": N_("Menetapkan SKP"),
    "deadline.action_steps": N_("Menyusun rencana aksi"),
    "deadline.achievement": N_("Melaporkan realisasi"),
    "deadline.organisation_rating": N_("Menetapkan capaian kinerja organisasi"),
    "deadline.rating": N_("Menetapkan predikat periode"),
    "deadline.yearly_rating": N_("Menetapkan predikat tahunan"),
    "clock.handover": N_("Menyampaikan dokumen evaluasi"),
    "clock.countersign": N_("Menandatangani dokumen evaluasi"),
    "clock.substitute": N_("Penetapan oleh atasan penilai bila tidak ditandatangani"),
    "clock.objection": N_("Mengajukan keberatan"),
    "clock.plan_step": N_("Menyepakati, menandatangani, atau menetapkan SKP sebelum atasan penilai memutus"),
    "clock.explanation": N_("Memberi penjelasan atas keberatan"),
    "clock.decision": N_("Memutus keberatan"),
    "move.within_period": N_("Pindah di tengah periode"),
    "least_group.people_public": N_("Kelompok terkecil yang tampil kepada masyarakat"),
    "public": N_("Yang terbuka bagi masyarakat"),
}
"""What a setting is called; one that isn't here shows its own name."""

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Metode dan irama"), ("method", "components", "approach", "raters", "cadence", "review")),
    (N_("Predikat"), ("matrix", "pattern", "pattern_least", "advice")),
    (N_("Tenggat"), ("deadline",)),
    (N_("Penyampaian, tanda tangan, dan keberatan"), ("clock",)),
    (N_("Lain-lain"), ()),
)
"""Headings of the page with the beginnings of the settings below them; the last takes what is left."""

WORDS: Mapping[str, str] = {
    "matrix": N_("Kuadran: pertemuan rating hasil kerja dan rating perilaku kerja"),
    "hasil_kerja": N_("hasil kerja"),
    "perilaku_kerja": N_("perilaku kerja"),
    "kuantitatif": N_("kuantitatif"),
    "kualitatif": N_("kualitatif"),
    "pejabat_penilai_kinerja": N_("pejabat penilai kinerja"),
    "month": N_("setiap bulan, dan selalu setahun"),
    "quarter": N_("setiap triwulan, dan selalu setahun"),
    "semester": N_("setiap semester, dan selalu setahun"),
    "none": N_("tidak ada"),
    "all": N_("setiap SKP"),
    "sample": N_("seperempat SKP, menurut tanda terakhir nomor acuannya"),
    "each_part": N_("setiap penilai mengevaluasi bagiannya; penilai terakhir menetapkan predikat tahunan"),
    "wajib_skp": N_("jumlah yang wajib SKP"),
    "memiliki_skp": N_("jumlah yang memiliki SKP"),
    "ditetapkan_tepat_waktu": N_("jumlah yang ditetapkan tepat waktu"),
    "dievaluasi": N_("jumlah yang dievaluasi"),
    "tidak_wajib": N_("jumlah yang tidak wajib, dengan sebab"),
    "indikator_tercapai": N_("indikator yang tercapai"),
    "distribusi_predikat": N_("sebaran predikat"),
}
"""Words of a policy file in sentences."""


@bp.route("")
@requires(Policies.LIST)
def index() -> Any:
    """Every policy version that was loaded, the newest first."""
    stand_in("hr" if may(Cycles.MANAGE) else "")
    versions = db.session.scalars(
        select(PolicyVersion)
        .options(defer(PolicyVersion.document))
        .order_by(PolicyVersion.key, PolicyVersion.version.desc())
    ).all()
    return page("policy/policies/index.html", versions=versions)


@bp.route("/<policy_version_ref>")
@requires(Policies.READ, PolicyVersion)
def show(policy_version: PolicyVersion) -> Any:
    """One version, setting by setting."""
    rules = policy_version.rules
    stand_in("hr" if may(Cycles.MANAGE) else "")
    order = {name: number for number, name in enumerate(NAMES)}
    rows = [
        _row(name, rules) for name in sorted(rules.settings, key=lambda name: order.get(name, len(order)))
    ]
    return page(
        "policy/policies/show.html",
        version=policy_version,
        rules=rules,
        groups=_grouped(rows),
        assumed=sum(row["assumed"] for row in rows),
        confirm=sum(row["confirm"] for row in rows),
        total=len(rows),
        matrix={
            result.value: {
                behaviour.value: rules.matrix[(result, behaviour)].value for behaviour in ExpectationRating
            }
            for result in ExpectationRating
        },
        pattern=[
            (organisation, [limit_words(limit) for limit in rules.pattern[organisation]])
            for organisation in OrganisationRating
        ],
    )


def _row(name: str, rules: PolicyDocument) -> dict[str, Any]:
    source = rules.sources[name]
    return {
        "key": name,
        "name": _(NAMES[name]) if name in NAMES else name,
        "value": _value(name, rules.settings[name], rules),
        "mark": label(source.mark),
        "note": _in_words(source.note),
        "assumed": source.assumed or source.mark is SourceMark.ASSUMPTION,
        "confirm": source.confirm,
    }


def _in_words(note: str) -> str:
    """A note without the file's own keys, which say nothing to a reader."""
    return re.sub(r"\b(none|all|sample)\b", lambda found: _said(found[0]), note)


def _grouped(rows: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    left = list(rows)
    found = []
    for heading, names in GROUPS:
        inside = [row for row in left if not names or row["key"].split(".")[0] in names]
        left = [row for row in left if row not in inside]
        if inside:
            found.append((_(heading), inside))
    return found


def _value(name: str, value: object, rules: PolicyDocument) -> str:
    """A setting's value as a sentence."""
    if isinstance(value, list):
        return ", ".join(_said(each) for each in value) if name != "pattern" else ""
    if isinstance(value, Mapping) and set(value) == {"day", "month"}:
        return day_words(DayMonth(int(str(value["day"])), int(str(value["month"]))))
    if name == "advice.result":
        percent = formats().percent
        return _(
            "Rata-rata capaian indikator utama di bawah %(below)s: Di Bawah Ekspektasi. Mulai "
            "%(above)s tanpa capaian di bawah %(floor)s: Di Atas Ekspektasi. Di antaranya: "
            "Sesuai Ekspektasi. Capaian satu indikator dihitung paling tinggi %(cap)s.",
            below=percent(rules.advice.below, None),
            above=percent(rules.advice.above, None),
            floor=percent(rules.advice.floor, None),
            cap=percent(rules.advice.cap, None),
        )
    if name in ("matrix", "pattern"):
        return _("lihat tabel di bawah")
    if name == "clock.substitute":
        return _("paling lambat %(n)s hari kerja", n=value)
    if name.startswith("clock."):
        return _("paling lambat %(n)s hari kalender", n=value)
    if name == "deadline.action_steps":
        return _("%(n)s hari kerja setelah periode dimulai", n=value)
    if name.startswith("deadline."):
        return _("%(n)s hari kerja setelah periode berakhir", n=value)
    if name in ("least_group.people_public", "pattern_least"):
        return _("%(n)s orang", n=value)
    return _said(value)


def _said(value: object) -> str:
    text = str(value)
    return _(WORDS[text]) if text in WORDS else text


def day_words(day: DayMonth) -> str:
    """``31 Januari``, in the reader's language."""
    return formats().plain_date(day.on(2024)).rsplit(" ", 1)[0]


def limit_words(limit: PatternLimit) -> str:
    """One line of a pattern in words."""
    ratings = " / ".join(label(rating) for rating in limit.ratings)
    share = formats().percent(limit.share, None)
    match limit.bound:
        case "max":
            return _("%(ratings)s paling banyak %(share)s", ratings=ratings, share=share)
        case "min":
            return _("%(ratings)s paling sedikit %(share)s", ratings=ratings, share=share)
        case "some":
            return _("ada yang mendapat %(ratings)s", ratings=ratings)
        case _:
            return _("tidak ada yang mendapat %(ratings)s", ratings=ratings)

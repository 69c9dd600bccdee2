"""A policy's settings in sentences: what each is called, what it says, under which heading it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from babel.dates import get_month_names
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.kernel.refusal import N_, Refusal
from portal.policy.policies.rules import (
    CALENDAR,
    LABELS,
    WORKING,
    DayMonth,
    ExpectationRating,
    OverallRating,
    PatternLimit,
    PolicyDocument,
    SourceMark,
)
from portal.policy.policies.values import read_pattern
from portal.web.formats import formats
from portal.web.labels import label

NAMES: Mapping[str, str] = {
    "method": N_("Metode penilaian"),
    "components": N_("Yang dinilai"),
    "approach": N_("Pendekatan hasil kerja"),
    "raters": N_("Siapa yang menilai"),
    "cadence": N_("Periode evaluasi"),
    "national_period": N_("Periode nasional"),
    "progress_cadence": N_("Kemajuan dan umpan balik cepat"),
    "review": N_("Reviu SKP oleh pengelola kinerja"),
    "matrix": N_("Kuadran predikat"),
    "pattern": N_("Pola distribusi predikat"),
    "pattern_least": N_("Pola diperiksa mulai"),
    "advice.result": N_("Usulan rating hasil kerja"),
    "advice.behaviour": N_("Usulan rating perilaku kerja"),
    "advice.behaviour_limits": N_("Batas usulan perilaku kerja"),
    "advice.picture": N_("Gambaran tiga aspek (bukan rating)"),
    "survey.peers": N_("Rekan yang ditanya"),
    "survey.subordinates": N_("Bawahan langsung yang ditanya"),
    "survey.small_group": N_("Kelompok yang terlalu kecil"),
    "participation": N_("Keikutsertaan dalam program"),
    "shared_goals": N_("Sasaran bersama"),
    "required_indicators": N_("Indikator yang harus ada"),
    "public_feedback": N_("Suara masyarakat dalam SKP"),
    "public_feedback_least": N_("Data paling sedikit untuk suara masyarakat"),
    "credit": N_("Konversi angka kredit"),
    "weighted.shares": N_("Bobot nilai"),
    "weighted.without_survey": N_("Bobot tanpa survei"),
    "weighted.cap": N_("Capaian dan nilai paling tinggi"),
    "weighted.extra": N_("Nilai tugas tambahan paling tinggi"),
    "weighted.at_maximum": N_("Nilai bila targetnya yang paling tinggi yang mungkin"),
    "weighted.bands": N_("Batas bawah setiap predikat"),
    "weighted.conversion": N_("Konversi capaian menjadi nilai"),
    "legacy.bands": N_("Batas bawah setiap sebutan"),
    "legacy.shares": N_("Bobot nilai prestasi kerja"),
    "deadline.plan_draft": N_("Menyusun dan mengajukan SKP"),
    "deadline.plan_review": N_("Mereviu SKP"),
    "deadline.plan_agree": N_("Menyepakati SKP"),
    "deadline.plan_set": N_("Menetapkan SKP"),
    "deadline.counted": N_("Hari yang dihitung dalam tenggat internal"),
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
    "follow_up.guidance": N_("Bimbingan dibuka mulai predikat"),
    "follow_up.window": N_("Kesempatan perbaikan"),
    "follow_up.talent_pool": N_("Kelompok rencana suksesi"),
    "follow_up.development": N_("Pengembangan kompetensi"),
    "guidance": N_("Bimbingan menurut kebijakan daerah"),
    "award": N_("Penghargaan"),
    "meeting": N_("Rapat evaluasi"),
    "training": N_("Pelatihan"),
    "briefing": N_("Sosialisasi"),
    "discipline": N_("Disiplin"),
    "citizens": N_("Partisipasi masyarakat"),
    "move.within_period": N_("Pindah di tengah periode"),
    "outage": N_("Gangguan"),
    "work_calendar": N_("Kalender kerja"),
    "least_group.people_public": N_("Kelompok terkecil yang tampil kepada masyarakat"),
    "least_group.survey_answers": N_("Jawaban survei perilaku paling sedikit"),
    "least_group.survey_comments": N_("Jawaban paling sedikit sebelum komentar tampil"),
    "least_group.public_answers": N_("Jawaban survei masyarakat paling sedikit"),
    "public": N_("Yang terbuka bagi masyarakat"),
    "public_extra": N_("Yang juga terbuka menurut kebijakan daerah"),
    "claims": N_("Pernyataan yang diperiksa dengan angka"),
}
"""What a setting is called; one that isn't here shows its own name."""

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        N_("Metode dan irama"),
        (
            "method",
            "components",
            "approach",
            "raters",
            "national_period",
            "cadence",
            "progress_cadence",
            "review",
        ),
    ),
    (N_("Predikat"), ("matrix", "pattern", "pattern_least", "advice", "weighted", "legacy", "credit")),
    (N_("Survei perilaku tertutup"), ("survey",)),
    (
        N_("Hasil kerja, program, dan sasaran bersama"),
        ("required_indicators", "public_feedback", "public_feedback_least", "participation", "shared_goals"),
    ),
    (N_("Tenggat"), ("deadline", "outage", "work_calendar")),
    (N_("Penyampaian, tanda tangan, dan keberatan"), ("clock",)),
    (
        N_("Tindak lanjut"),
        (
            *("follow_up", "guidance", "award", "meeting", "training", "briefing", "discipline"),
            "citizens",
        ),
    ),
    (N_("Kelompok terkecil dan publikasi"), ("least_group", "public", "public_extra", "claims")),
    (N_("Lain-lain"), ()),
)
"""Headings of the page with the beginnings of the settings below them; the last takes what is left."""

WORDS: Mapping[str, str] = {
    "hari_kerja": N_("hari kerja menurut kalender daerah"),
    "hari_kalender": N_("semua hari, juga hari libur"),
    "matrix": N_("Kuadran: pertemuan rating hasil kerja dan rating perilaku kerja"),
    "hasil_kerja": N_("hasil kerja"),
    "perilaku_kerja": N_("perilaku kerja"),
    "kuantitatif": N_("kuantitatif"),
    "kualitatif": N_("kualitatif"),
    "pejabat_penilai_kinerja": N_("pejabat penilai kinerja"),
    "month": N_("setiap bulan, dan selalu setahun"),
    "quarter": N_("setiap triwulan, dan selalu setahun"),
    "semester": N_("setiap semester, dan selalu setahun"),
    "weighted": N_("Berbobot: nilai 0 sampai 120 dari SKP dan perilaku kerja (PP 30/2019)"),
    "legacy_2011": N_("Prestasi kerja PP 46/2011, hanya untuk tahun lama"),
    "penilai": N_("pejabat penilai kinerja"),
    "rekan": N_("rekan setingkat, hanya perilaku, tertutup"),
    "bawahan": N_("bawahan langsung, hanya perilaku, tertutup"),
    "ketua_tim": N_("ketua tim memberi umpan balik"),
    "merge": N_("rekan dan bawahan digabung; bila tetap kurang, bagiannya kembali kepada penilai"),
    "return": N_("bagiannya kembali kepada penilai"),
    "extra_result": N_("hasil kerja tambahan dengan penugasan"),
    "shared_goal": N_("sumbangan bagi sasaran bersama: orang, alat, anggaran, informasi"),
    "own_line": N_("baris sendiri di samping dua rating, bukan sumbu ketiga"),
    "allowed": N_("boleh dibuat"),
    "required": N_("wajib bagi pemimpin program dengan dua perangkat daerah atau lebih"),
    "published": N_("diterbitkan, tidak masuk ke SKP"),
    "figures": N_("angka unit menjadi indikator bagi yang SKP-nya menyebutnya"),
    "themes": N_("tema masukan sampai kepada unit, tanpa angka"),
    "internal_only": N_("tenggat internal berpindah, tenggat peraturan tetap"),
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


STANDINGS: Mapping[str, str] = {
    "mengikuti_nasional": N_("mengikuti aturan nasional"),
    "pelengkap_internal": N_("pelengkap internal: saran dan kegiatan daerah di samping aturan nasional"),
    "sistem_sendiri": N_("sistem sendiri yang disetujui keputusan menteri"),
}
"""What a policy is in law."""
PARTS: Mapping[str, str] = {
    "appraiser": N_("penilai"),
    "survey": N_("survei"),
    "plan": N_("SKP"),
    "behaviour": N_("perilaku kerja"),
    "below": N_("di bawah ekspektasi kurang dari"),
    "above": N_("di atas ekspektasi lebih dari"),
    "from": N_("di atas ekspektasi mulai"),
    "floor": N_("tanpa indikator di bawah"),
    "cap": N_("capaian satu indikator paling tinggi"),
    "results": N_("hasil kerja"),
    "participation": N_("keikutsertaan"),
    "attitude": N_("sikap"),
    "until": N_("sampai"),
    "survey_answers": N_("jawaban survei"),
    "answers_per_element": N_("jawaban setiap unsur"),
    "complaints_closed": N_("pengaduan selesai"),
    "documents": N_("dokumen"),
    "served": N_("orang dilayani"),
    **{rating.value: LABELS[rating] for rating in OverallRating},
}
"""Words for the parts of a setting that has several numbers, in the order in which they are told."""
PER_CENT: frozenset[str] = frozenset(
    {"advice.result", "advice.behaviour", "advice.picture", "weighted.without_survey", "legacy.shares"}
)
"""Settings whose numbers are per cent."""
_PEOPLE = (
    *("pattern_least", "survey.peers", "survey.subordinates", "least_group.people_public"),
    *("least_group.survey_answers", "least_group.survey_comments", "least_group.public_answers"),
)


def row_of(name: str, rules: PolicyDocument) -> dict[str, Any]:
    """A setting as a row of the page: its name, value, source, and who states it."""
    source = rules.sources[name]
    return {
        "key": name,
        "name": called(name),
        "value": value_words(name, rules.settings[name], rules.period_deadlines.counted),
        "mark": label(source.mark),
        "note": note_words(source.note),
        "assumed": source.assumed or source.mark is SourceMark.ASSUMPTION,
        "confirm": source.confirm,
        "own": bool(source.stated_by) and source.stated_by == rules.key,
    }


def standing_words(standing: str) -> str:
    """What a policy is in law, in words."""
    return _(STANDINGS[standing])


def called(name: str) -> str:
    """What a setting is called."""
    return _(NAMES[name]) if name in NAMES else name


def worded(refusal: Refusal) -> Refusal:
    """A problem with the setting's name as people read it; a command keeps the key, to look for it in the file."""
    params = {key: called(str(part)) if key == "setting" else part for key, part in refusal.params.items()}
    return replace(refusal, params=params, parts=tuple(map(worded, refusal.parts)), anchor="")


NOTES: Mapping[str, str] = MappingProxyType(
    {
        "Reviu SKP oleh Pengelola Kinerja tersedia: none, all, atau sample. Aturan nasional tidak mewajibkannya untuk "
        "setiap SKP.": "Reviu SKP oleh Pengelola Kinerja tersedia: tidak ada, setiap SKP, atau seperempat SKP. Aturan "
        "nasional tidak mewajibkannya untuk setiap SKP.",
        "PP 30/2019 Pasal 41 ayat (5): batas bawah; Sangat Baik juga memerlukan ide atau cara baru. Cukup disimpan "
        "sebagai butuh_perbaikan.": "PP 30/2019 Pasal 41 ayat (5): batas bawah; Sangat Baik juga memerlukan ide atau "
        "cara baru. Cukup menempati tempat Butuh Perbaikan.",
    }
)
"""Notes of frozen documents that name the file's own keys, as whole sentences: the source stays in Indonesian."""


def note_words(note: str) -> str:
    """A note as people read it, in the language in which it was written."""
    return NOTES.get(note, note)


def grouped(rows: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    left = list(rows)
    found = []
    for heading, names in GROUPS:
        inside = [row for row in left if not names or row["key"].split(".")[0] in names]
        left = [row for row in left if row not in inside]
        if inside:
            found.append((_(heading), inside))
    return found


def value_words(name: str, value: object, counted: str = WORKING) -> str:
    """A setting's value as a sentence; ``counted``: which days the policy's internal deadlines count."""
    if name in ("matrix", "pattern"):
        return _("lihat tabel di bawah")
    if name == "weighted.conversion" and isinstance(value, list):
        return "; ".join(
            f"{_span(row['from'], row['to'])}%: {_span(row['low'], row['high'])}" for row in value
        )
    if isinstance(value, list):
        texts = [word_of(each) for each in value]
        return ("; " if any(" " in text for text in texts) else ", ").join(texts)
    if isinstance(value, Mapping):
        return _table_words(name, value)
    if name in ("clock.substitute", "clock.explanation", "clock.decision"):
        return _("paling lambat %(n)s hari kerja", n=value)
    if name.startswith("clock."):
        return _("paling lambat %(n)s hari kalender", n=value)
    if name == "deadline.action_steps":
        if counted == CALENDAR:
            return _("%(n)s hari kalender setelah periode dimulai", n=value)
        return _("%(n)s hari kerja setelah periode dimulai", n=value)
    if name.startswith("deadline.") and isinstance(value, int):
        if counted == CALENDAR:
            return _("%(n)s hari kalender setelah periode berakhir", n=value)
        return _("%(n)s hari kerja setelah periode berakhir", n=value)
    if name in _PEOPLE:
        return _("%(n)s orang", n=value)
    return word_of(value)


def _span(low: object, high: object) -> str:
    return f"{low}" if low == high else f"{low}–{high}"


def said(name: str, value: Any) -> str:
    """A setting's value in words where there is no table beside it: quadrant and pattern whole."""
    match name:
        case "matrix":
            return matrix_words(value)
        case "pattern":
            return pattern_words(value)
        case _:
            return value_words(name, value)


def matrix_words(value: Mapping[str, Mapping[str, str]]) -> str:
    """The nine cells, a row of the quadrant after the other."""
    return "; ".join(
        _(
            "hasil kerja %(result)s: %(cells)s",
            result=label(result),
            cells=" · ".join(
                label(OverallRating(value[result][behaviour])) for behaviour in ExpectationRating
            ),
        )
        for result in ExpectationRating
    )


def _table_words(name: str, value: Mapping[str, Any]) -> str:
    if set(value) == {"day", "month"}:
        return day_words(DayMonth(int(str(value["day"])), int(str(value["month"]))))
    if name == "advice.result":
        return _(
            "Rata-rata capaian indikator utama di bawah %(below)s: Di Bawah Ekspektasi. Mulai "
            "%(above)s tanpa capaian di bawah %(floor)s: Di Atas Ekspektasi. Di antaranya: "
            "Sesuai Ekspektasi. Capaian satu indikator dihitung paling tinggi %(cap)s.",
            **{
                part: formats().percent(Decimal(str(value[part])), None)
                for part in ("below", "above", "floor", "cap")
            },
        )
    if name == "award":
        kind = (
            _("dengan uang, dasar hukum: %(basis)s", basis=value["legal_basis"])
            if value["money"]
            else _("tanpa uang")
        )
        return f"{value['what']} ({kind})"
    if name == "weighted.shares" and set(value) == {"plan", "behaviour", "appraiser", "survey"}:
        return _(
            "SKP %(plan)s, perilaku kerja %(behaviour)s; di dalam perilaku kerja penilai %(appraiser)s, "
            "survei %(survey)s",
            **{part: _number(each, per_cent=True) for part, each in value.items()},
        )
    order = list(PARTS)
    told = sorted(value, key=lambda part: order.index(part) if part in PARTS else len(order))
    words = ", ".join(
        f"{_(PARTS[part]) if part in PARTS else part} "
        f"{_number(value[part], per_cent=name in PER_CENT or name == 'credit')}"
        for part in told
    )
    return _("%(shares)s dari koefisien tahunan", shares=words) if name == "credit" else words


def _number(value: object, *, per_cent: bool = False) -> str:
    """A number or a day of a policy in the reader's writing; other texts as they are."""
    text = str(value)
    if re.fullmatch(r"\d+(\.\d+)?", text):
        number = Decimal(text)
        return formats().percent(number, None) if per_cent else formats().number(number)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return formats().plain_date(date.fromisoformat(text))
    return text


def counted_in(name: str, counted: str = WORKING) -> str:
    """What a setting's one number counts: the label of its field; empty where that isn't said."""
    if name in ("clock.substitute", "clock.explanation", "clock.decision"):
        return _("Hari kerja")
    if name.startswith("clock."):
        return _("Hari kalender")
    if name == "deadline.action_steps":
        return (
            _("Hari kalender sesudah periode dimulai")
            if counted == CALENDAR
            else _("Hari kerja sesudah periode dimulai")
        )
    if name.startswith("deadline."):
        return (
            _("Hari kalender sesudah periode berakhir")
            if counted == CALENDAR
            else _("Hari kerja sesudah periode berakhir")
        )
    return _("Jumlah orang") if name in _PEOPLE else ""


def word_of(value: object) -> str:
    """A word of a policy file as people say it; what isn't one stands as it is."""
    text = str(value)
    if text in set(OverallRating):
        return label(OverallRating(text))
    return _(WORDS[text]) if text in WORDS else text


def day_words(day: DayMonth) -> str:
    """``31 Januari``, in the reader's language."""
    return formats().plain_date(day.on(2024)).rsplit(" ", 1)[0]


BOUND_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "max": N_("paling banyak"),
        "min": N_("paling sedikit"),
        "some": N_("ada sekurang-kurangnya seorang"),
        "none": N_("tidak seorang pun"),
    }
)
"""What a line of a pattern demands."""


def pattern_words(value: object) -> str:
    """A whole pattern in words, one rating of the organisation after the other."""
    return " · ".join(
        f"{label(organisation)}: {'; '.join(map(limit_words, limits)) or '–'}"
        for organisation, limits in read_pattern(value).items()
    )


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


def months() -> list[tuple[int, str]]:
    """The months to choose from."""
    names = get_month_names("wide", locale=get_locale() or "id")
    return [(number, names[number]) for number in range(1, 13)]

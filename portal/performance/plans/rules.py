"""The plan (SKP): its states, what it must hold, and what may be done with it when.

The employee writes and submits; the performance manager reviews where policy says so; the appraiser
agrees; the employee signs; the appraiser sets (PP 30/2019 Ps. 8-15, 24; PermenPANRB 6/2022). What has
been submitted doesn't change any more: a change is a new version (Ps. 28; decision 14.6).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from portal.kernel.exact import LIMIT
from portal.kernel.refusal import N_, Refusal, several
from portal.kernel.workflow import Transition, Workflow


class PlanState(StrEnum):
    """Where a plan version stands."""

    DRAFT = "draf"
    SUBMITTED = "diajukan"
    RETURNED = "dikembalikan"
    REVIEWED = "direviu"
    AGREED = "disepakati"
    SIGNED = "ditandatangani"
    SET = "ditetapkan"


class Approach(StrEnum):
    """Pendekatan hasil kerja."""

    QUANTITATIVE = "kuantitatif"
    QUALITATIVE = "kualitatif"


class ResultKind(StrEnum):
    """Hasil kerja utama or tambahan."""

    MAIN = "utama"
    EXTRA = "tambahan"


class Aspect(StrEnum):
    """What an indicator measures (PP 30/2019 Ps. 10); quantity is always there."""

    QUANTITY = "kuantitas"
    QUALITY = "kualitas"
    TIME = "waktu"
    COST = "biaya"


class Direction(StrEnum):
    """Whether more or less of it is better."""

    UP = "naik"
    DOWN = "turun"


class Perspective(StrEnum):
    """The view of a leader's result (form F-1)."""

    USERS = "penerima_layanan"
    PROCESS = "proses_bisnis"
    INTERNAL = "penguatan_internal"
    BUDGET = "anggaran"


class CoreValue(StrEnum):
    """The seven core values of BerAKHLAK (SE MenPANRB 20/2021; UU 20/2023)."""

    SERVICE = "berorientasi_pelayanan"
    ACCOUNTABLE = "akuntabel"
    COMPETENT = "kompeten"
    HARMONIOUS = "harmonis"
    LOYAL = "loyal"
    ADAPTIVE = "adaptif"
    COLLABORATIVE = "kolaboratif"


class ChangeReason(StrEnum):
    """The grounds on which a plan that was set may be changed (PP 30/2019 Ps. 28)."""

    HOLDER = "pergantian_pejabat"
    STRATEGY = "perubahan_strategi"
    PRIORITY = "perubahan_prioritas"
    LEAVE = "sakit_cuti"
    DUTY = "penugasan_lain"
    OTHER = "alasan_lain"


class ChangeKind(StrEnum):
    """What happened to a line between two versions."""

    ADDED = "baru"
    CHANGED = "berubah"
    REMOVED = "dihapus"
    SAME = "sama"


class ManualKind(StrEnum):
    """How the values of an indicator make up the year's (form F-6)."""

    CUMULATIVE = "kumulatif"
    AVERAGE = "rata_rata"
    LAST = "akhir"


class ControlLevel(StrEnum):
    """How far the office decides what an indicator shows (form F-6)."""

    HIGH = "tinggi"
    MIDDLE = "sedang"
    LOW = "rendah"


class ManualFrequency(StrEnum):
    """How often an indicator is reported (form F-6)."""

    MONTH = "bulanan"
    QUARTER = "triwulanan"
    SEMESTER = "semesteran"
    YEAR = "tahunan"


class Lapse(StrEnum):
    """Which step of a plan wasn't taken in time, so that the appraiser's superior takes it."""

    AGREEMENT = "kesepakatan"
    SIGNATURE = "tanda_tangan"
    SETTING = "penetapan"


class Ruling(StrEnum):
    """What the superior decides about a plan that its appraiser neither agreed to nor returned."""

    AGREE = "sepakati"
    RETURN = "kembalikan"


class CascadeSource(StrEnum):
    """Whose plan somebody's results are derived from."""

    APPRAISER = "penilai"
    PREDECESSOR = "pemegang_sebelumnya"
    SUPERIOR = "atasan_penilai"


LABELS: dict[StrEnum, str] = {
    PlanState.DRAFT: N_("Draf"),
    PlanState.SUBMITTED: N_("Diajukan"),
    PlanState.RETURNED: N_("Dikembalikan dengan catatan"),
    PlanState.REVIEWED: N_("Direviu"),
    PlanState.AGREED: N_("Disepakati"),
    PlanState.SIGNED: N_("Ditandatangani"),
    PlanState.SET: N_("Ditetapkan"),
    Approach.QUANTITATIVE: N_("Kuantitatif"),
    Approach.QUALITATIVE: N_("Kualitatif"),
    ResultKind.MAIN: N_("Utama"),
    ResultKind.EXTRA: N_("Tambahan"),
    Aspect.QUANTITY: N_("Kuantitas"),
    Aspect.QUALITY: N_("Kualitas"),
    Aspect.TIME: N_("Waktu"),
    Aspect.COST: N_("Biaya"),
    Direction.UP: N_("Makin tinggi makin baik"),
    Direction.DOWN: N_("Makin rendah makin baik"),
    Perspective.USERS: N_("Penerima Layanan"),
    Perspective.PROCESS: N_("Proses Bisnis"),
    Perspective.INTERNAL: N_("Penguatan Internal"),
    Perspective.BUDGET: N_("Anggaran"),
    CoreValue.SERVICE: N_("Berorientasi Pelayanan"),
    CoreValue.ACCOUNTABLE: N_("Akuntabel"),
    CoreValue.COMPETENT: N_("Kompeten"),
    CoreValue.HARMONIOUS: N_("Harmonis"),
    CoreValue.LOYAL: N_("Loyal"),
    CoreValue.ADAPTIVE: N_("Adaptif"),
    CoreValue.COLLABORATIVE: N_("Kolaboratif"),
    ChangeReason.HOLDER: N_("Pergantian pemangku jabatan"),
    ChangeReason.STRATEGY: N_("Perubahan strategi"),
    ChangeReason.PRIORITY: N_("Perubahan prioritas"),
    ChangeReason.LEAVE: N_("Sakit atau cuti lain lebih dari satu bulan"),
    ChangeReason.DUTY: N_("Penugasan lain lebih dari satu bulan"),
    ChangeReason.OTHER: N_("Alasan lain yang disetujui pejabat yang berwenang"),
    ChangeKind.ADDED: N_("Baru"),
    ChangeKind.CHANGED: N_("Berubah"),
    ChangeKind.REMOVED: N_("Dihapus"),
    ChangeKind.SAME: N_("Tidak berubah"),
    ManualKind.CUMULATIVE: N_("Kumulatif"),
    ManualKind.AVERAGE: N_("Rata-rata"),
    ManualKind.LAST: N_("Nilai akhir"),
    ControlLevel.HIGH: N_("Tinggi"),
    ControlLevel.MIDDLE: N_("Sedang"),
    ControlLevel.LOW: N_("Rendah"),
    ManualFrequency.MONTH: N_("Setiap bulan"),
    ManualFrequency.QUARTER: N_("Setiap triwulan"),
    ManualFrequency.SEMESTER: N_("Setiap semester"),
    ManualFrequency.YEAR: N_("Setiap tahun"),
    Lapse.AGREEMENT: N_("Penilai belum menyepakati atau mengembalikan SKP pada waktunya"),
    Lapse.SIGNATURE: N_("Pegawai belum menandatangani SKP pada waktunya"),
    Lapse.SETTING: N_("Penilai belum menetapkan SKP pada waktunya"),
    Ruling.AGREE: N_("Sepakati SKP ini"),
    Ruling.RETURN: N_("Kembalikan kepada pegawai dengan catatan"),
    CascadeSource.APPRAISER: N_("Penilai"),
    CascadeSource.PREDECESSOR: N_("Pemegang jabatan sebelumnya"),
    CascadeSource.SUPERIOR: N_("Atasan penilai"),
}
"""The official word for each value."""

GUIDES: dict[CoreValue, tuple[str, str, str]] = {
    CoreValue.SERVICE: (
        N_("Memahami kebutuhan masyarakat dan memenuhinya."),
        N_("Bersikap ramah, cekatan, memberi solusi, dan dapat diandalkan."),
        N_("Memperbaiki pelayanan tanpa henti."),
    ),
    CoreValue.ACCOUNTABLE: (
        N_("Melaksanakan tugas dengan jujur, bertanggung jawab, cermat, disiplin, dan berintegritas tinggi."),
        N_("Menggunakan kekayaan dan barang milik negara secara bertanggung jawab, efektif, dan efisien."),
        N_("Tidak menyalahgunakan kewenangan jabatan."),
    ),
    CoreValue.COMPETENT: (
        N_("Meningkatkan kompetensi diri agar mampu menjawab tantangan yang terus berubah."),
        N_("Membantu orang lain belajar."),
        N_("Menyelesaikan tugas dengan mutu terbaik."),
    ),
    CoreValue.HARMONIOUS: (
        N_("Menghargai setiap orang, apa pun latar belakangnya."),
        N_("Suka menolong orang lain."),
        N_("Membangun lingkungan kerja yang kondusif."),
    ),
    CoreValue.LOYAL: (
        N_("Memegang teguh Pancasila dan UUD 1945 serta setia kepada NKRI dan pemerintahan yang sah."),
        N_("Menjaga nama baik sesama ASN, pimpinan, instansi, dan negara."),
        N_("Menjaga rahasia jabatan dan rahasia negara."),
    ),
    CoreValue.ADAPTIVE: (
        N_("Cepat menyesuaikan diri dengan perubahan."),
        N_("Terus berinovasi dan mengembangkan kreativitas."),
        N_("Bertindak proaktif."),
    ),
    CoreValue.COLLABORATIVE: (
        N_("Memberi kesempatan kepada berbagai pihak untuk berkontribusi."),
        N_("Terbuka untuk bekerja sama agar tercipta nilai tambah."),
        N_("Menggerakkan pemanfaatan berbagai sumber daya untuk tujuan bersama."),
    ),
}
"""Three guides for each core value (panduan perilaku)."""

# ----------------------------------------------------------------------------------------- limits

RESULT_TEXT = 500
INDICATOR_TEXT = 300
UNIT_TEXT = 40
ASSIGNED_BY_TEXT = 200
EXPECTATION_TEXT = 1000
ATTACHMENT_TEXT = 300
NOTE_TEXT = 1000
REASON_TEXT = 1000
RULING_TEXT = 1000
LETTER_TEXT = 100
MANUAL_TEXT = 1000
MANUAL_LINE = 200
"""Characters that a text may have."""

RULING_LEAST = 20
"""Letters that the superior's reason has at least."""

MAX_RESULTS = 20
MAX_INDICATORS = 8
MAX_ATTACHMENT_LINES = 20

ATTACHMENTS: dict[str, str] = {
    "resource_support": N_("Dukungan Sumber Daya"),
    "accountability_scheme": N_("Skema Pertanggungjawaban"),
    "consequence": N_("Konsekuensi"),
}
"""The three lists of the annex (form F-5), by the name of their field."""


# --------------------------------------------------------------------------------------- workflow

_STATES = tuple(PlanState)
_WAITING = (PlanState.SUBMITTED, PlanState.REVIEWED)


def plan_workflow(review: str) -> Workflow:
    """The table of steps when the policy reviews ``none`` or ``all`` of the plans.

    ``sample`` gives both ways in one table, for the diagram; a single plan follows ``review_of``.
    Raises ``ValueError`` for another word.
    """
    if review not in ("none", "all", "sample"):
        raise ValueError(f"unknown review {review!r}")
    ready = {"none": _WAITING[:1], "all": _WAITING[1:], "sample": _WAITING}[review]
    first_reader = {"none": "penilai", "all": "pengelola", "sample": "pengelola atau penilai"}[review]
    steps = [
        Transition(
            "submit", (PlanState.DRAFT, PlanState.RETURNED), PlanState.SUBMITTED, "pegawai", "lengkap"
        ),
        Transition("withdraw", (PlanState.SUBMITTED,), PlanState.DRAFT, "pegawai"),
        Transition(
            "return_with_notes",
            (PlanState.SUBMITTED,),
            PlanState.RETURNED,
            first_reader,
            "sekurangnya satu catatan",
        ),
        Transition("agree", ready, PlanState.AGREED, "penilai"),
        Transition("sign", (PlanState.AGREED,), PlanState.SIGNED, "pegawai"),
        Transition("set", (PlanState.SIGNED,), PlanState.SET, "penilai"),
        Transition("substitute", ready, PlanState.AGREED, "atasan penilai", "batas kesepakatan lewat"),
        Transition(
            "substitute",
            (PlanState.AGREED, PlanState.SIGNED),
            PlanState.SET,
            "atasan penilai",
            "batas tanda tangan atau penetapan lewat",
        ),
        Transition(
            "send_back",
            ready,
            PlanState.RETURNED,
            "atasan penilai",
            "batas kesepakatan lewat, dengan catatan",
        ),
        Transition("change", (PlanState.SET,), PlanState.DRAFT, "pegawai", "alasan menurut Ps. 28"),
        Transition(
            "drop_change",
            (PlanState.DRAFT, PlanState.RETURNED),
            PlanState.SET,
            "pegawai",
            "versi sebelumnya masih berlaku",
        ),
    ]
    if review != "none":
        steps[2:2] = [Transition("review", (PlanState.SUBMITTED,), PlanState.REVIEWED, "pengelola")]
        steps[4:4] = [
            Transition(
                "return_with_notes",
                (PlanState.REVIEWED,),
                PlanState.RETURNED,
                "penilai",
                "sekurangnya satu catatan",
            )
        ]
    return Workflow("plan", _STATES, tuple(steps))


PLAN_WORKFLOW = plan_workflow("sample")
"""The whole table, for the diagram. Steps are taken through ``plan_workflow`` of the plan's review."""

_TABLES = {review: plan_workflow(review) for review in ("none", "all")}


SAMPLE_SIGNS = "01234567"
"""A plan is in the sample when its reference ends in one of these: 8 of 32 signs, a quarter of the plans."""


def drawn(ref: str) -> bool:
    """Whether the plan with the reference ``ref`` is in the sample that is reviewed.

    The reference is drawn at random when the plan is begun and never changes: anybody can check the
    sample afterwards, nobody can choose it, and it is the same however often it is asked for.
    """
    return ref[-1:] in tuple(SAMPLE_SIGNS)


def review_of(review: str, drawn: bool) -> str:
    """What the policy's ``review`` means for one plan: ``all`` when it is reviewed, else ``none``."""
    return "all" if review == "all" or (review == "sample" and drawn) else "none"


def whose_turn(state: str, review: str) -> str | None:
    """Whose step is next: ``pegawai``, ``penilai``, ``pengelola``; ``None`` when the plan is set."""
    match PlanState(state):
        case PlanState.DRAFT | PlanState.RETURNED | PlanState.AGREED:
            return "pegawai"
        case PlanState.SUBMITTED:
            return "pengelola" if review == "all" else "penilai"
        case PlanState.REVIEWED | PlanState.SIGNED:
            return "penilai"
        case PlanState.SET:
            return None


# ----------------------------------------------------------------------------------------- cascade


@dataclass(frozen=True)
class Cascade:
    """From whose plan the results are derived, and whether it is far enough to submit after it.

    ``source`` is ``None`` where nobody above has a plan.
    """

    source: CascadeSource | None
    ready: bool


def cascade(
    *,
    appraiser_employed: bool,
    appraiser_in_post: bool,
    own: tuple[str, bool] | None,
    predecessor_set: bool,
    superior_employed: bool,
    superior: str | None,
) -> Cascade:
    """Which plan somebody's results are derived from (year.md §0.1, story 7; rules: Plt/Plh).

    An appraiser who holds the post by appointment (``appraiser_in_post``) leads by the own plan: ``own``
    is its state and whether the matrix is shared; without it one waits. An acting head or a delegate
    keeps the own plan in the definitive post, and that one doesn't lead this unit: the post's plan of
    whoever held it before does (``predecessor_set``), else the plan of the appraiser's superior
    (``superior`` is its state). Nobody shares a matrix for these two, so that one that is set is enough.
    A region's head has no plan, and nothing waits for it.
    """
    if not appraiser_employed:
        return Cascade(None, True)
    if appraiser_in_post:
        return Cascade(CascadeSource.APPRAISER, own == (PlanState.SET, True))
    if predecessor_set:
        return Cascade(CascadeSource.PREDECESSOR, True)
    if not superior_employed:
        return Cascade(None, True)
    return Cascade(CascadeSource.SUPERIOR, superior == PlanState.SET)


# -------------------------------------------------------------------------------------- completeness


class IndicatorLike(Protocol):
    """What an indicator must offer to be checked. One target value: ``target_max`` is ``None`` or equal."""

    @property
    def aspect(self) -> str | None:
        """One of ``Aspect``; ``None`` on a leader's form, which has no such column."""

    @property
    def text(self) -> str:
        """What is measured."""

    @property
    def target_min(self) -> Decimal | None:
        """The target, or the lower end of its range."""

    @property
    def target_max(self) -> Decimal | None:
        """The upper end of the range."""

    @property
    def unit(self) -> str:
        """Unit of the target."""


class ResultLike(Protocol):
    """What a planned result must offer to be checked."""

    @property
    def ref(self) -> str:
        """Its name on the page and through versions."""

    @property
    def text(self) -> str:
        """The planned result."""

    @property
    def kind(self) -> str:
        """One of ``ResultKind``."""

    @property
    def indicators(self) -> Sequence[IndicatorLike]:
        """Its indicators in their order."""


class VersionLike(Protocol):
    """What a plan version must offer to be checked."""

    @property
    def results(self) -> Sequence[ResultLike]:
        """Its results in their order."""

    @property
    def resource_support(self) -> Sequence[str]:
        """Dukungan sumber daya."""

    @property
    def accountability_scheme(self) -> Sequence[str]:
        """Skema pertanggungjawaban."""

    @property
    def consequence(self) -> Sequence[str]:
        """Konsekuensi."""


def target_problem(low: Decimal | None, high: Decimal | None) -> Refusal | None:
    """Why ``low`` to ``high`` is no target; one value alone is one, and so are two equal ones."""
    for number in (low, high):
        if number is not None and number < 0:
            return Refusal("x.negative", N_("Target tidak boleh kurang dari nol."))
        if number is not None and number >= LIMIT:
            return Refusal("x.number", N_("Tulis angka, misalnya 12 atau 1.234,5."))
    if low is not None and high is not None and low > high:
        return Refusal("x.range", N_("Batas bawah harus lebih kecil daripada batas atas."))
    return None


def approaches(setting: object) -> tuple[Approach, ...]:
    """The approaches that a policy's ``approach`` allows; the quantitative one where it says nothing."""
    named = setting if isinstance(setting, list | tuple) else ()
    return tuple(each for each in Approach if each in named) or (Approach.QUANTITATIVE,)


def why_not_switch(state: str, wanted: Approach, allowed: Sequence[Approach]) -> Refusal | None:
    """Why a plan can't follow the approach ``wanted``: it isn't open, or the policy doesn't know it."""
    if wanted not in allowed:
        return Refusal("plan.approach", N_("Kebijakan daerah Anda tidak memakai pendekatan ini."))
    return why_not_edit(state)


def missing(
    version: VersionLike, leader_form: bool = False, approach: str = Approach.QUANTITATIVE
) -> list[Refusal]:
    """What keeps ``version`` from being submitted; each names its place on the page.

    ``leader_form`` (F-1: JPT, heads of independent units) has no aspects but a perspective per result.
    The qualitative approach (F-2, F-4) has success measures in words: no aspect, target or unit.
    """
    found = []
    if not any(result.kind == ResultKind.MAIN for result in version.results):
        found.append(
            Refusal(
                "plan.main_result", N_("Tulis sekurang-kurangnya satu hasil kerja utama."), anchor="results"
            )
        )
    for number, result in enumerate(version.results, start=1):
        found += _missing_in_result(result, number, leader_form, approach)
    for name, label in ATTACHMENTS.items():
        if not any(line.strip() for line in getattr(version, name)):
            found.append(
                Refusal(
                    f"plan.{name}",
                    N_("Lampiran %(list)s masih kosong."),
                    {"list": label},
                    anchor=f"attachment-{name}",
                )
            )
    return found


def _missing_in_result(
    result: ResultLike, number: int, leader_form: bool, approach: str
) -> Iterator[Refusal]:
    anchor, params = f"result-{result.ref}", {"n": number}
    if not result.text.strip():
        yield Refusal("plan.result_text", N_("Hasil kerja %(n)s belum ditulis."), params, anchor)
    if leader_form and not getattr(result, "perspective", None):
        yield Refusal("plan.perspective", N_("Hasil kerja %(n)s belum memiliki perspektif."), params, anchor)
    if approach == Approach.QUALITATIVE:
        if not any(row.text.strip() for row in result.indicators):
            yield Refusal(
                "plan.measure", N_("Hasil kerja %(n)s belum memiliki ukuran keberhasilan."), params, anchor
            )
        return
    if not result.indicators:
        yield Refusal("plan.indicator", N_("Hasil kerja %(n)s belum memiliki indikator."), params, anchor)
    elif not leader_form and not any(row.aspect == Aspect.QUANTITY for row in result.indicators):
        yield Refusal(
            "plan.quantity", N_("Hasil kerja %(n)s belum memiliki indikator kuantitas."), params, anchor
        )
    if any(not row.text.strip() for row in result.indicators):
        yield Refusal(
            "plan.indicator_text", N_("Ada indikator hasil kerja %(n)s yang belum ditulis."), params, anchor
        )
    if not leader_form and any(not row.aspect for row in result.indicators):
        yield Refusal("plan.aspect", N_("Ada indikator hasil kerja %(n)s tanpa aspek."), params, anchor)
    if any(row.target_min is None and row.target_max is None for row in result.indicators):
        yield Refusal("plan.target", N_("Ada indikator hasil kerja %(n)s tanpa target."), params, anchor)
    if any(not row.unit.strip() for row in result.indicators):
        yield Refusal("plan.unit", N_("Ada indikator hasil kerja %(n)s tanpa satuan."), params, anchor)
    if any(target_problem(row.target_min, row.target_max) for row in result.indicators):
        yield Refusal(
            "plan.range", N_("Ada target hasil kerja %(n)s yang terbalik atau negatif."), params, anchor
        )


# ------------------------------------------------------------------------------------- why not ...

_NOW = {
    PlanState.DRAFT: N_("SKP ini masih draf; pegawai belum mengajukannya."),
    PlanState.SUBMITTED: N_("SKP ini sudah diajukan dan belum disepakati."),
    PlanState.RETURNED: N_("SKP ini dikembalikan dengan catatan dan sedang diperbaiki pegawai."),
    PlanState.REVIEWED: N_("SKP ini sudah direviu dan menunggu kesepakatan penilai."),
    PlanState.AGREED: N_("SKP ini sudah disepakati dan menunggu tanda tangan pegawai."),
    PlanState.SIGNED: N_("SKP ini sudah ditandatangani dan menunggu penetapan penilai."),
    PlanState.SET: N_("SKP ini sudah ditetapkan."),
}


def _why_not(verb: str, state: str, review: str) -> Refusal | None:
    if _TABLES[review].find(verb, state) is not None:
        return None
    if verb == "agree" and state == PlanState.SUBMITTED:
        return Refusal("plan.state", N_("SKP ini menunggu reviu Pengelola Kinerja sebelum dapat disepakati."))
    return Refusal("plan.state", _NOW[PlanState(state)], {"state": state})


def why_not_submit(
    state: str,
    missing: Iterable[Refusal],
    appraiser_known: bool,
    matrix_ready: bool,
    leader_name: str,
    review: str = "none",
    source: CascadeSource | None = CascadeSource.APPRAISER,
) -> Refusal | None:
    """Why the employee can't submit. One reason stands alone; several come as parts of one.

    ``matrix_ready``: see ``cascade``; drafting never waits for it. ``leader_name`` is whom it waits for.
    """
    refusal = _why_not("submit", state, review)
    if refusal is not None:
        return refusal
    reasons = list(missing)
    if not matrix_ready:
        reasons.insert(
            0,
            Refusal(
                "plan.matrix_first",
                N_(
                    "SKP belum dapat diajukan: matriks peran hasil menunggu %(name)s. Draf Anda tetap tersimpan."
                )
                if source is CascadeSource.APPRAISER
                else N_(
                    "SKP belum dapat diajukan: SKP acuan Anda, milik %(name)s, belum ditetapkan. "
                    "Draf Anda tetap tersimpan."
                ),
                {"name": leader_name},
                anchor="results",
            ),
        )
    if not appraiser_known:
        reasons.insert(
            0,
            Refusal(
                "plan.no_appraiser",
                N_(
                    "SKP belum dapat diajukan: penilai Anda belum ditetapkan. Pengelola kinerja perlu melengkapinya."
                ),
                anchor="appraiser",
            ),
        )
    if len(reasons) == 1:
        return reasons[0]
    return several(
        "plan.incomplete", N_("SKP belum dapat diajukan. Lengkapi dahulu hal-hal berikut."), reasons
    )


def why_not_withdraw(state: str, review: str = "none") -> Refusal | None:
    """Why the employee can't take the submission back."""
    return _why_not("withdraw", state, review)


def why_not_review(state: str, review: str, open_notes: int = 0) -> Refusal | None:
    """Why the performance manager can't mark it reviewed. ``open_notes``: as in ``why_not_agree``."""
    if review == "none":
        return Refusal("plan.state", N_("SKP ini tidak direviu; penilai langsung membacanya."))
    return _why_not("review", state, review) or _why_not_past_notes(open_notes)


def why_not_return(
    state: str, note_count: int, review: str = "none", reader: str = "penilai"
) -> Refusal | None:
    """Why ``reader`` (``penilai`` or ``pengelola``) can't return it: wrong moment, or no note that says
    what to mend. Where it is reviewed the performance manager reads first.
    """
    refusal = _why_not("return_with_notes", state, review)
    if refusal is None and whose_turn(state, review) != reader:
        refusal = Refusal(
            "plan.state",
            N_("SKP ini menunggu reviu Pengelola Kinerja lebih dahulu.")
            if reader == "penilai"
            else N_("SKP ini sedang dibaca penilai; pengembalian ada padanya."),
            {"state": state},
        )
    if refusal is None and note_count < 1:
        refusal = Refusal(
            "plan.no_note",
            N_("Tulis sekurang-kurangnya satu catatan, agar pegawai tahu apa yang perlu diperbaiki."),
            anchor="notes",
        )
    return refusal


def why_not_agree(state: str, review: str = "none", open_notes: int = 0) -> Refusal | None:
    """Why the appraiser can't agree. ``open_notes``: notes written but not sent, which would be lost."""
    return _why_not("agree", state, review) or _why_not_past_notes(open_notes)


def _why_not_past_notes(open_notes: int) -> Refusal | None:
    if open_notes == 0:
        return None
    return Refusal(
        "plan.open_notes",
        N_("Anda menulis %(n)s catatan yang belum dikirim. Hapus catatan itu, atau kembalikan SKP."),
        {"n": open_notes},
        anchor="notes",
    )


def why_not_sign(state: str, review: str = "none") -> Refusal | None:
    """Why the employee can't sign."""
    return _why_not("sign", state, review)


def why_not_set(state: str, review: str = "none") -> Refusal | None:
    """Why the appraiser can't set it."""
    return _why_not("set", state, review)


@dataclass(frozen=True)
class Overdue:
    """The step that a plan waits for, and the last day on which whoever has it can take it alone."""

    lapse: Lapse
    last: date


def overdue(state: str, review: str, *, began: date | None, due: date | None, days: int) -> Overdue | None:
    """Until when the step that a plan waits for is left to whoever has it; ``None`` for steps before.

    The law sets plans in January (PP 30/2019 Ps. 24) and names no procedure for a plan that isn't agreed
    by then. By analogy with Ps. 46 and 50 (the appraiser's superior acts in place of who doesn't) the
    superior decides afterwards: an assumption. Whoever has the step has at least ``days`` from its first
    day ``began``, and never less than until the year's own day ``due``. A change of a plan has no such day.
    """
    if began is None:
        return None
    lapse = {PlanState.AGREED: Lapse.SIGNATURE, PlanState.SIGNED: Lapse.SETTING}.get(PlanState(state))
    if state in _WAITING and whose_turn(state, review) == "penilai":
        lapse = Lapse.AGREEMENT
    if lapse is None:
        return None
    last = began + timedelta(days=days)
    return Overdue(lapse, last if due is None else max(last, due))


def why_not_substitute(
    state: str,
    found: Overdue | None,
    today: date,
    *,
    text: str | None = None,
    ruling: Ruling = Ruling.AGREE,
) -> Refusal | None:
    """Why the appraiser's superior can't decide about a plan; ``text`` is looked at when given."""
    if found is None:
        return Refusal(
            "plan.not_overdue",
            N_("SKP ini tidak menunggu langkah yang dapat Anda putuskan."),
            {"state": state},
        )
    if today <= found.last:
        return Refusal(
            "plan.substitute_early",
            N_("Batasnya %(due)s. Atasan penilai memutus sesudah batas itu lewat."),
            {"due": found.last},
        )
    if ruling is Ruling.RETURN and found.lapse is not Lapse.AGREEMENT:
        return Refusal(
            "plan.agreed_already",
            N_("SKP ini sudah disepakati; yang menunggu adalah tanda tangan atau penetapan."),
        )
    if text is not None and len(text.strip()) < RULING_LEAST:
        return Refusal(
            "plan.ruling_text",
            N_("Tulis alasannya, sekurang-kurangnya %(n)s huruf."),
            {"n": RULING_LEAST},
            anchor="text",
        )
    return None


_MONTH_REASONS = (ChangeReason.LEAVE, ChangeReason.DUTY)
_LETTER_REASONS = (ChangeReason.LEAVE, ChangeReason.DUTY, ChangeReason.OTHER)


def why_not_change(state: str, running: bool = True) -> Refusal | None:
    """Why a change of the plan can't be begun: none is set, or the year it belongs to is over."""
    if state != PlanState.SET:
        return Refusal("plan.change_state", N_("Perubahan dibuat setelah SKP ditetapkan; SKP ini belum."))
    if not running:
        return Refusal(
            "plan.change_closed", N_("Tahun kinerja SKP ini sudah berakhir; SKP tidak berubah lagi.")
        )
    return None


def why_not_drop_change(state: str, in_force: bool) -> Refusal | None:
    """Why a change can't be given up: there is none, or it lies with somebody else."""
    if not in_force or state == PlanState.SET:
        return Refusal("plan.no_change", N_("Tidak ada perubahan SKP yang sedang disusun."))
    return _why_not("drop_change", state, "none")


def change_problem(
    reason: ChangeReason,
    *,
    letter: str,
    letter_date: date | None,
    away_from: date | None,
    away_to: date | None,
    today: date,
) -> Refusal | None:
    """Why ``reason`` doesn't stand with these papers (PP 30/2019 Ps. 28).

    Leave and other duties count from more than a month; they and other reasons rest on a letter.
    """
    if reason in _LETTER_REASONS and not (letter.strip() and letter_date):
        return Refusal(
            "change.letter", N_("Alasan ini memerlukan nomor dan tanggal suratnya."), anchor="letter"
        )
    if letter_date is not None and letter_date > today:
        return Refusal(
            "change.letter_date", N_("Tanggal surat tidak boleh sesudah hari ini."), anchor="letter_date"
        )
    if reason not in _MONTH_REASONS:
        return None
    if away_from is None or away_to is None:
        return Refusal(
            "change.away", N_("Tulis hari pertama dan terakhir cuti atau penugasan itu."), anchor="away_from"
        )
    if away_to <= month_after(away_from):
        return Refusal(
            "change.month",
            N_("SKP berubah karena sakit, cuti, atau penugasan lain hanya bila lebih dari satu bulan."),
            anchor="away_to",
        )
    return None


def month_after(day: date) -> date:
    """The last day of the month that begins on ``day``: 15 March for 16 February."""
    year, month = divmod(day.year * 12 + day.month, 12)
    last = monthrange(year, month + 1)[1]
    if day.day > last:
        return date(year, month + 1, last)
    return date(year, month + 1, day.day) - timedelta(days=1)


def why_not_share_matrix(state: str, shared: bool) -> Refusal | None:
    """Why the leader can't share the role-result matrix: the own plan comes first (year.md §0.1)."""
    if shared:
        return Refusal(
            "matrix.shared", N_("Matriks ini sudah dibagikan. Perubahan langsung terlihat oleh tim.")
        )
    if state != PlanState.SET:
        return Refusal("matrix.plan_first", N_("Matriks dibagikan setelah SKP Anda sendiri ditetapkan."))
    return None


def why_not_edit(state: str) -> Refusal | None:
    """Why its content can't be changed: only drafts and returned plans are open."""
    if state in (PlanState.DRAFT, PlanState.RETURNED):
        return None
    if state == PlanState.SET:
        return Refusal(
            "plan.locked", N_("SKP sudah ditetapkan. Perubahan dibuat sebagai versi baru dengan alasan.")
        )
    if state == PlanState.SUBMITTED:
        return Refusal("plan.locked", N_("SKP sudah diajukan. Tarik kembali pengajuan untuk mengubahnya."))
    return Refusal("plan.locked", _NOW[PlanState(state)])


def why_not_add_result(state: str, count: int) -> Refusal | None:
    """Why no further result can be added."""
    if count >= MAX_RESULTS:
        return Refusal(
            "plan.max_results", N_("Satu SKP memuat paling banyak %(n)s hasil kerja."), {"n": MAX_RESULTS}
        )
    return why_not_edit(state)


def why_not_write_result(kind: str, from_agreement: bool) -> Refusal | None:
    """Why a main result isn't written freely: an agency's head takes it from the agreement (Y-10).

    ``from_agreement``: the plan is that of an agency's head whose performance agreement was set.
    """
    if from_agreement and kind == ResultKind.MAIN:
        return Refusal(
            "plan.from_agreement",
            N_(
                "Hasil kerja utama pimpinan perangkat daerah diambil dari perjanjian kinerja. "
                "Pilih sasarannya; yang lain ditulis sebagai hasil kerja tambahan."
            ),
        )
    return None


def why_not_write_manual(state: str, leader_form: bool, known: bool) -> Refusal | None:
    """Why the manual of an indicator can't be written (F-6): it belongs to leaders' plans.

    One that stands in a plan that isn't open doesn't change any more; a missing one may be added.
    """
    if not leader_form:
        return Refusal(
            "plan.manual", N_("Manual indikator disusun untuk SKP pimpinan unit kerja yang mandiri.")
        )
    if known and state not in (PlanState.DRAFT, PlanState.RETURNED):
        return Refusal(
            "plan.manual_locked",
            N_("Manual indikator mengikuti SKP: sesudah diajukan, ia hanya berubah bersama perubahan SKP."),
        )
    return None


def why_not_add_indicator(state: str, count: int) -> Refusal | None:
    """Why no further indicator can be added to a result."""
    if count >= MAX_INDICATORS:
        return Refusal(
            "plan.max_indicators",
            N_("Satu hasil kerja memuat paling banyak %(n)s indikator."),
            {"n": MAX_INDICATORS},
        )
    return why_not_edit(state)


# ----------------------------------------------------------------------------------- differences


@dataclass(frozen=True)
class LineChange:
    """What happened to one result; ``fields`` names what differs when it changed."""

    line_ref: str
    kind: ChangeKind
    fields: tuple[str, ...] = ()


FIELDS: dict[str, str] = {
    "text": N_("rumusan hasil"),
    "kind": N_("jenis"),
    "assigned_by": N_("penugasan"),
    "supported": N_("hasil pimpinan yang didukung"),
    "perspective": N_("perspektif"),
    "indicators": N_("indikator atau target"),
}
"""What may differ in a line, in words."""

_RESULT_FIELDS = ("text", "kind", "assigned_by", "supported", "perspective")
_INDICATOR_FIELDS = ("aspect", "text", "target_min", "target_max", "unit", "direction")


def differences(old: VersionLike, new: VersionLike) -> list[LineChange]:
    """Each result of ``new`` in its order, then those of ``old`` that are gone.

    Lines are followed by their ``line_ref`` (or ``ref`` where they have none of their own).
    """
    before = {_line(result): result for result in old.results}
    found = []
    for result in new.results:
        earlier = before.pop(_line(result), None)
        if earlier is None:
            found.append(LineChange(_line(result), ChangeKind.ADDED))
            continue
        fields = tuple(_changed_fields(earlier, result))
        found.append(LineChange(_line(result), ChangeKind.CHANGED if fields else ChangeKind.SAME, fields))
    return found + [LineChange(line, ChangeKind.REMOVED) for line in before]


@dataclass(frozen=True)
class Compared:
    """One result in two versions; ``None`` where it isn't in one of them."""

    change: LineChange
    old: Any
    new: Any


def compare(old: VersionLike, new: VersionLike) -> list[Compared]:
    """``differences`` with both texts of each line, for two columns side by side."""
    before = {_line(result): result for result in old.results}
    after = {_line(result): result for result in new.results}
    return [
        Compared(each, before.get(each.line_ref), after.get(each.line_ref)) for each in differences(old, new)
    ]


def attachment_differences(old: VersionLike, new: VersionLike) -> tuple[str, ...]:
    """Names of the annex lists that differ."""
    return tuple(name for name in ATTACHMENTS if list(getattr(old, name)) != list(getattr(new, name)))


def _line(result: ResultLike) -> str:
    return str(getattr(result, "line_ref", None) or result.ref)


def _changed_fields(old: ResultLike, new: ResultLike) -> Iterator[str]:
    for name in _RESULT_FIELDS:
        if getattr(old, name, None) != getattr(new, name, None):
            yield name
    if [_indicator_key(row) for row in old.indicators] != [_indicator_key(row) for row in new.indicators]:
        yield "indicators"


def _indicator_key(row: IndicatorLike) -> tuple[object, ...]:
    return tuple(getattr(row, name, None) for name in _INDICATOR_FIELDS)

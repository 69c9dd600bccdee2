"""Programmes: who takes part, what their owner may record, and how it stands beside the two ratings (BDG-2).

Participation is recorded by the programme's owner with role, attendance and product. It counts as an extra
result and as evidence for two core values, never as a third axis: PermenPANRB 6/2022 knows results and
behaviour only, so nothing here gives or changes a rating. A policy may further show a picture of three
aspects (``advice.picture``), which is no rating either.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from portal.kernel.exact import guarded
from portal.kernel.refusal import N_, Refusal
from portal.kernel.texts import clean_line
from portal.kernel.workflow import Transition, Workflow


class ProgrammeState(StrEnum):
    """Where a programme stands."""

    RUNNING = "berjalan"
    ENDED = "berakhir"


class ParticipationRole(StrEnum):
    """What somebody is in a programme."""

    CHAIR = "ketua"
    MEMBER = "anggota"
    SPEAKER = "narasumber"
    FACILITATOR = "fasilitator"
    ATTENDEE = "peserta"


LABELS: dict[StrEnum, str] = {
    ProgrammeState.RUNNING: N_("Berjalan"),
    ProgrammeState.ENDED: N_("Berakhir"),
    ParticipationRole.CHAIR: N_("Ketua"),
    ParticipationRole.MEMBER: N_("Anggota"),
    ParticipationRole.SPEAKER: N_("Narasumber"),
    ParticipationRole.FACILITATOR: N_("Fasilitator"),
    ParticipationRole.ATTENDEE: N_("Peserta"),
}
"""The official word for each value."""

TITLE_TEXT = 200
PURPOSE_TEXT = 1000
ROLE_TEXT = 100
PRODUCT_TEXT = 500
LETTER_TEXT = 100
REASON_TEXT = 500
NOTE_TEXT = 1000
REPAIR_TEXT = 1000
"""Characters that a text may have."""

REASON_LEAST = 10
"""Characters of a reason, below which it explains nothing to whom it concerns."""
MOST_MEETINGS = 999
MOST_AT_ONCE = 500
"""People that one form records."""

PROGRAMME_WORKFLOW = Workflow(
    "programme",
    tuple(ProgrammeState),
    (
        Transition(
            "end",
            (ProgrammeState.RUNNING,),
            ProgrammeState.ENDED,
            "pemilik program, pimpinan unit, atau pengelola",
            "hari terakhirnya disebut",
        ),
        Transition(
            "reopen",
            (ProgrammeState.ENDED,),
            ProgrammeState.RUNNING,
            "pemilik program, pimpinan unit, atau pengelola",
            "dengan alasan",
        ),
    ),
)
"""The table of steps."""


# ------------------------------------------------------------------------------------- programmes


def why_not_plan(begins: date, last_day: date | None, meetings: int, told: int = 0) -> Refusal | None:
    """Why a programme can't have these days and meetings; ``told``: the most that a record speaks of."""
    if last_day is not None and last_day < begins:
        return Refusal(
            "programme.upside_down", N_("Hari terakhir tidak boleh sebelum hari pertama."), anchor="last_day"
        )
    if not 0 <= meetings <= MOST_MEETINGS:
        return Refusal(
            "programme.meetings",
            N_("Jumlah pertemuan ditulis dari 0 sampai %(n)s."),
            {"n": MOST_MEETINGS},
            anchor="meetings",
        )
    if meetings < told:
        return Refusal(
            "programme.meetings_told",
            N_("Kehadiran yang sudah tercatat menyebut %(n)s pertemuan; jumlahnya tidak dapat di bawah itu."),
            {"n": told},
            anchor="meetings",
        )
    return None


def why_not_change(state: str) -> Refusal | None:
    """Why what a programme is can't be changed."""
    if state == ProgrammeState.ENDED:
        return Refusal(
            "programme.ended", N_("Program ini sudah berakhir. Buka kembali dengan alasan untuk mengubahnya.")
        )
    return None


def why_not_end(state: str, begins: date, last_day: date | None, today: date) -> Refusal | None:
    """Why a programme can't be ended on ``last_day``; ``None`` for the day asks of the state alone."""
    if state == ProgrammeState.ENDED:
        return Refusal("programme.ended", N_("Program ini sudah berakhir."))
    return None if last_day is None else last_day_problem(begins, last_day, today)


def last_day_problem(begins: date, last_day: date, today: date) -> Refusal | None:
    """Why a programme didn't end on ``last_day``: it is still to come, or before the first."""
    if last_day > today:
        return Refusal("programme.future", N_("Hari terakhir belum tiba."), anchor="last_day")
    return why_not_plan(begins, last_day, 0)


def why_not_reopen(state: str) -> Refusal | None:
    """Why there is nothing to open again."""
    if state == ProgrammeState.RUNNING:
        return Refusal("programme.running", N_("Program ini masih berjalan."))
    return None


def why_not_mark_repair(
    open_already: bool, due: date | None = None, today: date | None = None
) -> Refusal | None:
    """Why a programme can't be marked as one that is mended; the day is looked at when given (BDG-1)."""
    if open_already:
        return Refusal(
            "repair.open", N_("Program ini sudah ditandai perlu diperbaiki. Catat dahulu hasil perbaikannya.")
        )
    if due is not None and today is not None and due < today:
        return Refusal(
            "repair.past", N_("Batas perbaikan sudah lewat; pilih hari ini atau sesudahnya."), anchor="due"
        )
    return None


def why_not_close_repair(closed: bool) -> Refusal | None:
    """Why the outcome of mending can't be written."""
    return Refusal("repair.closed", N_("Hasil perbaikan ini sudah dicatat.")) if closed else None


# ------------------------------------------------------------------------------------- participation


@dataclass(frozen=True)
class Entry:
    """What is recorded of one person's participation."""

    role: ParticipationRole
    attended: int
    meetings: int
    role_words: str = ""
    product: str = ""
    letter: str = ""


def why_not_record(state: str, begins: date | None = None, today: date | None = None) -> Refusal | None:
    """Why nobody can be added to a programme: it ended, or its first day is still to come."""
    if state == ProgrammeState.ENDED:
        return Refusal(
            "participation.ended",
            N_(
                "Program ini sudah berakhir; peserta baru tidak dapat dicatat. Buka kembali bila memang perlu."
            ),
        )
    if begins is not None and today is not None and begins > today:
        return Refusal(
            "participation.early",
            N_("Program ini baru dimulai %(day)s. Peserta dan kehadirannya dicatat sejak hari itu."),
            {"day": begins},
        )
    return None


def why_not_oneself(person: int, recorder: int | None) -> Refusal | None:
    """Why somebody doesn't record the own participation: it stands beside the recorder's own ratings."""
    if person != recorder:
        return None
    return Refusal(
        "participation.oneself",
        N_(
            "Pemilik program tidak mencatat keikutsertaannya sendiri. Minta pimpinan unit atau pengelola "
            "kinerja menunjuk pemilik lain bila Anda ikut sebagai peserta."
        ),
        anchor="who",
    )


def still_to_come(last_day: date | None, today: date, planned: int) -> Refusal | None:
    """What who records attendance is reminded of while some of the ``planned`` meetings may still be to come.

    A reminder, no refusal: all of them may be over before the last day. What can't be true is refused
    by ``attendance_problem``.
    """
    if not planned:
        return None
    if last_day is None:
        return Refusal(
            "participation.running",
            N_("Program masih berjalan; catat pertemuan yang sudah berlangsung saja."),
        )
    if last_day > today:
        return Refusal(
            "participation.running",
            N_("Program berakhir %(day)s; catat pertemuan yang sudah berlangsung saja."),
            {"day": last_day},
        )
    return None


_TITLE = re.compile(r"^(?:prof|drg|drs|dra|dr|ir|hj|h)(?:\.\s*|\s+)(?=\S)", re.IGNORECASE)


def without_titles(name: str) -> str:
    """A name as it is searched for: without what stands behind the first comma, and without titles ahead."""
    bare = name.partition(",")[0].strip()
    while bare != (rest := _TITLE.sub("", bare)):
        bare = rest
    return bare or name.strip()


def attendance_problem(attended: int, meetings: int, planned: int) -> Refusal | None:
    """What is wrong with "attended n of m meetings" in a programme of ``planned`` meetings."""
    if attended < 0 or meetings < 0:
        return Refusal(
            "participation.negative", N_("Kehadiran tidak boleh kurang dari 0."), anchor="attended"
        )
    if meetings > planned:
        return Refusal(
            "participation.too_many",
            N_("Program ini merencanakan %(planned)s pertemuan; %(n)s melebihinya."),
            {"planned": planned, "n": meetings},
            anchor="meetings",
        )
    if attended > meetings:
        return Refusal(
            "participation.above",
            N_("Hadir %(attended)s melebihi %(n)s pertemuan."),
            {"attended": attended, "n": meetings},
            anchor="attended",
        )
    return None


def why_not_join(person: int, known: Collection[int], here: Collection[int]) -> Refusal | None:
    """Why a person can't be recorded: ``known`` take part already, ``here`` are the region's employees."""
    if person not in here:
        return Refusal("participation.elsewhere", N_("Orang ini bukan pegawai daerah ini."), anchor="who")
    if person in known:
        return Refusal(
            "participation.twice",
            N_("Orang ini sudah tercatat dalam program ini. Perbaiki catatannya, jangan mencatat lagi."),
            anchor="who",
        )
    return None


def _too_short(reason: str, anchor: str) -> Refusal | None:
    if len(reason.strip()) >= REASON_LEAST:
        return None
    return Refusal(
        "participation.reason",
        N_("Tulis alasannya, sekurang-kurangnya %(n)s huruf."),
        {"n": REASON_LEAST},
        anchor=anchor,
    )


def why_not_correct(reason: str | None = None, *, same: bool = False) -> Refusal | None:
    """Why a record can't be replaced: without a reason, or where nothing differs."""
    if same:
        return Refusal(
            "participation.same", N_("Isinya sama dengan catatan sekarang; tidak ada yang diperbaiki.")
        )
    return None if reason is None else _too_short(reason, "reason")


def why_not_withdraw(withdrawn: bool, reason: str | None = None) -> Refusal | None:
    """Why a participation can't be withdrawn. ``reason`` is looked at when given."""
    if withdrawn:
        return Refusal("participation.withdrawn", N_("Catatan keikutsertaan ini sudah ditarik."))
    return None if reason is None else _too_short(reason, "reason")


def why_not_note(waiting: bool) -> Refusal | None:
    """Why the employee can't say that something is wrong: a note waits already."""
    if waiting:
        return Refusal(
            "participation.note_waits", N_("Catatan Anda sudah sampai dan menunggu jawaban pemilik program.")
        )
    return None


def why_not_answer(answered: bool, answer: str | None = None) -> Refusal | None:
    """Why a note can't be answered by a reason. ``answer`` is looked at when given."""
    if answered:
        return Refusal("participation.note_answered", N_("Catatan ini sudah dijawab."))
    return None if answer is None else _too_short(answer, "answer")


# ------------------------------------------------------------------------------------- a pasted list


@dataclass
class PastedRow:
    """A line of a pasted list: staff number, meetings attended, product; with what is wrong."""

    number: int
    staff_number: str
    attended: int | None = None
    product: str = ""
    problems: list[Refusal] = field(default_factory=list)

    def wrong(self, code: str, message: str, **params: object) -> None:
        """Note what is wrong."""
        self.problems.append(Refusal(f"pasted.{code}", message, params))


_APART = re.compile(r"[\t;]")


def read_pasted(text: str) -> list[PastedRow]:
    """The lines of a pasted list: ``NIP``, and behind a tab or semicolon the meetings attended and the product.

    What a line says of itself is checked here; who it names and what the programme allows is not.
    """
    found: list[PastedRow] = []
    first: dict[str, int] = {}
    for place, line in enumerate(text.splitlines(), 1):
        cells = [clean_line(cell) for cell in _APART.split(line, maxsplit=2)]
        if not any(cells):
            continue
        cells += [""] * (3 - len(cells))
        row = PastedRow(place, re.sub(r"\D", "", cells[0]), product=cells[2])
        found.append(row)
        if len(row.staff_number) != 18:
            row.wrong(
                "number", N_("NIP/NI PPPK terdiri atas 18 angka; di sini %(n)s."), n=len(row.staff_number)
            )
        elif row.staff_number in first:
            row.wrong("twice", N_("Nomor ini ada juga di baris %(row)s."), row=first[row.staff_number])
        first.setdefault(row.staff_number, place)
        if re.fullmatch(r"[0-9]{1,3}", cells[1]):
            row.attended = int(cells[1])
        elif cells[1]:
            row.wrong(
                "attended", N_("Kehadiran ditulis sebagai bilangan bulat: %(text)s."), text=cells[1][:20]
            )
        if len(row.product) > PRODUCT_TEXT:
            row.wrong(
                "long",
                N_("Produk %(n)s huruf; paling panjang %(limit)s."),
                n=len(row.product),
                limit=PRODUCT_TEXT,
            )
    return found


def check_pasted(
    rows: Iterable[PastedRow],
    people: Mapping[str, int],
    known: Collection[int],
    *,
    meetings: int,
    planned: int,
) -> None:
    """Note on each row who isn't here or takes part already, and an attendance that can't be."""
    for row in rows:
        if row.problems:
            continue
        person = people.get(row.staff_number)
        problem = why_not_join(person if person is not None else 0, known, people.values())
        if problem is None:
            attended = row.attended if row.attended is not None else meetings
            problem = attendance_problem(attended, meetings, planned)
        if problem is not None:
            row.problems.append(problem)


# ------------------------------------------------------------------------------------- beside the ratings

OWN_LINE, EXTRA_RESULT, SHARED_GOAL = "own_line", "extra_result", "shared_goal"


class Standing(NamedTuple):
    """How participation stands in an evaluation: its heading, a sentence, and whether it is an extra result.

    It is evidence for the values Kolaboratif and Adaptif wherever it stands, and no part of a rating.
    """

    title: str
    note: str
    extra: bool


STANDINGS: Mapping[str, Standing] = {
    OWN_LINE: Standing(
        N_("Keikutsertaan dalam program"),
        N_(
            "Baris tersendiri di samping dua rating: dihitung sebagai hasil kerja tambahan dengan penugasannya, "
            "dan menjadi bukti perilaku Kolaboratif dan Adaptif. Bukan sumbu ketiga; tidak ada angka predikat "
            "yang berubah karenanya."
        ),
        True,
    ),
    EXTRA_RESULT: Standing(
        N_("Hasil kerja tambahan: keikutsertaan dalam program"),
        N_(
            "Dicatat sebagai hasil kerja tambahan dengan penugasannya, dan menjadi bukti perilaku Kolaboratif "
            "dan Adaptif. Tidak ada angka predikat yang berubah karenanya."
        ),
        True,
    ),
    SHARED_GOAL: Standing(
        N_("Sumbangan bagi sasaran bersama"),
        N_(
            "Keikutsertaan dalam program dicatat sebagai sumbangan bagi sasaran bersama. Di sini tampil sebagai "
            "bukti perilaku Kolaboratif dan Adaptif saja; tidak ada angka predikat yang berubah karenanya."
        ),
        False,
    ),
}
"""By the policy's setting ``participation``."""


def standing(setting: object) -> Standing:
    """How a policy wants participation to stand; a policy that says nothing follows the national base."""
    return STANDINGS.get(str(setting), STANDINGS[EXTRA_RESULT])


def in_period(begins: date, last_day: date | None, period_begins: date, period_ends: date) -> bool:
    """Whether a programme's days meet a period, whose ``period_ends`` is the first day after it."""
    return begins < period_ends and (last_day is None or last_day >= period_begins)


# ------------------------------------------------------------------------------------- the picture

CAP = Decimal(120)
TOP_MARK = Decimal(3)
HUNDRED = Decimal(100)

NO_RESULTS = Refusal("picture.results", N_("belum ada capaian indikator utama yang dapat dihitung"))
NO_MEETINGS = Refusal("picture.participation", N_("belum ada pertemuan program yang tercatat"))
NO_MARKS = Refusal("picture.attitude", N_("belum ada"))


class Aspect(NamedTuple):
    """One of the three: its share and value in per cent, what was divided by what; or why there is no value."""

    name: str
    share: Decimal
    value: Decimal | None
    divided: tuple[Decimal, Decimal] | None = None
    missing: Refusal | None = None


class Picture(NamedTuple):
    """The three aspects side by side, and their sum; ``total`` is ``None`` where one of them is missing."""

    aspects: tuple[Aspect, ...]
    total: Decimal | None


def picture(
    shares: object,
    *,
    results: Decimal | None,
    attendance: Sequence[tuple[int, int]],
    attitude: Decimal | None = None,
) -> Picture | None:
    """The picture of three aspects as the policy's ``advice.picture`` weighs them; ``None`` where it has none.

    ``shares``: per cent of ``results``, ``participation``, ``attitude``, together 100. ``results``: mean
    attainment in per cent, counted up to 120. ``attendance``: attended and held meetings of each programme;
    their sums are divided. ``attitude``: mean of the appraiser's marks on 1 to 3, as a share of 3. It is no
    rating: a missing part leaves the whole out with its reason, and is never zero (policies.md §2, an
    assumption that HR confirms).
    """
    if not isinstance(shares, Mapping):
        return None
    share = {name: Decimal(str(value)) for name, value in shares.items()}
    came, held = (Decimal(sum(column)) for column in zip((0, 0), *attendance, strict=True))
    aspects = (
        Aspect(N_("Hasil kerja"), share["results"], None, missing=NO_RESULTS)
        if results is None
        else Aspect(N_("Hasil kerja"), share["results"], min(results, CAP)),
        _divided(N_("Keikutsertaan dalam program"), share["participation"], came, held, NO_MEETINGS),
        _divided(N_("Sikap dan perilaku"), share["attitude"], attitude, TOP_MARK, NO_MARKS),
    )
    values = [each.share * each.value for each in aspects if each.value is not None]
    if len(values) < len(aspects):
        return Picture(aspects, None)
    return Picture(aspects, guarded(sum(values, Decimal(0)) / HUNDRED))


def _divided(name: str, share: Decimal, of: Decimal | None, by: Decimal, missing: Refusal) -> Aspect:
    """An aspect that is one number in per cent of another; without either there is no value."""
    if of is None or not by:
        return Aspect(name, share, None, missing=missing)
    return Aspect(name, share, guarded(of / by * HUNDRED), (of, by))

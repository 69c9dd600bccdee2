"""The closed survey on behaviour: who is asked about whom, what an answer is, what is shown of it.

Peers and direct subordinates speak on behaviour only, closed: nobody learns who said what, nor anything of a
group that is too small (PP 30/2019 Ps. 37-40; decisions §7 and 14.31). Which groups open is one rule with the
advice (``advice.rules.open_groups``); how many are asked and from which size on a group speaks is the policy's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from portal.kernel.refusal import N_, Refusal
from portal.kernel.texts import fold
from portal.kernel.workflow import Transition, Workflow
from portal.performance.advice.rules import CANT_TELL, open_groups
from portal.performance.plans.rules import CoreValue
from portal.policy.policies.rules import PEERS, SUBORDINATES, PolicyDocument, SurveyRules


class RoundState(StrEnum):
    """Where a survey stands."""

    ARRANGING = "menyusun"
    ARRANGED = "tersusun"
    RUNNING = "berjalan"
    COUNTING = "menghitung"
    CLOSED = "ditutup"


class DutyState(StrEnum):
    """Where the task of one rater stands; what was answered stands nowhere."""

    WAITING = "menunggu"
    SENT = "sudah_mengisi"
    REFUSED = "menolak"
    RELEASED = "dilepas"


class RaterGroup(StrEnum):
    """What a rater is to the person rated."""

    PEER = PEERS
    SUBORDINATE = SUBORDINATES


class DutyOrigin(StrEnum):
    """How somebody came to be asked."""

    LOT = "undian"
    DIRECT = "bawahan_langsung"
    HR = "pengelola"


class RefusalReason(StrEnum):
    """Why somebody doesn't answer."""

    CONFLICT = "benturan_kepentingan"
    UNACQUAINTED = "tidak_bekerja_bersama"
    OTHER = "lainnya"


LABELS: dict[StrEnum, str] = {
    RoundState.ARRANGING: N_("Sedang disusun"),
    RoundState.ARRANGED: N_("Tersusun, belum dibuka"),
    RoundState.RUNNING: N_("Sedang berjalan"),
    RoundState.COUNTING: N_("Sedang dihitung"),
    RoundState.CLOSED: N_("Ditutup"),
    DutyState.WAITING: N_("Belum mengisi"),
    DutyState.SENT: N_("Sudah mengisi"),
    DutyState.REFUSED: N_("Menolak"),
    DutyState.RELEASED: N_("Tidak lagi ditanya"),
    RaterGroup.PEER: N_("Rekan setingkat"),
    RaterGroup.SUBORDINATE: N_("Bawahan langsung"),
    DutyOrigin.LOT: N_("Undian"),
    DutyOrigin.DIRECT: N_("Bawahan langsung"),
    DutyOrigin.HR: N_("Pengelola kinerja"),
    RefusalReason.CONFLICT: N_("Ada benturan kepentingan"),
    RefusalReason.UNACQUAINTED: N_("Tidak bekerja bersama orang ini"),
    RefusalReason.OTHER: N_("Sebab lain"),
}
"""The words for each value."""

ROUND_WORKFLOW = Workflow(
    "survey_round",
    tuple(RoundState),
    (
        Transition("arranged", (RoundState.ARRANGING,), RoundState.ARRANGED, "portal"),
        Transition("redraw", (RoundState.ARRANGED,), RoundState.ARRANGING, "pengelola", "dengan alasan"),
        Transition("open", (RoundState.ARRANGED,), RoundState.RUNNING, "pengelola"),
        Transition("close", (RoundState.RUNNING,), RoundState.COUNTING, "pengelola"),
        Transition("counted", (RoundState.COUNTING,), RoundState.CLOSED, "portal"),
        Transition("ask_again", (RoundState.COUNTING,), RoundState.RUNNING, "portal"),
    ),
)
"""A survey: arranged by rule, opened and closed by HR or on its last day, counted by the portal."""

DUTY_WORKFLOW = Workflow(
    "rating_duty",
    tuple(DutyState),
    (
        Transition("send", (DutyState.WAITING,), DutyState.SENT, "penilai sejawat"),
        Transition("refuse", (DutyState.WAITING,), DutyState.REFUSED, "penilai sejawat"),
        Transition("release", (DutyState.WAITING,), DutyState.RELEASED, "pengelola"),
        Transition("ask_again", (DutyState.SENT,), DutyState.WAITING, "portal"),
    ),
)
"""The task of one rater: it turns to sent once, so there is one answer of each."""

COMMENT_TEXT = 280
NOTE_TEXT = 300
REASON_LEAST = 10
MAX_RELEASED = 2
"""Raters of one person whom HR may let go: with more of them HR would choose the group."""
MAX_EXCLUDED = 2
"""Colleagues whom an employee may ask not to be judged by."""
LEAST_DAYS = 5
"""Days that a survey stays open at least."""
MOST_DAYS = 60
MAX_ADDED = 30
"""Raters of one person at most, added ones included."""


# ------------------------------------------------------------------------------------------ when

_MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "semester": 6}


def span(cadence: str, begins: date, ends: date) -> tuple[date, date] | None:
    """The span that is asked about in the period from ``begins`` to before ``ends``; ``None``: no survey then.

    A region's own rhythm may be longer than the national periods: a survey of the half-year is held in the
    period in which the half-year ends, and enters the advice there (WGR-2; policies.md §0.4).
    """
    months = _MONTHS[cadence]
    if (ends.month - 1) % months or ends.day != 1:
        return None
    first = ends.year * 12 + ends.month - 1 - months
    return min(date(first // 12, first % 12 + 1, 1), begins), ends


def why_not_arrange(
    policy: PolicyDocument, *, begins: date, ends: date, yearly: bool, is_open: bool, there: bool = False
) -> Refusal | None:
    """Why a period has no survey that could be arranged."""
    if policy.survey is None:
        return Refusal(
            "survey.none",
            N_("Kebijakan yang berlaku tidak memakai survei perilaku; penilai menilai sendiri."),
        )
    if there:
        return Refusal("survey.there", N_("Survei periode ini sudah disusun."))
    if yearly or span(policy.cadence, begins, ends) is None:
        return Refusal(
            "survey.not_now",
            N_("Menurut kebijakan, survei tidak diadakan pada periode ini: iramanya lebih panjang."),
        )
    if not is_open:
        return Refusal("survey.closed", N_("Periode ini tidak sedang dibuka."))
    return None


def why_not_open(state: str, *, asked: int, today: date, closes: date | None = None) -> Refusal | None:
    """Why a survey can't be opened, or not until ``closes``, its last day."""
    refusal = ROUND_WORKFLOW.why_not("open", state)
    if refusal is not None:
        return refusal
    if not asked:
        return Refusal(
            "survey.nobody", N_("Belum ada seorang pun yang ditanya; semua kelompok terlalu kecil.")
        )
    return _why_not_closes(today, closes)


def why_not_extend(
    state: str, *, opened: date | None, today: date, closes: date | None = None
) -> Refusal | None:
    """Why the last day of a survey can't be moved."""
    if state != RoundState.RUNNING:
        return Refusal("survey.not_running", N_("Survei ini tidak sedang berjalan."))
    least = max(0, LEAST_DAYS - (today - (opened or today)).days)
    return _why_not_closes(today, closes, least=least)


def why_not_close(state: str, *, opened: date | None, waiting: int, today: date) -> Refusal | None:
    """Why a survey can't be ended now: HR sees who has answered, and mustn't choose the moment by it."""
    refusal = ROUND_WORKFLOW.why_not("close", state)
    if refusal is not None:
        return refusal
    if waiting and (today - (opened or today)).days < LEAST_DAYS:
        return Refusal(
            "survey.too_early",
            N_(
                "Survei paling cepat ditutup %(n)s hari sesudah dibuka, atau begitu semua yang ditanya sudah menjawab."
            ),
            {"n": LEAST_DAYS},
        )
    return None


def why_not_redraw(state: str, reason: str | None = None) -> Refusal | None:
    """Why the lot can't be drawn once more; the reason stays in the log."""
    return ROUND_WORKFLOW.why_not("redraw", state) or _why_not_reason(reason, "note")


def _why_not_closes(today: date, closes: date | None, least: int = LEAST_DAYS) -> Refusal | None:
    if closes is None or least <= (closes - today).days <= MOST_DAYS:
        return None
    if least:
        return Refusal(
            "survey.closes",
            N_("Pilih hari terakhir antara %(least)s dan %(most)s hari sejak hari ini."),
            {"least": least, "most": MOST_DAYS},
            anchor="closes",
        )
    return Refusal(
        "survey.closes_extend",
        N_("Pilih hari terakhir mulai hari ini sampai %(most)s hari lagi."),
        {"most": MOST_DAYS},
        anchor="closes",
    )


# --------------------------------------------------------------------------------------- who is asked


class Member(NamedTuple):
    """Somebody in a period as far as the survey looks: the enrolment, the person, who appraises them."""

    enrolment_id: int
    ref: str
    person_id: int
    appraiser_id: int | None = None
    superior_id: int | None = None


def word_of(lot: str, circle: object) -> str:
    """The word of one circle: with it this circle's lot can be drawn again, and no other's."""
    return hashlib.sha256(f"{lot}:{circle}".encode()).hexdigest()[:16]


def sealed_word(lot: str) -> str:
    """What is shown of the whole survey's lot: that it hasn't been exchanged since."""
    return hashlib.sha256(lot.encode()).hexdigest()[:16]


def by_lot(word: str, members: Iterable[Member]) -> list[Member]:
    """``members`` of one circle in the order that the lot gives them.

    The order follows from the circle's word and the references, so that anybody who sees the word can draw
    again and see that nobody chose.
    """
    return sorted(members, key=lambda each: hashlib.sha256(f"{word}:{each.ref}".encode()).digest())


def peers_of(order: Sequence[Member], most: int) -> dict[int, list[int]]:
    """Who judges whom among peers: each is judged by the ``most`` after them in the circle of the lot.

    Drawn as a circle everybody has the same number to judge. Gives people by the enrolment judged; whoever
    appraises somebody, or stands above their appraiser, isn't asked about them.
    """
    size = len(order)
    found = {}
    for at, member in enumerate(order):
        around = (order[(at + step) % size] for step in range(1, size))
        asked = (each.person_id for each in around if may_judge(each, member))
        found[member.enrolment_id] = list(islice(asked, most))
    return found


def may_judge(rater: Member, rated: Member) -> bool:
    """Whether somebody may be asked about another: not oneself, not whoever decides on them."""
    return rater.person_id not in (rated.person_id, rated.appraiser_id, rated.superior_id)


def asked_groups(peers: int, subordinates: int, survey: SurveyRules, least: int) -> set[RaterGroup]:
    """The groups that are worth asking: of so many people at least one group could open.

    Whoever can't be heard isn't asked: a question whose answer is thrown away costs trust.
    """
    found = open_groups(peers, subordinates, survey, least)
    return {RaterGroup(who) for group in found for who in group}


def askable(sizes: Mapping[RaterGroup, int], policy: PolicyDocument) -> set[RaterGroup]:
    """The groups about whom HR may ask one more: those that the policy asks and that could ever open.

    ``sizes`` is how many could be asked of each group at all.
    """
    if policy.survey is None:
        return set()
    peers = sizes[RaterGroup.PEER] if policy.survey.peers else 0
    below = sizes[RaterGroup.SUBORDINATE] if policy.survey.subordinates else 0
    return asked_groups(peers, below, policy.survey, policy.least_answers)


def why_not_exclude(state: str, *, excluded: int, reason: str | None = None) -> Refusal | None:
    """Why an employee can't name a colleague who shouldn't judge them."""
    if state not in (RoundState.ARRANGED, RoundState.RUNNING):
        return Refusal("survey.exclude_closed", N_("Survei ini tidak sedang disusun atau berjalan."))
    if excluded >= MAX_EXCLUDED:
        return Refusal(
            "survey.exclude_max",
            N_("Paling banyak %(n)s rekan dapat dikecualikan dalam satu survei."),
            {"n": MAX_EXCLUDED},
        )
    return _why_not_reason(reason, "note")


def _why_not_reason(reason: str | None, anchor: str) -> Refusal | None:
    if reason is None or len(reason.strip()) >= REASON_LEAST:
        return None
    return Refusal(
        "survey.reason",
        N_("Tulis alasannya, sekurang-kurangnya %(n)s huruf."),
        {"n": REASON_LEAST},
        anchor=anchor,
    )


def why_not_refuse(reason: RefusalReason, note: str) -> Refusal | None:
    """Why a refusal isn't complete: another reason than those offered needs words."""
    return _why_not_reason(note, "note") if reason is RefusalReason.OTHER else None


def why_not_add(state: str, *, asked: int, candidate: bool) -> Refusal | None:
    """Why HR can't ask somebody more."""
    if state not in (RoundState.ARRANGED, RoundState.RUNNING):
        return Refusal("survey.add_closed", N_("Survei ini tidak sedang disusun atau berjalan."))
    if not candidate:
        return Refusal(
            "survey.add_stranger",
            N_(
                "Pilih rekan setingkat atau bawahan langsung yang belum ditanya, dari kelompok yang ditanya menurut kebijakan."
            ),
        )
    if asked >= MAX_ADDED:
        return Refusal(
            "survey.add_max", N_("Satu orang dinilai paling banyak oleh %(n)s orang."), {"n": MAX_ADDED}
        )
    return None


def why_not_release(
    round_state: str, duty_state: str, *, released: int = 0, reason: str | None = None
) -> Refusal | None:
    """Why HR can't take somebody off the list; whoever has answered stays, and HR doesn't choose the group."""
    if round_state not in (RoundState.ARRANGED, RoundState.RUNNING):
        return Refusal("survey.add_closed", N_("Survei ini tidak sedang disusun atau berjalan."))
    if duty_state == DutyState.SENT:
        return Refusal(
            "survey.sent", N_("Orang ini sudah mengisi; jawabannya tidak dapat dikenali dan tidak ditarik.")
        )
    if released >= MAX_RELEASED:
        return Refusal(
            "survey.release_max",
            N_("Paling banyak %(n)s orang dapat dibebaskan untuk satu orang yang dinilai."),
            {"n": MAX_RELEASED},
        )
    return DUTY_WORKFLOW.why_not("release", duty_state) or _why_not_reason(reason, "note")


# ------------------------------------------------------------------------------------------- an answer


def why_not_answer(
    round_state: str, duty_state: str, *, closes: date | None, today: date, related: bool = True
) -> Refusal | None:
    """Why a rater can't answer: too early, too late, done, refused, or no longer peer or subordinate."""
    if duty_state == DutyState.SENT:
        return Refusal(
            "survey.sent_already",
            N_(
                "Jawaban Anda sudah dikirim. Tidak seorang pun dapat melihat atau mengubahnya, Anda juga tidak."
            ),
        )
    if duty_state != DutyState.WAITING:
        return Refusal("survey.not_asked", N_("Anda tidak lagi ditanya tentang orang ini."))
    if round_state in (RoundState.ARRANGING, RoundState.ARRANGED):
        return Refusal("survey.not_yet", N_("Survei ini belum dibuka."))
    if round_state != RoundState.RUNNING or (closes is not None and today > closes):
        return Refusal("survey.over", N_("Survei ini sudah ditutup."))
    if not related:
        return Refusal(
            "survey.unrelated",
            N_("Anda bukan lagi rekan setingkat atau bawahan langsung orang ini, jadi tidak ditanya lagi."),
        )
    return None


KEY_LOST = Refusal(
    "survey.key_lost",
    N_("Jawaban belum dapat diterima: kunci survei ini hilang dan sedang dibuat lagi. Coba lagi nanti."),
)
NO_MARK = Refusal(
    "survey.no_mark",
    N_("Beri pendapat sekurang-kurangnya atas satu nilai, atau tolak bila Anda tidak dapat menilai."),
    anchor="berorientasi_pelayanan",
)


def why_not_send(marks: Sequence[int]) -> Refusal | None:
    """Why these marks are no answer."""
    return None if any(mark != CANT_TELL for mark in marks) else NO_MARK


NONCE = 16
BODY = 7 + 2 + 4 * COMMENT_TEXT + NONCE + 80
"""Bytes of an answer before it is sealed. All have the same size: from its length nothing can be told."""


class BadAnswer(ValueError):
    """A body that is no answer."""


class Answer(NamedTuple):
    """What is sealed: about whom, in which group, the marks and the comment; ``nonce`` is another each time."""

    about: str
    """References of the survey and of whom it is about: an answer counts where it was given, and nowhere else."""
    group: RaterGroup
    marks: tuple[int, ...]
    comment: str
    nonce: bytes


def packed(answer: Answer) -> bytes:
    """An answer as bytes of one size: marks, nonce, where it belongs, comment, zeros. Raises ``BadAnswer``."""
    place, text = f"{answer.about}/{answer.group.value}".encode(), answer.comment.encode()
    if (
        len(answer.marks) != len(CoreValue)
        or len(answer.nonce) != NONCE
        or len(place) > 78
        or len(text) > 4 * COMMENT_TEXT
    ):
        raise BadAnswer("seven marks, a nonce, a place and a comment that fit")
    sizes = len(place).to_bytes(2, "big") + len(text).to_bytes(2, "big")
    return (bytes(answer.marks) + answer.nonce + sizes + place + text).ljust(BODY, b"\0")


def unpacked(body: bytes) -> Answer:
    """The answer in ``body``. Raises ``BadAnswer``."""
    width = len(CoreValue)
    marks, nonce = tuple(body[:width]), body[width : width + NONCE]
    begin = width + NONCE + 4
    first = begin + int.from_bytes(body[begin - 4 : begin - 2], "big")
    last = first + int.from_bytes(body[begin - 2 : begin], "big")
    if len(body) != BODY or last > BODY or any(mark > 3 for mark in marks):
        raise BadAnswer("not an answer")
    try:
        about, _slash, group = body[begin:first].decode().rpartition("/")
        comment = body[first:last].decode()
        found = Answer(about, RaterGroup(group), marks, comment, nonce)
    except ValueError as error:
        raise BadAnswer("not an answer") from error
    if "\0" in comment:
        raise BadAnswer("not a comment")
    return found


# ------------------------------------------------------------------------------- what gives one away

_FIRST = re.compile(r"\b(saya|aku|kami|i|my|we)\b", re.IGNORECASE)
_ROLE = re.compile(r"\b(selaku|sebagai|as an?|as the)\b", re.IGNORECASE)
_DAY = re.compile(
    r"\b(\d{1,2}[/.-]\d{1,2}|\d{1,2}[.:]\d{2}|kemarin|tadi|lusa|minggu lalu|bulan lalu|senin|selasa|rabu|kamis|"
    r"jumat|sabtu|yesterday|last week|tanggal \d+|\d{1,2} (?:januari|februari|maret|april|mei|juni|juli|agustus|"
    r"september|oktober|november|desember))\b",
    re.IGNORECASE,
)
_QUOTE = re.compile('["“][^"”]{2,40}["”]?')
_NUMBER = re.compile(r"\b\d{5,}\b|\b(?:loket|ruang|meja|lantai|nomor|no\.) ?\d+", re.IGNORECASE)
_ADDRESSED = re.compile(
    r"\b(?:[Bb]u|[Ii]bu|[Pp]ak|[Bb]apak|[Mm]as|[Mm]bak|[Kk]ang|[Tt]eh|dr\.|drg\.) [A-Z][\w']+"
)
_WORD = re.compile(r"[^\W\d_]{3,}")


class Telling(NamedTuple):
    """What in a comment may give its writer away: the words, and why."""

    words: str
    why: str


TELLS_SELF = N_("Kata tentang diri sendiri menunjukkan siapa yang menulis.")
TELLS_ROLE = N_("Jabatan atau peran menunjukkan siapa yang menulis.")
TELLS_DAY = N_("Hari atau jam mengingatkan pembaca pada satu kejadian.")
TELLS_QUOTE = N_("Kutipan percakapan diingat oleh yang mengucapkannya.")
TELLS_NUMBER = N_("Nomor atau tempat menunjuk orang.")
TELLS_NAME = N_("Nama orang menunjukkan siapa yang ada di sana.")


def telling(comment: str, names: Collection[str] = ()) -> list[Telling]:
    """What in ``comment`` may tell who wrote it, in reading order; ``names`` are of people around.

    A warning, not a ban: style gives people away, too, and no rule sees that.
    """
    found: list[tuple[int, Telling]] = []
    for pattern, why in (
        (_FIRST, TELLS_SELF),
        (_ROLE, TELLS_ROLE),
        (_DAY, TELLS_DAY),
        (_QUOTE, TELLS_QUOTE),
        (_NUMBER, TELLS_NUMBER),
        (_ADDRESSED, TELLS_NAME),
    ):
        found += [(match.start(), Telling(match.group(), why)) for match in pattern.finditer(comment)]
    known = {word for name in names for word in fold(name).split() if len(word) >= 3}
    for match in _WORD.finditer(comment):
        if fold(match.group()) in known:
            found.append((match.start(), Telling(match.group(), TELLS_NAME)))
    by_words: dict[str, Telling] = {}
    for _at, each in sorted(found):
        by_words.setdefault(each.words.casefold(), each)
    return list(by_words.values())

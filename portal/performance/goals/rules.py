"""What a shared goal is: who holds which share of it, when it holds, and what a total counts of it.

Several units or agencies reach one result together (WLS-5): each holds a share in per cent that its leader
agreed to, and brings people, tools, budget or information. The shares make exactly 100 before anybody is
asked. Progress is told once, on the goal; what a total over units counts stands in ``credited``. Feedback is
on the goal, not on a person (WLS-2).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from portal.kernel.refusal import N_, Refusal, several
from portal.kernel.workflow import Transition, Workflow
from portal.performance.plans.rules import Direction

K = TypeVar("K", bound=Hashable)


class GoalState(StrEnum):
    """Where a shared goal stands."""

    DRAFT = "draf"
    PROPOSED = "diusulkan"
    AGREED = "disepakati"
    RUNNING = "berjalan"
    ENDED = "selesai"
    WITHDRAWN = "ditarik"


class ShareState(StrEnum):
    """What the leader of a contributing unit says to its share."""

    WAITING = "menunggu"
    AGREED = "sepakat"
    DECLINED = "menolak"


LABELS: dict[StrEnum, str] = {
    GoalState.DRAFT: N_("Draf"),
    GoalState.PROPOSED: N_("Menunggu kesepakatan"),
    GoalState.AGREED: N_("Disepakati"),
    GoalState.RUNNING: N_("Berjalan"),
    GoalState.ENDED: N_("Selesai"),
    GoalState.WITHDRAWN: N_("Ditarik"),
    ShareState.WAITING: N_("Belum menjawab"),
    ShareState.AGREED: N_("Sepakat"),
    ShareState.DECLINED: N_("Menolak"),
}
"""The words for each value."""

_WRITER = "unit pengoordinasi atau pengelola daerah"
_OPEN = (GoalState.DRAFT, GoalState.PROPOSED, GoalState.AGREED, GoalState.RUNNING)

GOAL_WORKFLOW = Workflow(
    "shared_goal",
    tuple(GoalState),
    (
        Transition("propose", (GoalState.DRAFT,), GoalState.PROPOSED, _WRITER, "lengkap, bagian berjumlah 100"),
        Transition("decline", (GoalState.PROPOSED,), GoalState.DRAFT, "pimpinan unit penyumbang", "dengan alasan"),
        Transition("settle", (GoalState.PROPOSED,), GoalState.AGREED, "sistem", "semua pimpinan sepakat"),
        Transition(
            "reopen",
            (GoalState.PROPOSED, GoalState.AGREED, GoalState.RUNNING),
            GoalState.DRAFT,
            _WRITER,
            "dengan alasan",
        ),
        Transition("run", (GoalState.AGREED,), GoalState.RUNNING, _WRITER),
        Transition("end", (GoalState.RUNNING,), GoalState.ENDED, _WRITER, "dengan hasil akhir"),
        Transition("withdraw", _OPEN, GoalState.WITHDRAWN, _WRITER, "dengan alasan"),
    ),
)  # fmt: skip
"""The table of steps. A goal is agreed once each contributor's leader agreed to the own share."""

REFERRED = (GoalState.AGREED, GoalState.RUNNING)
"""States in which a line of a plan may refer to a goal, and feedback is given."""
COUNTED = (GoalState.AGREED, GoalState.RUNNING, GoalState.ENDED)
"""States that totals count: shares were agreed and make 100."""

TITLE_TEXT = 200
RESULT_TEXT = 1000
INDICATOR_TEXT = 300
BROUGHT_TEXT = 300
PROGRESS_TEXT = 1000
FEEDBACK_TEXT = 1000
REASON_TEXT = 1000
"""Characters that a text may have."""
REASON_LEAST = 20
"""Characters that a reason or an outcome must have."""
LEAST_CONTRIBUTORS = 2
MAX_CONTRIBUTORS = 20
HUNDRED = Decimal(100)

BROUGHT = ("people", "tools", "budget", "information")
"""What a contributor brings, a line each."""


# --------------------------------------------------------------------------------------- the words


def why_not_change(state: str) -> Refusal | None:
    """Why the goal's words, target and shares can't be changed."""
    if state == GoalState.DRAFT:
        return None
    if state in _OPEN:
        return Refusal(
            "shared_goal.locked",
            N_("Sasaran bersama ini sudah diusulkan. Buka kembali dengan alasan untuk mengubahnya."),
        )
    return _over(state)


def _over(state: str) -> Refusal:
    if state == GoalState.ENDED:
        return Refusal(
            "shared_goal.over", N_("Sasaran bersama ini sudah selesai; isinya tidak berubah lagi.")
        )
    return Refusal("shared_goal.over", N_("Sasaran bersama ini sudah ditarik; isinya tidak berubah lagi."))


def target_problem(baseline: Decimal, target: Decimal, direction: str) -> Refusal | None:
    """Why target and baseline make no measure; ``None`` when they do.

    Attainment divides by the target, so that a target of 0 can't be measured (PermenPANRB 8/2021, annex).
    """
    if target <= 0:
        return Refusal(
            "shared_goal.zero_target",
            N_(
                "Targetnya harus lebih besar dari nol: capaian terhadap target nol tidak dapat dihitung. "
                "Pilih ukuran lain, misalnya persentase yang bebas dari kejadian itu."
            ),
            anchor="target",
        )
    backwards = target > baseline if direction == Direction.DOWN else target < baseline
    if backwards:
        return Refusal(
            "shared_goal.backwards",
            N_("Target ini lebih buruk daripada keadaan awal menurut arahnya. Periksa keduanya."),
            anchor="target",
        )
    return None


# -------------------------------------------------------------------------------------- the shares


def total(shares: Iterable[Decimal]) -> Decimal:
    """All shares together, in per cent."""
    return sum(shares, Decimal(0))


def share_problem(share: Decimal) -> Refusal | None:
    """Why ``share`` (per cent) can't be one contributor's: it is nothing, or more than the whole."""
    if 0 < share <= HUNDRED:
        return None
    return Refusal(
        "contribution.share",
        N_("Bagian sebuah penyumbang lebih besar dari nol dan paling besar seratus persen."),
        anchor="share",
    )


def why_not_shares(shares: Sequence[Decimal]) -> Refusal | None:
    """Why these shares (per cent, one for each contributor) can't be proposed: two or more that make 100."""
    if len(shares) < LEAST_CONTRIBUTORS:
        return Refusal(
            "shared_goal.contributors",
            N_("Sasaran bersama dipegang sekurang-kurangnya dua unit atau perangkat daerah."),
            anchor="contributors",
        )
    bad = next((found for found in map(share_problem, shares) if found is not None), None)
    if bad is not None:
        return bad
    whole = total(shares)
    if whole != HUNDRED:
        message = (
            N_("Jumlah bagian %(whole)s%%, kurang %(gap)s%%. Jumlahnya harus tepat 100%%.")
            if whole < HUNDRED
            else N_("Jumlah bagian %(whole)s%%, lebih %(gap)s%%. Jumlahnya harus tepat 100%%.")
        )
        gap = {"whole": whole, "gap": abs(HUNDRED - whole)}
        return Refusal("shared_goal.sum", message, gap, anchor="contributors")
    return None


def why_not_contributor(state: str, *, held: bool, usable: bool, count: int) -> Refusal | None:
    """Why a unit can't be made a contributor: it is one already, isn't ``usable``, or there are too many.

    ``usable``: it stands today, in the goal's region, as an agency or inside one.
    """
    refusal = why_not_change(state)
    if refusal is not None:
        return refusal
    if not usable:
        return Refusal(
            "contribution.region",
            N_("Penyumbang adalah unit atau perangkat daerah yang masih berjalan di daerah yang sama."),
        )
    if held:
        return Refusal("contribution.twice", N_("Unit ini sudah tercatat sebagai penyumbang."), anchor="unit")
    if count >= MAX_CONTRIBUTORS:
        return Refusal(
            "contribution.max",
            N_("Satu sasaran bersama memiliki paling banyak %(n)s penyumbang."),
            {"n": MAX_CONTRIBUTORS},
        )
    return None


def why_not_bring(state: str) -> Refusal | None:
    """Why a contributor's leader can't change what the unit brings: the goal is over."""
    return None if state in _OPEN else _over(state)


def why_not_propose(state: str, shares: Sequence[Decimal], missing: Sequence[str] = ()) -> Refusal | None:
    """Why the contributors' leaders can't be asked; ``missing`` names units that bring nothing yet."""
    refusal = GOAL_WORKFLOW.why_not("propose", state)
    if refusal is not None:
        return refusal if state in _OPEN else _over(state)
    reasons = [each for each in [why_not_shares(shares)] if each is not None]
    reasons += [
        Refusal(
            "contribution.nothing",
            N_("%(unit)s belum menyebut apa yang disumbangkannya: orang, alat, anggaran, atau informasi."),
            {"unit": unit},
            anchor="contributors",
        )
        for unit in missing
    ]
    if len(reasons) < 2:
        return reasons[0] if reasons else None
    return several(
        "shared_goal.incomplete",
        N_("Sasaran bersama belum dapat diusulkan. Lengkapi dahulu hal-hal berikut."),
        reasons,
    )


def settled(answers: Iterable[str]) -> bool:
    """Whether each contributor's leader agreed to the own share."""
    given = list(answers)
    return bool(given) and all(answer == ShareState.AGREED for answer in given)


def why_not_answer(state: str, answer: str, reason: str | None = None) -> Refusal | None:
    """Why a contributor's leader can't agree or decline; ``reason`` of a refusal is looked at when given."""
    if state != GoalState.PROPOSED:
        if state not in _OPEN:
            return _over(state)
        message = (
            N_("Sasaran bersama ini kembali menjadi draf. Anda diminta lagi setelah diusulkan.")
            if state == GoalState.DRAFT
            else N_("Semua pimpinan sudah sepakat. Perubahan dimulai dengan membuka kembali sasaran ini.")
        )
        return Refusal("contribution.not_asked", message)
    if answer != ShareState.WAITING:
        return Refusal("contribution.answered", N_("Bagian unit ini sudah dijawab."))
    return _short(reason)


def _short(reason: str | None) -> Refusal | None:
    if reason is not None and len(reason.strip()) < REASON_LEAST:
        return Refusal(
            "shared_goal.reason",
            N_("Tulis penjelasannya, sekurang-kurangnya %(n)s huruf."),
            {"n": REASON_LEAST},
            anchor="reason",
        )
    return None


def why_not_move(verb: str, state: str, reason: str | None = None) -> Refusal | None:
    """Why a goal can't be opened again, begin, end or be withdrawn."""
    if GOAL_WORKFLOW.find(verb, state) is None:
        if state not in _OPEN:
            return _over(state)
        messages = {
            "run": N_("Sasaran berjalan setelah setiap pimpinan menyepakati bagian unitnya."),
            "end": N_("Sasaran ini belum berjalan; yang belum berjalan ditarik, bukan diselesaikan."),
            "reopen": N_("Sasaran ini masih draf."),
        }
        return Refusal("shared_goal.state", messages[verb], {"state": state})
    return _short(reason)


# ------------------------------------------------------------------------------ what is told of it


def why_not_record(state: str, *, corrected: bool = False) -> Refusal | None:
    """Why progress can't be recorded or corrected: the goal doesn't run, or a later entry goes before this one."""
    if state != GoalState.RUNNING:
        if state not in _OPEN:
            return _over(state)
        return Refusal("goal_progress.not_running", N_("Kemajuan dicatat setelah sasaran bersama berjalan."))
    if corrected:
        return Refusal(
            "goal_progress.corrected", N_("Catatan ini sudah dikoreksi. Koreksi catatan yang terbaru.")
        )
    return None


def why_not_day(day: date, *, today: date, year: int) -> Refusal | None:
    """Why nothing can be told of ``day``: it is still to come, or none of the goal's year."""
    if day > today:
        return Refusal("goal_progress.future", N_("Tanggal ini belum tiba."), anchor="day")
    if day.year != year:
        return Refusal(
            "goal_progress.year",
            N_("Tanggalnya berada di luar tahun sasaran ini, %(year)s."),
            {"year": str(year)},
            anchor="day",
        )
    return None


def why_not_say(state: str) -> Refusal | None:
    """Why no feedback on the goal is taken."""
    if state in REFERRED:
        return None
    if state not in _OPEN:
        return _over(state)
    return Refusal("goal_feedback.early", N_("Umpan balik diberikan setelah sasaran bersama disepakati."))


def why_not_refer(
    state: str, *, contributes: bool, same_year: bool, line_known: bool, taken: bool
) -> Refusal | None:
    """Why a line of a plan can't refer to a goal.

    ``contributes``: the employee's unit or one above it contributes; ``line_known``: the line stands in
    the plan; ``taken``: it refers to a goal already.
    """
    if not line_known:
        return Refusal("goal_reference.line", N_("Hasil kerja ini tidak ada dalam SKP Anda."))
    if not contributes or not same_year:
        return Refusal(
            "goal_reference.unit",
            N_("Unit Anda tidak menyumbang bagi sasaran bersama ini pada tahun SKP ini."),
        )
    if taken:
        return Refusal("goal_reference.taken", N_("Hasil kerja ini sudah merujuk ke sebuah sasaran bersama."))
    if state not in REFERRED:
        if state not in _OPEN:
            return _over(state)
        return Refusal(
            "goal_reference.early", N_("SKP dapat merujuk ke sasaran bersama setelah sasarannya disepakati.")
        )
    return None


# -------------------------------------------------------------------------------------- the totals


class Part(NamedTuple, Generic[K]):
    """What a group (an agency) holds of shared goals: how many it contributes to, and its shares together.

    ``share`` is in per cent of a goal: 150 is one goal and a half.
    """

    group: K
    goals: int
    share: Decimal


@dataclass(frozen=True)
class Credited(Generic[K]):
    """What totals over groups count: each group's own part, and all goals together, each once."""

    parts: Mapping[K, Part[K]]
    goals: Decimal
    """Goals in all; a whole number where each one's shares make 100."""


def credited(parts: Iterable[Part[K]]) -> Credited[K]:
    """What a total over units counts of shared goals: each goal once, each contributor its share (WLS-5).

    The shares of a goal make 100, whoever holds them, so that the goals in all are the sum of all shares
    divided by 100. Adding up how many goals each group contributes to would count a goal of five agencies
    five times. ``parts`` are those of goals that ``COUNTED`` names, one for each group.
    """
    found = {part.group: part for part in parts}
    return Credited(found, total(part.share for part in found.values()) / HUNDRED)


def are_required(policy: Mapping[str, Any]) -> bool:
    """Whether the policy asks the leaders of agencies for shared goals (``shared_goals``).

    Advice, not a block: whether a programme needs two or more agencies, the leader knows and not the portal.
    """
    return policy.get("shared_goals") == "required"

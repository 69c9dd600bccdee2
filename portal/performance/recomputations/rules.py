"""What is counted when a period's advice is computed again, and what of it may be shown.

Ratings and their advice are never touched: what is stored is compared with what the facts give today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from portal.kernel.exact import round_half_up
from portal.kernel.refusal import N_, Refusal
from portal.kernel.workflow import Transition, Workflow
from portal.performance.advice.rules import Advice, BehaviourView, overall_rating
from portal.policy.policies.rules import ExpectationRating, Matrix, OverallRating


class RecomputationState(StrEnum):
    """Where a run stands."""

    WAITING = "menunggu"
    RUNNING = "berjalan"
    STOPPED = "terhenti"
    DONE = "selesai"


class Figure(StrEnum):
    """A stored figure of a rating that is compared with what the rules give today."""

    ADVICE = "usulan_hasil"
    MEAN = "rata_rata_hasil"
    BEHAVIOUR_ADVICE = "usulan_perilaku"
    BEHAVIOUR_MEAN = "rata_rata_perilaku"
    OVERALL = "predikat"


LABELS: dict[StrEnum, str] = {
    RecomputationState.WAITING: N_("Menunggu giliran"),
    RecomputationState.RUNNING: N_("Sedang dihitung"),
    RecomputationState.STOPPED: N_("Terhenti"),
    RecomputationState.DONE: N_("Selesai"),
    Figure.ADVICE: N_("Usulan hasil kerja"),
    Figure.MEAN: N_("Rata-rata capaian"),
    Figure.BEHAVIOUR_ADVICE: N_("Usulan perilaku kerja"),
    Figure.BEHAVIOUR_MEAN: N_("Rata-rata perilaku"),
    Figure.OVERALL: N_("Predikat"),
}
"""The words for each value."""

UNFINISHED = (RecomputationState.WAITING, RecomputationState.RUNNING)
"""A job works on it, or will."""

WORKFLOW = Workflow(
    "recomputation",
    tuple(RecomputationState),
    (
        Transition("begin", (RecomputationState.WAITING,), RecomputationState.RUNNING, "portal"),
        Transition("stop", UNFINISHED, RecomputationState.STOPPED, "pengelola"),
        Transition("resume", (RecomputationState.STOPPED,), RecomputationState.WAITING, "pengelola"),
        Transition("finish", (RecomputationState.RUNNING,), RecomputationState.DONE, "portal"),
    ),
)
"""A run: taken up by the portal, stopped and resumed by HR as often as they like."""

LEAST = 5
"""People below which a cell of a distribution isn't shown."""

NOT_OPENED = Refusal("recomputation.planned", N_("Periode ini belum dibuka; belum ada yang dapat dihitung."))
AT_WORK = Refusal("recomputation.at_work", N_("Hitung ulang periode ini sedang berjalan."))
OVERTAKEN = Refusal(
    "recomputation.overtaken", N_("Sesudah yang ini sudah ada hitung ulang lain; lanjutkan yang itu.")
)


def why_not_start(*, opened: bool, newest: str | None) -> Refusal | None:
    """Why a period can't be computed again; ``newest``: the state of its newest run, if there is one."""
    if not opened:
        return NOT_OPENED
    return AT_WORK if newest in UNFINISHED else None


def why_not_resume(state: str, *, is_newest: bool) -> Refusal | None:
    """Why a run can't go on from where it stands."""
    return WORKFLOW.why_not("resume", state) or (None if is_newest else OVERTAKEN)


# --------------------------------------------------------------------------------- one person's figures


class Kept(NamedTuple):
    """What was decided and stored when a rating was set."""

    result: ExpectationRating
    behaviour: ExpectationRating
    overall: OverallRating
    advice: ExpectationRating | None
    advice_mean: Decimal | None
    behaviour_advice: ExpectationRating | None
    behaviour_mean: Decimal | None


def came_later(kept: Kept, behaviour: BehaviourView, *, surveyed: bool) -> bool:
    """Whether a rating was set before a survey's answers were counted: its advice on behaviour came after it.

    Nothing was stored then, and that is no difference.
    """
    return surveyed and kept.behaviour_mean is None and kept.behaviour_advice is None and bool(behaviour.mean)


def differing(
    kept: Kept, advice: Advice, behaviour: BehaviourView, matrix: Matrix, *, later: bool = False
) -> tuple[Figure, ...]:
    """The stored figures that aren't what the rules give today; means are stored to six places.

    ``later``: the advice on behaviour ``came_later``.
    """
    found = []
    if kept.advice is not advice.rating:
        found.append(Figure.ADVICE)
    if kept.advice_mean != _stored(advice.mean):
        found.append(Figure.MEAN)
    if kept.behaviour_advice is not behaviour.rating and not later:
        found.append(Figure.BEHAVIOUR_ADVICE)
    if kept.behaviour_mean != _stored(behaviour.mean) and not later:
        found.append(Figure.BEHAVIOUR_MEAN)
    if kept.overall is not overall_rating(kept.result, kept.behaviour, matrix):
        found.append(Figure.OVERALL)
    return tuple(found)


def _stored(mean: Decimal | None) -> Decimal | None:
    return None if mean is None else round_half_up(mean, 6)


# --------------------------------------------------------------------------------------------- counts

_STEPS = {rating: step for step, rating in enumerate(ExpectationRating)}
_ADVISED = {
    None: "none",
    ExpectationRating.BELOW: "below",
    ExpectationRating.AS_EXPECTED: "expected",
    ExpectationRating.ABOVE: "above",
}


@dataclass
class Side:
    """Of results or of behaviour: how often each advice came about, and how decisions lie to it."""

    none: int = 0
    """People without an advice."""
    below: int = 0
    expected: int = 0
    above: int = 0
    higher: int = 0
    """Ratings decided above the advice; the others of the same advice are ``same`` and ``lower``."""
    same: int = 0
    lower: int = 0

    def count(self, advised: ExpectationRating | None, decided: ExpectationRating | None) -> None:
        """Count one person's advice, and the decision where there is one."""
        name = _ADVISED[advised]
        setattr(self, name, getattr(self, name) + 1)
        if advised is None or decided is None:
            return
        step = _STEPS[decided] - _STEPS[advised]
        if step == 0:
            self.same += 1
        elif step > 0:
            self.higher += 1
        else:
            self.lower += 1

    @property
    def compared(self) -> int:
        """How many ratings have an advice to lie to."""
        return self.higher + self.same + self.lower


def safe(cells: Sequence[int]) -> list[int | None]:
    """``cells`` of one row as they may be shown: no group of fewer than ``LEAST`` people, alone or left over.

    Small cells are hidden (``None``). Their sum follows from the row's total, so further cells are hidden,
    the smallest first, until it is no small group either.
    """
    if sum(cells) < LEAST:
        return [None] * len(cells)
    hidden = {at for at, n in enumerate(cells) if 0 < n < LEAST}
    while hidden and sum(cells[at] for at in hidden) < LEAST:
        hidden.add(min((at for at, n in enumerate(cells) if n and at not in hidden), key=cells.__getitem__))
    return [None if at in hidden else n for at, n in enumerate(cells)]


@dataclass
class Counts:
    """What came out for the people of one agency."""

    people: int = 0
    rated: int = 0
    different: int = 0
    """Ratings of which a stored figure isn't what the rules give today."""
    later: int = 0
    """Ratings whose advice on behaviour ``came_later``."""
    result: Side = field(default_factory=Side)
    behaviour: Side = field(default_factory=Side)

    def count(
        self, advice: Advice, behaviour: BehaviourView, kept: Kept | None, *, differs: bool, later: bool
    ) -> None:
        """Count one person."""
        self.people += 1
        self.result.count(advice.rating, kept.result if kept else None)
        self.behaviour.count(behaviour.rating, kept.behaviour if kept else None)
        if kept is not None:
            self.rated += 1
            self.different += differs
            self.later += later

    @property
    def equal(self) -> int:
        """Ratings whose stored figures are what the rules give today."""
        return self.rated - self.different

    def as_data(self) -> dict[str, object]:
        """The counts as they are kept."""
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Counts:
        """The counts that were kept."""
        sides = {name: Side(**data[name]) for name in ("result", "behaviour")}
        return cls(**{**data, **sides})


def together(several: Iterable[Counts]) -> Counts:
    """The counts of several agencies as one."""
    found = Counts()
    for each in several:
        for name in ("people", "rated", "different", "later"):
            setattr(found, name, getattr(found, name) + getattr(each, name))
        for side, other in ((found.result, each.result), (found.behaviour, each.behaviour)):
            for name, n in vars(other).items():
                setattr(side, name, getattr(side, name) + n)
    return found

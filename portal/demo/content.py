"""What people of the demo write: plans by kind of post, feedback, reasons; read from ``data/*.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from random import Random
from typing import Any

from portal.demo.structure import Place, described
from portal.kernel.exact import format_number
from portal.performance.plans.rules import Aspect, Direction, Perspective

QUARTERLY = "per triwulan"


@dataclass(frozen=True)
class Measure:
    """An indicator with its target; ``low`` and ``high`` are equal but for ranges.

    Without a unit it is a measure of success in words, of a qualitative plan.
    """

    aspect: Aspect
    text: str
    low: Decimal
    high: Decimal
    unit: str
    direction: Direction

    @property
    def in_words(self) -> bool:
        """Whether there is nothing to count."""
        return not self.unit

    def raised(self) -> Measure:
        """The same with a tenth more to reach, or less where less is better."""
        factor = Decimal("1.1") if self.direction is Direction.UP else Decimal("0.9")
        low, high = (_round(bound * factor) if bound >= 10 else bound + 1 for bound in (self.low, self.high))
        return replace(self, low=low, high=high)

    @property
    def target(self) -> str:
        """The target as it is said in a sentence."""
        if self.low == self.high:
            return said(self.low, self.unit)
        return f"{format_number(self.low)} sampai {said(self.high, self.unit)}"


@dataclass(frozen=True)
class Outcome:
    """A planned result: ``tag`` names it to those who serve it, ``serves`` the results above it serves."""

    tag: str
    serves: tuple[str, ...]
    text: str
    perspective: Perspective | None
    measures: tuple[Measure, ...]

    def with_first(self, measure: Measure) -> Outcome:
        """The same with another first indicator."""
        return replace(self, measures=(measure, *self.measures[1:]))


@dataclass(frozen=True)
class Work:
    """What a kind of post plans, does and hears."""

    key: str
    group: str
    outcomes: tuple[Outcome, ...]
    progress: tuple[str, ...]
    steps: tuple[tuple[str, str, str], ...]
    feedback: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """One word of feedback with the reply that fits it."""

    key: str
    kind: str
    giver: str
    about: str
    groups: tuple[str, ...]
    text: str
    reply_kind: str
    reply: str


@cache
def work(key: str) -> Work:
    """What people in a kind of post plan and do. Raises ``KeyError`` for an unknown kind."""
    text = described("plans")[key]
    return Work(
        key,
        text["group"],
        tuple(_outcome(row) for row in text["result"]),
        (*text["progress"], *described("words")["progress"][text["group"]]),
        tuple((step, target, proof) for step, target, proof in text["steps"]),
        tuple(text.get("feedback", ())),
    )


@cache
def extras() -> tuple[Outcome, ...]:
    """Results beside the own duties, with an assignment."""
    return tuple(_outcome({"tag": "tambahan", **row}) for row in described("words")["extra"])


@cache
def feedback() -> dict[str, Words]:
    """The thirty words of feedback by their key."""
    return {
        key: Words(
            key,
            row["kind"],
            row["from"],
            row["about"],
            tuple(row.get("groups", ())),
            row["text"],
            row["reply_kind"],
            row["reply"],
        )
        for key, row in described("feedback").items()
    }


def in_words(key: str) -> tuple[Outcome, ...]:
    """The results of a kind of post with measures of success in words, for the qualitative approach."""
    outcomes = work(key).outcomes
    said = described("plans")[key]["in_words"]
    nothing = Decimal(0)
    measures = tuple(Measure(Aspect.QUANTITY, text, nothing, nothing, "", Direction.UP) for text in said)
    return tuple(replace(outcome, measures=measures) for outcome in outcomes[:1])


def words(section: str, part: str) -> Any:
    """A list of sentences, or one sentence, of ``words.toml``."""
    return described("words")[section][part]


def tuned(outcome: Outcome, place: Place, random: Random) -> Outcome:
    """``outcome`` with targets that fit the place, and differ a little between people."""
    measures = tuple(_tuned(measure, place, random) for measure in outcome.measures)
    return Outcome(outcome.tag, outcome.serves, outcome.text, outcome.perspective, measures)


def said(number: Decimal, unit: str) -> str:
    """A figure with its unit as it stands in a sentence about a quarter."""
    if unit == "%":
        return f"{format_number(number)}%"
    if unit == "rupiah":
        return f"Rp{format_number(number)}"
    return f"{format_number(number)} {unit.removesuffix(QUARTERLY).strip()}"


def places_of(measure: Measure) -> int:
    """How many decimals a figure of ``measure`` has."""
    if measure.unit in ("%", "menit", "jam", "hari kerja"):
        return 2 if measure.high < 1 else 1
    exponent = measure.low.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _outcome(row: Mapping[str, Any]) -> Outcome:
    return Outcome(
        row["tag"],
        tuple(row.get("serves", ())),
        row["text"],
        Perspective(row["perspective"]) if "perspective" in row else None,
        tuple(_measure(*each) for each in row["indicators"]),
    )


def _measure(aspect: str, text: str, target: str, unit: str, direction: str) -> Measure:
    low, _, high = target.partition("..")
    return Measure(Aspect(aspect), text, Decimal(low), Decimal(high or low), unit, Direction(direction))


def _tuned(measure: Measure, place: Place, random: Random) -> Measure:
    factor = Decimal(random.choice(("0.9", "1", "1", "1", "1.1")))
    low, high = measure.low, measure.high
    if measure.text in place.targets:
        low = high = Decimal(place.targets[measure.text])
    elif low == high and low >= 10 and measure.unit.endswith(QUARTERLY):
        low = high = _round(low * factor * (place.scale if low >= 100 else 1))
    return Measure(measure.aspect, measure.text, low, high, measure.unit, measure.direction)


def _round(number: Decimal) -> Decimal:
    """A round figure, such as people agree on."""
    step = Decimal(50) if number >= 500 else Decimal(5) if number >= 50 else Decimal(1)
    return (number / step).quantize(Decimal(1), ROUND_HALF_UP) * step

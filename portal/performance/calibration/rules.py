"""Statistics of ratings: leniency, spread and halo of appraisers, gaps between groups, agreement of raters.

They warn and change nothing. Nothing is said of fewer than ``LEAST`` people. Sources: rwg(j), James, Demaree
and Wolf 1984; AD, Burke, Finkelstein and Dusig 1999; ICC(1), Shrout and Fleiss 1979 (each with the formula beside it).
Figures are for looking at and are never stored, so binary fractions do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.policy.policies.rules import ExpectationRating

LEAST = 5
"""People or answers below which nothing is said."""
LENIENT = 0.4
"""Steps above (or below) the others of the agency from which an appraiser is pointed out (an assumption)."""
NARROW = 0.15
"""Steps of spread below which the ratings tell hardly anybody apart (an assumption)."""
HALO = 0.3
"""By how much more often than the others both ratings are the same (an assumption)."""

POINTS = 3
"""Steps of the scale on which the closed survey asks."""
STEPS: Mapping[ExpectationRating, int] = {rating: step for step, rating in enumerate(ExpectationRating, 1)}
"""Below, as expected and above the expectation as 1, 2 and 3."""

Counts = Mapping[tuple[ExpectationRating, ExpectationRating], int]
"""How many people got each pair of ratings (results, behaviour)."""


@dataclass(frozen=True)
class Spread:
    """How ratings lie: over ``n`` people the mean of both ratings' steps, its spread, and the share of equal pairs."""

    n: int
    mean: float
    deviation: float
    same: float


def spread(counts: Counts) -> Spread | None:
    """How the ratings of ``counts`` lie; ``None`` where nobody is rated."""
    n = sum(counts.values())
    if not n:
        return None
    marks = [((STEPS[result] + STEPS[behaviour]) / 2, count) for (result, behaviour), count in counts.items()]
    mean = sum(mark * count for mark, count in marks) / n
    variance = sum(count * (mark - mean) ** 2 for mark, count in marks) / n
    same = sum(count for (result, behaviour), count in counts.items() if result is behaviour) / n
    return Spread(n, mean, math.sqrt(variance), same)


@dataclass(frozen=True)
class Habit:
    """How an appraiser rates beside the others: ``leniency`` in steps, ``halo`` as a difference of shares.

    Both are ``None`` where there are too few others to compare with.
    """

    own: Spread
    leniency: float | None
    halo: float | None

    @property
    def flags(self) -> tuple[str, ...]:
        """What to look at: longgar, ketat, seragam, halo."""
        found = []
        if self.leniency is not None and abs(self.leniency) >= LENIENT:
            found.append("longgar" if self.leniency > 0 else "ketat")
        if self.own.deviation < NARROW and self.own.n >= 2 * LEAST:
            found.append("seragam")
        if self.halo is not None and self.halo >= HALO:
            found.append("halo")
        return tuple(found)


def habit(own: Counts, everybody: Counts) -> Habit | None:
    """How an appraiser with the ratings ``own`` rates beside the rest of ``everybody``.

    ``None`` for fewer than ``LEAST`` people.
    """
    mine = spread(own)
    if mine is None or mine.n < LEAST:
        return None
    rest = {pair: count - own.get(pair, 0) for pair, count in everybody.items()}
    others = spread(rest)
    if others is None or others.n < LEAST:
        return Habit(mine, None, None)
    return Habit(mine, mine.mean - others.mean, mine.same - others.same)


def gap(one: Counts, everybody: Counts) -> tuple[Spread, float] | None:
    """A group's ratings and by how many steps they differ from all others'; ``None`` with fewer than ``LEAST``."""
    found = habit(one, everybody)
    return None if found is None or found.leniency is None else (found.own, found.leniency)


# ---------------------------------------------------------------------------------------- agreement


def within_group_agreement(columns: Sequence[Sequence[float]], points: int) -> float | None:
    """rwg(j): how far the raters of one group agree on J items of ``points`` steps; ``None`` with fewer than
    ``LEAST`` answers to an item. ``columns``: the answers to each item, which is all that a tally keeps.

    rwg(j) = J(1 − s̄²/σ²) ÷ (J(1 − s̄²/σ²) + s̄²/σ²), with s̄² the mean variance of the items and
    σ² = (points² − 1) ÷ 12 of answers by chance. Below zero (more spread than
    by chance) it counts as zero.
    """
    if not _is_enough(columns):
        return None
    items = len(columns)
    share = sum(_variance(column) for column in columns) / items * 12 / (points * points - 1)
    above = items * (1 - share)
    return above / (above + share) if above > 0 else 0.0


def average_deviation(columns: Sequence[Sequence[float]]) -> float | None:
    """AD: by how many steps answers lie from their item's mean, over all items; ``None`` with fewer than
    ``LEAST`` answers to an item.

    AD = Σ|x − x̄| ÷ N for an item, and the mean of it over the items.
    """
    if not _is_enough(columns):
        return None
    return sum(sum(abs(x - sum(c) / len(c)) for x in c) / len(c) for c in columns) / len(columns)


def _is_enough(columns: Sequence[Sequence[float]]) -> bool:
    return bool(columns) and all(len(column) >= LEAST for column in columns)


def intraclass_correlation(groups: Sequence[Sequence[float]]) -> float | None:
    """ICC(1): which share of the differences lies between groups rather than within; ``None`` where it has no sense.

    ICC(1) = (MSB − MSW) ÷ (MSB + (k − 1) × MSW), k the mean size of a group.
    """
    n, k = sum(map(len, groups)), len(groups)
    if k < 2 or n <= k or n < LEAST:
        return None
    grand = sum(map(sum, groups)) / n
    means = [sum(group) / len(group) for group in groups]
    between = sum(len(group) * (mean - grand) ** 2 for group, mean in zip(groups, means, strict=True)) / (
        k - 1
    )
    within = sum((x - mean) ** 2 for group, mean in zip(groups, means, strict=True) for x in group) / (n - k)
    size = n / k
    whole = between + (size - 1) * within
    return (between - within) / whole if whole else None


@dataclass(frozen=True)
class Agreement:
    """How far the answerers of closed surveys agree: over so many people judged, from their tallies alone."""

    people: int
    answers: int
    within: float
    """Mean of rwg(j)."""
    deviation: float
    """Mean of AD, in steps."""
    between: float | None
    """Mean of ICC(1) over the core values."""


def agreement(tallies: Iterable[Sequence[tuple[int, int, int]]]) -> Agreement | None:
    """The agreement over people's tallies (how often 1, 2 and 3 were given on each value); ``None`` where
    fewer than ``LEAST`` people have one with enough answers to each value that was judged at all.
    """
    columns = [[list(_given(count)) for count in counts if any(count)] for counts in tallies]
    enough = [each for each in columns if _is_enough(each)]
    if len(enough) < LEAST:
        return None
    within = [found for each in enough if (found := within_group_agreement(each, POINTS)) is not None]
    away = [found for each in enough if (found := average_deviation(each)) is not None]
    whole = [each for each in enough if len(each) == len(enough[0])]
    between = [
        found
        for value in zip(*whole, strict=True)
        if (found := intraclass_correlation(list(value))) is not None
    ]
    return Agreement(
        len(enough),
        sum(max(map(len, each)) for each in enough),
        sum(within) / len(within),
        sum(away) / len(away),
        sum(between) / len(between) if between else None,
    )


def _given(count: tuple[int, int, int]) -> Iterator[float]:
    for mark, n in enumerate(count, 1):
        yield from [float(mark)] * n


def _variance(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((x - mean) ** 2 for x in values) / (len(values) - 1)

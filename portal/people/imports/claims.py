"""What only one may hold at a time: a post, the headship of a unit, the power to appraise.

A table of rows takes and frees such things together; this finds the rows that can't have what they take.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from portal.people.employment.rules import overlaps
from portal.people.imports.rules import Reading, clip

Key = tuple[str, str]
"""What is held, and of which unit or position."""


class Held(NamedTuple):
    """Something stored that holds a key for some days."""

    id: int
    begins: date
    ends: date | None
    who: str


class Take(NamedTuple):
    """A row wants to hold ``key`` for some days; ``message`` with ``who`` says why it can't."""

    key: Key
    begins: date
    ends: date | None
    column: str
    code: str
    message: str


class Free(NamedTuple):
    """A row ends what is held: from ``ends`` on, or altogether when ``None`` (it then takes it anew)."""

    key: Key
    held: int
    ends: date | None


@dataclass(slots=True)
class Bid:
    """What a row takes and frees."""

    reading: Reading
    who: str
    takes: list[Take] = field(default_factory=list)
    frees: list[Free] = field(default_factory=list)


def settle(bids: Sequence[Bid], held: Mapping[Key, Sequence[Held]]) -> None:
    """Blame each good row that takes what a stored thing or an earlier good row holds at that time.

    A row that turns bad doesn't free what it would have freed; who counted on that is asked again.
    """
    freed: dict[tuple[Key, int], tuple[Bid, date | None]] = {}
    takers: dict[Key, list[int]] = defaultdict(list)
    for number, bid in enumerate(bids):
        for free in bid.frees:
            freed[free.key, free.held] = (bid, free.ends)
        for take in bid.takes:
            takers[take.key].append(number)
    granted: dict[Key, list[tuple[int, Take]]] = defaultdict(list)
    queue = deque(range(len(bids)))
    asked: set[int] = set()
    while queue:
        number = queue.popleft()
        bid = bids[number]
        if bid.reading.good:
            for take in bid.takes:
                who = _holder(take, number, bids, held.get(take.key, ()), freed, granted[take.key])
                if who is not None:
                    bid.reading.blame(take.column, take.code, take.message, who=clip(who, 80))
                    break
                if number not in asked:
                    granted[take.key].append((number, take))
        asked.add(number)
        if not bid.reading.good:
            queue.extend(
                taker
                for free in bid.frees
                for taker in takers[free.key]
                if taker in asked and bids[taker].reading.good
            )


def _holder(
    take: Take,
    number: int,
    bids: Sequence[Bid],
    stored: Sequence[Held],
    freed: Mapping[tuple[Key, int], tuple[Bid, date | None]],
    granted: Sequence[tuple[int, Take]],
) -> str | None:
    """Who else holds the key in the days of ``take``."""
    for held in stored:
        ends = held.ends
        by, turn = freed.get((take.key, held.id), (None, None))
        if by is not None and by.reading.good:
            if turn is None:
                continue
            ends = turn if ends is None else min(ends, turn)
        if overlaps(take.begins, take.ends, held.begins, ends):
            return held.who
    for other, earlier in granted:
        if (
            other < number
            and bids[other].reading.good
            and overlaps(take.begins, take.ends, earlier.begins, earlier.ends)
        ):
            return f"{bids[other].who} (baris {bids[other].reading.row.number})"
    return None

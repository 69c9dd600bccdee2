"""Counts kept while nothing happened: the newest event of the region says whether they still hold.

Counting grows with the people, the pages that show the counts mustn't. Each act writes an event, so counts
made after the newest one are right. In a region of more than ``LARGE`` people acts come faster than it could
be counted; there counts may be ``PATIENCE`` seconds old, but never so old that one's own act isn't in them.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import select

from portal.extensions import db
from portal.ledger.events import Event

T = TypeVar("T")
KEPT = 64
LARGE, PATIENCE = 20_000, 15.0

Mark = tuple[int, str]


@dataclass(frozen=True)
class Kept(Generic[T]):
    """Counts with the newest event that they know of, when they were made and of how many people."""

    found: T
    mark: Mark
    made: float
    people: int

    def is_young(self, now: float) -> bool:
        """Whether counts of so many may still be shown although something happened since."""
        return self.people > LARGE and now - self.made < PATIENCE


_kept: OrderedDict[Hashable, Kept[object]] = OrderedDict()


def kept(
    key: Hashable,
    region_id: int,
    account_id: int | None,
    count: Callable[[], T],
    people: Callable[[T], int],
    clock: Callable[[], float] = time.monotonic,
) -> T:
    """What ``count`` gives for ``key``, from memory while it holds.

    ``key`` names everything that the counts depend on besides the region's events: whose scope, which
    periods, which day; ``people`` says how many were counted. One statement, and those of ``count`` when it has to be called.
    """
    key = (str(db.engine.url), region_id, key)
    mark = _newest(region_id)
    known: Kept[T] | None = _kept.get(key)  # type: ignore[assignment]
    if known is not None and (
        known.mark == mark
        or (known.is_young(clock()) and not _acted_since(known.mark, region_id, account_id))
    ):
        return known.found
    found = count()
    _kept[key] = Kept(found, mark, clock(), people(found))
    _kept.move_to_end(key)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return found


def _newest(region_id: int) -> Mark:
    """The region's newest event; its reference too, since a restored database counts on from an older id."""
    row = db.session.execute(
        select(Event.id, Event.subject_ref)
        .where(Event.region_id == region_id)
        .order_by(Event.id.desc())
        .limit(1)
    ).one_or_none()
    return (row.id, row.subject_ref) if row is not None else (0, "")


def _acted_since(mark: Mark, region_id: int, account_id: int | None) -> bool:
    """Whether the one who looks did something that the counts don't know of."""
    query = (
        select(Event.id)
        .where(Event.region_id == region_id, Event.id > mark[0], Event.account_id == account_id)
        .limit(1)
    )
    return db.session.scalar(query) is not None

"""A period's chains computed anew: what the structure of today says, beside what the enrolments keep.

The chain is taken at a period's opening. When a post gets or loses its holder, an appointment or a
delegation begins or ends, or somebody moves, HR looks at the differences and applies them (decision
14.5). Reading takes the same few statements however many people there are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.extensions import db
from portal.kernel.canonical import canonical, sha256
from portal.people.chain import queries as chain
from portal.people.chain.rules import Snapshot, appraiser_of, superior_of
from portal.people.employment.models import Employee, Tenure
from portal.policy.calendars.rules import PeriodSpan
from portal.policy.cycles import queries
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.rules import Change, MoveReason, begin_reason, end_of, end_reason

CHAIN = (
    "appraiser_id",
    "appraiser_position_id",
    "appraiser_basis",
    "superior_id",
    "superior_position_id",
    "skipped",
    "gap",
)
"""The columns of an enrolment that say who appraises."""


@dataclass(frozen=True)
class Difference:
    """What changes for one enrolment; ``enrolment_id`` is ``None`` for one that begins."""

    change: Change
    tenure_id: int
    person_id: int
    position_id: int
    enrolment_id: int | None = None
    ref: str = ""
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    ends: date | None = None
    reason: MoveReason | None = None
    tenure: Any = None
    """The tenure's row, for an enrolment that begins."""


@dataclass(frozen=True)
class Differences:
    """All that would change, and what stays because it was told already."""

    rows: tuple[Difference, ...]
    kept: int
    """Enrolments whose chain would differ, but whose rating has been handed over."""

    def count(self, change: Change) -> int:
        """How many changes of a kind there are."""
        return sum(row.change is change for row in self.rows)

    @property
    def digest(self) -> str:
        """Stands for exactly these changes, so that only what was looked at is applied."""
        said = [
            [row.change.value, row.tenure_id, row.after or {}, str(row.ends or ""), row.reason or ""]
            for row in self.rows
        ]
        return sha256(canonical(said))


def day_of(period: Period, today: date) -> date:
    """The day whose structure counts: today, or the period's nearest."""
    last = PeriodSpan(period.kind, period.number, period.begins, period.ends).last_day
    return max(period.begins, min(today, last))


def chain_of(position_id: int, person_id: int, snapshot: Snapshot) -> dict[str, Any]:
    """The columns of ``CHAIN`` for somebody in a post."""
    link = appraiser_of(position_id, person_id, snapshot)
    above = superior_of(position_id, person_id, snapshot)
    return {
        "appraiser_id": link.person_id,
        "appraiser_position_id": link.post_id,
        "appraiser_basis": link.basis.value if link.basis else "",
        "superior_id": above.person_id,
        "superior_position_id": above.post_id,
        "skipped": json.dumps([[skip.post_id, skip.reason.value] for skip in link.skipped]),
        "gap": link.gap.code if link.gap else None,
    }


def differences(period: Period, today: date, told: Collection[int] = ()) -> Differences:
    """What the structure says of ``period`` beside what its enrolments keep.

    ``told``: enrolments whose rating has been handed over; their chain stands. After a period's last day
    its structure counts, except that whoever has left meanwhile is replaced by the chain of today.
    """
    day = day_of(period, today)
    held = {row.tenure_id: row for row in queries.to_enrol(period.region_id, day)}
    known = _enrolled(period)
    then = chain.snapshot(period.region_id, day)
    now = then if today == day else chain.snapshot(period.region_id, today)
    here = {holder.person_id for holders in now.holders.values() for holder in holders}
    chains = _remembered(then, now, here)
    found: list[Difference] = []
    kept = 0
    working = {row.person_id for row in held.values()}
    for row in known:
        common = {
            "tenure_id": row.tenure_id,
            "person_id": row.person_id,
            "position_id": row.position_id,
            "enrolment_id": row.id,
            "ref": row.ref,
        }
        left = min((each for each in (row.tenure_ends, row.employee_ends) if each is not None), default=None)
        ends = end_of(row.begins, left, day)
        if ends != row.ends:
            change = Change.GOES_ON if ends is None else Change.ENDS
            reason = None if ends is None else end_reason(row.person_id in working)
            found.append(Difference(change, **common, ends=ends, reason=reason))
        before = {name: getattr(row, name) for name in CHAIN}
        if ends is not None and before["appraiser_id"] in here:
            continue  # the appraiser of that part evaluates it, as long as he or she is there (Y-45)
        after = chains(row.position_id, row.person_id)
        if after == before:
            continue
        if row.id in told:
            kept += 1
        else:
            found.append(Difference(Change.CHAIN, **common, before=before, after=after))
    enrolled, elsewhere = {row.tenure_id for row in known}, {row.person_id for row in known}
    for tenure_id, tenure in held.items():
        if tenure_id not in enrolled:
            found.append(
                Difference(
                    Change.BEGINS,
                    tenure_id,
                    tenure.person_id,
                    tenure.position_id,
                    after=chains(tenure.position_id, tenure.person_id),
                    reason=begin_reason(tenure.person_id in elsewhere),
                    tenure=tenure,
                )
            )
    return Differences(tuple(found), kept)


def _remembered(then: Snapshot, now: Snapshot, here: set[int]) -> Callable[[int, int], dict[str, Any]]:
    """The chain of somebody, by the structure of ``then``, or of ``now`` where the appraiser has left."""

    def found(position_id: int, person_id: int) -> dict[str, Any]:
        first = chain_of(position_id, person_id, then)
        if then is now or first["appraiser_id"] is None or first["appraiser_id"] in here:
            return first
        return chain_of(position_id, person_id, now)

    return found


def _enrolled(period: Period) -> Iterable[Any]:
    return db.session.execute(
        select(
            Enrolment.id,
            Enrolment.ref,
            Enrolment.tenure_id,
            Enrolment.person_id,
            Enrolment.position_id,
            Enrolment.begins,
            Enrolment.ends,
            *(getattr(Enrolment, name) for name in CHAIN),
            Tenure.ends.label("tenure_ends"),
            Employee.ends.label("employee_ends"),
        )
        .join(Tenure, Tenure.id == Enrolment.tenure_id)
        .join(Employee, Employee.id == Enrolment.employee_id)
        .where(Enrolment.period_id == period.id)
        .order_by(Enrolment.id)
    ).all()

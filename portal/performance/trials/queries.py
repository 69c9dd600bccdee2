"""The decided evaluations of a period with their attainments; nothing of them is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from portal.extensions import db
from portal.performance.advice.rules import Group
from portal.performance.evaluations import queries_bench
from portal.performance.evaluations.models import Evaluation, Rating
from portal.performance.surveys.models import GroupTally
from portal.performance.trials.rules import Decided
from portal.policy.cycles.models import Cycle, Enrolment, Period
from portal.policy.cycles.rules import PeriodState
from portal.policy.policies.rules import PolicyDocument

AT_ONCE = 2000


def closed_periods(region_id: int) -> list[Period]:
    """Periods that are over, the newest first."""
    return list(
        db.session.scalars(
            select(Period)
            .join(Cycle, Cycle.id == Period.cycle_id)
            .where(Period.region_id == region_id, Period.state == PeriodState.CLOSED)
            .order_by(Cycle.year.desc(), Period.ends.desc(), Period.begins.desc())
        )
    )


def rated(period: Period, condition: Any, most: int) -> Sequence[Any]:
    """Every rated evaluation with its two decided ratings; one more than ``most`` where there are too many."""
    return db.session.execute(
        select(Evaluation.id, Evaluation.enrolment_id, Rating.result, Rating.behaviour, Rating.marks)
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
        .join(Rating, Rating.id == Evaluation.rating_id)
        .where(Enrolment.period_id == period.id, condition)
        .order_by(Evaluation.id)
        .limit(most + 1)
    ).all()


def decided(rows: Sequence[Any], before: PolicyDocument, after: PolicyDocument) -> Iterator[Decided]:
    """Each of ``rows`` with its attainments, some thousand at a time."""
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        ids = [row.id for row in some]
        held = queries_bench.attainments(ids, before.advice.cap)
        would = (
            held
            if after.advice.cap == before.advice.cap
            else queries_bench.attainments(ids, after.advice.cap)
        )
        left = _left([row.enrolment_id for row in some]) if before.survey and after.survey else {}
        for row in some:
            yield Decided(
                held.get(row.id, ()),
                would.get(row.id, ()),
                row.result,
                row.behaviour,
                row.marks,
                left.get(row.enrolment_id, ()),
            )


def _left(enrolments: Sequence[int]) -> dict[int, tuple[Group, ...]]:
    """What the closed survey left of these people."""
    found: dict[int, tuple[Group, ...]] = {}
    for row in db.session.scalars(select(GroupTally).where(GroupTally.enrolment_id.in_(enrolments))):
        found[row.enrolment_id] = (*found.get(row.enrolment_id, ()), row.shown)
    return found

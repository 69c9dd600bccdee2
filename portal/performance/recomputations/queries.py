"""What is read for computing a period's advice again: plain columns of some people at a time, in three
statements however many they are. And the runs, with what they found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, String, bindparam, func, or_, select, type_coerce

from portal.extensions import db
from portal.kernel.exact import from_millionths
from portal.people.accounts.models import Account
from portal.people.employment.models import Person
from portal.people.organisation.models import Position, Unit
from portal.performance.advice import rules as advising
from portal.performance.advice.rules import Advice, Attainment, BehaviourView, Group
from portal.performance.evaluations.models import Achievement, Evaluation, Rating
from portal.performance.evaluations.queries import behaviour_view
from portal.performance.evaluations.queries_bench import indicator_values
from portal.performance.plans.models import Indicator
from portal.performance.recomputations.models import Recomputation, RecomputedDifference
from portal.performance.recomputations.rules import Kept, RecomputationState
from portal.performance.surveys.models import GroupTally, as_group
from portal.performance.surveys.queries import Left, round_of
from portal.performance.surveys.rules import RoundState
from portal.policy.cycles.models import Enrolment
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import PolicyDocument
from portal.web import lists

REMEMBERED = 1 << 14
"""So many attainments are kept in mind: people share targets and what was reached."""
_COUNTED = (Enrolment.period_id == bindparam("period"), Enrolment.not_obliged.is_(None))
"""Everybody obliged; the order is that of the index on a period's tenures."""
_SOME = (*_COUNTED, Enrolment.tenure_id > bindparam("after"), Enrolment.tenure_id <= bindparam("last"))


class Computed(NamedTuple):
    """What the rules give for one person today, beside what was stored where they are rated."""

    enrolment_id: int
    agency_id: int
    advice: Advice
    behaviour: BehaviourView
    kept: Kept | None


class Reading:
    """Reads the people of a period some at a time and computes what the rules give for each."""

    def __init__(self, period_id: int, policy: PolicyDocument) -> None:
        self._period_id, self._policy = period_id, policy
        found = round_of(period_id) if policy.survey is not None else None
        self._survey = found.state if found is not None else None
        cap = policy.advice.cap

        @lru_cache(REMEMBERED)
        def attained(low: int | None, high: int | None, direction: str, value: int | None) -> Attainment:
            return advising.attainment(_exact(value), _exact(low), _exact(high), direction, cap)

        self._attained = attained

    @property
    def surveyed(self) -> bool:
        """Whether a closed survey's answers are counted in."""
        return self._survey is RoundState.CLOSED

    def total(self) -> int:
        """How many people there are."""
        return db.session.scalar(_number(), {"period": self._period_id}) or 0

    def some(self, after: int, size: int) -> tuple[int, list[Computed]]:
        """The next ``size`` people behind the tenure ``after``; with the tenure of the last of them."""
        given = {"period": self._period_id, "after": after, "size": size}
        people = _rows(_people(), given)
        if not people:
            return after, []
        given = {"period": self._period_id, "after": after, "last": people[-1].tenure_id}
        attainments = self._attainments(given)
        groups = self._groups(given) if self.surveyed else {}
        limits = self._policy.advice
        found = []
        for _tenure, enrolment_id, agency_id, evaluation_id, draft_marks, marks, *kept in people:
            rated = kept[0] is not None
            left = Left(self._survey, None, groups.get(enrolment_id, ()))
            found.append(
                Computed(
                    enrolment_id,
                    agency_id,
                    advising.advice_result(attainments.get(evaluation_id, ()), limits),
                    behaviour_view(self._policy, marks if rated else draft_marks, left),
                    Kept(*kept) if rated else None,
                )
            )
        return people[-1].tenure_id, found

    def _attainments(self, given: dict[str, int]) -> dict[int, list[Attainment]]:
        found: dict[int, list[Attainment]] = defaultdict(list)
        attained = self._attained
        for evaluation_id, low, high, direction, value in _rows(_indicators(), given):
            found[evaluation_id].append(attained(low, high, direction, value))
        return found

    def _groups(self, given: dict[str, int]) -> dict[int, tuple[Group, ...]]:
        found: dict[int, tuple[Group, ...]] = {}
        for enrolment_id, who, n, mean, counts in _rows(_tallies(), given):
            found[enrolment_id] = (*found.get(enrolment_id, ()), as_group(who, n, mean, counts))
        return found


def _rows(statement: Any, given: dict[str, int]) -> Sequence[Any]:
    # Of the connection itself: the session looks at every row for things that it might hold.
    return db.session.connection().execute(statement, given).all()


def _exact(stored: int | None) -> Decimal | None:
    return None if stored is None else from_millionths(stored)


@cache
def _number() -> Any:
    return (
        select(func.count())
        .select_from(Enrolment)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .where(*_COUNTED)
    )


@cache
def _people() -> Any:
    return (
        select(
            Enrolment.tenure_id,
            Enrolment.id,
            Enrolment.agency_id,
            Evaluation.id,
            Evaluation.draft_marks,
            Rating.marks,
            Rating.result,
            Rating.behaviour,
            Rating.overall,
            Rating.advice,
            Rating.advice_mean,
            Rating.behaviour_advice,
            Rating.behaviour_mean,
        )
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .outerjoin(Rating, Rating.id == Evaluation.rating_id)
        .where(*_COUNTED, Enrolment.tenure_id > bindparam("after"))
        .order_by(Enrolment.tenure_id)
        .limit(bindparam("size"))
    )


@cache
def _indicators() -> Any:
    # Figures as they are stored: most needn't be made numbers, for the same were met before.
    return indicator_values(*_SOME).with_only_columns(
        Evaluation.id,
        type_coerce(Indicator.target_min, BigInteger),
        type_coerce(Indicator.target_max, BigInteger),
        type_coerce(Indicator.direction, String),
        type_coerce(Achievement.value, BigInteger),
    )


@cache
def _tallies() -> Any:
    return (
        select(GroupTally.enrolment_id, GroupTally.who, GroupTally.n, GroupTally.mean, GroupTally.counts)
        .join(Enrolment, Enrolment.id == GroupTally.enrolment_id)
        .where(*_SOME)
    )


# ---------------------------------------------------------------------------------------------- the runs


def by_ref(ref: str) -> Recomputation | None:
    """The run with that reference."""
    return db.session.scalars(select(Recomputation).where(Recomputation.ref == ref)).one_or_none()


def newest(period_id: int) -> Recomputation | None:
    """The newest run of a period."""
    return db.session.scalars(
        select(Recomputation)
        .where(Recomputation.period_id == period_id)
        .order_by(Recomputation.id.desc())
        .limit(1)
    ).one_or_none()


class Run(NamedTuple):
    """A run with the policy version by which is computed, and who had it started."""

    row: Recomputation
    policy: PolicyVersion
    by: str | None


def shown(period_id: int) -> tuple[Run | None, Run | None]:
    """The newest run of a period and the newest that is done, often the same; one statement."""
    mine = select(func.max(Recomputation.id)).where(Recomputation.period_id == period_id)
    done = mine.where(Recomputation.state == RecomputationState.DONE)
    rows = db.session.execute(
        select(Recomputation, PolicyVersion, Account.name)
        .join(PolicyVersion, PolicyVersion.id == Recomputation.policy_version_id)
        .outerjoin(Account, Account.id == Recomputation.account_id)
        .where(or_(Recomputation.id == mine.scalar_subquery(), Recomputation.id == done.scalar_subquery()))
        .order_by(Recomputation.id.desc())
    )
    runs = [Run(*row) for row in rows]
    return (
        runs[0] if runs else None,
        next((run for run in runs if run.row.state is RecomputationState.DONE), None),
    )


def differences(
    run: Recomputation, scope: ColumnElement[bool], *, agency_id: int | None, after: str, before: str
) -> lists.Slice:
    """A page of the people whose rating has another figure than the rules give today, by name."""
    matching = (
        select(Enrolment.id)
        .join(RecomputedDifference, RecomputedDifference.enrolment_id == Enrolment.id)
        .where(RecomputedDifference.recomputation_id == run.id, scope)
    )
    if agency_id is not None:
        matching = matching.where(Enrolment.agency_id == agency_id)
    details = (
        select(
            Enrolment.id,
            Enrolment.ref,
            Evaluation.ref.label("evaluation_ref"),
            Person,
            Position.title,
            Unit.name.label("unit"),
            RecomputedDifference,
        )
        .select_from(Enrolment)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(
            RecomputedDifference,
            (RecomputedDifference.enrolment_id == Enrolment.id)
            & (RecomputedDifference.recomputation_id == run.id),
        )
    )

    def place(ref: str, key: Any) -> Any:
        return (
            select(key)
            .where(Enrolment.ref == ref, Enrolment.period_id == run.period_id, scope)
            .correlate(None)
            .scalar_subquery()
        )

    return lists.keyset(
        matching,
        (Enrolment.sort_name, Enrolment.id),
        place=place,
        details=lambda page: details.join(page, page.c.id == Enrolment.id),
        after=after,
        before=before,
    )


def agencies(ids: Sequence[int]) -> Sequence[Unit]:
    """These agencies, by name."""
    return db.session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.name, Unit.id)).all()

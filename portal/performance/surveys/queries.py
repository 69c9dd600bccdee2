"""What is read of surveys: who is asked, how far it is, what is left. Never an answer with a rater."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from portal.extensions import db
from portal.ledger import search
from portal.people.employment.models import Person
from portal.people.organisation.models import Position, Unit
from portal.performance.advice.rules import Group
from portal.performance.surveys.models import (
    GroupTally,
    RatingDuty,
    SealedAnswer,
    SurveyComment,
    SurveyExclusion,
    SurveyRound,
)
from portal.performance.surveys.rules import DutyState, Member, RaterGroup, RoundState, may_judge
from portal.policy.calendars.rules import DeadlineKind
from portal.policy.cycles.models import Deadline, Enrolment, Period
from portal.policy.cycles.rules import PeriodState
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import PolicyDocument
from portal.web import lists


def round_of(period_id: int) -> SurveyRound | None:
    """The survey of a period, if there is one."""
    return db.session.scalars(select(SurveyRound).where(SurveyRound.period_id == period_id)).one_or_none()


def round_by_ref(ref: str) -> SurveyRound | None:
    """The survey with that reference; none where it was given up."""
    return db.session.scalars(select(SurveyRound).where(SurveyRound.ref == ref)).one_or_none()


class Scene(NamedTuple):
    """A period with the rules that hold in it, its survey and the day by which ratings are due."""

    period: Period
    policy: PolicyDocument | None
    found: SurveyRound | None
    rating_due: date | None
    """What a survey says later comes too late for the ratings."""


def scene(period_id: int) -> Scene:
    """Where a period's survey stands, each part where there is one; one statement."""
    rating = and_(Deadline.period_id == Period.id, Deadline.kind == DeadlineKind.RATING)
    period, version, found, due = db.session.execute(
        select(Period, PolicyVersion, SurveyRound, Deadline.due)
        .outerjoin(PolicyVersion, PolicyVersion.id == Period.policy_version_id)
        .outerjoin(SurveyRound, SurveyRound.period_id == Period.id)
        .outerjoin(Deadline, rating)
        .where(Period.id == period_id)
    ).one()
    return Scene(period, version.rules if version is not None else None, found, due)


def policy_of(period_id: int) -> PolicyDocument:
    """The rules by which a period's survey is held."""
    version = db.session.scalars(
        select(PolicyVersion)
        .join(Period, Period.policy_version_id == PolicyVersion.id)
        .where(Period.id == period_id)
    ).one()
    return version.rules


# --------------------------------------------------------------------------------------- who is asked

_MEMBER = (
    Enrolment.id,
    Enrolment.ref,
    Enrolment.person_id,
    Enrolment.appraiser_id,
    Enrolment.superior_id,
)


def judged() -> ColumnElement[bool]:
    """Enrolments about which a survey asks: of people obliged who are there to the end."""
    return and_(Enrolment.not_obliged.is_(None), Enrolment.ends.is_(None))


@dataclass(frozen=True)
class Place:
    """Where somebody stands: who is of the same level there, and under which post."""

    member: Member
    circle: tuple[Any, ...]
    position_id: int
    appraiser_position_id: int | None


def places(period_id: int, condition: ColumnElement[bool] | None = None) -> Iterator[Place]:
    """Everybody about whom a period's survey asks, with where they stand.

    Peers are of the same level in the same unit: the same kind of post; heads of units are peers of those
    whom the same person appraises (policies.md §2, an assumption on PP 30/2019 Ps. 39).
    """
    query = (
        select(
            *_MEMBER,
            Enrolment.unit_id,
            Enrolment.is_leader,
            Position.kind,
            Enrolment.position_id,
            Enrolment.appraiser_position_id,
        )
        .join(Position, Position.id == Enrolment.position_id)
        .where(Enrolment.period_id == period_id, judged())
        .order_by(Enrolment.id)
    )
    for row in db.session.execute(query if condition is None else query.where(condition)):
        member = Member(*row[:5])
        circle = ("heads", row.appraiser_id) if row.is_leader else (row.unit_id, row.kind)
        yield Place(member, circle, row.position_id, row.appraiser_position_id)


@dataclass(frozen=True)
class Around:
    """Everybody who could be asked about somebody, by group; ``circle`` is where they stand themself."""

    circle: tuple[Any, ...] | None
    groups: dict[RaterGroup, list[Member]]

    @property
    def sizes(self) -> dict[RaterGroup, int]:
        """How many could be asked of each group."""
        return {group: len(members) for group, members in self.groups.items()}


def around(enrolment: Enrolment) -> Around:
    """Everybody who could be asked about somebody."""
    near = or_(
        Enrolment.id == enrolment.id,
        Enrolment.unit_id == enrolment.unit_id,
        Enrolment.appraiser_id == enrolment.person_id,
        and_(Enrolment.is_leader, Enrolment.appraiser_id == enrolment.appraiser_id),
    )
    found = list(places(enrolment.period_id, near))
    own = next((each for each in found if each.member.enrolment_id == enrolment.id), None)
    if own is None:
        return Around(None, {group: [] for group in RaterGroup})
    below = [each.member for each in found if each.member.appraiser_id == enrolment.person_id]
    known = {each.person_id for each in below}
    peers = [
        each.member
        for each in found
        if each.circle == own.circle
        and may_judge(each.member, own.member)
        and each.member.person_id not in known
    ]
    return Around(own.circle, {RaterGroup.PEER: peers, RaterGroup.SUBORDINATE: below})


def group_of(enrolment: Enrolment, person_id: int) -> RaterGroup | None:
    """What somebody is today to the person judged; ``None``: neither peer nor direct subordinate."""
    two = list(places(enrolment.period_id, Enrolment.person_id.in_((enrolment.person_id, person_id))))
    own = next((each for each in two if each.member.enrolment_id == enrolment.id), None)
    others = [each for each in two if each.member.person_id == person_id]
    if own is None:
        return None
    if any(each.member.appraiser_id == enrolment.person_id for each in others):
        return RaterGroup.SUBORDINATE
    beside = (each for each in others if each.circle == own.circle and may_judge(each.member, own.member))
    return RaterGroup.PEER if any(beside) else None


def named(enrolment: Enrolment) -> tuple[set[int], set[int]]:
    """People who were ever asked about somebody, and those by whom they asked not to be judged."""
    asked = db.session.scalars(select(RatingDuty.rater_id).where(RatingDuty.enrolment_id == enrolment.id))
    excluded = db.session.scalars(
        select(SurveyExclusion.person_id).where(SurveyExclusion.enrolment_id == enrolment.id)
    )
    return set(asked), set(excluded)


def asked_about(enrolment_id: int) -> Sequence[Any]:
    """Everybody who is or was asked about somebody, by name: for those who manage the survey."""
    return db.session.execute(
        select(RatingDuty, Person)
        .join(Person, Person.id == RatingDuty.rater_id)
        .where(RatingDuty.enrolment_id == enrolment_id)
        .order_by(RatingDuty.group.desc(), Person.search_name, RatingDuty.id)
    ).all()


def duty_about(enrolment_id: int, person_id: int) -> RatingDuty | None:
    """The task of somebody about somebody."""
    return db.session.scalars(
        select(RatingDuty).where(RatingDuty.enrolment_id == enrolment_id, RatingDuty.rater_id == person_id)
    ).one_or_none()


def count_asked(round_id: int) -> int:
    """How many tasks of a survey wait or were done."""
    live = RatingDuty.state.in_((DutyState.WAITING, DutyState.SENT))
    return (
        db.session.scalar(select(func.count(RatingDuty.id)).where(RatingDuty.round_id == round_id, live)) or 0
    )


def count_waiting(round_id: int) -> int:
    """How many tasks of a survey still wait."""
    waiting = and_(RatingDuty.round_id == round_id, RatingDuty.state == DutyState.WAITING)
    return db.session.scalar(select(func.count(RatingDuty.id)).where(waiting)) or 0


def count_released(enrolment_id: int) -> int:
    """How many raters of somebody HR has let go; those whom the employee keeps off aren't HR's."""
    gone = and_(
        RatingDuty.enrolment_id == enrolment_id,
        RatingDuty.state == DutyState.RELEASED,
        RatingDuty.note != "",
    )
    return db.session.scalar(select(func.count(RatingDuty.id)).where(gone)) or 0


def excluded_by(enrolment_id: int) -> Sequence[Any]:
    """The colleagues by whom somebody asked not to be judged."""
    return db.session.execute(
        select(SurveyExclusion, Person)
        .join(Person, Person.id == SurveyExclusion.person_id)
        .where(SurveyExclusion.enrolment_id == enrolment_id)
        .order_by(SurveyExclusion.id)
    ).all()


def people(ids: Sequence[int]) -> Sequence[Any]:
    """People with their posts, by name."""
    return db.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.search_name)).all()


def person_by_ref(ref: str) -> Person | None:
    """The person with that reference."""
    return db.session.scalars(select(Person).where(Person.ref == ref)).one_or_none()


# -------------------------------------------------------------------------------------- a rater's list


def _duties(condition: ColumnElement[bool]) -> Any:
    return (
        select(RatingDuty, SurveyRound, Enrolment, Period, Person, Position.title, Unit.name.label("unit"))
        .join(SurveyRound, SurveyRound.id == RatingDuty.round_id)
        .join(Enrolment, Enrolment.id == RatingDuty.enrolment_id)
        .join(Period, Period.id == SurveyRound.period_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .where(condition)
    )


SHOWN_TO_RATERS = (RoundState.RUNNING, RoundState.COUNTING, RoundState.CLOSED)


def duties_of(person_id: int | None, limit: int = 100) -> Sequence[Any]:
    """What somebody is asked, open tasks first, then the newest; nothing before a survey is opened."""
    waiting = and_(RatingDuty.state == DutyState.WAITING, SurveyRound.state == RoundState.RUNNING)
    # Whoever was let go isn't told about whom: perhaps that person asked for it.
    mine = and_(
        RatingDuty.rater_id == person_id,
        RatingDuty.state != DutyState.RELEASED,
        SurveyRound.state.in_(SHOWN_TO_RATERS),
    )
    order = (case((waiting, 0), else_=1), SurveyRound.id.desc(), Person.search_name)
    return db.session.execute(_duties(mine).order_by(*order).limit(limit)).all()


def duty(ref: str) -> Any:
    """A task with the person it is about."""
    return db.session.execute(_duties(RatingDuty.ref == ref)).one()


def waiting_for(person_id: Any, region_id: Any) -> ColumnElement[bool]:
    """Tasks that wait for somebody in a running survey."""
    return and_(
        RatingDuty.region_id == region_id,
        RatingDuty.rater_id == person_id,
        RatingDuty.state == DutyState.WAITING,
        SurveyRound.id == RatingDuty.round_id,
        SurveyRound.state == RoundState.RUNNING,
    )


def own_surveys(person_id: int | None) -> Sequence[Any]:
    """The surveys of open periods in which somebody is judged."""
    return db.session.execute(
        select(SurveyRound, Enrolment, Period)
        .join(Enrolment, Enrolment.period_id == SurveyRound.period_id)
        .join(Period, Period.id == SurveyRound.period_id)
        .where(
            Enrolment.person_id == person_id,
            judged(),
            Period.state == PeriodState.OPEN,
            SurveyRound.state != RoundState.ARRANGING,
        )
        .order_by(SurveyRound.id.desc())
    ).all()


# ------------------------------------------------------------------------------------- HR's overview


def judged_person(enrolment: Enrolment) -> Any:
    """Somebody who is judged, with their post, the period, its survey and its rules."""
    return db.session.execute(
        select(Person, Position.title, Unit.name.label("unit"), Period, SurveyRound, PolicyVersion)
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(Period, Period.id == Enrolment.period_id)
        .outerjoin(SurveyRound, SurveyRound.period_id == Period.id)
        .outerjoin(PolicyVersion, PolicyVersion.id == Period.policy_version_id)
        .where(Enrolment.id == enrolment.id)
    ).one()


@dataclass(frozen=True)
class Progress:
    """How far a survey is: tasks by state, people about whom nobody is asked."""

    states: dict[str, int] = field(default_factory=dict)
    asked_about: int = 0

    def of(self, *states: str) -> int:
        """How many tasks are in one of ``states``."""
        return sum(self.states.get(str(state), 0) for state in states)


def progress(found: SurveyRound, scope: ColumnElement[bool]) -> Progress:
    """How far a survey is, as far as ``scope`` (a condition on enrolments) goes; one statement."""
    inside = (
        select(RatingDuty.state, RatingDuty.enrolment_id)
        .join(Enrolment, Enrolment.id == RatingDuty.enrolment_id)
        .where(RatingDuty.round_id == found.id, scope)
        .cte("inside")
    )
    about = (
        select(func.count(inside.c.enrolment_id.distinct()))
        .where(inside.c.state != DutyState.RELEASED)
        .scalar_subquery()
    )
    rows = db.session.execute(select(inside.c.state, func.count(), about).group_by(inside.c.state)).all()
    return Progress({str(state): n for state, n, _about in rows}, rows[0][2] if rows else 0)


VIEWS = ("kurang", "menolak", "kecil")


def _counted(*states: DutyState) -> Any:
    found = select(func.count(RatingDuty.id)).where(RatingDuty.enrolment_id == Enrolment.id)
    return (
        (found.where(RatingDuty.state.in_(states)) if states else found)
        .correlate(Enrolment)
        .scalar_subquery()
    )


def _view(chosen: str) -> list[ColumnElement[bool]]:
    live = exists().where(
        RatingDuty.enrolment_id == Enrolment.id, RatingDuty.state.in_((DutyState.WAITING, DutyState.SENT))
    )
    found: dict[str, list[ColumnElement[bool]]] = {
        "kurang": [
            exists().where(RatingDuty.enrolment_id == Enrolment.id, RatingDuty.state == DutyState.WAITING)
        ],
        "menolak": [
            exists().where(RatingDuty.enrolment_id == Enrolment.id, RatingDuty.state == DutyState.REFUSED)
        ],
        "kecil": [~live],
    }
    return found.get(chosen, [])


def judged_people(
    found: SurveyRound,
    scope: ColumnElement[bool],
    *,
    q: str = "",
    view: str = "",
    after: str = "",
    before: str = "",
) -> lists.Slice:
    """A page of the people judged in a survey, by name, with how many are asked and have answered."""
    matching = select(Enrolment.id).where(
        Enrolment.region_id == found.region_id,
        Enrolment.period_id == found.period_id,
        judged(),
        scope,
        *_view(view),
    )
    asked = search.named(Enrolment.sort_name, Enrolment.person_id, q)
    if asked is not None:
        matching = matching.where(asked.condition)
    shown = (
        select(
            Enrolment.id,
            Enrolment.ref,
            Person,
            Position.title,
            Unit.name.label("unit"),
            _counted(DutyState.WAITING, DutyState.SENT).label("asked"),
            _counted(DutyState.SENT).label("sent"),
            _counted(DutyState.REFUSED).label("refused"),
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
    )

    def place(ref: str, key: Any) -> Any:
        return (
            select(key)
            .where(Enrolment.ref == ref, Enrolment.period_id == found.period_id, scope)
            .correlate(None)
            .scalar_subquery()
        )

    return lists.keyset(
        matching,
        (Enrolment.sort_name, Enrolment.id),
        place=place,
        details=lambda page: shown.join(page, page.c.id == Enrolment.id),
        after=after,
        before=before,
    )


# ------------------------------------------------------------------------------------- what is left


@dataclass(frozen=True)
class Left:
    """What a survey left of one person: groups that may be shown, comments; ``state`` of the survey itself.

    ``state`` is ``None`` where the period has no survey.
    """

    state: RoundState | None = None
    closes: Any = None
    groups: tuple[Group, ...] = ()
    comments: tuple[str, ...] = ()

    @property
    def is_pending(self) -> bool:
        """Whether answers are still to come or to be counted."""
        return self.state is not None and self.state is not RoundState.CLOSED


NOTHING = Left()


def left_of(enrolment: Enrolment) -> Left:
    """What the survey of the enrolment's period left of it; one statement."""
    rows = db.session.execute(
        select(SurveyRound.state, SurveyRound.closes, GroupTally, SurveyComment.text, SurveyComment.key)
        .outerjoin(
            GroupTally,
            and_(GroupTally.round_id == SurveyRound.id, GroupTally.enrolment_id == enrolment.id),
        )
        .outerjoin(
            SurveyComment,
            and_(SurveyComment.round_id == SurveyRound.id, SurveyComment.enrolment_id == enrolment.id),
        )
        .where(SurveyRound.period_id == enrolment.period_id)
        .order_by(GroupTally.who.desc(), SurveyComment.key)
    ).all()
    if not rows:
        return NOTHING
    state, closes = rows[0][:2]
    if state is not RoundState.CLOSED:
        # While it is counted some have their figures and some don't: nobody sees any before all do.
        return Left(state, closes)
    tallies = {row.GroupTally.id: row.GroupTally.shown for row in rows if row.GroupTally is not None}
    comments = {row.key: row.text for row in rows if row.key is not None}
    return Left(state, closes, tuple(tallies.values()), tuple(comments.values()))


# ----------------------------------------------------------------------------------------- counting


def sealed_about(found: SurveyRound, after: int, limit: int) -> Sequence[int]:
    """The next people of whom there are sealed answers, as ids of enrolments."""
    return db.session.scalars(
        select(SealedAnswer.enrolment_id)
        .where(SealedAnswer.round_id == found.id, SealedAnswer.enrolment_id > after)
        .distinct()
        .order_by(SealedAnswer.enrolment_id)
        .limit(limit)
    ).all()


def sealed(found: SurveyRound, enrolments: Sequence[int]) -> Sequence[Any]:
    """The sealed answers about these people."""
    return db.session.execute(
        select(SealedAnswer.enrolment_id, Enrolment.ref, SealedAnswer.group, SealedAnswer.body)
        .join(Enrolment, Enrolment.id == SealedAnswer.enrolment_id)
        .where(SealedAnswer.round_id == found.id, SealedAnswer.enrolment_id.in_(enrolments))
    ).all()


def sent_about(found: SurveyRound, enrolments: Sequence[int]) -> dict[int, int]:
    """How many have answered about each of these people, by their tasks."""
    rows = db.session.execute(
        select(RatingDuty.enrolment_id, func.count().label("n"))
        .where(
            RatingDuty.round_id == found.id,
            RatingDuty.enrolment_id.in_(enrolments),
            RatingDuty.state == DutyState.SENT,
        )
        .group_by(RatingDuty.enrolment_id)
    )
    return {row.enrolment_id: row.n for row in rows}


def under_way() -> Sequence[SurveyRound]:
    """Surveys in every region that are open or about to be."""
    return db.session.scalars(
        select(SurveyRound).where(SurveyRound.state.in_((RoundState.ARRANGED, RoundState.RUNNING)))
    ).all()

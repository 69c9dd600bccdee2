"""The stage: a region of the demo with its people as plain values, its working days and its diary.

Rows of the database are let go after each group of actions, so that hundreds of people's year doesn't
pile up in one session; what must be remembered stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

from sqlalchemy import select

from portal.demo.content import Outcome, Work, work
from portal.demo.people import Someone
from portal.demo.structure import Place, Seat
from portal.extensions import db
from portal.kernel.clock import is_working_day, local_moment
from portal.ledger.actor import Actor
from portal.ledger.door import door
from portal.people.accounts.models import Account
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.organisation.models import Position, Region
from portal.performance.evaluations.models import Evaluation
from portal.performance.plans.rules import PlanState
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles import queries as cycle_queries
from portal.policy.cycles.models import Cycle, Enrolment, Period
from portal.policy.policies.models import PolicyVersion

T = TypeVar("T")
YEAR = 2026
GROUP = 25
"""People whose actions share one opening of the door."""


@dataclass(frozen=True)
class Course:
    """The days on which a plan took its steps, and how far it came."""

    draft: date
    submit: date
    agree: date
    sign: date
    set: date
    until: PlanState = PlanState.SET
    returned: bool = False


@dataclass
class Line:
    """A planned result as it was written, with the lines of its indicators."""

    outcome: Outcome
    ref: str
    indicators: list[str]


@dataclass(frozen=True)
class Entry:
    """An enrolment: who appraises somebody in one period, and for which organisation they work."""

    id: int
    evaluation_id: int
    appraiser_id: int | None
    organisation_id: int
    ref: str
    evaluation_ref: str


@dataclass(eq=False)
class Member:
    """Somebody in a post, through the year."""

    tenure_id: int
    person_id: int
    seat: Seat
    someone: Someone
    unit_id: int
    agency_id: int
    is_leader: bool
    leads_organisation: bool
    appraiser_post: int | None
    position_id: int
    actor: Actor
    came_late: bool
    """Enrolled in the second half of the year: a newcomer, or moved here."""
    tenure_ref: str
    year: int = YEAR
    played: bool = True
    """Whether every step is taken by its action; else the steps are written together (``histories``)."""
    die: Random | None = None
    """One die for everybody in the order in which they come, where there are too many for each their own."""
    entries: dict[int, Entry] = field(default_factory=dict)
    """By quarter; 0 is the year."""
    goals: dict[str, str] = field(default_factory=dict)
    """By the tag of a result, the goal of the performance agreement that it is taken from."""
    plan_id: int | None = None
    plan_state: PlanState | None = None
    lines: list[Line] = field(default_factory=list)
    heard: set[str] = field(default_factory=set)
    """Feedback that was given to them already."""
    reached: dict[int, dict[str, Decimal]] = field(default_factory=dict)
    """By quarter, what was reported on each indicator."""
    team: list[Member] = field(default_factory=list)
    leader: Member | None = None
    """The appraiser over the year, where that is somebody with a plan."""

    @property
    def work(self) -> Work:
        """What the post is about."""
        return work(self.seat.plan)

    @property
    def who(self) -> str:
        """The name of the story, empty for the others."""
        return self.seat.who

    def random(self, occasion: object) -> Random:
        """A die for one occasion, the same in every demo."""
        if self.die is not None:
            return self.die
        return Random(f"{self.year}:{self.seat.code}:{self.someone.name}:{occasion}")


@dataclass
class Stage:
    """A region at play."""

    place: Place
    people: dict[str, Someone]
    """By code of the position."""
    region_id: int
    hr: Actor = field(default_factory=Actor)
    publisher: Actor = field(default_factory=Actor)
    actors: dict[int, Actor] = field(default_factory=dict)
    periods: dict[int, int] = field(default_factory=dict)
    """Quarter to period; 0 is the year."""
    cycle_id: int = 0
    members: dict[int, Member] = field(default_factory=dict)
    """By tenure, in the order in which they came."""
    officials: set[int] = field(default_factory=set)
    """People who appraise without a plan of their own, such as a region's head."""
    free: frozenset[date] = frozenset()
    year: int = YEAR
    _workdays: dict[tuple[date, date], list[date]] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        """Letters of the region's time."""
        return str(self.place.about["zone"])

    # ------------------------------------------------------------------------------------- time

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """That hour of a day here."""
        return local_moment(day, hour, minute, self.zone)

    def on(self, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
        """That hour of a day of the year here."""
        return self.at(date(self.year, month, day), hour, minute)

    def later(self, day: date, count: int) -> date:
        """The working day ``count`` working days after ``day`` (before it for less than 0); for 0 ``day``
        itself, or the next one.
        """
        way = timedelta(days=-1 if count < 0 else 1)
        left = abs(count)
        while left > 0 or not self.works(day):
            day += way
            left -= self.works(day)
        return day

    def works(self, day: date) -> bool:
        """Whether ``day`` is worked."""
        return is_working_day(day, self.free)

    def workdays(self, first: date, last: date) -> list[date]:
        """The working days from ``first`` to ``last``."""
        known = self._workdays.get((first, last))
        if known is None:
            days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
            known = self._workdays[first, last] = [day for day in days if self.works(day)]
        return known

    # ----------------------------------------------------------------------------------- people

    def actor(self, person_id: int | None) -> Actor | None:
        """Somebody at work."""
        return self.actors.get(person_id) if person_id is not None else None

    def load_people(self) -> None:
        """Read everybody's account and, of the officials, that they are no employees."""
        rows = db.session.execute(
            select(Account.id, Person.id, Person.name, Employee.id)
            .join(Person, Person.id == Account.person_id)
            .outerjoin(Employee, Employee.person_id == Person.id)
            .where(Account.region_id == self.region_id)
        ).all()
        for account_id, person_id, name, employee_id in rows:
            self.actors[person_id] = Actor(account_id, person_id, self.region_id, name)
            if employee_id is None:
                self.officials.add(person_id)

    def load_cycle(self) -> None:
        """Read the year's periods."""
        cycle = db.session.scalars(
            select(Cycle).where(Cycle.region_id == self.region_id, Cycle.year == self.year)
        ).one()
        self.cycle_id = cycle.id
        for period in db.session.scalars(select(Period).where(Period.cycle_id == cycle.id)):
            self.periods[0 if period.kind is PeriodKind.YEAR else period.number] = period.id
        self._workdays.clear()
        self.free = cycle_queries.holidays(self.region_id)

    def load_enrolments(self, quarter: int, *, late: bool = False) -> None:
        """Read who is enrolled in a period; whoever is new becomes a member (``late``: since July)."""
        rows = db.session.execute(
            select(Enrolment, Position.code, Tenure.ref, Evaluation.id, Evaluation.ref)
            .join(Position, Position.id == Enrolment.position_id)
            .join(Tenure, Tenure.id == Enrolment.tenure_id)
            .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
            .where(Enrolment.period_id == self.periods[quarter])
            .order_by(Enrolment.id)
        ).all()
        seats = {seat.code: seat for seat in self.place.seats}
        for row, code, tenure_ref, evaluation_id, evaluation_ref in rows:
            member = self.members.get(row.tenure_id)
            if member is None:
                someone = self.people[code]
                member = self.members[row.tenure_id] = Member(
                    row.tenure_id,
                    row.person_id,
                    seats[code],
                    someone,
                    row.unit_id,
                    row.agency_id,
                    row.is_leader,
                    row.is_leader and row.organisation_id == row.unit_id,
                    row.appraiser_position_id,
                    row.position_id,
                    self.actors[row.person_id],
                    late,
                    tenure_ref,
                    self.year,
                )
            member.entries[quarter] = Entry(
                row.id, evaluation_id, row.appraiser_id, row.organisation_id, row.ref, evaluation_ref
            )
        self._gather_teams()

    def _gather_teams(self) -> None:
        by_post = {(m.person_id, m.position_id): m for m in self.members.values()}
        for member in self.members.values():
            member.team = []
        for member in self.members.values():
            leader = by_post.get((member.entries[0].appraiser_id or 0, member.appraiser_post or 0))
            member.leader = leader
            if leader is not None:
                leader.team.append(member)

    def levels(self) -> Iterator[list[Member]]:
        """Everybody by level, those under the region's head first."""
        level = [member for member in self.members.values() if member.leader is None]
        while level:
            yield level
            level = [each for member in level for each in member.team]

    def find(self, who: str) -> Member | None:
        """Somebody of the story, in the latest post."""
        found = [member for member in self.members.values() if member.who == who]
        return found[-1] if found else None

    def enrolled(self, quarter: int) -> list[Member]:
        """Everybody who is in a period."""
        return [member for member in self.members.values() if quarter in member.entries]

    def region(self) -> Region:
        """The region's row."""
        return db.session.get_one(Region, self.region_id)

    def around(self) -> list[object]:
        """The rows that stand around everybody's plan and evaluation."""
        if not self.cycle_id:
            return []
        rows = db.session.execute(
            select(Region, Cycle, Period, PolicyVersion)
            .join(Cycle, Cycle.region_id == Region.id)
            .join(Period, Period.cycle_id == Cycle.id)
            .join(PolicyVersion, PolicyVersion.id == Period.policy_version_id)
            .where(Region.id == self.region_id, Cycle.id == self.cycle_id)
        )
        return [thing for row in rows for thing in row]

    def period(self, quarter: int) -> Period:
        """The row of a period."""
        return db.session.get_one(Period, self.periods[quarter])


@contextmanager
def acting(stage: Stage | None = None) -> Iterator[None]:
    """Open the door for some actions, and let go of every row afterwards.

    A session forgets rows that nobody holds, and each action would ask for its region and period anew;
    those of ``stage`` are held meanwhile.
    """
    with door():
        held = stage.around() if stage is not None else None
        yield
        del held
    db.session.expunge_all()


def in_groups(stage: Stage, things: Iterable[T], act: Callable[[T], object], size: int = GROUP) -> None:
    """Run ``act`` on each of ``things``, some at a time behind one door."""
    waiting: Sequence[T] = list(things)
    for start in range(0, len(waiting), size):
        with acting(stage):
            for thing in waiting[start : start + size]:
                act(thing)

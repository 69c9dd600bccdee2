"""A region of any size for measurements: what grows in it is the number of people, and nothing else.

Its figures mean nothing; acts leave no events, but for the opening of the year and of its first quarter.
"""

from __future__ import annotations

from datetime import date, datetime
from random import Random

from portal.demo import crowd, planning
from portal.demo.crowd import About, even
from portal.demo.histories import Manner
from portal.demo.names import parts
from portal.demo.quarters import Quarter
from portal.demo.stage import Course, Member
from portal.extensions import db
from portal.kernel.sweeps import few_sweeps
from portal.ledger import statistics
from portal.ledger.actor import SYSTEM
from portal.ledger.door import door
from portal.people.organisation.models import Region
from portal.performance.plans.rules import PlanState
from portal.policy.policies import actions as policies

HR, RATER = "pengelola@contoh.go.id", "penilai@contoh.go.id"
PASSWORD = crowd.PASSWORD
STATES = ("berjalan", "dilaporkan", "dilaporkan", "berjalan")


def make(people: int, *, year: int, at: datetime) -> Region:
    """Stamp a region with so many people into an empty database; the year's first quarter is open, the tables counted."""
    with few_sweeps():
        crowd.in_haste()
        with door():
            policies.load_files(by=SYSTEM, at=at)
        about = About("99.01", "daerah-ukur", "Daerah Ukur", named=_name)
        made = crowd.make(about, even(people), year=year, at=at)
        made.stage.hr = SYSTEM
        crowd.give_accounts(made, {"hr": HR, "rater": RATER}, at, crowd.STARTED)
        crowd.open_year(made, [1], at)
        day = date(year, 4, 1)
        first = Quarter(
            1, date(year, 2, 2), date(year, 3, 31), date(year, 1, 12), (day, at.date()), day, (day, day)
        )
        lean = Manner(told=False, whole=False, entries=1)
        for _done in crowd.write_years(made, [first], fate=_state, course=_course, manner=lean):
            pass
    statistics.renew()
    with door():
        return db.session.get_one(Region, made.stage.region_id)


def _name(random: Random, number: int) -> str:
    """Searches find a full page at every size: what is measured is the looking, not the showing."""
    first, last = [*parts()["female"], *parts()["male"]], [*parts()["last_female"], *parts()["last_male"]]
    one = "Siti" if number % 8 == 0 else random.choice(first)
    two = "Wulandari" if number % 16 == 0 else random.choice(last)
    return f"{one} {random.choice(first)} {two}"


def _state(member: Member, _number: int) -> str:
    return STATES[member.tenure_id % len(STATES)]


def _course(member: Member, _level: int) -> Course:
    days = planning.JANUARY[0]
    year = member.year
    until = PlanState.SUBMITTED if member.tenure_id % 4 == 3 else PlanState.SET
    draft, submit, agree, sign, ends = (date(year, 1, day) for day in days)
    return Course(draft, submit, agree, sign, ends, until)

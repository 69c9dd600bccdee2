"""A survey for tests: more people in one unit, a policy that asks them, and the jobs run at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal.extensions import db
from portal.kernel.canonical import canonical, sha256
from portal.ledger import jobs
from portal.ledger.actor import SYSTEM
from portal.ledger.door import door
from portal.people.accounts import actions as accounts
from portal.people.accounts import passwords
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.employment.rules import EmploymentStatus, PostKind
from portal.people.organisation.models import Position
from portal.performance.evaluations import actions as evaluations
from portal.performance.surveys import actions, queries, rules
from portal.performance.surveys.models import RatingDuty, SurveyRound
from portal.performance.surveys.rules import DutyState
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.drafting.queries import drafted, national
from portal.policy.policies.models import PolicyVersion
from tests.support.world import PASSWORD, STARTED, Someone, World

ASSUMED = {"mark": "A", "note": "Kesepakatan uji.", "assumed": True}
KEY = "uji-survei"
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "raters": {"value": ["penilai", "rekan", "bawahan"], **ASSUMED},
    "survey": {
        "peers": {"value": 5, **ASSUMED},
        "subordinates": {"value": 15, **ASSUMED},
        "small_group": {"value": "merge", **ASSUMED},
    },
    "advice": {
        "behaviour": {"value": {"appraiser": 60, "survey": 40}, **ASSUMED},
        "behaviour_limits": {"value": {"below": "1.67", "above": "2.33"}, **ASSUMED},
    },
}


def policy(**changes: Any) -> PolicyVersion:
    """A stored policy version that asks peers and subordinates; ``changes`` state settings besides."""
    known = db.session.scalars(select(PolicyVersion).where(PolicyVersion.key == KEY)).one_or_none()
    if known is not None:
        return known
    above = national().rules
    own = {
        "key": KEY,
        "version": 1,
        "name": "Kebijakan uji",
        "extends": {"key": above.key, "version": above.version},
        **SETTINGS,
        **changes,
    }
    found = drafted(own)
    assert not found.problems, found.problems
    text = canonical(found.document)
    version = PolicyVersion(
        key=KEY,
        version=1,
        name="Kebijakan uji",
        document=text,
        sha256=sha256(text),
        loaded=db.session.scalars(select(PolicyVersion.loaded)).first(),
    )
    db.session.add(version)
    db.session.flush()
    return version


def colleagues(world: World, n: int) -> list[Someone]:
    """``n`` more people of Rina's post and unit, enrolled in every open period, with accounts."""
    keys = [f"colleague{number}" for number in range(1, n + 1)]
    with world.inside():
        unit, region = world.unit("bidang-pelayanan"), world.region()
        hashed = passwords.make(PASSWORD)
        with door():
            for number, key in enumerate(keys, 1):
                name = f"Rekan Nomor{number}"
                post = _add(
                    Position(
                        region_id=region.id,
                        code=f"uji-{key}",
                        unit_id=unit.id,
                        title="Pengelola Layanan Kesehatan",
                        kind=PostKind.STAFF,
                        begins=STARTED,
                    )
                )
                person = _add(Person(region_id=region.id, name=name, search_name=name.lower()))
                _add(Tenure(region_id=region.id, person_id=person.id, position_id=post.id, begins=STARTED))
                _add(
                    Employee(
                        region_id=region.id,
                        person_id=person.id,
                        staff_number=f"18910101191301{1000 + number}",
                        status=EmploymentStatus.PNS,
                        begins=STARTED,
                    )
                )
                account = accounts.open_account(
                    region_id=region.id,
                    person_id=person.id,
                    name=name,
                    logins=(f"{key}@contoh.go.id",),
                    by=SYSTEM,
                    at=world.clock.now(),
                )
                account.password_hash, account.password_set = hashed, world.clock.now()
                world.people[key] = Someone(key, name, account.id, person.id, region.id, person.ref)
        for quarter in (None, 2, 3):
            world.do(evaluations.rechain, world.period(quarter), by=world.hr)
    return [world.people[key] for key in keys]


def _add(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def run_jobs(world: World) -> None:
    """Run every job that is due by now."""
    with world.inside():
        while jobs.run_one(world.clock):
            pass


def arranged(world: World, n: int = 8, quarter: int = 3, **changes: Any) -> SurveyRound:
    """The survey of a quarter among Rina and ``n`` colleagues, drawn by the lot."""
    colleagues(world, n)
    with world.inside():
        with door():
            version = policy(**changes)
            period = world.period(quarter)
            period.policy_version_id = version.id
        world.do(actions.arrange, world.period(quarter), by=world.hr)
    run_jobs(world)
    return found(world, quarter)


def found(world: World, quarter: int = 3) -> SurveyRound:
    """The survey of a quarter as it stands."""
    with world.inside():
        row = queries.round_of(world.period(quarter).id)
        assert row is not None
        db.session.refresh(row)
        return row


def running(world: World, n: int = 8, days: int = 7, **changes: Any) -> SurveyRound:
    """The same, opened for ``days``."""
    row = arranged(world, n, **changes)
    with world.inside():
        closes = world.clock.now().date() + timedelta(days=days)
        world.do(actions.open_survey, db.session.get_one(SurveyRound, row.id), by=world.hr, closes=closes)
    return found(world)


def duties(world: World, who: str = "rina", *states: DutyState, quarter: int | None = 3) -> list[RatingDuty]:
    """The tasks about somebody in a quarter (any for ``None``), in the order in which they were made."""
    with world.inside():
        query = (
            select(RatingDuty)
            .join(Enrolment, Enrolment.id == RatingDuty.enrolment_id)
            .join(Period, Period.id == Enrolment.period_id)
            .where(Enrolment.person_id == world.people[who].person_id, Period.kind == PeriodKind.QUARTER)
            .order_by(RatingDuty.id)
        )
        if quarter is not None:
            query = query.where(Period.number == quarter)
        rows = db.session.scalars(query.where(RatingDuty.state.in_(states)) if states else query)
        return list(rows)


def rater(world: World, duty: RatingDuty) -> Someone:
    """Who has that task."""
    return next(each for each in world.people.values() if each.person_id == duty.rater_id)


def answer(world: World, duty: RatingDuty, marks: Sequence[int] = (2,) * 7, comment: str = "") -> None:
    """Let a rater answer."""
    with world.inside():
        row = db.session.get_one(RatingDuty, duty.id)
        world.do(actions.send, row, by=rater(world, duty), marks=marks, comment=comment)


def counted(world: World) -> SurveyRound:
    """Close the running survey on the first day on which it may be, and count it."""
    world.clock.set(world.clock.now() + timedelta(days=rules.LEAST_DAYS))
    with world.inside():
        world.do(actions.close, queries.round_of(world.period(3).id), by=world.hr)
    run_jobs(world)
    return found(world)

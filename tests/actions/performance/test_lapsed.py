"""Plans that lapse to the superior: found with the superior's own last day, holidays left out, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

from portal.extensions import db
from portal.ledger.door import door
from portal.performance.plans import queries
from portal.performance.plans.rules import PlanState
from portal.policy.cycles.models import Holiday
from tests.support.databases import NOW


def test_the_superior_has_as_many_working_days_as_the_policy_gives(world):
    plan = world.plan(PlanState.SUBMITTED)
    with world.inside():
        today = (NOW + timedelta(days=20)).date()
        superior = world.agency_head.person_id
        (found,) = queries.lapsed(superior, today)
        assert found.plan.id == plan.id and found.step.last == date(2026, 10, 26)
        assert found.decide_by == date(2026, 11, 4)  # seven working days, two days of a weekend between
        with door():
            db.session.add(
                Holiday(region_id=plan.region_id, day=date(2026, 10, 28), name="Libur", kind="nasional")
            )
        (found,) = queries.lapsed(superior, today)
        assert found.decide_by == date(2026, 11, 5)
        assert queries.lapsed(superior, NOW.date()) == []

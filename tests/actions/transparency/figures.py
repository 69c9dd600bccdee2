"""Closed periods with known figures, made as rows: what a publication counts, without a year's play.

    city = region("kota-uji", "Kota Uji")
    period = closed_period(city, quarter=1, agencies=[Counts("Dinas Kesehatan", 24, late=2), ...])

All of it is called inside an open door.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import select

from portal.extensions import db
from portal.kernel.refs import new_ref
from portal.kernel.texts import slug as slug_of
from portal.ledger.actor import SYSTEM, Actor
from portal.people.accounts import actions as accounts
from portal.people.accounts.models import GrantKind
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.employment.rules import EmploymentStatus, PostKind
from portal.people.organisation.models import Position, Region, Unit
from portal.performance.evaluations.models import Achievement, Evaluation, OrganisationRatingSet, Rating
from portal.performance.evaluations.rules import EvaluationState, NotEvaluatedReason
from portal.performance.plans.models import Indicator, Plan, PlannedResult, PlanVersion
from portal.performance.plans.rules import Direction, PlanState, ResultKind
from portal.policy.calendars.rules import DeadlineKind, PeriodKind
from portal.policy.cycles.models import Cycle, Deadline, Enrolment, Period
from portal.policy.cycles.rules import NotObligedReason, PeriodState
from portal.policy.policies import actions as policies
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import ExpectationRating, OrganisationRating, OverallRating

T = TypeVar("T")
MADE = datetime(2025, 12, 1, 2, 0, tzinfo=UTC)
BEGINS = date(2020, 1, 1)
_numbers = count(1)
_ids = count(1_000_001)
"""Row numbers of people and of what is theirs: given here, all rows of a kind are written at once."""
ORDER = (Person, Employee, Position, Tenure, Plan, Enrolment, Evaluation, Rating, PlanVersion, PlannedResult,
         Indicator, Achievement)  # fmt: skip
_waiting: list[Any] = []
GOOD = {"sangat_baik": 0.15, "baik": 0.7, "butuh_perbaikan": 0.15}


@dataclass
class Counts:
    """What one agency's figures shall be: ``people`` are obliged, the rest of them say how they stand."""

    name: str
    people: int
    late: int = 0
    without_plan: int = 0
    ratings: Mapping[str, int] | None = None
    """How many got which rating; ``None``: most of them a good one."""
    not_rated: Mapping[str, int] = field(default_factory=dict)
    not_obliged: Mapping[str, int] = field(default_factory=dict)
    missed: int = 0
    """Of the two indicators of each person rated, how many weren't reached in all."""
    name_en: str = ""
    kind: str = "dinas"
    organisation: str | None = "baik"

    def spread(self) -> dict[str, int]:
        """The ratings as counts."""
        if self.ratings is not None:
            return dict(self.ratings)
        rated = self.people - sum(self.not_rated.values())
        found = {"sangat_baik": rated * 15 // 100, "butuh_perbaikan": rated * 15 // 100}
        return {**found, "baik": rated - sum(found.values())}


def policy() -> PolicyVersion:
    """The national rule."""
    policies.load_files(by=SYSTEM, at=MADE)
    return policies.latest("nasional-6-2022")


def region(slug: str, name: str, *, zone: str = "WIB", accent: str = "a1", name_en: str = "") -> Region:
    """A region without anything in it."""
    number = next(_numbers)
    code = f"{number // 100 + 10}.{number % 100:02d}"
    return _add(
        Region(code=code, slug=slug, name=name, name_en=name_en, kind="kota", zone=zone, accent=accent)
    )


def account(of: Region, name: str, kind: GrantKind) -> Actor:
    """Somebody of a region with a grant, as an actor."""
    person = _add(Person(region_id=of.id, name=name, search_name=name.casefold()))
    row = accounts.open_account(
        region_id=of.id,
        person_id=person.id,
        name=name,
        logins=(f"{person.ref}@uji.go.id",),
        by=SYSTEM,
        at=MADE,
    )
    accounts.grant(row, kind=kind, region_id=of.id, begins=BEGINS, by=SYSTEM, at=MADE)
    return Actor(row.id, person.id, of.id, name)


def closed_period(
    of: Region,
    agencies: Sequence[Counts],
    *,
    quarter: int | None = 1,
    year: int = 2026,
    state: PeriodState = PeriodState.CLOSED,
) -> Period:
    """A quarter (or the year, for ``None``) of the region with these figures."""
    version = policy()
    cycle = db.session.scalars(select(Cycle).where(Cycle.region_id == of.id, Cycle.year == year)).first()
    if cycle is None:
        cycle = _add(Cycle(region_id=of.id, year=year))
        whole = _period(of, cycle, version, None, year, PeriodState.OPEN)
        _add(
            Deadline(
                region_id=of.id,
                period_id=whole.id,
                kind=DeadlineKind.PLAN_SET,
                due=date(year, 1, 31),
                statutory=True,
            )
        )
    if quarter is None:
        query = select(Period).where(Period.cycle_id == cycle.id, Period.kind == PeriodKind.YEAR)
        period = db.session.scalars(query).one()
        period.state = state
        period.closed = datetime(year + 1, 1, 20, 3, 0, tzinfo=UTC)
    else:
        period = _period(of, cycle, version, quarter, year, state)
    for counts in agencies:
        _agency(of, cycle, period, version, counts)
    db.session.flush()
    return period


def _period(
    of: Region, cycle: Cycle, version: PolicyVersion, quarter: int | None, year: int, state: PeriodState
) -> Period:
    months = range(quarter * 3 - 2, quarter * 3 + 2, 3) if quarter else (1, 13)
    begins, ends = (date(year + (m - 1) // 12, (m - 1) % 12 + 1, 1) for m in (months[0], months[-1]))
    closed = datetime.combine(ends + timedelta(days=15), datetime.min.time(), UTC)
    return _add(
        Period(
            region_id=of.id,
            cycle_id=cycle.id,
            kind=PeriodKind.QUARTER if quarter else PeriodKind.YEAR,
            number=quarter or 1,
            begins=begins,
            ends=ends,
            state=state,
            policy_version_id=version.id,
            opened=MADE,
            closed=closed if state is PeriodState.CLOSED else None,
        )
    )


def unit(of: Region, counts: Counts) -> Unit:
    """The agency of that name."""
    slug = slug_of(counts.name)
    found = db.session.scalars(select(Unit).where(Unit.region_id == of.id, Unit.slug == slug)).first()
    if found is None:
        found = _add(
            Unit(
                region_id=of.id,
                code=slug[:40],
                slug=slug,
                name=counts.name,
                name_en=counts.name_en,
                kind=counts.kind,
                is_agency=True,
                begins=BEGINS,
            )
        )
        found.agency_id, found.path = found.id, f"/{found.id}/"
    return found


def _agency(of: Region, cycle: Cycle, period: Period, version: PolicyVersion, counts: Counts) -> None:
    agency = unit(of, counts)
    organisation = _add(
        OrganisationRatingSet(
            region_id=of.id,
            period_id=period.id,
            unit_id=agency.id,
            rating=OrganisationRating(counts.organisation or "baik"),
            reason="Sasaran tercapai.",
            at=MADE,
        )
    )
    stands: list[tuple[str, str]] = []
    for key, number in counts.spread().items():
        stands += [("rated", key)] * number
    for key, number in counts.not_rated.items():
        stands += [("not_rated", key)] * number
    assert len(stands) == counts.people, f"{counts.name}: {len(stands)} stand for {counts.people}"
    missed, rated = counts.missed, []
    for place, (how, key) in enumerate(stands):
        with_plan = place >= counts.without_plan
        late = counts.without_plan <= place < counts.without_plan + counts.late
        enrolment = _person(of, cycle, period, agency, with_plan=with_plan, late=late)
        evaluation = _later(
            Evaluation(
                region_id=of.id,
                enrolment_id=enrolment.id,
                state=EvaluationState.CLOSED if how == "rated" else EvaluationState.NOT_EVALUATED,
                not_evaluated=None if how == "rated" else NotEvaluatedReason(key),
            )
        )
        if how == "rated":
            rated.append((evaluation, _rating(evaluation, organisation, version, OverallRating(key))))
            if with_plan:
                missed -= _reach(enrolment, evaluation, min(missed, 2))
    for key, number in counts.not_obliged.items():
        for _ in range(number):
            enrolment = _person(of, cycle, period, agency, with_plan=False, late=False)
            enrolment.not_obliged = NotObligedReason(key)
    for kind in ORDER:
        db.session.add_all([row for row in _waiting if type(row) is kind])
        db.session.flush()
    _waiting.clear()
    for evaluation, rating in rated:
        evaluation.rating_id = rating.id
    db.session.flush()


def _person(
    of: Region, cycle: Cycle, period: Period, agency: Unit, *, with_plan: bool, late: bool
) -> Enrolment:
    number = next(_numbers)
    name = f"Pegawai {number}"
    person = _later(Person(region_id=of.id, name=name, search_name=name.lower()))
    employee = _later(
        Employee(
            region_id=of.id,
            person_id=person.id,
            staff_number=f"18900101191201{number:04d}"[-18:],
            status=EmploymentStatus.PNS,
            begins=BEGINS,
        )
    )
    position = _later(
        Position(
            region_id=of.id,
            code=f"j{number}",
            unit_id=agency.id,
            title="Pelaksana",
            kind=PostKind.STAFF,
            begins=BEGINS,
        )
    )
    tenure = _later(Tenure(region_id=of.id, person_id=person.id, position_id=position.id, begins=BEGINS))
    plan = None
    if with_plan:
        set_on = date(cycle.year, 2 if late else 1, 10)
        plan = _later(
            Plan(
                region_id=of.id,
                cycle_id=cycle.id,
                tenure_id=tenure.id,
                person_id=person.id,
                state=PlanState.SET,
                set_on=set_on,
                in_force=1,
            )
        )
    return _later(
        Enrolment(
            region_id=of.id,
            period_id=period.id,
            tenure_id=tenure.id,
            person_id=person.id,
            employee_id=employee.id,
            position_id=position.id,
            unit_id=agency.id,
            agency_id=agency.id,
            organisation_id=agency.id,
            plan_id=plan.id if plan else None,
            begins=period.begins,
        )
    )


def _rating(
    evaluation: Evaluation,
    organisation: OrganisationRatingSet,
    version: PolicyVersion,
    overall: OverallRating,
) -> Rating:
    return _later(
        Rating(
            region_id=evaluation.region_id,
            evaluation_id=evaluation.id,
            result=ExpectationRating.AS_EXPECTED,
            result_reason="-",
            behaviour=ExpectationRating.AS_EXPECTED,
            behaviour_reason="-",
            overall=overall,
            organisation_rating_id=organisation.id,
            policy_version_id=version.id,
            at=MADE,
        )
    )


def _reach(enrolment: Enrolment, evaluation: Evaluation, missed: int) -> int:
    """Two indicators with their achievements, ``missed`` of them not reached."""
    region_id = enrolment.region_id
    version = _later(PlanVersion(region_id=region_id, plan_id=enrolment.plan_id, number=1))
    result = _later(
        PlannedResult(region_id=region_id, version_id=version.id, kind=ResultKind.MAIN, text="Hasil")
    )
    for place in range(2):
        indicator = _later(
            Indicator(
                region_id=region_id,
                result_id=result.id,
                line_ref=new_ref(),
                position=place,
                text="Indikator",
                target_min=Decimal(10),
                target_max=Decimal(10),
                unit="laporan",
                direction=Direction.UP,
            )
        )
        _later(
            Achievement(
                region_id=region_id,
                evaluation_id=evaluation.id,
                indicator_ref=indicator.line_ref,
                value=Decimal(8 if place < missed else 10),
            )
        )
    return missed


def _add(row: T) -> T:
    db.session.add(row)
    db.session.flush()
    return row


def _later(row: T) -> T:
    row.id = next(_ids)  # type: ignore[attr-defined]
    _waiting.append(row)
    return row

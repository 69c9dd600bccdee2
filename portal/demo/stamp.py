"""A region of any size, stamped set-based, on which the lists are measured; its figures mean nothing.

Agencies, units and steps of the year are of the same shape however many people there are, so that what
grows in a measurement grows with the people alone. The period is opened by the real action; what follows
(plans, reports, ratings) is written with a few statements, without an event for each.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import bindparam, insert, select, text, update

from portal.demo.names import parts
from portal.extensions import db
from portal.kernel.refs import new_ref
from portal.kernel.sweeps import few_sweeps
from portal.kernel.texts import fold
from portal.ledger.actor import SYSTEM
from portal.ledger.door import door
from portal.people.accounts import actions as accounts
from portal.people.accounts import passwords
from portal.people.accounts.models import Account, GrantKind
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.employment.rules import EmploymentStatus, PostKind
from portal.people.organisation import actions as organisation
from portal.people.organisation.models import Position, Region, Unit, UnitParent
from portal.performance.evaluations import actions as evaluations
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.models import Indicator, Plan, PlannedResult, PlanVersion
from portal.performance.plans.rules import Approach, Aspect, Direction, PlanState, ResultKind
from portal.performance.progress.models import ProgressEntry
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles import actions as cycles
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.policies import actions as policies

UNIT, UNITS = 25, 10
"""People in a unit, units in an agency."""
HR, RATER = "pengelola@contoh.go.id", "penilai@contoh.go.id"
PASSWORD = "sawah hijau di pagi hari"
STARTED = date(2020, 1, 1)
STATES = (
    EvaluationState.RUNNING,
    EvaluationState.REPORTED,
    EvaluationState.REPORTED,
    EvaluationState.RUNNING,
)


def make(people: int, *, year: int, at: datetime) -> Region:
    """Stamp a region with so many people into an empty database; the year's first quarter is open."""
    with few_sweeps():
        return _make(people, Random(people), year=year, at=at)


def _make(people: int, random: Random, *, year: int, at: datetime) -> Region:
    with door():
        policies.load_files(by=SYSTEM, at=at)
        region = organisation.add_region(
            code="99.01", slug="daerah-ukur", name="Daerah Ukur", kind="kota", by=SYSTEM, at=at
        )
        heads = _structure(region, people)
        _people(region, people, random)
        organisation.rebuild_paths(region.id, STARTED)
        organisation.choose_agency_head_appraiser(region, heads, by=SYSTEM, at=at)
        cycle = cycles.open_cycle(
            region, year=year, policy_version=policies.latest("nasional-6-2022"), by=SYSTEM, at=at
        )
    for kind, number in ((PeriodKind.YEAR, None), (PeriodKind.QUARTER, 1)):
        query = select(Period).where(Period.cycle_id == cycle.id, Period.kind == kind)
        if number is not None:
            query = query.where(Period.number == number)
        period = db.session.scalars(query).one()
        with door(period):
            if kind is PeriodKind.QUARTER:
                _plans(region.id, cycle.id)
            evaluations.open_period(period, by=SYSTEM, at=at)
    with door():
        _work(period)
        _accounts(region, at)
        if db.session.connection().dialect.name == "sqlite":
            db.session.execute(text("PRAGMA optimize"))
    return region


def _structure(region: Region, people: int) -> Position:
    """Units and one position for each person; the post that appraises the heads of agencies."""
    of = {"region_id": region.id, "begins": STARTED}
    agencies = max(1, -(-people // (UNIT * UNITS)))
    rows = [("PUNCAK", "Pimpinan Daerah", False)]
    for a in range(agencies):
        rows.append((f"PD{a:04}", f"Dinas Ukur {a + 1:04}", True))
        rows += [(f"PD{a:04}.{u}", f"Bidang {u} Dinas Ukur {a + 1:04}", False) for u in range(1, UNITS)]
    db.session.execute(
        insert(Unit),
        [
            {**of, "ref": new_ref(), "code": code, "slug": fold(code).replace(".", "-"), "kind": "dinas" if agency else "bidang",
             "name": name, "is_agency": agency}
            for code, name, agency in rows
        ],
    )  # fmt: skip
    ids = dict(db.session.execute(select(Unit.code, Unit.id).where(Unit.region_id == region.id)).all())
    db.session.execute(
        insert(UnitParent),
        [
            {**of, "unit_id": ids[code], "parent_id": ids[code[:6]] if "." in code else ids["PUNCAK"]}
            for code, _name, _agency in rows
            if code != "PUNCAK"
        ],
    )
    top = Position(
        region_id=region.id, unit_id=ids["PUNCAK"], code="PUNCAK", title="Sekretaris Daerah",
        kind=PostKind.SENIOR, is_head=True, begins=STARTED,
    )  # fmt: skip
    db.session.add(top)
    units = [code for code, _name, _agency in rows[1:]]
    db.session.execute(
        insert(Position),
        [
            {
                **of,
                "ref": new_ref(),
                "code": f"J{n:06}",
                "unit_id": ids[units[n // UNIT]],
                "title": "Kepala" if n % UNIT == 0 else "Pelaksana",
                "kind": PostKind.STAFF,
                "is_head": n % UNIT == 0,
            }
            for n in range(people)
        ],
    )
    db.session.flush()
    return top


def _people(region: Region, people: int, random: Random) -> None:
    of = {"region_id": region.id}
    first, last = [*parts()["female"], *parts()["male"]], [*parts()["last_female"], *parts()["last_male"]]

    def name(n: int) -> str:
        # Searches find a full page at every size: what is measured is the looking, not the showing.
        one = "Siti" if n % 8 == 0 else random.choice(first)
        two = "Wulandari" if n % 16 == 0 else random.choice(last)
        return f"{one} {random.choice(first)} {two}"

    names = [name(n) for n in range(people)] + ["Qorvianus Tunggal"]
    db.session.execute(
        insert(Person),
        [{**of, "ref": new_ref(), "name": each, "search_name": fold(each)[:200]} for each in names],
    )
    ids = db.session.scalars(select(Person.id).where(Person.region_id == region.id).order_by(Person.id)).all()
    posts = db.session.scalars(
        select(Position.id).where(Position.region_id == region.id).order_by(Position.code)
    ).all()  # J000000 and on, the top last
    db.session.execute(
        insert(Employee),
        [
            {**of, "ref": new_ref(), "person_id": each, "begins": STARTED, "status": EmploymentStatus.PNS,
             "staff_number": f"18900101{n:010}"}
            for n, each in enumerate(ids)
        ],
    )  # fmt: skip
    db.session.execute(
        insert(Tenure),
        [
            {**of, "ref": new_ref(), "person_id": person, "position_id": post, "begins": STARTED}
            for person, post in zip(ids, posts, strict=True)
        ],
    )


def _plans(region_id: int, cycle_id: int) -> None:
    tenures = db.session.execute(
        select(Tenure.id, Tenure.person_id).where(Tenure.region_id == region_id).order_by(Tenure.id)
    ).all()
    states = (PlanState.SET, PlanState.SET, PlanState.SET, PlanState.SUBMITTED)
    db.session.execute(
        insert(Plan),
        [
            {"ref": new_ref(), "region_id": region_id, "cycle_id": cycle_id, "tenure_id": tenure, "person_id": person,
             "state": states[n % 4], "approach": Approach.QUANTITATIVE, "submitted_on": STARTED,
             "in_force": 1 if states[n % 4] is PlanState.SET else None,
             "set_on": STARTED if states[n % 4] is PlanState.SET else None}
            for n, (tenure, person) in enumerate(tenures)
        ],
    )  # fmt: skip
    _lines(region_id, cycle_id)


def _lines(region_id: int, cycle_id: int) -> None:
    """One result with one indicator in every plan."""
    of = {"region_id": region_id}
    plans = db.session.scalars(select(Plan.id).where(Plan.cycle_id == cycle_id).order_by(Plan.id)).all()
    versions: Any = PlanVersion.__table__
    results: Any = PlannedResult.__table__
    db.session.execute(
        insert(versions),
        [
            {**of, "ref": new_ref(), "plan_id": each, "number": 1, "resource_support": [],
             "accountability_scheme": [], "consequence": [], "reason_note": "", "letter": "", "version": 1}
            for each in plans
        ],
    )  # fmt: skip
    ids = db.session.scalars(
        select(PlanVersion.id).join(Plan, Plan.id == PlanVersion.plan_id).where(Plan.cycle_id == cycle_id)
    ).all()
    db.session.execute(
        insert(results),
        [
            {**of, "ref": new_ref(), "version_id": each, "line_ref": new_ref(), "position": 0,
             "kind": ResultKind.MAIN, "text": "Laporan harian tersusun.", "assigned_by": "", "supported": "",
             "version": 1}
            for each in ids
        ],
    )  # fmt: skip
    ids = db.session.scalars(
        select(PlannedResult.id).where(
            PlannedResult.version_id.in_(
                select(PlanVersion.id)
                .join(Plan, Plan.id == PlanVersion.plan_id)
                .where(Plan.cycle_id == cycle_id)
            )
        )
    ).all()
    table: Any = Indicator.__table__
    db.session.execute(
        insert(table),
        [
            {**of, "ref": new_ref(), "result_id": each, "line_ref": new_ref(), "position": 0, "aspect": Aspect.QUANTITY,
             "text": "Banyaknya laporan", "target_min": Decimal(60), "target_max": Decimal(60), "unit": "laporan",
             "direction": Direction.UP, "version": 1}
            for each in ids
        ],
    )  # fmt: skip


def _work(period: Period) -> None:
    """Reports and progress of the period."""
    rows = db.session.execute(
        select(Evaluation.id, Evaluation.enrolment_id)
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
        .where(Enrolment.period_id == period.id)
        .order_by(Evaluation.id)
    ).all()
    table: Any = Evaluation.__table__
    db.session.execute(
        update(table).where(table.c.id == bindparam("row")).values(state=bindparam("now")),
        [{"row": row.id, "now": STATES[n % 4]} for n, row in enumerate(rows)],
    )
    db.session.execute(
        insert(ProgressEntry),
        [
            {"ref": new_ref(), "region_id": period.region_id, "enrolment_id": row.enrolment_id, "line_ref": new_ref(),
             "day": period.begins, "text": "Menyusun laporan.", "at": period.opened}
            for row in rows
        ],
    )  # fmt: skip


def _accounts(region: Region, at: datetime) -> None:
    """Who looks: the region's manager, and the head of the first unit, who rates."""
    rater = db.session.scalars(
        select(Tenure.person_id)
        .join(Position, Position.id == Tenure.position_id)
        .where(Position.region_id == region.id, Position.code == f"J{UNIT:06}")
    ).one()
    kept = passwords.make(PASSWORD)
    for login, person in ((HR, None), (RATER, rater)):
        account: Account = accounts.open_account(
            region_id=region.id, person_id=person, name=login, logins=(login,), by=SYSTEM, at=at
        )
        account.password_hash = kept
        if person is None:
            accounts.grant(
                account, kind=GrantKind.REGION_HR, region_id=region.id, begins=STARTED, by=SYSTEM, at=at
            )

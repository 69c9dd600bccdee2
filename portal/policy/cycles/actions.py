"""Opening a year and its periods; who isn't obliged."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.kernel.refs import new_ref
from portal.kernel.refusal import N_, Refusal, insist
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.people.chain import queries as chain
from portal.people.chain.rules import Link, Snapshot, appraiser_of, superior_of
from portal.people.organisation import queries as organisation
from portal.people.organisation.models import Region, Unit
from portal.policy.calendars.rules import PeriodSpan, dues, periods_of_year
from portal.policy.cycles import queries
from portal.policy.cycles.models import Cycle, Deadline, Enrolment, Holiday, Period
from portal.policy.cycles.rules import NotObligedReason, PeriodState, Track, why_not_open
from portal.policy.policies.models import PolicyVersion

HOLIDAY_FILE = Path(__file__).parents[1] / "calendars" / "data" / "libur.csv"
_HOLIDAY_KINDS = {"public": "nasional", "government": "cuti_bersama"}


def add_national_holidays(region: Region, *, by: Actor, at: datetime) -> int:
    """Copy the national calendar into a region's own, where HR can change it; the number of new days."""
    known = set(
        db.session.execute(select(Holiday.day, Holiday.name).where(Holiday.region_id == region.id)).all()
    )
    with HOLIDAY_FILE.open(encoding="utf-8") as file:
        rows = {
            (date.fromisoformat(row["tanggal"]), row["nama"][:120]): _HOLIDAY_KINDS[row["kategori"]]
            for row in csv.DictReader(file)
        }
    new = [
        {"region_id": region.id, "day": day, "kind": kind, "name": name}
        for (day, name), kind in rows.items()
        if (day, name) not in known
    ]
    if new:
        db.session.execute(insert(Holiday), new)
    return len(new)


def open_cycle(
    region: Region,
    *,
    year: int,
    policy_version: PolicyVersion,
    legal_basis: str = "",
    by: Actor,
    at: datetime,
) -> Cycle:
    """Make a region's performance year: its periods by the policy's cadence, with every deadline (Y-01)."""
    known = db.session.scalars(select(Cycle).where(Cycle.region_id == region.id, Cycle.year == year)).first()
    if known is not None:
        insist(Refusal("cycle.exists", N_("Siklus tahun %(year)s sudah dibuka."), {"year": year}))
    policy = policy_version.rules
    cycle = Cycle(region_id=region.id, year=year, track=Track.NATIONAL, legal_basis=legal_basis)
    db.session.add(cycle)
    db.session.flush()
    free = queries.holidays(region.id)
    for span in periods_of_year(year, policy.cadence):
        period = Period(
            region_id=region.id,
            cycle_id=cycle.id,
            kind=span.kind,
            number=span.number,
            begins=span.begins,
            ends=span.ends,
            policy_version_id=policy_version.id,
        )
        db.session.add(period)
        db.session.flush()
        for due in dues(span, policy, free):
            db.session.add(
                Deadline(
                    region_id=region.id,
                    period_id=period.id,
                    kind=due.kind,
                    due=due.day,
                    statutory=due.statutory,
                )
            )
    events.record("open_cycle", cycle, by=by, at=at, policy_version_id=policy_version.id, year=year)
    db.session.flush()
    return cycle


def enrol(period: Period, *, by: Actor, at: datetime) -> Period:
    """Open a period: one enrolment per tenure, the appraiser chain of the day, the policy frozen (14.5).

    Run again on an open period it enrols those who came since.
    """
    region = organisation.region(period.region_id)
    today = local_date(at, region.zone)
    day = max(period.begins, min(today, _last_day(period)))
    tenures = queries.to_enrol(period.region_id, day)
    if period.state is PeriodState.PLANNED:
        insist(why_not_open(period.state, period.begins, today, len(tenures)))
        period.state, period.opened = PeriodState.OPEN, at
    elif period.state is PeriodState.CLOSED:
        insist(Refusal("period.state", N_("Periode ini sudah ditutup.")))
    known = queries.enrolled_tenures(period.id)
    snapshot = chain.snapshot(period.region_id, day)
    organisations = _organisations(organisation.units(period.region_id))
    rows = [
        _row(period, tenure, snapshot, organisations) for tenure in tenures if tenure.tenure_id not in known
    ]
    if rows:
        db.session.execute(insert(Enrolment), rows)
    events.record("enrol", period, by=by, at=at, policy_version_id=period.policy_version_id, people=len(rows))
    db.session.flush()
    return period


def mark_not_obliged(
    enrolment: Enrolment, *, reason: NotObligedReason, note: str, by: Actor, at: datetime
) -> Enrolment:
    """Take somebody out of the denominators, with the ground (PP 30/2019 Ps. 23, Y-03)."""
    enrolment.not_obliged, enrolment.not_obliged_note = reason, note
    events.record("mark_not_obliged", enrolment, by=by, at=at, reason=reason.value, words={"note": note})
    return enrolment


def _last_day(period: Period) -> date:
    return PeriodSpan(period.kind, period.number, period.begins, period.ends).last_day


def _organisations(units: dict[int, Unit]) -> dict[int, int]:
    """For each unit the nearest one above or itself that is rated as an organisation."""
    found: dict[int, int] = {}
    for unit in units.values():
        for each in reversed([int(part) for part in unit.path.strip("/").split("/") if part]):
            if units[each].is_agency or units[each].independent:
                found[unit.id] = each
                break
    return found


def _row(period: Period, t: Any, snapshot: Snapshot, organisations: dict[int, int]) -> dict[str, object]:
    link: Link = appraiser_of(t.position_id, t.person_id, snapshot)
    above: Link = superior_of(t.position_id, t.person_id, snapshot)
    return {
        "ref": new_ref(),
        "region_id": period.region_id,
        "period_id": period.id,
        "tenure_id": t.tenure_id,
        "person_id": t.person_id,
        "employee_id": t.employee_id,
        "position_id": t.position_id,
        "unit_id": t.unit_id,
        "agency_id": t.agency_id,
        "organisation_id": organisations.get(t.unit_id, t.agency_id),
        "is_leader": t.is_head,
        "rank_code": t.rank_code,
        "appraiser_id": link.person_id,
        "appraiser_position_id": link.post_id,
        "appraiser_basis": link.basis.value if link.basis else "",
        "superior_id": above.person_id,
        "superior_position_id": above.post_id,
        "skipped": json.dumps([[skip.post_id, skip.reason.value] for skip in link.skipped]),
        "not_obliged_note": "",
        "begins": period.begins,
    }

"""Opening a year and its periods; who isn't obliged."""

from __future__ import annotations

import csv
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from portal.extensions import db
from portal.kernel.canonical import canonical
from portal.kernel.clock import local_date
from portal.kernel.refs import new_ref
from portal.kernel.refusal import N_, Refusal, insist
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.people.chain import queries as chain
from portal.people.organisation import queries as organisation
from portal.people.organisation.models import Region, Unit
from portal.policy.calendars.rules import dues, periods_of_year
from portal.policy.cycles import queries
from portal.policy.cycles.models import Cycle, Deadline, Enrolment, Holiday, Period
from portal.policy.cycles.rechain import CHAIN, Difference, Differences, chain_of, day_of, differences
from portal.policy.cycles.rules import (
    STALE_PREVIEW,
    Change,
    MoveReason,
    NotObligedReason,
    PeriodState,
    Track,
    begin_reason,
    why_not_open,
    why_not_rechain,
)
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
    """Make a region's performance year: its national periods by the policy, with every deadline (Y-01)."""
    known = db.session.scalars(select(Cycle).where(Cycle.region_id == region.id, Cycle.year == year)).first()
    if known is not None:
        insist(Refusal("cycle.exists", N_("Siklus tahun %(year)s sudah dibuka."), {"year": year}))
    policy = policy_version.rules
    cycle = Cycle(region_id=region.id, year=year, track=Track.NATIONAL, legal_basis=legal_basis)
    db.session.add(cycle)
    db.session.flush()
    free = queries.holidays(region.id)
    for span in periods_of_year(year, policy.national_period):
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
    day = day_of(period, today)
    tenures = queries.to_enrol(period.region_id, day)
    running = period.state is PeriodState.OPEN
    if period.state is PeriodState.PLANNED:
        insist(why_not_open(period.state, period.begins, today, len(tenures)))
        period.state, period.opened = PeriodState.OPEN, at
    elif period.state is PeriodState.CLOSED:
        insist(Refusal("period.state", N_("Periode ini sudah ditutup.")))
    known = queries.enrolled(period.id)
    elsewhere = set(known.values())
    snapshot = chain.snapshot(period.region_id, day)
    organisations = _organisations(organisation.units(period.region_id))
    rows = [
        _row(
            period,
            tenure,
            chain_of(tenure.position_id, tenure.person_id, snapshot),
            organisations,
            begin_reason(tenure.person_id in elsewhere) if running else None,
        )
        for tenure in tenures
        if tenure.tenure_id not in known
    ]
    if rows:
        db.session.execute(insert(Enrolment), rows)
    events.record("enrol", period, by=by, at=at, policy_version_id=period.policy_version_id, people=len(rows))
    db.session.flush()
    return period


def rechain(
    period: Period, *, told: Collection[int] = (), seen: str = "", by: Actor, at: datetime
) -> Differences:
    """Bring an open period's enrolments to the structure: chains, who came, who left; set-based.

    ``told``: see ``differences``. ``seen`` is the digest of the preview that was looked at; another one
    is refused. Each enrolment that changes has its event, with references only.
    """
    insist(why_not_rechain(period.state))
    today = local_date(at, organisation.region(period.region_id).zone)
    found = differences(period, today, told)
    insist(STALE_PREVIEW if seen and seen != found.digest else None)
    table: Any = Enrolment.__table__  # of the table, not the model: many rows at once, none loaded
    chains = [
        {"row": row.enrolment_id, **{f"new_{name}": value for name, value in (row.after or {}).items()}}
        for row in found.rows
        if row.change is Change.CHAIN
    ]
    if chains:
        columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in CHAIN}
        db.session.execute(update(table).where(table.c.id == bindparam("row")).values(columns), chains)
    ends = [
        {"row": row.enrolment_id, "ended": row.ends, "why": row.reason}
        for row in found.rows
        if row.change in (Change.ENDS, Change.GOES_ON)
    ]
    if ends:
        columns = {"ends": bindparam("ended"), "end_reason": bindparam("why")}
        db.session.execute(update(table).where(table.c.id == bindparam("row")).values(columns), ends)
    organisations = _organisations(organisation.units(period.region_id))
    begins = {
        row.tenure_id: _row(period, row.tenure, row.after or {}, organisations, row.reason)
        for row in found.rows
        if row.change is Change.BEGINS
    }
    if begins:
        db.session.execute(insert(Enrolment), list(begins.values()))
    _record_each(period, found, {key: row["ref"] for key, row in begins.items()}, by=by, at=at)
    counts: dict[str, Any] = {change.value: found.count(change) for change in Change}
    version = period.policy_version_id
    events.record("rechain", period, by=by, at=at, policy_version_id=version, **counts, tetap=found.kept)
    db.session.flush()
    for thing in list(db.session.identity_map.values()):
        if isinstance(thing, Enrolment):
            db.session.expire(thing)
    return found


def _record_each(period: Period, found: Differences, new: dict[int, str], *, by: Actor, at: datetime) -> None:
    """An event for every enrolment that changed; one statement."""
    names = {
        each
        for row in found.rows
        for link in (row.before, row.after)
        if link
        for each in (link["appraiser_id"], link["superior_id"])
    }
    people = queries.refs_of({each for each in names if each is not None})

    def parts(row: Difference) -> dict[str, Any]:
        said: dict[str, Any] = {"change": row.change.value}
        for name, link in (("before", row.before), ("after", row.after)):
            if link is not None:
                said[name] = {
                    "appraiser": people.get(link["appraiser_id"]),
                    "superior": people.get(link["superior_id"]),
                    "basis": link["appraiser_basis"],
                    "gap": link["gap"],
                }
        if row.ends is not None:
            said["ends"] = row.ends.isoformat()
        if row.reason is not None:
            said["reason"] = row.reason.value
        return said

    rows = [
        {
            "at": at,
            "region_id": period.region_id,
            "account_id": by.account_id,
            "person_id": by.person_id,
            "system": by.system,
            "verb": "rechain_enrolment",
            "subject_type": Enrolment.__tablename__,
            "subject_ref": row.ref or new[row.tenure_id],
            "policy_version_id": period.policy_version_id,
            "summary": canonical(parts(row)),
        }
        for row in found.rows
    ]
    if rows:
        db.session.execute(insert(events.Event), rows)


def undo_not_obliged(enrolment: Enrolment, *, reason: str, by: Actor, at: datetime) -> Enrolment:
    """Take somebody back into the denominators: the mark was a mistake, or its ground is gone."""
    before = enrolment.not_obliged
    enrolment.not_obliged, enrolment.not_obliged_note = None, ""
    was = before.value if before else ""
    events.record("undo_not_obliged", enrolment, by=by, at=at, was=was, words={"reason": reason})
    return enrolment


def mark_not_obliged(
    enrolment: Enrolment, *, reason: NotObligedReason, note: str, by: Actor, at: datetime
) -> Enrolment:
    """Take somebody out of the denominators, with the ground (PP 30/2019 Ps. 23, Y-03)."""
    enrolment.not_obliged, enrolment.not_obliged_note = reason, note
    events.record("mark_not_obliged", enrolment, by=by, at=at, reason=reason.value, words={"note": note})
    return enrolment


def _organisations(units: dict[int, Unit]) -> dict[int, int]:
    """For each unit the nearest one above or itself that is rated as an organisation."""
    found: dict[int, int] = {}
    for unit in units.values():
        for each in reversed([int(part) for part in unit.path.strip("/").split("/") if part]):
            if units[each].is_agency or units[each].independent:
                found[unit.id] = each
                break
    return found


def _row(
    period: Period, t: Any, chain: dict[str, Any], organisations: dict[int, int], reason: MoveReason | None
) -> dict[str, Any]:
    return {
        "ref": new_ref(),
        "region_id": period.region_id,
        "period_id": period.id,
        "tenure_id": t.tenure_id,
        "person_id": t.person_id,
        "sort_name": t.search_name,
        "employee_id": t.employee_id,
        "position_id": t.position_id,
        "unit_id": t.unit_id,
        "agency_id": t.agency_id,
        "organisation_id": organisations.get(t.unit_id, t.agency_id),
        "is_leader": t.is_head,
        "rank_code": t.rank_code,
        "not_obliged_note": "",
        "begins": max(period.begins, t.begins),
        "begin_reason": reason,
        **chain,
    }

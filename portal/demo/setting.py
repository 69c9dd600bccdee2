"""The set-up: regions, structure and people by the importer, who appraises agency heads, grants, policy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from portal.demo import structure
from portal.demo.people import Someone
from portal.demo.stage import YEAR, Stage, acting
from portal.demo.structure import Place
from portal.extensions import db
from portal.kernel.clock import local_moment
from portal.ledger.actor import Actor
from portal.people.accounts import actions as accounts
from portal.people.accounts.models import Account, GrantKind
from portal.people.imports import actions as imports
from portal.people.imports.rules import Kind
from portal.people.organisation import actions as organisation
from portal.people.organisation.models import Position, Unit
from portal.performance.evaluations import actions as evaluations
from portal.policy.cycles import actions as cycles
from portal.policy.policies import actions as policies

OPERATOR = Actor(system="penyiapan", name="Penyiapan")
"""Who sets an installation up, before anybody has an account."""
FIRST_DAY = date(YEAR - 1, 1, 2)
POLICY = "nasional-6-2022"


def set_up(places: Sequence[Place], people: dict[str, dict[str, Someone]]) -> list[Stage]:
    """Make the regions with structure, people, accounts and grants, as it was in the first days of 2025."""
    early = local_moment(FIRST_DAY, 8, 0, "WIT")
    with acting():
        policies.load_files(by=OPERATOR, at=early)
        for parent in structure.parents():
            organisation.add_region(**parent, hosted=False, by=OPERATOR, at=early)
    return [_set_up(place, people[place.key]) for place in places]


def _set_up(place: Place, people: dict[str, Someone]) -> Stage:
    about = place.about
    at = local_moment(FIRST_DAY, 9, 0, about["zone"])
    with acting():
        region = organisation.add_region(
            code=about["code"],
            slug=about["slug"],
            name=about["name"],
            name_en=about["name_en"],
            kind=about["kind"],
            zone=about["zone"],
            accent=about["accent"],
            by=OPERATOR,
            at=at,
        )
        cycles.add_national_holidays(region, by=OPERATOR, at=at)
        region_id = region.id
    stage = Stage(place, people, region_id)
    _import(stage, Kind.UNIT, place.unit_rows(), at)
    _import(stage, Kind.POSITION, place.position_rows(), at)
    with acting():
        appraiser = _position(stage, about["appraiser"])
        organisation.choose_agency_head_appraiser(stage.region(), appraiser, by=OPERATOR, at=at)
    rows = [someone.row() for someone in people.values() if not someone.is_newcomer]
    _import(stage, Kind.EMPLOYEE, rows + _acting_rows(stage, date(YEAR, 1, 1)), at)
    stage.load_people()
    _give_grants(stage, at)
    return stage


def change_staff(stage: Stage, day: date) -> None:
    """Take in what changed since the day before: newcomers, moves, departures, acting officials."""
    rows = _acting_rows(stage, day)
    if day == date(YEAR, 7, 1):
        rows += [someone.row() for someone in stage.people.values() if someone.is_newcomer]
        for event in stage.place.events["leaving"]:
            seat = stage.place.seat_of(event["who"])
            if seat is not None:
                rows.append(stage.people[seat.code].row(sampai=event["until"]))
        for event in stage.place.events["moving"]:
            seat, to = stage.place.seat_of(event["who"]), stage.place.seat_of(event["to"])
            if seat is not None and to is not None:
                someone = stage.people[seat.code]
                rows.append(someone.row(kode_jabatan=to.code, tmt_jabatan=event["on"]))
                stage.people[to.code] = someone
    if rows:
        _import(stage, Kind.EMPLOYEE, rows, stage.at(stage.later(day, 0), 8, 10))
        stage.load_people()
        db.session.expunge_all()


def _acting_rows(stage: Stage, day: date) -> list[dict[str, object]]:
    """Rows of acting officials who begin on ``day``, or long before it where it is the first of the year."""
    rows = []
    for event in stage.place.events["acting"]:
        begins = event["begins"]
        seat = stage.place.seat_of(event["who"])
        post = next((s for s in stage.place.seats if s.unit == event["unit"] and s.head), None)
        known = begins == day or (day == date(YEAR, 1, 1) and begins < day)
        if not known or seat is None or post is None:
            continue
        rows.append(
            stage.people[seat.code].row(
                kode_jabatan=post.code,
                plt_plh=event["kind"],
                nomor_surat=event["letter"],
                delegasi_menilai=event["delegated"],
                tmt_jabatan=begins,
                sampai=event.get("until"),
            )
        )
    return rows


def _import(stage: Stage, kind: Kind, rows: list[dict[str, object]], at: datetime) -> None:
    by = stage.hr if stage.hr.account_id else OPERATOR
    batch = imports.stage_rows(stage.region_id, kind, rows, f"{kind.value}-{stage.place.key}.csv", by, at)
    if batch.bad:
        raise RuntimeError(f"{stage.place.key}: {batch.bad} rows of {kind.value} are bad")
    imports.apply(batch, by, at)
    db.session.expunge_all()


def _position(stage: Stage, code: str) -> Position:
    return db.session.scalars(
        select(Position).where(Position.region_id == stage.region_id, Position.code == code)
    ).one()


def _give_grants(stage: Stage, at: datetime) -> None:
    by_name = {actor.name: actor for actor in stage.actors.values()}
    with acting():
        for event in stage.place.events["grant"]:
            seat = stage.place.seat_of(event["who"])
            if seat is None:
                continue
            actor = by_name[stage.people[seat.code].name]
            kind = GrantKind(event["kind"])
            accounts.grant(
                db.session.get_one(Account, actor.account_id),
                kind=kind,
                region_id=stage.region_id,
                unit_id=_unit_id(stage, event["unit"]) if "unit" in event else None,
                letter=event["letter"],
                begins=FIRST_DAY,
                by=OPERATOR,
                at=at,
            )
            if kind is GrantKind.REGION_HR:
                stage.hr = actor
            elif kind is GrantKind.PUBLISHER:
                stage.publisher = actor


def _unit_id(stage: Stage, code: str) -> int:
    return db.session.scalars(
        select(Unit.id).where(Unit.region_id == stage.region_id, Unit.code == code)
    ).one()


def open_period(stage: Stage, number: int, day: date, *, late: bool = False) -> None:
    """Open a period, or enrol those who came since (``late``)."""
    with acting(stage):
        evaluations.open_period(stage.period(number), by=stage.hr, at=stage.at(day, 8, 30))
    stage.load_enrolments(number, late=late)
    db.session.expunge_all()

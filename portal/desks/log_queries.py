"""The log within one's scope: events by verb, person, unit and day; keyset by time.

The order and the region are those of ``ix_events_region``, so a page deep in the log costs as much as
the first. One person's events are found from the person's things, by their own indexes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, literal, or_, select, true, tuple_, union_all

from portal.extensions import db
from portal.kernel.clock import zone_of
from portal.ledger.events import Event
from portal.people.accounts.models import Account, Grant, SignIn
from portal.people.assistance.models import Assistance
from portal.people.employment.models import Absence, Person, Tenure
from portal.people.organisation.models import Position, Region, Unit
from portal.performance.access import AGENCY_HR, AUDITOR, REGION_HR
from portal.performance.colleagues.models import FeedbackRequest, Recommendation
from portal.performance.evaluations.models import Evaluation
from portal.performance.objections.models import Objection
from portal.performance.plans.models import Plan
from portal.performance.progress.models import ActionStep, Feedback, ProgressEntry
from portal.policy.cycles.models import Enrolment
from portal.policy.history.queries import Happened, events_where, in_words

PAGE = 50
FOUND = 20
"""People offered when a name fits several."""


@dataclass(frozen=True)
class LogFilter:
    """What is looked for."""

    verb: str = ""
    subject: str = ""
    person: Person | None = None
    unit: Unit | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Found:
    """A page of the log, newest first."""

    rows: list[Happened]
    has_prev: bool
    has_next: bool


@dataclass(frozen=True)
class Searchable:
    """Regions whose log may be read, those limited to agencies, and whether events of no region may be."""

    regions: list[Region]
    agencies: dict[int, list[int]] = field(default_factory=dict)
    outside: bool = False


def searchable(caller: Any) -> Searchable:
    """The caller's part of the log; one statement."""
    whole = {grant.region_id for grant in caller.granted(REGION_HR, AUDITOR)}
    outside = None in {grant.region_id for grant in caller.granted(AUDITOR)}
    parts: dict[int, list[int]] = {}
    for grant in caller.granted(AGENCY_HR):
        if grant.region_id not in whole and not outside:
            parts.setdefault(grant.region_id, []).append(grant.unit_id)
    query = select(Region).where(Region.hosted).order_by(Region.name)
    if not outside:
        query = query.where(Region.id.in_([*whole, *parts]))
    return Searchable(list(db.session.scalars(query)), parts, outside)


def region_log(region_id: int | None) -> ColumnElement[bool]:
    """The events of a region; of no region (policies, administrators) for ``None``."""
    return Event.region_id.is_(None) if region_id is None else Event.region_id == region_id


def agencies_log(region_id: int, agency_ids: Sequence[int]) -> ColumnElement[bool]:
    """The events of some agencies: what their people did and what was done about them."""
    return and_(
        region_log(region_id), _of_people(region_id, _enrolled_in(Enrolment.agency_id.in_(agency_ids)))
    )


def _enrolled_in(where: ColumnElement[bool]) -> Any:
    return select(Enrolment.person_id).where(where)


def _of_people(region_id: int, people: Any) -> ColumnElement[bool]:
    """Events that these people caused, or that are about their things."""
    return or_(
        Event.person_id.in_(people), *(_about(kind, refs) for kind, refs in _things(region_id, people))
    )


def _about(kind: str, refs: Any) -> ColumnElement[bool]:
    return and_(Event.subject_type == kind, Event.subject_ref.in_(refs))


def _owned(region_id: int | None = None) -> dict[str, Any]:
    """Kinds of things that are somebody's: for each a select of ``ref`` and whose (``person_id``).

    ``region_id``: of that region alone, so that the indexes that begin with it serve.
    """
    whole = {
        model.__tablename__: select(model.ref, model.person_id).where(_in(model, region_id))
        for model in (Plan, Enrolment, Account, Tenure, Absence, Assistance)
    }
    of_accounts = {
        model.__tablename__: select(model.ref, Account.person_id).join(
            Account, Account.id == model.account_id
        )
        for model in (Grant, SignIn)
    }
    of_enrolments = {
        model.__tablename__: select(model.ref, Enrolment.person_id).join(
            Enrolment, Enrolment.id == model.enrolment_id
        )
        for model in (Evaluation, ActionStep, ProgressEntry, Feedback, FeedbackRequest, Recommendation)
    }
    of_evaluations = {
        Objection.__tablename__: select(Objection.ref, Enrolment.person_id)
        .join(Evaluation, Evaluation.id == Objection.evaluation_id)
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
    }
    return {**whole, **of_accounts, **of_enrolments, **of_evaluations}


def _in(model: Any, region_id: int | None) -> ColumnElement[bool]:
    return true() if region_id is None else model.region_id == region_id


def _things(region_id: int, people: Any) -> list[tuple[str, Any]]:
    """The references of everything that belongs to these people of a region, by kind."""
    return [
        (
            kind,
            owned.where(owned.selected_columns.person_id.in_(people)).with_only_columns(
                owned.selected_columns.ref
            ),
        )
        for kind, owned in _owned(region_id).items()
    ]


def _with_owners(rows: list[Happened]) -> list[Happened]:
    """Each step with the name of the person whose thing it is about; one statement."""
    refs: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        refs[row.subject_type].add(row.subject_ref)
    parts = [
        owned.where(owned.selected_columns.ref.in_(refs[kind]))
        for kind, owned in _owned().items()
        if kind in refs
    ]
    if not parts:
        return rows
    found = union_all(*parts).subquery()
    named = select(found.c.ref, Person).join(Person, Person.id == found.c.person_id)
    owners = {ref: person.full_name for ref, person in db.session.execute(named)}
    return [replace(row, owner=owners.get(row.subject_ref, "")) for row in rows]


def _of_one(person: Person) -> ColumnElement[bool]:
    """One person's events by their indexes: a union, for an OR would read the whole region."""
    one = select(literal(person.id))
    parts = [select(Event.id).where(Event.person_id == person.id)]
    parts += [select(Event.id).where(_about(kind, refs)) for kind, refs in _things(person.region_id, one)]
    return Event.id.in_(union_all(*parts))


def _moment(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), zone_of(zone))


def search(
    scope: ColumnElement[bool], wanted: LogFilter, zone: str, *, after: str = "", before: str = ""
) -> Found:
    """A page of the log; two statements. ``after`` and ``before`` are the ids of the row beside the page."""
    conditions = [scope]
    if wanted.verb:
        conditions.append(Event.verb == wanted.verb)
    if wanted.subject:
        conditions.append(Event.subject_type == wanted.subject)
    if wanted.person is not None:
        conditions.append(_of_one(wanted.person))
    if wanted.unit is not None:
        conditions.append(_of_people(wanted.unit.region_id, _enrolled_in(_in_unit(wanted.unit))))
    if wanted.first is not None:
        conditions.append(Event.at >= _moment(wanted.first, zone))
    if wanted.last is not None:
        conditions.append(Event.at < _moment(wanted.last + timedelta(days=1), zone))
    backwards = bool(before) and not after
    mark = after or before
    if mark:
        here = select(Event.at, Event.id).where(Event.id == int(mark), scope).subquery()
        place = tuple_(select(here.c.at).scalar_subquery(), select(here.c.id).scalar_subquery())
        key = tuple_(Event.at, Event.id)
        conditions.append(key > place if backwards else key < place)
    query = events_where(*conditions)
    order = (Event.at.asc(), Event.id.asc()) if backwards else (Event.at.desc(), Event.id.desc())
    rows = list(db.session.execute(query.order_by(*order).limit(PAGE + 1)))
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if backwards:
        rows.reverse()
    return Found(
        _with_owners(in_words(rows)),
        has_prev=more if backwards else bool(mark),
        has_next=bool(rows) if backwards else more,
    )


def _in_unit(unit: Unit) -> ColumnElement[bool]:
    if unit.is_agency:
        return Enrolment.agency_id == unit.id
    return or_(Enrolment.unit_id == unit.id, Enrolment.organisation_id == unit.id)


def people_named(region_id: int, folded: str, agency_ids: Sequence[int] | None, day: date) -> Sequence[Any]:
    """People of a region (of some agencies) whose name holds these letters, with their post today."""
    query = (
        select(Person, func.min(Position.title).label("post"))
        .outerjoin(Tenure, and_(Tenure.person_id == Person.id, Tenure.begins <= day, _open(day)))
        .outerjoin(Position, Position.id == Tenure.position_id)
        .where(Person.region_id == region_id, Person.search_name.contains(folded, autoescape=True))
        .group_by(Person.id)
        .order_by(Person.search_name, Person.id)
        .limit(FOUND + 1)
    )
    if agency_ids is not None:
        query = query.where(_enrolled_somewhere(agency_ids))
    return db.session.execute(query).all()


def person_by_ref(region_id: int, ref: str, agency_ids: Sequence[int] | None) -> Person | None:
    """The person with that reference, within the scope."""
    query = select(Person).where(Person.region_id == region_id, Person.ref == ref)
    if agency_ids is not None:
        query = query.where(_enrolled_somewhere(agency_ids))
    return db.session.scalars(query).one_or_none()


def _enrolled_somewhere(agency_ids: Sequence[int]) -> ColumnElement[bool]:
    if not agency_ids:
        return false()
    return exists().where(Enrolment.person_id == Person.id, Enrolment.agency_id.in_(agency_ids))


def _open(day: date) -> ColumnElement[bool]:
    return or_(Tenure.ends.is_(None), Tenure.ends > day)


def units_offered(region_id: int, agency_ids: Sequence[int] | None) -> Sequence[Unit]:
    """The agencies and independent units to choose from; of one's own agencies every unit."""
    query = select(Unit).where(Unit.region_id == region_id).order_by(Unit.name, Unit.id)
    if agency_ids is None:
        return db.session.scalars(query.where(or_(Unit.is_agency, Unit.independent))).all()
    return db.session.scalars(query.where(Unit.agency_id.in_(agency_ids))).all()

"""What is read of programmes, participation and notes; and what an evaluation shows of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from portal.extensions import alias, db
from portal.kernel.texts import fold
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.organisation.models import Position, Unit
from portal.people.organisation.queries import on
from portal.performance.programmes import rules
from portal.performance.programmes.models import (
    Participation,
    ParticipationNote,
    ParticipationRecord,
    Programme,
    ProgrammeRepair,
)
from portal.performance.programmes.rules import Picture, ProgrammeState, Standing
from portal.policy.cycles.models import Period
from portal.policy.policies.rules import PolicyDocument
from portal.web import lists

OFFERED = 50
"""People or units that one form offers; the rest are found by name or number."""
Owner = alias(Person, "owner")
Recorder = alias(Person, "recorder")
Asked = alias(Unit, "asked")
Holder = alias(Unit, "holder")
MEND = "perlu_diperbaiki"
STATES = (*(each.value for each in ProgrammeState), MEND)
"""What the list of programmes is narrowed to."""
HELD, NOTED, WITHDRAWN = "berlaku", "catatan", "ditarik"
STANDS = (HELD, NOTED, WITHDRAWN)
"""What the list of participants is narrowed to."""


def current() -> ColumnElement[bool]:
    """The condition that joins a participation with what is recorded of it now."""
    return and_(
        ParticipationRecord.participation_id == Participation.id,
        ParticipationRecord.revision == Participation.revision,
    )


def _mending() -> ColumnElement[bool]:
    return and_(ProgrammeRepair.programme_id == Programme.id, ProgrammeRepair.closed.is_(None))


def _noted() -> ColumnElement[bool]:
    return and_(ParticipationNote.participation_id == Participation.id, ParticipationNote.answered.is_(None))


def _named(column: Any, folded: str) -> Iterator[ColumnElement[bool]]:
    """Every word of a search stands in ``column``."""
    for word in folded.split()[:5]:
        yield column.contains(word, autoescape=True)


# ------------------------------------------------------------------------------------- programmes


@dataclass(frozen=True)
class Wanted:
    """What the list of programmes is narrowed to."""

    q: str = ""
    year: int | None = None
    state: str = ""
    unit: str = ""
    """Reference of an agency or unit."""


def _programmes(scope: ColumnElement[bool], wanted: Wanted) -> Any:
    ids = select(Programme.id).where(scope, *_named(Programme.search_title, fold(wanted.q)))
    if wanted.year is not None:
        ids = ids.where(Programme.year == wanted.year)
    if wanted.state == MEND:
        ids = ids.where(exists().where(_mending()))
    elif wanted.state:
        ids = ids.where(Programme.state == ProgrammeState(wanted.state))
    if wanted.unit:
        inside = exists().where(
            Asked.ref == wanted.unit,
            Unit.id == Programme.unit_id,
            or_(Unit.id == Asked.id, Unit.agency_id == Asked.id),
        )
        ids = ids.where(inside)
    return ids


def _of(ref: str, key: Any) -> Any:
    return select(key).where(Programme.ref == ref).correlate(None).scalar_subquery()


def _waiting() -> Any:
    """How many notes on a programme wait for its owner."""
    return (
        select(func.count(ParticipationNote.id))
        .join(Participation, Participation.id == ParticipationNote.participation_id)
        .where(Participation.programme_id == Programme.id, ParticipationNote.answered.is_(None))
        .correlate(Programme)
        .scalar_subquery()
    )


def programmes(
    scope: ColumnElement[bool], wanted: Wanted, *, after: str = "", before: str = ""
) -> lists.Slice:
    """A page of programmes, the newest first, with unit, owner, open repair, people and waiting notes."""
    people = (
        select(func.count())
        .select_from(Participation)
        .join(ParticipationRecord, current())
        .where(Participation.programme_id == Programme.id, ~ParticipationRecord.withdrawn)
        .correlate(Programme)
        .scalar_subquery()
    )
    shown = (
        select(
            Programme.ref.label("ref"),
            Programme,
            Unit.name.label("unit"),
            Owner,
            ProgrammeRepair,
            people.label("people"),
            _waiting().label("notes"),
        )
        .select_from(Programme)
        .join(Unit, Unit.id == Programme.unit_id)
        .join(Owner, Owner.id == Programme.owner_id)
        .outerjoin(ProgrammeRepair, _mending())
    )
    return lists.keyset(
        _programmes(scope, wanted),
        (Programme.begins, Programme.id),
        place=_of,
        details=lambda page: shown.join(page, page.c.id == Programme.id),
        down=True,
        after=after,
        before=before,
    )


def years(scope: ColumnElement[bool]) -> list[int]:
    """The years of the programmes in ``scope``, the newest first."""
    return list(
        db.session.scalars(select(Programme.year).where(scope).distinct().order_by(Programme.year.desc()))
    )


def owned(person_id: int | None) -> Sequence[Any]:
    """The programmes that somebody owns: running ones first, with their open repair and waiting notes."""
    return db.session.execute(
        select(Programme, ProgrammeRepair, _waiting().label("notes"))
        .outerjoin(ProgrammeRepair, _mending())
        .where(Programme.owner_id == person_id)
        .order_by(Programme.state == ProgrammeState.ENDED, Programme.begins.desc(), Programme.id.desc())
        .limit(OFFERED)
    ).all()


def mending(person_id: int | None, region_id: int | None, limit: int) -> Sequence[Any]:
    """The programmes that somebody owns and mends, the earliest day first."""
    return db.session.execute(
        select(Programme, ProgrammeRepair)
        .join(ProgrammeRepair, _mending())
        .where(Programme.region_id == region_id, Programme.owner_id == person_id)
        .order_by(ProgrammeRepair.due, ProgrammeRepair.id)
        .limit(limit)
    ).all()


def around(programme: Programme) -> Any:
    """The unit and owner of a programme, and how many meetings its records speak of at most; one statement."""
    told = (
        select(func.max(ParticipationRecord.meetings))
        .select_from(Participation)
        .join(ParticipationRecord, current())
        .where(Participation.programme_id == programme.id)
        .scalar_subquery()
    )
    return db.session.execute(
        select(Unit, Owner, func.coalesce(told, 0).label("told"))
        .join(Owner, Owner.id == programme.owner_id)
        .where(Unit.id == programme.unit_id)
    ).one()


def repairs(programme_id: int) -> Sequence[ProgrammeRepair]:
    """What was and is mended of a programme, the newest first."""
    return db.session.scalars(
        select(ProgrammeRepair)
        .where(ProgrammeRepair.programme_id == programme_id)
        .order_by(ProgrammeRepair.id.desc())
    ).all()


def programme_of(thing: Participation | ProgrammeRepair) -> Programme:
    """The programme that a participation or repair belongs to."""
    return db.session.get_one(Programme, thing.programme_id)


def works_in(person_id: int | None, day: date) -> ColumnElement[bool]:
    """The units in which a person holds a post on ``day``."""
    return exists().where(
        Tenure.person_id == person_id,
        Tenure.position_id == Position.id,
        Position.unit_id == Unit.id,
        on(Tenure, day),
    )


# ------------------------------------------------------------------------------------- people


def _post(query: Any, day: date) -> Any:
    """Joins the definitive post that a person holds on ``day``, with its unit."""
    held = and_(Tenure.person_id == Person.id, Tenure.acting.is_(None), on(Tenure, day))
    return (
        query.outerjoin(Tenure, held)
        .outerjoin(Position, Position.id == Tenure.position_id)
        .outerjoin(Unit, Unit.id == Position.unit_id)
    )


def _employees(region_id: int, day: date) -> Any:
    query = (
        select(Person, Position.title.label("post"), Unit.name.label("unit"))
        .select_from(Person)
        .join(Employee, Employee.person_id == Person.id)
        .where(Person.region_id == region_id, or_(Employee.ends.is_(None), Employee.ends > day))
    )
    return _post(query, day)


def employees(
    region_id: int,
    day: date,
    *,
    text: str = "",
    unit_id: int | None = None,
    apart_from: int | None = None,
    nor: int | None = None,
) -> Sequence[Any]:
    """Employees of a region by name or staff number, or those of a unit; ``OFFERED`` at most and one more.

    ``apart_from``: a programme whose participants are left out; ``nor``: a person who is left out, too.
    """
    query = _employees(region_id, day).order_by(Person.search_name, Person.id).limit(OFFERED + 1)
    digits = "".join(text.split())
    if digits.isdigit():
        query = query.where(Employee.staff_number == digits)
    elif text:
        query = query.where(*_named(Person.search_name, fold(rules.without_titles(text))))
    if unit_id is not None:
        query = query.where(Position.unit_id == unit_id)
    if apart_from is not None:
        taken = exists().where(Participation.programme_id == apart_from, Participation.person_id == Person.id)
        query = query.where(~taken)
    if nor is not None:
        query = query.where(Person.id != nor)
    return db.session.execute(query).unique(lambda row: row.Person.id).all()


def chosen(region_id: int, refs: Collection[str], day: date) -> Sequence[Any]:
    """A region's employees with these references, with post and unit, by name."""
    if not refs:
        return []
    query = _employees(region_id, day).where(Person.ref.in_(refs)).order_by(Person.search_name, Person.id)
    return db.session.execute(query).unique(lambda row: row.Person.id).all()


def employees_by_ref(region_id: int, refs: Collection[str], day: date) -> list[int]:
    """The ids of a region's employees with these references."""
    query = _employees(region_id, day).where(Person.ref.in_(refs)).with_only_columns(Person.id)
    return list(dict.fromkeys(db.session.scalars(query)))


def employees_by_number(region_id: int, numbers: Collection[str], day: date) -> dict[str, int]:
    """A region's employees by staff number."""
    rows = db.session.execute(
        select(Employee.staff_number, Employee.person_id).where(
            Employee.region_id == region_id,
            Employee.staff_number.in_(numbers),
            or_(Employee.ends.is_(None), Employee.ends > day),
        )
    )
    return dict(rows.all())


def employed(region_id: int, person_ids: Collection[int], day: date) -> set[int]:
    """Those of ``person_ids`` that are employees of the region on ``day``."""
    return set(
        db.session.scalars(
            select(Employee.person_id).where(
                Employee.region_id == region_id,
                Employee.person_id.in_(person_ids),
                or_(Employee.ends.is_(None), Employee.ends > day),
            )
        )
    )


def taking_part(programme_id: int, person_ids: Collection[int]) -> set[int]:
    """Those of ``person_ids`` that are recorded in a programme already, withdrawn or not."""
    return set(
        db.session.scalars(
            select(Participation.person_id).where(
                Participation.programme_id == programme_id, Participation.person_id.in_(person_ids)
            )
        )
    )


# ------------------------------------------------------------------------------------- participation


def _matching(programme_id: int, q: str, stands: str) -> Any:
    ids = (
        select(Participation.id)
        .join(Person, Person.id == Participation.person_id)
        .join(ParticipationRecord, current())
        .where(Participation.programme_id == programme_id, *_named(Person.search_name, fold(q)))
    )
    if stands == NOTED:
        return ids.where(exists().where(_noted()))
    return ids.where(ParticipationRecord.withdrawn if stands == WITHDRAWN else ~ParticipationRecord.withdrawn)


def _shown(day: date) -> Any:
    query = (
        select(
            Participation.ref.label("ref"),
            Participation,
            ParticipationRecord,
            Person,
            Position.title.label("post"),
            Unit.name.label("unit"),
            Recorder,
            exists().where(_noted()).correlate(Participation).label("noted"),
        )
        .select_from(Participation)
        .join(ParticipationRecord, current())
        .join(Person, Person.id == Participation.person_id)
        .outerjoin(Recorder, Recorder.id == ParticipationRecord.recorder_id)
    )
    return _post(query, day)


def _row_of(ref: str, key: Any) -> Any:
    return (
        select(key)
        .select_from(Participation)
        .join(Person, Person.id == Participation.person_id)
        .where(Participation.ref == ref)
        .correlate(None)
        .scalar_subquery()
    )


KEYS = (Person.search_name, Participation.id)


def participants(
    programme_id: int, day: date, *, q: str = "", stands: str = HELD, after: str = "", before: str = ""
) -> lists.Slice:
    """A page of those who take part, by name, with what is recorded now."""
    return lists.keyset(
        _matching(programme_id, q, stands),
        KEYS,
        place=_row_of,
        details=lambda page: _shown(day).join(page, page.c.id == Participation.id),
        after=after,
        before=before,
    )


def every_participant(programme_id: int, day: date) -> Iterator[Any]:
    """All who take part, by name, for a file."""
    return lists.every(
        _matching(programme_id, "", HELD),
        KEYS,
        lambda page: _shown(day).join(page, page.c.id == Participation.id),
    )


@dataclass(frozen=True)
class Tally:
    """How many take part, how many notes wait, and how the meetings were attended."""

    people: int
    withdrawn: int
    notes: int
    attended: int
    meetings: int

    @property
    def share(self) -> Decimal | None:
        """How many of the meetings were attended, in per cent."""
        return Decimal(100 * self.attended) / self.meetings if self.meetings else None


def tally(programme_id: int) -> Tally:
    """The counts of a programme; one statement."""
    held = ~ParticipationRecord.withdrawn

    def summed(what: Any) -> Any:
        return func.coalesce(func.sum(what).filter(held), 0)

    row = db.session.execute(
        select(
            func.count().filter(held),
            func.count().filter(ParticipationRecord.withdrawn),
            func.count(ParticipationNote.id),
            summed(ParticipationRecord.attended),
            summed(ParticipationRecord.meetings),
        )
        .select_from(Participation)
        .join(ParticipationRecord, current())
        .outerjoin(ParticipationNote, _noted())
        .where(Participation.programme_id == programme_id)
    ).one()
    return Tally(*(int(each) for each in row))


def said(participation: Participation) -> ParticipationRecord:
    """What is recorded of a participation now."""
    return db.session.scalars(
        select(ParticipationRecord).where(
            ParticipationRecord.participation_id == participation.id,
            ParticipationRecord.revision == participation.revision,
        )
    ).one()


def scene(participation: Participation) -> Any:
    """The person, the programme, its unit and its owner."""
    return db.session.execute(
        select(Person, Programme, Unit, Owner)
        .select_from(Programme)
        .join(Unit, Unit.id == Programme.unit_id)
        .join(Owner, Owner.id == Programme.owner_id)
        .join(Person, Person.id == participation.person_id)
        .where(Programme.id == participation.programme_id)
    ).one()


def records(participation_ids: Collection[int]) -> dict[int, list[Any]]:
    """Everything that was recorded of these participations with who did it, by participation, newest first."""
    found: dict[int, list[Any]] = {}
    rows = db.session.execute(
        select(ParticipationRecord, Recorder)
        .outerjoin(Recorder, Recorder.id == ParticipationRecord.recorder_id)
        .where(ParticipationRecord.participation_id.in_(participation_ids))
        .order_by(ParticipationRecord.revision.desc())
    )
    for row in rows:
        found.setdefault(row.ParticipationRecord.participation_id, []).append(row)
    return found


def notes(participation_ids: Collection[int]) -> dict[int, list[ParticipationNote]]:
    """The notes about these participations, by participation, newest first."""
    found: dict[int, list[ParticipationNote]] = {}
    for note in db.session.scalars(
        select(ParticipationNote)
        .where(ParticipationNote.participation_id.in_(participation_ids))
        .order_by(ParticipationNote.id.desc())
    ):
        found.setdefault(note.participation_id, []).append(note)
    return found


def open_note(participation_id: int) -> ParticipationNote | None:
    """The note that waits for an answer."""
    return db.session.scalars(
        select(ParticipationNote).where(
            ParticipationNote.participation_id == participation_id, ParticipationNote.answered.is_(None)
        )
    ).one_or_none()


def participation_of(note: ParticipationNote) -> Participation:
    """The participation that a note is about."""
    return db.session.get_one(Participation, note.participation_id)


def own(person_id: int | None) -> Sequence[Any]:
    """What is recorded of somebody's participation, the newest programmes first."""
    return db.session.execute(
        select(Participation, ParticipationRecord, Programme, Unit.name.label("unit"), Owner, Recorder)
        .join(ParticipationRecord, current())
        .join(Programme, Programme.id == Participation.programme_id)
        .join(Unit, Unit.id == Programme.unit_id)
        .join(Owner, Owner.id == Programme.owner_id)
        .outerjoin(Recorder, Recorder.id == ParticipationRecord.recorder_id)
        .where(Participation.person_id == person_id)
        .order_by(Programme.begins.desc(), Participation.id.desc())
        .limit(200)
    ).all()


# ------------------------------------------------------------------------------------- beside the ratings


TAKEN = (ParticipationRecord, Programme, Holder.name.label("holder"), Recorder)
"""What a row tells of one participation: the record, the programme, its unit's name, who recorded it."""


def with_taken(query: Any, who: Any) -> Any:
    """``query`` with a row for each participation of ``who`` (a row with person and region) that holds; without
    one, a row of nothing. For statements that have ``TAKEN`` among their columns.
    """
    theirs = and_(Participation.region_id == who.region_id, Participation.person_id == who.person_id)
    return (
        query.outerjoin(Participation, theirs)
        .outerjoin(ParticipationRecord, and_(current(), ~ParticipationRecord.withdrawn))
        .outerjoin(Programme, Programme.id == Participation.programme_id)
        .outerjoin(Holder, Holder.id == Programme.unit_id)
        .outerjoin(Recorder, Recorder.id == ParticipationRecord.recorder_id)
    )


@dataclass(frozen=True)
class Shown:
    """Participation as an evaluation shows it: how it stands, the rows of its period, the picture if any."""

    standing: Standing
    rows: Sequence[Any]
    picture: Picture | None


def shown(
    taken: Sequence[Any],
    period: Period,
    policy: PolicyDocument,
    *,
    results: Decimal | None = None,
    attitude: Decimal | None = None,
    pictured: bool = False,
) -> Shown:
    """What of ``taken`` (rows of ``TAKEN``) a period's evaluation shows by its policy, beside the ratings.

    ``results`` (mean attainment in per cent) and ``attitude`` (mean mark on 1 to 3) are for the picture,
    which is made only where ``pictured`` is asked and the policy has one.
    """
    rows = [
        row
        for row in sorted(taken, key=lambda row: (row.Programme.begins, row.Programme.id), reverse=True)
        if rules.in_period(row.Programme.begins, row.Programme.last_day, period.begins, period.ends)
    ]
    picture = rules.picture(
        policy.settings.get("advice.picture") if pictured else None,
        results=results,
        attendance=[(row.ParticipationRecord.attended, row.ParticipationRecord.meetings) for row in rows],
        attitude=attitude,
    )
    return Shown(rules.standing(policy.settings.get("participation")), rows, picture)

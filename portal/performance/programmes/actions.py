"""What is done with programmes and participation; each function is one act, inside the door, and writes its event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.kernel.refusal import insist
from portal.kernel.texts import fold
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.people.organisation.models import Unit
from portal.people.organisation.queries import region
from portal.performance.programmes import queries, rules
from portal.performance.programmes.models import (
    Participation,
    ParticipationNote,
    ParticipationRecord,
    Programme,
    ProgrammeRepair,
)
from portal.performance.programmes.rules import PROGRAMME_WORKFLOW, Entry, ProgrammeState


def _today(region_id: int, at: datetime) -> date:
    return local_date(at, region(region_id).zone)


# ------------------------------------------------------------------------------------- programmes


def make(
    unit: Unit,
    *,
    title: str,
    purpose: str,
    begins: date,
    last_day: date | None,
    meetings: int,
    owner_id: int,
    by: Actor,
    at: datetime,
) -> Programme:
    """Make a programme of a unit and name its owner, who records who takes part."""
    insist(rules.why_not_plan(begins, last_day, meetings))
    _insist_employee(unit.region_id, owner_id, at)
    programme = Programme(
        region_id=unit.region_id,
        unit_id=unit.id,
        owner_id=owner_id,
        year=begins.year,
        title=title,
        search_title=fold(title),
        purpose=purpose,
        begins=begins,
        last_day=last_day,
        meetings=meetings,
    )
    db.session.add(programme)
    db.session.flush()
    events.record("make_programme", programme, by=by, at=at)
    return programme


def _insist_employee(region_id: int, person_id: int, at: datetime) -> None:
    here = queries.employed(region_id, [person_id], _today(region_id, at))
    insist(rules.why_not_join(person_id, (), here))


def change(
    programme: Programme,
    *,
    title: str,
    purpose: str,
    begins: date,
    last_day: date | None,
    meetings: int,
    by: Actor,
    at: datetime,
) -> Programme:
    """Change what a programme is; records keep what they say."""
    insist(rules.why_not_change(programme.state))
    insist(rules.why_not_plan(begins, last_day, meetings, queries.around(programme).told))
    programme.title, programme.search_title, programme.purpose = title, fold(title), purpose
    programme.begins, programme.year, programme.last_day = begins, begins.year, last_day
    programme.meetings = meetings
    events.record("change_programme", programme, by=by, at=at)
    return programme


def name_owner(programme: Programme, *, owner_id: int, by: Actor, at: datetime) -> Programme:
    """Name who owns a programme from now on; the owner before records no more."""
    _insist_employee(programme.region_id, owner_id, at)
    programme.owner_id = owner_id
    events.record("name_programme_owner", programme, by=by, at=at)
    return programme


def end(programme: Programme, *, last_day: date, by: Actor, at: datetime) -> Programme:
    """End a programme: nobody is added any more, corrections stay possible."""
    today = _today(programme.region_id, at)
    insist(rules.why_not_end(programme.state, programme.begins, last_day, today))
    programme.state = ProgrammeState(PROGRAMME_WORKFLOW.after("end", programme.state))
    programme.last_day = last_day
    events.record("end_programme", programme, by=by, at=at)
    return programme


def reopen(programme: Programme, *, reason: str, by: Actor, at: datetime) -> Programme:
    """Open a programme again, with the reason; its last day is open until it is told."""
    insist(rules.why_not_reopen(programme.state))
    programme.state = ProgrammeState(PROGRAMME_WORKFLOW.after("reopen", programme.state))
    programme.last_day = None
    events.record("reopen_programme", programme, by=by, at=at, words={"reason": reason})
    return programme


def mark_repair(programme: Programme, *, what: str, due: date, by: Actor, at: datetime) -> ProgrammeRepair:
    """Say that a programme doesn't work, what will be mended and until when (BDG-1)."""
    waiting = any(each.closed is None for each in queries.repairs(programme.id))
    insist(rules.why_not_mark_repair(waiting, due, _today(programme.region_id, at)))
    repair = ProgrammeRepair(
        region_id=programme.region_id, programme_id=programme.id, what=what, due=due, opened=at
    )
    db.session.add(repair)
    db.session.flush()
    events.record("mark_programme_repair", programme, by=by, at=at, repair=repair.ref)
    return repair


def close_repair(repair: ProgrammeRepair, *, outcome: str, by: Actor, at: datetime) -> ProgrammeRepair:
    """Write what became of the mending."""
    insist(rules.why_not_close_repair(repair.closed is not None))
    repair.closed, repair.outcome = at, outcome
    events.record("close_programme_repair", queries.programme_of(repair), by=by, at=at, repair=repair.ref)
    return repair


# ------------------------------------------------------------------------------------- participation


def record(programme: Programme, *, entries: Mapping[int, Entry], by: Actor, at: datetime) -> Programme:
    """Record the participation of people, by id; one who can't be recorded keeps all of them out."""
    today = _today(programme.region_id, at)
    insist(rules.why_not_record(programme.state, programme.begins, today))
    known = queries.taking_part(programme.id, entries)
    here = queries.employed(programme.region_id, entries, today)
    for person_id, entry in entries.items():
        insist(rules.why_not_oneself(person_id, by.person_id))
        insist(rules.why_not_join(person_id, known, here))
        insist(rules.attendance_problem(entry.attended, entry.meetings, programme.meetings))
    rows = [
        Participation(region_id=programme.region_id, programme_id=programme.id, person_id=person_id)
        for person_id in entries
    ]
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        db.session.add(_record(row, entries[row.person_id], by=by, at=at))
    db.session.flush()
    refs = [row.ref for row in rows]
    events.record("record_participation", programme, by=by, at=at, participations=refs)
    return programme


def _record(
    participation: Participation,
    entry: Entry,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    withdrawn: bool = False,
) -> ParticipationRecord:
    return ParticipationRecord(
        region_id=participation.region_id,
        participation_id=participation.id,
        revision=participation.revision,
        role=entry.role,
        role_words=entry.role_words,
        attended=entry.attended,
        meetings=entry.meetings,
        product=entry.product,
        letter=entry.letter,
        withdrawn=withdrawn,
        reason=reason,
        recorder_id=by.person_id,
        at=at,
    )


def entry_of(row: ParticipationRecord) -> Entry:
    """What a record says, without reason and date."""
    return Entry(row.role, row.attended, row.meetings, row.role_words, row.product, row.letter)


def correct(
    participation: Participation, *, entry: Entry, reason: str, by: Actor, at: datetime
) -> Participation:
    """Replace what is recorded, with the reason; what stood there stays readable, a waiting note is answered.

    A participation that was withdrawn holds again with it.
    """
    insist(rules.why_not_oneself(participation.person_id, by.person_id))
    now = queries.said(participation)
    programme = queries.programme_of(participation)
    insist(rules.why_not_correct(reason, same=not now.withdrawn and entry_of(now) == entry))
    insist(rules.attendance_problem(entry.attended, entry.meetings, programme.meetings))
    participation.revision += 1
    db.session.add(_record(participation, entry, by=by, at=at, reason=reason))
    _answer_by_record(participation, at)
    events.record("correct_participation", participation, by=by, at=at, revision=participation.revision)
    return participation


def withdraw(participation: Participation, *, reason: str, by: Actor, at: datetime) -> Participation:
    """Say that somebody didn't take part after all, with the reason; it counts nowhere any more."""
    now = queries.said(participation)
    insist(rules.why_not_withdraw(now.withdrawn, reason))
    participation.revision += 1
    db.session.add(_record(participation, entry_of(now), by=by, at=at, reason=reason, withdrawn=True))
    _answer_by_record(participation, at)
    events.record("withdraw_participation", participation, by=by, at=at, revision=participation.revision)
    return participation


def _answer_by_record(participation: Participation, at: datetime) -> None:
    note = queries.open_note(participation.id)
    if note is not None:
        note.answered, note.revision = at, participation.revision
    db.session.flush()


def note(participation: Participation, *, text: str, by: Actor, at: datetime) -> ParticipationNote:
    """Who takes part says that something is wrong in what was recorded."""
    insist(rules.why_not_note(queries.open_note(participation.id) is not None))
    row = ParticipationNote(
        region_id=participation.region_id, participation_id=participation.id, text=text, at=at
    )
    db.session.add(row)
    db.session.flush()
    events.record("note_participation", participation, by=by, at=at)
    return row


def answer(note: ParticipationNote, *, answer: str, by: Actor, at: datetime) -> ParticipationNote:
    """Answer a note by a reason: what was recorded stays as it is."""
    insist(rules.why_not_answer(note.answered is not None, answer))
    note.answered, note.answer = at, answer
    events.record("answer_participation_note", queries.participation_of(note), by=by, at=at)
    return note

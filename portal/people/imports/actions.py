"""What is done with tables: read, check, stage; apply what was staged, or drop it (decisions §4).

These actions open the door themselves, each time for a moment: a table is checked outside it and its
rows are staged in chunks, and applying is a handful of set-based statements that read the staged rows.
Call them outside the door.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.kernel.refs import new_refs
from portal.kernel.refusal import N_, Refusal, Refused, insist
from portal.kernel.sweeps import few_sweeps
from portal.ledger import events, jobs
from portal.ledger.actor import SYSTEM, Actor
from portal.ledger.columns import stored_json
from portal.ledger.door import door, writing_much
from portal.ledger.files import Incoming
from portal.people.accounts import passwords
from portal.people.accounts import rules as accounts
from portal.people.accounts.models import LoginName
from portal.people.employment.rules import clean_staff_number
from portal.people.imports import queries, staging
from portal.people.imports.applying import Move, applying, undoing
from portal.people.imports.checks import check
from portal.people.imports.formats import read_table
from portal.people.imports.known import Outcome
from portal.people.imports.models import ImportBatch, ImportRow
from portal.people.imports.rules import (
    APPLY_CHUNK,
    IGNORED,
    LAYOUTS,
    WORKFLOW,
    BatchState,
    Difference,
    Kind,
    Row,
    RowAction,
    cell_text,
    column_names,
    difference_of,
    refusal_data,
)
from portal.people.imports.staging import BREATH, KEPT
from portal.people.organisation.actions import APPLYING, rebuild_paths
from portal.people.organisation.models import Position, Region
from portal.web.fields import parse_date

EVERY = 2**31 - 1
"""Above every row's number."""
PART_SECONDS = 0.3
"""How long one opening of the door for a part of a large batch takes at most, about."""
LEAST_CHUNK, MOST_CHUNK = 100, 10_000
"""So many rows are done at once even on the busiest machine."""


# ------------------------------------------------------------------------------ staging


def stage_file(
    region_id: int, kind: Kind, data: bytes, name: str, *, by: Actor, at: datetime, as_of: date | None = None
) -> ImportBatch:
    """Read, check and stage a CSV or XLSX file. Raises ``Refused`` when the file as a whole can't be read."""
    return _stage(region_id, kind, read_table(LAYOUTS[kind], data), name, by=by, at=at, as_of=as_of)


def stage_rows(
    region_id: int,
    kind: Kind | str,
    rows: Sequence[Mapping[str, object]],
    name: str,
    by: Actor,
    at: datetime,
    as_of: date | None = None,
) -> ImportBatch:
    """Check and stage rows given by column name (texts, dates, numbers, booleans).

    Rows are numbered from 2, as in a file with headings. Raises ``Refused`` for an unknown column.
    """
    kind = Kind(kind)
    allowed = {*column_names(kind), *IGNORED}
    used = {column for row in rows for column in row}
    if used - allowed:
        raise Refused(
            Refusal(
                "import.column_unknown",
                N_("Kolom %(heading)s tidak dikenal."),
                {"heading": ", ".join(sorted(used - allowed))},
            )
        )
    read = [Row(number, {c: cell_text(row.get(c)) for c in used}) for number, row in enumerate(rows, 2)]
    return _stage(region_id, kind, read, name, by=by, at=at, as_of=as_of)


def _stage(
    region_id: int,
    kind: Kind,
    rows: Sequence[Row],
    name: str,
    *,
    by: Actor,
    at: datetime,
    as_of: date | None,
) -> ImportBatch:
    region = db.session.get_one(Region, region_id)
    batch = _new_batch(region, kind, name, by=by, at=at, as_of=as_of)
    with door() as session:
        session.add(batch)
    _fill(batch, rows)
    return batch


def _new_batch(
    region: Region, kind: Kind, name: str, *, by: Actor, at: datetime, as_of: date | None
) -> ImportBatch:
    return ImportBatch(
        region_id=region.id,
        kind=kind,
        file_name=cell_text(name)[-200:],
        state=BatchState.CHECKING,
        as_of=as_of or local_date(at, region.zone),
        # Read before the rows are checked: a change in between then shows as one when they are applied.
        structure_version=region.structure_version,
        account_id=by.account_id,
        made=at,
    )


def _fill(batch: ImportBatch, rows: Sequence[Row]) -> None:
    """Check ``rows`` and stage them in chunks; the batch is then ready."""
    region_id, kind = batch.region_id, batch.kind
    version = queries.structure_version(region_id)
    with few_sweeps():
        outcomes = _outcomes(region_id, kind, rows, batch.as_of)
        found = [difference_of(kind, each.action, each.before) for each in outcomes]
        values = map(_staged, outcomes, found)
        staging.stage(batch, len(outcomes), (ImportRow, values))
        counts = _counts(outcomes, found)
    with door(batch):
        batch.structure_version = version
        for field, value in counts.items():
            setattr(batch, field, value)
        batch.state = BatchState(WORKFLOW.after("finish_check", batch.state.value))


def _counts(outcomes: Sequence[Outcome], found: Sequence[Difference]) -> dict[str, Any]:
    """What a batch keeps of its rows together; counted before the door is opened."""
    actions = Counter(outcome.action for outcome in outcomes)
    return {
        **{field: actions[action] for action, field in _COUNTS.items()},
        "differences": {difference.value: n for difference, n in Counter(found).items()},
        "steps": _count_steps(outcomes),
        "warned": sum(bool(outcome.warnings) and not outcome.errors for outcome in outcomes),
    }


_COUNTS = {
    RowAction.JOIN: "joined",
    RowAction.CHANGE: "changed",
    RowAction.LEAVE: "left",
    RowAction.SAME: "same",
    RowAction.BAD: "bad",
}


THINGS = (
    "unit",
    "parent",
    "position",
    "appointment",
    "person",
    "employee",
    "tenure",
    "delegation",
    "account",
)
"""What a plan may make ("new") or change ("change")."""
_REFERRED = [(thing, f"{thing}_ref") for thing in THINGS if thing not in ("parent", "person")]
MARKS = (
    *("old_parent", "moved_parent", "old_appointment", "left_tenure", "left_delegation"),
    *("old_mails_of", "login_number_digest", "login_mail_digest"),
)
"""Steps that a plan takes when it has the key at all."""


def _count_steps(outcomes: Sequence[Outcome]) -> dict[str, int]:
    # Few rows differ in what they plan: each kind of plan is counted, then taken apart.
    plans: Counter[tuple[tuple[object, ...], tuple[bool, ...], bool]] = Counter(
        (tuple(map(plan.get, THINGS)), tuple(map(plan.__contains__, MARKS)), _is_top(plan))
        for plan in (outcome.plan for outcome in outcomes)
    )
    counts: Counter[str] = Counter()
    for (things, marks, top), number in plans.items():
        steps = [f"{thing}={step}" for thing, step in zip(THINGS, things, strict=True) if step is not None]
        steps += [mark for mark, there in zip(MARKS, marks, strict=True) if there]
        steps += ["parent=new,top"] * top
        for step in steps:
            counts[step] += number
    return dict(counts)


def _is_top(plan: Mapping[str, object]) -> bool:
    return plan.get("parent") == "new" and not plan["parent_code"]


def _outcomes(region_id: int, kind: Kind, rows: Sequence[Row], day: date) -> list[Outcome]:
    numbers: set[str] = set()
    digests: dict[str, str] = {}
    if kind is Kind.EMPLOYEE:
        numbers = {clean_staff_number(row.cells.get("nip", "")) for row in rows} - {""}
        mails = {row.cells.get("surel", "").casefold() for row in rows} - {""}
        digests = {login: passwords.login_digest(login) for login in (*sorted(numbers), *sorted(mails))}
    state = queries.known(kind, region_id, numbers=numbers, logins=digests)
    outcomes = check(kind, rows, state, as_of=day, date_of=parse_date)
    _give_references(outcomes, digests)
    return outcomes


def _give_references(outcomes: Sequence[Outcome], digests: Mapping[str, str]) -> None:
    """Complete the plans with what must not be guessed: references of new rows, digests of login names."""
    person_refs: dict[object, str] = {}
    mails = queries.mails_of(_account_of(each.plan) for each in outcomes if "old_mails_of" in each.plan)
    refs = iter(new_refs(sum(list(outcome.plan.values()).count("new") for outcome in outcomes)))
    for outcome in outcomes:
        plan = outcome.plan
        group = plan.pop("person_group", None)
        if group is not None:
            if group not in person_refs:
                person_refs[group] = next(refs)
            plan["person_ref"] = person_refs[group]
        for thing, field in _REFERRED:
            if plan.get(thing) == "new":
                plan[field] = next(refs)
        if "old_mails_of" in plan:
            plan["was_mails"] = mails.get(_account_of(plan), [])
        for login in ("login_number", "login_mail"):
            if login in plan:
                name = str(plan.pop(login))
                plan |= {
                    f"{login}_digest": digests.get(name) or passwords.login_digest(name),
                    f"{login}_masked": accounts.mask(name)[:60],
                }


def _account_of(plan: Mapping[str, object]) -> int:
    return int(str(plan["old_mails_of"]))


def _staged(outcome: Outcome, difference: Difference) -> dict[str, object]:
    return {
        "number": outcome.number,
        "key": outcome.key,
        "action": outcome.action.value,
        "difference": difference.value,
        "doubtful": bool(outcome.warnings) and not outcome.errors,
        "given": stored_json(outcome.given),
        "errors": stored_json([problem.as_data() for problem in outcome.errors]),
        "warnings": stored_json([problem.as_data() for problem in outcome.warnings]),
        "before": stored_json(outcome.before),
        "plan": stored_json(outcome.plan),
    }


# ------------------------------------------------------------------------------ by the page


def upload(
    region: Region,
    *,
    kind: Kind,
    as_of: date | None,
    incoming: Incoming,
    by: Actor,
    at: datetime,
) -> ImportBatch:
    """Take an uploaded file in and have it checked in the background; inside the door.

    The file is kept apart from all others until it was checked, then it is deleted: what is needed of it
    is staged. Raises ``Refused`` while the same file still waits.
    """
    staging.refuse_twice(ImportBatch, region.id, incoming.sha256, ImportBatch.kind == kind)
    batch = _new_batch(region, kind, incoming.name, by=by, at=at, as_of=as_of)
    staging.keep(batch, incoming)
    jobs.enqueue("check_import", at=at, batch_ref=batch.ref)
    events.record("upload_import", batch, by=by, at=at, kind=kind.value)
    return batch


@jobs.handles("check_import")
def check_upload(batch_ref: str, at: datetime) -> None:
    """Read and check an uploaded file; running it again does no harm."""
    batch = queries.batch_in(ImportBatch, BatchState.CHECKING, batch_ref)
    if batch is None:
        return
    try:
        rows = staging.rows_of(batch, partial(read_table, LAYOUTS[batch.kind]))
    except Refused as refused:
        _deny(batch, refused.refusal, at)
    else:
        _fill(batch, rows)
    staging.forget_file(batch)


@jobs.gives_up("check_import")
def give_checking_up(batch_ref: str, at: datetime) -> None:
    """Checking isn't tried any more: nobody waits for it in vain."""
    batch = queries.batch_in(ImportBatch, BatchState.CHECKING, batch_ref)
    if batch is not None:
        _deny(batch, staging.CHECK_FAILED, at)


def _deny(batch: ImportBatch, refusal: Refusal, at: datetime) -> None:
    with door(batch):
        batch.state = BatchState(WORKFLOW.after("deny", batch.state.value))
        batch.problem = refusal_data(refusal)
        batch.settled = at
        events.record("deny_import", batch, by=SYSTEM, at=at, kind=batch.kind.value, code=refusal.code)


# ------------------------------------------------------------------------------ applying


def why_not_apply(
    batch: ImportBatch, structure_version: int, skip_bad: bool, busy: bool = False
) -> Refusal | None:
    """Why a batch can't be applied: settled already, the structure moved on, or rows are bad.

    ``busy``: another batch of the region is being applied at this moment.
    """
    refusal = WORKFLOW.why_not("apply", batch.state.value)
    if refusal is not None:
        return refusal
    if busy:
        return APPLYING
    if batch.structure_version != structure_version:
        return Refusal(
            "import.structure_moved",
            N_(
                "Struktur daerah ini berubah setelah berkas diperiksa. Periksa berkas sekali lagi, lalu terapkan."
            ),
        )
    if batch.bad and not skip_bad:
        return Refusal(
            "import.bad_rows",
            N_(
                "%(n)s baris salah, karena itu tidak satu pun diterapkan. Betulkan, atau lewati baris yang salah."
            ),
            {"n": batch.bad},
        )
    return None


def apply(batch: ImportBatch, by: Actor, at: datetime, skip_bad: bool = False) -> ImportBatch:
    """Apply a staged batch here and now: all of it, or with ``skip_bad`` its good rows.

    Opens the door itself: once for a batch of ordinary size, which then is applied whole or not at all;
    many times for a large one, so that nobody waits for long. Raises ``Refused`` when rows are bad and not
    skipped, or the structure changed since the check.
    """
    region = db.session.get_one(Region, batch.region_id)
    if batch.total <= APPLY_CHUNK:
        with door(region, batch) as session:
            _begin(batch, region, skip_bad, by=by, at=at)
            for move in applying(batch):
                _run_checked(move, session)
            _finish(batch, region, at)
        return batch
    with door(region, batch):
        _begin(batch, region, skip_bad, by=by, at=at)
    _go_on(batch, at)
    return batch


def start_apply(batch: ImportBatch, *, skip_bad: bool, by: Actor, at: datetime) -> ImportBatch:
    """Have a staged batch applied in the background; inside the door. Raises ``Refused`` as ``apply``."""
    region = db.session.get_one(Region, batch.region_id, with_for_update=True, populate_existing=True)
    _begin(batch, region, skip_bad, by=by, at=at)
    jobs.enqueue("apply_import", at=at, batch_ref=batch.ref)
    return batch


@jobs.handles("apply_import")
def apply_in_background(batch_ref: str, at: datetime) -> None:
    """Go on applying a batch from where it stands; running it again does no harm."""
    batch = queries.batch_in(ImportBatch, BatchState.APPLYING, batch_ref)
    if batch is None:
        return
    try:
        _go_on(batch, at)
    except (RuntimeError, IntegrityError):
        # It would fail the same way again.
        db.session.rollback()
        _fail(batch, at)
        raise


@jobs.gives_up("apply_import")
def give_applying_up(batch_ref: str, at: datetime) -> None:
    """Applying isn't tried any more: what was written goes again, and the region is free."""
    batch = queries.batch_in(ImportBatch, BatchState.APPLYING, batch_ref)
    if batch is not None:
        _fail(batch, at)


def _fail(batch: ImportBatch, at: datetime) -> None:
    """Let the region go on without the batch: take back what was written, part by part, and say so.

    Where something hangs already on what came, that stays; the file uploaded once more then finds it there.
    """
    whole = _taken_back(batch)
    region = db.session.get_one(Region, batch.region_id)
    with door(region, batch) as session:
        batch.state = BatchState(WORKFLOW.after("fail_apply", batch.state.value))
        batch.problem = refusal_data(FAILED if whole else FAILED_HALF)
        batch.done = batch.todo = 0
        if whole:
            _stands_as_before(batch, region, session)
        else:
            region.structure_version += 1
        region.applying = ""
        if batch.kind is Kind.UNIT:
            rebuild_paths(region.id, local_date(at, region.zone))
        events.record("fail_import", batch, by=SYSTEM, at=at, kind=batch.kind.value)


def _taken_back(batch: ImportBatch) -> bool:
    """Undo every move over every part of the rows, written or not; whether all of it went."""
    if batch.done == 0:
        return True
    mails = queries.lost_mails(batch) if batch.steps.get("old_mails_of") else []
    moves, rows = undoing(batch), queries.last_row(batch) + 1
    try:
        for number, low, high in _parts(0, len(moves), rows):
            with door(batch) as session, writing_much(session):
                moves[number].run(session, low, high)
                jobs.keep_lease()
        kept = queries.kept_logins([str(mail["digest"]) for mail in mails])
        lost = [mail for mail in mails if mail["digest"] not in kept]
        if lost:
            with door(batch) as session:
                session.execute(insert(LoginName), lost)
    except IntegrityError:
        db.session.rollback()
        return False
    return True


FAILED = Refusal(
    "import.failed",
    N_("Penerapan gagal dan tidak ada yang berubah. Unggah berkasnya sekali lagi supaya diperiksa ulang."),
)
FAILED_HALF = Refusal(
    "import.failed_half",
    N_(
        "Penerapan gagal di tengah jalan, dan sebagian baris sudah tersimpan. "
        "Unggah berkasnya sekali lagi: yang sudah tersimpan dikenali, sisanya diterapkan."
    ),
)


def _begin(batch: ImportBatch, region: Region, skip_bad: bool, *, by: Actor, at: datetime) -> None:
    insist(why_not_apply(batch, region.structure_version, skip_bad, busy=bool(region.applying)))
    batch.state = BatchState(WORKFLOW.after("apply", batch.state.value))
    batch.problem, batch.done, batch.todo = None, 0, 0
    region.applying = batch.ref
    if batch.joined or batch.changed or batch.left:
        region.structure_version += 1
    batch.applied_version = region.structure_version
    events.record(
        "apply_import",
        batch,
        by=by,
        at=at,
        kind=batch.kind.value,
        joined=batch.joined,
        changed=batch.changed,
        left=batch.left,
        same=batch.same,
        skipped=batch.bad,
    )


def _finish(batch: ImportBatch, region: Region, at: datetime) -> None:
    if batch.kind is Kind.UNIT:
        rebuild_paths(region.id, local_date(at, region.zone))
    batch.state = BatchState(WORKFLOW.after("finish_apply", batch.state.value))
    batch.settled = at
    region.applying = ""


def _go_on(batch: ImportBatch, at: datetime) -> None:
    """Every move over every part of the rows, each in its own opening of the door, then the end.

    A batch of ordinary size goes through one door: whole or not at all.
    """
    region = db.session.get_one(Region, batch.region_id)
    moves, rows = applying(batch), queries.last_row(batch) + 1
    if rows <= APPLY_CHUNK:
        with door(region, batch) as session:
            for move in moves:
                _run_checked(move, session)
            _finish(batch, region, at)
        return
    with door(batch):
        batch.todo = len(moves) * rows
    # What was done before an interruption isn't counted again.
    written, whole = 0, batch.done % rows == 0
    for number, low, high in _parts(batch.done, len(moves), rows):
        with door(batch) as session, writing_much(session):
            written += moves[number].run(session, low, high)
            batch.done = number * rows + high + 1
            jobs.keep_lease()
        if high + 1 == rows:
            if whole:
                moves[number].check(written)
            written, whole = 0, True
    with door(region, batch):
        _finish(batch, region, at)


def _parts(done: int, moves: int, rows: int) -> Iterator[tuple[int, int, int]]:
    """Which move is run over which rows (from, to), one after the other, from where it stands.

    As many rows at a time as were done within ``PART_SECONDS`` before, on a busy machine fewer; between
    them whoever waits for the door comes in.
    """
    size = APPLY_CHUNK
    while done < moves * rows:
        number, low = divmod(done, rows)
        high = min(low + size, rows) - 1
        began = time.monotonic()
        yield number, low, high
        took = time.monotonic() - began
        done += high + 1 - low
        size = min(MOST_CHUNK, max(LEAST_CHUNK, int(size * PART_SECONDS / max(took, 0.001))))
        time.sleep(BREATH)


# ------------------------------------------------------------------------------ taking back


def why_not_undo(batch: ImportBatch, region: Region, at: datetime) -> Refusal | None:
    """Why an applied batch can't be taken back."""
    refusal = WORKFLOW.why_not("undo", batch.state.value)
    if refusal is not None:
        return refusal
    if region.applying:
        return APPLYING
    if batch.made < at - KEPT:
        return Refusal(
            "import.undo_old",
            N_(
                "Impor ini lebih tua daripada %(n)s hari; barisnya sudah dihapus dan tidak dapat ditarik lagi."
            ),
            {"n": KEPT.days},
        )
    if region.structure_version != batch.applied_version:
        return Refusal(
            "import.undo_moved",
            N_(
                "Struktur daerah ini berubah lagi sesudah impor ini. "
                "Tarik dahulu impor yang lebih baru; perubahan lewat formulir tidak dapat ditarik bersama impor."
            ),
        )
    return None


HANGS = Refusal(
    "import.undo_hangs",
    N_(
        "Impor ini tidak dapat ditarik: sudah ada yang bergantung padanya, misalnya pendaftaran pada periode, "
        "SKP, orang yang sudah masuk ke akunnya, atau jabatan di unit yang baru."
    ),
)


def undo(batch: ImportBatch, *, by: Actor, at: datetime) -> ImportBatch:
    """Take an applied batch back, whole; inside the door.

    What came goes again and what changed is as before. Raises ``Refused`` when the structure moved on or
    something hangs on what came.
    """
    session: Session = db.session()
    region = session.get_one(Region, batch.region_id, with_for_update=True, populate_existing=True)
    insist(why_not_undo(batch, region, at))
    if batch.kind is Kind.POSITION and region.agency_head_appraiser_id is not None:
        post = session.get(Position, region.agency_head_appraiser_id)
        if post is not None and queries.made_position(batch, post.ref):
            raise Refused(HANGS)
    mails = queries.lost_mails(batch) if batch.steps.get("old_mails_of") else []
    try:
        for move in undoing(batch):
            _run_checked(move, session)
        if mails:
            session.execute(insert(LoginName), mails)
    except IntegrityError:
        raise Refused(HANGS) from None
    _stands_as_before(batch, region, session)
    if batch.kind is Kind.UNIT:
        rebuild_paths(region.id, local_date(at, region.zone))
    batch.state = BatchState(WORKFLOW.after("undo", batch.state.value))
    batch.settled = at
    events.record("undo_import", batch, by=by, at=at, kind=batch.kind.value)
    return batch


def _stands_as_before(batch: ImportBatch, region: Region, session: Session) -> None:
    """Everything stands again as when ``batch`` was checked: the one applied before it can be undone now."""
    region.structure_version += 1
    session.execute(
        update(ImportBatch)
        .where(
            ImportBatch.region_id == region.id,
            ImportBatch.state == BatchState.APPLIED,
            ImportBatch.applied_version == batch.structure_version,
        )
        .values(applied_version=region.structure_version)
    )


def _run_checked(move: Move, session: Session) -> None:
    """The move over all rows at once."""
    move.check(move.run(session, 0, EVERY))


def drop(batch: ImportBatch, by: Actor, at: datetime) -> ImportBatch:
    """Give a staged batch up: it can't be applied any more. Raises ``Refused`` when it was applied."""
    with door(batch):
        give_up(batch, by=by, at=at)
    return batch


def give_up(batch: ImportBatch, *, by: Actor, at: datetime) -> ImportBatch:
    """``drop`` inside the open door."""
    insist(WORKFLOW.why_not("drop", batch.state.value))
    batch.state = BatchState(WORKFLOW.after("drop", batch.state.value))
    batch.settled = at
    events.record("drop_import", batch, by=by, at=at, kind=batch.kind.value)
    return batch


def forget_old(at: datetime) -> None:
    """Erase the rows of batches made more than ``KEPT`` ago; inside the housekeeping's door.

    They hold names and staff numbers as they were handed in. The batch with its counts stays.
    """
    old = select(ImportBatch.id).where(ImportBatch.made < at - KEPT)
    db.session.execute(delete(ImportRow).where(ImportRow.batch_id.in_(old)))

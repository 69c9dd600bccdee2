"""What is done with files of earlier years: taken in, checked, applied at once, taken back.

Like the imports of people (decisions §4): checking and applying open the door themselves, each time for a
moment. The years that a file brings are staged as they will stand, not in force; applying is two set-based
statements over ranges of rows: what stands there is replaced, what was staged comes into force. Taking back
is the same in reverse, so the earlier values come back as they were.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import Session

from portal.extensions import alias, db
from portal.kernel.clock import local_date
from portal.kernel.exact import to_millionths
from portal.kernel.refs import new_refs
from portal.kernel.refusal import N_, Refusal, Refused, insist
from portal.kernel.sweeps import few_sweeps
from portal.ledger import events, jobs
from portal.ledger.actor import SYSTEM, Actor
from portal.ledger.columns import stored_json
from portal.ledger.door import door, writing_much
from portal.ledger.files import Incoming
from portal.people.employment.rules import clean_staff_number
from portal.people.imports import staging
from portal.people.imports.formats import formula_in, read_table
from portal.people.imports.queries import batch_in
from portal.people.imports.rules import KEPT_CELL, BatchState, Row, cell_text, clip, refusal_data
from portal.people.imports.staging import BREATH, KEPT
from portal.people.organisation.models import Region
from portal.performance.legacy import queries, rules
from portal.performance.legacy.models import LegacyBatch, LegacyRow, LegacyYear
from portal.performance.legacy.rules import WORKFLOW, Checked, Fate, LegacyMethod
from portal.policy.policies.actions import latest
from portal.policy.policies.models import PolicyVersion
from portal.web.fields import parse_date

APPLY_CHUNK = 2000
"""Rows of a file put in force in one opening of the door; so a file of ordinary size is applied whole."""
Older = alias(LegacyYear)


# ------------------------------------------------------------------------------ taking in


def upload(region: Region, *, incoming: Incoming, by: Actor, at: datetime) -> LegacyBatch:
    """Take an uploaded file in and have it checked in the background; inside the door.

    The file is kept until it was checked, then deleted: what is needed of it is staged. Raises ``Refused``
    while the same file still waits.
    """
    staging.refuse_twice(LegacyBatch, region.id, incoming.sha256)
    batch = _new_batch(region.id, incoming.name, by=by, at=at)
    staging.keep(batch, incoming)
    jobs.enqueue("check_legacy_import", at=at, batch_ref=batch.ref)
    events.record("upload_legacy_import", batch, by=by, at=at)
    return batch


def stage_rows(
    region_id: int, rows: Sequence[Mapping[str, object]], name: str, *, by: Actor, at: datetime
) -> LegacyBatch:
    """Check and stage rows given by column name, numbered from 2 as in a file; opens the door itself."""
    batch = _new_batch(region_id, name, by=by, at=at)
    with door() as session:
        session.add(batch)
    read = [Row(n, {c: cell_text(value) for c, value in row.items()}) for n, row in enumerate(rows, 2)]
    _fill(batch, read, at)
    return batch


def _new_batch(region_id: int, name: str, *, by: Actor, at: datetime) -> LegacyBatch:
    return LegacyBatch(
        region_id=region_id,
        file_name=cell_text(name)[-200:],
        state=BatchState.CHECKING,
        account_id=by.account_id,
        made=at,
    )


@jobs.handles("check_legacy_import")
def check_upload(batch_ref: str, at: datetime) -> None:
    """Read and check an uploaded file; running it again does no harm."""
    batch = batch_in(LegacyBatch, BatchState.CHECKING, batch_ref)
    if batch is None:
        return
    try:
        rows = staging.rows_of(batch, _read)
    except Refused as refused:
        _deny(batch, refused.refusal, at)
    else:
        _fill(batch, rows, at)
    staging.forget_file(batch)


def _read(data: bytes) -> list[Row]:
    rows = read_table(rules.LAYOUT, data)
    place = formula_in(data)
    if place is not None:
        raise Refused(
            Refusal(
                "legacy.formula",
                N_(
                    "Berkas ini memuat rumus (sel %(place)s). Nilai harus seperti tercetak pada dokumen: salin "
                    "tabelnya, tempel sebagai nilai saja, simpan, lalu unggah lagi."
                ),
                {"place": place or "?"},
            )
        )
    return rows


@jobs.gives_up("check_legacy_import")
def give_checking_up(batch_ref: str, at: datetime) -> None:
    """Checking isn't tried any more: nobody waits for it in vain."""
    batch = batch_in(LegacyBatch, BatchState.CHECKING, batch_ref)
    if batch is not None:
        _deny(batch, staging.CHECK_FAILED, at)


def _deny(batch: LegacyBatch, refusal: Refusal, at: datetime) -> None:
    with door(batch):
        batch.state = BatchState(WORKFLOW.after("deny", batch.state.value))
        batch.problem = refusal_data(refusal)
        batch.settled = at
        events.record("deny_legacy_import", batch, by=SYSTEM, at=at, code=refusal.code)


# ------------------------------------------------------------------------------ checking


def _fill(batch: LegacyBatch, rows: Sequence[Row], at: datetime) -> None:
    """Check ``rows`` and stage them in chunks with the years that they bring; the file is then ready."""
    region = db.session.get_one(Region, batch.region_id)
    # Read before the rows are checked: a change in between then shows as one when they are applied.
    mark = queries.mark(region.id)
    scales = {method: latest(key) for method, key in rules.POLICIES.items()}
    with few_sweeps():
        known = _known(region, rows, scales, queries.uploader(batch), at)
        checked = rules.check(rows, known, parse_date)
        _stage(batch, checked, scales)
        fates = Counter(line.fate.value for line in checked.lines)
    with door(batch):
        batch.mark = mark
        batch.fates = dict(fates)
        batch.years = len(checked.years)
        batch.doubtful = sum(year.doubtful for year in checked.years)
        batch.state = BatchState(WORKFLOW.after("finish_check", batch.state.value))


def _known(
    region: Region,
    rows: Sequence[Row],
    scales: Mapping[LegacyMethod, PolicyVersion],
    own: int | None,
    at: datetime,
) -> rules.Known:
    numbers = {clean_staff_number(row.cells.get(rules.NUMBER, "")) for row in rows} - {""}
    people = queries.people(region.id, numbers)
    return rules.Known(
        people=people,
        years=queries.known_years(region.id, {person.id for person in people.values()}),
        evaluated=queries.evaluated_years(region.id),
        this_year=local_date(at, region.zone).year,
        policies={method: scale.rules for method, scale in scales.items()},
        own=own,
    )


def _stage(batch: LegacyBatch, checked: Checked, scales: Mapping[LegacyMethod, PolicyVersion]) -> None:
    scale_ids = {method: scale.id for method, scale in scales.items()}
    refs = new_refs(len(checked.years))
    rows = map(_row, checked.lines)
    years = ({**_year(each, scale_ids), "ref": ref} for each, ref in zip(checked.years, refs, strict=True))
    total = len(checked.lines) + len(checked.years)
    staging.stage(batch, total, (LegacyRow, rows), (LegacyYear, years))


def _row(line: rules.Line) -> dict[str, object]:
    cells = line.reading.row.cells
    return {
        "number": line.reading.row.number,
        "person_id": line.person.id if line.person is not None else None,
        "fate": line.fate.value,
        "given": stored_json({name: clip(text, KEPT_CELL) for name, text in cells.items()}),
        "errors": stored_json([problem.as_data() for problem in line.reading.problems]),
        "warnings": stored_json([problem.as_data() for problem in line.reading.warnings]),
        "before": stored_json(line.before),
    }


def _year(each: rules.CheckedYear, scale_ids: Mapping[LegacyMethod, int]) -> dict[str, object]:
    person_id, year, method = each.key
    return {
        "number": each.lines[0].reading.row.number,
        "person_id": person_id,
        "year": year,
        "method": method.value,
        "score": to_millionths(each.verdict.score),
        "overall": each.verdict.overall.value,
        "said": stored_json([part.as_data() for part in each.parts]),
        "policy_version_id": scale_ids[method],
        "doubtful": each.doubtful,
        "in_force": False,
        "replaced_by": None,
    }


# ------------------------------------------------------------------------------ applying


def why_not_apply(
    batch: LegacyBatch, *, mark: str, busy: bool, oneself: bool, with_doubtful: bool = True
) -> Refusal | None:
    """Why a file can't be applied: settled, it holds a year of whoever asks (``oneself``), another one is on
    its way, the years moved on, nothing to do.

    ``with_doubtful``: whether its doubtful years are applied, too.
    """
    refusal = WORKFLOW.why_not("apply", batch.state.value)
    if refusal is not None:
        return refusal
    if oneself:
        return ONESELF
    if busy:
        return BUSY
    if batch.mark != mark:
        return Refusal(
            "legacy.moved",
            N_(
                "Tahun lama daerah ini berubah setelah berkas diperiksa, atau siklus baru dibuka. Unggah berkasnya "
                "sekali lagi supaya diperiksa ulang."
            ),
        )
    if not batch.years:
        return Refusal("legacy.nothing", N_("Tidak ada baris yang akan mengubah sesuatu."))
    if batch.years == batch.doubtful and not with_doubtful:
        return Refusal(
            "legacy.only_doubtful",
            N_("Semua tahun di berkas ini meragukan. Cocokkan dengan dokumennya, lalu centang kotaknya."),
        )
    return None


ONESELF = Refusal(
    "legacy.oneself",
    N_(
        "Berkas ini memuat nilai Anda sendiri. Mintalah pengelola lain menerapkannya atau menariknya kembali."
    ),
)
BUSY = Refusal("legacy.busy", N_("Impor tahun lama yang lain sedang diterapkan. Tunggu sampai selesai."))


def start_apply(batch: LegacyBatch, *, with_doubtful: bool, by: Actor, at: datetime) -> LegacyBatch:
    """Have a checked file applied in the background; inside the door. Raises ``Refused`` as ``why_not_apply``."""
    _begin(batch, with_doubtful, by=by, at=at)
    jobs.enqueue("apply_legacy_import", at=at, batch_ref=batch.ref)
    return batch


def apply(batch: LegacyBatch, *, with_doubtful: bool, by: Actor, at: datetime) -> LegacyBatch:
    """Apply a checked file here and now; opens the door itself. Raises ``Refused`` as ``why_not_apply``."""
    with door(batch):
        _begin(batch, with_doubtful, by=by, at=at)
    _go_on(batch, at)
    return batch


def _begin(batch: LegacyBatch, with_doubtful: bool, *, by: Actor, at: datetime) -> None:
    # One after the other: of two files that begin together the second sees the first.
    db.session.get_one(Region, batch.region_id, with_for_update=True, populate_existing=True)
    insist(
        why_not_apply(
            batch,
            mark=queries.mark(batch.region_id),
            busy=queries.is_busy(batch.region_id),
            oneself=queries.is_about(batch, by.person_id),
            with_doubtful=with_doubtful,
        )
    )
    batch.state = BatchState(WORKFLOW.after("apply", batch.state.value))
    batch.with_doubtful, batch.problem, batch.done, batch.todo = with_doubtful, None, 0, 0
    events.record(
        "apply_legacy_import",
        batch,
        by=by,
        at=at,
        years=batch.years - (0 if with_doubtful else batch.doubtful),
        doubtful=batch.doubtful if with_doubtful else 0,
        skipped=batch.count(Fate.BAD),
    )


@jobs.handles("apply_legacy_import")
def apply_in_background(batch_ref: str, at: datetime) -> None:
    """Go on applying a file from where it stands; running it again does no harm."""
    batch = batch_in(LegacyBatch, BatchState.APPLYING, batch_ref)
    if batch is not None:
        _go_on(batch, at)


def _go_on(batch: LegacyBatch, at: datetime) -> None:
    last = queries.last_number(batch)
    low = batch.done + 1
    while low <= last:
        with door(batch) as session, writing_much(session):
            # The last part reaches the end of the file and takes everything that is left of it.
            high = low + APPLY_CHUNK - 1
            _put_in_force(session, batch, low, high)
            batch.done, batch.todo = min(high, last), last
            jobs.keep_lease()
        low = high + 1
        time.sleep(BREATH)
    with door(batch):
        batch.state = BatchState(WORKFLOW.after("finish_apply", batch.state.value))
        batch.settled = at


def _put_in_force(session: Session, batch: LegacyBatch, low: int, high: int) -> None:
    """Two statements: what stands in the place of a staged year goes, and the staged one comes."""
    mine = [
        LegacyYear.batch_id == batch.id,
        LegacyYear.number.between(low, high),
        LegacyYear.replaced_by.is_(None),
    ]
    if not batch.with_doubtful:
        mine.append(~LegacyYear.doubtful)
    # From the staged ones to those in their place, each by the index of what is in force.
    older = (
        select(Older.id)
        .join(
            LegacyYear,
            and_(
                LegacyYear.region_id == Older.region_id,
                LegacyYear.person_id == Older.person_id,
                LegacyYear.year == Older.year,
                LegacyYear.method == Older.method,
            ),
        )
        .where(*mine, Older.in_force, Older.batch_id != batch.id)
    )
    replaced = update(LegacyYear).where(LegacyYear.id.in_(older))
    quietly = {"synchronize_session": False}
    session.execute(replaced.values(in_force=False, replaced_by=batch.id), execution_options=quietly)
    session.execute(update(LegacyYear).where(*mine).values(in_force=True), execution_options=quietly)


@jobs.gives_up("apply_legacy_import")
def give_applying_up(batch_ref: str, at: datetime) -> None:
    """Applying isn't tried any more: what was there stands again, and the file waits with a word why."""
    batch = batch_in(LegacyBatch, BatchState.APPLYING, batch_ref)
    if batch is None:
        return
    with door(batch) as session:
        _put_back(session, batch)
        batch.state = BatchState(WORKFLOW.after("fail_apply", batch.state.value))
        batch.problem = refusal_data(
            Refusal(
                "legacy.failed",
                N_(
                    "Penerapan gagal karena gangguan di portal; nilai semula berlaku lagi. Terapkan sekali lagi."
                ),
            )
        )
        batch.done = batch.todo = 0
        events.record("fail_legacy_import", batch, by=SYSTEM, at=at)


# ------------------------------------------------------------------------------ taking back


def _put_back(session: Session, batch: LegacyBatch) -> None:
    """Its years leave, and those whose place they took stand again."""
    quietly = {"synchronize_session": False}
    session.execute(
        update(LegacyYear).where(LegacyYear.batch_id == batch.id, LegacyYear.in_force).values(in_force=False),
        execution_options=quietly,
    )
    session.execute(
        update(LegacyYear).where(LegacyYear.replaced_by == batch.id).values(in_force=True, replaced_by=None),
        execution_options=quietly,
    )


def why_not_undo(batch: LegacyBatch, *, busy: bool, replaced: bool, oneself: bool) -> Refusal | None:
    """Why an applied file can't be taken back: it holds a year of whoever asks (``oneself``), or a later one
    took the place of its years.
    """
    refusal = WORKFLOW.why_not("undo", batch.state.value)
    if refusal is not None:
        return refusal
    if oneself:
        return ONESELF
    if busy:
        return BUSY
    if replaced:
        return Refusal(
            "legacy.replaced",
            N_(
                "Sebagian nilainya sudah diganti impor yang lebih baru. Tarik dahulu impor yang lebih baru itu."
            ),
        )
    return None


def undo(batch: LegacyBatch, *, by: Actor, at: datetime) -> LegacyBatch:
    """Take an applied file back, whole; inside the door. Raises ``Refused`` as ``why_not_undo``."""
    session: Session = db.session()
    session.get_one(Region, batch.region_id, with_for_update=True, populate_existing=True)
    insist(
        why_not_undo(
            batch,
            busy=queries.is_busy(batch.region_id),
            replaced=queries.is_replaced(batch),
            oneself=queries.is_about(batch, by.person_id),
        )
    )
    _put_back(session, batch)
    session.execute(delete(LegacyYear).where(LegacyYear.batch_id == batch.id))
    batch.state = BatchState(WORKFLOW.after("undo", batch.state.value))
    batch.settled = at
    events.record("undo_legacy_import", batch, by=by, at=at)
    return batch


def give_up(batch: LegacyBatch, *, by: Actor, at: datetime) -> LegacyBatch:
    """Give a file up that wasn't applied; inside the door. Nothing of it stays but its rows, for a while."""
    insist(WORKFLOW.why_not("drop", batch.state.value))
    db.session.execute(delete(LegacyYear).where(LegacyYear.batch_id == batch.id))
    batch.state = BatchState(WORKFLOW.after("drop", batch.state.value))
    batch.settled = at
    events.record("drop_legacy_import", batch, by=by, at=at)
    return batch


def forget_old(at: datetime) -> None:
    """Erase the rows of files handed in more than ``KEPT`` ago, and years that never came into force.

    Inside the housekeeping's door. Rows hold names and staff numbers; the file with its counts stays.
    """
    old = select(LegacyBatch.id).where(LegacyBatch.made < at - KEPT)
    db.session.execute(delete(LegacyRow).where(LegacyRow.batch_id.in_(old)))
    waiting = old.where(LegacyBatch.state == BatchState.READY)
    for batch in db.session.scalars(select(LegacyBatch).where(LegacyBatch.id.in_(waiting))):
        give_up(batch, by=SYSTEM, at=at)
    never = (~LegacyYear.in_force, LegacyYear.replaced_by.is_(None), LegacyYear.batch_id.in_(old))
    db.session.execute(delete(LegacyYear).where(*never))

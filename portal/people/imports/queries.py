"""What is read for checking a table, for exporting one, and of staged batches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, select

from portal.extensions import db
from portal.people.accounts.models import Account, LoginName
from portal.people.chain.models import AppraiserAppointment, Delegation
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.imports.known import (
    Known,
    KnownDelegation,
    KnownPerson,
    KnownPosition,
    KnownTenure,
    KnownUnit,
)
from portal.people.imports.models import ImportBatch, ImportRow, Upload
from portal.people.imports.rules import NOT_ASN, BatchState, Difference, Kind, shown
from portal.people.organisation.models import Position, Region, Unit, UnitParent

T = TypeVar("T")
U = TypeVar("U", bound=Upload)
MANY = 2000
"""So many values are asked for in one statement."""


def batch_in(model: type[U], state: BatchState, ref: str) -> U | None:
    """The batch with that reference, as long as it is in ``state``."""
    return db.session.scalars(select(model).where(model.ref == ref, model.state == state)).one_or_none()


def batches(model: type[U], region_id: int, before: int | None = None, limit: int = 25) -> Sequence[U]:
    """A region's batches, the newest first, older than the one with id ``before``."""
    wanted = select(model).where(model.region_id == region_id)
    if before is not None:
        wanted = wanted.where(model.id < before)
    return db.session.scalars(wanted.order_by(model.id.desc()).limit(limit)).all()


def waiting_upload(model: type[U], region_id: int, sha256: str, *which: ColumnElement[bool]) -> U | None:
    """A batch of the same file, among those ``which``, that was neither applied nor dropped."""
    open_states = (BatchState.CHECKING, BatchState.READY, BatchState.APPLYING)
    found = db.session.scalars(
        select(model).where(
            model.region_id == region_id, model.sha256 == sha256, model.state.in_(open_states), *which
        )
    )
    # One that failed while it was applied doesn't wait: its file may be uploaded once more.
    return next((batch for batch in found if batch.problem is None), None)


def last_row(batch: ImportBatch) -> int:
    """The number of the batch's last row; 0 when there is none."""
    return db.session.scalar(select(func.max(ImportRow.number)).where(ImportRow.batch_id == batch.id)) or 0


def shown_rows(
    batch: ImportBatch,
    difference: Difference | None = None,
    doubtful: bool = False,
    after: int = 0,
    limit: int = 50,
) -> Sequence[ImportRow]:
    """Rows of a batch with one difference, or the doubtful ones, or all, behind the row ``after``."""
    wanted = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.number > after)
    if difference is not None:
        wanted = wanted.where(ImportRow.difference == difference)
    if doubtful:
        wanted = wanted.where(ImportRow.doubtful)
    return db.session.scalars(wanted.order_by(ImportRow.number).limit(limit)).all()


def bad_rows(batch: ImportBatch) -> Iterator[ImportRow]:
    """Every bad row, in the file's order."""
    return iter(
        db.session.scalars(
            select(ImportRow)
            .where(ImportRow.batch_id == batch.id, ImportRow.difference == Difference.BAD)
            .order_by(ImportRow.number)
        )
    )


def mails_of(account_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """The e-mail sign-in names of accounts as they are kept; an account without any is left out."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for some in in_chunks(account_ids):
        for row in db.session.execute(
            select(LoginName.digest, LoginName.masked, LoginName.account_id).where(
                LoginName.account_id.in_(some), LoginName.masked.contains("@")
            )
        ):
            found[row.account_id].append(dict(row._mapping))
    return found


def lost_mails(batch: ImportBatch) -> list[dict[str, Any]]:
    """The sign-in names that applying the batch took away."""
    plans = db.session.scalars(
        select(ImportRow.plan).where(
            ImportRow.batch_id == batch.id, ImportRow.plan["old_mails_of"].as_string().is_not(None)
        )
    )
    return [mail for plan in plans for mail in plan.get("was_mails", [])]


def kept_logins(digests: Collection[str]) -> set[str]:
    """Those of the sign-in names ``digests`` that are there."""
    found: set[str] = set()
    for some in in_chunks(digests):
        found.update(db.session.scalars(select(LoginName.digest).where(LoginName.digest.in_(some))))
    return found


def made_position(batch: ImportBatch, ref: str) -> bool:
    """Whether the batch made the position with that reference."""
    found = select(ImportRow.id).where(
        ImportRow.batch_id == batch.id, ImportRow.plan["position_ref"].as_string() == ref
    )
    return db.session.scalar(found.limit(1)) is not None


def warned_rows(batch: ImportBatch) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Number and warnings of each row that has any."""
    rows = db.session.execute(
        select(ImportRow.number, ImportRow.warnings)
        .where(ImportRow.batch_id == batch.id)
        .order_by(ImportRow.number)
    )
    return ((number, warnings) for number, warnings in rows if warnings)


def position_by_code(region_id: int, code: str) -> Position | None:
    """The region's position with that code."""
    return db.session.scalars(
        select(Position).where(Position.region_id == region_id, Position.code == code)
    ).one_or_none()


def structure_version(region_id: int) -> int:
    """How often the region's structure has changed so far."""
    return db.session.scalars(select(Region.structure_version).where(Region.id == region_id)).one()


# ------------------------------------------------------------------------------ the present state


def known(
    kind: Kind, region_id: int, *, numbers: Collection[str] = (), logins: dict[str, str] | None = None
) -> Known:
    """What a check of ``kind`` needs to know of the region.

    ``numbers``: the file's staff numbers; ``logins``: its login names with their digests.
    """
    if kind is Kind.UNIT:
        return Known(units=_units(region_id))
    if kind is Kind.POSITION:
        units, positions = _units(region_id), _positions(region_id)
        chosen = db.session.scalars(
            select(Region.agency_head_appraiser_id).where(Region.id == region_id)
        ).one()
        return Known(units=units, positions=positions, agency_head_appraiser=chosen)
    positions = _posts(region_id)
    code_of = {position.id: position.code for position in positions.values()}
    return Known(
        positions=positions,
        people=_people(region_id),
        tenures=_tenures(region_id, code_of),
        delegations=_delegations(region_id, code_of),
        elsewhere=_elsewhere(region_id, numbers),
        logins=_login_owners(logins or {}),
    )


def _units(region_id: int) -> dict[str, KnownUnit]:
    columns = (
        *(Unit.id, Unit.code, Unit.name, Unit.name_en, Unit.kind, Unit.is_agency, Unit.independent),
        *(Unit.working_week, Unit.slug, Unit.begins, Unit.ends),
    )
    rows = db.session.execute(select(*columns).where(Unit.region_id == region_id).order_by(Unit.code)).all()
    code_of = {row.id: row.code for row in rows}
    parents: dict[int, list[Any]] = defaultdict(list)
    for parent in db.session.execute(
        select(*(getattr(UnitParent, name) for name in ("id", "unit_id", "parent_id", "begins", "ends")))
        .where(UnitParent.region_id == region_id)
        .order_by(UnitParent.begins)
    ):
        parents[parent.unit_id].append(parent)
    found = {}
    for row in rows:
        # The last row counts, one that begins in the future too: a file says how things stand in the end.
        last = parents[row.id][-1] if parents[row.id] else None
        previous = parents[row.id][-2] if len(parents[row.id]) > 1 else None
        parent_code = code_of.get(last.parent_id, "") if last is not None else ""
        found[row.code] = KnownUnit(
            id=row.id,
            code=row.code,
            cells={
                "kode_unit": row.code,
                "nama": row.name,
                "nama_en": row.name_en,
                "jenis": row.kind,
                "kode_induk": parent_code,
                "perangkat_daerah": shown(row.is_agency),
                "unit_mandiri": shown(row.independent),
                "hari_kerja": shown(row.working_week),
                "mulai": shown(last.begins if last is not None else row.begins),
            },
            parent_code=parent_code,
            is_agency=row.is_agency,
            slug=row.slug,
            begins=row.begins,
            ends=row.ends,
            parent_row=last.id if last is not None else None,
            parent_begins=last.begins if last is not None else None,
            parent_ends=last.ends if last is not None else None,
            previous_row=previous.id if previous is not None else None,
            previous_begins=previous.begins if previous is not None else None,
            previous_ends=previous.ends if previous is not None else None,
        )
    return found


def _positions(region_id: int) -> dict[str, KnownPosition]:
    columns = (
        *(Position.id, Position.code, Position.title, Position.kind, Position.is_head, Position.echelon),
        *(Position.level, Position.job_class, Position.begins, Position.ends, Unit.code.label("unit_code")),
    )
    rows = db.session.execute(
        select(*columns)
        .join(Unit, Unit.id == Position.unit_id)
        .where(Position.region_id == region_id)
        .order_by(Position.code)
    ).all()
    code_of = {row.id: row.code for row in rows}
    named = {
        row.position_id: row
        for row in db.session.execute(
            select(
                AppraiserAppointment.id,
                AppraiserAppointment.position_id,
                AppraiserAppointment.appraiser_position_id,
                AppraiserAppointment.begins,
            )
            .where(
                AppraiserAppointment.region_id == region_id,
                AppraiserAppointment.ends.is_(None),
                AppraiserAppointment.appraiser_position_id.is_not(None),
            )
            .order_by(AppraiserAppointment.begins)
        )
    }
    found = {}
    for row in rows:
        appointment = named.get(row.id)
        appraiser = code_of[appointment.appraiser_position_id] if appointment is not None else ""
        found[row.code] = KnownPosition(
            id=row.id,
            code=row.code,
            cells={
                "kode_jabatan": row.code,
                "nama_jabatan": row.title,
                "kode_unit": row.unit_code,
                "jenis_jabatan": row.kind.value,
                "pimpinan": shown(row.is_head),
                "eselon": row.echelon,
                "jenjang": row.level,
                "kelas": shown(row.job_class),
                "kode_jabatan_penilai": appraiser,
                "mulai": shown(row.begins),
            },
            title=row.title,
            unit_code=row.unit_code,
            is_head=row.is_head,
            begins=row.begins,
            ends=row.ends,
            appraiser_code=appraiser,
            appointment_id=appointment.id if appointment is not None else None,
            appointment_begins=appointment.begins if appointment is not None else None,
        )
    return found


def _posts(region_id: int) -> dict[str, KnownPosition]:
    """Positions as far as a table of people needs them: which there are, and from when to when."""
    rows = db.session.execute(
        select(Position.id, Position.code, Position.begins, Position.ends)
        .where(Position.region_id == region_id)
        .order_by(Position.code)
    )
    return {
        code: KnownPosition(id_, code, {}, "", "", False, begins, ends) for id_, code, begins, ends in rows
    }


def _people(region_id: int) -> dict[int, KnownPerson]:
    rows = db.session.execute(
        select(
            *(Person.id, Person.ref, Person.name, Person.titles_before, Person.titles_after),
            *(Employee.id.label("employee_id"), Employee.staff_number, Employee.status, Employee.rank_code),
            Account.id.label("account_id"),
        )
        .outerjoin(Employee, Employee.person_id == Person.id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.region_id == region_id)
    )
    return {
        row.id: KnownPerson(
            id=row.id,
            ref=row.ref,
            cells={
                "nama": row.name,
                "gelar_depan": row.titles_before,
                "gelar_belakang": row.titles_after,
                "status": row.status.value if row.status is not None else NOT_ASN,
                "golongan": row.rank_code or "",
            },
            staff_number=row.staff_number or "",
            employee_id=row.employee_id,
            account_id=row.account_id,
        )
        for row in rows
    }


def _tenures(region_id: int, code_of: dict[int, str]) -> list[KnownTenure]:
    rows = db.session.execute(
        select(
            Tenure.id,
            Tenure.person_id,
            Tenure.position_id,
            Tenure.acting,
            Tenure.letter,
            Tenure.begins,
            Tenure.ends,
        )
        .where(Tenure.region_id == region_id)
        .order_by(Tenure.begins, Tenure.id)
    )
    return [
        KnownTenure(
            row.id,
            row.person_id,
            code_of[row.position_id],
            row.acting.value if row.acting is not None else "",
            row.letter,
            row.begins,
            row.ends,
        )
        for row in rows
    ]


def _delegations(region_id: int, code_of: dict[int, str]) -> list[KnownDelegation]:
    rows = db.session.execute(
        select(
            *(Delegation.id, Delegation.person_id, Delegation.position_id),
            *(Delegation.letter, Delegation.begins, Delegation.ends),
        )
        .where(Delegation.region_id == region_id)
        .order_by(Delegation.begins, Delegation.id)
    )
    return [
        KnownDelegation(row.id, row.person_id, code_of[row.position_id], row.letter, row.begins, row.ends)
        for row in rows
    ]


def _elsewhere(region_id: int, numbers: Collection[str]) -> frozenset[str]:
    found: set[str] = set()
    for some in in_chunks(numbers):
        found.update(
            db.session.scalars(
                select(Employee.staff_number).where(
                    Employee.region_id != region_id, Employee.ends.is_(None), Employee.staff_number.in_(some)
                )
            )
        )
    return frozenset(found)


def _login_owners(digests: dict[str, str]) -> dict[str, int | None]:
    """The person behind each login name that has an account already."""
    login_of = {digest: login for login, digest in digests.items()}
    found: dict[str, int | None] = {}
    for some in in_chunks(login_of):
        for digest, person_id in db.session.execute(
            select(LoginName.digest, Account.person_id)
            .join(Account, Account.id == LoginName.account_id)
            .where(LoginName.digest.in_(some))
        ):
            found[login_of[digest]] = person_id
    return found


def in_chunks(things: Iterable[T]) -> Iterator[list[T]]:
    """``things``, as many at a time as one statement asks for."""
    rest = iter(things)
    while some := list(islice(rest, MANY)):
        yield some


# ------------------------------------------------------------------------------ exports


def exported(kind: Kind, region_id: int, day: date) -> list[dict[str, str]]:
    """The region's table of ``kind`` on ``day``, row by row in the import's own format.

    What has ended is left out. Of employees, everybody who holds a post; e-mail addresses are not kept.
    """
    state = known(kind, region_id)
    if kind is Kind.UNIT:
        return [dict(unit.cells) for unit in state.units.values() if _lasts(unit.begins, unit.ends, day)]
    if kind is Kind.POSITION:
        return [dict(post.cells) for post in state.positions.values() if _lasts(post.begins, post.ends, day)]
    rows = []
    for tenure in state.tenures:
        if not _lasts(tenure.begins, tenure.ends, day):
            continue
        person = state.people[tenure.person_id]
        delegations = state.delegations_to.get((person.id, tenure.position_code), [])
        delegation = next((d for d in reversed(delegations) if d.ends is None or d.ends > day), None)
        rows.append(
            {
                "nip": person.staff_number,
                **person.cells,
                "kode_jabatan": tenure.position_code,
                "plt_plh": tenure.acting,
                "nomor_surat": tenure.letter or (delegation.letter if delegation is not None else ""),
                "delegasi_menilai": shown(delegation is not None),
                "tmt_jabatan": shown(tenure.begins),
                "sampai": shown(
                    date.fromordinal(tenure.ends.toordinal() - 1) if tenure.ends is not None else None
                ),
                "surel": "",
            }
        )
    return sorted(rows, key=lambda row: (row["kode_jabatan"], row["plt_plh"], row["nip"], row["nama"]))


def _lasts(begins: date, ends: date | None, day: date) -> bool:
    return begins <= day and (ends is None or ends > day)

"""What is read of earlier years: for checking a file, for somebody's page, for HR's list."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select

from portal.extensions import db
from portal.people.accounts.models import Account
from portal.people.employment.models import Employee, Person
from portal.people.imports.queries import in_chunks
from portal.people.imports.rules import BatchState
from portal.performance.legacy.models import LegacyBatch, LegacyRow, LegacyYear
from portal.performance.legacy.rules import (
    Fate,
    Key,
    KnownPerson,
    KnownYear,
    LegacyMethod,
    part_of,
)
from portal.policy.cycles.models import Cycle
from portal.policy.policies.models import PolicyVersion

# ------------------------------------------------------------------------------ files


def uploader(batch: LegacyBatch) -> int | None:
    """The person whose account handed a file in."""
    return db.session.scalar(select(Account.person_id).where(Account.id == batch.account_id))


def is_busy(region_id: int) -> bool:
    """Whether a file of the region is being applied."""
    busy = select(LegacyBatch.id).where(
        LegacyBatch.region_id == region_id, LegacyBatch.state == BatchState.APPLYING
    )
    return bool(db.session.scalar(select(busy.exists())))


def mark(region_id: int) -> str:
    """What the region's earlier years stand like: another text when a file was applied or taken back since,
    or a cycle opened.
    """
    settled = (BatchState.APPLIED, BatchState.UNDONE)
    counts = db.session.execute(
        select(LegacyBatch.state, func.count())
        .where(LegacyBatch.region_id == region_id, LegacyBatch.state.in_(settled))
        .group_by(LegacyBatch.state)
        .order_by(LegacyBatch.state)
    ).all()
    cycles = db.session.scalar(select(func.count()).select_from(Cycle).where(Cycle.region_id == region_id))
    return ";".join([*(f"{state.value}:{n}" for state, n in counts), f"siklus:{cycles}"])


def is_replaced(batch: LegacyBatch) -> bool:
    """Whether a later file took the place of any of its years."""
    found = select(LegacyYear.id).where(LegacyYear.batch_id == batch.id, LegacyYear.replaced_by.is_not(None))
    return bool(db.session.scalar(select(found.exists())))


def is_about(batch: LegacyBatch, person_id: int | None) -> bool:
    """Whether any of the years that a file brings is that person's; rows that change nothing don't count."""
    if person_id is None:
        return False
    found = select(LegacyYear.id).where(LegacyYear.batch_id == batch.id, LegacyYear.person_id == person_id)
    return bool(db.session.scalar(select(found.exists())))


def last_number(batch: LegacyBatch) -> int:
    """The row number of the last year that the file brings; 0 where it brings none."""
    found = select(func.max(LegacyYear.number)).where(LegacyYear.batch_id == batch.id)
    return db.session.scalar(found) or 0


def shown_rows(batch: LegacyBatch, fate: Fate, after: int, limit: int) -> Sequence[Any]:
    """Rows of a file with one fate, behind the row ``after``, with whose they are."""
    return db.session.execute(
        select(LegacyRow, Person, LegacyRow.number)
        .outerjoin(Person, Person.id == LegacyRow.person_id)
        .where(LegacyRow.batch_id == batch.id, LegacyRow.fate == fate, LegacyRow.number > after)
        .order_by(LegacyRow.number)
        .limit(limit)
    ).all()


def mended_rows(batch: LegacyBatch) -> Iterator[LegacyRow]:
    """The rows that are bad or doubtful, in the file's order."""
    fates = (Fate.BAD, Fate.DOUBTFUL)
    return iter(
        db.session.scalars(
            select(LegacyRow)
            .where(LegacyRow.batch_id == batch.id, LegacyRow.fate.in_(fates))
            .order_by(LegacyRow.number)
        )
    )


# ------------------------------------------------------------------------------ for the check


def people(region_id: int, numbers: Collection[str]) -> dict[str, KnownPerson]:
    """Those of ``numbers`` that the region's employees have or had."""
    found: dict[str, KnownPerson] = {}
    for some in in_chunks(numbers):
        rows = db.session.execute(
            select(Employee.staff_number, Person.id, Person.name)
            .join(Person, Person.id == Employee.person_id)
            .where(Employee.region_id == region_id, Employee.staff_number.in_(some))
        )
        found |= {row.staff_number: KnownPerson(row.id, row.name) for row in rows}
    return found


def known_years(region_id: int, person_ids: Collection[int]) -> dict[Key, KnownYear]:
    """The years in force of these people."""
    found: dict[Key, KnownYear] = {}
    for some in in_chunks(person_ids):
        rows = db.session.execute(
            select(
                LegacyYear.ref, LegacyYear.person_id, LegacyYear.year, LegacyYear.method, LegacyYear.said
            ).where(LegacyYear.region_id == region_id, LegacyYear.in_force, LegacyYear.person_id.in_(some))
        )
        for row in rows:
            key = (row.person_id, row.year, row.method)
            found[key] = KnownYear(row.ref, tuple(map(part_of, row.said)))
    return found


def evaluated_years(region_id: int) -> frozenset[int]:
    """The years that the portal evaluates itself."""
    return frozenset(db.session.scalars(select(Cycle.year).where(Cycle.region_id == region_id)))


# ------------------------------------------------------------------------------ somebody's years


def of_person(person_id: int) -> Sequence[Any]:
    """Somebody's earlier years with the scale of each, newest first; one statement."""
    return db.session.execute(
        select(LegacyYear, PolicyVersion)
        .join(PolicyVersion, PolicyVersion.id == LegacyYear.policy_version_id)
        .where(LegacyYear.in_force, LegacyYear.person_id == person_id)
        .order_by(LegacyYear.year.desc(), LegacyYear.method.desc(), LegacyYear.id)
    ).all()


def years_of(person_id: int | None) -> list[int]:
    """The earlier years that somebody has, oldest first."""
    if person_id is None:
        return []
    found = select(LegacyYear.year).where(LegacyYear.in_force, LegacyYear.person_id == person_id)
    return list(db.session.scalars(found.distinct().order_by(LegacyYear.year)))


# ------------------------------------------------------------------------------ HR's list

BY_NAME = (Person.search_name, Person.id, LegacyYear.year, LegacyYear.id)
BY_YEAR = (LegacyYear.year, Person.search_name, Person.id, LegacyYear.id)


def listed(scope: ColumnElement[bool], year: int | None, method: LegacyMethod | None, asked: Any) -> Any:
    """The ids of the years in force of people in ``scope``; ``asked``: the names searched for."""
    wanted = (
        select(LegacyYear.id)
        .select_from(LegacyYear)
        .join(Person, Person.id == LegacyYear.person_id)
        .where(LegacyYear.in_force, scope)
    )
    if year is not None:
        wanted = wanted.where(LegacyYear.year == year)
    if method is not None:
        wanted = wanted.where(LegacyYear.method == method)
    return wanted if asked is None else wanted.where(asked.condition)


def details() -> Any:
    """What the list and its file show."""
    return (
        select(LegacyYear.ref.label("ref"), LegacyYear, Person, Employee.staff_number)
        .select_from(LegacyYear)
        .join(Person, Person.id == LegacyYear.person_id)
        .join(Employee, Employee.person_id == Person.id)
    )


def place_of(ref: str, scope: ColumnElement[bool], key: Any) -> Any:
    """A column of the row with that reference, inside the list."""
    return (
        select(key)
        .select_from(LegacyYear)
        .join(Person, Person.id == LegacyYear.person_id)
        .where(LegacyYear.ref == ref, LegacyYear.in_force, scope)
        .correlate(None)
        .scalar_subquery()
    )


def years_there(scope: ColumnElement[bool]) -> list[int]:
    """Which years the list holds, newest first."""
    found = (
        select(LegacyYear.year)
        .join(Person, Person.id == LegacyYear.person_id)
        .where(LegacyYear.in_force, scope)
        .distinct()
    )
    return list(db.session.scalars(found.order_by(LegacyYear.year.desc())))

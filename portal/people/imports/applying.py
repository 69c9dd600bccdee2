"""The set-based statements that apply a batch and take it back: lists of moves over its staged rows.

A move is one statement for all rows that plan a step, asked for a range of row numbers at a time, so that
a large batch can be done in many short openings of the door. The order of moves never changes: a batch
that was interrupted goes on where it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Table,
    and_,
    bindparam,
    cast,
    delete,
    insert,
    literal,
    null,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from portal.extensions import Base, db
from portal.ledger.columns import Id
from portal.people.accounts.models import Account, LoginName
from portal.people.chain.models import AppraiserAppointment, Delegation
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.imports.models import ImportBatch, ImportRow
from portal.people.imports.rules import Kind, RowAction
from portal.people.organisation.models import Position, Unit, UnitParent


@dataclass(frozen=True)
class Move:
    """One statement over a range of rows (``low`` to ``high``); ``expected`` rows in all ranges together."""

    statement: Any
    expected: int | None
    table: str

    def run(self, session: Session, low: int, high: int) -> int:
        """Do it for the rows from ``low`` to ``high``; how many rows were written."""
        done: Any = session.execute(
            self.statement, {"low": low, "high": high}, execution_options={"preserve_rowcount": True}
        )
        return int(done.rowcount)

    def check(self, written: int) -> None:
        """A join that finds nothing would lose a row silently. Raises ``RuntimeError``."""
        if self.expected is not None and written != self.expected:
            raise RuntimeError(f"{self.table}: {written} rows written, {self.expected} planned")


def applying(batch: ImportBatch) -> list[Move]:
    """The moves that apply ``batch``, in their order."""
    plan = _Plan(batch)
    _APPLY[batch.kind](plan)
    return plan.moves


def undoing(batch: ImportBatch) -> list[Move]:
    """The moves that take an applied ``batch`` back: what came goes, what changed is as before."""
    plan = _Plan(batch)
    _UNDO[batch.kind](plan)
    return plan.moves


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


class _Plan:
    """The staged rows of a batch as a table: what set-based statements select from.

    Values lie in JSON, so that one form serves every kind; each accessor gives a column of them in the
    type of its target on either database.
    """

    def __init__(self, batch: ImportBatch) -> None:
        self.moves: list[Move] = []
        self.region_id = batch.region_id
        self._steps = batch.steps
        self.rows = ImportRow.__table__.alias("r")
        self.mine = and_(
            self.rows.c.batch_id == batch.id,
            self.rows.c.number >= bindparam("low"),
            self.rows.c.number <= bindparam("high"),
            self.rows.c.action.in_([RowAction.JOIN, RowAction.CHANGE, RowAction.LEAVE]),
        )
        self._dates_are_text = db.engine.dialect.name == "sqlite"

    def text(self, key: str) -> ColumnElement[Any]:
        """The text under ``key``, NULL where the plan has none."""
        return self.rows.c.plan[key].as_string()

    def id(self, key: str) -> ColumnElement[Any]:
        """A row number."""
        return cast(self.text(key), Id)

    def number(self, key: str) -> ColumnElement[Any]:
        """A small number."""
        return cast(self.text(key), Integer)

    def yes(self, key: str) -> ColumnElement[Any]:
        """A boolean."""
        return type_coerce(self.rows.c.plan[key].as_boolean(), Boolean)

    def day(self, key: str) -> ColumnElement[Any]:
        """A date; SQLite keeps dates as the very texts that the plan holds."""
        return type_coerce(self.text(key), Date) if self._dates_are_text else cast(self.text(key), Date)

    def steps(self, step: str) -> int:
        """How many rows plan a step."""
        return self._steps.get(step, 0)

    def having(self, step: str) -> ColumnElement[bool]:
        """The condition: rows of the batch that plan a step, ``thing=new`` or just a key."""
        key, _, value = step.partition("=")
        return and_(self.mine, self.text(key) == value if value else self.text(key).is_not(None))

    def add(
        self,
        model: type[Base],
        values: Mapping[str, Any],
        step: str,
        *joins: Any,
        top: bool | None = None,
        order: Any = None,
    ) -> None:
        """Insert a row of ``model`` for each staged row that plans ``step``, in the rows' ``order``.

        ``top``: only units without a parent (``True``), or with one (``False``).
        """
        condition, expected = self.having(step), self.steps(step)
        if top is not None:
            named = self.text("parent_code").is_not(None)
            condition = and_(condition, ~named if top else named)
            tops = self.steps(f"{step},top")
            expected = tops if top else expected - tops
        if not expected:
            return
        source: Any = self.rows
        for joined, on in joins:
            source = source.join(joined, on)
        chosen = select(*values.values()).select_from(source).where(condition)
        chosen = chosen.order_by(self.rows.c.number if order is None else order)
        target = _table(model)
        statement = insert(target).from_select(list(values), chosen, include_defaults=False)
        self._run(statement, expected, target.name)

    def change(self, model: type[Base], key: str, values: Mapping[str, Any], step: str) -> None:
        """Update the row of ``model`` that each staged row with ``step`` names under ``key``."""
        target = _table(model)
        named = and_(target.c.id == self.id(key), target.c.region_id == self.region_id, self.having(step))
        if expected := self.steps(step):
            self._run(update(target).where(named).values(dict(values)), expected, target.name)

    def remove(self, model: type[Base], step: str, which: Callable[[Table], ColumnElement[bool]]) -> None:
        """Delete the rows of ``model`` that stand for a staged row with ``step``."""
        target = _table(model)
        if expected := self.steps(step):
            rows = select(self.rows.c.id).where(self.having(step), which(target)).exists()
            self._run(delete(target).where(rows), expected, target.name)

    def remove_by_ref(self, model: type[Base], thing: str) -> None:
        """Delete what each row with ``thing=new`` made, known by its reference."""
        target = _table(model)
        step = f"{thing}=new"
        if expected := self.steps(step):
            refs = select(self.text(f"{thing}_ref")).where(self.having(step))
            self._run(delete(target).where(target.c.ref.in_(refs)), expected, target.name)

    def also(self, step: str, statement: Any, table: str) -> None:
        """A statement whose rows aren't counted."""
        if self.steps(step):
            self._run(statement, None, table)

    def _run(self, statement: Any, expected: int | None, name: str) -> None:
        # The session holds nothing of these rows that would have to be brought in line.
        statement = statement.execution_options(synchronize_session=False)
        self.moves.append(Move(statement, expected, name))


def _apply_units(plan: _Plan) -> None:
    own = {
        "kind": plan.text("kind"),
        "name": plan.text("name"),
        "name_en": plan.text("name_en"),
        "is_agency": plan.yes("is_agency"),
        "independent": plan.yes("independent"),
        "working_week": plan.number("working_week"),
        "begins": plan.day("begins"),
    }
    new = {"region_id": literal(plan.region_id), "ref": plan.text("unit_ref"), "path": literal("")}
    plan.add(Unit, {**new, "code": plan.text("code"), "slug": plan.text("slug"), **own}, "unit=new")
    plan.change(Unit, "unit_id", own, "unit=change")
    plan.change(UnitParent, "old_parent", {"ends": plan.day("old_parent_ends")}, "old_parent")
    plan.change(UnitParent, "moved_parent", {"begins": plan.day("parent_begins")}, "moved_parent")
    unit, parent = Unit.__table__.alias("u"), Unit.__table__.alias("p")
    here = unit.c.region_id == plan.region_id
    above = parent.c.region_id == plan.region_id
    links = {
        "region_id": literal(plan.region_id),
        "unit_id": unit.c.id,
        "parent_id": parent.c.id,
        "begins": plan.day("parent_begins"),
    }
    own_row = (unit, and_(here, unit.c.code == plan.text("code")))
    above_row = (parent, and_(above, parent.c.code == plan.text("parent_code")))
    plan.add(UnitParent, links, "parent=new", own_row, above_row, top=False)
    plan.add(UnitParent, {**links, "parent_id": null()}, "parent=new", own_row, top=True)


def _apply_positions(plan: _Plan) -> None:
    own = {
        "unit_id": plan.id("unit_id"),
        "title": plan.text("title"),
        "kind": plan.text("kind"),
        "is_head": plan.yes("is_head"),
        "echelon": plan.text("echelon"),
        "level": plan.text("level"),
        "job_class": plan.number("job_class"),
        "begins": plan.day("begins"),
    }
    new = {"region_id": literal(plan.region_id), "ref": plan.text("position_ref"), "code": plan.text("code")}
    plan.add(Position, {**new, **own}, "position=new")
    plan.change(Position, "position_id", own, "position=change")
    plan.change(
        AppraiserAppointment,
        "old_appointment",
        {"ends": plan.day("old_appointment_ends")},
        "old_appointment",
    )
    post, appraiser = Position.__table__.alias("p"), Position.__table__.alias("a")
    plan.add(
        AppraiserAppointment,
        {
            "region_id": literal(plan.region_id),
            "ref": plan.text("appointment_ref"),
            "position_id": post.c.id,
            "appraiser_position_id": appraiser.c.id,
            "letter": literal(""),
            "begins": plan.day("appointment_begins"),
        },
        "appointment=new",
        (post, and_(post.c.region_id == plan.region_id, post.c.code == plan.text("code"))),
        (
            appraiser,
            and_(appraiser.c.region_id == plan.region_id, appraiser.c.code == plan.text("appraiser_code")),
        ),
    )


def _apply_employees(plan: _Plan) -> None:
    _apply_people(plan)
    _apply_tenures(plan)
    _apply_accounts(plan)


def _person(plan: _Plan) -> tuple[Any, tuple[Any, Any]]:
    person = Person.__table__.alias("p")
    return person, (person, person.c.ref == plan.text("person_ref"))


def _apply_people(plan: _Plan) -> None:
    region = {"region_id": literal(plan.region_id)}
    own = {key: plan.text(key) for key in ("name", "titles_before", "titles_after", "search_name")}
    plan.add(Person, {**region, "ref": plan.text("person_ref"), **own}, "person=new")
    plan.change(Person, "person_id", own, "person=change")
    person, by_ref = _person(plan)
    employed = {"status": plan.text("status"), "rank_code": plan.text("rank")}
    plan.add(
        Employee,
        {
            **region,
            "ref": plan.text("employee_ref"),
            "person_id": person.c.id,
            "staff_number": plan.text("staff_number"),
            "begins": plan.day("employee_begins"),
            **employed,
        },
        "employee=new",
        by_ref,
    )
    plan.change(Employee, "employee_id", employed, "employee=change")


def _apply_tenures(plan: _Plan) -> None:
    """Former posts end before new ones begin: one definitive post at a time, in every moment."""
    region = {"region_id": literal(plan.region_id)}
    own = {"letter": plan.text("letter"), "begins": plan.day("begins"), "ends": plan.day("ends")}
    plan.change(Tenure, "left_tenure", {"ends": plan.day("left_on")}, "left_tenure")
    plan.change(Tenure, "tenure_id", own, "tenure=change")
    person, by_ref = _person(plan)
    post = Position.__table__.alias("a")
    by_code = (post, and_(post.c.region_id == plan.region_id, post.c.code == plan.text("position_code")))
    holds = {**region, "person_id": person.c.id, "position_id": post.c.id}
    plan.add(
        Tenure,
        {**holds, "ref": plan.text("tenure_ref"), "acting": plan.text("acting"), **own},
        "tenure=new",
        by_ref,
        by_code,
    )
    plan.change(
        Delegation,
        "left_delegation",
        {"ends": plan.day("left_delegation_on")},
        "left_delegation",
    )
    given = {"letter": plan.text("delegation_letter"), "ends": plan.day("delegation_ends")}
    plan.change(Delegation, "delegation_id", given, "delegation=change")
    plan.add(
        Delegation,
        {**holds, "ref": plan.text("delegation_ref"), "begins": plan.day("delegation_begins"), **given},
        "delegation=new",
        by_ref,
        by_code,
    )


def _apply_accounts(plan: _Plan) -> None:
    """An account without a password for everybody new, known by the digests of staff number and e-mail."""
    person, by_ref = _person(plan)
    blank = {column: literal("") for column in ("password_hash", "about")}
    plan.add(
        Account,
        {
            "region_id": literal(plan.region_id),
            "ref": plan.text("account_ref"),
            "person_id": person.c.id,
            "name": plan.text("name"),
            "language": literal("id"),
            **blank,
        },
        "account=new",
        by_ref,
    )
    account = _table(Account)
    mine = and_(account.c.person_id == plan.id("person_id"), plan.having("person=change"))
    plan.also("person=change", update(account).where(mine).values(name=plan.text("name")), "accounts")
    # Whoever has a new address doesn't sign in under the old one any more.
    login = _table(LoginName)
    former = select(plan.id("old_mails_of")).where(plan.having("old_mails_of"))
    gone = and_(login.c.account_id.in_(former), login.c.masked.contains("@"))
    plan.also("old_mails_of", delete(login).where(gone), "login_names")
    owner = Account.__table__.alias("o")
    for name in ("login_number", "login_mail"):
        plan.add(
            LoginName,
            {
                "digest": plan.text(f"{name}_digest"),
                "account_id": owner.c.id,
                "masked": plan.text(f"{name}_masked"),
            },
            f"{name}_digest",
            by_ref,
            (owner, owner.c.person_id == person.c.id),
            order=plan.text(f"{name}_digest"),  # the order of their index
        )


_APPLY = {Kind.UNIT: _apply_units, Kind.POSITION: _apply_positions, Kind.EMPLOYEE: _apply_employees}


# ------------------------------------------------------------------------------ taking back


def _undo_units(plan: _Plan) -> None:
    units = _table(Unit)
    here = select(units.c.id).where(units.c.region_id == plan.region_id)
    made = here.where(units.c.code == plan.text("code")).scalar_subquery()
    plan.remove(
        UnitParent,
        "parent=new",
        lambda table: and_(table.c.unit_id == made, table.c.begins == plan.day("parent_begins")),
    )
    plan.change(UnitParent, "old_parent", {"ends": plan.day("was_old_parent_ends")}, "old_parent")
    plan.change(UnitParent, "moved_parent", {"begins": plan.day("was_parent_begins")}, "moved_parent")
    was = {
        **{name: plan.text(f"was_{name}") for name in ("kind", "name", "name_en")},
        **{name: plan.yes(f"was_{name}") for name in ("is_agency", "independent")},
        "working_week": plan.number("was_working_week"),
        "begins": plan.day("was_begins"),
    }
    plan.change(Unit, "unit_id", was, "unit=change")
    # An agency points to itself, and what stands below it to the agency: first nothing points anywhere.
    new = select(plan.text("unit_ref")).where(plan.having("unit=new"))
    ids = select(units.c.id).where(units.c.ref.in_(new))
    loose = update(units).where(or_(units.c.ref.in_(new), units.c.agency_id.in_(ids)))
    plan.also("unit=new", loose.values(agency_id=None), units.name)
    plan.remove_by_ref(Unit, "unit")


def _undo_positions(plan: _Plan) -> None:
    plan.remove_by_ref(AppraiserAppointment, "appointment")
    plan.change(AppraiserAppointment, "old_appointment", {"ends": null()}, "old_appointment")
    was = {
        "unit_id": plan.id("was_unit_id"),
        **{name: plan.text(f"was_{name}") for name in ("title", "kind", "echelon", "level")},
        "is_head": plan.yes("was_is_head"),
        "job_class": plan.number("was_job_class"),
        "begins": plan.day("was_begins"),
    }
    plan.change(Position, "position_id", was, "position=change")
    plan.remove_by_ref(Position, "position")


def _undo_employees(plan: _Plan) -> None:
    login = _table(LoginName)
    for name in ("login_number_digest", "login_mail_digest"):
        taken = select(plan.text(name)).where(plan.having(name))
        plan.also(name, delete(login).where(login.c.digest.in_(taken)), login.name)
    plan.remove_by_ref(Account, "account")
    account = _table(Account)
    mine = and_(account.c.person_id == plan.id("person_id"), plan.having("person=change"))
    plan.also("person=change", update(account).where(mine).values(name=plan.text("was_name")), account.name)
    plan.remove_by_ref(Delegation, "delegation")
    given = {"letter": plan.text("was_delegation_letter"), "ends": plan.day("was_delegation_ends")}
    plan.change(Delegation, "delegation_id", given, "delegation=change")
    left = {"ends": plan.day("was_left_delegation_on")}
    plan.change(Delegation, "left_delegation", left, "left_delegation")
    plan.remove_by_ref(Tenure, "tenure")
    own = {"letter": plan.text("was_letter"), "begins": plan.day("was_begins"), "ends": plan.day("was_ends")}
    plan.change(Tenure, "tenure_id", own, "tenure=change")
    plan.change(Tenure, "left_tenure", {"ends": plan.day("was_left_on")}, "left_tenure")
    employed = {"status": plan.text("was_status"), "rank_code": plan.text("was_rank")}
    plan.change(Employee, "employee_id", employed, "employee=change")
    plan.remove_by_ref(Employee, "employee")
    names = ("name", "titles_before", "titles_after", "search_name")
    plan.change(Person, "person_id", {name: plan.text(f"was_{name}") for name in names}, "person=change")
    people = _table(Person)
    refs = select(plan.text("person_ref")).where(plan.having("person=new"))
    plan.also("person=new", delete(people).where(people.c.ref.in_(refs)), people.name)


_UNDO = {Kind.UNIT: _undo_units, Kind.POSITION: _undo_positions, Kind.EMPLOYEE: _undo_employees}

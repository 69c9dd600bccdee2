"""What is done with tables: read, check, stage; apply what was staged, or drop it (decisions §4).

These actions open the door themselves, each time for a moment: a table is checked outside it and its
rows are staged in chunks, and applying is a handful of set-based statements that read the staged rows.
Call them outside the door.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Table,
    and_,
    cast,
    delete,
    insert,
    literal,
    null,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.kernel.refs import new_ref
from portal.kernel.refusal import N_, Refusal, Refused, insist
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.ledger.columns import Id
from portal.ledger.door import door
from portal.people.accounts import passwords
from portal.people.accounts import rules as accounts
from portal.people.accounts.models import Account, LoginName
from portal.people.chain.models import AppraiserAppointment, Delegation
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.employment.rules import clean_staff_number
from portal.people.imports import queries
from portal.people.imports.checks import check
from portal.people.imports.formats import read_table
from portal.people.imports.known import Outcome
from portal.people.imports.models import ImportBatch, ImportRow
from portal.people.imports.rules import (
    CHUNK,
    IGNORED,
    WORKFLOW,
    BatchState,
    Kind,
    Row,
    RowAction,
    cell_text,
    column_names,
)
from portal.people.organisation.actions import rebuild_paths
from portal.people.organisation.models import Position, Region, Unit, UnitParent
from portal.web.fields import parse_date

KEPT = timedelta(days=90)
"""How long the rows of a settled batch stay."""


# ------------------------------------------------------------------------------ staging


def stage_file(
    region_id: int, kind: Kind, data: bytes, name: str, *, by: Actor, at: datetime, as_of: date | None = None
) -> ImportBatch:
    """Read, check and stage a CSV or XLSX file. Raises ``Refused`` when the file as a whole can't be read."""
    return _stage(region_id, kind, read_table(kind, data), name, by=by, at=at, as_of=as_of)


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
    day = as_of or local_date(at, region.zone)
    # Read before the structure: a change in between then shows as one when the batch is applied.
    version = queries.structure_version(region_id)
    outcomes = _outcomes(region_id, kind, rows, day)
    _give_references(outcomes)
    batch = ImportBatch(
        region_id=region_id,
        kind=kind,
        file_name=cell_text(name)[-200:],
        state=BatchState.CHECKING,
        as_of=day,
        structure_version=version,
        account_id=by.account_id,
        made=at,
    )
    for outcome in outcomes:
        field = _COUNTS[outcome.action]
        setattr(batch, field, (getattr(batch, field) or 0) + 1)
    batch.steps = _count_steps(outcomes)
    batch.warned = sum(bool(outcome.warnings) for outcome in outcomes)
    with door() as session:
        session.add(batch)
    batch_id = batch.id
    for start in range(0, len(outcomes), CHUNK):
        values = [_staged(region_id, batch_id, outcome) for outcome in outcomes[start : start + CHUNK]]
        with door() as session:
            session.execute(insert(ImportRow), values)
    with door(batch):
        batch.state = BatchState(WORKFLOW.after("finish_check", batch.state.value))
    return batch


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
MARKS = (
    *("old_parent", "moved_parent", "old_appointment", "left_tenure", "left_delegation"),
    *("old_mails_of", "login_number_digest", "login_mail_digest"),
)
"""Steps that a plan takes when it has the key at all."""


def _count_steps(outcomes: Sequence[Outcome]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for outcome in outcomes:
        counts.update(f"{thing}={outcome.plan[thing]}" for thing in THINGS if thing in outcome.plan)
        counts.update(mark for mark in MARKS if mark in outcome.plan)
        if outcome.plan.get("parent") == "new" and not outcome.plan["parent_code"]:
            counts["parent=new,top"] += 1
    return dict(counts)


def _outcomes(region_id: int, kind: Kind, rows: Sequence[Row], day: date) -> list[Outcome]:
    numbers: set[str] = set()
    digests: dict[str, str] = {}
    if kind is Kind.EMPLOYEE:
        numbers = {clean_staff_number(row.cells.get("nip", "")) for row in rows} - {""}
        mails = {row.cells.get("surel", "").casefold() for row in rows} - {""}
        digests = {login: passwords.login_digest(login) for login in (*sorted(numbers), *sorted(mails))}
    state = queries.known(kind, region_id, numbers=numbers, logins=digests)
    return check(kind, rows, state, as_of=day, date_of=parse_date)


def _give_references(outcomes: Sequence[Outcome]) -> None:
    """Complete the plans with what must not be guessed: references of new rows, digests of login names."""
    person_refs: dict[object, str] = {}
    for outcome in outcomes:
        plan = outcome.plan
        group = plan.pop("person_group", None)
        if group is not None:
            plan["person_ref"] = person_refs.setdefault(group, "") or new_ref()
            person_refs[group] = str(plan["person_ref"])
        for thing in THINGS:
            if plan.get(thing) == "new" and thing not in ("parent", "person"):
                plan[f"{thing}_ref"] = new_ref()
        for login in ("login_number", "login_mail"):
            if login in plan:
                name = str(plan.pop(login))
                plan |= {
                    f"{login}_digest": passwords.login_digest(name),
                    f"{login}_masked": accounts.mask(name)[:60],
                }


def _staged(region_id: int, batch_id: int, outcome: Outcome) -> dict[str, object]:
    return {
        "region_id": region_id,
        "batch_id": batch_id,
        "number": outcome.number,
        "key": outcome.key,
        "action": outcome.action,
        "given": outcome.given,
        "errors": [problem.as_data() for problem in outcome.errors],
        "warnings": [problem.as_data() for problem in outcome.warnings],
        "before": outcome.before,
        "plan": outcome.plan,
    }


# ------------------------------------------------------------------------------ applying


def why_not_apply(batch: ImportBatch, structure_version: int, skip_bad: bool) -> Refusal | None:
    """Why a batch can't be applied: settled already, the structure moved on, or rows are bad."""
    refusal = WORKFLOW.why_not("apply", batch.state.value)
    if refusal is not None:
        return refusal
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
    """Apply a staged batch: all of it, or with ``skip_bad`` its good rows; one door, one event.

    Raises ``Refused`` when rows are bad and not skipped, or the structure changed since the check.
    """
    region = db.session.get_one(Region, batch.region_id)
    today = local_date(at, region.zone)
    with door(region, batch) as session:
        insist(why_not_apply(batch, region.structure_version, skip_bad))
        if batch.joined or batch.changed or batch.left:
            _APPLY[batch.kind](_Plan(session, batch))
            region.structure_version += 1
            if batch.kind is Kind.UNIT:
                rebuild_paths(region.id, today)
        batch.state = BatchState(WORKFLOW.after("apply", batch.state.value))
        batch.settled = at
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
    return batch


def drop(batch: ImportBatch, by: Actor, at: datetime) -> ImportBatch:
    """Give a staged batch up: it can't be applied any more. Raises ``Refused`` when it was applied."""
    with door(batch):
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


class _Plan:
    """The staged rows of a batch as a table: what set-based statements select from.

    Values lie in JSON, so that one form serves every kind; each accessor gives a column of them in the
    type of its target on either database.
    """

    def __init__(self, session: Session, batch: ImportBatch) -> None:
        self.session = session
        self.region_id = batch.region_id
        self._steps = batch.steps
        self.rows = ImportRow.__table__.alias("r")
        self.mine = and_(
            self.rows.c.batch_id == batch.id,
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
        self, table: type, values: Mapping[str, Any], step: str, *joins: Any, top: bool | None = None
    ) -> None:
        """Insert a row of ``table`` for each staged row that plans ``step``.

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
        for target, on in joins:
            source = source.join(target, on)
        chosen = select(*values.values()).select_from(source).where(condition).order_by(self.rows.c.number)
        target_table: Table = table.__table__  # type: ignore[attr-defined]
        statement = insert(target_table).from_select(list(values), chosen, include_defaults=False)
        self._run(statement, expected, target_table.name)

    def change(self, table: type, key: str, values: Mapping[str, Any], step: str) -> None:
        """Update the row of ``table`` that each staged row with ``step`` names under ``key``."""
        target: Table = table.__table__  # type: ignore[attr-defined]
        named = and_(target.c.id == self.id(key), target.c.region_id == self.region_id, self.having(step))
        if expected := self.steps(step):
            self._run(update(target).where(named).values(dict(values)), expected, target.name)

    def _run(self, statement: Any, expected: int, name: str) -> None:
        # A join that finds nothing would lose a row silently.
        done: Any = self.session.execute(statement, execution_options={"preserve_rowcount": True})
        if done.rowcount != expected:
            raise RuntimeError(f"{name}: {done.rowcount} rows written, {expected} planned")


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
    if plan.steps("person=change"):
        account: Table = Account.__table__  # type: ignore[assignment]
        mine = and_(account.c.person_id == plan.id("person_id"), plan.having("person=change"))
        plan.session.execute(update(account).where(mine).values(name=plan.text("name")))
    if plan.steps("old_mails_of"):
        # Whoever has a new address doesn't sign in under the old one any more.
        former = select(plan.id("old_mails_of")).where(plan.having("old_mails_of"))
        login: Table = LoginName.__table__  # type: ignore[assignment]
        plan.session.execute(
            delete(login).where(login.c.account_id.in_(former), login.c.masked.contains("@"))
        )
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
        )


_APPLY = {Kind.UNIT: _apply_units, Kind.POSITION: _apply_positions, Kind.EMPLOYEE: _apply_employees}

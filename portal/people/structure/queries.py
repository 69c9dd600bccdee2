"""What is read of the structure for its forms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from portal.extensions import db
from portal.kernel.texts import fold
from portal.people.chain.models import Delegation
from portal.people.employment.models import Absence, Employee, Person, Tenure
from portal.people.organisation.models import (
    Position,
    Region,
    Unit,
    UnitName,
    UnitParent,
    UnitSuccession,
)
from portal.people.organisation.queries import on

PAGE = 50
NEAR = 6
"""Units named beside a field when what was typed may mean several."""


def locked_region(region_id: int) -> Region:
    """The region, locked and read anew; inside the door."""
    return db.session.get_one(Region, region_id, with_for_update=True, populate_existing=True)


def unit_by_code(region_id: int, code: str) -> Unit | None:
    """The region's unit with that code."""
    return db.session.scalars(
        select(Unit).where(Unit.region_id == region_id, Unit.code == code)
    ).one_or_none()


def units_like(region_id: int, words: str) -> Sequence[Unit]:
    """Units that stand, whose name holds the words; one more than are named beside a field."""
    if not words:
        return []
    return db.session.scalars(
        select(Unit)
        .where(Unit.region_id == region_id, Unit.ends.is_(None), Unit.name.icontains(words, autoescape=True))
        .order_by(func.length(Unit.name), Unit.name, Unit.id)
        .limit(NEAR + 1)
    ).all()


def unit_slugs(region_id: int) -> set[str]:
    """Every unit's name in addresses."""
    return set(db.session.scalars(select(Unit.slug).where(Unit.region_id == region_id)))


def position_by_code(region_id: int, code: str) -> Position | None:
    """The region's position with that code."""
    return db.session.scalars(
        select(Position).where(Position.region_id == region_id, Position.code == code)
    ).one_or_none()


def person_by(region_id: int, text: str) -> Sequence[Person]:
    """The region's person with that staff number; or everybody who bears exactly that name."""
    number = "".join(text.split())
    if number.isdigit():
        return db.session.scalars(
            select(Person)
            .join(Employee, Employee.person_id == Person.id)
            .where(Person.region_id == region_id, Employee.staff_number == number)
        ).all()
    return db.session.scalars(
        select(Person).where(Person.region_id == region_id, Person.search_name == fold(text)[:200]).limit(2)
    ).all()


def units(region_id: int, day: date, words: str = "", after: tuple[str, int] | None = None) -> Sequence[Any]:
    """Units on ``day`` by name with what stands above them; one more than a page."""
    above = aliased(Unit)
    wanted = (
        select(Unit, above.name.label("above"))
        .outerjoin(UnitParent, and_(UnitParent.unit_id == Unit.id, on(UnitParent, day)))
        .outerjoin(above, above.id == UnitParent.parent_id)
        .where(Unit.region_id == region_id, on(Unit, day))
        .order_by(Unit.name, Unit.id)
        .limit(PAGE + 1)
    )
    if words:
        wanted = wanted.where(or_(Unit.name.icontains(words, autoescape=True), Unit.code == words))
    if after is not None:
        wanted = wanted.where(tuple_(Unit.name, Unit.id) > tuple_(*after))
    return db.session.execute(wanted).all()


def links(unit: Unit) -> Sequence[Any]:
    """Every dated link of a unit: up (``parent``) and down (``unit``), the oldest first."""
    below, above = aliased(Unit, name="unit"), aliased(Unit, name="parent")
    return db.session.execute(
        select(UnitParent, below, above)
        .join(below, below.id == UnitParent.unit_id)
        .outerjoin(above, above.id == UnitParent.parent_id)
        .where(or_(UnitParent.unit_id == unit.id, UnitParent.parent_id == unit.id))
        .order_by(UnitParent.begins, below.name)
    ).all()


def last_link(unit_id: int) -> UnitParent | None:
    """The newest link of a unit to what stands above it."""
    return db.session.scalars(
        select(UnitParent).where(UnitParent.unit_id == unit_id).order_by(UnitParent.begins.desc()).limit(1)
    ).first()


def children(unit: Unit) -> Sequence[UnitParent]:
    """The open links of what stands below a unit."""
    return db.session.scalars(
        select(UnitParent).where(UnitParent.parent_id == unit.id, UnitParent.ends.is_(None))
    ).all()


def children_units(unit: Unit) -> Sequence[Unit]:
    """What stands below a unit, by name."""
    return db.session.scalars(
        select(Unit)
        .join(UnitParent, UnitParent.unit_id == Unit.id)
        .where(UnitParent.parent_id == unit.id, UnitParent.ends.is_(None))
        .order_by(Unit.name)
    ).all()


def former_names(unit: Unit) -> Sequence[UnitName]:
    """The names that a unit bore, the oldest first."""
    return db.session.scalars(
        select(UnitName).where(UnitName.unit_id == unit.id).order_by(UnitName.ends)
    ).all()


def successions(unit: Unit) -> Sequence[Any]:
    """Mergers and splits of a unit: ``old`` went on as ``new``."""
    old, new = aliased(Unit, name="old"), aliased(Unit, name="new")
    return db.session.execute(
        select(UnitSuccession.on, old, new)
        .join(old, old.id == UnitSuccession.old_id)
        .join(new, new.id == UnitSuccession.new_id)
        .where(or_(UnitSuccession.old_id == unit.id, UnitSuccession.new_id == unit.id))
        .order_by(UnitSuccession.on)
    ).all()


def posts(unit: Unit, day: date) -> Sequence[Any]:
    """The unit's open positions with who holds them on ``day``; the head first."""
    return db.session.execute(
        select(Position, Person, Tenure)
        .outerjoin(Tenure, and_(Tenure.position_id == Position.id, on(Tenure, day)))
        .outerjoin(Person, Person.id == Tenure.person_id)
        .where(Position.unit_id == unit.id, or_(Position.ends.is_(None), Position.ends > day))
        .order_by(Position.is_head.desc(), Position.title, Position.id)
        .limit(500)
    ).all()


def open_positions(unit_id: int) -> Sequence[Position]:
    """The unit's positions without an end."""
    return db.session.scalars(
        select(Position).where(Position.unit_id == unit_id, Position.ends.is_(None)).order_by(Position.title)
    ).all()


def tenures_of_position(position_id: int) -> Sequence[Tenure]:
    """Everybody who held a position."""
    return db.session.scalars(select(Tenure).where(Tenure.position_id == position_id)).all()


def tenures_of_person(person_id: int) -> Sequence[Tenure]:
    """Everything that a person held."""
    return db.session.scalars(select(Tenure).where(Tenure.person_id == person_id)).all()


def history(position: Position | None = None, person: Person | None = None) -> Sequence[Any]:
    """Tenures of a position or of a person with their delegation, the newest first."""
    mine: Any = Tenure.position_id == position.id if position else Tenure.person_id == person.id  # type: ignore[union-attr]
    return db.session.execute(
        select(Tenure, Person, Position, Unit.name.label("unit"), Delegation)
        .join(Person, Person.id == Tenure.person_id)
        .join(Position, Position.id == Tenure.position_id)
        .join(Unit, Unit.id == Position.unit_id)
        .outerjoin(
            Delegation,
            and_(
                Delegation.position_id == Tenure.position_id,
                Delegation.person_id == Tenure.person_id,
                Delegation.begins >= Tenure.begins,
                or_(Tenure.ends.is_(None), Delegation.begins < Tenure.ends),
            ),
        )
        .where(mine)
        .order_by(Tenure.begins.desc(), Tenure.id.desc())
    ).all()


def delegations_of(position_id: int) -> Sequence[Delegation]:
    """Every delegation of a position."""
    return db.session.scalars(select(Delegation).where(Delegation.position_id == position_id)).all()


def absences(person_id: int) -> Sequence[Absence]:
    """When a person was away, the newest first."""
    return db.session.scalars(
        select(Absence).where(Absence.person_id == person_id).order_by(Absence.begins.desc())
    ).all()


def people(region_id: int, day: date, words: str, after: tuple[str, int] | None = None) -> Sequence[Any]:
    """People by name with the post they hold on ``day``; one more than a page."""
    wanted = (
        select(Person, Position.title, Unit.name.label("unit"))
        .outerjoin(Tenure, and_(Tenure.person_id == Person.id, Tenure.acting.is_(None), on(Tenure, day)))
        .outerjoin(Position, Position.id == Tenure.position_id)
        .outerjoin(Unit, Unit.id == Position.unit_id)
        .where(Person.region_id == region_id)
        .order_by(Person.search_name, Person.id)
        .limit(PAGE + 1)
    )
    number = "".join(words.split())
    if number.isdigit():
        wanted = wanted.where(
            exists().where(Employee.person_id == Person.id, Employee.staff_number == number)
        )
    elif words:
        wanted = wanted.where(Person.search_name.contains(fold(words), autoescape=True))
    if after is not None:
        wanted = wanted.where(tuple_(Person.search_name, Person.id) > tuple_(*after))
    return db.session.execute(wanted).all()

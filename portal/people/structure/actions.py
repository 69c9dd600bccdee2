"""What is done with the structure by forms: every change is a dated row, none overwrites what was.

Each action locks the region, so that changes come one after the other, and counts the structure's version
up, so that an import that was looked at before is checked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.kernel.refusal import Refused, insist
from portal.kernel.texts import slug
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.people.chain.models import Delegation
from portal.people.employment.models import Absence, Person, Tenure
from portal.people.employment.rules import (
    AbsenceKind,
    ActingKind,
    PostKind,
    covers,
    overlaps,
    tenure_overlap,
)
from portal.people.imports.structure_checks import RESERVED_SLUGS, SLUG_LIMIT
from portal.people.organisation import queries as organisation
from portal.people.organisation.actions import APPLYING, rebuild_paths
from portal.people.organisation.models import (
    Position,
    PositionPlace,
    Region,
    Unit,
    UnitName,
    UnitParent,
    UnitSuccession,
)
from portal.people.structure import queries, rules

DAY = timedelta(days=1)


def _region(region_id: int) -> Region:
    region = queries.locked_region(region_id)
    if region.applying:
        raise Refused(APPLYING)
    region.structure_version += 1
    return region


def _tree_changed(region: Region, at: datetime) -> None:
    db.session.flush()
    rebuild_paths(region.id, local_date(at, region.zone))


# ------------------------------------------------------------------------------------- units


def add_unit(
    region: Region,
    *,
    parent: Unit,
    code: str,
    name: str,
    kind: str,
    day: date,
    letter: str,
    is_agency: bool = False,
    independent: bool = False,
    working_week: int = 5,
    name_en: str = "",
    by: Actor,
    at: datetime,
) -> Unit:
    """A new unit below ``parent`` from ``day``. Raises ``Refused``."""
    region = _region(region.id)
    today = local_date(at, region.zone)
    insist(rules.why_not_on(day, today, None))
    _insist_open(parent, day)
    if queries.unit_by_code(region.id, code) is not None:
        raise Refused(rules.CODE_TAKEN)
    unit = Unit(
        region_id=region.id,
        code=code,
        slug=_free_slug(region.id, name),
        kind=kind.casefold(),
        name=name,
        name_en=name_en,
        is_agency=is_agency,
        independent=independent,
        working_week=working_week,
        begins=day,
    )
    db.session.add(unit)
    db.session.flush()
    db.session.add(UnitParent(region_id=region.id, unit_id=unit.id, parent_id=parent.id, begins=day))
    _tree_changed(region, at)
    events.record(
        "add_unit", unit, by=by, at=at, words={"letter": letter}, day=day.isoformat(), parent=parent.ref
    )
    return unit


def _free_slug(region_id: int, name: str) -> str:
    taken = queries.unit_slugs(region_id) | RESERVED_SLUGS
    plain = slug(name)[:SLUG_LIMIT].strip("-") or "x"
    found, number = plain, 2
    while found in taken:
        found, number = f"{plain}-{number}", number + 1
    return found


def _insist_open(unit: Unit, day: date) -> None:
    if not covers(unit.begins, unit.ends, day):
        raise Refused(rules.TARGET_ENDED)


def _insist_lasting(unit: Unit) -> None:
    if unit.ends is not None:
        raise Refused(rules.ENDED)


def rename_unit(
    unit: Unit, *, name: str, name_en: str, day: date, letter: str, by: Actor, at: datetime
) -> Unit:
    """A new name from ``day``; the former one is kept with its end. Raises ``Refused``."""
    region = _region(unit.region_id)
    _insist_lasting(unit)
    if (name, name_en) == (unit.name, unit.name_en):
        raise Refused(rules.SAME_NAME)
    former = queries.former_names(unit)
    since = max((each.ends for each in former), default=unit.begins)
    insist(rules.why_not_on(day, local_date(at, region.zone), since))
    db.session.add(
        UnitName(
            region_id=region.id,
            unit_id=unit.id,
            name=unit.name,
            name_en=unit.name_en,
            letter=letter,
            ends=day,
        )
    )
    unit.name, unit.name_en = name, name_en
    events.record("rename_unit", unit, by=by, at=at, words={"letter": letter}, day=day.isoformat())
    return unit


def move_unit(unit: Unit, *, parent: Unit, day: date, letter: str, by: Actor, at: datetime) -> Unit:
    """The unit stands below ``parent`` from ``day``. Raises ``Refused``, for a loop too."""
    region = _region(unit.region_id)
    _insist_lasting(unit)
    link = queries.last_link(unit.id)
    if link is None or link.parent_id is None:
        raise Refused(rules.TOP)
    if link.parent_id == parent.id:
        raise Refused(rules.SAME_PARENT)
    insist(rules.why_not_on(day, local_date(at, region.zone), link.begins))
    insist(rules.why_not_below(unit.id, parent.id, organisation.parents_on(region.id, day)))
    _insist_open(parent, day)
    _relink(link, parent, day)
    _tree_changed(region, at)
    events.record(
        "move_unit", unit, by=by, at=at, words={"letter": letter}, day=day.isoformat(), parent=parent.ref
    )
    return unit


def _relink(link: UnitParent, parent: Unit, day: date) -> None:
    """End a link and begin the next; one that began on the very day is the same day's correction."""
    if link.begins >= day:
        link.parent_id = parent.id
        return
    link.ends = day
    db.session.flush()
    db.session.add(
        UnitParent(region_id=link.region_id, unit_id=link.unit_id, parent_id=parent.id, begins=day)
    )


def merge_unit(unit: Unit, *, target: Unit, day: date, letter: str, by: Actor, at: datetime) -> Unit:
    """``unit`` ends on ``day`` and goes on in ``target``: its posts and what stands below it go along.

    Where ``target`` has a head already, the post of the unit's head ends, and the tenures of it with it.
    """
    region = _region(unit.region_id)
    today = local_date(at, region.zone)
    if target.id == unit.id:
        raise Refused(rules.ITSELF)
    link = _removable(unit, day, today)
    _insist_open(target, day)
    # What stood below goes to the target, the target itself not: it must not stand below the ended unit.
    insist(rules.why_not_below(unit.id, target.id, organisation.parents_on(region.id, day)))
    has_head = any(post.is_head for post in queries.open_positions(target.id))
    for post in queries.open_positions(unit.id):
        if post.is_head and has_head:
            _end_post(post, day)
        else:
            _place(post, target, day)
    for child in queries.children(unit):
        _relink(child, target, day)
    _end_unit(unit, link, day)
    db.session.add(UnitSuccession(region_id=region.id, old_id=unit.id, new_id=target.id, on=day))
    _tree_changed(region, at)
    events.record(
        "merge_unit", unit, by=by, at=at, words={"letter": letter}, day=day.isoformat(), into=target.ref
    )
    return target


def _removable(unit: Unit, day: date, today: date) -> UnitParent:
    _insist_lasting(unit)
    link = queries.last_link(unit.id)
    if link is None or link.parent_id is None:
        raise Refused(rules.TOP)
    insist(rules.why_not_on(day, today, max(unit.begins, link.begins)))
    return link


def _end_unit(unit: Unit, link: UnitParent, day: date) -> None:
    unit.ends = day
    link.ends = day


def _end_post(post: Position, day: date) -> None:
    """A post ends with everything that hangs on it."""
    post.ends = max(day, post.begins + DAY)
    for tenure in queries.tenures_of_position(post.id):
        if tenure.ends is None or tenure.ends > day:
            _end(tenure, day)
    _end_delegations(post.id, None, day)


def _end(row: Tenure | Delegation | Absence, day: date) -> None:
    row.ends = max(day, row.begins + DAY)


def _end_delegations(position_id: int, person_id: int | None, day: date) -> None:
    for each in queries.delegations_of(position_id):
        if (person_id is None or each.person_id == person_id) and (each.ends is None or each.ends > day):
            _end(each, day)


def _place(post: Position, target: Unit, day: date) -> None:
    """A post stands in ``target`` from ``day``; where it stood is kept."""
    if post.begins < day:
        db.session.add(
            PositionPlace(region_id=post.region_id, position_id=post.id, unit_id=post.unit_id, ends=day)
        )
    post.unit_id = target.id


def split_unit(
    unit: Unit,
    *,
    code: str,
    name: str,
    kind: str,
    posts: Sequence[str],
    units: Sequence[str],
    day: date,
    letter: str,
    by: Actor,
    at: datetime,
) -> Unit:
    """A part of ``unit`` goes on as a new unit beside it: the named posts and units below go there."""
    region = _region(unit.region_id)
    if not posts and not units:
        raise Refused(rules.NOTHING_CHOSEN)
    link = _removable(unit, day, local_date(at, region.zone))
    if queries.unit_by_code(region.id, code) is not None:
        raise Refused(rules.CODE_TAKEN)
    new = Unit(
        region_id=region.id,
        code=code,
        slug=_free_slug(region.id, name),
        kind=kind.casefold(),
        name=name,
        is_agency=unit.is_agency,
        independent=unit.independent,
        working_week=unit.working_week,
        begins=day,
    )
    db.session.add(new)
    db.session.flush()
    db.session.add(UnitParent(region_id=region.id, unit_id=new.id, parent_id=link.parent_id, begins=day))
    for post in queries.open_positions(unit.id):
        if post.ref in posts:
            _place(post, new, day)
    below = {each.id: each.ref for each in queries.children_units(unit)}
    for child in queries.children(unit):
        if below.get(child.unit_id) in units:
            _relink(child, new, day)
    db.session.add(UnitSuccession(region_id=region.id, old_id=unit.id, new_id=new.id, on=day))
    _tree_changed(region, at)
    events.record(
        "split_unit", unit, by=by, at=at, words={"letter": letter}, day=day.isoformat(), new=new.ref
    )
    return new


def close_unit(unit: Unit, *, day: date, letter: str, by: Actor, at: datetime) -> Unit:
    """An empty unit ends on ``day``. Raises ``Refused`` while anything stands in it or below it."""
    region = _region(unit.region_id)
    link = _removable(unit, day, local_date(at, region.zone))
    if queries.open_positions(unit.id) or queries.children(unit):
        raise Refused(rules.NOT_EMPTY)
    _end_unit(unit, link, day)
    _tree_changed(region, at)
    events.record("close_unit", unit, by=by, at=at, words={"letter": letter}, day=day.isoformat())
    return unit


# ------------------------------------------------------------------------------------- posts


def add_position(
    unit: Unit,
    *,
    code: str,
    title: str,
    kind: PostKind,
    is_head: bool,
    echelon: str,
    level: str,
    day: date,
    by: Actor,
    at: datetime,
) -> Position:
    """A new post in ``unit`` from ``day``. Raises ``Refused``."""
    region = _region(unit.region_id)
    _insist_open(unit, day)
    if queries.position_by_code(region.id, code) is not None:
        raise Refused(rules.CODE_TAKEN)
    if is_head and any(post.is_head for post in queries.open_positions(unit.id)):
        raise Refused(rules.SECOND_HEAD)
    post = Position(
        region_id=region.id,
        code=code,
        unit_id=unit.id,
        title=title,
        kind=kind,
        is_head=is_head,
        echelon=echelon,
        level=level,
        begins=day,
    )
    db.session.add(post)
    db.session.flush()
    events.record("add_position", post, by=by, at=at, day=day.isoformat(), unit=unit.ref)
    return post


def close_position(position: Position, *, day: date, letter: str, by: Actor, at: datetime) -> Position:
    """A post that nobody holds any more ends on ``day``. Raises ``Refused``."""
    region = _region(position.region_id)
    if position.ends is not None:
        raise Refused(rules.ENDED)
    insist(rules.why_not_on(day, local_date(at, region.zone), position.begins))
    tenures = queries.tenures_of_position(position.id)
    if any(each.ends is None or each.ends > day for each in tenures):
        raise Refused(rules.HELD)
    position.ends = day
    events.record("close_position", position, by=by, at=at, words={"letter": letter}, day=day.isoformat())
    return position


# ------------------------------------------------------------------------------------- tenures


def begin_tenure(
    position: Position,
    *,
    person: Person,
    acting: ActingKind | None,
    delegates: bool,
    letter: str,
    begins: date,
    last: date | None,
    by: Actor,
    at: datetime,
) -> Tenure:
    """``person`` holds ``position`` from ``begins`` to ``last``; acting ones may get the power to appraise.

    Raises ``Refused`` for a definitive tenure that overlaps another of the person or of the post.
    """
    region = _region(position.region_id)
    ends = last + DAY if last is not None else None
    if not covers(position.begins, position.ends, begins):
        raise Refused(rules.NOT_THEN)
    if position.ends is not None and (ends is None or ends > position.ends):
        raise Refused(rules.NOT_THEN)
    if (acting is not None or delegates) and not letter:
        raise Refused(rules.LETTER)
    if delegates and acting is None:
        raise Refused(rules.DEFINITIVE)
    mine = queries.tenures_of_person(person.id)
    insist(tenure_overlap(begins, ends, ()))
    if acting is None:
        held = queries.tenures_of_position(position.id)
        insist(tenure_overlap(begins, ends, _definitive(mine)))
        insist(tenure_overlap(begins, ends, _definitive(held)))
    if any(
        each.position_id == position.id and overlaps(begins, ends, each.begins, each.ends) for each in mine
    ):
        raise Refused(rules.ACTING_IN_OWN)
    tenure = Tenure(
        region_id=region.id,
        person_id=person.id,
        position_id=position.id,
        acting=acting,
        letter=letter,
        begins=begins,
        ends=ends,
    )
    db.session.add(tenure)
    if delegates:
        _delegate(position.id, person.id, letter, begins, ends, region.id)
    db.session.flush()
    events.record(
        "begin_tenure",
        tenure,
        by=by,
        at=at,
        begins=begins.isoformat(),
        position=position.ref,
        person=person.ref,
    )
    return tenure


def _definitive(tenures: Iterable[Tenure]) -> list[Tenure]:
    return [each for each in tenures if each.acting is None]


def _delegate(
    position_id: int, person_id: int, letter: str, begins: date, ends: date | None, region_id: int
) -> None:
    for each in queries.delegations_of(position_id):
        if overlaps(begins, ends, each.begins, each.ends):
            raise Refused(rules.HAS_DELEGATION)
    db.session.add(
        Delegation(
            region_id=region_id,
            position_id=position_id,
            person_id=person_id,
            letter=letter,
            begins=begins,
            ends=ends,
        )
    )


def end_tenure(tenure: Tenure, *, last: date, letter: str, by: Actor, at: datetime) -> Tenure:
    """``last`` is the last day in the post; a delegation ends with it. Raises ``Refused``."""
    region = _region(tenure.region_id)
    insist(rules.why_not_end(tenure.begins, tenure.ends, last, local_date(at, region.zone)))
    tenure.ends = last + DAY
    _end_delegations(tenure.position_id, tenure.person_id, last + DAY)
    events.record("end_tenure", tenure, by=by, at=at, words={"letter": letter}, last=last.isoformat())
    return tenure


def delegate(
    tenure: Tenure, *, letter: str, begins: date, last: date | None, by: Actor, at: datetime
) -> Tenure:
    """Give an acting official the power to appraise from ``begins`` to ``last``. Raises ``Refused``."""
    region = _region(tenure.region_id)
    if tenure.acting is None:
        raise Refused(rules.DEFINITIVE)
    ends = last + DAY if last is not None else tenure.ends
    insist(tenure_overlap(begins, ends, ()))
    if not covers(tenure.begins, tenure.ends, begins) or (
        tenure.ends is not None and (ends is None or ends > tenure.ends)
    ):
        raise Refused(rules.TENURE_ENDED)
    _delegate(tenure.position_id, tenure.person_id, letter, begins, ends, region.id)
    events.record("delegate_appraising", tenure, by=by, at=at, begins=begins.isoformat())
    return tenure


def end_delegation(tenure: Tenure, *, last: date, letter: str, by: Actor, at: datetime) -> Tenure:
    """``last`` is the last day of the delegation that goes with a tenure. Raises ``Refused``."""
    region = _region(tenure.region_id)
    today = local_date(at, region.zone)
    mine = [d for d in queries.delegations_of(tenure.position_id) if d.person_id == tenure.person_id]
    newest = max(mine, key=lambda each: each.begins, default=None)
    if newest is None:
        raise Refused(rules.NO_DELEGATION)
    if newest.ends is not None and newest.ends <= today:
        raise Refused(rules.DELEGATION_ENDED)
    insist(rules.why_not_end(newest.begins, newest.ends, last, today))
    if tenure.ends is not None and last >= tenure.ends:
        raise Refused(rules.TENURE_ENDED)
    newest.ends = last + DAY
    events.record("end_delegation", tenure, by=by, at=at, words={"letter": letter}, last=last.isoformat())
    return tenure


# ------------------------------------------------------------------------------------- absences


def record_absence(
    person: Person,
    *,
    kind: AbsenceKind,
    place: str,
    letter: str,
    begins: date,
    last: date | None,
    by: Actor,
    at: datetime,
) -> Absence:
    """``person`` is away from ``begins`` to ``last``. Raises ``Refused`` when away already."""
    region = _region(person.region_id)
    ends = last + DAY if last is not None else None
    insist(tenure_overlap(begins, ends, ()))
    for other in queries.absences(person.id):
        if overlaps(begins, ends, other.begins, other.ends):
            raise Refused(rules.absence_overlap(other.begins))
    absence = Absence(
        region_id=region.id,
        person_id=person.id,
        kind=kind,
        place=place,
        letter=letter,
        begins=begins,
        ends=ends,
    )
    db.session.add(absence)
    db.session.flush()
    events.record("record_absence", absence, by=by, at=at, kind=kind.value, person=person.ref)
    return absence


def end_absence(absence: Absence, *, last: date, letter: str, by: Actor, at: datetime) -> Absence:
    """``last`` is the last day away. Raises ``Refused``."""
    region = _region(absence.region_id)
    insist(rules.why_not_end(absence.begins, absence.ends, last, local_date(at, region.zone)))
    absence.ends = last + DAY
    events.record("end_absence", absence, by=by, at=at, words={"letter": letter}, last=last.isoformat())
    return absence

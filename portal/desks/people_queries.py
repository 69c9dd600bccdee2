"""Lists of the people of a period: searched, filtered, sorted, and as rows of a file.

Lists go by keyset; counts stop at ``MANY``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    false,
    func,
    or_,
    select,
    true,
    type_coerce,
)

from portal.desks.turns import (
    PLAN_TURNS,
    TOLD_STATES,
    WHOSE,
    Scene,
    Stage,
    Steps,
    Turn,
    Who,
    marked_steps,
    scene,
    steps,
)
from portal.extensions import alias, db
from portal.ledger import search
from portal.people.chain.rules import Basis, SkipReason
from portal.people.employment.models import Person
from portal.people.organisation.models import Position, Region, Unit
from portal.performance.evaluations.models import Evaluation, Rating
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.models import Plan
from portal.performance.plans.rules import PlanState
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.policies.rules import OverallRating
from portal.web import lists


@dataclass(frozen=True)
class PeopleFilter:
    """What of the list is asked for; every part may be empty."""

    q: str = ""
    unit: str = ""
    own: bool = False
    """Only people of the unit itself, not those of units below it."""
    plan: str = ""
    state: str = ""
    turn: str = ""
    late: bool = False
    chain: str = ""
    sort: str = "nama"


def turns_named(name: str) -> list[Turn]:
    """The turns that a filter means: one, all of somebody, or (``skp-penilai``) those about a plan."""
    if name in set(Turn):
        return [Turn(name)]
    who = name.removeprefix("skp-")
    among = PLAN_TURNS if name.startswith("skp-") else tuple(WHOSE)
    return [turn for turn in among if WHOSE[turn] == who]


TURN_NAMES = (*Turn, *Who, *(f"skp-{who.value}" for who in Who))
SORTS = ("nama", "-nama", "unit", "-unit")

Agency = alias(Unit, "agency")
Appraiser = alias(Person, "appraiser")
AppraiserPosition = alias(Position, "appraiser_position")


def named(wanted: PeopleFilter) -> search.Named | None:
    """The names that are searched for."""
    return search.named(Enrolment.sort_name, Enrolment.person_id, wanted.q)


def matching(
    at: Scene,
    stage: Stage,
    condition: ColumnElement[bool],
    wanted: PeopleFilter,
    asked: search.Named | None,
) -> Any:
    """The ids of the enrolments that the filter leaves, joined with no more than it asks about."""
    query = (
        select(Enrolment.id)
        .select_from(Enrolment)
        .where(
            Enrolment.region_id == stage.period.region_id,
            Enrolment.period_id == stage.period.id,
            condition,
        )
    )
    if asked is not None:
        query = query.where(asked.condition)
    if wanted.unit:
        query = query.where(_inside(wanted.unit, own=wanted.own))
    if wanted.state or wanted.turn or wanted.late:
        query = query.join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
    if wanted.plan or wanted.turn or wanted.late:
        query = query.outerjoin(Plan, Plan.id == Enrolment.plan_id)
    if wanted.plan == "tanpa":
        query = query.where(Enrolment.plan_id.is_(None))
    elif wanted.plan:
        query = query.where(Plan.state == PlanState(wanted.plan))
    if wanted.state:
        query = query.where(
            Evaluation.state == EvaluationState(wanted.state), Enrolment.not_obliged.is_(None)
        )
    if wanted.turn or wanted.late:
        turn, late = steps(at)
        if wanted.turn:
            query = query.where(turn.in_([each.value for each in turns_named(wanted.turn)]))
        if wanted.late:
            query = query.where(late == 1)
    if wanted.chain == "celah":
        query = query.where(Enrolment.appraiser_id.is_(None))
    elif wanted.chain == "lompat":
        query = query.where(Enrolment.skipped != "[]")
    elif wanted.chain:
        query = query.where(Enrolment.appraiser_basis == wanted.chain)
    if wanted.sort.endswith("unit"):
        query = query.join(Unit, Unit.id == Enrolment.unit_id).join(Agency, Agency.id == Enrolment.agency_id)
    return query


def _inside(unit_ref: str, *, own: bool) -> ColumnElement[bool]:
    """Enrolments of a unit; of what lies below it too, unless only its ``own`` are asked for."""
    unit = db.session.execute(
        select(Unit.id, Unit.is_agency, Unit.independent).where(Unit.ref == unit_ref)
    ).one_or_none()
    if unit is None:
        return false()
    if unit.is_agency and not own:
        return Enrolment.agency_id == unit.id
    if unit.independent and not own:
        return or_(Enrolment.organisation_id == unit.id, Enrolment.unit_id == unit.id)
    return Enrolment.unit_id == unit.id


def details(shown: Steps) -> Any:
    """What the lists show of an enrolment; its step and whether that is late are those of ``shown``."""
    turn, late = shown
    return (
        select(
            Enrolment.id,
            Enrolment.ref.label("ref"),
            Enrolment.person_id,
            Enrolment.is_leader,
            Enrolment.not_obliged,
            Enrolment.not_obliged_note,
            Enrolment.appraiser_id,
            Enrolment.appraiser_basis,
            Enrolment.skipped,
            Enrolment.gap,
            Person,
            Person.search_name.label("search_name"),
            Position.title.label("post"),
            Unit.name.label("unit"),
            Unit.agency_id,
            Unit.id.label("unit_id"),
            Agency.name.label("agency"),
            Agency.ref.label("agency_ref"),
            Plan.ref.label("plan_ref"),
            Plan.state.label("plan_state"),
            Evaluation.ref.label("evaluation_ref"),
            Evaluation.state.label("state"),
            Evaluation.not_evaluated,
            Evaluation.not_evaluated_note,
            Evaluation.handed_over_on,
            Rating.overall,
            Appraiser,
            AppraiserPosition.title.label("appraiser_post"),
            Region.agency_head_appraiser_id,
            turn.label("turn"),
            late.label("late"),
        )
        .select_from(Enrolment)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(Agency, Agency.id == Enrolment.agency_id)
        .join(Region, Region.id == Enrolment.region_id)
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .outerjoin(Rating, and_(Rating.id == Evaluation.rating_id, Evaluation.state.in_(TOLD_STATES)))
        .outerjoin(Appraiser, Appraiser.id == Enrolment.appraiser_id)
        .outerjoin(AppraiserPosition, AppraiserPosition.id == Enrolment.appraiser_position_id)
    )


FILE_COLUMNS = (
    "name",
    "post",
    "unit",
    "agency",
    "appraiser",
    "plan",
    "state",
    "steps",
    "overall",
)
CHAIN_COLUMNS = ("name", "post", "unit", "agency", "appraiser", "appraiser_post", "basis", "skipped")


def _file_row(at: Scene, columns: Sequence[str], words: FileWords) -> Any:
    """What a file tells of an enrolment, nearly all as the very texts of its cells: it has very many of them."""
    cells = {
        "name": _full_name(Person),
        "post": Position.title,
        "unit": Unit.name,
        "agency": Agency.name,
        "appraiser": func.coalesce(_full_name(Appraiser), words.no_appraiser),
        "appraiser_post": func.coalesce(AppraiserPosition.title, ""),
        "basis": _word(Enrolment.appraiser_basis, words.of[Basis]),
        "skipped": Enrolment.skipped,
        "plan": case(
            (Enrolment.plan_id.is_(None), words.no_plan), else_=_word(Plan.state, words.of[PlanState])
        ),
        "state": _word(Evaluation.state, words.of[EvaluationState]),
        "steps": marked_steps(at),
        "overall": _word(Rating.overall, words.of[OverallRating]),
    }
    return (
        select(*(cells[name].label(name) for name in columns))
        .select_from(Enrolment)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(Agency, Agency.id == Enrolment.agency_id)
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .outerjoin(Rating, and_(Rating.id == Evaluation.rating_id, Evaluation.state.in_(TOLD_STATES)))
        .outerjoin(Appraiser, Appraiser.id == Enrolment.appraiser_id)
        .outerjoin(AppraiserPosition, AppraiserPosition.id == Enrolment.appraiser_position_id)
    )


@dataclass(frozen=True)
class FileWords:
    """The words of a file in the reader's language, looked up once and put in by the database."""

    of: Mapping[type[StrEnum], Mapping[str, str]]
    """By fixed set: the database goes through a set's words one by one."""
    steps: Mapping[str, tuple[str, ...]]
    """What ``marked_steps`` gives as the cells that it stands for."""
    no_plan: str = ""
    no_appraiser: str = ""


def _word(column: Any, words: Mapping[str, str]) -> Any:
    return case(words, value=type_coerce(column, String), else_="")


def _full_name(person: Any) -> Any:
    before = case((person.titles_before != "", person.titles_before + " "), else_="")
    after = case((person.titles_after != "", ", " + person.titles_after), else_="")
    return before + person.name + after


def _keys(sort: str) -> tuple[list[Any], bool]:
    """The columns that order a list, the last of them unique, and whether they go downwards."""
    columns = [Agency.name, Unit.name] if sort.endswith("unit") else []
    return [*columns, Enrolment.sort_name, Enrolment.id], sort.startswith("-")


def people(
    at: Scene,
    stage: Stage,
    condition: ColumnElement[bool],
    wanted: PeopleFilter,
    *,
    after: str = "",
    before: str = "",
) -> lists.Slice:
    """A page of the enrolments of a period; one statement, a second where the page is empty.

    ``after`` and ``before`` are refs of the row beside the page (keyset: deep pages cost as much as the
    first one).
    """
    keys, down = _keys(wanted.sort)
    asked, shown = named(wanted), details(steps(at))
    return lists.keyset(
        matching(at, stage, condition, wanted, asked),
        keys,
        place=lambda ref, key: place_of(ref, stage, condition, key),
        details=lambda page: shown.join(page, page.c.id == Enrolment.id),
        down=down,
        after=after,
        before=before,
        **found_first(wanted, asked),
    )


def found_first(wanted: PeopleFilter, asked: search.Named | None) -> dict[str, Any]:
    """How ``lists.keyset`` counts and orders what was searched for: first who is called so from the start."""
    if asked is None:
        return {}
    by_unit = wanted.sort.endswith("unit")
    return {"most": lists.FOUND, "ahead": None if by_unit else asked.ahead, "few": asked.few}


def place_of(ref: str, stage: Stage, condition: ColumnElement[bool], key: Any) -> Any:
    """A column of the row ``ref``, found inside the list's own statement."""
    return (
        select(key)
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(Agency, Agency.id == Enrolment.agency_id)
        .where(Enrolment.ref == ref, Enrolment.period_id == stage.period.id, condition)
        .correlate(None)
        .scalar_subquery()
    )


def all_people(
    at: Scene,
    stage: Stage,
    condition: ColumnElement[bool],
    wanted: PeopleFilter,
    columns: Sequence[str],
    words: FileWords,
) -> Iterator[tuple[Any, ...]]:
    """The cells ``columns`` of every enrolment that the filter leaves, in its order, fetched in chunks.

    Where one is ``steps`` three cells come of it. No transaction is held while a slow reader takes a chunk.
    """
    keys, down = _keys(wanted.sort)
    # Made at once: by the time that rows are fetched the periods are loaded no more.
    row, width = _file_row(at, columns, words), len(columns)
    found = lists.every(
        matching(at, stage, condition, wanted, named(wanted)),
        keys,
        lambda page: row.join(page, page.c.id == Enrolment.id),
        down=down,
    )
    if "steps" not in columns:
        return (each[:width] for each in found)
    place, told = columns.index("steps"), words.steps
    return ((*each[:place], *told[each[place]], *each[place + 1 : width]) for each in found)


def agencies_enrolled(stage: Stage, condition: ColumnElement[bool]) -> Sequence[Any]:
    """Ref and name of the agencies with people enrolled in a period, by name."""
    named = select(Enrolment.agency_id).where(Enrolment.period_id == stage.period.id, condition).distinct()
    return db.session.execute(
        select(Unit.ref, Unit.name).where(Unit.id.in_(named)).order_by(Unit.name, Unit.id)
    ).all()


def titles(rows: Iterable[Any]) -> dict[int, str]:
    """The titles of the positions that the rows' chains skipped; no statement where nothing was."""
    wanted = {post for row in rows for post, _reason in skips(row) if post is not None}
    if not wanted:
        return {}
    return dict(db.session.execute(select(Position.id, Position.title).where(Position.id.in_(wanted))).all())


def skips(row: Any) -> list[tuple[int | None, SkipReason]]:
    """The levels that the chain of an enrolment passed over: position and reason."""
    return [(post, SkipReason(reason)) for post, reason in json.loads(row.skipped)]


def export_statement(period_ref: str, today: date, words: FileWords) -> str:
    """The cells of a whole period's file from one statement with its values written in.

    For measurements: any other program can be given it.
    """
    period = db.session.scalars(select(Period).where(Period.ref == period_ref)).one()
    at = scene(period.region_id, today, cycle_id=period.cycle_id)
    stage = at.of(period)
    ids = matching(at, stage, true(), PeopleFilter(), None).subquery("page")
    plain = [name for name in FILE_COLUMNS if name != "steps"]
    told = [{key: cells[n] for key, cells in words.steps.items()} for n in range(3)]
    query = (
        _file_row(at, plain, words)
        .add_columns(*(_word(marked_steps(at), each) for each in told))
        .join(ids, ids.c.id == Enrolment.id)
        .order_by(Enrolment.sort_name, Enrolment.id)
    )
    return str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))

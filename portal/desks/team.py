"""Who of an appraiser's people stands where: plan, progress and evaluation, sorted by who has to act.

The same table of turns as in HR's lists (``hr_queries``) says whose step is next. First stand those who wait
for the reader, then those who have something to do themselves, then who waits for others, then the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from portal.desks import people_queries
from portal.desks.turns import WHOSE, Stage, Steps, Turn, Who
from portal.extensions import db
from portal.kernel.refusal import N_
from portal.ledger import search
from portal.people.organisation.models import Unit
from portal.performance.access import is_
from portal.performance.evaluations.models import Evaluation
from portal.performance.plans.models import Plan
from portal.performance.plans.queries import leads_in_post
from portal.performance.progress.models import Feedback, ProgressEntry
from portal.policy.cycles.models import Enrolment
from portal.web import lists


class Whom(StrEnum):
    """Which people a reader's page shows."""

    RATED = "dinilai"
    BELOW = "di_bawahnya"


LABELS: dict[StrEnum, str] = {
    Whom.RATED: N_("Yang saya nilai"),
    Whom.BELOW: N_("Yang dinilai oleh bawahan saya"),
}
"""The words for each value."""

ACTS = ("saya", "pegawai", "lain", "tidak_ada")
"""Whose step it is, seen from the appraiser, in the order of the page."""
ACTING = {
    Who.APPRAISER: "saya",
    Who.EMPLOYEE: "pegawai",
    Who.LEADER: "lain",
    Who.MANAGER: "lain",
}


def turns_of(act: str) -> list[Turn]:
    """The turns that mean that somebody has to act; none of all for nobody."""
    return [
        turn for turn in Turn if ACTING.get(WHOSE.get(turn, Who.MANAGER), "") == act and turn in WHOSE
    ] or [turn for turn in Turn if act == "tidak_ada" and turn not in WHOSE]


def people_of(person_id: int | None, whom: Whom) -> ColumnElement[bool]:
    """The enrolments of somebody's people."""
    if whom is Whom.BELOW:
        return is_(Enrolment.superior_id, person_id)
    return is_(Enrolment.appraiser_id, person_id)


HEADS = and_(Enrolment.is_leader, Enrolment.unit_id == Enrolment.organisation_id)
"""Who heads an organisation: whoever appraises them sets its rating."""


LEADS = leads_in_post()
"""Whose appraiser leads by the own post: the plan and the matrix that they derive from are the appraiser's."""


def _number(steps: Steps, whom: Whom) -> ColumnElement[int]:
    """Which of ``ACTS`` a row belongs to, by its number."""
    turn, _late = steps
    groups: list[tuple[ColumnElement[bool], int]] = [
        (turn.in_([each.value for each in turns_of(act)]), number) for number, act in enumerate(ACTS)
    ]
    if whom is Whom.RATED:
        mine = or_(and_(turn == Turn.ORGANISATION.value, HEADS), and_(turn == Turn.MATRIX.value, LEADS))
        groups.insert(0, (mine, ACTS.index("saya")))
    return case(*groups, else_=len(ACTS))


@dataclass(frozen=True)
class Wanted:
    """What of the page is asked for."""

    q: str = ""
    act: str = ""


def team(
    steps: Steps,
    stage: Stage,
    condition: ColumnElement[bool],
    wanted: Wanted,
    *,
    whom: Whom = Whom.RATED,
    after: str = "",
    before: str = "",
) -> lists.Slice:
    """A page of the people with where each stands; one statement, a second where the page is empty.

    ``steps``: whose they are decides the order, of the year (``turns.steps``) or of the plan alone.
    """
    number = _number(steps, whom)
    # Late steps first among those of the same person.
    keys = [number * 2 + 1 - steps[1], Enrolment.sort_name, Enrolment.id]
    matching = (
        select(Enrolment.id)
        .select_from(Enrolment)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .where(
            Enrolment.region_id == stage.period.region_id,
            Enrolment.period_id == stage.period.id,
            condition,
        )
    )
    asked = search.named(Enrolment.sort_name, Enrolment.person_id, wanted.q)
    if asked is not None:
        matching = matching.where(asked.condition)
    if wanted.act:
        matching = matching.where(number == ACTS.index(wanted.act))

    def place(ref: str, key: Any) -> Any:
        return (
            select(key)
            .select_from(Enrolment)
            .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
            .outerjoin(Plan, Plan.id == Enrolment.plan_id)
            .where(Enrolment.ref == ref, Enrolment.period_id == stage.period.id, condition)
            .correlate(None)
            .scalar_subquery()
        )

    return lists.keyset(
        matching,
        keys,
        place=place,
        details=lambda page: _details(steps).join(page, page.c.id == Enrolment.id),
        after=after,
        before=before,
    )


def _details(steps: Steps) -> Any:
    """What HR's lists show, and how much was recorded and said."""
    entries = (
        select(func.count(ProgressEntry.id))
        .where(ProgressEntry.enrolment_id == Enrolment.id, ProgressEntry.withdrawn.is_(None))
        .correlate(Enrolment)
        .scalar_subquery()
    )
    words = (
        select(func.count(Feedback.id))
        .where(Feedback.enrolment_id == Enrolment.id)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    return people_queries.details(steps).add_columns(
        entries.label("entries"),
        words.label("words_said"),
        HEADS.label("heads"),
        LEADS.label("leads"),
        Unit.ref.label("unit_ref"),
        Plan.submitted_on,
    )


def counts(
    steps: Steps, stage: Stage, condition: ColumnElement[bool], whom: Whom = Whom.RATED
) -> dict[str, int]:
    """How many people wait for whom; one statement."""
    # Two storeys: PostgreSQL can't group by an expression with parameters.
    each = (
        select(_number(steps, whom).label("number"))
        .select_from(Enrolment)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .where(Enrolment.period_id == stage.period.id, condition)
        .subquery()
    )
    query = select(each.c.number, func.count().label("n")).group_by(each.c.number)
    found = {row.number: row.n for row in db.session.execute(query)}
    return {act: found.get(number, 0) for number, act in enumerate(ACTS)}


def has_below(stage: Stage, person_id: int | None) -> bool:
    """Whether somebody's own people appraise others."""
    here = select(Enrolment.id).where(
        Enrolment.period_id == stage.period.id, people_of(person_id, Whom.BELOW)
    )
    return bool(db.session.scalar(select(here.exists())))

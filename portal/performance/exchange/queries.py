"""What goes out by screen, and what a file is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, select, tuple_

from portal.extensions import alias, db
from portal.ledger.external import EKINERJA, ExternalRef
from portal.people.employment.models import Employee, Person
from portal.people.organisation.models import Position, Unit
from portal.performance.evaluations.models import Evaluation, Rating
from portal.performance.evaluations.queries import TOLD
from portal.performance.exchange.models import Reconciliation, ReconciliationRow
from portal.performance.plans.models import BehaviourExpectation, Indicator, Plan, PlannedResult, PlanVersion
from portal.policy.cycles.models import Enrolment, Period

CHUNK = 2000
Appraiser, AppraiserEmployee = alias(Person), alias(Employee)
SuperiorEmployee = alias(Employee)
_KEYS = (Enrolment.sort_name, Enrolment.id)


def scope_of(period: Period, condition: ColumnElement[bool]) -> Any:
    """Everybody obliged in a period who meets ``condition``."""
    return and_(
        Enrolment.region_id == period.region_id,
        Enrolment.period_id == period.id,
        Enrolment.not_obliged.is_(None),
        condition,
    )


def by_screen(key: str, scope: ColumnElement[bool]) -> Iterator[Any]:
    """The rows of a screen for the enrolments in ``scope``, in the order of the names, fetched in chunks of people.

    No transaction is held while a slow reader takes a chunk.
    """
    mark: tuple[Any, ...] | None = None
    while True:
        ids = select(*_KEYS).where(scope)
        if mark is not None:
            ids = ids.where(tuple_(*_KEYS) > mark)
        found = db.session.execute(ids.order_by(*_KEYS).limit(CHUNK)).all()
        if not found:
            return
        first, last = tuple(found[0]), tuple(found[-1])
        within = and_(scope, tuple_(*_KEYS) >= first, tuple_(*_KEYS) <= last)
        rows = db.session.execute(_SCREENS[key](within)).all()
        db.session.rollback()
        yield from rows
        if len(found) < CHUNK:
            return
        mark = last


def _base(*columns: Any) -> Any:
    return (
        select(Employee.staff_number, Person.name, Person.titles_before, Person.titles_after, *columns)
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Employee, Employee.id == Enrolment.employee_id)
    )


def _plans(within: Any) -> Any:
    return (
        _base(
            Position.title,
            Unit.name.label("unit"),
            Unit.code.label("unit_code"),
            Period.begins,
            Period.ends,
            Plan.approach,
            Plan.state,
            AppraiserEmployee.staff_number.label("appraiser_number"),
            Appraiser.name.label("appraiser_name"),
            SuperiorEmployee.staff_number.label("superior_number"),
        )
        .join(Period, Period.id == Enrolment.period_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .outerjoin(Appraiser, Appraiser.id == Enrolment.appraiser_id)
        .outerjoin(AppraiserEmployee, AppraiserEmployee.person_id == Enrolment.appraiser_id)
        .outerjoin(SuperiorEmployee, SuperiorEmployee.person_id == Enrolment.superior_id)
        .where(within)
        .order_by(*_KEYS)
    )


def _version(query: Any) -> Any:
    """The version that is in force, or the first draft."""
    return query.join(Plan, Plan.id == Enrolment.plan_id).join(
        PlanVersion, and_(PlanVersion.plan_id == Plan.id, PlanVersion.number == Plan.counted)
    )


def _results(within: Any) -> Any:
    return (
        _version(
            _base(
                PlannedResult.kind,
                PlannedResult.assigned_by,
                PlannedResult.supported,
                PlannedResult.supported_line,
                PlannedResult.text,
                Plan.leader_form,
                Indicator.aspect,
                Indicator.text.label("indicator"),
                Indicator.target_min,
                Indicator.target_max,
                Indicator.unit.label("measure"),
            )
        )
        .join(PlannedResult, PlannedResult.version_id == PlanVersion.id)
        .outerjoin(Indicator, Indicator.result_id == PlannedResult.id)
        .where(within)
        .order_by(
            *_KEYS, PlannedResult.kind.desc(), PlannedResult.position, PlannedResult.id, Indicator.position, Indicator.id
        )
    )  # fmt: skip


def _behaviour(within: Any) -> Any:
    return (
        _version(_base(BehaviourExpectation.value, BehaviourExpectation.expectation))
        .join(BehaviourExpectation, BehaviourExpectation.version_id == PlanVersion.id)
        .where(within)
        .order_by(*_KEYS, BehaviourExpectation.id)
    )


def _ratings(within: Any) -> Any:
    return (
        _base(
            Position.title,
            Unit.name.label("unit"),
            Period.begins,
            Period.ends,
            Rating.result,
            Rating.behaviour,
            Rating.overall,
            Evaluation.handed_over_on,
            ExternalRef.number,
            ExternalRef.day,
        )
        .join(Period, Period.id == Enrolment.period_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .join(Rating, and_(Rating.id == Evaluation.rating_id, Evaluation.state.in_(TOLD)))
        .outerjoin(ExternalRef, _number_of(Evaluation.ref))
        .where(within)
        .order_by(*_KEYS)
    )


_SCREENS = {"skp": _plans, "hasil_kerja": _results, "perilaku_kerja": _behaviour, "penilaian": _ratings}


def _number_of(ref: Any) -> ColumnElement[bool]:
    return and_(
        ExternalRef.subject_type == "evaluations",
        ExternalRef.subject_ref == ref,
        ExternalRef.system == EKINERJA,
    )


def recorded(period: Period, condition: ColumnElement[bool]) -> Sequence[Any]:
    """Everybody obliged in a period with the rating that was told; one statement."""
    return db.session.execute(
        select(
            Enrolment.id,
            Enrolment.sort_name,
            Employee.staff_number,
            Evaluation.ref.label("evaluation_ref"),
            Rating.result,
            Rating.behaviour,
            Rating.overall,
        )
        .join(Employee, Employee.id == Enrolment.employee_id)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .outerjoin(Rating, and_(Rating.id == Evaluation.rating_id, Evaluation.state.in_(TOLD)))
        .where(scope_of(period, condition))
        .order_by(Enrolment.begins, Enrolment.id)
    ).all()


def numbers(region_id: int) -> dict[str, ExternalRef]:
    """The national numbers of a region's evaluations by the evaluation's reference."""
    found = db.session.scalars(
        select(ExternalRef).where(ExternalRef.region_id == region_id, ExternalRef.system == EKINERJA)
    )
    return {each.subject_ref: each for each in found}


def reconciliations(period: Period, condition: ColumnElement[bool], limit: int = 20) -> Sequence[Any]:
    """The newest comparisons of a period with the agency and who made them."""
    return db.session.execute(
        select(Reconciliation, Unit.name.label("agency"), Person)
        .outerjoin(Unit, Unit.id == Reconciliation.agency_id)
        .outerjoin(Person, Person.id == Reconciliation.person_id)
        .where(Reconciliation.region_id == period.region_id, Reconciliation.period_id == period.id, condition)
        .order_by(Reconciliation.id.desc())
        .limit(limit)
    ).all()


LIST_KEYS = (ReconciliationRow.outcome, ReconciliationRow.sort_name, ReconciliationRow.id)


def listed(reconciliation: Reconciliation, outcome: str = "", q: str = "") -> Any:
    """The ids of a comparison's rows that the filter leaves."""
    query = select(ReconciliationRow.id).where(
        ReconciliationRow.region_id == reconciliation.region_id,
        ReconciliationRow.reconciliation_id == reconciliation.id,
    )
    if outcome:
        query = query.where(ReconciliationRow.outcome == outcome)
    for word in q.split():
        query = query.where(ReconciliationRow.sort_name.contains(word, autoescape=True))
    return query


def details() -> Any:
    """What the list shows of a row: the person, the post, whose the evaluation is to mend."""
    return (
        select(
            ReconciliationRow,
            ReconciliationRow.ref.label("ref"),
            Person.name,
            Person.titles_before,
            Person.titles_after,
            Position.title,
            Unit.name.label("unit"),
            Evaluation.ref.label("evaluation_ref"),
            Appraiser.name.label("appraiser"),
            ExternalRef.number,
        )
        .select_from(ReconciliationRow)
        .outerjoin(Enrolment, Enrolment.id == ReconciliationRow.enrolment_id)
        .outerjoin(Person, Person.id == Enrolment.person_id)
        .outerjoin(Position, Position.id == Enrolment.position_id)
        .outerjoin(Unit, Unit.id == Enrolment.unit_id)
        .outerjoin(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .outerjoin(Appraiser, Appraiser.id == Enrolment.appraiser_id)
        .outerjoin(ExternalRef, _number_of(Evaluation.ref))
    )


def agencies(period: Period, condition: ColumnElement[bool]) -> Sequence[Any]:
    """The agencies with people enrolled in a period and in scope, by name."""
    named = select(Enrolment.agency_id).where(
        Enrolment.region_id == period.region_id, Enrolment.period_id == period.id, condition
    )
    return db.session.scalars(
        select(Unit).where(Unit.id.in_(named.distinct())).order_by(Unit.name, Unit.id)
    ).all()

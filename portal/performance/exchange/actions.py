"""Comparing a period with a file of the national application, and keeping its document numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, update

from portal.extensions import db
from portal.kernel.refs import new_ref
from portal.kernel.refusal import N_, Refusal, insist
from portal.kernel.texts import fold
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.ledger.external import EKINERJA, ExternalRef
from portal.people.organisation.models import Unit
from portal.performance.exchange import queries
from portal.performance.exchange.models import Reconciliation, ReconciliationRow
from portal.performance.exchange.rules import Missing, Outcome, Theirs, Verdict, compare, pair
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.rules import PeriodState


def why_not_reconcile(state: PeriodState) -> Refusal | None:
    """A period that isn't open yet has nothing to compare; a closed one is compared as it stands."""
    if state is PeriodState.PLANNED:
        return Refusal("exchange.period", N_("Periode ini belum dibuka; belum ada yang dicocokkan."))
    return None


def reconcile(
    period: Period,
    *,
    agency: Unit | None,
    rows: Sequence[Theirs],
    source: str,
    by: Actor,
    at: datetime,
) -> Reconciliation:
    """Compare the ratings told in ``period`` (of one agency, or of the region) with a national export.

    No rating changes: what differs is put right where it is wrong, by whoever may. The national document
    number is kept with each evaluation that the file knows. A few statements, however many rows.
    """
    insist(why_not_reconcile(period.state))
    condition: ColumnElement[bool] = Enrolment.region_id == period.region_id
    if agency is not None:
        condition = Enrolment.agency_id == agency.id
    ours: dict[str, list[Any]] = {}
    for row in queries.recorded(period, condition):
        ours.setdefault(row.staff_number, []).append(row)
    lines, told = [], []
    for mine, theirs in pair(ours, rows):
        if mine is None:
            outcome: tuple[Outcome, Missing | None] | None = (Outcome.MISSING, Missing.UNKNOWN)
        else:
            outcome = compare(
                Verdict(mine.result, mine.behaviour, mine.overall), theirs.verdict if theirs else None
            )
        if mine is not None and theirs is not None and theirs.number:
            told.append((mine.evaluation_ref, theirs))
        if outcome is not None:
            lines.append(_line(mine, theirs, *outcome))
    counts = Counter(line["outcome"] for line in lines)
    found = Reconciliation(
        region_id=period.region_id,
        period_id=period.id,
        agency_id=agency.id if agency is not None else None,
        at=at,
        person_id=by.person_id,
        source=source[:200],
        rows=len(rows),
        same=counts[Outcome.SAME],
        different=counts[Outcome.DIFFERENT],
        missing=counts[Outcome.MISSING],
    )
    db.session.add(found)
    db.session.flush()
    if lines:
        own = {"region_id": period.region_id, "reconciliation_id": found.id}
        db.session.execute(insert(ReconciliationRow), [{**own, **line, "ref": new_ref()} for line in lines])
    kept = _keep_numbers(period.region_id, told)
    told_counts: dict[str, Any] = {outcome.value: counts[outcome] for outcome in Outcome}
    events.record(
        "reconcile",
        found,
        by=by,
        at=at,
        period=period.ref,
        agency=agency.ref if agency is not None else "",
        rows=len(rows),
        numbers=kept,
        **told_counts,
    )
    return found


def _line(mine: Any, theirs: Theirs | None, outcome: Outcome, missing: Missing | None) -> dict[str, Any]:
    verdict = theirs.verdict if theirs is not None else Verdict()
    name = theirs.name if theirs is not None and mine is None else ""
    return {
        "enrolment_id": mine.id if mine is not None else None,
        "outcome": outcome,
        "missing": missing,
        "sort_name": mine.sort_name if mine is not None else fold(name)[:200],
        "name": name,
        "line": theirs.row if theirs is not None else None,
        "result": mine.result if mine is not None else None,
        "behaviour": mine.behaviour if mine is not None else None,
        "overall": mine.overall if mine is not None else None,
        "their_result": verdict.result,
        "their_behaviour": verdict.behaviour,
        "their_overall": verdict.overall,
    }


def _keep_numbers(region_id: int, told: Sequence[tuple[str, Theirs]]) -> int:
    """Keep the numbers that are new or changed; how many."""
    known = queries.numbers(region_id) if told else {}
    new, changed = {}, []
    for ref, theirs in told:
        row = known.get(ref)
        if row is None:
            new[ref] = {
                "region_id": region_id,
                "subject_type": "evaluations",
                "subject_ref": ref,
                "system": EKINERJA,
                "number": theirs.number,
                "day": theirs.day,
            }
        elif (row.number, row.day) != (theirs.number, theirs.day):
            changed.append({"row": row.id, "its_number": theirs.number, "its_day": theirs.day})
    table: Any = ExternalRef.__table__
    if new:
        db.session.execute(insert(ExternalRef), list(new.values()))
    if changed:
        columns: dict[str, Any] = {"number": bindparam("its_number"), "day": bindparam("its_day")}
        db.session.execute(update(table).where(table.c.id == bindparam("row")).values(columns), changed)
        db.session.expire_all()
    return len(new) + len(changed)

"""What is done with performance agreements; each function is one act, inside the door, and writes its event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.kernel.refusal import N_, Refusal, insist
from portal.kernel.texts import fold
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.people.organisation.models import Unit
from portal.people.organisation.queries import region
from portal.performance.agreements import queries, rules, tables
from portal.performance.agreements.models import AgreementGoal, KeyIndicator, PerformanceAgreement
from portal.performance.agreements.rules import AGREEMENT_WORKFLOW, AgreementState
from portal.performance.agreements.tables import Fate, TableRow
from portal.performance.plans.rules import Direction, target_problem
from portal.policy.cycles.queries import current_cycle


def start(agency: Unit, *, by: Actor, at: datetime) -> PerformanceAgreement:
    """Begin the agreement of an agency for the year at work; the one that there is, if any."""
    cycle = current_cycle(agency.region_id, local_date(at, region(agency.region_id).zone))
    if cycle is None:
        insist(Refusal("agreement.cycle", N_("Belum ada siklus tahun yang dibuka di daerah ini.")))
    assert cycle is not None
    known = queries.of_agency(cycle.id, agency.id)
    if known is not None:
        return known
    agreement = PerformanceAgreement(region_id=agency.region_id, cycle_id=cycle.id, agency_id=agency.id)
    db.session.add(agreement)
    db.session.flush()
    events.record("start_agreement", agreement, by=by, at=at)
    return agreement


def write_document(
    agreement: PerformanceAgreement,
    *,
    document: str,
    document_date: date | None,
    link: str,
    by: Actor,
    at: datetime,
) -> PerformanceAgreement:
    """Name the signed document."""
    insist(rules.why_not_edit(agreement.state))
    agreement.document, agreement.document_date, agreement.link = document, document_date, link
    events.record("write_agreement_document", agreement, by=by, at=at)
    return agreement


def add_goal(agreement: PerformanceAgreement, *, text: str, by: Actor, at: datetime) -> AgreementGoal:
    """Add a goal."""
    count = queries.count_goals(agreement.id)
    insist(rules.why_not_add_goal(agreement.state, count))
    goal = AgreementGoal(
        region_id=agreement.region_id, agreement_id=agreement.id, position=count + 1, text=text
    )
    db.session.add(goal)
    db.session.flush()
    events.record("add_goal", agreement, by=by, at=at, line=goal.line_ref)
    return goal


def change_goal(goal: AgreementGoal, *, text: str, by: Actor, at: datetime) -> AgreementGoal:
    """Change a goal's words."""
    agreement, _ = queries.agreement_of(goal)
    insist(rules.why_not_edit(agreement.state))
    goal.text = text
    events.record("change_goal", agreement, by=by, at=at, line=goal.line_ref)
    return goal


def remove_goal(goal: AgreementGoal, *, by: Actor, at: datetime) -> PerformanceAgreement:
    """Take a goal out, with its indicators."""
    agreement, _ = queries.agreement_of(goal)
    insist(rules.why_not_edit(agreement.state))
    db.session.execute(delete(KeyIndicator).where(KeyIndicator.goal_id == goal.id))
    db.session.delete(goal)
    events.record("remove_goal", agreement, by=by, at=at, line=goal.line_ref)
    return agreement


def add_indicator(
    goal: AgreementGoal,
    *,
    text: str,
    target_min: Decimal,
    target_max: Decimal | None,
    unit: str,
    direction: Direction,
    programme: str,
    by: Actor,
    at: datetime,
) -> KeyIndicator:
    """Add a key indicator (IKU) with its target: one value, or a range."""
    agreement, _ = queries.agreement_of(goal)
    count = queries.count_indicators(goal.id)
    insist(rules.why_not_add_indicator(agreement.state, count))
    insist(target_problem(target_min, target_max))
    indicator = KeyIndicator(
        region_id=goal.region_id,
        goal_id=goal.id,
        position=count + 1,
        text=text,
        target_min=target_min,
        target_max=target_max if target_max is not None else target_min,
        unit=unit,
        direction=direction,
        programme=programme,
    )
    db.session.add(indicator)
    db.session.flush()
    events.record("add_key_indicator", agreement, by=by, at=at, line=indicator.line_ref)
    return indicator


def change_indicator(
    indicator: KeyIndicator,
    *,
    text: str,
    target_min: Decimal,
    target_max: Decimal | None,
    unit: str,
    direction: Direction,
    programme: str,
    by: Actor,
    at: datetime,
) -> KeyIndicator:
    """Change a key indicator."""
    agreement, _ = queries.agreement_of(indicator)
    insist(rules.why_not_edit(agreement.state))
    insist(target_problem(target_min, target_max))
    indicator.text, indicator.unit, indicator.direction = text, unit, direction
    indicator.target_min, indicator.programme = target_min, programme
    indicator.target_max = target_max if target_max is not None else target_min
    events.record("change_key_indicator", agreement, by=by, at=at, line=indicator.line_ref)
    return indicator


def remove_indicator(indicator: KeyIndicator, *, by: Actor, at: datetime) -> PerformanceAgreement:
    """Take a key indicator out."""
    agreement, _ = queries.agreement_of(indicator)
    insist(rules.why_not_edit(agreement.state))
    db.session.delete(indicator)
    events.record("remove_key_indicator", agreement, by=by, at=at, line=indicator.line_ref)
    return agreement


def take_table(
    agreement: PerformanceAgreement, *, rows: Sequence[TableRow], by: Actor, at: datetime
) -> PerformanceAgreement:
    """Take goals and key indicators from a table: what is new is added, what differs is changed.

    The rows are checked again beside what stands in the agreement now; one bad row keeps all of them out.
    """
    insist(rules.why_not_edit(agreement.state))
    goals = {fold(goal.text): goal for goal in queries.goals(agreement.id)}
    indicators = {(key, fold(each.text)): each for key, goal in goals.items() for each in goal.indicators}
    sizes = {key: len(goal.indicators) for key, goal in goals.items()}
    checked = tables.check(rows, list(goals.values()))
    bad = sum(row.fate is Fate.BAD for row in checked)
    if bad:
        insist(
            Refusal(
                "agreement_table.bad",
                N_("%(n)s baris perlu diperbaiki; belum ada yang diterapkan."),
                {"n": bad},
            )
        )
    taken = [row for row in checked if row.fate is not Fate.SAME]
    for row in taken:
        key = row.key
        goal = goals.get(key[0])
        if goal is None:
            goal = AgreementGoal(
                region_id=agreement.region_id,
                agreement_id=agreement.id,
                position=len(goals) + 1,
                text=row.text("sasaran"),
            )
            db.session.add(goal)
            db.session.flush()
            goals[key[0]], sizes[key[0]] = goal, 0
        indicator = indicators.get(key)
        if indicator is None:
            sizes[key[0]] += 1
            indicator = KeyIndicator(
                region_id=agreement.region_id,
                goal_id=goal.id,
                position=sizes[key[0]],
                text=row.text("iku"),
            )
            db.session.add(indicator)
        indicator.target_min, indicator.target_max = row.target_min, row.target_max
        indicator.unit, indicator.direction = row.text("satuan"), row.direction
        indicator.programme = row.text("program")
    db.session.flush()
    fates: dict[str, Any] = {
        fate.value: sum(row.fate is fate for row in checked) for fate in (Fate.NEW, Fate.CHANGED)
    }
    events.record("take_agreement_table", agreement, by=by, at=at, **fates)
    return agreement


def set_agreement(agreement: PerformanceAgreement, *, by: Actor, at: datetime) -> PerformanceAgreement:
    """Set the agreement: the head's plan takes its results from it from now on."""
    goals = queries.goals(agreement.id)
    insist(rules.why_not_set(agreement.state, goals, agreement.document))
    agreement.state = AgreementState(AGREEMENT_WORKFLOW.after("set", agreement.state))
    agreement.set_on = agreement.set_on or local_date(at, region(agreement.region_id).zone)
    events.record("set_agreement", agreement, by=by, at=at, goals=len(goals))
    return agreement


def reopen(agreement: PerformanceAgreement, *, reason: str, by: Actor, at: datetime) -> PerformanceAgreement:
    """Open the agreement for changes, with the reason; plans keep what they took from it."""
    insist(rules.why_not_reopen(agreement.state))
    agreement.state = AgreementState(AGREEMENT_WORKFLOW.after("reopen", agreement.state))
    events.record("reopen_agreement", agreement, by=by, at=at, words={"reason": reason})
    return agreement

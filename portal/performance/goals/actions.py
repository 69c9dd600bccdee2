"""What is done with shared goals; each function is one act, inside the door, and writes its event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.kernel.refusal import N_, Refusal, insist
from portal.kernel.texts import fold
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.people.organisation.models import Region, Unit
from portal.performance.goals import queries, rules
from portal.performance.goals.models import (
    Contribution,
    GoalFeedback,
    GoalProgress,
    GoalReference,
    SharedGoal,
)
from portal.performance.goals.rules import BROUGHT, GOAL_WORKFLOW, GoalState, ShareState
from portal.performance.plans.models import Plan
from portal.performance.plans.rules import Direction
from portal.performance.progress.rules import FeedbackKind
from portal.policy.cycles.queries import current_cycle

# ---------------------------------------------------------------------------------- the goal itself


def start(
    region: Region,
    *,
    coordinator: Unit,
    title: str,
    text: str,
    indicator: str,
    unit: str,
    direction: Direction,
    baseline: Decimal,
    target: Decimal,
    by: Actor,
    at: datetime,
) -> SharedGoal:
    """Write down a goal for the year at work; ``baseline`` and ``target`` are in ``unit``."""
    cycle = current_cycle(region.id, local_date(at, region.zone))
    if cycle is None or coordinator.region_id != region.id:
        insist(Refusal("shared_goal.cycle", N_("Belum ada siklus tahun yang dibuka di daerah ini.")))
    assert cycle is not None
    insist(rules.target_problem(baseline, target, direction))
    goal = SharedGoal(
        region_id=region.id,
        cycle_id=cycle.id,
        coordinator_id=coordinator.id,
        title=title,
        search_title=fold(title)[: rules.TITLE_TEXT],
        text=text,
        indicator=indicator,
        unit=unit,
        direction=direction,
        baseline=baseline,
        target=target,
    )
    db.session.add(goal)
    db.session.flush()
    events.record("start_shared_goal", goal, by=by, at=at)
    return goal


def change(
    goal: SharedGoal,
    *,
    title: str,
    text: str,
    indicator: str,
    unit: str,
    direction: Direction,
    baseline: Decimal,
    target: Decimal,
    by: Actor,
    at: datetime,
) -> SharedGoal:
    """Change the goal's words or measure; another measure takes back what leaders agreed to."""
    insist(rules.why_not_change(goal.state))
    insist(rules.target_problem(baseline, target, direction))
    before = (goal.indicator, goal.unit, goal.direction, goal.baseline, goal.target)
    goal.title, goal.search_title, goal.text = title, fold(title)[: rules.TITLE_TEXT], text
    goal.indicator, goal.unit, goal.direction = indicator, unit, direction
    goal.baseline, goal.target = baseline, target
    if before != (indicator, unit, direction, baseline, target):
        _ask_again(queries.contributions(goal.id))
    events.record("change_shared_goal", goal, by=by, at=at)
    return goal


def _ask_again(contributions: Sequence[Contribution]) -> None:
    """Take back what was answered: it was about something else. Pages that show the old one are stale."""
    for each in contributions:
        each.answer, each.answerer_id, each.answered, each.reason = ShareState.WAITING, None, None, ""
        each.version += 1


# ---------------------------------------------------------------------------------- contributions


def add_contributor(
    goal: SharedGoal,
    *,
    unit: Unit,
    share: Decimal,
    people: str,
    tools: str,
    budget: str,
    information: str,
    by: Actor,
    at: datetime,
) -> Contribution:
    """Add a unit with its share (per cent) and what it brings; what others agreed to is taken back."""
    known = queries.contributions(goal.id)
    day = local_date(at, queries.year_of(goal)[1])
    stands = unit.begins <= day and (unit.ends is None or unit.ends > day)
    insist(
        rules.why_not_contributor(
            goal.state,
            held=unit.id in [each.unit_id for each in known],
            usable=stands and unit.region_id == goal.region_id and unit.agency_id is not None,
            count=len(known),
        )
    )
    insist(rules.share_problem(share))
    row = Contribution(region_id=goal.region_id, goal_id=goal.id, unit_id=unit.id, share=share)
    row.people, row.tools, row.budget, row.information = people, tools, budget, information
    db.session.add(row)
    db.session.flush()
    _ask_again(known)
    goal.version += 1
    events.record("add_contribution", goal, by=by, at=at, unit=unit.ref)
    return row


def change_contribution(
    contribution: Contribution,
    *,
    share: Decimal,
    people: str,
    tools: str,
    budget: str,
    information: str,
    by: Actor,
    at: datetime,
) -> Contribution:
    """Change a unit's share or what it brings; another share takes back everybody's agreement."""
    goal = queries.goal_of(contribution)
    insist(rules.why_not_change(goal.state))
    insist(rules.share_problem(share))
    if share != contribution.share:
        contribution.share = share
        _ask_again(queries.contributions(goal.id))
    _bring(contribution, people, tools, budget, information)
    goal.version += 1
    events.record("change_contribution", goal, by=by, at=at, line=contribution.ref)
    return contribution


def bring(
    contribution: Contribution,
    *,
    people: str,
    tools: str,
    budget: str,
    information: str,
    by: Actor,
    at: datetime,
) -> Contribution:
    """The unit's own leader writes what it brings; the share stays."""
    goal = queries.goal_of(contribution)
    insist(rules.why_not_bring(goal.state))
    _bring(contribution, people, tools, budget, information)
    events.record("bring_to_goal", goal, by=by, at=at, line=contribution.ref)
    return contribution


def _bring(contribution: Contribution, people: str, tools: str, budget: str, information: str) -> None:
    contribution.people, contribution.tools = people, tools
    contribution.budget, contribution.information = budget, information


def remove_contributor(contribution: Contribution, *, by: Actor, at: datetime) -> SharedGoal:
    """Take a unit out; what the others agreed to is taken back."""
    goal = queries.goal_of(contribution)
    insist(rules.why_not_change(goal.state))
    _ask_again([each for each in queries.contributions(goal.id) if each.id != contribution.id])
    db.session.delete(contribution)
    goal.version += 1
    events.record("remove_contribution", goal, by=by, at=at, line=contribution.ref)
    return goal


# ---------------------------------------------------------------------------------------- the steps


def why_not_propose(goal: SharedGoal, contributions: Sequence[Contribution], names: Any) -> Refusal | None:
    """``rules.why_not_propose`` for a goal's contributions; ``names`` are those of units by id."""
    shares = [each.share for each in contributions]
    missing = [names[each.unit_id] for each in contributions if not any(getattr(each, n) for n in BROUGHT)]
    return rules.why_not_propose(goal.state, shares, missing)


def propose(goal: SharedGoal, *, by: Actor, at: datetime) -> SharedGoal:
    """Ask each contributor's leader; who agreed before, to the same shares, isn't asked again."""
    held = queries.contributions(goal.id)
    insist(why_not_propose(goal, held, queries.unit_names([each.unit_id for each in held])))
    goal.state, goal.reason = GoalState(GOAL_WORKFLOW.after("propose", goal.state)), ""
    _ask_again([each for each in held if each.answer is not ShareState.AGREED])
    events.record("propose_shared_goal", goal, by=by, at=at, contributors=len(held))
    _settle(goal, held)
    return goal


def _settle(goal: SharedGoal, held: Sequence[Contribution]) -> None:
    if rules.settled(each.answer for each in held):
        goal.state = GoalState(GOAL_WORKFLOW.after("settle", goal.state))


def agree(contribution: Contribution, *, by: Actor, at: datetime) -> Contribution:
    """A contributor's leader agrees to the unit's share; with the last one the goal is agreed."""
    goal = queries.goal_of(contribution)
    insist(rules.why_not_answer(goal.state, contribution.answer))
    _answer(contribution, ShareState.AGREED, by, at)
    events.record("agree_share", goal, by=by, at=at, line=contribution.ref)
    _settle(goal, queries.contributions(goal.id))
    return contribution


def decline(contribution: Contribution, *, reason: str, by: Actor, at: datetime) -> Contribution:
    """A contributor's leader declines the share, with a reason: the goal is a draft again."""
    goal = queries.goal_of(contribution)
    insist(rules.why_not_answer(goal.state, contribution.answer, reason))
    _answer(contribution, ShareState.DECLINED, by, at)
    contribution.reason = reason
    goal.state = GoalState(GOAL_WORKFLOW.after("decline", goal.state))
    words = {"reason": reason}
    events.record("decline_share", goal, by=by, at=at, line=contribution.ref, words=words)
    return contribution


def _answer(contribution: Contribution, answer: ShareState, by: Actor, at: datetime) -> None:
    contribution.answer, contribution.answerer_id, contribution.answered = answer, by.person_id, at


def run(goal: SharedGoal, *, by: Actor, at: datetime) -> SharedGoal:
    """The work begins; progress may be told from now on."""
    return _move("run", goal, None, by, at)


def reopen(goal: SharedGoal, *, reason: str, by: Actor, at: datetime) -> SharedGoal:
    """Open the goal again for changes; agreements stay until a share or the measure changes."""
    return _move("reopen", goal, reason, by, at)


def end(goal: SharedGoal, *, reason: str, by: Actor, at: datetime) -> SharedGoal:
    """End the goal; ``reason`` is its outcome in words."""
    return _move("end", goal, reason, by, at)


def withdraw(goal: SharedGoal, *, reason: str, by: Actor, at: datetime) -> SharedGoal:
    """Give the goal up, with the reason; totals don't count it any more."""
    return _move("withdraw", goal, reason, by, at)


def _move(verb: str, goal: SharedGoal, reason: str | None, by: Actor, at: datetime) -> SharedGoal:
    insist(rules.why_not_move(verb, goal.state, reason))
    goal.state = GoalState(GOAL_WORKFLOW.after(verb, goal.state))
    goal.reason = reason or ""
    words = {"reason": reason} if reason else None
    events.record(f"{verb}_shared_goal", goal, by=by, at=at, words=words)
    return goal


# ------------------------------------------------------------------------- progress, feedback, plans


def record(
    goal: SharedGoal, *, day: date, value: Decimal, text: str, by: Actor, at: datetime
) -> GoalProgress:
    """Tell how far the goal is on ``day``: the whole goal's value, once, for all contributors."""
    return _record(goal, None, day, value, text, by, at)


def correct(
    entry: GoalProgress, *, day: date, value: Decimal, text: str, by: Actor, at: datetime
) -> GoalProgress:
    """Put another row before one that was wrong; the earlier one stays readable."""
    return _record(queries.goal_of(entry), entry, day, value, text, by, at)


def _record(
    goal: SharedGoal,
    corrects: GoalProgress | None,
    day: date,
    value: Decimal,
    text: str,
    by: Actor,
    at: datetime,
) -> GoalProgress:
    year, zone = queries.year_of(goal)
    corrected = corrects is not None and queries.is_corrected(corrects)
    insist(rules.why_not_record(goal.state, corrected=corrected))
    insist(rules.why_not_day(day, today=local_date(at, zone), year=year))
    row = GoalProgress(
        region_id=goal.region_id,
        goal_id=goal.id,
        day=day,
        value=value,
        text=text,
        person_id=by.person_id,
        at=at,
        corrects_id=corrects.id if corrects is not None else None,
    )
    db.session.add(row)
    db.session.flush()
    verb = "record_goal_progress" if corrects is None else "correct_goal_progress"
    events.record(verb, goal, by=by, at=at, line=row.ref)
    return row


def say(goal: SharedGoal, *, kind: FeedbackKind, text: str, by: Actor, at: datetime) -> GoalFeedback:
    """Say what goes well with the goal or could be better; by name, read by all who hold it."""
    insist(rules.why_not_say(goal.state))
    row = GoalFeedback(
        region_id=goal.region_id, goal_id=goal.id, person_id=by.person_id, kind=kind, text=text, at=at
    )
    db.session.add(row)
    db.session.flush()
    events.record("say_on_goal", goal, by=by, at=at)
    return row


def refer(plan: Plan, *, line_ref: str, goal: SharedGoal, by: Actor, at: datetime) -> GoalReference:
    """A line of the plan refers to a goal to which the employee's unit contributes; the plan stays as it is."""
    insist(
        rules.why_not_refer(
            goal.state,
            contributes=queries.contributes(plan, goal),
            same_year=goal.cycle_id == plan.cycle_id,
            line_known=line_ref in dict(queries.lines(plan)),
            taken=queries.line_is_taken(plan.id, line_ref),
        )
    )
    row = GoalReference(region_id=plan.region_id, plan_id=plan.id, line_ref=line_ref, goal_id=goal.id, at=at)
    db.session.add(row)
    db.session.flush()
    events.record("refer_to_goal", plan, by=by, at=at, line=line_ref, goal=goal.ref)
    return row


def drop(reference: GoalReference, *, by: Actor, at: datetime) -> Plan:
    """Take a reference back."""
    plan = db.session.get_one(Plan, reference.plan_id)
    db.session.delete(reference)
    events.record("drop_goal_reference", plan, by=by, at=at, line=reference.line_ref)
    return plan

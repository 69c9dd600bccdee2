"""What is done with plans; each function is one act, inside the door, and writes its event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select, update

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.kernel.refs import new_ref
from portal.kernel.refusal import N_, Refusal, insist
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.people.assistance.rules import why_not_by_hand
from portal.people.employment.models import Tenure
from portal.people.organisation.queries import region
from portal.performance.evaluations.models import Evaluation
from portal.performance.plans import queries, rules
from portal.performance.plans.models import (
    BehaviourExpectation,
    Indicator,
    IndicatorManual,
    LineNote,
    MatrixCell,
    Plan,
    PlannedResult,
    PlanSubstitution,
    PlanVersion,
    TeamExpectation,
)
from portal.performance.plans.rules import (
    Approach,
    Aspect,
    ChangeReason,
    ControlLevel,
    CoreValue,
    Direction,
    Lapse,
    ManualFrequency,
    ManualKind,
    Perspective,
    PlanState,
    ResultKind,
    Ruling,
    plan_workflow,
)
from portal.policy.cycles.models import Cycle, Enrolment, Period
from portal.policy.cycles.rules import PeriodState


def start(enrolment: Enrolment, *, by: Actor, at: datetime) -> Plan:
    """Begin the plan of a tenure; the leader's expectations of the team stand in it (Y-15)."""
    period = db.session.get_one(Period, enrolment.period_id)
    known = queries.plan_of_tenure(period.cycle_id, enrolment.tenure_id)
    if known is not None:
        return known
    plan = Plan(
        region_id=enrolment.region_id,
        cycle_id=period.cycle_id,
        tenure_id=enrolment.tenure_id,
        person_id=enrolment.person_id,
        leader_form=enrolment.is_leader and enrolment.organisation_id == enrolment.unit_id,
    )
    db.session.add(plan)
    db.session.flush()
    version = PlanVersion(region_id=plan.region_id, plan_id=plan.id, number=1)
    db.session.add(version)
    db.session.flush()
    for value, team in queries.team_expectations(period.cycle_id, enrolment.appraiser_id).items():
        db.session.add(
            BehaviourExpectation(
                region_id=plan.region_id, version_id=version.id, value=value, expectation=team.text
            )
        )
    same_cycle = select(Period.id).where(Period.cycle_id == period.cycle_id)
    db.session.execute(
        update(Enrolment)
        .where(Enrolment.tenure_id == enrolment.tenure_id, Enrolment.period_id.in_(same_cycle))
        .values(plan_id=plan.id)
    )
    events.record("start_plan", plan, by=by, at=at)
    return plan


def add_result(
    plan: Plan,
    *,
    text: str,
    kind: ResultKind,
    assigned_by: str = "",
    supported_line: str = "",
    perspective: Perspective | None = None,
    by: Actor,
    at: datetime,
) -> PlannedResult:
    """Add a planned result to the draft."""
    version = queries.version_at_work(plan)
    count = queries.count_results(version.id)
    insist(rules.why_not_add_result(plan.state, count))
    insist(rules.why_not_write_result(kind, _from_agreement(plan)))
    result = PlannedResult(
        region_id=plan.region_id,
        version_id=version.id,
        position=count + 1,
        kind=kind,
        text=text,
        assigned_by=assigned_by,
        perspective=perspective,
        **_supported(plan, supported_line),
    )
    db.session.add(result)
    db.session.flush()
    events.record("add_result", plan, by=by, at=at, line=result.line_ref)
    return result


def change_result(
    result: PlannedResult,
    *,
    text: str,
    kind: ResultKind,
    assigned_by: str = "",
    supported_line: str = "",
    perspective: Perspective | None = None,
    by: Actor,
    at: datetime,
) -> PlannedResult:
    """Change a planned result of the draft."""
    plan, version, _ = queries.plan_of(result)
    _insist_open(plan, version)
    if result.goal_line is not None:
        # Its words are the goal's; the agreement changes them, not the plan.
        text, kind = result.text, result.kind
    elif kind != result.kind:
        insist(rules.why_not_write_result(kind, _from_agreement(plan)))
    result.text, result.kind, result.assigned_by, result.perspective = text, kind, assigned_by, perspective
    for name, value in _supported(plan, supported_line).items():
        setattr(result, name, value)
    events.record("change_result", plan, by=by, at=at, line=result.line_ref)
    return result


def take_goal(plan: Plan, *, goal: str, perspective: Perspective, by: Actor, at: datetime) -> PlannedResult:
    """Take a goal of the agency's performance agreement as a main result, its IKU as indicators (Y-10)."""
    version = queries.version_at_work(plan)
    insist(rules.why_not_add_result(plan.state, len(version.results)))
    found = {row.line_ref: row for row in queries.agreement_goals(queries.setting(plan))}
    taken = found.get(goal)
    if taken is None or any(result.goal_line == goal for result in version.results):
        insist(Refusal("plan.goal", N_("Sasaran ini tidak dapat dipilih lagi. Muat ulang halamannya.")))
    assert taken is not None
    result = PlannedResult(
        region_id=plan.region_id,
        version_id=version.id,
        position=len(version.results) + 1,
        kind=ResultKind.MAIN,
        text=taken.text,
        perspective=perspective,
        goal_line=taken.line_ref,
    )
    db.session.add(result)
    db.session.flush()
    for number, key in enumerate(taken.indicators, start=1):
        db.session.add(
            Indicator(
                region_id=plan.region_id,
                result_id=result.id,
                position=number,
                text=key.text,
                aspect=None,
                target_min=key.target_min,
                target_max=key.target_max,
                unit=key.unit,
                direction=key.direction,
                key_line=key.line_ref,
            )
        )
    events.record("take_goal", plan, by=by, at=at, line=result.line_ref, indicators=len(taken.indicators))
    return result


def _from_agreement(plan: Plan) -> bool:
    return plan.leader_form and bool(queries.agreement_goals(queries.setting(plan)))


def remove_result(result: PlannedResult, *, by: Actor, at: datetime) -> Plan:
    """Take a planned result out of the draft; earlier versions keep it."""
    plan, version, _ = queries.plan_of(result)
    _insist_open(plan, version)
    db.session.execute(delete(Indicator).where(Indicator.result_id == result.id))
    db.session.delete(result)
    events.record("remove_result", plan, by=by, at=at, line=result.line_ref)
    return plan


def add_indicator(
    result: PlannedResult,
    *,
    text: str,
    aspect: Aspect | None,
    target_min: Decimal | None,
    target_max: Decimal | None,
    unit: str,
    direction: Direction,
    by: Actor,
    at: datetime,
) -> Indicator:
    """Add an indicator with its target: one value, or a range from ``target_min`` to ``target_max``."""
    plan, version, _ = queries.plan_of(result)
    _insist_open(plan, version)
    count = queries.count_indicators(result.id)
    insist(rules.why_not_add_indicator(plan.state, count))
    insist(rules.target_problem(target_min, target_max))
    indicator = Indicator(
        region_id=result.region_id,
        result_id=result.id,
        position=count + 1,
        text=text,
        aspect=aspect,
        target_min=target_min,
        target_max=target_max if target_max is not None else target_min,
        unit=unit,
        direction=direction,
    )
    db.session.add(indicator)
    db.session.flush()
    events.record("add_indicator", plan, by=by, at=at, line=indicator.line_ref)
    return indicator


def change_indicator(
    indicator: Indicator,
    *,
    text: str,
    aspect: Aspect | None,
    target_min: Decimal | None,
    target_max: Decimal | None,
    unit: str,
    direction: Direction,
    by: Actor,
    at: datetime,
) -> Indicator:
    """Change an indicator of the draft."""
    plan, version, _ = queries.plan_of(indicator)
    _insist_open(plan, version)
    insist(rules.target_problem(target_min, target_max))
    indicator.text, indicator.aspect, indicator.unit, indicator.direction = text, aspect, unit, direction
    indicator.target_min = target_min
    indicator.target_max = target_max if target_max is not None else target_min
    events.record("change_indicator", plan, by=by, at=at, line=indicator.line_ref)
    return indicator


def remove_indicator(indicator: Indicator, *, by: Actor, at: datetime) -> Plan:
    """Take an indicator out of the draft."""
    plan, version, _ = queries.plan_of(indicator)
    _insist_open(plan, version)
    db.session.delete(indicator)
    events.record("remove_indicator", plan, by=by, at=at, line=indicator.line_ref)
    return plan


def write_manual(
    indicator: Indicator,
    *,
    purpose: str,
    definition: str,
    formula: str,
    kind: ManualKind,
    control: ControlLevel,
    source: str,
    responsible: str,
    provider: str,
    frequency: ManualFrequency,
    by: Actor,
    at: datetime,
) -> Indicator:
    """Write how an indicator of a leader's plan is worked out (Y-11, form F-6)."""
    plan, version, _ = queries.plan_of(indicator)
    known = queries.manual_of(version.id, indicator.line_ref)
    state = plan.state if version.number == plan.number else PlanState.SET
    insist(rules.why_not_write_manual(state, plan.leader_form, known is not None))
    if known is None:
        known = IndicatorManual(region_id=plan.region_id, version_id=version.id, line_ref=indicator.line_ref)
        db.session.add(known)
    known.purpose, known.definition, known.formula = purpose, definition, formula
    known.kind, known.control, known.frequency = kind, control, frequency
    known.source, known.responsible, known.provider = source, responsible, provider
    events.record("write_manual", plan, by=by, at=at, line=indicator.line_ref)
    return indicator


def write_expectations(
    version: PlanVersion, *, texts: Mapping[CoreValue, str], as_leader: bool, by: Actor, at: datetime
) -> Plan:
    """Write the special expectations (as leader) or the comments on them (as employee), by core value."""
    plan = db.session.get_one(Plan, version.plan_id)
    _insist_open(plan, version)
    around = queries.setting(plan)
    _insist_is(by, around.enrolment.appraiser_id if as_leader else plan.person_id)
    known = queries.expectations(version)
    for value, text in texts.items():
        row = known.get(value)
        if row is None:
            if not text:
                continue
            row = BehaviourExpectation(region_id=plan.region_id, version_id=version.id, value=value)
            db.session.add(row)
        if as_leader:
            row.expectation = text
        else:
            row.comment = text
    events.record("write_expectations" if as_leader else "comment_expectations", plan, by=by, at=at)
    return plan


def write_attachments(
    version: PlanVersion,
    *,
    resource_support: list[str],
    accountability_scheme: list[str],
    consequence: list[str],
    by: Actor,
    at: datetime,
) -> Plan:
    """Write the three lists of the annex (F-5)."""
    plan = db.session.get_one(Plan, version.plan_id)
    _insist_open(plan, version)
    version.resource_support = resource_support
    version.accountability_scheme = accountability_scheme
    version.consequence = consequence
    events.record("write_attachments", plan, by=by, at=at)
    return plan


def switch_approach(version: PlanVersion, *, approach: Approach, by: Actor, at: datetime) -> Plan:
    """Follow the other approach from now on, where the policy knows it; what was written stays."""
    plan = db.session.get_one(Plan, version.plan_id)
    _insist_open(plan, version)
    allowed = queries.setting(plan).approaches
    insist(rules.why_not_switch(plan.state, approach, allowed))
    version.approach = plan.approach = approach
    events.record("switch_approach", plan, by=by, at=at, approach=approach.value)
    return plan


def submit(plan: Plan, *, by: Actor, at: datetime) -> Plan:
    """Send the plan to its first reader; the version doesn't change any more (Y-18)."""
    around = queries.setting(plan)
    _insist_is(by, around.enrolment.person_id)
    version = queries.version_at_work(plan)
    insist(why_not_submit(around, version))
    version.frozen = at
    plan.reviewed_on = None
    plan.submitted_on = local_date(at, region(plan.region_id).zone)
    return _step("submit", plan, around, by=by, at=at, number=plan.number)


def why_not_submit(around: queries.Setting, version: PlanVersion) -> Refusal | None:
    """The rule's answer for this plan: what the page shows and the action insists on."""
    return rules.why_not_submit(
        around.plan.state,
        rules.missing(version, around.plan.leader_form, version.approach),
        around.appraiser is not None,
        around.cascade.ready,
        around.leader.full_name if around.leader else "",
        around.review,
        around.cascade.source,
    )


def withdraw(plan: Plan, *, by: Actor, at: datetime) -> Plan:
    """Take a submission back before anybody has dealt with it."""
    around = queries.setting(plan)
    _insist_is(by, around.enrolment.person_id)
    insist(rules.why_not_withdraw(plan.state, around.review))
    _new_version(plan)
    return _step("withdraw", plan, around, by=by, at=at)


def add_note(
    plan: Plan, *, line_ref: str, text: str, as_manager: bool = False, by: Actor, at: datetime
) -> LineNote:
    """Note what to mend on a line; it is sent when the plan is returned."""
    around = queries.setting(plan)
    reader = _insist_reads(around, as_manager, by)
    insist(rules.why_not_return(plan.state, 1, around.review, reader))
    note = LineNote(
        region_id=plan.region_id,
        plan_id=plan.id,
        number=plan.number,
        line_ref=line_ref,
        text=text,
        person_id=by.person_id,
        at=at,
    )
    db.session.add(note)
    db.session.flush()
    events.record("add_note", plan, by=by, at=at, line=line_ref, words={"note": text})
    return note


def remove_note(note: LineNote, *, by: Actor, at: datetime) -> Plan:
    """Take back a note that wasn't sent yet."""
    plan = db.session.get_one(Plan, note.plan_id)
    if note.sent is None:
        db.session.delete(note)
        events.record("remove_note", plan, by=by, at=at, line=note.line_ref)
    return plan


def answer_note(note: LineNote, *, answer: str, by: Actor, at: datetime) -> Plan:
    """Answer a note while the plan is being mended (Y-21)."""
    plan = db.session.get_one(Plan, note.plan_id)
    insist(rules.why_not_edit(plan.state))
    note.answer = answer
    events.record("answer_note", plan, by=by, at=at, line=note.line_ref, words={"answer": answer})
    return plan


def review(plan: Plan, *, by: Actor, at: datetime) -> Plan:
    """The performance manager has read the plan and passes it on to the appraiser (Y-19).

    Who looks after the plan's agency is for the right to say; nobody reviews the own plan.
    """
    around = queries.setting(plan)
    _insist_reads(around, True, by)
    insist(rules.why_not_review(plan.state, around.review, queries.unsent_notes(plan, by.person_id)))
    plan.reviewed_on = local_date(at, region(plan.region_id).zone)
    return _step("review", plan, around, by=by, at=at, number=plan.number)


def return_with_notes(plan: Plan, *, as_manager: bool = False, by: Actor, at: datetime) -> Plan:
    """Send the plan back with notes by line; mending goes on in a new version (Y-20).

    By the appraiser; ``as_manager``: by the performance manager, where the plan is reviewed first.
    """
    around = queries.setting(plan)
    reader = _insist_reads(around, as_manager, by)
    count = queries.unsent_notes(plan, by.person_id)
    insist(rules.why_not_return(plan.state, count, around.review, reader))
    db.session.execute(
        update(LineNote)
        .where(LineNote.plan_id == plan.id, LineNote.number == plan.number, LineNote.sent.is_(None))
        .values(sent=at)
    )
    _step("return_with_notes", plan, around, by=by, at=at, number=plan.number, notes=count)
    _new_version(plan)
    return plan


def agree(plan: Plan, *, by: Actor, at: datetime) -> Plan:
    """The appraiser agrees to the plan."""
    around = queries.setting(plan)
    _insist_is(by, around.enrolment.appraiser_id)
    open_notes = queries.unsent_notes(plan, by.person_id)
    insist(rules.why_not_agree(plan.state, around.review, open_notes))
    plan.agreed_on = local_date(at, region(plan.region_id).zone)
    queries.version_row(plan, plan.number).agreed_on = plan.agreed_on
    return _step("agree", plan, around, by=by, at=at, number=plan.number)


def sign(plan: Plan, *, by: Actor, at: datetime) -> Plan:
    """The employee signs in the system (Y-22)."""
    around = queries.setting(plan)
    _insist_is(by, around.enrolment.person_id)
    insist(why_not_by_hand(by.typist_id))
    insist(rules.why_not_sign(plan.state, around.review))
    plan.signed_on = local_date(at, region(plan.region_id).zone)
    queries.version_row(plan, plan.number).signed_on = plan.signed_on
    return _step("sign", plan, around, by=by, at=at, number=plan.number)


def set_plan(plan: Plan, *, by: Actor, at: datetime) -> Plan:
    """The appraiser sets the plan: the formal act (PP 30/2019 Ps. 8).

    A change is in force from now on. Periods that ended before keep the version that held then, and
    ``Plan.set_on`` the day on which the plan was set first.
    """
    around = queries.setting(plan)
    _insist_is(by, around.enrolment.appraiser_id)
    insist(rules.why_not_set(plan.state, around.review))
    _put_set(plan, local_date(at, region(plan.region_id).zone))
    return _step("set", plan, around, by=by, at=at, number=plan.number)


def _put_set(plan: Plan, today: date) -> None:
    queries.version_row(plan, plan.number).set_on = today
    if plan.in_force is None:
        plan.set_on = today
    else:
        _keep_ended_periods(plan, plan.in_force, today)
    plan.in_force = plan.number


def why_not_substitute(
    around: queries.Setting, *, today: date, text: str | None = None, ruling: Ruling = Ruling.AGREE
) -> Refusal | None:
    """The rule's answer for this plan: what the page shows and the action insists on."""
    return rules.why_not_substitute(
        around.plan.state, queries.overdue(around), today, text=text, ruling=ruling
    )


def substitute(plan: Plan, *, text: str, ruling: Ruling = Ruling.AGREE, by: Actor, at: datetime) -> Plan:
    """The appraiser's superior takes the step that wasn't taken in time, with the reason.

    A plan that the appraiser left is agreed to or sent back; one that wasn't signed or set is set. A plan
    that is sent back goes through the appraiser again, with days of its own.
    """
    around = queries.setting(plan)
    _insist_is(by, around.enrolment.superior_id)
    today = local_date(at, region(plan.region_id).zone)
    insist(why_not_substitute(around, today=today, text=text, ruling=ruling))
    found = queries.overdue(around)
    if found is None or by.person_id is None:
        raise LookupError("nothing is overdue")
    db.session.add(
        PlanSubstitution(
            region_id=plan.region_id,
            plan_id=plan.id,
            number=plan.number,
            lapse=found.lapse,
            text=text,
            person_id=by.person_id,
            day=today,
            at=at,
        )
    )
    told = {"number": plan.number, "lapse": found.lapse.value}
    if ruling is Ruling.RETURN:
        note = LineNote(
            region_id=plan.region_id,
            plan_id=plan.id,
            number=plan.number,
            text=text,
            person_id=by.person_id,
            at=at,
            sent=at,
        )
        db.session.add(note)
        _step("send_back", plan, around, by=by, at=at, words={"note": text}, **told)
        _new_version(plan)
        return plan
    if found.lapse is Lapse.AGREEMENT:
        plan.agreed_on = today
        queries.version_row(plan, plan.number).agreed_on = today
    else:
        _put_set(plan, today)
    return _step("substitute", plan, around, by=by, at=at, words={"reason": text}, **told)


def _keep_ended_periods(plan: Plan, number: int, today: date) -> None:
    """Evaluations of periods that are over rate the version that was in force in them."""
    over = (
        select(Enrolment.id)
        .join(Period, Period.id == Enrolment.period_id)
        .where(Enrolment.plan_id == plan.id, Period.ends <= today)
    )
    db.session.execute(
        update(Evaluation)
        .where(Evaluation.enrolment_id.in_(over), Evaluation.plan_number.is_(None))
        .values(plan_number=number)
        .execution_options(synchronize_session=False)
    )


def change(
    plan: Plan,
    *,
    reason: ChangeReason,
    reason_note: str,
    letter: str = "",
    letter_date: date | None = None,
    away_from: date | None = None,
    away_to: date | None = None,
    by: Actor,
    at: datetime,
) -> Plan:
    """Begin a change of a plan that was set, for a reason of the law (PP 30/2019 Ps. 28, Y-47).

    The version in force holds until the change is agreed, signed and set in its turn.
    """
    around = queries.setting(plan)
    _insist_is(by, plan.person_id)
    today = local_date(at, region(plan.region_id).zone)
    insist(rules.why_not_change(plan.state, around.period.state is PeriodState.OPEN))
    insist(
        rules.change_problem(
            reason,
            letter=letter,
            letter_date=letter_date,
            away_from=away_from,
            away_to=away_to,
            today=today,
        )
    )
    new = _new_version(plan)
    new.reason, new.reason_note, new.letter, new.letter_date = reason, reason_note, letter, letter_date
    new.away_from, new.away_to = away_from, away_to
    plan.submitted_on = plan.reviewed_on = plan.agreed_on = plan.signed_on = None
    words = {"reason_note": reason_note, "letter": letter}
    return _step("change", plan, around, by=by, at=at, number=plan.number, reason=reason.value, words=words)


def drop_change(plan: Plan, *, by: Actor, at: datetime) -> Plan:
    """Give a change up; the version in force goes on, and what was drafted stays readable."""
    around = queries.setting(plan)
    _insist_is(by, plan.person_id)
    insist(rules.why_not_drop_change(plan.state, plan.in_force is not None))
    for row in queries.versions_since(plan):
        row.cancelled = at
        row.frozen = row.frozen or at
    _step("drop_change", plan, around, by=by, at=at, number=plan.number)
    _put_in_force(plan)
    return plan


def _put_in_force(plan: Plan) -> None:
    """The plan stands where its version in force left it."""
    row = queries.version_row(plan, plan.counted)
    plan.number, plan.approach = plan.counted, row.approach
    plan.agreed_on, plan.signed_on = row.agreed_on, row.signed_on
    plan.submitted_on = local_date(row.frozen, region(plan.region_id).zone) if row.frozen else None


def fill_row(plan: Plan, tenure: Tenure, *, texts: Mapping[str, str], by: Actor, at: datetime) -> Plan:
    """Write one member's row of the role-result matrix: the leader's result → contribution (Y-13)."""
    db.session.execute(
        delete(MatrixCell).where(MatrixCell.plan_id == plan.id, MatrixCell.tenure_id == tenure.id)
    )
    for line_ref, text in texts.items():
        if text:
            db.session.add(
                MatrixCell(
                    region_id=plan.region_id,
                    plan_id=plan.id,
                    line_ref=line_ref,
                    tenure_id=tenure.id,
                    text=text,
                )
            )
    events.record(
        "fill_matrix_row", plan, by=by, at=at, tenure=tenure.ref, cells=sum(map(bool, texts.values()))
    )
    return plan


def share_matrix(plan: Plan, *, by: Actor, at: datetime) -> Plan:
    """Share the matrix with the team; from now on the members can submit."""
    state = PlanState.SET if plan.in_force else plan.state
    insist(rules.why_not_share_matrix(state, plan.matrix_shared is not None))
    plan.matrix_shared = at
    events.record("share_matrix", plan, by=by, at=at)
    return plan


def expect_of_team(cycle: Cycle, *, texts: Mapping[CoreValue, str], by: Actor, at: datetime) -> Cycle:
    """Write what one expects of one's team under each core value (Y-14)."""
    known = queries.team_expectations(cycle.id, by.person_id)
    for value, text in texts.items():
        row = known.get(value)
        if row is None:
            row = TeamExpectation(
                region_id=cycle.region_id, cycle_id=cycle.id, person_id=by.person_id, value=value
            )
            db.session.add(row)
        row.text = text
    events.record("expect_of_team", cycle, by=by, at=at)
    return cycle


def _step(verb: str, plan: Plan, around: queries.Setting, *, by: Actor, at: datetime, **summary: Any) -> Plan:
    plan.state = PlanState(plan_workflow(around.review).after(verb, plan.state))
    plan.version += 1
    events.record(
        f"{verb}_plan",
        plan,
        by=by,
        at=at,
        policy_version_id=around.policy.id,
        state=plan.state.value,
        **summary,
    )
    return plan


def _insist_is(by: Actor, person_id: int | None) -> None:
    """Only that person takes this step; views hide it from others, the action refuses them."""
    if not by.is_person(person_id):
        insist(Refusal("plan.person", N_("Langkah ini bukan untuk Anda; orang lain yang mengambilnya.")))


def _insist_reads(around: queries.Setting, as_manager: bool, by: Actor) -> str:
    """Who reads the plan in this step, as the table of steps names it; raises for anybody else."""
    if not as_manager:
        _insist_is(by, around.enrolment.appraiser_id)
        return "penilai"
    if by.is_person(around.enrolment.person_id):
        insist(Refusal("plan.person", N_("SKP Anda sendiri direviu oleh pengelola kinerja lain.")))
    return "pengelola"


def _insist_open(plan: Plan, version: PlanVersion) -> None:
    insist(rules.why_not_edit(plan.state if version.number == plan.number else PlanState.SET))


def _supported(plan: Plan, line_ref: str) -> dict[str, str | None]:
    if not line_ref:
        return {"supported_line": None, "supported": ""}
    for result in queries.leader_results(queries.setting(plan).leader_plan):
        if result.line_ref == line_ref:
            return {"supported_line": line_ref, "supported": result.text}
    return {"supported_line": None, "supported": ""}


def _new_version(plan: Plan) -> PlanVersion:
    """Copy the frozen version into a new draft; lines keep their ``line_ref`` (decision 14.6)."""
    old = queries.version_at_work(plan)
    # Not one more than the one at work: a change may have been given up in between.
    newest = select(func.max(PlanVersion.number)).where(PlanVersion.plan_id == plan.id)
    plan.number = (db.session.scalar(newest) or 0) + 1
    begun = {"frozen": None, "agreed_on": None, "signed_on": None, "set_on": None, "cancelled": None}
    new: PlanVersion = _copy(old, PlanVersion, number=plan.number, **begun)
    db.session.add(new)
    db.session.flush()
    for result in old.results:
        copy = _copy(result, PlannedResult, version_id=new.id)
        db.session.add(copy)
        db.session.flush()
        db.session.add_all(_copy(indicator, Indicator, result_id=copy.id) for indicator in result.indicators)
    db.session.add_all(_copy(row, BehaviourExpectation, version_id=new.id) for row in old.expectations)
    if plan.leader_form:
        manuals = queries.manuals(old.id).values()
        db.session.add_all(_copy(row, IndicatorManual, version_id=new.id) for row in manuals)
    return new


def _copy(row: Any, model: Any, **changes: Any) -> Any:
    kept = {
        column.key: getattr(row, column.key)
        for column in model.__table__.columns
        if column.key not in ("id", "ref", "version")
    }
    kept.update(changes)
    if "ref" in model.__table__.columns:
        kept["ref"] = new_ref()
    return model(**kept)

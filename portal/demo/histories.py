"""Histories written together: the same rows and events that the actions leave, for any number of people.

The story's people take every step by its action (``planning``, ``quarters``). Around them hundreds, or a
hundred thousand, have a year as well: what they plan, do and are rated comes from the same dice and the
same words, and is written by the thousand (``pen``). Both rules of who comes first hold: leaders' plans
before their people's, the organisation's rating before anybody's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import select, update

from portal.demo import content, planning, quarters, surveys
from portal.demo.pen import Pen
from portal.demo.quarters import Pair, Quarter
from portal.demo.stage import Course, Line, Member, Stage, acting
from portal.extensions import db
from portal.kernel.exact import round_half_up
from portal.ledger.actor import Actor
from portal.performance.advice import rules as advising
from portal.performance.advice.rules import Group
from portal.performance.evaluations import queries as evaluation_queries
from portal.performance.evaluations.models import Achievement, Evaluation, Rating
from portal.performance.evaluations.rules import EvaluationState, NotEvaluatedReason
from portal.performance.plans.models import (
    BehaviourExpectation,
    Indicator,
    MatrixCell,
    Plan,
    PlannedResult,
    PlanVersion,
    TeamExpectation,
)
from portal.performance.plans.rules import Approach, CoreValue, PlanState, ResultKind
from portal.performance.progress.models import ActionStep, Feedback, ProgressEntry
from portal.performance.progress.rules import FeedbackKind, Relation, ReplyKind, StepState
from portal.performance.surveys import queries as survey_queries
from portal.performance.surveys.rules import RoundState
from portal.policy.cycles.models import Cycle, Enrolment, Period
from portal.policy.cycles.rules import NotObligedReason
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import PolicyDocument

FAR = (PlanState.DRAFT, PlanState.SUBMITTED, PlanState.AGREED, PlanState.SIGNED, PlanState.SET)
"""How far a plan comes that is written here."""
RATED = ("dinilai", "disampaikan", "diterima")


@dataclass(frozen=True)
class Manner:
    """How much is written of each person."""

    told: bool = True
    """Each act leaves its event."""
    whole: bool = True
    """Also expectations, matrices, attachments, steps and feedback; else plans, progress and ratings alone."""
    entries: int = 3
    """Entries of progress in a period, at most."""


WHOLE = Manner()


# ------------------------------------------------------------------------------------------ plans


def write_plans(stage: Stage, courses: Sequence[tuple[Member, Course]], manner: Manner = WHOLE) -> None:
    """The plans of people of one level, whose leaders' are written."""
    if not courses:
        return
    with acting():
        pen = Pen(stage.region_id, told=manner.told)
        pen.policy_version_id = stage.period(0).policy_version_id
        cycle = db.session.get_one(Cycle, stage.cycle_id)
        for member, course in courses:
            write_plan(pen, stage, cycle.ref, member, course, manner)
            pen.rest()
        pen.write()
        if manner.whole:
            carry_over(stage.cycle_id)


def carry_over(cycle_id: int) -> None:
    """Hang every plan of the cycle on the enrolments of its tenure; inside the door, one statement."""
    periods = select(Period.id).where(Period.cycle_id == cycle_id)
    plan = select(Plan.id).where(Plan.cycle_id == cycle_id, Plan.tenure_id == Enrolment.tenure_id)
    db.session.execute(
        update(Enrolment)
        .where(Enrolment.period_id.in_(periods), Enrolment.plan_id.is_(None))
        .values(plan_id=plan.scalar_subquery())
        .execution_options(synchronize_session=False)
    )


def write_plan(
    pen: Pen, stage: Stage, cycle_ref: str, member: Member, course: Course, manner: Manner
) -> None:
    """One person's plan, into the pen."""
    random = member.random("skp")
    appraiser = stage.actor(member.entries[0].appraiser_id)
    until = course.until if appraiser is not None else PlanState.DRAFT
    far = FAR.index(until)
    at = stage.at(course.draft, 9, random.randint(0, 59))
    submitted, agreed, signed, ends = (
        stage.at(day, hour, random.randint(0, 59))
        for day, hour in ((course.submit, 10), (course.agree, 13), (course.sign, 14), (course.set, 15))
    )
    shares = bool(member.team) and until is PlanState.SET and manner.whole
    plan = pen.add(
        Plan,
        cycle_id=stage.cycle_id,
        tenure_id=member.tenure_id,
        person_id=member.person_id,
        state=until,
        approach=_approach(member),
        leader_form=member.leads_organisation,
        in_force=1 if until is PlanState.SET else None,
        version=1 + far,
        submitted_on=course.submit if far >= 1 else None,
        agreed_on=course.agree if far >= 2 else None,
        signed_on=course.sign if far >= 3 else None,
        set_on=course.set if far >= 4 else None,
        matrix_shared=stage.at(course.set, 17, 5) if shares else None,
    )
    member.plan_id, member.plan_state = plan["id"], until
    attached = planning.attachments(random) if manner.whole else {key: [] for key in ATTACHED}
    version = pen.add(
        PlanVersion,
        plan_id=plan["id"],
        number=1,
        approach=plan["approach"],
        frozen=submitted if far >= 1 else None,
        agreed_on=plan["agreed_on"],
        signed_on=plan["signed_on"],
        set_on=plan["set_on"],
        **attached,
    )

    def tell(verb: str, by: Actor, when: datetime, **summary: Any) -> None:
        pen.tell(verb, Plan, plan["ref"], by=by, at=when, **summary)

    tell("start_plan", member.actor, at)
    outcomes = planning.outcomes_of(stage, member, random)
    if not manner.whole:
        outcomes = [replace(outcome, measures=outcome.measures[:2]) for outcome in outcomes[:1]]
    _results(pen, stage, member, version["id"], outcomes, course, tell)
    if manner.whole:
        tell("write_attachments", member.actor, stage.at(course.draft, 15, 20))
        if appraiser is not None:
            for value, text in planning.expected_by(appraiser, stage.year).items():
                pen.add(BehaviourExpectation, version_id=version["id"], value=value, expectation=text)
    steps = (
        ("submit", member.actor, submitted),
        ("agree", appraiser, agreed),
        ("sign", member.actor, signed),
        ("set", appraiser, ends),
    )
    for number, (verb, by, when) in enumerate(steps[:far], 1):
        assert by is not None
        tell(f"{verb}_plan", by, when, policy=True, state=FAR[number].value, number=1)
    if shares:
        _share(pen, stage, cycle_ref, member, plan, course.set)


def _approach(member: Member) -> Approach:
    return Approach.QUALITATIVE if member.who in planning.QUALITATIVE else Approach.QUANTITATIVE


ATTACHED = ("resource_support", "accountability_scheme", "consequence")


def _results(
    pen: Pen,
    stage: Stage,
    member: Member,
    version_id: int,
    outcomes: Sequence[content.Outcome],
    course: Course,
    tell: Callable[..., None],
) -> None:
    at = stage.at(course.draft, 10, 5)
    above = {line.ref: line.outcome.text for line in member.leader.lines} if member.leader else {}
    member.lines = []
    for place, outcome in enumerate(outcomes, 1):
        extra = outcome.tag == "tambahan"
        line_ref = "" if extra else planning.supported(member, outcome)
        result = pen.add(
            PlannedResult,
            version_id=version_id,
            position=place,
            kind=ResultKind.EXTRA if extra else ResultKind.MAIN,
            text=outcome.text,
            assigned_by=planning.leader_title(stage, member),
            supported_line=line_ref or None,
            supported=above.get(line_ref, ""),
            perspective=outcome.perspective if member.leads_organisation else None,
        )
        tell("add_result", member.actor, at, line=result["line_ref"])
        line = Line(outcome, result["line_ref"], [])
        for number, measure in enumerate(outcome.measures, 1):
            indicator = pen.add(
                Indicator,
                result_id=result["id"],
                position=number,
                aspect=None if member.leads_organisation or measure.in_words else measure.aspect,
                text=measure.text,
                target_min=None if measure.in_words else measure.low,
                target_max=None if measure.in_words else measure.high,
                unit=measure.unit,
                direction=measure.direction,
            )
            tell("add_indicator", member.actor, at, line=indicator["line_ref"])
            line.indicators.append(indicator["line_ref"])
        member.lines.append(line)


def _share(
    pen: Pen, stage: Stage, cycle_ref: str, leader: Member, plan: Mapping[str, Any], day: date
) -> None:
    """Expectations and the role-result matrix for the team, as ``planning`` has leaders share them."""
    pen.tell("expect_of_team", Cycle, cycle_ref, by=leader.actor, at=stage.at(day, 8, 30))
    for value, text in planning.expected_by(leader.actor, stage.year).items():
        pen.add(TeamExpectation, cycle_id=stage.cycle_id, person_id=leader.person_id, value=value, text=text)
    for number, member in enumerate(leader.team):
        row = planning.row_of(leader, member)
        for line_ref, text in row.items():
            pen.add(MatrixCell, plan_id=plan["id"], line_ref=line_ref, tenure_id=member.tenure_id, text=text)
        pen.tell(
            "fill_matrix_row",
            Plan,
            plan["ref"],
            by=leader.actor,
            at=stage.at(day, 16, min(number, 59)),
            tenure=member.tenure_ref,
            cells=len(row),
        )
    pen.tell("share_matrix", Plan, plan["ref"], by=leader.actor, at=stage.at(day, 17, 5))


# ---------------------------------------------------------------------------------------- periods


@dataclass
class Sheet:
    """What a period's histories are written with."""

    pen: Pen
    stage: Stage
    quarter: Quarter
    manner: Manner
    policy_id: int
    policy: PolicyDocument
    organisations: Mapping[int, int] = field(default_factory=dict)
    """By unit, the organisation's rating that stands before people's."""
    survey: RoundState | None = None
    """Where the period's closed survey stands; none where there is none. Beside it what it left."""
    left: Mapping[int, tuple[Group, ...]] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Under which number members keep their entry of the period."""
        return self.quarter.number


def sheet_of(stage: Stage, quarter: Quarter, pen: Pen, manner: Manner) -> Sheet:
    """What is needed to write about a period; inside the door."""
    period = stage.period(quarter.number)
    version = db.session.get_one(PolicyVersion, period.policy_version_id)
    rated = {key: row.id for key, row in evaluation_queries.organisation_ratings(period.id).items()}
    found = survey_queries.round_of(period.id)
    left = surveys.left(period.id)
    return Sheet(
        pen, stage, quarter, manner, version.id, version.rules, rated, found.state if found else None, left
    )


def write_period(
    stage: Stage,
    quarter: Quarter,
    members: Iterable[Member],
    *,
    state_of: Callable[[Member], str] = lambda _member: "diterima",
    works: bool = True,
    manner: Manner = WHOLE,
) -> None:
    """What people did in a period (``works``), and how far its evaluation came: ``state_of``.

    That is ``berjalan``, ``dilaporkan``, ``ragu`` and ``konsep`` (reported, with a draft of the ratings),
    ``dinilai``, ``disampaikan``, or ``diterima``, of whom a few never signed; or why there is none.
    """
    with acting():
        pen = Pen(stage.region_id, told=manner.told)
        sheet = sheet_of(stage, quarter, pen, manner)
        for member in members:
            write_one(sheet, member, state_of(member), works=works)
            pen.rest()
        pen.write()


def write_one(sheet: Sheet, member: Member, state: str, *, works: bool = True) -> None:
    """One person's part of a period, into the sheet's pen."""
    sheet.pen.policy_version_id = sheet.policy_id
    if state in _NOT_EVALUATED:
        _absent(sheet, member, NotEvaluatedReason(state))
        return
    if state in _NOT_OBLIGED:
        _not_obliged(sheet, member, NotObligedReason(state))
        return
    if works and member.lines:
        _work(sheet, member)
    _evaluate(sheet, member, state)


_NOT_EVALUATED, _NOT_OBLIGED = frozenset(NotEvaluatedReason), frozenset(NotObligedReason)


def _absent(sheet: Sheet, member: Member, reason: NotEvaluatedReason) -> None:
    entry = member.entries[sheet.number]
    values = {
        "state": EvaluationState.NOT_EVALUATED,
        "not_evaluated": reason,
        "not_evaluated_note": content.words("absence", reason),
    }
    sheet.pen.change(Evaluation, entry.evaluation_id, **values)
    at = sheet.stage.at(sheet.quarter.organisations, 9, 40)
    state = EvaluationState.NOT_EVALUATED
    _tell(sheet, member, "mark_not_evaluated", sheet.stage.hr, at, state, reason=reason.value)


def _not_obliged(sheet: Sheet, member: Member, reason: NotObligedReason) -> None:
    entry = member.entries[sheet.number]
    note = content.words("not_obliged", reason)
    sheet.pen.change(Enrolment, entry.id, not_obliged=reason, not_obliged_note=note)
    at = sheet.stage.at(sheet.quarter.steps, 9, 50)
    words, by = {"note": note}, sheet.stage.hr
    sheet.pen.tell("mark_not_obliged", Enrolment, entry.ref, by=by, at=at, words=words, reason=reason.value)


def finish(stage: Stage, quarter: Quarter, members: Sequence[Member]) -> None:
    """Reports, ratings, documents and receipts of a period, as ``quarters.finish`` wants them."""
    write_period(stage, quarter, members, works=False)


def run(stage: Stage, quarter: Quarter, members: Sequence[Member]) -> None:
    """Steps, progress and feedback alone."""
    write_period(stage, quarter, members, state_of=lambda _member: "berjalan")


def _work(sheet: Sheet, member: Member) -> None:
    stage, quarter = sheet.stage, sheet.quarter
    random = member.random(f"triwulan:{quarter.number}")
    entry = member.entries[quarter.number]
    begun = stage.later(max(quarter.steps, member.someone.begins), random.randint(0, 3))
    appraiser = stage.actor(entry.appraiser_id)
    agreed = stage.later(begun, random.randint(1, 3))
    if sheet.manner.whole:
        _steps(sheet, member, begun, agreed if appraiser and random.random() < 0.93 else None, random)
    days = [each for each in stage.workdays(quarter.first, quarter.last) if each > agreed]
    if not days:
        return
    wanted = random.choice((0, 1, 1, 2, sheet.manner.entries))
    texts = random.sample(member.work.progress, min(wanted, len(member.work.progress), len(days)))
    for text, day in zip(texts, sorted(random.sample(days, len(texts))), strict=True):
        _entry(sheet, member, text, day, random)
    if sheet.manner.whole and appraiser is not None and random.random() < 0.5:
        _feedback(sheet, member, appraiser, random.choice(days), random)


def _steps(sheet: Sheet, member: Member, day: date, agreed: date | None, random: Random) -> None:
    stage, quarter, entry = sheet.stage, sheet.quarter, member.entries[sheet.number]
    due = stage.later(quarter.last - timedelta(days=6), 0)
    for text, target, proof in member.work.steps[:1]:
        finished = agreed is not None and quarter.reports[0] > quarter.last and random.random() < 0.65
        state = StepState.PROPOSED if agreed is None else StepState.AGREED
        step = sheet.pen.add(
            ActionStep,
            enrolment_id=entry.id,
            line_ref=member.lines[0].ref,
            text=text,
            target=target,
            due=due,
            evidence=proof,
            state=StepState.DONE if finished else state,
        )
        at = stage.at(day, 10, 40)
        sheet.pen.tell("add_step", ActionStep, step["ref"], by=member.actor, at=at, line=step["line_ref"])
        if agreed is not None:
            by = stage.actor(entry.appraiser_id)
            assert by is not None
            at = stage.at(agreed, 11, random.randint(0, 59))
            sheet.pen.tell("agree_steps", Enrolment, entry.ref, by=by, at=at)
        if finished:
            done = stage.later(quarter.last, -random.randint(0, 8))
            at = stage.at(done, 15, random.randint(0, 59))
            sheet.pen.tell("finish_step", ActionStep, step["ref"], by=member.actor, at=at)


def _entry(sheet: Sheet, member: Member, text: str, day: date, random: Random) -> None:
    line_ref, said, amount, link = quarters.progress_of(sheet.stage, member, text, day, random)
    at = sheet.stage.at(day, 15, random.randint(0, 59))
    entry = sheet.pen.add(
        ProgressEntry,
        enrolment_id=member.entries[sheet.number].id,
        line_ref=line_ref,
        day=day,
        text=said,
        amount=amount,
        link=link,
        at=at,
    )
    sheet.pen.tell(
        "record_progress", ProgressEntry, entry["ref"], by=member.actor, at=at, line=line_ref, files=0
    )


def _feedback(sheet: Sheet, member: Member, giver: Actor, day: date, random: Random) -> None:
    """A word of the appraiser that fits the work, mostly with its answer."""
    words = quarters.word_of_leader(member)
    if words is None:
        return
    member.heard.add(words.key)
    stage, at = sheet.stage, sheet.stage.at(day, 13, random.randint(0, 59))
    answered = stage.later(day, random.randint(0, 4))
    replied = stage.at(answered, 16, random.randint(0, 59)) if random.random() < 0.88 else None
    if replied is not None and answered > sheet.quarter.last:
        replied = None
    on_result = words.about == "hasil"
    row = sheet.pen.add(
        Feedback,
        enrolment_id=member.entries[sheet.number].id,
        person_id=giver.person_id,
        relation=Relation.LEADER,
        kind=FeedbackKind(words.kind),
        line_ref=member.lines[0].ref if on_result else None,
        value=None if on_result else CoreValue(words.about),
        text=quarters.addressed(words.text, member),
        at=at,
        reply_kind=ReplyKind(words.reply_kind) if replied else None,
        reply=words.reply if replied else "",
        replied=replied,
    )
    sheet.pen.tell("give_feedback", Feedback, row["ref"], by=giver, at=at, kind=words.kind)
    if replied is not None:
        kind = words.reply_kind
        sheet.pen.tell("reply_to_feedback", Feedback, row["ref"], by=member.actor, at=replied, kind=kind)


def _evaluate(sheet: Sheet, member: Member, state: str) -> None:
    """How far the evaluation came, from the report to the receipt."""
    if state == "berjalan":
        return
    random = member.random(f"nilai:{sheet.number}")
    pair = quarters.pair_of_quarter(sheet.stage, member, sheet.number, {})
    values: dict[str, Any] = {"plan_number": 1}
    # A few never report; they are rated from what is known.
    silent = state in RATED and not member.team and random.random() < 0.02
    achieved = {} if silent else _report(sheet, member, pair, values, random)
    if state in ("ragu", "konsep"):
        _draft(sheet, member, pair, values, unsure=state == "ragu")
    if state in RATED:
        _rate(sheet, member, pair, achieved, state, values, random)
    sheet.pen.change(Evaluation, member.entries[sheet.number].evaluation_id, **{**_UNTOUCHED, **values})


_UNTOUCHED: Mapping[str, Any] = {
    "state": EvaluationState.RUNNING,
    "self_note": "",
    "reported_on": None,
    "draft_result": None,
    "draft_result_reason": "",
    "draft_behaviour": None,
    "draft_behaviour_reason": "",
    "draft_marks": None,
    "unsure": False,
    "rating_id": None,
    "rated_on": None,
    "handed_over_on": None,
    "received_on": None,
    "plan_number": None,
}
"""What is said of an evaluation in one statement for all."""


def _tell(
    sheet: Sheet, member: Member, verb: str, by: Actor, at: datetime, state: EvaluationState, **more: Any
) -> None:
    ref = member.entries[sheet.number].evaluation_ref
    sheet.pen.tell(verb, Evaluation, ref, by=by, at=at, policy=True, state=state.value, **more)


def _report(
    sheet: Sheet, member: Member, pair: Pair, values: dict[str, Any], random: Random
) -> dict[str, Decimal]:
    stage, entry = sheet.stage, member.entries[sheet.number]
    day = random.choice(stage.workdays(*sheet.quarter.reports))
    achieved, note, minute = quarters.reported(member, sheet.number, pair[0])
    for ref, (value, said) in achieved.items():
        sheet.pen.add(
            Achievement, evaluation_id=entry.evaluation_id, indicator_ref=ref, value=value, note=said
        )
    at = stage.at(day, 14, minute)
    sheet.pen.tell("save_report", Evaluation, entry.evaluation_ref, by=member.actor, at=at)
    _tell(sheet, member, "report", member.actor, at, EvaluationState.REPORTED)
    values.update(state=EvaluationState.REPORTED, reported_on=day, self_note=note)
    return member.reached[sheet.number]


def _draft(sheet: Sheet, member: Member, pair: Pair, values: dict[str, Any], *, unsure: bool) -> None:
    entry = member.entries[sheet.number]
    appraiser = sheet.stage.actor(entry.appraiser_id)
    assert appraiser is not None
    said = quarters.reasoned(member, sheet.number, pair, member.random(f"alasan:{sheet.number}"))
    values.update(draft_result=pair[0], draft_result_reason=said["result_reason"], unsure=unsure)
    if not unsure:
        values.update(draft_behaviour=pair[1], draft_behaviour_reason=said["behaviour_reason"])
    if sheet.policy.behaviour is not None:
        values.update(draft_marks=quarters.marks(member, sheet.number, pair[1]))
    at = sheet.stage.at(sheet.quarter.ratings[1], 11, 20)
    sheet.pen.tell("save_draft_rating", Evaluation, entry.evaluation_ref, by=appraiser, at=at)


def _rate(
    sheet: Sheet,
    member: Member,
    pair: Pair,
    achieved: Mapping[str, Decimal],
    state: str,
    values: dict[str, Any],
    random: Random,
) -> None:
    stage, entry = sheet.stage, member.entries[sheet.number]
    appraiser = stage.actor(entry.appraiser_id)
    assert appraiser is not None
    days = stage.workdays(*sheet.quarter.ratings)
    if state != "dinilai":
        days = days[: max(1, len(days) - 1)]
    day = random.choice(days)
    at = stage.at(day, 10, random.randint(0, 59))
    said = quarters.reasoned(member, sheet.number, pair, member.random(f"alasan:{sheet.number}"))
    advice = _advice(sheet, member, achieved)
    marks = quarters.marks(member, sheet.number, pair[1]) if sheet.policy.behaviour is not None else None
    beside = _beside(sheet, member, marks)
    rating = sheet.pen.add(
        Rating,
        evaluation_id=entry.evaluation_id,
        overall=advising.overall_rating(pair[0], pair[1], sheet.policy.matrix),
        advice=advice.rating,
        advice_mean=round_half_up(advice.mean, 6) if advice.mean is not None else None,
        marks=marks,
        behaviour_advice=beside.rating if beside else None,
        behaviour_mean=round_half_up(beside.mean, 6) if beside and beside.mean is not None else None,
        organisation_rating_id=sheet.organisations[entry.organisation_id],
        policy_version_id=sheet.policy_id,
        person_id=appraiser.person_id,
        at=at,
        **said,
    )
    _tell(sheet, member, "rate", appraiser, at, EvaluationState.RATED, rating=rating["ref"])
    values.update(
        state=EvaluationState.RATED,
        rating_id=rating["id"],
        rated_on=day,
        draft_result=pair[0],
        draft_result_reason=said["result_reason"],
        draft_behaviour=pair[1],
        draft_behaviour_reason=said["behaviour_reason"],
        draft_marks=marks,
    )
    if state == "dinilai":
        return
    told = min(stage.later(day, random.randint(0, 2)), sheet.quarter.until)
    _tell(sheet, member, "hand_over", appraiser, stage.at(told, 16, 10), EvaluationState.HANDED_OVER)
    values.update(state=EvaluationState.HANDED_OVER, handed_over_on=told)
    # A few never sign; they are closed when the days have passed.
    if state == "disampaikan" or (sheet.quarter.until > sheet.quarter.ratings[1] and random.random() < 0.02):
        return
    received = min(stage.later(told, random.randint(0, 5)), sheet.quarter.until)
    at = stage.at(received, 17, random.randint(0, 59))
    _tell(sheet, member, "receive", member.actor, at, EvaluationState.RECEIVED)
    values.update(state=EvaluationState.RECEIVED, received_on=received)


def _beside(sheet: Sheet, member: Member, marks: str | None) -> advising.BehaviourView | None:
    """The advice on behaviour; none while the survey is open."""
    if sheet.survey not in (None, RoundState.CLOSED):
        return None
    groups = sheet.left.get(member.entries[sheet.number].id, ())
    return advising.advice_behaviour(
        advising.Tally.of_one(marks), groups, sheet.policy.behaviour, surveyed=sheet.survey is not None
    )


def _advice(sheet: Sheet, member: Member, achieved: Mapping[str, Decimal]) -> advising.Advice:
    limits = sheet.policy.advice
    main = [
        advising.attainment(
            achieved.get(ref),
            None if measure.in_words else measure.low,
            None if measure.in_words else measure.high,
            measure.direction,
            limits.cap,
        )
        for line in member.lines
        if line.outcome.tag != "tambahan"
        for measure, ref in zip(line.outcome.measures, line.indicators, strict=True)
    ]
    return advising.advice_result(main, limits)

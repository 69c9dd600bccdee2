"""January: plans from draft to set, leaders first, each by the action that a page would call (Y-10 to Y-22)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from random import Random

from portal.demo import content
from portal.demo.content import Outcome
from portal.demo.stage import YEAR, Course, Line, Member, Stage, acting, in_groups
from portal.extensions import db
from portal.ledger.actor import Actor
from portal.people.employment.models import Tenure
from portal.performance.plans import actions as plans
from portal.performance.plans import queries
from portal.performance.plans.models import Plan, PlannedResult, PlanVersion
from portal.performance.plans.rules import Approach, CoreValue, PlanState, ResultKind
from portal.policy.cycles.models import Cycle, Enrolment

JANUARY = (
    (5, 6, 7, 7, 8),
    (7, 9, 12, 12, 13),
    (12, 14, 19, 19, 20),
    (15, 22, 26, 27, 28),
    (26, 29, 29, 30, 30),
)
"""By level, the days of draft, submission, agreement, signature and setting; leaders come first."""

QUALITATIVE = frozenset({"layanan_walesi"})
"""People of the story whose plan has measures of success in words (form F-4)."""

DRAFT_ONLY = "tanpa_skp"
"""Why somebody is spared who began a plan and left it."""

NEWCOMERS = (
    PlanState.SUBMITTED,
    PlanState.SIGNED,
    PlanState.DRAFT,
    PlanState.RETURNED,
    PlanState.AGREED,
    PlanState.SET,
)
"""How far the plans of those who came since July are in October, in turn."""


def january(
    stage: Stage,
    spared: Mapping[int, str],
    together: Callable[[Stage, Sequence[tuple[Member, Course]]], object],
) -> None:
    """Everybody's plan of the year. ``spared``: tenures without one, and why; some stay with a draft.

    ``together`` writes the plans of those that aren't played step by step.
    """
    with acting(stage):
        for person_id in sorted(stage.officials):
            _expect(stage, stage.actors[person_id], date(stage.year, 1, 5))
    for level, members in enumerate(stage.levels()):
        courses = []
        for member in members:
            course = course_of(stage, member, level)
            if member.tenure_id in spared:
                if spared[member.tenure_id] != DRAFT_ONLY:
                    continue
                course = replace(course, until=PlanState.DRAFT)
            courses.append((member, course))
        played = [each for each in courses if each[0].played]
        in_groups(stage, played, lambda each: write_plan(stage, *each))
        leaders = [(m, course.set) for m, course in played if m.team]
        in_groups(stage, leaders, lambda each: _share(stage, *each), 4)
        together(stage, [each for each in courses if not each[0].played])


def of_latecomers(stage: Stage, today: date) -> None:
    """Plans of those who came since July: every state occurs among them."""
    late = sorted(
        (m for m in stage.members.values() if m.came_late),
        key=lambda m: (not (m.leader and m.leader.who), m.someone.begins, m.seat.code),
    )
    courses = []
    for number, member in enumerate(late):
        until = NEWCOMERS[(number + stage.place.about["share"]) % len(NEWCOMERS)]
        if stage.place.key == "bandung":
            until = NEWCOMERS[number % len(NEWCOMERS)]
        first = stage.later(max(member.someone.begins, date(YEAR, 7, 1)), 3 + number % 3)
        if until is not PlanState.SET:
            first = stage.later(date(YEAR, 9, 21), number % 3)
        draft, submit, agree, sign, ends = (min(stage.later(first, n), today) for n in (0, 4, 7, 8, 9))
        courses.append((member, Course(draft, submit, agree, sign, ends, until=until)))
    with acting(stage):
        for member in late:
            _welcome(stage, member, stage.later(max(member.someone.begins, date(YEAR, 7, 1)), 1))
    in_groups(stage, courses, lambda each: write_plan(stage, *each))


def _welcome(stage: Stage, member: Member, day: date) -> None:
    """A newcomer's row in the matrix of the leader, who shares it now where nobody was there before."""
    leader = member.leader
    if leader is None or leader.plan_state is not PlanState.SET:
        return
    plan = db.session.get_one(Plan, leader.plan_id)
    if plan.matrix_shared is None:
        _share(stage, leader, day)
    else:
        _fill_row(stage, leader, plan, member, stage.at(day, 11, 30))


def course_of(stage: Stage, member: Member, level: int) -> Course:
    """The days on which somebody's plan goes through January; one in ten is late."""
    days = JANUARY[min(level, len(JANUARY) - 1)]
    random = member.random("jadwal")
    shift = random.randint(0, 2) if level == 3 and not member.team else 0
    if level >= 2 and not member.team and not member.who and random.random() < 0.10:
        shift = random.randint(5, 9)  # late: set in February
    draft, submit, agree, sign, ends = (stage.later(date(stage.year, 1, day), shift) for day in days)
    return Course(draft, submit, agree, sign, ends, returned=not member.team and random.random() < 0.15)


def write_plan(stage: Stage, member: Member, course: Course) -> None:
    """One plan from its first line as far as ``course`` goes; inside the door."""
    random = member.random("skp")
    by, at = member.actor, stage.at(course.draft, 9, random.randint(0, 59))
    enrolment = db.session.get_one(Enrolment, member.entries[0].id)
    plan = plans.start(enrolment, by=by, at=at)
    member.plan_id = plan.id
    outcomes = outcomes_of(stage, member, random)
    if member.who in QUALITATIVE:
        version = queries.version_at_work(plan)
        plans.switch_approach(version, approach=Approach.QUALITATIVE, by=by, at=at)
    member.lines = [_write(plan, member, outcome, by, stage, course.draft) for outcome in outcomes]
    version = queries.version_at_work(plan)
    plans.write_attachments(version, **attachments(random), by=by, at=stage.at(course.draft, 15, 20))
    if random.random() < 0.2:
        _comment(version, random, by=by, at=stage.at(course.draft, 15, 40))
    _walk(stage, member, plan, course)
    member.plan_state = plan.state


def outcomes_of(stage: Stage, member: Member, random: Random) -> list[Outcome]:
    """What somebody plans: what the post is about, and now and then a result beside it."""
    if member.goals:
        return list(member.work.outcomes)
    if member.who in QUALITATIVE:
        return list(content.in_words(member.seat.plan))
    outcomes = [content.tuned(outcome, stage.place, random) for outcome in member.work.outcomes]
    extra = random.random() < 0.14 or bool(member.who)
    if extra and len(outcomes) == 1 and not member.leads_organisation:
        outcomes.append(random.choice(content.extras()))
    return outcomes


def _walk(stage: Stage, member: Member, plan: Plan, course: Course) -> None:
    random = member.random("langkah")
    by = member.actor
    appraiser = stage.actor(member.entries[0].appraiser_id)
    if course.until is PlanState.DRAFT or appraiser is None:
        return
    plans.submit(plan, by=by, at=stage.at(course.submit, 10, random.randint(0, 59)))
    if course.returned or course.until is PlanState.RETURNED:
        _return(stage, member, plan, appraiser, course)
        if course.until is PlanState.RETURNED:
            return
    if course.until is PlanState.SUBMITTED:
        return
    plans.agree(plan, by=appraiser, at=stage.at(course.agree, 13, random.randint(0, 59)))
    if course.until is PlanState.AGREED:
        return
    plans.sign(plan, by=by, at=stage.at(course.sign, 14, random.randint(0, 59)))
    if course.until is PlanState.SIGNED:
        return
    plans.set_plan(plan, by=appraiser, at=stage.at(course.set, 15, random.randint(0, 59)))


def _write(plan: Plan, member: Member, outcome: Outcome, by: Actor, stage: Stage, day: date) -> Line:
    at = stage.at(day, 10, 5)
    if outcome.tag in member.goals:
        return _take(plan, member, outcome, by, at)
    extra = outcome.tag == "tambahan"
    leader = leader_title(stage, member)
    result = plans.add_result(
        plan,
        text=outcome.text,
        kind=ResultKind.EXTRA if extra else ResultKind.MAIN,
        assigned_by=leader,
        supported_line="" if extra else supported(member, outcome),
        perspective=outcome.perspective if member.leads_organisation else None,
        by=by,
        at=at,
    )
    line = Line(outcome, result.line_ref, [])
    for measure in outcome.measures:
        indicator = plans.add_indicator(
            result,
            text=measure.text,
            aspect=None if member.leads_organisation or measure.in_words else measure.aspect,
            target_min=None if measure.in_words else measure.low,
            target_max=None if measure.in_words else measure.high,
            unit=measure.unit,
            direction=measure.direction,
            by=by,
            at=at,
        )
        line.indicators.append(indicator.line_ref)
    return line


def _take(plan: Plan, member: Member, outcome: Outcome, by: Actor, at: datetime) -> Line:
    """A result taken from the agency's performance agreement, its IKU as indicators (Y-10)."""
    assert outcome.perspective is not None
    goal = member.goals[outcome.tag]
    result = plans.take_goal(plan, goal=goal, perspective=outcome.perspective, by=by, at=at)
    db.session.flush()
    db.session.expire(result)
    return Line(outcome, result.line_ref, [indicator.line_ref for indicator in result.indicators])


def supported(member: Member, outcome: Outcome) -> str:
    """The leader's line that a result serves: the first that fits, else the leader's first."""
    if member.leader is None or not member.leader.lines:
        return ""
    by_tag = {line.outcome.tag: line.ref for line in reversed(member.leader.lines)}
    fitting = [by_tag[tag] for tag in outcome.serves if tag in by_tag]
    return fitting[0] if fitting else member.leader.lines[0].ref


def leader_title(stage: Stage, member: Member) -> str:
    """The post of whoever assigns results to somebody."""
    if member.leader is not None:
        return member.leader.seat.title
    heads = (seat.title for seat in stage.place.seats if seat.kind == "kepala_daerah")
    return next(heads, "Kepala Daerah")


def attachments(random: Random) -> dict[str, list[str]]:
    support = content.words("attachments", "resource_support")
    return {
        "resource_support": random.sample(support, random.randint(1, 3)),
        "accountability_scheme": content.words("attachments", "accountability_scheme")[:2],
        "consequence": list(content.words("attachments", "consequence")),
    }


def _comment(version: PlanVersion, random: Random, *, by: Actor, at: datetime) -> None:
    expected = [row.value for row in version.expectations if row.expectation]
    if expected:
        comment = random.choice(content.words("notes", "comment"))
        plans.write_expectations(version, texts={expected[0]: comment}, as_leader=False, by=by, at=at)


def _return(stage: Stage, member: Member, plan: Plan, appraiser: Actor, course: Course) -> None:
    """Returned with a note on one line, mended and submitted again."""
    random = member.random("catatan")
    number = random.randrange(len(content.words("notes", "line")))
    line = member.lines[0]
    day = stage.later(course.submit, 1) if course.until is PlanState.RETURNED else course.submit
    note = plans.add_note(
        plan,
        line_ref=line.ref,
        text=content.words("notes", "line")[number],
        by=appraiser,
        at=stage.at(day, 13, 10),
    )
    plans.return_with_notes(plan, by=appraiser, at=stage.at(day, 13, 25))
    if course.until is PlanState.RETURNED:
        return
    db.session.flush()
    version = queries.version_at_work(plan)
    result = next(each for each in version.results if each.line_ref == line.ref)
    plans.answer_note(
        note, answer=content.words("notes", "answer")[number], by=member.actor, at=stage.at(day, 15, 5)
    )
    _mend(result, random.choice(content.words("notes", "mended")), member, stage, day)
    plans.submit(plan, by=member.actor, at=stage.at(day, 15, 30))


def _mend(result: PlannedResult, mended: str, member: Member, stage: Stage, day: date) -> None:
    plans.change_result(
        result,
        text=result.text + mended,
        kind=result.kind,
        assigned_by=result.assigned_by,
        supported_line=result.supported_line or "",
        perspective=result.perspective,
        by=member.actor,
        at=stage.at(day, 15, 20),
    )


def _expect(stage: Stage, leader: Actor, day: date) -> None:
    """What a leader expects of the whole team, under some of the seven values."""
    cycle = db.session.get_one(Cycle, stage.cycle_id)
    plans.expect_of_team(cycle, texts=expected_by(leader, stage.year), by=leader, at=stage.at(day, 8, 30))


def expected_by(leader: Actor, year: int) -> dict[CoreValue, str]:
    """What a leader expects under some of the seven values."""
    random = Random(f"{year}:ekspektasi:{leader.name}")
    values = random.sample(list(CoreValue), random.randint(3, 5))
    return {value: random.choice(content.words("expectations", value.value)) for value in values}


def _share(stage: Stage, leader: Member, day: date) -> None:
    """Expectations and the role-result matrix for the team, once the leader's own plan is set."""
    _expect(stage, leader.actor, day)
    plan = db.session.get_one(Plan, leader.plan_id)
    for number, member in enumerate(leader.team):
        _fill_row(stage, leader, plan, member, stage.at(day, 16, min(number, 59)))
    plans.share_matrix(plan, by=leader.actor, at=stage.at(day, 17, 5))


def _fill_row(stage: Stage, leader: Member, plan: Plan, member: Member, at: datetime) -> None:
    offered = row_of(leader, member)
    tenure = db.session.get_one(Tenure, member.tenure_id)
    plans.fill_row(plan, tenure, texts=offered, by=leader.actor, at=at)


def row_of(leader: Member, member: Member) -> dict[str, str]:
    """Somebody's row of the leader's role-result matrix: what they contribute to which of the results."""
    offered: dict[str, str] = {}
    by_tag = {line.outcome.tag: line.ref for line in reversed(leader.lines)}
    for outcome in member.work.outcomes:
        line_ref = next((by_tag[tag] for tag in outcome.serves if tag in by_tag), leader.lines[0].ref)
        offered.setdefault(line_ref, outcome.text)
    return offered

"""The closed survey of the demo: arranged, answered and counted where a region's policy holds one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from sqlalchemy import delete, select

from portal.demo.people import OFFERED_MAIL
from portal.demo.quarters import QUARTERS, TENDENCY, pair_of
from portal.demo.stage import YEAR, Member, Stage, acting, in_groups
from portal.extensions import db
from portal.ledger.jobs import Job
from portal.performance.advice.rules import Group
from portal.performance.plans.rules import CoreValue
from portal.performance.surveys import actions, queries, rules, work
from portal.performance.surveys.models import GroupTally, RatingDuty, SurveyRound

RUNS_UNTIL = date(YEAR, 10, 13)
"""The last day of the survey that is open in the demo."""


@cache
def _comments() -> Mapping[str, Sequence[str]]:
    path = Path(__file__).parent / "data" / "surveys.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def hold(stage: Stage, number: int) -> None:
    """Hold the survey of a quarter, if the policy has one then; the third one stays open."""
    with acting(stage):
        period = stage.period(number)
        policy = queries.policy_of(period.id)
        if policy.survey is None or rules.span(policy.cadence, period.begins, period.ends) is None:
            return
        quarter = QUARTERS[number]
        day = stage.later(quarter.last, -8)
        found = actions.arrange(period, by=stage.hr, at=stage.at(day, 9, 5))
        ref = found.ref
    work.arrange(survey=ref, at=stage.at(day, 9, 6))
    day = stage.later(quarter.last, -6)
    closes = RUNS_UNTIL if number == 3 else quarter.reports[0]
    with acting(stage):
        found = db.session.get_one(SurveyRound, _survey(ref))
        asked = queries.count_asked(found.id)
        if asked:
            actions.open_survey(found, closes=closes, by=stage.hr, at=stage.at(day, 8, 30))
    if not asked:
        return
    duties = _tasks(ref)
    share = 0.55 if number == 3 else 0.9
    answered = [row for row in duties if Random(f"survei:{number}:{row[0]}").random() < share]
    if number == 3:
        # Whoever tries the demo finds something to answer.
        tried = {member.person_id for member in stage.members.values() if member.who in OFFERED_MAIL}
        answered = [row for row in answered if row[1] not in tried]
    by_enrolment = {m.entries[number].id: m for m in stage.enrolled(number)}
    in_groups(stage, answered, lambda row: _answer(stage, number, row, by_enrolment, day))
    if number != 3:
        later = stage.later(closes, 1)
        with acting(stage):
            actions.close(
                db.session.get_one(SurveyRound, _survey(ref)), by=stage.hr, at=stage.at(later, 8, 15)
            )
        work.count(survey=ref, at=stage.at(later, 8, 16))
    with acting():
        # What they were to do was done above; closing the open one by itself still waits.
        kinds = ("arrange_survey", "count_survey", *(("close_survey",) if number != 3 else ()))
        db.session.execute(delete(Job).where(Job.kind.in_(kinds)))


def _survey(ref: str) -> int:
    return db.session.scalars(select(SurveyRound.id).where(SurveyRound.ref == ref)).one()


def _tasks(ref: str) -> list[tuple[int, int, int]]:
    rows = db.session.execute(
        select(RatingDuty.id, RatingDuty.rater_id, RatingDuty.enrolment_id)
        .join(SurveyRound, SurveyRound.id == RatingDuty.round_id)
        .where(SurveyRound.ref == ref)
        .order_by(RatingDuty.id)
    )
    return [(duty_id, rater_id, enrolment_id) for duty_id, rater_id, enrolment_id in rows]


def _answer(
    stage: Stage, number: int, row: tuple[int, int, int], members: Mapping[int, Member], day: date
) -> None:
    duty_id, rater_id, enrolment_id = row
    rater, rated = stage.actor(rater_id), members.get(enrolment_id)
    if rater is None or rated is None:
        return
    behaviour = pair_of(rated, number, {})[1]
    die = Random(f"jawaban:{number}:{rated.seat.code}:{duty_id}")
    given = [die.choice((*TENDENCY[behaviour], 2)) for _value in CoreValue]
    if die.random() < 0.15:
        given[die.randrange(len(given))] = 0
    comment = die.choice(_comments()[behaviour.value]) if die.random() < 0.4 else ""
    at = stage.at(stage.later(day, die.randint(0, 4)), die.randint(8, 15), die.randint(0, 59))
    actions.send(db.session.get_one(RatingDuty, duty_id), marks=given, comment=comment, by=rater, at=at)


def left(period_id: int) -> Mapping[int, tuple[Group, ...]]:
    """What the survey of a period left, by enrolment."""
    found: dict[int, tuple[Group, ...]] = {}
    rows = db.session.scalars(
        select(GroupTally)
        .join(SurveyRound, SurveyRound.id == GroupTally.round_id)
        .where(SurveyRound.period_id == period_id)
        .order_by(GroupTally.who.desc())
    )
    for row in rows:
        found[row.enrolment_id] = (*found.get(row.enrolment_id, ()), row.shown)
    return found

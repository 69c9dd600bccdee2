"""What waits for whom: the counts behind every desk and navigation, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import g
from sqlalchemy import Select, and_, bindparam, exists, func, or_, select

from portal.extensions import db
from portal.ledger.columns import Id
from portal.performance.colleagues.models import FeedbackRequest
from portal.performance.colleagues.rules import RequestState
from portal.performance.dialogues.models import Dialogue, DialogueStep
from portal.performance.dialogues.queries import open_step
from portal.performance.dialogues.rules import Side
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.goals import queries as goals
from portal.performance.goals.models import SharedGoal
from portal.performance.objections.models import Objection
from portal.performance.objections.rules import ObjectionState
from portal.performance.plans.models import Plan
from portal.performance.plans.rules import PlanState
from portal.performance.programmes.models import (
    Participation,
    ParticipationNote,
    Programme,
    ProgrammeRepair,
)
from portal.performance.progress.models import Feedback
from portal.performance.surveys.models import RatingDuty, SurveyRound
from portal.performance.surveys.queries import waiting_for
from portal.policy.calendars.rules import DeadlineKind, PeriodKind
from portal.policy.cycles.models import Deadline, Enrolment, Period
from portal.policy.cycles.rules import PeriodState


@dataclass(frozen=True)
class Waiting:
    """Counts of what waits for the caller in open periods."""

    is_rater: bool = False
    plan: int = 0
    feedback: int = 0
    receive: int = 0
    plans_to_read: int = 0
    to_rate: int = 0
    to_hand_over: int = 0
    asked: int = 0
    to_explain: int = 0
    to_decide: int = 0
    own_dialogues: int = 0
    """Records of dialogues that wait for the caller's word as the employee; beside it as the appraiser."""
    led_dialogues: int = 0
    own_steps: int = 0
    """Steps that the caller agreed to do; beside it all of dialogues that the caller led. None of them done."""
    led_steps: int = 0
    to_answer: int = 0
    """People about whom the caller is asked in a running survey; beside it the first last day."""
    answer_due: Any = None
    in_programmes: bool = False
    """Whether the caller owns a programme or takes part in one."""
    programme_notes: int = 0
    """Notes of people who take part in the caller's programmes; beside it what the caller has to mend of them."""
    programme_repairs: int = 0
    shares: int = 0
    """Shared goals in which the caller is asked for a unit's share."""
    shared: bool = False
    """Whether the caller's unit, or one that the caller heads, holds a shared goal."""
    period: Period | None = None
    rating_due: Any = None


EMPLOYEE_TURN = (PlanState.DRAFT, PlanState.RETURNED, PlanState.AGREED)
APPRAISER_TURN = (PlanState.SUBMITTED, PlanState.REVIEWED, PlanState.SIGNED)


def waiting(caller: Any) -> Waiting:
    """What waits for the caller; asked once a request."""
    if "waiting" not in g:
        g.waiting = _waiting(caller)
    return g.waiting  # type: ignore[no-any-return]


def _waiting(caller: Any) -> Waiting:
    if caller.region_id is None:
        return Waiting()
    given = {"me": caller.person_id, "region": caller.region_id, "leads": caller.leads}
    return Waiting(*db.session.execute(_counts(), given).one())


@cache
def _counts() -> Select[Any]:
    """Every staff page asks this; the statement is put together once. Nobody's ``me`` equals nothing."""
    me, region = bindparam("me", type_=Id), bindparam("region", type_=Id)
    leads = bindparam("leads", type_=Id, expanding=True)
    # The region is named with the person: the indexes begin with it, and without it a database whose tables
    # weren't counted lately reads the whole period.
    here = Enrolment.region_id == region
    mine, rated = and_(here, Enrolment.person_id == me), and_(here, Enrolment.appraiser_id == me)
    in_open = and_(
        Period.id == Enrolment.period_id,
        Period.state == PeriodState.OPEN,
        Period.region_id == region,
    )

    def plans(whose: Any, states: tuple[PlanState, ...]) -> Any:
        return (
            select(func.count(Plan.id))
            .join(Enrolment, Enrolment.plan_id == Plan.id)
            .join(Period, in_open)
            .where(whose, Period.kind == PeriodKind.YEAR, Plan.state.in_(states))
            .scalar_subquery()
        )

    def evaluations(whose: Any, *states: EvaluationState) -> Any:
        return (
            select(func.count(Evaluation.id))
            .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
            .join(Period, in_open)
            .where(whose, Enrolment.not_obliged.is_(None), Evaluation.state.in_(states))
            .scalar_subquery()
        )

    unstarted = (
        select(func.count(Enrolment.id))
        .join(Period, in_open)
        .where(
            mine, Period.kind == PeriodKind.YEAR, Enrolment.plan_id.is_(None), Enrolment.not_obliged.is_(None)
        )
        .scalar_subquery()
    )
    unanswered = (
        select(func.count(Feedback.id))
        .join(Enrolment, Enrolment.id == Feedback.enrolment_id)
        .join(Period, in_open)
        .where(mine, Feedback.replied.is_(None))
        .scalar_subquery()
    )
    decided = and_(
        here,
        or_(Enrolment.superior_id == me, and_(Enrolment.superior_id.is_(None), Enrolment.appraiser_id == me)),
    )

    def objections(whose: Any, *states: ObjectionState) -> Any:
        return (
            select(func.count(Objection.id))
            .join(Evaluation, Evaluation.id == Objection.evaluation_id)
            .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
            .where(Objection.region_id == region, whose, Objection.state.in_(states))
            .scalar_subquery()
        )

    def dialogues(whose: Any, confirmed: Any) -> Any:
        return (
            select(func.count(Dialogue.id))
            .join(Plan, Plan.id == Dialogue.plan_id)
            .where(Dialogue.region_id == region, whose, confirmed.is_(None))
            .scalar_subquery()
        )

    def steps(whose: Any) -> Any:
        return (
            select(func.count(DialogueStep.id))
            .join(Dialogue, Dialogue.id == DialogueStep.dialogue_id)
            .join(Plan, Plan.id == Dialogue.plan_id)
            .where(Dialogue.region_id == region, whose, open_step())
            .scalar_subquery()
        )

    talked_own = and_(Plan.region_id == region, Plan.person_id == me)
    talked_led = Dialogue.appraiser_id == me
    asked = (
        select(func.count(FeedbackRequest.id))
        .where(
            FeedbackRequest.region_id == region,
            FeedbackRequest.asked_id == me,
            FeedbackRequest.state == RequestState.OPEN,
        )
        .scalar_subquery()
    )
    owned = and_(Programme.region_id == region, Programme.owner_id == me)
    takes_part = and_(Participation.region_id == region, Participation.person_id == me)
    noted = (
        select(func.count(ParticipationNote.id))
        .join(Participation, Participation.id == ParticipationNote.participation_id)
        .join(Programme, Programme.id == Participation.programme_id)
        .where(owned, ParticipationNote.answered.is_(None))
        .scalar_subquery()
    )
    mended = (
        select(func.count(ProgrammeRepair.id))
        .join(Programme, Programme.id == ProgrammeRepair.programme_id)
        .where(owned, ProgrammeRepair.closed.is_(None))
        .scalar_subquery()
    )
    running = (
        select(Period.id)
        .where(
            Period.region_id == region,
            Period.state == PeriodState.OPEN,
        )
        .order_by(Period.kind == PeriodKind.YEAR, Period.ends)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            exists().where(in_open, rated).label("is_rater"),
            (plans(mine, EMPLOYEE_TURN) + unstarted).label("plan"),
            unanswered.label("feedback"),
            evaluations(mine, EvaluationState.HANDED_OVER).label("receive"),
            plans(rated, APPRAISER_TURN).label("plans_to_read"),
            evaluations(and_(rated, Period.kind != PeriodKind.YEAR), EvaluationState.REPORTED).label(
                "to_rate"
            ),
            evaluations(rated, EvaluationState.RATED).label("to_hand_over"),
            asked.label("asked"),
            objections(rated, ObjectionState.FILED).label("to_explain"),
            objections(decided, ObjectionState.FILED, ObjectionState.EXPLAINED).label("to_decide"),
            dialogues(talked_own, Dialogue.employee_confirmed).label("own_dialogues"),
            dialogues(talked_led, Dialogue.appraiser_confirmed).label("led_dialogues"),
            steps(and_(talked_own, DialogueStep.side == Side.EMPLOYEE)).label("own_steps"),
            steps(talked_led).label("led_steps"),
            select(func.count(RatingDuty.id)).where(waiting_for(me, region)).scalar_subquery(),
            select(func.min(SurveyRound.closes)).where(waiting_for(me, region)).scalar_subquery(),
            or_(exists().where(owned), exists().where(takes_part)).label("in_programmes"),
            noted.label("programme_notes"),
            mended.label("programme_repairs"),
            select(func.count(SharedGoal.id))
            .where(SharedGoal.region_id == region, goals.waiting_for(leads))
            .scalar_subquery()
            .label("shares"),
            goals.concerns(leads, me, region).label("shared"),
            Period,
            Deadline.due,
        )
        .select_from(select(running.label("id")).subquery("running"))
        .outerjoin(Period, Period.id == running)
        .outerjoin(Deadline, and_(Deadline.period_id == Period.id, Deadline.kind == DeadlineKind.RATING))
    )

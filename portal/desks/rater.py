"""The appraiser's area: whom I must read, rate and tell, and how my team stands."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, redirect, url_for
from flask_login import current_user
from sqlalchemy import and_, select

from portal.desks import queries
from portal.desks.rights import Areas
from portal.extensions import db
from portal.performance.evaluations import queries as evaluations
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.models import Plan
from portal.performance.plans.rules import PlanState, whose_turn
from portal.performance.progress import queries as progress
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.queries import deadlines, working_periods
from portal.web.answers import page
from portal.web.current import today
from portal.web.frame import stand_in
from portal.web.rights import requires

bp = Blueprint("rater_desk", __name__, url_prefix="/rater")


def _periods() -> tuple[Period | None, Period | None]:
    """The running period and the year's, of those that are open."""
    found = working_periods(current_user.region_id, today(current_user.place.zone))
    running = next((each for each in found if each.kind is not PeriodKind.YEAR), None)
    year = next((each for each in found if each.kind is PeriodKind.YEAR), None)
    return running or year, year


@bp.route("")
@requires(Areas.RATER)
def home() -> Any:
    """First what waits for me, then the state of the team."""
    stand_in("rater")
    running, year = _periods()
    team = _team(running)
    ids = [period.id for period in (running, year) if period]
    return page(
        "desks/rater/home.html",
        waiting=queries.waiting(current_user),
        running=running,
        year=year,
        dues=deadlines(ids),
        day=today(current_user.place.zone),
        team=team,
        states=Counter(row.Evaluation.state for row in team),
        EvaluationState=EvaluationState,
        organisations=_organisations(running),
        plans=Counter(row.Plan.state if row.Plan else None for row in team),
        PlanState=PlanState,
    )


def _organisations(running: Period | None) -> list[Any]:
    """Organisations that wait for my rating."""
    if running is None:
        return []
    rated = evaluations.organisation_ratings(running.id)
    return [
        row
        for row in evaluations.organisations_to_rate(running.id, current_user.person_id)
        if row.Unit.id not in rated
    ]


def _team(running: Period | None) -> list[Any]:
    if running is None:
        return []
    mine = and_(
        Enrolment.period_id == running.id,
        Enrolment.appraiser_id == current_user.person_id,
        Enrolment.not_obliged.is_(None),
    )
    return list(evaluations.of_period(mine))


@bp.route("/plans")
@requires(Areas.RATER)
def plans() -> Any:
    """My team's plans: those that wait for me first; my matrix and expectations beside."""
    stand_in("rater")
    _running, year = _periods()
    team = _team(year)
    mine = None
    if year is not None:
        mine = db.session.scalars(
            select(Plan).where(Plan.cycle_id == year.cycle_id, Plan.person_id == current_user.person_id)
        ).first()
    order = {"penilai": 0, "pengelola": 1, "pegawai": 2, None: 3}

    def turn(row: Any) -> str | None:
        return whose_turn(row.Plan.state, "none") if row.Plan else "pegawai"

    return page(
        "desks/rater/plans.html",
        year=year,
        team=sorted(team, key=lambda row: order[turn(row)]),
        turn=turn,
        mine=mine,
        dues=deadlines([year.id])[year.id] if year else {},
    )


@bp.route("/bench")
@requires(Areas.RATER)
def bench() -> Any:
    """The bench of the running period."""
    stand_in("rater")
    running, _year = _periods()
    if running is None:
        return page("desks/employee/no_period.html")
    return redirect(url_for("evaluations.bench", period_ref=running.ref), 303)


@bp.route("/team")
@requires(Areas.RATER)
def team() -> Any:
    """My team in the running period: progress and feedback, one click to each."""
    stand_in("rater")
    running, _year = _periods()
    rows = _team(running)
    return page(
        "desks/rater/team.html",
        running=running,
        team=rows,
        counts=progress.counts([row.Enrolment.id for row in rows]),
    )

"""The appraiser's area: whom I must read, rate and tell, and how my team stands."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import ColumnElement, and_, select

from portal.desks import queries, turns
from portal.desks import team as people
from portal.desks.hr_base import stage_in_view
from portal.desks.rights import Areas
from portal.desks.turns import Scene, Stage
from portal.extensions import db
from portal.kernel.texts import fold
from portal.performance.evaluations import queries as evaluations
from portal.performance.evaluations.rules import EvaluationState, handover_due
from portal.performance.objections import queries as objections
from portal.performance.plans import queries as plan_queries
from portal.performance.plans.models import Plan
from portal.performance.plans.rules import PlanState
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.names import period_name
from portal.policy.cycles.queries import deadlines, working_periods
from portal.policy.cycles.rules import PeriodState
from portal.web import lists
from portal.web.answers import page
from portal.web.current import today
from portal.web.formats import formats
from portal.web.frame import stand_in
from portal.web.labels import choices
from portal.web.rights import requires

bp = Blueprint("rater_desk", __name__, url_prefix="/rater")
NAMED = 5
"""Plans and documents that the front page names one by one; the others stand behind a click."""


def _periods() -> tuple[Period | None, Period | None]:
    """The running period and the year's, of those that are open."""
    found = working_periods(current_user.region_id, today())
    running = next((each for each in found if each.kind is not PeriodKind.YEAR), None)
    year = next((each for each in found if each.kind is PeriodKind.YEAR), None)
    return running or year, year


@bp.route("")
@requires(Areas.RATER)
def home() -> Any:
    """First what waits for me, then the state of the team."""
    stand_in("rater")
    running, year = _periods()
    day = today()
    team = _team(running)
    ids = [period.id for period in (running, year) if period]
    return page(
        "desks/rater/home.html",
        waiting=queries.waiting(current_user),
        running=running,
        year=year,
        dues=deadlines(ids),
        day=day,
        team=team,
        reached=_reached(team),
        hand_over_by=_hand_over_by(running, team),
        organisations=_organisations(running),
        plans=Counter(row.Plan.state if row.Plan else None for row in team),
        PlanState=PlanState,
        lapsed=plan_queries.lapsed(current_user.person_id, day),
        unsigned=objections.overdue_below(current_user.person_id, day),
        named=NAMED,
    )


def _hand_over_by(running: Period | None, team: list[Any]) -> date | None:
    """The last day for the document that has waited longest to be handed over."""
    rated = [row.Evaluation.rated_on for row in team if row.Evaluation.state is EvaluationState.RATED]
    if running is None or not rated:
        return None
    return handover_due(min(rated), evaluations.policy_of(running).rules)


def _reached(team: list[Any]) -> list[tuple[str, int]]:
    """How many people came at least so far: who was rated has reported, or was rated without."""
    states = [row.Evaluation.state for row in team]
    steps = (
        (_("Realisasi dilaporkan"), turns.REPORTED_STATES),
        (_("Dinilai"), turns.RATED_STATES),
        (_("Dokumen disampaikan"), turns.TOLD_STATES),
        (_("Tanda terima ditandatangani"), (EvaluationState.RECEIVED, EvaluationState.CLOSED)),
    )
    return [(words, sum(state in reached for state in states)) for words, reached in steps]


def _organisations(running: Period | None) -> list[Any]:
    """Organisations that wait for my rating."""
    if running is None:
        return []
    return list(evaluations.organisations_to_rate(running.id, current_user.person_id))


def _team(running: Period | None) -> list[Any]:
    return list(evaluations.of_period(_mine(running))) if running else []


def _mine(period: Period) -> ColumnElement[bool]:
    return and_(
        Enrolment.period_id == period.id,
        Enrolment.appraiser_id == current_user.person_id,
        Enrolment.not_obliged.is_(None),
    )


@bp.route("/plans")
@requires(Areas.RATER)
def plans() -> Any:
    """My team's plans: those that wait for me first; my matrix and expectations beside."""
    stand_in("rater")
    at = turns.scene(current_user.region_id, today())
    _running, year = _periods()
    if year is None:
        return page("desks/employee/no_period.html")
    stage, condition = at.of(year), _mine(year)
    wanted = people.Wanted(q=fold(lists.words("q")), act=lists.argument("act", people.ACTS))
    steps = turns.plan_steps(at)
    found = people.team(steps, stage, condition, wanted, **lists.marks())
    counts = people.counts(steps, stage, condition)
    own = select(Plan).where(Plan.cycle_id == year.cycle_id, Plan.person_id == current_user.person_id)
    return page(
        "desks/rater/plans.html",
        rows=found.rows,
        found=found,
        pager=lists.pager(found, PLAN_ARGS),
        q=lists.words("q"),
        wanted=wanted,
        tabs=_tabs(counts, wanted, people.Whom.RATED, PLAN_ARGS),
        turn_of=lambda row: turns.Turn(row.turn),
        kept={"act": wanted.act} if wanted.act else {},
        kind_of=turns.kind_of,
        own=db.session.scalars(own).first(),
        lapsed=plan_queries.lapsed(current_user.person_id, today()),
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


TEAM_ARGS = ("q", "act", "whom", "period")
PLAN_ARGS = ("q", "act")


def _tabs(
    counts: dict[str, int], wanted: people.Wanted, whom: people.Whom, keep: tuple[str, ...]
) -> list[dict[str, Any]]:
    """How many people wait for whom, each a click to the list of them."""
    acts = {
        "": _("Semua"),
        "saya": _("Menunggu Anda") if whom is people.Whom.RATED else _("Menunggu penilainya"),
        "pegawai": _("Menunggu pegawai"),
        "lain": _("Menunggu pihak lain"),
        "tidak_ada": _("Tidak ada yang ditunggu"),
    }
    numbers = {"": sum(counts.values()), **counts}
    return [
        {
            "label": f"{text}: {formats().number(numbers[act])}",
            "url": lists.address(*keep, act=act),
            "current": wanted.act == act,
        }
        for act, text in acts.items()
        if numbers[act] or wanted.act == act
    ]


def _working(at: Scene) -> Stage | None:
    """The period that the bench is about, too; without one whatever runs."""
    running, _year = _periods()
    return at.of(running) if running else at.running


@bp.route("/team")
@requires(Areas.RATER)
def team() -> Any:
    """My people in the running period: plan, progress and evaluation of each, one click away."""
    stand_in("rater")
    at = turns.scene(current_user.region_id, today())
    stage = stage_in_view(at) if request.args.get("period") else _working(at)
    if stage is None:
        return page("desks/employee/no_period.html")
    me = current_user.person_id
    whom = people.Whom(lists.argument("whom", people.Whom, people.Whom.RATED))
    condition = people.people_of(me, whom)
    wanted = people.Wanted(q=fold(lists.words("q")), act=lists.argument("act", people.ACTS))
    steps = turns.steps(at)
    found = people.team(steps, stage, condition, wanted, whom=whom, **lists.marks())
    counts = people.counts(steps, stage, condition, whom)
    return page(
        "desks/rater/team.html",
        stage=stage,
        name=period_name(stage.period),
        rows=found.rows,
        found=found,
        pager=lists.pager(found, TEAM_ARGS),
        q=lists.words("q"),
        wanted=wanted,
        whom=whom,
        # Who appraises nobody's appraiser is offered no choice.
        whoms=choices(people.Whom) if whom is people.Whom.BELOW or people.has_below(stage, me) else [],
        periods=[
            {
                "label": period_name(each.period),
                "url": lists.address("q", "whom", "act", period=each.period.ref),
                "current": each is stage,
            }
            for each in at.of_cycle(stage.cycle.id)
            if each.period.state is not PeriodState.PLANNED
        ],
        tabs=_tabs(counts, wanted, whom, TEAM_ARGS),
        turn_of=lambda row: turns.Turn(row.turn),
        kind_of=turns.kind_of,
        kept={name: request.args[name] for name in ("act", "period") if request.args.get(name)},
    )

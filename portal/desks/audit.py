"""The auditor's area: everything in the grant's scope to read, nothing to write.

Single things (plans, progress, evaluations, publications) are read on their own pages; that an evaluation
was looked at is told to its employee. The log is searched at ``/log``.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select, true

from portal.desks import people_queries, turns
from portal.desks.hr_base import PEOPLE_ARGS, agency_choices, count_words, people_filter
from portal.desks.rights import Areas
from portal.desks.turns import WHOSE
from portal.extensions import db
from portal.people.organisation.models import Region
from portal.performance.access import audited_regions
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.rules import EvaluationState
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles.models import Cycle, Enrolment, Period
from portal.policy.cycles.names import period_name
from portal.policy.cycles.rules import PeriodState
from portal.policy.policies.models import PolicyVersion
from portal.transparency.publications.models import Publication
from portal.web import lists
from portal.web.answers import page
from portal.web.current import today
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import requires

bp = Blueprint("audit_desk", __name__, url_prefix="/audit")


@bp.route("")
@requires(Areas.AUDIT)
def home() -> Any:
    """The regions in scope with their opened periods and publications; four statements."""
    stand_in("audit")
    held = audited_regions(current_user)
    mine = true() if None in held else Region.id.in_(held)
    obliged = Enrolment.not_obliged.is_(None)

    def people(*conditions: Any) -> Any:
        return func.count(Evaluation.id).filter(*conditions)

    periods = db.session.execute(
        select(
            Region,
            Period,
            Cycle.year,
            people(obliged).label("obliged"),
            people(~obliged).label("excused"),
            people(obliged, Evaluation.state.in_(turns.RATED_STATES)).label("rated"),
            people(obliged, Evaluation.state == EvaluationState.NOT_EVALUATED).label("absent"),
        )
        .join(Period, Period.region_id == Region.id)
        .join(Cycle, Cycle.id == Period.cycle_id)
        .join(Enrolment, Enrolment.period_id == Period.id)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .where(mine, Period.state != PeriodState.PLANNED)
        .group_by(Region.id, Period.id, Cycle.year)
        .order_by(
            Region.name, Cycle.year.desc(), Period.kind != PeriodKind.YEAR, Period.begins.desc(), Period.id
        )
    ).all()
    publications = db.session.execute(
        select(Publication.ref, Publication.region_id, Publication.version, Publication.state, Period)
        .join(Region, Region.id == Publication.region_id)
        .join(Period, Period.id == Publication.period_id)
        .where(mine)
        .order_by(Publication.id.desc())
        .limit(50)
    ).all()
    regions = db.session.scalars(select(Region).where(mine, Region.hosted).order_by(Region.name)).all()
    used = {row.Period.policy_version_id for row in periods}
    surveyed = {
        each.id
        for each in db.session.scalars(select(PolicyVersion).where(PolicyVersion.id.in_(used)))
        if each.rules.survey is not None
    }
    return page(
        "desks/audit/home.html",
        regions=regions,
        periods=periods,
        surveyed=surveyed,
        today=today(),
        PeriodState=PeriodState,
        publications=publications,
        whole=None in held,
    )


@bp.route("/periods/<period_ref>")
@requires(Areas.AUDITED_PERIOD, Period)
def people(period: Period) -> Any:
    """Everybody in a period: plan, progress, evaluation and history, one click to each."""
    stand_in("audit")
    region = db.session.get_one(Region, period.region_id)
    at = turns.scene(period.region_id, today(region.zone), cycle_id=period.cycle_id)
    stage = at.of(period)
    wanted = people_filter()
    if request.args.get("sort", "nama") not in people_queries.SORTS:
        abort(404)
    found = people_queries.people(at, stage, true(), wanted, **lists.marks())
    return page(
        "desks/audit/people.html",
        region=region,
        period=period,
        name=period_name(period),
        found=found,
        rows=found.rows,
        count=count_words(found),
        pager=lists.pager(found, PEOPLE_ARGS),
        q=lists.words("q"),
        wanted=wanted,
        states=[("", _("Semua")), *((state.value, label(state)) for state in EvaluationState)],
        agencies=agency_choices(stage, true(), "all"),
        turn_of=lambda row: label(turns.Turn(row.turn)),
        whose=WHOSE,
        address=lists.address,
    )

"""The page that tries the draft of a region's policy on a period that is over."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request
from flask_login import current_user
from sqlalchemy import select

from portal.extensions import db
from portal.people.organisation.models import Unit
from portal.performance import access
from portal.performance.trials import queries, rules
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.names import period_name
from portal.policy.cycles.rights import managed_regions
from portal.policy.drafting import queries as drafting
from portal.policy.drafting.rights import Drafting
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import ExpectationRating, OverallRating, PolicyDocument
from portal.web.answers import page
from portal.web.current import today
from portal.web.frame import stand_in
from portal.web.rights import requires

bp = Blueprint("trials", __name__, url_prefix="/hr/policy")
T = "performance/trials/"


@bp.route("/try")
@requires(Drafting.DRAFT)
def show() -> Any:
    """Choose a closed period and, in a large region, an agency; see who would move."""
    stand_in("hr")
    region_id = managed_regions(current_user)[0]
    draft = drafting.draft_of(region_id)
    if draft is None:
        abort(404)
    after = drafting.drafted(draft.own).rules
    periods = queries.closed_periods(region_id)
    agencies = db.session.scalars(
        select(Unit).where(Unit.region_id == region_id, Unit.is_agency).order_by(Unit.name)
    ).all()
    period = _asked(periods, "period", periods[0] if periods else None)
    agency = _asked(agencies, "agency", None)
    found = _tried(period, agency, after) if period is not None and after is not None else None
    return page(
        T + "show.html",
        today=today(),
        after=after,
        periods=[(each.ref, period_name(each)) for each in periods],
        agencies=[(each.ref, each.name) for each in agencies],
        period=period,
        name=period_name(period) if period else "",
        agency=agency,
        found=found,
        ratings=[*ExpectationRating, None],
        overalls=list(OverallRating),
        largest=rules.LARGEST,
    )


def _asked(things: Any, name: str, usual: Any) -> Any:
    wanted = request.args.get(name, "")
    if not wanted:
        return usual
    return next((each for each in things if each.ref == wanted), None) or abort(404)


def _tried(period: Period, agency: Unit | None, after: PolicyDocument) -> dict[str, Any]:
    version = db.session.get_one(PolicyVersion, period.policy_version_id)
    before = version.rules
    mine = access.enrolments_managed(current_user)
    if agency is not None:
        mine = mine & (Enrolment.agency_id == agency.id)
    rows = queries.rated(period, mine, rules.LARGEST)
    if len(rows) > rules.LARGEST:
        return {"version": version, "people": len(rows), "moves": None, "unknown": []}
    moves = rules.tried(queries.decided(rows, before, after), before, after)
    return {
        "version": version,
        "people": len(rows),
        "moves": moves,
        "unknown": rules.cannot_tell(before, after),
    }

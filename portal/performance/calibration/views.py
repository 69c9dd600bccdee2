"""How a period's ratings lie: agencies beside the pattern, appraisers beside each other, gaps between groups."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.extensions import db
from portal.kernel.refusal import N_
from portal.performance import access
from portal.performance.calibration import queries, rules
from portal.performance.calibration.rights import Calibration
from portal.performance.evaluations.rules import pattern_warnings
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.names import period_name
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import OverallRating
from portal.web.answers import page
from portal.web.current import today
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import requires

bp = Blueprint("calibration", __name__, url_prefix="/hr/periods")
T = "performance/calibration/"
FLAGS = {
    "longgar": N_("lebih longgar daripada penilai lain"),
    "ketat": N_("lebih ketat daripada penilai lain"),
    "seragam": N_("hampir semua orang dinilai sama"),
    "halo": N_("kedua rating sering sama"),
}
"""What is to be looked at, in words."""


@bp.route("/<period_ref>/calibration")
@requires(Calibration.SEE, Period)
def show(period: Period) -> Any:
    """Agencies with their distribution; one agency's appraisers and groups when it is chosen."""
    stand_in("hr")
    mine = access.any_of(access.enrolments_managed(current_user), access.enrolments_overseen(current_user))
    found = queries.agencies(period, mine)
    chosen = _chosen(found)
    raters = _raters(period, chosen, mine) if chosen else []
    version = db.session.get(PolicyVersion, period.policy_version_id)
    return page(
        T + "show.html",
        today=today(),
        period=period,
        name=period_name(period),
        periods=[
            {
                "label": period_name(each),
                "url": url_for(".show", period_ref=each.ref),
                "current": each.id == period.id,
            }
            for each in queries.opened(period.region_id)
        ],
        least=rules.LEAST,
        agencies=[_agency_row(each, version) for each in found],
        chosen=chosen,
        overalls=list(OverallRating),
        raters=[row for row in raters if row["habit"]],
        few=sum(row["habit"] is None for row in raters),
        gaps=_gaps(period, chosen, mine) if chosen else [],
        surveyed=_is_surveyed(version),
        agreement=rules.agreement(queries.tallies(period, _inside(chosen, mine)))
        if chosen and _is_surveyed(version)
        else None,
        pattern_least=version.rules.pattern_least if version is not None else 0,
        limits={"lenient": rules.LENIENT, "narrow": rules.NARROW, "halo": rules.HALO},
    )


def _is_surveyed(version: PolicyVersion | None) -> bool:
    return version is not None and version.rules.survey is not None


def _chosen(found: list[queries.Agency]) -> queries.Agency | None:
    """The agency that is asked for; the only one stands open by itself."""
    wanted = request.args.get("agency", "")
    if not wanted:
        return found[0] if len(found) == 1 else None
    return next((each for each in found if each.unit.ref == wanted), None) or abort(404)


def _agency_row(each: queries.Agency, version: PolicyVersion | None) -> dict[str, Any]:
    total = sum(each.overall.values())
    warnings = []
    if each.organisation is not None and version is not None:
        warnings = pattern_warnings(each.organisation, each.overall, version.rules)
    return {
        "unit": each.unit,
        "n": total,
        "organisation": each.organisation,
        "overall": each.overall,
        "warnings": warnings,
        "unchecked": version is not None and total < version.rules.pattern_least,
        "spread": rules.spread(each.counts) if total >= rules.LEAST else None,
    }


def _inside(chosen: queries.Agency, mine: Any) -> Any:
    return mine & (Enrolment.agency_id == chosen.unit.id)


def _raters(period: Period, chosen: queries.Agency, mine: Any) -> list[dict[str, Any]]:
    """Every appraiser, the farthest from the others first; without a habit where too few are rated."""
    rows = []
    for person, counts in queries.by_appraiser(period, _inside(chosen, mine)):
        found = rules.habit(counts, chosen.counts)
        flags = [_(FLAGS[flag]) for flag in found.flags] if found else []
        far = abs(found.leniency or 0) if found else 0
        rows.append({"person": person, "habit": found, "flags": flags, "far": far})
    return sorted(rows, key=lambda row: (-row["far"], row["person"].search_name))


def _gaps(period: Period, chosen: queries.Agency, mine: Any) -> list[dict[str, Any]]:
    rows = []
    for key, counts in queries.by_group(period, _inside(chosen, mine)):
        found = rules.gap(counts, chosen.counts)
        if found is not None:
            rows.append({"name": label(key), "spread": found[0], "gap": found[1]})
    return rows

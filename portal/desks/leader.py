"""The agency leader's area: the agency's year at a glance; the board sees every agency of its region.

Counts and who stands where, not single ratings: a leader reads those of the people in the own chain on
their pages. The spread of ratings is shown from the number of people on from which its pattern is looked
at, and never for fewer than ``LEAST``.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import or_, select

from portal.desks import hr_counts, people_queries, turns
from portal.desks import hr_queries as queries
from portal.desks.hr_agencies import bars, late_words
from portal.desks.hr_base import PEOPLE_ARGS, count_words, detached, people_filter, stage_in_view
from portal.desks.hr_exceptions import left_words, pattern_warnings, so_far
from portal.desks.rights import Areas
from portal.desks.turns import WHOSE, Turn
from portal.extensions import db
from portal.kernel.texts import fold
from portal.people.organisation.models import Region, Unit
from portal.people.organisation.queries import on
from portal.performance.access import board_regions, led_agencies
from portal.policy.calendars.rules import DeadlineKind
from portal.policy.cycles.models import Enrolment
from portal.policy.cycles.names import period_name
from portal.web import lists
from portal.web.answers import page
from portal.web.current import today
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import requires

bp = Blueprint("leader_desk", __name__, url_prefix="/leader")
T = "desks/leader/"
LEAST = 5
"""People below whom no spread is shown: from fewer, one person's rating could be told."""


@bp.route("")
@requires(Areas.LEADER)
def home() -> Any:
    """One's agency; where there are several, how each of them stands, those with the most late steps first."""
    stand_in("leader")
    mine = or_(Unit.id.in_(led_agencies(current_user)), Unit.region_id.in_(board_regions(current_user)))
    query = select(Unit, Region.name.label("region")).join(Region, Region.id == Unit.region_id)
    agencies = db.session.execute(
        query.where(Unit.is_agency, on(Unit, today()), mine).order_by(Region.name, Unit.name)
    ).all()
    if len(agencies) == 1:
        return _agency(agencies[0].Unit)
    by_region: dict[int, list[Unit]] = {}
    for row in agencies:
        by_region.setdefault(row.Unit.region_id, []).append(row.Unit)
    rows = [row for units in by_region.values() for row in _standing(units)]
    regions = {row.Unit.region_id: row.region for row in agencies}
    return page(
        T + "agencies.html",
        rows=sorted(rows, key=lambda row: -row["tally"].late_total if row["tally"] else 0),
        regions=regions,
        calibrations=_calibrations(rows, regions),
        board=bool(board_regions(current_user)),
        me=current_user.person_id,
        so_far=so_far,
    )


def _calibrations(rows: list[dict[str, Any]], regions: dict[int, str]) -> list[dict[str, str]]:
    """The running periods whose ratings the caller may see lie, as a member of the board: one a region."""
    held = board_regions(current_user)
    found = {row["unit"].region_id: row for row in rows if row["name"] and row["unit"].region_id in held}
    return [
        {"period_ref": row["period_ref"], "name": row["name"], "region": regions[region_id]}
        for region_id, row in found.items()
    ]


def _standing(units: list[Unit]) -> list[dict[str, Any]]:
    """How a region's agencies stand in the running period; kept until something happens there."""
    region_id = units[0].region_id
    at = turns.scene(region_id, today())
    stage = at.running
    if stage is None:
        return [{"unit": unit, "name": "", "tally": None, "own": None, "warnings": []} for unit in units]
    ids = [unit.id for unit in units]
    condition = (Enrolment.region_id == region_id) & Enrolment.agency_id.in_(ids)
    period_id = stage.period.id
    found = hr_counts.kept(
        ("agencies", tuple(ids), period_id, at.today),
        region_id,
        current_user.actor.account_id,
        lambda: (
            queries.tallies(at, [period_id], condition),
            detached(*queries.organisations(at, stage, condition))[0],
        ),
        lambda counts: counts[0].of(period_id).obliged,
    )
    groups, own = found[0].groups.get(period_id, {}), {each.unit.id: each for each in found[1]}
    return [
        {
            "unit": unit,
            "name": period_name(stage.period),
            "period_ref": stage.period.ref,
            "due": stage.due(DeadlineKind.RATING),
            "tally": groups[unit.id].tally if unit.id in groups else None,
            "late": late_words(groups[unit.id].tally) if unit.id in groups else "",
            "own": own.get(unit.id),
            "warnings": pattern_warnings(own[unit.id], stage)
            if unit.id in own and own[unit.id].rated >= LEAST
            else [],
        }
        for unit in units
    ]


@bp.route("/agencies/<unit_ref>")
@requires(Areas.LED_AGENCY, Unit)
def agency(unit: Unit) -> Any:
    """An agency's period: how far it is, who has to act, its rating and the pattern."""
    stand_in("leader")
    return _agency(unit)


def _agency(unit: Unit) -> Any:
    at = turns.scene(unit.region_id, today())
    stage = stage_in_view(at)
    if stage is None:
        return page("desks/hr/no_period.html", heading=unit.name)
    inside = Enrolment.agency_id == unit.id
    found = queries.tallies(at, [stage.period.id], inside, by=Enrolment.unit_id)
    organisations, _silent = queries.organisations(at, stage, inside)
    tally = found.of(stage.period.id)
    least = max(LEAST, stage.policy.pattern_least)
    return page(
        T + "agency.html",
        unit=unit,
        stage=stage,
        name=period_name(stage.period),
        tabs=[
            {
                "label": period_name(each.period),
                "url": url_for("leader_desk.agency", unit_ref=unit.ref, period=each.period.ref),
                "current": each.period.id == stage.period.id,
            }
            for each in at.of_cycle(stage.cycle.id)
            if each.policy_version is not None
        ],
        tally=tally,
        calibrated=bool(tally.rated) and unit.region_id in board_regions(current_user),
        turns=[
            {
                "label": label(turn),
                "n": tally.turns[turn],
                "late": tally.late[turn],
                "url": url_for(
                    "leader_desk.people", unit_ref=unit.ref, period=stage.period.ref, turn=turn.value
                ),
            }
            for turn in (*WHOSE, *(turn for turn in reversed(Turn) if turn not in WHOSE))
            if tally.turns[turn]
        ],
        units=[(each.ref, each.name, each.tally) for each in found.rows(stage.period.id)],
        organisations=[
            {
                "row": each,
                "bars": bars(each) if each.rated >= least else [],
                "warnings": pattern_warnings(each, stage) if each.rated >= least else [],
            }
            for each in sorted(
                organisations, key=lambda each: (each.unit.id != unit.id, fold(each.unit.name))
            )
        ],
        so_far=so_far,
        left=left_words,
        me=current_user.person_id,
        least=least,
        due=stage.due(DeadlineKind.ORGANISATION_RATING),
        today=at.today,
    )


@bp.route("/agencies/<unit_ref>/people")
@requires(Areas.LED_AGENCY, Unit)
def people(unit: Unit) -> Any:
    """Who stands where in an agency: whose step is next; ratings stand on nobody's line."""
    stand_in("leader")
    at = turns.scene(unit.region_id, today())
    stage = stage_in_view(at)
    if stage is None:
        return page("desks/hr/no_period.html", heading=unit.name)
    wanted = people_filter()
    found = people_queries.people(at, stage, Enrolment.agency_id == unit.id, wanted, **lists.marks())
    me = current_user.person_id
    return page(
        T + "people.html",
        unit=unit,
        stage=stage,
        name=period_name(stage.period),
        rows=[
            {
                "row": row,
                "turn": label(Turn(row.turn)),
                "kind": turns.kind_of(Turn(row.turn), bool(row.late)),
                "open": me is not None and me in (row.appraiser_id, row.person_id),
            }
            for row in found.rows
        ],
        found=found,
        count=count_words(found),
        pager=lists.pager(found, PEOPLE_ARGS),
        q=lists.words("q"),
        wanted=wanted,
        turns=[("", _("Semua")), *((turn.value, label(turn)) for turn in Turn)],
        back=url_for("leader_desk.agency", unit_ref=unit.ref, period=stage.period.ref),
        kept={"period": request.args["period"]} if request.args.get("period") else {},
    )

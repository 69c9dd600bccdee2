"""The page of a period's advice computed again: start, follow, stop, resume, read what came out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.extensions import db
from portal.people.organisation.models import Unit
from portal.performance.access import AGENCY_HR, REGION_HR
from portal.performance.recomputations import actions, queries, rules
from portal.performance.recomputations.models import Recomputation
from portal.performance.recomputations.rights import Recomputations, agencies_seen, people_seen
from portal.performance.recomputations.rules import UNFINISHED, Counts, RecomputationState
from portal.policy.cycles.models import Period
from portal.policy.cycles.names import period_name
from portal.web import lists
from portal.web.answers import page, sent_on, wants_fragment
from portal.web.current import today
from portal.web.forms import press
from portal.web.frame import stand_in
from portal.web.rights import may, requires

bp = Blueprint("recomputations", __name__, url_prefix="/hr")
T = "performance/recomputations/"
SIDES = ("hasil", "perilaku")


@bp.route("/periods/<period_ref>/recomputation")
@requires(Recomputations.SEE, Period)
def show(period: Period) -> Any:
    """How far the newest run is; what the newest that is done found, as far as the caller's scope goes."""
    stand_in("hr")
    here = _address(period)
    newest, last = queries.shown(period.id)
    busy = newest is not None and newest.row.state in UNFINISHED
    if wants_fragment() and not busy:
        return sent_on(here)
    starts = may(Recomputations.START, period)
    given: dict[str, Any] = {}
    if last is not None and not (busy and wants_fragment()):
        given = _found(period, last)
    return page(
        T + "show.html",
        fragment=T + "_progress.html",
        today=today(),
        period=period,
        name=period_name(period),
        here=here,
        run=newest,
        busy=busy,
        stopped=newest is not None and newest.row.state is RecomputationState.STOPPED,
        last=last,
        starts=starts,
        manages=bool(current_user.granted(REGION_HR, AGENCY_HR)),
        why_not_start=rules.why_not_start(
            opened=period.policy_version_id is not None, newest=newest.row.state if newest else None
        ),
        least=rules.LEAST,
        **given,
    )


def _found(period: Period, last: queries.Run) -> dict[str, Any]:
    """What a run found, in the caller's part of the region."""
    seen = agencies_seen(current_user, period.region_id)
    counts = {key: each for key, each in last.row.counts.items() if seen is None or key in seen}
    units = queries.agencies(list(counts))
    side = lists.argument("sisi", SIDES, SIDES[0]) if last.policy.rules.behaviour else SIDES[0]
    chosen = _chosen(units)
    whole = rules.together(counts.values())
    people = queries.differences(
        last.row, people_seen(current_user), agency_id=chosen.id if chosen else None, **lists.marks()
    )
    return {
        "whole": whole,
        "advised": _advised(last, whole),
        "agencies": [_row(unit, counts[unit.id], side) for unit in units],
        "side": side,
        "sides": _tabs(side) if last.policy.rules.behaviour else [],
        "chosen": chosen,
        "people": people,
        "pager": lists.pager(people, ("agency", "sisi")),
    }


def _advised(last: queries.Run, whole: Counts) -> list[tuple[str, int, list[int | None]]]:
    """How many people have an advice, and which: of results, and of behaviour where the policy has one."""
    sides = [(_("Hasil kerja"), whole.result)]
    if last.policy.rules.behaviour:
        sides.append((_("Perilaku kerja"), whole.behaviour))
    rows = [(words, (side.below, side.expected, side.above)) for words, side in sides]
    return [(words, sum(cells), rules.safe(cells)) for words, cells in rows]


def _chosen(units: Any) -> Unit | None:
    """The agency whose differences alone are asked for."""
    wanted = lists.words("agency")
    if not wanted:
        return None
    return next((unit for unit in units if unit.ref == wanted), None) or abort(404)


def _row(unit: Unit, counts: Counts, side: str) -> dict[str, Any]:
    found = counts.result if side == SIDES[0] else counts.behaviour
    return {
        "unit": unit,
        "counts": counts,
        "compared": found.compared,
        "cells": rules.safe((found.same, found.higher, found.lower)),
    }


def _tabs(side: str) -> list[dict[str, Any]]:
    words = {"hasil": _("Hasil kerja"), "perilaku": _("Perilaku kerja")}
    return [
        {
            "label": words[each],
            "url": lists.address("agency", sisi=each) + "#agencies",
            "current": each == side,
        }
        for each in SIDES
    ]


def _address(period: Period) -> str:
    return url_for(".show", period_ref=period.ref)


def _place(run: Recomputation) -> str:
    return _address(db.session.get_one(Period, run.period_id))


@bp.route("/periods/<period_ref>/recomputation/start", methods=["POST"])
@requires(Recomputations.START, Period)
def start(period: Period) -> Any:
    """Have the period's advice computed again."""
    return press(
        actions.start, period, _("Hitung ulang dimulai; kemajuannya tampak di sini."), _address(period)
    )


@bp.route("/recomputations/<recomputation_ref>/stop", methods=["POST"])
@requires(Recomputations.RUN, Recomputation)
def stop(recomputation: Recomputation) -> Any:
    """Let the run halt where it stands."""
    message = _("Dihentikan. Yang sudah dihitung tetap tersimpan dan dapat dilanjutkan.")
    return press(actions.stop, recomputation, message, _place(recomputation))


@bp.route("/recomputations/<recomputation_ref>/resume", methods=["POST"])
@requires(Recomputations.RUN, Recomputation)
def resume(recomputation: Recomputation) -> Any:
    """Let the run go on behind the last person counted."""
    message = _("Dilanjutkan dari tempat terhentinya.")
    return press(actions.resume, recomputation, message, _place(recomputation))

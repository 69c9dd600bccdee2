"""What the pages of HR's desk share: whose people they show, in which period, how a list is asked for."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import ColumnElement

from portal.desks import hr_counts, people_queries, turns
from portal.desks import hr_queries as queries
from portal.desks.hr_queries import Organisation, Silent
from portal.desks.people_queries import PeopleFilter
from portal.desks.turns import Scene, Stage
from portal.extensions import db
from portal.kernel.texts import fold
from portal.ledger import search
from portal.people.chain.rules import Basis
from portal.performance import access
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.rules import PlanState
from portal.policy.cycles.models import Period
from portal.policy.cycles.names import period_name
from portal.policy.cycles.rights import managed_regions
from portal.policy.cycles.rules import PeriodState
from portal.web.current import today
from portal.web.formats import formats
from portal.web.lists import Slice, argument, reference, words

bp = Blueprint("hr_desk", __name__, url_prefix="/hr")
T = "desks/hr/"
LATEST_YEAR = 2100
PEOPLE_ARGS = ("q", "unit", "own", "plan", "state", "turn", "late", "chain", "sort", "period")
CHAINS = ("celah", "lompat", *(basis.value for basis in Basis))


def region_id() -> int:
    """The region that the caller looks after, wholly or in one agency."""
    held = current_user.granted("pengelola_daerah", "pengelola_perangkat_daerah")
    return int(held[0].region_id)


def managed() -> ColumnElement[bool]:
    """Enrolments that the caller looks after."""
    return access.enrolments_managed(current_user)


def tallies(
    at: Scene, period_ids: Iterable[int], inside: Any = None, *, by: Any, part: int = 0
) -> queries.Tallies:
    """The counts of periods in the caller's scope, kept until something happens (``hr_counts``).

    ``inside`` narrows them to the unit ``part``.
    """
    ids = sorted(period_ids)
    condition = managed() if inside is None else managed() & inside
    return hr_counts.kept(
        (held(), tuple(ids), at.today, by.key, part),
        region_id(),
        current_user.actor.account_id,
        lambda: queries.tallies(at, ids, condition, by=by),
        lambda found: sum(found.of(each).obliged for each in ids),
    )


def held() -> tuple[tuple[str, int, int], ...]:
    """What the caller looks after: the part of a count's name that says whose it is."""
    grants = current_user.granted("pengelola_daerah", "pengelola_perangkat_daerah")
    return tuple(sorted((str(grant.kind), grant.region_id, grant.unit_id or 0) for grant in grants))


def may_manage(period: Period) -> bool:
    """Whether the caller looks after the period's region or an agency of it."""
    held = current_user.granted("pengelola_daerah", "pengelola_perangkat_daerah")
    return any(grant.region_id == period.region_id for grant in held)


def whole_region() -> bool:
    """Whether the caller looks after a region, not after one agency."""
    return bool(managed_regions(current_user))


def whole_number(name: str, default: int, most: int = 10_000) -> int:
    """A number of the address from 1 to ``most``; ``default`` where there is none."""
    value = request.args.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 6):
        return default
    return min(max(int(value), 1), most)


def scene() -> Scene:
    """The region's year that the address names, else the present one, with its periods."""
    year = whole_number("year", 0, LATEST_YEAR) or None
    return turns.scene(region_id(), today(), year=year)


def stage_in_view(at: Scene) -> Stage | None:
    """The period that the address names, else the running one."""
    wanted = request.args.get("period")
    if wanted:
        chosen = next((stage for stage in at.stages if stage.period.ref == wanted), None)
        return chosen or abort(404)
    return at.running


def stage_of(period: Period) -> tuple[Scene, Stage]:
    """A period in its year."""
    at = turns.scene(period.region_id, today(), cycle_id=period.cycle_id)
    return at, at.of(period)


def period_tabs(at: Scene, here: Stage, endpoint: str, param: str, **values: Any) -> list[dict[str, Any]]:
    """The opened periods of the same year, to change over to."""
    return [
        {
            "label": period_name(stage.period),
            "url": url_for(endpoint, **dict[str, Any]({param: stage.period.ref}), **values),
            "current": stage is here,
        }
        for stage in at.of_cycle(here.cycle.id)
        if stage.period.state is not PeriodState.PLANNED
    ]


def detached(organisations: list[Organisation], silent: Silent) -> tuple[list[Organisation], Silent]:
    """What outlives its request may belong to no session, whose end would empty it."""
    for each in organisations:
        for thing in (each.unit, each.rating):
            if thing is not None and thing in db.session:
                db.session.expunge(thing)
    return organisations, silent


def count_words(found: Slice) -> str:
    """How many people a list has, in words; with what so short a search could not find."""
    number = formats().number(found.most if found.capped else found.total)
    said = (
        _("lebih dari %(n)s orang", n=number)
        if found.capped
        else ngettext("%(num)s orang", "%(num)s orang", found.total).replace(str(found.total), number)
    )
    if search.begins_only(fold(words("q"))):
        said += ". " + _("Dengan satu atau dua huruf hanya awal nama yang dicari; tulis huruf ketiganya.")
    return said


def agency_choices(stage: Stage, condition: ColumnElement[bool], scope: Hashable) -> list[tuple[str, str]]:
    """The agencies with people enrolled in a period, to choose one of; kept as counts are (``hr_counts``).

    ``condition`` says whose enrolments the caller sees, ``scope`` names it.
    """
    found = hr_counts.kept(
        ("agencies", scope, stage.period.id),
        stage.period.region_id,
        None,
        lambda: [(row.ref, row.name) for row in people_queries.agencies_enrolled(stage, condition)],
        len,
    )
    return [("", _("Semua")), *found]


def people_filter() -> PeopleFilter:
    """What the address asks for of a list of people."""
    return PeopleFilter(
        q=fold(words("q")),
        unit=reference("unit"),
        own=request.args.get("own") == "ya",
        plan=argument("plan", ("tanpa", *PlanState)),
        state=argument("state", EvaluationState),
        turn=argument("turn", people_queries.TURN_NAMES),
        late=request.args.get("late") == "ya",
        chain=argument("chain", CHAINS),
        sort=argument("sort", people_queries.SORTS, "nama"),
    )


def file_name(stage: Stage) -> str:
    """How files about a period are called."""
    return f"{stage.cycle.year}-{stage.period.kind.value}-{stage.period.number}"

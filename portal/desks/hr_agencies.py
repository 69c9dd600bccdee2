"""How agencies and units stand in a period: a list to search and sort, one of them with what waits there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, request, url_for
from flask_babel import gettext as _

from portal.desks import hr_queries as queries
from portal.desks import turns
from portal.desks.hr_base import (
    T,
    bp,
    file_name,
    managed,
    period_tabs,
    scene,
    stage_in_view,
    tallies,
    whole_number,
    whole_region,
)
from portal.desks.hr_exceptions import (
    pattern_warnings,
    so_far,
)
from portal.desks.hr_queries import GroupTally, Organisation, Tally
from portal.desks.turns import WHOSE, Stage, Turn, Who
from portal.kernel.texts import fold
from portal.people.organisation.models import Unit
from portal.policy.calendars.rules import DeadlineKind
from portal.policy.cycles.models import Enrolment
from portal.policy.cycles.rights import Cycles
from portal.policy.policies.rules import OverallRating
from portal.web.answers import page
from portal.web.formats import formats
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.lists import address, argument, file_answer, words
from portal.web.rights import requires

AGENCIES = 25
"""Agencies on one page; as cards on a phone more would be a long way down."""
AGENCY_STATES = ("terlambat", "berjalan", "selesai")
AGENCY_SORTS = ("terlambat", "nama", "pegawai", "skp", "realisasi", "dinilai")
MOST_FIRST = ("terlambat", "pegawai")
"""Sorted by these, the most come first; ``-`` turns it round."""
AGENCY_ARGS = ("q", "state", "sort", "period", "year")


def group_column() -> Any:
    """A region is shown by agency; for who looks after one agency, by its units."""
    return Enrolment.agency_id if whole_region() else Enrolment.unit_id


def _group_rows(groups: Sequence[GroupTally]) -> list[dict[str, Any]]:
    return [_group_row(group) for group in groups]


def _group_row(group: GroupTally) -> dict[str, Any]:
    tally = group.tally
    state = "selesai" if tally.finished else ("terlambat" if tally.late_total else "berjalan")
    return {
        "ref": group.ref,
        "name": group.name,
        "tally": tally,
        "state": state,
        "kind": {"selesai": "done", "terlambat": "late", "berjalan": "go"}[state],
    }


def late_words(tally: Tally) -> str:
    """Who is late, in a few words: ``12 penilai, 3 pegawai``."""
    number = formats().number
    said = {
        Who.EMPLOYEE: lambda n: _("%(n)s di pegawai", n=n),
        Who.APPRAISER: lambda n: _("%(n)s di penilai", n=n),
        Who.LEADER: lambda n: _("%(n)s di pimpinan", n=n),
        Who.MANAGER: lambda n: _("%(n)s di pengelola", n=n),
    }
    return ", ".join(said[who](number(n)) for who, n in tally.late_by())


def _filtered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    asked = fold(words("q")).split()
    state = argument("state", AGENCY_STATES)
    return [
        row
        for row in rows
        if all(word in fold(row["name"]) for word in asked) and (not state or row["state"] == state)
    ]


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    sort = argument("sort", (*AGENCY_SORTS, *(f"-{each}" for each in AGENCY_SORTS)), "terlambat")

    def share(part: int, tally: Tally) -> float:
        return part / tally.obliged if tally.obliged else 0.0

    keys: dict[str, Any] = {
        "terlambat": lambda row: -row["tally"].late_total,
        "nama": lambda row: fold(row["name"]),
        "pegawai": lambda row: -row["tally"].obliged,
        "skp": lambda row: share(row["tally"].plan_set, row["tally"]),
        "realisasi": lambda row: share(row["tally"].reported, row["tally"]),
        "dinilai": lambda row: share(row["tally"].rated, row["tally"]),
    }
    return sorted(rows, key=keys[sort.lstrip("-")], reverse=sort.startswith("-"))


def _numbered(rows: list[Any]) -> tuple[list[Any], dict[str, Any]]:
    """A page of a list that is whole in memory, with numbered links."""
    pages = max(1, -(-len(rows) // AGENCIES))
    here = whole_number("page", 1, pages)
    start = (here - 1) * AGENCIES

    def to(number: int) -> str:
        return address(*AGENCY_ARGS, page=number if number > 1 else None)

    pager = {
        "first": start + 1 if rows else 0,
        "last": min(start + AGENCIES, len(rows)) if pages > 1 else 0,
        "total_text": formats().number(len(rows)) if pages > 1 else "",
        "prev_url": to(here - 1) if here > 1 else None,
        "next_url": to(here + 1) if here < pages else None,
        "pages": [(str(n), to(n), n == here) for n in range(1, pages + 1)] if pages > 1 else [],
    }
    # What is said of a row is put in words for those that are shown: a region has hundreds of agencies.
    return _told(rows[start : start + AGENCIES]), pager


def _told(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "late": late_words(row["tally"])} for row in rows]


def agencies_context(groups: Sequence[GroupTally]) -> dict[str, Any]:
    """What a page with the list of agencies shows of it: the rows asked for, in their order, page by page."""
    rows = _group_rows(groups)
    shown, pager = _numbered(_in_order(_filtered(rows)))
    sort = argument("sort", (*AGENCY_SORTS, *(f"-{each}" for each in AGENCY_SORTS)), "terlambat")

    def head(name: str) -> tuple[str, str | None]:
        """Where a click on the head leads, and which way the list is sorted by it now."""
        if sort == name:
            return address(*AGENCY_ARGS, sort=f"-{name}"), "down" if name in MOST_FIRST else "up"
        direction = "up" if name in MOST_FIRST else "down"
        return address(*AGENCY_ARGS, sort=name), direction if sort == f"-{name}" else None

    return {
        "rows": shown,
        "pager": pager,
        "by_unit": not whole_region(),
        "all_rows": len(rows),
        "heads": {name: head(name) for name in AGENCY_SORTS},
        "sort": sort,
        "q": words("q"),
        "state": argument("state", AGENCY_STATES),
        "kept": {name: request.args[name] for name in ("sort", "period", "year") if request.args.get(name)},
        "export_url": address(*AGENCY_ARGS, endpoint="hr_desk.agencies_csv"),
    }


@bp.route("/agencies")
@requires(Cycles.MANAGE)
def agencies() -> Any:
    """How the agencies stand in a period."""
    stand_in("hr")
    at = scene()
    stage = stage_in_view(at)
    if stage is None:
        return page(T + "no_period.html", heading=_("Perangkat daerah"))
    found = tallies(at, [stage.period.id], by=group_column())
    return page(
        T + "agencies.html",
        running=stage,
        tally=found.of(stage.period.id),
        tabs=period_tabs(at, stage, "hr_desk.agencies", "period"),
        today=at.today,
        **agencies_context(found.rows(stage.period.id)),
    )


@bp.route("/agencies.csv")
@bp.route("/agencies.xlsx", endpoint="agencies_xlsx")
@requires(Cycles.MANAGE)
def agencies_csv() -> Any:
    """The list of agencies as a file."""
    at = scene()
    stage = stage_in_view(at) or abort(404)
    found = tallies(at, [stage.period.id], by=group_column())
    rows = _in_order(_filtered(_group_rows(found.rows(stage.period.id))))
    head = [
        _("unit"),
        _("wajib SKP"),
        _("tidak wajib"),
        _("SKP ditetapkan"),
        _("realisasi dilaporkan"),
        _("dinilai"),
        _("tidak dinilai"),
        *(_("terlambat: %(who)s", who=label(who).lower()) for who in Who),
        _("keadaan"),
    ]

    def cells(row: dict[str, Any]) -> list[Any]:
        tally = row["tally"]
        late = dict(tally.late_by())
        counts = [tally.obliged, tally.not_obliged, tally.plan_set, tally.reported, tally.rated, tally.absent]
        return [row["name"], *counts, *(late.get(who, 0) for who in Who), row["state"]]

    return file_answer(f"keadaan-{file_name(stage)}", head, map(cells, rows))


@bp.route("/agencies/<unit_ref>")
@requires(Cycles.SEE_UNIT, Unit)
def agency(unit: Unit) -> Any:
    """One agency or unit: its rating, its ratings against the pattern, states, and its units."""
    stand_in("hr")
    at = scene()
    stage = stage_in_view(at)
    if stage is None:
        return page(T + "no_period.html", heading=unit.name)
    if unit.is_agency:
        inside = Enrolment.agency_id == unit.id
    elif unit.independent:
        inside = Enrolment.organisation_id == unit.id
    else:
        inside = Enrolment.unit_id == unit.id
    found = tallies(at, [stage.period.id], inside, by=Enrolment.unit_id, part=unit.id)
    organisations, _silent = queries.organisations(at, stage, inside & managed())
    own = next((each for each in organisations if each.unit.id == unit.id), None)
    return page(
        T + "agency.html",
        unit=unit,
        running=stage,
        at=at,
        tally=found.of(stage.period.id),
        tabs=period_tabs(at, stage, "hr_desk.agency", "period", unit_ref=unit.ref),
        rows=_told(sorted(_group_rows(found.rows(stage.period.id)), key=lambda row: fold(row["name"]))),
        own=own,
        bars=bars(own) if own else [],
        pattern=stage.policy.pattern.get(own.rating.rating, ()) if own and own.rating else (),
        least=stage.policy.pattern_least,
        warnings=pattern_warnings(own, stage) if own else [],
        so_far=so_far,
        others=[
            (each, pattern_warnings(each, stage))
            for each in organisations
            if each.unit.id != unit.id and (unit.is_agency or unit.independent)
        ],
        turns=turn_rows(found.of(stage.period.id), stage, unit),
        may_rate=whole_region(),
        due=stage.due(DeadlineKind.ORGANISATION_RATING),
        today=at.today,
    )


def bars(own: Organisation) -> list[dict[str, Any]]:
    """An organisation's ratings as bars: each overall rating with its number and share."""
    total = own.rated or 1
    return [
        {"key": rating.value, "count": own.counts[rating], "share": own.counts[rating] * 100 / total}
        for rating in OverallRating
    ]


def turn_rows(tally: Tally, stage: Stage, unit: Unit | None = None) -> list[dict[str, Any]]:
    """Each turn with how many people, how many of them late, and the list behind it."""
    return [
        {
            "turn": turn,
            "label": label(turn),
            "who": label(WHOSE[turn]) if turn in WHOSE else "",
            "n": tally.turns[turn],
            "late": tally.late[turn],
            "kind": turns.kind_of(turn, bool(tally.late[turn])),
            "url": url_for(
                "hr_desk.period_people",
                period_ref=stage.period.ref,
                turn=turn.value,
                **dict[str, Any]({"unit": unit.ref} if unit is not None else {}),
            ),
        }
        for turn in (*WHOSE, *(turn for turn in reversed(Turn) if turn not in WHOSE))
        if tally.turns[turn]
    ]

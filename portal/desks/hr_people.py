"""The people of a period and their appraisers: whose turn it is, who rates whom and why, as pages and files."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

from flask import abort, url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from flask_login import current_user

from portal.desks import hr_queries as queries
from portal.desks import people_queries, turns
from portal.desks.hr_base import (
    PEOPLE_ARGS,
    T,
    agency_choices,
    bp,
    count_words,
    file_name,
    held,
    managed,
    people_filter,
    period_tabs,
    scene,
    stage_in_view,
    stage_of,
    whole_number,
)
from portal.desks.hr_lists import tabs
from portal.desks.people_queries import PeopleFilter
from portal.desks.turns import WHOSE, Scene, Stage, Turn, Who
from portal.kernel.refusal import Refusal
from portal.kernel.texts import fold
from portal.people.chain.rules import GAP_AGENCY_HEAD, GAP_TOP, GAPS, Basis
from portal.people.organisation.models import Unit
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.rules import PlanState
from portal.policy.calendars.rules import DeadlineKind
from portal.policy.cycles.models import Period
from portal.policy.cycles.names import period_name
from portal.policy.cycles.rights import Cycles
from portal.policy.policies.rules import OverallRating
from portal.web.answers import page
from portal.web.formats import formats
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.lists import PAGE, address, argument, file_answer, marks, words
from portal.web.lists import pager as pager_of
from portal.web.rights import find, requires

# ----------------------------------------------------------------------------------------- people


@bp.route("/people")
@requires(Cycles.MANAGE)
def people() -> Any:
    """The people of the running period."""
    stand_in("hr")
    at = scene()
    stage = stage_in_view(at)
    if stage is None:
        return page(T + "no_period.html", heading=pgettext("banyak", "Pegawai"))
    return _people_page(at, stage)


@bp.route("/periods/<period_ref>/people")
@requires(Cycles.SEE_PERIOD, Period)
def period_people(period: Period) -> Any:
    """The people of one period: where each stands and whose turn it is."""
    stand_in("hr")
    return _people_page(*stage_of(period))


def _people_page(at: Scene, stage: Stage) -> Any:
    wanted = people_filter()
    found = people_queries.people(at, stage, managed(), wanted, **marks())
    return page(
        T + "people.html",
        stage=stage,
        name=period_name(stage.period),
        rows=[_person_row(row, stage.is_open) for row in found.rows],
        found=found,
        count=count_words(found),
        pager=pager_of(found, PEOPLE_ARGS),
        wanted=wanted,
        q=words("q"),
        heads=_people_heads(wanted.sort),
        tabs=period_tabs(at, stage, "hr_desk.period_people", "period_ref"),
        export_url=address(
            *PEOPLE_ARGS, endpoint="hr_desk.period_people_csv", period_ref=stage.period.ref, period=None
        ),
        workbook_url=address(
            *PEOPLE_ARGS, endpoint="hr_desk.period_people_xlsx", period_ref=stage.period.ref, period=None
        ),
        others=tabs(stage),
        **_people_choices(stage, wanted),
    )


def _people_heads(sort: str) -> dict[str, tuple[str, str | None]]:
    heads = {}
    for name in ("nama", "unit"):
        direction = "up" if sort == name else ("down" if sort == f"-{name}" else None)
        heads[name] = (address(*PEOPLE_ARGS, sort=f"-{name}" if sort == name else name), direction)
    return heads


def _people_choices(stage: Stage, wanted: PeopleFilter) -> dict[str, Any]:
    """What the filters offer."""
    agencies = agency_choices(stage, managed(), held())
    if wanted.unit and wanted.unit not in dict(agencies):
        unit = find(Unit, wanted.unit, Cycles.SEE_UNIT)
        agencies.append((unit.ref, unit.name))
    return {
        "agencies": agencies,
        "plan_states": [
            ("", _("Semua")),
            ("tanpa", _("Belum disusun")),
            *((state.value, label(state)) for state in PlanState),
        ],
        "states": [("", _("Semua")), *((state.value, label(state)) for state in EvaluationState)],
        "turns": [
            ("", _("Semua")),
            *((who.value, _("Giliran %(who)s", who=label(who).lower())) for who in Who),
            *(
                (f"skp-{who.value}", _("SKP, giliran %(who)s", who=label(who).lower()))
                for who in Who
                if wanted.turn == f"skp-{who.value}"
            ),
            *((turn.value, label(turn)) for turn in Turn),
        ],
        "lates": [("", _("Semua")), ("ya", _("Yang terlambat"))],
    }


def _person_row(row: Any, is_open: bool) -> dict[str, Any]:
    turn = Turn(row.turn)
    excusable = row.state in (
        EvaluationState.RUNNING,
        EvaluationState.REPORTED,
        EvaluationState.NOT_EVALUATED,
    )
    return {
        "row": row,
        "name": row.Person.full_name,
        "turn": turn,
        "turn_text": label(turn),
        "kind": turns.kind_of(turn, bool(row.late)),
        "rating": row.overall.value if row.overall else None,
        "may_excuse": is_open
        and excusable
        and row.not_obliged is None
        and row.person_id != current_user.person_id,
        "excused": row.not_obliged or row.not_evaluated,
        "excused_note": row.not_obliged_note or row.not_evaluated_note,
    }


@bp.route("/periods/<period_ref>/people.csv")
@bp.route("/periods/<period_ref>/people.xlsx", endpoint="period_people_xlsx")
@requires(Cycles.SEE_PERIOD, Period)
def period_people_csv(period: Period) -> Any:
    """The list of people as a file; staff numbers stand in documents only."""
    at, stage = stage_of(period)
    head = [
        _("nama"),
        _("jabatan"),
        _("unit kerja"),
        _("perangkat daerah"),
        _("penilai"),
        _("SKP"),
        _("evaluasi"),
        _("langkah berikutnya"),
        _("giliran"),
        _("terlambat"),
        _("predikat"),
    ]

    rows = people_queries.all_people(
        at, stage, managed(), people_filter(), people_queries.FILE_COLUMNS, file_words()
    )
    return file_answer(f"pegawai-{file_name(stage)}", head, rows)


def file_words(no_appraiser: str = "") -> people_queries.FileWords:
    """The words of a file about people, in the reader's language."""
    sets: tuple[type[StrEnum], ...] = (PlanState, EvaluationState, OverallRating, Basis)
    steps = {
        turn.value + mark: (label(turn), label(WHOSE.get(turn)), late)
        for turn in Turn
        for mark, late in (("", _("tidak")), (turns.LATE, _("ya")))
    }
    return people_queries.FileWords(
        of={kind: {each.value: label(each) for each in kind} for kind in sets},
        steps=steps,
        no_plan=_("Belum disusun"),
        no_appraiser=no_appraiser,
    )


# ------------------------------------------------------------------------------------- appraisers


@bp.route("/appraisers")
@requires(Cycles.MANAGE)
def appraisers() -> Any:
    """Who appraises whom, on what ground, past which levels; gaps in words (Y-04)."""
    stand_in("hr")
    at = scene()
    stage = stage_in_view(at)
    if stage is None:
        return page(T + "no_period.html", heading=_("Rantai penilai"))
    wanted = people_filter()
    found = people_queries.people(at, stage, managed(), wanted, **marks())
    titles = people_queries.titles(found.rows)
    return page(
        T + "appraisers.html",
        stage=stage,
        name=period_name(stage.period),
        rows=[_chain_row(row, titles) for row in found.rows],
        found=found,
        count=count_words(found),
        pager=pager_of(found, PEOPLE_ARGS),
        wanted=wanted,
        q=words("q"),
        chains=[
            ("", _("Semua")),
            ("celah", _("Celah: belum ada penilai")),
            ("lompat", _("Ada tingkat yang dilewati")),
            *((basis.value, label(basis)) for basis in Basis),
        ],
        tabs=_appraiser_tabs(stage, "chain"),
        export_url=address(*PEOPLE_ARGS, endpoint="hr_desk.appraisers_csv", period=stage.period.ref),
        agencies=_people_choices(stage, wanted)["agencies"],
    )


def _appraiser_tabs(stage: Stage, here: str) -> list[dict[str, Any]]:
    return [
        {
            "label": text,
            "url": url_for(endpoint, period=stage.period.ref),
            "current": key == here,
        }
        for key, text, endpoint in (
            ("chain", _("Rantai penilai"), "hr_desk.appraisers"),
            ("load", _("Pekerjaan penilai"), "hr_desk.raters"),
        )
    ]


def _chain_row(row: Any, titles: dict[int, str]) -> dict[str, Any]:
    return {
        "row": row,
        "name": row.Person.full_name,
        "appraiser": row.appraiser.full_name if row.appraiser else None,
        "basis": label(Basis(row.appraiser_basis)) if row.appraiser_basis else "",
        "skips": _skip_words(row, titles),
        "gap": _gap(row) if row.appraiser_id is None else None,
    }


def _skip_words(row: Any, titles: dict[int, str]) -> list[str]:
    return [
        _(
            "%(post)s: %(reason)s",
            post=titles.get(post or 0, _("Penilai yang ditunjuk")),
            reason=label(reason)[:1].lower() + label(reason)[1:],
        )
        for post, reason in people_queries.skips(row)
    ]


def _gap(row: Any) -> Refusal:
    """Why there is no appraiser; enrolments from before the code was kept tell it by their post."""
    if row.gap:
        return GAPS.get(row.gap, GAP_TOP)
    heads_agency = row.is_leader and row.unit_id == row.agency_id
    if heads_agency and row.agency_head_appraiser_id is None:
        return GAP_AGENCY_HEAD
    return GAP_TOP


@bp.route("/appraisers.csv")
@bp.route("/appraisers.xlsx", endpoint="appraisers_xlsx")
@requires(Cycles.MANAGE)
def appraisers_csv() -> Any:
    """The chain as a file: the list of appraisers by agency."""
    at = scene()
    stage = stage_in_view(at) or abort(404)
    head = [
        _("nama"),
        _("jabatan"),
        _("unit kerja"),
        _("perangkat daerah"),
        _("penilai"),
        _("jabatan penilai"),
        _("dasar"),
        _("tingkat yang dilewati"),
    ]

    words = file_words(_("belum ada"))
    rows = people_queries.all_people(
        at, stage, managed(), people_filter(), people_queries.CHAIN_COLUMNS, words
    )
    counted = ((*row[:-1], len(json.loads(row[-1]))) for row in rows)
    return file_answer(f"penilai-{file_name(stage)}", head, counted)


@bp.route("/appraisers/progress")
@requires(Cycles.MANAGE)
def raters() -> Any:
    """The appraisers by how many wait for them; those who haven't begun can be filtered."""
    stand_in("hr")
    at = scene()
    stage = stage_in_view(at)
    if stage is None:
        return page(T + "no_period.html", heading=_("Pekerjaan penilai"))
    state = argument("state", ("belum", "menunggu"))
    number = whole_number("page", 1)
    rows, total = queries.raters(at, stage, managed(), q=fold(words("q")), only=state, number=number)
    keep = ("q", "state", "period")
    last = (number - 1) * PAGE + len(rows)
    return page(
        T + "raters.html",
        stage=stage,
        name=period_name(stage.period),
        rows=rows,
        total=total,
        q=words("q"),
        state=state,
        due=stage.due(DeadlineKind.RATING),
        today=at.today,
        states=[
            ("", _("Semua")),
            ("menunggu", _("Ada yang menunggu")),
            ("belum", _("Belum mulai menilai")),
        ],
        pager={
            "first": (number - 1) * PAGE + 1,
            "last": last if total > PAGE else 0,
            "total_text": formats().number(total) if total > PAGE else "",
            "prev_url": address(*keep, page=number - 1) if number > 1 else None,
            "next_url": address(*keep, page=number + 1) if last < total else None,
        },
        tabs=_appraiser_tabs(stage, "load"),
    )

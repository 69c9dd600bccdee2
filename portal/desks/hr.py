"""The performance manager's area: the year as a line, exceptions first, everything one click from its list.

A region's manager sees the region, an agency's only its agency; a publisher only the publications.
Lists keep search, filter, sort and page in the address; each can be exported. Structure and people come
by the import command, not through pages.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from flask_login import current_user
from sqlalchemy import ColumnElement

from portal.desks import hr_counts
from portal.desks import hr_queries as queries
from portal.desks.hr_exceptions import (
    View,
    close_refusal,
    exceptions,
    left_words,
    pattern_warnings,
    so_far,
    year_stages,
)
from portal.desks.hr_forms import AbsenceForm, CycleForm, NotObligedForm, OrganisationForm
from portal.desks.hr_queries import (
    WHOSE,
    GroupTally,
    Organisation,
    PeopleFilter,
    Scene,
    Silent,
    Stage,
    Tally,
    Turn,
    Who,
)
from portal.desks.hr_rights import Managing
from portal.desks.rights import Areas
from portal.extensions import db
from portal.kernel.refusal import Refusal
from portal.kernel.texts import fold
from portal.people.chain.rules import GAP_AGENCY_HEAD, GAP_TOP, GAPS, Basis
from portal.people.organisation.models import Region, Unit
from portal.performance import access
from portal.performance.evaluations import actions as evaluations
from portal.performance.evaluations import queries as evaluation_queries
from portal.performance.evaluations import rules as evaluation_rules
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.rules import PlanState
from portal.policy.calendars.rules import DeadlineKind, PeriodKind, dues, periods_of_year
from portal.policy.cycles import actions as cycles
from portal.policy.cycles import queries as cycle_queries
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.names import period_name
from portal.policy.cycles.rights import Cycles, managed_regions
from portal.policy.cycles.rules import PeriodState, why_not_open
from portal.policy.history import queries as log
from portal.policy.policies import queries as policies
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import OverallRating
from portal.transparency.publications import rights as publication_rights
from portal.transparency.publications.dataset import changed_since_published
from portal.transparency.publications.queries import of_regions
from portal.transparency.publications.rules import PublicationState
from portal.web.answers import done, page, refused
from portal.web.current import today
from portal.web.formats import formats
from portal.web.forms import Press
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.lists import PAGE, Slice, address, argument, file_answer, marks, reference, words
from portal.web.lists import pager as pager_of
from portal.web.rights import find, may, requires

bp = Blueprint("hr_desk", __name__, url_prefix="/hr")
T = "desks/hr/"
AGENCIES = 25
"""Agencies on one page; as cards on a phone more would be a long way down."""
LATEST_YEAR = 2100


# --------------------------------------------------------------------------------------- parts of the pages


def _region_id() -> int:
    """The region that the caller looks after, wholly or in one agency."""
    held = current_user.granted("pengelola_daerah", "pengelola_perangkat_daerah")
    return int(held[0].region_id)


def _managed() -> Any:
    return access.enrolments_managed(current_user)


def _tallies(
    at: Scene, period_ids: Iterable[int], inside: Any = None, *, by: Any, part: int = 0
) -> queries.Tallies:
    """The counts of periods in the caller's scope, kept until something happens (``hr_counts``).

    ``inside`` narrows them to the unit ``part``.
    """
    ids = sorted(period_ids)
    condition = _managed() if inside is None else _managed() & inside
    return hr_counts.kept(
        (held(), tuple(ids), at.today, by.key, part),
        _region_id(),
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


def _whole_region() -> bool:
    return bool(managed_regions(current_user))


def _number(name: str, default: int, most: int = 10_000) -> int:
    value = request.args.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 6):
        return default
    return min(max(int(value), 1), most)


def _scene() -> Scene:
    year = _number("year", 0, LATEST_YEAR) or None
    return queries.scene(_region_id(), today(), year=year)


def _stage(at: Scene) -> Stage | None:
    """The period that the address names, else the running one."""
    wanted = request.args.get("period")
    if wanted:
        chosen = next((stage for stage in at.stages if stage.period.ref == wanted), None)
        return chosen or abort(404)
    return at.running


def _stage_of(period: Period) -> tuple[Scene, Stage]:
    at = queries.scene(period.region_id, today(), cycle_id=period.cycle_id)
    return at, at.of(period)


def _period_tabs(at: Scene, here: Stage, endpoint: str, param: str, **values: Any) -> list[dict[str, Any]]:
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


# ------------------------------------------------------------------------------------------ home


@bp.route("")
@requires(Areas.HR)
def home() -> Any:
    """The year as a line, what waits for a decision, and how the agencies stand."""
    stand_in("hr")
    if not may(Cycles.MANAGE):
        held = publication_rights.regions(current_user, publication_rights.PUBLISHER)
        drafts = [each for each in of_regions(held) if each.state is PublicationState.PREPARED]
        return page(T + "publisher.html", drafts=len(drafts))
    at = _scene()
    year = _number("year", 0, LATEST_YEAR)
    running = at.running
    years = sorted({stage.cycle.year: stage.cycle for stage in at.stages}.items(), reverse=True)
    present = running.cycle if running else (years[0][1] if years else None)
    chosen = dict(years).get(year) or present
    if chosen is None or present is None:
        return page(T + "home_empty.html", may_open=may(Cycles.OPEN_CYCLE))
    stages = at.of_cycle(chosen.id)
    # What is left of earlier years waits on the present one's page; a chosen year speaks of itself.
    about = at.stages if chosen.id == present.id else tuple(stages)
    if running is not None and running.cycle.id != chosen.id:
        running = Scene(at.today, tuple(stages)).running
    wanted = {stage.period.id for stage in at.stages if stage.is_open} | {s.period.id for s in stages}
    found = _tallies(at, wanted, by=_group())
    organisations, silent = _organisations_to_look_at(at, running)
    rows = _groups(found.rows(running.period.id)) if running else []
    shown, pager = _numbered(_sorted(_filtered(rows)))
    return page(
        T + "home.html",
        cycle=chosen,
        years=[(each, url_for("hr_desk.home", year=each), each == chosen.year) for each, _c in years],
        stages=year_stages(at, stages, found),
        first=date(chosen.year, 1, 1),
        last=max(
            due for stage in stages for due in (stage.due(DeadlineKind.RATING), stage.period.ends) if due
        ),
        today=at.today,
        waiting=exceptions(
            View(
                at,
                about,
                running,
                found,
                organisations,
                silent,
                _whole_region(),
                _changed_since_published(at),
            )
        ),
        past=chosen.id != present.id,
        next_due=_next_due(at),
        running=running,
        tally=found.of(running.period.id) if running else Tally(),
        rows=shown,
        pager=pager,
        may_open=may(Cycles.OPEN_CYCLE),
        **_agencies_context(rows),
    )


def _changed_since_published(at: Scene) -> dict[int, int]:
    """What corrections wait for, where anything is public and the caller prepares it."""
    if not _whole_region() or not any(stage.published for stage in at.stages):
        return {}
    return changed_since_published([_region_id()])


def _organisations_to_look_at(at: Scene, running: Stage | None) -> tuple[list[Organisation], Silent]:
    """The organisations of the running period; before its end nobody is to rate them yet."""
    if running is None or not running.is_open or at.today < running.period.ends:
        return [], Silent()
    return hr_counts.kept(
        ("organisations", held(), running.period.id, at.today),
        _region_id(),
        current_user.actor.account_id,
        lambda: detached(*queries.organisations(at, running, _managed())),
        lambda found: sum(each.people for each in found[0]),
    )


def detached(organisations: list[Organisation], silent: Silent) -> tuple[list[Organisation], Silent]:
    """What outlives its request may belong to no session, whose end would empty it."""
    for each in organisations:
        for thing in (each.unit, each.rating):
            if thing is not None and thing in db.session:
                db.session.expunge(thing)
    return organisations, silent


def _next_due(at: Scene) -> dict[str, Any] | None:
    """The next deadline of the open periods."""
    coming = [
        (row.due, stage, kind)
        for stage in at.stages
        if stage.is_open
        for kind, row in stage.dues.items()
        if row.due >= at.today
    ]
    if not coming:
        return None
    due, stage, kind = min(coming, key=lambda each: each[0])
    return {"due": due, "what": label(kind), "period": period_name(stage.period)}


# -------------------------------------------------------------------------------------- agencies

AGENCY_STATES = ("terlambat", "berjalan", "selesai")
AGENCY_SORTS = ("terlambat", "nama", "pegawai", "skp", "realisasi", "dinilai")
MOST_FIRST = ("terlambat", "pegawai")
"""Sorted by these, the most come first; ``-`` turns it round."""
AGENCY_ARGS = ("q", "state", "sort", "period", "year")


def _group() -> Any:
    """A region is shown by agency; for who looks after one agency, by its units."""
    return Enrolment.agency_id if _whole_region() else Enrolment.unit_id


def _groups(groups: Sequence[GroupTally]) -> list[dict[str, Any]]:
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


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
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
    here = _number("page", 1, pages)
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


def _agencies_context(rows: list[dict[str, Any]]) -> dict[str, Any]:
    sort = argument("sort", (*AGENCY_SORTS, *(f"-{each}" for each in AGENCY_SORTS)), "terlambat")

    def head(name: str) -> tuple[str, str | None]:
        """Where a click on the head leads, and which way the list is sorted by it now."""
        if sort == name:
            return address(*AGENCY_ARGS, sort=f"-{name}"), "down" if name in MOST_FIRST else "up"
        direction = "up" if name in MOST_FIRST else "down"
        return address(*AGENCY_ARGS, sort=name), direction if sort == f"-{name}" else None

    return {
        "by_unit": not _whole_region(),
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
    at = _scene()
    stage = _stage(at)
    if stage is None:
        return page(T + "no_period.html", heading=_("Perangkat daerah"))
    found = _tallies(at, [stage.period.id], by=_group())
    rows = _groups(found.rows(stage.period.id))
    shown, pager = _numbered(_sorted(_filtered(rows)))
    return page(
        T + "agencies.html",
        running=stage,
        tally=found.of(stage.period.id),
        tabs=_period_tabs(at, stage, "hr_desk.agencies", "period"),
        rows=shown,
        pager=pager,
        today=at.today,
        **_agencies_context(rows),
    )


@bp.route("/agencies.csv")
@bp.route("/agencies.xlsx", endpoint="agencies_xlsx")
@requires(Cycles.MANAGE)
def agencies_csv() -> Any:
    """The list of agencies as a file."""
    at = _scene()
    stage = _stage(at) or abort(404)
    found = _tallies(at, [stage.period.id], by=_group())
    rows = _sorted(_filtered(_groups(found.rows(stage.period.id))))
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

    return file_answer(f"keadaan-{_file_name(stage)}", head, map(cells, rows))


def _file_name(stage: Stage) -> str:
    return f"{stage.cycle.year}-{stage.period.kind.value}-{stage.period.number}"


@bp.route("/agencies/<unit_ref>")
@requires(Cycles.SEE_UNIT, Unit)
def agency(unit: Unit) -> Any:
    """One agency or unit: its rating, its ratings against the pattern, states, and its units."""
    stand_in("hr")
    at = _scene()
    stage = _stage(at)
    if stage is None:
        return page(T + "no_period.html", heading=unit.name)
    if unit.is_agency:
        inside = Enrolment.agency_id == unit.id
    elif unit.independent:
        inside = Enrolment.organisation_id == unit.id
    else:
        inside = Enrolment.unit_id == unit.id
    found = _tallies(at, [stage.period.id], inside, by=Enrolment.unit_id, part=unit.id)
    organisations, _silent = queries.organisations(at, stage, inside & _managed())
    own = next((each for each in organisations if each.unit.id == unit.id), None)
    return page(
        T + "agency.html",
        unit=unit,
        running=stage,
        at=at,
        tally=found.of(stage.period.id),
        tabs=_period_tabs(at, stage, "hr_desk.agency", "period", unit_ref=unit.ref),
        rows=_told(sorted(_groups(found.rows(stage.period.id)), key=lambda row: fold(row["name"]))),
        own=own,
        bars=_bars(own) if own else [],
        pattern=stage.policy.pattern.get(own.rating.rating, ()) if own and own.rating else (),
        least=stage.policy.pattern_least,
        warnings=pattern_warnings(own, stage) if own else [],
        so_far=so_far,
        others=[
            (each, pattern_warnings(each, stage))
            for each in organisations
            if each.unit.id != unit.id and (unit.is_agency or unit.independent)
        ],
        turns=_turn_rows(found.of(stage.period.id), stage, unit),
        may_rate=_whole_region(),
        due=stage.due(DeadlineKind.ORGANISATION_RATING),
        today=at.today,
    )


def _bars(own: Organisation) -> list[dict[str, Any]]:
    total = own.rated or 1
    return [
        {"key": rating.value, "count": own.counts[rating], "share": own.counts[rating] * 100 / total}
        for rating in OverallRating
    ]


def _turn_rows(tally: Tally, stage: Stage, unit: Unit | None = None) -> list[dict[str, Any]]:
    """Each turn with how many people, how many of them late, and the list behind it."""
    return [
        {
            "turn": turn,
            "label": label(turn),
            "who": label(WHOSE[turn]) if turn in WHOSE else "",
            "n": tally.turns[turn],
            "late": tally.late[turn],
            "kind": queries.kind_of(turn, bool(tally.late[turn])),
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


# ----------------------------------------------------------------------------------------- cycles


@bp.route("/cycles/new", methods=["GET", "POST"])
@requires(Cycles.OPEN_CYCLE)
def new_cycle() -> Any:
    """Open a performance year: choose, look at every date, then confirm (Y-01)."""
    stand_in("hr")
    region = db.session.get_one(Region, managed_regions(current_user)[0])
    versions = policies.offered(region.id)
    known = {cycle.year for cycle in cycle_queries.cycles(region.id)}
    # What one usually comes for is the next year that has no cycle yet; a past one is the exception.
    this = today().year
    years = [year for year in (this, this + 1, this - 1) if year not in known]
    form = CycleForm(years, versions)
    if form.accepts(cycles.open_cycle, region):
        return done(
            _("Siklus tahun %(year)s dibuka. Sekarang buka periodenya.", year=form.year.data),
            url_for("hr_desk.home", year=form.year.data),
            form,
        )
    preview = None
    if request.method == "GET" and request.args:
        if form.read(request.args):
            preview = _preview(region, form)
        else:
            form.status = 422
    return page(T + "new_cycle.html", form=form, preview=preview, years=years, versions=versions)


def _preview(region: Region, form: CycleForm) -> dict[str, Any]:
    """Every period and deadline that opening this year would make."""
    chosen = form.values()
    version: PolicyVersion = chosen["policy_version"]
    free = cycle_queries.holidays(region.id)
    rows = [
        {"span": span, "name": period_name(span), "dues": dues(span, version.rules, free)}
        for span in periods_of_year(chosen["year"], version.rules.national_period)
    ]
    holidays_of_year = sum(day.year == chosen["year"] for day in free)
    return {**chosen, "rows": rows, "holidays": holidays_of_year, "region": region}


# ---------------------------------------------------------------------------------------- periods


@bp.route("/periods/<period_ref>")
@requires(Cycles.SEE_PERIOD, Period)
def period(period: Period) -> Any:
    """A period: state, deadlines, who is enrolled, and the steps of opening and closing."""
    stand_in("hr")
    at, stage = _stage_of(period)
    planned = period.state is PeriodState.PLANNED
    found = _tallies(at, [] if planned else [period.id], by=Enrolment.agency_id)
    tally = found.of(period.id)
    excused: Sequence[Any] = []
    if tally.not_obliged:
        wanted = PeopleFilter(turn=Turn.NOT_OBLIGED.value)
        excused = queries.people(at, stage, _managed(), wanted).rows[:10]
    runs = may(Cycles.RUN_PERIOD, period)
    return page(
        T + "period.html",
        period=period,
        stage=stage,
        name=period_name(period),
        is_year=period.kind is PeriodKind.YEAR,
        dues=sorted(stage.dues.values(), key=lambda row: (row.due, list(DeadlineKind).index(row.kind))),
        left=lambda due: left_words(due, at.today),
        today=at.today,
        tally=tally,
        turns=_turn_rows(tally, stage),
        excused=excused,
        me=current_user.person_id,
        runs=runs,
        open_refusal=_open_refusal(period, at.today) if runs and planned else None,
        close_refusal=_linked(close_refusal(stage, tally, at.today), period) if runs else None,
        PeriodState=PeriodState,
        tabs=_all_period_tabs(at, stage),
    )


def _all_period_tabs(at: Scene, here: Stage) -> list[dict[str, Any]]:
    return [
        {
            "label": period_name(stage.period),
            "url": url_for("hr_desk.period", period_ref=stage.period.ref),
            "current": stage is here,
            "done": stage.period.state is PeriodState.CLOSED,
        }
        for stage in at.of_cycle(here.cycle.id)
    ]


def _open_refusal(period: Period, day: date) -> Refusal | None:
    early = why_not_open(period.state, period.begins, day, 1)
    if early is not None:
        return early
    return why_not_open(
        period.state,
        period.begins,
        day,
        cycle_queries.count_to_enrol(period.region_id, max(period.begins, day)),
    )


def _linked(refusal: Refusal | None, period: Period) -> Refusal | None:
    """A refusal to close whose parts lead to the people they count."""
    if refusal is None:
        return None

    def lead(part: Refusal) -> Refusal:
        state = part.code.removeprefix("period.")
        if state not in set(EvaluationState):
            return replace(part, anchor="")
        return replace(part, anchor=url_for("hr_desk.period_people", period_ref=period.ref, state=state))

    return replace(refusal, parts=tuple(map(lead, refusal.parts)))


@bp.route("/periods/<period_ref>/history")
@requires(Cycles.READ_PERIOD, Period)
def period_history(period: Period) -> Any:
    """Every step of a period, by whom, when and under which policy version."""
    stand_in("hr")
    name = period_name(period)
    return page(
        "policy/history/thing.html",
        title=_("Riwayat %(period)s", period=name),
        items=log.of_things([period]),
        looks=None,
        back=url_for("hr_desk.period", period_ref=period.ref)
        if may_manage(period)
        else url_for("audit_desk.people", period_ref=period.ref),
        back_label=name,
    )


@bp.route("/periods/<period_ref>/open", methods=["POST"])
@requires(Cycles.RUN_PERIOD, Period)
def open_period(period: Period) -> Any:
    """Open a period, or enrol those who came since."""
    stand_in("hr")
    back = url_for("hr_desk.period", period_ref=period.ref)
    before = cycle_queries.count_enrolled(period.id)
    form = Press()
    if not form.accepts(evaluations.open_period, period):
        return refused(form, back)
    new = cycle_queries.count_enrolled(period.id) - before
    if before:
        message = ngettext("%(num)s pegawai baru didaftarkan.", "%(num)s pegawai baru didaftarkan.", new)
        message = message if new else _("Tidak ada pegawai baru; semua sudah terdaftar.")
    else:
        message = _(
            "%(period)s dibuka; %(n)s pegawai terdaftar.", period=period_name(period), n=formats().number(new)
        )
    return done(message, back, form)


@bp.route("/periods/<period_ref>/close", methods=["POST"])
@requires(Cycles.RUN_PERIOD, Period)
def close_period(period: Period) -> Any:
    """Close a period; everything in it stands from now on."""
    stand_in("hr")
    back = url_for("hr_desk.period", period_ref=period.ref)
    form = Press()
    if not form.accepts(evaluations.close_period, period):
        return refused(form, back)
    return done(
        _("%(period)s ditutup. Angkanya dapat disiapkan untuk diterbitkan.", period=period_name(period)),
        back,
        form,
    )


# ----------------------------------------------------------------------------------------- people

PEOPLE_ARGS = ("q", "unit", "own", "plan", "state", "turn", "late", "chain", "sort", "period")
CHAINS = ("celah", "lompat", *(basis.value for basis in Basis))


def people_filter() -> PeopleFilter:
    """What the address asks for of a list of people."""
    return PeopleFilter(
        q=fold(words("q")),
        unit=reference("unit"),
        own=request.args.get("own") == "ya",
        plan=argument("plan", ("tanpa", *PlanState)),
        state=argument("state", EvaluationState),
        turn=argument("turn", queries.TURN_NAMES),
        late=request.args.get("late") == "ya",
        chain=argument("chain", CHAINS),
        sort=argument("sort", queries.SORTS, "nama"),
    )


@bp.route("/people")
@requires(Cycles.MANAGE)
def people() -> Any:
    """The people of the running period."""
    stand_in("hr")
    at = _scene()
    stage = _stage(at)
    if stage is None:
        return page(T + "no_period.html", heading=pgettext("banyak", "Pegawai"))
    return _people_page(at, stage)


@bp.route("/periods/<period_ref>/people")
@requires(Cycles.SEE_PERIOD, Period)
def period_people(period: Period) -> Any:
    """The people of one period: where each stands and whose turn it is."""
    stand_in("hr")
    return _people_page(*_stage_of(period))


def _people_page(at: Scene, stage: Stage) -> Any:
    wanted = people_filter()
    found = queries.people(at, stage, _managed(), wanted, **marks())
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
        tabs=_period_tabs(at, stage, "hr_desk.period_people", "period_ref"),
        export_url=address(
            *PEOPLE_ARGS, endpoint="hr_desk.period_people_csv", period_ref=stage.period.ref, period=None
        ),
        workbook_url=address(
            *PEOPLE_ARGS, endpoint="hr_desk.period_people_xlsx", period_ref=stage.period.ref, period=None
        ),
        others=_lists(stage),
        **_people_choices(stage, wanted),
    )


def _lists(stage: Stage) -> list[dict[str, Any]]:
    from portal.desks.hr_lists import tabs  # that module adds its pages to this one

    return tabs(stage)


def count_words(found: Slice) -> str:
    """How many people a list has, in words."""
    if found.capped:
        return _("lebih dari %(n)s orang", n=formats().number(found.most))
    return ngettext("%(num)s orang", "%(num)s orang", found.total).replace(
        str(found.total), formats().number(found.total)
    )


def _people_heads(sort: str) -> dict[str, tuple[str, str | None]]:
    heads = {}
    for name in ("nama", "unit"):
        direction = "up" if sort == name else ("down" if sort == f"-{name}" else None)
        heads[name] = (address(*PEOPLE_ARGS, sort=f"-{name}" if sort == name else name), direction)
    return heads


def agency_choices(stage: Stage, condition: ColumnElement[bool], scope: Hashable) -> list[tuple[str, str]]:
    """The agencies with people enrolled in a period, to choose one of; kept as counts are (``hr_counts``).

    ``condition`` says whose enrolments the caller sees, ``scope`` names it.
    """
    found = hr_counts.kept(
        ("agencies", scope, stage.period.id),
        stage.period.region_id,
        None,
        lambda: [(row.ref, row.name) for row in queries.agencies_enrolled(stage, condition)],
        len,
    )
    return [("", _("Semua")), *found]


def _people_choices(stage: Stage, wanted: PeopleFilter) -> dict[str, Any]:
    """What the filters offer."""
    agencies = agency_choices(stage, _managed(), held())
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
        "kind": queries.kind_of(turn, bool(row.late)),
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
    at, stage = _stage_of(period)
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

    rows = queries.all_people(at, stage, _managed(), people_filter(), queries.FILE_COLUMNS, file_words())
    return file_answer(f"pegawai-{_file_name(stage)}", head, rows)


def file_words(no_appraiser: str = "") -> queries.FileWords:
    """The words of a file about people, in the reader's language."""
    sets: tuple[type[StrEnum], ...] = (PlanState, EvaluationState, OverallRating, Basis)
    steps = {
        turn.value + mark: (label(turn), label(WHOSE.get(turn)), late)
        for turn in Turn
        for mark, late in (("", _("tidak")), (queries.LATE, _("ya")))
    }
    return queries.FileWords(
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
    at = _scene()
    stage = _stage(at)
    if stage is None:
        return page(T + "no_period.html", heading=_("Rantai penilai"))
    wanted = people_filter()
    found = queries.people(at, stage, _managed(), wanted, **marks())
    titles = queries.titles(found.rows)
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
        for post, reason in queries.skips(row)
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
    at = _scene()
    stage = _stage(at) or abort(404)
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
    rows = queries.all_people(at, stage, _managed(), people_filter(), queries.CHAIN_COLUMNS, words)
    counted = ((*row[:-1], len(json.loads(row[-1]))) for row in rows)
    return file_answer(f"penilai-{_file_name(stage)}", head, counted)


@bp.route("/appraisers/progress")
@requires(Cycles.MANAGE)
def raters() -> Any:
    """The appraisers by how many wait for them; those who haven't begun can be filtered."""
    stand_in("hr")
    at = _scene()
    stage = _stage(at)
    if stage is None:
        return page(T + "no_period.html", heading=_("Pekerjaan penilai"))
    state = argument("state", ("belum", "menunggu"))
    number = _number("page", 1)
    rows, total = queries.raters(at, stage, _managed(), q=fold(words("q")), only=state, number=number)
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


# ------------------------------------------------------------------------------------- evaluations


@bp.route("/evaluations/<evaluation_ref>/absence", methods=["GET", "POST"])
@requires(Managing.EXCUSE, Evaluation)
def absence(evaluation: Evaluation) -> Any:
    """Record why somebody isn't evaluated in this period; never a value."""
    stand_in("hr")
    around = evaluation_queries.setting(evaluation)
    refusal = evaluation_rules.why_not_mark_not_evaluated(
        evaluation.state, period_open=around.period.state is PeriodState.OPEN
    )
    form = AbsenceForm()
    form.version = evaluation.version
    if form.accepts(evaluations.mark_not_evaluated, evaluation):
        return done(
            _("%(name)s dicatat tidak dinilai pada periode ini.", name=around.person.full_name),
            _back_to_people(around.period),
            form,
        )
    return page(
        T + "absence.html",
        around=around,
        evaluation=evaluation,
        name=period_name(around.period),
        form=form,
        refusal=refusal if request.method == "GET" else None,
        undo_refusal=evaluation_rules.why_not_undo_not_evaluated(
            evaluation.state, around.period.state is PeriodState.OPEN
        ),
        is_absent=evaluation.state is EvaluationState.NOT_EVALUATED,
        back=_back_to_people(around.period),
    )


def _back_to_people(period: Period) -> str:
    return url_for("hr_desk.period_people", period_ref=period.ref)


@bp.route("/evaluations/<evaluation_ref>/absence/undo", methods=["POST"])
@requires(Managing.EXCUSE, Evaluation)
def undo_absence(evaluation: Evaluation) -> Any:
    """Take an absence back; the evaluation goes on."""
    stand_in("hr")
    form = Press(evaluation)
    back = url_for("hr_desk.absence", evaluation_ref=evaluation.ref)
    if not form.accepts(evaluations.undo_not_evaluated, evaluation):
        return refused(form, back)
    return done(_("Catatan tidak dinilai ditarik kembali; evaluasi berjalan lagi."), back, form)


@bp.route("/evaluations/<evaluation_ref>/not-obliged", methods=["GET", "POST"])
@requires(Managing.EXCUSE, Evaluation)
def not_obliged(evaluation: Evaluation) -> Any:
    """Take somebody out of the denominators, with the ground (Y-03)."""
    stand_in("hr")
    around = evaluation_queries.setting(evaluation)
    form = NotObligedForm(reason=around.enrolment.not_obliged, note=around.enrolment.not_obliged_note)
    form.version = evaluation.version
    if form.accepts(evaluations.mark_not_obliged, evaluation):
        return done(
            _("%(name)s dicatat tidak wajib SKP pada periode ini.", name=around.person.full_name),
            _back_to_people(around.period),
            form,
        )
    return page(
        T + "not_obliged.html",
        around=around,
        evaluation=evaluation,
        name=period_name(around.period),
        form=form,
        refusal=evaluation_rules.why_not_mark_not_evaluated(evaluation.state)
        if request.method == "GET"
        else None,
        back=_back_to_people(around.period),
    )


# ----------------------------------------------------------------------------------- organisations

ORGANISATION_STATES = ("menunggu", "ditetapkan", "pola")


@bp.route("/periods/<period_ref>/organisations")
@requires(Cycles.SEE_PERIOD, Period)
def organisations(period: Period) -> Any:
    """The organisations with their rating, or for whom it waits."""
    stand_in("hr")
    at, stage = _stage_of(period)
    every, _silent = queries.organisations(at, stage, _managed())
    rows = [(each, pattern_warnings(each, stage)) for each in every]
    q, state = fold(words("q")).split(), argument("state", ORGANISATION_STATES)
    tests = {
        "menunggu": lambda row: row[0].rating is None,
        "ditetapkan": lambda row: row[0].rating is not None,
        "pola": lambda row: bool(row[1]),
    }
    shown = [
        row
        for row in rows
        if all(word in fold(row[0].unit.name) for word in q) and (not state or tests[state](row))
    ]
    due = stage.due(DeadlineKind.ORGANISATION_RATING)
    return page(
        T + "organisations.html",
        period=period,
        name=period_name(period),
        rows=shown,
        total=len(rows),
        unrated=sum(each.rating is None for each, _found in rows),
        q=words("q"),
        state=state,
        states=[
            ("", _("Semua")),
            ("menunggu", _("Menunggu penetapan")),
            ("ditetapkan", _("Sudah ditetapkan")),
            ("pola", _("Sebaran predikat di luar pola")),
        ],
        due=due,
        left=left_words(due, at.today) if due else "",
        is_late=bool(due and at.today > due),
        ended=at.today >= period.ends,
        may_rate=_whole_region() and period.state is PeriodState.OPEN,
        tabs=_period_tabs(at, stage, "hr_desk.organisations", "period_ref"),
        today=at.today,
    )


@bp.route("/periods/<period_ref>/organisations/<unit_ref>", methods=["GET", "POST"])
@requires(Managing.RATE_ORGANISATION, Period)
def rate_organisation(period: Period, unit_ref: str) -> Any:
    """Enter an organisation's rating from the document of the leader one level up (Y-34, 14.19)."""
    stand_in("hr")
    unit = find(Unit, unit_ref, Cycles.SEE_UNIT)
    at, stage = _stage_of(period)
    found, _silent = queries.organisations(at, stage, _managed(), only=unit.id)
    if not found:
        abort(404)
    own = found[0]
    form = OrganisationForm(own.rating)
    if form.accepts(evaluations.rate_organisation, period, unit, by_hr=True):
        return done(
            _(
                "Capaian kinerja %(unit)s tercatat: %(rating)s.",
                unit=unit.name,
                rating=label(form.rating.data),
            ),
            url_for("hr_desk.organisations", period_ref=period.ref),
            form,
        )
    return page(
        T + "organisation.html",
        period=period,
        unit=unit,
        own=own,
        name=period_name(period),
        form=form,
        refusal=evaluation_rules.why_not_rate_organisation(
            period_open=period.state is PeriodState.OPEN,
            heads_it=current_user.person_id is not None and own.head_id == current_user.person_id,
            handed_over=own.told,
        )
        if request.method == "GET"
        else None,
        due=stage.due(DeadlineKind.ORGANISATION_RATING),
        back=url_for("hr_desk.organisations", period_ref=period.ref),
        ended=at.today >= period.ends,
    )

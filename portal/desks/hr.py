"""The performance manager's area: the year as a line, exceptions first, everything one click from its list.

A region's manager sees the region, an agency's only its agency; a publisher only the publications.
Here stand the year, its periods and what is recorded in them; the lists have modules of their own
(``hr_agencies``, ``hr_people``, ``hr_lists``), and what all of them share stands in ``hr_base``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import abort, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from portal.desks import hr_counts, people_queries
from portal.desks import hr_queries as queries
from portal.desks.hr_agencies import (
    agencies_context,
    group_column,
    turn_rows,
)
from portal.desks.hr_base import (
    LATEST_YEAR,
    T,
    bp,
    detached,
    held,
    managed,
    may_manage,
    period_tabs,
    region_id,
    scene,
    stage_of,
    tallies,
    whole_number,
    whole_region,
)
from portal.desks.hr_exceptions import (
    View,
    close_refusal,
    exceptions,
    left_words,
    pattern_warnings,
    year_stages,
)
from portal.desks.hr_forms import AbsenceForm, CycleForm, NotObligedForm, OrganisationForm
from portal.desks.hr_queries import Organisation, Silent, Tally
from portal.desks.hr_rights import Managing
from portal.desks.people_queries import PeopleFilter
from portal.desks.rights import Areas
from portal.desks.turns import Scene, Stage, Turn
from portal.extensions import db
from portal.kernel.refusal import Refusal
from portal.kernel.texts import fold
from portal.people.organisation.models import Region, Unit
from portal.performance.evaluations import actions as evaluations
from portal.performance.evaluations import queries as evaluation_queries
from portal.performance.evaluations import rules as evaluation_rules
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.rules import EvaluationState
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
from portal.web.lists import argument, words
from portal.web.rights import find, may, requires

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
    at = scene()
    year = whole_number("year", 0, LATEST_YEAR)
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
    found = tallies(at, wanted, by=group_column())
    organisations, silent = _organisations_to_look_at(at, running)
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
                whole_region(),
                _changed_since_published(at),
            )
        ),
        past=chosen.id != present.id,
        next_due=_next_due(at),
        running=running,
        tally=found.of(running.period.id) if running else Tally(),
        may_open=may(Cycles.OPEN_CYCLE),
        **agencies_context(found.rows(running.period.id) if running else []),
    )


def _changed_since_published(at: Scene) -> dict[int, int]:
    """What corrections wait for, where anything is public and the caller prepares it."""
    if not whole_region() or not any(stage.published for stage in at.stages):
        return {}
    return changed_since_published([region_id()])


def _organisations_to_look_at(at: Scene, running: Stage | None) -> tuple[list[Organisation], Silent]:
    """The organisations of the running period; before its end nobody is to rate them yet."""
    if running is None or not running.is_open or at.today < running.period.ends:
        return [], Silent()
    return hr_counts.kept(
        ("organisations", held(), running.period.id, at.today),
        region_id(),
        current_user.actor.account_id,
        lambda: detached(*queries.organisations(at, running, managed())),
        lambda found: sum(each.people for each in found[0]),
    )


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
    at, stage = stage_of(period)
    planned = period.state is PeriodState.PLANNED
    found = tallies(at, [] if planned else [period.id], by=Enrolment.agency_id)
    tally = found.of(period.id)
    excused: Sequence[Any] = []
    if tally.not_obliged:
        wanted = PeopleFilter(turn=Turn.NOT_OBLIGED.value)
        excused = people_queries.people(at, stage, managed(), wanted).rows[:10]
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
        turns=turn_rows(tally, stage),
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
    at, stage = stage_of(period)
    every, _silent = queries.organisations(at, stage, managed())
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
        may_rate=whole_region() and period.state is PeriodState.OPEN,
        tabs=period_tabs(at, stage, "hr_desk.organisations", "period_ref"),
        today=at.today,
    )


@bp.route("/periods/<period_ref>/organisations/<unit_ref>", methods=["GET", "POST"])
@requires(Managing.RATE_ORGANISATION, Period)
def rate_organisation(period: Period, unit_ref: str) -> Any:
    """Enter an organisation's rating from the document of the leader one level up (Y-34, 14.19)."""
    stand_in("hr")
    unit = find(Unit, unit_ref, Cycles.SEE_UNIT)
    at, stage = stage_of(period)
    found, _silent = queries.organisations(at, stage, managed(), only=unit.id)
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

"""Further lists of a period, each over the same people: plans, progress, ratings, enrolments; and the log.

Every list is a value: its columns, its filters, what it selects. The page, the file and the paging are the
same for all (``web.lists``). Ratings are shown from the hand-over on, as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import abort, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext, pgettext
from flask_login import current_user
from sqlalchemy import ColumnElement, and_, func, select

from portal.desks import people_queries, turns
from portal.desks.hr_base import T, agency_choices, bp, held
from portal.desks.people_queries import Appraiser, PeopleFilter
from portal.desks.turns import TOLD_STATES, Stage
from portal.kernel.refusal import N_
from portal.kernel.texts import fold
from portal.people.employment.models import Person
from portal.people.organisation.models import Position, Unit
from portal.performance import access
from portal.performance.evaluations.models import Evaluation, Rating
from portal.performance.plans.models import Plan
from portal.performance.plans.rules import PlanState
from portal.performance.progress.models import Feedback, ProgressEntry
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.names import period_name
from portal.policy.cycles.rights import Cycles
from portal.web import lists
from portal.web.answers import page
from portal.web.current import today
from portal.web.formats import formats
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import requires

ARGS = ("q", "unit", "state", "sort")
SORTS = ("nama", "-nama")
KEYS = (Enrolment.sort_name, Enrolment.id)


@dataclass(frozen=True)
class Column:
    """One column: its head, what stands in it, where it leads."""

    head: Any
    text: Callable[[Any], Any]
    leads: Callable[[Any], str | None] = lambda _row: None
    num: bool = False


@dataclass(frozen=True)
class Listing:
    """One list of a period's people."""

    title: Any
    columns: Sequence[Column]
    shows: Callable[[], Any]
    """Adds its own columns to the person's, post's and unit's."""
    states: type[StrEnum]
    filtered: Callable[[Any, str], Any]
    """Narrows the ids by the state that was chosen."""


def _day(day: Any) -> str:
    return formats().plain_date(day) if day else ""


def _base(*columns: Any) -> Any:
    return (
        select(
            Enrolment.ref.label("ref"),
            Person,
            Position.title.label("post"),
            Unit.name.label("unit"),
            *columns,
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
    )


def _plans() -> Any:
    return _base(
        Plan.ref.label("plan_ref"), Plan.state, Plan.approach, Plan.number, Plan.submitted_on, Plan.set_on
    ).outerjoin(Plan, Plan.id == Enrolment.plan_id)


def _progress() -> Any:
    live = and_(ProgressEntry.enrolment_id == Enrolment.id, ProgressEntry.withdrawn.is_(None))

    def of(what: Any) -> Any:
        return select(what).where(live).correlate(Enrolment).scalar_subquery()

    said = select(func.count(Feedback.id)).where(Feedback.enrolment_id == Enrolment.id).correlate(Enrolment)
    return _base(
        of(func.count(ProgressEntry.id)).label("entries"),
        of(func.max(ProgressEntry.day)).label("last"),
        said.scalar_subquery().label("words"),
    )


def _ratings() -> Any:
    return _base(
        Evaluation.ref.label("evaluation_ref"),
        Evaluation.state,
        Evaluation.handed_over_on,
        Evaluation.received_on,
        Rating.result,
        Rating.behaviour,
        Rating.overall,
    ).join(Evaluation, Evaluation.enrolment_id == Enrolment.id).outerjoin(
        Rating, and_(Rating.id == Evaluation.rating_id, Evaluation.state.in_(TOLD_STATES))
    )  # fmt: skip


def _enrolments() -> Any:
    return _base(
        Enrolment.begins,
        Enrolment.ends,
        Enrolment.begin_reason,
        Enrolment.end_reason,
        Enrolment.not_obliged,
        Appraiser,
    ).outerjoin(Appraiser, Appraiser.id == Enrolment.appraiser_id)


class Work(StrEnum):
    """Whether anything was recorded of somebody's work."""

    SOME = "ada"
    NONE = "belum"


class Duty(StrEnum):
    """How somebody stands in a period."""

    OBLIGED = "wajib"
    EXCUSED = "tidak_wajib"
    MOVED = "pindah_tengah_periode"


class Told(StrEnum):
    """Whether a rating was handed over."""

    YES = "disampaikan"
    NO = "belum_disampaikan"


LABELS: dict[StrEnum, str] = {
    Work.SOME: N_("Ada catatan kemajuan"),
    Work.NONE: N_("Belum ada catatan kemajuan"),
    Duty.OBLIGED: N_("Wajib SKP"),
    Duty.EXCUSED: N_("Tidak wajib SKP"),
    Duty.MOVED: N_("Mulai atau berakhir di tengah periode"),
    Told.YES: N_("Predikat disampaikan"),
    Told.NO: N_("Predikat belum disampaikan"),
}
"""The words for each value."""


def _plan_state(ids: Any, state: str) -> Any:
    return ids.join(Plan, Plan.id == Enrolment.plan_id).where(Plan.state == PlanState(state))


def _work(ids: Any, state: str) -> Any:
    found = select(ProgressEntry.id).where(
        ProgressEntry.enrolment_id == Enrolment.id, ProgressEntry.withdrawn.is_(None)
    )
    return ids.where(found.exists() if state == Work.SOME else ~found.exists())


def _told(ids: Any, state: str) -> Any:
    told = Evaluation.state.in_(TOLD_STATES)
    return ids.join(Evaluation, Evaluation.enrolment_id == Enrolment.id).where(
        told if state == Told.YES else ~told, Enrolment.not_obliged.is_(None)
    )


def _duty(ids: Any, state: str) -> Any:
    conditions: dict[str, ColumnElement[bool]] = {
        Duty.OBLIGED: Enrolment.not_obliged.is_(None),
        Duty.EXCUSED: Enrolment.not_obliged.is_not(None),
        Duty.MOVED: Enrolment.begin_reason.is_not(None) | Enrolment.end_reason.is_not(None),
    }
    return ids.where(conditions[state])


def _to(endpoint: str, **names: str) -> Callable[[Any], str | None]:
    """Leads to ``endpoint`` with references out of the row; nowhere where one is missing."""

    def leads(row: Any) -> str | None:
        values: dict[str, Any] = {name: getattr(row, column) for name, column in names.items()}
        return url_for(endpoint, **values) if all(values.values()) else None

    return leads


LISTINGS: dict[str, Listing] = {
    "plans": Listing(
        _l("SKP"),
        (
            Column(
                _l("Keadaan"),
                lambda row: label(row.state) if row.state else _("Belum disusun"),
                _to("plans.show", plan_ref="plan_ref"),
            ),
            Column(_l("Versi"), lambda row: row.number, num=True),
            Column(_l("Diajukan"), lambda row: _day(row.submitted_on)),
            Column(_l("Ditetapkan"), lambda row: _day(row.set_on)),
        ),
        _plans,
        PlanState,
        _plan_state,
    ),
    "progress": Listing(
        _l("Kemajuan"),
        (
            Column(
                _l("Catatan kemajuan"),
                lambda row: row.entries,
                _to("progress.show", enrolment_ref="ref"),
                True,
            ),
            Column(_l("Catatan terakhir"), lambda row: _day(row.last)),
            Column(_l("Umpan balik"), lambda row: row.words, num=True),
        ),
        _progress,
        Work,
        _work,
    ),
    "ratings": Listing(
        _l("Predikat"),
        (
            Column(
                _l("Evaluasi"),
                lambda row: label(row.state),
                _to("evaluations.show", evaluation_ref="evaluation_ref"),
            ),
            Column(_l("Hasil kerja"), lambda row: label(row.result)),
            Column(_l("Perilaku kerja"), lambda row: label(row.behaviour)),
            Column(_l("Predikat"), lambda row: label(row.overall)),
            Column(_l("Disampaikan"), lambda row: _day(row.handed_over_on)),
            Column(_l("Diterima"), lambda row: _day(row.received_on)),
        ),
        _ratings,
        Told,
        _told,
    ),
    "enrolments": Listing(
        _l("Keikutsertaan"),
        (
            Column(_l("Mulai"), lambda row: _day(row.begins)),
            Column(_l("Sampai"), lambda row: _day(row.ends)),
            Column(_l("Sebab"), lambda row: label(row.end_reason or row.begin_reason)),
            Column(_l("Penilai"), lambda row: row.appraiser.full_name if row.appraiser else _("belum ada")),
            Column(_l("Tidak wajib SKP"), lambda row: label(row.not_obliged)),
        ),
        _enrolments,
        Duty,
        _duty,
    ),
}


def tabs(stage: Stage, here: str = "") -> list[dict[str, Any]]:
    """The lists of a period; the people's own comes first."""
    first = {
        "label": pgettext("banyak", "Pegawai"),
        "url": url_for("hr_desk.period_people", period_ref=stage.period.ref),
        "current": not here,
    }
    return [
        first,
        *(
            {
                "label": str(listing.title),
                "url": url_for("hr_desk.listing", period_ref=stage.period.ref, listing=key),
                "current": key == here,
            }
            for key, listing in LISTINGS.items()
        ),
    ]


def _found(
    listing: Listing, stage: Stage, condition: ColumnElement[bool]
) -> tuple[Any, bool, dict[str, Any]]:
    """The ids that the address asks for, whether they go downwards, and how names found are ordered."""
    sort = lists.argument("sort", SORTS, "nama")
    wanted = PeopleFilter(q=fold(lists.words("q")), unit=lists.reference("unit"), sort=sort)
    asked = people_queries.named(wanted)
    ids = people_queries.matching(turns.Scene(today(), (stage,)), stage, condition, wanted, asked)
    state = lists.argument("state", listing.states)
    filtered = listing.filtered(ids, state) if state else ids
    return filtered, sort.startswith("-"), people_queries.found_first(wanted, asked)


@bp.route("/periods/<period_ref>/lists/<listing>")
@requires(Cycles.SEE_PERIOD, Period)
def listing(period: Period, listing: str) -> Any:
    """One list of a period's people, with search, filters and pages."""
    stand_in("hr")
    chosen = LISTINGS.get(listing) or abort(404)
    stage = turns.stage_alone(period)
    condition = access.enrolments_managed(current_user)
    ids, down, order = _found(chosen, stage, condition)
    found = lists.keyset(
        ids,
        KEYS,
        place=lambda ref, key: people_queries.place_of(ref, stage, condition, key),
        details=lambda page: chosen.shows().join(page, page.c.id == Enrolment.id),
        down=down,
        **lists.marks(),
        **order,
    )
    unit = lists.reference("unit")
    number = formats().number(found.most if found.capped else found.total)
    here: dict[str, Any] = {"period_ref": period.ref, "listing": listing}
    return page(
        T + "list.html",
        period=period,
        name=period_name(period),
        title=str(chosen.title),
        columns=chosen.columns,
        found=found,
        count=_("lebih dari %(n)s orang", n=number)
        if found.capped
        else ngettext("%(num)s orang", "%(num)s orang", found.total),
        tabs=tabs(stage, listing),
        q=lists.words("q"),
        unit=unit,
        agencies=agency_choices(stage, condition, held()),
        state=lists.argument("state", chosen.states),
        states=[("", _("Semua")), *((each.value, label(each)) for each in chosen.states)],
        head=(lists.address(*ARGS, sort=None if down else "-nama"), "down" if down else "up"),
        pager=lists.pager(found, ARGS),
        here=url_for("hr_desk.listing", **here),
        export_url=lists.address(*ARGS, endpoint="hr_desk.listing_csv", **here),
        workbook_url=lists.address(*ARGS, endpoint="hr_desk.listing_xlsx", **here),
    )


@bp.route("/periods/<period_ref>/lists/<listing>.csv")
@bp.route("/periods/<period_ref>/lists/<listing>.xlsx", endpoint="listing_xlsx")
@requires(Cycles.SEE_PERIOD, Period)
def listing_csv(period: Period, listing: str) -> Any:
    """The list as a file."""
    chosen = LISTINGS.get(listing) or abort(404)
    stage = turns.stage_alone(period)
    ids, down, _order = _found(chosen, stage, access.enrolments_managed(current_user))
    shows = chosen.shows()
    rows = lists.every(ids, KEYS, lambda page: shows.join(page, page.c.id == Enrolment.id), down=down)
    head = [
        _("nama"),
        _("jabatan"),
        _("unit kerja"),
        *(str(column.head).lower() for column in chosen.columns),
    ]
    cells = (
        [row.Person.full_name, row.post, row.unit, *(column.text(row) for column in chosen.columns)]
        for row in rows
    )
    name = f"{listing}-{stage.cycle.year}-{period.kind.value}-{period.number}"
    return lists.file_answer(name, head, cells)

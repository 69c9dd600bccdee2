"""Pages of earlier years: somebody's own, HR's list, and the files that bring them in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import ColumnElement

from portal.extensions import db
from portal.kernel.exact import round_half_up
from portal.kernel.refusal import Refusal
from portal.kernel.texts import fold
from portal.ledger import search
from portal.people.employment.models import Person
from portal.people.imports import pages
from portal.people.imports.rules import MAX_BYTES, BatchState, refusal_of
from portal.people.organisation.models import Region
from portal.performance.advice.explanation import Step, explain
from portal.performance.legacy import actions, queries, rules
from portal.performance.legacy.forms import LegacyApplyForm, LegacyUploadForm
from portal.performance.legacy.models import LegacyBatch, LegacyYear
from portal.performance.legacy.rights import Legacy, managed_regions, people_managed
from portal.performance.legacy.rules import (
    LAYOUT,
    Fate,
    LegacyMethod,
    LegacyPart,
)
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import OverallRating, PolicyDocument, rating_word
from portal.web import lists
from portal.web.answers import done, page, refused, sent_on, wants_fragment, words
from portal.web.formats import formats as fmt
from portal.web.forms import press
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import may, requires
from portal.web.uploads import taken_in, takes_file_of

bp = Blueprint("legacy", __name__, url_prefix="/legacy")
T = "performance/legacy/"
ARGS = ("q", "year", "method", "sort")
SORTS = {
    "nama": (queries.BY_NAME, False),
    "-nama": (queries.BY_NAME, True),
    "tahun": (queries.BY_YEAR, False),
    "-tahun": (queries.BY_YEAR, True),
}


# --------------------------------------------------------------------------------- somebody's years


class ShownPart(NamedTuple):
    """A document of a year with what it says, what the method gives for it, and how."""

    part: LegacyPart
    word: str
    found: Any
    steps: tuple[Step, ...]

    @property
    def differs(self) -> bool:
        """Whether the document says another value than its parts give."""
        return self.found is not None and not rules.equal_when_rounded(self.found, self.part.total)


class ShownYear(NamedTuple):
    """A year by its own method."""

    year: LegacyYear
    word: str
    parts: list[ShownPart]
    step: Step | None

    @property
    def months(self) -> str:
        """Which months its documents are about; empty for a whole year."""
        return _months(self.year)


class ShownMethod(NamedTuple):
    """The years by one regulation, with its scale."""

    method: LegacyMethod
    regulation: str
    policy: PolicyVersion
    most: str
    bands: list[tuple[str, str]]
    lowest: str
    simulation: bool
    years: list[ShownYear]


@bp.route("/mine")
@requires(Legacy.MINE)
def mine() -> Any:
    """One's own earlier years."""
    stand_in("employee")
    return _years(db.session.get_one(Person, current_user.person_id), own=True)


@bp.route("/people/<person_ref>")
@requires(Legacy.READ, Person)
def person(person: Person) -> Any:
    """Somebody's earlier years, for those who may know of that person's ratings."""
    own = person.id == current_user.person_id
    managing = may(Legacy.LIST)
    stand_in("employee" if own else "hr" if managing else "rater")
    return _years(person, own=own)


def _years(person: Person, *, own: bool) -> Any:
    found: dict[LegacyMethod, ShownMethod] = {}
    for row, scale in queries.of_person(person.id):
        shown = found.get(row.method)
        if shown is None:
            shown = found[row.method] = _method(row.method, scale)
        shown.years.append(_shown_year(row, scale.rules))
    return page(
        T + "person.html",
        person=person,
        own=own,
        managing=may(Legacy.LIST),
        methods=sorted(found.values(), key=lambda each: -each.years[0].year.year),
        step_words=step_words,
    )


def _method(method: LegacyMethod, scale: PolicyVersion) -> ShownMethod:
    policy = scale.rules
    bands = policy.weighted.bands if policy.weighted is not None else policy.legacy_bands
    return ShownMethod(
        method=method,
        regulation=_(rules.REGULATIONS[method]),
        policy=scale,
        most="100" if method is LegacyMethod.PP46 else fmt().number(rules.MOST),
        bands=[(_(rating_word(rating, policy.method)), fmt().number(least)) for rating, least in bands],
        lowest=_(rating_word(OverallRating.VERY_POOR, policy.method)),
        simulation=rules.is_simulation(policy),
        years=[],
    )


def _shown_year(row: LegacyYear, policy: PolicyDocument) -> ShownYear:
    parts = []
    for part in row.parts:
        outcome = rules.worked_out(part, row.year, policy)
        # What is to be known of the whole method stands above the years, once.
        noted = {note.code for note in outcome.notes}
        steps = tuple(step for step in explain(outcome) if step.key not in noted)
        word = rating_word(rules.rated(part, row.year, policy), policy.method)
        parts.append(ShownPart(part, _(word), rules.score_of(outcome), steps))
    whole = (
        rules.working_of_months(row.parts, row.score, row.method, fmt().number) if len(parts) > 1 else None
    )
    return ShownYear(row, _(rating_word(row.overall, policy.method)), parts, whole)


def step_words(step: Step) -> str:
    """A step of an explanation in the reader's language, its figures to two places."""
    values = {
        name: round_half_up(value) if isinstance(value, Decimal) else value
        for name, value in step.values.items()
    }
    return words(Refusal(step.key, step.message, values))


# --------------------------------------------------------------------------------- HR's list


def _wanted(scope: ColumnElement[bool]) -> tuple[Any, Any, Any]:
    """The ids that the address asks for, the order, and the names that were searched for."""
    year = request.args.get("year", "")
    method = lists.argument("method", LegacyMethod)
    asked = search.named(Person.search_name, Person.id, fold(lists.words("q")))
    ids = queries.listed(
        scope,
        int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        LegacyMethod(method) if method else None,
        asked,
    )
    return ids, SORTS[lists.argument("sort", SORTS, "nama")], asked


@bp.route("")
@requires(Legacy.LIST)
def index() -> Any:
    """Who has which earlier year by which method, each in its own words."""
    stand_in("hr")
    scope = people_managed(current_user)
    ids, (keys, down), asked = _wanted(scope)
    sort = lists.argument("sort", SORTS, "nama")
    order: dict[str, Any] = {}
    if asked is not None:
        ahead = asked.ahead if sort.endswith("nama") else None
        order = {"most": lists.FOUND, "ahead": ahead, "few": asked.few}
    found = lists.keyset(
        ids,
        keys,
        place=lambda ref, key: queries.place_of(ref, scope, key),
        details=lambda chosen: queries.details().join(chosen, chosen.c.id == LegacyYear.id),
        down=down,
        **lists.marks(),
        **order,
    )
    years = queries.years_there(scope)
    return page(
        T + "index.html",
        found=found,
        rows=[
            (row, _(rating_word(row.LegacyYear.overall, row.LegacyYear.method)), _months(row.LegacyYear))
            for row in found.rows
        ],
        q=lists.words("q"),
        year=request.args.get("year", ""),
        years=[("", _("Semua")), *((str(each), str(each)) for each in years)],
        method=lists.argument("method", LegacyMethod),
        methods=[("", _("Semua")), *((each.value, label(each)) for each in LegacyMethod)],
        heads={
            name: (
                lists.address(*ARGS, sort=f"-{name}" if sort == name else name),
                {name: "up", f"-{name}": "down"}.get(sort),
            )
            for name in ("nama", "tahun")
        },
        may_import=may(Legacy.IMPORT),
        pager=lists.pager(found, ARGS),
        export_url=lists.address(*ARGS, endpoint="legacy.listing_csv"),
        workbook_url=lists.address(*ARGS, endpoint="legacy.listing_xlsx"),
    )


def _months(year: LegacyYear) -> str:
    months = sum(part.months for part in year.parts)
    said = rules.halves(year.year, year.method, months)
    return _(said, n=months) if said else ""


@bp.route("/years.csv")
@bp.route("/years.xlsx", endpoint="listing_xlsx")
@requires(Legacy.LIST)
def listing_csv() -> Any:
    """The list as a file in the format of the import: read again it changes nothing."""
    ids, (keys, down), _asked = _wanted(people_managed(current_user))
    details = queries.details()
    rows = lists.every(
        ids, keys, lambda chosen: details.join(chosen, chosen.c.id == LegacyYear.id), down=down
    )
    return lists.file_answer(LAYOUT.name, LAYOUT.names, _lines(rows))


def _lines(rows: Iterable[Any]) -> Iterator[list[str]]:
    for row in rows:
        year = row.LegacyYear
        whose = {
            rules.NUMBER: row.staff_number,
            rules.NAME: row.Person.name,
            rules.YEAR: str(year.year),
            rules.METHOD: rules.LABELS[year.method],
        }
        for part in year.parts:
            cells = whose | rules.cells_of(part, year.method)
            yield [cells[name] for name in LAYOUT.names]


# --------------------------------------------------------------------------------- files


@bp.route("/imports", methods=["GET", "POST"])
@requires(Legacy.IMPORT)
@takes_file_of(MAX_BYTES)
def imports() -> Any:
    """Upload a file of earlier years; the region's files so far."""
    stand_in("hr")
    form = LegacyUploadForm()
    region = db.session.get_one(Region, managed_regions(current_user)[0])
    with taken_in(form, form.table) as files:
        if form.accepts(actions.upload, region, incoming=next(iter(files), None)):
            return done(
                _("Berkas diterima dan sedang diperiksa. Belum ada yang berubah."),
                url_for("legacy.show", legacy_batch_ref=form.result.ref),
                form,
            )
    shown = pages.batches_shown(LegacyBatch, region.id)
    return page(
        T + "imports.html",
        form=form,
        rows=[(batch, pages.state_kind(batch), pages.summary(_counts(batch))) for batch in shown.rows],
        next_url=shown.next_url,
        first_url=shown.first_url,
        columns=LAYOUT.columns,
    )


def _counts(batch: LegacyBatch) -> list[tuple[Fate, int]]:
    return [(each, batch.count(each)) for each in Fate]


@bp.route("/imports/<legacy_batch_ref>")
@requires(Legacy.RUN, LegacyBatch)
def show(legacy_batch: LegacyBatch) -> Any:
    """How far it is; then the differences, and what can be done."""
    stand_in("hr")
    batch = legacy_batch
    here = url_for("legacy.show", legacy_batch_ref=batch.ref)
    busy = batch.state in pages.BUSY
    if wants_fragment() and not busy:
        return sent_on(here)
    chosen = _chosen(batch)
    load = partial(queries.shown_rows, batch, chosen)
    shown = pages.Part([], None, None) if busy else pages.rows_shown(load, chosen.value)
    return page(
        T + "show.html",
        fragment=pages.PROGRESS,
        batch=batch,
        busy=busy,
        here=here,
        kind=pages.state_kind(batch),
        checked=_(
            "%(n)s dari %(total)s baris dan tahun diperiksa",
            n=fmt().number(batch.done),
            total=fmt().number(batch.todo),
        ),
        problem=refusal_of(batch.problem) if batch.problem else None,
        tabs=pages.tabs([(each.value, label(each), n) for each, n in _counts(batch)], chosen.value, here),
        rows=[_shown(row.LegacyRow, row.Person) for row in shown.rows],
        next_url=shown.next_url,
        first_url=shown.first_url,
        refusals=_refusals(batch),
        total=sum(batch.fates.values()),
        applied=batch.count(Fate.NEW, Fate.CHANGED, *([Fate.DOUBTFUL] if batch.with_doubtful else [])),
        Fate=Fate,
    )


def _refusals(batch: LegacyBatch) -> dict[str, Refusal | None]:
    if batch.state not in (BatchState.READY, BatchState.APPLIED):
        return {}
    facts = {
        "busy": queries.is_busy(batch.region_id),
        "oneself": queries.is_about(batch, current_user.person_id),
    }
    if batch.state is BatchState.READY:
        return {"apply": actions.why_not_apply(batch, mark=queries.mark(batch.region_id), **facts)}
    return {"undo": actions.why_not_undo(batch, replaced=queries.is_replaced(batch), **facts)}


def _chosen(batch: LegacyBatch) -> Fate:
    wanted = lists.argument("show", Fate)
    if wanted:
        return Fate(wanted)
    order = (Fate.BAD, Fate.DOUBTFUL, Fate.CHANGED, Fate.NEW)
    return next((each for each in order if batch.count(each)), Fate.SAME)


def _shown(row: Any, person: Person | None) -> dict[str, Any]:
    given: Mapping[str, str] = row.given
    return {
        "number": row.number,
        "name": person.full_name if person is not None else given.get(rules.NAME) or _("(tidak dikenal)"),
        "year": given.get(rules.YEAR, ""),
        "method": given.get(rules.METHOD, ""),
        "total": given.get(rules.TOTAL, ""),
        "rating": given.get(rules.RATING, ""),
        "months": given.get(rules.MONTHS, ""),
        "changes": [(column, was, given.get(column, "")) for column, was in row.before.items()],
        "errors": pages.sentences(row.errors),
        "warnings": pages.sentences(row.warnings),
    }


@bp.route("/imports/<legacy_batch_ref>/apply", methods=["POST"])
@requires(Legacy.RUN, LegacyBatch)
def apply(legacy_batch: LegacyBatch) -> Any:
    """Have it applied in the background."""
    here = url_for("legacy.show", legacy_batch_ref=legacy_batch.ref)
    form = LegacyApplyForm()
    if not form.accepts(actions.start_apply, legacy_batch):
        return refused(form, here)
    return done(_("Impor sedang diterapkan."), here, form)


@bp.route("/imports/<legacy_batch_ref>/undo", methods=["POST"])
@requires(Legacy.RUN, LegacyBatch)
def undo(legacy_batch: LegacyBatch) -> Any:
    """Take it back."""
    message = _("Impor ini ditarik kembali; nilai semula berlaku lagi.")
    return press(
        actions.undo, legacy_batch, message, url_for("legacy.show", legacy_batch_ref=legacy_batch.ref)
    )


@bp.route("/imports/<legacy_batch_ref>/drop", methods=["POST"])
@requires(Legacy.RUN, LegacyBatch)
def drop(legacy_batch: LegacyBatch) -> Any:
    """Give it up."""
    message = _("Impor ini tidak jadi diterapkan.")
    return press(
        actions.give_up, legacy_batch, message, url_for("legacy.show", legacy_batch_ref=legacy_batch.ref)
    )


@bp.route("/imports/<legacy_batch_ref>/errors.<ending>")
@requires(Legacy.RUN, LegacyBatch)
def errors(legacy_batch: LegacyBatch, ending: str) -> Any:
    """The bad and doubtful rows in the format of the import, each with its reason: to mend and send again."""
    rows = ((row, [*row.errors, *row.warnings]) for row in queries.mended_rows(legacy_batch))
    return pages.file_to_mend(LAYOUT, rows, "perbaiki-tahun-lama", ending)


@bp.route("/template.<ending>")
@requires(Legacy.IMPORT)
def template(ending: str) -> Any:
    """The file to begin from: headings, some rows that show how, and in a workbook a sheet that explains."""
    return pages.table_file(LAYOUT, _examples(), LAYOUT.names, "contoh-tahun-lama", ending, _help())


EXAMPLES: tuple[Mapping[str, str], ...] = (
    {
        rules.YEAR: "2019",
        rules.METHOD: "PP 46/2011",
        rules.PLAN: "86,40",
        rules.BEHAVIOUR: "84,50",
        rules.TOTAL: "85,64",
        rules.RATING: "Baik",
        rules.DOCUMENT: "800/123/2020",
        rules.DAY: "2020-01-20",
    },
    {
        rules.YEAR: "2020",
        rules.METHOD: "PP 46/2011",
        rules.MONTHS: "5",
        rules.TOTAL: "88",
        rules.RATING: "Baik",
    },
    {
        rules.YEAR: "2020",
        rules.METHOD: "PP 46/2011",
        rules.MONTHS: "7",
        rules.TOTAL: "91,20",
        rules.RATING: "Sangat Baik",
    },
    {
        rules.YEAR: "2021",
        rules.METHOD: "PP 30/2019",
        rules.MONTHS: "6",
        rules.PLAN: "110",
        rules.BEHAVIOUR: "100",
        rules.OTHERS: "90",
        rules.IDEA: "tidak",
        rules.TOTAL: "104,40",
        rules.RATING: "Baik",
    },
)


def _examples() -> list[dict[str, str]]:
    told = {rules.NUMBER: rules.SAMPLE, rules.NAME: _("Contoh: hapus baris ini")}
    return [{**told, **row} for row in EXAMPLES]


def _help() -> list[list[str]]:
    head = [[_("kolom"), _("arti"), _("wajib")]]
    needed = {True: _("ya"), False: _("tidak")}
    return head + [[each.name, _(each.about), needed[each.required]] for each in LAYOUT.columns]

"""Pages of imports: upload, look at the differences, apply, take back."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.extensions import db
from portal.people.imports import actions, pages, queries
from portal.people.imports.forms import ApplyForm, UploadForm
from portal.people.imports.models import ImportBatch, ImportRow
from portal.people.imports.rights import Imports
from portal.people.imports.rules import (
    LAYOUTS,
    MAX_BYTES,
    Difference,
    Kind,
    refusal_of,
)
from portal.people.organisation.models import Region
from portal.people.structure.rights import structure_regions
from portal.web.answers import done, page, refused, sent_on, wants_fragment
from portal.web.current import now, today
from portal.web.formats import formats as fmt
from portal.web.forms import press
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import requires
from portal.web.uploads import taken_in, takes_file_of

bp = Blueprint("imports", __name__, url_prefix="/hr/imports")
T = "people/imports/"
DOUBTFUL = "meragukan"


def _region() -> Region:
    return db.session.get_one(Region, structure_regions(current_user)[0])


@bp.route("", methods=["GET", "POST"])
@requires(Imports.LIST)
@takes_file_of(MAX_BYTES)
def index() -> Any:
    """Upload a table; the region's imports so far."""
    stand_in("hr")
    form = UploadForm()
    region = _region()
    with taken_in(form, form.table) as files:
        if form.accepts(actions.upload, region, incoming=next(iter(files), None)):
            return done(
                _("Berkas diterima dan sedang diperiksa. Belum ada yang berubah."),
                url_for("imports.show", import_batch_ref=form.result.ref),
                form,
            )
    shown = pages.batches_shown(ImportBatch, region.id)
    return page(
        T + "index.html",
        form=form,
        rows=[
            {"batch": batch, "state": pages.state_kind(batch), "text": pages.summary(_counts(batch))}
            for batch in shown.rows
        ],
        next_url=shown.next_url,
        first_url=shown.first_url,
        kinds=list(Kind),
    )


def _counts(batch: ImportBatch) -> list[tuple[Difference, int]]:
    return [(each, batch.differences.get(each.value, 0)) for each in Difference]


@bp.route("/<import_batch_ref>")
@requires(Imports.RUN, ImportBatch)
def show(import_batch: ImportBatch) -> Any:
    """How far it is; then the differences, and what can be done."""
    stand_in("hr")
    batch = import_batch
    here = url_for("imports.show", import_batch_ref=batch.ref)
    busy = batch.state in pages.BUSY
    if wants_fragment() and not busy:
        return sent_on(here)
    region = db.session.get_one(Region, batch.region_id)
    chosen = _chosen(batch)
    shown = pages.Part([], None, None) if busy else _rows(batch, chosen)
    counts = [(each.value, label(each), n) for each, n in _counts(batch)]
    return page(
        T + "show.html",
        fragment=pages.PROGRESS,
        batch=batch,
        busy=busy,
        here=here,
        kind=pages.state_kind(batch),
        checked=_(
            "%(n)s dari %(total)s baris diperiksa", n=fmt().number(batch.done), total=fmt().number(batch.todo)
        ),
        problem=refusal_of(batch.problem) if batch.problem else None,
        tabs=pages.tabs([*counts, (DOUBTFUL, _("Meragukan"), batch.warned)], chosen, here),
        rows=[_shown(batch, row) for row in shown.rows],
        next_url=shown.next_url,
        first_url=shown.first_url,
        good=batch.joined + batch.changed + batch.left,
        why_not_apply=actions.why_not_apply(
            batch, region.structure_version, skip_bad=True, busy=bool(region.applying)
        ),
        why_not_undo=actions.why_not_undo(batch, region, now()),
    )


def _chosen(batch: ImportBatch) -> str:
    wanted = request.args.get("show", "")
    if wanted == DOUBTFUL or wanted in {each.value for each in Difference}:
        return wanted
    order = (Difference.BAD, Difference.LEAVES, Difference.MOVES, Difference.RENAMED, Difference.JOINS)
    counts = dict(_counts(batch))
    return next((each.value for each in (*order, Difference.CHANGES) if counts[each]), Difference.SAME.value)


def _rows(batch: ImportBatch, chosen: str) -> pages.Part:
    difference = None if chosen == DOUBTFUL else Difference(chosen)
    load = partial(queries.shown_rows, batch, difference, chosen == DOUBTFUL)
    return pages.rows_shown(load, chosen)


_NAMES = {
    Kind.UNIT: ("nama", "kode_unit"),
    Kind.POSITION: ("nama_jabatan", "kode_jabatan"),
    Kind.EMPLOYEE: ("nama", "kode_jabatan"),
}


def _shown(batch: ImportBatch, row: ImportRow) -> dict[str, Any]:
    name, code = _NAMES[batch.kind]
    return {
        "number": row.number,
        "name": row.given.get(name) or _("(tanpa nama)"),
        "code": row.given.get(code, ""),
        "changes": [
            (column, was, row.given.get(column, ""))
            for column, was in sorted(row.before.items())
            if column != "surel"
        ],
        "errors": pages.sentences(row.errors),
        "warnings": pages.sentences(row.warnings),
    }


@bp.route("/<import_batch_ref>/apply", methods=["POST"])
@requires(Imports.RUN, ImportBatch)
def apply(import_batch: ImportBatch) -> Any:
    """Have it applied in the background."""
    here = url_for("imports.show", import_batch_ref=import_batch.ref)
    form = ApplyForm()
    if not form.accepts(actions.start_apply, import_batch):
        return refused(form, here)
    return done(_("Impor sedang diterapkan."), here, form)


@bp.route("/<import_batch_ref>/undo", methods=["POST"])
@requires(Imports.RUN, ImportBatch)
def undo(import_batch: ImportBatch) -> Any:
    """Take it back."""
    return _press(import_batch, actions.undo, _("Impor ini ditarik kembali; keadaannya seperti sebelumnya."))


@bp.route("/<import_batch_ref>/drop", methods=["POST"])
@requires(Imports.RUN, ImportBatch)
def drop(import_batch: ImportBatch) -> Any:
    """Give it up."""
    return _press(import_batch, actions.give_up, _("Impor ini tidak jadi diterapkan."))


def _press(batch: ImportBatch, action: Any, message: str) -> Any:
    return press(action, batch, message, url_for("imports.show", import_batch_ref=batch.ref))


@bp.route("/<import_batch_ref>/errors.<ending>")
@requires(Imports.RUN, ImportBatch)
def errors(import_batch: ImportBatch, ending: str) -> Any:
    """The bad rows in the format of the import, with the reason in a column of its own: to mend and send."""
    batch = import_batch
    rows = ((row, row.errors) for row in queries.bad_rows(batch))
    return pages.file_to_mend(LAYOUTS[batch.kind], rows, f"salah-{batch.kind.value}", ending)


@bp.route("/table/<kind>.xlsx")
@requires(Imports.LIST)
def table(kind: str) -> Any:
    """The region's present table in the format of the import."""
    if kind not in {each.value for each in Kind}:
        abort(404)
    region = _region()
    rows = queries.exported(Kind(kind), region.id, today(region.zone))
    layout = LAYOUTS[Kind(kind)]
    return pages.table_file(layout, rows, layout.names, f"{kind}-{region.slug}", "xlsx")

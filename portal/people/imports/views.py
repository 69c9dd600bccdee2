"""Pages of imports: upload, look at the differences, apply, take back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.extensions import db
from portal.kernel.refusal import Refusal
from portal.people.imports import actions, formats, queries
from portal.people.imports.forms import ApplyForm, UploadForm
from portal.people.imports.models import ImportBatch, ImportRow
from portal.people.imports.rights import Imports
from portal.people.imports.rules import (
    LAYOUTS,
    MAX_BYTES,
    WORKFLOW,
    BatchState,
    Difference,
    Kind,
    column_names,
)
from portal.people.organisation.models import Region
from portal.people.structure.rights import structure_regions
from portal.web.answers import done, page, refused, sent_on, wants_fragment, words
from portal.web.current import now, today
from portal.web.formats import formats as fmt
from portal.web.forms import press
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import requires
from portal.web.uploads import taken_in, takes_file_of

bp = Blueprint("imports", __name__, url_prefix="/hr/imports")
T = "people/imports/"
PAGE = 25
ROWS = 50
BUSY = (BatchState.CHECKING, BatchState.APPLYING)
DOUBTFUL = "meragukan"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    before = request.args.get("before", "")
    older = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    rows = queries.batches(region.id, older, PAGE + 1)
    return page(
        T + "index.html",
        form=form,
        rows=[_line(batch) for batch in rows[:PAGE]],
        next_url=url_for("imports.index", before=rows[PAGE - 1].id) if len(rows) > PAGE else None,
        first_url=url_for("imports.index") if older else None,
        kinds=list(Kind),
    )


def _line(batch: ImportBatch) -> dict[str, Any]:
    return {
        "batch": batch,
        "state": _state_kind(batch),
        "text": ", ".join(f"{label(each).lower()} {fmt().number(n)}" for each, n in _counts(batch) if n),
    }


def _counts(batch: ImportBatch) -> list[tuple[Difference, int]]:
    return [(each, batch.differences.get(each.value, 0)) for each in Difference]


def _state_kind(batch: ImportBatch) -> str:
    if batch.state is BatchState.APPLIED:
        return "done"
    if batch.state in BUSY:
        return "go"
    return "open" if batch.state is BatchState.READY else "wait"


@bp.route("/<import_batch_ref>")
@requires(Imports.RUN, ImportBatch)
def show(import_batch: ImportBatch) -> Any:
    """How far it is; then the differences, and what can be done."""
    stand_in("hr")
    batch = import_batch
    here = url_for("imports.show", import_batch_ref=batch.ref)
    busy = batch.state in BUSY
    if wants_fragment() and not busy:
        return sent_on(here)
    region = db.session.get_one(Region, batch.region_id)
    chosen = _chosen(batch)
    rows = [] if busy else _rows(batch, chosen)
    more = len(rows) > ROWS
    rows = rows[:ROWS]
    after = rows[-1].number if rows else 0
    return page(
        T + "show.html",
        fragment=T + "_progress.html",
        batch=batch,
        busy=busy,
        here=here,
        problem=_refusal(batch.problem) if batch.problem else None,
        tabs=_tabs(batch, chosen, here),
        chosen=chosen,
        rows=[_shown(batch, row) for row in rows],
        next_url=url_for("imports.show", import_batch_ref=batch.ref, show=chosen, after=after)
        if more
        else None,
        first_url=url_for("imports.show", import_batch_ref=batch.ref, show=chosen)
        if request.args.get("after")
        else None,
        good=batch.joined + batch.changed + batch.left,
        why_not_apply=actions.why_not_apply(
            batch, region.structure_version, skip_bad=True, busy=bool(region.applying)
        ),
        why_not_undo=actions.why_not_undo(batch, region, now()),
        may_drop=WORKFLOW.why_not("drop", batch.state.value) is None,
        BatchState=BatchState,
    )


def _chosen(batch: ImportBatch) -> str:
    wanted = request.args.get("show", "")
    if wanted == DOUBTFUL or wanted in {each.value for each in Difference}:
        return wanted
    order = (Difference.BAD, Difference.LEAVES, Difference.MOVES, Difference.RENAMED, Difference.JOINS)
    counts = dict(_counts(batch))
    return next((each.value for each in (*order, Difference.CHANGES) if counts[each]), Difference.SAME.value)


def _rows(batch: ImportBatch, chosen: str) -> list[ImportRow]:
    text = request.args.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    difference = None if chosen == DOUBTFUL else Difference(chosen)
    return list(
        queries.shown_rows(batch, difference, doubtful=chosen == DOUBTFUL, after=after, limit=ROWS + 1)
    )


def _tabs(batch: ImportBatch, chosen: str, here: str) -> list[dict[str, Any]]:
    found = [(each.value, label(each), n) for each, n in _counts(batch)]
    found.append((DOUBTFUL, _("Meragukan"), batch.warned))
    return [
        {
            "label": text,
            "url": f"{here}?show={key}",
            "current": key == chosen,
            "note": fmt().number(n),
        }
        for key, text, n in found
        if n or key == chosen
    ]


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
        "errors": [words(_refusal(each)) for each in row.errors],
        "warnings": [words(_refusal(each)) for each in row.warnings],
    }


def _refusal(data: dict[str, Any]) -> Refusal:
    """A staged problem as the refusal that it was."""
    parts = tuple(_refusal(part) for part in data.get("parts", ()))
    return Refusal(data["code"], data["message"], data["params"], parts=parts)


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
    if ending not in ("csv", "xlsx"):
        abort(404)
    found = list(_bad(batch))
    used = {column for row in found for column in row}
    columns = [*(column for column in column_names(batch.kind) if column in used), "keterangan"]
    name = f"salah-{batch.kind.value}"
    if ending == "csv":
        return _file(formats.write_csv(columns, found), "text/csv", f"{name}.csv")
    return _file(formats.write_workbook(LAYOUTS[batch.kind], found, columns), XLSX, f"{name}.xlsx")


def _bad(batch: ImportBatch) -> Iterator[dict[str, str]]:
    for row in queries.bad_rows(batch):
        reasons = " ".join(words(_refusal(each)) for each in row.errors)
        yield {**row.given, "keterangan": _("Baris %(n)s: %(reasons)s", n=row.number, reasons=reasons)}


@bp.route("/table/<kind>.xlsx")
@requires(Imports.LIST)
def table(kind: str) -> Any:
    """The region's present table in the format of the import."""
    if kind not in {each.value for each in Kind}:
        abort(404)
    region = _region()
    rows = queries.exported(Kind(kind), region.id, today(region.zone))
    return _file(formats.write_workbook(LAYOUTS[Kind(kind)], rows), XLSX, f"{kind}-{region.slug}.xlsx")


def _file(data: bytes, kind: str, name: str) -> Response:
    response = Response(data, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response

"""Files on their way in and out: taken in before the door opens, handed out as downloads and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Response, abort, g, request, send_file

from portal.ledger.files import MB, Incoming, StoredFile, place, safe_name, take_in
from portal.web.current import app
from portal.web.fields import Field
from portal.web.forms import Form
from portal.web.rights import View


def takes_file_of(size: int) -> Callable[[View], View]:
    """Mark a view that takes a larger file than others do, of ``size`` bytes; the guard reads its body so far."""

    def decorate(view: View) -> View:
        vars(view)["upload_limit"] = size + MB  # the form's other fields come on top
        return view

    return decorate


@contextmanager
def taken_in(form: Form, field: Field) -> Iterator[list[Incoming]]:
    """The files of the field of a valid form, written to the folder's ``tmp`` before the door opens.

    What the action didn't keep is removed again.
    """
    found: list[Incoming] = []
    if request.method == "POST" and g.get("prefill") is None and field.data and form.validate():
        folder = app().settings.files_folder
        given = field.data if isinstance(field.data, list) else [field.data]
        found = [take_in(folder, data, name) for data, name in given]
    try:
        yield found
    finally:
        for each in found:
            each.path.unlink(missing_ok=True)


def download(file: StoredFile) -> Response:
    """The file as a download: never a page, never run, never kept by anybody between; 404 when it is lost."""
    path = place(app().settings.files_folder, file.sha256)
    if not path.is_file():
        abort(404)
    response: Response = send_file(
        path,
        mimetype=file.kind,
        as_attachment=True,
        download_name=safe_name(file),
        conditional=False,
        max_age=0,
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'"
    )
    return response

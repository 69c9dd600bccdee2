"""Answers: a page or its fragment, or "done" (architecture, decisions 10 and 11)."""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request
from flask_babel import gettext as _

from portal.kernel.texts import one_stop
from portal.web.formats import formats

KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""What a once-only key looks like."""


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page; what is to replace the whole body isn't one.

    Else a part that sends its page on (HX-Location) would be sent on again, and so for ever.
    """
    target = request.headers.get("HX-Target", "")
    return request.headers.get("HX-Request") == "true" and target not in ("", "body")


def page(template: str, *, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
    """Render the page, or its ``fragment`` when htmx asked for one.

    The status is the form's where there is one: 200, 422, 409 or 503.
    """
    form = context.get("form")
    if form is not None and status == 200:
        status = form.status
    chosen = fragment if fragment and wants_fragment() else template
    response = make_response(render_template(chosen, **context), status)
    if fragment:
        response.headers.add("Vary", "HX-Request, HX-Target")
    if status == 503:
        response.headers["Retry-After"] = "3"
    return response


def done(message: str, address: str, form: Any = None) -> Response:
    """Say what was done and go on to ``address``: 303, or 204 with HX-Location to htmx."""
    first = getattr(form, "repeated", None)
    if first is not None:
        message = _(
            "Kiriman ini sudah kami terima pada %(time)s. Tidak ada yang tercatat dua kali.",
            time=formats().datetime(first.at),
        )
    flash(message, "good")
    if request.headers.get("HX-Request") == "true":
        return sent_on(address)
    return redirect(address, 303)  # type: ignore[return-value]


def sent_on(address: str) -> Response:
    """Send htmx on to the whole page at ``address``: what it asked a part for is over."""
    return Response(status=204, headers={"HX-Location": address})


def refused(form: Any, address: str) -> Response:
    """Answer a button that wasn't accepted: its reason as a message on the page it came from."""
    if form.refusal is not None:
        flash(words(form.refusal), "bad")
    elif form.status == 503:
        flash(_("Sistem sedang sibuk; belum ada yang tersimpan. Tekan tombolnya sekali lagi."), "bad")
    elif g.get("prefill") is not None:
        flash(_("Tindakan ini belum dijalankan. Tekan tombolnya sekali lagi."), "bad")
    else:
        flash(" ".join(str(e) for errors in form.errors.values() for e in errors), "bad")
    return redirect(address, 303)  # type: ignore[return-value]


AS_IT_STANDS = ("column", "text")
"""Places of a sentence for what stands in somebody's file: its columns and cells are never translated."""


def words(refusal: Any) -> str:
    """A refusal with its parts as sentences in the reader's language."""
    return " ".join([sentence(refusal), *(words(part) for part in refusal.parts)])


def sentence(refusal: Any) -> str:
    """A refusal's own sentence, without its parts."""
    if not refusal.params:
        return _(refusal.message)
    shown = {name: value if name in AS_IT_STANDS else _shown(value) for name, value in refusal.params.items()}
    return one_stop(_(refusal.message) % shown, shown.values())


def _shown(value: object) -> object:
    if isinstance(value, datetime):
        return formats().datetime(value)
    if isinstance(value, date):
        return formats().date(value)
    if isinstance(value, Decimal):
        return formats().number(value)
    # Words of fixed sets come as msgids; a name passes through untouched.
    return _(value) if isinstance(value, str) and value else value


def once_key(*, fresh: bool = False) -> str:
    """A once-only key for a form: a fresh one, or the posted one again when the form is shown with errors.

    ``fresh`` asks for a new one also in answer to a form, which was saved and may be sent again.
    """
    posted = posted_key() if request.method == "POST" and not fresh else ""
    return posted or secrets.token_urlsafe(18)


def posted_key() -> str:
    """The once-only key that came with this form; empty when there is none, or none that we could have made."""
    given = request.form.get("once", "")
    return given if KEY.fullmatch(given) else ""

"""The guard before every request: body first, then session, then forgery; deny by default.

The body is read before anything touches the database: a half-sent form holds no connection and no
lock (trust, promise 1).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask import Flask, abort, g, redirect, request, session, url_for
from flask_login import current_user

from portal.ledger.door import shut
from portal.web import carry, csrf
from portal.web.current import now

SAFE = {"GET", "HEAD", "OPTIONS"}
FIELDS_LIMIT = 4 * 1024 * 1024


def init_app(app: Flask, *, ended_session: Callable[[], Any]) -> None:
    """Install the guard; ``ended_session`` answers a form whose session has ended."""

    @app.before_request
    def guard() -> Any:
        if request.endpoint is None or request.endpoint == "static":
            return None
        g.prefill = None
        unsafe = request.method not in SAFE
        if unsafe and _from_elsewhere():
            # Without its Lax cookie such a request would be answered with a new one, and end a session.
            abort(403)
        if unsafe:
            if request.mimetype == "application/x-www-form-urlencoded":
                # The library's own limit for fields holds for multipart only.
                request.max_content_length = FIELDS_LIMIT
            elif own := getattr(app.view_functions[request.endpoint], "upload_limit", 0):
                request.max_content_length = own
            request.form  # noqa: B018 - reads the body now
        if getattr(app.view_functions[request.endpoint], "guarded_by", None) is not None:
            if not current_user.is_authenticated:
                return ended_session() if unsafe and request.form else _to_sign_in()
        if unsafe and not csrf.is_genuine():
            # The page was open too long or in another session: show the form again, filled, unsent.
            g.prefill = request.form
            g.notice = "stale"
            shut()
        elif unsafe and carry.FIELD in request.form and current_user.is_authenticated:
            _take_up_carried()
        return None


def _from_elsewhere() -> bool:
    """Whether the browser says that another site sends this form."""
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return True
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    parts = split(origin)
    return parts is None or parts.netloc != request.host


def split(address: str) -> SplitResult | None:
    """The parts of an address, or ``None`` for one that has none (``//[``)."""
    try:
        return urlsplit(address)
    except ValueError:
        return None


def _to_sign_in() -> Any:
    address = request.full_path.rstrip("?") if request.method in SAFE else None
    return redirect(url_for("accounts.sign_in", next=address), 303)


def _take_up_carried() -> None:
    carried = carry.unpack(request.form[carry.FIELD], now().timestamp())
    if carried and carried.person_id == current_user.person_id and carried.address == request.path:
        g.prefill = carried.fields
        g.notice = "carried"


def forget() -> None:
    """Drop everything of this browser's session but its language."""
    language = session.get("lang")
    session.clear()
    if language:
        session["lang"] = language

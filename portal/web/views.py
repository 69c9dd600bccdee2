"""Pages that belong to no room: health, and the page that shows every component."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from sqlalchemy import text

from portal.extensions import db
from portal.web.answers import page
from portal.web.rights import public

bp = Blueprint("web", __name__)


@bp.route("/healthz")
@public
def health() -> Response:
    """200 when the database answers."""
    db.session.execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")


@bp.route("/components")
@public
def components() -> Any:
    """Every component once, for those who write pages."""
    return page("web/components.html")

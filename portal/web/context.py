"""What every template may use, and nothing more (StrictUndefined)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, get_flashed_messages, request, session, url_for
from flask_babel import get_locale, get_translations, gettext, ngettext
from flask_login import current_user
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.local import LocalProxy

from portal.kernel.texts import one_stop
from portal.web import charts, csrf, frame
from portal.web.answers import once_key, sentence, words
from portal.web.current import App, now
from portal.web.formats import formats
from portal.web.labels import label
from portal.web.rights import may


def signed_at() -> str:
    """The place that a document is signed at: the region's name without its kind."""
    place = getattr(current_user, "place", None)
    return place.name.split(" ", 1)[-1] if place else ""


def quick_gettext() -> Callable[..., str]:
    """``gettext`` for one page: the reader's language is looked up once, not at each of its words."""
    translate = get_translations().ugettext

    def quick(message: str, /, **variables: Any) -> str:
        text = translate(message)
        return one_stop(text % variables, variables.values()) if variables else text

    return quick


def init_app(app: App) -> None:
    """Give templates their words."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        csrf_token=csrf.token,
        once_key=once_key,
        words=words,
        sentence=sentence,
        may=may,
        label=label,
        signed_at=signed_at,
        charts=charts,
        fmt=LocalProxy(formats),
        static_url=lambda name: f"/static/{app.assets.names[name]}",
        emblem=app.assets.names.get("emblem"),
        public_css=Markup(app.assets.public_css),
        gettext=gettext,
        ngettext=ngettext,
        _=gettext,
    )

    @app.context_processor
    def always() -> dict[str, Any]:
        place = getattr(current_user, "place", None)
        locale = get_locale()
        translate = quick_gettext()
        return {
            "_": translate,
            "gettext": translate,
            "fmt": formats(),
            "lang": locale.language if locale else "id",
            "accent": place.accent if place else "a1",
            "demo": app.demo,
            "demo_clock": formats().datetime(now()) if app.demo else None,
            "flashes": get_flashed_messages(with_categories=True) if session.get("_flashes") else [],
            "frame": LocalProxy(frame.current),
            "site": LocalProxy(frame.site),
            "notice": g.get("notice"),
            "here": request.path,
            "url_for": url_for,
        }

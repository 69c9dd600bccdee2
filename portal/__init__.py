"""Kinerja Terbuka: the one place where the parts meet.

``create_app`` binds libraries, rooms and guards. Which room may import which stands in
``docs/map.md`` and is held by the import contracts in ``pyproject.toml``.
"""

from __future__ import annotations

from pathlib import Path

import orjson
from flask import request, session
from sqlalchemy import inspect
from whitenoise import WhiteNoise

from portal import cli, rooms
from portal.config import Settings
from portal.extensions import babel, db, login_manager
from portal.kernel.clock import Clock, SystemClock
from portal.ledger import door, installation
from portal.ledger.columns import stored_json
from portal.people.accounts.views import ended_session
from portal.web import assets, context, errors, guard, headers, logs, proxies, rights
from portal.web.caller import Nobody
from portal.web.current import App

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("id", "en")


def create_app(
    settings: Settings | None = None, *, clock: Clock | None = None, synchronous: str = "FULL"
) -> App:
    """The application for ``settings`` (from the environment when ``None``).

    ``clock`` replaces the machine's; ``synchronous`` is SQLite's, turned off only while demo data are made.
    """
    settings = settings or Settings.from_environment()
    app = App(
        "portal", root_path=str(ROOT / "portal"), template_folder=str(ROOT / "templates"), static_folder=None
    )
    app.settings = settings
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    secure = settings.https
    app.config.update(
        SECRET_KEY=settings.secret(make=True),
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        MAX_CONTENT_LENGTH=(settings.upload_mb + 1) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=5000,
        SESSION_COOKIE_NAME="__Host-kinerja" if secure else "kinerja",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        BABEL_DEFAULT_LOCALE="id",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "portal" / "translations"),
    )
    logs.init()
    db.init_app(app)
    babel.init_app(app, locale_selector=_language)
    login_manager.session_protection = None
    login_manager.anonymous_user = Nobody
    login_manager.init_app(app)
    with app.app_context():
        door.watch_engine(db.engine, synchronous=synchronous)
        app.demo, shift = (
            installation.read() if inspect(db.engine).has_table("installation") else (False, None)
        )
        db.session.remove()
        # The server forks after this; no process may inherit another's connection.
        db.engine.dispose()
    app.clock = clock or (SystemClock(shift) if shift else SystemClock())
    app.assets = assets.build(settings.folder / "static")
    guard.init_app(app, ended_session=ended_session)
    headers.init_app(app, app.assets.style_hash)
    errors.init_app(app)
    context.init_app(app)
    rooms.init_app(app)
    rights.refuse_unmarked(app)
    app.wsgi_app = proxies.TrustedProxies(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign]
    _serve_files(app)
    app.offered_accounts = _offered_accounts
    cli.register(app)
    return app


def _offered_accounts() -> list[dict[str, str]]:
    from portal.demo.accounts import offered  # only a demo needs what demo data are made with

    return offered()


def _serve_files(app: App) -> None:
    static = WhiteNoise(
        app.wsgi_app,
        root=str(app.settings.folder / "static"),
        prefix="static/",
        max_age=31536000,
        allow_all_origins=False,
        add_headers_function=lambda response, _path, _url: _add_headers(app, response),
        immutable_file_test=lambda _path, _url: True,
    )
    app.wsgi_app = rooms.serve_public(app, static)  # type: ignore[method-assign]


def _add_headers(app: App, response: dict[str, str]) -> None:
    for name, value in headers.security_headers(app.assets.style_hash, https=app.settings.https).items():
        response[name] = value


def _engine_options(settings: Settings) -> dict[str, object]:
    return {
        # What people typed doesn't belong into a log.
        "hide_parameters": True,
        "pool_size": settings.threads,
        # The connection used last has pages and prepared statements at hand; the others rest.
        "pool_use_lifo": True,
        "max_overflow": 4,
        "pool_pre_ping": not settings.database.startswith("sqlite"),
        # A tenth of what the check of a large import costs, with the encoder that Python comes with.
        "json_serializer": stored_json,
        "json_deserializer": orjson.loads,
    }


def _language() -> str:
    if request.path == "/en" or request.path.startswith("/en/"):
        return "en"
    chosen = session.get("lang", "id")
    return chosen if chosen in LANGUAGES else "id"

"""The app of this request, with what the product hangs on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, cast

from flask import Flask, current_app
from flask_login import current_user

from portal.config import Settings
from portal.kernel.clock import Clock, local_date
from portal.web.assets import Assets


class App(Flask):
    """Flask with settings, clock and assets."""

    settings: Settings
    clock: Clock
    assets: Assets
    demo: bool = False
    """Whether the database holds demo data; every page then says so."""
    offered_accounts: Callable[[], list[dict[str, str]]]


def app() -> App:
    """The present app."""
    return cast(App, cast(Any, current_app)._get_current_object())


def now() -> datetime:
    """This moment by the app's clock, in UTC."""
    return app().clock.now()


def today(zone: str = "") -> date:
    """Today's date in the zone of these letters, by default where the caller is."""
    return local_date(now(), zone or current_user.zone)

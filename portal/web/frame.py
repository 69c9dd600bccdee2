"""The frame around staff pages: areas, navigation with counts, the period in view.

The desks know what stands in it; they register a function here, because pages of every room carry it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from flask_login import current_user


@dataclass(frozen=True)
class Item:
    """One entry of the main navigation."""

    label: str
    url: str
    icon: str
    count: int = 0
    current: bool = False


@dataclass(frozen=True)
class Frame:
    """What stands around a staff page."""

    area: str = ""
    areas: tuple[tuple[str, str, str], ...] = ()
    items: tuple[Item, ...] = ()
    period_line: str | None = None
    user_name: str = ""
    account_url: str = ""
    sign_out_url: str = ""
    typist: str = ""
    """Who types for ``user_name``; empty where everybody types for themselves."""
    stop_url: str = ""


@dataclass(frozen=True)
class Site:
    """What stands around a public page."""

    region: Any = None
    nav: tuple[tuple[str, str, bool], ...] = ()
    other_language_url: str | None = None
    release: Any = None
    sign_in_url: str = "/login"
    home_url: str = "/"
    extra: dict[str, Any] = field(default_factory=dict)


_build: Callable[[str], Frame] | None = None


def provided_by(build: Callable[[str], Frame]) -> Callable[[str], Frame]:
    """Register the function that builds the frame for an area."""
    global _build  # noqa: PLW0603 - one registration at import
    _build = build
    return build


def stand_in(area: str) -> None:
    """Say which area's frame this page stands in (decision 14.17: by relation, not by last visit)."""
    g.area = area


def current() -> Frame:
    """The frame of this request, built once."""
    if "frame" not in g:
        if _build is not None and current_user.is_authenticated:
            g.frame = _build(g.get("area", ""))
        else:
            g.frame = Frame()
    return g.frame  # type: ignore[no-any-return]


def site() -> Site:
    """The frame of a public or plain page of this request."""
    if "site" not in g:
        g.site = Site(sign_in_url=url_for("accounts.sign_in"), nav=((_("Semua daerah"), "/", False),))
    return g.site  # type: ignore[no-any-return]

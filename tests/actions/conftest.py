"""Tests of actions stand inside the app, as a request does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.web.current import App


@pytest.fixture(autouse=True)
def _inside(request: pytest.FixtureRequest) -> Iterator[None]:
    if "world" in request.fixturenames:
        request.getfixturevalue("world")  # before the context: it exchanges the database
    if "app" not in request.fixturenames and "world" not in request.fixturenames:
        yield
        return
    app: App = request.getfixturevalue("app")
    with app.app_context():
        yield

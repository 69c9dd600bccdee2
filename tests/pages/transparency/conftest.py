"""A town with published figures for tests of pages; made once, put back before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.transparency.publications.render import render_all
from tests.actions.transparency.town import Town
from tests.support.databases import Installation


@pytest.fixture
def town(installation: Installation) -> Iterator[Town]:
    """The town before anything is published; its rows can be read throughout the test."""
    app = installation.app
    if "town" not in installation.kept:
        with app.app_context():
            Town.build()
        installation.keep("town")
    installation.put_back("town")
    with app.app_context():
        yield Town(installation.clock)


@pytest.fixture
def published(installation: Installation) -> Iterator[Town]:
    """The town with its first figures published and its pages made."""
    app = installation.app
    if "published" not in installation.kept:
        with app.app_context():
            Town.build()
            town = Town(installation.clock)
            town.publish(town.prepare())
            render_all(app)
        installation.keep("published")
    installation.put_back("published")
    with app.app_context():
        yield Town(installation.clock)

"""The public pages as files: made when needed, swapped at once, swept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.ledger.door import door
from portal.transparency.publications.addresses import RESERVED, why_not_region_slug
from portal.transparency.publications.render import first_parts, render_all
from tests.actions.transparency.figures import region


def test_pages_are_made_once_for_the_same_facts(town, app):
    assert render_all(app)
    assert not render_all(app)
    town.publish(town.prepare())
    assert render_all(app)
    assert not render_all(app)
    assert render_all(app, force=True)


def test_old_folders_are_swept_but_the_last(town, app):
    for _ in range(4):
        render_all(app, force=True)
    folder = app.settings.public_folder
    folders = sorted(p.name for p in folder.iterdir() if p.is_dir() and not p.is_symlink())
    assert [name.rpartition("-")[2] for name in folders] == ["3", "4"]
    assert (folder / "current").resolve().name.endswith("-4")


def test_pages_are_made_anew_when_the_promised_day_has_passed(published, app, clock):
    clock.set(clock.now() + timedelta(days=120))
    assert render_all(app)
    page = (app.settings.public_folder / "current" / "kota-uji" / "index.html").read_text()
    assert "dijanjikan terbit 20 Januari 2027 dan belum terbit" in page
    assert not render_all(app)


@pytest.mark.parametrize("slug", [*sorted(RESERVED - {"en"}), "components", "plans"])
def test_a_region_may_not_take_a_reserved_address(app, slug):
    """Nor one that a page of the portal has, also if that page was added later."""
    assert why_not_region_slug(slug, first_parts(app)) is not None


def test_such_a_region_has_no_pages(app):
    with app.app_context(), door():
        region("hr", "Kota Hr")
        region("hrd", "Kota Hrd")
    render_all(app)
    folder = app.settings.public_folder / "current"
    assert not (folder / "hr").exists()
    assert (folder / "hrd" / "index.html").exists()


def test_pages_say_nothing_of_the_rendering_process(published, app):
    """No token, no session, no clock: what is kept is the same for everybody."""
    for path in (app.settings.public_folder / "current").resolve().rglob("*.html"):
        text = path.read_text()
        assert "csrf" not in text and 'name="once"' not in text, path

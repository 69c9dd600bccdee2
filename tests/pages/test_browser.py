"""The tools themselves: the world is built, somebody signs in, a page is looked over."""

from tests.support.client import Browser


def test_world_and_sign_in(app, world):
    page = Browser(app).sign_in(world.rina).get("/account")
    assert page.status == 200
    assert page.headers["Cache-Control"] == "no-store"

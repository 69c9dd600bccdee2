"""Journeys: a real Chromium against the portal on a port of its own, with a clock that tests turn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.web.current import App
from tests.support.world import PASSWORD, Someone, World


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_args: Any, **_more: Any) -> None:
        """Nothing: a journey's pages aren't news."""


@pytest.fixture
def served(world: World, app: App) -> Iterator[str]:
    """The address at which the world's portal answers."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Seat:
    """Somebody in front of a browser; what the browser complains about fails the journey."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        page.set_default_timeout(30_000)  # a busy machine takes its time
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message: Any) -> None:
        # A refused form is a 4xx by intention; everything else that the console calls an error isn't.
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def go(self, path: str) -> Seat:
        """Open an address of the portal."""
        self.page.goto(self.address + path)
        return self

    def sign_in(self, who: Someone) -> Seat:
        """Sign in through the page."""
        self.go("/login")
        self.page.get_by_label("NIP atau surel dinas").fill(who.login)
        self.page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Masuk", exact=True).first.click()
        self.page.wait_for_url(lambda url: "/login" not in url)
        return self

    def press(self, name: str, nth: int = 0) -> Seat:
        """Press a button (or a summary that opens a confirmation)."""
        self.page.locator("main").locator(f"button:has-text('{name}'), summary:has-text('{name}')").nth(
            nth
        ).click()
        self.page.wait_for_load_state()
        return self

    def confirm(self, name: str) -> Seat:
        """Open the confirmation behind a button and press it there."""
        self.page.locator(f"details.act > summary:has-text('{name}')").click()
        self.page.locator(f"details.act[open] form button:has-text('{name}')").click()
        self.page.wait_for_load_state()
        return self

    def follow(self, name: str, nth: int = 0) -> Seat:
        """Follow a link."""
        self.page.locator("main").get_by_role("link", name=name).nth(nth).click()
        self.page.wait_for_load_state()
        return self

    def fill(self, **fields: str) -> Seat:
        """Type into fields by their names."""
        for name, text in fields.items():
            self.page.locator(f"main [name='{name}']").first.fill(text)
        return self

    def choose(self, **fields: str) -> Seat:
        """Pick an option or a radio by name and value."""
        for name, value in fields.items():
            field = self.page.locator(f"main [name='{name}']")
            if field.first.evaluate("node => node.tagName") == "SELECT":
                field.first.select_option(value)
            else:
                option = self.page.locator(f"main [name='{name}'][value='{value}']").first
                # As a thumb would: not under the bars that stay at the bottom of a phone.
                option.evaluate("node => node.scrollIntoView({ block: 'center' })")
                option.check(force=True)
        return self

    def sees(self, text: str) -> Seat:
        """Insist that a text stands on the page."""
        shown = " ".join(self.page.locator("body").inner_text().split())
        assert text.casefold() in shown.casefold(), f"{text!r} isn't on {self.page.url}"
        return self


@pytest.fixture(params=[True, False], ids=["script", "no_script"])
def script(request: pytest.FixtureRequest) -> bool:
    """Whether the browsers of this journey run JavaScript."""
    return bool(request.param)


@pytest.fixture
def seat(chrome: Chromium, served: str, script: bool) -> Iterator[Callable[[], Seat]]:
    """Makes browsers, on a phone's width; none may have complained in the end."""
    seats: list[Seat] = []

    def sit_down() -> Seat:
        context = chrome.new_context(
            viewport={"width": 390, "height": 844}, java_script_enabled=script, accept_downloads=True
        )
        seats.append(Seat(context.new_page(), served))
        return seats[-1]

    yield sit_down
    for each in seats:
        each.page.context.close()
    assert [text for each in seats for text in each.complaints] == []

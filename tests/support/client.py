"""A browser for tests that knows no script: it keeps cookies, fills forms as they stand on the page,
follows redirects, and looks over every page that it fetches (``faults_of``).

    browser = Browser(app)
    browser.sign_in(world.rina)                 # fast: opens a session directly
    page = browser.get("/employee")
    page = page.link("SKP").open()
    page = page.form(button="Simpan draf").fill(text="...").send()
    assert page.status == 200 and "tersimpan" in page.text
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse

from portal.extensions import db
from portal.ledger.door import door
from portal.people.accounts import actions
from portal.people.accounts.models import Account
from portal.web.csrf import FIELD
from portal.web.current import App
from tests.support.html import Node, faults_of, parse

EVERYWHERE = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
)


PARTS = ("input", "select", "textarea", "button")


class FaultyPage(AssertionError):
    """A page that breaks a rule which holds for every page."""


class Browser:
    """One browser with its own cookies."""

    def __init__(self, app: App, *, lint: bool = True, address: str = "127.0.0.1") -> None:
        self.app, self.lint, self.address = app, lint, address
        self.client: FlaskClient = app.test_client()
        self._token = self._token_of = ""

    # --- signing in -----------------------------------------------------------------------------

    def sign_in(self, who: Any) -> Browser:
        """Open a session for an account (or whatever has ``account_id``) without the sign-in page."""
        account_id = getattr(who, "account_id", None) or getattr(who, "id", who)
        with self.app.app_context():
            account = db.session.get_one(Account, account_id)
            hours = timedelta(hours=self.app.settings.session_hours)
            with door(account):
                token = actions.begin_session(
                    account, ("uji",), device="Uji", lasts=hours, at=self.app.clock.now()
                )
        with self.client.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return self

    def log_in(self, login: str, password: str) -> Page:
        """Sign in through the page, as a person does."""
        return self.get("/login").form(action="/login").fill(login=login, password=password).send()

    def sign_out(self) -> Page:
        """Sign out through the button that every private page has."""
        return self.get("/account").form(action="/logout").send()

    @property
    def token(self) -> str:
        """The session's token out of the cookie; empty when there is none."""
        with self.client.session_transaction() as session:
            return str(session.get("_user_id", ""))

    # --- fetching -------------------------------------------------------------------------------

    def get(self, address: str, *, follow: bool = True, **options: Any) -> Page:
        """Fetch an address."""
        return self.open("GET", address, follow=follow, **options)

    def post(
        self, address: str, data: Any = None, *, genuine: bool = True, follow: bool = True, **options: Any
    ) -> Page:
        """Send fields to an address without a page before; when ``genuine`` with a right token and a key."""
        fields = MultiDict(data or {})
        if genuine:
            fields.setdefault("once", secrets.token_urlsafe(18))
        if genuine and FIELD not in fields:
            fields[FIELD] = self.csrf_token()
        return self.open("POST", address, data=fields, follow=follow, **options)

    def csrf_token(self) -> str:
        """A token of this browser's secret, as a page would carry it."""
        from portal.web import csrf

        cookie = self.client.get_cookie("kinerja")
        if cookie and cookie.value == self._token_of:
            return self._token
        with self.client.session_transaction() as session:
            kept = dict(session)
        with self.app.test_request_context():
            from flask import session as inside

            inside.update(kept)
            token = csrf.token()
            secret = inside["c"]
        with self.client.session_transaction() as session:
            session["c"] = secret
        cookie = self.client.get_cookie("kinerja")
        self._token, self._token_of = token, cookie.value if cookie else ""
        return token

    def open(self, method: str, address: str, *, follow: bool = True, **options: Any) -> Page:
        """Fetch or send; redirects are followed like a browser does, by GET."""
        for _ in range(8):
            options.setdefault("environ_base", {"REMOTE_ADDR": self.address})
            # A context of its own: what a request keeps in ``g`` must not reach the next one.
            with self.app.app_context():
                response = self.client.open(address, method=method, **options)
                response.get_data()
                response.close()
            page = Page(self, response, urlsplit(address).path)
            if self.lint:
                page.look_over()
            if not (follow and response.status_code in (301, 302, 303)):
                return page
            address = urljoin(address, response.headers["Location"])
            method, options = "GET", {k: v for k, v in options.items() if k in ("environ_base", "headers")}
        raise AssertionError(f"redirects go on for ever: {address}")


class Page:
    """An answer, with the page in it."""

    def __init__(self, browser: Browser, response: TestResponse, address: str) -> None:
        self.browser, self.response, self.address = browser, response, address
        self.address_with_query = response.request.full_path.rstrip("?")
        self.status = response.status_code
        self.headers = response.headers

    @property
    def is_html(self) -> bool:
        """Whether there is a page to read."""
        return self.response.mimetype == "text/html" and self.status not in (204, 301, 302, 303, 304)

    @cached_property
    def html(self) -> str:
        """The page as text."""
        return self.response.get_data(as_text=True)

    @cached_property
    def _parsed(self) -> tuple[Node, list[str]]:
        return parse(self.html)

    @property
    def root(self) -> Node:
        """The page as a tree."""
        return self._parsed[0]

    @property
    def text(self) -> str:
        """All that a person reads on it."""
        return self.root.text

    @property
    def h1(self) -> str:
        """The page's heading."""
        return self.root.first("h1").text

    @property
    def ref(self) -> str:
        """The reference in the page's address (the last one)."""
        return re.findall(r"(?:(?<=/)|^)[0-9a-hjkmnp-tv-z]{12}(?=/|$)", self.address)[-1]

    def look_over(self) -> None:
        """Raise ``FaultyPage`` when a rule of all pages is broken."""
        faults = [f"header {name} is missing" for name in EVERYWHERE if name not in self.headers]
        policy = self.headers.get("Content-Security-Policy", "")
        if "unsafe" in policy or "default-src 'none'" not in policy:
            faults.append(f"the content policy is weak: {policy}")
        if self.is_html:
            whole = not self.response.request.headers.get("HX-Target")
            faults += faults_of(self.html, whole=whole, parsed=self._parsed)
        if faults:
            said = "\n  ".join(faults)
            raise FaultyPage(f"{self.response.request.method} {self.address} ({self.status}):\n  {said}")

    def link(self, words: str, *, nth: int = 0) -> Link:
        """The link with these words (a part of them is enough)."""
        found = [node for node in self.root.all("a") if words in node.text and node.get("href")]
        assert len(found) > nth, (
            f"no link {words!r} on {self.address}: {[n.text for n in self.root.all('a')]}"
        )
        return Link(self, found[nth])

    def links_to(self, pattern: str) -> list[str]:
        """The addresses of links that match ``pattern``, each once."""
        addresses = (node.get("href") for node in self.root.all("a"))
        return list(dict.fromkeys(each for each in addresses if re.search(pattern, each)))

    def form(self, *, action: str = "", button: str = "", nth: int = 0) -> Form:
        """The form that is sent to ``action`` (a part) or has a button with these words (a part)."""
        found = [
            node
            for node in self.root.all("form")
            if action in (node.get("action") or self.address)
            and (not button or any(button in each.text for each in node.all("button")))
        ]
        here = [(n.get("action"), [b.text for b in n.all("button")]) for n in self.root.all("form")]
        assert len(found) > nth, f"no form to {action!r} with {button!r} on {self.address}: {here}"
        return Form(self, found[nth], button)

    def has_button(self, words: str) -> bool:
        """Whether a button with these words stands there and can be pressed."""
        return any(
            words in b.text and "disabled" not in b and b.get("aria-disabled") != "true"
            for b in self.root.all("button")
        )

    def error_of(self, name: str) -> str:
        """The words beside a field that wasn't accepted; empty when there are none."""
        field = next(n for n in self.root.all("input", "select", "textarea") if n.get("name") == name)
        texts = (self.root.all(id=ref) for ref in field.get("aria-describedby").split())
        wrong = field.get("aria-invalid") == "true"
        return " ".join(node.text for found in texts for node in found) if wrong else ""


class Link:
    """A link on a page."""

    def __init__(self, page: Page, node: Node) -> None:
        self.page, self.node = page, node
        self.address = urljoin(page.address, node["href"])

    def open(self) -> Page:
        """Follow it."""
        return self.page.browser.get(self.address)


class Form:
    """A form on a page with what stands in it."""

    def __init__(self, page: Page, node: Node, button: str = "") -> None:
        self.page, self.node = page, node
        self.action = urljoin(page.address, node.get("action") or page.address)
        self.method = node.get("method", "get").upper()
        # Fields and buttons may also stand elsewhere on the page and name this form.
        outside = [n for n in page.root.walk() if node.get("id") and n.get("form") == node["id"]]
        inside = [n for n in node.walk() if n.tag in PARTS and not n.get("form")] + outside
        self.fields: MultiDict[str, Any] = MultiDict(_values(inside))
        self.names = {n["name"] for n in inside if n.tag != "button" and n.get("name")}
        pressed = [each for each in inside if each.tag == "button" and button and button in each.text]
        for each in pressed[:1]:
            assert "disabled" not in each, f"the button {each.text!r} can't be pressed"
            if each.get("name"):
                self.fields[each["name"]] = each.get("value")
            if each.get("formaction"):
                self.action = urljoin(page.address, each["formaction"])

    def __getitem__(self, name: str) -> str:
        return str(self.fields[name])

    def values(self, name: str) -> list[str]:
        """Every value under a name: ticked boxes, chosen options."""
        return [str(value) for value in self.fields.getlist(name)]

    def fill(self, **values: Any) -> Form:
        """Type into fields that stand in the form; ``None`` leaves a box unticked; lists tick several."""
        for name, value in values.items():
            assert name in self.names, f"no field {name!r} in {self.node!r}: {sorted(self.names)}"
            if value is None:
                self.fields.poplist(name)
            elif isinstance(value, list | tuple) and not _is_file(value):
                self.fields.setlist(name, [str(each) for each in value])
            elif _is_file(value):
                self.fields[name] = value
            else:
                self.fields[name] = str(value)
        return self

    def attach(self, name: str, data: bytes, filename: str, kind: str = "application/octet-stream") -> Form:
        """Choose a file."""
        from io import BytesIO

        assert name in self.names, f"no field {name!r} in {self.node!r}"
        self.fields[name] = FileStorage(BytesIO(data), filename, name, kind)
        return self

    def smuggle(self, **values: str) -> Form:
        """Add fields that the page doesn't offer, as an attacker would."""
        for name, value in values.items():
            self.fields[name] = value
        return self

    def send(self, *, follow: bool = True, **options: Any) -> Page:
        """Send the form as it stands."""
        browser = self.page.browser
        if self.method == "GET":
            return browser.open("GET", self.action, query_string=self.fields, follow=follow, **options)
        return browser.open("POST", self.action, data=self.fields, follow=follow, **options)


def _is_file(value: Any) -> bool:
    return isinstance(value, FileStorage)


def _values(parts: Iterable[Node]) -> Iterable[tuple[str, str]]:
    for node in parts:
        if node.tag == "button":
            continue
        name, kind = node.get("name"), node.get("type", "text")
        if not name or "disabled" in node:
            continue
        if node.tag == "textarea":
            yield name, node.raw_text.removeprefix("\n").replace("\n", "\r\n")
        elif node.tag == "select":
            options = node.all("option")
            chosen = [each for each in options if "selected" in each] or options[:1]
            for each in chosen:
                yield name, each.get("value") if "value" in each else each.text
        elif kind in ("checkbox", "radio"):
            if "checked" in node:
                yield name, node.get("value") or "on"
        elif kind not in ("submit", "button", "image", "file"):
            yield name, node.get("value")

"""Every answer has the strict headers, errors and files included; private pages are never stored (trust 5)."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace

import brotli
import pytest

from portal import create_app
from portal.config import Settings
from tests.support.client import EVERYWHERE, Browser


def answers(app, world) -> dict[str, object]:
    """One answer of each kind."""
    browser, rina = Browser(app, lint=False), Browser(app, lint=False).sign_in(world.rina)
    style = next(iter(app.assets.names.values()))
    return {
        "page": rina.get("/employee"),
        "public page": browser.get("/"),
        "sign-in": browser.get("/login"),
        "health": browser.get("/healthz"),
        "redirect": browser.get("/employee", follow=False),
        "not found": browser.get("/tidak/ada"),
        "method": browser.get("/logout"),
        "too large": browser.post("/login", {"login": "x" * (5 * 1024 * 1024)}),
        "invalid": rina.post("/account/password", {}),
        "forged": rina.post("/account/password", {}, genuine=False),
        "static": browser.get(f"/static/{style}"),
        "no static": browser.get("/static/nothing.css"),
        "refused method": browser.open("TRACE", "/login"),
        "options": browser.open("OPTIONS", "/login"),
        "head": browser.open("HEAD", "/login"),
    }


STATUS = {
    "public page": 503,  # not rendered yet
    "redirect": 303,
    "not found": 404,
    "method": 405,
    "too large": 413,
    "invalid": 422,
    "no static": 404,
    "refused method": 405,
}


def test_stand_on_every_answer(app, world):
    for kind, answer in answers(app, world).items():
        assert answer.status == STATUS.get(kind, answer.status) and answer.status != 500, kind
        missing = [name for name in EVERYWHERE if name not in answer.headers]
        assert not missing, (kind, missing)
        policy = answer.headers["Content-Security-Policy"]
        for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert part in policy, kind
        assert "unsafe" not in policy and "http" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in answer.headers, kind
        leaked = " ".join(answer.headers.get(name, "") for name in ("Server", "X-Powered-By"))
        assert not re.search(r"\d+\.\d+", leaked), (kind, leaked)


def test_stand_on_a_fault_too(app, world, monkeypatch):
    def broken(*_arguments: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setitem(app.view_functions, "web.health", broken)
    page = Browser(app).get("/healthz")
    assert page.status == 500
    assert "secret detail" not in page.html and "Traceback" not in page.html
    assert "Yang sudah tersimpan tetap aman" in page.text


def test_the_page_about_a_fault_cannot_fail(app, world, monkeypatch):
    from portal.web import errors

    def broken(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("the template is broken as well")

    monkeypatch.setitem(app.view_functions, "web.health", broken)
    monkeypatch.setattr(errors, "render_template", broken)
    page = Browser(app, lint=False).get("/healthz")
    assert page.status == 500
    assert "tetap aman" in page.text and "Content-Security-Policy" in page.headers


def test_private_answers_are_not_stored(app, world):
    for kind, answer in answers(app, world).items():
        if kind != "static":
            assert "no-store" in answer.headers.get("Cache-Control", ""), kind


def test_files_are_kept_for_a_year_by_their_hash(app, world):
    for name in app.assets.names.values():
        answer = Browser(app, lint=False).get(f"/static/{name}")
        assert answer.status == 200
        assert (
            "immutable" in answer.headers["Cache-Control"] and "31536000" in answer.headers["Cache-Control"]
        )


def test_the_inlined_sheet_is_the_one_that_the_policy_names(app):
    import base64
    import hashlib

    page = Browser(app).get("/login")
    sheet = page.root.first("style").raw_text
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("encoding, decode", [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_pages_are_compressed(app, world, encoding, decode):
    rina = Browser(app, lint=False).sign_in(world.rina)
    answer = rina.get("/account", headers={"Accept-Encoding": encoding})
    assert answer.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert decode(answer.response.get_data()).decode().startswith("<!doctype html>")
    plain = rina.get("/account", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers


def test_sign_in_is_one_small_file(app):
    """14,000 bytes carry it in the first window of a slow line, headers included (speed.md)."""
    answer = Browser(app, lint=False).get("/login", headers={"Accept-Encoding": "br"})
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers) + 19
    assert len(answer.response.get_data()) + head <= 14_000
    page = Browser(app).get("/login")
    fetched = [n for n in page.root.all("link", "script", "img") if n.get("rel") not in ("icon", "canonical")]
    assert fetched == [], "complete without another request"


def test_cookies(app, world, tmp_path):
    answer = Browser(app).get("/login")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie
    secure = create_app(Settings(data=str(tmp_path), https=True))
    answer = Browser(secure).get("/login", base_url="https://portal.example/")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-kinerja=")
    assert "Secure" in cookie and "Path=/" in cookie and "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_forwarded_headers_count_only_from_named_proxies(app, world, tmp_path):
    from portal.web.proxies import TrustedProxies

    seen = {}

    def wsgi(environ, start_response):
        seen.update(environ)
        return []

    def ask(trusted: str, peer: str, **headers: str) -> tuple[str, str]:
        seen.clear()
        environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", **headers}
        TrustedProxies(wsgi, replace(Settings(), proxies=trusted).trusted_proxies)(environ, None)
        assert not any("FORWARDED" in name for name in seen)
        return seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]

    claim = {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 7.7.7.7", "HTTP_X_FORWARDED_PROTO": "https"}
    assert ask("", "1.1.1.1", **claim) == ("1.1.1.1", "http")
    assert ask("2.2.2.2", "1.1.1.1", **claim) == ("1.1.1.1", "http")
    assert ask("1.1.1.1, 2.2.2.2", "1.1.1.1", **claim) == ("7.7.7.7", "https"), "only what the proxy added"
    assert ask("1.1.1.1", "1.1.1.1", HTTP_X_FORWARDED_PROTO="javascript") == ("1.1.1.1", "http")

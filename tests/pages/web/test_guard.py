"""The guard: what comes in broken is answered in words, never with a fault; addresses that nobody has."""

from __future__ import annotations

import io

import pytest

from tests.support.client import Browser


@pytest.fixture
def rina(app, world) -> Browser:
    return Browser(app).sign_in(world.rina)


@pytest.mark.parametrize(
    "address",
    [
        "/plans/%00",
        "/plans/%00%00%00%00%00%00%00%00%00%00%00%00",
        "/plans/0123456789a%FF",
        "/plans/" + "9" * 5000,
        "/plans/%F0%9F%98%80",
        "/plans/../../etc/passwd",
        "/plans/1",
        "/plans/189001051912011005",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2fwsgi.py",
        "/static/../wsgi.py",
        "/employee/%0d%0aSet-Cookie:x=1",
        "/.git/config",
        "/.env",
        "/data/secret",
        "/wsgi.py",
    ],
)
def test_addresses_that_nobody_has(rina, address):
    page = rina.get(address)
    assert page.status in (400, 404)
    assert "Set-Cookie:x" not in str(page.headers)


@pytest.mark.parametrize(
    "query", ["?page=%00", "?q=%FF%FE", "?page=-1", "?page=" + "9" * 40, "?next=%00", "?a&a=&=b"]
)
@pytest.mark.parametrize(
    "address", ["/employee", "/employee/plan", "/login", "/account", "/employee/results"]
)
def test_strange_questions(rina, address, query):
    assert rina.get(address + query).status in (200, 400, 404)


BODIES = {
    "broken UTF-8": (b"login=\xff\xfe&password=\xc3\x28", "application/x-www-form-urlencoded"),
    "escaped broken UTF-8": (b"login=%FF%FE&password=%C3%28", "application/x-www-form-urlencoded"),
    "NUL": (b"login=%00&password=%00\x00", "application/x-www-form-urlencoded"),
    "nothing": (b"", "application/x-www-form-urlencoded"),
    "no type": (b"login=a", ""),
    "json": (b'{"login": "a"}', "application/json"),
    "broken multipart": (b"--x\r\nContent-Disposition: form-data", "multipart/form-data; boundary=x"),
    "multipart without border": (b"abc", "multipart/form-data"),
    "unknown charset": (b"login=a", "application/x-www-form-urlencoded; charset=utf-99"),
    "many parts": (
        b"".join(b'--x\r\nContent-Disposition: form-data; name="a%d"\r\n\r\n\r\n' % n for n in range(6000))
        + b"--x--",
        "multipart/form-data; boundary=x",
    ),
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("address", ["/login", "/account/password", "/plans/expectations", "/logout"])
def test_broken_bodies(rina, address, kind):
    body, content_type = BODIES[kind]
    answer = rina.open(
        "POST", address, input_stream=io.BytesIO(body), content_length=len(body), content_type=content_type
    )
    assert 200 <= answer.status < 500


@pytest.mark.parametrize("kind", BODIES)
def test_broken_bodies_of_strangers(app, world, kind):
    body, content_type = BODIES[kind]
    for address in ("/login", "/account/password", "/employee/plan"):
        answer = Browser(app).open(
            "POST",
            address,
            input_stream=io.BytesIO(body),
            content_length=len(body),
            content_type=content_type,
        )
        assert 200 <= answer.status < 500


@pytest.mark.parametrize(
    "cookie", ["", "x", ".eJx", "a.b.c", "é", "\x01", "A" * 4000, "eyJfdXNlcl9pZCI6IngifQ.aaaa.bbbb"]
)
def test_broken_cookies(app, world, cookie):
    browser = Browser(app)
    browser.client.set_cookie("kinerja", cookie)
    assert browser.get("/employee").address == "/login"


def test_a_signed_cookie_with_strange_content(app, world):
    browser = Browser(app)
    for value in (None, 7, "\0", ["x"], {"a": 1}, "x" * 3000, "\ud800"):
        with browser.client.session_transaction() as session:
            session["_user_id"] = value
            session["c"] = value
            session["lang"] = value
        assert browser.get("/employee").address == "/login", repr(value)


def test_strangers_are_led_to_sign_in_and_back(app, world):
    answer = Browser(app).get("/employee/plan?x=1&y=%26", follow=False)
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/login?next=")
    assert "x%3D1%26y%3D%2526" in answer.headers["Location"] or "%3Fx%3D1" in answer.headers["Location"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "BREW"])
def test_other_methods(rina, method):
    assert rina.open(method, "/employee").status == 405


def test_a_host_of_somebody_elses_choice_is_echoed_nowhere(app, world):
    browser = Browser(app)
    for address in ("/login", "/employee", "/", "/tidak-ada"):
        answer = browser.get(address, follow=False, base_url="http://evil.example/")
        assert "evil.example" not in answer.html + str(answer.headers)

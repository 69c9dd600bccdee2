"""Every form of the portal, filled with what nobody should type: words in answer, never a fault (NEW-6).

The forms are found on the pages themselves; each is filled as a person of the right role would see it.
"""

from __future__ import annotations

import io
from urllib.parse import urlencode

import pytest

from portal.web import forms as web_forms
from tests.support.client import Form, Page
from tests.support.html import Node
from tests.support.matrix import Matrix

FURNITURE = {*web_forms.FURNITURE, "next", "carried"}
BIG = "kata " * 420_000
VALUES = {
    "NUL": "a\0b\0",
    "ten to the fortieth": "1" + "0" * 40,
    "an Indonesian number": "1.234,5",
    "minus one": "-1",
    "not a number": "NaN",
    "infinity": "1e999",
    "Arabic digits": "١٢٣",
    "the 31st of February": "31 Februari 2027",
    "a year before all": "1 Januari 0001",
    "a script": "<script>alert(1)</script>",
    "a breaking attribute": "\"'><img src=x onerror=alert(1)>",
    "two megabytes": BIG,
    "nothing": "",
    "blanks": " \t\r\n ",
    # What only words can hold, all of it strange to something else: a formula, SQL, a format, a template,
    # an emoji of several signs, turned writing.
    "words of another kind": "=1+1'); DROP TABLE x; -- %s%n%(x)s {0} {{ 7*7 }}{% raw %} 🙂👩‍👩‍👧‍👧 \u202eabc\u2066",
    "half a surrogate": "\\ud800 \ufffd\uffff",
}
TYPED = ("text", "search", "tel", "email", "url", "password", "")


@pytest.fixture(scope="module")
def pages(observed) -> list[tuple[str, Page]]:
    return pages_with_forms(observed)


def pages_with_forms(observed: Matrix) -> list[tuple[str, Page]]:
    """Every page with a form to be filled, fetched by somebody who gets it."""
    found = []
    for endpoint, address, role in observed.readable():
        if endpoint == "web.components":
            continue  # its forms lead nowhere
        page = fetch(observed, role, address)
        if page.is_html and any(typed_fields(form) for form in posts(page)):
            found.append((role, page))
    return found


def fetch(observed: Matrix, role: str, address: str) -> Page:
    return observed.browser(role).get(address)


def posts(page: Page) -> list[Form]:
    forms = [Form(page, node) for node in page.root.all("form") if node.get("method").lower() == "post"]
    return [form for form in forms if not form.action.startswith(("/logout", "/language"))]


def typed_fields(form: Form) -> list[str]:
    """Names of fields into which somebody types."""
    nodes: list[Node] = form.node.all("input", "textarea")
    return [
        node["name"]
        for node in nodes
        if node.get("name") not in ("", *FURNITURE)
        and (node.tag == "textarea" or node.get("type") in TYPED)
        and "disabled" not in node
    ]


def send(observed: Matrix, form: Form, **how: object) -> Page:
    """Send it; what it changed is undone afterwards, so that the same page can be sent again."""
    answer = form.send(follow=False, **how)
    where = f"{form.action} on {form.page.address}"
    assert answer.status < 500, where
    if answer.status in (303, 204):
        page = form.page.browser.get(form.page.address)  # looked over with what was stored
        assert page.status in (200, 403, 404), where
    observed.undo()
    return answer


def test_there_are_forms(pages):
    assert len(pages) > 20
    assert sum(len(posts(page)) for _role, page in pages) > 20


@pytest.mark.parametrize("kind", VALUES)
def test_strange_values(observed, pages, kind):
    type_everywhere(observed, pages, kind)


@pytest.mark.postgres
def test_strange_values_on_postgres(observed_on_postgres):
    """It refuses what SQLite takes: NUL bytes, numbers beyond its types, broken UTF-8.

    Every form, but only these values: what else is strange is refused before any database sees it, and
    that is the same code, looked at above.
    """
    pages = pages_with_forms(observed_on_postgres)
    for kind in ("NUL", "ten to the fortieth", "half a surrogate"):
        type_everywhere(observed_on_postgres, pages, kind)
    unoffered_everywhere(observed_on_postgres, pages, ("\0", "9" * 40))


def type_everywhere(observed: Matrix, pages: list[tuple[str, Page]], kind: str) -> None:
    """Type one strange value into every field of every form."""
    value = VALUES[kind]
    for _role, page in pages:
        for original in posts(page):
            names = typed_fields(original)
            if not names:
                continue
            for name in names:
                original.fields[name] = value
            answer = send(observed, original)
            if answer.status == 422 and kind in ("a script", "an Indonesian number", "minus one"):
                again = Form(answer, answer.root.all("form", action=original.node.get("action"))[0])
                kept = [again.fields.get(name) for name in names if "password" not in name]
                assert all(each == value for each in kept), (original.action, names, kept)


def test_a_field_is_missing(observed, pages):
    for _role, page in pages:
        for number, form in enumerate(posts(page)):
            for name in sorted(form.names - FURNITURE):
                fresh = posts(page)[number]
                fresh.fields.poplist(name)
                send(observed, fresh)


def test_choices_that_are_not_offered(observed, pages):
    unoffered_everywhere(observed, pages, ("", "tidak-ada", "\0", "0", "🙂"))


def unoffered_everywhere(observed: Matrix, pages: list[tuple[str, Page]], values: tuple[str, ...]) -> None:
    """Choose what no list and no button offers."""
    for _role, page in pages:
        for number, form in enumerate(posts(page)):
            chosen = {
                node["name"]
                for node in form.node.all("select", "input")
                if node.get("name") and (node.tag == "select" or node.get("type") in ("radio", "checkbox"))
            }
            for value in values:
                if chosen:
                    fresh = posts(page)[number]
                    for name in chosen:
                        fresh.fields.setlist(name, [value, value])
                    send(observed, fresh)


def test_broken_utf_8(observed, pages):
    for _role, page in pages:
        for number, _form in enumerate(posts(page)):
            fresh = posts(page)[number]
            names = typed_fields(fresh)
            kept = [(k, v) for k, v in fresh.fields.items(multi=True) if k not in names]
            for spoiled in (b"%FF%FE", b"\xff\xfe", b"%ED%A0%80", b"%C0%80"):
                body = urlencode(kept).encode() + b"".join(
                    b"&" + name.encode() + b"=" + spoiled for name in names
                )
                answer = fresh.page.browser.open(
                    "POST",
                    fresh.action,
                    follow=False,
                    input_stream=io.BytesIO(body),
                    content_length=len(body),
                    content_type="application/x-www-form-urlencoded",
                )
                assert answer.status < 500, fresh.action
                observed.undo()


FILES = {
    "empty": (b"", "kosong.pdf"),
    "a page": (b"<!doctype html><script>alert(1)</script>", "bukti.pdf"),
    "a program": (b"\x7fELF" + b"\0" * 100, "bukti.jpg"),
    "too large": (b"%PDF-1.4\n" + b"0" * (6 * 1024 * 1024), "besar.pdf"),
    "a strange name": (b"%PDF-1.4\n%%EOF", "../../etc/pass\0wd\r\nX: y<script>.pdf"),
    "a long name": (b"%PDF-1.4\n%%EOF", "a" * 3000 + ".pdf"),
}


@pytest.mark.parametrize("kind", FILES)
def test_files(observed, pages, kind):
    data, filename = FILES[kind]
    tried = 0
    for _role, page in pages:
        for number, form in enumerate(posts(page)):
            uploads = [node["name"] for node in form.node.all("input", type="file")]
            if not uploads:
                continue
            fresh = posts(page)[number]
            for name in uploads:
                fresh.attach(name, data, filename)
            for name in typed_fields(fresh):
                fresh.fields[name] = fresh.fields.get(name) or "Bukti terlampir."
            answer = send(observed, fresh)
            tried += 1
            if kind in ("a page", "a program", "too large"):
                assert answer.status in (413, 422), (kind, answer.status)
    assert tried

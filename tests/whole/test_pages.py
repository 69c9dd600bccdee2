"""Every page once: looked over like any page, few statements, nothing from elsewhere, no dead links."""

from __future__ import annotations

import re

import pytest

from tests.support import matrix
from tests.support.databases import Installation, counted
from tests.support.matrix import Matrix

MOST_STATEMENTS = 8
"""Decision 14.35: six aimed at, more than eight fails."""
MORE_TABLES = {"exchange.workbook": 3}
"""Files that hold tables besides the first one: each is read by two statements a chunk."""
SHOWS_PARTS = {"web.components"}
"""Shows headings and forms of other pages, so it isn't one page in the usual sense."""


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    return matrix.observe(Installation(tmp_path_factory.mktemp("matrix")))


@pytest.fixture(scope="module")
def readable(observed) -> list[tuple[str, str, str]]:
    return [each for each in observed.readable() if each[0] not in SHOWS_PARTS]


def test_every_page_keeps_the_rules_of_all_pages(observed, readable):
    faults = []
    for _endpoint, address, role in readable:
        try:
            observed.browser(role).get(address)
        except AssertionError as fault:
            faults.append(str(fault))
    assert not faults, "\n".join(faults)


def test_few_statements(observed, readable):
    too_many = []
    for endpoint, address, role in readable:
        browser = observed.browser(role)
        with counted(observed.app) as said:
            browser.get(address, follow=False)
        if len(said) > MOST_STATEMENTS + MORE_TABLES.get(endpoint, 0) * 2:
            too_many.append(f"{len(said)} {address} as {role}")
    assert not too_many, "\n".join(too_many)


def test_links_and_forms_lead_somewhere(observed, readable):
    """Everything that a page offers can be had by the one who sees it."""
    dead, asked = [], {}
    # Those who only read, or look after the installation, see the same pages with fewer ways on.
    others = [each for role in ("auditor", "admin") for each in observed.readable(role)]
    for endpoint, address, role in readable + others:
        if endpoint in SHOWS_PARTS:
            continue
        page = observed.browser(role).get(address)
        if not page.is_html:
            continue
        for place in page.links_to(r"^/(?!static/)"):
            place = place.partition("#")[0]
            if (role, place) not in asked:
                asked[role, place] = observed.ask(role, "GET", place)
            if asked[role, place] in ("403", "404"):
                dead.append(f"{asked[role, place]} {place} from {address} as {role}")
    assert not dead, "\n".join(dead)
    assert len(asked) > 100


def test_private_pages_carry_no_staff_number_in_addresses_nor_row_numbers(observed, readable):
    for _endpoint, address, role in readable:
        page = observed.browser(role).get(address)
        for place in page.links_to(r"^/") if page.is_html else ():
            assert not re.search(r"(?<![\w-])\d{18}(?![\w-])", place), place
            assert not re.search(r"/\d{1,6}(/|$)", place.partition("?")[0]), place


def test_fragments_stand_verbatim_in_their_page(observed, readable):
    """What a script puts in place is what the whole page shows (architecture, decision 11)."""
    compared = 0
    for _endpoint, address, role in readable:
        browser = observed.browser(role)
        whole = browser.get(address)
        if not whole.is_html:
            continue
        for node in whole.root.walk():
            target, place = node.get("hx-target"), node.get("hx-get")
            if not place.startswith("/") or not target.startswith("#"):
                continue
            part = browser.get(place, headers={"HX-Request": "true", "HX-Target": target[1:]})
            assert part.status == 200 and "<html" not in part.html, place
            assert "HX-Request" in part.headers.get("Vary", ""), place
            compared += 1
    assert compared >= 0

"""Every page once: looked over like any page, few statements, nothing from elsewhere, no dead links."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from tests.support.client import FaultyPage, Page
from tests.support.databases import counted
from tests.support.matrix import Matrix

MOST_STATEMENTS = 8
"""Decision 14.35: six aimed at, more than eight fails."""
MORE_TABLES = {"exchange.workbook": 3}
"""Files that hold tables besides the first one: each is read by two statements a chunk."""
SHOWS_PARTS = {"web.components"}
"""Shows headings and forms of other pages, so it isn't one page in the usual sense."""


class Visit(NamedTuple):
    """A page that was fetched once, for all the tests here."""

    endpoint: str
    address: str
    role: str
    page: Page

    def __str__(self) -> str:
        return f"{self.address} as {self.role}"


def visits(observed: Matrix, *roles: str) -> list[Visit]:
    """Every page, in the name of the first role that gets it."""
    found = []
    for endpoint, address, role in observed.readable(*roles):
        if endpoint not in SHOWS_PARTS:
            browser = observed.browser(role)
            browser.lint = False
            found.append(Visit(endpoint, address, role, browser.get(address)))
    return found


@pytest.fixture(scope="module")
def visited(observed) -> list[Visit]:
    return visits(observed)


def test_every_page_keeps_the_rules_of_all_pages(visited):
    faults = []
    for each in visited:
        assert each.page.status == 200, f"{each.page.status} at {each}"
        try:
            each.page.look_over()
        except FaultyPage as fault:
            faults.append(str(fault))
    assert not faults, "\n".join(faults)


def test_every_page_is_read_in_english(observed, visited):
    """The other language has sentences and branches of its own: each page is looked over in it, too."""
    faults, switched = [], set()
    for each in visited:
        browser = observed.browser(each.role)
        browser.lint = False
        if each.role not in switched:
            browser.post("/language/en", {})
            switched.add(each.role)
        page = browser.get(each.address)
        assert page.status == 200, f"{page.status} at {each} in English"
        try:
            page.look_over()
        except FaultyPage as fault:
            faults.append(str(fault))
    assert not faults, "\n".join(faults)


def test_few_statements(observed, visited):
    """What is read once for all, like the rules, has been read by then."""
    too_many = []
    for each in visited:
        with counted(observed.app) as said:
            observed.ask(each.role, "GET", each.address)
        if len(said) > MOST_STATEMENTS + MORE_TABLES.get(each.endpoint, 0) * 2:
            too_many.append(f"{len(said)} {each}")
    assert not too_many, "\n".join(too_many)


def test_links_and_forms_lead_somewhere(observed, visited):
    """Everything that a page offers can be had by the one who sees it."""
    # Those who only read, or look after the installation, see the same pages with fewer ways on.
    others = [each for role in ("auditor", "admin") for each in visits(observed, role)]
    dead, asked = [], {(each.role, each.page.address_with_query): str(each.page.status) for each in visited}
    for each in visited + others:
        for place in each.page.links_to(r"^/(?!static/)") if each.page.is_html else ():
            place = place.partition("#")[0]
            if (each.role, place) not in asked:
                asked[each.role, place] = observed.ask(each.role, "GET", place)
            if asked[each.role, place] in ("403", "404"):
                dead.append(f"{asked[each.role, place]} {place} from {each}")
    assert not dead, "\n".join(dead)
    assert len(asked) > 100


def test_private_pages_carry_no_staff_number_in_addresses_nor_row_numbers(visited):
    for each in visited:
        for place in each.page.links_to(r"^/") if each.page.is_html else ():
            assert not re.search(r"(?<![\w-])\d{18}(?![\w-])", place), place
            assert not re.search(r"/\d{1,6}(/|$)", place.partition("?")[0]), place


def test_fragments_stand_verbatim_in_their_page(observed, visited):
    """What a script puts in place is what the whole page shows (architecture, decision 11)."""
    compared = 0
    for each in visited:
        if not each.page.is_html:
            continue
        for node in each.page.root.walk():
            target, place = node.get("hx-target"), node.get("hx-get")
            if not place.startswith("/") or not target.startswith("#"):
                continue
            browser = observed.browser(each.role)
            part = browser.get(place, headers={"HX-Request": "true", "HX-Target": target[1:]})
            assert part.status == 200 and "<html" not in part.html, place
            assert "HX-Request" in part.headers.get("Vary", ""), place
            compared += 1
    assert compared >= 0


@pytest.mark.postgres
def test_every_page_is_read_on_postgres(observed_on_postgres):
    """Once each, as one who may: its queries are what another database could take differently."""
    expected = {rule.endpoint for rule, _mark, method in observed_on_postgres.routes() if method == "GET"}
    read = list(observed_on_postgres.readable())
    assert len(read) > 60 and {endpoint for endpoint, _address, _role in read} == expected
    for _endpoint, address, role in read:
        browser = observed_on_postgres.browser(role)
        browser.lint = False
        assert browser.get(address).status == 200, f"{address} as {role}"

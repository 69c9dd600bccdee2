"""Lists of any size: found by an index, paged by keyset, written out whole; counts that stay until something happens."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, text

from portal.desks import hr_counts
from portal.desks.hr_lists import LISTINGS
from portal.extensions import db
from portal.ledger import search
from portal.performance.evaluations.rules import EvaluationState
from portal.web import lists
from tests.support.client import Browser, Page
from tests.support.world import World

SignedIn = Callable[[object], Browser]
KINDS = sorted(LISTINGS)


def period(world: World, quarter: int | None = 3) -> str:
    with world.inside():
        return f"/hr/periods/{world.period(quarter).ref}"


@pytest.mark.parametrize("kind", KINDS)
def test_every_list_is_a_page_and_two_files(
    world: World, signed_in: SignedIn, statements: Any, kind: str
) -> None:
    from python_calamine import load_workbook

    world.evaluation(EvaluationState.HANDED_OVER, "rina")
    hr, address = signed_in(world.hr), f"{period(world)}/lists/{kind}"
    with statements(limit=8):
        page = hr.get(address)
    assert "Rina Pelaksana" in page.text
    lines = hr.get(f"{address}.csv").html.splitlines()
    book = load_workbook(io.BytesIO(hr.client.get(f"{address}.xlsx").get_data()))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(lines) == len(rows) == 13
    assert lines[0].lstrip("\ufeff").replace('"', "").split(",") == rows[0]
    found = hr.get(f"{address}?q=rina&sort=-nama")
    assert "Rina Pelaksana" in found.text and "Budi" not in found.text
    for state in LISTINGS[kind].states:
        assert hr.get(f"{address}?state={state.value}").status == 200


def test_ratings_show_nothing_before_the_hand_over(world: World, signed_in: SignedIn) -> None:
    world.evaluation(EvaluationState.RATED, "budi")
    page = signed_in(world.hr).get(f"{period(world)}/lists/ratings?q=budi")
    assert "Predikat ditetapkan" in page.text and "Sesuai ekspektasi" not in page.text
    told = signed_in(world.hr).get(f"{period(world)}/lists/ratings?state=disampaikan")
    assert "Budi" not in told.text


def test_an_agency_manager_sees_the_own_agency(world: World, signed_in: SignedIn) -> None:
    own = signed_in(world.agency_hr)
    for kind in KINDS:
        assert "Gita Kepala BKPSDM" not in own.get(f"{period(world)}/lists/{kind}").text
        assert "Gita Kepala BKPSDM" not in own.get(f"{period(world)}/lists/{kind}.csv").html


def test_an_unknown_list_is_not_found(world: World, signed_in: SignedIn) -> None:
    assert signed_in(world.hr).get(f"{period(world)}/lists/salaries").status == 404


# ----------------------------------------------------------------------------------------- indexes


@pytest.mark.parametrize(
    "address",
    ["/people", "/people?sort=-nama", "/people?q=rina", "/people?q=ri", "/people?unit={unit}", "/lists/plans"]
    + [f"/lists/{kind}?q=rina" for kind in KINDS],
)
def test_no_page_reads_or_sorts_a_region(world: World, signed_in: SignedIn, address: str) -> None:
    """Asked of the database itself: enrolments are found by an index, and only a page of them is sorted."""
    hr = signed_in(world.hr)
    with world.inside():
        filled = address.replace("{unit}", world.unit("dinas-kesehatan").ref)
    said: list[tuple[str, Any]] = []

    def listen(_c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, _many: Any) -> None:
        said.append((statement, parameters))

    with world.inside():
        engine = db.engine
        event.listen(engine, "before_cursor_execute", listen)
        try:
            hr.get(period(world) + filled)
        finally:
            event.remove(engine, "before_cursor_execute", listen)
        asked = [
            (words, values) for words, values in said if "sort_name" in words and words.startswith("SELECT")
        ]
        assert asked
        for words, values in asked:
            with engine.connect() as connection:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values).all()
            steps = [row.detail for row in plan]
            scans = [each for each in steps if each.startswith("SCAN") and "VIRTUAL" not in each]
            # What the page itself holds may be scanned, being fifty rows, and what was counted; tables may not.
            assert [each for each in scans if not each.split()[1].startswith(("page", "anon_"))] == [], steps


def test_names_are_found_by_their_trigrams(world: World, signed_in: SignedIn) -> None:
    """The index follows the names, and gives what reading them all would."""
    hr, people = signed_in(world.hr), f"{period(world)}/people"
    for typed in ("rin", "ina pel", "pelaksana", "RINA", 'ri"na', "r"):
        shown = "Rina Pelaksana" in hr.get(f"{people}?q={typed}").text
        assert shown is (typed != 'ri"na'), typed
    with world.inside(), db.engine.connect() as connection:
        connection.execute(text("UPDATE people SET search_name = 'zulaikha' WHERE search_name LIKE 'rina%'"))
        connection.commit()
    assert "Rina Pelaksana" in hr.get(f"{people}?q=zulai").text
    assert "Rina Pelaksana" not in hr.get(f"{people}?q=rina").text


CALLED = ("Adi Sitinjak", "Dewi Siti", "Siti Aminah", "Siti Wahyu", "Siti Zahra", "Wawan Siti")


def called(world: World) -> None:
    """Some of the world's people under other names."""
    with world.inside(), db.engine.connect() as connection:
        people = (
            connection.exec_driver_sql("SELECT DISTINCT person_id FROM enrolments LIMIT 6").scalars().all()
        )
        for person, name in zip(people, CALLED, strict=True):
            values = {"id": person, "name": name, "folded": name.lower()}
            changed = (
                "UPDATE people SET name = :name, search_name = :folded, titles_before = '', titles_after = ''"
            )
            connection.execute(text(f"{changed} WHERE id = :id"), values)
        connection.commit()


def walked(page: Page, way: str) -> list[tuple[str, list[str]]]:
    """The texts of the pages of a list from ``page`` on, and who stands on each in what order."""
    found = []
    while True:
        marks = sorted((page.text.find(name), name) for name in CALLED if name in page.text)
        found.append((page.text, [name for _place, name in marks]))
        onward = page.root.all("a", rel=way)
        if not onward:
            return found
        page = page.browser.get(onward[0]["href"])


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("nama", ["Siti Aminah", "Siti Wahyu", "Siti Zahra", "Adi Sitinjak", "Dewi Siti", "Wawan Siti"]),
        ("-nama", ["Siti Zahra", "Siti Wahyu", "Siti Aminah", "Wawan Siti", "Dewi Siti", "Adi Sitinjak"]),
    ],
)
@pytest.mark.parametrize("where", ["people", "lists/plans"])
@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("few", [0, 1000])
def test_who_is_called_so_from_the_start_comes_first(
    world: World,
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
    sort: str,
    order: list[str],
    where: str,
    size: int,
    few: int,
) -> None:
    monkeypatch.setattr(lists, "PAGE", size)
    monkeypatch.setattr(search, "FEW", few)
    called(world)
    hr, address = signed_in(world.hr), f"{period(world)}/{where}?q=siti&sort={sort}"
    wanted = [order[at : at + size] for at in range(0, len(order), size)]
    forth = walked(hr.get(address), "next")
    assert [names for _text, names in forth] == wanted
    last = hr.get(address)
    while onward := last.root.all("a", rel="next"):
        last = hr.get(onward[0]["href"])
    back = walked(last, "prev")
    assert [names for _text, names in reversed(back)][-1] == wanted[-1]
    assert [name for _text, names in reversed(back) for name in names] == order
    assert f"{len(order) - len(wanted[-1]) + 1}–{len(order)} dari {len(order)}" in last.text
    assert f"dari {len(order)}" in back[1][0]


def test_a_short_word_begins_a_word_of_the_name(world: World, signed_in: SignedIn) -> None:
    """*siti w* stands on the way to *siti wahyu*; alone a short word begins the name."""
    called(world)
    hr, people = signed_in(world.hr), f"{period(world)}/people"
    for typed, shown in {
        "siti w": {"Siti Wahyu", "Wawan Siti"},
        "w siti": {"Siti Wahyu", "Wawan Siti"},
        "si": {"Siti Aminah", "Siti Wahyu", "Siti Zahra"},
        "si w": {"Siti Wahyu"},
        "siti i": set(),
    }.items():
        text_ = hr.get(f"{people}?q={typed}").text
        assert {name for name in CALLED if name in text_} == shown, typed


# ------------------------------------------------------------------------------------------ counts


def test_counts_are_made_again_only_after_an_event(world: World, signed_in: SignedIn, app: Any) -> None:
    from tests.support.databases import counted

    hr = signed_in(world.hr)
    hr.get("/hr")
    with counted(app) as again:
        before = hr.get("/hr").text
    assert not any("sum(" in each for each in again), "counted although nothing happened"
    world.evaluation(EvaluationState.REPORTED, "rina")
    with counted(app) as after:
        hr.get("/hr")
    assert any("sum(" in each for each in after) and before


def test_counts_of_many_may_be_a_little_old_but_have_ones_own_acts(world: World) -> None:
    now, made = [0.0], []

    def ask(account: int | None, people: int = hr_counts.LARGE + 1) -> int:
        return hr_counts.kept(
            f"uji {people}",
            region,
            account,
            lambda: made.append(now[0]) or len(made),  # type: ignore[func-returns-value]
            lambda _found: people,
            clock=lambda: now[0],
        )

    with world.inside():
        region = world.region().id
        assert ask(None) == 1 == ask(None)
        assert ask(None, 20) == 2
    world.evaluation(EvaluationState.REPORTED, "rina")
    with world.inside():
        assert ask(world.hr.account_id) == 1, "still young"
        assert ask(world.hr.account_id, 20) == 3, "few are counted at once"
        assert ask(world.rina.account_id) == 4, "Rina reported"
        now[0] += hr_counts.PATIENCE
    world.evaluation(EvaluationState.REPORTED, "budi")
    with world.inside():
        assert ask(world.hr.account_id) == 5, "too old"


def test_a_search_too_short_for_the_middle_of_names_says_so(world: World, signed_in: SignedIn) -> None:
    hr, people = signed_in(world.hr), f"{period(world)}/people"
    assert "hanya awal nama yang dicari" in hr.get(f"{people}?q=ri").text
    assert "hanya awal nama yang dicari" not in hr.get(f"{people}?q=rin").text


def test_agencies_to_choose_from_are_kept_for_each_scope(world: World, signed_in: SignedIn, app: Any) -> None:
    from tests.support.databases import counted

    people = f"{period(world)}/people"
    hr, manager = signed_in(world.hr), signed_in(world.agency_hr)
    whole = hr.get(people).html
    with counted(app) as again:
        assert hr.get(people).html.count("<option") == whole.count("<option")
    assert not any("DISTINCT" in each for each in again), "looked for although nothing happened"
    assert whole.count("<option") > manager.get(people).html.count("<option")

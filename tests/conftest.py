"""What every test can ask for: a database, an app with a fixed clock, browsers, a small region."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from portal.kernel.clock import FixedClock
from portal.web.current import App
from tests.support.browser import chromium
from tests.support.client import Browser
from tests.support.databases import Installation, TooManyStatements, counted
from tests.support.postgres import ThrowawayPostgres
from tests.support.world import World

FIRST = [
    "tests/rules",
    "tests/journeys/test_year",
    "tests/whole/test_bad_input",
    "tests/whole/test_rights",
    "tests/journeys",
    "tests/actions/demo",
    "tests/whole",
    "tests/actions/migrations",
    "tests/actions",
]
"""The quick rules, then what takes long: so no worker is left with it alone in the end."""

BOTH = [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of actions, and those marked so, run on both databases; all others on SQLite."""
    if "database" not in metafunc.fixturenames:
        return
    on_both = "tests/actions" in str(metafunc.definition.path)
    if metafunc.definition.get_closest_marker("postgres"):
        metafunc.parametrize("database", ["postgres"], indirect=True)
    else:
        metafunc.parametrize("database", BOTH if on_both else BOTH[:1], indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files in the order of ``FIRST``; the others follow as they are."""
    root = Path(__file__).parents[1]

    def place(item: pytest.Item) -> int:
        path = item.path.relative_to(root).as_posix()
        return next((number for number, start in enumerate(FIRST) if path.startswith(start)), len(FIRST))

    items.sort(key=place)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """``sqlite`` or ``postgres``."""
    return str(request.param)


@pytest.fixture(scope="session")
def postgres() -> Iterator[ThrowawayPostgres]:
    """A PostgreSQL server for this run (one for each worker)."""
    with ThrowawayPostgres() as server:
        yield server


@pytest.fixture(scope="session")
def _installations(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Callable[[str], Installation]:
    made: dict[str, Installation] = {}

    def installation(kind: str) -> Installation:
        if kind not in made:
            server = request.getfixturevalue("postgres") if kind == "postgres" else None
            made[kind] = Installation(tmp_path_factory.mktemp(kind), server)
        return made[kind]

    return installation


@pytest.fixture
def installation(
    request: pytest.FixtureRequest, database: str, _installations: Callable[[str], Installation]
) -> Installation:
    """The installation under test, with an empty database."""
    chosen = _installations(database)
    if "world" not in request.fixturenames:
        chosen.put_back("empty")
    return chosen


@pytest.fixture
def app(installation: Installation) -> App:
    """The app on an empty database; its clock stands on 12 October 2026, 09.00 WIB."""
    return installation.app


@pytest.fixture
def clock(installation: Installation) -> FixedClock:
    """The app's clock."""
    return installation.clock


@pytest.fixture
def world(installation: Installation) -> World:
    """A small region with its people and an open year (``tests.support.world``)."""
    if "world" not in installation.kept:
        installation.put_back("empty")
        World.build(installation.app, installation.clock)
        installation.keep("world")
    installation.put_back("world")
    return World(installation.app, installation.clock, installation.brought_to)


@pytest.fixture
def browser(app: App) -> Browser:
    """A browser that nobody has signed in with."""
    return Browser(app)


@pytest.fixture
def signed_in(app: App) -> Callable[[object], Browser]:
    """Makes browsers in which somebody of the world is signed in."""
    return lambda who: Browser(app).sign_in(who)


@pytest.fixture
def statements(app: App) -> Callable[..., AbstractContextManager[list[str]]]:
    """``with statements(limit=8):`` fails when the app asks the database more often (decision 14.35)."""

    @contextmanager
    def limited(limit: int = 8) -> Iterator[list[str]]:
        with counted(app) as said:
            yield said
        if len(said) > limit:
            listed = "\n".join(f"{n}. {' '.join(each.split())[:160]}" for n, each in enumerate(said, 1))
            raise TooManyStatements(f"{len(said)} statements, {limit} at most:\n{listed}")

    return limited


@pytest.fixture(scope="session")
def chrome() -> Iterator[Chromium]:
    """One Chromium for the whole run: a process can drive it once only."""
    with chromium() as browser:
        yield browser

"""Sweeps over everything, and the whole portal in real processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import matrix
from tests.support.databases import Installation
from tests.support.matrix import Matrix
from tests.support.postgres import ThrowawayPostgres
from tests.support.server import Portal, make_data


@pytest.fixture(scope="session")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    """The matrix of the sweeps, on SQLite: made once for each worker."""
    return matrix.observe(Installation(tmp_path_factory.mktemp("matrix")))


@pytest.fixture(scope="session")
def observed_on_postgres(tmp_path_factory: pytest.TempPathFactory, postgres: ThrowawayPostgres) -> Matrix:
    """The same on PostgreSQL."""
    return matrix.observe(Installation(tmp_path_factory.mktemp("matrix"), postgres))


@pytest.fixture(autouse=True)
def _as_made(request: pytest.FixtureRequest) -> None:
    """What one sweep left is gone before the next."""
    for name in ("observed", "observed_on_postgres"):
        if name in request.fixturenames:
            request.getfixturevalue(name).undo()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the world, to be copied."""
    return make_data(tmp_path_factory.mktemp("data") / "world")


@pytest.fixture
def portal(data: Path, tmp_path: Path) -> Iterator[Portal]:
    """A real portal on a copy of the world."""
    with Portal.on_copy_of(data, tmp_path / "data") as running:
        yield running


@pytest.fixture(scope="session")
def lasting(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One real portal for all who neither end it nor count what is in it: starting one takes ten seconds."""
    with Portal.on_copy_of(data, tmp_path_factory.mktemp("lasting") / "data") as running:
        yield running

"""Sweeps over everything, and the whole portal in real processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import Portal, make_data


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the world, to be copied."""
    return make_data(tmp_path_factory.mktemp("data") / "world")


@pytest.fixture
def portal(data: Path, tmp_path: Path) -> Iterator[Portal]:
    """A real portal on a copy of the world."""
    with Portal.on_copy_of(data, tmp_path / "data") as running:
        yield running

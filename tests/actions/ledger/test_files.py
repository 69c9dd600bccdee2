"""Files under their hash: what no row names goes after a day, and a year's files have a bound."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from portal.kernel.refusal import Refused
from portal.ledger import files
from portal.ledger.door import door

NOW = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)
DAY = 86400


def keep(folder: Path, world: Any, data: bytes, at: datetime = NOW) -> files.StoredFile:
    """A file as an act attaches it."""
    entry = SimpleNamespace(region_id=world.region().id, __tablename__="progress_entries", ref="0" * 12)
    incoming = files.take_in(folder, b"%PDF-" + data, "bukti.pdf")
    with door():
        return files.attach(incoming, entry, person_id=world.rina.person_id, at=at)


def test_what_no_row_names_goes_after_a_day(world: Any, tmp_path: Path) -> None:
    named = files.place(tmp_path, keep(tmp_path, world, b"bukti").sha256)
    lost, fresh = files.place(tmp_path, "ab" + "1" * 62), files.place(tmp_path, "ab" + "2" * 62)
    lost.parent.mkdir(exist_ok=True)
    for path, age in ((named, 9), (lost, 2), (fresh, 0)):
        path.touch()
        os.utime(path, (time.time() - age * DAY, time.time() - age * DAY))
    assert files.sweep_unnamed(tmp_path, time.time() - DAY) == 1
    assert named.is_file() and fresh.is_file() and not lost.exists()
    assert files.sweep_unnamed(tmp_path / "nothing", time.time()) == 0


def test_a_years_files_have_a_bound(world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "YEARLY", 30)
    keep(tmp_path, world, b"x" * 15, NOW - timedelta(days=365))
    keep(tmp_path, world, b"x" * 15)
    with pytest.raises(Refused) as refused:
        keep(tmp_path, world, b"x" * 10)
    assert refused.value.refusal.code == "file.yearly"
    assert files.attached(world.rina.person_id, NOW) == 20
    keep(tmp_path, world, b"x" * 5)


@pytest.mark.parametrize(
    ("attached", "size", "fits"), [(0, 1, True), (files.YEARLY - 1, 1, True), (files.YEARLY, 1, False)]
)
def test_the_bound_is_met_by_the_last_byte(attached: int, size: int, fits: bool) -> None:
    assert (files.why_not_attach(attached, size) is None) is fits

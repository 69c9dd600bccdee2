"""What is done with every uploaded table, whatever it lists: kept apart, read, staged.

Tables of structure and people come this way, and files of earlier years (``performance/legacy``). What their
rows mean, and what applying them does, is each room's own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, delete, insert

from portal.extensions import db
from portal.kernel.refusal import N_, Refusal, Refused
from portal.ledger import jobs
from portal.ledger.columns import bare_table
from portal.ledger.door import door, writing_much
from portal.ledger.files import Incoming
from portal.people.imports import queries
from portal.people.imports.models import Upload
from portal.people.imports.rules import CHUNK, Row
from portal.web.current import app

KEPT = timedelta(days=90)
"""How long the rows of a table stay, as they were handed in."""
BREATH = 0.03
"""Seconds between two openings of the door, so that whoever waits comes in."""

CHECK_FAILED = Refusal(
    "import.check_failed",
    N_(
        "Berkas ini tidak dapat diperiksa karena gangguan di portal. "
        "Unggah sekali lagi; bila terulang, hubungi administrator."
    ),
)


def refuse_twice(model: type[Upload], region_id: int, sha256: str, *which: ColumnElement[bool]) -> None:
    """Raise ``Refused`` while the same file still waits, among those ``which``."""
    waiting = queries.waiting_upload(model, region_id, sha256, *which)
    if waiting is not None:
        raise Refused(
            Refusal(
                "import.repeated",
                N_(
                    "Berkas yang sama sudah diunggah pada %(made)s dan masih menunggu. "
                    "Buka impor itu di daftar di bawah."
                ),
                {"made": waiting.made},
            )
        )


def keep(batch: Upload, incoming: Incoming) -> None:
    """Add a new batch and keep its file apart from all others until it was checked; inside the door."""
    batch.sha256 = incoming.sha256
    db.session.add(batch)
    db.session.flush()
    kept = _place(batch)
    kept.parent.mkdir(parents=True, exist_ok=True)
    os.replace(incoming.path, kept)


def rows_of(batch: Upload, read: Callable[[bytes], list[Row]]) -> list[Row]:
    """The rows of a kept file. Raises ``Refused`` as ``read`` does, and when the file is gone."""
    try:
        data = _place(batch).read_bytes()
    except FileNotFoundError:
        raise Refused(
            Refusal("import.file_gone", N_("Berkasnya tidak ada lagi. Unggah sekali lagi."))
        ) from None
    return read(data)


def forget_file(batch: Upload) -> None:
    """Delete the kept file: it was checked, and what is needed of it is staged."""
    _place(batch).unlink(missing_ok=True)


def _place(batch: Upload) -> Path:
    return app().settings.files_folder / "imports" / batch.ref


def stage(batch: Upload, total: int, *tables: tuple[type[Any], Iterable[Mapping[str, object]]]) -> None:
    """Write what a check found, ``total`` rows in all, in chunks, each in its own opening of the door.

    ``tables``: models with the values of their rows as they are stored, but for the batch and its region.
    """
    own = {"region_id": batch.region_id, "batch_id": batch.id}
    with door(batch) as session:
        # A check that was interrupted begins anew.
        for model, _values in tables:
            session.execute(delete(model).where(model.batch_id == own["batch_id"]))
        batch.done, batch.todo = 0, total
    for model, values in tables:
        target, rest = bare_table(model), iter(values)
        while chunk := [{**own, **row} for row in islice(rest, CHUNK)]:
            with door(batch) as session, writing_much(session):
                session.execute(insert(target), chunk)
                batch.done += len(chunk)
                jobs.keep_lease()

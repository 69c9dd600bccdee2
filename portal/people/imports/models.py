"""A table that was handed in: the batch and its rows, staged until somebody applies them.

Rows hold names and staff numbers as they were handed in; ``actions.forget_old`` erases them when the
batch has been settled for long enough.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Id, OfRegion, UtcDateTime, choice, region_key, same_region
from portal.people.imports.rules import BatchState, Difference, Kind, RowAction


class Upload(Addressed, OfRegion):
    """An uploaded table, whatever it lists, from its check until it is applied, dropped or taken back."""

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), default="")
    """The file's hash, by which the same one is known again while it waits; empty for a command's."""
    state: Mapped[BatchState] = mapped_column(choice(BatchState, "state"), default=BatchState.CHECKING)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Why the file as a whole couldn't be read, or why applying came to a halt."""
    done: Mapped[int] = mapped_column(default=0)
    todo: Mapped[int] = mapped_column(default=0)
    """How far the check or the applying has come; applying goes on from there after a restart."""
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("accounts.id"))
    made: Mapped[datetime] = mapped_column(UtcDateTime)
    settled: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was applied, dropped, denied or taken back."""


class ImportBatch(Upload, Base):
    """One table of one kind for one region."""

    __tablename__ = "import_batches"
    __table_args__ = (region_key("import_batches"), Index("ix_import_batches_region", "region_id", "made"))

    kind: Mapped[Kind] = mapped_column(choice(Kind, "kind"))
    as_of: Mapped[date]
    """The day from which a row without a date of its own holds."""
    structure_version: Mapped[int]
    """The region's structure when the rows were checked; applying is refused when it has moved on."""
    joined: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    left: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    warned: Mapped[int] = mapped_column(default=0)
    steps: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """How many rows plan each step; every set-based statement must write exactly so many."""
    differences: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """How many rows there are of each ``Difference``."""
    applied_version: Mapped[int | None]
    """The region's structure after applying; undoing is refused when it has moved on."""

    @property
    def total(self) -> int:
        """How many rows the table had."""
        return self.joined + self.changed + self.left + self.same + self.bad


class ImportRow(OfRegion, Base):
    """One row: what was given, what is wrong with it, and what applying it will do."""

    __tablename__ = "import_rows"
    __table_args__ = (
        same_region("batch_id", "import_batches"),
        Index("uq_import_rows_number", "batch_id", "number", unique=True),
        Index("ix_import_rows_difference", "batch_id", "difference", "number"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    batch_id: Mapped[int] = mapped_column(Id)
    number: Mapped[int]
    """The row's number in the file, the headings being row 1."""
    key: Mapped[str] = mapped_column(String(300))
    action: Mapped[RowAction] = mapped_column(choice(RowAction, "action"))
    difference: Mapped[Difference] = mapped_column(choice(Difference, "difference"))
    doubtful: Mapped[bool] = mapped_column(default=False)
    """Whether the row is good but has warnings."""
    given: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The cells by column, as they were read."""
    errors: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The present values of the columns that will change: for the preview and for undoing."""
    plan: Mapped[dict[str, Any]] = mapped_column(JSON().with_variant(JSONB(), "postgresql"))
    """Values, references and keys that the set-based statements read."""

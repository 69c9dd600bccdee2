"""Publications: a frozen dataset, its hash, and who prepared and who published it (NEW-3)."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from portal.extensions import Base
from portal.ledger.columns import Addressed, Id, OfRegion, UtcDateTime, choice, same_region
from portal.transparency.publications.rules import PublicationState

NOTE_TEXT = 2000
REASON_TEXT = 1000
FROZEN = ("region_id", "period_id", "version", "dataset", "sha256", "reason")
NOT_WITHDRAWN = text("state <> 'ditarik'")


class Frozen(RuntimeError):
    """Something tried to change what was frozen at the preparation: a fault of the program."""


class Publication(Addressed, OfRegion, Base):
    """One version of a period's figures; what it says never changes, only its state does."""

    __tablename__ = "publications"
    __table_args__ = (
        same_region("period_id", "periods"),
        # A draft that was discarded doesn't use up its number.
        Index(
            "uq_publications_period_version",
            "period_id",
            "version",
            unique=True,
            sqlite_where=NOT_WITHDRAWN,
            postgresql_where=NOT_WITHDRAWN,
        ),
        Index("ix_publications_region_state", "region_id", "state"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("version = 1 OR reason <> ''", name="correction_has_reason"),
        CheckConstraint("state NOT IN ('terbit', 'diganti') OR published_at IS NOT NULL", name="published"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    period_id: Mapped[int] = mapped_column(Id)
    version: Mapped[int]
    state: Mapped[PublicationState] = mapped_column(
        choice(PublicationState, "state"), default=PublicationState.PREPARED
    )
    dataset: Mapped[str] = mapped_column(Text)
    """Canonical JSON: the bytes that are hashed, downloaded and rendered."""
    sha256: Mapped[str] = mapped_column(String(64))
    method_note: Mapped[str] = mapped_column(String(NOTE_TEXT))
    next_date: Mapped[date]
    reason: Mapped[str] = mapped_column(String(REASON_TEXT), default="")
    """Why this version replaces the one before; empty for the first."""
    prepared_account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("accounts.id"))
    prepared_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    prepared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("accounts.id"))
    published_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(String(REASON_TEXT), default="")

    @property
    def data(self) -> dict[str, Any]:
        """The dataset, read."""
        return json.loads(self.dataset)  # type: ignore[no-any-return]

    @validates(*FROZEN)
    def _freeze(self, name: str, value: object) -> object:
        before = getattr(self, name)
        if before is not None and before != value:
            raise Frozen(f"{name} of a publication doesn't change")
        return value

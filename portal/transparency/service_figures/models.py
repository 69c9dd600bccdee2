"""What was published of a service: a frozen dataset with its hash (NEW-3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Id, OfRegion, UtcDateTime, same_region


class ServiceEdition(Addressed, OfRegion, Base):
    """One published version of a service with its standard and figures; rows are only ever added."""

    __tablename__ = "service_editions"
    __table_args__ = (
        same_region("service_id", "services"),
        UniqueConstraint("service_id", "version"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    service_id: Mapped[int] = mapped_column(Id)
    version: Mapped[int]
    dataset: Mapped[str] = mapped_column(Text)
    """Canonical JSON: the bytes that are hashed, downloaded and rendered."""
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(String(64))
    """Hash of what it says without version and date: tells whether there is anything new."""
    last_value: Mapped[int] = mapped_column(Id)
    """The newest measured value that it holds; later ones are looked at by a second person."""
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("accounts.id"))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

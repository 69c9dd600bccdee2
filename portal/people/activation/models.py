"""One-time codes, kept as keyed hashes; never the code itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Id, UtcDateTime

OPEN = text("ended IS NULL AND account_id IS NOT NULL")


class Activation(Addressed, Base):
    """A code that sets a password once; without an account it is the first administrator's.

    Like accounts, some belong to no region: an administrator's.
    """

    __tablename__ = "activations"
    __table_args__ = (
        Index(
            "uq_activations_open", "account_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        ),
        CheckConstraint("tries BETWEEN 0 AND 3", name="tries"),
        CheckConstraint("ends > made", name="span"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int | None] = mapped_column(Id, ForeignKey("regions.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("accounts.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made: Mapped[datetime] = mapped_column(UtcDateTime)
    ends: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    used: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was used or replaced by a newer one; an open one may still be late or spent."""

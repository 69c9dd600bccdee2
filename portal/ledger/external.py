"""The numbers under which other systems keep our things: rows, not columns (decision 14.28)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base, db
from portal.kernel.refs import LENGTH
from portal.ledger.columns import Id, OfRegion

EKINERJA = "ekinerja_bkn"
"""The national application e-Kinerja BKN."""
NUMBER_TEXT = 100


class ExternalRef(OfRegion, Base):
    """The number under which another system keeps one of our things."""

    __tablename__ = "external_refs"
    __table_args__ = (UniqueConstraint("subject_type", "subject_ref", "system"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_ref: Mapped[str] = mapped_column(String(LENGTH))
    system: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(NUMBER_TEXT))
    day: Mapped[date | None]


def of(subject: object) -> Sequence[ExternalRef]:
    """The numbers of ``subject`` in other systems; one statement."""
    return db.session.scalars(
        select(ExternalRef).where(
            ExternalRef.subject_type == subject.__tablename__,  # type: ignore[attr-defined]
            ExternalRef.subject_ref == subject.ref,  # type: ignore[attr-defined]
        )
    ).all()

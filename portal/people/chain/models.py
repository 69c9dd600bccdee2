"""Who appraises whom where the structure alone doesn't say it: appointments and delegations."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Id, OfRegion, same_region


class AppraiserAppointment(Addressed, OfRegion, Base):
    """A position's appraiser, named by another position or by a person, with its ground."""

    __tablename__ = "appraiser_appointments"
    __table_args__ = (
        same_region("position_id", "positions"),
        same_region("appraiser_position_id", "positions"),
        same_region("appraiser_person_id", "people"),
        Index("ix_appraiser_appointments_position", "region_id", "position_id", "begins"),
        CheckConstraint(
            "(appraiser_position_id IS NULL) <> (appraiser_person_id IS NULL)", name="one_appraiser"
        ),
        CheckConstraint("ends IS NULL OR ends > begins", name="span"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    position_id: Mapped[int] = mapped_column(Id)
    appraiser_position_id: Mapped[int | None] = mapped_column(Id)
    appraiser_person_id: Mapped[int | None] = mapped_column(Id)
    letter: Mapped[str] = mapped_column(String(100), default="")
    begins: Mapped[date]
    ends: Mapped[date | None]


class Delegation(Addressed, OfRegion, Base):
    """The power to appraise that goes with a position, given to a person for a time, by letter."""

    __tablename__ = "delegations"
    __table_args__ = (
        same_region("position_id", "positions"),
        same_region("person_id", "people"),
        Index("ix_delegations_position", "region_id", "position_id", "begins"),
        CheckConstraint("ends IS NULL OR ends > begins", name="span"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    position_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id)
    letter: Mapped[str] = mapped_column(String(100))
    begins: Mapped[date]
    ends: Mapped[date | None]

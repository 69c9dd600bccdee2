"""Appointments to type for another."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Id, OfRegion, UtcDateTime, choice, region_key, same_region
from portal.people.assistance.rules import AssistanceKind


class Assistance(Addressed, OfRegion, Base):
    """``assistant_id`` types for ``person_id``, who consented in ``letter``.

    ``confirmed_event`` is the last event typed in this person's name that the person has confirmed.
    """

    __tablename__ = "assistances"
    __table_args__ = (
        region_key("assistances"),
        same_region("person_id", "people"),
        same_region("assistant_id", "people"),
        Index("ix_assistances_person", "region_id", "person_id"),
        Index("ix_assistances_assistant", "region_id", "assistant_id"),
        CheckConstraint("person_id <> assistant_id", name="another"),
        CheckConstraint("ends IS NULL OR ends > begins", name="span"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id)
    assistant_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[AssistanceKind] = mapped_column(choice(AssistanceKind, "kind"))
    letter: Mapped[str] = mapped_column(String(100))
    begins: Mapped[date]
    ends: Mapped[date | None]
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_event: Mapped[int] = mapped_column(Id, default=0)

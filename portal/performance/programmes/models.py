"""Programmes, what is mended of them, who takes part, what was recorded of it, and notes about that (BDG-1, BDG-2)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Id, OfRegion, UtcDateTime, choice, region_key, same_region
from portal.performance.programmes.rules import (
    LETTER_TEXT,
    NOTE_TEXT,
    PRODUCT_TEXT,
    PURPOSE_TEXT,
    REASON_TEXT,
    REPAIR_TEXT,
    ROLE_TEXT,
    TITLE_TEXT,
    ParticipationRole,
    ProgrammeState,
)


class Programme(Addressed, OfRegion, Base):
    """Something that people of several units do together for a time; its owner records who takes part."""

    __tablename__ = "programmes"
    __table_args__ = (
        region_key("programmes"),
        same_region("unit_id", "units"),
        same_region("owner_id", "people"),
        Index("ix_programmes_begins", "region_id", "begins", "id"),
        Index("ix_programmes_owner", "region_id", "owner_id"),
        CheckConstraint("last_day IS NULL OR last_day >= begins", name="span"),
        CheckConstraint("state = 'berjalan' OR last_day IS NOT NULL", name="ended"),
        CheckConstraint("meetings >= 0", name="meetings"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id)
    owner_id: Mapped[int] = mapped_column(Id)
    year: Mapped[int]
    """The year in which it begins."""
    title: Mapped[str] = mapped_column(String(TITLE_TEXT))
    search_title: Mapped[str] = mapped_column(String(TITLE_TEXT))
    purpose: Mapped[str] = mapped_column(String(PURPOSE_TEXT))
    begins: Mapped[date]
    last_day: Mapped[date | None]
    """The day on which it ends, included; unknown while it is open."""
    meetings: Mapped[int]
    """Meetings that are planned; 0 for a programme without meetings."""
    state: Mapped[ProgrammeState] = mapped_column(
        choice(ProgrammeState, "state"), default=ProgrammeState.RUNNING
    )
    version: Mapped[int] = mapped_column(default=1)


class ProgrammeRepair(Addressed, OfRegion, Base):
    """A programme doesn't work and is mended: what, until when, and with what outcome."""

    __tablename__ = "programme_repairs"
    __table_args__ = (
        same_region("programme_id", "programmes"),
        Index(
            "uq_programme_repairs_open",
            "programme_id",
            unique=True,
            sqlite_where=text("closed IS NULL"),
            postgresql_where=text("closed IS NULL"),
        ),
        CheckConstraint("closed IS NULL OR outcome <> ''", name="outcome"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(Id)
    what: Mapped[str] = mapped_column(String(REPAIR_TEXT))
    due: Mapped[date]
    opened: Mapped[datetime] = mapped_column(UtcDateTime)
    closed: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(REPAIR_TEXT), default="")


class Participation(Addressed, OfRegion, Base):
    """A person takes part in a programme; what holds today is the record of ``revision``."""

    __tablename__ = "participations"
    __table_args__ = (
        region_key("participations"),
        same_region("programme_id", "programmes"),
        same_region("person_id", "people"),
        UniqueConstraint("programme_id", "person_id"),
        Index("ix_participations_person", "region_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id)
    revision: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)


class ParticipationRecord(OfRegion, Base):
    """What was recorded of a participation, once; a correction or withdrawal is another one with a reason."""

    __tablename__ = "participation_records"
    __table_args__ = (
        same_region("participation_id", "participations"),
        same_region("recorder_id", "people"),
        UniqueConstraint("participation_id", "revision"),
        CheckConstraint("attended >= 0 AND attended <= meetings", name="attendance"),
        CheckConstraint("revision = 1 OR reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    participation_id: Mapped[int] = mapped_column(Id)
    revision: Mapped[int]
    role: Mapped[ParticipationRole] = mapped_column(choice(ParticipationRole, "role"))
    role_words: Mapped[str] = mapped_column(String(ROLE_TEXT), default="")
    attended: Mapped[int]
    meetings: Mapped[int]
    product: Mapped[str] = mapped_column(String(PRODUCT_TEXT), default="")
    letter: Mapped[str] = mapped_column(String(LETTER_TEXT), default="")
    """The number of the letter that assigned it."""
    withdrawn: Mapped[bool] = mapped_column(default=False)
    """Whether this record says that the participation doesn't hold."""
    reason: Mapped[str] = mapped_column(String(REASON_TEXT), default="")
    recorder_id: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ParticipationNote(Addressed, OfRegion, Base):
    """Who takes part says that something is wrong; the owner answers by a correction or by a reason."""

    __tablename__ = "participation_notes"
    __table_args__ = (
        same_region("participation_id", "participations"),
        Index(
            "uq_participation_notes_open",
            "participation_id",
            unique=True,
            sqlite_where=text("answered IS NULL"),
            postgresql_where=text("answered IS NULL"),
        ),
        Index("ix_participation_notes_participation", "participation_id"),
        CheckConstraint("answered IS NULL OR (answer <> '') OR revision IS NOT NULL", name="answer"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    participation_id: Mapped[int] = mapped_column(Id)
    text: Mapped[str] = mapped_column(String(NOTE_TEXT))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String(NOTE_TEXT), default="")
    revision: Mapped[int | None]
    """The record that answered it, where it was answered by one."""

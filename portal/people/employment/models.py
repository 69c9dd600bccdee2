"""People, employees and their dated tenures (decisions 14.4, 14.13, 14.26)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Id, OfRegion, choice, region_key, same_region
from portal.people.employment.rules import AbsenceKind, ActingKind, EmploymentStatus


class Person(Addressed, OfRegion, Base):
    """A human being who works with the region, civil servant or not."""

    __tablename__ = "people"
    __table_args__ = (region_key("people"), Index("ix_people_search", "region_id", "search_name"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    titles_before: Mapped[str] = mapped_column(String(60), default="")
    titles_after: Mapped[str] = mapped_column(String(100), default="")
    search_name: Mapped[str] = mapped_column(String(200))

    @property
    def full_name(self) -> str:
        """The name with its titles, as documents write it."""
        named = f"{self.titles_before} {self.name}".strip()
        return f"{named}, {self.titles_after}" if self.titles_after else named


class Employee(Addressed, OfRegion, Base):
    """A person's employment as a civil servant; the staff number stands in documents only."""

    __tablename__ = "employees"
    __table_args__ = (
        region_key("employees"),
        same_region("person_id", "people"),
        UniqueConstraint("region_id", "staff_number"),
        UniqueConstraint("person_id"),
        CheckConstraint("ends IS NULL OR ends > begins", name="span"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id)
    staff_number: Mapped[str] = mapped_column(String(18))
    status: Mapped[EmploymentStatus] = mapped_column(choice(EmploymentStatus, "status"))
    rank_code: Mapped[str] = mapped_column(String(10), default="")
    begins: Mapped[date]
    ends: Mapped[date | None]


class Tenure(Addressed, OfRegion, Base):
    """A person holds a position from ``begins`` until before ``ends`` (``None`` = open)."""

    __tablename__ = "tenures"
    __table_args__ = (
        region_key("tenures"),
        same_region("person_id", "people"),
        same_region("position_id", "positions"),
        Index("ix_tenures_position", "region_id", "position_id", "begins"),
        Index("ix_tenures_person", "region_id", "person_id", "begins"),
        # One definitive post at a time: the rule refuses overlaps, this index holds the open ones.
        Index(
            "uq_tenures_open_definitive",
            "person_id",
            unique=True,
            sqlite_where=text("ends IS NULL AND acting IS NULL"),
            postgresql_where=text("ends IS NULL AND acting IS NULL"),
        ),
        CheckConstraint("ends IS NULL OR ends > begins", name="span"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id)
    position_id: Mapped[int] = mapped_column(Id)
    acting: Mapped[ActingKind | None] = mapped_column(choice(ActingKind, "acting"))
    letter: Mapped[str] = mapped_column(String(100), default="")
    begins: Mapped[date]
    ends: Mapped[date | None]


class Absence(Addressed, OfRegion, Base):
    """A person is on leave, seconded or otherwise away from ``begins`` until before ``ends``."""

    __tablename__ = "absences"
    __table_args__ = (
        same_region("person_id", "people"),
        Index("ix_absences_person", "region_id", "person_id", "begins"),
        CheckConstraint("ends IS NULL OR ends > begins", name="span"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[AbsenceKind] = mapped_column(choice(AbsenceKind, "kind"))
    place: Mapped[str] = mapped_column(String(200), default="")
    """Where the person works meanwhile, for a secondment."""
    letter: Mapped[str] = mapped_column(String(100), default="")
    begins: Mapped[date]
    ends: Mapped[date | None]

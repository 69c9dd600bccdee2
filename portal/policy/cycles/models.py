"""Cycles, periods, deadlines, enrolments and holidays (decisions 14.5, 14.8, 14.11, 14.27)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Id, OfRegion, UtcDateTime, choice, region_key, same_region
from portal.policy.calendars.rules import DeadlineKind, PeriodKind
from portal.policy.cycles.rules import MoveReason, NotObligedReason, PeriodState, Track


class Holiday(OfRegion, Base):
    """A day that isn't worked in a region."""

    __tablename__ = "holidays"
    __table_args__ = (
        CheckConstraint("kind IN ('nasional', 'cuti_bersama', 'daerah')", name="kind"),
        UniqueConstraint("region_id", "day", "name"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))


class Cycle(Addressed, OfRegion, Base):
    """A region's performance year."""

    __tablename__ = "cycles"
    __table_args__ = (region_key("cycles"), UniqueConstraint("region_id", "year", "track"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    year: Mapped[int]
    track: Mapped[Track] = mapped_column(choice(Track, "track"), default=Track.NATIONAL)
    legal_basis: Mapped[str] = mapped_column(String(300), default="")


class Period(Addressed, OfRegion, Base):
    """A span of a cycle that is evaluated: a quarter (or month, semester) or the whole year.

    The year's period is opened with the cycle: plans hang on its enrolments. The policy version is
    frozen at the opening (decisions §8).
    """

    __tablename__ = "periods"
    __table_args__ = (
        region_key("periods"),
        same_region("cycle_id", "cycles"),
        UniqueConstraint("cycle_id", "kind", "number"),
        Index("ix_periods_region_state", "region_id", "state"),
        CheckConstraint("ends > begins", name="span"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[PeriodKind] = mapped_column(choice(PeriodKind, "kind"))
    number: Mapped[int]
    begins: Mapped[date]
    ends: Mapped[date]
    state: Mapped[PeriodState] = mapped_column(choice(PeriodState, "state"), default=PeriodState.PLANNED)
    policy_version_id: Mapped[int | None] = mapped_column(Id, ForeignKey("policy_versions.id"))
    opened: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Deadline(OfRegion, Base):
    """The last day of one step of a period; ``moved_by`` says what moved an internal one."""

    __tablename__ = "deadlines"
    __table_args__ = (same_region("period_id", "periods"), UniqueConstraint("period_id", "kind"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    period_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[DeadlineKind] = mapped_column(choice(DeadlineKind, "kind"))
    due: Mapped[date]
    statutory: Mapped[bool] = mapped_column(default=False)
    moved_by: Mapped[str] = mapped_column(String(100), default="")


class Enrolment(Addressed, OfRegion, Base):
    """One tenure in one period: who is evaluated, where, by whom. All else hangs on it."""

    __tablename__ = "enrolments"
    __table_args__ = (
        region_key("enrolments"),
        same_region("period_id", "periods"),
        same_region("tenure_id", "tenures"),
        same_region("person_id", "people"),
        same_region("employee_id", "employees"),
        same_region("position_id", "positions"),
        same_region("unit_id", "units"),
        same_region("agency_id", "units"),
        same_region("organisation_id", "units"),
        same_region("appraiser_id", "people"),
        same_region("superior_id", "people"),
        same_region("plan_id", "plans"),
        UniqueConstraint("period_id", "tenure_id"),
        # Lists go by name, of a region, an agency or a unit: each walks its index and sorts nothing.
        Index("ix_enrolments_name", "region_id", "period_id", "sort_name", "id"),
        Index("ix_enrolments_agency_name", "region_id", "period_id", "agency_id", "sort_name", "id"),
        Index("ix_enrolments_unit_name", "region_id", "period_id", "unit_id", "sort_name", "id"),
        Index("ix_enrolments_person", "region_id", "person_id", "period_id"),
        Index("ix_enrolments_appraiser", "region_id", "appraiser_id", "period_id"),
        Index("ix_enrolments_superior", "region_id", "superior_id", "period_id"),
        Index("ix_enrolments_plan", "plan_id"),
        CheckConstraint("ends IS NULL OR ends > begins", name="span"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    period_id: Mapped[int] = mapped_column(Id)
    tenure_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id)
    sort_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """The person's folded name, kept here so that lists can be ordered by an index (a trigger follows it)."""
    employee_id: Mapped[int] = mapped_column(Id)
    position_id: Mapped[int] = mapped_column(Id)
    unit_id: Mapped[int] = mapped_column(Id)
    agency_id: Mapped[int] = mapped_column(Id)
    organisation_id: Mapped[int] = mapped_column(Id)
    """The agency or independent unit whose organisation rating goes before this person's."""
    is_leader: Mapped[bool] = mapped_column(default=False)
    """Heads a unit: uses the leader's form and shares a role-result matrix."""
    rank_code: Mapped[str] = mapped_column(String(10), default="")
    appraiser_id: Mapped[int | None] = mapped_column(Id)
    appraiser_position_id: Mapped[int | None] = mapped_column(Id)
    appraiser_basis: Mapped[str] = mapped_column(String(20), default="")
    superior_id: Mapped[int | None] = mapped_column(Id)
    superior_position_id: Mapped[int | None] = mapped_column(Id)
    skipped: Mapped[str] = mapped_column(Text, default="[]")
    """Levels of the chain that were passed over, as JSON: position and reason."""
    gap: Mapped[str | None] = mapped_column(String(40))
    """Why there is no appraiser, as the chain's code; none where there is one."""
    plan_id: Mapped[int | None] = mapped_column(Id)
    not_obliged: Mapped[NotObligedReason | None] = mapped_column(choice(NotObligedReason, "not_obliged"))
    not_obliged_note: Mapped[str] = mapped_column(String(300), default="")
    begins: Mapped[date]
    ends: Mapped[date | None]
    begin_reason: Mapped[MoveReason | None] = mapped_column(choice(MoveReason, "begin_reason"))
    """Why it began within the period; none for who was there at the opening."""
    end_reason: Mapped[MoveReason | None] = mapped_column(choice(MoveReason, "end_reason"))
    """Why it ended within the period; the appraiser of that part still evaluates it."""

"""Performance agreements with their goals and key indicators (year.md Y-09)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import Base
from portal.kernel.refs import LENGTH, new_ref
from portal.ledger.columns import Addressed, Exact, Id, OfRegion, choice, region_key, same_region
from portal.performance.agreements.rules import (
    DOCUMENT_TEXT,
    GOAL_TEXT,
    KEY_INDICATOR_TEXT,
    LINK_TEXT,
    PROGRAMME_TEXT,
    AgreementState,
)
from portal.performance.plans.rules import UNIT_TEXT, Direction


class PerformanceAgreement(Addressed, OfRegion, Base):
    """An agency's performance agreement of a year."""

    __tablename__ = "performance_agreements"
    __table_args__ = (
        region_key("performance_agreements"),
        same_region("cycle_id", "cycles"),
        same_region("agency_id", "units"),
        UniqueConstraint("cycle_id", "agency_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(Id)
    agency_id: Mapped[int] = mapped_column(Id)
    state: Mapped[AgreementState] = mapped_column(
        choice(AgreementState, "state"), default=AgreementState.DRAFT
    )
    document: Mapped[str] = mapped_column(String(DOCUMENT_TEXT), default="")
    document_date: Mapped[date | None]
    link: Mapped[str] = mapped_column(String(LINK_TEXT), default="")
    """Where the signed document can be read."""
    set_on: Mapped[date | None]
    """The day on which it was set first; plans take their results from it from then on."""
    version: Mapped[int] = mapped_column(default=1)

    goals: Mapped[list[AgreementGoal]] = relationship(
        primaryjoin="PerformanceAgreement.id == foreign(AgreementGoal.agreement_id)",
        order_by="(AgreementGoal.position, AgreementGoal.id)",
        viewonly=True,
    )


class AgreementGoal(Addressed, OfRegion, Base):
    """A goal (sasaran) of an agreement; ``line_ref`` names it where a plan takes it up."""

    __tablename__ = "agreement_goals"
    __table_args__ = (
        region_key("agreement_goals"),
        same_region("agreement_id", "performance_agreements"),
        Index("ix_agreement_goals_agreement", "agreement_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    agreement_id: Mapped[int] = mapped_column(Id)
    line_ref: Mapped[str] = mapped_column(String(LENGTH), default=new_ref)
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(String(GOAL_TEXT))
    version: Mapped[int] = mapped_column(default=1)

    indicators: Mapped[list[KeyIndicator]] = relationship(
        primaryjoin="AgreementGoal.id == foreign(KeyIndicator.goal_id)",
        order_by="(KeyIndicator.position, KeyIndicator.id)",
        viewonly=True,
    )


class KeyIndicator(Addressed, OfRegion, Base):
    """A key indicator (IKU) of a goal with its target: one value (both bounds equal) or a range."""

    __tablename__ = "key_indicators"
    __table_args__ = (
        same_region("goal_id", "agreement_goals"),
        Index("ix_key_indicators_goal", "goal_id"),
        CheckConstraint("target_min >= 0", name="target_min"),
        CheckConstraint("target_max >= target_min", name="target_range"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    goal_id: Mapped[int] = mapped_column(Id)
    line_ref: Mapped[str] = mapped_column(String(LENGTH), default=new_ref)
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(String(KEY_INDICATOR_TEXT))
    target_min: Mapped[Decimal] = mapped_column(Exact)
    target_max: Mapped[Decimal] = mapped_column(Exact)
    unit: Mapped[str] = mapped_column(String(UNIT_TEXT))
    direction: Mapped[Direction] = mapped_column(choice(Direction, "direction"))
    programme: Mapped[str] = mapped_column(String(PROGRAMME_TEXT), default="")
    version: Mapped[int] = mapped_column(default=1)

"""Shared goals with their contributions, progress, feedback, and the lines of plans that refer to them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.kernel.refs import LENGTH
from portal.ledger.columns import Addressed, Exact, Id, OfRegion, UtcDateTime, choice, region_key, same_region
from portal.performance.goals.rules import (
    BROUGHT_TEXT,
    FEEDBACK_TEXT,
    INDICATOR_TEXT,
    PROGRESS_TEXT,
    REASON_TEXT,
    RESULT_TEXT,
    TITLE_TEXT,
    GoalState,
    ShareState,
)
from portal.performance.plans.rules import UNIT_TEXT, Direction
from portal.performance.progress.rules import FeedbackKind


class SharedGoal(Addressed, OfRegion, Base):
    """A goal that several units or agencies of a region reach together in a year."""

    __tablename__ = "shared_goals"
    __table_args__ = (
        region_key("shared_goals"),
        same_region("cycle_id", "cycles"),
        same_region("coordinator_id", "units"),
        Index("ix_shared_goals_cycle", "region_id", "cycle_id", "id"),
        Index("ix_shared_goals_coordinator", "region_id", "coordinator_id"),
        CheckConstraint("target > 0", name="target"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(Id)
    coordinator_id: Mapped[int] = mapped_column(Id)
    """The unit that wrote it down and carries it through its steps."""
    state: Mapped[GoalState] = mapped_column(choice(GoalState, "state"), default=GoalState.DRAFT)
    title: Mapped[str] = mapped_column(String(TITLE_TEXT))
    search_title: Mapped[str] = mapped_column(String(TITLE_TEXT))
    text: Mapped[str] = mapped_column(String(RESULT_TEXT))
    """What is to be reached, in words."""
    indicator: Mapped[str] = mapped_column(String(INDICATOR_TEXT))
    unit: Mapped[str] = mapped_column(String(UNIT_TEXT))
    direction: Mapped[Direction] = mapped_column(choice(Direction, "direction"))
    baseline: Mapped[Decimal] = mapped_column(Exact)
    target: Mapped[Decimal] = mapped_column(Exact)
    reason: Mapped[str] = mapped_column(String(REASON_TEXT), default="")
    """Why it was opened again or withdrawn; with what outcome it ended."""
    version: Mapped[int] = mapped_column(default=1)


class Contribution(Addressed, OfRegion, Base):
    """What a unit or agency holds of a goal (per cent) and brings to it, and what its leader says to it."""

    __tablename__ = "goal_contributions"
    __table_args__ = (
        same_region("goal_id", "shared_goals"),
        same_region("unit_id", "units"),
        same_region("answerer_id", "people"),
        UniqueConstraint("goal_id", "unit_id"),
        Index("ix_goal_contributions_unit", "region_id", "unit_id"),
        CheckConstraint("share > 0 AND share <= 100000000", name="share"),
        CheckConstraint("(answer = 'menunggu') = (answered IS NULL)", name="answered"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    goal_id: Mapped[int] = mapped_column(Id)
    unit_id: Mapped[int] = mapped_column(Id)
    share: Mapped[Decimal] = mapped_column(Exact)
    people: Mapped[str] = mapped_column(String(BROUGHT_TEXT), default="")
    tools: Mapped[str] = mapped_column(String(BROUGHT_TEXT), default="")
    budget: Mapped[str] = mapped_column(String(BROUGHT_TEXT), default="")
    information: Mapped[str] = mapped_column(String(BROUGHT_TEXT), default="")
    answer: Mapped[ShareState] = mapped_column(choice(ShareState, "answer"), default=ShareState.WAITING)
    reason: Mapped[str] = mapped_column(String(REASON_TEXT), default="")
    answerer_id: Mapped[int | None] = mapped_column(Id)
    answered: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class GoalProgress(Addressed, OfRegion, Base):
    """How far the goal is on a day: told once for all contributors; a later row may correct it."""

    __tablename__ = "goal_progress"
    __table_args__ = (
        region_key("goal_progress"),
        same_region("goal_id", "shared_goals"),
        same_region("person_id", "people"),
        same_region("corrects_id", "goal_progress"),
        UniqueConstraint("corrects_id"),
        Index("ix_goal_progress_goal", "goal_id", "day"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    goal_id: Mapped[int] = mapped_column(Id)
    day: Mapped[date]
    value: Mapped[Decimal] = mapped_column(Exact)
    text: Mapped[str] = mapped_column(String(PROGRESS_TEXT))
    person_id: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    corrects_id: Mapped[int | None] = mapped_column(Id)
    """The row that this one goes before; the earlier one stays and isn't counted."""


class GoalFeedback(Addressed, OfRegion, Base):
    """What somebody who takes part says of the goal, by name; it is about no person."""

    __tablename__ = "goal_feedback"
    __table_args__ = (
        same_region("goal_id", "shared_goals"),
        same_region("person_id", "people"),
        Index("ix_goal_feedback_goal", "goal_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    goal_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[FeedbackKind] = mapped_column(choice(FeedbackKind, "kind"))
    text: Mapped[str] = mapped_column(String(FEEDBACK_TEXT))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class GoalReference(Addressed, OfRegion, Base):
    """A line of a plan refers to a goal; the plan itself, frozen or not, stays as it is."""

    __tablename__ = "goal_references"
    __table_args__ = (
        same_region("plan_id", "plans"),
        same_region("goal_id", "shared_goals"),
        UniqueConstraint("plan_id", "line_ref"),
        Index("ix_goal_references_goal", "goal_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    plan_id: Mapped[int] = mapped_column(Id)
    line_ref: Mapped[str] = mapped_column(String(LENGTH))
    goal_id: Mapped[int] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

"""Action steps, progress with evidence, and open feedback (F-8, F-9)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.kernel.refs import LENGTH
from portal.ledger.columns import Addressed, Exact, Id, OfRegion, UtcDateTime, choice, region_key, same_region
from portal.performance.plans.rules import CoreValue
from portal.performance.progress.rules import (
    ENTRY_TEXT,
    FEEDBACK_TEXT,
    LINK_TEXT,
    REPLY_TEXT,
    STEP_TEXT,
    FeedbackKind,
    Relation,
    ReplyKind,
    StepState,
)


class ActionStep(Addressed, OfRegion, Base):
    """A step towards a planned result in one period."""

    __tablename__ = "action_steps"
    __table_args__ = (
        same_region("enrolment_id", "enrolments"),
        Index("ix_action_steps_enrolment", "enrolment_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(Id)
    line_ref: Mapped[str] = mapped_column(String(LENGTH))
    text: Mapped[str] = mapped_column(String(STEP_TEXT))
    target: Mapped[str] = mapped_column(String(100), default="")
    due: Mapped[date | None]
    evidence: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[StepState] = mapped_column(choice(StepState, "state"), default=StepState.PROPOSED)
    version: Mapped[int] = mapped_column(default=1)


class ProgressEntry(Addressed, OfRegion, Base):
    """What was done on a day for a planned result; evidence are files (subject: this) or a link."""

    __tablename__ = "progress_entries"
    __table_args__ = (
        region_key("progress_entries"),
        same_region("enrolment_id", "enrolments"),
        Index("ix_progress_entries_enrolment", "enrolment_id", "day"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(Id)
    line_ref: Mapped[str] = mapped_column(String(LENGTH))
    day: Mapped[date]
    text: Mapped[str] = mapped_column(String(ENTRY_TEXT))
    amount: Mapped[Decimal | None] = mapped_column(Exact)
    link: Mapped[str] = mapped_column(String(LINK_TEXT), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class Feedback(Addressed, OfRegion, Base):
    """An open word about somebody's work, signed, with the employee's reply."""

    __tablename__ = "feedback"
    __table_args__ = (
        region_key("feedback"),
        same_region("enrolment_id", "enrolments"),
        Index("ix_feedback_enrolment", "enrolment_id", "at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    relation: Mapped[Relation] = mapped_column(choice(Relation, "relation"))
    kind: Mapped[FeedbackKind] = mapped_column(choice(FeedbackKind, "kind"))
    line_ref: Mapped[str | None] = mapped_column(String(LENGTH))
    value: Mapped[CoreValue | None] = mapped_column(choice(CoreValue, "value"))
    text: Mapped[str] = mapped_column(String(FEEDBACK_TEXT))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reply_kind: Mapped[ReplyKind | None] = mapped_column(choice(ReplyKind, "reply_kind"))
    reply: Mapped[str] = mapped_column(String(REPLY_TEXT), default="")
    replied: Mapped[datetime | None] = mapped_column(UtcDateTime)

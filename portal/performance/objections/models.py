"""Objections with explanation and decision, and documents set by the superior for want of a signature."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Id, OfRegion, UtcDateTime, choice, region_key, same_region
from portal.performance.objections.rules import (
    CONSIDERATIONS_TEXT,
    EXPLANATION_TEXT,
    LETTER_TEXT,
    REASONS_TEXT,
    SUBSTITUTE_TEXT,
    Missing,
    ObjectionState,
    Outcome,
    Part,
)


class Objection(Addressed, OfRegion, Base):
    """The employee contests a rating; evidence are files (subject: this)."""

    __tablename__ = "objections"
    __table_args__ = (
        region_key("objections"),
        same_region("evaluation_id", "evaluations"),
        Index("ix_objections_evaluation", "evaluation_id"),
        Index("ix_objections_state", "region_id", "state"),
        CheckConstraint("(state = 'diputus') = (outcome IS NOT NULL)", name="decision"),
        CheckConstraint("(decided_on IS NULL) = (outcome IS NULL)", name="decided"),
        CheckConstraint(
            "(new_rating_id IS NOT NULL) = (coalesce(outcome, '') = 'diubah')", name="new_rating"
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(Id)
    rating_id: Mapped[int] = mapped_column(Id, ForeignKey("ratings.id"))
    """The rating that is contested."""
    state: Mapped[ObjectionState] = mapped_column(
        choice(ObjectionState, "state"), default=ObjectionState.FILED
    )
    parts: Mapped[str] = mapped_column(String(200))
    """Keys of ``Part``, with a blank between them."""
    reasons: Mapped[str] = mapped_column(String(REASONS_TEXT))
    filed_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    explanation: Mapped[str] = mapped_column(String(EXPLANATION_TEXT), default="")
    explainer_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    explained_on: Mapped[date | None]
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome, "outcome"))
    considerations: Mapped[str] = mapped_column(String(CONSIDERATIONS_TEXT), default="")
    advice_letter: Mapped[str] = mapped_column(String(LETTER_TEXT), default="")
    """The appraisal board's written advice, where nobody stands above the appraiser."""
    decider_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    decided_on: Mapped[date | None]
    new_rating_id: Mapped[int | None] = mapped_column(Id, ForeignKey("ratings.id"))
    version: Mapped[int] = mapped_column(default=1)

    @property
    def contested(self) -> list[Part]:
        """The parts that are contested."""
        return [Part(each) for each in self.parts.split()]


class Substitution(Addressed, OfRegion, Base):
    """The appraiser's superior set a document that somebody left unsigned (PP 30/2019 Ps. 50)."""

    __tablename__ = "substitutions"
    __table_args__ = (
        same_region("evaluation_id", "evaluations"),
        UniqueConstraint("evaluation_id", "missing"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(Id)
    missing: Mapped[Missing] = mapped_column(choice(Missing, "missing"))
    text: Mapped[str] = mapped_column(String(SUBSTITUTE_TEXT))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    day: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)

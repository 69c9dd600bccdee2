"""Evaluations with achievements and ratings, and the organisation's rating before them (14.7, 14.19)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.kernel.refs import LENGTH
from portal.ledger.columns import Addressed, Exact, Id, OfRegion, UtcDateTime, choice, region_key, same_region
from portal.performance.evaluations.rules import EvaluationState, NotEvaluatedReason, Relation
from portal.policy.policies.rules import ExpectationRating, OrganisationRating, OverallRating


class Evaluation(Addressed, OfRegion, Base):
    """The act of evaluating one enrolment; its ratings are rows of their own that supersede."""

    __tablename__ = "evaluations"
    __table_args__ = (
        region_key("evaluations"),
        same_region("enrolment_id", "enrolments"),
        UniqueConstraint("enrolment_id"),
        Index("ix_evaluations_state", "region_id", "state"),
        CheckConstraint("(state = 'tidak_dinilai') = (not_evaluated IS NOT NULL)", name="absence_has_reason"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(Id)
    state: Mapped[EvaluationState] = mapped_column(
        choice(EvaluationState, "state"), default=EvaluationState.RUNNING
    )
    self_note: Mapped[str] = mapped_column(String(2000), default="")
    reported_on: Mapped[date | None]
    draft_result: Mapped[ExpectationRating | None] = mapped_column(choice(ExpectationRating, "draft_result"))
    draft_result_reason: Mapped[str] = mapped_column(String(1000), default="")
    draft_behaviour: Mapped[ExpectationRating | None] = mapped_column(
        choice(ExpectationRating, "draft_behaviour")
    )
    draft_behaviour_reason: Mapped[str] = mapped_column(String(1000), default="")
    draft_marks: Mapped[str | None] = mapped_column(String(7))
    """The appraiser's marks of the seven core values, a digit each in their order; 0 where there is none."""
    unsure: Mapped[bool] = mapped_column(default=False)
    rating_id: Mapped[int | None] = mapped_column(Id, ForeignKey("ratings.id", use_alter=True))
    """The rating that holds today."""
    rated_on: Mapped[date | None]
    handed_over_on: Mapped[date | None]
    received_on: Mapped[date | None]
    not_evaluated: Mapped[NotEvaluatedReason | None] = mapped_column(
        choice(NotEvaluatedReason, "not_evaluated")
    )
    not_evaluated_note: Mapped[str] = mapped_column(String(500), default="")
    version: Mapped[int] = mapped_column(default=1)
    """Optimistic version of the rater's draft."""
    report_version: Mapped[int] = mapped_column(default=1)
    """Optimistic version of the employee's report."""
    plan_number: Mapped[int | None]
    """Version of the plan that is rated. Empty as long as it is the one in force."""


class Achievement(OfRegion, Base):
    """What was reached on one indicator in the period; missing stays missing with its reason."""

    __tablename__ = "achievements"
    __table_args__ = (
        same_region("evaluation_id", "evaluations"),
        UniqueConstraint("evaluation_id", "indicator_ref"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(Id)
    indicator_ref: Mapped[str] = mapped_column(String(LENGTH))
    value: Mapped[Decimal | None] = mapped_column(Exact)
    note: Mapped[str] = mapped_column(String(500), default="")


class Rating(Addressed, OfRegion, Base):
    """Two ratings and the overall one they meet in, with reasons, by the policy version of the period."""

    __tablename__ = "ratings"
    __table_args__ = (
        same_region("evaluation_id", "evaluations"),
        Index("ix_ratings_evaluation", "evaluation_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(Id)
    result: Mapped[ExpectationRating] = mapped_column(choice(ExpectationRating, "result"))
    result_reason: Mapped[str] = mapped_column(String(1000))
    behaviour: Mapped[ExpectationRating] = mapped_column(choice(ExpectationRating, "behaviour"))
    behaviour_reason: Mapped[str] = mapped_column(String(1000))
    overall: Mapped[OverallRating] = mapped_column(choice(OverallRating, "overall"))
    recommendation: Mapped[str] = mapped_column(String(1000), default="")
    advice: Mapped[ExpectationRating | None] = mapped_column(choice(ExpectationRating, "advice"))
    advice_mean: Mapped[Decimal | None] = mapped_column(Exact)
    marks: Mapped[str | None] = mapped_column(String(7))
    """The marks of the core values that the appraiser had given then."""
    behaviour_advice: Mapped[ExpectationRating | None] = mapped_column(choice(ExpectationRating, None))
    behaviour_mean: Mapped[Decimal | None] = mapped_column(Exact)
    organisation_rating_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation_ratings.id"))
    policy_version_id: Mapped[int] = mapped_column(Id, ForeignKey("policy_versions.id"))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    supersedes_id: Mapped[int | None] = mapped_column(Id, ForeignKey("ratings.id"))
    change_reason: Mapped[str] = mapped_column(String(1000), default="")


class OrganisationRatingSet(Addressed, OfRegion, Base):
    """The rating of an agency or independent unit for a period; a later row supersedes."""

    __tablename__ = "organisation_ratings"
    __table_args__ = (
        same_region("period_id", "periods"),
        same_region("unit_id", "units"),
        Index("ix_organisation_ratings_unit", "period_id", "unit_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    period_id: Mapped[int] = mapped_column(Id)
    unit_id: Mapped[int] = mapped_column(Id)
    rating: Mapped[OrganisationRating] = mapped_column(choice(OrganisationRating, "rating"))
    reason: Mapped[str] = mapped_column(String(1000))
    document: Mapped[str] = mapped_column(String(200), default="")
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    supersedes_id: Mapped[int | None] = mapped_column(Id, ForeignKey("organisation_ratings.id"))


class Look(OfRegion, Base):
    """Somebody other than its owner looked at an evaluation: the first time on a day (NEW-21)."""

    __tablename__ = "looks"
    __table_args__ = (
        same_region("evaluation_id", "evaluations"),
        UniqueConstraint("evaluation_id", "account_id", "day"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(Id)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("accounts.id"))
    relation: Mapped[Relation] = mapped_column(choice(Relation, "relation"))
    day: Mapped[date]
    """The day in the region's zone."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)

"""Requests for feedback, team leads of results, and their recommendations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.kernel.refs import LENGTH
from portal.ledger.columns import Addressed, Id, OfRegion, UtcDateTime, choice, region_key, same_region
from portal.performance.colleagues.rules import QUESTION_TEXT, TEXT, RequestState
from portal.performance.plans.rules import RESULT_TEXT
from portal.performance.progress.rules import Relation
from portal.policy.policies.rules import ExpectationRating


class FeedbackRequest(Addressed, OfRegion, Base):
    """Somebody is asked for feedback on a person: about the whole work, or a line by the words it had."""

    __tablename__ = "feedback_requests"
    __table_args__ = (
        region_key("feedback_requests"),
        same_region("enrolment_id", "enrolments"),
        same_region("asked_id", "people"),
        same_region("asker_id", "people"),
        Index("ix_feedback_requests_asked", "region_id", "asked_id", "state"),
        Index("ix_feedback_requests_enrolment", "enrolment_id"),
        CheckConstraint("(state = 'dijawab') = (feedback_id IS NOT NULL)", name="answer"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(Id)
    asked_id: Mapped[int] = mapped_column(Id)
    asker_id: Mapped[int] = mapped_column(Id)
    relation: Mapped[Relation] = mapped_column(choice(Relation, "relation"))
    line_ref: Mapped[str | None] = mapped_column(String(LENGTH))
    line_text: Mapped[str] = mapped_column(String(RESULT_TEXT), default="")
    """The line's words when it was asked: all that whoever is asked sees of the plan."""
    question: Mapped[str] = mapped_column(String(QUESTION_TEXT), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[RequestState] = mapped_column(choice(RequestState, "state"), default=RequestState.OPEN)
    closed: Mapped[datetime | None] = mapped_column(UtcDateTime)
    feedback_id: Mapped[int | None] = mapped_column(Id, ForeignKey("feedback.id"))


class TeamLead(Addressed, OfRegion, Base):
    """A person leads the team of one line of somebody's plan; guides and recommends, doesn't decide."""

    __tablename__ = "team_leads"
    __table_args__ = (
        region_key("team_leads"),
        same_region("plan_id", "plans"),
        same_region("person_id", "people"),
        Index("ix_team_leads_person", "region_id", "person_id"),
        Index("ix_team_leads_plan", "plan_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    plan_id: Mapped[int] = mapped_column(Id)
    line_ref: Mapped[str] = mapped_column(String(LENGTH))
    person_id: Mapped[int] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Recommendation(Addressed, OfRegion, Base):
    """What a team lead recommends on a result in a period; a later row of the same lead goes before it."""

    __tablename__ = "recommendations"
    __table_args__ = (
        same_region("enrolment_id", "enrolments"),
        same_region("team_lead_id", "team_leads"),
        Index("ix_recommendations_enrolment", "enrolment_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(Id)
    team_lead_id: Mapped[int] = mapped_column(Id)
    result: Mapped[ExpectationRating] = mapped_column(choice(ExpectationRating, "result"))
    text: Mapped[str] = mapped_column(String(TEXT))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

"""Comparisons of a period with the national application, and what differed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Id, OfRegion, UtcDateTime, choice, region_key, same_region
from portal.performance.exchange.rules import Missing, Outcome
from portal.policy.policies.rules import ExpectationRating, OverallRating


class Reconciliation(Addressed, OfRegion, Base):
    """One comparison of a period with a file of the national application."""

    __tablename__ = "reconciliations"
    __table_args__ = (
        region_key("reconciliations"),
        same_region("period_id", "periods"),
        same_region("agency_id", "units"),
        Index("ix_reconciliations_period", "region_id", "period_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    period_id: Mapped[int] = mapped_column(Id)
    agency_id: Mapped[int | None] = mapped_column(Id)
    """The agency that was compared; none for the whole region."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    source: Mapped[str] = mapped_column(String(200))
    """The name of the file."""
    rows: Mapped[int]
    same: Mapped[int]
    different: Mapped[int]
    missing: Mapped[int]


class ReconciliationRow(Addressed, OfRegion, Base):
    """One rating on both sides as they were when compared."""

    __tablename__ = "reconciliation_rows"
    __table_args__ = (
        same_region("reconciliation_id", "reconciliations"),
        same_region("enrolment_id", "enrolments"),
        Index("ix_reconciliation_rows_list", "region_id", "reconciliation_id", "outcome", "sort_name", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    reconciliation_id: Mapped[int] = mapped_column(Id)
    enrolment_id: Mapped[int | None] = mapped_column(Id)
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome, "outcome"))
    missing: Mapped[Missing | None] = mapped_column(choice(Missing, "missing"))
    sort_name: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    """As the file has it, where nobody is enrolled here under its number."""
    line: Mapped[int | None]
    """The file's row."""
    result: Mapped[ExpectationRating | None] = mapped_column(choice(ExpectationRating, "result"))
    behaviour: Mapped[ExpectationRating | None] = mapped_column(choice(ExpectationRating, "behaviour"))
    overall: Mapped[OverallRating | None] = mapped_column(choice(OverallRating, "overall"))
    their_result: Mapped[ExpectationRating | None] = mapped_column(choice(ExpectationRating, "their_result"))
    their_behaviour: Mapped[ExpectationRating | None] = mapped_column(
        choice(ExpectationRating, "their_behaviour")
    )
    their_overall: Mapped[OverallRating | None] = mapped_column(choice(OverallRating, "their_overall"))

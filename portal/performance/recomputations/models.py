"""Runs over a period's people, and the ratings of which a stored figure isn't what the rules give today."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Id, OfRegion, UtcDateTime, choice, region_key, same_region
from portal.performance.recomputations.rules import Counts, Figure, RecomputationState


class Recomputation(Addressed, OfRegion, Base):
    """A period's advice computed again: by which policy version, how far it is, what came out so far."""

    __tablename__ = "recomputations"
    __table_args__ = (
        region_key("recomputations"),
        same_region("period_id", "periods"),
        Index("ix_recomputations_period", "period_id", "id"),
        CheckConstraint("(state = 'selesai') = (finished IS NOT NULL)", name="finished"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    period_id: Mapped[int] = mapped_column(Id)
    policy_version_id: Mapped[int] = mapped_column(Id, ForeignKey("policy_versions.id"))
    state: Mapped[RecomputationState] = mapped_column(
        choice(RecomputationState, "state"), default=RecomputationState.WAITING
    )
    cursor: Mapped[int] = mapped_column(Id, default=0)
    """The tenure of the last enrolment that was counted: people go in the order of the index on it."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    """How many people there are to count; none before the portal has taken it up."""
    tallies: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON, default=dict)
    """``Counts`` by agency."""
    worked_ms: Mapped[int] = mapped_column(default=0)
    """How long was counted, without the time in which nothing was."""
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("accounts.id"))
    started: Mapped[datetime] = mapped_column(UtcDateTime)
    finished: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def counts(self) -> dict[int, Counts]:
        """What came out so far, by agency."""
        return {int(agency): Counts.of(data) for agency, data in self.tallies.items()}

    @property
    def per_second(self) -> int:
        """People counted in a second of work."""
        return round(self.done * 1000 / self.worked_ms) if self.worked_ms else 0


class RecomputedDifference(OfRegion, Base):
    """A rating of which a stored figure isn't what the rules give today; erased by the next run that ends."""

    __tablename__ = "recomputed_differences"
    __table_args__ = (
        same_region("recomputation_id", "recomputations"),
        same_region("enrolment_id", "enrolments"),
        UniqueConstraint("recomputation_id", "enrolment_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    recomputation_id: Mapped[int] = mapped_column(Id)
    enrolment_id: Mapped[int] = mapped_column(Id)
    named: Mapped[str] = mapped_column("figures", String(100))
    """Which figures, parted by a plus sign; neither the stored nor the computed value."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Which figures."""
        return tuple(Figure(each) for each in self.named.split("+"))

"""Surveys of a period, who is asked, sealed answers, and what is left of them (ADR 0016, decisions §7).

Between whoever answered and what was answered stands nothing: a sealed answer has no writer and no time, its
key is random, and it can be opened by the portal alone, once, when the survey ends.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Exact, Id, OfRegion, UtcDateTime, choice, region_key, same_region
from portal.performance.advice.rules import Group
from portal.performance.surveys.rules import (
    COMMENT_TEXT,
    NOTE_TEXT,
    DutyOrigin,
    DutyState,
    RaterGroup,
    RefusalReason,
    RoundState,
)


class SurveyRound(Addressed, OfRegion, Base):
    """The closed survey of a period: about which span, by which lot, open until when."""

    __tablename__ = "survey_rounds"
    __table_args__ = (
        region_key("survey_rounds"),
        same_region("period_id", "periods"),
        UniqueConstraint("period_id"),
        CheckConstraint("ends > begins", name="span"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    period_id: Mapped[int] = mapped_column(Id)
    begins: Mapped[date]
    ends: Mapped[date]
    lot: Mapped[str] = mapped_column(String(12))
    """The random word by which everybody who is asked was drawn. It is shown to nobody: each circle has a word
    that follows from it, with which that circle's lot can be drawn again."""
    drawn: Mapped[int] = mapped_column(default=1)
    """How often the lot was drawn."""
    state: Mapped[RoundState] = mapped_column(choice(RoundState, "state"), default=RoundState.ARRANGING)
    opened: Mapped[date | None]
    closes: Mapped[date | None]
    """The last day to answer; none before the survey is opened."""
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    """With it answers are sealed. What opens them lies in a file beside the database, and in no backup."""
    people: Mapped[int] = mapped_column(default=0)
    """How many people could be judged; of some of them every group was too small to be asked."""
    made: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class RatingDuty(Addressed, OfRegion, Base):
    """Somebody is asked about somebody; that they answered is kept, with the day, and not what."""

    __tablename__ = "rating_duties"
    __table_args__ = (
        region_key("rating_duties"),
        same_region("round_id", "survey_rounds"),
        same_region("enrolment_id", "enrolments"),
        same_region("rater_id", "people"),
        UniqueConstraint("enrolment_id", "rater_id"),
        Index("ix_rating_duties_rater", "region_id", "rater_id", "state"),
        Index("ix_rating_duties_round", "round_id", "state"),
        CheckConstraint("(state = 'sudah_mengisi') = (sent_on IS NOT NULL)", name="sent"),
        CheckConstraint("state <> 'menolak' OR reason IS NOT NULL", name="refused"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id)
    enrolment_id: Mapped[int] = mapped_column(Id)
    """Of the person judged."""
    rater_id: Mapped[int] = mapped_column(Id)
    group: Mapped[RaterGroup] = mapped_column("rater_group", choice(RaterGroup, "rater_group"))
    origin: Mapped[DutyOrigin] = mapped_column(choice(DutyOrigin, "origin"))
    state: Mapped[DutyState] = mapped_column(choice(DutyState, "state"), default=DutyState.WAITING)
    sent_on: Mapped[date | None]
    reason: Mapped[RefusalReason | None] = mapped_column(choice(RefusalReason, "reason"))
    note: Mapped[str] = mapped_column(String(NOTE_TEXT), default="")
    """Why it was refused or released, for HR; never a word about the person judged."""


class SurveyExclusion(OfRegion, Base):
    """A colleague by whom an employee asked not to be judged; HR reads the reason."""

    __tablename__ = "survey_exclusions"
    __table_args__ = (
        same_region("round_id", "survey_rounds"),
        same_region("enrolment_id", "enrolments"),
        same_region("person_id", "people"),
        UniqueConstraint("enrolment_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id)
    enrolment_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id)
    note: Mapped[str] = mapped_column(String(NOTE_TEXT))


class SealedAnswer(OfRegion, Base):
    """An answer that nobody can read: no writer, no time, a random key, all of one size."""

    __tablename__ = "sealed_answers"
    __table_args__ = (
        same_region("round_id", "survey_rounds"),
        same_region("enrolment_id", "enrolments"),
        Index("ix_sealed_answers_round", "round_id", "enrolment_id"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    round_id: Mapped[int] = mapped_column(Id)
    enrolment_id: Mapped[int] = mapped_column(Id)
    group: Mapped[RaterGroup] = mapped_column("rater_group", choice(RaterGroup, "rater_group"))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class GroupTally(OfRegion, Base):
    """What is left of a group's answers: only groups that are large enough have a row."""

    __tablename__ = "group_tallies"
    __table_args__ = (
        same_region("round_id", "survey_rounds"),
        same_region("enrolment_id", "enrolments"),
        UniqueConstraint("enrolment_id", "who"),
        Index("ix_group_tallies_round", "round_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id)
    enrolment_id: Mapped[int] = mapped_column(Id)
    who: Mapped[str] = mapped_column(String(40))
    """The groups in it, parted by a plus sign."""
    n: Mapped[int]
    mean: Mapped[Decimal] = mapped_column(Exact)
    """To one decimal where the group is too small for ``counts``; there it is computed from them."""
    counts: Mapped[str] = mapped_column(Text, default="")
    """How often 1, 2 and 3 were given on each core value, as JSON; empty for a smaller group."""

    @property
    def shown(self) -> Group:
        """The group as the rules compute with it."""
        return as_group(self.who, self.n, self.mean, self.counts)


def as_group(who: str, n: int, mean: Decimal, counts: str) -> Group:
    """The columns of a ``GroupTally`` as the group that the rules compute with."""
    known = tuple((a, b, c) for a, b, c in json.loads(counts)) if counts else ()
    return Group.of(tuple(who.split("+")), n, mean, known)


class SurveyComment(OfRegion, Base):
    """A comment out of the closed survey, shown late, in random order, from groups that are large enough."""

    __tablename__ = "survey_comments"
    __table_args__ = (
        same_region("round_id", "survey_rounds"),
        same_region("enrolment_id", "enrolments"),
        Index("ix_survey_comments_enrolment", "enrolment_id"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    round_id: Mapped[int] = mapped_column(Id)
    enrolment_id: Mapped[int] = mapped_column(Id)
    text: Mapped[str] = mapped_column(String(COMMENT_TEXT))

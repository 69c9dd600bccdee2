"""Records of dialogues, and the steps that were agreed in them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import Base
from portal.ledger.columns import Addressed, Id, OfRegion, UtcDateTime, choice, region_key, same_region
from portal.performance.dialogues.rules import STEP_TEXT, TEXT, DialogueKind, Side


class Dialogue(Addressed, OfRegion, Base):
    """What employee and appraiser said to each other, confirmed by both.

    Of the expectations of a plan (Y-14), or of the results of a period (Y-39): then ``enrolment_id`` names
    the period. ``rules.PARTS`` says which texts a kind has.
    """

    __tablename__ = "dialogues"
    __table_args__ = (
        region_key("dialogues"),
        same_region("plan_id", "plans"),
        same_region("person_id", "people"),
        same_region("appraiser_id", "people"),
        same_region("enrolment_id", "enrolments"),
        Index("ix_dialogues_plan", "plan_id", "day"),
        Index("ix_dialogues_enrolment", "enrolment_id"),
        Index("ix_dialogues_appraiser", "region_id", "appraiser_id"),
        CheckConstraint("(kind = 'hasil') = (enrolment_id IS NOT NULL)", name="period"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[DialogueKind] = mapped_column(
        choice(DialogueKind, "kind"), default=DialogueKind.EXPECTATIONS
    )
    plan_id: Mapped[int] = mapped_column(Id)
    enrolment_id: Mapped[int | None] = mapped_column(Id)
    person_id: Mapped[int | None] = mapped_column(Id)
    """Who wrote it last."""
    appraiser_id: Mapped[int | None] = mapped_column(Id)
    """Who appraised the employee then."""
    day: Mapped[date]
    results: Mapped[str] = mapped_column(String(TEXT), default="")
    behaviour: Mapped[str] = mapped_column(String(TEXT), default="")
    well: Mapped[str] = mapped_column(String(TEXT), default="")
    improve: Mapped[str] = mapped_column(String(TEXT), default="")
    support: Mapped[str] = mapped_column(String(TEXT), default="")
    feedback: Mapped[str] = mapped_column(String(TEXT), default="")
    employee_confirmed: Mapped[datetime | None] = mapped_column(UtcDateTime)
    appraiser_confirmed: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    steps: Mapped[list[DialogueStep]] = relationship(
        primaryjoin="Dialogue.id == foreign(DialogueStep.dialogue_id)",
        order_by="DialogueStep.position",
        viewonly=True,
    )

    @property
    def confirmed(self) -> bool:
        """Whether both have said that it was so."""
        return self.employee_confirmed is not None and self.appraiser_confirmed is not None


class DialogueStep(Addressed, OfRegion, Base):
    """Something that one of the two does until a day, as they agreed."""

    __tablename__ = "dialogue_steps"
    __table_args__ = (
        same_region("dialogue_id", "dialogues"),
        UniqueConstraint("dialogue_id", "position"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    dialogue_id: Mapped[int] = mapped_column(Id)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(STEP_TEXT))
    side: Mapped[Side] = mapped_column(choice(Side, "side"))
    due: Mapped[date | None]
    done: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

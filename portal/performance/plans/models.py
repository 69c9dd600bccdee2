"""Plans with their versions, results and indicators, and the leader's role-result matrix (14.6, 14.18)."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Dialect,
    ForeignKey,
    Index,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    func,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import Base
from portal.kernel.refs import LENGTH, new_ref
from portal.ledger.columns import Addressed, Exact, Id, OfRegion, UtcDateTime, choice, region_key, same_region
from portal.performance.plans.rules import (
    INDICATOR_TEXT,
    LETTER_TEXT,
    MANUAL_LINE,
    MANUAL_TEXT,
    REASON_TEXT,
    RESULT_TEXT,
    RULING_TEXT,
    UNIT_TEXT,
    Approach,
    Aspect,
    ChangeReason,
    ControlLevel,
    CoreValue,
    Direction,
    Lapse,
    ManualFrequency,
    ManualKind,
    Perspective,
    PlanState,
    ResultKind,
)


class Lines(TypeDecorator[list[str]]):
    """A short list of texts, kept as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str:
        return json.dumps(list(value or []), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[str]:
        return json.loads(value) if value else []


class Plan(Addressed, OfRegion, Base):
    """One employee's SKP for one tenure in one cycle."""

    __tablename__ = "plans"
    __table_args__ = (
        region_key("plans"),
        same_region("cycle_id", "cycles"),
        same_region("tenure_id", "tenures"),
        same_region("person_id", "people"),
        UniqueConstraint("cycle_id", "tenure_id"),
        Index("ix_plans_person", "region_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(Id)
    tenure_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id)
    state: Mapped[PlanState] = mapped_column(choice(PlanState, "state"), default=PlanState.DRAFT)
    approach: Mapped[Approach] = mapped_column(choice(Approach, "approach"), default=Approach.QUANTITATIVE)
    leader_form: Mapped[bool] = mapped_column(default=False)
    number: Mapped[int] = mapped_column(default=1)
    """Number of the version at work; earlier ones are immutable."""
    in_force: Mapped[int | None]
    """Number of the version that was set last. It holds until a change of it is set."""
    version: Mapped[int] = mapped_column(default=1)
    submitted_on: Mapped[date | None]
    reviewed_on: Mapped[date | None]
    agreed_on: Mapped[date | None]
    signed_on: Mapped[date | None]
    set_on: Mapped[date | None]
    matrix_shared: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @hybrid_property
    def counted(self) -> int:
        """Number of the version that progress and evaluations go by: in force, or the first draft."""
        return self.in_force or self.number

    @counted.inplace.expression
    @classmethod
    def _counted(cls) -> ColumnElement[int]:
        return func.coalesce(cls.in_force, cls.number)


class PlanVersion(Addressed, OfRegion, Base):
    """What a plan says; frozen at submission (decision 14.6)."""

    __tablename__ = "plan_versions"
    __table_args__ = (
        region_key("plan_versions"),
        same_region("plan_id", "plans"),
        UniqueConstraint("plan_id", "number"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    plan_id: Mapped[int] = mapped_column(Id)
    number: Mapped[int]
    approach: Mapped[Approach] = mapped_column(choice(Approach, "approach"), default=Approach.QUANTITATIVE)
    frozen: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[ChangeReason | None] = mapped_column(choice(ChangeReason, "reason"))
    """Why the plan is changed; empty until it was set once."""
    reason_note: Mapped[str] = mapped_column(String(REASON_TEXT), default="")
    letter: Mapped[str] = mapped_column(String(LETTER_TEXT), default="")
    letter_date: Mapped[date | None]
    away_from: Mapped[date | None]
    away_to: Mapped[date | None]
    """Leave or another duty that the change rests on, first and last day."""
    agreed_on: Mapped[date | None]
    signed_on: Mapped[date | None]
    set_on: Mapped[date | None]
    cancelled: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resource_support: Mapped[list[str]] = mapped_column(Lines, default=list)
    accountability_scheme: Mapped[list[str]] = mapped_column(Lines, default=list)
    consequence: Mapped[list[str]] = mapped_column(Lines, default=list)
    version: Mapped[int] = mapped_column(default=1)
    """Optimistic version of the attachments and expectations."""

    results: Mapped[list[PlannedResult]] = relationship(
        primaryjoin="PlanVersion.id == foreign(PlannedResult.version_id)",
        order_by="(PlannedResult.kind.desc(), PlannedResult.position)",
        viewonly=True,
    )
    expectations: Mapped[list[BehaviourExpectation]] = relationship(
        primaryjoin="PlanVersion.id == foreign(BehaviourExpectation.version_id)",
        viewonly=True,
    )


class PlannedResult(Addressed, OfRegion, Base):
    """A result that will exist; ``line_ref`` names it through the plan's versions."""

    __tablename__ = "planned_results"
    __table_args__ = (
        region_key("planned_results"),
        same_region("version_id", "plan_versions"),
        UniqueConstraint("version_id", "line_ref"),
        Index("ix_planned_results_line", "line_ref"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version_id: Mapped[int] = mapped_column(Id)
    line_ref: Mapped[str] = mapped_column(String(LENGTH), default=new_ref)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[ResultKind] = mapped_column(choice(ResultKind, "kind"))
    text: Mapped[str] = mapped_column(String(RESULT_TEXT))
    assigned_by: Mapped[str] = mapped_column(String(200), default="")
    supported_line: Mapped[str | None] = mapped_column(String(LENGTH))
    supported: Mapped[str] = mapped_column(String(RESULT_TEXT), default="")
    """The leader's result that this one serves, as it read when it was chosen."""
    perspective: Mapped[Perspective | None] = mapped_column(choice(Perspective, "perspective"))
    goal_line: Mapped[str | None] = mapped_column(String(LENGTH))
    """The goal of the performance agreement that this result is; its words are the goal's."""
    version: Mapped[int] = mapped_column(default=1)

    indicators: Mapped[list[Indicator]] = relationship(
        primaryjoin="PlannedResult.id == foreign(Indicator.result_id)",
        order_by="Indicator.position",
        viewonly=True,
    )


class Indicator(Addressed, OfRegion, Base):
    """A measure of a planned result with its target: one value (both bounds equal) or a range."""

    __tablename__ = "indicators"
    __table_args__ = (
        same_region("result_id", "planned_results"),
        Index("ix_indicators_result", "result_id"),
        CheckConstraint("target_min IS NULL OR target_min >= 0", name="target_min"),
        CheckConstraint("target_max IS NULL OR target_max >= target_min", name="target_range"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    result_id: Mapped[int] = mapped_column(Id)
    line_ref: Mapped[str] = mapped_column(String(LENGTH), default=new_ref)
    position: Mapped[int] = mapped_column(default=0)
    aspect: Mapped[Aspect | None] = mapped_column(choice(Aspect, "aspect"))
    text: Mapped[str] = mapped_column(String(INDICATOR_TEXT))
    target_min: Mapped[Decimal | None] = mapped_column(Exact)
    target_max: Mapped[Decimal | None] = mapped_column(Exact)
    unit: Mapped[str] = mapped_column(String(UNIT_TEXT), default="")
    direction: Mapped[Direction] = mapped_column(choice(Direction, "direction"))
    key_line: Mapped[str | None] = mapped_column(String(LENGTH))
    """The key indicator (IKU) of the performance agreement that this one was taken from."""
    version: Mapped[int] = mapped_column(default=1)


class IndicatorManual(OfRegion, Base):
    """How an indicator of a leader's plan is worked out, so that others can do it again (form F-6).

    It belongs to a version of the plan; ``line_ref`` names the indicator.
    """

    __tablename__ = "indicator_manuals"
    __table_args__ = (
        same_region("version_id", "plan_versions"),
        UniqueConstraint("version_id", "line_ref"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version_id: Mapped[int] = mapped_column(Id)
    line_ref: Mapped[str] = mapped_column(String(LENGTH))
    purpose: Mapped[str] = mapped_column(String(MANUAL_TEXT))
    definition: Mapped[str] = mapped_column(String(MANUAL_TEXT))
    formula: Mapped[str] = mapped_column(String(MANUAL_TEXT))
    kind: Mapped[ManualKind] = mapped_column(choice(ManualKind, "kind"))
    control: Mapped[ControlLevel] = mapped_column(choice(ControlLevel, "control"))
    source: Mapped[str] = mapped_column(String(MANUAL_LINE))
    responsible: Mapped[str] = mapped_column(String(MANUAL_LINE))
    provider: Mapped[str] = mapped_column(String(MANUAL_LINE))
    frequency: Mapped[ManualFrequency] = mapped_column(choice(ManualFrequency, "frequency"))
    version: Mapped[int] = mapped_column(default=1)


class BehaviourExpectation(OfRegion, Base):
    """What the leader expects under one core value, and the employee's comment on it."""

    __tablename__ = "behaviour_expectations"
    __table_args__ = (same_region("version_id", "plan_versions"), UniqueConstraint("version_id", "value"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version_id: Mapped[int] = mapped_column(Id)
    value: Mapped[CoreValue] = mapped_column(choice(CoreValue, "value"))
    expectation: Mapped[str] = mapped_column(String(1000), default="")
    comment: Mapped[str] = mapped_column(String(1000), default="")


class LineNote(Addressed, OfRegion, Base):
    """A note of the appraiser on one line (``line_ref`` empty: on the whole plan)."""

    __tablename__ = "line_notes"
    __table_args__ = (same_region("plan_id", "plans"), Index("ix_line_notes_plan", "plan_id", "number"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    plan_id: Mapped[int] = mapped_column(Id)
    number: Mapped[int]
    line_ref: Mapped[str] = mapped_column(String(LENGTH), default="")
    text: Mapped[str] = mapped_column(String(1000))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String(1000), default="")


class PlanSubstitution(OfRegion, Base):
    """A step of planning that the appraiser's superior took because it wasn't taken in time."""

    __tablename__ = "plan_substitutions"
    __table_args__ = (
        same_region("plan_id", "plans"),
        same_region("person_id", "people"),
        Index("ix_plan_substitutions_plan", "plan_id", "number"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    plan_id: Mapped[int] = mapped_column(Id)
    number: Mapped[int]
    """Of which version of the plan."""
    lapse: Mapped[Lapse] = mapped_column(choice(Lapse, "lapse"))
    text: Mapped[str] = mapped_column(String(RULING_TEXT))
    person_id: Mapped[int] = mapped_column(Id)
    day: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class MatrixCell(OfRegion, Base):
    """One cell of the role-result matrix: what a member contributes to one of the leader's results."""

    __tablename__ = "matrix_cells"
    __table_args__ = (
        same_region("plan_id", "plans"),
        same_region("tenure_id", "tenures"),
        UniqueConstraint("plan_id", "line_ref", "tenure_id"),
        Index("ix_matrix_cells_tenure", "tenure_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    plan_id: Mapped[int] = mapped_column(Id)
    line_ref: Mapped[str] = mapped_column(String(LENGTH))
    tenure_id: Mapped[int] = mapped_column(Id)
    text: Mapped[str] = mapped_column(String(RESULT_TEXT))


class TeamExpectation(OfRegion, Base):
    """What a leader expects of everybody under one core value; copied into new plans of the team."""

    __tablename__ = "team_expectations"
    __table_args__ = (
        same_region("cycle_id", "cycles"),
        same_region("person_id", "people"),
        UniqueConstraint("cycle_id", "person_id", "value"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id)
    value: Mapped[CoreValue] = mapped_column(choice(CoreValue, "value"))
    text: Mapped[str] = mapped_column(String(1000))

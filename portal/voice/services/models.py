"""Services, their standard and indicators, and what was measured by unit and period (decision 14.21)."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Exact, Id, OfRegion, UtcDateTime, choice, region_key, same_region
from portal.policy.calendars.rules import PeriodKind
from portal.voice.services.rules import Better, Component, Figure, Method, MissingReason, RowFate, TableKind

NAME, LINE, PARAGRAPH = 160, 300, 2000
"""Longest texts: a name, a line, a paragraph."""


class Service(Addressed, OfRegion, Base):
    """What an agency does for people, under the name they know it by."""

    __tablename__ = "services"
    __table_args__ = (
        region_key("services"),
        same_region("agency_id", "units"),
        UniqueConstraint("region_id", "slug"),
        Index("ix_services_region_name", "region_id", "name", "id"),
        Index("ix_services_agency", "agency_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    agency_id: Mapped[int] = mapped_column(Id)
    slug: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(NAME))
    name_en: Mapped[str] = mapped_column(String(NAME), default="")
    everyday: Mapped[str] = mapped_column(String(NAME), default="")
    """What people call it: *bikin KTP*."""
    decree: Mapped[str] = mapped_column(String(LINE), default="")
    """The decision by which the standard was set."""
    set_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class StandardPart(OfRegion, Base):
    """One of the fourteen components of a service's standard."""

    __tablename__ = "standard_parts"
    __table_args__ = (same_region("service_id", "services"), UniqueConstraint("service_id", "component"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    service_id: Mapped[int] = mapped_column(Id)
    component: Mapped[Component] = mapped_column(choice(Component, "component"))
    text: Mapped[str] = mapped_column(String(PARAGRAPH))


class ServiceIndicator(Addressed, OfRegion, Base):
    """A measure of a service with all that is needed to work it out again (Perpres 39/2019)."""

    __tablename__ = "service_indicators"
    __table_args__ = (
        region_key("service_indicators"),
        same_region("service_id", "services"),
        same_region("agency_id", "units"),
        Index("ix_service_indicators_service", "service_id", "number"),
        CheckConstraint("places >= 0 AND places <= 3", name="places"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    service_id: Mapped[int] = mapped_column(Id)
    agency_id: Mapped[int] = mapped_column(Id)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(NAME))
    name_en: Mapped[str] = mapped_column(String(NAME), default="")
    concept: Mapped[str] = mapped_column(String(PARAGRAPH))
    formula: Mapped[str] = mapped_column(String(PARAGRAPH))
    measure: Mapped[str] = mapped_column(String(40))
    """The unit that values are told in: per cent, minutes, people."""
    places: Mapped[int] = mapped_column(default=1)
    """Decimals that are printed."""
    method: Mapped[Method] = mapped_column(choice(Method, "method"))
    better: Mapped[Better] = mapped_column(choice(Better, "better"))
    source: Mapped[str] = mapped_column(String(LINE))
    producer: Mapped[str] = mapped_column(String(LINE))
    frequency: Mapped[PeriodKind] = mapped_column(choice(PeriodKind, "frequency"))
    begins: Mapped[date]
    """First day of the first period that it is measured in."""
    ends: Mapped[date | None]
    """First day of the first period that it isn't measured in any more."""
    baseline: Mapped[Decimal | None] = mapped_column(Exact)
    baseline_note: Mapped[str] = mapped_column(String(LINE), default="")
    standard: Mapped[Decimal | None] = mapped_column(Exact)
    standard_note: Mapped[str] = mapped_column(String(LINE), default="")
    version: Mapped[int] = mapped_column(default=1)


class Measurement(Addressed, OfRegion, Base):
    """One indicator of one unit in one period; what it says stands in its newest ``MeasuredValue``."""

    __tablename__ = "measurements"
    __table_args__ = (
        region_key("measurements"),
        same_region("indicator_id", "service_indicators"),
        same_region("unit_id", "units"),
        same_region("agency_id", "units"),
        UniqueConstraint("indicator_id", "unit_id", "begins"),
        CheckConstraint("revision >= 1", name="revision"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    indicator_id: Mapped[int] = mapped_column(Id)
    unit_id: Mapped[int] = mapped_column(Id)
    agency_id: Mapped[int] = mapped_column(Id)
    begins: Mapped[date]
    revision: Mapped[int] = mapped_column(default=1)
    released: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was first published; from then on only a correction with a reason changes it."""
    version: Mapped[int] = mapped_column(default=1)


class MeasuredValue(OfRegion, Base):
    """What a measurement said, once; a correction is another row (append-only, enforced by trigger)."""

    __tablename__ = "measured_values"
    __table_args__ = (
        same_region("measurement_id", "measurements"),
        UniqueConstraint("measurement_id", "revision"),
        CheckConstraint("(value IS NULL) = (missing IS NOT NULL)", name="value_or_reason"),
        CheckConstraint(
            "denominator IS NULL OR (denominator > 0 AND numerator <= denominator)", name="share"
        ),
        CheckConstraint("revision = 1 OR reason <> ''", name="correction_has_reason"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    measurement_id: Mapped[int] = mapped_column(Id)
    revision: Mapped[int]
    value: Mapped[Decimal | None] = mapped_column(Exact)
    numerator: Mapped[Decimal | None] = mapped_column(Exact)
    denominator: Mapped[Decimal | None] = mapped_column(Exact)
    n: Mapped[int | None] = mapped_column(Id)
    durations: Mapped[str | None] = mapped_column(Text)
    """Seconds of each settled case as a JSON list, so that totals have their median from the rows."""
    open_cases: Mapped[int | None]
    excluded: Mapped[int | None]
    """Cases closed before they were opened: left out, and counted."""
    missing: Mapped[MissingReason | None] = mapped_column(choice(MissingReason, "missing"))
    note: Mapped[str] = mapped_column(String(LINE), default="")
    outage: Mapped[str] = mapped_column(String(LINE), default="")
    """What disturbed the value: marked on the chart."""
    reason: Mapped[str] = mapped_column(String(LINE), default="")
    """Why it corrects the one before."""
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("accounts.id"))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    batch_id: Mapped[int | None] = mapped_column(Id)

    @property
    def figure(self) -> Figure:
        """The value as rules know it."""
        seconds = tuple(json.loads(self.durations)) if self.durations else None
        return Figure(self.value, self.numerator, self.denominator, self.n, seconds)


class ValueBatch(Addressed, OfRegion, Base):
    """A table of an indicator's values, from its check until it is applied or dropped."""

    __tablename__ = "value_batches"
    __table_args__ = (
        region_key("value_batches"),
        same_region("indicator_id", "service_indicators"),
        same_region("agency_id", "units"),
        Index("ix_value_batches_indicator", "indicator_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    indicator_id: Mapped[int] = mapped_column(Id)
    agency_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[TableKind] = mapped_column(choice(TableKind, "kind"))
    file_name: Mapped[str] = mapped_column(String(200))
    mark: Mapped[str] = mapped_column(String(60))
    """What the series was like at the check; applying is refused when it has moved on."""
    fresh: Mapped[int] = mapped_column(default=0)
    corrected: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    closed: Mapped[int] = mapped_column(default=0)
    """Rows that need a reason: corrections, and values of periods that were closed or published."""
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("accounts.id"))
    made: Mapped[datetime] = mapped_column(UtcDateTime)
    settled: Mapped[datetime | None] = mapped_column(UtcDateTime)
    applied: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


class ValueRow(OfRegion, Base):
    """One row of a table, or one unit and period of a table of cases, as it would be written."""

    __tablename__ = "value_rows"
    __table_args__ = (
        same_region("batch_id", "value_batches"),
        Index("ix_value_rows_batch", "batch_id", "fate", "number"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    batch_id: Mapped[int] = mapped_column(Id)
    number: Mapped[int]
    fate: Mapped[RowFate] = mapped_column(choice(RowFate, "fate"))
    given: Mapped[dict[str, Any]] = mapped_column(JSON().with_variant(JSONB(), "postgresql"))
    plan: Mapped[dict[str, Any]] = mapped_column(JSON().with_variant(JSONB(), "postgresql"), default=dict)
    errors: Mapped[list[Any]] = mapped_column(JSON().with_variant(JSONB(), "postgresql"), default=list)

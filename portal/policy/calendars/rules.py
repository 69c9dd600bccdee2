"""The year cut into periods, and the days by which each step is due.

Periods and all dated facts are half-open: ``begins`` belongs to them, ``ends`` doesn't (decision
14.4). Deadlines marked statutory never move by themselves; internal ones may (PP 30/2019 Ps. 24, 42).
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.kernel.clock import add_working_days
from portal.kernel.refusal import N_
from portal.people.employment.rules import overlaps as overlaps  # noqa: PLC0414 (offered here, too)
from portal.policy.policies.rules import CALENDAR, PolicyDocument


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTH = "bulan"
    QUARTER = "triwulan"
    SEMESTER = "semester"
    YEAR = "tahun"


class DeadlineKind(StrEnum):
    """The steps of a year that have a day; in the order in which they come."""

    PLAN_DRAFT = "susun_skp"
    PLAN_REVIEW = "reviu_skp"
    PLAN_AGREE = "sepakat_skp"
    PLAN_SET = "tetapkan_skp"
    ACTION_STEPS = "rencana_aksi"
    ACHIEVEMENT = "realisasi"
    ORGANISATION_RATING = "capaian_organisasi"
    RATING = "predikat"


LABELS: dict[StrEnum, str] = {
    PeriodKind.MONTH: N_("Bulan"),
    PeriodKind.QUARTER: N_("Triwulan"),
    PeriodKind.SEMESTER: N_("Semester"),
    PeriodKind.YEAR: N_("Tahun"),
    DeadlineKind.PLAN_DRAFT: N_("Menyusun dan mengajukan SKP"),
    DeadlineKind.PLAN_REVIEW: N_("Mereviu SKP"),
    DeadlineKind.PLAN_AGREE: N_("Menyepakati SKP"),
    DeadlineKind.PLAN_SET: N_("Menetapkan SKP"),
    DeadlineKind.ACTION_STEPS: N_("Menyusun rencana aksi"),
    DeadlineKind.ACHIEVEMENT: N_("Melaporkan realisasi"),
    DeadlineKind.ORGANISATION_RATING: N_("Menetapkan capaian kinerja organisasi"),
    DeadlineKind.RATING: N_("Menetapkan predikat"),
}
"""The word or the task in words for each value."""

_CADENCES = {
    "month": PeriodKind.MONTH,
    "quarter": PeriodKind.QUARTER,
    "semester": PeriodKind.SEMESTER,
    **{kind.value: kind for kind in PeriodKind if kind is not PeriodKind.YEAR},
}
_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.SEMESTER: 6}


@dataclass(frozen=True)
class PeriodSpan:
    """A stretch of a year: ``number`` counts within the year, ``ends`` is the first day after it."""

    kind: PeriodKind
    number: int
    begins: date
    ends: date

    @property
    def last_day(self) -> date:
        """The last day that belongs to it."""
        return self.ends - timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """The last day on which a step is in time (until 24:00 of the region's zone)."""

    kind: DeadlineKind
    day: date
    statutory: bool


def periods_of_year(year: int, cadence: str) -> list[PeriodSpan]:
    """The periods of ``year`` by the policy's ``cadence``, and the year itself last.

    Raises ``ValueError`` for an unknown cadence.
    """
    kind = _CADENCES.get(cadence)
    if kind is None:
        raise ValueError(f"unknown cadence {cadence!r}")
    months = _MONTHS[kind]
    spans = [
        PeriodSpan(kind, number, _first(year, months * (number - 1)), _first(year, months * number))
        for number in range(1, 12 // months + 1)
    ]
    return [*spans, PeriodSpan(PeriodKind.YEAR, 1, date(year, 1, 1), date(year + 1, 1, 1))]


def dues(span: PeriodSpan, policy: PolicyDocument, holidays: Container[date], week: int = 5) -> list[Due]:
    """The deadlines of ``span``, in the order of their days.

    Those of the plan belong to the year. Days (working or all of them, as the policy says) are counted after
    the first or the last day of the span, which isn't counted itself.
    """
    days = policy.period_deadlines

    def after(day: date, count: int) -> date:
        if days.counted == CALENDAR:
            return day + timedelta(days=count)
        return add_working_days(day, count, holidays, week)

    found = [
        Due(DeadlineKind.ACHIEVEMENT, after(span.last_day, days.achievement), False),
        Due(DeadlineKind.ORGANISATION_RATING, after(span.last_day, days.organisation_rating), False),
    ]
    if span.kind is PeriodKind.YEAR:
        plan, year = policy.plan_deadlines, span.begins.year
        found += [
            Due(DeadlineKind.PLAN_DRAFT, plan.draft.on(year), False),
            Due(DeadlineKind.PLAN_AGREE, plan.agree.on(year), False),
            Due(DeadlineKind.PLAN_SET, plan.set.on(year), True),
            Due(DeadlineKind.RATING, days.yearly_rating.on(year + 1), True),
        ]
        if policy.review != "none":
            found.append(Due(DeadlineKind.PLAN_REVIEW, plan.review.on(year), False))
    else:
        found += [
            Due(DeadlineKind.ACTION_STEPS, after(span.begins, days.action_steps), False),
            Due(DeadlineKind.RATING, after(span.last_day, days.rating), False),
        ]
    return sorted(found, key=lambda due: (due.day, list(DeadlineKind).index(due.kind)))


def days_left(day: date, today: date) -> int:
    """Days until ``day``: 0 on the day itself, negative when it has passed."""
    return (day - today).days


def _first(year: int, months: int) -> date:
    return date(year + months // 12, months % 12 + 1, 1)

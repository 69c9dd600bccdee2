"""What a policy says: its words, and the document that evaluation goes by.

A policy is a TOML document of settings. Every setting is a table with ``value`` and, beside it, where
the value comes from: ``mark`` (R regulation, S seed article, A assumption), ``note``, ``confirm``
(HR or the legal office must confirm it before real use) and ``assumed``. A policy that extends another
states only what differs; ``inheritance`` makes it complete, ``checks`` say what it must hold, ``reading`` reads it.

Sources: PermenPANRB 6/2022; SE MenPANRB 3/2023; PP 30/2019; design papers ``policies.md`` §1 and §4.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from portal.kernel.refusal import N_, Refusal


class ExpectationRating(StrEnum):
    """A rating of results or of behaviour against the expectation."""

    BELOW = "di_bawah"
    AS_EXPECTED = "sesuai"
    ABOVE = "di_atas"


class OverallRating(StrEnum):
    """Predikat kinerja pegawai, best first."""

    VERY_GOOD = "sangat_baik"
    GOOD = "baik"
    NEEDS_IMPROVEMENT = "butuh_perbaikan"
    POOR = "kurang"
    VERY_POOR = "sangat_kurang"


class OrganisationRating(StrEnum):
    """Capaian kinerja organisasi, best first."""

    EXCELLENT = "istimewa"
    GOOD = "baik"
    NEEDS_IMPROVEMENT = "butuh_perbaikan"
    POOR = "kurang"
    VERY_POOR = "sangat_kurang"


class SourceMark(StrEnum):
    """Where the value of a setting comes from."""

    REGULATION = "R"
    SEED = "S"
    ASSUMPTION = "A"


LABELS: dict[StrEnum, str] = {
    ExpectationRating.BELOW: N_("Di Bawah Ekspektasi"),
    ExpectationRating.AS_EXPECTED: N_("Sesuai Ekspektasi"),
    ExpectationRating.ABOVE: N_("Di Atas Ekspektasi"),
    OverallRating.VERY_GOOD: N_("Sangat Baik"),
    OverallRating.GOOD: N_("Baik"),
    OverallRating.NEEDS_IMPROVEMENT: N_("Butuh Perbaikan"),
    OverallRating.POOR: N_("Kurang"),
    OverallRating.VERY_POOR: N_("Sangat Kurang"),
    OrganisationRating.EXCELLENT: N_("Istimewa"),
    OrganisationRating.GOOD: N_("Baik"),
    OrganisationRating.NEEDS_IMPROVEMENT: N_("Butuh Perbaikan"),
    OrganisationRating.POOR: N_("Kurang"),
    OrganisationRating.VERY_POOR: N_("Sangat Kurang"),
    SourceMark.REGULATION: N_("Peraturan"),
    SourceMark.SEED: N_("Gagasan daerah"),
    SourceMark.ASSUMPTION: N_("Asumsi, menunggu penetapan"),
}
"""The official word for each value. Equal keys of two sets have the same word."""

_OLD_WORDS: Mapping[str, Mapping[OverallRating, str]] = MappingProxyType(
    {
        "weighted": {OverallRating.NEEDS_IMPROVEMENT: N_("Cukup")},
        "legacy_2011": {OverallRating.NEEDS_IMPROVEMENT: N_("Cukup"), OverallRating.VERY_POOR: N_("Buruk")},
    }
)
"""What a rating is called under a method that has a word of its own for it."""


def rating_word(overall: OverallRating, method: str) -> str:
    """The official word of a rating under ``method``: the same rung is *Cukup* in PP 30/2019."""
    return _OLD_WORDS.get(method, {}).get(overall, LABELS[overall])


WORST_FIRST: tuple[OverallRating, ...] = tuple(reversed(OverallRating))

MATRIX, WEIGHTED, LEGACY = METHODS = ("matrix", "weighted", "legacy_2011")
CADENCES = ("month", "quarter", "semester")
NATIONAL_PERIODS = ("month", "quarter")
APPRAISER, PEERS, SUBORDINATES, TEAM_LEAD = RATERS = ("penilai", "rekan", "bawahan", "ketua_tim")
PARTICIPATIONS = ("extra_result", "shared_goal", "own_line")
LEGAL_STANDINGS = ("mengikuti_nasional", "pelengkap_internal", "sistem_sendiri")
WORKING, CALENDAR = COUNTED = ("hari_kerja", "hari_kalender")
REVIEWS = ("none", "all", "sample")
BOUNDS = ("max", "min", "some", "none")
SHARED_BOUNDS = BOUNDS[:2]
"""Those that say a share."""
PATTERN_LINES = 4
"""Lines of a distribution pattern at most, for one rating of the organisation."""

Matrix = Mapping[tuple[ExpectationRating, ExpectationRating], OverallRating]


@dataclass(frozen=True)
class LegalBasis:
    """An instrument the policy rests on, and what it gives."""

    name: str
    about: str


@dataclass(frozen=True)
class Source:
    """Where a setting's value comes from; ``confirm`` asks HR (or the legal office) to check it."""

    mark: SourceMark
    note: str
    confirm: bool = False
    assumed: bool = False
    stated_by: str = ""
    """The key of the policy that states it, where another one than the document itself may."""


@dataclass(frozen=True)
class DayMonth:
    """A day of the year as a policy writes it."""

    day: int
    month: int

    def on(self, year: int) -> date:
        """This day in ``year``; the last day of the month where the month is shorter."""
        return date(year, self.month, min(self.day, calendar.monthrange(year, self.month)[1]))


@dataclass(frozen=True)
class PatternLimit:
    """One line of a distribution pattern: what share of people may or must have ``ratings`` together.

    ``bound``: ``max`` or ``min`` with ``share`` in per cent; ``some``: at least one; ``none``: nobody.
    """

    bound: str
    ratings: tuple[OverallRating, ...]
    share: Decimal | None = None


@dataclass(frozen=True)
class AdviceLimits:
    """Cut-offs of the advice on results, in per cent of attainment (an assumption; no legal cut-off)."""

    below: Decimal
    above: Decimal
    floor: Decimal
    cap: Decimal


@dataclass(frozen=True)
class BehaviourAdvice:
    """How the advice on behaviour comes about: the appraiser's and the survey's share in per cent, and the
    cut-offs of the mean on the scale of 1 to 3 (PP 30/2019 Ps. 39; the cut-offs are an assumption).
    """

    appraiser: Decimal
    survey: Decimal
    below: Decimal
    above: Decimal


@dataclass(frozen=True)
class SurveyRules:
    """Who is asked in the closed survey on behaviour: so many at most; whether small groups merge."""

    peers: int
    subordinates: int
    merges: bool


@dataclass(frozen=True)
class ConversionPiece:
    """Attainments from ``begins`` to ``ends`` (whole per cent) become scores from ``low`` to ``high``."""

    begins: Decimal
    ends: Decimal
    low: Decimal
    high: Decimal


Bands = tuple[tuple[OverallRating, Decimal], ...]
"""The lowest score of each rating, best first; below all of them is the worst."""


@dataclass(frozen=True)
class WeightedRules:
    """The weighted method of PP 30/2019 Ps. 35-41: shares in per cent, caps, bands and conversion.

    ``plan_alone`` and ``behaviour_alone`` are the shares without a survey, allowed until ``alone_until``
    (excluded). From ``conversion`` on the last piece an attainment counts as the cap.
    """

    plan: Decimal
    behaviour: Decimal
    appraiser: Decimal
    survey: Decimal
    plan_alone: Decimal
    behaviour_alone: Decimal
    alone_until: date
    cap: Decimal
    extra: Decimal
    at_maximum: Decimal
    bands: Bands
    conversion: tuple[ConversionPiece, ...]


@dataclass(frozen=True)
class Adoption:
    """Who adopted a policy, by which decree, for which scope (an official region code)."""

    adopted_by: str
    scope: str
    legal_standing: str
    number: str = ""
    day: date | None = None
    reason: str = ""
    """Why the policy is made, or changed since the version before, for everybody to read."""

    @property
    def is_complete(self) -> bool:
        """Whether it is adopted: without number and date it is a draft."""
        return bool(self.number and self.day)


@dataclass(frozen=True)
class PlanDeadlines:
    """Days of the year by which a plan is drafted, reviewed, agreed and set (the last by law)."""

    draft: DayMonth
    review: DayMonth
    agree: DayMonth
    set: DayMonth


@dataclass(frozen=True)
class PeriodDeadlines:
    """Days after a period's begin (action steps) or end (the others); the year's rating by law.

    ``counted``: whether they are working days or days of the calendar.
    """

    action_steps: int
    achievement: int
    organisation_rating: int
    rating: int
    yearly_rating: DayMonth
    counted: str = WORKING


@dataclass(frozen=True)
class PolicyDocument:
    """A complete, checked policy version."""

    key: str
    version: int
    name: str
    legal_basis: tuple[LegalBasis, ...]
    method: str
    matrix: Matrix
    pattern: Mapping[OrganisationRating, tuple[PatternLimit, ...]]
    pattern_least: int
    advice: AdviceLimits
    least_group_public: int
    review: str
    cadence: str
    plan_deadlines: PlanDeadlines
    period_deadlines: PeriodDeadlines
    handover_days: int
    countersign_days: int
    substitute_working_days: int
    objection_days: int
    explanation_working_days: int
    decision_working_days: int
    plan_step_days: int
    national_period: str
    raters: tuple[str, ...]
    behaviour: BehaviourAdvice | None
    survey: SurveyRules | None
    least_answers: int
    least_comments: int
    """Answers from which comments and details of a group are shown."""
    weighted: WeightedRules | None
    legacy_bands: Bands
    legacy_shares: tuple[Decimal, Decimal] | None
    """Per cent of plan and behaviour under PP 46/2011 Ps. 15; ``None`` where the policy doesn't say."""
    credit: Mapping[OverallRating, Decimal]
    extends: tuple[str, int] | None
    adoption: Adoption | None
    sources: Mapping[str, Source]
    settings: Mapping[str, object]
    """Every setting's value as written, by its dotted name, in the order of the document."""


class BadPolicy(ValueError):
    """A policy document that can't be used; ``problems`` says why."""

    def __init__(self, problems: list[Refusal]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


LEAST_ANSWERS, LEAST_COMMENTS = 3, 5
"""The least group of a closed survey, for a figure and for comments, where the policy says nothing."""
PLAN_STEP_DAYS = 14
EXPLANATION_WORKING_DAYS = 5
DECISION_WORKING_DAYS = 14
"""Working days for the appraiser's explanation and the superior's decision on an objection, where the policy
says nothing: the law names none, so both are assumptions."""

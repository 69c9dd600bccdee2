"""Which settings a region may state by forms, what each form asks, and when a draft can be adopted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from portal.kernel.refusal import N_, Refusal, several
from portal.policy.policies.checks import DAYS, NUMBERS, OPTIONAL_NUMBERS, STATUTORY
from portal.policy.policies.rules import (
    CADENCES,
    COUNTED,
    NATIONAL_PERIODS,
    PARTICIPATIONS,
    PATTERN_LINES,
    RATERS,
    REVIEWS,
    ExpectationRating,
    OrganisationRating,
    OverallRating,
)


@dataclass(frozen=True)
class Choice:
    """One of several words."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Several:
    """Some of several words."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Number:
    """A whole number between two bounds."""

    least: int
    most: int


@dataclass(frozen=True)
class Numbers:
    """Several numbers, each by its name; ``needed``: none may be left empty."""

    names: tuple[str, ...]
    needed: bool = True


@dataclass(frozen=True)
class Day:
    """A day of the year."""


@dataclass(frozen=True)
class Prose:
    """A sentence or two."""


@dataclass(frozen=True)
class Lines:
    """A list, one item a line."""


@dataclass(frozen=True)
class Award:
    """What is given, whether it is money, and on what legal basis."""


@dataclass(frozen=True)
class Quadrant:
    """The nine cells."""


@dataclass(frozen=True)
class Pattern:
    """A few lines for each rating of the organisation: a bound, the ratings it is about, a share."""


Editor = Choice | Several | Number | Numbers | Day | Prose | Lines | Award | Quadrant | Pattern

_TEXTS = (
    *("meeting", "guidance", "training", "briefing", "discipline", "citizens", "work_calendar"),
    *("follow_up.window", "follow_up.talent_pool", "follow_up.development"),
)
EDITORS: Mapping[str, Editor] = MappingProxyType(
    {
        "national_period": Choice(NATIONAL_PERIODS),
        "cadence": Choice(CADENCES),
        "progress_cadence": Choice(CADENCES),
        "review": Choice(REVIEWS),
        "deadline.counted": Choice(COUNTED),
        "raters": Several(RATERS),
        "survey.small_group": Choice(("merge", "return")),
        "advice.result": Numbers(("below", "above", "floor", "cap")),
        "advice.behaviour": Numbers(("appraiser", "survey")),
        "advice.behaviour_limits": Numbers(("below", "above")),
        "advice.picture": Numbers(("results", "participation", "attitude")),
        "matrix": Quadrant(),
        "pattern": Pattern(),
        "credit": Numbers(tuple(OverallRating)),
        "participation": Choice(PARTICIPATIONS),
        "shared_goals": Choice(("allowed", "required")),
        "required_indicators": Lines(),
        "public_feedback": Choice(("published", "themes", "figures")),
        "public_feedback_least": Numbers(
            ("survey_answers", "answers_per_element", "complaints_closed", "documents", "served"),
            needed=False,
        ),
        "follow_up.guidance": Choice(tuple(OverallRating)[1:]),
        "award": Award(),
        "public_extra": Lines(),
        "claims": Lines(),
        **{name: Day() for name in DAYS},
        **{
            name: Number(*bounds)
            for name, bounds in {**NUMBERS, **OPTIONAL_NUMBERS}.items()
            if not name.startswith("weighted.")
        },
        **{name: Prose() for name in _TEXTS},
    }
)
"""The settings that can be stated by a form. What the law fixes and what only experts write isn't among them."""

PATTERN_PARTS = ("bound", "share", "ratings")
PATTERN_FIELDS = tuple(
    (organisation, line) for organisation in OrganisationRating for line in range(PATTERN_LINES)
)
CELLS = tuple((result, behaviour) for result in ExpectationRating for behaviour in ExpectationRating)
NOT_EDITABLE = Refusal(
    "draft.fixed",
    N_("Ditetapkan peraturan: kebijakan daerah tidak dapat mengubahnya."),
)
BY_FILE = Refusal(
    "draft.by_file",
    N_("Diatur lewat berkas kebijakan, bukan formulir. Lihat docs/how-to/change-the-policy.md."),
)
NO_DIFFERENCE = Refusal(
    "draft.no_difference", N_("Rancangan ini belum menyebut satu pun yang berbeda dari aturan nasional.")
)


def why_not_edit(name: str) -> Refusal | None:
    """Why a setting can't be stated by a form."""
    if name in EDITORS:
        return None
    return NOT_EDITABLE if name in STATUTORY else BY_FILE


def why_not_adopt(
    problems: list[Refusal], stated: int, day: date | None = None, today: date | None = None
) -> Refusal | None:
    """Why a draft can't be adopted: nothing is stated, something is wrong, or the decree is of tomorrow."""
    if not stated:
        return NO_DIFFERENCE
    if day is not None and today is not None and day > today:
        return Refusal("draft.future", N_("Tanggal penetapan belum tiba."), anchor="day")
    return several("draft.problems", N_("Rancangan ini belum dapat ditetapkan:"), problems)

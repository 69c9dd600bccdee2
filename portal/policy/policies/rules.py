"""What a policy says, and what it must say before anybody is rated under it.

A policy is a TOML document of settings. Every setting is a table with ``value`` and, beside it, where
the value comes from: ``mark`` (R regulation, S seed article, A assumption), ``note``, ``confirm``
(HR or the legal office must confirm it before real use) and ``assumed``. A policy that extends another
states only what differs; ``inheritance`` makes it complete before it is read here. Nothing here opens a
file.

Sources: PermenPANRB 6/2022; SE MenPANRB 3/2023; PP 30/2019; design papers ``policies.md`` §1 and §4.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
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


# ---------------------------------------------------------------------------------------- reading

STATUTORY: Mapping[str, object] = MappingProxyType(
    {
        "deadline.plan_set": {"day": 31, "month": 1},  # PP 30/2019 Ps. 24
        "deadline.yearly_rating": {"day": 31, "month": 1},  # PP 30/2019 Ps. 42
        "clock.handover": 14,  # days, PP 30/2019 Ps. 49
        "clock.countersign": 14,  # days, PP 30/2019 Ps. 49
        "clock.substitute": 7,  # working days, PP 30/2019 Ps. 50
        "clock.objection": 14,  # days, PP 30/2019 Ps. 59
    }
)
"""Values that the law fixes: a policy states them as they are, or isn't loaded."""

NUMBERS: Mapping[str, tuple[int, int]] = {
    "pattern_least": (2, 100),
    "least_group.people_public": (5, 1000),
    "deadline.action_steps": (1, 60),
    "deadline.achievement": (1, 60),
    "deadline.organisation_rating": (1, 60),
    "deadline.rating": (1, 60),
}
LEAST_ANSWERS, LEAST_COMMENTS = 3, 5
"""The least group of a closed survey, for a figure and for comments, where the policy says nothing."""
OPTIONAL_NUMBERS: Mapping[str, tuple[int, int]] = {
    "least_group.survey_answers": (3, 100),
    "least_group.survey_comments": (3, 100),
    "least_group.public_answers": (5, 1000),
    "survey.peers": (1, 30),
    "survey.subordinates": (1, 50),
    "weighted.cap": (100, 200),
    "weighted.extra": (0, 50),
    "weighted.at_maximum": (100, 200),
    "clock.explanation": (1, 30),
    "clock.decision": (1, 60),
    "clock.plan_step": (1, 60),
}
"""Numbers that a policy may leave out."""
PLAN_STEP_DAYS = 14
EXPLANATION_WORKING_DAYS = 5
DECISION_WORKING_DAYS = 14
"""Working days for the appraiser's explanation and the superior's decision on an objection, where the policy
says nothing: the law names none, so both are assumptions."""
DAYS = ("deadline.plan_draft", "deadline.plan_review", "deadline.plan_agree")
CHOICES: Mapping[str, tuple[str, ...]] = {"method": METHODS, "cadence": CADENCES, "review": REVIEWS}
_STRUCTURED = ("matrix", "pattern", "advice.result")
PROSE = (
    *("approach", "components", "move.within_period", "public", "public_extra", "required_indicators"),
    *("public_feedback", "public_feedback_least", "meeting", "training", "briefing", "discipline"),
    *("citizens", "claims", "guidance", "outage", "work_calendar"),
    *("follow_up.guidance", "follow_up.window", "follow_up.talent_pool", "follow_up.development"),
)
"""Settings that are words for people, or that nothing computes with yet."""

PUBLIC_LEAST_ADVISED = 10
REQUIRED: tuple[str, ...] = (*CHOICES, *_STRUCTURED, *NUMBERS, *DAYS, *STATUTORY)
"""Names of the settings that a complete policy has; the others may be left out."""


def settings_of(document: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """Every setting of ``document`` by its dotted name: a setting is a table that has ``value``."""
    return dict(_walk(document, ""))


def read(document: Mapping[str, object]) -> PolicyDocument:
    """``document`` (as TOML gives it) as a policy. Raises ``BadPolicy`` with every problem found."""
    found = problems(document)
    if found:
        raise BadPolicy(found)
    settings = settings_of(document)
    value = {name: setting["value"] for name, setting in settings.items()}
    return PolicyDocument(
        key=str(document["key"]),
        version=_whole(document["version"]),
        name=str(document["name"]),
        legal_basis=tuple(LegalBasis(row["name"], row["about"]) for row in _rows(document["legal_basis"])),
        method=str(value["method"]),
        matrix=MappingProxyType(_read_matrix(value["matrix"])),
        pattern=MappingProxyType(read_pattern(value["pattern"])),
        pattern_least=_whole(value["pattern_least"]),
        advice=_read_advice(value["advice.result"]),
        least_group_public=_whole(value["least_group.people_public"]),
        review=str(value["review"]),
        cadence=str(value["cadence"]),
        plan_deadlines=PlanDeadlines(
            *(_read_day(value[f"deadline.plan_{name}"]) for name in ("draft", "review", "agree", "set"))
        ),
        period_deadlines=PeriodDeadlines(
            action_steps=_whole(value["deadline.action_steps"]),
            achievement=_whole(value["deadline.achievement"]),
            organisation_rating=_whole(value["deadline.organisation_rating"]),
            rating=_whole(value["deadline.rating"]),
            yearly_rating=_read_day(value["deadline.yearly_rating"]),
            counted=str(value.get("deadline.counted", WORKING)),
        ),
        handover_days=_whole(value["clock.handover"]),
        countersign_days=_whole(value["clock.countersign"]),
        substitute_working_days=_whole(value["clock.substitute"]),
        objection_days=_whole(value["clock.objection"]),
        explanation_working_days=_whole(value.get("clock.explanation", EXPLANATION_WORKING_DAYS)),
        decision_working_days=_whole(value.get("clock.decision", DECISION_WORKING_DAYS)),
        plan_step_days=_whole(value.get("clock.plan_step", PLAN_STEP_DAYS)),
        national_period=str(value.get("national_period", value["cadence"])),
        raters=_read_raters(value),
        behaviour=_read_behaviour(value),
        survey=_read_survey(value),
        least_answers=_whole(value.get("least_group.survey_answers", LEAST_ANSWERS)),
        least_comments=_whole(value.get("least_group.survey_comments", LEAST_COMMENTS)),
        weighted=_read_weighted(value) if value["method"] == WEIGHTED else None,
        legacy_bands=_read_bands(value.get("legacy.bands", {})),
        legacy_shares=_read_legacy_shares(value.get("legacy.shares")),
        credit=MappingProxyType(
            {OverallRating(name): _decimal(part) for name, part in _table(value.get("credit", {})).items()}
        ),
        extends=_read_extends(document),
        adoption=_read_adoption(document),
        sources=MappingProxyType({name: _read_source(setting) for name, setting in settings.items()}),
        settings=MappingProxyType(value),
    )


def problems(document: Mapping[str, object]) -> list[Refusal]:
    """Everything that keeps ``document`` from being a policy; empty when it is one. Never raises."""
    found = list(_head_problems(document))
    settings = settings_of(document)
    for name in REQUIRED:
        if name not in settings:
            found.append(_missing(name))
    for name, setting in settings.items():
        if name not in KNOWN:
            found.append(
                Refusal(
                    "policy.unknown",
                    N_("Pengaturan %(setting)s tidak dikenal."),
                    {"setting": name},
                    anchor=name,
                )
            )
        found += setting_problems(name, setting)
    value = {name: setting["value"] for name, setting in settings.items()}
    found += _order_problems(value)
    if not found:
        # Each setting is well-formed by itself; now together.
        found += _survey_problems(value)
        found += _method_problems(value)
    return found


def setting_problems(name: str, setting: Mapping[str, object]) -> list[Refusal]:
    """What is wrong with one setting by itself, whatever the others say."""
    return [*_source_problems(name, setting), *_value_problems(name, setting["value"])]


def warnings(rules: PolicyDocument) -> list[Refusal]:
    """What should be known before ``rules`` are adopted, though nothing forbids them."""
    found = []
    if rules.least_group_public < PUBLIC_LEAST_ADVISED:
        found.append(
            Refusal(
                "policy.least_group",
                N_("Kelompok terkecil bagi masyarakat di bawah %(n)s: satu orang lebih mudah dikenali."),
                {"n": PUBLIC_LEAST_ADVISED},
                anchor="least_group.people_public",
            )
        )
    if rules.adoption is not None and not rules.adoption.is_complete:
        found.append(
            Refusal(
                "policy.draft", N_("Rancangan: nomor dan tanggal penetapannya belum ada."), anchor="adoption"
            )
        )
    return found


def _walk(table: Mapping[str, object], prefix: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    for key, part in table.items():
        if not isinstance(part, Mapping):
            continue
        if "value" in part:
            yield f"{prefix}{key}", part
        else:
            yield from _walk(part, f"{prefix}{key}.")


def _head_problems(document: Mapping[str, object]) -> Iterator[Refusal]:
    for name in ("key", "name"):
        text = document.get(name)
        if not isinstance(text, str) or not text.strip():
            yield _missing(name)
    version = _number(document.get("version"))
    if version is None or version != version.to_integral_value() or version < 1:
        yield _missing("version")
    rows = document.get("legal_basis")
    if not isinstance(rows, list) or not rows or not all(_is_basis(row) for row in rows):
        yield _missing("legal_basis")
    adoption = document.get("adoption")
    if adoption is not None and not _is_adoption(adoption):
        yield _missing("adoption")


def _source_problems(name: str, setting: Mapping[str, object]) -> Iterator[Refusal]:
    mark = setting.get("mark")
    if not isinstance(mark, str) or mark not in set(SourceMark):
        yield Refusal(
            "policy.mark",
            N_("%(setting)s tidak menyebut sumbernya: R, S, atau A."),
            {"setting": name},
            anchor=name,
        )
    note = setting.get("note")
    flags = [setting.get(flag, False) for flag in ("confirm", "assumed")]
    if not isinstance(note, str) or not note.strip() or not all(isinstance(flag, bool) for flag in flags):
        yield Refusal(
            "policy.note",
            N_("%(setting)s tidak menjelaskan sumbernya dengan kalimat."),
            {"setting": name},
            anchor=name,
        )
    if mark == SourceMark.ASSUMPTION and setting.get("assumed") is not True and has_number(setting["value"]):
        yield Refusal(
            "policy.assumed",
            N_("%(setting)s memuat angka tanpa dasar peraturan, jadi harus ditandai sebagai asumsi."),
            {"setting": name},
            anchor=name,
        )


def _value_problems(name: str, value: object) -> Iterator[Refusal]:
    if name in STATUTORY:
        # ``True == 1`` and ``14.0 == 14``: equal isn't enough, it has to be a number that can be read.
        if not (_is_day(value) or _number(value) is not None) or value != STATUTORY[name]:
            yield Refusal(
                "policy.statutory",
                N_("%(setting)s ditetapkan peraturan dan tidak dapat diubah oleh kebijakan."),
                {"setting": name},
                anchor=name,
            )
    elif name in CHOICES:
        if value not in CHOICES[name]:
            yield _bad(name)
    elif name in NUMBERS or name in OPTIONAL_NUMBERS:
        least, most = {**NUMBERS, **OPTIONAL_NUMBERS}[name]
        number = _number(value)
        if number is None or number != number.to_integral_value() or not least <= number <= most:
            yield _bad(name)
    elif name in DAYS:
        if not _is_day(value):
            yield _bad(name, N_("Tanggal itu tidak ada dalam bulannya."))
    elif name == "matrix":
        yield from _matrix_problems(value)
    elif name == "pattern":
        yield from _pattern_problems(value)
    elif name == "advice.result":
        yield from _advice_problems(value)
    elif name == "award":
        yield from _award_problems(value)
    elif name in FORMS and not FORMS[name](value):
        yield _wrong_sum(name, value) or _bad(name, _EXPLAINED.get(name, _UNFIT))


def _matrix_problems(value: object) -> Iterator[Refusal]:
    rows = value if isinstance(value, Mapping) else {}
    steps = set(ExpectationRating)
    complete = set(rows) == steps and all(
        isinstance(row, Mapping) and set(row) == steps and all(_is_rating(cell) for cell in row.values())
        for row in rows.values()
    )
    if not complete:
        yield Refusal(
            "policy.matrix_cells",
            N_("Kuadran harus memuat tepat sembilan sel, masing-masing dengan satu predikat."),
            anchor="matrix",
        )
        return
    matrix = _read_matrix(value)
    order = tuple(ExpectationRating)
    for (result, behaviour), overall in matrix.items():
        for better in _one_step_up(result, behaviour, order):
            if WORST_FIRST.index(matrix[better]) < WORST_FIRST.index(overall):
                yield Refusal(
                    "policy.matrix_monotone",
                    N_("Kuadran tidak naik: rating yang lebih tinggi memberi predikat yang lebih rendah."),
                    anchor="matrix",
                )
                return


def _one_step_up(
    result: ExpectationRating, behaviour: ExpectationRating, order: tuple[ExpectationRating, ...]
) -> Iterator[tuple[ExpectationRating, ExpectationRating]]:
    if result != order[-1]:
        yield order[order.index(result) + 1], behaviour
    if behaviour != order[-1]:
        yield result, order[order.index(behaviour) + 1]


def _pattern_problems(value: object) -> Iterator[Refusal]:
    rows = value if isinstance(value, Mapping) else {}
    if set(rows) != set(OrganisationRating) or not all(
        isinstance(limits, list) and len(limits) <= PATTERN_LINES and all(map(_is_limit, limits))
        for limits in rows.values()
    ):
        yield _bad("pattern")


def _is_limit(limit: object) -> bool:
    if not isinstance(limit, Mapping) or limit.get("bound") not in BOUNDS:
        return False
    ratings = limit.get("ratings")
    if not isinstance(ratings, list) or not ratings or not all(_is_rating(rating) for rating in ratings):
        return False
    share = _number(limit.get("share"))
    if limit["bound"] not in SHARED_BOUNDS:
        return "share" not in limit
    return share is not None and 0 <= share <= 100


def _advice_problems(value: object) -> Iterator[Refusal]:
    row = value if isinstance(value, Mapping) else {}
    if set(row) - {"below", "floor", "above", "cap"}:
        yield Refusal(
            "policy.results_share",
            N_(
                "Usulan hasil kerja hanya dari capaian indikator. Rekan dan bawahan menilai perilaku saja "
                "(PP 30/2019 Pasal 37 sampai 40)."
            ),
            anchor="advice.result",
        )
    numbers = [_number(row.get(name)) for name in ("below", "floor", "above", "cap")]
    known = [number for number in numbers if number is not None]
    if len(known) < 4 or not 0 < known[0] <= known[1] <= known[2] <= known[3]:
        yield _bad(
            "advice.result",
            N_(
                "Keempat batas harus naik: di bawah ekspektasi, tanpa indikator di bawah, di atas ekspektasi, "
                "lalu capaian paling tinggi."
            ),
        )


def _award_problems(value: object) -> Iterator[Refusal]:
    row = value if isinstance(value, Mapping) else {}
    if set(row) - {"legal_basis"} != {"what", "money"} or not isinstance(row["money"], bool):
        yield _bad("award")
    elif row["money"] and not (isinstance(row.get("legal_basis"), str) and row["legal_basis"].strip()):
        yield Refusal(
            "policy.award_basis",
            N_("Penghargaan berupa uang memerlukan dasar hukum (legal_basis)."),
            anchor="award",
        )


_ASKED: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        PEERS: (
            "survey.peers",
            N_(
                "Rekan tidak ikut menilai, tetapi jumlah rekan yang ditanya masih diisi. Kosongkan, atau "
                "ikutkan rekan."
            ),
            N_("Rekan ikut menilai, tetapi jumlah rekan yang ditanya belum diisi."),
        ),
        SUBORDINATES: (
            "survey.subordinates",
            N_(
                "Bawahan tidak ikut menilai, tetapi jumlah bawahan yang ditanya masih diisi. Kosongkan, atau "
                "ikutkan bawahan."
            ),
            N_("Bawahan ikut menilai, tetapi jumlah bawahan yang ditanya belum diisi."),
        ),
    }
)
"""Who may be asked in the survey: the setting of their number, and what is said where the two don't fit."""


def _survey_problems(value: Mapping[str, object]) -> Iterator[Refusal]:
    """Who is asked, how many, with which share: the three must fit each other."""
    shares = value.get("advice.behaviour")
    raters = _read_raters(value)
    for rater, (name, not_asked, not_counted) in _ASKED.items():
        if (rater in raters) != (name in value):
            yield Refusal(
                "policy.survey_raters",
                not_asked if name in value else not_counted,
                # A number that is missing is filled in at its own form.
                anchor=name if name in value else "raters",
            )
    surveyed = any(rater in raters for rater in _ASKED)
    if isinstance(shares, Mapping):
        if (_decimal(shares["survey"]) > 0) != surveyed:
            yield Refusal(
                "policy.survey_share",
                N_(
                    "Rekan atau bawahan ikut menilai, tetapi bagian survei masih nol. Isi bagiannya, atau "
                    "keluarkan mereka dari yang menilai."
                )
                if surveyed
                else N_(
                    "Rekan dan bawahan tidak ikut menilai, tetapi bagian survei lebih dari nol. Jadikan nol, atau "
                    "ikutkan mereka."
                ),
                anchor="advice.behaviour",
            )
        if surveyed and "advice.behaviour_limits" not in value:
            yield _missing("advice.behaviour_limits")
    elif surveyed and value["method"] == MATRIX:
        yield _missing("advice.behaviour")
    if surveyed and "survey.small_group" not in value:
        yield _missing("survey.small_group")
    answers = _whole(value.get("least_group.survey_answers", LEAST_ANSWERS))
    if _whole(value.get("least_group.survey_comments", LEAST_COMMENTS)) < answers:
        yield _bad(
            "least_group.survey_comments",
            N_(
                "Komentar tidak boleh tampil pada jumlah jawaban yang lebih kecil daripada jumlah paling sedikit "
                "agar hasilnya tampil."
            ),
        )


def _method_problems(value: Mapping[str, object]) -> Iterator[Refusal]:
    needed = {WEIGHTED: _OF_WEIGHTED, LEGACY: ("legacy.bands",)}.get(str(value["method"]), ())
    for name in needed:
        if name not in value:
            yield _missing(name)


def _order_problems(value: Mapping[str, object]) -> Iterator[Refusal]:
    """Every deadline lies after the one before it."""
    plan = ["deadline.plan_draft", "deadline.plan_review", "deadline.plan_agree", "deadline.plan_set"]
    days = [(name, value[name]) for name in plan if _is_day(value.get(name))]
    for (_, before), (name, after) in pairwise(days):
        if (_read_day(before).month, _read_day(before).day) >= (_read_day(after).month, _read_day(after).day):
            yield _too_early(name)
    names = ["deadline.achievement", "deadline.organisation_rating", "deadline.rating"]
    counts = [(name, number) for name in names if (number := _number(value.get(name))) is not None]
    for (_, first), (name, second) in pairwise(counts):
        if first >= second:
            yield _too_early(name)


def _missing(name: str) -> Refusal:
    return Refusal(
        "policy.missing",
        N_("Pengaturan %(setting)s belum diisi dengan benar."),
        {"setting": name},
        anchor=name,
    )


_UNFIT = N_("Nilai pengaturan %(setting)s tidak dapat dipakai.")


def _bad(name: str, message: str = _UNFIT) -> Refusal:
    return Refusal("policy.value", message, {"setting": name}, anchor=name)


_EXPLAINED: Mapping[str, str] = MappingProxyType(
    {
        "advice.behaviour_limits": N_(
            "Kedua batas harus di antara 1 dan 3, dan batas di bawah ekspektasi tidak boleh lebih tinggi daripada "
            "batas di atas ekspektasi."
        ),
        "raters": N_("Pejabat penilai kinerja harus selalu ikut menilai."),
    }
)
"""What is said of a value that doesn't fit, where it can be said more exactly."""
_SUMS: Mapping[str, tuple[tuple[str, ...], str]] = MappingProxyType(
    {
        "advice.behaviour": (
            ("appraiser", "survey"),
            N_(
                "Penilai dan survei harus berjumlah 100%%. Anda menulis %(appraiser)s%% dan %(survey)s%%, "
                "jumlahnya %(sum)s%%."
            ),
        ),
        "advice.picture": (
            ("results", "participation", "attitude"),
            N_(
                "Hasil kerja, keikutsertaan, dan sikap harus berjumlah 100%%. Anda menulis %(results)s%%, "
                "%(participation)s%%, dan %(attitude)s%%, jumlahnya %(sum)s%%."
            ),
        ),
    }
)
"""Shares that have to be a whole, and what is said where they aren't."""


def _wrong_sum(name: str, value: object) -> Refusal | None:
    """Why shares aren't a whole; ``None`` for what isn't shares, or not of these parts."""
    parts, message = _SUMS.get(name, ((), ""))
    if not isinstance(value, Mapping) or set(value) != set(parts):
        return None
    if not all(_is_decimal(part) for part in value.values()):
        return None
    shares = {part: _decimal(value[part]) for part in parts}
    return Refusal("policy.value", message, {**shares, "sum": sum(shares.values())}, anchor=name)


def _too_early(name: str) -> Refusal:
    return Refusal(
        "policy.order",
        N_("Tenggat %(setting)s harus sesudah tenggat sebelumnya."),
        {"setting": name},
        anchor=name,
    )


def _number(value: object) -> Decimal | None:
    """``value`` when it is a number that a policy may hold: never a truth value or a binary fraction."""
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else None


_FRACTION = re.compile(r"\d{1,9}(?:\.\d{1,6})?")


def _decimal(value: object) -> Decimal:
    """A number as a policy writes it: whole, or a text with a decimal point. Raises ``TypeError``."""
    if isinstance(value, str) and _FRACTION.fullmatch(value):
        return Decimal(value)
    number = _number(value)
    if number is None:
        raise TypeError(f"not a number: {value!r}")
    return number


def _is_decimal(value: object) -> bool:
    return _number(value) is not None or (isinstance(value, str) and _FRACTION.fullmatch(value) is not None)


def has_number(value: object) -> bool:
    """Whether a setting's value holds a number: without a ground it is an assumption."""
    if isinstance(value, Mapping):
        return any(has_number(part) for part in value.values())
    if isinstance(value, list | tuple):
        return any(has_number(part) for part in value)
    return isinstance(value, float) or _is_decimal(value)


def _is_day(value: object) -> bool:
    if not isinstance(value, Mapping) or set(value) != {"day", "month"}:
        return False
    day, month = _number(value["day"]), _number(value["month"])
    if day is None or month is None or not 1 <= month <= 12 or month != month.to_integral_value():
        return False
    return day == day.to_integral_value() and 1 <= day <= calendar.monthrange(2024, int(month))[1]


def _is_rating(value: object) -> bool:
    return isinstance(value, str) and value in set(OverallRating)


def _one_of(allowed: tuple[str, ...]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value in allowed


def _shares_of(*names: str) -> Callable[[object], bool]:
    """Exactly these, numbers in per cent that sum to 100."""

    def fits(value: object) -> bool:
        if not isinstance(value, Mapping) or set(value) != set(names):
            return False
        return (
            all(_is_decimal(part) for part in value.values())
            and sum(_decimal(part) for part in value.values()) == 100
        )

    return fits


_FIRST_SHARES, _SECOND_SHARES = _shares_of("plan", "behaviour"), _shares_of("appraiser", "survey")


def _are_raters(value: object) -> bool:
    return isinstance(value, list) and set(value) <= {*RATERS, _OLD_APPRAISER} and _appraiser_in(value)


def _appraiser_in(value: Collection[object]) -> bool:
    return APPRAISER in value or _OLD_APPRAISER in value


def _are_behaviour_shares(value: object) -> bool:
    return value == "none" or _SECOND_SHARES(value)


def _are_limits(value: object) -> bool:
    """Both cut-offs lie on the scale of 1 to 3, in their order."""
    if not isinstance(value, Mapping) or set(value) != {"below", "above"}:
        return False
    if not all(_is_decimal(part) for part in value.values()):
        return False
    return 1 < _decimal(value["below"]) <= _decimal(value["above"]) < 3


def _are_weights(value: object) -> bool:
    if not isinstance(value, Mapping) or set(value) != {"plan", "behaviour", "appraiser", "survey"}:
        return False
    halves = [
        {name: value[name] for name in pair} for pair in (("plan", "behaviour"), ("appraiser", "survey"))
    ]
    return _FIRST_SHARES(halves[0]) and _SECOND_SHARES(halves[1])


def _are_weights_alone(value: object) -> bool:
    if not isinstance(value, Mapping) or set(value) != {"plan", "behaviour", "until"}:
        return False
    return _FIRST_SHARES({name: value[name] for name in ("plan", "behaviour")}) and _is_date(value["until"])


def _are_bands(value: object) -> bool:
    """A lowest score for every rating but the worst, falling."""
    if not isinstance(value, Mapping) or set(value) != set(OverallRating) - {OverallRating.VERY_POOR}:
        return False
    if not all(_is_decimal(part) for part in value.values()):
        return False
    return all(better > worse for (_, better), (_, worse) in pairwise(_read_bands(value)))


def _are_pieces(value: object) -> bool:
    """Pieces of the conversion: rising, without a gap between whole per cents, from 0 on."""
    if not isinstance(value, list) or not value:
        return False
    for row in value:
        if not isinstance(row, Mapping) or set(row) != {"from", "to", "low", "high"}:
            return False
        if not all(_is_decimal(part) for part in row.values()):
            return False
    pieces = _read_pieces(value)
    return (
        pieces[0].begins == 0
        and all(piece.begins <= piece.ends and piece.low <= piece.high for piece in pieces)
        and all(
            after.begins == before.ends + 1 and after.low >= before.high for before, after in pairwise(pieces)
        )
    )


def _are_credits(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and set(value) == set(OverallRating)
        and all(_is_decimal(part) for part in value.values())
    )


def _is_date(value: object) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _is_adoption(row: object) -> bool:
    if not isinstance(row, Mapping) or set(row) - {"number", "date", "reason"} != {
        "adopted_by",
        "scope",
        "legal_standing",
    }:
        return False
    if not all(isinstance(part, str) for part in row.values()):
        return False
    if not row["adopted_by"].strip() or row["legal_standing"] not in LEGAL_STANDINGS:
        return False
    # Adopted is what has a number and a day; half of that is a slip of the pen.
    number, day = row.get("number", "").strip(), row.get("date", "")
    return bool(number) == bool(day) and (not day or _is_date(day))


_OLD_APPRAISER = "pejabat_penilai_kinerja"
"""How the first versions of the national rule wrote the appraiser."""
FORMS: Mapping[str, Callable[[object], bool]] = {
    "national_period": _one_of(NATIONAL_PERIODS),
    "progress_cadence": _one_of(CADENCES),
    "deadline.counted": _one_of(COUNTED),
    "raters": _are_raters,
    "survey.small_group": _one_of(("merge", "return")),
    "advice.behaviour": _are_behaviour_shares,
    "advice.behaviour_limits": _are_limits,
    "advice.picture": _shares_of("results", "participation", "attitude"),
    "participation": _one_of(PARTICIPATIONS),
    "shared_goals": _one_of(("allowed", "required")),
    "credit": _are_credits,
    "weighted.shares": _are_weights,
    "weighted.without_survey": _are_weights_alone,
    "weighted.bands": _are_bands,
    "weighted.conversion": _are_pieces,
    "legacy.bands": _are_bands,
    "legacy.shares": _FIRST_SHARES,
}
"""What a setting that may be left out must look like."""
_OF_WEIGHTED = tuple(name for name in (*FORMS, *OPTIONAL_NUMBERS) if name.startswith("weighted."))
KNOWN = frozenset((*REQUIRED, *PROSE, *OPTIONAL_NUMBERS, *FORMS, "award"))


def _is_basis(row: object) -> bool:
    return isinstance(row, Mapping) and all(
        isinstance(row.get(name), str) and row[name] for name in ("name", "about")
    )


def _whole(value: object) -> int:
    number = _number(value)
    if number is None:
        raise TypeError(f"not a number: {value!r}")
    return int(number)


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"not a table: {value!r}")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"not a list: {value!r}")
    return value


def _rows(value: object) -> list[dict[str, str]]:
    return [{key: str(part) for key, part in _table(row).items()} for row in _list(value)]


def _read_day(value: object) -> DayMonth:
    row = _table(value)
    return DayMonth(_whole(row["day"]), _whole(row["month"]))


def _read_matrix(value: object) -> dict[tuple[ExpectationRating, ExpectationRating], OverallRating]:
    return {
        (ExpectationRating(result), ExpectationRating(behaviour)): OverallRating(str(overall))
        for result, row in _table(value).items()
        for behaviour, overall in _table(row).items()
    }


def read_pattern(value: object) -> dict[OrganisationRating, tuple[PatternLimit, ...]]:
    """A distribution pattern that was found right: its lines by the rating of the organisation."""
    table = _table(value)
    return {
        organisation: tuple(_read_limit(_table(limit)) for limit in _list(table[organisation]))
        for organisation in OrganisationRating
    }


def _read_limit(limit: Mapping[str, object]) -> PatternLimit:
    ratings = tuple(OverallRating(str(rating)) for rating in _list(limit["ratings"]))
    return PatternLimit(str(limit["bound"]), ratings, _number(limit.get("share")))


def _read_advice(value: object) -> AdviceLimits:
    row = _table(value)
    return AdviceLimits(*(Decimal(str(row[name])) for name in ("below", "above", "floor", "cap")))


def _read_source(setting: Mapping[str, object]) -> Source:
    return Source(
        SourceMark(str(setting["mark"])),
        str(setting["note"]),
        confirm=setting.get("confirm") is True,
        assumed=setting.get("assumed") is True,
        stated_by=str(setting.get("stated_by", "")),
    )


def _read_raters(value: Mapping[str, object]) -> tuple[str, ...]:
    named = _list(value.get("raters", [APPRAISER]))
    return tuple(APPRAISER if each == _OLD_APPRAISER else str(each) for each in named)


def _read_behaviour(value: Mapping[str, object]) -> BehaviourAdvice | None:
    shares, limits = value.get("advice.behaviour"), value.get("advice.behaviour_limits")
    if not isinstance(shares, Mapping) or not isinstance(limits, Mapping):
        return None
    return BehaviourAdvice(
        _decimal(shares["appraiser"]),
        _decimal(shares["survey"]),
        _decimal(limits["below"]),
        _decimal(limits["above"]),
    )


def _read_survey(value: Mapping[str, object]) -> SurveyRules | None:
    raters = _read_raters(value)
    if PEERS not in raters and SUBORDINATES not in raters:
        return None
    return SurveyRules(
        _whole(value.get("survey.peers", 0)),
        _whole(value.get("survey.subordinates", 0)),
        merges=value.get("survey.small_group") == "merge",
    )


def _read_weighted(value: Mapping[str, object]) -> WeightedRules:
    shares, alone = _table(value["weighted.shares"]), _table(value["weighted.without_survey"])
    return WeightedRules(
        plan=_decimal(shares["plan"]),
        behaviour=_decimal(shares["behaviour"]),
        appraiser=_decimal(shares["appraiser"]),
        survey=_decimal(shares["survey"]),
        plan_alone=_decimal(alone["plan"]),
        behaviour_alone=_decimal(alone["behaviour"]),
        alone_until=date.fromisoformat(str(alone["until"])),
        cap=_decimal(value["weighted.cap"]),
        extra=_decimal(value["weighted.extra"]),
        at_maximum=_decimal(value["weighted.at_maximum"]),
        bands=_read_bands(value["weighted.bands"]),
        conversion=_read_pieces(value["weighted.conversion"]),
    )


def _read_bands(value: object) -> Bands:
    row = _table(value)
    return tuple((rating, _decimal(row[rating])) for rating in OverallRating if rating in row)


def _read_legacy_shares(value: object) -> tuple[Decimal, Decimal] | None:
    if value is None:
        return None
    row = _table(value)
    return _decimal(row["plan"]), _decimal(row["behaviour"])


def _read_pieces(value: object) -> tuple[ConversionPiece, ...]:
    return tuple(
        ConversionPiece(*(_decimal(_table(row)[name]) for name in ("from", "to", "low", "high")))
        for row in _list(value)
    )


def _read_extends(document: Mapping[str, object]) -> tuple[str, int] | None:
    row = document.get("extends")
    return (str(row["key"]), _whole(row["version"])) if isinstance(row, Mapping) else None


def _read_adoption(document: Mapping[str, object]) -> Adoption | None:
    row = document.get("adoption")
    if not isinstance(row, Mapping):
        return None
    day = row.get("date")
    return Adoption(
        adopted_by=str(row["adopted_by"]),
        scope=str(row["scope"]),
        legal_standing=str(row["legal_standing"]),
        number=str(row.get("number", "")).strip(),
        day=date.fromisoformat(str(day)) if day else None,
        reason=str(row.get("reason", "")).strip(),
    )

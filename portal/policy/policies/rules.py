"""What a policy says, and what it must say before anybody is rated under it.

A policy is a TOML document of settings. Every setting is a table with ``value`` and, beside it, where
the value comes from: ``mark`` (R regulation, S seed article, A assumption), ``note``, ``confirm``
(HR or the legal office must confirm it before real use) and ``assumed``. Nothing here opens a file.

Sources: PermenPANRB 6/2022; SE MenPANRB 3/2023; PP 30/2019; design papers ``policies.md`` §1 and §4.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
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

WORST_FIRST: tuple[OverallRating, ...] = tuple(reversed(OverallRating))

METHODS = ("matrix",)
CADENCES = ("month", "quarter", "semester")
REVIEWS = ("none", "all", "sample")
BOUNDS = ("max", "min", "some", "none")

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
class PlanDeadlines:
    """Days of the year by which a plan is drafted, reviewed, agreed and set (the last by law)."""

    draft: DayMonth
    review: DayMonth
    agree: DayMonth
    set: DayMonth


@dataclass(frozen=True)
class PeriodDeadlines:
    """Working days after a period's begin (action steps) or end (the others); the year's rating by law."""

    action_steps: int
    achievement: int
    organisation_rating: int
    rating: int
    yearly_rating: DayMonth


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

_NUMBERS: Mapping[str, tuple[int, int]] = {
    "pattern_least": (2, 100),
    "least_group.people_public": (5, 1000),
    "deadline.action_steps": (1, 60),
    "deadline.achievement": (1, 60),
    "deadline.organisation_rating": (1, 60),
    "deadline.rating": (1, 60),
}
_OPTIONAL_NUMBERS: Mapping[str, tuple[int, int]] = {
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
_DAYS = ("deadline.plan_draft", "deadline.plan_review", "deadline.plan_agree")
_CHOICES: Mapping[str, tuple[str, ...]] = {"method": METHODS, "cadence": CADENCES, "review": REVIEWS}
_STRUCTURED = ("matrix", "pattern", "advice.result")
_PROSE = ("approach", "raters", "components", "advice.behaviour", "move.within_period", "public")

REQUIRED: tuple[str, ...] = (*_CHOICES, *_STRUCTURED, *_NUMBERS, *_DAYS, *STATUTORY)
"""Names of the settings that a complete policy has; the prose ones may be left out."""


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
        pattern=MappingProxyType(_read_pattern(value["pattern"])),
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
        ),
        handover_days=_whole(value["clock.handover"]),
        countersign_days=_whole(value["clock.countersign"]),
        substitute_working_days=_whole(value["clock.substitute"]),
        objection_days=_whole(value["clock.objection"]),
        explanation_working_days=_whole(value.get("clock.explanation", EXPLANATION_WORKING_DAYS)),
        decision_working_days=_whole(value.get("clock.decision", DECISION_WORKING_DAYS)),
        plan_step_days=_whole(value.get("clock.plan_step", PLAN_STEP_DAYS)),
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
        if name not in REQUIRED and name not in _PROSE and name not in _OPTIONAL_NUMBERS:
            found.append(
                Refusal(
                    "policy.unknown",
                    N_("Pengaturan %(setting)s tidak dikenal."),
                    {"setting": name},
                    anchor=name,
                )
            )
        found += _source_problems(name, setting)
        found += _value_problems(name, setting["value"])
    found += _order_problems({name: setting["value"] for name, setting in settings.items()})
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
    if mark == SourceMark.ASSUMPTION and setting.get("assumed") is not True and _has_number(setting["value"]):
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
    elif name in _CHOICES:
        if value not in _CHOICES[name]:
            yield _bad(name)
    elif name in _NUMBERS or name in _OPTIONAL_NUMBERS:
        least, most = {**_NUMBERS, **_OPTIONAL_NUMBERS}[name]
        number = _number(value)
        if number is None or number != number.to_integral_value() or not least <= number <= most:
            yield _bad(name)
    elif name in _DAYS:
        if not _is_day(value):
            yield _bad(name)
    elif name == "matrix":
        yield from _matrix_problems(value)
    elif name == "pattern":
        yield from _pattern_problems(value)
    elif name == "advice.result":
        yield from _advice_problems(value)


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
        isinstance(limits, list) and all(_is_limit(limit) for limit in limits) for limits in rows.values()
    ):
        yield _bad("pattern")


def _is_limit(limit: object) -> bool:
    if not isinstance(limit, Mapping) or limit.get("bound") not in BOUNDS:
        return False
    ratings = limit.get("ratings")
    if not isinstance(ratings, list) or not ratings or not all(_is_rating(rating) for rating in ratings):
        return False
    share = _number(limit.get("share"))
    if limit["bound"] in ("some", "none"):
        return "share" not in limit
    return share is not None and 0 <= share <= 100


def _advice_problems(value: object) -> Iterator[Refusal]:
    row = value if isinstance(value, Mapping) else {}
    numbers = [_number(row.get(name)) for name in ("below", "floor", "above", "cap")]
    known = [number for number in numbers if number is not None]
    if len(known) < 4 or not 0 < known[0] <= known[1] <= known[2] <= known[3]:
        yield _bad("advice.result")


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


def _bad(name: str) -> Refusal:
    return Refusal(
        "policy.value",
        N_("Nilai pengaturan %(setting)s tidak dapat dipakai."),
        {"setting": name},
        anchor=name,
    )


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


def _has_number(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_has_number(part) for part in value.values())
    if isinstance(value, list | tuple):
        return any(_has_number(part) for part in value)
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _is_day(value: object) -> bool:
    if not isinstance(value, Mapping) or set(value) != {"day", "month"}:
        return False
    day, month = _number(value["day"]), _number(value["month"])
    if day is None or month is None or not 1 <= month <= 12 or month != month.to_integral_value():
        return False
    return day == day.to_integral_value() and 1 <= day <= calendar.monthrange(2024, int(month))[1]


def _is_rating(value: object) -> bool:
    return isinstance(value, str) and value in set(OverallRating)


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


def _read_pattern(value: object) -> dict[OrganisationRating, tuple[PatternLimit, ...]]:
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
    )

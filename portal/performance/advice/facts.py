"""One person's facts in one period, as data: what `./kinerja evaluate` reads and every rule computes from.

The format is described in ``docs/how-to/evaluate.md``. Numbers are written whole or as texts with a decimal
point ("84.6"); what isn't there is left out or ``null``, never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

from portal.kernel.exact import LIMIT
from portal.kernel.refusal import N_, Refusal
from portal.performance.advice.rules import CANT_TELL, NO_ANSWERS, BadMark, Group, Tally
from portal.performance.plans.rules import CoreValue, Direction, ResultKind
from portal.policy.policies.rules import PEERS, SUBORDINATES, ExpectationRating

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
MOST = 200
"""So many results, indicators of a result, or answers at most."""


@dataclass(frozen=True)
class IndicatorFacts:
    """An indicator with what was reached; ``low`` and ``high`` are the target's bounds."""

    text: str
    achieved: Decimal | None
    low: Decimal | None
    high: Decimal | None
    direction: Direction
    at_maximum: bool = False


@dataclass(frozen=True)
class ResultFacts:
    """A planned result; ``weight`` in per cent where the plan gives weights."""

    text: str
    kind: ResultKind
    indicators: tuple[IndicatorFacts, ...]
    weight: Decimal | None = None


@dataclass(frozen=True)
class ExtraFacts:
    """An extra task of the weighted method: its grade in per cent, its weight, its score."""

    grade: Decimal
    weight: Decimal
    score: Decimal


@dataclass(frozen=True)
class ScoreFacts:
    """Scores of the weighted method that are known already (years that were imported)."""

    plan: Decimal | None = None
    appraiser: Decimal | None = None
    peers: tuple[Decimal, ...] = ()
    subordinates: tuple[Decimal, ...] = ()
    others: Decimal | None = None
    """The mean that peers and subordinates gave together, where the single answers aren't known."""
    total: Decimal | None = None
    """The final score of a legacy year."""


NO_SCORES = ScoreFacts()


@dataclass(frozen=True)
class Decision:
    """The two ratings that the appraiser decided, with the reason."""

    result: ExpectationRating
    behaviour: ExpectationRating
    reason: str = ""


@dataclass(frozen=True)
class Facts:
    """Everything that a policy looks at."""

    name: str
    ends: date
    """The first day after the period."""
    results: tuple[ResultFacts, ...] = ()
    extra: tuple[ExtraFacts, ...] = ()
    marks: Tally = NO_ANSWERS
    peers: Tally = NO_ANSWERS
    subordinates: Tally = NO_ANSWERS
    groups: tuple[Group, ...] = ()
    """What a closed survey left: groups that may be shown. There are no answers to look at then."""
    survey_running: bool = False
    """Whether the survey isn't counted yet: then there is no advice on behaviour."""
    scores: ScoreFacts = NO_SCORES
    decided: Decision | None = None
    surveyed: bool | None = None
    new_idea: bool = False
    coefficient: Decimal | None = None
    months: int = 12


class BadFacts(ValueError):
    """Facts that can't be read; ``problems``: each with the place in the document (``results[0].weight``)."""

    def __init__(self, problems: Sequence[tuple[str, Refusal]]) -> None:
        super().__init__(", ".join(f"{place}: {refusal.code}" for place, refusal in problems))
        self.problems = list(problems)


_NUMBER = Refusal("facts.number", N_("Isi dengan bilangan, misalnya 84.6 di antara tanda kutip."))
_TABLE = Refusal("facts.table", N_("Isi dengan objek."))
_LIST = Refusal("facts.list", N_("Isi dengan daftar, paling banyak %(n)s."), {"n": MOST})
_UNKNOWN = Refusal("facts.unknown", N_("Kunci ini tidak dikenal."))
_CHOICE = Refusal("facts.choice", N_("Isi dengan salah satu kata yang dikenal."))
_TEXT = Refusal("facts.text", N_("Isi dengan teks."))
_YES_NO = Refusal("facts.yes_no", N_("Isi dengan true atau false."))
_DAY = Refusal("facts.day", N_("Isi dengan tanggal, misalnya 2026-04-01."))
_MARKS = Refusal(
    "facts.marks", N_("Isi ketujuh nilai BerAKHLAK dengan 1, 2, atau 3, semuanya dengan urutan yang sama.")
)
_COUNTS = Refusal(
    "facts.counts",
    N_("Isi berapa kali 1, 2, dan 3 diberikan pada ketujuh nilai, masing-masing paling banyak n."),
)
_TWICE = Refusal(
    "facts.groups_twice",
    N_("Setiap kelompok disebut sekali, dan tidak bersama jawaban satu per satu."),
)
_UPSIDE_DOWN = Refusal("facts.upside_down", N_("Rentang target terbalik: batas bawahnya lebih besar."))
_WEIGHTS = Refusal("facts.weights", N_("Bobot hasil kerja utama harus diisi semuanya dan berjumlah 100."))
_NEEDED = Refusal("facts.needed", N_("Belum diisi."))


def read_facts(document: object) -> Facts:
    """The facts that a JSON document says. Raises ``BadFacts`` with every problem found."""
    reader = _Reader()
    found = reader.facts(document)
    if reader.problems:
        raise BadFacts(reader.problems)
    assert found is not None
    return found


class _Reader:
    """Reads part by part and notes what is wrong where, so that all of it is told at once."""

    def __init__(self) -> None:
        self.problems: list[tuple[str, Refusal]] = []

    def bad(self, place: str, refusal: Refusal) -> None:
        self.problems.append((place or ".", refusal))

    def facts(self, document: object) -> Facts | None:
        known = (
            *("name", "period", "results", "extra", "behaviour", "scores", "decided", "surveyed"),
            *("new_idea", "credit", "survey_running"),
        )
        row = self.table(document, "", known)
        if row is None:
            return None
        period = self.table(row.get("period", {}), "period", ("begins", "ends")) or {}
        ends = self.day(period.get("ends"), "period.ends")
        behaviour = (
            self.table(
                row.get("behaviour", {}), "behaviour", ("appraiser", "peers", "subordinates", "groups")
            )
            or {}
        )
        own = behaviour.get("appraiser")
        points = self.table(row.get("credit", {}), "credit", ("coefficient", "months")) or {}
        found = Facts(
            name=self.text(row.get("name", ""), "name"),
            ends=ends or date.max,
            results=self.several(row.get("results", []), "results", self.result),
            extra=self.several(row.get("extra", []), "extra", self.extra),
            marks=self.tally([] if own is None else [own], "behaviour.appraiser"),
            peers=self.tally(behaviour.get("peers", []), "behaviour.peers"),
            subordinates=self.tally(behaviour.get("subordinates", []), "behaviour.subordinates"),
            groups=self.several(behaviour.get("groups", []), "behaviour.groups", self.group),
            scores=self.scores(row.get("scores", {})),
            decided=self.decision(row["decided"]) if row.get("decided") is not None else None,
            surveyed=self.yes_no(row["surveyed"], "surveyed") if "surveyed" in row else None,
            survey_running=self.yes_no(row.get("survey_running", False), "survey_running"),
            new_idea=self.yes_no(row.get("new_idea", False), "new_idea"),
            coefficient=self.number(points.get("coefficient"), "credit.coefficient"),
            months=self.months(points.get("months", 12)),
        )
        self.check_weights(found.results)
        self.check_groups(found, behaviour)
        return found

    def check_weights(self, results: Sequence[ResultFacts]) -> None:
        weights = [each.weight for each in results if each.kind is ResultKind.MAIN]
        given = [each for each in weights if each is not None]
        if given and (len(given) < len(weights) or sum(given) != 100):
            self.bad("results", _WEIGHTS)

    def check_groups(self, found: Facts, behaviour: Mapping[str, Any]) -> None:
        who = [each for group in found.groups for each in group.who]
        if len(who) != len(set(who)) or (who and (behaviour.get("peers") or behaviour.get("subordinates"))):
            self.bad("behaviour.groups", _TWICE)

    def table(self, value: object, place: str, known: Sequence[str]) -> Mapping[str, Any] | None:
        if not isinstance(value, Mapping):
            self.bad(place, _TABLE)
            return None
        for key in value:
            if key not in known:
                self.bad(f"{place}.{key}" if place else str(key), _UNKNOWN)
        return value

    def several(self, value: object, place: str, read: Callable[[object, str], T | None]) -> tuple[T, ...]:
        if not isinstance(value, list) or len(value) > MOST:
            self.bad(place, _LIST)
            return ()
        found = (read(part, f"{place}[{number}]") for number, part in enumerate(value))
        return tuple(part for part in found if part is not None)

    def result(self, value: object, place: str) -> ResultFacts | None:
        row = self.table(value, place, ("text", "kind", "weight", "indicators"))
        if row is None:
            return None
        return ResultFacts(
            self.text(row.get("text", ""), f"{place}.text"),
            self.choice(row.get("kind", ResultKind.MAIN.value), f"{place}.kind", ResultKind),
            self.several(row.get("indicators", []), f"{place}.indicators", self.indicator),
            self.number(row.get("weight"), f"{place}.weight", least=0),
        )

    def indicator(self, value: object, place: str) -> IndicatorFacts | None:
        row = self.table(value, place, ("text", "target", "direction", "achieved", "at_maximum"))
        if row is None:
            return None
        target = row.get("target")
        bounds = target if isinstance(target, list) else [target]
        if len(bounds) not in (1, 2):
            self.bad(f"{place}.target", _LIST)
            bounds = [None]
        numbers = [self.number(each, f"{place}.target", least=0) for each in bounds]
        if any(a is not None and b is not None and a > b for a, b in pairwise(numbers)):
            self.bad(f"{place}.target", _UPSIDE_DOWN)
        return IndicatorFacts(
            self.text(row.get("text", ""), f"{place}.text"),
            self.number(row.get("achieved"), f"{place}.achieved"),
            numbers[0],
            numbers[-1],
            self.choice(row.get("direction", Direction.UP.value), f"{place}.direction", Direction),
            self.yes_no(row.get("at_maximum", False), f"{place}.at_maximum"),
        )

    def extra(self, value: object, place: str) -> ExtraFacts | None:
        names = ("grade", "weight", "score")
        row = self.table(value, place, names)
        if row is None:
            return None
        numbers = [self.number(row.get(name), f"{place}.{name}", least=0, needed=True) for name in names]
        return ExtraFacts(*(number or Decimal(0) for number in numbers))

    def scores(self, value: object) -> ScoreFacts:
        row = (
            self.table(value, "scores", ("plan", "appraiser", "peers", "subordinates", "others", "total"))
            or {}
        )

        def each(part: object, place: str) -> Decimal | None:
            return self.number(part, place, least=0, most=120, needed=True)

        def one(name: str) -> Decimal | None:
            return self.number(row.get(name), f"scores.{name}", least=0, most=120)

        return ScoreFacts(
            plan=one("plan"),
            appraiser=one("appraiser"),
            peers=self.several(row.get("peers", []), "scores.peers", each),
            subordinates=self.several(row.get("subordinates", []), "scores.subordinates", each),
            others=one("others"),
            total=one("total"),
        )

    def decision(self, value: object) -> Decision | None:
        row = self.table(value, "decided", ("result", "behaviour", "reason"))
        if row is None:
            return None
        return Decision(
            self.choice(row.get("result"), "decided.result", ExpectationRating),
            self.choice(row.get("behaviour"), "decided.behaviour", ExpectationRating),
            self.text(row.get("reason", ""), "decided.reason"),
        )

    def tally(self, answers: object, place: str) -> Tally:
        if not isinstance(answers, list) or len(answers) > MOST:
            self.bad(place, _LIST)
            return NO_ANSWERS
        try:
            return Tally.of(list(_marks(answers)))
        except (BadMark, TypeError, KeyError):
            self.bad(place, _MARKS)
            return NO_ANSWERS

    def group(self, value: object, place: str) -> Group | None:
        """A group with its counts, or, where those aren't known, with its mean."""
        row = self.table(value, place, ("who", "n", "mean", "counts"))
        if row is None:
            return None
        who = tuple(row["who"]) if isinstance(row.get("who"), list) else ()
        n = self.number(row.get("n"), f"{place}.n", least=1, most=MOST, needed=True)
        if who not in ((PEERS,), (SUBORDINATES,), (PEERS, SUBORDINATES)):
            self.bad(f"{place}.who", _CHOICE)
            return None
        if n is None or n != int(n):
            self.bad(f"{place}.n", _NUMBER)
            return None
        if row.get("counts") is None:
            mean = self.number(row.get("mean"), f"{place}.mean", least=1, most=3, needed=True)
            return None if mean is None else Group(who, int(n), mean)
        counts = _counts(row["counts"], int(n))
        if counts is None:
            self.bad(f"{place}.counts", _COUNTS)
            return None
        return Group.of(who, int(n), None, counts)

    def months(self, value: object) -> int:
        number = self.number(value, "credit.months", least=1, most=12)
        if number is None or number != int(number):
            self.bad("credit.months", _NUMBER)
            return 12
        return int(number)

    def number(
        self,
        value: object,
        place: str,
        *,
        least: int | None = None,
        most: int | None = None,
        needed: bool = False,
    ) -> Decimal | None:
        if value is None:
            if needed:
                self.bad(place, _NEEDED)
            return None
        number = _decimal(value)
        if (
            number is None
            or (least is not None and number < least)
            or (most is not None and number > most)
            or abs(number) >= LIMIT
        ):
            self.bad(place, _NUMBER)
            return None
        return number

    def choice(self, value: object, place: str, kind: type[E]) -> E:
        if isinstance(value, str) and value in set(kind):
            return kind(value)
        self.bad(place, _CHOICE)
        return next(iter(kind))

    def text(self, value: object, place: str) -> str:
        if not isinstance(value, str):
            self.bad(place, _TEXT)
            return ""
        return value

    def yes_no(self, value: object, place: str) -> bool:
        if not isinstance(value, bool):
            self.bad(place, _YES_NO)
        return value is True

    def day(self, value: object, place: str) -> date | None:
        if value is None:
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.bad(place, _DAY)
            return None


def _counts(value: object, n: int) -> tuple[tuple[int, int, int], ...] | None:
    """How often 1, 2 and 3 were given on each of the seven values, none more than ``n`` times in all."""
    if not isinstance(value, list) or len(value) != len(CoreValue):
        return None
    rows = [row for row in value if isinstance(row, list) and len(row) == 3]
    if len(rows) < len(value) or any(type(part) is not int or part < 0 for row in rows for part in row):
        return None
    if any(sum(row) > n for row in rows) or not any(map(sum, rows)):
        return None
    return tuple((row[0], row[1], row[2]) for row in rows)


def _marks(answers: Sequence[object]) -> Iterator[Sequence[int]]:
    """Each answer as its seven marks: in the order of the values, or by their names; ``null``: can't tell."""
    names = [value.value for value in CoreValue]
    for answer in answers:
        row = [answer[name] for name in names] if isinstance(answer, Mapping) else answer
        if not isinstance(row, list) or len(row) != len(names):
            raise BadMark("each answer has a place for each core value")
        row = [CANT_TELL if mark is None else mark for mark in row]
        if any(type(mark) is not int for mark in row):
            raise BadMark("a mark is a whole number")
        if isinstance(answer, Mapping) and len(answer) != len(names):
            raise BadMark("an answer names what is no core value")
        yield row


def _decimal(value: object) -> Decimal | None:
    """A whole number, or a text that says one with a decimal point; no binary fraction, nothing endless."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value) if abs(value) < LIMIT else None
    if isinstance(value, str) and len(value) <= 40 and value.isascii():
        whole, _point, part = value.removeprefix("-").partition(".")
        if whole.isdigit() and (not _point or part.isdigit()):
            return Decimal(value)
    return None

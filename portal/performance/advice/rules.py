"""What facts give by a policy: attainment, advice, the quadrant, scores. Advice never writes a rating.

Pure and exact: ``Decimal`` inside, quantised half-up to ten places before any comparison with a band
(decisions §9). Sources: PermenPANRB 6/2022 and 8/2021 (annex), PP 30/2019 Ps. 29 and 35-41, SE MenPANRB
3/2023; what no regulation gives is the policy's, marked as an assumption there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from portal.kernel.exact import guarded, round_half_up
from portal.kernel.refusal import N_, Refusal
from portal.performance.plans.rules import Direction
from portal.policy.policies.rules import (
    PEERS,
    SUBORDINATES,
    AdviceLimits,
    Bands,
    BehaviourAdvice,
    ExpectationRating,
    Matrix,
    OrganisationRating,
    OverallRating,
    SurveyRules,
    WeightedRules,
)

# ---------------------------------------------------------------------------------------- ratings


class NotRated(ValueError):
    """A rating is missing; there is no default (TV-1, line 10)."""


def overall_rating(
    result: ExpectationRating | None, behaviour: ExpectationRating | None, matrix: Matrix
) -> OverallRating:
    """The overall rating where the two meet. Raises ``NotRated`` when one is missing."""
    if result is None or behaviour is None:
        raise NotRated("both ratings are needed")
    return matrix[(result, behaviour)]


class Change(NamedTuple):
    """What one step of one rating would have given. ``which``: hasil or perilaku; ``step``: naik, turun."""

    result: ExpectationRating
    behaviour: ExpectationRating
    overall: OverallRating
    which: str
    step: str
    changes: bool


def what_would_change(
    result: ExpectationRating, behaviour: ExpectationRating, matrix: Matrix
) -> list[Change]:
    """Each single step up or down of one rating, results first, upward first; ``changes`` says whether
    the overall rating would differ.
    """
    now = overall_rating(result, behaviour, matrix)
    return [
        Change(r, b, matrix[r, b], which, step, matrix[r, b] is not now)
        for which, step, r, b in _STEPS[result, behaviour]
    ]


def _steps(
    result: ExpectationRating, behaviour: ExpectationRating
) -> Iterator[tuple[str, str, ExpectationRating, ExpectationRating]]:
    order = tuple(ExpectationRating)
    for step, by in (("naik", 1), ("turun", -1)):
        if 0 <= (at := order.index(result) + by) < len(order):
            yield "hasil", step, order[at], behaviour
    for step, by in (("naik", 1), ("turun", -1)):
        if 0 <= (at := order.index(behaviour) + by) < len(order):
            yield "perilaku", step, result, order[at]


_STEPS = {
    (result, behaviour): tuple(_steps(result, behaviour))
    for result in ExpectationRating
    for behaviour in ExpectationRating
}
"""Each single step from each pair of ratings."""


def head_result_rating(organisation: OrganisationRating) -> ExpectationRating:
    """The rating of results that the organisation's rating means for its head (SE MenPANRB 3/2023: the
    organisation's achievement is the head's result). How five words become three is an assumption that
    HR confirms, so this is advice, too.
    """
    if organisation is OrganisationRating.EXCELLENT:
        return ExpectationRating.ABOVE
    return (
        ExpectationRating.AS_EXPECTED if organisation is OrganisationRating.GOOD else ExpectationRating.BELOW
    )


# ------------------------------------------------------------------------------------- attainment

HUNDRED = Decimal(100)
REASON_LEAST = 20
"""Characters that a reason must have: a word like "baik" explains nothing to the person rated."""
NOTHING = guarded(Decimal(0))
_DOWN = Direction.DOWN


class Working(NamedTuple):
    """How an attainment was worked out: a key and the numbers.

    ``naik``: achieved, divisor. ``turun``: divisor, achieved (2 × divisor minus achieved, over divisor).
    ``dalam_rentang``: low, achieved, high. Empty where there is nothing to work out.
    """

    formula: str
    numbers: tuple[Decimal, ...]

    def text(self, shown: Callable[[Decimal], str]) -> str:
        """The working with its numbers as ``shown`` writes them: ``84,6 ÷ 80``."""
        n = [shown(number) for number in self.numbers]
        match self.formula:
            case "naik":
                return f"{n[0]} ÷ {n[1]}"
            case "turun":
                return f"(2 × {n[0]} − {n[1]}) ÷ {n[0]}"
            case "dalam_rentang":
                return f"{n[0]} ≤ {n[1]} ≤ {n[2]}"
            case _:
                return ""


NO_WORKING = Working("", ())


class Attainment(NamedTuple):
    """Achievement against target in per cent, or ``None`` with a ``note`` that says why not.

    ``value`` has ten places and is never above the cap (``capped``) nor below zero.
    """

    value: Decimal | None
    working: Working = NO_WORKING
    capped: bool = False
    note: Refusal | None = None


MISSING = Refusal("attainment.missing", N_("Belum ada data. Kosong bukan berarti nol."))
NO_TARGET = Refusal(
    "attainment.no_target", N_("Ukuran ini tanpa target angka; penilai menilainya dari uraian dan bukti.")
)
ZERO_TARGET = Refusal(
    "attainment.zero_target",
    N_("Capaian tidak dapat dihitung karena targetnya nol. Penilai menilainya dari bukti."),
)
IN_WORDS = Refusal(
    "advice.in_words",
    N_("Tidak ada usulan: ukuran keberhasilannya dalam kalimat. Penilai menilainya dari uraian dan bukti."),
)
NO_DATA = Refusal("advice.no_data", N_("Tidak ada usulan: belum ada indikator utama yang dapat dihitung."))
FLOORED = Refusal("attainment.floored", N_("Hasil hitungan di bawah nol ditampilkan sebagai nol."))


def attainment(
    achieved: Decimal | None,
    target_min: Decimal | None,
    target_max: Decimal | None,
    direction: str,
    cap: Decimal = Decimal(120),
) -> Attainment:
    """What ``achieved`` is of the target, in per cent (PermenPANRB 8/2021, annex; cap PP 30/2019 Ps. 29).

    More is better: achieved ÷ target. Less is better: (2 × target − achieved) ÷ target. Inside a range
    100; outside it the nearer bound is the target. One value: ``target_max`` is ``None`` or equal.
    """
    low = target_min if target_min is not None else target_max
    high = target_max if target_max is not None else target_min
    if low is None or high is None:
        return Attainment(None, note=NO_TARGET)
    if achieved is None:
        return Attainment(None, note=MISSING)
    if low != high and low <= achieved <= high:
        working, value = Working("dalam_rentang", (low, achieved, high)), HUNDRED
    else:
        divisor = low if achieved < low else high
        if not divisor:
            return Attainment(None, note=ZERO_TARGET)
        if direction == _DOWN:
            working, value = (
                Working("turun", (divisor, achieved)),
                (2 * divisor - achieved) / divisor * HUNDRED,
            )
        else:
            working, value = Working("naik", (achieved, divisor)), achieved / divisor * HUNDRED
    value = guarded(value)
    if value > cap:
        return Attainment(guarded(cap), working, capped=True)
    return Attainment(value, working) if value >= NOTHING else Attainment(NOTHING, working, note=FLOORED)


# ----------------------------------------------------------------------------------------- advice


class Advice(NamedTuple):
    """What attainment suggests for the rating of results; ``rating`` is ``None`` without data.

    ``mean`` is over the ``counted`` indicators; ``missing`` ones have no figure and count as nothing,
    neither as zero nor as reached. ``below_floor`` counts those under the floor; ``worded`` those without
    a target (qualitative approach), which the appraiser judges in words.
    """

    rating: ExpectationRating | None
    mean: Decimal | None
    counted: int
    missing: int
    below_floor: int
    worded: int = 0


def advice_result(attainments: Iterable[Attainment], limits: AdviceLimits) -> Advice:
    """The advice from the attainments of the main indicators (``policies.md`` §1; no legal cut-off).

    Mean under ``below``: below. Mean from ``above`` on, no indicator under ``floor`` and none without a
    figure: above. Else as expected. Measures in words have no figure to be missing.
    """
    given = list(attainments)
    rows = [row for row in given if row.note is not NO_TARGET]
    worded = len(given) - len(rows)
    values = [row.value for row in rows if row.value is not None]
    missing = len(rows) - len(values)
    if not values:
        return Advice(None, None, 0, missing, 0, worded)
    mean = guarded(sum(values, NOTHING) / len(values))
    low = sum(value < limits.floor for value in values)
    rating = ExpectationRating.AS_EXPECTED
    if mean < limits.below:
        rating = ExpectationRating.BELOW
    elif mean >= limits.above and not (low or missing or worded):
        rating = ExpectationRating.ABOVE
    return Advice(rating, mean, len(values), missing, low, worded)


def advice_reasons(advice: Advice, limits: AdviceLimits) -> list[Refusal]:
    """Why the advice is what it is, or why there is none."""
    if advice.mean is None:
        if advice.worded and not advice.missing:
            return [IN_WORDS]
        return [NO_DATA]
    found = [_mean_reason(advice.mean, advice.counted, limits)]
    if advice.mean >= limits.above and advice.below_floor:
        found.append(
            Refusal(
                "advice.below_floor",
                N_("%(n)s indikator utama capaiannya di bawah %(floor)s%%."),
                {"n": advice.below_floor, "floor": limits.floor},
            )
        )
    if advice.missing:
        found.append(
            Refusal(
                "advice.missing",
                N_("%(n)s indikator utama tidak ikut dihitung karena belum ada capaiannya."),
                {"n": advice.missing},
            )
        )
    if advice.worded:
        found.append(
            Refusal(
                "advice.worded",
                N_("%(n)s ukuran utama tanpa target angka dinilai dari uraian dan bukti."),
                {"n": advice.worded},
            )
        )
    return found


def _mean_reason(mean: Decimal, count: int, limits: AdviceLimits) -> Refusal:
    params = {
        "mean": round_half_up(mean),
        "n": count,
        "below": limits.below,
        "above": limits.above,
    }
    if mean < limits.below:
        return Refusal(
            "advice.mean_below",
            N_("Rata-rata capaian %(n)s indikator utama %(mean)s%%, di bawah %(below)s%%."),
            params,
        )
    if mean < limits.above:
        return Refusal(
            "advice.mean_between",
            N_("Rata-rata capaian %(n)s indikator utama %(mean)s%%, antara %(below)s%% dan %(above)s%%."),
            params,
        )
    return Refusal(
        "advice.mean_above",
        N_("Rata-rata capaian %(n)s indikator utama %(mean)s%%, mencapai %(above)s%%."),
        params,
    )


@dataclass(frozen=True)
class Lift:
    """The mean from which the advice would be one step higher, and what else it takes."""

    rating: ExpectationRating
    mean: Decimal
    none_below: Decimal | None = None
    none_missing: bool = False


def what_would_lift(advice: Advice, limits: AdviceLimits) -> Lift | None:
    """What would make the advice one step better; ``None`` where it is the best or there is none."""
    if advice.rating is ExpectationRating.BELOW:
        return Lift(ExpectationRating.AS_EXPECTED, limits.below)
    if advice.rating is ExpectationRating.AS_EXPECTED:
        return Lift(ExpectationRating.ABOVE, limits.above, limits.floor, none_missing=advice.missing > 0)
    return None


def differs_from_advice(result: ExpectationRating, advice: Advice) -> bool:
    """Whether the rating differs from the advice: then the reason must say why."""
    return advice.rating is not None and advice.rating is not result


# ------------------------------------------------------------------------------------- closed survey


class BadMark(ValueError):
    """An answer without a place for each core value, or with a mark that isn't on the scale."""


CANT_TELL = 0
"""What stands in the place of a mark that somebody can't give."""
MARKS = dict(enumerate(ExpectationRating, 1))
"""The expectation rating that a mark stands for."""


class Tally(NamedTuple):
    """Answers on behaviour, counted: how often 1, 2 and 3 were given on each core value.

    A core value is marked 1 (below), 2 (as expected) or 3 (above the expectation), or not at all
    (``CANT_TELL``). ``total`` is the sum of all marks, ``given`` how many they are.
    """

    n: int = 0
    counts: tuple[tuple[int, int, int], ...] = ()
    total: int = 0
    given: int = 0

    @classmethod
    def of(cls, answers: Iterable[Sequence[int]]) -> Tally:
        """Count ``answers``, each with its marks in the same order of values. Raises ``BadMark``.

        An answer without a single mark isn't one: it makes no group larger.
        """
        rows = list(answers)
        if any(mark not in (CANT_TELL, 1, 2, 3) for row in rows for mark in row):
            raise BadMark("a mark is 1, 2 or 3")
        if rows and (not rows[0] or any(len(row) != len(rows[0]) for row in rows)):
            raise BadMark("each answer has a place for each core value")
        rows = [row for row in rows if any(row)]
        if not rows:
            return cls()
        counts = tuple([(c.count(1), c.count(2), c.count(3)) for c in zip(*rows, strict=True)])
        return cls(len(rows), counts, sum(map(sum, rows)), sum(map(sum, counts)))

    def with_(self, other: Tally) -> Tally:
        """Both groups as one."""
        if not self.n or not other.n:
            return self if self.n else other
        pairs = zip(self.counts, other.counts, strict=True)
        counts = tuple([(a[0] + b[0], a[1] + b[1], a[2] + b[2]) for a, b in pairs])
        return Tally(self.n + other.n, counts, self.total + other.total, self.given + other.given)

    @property
    def mean(self) -> Decimal | None:
        """The mean of all marks; ``None`` without an answer."""
        return guarded(Decimal(self.total) / self.given) if self.given else None

    @classmethod
    def of_one(cls, marks: str | None) -> Tally:
        """One person's marks as they are kept: a digit for each core value, or nothing."""
        return _of_one(marks) if marks else NO_ANSWERS

    def is_whole(self) -> bool:
        """Whether every core value has a mark of every answer."""
        return bool(self.n) and self.given == self.n * len(self.counts)


NO_ANSWERS = Tally()


@lru_cache(4096)
def _of_one(marks: str) -> Tally:
    # Of seven marks there are few: whoever computes for thousands meets the same ones again.
    return Tally.of([[int(mark) for mark in marks]])


class Group(NamedTuple):
    """A group of the closed survey that may be shown: all that is ever known of its answers.

    ``counts`` and ``total`` are there for groups that are large enough for details; of a smaller one only
    the mean to one decimal is known, and that is what enters the advice, too (decision 14.31).
    """

    who: tuple[str, ...]
    n: int
    mean: Decimal
    counts: tuple[tuple[int, int, int], ...] = ()

    @classmethod
    def of(
        cls, who: tuple[str, ...], n: int, mean: Decimal | None, counts: tuple[tuple[int, int, int], ...] = ()
    ) -> Group:
        """A group that was kept: its mean follows from ``counts`` where they are known."""
        found = cls(who, n, mean or Decimal(0), counts)
        return found._replace(mean=guarded(Decimal(found.total) / found.given)) if counts else found

    @property
    def total(self) -> int:
        """The sum of all marks, where the counts are known."""
        return sum(one + 2 * two + 3 * three for one, two, three in self.counts)

    @property
    def given(self) -> int:
        """How many marks there are, where the counts are known."""
        return sum(map(sum, self.counts))


def open_groups(
    peers: int, subordinates: int, survey: SurveyRules | None, least: int
) -> tuple[tuple[str, ...], ...]:
    """Whose answers count, given how many there are: a group below ``least`` contributes nothing.

    Where the policy merges, peers and subordinates become one group as soon as one of them is too small,
    and count as one only: apart, the small one could be computed from both (decisions §7).
    """
    if survey is None:
        return ()
    there: list[tuple[tuple[str, ...], int]] = [
        ((who,), n) for who, n in ((PEERS, peers), (SUBORDINATES, subordinates)) if n
    ]
    if survey.merges and len(there) > 1 and any(n < least for _who, n in there):
        there = [((PEERS, SUBORDINATES), peers + subordinates)]
    return tuple(who for who, n in there if n >= least)


def shown_groups(
    peers: Tally, subordinates: Tally, survey: SurveyRules | None, least: int, detailed: int
) -> tuple[Group, ...]:
    """The groups that enter the advice and may be shown, each with what may be known of it."""
    tallies: dict[tuple[str, ...], Tally] = {
        (PEERS,): peers,
        (SUBORDINATES,): subordinates,
        (PEERS, SUBORDINATES): peers.with_(subordinates),
    }
    return tuple(
        [
            shown_group(who, tallies[who], detailed)
            for who in open_groups(peers.n, subordinates.n, survey, least)
        ]
    )


def shown_group(who: tuple[str, ...], tally: Tally, detailed: int) -> Group:
    """What may be known of a group that is open: details where each core value has ``detailed`` marks.

    Were one value left out of the counts beside an exact mean, it could be computed from both; so it is
    all or nothing.
    """
    mean = tally.mean
    assert mean is not None
    if tally.n >= detailed and all(n >= detailed for n in map(sum, tally.counts) if n):
        return Group(who, tally.n, mean, tally.counts)
    return Group(who, tally.n, round_half_up(mean, 1))


class BehaviourView(NamedTuple):
    """The advice on behaviour, with what it was made of; ``rating`` is ``None`` where there is none.

    ``appraiser`` and ``survey`` are means of marks. ``returned``: no group was large enough, and the
    survey's share went back to the appraiser.
    """

    rating: ExpectationRating | None
    mean: Decimal | None
    appraiser: Decimal | None
    survey: Decimal | None
    answers: int
    groups: tuple[Group, ...]
    appraiser_share: Decimal
    survey_share: Decimal
    returned: bool = False
    reasons: tuple[Refusal, ...] = ()

    @property
    def is_pending(self) -> bool:
        """Whether answers are still to come or to be counted."""
        return SURVEY_RUNNING in self.reasons

    def differs(self, decided: ExpectationRating | None) -> bool:
        """Whether the rating that was decided is another than the advice; false without either."""
        return None not in (decided, self.rating) and decided is not self.rating


NO_BEHAVIOUR_ADVICE = Refusal(
    "advice.no_behaviour", N_("Tidak ada usulan rating perilaku kerja dalam kebijakan ini.")
)
NO_MARKS = Refusal("advice.no_marks", N_("Tidak ada usulan: ketujuh nilai perilaku kerja belum ditandai."))
SMALL_GROUP = Refusal(
    "advice.small_group",
    N_("Kelompok terlalu kecil, pendapat rekan tidak dipakai. Bagiannya kembali kepada penilai."),
)


NO_SURVEY = Refusal(
    "advice.no_survey",
    N_("Pada periode ini tidak ada survei perilaku. Bagiannya kembali kepada penilai."),
)
SURVEY_RUNNING = Refusal(
    "advice.survey_running", N_("Survei perilaku belum ditutup; usulan menyusul setelah jawabannya dihitung.")
)

RATED_BEFORE = Refusal(
    "advice.rated_before",
    N_("Predikat ditetapkan sebelum survei perilaku ditutup, jadi hasil survei tidak dipakai."),
)

PENDING = BehaviourView(None, None, None, None, 0, (), HUNDRED, Decimal(0), reasons=(SURVEY_RUNNING,))
"""The advice on behaviour while answers are still to come or to be counted."""
TOO_LATE = PENDING._replace(reasons=(RATED_BEFORE,))
"""The same, once somebody has decided: what the answers say enters nothing any more."""


def advice_behaviour(
    marks: Tally, groups: Sequence[Group], rules: BehaviourAdvice | None, *, surveyed: bool = True
) -> BehaviourView:
    """The advice on behaviour from the appraiser's own ``marks`` (a tally of one) and the shown groups.

    ``surveyed``: whether others were asked at all; else there is no group to be too small.

    Each answer of the survey counts the same (PP 30/2019 Ps. 39). The cut-offs are the policy's.
    """
    if rules is None:
        return BehaviourView(
            None,
            None,
            marks.mean,
            None,
            0,
            tuple(groups),
            HUNDRED,
            Decimal(0),
            reasons=(NO_BEHAVIOUR_ADVICE,),
        )
    answers = sum([group.n for group in groups])
    returned = rules.survey > 0 and not answers
    share = rules.survey if answers else Decimal(0)
    shares = (HUNDRED - share, share)
    given = guarded(sum([group.n * group.mean for group in groups], NOTHING) / answers) if share else None
    reasons = (SMALL_GROUP if surveyed else NO_SURVEY,) if returned else ()
    own = marks.mean if marks.is_whole() else None
    if own is None:
        return BehaviourView(
            None, None, None, given, answers, tuple(groups), *shares, returned, (NO_MARKS, *reasons)
        )
    mean = guarded((own * shares[0] + (given or 0) * share) / HUNDRED)
    rating = ExpectationRating.AS_EXPECTED
    if mean < rules.below:
        rating = ExpectationRating.BELOW
    elif mean > rules.above:
        rating = ExpectationRating.ABOVE
    return BehaviourView(rating, mean, own, given, answers, tuple(groups), *shares, returned, reasons)


# ------------------------------------------------------------------------------------------- scores


def converted(value: Decimal, rules: WeightedRules, at_maximum: bool = False) -> Decimal:
    """The score of an attainment (PermenPANRB 8/2021, annex), which is rounded to whole per cent first.

    ``at_maximum``: the target was the most that is possible, so reaching it is the most, too.
    """
    whole = round_half_up(value, 0)
    if at_maximum and whole == HUNDRED:
        return rules.at_maximum
    for piece in rules.conversion:
        if piece.begins <= whole <= piece.ends:
            if piece.begins == piece.ends:
                return piece.low
            slope = (piece.high - piece.low) / (piece.ends - piece.begins)
            return guarded(piece.low + slope * (whole - piece.begins))
    return rules.cap


def extra_score(grade: Decimal, weight: Decimal, score: Decimal) -> Decimal:
    """What one extra task adds: (k ÷ 100) × weight × (score ÷ 100), PermenPANRB 8/2021."""
    return guarded(grade / HUNDRED * weight * (score / HUNDRED))


def plan_score(main: Decimal, extra: Decimal, rules: WeightedRules) -> Decimal:
    """The score of the plan: main and extra results, the latter at most ``rules.extra``, within the cap."""
    return min(guarded(main + min(extra, rules.extra)), rules.cap)


def behaviour_score(appraiser: Decimal, others: Sequence[Decimal], rules: WeightedRules) -> Decimal:
    """The score of behaviour; each of ``others`` counts the same. Without them it is the appraiser's."""
    if not others:
        return appraiser
    mean = sum(others, Decimal(0)) / len(others)
    return guarded((appraiser * rules.appraiser + mean * rules.survey) / HUNDRED)


SURVEY_NEEDED = Refusal(
    "score.survey_needed",
    N_(
        "Sejak %(day)s perilaku dinilai dengan survei (PP 30/2019 Pasal 64). Tanpa survei nilai tidak dihitung."
    ),
)


class NoScore(ValueError):
    """A score can't be given; ``refusal`` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def final_score(
    plan: Decimal, behaviour: Decimal, rules: WeightedRules, *, surveyed: bool, ends: date
) -> Decimal:
    """The final score of a period that ``ends`` on a day (excluded); PP 30/2019 Ps. 41(4), 64(4).

    ``surveyed``: a survey was held, though its answers may have been too few. Raises ``NoScore`` where
    one was needed.
    """
    if surveyed:
        shares = rules.plan, rules.behaviour
    elif ends <= rules.alone_until:
        shares = rules.plan_alone, rules.behaviour_alone
    else:
        raise NoScore(Refusal(SURVEY_NEEDED.code, SURVEY_NEEDED.message, {"day": rules.alone_until}))
    return guarded((plan * shares[0] + behaviour * shares[1]) / HUNDRED)


def band(score: Decimal, bands: Bands) -> OverallRating:
    """The rating of an unrounded score; below the lowest band it is the worst."""
    return next((rating for rating, least in bands if score >= least), OverallRating.VERY_POOR)


def weighted_rating(score: Decimal, rules: WeightedRules, *, new_idea: bool) -> OverallRating:
    """The rating by PP 30/2019 Ps. 41(5): the best one needs a new idea or method, too (Ps. 41(6))."""
    found = band(score, rules.bands)
    return OverallRating.GOOD if found is OverallRating.VERY_GOOD and not new_idea else found


def prorated(parts: Sequence[tuple[int, Decimal]]) -> Decimal:
    """The score of a year in parts, each (months, score), by months (PP 30/2019 Ps. 36)."""
    months = sum(count for count, _score in parts)
    return guarded(sum((count * score for count, score in parts), Decimal(0)) / months)


def credit(
    coefficient: Decimal, overall: OverallRating, months: int, table: Mapping[OverallRating, Decimal]
) -> Decimal:
    """Angka kredit of ``months`` under one rating: the share of the yearly coefficient (PerBKN 3/2023)."""
    return guarded(coefficient * table[overall] / HUNDRED * months / 12)

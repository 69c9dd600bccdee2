"""From facts to a rating by any policy, without a database: what the portal's pages and `./kinerja
evaluate` both compute with, so that HR and auditors can do every figure again (NEW-1, NEW-2).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from portal.kernel.exact import guarded
from portal.kernel.refusal import N_, Refusal
from portal.performance.advice import rules
from portal.performance.advice.facts import Facts, IndicatorFacts, ResultFacts
from portal.performance.advice.rules import Advice, Attainment, BehaviourView
from portal.performance.plans.rules import ResultKind
from portal.policy.policies.rules import (
    LEGACY,
    PEERS,
    SUBORDINATES,
    WEIGHTED,
    OverallRating,
    PolicyDocument,
)


class Measured(NamedTuple):
    """An indicator with its attainment, and its score where the method gives one."""

    indicator: IndicatorFacts
    attainment: Attainment
    score: Decimal | None = None


class MeasuredResult(NamedTuple):
    """A result with its indicators, and its score where the method gives one."""

    result: ResultFacts
    rows: tuple[Measured, ...]
    score: Decimal | None = None


class Scores(NamedTuple):
    """The figures of the weighted method, each step kept."""

    main: Decimal | None
    extra: Decimal
    plan: Decimal | None
    appraiser: Decimal | None
    others: tuple[Decimal, ...]
    behaviour: Decimal | None
    final: Decimal | None
    surveyed: bool


class Outcome(NamedTuple):
    """What a policy makes of facts. ``overall`` is ``None`` where nobody is rated: never a default.

    ``notes`` say why not, or what should be known of the figures.
    """

    policy: PolicyDocument
    facts: Facts
    overall: OverallRating | None
    results: tuple[MeasuredResult, ...]
    advice: Advice | None = None
    behaviour: BehaviourView | None = None
    scores: Scores | None = None
    credit: Decimal | None = None
    notes: tuple[Refusal, ...] = ()


NOT_DECIDED = Refusal(
    "rating.not_decided", N_("Belum dinilai: penilai belum menetapkan kedua rating. Usulan bukan rating.")
)
REASON_NEEDED = Refusal(
    "rating.reason_needed",
    N_("Keputusan berbeda dari usulan dan alasannya belum ditulis, sekurang-kurangnya %(n)s huruf."),
    {"n": rules.REASON_LEAST},
)
SIMULATION = Refusal("rating.simulation", N_("Hitung ulang menurut PP 30/2019."))
LEGACY_YEAR = Refusal(
    "rating.legacy", N_("Tahun lama menurut PP 46/2011, dengan skala dan sebutannya sendiri.")
)
NO_PLAN_SCORE = Refusal("score.no_plan", N_("Nilai SKP belum dapat dihitung: ada indikator tanpa capaian."))
NO_BEHAVIOUR_SCORE = Refusal("score.no_behaviour", N_("Nilai perilaku dari penilai belum ada."))
NO_TOTAL = Refusal("score.no_total", N_("Nilai akhir tahun itu belum diisi."))


def evaluate(facts: Facts, policy: PolicyDocument) -> Outcome:
    """What ``policy`` makes of ``facts``."""
    if policy.method == LEGACY:
        return _legacy(facts, policy)
    return _weighted(facts, policy) if policy.method == WEIGHTED else _matrix(facts, policy)


def _matrix(facts: Facts, policy: PolicyDocument) -> Outcome:
    results = _measured(facts.results, policy.advice.cap)
    advice = rules.advice_result(
        [row.attainment for each in results if each.result.kind is ResultKind.MAIN for row in each.rows],
        policy.advice,
    )
    groups = _groups(facts, policy)
    if facts.survey_running:
        behaviour = rules.PENDING if facts.decided is None else rules.TOO_LATE
    else:
        behaviour = rules.advice_behaviour(
            facts.marks, groups, policy.behaviour, surveyed=facts.surveyed is not False
        )
    overall, notes = _decided(facts, policy, advice, behaviour)
    return Outcome(
        policy,
        facts,
        overall,
        results,
        advice=advice,
        behaviour=behaviour,
        credit=_credit(facts, policy, overall),
        notes=notes,
    )


def _groups(facts: Facts, policy: PolicyDocument) -> Sequence[rules.Group]:
    """The groups of the closed survey that count: as the survey left them, or counted from answers."""
    if facts.groups:
        return [group for group in facts.groups if group.n >= policy.least_answers]
    return rules.shown_groups(
        facts.peers, facts.subordinates, policy.survey, policy.least_answers, policy.least_comments
    )


def _decided(
    facts: Facts, policy: PolicyDocument, advice: Advice, behaviour: BehaviourView
) -> tuple[OverallRating | None, tuple[Refusal, ...]]:
    """The rating where the two decided ones meet. Advice alone never makes one."""
    decided = facts.decided
    if decided is None:
        return None, (NOT_DECIDED,)
    differs = rules.differs_from_advice(decided.result, advice) or behaviour.differs(decided.behaviour)
    if differs and len(decided.reason.strip()) < rules.REASON_LEAST:
        return None, (REASON_NEEDED,)
    return rules.overall_rating(decided.result, decided.behaviour, policy.matrix), ()


def _measured(results: Sequence[ResultFacts], cap: Decimal) -> tuple[MeasuredResult, ...]:
    work_out = rules.attainment
    return tuple(
        [
            MeasuredResult(
                each,
                tuple(
                    [
                        Measured(row, work_out(row.achieved, row.low, row.high, row.direction, cap))
                        for row in each.indicators
                    ]
                ),
            )
            for each in results
        ]
    )


def _credit(facts: Facts, policy: PolicyDocument, overall: OverallRating | None) -> Decimal | None:
    if facts.coefficient is None or overall is None or not policy.credit:
        return None
    return rules.credit(facts.coefficient, overall, facts.months, policy.credit)


# ------------------------------------------------------------------------------------------ weighted


def _weighted(facts: Facts, policy: PolicyDocument) -> Outcome:
    weighted = policy.weighted
    assert weighted is not None
    results = tuple(_scored(each, policy) for each in _measured(facts.results, weighted.cap))
    main = facts.scores.plan if facts.scores.plan is not None else _main_score(results)
    extra = guarded(
        sum((rules.extra_score(row.grade, row.weight, row.score) for row in facts.extra), Decimal(0))
    )
    plan = rules.plan_score(main, extra, weighted) if main is not None else None
    others = _others(facts, policy)
    own = facts.scores.appraiser
    behaviour = rules.behaviour_score(own, others, weighted) if own is not None else None
    surveyed = facts.surveyed if facts.surveyed is not None else policy.survey is not None
    notes: tuple[Refusal, ...] = (SIMULATION,)
    final = None
    if plan is None:
        notes = (NO_PLAN_SCORE, *notes)
    elif behaviour is None:
        notes = (NO_BEHAVIOUR_SCORE, *notes)
    else:
        try:
            final = rules.final_score(plan, behaviour, weighted, surveyed=surveyed, ends=facts.ends)
        except rules.NoScore as missing:
            notes = (missing.refusal, *notes)
    if surveyed and not others and own is not None:
        notes = (rules.SMALL_GROUP, *notes)
    overall = rules.weighted_rating(final, weighted, new_idea=facts.new_idea) if final is not None else None
    scores = Scores(main, extra, plan, own, others, behaviour, final, surveyed)
    return Outcome(
        policy, facts, overall, results, scores=scores, credit=_credit(facts, policy, overall), notes=notes
    )


def _scored(measured: MeasuredResult, policy: PolicyDocument) -> MeasuredResult:
    weighted = policy.weighted
    assert weighted is not None
    rows = tuple(
        Measured(
            row.indicator,
            row.attainment,
            rules.converted(row.attainment.value, weighted, row.indicator.at_maximum)
            if row.attainment.value is not None
            else None,
        )
        for row in measured.rows
    )
    scores = [row.score for row in rows if row.score is not None]
    whole = guarded(sum(scores, Decimal(0)) / len(scores)) if scores and len(scores) == len(rows) else None
    return MeasuredResult(measured.result, rows, whole)


def _main_score(results: Sequence[MeasuredResult]) -> Decimal | None:
    """The main results by their weights, or each the same; nothing where one has no score."""
    main = [each for each in results if each.result.kind is ResultKind.MAIN]
    if not main or any(each.score is None for each in main):
        return None
    scores = [each.score or Decimal(0) for each in main]
    weights = [each.result.weight for each in main if each.result.weight is not None]
    if weights:
        return guarded(sum((s * w for s, w in zip(scores, weights, strict=True)), Decimal(0)) / 100)
    return guarded(sum(scores, Decimal(0)) / len(scores))


def _others(facts: Facts, policy: PolicyDocument) -> tuple[Decimal, ...]:
    """The answers that count: of groups that are large enough, or merged are; or the mean that is known."""
    if facts.scores.others is not None:
        return (facts.scores.others,)
    given = {PEERS: facts.scores.peers, SUBORDINATES: facts.scores.subordinates}
    groups = rules.open_groups(
        len(given[PEERS]), len(given[SUBORDINATES]), policy.survey, policy.least_answers
    )
    return tuple(score for group in groups for who in group for score in given[who])


def _legacy(facts: Facts, policy: PolicyDocument) -> Outcome:
    """The total as it is known, or worked out of plan and behaviour (PP 46/2011 Ps. 15)."""
    given, total, shares = facts.scores, facts.scores.total, policy.legacy_shares
    scores = None
    if total is None and shares is not None and given.plan is not None and given.appraiser is not None:
        total = guarded((given.plan * shares[0] + given.appraiser * shares[1]) / 100)
        scores = Scores(None, rules.NOTHING, given.plan, given.appraiser, (), given.appraiser, total, False)
    notes = (LEGACY_YEAR,) if total is not None else (NO_TOTAL, LEGACY_YEAR)
    overall = rules.band(total, policy.legacy_bands) if total is not None else None
    return Outcome(policy, facts, overall, (), scores=scores, notes=notes)

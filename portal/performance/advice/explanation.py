"""*Mengapa nilai saya begini?* as data: every figure of an outcome unfolded down to its inputs (NEW-1).

Each step is a sentence with the numbers in it, and below it the steps it was made of, so that all of it
can be done again by hand. Built only when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from portal.kernel.exact import format_number, round_half_up
from portal.kernel.refusal import N_, Refusal
from portal.performance.advice import rules
from portal.performance.advice.recompute import Measured, MeasuredResult, Outcome, Scores
from portal.performance.advice.rules import BehaviourView, Group, Tally, Working
from portal.performance.plans.rules import ResultKind
from portal.policy.policies.rules import (
    LABELS,
    PEERS,
    SUBORDINATES,
    ExpectationRating,
    OverallRating,
    PolicyDocument,
    rating_word,
)

WHO = {PEERS: N_("rekan"), SUBORDINATES: N_("bawahan langsung")}


class Fine(NamedTuple):
    """A mean on a scale of few steps, shown to four places: with two the next line couldn't be done again."""

    value: Decimal


class Times(NamedTuple):
    """So many answers with a mean, as part of a sum: ``5 × 2,3``."""

    n: int
    mean: Fine


class Step(NamedTuple):
    """A sentence of the explanation with its exact values, and what it was made of.

    Values are written out when it is shown: a ``Decimal`` in Indonesian writing, a rating in its word,
    several numbers as a sum.
    """

    key: str
    message: str
    values: Mapping[str, object] = MappingProxyType({})
    made_of: tuple[Step, ...] = ()

    def words(self) -> str:
        """The Indonesian sentence."""
        return self.message % {name: _shown(value) for name, value in self.values.items()}

    def as_data(self) -> dict[str, object]:
        """The step as plain JSON: key, words, exact values, and what it was made of."""
        found: dict[str, object] = {
            "key": self.key,
            "text": self.words(),
            "values": {name: _plain(value) for name, value in self.values.items()},
        }
        if self.made_of:
            found["made_of"] = [step.as_data() for step in self.made_of]
        return found


def explain(outcome: Outcome) -> tuple[Step, ...]:
    """Advice, decision, rating: in this order, each unfolded."""
    steps = [*_results(outcome), *_behaviour(outcome), *_score(outcome), *_rating(outcome)]
    if outcome.credit is not None and outcome.overall is not None and outcome.facts.coefficient is not None:
        steps.append(
            _step(
                "credit",
                N_("Angka kredit: %(coefficient)s × %(share)s%% × %(months)s ÷ 12 = %(credit)s."),
                coefficient=outcome.facts.coefficient,
                share=outcome.policy.credit[outcome.overall],
                months=outcome.facts.months,
                credit=outcome.credit,
            )
        )
    steps += [_said(note) for note in outcome.notes]
    return tuple(steps)


def _step(key: str, message: str, made_of: Sequence[Step] = (), /, **values: object) -> Step:
    return Step(key, message, values, tuple(made_of))


def _said(refusal: Refusal) -> Step:
    return Step(refusal.code, refusal.message, refusal.params)


# ------------------------------------------------------------------------------------------- results


def _results(outcome: Outcome) -> Iterator[Step]:
    if outcome.advice is None:
        return
    advice, limits = outcome.advice, outcome.policy.advice
    rows = [row for each in outcome.results if each.result.kind is ResultKind.MAIN for row in each.rows]
    made_of = [_indicator(row) for row in rows]
    values = [row.attainment.value for row in rows if row.attainment.value is not None]
    if advice.mean is not None:
        made_of.append(
            _step(
                "advice.mean",
                N_("Rata-rata indikator utama: (%(sum)s) ÷ %(n)s = %(mean)s%%."),
                sum=tuple(values),
                n=len(values),
                mean=advice.mean,
            )
        )
    made_of.append(
        _step(
            "advice.limits",
            N_(
                "Batas usulan: di bawah %(below)s%% Di Bawah Ekspektasi; mulai %(above)s%% tanpa capaian di bawah "
                "%(floor)s%% Di Atas Ekspektasi; di antaranya Sesuai Ekspektasi."
            ),
            below=limits.below,
            above=limits.above,
            floor=limits.floor,
        )
    )
    made_of += [_said(reason) for reason in rules.advice_reasons(advice, limits)]
    yield _advised("advice.result", N_("Usulan hasil kerja: %(rating)s."), advice.rating, made_of)
    others = [each for each in outcome.results if each.result.kind is not ResultKind.MAIN]
    if others:
        yield _step(
            "results.extra",
            N_("Hasil kerja tambahan: %(n)s; dilihat penilai, tidak masuk ke usulan."),
            [_indicator(row) for each in others for row in each.rows],
            n=len(others),
        )


def _advised(key: str, message: str, rating: object, made_of: Sequence[Step]) -> Step:
    return _step(key, message, made_of, rating=rating if rating is not None else N_("tidak ada"))


def _indicator(row: Measured) -> Step:
    found, name = row.attainment, row.indicator.text or N_("Indikator")
    if found.value is None:
        assert found.note is not None
        return _step("indicator.none", N_("%(name)s: tidak ada capaian."), [_said(found.note)], name=name)
    made_of = [_said(found.note)] if found.note is not None else []
    if row.score is not None:
        made_of.append(
            _step(
                "indicator.score",
                N_("Capaian dibulatkan menjadi %(whole)s%%, nilainya %(score)s."),
                whole=round_half_up(found.value, 0),
                score=row.score,
            )
        )
    working = found.working
    if working.formula == "dalam_rentang":
        return _step(
            "indicator.within",
            N_("%(name)s: %(working)s, di dalam rentang target, jadi %(value)s%%."),
            made_of,
            name=name,
            working=working,
            value=found.value,
        )
    message = N_("%(name)s: %(working)s = %(value)s%%.")
    if found.capped:
        message = N_("%(name)s: %(working)s, dihitung paling tinggi %(value)s%%.")
    return _step("indicator", message, made_of, name=name, working=working, value=found.value)


# ----------------------------------------------------------------------------------------- behaviour


def _behaviour(outcome: Outcome) -> Iterator[Step]:
    if outcome.behaviour is not None:
        yield behaviour_step(outcome.behaviour, outcome.facts.marks, outcome.policy)


def behaviour_step(view: BehaviourView, marks: Tally, policy: PolicyDocument) -> Step:
    """The advice on behaviour unfolded: the appraiser's marks, the groups of the survey, shares, limits."""
    made_of = []
    if view.appraiser is not None:
        made_of.append(
            _step(
                "behaviour.appraiser",
                N_("Penilai: %(sum)s ÷ %(n)s nilai = %(mean)s."),
                sum=marks.total,
                n=len(marks.counts),
                mean=_fine(marks.mean),
            )
        )
    made_of += [_group(group) for group in view.groups]
    if len(view.groups) > 1:
        made_of.append(
            _step(
                "behaviour.survey",
                N_("Semua jawaban, masing-masing sama bobotnya: (%(sum)s) ÷ %(n)s = %(mean)s."),
                sum=tuple(Times(group.n, Fine(group.mean)) for group in view.groups),
                n=view.answers,
                mean=_fine(view.survey),
            )
        )
    if view.mean is not None and policy.behaviour is not None:
        if view.survey is not None:
            made_of.append(
                _step(
                    "behaviour.mean",
                    N_("%(own_share)s%% × %(own)s + %(share)s%% × %(given)s = %(mean)s."),
                    own_share=view.appraiser_share,
                    own=_fine(view.appraiser),
                    share=view.survey_share,
                    given=_fine(view.survey),
                    mean=_fine(view.mean),
                )
            )
        made_of.append(
            _step(
                "behaviour.limits",
                N_(
                    "Batas usulan pada skala 1 sampai 3: di bawah %(below)s Di Bawah Ekspektasi; di atas "
                    "%(above)s Di Atas Ekspektasi; di antaranya Sesuai Ekspektasi."
                ),
                below=policy.behaviour.below,
                above=policy.behaviour.above,
            )
        )
    made_of += [_said(reason) for reason in view.reasons]
    return _advised("advice.behaviour", N_("Usulan perilaku kerja: %(rating)s."), view.rating, made_of)


def _group(group: Group) -> Step:
    who = tuple(WHO[who] for who in group.who)
    if not group.counts:
        return _step(
            "behaviour.small_group",
            N_("Survei %(who)s: %(n)s jawaban, rata-ratanya dibulatkan satu angka: %(mean)s."),
            who=who,
            n=group.n,
            mean=Fine(group.mean),
        )
    return _step(
        "behaviour.group",
        N_("Survei %(who)s: %(n)s jawaban, %(sum)s ÷ %(given)s tanda = %(mean)s."),
        who=who,
        n=group.n,
        sum=group.total,
        given=group.given,
        mean=Fine(group.mean),
    )


def _fine(value: Decimal | None) -> Fine | None:
    return None if value is None else Fine(value)


# -------------------------------------------------------------------------------------------- scores


def _score(outcome: Outcome) -> Iterator[Step]:
    scores, weighted = outcome.scores, outcome.policy.weighted
    if scores is not None and weighted is not None:
        plan = _plan(outcome, scores)
        behaviour = _behaviour_score(outcome, scores)
        if scores.final is None:
            yield from (*plan, *behaviour)
            return
        shares = (
            (weighted.plan, weighted.behaviour)
            if scores.surveyed
            else (weighted.plan_alone, weighted.behaviour_alone)
        )
        yield _step(
            "score.final",
            N_(
                "Nilai akhir: %(plan_share)s%% × %(plan)s + %(behaviour_share)s%% × %(behaviour)s = %(final)s."
            ),
            (*plan, *behaviour),
            plan_share=shares[0],
            plan=scores.plan,
            behaviour_share=shares[1],
            behaviour=scores.behaviour,
            final=scores.final,
        )
    elif scores is not None and outcome.policy.legacy_shares is not None:
        shares = outcome.policy.legacy_shares
        yield _step(
            "score.legacy_parts",
            N_(
                "Nilai prestasi kerja: %(plan_share)s%% × SKP %(plan)s + %(behaviour_share)s%% × perilaku "
                "%(behaviour)s = %(final)s."
            ),
            plan_share=shares[0],
            plan=scores.plan,
            behaviour_share=shares[1],
            behaviour=scores.behaviour,
            final=scores.final,
        )
    elif outcome.policy.legacy_bands and outcome.facts.scores.total is not None:
        yield _step("score.legacy", N_("Nilai akhir: %(final)s."), final=outcome.facts.scores.total)


def _plan(outcome: Outcome, scores: Scores) -> tuple[Step, ...]:
    if scores.plan is None or scores.main is None:
        return tuple(_scored(each) for each in outcome.results)
    if outcome.facts.scores.plan is not None and not outcome.facts.extra:
        return (_step("score.plan_known", N_("Nilai SKP: %(plan)s."), plan=scores.plan),)
    return (
        _step(
            "score.plan",
            N_(
                "Nilai SKP: utama %(main)s + tambahan %(extra)s = %(plan)s (tambahan paling banyak %(most)s)."
            ),
            [_scored(each) for each in outcome.results],
            main=scores.main,
            extra=scores.extra,
            plan=scores.plan,
            most=outcome.policy.weighted.extra if outcome.policy.weighted else 0,
        ),
    )


def _scored(each: MeasuredResult) -> Step:
    name = each.result.text or N_("Hasil kerja")
    rows = [_indicator(row) for row in each.rows]
    if each.score is None:
        return _step("result.none", N_("%(name)s: nilainya belum dapat dihitung."), rows, name=name)
    if each.result.weight is not None:
        return _step(
            "result.weighed",
            N_("%(name)s: nilai %(score)s, bobot %(weight)s%%."),
            rows,
            name=name,
            score=each.score,
            weight=each.result.weight,
        )
    return _step("result", N_("%(name)s: nilai %(score)s."), rows, name=name, score=each.score)


def _behaviour_score(outcome: Outcome, scores: Scores) -> tuple[Step, ...]:
    weighted = outcome.policy.weighted
    if scores.behaviour is None or weighted is None:
        return ()
    if not scores.others:
        return (
            _step(
                "score.behaviour_alone", N_("Nilai perilaku dari penilai: %(score)s."), score=scores.behaviour
            ),
        )
    if outcome.facts.scores.others is not None:
        return (
            _step(
                "score.behaviour_mean",
                N_(
                    "Nilai perilaku: %(own_share)s%% × penilai %(own)s + %(share)s%% × rekan dan bawahan "
                    "%(others)s = %(score)s."
                ),
                own_share=weighted.appraiser,
                own=scores.appraiser,
                share=weighted.survey,
                others=outcome.facts.scores.others,
                score=scores.behaviour,
            ),
        )
    return (
        _step(
            "score.behaviour",
            N_(
                "Nilai perilaku: %(own_share)s%% × penilai %(own)s + %(share)s%% × rata-rata %(n)s jawaban = %(score)s."
            ),
            own_share=weighted.appraiser,
            own=scores.appraiser,
            share=weighted.survey,
            n=len(scores.others),
            score=scores.behaviour,
        ),
    )


# -------------------------------------------------------------------------------------------- rating


def _rating(outcome: Outcome) -> Iterator[Step]:
    decided, overall = outcome.facts.decided, outcome.overall
    if outcome.advice is not None and decided is not None:
        made_of = []
        if decided.reason.strip():
            made_of.append(
                _step("decision.reason", N_("Alasan penilai: %(reason)s"), reason=decided.reason.strip())
            )
        yield _step(
            "decision",
            N_("Keputusan penilai: hasil kerja %(result)s, perilaku kerja %(behaviour)s."),
            made_of,
            result=decided.result,
            behaviour=decided.behaviour,
        )
        if overall is not None:
            yield _step(
                "rating",
                N_("Kuadran: %(result)s dan %(behaviour)s bertemu pada predikat %(overall)s."),
                [
                    _step(
                        f"change.{change.which}.{change.step}",
                        N_("Bila hasil kerja %(result)s dan perilaku kerja %(behaviour)s: %(overall)s."),
                        result=change.result,
                        behaviour=change.behaviour,
                        overall=change.overall,
                    )
                    for change in rules.what_would_change(
                        decided.result, decided.behaviour, outcome.policy.matrix
                    )
                ],
                result=decided.result,
                behaviour=decided.behaviour,
                overall=overall,
            )
    elif overall is not None:
        yield _banded(outcome, overall)


def _banded(outcome: Outcome, overall: OverallRating) -> Step:
    weighted = outcome.policy.weighted
    bands = weighted.bands if weighted is not None else outcome.policy.legacy_bands
    made_of = [
        _step(
            "band",
            N_("%(overall)s mulai %(least)s."),
            overall=rating_word(rating, outcome.policy.method),
            least=least,
        )
        for rating, least in bands
    ]
    if weighted is not None:
        key = (
            N_("Ide atau cara baru sudah ditetapkan.")
            if outcome.facts.new_idea
            else N_("Ide atau cara baru belum ditetapkan; tanpanya tidak ada Sangat Baik.")
        )
        made_of.append(_step("new_idea", key))
    word = rating_word(overall, outcome.policy.method)
    return _step("rating.band", N_("Predikat menurut batas nilai: %(overall)s."), made_of, overall=word)


# ------------------------------------------------------------------------------------------ writing


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        return format_number(round_half_up(value))
    if isinstance(value, Fine):
        return format_number(round_half_up(value.value, 4))
    if isinstance(value, Working):
        return value.text(format_number)  # whole: from rounded ones it couldn't be worked out again
    if isinstance(value, Times):
        return f"{value.n} × {_shown(value.mean)}"
    if isinstance(value, tuple):
        sums = value and isinstance(value[0], Decimal | Times)
        return (" + " if sums else " & ").join(map(_shown, value))
    return LABELS[value] if isinstance(value, ExpectationRating | OverallRating) else str(value)


def _plain(value: object) -> object:
    """Exact numbers as texts: no reader makes a binary fraction of them."""
    if isinstance(value, Fine):
        value = value.value
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, Working):
        return value.text(format_number)  # whole: from rounded ones it couldn't be worked out again
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, StrEnum) else value

"""What another policy would have advised and made of a period's decisions, counted.

Ratings were decided by people, and a policy doesn't decide them: the advice is computed again, and the
quadrant is asked again for the two ratings as they were decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from portal.kernel.refusal import N_, Refusal
from portal.performance.advice.rules import (
    Attainment,
    Group,
    Tally,
    advice_behaviour,
    advice_result,
    overall_rating,
)
from portal.policy.policies.rules import ExpectationRating, OverallRating, PolicyDocument

LARGEST = 5000
"""People that one page looks at; of more, one agency at a time."""


@dataclass(frozen=True)
class Decided:
    """One evaluation: attainments of the main indicators under either cap, the two decided ratings, the
    appraiser's marks, and what the closed survey left.
    """

    before: Sequence[Attainment]
    after: Sequence[Attainment]
    result: ExpectationRating
    behaviour: ExpectationRating
    marks: str | None = None
    groups: Sequence[Group] = ()


@dataclass
class Moves:
    """Who would move: counted from what held to what would have held; no single person is kept."""

    people: int = 0
    advice: Counter[tuple[ExpectationRating | None, ExpectationRating | None]] = field(
        default_factory=Counter
    )
    overall: Counter[tuple[OverallRating, OverallRating]] = field(default_factory=Counter)
    differed: int = 0
    """Decisions on results that differed from the advice that held."""
    would_differ: int = 0
    """Decisions on results that would have differed, and asked for a reason."""
    behaviour: Counter[tuple[ExpectationRating | None, ExpectationRating | None]] = field(
        default_factory=Counter
    )
    """Advice on behaviour, where a trial can tell."""

    @property
    def moved(self) -> int:
        """People whose overall rating would have been another one."""
        return sum(n for (before, after), n in self.overall.items() if before is not after)

    @property
    def readvised(self) -> int:
        """People whose advice on results would have been another one."""
        return sum(n for (before, after), n in self.advice.items() if before is not after)

    @property
    def readvised_behaviour(self) -> int:
        """People whose advice on behaviour would have been another one."""
        return sum(n for (before, after), n in self.behaviour.items() if before is not after)


def tried(rows: Iterable[Decided], before: PolicyDocument, after: PolicyDocument) -> Moves:
    """Count what ``after`` would have changed of what held under ``before``; in one pass."""
    found = Moves()
    told = not _needs_answers(before, after)
    for row in rows:
        held = advice_result(row.before, before.advice).rating
        would = advice_result(row.after, after.advice).rating
        found.people += 1
        found.advice[held, would] += 1
        found.differed += held is not None and held is not row.result
        found.would_differ += would is not None and would is not row.result
        found.overall[
            overall_rating(row.result, row.behaviour, before.matrix),
            overall_rating(row.result, row.behaviour, after.matrix),
        ] += 1
        if told:
            found.behaviour[_beside(row, before), _beside(row, after)] += 1
    return found


def _beside(row: Decided, policy: PolicyDocument) -> ExpectationRating | None:
    """The advice on behaviour by ``policy``, of groups that are large enough for it."""
    groups = [] if policy.survey is None else [g for g in row.groups if g.n >= policy.least_answers]
    return advice_behaviour(Tally.of_one(row.marks), groups, policy.behaviour).rating


def _needs_answers(before: PolicyDocument, after: PolicyDocument) -> bool:
    """Whether a trial of the survey would need answers that were never asked, or that nobody has any more."""
    if after.survey is None:
        return False
    if before.survey is None:
        return True
    return (
        after.least_answers < before.least_answers
        or after.least_comments != before.least_comments
        or after.survey.merges != before.survey.merges
    )


def cannot_tell(before: PolicyDocument, after: PolicyDocument) -> list[Refusal]:
    """What a trial would need and a period that is over doesn't have."""
    found = []
    if after.survey is not None and before.survey is None:
        found.append(
            Refusal(
                "trial.survey",
                N_(
                    "Usulan perilaku kerja tidak dapat dicoba: rancangan memakai survei tertutup, dan periode itu "
                    "tidak mempunyai jawabannya. Jawaban perseorangan juga tidak pernah dibaca untuk percobaan."
                ),
            )
        )
    elif _needs_answers(before, after):
        found.append(
            Refusal(
                "trial.answers",
                N_(
                    "Usulan perilaku kerja tidak dapat dicoba: untuk kelompok yang lebih kecil atau digabung lain "
                    "diperlukan jawaban satu per satu, dan jawaban itu sudah dimusnahkan."
                ),
            )
        )
    if after.national_period != before.national_period or after.cadence != before.cadence:
        found.append(
            Refusal(
                "trial.cadence",
                N_("Irama periodenya lain: percobaan ini tetap memakai periode seperti yang sudah berjalan."),
            )
        )
    if after.pattern != before.pattern:
        found.append(
            Refusal(
                "trial.pattern",
                N_("Pola distribusi tidak mengubah predikat siapa pun; yang berubah hanya peringatannya."),
            )
        )
    if after.method != before.method:
        found.append(
            Refusal(
                "trial.method", N_("Metodenya lain: predikat dengan nilai tidak dapat dicoba dari kuadran.")
            )
        )
    return found

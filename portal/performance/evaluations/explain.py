"""What the pages of an evaluation say in words: whose turn it is, how a figure came about, what would
have changed the rating. Everything here can be done again by hand from the page (NEW-1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from portal.kernel.exact import round_half_up
from portal.performance.advice import rules as advising
from portal.performance.advice.document import exact
from portal.performance.advice.explanation import Fine, Step, Times
from portal.performance.advice.rules import Advice, Change, Lift, Working
from portal.performance.evaluations import rules
from portal.performance.evaluations.queries import Line, Measured, Setting
from portal.performance.evaluations.queries_bench import Organisation
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.objections import queries as objections
from portal.performance.plans.rules import CoreValue, ResultKind
from portal.performance.surveys.queries import Left
from portal.policy.calendars.rules import PeriodKind
from portal.policy.policies.rules import ExpectationRating, OverallRating
from portal.web.formats import formats
from portal.web.labels import label


@dataclass(frozen=True)
class Turn:
    """Whose step is next: ``who`` is pegawai, penilai, pimpinan, pengelola, or empty at the end."""

    who: str
    name: str
    task: str
    due: date | None = None


def turn(around: Setting) -> Turn:
    """The next step of an evaluation, with its last day."""
    evaluation, policy = around.evaluation, around.policy.rules
    me = around.person.full_name
    appraiser = around.appraiser.full_name if around.appraiser else _("penilai")
    match evaluation.state:
        case EvaluationState.RUNNING:
            return Turn("pegawai", me, _("melaporkan realisasi"), around.achievement_due)
        case EvaluationState.REPORTED if around.organisation_rating is None:
            leader = around.organisation_leader
            name = leader.full_name if leader else _("pengelola kinerja daerah")
            task = _("menetapkan capaian kinerja organisasi %(unit)s", unit=around.organisation.name)
            return Turn("pimpinan", name, task, around.organisation_due)
        case EvaluationState.REPORTED:
            return Turn("penilai", appraiser, _("menetapkan predikat"), around.rating_due)
        case EvaluationState.RATED if evaluation.rated_on:
            due = rules.handover_due(evaluation.rated_on, policy)
            return Turn("penilai", appraiser, _("menyampaikan dokumen evaluasi"), due)
        case EvaluationState.HANDED_OVER if evaluation.handed_over_on:
            due = rules.receipt_due(evaluation.handed_over_on, policy)
            return Turn("pegawai", me, _("menerima dan menandatangani dokumen"), due)
        case EvaluationState.RECEIVED:
            return Turn("pengelola", _("Pengelola kinerja"), _("menutup periode"))
    return Turn("", "", "")


def working(found: Working) -> str:
    """How an attainment was worked out, in the reader's writing of numbers: ``84,6 ÷ 80``."""
    return found.text(formats().number)


def mean_working(rows: Sequence[Measured]) -> str:
    """The mean of the main indicators as a sum that can be done again: ``(105,75 + 120,00) ÷ 2``."""
    values = [
        row.attainment.value
        for row in rows
        if row.result.kind is ResultKind.MAIN and row.attainment.value is not None
    ]
    if not values:
        return ""
    return f"({' + '.join(formats().number(value, 2) for value in values)}) ÷ {len(values)}"


def bounds(indicator: Any) -> str:
    """An indicator's target without its unit: ``80``, ``18–20``."""
    low, high = indicator.target_min, indicator.target_max
    if low is None:
        return ""
    text = formats().number(low)
    return text if high is None or high == low else f"{text}–{formats().number(high)}"


def target(indicator: Any) -> str:
    """An indicator's target with its unit: ``80%``, ``18–20 orang``."""
    return with_unit(bounds(indicator), indicator.unit) if indicator.target_min is not None else ""


def with_unit(number: str, unit: str) -> str:
    """A number before its unit; a per cent sign stands without a blank."""
    return f"{number}%" if unit == "%" else f"{number}\u00a0{unit}"


def advice_sentence(advice: Advice) -> str:
    """The advice in one line, for a row of the bench."""
    if advice.worded and advice.rating is None and not advice.missing:
        return _(advising.IN_WORDS.message)
    if advice.rating is None or advice.mean is None:
        return _("Tidak ada usulan: belum ada capaian yang dapat dihitung.")
    return _(
        "Usulan hasil kerja: %(rating)s (rata-rata %(mean)s dari %(n)s indikator utama).",
        rating=label(advice.rating),
        mean=formats().percent(advice.mean, 2),
        n=advice.counted,
    )


def told(step: Step) -> str:
    """A step of the explanation as a sentence in the reader's language and writing of numbers."""
    return _(step.message, **{name: _written(value) for name, value in step.values.items()})


def _written(value: object) -> str:
    if isinstance(value, Decimal):
        return formats().number(round_half_up(value))
    if isinstance(value, Fine):
        return formats().number(round_half_up(value.value, 4))
    if isinstance(value, Times):
        return f"{value.n} × {_written(value.mean)}"
    if isinstance(value, tuple):
        sums = value and isinstance(value[0], Decimal | Times)
        return (" + " if sums else " & ").join(map(_written, value))
    if isinstance(value, StrEnum):
        return label(value)
    return _(value) if isinstance(value, str) else str(value)


def survey_counts(left: Left) -> list[tuple[CoreValue, tuple[int, int, int]]]:
    """How often each step was given on each core value, over the groups of which that may be known."""
    counts = [group.counts for group in left.groups if group.counts]
    return [
        (value, (sum(c[at][0] for c in counts), sum(c[at][1] for c in counts), sum(c[at][2] for c in counts)))
        for at, value in enumerate(CoreValue)
        if counts
    ]


def change_sentence(change: Change) -> str:
    """What one step of one rating would have given."""
    which = _("hasil kerja") if change.which == "hasil" else _("perilaku kerja")
    to = change.result if change.which == "hasil" else change.behaviour
    words = label(to)
    if change.changes:
        return _("bila rating %(which)s %(to)s.", which=which, to=words)
    return _("sekalipun rating %(which)s %(to)s.", which=which, to=words)


def lift_sentence(lift: Lift, advice: Advice) -> str:
    """What it would have taken for the advice on results to be one step better."""
    assert advice.mean is not None
    parts = [
        _(
            "Usulan hasil kerja menjadi %(rating)s bila rata-rata capaian mencapai %(mean)s",
            rating=label(lift.rating),
            mean=formats().percent(lift.mean, None),
        )
    ]
    short = round_half_up(lift.mean - advice.mean)
    if short > 0:
        parts.append(_("(kurang %(points)s poin)", points=formats().number(short, 2)))
    text = " ".join(parts)
    if lift.none_below is not None:
        text += _(
            ", dan tidak ada indikator utama di bawah %(floor)s",
            floor=formats().percent(lift.none_below, None),
        )
    if lift.none_missing:
        text += _(", dan semua indikator utama memiliki capaian")
    return text + "."


def objection(around: Setting) -> tuple[date | None, str]:
    """Until when and to whom an objection can be made; no day before the document was received."""
    evaluation = around.evaluation
    day = evaluation.received_on
    if day is None and evaluation.state is EvaluationState.CLOSED:
        day = objections.set_for_employee_on(evaluation.id)
    due = rules.objection_due(day, around.policy.rules) if day else None
    return due, around.superior.full_name if around.superior else ""


def pattern(organisation: Organisation, policy: Any, *, with_drafts: bool) -> list[Any]:
    """Warnings of an organisation's pattern; ``with_drafts``: as if this appraiser's drafts were set."""
    if organisation.rating is None:
        return []
    counts: dict[OverallRating, int] = dict(organisation.given)
    if with_drafts:
        for (result, behaviour), n in organisation.drafts.items():
            overall = policy.matrix[(ExpectationRating(result), ExpectationRating(behaviour))]
            counts[overall] = counts.get(overall, 0) + n
    return rules.pattern_warnings(organisation.rating.rating, counts, policy)


def heads_organisation(around: Setting) -> bool:
    """Whether the person leads the organisation: its rating is then their result (SE 3/2023)."""
    return around.enrolment.is_leader and around.enrolment.unit_id == around.enrolment.organisation_id


def is_yearly(around: Setting) -> bool:
    """Whether this is the evaluation of the whole year."""
    return around.period.kind is PeriodKind.YEAR


def facts(around: Setting, lines: Sequence[Line], left: Left) -> dict[str, Any]:
    """What the evaluation was made of, as ``advice.facts`` reads it: exact numbers, the reasons, no names.

    Of a closed survey its groups as they may be shown: there is nothing else to tell.
    """
    rating = around.rating
    return {
        "period": {"begins": around.period.begins.isoformat(), "ends": around.period.ends.isoformat()},
        "results": [
            {
                "text": line.result.text,
                "kind": line.result.kind.value,
                "indicators": [_indicator_facts(row) for row in line.rows],
            }
            for line in lines
        ],
        "surveyed": left.state is not None,
        "survey_running": left.is_pending,
        "behaviour": {
            "appraiser": _marks_facts(rating.marks if rating else around.evaluation.draft_marks),
            "groups": [
                {
                    "who": list(group.who),
                    "n": group.n,
                    **(
                        {"counts": [list(each) for each in group.counts]}
                        if group.counts
                        else {"mean": exact(group.mean)}
                    ),
                }
                for group in left.groups
            ],
        },
        "decided": None
        if rating is None
        else {
            "result": rating.result.value,
            "behaviour": rating.behaviour.value,
            "reason": f"{rating.result_reason}\n{rating.behaviour_reason}".strip(),
        },
    }


def _marks_facts(marks: str | None) -> list[int | None] | None:
    return [int(mark) or None for mark in marks] if marks else None


def _indicator_facts(row: Measured) -> dict[str, Any]:
    indicator, achieved = row.indicator, row.achievement.value if row.achievement else None
    bounds = [exact(each) for each in (indicator.target_min, indicator.target_max) if each is not None]
    return {
        "text": indicator.text,
        "target": bounds or None,
        "direction": indicator.direction.value,
        "achieved": None if achieved is None else exact(achieved),
    }

"""A quarter: steps, progress and feedback while it runs; then reports, ratings, hand-over and receipt.

Nothing here averages: who gets which two ratings is decided by a die of the person's own, and the figures
that are reported are made to fit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from portal.demo import content
from portal.demo.content import Measure, Words
from portal.demo.evidence import incoming
from portal.demo.stage import YEAR, Member, Stage, acting, in_groups
from portal.extensions import db
from portal.kernel.exact import round_half_up
from portal.ledger.actor import Actor
from portal.people.organisation.models import Unit
from portal.performance.advice.rules import head_result_rating
from portal.performance.evaluations import actions as evaluations
from portal.performance.evaluations import queries as evaluation_queries
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.rules import NotEvaluatedReason
from portal.performance.plans.rules import CoreValue, Direction
from portal.performance.progress import actions as progress
from portal.performance.progress import queries as progress_queries
from portal.performance.progress.models import ActionStep, Feedback
from portal.performance.progress.rules import FeedbackKind, Relation, ReplyKind
from portal.policy.cycles.models import Enrolment
from portal.policy.cycles.rules import NotObligedReason
from portal.policy.policies.rules import ExpectationRating, OrganisationRating

T = TypeVar("T")
ABOVE, EXPECTED, BELOW = ExpectationRating.ABOVE, ExpectationRating.AS_EXPECTED, ExpectationRating.BELOW


@dataclass(frozen=True)
class Quarter:
    """When what is done in and after a quarter."""

    number: int
    first: date
    last: date
    steps: date
    """From when action steps are proposed."""
    reports: tuple[date, date]
    organisations: date
    ratings: tuple[date, date]
    until: date = date.max
    """Nothing is done after this day."""


def _day(month: int, day: int) -> date:
    return date(YEAR, month, day)


QUARTERS = {
    1: Quarter(
        1,
        _day(2, 16),
        _day(3, 31),
        _day(2, 13),
        (_day(4, 1), _day(4, 6)),
        _day(4, 7),
        (_day(4, 8), _day(4, 15)),
    ),
    2: Quarter(
        2,
        _day(4, 9),
        _day(6, 30),
        _day(4, 1),
        (_day(7, 1), _day(7, 3)),
        _day(7, 6),
        (_day(7, 7), _day(7, 14)),
    ),
    3: Quarter(
        3,
        _day(7, 9),
        _day(9, 30),
        _day(7, 2),
        (_day(10, 1), _day(10, 5)),
        _day(10, 6),
        (_day(10, 7), _day(10, 9)),
        _day(10, 9),
    ),
}

Pair = tuple[ExpectationRating, ExpectationRating]
_KINDS: tuple[tuple[float, tuple[tuple[float, Pair], ...]], ...] = (
    (0.24, ((0.76, (ABOVE, ABOVE)), (0.14, (ABOVE, EXPECTED)), (0.10, (EXPECTED, ABOVE)))),
    (
        0.59,
        (
            (0.50, (EXPECTED, EXPECTED)),
            (0.20, (ABOVE, EXPECTED)),
            (0.18, (EXPECTED, ABOVE)),
            (0.08, (ABOVE, ABOVE)),
            (0.04, (BELOW, EXPECTED)),
        ),
    ),
    (0.12, ((0.45, (BELOW, EXPECTED)), (0.45, (EXPECTED, EXPECTED)), (0.10, (EXPECTED, BELOW)))),
    (0.05, ((0.40, (BELOW, EXPECTED)), (0.35, (EXPECTED, BELOW)), (0.25, (BELOW, BELOW)))),
)
"""Kinds of people by share, each with the pairs of ratings (results, behaviour) they get."""

SHOWN: tuple[Pair, ...] = (
    (BELOW, BELOW),
    (EXPECTED, BELOW),
    (BELOW, EXPECTED),
    (ABOVE, ABOVE),
    (EXPECTED, EXPECTED),
)
"""Pairs by which each of the five overall ratings occurs in a demo of any size."""

TENDENCY: Mapping[ExpectationRating, tuple[int, ...]] = {
    BELOW: (1, 1, 2, 2, 1),
    EXPECTED: (2, 2, 2, 3, 2),
    ABOVE: (3, 3, 2, 3, 3),
}
"""Marks of a core value from which one is drawn, by how somebody behaves."""

_ORGANISATIONS = (
    (0.18, OrganisationRating.EXCELLENT),
    (0.87, OrganisationRating.GOOD),
    (0.96, OrganisationRating.NEEDS_IMPROVEMENT),
    (1.0, OrganisationRating.POOR),
)

STEADY = frozenset({"01", "02", "P3273180202"})
"""Units whose organisation is rated good throughout, so that the story's people have ratings of all kinds."""


# ------------------------------------------------------------------------------------ while it runs


def run(stage: Stage, number: int, absent: Mapping[int, str]) -> None:
    """Steps, progress and feedback of a quarter, of everybody played with a plan who isn't ``absent``."""
    quarter = QUARTERS[number]
    busy = [m for m in stage.enrolled(number) if m.lines and m.tenure_id not in absent and m.played]
    in_groups(stage, busy, lambda member: _run(stage, member, quarter))


def _run(stage: Stage, member: Member, quarter: Quarter) -> None:
    random = member.random(f"triwulan:{quarter.number}")
    enrolment = db.session.get_one(Enrolment, member.entries[quarter.number].id)
    appraiser = stage.actor(member.entries[quarter.number].appraiser_id)
    first = max(quarter.steps, member.someone.begins) if member.came_late else quarter.steps
    day = stage.later(first, random.randint(0, 3))
    steps = propose(stage, member, enrolment, quarter.last, day)
    agreed = stage.later(day, random.randint(1, 3))
    if appraiser is not None and random.random() < 0.93:
        progress.agree_steps(
            enrolment,
            shown=progress_queries.proposed(enrolment.id),
            by=appraiser,
            at=stage.at(agreed, 11, random.randint(0, 59)),
        )
        for step in steps:
            if random.random() < 0.65:
                finished = stage.later(quarter.last, -random.randint(0, 8))
                progress.move_step(
                    step, verb="finish", by=member.actor, at=stage.at(finished, 15, random.randint(0, 59))
                )
    days = [each for each in stage.workdays(quarter.first, quarter.last) if each > agreed]
    if not days:
        return
    entries = min(len(days), 4 if member.who else random.choice((1, 1, 2, 3)))
    texts = random.sample(member.work.progress, min(entries, len(member.work.progress)))
    for text, when in zip(texts, sorted(random.sample(days, len(texts))), strict=True):
        record(stage, member, enrolment, text, when, random)
    _give_feedback(stage, member, enrolment, quarter, days, random)


def propose(stage: Stage, member: Member, enrolment: Enrolment, last: date, day: date) -> list[ActionStep]:
    """Propose action steps that are due shortly before ``last``; inside the door."""
    return [
        progress.add_step(
            enrolment,
            line_ref=member.lines[0].ref,
            text=text,
            target=target,
            due=stage.later(last - timedelta(days=6), 0),
            evidence=proof,
            by=member.actor,
            at=stage.at(day, 10, 40),
        )
        for text, target, proof in member.work.steps[: 2 if member.who else 1]
    ]


def record(stage: Stage, member: Member, enrolment: Enrolment, text: str, day: date, random: Random) -> None:
    """Record progress; inside the door."""
    line_ref, said, amount, link = progress_of(stage, member, text, day, random)
    progress.record_progress(
        enrolment,
        line_ref=line_ref,
        day=day,
        text=said,
        amount=amount,
        link=link,
        incoming=incoming(stage, member, day) if member.who and random.random() < 0.4 else (),
        by=member.actor,
        at=stage.at(day, 15, random.randint(0, 59)),
    )


def progress_of(
    stage: Stage, member: Member, text: str, day: date, random: Random
) -> tuple[str, str, Decimal | None, str]:
    """What is recorded of a day: the line, mostly of the first result, the words, an amount and a link."""
    line = member.lines[0]
    if len(member.lines) > 1 and "{n}" not in text and random.random() < 0.2:
        line = member.lines[1]
    amount = _amount(line.outcome.measures[0], random) if "{n}" in text else None
    said = text.format(n=amount if amount is not None else "", tempat=random.choice(stage.place.places))
    link = f"https://bukti.example/{stage.place.key}/{day:%Y-%m-%d}" if random.random() < 0.15 else ""
    return line.ref, said, amount, link


def _amount(measure: Measure, random: Random) -> Decimal:
    """A month's part of a quarter's target where that is an amount, else a handful."""
    if measure.unit.endswith(content.QUARTERLY) and measure.low >= 3:
        return Decimal(max(1, round(int(measure.low) / 3 * random.uniform(0.85, 1.15))))
    return Decimal(random.randint(3, 12))


# ----------------------------------------------------------------------------------------- feedback


def _give_feedback(
    stage: Stage, member: Member, enrolment: Enrolment, quarter: Quarter, days: list[date], random: Random
) -> None:
    count = 2 if member.who else random.choices((0, 1, 2), (0.42, 0.46, 0.12))[0]
    for _ in range(count):
        spoken = _spoken(stage, member, quarter.number, random)
        if spoken is None:
            return
        words, giver = spoken
        day = random.choice(days)
        given = _say(stage, member, enrolment, words, giver, day)
        answered = stage.later(day, random.randint(0, 4))
        # What was said in the last days of the running quarter still waits for an answer.
        if random.random() < 0.88 and (quarter.number < 3 or answered < _day(9, 18)):
            progress.reply(
                given,
                reply_kind=ReplyKind(words.reply_kind),
                reply=words.reply,
                by=member.actor,
                at=stage.at(answered, 16, random.randint(0, 59)),
            )


def _say(
    stage: Stage, member: Member, enrolment: Enrolment, words: Words, giver: Actor, day: date
) -> Feedback:
    member.heard.add(words.key)
    return progress.give_feedback(
        enrolment,
        about=f"hasil:{member.lines[0].ref}" if words.about == "hasil" else f"nilai:{words.about}",
        kind=FeedbackKind(words.kind),
        text=addressed(words.text, member),
        relation=Relation(words.giver),
        by=giver,
        at=stage.at(day, 13, member.random(f"umpan balik:{words.key}").randint(0, 59)),
    )


def say_from_leader(stage: Stage, member: Member, enrolment: Enrolment, giver: Actor, day: date) -> None:
    """A word of the appraiser that waits for an answer; inside the door."""
    words = word_of_leader(member)
    if words is not None:
        _say(stage, member, enrolment, words, giver, day)


def word_of_leader(member: Member) -> Words | None:
    """A word of an appraiser that fits somebody's work and that they haven't heard yet."""
    group, own = member.work.group, member.work.feedback
    fitting = [
        words
        for key, words in content.feedback().items()
        if words.giver == Relation.LEADER
        and key not in member.heard
        and (key in own or group in words.groups)
    ]
    fitting.sort(key=lambda words: words.key not in own)
    return fitting[0] if fitting else None


def _spoken(stage: Stage, member: Member, quarter: int, random: Random) -> tuple[Words, Actor] | None:
    """Something that fits the member's work and wasn't said to them yet, and who says it."""
    fitting = [
        words
        for key, words in content.feedback().items()
        if key not in member.heard and (key in member.work.feedback or member.work.group in words.groups)
    ]
    random.shuffle(fitting)
    if member.who or random.random() < 0.5:
        fitting.sort(key=lambda words: words.key not in member.work.feedback)
    for words in fitting:
        giver = _giver(stage, member, words.giver, quarter, random)
        if giver is not None:
            return words, giver
    return None


def _giver(stage: Stage, member: Member, relation: str, quarter: int, random: Random) -> Actor | None:
    if relation == Relation.LEADER:
        return stage.actor(member.entries[quarter].appraiser_id)
    others = [m for m in stage.enrolled(quarter) if m.person_id != member.person_id and not m.came_late]
    if relation == Relation.PEER:
        found = [m for m in others if m.leader is member.leader and not m.team]
    elif relation == Relation.SUBORDINATE:
        found = [m for m in member.team if not m.came_late and quarter in m.entries]
    else:
        found = [m for m in others if m.agency_id != member.agency_id and not m.team]
    return random.choice(found).actor if found else None


def addressed(text: str, member: Member) -> str:
    """``text`` with the form of address that fits."""
    return text.replace("Ibu selalu", "Bapak selalu") if member.someone.sex == "L" else text


# ---------------------------------------------------------------------------------------- reporting


def pair_of(member: Member, quarter: int, shown: Mapping[int, Pair]) -> Pair:
    """The two ratings that somebody gets in a quarter."""
    if member.tenure_id in shown:
        return shown[member.tenure_id]
    kind = _drawn(member.random("sifat").random(), _KINDS)
    if member.who:
        kind = _KINDS[1][1] if member.who != "rina" else _KINDS[0][1]
    return _drawn(member.random(f"rating:{quarter}").random(), kind)


def _drawn(die: float, shares: Sequence[tuple[float, T]]) -> T:
    for share, value in shares:
        die -= share
        if die < 0:
            return value
    return shares[-1][1]


def report(stage: Stage, member: Member, number: int, rating: ExpectationRating, day: date) -> None:
    """Report; inside the door."""
    achieved, self_note, minute = reported(member, number, rating)
    evaluation = db.session.get_one(Evaluation, member.entries[number].evaluation_id)
    evaluations.report(
        evaluation, achieved=achieved, self_note=self_note, by=member.actor, at=stage.at(day, 14, minute)
    )


def reported(
    member: Member, number: int, rating: ExpectationRating
) -> tuple[dict[str, tuple[Decimal | None, str]], str, int]:
    """What was reached on each indicator, with a note where it is less or missing; what is said of it, and
    in which minute of its hour it is sent.
    """
    random = member.random(f"realisasi:{number}")
    achieved: dict[str, tuple[Decimal | None, str]] = {}
    for line in member.lines:
        for measure, ref in zip(line.outcome.measures, line.indicators, strict=True):
            achieved[ref] = _achieved(measure, rating, random)
    member.reached[number] = {ref: value for ref, (value, _) in achieved.items() if value is not None}
    tone = {ABOVE: "above", EXPECTED: "expected", BELOW: "below"}[rating]
    return achieved, random.choice(content.words("self_note", tone)), random.randint(0, 59)


def _achieved(measure: Measure, rating: ExpectationRating, random: Random) -> tuple[Decimal | None, str]:
    if measure.in_words:
        return None, random.choice(content.words("achievement_note", "in_words"))
    if random.random() < 0.02:
        return None, random.choice(content.words("achievement_note", "missing"))
    if rating is ABOVE:
        share = random.uniform(1.05, 1.18)
    elif rating is EXPECTED:
        share = random.uniform(0.96, 1.06) if random.random() < 0.85 else random.uniform(0.88, 0.96)
    else:
        share = random.uniform(0.55, 0.84) if random.random() < 0.75 else random.uniform(0.95, 1.0)
    value = _value(measure, Decimal(str(round(share, 3))), random)
    note = ""
    if share < 0.95 and random.random() < 0.7:
        note = random.choice(content.words("achievement_note", "below"))
    return value, note


def _value(measure: Measure, share: Decimal, random: Random) -> Decimal:
    """A figure that is about ``share`` of the target, as such figures look."""
    if measure.low != measure.high and share >= Decimal("0.96"):
        inside = Decimal(str(round(random.random(), 2)))
        found = measure.low + (measure.high - measure.low) * inside
    elif measure.direction is Direction.DOWN:
        found = measure.high * (2 - share)
    else:
        found = (measure.low if share < 1 else measure.high) * share
    found = round_half_up(max(found, Decimal(0)), content.places_of(measure))
    if measure.unit == "%" and measure.direction is Direction.UP:
        found = min(found, Decimal(100))
    return found.normalize() if found != found.to_integral_value() else found.quantize(Decimal(1))


# ---------------------------------------------------------------------------------------- organisations


def organisation_rating(stage: Stage, unit_id: int, number: int) -> OrganisationRating:
    """What an organisation is rated in a quarter."""
    unit = next((m.seat.unit for m in stage.members.values() if m.unit_id == unit_id), str(unit_id))
    if unit in STEADY:
        return OrganisationRating.GOOD
    die = Random(f"{stage.year}:{stage.place.key}:{unit}:{number}").random()
    return next(rating for bound, rating in _ORGANISATIONS if die <= bound)


def rate_organisations(
    stage: Stage, number: int, day: date, unrated: frozenset[str] | set[str] = frozenset()
) -> set[int]:
    """Set the ratings of organisations, but for those whose unit is in ``unrated``; the ids of the rated.

    By the leader one level up; where nobody is there, entered by region HR with the document.
    """
    organisations = sorted({m.entries[number].organisation_id for m in stage.enrolled(number)})
    rated = set()
    with acting(stage):
        period = stage.period(number)
        for unit_id in organisations:
            unit = db.session.get_one(Unit, unit_id)
            if unit.code in unrated:
                continue
            head = evaluation_queries.head_enrolment(period.id, unit_id)
            by = stage.actor(head.appraiser_id) if head is not None else None
            rating = organisation_rating(stage, unit_id, number)
            random = Random(f"{stage.year}:{stage.place.key}:{unit.code}:alasan:{number}")
            evaluations.rate_organisation(
                period,
                unit,
                rating=rating,
                reason=random.choice(content.words("organisation_reason", rating.value)),
                document="" if by else f"Keputusan peraga 800/{number}{unit_id:03}, {day:%d-%m-%Y}",
                by_hr=by is None,
                by=by or stage.hr,
                at=stage.at(day, 10, random.randint(0, 59)),
            )
            rated.add(unit_id)
    return rated


# ---------------------------------------------------------------------------------------------- rating


def rate(stage: Stage, member: Member, number: int, pair: Pair, day: date, *, changed: bool = False) -> None:
    """Set both ratings with reasons; ``changed`` first gives others and replaces them with a reason."""
    entry = member.entries[number]
    evaluation = db.session.get_one(Evaluation, entry.evaluation_id)
    appraiser = stage.actor(entry.appraiser_id)
    assert appraiser is not None
    random = member.random(f"alasan:{number}")
    at = stage.at(day, 10, random.randint(0, 59))
    said = reasoned(member, number, pair, random)
    if _is_marked(stage, number):
        draft(stage, member, number, pair, day, unsure=False)
    if changed:
        first = {**said, "result": EXPECTED if pair[0] is not EXPECTED else ABOVE}
        evaluations.rate(evaluation, **first, by=appraiser, at=at)
        reason = content.words("change_reason", "text")[0]
        later = stage.at(day, 15, random.randint(0, 59))
        evaluations.re_rate(evaluation, **said, change_reason=reason, by=appraiser, at=later)
    else:
        evaluations.rate(evaluation, **said, by=appraiser, at=at)


def reasoned(member: Member, number: int, pair: Pair, random: Random) -> dict[str, Any]:
    """Both ratings with their reasons, and what is recommended."""
    return {
        "result": pair[0],
        "result_reason": _result_reason(member, number, pair[0], random),
        "behaviour": pair[1],
        "behaviour_reason": random.choice(content.words("behaviour_reason", pair[1].value)),
        "recommendation": _recommendation(pair, random),
    }


def marks(member: Member, number: int, behaviour: ExpectationRating) -> str:
    """What an appraiser marks of the seven core values of somebody who behaves so."""
    die = member.random(f"tanda:{number}")
    return "".join(str(die.choice(TENDENCY[behaviour])) for _value in CoreValue)


def _is_marked(stage: Stage, number: int) -> bool:
    """Whether the policy makes something of the appraiser's marks."""
    return evaluation_queries.policy_of(stage.period(number)).rules.behaviour is not None


def draft(stage: Stage, member: Member, number: int, pair: Pair, day: date, *, unsure: bool) -> None:
    """A draft of the two ratings; an unsure one lacks the second."""
    entry = member.entries[number]
    evaluation = db.session.get_one(Evaluation, entry.evaluation_id)
    appraiser = stage.actor(entry.appraiser_id)
    assert appraiser is not None
    random = member.random(f"alasan:{number}")
    evaluations.save_draft(
        evaluation,
        draft_result=pair[0],
        draft_result_reason=_result_reason(member, number, pair[0], random),
        draft_behaviour=None if unsure else pair[1],
        draft_behaviour_reason=""
        if unsure
        else random.choice(content.words("behaviour_reason", pair[1].value)),
        unsure=unsure,
        draft_marks=marks(member, number, pair[1]) if _is_marked(stage, number) else None,
        by=appraiser,
        at=stage.at(day, 11, random.randint(0, 59)),
    )


def hand_over(stage: Stage, member: Member, number: int, day: date) -> None:
    """Hand the document over."""
    entry = member.entries[number]
    evaluation = db.session.get_one(Evaluation, entry.evaluation_id)
    appraiser = stage.actor(entry.appraiser_id)
    assert appraiser is not None
    evaluations.hand_over(evaluation, by=appraiser, at=stage.at(day, 16, 10))


def receive(stage: Stage, member: Member, number: int, day: date) -> None:
    """Sign the receipt."""
    evaluation = db.session.get_one(Evaluation, member.entries[number].evaluation_id)
    minute = member.random(f"terima:{number}").randint(0, 59)
    evaluations.receive(evaluation, acknowledged=True, by=member.actor, at=stage.at(day, 17, minute))


def _result_reason(member: Member, number: int, rating: ExpectationRating, random: Random) -> str:
    """Why, with the figure that shows it best."""
    if member.lines and member.lines[0].outcome.measures[0].in_words:
        return str(random.choice(content.words("result_reason", "kualitatif")))
    reached = member.reached.get(number, {})
    shown = [
        (measure, reached[ref])
        for line in member.lines
        for measure, ref in zip(line.outcome.measures, line.indicators, strict=True)
        if ref in reached
    ]
    if not shown:
        return "Realisasi tidak dilaporkan; penilaian memakai catatan kemajuan dan bukti yang ada pada saya."
    measure, value = max(shown, key=lambda each: _share(*each)) if rating is ABOVE else shown[0]
    if rating is BELOW:
        measure, value = min(shown, key=lambda each: _share(*each))
    return str(random.choice(content.words("result_reason", rating.value))).format(
        ukuran=measure.text,
        ukuran_kecil=measure.text[0].lower() + measure.text[1:],
        nilai=content.said(value, measure.unit),
        target=measure.target,
        penerima=content.words("receivers", member.work.group),
    )


def _share(measure: Measure, value: Decimal) -> Decimal:
    if measure.low <= value <= measure.high:
        return Decimal(1)
    bound = measure.low if value < measure.low else measure.high
    if not bound:
        return Decimal(1)
    return 2 - value / bound if measure.direction is Direction.DOWN else value / bound


def _recommendation(pair: Pair, random: Random) -> str:
    if random.random() < 0.5 and BELOW not in pair:
        return ""
    worst = BELOW if BELOW in pair else pair[0]
    return str(random.choice(content.words("recommendation", worst.value)))


# -------------------------------------------------------------------------------------------- absences


def mark_absent(stage: Stage, member: Member, number: int, reason: str, day: date) -> None:
    """Record why somebody isn't evaluated in a period; inside the door."""
    evaluation = db.session.get_one(Evaluation, member.entries[number].evaluation_id)
    evaluations.mark_not_evaluated(
        evaluation,
        reason=NotEvaluatedReason(reason),
        note=content.words("absence", reason),
        by=stage.hr,
        at=stage.at(day, 9, 40),
    )


def mark_not_obliged(stage: Stage, member: Member, number: int, reason: str, day: date) -> None:
    """Take somebody out of a period's denominators; inside the door."""
    evaluation = db.session.get_one(Evaluation, member.entries[number].evaluation_id)
    evaluations.mark_not_obliged(
        evaluation,
        reason=NotObligedReason(reason),
        note=content.words("not_obliged", reason),
        by=stage.hr,
        at=stage.at(day, 9, 50),
    )


# --------------------------------------------------------------------------------------------- closing


def finish(
    stage: Stage,
    number: int,
    closed: date,
    absent: Mapping[int, str],
    shown: Mapping[int, Pair],
    together: Callable[[Stage, Quarter, Sequence[Member]], object],
    quarter: Quarter | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> None:
    """A period to its end: everybody reports, is rated, gets and signs the document; then it is closed.

    ``together`` writes that of those that aren't played step by step; ``meanwhile`` is what else happens
    before the period is closed.
    """
    quarter = quarter or QUARTERS[number]
    everybody = [m for m in stage.enrolled(number) if m.tenure_id not in absent and m.lines]
    active = [m for m in everybody if m.played]
    pairs = {m.tenure_id: pair_of_quarter(stage, m, number, shown) for m in active}
    in_groups(stage, active, lambda m: _report(stage, m, quarter, pairs[m.tenure_id]))
    with acting(stage):
        for member in stage.enrolled(number):
            if member.tenure_id in absent and absent[member.tenure_id] in set(NotEvaluatedReason):
                mark_absent(stage, member, number, absent[member.tenure_id], quarter.organisations)
    rate_organisations(stage, number, quarter.organisations)
    in_groups(stage, active, lambda m: _rate_to_the_end(stage, m, quarter, pairs[m.tenure_id]))
    together(stage, quarter, [m for m in everybody if not m.played])
    meanwhile()
    with acting(stage):
        evaluations.close_period(stage.period(number), by=stage.hr, at=stage.at(closed, 10, 15))


def pair_of_quarter(stage: Stage, member: Member, number: int, shown: Mapping[int, Pair]) -> Pair:
    """The two ratings of somebody: a head's results are those of the organisation."""
    result, behaviour = pair_of(member, number, shown)
    if member.leads_organisation and member.tenure_id not in shown:
        # The organisation's achievement is its head's result.
        unit_id = member.entries[number].organisation_id
        result = head_result_rating(organisation_rating(stage, unit_id, number))
    return result, behaviour


def _report(stage: Stage, member: Member, quarter: Quarter, pair: Pair) -> None:
    random = member.random(f"lapor:{quarter.number}")
    if not member.who and not member.team and random.random() < 0.02:
        return  # never reported; rated from what is known
    days = stage.workdays(*quarter.reports)
    report(stage, member, quarter.number, pair[0], random.choice(days))


def _rate_to_the_end(stage: Stage, member: Member, quarter: Quarter, pair: Pair) -> None:
    random = member.random(f"nilai:{quarter.number}")
    day = random.choice(stage.workdays(*quarter.ratings))
    rate(stage, member, quarter.number, pair, day, changed=random.random() < 0.015)
    told = stage.later(day, random.randint(0, 2))
    hand_over(stage, member, quarter.number, told)
    if random.random() < 0.02 and not member.who:
        return  # never signed; closed when the days have passed
    receive(stage, member, quarter.number, stage.later(told, random.randint(0, 5)))

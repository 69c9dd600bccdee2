"""The year before: plans since January 2025, two quarters and the year evaluated, closed and published.

The first two quarters were still evaluated elsewhere. Nobody of the story acts here step by step; what they
did is written together with everybody's (``histories``), so that figures have a past and each rating one
before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from portal.demo import histories, planning, quarters, setting
from portal.demo.planning import DRAFT_ONLY
from portal.demo.quarters import Quarter
from portal.demo.stage import YEAR, Course, Member, Stage, acting
from portal.performance.plans.rules import PlanState
from portal.policy.cycles import actions as cycles
from portal.policy.drafting import actions as drafting
from portal.policy.drafting import queries as drafts
from portal.policy.policies.actions import latest
from portal.policy.policies.models import PolicyVersion
from portal.transparency.publications import actions as publications

BEFORE = YEAR - 1
METHOD = (
    "Angka dihitung dari catatan portal setelah periode ditutup. Triwulan I dan II tahun 2025 masih dievaluasi "
    "di luar portal. Data ini data peraga: orang dan angkanya rekaan."
)


def _day(month: int, day: int) -> date:
    """A day of the past year; from the thirteenth month on, of the running one."""
    return date(BEFORE + (month - 1) // 12, (month - 1) % 12 + 1, day)


def _quarter(number: int, first: date, last: date, steps: date, *later: date) -> Quarter:
    """A period of the past year; ``later``: reports from and to, organisations, ratings from and to."""
    return Quarter(number, first, last, steps, (later[0], later[1]), later[2], (later[3], later[4]))


_THIRD = (_day(10, 1), _day(10, 3), _day(10, 6), _day(10, 7), _day(10, 14))
_FOURTH = (_day(13, 2), _day(13, 6), _day(13, 7), _day(13, 8), _day(13, 14))
_WHOLE = (_day(13, 12), _day(13, 15), _day(13, 19), _day(13, 20), _day(13, 28))
PERIODS: tuple[tuple[Quarter, date, date], ...] = (
    (_quarter(3, _day(7, 9), _day(9, 30), _day(7, 2), *_THIRD), _day(11, 4), _day(14, 27)),
    (_quarter(4, _day(10, 9), _day(12, 31), _day(10, 2), *_FOURTH), _day(14, 4), _day(17, 29)),
    (_quarter(0, _day(1, 6), _day(12, 31), _day(1, 6), *_WHOLE), _day(14, 18), _day(26, 26)),
)
"""Each period with the day on which it was closed, and that by which the next figures were promised."""

ABSENT = ("cuti_sakit", "cuti_melahirkan", "lainnya", "tugas_belajar")


def play(now: Stage) -> None:
    """The past year of the region in which ``now`` is about to play."""
    stage = Stage(
        now.place,
        now.people,
        now.region_id,
        hr=now.hr,
        publisher=now.publisher,
        actors=now.actors,
        officials=now.officials,
        year=BEFORE,
    )
    begin(stage)
    setting.open_period(stage, 0, _day(1, 6))
    _all_together(stage)
    planning.january(stage, _without_plan(stage), histories.write_plans)
    for quarter, closed, promised in PERIODS:
        if quarter.number:
            setting.open_period(stage, 0, quarter.steps, late=True)
            setting.open_period(stage, quarter.number, quarter.steps, late=True)
            _latecomers(stage, quarter.steps)
        absent = _absent(stage, quarter)
        busy = [m for m in stage.enrolled(quarter.number) if m.tenure_id not in absent]
        if quarter.number:
            histories.run(stage, quarter, busy)
        quarters.finish(stage, quarter.number, closed, absent, {}, histories.finish, quarter)
        _publish(stage, quarter.number, closed, promised)


def begin(stage: Stage) -> None:
    """Open the cycle of the stage's year."""
    with acting():
        cycles.open_cycle(
            stage.region(),
            year=stage.year,
            policy_version=_policy(stage),
            legal_basis=stage.place.about["legal_basis"].replace(str(YEAR), str(stage.year)),
            by=stage.hr,
            at=stage.on(1, 6 if stage.year == BEFORE else 5, 8, 0),
        )
    stage.load_cycle()


def _policy(stage: Stage) -> PolicyVersion:
    """The policy of the stage's year: the national one before, since then the one that the region adopted."""
    shipped = drafts.shipped_for(stage.region())
    if stage.year == BEFORE or not shipped:
        return latest(setting.POLICY)
    at = stage.on(1, 2, 9, 0)
    draft = drafting.begin(stage.region(), source=shipped[0].rules.key, by=stage.hr, at=at)
    adoption = draft.own["adoption"]
    return drafting.adopt(
        draft,
        name=draft.own["name"],
        adopted_by=adoption["adopted_by"],
        number=f"000/PERAGAAN/{stage.year}",
        day=at.date(),
        legal_standing=adoption["legal_standing"],
        reason="Tahun peragaan pertama dengan kebijakan sendiri: yang berbeda dari aturan nasional tertulis di bawah.",
        by=stage.hr,
        at=at,
    )


def _all_together(stage: Stage) -> None:
    for member in stage.members.values():
        member.played = False


def _without_plan(stage: Stage) -> dict[int, str]:
    """Who never had a plan that year: one in thirty, half of them with a draft."""
    plain = [m for m in stage.members.values() if not (m.team or m.who or m.is_leader)]
    chosen = plain[3::30]
    return {m.tenure_id: DRAFT_ONLY if n % 2 else "" for n, m in enumerate(chosen)}


def _latecomers(stage: Stage, day: date) -> None:
    """Plans of those who came since; leaders first."""
    _all_together(stage)
    late = [m for m in stage.members.values() if m.came_late and m.plan_id is None]
    for members in ([m for m in late if m.team], [m for m in late if not m.team]):
        histories.write_plans(stage, [(m, _course(stage, m, day)) for m in members])


def _course(stage: Stage, member: Member, day: date) -> Course:
    first = stage.later(max(member.someone.begins, stage.on(1, 6).date()), 3)
    draft, submit, agree, sign, ends = (
        min(stage.later(first, n), stage.later(day, n)) for n in (0, 4, 7, 8, 9)
    )
    return Course(draft, submit, agree, sign, ends)


def _absent(stage: Stage, quarter: Quarter) -> dict[int, str]:
    """Who isn't evaluated, and why: no plan, no appraiser, or away."""
    found: dict[int, str] = {}
    for member in stage.enrolled(quarter.number):
        if member.plan_state is not PlanState.SET:
            found[member.tenure_id] = "tanpa_skp"
        elif member.entries[quarter.number].appraiser_id is None:
            found[member.tenure_id] = "tanpa_penilai"
        elif quarter.number and not (member.who or member.team):
            random = member.random(f"hadir:{quarter.number}")
            if random.random() < 0.025:
                reason = random.choice(ABSENT)
                is_man = reason == "cuti_melahirkan" and member.someone.sex != "P"
                found[member.tenure_id] = "cuti_sakit" if is_man else reason
    return found


def _publish(stage: Stage, number: int, closed: date, promised: date) -> None:
    day = stage.later(closed, 8)
    with acting(stage):
        made = publications.prepare(
            stage.period(number),
            method_note=METHOD,
            next_date=promised,
            by=stage.hr,
            at=stage.at(day, 10, 5),
        )
        publications.publish(made, by=stage.publisher, at=stage.at(stage.later(day, 2), 14, 30))


def play_all(stages: Sequence[Stage]) -> None:
    """The past year of every region."""
    for stage in stages:
        play(stage)

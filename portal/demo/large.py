"""The demo for tens of thousands of people: beside the five places two regions that are only large.

The larger has three fifths of everybody, the other the rest. Both are uneven inside, have a past year and
the running one, and everything in them is written by ``histories``; see ``crowd``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from portal.demo import crowd, past, planning
from portal.demo.crowd import About, Crowd, uneven
from portal.demo.people import MAIL
from portal.demo.quarters import QUARTERS, Quarter
from portal.demo.stage import YEAR, Course, Member, Stage, acting
from portal.kernel.clock import local_moment
from portal.performance.evaluations import actions as evaluations
from portal.performance.plans.rules import PlanState
from portal.transparency.publications import actions as publications

PLAYED = 800
"""People of the five places where there are many more."""
LARGE = (
    (60, About("99.01", "daerah-peraga-besar", "Daerah Peraga Besar", accent="a6", newer=60), "besar"),
    (0, About("99.02", "daerah-peraga-sedang", "Daerah Peraga Sedang", accent="a7", newer=60), "sedang"),
)
"""Each region with its share of everybody in per cent (0: the rest), and the word in its logins."""

AHEAD = Quarter(
    4, date(YEAR, 10, 5), date(YEAR, 10, 9), date(YEAR, 10, 1), (date.max, date.max), date.max, (date.max, date.max)
)  # fmt: skip
"""The first days of the quarter that has begun."""
CLOSED = {1: (date(YEAR, 5, 4), date(YEAR, 8, 31)), 2: (date(YEAR, 8, 5), date(YEAR, 11, 30))}
"""When a quarter was closed, and the next figures were promised for."""
METHOD = "Angka dihitung dari catatan portal setelah periode ditutup. Data ini data peraga: orang dan angkanya rekaan."

TURNS = ("dilaporkan", "ragu", "dinilai", "disampaikan", "diterima", "berjalan", "dilaporkan", "konsep")
AWAY = ("cuti_sakit", "cuti_melahirkan", "tugas_belajar", "lainnya")
EXEMPT = ("mpp", "cltn", "diberhentikan_sementara")

Say = Callable[[str], None]


def make(people: int, say: Say) -> list[Crowd]:
    """Both regions for ``people`` together with the five places."""
    made, left = [], people - PLAYED
    crowd.in_haste()
    for share, about, word in LARGE:
        count = min(people * share // 100, left) if share else left
        left -= count
        if count >= 300:
            made.append(region(about, word, count, say))
    return made


def region(about: About, word: str, people: int, say: Say) -> Crowd:
    """One of them with two years; ``word`` stands in its logins."""
    begun = local_moment(date(past.BEFORE, 1, 2), 9, 0, about.zone)
    found = crowd.make(about, uneven(people), year=past.BEFORE, at=begun)
    say(f"{about.name}: {found.people} pegawai")
    mails = {
        "hr": f"pengelola-{word}@{MAIL}",
        "publisher": f"wali-{word}@{MAIL}",
        "rater": f"penilai-{word}@{MAIL}",
    }
    crowd.give_accounts(found, mails, begun, begun.date())
    _year(found, [3, 4], [quarter for quarter, _closed, _promised in past.PERIODS], say)
    for quarter, closed, promised in past.PERIODS:
        _close(found.stage, quarter.number, closed, promised, past.METHOD)
    was = found.stage
    found.stage = Stage(
        was.place, was.people, was.region_id, hr=was.hr, publisher=was.publisher, actors=was.actors, year=YEAR
    )
    _year(found, [1, 2, 3, 4], [QUARTERS[1], QUARTERS[2], QUARTERS[3], AHEAD], say)
    for number, (closed, promised) in CLOSED.items():
        _close(found.stage, number, closed, promised, METHOD)
    return found


def _year(found: Crowd, opened: list[int], periods: list[Quarter], say: Say) -> None:
    crowd.open_year(found, opened)
    for quarter in periods:
        if quarter is not AHEAD:
            crowd.rate_organisations(found, quarter)
    year, told, done = found.stage.year, 0, 0
    for count in crowd.write_years(found, periods, fate=_fate, course=_course):
        done = count
        if done - told >= 10_000:
            told = done
            say(f"{found.about.name}, {year}: {done} orang")
    if done > told:
        say(f"{found.about.name}, {year}: {done} orang")


def _close(stage: Stage, number: int, closed: date, promised: date, method: str) -> None:
    """Close a period and publish its figures, each by whom it is for."""
    day = stage.later(closed, 8)
    with acting(stage):
        evaluations.close_period(stage.period(number), by=stage.hr, at=stage.at(closed, 10, 15))
    with acting(stage):
        made = publications.prepare(
            stage.period(number), method_note=method, next_date=promised, by=stage.hr, at=stage.at(day, 10, 5)
        )
        publications.publish(made, by=stage.publisher, at=stage.at(stage.later(day, 2), 14, 30))


def _die(member: Member, occasion: int) -> int:
    """A number below 1000 of a person's own; a die with words for seed would cost more than the row."""
    return (member.tenure_id * 2_654_435_761 + occasion * 40_503 + member.year * 977) // 64 % 1000


def _course(member: Member, level: int) -> Course | None:
    """January, one in ten late; one in forty without a plan or no further than its beginning."""
    lot = _die(member, 99)
    if lot < 40 and not member.is_leader:
        return None
    days = planning.JANUARY[level]
    shift = 6 + lot % 20 if lot > 900 else lot % 3
    draft, submit, agree, sign, ends = (_working(date(member.year, 1, day), shift) for day in days)
    found = Course(draft, submit, agree, sign, ends)
    until = (PlanState.DRAFT, PlanState.SUBMITTED, PlanState.SIGNED)[lot % 3]
    return replace(found, until=until) if 40 <= lot < 46 and not member.is_leader else found


def _working(day: date, shift: int) -> date:
    """A weekday ``shift`` days later, or the Monday after."""
    moved = day + timedelta(days=shift)
    return moved + timedelta(days=max(0, 7 - moved.weekday()) if moved.weekday() > 4 else 0)


def _fate(member: Member, number: int) -> str:
    """Why somebody isn't evaluated, or how far the evaluation came."""
    lot, closed = _die(member, 99), member.year < YEAR or number in CLOSED
    if lot < 12 and not member.is_leader:
        return EXEMPT[lot % 3]
    if member.plan_state is not PlanState.SET:
        return "tanpa_skp" if closed else "berjalan"
    if member.entries[number].appraiser_id is None:
        return "tanpa_penilai" if closed else "berjalan"
    if not member.is_leader and _die(member, number) < 22:
        return AWAY[_die(member, number) % 4] if closed or number == 3 else "berjalan"
    if closed:
        return "diterima"
    return TURNS[_die(member, 50) % len(TURNS)] if number == 3 else "berjalan"

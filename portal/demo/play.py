"""The year as it was played: 2026 until the morning of Monday, 12 October (decisions §10).

Every step is taken by the action that a page would call, with the actor and the time of day as
arguments. The first two quarters are closed; the third is being rated, so that every state of a plan and
of an evaluation occurs somewhere among the work that is open; the fourth has begun.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, select

from portal.demo import (
    accounts,
    earlier,
    goals,
    histories,
    large,
    past,
    people,
    planning,
    programmes,
    quarters,
    services,
    setting,
    stories,
    structure,
    surveys,
)
from portal.demo.people import NAMED
from portal.demo.planning import DRAFT_ONLY
from portal.demo.quarters import QUARTERS, SHOWN, Pair
from portal.demo.stage import YEAR, Member, Stage, acting, in_groups
from portal.demo.structure import Place
from portal.extensions import db
from portal.kernel.sweeps import few_sweeps
from portal.ledger import statistics
from portal.ledger.installation import Installation
from portal.ledger.jobs import Job
from portal.people.organisation.models import Region
from portal.performance.evaluations.rules import NotEvaluatedReason
from portal.performance.plans.rules import PlanState
from portal.performance.progress import actions as progress
from portal.performance.progress import queries as progress_queries
from portal.performance.recomputations import actions as recomputations
from portal.policy.cycles.models import Enrolment
from portal.transparency.publications import actions as publications

NOW = datetime(YEAR, 10, 12, 2, 0, tzinfo=UTC)
"""What the demo calls now at the moment of its making: Monday, 12 October 2026, 09.00 WIB."""
TODAY = date(YEAR, 10, 12)
YESTERDAY = date(YEAR, 10, 9)
"""The last working day before: everything has happened until its evening."""

STORY: Mapping[str, str] = {
    "rina": "disampaikan",
    "yosef": "diterima",
    "sari": "dilaporkan",
    "anton": "dilaporkan",
    "dewi": "diterima",
    "bayu": "disampaikan",
    "wali_data": "diterima",
    "sendiri": "dilaporkan",
    "lurah_padangsari": "dilaporkan",
    "loket_banyumanik": "disampaikan",
    "perawat_talawi": "berjalan",
    "kepala_wanggar": "dilaporkan",
    "layanan_walesi": "berjalan",
}
"""Where the people of the story stand in the third quarter."""

TURNS = (
    *("dilaporkan", "ragu", "dinilai", "disampaikan", "diterima", "berjalan", "dilaporkan", "dilaporkan"),
    *("konsep", "berjalan", "dinilai", "dilaporkan", "disampaikan", "dilaporkan", "diterima", "berjalan"),
)
"""Where the others stand in turn: ``ragu`` and ``konsep`` are reported, with a draft of the ratings."""

UNRATED: Mapping[str, frozenset[str]] = {
    "bandung": frozenset({"06", "09", "P3273230202", "P3273250201"}),
    "banyumanik": frozenset({"02.4"}),
    "sawahlunto": frozenset({"02.16", "07"}),
    "wanggar": frozenset({"02", "03", "03.1", "04"}),
    "walesi": frozenset({"02", "02.1", "03", "04"}),
}
"""Organisations whose rating of the third quarter is still to be set."""

CLOSED: Mapping[str, tuple[date, date]] = {
    "wanggar": (date(YEAR, 5, 12), date(YEAR, 8, 21)),
    "walesi": (date(YEAR, 5, 13), date(YEAR, 8, 24)),
}
"""When the first two quarters were closed, where it took longer than elsewhere."""
USUALLY = (date(YEAR, 5, 4), date(YEAR, 8, 5))

MOST = 2000
"""People for whom the five places have room; with more there are large regions beside them."""
PLAYED = 2
"""Others in a region, about, who are played beside the story's people."""

METHOD = "Angka dihitung dari catatan portal setelah periode ditutup. Data ini data peraga: orang dan angkanya rekaan."
CORRECTED = "Catatan metode dilengkapi dengan penjelasan tentang pegawai yang tidak wajib SKP. Angkanya tidak berubah."


@dataclass
class Fates:
    """Who is absent, and whose ratings are decided beforehand; by tenure."""

    absent: dict[int, dict[int, str]] = field(default_factory=lambda: {1: {}, 2: {}, 3: {}})
    spared: dict[int, str] = field(default_factory=dict)
    """Without a plan, and why."""
    not_obliged: dict[int, str] = field(default_factory=dict)
    shown: dict[int, Pair] = field(default_factory=dict)


class NotEmpty(Exception):
    """The database holds regions already; a demo isn't mixed with them."""


def make(*, people_wanted: int = 300, seed: int = 2026, say: Callable[[str], None] | None = None) -> None:
    """Fill an empty database with the demo; inside an app context. Raises ``NotEmpty``."""
    if db.session.scalars(select(Region.id).limit(1)).first() is not None:
        raise NotEmpty
    db.session.remove()
    with few_sweeps():
        _play(people_wanted, seed, say)
    _settle()


def _play(people_wanted: int, seed: int, say: Callable[[str], None] | None) -> None:
    many = people_wanted > MOST
    with _told("Struktur dan pegawai", say):
        stages = _set_up(large.PLAYED if many else people_wanted, seed)
    with _told("Tahun 2025", say):
        past.play_all(stages)
        fates = _begin(stages)
    with _told("SKP Januari", say):
        for stage in stages:
            stories.agree(stage)
            planning.january(stage, fates[stage.place.key].spared, histories.write_plans)
            stories.explain_indicator(stage)
    for number in (1, 2):
        with _told(f"Triwulan {'I' * number}", say):
            _quarter(stages, fates, number)
    with _told("Triwulan III dan IV", say):
        _running(stages, fates)
    with _told("Layanan", say):
        services.make(stages)
    with _told("Tahun lama", say):
        for stage in stages:
            earlier.make(stage)
    with _told("Program", say):
        programmes.make(stages)
    crowds = []
    if many:
        with _told("Daerah besar", say):
            crowds = large.make(people_wanted, say or (lambda _said: None))
    with _told("Akun peraga", say):
        accounts.offer(stages, crowds)
        _mark_as_demo()


@contextmanager
def _told(name: str, say: Callable[[str], None] | None) -> Iterator[None]:
    start = time.perf_counter()
    yield
    if say is not None:
        say(f"{name}: {time.perf_counter() - start:.1f} detik")


# ------------------------------------------------------------------------------------- beginning


def _set_up(people_wanted: int, seed: int) -> list[Stage]:
    places = structure.make(people_wanted)
    everybody = people.populate(places, _newcomers(places, people_wanted), seed)
    return setting.set_up(places, everybody)


def _begin(stages: Sequence[Stage]) -> dict[str, Fates]:
    """Open the year and decide what becomes of whom."""
    for stage in stages:
        past.begin(stage)
        setting.open_period(stage, 0, date(YEAR, 1, 5))
        setting.open_period(stage, 1, date(YEAR, 1, 5))
    fates = {stage.place.key: _fates(stage) for stage in stages}
    for stage in stages:
        _choose_players(stage, fates[stage.place.key])
    return fates


def _choose_players(stage: Stage, fates: Fates) -> None:
    """Who takes every step by its action: the story's people, and a few of the others in each region.

    The same steps of everybody else are written together.
    """
    others = [m for m in stage.members.values() if not (m.who in NAMED or m.tenure_id in fates.shown)]
    some = {m.tenure_id for m in others[:: max(1, len(others) // PLAYED)]}
    for member in others:
        member.played = member.tenure_id in some


def _newcomers(places: Sequence[Place], people_wanted: int) -> list[str]:
    """Seats whose people begin in the second half of the year: two with the story's appraiser, some elsewhere."""
    wanted = min(max(7, people_wanted // 25), 14)
    pools = []
    for place in places:
        plain = [s for s in place.seats if not (s.head or s.who or s.vacant) and s.plan]
        heads = {seat.unit for seat in place.seats if seat.head and not seat.vacant}
        pools.append([f"{place.key}/{s.code}" for s in plain if s.unit in heads and s.unit != "02.5"])
    garuda = [key for key in pools[0] if "P3273180202" in key]
    found = garuda[-2:]
    pools[0] = [key for key in pools[0] if key not in garuda[-2:]]
    while len(found) < wanted and any(pools):
        for pool in reversed(pools):
            if pool and len(found) < wanted:
                found.append(pool.pop(-1 if len(pool) < 4 else -4))
    return found


def _fates(stage: Stage) -> Fates:
    """Who is absent when, who isn't obliged, and who shows each overall rating."""
    fates = Fates()
    plain = [m for m in stage.members.values() if not (m.team or m.who or m.is_leader)]
    if stage.place.key == "bandung":
        plain.sort(key=lambda m: m.seat.unit != "P3273180202")
        fates.shown.update({m.tenure_id: pair for m, pair in zip(plain, SHOWN, strict=False)})
        plain = plain[len(SHOWN) :]
    takes = plain[::7] if len(plain) > 12 else plain[:2]
    reasons: list[tuple[str, tuple[int, ...]]] = [
        ("cuti_sakit", (1,)),
        ("cltn", (1, 2, 3)),
        ("cuti_melahirkan", (2,)),
        ("tugas_belajar", (1, 2, 3)),
        (DRAFT_ONLY, (1, 2, 3)),
        ("mpp", (1, 2, 3)),
        ("cuti_melahirkan", (3,)),
        ("lainnya", (2,)),
        ("diberhentikan_sementara", (1, 2, 3)),
        ("cuti_sakit", (3,)),
    ]
    if stage.place.key != "bandung":
        reasons = reasons[{"banyumanik": 0, "sawahlunto": 2, "wanggar": 4, "walesi": 6}[stage.place.key] :][
            :3
        ]
    for member, (reason, numbers) in zip(takes, reasons, strict=False):
        if reason == "cuti_melahirkan" and member.someone.sex != "P":
            reason = "cuti_sakit"
        if reason in ("cltn", "mpp", "diberhentikan_sementara"):
            fates.not_obliged[member.tenure_id] = reason
            fates.spared[member.tenure_id] = reason
        elif reason in ("tugas_belajar", DRAFT_ONLY):
            fates.spared[member.tenure_id] = reason
        for number in numbers:
            fates.absent[number][member.tenure_id] = reason
    _not_obliged(stage, fates, 0, date(YEAR, 1, 6))
    return fates


def _not_obliged(stage: Stage, fates: Fates, number: int, day: date) -> None:
    with acting(stage):
        for tenure_id, reason in fates.not_obliged.items():
            member = stage.members[tenure_id]
            if number in member.entries:
                quarters.mark_not_obliged(stage, member, number, reason, day)


# --------------------------------------------------------------------------------- closed quarters


def _quarter(stages: Sequence[Stage], fates: Mapping[str, Fates], number: int) -> None:
    for stage in stages:
        fate = fates[stage.place.key]
        if number > 1:
            setting.open_period(stage, number, QUARTERS[number].steps)
        _not_obliged(stage, fate, number, stage.later(QUARTERS[number].steps, 1))
        quarters.run(stage, number, fate.absent[number])
        _run_together(stage, number, fate.absent[number])
        surveys.hold(stage, number)
    for stage in stages:
        fate = fates[stage.place.key]
        closed = CLOSED.get(stage.place.key, USUALLY)[number - 1]
        quarters.finish(
            stage,
            number,
            closed,
            fate.absent[number],
            fate.shown,
            histories.finish,
            meanwhile=stories.object_to(stage) if number == 2 else lambda: None,
        )
        if (stage.place.key, number) != ("walesi", 2):
            _publish(stage, number, closed)
        if number == 2:
            _compute_again(stage, number, stage.later(closed, 3))


def _nothing() -> None:
    """Nothing else happens."""


def _run_together(stage: Stage, number: int, absent: Mapping[int, str]) -> None:
    """Steps, progress and feedback of those that aren't played."""
    busy = [m for m in stage.enrolled(number) if m.lines and not m.played and m.tenure_id not in absent]
    histories.run(stage, QUARTERS[number], busy)


def _publish(stage: Stage, number: int, closed: date) -> None:
    """Prepared by the region's HR, published by somebody else; in one region the second is still waited for."""
    day = stage.later(closed, 8)
    waits = (stage.place.key, number) == ("wanggar", 2)
    with acting(stage):
        made = publications.prepare(
            stage.period(number),
            method_note=METHOD,
            next_date=date(YEAR, 8, 31) if number == 1 else date(YEAR, 11, 30),
            by=stage.hr,
            at=stage.at(day, 10, 5),
        )
        if not waits:
            publications.publish(made, by=stage.publisher, at=stage.at(stage.later(day, 2), 14, 30))


def _compute_again(stage: Stage, number: int, day: date) -> None:
    """HR has the advice of a closed quarter computed again, to see whether what is stored holds."""
    with acting(stage):
        run = recomputations.start(stage.period(number), by=stage.hr, at=stage.at(day, 9, 40))
        ref = run.ref
    recomputations.work(recomputation=ref, at=stage.at(day, 9, 41))
    with acting():
        # What it was to do was done above.
        db.session.execute(delete(Job).where(Job.kind == recomputations.JOB))


def _correct(stage: Stage) -> None:
    """A correction that the story's publisher finds waiting for a second pair of eyes."""
    with acting(stage):
        publications.correct(
            stage.period(2),
            reason=CORRECTED,
            method_note=f"{METHOD} Pegawai yang tidak wajib SKP dihitung terpisah menurut sebabnya.",
            next_date=date(YEAR, 11, 30),
            by=stage.hr,
            at=stage.at(YESTERDAY, 16, 20),
        )


# ------------------------------------------------------------------------------------ open quarters


def _running(stages: Sequence[Stage], fates: Mapping[str, Fates]) -> None:
    for stage in stages:
        absent = fates[stage.place.key].absent[3]
        stories.change_plan(stage)
        setting.change_staff(stage, people.JOINED[0])
        for day in people.JOINED:
            when = stage.later(day, 0)
            setting.open_period(stage, 0, when, late=True)
            setting.open_period(stage, 3, when, late=True)
        _leave(stage, date(YEAR, 7, 2))
        planning.of_latecomers(stage, YESTERDAY)
        _not_obliged(stage, fates[stage.place.key], 3, date(YEAR, 7, 3))
        for member in stage.enrolled(3):
            if member.came_late and member.someone.begins == people.JOINED[-1]:
                absent[member.tenure_id] = "masa_kerja_singkat"
        unready = {m.tenure_id: "" for m in stage.enrolled(3) if m.plan_state is not PlanState.SET}
        quarters.run(stage, 3, unready | absent)
        _run_together(stage, 3, unready | absent)
        setting.change_staff(stage, date(YEAR, 9, 28))
        surveys.hold(stage, 3)
        setting.open_period(stage, 4, date(YEAR, 10, 1))
        _not_obliged(stage, fates[stage.place.key], 4, date(YEAR, 10, 2))
        stories.ask_colleague(stage)
        goals.hold(stage)
        _rate_third(stage, absent)
        _begin_fourth(stage)
        stories.talk_about_results(stage)
    _correct(stages[0])


def _leave(stage: Stage, day: date) -> None:
    """Record in the year's evaluations who left a post: retired, or moved."""
    left = [m for m in stage.members.values() if 3 not in m.entries]
    retired = {event["who"] for event in stage.place.events["leaving"]}
    with acting(stage):
        for member in left:
            quarters.mark_absent(stage, member, 0, "pensiun" if member.who in retired else "pindah", day)


def _rate_third(stage: Stage, absent: Mapping[int, str]) -> None:
    """The third quarter as far as it has come: its ratings are due in two days."""
    quarter = QUARTERS[3]
    rated = quarters.rate_organisations(stage, 3, quarter.organisations, UNRATED[stage.place.key])
    named = set(NotEvaluatedReason)
    with acting(stage):
        for member in stage.enrolled(3):
            reason = absent.get(member.tenure_id)
            if reason in named:
                quarters.mark_absent(stage, member, 3, str(reason), quarter.organisations)
    active = [
        m
        for m in stage.enrolled(3)
        if m.tenure_id not in absent and m.plan_state is PlanState.SET and 3 in m.entries
    ]
    turns = list(_turns(stage, active, rated))
    in_groups(stage, [each for each in turns if each[0].played], lambda each: _take_turn(stage, *each))
    state_of = {member.tenure_id: state for member, state in turns}
    histories.write_period(
        stage,
        quarter,
        [member for member, _state in turns if not member.played],
        state_of=lambda member: state_of[member.tenure_id],
        works=False,
    )


def _turns(stage: Stage, active: Sequence[Member], rated: set[int]) -> Iterator[tuple[Member, str]]:
    turn = stage.place.about["share"]
    for member in sorted(active, key=lambda m: (m.seat.unit, m.seat.code)):
        entry = member.entries[3]
        if member.who in STORY:
            state = STORY[member.who]
        elif entry.organisation_id in rated and entry.appraiser_id is not None:
            state, turn = TURNS[turn % len(TURNS)], turn + 1
        else:
            state, turn = ("dilaporkan", "berjalan")[turn % 2], turn + 1
        if entry.organisation_id not in rated and state not in ("berjalan", "dilaporkan"):
            state = "dilaporkan"
        yield member, state


def _take_turn(stage: Stage, member: Member, state: str) -> None:
    random = member.random("giliran")
    if state == "berjalan":
        return
    pair = quarters.pair_of_quarter(stage, member, 3, {})
    reported = random.choice(stage.workdays(*QUARTERS[3].reports))
    quarters.report(stage, member, 3, pair[0], reported)
    if state in ("ragu", "konsep"):
        quarters.draft(stage, member, 3, pair, YESTERDAY, unsure=state == "ragu")
    if state in ("dinilai", "disampaikan", "diterima"):
        quarters.rate(stage, member, 3, pair, date(YEAR, 10, random.choice((7, 8))))
    if state in ("disampaikan", "diterima"):
        quarters.hand_over(stage, member, 3, date(YEAR, 10, 8))
    if state == "diterima":
        quarters.receive(stage, member, 3, YESTERDAY)


def _begin_fourth(stage: Stage) -> None:
    """The first days of the fourth quarter: some have proposed steps, few were agreed."""
    ready = [m for m in stage.enrolled(4) if m.plan_state is PlanState.SET and m.played]
    in_groups(stage, ready, lambda member: _first_days(stage, member))


def _first_days(stage: Stage, member: Member) -> None:
    random = member.random("triwulan:4")
    if not member.who and random.random() > 0.3:
        return
    enrolment = db.session.get_one(Enrolment, member.entries[4].id)
    day = date(YEAR, 10, random.choice((2, 5, 6)))
    quarters.propose(stage, member, enrolment, date(YEAR, 12, 21), day)
    appraiser = stage.actor(member.entries[4].appraiser_id)
    if appraiser is not None and random.random() < 0.5:
        progress.agree_steps(
            enrolment,
            shown=progress_queries.proposed(enrolment.id),
            by=appraiser,
            at=stage.on(10, 7, 11, random.randint(0, 59)),
        )
    if member.who:
        day = date(YEAR, 10, random.choice((7, 8, 9)))
        quarters.record(stage, member, enrolment, member.work.progress[0], day, random)
        if appraiser is not None:
            quarters.say_from_leader(stage, member, enrolment, appraiser, date(YEAR, 10, 8))


def _mark_as_demo() -> None:
    """Mark the database, and set its clock: what was just played ends now."""
    now = datetime.now(UTC)
    with acting():
        db.session.add(
            Installation(id=1, demo=True, made=now, shift_seconds=round((NOW - now) / timedelta(seconds=1)))
        )
    with acting():
        # The public pages are made as the portal starts; what was to be made anew long ago needn't be.
        db.session.execute(delete(Job).where(Job.kind == publications.RENDER, Job.run_after <= NOW))


def _settle() -> None:
    """Count the tables, and bring everything into the one file: later connections find it safe on the disk."""
    db.session.remove()
    statistics.renew()
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[attr-defined]
    db.engine.dispose()

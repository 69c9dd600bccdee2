"""Earlier years of some people, as their documents said: brought in by the real import.

2019 and 2020 by PP 46/2011 (one of them in two parts for somebody who moved), 2021 half by each regulation.
In one region a second file waits, with rows that are wrong and rows that somebody must look at.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from portal.demo.stage import YEAR, Member, Stage
from portal.extensions import db
from portal.kernel.exact import format_number, round_half_up
from portal.people.employment.rules import EmploymentStatus
from portal.performance.legacy import actions
from portal.performance.legacy import rules as legacy

EVERY, MOST = 5, 40
"""Every fifth of the others, and so many of a region at most."""
IMPORTED, WAITING = date(YEAR, 9, 21), date(YEAR, 10, 9)
SERVED = "1919"
"""Invented numbers count a century back: who was appointed before 2019 has a year to tell of."""


def make(stage: Stage) -> None:
    """Bring in the earlier years of the story's people and of some others of the region."""
    chosen = _chosen(stage)
    if not chosen:
        return
    rows = [row for number, member in enumerate(chosen) for row in _years(member, moved=number % 4 == 1)]
    at = stage.at(IMPORTED, 10, 20)
    batch = actions.stage_rows(
        stage.region_id, rows, f"tahun-lama-{stage.place.key}.xlsx", by=stage.hr, at=at
    )
    if batch.count(legacy.Fate.NEW) < len(rows):
        raise RuntimeError(f"{stage.place.key}: {batch.fates} of {len(rows)} earlier years")
    actions.apply(batch, with_doubtful=False, by=stage.hr, at=stage.at(IMPORTED, 10, 40))
    db.session.expunge_all()
    if stage.place.key == "bandung":
        at = stage.at(WAITING, 14, 5)
        actions.stage_rows(stage.region_id, _to_look_at(chosen), "susulan-2017-2018.csv", by=stage.hr, at=at)
        db.session.expunge_all()


def _chosen(stage: Stage) -> list[Member]:
    # Nobody writes down the own years, so who brings them in has none here.
    members = [m for m in stage.members.values() if m.person_id != stage.hr.person_id]
    pns = [m for m in members if m.someone.status == EmploymentStatus.PNS.value]
    served = [m for m in pns if m.someone.number[8:12] < SERVED]
    told, others = [m for m in served if m.who], [m for m in served if not m.who]
    people = {m.person_id: m for m in [*told, *others[::EVERY]]}
    return list(people.values())[:MOST]


def _years(member: Member, *, moved: bool) -> list[dict[str, object]]:
    die = member.random("tahun lama")
    level = die.choice((78, 80, 82, 84, 84, 86, 86, 88, 90))
    return [
        _old(member, die, 2019, level),
        *([_old(member, die, 2020, level, 5), _old(member, die, 2020, level + 2, 7)] if moved
          else [_old(member, die, 2020, level + 1)]),
        _old(member, die, 2021, level + 1, 6),
        _weighted(member, die, level + 12),
    ]  # fmt: skip


def _old(member: Member, die: Random, year: int, level: int, months: int = 12) -> dict[str, object]:
    plan = level + Decimal(die.randint(0, 350)) / 100
    behaviour = level + Decimal(die.randint(-150, 250)) / 100
    total = round_half_up(plan * Decimal("0.6") + behaviour * Decimal("0.4"))
    return {
        **_whose(member, year, "PP 46/2011", months, die),
        legacy.PLAN: format_number(plan),
        legacy.BEHAVIOUR: format_number(behaviour),
        legacy.TOTAL: format_number(total),
        legacy.RATING: "Sangat Baik" if total >= 91 else "Baik" if total >= 76 else "Cukup",
    }


def _weighted(member: Member, die: Random, level: int) -> dict[str, object]:
    plan = level + Decimal(die.randint(0, 900)) / 100
    behaviour = level + Decimal(die.randint(-200, 700)) / 100
    total = round_half_up(plan * Decimal("0.7") + behaviour * Decimal("0.3"))
    return {
        **_whose(member, 2021, "PP 30/2019", 6, die),
        legacy.PLAN: format_number(plan),
        legacy.BEHAVIOUR: format_number(behaviour),
        legacy.TOTAL: format_number(total),
    }


def _whose(member: Member, year: int, method: str, months: int, die: Random) -> dict[str, object]:
    return {
        legacy.NUMBER: member.someone.number,
        legacy.NAME: member.someone.name,
        legacy.YEAR: str(year),
        legacy.METHOD: method,
        legacy.MONTHS: str(months),
        legacy.DOCUMENT: f"800/{die.randint(101, 989)}/{year + 1}",
        legacy.DAY: date(year + 1, 1, die.randint(6, 28)),
    }


def _to_look_at(chosen: list[Member]) -> list[dict[str, object]]:
    """2017 and 2018 of a few: most are right, some differ from their parts, some are wrong."""
    rows = [
        _old(member, member.random(f"tahun {year}"), year, 80)
        for year in (2018, 2017)
        for member in chosen[:9]
    ]
    slips: list[dict[str, object]] = [
        {legacy.TOTAL: "98,20", legacy.RATING: ""},
        {legacy.NAME: "Nama Dari Berkas Lain"},
        {legacy.NUMBER: "189001011912011999"},
        {legacy.RATING: "Cukup"},
        {legacy.YEAR: "2013"},
    ]
    return [{**row, **slip} for row, slip in zip(rows, [*slips, *([{}] * len(rows))], strict=False)]

"""`./kinerja bench --advice`: what it costs to compute a period's advice again, in a region of any size.

Each size gets a folder of its own with people of 5 results and 10 indicators, an appraiser's marks, what 7
raters leave of a closed survey, and a rating; of some a stored figure is spoilt. The portal's own work runs in
a process of its own, so that its memory can be told, and each size in turn.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import click
from sqlalchemy import select

from portal.cli import bench_rules, database
from portal.config import Settings
from portal.demo import crowd, histories
from portal.demo.crowd import About, even
from portal.demo.pen import Pen
from portal.extensions import db
from portal.kernel.canonical import canonical, sha256
from portal.kernel.clock import FixedClock
from portal.kernel.exact import round_half_up
from portal.kernel.sweeps import few_sweeps
from portal.ledger import statistics as counts_of_tables
from portal.ledger.actor import SYSTEM
from portal.ledger.columns import stored_json
from portal.ledger.door import door
from portal.performance.advice import rules as advising
from portal.performance.advice.rules import Group, Tally
from portal.performance.evaluations.models import Achievement, Evaluation, OrganisationRatingSet, Rating
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.models import Indicator, Plan, PlannedResult, PlanVersion
from portal.performance.plans.rules import Direction, PlanState, ResultKind
from portal.performance.recomputations import actions, queries, rules
from portal.performance.recomputations.queries import Reading
from portal.performance.surveys.models import GroupTally, SurveyRound
from portal.performance.surveys.rules import RoundState
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.rules import PeriodState
from portal.policy.policies import actions as policies
from portal.policy.policies import files
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import ExpectationRating, OrganisationRating, PolicyDocument

NOW = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)
RATIO = 1.2
"""Time a person at the largest size against the smallest, at most."""
GROWTH = 8.0
"""MB that the memory may grow from 10,000 people to the largest size (or over all sizes, where that isn't among them)."""
SPOILT = 997
"""Of so many people one has a stored figure that the rules don't give."""
SOME = 2000
"""People that are written at once."""
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Region:
    """A region that was made, with what its runs took."""

    people: int
    folder: Path
    different: int
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """CPU seconds of a run: the median."""
        return statistics.median(self.cpu)


def run(wanted: Sequence[int], *, rounds: int, as_json: bool) -> None:
    """Make, measure in turns, stop one in the middle and let it go on; print it all."""
    with tempfile.TemporaryDirectory(prefix="kinerja-bench-") as name:
        regions = [_made(Path(name) / str(people), people) for people in wanted]
        found: dict[str, Any] = {}
        for _turn in range(rounds):
            for region in regions:
                taken = _process(region, "whole")
                region.cpu.append(taken["cpu"])
                region.wall.append(taken["wall"])
                region.memory.append(taken["peak_mb"])
                found[str(region.people)] = taken
                if taken["different"] != region.different or taken["people"] != taken["enrolled"]:
                    raise click.ClickException(f"hitungan ukur salah: {taken}")
        last = regions[-1]
        halted = _process(last, "halves")
    middle = next((region for region in regions if region.people >= 10_000), regions[0])
    result = {
        "regions": {
            region.people: {
                "people_per_second_cpu": round(region.people / region.seconds),
                "people_per_second": round(region.people / statistics.median(region.wall)),
                "peak_mb": round(statistics.median(region.memory), 1),
            }
            for region in regions
        },
        "ratio": round(last.seconds / last.people / (regions[0].seconds / regions[0].people), 3),
        "growth_mb": round(statistics.median(last.memory) - statistics.median(middle.memory), 1),
        "halted_at": halted["halted_at"],
        "same_after_halt": halted["tallies"] == found[str(last.people)]["tallies"],
    }
    if as_json:
        click.echo(json.dumps(result, indent=2))
        return
    _show(result, regions, middle)


def _show(result: dict[str, Any], regions: Sequence[Region], middle: Region) -> None:
    click.echo("Hitung ulang usulan satu periode: 5 hasil × 2 indikator, 7 penilai, satu proses, SQLite")
    for people, figures in result["regions"].items():
        click.echo(
            f"{people:>10} orang: {figures['people_per_second_cpu']:>6} orang per detik CPU, "
            f"{figures['people_per_second']:>6} per detik; {figures['peak_mb']} MB paling banyak"
        )
    verdict = "" if result["ratio"] <= RATIO else f"  DI LUAR BATAS (≤ {RATIO})"
    least, most = regions[0].people, regions[-1].people
    click.echo(f"  waktu per orang, {most} banding {least}: {result['ratio']}{verdict}")
    verdict = "" if result["growth_mb"] <= GROWTH else f"  DI LUAR BATAS (≤ {GROWTH})"
    click.echo(f"  memori bertambah dari {middle.people} ke {most} orang: {result['growth_mb']} MB{verdict}")
    same = "hitungannya sama" if result["same_after_halt"] else "HITUNGANNYA LAIN"
    click.echo(f"  dihentikan sesudah {result['halted_at']} orang lalu dilanjutkan: {same}")


# ------------------------------------------------------------------------------------- one process


def _process(region: Region, manner: str) -> dict[str, Any]:
    """One run in a process of its own; what it took and gave."""
    program = f"from portal.cli import bench_advice; bench_advice.child({str(region.folder)!r}, {manner!r})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise click.ClickException(f"hitung ulang ukur gagal:\n{done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def child(folder: str, manner: str) -> None:
    """Run the portal's own work here and print what it took; ``halves``: stopped in the middle, then resumed."""
    app = _app(folder)
    with app.app_context():
        period = db.session.scalars(select(Period).where(Period.state == PeriodState.CLOSED)).one()
        version = db.session.get_one(PolicyVersion, period.policy_version_id)
        reading = Reading(period.id, version.rules)
        reading.some(0, actions.LEAST)  # statements are put together once a process
        enrolled = reading.total()
        with door(period):
            ref = actions.start(period, by=SYSTEM, at=NOW).ref
        halted = _stop_midway(app, ref, enrolled // 2) if manner == "halves" else 0
        began, used = time.perf_counter(), time.process_time()
        actions.work(recomputation=ref, at=NOW)
        row = queries.by_ref(ref)
        assert row is not None and row.state is rules.RecomputationState.DONE
        whole = rules.together(row.counts.values())
        answer = {
            "cpu": time.process_time() - used,
            "wall": time.perf_counter() - began,
            "peak_mb": _peak(),
            "people": whole.people,
            "different": whole.different,
            "enrolled": enrolled,
            "halted_at": halted,
            "tallies": dict(row.tallies),
        }
    click.echo(json.dumps(answer))


def _peak() -> float:
    """The most memory that this program has held, in MB; the system's own count knows the parent's, too."""
    found = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _stop_midway(app: Any, ref: str, after: int) -> int:
    """Work until some ``after`` people are counted, then stop as HR would, and resume; how many were counted."""

    def stop() -> None:
        with app.app_context():
            while True:
                row = queries.by_ref(ref)
                assert row is not None
                if row.done >= after:
                    break
                db.session.remove()
                time.sleep(0.02)
            with door(row):
                actions.stop(row, by=SYSTEM, at=NOW)
            db.session.remove()

    stopper = threading.Thread(target=stop)
    stopper.start()
    actions.work(recomputation=ref, at=NOW)
    stopper.join()
    row = queries.by_ref(ref)
    assert row is not None and row.state is rules.RecomputationState.STOPPED
    halted = row.done
    with door(row):
        actions.resume(row, by=SYSTEM, at=NOW)
    return halted


def _app(folder: str | Path, *, synchronous: str = "FULL") -> Any:
    from portal import create_app

    settings = Settings(data=str(folder), rate_limits=False)
    return create_app(settings, clock=FixedClock(NOW), synchronous=synchronous)


# ---------------------------------------------------------------------------------- what is measured


def _made(folder: Path, people: int) -> Region:
    click.echo(f"Membuat daerah dengan {people} pegawai …", err=True)
    app = _app(folder, synchronous="OFF")
    database.upgrade(app)
    with app.app_context(), few_sweeps():
        crowd.in_haste()
        with door():
            policies.load_files(by=SYSTEM, at=NOW)
        made = crowd.make(About("99.01", "daerah-ukur", "Daerah Ukur"), even(people), year=2026, at=NOW)
        made.stage.hr = SYSTEM
        crowd.open_year(made, [1], NOW)
        with door():
            version = _version()
            period = made.stage.period(1)
            period.policy_version_id, period.state, period.closed = version.id, PeriodState.CLOSED, NOW
            ids = period.id, period.region_id, version.id, made.stage.cycle_id
            policy = version.rules
        different = _write_people(*ids, policy)
        counts_of_tables.renew()
        db.session.remove()
    return Region(people, folder, different)


def _version() -> PolicyVersion:
    """The policy that asks both peers and subordinates, loaded whether or not a decree adopted it."""
    wanted = bench_rules.asks_both()
    file = next(each for each in files.all_files() if each.rules.key == wanted.key)
    known = select(PolicyVersion).where(
        PolicyVersion.key == wanted.key, PolicyVersion.version == wanted.version
    )
    found = db.session.scalars(known).one_or_none()
    if found is None:
        text = canonical(file.document)
        found = PolicyVersion(
            key=wanted.key,
            version=wanted.version,
            name=wanted.name,
            document=text,
            sha256=sha256(text),
            loaded=NOW,
        )
        db.session.add(found)
        db.session.flush()
    return found


def _write_people(
    period_id: int, region_id: int, version_id: int, cycle_id: int, policy: PolicyDocument
) -> int:
    """Everybody's plan, achievements, survey and rating; how many have a spoilt figure."""
    random, surveys = Random(4), list(_surveys(policy))
    with door() as session:
        found = SurveyRound(
            region_id=region_id,
            period_id=period_id,
            begins=date(2026, 1, 1),
            ends=date(2026, 4, 1),
            lot="ukur",
            state=RoundState.CLOSED,
            made=NOW,
        )
        session.add(found)
        unit = session.scalars(
            select(Enrolment.organisation_id).where(Enrolment.period_id == period_id)
        ).first()
        rated = OrganisationRatingSet(
            region_id=region_id,
            period_id=period_id,
            unit_id=unit,
            rating=OrganisationRating.GOOD,
            reason="Ukuran.",
            at=NOW,
        )
        session.add(rated)
        session.flush()
        same = {"round_id": found.id, "rated_id": rated.id, "version_id": version_id, "cycle_id": cycle_id}
    last = spoilt = number = 0
    while True:
        rows = db.session.execute(
            select(Enrolment.id, Evaluation.id, Enrolment.tenure_id, Enrolment.person_id)
            .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
            .where(Enrolment.period_id == period_id, Enrolment.id > last)
            .order_by(Enrolment.id)
            .limit(SOME)
        ).all()
        if not rows:
            break
        with door():
            pen = Pen(region_id, told=False)
            for row in rows:
                number += 1
                spoils = number % SPOILT == 0
                spoilt += spoils
                _write_one(pen, row, same, random, random.choice(surveys), policy, spoils=spoils)
                pen.rest()
            pen.write()
        last = rows[-1][0]
        db.session.expunge_all()
    with door():
        histories.carry_over(cycle_id)
    return spoilt


def _surveys(policy: PolicyDocument) -> Iterator[tuple[Group, ...]]:
    """What seven raters may leave: four peers and three subordinates, or five and two, who then count as one."""
    random = Random(7)
    for peers in (4, 5) * 300:
        one, other = (
            Tally.of([random.choices((1, 2, 3), (1, 6, 3), k=7) for _rater in range(n)])
            for n in (peers, 7 - peers)
        )
        yield advising.shown_groups(one, other, policy.survey, policy.least_answers, policy.least_comments)


def _write_one(
    pen: Pen,
    ids: Sequence[int],
    same: dict[str, int],
    random: Random,
    left: tuple[Group, ...],
    policy: PolicyDocument,
    *,
    spoils: bool,
) -> None:
    enrolment_id, evaluation_id, tenure_id, person_id = ids
    plan = pen.add(
        Plan,
        cycle_id=same["cycle_id"],
        tenure_id=tenure_id,
        person_id=person_id,
        state=PlanState.SET,
        in_force=1,
    )
    version = pen.add(PlanVersion, plan_id=plan["id"], number=1, **{key: [] for key in histories.ATTACHED})
    attained = []
    for place in range(1, 6):
        result = pen.add(
            PlannedResult,
            version_id=version["id"],
            position=place,
            kind=ResultKind.MAIN,
            text=f"Hasil {place}",
        )
        target, reached = (
            Decimal(random.choice((80, 85, 90, 95, 100))),
            Decimal(random.randint(6000, 11500)) / 100,
        )
        for low, high, direction, value in (
            (target, target, Direction.UP, reached),
            (Decimal(25), Decimal(30), Direction.DOWN, Decimal(random.randint(18, 40))),
        ):
            row = pen.add(
                Indicator,
                result_id=result["id"],
                text="Ukuran",
                target_min=low,
                target_max=high,
                unit="%",
                direction=direction,
            )
            pen.add(Achievement, evaluation_id=evaluation_id, indicator_ref=row["line_ref"], value=value)
            attained.append(advising.attainment(value, low, high, direction, policy.advice.cap))
    for group in left:
        pen.add(
            GroupTally,
            round_id=same["round_id"],
            enrolment_id=enrolment_id,
            who="+".join(group.who),
            n=group.n,
            mean=group.mean,
            counts=stored_json(group.counts) if group.counts else "",
        )
    marks = "".join(random.choices("123", (1, 6, 3), k=7))
    advice = advising.advice_result(attained, policy.advice)
    beside = advising.advice_behaviour(Tally.of_one(marks), left, policy.behaviour)
    assert advice.mean is not None and beside.mean is not None
    assert advice.rating is not None and beside.rating is not None
    decided = random.choice((advice.rating, ExpectationRating.AS_EXPECTED)), beside.rating
    rating = pen.add(
        Rating,
        evaluation_id=evaluation_id,
        result=decided[0],
        result_reason="Ukuran.",
        behaviour=decided[1],
        behaviour_reason="Ukuran.",
        overall=policy.matrix[decided],
        advice=advice.rating,
        advice_mean=round_half_up(advice.mean, 6) + spoils,
        marks=marks,
        behaviour_advice=beside.rating,
        behaviour_mean=round_half_up(beside.mean, 6),
        organisation_rating_id=same["rated_id"],
        policy_version_id=same["version_id"],
        at=NOW,
    )
    pen.change(
        Evaluation, evaluation_id, state=EvaluationState.CLOSED, rating_id=rating["id"], rated_on=NOW.date()
    )

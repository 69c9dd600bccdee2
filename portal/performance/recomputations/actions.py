"""A period's advice computed again in the background: started, stopped and resumed by region HR.

The work goes on from its cursor, so a run that was stopped or whose worker died counts nobody twice. It reads
without the door and opens it only to write down how far it is.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from portal.extensions import db
from portal.kernel.refusal import insist
from portal.kernel.sweeps import few_sweeps
from portal.ledger import events, jobs
from portal.ledger.actor import SYSTEM, Actor
from portal.ledger.door import door
from portal.performance.recomputations import queries, rules
from portal.performance.recomputations.models import Recomputation, RecomputedDifference
from portal.performance.recomputations.queries import Computed, Reading
from portal.performance.recomputations.rules import UNFINISHED, WORKFLOW, Counts, Figure, RecomputationState
from portal.policy.cycles.models import Period
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import Matrix

JOB = "recompute_advice"
PART_SECONDS = 0.25
"""About as long is counted before it is written down: so soon a wish to stop is heard."""
FIRST, LEAST, MOST = 250, 50, 2000
"""People that are counted at once: at first, at least, at most."""
BREATH = 0.01
"""Seconds between two parts, for whoever waits."""


def start(period: Period, *, by: Actor, at: datetime) -> Recomputation:
    """Have a period's advice computed again from its beginning. Raises ``Refused``."""
    newest = queries.newest(period.id)
    insist(
        rules.why_not_start(
            opened=period.policy_version_id is not None, newest=newest.state if newest else None
        )
    )
    row = Recomputation(
        region_id=period.region_id,
        period_id=period.id,
        policy_version_id=period.policy_version_id,
        account_id=by.account_id,
        started=at,
    )
    db.session.add(row)
    db.session.flush()
    jobs.enqueue(JOB, at=at, recomputation=row.ref)
    events.record("start_recomputation", row, by=by, at=at, policy_version_id=row.policy_version_id)
    return row


def stop(run: Recomputation, *, by: Actor, at: datetime) -> Recomputation:
    """Let a run halt where it stands: the part in hand is thrown away. Raises ``Refused``."""
    insist(WORKFLOW.why_not("stop", run.state))
    return _step("stop", run, by=by, at=at)


def resume(run: Recomputation, *, by: Actor, at: datetime) -> Recomputation:
    """Let a run that was stopped go on behind the last person counted. Raises ``Refused``."""
    newest = queries.newest(run.period_id)
    insist(rules.why_not_resume(run.state, is_newest=newest is not None and newest.id == run.id))
    jobs.enqueue(JOB, at=at, recomputation=run.ref)
    return _step("resume", run, by=by, at=at)


def _step(verb: str, run: Recomputation, *, by: Actor, at: datetime) -> Recomputation:
    run.state = RecomputationState(WORKFLOW.after(verb, run.state))
    events.record(f"{verb}_recomputation", run, by=by, at=at, done=run.done, total=run.total)
    return run


# ------------------------------------------------------------------------------------------- the work


@jobs.handles(JOB)
def work(*, recomputation: str, at: datetime) -> None:
    """Go on with a run from its cursor to its end, or until somebody stops it; begun twice it does no harm."""
    run = queries.by_ref(recomputation)
    if run is None or run.state not in UNFINISHED:
        return
    policy = db.session.get_one(PolicyVersion, run.policy_version_id).rules
    reading = Reading(run.period_id, policy)
    total = run.total or reading.total()
    with door(run):
        if run.state is RecomputationState.WAITING:
            run.state = RecomputationState(WORKFLOW.after("begin", run.state))
        run.total = total
    with few_sweeps():
        _go_on(run, reading, policy.matrix, at)


def _go_on(run: Recomputation, reading: Reading, matrix: Matrix, at: datetime) -> None:
    """Part by part: as many people as were counted within ``PART_SECONDS`` before, on a busy machine fewer."""
    cursor, counts, size, began = run.cursor, run.counts, FIRST, time.monotonic()
    while True:
        begun = time.monotonic()
        last, people = reading.some(cursor, size)
        different = _count(people, counts, matrix, surveyed=reading.surveyed)
        took = time.monotonic() - begun
        with door(run) as session:
            if run.state is not RecomputationState.RUNNING or run.cursor != cursor:
                # Stopped meanwhile, or another worker goes on with it.
                return
            jobs.keep_lease()
            run.worked_ms += max(1, round(took * 1000))
            if not people:
                _finish(run, at + timedelta(seconds=time.monotonic() - began))
                return
            if different:
                session.execute(insert(RecomputedDifference), _rows(run, different))
            run.cursor, run.done = last, run.done + len(people)
            run.tallies = {str(agency): each.as_data() for agency, each in counts.items()}
        cursor = last
        size = min(MOST, max(LEAST, int(size * PART_SECONDS / max(took, 0.001))))
        time.sleep(BREATH)


@jobs.gives_up(JOB)
def give_up(*, recomputation: str, at: datetime) -> None:
    """It isn't tried any more: nobody waits in vain, and whoever mended it can let it go on."""
    run = queries.by_ref(recomputation)
    if run is not None and run.state in UNFINISHED:
        with door(run):
            stop(run, by=SYSTEM, at=at)


def _count(
    people: Iterable[Computed], counts: dict[int, Counts], matrix: Matrix, *, surveyed: bool
) -> list[tuple[int, str]]:
    """Count ``people`` by agency; gives the enrolments whose rating has another figure, with which."""
    different = []
    for enrolment_id, agency_id, advice, behaviour, kept in people:
        figures: tuple[Figure, ...] = ()
        later = False
        if kept is not None:
            later = rules.came_later(kept, behaviour, surveyed=surveyed)
            figures = rules.differing(kept, advice, behaviour, matrix, later=later)
        if figures:
            different.append((enrolment_id, "+".join(figures)))
        mine = counts.setdefault(agency_id, Counts())
        mine.count(advice, behaviour, kept, differs=bool(figures), later=later)
    return different


def _rows(run: Recomputation, different: Iterable[tuple[int, str]]) -> list[dict[str, Any]]:
    same = {"region_id": run.region_id, "recomputation_id": run.id}
    return [{**same, "enrolment_id": enrolment_id, "named": figures} for enrolment_id, figures in different]


def _finish(run: Recomputation, at: datetime) -> None:
    """The end: what earlier runs of the period found is erased, their counts stay."""
    earlier = select(Recomputation.id).where(
        Recomputation.period_id == run.period_id, Recomputation.id != run.id
    )
    db.session.execute(delete(RecomputedDifference).where(RecomputedDifference.recomputation_id.in_(earlier)))
    run.total, run.finished = run.done, at
    different = rules.together(run.counts.values()).different
    run.state = RecomputationState(WORKFLOW.after("finish", run.state))
    events.record("finish_recomputation", run, by=SYSTEM, at=at, people=run.done, different=different)

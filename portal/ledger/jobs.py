"""Background work: a job is a row written in the action's own transaction (ADR 0006, decisions §3).

The worker claims the oldest job that is due, runs it, and marks it done. A job that dies is claimed
again when its lease ends; jobs are written so that running twice does no harm.
"""

from __future__ import annotations

import json
import logging
import threading
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Index, String, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base, db
from portal.kernel.clock import Clock
from portal.kernel.refusal import N_, Refusal, insist
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.ledger.columns import Addressed, Id, UtcDateTime
from portal.ledger.door import door

LEASE = timedelta(seconds=60)
ATTEMPTS = 5
log = logging.getLogger("kinerja.jobs")


class Job(Addressed, Base):
    """Work to be done after ``run_after``; ``finished`` is set when it is done or given up."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_due", "finished", "run_after"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[str] = mapped_column(Text, default="{}")
    made: Mapped[datetime] = mapped_column(UtcDateTime)
    run_after: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    finished: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, default="")


Handler = Callable[..., None]
_handlers: dict[str, Handler] = {}
_given_up: dict[str, Handler] = {}
_running = threading.local()


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that runs jobs of ``kind``; it gets the job's arguments by name and ``at``."""

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return register


def gives_up(kind: str) -> Callable[[Handler], Handler]:
    """Register what is done when a job of ``kind`` isn't tried any more: nobody waits for it in vain.

    It is called outside the door with the job's arguments and ``at``.
    """

    def register(function: Handler) -> Handler:
        _given_up[kind] = function
        return function

    return register


def enqueue(kind: str, *, at: datetime, run_after: datetime | None = None, **arguments: object) -> Job:
    """Add a job inside the open door; it exists exactly when the action's facts do."""
    job = Job(kind=kind, arguments=json.dumps(arguments, sort_keys=True), made=at, run_after=run_after or at)
    db.session.add(job)
    return job


def why_not_retry(job: Job) -> Refusal | None:
    """Only what was given up is begun again; what waits will run by itself."""
    if job.finished is None:
        return Refusal("job.waiting", N_("Pekerjaan ini masih menunggu; akan dicoba lagi dengan sendirinya."))
    if not job.error:
        return Refusal("job.done", N_("Pekerjaan ini sudah selesai."))
    return None


def retry(job: Job, *, by: Actor, at: datetime) -> Job:
    """Begin a job again that was given up. Raises ``Refused``."""
    insist(why_not_retry(job))
    job.finished, job.leased_until, job.attempts, job.run_after = None, None, 0, at
    events.record("retry_job", job, by=by, at=at, kind=job.kind)
    return job


def keep_lease() -> None:
    """Lease the job that runs in this thread once more; inside the open door. Nothing outside a job.

    A long job calls it as it goes, so that no other worker takes it for dead.
    """
    running: tuple[int, Clock] | None = getattr(_running, "job", None)
    if running is not None:
        job_id, clock = running
        lease = clock.now() + LEASE
        db.session.execute(update(Job).where(Job.id == job_id).values(leased_until=lease))


def claim(at: datetime) -> Job | None:
    """Lease the oldest due job, or return ``None`` when nothing is due."""
    due = (
        select(Job)
        .where(Job.finished.is_(None), Job.run_after <= at)
        .where((Job.leased_until.is_(None)) | (Job.leased_until < at))
        .order_by(Job.run_after, Job.id)
        .limit(1)
    )
    # An idle worker only reads: it must not hold the writers' lock twice a second.
    if db.session.scalars(due).first() is None:
        db.session.rollback()
        return None
    with door() as session:
        job = session.scalars(due.with_for_update(skip_locked=True)).first()
        if job is None:
            return None
        job.leased_until = at + LEASE
        job.attempts += 1
    return job


def run_one(clock: Clock) -> bool:
    """Claim and run one job; whether there was one. A failing job is tried again, later each time."""
    job = claim(clock.now())
    if job is None:
        return False
    job_id, kind, arguments = job.id, job.kind, json.loads(job.arguments)
    error = ""
    _running.job = (job_id, clock)
    try:
        _handlers[kind](**arguments, at=clock.now())
    except Exception:  # a job's fault must not end the worker
        db.session.rollback()
        error = traceback.format_exc()[-2000:]
        log.exception("job %s failed", kind)
    finally:
        _running.job = None
    with door() as session:
        now = clock.now()
        job = session.get_one(Job, job_id)
        job.leased_until, job.error = None, error
        if not error or job.attempts >= ATTEMPTS:
            job.finished = now
        else:
            job.run_after = now + timedelta(seconds=2**job.attempts)
        over = bool(error) and job.finished is not None
    if over and kind in _given_up:
        _give_up(kind, arguments, now)
    db.session.remove()
    return True


def _give_up(kind: str, arguments: dict[str, object], at: datetime) -> None:
    try:
        _given_up[kind](**arguments, at=at)
    except Exception:  # the worker goes on; the job is listed with its error
        db.session.rollback()
        log.exception("giving up job %s failed", kind)

"""The worker: runs the jobs that actions leave behind, and tidies up once an hour (decisions §3)."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

import click
from sqlalchemy import delete, or_
from sqlalchemy.exc import OperationalError

from portal.cli import app_of_command
from portal.extensions import db
from portal.ledger import files, jobs, keys, statistics
from portal.ledger.door import Busy, door
from portal.people.accounts.models import Guess, SignIn
from portal.people.accounts.rules import FORGET_GUESSES
from portal.people.activation import actions as activation
from portal.people.imports import actions as imports
from portal.performance.legacy import actions as legacy
from portal.performance.surveys import work as surveys
from portal.web.current import App
from portal.web.health import BEAT, BEAT_SECONDS

POLL_SECONDS = 0.5
TIDY_SECONDS = 3600
LONG_SECONDS = 2
"""A job that took longer wrote much: the tables it filled are counted at once."""
KEPT_SIGN_INS = timedelta(days=30)
KEPT_TMP = timedelta(days=1)
log = logging.getLogger("kinerja.worker")


@click.command("worker")
def worker_command() -> None:
    """Menjalankan pekerjaan latar; `run` menjalankannya sendiri."""
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    work(app_of_command(), stop)


def work(app: App, stop: threading.Event) -> None:
    """Run jobs until ``stop``: the one at hand is finished first."""
    tidied = beaten = 0.0
    parent = os.getppid()
    while not stop.is_set():
        busy = False
        if time.monotonic() - beaten > BEAT_SECONDS or not beaten:
            beaten = time.monotonic()
            beat(app.settings.folder)
        with app.app_context():
            try:
                if time.monotonic() - tidied > TIDY_SECONDS or not tidied:
                    tidied = time.monotonic()
                    tidy(app, app.clock.now())
                began = time.monotonic()
                busy = jobs.run_one(app.clock)
                if time.monotonic() - began > LONG_SECONDS:
                    statistics.renew()
            except (Busy, OperationalError):
                # Somebody else holds the database, or it restarts: nothing is lost by waiting.
                log.warning("the database can't be reached; trying again", exc_info=True)
                stop.wait(POLL_SECONDS * 4)
            finally:
                db.session.remove()
        if os.getppid() != parent:
            log.warning("the program that started this worker is gone; ending")
            return
        if not busy:
            stop.wait(POLL_SECONDS)


def beat(folder: Path) -> None:
    """Leave a sign of life that the administrator's page reads; a full disk mustn't end the worker."""
    with contextlib.suppress(OSError):
        (folder / BEAT).touch()


def tidy(app: App, at: datetime) -> None:
    """Delete what nobody needs any more: old form keys, ended sessions, old guesses, left-over uploads.

    And count the tables that have grown.
    """
    with door() as session:
        keys.forget_old(at)
        session.execute(
            delete(SignIn).where(or_(SignIn.ended < at - KEPT_SIGN_INS, SignIn.ends < at - KEPT_SIGN_INS))
        )
        session.execute(delete(Guess).where(Guess.last < at - FORGET_GUESSES))
        imports.forget_old(at)
        legacy.forget_old(at)
        activation.forget_old(at)
    surveys.check_keys(at)
    sweep(app.settings.files_folder / "tmp", KEPT_TMP)
    statistics.renew()
    files.sweep_unnamed(app.settings.files_folder, time.time() - KEPT_TMP.total_seconds())


def sweep(folder: Path, kept: timedelta) -> int:
    """Delete files that lie in ``folder`` longer than ``kept``; how many. By the machine's own clock."""
    oldest = time.time() - kept.total_seconds()
    count = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < oldest:
                path.unlink()
                count += 1
    return count

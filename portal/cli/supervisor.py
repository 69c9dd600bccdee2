"""Starts the server and the worker, watches over them, and ends both: no process is left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 5
"""A part that ends so often within ``PATIENCE_SECONDS`` is not started again: something is wrong."""
PATIENCE_SECONDS = 30
GRACE_SECONDS = 8
_PR_SET_PDEATHSIG = 1


class Part:
    """A program that has to run; started again when it ends by itself."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], files: Sequence[int] = ()
    ):
        self.name, self.command, self.environment, self.files = name, list(command), environment, tuple(files)
        self.process: subprocess.Popen[bytes] | None = None
        self.starts: list[float] = []

    def start(self) -> None:
        """Start the program in a session of its own, so that Ctrl-C reaches the supervisor only."""
        self.starts = [at for at in self.starts if time.monotonic() - at < PATIENCE_SECONDS]
        self.starts.append(time.monotonic())
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            pass_fds=self.files,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - this process has one thread
        )

    def has_ended(self) -> bool:
        """Whether the program was started and isn't running any more."""
        return self.process is not None and self.process.poll() is not None

    def stop(self, how: signal.Signals) -> None:
        """Send a signal; to every process of the part when it is SIGKILL."""
        if self.process is None or self.process.poll() is not None:
            return
        if how is signal.SIGKILL:
            os.killpg(self.process.pid, how)
        else:
            self.process.send_signal(how)


class Supervisor:
    """Runs parts until it is told to end, or until one of them can't be kept running."""

    def __init__(self, parts: Sequence[Part], say: Callable[[str], None]) -> None:
        self.parts, self.say = list(parts), say
        self.ending = False

    def run(self, *, is_ready: Callable[[], bool], when_ready: Callable[[], None]) -> int:
        """Start the first part, the others when ``is_ready``, then call ``when_ready``; the exit status.

        The others wait so that they don't slow the first one's start.
        """
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, self._end)
        status = 0
        try:
            self.parts[0].start()
            announced = False
            while not self.ending:
                if not announced and is_ready():
                    announced = True
                    for part in self.parts[1:]:
                        part.start()
                    when_ready()
                if not self._keep_running():
                    status = 1
                    break
                self._wait(0.5 if announced else 0.1)
        finally:
            self._stop_all()
        return status

    def _end(self, _signal: int, _frame: FrameType | None) -> None:
        self.ending = True

    def _wait(self, seconds: float) -> None:
        # A signal ends the sleep's loop at the next look; half a second is not felt.
        until = time.monotonic() + seconds
        while not self.ending and time.monotonic() < until:
            time.sleep(0.05)

    def _keep_running(self) -> bool:
        for part in self.parts:
            if not part.has_ended():
                continue
            if len(part.starts) >= PATIENCE:
                self.say(f"{part.name} berhenti berulang kali. Semua dihentikan; sebabnya tertulis di atas.")
                return False
            self.say(f"{part.name} berhenti dan dijalankan lagi.")
            self._wait(min(len(part.starts), 3) * 0.3)
            if not self.ending:
                part.start()
        return True

    def _stop_all(self) -> None:
        for part in self.parts:
            part.stop(signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        while any(not part.has_ended() for part in self.parts if part.process) and time.monotonic() < until:
            time.sleep(0.05)
        for part in self.parts:
            part.stop(signal.SIGKILL)
            if part.process is not None:
                part.process.wait()


def end_with_parent() -> None:
    """Ask Linux to end this process when its parent dies, even by kill -9. Elsewhere: nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

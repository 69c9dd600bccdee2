"""A lock that lets through one after the other in the order they came (ADR 0003).

``threading.Lock`` wakes a waiter, but whoever asks in that moment may take the lock first; under load
somebody is overtaken again and again and waits several times as long as the rest.
"""

from __future__ import annotations

import threading
from collections import deque


class Turnstile:
    """Held by one thread at a time; handed on to the one that has waited longest."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self, seconds: float) -> bool:
        """Wait for the turn, ``seconds`` at most; whether it came."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=seconds):
            return True
        with self._guard:
            if turn not in self._waiting:
                # It was handed over between the end of the wait and here.
                return True
            self._waiting.remove(turn)
            return False

    def release(self) -> None:
        """Hand it on, or leave it free."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False

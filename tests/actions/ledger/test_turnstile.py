"""The lock of the door lets through in the order of arrival (ADR 0003)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from portal.ledger.turnstile import Turnstile


def until(true: Callable[[], bool]) -> None:
    """Wait for it, not for a time."""
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


def in_line(turnstile: Turnstile, count: int, passed: list[int]) -> list[threading.Thread]:
    """So many threads that wait, in the order of their numbers."""

    def wait(number: int) -> None:
        assert turnstile.acquire(5)
        passed.append(number)
        turnstile.release()

    threads = []
    for number in range(count):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        until(lambda: len(turnstile._waiting) == len(threads))
    return threads


def test_who_came_first_goes_first() -> None:
    turnstile, passed = Turnstile(), list[int]()
    assert turnstile.acquire(0)
    threads = in_line(turnstile, 12, passed)
    turnstile.release()
    for each in threads:
        each.join()
    assert passed == list(range(12))


def test_nobody_overtakes_who_has_the_turn_already() -> None:
    turnstile, passed = Turnstile(), list[int]()
    assert turnstile.acquire(0)
    (waiting,) = in_line(turnstile, 1, passed)
    turnstile.release()
    # The turn is the waiting one's, whether or not its thread has run since.
    assert turnstile.acquire(5)
    waiting.join(5)
    assert passed == [0]
    turnstile.release()


def test_who_gives_up_leaves_the_line_and_nobody_is_lost() -> None:
    turnstile, passed = Turnstile(), list[int]()
    assert turnstile.acquire(0)
    assert not turnstile.acquire(0.01)
    (waiting,) = in_line(turnstile, 1, passed)
    turnstile.release()
    waiting.join(5)
    assert passed == [0]
    assert turnstile.acquire(0)


@pytest.mark.parametrize("seconds", [0, 0.0005])
def test_a_turn_that_comes_as_somebody_gives_up_is_not_lost(seconds: float) -> None:
    turnstile = Turnstile()
    inside: list[int] = []
    counted = []

    def go(number: int) -> None:
        for _round in range(60):
            if turnstile.acquire(seconds):
                inside.append(number)
                counted.append(len(inside))
                time.sleep(0.0003)
                inside.remove(number)
                turnstile.release()

    threads = [threading.Thread(target=go, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
        assert not each.is_alive()
    assert set(counted) == {1}
    assert turnstile.acquire(1)

"""What was acknowledged is kept, and slow senders stop nobody (trust, promises 1 and 11)."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sqlite3
import threading
import time

from tests.support.server import Portal, Wire
from tests.support.world import PASSWORD

PAGE = "/plans/expectations"
STALLED = 10
"""Seconds: a busy machine takes a while to begin them all, a held worker would never answer."""


def leader(portal: Portal) -> Wire:
    return Wire(portal.port).log_in("unit_head@contoh.go.id", PASSWORD)


def save(wire: Wire, fields: dict[str, str], key: str) -> bool:
    """Save what a leader expects of the team; whether it was acknowledged."""
    text = next(name for name in fields if name not in ("csrf_token", "once", "version"))
    answer = wire.post(PAGE, {**fields, "once": key, text: f"Setiap warga dijawab pada hari itu ({key})."})
    assert answer.status in (303, 503), (answer.status, answer.text)
    return answer.status == 303


def kept(portal: Portal) -> list[str]:
    """The keys in the events of saved expectations."""
    with sqlite3.connect(portal.data / "kinerja.db") as connection:
        rows = connection.execute("SELECT once_key FROM events WHERE verb = 'expect_of_team'").fetchall()
    return [key for (key,) in rows if key]


def as_kept(key: str) -> str:
    return hashlib.sha256(f"{PAGE}\n{key}".encode()).hexdigest()


def half_sent(portal: Portal, path: str = "/login") -> socket.socket:
    """A POST of which only the beginning ever comes."""
    connection = socket.create_connection(("127.0.0.1", portal.port))
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    connection.sendall(f"{head}Content-Length: 3000\r\n\r\nlogi".encode())
    return connection


def test_sixty_half_sent_posts_do_not_delay_a_save(lasting):
    wire = leader(lasting)
    fields = wire.get(PAGE).fields(PAGE)
    cookie = wire.headers()["Cookie"]
    slow = [half_sent(lasting) for _ in range(30)]
    for _ in range(30):
        connection = socket.create_connection(("127.0.0.1", lasting.port))
        head = f"POST {PAGE} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3000\r\n\r\ncsrf"
        connection.sendall((head + kind).encode())
        slow.append(connection)
    time.sleep(1)
    took = []
    for turn in range(3):
        began = time.monotonic()
        assert save(wire, fields, f"while-others-dawdle-{turn}")
        took.append(time.monotonic() - began)
    for each in slow:
        each.close()
    assert min(took) < 1, took


def test_thirty_stalled_downloads_stop_nobody(lasting):
    script = next((lasting.data / "static").glob("htmx.*.js")).name
    # More than the buffers between us take, of what costs the server nothing to make.
    asked = f"GET /static/{script} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 80
    assert Wire(lasting.port).get(f"/static/{script}").status == 200
    stalled = []
    for _ in range(30):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.connect(("127.0.0.1", lasting.port))
        connection.sendall(asked)
        stalled.append(connection)
    time.sleep(4)
    began = time.monotonic()
    assert Wire(lasting.port).get("/login").status == 200
    took = time.monotonic() - began
    for each in stalled:
        each.close()
    assert took < STALLED, f"{took:.2f} s"


def test_kill_9_loses_nothing_that_was_acknowledged(portal):
    """Saves run from four browsers, everything is killed, comes back, and every receipt holds."""
    wires = [leader(portal) for _ in range(4)]
    forms = [wire.get(PAGE).fields(PAGE) for wire in wires]
    acknowledged: list[str] = []
    sent: list[list[str]] = [[] for _ in wires]
    ending = threading.Event()

    def press(number: int) -> None:
        turn = 0
        while not ending.is_set():
            turn += 1
            key = f"browser-{number:03}-turn-{turn:05}"
            sent[number].append(key)
            try:
                if save(wires[number], forms[number], key):
                    acknowledged.append(key)
            except (OSError, Exception):
                time.sleep(0.02)

    for round_ in range(2):
        ending.clear()
        threads = [threading.Thread(target=press, args=(number,)) for number in range(len(wires))]
        for each in threads:
            each.start()
        time.sleep(1.5)
        for pid in portal.processes():
            os.kill(pid, signal.SIGKILL)
        ending.set()
        for each in threads:
            each.join()
        portal.wait_healthy(20)
        found = kept(portal)
        assert len(acknowledged) > 10 * (round_ + 1)
        assert {as_kept(key) for key in acknowledged} <= set(found), "an acknowledged save is gone"
        assert len(found) == len(set(found)), "a save is there twice"

    # Whoever got no answer sends the same form again: it is the same act.
    for wire, form, keys in zip(wires, forms, sent, strict=True):
        for key in keys[-5:]:
            assert save(wire, form, key)
    found = kept(portal)
    assert len(found) == len(set(found))
    assert {as_kept(key) for keys in sent for key in keys[-5:]} <= set(found)

"""A real portal in processes of its own, on loopback, and a client that speaks to it over the wire."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

from portal import create_app
from portal.cli.database import upgrade
from portal.config import Settings
from portal.extensions import db
from portal.kernel.clock import FixedClock
from portal.ledger.door import door
from portal.ledger.installation import Installation
from portal.transparency.publications.render import render_all
from tests.support.databases import NOW
from tests.support.html import Node, parse
from tests.support.world import World

ROOT = Path(__file__).resolve().parents[2]


def make_data(folder: Path) -> Path:
    """A data folder with the world in it, made by the migrations; its clock goes on from ``NOW``."""
    app = create_app(Settings(data=str(folder)), clock=FixedClock(NOW), synchronous="OFF")
    upgrade(app)
    World.build(app, app.clock)  # type: ignore[arg-type]
    with app.app_context():
        shift = NOW - datetime.now(UTC)
        with door() as session:
            session.add(Installation(made=NOW, shift_seconds=int(shift.total_seconds())))
        with db.engine.connect() as connection:
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[attr-defined]
        db.session.remove()
    render_all(app)
    with app.app_context():
        db.engine.dispose()
    return folder


class Portal:
    """``./kinerja run`` on a copy of a data folder."""

    def __init__(self, data: Path, *arguments: str, **environment: str) -> None:
        self.data = data
        command = [str(ROOT / "kinerja"), "run", "--port", "0", "--data", str(data), *arguments]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KINERJA_")}
        self.log = open(data.parent / f"{data.name}.log", "w+")  # noqa: SIM115 - closed by stop
        self.process = subprocess.Popen(
            [sys.executable, *command],
            env={**kept, **environment},
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.port = 0

    @classmethod
    @contextlib.contextmanager
    def on_copy_of(cls, data: Path, folder: Path, *arguments: str, **environment: str) -> Iterator[Portal]:
        """Run on a copy of ``data``, ended afterwards."""
        shutil.copytree(data, folder)
        portal = cls(folder, *arguments, **environment)
        try:
            portal.wait()
            yield portal
        finally:
            portal.stop()

    @property
    def said(self) -> str:
        """What was printed so far."""
        return Path(self.log.name).read_text()

    def wait(self, seconds: float = 60) -> None:
        """Wait until the address is announced."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = re.search(r"berjalan di http://[\w.:\[\]]+:(\d+)", self.said)
            if found:
                self.port = int(found[1])
                return
            assert self.process.poll() is None, self.said
            time.sleep(0.05)
        raise AssertionError(f"not ready after {seconds} s:\n{self.said}")

    def processes(self, words: str = "") -> list[int]:
        """The living processes below ``run`` whose command has ``words``."""
        children: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                if stat[0] != "Z":
                    children.setdefault(int(stat[1]), []).append(int(entry.name))
        found, waiting = [], [self.process.pid]
        while waiting:
            below = children.get(waiting.pop(), [])
            found += below
            waiting += below
        return [pid for pid in found if words in _command(pid)]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise AssertionError(f"did not end:\n{self.said}") from None
        finally:
            self.log.close()

    def is_healthy(self) -> bool:
        """Whether it answers."""
        try:
            return Wire(self.port).get("/healthz").status == 200
        except OSError:
            return False

    def wait_healthy(self, seconds: float) -> float:
        """Wait until it answers again; how long it took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if self.is_healthy():
                return time.monotonic() - began
            time.sleep(0.02)
        raise AssertionError(f"no answer for {seconds} s:\n{self.said}")


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""


class Answer:
    """An answer over the wire."""

    def __init__(self, status: int, headers: http.client.HTTPMessage, body: bytes, address: str) -> None:
        self.status, self.headers, self.body, self.address = status, headers, body, address

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    def fields(self, action: str) -> dict[str, str]:
        """What stands in the form that is sent to ``action`` (a part)."""
        form = next(n for n in parse(self.text)[0].all("form") if action in (n.get("action") or self.address))
        return dict(_fields(form))


def _fields(form: Node) -> Iterator[tuple[str, str]]:
    for node in form.all("input", "textarea"):
        if node.get("name") and node.get("type") not in ("radio", "checkbox", "file"):
            yield node["name"], node.get("value") if node.tag == "input" else node.raw_text.removeprefix("\n")


class Wire:
    """One visitor with cookies, over real connections."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.host, self.port = host, port
        self.cookies: dict[str, str] = {}

    def get(self, address: str, **headers: str) -> Answer:
        """Fetch an address."""
        return self.ask("GET", address, None, headers)

    def post(self, address: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send fields."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", address, urlencode(fields), {**kind, **headers})

    def ask(self, method: str, address: str, body: str | None, headers: dict[str, str]) -> Answer:
        """One request on a connection of its own; redirects are not followed."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.request(method, address, body, {**self.headers(), **headers})
            response = connection.getresponse()
            for line in response.headers.get_all("Set-Cookie", []):
                name, _, value = line.split(";")[0].partition("=")
                self.cookies[name] = value
            return Answer(response.status, response.headers, response.read(), address)
        finally:
            connection.close()

    def headers(self) -> dict[str, str]:
        """The headers of a signed-in browser."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookie} if cookie else {}

    def log_in(self, login: str, password: str) -> Wire:
        """Sign in through the page."""
        fields = self.get("/login").fields("/login")
        answer = self.post("/login", {**fields, "login": login, "password": password})
        assert answer.status == 303, answer.text
        return self

    def follow(self, answer: Answer) -> Answer:
        """Go where an answer leads."""
        place = urljoin(answer.address, answer.headers["Location"])
        return self.get(urlsplit(place)._replace(scheme="", netloc="").geturl())

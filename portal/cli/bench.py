"""`./kinerja bench`: what the portal costs on this machine, beside a bare Flask page in the same run.

Real processes on loopback, taken in turns so that a busy machine spoils all alike. Trust the CPU per
request and the ratios; the rates swing with whatever else runs (the load is made on the same cores).
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import secrets
import shutil
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlencode

import click

from portal.cli import app_of_command, bench_advice, bench_lists, bench_rules
from portal.cli.run import ROOT, environment_of, kinerja, server_command
from portal.config import Settings
from portal.people.accounts import passwords

TICKS = os.sysconf("SC_CLK_TCK")
WORKERS = 2


# --- the processes -------------------------------------------------------------------------------


class Server:
    """gunicorn as ``run`` starts it, serving ``target``."""

    def __init__(self, settings: Settings, target: str, health: str) -> None:
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        environment = {**environment_of(settings), "KINERJA_RATE_LIMITS": "off"}
        bind = f"fd://{self.listener.fileno()}"
        self.process = subprocess.Popen(
            server_command(settings, bind, target),
            env=environment,
            cwd=ROOT,
            pass_fds=[self.listener.fileno()],
            start_new_session=True,
        )
        self._wait(health)

    def _wait(self, address: str) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                if ask(self.port, "GET", address)[0] == 200 and len(self.workers) == WORKERS:
                    return
            time.sleep(0.1)
        raise click.ClickException("server tidak siap dalam semenit.")

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(word) for word in path.read_text().split()]

    def cpu(self) -> float:
        """CPU seconds that the workers have used so far."""
        used = 0
        for pid in self.workers:
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used += int(stat[11]) + int(stat[12])
        return used / TICKS

    def memory(self) -> float:
        """What the workers take of the memory, shared pages counted in parts (PSS), in MB."""
        total = 0
        for pid in self.workers:
            found = re.search(
                r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE
            )
            total += int(found[1]) if found else 0
        return total / 1024

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.listener.close()


# --- the load ------------------------------------------------------------------------------------


class Line:
    """One kept connection that sends ready-made requests."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def ask(self, request: bytes) -> tuple[int, int]:
        """Send and read to the end; status and bytes on the wire. One new try on a closed connection."""
        for attempt in (1, 2):
            if self.socket is None:
                self.socket = socket.create_connection(("127.0.0.1", self.port))
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self.socket.sendall(request)
                return self._read(self.socket)
            except OSError:
                self.close()
                if attempt == 2:
                    raise
        raise AssertionError

    def _read(self, connection: socket.socket) -> tuple[int, int]:
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                raise ConnectionResetError
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        wanted = int(length[1]) if length else 0
        size = len(body)
        while size < wanted:
            more = connection.recv(65536)
            if not more:
                raise ConnectionResetError
            size += len(more)
        if b"connection: close" in head.lower():
            self.close()
        return int(head[9:12]), len(head) + 4 + size

    def close(self) -> None:
        """Let go of the connection."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


@dataclass
class Part:
    """One thing that is measured: who sends what to which server, and what counts as done."""

    name: str
    server: Server
    clients: int
    request: Callable[[int], bytes]
    status: int = 200
    times: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    size: int = 0
    wrong: int = 0

    def run(self, seconds: float) -> None:
        """Send for a while, and note times, CPU and rate of this round."""
        before, began = self.server.cpu(), time.perf_counter()
        until = began + seconds
        found: list[list[float]] = [[] for _ in range(self.clients)]

        def send(number: int) -> None:
            line = Line(self.server.port)
            while time.perf_counter() < until:
                request = self.request(number)
                start = time.perf_counter()
                status, size = line.ask(request)
                found[number].append(time.perf_counter() - start)
                self.size = size
                self.wrong += status != self.status
            line.close()

        threads = [threading.Thread(target=send, args=(number,)) for number in range(self.clients)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        took = time.perf_counter() - began
        times = [each for part in found for each in part]
        if times:
            self.times += times
            self.costs.append((self.server.cpu() - before) / len(times) * 1000)
            self.rates.append(len(times) / took)

    def percentile(self, share: float) -> float:
        """That share of the answers came within so many milliseconds."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    @property
    def cost(self) -> float:
        """CPU milliseconds a request: the median of the rounds."""
        return statistics.median(self.costs)

    @property
    def rate(self) -> float:
        """Requests a second: the median of the rounds."""
        return statistics.median(self.rates)


def ask(
    port: int, method: str, address: str, fields: dict[str, str] | None = None, cookie: str = ""
) -> tuple[int, str, dict[str, str], str]:
    """One request outside the measurement: status, text, cookies set, place to go."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookie} if cookie else {}
    body = None
    if fields is not None:
        body, headers["Content-Type"] = urlencode(fields), "application/x-www-form-urlencoded"
    connection.request(method, address, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    cookies = dict(
        line.split(";")[0].split("=", 1) for line in answer.headers.get_all("Set-Cookie", []) if "=" in line
    )
    connection.close()
    return answer.status, text, cookies, answer.headers.get("Location", "")


def raw(method: str, address: str, fields: dict[str, str] | None = None, cookie: str = "") -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {address} HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: br, gzip"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    body = b""
    if fields is not None:
        body = urlencode(fields).encode()
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


# --- what is measured ------------------------------------------------------------------------------


def token_of(text: str) -> str:
    """The token against forged requests on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    if found is None:
        raise click.ClickException("halaman tanpa formulir; bench perlu data peraga yang lengkap.")
    return found[1]


def log_in(port: int, login: str, password: str) -> str:
    """Sign in; the cookie."""
    _status, text, cookies, _place = ask(port, "GET", "/login")
    (name, value), *_rest = cookies.items()
    fields = {"csrf_token": token_of(text), "login": login, "password": password}
    status, _text, cookies, _place = ask(port, "POST", "/login", fields, f"{name}={value}")
    if status != 303:
        raise click.ClickException(f"akun peraga {login} tidak dapat masuk.")
    return f"{name}={cookies[name]}"


def saves(server: Server, cookie: str) -> Callable[[int], bytes]:
    """Durable submissions of progress: each with its own key and its own words."""
    place = "/employee/progress"
    while True:
        _status, text, cookies, onward = ask(server.port, "GET", place, cookie=cookie)
        # The first page with a form puts the secret of its token into the cookie.
        cookie = next((f"{name}={value}" for name, value in cookies.items()), cookie)
        link = re.search(r'href="(/progress/[0-9a-z]{12}/entries/new)["?]', text)
        if link or not onward:
            break
        place = onward
    if link is None:
        raise click.ClickException(
            "akun peraga tidak dapat mencatat kemajuan; bench perlu data yang lengkap."
        )
    address = link[1]
    _status, text, _cookies, _place = ask(server.port, "GET", address, cookie=cookie)
    line = re.search(r'<option[^>]* value="([0-9a-z]{12})"', text)
    day = re.search(r'name="day"[^>]* value="([^"]+)"', text)
    if line is None or day is None:
        raise click.ClickException("formulir kemajuan tidak dikenal lagi oleh bench.")
    fields = {"csrf_token": token_of(text), "line_ref": line[1], "day": day[1], "amount": "", "link": ""}

    def request(_number: int) -> bytes:
        words = {
            "text": f"Menyusun laporan harian {secrets.token_hex(4)}.",
            "once": secrets.token_urlsafe(18),
        }
        return raw("POST", address, {**fields, **words}, cookie)

    return request


def sign_ins(server: Server, login: str, password: str) -> Callable[[int], bytes]:
    """Sign-ins by password, each from a browser that was at the sign-in page."""
    _status, text, cookies, _place = ask(server.port, "GET", "/login")
    (name, value), *_rest = cookies.items()
    fields = {"csrf_token": token_of(text), "login": login, "password": password}
    ready = raw("POST", "/login", fields, f"{name}={value}")
    return lambda _number: ready


def argon2_cost(seconds: float) -> float:
    """CPU milliseconds of one bare verification, in this process alone."""
    kept = passwords.make("sawah hijau pagi")
    count, began, used = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - began < seconds:
        passwords.fits(kept, "sawah hijau pagi")
        count += 1
    return (time.process_time() - used) / count * 1000


def public_address(folder: Path) -> str:
    """A region's published page."""
    root = folder / "public" / "current"
    pages = [path.parent for path in root.glob("*/index.html") if path.parent.name != "en"]
    regions = [page for page in pages if any(page.glob("*/index.html"))]
    if not regions:
        raise click.ClickException("belum ada halaman publik; bench perlu data peraga yang lengkap.")
    largest = max(regions, key=lambda page: (page / "index.html").stat().st_size)
    return f"/{largest.name}/"


@contextlib.contextmanager
def prepared(source: Path | None, people: int, settings: Settings) -> Iterator[Settings]:
    """Settings on a folder of its own with demo data: a copy of ``source``, or made for this run."""
    with tempfile.TemporaryDirectory(prefix="kinerja-bench-") as name:
        folder = Path(name) / "data"
        chosen = replace(settings, data=str(folder), workers=WORKERS, rate_limits=False)
        if source is not None:
            shutil.copytree(source, folder, symlinks=True, ignore=shutil.ignore_patterns("run.lock"))
        else:
            click.echo(f"Membuat data peraga dengan {people} pegawai …")
            environment = {**os.environ, "PYTHONPATH": str(ROOT), "KINERJA_DATA": str(folder)}
            environment["KINERJA_DEMO_PEOPLE"] = str(people)
            subprocess.run(
                [*kinerja(), "fill"], env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL
            )
        from portal import create_app
        from portal.transparency.publications.render import render_all

        render_all(create_app(chosen))
        yield chosen


@click.command("bench")
@click.option("--quick", is_flag=True, help="Lebih singkat dan kasar: data kecil, putaran pendek.")
@click.option("--rounds", type=click.IntRange(1, 50), help="Banyak putaran (bawaan 5; dengan --quick 2).")
@click.option("--seconds", type=click.FloatRange(0.2, 60), help="Lama tiap bagian dalam satu putaran.")
@click.option(
    "--from", "source", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder data peraga yang disalin, alih-alih membuat yang baru.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Untuk dibaca program.")
@click.option("--rules", is_flag=True, help="Ukur aturan penilaian saja, tanpa basis data.")
@click.option(
    "--advice", is_flag=True,
    help="Ukur hitung ulang usulan satu periode; banyaknya pegawai menurut --people (bawaan 1000,10000,100000).",
)  # fmt: skip
@click.option("--people", help="Ukur daftar-daftar dengan sebanyak ini pegawai, misalnya 1000,10000,100000.")
def bench_command(
    quick: bool,
    rounds: int | None,
    seconds: float | None,
    source: Path | None,
    as_json: bool,
    rules: bool,
    advice: bool,
    people: str | None,
) -> None:
    """Mengukur kecepatan di komputer ini dan membandingkannya dengan batasnya."""
    if rules:
        bench_rules.run(rounds or 15, as_json=as_json)
        return
    if advice:
        sizes = bench_lists.sizes(people or "1000,10000,100000")
        bench_advice.run(sizes, rounds=rounds or 3, as_json=as_json)
        return
    if people is not None:
        bench_lists.run(bench_lists.sizes(people), rounds=rounds or 15, as_json=as_json)
        return
    rounds, seconds = rounds or (2 if quick else 5), seconds or (0.7 if quick else 2.0)
    settings = app_of_command().settings
    with prepared(source, 60 if quick else settings.demo_people, settings) as chosen:
        offered = json.loads(
            subprocess.run(
                [*kinerja(), "demo", "accounts", "--json"],
                env={**os.environ, "PYTHONPATH": str(ROOT), "KINERJA_DATA": str(chosen.folder)},
                cwd=ROOT, check=True, capture_output=True, text=True,
            ).stdout
        )  # fmt: skip
        hello = Server(chosen, "portal.cli.hello:app", "/")
        portal = Server(chosen, "wsgi:app", "/healthz")
        try:
            result = measure(hello, portal, chosen, offered, rounds, seconds)
        finally:
            hello.stop()
            portal.stop()
    if as_json:
        click.echo(json.dumps(result, indent=2))
        return
    show(result)


def measure(
    hello: Server,
    portal: Server,
    settings: Settings,
    offered: Sequence[dict[str, str]],
    rounds: int,
    seconds: float,
) -> dict[str, object]:
    """Everything in turns, as figures."""
    rater = next(each for each in offered if "rater" in each["area"])
    cookie = log_in(portal.port, rater["login"], rater["password"])
    public = raw("GET", public_address(settings.folder))
    desk = raw("GET", "/rater/plans", cookie=cookie)
    bare = raw("GET", "/")
    employee = next(each for each in offered if each["area"] == "employee" and "mencatat" in each["what"])
    save = saves(portal, log_in(portal.port, employee["login"], employee["password"]))
    parts = {
        "hello": Part("Flask kosong (hello)", hello, 16, lambda _n: bare),
        "public": Part("halaman publik", portal, 16, lambda _n: public),
        "list": Part("daftar penilai", portal, 4, lambda _n: desk),
        "save_1": Part("simpan, 1 pengirim", portal, 1, save, 303),
        "save_32": Part("simpan, 32 pengirim", portal, 32, save, 303),
        "sign_in": Part(
            "masuk dengan kata sandi", portal, 2, sign_ins(portal, rater["login"], rater["password"]), 303
        ),
    }
    for part in parts.values():  # warm: templates compiled, statements prepared, pages read
        part.run(min(seconds, 0.5))
        part.times, part.costs, part.rates, part.wrong = [], [], [], 0
    verify = []
    for number in range(rounds):
        for part in parts.values():
            part.run(seconds)
        verify.append(argon2_cost(min(seconds, 0.5)))
        click.echo(f"putaran {number + 1} dari {rounds}", err=True)
    base = parts["hello"].cost
    rows = {
        key: {
            "name": part.name,
            "requests": len(part.times),
            "rate": round(part.rate, 1),
            "p50_ms": round(part.percentile(0.5), 2),
            "p99_ms": round(part.percentile(0.99), 2),
            "cpu_ms": round(part.cost, 3),
            "hello_ratio": round(base / part.cost, 3) if part.cost else None,
            "bytes": part.size,
            "wrong": part.wrong,
        }
        for key, part in parts.items()
    }
    argon2 = statistics.median(verify)
    return {
        "parts": rows,
        "argon2_ms": round(argon2, 2),
        "sign_in_ratio": round(parts["sign_in"].cost / argon2, 2),
        "memory_mb": round(portal.memory(), 1),
        "hello_memory_mb": round(hello.memory(), 1),
        "rounds": rounds,
        "seconds": seconds,
    }


def show(result: dict[str, object]) -> None:
    """The figures as a table, then each limit with what was reached."""
    rows: dict[str, dict[str, float]] = result["parts"]  # type: ignore[assignment]
    click.echo(
        f"\n{'':26}{'per detik':>10}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}{'hello/ini':>11}{'bita':>8}"
    )
    for row in rows.values():
        wrong = f"  {row['wrong']} jawaban salah" if row["wrong"] else ""
        click.echo(
            f"{row['name']:26}{row['rate']:>10}{row['p50_ms']:>9}{row['p99_ms']:>9}{row['cpu_ms']:>9}"
            f"{row['hello_ratio']:>11}{row['bytes']:>8}{wrong}"
        )
    click.echo(
        f"\nargon2 saja: {result['argon2_ms']} ms CPU; dua proses server: {result['memory_mb']} MB (PSS)\n"
    )
    ratio = {key: row["hello_ratio"] for key, row in rows.items()}
    limits = [
        ("halaman publik / hello menurut CPU", ratio["public"], 1.4, 0.9, True),
        ("bita halaman publik dengan kepala jawaban", rows["public"]["bytes"], 14000, 14336, False),
        ("simpan / hello menurut CPU", ratio["save_1"], 0.12, 0.06, True),
        ("p99 simpan dengan 32 pengirim, ms", rows["save_32"]["p99_ms"], 250, 1000, False),
        ("masuk / argon2 saja menurut CPU", result["sign_in_ratio"], 1.3, 2, False),
        ("memori dua proses, MB PSS", result["memory_mb"], 130, 200, False),
    ]
    for name, reached, aim, must, more in limits:
        ok = [(reached >= bound if more else reached <= bound) for bound in (aim, must)]  # type: ignore[operator]
        verdict = "mencapai sasaran" if ok[0] else "memenuhi batas" if ok[1] else "DI LUAR BATAS"
        sign = "≥" if more else "≤"
        click.echo(f"{verdict:18}{name}: {reached} (sasaran {sign} {aim}, batas {sign} {must})")

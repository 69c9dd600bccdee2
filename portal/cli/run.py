"""`./kinerja run`: prepare what is missing, then serve until Ctrl-C."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import http.client
import os
import shutil
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NoReturn

import click
from sqlalchemy import inspect, select

from portal.cli import app_of_command
from portal.cli.database import upgrade
from portal.cli.supervisor import Part, Supervisor, end_with_parent
from portal.config import Settings
from portal.extensions import db
from portal.ledger.actor import SYSTEM
from portal.ledger.door import door
from portal.ledger.installation import Installation
from portal.people.organisation.models import Region
from portal.policy.policies import actions as policies
from portal.web.current import App

ROOT = Path(__file__).resolve().parents[2]
GRACEFUL_SECONDS = 5
KEEP_ALIVE_SECONDS = 10


def say(text: str) -> None:
    """Print a line at once."""
    click.echo(text)
    sys.stdout.flush()


class Failure(click.ClickException):
    """A reason to end, told in words."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"Gagal: {self.message}", err=True)


def fail(text: str) -> NoReturn:
    """End with a reason in words."""
    raise Failure(text)


@click.command("run")
@click.option("--host", default="127.0.0.1", show_default=True, help="Alamat yang didengarkan.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 memilih yang bebas."
)
@click.option("--data", help="Folder basis data dan berkas (bawaan: ./data).")
def run_command(host: str, port: int, data: str | None) -> None:
    """Menyiapkan semuanya, mengisi data peragaan bila kosong, lalu menjalankan portal."""
    app = app_of_command()
    settings = app.settings
    with alone(settings.folder), bound(host, port) as listener:
        if not settings.rate_limits:
            say("=" * 78)
            say("PERINGATAN: KINERJA_RATE_LIMITS=off. Tebakan kata sandi tidak dibatasi.")
            say("Pakai ini hanya untuk uji beban, jangan pernah untuk pengguna sungguhan.")
            say("=" * 78)
        app = prepare(app)
        address = _address(host, listener.getsockname()[1])
        words = announcement(app, address)
        with app.app_context():
            db.engine.dispose()
        status = Supervisor(parts(settings, listener), say).run(
            is_ready=lambda: is_healthy(host, listener.getsockname()[1]), when_ready=lambda: say(words)
        )
    raise SystemExit(status)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the data folder: two portals on one folder would each prepare and tidy it."""
    with open(folder / "run.lock", "w") as guard:
        try:
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            fail(
                f"portal lain sudah berjalan dengan folder data {folder}. Hentikan dahulu, atau pakai --data."
            )
        yield


@contextlib.contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """A socket bound to the address, so that a taken port is told before any work is done."""
    try:
        family, _kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        fail(f"alamat {host} tidak dikenal. Contoh: --host 127.0.0.1 atau --host 0.0.0.0.")
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                fail(
                    f"port {port} di {host} sudah dipakai program lain. "
                    "Pilih yang lain dengan --port, atau --port 0 untuk yang bebas."
                )
            if error.errno == errno.EACCES:
                fail(f"port {port} tidak boleh dipakai tanpa hak khusus. Pilih port di atas 1023.")
            fail(f"alamat {host}:{port} tidak dapat dipakai: {error.strerror}.")
        yield listener


# --- preparing -----------------------------------------------------------------------------------


def prepare(app: App) -> App:
    """Bring the database to the present form, fill it when it is empty, make the public pages; the app."""
    from portal import create_app

    started = time.monotonic()
    if is_empty(app):
        fill(app)
        app = create_app(app.settings)
    elif upgrade(app):
        say("Basis data disesuaikan dengan versi ini.")
    with app.app_context(), door():
        policies.load_files(by=SYSTEM, at=app.clock.now())
    from portal.transparency.publications.render import render_all

    render_all(app)
    say(f"Siap dalam {time.monotonic() - started:.1f} detik.")
    return app


def is_empty(app: App) -> bool:
    """Whether nobody lives in the database: no tables yet, or neither a mark nor a region."""
    with app.app_context():
        if not inspect(db.engine).has_table(Installation.__tablename__):
            return True
        found = db.session.scalar(select(Installation.id)) or db.session.scalar(select(Region.id).limit(1))
        db.session.rollback()
        return found is None


def fill(app: App) -> None:
    """Fill an empty database with demo data.

    On SQLite it is made in a file beside and takes its place when it is whole: whoever stops the first
    start finds nothing half-made at the second.
    """
    settings = app.settings
    say(f"Basis data kosong: membuat data peragaan dengan {settings.demo_people} pegawai …")
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    draft = settings.folder / "kinerja.db.baru"
    on_sqlite = not settings.database_url
    if on_sqlite:
        _remove(draft)
        environment["KINERJA_DATABASE_URL"] = f"sqlite:///{draft}"
    done = subprocess.run(
        [*kinerja(), "fill"],
        env=environment,
        cwd=ROOT,
        preexec_fn=end_with_parent,
    )
    if done.returncode:
        fail("data peragaan tidak selesai dibuat; sebabnya tertulis di atas.")
    if on_sqlite:
        _remove(settings.folder / "kinerja.db")
        with open(draft, "rb") as file:
            os.fsync(file.fileno())
        os.replace(draft, settings.folder / "kinerja.db")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


@click.command("fill", hidden=True)
def fill_command() -> None:
    """Mengisi basis data kosong dengan data peragaan (langkah dari `run`)."""
    from portal import create_app
    from portal.demo import play

    app = app_of_command()
    if not is_empty(app):
        fail("basis data ini sudah berisi.")
    upgrade(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    # The demo loads the policies itself, on the day its first year begins.
    # Nothing is lost by haste: a demo that breaks off is thrown away and made anew.
    hasty = create_app(app.settings, synchronous="OFF")
    with hasty.app_context():
        play.make(people_wanted=app.settings.demo_people, say=say)


# --- serving -------------------------------------------------------------------------------------


def parts(settings: Settings, listener: socket.socket) -> list[Part]:
    """The server and the worker as programs."""
    environment = environment_of(settings)
    return [
        Part(
            "Server", server_command(settings, f"fd://{listener.fileno()}"), environment, [listener.fileno()]
        ),
        Part("Pekerja latar", [*kinerja(), "worker"], environment),
    ]


def environment_of(settings: Settings) -> dict[str, str]:
    """What the programs are told: where the data lie, and to give memory back.

    The C library keeps a pool of memory for each of many threads, and keeps the 19 MB of every password
    check; told so, two server processes take half as much (``./kinerja bench``).
    """
    kept = {name: value for name, value in os.environ.items() if name != "GUNICORN_CMD_ARGS"}
    frugal = {
        "MALLOC_ARENA_MAX": "1",
        "MALLOC_MMAP_THRESHOLD_": str(1024 * 1024),
        "MALLOC_TRIM_THRESHOLD_": str(256 * 1024),
    }
    return {**frugal, **kept, "PYTHONPATH": str(ROOT), "KINERJA_DATA": str(settings.folder)}


def server_command(settings: Settings, bind: str, target: str = "wsgi:app") -> list[str]:
    """The command that starts gunicorn as ``run`` and ``bench`` use it; it writes nothing but its errors."""
    memory = "/dev/shm"
    return [
        *(sys.executable, "-P", "-m", "gunicorn", target, "--chdir", str(ROOT)),
        *("--bind", bind, "--worker-class", "gthread", "--no-control-socket", "--preload"),
        *("--workers", str(settings.workers), "--threads", str(settings.threads)),
        *("--graceful-timeout", str(GRACEFUL_SECONDS), "--keep-alive", str(KEEP_ALIVE_SECONDS)),
        # Who came from where is decided by our own middleware and nobody else (trust, promise 6).
        *("--forwarded-allow-ips", "", "--forwarder-headers", ""),
        *("--log-level", "warning"),
        # The heartbeat is a file that is touched: on a disk it could wait behind everything else.
        *(("--worker-tmp-dir", memory) if os.access(memory, os.W_OK) else ()),
    ]


def kinerja() -> list[str]:
    """The words that start one of these commands in a process of its own."""
    return [sys.executable, "-P", "-m", "flask", "--app", str(ROOT / "wsgi.py")]


def is_healthy(host: str, port: int) -> bool:
    """Whether the portal answers."""
    connection = http.client.HTTPConnection(_reachable(host), port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)


def _address(host: str, port: int) -> str:
    name = _reachable(host)
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def announcement(app: App, address: str) -> str:
    """What is printed when the portal answers: its address, and the demo's accounts."""
    lines = ["", f"Kinerja Terbuka berjalan di {address}", ""]
    if app.demo:
        with app.app_context():
            offered = app.offered_accounts()
            db.session.remove()
        lines += [f"Data peragaan. Masuk di {address}/login dengan salah satu akun ini.", ""]
        lines += accounts_in_words(offered, min(shutil.get_terminal_size((96, 24)).columns, 110))
        lines.append("")
    lines.append("Berhenti dengan Ctrl-C.")
    return "\n".join(lines)


def accounts_in_words(offered: list[dict[str, Any]], width: int) -> list[str]:
    """Each account with its login and what it is good for; a password that all share stands once."""
    passwords = {str(each.get("password", "")) for each in offered}
    lines = [f"  Kata sandi semua akun: {passwords.pop()}", ""] if len(passwords) == 1 else []
    size = max((len(str(each.get("login", ""))) for each in offered), default=0)
    for each in offered:
        own = f" (kata sandi: {each.get('password', '')})" if len(passwords) > 0 else ""
        lines.append(f"  {str(each.get('login', '')).ljust(size)}  {each.get('name', '')}{own}")
        margin = " " * (size + 4)
        lines += textwrap.wrap(
            str(each.get("what", "")), width, initial_indent=margin, subsequent_indent=margin
        )
    return lines

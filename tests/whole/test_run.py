"""``run``: says where it is, keeps its parts running, ends all of them, refuses in words (issue 2, 1)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal import create_app
from portal.config import Settings
from tests.support.server import ROOT, Portal, Wire
from tests.support.world import PASSWORD


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run(
        [sys.executable, str(ROOT / "kinerja"), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(what, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it didn't come about"
        time.sleep(0.05)


def test_serves_and_ends_without_leaving_a_process_or_a_file(data, tmp_path):
    """It writes into its folder only: nothing in the home folder, nothing beside the code."""
    home = tmp_path / "home"
    home.mkdir()
    with Portal.on_copy_of(data, tmp_path / "data", HOME=str(home)) as portal:
        assert Wire(portal.port).get("/healthz").body == b"ok\n"
        assert Wire(portal.port).log_in("rina@contoh.go.id", PASSWORD).get("/employee").status == 200
        below = portal.processes()
        assert len(portal.processes("gunicorn")) == 3 and len(portal.processes("wsgi.py worker")) == 1
        assert portal.stop(signal.SIGINT) == 0
        assert [pid for pid in below if lives(pid)] == []
        assert list(home.rglob("*")) == []


def test_parts_that_die_are_started_again(portal):
    worker = portal.processes("wsgi.py worker")
    os.kill(worker[0], signal.SIGKILL)
    wait_until(lambda: (now := portal.processes("wsgi.py worker")) and now != worker)
    assert "Pekerja latar berhenti dan dijalankan lagi." in portal.said
    servers = portal.processes("gunicorn")
    for pid in servers:
        os.kill(pid, signal.SIGKILL)
    portal.wait_healthy(20)
    assert not set(servers) & set(portal.processes("gunicorn"))


def test_nothing_is_left_when_it_is_killed_itself(portal):
    below = portal.processes()
    os.kill(portal.process.pid, signal.SIGKILL)
    wait_until(lambda: not [pid for pid in below if lives(pid)])


def test_a_taken_port_is_told_in_words(lasting, tmp_path):
    done = run("run", "--port", str(lasting.port), "--data", str(tmp_path / "other"))
    assert done.returncode == 1
    assert f"port {lasting.port} di 127.0.0.1 sudah dipakai" in done.stderr
    assert "Traceback" not in done.stderr


def test_two_on_one_folder_are_refused(lasting):
    done = run("run", "--port", "0", "--data", str(lasting.data))
    assert done.returncode == 1 and "portal lain sudah berjalan" in done.stderr


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--port", "70000"], "70000"),
        (["--port", "x"], "x"),
        (["--host", "tidak.ada.invalid", "--port", "0"], "tidak dikenal"),
        (["--host", "203.0.113.7", "--port", "0"], "tidak dapat dipakai"),
    ],
)
def test_addresses_that_will_not_do(tmp_path, arguments, words):
    """Inside this process: a new one takes four seconds before it says anything."""
    app = create_app(Settings(data=str(tmp_path / "d")))
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["run", *arguments])
    assert done.exit_code != 0 and words in done.output and isinstance(done.exception, SystemExit)


def test_a_setting_that_will_not_do(tmp_path):
    done = run("settings", KINERJA_THREADS="many", KINERJA_DATA=str(tmp_path))
    assert done.returncode == 1
    assert "KINERJA_THREADS=many" in done.stderr and "Traceback" not in done.stderr


def test_settings_show_no_secret(tmp_path):
    address = "postgresql://portal:sangatrahasia@localhost/none"
    done = run("settings", KINERJA_DATA=str(tmp_path), KINERJA_UPLOAD_MB="7")
    secret = (tmp_path / "secret").read_text().strip()
    assert "KINERJA_UPLOAD_MB=7" in done.stdout and secret not in done.stdout
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    from portal.cli.settings import shown

    assert "sangatrahasia" not in shown(address) and "localhost" in shown(address)


def test_lifted_limits_are_said_loudly_and_the_address_may_be_ipv6(data, tmp_path):
    six = socket.has_ipv6 and Path("/proc/net/if_inet6").exists()
    host, shown = ("::1", "[::1]") if six else ("127.0.0.1", "127.0.0.1")
    with Portal.on_copy_of(data, tmp_path / "data", "--host", host, KINERJA_RATE_LIMITS="off") as portal:
        assert "PERINGATAN: KINERJA_RATE_LIMITS=off" in portal.said
        assert f"http://{shown}:" in portal.said
        assert Wire(portal.port, host).get("/login").status == 200

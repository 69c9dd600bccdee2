"""A throwaway PostgreSQL server for tests: a Unix socket only, no port, no durability, gone afterwards.

    with ThrowawayPostgres() as server:
        url = server.create_database("plain")
        copy = server.create_database("copy", template="plain")

initdb refuses to work as root, so root runs the server as the system user `postgres`. A small watcher
process stops the server and removes its folder when this process ends, even when it is killed. The
top of this module needs the standard library only: `./kinerja` asks it what the machine lacks.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg

OLDEST_MAJOR = 13
MISSING = (
    f"PostgreSQL {OLDEST_MAJOR} atau yang lebih baru tidak ditemukan (initdb, pg_ctl). "
    "Pasang paket postgresql, atau jalankan ./kinerja test."
)

# Nothing here outlives the test run, so nothing has to survive a power cut.
SERVER_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
unix_socket_permissions = 0700
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_connections = 200
shared_buffers = 64MB
autovacuum = off
jit = off
max_parallel_workers_per_gather = 0
timezone = 'UTC'
log_min_messages = warning
"""


class PostgresUnavailable(RuntimeError):
    """The machine lacks the server's programs, or the server did not start; the text says which."""


def find_binaries() -> Path | None:
    """The folder with initdb and pg_ctl of the newest server from 13 on, or None."""
    candidates = list(Path("/usr/lib/postgresql").glob("*/bin"))
    on_path = shutil.which("initdb")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    usable = [
        (major, folder)
        for folder in candidates
        if (folder / "pg_ctl").exists() and (major := _major_version(folder)) >= OLDEST_MAJOR
    ]
    return max(usable)[1] if usable else None


def require_binaries() -> Path:
    """Like `find_binaries`, but raises PostgresUnavailable: tests fail then, they are not skipped."""
    folder = find_binaries()
    if folder is None:
        raise PostgresUnavailable(MISSING)
    return folder


@cache
def _major_version(folder: Path) -> int:
    try:
        done = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"(\d+)", done.stdout)
    return int(found[1]) if found else 0


class ThrowawayPostgres:
    """One server in a temporary folder. `start` and `stop` may be called instead of using `with`."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self._watcher: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> ThrowawayPostgres:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> str:
        """Start the server and return the address of its database `postgres`."""
        programs = require_binaries()
        # Directly under /tmp: a socket's path may have 107 bytes, and TMPDIR can be long.
        self.folder = Path(tempfile.mkdtemp(prefix="kt-pg-", dir="/tmp"))
        if os.geteuid() == 0:
            try:
                owner = pwd.getpwnam("postgres")
            except KeyError as missing:
                self.folder.rmdir()
                raise PostgresUnavailable("Pengguna sistem postgres tidak ada.") from missing
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._watcher = subprocess.Popen(
            [sys.executable, __file__, str(programs), str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._initialise(programs)
        except BaseException:
            self.stop()
            raise
        return self.url("postgres")

    def _initialise(self, programs: Path) -> None:
        assert self.folder is not None
        data, log = self.folder / "data", self.folder / "log"
        options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"]
        _run([programs / "initdb", "-D", data, *options], self.folder)
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(SERVER_SETTINGS.format(folder=self.folder))
        _run([programs / "pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "start"], self.folder, log)

    def stop(self) -> None:
        """Stop the server and remove its folder. Does nothing when it is already stopped."""
        watcher, self._watcher, self.folder = self._watcher, None, None
        if watcher is None:
            return
        assert watcher.stdin is not None
        watcher.stdin.close()
        watcher.wait(timeout=60)

    def url(self, database: str) -> str:
        """The SQLAlchemy address of one database of this server."""
        if self.folder is None:
            raise PostgresUnavailable("Server PostgreSQL belum dijalankan.")
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create_database(self, name: str, template: str = "template0") -> str:
        """Create a database, as a copy of `template` where one is named, and return its address.

        Nobody may be connected to the template meanwhile: dispose of engines on it first.
        """
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database and whatever is still connected to it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection of the driver's own; every statement is a transaction."""
        import psycopg  # here, so that the door can use this module before anything is installed

        return psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True)

    def _execute(self, statement: str, *names: str) -> None:
        from psycopg import sql

        with self.connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]


def _run(command: list[str | Path], folder: Path, log: Path | None = None) -> None:
    """Run one of the server's programs as a user that it accepts; say what it said when it fails."""
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    # A file and not a pipe: the server would keep a pipe open, and reading it would never end.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [*as_user, *map(str, command)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "LC_ALL": "C"},
        )
        if done.returncode:
            output.seek(0)
            said = output.read().decode(errors="replace")
            if log is not None and log.exists():
                said += log.read_text(errors="replace")
            raise PostgresUnavailable(f"{command[0]} gagal ({done.returncode}):\n{said}")


def _watch(programs: Path, folder: Path) -> None:
    """Wait until the process that started this one closes the pipe or dies, then clear up."""
    sys.stdin.buffer.read()
    data = folder / "data"
    if (data / "postmaster.pid").exists():
        try:
            _run([programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "-t", "30", "stop"], folder)
        except PostgresUnavailable as failure:
            print(failure, file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _watch(Path(sys.argv[1]), Path(sys.argv[2]))

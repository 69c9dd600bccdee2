"""What the commands of this part say, and how they end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import OperationalError

from portal.cli.run import fail, say
from portal.config import BadSetting, Settings

__all__ = ["fail", "plain_faults", "say", "settings_of", "size_in_words"]


def settings_of(data: str | None) -> Settings:
    """The settings from the environment, with ``--data`` before them; children see the same folder."""
    if data is not None:
        os.environ["KINERJA_DATA"] = str(Path(data).absolute())
    try:
        return Settings.from_environment()
    except BadSetting as problem:
        fail(str(problem))


@contextmanager
def plain_faults(settings: Settings) -> Iterator[None]:
    """Say in words that the database can't be reached, without its password and without a traceback."""
    try:
        yield
    except BadSetting as problem:
        fail(str(problem))
    except OperationalError as problem:
        which = "PostgreSQL (KINERJA_DATABASE_URL)" if settings.database_url else "SQLite"
        lines = [line.strip() for line in str(problem.orig).splitlines() if line.strip()]
        fail(f"basis data {which} tidak dapat dihubungi: {lines[0] if lines else 'tanpa keterangan'}")
    except PermissionError as problem:
        fail(f"tidak diizinkan: {problem.filename}. Jalankan sebagai pengguna yang memiliki folder data.")


def size_in_words(size: int) -> str:
    """A size as people read it."""
    if size < 1024**2:
        return f"{size / 1024:.0f} KB"
    return f"{size / 1024**2:.1f} MB".replace(".", ",")

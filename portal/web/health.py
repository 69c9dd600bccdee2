"""Signs of life that lie as files in the data folder: the worker's last beat, the last backup, the disk.

Files and not rows: they are written when the database can't be, and by commands that only read it.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

BEAT = "worker.beat"
BEAT_SECONDS = 10
SILENT_AFTER = timedelta(minutes=2)
"""A job may take a while; a worker that says nothing for so long is looked after."""
LAST_BACKUP = "backup.json"
BACKUP_AFTER = timedelta(hours=26)
"""The timer makes one a day; two hours are for a slow one."""
SCARCE = 0.10
"""The share of the disk below which free space is scarce."""


@dataclass(frozen=True)
class Backup:
    """What is remembered of the last backup that was made and checked."""

    at: str
    file: str
    size: int
    rows: int
    files: int

    @property
    def made(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.at)


def last_beat(folder: Path) -> datetime | None:
    """When the worker last said that it runs, by the machine's clock."""
    try:
        return datetime.fromtimestamp((folder / BEAT).stat().st_mtime, UTC)
    except OSError:
        return None


def remember_backup(folder: Path, backup: Backup) -> None:
    """Leave word of a backup that was made."""
    draft = folder / f"{LAST_BACKUP}.baru"
    draft.write_text(json.dumps(asdict(backup)))
    os.replace(draft, folder / LAST_BACKUP)


def last_backup(folder: Path) -> Backup | None:
    """The last backup of this data folder, or ``None``."""
    try:
        return Backup(**json.loads((folder / LAST_BACKUP).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def disk(folder: Path) -> tuple[int, int]:
    """Free and all bytes of the disk under ``folder``."""
    found = shutil.disk_usage(folder)
    return found.free, found.total


def newest_migration(folder: Path) -> str:
    """The number of the program's newest migration, from the files' names."""
    return max((path.name.partition("_")[0] for path in folder.glob("[0-9]*_*.py")), default="")

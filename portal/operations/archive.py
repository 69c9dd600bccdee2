"""`./kinerja backup` and `restore`: everything of an installation in one checked file, and back (trust 9).

The file is a tar: the database, the secret, uploaded files, the coat of arms, and last ``manifest.json`` with
counts and hashes of all of it. It holds personal data and the secret, so only its owner may read it.
Rendered pages and logs aren't in it; they are made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from portal.cli.run import alone
from portal.config import Settings
from portal.operations import databases
from portal.operations.databases import POSTGRES, SQLITE, Facts
from portal.operations.words import fail
from portal.web import health

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = {SQLITE: "kinerja.db", POSTGRES: "kinerja.dump"}
SECRET = "secret"
FILES = "files"
EXTRAS = ("lambang-negara.svg", "lambang-negara.png")
KEPT_ASIDE = (
    "kinerja.db",
    "kinerja.db-wal",
    "kinerja.db-shm",
    SECRET,
    FILES,
    "public",
    *EXTRAS,
    health.LAST_BACKUP,
)
CHUNK = 1024 * 1024
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"
PREFIX = "kinerja-"


@dataclass(frozen=True)
class Manifest:
    """What a backup says that it holds."""

    format: int
    made: str
    database: str
    migration: str
    tables: dict[str, int]
    datasets: dict[str, str]
    members: dict[str, str] = field(default_factory=dict)
    """SHA-256 of every other member."""
    faults: list[str] = field(default_factory=list)
    """What was wrong already when the backup was made."""

    @property
    def rows(self) -> int:
        """All rows together."""
        return sum(self.tables.values())

    @property
    def files(self) -> int:
        """How many uploaded files there are."""
        return sum(name.startswith(f"{FILES}/") for name in self.members)


# --- backup --------------------------------------------------------------------------------------


def backup(settings: Settings, target: Path) -> Manifest:
    """Write a backup while the portal runs, read it again, and compare; what it holds.

    Ends in words, and leaves nothing behind, when it can't be made or doesn't read as it was written.
    """
    at = datetime.now(UTC)
    if not settings.secret_path.is_file():
        fail(f"berkas rahasia {settings.secret_path} tidak ada; tanpa itu cadangan tidak dapat dipakai.")
    if target.exists():
        fail(f"{target} sudah ada. Cadangan tidak menimpa berkas.")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".kinerja-", dir=target.parent) as inside:
        draft = Path(inside) / "cadangan.tar"
        manifest = _write(settings, Path(inside), draft, at)
        _compare_with(manifest, draft)
        with open(draft, "rb") as file:
            os.fsync(file.fileno())
        os.replace(draft, target)
    size = target.stat().st_size
    health.remember_backup(
        settings.folder,
        health.Backup(manifest.made, target.name, size, manifest.rows, manifest.files),
    )
    return manifest


def _write(settings: Settings, folder: Path, draft: Path, at: datetime) -> Manifest:
    kind = databases.kind_of(settings)
    copy = folder / DATABASE[kind]
    # The database first: every file that its rows name is there before they are.
    found = databases.snapshot(settings, copy)
    members: dict[str, str] = {}
    faults = [f"publikasi {ref}: sidik dataset tidak cocok" for ref in found.wrong_datasets]
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(handle, "wb") as raw,
        tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        members[copy.name] = _add(tar, copy, copy.name)
        copy.unlink()
        members[SECRET] = _add(tar, settings.secret_path, SECRET)
        for name in EXTRAS:
            if (settings.folder / name).is_file():
                members[name] = _add(tar, settings.folder / name, name)
        for path in _uploaded(settings.files_folder):
            name = f"{FILES}/{path.relative_to(settings.files_folder).as_posix()}"
            try:
                members[name] = _add(tar, path, name)
            except FileNotFoundError:
                continue  # swept meanwhile; one that a row names is missed below
            if path.name in found.stored and members[name] != path.name:
                faults.append(f"{name}: isinya tidak sesuai sidiknya")
        there = {name.rpartition("/")[2] for name in members if name.startswith(f"{FILES}/")}
        faults += [
            f"{FILES}/{digest[:2]}/{digest}: tidak ada" for digest in sorted(set(found.stored) - there)
        ]
        manifest = Manifest(
            FORMAT, at.isoformat(timespec="seconds"), kind, found.migration, found.tables, found.datasets,
            members, faults,
        )  # fmt: skip
        text = json.dumps(manifest.__dict__, indent=1, sort_keys=True).encode()
        about = tarfile.TarInfo(MANIFEST)
        about.size, about.mode, about.mtime = len(text), 0o600, int(at.timestamp())
        with tempfile.TemporaryFile() as file:
            file.write(text)
            file.seek(0)
            tar.addfile(about, file)
    return manifest


def _uploaded(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and path.relative_to(folder).parts[0] != "tmp":
            yield path


def _add(tar: tarfile.TarFile, path: Path, name: str) -> str:
    """Add a file under ``name``, readable by its owner only; the hash of what was added."""
    with open(path, "rb") as file:
        about = tarfile.TarInfo(name)
        about.size, about.mode = os.fstat(file.fileno()).st_size, 0o600
        about.mtime = int(os.fstat(file.fileno()).st_mtime)
        hashing = _Hashing(file)
        tar.addfile(about, hashing)  # type: ignore[arg-type]
    return hashing.digest.hexdigest()


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


def prune(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest ``keep`` backups that this command named by itself; what was deleted."""
    old = sorted(folder.glob(f"{PREFIX}????????T??????.tar"))[:-keep]
    for path in old:
        path.unlink()
    return old


# --- reading -------------------------------------------------------------------------------------


@contextmanager
def opened(path: Path) -> Iterator[tarfile.TarFile]:
    """A backup, opened; ends in words when it isn't one."""
    try:
        with tarfile.open(path, mode="r:") as tar:
            yield tar
    except FileNotFoundError:
        fail(f"{path} tidak ada.")
    except tarfile.TarError:
        fail(f"{path} bukan cadangan Kinerja Terbuka, atau rusak.")


def manifest_of(tar: tarfile.TarFile, path: Path) -> Manifest:
    """What the backup says of itself; ends in words when it can't be read by this program."""
    try:
        file = tar.extractfile(MANIFEST)
        assert file is not None
        found = Manifest(**json.loads(file.read()))
    except (KeyError, TypeError, ValueError, AssertionError):
        fail(f"{path} bukan cadangan Kinerja Terbuka, atau terpotong.")
    if found.format != FORMAT or found.migration > health.newest_migration(MIGRATIONS):
        fail("cadangan ini dibuat program yang lebih baru. Pasang versi itu, lalu kembalikan.")
    return found


def _compare_with(manifest: Manifest, path: Path) -> None:
    """Read a backup from its first to its last byte and compare it with what was written."""
    with opened(path) as tar:
        if manifest_of(tar, path) != manifest:
            fail("cadangan tidak terbaca seperti yang ditulis.")
        for name, digest in manifest.members.items():
            if _digest(tar.extractfile(name)) != digest:
                fail(f"cadangan tidak terbaca seperti yang ditulis: {name}")


def _digest(file: IO[bytes] | None) -> str:
    found = hashlib.sha256()
    while file is not None and (data := file.read(CHUNK)):
        found.update(data)
    return found.hexdigest()


# --- restore -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Restored:
    """What came back: what the backup promised, what is there now, where the old one lies."""

    manifest: Manifest
    facts: Facts
    aside: Path | None

    @property
    def is_equal(self) -> bool:
        """Whether every count and every hash is as it was."""
        same = self.facts.tables == self.manifest.tables
        return same and self.facts.datasets == self.manifest.datasets


def restore(settings: Settings, path: Path, *, keep_old: bool) -> Restored:
    """Bring a backup back into the folder and database of the settings; ends in words when it can't be.

    Into what isn't empty only with ``keep_old``: what is there is put aside first. Everything is checked
    before it takes its place.
    """
    kind = databases.kind_of(settings)
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(settings.folder), opened(path) as tar:
        manifest = manifest_of(tar, path)
        if manifest.database != kind:
            fail(
                f"cadangan ini dari {_named(manifest.database)}, sedangkan setelan menunjuk {_named(kind)}. "
                "Sesuaikan KINERJA_DATABASE_URL."
            )
        old = _occupied(settings)
        if old and not keep_old:
            fail(
                f"tujuan tidak kosong ({', '.join(old)}). Pilih folder data lain, atau pakai --keep-old: "
                "yang ada sekarang dipindahkan dahulu, tidak dihapus."
            )
        with tempfile.TemporaryDirectory(prefix=".pulih-", dir=settings.folder) as inside:
            draft = Path(inside)
            _extract(tar, manifest, draft)
            _check_secret(settings, draft, keep_old=keep_old)
            found = databases.sqlite_facts(draft / DATABASE[SQLITE]) if kind == SQLITE else None
            if found is not None and not Restored(manifest, found, None).is_equal:
                fail("isi cadangan tidak sesuai daftarnya; tidak ada yang diubah.")
            aside = _put_aside(settings, kind) if old else None
            if found is None:
                found = databases.load(settings, draft / DATABASE[POSTGRES])
            _move_in(settings, draft)
    return Restored(manifest, found, aside)


def _named(kind: str) -> str:
    return {SQLITE: "SQLite", POSTGRES: "PostgreSQL"}.get(kind, kind)


def _occupied(settings: Settings) -> list[str]:
    """What stands where the backup would go."""
    found = [name for name in (SECRET, *EXTRAS) if (settings.folder / name).exists()]
    if any(_uploaded(settings.files_folder)):
        found.append(FILES)
    if databases.has_tables(settings):
        found.append("basis data")
    return found


def _extract(tar: tarfile.TarFile, manifest: Manifest, draft: Path) -> None:
    """Take out what the manifest names, and nothing else; each is compared with its hash."""
    for name, digest in manifest.members.items():
        parts = Path(name).parts
        allowed = name in {*DATABASE.values(), SECRET, *EXTRAS} or parts[0] == FILES
        if not allowed or ".." in parts or Path(name).is_absolute():
            fail(f"cadangan memuat nama yang tidak dikenal: {name[:80]}")
        try:
            source = tar.extractfile(name)
        except KeyError:
            source = None
        if source is None:
            fail(f"cadangan tidak lengkap: {name} tidak ada.")
        target = draft / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(source, file, CHUNK)
            file.flush()
            os.fsync(file.fileno())
        with open(target, "rb") as written:
            if _digest(written) != digest:
                fail(f"cadangan rusak: sidik {name} tidak cocok. Tidak ada yang diubah.")


def _check_secret(settings: Settings, draft: Path, *, keep_old: bool) -> None:
    path = settings.secret_path
    outside = path.parent != settings.folder
    if outside and path.exists() and path.read_bytes() != (draft / SECRET).read_bytes() and not keep_old:
        fail(f"rahasia di {path} lain daripada yang di cadangan; nama masuk tidak akan dikenal.")


def _put_aside(settings: Settings, kind: str) -> Path:
    """Move what is there into a folder beside; nothing is deleted."""
    aside = settings.folder / f"lama-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    aside.mkdir(mode=0o700)
    if kind == POSTGRES and databases.has_tables(settings):
        databases.snapshot(settings, aside / DATABASE[POSTGRES])
        databases.empty(settings)
    for name in KEPT_ASIDE:
        if (settings.folder / name).exists():
            os.replace(settings.folder / name, aside / name)
    if settings.secret_path.parent != settings.folder and settings.secret_path.exists():
        shutil.copy2(settings.secret_path, aside / SECRET)
    return aside


def _move_in(settings: Settings, draft: Path) -> None:
    """Put everything in its place; the database last, so that a broken restore is seen as none."""
    secret = draft / SECRET
    settings.secret_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.secret_path.parent == settings.folder:
        os.replace(secret, settings.secret_path)
    else:
        shutil.copy2(secret, settings.secret_path)
    shutil.rmtree(settings.files_folder, ignore_errors=True)
    for name in (FILES, *EXTRAS, DATABASE[SQLITE]):
        if (draft / name).exists():
            os.replace(draft / name, settings.folder / name)
    for path in (settings.folder / "public", settings.folder / "static"):
        shutil.rmtree(path, ignore_errors=True)


def lines_of(manifest: Manifest, now: Facts | None = None) -> Iterator[str]:
    """Each table with its rows, as it was and as it is; publications and files in a line each."""
    width = max(map(len, manifest.tables), default=5)
    for name, count in manifest.tables.items():
        after = ""
        if now is not None:
            there: Any = now.tables.get(name, "tidak ada")
            after = f"  {'sama' if there == count else f'BERBEDA: {there}'}"
        yield f"  {name.ljust(width)} {count:>9}{after}"

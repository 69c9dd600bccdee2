"""Backup and restore, both databases: what came back is what was there, to the row and the byte (trust 9)."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from dataclasses import replace
from pathlib import Path

import click
import pytest
from sqlalchemy import func, select

from portal import create_app
from portal.config import Settings
from portal.extensions import db
from portal.kernel.clock import FixedClock
from portal.ledger import files
from portal.ledger.actor import SYSTEM
from portal.ledger.door import door
from portal.ledger.events import Event
from portal.operations import archive, databases
from portal.people.accounts import actions as accounts
from portal.people.accounts import passwords
from portal.people.accounts import queries as account_queries
from portal.people.accounts.models import Account
from portal.performance.surveys import sealing
from portal.transparency.publications import actions as publications
from portal.transparency.publications.models import Publication
from portal.web import health
from tests.support.databases import NOW
from tests.support.matrix import Examples


@pytest.fixture
def full(world, app, installation):
    """The world with an uploaded file and published figures."""
    if "to_back_up" in installation.kept:
        installation.put_back("to_back_up")
        return installation
    with app.app_context():
        refs = Examples(world, "rina", "unit_head", "hr", "kota-contoh").make()
        drafted = db.session.scalars(
            select(Publication).where(Publication.ref == refs["publication_ref"])
        ).one()
        world.do(publications.publish, drafted, by=world.people["publisher"].actor)
        db.session.remove()
    installation.keep("to_back_up")
    return installation


@pytest.fixture
def elsewhere(full, tmp_path):
    """Settings of an empty installation of the same kind."""
    address = full.server.create_database(f"back_{tmp_path.name}"[-60:]) if full.server else ""
    return Settings(data=str(tmp_path / "elsewhere"), database_url=address)


def facts_of(settings: Settings) -> databases.Facts:
    with databases.connected(settings.database) as connection:
        return databases.facts(connection)


def refused(capture: pytest.ExceptionInfo[click.ClickException]) -> str:
    return capture.value.message


def test_what_comes_back_is_what_was_there(full, elsewhere, tmp_path, world):
    target = tmp_path / "k.tar"
    before = facts_of(full.settings)
    manifest = archive.backup(full.settings, target)
    assert manifest.tables == before.tables and manifest.rows > 500 and not manifest.faults
    assert len(manifest.datasets) == 1 and manifest.files == 1
    assert target.stat().st_mode & 0o077 == 0, "it holds the secret"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".kinerja")] == []
    remembered = health.last_backup(full.settings.folder)
    assert remembered is not None and remembered.file == "k.tar" and remembered.rows == manifest.rows

    done = archive.restore(elsewhere, target, keep_old=False)
    assert done.is_equal and done.facts == before == facts_of(elsewhere)
    for path in full.settings.files_folder.rglob("*"):
        if path.is_file() and "tmp" not in path.parts:
            assert (
                elsewhere.files_folder / path.relative_to(full.settings.files_folder)
            ).read_bytes() == path.read_bytes()
    app = create_app(elsewhere, clock=FixedClock(NOW))
    with app.app_context():
        account = account_queries.by_login(passwords.login_digest(world.rina.login))
        assert account is not None and account.name == world.rina.name, "names are known by the secret"
        with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:
            connection.execute(Event.__table__.delete())
        db.engine.dispose()


def test_what_opens_a_survey_is_in_no_backup(full, tmp_path):
    """Sealed answers come along, and stay sealed for ever (ADR 0016)."""
    folder = full.settings.folder / sealing.FOLDER
    # Beside the keys lie empty files that name the surveys counted already.
    keys = [each.read_bytes() for each in folder.iterdir() if each.suffix != ".counted"]
    assert keys, "the example's survey is running"
    assert {len(each) for each in keys} == {sealing.SIZE}
    target = tmp_path / "k.tar"
    archive.backup(full.settings, target)
    with tarfile.open(target) as tar:
        names = tar.getnames()
        found = b"".join(tar.extractfile(each).read() for each in tar.getmembers() if each.isfile())
    assert not any(sealing.FOLDER in name for name in names)
    assert not any(key in found for key in keys)


def test_it_is_one_moment_while_people_write(full, elsewhere, tmp_path):
    """Rows that were committed together are there together."""
    stop, made = threading.Event(), []

    def write() -> None:
        with full.app.app_context():
            while not stop.is_set():
                n = len(made)
                with door():
                    accounts.open_account(
                        region_id=None,
                        person_id=None,
                        name=f"A{n}",
                        logins=(f"a{n}@contoh.go.id",),
                        by=SYSTEM,
                        at=NOW,
                    )
                made.append(n)
                db.session.remove()

    with full.app.app_context():
        offset = (db.session.scalar(select(func.count(Account.id))) or 0) - (_opened() or 0)
        db.session.remove()
    thread = threading.Thread(target=write)
    thread.start()
    try:
        while len(made) < 5:
            stop.wait(0.01)
        archive.backup(full.settings, tmp_path / "k.tar")
    finally:
        stop.set()
        thread.join()
    archive.restore(elsewhere, tmp_path / "k.tar", keep_old=False)
    app = create_app(elsewhere, clock=FixedClock(NOW))
    with app.app_context():
        count = db.session.scalar(select(func.count(Account.id))) or 0
        assert count - (_opened() or 0) == offset
        db.session.remove()
        db.engine.dispose()


def _opened() -> int | None:
    return db.session.scalar(select(func.count(Event.id)).where(Event.verb == "open_account"))


def test_what_is_there_is_refused_or_kept_aside(full, elsewhere, tmp_path):
    first, second = tmp_path / "1.tar", tmp_path / "2.tar"
    archive.backup(full.settings, first)
    archive.restore(elsewhere, first, keep_old=False)
    with full.app.app_context():
        with door():
            accounts.open_account(region_id=None, person_id=None, name="Baru", logins=(), by=SYSTEM, at=NOW)
        db.session.remove()
    archive.backup(full.settings, second)
    before = facts_of(elsewhere)
    with pytest.raises(click.ClickException) as no:
        archive.restore(elsewhere, second, keep_old=False)
    assert "tidak kosong" in refused(no) and "basis data" in refused(no)
    assert facts_of(elsewhere) == before
    done = archive.restore(elsewhere, second, keep_old=True)
    assert done.is_equal and done.aside is not None
    assert facts_of(elsewhere).tables["accounts"] == before.tables["accounts"] + 1
    assert {"secret", "files"} <= {path.name for path in done.aside.iterdir()}
    kept = done.aside / databases_name(elsewhere)
    assert kept.stat().st_size > 1000


def databases_name(settings: Settings) -> str:
    return archive.DATABASE[databases.kind_of(settings)]


def rewritten(source: Path, target: Path, change) -> Path:
    """A copy of a backup in which ``change`` may alter each member."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for about in old.getmembers():
            data = old.extractfile(about).read()
            about.name, data = change(about.name, data)
            if about.name:
                about.size = len(data)
                new.addfile(about, io.BytesIO(data))
    return target


def with_manifest(**fields):
    def change(name: str, data: bytes) -> tuple[str, bytes]:
        if name == archive.MANIFEST:
            data = json.dumps({**json.loads(data), **fields}).encode()
        return name, data

    return change


def another(secret: bytes) -> bytes:
    """A secret of the same length that differs in its last digit, whatever that was."""
    return secret[:-2] + (b"1\n" if secret[-2:-1] == b"0" else b"0\n")


def test_a_backup_that_isnt_whole_changes_nothing(full, elsewhere, tmp_path):
    good = tmp_path / "good.tar"
    manifest = archive.backup(full.settings, good)
    stolen = {**manifest.members, "../etc/passwd": "0" * 64}
    bad = {
        "cut": ("rusak", None),
        "text": ("bukan cadangan", None),
        "secret": ("sidik secret tidak cocok", lambda n, d: (n, another(d) if n == "secret" else d)),
        "lost": ("files/", lambda n, d: ("" if n.startswith("files/") else n, d)),
        "newer": ("lebih baru", with_manifest(migration="9999")),
        "format": ("lebih baru", with_manifest(format=2)),
        "path": ("nama yang tidak dikenal", with_manifest(members=stolen)),
        "fields": ("terpotong", with_manifest(more=1)),
    }
    for name, (words, change) in bad.items():
        path = tmp_path / f"{name}.tar"
        if change is not None:
            rewritten(good, path, change)
        else:
            path.write_bytes(
                good.read_bytes()[: len(good.read_bytes()) // 2 // 512 * 512]
                if name == "cut"
                else b"x" * 9000
            )
        with pytest.raises(click.ClickException) as no:
            archive.restore(elsewhere, path, keep_old=False)
        assert words in refused(no), (name, refused(no))
        assert not databases.has_tables(elsewhere) and not elsewhere.secret_path.exists(), name
        assert [each.name for each in elsewhere.folder.iterdir()] == ["run.lock"], name
    other = Settings(
        data=str(tmp_path / "o"), database_url="" if full.server else "postgresql://u@127.0.0.1:1/x"
    )
    with pytest.raises(click.ClickException) as no:
        archive.restore(other, good, keep_old=False)
    assert "KINERJA_DATABASE_URL" in refused(no)


def test_what_was_wrong_already_is_said(full, tmp_path):
    with full.app.app_context():
        stored = db.session.scalars(select(files.StoredFile)).first()
        assert stored is not None
        path = files.place(full.settings.files_folder, stored.sha256)
        db.session.remove()
    path.write_bytes(b"something else")
    manifest = archive.backup(full.settings, tmp_path / "1.tar")
    assert any("tidak sesuai sidiknya" in fault for fault in manifest.faults)
    path.unlink()
    manifest = archive.backup(full.settings, tmp_path / "2.tar")
    assert any("tidak ada" in fault for fault in manifest.faults)


def test_no_backup_without_secret_nor_over_another(full, tmp_path):
    target = tmp_path / "k.tar"
    target.write_text("kept")
    with pytest.raises(click.ClickException, match="tidak menimpa"):
        archive.backup(full.settings, target)
    assert target.read_text() == "kept"
    bare = replace(full.settings, secret_file=str(tmp_path / "none"))
    with pytest.raises(click.ClickException, match="rahasia"):
        archive.backup(bare, tmp_path / "x.tar")


@pytest.mark.parametrize("name", ["pg_dump"])
def test_missing_tools_are_said(monkeypatch, name):
    monkeypatch.setattr(databases.Path, "glob", lambda *_: iter(()))
    monkeypatch.setattr(databases.shutil, "which", lambda _name: None)
    with pytest.raises(click.ClickException, match="postgresql-client"):
        databases.tool(name)


def test_only_own_old_ones_are_deleted(tmp_path):
    names = [f"kinerja-2026110{day}T010203.tar" for day in range(1, 6)]
    for name in (*names, "kinerja-saya.tar", "lain.tar"):
        (tmp_path / name).touch()
    assert [path.name for path in archive.prune(tmp_path, 2)] == names[:3]
    assert {path.name for path in tmp_path.iterdir()} == {*names[3:], "kinerja-saya.tar", "lain.tar"}

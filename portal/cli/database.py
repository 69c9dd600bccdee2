"""Migrations by command: bring a database to the present form, and write the next migration."""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from portal.config import Settings
from portal.extensions import db
from portal.web.current import App

# Imported here only, and by commands only: it is large, and server processes don't need it.
logging.getLogger("alembic").setLevel(logging.WARNING)

from alembic import command  # noqa: E402 - after its log was made quiet
from alembic.config import Config  # noqa: E402
from alembic.migration import MigrationContext  # noqa: E402
from alembic.script import ScriptDirectory  # noqa: E402

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def configuration() -> Config:
    """Where the migrations lie; no ini file, because nothing in it would vary."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def is_current() -> bool:
    """Whether the database of the present app has every migration."""
    wanted = set(ScriptDirectory.from_config(configuration()).get_heads())
    with db.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == wanted


def upgrade(app: App) -> bool:
    """Bring the database of ``app`` to the present form; whether there was anything to do."""
    with app.app_context():
        if is_current():
            return False
        command.upgrade(configuration(), "head")
        return True


def write_migration(name: str) -> Path | None:
    """Write the migration from the newest one to the present models; ``None`` when they agree.

    It is compared on an empty SQLite database made by the migrations so far, never on a real one.
    """
    from portal import create_app

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data=folder))
        upgrade(app)
        with app.app_context():
            made = command.revision(configuration(), message=name, autogenerate=True)
            db.engine.dispose()
    script = next(iter(made), None) if isinstance(made, list) else made
    if script is None:
        return None
    path = Path(script.path)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "###" not in line))
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", path], stdout=subprocess.DEVNULL)
    return path


@click.command("upgrade")
@with_appcontext
def upgrade_command() -> None:
    """Menyesuaikan basis data dengan versi program ini (migrasi)."""
    app: App = current_app._get_current_object()  # type: ignore[attr-defined]
    click.echo("Basis data sudah disesuaikan." if upgrade(app) else "Basis data sudah sesuai.")


@click.command("migration")
@click.argument("name")
def migration_command(name: str) -> None:
    """Menulis migrasi baru dari perubahan model (untuk pengembang)."""
    path = write_migration(name)
    click.echo(f"Migrasi baru: {path}" if path else "Model dan migrasi sudah sama.")

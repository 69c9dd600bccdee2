"""Demo data by command: fill an empty database, and list the accounts that it offers."""

from __future__ import annotations

import json
import time

import click
from flask.cli import with_appcontext

from portal.cli import app_of_command

FIELDS = ("name", "login", "password", "area", "what")


@click.group("demo")
def demo_group() -> None:
    """Data peraga: lima daerah nyata dengan orang rekaan."""


@demo_group.command("make")
@click.option(
    "--people", type=click.IntRange(60, 200_000), help="Banyak pegawai (bawaan: setelan demo_people)."
)
@with_appcontext
def make_command(people: int | None) -> None:
    """Mengisi basis data kosong dengan data peraga."""
    from portal import create_app
    from portal.cli import database
    from portal.cli.run import is_empty
    from portal.demo import play

    settings = app_of_command().settings
    if not is_empty(app_of_command()):
        raise click.ClickException(
            "Basis data ini sudah berisi daerah. Data peraga hanya dibuat di basis data kosong."
        )
    start = time.perf_counter()
    # An app of its own: SQLite needn't wait for the disk while a file is made that can be made again.
    making = create_app(settings, synchronous="OFF")
    database.upgrade(making)
    with making.app_context():
        play.make(
            people_wanted=people or settings.demo_people, say=lambda said: click.echo(f"  {said}", err=True)
        )
    click.echo(f"Data peraga selesai dalam {time.perf_counter() - start:.0f} detik.")


@demo_group.command("accounts")
@click.option("--json", "as_json", is_flag=True, help="Untuk dibaca program.")
@with_appcontext
def accounts_command(as_json: bool) -> None:
    """Menampilkan akun peragaan."""
    from portal.demo.accounts import offered

    rows = [{field: row[field] for field in FIELDS} for row in offered(app_of_command().settings.folder)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo("Belum ada akun peragaan. Buat data peraga: ./kinerja demo make")
    for row in rows:
        click.echo(f"{row['login']:34} {row['area']:9} {row['name']}: {row['what']}")
    if rows:
        click.echo(f"Kata sandi semuanya: {rows[0]['password']}")


commands = [demo_group]

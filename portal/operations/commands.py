"""The commands of a real installation: init, serve, backup, restore; and the rules by command.

They are found before the app is made (``kinerja``): making the app would make a secret, and a database.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from portal.cli.people import tell_code
from portal.cli.policy import evaluate_command, policy_group
from portal.operations import archive, serving, setup
from portal.operations.words import fail, plain_faults, say, settings_of, size_in_words

DATA = click.option("--data", help="Folder basis data dan berkas (bawaan: ./data).")


@click.command("init")
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar="KODE[=ALAMAT]",
    help="Kode resmi daerah, misalnya 32.73 atau 32.73=bandung. Boleh beberapa kali, atau kemudian.",
)
@click.option(
    "--address", default="", help="Alamat portal bagi pengguna, misalnya https://kinerja.bandung.go.id"
)
@DATA
def init_command(regions: tuple[str, ...], address: str, data: str | None) -> None:
    """Membuat pemasangan tanpa data peragaan, dengan kode bagi administrator pertama."""
    settings = settings_of(data)
    wanted = setup.wanted(regions)
    with plain_faults(settings):
        made = setup.init(settings, wanted)
    say(f"Pemasangan dibuat di {settings.folder}.")
    say(f"  basis data  {'PostgreSQL' if settings.database_url else settings.folder / 'kinerja.db'}")
    say(f"  rahasia     {settings.secret_path} (hanya terbaca pemiliknya; ikut dalam cadangan)")
    say(f"  daerah      {', '.join(made.regions) or 'belum ada; tambahkan dengan ./kinerja region add'}")
    say(f"  kebijakan   {made.policies} versi dimuat")
    tell_code(made.code, address)
    say("\nBerikutnya: ./kinerja serve (lihat docs/deploy.md).")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Alamat yang didengarkan.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@DATA
def serve_command(host: str, port: int, data: str | None) -> None:
    """Menjalankan portal bagi pengguna sungguhan, di belakang proxy (lihat docs/deploy.md)."""
    settings = settings_of(data)
    with plain_faults(settings):
        status = serving.serve(settings, host, port)
    raise SystemExit(status)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(1), help="Bila FILE folder: simpan sekian cadangan terbaru.")
@DATA
def backup_command(file: Path, keep: int | None, data: str | None) -> None:
    """Mencadangkan semuanya ke FILE selagi portal berjalan, lalu membaca ulang dan membandingkannya."""
    settings = settings_of(data)
    into_folder = file.is_dir()
    if keep and not into_folder:
        fail("--keep hanya bila FILE sebuah folder.")
    target = file / f"{archive.PREFIX}{datetime.now(UTC):%Y%m%dT%H%M%S}.tar" if into_folder else file
    with plain_faults(settings):
        manifest = archive.backup(settings, target)
    for line in archive.lines_of(manifest):
        say(line)
    say(
        f"{target}: {size_in_words(target.stat().st_size)}, {len(manifest.tables)} tabel, {manifest.rows} baris, "
        f"{len(manifest.datasets)} publikasi, {manifest.files} berkas. Dibaca ulang: semua sidik cocok."
    )
    say("Berkas ini memuat data pribadi dan rahasia portal: simpan terkunci, di komputer lain.")
    for path in archive.prune(file, keep) if keep else ():
        say(f"Cadangan lama dihapus: {path.name}")
    if manifest.faults:
        for fault in manifest.faults:
            say(f"PERHATIAN, sudah begitu di pemasangan: {fault}")
        raise SystemExit(2)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--keep-old", is_flag=True, help="Bila tujuan tidak kosong: pindahkan isinya ke samping dahulu."
)
@DATA
def restore_command(file: Path, keep_old: bool, data: str | None) -> None:
    """Mengembalikan cadangan ke folder dan basis data menurut setelan, lalu membandingkannya."""
    settings = settings_of(data)
    with plain_faults(settings):
        done = archive.restore(settings, file, keep_old=keep_old)
    for line in archive.lines_of(done.manifest, done.facts):
        say(line)
    say(
        f"Dikembalikan ke {settings.folder}: cadangan {done.manifest.made}, {done.manifest.rows} baris, "
        f"{len(done.manifest.datasets)} publikasi, {done.manifest.files} berkas."
    )
    if done.aside is not None:
        say(f"Yang lama ada di {done.aside}.")
    if not done.is_equal:
        fail("isi basis data tidak sama dengan cadangannya; lihat di atas.")
    say("Jumlah baris tiap tabel, sidik publikasi, dan sidik berkas sama dengan cadangannya.")
    if done.manifest.migration != archive.health.newest_migration(archive.MIGRATIONS):
        say("Cadangan ini dari versi sebelumnya. Jalankan ./kinerja upgrade sebelum ./kinerja serve.")


COMMANDS = (init_command, serve_command, backup_command, restore_command, policy_group, evaluate_command)

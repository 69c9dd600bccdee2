"""`./kinerja import-values`: a table of a service indicator's values or cases, checked and applied."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from portal.cli.imports import OPERATOR, command
from portal.ledger.door import door
from portal.voice.services import actions, queries
from portal.voice.services.rules import RowFate, TableKind
from portal.voice.services.tables import MAX_BYTES, with_errors
from portal.web import current

SHOWN = 50


@click.command("import-values")
@click.option(
    "--region", "region_slug", required=True, help="Daerah, seperti dalam alamatnya (misalnya bandung)."
)
@click.option(
    "--service", "service_slug", required=True, help="Layanan, seperti dalam alamat halaman publiknya."
)
@click.option(
    "--indicator", "number", default=1, show_default=True, help="Indikator keberapa dari layanan itu."
)
@click.option(
    "--cases", is_flag=True, help="Isinya kasus satu per satu (dibuka, selesai), untuk indikator median."
)
@click.option(
    "--reason", default="", help="Alasan, bila ada koreksi atau periode yang sudah ditutup atau terbit."
)
@click.option("--check-only", is_flag=True, help="Hanya diperiksa, tidak diterapkan.")
@click.option("--skip-bad", is_flag=True, help="Terapkan baris yang benar, lewati yang salah.")
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Tulis baris yang salah ke berkas CSV ini.",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@command
def import_values_command(
    region_slug: str,
    service_slug: str,
    number: int,
    cases: bool,
    reason: str,
    check_only: bool,
    skip_bad: bool,
    errors: Path | None,
    file: Path,
) -> None:
    """Mengimpor angka indikator layanan dari CSV (lihat docs/import.md)."""
    indicator = queries.find(region_slug, service_slug, number)
    if indicator is None:
        click.echo(f"Layanan {service_slug} di {region_slug} tidak memiliki indikator ke-{number}.", err=True)
        sys.exit(1)
    kind = TableKind.CASES if cases else TableKind.VALUES
    with file.open("rb") as handle:
        data = handle.read(MAX_BYTES + 1)
    prepared = actions.prepare(indicator, kind, data, at=current.now())
    with door(indicator):
        batch = actions.stage(indicator, prepared=prepared, name=file.name, by=OPERATOR, at=current.now())
    click.echo(
        f"{file.name}: {batch.fresh} angka baru, {batch.corrected} koreksi, {batch.same} sama, {batch.bad} salah."
    )
    bad = [
        (row.number, row.given, " ".join(each["message"] % each["params"] for each in row.errors))
        for row in (queries.rows(batch, RowFate.BAD, limit=batch.bad) if batch.bad else ())
    ]
    for line, _given, text in bad[:SHOWN]:
        click.echo(f"Baris {line}: {text}")
    if errors is not None and bad:
        errors.write_bytes(with_errors(kind, bad).encode("utf-8-sig"))
        click.echo(f"Baris yang salah ditulis ke {errors}.")
    if check_only or (bad and not skip_bad):
        with door(batch):
            actions.drop(batch, by=OPERATOR, at=current.now())
        click.echo("Tidak ada yang diterapkan.")
    else:
        with door(batch):
            actions.apply(batch, reason=reason, by=OPERATOR, at=current.now())
        click.echo(f"Diterapkan: {batch.fresh + batch.corrected} angka.")
    if bad:
        sys.exit(1)

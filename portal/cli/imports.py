"""Structure and people by command: take in a region, import and export its tables.

The format stands in ``docs/import.md``.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import with_appcontext
from sqlalchemy import inspect

from portal.extensions import db
from portal.kernel.refusal import Refusal, Refused
from portal.ledger.actor import Actor
from portal.ledger.door import Busy, door
from portal.people.imports import actions, formats, queries
from portal.people.imports.models import ImportBatch
from portal.people.imports.rules import (
    LAYOUTS,
    MAX_BYTES,
    Difference,
    Kind,
    RowAction,
    column_names,
    row_words,
    words,
)
from portal.people.organisation import actions as organisation_actions
from portal.people.organisation import queries as organisation
from portal.people.organisation.models import ACCENTS, Region
from portal.policy.cycles.actions import add_national_holidays
from portal.web import current
from portal.web.fields import parse_date

OPERATOR = Actor(system="perintah", name="Perintah")
SHOWN_ERRORS = 50
KINDS = click.Choice([kind.value for kind in Kind])


class DayType(click.ParamType):
    """A date as people write it."""

    name = "TANGGAL"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date, or a refusal in words."""
        if isinstance(value, date):
            return value
        day = parse_date(str(value))
        if day is None:
            self.fail(f"Tanggal {value} tidak ada. Contoh: 2027-02-28.", param, ctx)
        return day


DAY = DayType()


def command(function: Callable[..., None]) -> Callable[..., None]:
    """What every command here needs: ``--data``, the app, and a database with its tables."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        if not inspect(db.engine).has_table(ImportBatch.__tablename__):
            _fail("Basis data belum disiapkan. Jalankan dulu: ./kinerja upgrade")
        try:
            function(*args, **kwargs)
        except Refused as refused:
            _fail(*_sentences(refused.refusal))
        except Busy:
            _fail("Basis data sedang sibuk. Coba lagi sebentar lagi.")

    # Read before the app was made (portal.cli.note_data_folder); named here so that it is understood.
    data = click.option("--data", expose_value=False, help="Folder basis data dan berkas (bawaan: ./data).")
    return with_appcontext(data(run))


@click.command("import")
@click.option("--region", "slug", required=True, help="Daerah, seperti dalam alamatnya (misalnya bandung).")
@click.option("--kind", required=True, type=KINDS, help="Isi berkas: unit, jabatan, atau pegawai.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check-only", is_flag=True, help="Hanya diperiksa, tidak diterapkan.")
@click.option("--skip-bad", is_flag=True, help="Terapkan baris yang benar, lewati yang salah.")
@click.option("--as-of", type=DAY, help="Tanggal berlaku bagi baris tanpa tanggal (bawaan: hari ini).")
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Tulis baris yang salah ke berkas CSV ini.",
)
@command
def import_command(
    slug: str,
    kind: str,
    file: Path,
    check_only: bool,
    skip_bad: bool,
    as_of: date | None,
    errors: Path | None,
) -> None:
    """Mengimpor unit, jabatan, atau pegawai dari CSV atau XLSX (lihat docs/import.md)."""
    region = _region(slug)
    at = current.now()
    # One byte more than is allowed: the reader then says so, and no huge file is read.
    with file.open("rb") as handle:
        data = handle.read(MAX_BYTES + 1)
    batch = actions.stage_file(region.id, Kind(kind), data, file.name, by=OPERATOR, at=at, as_of=as_of)
    _show(batch, region, errors)
    if check_only:
        actions.drop(batch, OPERATOR, at)
        click.echo("Hanya diperiksa; tidak ada yang diubah.")
    elif batch.bad and not skip_bad:
        actions.drop(batch, OPERATOR, at)
        click.echo(
            "Tidak ada yang diterapkan, karena ada baris yang salah. "
            "Betulkan berkasnya, atau pakai --skip-bad untuk menerapkan baris yang benar saja."
        )
    else:
        actions.apply(batch, OPERATOR, at, skip_bad=skip_bad)
        applied = batch.joined + batch.changed + batch.left
        click.echo(f"Diterapkan: {applied} baris." + (f" Dilewati: {batch.bad} baris." if batch.bad else ""))
    if batch.bad:
        sys.exit(1)


@click.command("export")
@click.option("--region", "slug", required=True, help="Daerah, seperti dalam alamatnya (misalnya bandung).")
@click.option("--kind", required=True, type=KINDS, help="Isi berkas: unit, jabatan, atau pegawai.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Berkas tujuan, .csv atau .xlsx."
)
@click.option("--as-of", type=DAY, help="Keadaan pada tanggal ini (bawaan: hari ini).")
@command
def export_command(slug: str, kind: str, output: Path | None, as_of: date | None) -> None:
    """Mengekspor unit, jabatan, atau pegawai dalam format yang sama dengan impor."""
    region = _region(slug)
    chosen = Kind(kind)
    rows = queries.exported(chosen, region.id, as_of or current.today(region.zone))
    if output is not None and output.suffix.lower() == ".xlsx":
        data = formats.write_workbook(LAYOUTS[chosen], rows)
    else:
        data = formats.write_csv(column_names(chosen), rows)
    if output is None:
        sys.stdout.buffer.write(data)
        return
    output.write_bytes(data)
    click.echo(f"{len(rows)} baris ditulis ke {output}.", err=True)


@click.group("region")
def region_group() -> None:
    """Daerah di pemasangan ini."""


@region_group.command("add")
@click.option("--code", required=True, help="Kode Kemendagri, misalnya 32.73.")
@click.option("--slug", required=True, help="Nama dalam alamat, misalnya bandung.")
@click.option("--name", required=True, help="Nama resmi, misalnya Kota Bandung.")
@click.option("--name-en", default="", help="Nama dalam bahasa Inggris.")
@click.option(
    "--kind", default="", help="kota, kabupaten, kecamatan, distrik ... (bawaan: kata pertama namanya)."
)
@click.option("--zone", required=True, type=click.Choice(["WIB", "WITA", "WIT"]), help="Zona waktu.")
@click.option("--accent", default="a1", type=click.Choice(ACCENTS), help="Warna daerah.")
@command
def add_command(code: str, slug: str, name: str, name_en: str, kind: str, zone: str, accent: str) -> None:
    """Menambahkan daerah, dengan hari libur nasional."""
    kind = (kind or name.strip().partition(" ")[0].casefold())[:40]
    with door():
        region = organisation_actions.add_region(
            code=code,
            slug=slug,
            name=name,
            name_en=name_en,
            kind=kind,
            zone=zone,
            accent=accent,
            by=OPERATOR,
            at=current.now(),
        )
        add_national_holidays(region, by=OPERATOR, at=current.now())
    click.echo(f"{region.name} ({region.code}) ditambahkan sebagai {region.slug}.")


@region_group.command("appraiser")
@click.option("--region", "slug", required=True, help="Daerah, seperti dalam alamatnya (misalnya bandung).")
@click.option("--position", "code", required=True, help="Kode jabatan: sekretaris daerah atau kepala daerah.")
@command
def appraiser_command(slug: str, code: str) -> None:
    """Memilih jabatan yang menilai pimpinan perangkat daerah (tidak ada bawaan)."""
    region = _region(slug)
    position = queries.position_by_code(region.id, code)
    if position is None:
        _fail(f"Jabatan {code} tidak ada di {region.name}.")
    with door(region):
        organisation_actions.choose_agency_head_appraiser(region, position, by=OPERATOR, at=current.now())
    click.echo(f"Pimpinan perangkat daerah {region.name} dinilai oleh {position.title}.")


# ------------------------------------------------------------------------------ what is printed


def _show(batch: ImportBatch, region: Region, errors: Path | None) -> None:
    click.echo(f"{batch.file_name}: {batch.total} baris {batch.kind.value} untuk {region.name}")
    counts = {
        RowAction.JOIN: batch.joined,
        RowAction.CHANGE: batch.changed,
        RowAction.LEAVE: batch.left,
        RowAction.SAME: batch.same,
        RowAction.BAD: batch.bad,
    }
    click.echo(
        "  ".join(f"{action.value} {n}" for action, n in counts.items() if n or action != RowAction.LEAVE)
    )
    _show_warnings(batch)
    if batch.bad:
        _show_errors(batch)
        if errors is not None:
            errors.write_bytes(_bad_rows(batch))
            click.echo(f"Baris yang salah ditulis ke {errors}; setelah dibetulkan, impor berkas itu.")


def _show_errors(batch: ImportBatch) -> None:
    lines: list[tuple[str, str, str]] = []
    for row in queries.shown_rows(batch, Difference.BAD, limit=SHOWN_ERRORS):
        lines += [(str(row.number), problem["column"], _plain(words(problem))) for problem in row.errors]
    _table(("Baris", "Kolom", "Yang salah"), lines[:SHOWN_ERRORS])
    if batch.bad > SHOWN_ERRORS or len(lines) > SHOWN_ERRORS:
        click.echo(
            f"... dan baris salah lainnya (semuanya {batch.bad}). Tulis semuanya dengan --errors BERKAS.csv."
        )


def _show_warnings(batch: ImportBatch) -> None:
    if not batch.warned:
        return
    counts: Counter[str] = Counter()
    example: dict[str, str] = {}
    for number, warnings in queries.warned_rows(batch):
        for problem in warnings:
            counts[problem["code"]] += 1
            example.setdefault(problem["code"], _plain(row_words(number, problem)))
    for code, n in counts.items():
        click.echo(f"Peringatan ({n} baris): {example[code]}")


def _bad_rows(batch: ImportBatch) -> bytes:
    """The bad rows in the import's own format, with what is wrong behind them."""
    given: list[dict[str, str]] = []
    last = 0
    while rows := queries.shown_rows(batch, Difference.BAD, after=last, limit=1000):
        for row in rows:
            message = " ".join(words(problem) for problem in row.errors)
            given.append({**row.given, "baris": str(row.number), "pesan": message})
        last = rows[-1].number
    used = {column for row in given for column in row}
    columns = [column for column in column_names(batch.kind) if column in used]
    return formats.write_csv([*columns, "baris", "pesan"], given)


def _table(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    listed = list(lines)
    widths = [max(len(line[place]) for line in (headings, *listed)) for place in range(len(headings) - 1)]
    for line in (headings, *listed):
        cells = [line[place].ljust(width) for place, width in enumerate(widths)]
        click.echo("  ".join((*cells, line[-1])))


def _plain(text: str) -> str:
    """``text`` without what would steer a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _sentences(refusal: Refusal) -> list[str]:
    parts = [sentence for part in refusal.parts for sentence in _sentences(part)]
    return [refusal.message % dict(refusal.params), *parts]


def _fail(*lines: str) -> NoReturn:
    for line in lines:
        click.echo(_plain(line), err=True)
    sys.exit(1)


def _region(slug: str) -> Region:
    region = organisation.region_by_slug(slug)
    if region is None:
        known = (
            ", ".join(each.slug for each in organisation.hosted_regions()) or "belum ada; pakai region add"
        )
        _fail(f"Daerah {slug} tidak ada. Yang ada: {known}.")
    return region

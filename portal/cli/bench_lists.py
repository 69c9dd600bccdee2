"""`./kinerja bench --people 1000,10000,100000`: whether a list costs the same in a region of any size.

A region of each size is stamped into a folder of its own; then the same pages are asked for in turns, in
this process. What counts is the ratio of the medians of the CPU time: others at work on the machine don't
change it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.cli import bench_imports, database
from portal.config import Settings
from portal.demo import stamp
from portal.extensions import db
from portal.kernel.clock import FixedClock
from portal.policy.cycles.models import Period
from portal.transparency.publications import dataset

NOW = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)
FLAT, EXPORT, EXPORTS = 1.2, 2.5, 3
TYPED = ("s", "si", "sit", "siti", "siti w", "siti wul", "qorvianus")


@dataclass
class Region:
    """A stamped region, with somebody of each role signed in."""

    people: int
    folder: Path
    hr: FlaskClient
    rater: FlaskClient
    period: str
    unit: str
    times: dict[str, list[float]] = field(default_factory=dict)


def sizes(text: str) -> list[int]:
    """The numbers of people that were asked for. Raises ``UsageError``."""
    if not re.fullmatch(r"\d{2,6}(,\d{2,6})*", text):
        raise click.UsageError("tulis seperti ini: --people 1000,10000,100000")
    return sorted({int(part) for part in text.split(",")})


def run(wanted: Sequence[int], *, rounds: int, as_json: bool) -> None:
    """Stamp, measure, and say what each page costs at each size."""
    with tempfile.TemporaryDirectory(prefix="kinerja-bench-") as name:
        regions = [_stamped(Path(name) / str(people), people) for people in wanted]
        parts = _parts()
        for turn in range(rounds + 2):
            for region in regions:
                for key, ask in parts.items():
                    began = time.process_time()
                    ask(region)
                    if turn >= 2:  # the first two make templates and prepare statements
                        region.times.setdefault(key, []).append(time.process_time() - began)
        result = {
            key: {region.people: round(statistics.median(region.times[key]) * 1000, 2) for region in regions}
            for key in parts
        }
        export = _export(regions[-1])
        figures = {region.people: _publication(region) for region in regions}
        last = regions[-1]
        imported = bench_imports.measure(last.hr.application, last.people, NOW, last.rater)
    if as_json:
        found = {"pages_ms": result, "export": export, "publication": figures, "import": imported}
        click.echo(json.dumps(found, indent=2))
        return
    _show(result, export, wanted)
    _show_more(figures, imported)


def _publication(region: Region) -> dict[str, float]:
    """What it costs to count a period's figures and make their document; memory in MB beside the rows."""
    with region.hr.application.app_context():
        period = db.session.scalars(select(Period).where(Period.ref == region.period)).one()

        def make() -> dict[str, Any]:
            found = dataset.collect(period)
            soon = NOW.date() + timedelta(days=90)
            return dataset.compose(
                found, version=1, method_note="", next_date=soon, reason="", at=NOW, earlier=None
            )

        make()
        began = time.process_time()
        make()
        took = time.process_time() - began
        tracemalloc.start()
        make()
        peak = tracemalloc.get_traced_memory()[1] / 1024 / 1024
        tracemalloc.stop()
        db.session.remove()
    return {"seconds": round(took, 3), "peak_mb": round(peak, 1)}


def _stamped(folder: Path, people: int) -> Region:
    from portal import create_app

    click.echo(f"Membuat daerah dengan {people} pegawai …", err=True)
    app = create_app(Settings(data=str(folder), rate_limits=False), clock=FixedClock(NOW), synchronous="OFF")
    database.upgrade(app)
    with app.app_context():
        region = stamp.make(people, year=2026, at=NOW)
        rows = db.session.connection()
        period = rows.exec_driver_sql("SELECT ref FROM periods WHERE kind <> 'tahun' AND state = 'dibuka'")
        period_ref = str(period.scalar_one())
        unit_ref = str(rows.exec_driver_sql("SELECT ref FROM units WHERE code = 'PD0000'").scalar_one())
        db.session.rollback()
        assert region is not None
    clients = []
    for login in (stamp.HR, stamp.RATER):
        client = app.test_client()
        page = client.get("/login").get_data(as_text=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        fields = {"csrf_token": found[1] if found else "", "login": login, "password": stamp.PASSWORD}
        if client.post("/login", data=fields).status_code != 303:
            raise click.ClickException("akun ukur tidak dapat masuk.")
        clients.append(client)
    return Region(people, folder, clients[0], clients[1], period_ref, unit_ref)


def _parts() -> dict[str, Callable[[Region], None]]:
    """What is asked for, by the name under which it is shown."""

    def hr(address: str) -> Callable[[Region], None]:
        return lambda region: _get(region.hr, address.format(period=region.period, unit=region.unit))

    people = "/hr/periods/{period}/people"
    found: dict[str, Callable[[Region], None]] = {
        "daftar pegawai": hr(people),
        "daftar, satu perangkat daerah": hr(people + "?unit={unit}"),
        "halaman unit kerja": hr("/hr/agencies/{unit}?period={period}"),
        "meja penilai": lambda region: _get(region.rater, "/rater/team"),
        "beranda pengelola": hr("/hr"),
    }
    for typed in TYPED:
        found[f"cari: {typed}"] = hr(people + "?q=" + typed.replace(" ", "+"))
    return found


def _get(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise click.ClickException(f"{address} menjawab {answer.status_code}.")
    answer.get_data()


def _export(region: Region) -> dict[str, float]:
    """The file of everybody, against the same statement by SQLite's own command line; medians of turns."""
    from portal.desks import hr_people, people_queries

    address = f"/hr/periods/{region.period}/people.csv"
    program = shutil.which("sqlite3")
    with region.hr.application.test_request_context():
        statement = people_queries.export_statement(region.period, NOW.date(), hr_people.file_words())
    ours, bare, size = [], [], 0
    for _turn in range(EXPORTS):
        began = time.process_time()
        size = sum(len(part) for part in region.hr.get(address).response)  # type: ignore[union-attr]
        ours.append(time.process_time() - began)
        if program is None:
            continue
        before = os.times()
        out = subprocess.run(
            [program, "-csv", str(region.folder / "kinerja.db"), statement], capture_output=True, check=True
        )
        after = os.times()
        bare.append(
            after.children_user + after.children_system - before.children_user - before.children_system
        )
        assert out.stdout.count(b"\n") >= region.people - 1
    found: dict[str, float] = {
        "rows": region.people,
        "bytes": size,
        "seconds": round(statistics.median(ours), 3),
    }
    if bare:
        ratio = statistics.median(ours) / statistics.median(bare)
        found |= {"sqlite3_seconds": round(statistics.median(bare), 3), "ratio": round(ratio, 2)}
    return found


def _show_more(figures: dict[int, dict[str, float]], imported: dict[str, float]) -> None:
    click.echo("\nMenghitung terbitan satu periode:")
    for people, figure in figures.items():
        click.echo(f"{people:>10} pegawai: {figure['seconds']} s CPU, {figure['peak_mb']} MB paling banyak")
    rate, longest = imported["rows_per_second"], imported["save_longest_ms"]
    least, most = bench_imports.RATE, bench_imports.WAIT * 1000
    click.echo(
        f"\nImpor {imported['rows']} pegawai, {imported['bad']} baris salah: diperiksa {imported['check_seconds']} s, "
        f"diterapkan {imported['apply_seconds']} s CPU; {rate} baris per detik"
        + ("" if rate >= least else f"  DI LUAR BATAS (≥ {least})")
    )
    click.echo(
        f"Simpan sementara impor diterapkan ({imported['saves']} kali): median {imported['save_median_ms']} ms, "
        f"paling lama {longest} ms" + ("" if longest < most else f"  DI LUAR BATAS (< {most:.0f})")
    )


def _show(result: dict[str, dict[int, float]], export: dict[str, float], wanted: Sequence[int]) -> None:
    click.echo(
        f"\n{'median CPU, ms':32}" + "".join(f"{people:>10}" for people in wanted) + f"{'banding':>10}"
    )
    for key, times in result.items():
        ratio = times[wanted[-1]] / times[wanted[0]]
        verdict = "" if ratio <= FLAT else f"  DI LUAR BATAS (≤ {FLAT})"
        click.echo(f"{key:32}" + "".join(f"{times[n]:>10}" for n in wanted) + f"{ratio:>10.2f}{verdict}")
    said = ""
    if "ratio" in export:
        said = f"; sqlite3 {export['sqlite3_seconds']} s, banding {export['ratio']} (batas {EXPORT})"
    click.echo(f"\nCSV {export['rows']} baris: {export['seconds']} s CPU{said}")

"""What an import of a whole region costs, and whether others wait while it is checked and applied.

Three tables of made-up rows go the way of an uploaded file: read, checked, staged, applied; 37 rows of the
last one are bad and left out. Applying runs in a process of its own, as the worker's, while somebody saves
progress again and again in this one.
"""

from __future__ import annotations

import re
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random

import click
from flask import Flask
from flask.testing import FlaskClient

from portal.demo.names import parts
from portal.extensions import db
from portal.kernel.sweeps import few_sweeps
from portal.ledger.actor import SYSTEM
from portal.ledger.door import door
from portal.people.imports import actions
from portal.people.imports.models import ImportBatch
from portal.people.imports.rules import Kind
from portal.people.organisation import actions as organisation

BAD = 37
UNIT = 25
DAY = "2 Maret 2026"
"""A day of the measured region's first quarter."""
RATE, WAIT = 5000, 1.0
"""Rows a second by CPU, checks included, at least; seconds that a save may wait."""


def measure(app: Flask, people: int, at: datetime, saver: FlaskClient) -> dict[str, float]:
    """Import ``people`` with their structure into a region of their own; the figures."""
    with app.app_context():
        with door():
            region = organisation.add_region(
                code="99.02", slug="daerah-impor", name="Daerah Impor", kind="kota", by=SYSTEM, at=at
            )
        region_id = region.id
        for kind, lines in ((Kind.UNIT, _units(people)), (Kind.POSITION, _posts(people))):
            batch = actions.stage_file(region_id, kind, _file(lines), "ukur.csv", by=SYSTEM, at=at)
            actions.apply(batch, SYSTEM, at)
            db.session.expunge_all()
        data = _file(_people(people))
        began = time.process_time()
        with few_sweeps():
            batch = actions.stage_file(region_id, Kind.EMPLOYEE, data, "ukur.csv", by=SYSTEM, at=at)
        checked = time.process_time() - began
        if batch.bad != BAD:
            raise click.ClickException(f"impor ukur: {batch.bad} baris salah, seharusnya {BAD}.")
        ref = batch.ref
        db.session.remove()
    waited, applied = _save_meanwhile(Path(app.settings.folder), ref, saver)  # type: ignore[attr-defined]
    with app.app_context():
        state = db.session.query(ImportBatch.state).filter_by(ref=ref).scalar()
        db.session.remove()
    if state != "diterapkan":
        raise click.ClickException(f"impor ukur tidak selesai: {state}.")
    return {
        "rows": people,
        "bad": BAD,
        "check_seconds": round(checked, 2),
        "apply_seconds": round(applied, 2),
        "rows_per_second": round(people / (checked + applied)),
        "saves": len(waited),
        "save_median_ms": round(statistics.median(waited) * 1000, 1),
        "save_longest_ms": round(max(waited) * 1000, 1),
    }


APPLY = """
import sys, time
from datetime import datetime
from portal import create_app
from portal.config import Settings
from portal.extensions import db
from portal.ledger.actor import SYSTEM
from portal.people.imports import actions, queries
from portal.people.imports.models import ImportBatch
from portal.people.imports.rules import BatchState
app = create_app(Settings(data=sys.argv[1], rate_limits=False))
with app.app_context():
    batch = queries.batch_in(ImportBatch, BatchState.READY, sys.argv[2])
    began = time.process_time()
    actions.apply(batch, SYSTEM, app.clock.now(), skip_bad=True)
    print(time.process_time() - began)
"""


def _save_meanwhile(folder: Path, ref: str, saver: FlaskClient) -> tuple[list[float], float]:
    """How long each save took while the batch was applied elsewhere; the CPU seconds of applying."""
    address, fields = _form(saver)
    work = subprocess.Popen(
        [sys.executable, "-c", APPLY, str(folder), ref],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    waited = []
    while work.poll() is None:
        words = {"text": f"Menyusun laporan {secrets.token_hex(4)}.", "once": secrets.token_urlsafe(18)}
        began = time.perf_counter()
        answer = saver.post(address, data={**fields, **words})
        waited.append(time.perf_counter() - began)
        if answer.status_code != 303:
            work.terminate()
            raise click.ClickException(f"simpan menjawab {answer.status_code}.")
        time.sleep(0.05)
    out = work.stdout.read() if work.stdout else ""
    if work.returncode:
        raise click.ClickException("penerapan impor ukur gagal.")
    return waited, float(out.split()[-1])


def _form(client: FlaskClient) -> tuple[str, dict[str, str]]:
    """The form of progress of whoever is signed in."""
    page = client.get("/employee/progress", follow_redirects=True).get_data(as_text=True)
    link = re.search(r'href="(/progress/[0-9a-z]{12}/entries/new)["?]', page)
    if link is None:
        raise click.ClickException("akun ukur tidak dapat mencatat kemajuan.")
    page = client.get(link[1]).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    line = re.search(r'<option[^>]* value="([0-9a-z]{12})"', page)
    if token is None or line is None:
        raise click.ClickException("formulir kemajuan tidak dikenal oleh bench.")
    return link[1], {"csrf_token": token[1], "line_ref": line[1], "day": DAY, "amount": "", "link": ""}


def _file(lines: Iterator[str]) -> bytes:
    return "\n".join(lines).encode()


def _units(people: int) -> Iterator[str]:
    yield "kode_unit,nama,jenis,kode_induk,perangkat_daerah,mulai"
    yield "PUNCAK,Pimpinan Daerah,pemerintah,,tidak,2026-01-01"
    for n in range(-(-people // UNIT)):
        above = f"U{n - n % 10:05},tidak" if n % 10 else "PUNCAK,ya"
        yield f"U{n:05},Unit Ukur {n},bidang,{above},2026-01-01"


def _posts(people: int) -> Iterator[str]:
    yield "kode_jabatan,nama_jabatan,kode_unit,jenis_jabatan,pimpinan"
    for n in range(people):
        yield f"K{n:06},Pelaksana,U{n // UNIT:05},pelaksana,{'tidak' if n % UNIT else 'ya'}"


def _people(people: int) -> Iterator[str]:
    random = Random(people)
    first, last = [*parts()["female"], *parts()["male"]], [*parts()["last_female"], *parts()["last_male"]]
    yield "nip,nama,status,golongan,kode_jabatan,tmt_jabatan"
    step = people // BAD
    for n in range(people):
        # Nobody's numbers: born 1901 to 1909, long retired. Those of demos (1890s) would be doubted, each of them.
        number = f"190{1 + n // 99900 % 9}{1 + n % 12:02}152018{1 + n // 12 % 12:02}{1 + n // 144 % 2}"
        number += f"{1 + n // 288 % 999:03}"
        if n % step == 3 and n // step < BAD:
            number = "1.90103E+17"  # as a spreadsheet leaves it
        yield f"{number},{random.choice(first)} {random.choice(last)},pns,III/a,K{n:06},2026-01-02"

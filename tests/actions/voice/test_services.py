"""Services: values by unit and period, corrections that leave their history, tables, publishing by a second person."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.ledger.door import door
from portal.transparency.service_figures import actions as figures
from portal.transparency.service_figures import dataset
from portal.voice.services import actions, queries, rules
from portal.voice.services.models import MeasuredValue, Measurement, ValueRow
from portal.voice.services.rules import Method, RowFate, TableKind
from tests.support.services import add_indicator, add_service, record

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture
def service(world):
    return add_service(world)


@pytest.fixture
def rate(world, service):
    return add_indicator(world, service)


def refused(run) -> str:
    with pytest.raises(Refused) as caught:
        run()
    refusal = caught.value.refusal
    return (refusal.parts[0] if refusal.parts else refusal).code


def stage(world, indicator, kind, lines, by=None):
    content = lines if isinstance(lines, bytes) else "\n".join(lines).encode()
    prepared = actions.prepare(indicator, kind, content, at=world.clock.now())
    return world.do(actions.stage, indicator, by=by or world.agency_hr, prepared=prepared, name="tabel.csv")


def release(world, service, by):
    seen = dataset.compose(service, at=world.clock.now()).content
    return world.do(figures.release, service, by=by, seen=seen)


def test_a_value_is_kept_with_what_it_is_made_of(world, rate):
    found = record(world, rate, "puskesmas-melati", "2026-08", numerator=1899, denominator=2110)
    said = queries.said(found)
    assert (said.value, said.numerator, said.denominator, said.n) == (Decimal(90), 1899, 2110, 2110)


def test_totals_pool(world, rate):
    record(world, rate, "puskesmas-melati", "2026-08", numerator=90, denominator=100)
    record(world, rate, "dinas-kesehatan", "2026-08", numerator=1, denominator=10)
    found = rules.pooled(Method.RATE, [row.MeasuredValue.figure for row in queries.series([rate.id])])
    assert found.value == rules.share(Decimal(91), Decimal(110))


def test_a_gap_has_its_reason_and_no_nought(world, rate):
    found = record(world, rate, "puskesmas-melati", "2026-08", missing="tidak_ada_layanan")
    said = queries.said(found)
    assert said.value is None and said.missing is rules.MissingReason.NO_SERVICE


@pytest.mark.parametrize(
    ("period", "said", "code"),
    [
        ("2026-08", {"numerator": 3, "denominator": 2}, "value.above_whole"),
        ("2026-08", {"numerator": 10**40, "denominator": 10**40}, "value.large"),
        ("2026-08", {}, "value.nothing"),
        ("2026-10", {"numerator": 1, "denominator": 2}, "value.early"),
        ("2024-12", {"numerator": 1, "denominator": 2}, "value.before"),
    ],
)
def test_what_is_not_taken(world, rate, period, said, code):
    assert refused(lambda: record(world, rate, "puskesmas-melati", period, **said)) == code
    assert db.session.scalar(select(func.count()).select_from(Measurement)) == 0


def test_a_second_value_is_a_correction(world, rate):
    found = record(world, rate, "puskesmas-melati", "2026-08", numerator=1, denominator=2)
    again = lambda: record(world, rate, "puskesmas-melati", "2026-08", numerator=2, denominator=2)  # noqa: E731
    assert refused(again) == "value.known"
    world.do(
        actions.correct,
        found,
        by=world.agency_hr,
        reason="Satu formulir terselip.",
        numerator=Decimal(2),
        denominator=Decimal(2),
    )
    history = queries.history(found)
    assert [row.MeasuredValue.value for row in history] == [100, 50]
    assert history[0].MeasuredValue.reason == "Satu formulir terselip."
    assert queries.said(found).value == 100


def test_history_is_append_only(world, rate):
    record(world, rate, "puskesmas-melati", "2026-08", numerator=1, denominator=2)
    for statement in ("UPDATE measured_values SET value = 0", "DELETE FROM measured_values"):
        with pytest.raises(DatabaseError), door() as session:
            session.execute(text(statement))


def test_a_correction_does_not_empty_a_series(world, rate):
    first = record(world, rate, "puskesmas-melati", "2026-07", numerator=1, denominator=2)
    empty = {"by": world.hr, "reason": "Datanya hilang.", "missing": "tidak_dikumpulkan"}
    assert refused(lambda: world.do(actions.correct, first, **empty)) == "value.empties"
    record(world, rate, "puskesmas-melati", "2026-08", numerator=1, denominator=2)
    world.do(actions.correct, first, **empty)
    assert queries.said(first).value is None


def test_what_was_published_closes_its_period(world, service, rate):
    record(world, rate, "puskesmas-melati", "2026-08", numerator=90, denominator=100)
    release(world, service, world.publisher)

    def late(**more):
        return record(world, rate, "dinas-kesehatan", "2026-08", numerator=8, denominator=9, **more)

    assert refused(late) == "value.closed"
    late(reason="Laporan sekretariat terlambat.")


def test_a_table_is_shown_before_it_is_applied(world, rate):
    record(world, rate, "puskesmas-melati", "2026-06", numerator=1, denominator=2)
    record(world, rate, "puskesmas-melati", "2026-07", numerator=1, denominator=2)
    code = world.unit("puskesmas-melati").code
    batch = stage(
        world,
        rate,
        TableKind.VALUES,
        [
            "kode_unit;periode;pembilang;penyebut;sebab_kosong",
            f"{code};2026-06;1;2;",
            f"{code};2026-07;2;2;",
            f"{code};2026-08;1.234,5;2.000;",
            f"{code};2026-05;;;gangguan",
            f"{code};2026-08;1;1;",
            f"{code};2026-04;3;2;",
            f"{code};2026-03;{10**40};2;",
            f"{code};2026-11;1;2;",
            "XX;2026-02;1;2;",
            f"{code};Februari;1;2;",
            f"{code};2026-01;;;lupa",
        ],
    )
    assert (batch.fresh, batch.corrected, batch.same, batch.bad) == (2, 1, 1, 7)
    assert len(queries.series([rate.id])) == 2
    assert refused(lambda: world.do(actions.apply, batch, by=world.agency_hr)) == "table.reason"
    world.do(actions.apply, batch, by=world.agency_hr, reason="Rekapitulasi diperiksa ulang.")
    said = {row.Measurement.begins.month: row.MeasuredValue for row in queries.series([rate.id])}
    assert said[8].numerator == Decimal("1234.5") and said[7].value == 100 and said[7].revision == 2
    assert said[5].missing is rules.MissingReason.OUTAGE
    assert refused(lambda: world.do(actions.apply, batch, by=world.agency_hr, reason="x")) == "table.settled"


def test_a_table_does_not_empty_a_series(world, rate):
    record(world, rate, "puskesmas-melati", "2026-07", numerator=1, denominator=2)
    code = world.unit("puskesmas-melati").code
    lines = ["kode_unit,periode,sebab_kosong", f"{code},2026-07,tidak_dikumpulkan"]
    assert stage(world, rate, TableKind.VALUES, lines).bad == 1


def test_a_table_is_refused_when_the_series_moved_on(world, rate):
    code = world.unit("puskesmas-melati").code
    batch = stage(
        world, rate, TableKind.VALUES, ["kode_unit,periode,pembilang,penyebut", f"{code},2026-07,1,2"]
    )
    record(world, rate, "puskesmas-melati", "2026-08", numerator=1, denominator=2)
    assert refused(lambda: world.do(actions.apply, batch, by=world.hr)) == "table.stale"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table.empty"),
        (b"PK\x03\x04zip", "table.kind"),
        (b"kode_unit,periode\n", "table.empty"),
        (b"unit,bulan\n1,2\n", "table.headings"),
        (b"kode_unit,periode,gaji\n1,2,3\n", "table.strange"),
        (b"kode_unit,periode,periode\n1,2,3\n", "table.strange"),
        (b"x" * (20 * 1024 * 1024 + 1), "table.large"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_files_that_are_no_table(world, rate, content, code):
    assert refused(lambda: actions.prepare(rate, TableKind.VALUES, content, at=world.clock.now())) == code


def test_cases_are_for_medians(world, rate):
    assert (
        refused(lambda: actions.prepare(rate, TableKind.CASES, b"x", at=world.clock.now())) == "table.cases"
    )


def test_the_complaints_as_a_table_of_cases(world, service):
    """The real set by agency: each unit's median from its cases, that of all from all cases (BNY-5, NEW-16)."""
    median = add_indicator(world, service, Method.MEDIAN, measure="jam", better="turun", begins=_day(2023))
    units = {"NYPD": "puskesmas-melati", "HPD": "dinas-kesehatan"}
    codes = {name: world.unit(slug).code for name, slug in units.items()}
    lines = ["kode_unit,dibuka,selesai"]
    with (DATA / "complaints" / "nyc311.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["agency"] in units:
                lines.append(f"{codes[row['agency']]},{row['created_date']},{row['closed_date']}")
    batch = stage(world, median, TableKind.CASES, lines)
    assert (batch.fresh, batch.bad) == (2, 0)
    world.do(actions.apply, batch, by=world.hr)
    expected = json.loads((DATA / "complaints" / "EXPECTED_nyc311.json").read_text())["by_agency"]
    rows = queries.series([median.id])
    for name, slug in units.items():
        said = next(row.MeasuredValue for row in rows if row.Unit.slug == slug)
        assert said.value is not None
        assert abs(said.value - Decimal(str(expected[name]["median_h"]))) <= Decimal("0.00005")
        assert (said.n, said.open_cases, said.excluded) == (
            expected[name]["n_valid"],
            expected[name]["open"],
            expected[name]["negative"],
        )
    whole = rules.pooled(Method.MEDIAN, [row.MeasuredValue.figure for row in rows], "jam")
    assert whole.n == 658 + 402


def _day(year):
    from datetime import date

    return date(year, 1, 1)


def test_the_health_series_as_a_table(world, service):
    """7,283 rows by provider, type and month as units' monthly figures: all together as the expected file says."""
    rate = add_indicator(world, service, begins=_day(2016))
    with door() as session:
        for unit in ("puskesmas-melati", "dinas-kesehatan"):
            world.unit(unit).begins = _day(2010)
        session.flush()
    codes = [world.unit("puskesmas-melati").code, world.unit("dinas-kesehatan").code]
    sums: dict[tuple[str, str], list[int]] = {}
    with (DATA / "service_series" / "nhs_ae_2016_04_2017_12.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = sums.setdefault((codes[sum(map(ord, row["org_code"])) % 2], row["period"]), [0, 0])
            place[0] += int(row["attendances"]) - int(row["breaches"])
            place[1] += int(row["attendances"])
    lines = ["kode_unit,periode,pembilang,penyebut", *(f"{c},{p},{a},{b}" for (c, p), (a, b) in sums.items())]
    batch = stage(world, rate, TableKind.VALUES, lines)
    assert (batch.fresh, batch.bad) == (42, 0)
    world.do(actions.apply, batch, by=world.agency_hr)
    release(world, service, world.publisher)
    edition = dataset.compose(service, at=world.clock.now()).edition
    document = json.loads(edition.dataset)
    with (DATA / "service_series" / "EXPECTED_by_month.csv").open(encoding="utf-8", newline="") as file:
        expected = {row["period"]: row for row in csv.DictReader(file)}
    totals = document["indikator"][0]["jumlah"]
    assert [each["periode"] for each in totals] == sorted(expected)
    for each in totals:
        share = Decimal(each["pembilang"]) / Decimal(each["penyebut"])
        assert round(share, 6) == Decimal(expected[each["periode"]]["performance"])
        assert each["n"] == int(expected[each["periode"]]["attendances"])


def test_somebody_else_publishes(world, service, rate):
    record(world, rate, "puskesmas-melati", "2026-08", by=world.publisher, numerator=90, denominator=100)
    assert refused(lambda: release(world, service, world.publisher)) == "service.second_person"
    first = release(world, service, world.hr)
    assert first.version == 1
    assert refused(lambda: release(world, service, world.hr)) == "service.nothing_new"
    assert queries.series([rate.id])[0].Measurement.released is not None


def test_what_changed_since_it_was_looked_at_is_not_published(world, service, rate):
    record(world, rate, "puskesmas-melati", "2026-08", numerator=90, denominator=100)
    seen = dataset.compose(service, at=world.clock.now()).content
    record(world, rate, "puskesmas-melati", "2026-07", numerator=90, denominator=100)
    run = lambda: world.do(figures.release, service, by=world.publisher, seen=seen)  # noqa: E731
    assert refused(run) == "service.changed"


def test_a_service_without_its_standard_is_not_published(world):
    service = add_service(world)
    world.do(
        actions.change_service,
        service,
        by=world.hr,
        name=service.name,
        everyday="",
        name_en="",
        decree="",
        set_on=None,
    )
    found = dataset.compose(service, at=world.clock.now())
    refusal = figures.why_not_release(service, found, by=world.publisher.actor, at=world.clock.now())
    assert refusal is not None and refusal.code == "service.standard_incomplete" and len(refusal.parts) == 6


def test_few_cases_stay_hidden_with_what_would_give_them_away(world, service, rate):
    record(world, rate, "puskesmas-melati", "2026-08", numerator=2, denominator=3)
    record(world, rate, "dinas-kesehatan", "2026-08", numerator=70, denominator=80)
    record(world, rate, "puskesmas-melati", "2026-07", numerator=60, denominator=70)
    record(world, rate, "dinas-kesehatan", "2026-07", numerator=70, denominator=80)
    text = json.dumps(dataset.compose(service, at=world.clock.now()).document)
    document = json.loads(text)
    indicator = document["indikator"][0]
    august = [value for unit in indicator["unit"] for value in unit["deret"] if value["periode"] == "2026-08"]
    assert all(value["nilai"] is None and value["tidak_ditampilkan"] for value in august)
    july = [value for unit in indicator["unit"] for value in unit["deret"] if value["periode"] == "2026-07"]
    assert all(value["nilai"] for value in july)
    assert '"66.666667"' not in text


def test_an_edition_does_not_change(world, service, rate):
    record(world, rate, "puskesmas-melati", "2026-08", numerator=90, denominator=100)
    release(world, service, world.publisher)
    with pytest.raises(DatabaseError), door() as session:
        session.execute(text("UPDATE service_editions SET dataset = '{}'"))


def test_large_tables_are_applied_at_once(world, service):
    """Rows come and go in a handful of statements, however many there are."""
    count = add_indicator(world, service, Method.COUNT, begins=_day(1990))
    with door():
        world.unit("puskesmas-melati").begins = _day(1990)
    code = world.unit("puskesmas-melati").code
    out = io.StringIO("kode_unit,periode,nilai\n")
    lines = [
        "kode_unit,periode,nilai",
        *(f"{code},{y}-{m:02},{y + m}" for y in range(1990, 2026) for m in range(1, 13)),
    ]
    batch = stage(world, count, TableKind.VALUES, lines)
    assert batch.fresh == 36 * 12 and out
    world.do(actions.apply, batch, by=world.agency_hr)
    assert db.session.scalar(select(func.count()).select_from(MeasuredValue)) == 36 * 12
    assert (
        db.session.scalar(select(func.count()).select_from(ValueRow).where(ValueRow.fate == RowFate.BAD)) == 0
    )

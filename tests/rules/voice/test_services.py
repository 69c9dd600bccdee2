"""Services: figures as independent programs computed them, and the tables of what may be written."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import date, datetime
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from portal.kernel.exact import round_half_up
from portal.policy.calendars.rules import PeriodKind
from portal.voice.services import rules
from portal.voice.services.rules import NOTHING, Better, Component, Figure, Method, MissingReason

DATA = Path(__file__).resolve().parents[2] / "data"
D = Decimal


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ---------------------------------------------------------------------------------- on real data


def test_the_pooled_monthly_share_of_the_health_series():
    """7,283 rows by provider and type: each month's share is that of the sums, to the last printed place."""
    by_month: dict[str, list[Figure]] = defaultdict(list)
    for row in rows_of("service_series/nhs_ae_2016_04_2017_12.csv"):
        attended, late = D(row["attendances"]), D(row["breaches"])
        if attended:
            kept = attended - late
            by_month[row["period"]].append(Figure(rules.share(kept, attended), kept, attended, int(attended)))
    expected = rows_of("service_series/EXPECTED_by_month.csv")
    assert len(expected) == len(by_month) == 21
    for row in expected:
        whole = rules.pooled(Method.RATE, by_month[row["period"]])
        assert whole.value is not None and whole.numerator is not None
        assert whole.denominator == whole.n == int(row["attendances"])
        assert whole.denominator - whole.numerator == int(row["breaches"])
        assert round_half_up(whole.value / 100, 6) == D(row["performance"]), row["period"]


def test_pooling_is_not_the_mean_of_the_parts():
    parts = [Figure(D(90), D(90), D(100), 100), Figure(D(50), D(1), D(2), 2)]
    assert rules.pooled(Method.RATE, parts).value == rules.share(D(91), D(102))


def cases_by(key: str = "") -> dict[str, rules.Clocks]:
    cases: dict[str, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for row in rows_of("complaints/nyc311.csv"):
        opened = rules.parse_moment(row["created_date"])
        assert opened is not None
        cases[row[key] if key else ""].append((opened, rules.parse_moment(row["closed_date"])))
    return {name: rules.clocks(found) for name, found in cases.items()}


EXPECTED = json.loads((DATA / "complaints" / "EXPECTED_nyc311.json").read_text())
GROUPS = [
    ("", "", EXPECTED["overall"]),
    *(("agency", name, said) for name, said in EXPECTED["by_agency"].items()),
    *(("borough", name, said) for name, said in EXPECTED["by_borough"].items()),
    *(("open_data_channel_type", name, said) for name, said in EXPECTED["by_channel"].items()),
]


@pytest.fixture(scope="module")
def complaint_clocks():
    return {key: cases_by(key) for key in ("", "agency", "borough", "open_data_channel_type")}


@pytest.mark.parametrize(
    ("key", "name", "said"), GROUPS, ids=lambda each: each if isinstance(each, str) else ""
)
def test_the_clocks_of_the_complaints(complaint_clocks, key, name, said):
    found = complaint_clocks[key][name]
    counted = (found.n, found.open, found.excluded, found.zero, len(found.settled))
    assert counted == (said["n"], said["open"], said["negative"], said["zero"], said["n_valid"])
    if not found.settled:
        return
    got = {
        "mean_h": found.mean(),
        "median_h": found.quantile("0.5"),
        "p25": found.quantile("0.25"),
        "p75": found.quantile("0.75"),
        "p90": found.quantile("0.9"),
        "max": found.quantile("1"),
        "within_24h_pct": found.within(24),
        "within_72h_pct": found.within(72),
    }
    for name_, value in got.items():
        # The other program rounds floats: exactly half way between two digits it may fall to either.
        both = {value.quantize(D("0.0001"), way) for way in (ROUND_HALF_UP, ROUND_HALF_DOWN)}
        assert D(str(said[name_])) in both, name_
    assert rules.median_figure(found.settled, "jam").value == found.quantile("0.5")


def test_the_median_of_all_is_that_of_the_rows_never_of_medians(complaint_clocks):
    parts = [rules.median_figure(each.settled, "jam") for each in complaint_clocks["agency"].values()]
    whole = rules.pooled(Method.MEDIAN, parts, "jam")
    assert whole.n == 1324 and round_half_up(whole.value or D(0), 3) == D("4.139")
    blind = [Figure(part.value, n=part.n) for part in parts]
    assert rules.pooled(Method.MEDIAN, blind, "jam") == NOTHING
    assert rules.pooled(Method.MEDIAN, blind[:1], "jam").value == blind[0].value


# ------------------------------------------------------------------------------------- pooling


POOLED = [
    (Method.RATE, [], None, None),
    (Method.RATE, [NOTHING, NOTHING], None, None),
    (Method.RATE, [Figure(D(50), D(1), D(2), 2), NOTHING], D(50), 2),
    (Method.RATE, [Figure(D(50)), Figure(D(50), D(1), D(2), 2)], None, None),
    (Method.COUNT, [Figure(D(3)), NOTHING, Figure(D(4))], D(7), None),
    (Method.COUNT, [Figure(D(0))], D(0), None),
    (Method.MEAN, [Figure(D("75.56"), n=30), Figure(D("94.61"), n=10)], D("80.3225"), 40),
    (Method.MEAN, [Figure(D(80)), Figure(D(90), n=2)], None, None),
    (Method.MEDIAN, [Figure(D(5), n=9)], D(5), 9),
    (Method.MEDIAN, [Figure(D(5), n=9), Figure(D(7), n=9)], None, None),
]


@pytest.mark.parametrize(("method", "figures", "value", "n"), POOLED)
def test_totals(method, figures, value, n):
    found = rules.pooled(method, figures, "menit")
    assert (found.value, found.n) == (value, n)


def test_quantiles_lie_between_neighbours():
    assert rules.quantile([1, 2, 3, 4], Fraction(1, 2)) == Fraction(5, 2)
    assert rules.quantile([7], Fraction(9, 10)) == 7
    assert rules.quantile([0, 10], Fraction(9, 10)) == 9


# ------------------------------------------------------------------------------------- values


def codes(refusals):
    return [(refusal.code, refusal.anchor) for refusal in refusals]


NO = MissingReason.NO_SERVICE
BAD = [
    (Method.RATE, {}, ("value.nothing", "numerator")),
    (Method.COUNT, {}, ("value.nothing", "value")),
    (Method.RATE, {"numerator": D(3)}, ("value.needed", "denominator")),
    (Method.RATE, {"numerator": D(3), "denominator": D(2)}, ("value.above_whole", "numerator")),
    (Method.RATE, {"numerator": D(-1), "denominator": D(2)}, ("value.negative", "numerator")),
    (Method.RATE, {"numerator": D(0), "denominator": D(0)}, ("value.denominator", "denominator")),
    (Method.RATE, {"numerator": D(10) ** 40, "denominator": D(10) ** 40}, ("value.large", "numerator")),
    (Method.COUNT, {"value": D("1.5")}, ("value.whole", "value")),
    (Method.COUNT, {"value": D(-1)}, ("value.negative", "value")),
    (Method.COUNT, {"value": D(10) ** 12}, ("value.large", "value")),
    (Method.MEAN, {"value": D(80)}, ("value.needed", "n")),
    (Method.MEAN, {"value": D(80), "n": D(0)}, ("value.n", "n")),
    (Method.MEDIAN, {"value": D(80), "n": D("1.5")}, ("value.n", "n")),
    (Method.COUNT, {"value": D(1), "missing": NO}, ("value.and_missing", "missing")),
    (Method.COUNT, {"missing": MissingReason.OTHER}, ("value.note", "note")),
]
GOOD = [
    (Method.RATE, {"numerator": D(0), "denominator": D(1)}),
    (Method.RATE, {"numerator": D(5), "denominator": D(5)}),
    (Method.COUNT, {"value": D(0)}),
    (Method.MEAN, {"value": D("1234.5"), "n": D(1)}),
    (Method.MEDIAN, {"value": D("0"), "n": D(3)}),
    (Method.RATE, {"missing": NO}),
    (Method.MEAN, {"missing": MissingReason.OTHER, "note": "Arsip terbakar."}),
]


@pytest.mark.parametrize(("method", "parts", "said"), BAD)
def test_what_does_not_fit_is_said_at_its_field(method, parts, said):
    assert said in codes(rules.wrong_parts(method, **parts))


@pytest.mark.parametrize(("method", "parts"), GOOD)
def test_what_fits(method, parts):
    assert rules.wrong_parts(method, **parts) == []


SAID = {"over": True, "begun": True, "known": False, "closed": False, "reason": "", "correcting": False}
RECORD = [
    ({}, None),
    ({"over": False}, "value.early"),
    ({"begun": False}, "value.before"),
    ({"known": True}, "value.known"),
    ({"closed": True}, "value.closed"),
    ({"closed": True, "reason": "Laporan terlambat."}, None),
    ({"known": True, "correcting": True}, "value.reason"),
    ({"known": True, "correcting": True, "reason": " "}, "value.reason"),
    ({"known": True, "correcting": True, "reason": "Salah ketik."}, None),
    ({"known": True, "correcting": True, "closed": True, "reason": "Salah ketik."}, None),
]


@pytest.mark.parametrize(("change", "code"), RECORD)
def test_when_a_value_may_be_written(change, code):
    refusal = rules.why_not_record(**(SAID | change))
    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize(
    ("missing", "others", "code"),
    [(None, 0, None), (NO, 1, None), (NO, 0, "value.empties")],
)
def test_a_correction_does_not_empty_a_series(missing, others, code):
    refusal = rules.why_not_empty(missing, others)
    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize(
    ("value", "standard", "better", "said"),
    [
        (D(90), D(90), Better.HIGHER, True),
        (D("89.99999999999"), D(90), Better.HIGHER, True),
        (D("89.9"), D(90), Better.HIGHER, False),
        (D(15), D(15), Better.LOWER, True),
        (D("15.1"), D(15), Better.LOWER, False),
        (D(15), D(15), Better.NEITHER, None),
        (None, D(15), Better.LOWER, None),
        (D(15), None, Better.LOWER, None),
    ],
)
def test_against_the_standard(value, standard, better, said):
    assert rules.meets(value, standard, better) is said


# ------------------------------------------------------------------------------------- periods


@pytest.mark.parametrize(
    ("kind", "text", "begins", "key"),
    [
        (PeriodKind.MONTH, "2026-03", date(2026, 3, 1), "2026-03"),
        (PeriodKind.MONTH, "2026-3", date(2026, 3, 1), "2026-03"),
        (PeriodKind.MONTH, "2026-13", None, ""),
        (PeriodKind.MONTH, "0001-01", None, ""),
        (PeriodKind.MONTH, "٢٠٢٦-٠٣", None, ""),
        (PeriodKind.QUARTER, "2026-triwulan-3", date(2026, 7, 1), "2026-triwulan-3"),
        (PeriodKind.QUARTER, "2026-TW3", date(2026, 7, 1), "2026-triwulan-3"),
        (PeriodKind.QUARTER, "2026-03", None, ""),
        (PeriodKind.SEMESTER, "2026-semester-2", date(2026, 7, 1), "2026-semester-2"),
        (PeriodKind.YEAR, "2026", date(2026, 1, 1), "2026"),
    ],
)
def test_periods_as_written(kind, text, begins, key):
    assert rules.parse_span(kind, text) == begins
    if begins:
        assert rules.span_key(kind, begins) == key
        assert rules.first_day(kind, rules.ends_before(kind, begins)) == rules.moved(kind, begins, 1)


def test_periods_in_a_row():
    assert rules.spans(PeriodKind.QUARTER, date(2025, 10, 1), date(2026, 4, 1)) == [
        date(2025, 10, 1),
        date(2026, 1, 1),
        date(2026, 4, 1),
    ]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-02-28 23:45:00", datetime(2023, 2, 28, 23, 45)),
        ("2023-02-28T23:45", datetime(2023, 2, 28, 23, 45)),
        ("28-02-2023 23.45", datetime(2023, 2, 28, 23, 45)),
        ("31-02-2023 23.45", None),
        ("2023-02-28", None),
        ("9999-02-28 00:00", None),
        ("", None),
    ],
)
def test_moments_as_written(text, moment):
    assert rules.parse_moment(text) == moment


# ------------------------------------------------------------------------------------ standard


def test_six_components_are_public_and_must_be_written():
    assert len(Component) == 14 and len(rules.PUBLIC) == 6
    whole = dict.fromkeys(rules.PUBLIC, "Tertulis.")
    assert rules.why_not_publish_standard(whole) is None
    refusal = rules.why_not_publish_standard(whole | {Component.FEE: " "})
    assert refusal is not None and len(refusal.parts) == 1
    assert len((rules.why_not_publish_standard({}) or refusal).parts) == 6


@pytest.mark.parametrize(
    ("method", "measure", "code"),
    [
        (Method.RATE, "%", None),
        (Method.RATE, "orang", "indicator.percent"),
        (Method.MEDIAN, "menit", None),
        (Method.MEDIAN, "orang", "indicator.time"),
        (Method.COUNT, "orang", None),
    ],
)
def test_units_fit_their_method(method, measure, code):
    refusal = rules.why_not_measure(method, measure)
    assert (refusal.code if refusal else None) == code

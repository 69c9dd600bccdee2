"""Earlier years: tables of truth of PP 46/2011 and PP 30/2019, prorated years, and every refusal (NAT-2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.people.imports.rules import Row, words
from portal.performance.legacy import rules
from portal.performance.legacy.rules import (
    LAYOUT,
    Fate,
    Known,
    KnownPerson,
    KnownYear,
    LegacyMethod,
    LegacyPart,
    check,
    part_of,
    verdict,
)
from portal.policy.policies import files
from portal.policy.policies.rules import OverallRating, rating_word
from portal.web.fields import parse_date

PP46, PP30 = LegacyMethod.PP46, LegacyMethod.PP30
POLICIES = {
    PP46: files.load(files.FOLDER / "pp-46-2011.v2.toml").rules,
    PP30: files.load(files.FOLDER / "pp-30-2019.v1.toml").rules,
}
RINA, BUDI = "198609262015051901", "198609262015051902"
KNOWN = Known(
    people={RINA: KnownPerson(1, "Rina Pelaksana"), BUDI: KnownPerson(2, "Budi Perawat")},
    years={},
    evaluated=frozenset({2026}),
    this_year=2026,
    policies=POLICIES,
)
OLD = {"nip": RINA, "tahun": "2019", "metode": "PP 46/2011", "nilai_akhir": "85,64"}
NEW = {
    "nip": RINA,
    "tahun": "2022",
    "metode": "PP 30/2019",
    "nilai_skp": "110",
    "nilai_perilaku": "100",
    "nilai_akhir": "107",
}


def rows(*cells: dict[str, str]) -> list[Row]:
    return [Row(number, each) for number, each in enumerate(cells, 2)]


def checked(*cells: dict[str, str], known: Known = KNOWN) -> rules.Checked:
    return check(rows(*cells), known, parse_date)


def problems(*cells: dict[str, str], known: Known = KNOWN) -> list[str]:
    """Codes of what is wrong, with the column."""
    return [
        f"{each.column}:{each.refusal.code.removeprefix('import.').removeprefix('legacy.')}"
        for line in checked(*cells, known=known).lines
        for each in line.reading.problems
    ]


def doubts(*cells: dict[str, str], known: Known = KNOWN) -> list[str]:
    return [
        f"{each.column}:{each.refusal.code.removeprefix('import.')}"
        for line in checked(*cells, known=known).lines
        for each in line.reading.warnings
    ]


def fates(*cells: dict[str, str], known: Known = KNOWN) -> list[Fate]:
    return [line.fate for line in checked(*cells, known=known).lines]


# --------------------------------------------------------------------------- what a year comes to


@pytest.mark.parametrize(
    ("total", "word"),
    [
        *[("91", "Sangat Baik"), ("90.99", "Baik"), ("76", "Baik"), ("75.99", "Cukup"), ("61", "Cukup")],
        *[("60.99", "Kurang"), ("51", "Kurang"), ("50.99", "Buruk"), ("50", "Buruk"), ("0", "Buruk")],
    ],
)
def test_the_bands_and_words_of_pp_46(total: str, word: str) -> None:
    """TV-3; PP 46/2011 Ps. 17: decimals between whole bands count from the lower limit on."""
    found = verdict([LegacyPart(12, Decimal(total))], 2019, POLICIES[PP46])
    assert found.score == Decimal(total)
    assert rating_word(found.overall, PP46) == word


@pytest.mark.parametrize(
    ("plan", "behaviour", "others", "idea", "total", "word"),
    [
        ("110", "100", None, False, "107.00", "Baik"),
        ("115", "110", None, False, "113.50", "Baik"),
        ("115", "110", None, True, "113.50", "Sangat Baik"),
        ("120", "120", None, False, "120.00", "Baik"),
        ("90", "90", None, False, "90.00", "Baik"),
        ("90", "89.9", None, False, "89.97", "Cukup"),
        ("70", "69.9", None, False, "69.97", "Kurang"),
        ("50", "49.9", None, False, "49.97", "Sangat Kurang"),
        ("105", "90", "80", False, "97.40", "Baik"),
    ],
)
def test_the_weighted_method_of_a_year(
    plan: str, behaviour: str, others: str | None, idea: bool, total: str, word: str
) -> None:
    """TV-3: 70/30 without a survey, 60/40 with one, and Sangat Baik only with a new idea."""
    given_others = Decimal(others) if others else None
    part = LegacyPart(12, Decimal(total), Decimal(plan), Decimal(behaviour), given_others, idea)
    found = rules.score_of(rules.worked_out(part, 2022, POLICIES[PP30]))
    assert found is not None and rules.equal_when_rounded(found, Decimal(total))
    assert rating_word(verdict([part], 2022, POLICIES[PP30]).overall, PP30) == word


def test_the_band_is_that_of_the_unrounded_value() -> None:
    """TV-3: 95 and 78.3333 give 89.99999, Cukup, though documents print 90,00."""
    part = LegacyPart(12, Decimal("90"), Decimal("95"), Decimal("78.3333"))
    assert verdict([part], 2022, POLICIES[PP30]).overall is OverallRating.NEEDS_IMPROVEMENT
    printed = replace(part, rating=OverallRating.GOOD)
    assert verdict([printed], 2022, POLICIES[PP30]).overall is OverallRating.GOOD


@pytest.mark.parametrize(
    ("parts", "score"),
    [
        ([(5, "100"), (7, "90")], "94.17"),
        ([(3, "118"), (9, "88")], "95.50"),
        ([(4, "80"), (4, "80"), (4, "80")], "80.00"),
    ],
)
def test_a_year_in_parts_counts_by_months(parts: list[tuple[int, str]], score: str) -> None:
    """TV-3, PP 30/2019 Ps. 36."""
    found = verdict([LegacyPart(n, Decimal(total)) for n, total in parts], 2022, POLICIES[PP30])
    assert rules.equal_when_rounded(found.score, Decimal(score))


def test_the_working_of_a_year_in_parts_can_be_done_again() -> None:
    parts = [LegacyPart(5, Decimal(100)), LegacyPart(7, Decimal(90))]
    step = rules.working_of_months(parts, verdict(parts, 2022, POLICIES[PP30]).score, PP30)
    assert step.words() == (
        "Nilai setahun menurut bulan (PP 30/2019 Pasal 36): (5 × 100 + 7 × 90) ÷ 12 = 94,17."
    )


def test_an_idea_of_one_part_counts_for_the_year() -> None:
    parts = [LegacyPart(6, Decimal(115), new_idea=True), LegacyPart(6, Decimal(115))]
    assert verdict(parts, 2022, POLICIES[PP30]).overall is OverallRating.VERY_GOOD


def test_only_the_weighted_method_says_that_it_is_a_simulation() -> None:
    assert rules.is_simulation(POLICIES[PP30])
    assert not rules.is_simulation(POLICIES[PP46])


values = st.decimals(0, 100, places=2)


@given(st.lists(st.tuples(st.integers(1, 12), values), min_size=2, max_size=6), st.data())
def test_a_better_part_never_lowers_a_year(parts: list[tuple[int, Decimal]], data: Any) -> None:
    at = data.draw(st.integers(0, len(parts) - 1))
    made = [LegacyPart(months, total) for months, total in parts]
    better = [*made]
    better[at] = replace(made[at], total=data.draw(st.decimals(made[at].total, 100, places=2)))
    for policy in POLICIES.values():
        before, after = verdict(made, 2021, policy), verdict(better, 2021, policy)
        order = tuple(OverallRating)
        assert after.score >= before.score and order.index(after.overall) <= order.index(before.overall)
        totals = [part.total for part in made]
        assert min(totals) - Decimal("0.01") <= before.score <= max(totals) + Decimal("0.01")


@given(
    st.builds(
        LegacyPart,
        months=st.integers(1, 12),
        total=values,
        plan=st.none() | values,
        behaviour=st.none() | values,
        others=st.none() | values,
        new_idea=st.booleans(),
        rating=st.none() | st.sampled_from(OverallRating),
        document=st.text(max_size=20),
        day=st.none() | st.dates(),
    )
)
def test_a_part_comes_back_out_of_its_json(part: LegacyPart) -> None:
    assert part_of(part.as_data()) == part


# --------------------------------------------------------------------------- rows


def test_good_rows_are_new_years() -> None:
    found = checked(OLD, NEW)
    assert [line.fate for line in found.lines] == [Fate.NEW, Fate.NEW]
    assert [each.key for each in found.years] == [(1, 2019, PP46), (1, 2022, PP30)]
    assert [each.verdict.overall for each in found.years] == ["baik", "baik"]


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"nip": ""}, "nip:empty_cell"),
        ({"nip": "198609262015051999"}, "nip:legacy_unknown"),
        ({"nip": "1986092620150519"}, "nip:legacy_number"),
        ({"nip": "198609262015051000"}, "nip:rounded"),
        ({"nip": "1,98609E+17"}, "nip:rounded"),
        ({"nip": "1.98609262015052e+17"}, "nip:rounded"),
        ({"tahun": ""}, "tahun:empty_cell"),
        ({"tahun": "19"}, "tahun:whole"),
        ({"tahun": "2013"}, "tahun:too_early"),
        ({"tahun": "2022"}, "tahun:pp46_over"),
        ({"tahun": "2026"}, "tahun:evaluated"),
        ({"metode": "PermenPANRB 6/2022"}, "metode:method"),
        ({"nilai_akhir": ""}, "nilai_akhir:legacy_needed"),
        ({"nilai_akhir": "baik"}, "nilai_akhir:number"),
        ({"nilai_akhir": "=A1+B1"}, "nilai_akhir:number"),
        ({"nilai_akhir": "-1"}, "nilai_akhir:legacy_bounds"),
        ({"nilai_akhir": "120,01"}, "nilai_akhir:legacy_bounds"),
        ({"nilai_skp": "90", "nilai_perilaku": "100,5"}, "nilai_perilaku:legacy_bounds"),
        ({"nilai_rekan_bawahan": "80"}, "nilai_rekan_bawahan:legacy_not_in"),
        ({"ide_baru": "ya"}, "ide_baru:legacy_not_in"),
        ({"predikat": "Sangat Baik"}, "predikat:legacy_band"),
        ({"predikat": "Istimewa"}, "predikat:rating"),
        ({"predikat": "Sangat Kurang", "nilai_akhir": "40"}, "predikat:legacy_word"),
        ({"bulan": "0"}, "bulan:whole"),
        ({"bulan": "6"}, "bulan:months"),
        ({"tanggal_dokumen": "31 Februari 2020"}, "tanggal_dokumen:date"),
    ],
)
def test_what_is_wrong_with_a_row_of_pp_46(changed: dict[str, str], wrong: str) -> None:
    assert problems({**OLD, **changed}) == [wrong]
    assert fates({**OLD, **changed}) == [Fate.BAD]


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"tahun": "2020"}, "tahun:too_early"),
        ({"nilai_skp": ""}, "nilai_skp:legacy_needed"),
        ({"nilai_perilaku": ""}, "nilai_perilaku:legacy_needed"),
        ({"nilai_skp": "120,5"}, "nilai_skp:legacy_bounds"),
        ({"tahun": "2024"}, "nilai_rekan_bawahan:score.survey_needed"),
        ({"predikat": "Buruk", "nilai_akhir": "40"}, "predikat:legacy_word"),
        ({"nilai_skp": "120", "nilai_perilaku": "120", "nilai_akhir": "120", "predikat": "Sangat Baik"},
         "predikat:legacy_band"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_of_pp_30(changed: dict[str, str], wrong: str) -> None:
    assert problems({**NEW, **changed}) == [wrong]


def test_sangat_baik_without_an_idea_says_what_it_takes() -> None:
    row = {
        **NEW,
        "nilai_skp": "120",
        "nilai_perilaku": "120",
        "nilai_akhir": "120",
        "predikat": "Sangat Baik",
    }
    (line,) = checked(row).lines
    assert "ide_baru: ya" in words(line.reading.problems[0].as_data())
    assert fates({**row, "ide_baru": "ya"}) == [Fate.NEW]


@pytest.mark.parametrize("year", range(2010, 2029))
@pytest.mark.parametrize("method", LegacyMethod)
def test_each_year_has_its_regulation(method: LegacyMethod, year: int) -> None:
    """PP 46/2011 from 2014 to 2021, PP 30/2019 from 2021 on, neither in a year that isn't over."""
    allowed = {PP46: range(2014, 2022), PP30: range(2021, 2026)}[method]
    refusal = rules.why_not_year(method, year, 2026, frozenset())
    assert (refusal is None) == (year in allowed)
    assert rules.why_not_year(method, year, 2026, frozenset({year})) is not None


@pytest.mark.parametrize(
    ("changed", "doubt"),
    [
        ({"nilai_skp": "86,40", "nilai_perilaku": "84,50"}, None),
        ({"nilai_skp": "86,40", "nilai_perilaku": "84,51"}, None),
        ({"nilai_skp": "86,40", "nilai_perilaku": "84,60"}, "nilai_akhir:legacy_total"),
        ({"nilai_akhir": "100,5"}, "nilai_akhir:legacy_above"),
        ({"nama": "RINA PELAKSANA, S.E."}, None),
        ({"nama": "Rani Pelaksana"}, "nama:legacy_name"),
    ],
)
def test_what_somebody_must_look_at(changed: dict[str, str], doubt: str | None) -> None:
    row = {**OLD, **changed}
    assert problems(row) == []
    assert doubts(row) == ([doubt] if doubt else [])
    assert fates(row) == [Fate.DOUBTFUL if doubt else Fate.NEW]


def test_a_rating_that_fits_the_exact_value_or_the_printed_one_is_right() -> None:
    row = {**NEW, "nilai_skp": "95", "nilai_perilaku": "78,3333", "nilai_akhir": "90"}
    for word in ("Cukup", "Baik", ""):
        assert fates({**row, "predikat": word}) == [Fate.NEW], word
    assert fates({**row, "predikat": "Kurang"}) == [Fate.BAD]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("84,6", "84.6"),
        ("84.6", "84.6"),
        ("84.125", "84.125"),
        ("87.33333333333333", "87.333333"),
        ("90", "90"),
    ],
)
def test_values_as_spreadsheets_write_them(text: str, number: str) -> None:
    """A point before three decimals is no thousands mark: no value is that large."""
    (year,) = checked({**OLD, "nilai_akhir": text}).years
    assert year.parts[0].total == Decimal(number)


# --------------------------------------------------------------------------- rows together


def test_parts_of_a_year_make_twelve_months() -> None:
    parts = [{**OLD, "bulan": "5", "nilai_akhir": "100"}, {**OLD, "bulan": "7", "nilai_akhir": "90"}]
    (year,) = checked(*parts).years
    assert rules.equal_when_rounded(year.verdict.score, Decimal("94.17"))
    assert problems(parts[0], {**parts[1], "bulan": "6"}) == ["bulan:months"] * 2


def test_a_year_twice_says_so() -> None:
    assert problems(OLD, {**OLD, "nilai_akhir": "80"}) == ["bulan:twice"] * 2
    assert problems(OLD, {**OLD, "nip": BUDI}) == []


def test_a_part_that_leans_on_a_bad_one_is_bad() -> None:
    good, bad = {**OLD, "bulan": "5"}, {**OLD, "bulan": "7", "nilai_akhir": "x"}
    assert problems(good, bad) == [":legacy_leans", "nilai_akhir:number"]
    assert checked(good, bad).years == []


@pytest.mark.parametrize(
    ("of_pp46", "of_pp30", "wrong"),
    [
        ("6", "6", []),
        ("6", None, []),
        ("12", None, []),
        ("", "", ["bulan:both"] * 2),
        ("6", "12", ["bulan:both"] * 2),
    ],
)
def test_2021_is_half_a_year_of_each(of_pp46: str, of_pp30: str | None, wrong: list[str]) -> None:
    found = [{**OLD, "tahun": "2021", "bulan": of_pp46}]
    if of_pp30 is not None:
        found.append({**NEW, "tahun": "2021", "bulan": of_pp30})
    assert problems(*found) == wrong
    if not wrong:
        assert len(checked(*found).years) == len(found), "each method its own year: never one together"


def stored(*parts: LegacyPart) -> Known:
    return replace(KNOWN, years={(1, 2019, PP46): KnownYear("x", parts)})


def test_what_stands_there_is_the_same_or_changes() -> None:
    known = stored(LegacyPart(12, Decimal("85.64")))
    assert fates(OLD, known=known) == [Fate.SAME]
    assert checked(OLD, known=known).years == []
    (line,) = checked({**OLD, "nilai_akhir": "86", "nomor_dokumen": "800/1"}, known=known).lines
    assert line.fate is Fate.CHANGED
    assert line.before == {"nilai_akhir": "85,64", "nomor_dokumen": ""}


def test_a_change_of_parts_tells_what_goes() -> None:
    known = stored(LegacyPart(5, Decimal(80)), LegacyPart(7, Decimal(90)))
    (line,) = checked(OLD, known=known).lines
    assert line.before["bulan"] == "5 + 7" and line.before["nilai_akhir"] == "80"


def test_cells_written_out_are_read_as_the_same_part() -> None:
    part = LegacyPart(
        *(12, Decimal("113.5"), Decimal("115"), Decimal("110"), None, True),
        rating=OverallRating.VERY_GOOD,
        document="800/1",
        day=date(2023, 1, 20),
    )
    row = {**{name: NEW.get(name, "") for name in LAYOUT.names}, **rules.cells_of(part, PP30)}
    (year,) = checked(row).years
    assert year.parts == (part,)

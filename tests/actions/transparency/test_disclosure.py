"""An attack on what is published: with all totals, versions and files, no hidden figure can be had.

The attacker knows every published version of a period, that an agency's records didn't change between
two versions where they didn't, and that counts add up. What that determines is worked out by linear
algebra; what it bounds, by the numbers of people that the process figures show (NEW-4, decision §12).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.canonical import canonical
from portal.policy.calendars.rules import PeriodKind
from portal.transparency.publications import rules
from portal.transparency.publications.dataset import Collected, Tally, compose, decide
from portal.transparency.publications.editions import as_csv, differences, table
from portal.transparency.publications.keys import (
    COUNTS,
    DISTRIBUTION,
    FAMILIES,
    INDICATORS,
    PROCESS,
    RATING_KEYS,
)

K = 10
PRIME = (1 << 61) - 1
CELLS = (
    *COUNTS,
    "belum_dinilai_cuti_sakit",
    "belum_dinilai_tanpa_skp",
    "tidak_wajib_mpp",
    "indikator_tercapai",
    "indikator_jumlah",
    *(f"distribusi_{key}" for key in RATING_KEYS),
)
FAMILY_OF = {
    **dict.fromkeys(CELLS, PROCESS),
    "indikator_tercapai": INDICATORS,
    "indikator_jumlah": INDICATORS,
    **{f"distribusi_{key}": DISTRIBUTION for key in RATING_KEYS},
}


def tally(slug: str, ratings: Sequence[int], sick: int, planless: int, exempt: int, met: int) -> Tally:
    """An agency whose people each have one indicator; ``met`` of them reached it."""
    rated = sum(ratings)
    people = rated + sick + planless
    counts = {
        "wajib_skp": people,
        "memiliki_skp": people - planless,
        "ditetapkan_tepat_waktu": max(0, people - planless - sick),
        "dievaluasi": rated,
    }
    return Tally(
        slug,
        name=slug,
        kind="dinas",
        organisation="baik",
        counts=counts,
        not_evaluated={k: n for k, n in (("cuti_sakit", sick), ("tanpa_skp", planless)) if n},
        not_obliged={"mpp": exempt} if exempt else {},
        ratings={key: n for key, n in zip(RATING_KEYS, ratings, strict=True) if n},
        met=min(met, rated),
        indicators=rated,
        people_obliged=people,
        people_rated=rated,
        people_measured=rated,
    )


def publish(
    agencies: Sequence[Tally], earlier: Mapping[str, Any] | None = None, k: int = K
) -> dict[str, Any]:
    """The document that would be frozen."""
    period = SimpleNamespace(
        kind=PeriodKind.QUARTER,
        number=3,
        begins=date(2026, 7, 1),
        ends=date(2026, 10, 1),
        closed=datetime(2026, 10, 20, tzinfo=UTC),
    )
    region = SimpleNamespace(code="32.73", slug="uji", name="Uji", name_en="", zone="WIB")
    policy = SimpleNamespace(
        key="p", version=1, name="P", sha256="0" * 64, rules=SimpleNamespace(least_group_public=k)
    )
    found: Any = Collected(
        period=period,  # type: ignore[arg-type]
        year=2026,
        region=region,  # type: ignore[arg-type]
        policy=policy,  # type: ignore[arg-type]
        plan_deadline=date(2026, 1, 31),
        agencies=tuple(agencies),
    )
    return compose(
        found,
        version=(earlier["versi"] + 1) if earlier else 1,
        method_note="",
        next_date=date(2027, 1, 20),
        reason="koreksi" if earlier else "",
        at=datetime(2026, 10, 21, tzinfo=UTC),
        earlier=earlier,
    )


# ----------------------------------------------------------------------------------------- the attacker


class System:
    """Linear equations over unknown cells, kept in echelon form modulo a large prime."""

    def __init__(self) -> None:
        self.rows: dict[Any, dict[Any, int]] = {}

    def reduce(self, row: Mapping[Any, int]) -> dict[Any, int]:
        rest = {name: value % PRIME for name, value in row.items() if value % PRIME}
        for name in list(rest):
            if name in rest and name in self.rows:
                factor = rest[name]
                for other, value in self.rows[name].items():
                    changed = (rest.get(other, 0) - factor * value) % PRIME
                    if changed:
                        rest[other] = changed
                    else:
                        rest.pop(other, None)
        return rest

    def add(self, row: Mapping[Any, int]) -> None:
        rest = self.reduce(row)
        while any(name in self.rows for name in rest):
            rest = self.reduce(rest)
        if not rest:
            return
        pivot = next(iter(rest))
        inverse = pow(rest[pivot], PRIME - 2, PRIME)
        rest = {name: value * inverse % PRIME for name, value in rest.items()}
        for name, old in self.rows.items():
            factor = old.get(pivot, 0)
            if factor:
                merged = dict(old)
                for other, value in rest.items():
                    changed = (merged.get(other, 0) - factor * value) % PRIME
                    if changed:
                        merged[other] = changed
                    else:
                        merged.pop(other, None)
                self.rows[name] = merged
        self.rows[pivot] = rest

    def determines(self, name: Any) -> bool:
        """Whether ``name`` follows from the equations."""
        return name in self.rows and set(self.rows[name]) == {name}


def cells_of(row: Mapping[str, Any]) -> dict[str, int | None]:
    """A row of a document as the attacker's cells; ``None`` where it is hidden."""
    found: dict[str, int | None] = {name: row[name] for name in COUNTS}
    for group, key in (
        ("belum_dinilai", "cuti_sakit"),
        ("belum_dinilai", "tanpa_skp"),
        ("tidak_wajib", "mpp"),
    ):
        found[f"{group}_{key}"] = None if row[group] is None else row[group].get(key, 0)
    met = row[INDICATORS]
    found["indikator_tercapai"] = None if met is None else met["tercapai"]
    found["indikator_jumlah"] = None if met is None else met["jumlah"]
    for key in RATING_KEYS:
        found[f"distribusi_{key}"] = None if row[DISTRIBUTION] is None else row[DISTRIBUTION][key]
    return found


def attack(versions: Sequence[tuple[Sequence[Tally], Mapping[str, Any]]]) -> list[str]:
    """Every hidden cell that isn't zero and that the published versions give away."""
    system = System()
    for number, (_agencies, document) in enumerate(versions):
        rows = {row["slug"]: cells_of(row) for row in document["instansi"]}
        for slug, cells in rows.items():
            here = {name: (number, slug, name) for name in CELLS}
            for name, value in cells.items():
                if value is not None:
                    system.add({here[name]: 1})  # known: only which cells, not their values, matters
            system.add({here["dievaluasi"]: -1, **{here[f"distribusi_{key}"]: 1 for key in RATING_KEYS}})
            system.add(
                {
                    here["wajib_skp"]: -1,
                    here["dievaluasi"]: 1,
                    here["belum_dinilai_cuti_sakit"]: 1,
                    here["belum_dinilai_tanpa_skp"]: 1,
                }
            )
        for name, value in cells_of({**document["jumlah"], "predikat_organisasi": None}).items():
            if value is not None:
                system.add({(number, slug, name): 1 for slug in rows})
        for earlier in range(number):
            before = {t.slug: t for t in versions[earlier][0]}
            for t in versions[number][0]:
                if before.get(t.slug) == t:
                    for name in CELLS:
                        system.add({(number, t.slug, name): 1, (earlier, t.slug, name): -1})
    # What one version showed of the same unchanged records was no secret in the other.
    open_ = {
        (t.slug, name, value)
        for agencies, document in versions
        for t in agencies
        for name, value in cells_of(next(r for r in document["instansi"] if r["slug"] == t.slug)).items()
        if value is not None
    }
    found = []
    for number, (agencies, document) in enumerate(versions):
        shown = {row["slug"]: cells_of(row) for row in document["instansi"]}
        for t in agencies:
            truth = cells_of(t.figures((), K))
            for name in CELLS:
                if shown[t.slug][name] is not None or not truth[name]:
                    continue
                if (t.slug, name, truth[name]) not in open_ and system.determines((number, t.slug, name)):
                    found.append(f"version {number + 1}: {t.slug} {name} = {truth[name]}")
    return found


def bounded(agencies: Sequence[Tally], document: Mapping[str, Any]) -> list[str]:
    """Hidden ratings that follow from the rest of the sum and from how many people each agency has."""
    whole = document["jumlah"][DISTRIBUTION]
    if whole is None:
        return []
    rows = {row["slug"]: row for row in document["instansi"]}
    hidden = [t for t in agencies if rows[t.slug][DISTRIBUTION] is None]
    rest = {
        key: whole[key]
        - sum(row[DISTRIBUTION][key] for row in rows.values() if row[DISTRIBUTION] is not None)
        for key in RATING_KEYS
    }
    found = []
    for t in hidden:
        others = sum(other.people_rated for other in hidden if other is not t)
        for key, left in rest.items():
            low, high = max(0, left - others), min(left, t.people_rated)
            if low == high > 0:
                found.append(f"{t.slug} {key} = {low}")
    return found


# --------------------------------------------------------------------------------------------- regions

agency_figures = st.tuples(
    st.lists(st.integers(0, 9), min_size=5, max_size=5),
    st.integers(0, 2),
    st.integers(0, 2),
    st.integers(0, 1),
    st.integers(0, 40),
)
lopsided = st.tuples(
    st.sampled_from([[0, 12, 0, 0, 0], [0, 20, 0, 0, 0], [0, 9, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 3]]),
    st.integers(0, 1),
    st.integers(0, 1),
    st.integers(0, 1),
    st.integers(0, 40),
)
regions = st.lists(st.one_of(agency_figures, lopsided), min_size=1, max_size=6)


def build(figures: Sequence[Any]) -> list[Tally]:
    return [tally(f"a{number}", *each) for number, each in enumerate(figures)]


@settings(max_examples=150, deadline=None)
@given(regions)
def test_one_version_gives_nothing_away(figures):
    agencies = build(figures)
    document = publish(agencies)
    assert attack([(agencies, document)]) == []
    assert bounded(agencies, document) == []


@settings(max_examples=120, deadline=None)
@given(regions, st.data())
def test_a_correction_gives_nothing_away(figures, data):
    """Some agencies change, come or go; the others stay as they were, and the attacker knows it."""
    first = build(figures)
    changed = dict(enumerate(figures))
    for number in data.draw(st.lists(st.integers(0, len(figures) - 1), max_size=2)):
        changed[number] = data.draw(st.one_of(agency_figures, lopsided))
    if data.draw(st.booleans()):
        changed.pop(data.draw(st.integers(0, len(figures) - 1)), None)
    if data.draw(st.booleans()):
        changed[len(figures)] = data.draw(agency_figures)
    second = [tally(f"a{number}", *each) for number, each in changed.items()]
    one = publish(first)
    two = publish(second, one)
    assert attack([(first, one), (second, two)]) == []
    third = publish(second, two)
    assert attack([(first, one), (second, two), (second, third)]) == []


@settings(max_examples=100, deadline=None)
@given(regions)
def test_files_say_what_the_document_says_and_no_more(figures):
    """CSV and JSON hide the same cells; no number of the CSV is missing from the JSON."""
    document = publish(build(figures))
    canonical(document)  # no floats anywhere
    head, *rows = table(document)
    said = {row[head.index("instansi")]: dict(zip(head, row, strict=True)) for row in rows}
    for row in document["instansi"]:
        cells = said[row["slug"]]
        for name, value in cells_of(row).items():
            assert cells[name] == ("" if value is None else str(value))
        assert cells["tidak_ditampilkan"] == ";".join(row["tidak_ditampilkan"])
        assert (cells["predikat_organisasi"] == "") == (PROCESS in row["tidak_ditampilkan"])
    assert as_csv(document).count("\r\n") == len(rows) + 1


@settings(max_examples=150, deadline=None)
@given(regions)
def test_what_is_shown_is_safe_by_itself(figures):
    """Shown process figures speak of k people; shown ratings and indicators are not all alike."""
    agencies = build(figures)
    for t, row in zip(agencies, publish(agencies)["instansi"], strict=True):
        if row["wajib_skp"] is not None and not t.is_empty:
            assert row["wajib_skp"] >= K
        for family in (DISTRIBUTION, INDICATORS):
            if row[family] is not None and t.group(family).size:
                assert rules.may_show(t.group(family).cells, K)
        if row["wajib_skp"] is None:
            assert row[DISTRIBUTION] is None and row[INDICATORS] is None


def test_the_bound_stands_nowhere():
    """Beside hidden figures the bound would be a hint: it is named by reference only."""
    agencies = build([([1, 1, 0, 0, 0], 0, 0, 0, 1), ([3, 9, 2, 0, 0], 0, 0, 0, 5), LARGE])
    document = publish(agencies)
    assert document == publish(agencies, k=K - 1)
    assert document["kelompok_terkecil"] == {"pengaturan": "least_group.people_public"}


# ------------------------------------------------------------------------------- single cases, by hand


def shown(document: Mapping[str, Any], family: str = PROCESS) -> list[str]:
    return [row["slug"] for row in document["instansi"] if family not in row["tidak_ditampilkan"]]


SMALL = ([2, 3, 0, 0, 0], 0, 0, 0, 3)
MIDDLE = ([2, 9, 1, 0, 0], 0, 0, 0, 8)
LARGE = ([4, 20, 4, 0, 0], 1, 0, 0, 20)


def test_a_single_small_agency_takes_the_next_smallest_along():
    document = publish(build([SMALL, MIDDLE, LARGE]))
    assert shown(document) == ["a2"]
    assert document["jumlah"]["wajib_skp"] == 5 + 12 + 29


def test_all_alike_is_hidden_although_it_is_large():
    document = publish(build([([0, 20, 0, 0, 0], 0, 0, 0, 7), MIDDLE, LARGE]))
    assert shown(document) == ["a0", "a1", "a2"]
    assert shown(document, DISTRIBUTION) == ["a2"]


def test_a_region_of_one_small_agency_shows_nothing():
    document = publish(build([SMALL]))
    assert document["jumlah"]["tidak_ditampilkan"] == list(FAMILIES)
    assert document["jumlah"]["wajib_skp"] is None


def test_small_agencies_alone_show_the_total_only():
    document = publish(build([SMALL, SMALL, SMALL]))
    assert shown(document) == []
    assert document["jumlah"]["wajib_skp"] == 15
    assert sum(document["jumlah"][DISTRIBUTION].values()) == 15


def test_nobody_there_is_shown_as_nobody():
    document = publish(build([([0] * 5, 0, 0, 0, 0), LARGE]))
    assert shown(document) == ["a0", "a1"]
    assert document["instansi"][0]["wajib_skp"] == 0


def test_somebody_not_obliged_alone_is_hidden():
    document = publish(build([([0] * 5, 0, 0, 1, 0), LARGE]))
    assert "a0" not in shown(document)


def test_what_was_hidden_stays_hidden_in_a_correction():
    """Else the old rest less the new figures would be the other hidden agency's."""
    one = publish(build([SMALL, MIDDLE, LARGE]))
    grown = ([2, 10, 0, 0, 0], 0, 0, 0, 3)
    two = publish(build([grown, MIDDLE, LARGE]), one)
    assert shown(two) == ["a2"]


def test_a_correction_that_newly_hides_withholds_the_total_for_good():
    one = publish(build([MIDDLE, MIDDLE, LARGE]))
    two = publish(build([SMALL, MIDDLE, LARGE]), one)
    assert one["jumlah"]["wajib_skp"] == 53
    assert two["jumlah"]["wajib_skp"] is None
    assert publish(build([MIDDLE, MIDDLE, LARGE]), two)["jumlah"]["wajib_skp"] is None


@pytest.mark.parametrize("family", FAMILIES)
def test_no_total_where_its_parts_are_withheld(family):
    decision = decide(build([SMALL]), K)
    assert not decision.totals[family]


def test_a_person_with_two_posts_is_one_to_protect():
    """Ten posts of nine people are nine people."""
    one = tally("a", [4, 6, 0, 0, 0], 0, 0, 0, 5)
    one.people_obliged = one.people_rated = 9
    assert decide([one, tally("b", LARGE[0], 1, 0, 0, 20)], K).hidden[PROCESS] == {"a", "b"}


def test_differences_list_every_shown_figure_that_changed():
    one = publish(build([MIDDLE, LARGE]))
    two = publish(build([([3, 8, 1, 0, 0], 0, 0, 0, 8), LARGE]), one)
    found = {(d.agency, d.key): (d.before, d.after) for d in differences(one, two)}
    assert found[("a0", "distribusi_sangat_baik")] == ("2", "3")
    assert found[("", "distribusi_baik")] == ("29", "28")
    assert all(d.key != "wajib_skp" for d in differences(one, two))


def test_names_are_no_formulas():
    agency = tally("a", *LARGE)
    agency.name = '=HYPERLINK("x")'
    assert "'=HYPERLINK" in as_csv(publish([agency, tally("b", *LARGE)]))

"""A policy that states only differences is complete when it is read, and bad ones name their line (NEW-2)."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from portal.policy.calendars.rules import periods_of_year
from portal.policy.policies import files
from portal.policy.policies.checks import warnings
from portal.policy.policies.inheritance import complete, differences, lines
from portal.policy.policies.rules import CADENCES, Adoption, BadPolicy, SourceMark
from portal.policy.policies.values import settings_of
from tests.rules.tables import code

NATIONAL = files.load(files.FOLDER / "nasional-6-2022.v3.toml")
SHIPPED = files.all_files()
REGIONAL = [each for each in SHIPPED if each.rules.adoption is not None]

MINE = """key = "daerah-uji"
version = 1
name = "Kebijakan uji"

[extends]
key = "nasional-6-2022"
version = 3

[adoption]
scope = "99.01"
adopted_by = "Bupati Uji"
legal_standing = "pelengkap_internal"

[cadence]
value = "semester"
mark = "A"
note = "Uji."
"""

HERE = MINE.count("\n") + 2
"""The line of a table that is added with an empty line before it."""


def adoption(file: files.PolicyFile) -> Adoption:
    assert file.rules.adoption is not None
    return file.rules.adoption


def made(tmp_path: Path, text: str) -> files.PolicyFile:
    path = tmp_path / "uji.toml"
    path.write_text(text, encoding="utf-8")
    return files.load(path)


def why_not(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    with pytest.raises(files.UnreadablePolicy) as caught:
        path = tmp_path / "uji.toml"
        path.write_text(text, encoding="utf-8")
        files.load(path)
    return [(line, refusal.code) for line, refusal in caught.value.problems]


def test_what_isnt_stated_is_as_above(tmp_path: Path) -> None:
    mine = made(tmp_path, MINE)
    assert mine.rules.cadence == "semester"
    assert mine.rules.matrix == NATIONAL.rules.matrix
    assert mine.rules.legal_basis == NATIONAL.rules.legal_basis
    assert [each.name for each in differences(NATIONAL.document, mine.document)] == ["cadence"]
    assert mine.rules.sources["cadence"].stated_by == "daerah-uji"
    assert mine.rules.sources["matrix"].stated_by == "nasional-6-2022"
    assert not adoption(mine).is_complete
    assert [code(each) for each in warnings(mine.rules)] == ["policy.draft"]


def test_what_is_extended_must_be_there(tmp_path: Path) -> None:
    assert why_not(tmp_path, MINE.replace("version = 3", "version = 99")) == [(5, "policy.extends")]
    loop = {"key": "a", "version": 1, "extends": {"key": "a", "version": 1}}
    with pytest.raises(BadPolicy):
        complete(loop, lambda key, version: loop)


def setting(name: str, value: str, more: str = "") -> str:
    return f'\n[{name}]\nvalue = {value}\nmark = "R"\nnote = "Uji."\n{more}'


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ("bukan toml\n", [(HERE - 1, "policy.toml")]),
        (setting("advice.behaviour", "{ appraiser = 60, survey = 30 }"), [(HERE, "policy.value")]),
        (
            setting("advice.result", "{ below = 90, above = 105, floor = 100, cap = 120, peers = 10 }"),
            [(HERE, "policy.results_share")],
        ),
        (setting("raters", '["rekan"]'), [(HERE, "policy.value")]),
        (setting("raters", '["penilai", "tetangga"]'), [(HERE, "policy.value")]),
        (
            setting("raters", '["penilai", "rekan"]'),
            [(HERE, "policy.survey_raters"), (0, "policy.missing"), (0, "policy.missing")],
        ),
        (setting("least_group.survey_answers", "2"), [(HERE, "policy.value")]),
        (setting("least_group.people_public", "4"), [(HERE, "policy.value")]),
        (setting("least_group.survey_answers", "9"), [(0, "policy.value")]),  # more than comments need
        (setting("award", '{ what = "Uang", money = true }'), [(HERE, "policy.award_basis")]),
        (setting("clock.objection", "30"), [(HERE, "policy.statutory")]),
        (setting("deadline.rating", "4"), [(HERE, "policy.order")]),
        (setting("adat", '"ya"'), [(HERE, "policy.unknown")]),
        (setting("method", '"weighted"'), None),
        ('\n[outage]\nvalue = "internal_only"\nmark = "X"\nnote = "Uji."\n', [(HERE, "policy.mark")]),
        ('\n[pattern_least]\nvalue = 12\nmark = "A"\nnote = "Uji."\n', [(HERE, "policy.assumed")]),
    ],
)
def test_a_bad_setting_is_refused_with_its_line(
    tmp_path: Path, added: str, expected: list[tuple[int, str]] | None
) -> None:
    found = why_not(tmp_path, MINE + added)
    if expected is None:
        assert {code for _line, code in found} == {"policy.missing"}
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("number", "day", "fits"),
    [("", "", True), ("12/2026", "2026-01-05", True), ("12/2026", "", False), ("", "2026-01-05", False)],
)
def test_a_decree_has_a_number_and_a_day(tmp_path: Path, number: str, day: str, fits: bool) -> None:
    decree = f'number = "{number}"\ndate = "{day}"\n'
    text = MINE.replace("\n[cadence]", f"{decree}\n[cadence]")
    if fits:
        assert adoption(made(tmp_path, text)).is_complete is bool(number)
    else:
        assert why_not(tmp_path, text) == [(9, "policy.missing")]


def test_a_line_for_each_table_and_key() -> None:
    assert lines('key = "a"\n\n[one]\nvalue = 1\n[[two]]\n[one.three]\n') == {
        "key": 1,
        "one": 3,
        "two": 5,
        "one.three": 6,
    }


@pytest.mark.parametrize("file", SHIPPED, ids=lambda each: each.path.name)
def test_what_is_shipped_can_be_used(file: files.PolicyFile) -> None:
    rules = file.rules
    assert set(rules.sources) == set(rules.settings)
    assert all(source.note for source in rules.sources.values())
    assert {code(each) for each in warnings(rules)} <= {"policy.draft"}


@pytest.mark.parametrize("file", REGIONAL, ids=lambda each: each.path.name)
def test_a_region_states_only_what_differs(file: files.PolicyFile) -> None:
    """Every setting of its own differs from the national one, or says where the same value comes from."""
    own, above = settings_of(file.own), settings_of(NATIONAL.document)
    same = {name for name, part in own.items() if name in above and above[name]["value"] == part["value"]}
    assert all(
        file.rules.sources[name].mark is not SourceMark.REGULATION or name == "participation" for name in same
    )
    assert file.rules.method == "matrix"
    assert file.rules.matrix == NATIONAL.rules.matrix
    assert file.rules.substitute_working_days == NATIONAL.rules.substitute_working_days


@pytest.mark.parametrize("cadence", CADENCES)
def test_each_day_of_the_year_lies_in_one_period(cadence: str) -> None:
    *spans, year = periods_of_year(2026, cadence)
    assert spans[0].begins == year.begins
    assert spans[-1].ends == year.ends
    assert all(before.ends == after.begins for before, after in pairwise(spans))


def test_versions_that_are_loaded_already_stay_as_they_were() -> None:
    """What extends nothing is the document itself: its hash never changes by a new release."""
    document: dict[str, Any] = dict(NATIONAL.own)
    assert complete(document, lambda key, version: None) == document == NATIONAL.document


def test_rules_know_no_region_by_name() -> None:
    """A region is data: nothing that decides or shows ratings names one."""
    root = Path(__file__).parents[3]
    names = [word for each in REGIONAL for word in (each.rules.key, adoption(each).scope)]
    texts = [
        path
        for folder in ("portal/policy", "portal/performance", "templates/policy", "templates/performance")
        for path in (root / folder).rglob("*")
        if path.suffix in (".py", ".html")
    ]
    assert len(texts) > 100
    found = [
        f"{path.name}: {name}"
        for path in texts
        for name in names
        if name in path.read_text(encoding="utf-8").lower()
    ]
    assert found == []

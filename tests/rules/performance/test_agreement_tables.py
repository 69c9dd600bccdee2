"""A table of goals and key indicators: read, checked row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from portal.kernel.refusal import Refused
from portal.performance.agreements.tables import (
    COLUMNS,
    Fate,
    check,
    packed,
    read,
    unpacked,
    written,
)
from portal.performance.plans.rules import Direction

HEADS = list(COLUMNS)


@dataclass
class Key:
    text: str
    target_min: Decimal = Decimal("92.5")
    target_max: Decimal = Decimal("92.5")
    unit: str = "%"
    direction: Direction = Direction.UP
    programme: str = ""


@dataclass
class Goal:
    text: str
    indicators: list[Key] = field(default_factory=list)


def line(
    goal="Derajat kesehatan", key="Persalinan ditangani", target="92,5", to="", unit="%", way="", more=""
):
    return [goal, key, target, to, unit, way, more]


def fates(*lines, goals=()):
    return [row.fate for row in check(read([HEADS, *lines]), goals)]


def problem(cells, goals=()):
    row = check(read([HEADS, cells]), goals)[0]
    return row.problems[0].code if row.problems else None


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (line(), None),
        (line(target="80", to="90"), None),
        (line(target="95%"), None),
        (line(way="turun"), None),
        (line(way="Makin rendah makin baik"), None),
        (line(goal=""), "agreement_table.empty"),
        (line(key=""), "agreement_table.empty"),
        (line(target=""), "agreement_table.empty"),
        (line(unit=""), "agreement_table.empty"),
        (line(target="banyak"), "agreement_table.number"),
        (line(target="9" * 30), "agreement_table.number"),
        (line(target="90", to="80"), "x.range"),
        (line(target="-5"), "x.negative"),
        (line(way="samping"), "agreement_table.direction"),
        (line(key="x" * 301), "agreement_table.long"),
    ],
)
def test_what_is_wrong_with_a_row(cells, code):
    assert problem(cells) == code


def test_what_becomes_of_a_row():
    goals = [Goal("Derajat kesehatan", [Key("Persalinan ditangani"), Key("Bayi diimunisasi")])]
    same, changed = line(), line(key="bayi  diimunisasi", target="90")
    assert fates(same, changed, line(key="Gizi"), goals=goals) == [Fate.SAME, Fate.CHANGED, Fate.NEW]
    assert fates(line(), line()) == [Fate.NEW, Fate.BAD], "one IKU twice"


def test_an_empty_goal_is_that_of_the_row_above():
    rows = read([HEADS, line(), line(goal="", key="Gizi")])
    assert [row.text("sasaran") for row in rows] == ["Derajat kesehatan"] * 2


def test_no_more_than_a_goal_and_an_agreement_hold():
    many = [line(key=f"IKU {n}") for n in range(9)]
    assert fates(*many) == [Fate.NEW] * 8 + [Fate.BAD]
    goals = [line(goal=f"Sasaran {n}") for n in range(21)]
    assert fates(*goals) == [Fate.NEW] * 20 + [Fate.BAD]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "agreement_table.empty"),
        ([["", ""]], "agreement_table.empty"),
        ([["sasaran", "iku"], ["a", "b"]], "agreement_table.headings"),
        ([[*HEADS, "catatan"], line()], "agreement_table.headings"),
        ([[*HEADS, "iku"], line()], "agreement_table.headings"),
        ([HEADS], "agreement_table.no_rows"),
        ([HEADS, *[line(key=f"IKU {n}") for n in range(161)]], "agreement_table.many"),
    ],
)
def test_a_table_that_is_none(lines, code):
    with pytest.raises(Refused) as refused:
        read(lines)
    assert refused.value.refusal.code == code


def test_headings_may_be_written_freely():
    assert read([[head.upper().replace("_", " ") for head in HEADS], line()])[0].text("iku")


@pytest.mark.parametrize("text", ["", "{}", "[]", "[[1]]", "[[1, 2]]", '"x"', "[" * 5000])
def test_rows_that_were_tampered_with_are_refused(text):
    with pytest.raises(Refused) as refused:
        unpacked(text)
    assert refused.value.refusal.code == "agreement_table.lost"


def test_what_is_written_is_read_again():
    goals = [Goal("Derajat kesehatan", [Key("Gizi", Decimal(80), Decimal(90), direction=Direction.DOWN)])]
    rows = read([HEADS, *[[row.get(name, "") for name in COLUMNS] for row in written(goals)]])
    assert [row.fate for row in check(unpacked(packed(rows)), goals)] == [Fate.SAME]

"""Statistics of ratings equal independently computed ones; nothing is said of fewer than five (NEW-14)."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from portal.performance.calibration.rules import (
    LEAST,
    agreement,
    average_deviation,
    gap,
    habit,
    intraclass_correlation,
    spread,
    within_group_agreement,
)
from portal.policy.policies.rules import ExpectationRating

DATA = Path(__file__).parents[2] / "data" / "ratings"
BELOW, AS_EXPECTED, ABOVE = ExpectationRating
ITEMS = [f"LEAD{number:02}" for number in range(1, 12)]


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def answers() -> dict[str, list[list[float]]]:
    found: dict[str, list[list[float]]] = defaultdict(list)
    for row in rows("lq2002_upward_leadership_2042x21.csv"):
        found[row["COMPID"]].append([float(row[item]) for item in ITEMS])
    return found


def items(answers: list[list[float]]) -> list[tuple[float, ...]]:
    """The answers to each item."""
    return list(zip(*answers, strict=True))


def test_agreement_as_the_expected_file_says() -> None:
    given, expected = answers(), rows("EXPECTED_lq2002_LEAD_rwgj_by_company.csv")
    assert len(expected) == 49
    for row in expected:
        assert len(given[row["grpid"]]) == int(row["gsize"])
        assert within_group_agreement(items(given[row["grpid"]]), 5) == pytest.approx(
            float(row["rwg.j"]), abs=1e-9
        )


def test_average_deviation_as_the_expected_file_says() -> None:
    given, expected = answers(), rows("EXPECTED_lq2002_LEAD_adm_by_company.csv")
    for row in expected:
        assert average_deviation(items(given[row["grpid"]])) == pytest.approx(float(row["AD.M"]), abs=1e-9)


def test_intraclass_correlation_by_hand() -> None:
    """Two groups of (1, 3) and (5, 7): MSB 32, MSW 2, k 2, so 30 ÷ 34."""
    assert intraclass_correlation([[1, 3, 1, 3], [5, 7, 5, 7]]) == pytest.approx(
        (32 - 4 / 3) / (32 + 3 * 4 / 3)
    )
    assert intraclass_correlation([[2, 2, 2], [2, 2, 2]]) is None
    assert intraclass_correlation([[1, 2, 3, 4, 5]]) is None


def test_nothing_is_said_of_few() -> None:
    few = [[1.0, 2.0]] * (LEAST - 1)
    assert within_group_agreement(few, 5) is None
    assert average_deviation(few) is None
    assert spread({}) is None
    assert habit({(ABOVE, ABOVE): LEAST - 1}, {(ABOVE, ABOVE): 100}) is None
    assert gap({(ABOVE, ABOVE): LEAST - 1}, {(ABOVE, ABOVE): 100}) is None
    # With nobody to compare with, only the own spread is told.
    alone = habit({(ABOVE, ABOVE): 9}, {(ABOVE, ABOVE): 9})
    assert alone is not None
    assert (alone.leniency, alone.halo) == (None, None)


def test_a_lenient_appraiser_is_pointed_out() -> None:
    lenient = {(ABOVE, ABOVE): 9, (ABOVE, AS_EXPECTED): 1}
    usual = {(AS_EXPECTED, AS_EXPECTED): 30, (ABOVE, AS_EXPECTED): 20, (BELOW, AS_EXPECTED): 10}
    everybody = {pair: lenient.get(pair, 0) + usual.get(pair, 0) for pair in {**lenient, **usual}}
    found = habit(lenient, everybody)
    assert found is not None
    assert found.leniency == pytest.approx(2.95 - 2.0833333)
    assert found.flags == ("longgar", "halo")
    severe = habit({(BELOW, AS_EXPECTED): 8}, {**everybody, (BELOW, AS_EXPECTED): 18})
    assert severe is not None
    assert "ketat" in severe.flags


def test_who_rates_all_alike_is_pointed_out() -> None:
    same = {(AS_EXPECTED, AS_EXPECTED): 12}
    found = habit(same, {(AS_EXPECTED, AS_EXPECTED): 40, (ABOVE, AS_EXPECTED): 10, (BELOW, BELOW): 10})
    assert found is not None
    assert found.flags == ("seragam",)
    assert found.own.deviation == 0


def test_a_gap_between_groups() -> None:
    found = gap({(BELOW, BELOW): 5}, {(BELOW, BELOW): 5, (AS_EXPECTED, AS_EXPECTED): 20})
    assert found is not None
    assert (found[0].n, found[1]) == (5, -1)


def test_tallies_agree_as_the_answers_they_count() -> None:
    """The tally of a sealed group is enough: its order of answers within an item doesn't matter (14.33)."""
    given = [[1, 2], [2, 2], [2, 3], [3, 3], [2, 2]]
    counts = ((1, 3, 1), (0, 3, 2))
    found = agreement([counts] * 5)
    assert found is not None and (found.people, found.answers) == (5, 25)
    assert found.within == pytest.approx(within_group_agreement(items(given), 3))
    assert found.deviation == pytest.approx(average_deviation(items(given)))
    assert found.between is not None and found.between < 0  # everybody is seen alike


@pytest.mark.parametrize(
    "tallies",
    [
        [],
        [((1, 3, 1),) * 7] * 4,  # four people
        [((0, 3, 1),) * 7] * 5,  # four answers each
    ],
)
def test_nothing_is_said_of_fewer_than_five(tallies: list[tuple[tuple[int, int, int], ...]]) -> None:
    assert agreement(tallies) is None


def test_a_value_that_nobody_judged_is_left_out() -> None:
    counts = ((0, 5, 0), (0, 0, 0))
    found = agreement([counts] * 5)
    assert found is not None and (found.within, found.deviation) == (1.0, 0.0)

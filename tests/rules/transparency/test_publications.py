"""What stays hidden can't be had by subtraction (decision §12; NEW-4), whatever the data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.policy.policies.rules import OverallRating
from portal.transparency.publications.rules import (
    PUBLICATION_WORKFLOW,
    REASON_HIDDEN,
    Decision,
    Group,
    hidden,
    in_order,
    may_show,
    percent,
    total,
    why_not_prepare,
    why_not_publish,
    why_not_withdraw,
)
from tests.rules.tables import check_table


def groups(**cells: tuple[int, ...]) -> list[Group[str]]:
    return [Group(key, sum(row), row) for key, row in cells.items()]


def decide(k: int = 10, spread: bool = True, **cells: tuple[int, ...]) -> tuple[str, bool]:
    decision = hidden(groups(**cells), k, spread)
    return "".join(sorted(decision.hidden)), decision.total_shown


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"a": (5, 5), "b": (9, 3)}, ("", True)),
        # one small group would be the total less the others: the next smallest goes with it
        ({"a": (2, 2), "b": (9, 3), "c": (8, 5)}, ("ab", True)),
        # two small ones protect each other when they are enough
        ({"a": (2, 2), "b": (4, 2), "c": (8, 5)}, ("ab", True)),
        # ... and not when they are too few
        ({"a": (2, 2), "b": (4, 1), "c": (8, 5), "d": (30, 9)}, ("abc", True)),
        # all in one cell says everything about everybody
        ({"a": (12, 0), "b": (9, 3), "c": (8, 9)}, ("ab", True)),
        # hidden ones that together lie in one cell take another
        ({"a": (8, 0), "b": (9, 0), "c": (8, 5), "d": (20, 9)}, ("abc", True)),
        # two in different cells together are spread
        ({"a": (12, 0), "b": (0, 13), "c": (8, 5)}, ("ab", True)),
        # nothing can be shown: the total alone, if it is safe
        ({"a": (5, 4), "b": (4, 5)}, ("ab", True)),
        ({"a": (2, 2), "b": (9, 3)}, ("ab", True)),
        ({"a": (2, 2), "b": (3, 1)}, ("ab", False)),
        ({"a": (12, 0), "b": (13, 0)}, ("ab", False)),
        ({"a": (4, 4)}, ("a", False)),
        ({"a": (12, 0)}, ("a", False)),
        ({"a": (12, 3)}, ("", True)),
        # nobody there: hidden, and no protection for others
        ({"a": (0, 0), "b": (9, 3), "c": (8, 5)}, ("a", True)),
        ({"a": (0, 0), "b": (2, 3), "c": (8, 5), "d": (9, 9)}, ("abc", True)),
        ({"a": (0, 0)}, ("a", False)),
        ({}, ("", False)),
    ],
)
def test_what_is_hidden(cells: dict[str, tuple[int, ...]], expected: tuple[str, bool]) -> None:
    assert decide(**cells) == expected


def test_without_spread_one_cell_is_no_secret() -> None:
    assert decide(spread=False, a=(12, 0), b=(9, 3)) == ("", True)
    assert decide(spread=False, a=(4, 0), b=(13, 0), c=(20, 1)) == ("ab", True)
    assert decide(spread=False, a=(4, 0), b=(6, 0), c=(20, 1)) == ("ab", True)


def test_ten_is_enough_and_nine_is_not() -> None:
    assert may_show((5, 5), 10)
    assert not may_show((5, 4), 10)
    assert not may_show((10, 0), 10)
    assert may_show((10, 0), 10, spread=False)


def test_people_without_a_figure_do_not_make_a_group_large() -> None:
    assert hidden([Group("a", 40, (2, 2)), Group("b", 20, (10, 10))], 10, True).hidden == {"a", "b"}
    assert hidden([Group("a", 3, (9, 9)), Group("b", 20, (10, 10))], 10, True).hidden == {"a", "b"}


def test_a_group_is_hidden_because_another_figure_is() -> None:
    rows = groups(a=(9, 3), b=(8, 5), c=(7, 7))
    assert hidden(rows, 10, True).hidden == set()
    assert hidden(rows, 10, True, also={"c"}) == Decision(frozenset("ac"), total_shown=True)
    assert hidden(rows[:1], 10, True, also={"a"}) == Decision(frozenset("a"), total_shown=False)
    assert hidden(rows, 10, True, also={"elsewhere"}).hidden == set()


def test_the_same_question_has_the_same_answer_in_any_order() -> None:
    rows = groups(a=(2, 2), b=(9, 3), c=(8, 5), d=(7, 7))
    assert hidden(rows, 10, True).hidden == hidden(rows[::-1], 10, True).hidden == {"a", "b"}


@pytest.mark.parametrize(
    "rows",
    [
        [Group("a", 1, (1,)), Group("a", 1, (1,))],
        [Group("a", 1, (1,)), Group("b", 1, (1, 0))],
        [Group("a", -1, (1,))],
        [Group("a", 1, (2, -1))],
    ],
)
def test_nonsense_is_an_error(rows: list[Group[str]]) -> None:
    with pytest.raises(ValueError):
        hidden(rows, 10, True)


# ---------------------------------------------------------------------------------------- attack


def rows_of(n: int, width: int, most: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Every way to put ``n`` people into ``width`` cells, none fuller than ``most`` says."""
    if width == 1:
        if n <= most[0]:
            yield (n,)
        return
    for first in range(min(n, most[0]) + 1):
        for rest in rows_of(n - first, width - 1, most[1:]):
            yield (first, *rest)


def fits(sizes: list[int], left: tuple[int, ...]) -> bool:
    """Whether groups of these sizes can fill exactly what is left."""
    if not sizes:
        return not any(left)
    return any(
        fits(sizes[1:], tuple(a - b for a, b in zip(left, row, strict=True)))
        for row in rows_of(sizes[0], len(left), left)
    )


def possible(target: int, others: list[int], left: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Up to two ways the target group may look, given what all hidden groups are together."""
    found = []
    for row in rows_of(target, len(left), left):
        if fits(others, tuple(a - b for a, b in zip(left, row, strict=True))):
            found.append(row)
            if len(found) == 2:
                break
    return found


tables = st.integers(2, 3).flatmap(
    lambda width: st.lists(
        st.one_of(
            st.lists(st.integers(0, 5), min_size=width, max_size=width),
            # many groups in which all are alike: the dangerous data
            st.tuples(st.integers(0, width - 1), st.integers(0, 9)).map(
                lambda one: [one[1] if cell == one[0] else 0 for cell in range(width)]
            ),
        ).map(tuple),
        max_size=5,
    )
)


@settings(max_examples=120, deadline=None)
@given(tables, st.integers(2, 7), st.booleans(), st.sets(st.integers(0, 4), max_size=2))
@example([(4, 0), (0, 0), (3, 3)], 5, True, set())
@example([(6, 0), (3, 3)], 5, True, set())
@example([(5, 0), (5, 0), (3, 3), (4, 4)], 5, True, set())
@example([(1, 1), (4, 4)], 5, False, set())
@example([(3, 3), (4, 4)], 5, True, {1})
def test_no_hidden_group_is_derived_from_what_is_shown(
    rows: list[tuple[int, ...]], k: int, spread: bool, also: set[int]
) -> None:
    parts = [Group(index, sum(row), row) for index, row in enumerate(rows)]
    decision: Decision[int] = hidden(parts, k, spread, also)
    assert {part.key for part in parts} & also <= decision.hidden
    shown = [part for part in parts if part.key not in decision.hidden]
    secret = [part for part in parts if part.key in decision.hidden and part.n > 0]
    for part in shown:
        assert may_show(part.cells, k, spread)
    if not decision.total_shown:
        assert not shown
        return
    everybody = total(parts)
    left = tuple(a - sum(part.cells[i] for part in shown) for i, a in enumerate(everybody))
    if secret:
        assert may_show(left, k, spread)
    for index, part in enumerate(secret):
        others = [other.n for place, other in enumerate(secret) if place != index]
        ways = possible(part.n, others, left)
        # without ``spread`` one cell for all is public knowledge; else there are two ways at least
        assert len(ways) == 2 or (not spread and sum(cell > 0 for cell in left) == 1)


@settings(max_examples=50, deadline=None)
@given(tables, st.integers(2, 7), st.booleans())
def test_nothing_is_hidden_without_need(rows: list[tuple[int, ...]], k: int, spread: bool) -> None:
    parts = [Group(index, sum(row), row) for index, row in enumerate(rows)]
    inhabited = [part for part in parts if part.n > 0]
    decision = hidden(parts, k, spread)
    unsafe = [part for part in inhabited if not may_show(part.cells, k, spread)]
    second = sorted(
        (part for part in inhabited if part.key in decision.hidden and part not in unsafe),
        key=lambda part: part.n,
    )
    if not unsafe:
        assert not second
    if second:
        # without the last one taken, the others would not have been safe
        rest = [*unsafe, *second[:-1]]
        together = total(rest)
        assert len(rest) < 2 or not may_show(together, k, spread)
    shown = [part.n for part in inhabited if part.key not in decision.hidden]
    assert all(a.n <= b for a in second for b in shown)
    assert all(a.n <= b.n for a, b in pairwise(second))


# --------------------------------------------------------------------------------------- the rest


def test_the_reason_names_no_bound() -> None:
    assert not any(letter.isdigit() for letter in REASON_HIDDEN)
    assert "%(" not in REASON_HIDDEN


def test_shares_and_cells() -> None:
    assert in_order({OverallRating.POOR: 2, OverallRating.VERY_GOOD: 1}) == (1, 0, 0, 2, 0)
    assert percent(1, 3) == Decimal("33.3")
    assert percent(1, 8, 0) == Decimal(13)
    assert percent(0, 0) is None
    assert total(groups(a=(1, 2), b=(3, 4))) == (4, 6)
    assert total([]) == ()


def test_every_step_of_a_publication() -> None:
    check_table(
        PUBLICATION_WORKFLOW,
        {
            "publish": {"disiapkan": "terbit"},
            "discard": {"disiapkan": "ditarik"},
            "supersede": {"terbit": "diganti"},
            "withdraw": {"terbit": "ditarik"},
        },
    )


def test_a_second_person_publishes_a_closed_period() -> None:
    assert why_not_prepare(period_closed=True) is None
    assert why_not_prepare(period_closed=False).code == "publication.period_open"
    assert why_not_prepare(False, date(2026, 12, 31)).code == "publication.period_runs"
    assert why_not_prepare(False, opened=False).code == "publication.period_unopened"
    assert why_not_publish(1, 2) is None
    same = why_not_publish(1, 1, "Bayu")
    assert same.code == "publication.second_person"
    assert same.message % same.params == "Orang lain harus memeriksa sebelum terbit. Kirim ke Bayu."
    assert why_not_publish(1, 1).code == "publication.second_person"
    assert why_not_publish(1, 2, state="terbit").code == "publication.state"
    assert why_not_withdraw("terbit") is None
    assert why_not_withdraw("terbit", " ").code == "publication.reason"
    assert why_not_withdraw("disiapkan", "Salah hitung").code == "publication.state"

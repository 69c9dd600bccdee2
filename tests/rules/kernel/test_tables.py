"""CSV as it goes out: every cell quoted, none a formula, and read again it is what it was."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.tables import FORMULA, csv_blocks, csv_lines, guarded, unguarded


@given(st.text(max_size=30))
def test_a_guarded_cell_is_no_formula_and_comes_back(text: str) -> None:
    written = guarded(text)
    assert not written.startswith(FORMULA)
    assert unguarded(written) == text


@pytest.mark.parametrize("mark", FORMULA)
def test_every_first_character_of_a_formula_is_guarded(mark: str) -> None:
    (line,) = csv_lines([[f"{mark}1+1"]])
    assert line == f'"\'{mark}1+1"\r\n'


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=4), min_size=1, max_size=4))
def test_a_table_comes_back(rows: list[list[str]]) -> None:
    text = "".join(csv_lines(rows))
    read = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert [[unguarded(cell) for cell in line] for line in read] == rows


RISKY_TEXT = st.text(alphabet=[*FORMULA, "'", '"', ",", "a"], max_size=4)


@given(st.lists(st.lists(RISKY_TEXT, min_size=1, max_size=3), max_size=5), st.integers(1, 3))
def test_many_rows_at_once_are_written_as_single_ones(rows: list[list[str]], size: int) -> None:
    """Whether a block is looked at cell by cell or not, no mark escapes the guard."""
    assert "".join(csv_blocks(rows, size)) == "".join(csv_lines(rows))


def test_every_cell_is_quoted_whatever_is_in_it() -> None:
    (line,) = csv_lines(
        [["Dinas; Badan", 'kata "dua"', "a,b", "baris\nlagi", 5, Decimal("-1.5"), None, "-5"]]
    )
    assert line == ('"Dinas; Badan","kata ""dua""","a,b","baris\nlagi","5","-1.5","","\'-5"\r\n')


def test_no_rows_are_no_lines() -> None:
    assert list(csv_lines([])) == []

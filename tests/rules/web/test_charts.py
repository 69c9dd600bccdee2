"""Drawings from numbers: what a line chart keeps room for."""

from __future__ import annotations

import pytest

from portal.web import charts


def points(*values: float) -> list[dict[str, object]]:
    return [{"label": f"bulan {number}", "value": value} for number, value in enumerate(values, 1)]


@pytest.mark.parametrize(
    ("values", "standard"),
    [((27.6, 20, 15.9), 15), ((83.3, 80, 91), 100), ((27.6, 20, 15.9), 18), ((-4, -2), -5)],
)
def test_a_standard_never_lies_on_the_months_names(values, standard):
    found = charts.line(points(*values), standard=standard, standard_text="standar")
    assert found.scale.low < standard < found.scale.high
    assert float(found.standard.y) <= float(found.bottom)


def test_room_for_a_standard_never_goes_below_nought():
    assert charts.line(points(3, 9), standard=0.1, standard_text="standar").scale.low == 0

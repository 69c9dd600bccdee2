"""Bundles, and the coat of arms that an operator may lay into the data folder."""

from __future__ import annotations

import pytest

from portal.web import assets


def test_without_a_drawing_its_place_stays_free(tmp_path):
    assert "emblem" not in assets.build(tmp_path / "static").names


@pytest.mark.parametrize("name", assets.EMBLEMS)
def test_the_operators_coat_of_arms_is_served_under_its_hash(tmp_path, name):
    (tmp_path / name).write_bytes(b"<svg/>")
    names = assets.build(tmp_path / "static").names
    assert (tmp_path / "static" / names["emblem"]).read_bytes() == b"<svg/>"
    assert names["emblem"].startswith("lambang.") and names["emblem"].endswith(name[-4:])

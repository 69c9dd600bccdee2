"""How lists and objects are stored: whatever is empty is written short, as what it is."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

import pytest

from portal import _json


@pytest.mark.parametrize(
    "value", [[], {}, Counter(), defaultdict(list), (), None, 0, "", False, [0], {"a": []}, Counter("a")]
)
def test_what_is_stored_reads_as_what_it_was(value):
    assert json.loads(_json(value)) == (list(value) if isinstance(value, tuple) else value)

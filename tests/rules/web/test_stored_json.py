"""How lists and objects are stored: what was given is read again, on either database."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

import pytest

from portal.ledger.columns import stored_json


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        Counter(),
        defaultdict(list),
        (),
        None,
        0,
        "",
        False,
        [0],
        {"a": []},
        Counter("a"),
        {"nama": 'Café 😀 "x" \x00'},
    ],
)
def test_what_is_stored_reads_as_what_it_was(value):
    assert json.loads(stored_json(value)) == (list(value) if isinstance(value, tuple) else value)

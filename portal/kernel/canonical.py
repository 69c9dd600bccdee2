"""Canonical JSON and its hash: what is frozen must hash the same everywhere (decision 14.9)."""

from __future__ import annotations

import hashlib
import json


def canonical(value: object) -> str:
    """``value`` as JSON with sorted keys, no blanks, UTF-8 as it is. Raises ``TypeError`` on floats."""
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256(text: str) -> str:
    """The SHA-256 of ``text`` in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("canonical JSON holds no floats; give a string or an integer")
    if isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str):
                raise TypeError("keys of canonical JSON are strings")
            _refuse_floats(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _refuse_floats(part)

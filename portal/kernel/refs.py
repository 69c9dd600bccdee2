"""References: what stands in an address instead of a row number or a staff number (decision 14.1)."""

from __future__ import annotations

import re
import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case
LENGTH = 12
_PAIRS = tuple(one + two for one in ALPHABET for two in ALPHABET)
PATTERN = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


def new_ref() -> str:
    """Twelve random characters (60 bits), never reused."""
    bits = secrets.randbits(5 * LENGTH)
    # Two characters at a time: an import makes hundreds of thousands of them.
    return "".join([_PAIRS[bits >> shift & 1023] for shift in range(0, 5 * LENGTH, 10)])


def is_ref(text: str) -> bool:
    """Whether ``text`` has the form of a reference."""
    return PATTERN.fullmatch(text) is not None

"""References: what stands in an address instead of a row number or a staff number (decision 14.1)."""

from __future__ import annotations

import re
import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case
LENGTH = 12
PATTERN = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


def new_ref() -> str:
    """Twelve random characters (60 bits), never reused."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def is_ref(text: str) -> bool:
    """Whether ``text`` has the form of a reference."""
    return PATTERN.fullmatch(text) is not None

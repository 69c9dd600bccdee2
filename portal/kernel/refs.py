"""References: what stands in an address instead of a row number or a staff number (decision 14.1)."""

from __future__ import annotations

import os
import re

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case
LENGTH = 12
_OF_BYTE = bytes(ord(ALPHABET[byte % 32]) for byte in range(256))
"""The character for each byte: every one of the 32 comes of eight bytes, so that none is likelier."""
PATTERN = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


def new_ref() -> str:
    """Twelve random characters (60 bits), never reused."""
    return os.urandom(LENGTH).translate(_OF_BYTE).decode()


def new_refs(count: int) -> list[str]:
    """So many references in ascending order: rows that are made together then lie together in an index."""
    text = os.urandom(LENGTH * count).translate(_OF_BYTE).decode()
    return sorted(text[at : at + LENGTH] for at in range(0, len(text), LENGTH))


def is_ref(text: str) -> bool:
    """Whether ``text`` has the form of a reference."""
    return PATTERN.fullmatch(text) is not None

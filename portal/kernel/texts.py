"""Texts as people type them: cleaned for keeping, folded for searching, made into slugs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_CONTROL = {code: None for code in range(32) if code not in (9, 10, 13)} | {127: None}


_STACKED = re.compile(
    "([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})"
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
"""Marks piled on one letter: no language needs more than four, and normalising thousands takes seconds."""


def clean(text: str) -> str:
    """``text`` in NFC without control characters (NUL included), line ends as ``\\n``, stripped."""
    text = _STACKED.sub(r"\1", text)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.translate(_CONTROL)
    # Lone surrogates come from broken UTF-8 and can't be stored by either database.
    return text.encode("utf-8", "ignore").decode("utf-8").strip()


def clean_line(text: str) -> str:
    """Like ``clean``, on one line with single blanks."""
    return " ".join(clean(text).split())


def one_stop(text: str, values: Iterable[object]) -> str:
    """``text`` without the second full stop where one of ``values`` ends with its own: *S.Sos.*, not *S.Sos..*"""
    if ".." not in text:
        return text
    for value in values:
        if isinstance(value, str) and value.endswith(".") and not value.endswith(".."):
            text = text.replace(f"{value}.", value)
    return text


def fold(text: str) -> str:
    """``text`` for searching and sorting: lower case, no diacritics, letters and digits only."""
    plain = text.casefold()
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text).casefold()
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain))


def slug(text: str) -> str:
    """``text`` as part of an address: ASCII letters, digits and hyphens; never empty."""
    plain = fold(text).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain)) or "x"


def lines(text: str) -> list[str]:
    """The non-empty lines of ``text``, each cleaned, without leading bullets or numbers."""
    found = (re.sub(r"^(?:[-•*]|\d+[.)])\s+", "", clean_line(line)) for line in text.splitlines())
    return [line for line in found if line]

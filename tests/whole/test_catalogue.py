"""Every sentence of the interface has its English, with the same parts (ADR 0012)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "N_", "_l", "lazy_gettext")),
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
"""As docs/how-to/translate.md has them."""
PART = re.compile(r"%\((\w+)\)s|%%|<[^<>]+>")


def key(message: Message) -> tuple[str, str]:
    return message.context or "", message.id if isinstance(message.id, str) else message.id[0]


@cache
def catalogue() -> dict[tuple[str, str], Message]:
    with (ROOT / "portal/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return {key(message): message for message in read_po(file, locale="en") if message.id}


@cache
def spoken() -> frozenset[tuple[str, str]]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(str(ROOT), methods, options, keywords=KEYWORDS)
    return frozenset(
        (context or "", text if isinstance(text, str) else text[0]) for *_, text, _c, context in found
    )


def parts(text: str) -> set[str]:
    return {match[0] for match in PART.finditer(text)}


def test_the_sentences_are_found() -> None:
    assert len(spoken()) > 3000
    assert ("banyak", "Pegawai") in spoken()


def test_no_sentence_is_without_english() -> None:
    assert sorted(spoken() - catalogue().keys()) == []


def test_no_english_is_left_over() -> None:
    assert sorted(catalogue().keys() - spoken()) == []


def test_english_has_words_and_the_same_parts() -> None:
    wrong = []
    for message in catalogue().values():
        said = message.string if isinstance(message.string, tuple | list) else (message.string,)
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        # One thing may be said without its number.
        same = parts(said[-1]) == parts(ids[-1]) and parts(said[0]) <= parts(ids[0])
        if not all(said) or not same or "fuzzy" in message.flags:
            wrong.append(ids[0])
    assert wrong == []

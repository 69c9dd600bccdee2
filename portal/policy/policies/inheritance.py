"""A policy that states only differences, made complete by the one it extends (NEW-2, decisions §8).

Pure: documents come in as TOML gives them, looked up by key and version.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.kernel.refusal import N_, Refusal
from portal.policy.policies.rules import BadPolicy
from portal.policy.policies.values import settings_of

Find = Callable[[str, int], Mapping[str, object] | None]
"""The document of a key and version, not yet completed; ``None`` where there is none."""
DEEPEST = 5
"""So many policies may stand above each other."""


def complete(document: Mapping[str, object], find: Find) -> dict[str, object]:
    """``document`` with every setting that it doesn't state taken from the policy it extends.

    Each setting says under ``stated_by`` which policy states it. Legal bases of all levels come together.
    A policy that extends none is complete as it is. Raises ``BadPolicy`` when what it extends isn't there,
    or the levels never end.
    """
    if "extends" not in document:
        return dict(document)
    levels = [document]
    while (above := levels[-1].get("extends")) is not None:
        key, version = _named(above)
        found = find(key, version)
        if found is None or len(levels) >= DEEPEST:
            raise BadPolicy(
                [
                    Refusal(
                        "policy.extends",
                        N_("Kebijakan yang diperluas (%(key)s versi %(version)s) tidak ada."),
                        {"key": key, "version": version},
                        anchor="extends",
                    )
                ]
            )
        levels.append(found)
    whole: dict[str, object] = {
        name: part for name, part in document.items() if not isinstance(part, Mapping) or name in HEAD
    }
    bases = [basis for level in reversed(levels) for basis in _bases(level)]
    if bases:
        whole["legal_basis"] = bases
    for level in reversed(levels):
        for name, setting in settings_of(level).items():
            put(whole, name, {**setting, "stated_by": str(level.get("key", ""))})
    return whole


HEAD = ("key", "version", "name", "extends", "adoption")
"""What a document says of itself; the rest are settings and legal bases."""


def _named(above: object) -> tuple[str, int]:
    row = above if isinstance(above, Mapping) else {}
    key, version = row.get("key"), row.get("version")
    return (key if isinstance(key, str) else ""), (version if isinstance(version, int) else 0)


def _bases(level: Mapping[str, object]) -> list[Any]:
    rows = level.get("legal_basis")
    return rows if isinstance(rows, list) else []


def put(whole: dict[str, Any], name: str, setting: Mapping[str, object]) -> None:
    """Write ``setting`` at its dotted name."""
    *way, last = name.split(".")
    part = whole
    for step in way:
        part = part.setdefault(step, {})
    part[last] = setting


@dataclass(frozen=True)
class Changed:
    """A setting that two policies state differently; ``None`` where one doesn't have it."""

    name: str
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> list[Changed]:
    """The settings of two complete documents whose value differs, in the order of the second."""
    old, new = settings_of(before), settings_of(after)
    names = [*new, *(name for name in old if name not in new)]
    return [
        Changed(name, old.get(name), new.get(name))
        for name in names
        if _value(old.get(name)) != _value(new.get(name))
    ]


def _value(setting: Mapping[str, object] | None) -> object:
    return None if setting is None else setting["value"]


_TABLE = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?")
_KEY = re.compile(r"\s*([\w-]+)\s*=")


def lines(text: str) -> dict[str, int]:
    """The line on which each table or first-level key of a TOML text begins: by it a problem is named."""
    return dict(_lines(text))


def _lines(text: str) -> Iterator[tuple[str, int]]:
    seen: set[str] = set()
    inside = ""
    for number, line in enumerate(text.splitlines(), 1):
        table, key = _TABLE.match(line), _KEY.match(line)
        if table is not None:
            inside = table[1]
        name = table[1] if table is not None else key[1] if key is not None and not inside else ""
        if name and name not in seen:
            seen.add(name)
            yield name, number

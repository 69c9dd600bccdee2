"""The policies that come with the product, as files: the national base and what regions may adopt.

Decimals are read as texts, so that nothing is a binary fraction on its way.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from portal.kernel.refusal import N_, Refusal
from portal.policy.policies.inheritance import complete, lines
from portal.policy.policies.reading import read
from portal.policy.policies.rules import BadPolicy, PolicyDocument

FOLDER = Path(__file__).parent / "data"
_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True)
class PolicyFile:
    """A policy file: its own document, and the complete one that is computed with."""

    path: Path
    own: Mapping[str, object]
    document: Mapping[str, object]
    rules: PolicyDocument


class UnreadablePolicy(ValueError):
    """A file that is no policy; ``problems`` are its reasons, each with its line (0: the whole file)."""

    def __init__(self, problems: list[tuple[int, Refusal]]) -> None:
        super().__init__(", ".join(refusal.code for _line, refusal in problems))
        self.problems = problems


def parse(text: str) -> dict[str, object]:
    """The document of a TOML text. Raises ``UnreadablePolicy``."""
    try:
        return tomllib.loads(text, parse_float=str)
    except tomllib.TOMLDecodeError as error:
        line = int(found[1]) if (found := _LINE.search(str(error))) else 0
        refusal = Refusal(
            "policy.toml", N_("Berkas ini bukan TOML yang benar: %(error)s"), {"error": str(error)}
        )
        raise UnreadablePolicy([(line, refusal)]) from None


def load(path: Path, folder: Path = FOLDER) -> PolicyFile:
    """Read, complete and check one file; what it extends is looked for in ``folder``.

    Raises ``UnreadablePolicy`` with every problem and the line on which it stands.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        refusal = Refusal(
            "policy.toml", N_("Berkas ini bukan TOML yang benar: %(error)s"), {"error": "UTF-8"}
        )
        raise UnreadablePolicy([(0, refusal)]) from None
    own = parse(text)
    where = lines(text)
    try:
        document = complete(own, lambda key, version: documents(folder).get((key, version)))
        return PolicyFile(path, own, document, read(document))
    except BadPolicy as bad:
        raise UnreadablePolicy([(_line_of(each.anchor, where), each) for each in bad.problems]) from None


def documents(folder: Path = FOLDER) -> Mapping[tuple[str, int], Mapping[str, object]]:
    """The documents of all readable files of ``folder`` by key and version, none completed."""
    return _documents(folder, _stamp(folder))


def all_files(folder: Path = FOLDER) -> tuple[PolicyFile, ...]:
    """Every policy that comes with the product, by name and version."""
    return _all_files(folder, _stamp(folder))


def _stamp(folder: Path) -> tuple[tuple[str, int], ...]:
    """What lies in ``folder``: reading it all again is for when that changed."""
    return tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.glob("*.toml")))


@lru_cache(maxsize=4)
def _documents(
    folder: Path, stamp: tuple[tuple[str, int], ...]
) -> dict[tuple[str, int], Mapping[str, object]]:
    found: dict[tuple[str, int], Mapping[str, object]] = {}
    for name, _changed in stamp:
        own = parse((folder / name).read_text(encoding="utf-8"))
        key, version = own.get("key"), own.get("version")
        if isinstance(key, str) and isinstance(version, int):
            found[key, version] = own
    return found


@lru_cache(maxsize=4)
def _all_files(folder: Path, stamp: tuple[tuple[str, int], ...]) -> tuple[PolicyFile, ...]:
    return tuple(load(folder / name, folder) for name, _changed in stamp)


def _line_of(anchor: str | None, where: Mapping[str, int]) -> int:
    """The line of a setting, or of the nearest table above it; 0 for what isn't there."""
    name = anchor or ""
    while name and name not in where:
        name = name.rpartition(".")[0]
    return where.get(name, 0)

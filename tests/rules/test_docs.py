"""The documents say what the code says: every term, fixed set, file and decision that they name exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
TERMS, _, FIXED_SETS = GLOSSARY.partition("## Fixed sets")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
Row = tuple[str, str, str]


def sources() -> list[Path]:
    return sorted((ROOT / "portal").rglob("*.py"))


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@cache
def code() -> str:
    """Everything that may hold a name: the modules and the templates."""
    found = [*sources(), *sorted((ROOT / "templates").rglob("*.html"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in found)


# -------------------------------------------------------------------------------------- fixed sets


@cache
def enums() -> dict[str, type[StrEnum]]:
    """Every fixed set of the product by its place, ``performance.plans.rules.Aspect``."""
    found = {}
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "StrEnum" for base in node.bases):
                module = dotted(path)
                place = f"{module.removeprefix('portal.')}.{node.name}"
                found[place] = getattr(import_module(module), node.name)
    return found


@cache
def tables() -> dict[str, list[Row]]:
    """The glossary's tables of fixed sets: place to (word, member, key)."""
    found: dict[str, list[Row]] = {}
    for section in FIXED_SETS.split("\n### ")[1:]:
        head, _, body = section.partition("\n")
        rows = re.findall(r"^\| ([^|]+) \| `(\w+)` \| `([^`|]+)` \|", body, re.MULTILINE)
        found[head.strip()] = rows
    return found


def test_the_search_for_fixed_sets_finds_them() -> None:
    assert {"policy.policies.rules.OverallRating", "performance.plans.rules.PlanState"} <= set(enums())


def test_every_fixed_set_stands_in_the_glossary_and_no_other() -> None:
    assert sorted(tables()) == sorted(enums())


@pytest.mark.parametrize("place", sorted(enums()))
def test_members_and_stored_keys_are_those_of_the_glossary(place: str) -> None:
    said = [(member, key) for _word, member, key in tables().get(place, [])]
    assert said == [(member.name, member.value) for member in enums()[place]]


@pytest.mark.parametrize("place", sorted(enums()))
def test_words_are_those_that_pages_show(place: str) -> None:
    kind = enums()[place]
    labels = getattr(import_module(kind.__module__), "LABELS", {})
    for word, member, _key in tables().get(place, []):
        assert labels.get(kind[member], word) == word


# ------------------------------------------------------------------------------------------- terms


def test_every_table_stands_in_the_glossary() -> None:
    named = set(re.findall(r"`(\w+)`", TERMS))
    stored = set(re.findall(r'__tablename__ = "(\w+)"', code()))
    assert stored
    assert stored - named == set()


def test_the_glossary_names_nothing_that_the_code_lacks() -> None:
    words = set(re.findall(r"\w+", code()))
    for line in TERMS.splitlines():
        cells = line.split(" | ")
        if line.startswith("| ") and len(cells) >= 2:
            for name in re.findall(r"`(\w+)`", cells[1]):
                assert name in words, line


def test_no_term_stands_twice() -> None:
    terms = re.findall(r"^\| ([^|]+) \|", TERMS, re.MULTILINE)
    terms = [term for term in terms if term not in ("Indonesian", "---")]
    assert len(terms) == len(set(terms))


# ------------------------------------------------------------------------------ what documents name


def links() -> Iterator[tuple[Path, str]]:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)\s]+)\)", prose(document)):
            if not re.match(r"[a-z]+:|#", target):
                yield document, target.partition("#")[0]


@cache
def prose(document: Path) -> str:
    """A document without its blocks of code."""
    return re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("document", "target"), [pytest.param(*link, id=link[1]) for link in links()])
def test_links_lead_somewhere(document: Path, target: str) -> None:
    assert (document.parent / target).exists()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_files_that_are_named_exist(document: Path) -> None:
    """Files are named by their path from the root: `portal/ledger/door.py`."""
    tops = "docs|migrations|portal|static|templates|tests"
    for name in re.findall(rf"`((?:{tops})/[\w./-]+)`", prose(document)):
        assert (ROOT / name).exists(), name


def test_decisions_are_numbered_without_a_gap_and_those_cited_exist() -> None:
    records = sorted(path.name for path in (ROOT / "docs" / "adr").glob("*.md"))
    numbers = [int(name[:4]) for name in records]
    assert numbers == list(range(1, len(numbers) + 1))
    texts = [code(), *(document.read_text(encoding="utf-8") for document in DOCUMENTS)]
    cited = {int(number) for text in texts for number in re.findall(r"ADR (\d{4})", text)}
    assert cited <= set(numbers)


def test_a_decision_has_its_parts() -> None:
    for path in (ROOT / "docs" / "adr").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        for head in ("## Context", "## Decision", "## Consequences"):
            assert head in text, (path.name, head)

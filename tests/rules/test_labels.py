"""Every value of a fixed set has its official word, and its key is the one that is stored."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from types import ModuleType

import pytest

from portal.people.chain import rules as chain
from portal.people.employment import rules as employment
from portal.performance.evaluations import rules as evaluations
from portal.performance.plans import rules as plans
from portal.performance.progress import rules as progress
from portal.policy.calendars import rules as calendars
from portal.policy.policies import rules as policies
from portal.transparency.publications import rules as publications
from portal.voice.services import rules as services

MODULES = [chain, employment, evaluations, plans, progress, calendars, policies, publications, services]


def enums(module: ModuleType) -> list[type[StrEnum]]:
    return [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, StrEnum) and thing.__module__ == module.__name__
    ]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_value_has_a_word(module: ModuleType) -> None:
    assert enums(module)
    for kind in enums(module):
        for value in kind:
            assert module.LABELS[value]
            assert re.fullmatch("[a-z_]+|[RSA]", value), value


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_equal_keys_of_two_sets_have_the_same_word(module: ModuleType) -> None:
    """``LABELS`` finds a value by its key, so that one key can't mean two words."""
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    block = source.split("LABELS: dict[StrEnum, str] = {", 1)[1].split("\n}", 1)[0]
    words: dict[str, str] = {}
    for name, member, word in re.findall(r'(\w+)\.(\w+): N_\(\s*"([^"]+)"', block):
        key = str(getattr(module, name)[member])
        assert words.setdefault(key, word) == word
    assert words


def test_the_keys_are_those_of_the_glossary() -> None:
    assert [str(rating) for rating in policies.OverallRating] == [
        *("sangat_baik", "baik", "butuh_perbaikan", "kurang", "sangat_kurang")
    ]
    assert [str(rating) for rating in policies.OrganisationRating] == [
        *("istimewa", "baik", "butuh_perbaikan", "kurang", "sangat_kurang")
    ]
    assert [str(rating) for rating in policies.ExpectationRating] == ["di_bawah", "sesuai", "di_atas"]
    assert [str(value) for value in plans.Aspect] == ["kuantitas", "kualitas", "waktu", "biaya"]
    assert [str(value) for value in plans.CoreValue] == [
        *("berorientasi_pelayanan", "akuntabel", "kompeten", "harmonis", "loyal", "adaptif", "kolaboratif")
    ]
    assert [str(value) for value in employment.EmploymentStatus] == [
        "pns",
        "cpns",
        "pppk",
        "pppk_paruh_waktu",
    ]

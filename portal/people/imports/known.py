"""What a region has when a table is checked, as plain data, and what becomes of a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from portal.kernel.texts import fold
from portal.people.imports.rules import Problem, RowAction


@dataclass(frozen=True)
class KnownUnit:
    """A stored unit; ``cells`` are its columns as they are exported."""

    id: int
    code: str
    cells: Mapping[str, str]
    parent_code: str
    is_agency: bool
    slug: str
    begins: date
    ends: date | None = None
    parent_row: int | None = None
    parent_begins: date | None = None
    parent_ends: date | None = None
    previous_row: int | None = None
    previous_begins: date | None = None
    previous_ends: date | None = None


class KnownPosition(NamedTuple):
    """A stored position, with the position that is named its appraiser."""

    id: int
    code: str
    cells: Mapping[str, str]
    title: str
    unit_code: str
    is_head: bool
    begins: date
    ends: date | None = None
    appraiser_code: str = ""
    appointment_id: int | None = None
    appointment_begins: date | None = None


@dataclass(frozen=True)
class KnownPerson:
    """A stored person; ``staff_number`` is empty for somebody who is no civil servant."""

    id: int
    ref: str
    cells: Mapping[str, str]
    staff_number: str = ""
    employee_id: int | None = None
    account_id: int | None = None

    @property
    def name(self) -> str:
        """The name without titles."""
        return self.cells["nama"]


@dataclass(frozen=True)
class KnownTenure:
    """A stored tenure."""

    id: int
    person_id: int
    position_code: str
    acting: str
    letter: str
    begins: date
    ends: date | None = None


@dataclass(frozen=True)
class KnownDelegation:
    """A stored delegation of a position's power to appraise."""

    id: int
    person_id: int
    position_code: str
    letter: str
    begins: date
    ends: date | None = None


@dataclass(frozen=True)
class Known:
    """What a region has at the moment of the check.

    ``elsewhere``: staff numbers of the file that other regions employ. ``logins``: login names of the file
    that an account has already, with the account's person.
    """

    units: Mapping[str, KnownUnit] = field(default_factory=dict)
    positions: Mapping[str, KnownPosition] = field(default_factory=dict)
    people: Mapping[int, KnownPerson] = field(default_factory=dict)
    tenures: Sequence[KnownTenure] = ()
    delegations: Sequence[KnownDelegation] = ()
    agency_head_appraiser: int | None = None
    elsewhere: frozenset[str] = frozenset()
    logins: Mapping[str, int | None] = field(default_factory=dict)

    @cached_property
    def by_staff_number(self) -> dict[str, KnownPerson]:
        """People by staff number."""
        return {person.staff_number: person for person in self.people.values() if person.staff_number}

    @cached_property
    def tenures_of(self) -> dict[int, list[KnownTenure]]:
        """Each person's tenures."""
        found: dict[int, list[KnownTenure]] = defaultdict(list)
        for tenure in self.tenures:
            found[tenure.person_id].append(tenure)
        return found

    @cached_property
    def delegations_to(self) -> dict[tuple[int, str], list[KnownDelegation]]:
        """Delegations by person and position."""
        found: dict[tuple[int, str], list[KnownDelegation]] = defaultdict(list)
        for delegation in self.delegations:
            found[delegation.person_id, delegation.position_code].append(delegation)
        return found

    @cached_property
    def outsiders(self) -> dict[tuple[str, str], KnownPerson]:
        """People who are no civil servants, by position and folded name."""
        return {
            (tenure.position_code, fold(self.people[tenure.person_id].name)): self.people[tenure.person_id]
            for tenure in self.tenures
            if not self.people[tenure.person_id].staff_number
        }


@dataclass
class Outcome:
    """What became of a row. ``plan`` holds plain JSON; ``before`` the texts of columns that change."""

    number: int
    key: str
    given: dict[str, str]
    action: RowAction
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    before: dict[str, str] = field(default_factory=dict)
    plan: dict[str, object] = field(default_factory=dict)

"""Who does something: a plain value, so that actions know no request and no account row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """An account at work, or a part of the system itself (``account_id`` is then ``None``)."""

    account_id: int | None = None
    person_id: int | None = None
    region_id: int | None = None
    name: str = ""
    system: str = ""
    typist_id: int | None = None
    """The person at the keyboard, where it isn't ``person_id`` (NEW-26); the account is this person's."""

    def is_person(self, person_id: int | None) -> bool:
        """Whether the actor is that person."""
        return person_id is not None and self.person_id == person_id


SYSTEM = Actor(system="sistem", name="Sistem")

"""What is read of the log: a thing's events with who did them and under which policy version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select, tuple_

from portal.extensions import alias, db
from portal.ledger.events import Event
from portal.people.accounts.models import Account
from portal.people.employment.models import Person
from portal.policy.history import rules
from portal.policy.policies.models import PolicyVersion

SHOWN = 200
Typist = alias(Person, "typist")
"""The newest steps of a thing that its timeline shows."""


@dataclass(frozen=True)
class Happened:
    """One step in words."""

    id: int
    at: datetime
    verb: str
    text: str
    """The sentence in the reader's language, with the name in it."""
    rule: str
    """The policy version it was done under; empty where none is recorded."""
    subject_type: str
    subject_ref: str
    person_ref: str | None
    owner: str = ""
    """Whose thing it is; empty where that isn't asked, or nobody's."""

    @property
    def about(self) -> str:
        """The word for the kind of thing."""
        return _(rules.SUBJECTS.get(self.subject_type, self.subject_type))


def events_where(*conditions: ColumnElement[bool]) -> Any:
    """A select of events with their actor and policy version."""
    return (
        select(
            *(Event.id, Event.at, Event.verb, Event.system, Event.subject_type, Event.subject_ref),
            *(Account.name.label("account"), Person, Typist),
            *(PolicyVersion.name.label("policy"), PolicyVersion.version.label("policy_number")),
        )
        .outerjoin(Account, Account.id == Event.account_id)
        .outerjoin(Person, Person.id == Event.person_id)
        .outerjoin(Typist, Typist.id == Event.typist_id)
        .outerjoin(PolicyVersion, PolicyVersion.id == Event.policy_version_id)
        .where(*conditions)
    )


def in_words(rows: Iterable[Any]) -> list[Happened]:
    """Rows of ``events_where`` as sentences."""
    return [_in_words(row) for row in rows]


def _in_words(row: Any) -> Happened:
    who = row.Person.full_name if row.Person else row.account or _("Sistem")
    if row.typist:
        who = _("%(name)s (diketik oleh %(typist)s)", name=who, typist=row.typist.full_name)
    given = {"who": who, "verb": row.verb}
    sentence = rules.sentence_of(row.verb)
    rule = _("%(name)s, versi %(n)s", name=row.policy, n=row.policy_number) if row.policy else ""
    return Happened(
        row.id,
        row.at,
        row.verb,
        _(sentence, **given),
        rule,
        row.subject_type,
        row.subject_ref,
        row.Person.ref if row.Person else None,
    )


def of_things(things: Sequence[object], *, hidden: Sequence[str] = ()) -> list[Happened]:
    """The newest steps of these things, newest first, without the verbs in ``hidden``; one statement."""
    keys = [(thing.__tablename__, thing.ref) for thing in things]  # type: ignore[attr-defined]
    mine = or_(*(tuple_(Event.subject_type, Event.subject_ref) == key for key in keys))
    query = events_where(mine, Event.verb.not_in(hidden)).order_by(Event.at.desc(), Event.id.desc())
    return in_words(db.session.execute(query.limit(SHOWN)))


def typists_of(things: Sequence[object]) -> list[str]:
    """Who typed for others on these things, by name; stands on their documents (NEW-26)."""
    keys = [(thing.__tablename__, thing.ref) for thing in things]  # type: ignore[attr-defined]
    mine = or_(*(tuple_(Event.subject_type, Event.subject_ref) == key for key in keys))
    query = (
        select(Typist, Person)
        .select_from(Event)
        .join(Typist, Typist.id == Event.typist_id)
        .join(Person, Person.id == Event.person_id)
        .where(mine)
        .distinct()
    )
    return [
        _("%(typist)s untuk %(name)s", typist=row.typist.full_name, name=row.Person.full_name)
        for row in db.session.execute(query)
    ]

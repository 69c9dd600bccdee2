"""What is read of people."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.extensions import db
from portal.people.employment.models import Person


def person_name(person_id: int | None) -> str:
    """A person's full name, or what stands in for nobody in particular."""
    person = db.session.get(Person, person_id) if person_id is not None else None
    return person.full_name if person is not None else _("Sistem")

"""What is done about assisted entry: appoint, begin and stop typing, confirm, end."""

from __future__ import annotations

from datetime import date, datetime

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.kernel.refusal import insist
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.people.accounts.models import SignIn
from portal.people.assistance import queries, rules
from portal.people.assistance.models import Assistance
from portal.people.assistance.rules import AssistanceKind
from portal.people.employment.models import Person
from portal.people.organisation.queries import region


def appoint(
    person: Person,
    *,
    assistant: Person,
    letter: str,
    begins: date,
    ends: date | None,
    by: Actor,
    at: datetime,
) -> Assistance:
    """Name ``assistant`` to type for ``person``, who consented in ``letter``. Raises ``Refused``."""
    today = local_date(at, region(person.region_id).zone)
    insist(
        rules.why_not_appoint(
            same_person=person.id == assistant.id,
            to_oneself=by.is_person(assistant.id),
            begins=begins,
            ends=ends,
            today=today,
            held_already=queries.held_already(person.id, assistant.id, begins, ends),
        )
    )
    head = queries.is_region_head(person.id, begins)
    row = Assistance(
        region_id=person.region_id,
        person_id=person.id,
        assistant_id=assistant.id,
        kind=AssistanceKind.DELEGATE if head else AssistanceKind.ASSISTANT,
        letter=letter,
        begins=begins,
        ends=ends,
    )
    db.session.add(row)
    db.session.flush()
    events.record("appoint_assistant", row, by=by, at=at, kind=row.kind.value)
    return row


def begin(assistance: Assistance, *, sign_in: SignIn, by: Actor, at: datetime) -> Assistance:
    """From now on this session types for the other person. Raises ``Refused``."""
    today = local_date(at, region(assistance.region_id).zone)
    holds = (
        assistance.ended is None
        and assistance.begins <= today
        and (assistance.ends is None or assistance.ends > today)
    )
    insist(rules.why_not_begin(holds=holds))
    sign_in.assistance_id = assistance.id
    events.record("begin_assisting", assistance, by=by, at=at)
    return assistance


def stop(*, sign_in: SignIn, by: Actor, at: datetime) -> SignIn:
    """This session is its own person's again."""
    assistance = db.session.get(Assistance, sign_in.assistance_id) if sign_in.assistance_id else None
    sign_in.assistance_id = None
    if assistance is not None:
        events.record("stop_assisting", assistance, by=by, at=at)
    return sign_in


def confirm(assistance: Assistance, *, shown: str, by: Actor, at: datetime) -> Assistance:
    """The person confirms what was typed in the own name, as many steps as were ``shown``. Raises ``Refused``."""
    insist(rules.why_not_by_hand(by.typist_id))
    insist(rules.why_not_confirm(shown, queries.waiting(assistance)))
    assistance.confirmed_event = queries.last_typed(assistance)
    assistance.confirmed = at
    events.record("confirm_typed", assistance, by=by, at=at, until=assistance.confirmed_event)
    return assistance


def end(assistance: Assistance, *, by: Actor, at: datetime) -> Assistance:
    """The appointment is over; a session that types under it is its own person's again."""
    insist(rules.why_not_begin(holds=assistance.ended is None))
    assistance.ended = at
    events.record("end_assistance", assistance, by=by, at=at)
    return assistance

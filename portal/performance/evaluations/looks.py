"""Who looked at an evaluation: noted after the answer, told to its employee (NEW-21).

Like the session's last use it is a note about reading, not an act: it goes through the door after the
answer is made, and an answer is never late or lost because of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from flask import g
from flask_login import current_user
from sqlalchemy import exists, select
from sqlalchemy.dialects import postgresql, sqlite

from portal.extensions import db
from portal.ledger.door import Busy, Shut, door
from portal.people.accounts.models import Account
from portal.performance import access
from portal.performance.evaluations.models import Evaluation, Look
from portal.performance.evaluations.queries import Setting
from portal.performance.evaluations.rules import Relation
from portal.web.current import now

SHOWN = 200


def relation_of(caller: Any, setting: Setting) -> Relation | None:
    """As what ``caller`` looks at an evaluation; none for its owner."""
    me, enrolment = caller.person_id, setting.enrolment
    if me is not None and me == enrolment.person_id:
        return None
    if me is not None and me == enrolment.appraiser_id:
        return Relation.APPRAISER
    if me is not None and me == enrolment.superior_id:
        return Relation.SUPERIOR
    if access.manages(caller, enrolment.region_id, enrolment.agency_id):
        return Relation.MANAGER
    return Relation.BOARD if enrolment.region_id in access.board_regions(caller) else Relation.AUDITOR


def remember(setting: Setting, day: date) -> None:
    """Note after this answer that the caller looked at the evaluation, unless it is the caller's own."""
    relation = relation_of(current_user, setting)
    if relation is not None and current_user.actor.account_id is not None:
        g.look = {
            "region_id": setting.evaluation.region_id,
            "evaluation_id": setting.evaluation.id,
            "account_id": current_user.actor.account_id,
            "relation": relation,
            "day": day,
        }


def note_look(response: Any) -> Any:
    """Write the look of this request, once for each viewer and day; refused pages show nothing."""
    look = g.pop("look", None)
    if look is None or response.status_code != 200 or _known(look):
        return response
    db.session.remove()
    try:
        with door() as session:
            session.execute(_unless_there(session.get_bind().dialect.name), {**look, "at": now()})
    except (Busy, Shut):
        pass
    return response


def _known(look: dict[str, Any]) -> bool:
    there = exists().where(
        *(getattr(Look, name) == look[name] for name in ("evaluation_id", "account_id", "day"))
    )
    return bool(db.session.scalar(select(there)))


@cache
def _unless_there(dialect: str) -> Any:
    insert = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect]
    return insert(Look).on_conflict_do_nothing()  # type: ignore[attr-defined]


def looks(evaluation: Evaluation) -> Sequence[Any]:
    """Who looked at ``evaluation`` as what and when, newest first."""
    return db.session.execute(
        select(Look.at, Look.relation, Account.name)
        .join(Account, Account.id == Look.account_id)
        .where(Look.evaluation_id == evaluation.id)
        .order_by(Look.at.desc(), Look.id.desc())
        .limit(SHOWN)
    ).all()

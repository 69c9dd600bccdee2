"""Events: every step of every thing, append-only (decision 14.9, WGR/WLS-3).

An event says who did what to which thing when and under which policy version; it holds references
and names of fields, never names, staff numbers or free text. Words that a person wrote lie in
``event_details``, erasable after retention and bound to the event by a salted hash.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base, db
from portal.kernel.canonical import canonical, sha256
from portal.ledger.actor import Actor
from portal.ledger.columns import Id, UtcDateTime
from portal.ledger.door import OutsideTheDoor


class Event(Base):
    """One step that was taken. Rows are never changed or deleted (triggers refuse it)."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_subject", "subject_type", "subject_ref", "id"),
        Index("ix_events_region", "region_id", "at", "id"),
        Index("ix_events_person", "person_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    region_id: Mapped[int | None] = mapped_column(Id)
    account_id: Mapped[int | None] = mapped_column(Id)
    person_id: Mapped[int | None] = mapped_column(Id)
    typist_id: Mapped[int | None] = mapped_column(Id)
    """Who typed in the name of ``person_id`` (NEW-26)."""
    system: Mapped[str] = mapped_column(String(40), default="")
    verb: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_ref: Mapped[str] = mapped_column(String(40))
    policy_version_id: Mapped[int | None] = mapped_column(Id)
    once_key: Mapped[str | None] = mapped_column(String(64))
    summary: Mapped[str] = mapped_column(Text, default="{}")
    detail_hash: Mapped[str | None] = mapped_column(String(64))


class EventDetail(Base):
    """The words behind an event: erasable, bound by the event's salted hash."""

    __tablename__ = "event_details"

    event_id: Mapped[int] = mapped_column(Id, ForeignKey("events.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    words: Mapped[str] = mapped_column(Text)


_EVENT, _DETAIL = (insert(Base.metadata.tables[name]) for name in ("events", "event_details"))


def record(
    verb: str,
    subject: object,
    *,
    by: Actor,
    at: datetime,
    policy_version_id: int | None = None,
    words: Mapping[str, object] | None = None,
    **summary: Any,
) -> None:
    """Write the event ``verb`` about ``subject`` (a row with ``ref``) inside the open door.

    ``summary`` holds field names, states and references; ``words`` what a person wrote. Raises
    ``OutsideTheDoor``.
    """
    session = db.session()
    if not session.info.get("writing"):
        raise OutsideTheDoor(f"an event outside the door: {verb}")
    row = {
        "at": at,
        "region_id": getattr(subject, "region_id", by.region_id),
        "account_id": by.account_id,
        "person_id": by.person_id,
        "typist_id": by.typist_id,
        "system": by.system,
        "verb": verb,
        "subject_type": subject.__tablename__,  # type: ignore[attr-defined]
        "subject_ref": subject.ref,  # type: ignore[attr-defined]
        "policy_version_id": policy_version_id,
        "once_key": session.info.get("once_key"),
        "summary": canonical(summary),
    }
    # Every act passes here: the bare statement costs half of what the session's own insert does.
    connection = session.connection()
    if not words:
        connection.execute(_EVENT, row)
        return
    salt, text = secrets.token_hex(16), canonical(dict(words))
    done = connection.execute(_EVENT, {**row, "detail_hash": sha256(salt + text)})
    assert done.inserted_primary_key
    connection.execute(_DETAIL, {"event_id": done.inserted_primary_key[0], "salt": salt, "words": text})


def last_event(subject: object) -> Event | None:
    """The newest event about ``subject``."""
    return db.session.scalars(
        select(Event)
        .where(
            Event.subject_type == subject.__tablename__,  # type: ignore[attr-defined]
            Event.subject_ref == getattr(subject, "ref", ""),
        )
        .order_by(Event.id.desc())
        .limit(1)
    ).one_or_none()

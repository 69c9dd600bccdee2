"""Once-only keys: a form sent twice is the same act (decisions §2, NEW-6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base, db
from portal.ledger.columns import Id, UtcDateTime

KEPT = timedelta(days=30)


class OnceKey(Base):
    """The first time that an account sent a form's key, and the ref of what came of it."""

    __tablename__ = "once_keys"

    account_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    result_ref: Mapped[str] = mapped_column(String(40), default="")


class Repeated(Exception):
    """The key was used before; ``first`` says when and where it led."""

    def __init__(self, first: OnceKey) -> None:
        super().__init__(first.key)
        self.first = first


def use(account_id: int, key: str, at: datetime) -> OnceKey:
    """Use ``key``: the first statement inside the door. Raises ``Repeated`` the second time."""
    session = db.session()
    row = OnceKey(account_id=account_id, key=key, at=at)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        first = session.scalars(
            select(OnceKey).where(OnceKey.account_id == account_id, OnceKey.key == key)
        ).one()
        session.expunge(first)
        raise Repeated(first) from None
    session.info["once_key"] = key
    return row


def forget_old(at: datetime) -> None:
    """Delete keys older than ``KEPT``; called by the housekeeping job inside the door."""
    db.session.execute(delete(OnceKey).where(OnceKey.at < at - KEPT))

"""Once-only keys: a form sent twice is the same act (decisions §2, NEW-6)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import String, bindparam, delete, update
from sqlalchemy.dialects import postgresql, sqlite
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


_LED_TO = (
    update(OnceKey.__table__)  # type: ignore[arg-type]
    .where(OnceKey.account_id == bindparam("of_account"), OnceKey.key == bindparam("of_key"))
    .values(result_ref=bindparam("result_ref"))
)


class Repeated(Exception):
    """The key was used before; ``first`` says when and where it led."""

    def __init__(self, first: OnceKey) -> None:
        super().__init__(first.key)
        self.first = first


def use(account_id: int, key: str, at: datetime) -> None:
    """Use ``key``: the first statement inside the door. Raises ``Repeated`` the second time."""
    session = db.session()
    connection = session.connection()
    row = {"account_id": account_id, "key": key, "at": at}
    if connection.scalar(_unless_there(connection.dialect.name), row) is None:
        first = session.get_one(OnceKey, (account_id, key))
        session.expunge(first)
        raise Repeated(first)
    session.info["once_key"] = key


def led_to(account_id: int, key: str, ref: str) -> None:
    """Keep what came of the act: a repeat is led to the same thing."""
    db.session.connection().execute(_LED_TO, {"of_account": account_id, "of_key": key, "result_ref": ref})


@cache
def _unless_there(dialect: str) -> Any:
    """An insert that does nothing, and returns nothing, where the key is there already."""
    insert = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect]
    unless = insert(OnceKey).values(result_ref="").on_conflict_do_nothing()  # type: ignore[attr-defined]
    return unless.returning(OnceKey.account_id)


def forget_old(at: datetime) -> None:
    """Delete keys older than ``KEPT``; called by the housekeeping job inside the door."""
    db.session.execute(delete(OnceKey).where(OnceKey.at < at - KEPT))

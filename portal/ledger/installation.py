"""What this database is: a real installation or a demo, and how far the demo's clock is moved."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base, db
from portal.ledger.columns import UtcDateTime


class Installation(Base):
    """The one row that marks a database."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True)
    demo: Mapped[bool] = mapped_column(default=False)
    made: Mapped[datetime] = mapped_column(UtcDateTime)
    shift_seconds: Mapped[int] = mapped_column(default=0)
    """A demo lives on a date of its own: its clock is the machine's plus this."""


def read() -> tuple[bool, timedelta]:
    """Whether the database is a demo, and the shift of its clock."""
    row = db.session.scalars(select(Installation)).one_or_none()
    return (row.demo, timedelta(seconds=row.shift_seconds)) if row else (False, timedelta())

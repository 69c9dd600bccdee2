"""Accounts apart from people; login names as keyed hashes; sessions and guesses as rows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Id, UtcDateTime, choice
from portal.people.accounts.rules import GrantKind as GrantKind  # noqa: PLC0414 (offered here, too)


class Account(Addressed, Base):
    """Somebody who may sign in once a password is set."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int | None] = mapped_column(Id, ForeignKey("regions.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    password_set: Mapped[datetime | None] = mapped_column(UtcDateTime)
    language: Mapped[str] = mapped_column(String(2), default="id")
    disabled: Mapped[datetime | None] = mapped_column(UtcDateTime)
    about: Mapped[str] = mapped_column(String(200), default="")
    """What a demo account is good for; empty outside demo data."""


class LoginName(Base):
    """A staff number or e-mail that signs in: only its keyed hash and a masked form are kept."""

    __tablename__ = "login_names"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("accounts.id"), index=True)
    masked: Mapped[str] = mapped_column(String(60))


class SignIn(Addressed, Base):
    """One browser's session: the hash of its token, and when it ends."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_account", "account_id", "ended"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("accounts.id"))
    made: Mapped[datetime] = mapped_column(UtcDateTime)
    seen: Mapped[datetime] = mapped_column(UtcDateTime)
    ends: Mapped[datetime] = mapped_column(UtcDateTime)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime)
    device: Mapped[str] = mapped_column(String(80), default="")
    assistance_id: Mapped[int | None] = mapped_column(Id, ForeignKey("assistances.id"))
    """The appointment under which this session types for somebody else (NEW-26)."""


class Guess(Base):
    """Failed tries for one login name or from one address, and until when the next must wait."""

    __tablename__ = "guesses"

    subject: Mapped[str] = mapped_column(String(70), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last: Mapped[datetime] = mapped_column(UtcDateTime)
    wait_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Grant(Addressed, Base):
    """A dated right of an account: for one agency, one region, or the installation.

    It holds from ``begins`` until before ``ends``; ``ended`` is the moment at which it was taken back.
    """

    __tablename__ = "grants"
    __table_args__ = (
        Index("ix_grants_account", "account_id", "begins"),
        CheckConstraint("ends IS NULL OR ends > begins", name="span"),
        CheckConstraint("kind IN ('administrator', 'auditor') OR region_id IS NOT NULL", name="region"),
        CheckConstraint(
            "kind NOT IN ('pengelola_perangkat_daerah', 'pimpinan_perangkat_daerah') OR unit_id IS NOT NULL",
            name="agency",
        ),
        Index("ix_grants_region", "region_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("accounts.id"))
    kind: Mapped[GrantKind] = mapped_column(choice(GrantKind, "kind"))
    region_id: Mapped[int | None] = mapped_column(Id, ForeignKey("regions.id"))
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("units.id"))
    letter: Mapped[str] = mapped_column(String(100), default="")
    begins: Mapped[date]
    ends: Mapped[date | None]
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_letter: Mapped[str] = mapped_column(String(100), default="")

"""Policies as frozen documents (decisions §8, NEW-2)."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.ledger.columns import Addressed, Id, UtcDateTime
from portal.policy.policies.inheritance import HEAD, put
from portal.policy.policies.reading import read
from portal.policy.policies.rules import PolicyDocument
from portal.policy.policies.values import settings_of


class PolicyVersion(Addressed, Base):
    """One adopted version: the complete document as canonical JSON, with its hash."""

    __tablename__ = "policy_versions"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int | None] = mapped_column(Id, ForeignKey("regions.id"))
    key: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    loaded: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def own(self) -> dict[str, Any]:
        """What the version states itself, without what it takes from the policy that it extends."""
        document = json.loads(self.document)
        head = {name: part for name, part in document.items() if name in HEAD}
        for name, setting in settings_of(document).items():
            if setting.get("stated_by") == self.key:
                put(head, name, {key: part for key, part in setting.items() if key != "stated_by"})
        return head

    @property
    def rules(self) -> PolicyDocument:
        """The document, read; parsed once a process because versions never change."""
        return _read(self.sha256, self.document)


@lru_cache(maxsize=64)
def _read(_digest: str, document: str) -> PolicyDocument:
    return read(json.loads(document))

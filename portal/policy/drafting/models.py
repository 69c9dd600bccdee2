"""The draft of a region's policy; adopted, it becomes a policy version and the draft goes."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.kernel.canonical import canonical
from portal.ledger.columns import Addressed, Id, OfRegion, UtcDateTime


class PolicyDraft(Addressed, OfRegion, Base):
    """What a region would state: its own settings only, as canonical JSON. One draft at a time."""

    __tablename__ = "policy_drafts"
    __table_args__ = (UniqueConstraint("region_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("accounts.id"))
    made: Mapped[datetime] = mapped_column(UtcDateTime)
    changed: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def own(self) -> dict[str, Any]:
        """The document, a copy."""
        return json.loads(self.document)  # type: ignore[no-any-return]

    def write(self, own: dict[str, Any], at: datetime) -> None:
        """Keep ``own`` as the document."""
        self.document, self.changed = canonical(own), at

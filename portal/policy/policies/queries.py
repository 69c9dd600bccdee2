"""Which policy versions there are, and which may be chosen for a region's year."""

from __future__ import annotations

from sqlalchemy import or_, select

from portal.extensions import db
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import MATRIX


def offered(region_id: int) -> list[PolicyVersion]:
    """The versions by which the region may open a year: its own first, the newest first; official method only."""
    rows = db.session.scalars(
        select(PolicyVersion)
        .where(or_(PolicyVersion.region_id.is_(None), PolicyVersion.region_id == region_id))
        .order_by(PolicyVersion.region_id.is_(None), PolicyVersion.key, PolicyVersion.version.desc())
    )
    return [row for row in rows if row.rules.method == MATRIX]

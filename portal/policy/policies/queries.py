"""Which policy versions there are, and which may be chosen for a region's year."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select

from portal.extensions import db
from portal.people.organisation.models import Region
from portal.policy.cycles.models import Period
from portal.policy.cycles.rules import PeriodState
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


def listed(region_id: int | None) -> tuple[list[PolicyVersion], set[int]]:
    """Every version, and the ids of those that hold in the region: these first, then its other ones.

    What holds is what its open periods go by; between two years, what it adopted last. Two statements.
    """
    versions = db.session.scalars(
        select(PolicyVersion).order_by(PolicyVersion.key, PolicyVersion.version.desc())
    ).all()
    if region_id is None:
        return list(versions), set()
    open_ones = select(Period.policy_version_id).where(
        Period.region_id == region_id, Period.state == PeriodState.OPEN, Period.policy_version_id.is_not(None)
    )
    holding = {each for each in db.session.scalars(open_ones.distinct()) if each is not None}
    if not holding:
        holding = set(sorted(each.id for each in versions if each.region_id == region_id)[-1:])
    return sorted(
        versions,
        key=lambda each: (each.id not in holding, each.region_id != region_id, each.region_id is not None),
    ), holding


def scopes(codes: Iterable[str]) -> dict[str, str]:
    """The names of the regions with these official codes, where they are known; one statement."""
    wanted = set(codes)
    if not wanted:
        return {}
    rows = db.session.execute(select(Region.code, Region.name).where(Region.code.in_(wanted)))
    return {row.code: row.name for row in rows}

"""The snapshot from which the chain is decided, and the names it is shown with."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import select

from portal.extensions import db
from portal.people.chain.models import AppraiserAppointment, Delegation
from portal.people.chain.rules import Holder, Override, Post, Snapshot
from portal.people.employment.models import Tenure
from portal.people.organisation import queries as organisation
from portal.people.organisation.models import Region


def snapshot(region_id: int, day: date) -> Snapshot:
    """Posts, heads, holders, appointments and delegations of a region on ``day``; eight statements."""
    region = db.session.get_one(Region, region_id)
    units = organisation.units(region_id)
    positions = organisation.positions_on(region_id, day)
    places = organisation.places_on(region_id, day)
    unit_of = {p.id: places.get(p.id, p.unit_id) for p in positions}
    delegations = {
        row.position_id: row.person_id
        for row in db.session.scalars(
            select(Delegation).where(Delegation.region_id == region_id, organisation.on(Delegation, day))
        )
    }
    holders: dict[int, list[Holder]] = defaultdict(list)
    tenures = db.session.scalars(
        select(Tenure).where(Tenure.region_id == region_id, organisation.on(Tenure, day)).order_by(Tenure.id)
    )
    for row in tenures:
        may_assess = row.acting is None or delegations.get(row.position_id) == row.person_id
        holders[row.position_id].append(
            Holder(row.person_id, row.acting.value if row.acting else None, may_assess)
        )
    overrides = {
        row.position_id: Override(
            post_id=row.appraiser_position_id, person_id=row.appraiser_person_id, reference=row.letter
        )
        for row in db.session.scalars(
            select(AppraiserAppointment).where(
                AppraiserAppointment.region_id == region_id, organisation.on(AppraiserAppointment, day)
            )
        )
    }
    top = {unit.id for unit in units.values() if unit.agency_id is None}
    return Snapshot(
        posts={p.id: Post(p.id, unit_of[p.id], p.is_head, p.title) for p in positions},
        parents=organisation.parents_on(region_id, day),
        heads={unit_of[p.id]: p.id for p in positions if p.is_head},
        holders=dict(holders),
        overrides=overrides,
        delegations=delegations,
        agency_units={unit.id for unit in units.values() if unit.is_agency},
        agency_head_appraiser=region.agency_head_appraiser_id,
        region_head_post=next((p.id for p in positions if p.is_head and unit_of[p.id] in top), None),
    )

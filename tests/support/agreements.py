"""An agency's performance agreement for tests, made by the real actions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portal.extensions import db
from portal.performance.agreements import actions, queries
from portal.performance.agreements.models import PerformanceAgreement
from portal.performance.plans.rules import Direction
from tests.support.world import World


def drafted(
    world: World, slug: str = "dinas-kesehatan", by: Any = None, region: str = "kota-contoh"
) -> PerformanceAgreement:
    """A draft with two goals, of two key indicators and of one, and its document."""
    by = by or world.hr
    with world.inside():
        agreement = world.do(actions.start, world.unit(slug, region), by=by)
        for text, keys in (
            ("Meningkatnya derajat kesehatan ibu dan anak", ("Persalinan ditangani", "Bayi diimunisasi")),
            ("Terkendalinya penyakit menular", ("Kasus malaria ditemukan",)),
        ):
            goal = world.do(actions.add_goal, agreement, text=text, by=by)
            for key in keys:
                world.do(
                    actions.add_indicator,
                    goal,
                    by=by,
                    text=key,
                    target_min=Decimal("92.5"),
                    target_max=None,
                    unit="%",
                    direction=Direction.UP,
                    programme="Program Pelayanan Kesehatan, Rp1.250.000.000",
                )
        document = {"document": "PK 4/2026", "document_date": None, "link": ""}
        world.do(actions.write_document, agreement, by=by, **document)
        db.session.refresh(agreement)
        queries.goals(agreement.id)
        return world._given(agreement)  # type: ignore[no-any-return]


def agreed(world: World, slug: str = "dinas-kesehatan") -> PerformanceAgreement:
    """An agreement that was set."""
    agreement = drafted(world, slug)
    with world.inside():
        agreement = db.session.merge(agreement, load=True)
        world.do(actions.set_agreement, agreement, by=world.hr)
        return world._given(agreement)  # type: ignore[no-any-return]

"""A service of the small region with its standard, an indicator of each method, and values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from portal.policy.calendars.rules import PeriodKind
from portal.voice.services import actions
from portal.voice.services.models import Measurement, Service, ServiceIndicator
from portal.voice.services.rules import PUBLIC, Better, Method
from tests.support.world import World

MEASURES = {Method.RATE: "%", Method.MEDIAN: "menit", Method.COUNT: "orang", Method.MEAN: "nilai"}
TEXTS = {component.value: f"Ketentuan {component.value} yang berlaku." for component in PUBLIC}


def add_service(
    world: World, agency: str = "dinas-kesehatan", region: str = "kota-contoh", by: Any = None, **names: str
) -> Service:
    """A service with its six public components written."""
    who = by or (world.hr if region == "kota-contoh" else world.other_hr)
    unit = world.unit(agency, region)
    fields = {"name": "Pendaftaran rawat jalan", "everyday": "daftar berobat", "name_en": "", **names}
    with world.inside():
        from portal.ledger.door import door

        with door():
            service = actions.add_service(
                offered={unit.ref: unit}, agency=unit.ref, **fields, by=who.actor, at=world.clock.now()
            )
        world.do(
            actions.change_service,
            service,
            by=who,
            decree="SK 12/2025",
            set_on=date(2025, 1, 2),
            **fields,
            **TEXTS,
        )
        return service


def add_indicator(
    world: World, service: Service, method: Method = Method.RATE, by: Any = None, **more: Any
) -> ServiceIndicator:
    """An indicator of that method, monthly since January 2025."""
    fields: dict[str, Any] = {
        "name": f"Indikator {method.value}",
        "name_en": "",
        "concept": "Yang dihitung ialah pendaftar yang dilayani.",
        "formula": "Yang memenuhi dibagi semua.",
        "measure": MEASURES[method],
        "places": "1",
        "method": method.value,
        "better": (Better.NEITHER if method is Method.COUNT else Better.HIGHER).value,
        "source": "Buku antrean",
        "producer": "Dinas Kesehatan",
        "frequency": PeriodKind.MONTH.value,
        "begins": date(2025, 1, 1),
        "until": None,
        "baseline": None,
        "baseline_note": "",
        "standard": Decimal(90),
        "standard_note": "SK 12/2025",
        **more,
    }
    return world.do(actions.add_indicator, service, by=by or world.hr, **fields)


def record(
    world: World,
    indicator: ServiceIndicator,
    unit: str,
    period: str,
    by: Any = None,
    region: str = "kota-contoh",
    **said: Any,
) -> Measurement:
    """A value of a unit in a period; numbers may be plain integers."""
    numbers = {key: Decimal(value) if isinstance(value, int) else value for key, value in said.items()}
    return world.do(
        actions.record,
        indicator,
        by=by or world.agency_hr,
        unit=world.unit(unit, region).ref,
        period=period,
        **numbers,
    )

"""Rights on services: who looks after them, who writes their figures."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_

from portal.kernel.refusal import N_
from portal.people.accounts.models import GrantKind
from portal.voice.services.models import Measurement, Service, ServiceIndicator, ValueBatch
from portal.web.rights import Right, Rights

_WHOLE = (GrantKind.REGION_HR.value, GrantKind.PUBLISHER.value)


def regions(caller: Any, *kinds: str) -> list[int]:
    """The regions for which the caller holds one of these grants."""
    return sorted({grant.region_id for grant in caller.granted(*kinds)})


def agencies(caller: Any) -> list[int]:
    """The agencies that the caller looks after."""
    return [grant.unit_id for grant in caller.granted(GrantKind.AGENCY_HR.value)]


def in_scope(caller: Any, model: Any) -> ColumnElement[bool]:
    """Rows of ``model`` in the regions and agencies of the caller's grants."""
    return or_(model.region_id.in_(regions(caller, *_WHOLE)), model.agency_id.in_(agencies(caller)))


def _services(caller: Any) -> ColumnElement[bool]:
    return in_scope(caller, Service)


def _indicators(caller: Any) -> ColumnElement[bool]:
    return in_scope(caller, ServiceIndicator)


def _measurements(caller: Any) -> ColumnElement[bool]:
    return in_scope(caller, Measurement)


def _batches(caller: Any) -> ColumnElement[bool]:
    return in_scope(caller, ValueBatch)


def _any(caller: Any, _thing: Any) -> bool:
    return bool(regions(caller, *_WHOLE) or agencies(caller))


def _manages(caller: Any, thing: Any) -> bool:
    held = regions(caller, GrantKind.REGION_HR.value)
    if thing is None:
        return bool(held or agencies(caller))
    return thing.region_id in held or thing.agency_id in agencies(caller)


class Services(Rights):
    """What may be done with services and their figures."""

    LIST = Right(N_("Melihat daftar layanan dalam lingkupnya"), allows=_any)
    ADD = Right(N_("Mendaftarkan layanan"), allows=_manages)
    SEE = Right(N_("Membaca satu layanan, standar, dan angkanya"), _services)
    MANAGE = Right(N_("Mengubah layanan, standarnya, dan menambah indikator"), _services, _manages)
    SEE_INDICATOR = Right(N_("Membaca satu indikator layanan"), _indicators)
    MANAGE_INDICATOR = Right(N_("Mengubah satu indikator layanan"), _indicators, _manages)
    ENTER = Right(N_("Mencatat angka indikator layanan, satu per satu atau dari tabel"), _indicators)
    SEE_VALUE = Right(N_("Membaca satu angka dengan riwayatnya"), _measurements)
    CORRECT = Right(N_("Mengoreksi satu angka dengan alasan"), _measurements)
    APPLY = Right(N_("Menerapkan atau membatalkan tabel angka yang sudah diperiksa"), _batches)

"""Rights on the performance year: who looks after it, in the region or in one agency (decision 14.30)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, true

from portal.kernel.refusal import N_
from portal.people.accounts.models import GrantKind
from portal.people.organisation.models import Unit
from portal.policy.cycles.models import Period
from portal.web.rights import Right, Rights


def managed_regions(caller: Any) -> list[int]:
    """The regions whose whole year the caller looks after."""
    return [grant.region_id for grant in caller.granted(GrantKind.REGION_HR.value)]


def managed_agencies(caller: Any) -> list[int]:
    """The agencies that the caller looks after."""
    return [grant.unit_id for grant in caller.granted(GrantKind.AGENCY_HR.value)]


def _manages(caller: Any, _thing: Any) -> bool:
    return bool(managed_regions(caller) or managed_agencies(caller))


def _manages_region(caller: Any, thing: Any) -> bool:
    regions = managed_regions(caller)
    return bool(regions) if thing is None else thing.region_id in regions


def _periods(caller: Any) -> ColumnElement[bool]:
    held = caller.granted(GrantKind.REGION_HR.value, GrantKind.AGENCY_HR.value)
    return Period.region_id.in_([grant.region_id for grant in held])


def _periods_told(caller: Any) -> ColumnElement[bool]:
    """Periods whose steps the caller may read: also as an auditor."""
    audited = [grant.region_id for grant in caller.granted(GrantKind.AUDITOR.value)]
    return true() if None in audited else or_(_periods(caller), Period.region_id.in_(audited))


def units_managed(caller: Any) -> ColumnElement[bool]:
    """Units of the regions and agencies that the caller looks after."""
    return or_(Unit.region_id.in_(managed_regions(caller)), Unit.agency_id.in_(managed_agencies(caller)))


class Cycles(Rights):
    """What may be done with a performance year, its periods and the lists that hang on them."""

    MANAGE = Right(N_("Melihat siklus dan daftar pegawai dalam lingkup kelolanya"), allows=_manages)
    OPEN_CYCLE = Right(N_("Membuka siklus tahun"), allows=_manages_region)
    SEE_PERIOD = Right(N_("Melihat periode dan daftar-daftarnya"), _periods)
    READ_PERIOD = Right(N_("Membaca riwayat sebuah periode"), _periods_told)
    RUN_PERIOD = Right(
        N_("Membuka dan menutup periode, mendaftarkan pegawai baru"), _periods, _manages_region
    )
    SEE_UNIT = Right(N_("Melihat keadaan perangkat daerah atau unit kerja"), units_managed)

"""Who may enter which area; employee and rater follow from dated facts, the rest from grants (14.30)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true

from portal.desks import queries
from portal.kernel.refusal import N_
from portal.people.organisation.models import Unit
from portal.performance.access import (
    AGENCY_HR,
    AUDITOR,
    REGION_HR,
    board_regions,
    in_audit_scope,
    led_agencies,
)
from portal.policy.cycles.models import Period
from portal.web.rights import Right, Rights


def _signed_in(caller: Any, _thing: Any) -> bool:
    return bool(caller.is_authenticated)


def _employee(caller: Any, _thing: Any) -> bool:
    return bool(caller.is_employee)


def _rater(caller: Any, _thing: Any) -> bool:
    return caller.person_id is not None and queries.waiting(caller).is_rater


def _hr(caller: Any, _thing: Any) -> bool:
    return bool(caller.granted(REGION_HR, AGENCY_HR, "wali_data"))


def _leader(caller: Any, _thing: Any) -> bool:
    return bool(led_agencies(caller) or board_regions(caller))


def _audit(caller: Any, _thing: Any) -> bool:
    return bool(caller.granted(AUDITOR))


def _agencies_led(caller: Any) -> ColumnElement[bool]:
    return and_(
        Unit.is_agency,
        or_(Unit.id.in_(led_agencies(caller)), Unit.region_id.in_(board_regions(caller))),
    )


def _periods_audited(caller: Any) -> ColumnElement[bool]:
    return in_audit_scope(caller, Period.region_id)


def _admin(caller: Any, _thing: Any) -> bool:
    return bool(caller.granted("administrator"))


def _jobs(caller: Any) -> ColumnElement[bool]:
    return true() if _admin(caller, None) else false()


class Areas(Rights):
    """The areas of the portal."""

    HOME = Right(N_("Masuk ke meja kerja sendiri"), allows=_signed_in)
    EMPLOYEE = Right(N_("Meja pegawai"), allows=_employee)
    RATER = Right(N_("Meja penilai"), allows=_rater)
    HR = Right(N_("Meja pengelola kinerja"), allows=_hr)
    LEADER = Right(N_("Meja pimpinan perangkat daerah dan tim penilai kinerja"), allows=_leader)
    LED_AGENCY = Right(N_("Membaca keadaan tahun kinerja perangkat daerahnya"), _agencies_led)
    AUDIT = Right(N_("Meja auditor: membaca, tidak menulis"), allows=_audit)
    AUDITED_PERIOD = Right(N_("Membaca daftar pegawai sebuah periode sebagai auditor"), _periods_audited)
    ADMIN = Right(N_("Meja administrator"), allows=_admin)
    RETRY_JOB = Right(N_("Menjalankan lagi pekerjaan latar yang gagal"), _jobs)


def _searches(caller: Any, _thing: Any) -> bool:
    return bool(caller.granted(REGION_HR, AGENCY_HR, AUDITOR))


class Log(Rights):
    """What may be done with the log: read it; nobody changes it."""

    SEARCH = Right(N_("Mencari dalam catatan kejadian lingkupnya"), allows=_searches)

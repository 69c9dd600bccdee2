"""Who may enter which area; employee and rater follow from dated facts, the rest from grants (14.30)."""

from __future__ import annotations

from typing import Any

from portal.desks import queries
from portal.kernel.refusal import N_
from portal.performance.access import AGENCY_HR, AUDITOR, REGION_HR
from portal.web.rights import Right, Rights


def _signed_in(caller: Any, _thing: Any) -> bool:
    return bool(caller.is_authenticated)


def _employee(caller: Any, _thing: Any) -> bool:
    return bool(caller.is_employee)


def _rater(caller: Any, _thing: Any) -> bool:
    return caller.person_id is not None and queries.waiting(caller).is_rater


def _hr(caller: Any, _thing: Any) -> bool:
    return bool(caller.granted(REGION_HR, AGENCY_HR, "wali_data"))


def _admin(caller: Any, _thing: Any) -> bool:
    return bool(caller.granted("administrator"))


class Areas(Rights):
    """The areas of the portal."""

    HOME = Right(N_("Masuk ke meja kerja sendiri"), allows=_signed_in)
    EMPLOYEE = Right(N_("Meja pegawai"), allows=_employee)
    RATER = Right(N_("Meja penilai"), allows=_rater)
    HR = Right(N_("Meja pengelola kinerja"), allows=_hr)
    ADMIN = Right(N_("Meja administrator"), allows=_admin)


def _searches(caller: Any, _thing: Any) -> bool:
    return bool(caller.granted(REGION_HR, AGENCY_HR, AUDITOR))


class Log(Rights):
    """What may be done with the log: read it; nobody changes it."""

    SEARCH = Right(N_("Mencari dalam catatan kejadian lingkupnya"), allows=_searches)

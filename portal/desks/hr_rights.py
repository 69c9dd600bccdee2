"""Rights of those who look after the cycle on single evaluations and organisations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, true

from portal.kernel.refusal import N_
from portal.performance import access
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.rights import managed_regions
from portal.web.rights import Right, Rights


def others_managed(caller: Any) -> ColumnElement[bool]:
    """Enrolments that the caller looks after, the own one excepted: nobody excuses himself or herself."""
    not_mine = true() if caller.person_id is None else Enrolment.person_id != caller.person_id
    return and_(access.enrolments_managed(caller), not_mine)


def _evaluations(caller: Any) -> ColumnElement[bool]:
    return access.evaluations_where(others_managed(caller))


def _periods(caller: Any) -> ColumnElement[bool]:
    return Period.region_id.in_(managed_regions(caller))


class Managing(Rights):
    """What the performance manager records about people and organisations."""

    EXCUSE = Right(N_("Mencatat pegawai lain tidak dinilai atau tidak wajib SKP, dengan sebab"), _evaluations)
    RATE_ORGANISATION = Right(
        N_("Mencatat capaian kinerja organisasi menurut dokumen penetapan pimpinan"), _periods
    )

"""Who has a period's advice computed again (region HR), and who reads what came out (agency HR of its part)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_

from portal.kernel.refusal import N_
from portal.performance import access
from portal.performance.recomputations.models import Recomputation
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.rights import managed_agencies, managed_regions
from portal.web.rights import Right, Rights


def _managed(caller: Any) -> ColumnElement[bool]:
    """Periods whose calibration the caller sees."""
    held = caller.granted(access.REGION_HR, access.AGENCY_HR)
    return access.any_of(*(Period.region_id == grant.region_id for grant in held))


def _periods(caller: Any) -> ColumnElement[bool]:
    """The same, and those that the caller audits."""
    return access.any_of(_managed(caller), access.in_audit_scope(caller, Period.region_id))


def _manages_region(caller: Any, thing: Any) -> bool:
    return thing is None or thing.region_id in managed_regions(caller)


def _runs(caller: Any) -> ColumnElement[bool]:
    return access.any_of(*(Recomputation.region_id == each for each in managed_regions(caller)))


def agencies_seen(caller: Any, region_id: int) -> list[int] | None:
    """The agencies whose counts the caller may see in a region; ``None``: all of them."""
    whole = region_id in managed_regions(caller) or access.audits(caller, region_id)
    return None if whole else managed_agencies(caller)


def people_seen(caller: Any) -> ColumnElement[bool]:
    """Enrolments whose difference the caller may read by name: those in their scope, their own not."""
    seen = access.any_of(
        access.enrolments_managed(caller), access.in_audit_scope(caller, Enrolment.region_id)
    )
    return seen if caller.person_id is None else and_(seen, Enrolment.person_id != caller.person_id)


class Recomputations(Rights):
    """What may be done with advice that is computed again."""

    SEE = Right(N_("Melihat hasil hitung ulang usulan suatu periode"), _periods)
    START = Right(N_("Menghitung ulang usulan suatu periode"), _managed, _manages_region)
    RUN = Right(N_("Menghentikan dan melanjutkan hitung ulang usulan"), _runs)

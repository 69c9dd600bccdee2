"""Rights on performance agreements: an agency's HR and head write them, the region's staff read them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from portal.kernel.refusal import N_
from portal.people.organisation.models import Unit
from portal.performance import access
from portal.performance.agreements.models import AgreementGoal, KeyIndicator, PerformanceAgreement
from portal.web.rights import Right, Rights


def agencies_managed(caller: Any) -> ColumnElement[bool]:
    """Agencies whose agreement the caller writes: as HR in scope, or as their head."""
    own = Unit.id.in_(caller.heads) if caller.heads else access.NOBODY
    return and_(Unit.is_agency, or_(access.in_hr_scope(caller, Unit.region_id, Unit.id), own))


def _written(caller: Any) -> ColumnElement[bool]:
    own = PerformanceAgreement.agency_id.in_(caller.heads) if caller.heads else access.NOBODY
    within = access.in_hr_scope(caller, PerformanceAgreement.region_id, PerformanceAgreement.agency_id)
    return or_(within, own)


def _read(caller: Any) -> ColumnElement[bool]:
    """Those that were set are open to the staff of the region; drafts to who writes or audits them."""
    told = and_(
        access.is_(PerformanceAgreement.region_id, caller.region_id),
        PerformanceAgreement.set_on.is_not(None),
    )
    return or_(_written(caller), told, access.in_audit_scope(caller, PerformanceAgreement.region_id))


def _goals(caller: Any) -> ColumnElement[bool]:
    return exists().where(PerformanceAgreement.id == AgreementGoal.agreement_id, _written(caller))


def _indicators(caller: Any) -> ColumnElement[bool]:
    return exists().where(AgreementGoal.id == KeyIndicator.goal_id, _goals(caller))


def writes(caller: Any, agreement: PerformanceAgreement) -> bool:
    """``Agreements.EDIT`` for an agreement that was loaded already."""
    head = agreement.agency_id in caller.heads
    return head or access.manages(caller, agreement.region_id, agreement.agency_id)


def _any(caller: Any, _thing: Any) -> bool:
    return bool(caller.heads or caller.granted(access.REGION_HR, access.AGENCY_HR))


class Agreements(Rights):
    """What may be done with performance agreements."""

    LIST = Right(N_("Melihat daftar perjanjian kinerja yang dikelolanya"), allows=_any)
    START = Right(N_("Mulai menyusun perjanjian kinerja perangkat daerahnya"), agencies_managed)
    READ = Right(N_("Membaca perjanjian kinerja"), _read)
    EDIT = Right(N_("Mengubah dan menetapkan perjanjian kinerja perangkat daerahnya"), _written)
    EDIT_GOAL = Right(N_("Mengubah sasaran perjanjian kinerja"), _goals)
    EDIT_INDICATOR = Right(N_("Mengubah IKU perjanjian kinerja"), _indicators)

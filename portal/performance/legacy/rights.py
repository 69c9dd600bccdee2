"""Rights on earlier years: region HR brings them in; they are read by whom ratings are told to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists

from portal.kernel.refusal import N_
from portal.people.employment.models import Person
from portal.performance import access
from portal.performance.legacy.models import LegacyBatch
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.rules import PeriodState
from portal.web.rights import Right, Rights


def _now(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """People with an enrolment of an open period that meets ``condition`` and goes on."""
    if condition is access.NOBODY:
        return condition
    return exists().where(
        Enrolment.person_id == Person.id,
        Enrolment.region_id == Person.region_id,
        Enrolment.ends.is_(None),
        Period.id == Enrolment.period_id,
        Period.state == PeriodState.OPEN,
        condition,
    )


def managed_regions(caller: Any) -> list[int]:
    """The regions whose earlier years the caller brings in."""
    return [grant.region_id for grant in caller.granted(access.REGION_HR)]


def people_managed(caller: Any) -> ColumnElement[bool]:
    """People whose earlier years HR lists: all of a region, or an agency's own of today; auditors read."""
    regions = [Person.region_id == region_id for region_id in managed_regions(caller)]
    agencies = [_now(Enrolment.agency_id == grant.unit_id) for grant in caller.granted(access.AGENCY_HR)]
    return access.any_of(*regions, *agencies, access.in_audit_scope(caller, Person.region_id))


def _people(caller: Any) -> ColumnElement[bool]:
    return access.any_of(
        access.is_(Person.id, caller.person_id),
        _now(access.enrolments_rated(caller)),
        people_managed(caller),
    )


def reads_through(caller: Any, enrolment: Enrolment, period: Period) -> bool:
    """``READ`` on the person of an enrolment that was loaded already: for a link that leads somewhere."""
    region_id = enrolment.region_id
    if caller.person_id is not None and caller.person_id == enrolment.person_id:
        return True
    if region_id in managed_regions(caller) or access.audits(caller, region_id):
        return True
    goes_on = period.state is PeriodState.OPEN and enrolment.ends is None
    mine = caller.person_id is not None and caller.person_id == enrolment.appraiser_id
    return goes_on and (mine or access.manages(caller, region_id, enrolment.agency_id))


def _imports(caller: Any, thing: Any) -> bool:
    held = managed_regions(caller)
    return bool(held) if thing is None else thing.region_id in held


def _lists(caller: Any, _thing: Any) -> bool:
    return bool(caller.granted(access.REGION_HR, access.AGENCY_HR, access.AUDITOR))


def _batches(caller: Any) -> ColumnElement[bool]:
    return access.any_of(*(LegacyBatch.region_id == region_id for region_id in managed_regions(caller)))


def _person(caller: Any, _thing: Any) -> bool:
    return caller.person_id is not None


class Legacy(Rights):
    """What may be done with earlier years."""

    MINE = Right(N_("Membaca tahun lama sendiri"), allows=_person)
    READ = Right(
        N_("Membaca tahun lama seseorang: sendiri, yang dinilai, atau dalam lingkup kelola"), _people
    )
    LIST = Right(N_("Melihat dan mengunduh daftar tahun lama dalam lingkup kelolanya"), allows=_lists)
    IMPORT = Right(N_("Mengunggah tahun lama daerahnya dan melihat impornya"), allows=_imports)
    RUN = Right(N_("Memeriksa, menerapkan, menarik kembali, atau membatalkan impor tahun lama"), _batches)

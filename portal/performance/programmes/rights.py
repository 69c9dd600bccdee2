"""Rights on programmes: their owner records, unit heads and HR make them and name the owner, others get 404."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists

from portal.kernel.refusal import N_
from portal.people.organisation.models import Unit
from portal.performance import access
from portal.performance.programmes.models import (
    Participation,
    ParticipationNote,
    Programme,
    ProgrammeRepair,
)
from portal.web.rights import Right, Rights


def _headed(caller: Any) -> ColumnElement[bool]:
    """Units that the caller heads; of an agency every unit."""
    own = access.leads(caller, Unit.id)
    agency = Unit.agency_id.in_(caller.heads) if caller.heads else access.NOBODY
    return access.any_of(own, agency)


def units_managed(caller: Any) -> ColumnElement[bool]:
    """Units whose programmes the caller makes: as their head, or as HR in scope."""
    return access.any_of(_headed(caller), access.in_hr_scope(caller, Unit.region_id, Unit.agency_id))


def _of_units(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Programmes of units that meet ``condition``."""
    if condition is access.NOBODY:
        return condition
    return exists().where(Unit.id == Programme.unit_id, condition)


def _owned(caller: Any) -> ColumnElement[bool]:
    return access.is_(Programme.owner_id, caller.person_id)


def _managed(caller: Any) -> ColumnElement[bool]:
    return _of_units(units_managed(caller))


def _edited(caller: Any) -> ColumnElement[bool]:
    return access.any_of(_owned(caller), _managed(caller))


def _mended(caller: Any) -> ColumnElement[bool]:
    return access.any_of(_owned(caller), _of_units(_headed(caller)))


def _exported(caller: Any) -> ColumnElement[bool]:
    return access.any_of(
        _owned(caller), _of_units(access.in_hr_scope(caller, Unit.region_id, Unit.agency_id))
    )


def seen(caller: Any) -> ColumnElement[bool]:
    """Programmes whose participants the caller may know of."""
    return access.any_of(_edited(caller), access.in_audit_scope(caller, Programme.region_id))


def heads(caller: Any, unit: Unit) -> bool:
    """``_headed`` for a unit that was loaded already."""
    return unit.id in caller.leads or unit.agency_id in caller.heads


def looks_after(caller: Any, unit: Unit) -> bool:
    """Whether the caller is HR in scope of a unit that was loaded already."""
    return access.manages(caller, unit.region_id, unit.agency_id or 0)


def owns(caller: Any, programme: Programme) -> bool:
    """``Programmes.RECORD`` for a programme that was loaded already."""
    return caller.person_id is not None and programme.owner_id == caller.person_id


def _repairs(caller: Any) -> ColumnElement[bool]:
    return exists().where(Programme.id == ProgrammeRepair.programme_id, _mended(caller))


def _own(caller: Any) -> ColumnElement[bool]:
    return access.is_(Participation.person_id, caller.person_id)


def _recorded(caller: Any) -> ColumnElement[bool]:
    return exists().where(Programme.id == Participation.programme_id, _owned(caller))


def _read(caller: Any) -> ColumnElement[bool]:
    through = exists().where(Programme.id == Participation.programme_id, seen(caller))
    return access.any_of(_own(caller), through)


def _notes(caller: Any) -> ColumnElement[bool]:
    return exists().where(
        Participation.id == ParticipationNote.participation_id,
        Programme.id == Participation.programme_id,
        _owned(caller),
    )


def _person(caller: Any, _thing: Any) -> bool:
    return caller.person_id is not None


def makes(caller: Any, _thing: Any = None) -> bool:
    """Whether the caller makes programmes for any unit."""
    return bool(caller.leads or caller.granted(access.REGION_HR, access.AGENCY_HR))


def _lists(caller: Any, _thing: Any) -> bool:
    return caller.person_id is not None or makes(caller) or bool(caller.granted(access.AUDITOR))


class Programmes(Rights):
    """What may be done with programmes and with what is recorded of those who take part."""

    LIST = Right(N_("Melihat daftar program yang dimiliki, dipimpin, atau dikelolanya"), allows=_lists)
    MINE = Right(N_("Membuka keikutsertaan sendiri dalam program"), allows=_person)
    CHOOSE = Right(N_("Memilih unit bagi program baru"), allows=makes)
    MAKE = Right(N_("Membuat program bagi unit yang dipimpin atau dikelolanya"), units_managed)
    SEE = Right(N_("Membaca satu program dengan pesertanya"), seen)
    EDIT = Right(N_("Mengubah, mengakhiri, dan membuka kembali program"), _edited)
    NAME_OWNER = Right(N_("Menunjuk pemilik program"), _managed)
    MARK = Right(N_("Menandai program perlu diperbaiki"), _mended)
    CLOSE_REPAIR = Right(N_("Mencatat hasil perbaikan program"), _repairs)
    RECORD = Right(N_("Mencatat keikutsertaan dalam program yang dimilikinya"), _owned)
    EXPORT = Right(N_("Mengunduh daftar peserta program"), _exported)
    READ = Right(N_("Membaca satu keikutsertaan dengan riwayatnya"), _read)
    CORRECT = Right(N_("Memperbaiki atau menarik catatan keikutsertaan"), _recorded)
    NOTE = Right(N_("Menyampaikan bahwa catatan keikutsertaan sendiri keliru"), _own)
    ANSWER = Right(N_("Menjawab catatan peserta program"), _notes)

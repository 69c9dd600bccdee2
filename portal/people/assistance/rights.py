"""Rights on assisted entry."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, literal, or_

from portal.kernel.refusal import N_
from portal.people.accounts.rights import given_regions
from portal.people.assistance.models import Assistance
from portal.people.employment.models import Person
from portal.web.rights import Right, Rights


def _involved(caller: Any) -> ColumnElement[bool]:
    me = caller.person_id
    if me is None or caller.actor.typist_id is not None:
        return literal(False)
    return or_(Assistance.person_id == me, Assistance.assistant_id == me)


def seen(caller: Any) -> ColumnElement[bool]:
    """Appointments that the caller may know of: one's own, and those of the region looked after."""
    return or_(_involved(caller), Assistance.region_id.in_(given_regions(caller)))


def _mine(caller: Any, assistance: Any) -> bool:
    return caller.person_id is not None and assistance.person_id == caller.person_id


def _assists(caller: Any, assistance: Any) -> bool:
    return caller.person_id is not None and assistance.assistant_id == caller.person_id


def _ends(caller: Any, assistance: Any) -> bool:
    return _mine(caller, assistance) or assistance.region_id in given_regions(caller)


def _lists(caller: Any, _thing: Any) -> bool:
    return bool(caller.person_id is not None or given_regions(caller))


def _types(caller: Any, _thing: Any) -> bool:
    return bool(caller.is_authenticated)


def _appoints(caller: Any, _thing: Any) -> bool:
    return bool(given_regions(caller))


def _people(caller: Any) -> ColumnElement[bool]:
    return Person.region_id.in_(given_regions(caller))


class Assisting(Rights):
    """What may be done about assisted entry."""

    LIST = Right(N_("Melihat siapa mengetik untuk siapa, dalam hal yang menyangkut dirinya"), allows=_lists)
    CHOOSE = Right(N_("Mencari pegawai yang akan dibantu"), allows=_appoints)
    APPOINT = Right(N_("Menunjuk pengisi bantu menurut surat persetujuan"), _people)
    BEGIN = Right(N_("Mulai mengetik untuk orang yang dibantu"), seen, _assists)
    STOP = Right(N_("Berhenti mengetik untuk orang lain"), allows=_types)
    CONFIRM = Right(N_("Membenarkan yang diketik atas namanya"), seen, _mine)
    END = Right(N_("Mengakhiri penunjukan pengisi bantu"), seen, _ends)

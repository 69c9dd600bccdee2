"""Rights on the structure: only a region's own manager, and only in that region."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from portal.kernel.refusal import N_
from portal.people.accounts.models import GrantKind
from portal.people.employment.models import Absence, Person, Tenure
from portal.people.organisation.models import Position, Unit
from portal.web.rights import Right, Rights


def structure_regions(caller: Any) -> list[int]:
    """The regions whose structure the caller may change."""
    return [grant.region_id for grant in caller.granted(GrantKind.REGION_HR.value)]


def manages_structure(caller: Any, thing: Any) -> bool:
    """Whether the caller looks after the structure of the thing's region, or of any."""
    regions = structure_regions(caller)
    return bool(regions) if thing is None else thing.region_id in regions


def _of(model: Any) -> Any:
    def scope(caller: Any) -> ColumnElement[bool]:
        return model.region_id.in_(structure_regions(caller))  # type: ignore[no-any-return]

    return scope


class Structure(Rights):
    """What may be done with a region's tree, its posts and who holds them."""

    LIST = Right(N_("Melihat struktur daerahnya dan membuat unit"), allows=manages_structure)
    UNIT = Right(N_("Melihat dan mengubah unit: nama, induk, gabung, pecah, akhiri"), _of(Unit))
    POSITION = Right(N_("Melihat dan mengubah jabatan serta pejabatnya"), _of(Position))
    TENURE = Right(N_("Mengakhiri masa jabatan dan mengatur delegasinya"), _of(Tenure))
    PERSON = Right(N_("Melihat riwayat jabatan seseorang dan mencatat cuti atau penugasan"), _of(Person))
    ABSENCE = Right(N_("Mengakhiri cuti atau penugasan yang tercatat"), _of(Absence))

"""Rights on publications: who prepares, who publishes (two people, Y-68)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, true

from portal.kernel.refusal import N_
from portal.transparency.publications.models import Publication
from portal.web.rights import Right, Rights

REGION_HR = "pengelola_daerah"
PUBLISHER = "wali_data"
AUDITOR = "auditor"


def regions(caller: Any, *kinds: str) -> list[int]:
    """The regions for which the caller holds one of these grants."""
    return sorted({g.region_id for g in caller.granted(*kinds) if g.region_id is not None})


def _seen(caller: Any) -> ColumnElement[bool]:
    return Publication.region_id.in_(regions(caller, REGION_HR, PUBLISHER))


def _read(caller: Any) -> ColumnElement[bool]:
    """Publications that the caller may read: also as an auditor."""
    audited = [grant.region_id for grant in caller.granted(AUDITOR)]
    return true() if None in audited else or_(_seen(caller), Publication.region_id.in_(audited))


def _holds_any(caller: Any, _thing: Any) -> bool:
    return bool(regions(caller, REGION_HR, PUBLISHER))


def _prepares(caller: Any, thing: Any) -> bool:
    held = regions(caller, REGION_HR)
    return bool(held) if thing is None else thing.region_id in held


class Publications(Rights):
    """What may be done with publications."""

    LIST = Right(N_("Melihat daftar publikasi daerahnya, terbit maupun disiapkan"), allows=_holds_any)
    PREPARE = Right(N_("Menyiapkan angka periode yang ditutup, atau koreksinya"), allows=_prepares)
    SEE = Right(N_("Membaca satu publikasi atau drafnya"), _read)
    DISCARD = Right(N_("Membatalkan draf publikasi"), _seen, _prepares)
    PUBLISH = Right(N_("Menerbitkan angka yang disiapkan orang lain"), _seen)
    WITHDRAW = Right(N_("Menarik publikasi dengan alasan"), _seen)

"""Rights on the exchange with the national application."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from portal.kernel.refusal import N_
from portal.performance import access
from portal.performance.exchange.models import Reconciliation
from portal.policy.cycles.rights import Cycles
from portal.web.rights import Right, Rights


def _reconciliations(caller: Any) -> ColumnElement[bool]:
    return access.in_hr_scope(caller, Reconciliation.region_id, Reconciliation.agency_id)


class Exchange(Rights):
    """What may be exchanged with e-Kinerja BKN."""

    USE = Right(
        N_("Mengekspor untuk e-Kinerja BKN dan mencocokkan hasilnya dalam lingkup kelolanya"),
        Cycles.SEE_PERIOD.value.scope,
    )
    READ = Right(N_("Membaca daftar rekonsiliasi dalam lingkup kelolanya"), _reconciliations)

"""Who looks at how ratings lie: HR, the appraisal board and auditors, in their scope.

Figures of named appraisers, never of a rated person. Whoever sees them may read every rating in that scope anyway.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from portal.kernel.refusal import N_
from portal.performance import access
from portal.policy.cycles.models import Period
from portal.web.rights import Right, Rights


def _periods(caller: Any) -> ColumnElement[bool]:
    """Periods that the caller looks after, in whole or in one agency, audits, or reads as the board."""
    held = caller.granted(access.REGION_HR, access.AGENCY_HR, access.BOARD)
    return access.any_of(
        *(Period.region_id == grant.region_id for grant in held),
        access.in_audit_scope(caller, Period.region_id),
    )


class Calibration(Rights):
    """What may be seen of how ratings lie."""

    SEE = Right(
        N_("Melihat sebaran rating dan kebiasaan penilai dalam lingkupnya"),
        _periods,
    )

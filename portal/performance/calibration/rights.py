"""Who looks at how ratings lie: HR, in its scope. Figures of named appraisers, never of a rated person."""

from __future__ import annotations

from portal.kernel.refusal import N_
from portal.policy.cycles.rights import Cycles
from portal.web.rights import Right, Rights


class Calibration(Rights):
    """What may be seen of how ratings lie."""

    SEE = Right(
        N_("Melihat sebaran rating dan kebiasaan penilai dalam lingkup kelolanya"),
        Cycles.SEE_PERIOD.value.scope,
    )

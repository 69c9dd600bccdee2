"""Rights on a region's own policy."""

from __future__ import annotations

from typing import Any

from portal.kernel.refusal import N_
from portal.policy.cycles.rights import managed_regions
from portal.web.rights import Right, Rights


def _manages(caller: Any, _thing: Any) -> bool:
    return bool(caller.is_authenticated and managed_regions(caller))


class Drafting(Rights):
    """What may be done with the policy of the region that one looks after."""

    DRAFT = Right(N_("Menyusun dan menetapkan kebijakan daerahnya"), allows=_manages)

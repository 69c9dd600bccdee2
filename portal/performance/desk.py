"""At whose desk a page stands that several roles open: shared goals and programmes (decision 14.17)."""

from __future__ import annotations

from flask_login import current_user

from portal.performance.access import AGENCY_HR, AUDITOR, REGION_HR
from portal.web.frame import stand_in


def stand_at_own_desk() -> None:
    """The frame of the widest role that the reader has; a unit's head stands where the unit's people are rated."""
    if current_user.granted(REGION_HR, AGENCY_HR):
        stand_in("hr")
    elif current_user.granted(AUDITOR):
        stand_in("audit")
    elif current_user.heads:
        stand_in("leader")
    else:
        stand_in("rater" if current_user.leads else "employee")

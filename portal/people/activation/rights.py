"""Who may make activation slips."""

from __future__ import annotations

from typing import Any

from portal.kernel.refusal import N_
from portal.people.activation.rules import ADMINISTRATOR, AGENCY_HR, REGION_HR
from portal.web.rights import Right, Rights


def _issues(caller: Any, _thing: Any) -> bool:
    return bool(caller.is_authenticated and caller.granted(REGION_HR, AGENCY_HR, ADMINISTRATOR))


class Activations(Rights):
    """Slips with one-time codes."""

    ISSUE = Right(
        N_("Mencetak lembar aktivasi: pengelola bagi pegawai lingkupnya, administrator bagi pemegang hak"),
        allows=_issues,
    )

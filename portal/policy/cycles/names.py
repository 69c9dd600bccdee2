"""What a period is called."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from portal.policy.calendars.rules import PeriodKind
from portal.web.formats import formats

ROMAN = ("", "I", "II", "III", "IV")


def period_name(period: Any) -> str:
    """``Triwulan III 2026``, ``Semester I 2026``, ``Oktober 2026`` or ``Tahun 2026``."""
    year = period.begins.year
    match period.kind:
        case PeriodKind.QUARTER:
            return _("Triwulan %(n)s %(year)s", n=ROMAN[period.number], year=year)
        case PeriodKind.SEMESTER:
            return _("Semester %(n)s %(year)s", n=ROMAN[period.number], year=year)
        case PeriodKind.MONTH:
            return formats().month(period.begins)
        case _:
            return _("Tahun %(year)s", year=year)

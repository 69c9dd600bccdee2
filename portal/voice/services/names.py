"""What a period of an indicator is called."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles.names import period_name
from portal.voice.services.rules import number_of


def span_name(kind: PeriodKind, begins: date) -> str:
    """``Maret 2026``, ``Triwulan I 2026``, ``Tahun 2026``."""
    return period_name(SimpleNamespace(kind=kind, number=number_of(kind, begins), begins=begins))

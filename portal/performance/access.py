"""Who may know of whose plan, progress and evaluation (decision 14.22), as conditions in the query.

The employee, the appraiser of any of the periods, that appraiser's superior, HR in scope, the region's
appraisal board and its auditors, who read and write nothing. Colleagues don't; an agency's leader knows
where each stands, and the ratings of the own chain only.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, literal, or_, true

from portal.performance.evaluations.models import Evaluation
from portal.performance.plans.models import Plan
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles.models import Enrolment, Period

REGION_HR = "pengelola_daerah"
AGENCY_HR = "pengelola_perangkat_daerah"
AUDITOR = "auditor"
BOARD = "tim_penilai_kinerja"
LEADER = "pimpinan_perangkat_daerah"

NOBODY: ColumnElement[bool] = literal(False)
"""False, as a value: SQLAlchemy folds ``false()`` together with the conditions beside it, and without
those that join an ``EXISTS`` to its query its tables would be multiplied."""


def any_of(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Any of ``conditions``; nobody's are left out, for every request puts its scope together anew."""
    left = [each for each in conditions if each is not NOBODY]
    if len(left) < 2:
        # Bare, so that an index can serve it; an OR would make the database read every row.
        return left[0] if left else NOBODY
    return or_(*left)


def is_(column: Any, person_id: int | None) -> ColumnElement[bool]:
    """``column`` names that person; false for nobody."""
    return NOBODY if person_id is None else column == person_id


def in_hr_scope(caller: Any, region: Any, agency: Any) -> ColumnElement[bool]:
    """A row of a region and agency that the caller's HR grants cover."""
    regions = [region == grant.region_id for grant in caller.granted(REGION_HR)]
    agencies = [agency == grant.unit_id for grant in caller.granted(AGENCY_HR)]
    return any_of(*regions, *agencies)


def manages(caller: Any, region_id: int, agency_id: int) -> bool:
    """``in_hr_scope`` for a row that was loaded already."""
    return any(grant.region_id == region_id for grant in caller.granted(REGION_HR)) or any(
        grant.unit_id == agency_id for grant in caller.granted(AGENCY_HR)
    )


def enrolments_rated(caller: Any) -> ColumnElement[bool]:
    """Enrolments that the caller appraises."""
    return is_(Enrolment.appraiser_id, caller.person_id)


def enrolments_own(caller: Any) -> ColumnElement[bool]:
    """The caller's own enrolments."""
    return is_(Enrolment.person_id, caller.person_id)


def enrolments_seen(caller: Any) -> ColumnElement[bool]:
    """Enrolments whose plan and evaluation the caller may know of."""
    return any_of(
        enrolments_own(caller),
        enrolments_rated(caller),
        is_(Enrolment.superior_id, caller.person_id),
        enrolments_managed(caller),
        enrolments_overseen(caller),
    )


def enrolments_managed(caller: Any) -> ColumnElement[bool]:
    """Enrolments that the caller's HR grants cover."""
    return in_hr_scope(caller, Enrolment.region_id, Enrolment.agency_id)


def audited_regions(caller: Any) -> list[int | None]:
    """The regions that the caller audits; ``None`` among them means every one."""
    return [grant.region_id for grant in caller.granted(AUDITOR)]


def in_audit_scope(caller: Any, region: Any) -> ColumnElement[bool]:
    """A row of a region that the caller audits."""
    held = audited_regions(caller)
    return true() if None in held else any_of(*(region == each for each in held))


def audits(caller: Any, region_id: int) -> bool:
    """``in_audit_scope`` for a row that was loaded already."""
    held = audited_regions(caller)
    return None in held or region_id in held


def leads(caller: Any, unit: Any) -> ColumnElement[bool]:
    """``unit`` is one that the caller heads today; false for who heads none."""
    # In a statement put together once for many callers they are a parameter, of which nothing is known yet.
    if isinstance(caller.leads, tuple) and not caller.leads:
        return NOBODY
    led: ColumnElement[bool] = unit.in_(caller.leads)
    return led


def led_agencies(caller: Any) -> list[int]:
    """The agencies whose year the caller reads as their leader: by tenure, or by a grant."""
    return [*caller.heads, *(grant.unit_id for grant in caller.granted(LEADER))]


def board_regions(caller: Any) -> list[int]:
    """The regions whose evaluations the caller reads as a member of the appraisal board."""
    return [grant.region_id for grant in caller.granted(BOARD)]


def enrolments_overseen(caller: Any) -> ColumnElement[bool]:
    """Enrolments that the caller reads as a member of the board or as an auditor."""
    regions = [Enrolment.region_id == each for each in board_regions(caller)]
    return any_of(in_audit_scope(caller, Enrolment.region_id), *regions)


def plans_seen(caller: Any) -> ColumnElement[bool]:
    """Plans that the caller may know of: own ones, and those of enrolments seen."""
    through = exists().where(Enrolment.plan_id == Plan.id, enrolments_seen(caller))
    return or_(is_(Plan.person_id, caller.person_id), through)


def plans_own(caller: Any) -> ColumnElement[bool]:
    """The caller's own plans."""
    return is_(Plan.person_id, caller.person_id)


def plans_rated(caller: Any) -> ColumnElement[bool]:
    """Plans that the caller appraises: by the enrolment of the year, not by that of a quarter."""
    return exists().where(
        Enrolment.plan_id == Plan.id,
        Period.id == Enrolment.period_id,
        Period.kind == PeriodKind.YEAR,
        enrolments_rated(caller),
    )


def evaluations_where(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Evaluations of enrolments that meet ``condition``."""
    return exists().where(Enrolment.id == Evaluation.enrolment_id, condition)

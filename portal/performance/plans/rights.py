"""Rights on plans."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, true

from portal.extensions import db
from portal.kernel.refusal import N_
from portal.people.employment.models import Tenure
from portal.performance import access
from portal.performance.plans.models import Indicator, LineNote, Plan, PlannedResult, PlanVersion
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.rules import PeriodState
from portal.web.rights import Right, Rights


def _own(caller: Any, plan: Any) -> bool:
    return caller.person_id is not None and plan.person_id == caller.person_id


def _reviewed(caller: Any) -> ColumnElement[bool]:
    """Plans of the agencies that the caller looks after, the own ones excepted."""
    others = true() if caller.person_id is None else Plan.person_id != caller.person_id
    managed = exists().where(
        Enrolment.plan_id == Plan.id,
        Period.id == Enrolment.period_id,
        Period.kind == PeriodKind.YEAR,
        access.enrolments_managed(caller),
    )
    return and_(others, managed)


def may_review(caller: Any, plan: Plan, agency_id: int) -> bool:
    """``Plans.REVIEW`` for a plan that was loaded already."""
    return not _own(caller, plan) and access.manages(caller, plan.region_id, agency_id)


def _below(caller: Any) -> ColumnElement[bool]:
    """Plans whose appraiser the caller is the superior of, in the year's enrolment."""
    return exists().where(
        Enrolment.plan_id == Plan.id,
        Period.id == Enrolment.period_id,
        Period.kind == PeriodKind.YEAR,
        access.is_(Enrolment.superior_id, caller.person_id),
    )


def _own_or_rated(caller: Any) -> ColumnElement[bool]:
    return or_(access.plans_own(caller), access.plans_rated(caller))


def _results_own(caller: Any) -> ColumnElement[bool]:
    return exists().where(
        PlanVersion.id == PlannedResult.version_id, Plan.id == PlanVersion.plan_id, access.plans_own(caller)
    )


def _indicators_own(caller: Any) -> ColumnElement[bool]:
    return exists().where(PlannedResult.id == Indicator.result_id, _results_own(caller))


def _notes_own(caller: Any) -> ColumnElement[bool]:
    return exists().where(Plan.id == LineNote.plan_id, access.plans_own(caller))


def _notes_written(caller: Any) -> ColumnElement[bool]:
    return access.is_(LineNote.person_id, caller.person_id)


def _members(caller: Any) -> ColumnElement[bool]:
    return exists().where(Enrolment.tenure_id == Tenure.id, access.enrolments_rated(caller))


def _appraises(caller: Any, _thing: Any) -> bool:
    """Whether the caller appraises anybody in a period that is open."""
    somebody = exists().where(
        access.enrolments_rated(caller), Period.id == Enrolment.period_id, Period.state == PeriodState.OPEN
    )
    return caller.person_id is not None and bool(db.session.scalar(select(somebody)))


class Plans(Rights):
    """What may be done with a plan."""

    VIEW = Right(N_("Membaca SKP"), access.plans_seen)
    START = Right(N_("Mulai menyusun SKP sendiri"), access.enrolments_own)
    EDIT = Right(N_("Mengubah SKP sendiri"), access.plans_seen, _own)
    EDIT_RESULT = Right(N_("Mengubah hasil kerja pada SKP sendiri"), _results_own)
    EDIT_INDICATOR = Right(N_("Mengubah indikator pada SKP sendiri"), _indicators_own)
    SUBMIT = Right(N_("Mengajukan, menarik kembali, dan menandatangani SKP sendiri"), access.plans_seen, _own)
    CHANGE = Right(N_("Mengubah SKP sendiri yang sudah ditetapkan, dengan alasan"), access.plans_seen, _own)
    APPRAISE = Right(
        N_("Memberi catatan, mengembalikan, menyepakati, dan menetapkan SKP bawahan"), access.plans_rated
    )
    REVIEW = Right(N_("Mereviu SKP pegawai lain yang dikelolanya, atau mengembalikannya"), _reviewed)
    SUBSTITUTE = Right(
        N_("Memutus SKP yang tidak disepakati, ditandatangani, atau ditetapkan, sebagai atasan penilai"),
        _below,
    )
    EXPECT = Right(N_("Menulis ekspektasi khusus, atau komentar atasnya"), _own_or_rated)
    REMOVE_NOTE = Right(N_("Menghapus catatan sendiri"), _notes_written)
    ANSWER_NOTE = Right(N_("Menjawab catatan pada SKP sendiri"), _notes_own)
    SHARE_MATRIX = Right(N_("Mengisi dan membagikan matriks peran hasil"), access.plans_own)
    EXPECT_OF_TEAM = Right(
        N_("Menulis ekspektasi perilaku bagi seluruh tim"),
        allows=_appraises,
    )
    FILL_ROW = Right(N_("Mengisi baris matriks bagi orang yang dinilai"), _members)

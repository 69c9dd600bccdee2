"""Rights on shared goals: who holds a share agrees to it, who takes part reads, nobody else knows of it.

Until it is proposed for the first time a goal is a paper on the writer's desk: only the leader of the
coordinating unit and the region's HR know of it, whoever is written down in it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_, union

from portal.extensions import alias
from portal.kernel.refusal import N_
from portal.ledger.events import Event
from portal.people.organisation.models import Unit
from portal.performance import access
from portal.performance.goals.models import Contribution, GoalProgress, GoalReference, SharedGoal
from portal.performance.goals.rules import GoalState
from portal.performance.plans.models import Plan
from portal.policy.cycles.models import Enrolment, Period
from portal.web.rights import Right, Rights

Above = alias(Unit, "above")
Worked = alias(Unit, "worked")


def within(above: Any, unit: Any) -> ColumnElement[bool]:
    """``unit`` is ``above`` or stands below it today; both are units of one region."""
    return unit.path.startswith(above.path) & (unit.region_id == above.region_id)


def _goals(*conditions: ColumnElement[bool]) -> Any:
    """The ids of goals that have a contribution which meets ``conditions``, with its unit."""
    joined = select(Contribution.goal_id).join(Unit, Unit.id == Contribution.unit_id)
    return joined.where(Contribution.region_id == Unit.region_id, *conditions)


def _led(caller: Any) -> Any:
    """Goals to which a unit contributes that the caller heads."""
    return _goals(access.leads(caller, Contribution.unit_id))


def _worked(caller: Any) -> Any:
    """Goals, with their year, to which a unit contributes in which, or below which, the caller works then."""
    return (
        select(Contribution.goal_id, Period.cycle_id)
        .select_from(Enrolment)
        .join(Period, Period.id == Enrolment.period_id)
        .join(Worked, Worked.id == Enrolment.unit_id)
        .join(Above, within(Above, Worked))
        .join(
            Contribution,
            and_(Contribution.region_id == Above.region_id, Contribution.unit_id == Above.id),
        )
        .where(
            Enrolment.region_id == caller.region_id,
            access.is_(Enrolment.person_id, caller.person_id),
        )
    )


def _referring(caller: Any) -> Any:
    """Goals to which a line of the caller's plans refers."""
    mine = access.is_(Plan.person_id, caller.person_id)
    return select(GoalReference.goal_id).join(Plan, Plan.id == GoalReference.plan_id).where(mine)


def written(caller: Any) -> ColumnElement[bool]:
    """Goals that the caller carries: heads the coordinating unit, or is the region's HR."""
    regions = [SharedGoal.region_id == grant.region_id for grant in caller.granted(access.REGION_HR)]
    return access.any_of(access.leads(caller, SharedGoal.coordinator_id), *regions)


def was_proposed(ref: Any) -> ColumnElement[bool]:
    """Whether contributors were ever asked about the goal with that reference."""
    return exists().where(
        Event.subject_type == SharedGoal.__tablename__,
        Event.subject_ref == ref,
        Event.verb == "propose_shared_goal",
    )


def known() -> ColumnElement[bool]:
    """Goals that are more than their writer's draft."""
    early = (GoalState.DRAFT, GoalState.WITHDRAWN)
    return or_(SharedGoal.state.not_in(early), was_proposed(SharedGoal.ref))


def _held(caller: Any) -> ColumnElement[bool]:
    """Goals that the caller carries, or holds a share of as a unit's leader."""
    return access.any_of(written(caller), and_(SharedGoal.id.in_(_led(caller)), known()))


def _taking_part(caller: Any) -> ColumnElement[bool]:
    """Leaders of the units that hold the goal, and people whose plans refer to it."""
    holds = SharedGoal.id.in_(union(_led(caller), _referring(caller)))
    return access.any_of(access.leads(caller, SharedGoal.coordinator_id), and_(holds, known()))


def read(caller: Any) -> ColumnElement[bool]:
    """Who holds it, works for it, leads an agency whose unit holds it, or manages or audits such an agency."""
    managed = [grant.unit_id for grant in caller.granted(access.AGENCY_HR)]
    agencies = Unit.agency_id.in_([*access.led_agencies(caller), *managed])
    held = _goals(access.any_of(access.leads(caller, Contribution.unit_id), agencies))
    others = access.any_of(
        access.in_audit_scope(caller, SharedGoal.region_id),
        SharedGoal.id.in_(union(held, _referring(caller))),
        tuple_(SharedGoal.id, SharedGoal.cycle_id).in_(_worked(caller)),
    )
    return access.any_of(written(caller), and_(others, known()))


def _contributions(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return Contribution.goal_id.in_(select(SharedGoal.id).where(condition))


def _answered(caller: Any) -> ColumnElement[bool]:
    goals = select(SharedGoal.id).where(or_(written(caller), known()))
    return and_(access.leads(caller, Contribution.unit_id), Contribution.goal_id.in_(goals))


def _corrected(caller: Any) -> ColumnElement[bool]:
    return GoalProgress.goal_id.in_(select(SharedGoal.id).where(_held(caller)))


def _dropped(caller: Any) -> ColumnElement[bool]:
    return GoalReference.plan_id.in_(select(Plan.id).where(access.plans_own(caller)))


def writes(caller: Any, goal: SharedGoal) -> bool:
    """``Goals.WRITE`` for a goal that was loaded already."""
    regions = [grant.region_id for grant in caller.granted(access.REGION_HR)]
    return goal.coordinator_id in caller.leads or goal.region_id in regions


def _reads(caller: Any, _thing: Any) -> bool:
    granted = caller.granted(access.REGION_HR, access.AGENCY_HR, access.AUDITOR, access.LEADER)
    return caller.person_id is not None or bool(granted)


def starts(caller: Any, _thing: Any) -> bool:
    """``Goals.START``: heads a unit, or is the region's HR."""
    return bool(caller.leads) or manages_region(caller)


def manages_region(caller: Any) -> bool:
    """Whether the caller is HR of the own region; a grant for another region says nothing here."""
    return any(grant.region_id == caller.region_id for grant in caller.granted(access.REGION_HR))


def coordinators(caller: Any) -> ColumnElement[bool]:
    """Units that may coordinate a goal which the caller writes down: those the caller heads, of HR the region's."""
    here = Unit.region_id == caller.region_id
    return here if manages_region(caller) else and_(here, access.leads(caller, Unit.id))


class Goals(Rights):
    """What may be done with shared goals."""

    LIST = Right(N_("Melihat daftar sasaran bersama yang diketahuinya"), allows=_reads)
    START = Right(
        N_("Mulai menyusun sasaran bersama sebagai pimpinan unit atau pengelola daerah"), allows=starts
    )
    READ = Right(
        N_("Membaca sasaran bersama unitnya, perangkat daerahnya, atau lingkup pengelolaannya"), read
    )
    WRITE = Right(N_("Menyusun, mengusulkan, dan mengakhiri sasaran bersama yang dikoordinasinya"), written)
    WRITE_SHARE = Right(
        N_("Mengubah bagian penyumbang sasaran bersama yang dikoordinasinya"),
        lambda caller: _contributions(written(caller)),
    )
    BRING = Right(N_("Menulis apa yang disumbangkan unitnya bagi sasaran bersama"), _answered)
    ANSWER = Right(N_("Menyepakati atau menolak bagian unitnya dalam sasaran bersama"), _answered)
    RECORD = Right(
        N_("Mencatat kemajuan sasaran bersama sebagai koordinator atau pimpinan penyumbang"), _held
    )
    CORRECT = Right(N_("Mengoreksi catatan kemajuan sasaran bersama"), _corrected)
    SAY = Right(N_("Memberi umpan balik atas sasaran bersama yang diikutinya"), _taking_part)
    TAKE_PART = Right(
        N_("Membaca hasil kerja siapa saja yang merujuk ke sasaran bersama yang diikutinya"), _taking_part
    )
    REFER = Right(N_("Merujukkan hasil kerja dalam SKP sendiri ke sasaran bersama"), access.plans_own)
    DROP = Right(N_("Melepas rujukan SKP sendiri ke sasaran bersama"), _dropped)

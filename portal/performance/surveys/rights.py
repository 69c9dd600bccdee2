"""Rights on the closed survey. No right reads an answer with its rater: there is nothing to read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from portal.extensions import alias
from portal.kernel.refusal import N_
from portal.performance import access
from portal.performance.surveys.models import RatingDuty, SurveyRound
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.rights import managed_agencies, managed_regions
from portal.web.rights import Right, Rights

Own = alias(Enrolment, "own")
"""The caller's own enrolment beside somebody else's."""


def _person(caller: Any, _thing: Any) -> bool:
    return caller.person_id is not None


def _regions(caller: Any, column: Any) -> ColumnElement[bool]:
    return access.any_of(*(column == each for each in managed_regions(caller)))


def _periods(caller: Any) -> ColumnElement[bool]:
    """Periods that the caller looks after, in whole or in one agency, or audits."""
    held = caller.granted(access.REGION_HR, access.AGENCY_HR)
    return access.any_of(
        *(Period.region_id == grant.region_id for grant in held),
        access.in_audit_scope(caller, Period.region_id),
    )


def _manages_period(caller: Any, thing: Any) -> bool:
    return thing is None or thing.region_id in managed_regions(caller)


def _periods_run(caller: Any) -> ColumnElement[bool]:
    return _regions(caller, Period.region_id)


def _rounds(caller: Any) -> ColumnElement[bool]:
    return _regions(caller, SurveyRound.region_id)


def _outside_own_circle(caller: Any) -> ColumnElement[bool]:
    """Enrolments of people who aren't drawn together with the caller, nor the caller's own.

    In a circle everybody judges equally often: who reads of the others in it knows who judges themself.
    """
    own = (Own.period_id == Enrolment.period_id) & (Own.person_id == caller.person_id)
    heads = and_(Own.is_leader, Enrolment.is_leader, Own.appraiser_id == Enrolment.appraiser_id)
    together = or_(Own.unit_id == Enrolment.unit_id, heads)
    return ~exists().where(own, together)


def others_managed(caller: Any) -> ColumnElement[bool]:
    """Enrolments in the caller's HR scope outside their own circle: nobody learns who judges themselves."""
    managed = access.enrolments_managed(caller)
    return managed if caller.person_id is None else and_(managed, _outside_own_circle(caller))


def others_seen(caller: Any) -> ColumnElement[bool]:
    """The same for whoever only reads."""
    seen = or_(access.enrolments_managed(caller), access.in_audit_scope(caller, Enrolment.region_id))
    return seen if caller.person_id is None else and_(seen, _outside_own_circle(caller))


def _corrects(caller: Any, enrolment: Any) -> bool:
    return enrolment is None or access.manages(caller, enrolment.region_id, enrolment.agency_id)


def _duties_managed(caller: Any) -> ColumnElement[bool]:
    return exists().where(Enrolment.id == RatingDuty.enrolment_id, others_managed(caller))


def _asked(caller: Any) -> ColumnElement[bool]:
    return access.is_(RatingDuty.rater_id, caller.person_id)


def manages_some(caller: Any) -> bool:
    """Whether the caller looks after a region or an agency."""
    return bool(managed_regions(caller) or managed_agencies(caller))


class Surveys(Rights):
    """What may be done with the closed survey on behaviour."""

    SEE = Right(N_("Melihat jalannya survei perilaku tanpa satu pun jawaban"), _periods)
    ARRANGE = Right(N_("Menyusun survei perilaku suatu periode"), _periods_run, _manages_period)
    RUN = Right(N_("Membuka, memperpanjang, dan menutup survei perilaku"), _rounds)
    RATERS = Right(
        N_("Melihat siapa yang ditanya tentang seseorang, dan siapa yang sudah mengisi"), others_seen
    )
    CORRECT = Right(N_("Menambah yang ditanya tentang seseorang"), others_managed, _corrects)
    RELEASE = Right(N_("Membebaskan seseorang dari survei perilaku"), _duties_managed)
    EXCLUDE = Right(N_("Mengecualikan rekan dari survei tentang diri sendiri"), access.enrolments_own)
    MINE = Right(N_("Membuka survei perilaku yang menunggu jawabannya"), allows=_person)
    ANSWER = Right(N_("Mengisi atau menolak survei perilaku yang ditanyakan kepadanya"), _asked)

"""Rights of colleagues and team leads. Whoever is asked sees the request and nothing else of the person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from portal.kernel.refusal import N_
from portal.performance import access
from portal.performance.colleagues.models import FeedbackRequest, TeamLead
from portal.performance.plans.models import Plan
from portal.web.rights import Right, Rights


def _person(caller: Any, _thing: Any) -> bool:
    return caller.person_id is not None


def _asks(caller: Any) -> ColumnElement[bool]:
    return or_(access.enrolments_own(caller), access.enrolments_rated(caller))


def _asked(caller: Any) -> ColumnElement[bool]:
    return access.is_(FeedbackRequest.asked_id, caller.person_id)


def _asker(caller: Any) -> ColumnElement[bool]:
    return access.is_(FeedbackRequest.asker_id, caller.person_id)


def _leads_rated(caller: Any) -> ColumnElement[bool]:
    return exists().where(Plan.id == TeamLead.plan_id, access.plans_rated(caller))


def _leads(caller: Any) -> ColumnElement[bool]:
    return and_(access.is_(TeamLead.person_id, caller.person_id), TeamLead.ended.is_(None))


class Colleagues(Rights):
    """What may be done with requests for feedback and as a team lead."""

    MINE = Right(N_("Membuka permintaan umpan balik dan hasil kerja yang dipimpin"), allows=_person)
    ASK = Right(N_("Meminta umpan balik atas diri sendiri atau atas bawahan"), _asks)
    ANSWER = Right(N_("Memberi umpan balik yang diminta, atau menolaknya"), _asked)
    WITHDRAW = Right(N_("Menarik kembali permintaan umpan baliknya sendiri"), _asker)
    NAME_LEAD = Right(N_("Menunjuk ketua tim atas hasil kerja bawahan"), access.plans_rated)
    END_LEAD = Right(N_("Mengakhiri tugas ketua tim atas hasil kerja bawahan"), _leads_rated)
    LEAD = Right(
        N_("Memberi umpan balik dan rekomendasi sebagai ketua tim, tanpa menetapkan predikat"), _leads
    )

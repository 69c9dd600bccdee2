"""Rights on evaluations and organisations' ratings (decision 14.22)."""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy import ColumnElement, and_, exists, or_

from portal.kernel.refusal import N_
from portal.people.organisation.models import Unit
from portal.performance import access
from portal.performance.evaluations import queries
from portal.performance.evaluations.models import Evaluation
from portal.policy.cycles.models import Enrolment, Period
from portal.web.rights import Right, Rights


def around(evaluation: Evaluation, *, fresh: bool = False) -> queries.Setting:
    """The setting of ``evaluation``, asked once a request; again when something may have changed it."""
    known = g.get("around_evaluation")
    if fresh or known is None or known.evaluation is not evaluation:
        known = g.around_evaluation = queries.setting(evaluation)
    return known  # type: ignore[no-any-return]


def _seen(caller: Any) -> ColumnElement[bool]:
    return access.evaluations_where(access.enrolments_seen(caller))


def _own(caller: Any, evaluation: Any) -> bool:
    return caller.person_id is not None and around(evaluation).enrolment.person_id == caller.person_id


def _rated(caller: Any, evaluation: Any) -> bool:
    return caller.person_id is not None and around(evaluation).enrolment.appraiser_id == caller.person_id


def _periods_rated(caller: Any) -> ColumnElement[bool]:
    return exists().where(Enrolment.period_id == Period.id, access.enrolments_rated(caller))


def _periods_of_region(caller: Any) -> ColumnElement[bool]:
    return access.is_(Period.region_id, caller.region_id)


def _led(caller: Any) -> ColumnElement[bool]:
    """Organisations that the caller rates or whose rating region HR records."""
    heads = exists().where(Enrolment.unit_id == Unit.id, Enrolment.is_leader, access.enrolments_rated(caller))
    managed = [Unit.region_id == grant.region_id for grant in caller.granted(access.REGION_HR)]
    return and_(or_(Unit.is_agency, Unit.independent), or_(heads, *managed))


def _person(caller: Any, _thing: Any) -> bool:
    return caller.person_id is not None


class Evaluations(Rights):
    """What may be done with evaluations."""

    MINE = Right(N_("Membuka daftar evaluasi sendiri"), allows=_person)
    VIEW = Right(N_("Membaca evaluasi, penjelasan, dan dokumennya"), _seen)
    REPORT = Right(N_("Melaporkan realisasi sendiri"), _seen, _own)
    RECEIVE = Right(N_("Menerima dan menandatangani dokumen evaluasi sendiri"), _seen, _own)
    RATE = Right(N_("Menilai, menetapkan predikat, dan menyampaikan dokumen"), _seen, _rated)
    BENCH = Right(N_("Membuka meja penilaian satu periode"), _periods_rated)
    PERIOD = Right(N_("Menyebut periode di daerah sendiri"), _periods_of_region)
    RATE_ORGANISATION = Right(N_("Menetapkan capaian kinerja organisasi"), _led)

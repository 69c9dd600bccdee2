"""Rights on dialogues: the two who talked write and read them, nobody else reads what was said."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, or_

from portal.kernel.refusal import N_
from portal.performance import access
from portal.performance.dialogues.models import Dialogue, DialogueStep
from portal.performance.plans.models import Plan
from portal.web.rights import Right, Rights


def _plans(caller: Any) -> ColumnElement[bool]:
    return or_(access.plans_own(caller), access.plans_rated(caller))


def _evaluations(caller: Any) -> ColumnElement[bool]:
    return access.evaluations_where(or_(access.enrolments_own(caller), access.enrolments_rated(caller)))


def dialogues_of(caller: Any) -> ColumnElement[bool]:
    """Dialogues of the caller: as the employee, or as the appraiser that they were held with."""
    own = exists().where(Plan.id == Dialogue.plan_id, access.plans_own(caller))
    return or_(own, access.is_(Dialogue.appraiser_id, caller.person_id))


def _steps(caller: Any) -> ColumnElement[bool]:
    return exists().where(Dialogue.id == DialogueStep.dialogue_id, dialogues_of(caller))


def _person(caller: Any, _thing: Any) -> bool:
    return caller.person_id is not None


class Dialogues(Rights):
    """What may be done with dialogues."""

    LIST = Right(N_("Membuka daftar dialog sendiri dan langkah yang disepakati"), allows=_person)
    TALK = Right(N_("Mencatat dialog ekspektasi dengan pegawai atau penilainya"), _plans)
    TALK_OF_RESULTS = Right(N_("Mencatat dialog hasil dengan pegawai atau penilainya"), _evaluations)
    TALKED = Right(N_("Membaca, mengubah, dan membenarkan catatan dialog kinerja sendiri"), dialogues_of)
    STEP = Right(N_("Menandai langkah yang disepakati dalam dialog sendiri"), _steps)

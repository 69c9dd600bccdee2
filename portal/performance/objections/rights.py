"""Rights on objections and on what a superior sets."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists

from portal.extensions import db
from portal.kernel.refusal import N_
from portal.ledger.files import StoredFile
from portal.performance import access
from portal.performance.evaluations.models import Evaluation
from portal.performance.objections.models import Objection
from portal.policy.cycles.models import Enrolment
from portal.web.rights import Right, Rights


def _own(caller: Any) -> ColumnElement[bool]:
    return access.evaluations_where(access.enrolments_own(caller))


def _below(caller: Any) -> ColumnElement[bool]:
    return access.evaluations_where(access.is_(Enrolment.superior_id, caller.person_id))


def _seen(caller: Any) -> ColumnElement[bool]:
    return exists().where(
        Evaluation.id == Objection.evaluation_id,
        Enrolment.id == Evaluation.enrolment_id,
        access.enrolments_seen(caller),
    )


def _files_seen(caller: Any) -> ColumnElement[bool]:
    pinned = and_(StoredFile.subject_type == Objection.__tablename__, StoredFile.subject_ref == Objection.ref)
    return exists().where(
        pinned,
        Evaluation.id == Objection.evaluation_id,
        Enrolment.id == Evaluation.enrolment_id,
        access.enrolments_seen(caller),
    )


def _enrolment(objection: Any) -> Enrolment:
    evaluation = db.session.get_one(Evaluation, objection.evaluation_id)
    return db.session.get_one(Enrolment, evaluation.enrolment_id)


def _files_it(caller: Any, objection: Any) -> bool:
    return caller.person_id is not None and _enrolment(objection).person_id == caller.person_id


def _explains(caller: Any, objection: Any) -> bool:
    return caller.person_id is not None and _enrolment(objection).appraiser_id == caller.person_id


def _decides(caller: Any, objection: Any) -> bool:
    enrolment = _enrolment(objection)
    decider = enrolment.superior_id if enrolment.superior_id is not None else enrolment.appraiser_id
    return caller.person_id is not None and decider == caller.person_id


def _person(caller: Any, _thing: Any) -> bool:
    return caller.person_id is not None


class Objections(Rights):
    """What may be done with objections."""

    LIST = Right(N_("Membuka daftar keberatan sendiri dan yang diperiksanya"), allows=_person)
    FILE = Right(N_("Mengajukan keberatan atas evaluasi sendiri"), _own)
    VIEW = Right(N_("Membaca keberatan, penjelasan, dan putusannya"), _seen)
    FETCH = Right(N_("Mengunduh bukti keberatan"), _files_seen)
    WITHDRAW = Right(N_("Menarik kembali keberatan sendiri"), _seen, _files_it)
    EXPLAIN = Right(N_("Memberi penjelasan sebagai penilai atas keberatan"), _seen, _explains)
    DECIDE = Right(N_("Memutus keberatan sebagai atasan penilai"), _seen, _decides)
    SUBSTITUTE = Right(N_("Menetapkan dokumen yang tidak ditandatangani, sebagai atasan penilai"), _below)

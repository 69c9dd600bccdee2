"""Rights on action steps, progress and feedback (decision 14.22).

One may know of the periods that ``access.enrolments_seen`` names; what one may do in them follows from
one's relation to the person.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from portal.extensions import db
from portal.kernel.refusal import N_
from portal.ledger.files import StoredFile
from portal.performance import access
from portal.performance.progress.models import ActionStep, Feedback, ProgressEntry
from portal.policy.cycles.models import Enrolment
from portal.web.rights import Right, Rights


def _through(model: Any) -> Any:
    def scope(caller: Any) -> ColumnElement[bool]:
        return exists().where(Enrolment.id == model.enrolment_id, access.enrolments_seen(caller))

    return scope


def _files_seen(caller: Any) -> ColumnElement[bool]:
    # What was taken back is seen by its writer alone.
    shown = or_(ProgressEntry.withdrawn.is_(None), access.enrolments_own(caller))
    entry = and_(
        StoredFile.subject_type == ProgressEntry.__tablename__, StoredFile.subject_ref == ProgressEntry.ref
    )
    return exists().where(
        entry, Enrolment.id == ProgressEntry.enrolment_id, access.enrolments_seen(caller), shown
    )


def _enrolment(thing: Any) -> Enrolment:
    return thing if isinstance(thing, Enrolment) else db.session.get_one(Enrolment, thing.enrolment_id)


def _own(caller: Any, thing: Any) -> bool:
    return caller.person_id is not None and _enrolment(thing).person_id == caller.person_id


def _rated(caller: Any, thing: Any) -> bool:
    return caller.person_id is not None and _enrolment(thing).appraiser_id == caller.person_id


def _led(caller: Any, thing: Any) -> bool:
    leaders = (_enrolment(thing).appraiser_id, _enrolment(thing).superior_id)
    return caller.person_id is not None and caller.person_id in leaders


def _person(caller: Any, _thing: Any) -> bool:
    return caller.person_id is not None


class Progress(Rights):
    """What may be done with a period's steps, entries and feedback."""

    MINE = Right(N_("Membuka kemajuan dan umpan balik sendiri"), allows=_person)
    VIEW = Right(N_("Membaca rencana aksi, kemajuan, dan umpan balik"), access.enrolments_seen)
    RECORD = Right(N_("Menyusun rencana aksi dan mencatat kemajuan sendiri"), access.enrolments_seen, _own)
    EDIT_STEP = Right(N_("Mengubah dan menyelesaikan langkah sendiri"), _through(ActionStep), _own)
    EDIT_ENTRY = Right(
        N_("Mengubah dan menarik kembali catatan kemajuan sendiri"), _through(ProgressEntry), _own
    )
    AGREE = Right(N_("Menyepakati rencana aksi bawahan"), access.enrolments_seen, _rated)
    FETCH = Right(N_("Mengunduh bukti kemajuan"), _files_seen)
    GIVE_FEEDBACK = Right(N_("Memberi umpan balik sebagai pimpinan"), access.enrolments_seen, _led)
    REPLY = Right(N_("Menanggapi umpan balik yang diterima"), _through(Feedback), _own)

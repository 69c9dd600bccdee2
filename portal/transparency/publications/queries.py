"""What is read of publications."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from portal.extensions import db
from portal.policy.calendars.rules import DeadlineKind
from portal.policy.cycles.models import Cycle, Deadline, Period
from portal.transparency.publications.models import Publication
from portal.transparency.publications.rules import PublicationState


def ever_published() -> ColumnElement[bool]:
    """Publications that the public has seen, whatever became of them since."""
    return Publication.published_at.is_not(None)


def published() -> Sequence[Publication]:
    """Every publication that the public has seen, oldest version first."""
    return db.session.scalars(
        select(Publication).where(ever_published()).order_by(Publication.region_id, Publication.id)
    ).all()


def marks() -> list[tuple[str, str]]:
    """What is published, as refs and states: when this changes, the pages are made anew."""
    rows = db.session.execute(
        select(Publication.ref, Publication.state).where(ever_published()).order_by(Publication.id)
    )
    return [(row.ref, row.state.value) for row in rows]


def last_published(period_id: int) -> Publication | None:
    """The newest version of a period's figures that the public has seen."""
    return db.session.scalars(
        select(Publication)
        .where(Publication.period_id == period_id, ever_published())
        .order_by(Publication.version.desc())
        .limit(1)
    ).one_or_none()


def around(publication: Publication) -> tuple[str, dict[str, Any] | None]:
    """The ref of a publication's period, and the dataset of the published version before it."""
    before = aliased(Publication)
    row = db.session.execute(
        select(Period.ref, before.dataset)
        .outerjoin(
            before,
            and_(
                before.period_id == Period.id,
                before.version == publication.version - 1,
                before.published_at.is_not(None),
            ),
        )
        .where(Period.id == publication.period_id)
    ).one()
    return row.ref, json.loads(row.dataset) if row.dataset else None


def draft(period_id: int) -> Publication | None:
    """The version of a period's figures that waits for the second person."""
    return db.session.scalars(
        select(Publication).where(
            Publication.period_id == period_id, Publication.state == PublicationState.PREPARED
        )
    ).one_or_none()


def in_force(period_id: int) -> Sequence[Publication]:
    """The published versions of a period that a newer one replaces."""
    return db.session.scalars(
        select(Publication).where(
            Publication.period_id == period_id, Publication.state == PublicationState.PUBLISHED
        )
    ).all()


def of_regions(region_ids: Collection[int]) -> Sequence[Publication]:
    """Every publication and draft of these regions, newest first; discarded drafts are left out."""
    return db.session.scalars(
        select(Publication)
        .where(
            Publication.region_id.in_(region_ids),
            or_(Publication.state != PublicationState.WITHDRAWN, ever_published()),
        )
        .order_by(Publication.id.desc())
    ).all()


def periods_of(region_ids: Collection[int]) -> Sequence[Any]:
    """The periods of these regions with their cycle's year, newest first."""
    return db.session.execute(
        select(Period, Cycle.year)
        .join(Cycle, Cycle.id == Period.cycle_id)
        .where(Period.region_id.in_(region_ids))
        .order_by(Period.ends.desc(), Period.begins, Period.region_id)
    ).all()


def period(ref: str, region_ids: Collection[int]) -> Any:
    """A period of these regions with its cycle's year."""
    return db.session.execute(
        select(Period, Cycle.year)
        .join(Cycle, Cycle.id == Period.cycle_id)
        .where(Period.ref == ref, Period.region_id.in_(region_ids))
    ).one_or_none()


def running() -> Sequence[Any]:
    """Every period that isn't planned any more, with its year and the last day for its ratings."""
    return db.session.execute(
        select(
            Period.id,
            Period.region_id,
            Period.kind,
            Period.number,
            Period.begins,
            Period.ends,
            Period.state,
            Cycle.year,
            Deadline.due,
        )
        .join(Cycle, Cycle.id == Period.cycle_id)
        .outerjoin(Deadline, (Deadline.period_id == Period.id) & (Deadline.kind == DeadlineKind.RATING))
        .where(Period.opened.is_not(None))
        .order_by(Period.ends, Period.begins.desc())
    ).all()

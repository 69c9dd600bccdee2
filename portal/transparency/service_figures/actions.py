"""Publishing a service: its standard and figures are frozen by somebody who didn't write them (Y-68, NEW-3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from portal.extensions import db
from portal.kernel.canonical import canonical, sha256
from portal.kernel.clock import local_date
from portal.kernel.refusal import N_, Refusal, insist
from portal.ledger import events, jobs
from portal.ledger.actor import Actor
from portal.transparency.publications.actions import RENDER
from portal.transparency.publications.dataset import who_may_publish
from portal.transparency.service_figures import dataset, rules
from portal.transparency.service_figures.dataset import Composed
from portal.transparency.service_figures.models import ServiceEdition
from portal.voice.services.models import Measurement, Service, ServiceIndicator


def release(service: Service, *, seen: str, by: Actor, at: datetime) -> ServiceEdition:
    """Freeze and publish what a service says now. ``seen`` is the ``content`` that was looked at.

    Its periods are closed from now on: values change by correction only, and reach the public with the
    next version. The pages are made by a job that exists exactly when this commit does.
    """
    found = dataset.compose(service, at=at)
    insist(why_not_release(service, found, by=by, at=at))
    if seen != found.content:
        insist(
            Refusal(
                "service.changed",
                N_("Angkanya berubah sejak Anda lihat. Periksa sekali lagi, lalu terbitkan."),
            )
        )
    text = canonical(found.document)
    edition = ServiceEdition(
        region_id=service.region_id,
        service_id=service.id,
        version=found.document["versi"],
        dataset=text,
        sha256=sha256(text),
        content=found.content,
        last_value=found.last_value,
        account_id=by.account_id,
        person_id=by.person_id,
        at=at,
    )
    db.session.add(edition)
    db.session.flush()
    own = select(ServiceIndicator.id).where(ServiceIndicator.service_id == service.id)
    db.session.execute(
        update(Measurement)
        .where(Measurement.indicator_id.in_(own), Measurement.released.is_(None))
        .values(released=at),
        execution_options={"synchronize_session": False},
    )
    events.record("release_service", edition, by=by, at=at, version=edition.version, sha256=edition.sha256)
    jobs.enqueue(RENDER, at=at)
    return edition


def why_not_release(service: Service, found: Composed, *, by: Actor, at: datetime) -> Refusal | None:
    """Why ``by`` can't publish it; names who may when somebody else must. One person is one, by any account."""
    wrote = any(
        account == by.account_id or by.is_person(person)
        for account, person in found.authors
        if account or person
    )
    is_new = found.edition is None or found.edition.content != found.content
    others = ""
    if wrote:
        day = local_date(at, found.document["daerah"]["zona"])
        others = " / ".join(who_may_publish(service.region_id, by.account_id, day)[:3])
    return rules.why_not_release(
        complete=found.complete, figures=found.figures, is_new=is_new, wrote_some=wrote, others=others
    )

"""What is done with publications; each function is one act, inside the door, and writes its event.

Figures are prepared by one person and published by another (Y-68). What was frozen never changes: a
correction is a new version with a reason, and the earlier one stays where it was (NEW-3).
"""

from __future__ import annotations

from datetime import date, datetime

from portal.extensions import db
from portal.kernel.canonical import canonical, sha256
from portal.kernel.clock import end_of, local_date
from portal.kernel.refusal import N_, Refusal, insist
from portal.ledger import events, jobs
from portal.ledger.actor import Actor
from portal.policy.cycles.models import Period
from portal.policy.cycles.rules import PeriodState
from portal.transparency.publications import dataset, queries, rules
from portal.transparency.publications.dataset import Collected
from portal.transparency.publications.models import Frozen, Publication
from portal.transparency.publications.rules import PUBLICATION_WORKFLOW, PublicationState

RENDER = "render_public"
"""The kind of the job that makes the public pages anew."""


def prepare(
    period: Period,
    *,
    method_note: str,
    next_date: date,
    reason: str = "",
    figures: Collected | None = None,
    by: Actor,
    at: datetime,
) -> Publication:
    """Freeze the figures of a closed period as a draft that waits for a second person.

    ``figures`` may be counted before the door opens (a closed period's don't change); else they are
    counted here. ``reason`` is needed where the period was published before.
    """
    insist(rules.why_not_prepare(period.state is PeriodState.CLOSED))
    insist(why_not_again(queries.draft(period.id)))
    last = queries.last_published(period.id)
    insist(why_not_correct(last, reason))
    found = figures if figures is not None else dataset.collect(period)
    insist(why_not_next(next_date, local_date(at, found.region.zone)))
    document = dataset.compose(
        found,
        version=last.version + 1 if last else 1,
        method_note=method_note,
        next_date=next_date,
        reason=reason,
        at=at,
        earlier=last.data if last else None,
    )
    text = canonical(document)
    publication = Publication(
        region_id=period.region_id,
        period_id=period.id,
        version=document["versi"],
        state=PublicationState.PREPARED,
        dataset=text,
        sha256=sha256(text),
        method_note=method_note,
        next_date=next_date,
        reason=reason,
        prepared_account_id=by.account_id,
        prepared_person_id=by.person_id,
        prepared_at=at,
    )
    db.session.add(publication)
    db.session.flush()
    events.record(
        "prepare_publication",
        publication,
        by=by,
        at=at,
        policy_version_id=period.policy_version_id,
        period=period.ref,
        version=publication.version,
        sha256=publication.sha256,
    )
    return publication


def correct(
    period: Period,
    *,
    reason: str,
    method_note: str,
    next_date: date,
    figures: Collected | None = None,
    by: Actor,
    at: datetime,
) -> Publication:
    """Freeze a new version of a period that was published, with the reason that will stand beside it."""
    if queries.last_published(period.id) is None:
        insist(
            Refusal("publication.nothing", N_("Periode ini belum pernah terbit; tidak ada yang dikoreksi."))
        )
    return prepare(
        period, method_note=method_note, next_date=next_date, reason=reason, figures=figures, by=by, at=at
    )


def publish(publication: Publication, *, by: Actor, at: datetime) -> Publication:
    """Publish what somebody else prepared; the version before it is marked as replaced.

    The pages are made by a job that exists exactly when this commit does. Another one runs after the
    promised next date, so that the page says by itself when the next figures are late.
    """
    zone = publication.data["daerah"]["zona"]
    others = dataset.who_may_publish(publication.region_id, by.account_id, local_date(at, zone))
    insist(why_not_publish(publication, by, others))
    if sha256(publication.dataset) != publication.sha256:
        raise Frozen(f"the dataset of {publication.ref} doesn't have its hash")
    for before in queries.in_force(publication.period_id):
        before.state = PublicationState(PUBLICATION_WORKFLOW.after("supersede", before.state))
        events.record("supersede_publication", before, by=by, at=at, by_version=publication.version)
    publication.state = PublicationState(PUBLICATION_WORKFLOW.after("publish", publication.state))
    publication.published_account_id = by.account_id
    publication.published_person_id = by.person_id
    publication.published_at = at
    events.record(
        "publish", publication, by=by, at=at, version=publication.version, sha256=publication.sha256
    )
    jobs.enqueue(RENDER, at=at)
    jobs.enqueue(RENDER, at=at, run_after=end_of(publication.next_date, zone))
    return publication


def withdraw_draft(publication: Publication, *, by: Actor, at: datetime) -> Publication:
    """Discard a draft; nobody outside has seen it, and its number is free again."""
    insist(PUBLICATION_WORKFLOW.why_not("discard", publication.state))
    publication.state = PublicationState(PUBLICATION_WORKFLOW.after("discard", publication.state))
    publication.withdrawn_at = at
    events.record("discard_publication", publication, by=by, at=at, version=publication.version)
    return publication


def withdraw(publication: Publication, *, reason: str, by: Actor, at: datetime) -> Publication:
    """Withdraw published figures for a reason that everybody reads; file and hash stay reachable."""
    insist(rules.why_not_withdraw(publication.state, reason))
    publication.state = PublicationState(PUBLICATION_WORKFLOW.after("withdraw", publication.state))
    publication.withdrawn_at = at
    publication.withdrawn_reason = reason
    events.record(
        "withdraw_publication",
        publication,
        by=by,
        at=at,
        version=publication.version,
        words={"reason": reason},
    )
    jobs.enqueue(RENDER, at=at)
    return publication


# ------------------------------------------------------------------------------------- why not ...


def why_not_again(waiting: Publication | None) -> Refusal | None:
    """A period has one draft at a time."""
    if waiting is None:
        return None
    return Refusal(
        "publication.draft_waits",
        N_("Draf untuk periode ini sudah ada dan menunggu diperiksa atau dibatalkan."),
    )


def why_not_correct(last: Publication | None, reason: str) -> Refusal | None:
    """What was published is corrected with a reason, and only then."""
    if last is None and reason:
        return Refusal(
            "publication.nothing", N_("Periode ini belum pernah terbit; tidak ada yang dikoreksi.")
        )
    if last is not None and not reason.strip():
        return Refusal(
            "publication.reason",
            N_("Periode ini sudah terbit. Tulis alasan koreksi; alasan itu ikut ditampilkan."),
            anchor="reason",
        )
    return None


def why_not_next(next_date: date, today: date) -> Refusal | None:
    """The next date is a promise, so it lies ahead."""
    if next_date > today:
        return None
    return Refusal(
        "publication.next_date", N_("Tanggal terbit berikutnya harus sesudah hari ini."), anchor="next_date"
    )


def why_not_publish(publication: Publication, by: Actor, others: list[str]) -> Refusal | None:
    """Why ``by`` can't publish; the refusal names who may. One person with two accounts is one."""
    same = by.is_person(publication.prepared_person_id) or by.account_id == publication.prepared_account_id
    prepared_by = publication.prepared_account_id or 0
    return rules.why_not_publish(
        prepared_by,
        prepared_by if same else by.account_id or -1,
        " / ".join(others[:3]),
        publication.state,
    )

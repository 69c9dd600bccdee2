"""Drafting a region's policy: begin, state, take back, drop, adopt. All inside the door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from portal.extensions import db
from portal.kernel.canonical import canonical, sha256
from portal.kernel.clock import local_date
from portal.kernel.refusal import N_, Refusal, Refused, insist
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.people.organisation.models import Region
from portal.people.organisation.queries import region as region_of
from portal.policy.drafting import queries, rules
from portal.policy.drafting.models import PolicyDraft
from portal.policy.policies.checks import setting_problems
from portal.policy.policies.inheritance import put
from portal.policy.policies.models import PolicyVersion


def begin(region: Region, *, source: str, by: Actor, at: datetime) -> PolicyDraft:
    """Begin a draft: from the policy in force (``terakhir``), from a shipped one by its key, or from nothing.

    Raises ``Refused`` when there is one already, or the source isn't there.
    """
    if queries.draft_of(region.id) is not None:
        raise Refused(
            Refusal("draft.exists", N_("Daerah ini sudah mempunyai rancangan. Lanjutkan yang itu."))
        )
    own = _source(region, source)
    draft = PolicyDraft(region_id=region.id, document="", account_id=by.account_id, made=at)
    draft.write(own, at)
    db.session.add(draft)
    db.session.flush()
    events.record("begin_policy_draft", draft, by=by, at=at, source=source)
    return draft


def _source(region: Region, source: str) -> dict[str, Any]:
    current = queries.adopted(region.id)
    if source == "terakhir" and current is not None:
        return current.own
    shipped = {each.rules.key: each.own for each in queries.shipped_for(region)}
    if source in shipped:
        return dict(shipped[source])
    insist(None if source == "kosong" else Refusal("draft.source", N_("Asal rancangan itu tidak ada lagi.")))
    above = queries.national().rules
    return {
        "key": current.key if current is not None else f"daerah-{region.slug}"[:60],
        "version": 1,
        "name": f"Kebijakan kinerja {region.name}"[:200],
        "extends": {"key": above.key, "version": above.version},
    }


def state(
    draft: PolicyDraft, *, name: str, setting: Mapping[str, Any], by: Actor, at: datetime
) -> PolicyDraft:
    """State a setting: what holds here instead of the policy above. Raises ``Refused``."""
    insist(rules.why_not_edit(name))
    # Whether it fits the other settings is asked when the draft is adopted: two that belong together
    # are stated one after the other.
    found = setting_problems(name, setting)
    insist(found[0] if found else None)
    own = draft.own
    put(own, name, setting)
    draft.write(own, at)
    events.record("state_policy", draft, by=by, at=at, setting=name)
    return draft


def take_back(draft: PolicyDraft, *, name: str, by: Actor, at: datetime) -> PolicyDraft:
    """Let the policy above hold again for a setting."""
    own = draft.own
    _without(own, name)
    draft.write(own, at)
    events.record("unstate_policy", draft, by=by, at=at, setting=name)
    return draft


def drop(draft: PolicyDraft, *, by: Actor, at: datetime) -> Region:
    """Give the draft up."""
    region = region_of(draft.region_id)
    events.record("drop_policy_draft", draft, by=by, at=at)
    db.session.delete(draft)
    return region


def adopt(
    draft: PolicyDraft,
    *,
    name: str,
    adopted_by: str,
    number: str,
    day: date,
    legal_standing: str,
    reason: str,
    by: Actor,
    at: datetime,
) -> PolicyVersion:
    """Adopt the draft by a decree: complete, hashed, never changed again. Raises ``Refused``."""
    region = region_of(draft.region_id)
    own = draft.own
    last = db.session.scalar(select(func.max(PolicyVersion.version)).where(PolicyVersion.key == own["key"]))
    own |= {
        "name": name,
        "version": (last or 0) + 1,
        "adoption": {
            "scope": region.code,
            "adopted_by": adopted_by,
            "number": number,
            "date": day.isoformat(),
            "legal_standing": legal_standing,
            "reason": reason,
        },
    }
    found = queries.drafted(own)
    today = local_date(at, region.zone)
    insist(rules.why_not_adopt(found.problems, len(found.changed), day, today))
    text = canonical(found.document)
    version = PolicyVersion(
        region_id=region.id,
        key=own["key"],
        version=own["version"],
        name=name,
        document=text,
        sha256=sha256(text),
        loaded=at,
    )
    db.session.add(version)
    db.session.delete(draft)
    db.session.flush()
    events.record(
        "adopt_policy",
        version,
        by=by,
        at=at,
        policy_version_id=version.id,
        sha256=version.sha256,
        number=number,
    )
    return version


def _without(own: dict[str, Any], name: str) -> None:
    """Take a setting away, with the tables that it leaves empty."""
    *way, last = name.split(".")
    tables = [own]
    for step in way:
        tables.append(tables[-1].get(step, {}))
    tables[-1].pop(last, None)
    for step, table in zip(reversed(way), reversed(tables[:-1]), strict=True):
        if not table.get(step):
            table.pop(step, None)

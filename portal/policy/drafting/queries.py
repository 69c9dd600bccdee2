"""A region's draft, what it extends, and what it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.extensions import db
from portal.kernel.refusal import Refusal
from portal.people.organisation.models import Region
from portal.policy.drafting.models import PolicyDraft
from portal.policy.policies import files
from portal.policy.policies.inheritance import Changed, complete, differences
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.reading import read
from portal.policy.policies.rules import BadPolicy, PolicyDocument
from portal.policy.policies.values import settings_of


@dataclass(frozen=True)
class Drafted:
    """A draft made complete: what it changes, and what keeps it from being adopted."""

    own: Mapping[str, Any]
    document: Mapping[str, Any]
    above: Mapping[str, Any]
    changed: list[Changed]
    problems: list[Refusal]
    rules: PolicyDocument | None
    """The draft as a policy, when it is one."""


def draft_of(region_id: int) -> PolicyDraft | None:
    """The region's draft."""
    return db.session.scalars(select(PolicyDraft).where(PolicyDraft.region_id == region_id)).one_or_none()


def adopted(region_id: int) -> PolicyVersion | None:
    """The policy that the region adopted last."""
    return db.session.scalars(
        select(PolicyVersion)
        .where(PolicyVersion.region_id == region_id)
        .order_by(PolicyVersion.id.desc())
        .limit(1)
    ).one_or_none()


def shipped_for(region: Region) -> list[files.PolicyFile]:
    """The drafts that come with the product for this region's official code."""
    return [
        each for each in files.all_files() if each.rules.adoption and each.rules.adoption.scope == region.code
    ]


def national() -> files.PolicyFile:
    """The newest national rule: what a region's policy extends."""
    found = [each for each in files.all_files() if each.rules.extends is None]
    return max(found, key=lambda each: each.rules.version)


def drafted(own: Mapping[str, Any]) -> Drafted:
    """A draft's document, completed and checked; never raises."""
    known = files.documents()

    def find(key: str, version: int) -> Mapping[str, Any] | None:
        return known.get((key, version))

    try:
        document = complete(own, find)
    except BadPolicy as bad:
        return Drafted(own, own, {}, [], bad.problems, None)
    row = own["extends"]
    above = complete(known[row["key"], row["version"]], find)
    changed = differences(above, document)
    try:
        return Drafted(own, document, above, changed, [], read(document))
    except BadPolicy as bad:
        return Drafted(own, document, above, changed, bad.problems, None)


def stated(own: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The settings that a document states itself."""
    return dict(settings_of(own))

"""Loading policy files into the database: a version once loaded never changes (decisions §8)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from portal.extensions import db
from portal.kernel.canonical import canonical, sha256
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.policy.policies import files
from portal.policy.policies.models import PolicyVersion


class ChangedPolicy(RuntimeError):
    """A policy file differs from the version of the same number that was loaded before."""


def load_files(*, by: Actor, at: datetime, folder: Path = files.FOLDER) -> list[PolicyVersion]:
    """Load every file of ``folder`` that isn't a draft and isn't loaded yet, inside the door.

    Raises ``UnreadablePolicy`` for a document that breaks a rule, ``ChangedPolicy`` when a loaded one changed.
    """
    loaded = []
    for file in files.all_files(folder):
        rules = file.rules
        if rules.adoption is not None and not rules.adoption.is_complete:
            continue  # a draft that a region may adopt
        text = canonical(file.document)
        known = db.session.scalars(
            select(PolicyVersion).where(
                PolicyVersion.key == rules.key, PolicyVersion.version == rules.version
            )
        ).one_or_none()
        if known is not None:
            if known.sha256 != sha256(text):
                raise ChangedPolicy(
                    f"{file.path.name}: make a new version instead of changing {rules.version}"
                )
            continue
        row = PolicyVersion(
            key=rules.key,
            version=rules.version,
            name=rules.name,
            document=text,
            sha256=sha256(text),
            loaded=at,
        )
        db.session.add(row)
        db.session.flush()
        events.record("load_policy", row, by=by, at=at, policy_version_id=row.id, sha256=row.sha256)
        loaded.append(row)
    return loaded


def latest(key: str) -> PolicyVersion:
    """The newest loaded version of a policy. Raises when there is none."""
    return db.session.scalars(
        select(PolicyVersion).where(PolicyVersion.key == key).order_by(PolicyVersion.version.desc()).limit(1)
    ).one()

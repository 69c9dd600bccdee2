"""Loading policy files into the database: a version once loaded never changes (decisions §8)."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from portal.extensions import db
from portal.kernel.canonical import canonical, sha256
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import read

FOLDER = Path(__file__).parent / "data"


class ChangedPolicy(RuntimeError):
    """A policy file differs from the version of the same number that was loaded before."""


def load_files(*, by: Actor, at: datetime, folder: Path = FOLDER) -> list[PolicyVersion]:
    """Load every file of ``folder`` that isn't loaded yet, inside the door.

    Raises ``BadPolicy`` for a document that breaks a rule, ``ChangedPolicy`` when a loaded one changed.
    """
    loaded = []
    for path in sorted(folder.glob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=str)
        rules = read(document)
        text = canonical(document)
        known = db.session.scalars(
            select(PolicyVersion).where(
                PolicyVersion.key == rules.key, PolicyVersion.version == rules.version
            )
        ).one_or_none()
        if known is not None:
            if known.sha256 != sha256(text):
                raise ChangedPolicy(f"{path.name}: make a new version instead of changing {rules.version}")
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

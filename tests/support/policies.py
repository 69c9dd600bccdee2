"""Any policy document frozen for a period of the test world, as an adopted one would be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.extensions import db
from portal.kernel.canonical import canonical, sha256
from portal.ledger.door import door
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.reading import read
from tests.support.world import World


def frozen(world: World, document: Mapping[str, Any], quarter: int) -> PolicyVersion:
    """Freeze ``document`` (complete) for a quarter."""
    rules, text = read(document), canonical(document)
    with world.inside():
        with door():
            version = PolicyVersion(
                key=rules.key,
                version=rules.version,
                name=rules.name,
                document=text,
                sha256=sha256(text),
                loaded=world.clock.now(),
            )
            db.session.add(version)
            db.session.flush()
            world.period(quarter).policy_version_id = version.id
        return world._given(version)

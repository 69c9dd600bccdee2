"""A policy as everybody who signs in reads it: every version that came with the product, in both languages."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.policy.policies.models import PolicyVersion


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_version_is_read_in_both_languages(world, signed_in, statements, language):
    """What is said of how much it differs from the one above is a number (NEW-2)."""
    with world.inside():
        versions = db.session.scalars(select(PolicyVersion)).all()
        refs = {version.ref: version.rules.extends for version in versions}
    assert any(refs.values()) and not all(refs.values())
    rina = signed_in(world.rina)
    rina.post(f"/language/{language}", {})
    for ref, extends in refs.items():
        with statements(limit=8):
            page = rina.get(f"/policies/{ref}")
        assert page.status == 200 and page.root.first("html").get("lang") == language
        told = {"id": "pengaturan berbeda dari", "en": "settings differ from"}[language]
        assert (told in page.text) == (extends is not None)

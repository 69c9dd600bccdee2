"""The policy page: every setting with its value in words, its source, and what is still assumed.

Readable by everyone who is signed in: the page *Mengapa nilai saya begini?* and each period lead here.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.orm import defer

from portal.extensions import db
from portal.policy.cycles.rights import Cycles
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rights import Policies
from portal.policy.policies.rules import (
    ExpectationRating,
    OrganisationRating,
    PolicyDocument,
)
from portal.policy.policies.sentences import NAMES, grouped, limit_words, row_of, standing_words
from portal.web.answers import page
from portal.web.frame import stand_in
from portal.web.rights import may, requires

bp = Blueprint("policies", __name__, url_prefix="/policies")


@bp.route("")
@requires(Policies.LIST)
def index() -> Any:
    """Every policy version that was loaded, the newest first."""
    stand_in("hr" if may(Cycles.MANAGE) else "")
    versions = db.session.scalars(
        select(PolicyVersion)
        .options(defer(PolicyVersion.document))
        .order_by(PolicyVersion.key, PolicyVersion.version.desc())
    ).all()
    return page("policy/policies/index.html", versions=versions)


@bp.route("/<policy_version_ref>")
@requires(Policies.READ, PolicyVersion)
def show(policy_version: PolicyVersion) -> Any:
    """One version, setting by setting."""
    rules = policy_version.rules
    stand_in("hr" if may(Cycles.MANAGE) else "")
    order = {name: number for number, name in enumerate(NAMES)}
    rows = [
        row_of(name, rules) for name in sorted(rules.settings, key=lambda name: order.get(name, len(order)))
    ]
    return page(
        "policy/policies/show.html",
        version=policy_version,
        rules=rules,
        groups=grouped(rows),
        assumed=sum(row["assumed"] for row in rows),
        confirm=sum(row["confirm"] for row in rows),
        total=len(rows),
        own=sum(row["own"] for row in rows),
        above=_extended(rules),
        standing=standing_words(rules.adoption.legal_standing) if rules.adoption else "",
        matrix={
            result.value: {
                behaviour.value: rules.matrix[(result, behaviour)].value for behaviour in ExpectationRating
            }
            for result in ExpectationRating
        },
        pattern=[
            (organisation, [limit_words(limit) for limit in rules.pattern[organisation]])
            for organisation in OrganisationRating
        ],
    )


def _extended(rules: PolicyDocument) -> PolicyVersion | None:
    """The version whose settings hold where this one states none."""
    if rules.extends is None:
        return None
    key, version = rules.extends
    return db.session.scalars(
        select(PolicyVersion)
        .options(defer(PolicyVersion.document))
        .where(PolicyVersion.key == key, PolicyVersion.version == version)
    ).one_or_none()

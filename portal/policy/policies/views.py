"""The policy page: every setting with its value in words, its source, and what is still assumed.

Readable by everyone who is signed in: the page *Mengapa nilai saya begini?* and each period lead here.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint
from flask_login import current_user
from sqlalchemy import select

from portal.extensions import db
from portal.ledger.events import Event
from portal.people.accounts.models import Account
from portal.policy.cycles.rights import Cycles
from portal.policy.policies import queries
from portal.policy.policies.inheritance import differences
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rights import Policies
from portal.policy.policies.rules import (
    ExpectationRating,
    OrganisationRating,
    PolicyDocument,
)
from portal.policy.policies.sentences import (
    NAMES,
    called,
    grouped,
    limit_words,
    note_words,
    row_of,
    said,
    standing_words,
)
from portal.web.answers import page
from portal.web.frame import stand_in
from portal.web.rights import may, requires

bp = Blueprint("policies", __name__, url_prefix="/policies")


@bp.route("")
@requires(Policies.LIST)
def index() -> Any:
    """Every policy version that was loaded: what holds for the caller first."""
    stand_in("hr" if may(Cycles.MANAGE) else "")
    versions, holding = queries.listed(current_user.region_id)
    adoptions = {each.id: each.rules.adoption for each in versions}
    scopes = queries.scopes(each.scope for each in adoptions.values() if each is not None)
    return page(
        "policy/policies/index.html",
        versions=versions,
        holding=holding,
        adoptions=adoptions,
        scopes={ref: _scope_words(each.scope, scopes) for ref, each in adoptions.items() if each is not None},
    )


def _scope_words(code: str, names: dict[str, str]) -> str:
    """The region's name with its official code; the code alone where the region isn't known here."""
    return f"{names[code]} ({code})" if code in names else code


@bp.route("/<policy_version_ref>")
@requires(Policies.READ, PolicyVersion)
def show(policy_version: PolicyVersion) -> Any:
    """One version, setting by setting."""
    rules = policy_version.rules
    stand_in("hr" if may(Cycles.MANAGE) else "")
    before, above = _before(policy_version), _extended(rules)
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
        own=_count_differences(above, policy_version) if above is not None else 0,
        above=above,
        scope=_scope_words(rules.adoption.scope, queries.scopes([rules.adoption.scope]))
        if rules.adoption
        else "",
        before=before,
        changes=_changes(before, policy_version) if before is not None else [],
        adopted=_adopted(policy_version),
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
        select(PolicyVersion).where(PolicyVersion.key == key, PolicyVersion.version == version)
    ).one_or_none()


def _count_differences(above: PolicyVersion, version: PolicyVersion) -> int:
    """How many settings say something else than above; one may be stated anew with the same value."""
    return len(differences(json.loads(above.document), json.loads(version.document)))


def _before(version: PolicyVersion) -> PolicyVersion | None:
    """The version of the same policy that held before."""
    return db.session.scalars(
        select(PolicyVersion)
        .where(
            PolicyVersion.key == version.key,
            PolicyVersion.version < version.version,
            PolicyVersion.region_id.is_not_distinct_from(version.region_id),
        )
        .order_by(PolicyVersion.version.desc())
        .limit(1)
    ).one_or_none()


def _changes(before: PolicyVersion, after: PolicyVersion) -> list[dict[str, Any]]:
    """Each setting that the two versions state differently, in words."""
    return [
        {
            "name": called(each.name),
            "before": said(each.name, each.before["value"]) if each.before else None,
            "after": said(each.name, each.after["value"]) if each.after else None,
            "note": note_words(str(each.after.get("note", ""))) if each.after else "",
        }
        for each in differences(json.loads(before.document), json.loads(after.document))
    ]


def _adopted(version: PolicyVersion) -> Any:
    """Who recorded the adoption and when; nothing for a policy that came with the product."""
    return db.session.execute(
        select(Event.at, Account.name)
        .join(Account, Account.id == Event.account_id)
        .where(
            Event.subject_type == "policy_versions",
            Event.subject_ref == version.ref,
            Event.verb == "adopt_policy",
        )
        .limit(1)
    ).one_or_none()

"""Who may give and end which grant."""

from __future__ import annotations

from datetime import date

import pytest

from portal.people.accounts import rules
from portal.people.accounts.rules import GrantKind as K

TODAY = date(2026, 10, 12)
GIVEN = {
    "by_administrator": True,
    "to_oneself": False,
    "has_region": True,
    "has_agency": False,
    "begins": TODAY,
    "ends": None,
    "today": TODAY,
}


@pytest.mark.parametrize(
    ("kind", "changed", "code"),
    [
        (K.REGION_HR, {}, None),
        (K.REGION_HR, {"by_administrator": False}, None),
        (K.AGENCY_HR, {"has_agency": True, "by_administrator": False}, None),
        (K.LEADER, {"has_agency": True, "by_administrator": False}, None),
        (K.AUDITOR, {}, None),
        (K.AUDITOR, {"has_region": False}, None),
        (K.ADMINISTRATOR, {"has_region": False}, None),
        (K.BOARD, {"ends": date(2026, 10, 13)}, None),
        (K.REGION_HR, {"to_oneself": True}, "grant.oneself"),
        (K.ADMINISTRATOR, {"to_oneself": True, "has_region": False}, "grant.oneself"),
        (K.AUDITOR, {"by_administrator": False}, "grant.administrator"),
        (K.ADMINISTRATOR, {"by_administrator": False, "has_region": False}, "grant.administrator"),
        (K.AGENCY_HR, {}, "grant.agency"),
        (K.LEADER, {}, "grant.agency"),
        (K.REGION_HR, {"has_agency": True}, "grant.whole"),
        (K.AUDITOR, {"has_agency": True}, "grant.whole"),
        (K.ADMINISTRATOR, {}, "grant.installation"),
        (K.BOARD, {"has_region": False}, "grant.region"),
        (K.PUBLISHER, {"begins": date(2026, 10, 11)}, "grant.past"),
        (K.PUBLISHER, {"ends": TODAY}, "grant.span"),
        (K.PUBLISHER, {"held_already": True}, "grant.held"),
    ],
)
def test_giving(kind, changed, code):
    refusal = rules.why_not_give(kind, **{**GIVEN, **changed})
    assert (refusal.code if refusal else None) == code


HELD = {
    "by_administrator": False,
    "over": False,
    "last_administrator": False,
    "last_day": None,
    "begins": date(2026, 1, 1),
    "today": TODAY,
}


@pytest.mark.parametrize(
    ("kind", "changed", "code"),
    [
        (K.AGENCY_HR, {}, None),
        (K.AGENCY_HR, {"last_day": TODAY}, None),
        (K.AUDITOR, {"by_administrator": True}, None),
        (K.AGENCY_HR, {"over": True}, "grant.over"),
        (K.AUDITOR, {}, "grant.administrator_ends"),
        (K.ADMINISTRATOR, {"by_administrator": True, "last_administrator": True}, "grant.last"),
        (K.AGENCY_HR, {"last_day": date(2026, 10, 11)}, "grant.ended_past"),
        (K.AGENCY_HR, {"begins": date(2026, 12, 1), "last_day": date(2026, 11, 1)}, "grant.span"),
    ],
)
def test_ending(kind, changed, code):
    refusal = rules.why_not_end_grant(kind, **{**HELD, **changed})
    assert (refusal.code if refusal else None) == code


def test_every_grant_says_what_it_means():
    assert set(rules.MEANS) == set(K)

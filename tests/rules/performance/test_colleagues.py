"""Who may tell whom what: the tables of truth of requests, team leads and recommendations."""

from __future__ import annotations

import pytest

from portal.performance.colleagues import rules
from portal.performance.colleagues.rules import REQUEST_WORKFLOW, RequestState
from portal.performance.progress.rules import Relation


@pytest.mark.parametrize(
    ("leads", "unit", "reports", "relation"),
    [
        (True, True, False, Relation.TEAM_LEAD),
        (True, False, False, Relation.TEAM_LEAD),
        (False, True, False, Relation.PEER),
        (False, True, True, Relation.SUBORDINATE),
        (False, False, True, Relation.SUBORDINATE),
        (False, False, False, None),
    ],
)
def test_what_somebody_is_to_the_employee(leads, unit, reports, relation):
    assert rules.relation_of(leads_line=leads, same_unit=unit, reports_to=reports) is relation


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, None),
        ({"relation": None}, "feedback_request.stranger"),
        ({"to_receiver": True}, "feedback_request.receiver"),
        ({"to_leader": True}, "feedback_request.leader"),
        ({"to_oneself": True}, "feedback_request.leader"),
        ({"asked_already": True}, "feedback_request.again"),
        ({"waiting": rules.MAX_OPEN - 1}, None),
        ({"waiting": rules.MAX_OPEN}, "feedback_request.max"),
        ({"period_open": False}, "feedback_request.closed"),
    ],
)
def test_whom_one_may_ask(facts, code):
    refusal = rules.why_not_ask(**{"relation": Relation.PEER, **facts})
    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize("verb", ["answer", "decline", "withdraw"])
@pytest.mark.parametrize("state", list(RequestState))
def test_a_request_moves_once(verb, state):
    refusal = rules.why_not_move(verb, state)
    assert (refusal is None) == (state is RequestState.OPEN)
    assert (REQUEST_WORKFLOW.find(verb, state) is not None) == (refusal is None)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, None),
        ({"is_receiver": True}, "team_lead.self"),
        ({"is_appraiser": True}, "team_lead.appraiser"),
        ({"held_already": True}, "team_lead.held"),
        ({"leads": rules.MAX_LEADS}, "team_lead.max"),
    ],
)
def test_who_leads_a_team(facts, code):
    usual = {"is_receiver": False, "is_appraiser": False, "held_already": False, "leads": 0}
    refusal = rules.why_not_name(**{**usual, **facts})
    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, None),
        ({"reason": "Dua belas laporan tepat waktu."}, None),
        ({"leads": False}, "recommendation.not_lead"),
        ({"period_open": False}, "recommendation.closed"),
        ({"rated": True}, "recommendation.rated"),
        ({"reason": "baik"}, "recommendation.reason"),
    ],
)
def test_when_a_lead_recommends(facts, code):
    refusal = rules.why_not_recommend(**{"leads": True, "period_open": True, "rated": False, **facts})
    assert (refusal.code if refusal else None) == code


def test_a_lead_is_relieved_once():
    assert rules.why_not_end(False) is None and rules.why_not_end(True) is not None

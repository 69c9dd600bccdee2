"""Shared goals: who holds which share, when it holds, and what totals count of it (WLS-5)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.workflow import verbs
from portal.performance.goals import rules
from portal.performance.goals.rules import COUNTED, GOAL_WORKFLOW, GoalState, Part, ShareState, credited
from portal.performance.plans.rules import Direction

D = Decimal
STATES = list(GoalState)


def code(refusal):
    return refusal.code if refusal is not None else None


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        (["60", "40"], None),
        (["33.333333", "33.333333", "33.333334"], None),
        (["0.000001", "99.999999"], None),
        (["50", "49.99"], "shared_goal.sum"),
        (["50", "50.01"], "shared_goal.sum"),
        (["33.33", "33.33", "33.33"], "shared_goal.sum"),
        ([], "shared_goal.contributors"),
        (["100"], "shared_goal.contributors"),
        (["0", "100"], "contribution.share"),
        (["-20", "120"], "contribution.share"),
    ],
)
def test_shares_make_exactly_one_hundred(shares, expected):
    assert code(rules.why_not_shares([D(each) for each in shares])) == expected


def test_what_is_missing_is_said_in_numbers():
    refusal = rules.why_not_shares([D("60"), D("39.99")])
    assert refusal is not None and refusal.params == {"whole": D("99.99"), "gap": D("0.01")}
    assert "kurang" in refusal.message
    more = rules.why_not_shares([D("60"), D("40.01")])
    assert more is not None and more.params["gap"] == D("0.01") and "lebih" in more.message


def test_whoever_brings_nothing_is_named_beside_a_wrong_sum():
    refusal = rules.why_not_propose("draf", [D(50), D(40)], ["BKPSDM"])
    assert refusal is not None
    assert [part.code for part in refusal.parts] == ["shared_goal.sum", "contribution.nothing"]
    assert code(rules.why_not_propose("draf", [D(50), D(50)], ["BKPSDM"])) == "contribution.nothing"
    assert rules.why_not_propose("draf", [D(50), D(50)]) is None


@pytest.mark.parametrize(
    ("verb", "sources"),
    [
        ("propose", {"draf"}),
        ("decline", {"diusulkan"}),
        ("settle", {"diusulkan"}),
        ("reopen", {"diusulkan", "disepakati", "berjalan"}),
        ("run", {"disepakati"}),
        ("end", {"berjalan"}),
        ("withdraw", {"draf", "diusulkan", "disepakati", "berjalan"}),
    ],
)
def test_every_step_has_its_states(verb, sources):
    assert {state for state in STATES if GOAL_WORKFLOW.find(verb, state)} == sources
    assert set(verbs(GOAL_WORKFLOW)) == {"propose", "decline", "settle", "reopen", "run", "end", "withdraw"}


@pytest.mark.parametrize("state", STATES)
def test_what_is_over_takes_nothing_any_more(state):
    over = state in (GoalState.ENDED, GoalState.WITHDRAWN)
    long = "Alasan yang cukup panjang untuk dibaca."
    refusals = [
        rules.why_not_change(state),
        rules.why_not_bring(state),
        rules.why_not_propose(state, [D(60), D(40)]),
        rules.why_not_answer(state, ShareState.WAITING),
        rules.why_not_record(state),
        rules.why_not_say(state),
        rules.why_not_refer(state, contributes=True, same_year=True, line_known=True, taken=False),
        *(rules.why_not_move(verb, state, long) for verb in ("run", "end", "reopen", "withdraw")),
    ]
    codes = [code(each) for each in refusals]
    assert (codes == ["shared_goal.over"] * len(codes)) is over
    assert ("shared_goal.over" in codes) is over


@pytest.mark.parametrize(
    ("state", "change", "bring", "answer", "record", "say"),
    [
        ("draf", True, True, False, False, False),
        ("diusulkan", False, True, True, False, False),
        ("disepakati", False, True, False, False, True),
        ("berjalan", False, True, False, True, True),
        ("selesai", False, False, False, False, False),
        ("ditarik", False, False, False, False, False),
    ],
)
def test_what_each_state_allows(state, change, bring, answer, record, say):
    assert (rules.why_not_change(state) is None) is change
    assert (rules.why_not_bring(state) is None) is bring
    assert (rules.why_not_answer(state, "menunggu") is None) is answer
    assert (rules.why_not_record(state) is None) is record
    assert (rules.why_not_say(state) is None) is say


def test_an_answer_is_given_once_and_a_refusal_says_why():
    assert code(rules.why_not_answer("diusulkan", "sepakat")) == "contribution.answered"
    assert code(rules.why_not_answer("diusulkan", "menunggu", "tidak")) == "shared_goal.reason"
    assert rules.why_not_answer("diusulkan", "menunggu", "Anggarannya belum ada tahun ini.") is None
    assert code(rules.why_not_move("end", "berjalan", " " * 40)) == "shared_goal.reason"


@pytest.mark.parametrize(
    ("answers", "done"),
    [
        ([], False),
        (["sepakat", "sepakat"], True),
        (["sepakat", "menunggu"], False),
        (["sepakat", "menolak"], False),
    ],
)
def test_a_goal_is_agreed_once_everybody_agreed(answers, done):
    assert rules.settled(answers) is done


@pytest.mark.parametrize(
    ("baseline", "target", "direction", "expected"),
    [
        (2, 12, Direction.UP, None),
        (12, 12, Direction.UP, None),
        (0, 1, Direction.UP, None),
        (30, 12, Direction.DOWN, None),
        (2, 0, Direction.UP, "shared_goal.zero_target"),
        (30, 0, Direction.DOWN, "shared_goal.zero_target"),
        (2, -1, Direction.UP, "shared_goal.zero_target"),
        (12, 2, Direction.UP, "shared_goal.backwards"),
        (12, 30, Direction.DOWN, "shared_goal.backwards"),
    ],
)
def test_a_target_that_can_be_measured(baseline, target, direction, expected):
    assert code(rules.target_problem(D(baseline), D(target), direction)) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, None),
        ({"held": True}, "contribution.twice"),
        ({"usable": False}, "contribution.region"),
        ({"count": rules.MAX_CONTRIBUTORS - 1}, None),
        ({"count": rules.MAX_CONTRIBUTORS}, "contribution.max"),
        ({"state": "diusulkan"}, "shared_goal.locked"),
        ({"state": "ditarik"}, "shared_goal.over"),
    ],
)
def test_who_can_be_a_contributor(facts, expected):
    given_ = {"state": "draf", "held": False, "usable": True, "count": 1} | facts
    assert code(rules.why_not_contributor(given_.pop("state"), **given_)) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, None),
        ({"state": "disepakati"}, None),
        ({"state": "diusulkan"}, "goal_reference.early"),
        ({"state": "selesai"}, "shared_goal.over"),
        ({"contributes": False}, "goal_reference.unit"),
        ({"same_year": False}, "goal_reference.unit"),
        ({"line_known": False}, "goal_reference.line"),
        ({"taken": True}, "goal_reference.taken"),
    ],
)
def test_which_line_refers_to_a_goal(facts, expected):
    given_ = {"state": "berjalan", "contributes": True, "same_year": True, "line_known": True, "taken": False}
    given_ |= facts
    assert code(rules.why_not_refer(given_.pop("state"), **given_)) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 10, 12), None),
        (date(2026, 1, 1), None),
        (date(2026, 10, 13), "goal_progress.future"),
        (date(2025, 12, 31), "goal_progress.year"),
    ],
)
def test_the_day_of_progress(day, expected):
    assert code(rules.why_not_day(day, today=date(2026, 10, 12), year=2026)) == expected
    assert code(rules.why_not_record("berjalan", corrected=True)) == "goal_progress.corrected"


@pytest.mark.parametrize(("setting", "told"), [("required", True), ("allowed", False), (None, False)])
def test_when_a_leader_is_reminded(setting, told):
    policy = {} if setting is None else {"shared_goals": setting}
    assert rules.are_required(policy) is told


# -------------------------------------------------------------------------------------- the totals

WHOLE = 100_000_000
"""One hundred per cent in millionths, the finest share that is kept."""


@st.composite
def divided(draw: st.DrawFn) -> list[tuple[str, Decimal]]:
    """A goal's shares: two to six parts of exactly one hundred per cent, with the agency of each."""
    cuts = draw(st.sets(st.integers(1, WHOLE - 1), min_size=1, max_size=5))
    edges = [0, *sorted(cuts), WHOLE]
    parts = [D(high - low).scaleb(-6) for low, high in pairwise(edges)]
    return [(draw(st.sampled_from("ABCDE")), part) for part in parts]


def parts_of(goals):
    """What the list's query gives: each agency's number of goals and its shares together."""
    held: dict[str, set[int]] = defaultdict(set)
    shares: dict[str, Decimal] = defaultdict(Decimal)
    for number, goal in enumerate(goals):
        for agency, share in goal:
            held[agency].add(number)
            shares[agency] += share
    return [Part(agency, len(held[agency]), shares[agency]) for agency in shares]


@given(divided())
def test_shares_that_divide_a_whole_can_be_proposed(goal):
    shares = [share for _agency, share in goal]
    assert rules.total(shares) == 100
    assert rules.why_not_propose(GoalState.DRAFT, shares) is None


@given(divided(), st.integers(1, WHOLE))
def test_no_other_sum_can_be_proposed(goal, off):
    shares = [share for _agency, share in goal]
    for wrong in (shares[0] + D(off).scaleb(-6), shares[0] - D(off).scaleb(-6)):
        assert rules.why_not_shares([wrong, *shares[1:]]) is not None


@given(st.lists(divided(), max_size=8))
def test_a_region_counts_each_goal_once_and_shares_sum_to_the_whole(goals):
    found = credited(parts_of(goals))
    assert found.goals == len(goals)
    assert rules.total(part.share for part in found.parts.values()) == 100 * len(goals)
    counted = sum(part.goals for part in found.parts.values())
    assert counted >= len(goals)
    assert all(0 < part.share <= 100 * part.goals for part in found.parts.values())


@given(st.lists(divided(), min_size=1, max_size=6), st.randoms())
def test_neither_order_nor_grouping_changes_the_total(goals, random):
    whole = credited(parts_of(goals))
    shuffled = [random.sample(goal, len(goal)) for goal in random.sample(goals, len(goals))]
    again = credited(parts_of(shuffled))
    assert (again.goals, dict(again.parts)) == (whole.goals, dict(whole.parts))
    # One region as one group: as many goals as agency by agency.
    together = credited(parts_of([[("daerah", share) for _agency, share in goal] for goal in goals]))
    assert together.goals == whole.goals == together.parts["daerah"].goals


@given(st.lists(divided(), max_size=5), divided())
def test_a_further_goal_adds_exactly_one(goals, further):
    before, after = credited(parts_of(goals)), credited(parts_of([*goals, further]))
    assert after.goals - before.goals == 1
    assert all(after.parts[name].share >= part.share for name, part in before.parts.items())


def test_five_agencies_hold_one_goal():
    found = credited([Part(agency, 1, D(20)) for agency in "ABCDE"])
    assert found.goals == 1 and found.parts["A"] == Part("A", 1, D(20))
    assert credited([]).goals == 0


def test_only_agreed_shares_are_counted():
    assert set(COUNTED) == {GoalState.AGREED, GoalState.RUNNING, GoalState.ENDED}

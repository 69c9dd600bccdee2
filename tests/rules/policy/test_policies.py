"""The national policy says what the regulations say (TV-1), and no broken policy is ever read."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.canonical import canonical, sha256
from portal.policy.policies.checks import REQUIRED, STATUTORY, problems
from portal.policy.policies.reading import read
from portal.policy.policies.rules import (
    AdviceLimits,
    BadPolicy,
    DayMonth,
    ExpectationRating,
    OrganisationRating,
    OverallRating,
    PatternLimit,
    PlanDeadlines,
    SourceMark,
)
from portal.policy.policies.values import settings_of
from tests.rules.national import PATH, POLICY, document

TV1 = [
    ("di_atas", "di_atas", "sangat_baik"),
    ("di_atas", "sesuai", "baik"),
    ("di_atas", "di_bawah", "kurang"),
    ("sesuai", "di_atas", "baik"),
    ("sesuai", "sesuai", "baik"),
    ("sesuai", "di_bawah", "kurang"),
    ("di_bawah", "di_atas", "butuh_perbaikan"),
    ("di_bawah", "sesuai", "butuh_perbaikan"),
    ("di_bawah", "di_bawah", "sangat_kurang"),
]


@pytest.mark.parametrize(("result", "behaviour", "overall"), TV1)
def test_the_quadrant_of_the_national_rule(result: str, behaviour: str, overall: str) -> None:
    cell = POLICY.matrix[ExpectationRating(result), ExpectationRating(behaviour)]
    assert cell is OverallRating(overall)
    assert len(POLICY.matrix) == 9


def test_the_pattern_of_the_national_rule() -> None:
    good, needs, poor, very_poor, very_good = (
        OverallRating.GOOD,
        OverallRating.NEEDS_IMPROVEMENT,
        OverallRating.POOR,
        OverallRating.VERY_POOR,
        OverallRating.VERY_GOOD,
    )
    assert POLICY.pattern == {
        OrganisationRating.EXCELLENT: (PatternLimit("max", (very_good,), Decimal(70)),),
        OrganisationRating.GOOD: (
            PatternLimit("max", (good,), Decimal(70)),
            PatternLimit("some", (needs, poor)),
        ),
        OrganisationRating.NEEDS_IMPROVEMENT: (
            PatternLimit("min", (needs,), Decimal(60)),
            PatternLimit("max", (very_good,), Decimal(10)),
        ),
        OrganisationRating.POOR: (
            PatternLimit("min", (poor,), Decimal(60)),
            PatternLimit("min", (needs,), Decimal(10)),
            PatternLimit("max", (very_good,), Decimal(10)),
        ),
        OrganisationRating.VERY_POOR: (
            PatternLimit("min", (very_poor,), Decimal(60)),
            PatternLimit("min", (needs, poor), Decimal(10)),
            PatternLimit("none", (very_good,)),
        ),
    }
    assert POLICY.pattern_least == 10


def test_the_other_values_of_the_national_rule() -> None:
    assert (POLICY.key, POLICY.version, POLICY.method) == ("nasional-6-2022", 1, "matrix")
    assert (POLICY.cadence, POLICY.review, POLICY.least_group_public) == ("quarter", "none", 10)
    assert POLICY.advice == AdviceLimits(Decimal(90), Decimal(105), Decimal(100), Decimal(120))
    assert POLICY.plan_deadlines == PlanDeadlines(
        DayMonth(15, 1), DayMonth(20, 1), DayMonth(25, 1), DayMonth(31, 1)
    )
    deadlines = POLICY.period_deadlines
    assert (deadlines.action_steps, deadlines.achievement) == (5, 3)
    assert (deadlines.organisation_rating, deadlines.rating) == (5, 10)
    assert deadlines.yearly_rating == DayMonth(31, 1)
    assert (POLICY.handover_days, POLICY.countersign_days, POLICY.objection_days) == (14, 14, 14)
    assert POLICY.substitute_working_days == 7
    assert any("6 Tahun 2022" in basis.name for basis in POLICY.legal_basis)


def test_every_setting_says_where_it_comes_from() -> None:
    assert problems(document()) == []
    assert set(POLICY.sources) == set(POLICY.settings)
    assert set(REQUIRED) <= set(POLICY.settings)
    assert all(source.note for source in POLICY.sources.values())
    assert {name for name in STATUTORY if POLICY.sources[name].mark is not SourceMark.REGULATION} == set()
    assumed = {name for name, source in POLICY.sources.items() if source.assumed}
    assert "advice.result" in assumed
    assert "least_group.people_public" in assumed
    assert "deadline.plan_set" not in assumed
    assert POLICY.sources["deadline.rating"].confirm
    assert not POLICY.sources["matrix"].confirm


def test_a_policy_survives_the_way_into_the_database_and_back() -> None:
    assert read(json.loads(canonical(document()))) == POLICY


def spoil(path: str, change: Callable[[Any], Any]) -> dict[str, Any]:
    """The national document with the part at ``path`` replaced by ``change`` of it."""
    whole: dict[str, Any] = copy.deepcopy(document())
    *way, last = path.split("/")
    part = whole
    for name in way:
        part = part[name]
    part[last] = change(part.get(last))
    return whole


def without(name: str) -> Callable[[Any], Any]:
    return lambda part: {key: value for key, value in part.items() if key != name}


def to(value: object) -> Callable[[Any], Any]:
    return lambda _: value


@pytest.mark.parametrize(
    ("path", "change", "code", "anchor"),
    [
        ("key", to(""), "policy.missing", "key"),
        ("version", to(0), "policy.missing", "version"),
        ("version", to(True), "policy.missing", "version"),
        ("legal_basis", to([]), "policy.missing", "legal_basis"),
        ("matrix/value", without("sesuai"), "policy.matrix_cells", "matrix"),
        ("matrix/value/sesuai", without("sesuai"), "policy.matrix_cells", "matrix"),
        ("matrix/value/sesuai/sesuai", to("cukup"), "policy.matrix_cells", "matrix"),
        ("matrix/value/luar_biasa", to({}), "policy.matrix_cells", "matrix"),
        ("matrix/value/di_atas/di_atas", to("kurang"), "policy.matrix_monotone", "matrix"),
        ("matrix/value/di_bawah/sesuai", to("sangat_baik"), "policy.matrix_monotone", "matrix"),
        ("matrix/value/di_bawah/di_bawah", to("baik"), "policy.matrix_monotone", "matrix"),
        ("pattern/value", without("istimewa"), "policy.value", "pattern"),
        ("pattern/value/istimewa/0/share", to(101), "policy.value", "pattern"),
        ("pattern/value/istimewa/0/ratings", to([]), "policy.value", "pattern"),
        ("pattern/value/istimewa/0/ratings", to(["istimewa"]), "policy.value", "pattern"),
        ("pattern/value/istimewa/0/bound", to("some"), "policy.value", "pattern"),
        ("pattern/value/istimewa/0/bound", to("around"), "policy.value", "pattern"),
        ("deadline/plan_review/value/day", to(15), "policy.order", "deadline.plan_review"),
        ("deadline/plan_agree/value/day", to(19), "policy.order", "deadline.plan_agree"),
        ("deadline/plan_draft/value/month", to(2), "policy.order", "deadline.plan_review"),
        ("deadline/plan_draft/value/day", to(32), "policy.value", "deadline.plan_draft"),
        ("deadline/organisation_rating/value", to(3), "policy.order", "deadline.organisation_rating"),
        ("deadline/rating/value", to(5), "policy.order", "deadline.rating"),
        ("deadline/rating/value", to(0), "policy.value", "deadline.rating"),
        ("deadline/rating/value", to(10.0), "policy.value", "deadline.rating"),
        ("deadline/plan_set/value/day", to(28), "policy.statutory", "deadline.plan_set"),
        ("deadline/plan_set/value/month", to(True), "policy.statutory", "deadline.plan_set"),
        ("deadline/yearly_rating/value/month", to(2), "policy.statutory", "deadline.yearly_rating"),
        ("clock/handover/value", to(13), "policy.statutory", "clock.handover"),
        ("clock/countersign/value", to(15), "policy.statutory", "clock.countersign"),
        ("clock/substitute/value", to(14), "policy.statutory", "clock.substitute"),
        ("clock/objection/value", to(14.0), "policy.statutory", "clock.objection"),
        ("clock", without("objection"), "policy.missing", "clock.objection"),
        ("least_group/people_public/value", to(4), "policy.value", "least_group.people_public"),
        ("least_group/people_public/value", to(True), "policy.value", "least_group.people_public"),
        ("least_group/people_public/assumed", to(False), "policy.assumed", "least_group.people_public"),
        ("advice/result", without("assumed"), "policy.assumed", "advice.result"),
        ("advice/result/value/below", to(106), "policy.value", "advice.result"),
        ("advice/result/value/cap", to(100), "policy.value", "advice.result"),
        ("advice/result/value", without("floor"), "policy.value", "advice.result"),
        ("method/value", to("undian"), "policy.value", "method"),
        ("cadence/value", to("fortnight"), "policy.value", "cadence"),
        ("review/value", to(["none"]), "policy.value", "review"),
        ("review/mark", to("X"), "policy.mark", "review"),
        ("review/mark", to(["R"]), "policy.mark", "review"),
        ("review/note", to(" "), "policy.note", "review"),
        ("review/confirm", to("ya"), "policy.note", "review"),
        ("reviu", to({"value": 1, "mark": "R", "note": "x"}), "policy.unknown", "reviu"),
    ],
)
def test_a_spoilt_policy_is_refused_and_says_where(path: str, change: Any, code: str, anchor: str) -> None:
    if "/0/" in path:
        before, after = path.split("/0/")
        spoilt = spoil(before, lambda rows: [{**rows[0], after: change(rows[0].get(after))}, *rows[1:]])
    else:
        spoilt = spoil(path, change)
    found = problems(spoilt)
    assert (code, anchor) in {(problem.code, problem.anchor) for problem in found}
    with pytest.raises(BadPolicy) as raised:
        read(spoilt)
    assert raised.value.problems == found


@pytest.mark.parametrize("name", REQUIRED)
def test_no_required_setting_may_be_left_out(name: str) -> None:
    *way, last = name.split(".")
    whole = document()
    part: Any = whole
    for step in way:
        part = part[step]
    del part[last]
    assert ("policy.missing", name) in {(problem.code, problem.anchor) for problem in problems(whole)}


anything = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from("RSA")
    ),
    lambda part: st.one_of(
        st.lists(part, max_size=3), st.dictionaries(st.text(max_size=8), part, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(REQUIRED), part=st.sampled_from(["value", "mark", "note", "assumed"]), value=anything
)
def test_whatever_stands_there_is_a_problem_or_a_policy_never_an_error(
    name: str, part: str, value: object
) -> None:
    whole = document()
    settings_of(whole)[name][part] = value  # type: ignore[index]
    if not problems(whole):
        read(whole)


def test_a_day_that_a_month_lacks_becomes_its_last() -> None:
    assert DayMonth(31, 2).on(2027).isoformat() == "2027-02-28"
    assert DayMonth(29, 2).on(2028).isoformat() == "2028-02-29"


FOLDER = PATH.parent


def test_a_version_in_use_keeps_its_digest_and_the_next_one_adds_an_approach() -> None:
    """Running periods go by the version that they were opened under: its file must stay as it is."""
    first = tomllib.loads(PATH.read_text(encoding="utf-8"), parse_float=str)
    assert sha256(canonical(first)) == "e97d6370d42f61008f5235abd27e75eb6a694546f43f9f92a240ceaefbe5914d"
    second = tomllib.loads((FOLDER / "nasional-6-2022.v2.toml").read_text(encoding="utf-8"), parse_float=str)
    new = read(second)
    assert (new.key, new.version) == (POLICY.key, 2)
    differ = {name for name, value in new.settings.items() if value != POLICY.settings[name]}
    assert differ == {"approach"} and new.settings["approach"] == ["kuantitatif", "kualitatif"]

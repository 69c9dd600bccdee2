"""From attainment to a received rating (TV-1, TV-2, TV-3 lines of IKI, TV-5, TV-7 lines of IKU)."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.exact import format_number, round_half_up
from portal.kernel.refusal import Refusal
from portal.performance.evaluations.rules import (
    EVALUATION_WORKFLOW,
    REASON_LEAST,
    Attainment,
    Change,
    EvaluationState,
    Lift,
    NotEvaluatedReason,
    NotRated,
    advice_result,
    attainment,
    differs_from_advice,
    handover_due,
    head_result_rating,
    objection_due,
    overall_rating,
    pattern_warnings,
    receipt_due,
    substitute_due,
    what_would_change,
    what_would_lift,
    why_not_close,
    why_not_close_period,
    why_not_hand_over,
    why_not_mark_not_evaluated,
    why_not_object,
    why_not_rate,
    why_not_rate_organisation,
    why_not_re_rate,
    why_not_reasons,
    why_not_receive,
    why_not_reopen_report,
    why_not_report,
    why_not_undo_not_evaluated,
)
from portal.policy.policies.rules import ExpectationRating, OrganisationRating, OverallRating
from tests.rules.national import POLICY
from tests.rules.policy.test_policies import TV1
from tests.rules.tables import check_actors, check_table, open_in

BELOW, AS_EXPECTED, ABOVE = ExpectationRating
REASON = "Target triwulan tercapai dengan bukti lengkap."


def code(refusal: object) -> object:
    return getattr(refusal, "code", None)


def sentence(refusal: Refusal) -> str:
    """The Indonesian sentence, numbers written as a page writes them."""
    return refusal.message % {
        name: format_number(value) if isinstance(value, Decimal) else value
        for name, value in refusal.params.items()
    }


# ------------------------------------------------------------------------------------------ table


def test_every_step_of_an_evaluation() -> None:
    check_table(
        EVALUATION_WORKFLOW,
        {
            "report": {"berjalan": "dilaporkan"},
            "reopen_report": {"dilaporkan": "berjalan"},
            "rate": {"dilaporkan": "dinilai", "berjalan": "dinilai"},
            "re_rate": {"dinilai": "dinilai"},
            "hand_over": {"dinilai": "disampaikan"},
            "receive": {"disampaikan": "diterima"},
            "substitute": {"dinilai": "disampaikan", "disampaikan": "ditutup"},
            "close": {"diterima": "ditutup", "disampaikan": "ditutup"},
            "mark_not_evaluated": {"berjalan": "tidak_dinilai", "dilaporkan": "tidak_dinilai"},
            "undo_not_evaluated": {"tidak_dinilai": "berjalan"},
        },
    )
    check_actors(
        EVALUATION_WORKFLOW,
        {
            "report": "pegawai",
            "reopen_report": "penilai",
            "rate": "penilai",
            "re_rate": "penilai",
            "hand_over": "penilai",
            "receive": "pegawai",
            "substitute": "atasan penilai",
            "close": "pengelola",
            "mark_not_evaluated": "pengelola",
            "undo_not_evaluated": "pengelola",
        },
    )


@pytest.mark.parametrize(
    ("why_not", "states"),
    [
        (why_not_report, {"berjalan"}),
        (why_not_reopen_report, {"dilaporkan"}),
        (lambda s: why_not_rate(s, organisation_rated=True), {"dilaporkan"}),
        (lambda s: why_not_rate(s, organisation_rated=True, report_late=True), {"dilaporkan", "berjalan"}),
        (why_not_re_rate, {"dinilai"}),
        (why_not_hand_over, {"dinilai"}),
        (why_not_receive, {"disampaikan"}),
        (why_not_close, {"diterima"}),
        (lambda s: why_not_close(s, signature_overdue=True), {"diterima", "disampaikan"}),
        (why_not_mark_not_evaluated, {"berjalan", "dilaporkan"}),
        (why_not_undo_not_evaluated, {"tidak_dinilai"}),
    ],
)
def test_each_button_is_open_in_its_states_only(why_not: Any, states: set[str]) -> None:
    assert open_in(why_not, EvaluationState) == states


@pytest.mark.parametrize(
    "why_not",
    [why_not_report, why_not_reopen_report, why_not_re_rate, why_not_hand_over, why_not_mark_not_evaluated],
)
def test_nothing_moves_in_a_period_that_is_not_open(why_not: Any) -> None:
    assert {code(why_not(state, period_open=False)) for state in EvaluationState} == {
        "evaluation.period_closed"
    }


# ---------------------------------------------------------------------------------------- ratings


@pytest.mark.parametrize(("result", "behaviour", "overall"), TV1)
def test_two_ratings_meet_in_the_quadrant(result: str, behaviour: str, overall: str) -> None:
    assert overall_rating(ExpectationRating(result), ExpectationRating(behaviour), POLICY.matrix) == overall


@pytest.mark.parametrize("pair", [(None, ABOVE), (ABOVE, None), (None, None)])
def test_a_missing_rating_has_no_default(pair: Any) -> None:
    with pytest.raises(NotRated):
        overall_rating(*pair, POLICY.matrix)


def test_what_would_have_changed_it() -> None:
    assert what_would_change(BELOW, AS_EXPECTED, POLICY.matrix) == [
        Change(AS_EXPECTED, AS_EXPECTED, OverallRating.GOOD, "hasil", "naik", True),
        Change(BELOW, ABOVE, OverallRating.NEEDS_IMPROVEMENT, "perilaku", "naik", False),
        Change(BELOW, BELOW, OverallRating.VERY_POOR, "perilaku", "turun", True),
    ]


@pytest.mark.parametrize(("result", "behaviour"), list(product(ExpectationRating, repeat=2)))
def test_each_change_is_one_step_of_one_rating(
    result: ExpectationRating, behaviour: ExpectationRating
) -> None:
    order = list(ExpectationRating)
    changes = what_would_change(result, behaviour, POLICY.matrix)
    steps = {
        (
            order.index(change.result) - order.index(result),
            order.index(change.behaviour) - order.index(behaviour),
        )
        for change in changes
    }
    assert len(steps) == len(changes)
    assert steps <= {(1, 0), (-1, 0), (0, 1), (0, -1)}
    assert len(changes) == (1 + (result is AS_EXPECTED)) + (1 + (behaviour is AS_EXPECTED))
    for change in changes:
        assert change.overall == POLICY.matrix[change.result, change.behaviour]
        assert change.changes == (change.overall != POLICY.matrix[result, behaviour])


def test_the_organisations_rating_advises_on_its_head() -> None:
    assert [head_result_rating(rating) for rating in OrganisationRating] == [
        ABOVE,
        AS_EXPECTED,
        BELOW,
        BELOW,
        BELOW,
    ]


# ------------------------------------------------------------------------------------- attainment


def reached(
    achieved: str, low: str, high: str | None = None, direction: str = "naik", cap: str = "120"
) -> Attainment:
    return attainment(
        Decimal(achieved), Decimal(low), Decimal(high) if high else None, direction, Decimal(cap)
    )


@pytest.mark.parametrize(
    ("achieved", "low", "high", "direction", "cap", "value", "working"),
    [
        ("98", "100", None, "naik", "120", "98.00", "98 ÷ 100"),
        ("85", "85", None, "naik", "120", "100.00", "85 ÷ 85"),
        ("85", "85", "85", "naik", "120", "100.00", "85 ÷ 85"),
        ("70", "80", "90", "naik", "120", "87.50", "70 ÷ 80"),
        ("92", "80", "90", "naik", "120", "102.22", "92 ÷ 90"),
        ("80", "80", "90", "naik", "120", "100.00", "80 ≤ 80 ≤ 90"),
        ("90", "80", "90", "naik", "120", "100.00", "80 ≤ 90 ≤ 90"),
        ("6.5", "7", "8", "turun", "120", "107.14", "(2 × 7 − 6,5) ÷ 7"),
        ("9", "7", "8", "turun", "120", "87.50", "(2 × 8 − 9) ÷ 8"),
        ("7.5", "7", "8", "turun", "120", "100.00", "7 ≤ 7,5 ≤ 8"),
        ("8", "10", None, "turun", "120", "120.00", "(2 × 10 − 8) ÷ 10"),
        ("748.21", "964.3", None, "naik", "120", "77.59", "748,21 ÷ 964,3"),
        ("88.06", "88.0", None, "naik", "120", "100.07", "88,06 ÷ 88"),
        ("12", "10", None, "turun", "120", "80.00", "(2 × 10 − 12) ÷ 10"),
        ("20", "30", None, "turun", "200", "133.33", "(2 × 30 − 20) ÷ 30"),
        ("84.6", "80", None, "naik", "120", "105.75", "84,6 ÷ 80"),
        ("0", "80", None, "naik", "120", "0.00", "0 ÷ 80"),
        ("3", "0", "5", "turun", "120", "100.00", "0 ≤ 3 ≤ 5"),
        ("6", "0", "5", "turun", "120", "80.00", "(2 × 5 − 6) ÷ 5"),
    ],
)
def test_attainment(
    achieved: str, low: str, high: str | None, direction: str, cap: str, value: str, working: str
) -> None:
    found = reached(achieved, low, high, direction, cap)
    assert found.value is not None
    assert round_half_up(found.value) == Decimal(value)
    assert (found.working.text(format_number), found.capped, found.note) == (working, False, None)


@pytest.mark.parametrize(("achieved", "low", "direction"), [("20", "30", "turun"), ("130", "100", "naik")])
def test_attainment_is_capped_and_says_so(achieved: str, low: str, direction: str) -> None:
    found = reached(achieved, low, direction=direction)
    assert (found.value, found.capped) == (Decimal(120), True)
    assert reached("120", "100").capped is False


def test_attainment_never_falls_below_zero() -> None:
    found = reached("25", "10", direction="turun")
    assert found.value == 0
    assert code(found.note) == "attainment.floored"


@pytest.mark.parametrize(
    ("achieved", "low", "high", "note"),
    [
        (None, "80", None, "attainment.missing"),
        (None, "80", "90", "attainment.missing"),
        ("5", "0", None, "attainment.zero_target"),
        ("0", "0", "0", "attainment.zero_target"),
        ("5", None, None, "attainment.no_target"),
        (None, None, None, "attainment.no_target"),
    ],
)
@pytest.mark.parametrize("direction", ["naik", "turun"])
def test_what_can_not_be_worked_out_has_no_value(
    achieved: str | None, low: str | None, high: str | None, note: str, direction: str
) -> None:
    numbers = [Decimal(text) if text is not None else None for text in (achieved, low, high)]
    found = attainment(*numbers, direction)
    assert (found.value, found.working.text(format_number), found.capped, code(found.note)) == (
        None,
        "",
        False,
        note,
    )


def test_an_upper_end_alone_is_the_target() -> None:
    assert attainment(Decimal(8), None, Decimal(10), "naik").value == 80


amounts = st.decimals(0, 10**6, places=2)


@settings(max_examples=60)
@given(amounts, amounts, amounts, st.sampled_from(["naik", "turun"]))
def test_attainment_stays_in_its_bounds_and_moves_the_right_way(
    achieved: Decimal, a: Decimal, b: Decimal, direction: str
) -> None:
    low, high = min(a, b), max(a, b)
    found = attainment(achieved, low, high, direction)
    if found.value is None:
        assert 0 in (low, high)
        return
    assert 0 <= found.value <= 120
    assert found.value == found.value.quantize(Decimal("1e-10"))
    if low < high and low <= achieved <= high:
        assert found.value == 100
    elif achieved > high:
        assert (found.value >= 100) == (direction == "naik")
    elif achieved < low:
        assert (found.value <= 100) == (direction == "naik")


# ----------------------------------------------------------------------------------------- advice


def of(*values: str | None) -> list[Attainment]:
    return [Attainment(Decimal(value) if value is not None else None) for value in values]


@pytest.mark.parametrize(
    ("values", "rating", "mean", "missing", "below_floor"),
    [
        (["89.99"], BELOW, "89.99", 0, 1),
        (["90"], AS_EXPECTED, "90", 0, 1),
        (["80", "90", "100"], AS_EXPECTED, "90", 0, 2),
        (["104.9999999999"], AS_EXPECTED, "104.9999999999", 0, 0),
        (["105"], ABOVE, "105", 0, 0),
        (["110", "100"], ABOVE, "105", 0, 0),
        (["120", "120", "99.99"], AS_EXPECTED, "113.33", 0, 1),
        (["120", None], AS_EXPECTED, "120", 1, 0),
        (["60", None], BELOW, "60", 1, 1),
        (["100", None, None], AS_EXPECTED, "100", 2, 0),
        ([None, None], None, None, 2, 0),
        ([], None, None, 0, 0),
    ],
)
def test_advice_on_results(
    values: Any, rating: Any, mean: str | None, missing: int, below_floor: int
) -> None:
    advice = advice_result(of(*values), POLICY.advice)
    assert advice.rating is rating
    assert (advice.missing, advice.below_floor, advice.counted) == (
        missing,
        below_floor,
        len(values) - missing,
    )
    assert advice.reasons
    if mean is None:
        assert advice.mean is None
    else:
        assert advice.mean is not None
        assert round_half_up(advice.mean) == round_half_up(Decimal(mean))


WORDED = attainment(None, None, None, "naik")
"""A measure of the qualitative approach: no target, judged in words."""


@pytest.mark.parametrize(
    ("values", "worded", "rating", "reasons"),
    [
        ([], 2, None, ["advice.in_words"]),
        (["120"], 1, AS_EXPECTED, ["advice.mean_above", "advice.worded"]),
        (["60"], 1, BELOW, ["advice.mean_below", "advice.worded"]),
        ([None], 1, None, ["advice.no_data"]),
        (["120"], 0, ABOVE, ["advice.mean_above"]),
    ],
)
def test_measures_in_words_are_no_missing_figures(
    values: Any, worded: int, rating: Any, reasons: list[str]
) -> None:
    advice = advice_result([*of(*values), *[WORDED] * worded], POLICY.advice)
    assert (advice.rating, advice.worded) == (rating, worded)
    assert advice.missing == values.count(None)
    assert [reason.code for reason in advice.reasons] == reasons


def test_a_mean_of_thirds_compares_as_it_should() -> None:
    thirds = [reached(value, "300") for value in ("268", "271", "271")]
    values = [third.value for third in thirds if third.value is not None]
    assert sum(values) / 3 < 90  # by less than what was cut off
    assert advice_result(thirds, POLICY.advice).rating is AS_EXPECTED


def test_the_reasons_of_the_advice() -> None:
    def reasons(*values: str | None) -> list[str]:
        return [reason.code for reason in advice_result(of(*values), POLICY.advice).reasons]

    assert reasons("80") == ["advice.mean_below"]
    assert reasons("95") == ["advice.mean_between"]
    assert reasons("120") == ["advice.mean_above"]
    assert reasons("120", "99") == ["advice.mean_above", "advice.below_floor"]
    assert reasons("120", None) == ["advice.mean_above", "advice.missing"]
    assert reasons(None) == ["advice.no_data"]
    reason = advice_result(of("104.25", "104.26"), POLICY.advice).reasons[0]
    assert sentence(reason) == ("Rata-rata capaian 2 indikator utama 104,26%, antara 90% dan 105%.")


def test_what_would_lift_the_advice() -> None:
    def lift(*values: str | None) -> Lift | None:
        return what_would_lift(advice_result(of(*values), POLICY.advice), POLICY.advice)

    assert lift("80") == Lift(AS_EXPECTED, Decimal(90))
    assert lift("95") == Lift(ABOVE, Decimal(105), Decimal(100))
    assert lift("120", None) == Lift(ABOVE, Decimal(105), Decimal(100), none_missing=True)
    assert lift("110") is None
    assert lift(None) is None


def test_advice_binds_nobody_but_a_difference_is_seen() -> None:
    advice = advice_result(of("95"), POLICY.advice)
    assert [differs_from_advice(rating, advice) for rating in ExpectationRating] == [True, False, True]
    assert not differs_from_advice(ABOVE, advice_result([], POLICY.advice))


# ---------------------------------------------------------------------------------------- pattern

TV2 = [
    ("istimewa", (7, 3, 0, 0, 0), []),
    ("istimewa", (8, 2, 0, 0, 0), ["max.sangat_baik 80"]),
    ("istimewa", (15, 5, 0, 0, 0), ["max.sangat_baik 75"]),
    ("baik", (2, 7, 1, 0, 0), []),
    ("baik", (2, 8, 0, 0, 0), ["max.baik 80", "some.butuh_perbaikan+kurang 0"]),
    ("baik", (3, 7, 0, 0, 0), ["some.butuh_perbaikan+kurang 0"]),
    ("butuh_perbaikan", (1, 3, 6, 0, 0), []),
    ("butuh_perbaikan", (0, 5, 5, 0, 0), ["min.butuh_perbaikan 50"]),
    ("kurang", (1, 2, 1, 6, 0), []),
    ("sangat_kurang", (0, 3, 0, 1, 6), []),
    ("sangat_kurang", (1, 2, 0, 1, 6), ["none.sangat_baik 10"]),
    # beyond TV-2: the other limits of the same table
    ("baik", (3, 6, 0, 1, 0), []),
    ("butuh_perbaikan", (2, 2, 6, 0, 0), ["max.sangat_baik 20"]),
    ("kurang", (2, 2, 0, 6, 0), ["min.butuh_perbaikan 0", "max.sangat_baik 20"]),
    ("kurang", (1, 3, 1, 5, 0), ["min.kurang 50"]),
    ("sangat_kurang", (0, 4, 0, 0, 6), ["min.butuh_perbaikan+kurang 0"]),
    ("sangat_kurang", (0, 3, 1, 1, 5), ["min.sangat_kurang 50"]),
    # 2 of 3 is 66.67 and not 70; 71 of 101 is more than 70, however it is rounded
    ("istimewa", (71, 30, 0, 0, 0), ["max.sangat_baik 70,3"]),
    ("istimewa", (70, 30, 0, 0, 0), []),
]


@pytest.mark.parametrize(("organisation", "counts", "warnings"), TV2)
def test_the_pattern_warns(organisation: str, counts: tuple[int, ...], warnings: list[str]) -> None:
    found = pattern_warnings(
        OrganisationRating(organisation), dict(zip(OverallRating, counts, strict=True)), POLICY
    )
    assert [
        f"{w.code.removeprefix('pattern.')} {format_number(w.params['share'])}" for w in found
    ] == warnings
    assert all(warning.message % warning.params for warning in found)


def test_small_groups_have_no_pattern() -> None:
    for organisation in OrganisationRating:
        assert pattern_warnings(organisation, {OverallRating.VERY_GOOD: 9}, POLICY) == []
        assert pattern_warnings(organisation, {}, POLICY) == []
        assert pattern_warnings(organisation, {OverallRating.VERY_GOOD: 10}, POLICY) != []


def test_the_warning_is_a_sentence() -> None:
    [warning] = pattern_warnings(OrganisationRating.EXCELLENT, {OverallRating.VERY_GOOD: 12}, POLICY)
    assert sentence(warning) == ("12 dari 12 pegawai (100%) mendapat Sangat Baik; polanya paling banyak 70%.")


# ------------------------------------------------------------------------------------- why not ...


def test_the_organisation_comes_first() -> None:
    refusal = why_not_rate(
        "dilaporkan", organisation_rated=False, organisation_waits_for="Kepala Dinas Kesehatan"
    )
    assert code(refusal) == "evaluation.org_first"
    assert refusal is not None
    assert refusal.message % refusal.params == (
        "Predikat belum dapat ditetapkan: capaian kinerja organisasi periode ini menunggu Kepala Dinas Kesehatan."
    )


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, None),
        ({"by_self": True}, "evaluation.self"),
        ({"period_open": False}, "evaluation.period_closed"),
        ({"plan_set": False}, "evaluation.no_plan"),
        ({"reasons": (REASON, REASON)}, None),
        ({"reasons": (REASON, "baik")}, "evaluation.reasons"),
        ({"reasons": ("", "")}, "evaluation.reasons"),
    ],
)
def test_why_a_rating_can_not_be_set(how: dict[str, Any], expected: str | None) -> None:
    assert code(why_not_rate("dilaporkan", organisation_rated=True, **how)) == expected


def test_a_silent_employee_does_not_hold_up_the_evaluation() -> None:
    assert code(why_not_rate("berjalan", organisation_rated=True)) == "evaluation.not_reported"
    assert why_not_rate("berjalan", organisation_rated=True, report_late=True) is None


def test_both_ratings_need_a_reason_of_some_length() -> None:
    assert why_not_reasons(REASON, REASON) is None
    assert why_not_reasons("a" * REASON_LEAST, "b" * REASON_LEAST) is None
    short = "a" * (REASON_LEAST - 1) + "   "
    refusal = why_not_reasons(short, short)
    assert refusal is not None
    assert [part.anchor for part in refusal.parts] == ["result_reason", "behaviour_reason"]


def test_a_rating_is_replaced_with_a_reason_before_the_hand_over_only() -> None:
    assert why_not_re_rate("dinilai", REASON) is None
    assert code(why_not_re_rate("dinilai", "")) == "evaluation.change_reason"
    assert code(why_not_re_rate("disampaikan", REASON)) == "evaluation.state"
    assert code(why_not_re_rate("dinilai", REASON, by_self=True)) == "evaluation.self"


def test_reporting_explains_what_is_missing() -> None:
    assert why_not_report("berjalan", unexplained=0) is None
    assert code(why_not_report("berjalan", unexplained=1)) == "evaluation.unexplained"


def test_the_days_of_a_document_follow_each_other() -> None:
    early, late = date(2027, 1, 14), date(2027, 1, 15)
    assert why_not_hand_over("dinilai", on=late, rated_on=late) is None
    assert code(why_not_hand_over("dinilai", on=early, rated_on=late)) == "evaluation.before_rating"
    assert code(why_not_hand_over("dinilai", by_self=True)) == "evaluation.self"
    assert why_not_receive("disampaikan", on=late, handed_over_on=late) is None
    assert code(why_not_receive("disampaikan", on=early, handed_over_on=late)) == "evaluation.before_handover"
    assert code(why_not_receive("disampaikan", acknowledged=False)) == "evaluation.acknowledge"


def test_an_absence_has_a_reason() -> None:
    assert why_not_mark_not_evaluated("berjalan", NotEvaluatedReason.STUDY) is None
    assert code(why_not_mark_not_evaluated("berjalan", NotEvaluatedReason.OTHER)) == "evaluation.absence_note"
    assert why_not_mark_not_evaluated("berjalan", NotEvaluatedReason.OTHER, REASON) is None


@pytest.mark.parametrize(
    ("counts", "how", "parts"),
    [
        ({}, {}, []),
        ({"diterima": 3, "ditutup": 1, "tidak_dinilai": 2}, {}, []),
        ({"diterima": 3}, {"ended": False}, ["period.running"]),
        (
            {"berjalan": 1, "dilaporkan": 2, "dinilai": 3},
            {},
            ["period.berjalan", "period.dilaporkan", "period.dinilai"],
        ),
        ({"disampaikan": 2}, {}, ["period.disampaikan"]),
        ({"disampaikan": 2}, {"signatures_overdue": 1}, ["period.disampaikan"]),
        ({"disampaikan": 2}, {"signatures_overdue": 2}, []),
    ],
)
def test_a_period_closes_when_all_are_at_their_end(
    counts: dict[str, int], how: Any, parts: list[str]
) -> None:
    refusal = why_not_close_period({EvaluationState(state): n for state, n in counts.items()}, **how)
    assert ([part.code for part in refusal.parts] if refusal else []) == parts
    assert (refusal is None) == (parts == [])


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, None),
        ({"period_open": False}, "evaluation.period_closed"),
        ({"heads_it": True}, "organisation.own_head"),
        ({"superior_or_hr": False}, "organisation.not_superior"),
        ({"handed_over": 1}, "organisation.handed_over"),
        ({"reason": REASON}, None),
        ({"reason": "ya"}, "organisation.incomplete"),
        ({"reason": REASON, "document": ""}, None),
        ({"reason": REASON, "by_hr": True, "document": " "}, "organisation.incomplete"),
        ({"reason": REASON, "by_hr": True, "document": "800/12/2027"}, None),
    ],
)
def test_who_rates_the_organisation(how: dict[str, Any], expected: str | None) -> None:
    assert code(why_not_rate_organisation(**how)) == expected


# ----------------------------------------------------------------------------------------- clocks


def test_the_clocks_of_the_hand_over() -> None:
    signed = date(2027, 1, 15)
    assert handover_due(signed, POLICY) == date(2027, 1, 29)
    assert receipt_due(signed, POLICY) == date(2027, 1, 29)
    assert objection_due(signed, POLICY) == date(2027, 1, 29)
    assert substitute_due(date(2027, 1, 29), POLICY, set()) == date(2027, 2, 9)
    assert substitute_due(date(2027, 1, 29), POLICY, {date(2027, 2, 8)}) == date(2027, 2, 10)
    assert substitute_due(date(2027, 1, 29), POLICY, set(), week=6) == date(2027, 2, 6)


def test_an_objection_is_in_time_on_the_last_day() -> None:
    received = date(2027, 1, 15)
    assert why_not_object(date(2027, 1, 29), received, POLICY) is None
    refusal = why_not_object(date(2027, 1, 30), received, POLICY)
    assert refusal == Refusal("objection.late", "")
    assert refusal is not None
    assert refusal.params["due"] == date(2027, 1, 29)


def test_the_clocks_come_from_the_policy() -> None:
    slower = dataclasses.replace(POLICY, handover_days=20)
    assert handover_due(date(2027, 1, 15), slower) == date(2027, 2, 4)

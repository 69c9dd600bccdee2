"""The plan's states, what it must hold, and why a button is closed (PP 30/2019 Ps. 8-15; year.md §0)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.kernel.exact import LIMIT
from portal.kernel.refs import ALPHABET, new_ref
from portal.kernel.refusal import Refusal
from portal.performance.plans.rules import (
    ATTACHMENTS,
    GUIDES,
    MAX_INDICATORS,
    MAX_RESULTS,
    PLAN_WORKFLOW,
    Approach,
    Aspect,
    CascadeSource,
    ChangeKind,
    ChangeReason,
    CoreValue,
    Lapse,
    LineChange,
    Overdue,
    Perspective,
    PlanState,
    ResultKind,
    Ruling,
    approaches,
    attachment_differences,
    cascade,
    change_problem,
    differences,
    drawn,
    missing,
    month_after,
    overdue,
    plan_workflow,
    review_of,
    target_problem,
    whose_turn,
    why_not_add_indicator,
    why_not_add_result,
    why_not_agree,
    why_not_change,
    why_not_drop_change,
    why_not_edit,
    why_not_return,
    why_not_review,
    why_not_set,
    why_not_sign,
    why_not_submit,
    why_not_substitute,
    why_not_switch,
    why_not_withdraw,
)
from tests.rules.tables import check_actors, check_table, open_in


@dataclass
class Row:
    aspect: str | None = Aspect.QUANTITY
    text: str = "Pasien terdaftar melalui loket"
    target_min: Decimal | None = Decimal(9600)
    target_max: Decimal | None = Decimal(9600)
    unit: str = "pasien"
    direction: str = "naik"


@dataclass
class Result:
    ref: str
    text: str = "Terlayaninya pasien di loket pendaftaran"
    kind: str = ResultKind.MAIN
    indicators: list[Row] = field(default_factory=lambda: [Row()])
    perspective: str | None = None
    line_ref: str = ""


@dataclass
class Version:
    results: list[Result] = field(default_factory=lambda: [Result("r1")])
    resource_support: list[str] = field(default_factory=lambda: ["Satu komputer"])
    accountability_scheme: list[str] = field(default_factory=lambda: ["Laporan bulanan"])
    consequence: list[str] = field(default_factory=lambda: ["Umpan balik pimpinan"])


# ------------------------------------------------------------------------------------------ table

WITHOUT_REVIEW = {
    "submit": {"draf": "diajukan", "dikembalikan": "diajukan"},
    "withdraw": {"diajukan": "draf"},
    "return_with_notes": {"diajukan": "dikembalikan"},
    "agree": {"diajukan": "disepakati"},
    "sign": {"disepakati": "ditandatangani"},
    "set": {"ditandatangani": "ditetapkan"},
    "substitute": {"diajukan": "disepakati", "disepakati": "ditetapkan", "ditandatangani": "ditetapkan"},
    "send_back": {"diajukan": "dikembalikan"},
    "change": {"ditetapkan": "draf"},
    "drop_change": {"draf": "ditetapkan", "dikembalikan": "ditetapkan"},
}
WITH_REVIEW = {
    **WITHOUT_REVIEW,
    "review": {"diajukan": "direviu"},
    "return_with_notes": {"diajukan": "dikembalikan", "direviu": "dikembalikan"},
    "agree": {"direviu": "disepakati"},
    "substitute": {"direviu": "disepakati", "disepakati": "ditetapkan", "ditandatangani": "ditetapkan"},
    "send_back": {"direviu": "dikembalikan"},
}
ACTORS = {
    "submit": "pegawai",
    "withdraw": "pegawai",
    "return_with_notes": "penilai",
    "agree": "penilai",
    "sign": "pegawai",
    "set": "penilai",
    "substitute": "atasan penilai",
    "send_back": "atasan penilai",
    "change": "pegawai",
    "drop_change": "pegawai",
}


def test_every_step_without_review() -> None:
    check_table(plan_workflow("none"), WITHOUT_REVIEW)
    check_actors(plan_workflow("none"), ACTORS)


def test_every_step_with_review() -> None:
    table = plan_workflow("all")
    check_table(table, WITH_REVIEW)
    check_actors(table, {**ACTORS, "review": "pengelola"})
    returns = {
        source: t.actor for t in table.transitions if t.verb == "return_with_notes" for source in t.sources
    }
    assert returns == {"diajukan": "pengelola", "direviu": "penilai"}


def test_the_diagram_shows_both_ways() -> None:
    both = {
        "agree": {"diajukan": "disepakati", "direviu": "disepakati"},
        "substitute": {"diajukan": "disepakati", **WITH_REVIEW["substitute"]},
        "send_back": {"diajukan": "dikembalikan", "direviu": "dikembalikan"},
    }
    check_table(PLAN_WORKFLOW, {**WITH_REVIEW, **both})
    with pytest.raises(ValueError, match="review"):
        plan_workflow("some")


@pytest.mark.parametrize(
    ("review", "drawn", "single"),
    [
        ("none", False, "none"),
        ("none", True, "none"),
        ("all", False, "all"),
        ("sample", True, "all"),
        ("sample", False, "none"),
    ],
)
def test_a_sample_reviews_the_plans_drawn(review: str, drawn: bool, single: str) -> None:
    assert review_of(review, drawn) == single


@pytest.mark.parametrize(("last", "is_drawn"), [(sign, sign in "01234567") for sign in ALPHABET])
def test_a_quarter_is_drawn_by_the_end_of_the_reference(last: str, is_drawn: bool) -> None:
    assert drawn("0123456789a" + last) is is_drawn
    assert drawn("zzzzzzzzzzz" + last) is is_drawn, "by the last sign alone"


def test_nothing_is_drawn_without_a_reference() -> None:
    assert not drawn("")


def test_the_sample_takes_a_quarter_of_many() -> None:
    share = sum(drawn(new_ref()) for _ in range(4000)) / 4000
    assert 0.2 < share < 0.3


@pytest.mark.parametrize("review", ["none", "all", "sample"])
@pytest.mark.parametrize("is_drawn", [False, True])
def test_every_plan_has_a_way_to_its_end(review: str, is_drawn: bool) -> None:
    single = review_of(review, is_drawn)
    state, way = "draf", []
    while (turn := whose_turn(state, single)) is not None:
        step = next(
            t for t in plan_workflow(single).transitions
            if state in t.sources and t.actor == turn and t.verb not in ("withdraw", "return_with_notes")
        )  # fmt: skip
        way.append(step.verb)
        state = step.target
    middle = ["review"] if single == "all" else []
    assert way == ["submit", *middle, "agree", "sign", "set"]


@pytest.mark.parametrize(
    ("employed", "in_post", "own", "predecessor", "above_employed", "above", "source", "ready"),
    [
        # A region's head: no plan, nothing to wait for.
        (False, False, None, False, False, None, None, True),
        (False, False, None, True, True, "ditetapkan", None, True),
        # In the post: the own plan, set and shared.
        (True, True, None, True, True, "ditetapkan", "penilai", False),
        (True, True, ("ditandatangani", False), False, True, None, "penilai", False),
        (True, True, ("ditetapkan", False), True, True, "ditetapkan", "penilai", False),
        (True, True, ("ditetapkan", True), False, True, None, "penilai", True),
        # Acting: the plan of whoever held the post, else the superior's; the own one doesn't count.
        (True, False, None, True, True, "draf", "pemegang_sebelumnya", True),
        (True, False, ("ditetapkan", True), False, True, "draf", "atasan_penilai", False),
        (True, False, None, False, True, None, "atasan_penilai", False),
        (True, False, None, False, True, "ditetapkan", "atasan_penilai", True),
        # Acting directly under a region's head.
        (True, False, None, False, False, None, None, True),
    ],
)
def test_whose_plan_is_derived_from(
    employed: bool,
    in_post: bool,
    own: tuple[str, bool] | None,
    predecessor: bool,
    above_employed: bool,
    above: str | None,
    source: str | None,
    ready: bool,
) -> None:
    found = cascade(
        appraiser_employed=employed,
        appraiser_in_post=in_post,
        own=own,
        predecessor_set=predecessor,
        superior_employed=above_employed,
        superior=above,
    )
    assert (found.source, found.ready) == (source, ready)


def test_a_superior_whose_plan_is_missing_is_named() -> None:
    refusal = why_not_submit("draf", [], True, False, "Bu Tini", source=CascadeSource.SUPERIOR)
    assert refusal == Refusal("plan.matrix_first", "")
    assert "Bu Tini" in refusal.message % refusal.params and "matriks" not in refusal.message


def test_an_unsent_note_is_not_lost_in_a_review() -> None:
    assert why_not_review("diajukan", "all", 1) == Refusal("plan.open_notes", "")
    assert "tidak direviu" in why_not_review("diajukan", "none").message


@pytest.mark.parametrize(
    ("why_not", "states"),
    [
        (lambda s: why_not_submit(s, [], True, True, ""), {"draf", "dikembalikan"}),
        (why_not_withdraw, {"diajukan"}),
        (lambda s: why_not_return(s, 1), {"diajukan"}),
        (lambda s: why_not_return(s, 1, "all"), {"direviu"}),
        (lambda s: why_not_return(s, 1, "all", "pengelola"), {"diajukan"}),
        (lambda s: why_not_return(s, 1, "none", "pengelola"), set()),
        (why_not_agree, {"diajukan"}),
        (lambda s: why_not_agree(s, "all"), {"direviu"}),
        (lambda s: why_not_review(s, "none"), set()),
        (lambda s: why_not_review(s, "all"), {"diajukan"}),
        (why_not_sign, {"disepakati"}),
        (why_not_set, {"ditandatangani"}),
        (why_not_edit, {"draf", "dikembalikan"}),
    ],
)
def test_each_button_is_open_in_its_states_only(why_not: Any, states: set[str]) -> None:
    assert open_in(why_not, PlanState) == states


@pytest.mark.parametrize(
    ("state", "review", "turn"),
    [
        ("draf", "none", "pegawai"),
        ("diajukan", "none", "penilai"),
        ("diajukan", "all", "pengelola"),
        ("dikembalikan", "all", "pegawai"),
        ("direviu", "all", "penilai"),
        ("disepakati", "none", "pegawai"),
        ("ditandatangani", "none", "penilai"),
        ("ditetapkan", "none", None),
    ],
)
def test_whose_turn_it_is(state: str, review: str, turn: str | None) -> None:
    assert whose_turn(state, review) == turn
    if turn:
        forward = {
            t.actor for t in plan_workflow(review).transitions if state in t.sources and t.verb != "withdraw"
        }
        assert turn in forward


# ----------------------------------------------------------------------------------- completeness


def codes(version: Version, **how: bool) -> list[tuple[str, str]]:
    return [(refusal.code, refusal.anchor) for refusal in missing(version, **how)]


def test_a_complete_plan_lacks_nothing() -> None:
    assert codes(Version()) == []


def test_an_empty_plan_is_told_everything() -> None:
    assert codes(Version([], [], [], [])) == [
        ("plan.main_result", "results"),
        ("plan.resource_support", "attachment-resource_support"),
        ("plan.accountability_scheme", "attachment-accountability_scheme"),
        ("plan.consequence", "attachment-consequence"),
    ]


@pytest.mark.parametrize(
    ("results", "found"),
    [
        ([Result("r1", kind="tambahan")], [("plan.main_result", "results")]),
        ([Result("r1", text=" ")], [("plan.result_text", "result-r1")]),
        ([Result("r1"), Result("r2", indicators=[])], [("plan.indicator", "result-r2")]),
        ([Result("r1", indicators=[Row(aspect="waktu")])], [("plan.quantity", "result-r1")]),
        (
            [Result("r1"), Result("r2", kind="tambahan", indicators=[Row("biaya")])],
            [("plan.quantity", "result-r2")],
        ),
        ([Result("r1", indicators=[Row(), Row(text="")])], [("plan.indicator_text", "result-r1")]),
        ([Result("r1", indicators=[Row(), Row(aspect=None)])], [("plan.aspect", "result-r1")]),
        ([Result("r1", indicators=[Row(target_min=None, target_max=None)])], [("plan.target", "result-r1")]),
        ([Result("r1", indicators=[Row(target_max=None)])], []),
        ([Result("r1", indicators=[Row(target_min=Decimal(0), target_max=Decimal(0))])], []),
        ([Result("r1", indicators=[Row(unit=" ")])], [("plan.unit", "result-r1")]),
        (
            [Result("r1", indicators=[Row(target_min=Decimal(9), target_max=Decimal(8))])],
            [("plan.range", "result-r1")],
        ),
    ],
)
def test_each_gap_is_found_and_has_its_place(results: list[Result], found: list[tuple[str, str]]) -> None:
    assert codes(Version(results)) == found


def test_lines_of_blanks_are_no_attachment() -> None:
    assert codes(Version(consequence=["", "  "])) == [("plan.consequence", "attachment-consequence")]


def test_a_leaders_form_has_perspectives_instead_of_aspects() -> None:
    led = Result("r1", indicators=[Row(aspect=None)], perspective=Perspective.USERS)
    assert codes(Version([led]), leader_form=True) == []
    assert codes(Version([replace(led, perspective=None)]), leader_form=True) == [
        ("plan.perspective", "result-r1")
    ]


def test_the_sentences_name_the_result_by_its_number() -> None:
    [gap] = missing(Version([Result("r1"), Result("r2", indicators=[])]))
    assert gap.message % gap.params == "Hasil kerja 2 belum memiliki indikator."


@pytest.mark.parametrize(
    ("low", "high", "code"),
    [
        ("80", "90", None),
        ("80", "80", None),
        ("80", None, None),
        (None, None, None),
        ("0", "0", None),
        ("90", "80", "x.range"),
        ("-1", None, "x.negative"),
        ("1", "-1", "x.negative"),
        (str(LIMIT), None, "x.number"),
        ("1", str(LIMIT), "x.number"),
        (str(LIMIT - 1), None, None),
    ],
)
def test_targets(low: str | None, high: str | None, code: str | None) -> None:
    refusal = target_problem(Decimal(low) if low else None, Decimal(high) if high else None)
    assert (refusal.code if refusal else None) == code


# ------------------------------------------------------------------------------------- why not ...

GAP = Refusal("plan.unit", "Ada indikator tanpa satuan.")


@pytest.mark.parametrize(
    ("gaps", "appraiser", "matrix", "code", "parts"),
    [
        ([GAP], True, True, "plan.unit", []),
        ([], True, False, "plan.matrix_first", []),
        ([], False, True, "plan.no_appraiser", []),
        ([], False, False, "plan.incomplete", ["plan.no_appraiser", "plan.matrix_first"]),
        ([GAP], False, True, "plan.incomplete", ["plan.no_appraiser", "plan.unit"]),
        ([GAP, GAP], True, True, "plan.incomplete", ["plan.unit", "plan.unit"]),
    ],
)
def test_submitting_says_all_that_is_missing(
    gaps: list[Refusal], appraiser: bool, matrix: bool, code: str, parts: list[str]
) -> None:
    refusal = why_not_submit("draf", gaps, appraiser, matrix, "Sari")
    assert refusal is not None
    assert (refusal.code, [part.code for part in refusal.parts]) == (code, parts)


def test_a_late_leader_is_named() -> None:
    refusal = why_not_submit("draf", [], True, False, "Sari Wulandari")
    assert refusal is not None
    assert "menunggu Sari Wulandari." in refusal.message % refusal.params


def test_what_was_submitted_is_not_asked_for_completeness_again() -> None:
    assert why_not_submit("diajukan", [GAP], False, False, "") == Refusal("plan.state", "")


def test_returning_takes_a_note_and_agreeing_loses_none() -> None:
    assert why_not_return("diajukan", 0) == Refusal("plan.no_note", "")
    assert why_not_return("ditetapkan", 0) == Refusal("plan.state", "")
    assert why_not_agree("diajukan", open_notes=2) == Refusal("plan.open_notes", "")


def test_the_reason_says_where_the_plan_is() -> None:
    messages = {state: why_not_set(state).message for state in PlanState if state is not PlanState.SIGNED}
    assert len(set(messages.values())) == len(messages)
    assert "reviu" in why_not_agree("diajukan", "all").message


def test_there_is_a_largest_plan() -> None:
    assert why_not_add_result("draf", MAX_RESULTS - 1) is None
    assert why_not_add_result("draf", MAX_RESULTS) == Refusal("plan.max_results", "")
    assert why_not_add_result("ditetapkan", 0) == Refusal("plan.locked", "")
    assert why_not_add_indicator("dikembalikan", MAX_INDICATORS - 1) is None
    assert why_not_add_indicator("draf", MAX_INDICATORS) == Refusal("plan.max_indicators", "")


# ------------------------------------------------------------------------------------ differences


def test_differences_follow_the_line() -> None:
    old = Version([Result("a", line_ref="L1"), Result("b", line_ref="L2"), Result("c", line_ref="L3")])
    new = Version(
        [
            Result("f", line_ref="L9"),
            Result("e", line_ref="L3", kind="tambahan", indicators=[Row(target_max=Decimal(9700))]),
            Result("d", line_ref="L1"),
        ]
    )
    assert differences(old, new) == [
        LineChange("L9", ChangeKind.ADDED),
        LineChange("L3", ChangeKind.CHANGED, ("kind", "indicators")),
        LineChange("L1", ChangeKind.SAME),
        LineChange("L2", ChangeKind.REMOVED),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"aspect": "waktu"},
        {"text": "x"},
        {"target_min": Decimal(1)},
        {"unit": "orang"},
        {"direction": "turun"},
    ],
)
def test_any_change_of_an_indicator_is_seen(change: dict[str, Any]) -> None:
    new = Version([Result("r1", indicators=[replace(Row(), **change)])])
    assert differences(Version(), new) == [LineChange("r1", ChangeKind.CHANGED, ("indicators",))]


def test_equal_numbers_are_no_change() -> None:
    new = Version(
        [Result("r1", indicators=[Row(target_min=Decimal("9600.00"), target_max=Decimal("9600.0"))])]
    )
    assert differences(Version(), new) == [LineChange("r1", ChangeKind.SAME)]


def test_changed_attachments_are_named() -> None:
    assert attachment_differences(Version(), Version()) == ()
    assert attachment_differences(Version(), Version(consequence=[])) == ("consequence",)
    assert tuple(ATTACHMENTS) == ("resource_support", "accountability_scheme", "consequence")


def test_the_seven_values_have_three_guides_each() -> None:
    assert list(GUIDES) == list(CoreValue)
    assert len(CoreValue) == 7
    guides = [guide for three in GUIDES.values() for guide in three]
    assert len(set(guides)) == 21
    assert all(guide.endswith(".") and guide[0].isupper() for guide in guides)


# ------------------------------------------------------------------------- changes (PP 30/2019 Ps. 28)


@pytest.mark.parametrize("state", list(PlanState))
def test_only_what_was_set_is_changed(state: PlanState) -> None:
    assert (why_not_change(state) is None) == (state is PlanState.SET)
    assert why_not_change(state, running=False) is not None


@pytest.mark.parametrize("state", list(PlanState))
def test_a_change_is_given_up_while_it_lies_with_the_employee(state: PlanState) -> None:
    assert (why_not_drop_change(state, True) is None) == (state in (PlanState.DRAFT, PlanState.RETURNED))
    assert why_not_drop_change(state, False) is not None, "the first version isn't a change"


MARCH = (date(2026, 3, 1), date(2026, 4, 1))


@pytest.mark.parametrize(
    ("reason", "letter", "away", "code"),
    [
        (ChangeReason.HOLDER, False, (None, None), None),
        (ChangeReason.STRATEGY, False, (None, None), None),
        (ChangeReason.PRIORITY, True, (None, None), None),
        (ChangeReason.OTHER, False, (None, None), "change.letter"),
        (ChangeReason.OTHER, True, (None, None), None),
        (ChangeReason.LEAVE, False, MARCH, "change.letter"),
        (ChangeReason.LEAVE, True, (None, None), "change.away"),
        (ChangeReason.LEAVE, True, (MARCH[0], date(2026, 3, 31)), "change.month"),
        (ChangeReason.LEAVE, True, MARCH, None),
        (ChangeReason.DUTY, True, (MARCH[1], MARCH[0]), "change.month"),
        (ChangeReason.DUTY, True, MARCH, None),
    ],
)
def test_what_a_reason_rests_on(reason: ChangeReason, letter: bool, away: Any, code: str | None) -> None:
    papers = {"letter": "800/12", "letter_date": date(2026, 5, 1)} if letter else {}
    found = change_problem(
        reason,
        **{"letter": "", "letter_date": None, **papers},  # type: ignore[arg-type]
        away_from=away[0],
        away_to=away[1],
        today=date(2026, 5, 2),
    )
    assert (found.code if found else None) == code


def test_a_letter_of_tomorrow_is_none() -> None:
    found = change_problem(
        ChangeReason.OTHER,
        letter="800/12",
        letter_date=date(2026, 5, 3),
        away_from=None,
        away_to=None,
        today=date(2026, 5, 2),
    )
    assert found is not None and found.code == "change.letter_date"


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 2, 16), date(2026, 3, 15)),
        (date(2026, 3, 1), date(2026, 3, 31)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2026, 12, 5), date(2027, 1, 4)),
    ],
)
def test_a_month_from_a_day(day: date, last: date) -> None:
    assert month_after(day) == last


# -------------------------------------------------------------------------------------- approach


@pytest.mark.parametrize(
    ("setting", "allowed"),
    [
        (["kuantitatif"], "kuantitatif"),
        (["kualitatif", "kuantitatif"], "kuantitatif kualitatif"),
        (["kualitatif"], "kualitatif"),
        ([], "kuantitatif"),
        (None, "kuantitatif"),
        ("kualitatif", "kuantitatif"),
        (["lain"], "kuantitatif"),
    ],
)
def test_which_approaches_a_policy_allows(setting: object, allowed: str) -> None:
    assert " ".join(approaches(setting)) == allowed


@pytest.mark.parametrize(
    ("state", "wanted", "allowed", "code"),
    [
        ("draf", Approach.QUALITATIVE, tuple(Approach), None),
        ("dikembalikan", Approach.QUANTITATIVE, tuple(Approach), None),
        ("draf", Approach.QUALITATIVE, (Approach.QUANTITATIVE,), "plan.approach"),
        ("diajukan", Approach.QUALITATIVE, tuple(Approach), "plan.locked"),
        ("ditetapkan", Approach.QUALITATIVE, tuple(Approach), "plan.locked"),
    ],
)
def test_when_the_approach_may_be_switched(state: str, wanted: Any, allowed: Any, code: str | None) -> None:
    refusal = why_not_switch(state, wanted, allowed)
    assert (refusal.code if refusal else None) == code


WORDED = Row(aspect=None, target_min=None, target_max=None, unit="")


@pytest.mark.parametrize(
    ("rows", "leader", "perspective", "codes"),
    [
        ([WORDED], False, None, []),
        ([Row(), WORDED], False, None, []),
        ([], False, None, ["plan.measure"]),
        ([replace(WORDED, text=" ")], False, None, ["plan.measure"]),
        ([WORDED], True, None, ["plan.perspective"]),
        ([WORDED], True, Perspective.USERS, []),
    ],
)
def test_what_a_qualitative_plan_must_hold(rows: Any, leader: bool, perspective: Any, codes: Any) -> None:
    version = Version([Result("r1", indicators=rows, perspective=perspective)])
    assert [each.code for each in missing(version, leader, Approach.QUALITATIVE)] == codes


def test_words_alone_do_not_do_for_a_quantitative_plan() -> None:
    found = {each.code for each in missing(Version([Result("r1", indicators=[WORDED])]))}
    assert found == {"plan.quantity", "plan.aspect", "plan.target", "plan.unit"}


# ---------------------------------------------------------------------------- steps not taken in time

JANUARY = date(2026, 1, 20)


@pytest.mark.parametrize(
    ("state", "review", "began", "due", "found"),
    [
        ("diajukan", "none", date(2026, 1, 2), JANUARY, (Lapse.AGREEMENT, JANUARY)),
        ("diajukan", "none", date(2026, 1, 12), JANUARY, (Lapse.AGREEMENT, date(2026, 1, 26))),
        ("diajukan", "none", date(2026, 7, 1), None, (Lapse.AGREEMENT, date(2026, 7, 15))),
        ("diajukan", "all", date(2026, 1, 2), JANUARY, None),
        ("direviu", "all", date(2026, 1, 2), JANUARY, (Lapse.AGREEMENT, JANUARY)),
        ("disepakati", "none", date(2026, 1, 2), JANUARY, (Lapse.SIGNATURE, JANUARY)),
        ("ditandatangani", "all", date(2026, 1, 2), JANUARY, (Lapse.SETTING, JANUARY)),
        ("draf", "none", date(2026, 1, 2), JANUARY, None),
        ("dikembalikan", "none", date(2026, 1, 2), JANUARY, None),
        ("ditetapkan", "none", date(2026, 1, 2), JANUARY, None),
        ("diajukan", "none", None, JANUARY, None),
    ],
)
def test_whose_step_is_overdue_after_which_day(
    state: str, review: str, began: date | None, due: date | None, found: tuple[Lapse, date] | None
) -> None:
    waits = overdue(state, review, began=began, due=due, days=14)
    assert (waits and (waits.lapse, waits.last)) == found


AGREEMENT, SETTING = Overdue(Lapse.AGREEMENT, JANUARY), Overdue(Lapse.SETTING, JANUARY)
REASON = "Penilai bertugas di luar daerah."


@pytest.mark.parametrize(
    ("found", "today", "more", "code"),
    [
        (None, date(2026, 2, 1), {}, "plan.not_overdue"),
        (AGREEMENT, JANUARY, {}, "plan.substitute_early"),
        (AGREEMENT, date(2026, 1, 21), {}, None),
        (AGREEMENT, date(2026, 1, 21), {"text": "Lama."}, "plan.ruling_text"),
        (AGREEMENT, date(2026, 1, 21), {"text": REASON, "ruling": Ruling.RETURN}, None),
        (SETTING, date(2026, 1, 21), {"text": REASON, "ruling": Ruling.RETURN}, "plan.agreed_already"),
        (SETTING, date(2026, 1, 21), {"text": REASON}, None),
    ],
)
def test_when_the_superior_decides(
    found: Overdue | None, today: date, more: dict[str, Any], code: str | None
) -> None:
    refusal = why_not_substitute("diajukan", found, today, **more)
    assert (refusal.code if refusal else None) == code

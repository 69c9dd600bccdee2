"""From facts to a rating by any policy, explained; what `./kinerja evaluate` computes (NEW-1, NEW-2, NAT-2)."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.cli.policy import evaluate_command, policy_group
from portal.performance.advice.explanation import Step, explain
from portal.performance.advice.facts import BadFacts, read_facts
from portal.performance.advice.recompute import Outcome, evaluate
from portal.policy.policies import files
from portal.policy.policies.rules import ExpectationRating, OverallRating, PolicyDocument

ALL = files.all_files()
REGIONAL = [each.rules for each in ALL if each.rules.adoption is not None]
NATIONAL = max(
    (each.rules for each in ALL if each.rules.key == "nasional-6-2022"), key=lambda rules: rules.version
)
SURVEYED = [rules for rules in REGIONAL if rules.survey is not None]
MERGING = next(rules for rules in SURVEYED if rules.survey and rules.survey.merges)
(PP30,) = (each.rules for each in ALL if each.rules.method == "weighted")
PP46 = max(
    (each.rules for each in ALL if each.rules.method == "legacy_2011"), key=lambda rules: rules.version
)
REASON = "Hasil tercapai dengan bukti yang lengkap."


def facts(**changed: Any) -> dict[str, Any]:
    """A person with two indicators, marks and a decision; ``changed`` replaces parts."""
    whole: dict[str, Any] = {
        "name": "Contoh",
        "period": {"begins": "2026-01-01", "ends": "2026-04-01"},
        "results": [
            {
                "text": "Berkas",
                "indicators": [
                    {"text": "Selesai", "target": 80, "achieved": "84.6"},
                    {"text": "Hari", "target": 10, "direction": "turun", "achieved": 10},
                ],
            }
        ],
        "behaviour": {"appraiser": [2] * 7, "peers": [[3] * 7] * 3, "subordinates": [[2] * 7]},
        "decided": {"result": "sesuai", "behaviour": "sesuai", "reason": REASON},
    }
    return whole | changed


def outcome(policy: PolicyDocument, **changed: Any) -> Outcome:
    return evaluate(read_facts(facts(**changed)), policy)


def said(steps: Any) -> list[str]:
    """Every sentence of an explanation, deepest last."""
    return [text for step in steps for text in (step.words(), *said(step.made_of))]


def keys(steps: tuple[Step, ...]) -> list[str]:
    return [step.key for step in steps]


# -------------------------------------------------------------------------------------- the five


@pytest.mark.parametrize("policy", REGIONAL, ids=lambda policy: policy.key)
def test_each_region_advises_and_the_appraiser_decides(policy: PolicyDocument) -> None:
    found = outcome(policy)
    assert found.overall is OverallRating.GOOD
    assert found.advice is not None
    assert found.behaviour is not None
    assert found.advice.mean == Decimal("102.875")
    assert keys(explain(found)) == ["advice.result", "advice.behaviour", "decision", "rating"]


@pytest.mark.parametrize("policy", [NATIONAL, *REGIONAL], ids=lambda policy: policy.key)
def test_advice_never_writes_a_rating(policy: PolicyDocument) -> None:
    found = outcome(policy, decided=None)
    assert found.overall is None
    assert [note.code for note in found.notes] == ["rating.not_decided"]


@pytest.mark.parametrize("policy", REGIONAL, ids=lambda policy: policy.key)
def test_a_difference_from_advice_needs_a_reason(policy: PolicyDocument) -> None:
    above = {"result": "di_atas", "behaviour": "sesuai"}
    assert outcome(policy, decided=above).overall is None
    assert [note.code for note in outcome(policy, decided=above).notes] == ["rating.reason_needed"]
    assert outcome(policy, decided={**above, "reason": REASON}).overall is OverallRating.GOOD


def test_the_survey_enters_where_the_policy_asks_others() -> None:
    for policy in REGIONAL:
        view = outcome(policy).behaviour
        assert view is not None
        if policy not in SURVEYED:
            assert (view.mean, view.answers, view.survey_share) == (None, 0, 0)
        elif policy is MERGING:  # four answers of which three are peers: one group, its mean to one decimal
            assert (view.mean, view.answers) == (Decimal("2.32"), 4)
        else:  # peers alone
            assert (view.mean, view.answers) == (Decimal("2.4"), 3)


@pytest.mark.parametrize("policy", SURVEYED, ids=lambda policy: policy.key)
@pytest.mark.parametrize(
    "behaviour",
    [
        {"appraiser": [2] * 7},  # no rater answers
        {"appraiser": [2] * 7, "peers": [[3] * 7]},  # one of three peers
        {"appraiser": [2] * 7, "subordinates": [[1] * 7]},  # the only subordinate is known
        {"appraiser": [2] * 7, "peers": [[1] * 7], "subordinates": [[3] * 7]},
    ],
)
def test_a_group_too_small_is_said_plainly_and_the_rating_is_whole(
    policy: PolicyDocument, behaviour: dict[str, Any]
) -> None:
    found = outcome(policy, behaviour=behaviour)
    assert found.overall is OverallRating.GOOD
    assert found.behaviour is not None
    assert (found.behaviour.mean, found.behaviour.returned) == (2, True)
    sentences = said(explain(found))
    assert any("Kelompok terlalu kecil, pendapat rekan tidak dipakai" in text for text in sentences)
    assert not any("Survei" in text for text in sentences)


def test_a_survey_that_runs_is_waited_for_or_said_to_be_left_out() -> None:
    """Before the decision its answers may still come; after it they enter nothing (NEW-1)."""
    waiting = outcome(MERGING, survey_running=True, decided=None)
    rated = outcome(MERGING, survey_running=True)
    assert waiting.behaviour is not None and waiting.behaviour.is_pending and waiting.overall is None
    assert rated.behaviour is not None and rated.behaviour.rating is None and rated.overall is not None
    assert any("hasil survei tidak dipakai" in text for text in said(explain(rated)))
    assert not any("menyusul" in text for text in said(explain(rated)))


def test_the_explanation_can_be_done_again_by_hand() -> None:
    sentences = said(explain(outcome(MERGING)))
    for text in (
        "Selesai: 84,6 ÷ 80 = 105,75%.",
        "Hari: (2 × 10 − 10) ÷ 10 = 100%.",
        "Rata-rata indikator utama: (105,75 + 100) ÷ 2 = 102,88%.",
        "Penilai: 14 ÷ 7 nilai = 2.",
        "Survei rekan & bawahan langsung: 4 jawaban, rata-ratanya dibulatkan satu angka: 2,8.",
        "60% × 2 + 40% × 2,8 = 2,32.",
        "Usulan perilaku kerja: Sesuai Ekspektasi.",
        "Kuadran: Sesuai Ekspektasi dan Sesuai Ekspektasi bertemu pada predikat Baik.",
        "Bila hasil kerja Sesuai Ekspektasi dan perilaku kerja Di Bawah Ekspektasi: Kurang.",
    ):
        assert text in sentences


def test_what_stands_in_a_working_is_exact() -> None:
    rows = [{"text": "Rasio", "target": "0.333", "achieved": "0.3335"}]
    assert "Rasio: 0,3335 ÷ 0,333 = 100,15%." in said(
        explain(outcome(NATIONAL, results=[{"indicators": rows}]))
    )


# --------------------------------------------------------------------------------- odd facts


@pytest.mark.parametrize(
    ("indicator", "sentence"),
    [
        ({"target": 0, "achieved": 5}, "Capaian tidak dapat dihitung karena targetnya nol"),
        ({"target": 80}, "Belum ada data. Kosong bukan berarti nol."),
        ({"target": None, "achieved": 5}, "Ukuran ini tanpa target angka"),
    ],
)
def test_what_cannot_be_worked_out_says_so(indicator: dict[str, Any], sentence: str) -> None:
    found = outcome(NATIONAL, results=[{"indicators": [indicator]}])
    assert found.advice is not None
    assert found.advice.rating is None
    assert any(sentence in text for text in said(explain(found)))


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        ([], ".", "facts.table"),
        ({"nama": "x"}, "nama", "facts.unknown"),
        ({"name": 3}, "name", "facts.text"),
        ({"period": {"ends": "31 Februari"}}, "period.ends", "facts.day"),
        ({"results": "x"}, "results", "facts.list"),
        ({"results": [3]}, "results[0]", "facts.table"),
        ({"results": [{"indicators": [{}] * 201}]}, "results[0].indicators", "facts.list"),
        ({"results": [{"kind": "utamanya"}]}, "results[0].kind", "facts.choice"),
        ({"results": [{"weight": 60}, {"weight": 60}]}, "results", "facts.weights"),
        ({"results": [{"weight": 100}, {}]}, "results", "facts.weights"),
        (
            {"results": [{"indicators": [{"target": [90, 80]}]}]},
            "results[0].indicators[0].target",
            "facts.upside_down",
        ),
        (
            {"results": [{"indicators": [{"target": "1.234,5"}]}]},
            "results[0].indicators[0].target",
            "facts.number",
        ),
        (
            {"results": [{"indicators": [{"achieved": 10**40}]}]},
            "results[0].indicators[0].achieved",
            "facts.number",
        ),
        (
            {"results": [{"indicators": [{"achieved": True}]}]},
            "results[0].indicators[0].achieved",
            "facts.number",
        ),
        ({"behaviour": {"appraiser": [2] * 6}}, "behaviour.appraiser", "facts.marks"),
        ({"behaviour": {"peers": [[4] * 7]}}, "behaviour.peers", "facts.marks"),
        ({"behaviour": {"peers": [{"harmonis": 2}]}}, "behaviour.peers", "facts.marks"),
        ({"decided": {"result": "baik", "behaviour": "sesuai"}}, "decided.result", "facts.choice"),
        ({"scores": {"plan": 121}}, "scores.plan", "facts.number"),
        ({"scores": {"peers": [None]}}, "scores.peers[0]", "facts.needed"),
        ({"extra": [{"grade": 80}]}, "extra[0].weight", "facts.needed"),
        ({"credit": {"coefficient": "12.5", "months": 13}}, "credit.months", "facts.number"),
        ({"new_idea": "ya"}, "new_idea", "facts.yes_no"),
    ],
)
def test_facts_that_cannot_be_read_say_where(change: Any, place: str, code: str) -> None:
    with pytest.raises(BadFacts) as caught:
        read_facts(facts(**change) if isinstance(change, dict) else change)
    assert (place, code) in [(where, refusal.code) for where, refusal in caught.value.problems]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["results", "behaviour", "peers", "indicators", "target", "scores", "decided", "credit"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
@settings(max_examples=200)
def test_whatever_is_handed_in_is_read_or_refused(document: Any) -> None:
    try:
        found = read_facts(document)
    except BadFacts as bad:
        assert bad.problems
    else:
        for policy in (NATIONAL, PP30, PP46):
            assert explain(evaluate(found, policy)) is not None


# ------------------------------------------------------------------------------------- properties

numbers = st.decimals(0, 200, places=1)
a_mark = st.integers(1, 3)
answers = st.lists(st.lists(a_mark, min_size=7, max_size=7), max_size=6)


@given(st.lists(numbers, min_size=1, max_size=5), st.integers(0, 4), numbers)
def test_a_better_figure_never_lowers_the_advice(values: list[Decimal], which: int, more: Decimal) -> None:
    def advice(of: list[Decimal]) -> int:
        rows = [{"target": 100, "achieved": str(value)} for value in of]
        found = outcome(NATIONAL, results=[{"indicators": rows}], decided=None).advice
        assert found is not None
        assert found.rating is not None
        return list(ExpectationRating).index(found.rating)

    at = which % len(values)
    better = [value + more if number == at else value for number, value in enumerate(values)]
    assert advice(better) >= advice(values)


@given(answers, answers, st.randoms())
def test_the_order_of_raters_changes_nothing(peers: Any, subordinates: Any, random: Any) -> None:
    def figures(p: Any, s: Any) -> object:
        return outcome(MERGING, behaviour={"appraiser": [2] * 7, "peers": p, "subordinates": s}).behaviour

    before = figures(peers, subordinates)
    mixed = copy.deepcopy(peers)
    random.shuffle(mixed)
    assert figures(mixed, subordinates) == before


@given(answers, answers)
def test_no_hidden_group_can_be_computed_from_what_is_shown(peers: Any, subordinates: Any) -> None:
    """Two worlds that differ in a hidden group alone show the same figures, to the last digit."""
    found = outcome(MERGING, behaviour={"appraiser": [2] * 7, "peers": peers, "subordinates": subordinates})
    assert found.behaviour is not None
    if not found.behaviour.groups:
        other = outcome(MERGING, behaviour={"appraiser": [2] * 7})
        assert said(explain(found)) == said(explain(other))
    assert all(group.n >= MERGING.least_answers for group in found.behaviour.groups)


def test_a_survey_of_two_groups_can_be_done_again_by_hand() -> None:
    groups = [
        {"who": ["rekan"], "n": 5, "counts": [[0, 4, 1]] * 7},
        {"who": ["bawahan"], "n": 3, "mean": "2.6"},
    ]
    sentences = said(explain(outcome(MERGING, behaviour={"appraiser": [2] * 7, "groups": groups})))
    for text in (
        "Survei rekan: 5 jawaban, 77 ÷ 35 tanda = 2,2.",
        "Semua jawaban, masing-masing sama bobotnya: (5 × 2,2 + 3 × 2,6) ÷ 8 = 2,35.",
        "60% × 2 + 40% × 2,35 = 2,14.",
    ):
        assert text in sentences


def test_groups_that_a_survey_left_give_what_its_answers_gave() -> None:
    """A closed survey keeps no answers; the facts then say its groups (decision 14.31)."""
    peers = [[2] * 7] * 4 + [[3] * 7]
    from_answers = outcome(MERGING, behaviour={"appraiser": [2] * 7, "peers": peers})
    counts = [[0, 4, 1]] * 7
    kept = {"appraiser": [2] * 7, "groups": [{"who": ["rekan"], "n": 5, "counts": counts}]}
    assert outcome(MERGING, behaviour=kept).behaviour == from_answers.behaviour
    mean = {"appraiser": [2] * 7, "groups": [{"who": ["rekan"], "n": 4, "mean": "2.3"}]}
    found = outcome(MERGING, behaviour=mean).behaviour
    assert found is not None and (found.answers, found.survey) == (4, Decimal("2.3"))
    small = {"appraiser": [2] * 7, "groups": [{"who": ["rekan"], "n": 2, "mean": "2.3"}]}
    shut = outcome(MERGING, behaviour=small).behaviour
    assert shut is not None and shut.groups == () and shut.returned


@pytest.mark.parametrize(
    "groups",
    [
        [{"who": ["rekan"], "n": 5, "counts": [[0, 6, 0]] * 7}],  # more marks than answers
        [{"who": ["rekan"], "n": 5, "counts": [[0, 5, 0]] * 6}],
        [{"who": ["rekan"], "n": 5, "counts": [[0, -1, 0]] * 7}],
        [{"who": ["atasan"], "n": 5, "mean": "2"}],
        [{"who": ["rekan"], "n": 5, "mean": "3.1"}],
        [{"who": ["rekan"], "n": "5.5", "mean": "2"}],
        [{"who": ["rekan"], "n": 5}],
        [{"who": ["rekan"], "n": 5, "mean": "2"}, {"who": ["rekan", "bawahan"], "n": 5, "mean": "2"}],
        "rekan",
        [3],
    ],
)
def test_groups_that_cannot_be_are_refused(groups: Any) -> None:
    with pytest.raises(BadFacts):
        read_facts({"behaviour": {"groups": groups}})


def test_groups_and_answers_are_not_given_together() -> None:
    group = {"who": ["rekan"], "n": 5, "mean": "2"}
    with pytest.raises(BadFacts):
        read_facts({"behaviour": {"groups": [group], "peers": [[2] * 7]}})


# ------------------------------------------------------------------------------- other methods


@pytest.mark.parametrize(
    ("scores", "idea", "final", "overall"),
    [
        ({"plan": 110, "appraiser": 100, "peers": [100] * 3}, False, "106", "baik"),
        ({"plan": 105, "appraiser": 90, "peers": [80] * 3}, True, "97.4", "baik"),
        ({"plan": 105, "appraiser": 90, "peers": [10]}, True, "99", "baik"),  # too few: the appraiser alone
        ({"plan": 105, "appraiser": 90, "peers": [80] * 2, "subordinates": [80]}, True, "97.4", "baik"),
        ({"plan": 120, "appraiser": 120, "peers": [120] * 3}, True, "120", "sangat_baik"),
    ],
)
def test_the_weighted_method(scores: dict[str, Any], idea: bool, final: str, overall: str) -> None:
    found = outcome(PP30, scores=scores, new_idea=idea)
    assert found.scores is not None
    assert (found.scores.final, found.overall) == (Decimal(final), overall)
    assert "Hitung ulang menurut PP 30/2019." in said(explain(found))


def test_a_score_from_indicators() -> None:
    rows = [{"text": "a", "target": 100, "achieved": 98}, {"text": "b", "target": 85, "achieved": 85}]
    found = outcome(
        PP30,
        results=[
            {"text": "Satu", "weight": 40, "indicators": rows[:1]},
            {"text": "Dua", "weight": 60, "indicators": rows[1:]},
        ],
        extra=[{"grade": 80, "weight": 1, "score": 100}],
        scores={"appraiser": 100, "peers": [100] * 3},
    )
    assert found.scores is not None
    # 88 × 40% + 109 × 60% = 100,6; with the extra task 101,4; 60% of it and 40% of 100
    assert (found.scores.main, found.scores.plan, found.scores.final) == (
        Decimal("100.6"),
        Decimal("101.4"),
        Decimal("100.84"),
    )
    sentences = said(explain(found))
    assert "Satu: nilai 88, bobot 40%." in sentences
    assert "Nilai akhir: 60% × 101,4 + 40% × 100 = 100,84." in sentences


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"scores": {"appraiser": 90}, "results": []}, "score.no_plan"),
        ({"scores": {"plan": 90}}, "score.no_behaviour"),
        ({"scores": {"plan": 90, "appraiser": 90}, "surveyed": False}, "score.survey_needed"),
    ],
)
def test_where_there_is_no_score_there_is_no_rating(changed: dict[str, Any], code: str) -> None:
    found = outcome(PP30, **changed)
    assert found.overall is None
    assert code in [note.code for note in found.notes]


def test_the_years_before_keep_their_scale() -> None:
    found = outcome(PP46, scores={"total": "75.99"})
    assert found.overall is OverallRating.NEEDS_IMPROVEMENT
    assert "Predikat menurut batas nilai: Cukup." in said(explain(found))
    assert outcome(PP46, scores={}).overall is None


# --------------------------------------------------------------------------------- by command


def test_by_command_one_person(tmp_path: Any) -> None:
    path = tmp_path / "seorang.json"
    path.write_text(json.dumps(facts(credit={"coefficient": "12.5", "months": 12})))
    found = CliRunner().invoke(evaluate_command, ["--policy", MERGING.key, str(path)])
    assert found.exit_code == 0, found.output
    data = json.loads(found.output)
    assert data["rating"] == {"key": "baik", "label": "Baik"}
    assert data["components"]["credit"] == "12.5"
    assert len(data["policy"]["sha256"]) == 64
    assert data["explanation"][0]["made_of"]
    bare = CliRunner().invoke(evaluate_command, ["--policy", MERGING.key, "--no-explanation", str(path)])
    assert "explanation" not in json.loads(bare.output)


def test_by_command_several_people_and_a_bad_one() -> None:
    lines = [
        json.dumps(facts(name="A")),
        json.dumps(facts(name=3)),
        json.dumps(facts(name="C", decided=None)),
    ]
    found = CliRunner().invoke(evaluate_command, ["--policy", NATIONAL.key, "-"], input="\n".join(lines))
    assert found.exit_code == 1
    rows = [json.loads(line) for line in found.stdout.splitlines()]
    assert [row["name"] for row in rows] == ["A", "C"]
    assert rows[1]["rating"] is None
    assert "baris 2: name" in found.stderr


@pytest.mark.parametrize(
    ("text", "words"), [("{", "Bukan JSON: baris 1"), ('{}\n{"a"', "Bukan JSON: baris 2")]
)
def test_by_command_what_is_no_json(text: str, words: str) -> None:
    found = CliRunner().invoke(evaluate_command, ["--policy", NATIONAL.key, "-"], input=text)
    assert found.exit_code == 1
    assert words in found.output


def test_policies_by_command(tmp_path: Any) -> None:
    run = CliRunner()
    listed = run.invoke(policy_group, ["list"]).output
    assert all(f"{each.rules.key}@{each.rules.version}" in listed for each in ALL)
    assert "rancangan" in listed
    shown = run.invoke(policy_group, ["show", f"{NATIONAL.key}@1"]).output
    assert "Asumsi, menunggu penetapan" in shown
    assert "advice.result = " in shown
    assert json.loads(run.invoke(policy_group, ["show", "--json", MERGING.key]).output)["key"] == MERGING.key
    assert run.invoke(policy_group, ["check"]).exit_code == 0
    changed = run.invoke(policy_group, ["diff", NATIONAL.key, MERGING.key]).output
    assert "survey.peers\n  - tidak ada\n  + 5  (A)" in changed
    bad = tmp_path / "buruk.toml"
    bad.write_text('key = "x"\n[cadence]\nvalue = 3\n')
    found = run.invoke(policy_group, ["check", str(bad)])
    assert found.exit_code == 1
    assert f"{bad}:2: " in found.output
    assert "tidak ada. Yang ada" in run.invoke(policy_group, ["show", "entah"]).output


def test_a_sixth_region_is_data_alone(tmp_path: Any) -> None:
    """Nobody's region, in a file: asks peers, and advises above the expectation from 100 on."""
    path = tmp_path / "keenam.toml"
    path.write_text(
        """key = "keenam"
version = 1
name = "Kebijakan daerah keenam"
[extends]
key = "nasional-6-2022"
version = 3
[adoption]
scope = "99.06"
adopted_by = "Bupati Keenam"
legal_standing = "pelengkap_internal"
number = "6/2026"
date = "2026-01-05"
[raters]
value = ["penilai", "rekan"]
mark = "S"
note = "Rekan ikut menilai perilaku."
[survey]
peers = { value = 3, mark = "A", note = "Tiga rekan.", assumed = true }
small_group = { value = "return", mark = "A", note = "Kembali kepada penilai." }
[advice]
behaviour = { value = { appraiser = 50, survey = 50 }, mark = "A", note = "Separuh.", assumed = true }
[advice.result]
value = { below = 80, above = 100, floor = 90, cap = 120 }
mark = "A"
note = "Batas sendiri."
assumed = true
[advice.behaviour_limits]
value = { below = "1.5", above = "2.4" }
mark = "A"
note = "Batas sendiri."
assumed = true
""",
        encoding="utf-8",
    )
    policy = files.load(path).rules
    found = outcome(policy, decided={"result": "di_atas", "behaviour": "di_atas", "reason": REASON})
    assert found.overall is OverallRating.VERY_GOOD
    assert found.advice is not None
    assert found.behaviour is not None
    assert (found.advice.rating, found.behaviour.rating) == (ExpectationRating.ABOVE, ExpectationRating.ABOVE)
    assert found.behaviour.mean == Decimal("2.5")

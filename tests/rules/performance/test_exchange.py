"""The national application's files: read with suspicion, compared part by part."""

from __future__ import annotations

import pytest

from portal.kernel.refusal import Refused
from portal.performance.exchange import rules
from portal.performance.exchange.rules import Missing, Outcome, Theirs, Verdict
from portal.policy.policies.rules import ExpectationRating as E
from portal.policy.policies.rules import OverallRating as O

NIP = "189001011912011001"
HEAD = [
    "NIP",
    "Nama Pegawai",
    "Rating Hasil Kerja",
    "Rating Perilaku Kerja",
    "PREDIKAT KINERJA",
    "No. Dokumen",
]


def test_the_form_names_every_word_and_column() -> None:
    form = rules.form()
    assert [screen.key for screen in form.screens] == ["skp", "hasil_kerja", "perilaku_kerja", "penilaian"]
    assert set(form.ratings.values()) == {each.value for each in E}
    assert set(form.overall.values()) == {each.value for each in O}
    assert all(screen.columns[0] == ("nip", "NIP") for screen in form.screens)
    assert all(rules.plain(word) == word for word in (*form.ratings, *form.overall))


def test_a_row_is_read_with_blanks_quotes_and_other_words() -> None:
    cells = [
        f"'{NIP[:8]} {NIP[8:]}",
        " Rina ",
        "Di Atas Ekspektasi",
        "sesuai ekspektasi",
        "BAIK",
        " EK-1/2026 ",
    ]
    (row,) = rules.read([[""], HEAD, [], cells])
    assert row == Theirs(4, NIP, "Rina", Verdict(E.ABOVE, E.AS_EXPECTED, O.GOOD), "EK-1/2026", None)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "exchange.headings"),
        ([["Nama", "Predikat"]], "exchange.headings"),
        ([HEAD], "exchange.empty"),
        ([HEAD, ["1.89001E+17", "Rina", "", "", "Baik", ""]], "exchange.rows"),
        ([HEAD, [NIP, "Rina", "", "", "Istimewa", ""]], "exchange.rows"),
    ],
)
def test_what_cannot_be_read_is_refused_whole(lines: list[list[str]], code: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.read(lines)
    assert refused.value.refusal.code == code


def test_a_file_full_of_faults_tells_the_first_ones() -> None:
    with pytest.raises(Refused) as refused:
        rules.read([HEAD, *[["x", "", "", "", "Baik", ""]] * 500])
    assert len(refused.value.refusal.parts) == rules.PROBLEMS_SHOWN


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        (Verdict(), None, None),
        (Verdict(), Verdict(), None),
        (Verdict(E.ABOVE, E.ABOVE, O.VERY_GOOD), None, (Outcome.MISSING, Missing.NATIONAL)),
        (Verdict(E.ABOVE, E.ABOVE, O.VERY_GOOD), Verdict(), (Outcome.MISSING, Missing.NATIONAL)),
        (Verdict(), Verdict(overall=O.GOOD), (Outcome.MISSING, Missing.HERE)),
        (Verdict(E.AS_EXPECTED, E.ABOVE, O.GOOD), Verdict(overall=O.GOOD), (Outcome.SAME, None)),
        (Verdict(E.AS_EXPECTED, E.ABOVE, O.GOOD), Verdict(overall=O.POOR), (Outcome.DIFFERENT, None)),
        (Verdict(E.AS_EXPECTED, E.ABOVE, O.GOOD), Verdict(E.ABOVE, None, O.GOOD), (Outcome.DIFFERENT, None)),
    ],
)
def test_the_two_sides(ours: Verdict, theirs: Verdict | None, found: object) -> None:
    assert rules.compare(ours, theirs) == found


def test_rows_meet_by_staff_number_the_last_ones_together() -> None:
    theirs = [Theirs(2, "a", "", Verdict()), Theirs(3, "b", "", Verdict()), Theirs(4, "c", "", Verdict())]
    ours = {"a": ["first", "second"], "c": ["only"], "d": ["alone"]}
    found = [(mine, their.row if their else None) for mine, their in rules.pair(ours, theirs)]
    assert found == [("first", None), ("second", 2), (None, 3), ("only", 4), ("alone", None)]

"""Refusals, texts, references, canonical JSON and transition tables."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.canonical import canonical, sha256
from portal.kernel.refs import ALPHABET, is_ref, new_ref, new_refs
from portal.kernel.refusal import Refusal, Refused, insist, several
from portal.kernel.texts import clean, clean_line, fold, lines, one_stop, slug
from portal.kernel.workflow import Transition, Workflow


@pytest.mark.parametrize(
    ("text", "values", "says"),
    [
        ("Menunggu Ade, S.Sos..", ["Ade, S.Sos."], "Menunggu Ade, S.Sos."),
        ("Menunggu Ade..", ["Ade"], "Menunggu Ade.."),
        ("Ade, M.M.. Lalu Ani, S.E..", ["Ade, M.M.", "Ani, S.E."], "Ade, M.M. Lalu Ani, S.E."),
        ("Menunggu Ade.", ["Ade", 3, None], "Menunggu Ade."),
        ("Lalu ... selesai", ["..."], "Lalu ... selesai"),
    ],
)
def test_a_sentence_ends_once(text: str, values: list[object], says: str) -> None:
    assert one_stop(text, values) == says


def test_a_refusal_is_known_by_its_code_and_parts() -> None:
    one = Refusal("a", "Kalimat.", {"n": 1})
    assert one == Refusal("a", "Kalimat lain.", {"n": 2})
    assert one != Refusal("b", "Kalimat.")
    assert one != Refusal("a", "Kalimat.", parts=(Refusal("b", ""),))
    assert len({one, Refusal("a", "")}) == 1


def test_insisting_raises_only_where_there_is_a_refusal() -> None:
    insist(None)
    with pytest.raises(Refused) as raised:
        insist(Refusal("a", "Kalimat."))
    assert raised.value.refusal.code == "a"


def test_several_reasons_are_one_refusal_or_none() -> None:
    assert several("x", "Kalimat.", []) is None
    both = several("x", "Kalimat.", (Refusal(code, "") for code in "ab"))
    assert both is not None
    assert [part.code for part in both.parts] == ["a", "b"]


def test_texts_are_cleaned() -> None:
    assert clean(" a\x00b\r\nc\u0007 ") == "ab\nc"
    assert clean("e\u0301") == "\u00e9"
    assert clean("a\udcffb") == "ab"
    assert clean_line(" dua \n\t kata ") == "dua kata"
    assert fold("Pénilaian  KINERJA!") == "penilaian kinerja"
    assert slug("Dinas Kesehatan & KB (Kota)") == "dinas-kesehatan-kb-kota"
    assert slug("🙂") == "x"
    assert lines("1. satu\n\n- dua\n  • tiga") == ["satu", "dua", "tiga"]


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_cleaning_twice_is_cleaning_once_and_both_databases_can_keep_it(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert "\x00" not in once
    once.encode()
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug(text))


def test_references_have_their_form() -> None:
    refs = {new_ref() for _ in range(200)}
    assert len(refs) == 200
    assert all(is_ref(ref) for ref in refs)
    for text in ("", "abc", "0123456789abX", "0123456789ai", "0123456789ab ", "0123456789abc"):
        assert not is_ref(text)


def test_canonical_json_is_the_same_everywhere() -> None:
    assert canonical({"b": [1, "é"], "a": None}) == '{"a":null,"b":[1,"é"]}'
    assert sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for value in (1.0, {"a": [1.5]}, {1: "a"}):
        with pytest.raises(TypeError):
            canonical(value)


TABLE = Workflow(
    "thing",
    ("a", "b", "c"),
    (Transition("go", ("a",), "b", "x"), Transition("end", ("a", "b"), "c", "y", "siap")),
)


def test_a_table_answers_for_every_cell() -> None:
    assert [TABLE.after("go", "a"), TABLE.after("end", "a"), TABLE.after("end", "b")] == ["b", "c", "c"]
    for verb, state in (("go", "b"), ("go", "c"), ("end", "c"), ("fly", "a")):
        assert TABLE.why_not(verb, state) == Refusal("thing.state", "")
        with pytest.raises(LookupError):
            TABLE.after(verb, state)


def test_a_table_knows_its_states_and_draws_itself() -> None:
    with pytest.raises(ValueError, match="unknown states"):
        Workflow("thing", ("a",), (Transition("go", ("a",), "b", "x"),))
    drawing = TABLE.diagram()
    assert "[*] --> a" in drawing
    assert "b --> c: end (y; siap)" in drawing
    assert drawing.endswith("c --> [*]")


def test_many_references_come_in_ascending_order() -> None:
    refs = new_refs(2000)
    assert refs == sorted(set(refs)) and len(refs) == 2000
    assert all(is_ref(each) for each in refs)
    assert new_refs(0) == []
    assert {each[0] for each in refs} == set(ALPHABET), "none is likelier"

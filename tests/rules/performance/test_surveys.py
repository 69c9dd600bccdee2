"""Rules of the closed survey: what gives one away, who is asked, what is sealed (NEW-10)."""

from __future__ import annotations

import pytest

from portal.performance.surveys import rules
from portal.performance.surveys.rules import RaterGroup


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("Selalu membantu warga lanjut usia.", []),
        ("Saya sering dibantu.", ["Saya"]),
        ("Sebagai bendahara ia teliti.", ["Sebagai"]),
        ("Hari Selasa 6 Oktober ia terlambat.", ["Selasa", "6 Oktober"]),
        ("Bu Novi di loket 3 tahu.", ["Bu Novi", "loket 3"]),
        ("NIP 198501012010011001, hp 081234567890.", ["198501012010011001", "081234567890"]),
        ('Ia berkata "nanti saja".', ['"nanti saja"']),
        ("Galih dan Galih lagi.", ["Galih"]),
    ],
)
def test_what_may_tell_who_wrote_it(comment, words):
    """Every word is named once, in the order of reading."""
    assert [each.words for each in rules.telling(comment, ["Galih Prasetyo, S.E."])] == words


def test_an_answer_is_packed_to_one_size_and_comes_back():
    answers = [
        rules.Answer("abc/def", RaterGroup.PEER, (1, 2, 3, 0, 1, 2, 3), text, bytes(rules.NONCE))
        for text in ("", "Pendek.", "é" * rules.COMMENT_TEXT)
    ]
    assert {len(rules.packed(each)) for each in answers} == {rules.BODY}
    assert [rules.unpacked(rules.packed(each)) for each in answers] == answers


@pytest.mark.parametrize("body", [b"", bytes(rules.BODY), b"\x04" * rules.BODY, b"\xff" * rules.BODY])
def test_bytes_that_are_no_answer_are_told_apart(body):
    with pytest.raises(rules.BadAnswer):
        rules.unpacked(body)

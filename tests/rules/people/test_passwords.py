"""Passwords that guessing begins with are refused, whole families of them; sentences aren't (ASVS 6.2)."""

from __future__ import annotations

import pytest

from portal.people.accounts.rules import COMMON, LONGEST, SHORTEST, is_guessed_first, password_problem


@pytest.mark.parametrize(
    "password",
    """password1234 P@ssw0rd123! p4ssw0rd2026 Bismillah2026 bismillah_123 indonesiaraya indonesia1945 4dm1n1strator
    admin12345678 kinerja#2026 pegawainegeri katasandiku rahasiaku99 sayangkamu!! bundaayah123 cintacinta
    qwertyuiop qwerty123456 asdfghjkl123 1q2w3e4r5t6y zxcvbnmasdf abcdefghij 9876543210 1234567890 17081945170845
    199003152015032001 aaaaaaaaaa abababababab 123123123123 bandungbandung jakarta-2027 senin12345 januari2026
    1qaz2wsx3edc administrator master123456 selamatpagi1""".split(),
)
def test_guessed_first(password: str) -> None:
    refusal = password_problem(password)
    assert refusal is not None and refusal.code == "password.common"


@pytest.mark.parametrize(
    "password",
    [
        "sawah hijau di pagi hari",
        "kuda lumping 7 kali",
        "ikan-teri-asin-sekali",
        "password manager saya kuning",
        "Rabu depan ke Wamena",
        "x9vT2mQp8LkW",
        "tujuh puluh dua durian",
    ],
)
def test_sentences_and_random_signs_are_taken(password: str) -> None:
    assert password_problem(password) is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("x9vT2mQp8", "password.short"),
        ("x" * (LONGEST + 1), "password.long"),
        ("kebun rina di bukit", "password.name"),
    ],
)
def test_length_and_name(password: str, code: str) -> None:
    refusal = password_problem(password, ("Rina Hartati",))
    assert refusal is not None and refusal.code == code


def test_every_common_word_is_guessed_however_it_is_dressed() -> None:
    """A dress of figures at the end and a sign between doesn't help."""
    for word in COMMON:
        assert is_guessed_first(word) and is_guessed_first(f"{word}123") and is_guessed_first(f"{word}!2026")
    assert SHORTEST == 10

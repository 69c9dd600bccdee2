"""The log tells what happened and nobody's staff number (trust, promise 4)."""

from __future__ import annotations

import logging

from portal.web.logs import Lines


def written(text: str, *values: object) -> str:
    record = logging.LogRecord("kinerja", logging.ERROR, "x.py", 1, text, values, None)
    return Lines("%(asctime)s %(levelname)s %(message)s").format(record)


def test_a_staff_number_is_blotted_out():
    said = written("Key (nip)=(%s) already exists.", "198901082017062744")
    assert "1989" not in said and "Key (nip)=([NIP]) already exists." in said


def test_longer_and_shorter_numbers_stay():
    assert "1234567890123456789" in written("%s", "1234567890123456789")
    assert "12345678901234567" in written("%s", "12345678901234567")


def test_what_was_sent_forges_no_line():
    said = written("404 %s", "/x\n2026-11-22T08:00:00+00:00 ERROR forged")
    assert said.splitlines()[1].startswith("    2026")


def test_the_time_has_an_offset():
    assert written("x").split()[0][-6] in "+-"

"""Protection against forged requests, with a token that is masked anew in every answer (ADR 0005).

The secret lies in the signed session cookie. Pages are compressed and reflect input, so the token
must not repeat; Flask-WTF's does, hence these forty lines.
"""

from __future__ import annotations

import base64
import hmac
import secrets

from flask import request, session

LENGTH = 32
FIELD = "csrf_token"
HEADER = "X-CSRF-Token"


def token() -> str:
    """A fresh mask of this browser's secret, for one answer."""
    if not _secret():
        session["c"] = secrets.token_hex(LENGTH)
    secret = _secret()
    mask = secrets.token_bytes(LENGTH)
    return base64.urlsafe_b64encode(mask + _xor(mask, secret)).decode()


def is_genuine() -> bool:
    """Whether the present request carries a mask of this browser's secret."""
    given = request.form.get(FIELD) or request.headers.get(HEADER) or ""
    secret = _secret()
    try:
        raw = base64.urlsafe_b64decode(given.encode("ascii", "ignore"))
    except ValueError:
        return False
    if len(raw) != 2 * LENGTH or not secret:
        return False
    return hmac.compare_digest(_xor(raw[:LENGTH], raw[LENGTH:]), secret)


def _secret() -> bytes:
    """This browser's secret; empty when its cookie holds none that is whole."""
    try:
        found = bytes.fromhex(session.get("c", ""))
    except (TypeError, ValueError):
        return b""
    return found if len(found) == LENGTH else b""


def _xor(one: bytes, two: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, two, strict=True))

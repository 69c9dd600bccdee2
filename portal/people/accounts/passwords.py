"""Passwords: argon2id with bounded parallelism, so that thirty sign-ins don't freeze the site."""

from __future__ import annotations

import hashlib
import hmac
import threading
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

# OWASP's parameters; the library's default takes 64 MiB and four lanes for each sign-in.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_at_once = threading.BoundedSemaphore(2)
_decoy = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$qd0vV7LnmnJZhUR0TSKRJVgWFjo3yzJDGPNdIRN5yWk"


def make(password: str) -> str:
    """The hash of ``password`` to keep."""
    with _at_once:
        return _hasher.hash(password)


def fits(kept: str, password: str) -> bool:
    """Whether ``password`` is the one behind ``kept``; as slow when there is none kept."""
    with _at_once:
        try:
            return _hasher.verify(kept or _decoy, password) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def login_digest(login: str) -> str:
    """The keyed hash under which a staff number or e-mail is kept (decision 14.15)."""
    plain = login.strip().casefold()
    if "@" not in plain:
        plain = plain if plain.isalnum() else "".join(c for c in plain if c.isalnum())
    return hmac.digest(_login_key(str(current_app.secret_key)), plain.encode(), "sha256").hex()


@lru_cache(maxsize=8)
def _login_key(secret: str) -> bytes:
    return hashlib.sha256(f"login-name:{secret}".encode()).digest()

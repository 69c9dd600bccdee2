"""What was typed survives the end of a session (decisions §5, NEW-6).

The posted fields travel through the sign-in page in one encrypted, expiring field bound to address
and person; passwords and files never travel.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from flask import current_app
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from werkzeug.datastructures import MultiDict

FIELD = "carried"
LIMIT = 64 * 1024
HOURS = 12
_LEFT_OUT = {"csrf_token", "password", "new_password", "repeat_password", "old_password", FIELD}


@dataclass(frozen=True)
class Carried:
    """Fields that were posted to ``address`` by the person of a session that had ended."""

    address: str
    person_id: int
    fields: MultiDict[str, str]


def pack(address: str, person_id: int, fields: MultiDict[str, str], now: float) -> str | None:
    """The fields as one opaque text, or ``None`` when they are too large to carry."""
    pairs = [(key, value) for key, value in fields.items(multi=True) if key not in _LEFT_OUT]
    plain = zlib.compress(json.dumps([address, person_id, now, pairs]).encode())
    if len(plain) > LIMIT:
        return None
    return urlsafe_b64encode(_box().encrypt(plain)).decode()


def unpack(text: str, now: float) -> Carried | None:
    """What ``pack`` packed, or ``None`` when it was altered or is older than ``HOURS``."""
    try:
        plain = _box().decrypt(urlsafe_b64decode(text.encode("ascii", "ignore")))
        address, person_id, packed, pairs = json.loads(zlib.decompress(plain))
    except (CryptoError, ValueError, zlib.error):
        return None
    if not 0 <= now - packed < HOURS * 3600:
        return None
    return Carried(address, person_id, MultiDict((str(k), str(v)) for k, v in pairs))


def _box() -> SecretBox:
    secret = str(current_app.secret_key).encode()
    return SecretBox(
        hashlib.blake2b(secret, digest_size=SecretBox.KEY_SIZE, person=b"kinerja-carry").digest()
    )

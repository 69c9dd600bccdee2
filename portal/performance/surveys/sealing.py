"""The seal of a survey: a key pair of its own, whose private half is a file beside the database.

An answer is sealed with the public half and can be opened with the file alone. The file is in no backup; when
the survey was counted it is destroyed, and from then on nobody can open what backups and logs still hold. What
is sealed carries the portal's own mark (a keyed hash under its secret), so that nobody who writes into the
database can make an answer; rows that were copied give the same nonce, which is counted once (ADR 0016).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

FOLDER = "survey-keys"
KEY = 16
"""Bytes of the random key under which an answer or a comment is kept."""
SIZE = 32
"""Bytes of a private key, and of the mark."""


class Unopened(Exception):
    """The private half is lost."""


class Damaged(Exception):
    """An answer that isn't this survey's, or that the portal didn't seal."""


def make(folder: Path, ref: str) -> bytes:
    """Make a key pair for the survey ``ref``; gives the public half. Its file may be read by its owner only.

    Each pair has a file of its own name: whoever makes a second one spoils nothing of the first.
    """
    private = PrivateKey.generate()
    public_key = bytes(private.public_key)
    path = _path(folder, ref, public_key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(bytes(private))
        file.flush()
        os.fsync(file.fileno())
    _keep_names(path.parent)
    return public_key


def exists(folder: Path, ref: str, public_key: bytes) -> bool:
    """Whether the private half of ``public_key`` is still there."""
    return _path(folder, ref, public_key).is_file()


def seal(public_key: bytes, body: bytes, secret: bytes) -> bytes:
    """``body`` so that only the file's holder can read it; the same twice gives two different texts."""
    return SealedBox(PublicKey(public_key)).encrypt(_mark(secret, body) + body)


class Opener:
    """Opens a survey's answers. Raises ``Unopened`` where the file isn't there or isn't the one that fits.

    Any other trouble in reading it is raised as it is: a key that can't be read now isn't lost.
    """

    def __init__(self, folder: Path, ref: str, public_key: bytes, secret: bytes) -> None:
        try:
            raw = _path(folder, ref, public_key).read_bytes()
        except FileNotFoundError as error:
            raise Unopened(ref) from error
        if len(raw) != SIZE or bytes(PrivateKey(raw).public_key) != public_key:
            raise Unopened(ref)
        self._box, self._secret = SealedBox(PrivateKey(raw)), secret

    def open(self, sealed: bytes) -> bytes:
        """What was sealed. Raises ``Damaged``."""
        try:
            whole = self._box.decrypt(sealed)
        except CryptoError as error:
            raise Damaged from error
        mark, body = whole[:SIZE], whole[SIZE:]
        if not hmac.compare_digest(mark, _mark(self._secret, body)):
            raise Damaged
        return body


def destroy(folder: Path, ref: str) -> None:
    """Destroy every private half of a survey for ever; nothing where there is none."""
    for path in (folder / FOLDER).glob(f"{ref}-*"):
        with open(path, "r+b") as file:
            file.write(secrets.token_bytes(max(SIZE, path.stat().st_size)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()


def note_counted(folder: Path, ref: str) -> None:
    """Note beside the keys that a survey was counted: an old backup that comes back isn't counted again."""
    path = folder / FOLDER / f"{ref}.counted"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    _keep_names(path.parent)


def was_counted(folder: Path, ref: str) -> bool:
    """Whether the survey was counted here before."""
    return (folder / FOLDER / f"{ref}.counted").exists()


def _mark(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, body, "sha256")


def _path(folder: Path, ref: str, public_key: bytes) -> Path:
    return folder / FOLDER / f"{ref}-{hashlib.sha256(public_key).hexdigest()[:16]}"


def _keep_names(folder: Path) -> None:
    """A new name is safe on the disk when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

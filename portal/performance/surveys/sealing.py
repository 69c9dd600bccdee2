"""The seal of a survey: a key pair of its own, whose private half is a file beside the database.

An answer is sealed with the public half and can be opened with the file alone. The file is in no backup; when
the survey was counted it is destroyed, and from then on nobody can open what backups and logs still hold.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

FOLDER = "survey-keys"
KEY = 16
"""Bytes of the random key under which an answer or a comment is kept."""


class Unopened(Exception):
    """An answer can't be opened: the file is lost, or it isn't this survey's."""


def make(folder: Path, ref: str) -> bytes:
    """Make the key pair of the survey ``ref``; gives the public half. Its file may be read by its owner only."""
    path = _path(folder, ref)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = PrivateKey.generate()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(bytes(private))
        file.flush()
        os.fsync(file.fileno())
    return bytes(private.public_key)


def exists(folder: Path, ref: str) -> bool:
    """Whether the private half is still there."""
    return _path(folder, ref).is_file()


def seal(public_key: bytes, body: bytes) -> bytes:
    """``body`` so that only the file's holder can read it; the same twice gives two different texts."""
    return SealedBox(PublicKey(public_key)).encrypt(body)


class Opener:
    """Opens a survey's answers. Raises ``Unopened`` where the file isn't there."""

    def __init__(self, folder: Path, ref: str) -> None:
        try:
            self._box = SealedBox(PrivateKey(_path(folder, ref).read_bytes()))
        except (OSError, ValueError) as error:
            raise Unopened(ref) from error

    def open(self, body: bytes) -> bytes:
        """What was sealed. Raises ``Unopened``."""
        try:
            return self._box.decrypt(body)
        except CryptoError as error:
            raise Unopened("not this survey's") from error


def destroy(folder: Path, ref: str) -> None:
    """Destroy the private half for ever; nothing where it is gone."""
    path = _path(folder, ref)
    try:
        size = path.stat().st_size
        with open(path, "r+b") as file:
            file.write(secrets.token_bytes(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return


def _path(folder: Path, ref: str) -> Path:
    return folder / FOLDER / ref

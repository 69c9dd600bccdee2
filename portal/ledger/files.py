"""Files: kept under their own hash, checked by content, private to the thing they belong to (14.12)."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base, db
from portal.kernel.refs import new_ref
from portal.kernel.refusal import N_, Refusal
from portal.ledger.columns import Addressed, Id, OfRegion, UtcDateTime

MB = 1024 * 1024
KINDS = {
    "image/jpeg": (b"\xff\xd8\xff", "jpg"),
    "image/png": (b"\x89PNG\r\n\x1a\n", "png"),
    "application/pdf": (b"%PDF-", "pdf"),
}


class StoredFile(Addressed, OfRegion, Base):
    """A file that somebody attached to a thing; who may fetch it is decided through that thing."""

    __tablename__ = "stored_files"
    __table_args__ = (Index("ix_stored_files_subject", "subject_type", "subject_ref"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    kind: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_ref: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Incoming:
    """An uploaded file after its check, lying in the folder's ``tmp`` until the commit."""

    path: Path
    sha256: str
    size: int
    kind: str
    name: str


def kind_of(head: bytes) -> str | None:
    """The media type that the content shows, or ``None`` when it is none of ``KINDS``."""
    return next((kind for kind, (magic, _) in KINDS.items() if head.startswith(magic)), None)


def check(data: bytes, limit: int = 5 * MB) -> Refusal | None:
    """Why evidence can't be taken: too large, empty, or not JPG, PNG or PDF by its content."""
    if not data:
        return Refusal("file.empty", N_("Berkas ini kosong. Pilih berkas lain."))
    if len(data) > limit or kind_of(data[:16]) is None:
        return Refusal(
            "file.kind",
            N_("Berkas ini bukan JPG, PNG, atau PDF. Yang dapat diunggah: JPG, PNG, PDF, sampai %(mb)s MB."),
            {"mb": limit // MB},
        )
    return None


def is_workbook(data: bytes) -> bool:
    """Whether ``data`` is an XLSX file by its content."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except zipfile.BadZipFile:
        return False


def take_in(folder: Path, data: bytes, name: str) -> Incoming:
    """Write checked ``data`` to ``folder/tmp`` before the door opens."""
    digest = hashlib.sha256(data).hexdigest()
    path = folder / "tmp" / new_ref()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return Incoming(path, digest, len(data), kind_of(data[:16]) or "", name[-200:])


def attach(incoming: Incoming, subject: object, *, person_id: int | None, at: datetime) -> StoredFile:
    """Add the row of ``incoming`` for ``subject`` inside the door and move the file to its place."""
    row = StoredFile(
        region_id=subject.region_id,  # type: ignore[attr-defined]
        sha256=incoming.sha256,
        size=incoming.size,
        kind=incoming.kind,
        name=incoming.name,
        subject_type=subject.__tablename__,  # type: ignore[attr-defined]
        subject_ref=subject.ref,  # type: ignore[attr-defined]
        person_id=person_id,
        at=at,
    )
    db.session.add(row)
    # Moved inside the door, before the commit: a row without its file would be a promise broken,
    # a file without its row is swept.
    target = place(incoming.path.parent.parent, incoming.sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(incoming.path, target)
    return row


def place(folder: Path, digest: str) -> Path:
    """Where the file with that hash lies."""
    return folder / digest[:2] / digest


def safe_name(file: StoredFile) -> str:
    """The name under which a file is handed out: with the ending of what it is, not of what it says."""
    stem = re.sub(r"[^\w\- ().,]", "", file.name.rsplit(".", 1)[0]).strip(" .") or "berkas"
    return f"{stem[:100]}.{KINDS[file.kind][1]}"

"""Files: kept under their own hash, checked by content, private to the thing they belong to (14.12)."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from sqlalchemy import Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base, db
from portal.kernel.refs import new_ref
from portal.kernel.refusal import N_, Refusal, insist
from portal.ledger.columns import Addressed, Id, OfRegion, UtcDateTime
from portal.ledger.door import door

MB = 1024 * 1024
EVIDENCE = 5 * MB
"""The largest piece of evidence, in bytes."""
YEARLY = 200 * MB
"""What one person may attach in a calendar year (decision 14.12)."""
SOME = 500
"""Files that are looked up at once."""
KINDS = {
    "image/jpeg": (b"\xff\xd8\xff", "jpg"),
    "image/png": (b"\x89PNG\r\n\x1a\n", "png"),
    "application/pdf": (b"%PDF-", "pdf"),
}


class StoredFile(Addressed, OfRegion, Base):
    """A file that somebody attached to a thing; who may fetch it is decided through that thing."""

    __tablename__ = "stored_files"
    __table_args__ = (
        Index("ix_stored_files_subject", "subject_type", "subject_ref"),
        Index("ix_stored_files_person", "person_id", "at"),
        Index("ix_stored_files_sha256", "sha256"),
    )

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


def check(data: bytes) -> Refusal | None:
    """Why evidence can't be taken: too large, empty, or not JPG, PNG or PDF by its content."""
    if not data:
        return Refusal("file.empty", N_("Berkas ini kosong. Pilih berkas lain."))
    if len(data) > EVIDENCE or kind_of(data[:16]) is None:
        return Refusal(
            "file.kind",
            N_("Berkas ini bukan JPG, PNG, atau PDF. Yang dapat diunggah: JPG, PNG, PDF, sampai %(mb)s MB."),
            {"mb": EVIDENCE // MB},
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
    """Add the row of ``incoming`` for ``subject`` inside the door and move the file to its place.

    Raises ``Refused`` when the person's files of the year would be more than ``YEARLY``.
    """
    insist(why_not_attach(attached(person_id, at), incoming.size))
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


def why_not_attach(attached: int, size: int) -> Refusal | None:
    """Why a file of so many bytes can't be attached beside those of the year."""
    if attached + size <= YEARLY:
        return None
    return Refusal(
        "file.yearly",
        N_(
            "Berkas Anda tahun ini sudah %(used)s MB dari %(most)s MB. "
            "Pakai tautan ke berkas itu, atau perkecil gambarnya dahulu."
        ),
        {"used": attached // MB, "most": YEARLY // MB},
    )


def attached(person_id: int | None, at: datetime) -> int:
    """Bytes that a person attached in the calendar year of ``at``; 0 for nobody."""
    if person_id is None:
        return 0
    year = at.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    mine = (StoredFile.person_id == person_id, StoredFile.at >= year)
    return int(db.session.scalar(select(func.coalesce(func.sum(StoredFile.size), 0)).where(*mine)) or 0)


def sweep_unnamed(folder: Path, oldest: float) -> int:
    """Delete files that no row names and that lie in ``folder`` since before ``oldest``; how many.

    Such a file was moved to its place by an act that then wasn't committed. Looked up outside the door,
    and once more inside it before anything goes: the same content may have been attached meanwhile.
    """
    count = 0
    for part in sorted(folder.iterdir()) if folder.is_dir() else ():
        if len(part.name) != len("ab") or not part.is_dir():
            continue
        lost = _unnamed([path for path in part.iterdir() if path.stat().st_mtime < oldest])
        if lost:
            with door():
                for path in _unnamed(lost):
                    path.unlink(missing_ok=True)
                    count += 1
    return count


def _unnamed(paths: Sequence[Path]) -> list[Path]:
    """Those files that no row names."""
    named: set[str] = set()
    for start in range(0, len(paths), SOME):
        hashes = [path.name for path in paths[start : start + SOME]]
        named.update(db.session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(hashes))))
    return [path for path in paths if path.name not in named]


def place(folder: Path, digest: str) -> Path:
    """Where the file with that hash lies."""
    return folder / digest[:2] / digest


def safe_name(file: StoredFile) -> str:
    """The name under which a file is handed out: with the ending of what it is, not of what it says."""
    stem = re.sub(r"[^\w\- ().,]", "", file.name.rsplit(".", 1)[0]).strip(" .") or "berkas"
    return f"{stem[:100]}.{KINDS[file.kind][1]}"

"""Pieces of evidence for the demo: small PDF files that say that they are invented."""

from __future__ import annotations

from datetime import date

from flask import current_app

from portal.demo.stage import Member, Stage
from portal.ledger import files
from portal.web.current import App


def incoming(stage: Stage, member: Member, day: date) -> tuple[files.Incoming, ...]:
    """One file of evidence for somebody's work on a day, taken in as an upload would be."""
    app: App = current_app._get_current_object()  # type: ignore[attr-defined]
    lines = (
        "BUKTI PERAGA",
        f"{stage.place.about['name']}, {day:%d-%m-%Y}",
        member.seat.title,
        "Isi berkas ini rekaan.",
    )
    name = f"bukti-{day:%Y-%m-%d}.pdf"
    return (files.take_in(app.settings.files_folder, pdf(lines), name),)


def pdf(lines: tuple[str, ...]) -> bytes:
    """A page with ``lines`` of text, as the smallest PDF that readers open."""
    shown = " ".join(f"({_escaped(line)}) Tj 0 -24 Td" for line in lines)
    content = f"BT /F1 16 Tf 72 760 Td {shown} ET".encode("latin-1", "replace")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    made = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj%s\nendobj\n" % (number, body)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(made)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")

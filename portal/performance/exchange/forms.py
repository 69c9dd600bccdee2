"""The upload of a national export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FileField, SelectField
from wtforms.validators import StopValidation

from portal.kernel.refusal import Refused
from portal.kernel.texts import clean_line
from portal.people.imports.formats import read_lines
from portal.people.imports.rules import MAX_BYTES
from portal.people.organisation.models import Unit
from portal.performance.exchange import rules
from portal.performance.exchange.rules import Theirs
from portal.web.answers import words
from portal.web.forms import Form


class ExportFile(FileField):
    """One CSV or XLSX file of ratings; its data is the rows with the file's name, or ``None``."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data: tuple[list[Theirs], str] | None = None
        upload = next((item for item in valuelist if getattr(item, "filename", "")), None)
        if upload is None:
            return
        data = upload.stream.read(MAX_BYTES + 1)
        try:
            rows = rules.read(read_lines(data, "Penilaian"))
        except Refused as refused:
            raise ValueError(words(refused.refusal)) from None
        self.data = (rows, clean_line(upload.filename.replace("\\", "/").rsplit("/", 1)[-1]) or "berkas")

    def pre_validate(self, form: Any) -> None:
        if self.data is None and not self.process_errors:
            raise StopValidation(_l("Pilih berkas CSV atau XLSX dari e-Kinerja BKN."))

    def _value(self) -> bool:
        return False


class ReconcileForm(Form):
    """Which agency is compared, and with what file."""

    agency = SelectField(_l("Perangkat daerah"))
    file = ExportFile(
        _l("Berkas ekspor e-Kinerja BKN"),
        description=_l(
            "CSV atau XLSX dengan kolom NIP dan Predikat Kinerja. Rating Hasil Kerja, Rating Perilaku Kerja, "
            "dan Nomor Dokumen ikut dibaca bila ada."
        ),
    )

    def __init__(self, agencies: Sequence[Unit], *, whole: bool) -> None:
        super().__init__()
        self.units = {unit.ref: unit for unit in agencies}
        first = [("", _l("Seluruh daerah"))] if whole else []
        self.agency.choices = [*first, *((unit.ref, unit.name) for unit in agencies)]

    def values(self) -> dict[str, Any]:
        """The rows and where they come from, as the action takes them."""
        assert self.file.data is not None
        rows, source = self.file.data
        return {"agency": self.units.get(self.agency.data), "rows": rows, "source": source}

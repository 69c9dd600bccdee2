"""Forms of imports: the upload, and the button that applies."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, RadioField
from wtforms.validators import StopValidation

from portal.kernel.texts import clean_line
from portal.people.imports.formats import why_not_read
from portal.people.imports.rules import MAX_BYTES, Kind
from portal.web.answers import words
from portal.web.fields import DateField, optional, required
from portal.web.forms import Form
from portal.web.labels import choices


class TableField(FileField):
    """An uploaded CSV or XLSX; its data is ``(bytes, name)`` or ``None``."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        upload = next((item for item in valuelist if getattr(item, "filename", "")), None)
        if upload is None:
            return
        data = upload.stream.read(MAX_BYTES + 1)
        refusal = why_not_read(data)
        if refusal is not None:
            raise ValueError(words(refusal))
        self.data = (data, clean_line(upload.filename.replace("\\", "/").rsplit("/", 1)[-1]) or "berkas")

    def pre_validate(self, form: Any) -> None:
        if self.data is None and not self.process_errors:
            raise StopValidation(str(_l("Pilih berkas CSV atau XLSX.")))

    def _value(self) -> bool:
        return False


class UploadForm(Form):
    """A table to be checked."""

    kind = RadioField(
        _l("Isi berkas"),
        [required(_l("Pilih isi berkas."))],
        coerce=Kind,
        invalid_choice_message=_l("Pilih salah satu yang tersedia."),
        invalid_value_message=_l("Pilih salah satu yang tersedia."),
    )
    table = TableField(
        _l("Berkas"), description=_l("CSV atau XLSX, sampai 20 MB dan 100.000 baris. Judul kolom satu baris.")
    )
    as_of = DateField(
        _l("Tanggal berlaku"),
        [optional()],
        description=_l("Untuk baris tanpa tanggal. Kosong berarti hari ini."),
    )

    def __init__(self, obj: Any = None, **values: Any) -> None:
        super().__init__(obj, **values)
        self.kind.choices = choices(Kind)

    def values(self) -> dict[str, Any]:
        return {"kind": self.kind.data, "as_of": self.as_of.data}


class ApplyForm(Form):
    """Apply what was looked at; with ``skip_bad`` without its bad rows."""

    compares = False

    skip_bad = BooleanField()

"""Forms of performance agreements; limits come from the rules."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField, HiddenField, RadioField
from wtforms.validators import ValidationError

from portal.kernel.exact import LIMIT
from portal.kernel.refusal import Refused
from portal.people.imports.formats import read_lines
from portal.people.imports.rules import MAX_BYTES
from portal.performance.agreements import rules, tables
from portal.performance.agreements.tables import TableRow
from portal.performance.plans.rules import UNIT_TEXT, Direction, target_problem
from portal.web.answers import words
from portal.web.fields import DateField, LineField, NumberField, TextField, optional, required
from portal.web.forms import Form
from portal.web.labels import choices


class DocumentForm(Form):
    """The signed document."""

    document = LineField(
        _l("Nomor dokumen"),
        [required(_l("Tulis nomor dokumen perjanjian kinerja."))],
        limit=rules.DOCUMENT_TEXT,
        description=_l("Seperti tertulis pada perjanjian yang ditandatangani."),
    )
    document_date = DateField(_l("Tanggal dokumen"), [optional()])
    link = LineField(
        _l("Tautan dokumen"),
        [optional()],
        limit=rules.LINK_TEXT,
        description=_l("Alamat tempat dokumennya dapat dibaca, diawali https://."),
    )

    def validate_link(self, field: Any) -> None:
        if field.data and not field.data.startswith(("https://", "http://")):
            raise ValidationError(_("Tulis alamat lengkap yang diawali https://."))


class GoalForm(Form):
    """A goal of the agency."""

    text = TextField(
        _l("Sasaran"),
        [required(_l("Tulis sasaran perangkat daerah."))],
        limit=rules.GOAL_TEXT,
        description=_l("Contoh: Meningkatnya derajat kesehatan ibu dan anak."),
    )


class KeyIndicatorForm(Form):
    """A key indicator with its target."""

    text = LineField(
        _l("Indikator kinerja utama (IKU)"),
        [required(_l("Tulis indikator yang mengukur sasaran ini."))],
        limit=rules.KEY_INDICATOR_TEXT,
        description=_l("Contoh: Persentase ibu bersalin yang ditangani tenaga kesehatan."),
    )
    target_min = NumberField(
        _l("Target"),
        [required(_l("Tulis targetnya, misalnya 12 atau 1.234,5."))],
        least=0,
        most=LIMIT - 1,
    )
    target_max = NumberField(
        _l("Sampai dengan"),
        [optional()],
        least=0,
        most=LIMIT - 1,
        description=_l("Isi hanya bila targetnya berupa rentang, misalnya 80 sampai dengan 90."),
    )
    unit = LineField(
        _l("Satuan"),
        [required(_l("Tulis satuannya."))],
        limit=UNIT_TEXT,
        description=_l("Contoh: pasien, %, hari kerja."),
    )
    direction = RadioField(_l("Arah"), [required()], default=Direction.UP.value)
    programme = LineField(
        _l("Program dan anggaran"),
        [optional()],
        limit=rules.PROGRAMME_TEXT,
        description=_l("Program yang mendukung indikator ini, dengan anggarannya bila ada."),
    )

    def __init__(self, obj: Any = None, **values: Any) -> None:
        super().__init__(obj, **values)
        self.direction.choices = choices(Direction)
        if self.target_max.data == self.target_min.data and not self.target_max.raw_data:
            self.target_max.data = None

    def validate_target_max(self, field: Any) -> None:
        problem = target_problem(self.target_min.data, field.data)
        if problem is not None:
            raise ValidationError(_(problem.message))

    def values(self) -> dict[str, Any]:
        found = super().values()
        return {**found, "direction": Direction(found["direction"])}


class TableForm(Form):
    """A table of goals and key indicators; its rows are read when the form is looked at."""

    compares = False

    table = FileField(
        _l("Berkas CSV atau XLSX"),
        description=_l("Satu baris untuk setiap IKU. Sasaran yang kosong mengikuti baris di atasnya."),
    )

    rows: list[TableRow]

    def validate(self, extra_validators: Any = None) -> bool:
        """A file must have come along, and be such a table."""
        if not super().validate(extra_validators):
            return False
        upload = self.table.data
        if not getattr(upload, "filename", ""):
            self.table.errors = [_("Pilih berkas CSV atau XLSX.")]
            return False
        try:
            self.rows = tables.read(read_lines(upload.stream.read(MAX_BYTES + 1), tables.SHEET))
        except Refused as refused:
            parts = [words(part) for part in refused.refusal.parts]
            self.table.errors = parts or [words(refused.refusal)]
            return False
        return True


class TakeTableForm(Form):
    """The rows that were checked and shown, on their way to be taken."""

    compares = False

    rows = HiddenField()

    def values(self) -> dict[str, Any]:
        return {"rows": tables.unpacked(str(self.rows.data or ""))}


class ReopenForm(Form):
    """Why an agreement is opened again."""

    reason = TextField(
        _l("Alasan perubahan"),
        [required(_l("Tulis alasannya."))],
        limit=rules.REASON_TEXT,
        description=_l("Alasan ini tercatat dalam riwayat perjanjian kinerja."),
    )

"""Naming somebody who types for another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from portal.people.assistance import queries
from portal.web.fields import DateField, LineField, optional, required
from portal.web.forms import Form


class ConfirmForm(Form):
    """The button under what was typed; it tells how many steps stood there."""

    shown = LineField("", [optional()], limit=12)


class AppointForm(Form):
    """Who types, by which consent, from when until when."""

    compares = False

    number = LineField(_l("NIP atau NI PPPK pengisi bantu"), [required()], limit=30)
    letter = LineField(
        _l("Nomor surat persetujuan"),
        [required()],
        limit=100,
        description=_l(
            "Surat yang ditandatangani orang yang dibantu; bagi kepala daerah, surat tugas pengetiknya."
        ),
    )
    begins = DateField(_l("Berlaku sejak"), [required()])
    last_day = DateField(
        _l("Hari terakhir"), [optional()], description=_l("Kosongkan bila belum ada batas waktunya.")
    )

    def __init__(self, region_id: int, **values: Any) -> None:
        super().__init__(**values)
        self.region_id = region_id
        self.assistant: Any = None

    def validate_number(self, field: Any) -> None:
        number = "".join(c for c in field.data if c.isdigit())
        self.assistant = queries.employee_by_number(self.region_id, number)
        if self.assistant is None:
            raise ValidationError(_("Tidak ada pegawai dengan nomor ini di daerah Anda."))

    def values(self) -> dict[str, Any]:
        return {
            "assistant": self.assistant,
            "letter": self.letter.data,
            "begins": self.begins.data,
            "ends": self.last_day.data + timedelta(days=1) if self.last_day.data else None,
        }

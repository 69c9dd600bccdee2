"""Forms of earlier years: the upload, and the button that applies."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import ValidationError

from portal.people.imports.forms import TableField
from portal.web.forms import Form


class LegacyUploadForm(Form):
    """A file of earlier years to be checked."""

    table = TableField(
        _l("Berkas"), description=_l("CSV atau XLSX, sampai 20 MB dan 100.000 baris. Judul kolom satu baris.")
    )

    def validate_table(self, field: Any) -> None:
        ending = PurePath(field.data[1]).suffix if field.data else ""
        if ending and ending.lower() not in {".csv", ".xlsx"}:
            raise ValidationError(
                _(
                    "Berkas berakhiran %(ending)s tidak dapat dibaca. Simpan sebagai XLSX atau CSV.",
                    ending=ending,
                )
            )

    def values(self) -> dict[str, Any]:
        return {}


class LegacyApplyForm(Form):
    """Apply what was looked at; with ``with_doubtful`` the doubtful years, too."""

    compares = False

    with_doubtful = BooleanField()

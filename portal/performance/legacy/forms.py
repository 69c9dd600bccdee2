"""Forms of earlier years: the upload, and the button that applies."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from portal.people.imports.forms import TableField
from portal.web.forms import Form


class LegacyUploadForm(Form):
    """A file of earlier years to be checked."""

    table = TableField(
        _l("Berkas"), description=_l("CSV atau XLSX, sampai 20 MB dan 100.000 baris. Judul kolom satu baris.")
    )

    def values(self) -> dict[str, Any]:
        return {}


class LegacyApplyForm(Form):
    """Apply what was looked at; with ``with_doubtful`` the doubtful years, too."""

    compares = False

    with_doubtful = BooleanField()

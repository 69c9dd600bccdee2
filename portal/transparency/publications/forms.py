"""Forms of publications."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from portal.transparency.publications.models import NOTE_TEXT, REASON_TEXT
from portal.web.fields import DateField, TextField, required
from portal.web.forms import Form


class PrepareForm(Form):
    """What stands beside a period's figures."""

    method_note = TextField(
        _l("Catatan metode"),
        [required()],
        limit=NOTE_TEXT,
        description=_l(
            "Apa yang perlu diketahui pembaca tentang angka periode ini. Tampil di halaman publik."
        ),
    )
    next_date = DateField(
        _l("Terbit berikutnya"),
        [required()],
        description=_l(
            "Tanggal angka berikutnya dijanjikan. Jika terlambat, halaman publik akan menyebutkannya."
        ),
    )

    def validate_next_date(self, field: Any) -> None:
        """Signs that can't be seen count as nothing written."""
        if field.data is None and not field.errors:
            raise ValidationError(_("Isian ini belum diisi."))


class CorrectForm(PrepareForm):
    """The same for a version that replaces another."""

    reason = TextField(
        _l("Alasan koreksi"),
        [required()],
        limit=REASON_TEXT,
        description=_l("Apa yang berubah dan mengapa. Tampil di samping versi lama dan versi baru."),
    )


class WithdrawForm(Form):
    """Why published figures are withdrawn."""

    reason = TextField(
        _l("Alasan penarikan"),
        [required()],
        limit=REASON_TEXT,
        description=_l("Tampil di halaman publik. Berkas dan sidiknya tetap dapat diunduh."),
    )

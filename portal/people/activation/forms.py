"""Forms by which a code becomes a password."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import ValidationError

from portal.kernel.texts import clean_line
from portal.people.accounts.forms import NewPasswordForm
from portal.people.activation import rules
from portal.web.fields import LineField, required

TYPED = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters", "maxlength": "60"}
NAMED = {"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none", "maxlength": "120"}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class _CodeForm(NewPasswordForm):
    """The part that both codes need: the code itself."""

    code = StringField(
        _l("Kode aktivasi"),
        [required(_l("Tulis kode yang tercetak."))],
        description=_l("Huruf besar atau kecil sama saja; tanda hubung boleh dilewati."),
        render_kw=TYPED,
    )


class ActivateForm(_CodeForm):
    """A slip's code beside the sign-in name that it belongs to."""

    login = StringField(
        _l("NIP atau surel dinas"), [required(_l("Tulis NIP atau surel dinas Anda."))], render_kw=NAMED
    )


class FirstForm(_CodeForm):
    """The first administrator: who it is, and how she or he will sign in."""

    name = LineField(_l("Nama Anda"), [required()], limit=200)
    login = StringField(
        _l("Surel dinas"),
        [required(_l("Tulis surel dinas Anda."))],
        description=_l("Dengan surel ini Anda masuk; portal tidak mengirim apa-apa ke sana."),
        render_kw={**NAMED, "inputmode": "email"},
    )

    def names(self) -> tuple[str, ...]:
        return (clean_line(str(self.name.data or "")),)

    def validate_login(self, field: Any) -> None:
        if not EMAIL.fullmatch((field.data or "").strip()) or len(field.data.strip()) > 120:
            raise ValidationError(_("Tulis satu alamat surel, misalnya nama@bandung.go.id."))


def code_of(form: _CodeForm) -> str:
    """The typed code in the form in which it is compared."""
    return rules.read(str(form.code.data or ""))

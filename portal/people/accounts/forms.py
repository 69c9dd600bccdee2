"""Forms of sign-in, of one's own account and of grants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import ValidationError

from portal.people.accounts import rules
from portal.people.accounts.rules import BY_ADMINISTRATOR, GrantKind
from portal.web.fields import DateField, LineField, RadioField, SelectField, optional, required
from portal.web.forms import Form
from portal.web.labels import label


class SignInForm(Form):
    """Who one is and the proof of it."""

    login = StringField(
        _l("NIP atau surel dinas"),
        [required(_l("Tulis NIP atau surel dinas Anda."))],
        render_kw={
            "autocomplete": "username",
            "spellcheck": "false",
            "autocapitalize": "none",
            "maxlength": "120",
        },
    )
    password = PasswordField(
        _l("Kata sandi"),
        [required(_l("Tulis kata sandi Anda."))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class NewPasswordForm(Form):
    """A new password, written twice; each form asks for its own proof besides."""

    new_password = PasswordField(
        _l("Kata sandi baru"),
        [required()],
        description=_l(
            "Paling sedikit 10 huruf. Kalimat pendek yang mudah Anda ingat sudah baik; boleh ditempel."
        ),
        render_kw={"autocomplete": "new-password"},
    )
    repeat_password = PasswordField(
        _l("Ulangi kata sandi baru"), [required()], render_kw={"autocomplete": "new-password"}
    )

    def names(self) -> tuple[str, ...]:
        """What the password may not hold."""
        return ()

    def validate_new_password(self, field: Any) -> None:
        problem = rules.password_problem(field.data or "", self.names())
        if problem is not None:
            raise ValidationError(_(problem.message, **problem.params))

    def validate_repeat_password(self, field: Any) -> None:
        if field.data != self.new_password.data:
            raise ValidationError(_("Kedua tulisan kata sandi baru tidak sama."))


class PasswordForm(NewPasswordForm):
    """A new password, with the old one as proof."""

    old_password = PasswordField(
        _l("Kata sandi sekarang"), [required()], render_kw={"autocomplete": "current-password"}
    )
    own_names: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        return self.own_names


CHOICE: dict[str, Any] = {
    "invalid_choice_message": _l("Pilih salah satu yang tersedia."),
    "invalid_value_message": _l("Pilih salah satu yang tersedia."),
}
WHOLE = "semua"
"""The scope of a grant for the whole installation."""


class GrantForm(Form):
    """Which grant, for what, from when until when, by which letter."""

    compares = False

    kind = RadioField(_l("Hak akses"), [required(_l("Pilih satu hak akses."))], coerce=GrantKind, **CHOICE)
    scope = SelectField(_l("Lingkup"), [required()], **CHOICE)
    begins = DateField(_l("Berlaku sejak"), [required()])
    last_day = DateField(
        _l("Hari terakhir"), [optional()], description=_l("Kosongkan bila belum ada batas waktunya.")
    )
    letter = LineField(
        _l("Nomor surat"),
        [required()],
        limit=100,
        description=_l("Surat keputusan atau surat tugas yang menunjuk orang ini."),
    )

    def __init__(
        self, region_id: int | None, offered: Sequence[Any], by_administrator: bool, **values: Any
    ) -> None:
        super().__init__(**values)
        self.kinds = [kind for kind in GrantKind if by_administrator or kind not in BY_ADMINISTRATOR]
        self.kind.choices = [(kind.value, label(kind)) for kind in self.kinds]
        self.places: dict[str, tuple[int | None, int | None]] = {}
        choices: list[tuple[str, str]] = []
        own = [row for row in offered if row.Region.id == region_id]
        for row in own + [row for row in offered if row.Region.id != region_id]:
            if row.Region.ref not in self.places:
                self.places[row.Region.ref] = (row.Region.id, None)
                choices.append((row.Region.ref, _("%(region)s, seluruh daerah", region=row.Region.name)))
            if row.Unit is not None:
                self.places[row.Unit.ref] = (row.Region.id, row.Unit.id)
                choices.append((row.Unit.ref, f"{row.Unit.name}, {row.Region.name}"))
        if by_administrator:
            self.places[WHOLE] = (None, None)
            choices.append((WHOLE, _("Seluruh pemasangan")))
        self.scope.choices = choices

    def values(self) -> dict[str, Any]:
        region_id, unit_id = self.places[self.scope.data]
        return {
            "kind": self.kind.data,
            "region_id": region_id,
            "unit_id": unit_id,
            "letter": self.letter.data,
            "begins": self.begins.data,
            "ends": self.last_day.data + timedelta(days=1) if self.last_day.data else None,
        }


class EndGrantForm(Form):
    """From when a grant no longer holds, and by which letter."""

    compares = False

    last_day = DateField(
        _l("Hari terakhir"), [optional()], description=_l("Kosongkan untuk mengakhiri sekarang juga.")
    )
    letter = LineField(_l("Nomor surat"), [required()], limit=100)

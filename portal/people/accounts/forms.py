"""Forms of sign-in and of one's own account."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import ValidationError

from portal.people.accounts import rules
from portal.web.fields import required
from portal.web.forms import Form


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

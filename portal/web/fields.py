"""Form fields that understand what people in Indonesia type, and say in words what is wrong."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    FileField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional, StopValidation, ValidationError
from wtforms.widgets import FileInput

from portal.kernel.exact import NotANumber, format_number, parse_number
from portal.kernel.texts import clean, clean_line, lines
from portal.ledger.files import EVIDENCE, check

__all__ = [
    "BooleanField",
    "DateField",
    "EvidenceField",
    "Field",
    "FileField",
    "HiddenField",
    "LineField",
    "LinesField",
    "NumberField",
    "OneRadio",
    "OneSelect",
    "PasswordField",
    "RadioField",
    "SelectField",
    "TextField",
    "optional",
    "required",
]

AS_ENGLISH = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
"""A number whose thousands are parted as in English."""
MONTHS = (
    "januari februari maret april mei juni juli agustus september oktober november desember".split(),
    "january february march april may june july august september october november december".split(),
)


def required(message: Any = None) -> InputRequired:
    """The field must be filled."""
    return InputRequired(message or _l("Isian ini belum diisi."))


def optional() -> Optional:
    """The field may stay empty."""
    return Optional()


SHORT = 200
"""Characters of a number or a date that are looked at."""


def _bounded(text: str, limit: int) -> str:
    """As much of ``text`` as is needed to see that it is too long: cleaning isn't free (trust, promise 11)."""
    return text[: 2 * limit + 1000]


class _Limited:
    """Checks the length of a text after cleaning."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, _form: Any, field: Any) -> None:
        text = field.data or ""
        size = len(text) if isinstance(text, str) else sum(len(line) for line in text)
        if size > self.limit:
            raise ValidationError(
                _(
                    "Tulisan ini %(n)s huruf; paling panjang %(limit)s. Ringkaslah sedikit.",
                    n=size,
                    limit=self.limit,
                )
            )


class LineField(StringField):
    """One line of text."""

    def __init__(self, label: Any = "", validators: Any = (), *, limit: int = 200, **kwargs: Any) -> None:
        super().__init__(label, [*validators, _Limited(limit)], **kwargs)
        self.limit = limit

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean_line(_bounded(valuelist[0], self.limit)) if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        _not_blank(self)


class TextField(TextAreaField):
    """A text of several lines."""

    def __init__(self, label: Any = "", validators: Any = (), *, limit: int = 4000, **kwargs: Any) -> None:
        super().__init__(label, [*validators, _Limited(limit)], **kwargs)
        self.limit = limit

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean(_bounded(valuelist[0], self.limit)) if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        _not_blank(self)


class LinesField(TextField):
    """A list, one item a line; its data is a list of texts."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = lines(_bounded(valuelist[0], self.limit)) if valuelist else []

    def _value(self) -> str:
        return "\n".join(self.data or [])


def _not_blank(field: Any) -> None:
    """A text of blanks only is as empty as no text."""
    needed = next((each for each in field.validators if isinstance(each, InputRequired)), None)
    if field.process_errors or needed is None:
        return
    if field.raw_data and field.data in (None, "", []):
        field.errors[:] = []
        raise StopValidation(str(needed.message))


class NumberField(StringField):
    """An exact number in Indonesian writing; its data is a ``Decimal`` or ``None``."""

    def __init__(
        self, label: Any = "", validators: Any = (), *, least: Any = None, most: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = clean_line(valuelist[0][:SHORT]) if valuelist else ""
        if not text:
            return
        if AS_ENGLISH.fullmatch(text) and str(get_locale()) == "en":
            # English pages show 2,650 where Indonesian ones show 2.650: what is typed here could be either.
            plain = text.replace(",", "").replace(".", ",")
            raise ValueError(_("Koma memisahkan desimal di sini. Maksud Anda %(n)s?", n=plain))
        try:
            self.data = parse_number(text)
        except NotANumber:
            raise ValueError(_("Tulis angka, misalnya 12 atau 1.234,5.")) from None

    def pre_validate(self, form: Any) -> None:
        _not_blank(self)
        if self.data is None:
            return
        if self.least is not None and self.data < self.least:
            raise ValidationError(
                _("Angka ini tidak boleh kurang dari %(least)s.", least=format_number(self.least))
            )
        if self.most is not None and self.data > self.most:
            raise ValidationError(
                _("Angka ini tidak boleh lebih dari %(most)s.", most=format_number(self.most))
            )

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else format_number(self.data)


class DateField(StringField):
    """A date as people write it: ``28 Februari 2027``, ``28-02-2027`` or ``2027-02-28``."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = clean_line(valuelist[0][:SHORT]) if valuelist else ""
        if not text:
            return
        self.data = parse_date(text)
        if self.data is None:
            raise ValueError(_("Tanggal %(date)s tidak ada. Contoh: 28 Februari 2027.", date=text[:40]))

    def pre_validate(self, form: Any) -> None:
        _not_blank(self)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        return f"{self.data.day} {MONTHS[0][self.data.month - 1].capitalize()} {self.data.year}"


def parse_date(text: str) -> date | None:
    """The date that ``text`` says, or ``None``."""
    text = text.strip().lower()
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text, re.ASCII):
        year, month, day = map(int, match.groups())
    elif match := re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", text, re.ASCII):
        day, month, year = map(int, match.groups())
    elif match := re.fullmatch(r"(?:\w+, *)?(\d{1,2}) ([a-z]+) (\d{4})", text, re.ASCII):
        day, year = int(match[1]), int(match[3])
        month = next((i for names in MONTHS for i, n in enumerate(names, 1) if n.startswith(match[2][:3])), 0)
        if match[2][:3] in ("agt", "ags"):
            month = 8
    else:
        return None
    try:
        return date(year, month, day) if 1900 <= year <= 2100 else None
    except ValueError:
        return None


class EvidenceField(FileField):
    """Up to ``most`` uploaded JPG, PNG or PDF, each checked by its content; data: a list of ``(bytes, name)``."""

    widget = FileInput(multiple=True)
    data: Any

    def __init__(self, label: Any = "", validators: Any = (), *, most: int, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.most = most

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = []
        uploads = [each for each in valuelist if getattr(each, "filename", "")]
        if len(uploads) > self.most:
            raise ValueError(_("Sekali kirim paling banyak %(n)s berkas.", n=self.most))
        found = []
        for upload in uploads:
            data = upload.stream.read(EVIDENCE + 1)
            refusal = check(data)
            if refusal is not None:
                raise ValueError(_(refusal.message, **refusal.params))
            name = clean_line(upload.filename.replace("\\", "/").rsplit("/", 1)[-1])
            found.append((data, name or "berkas"))
        self.data = found

    def _value(self) -> bool:
        return False


class OneOf:
    """Mixin of a field with choices: an unknown one is refused in the reader's language."""

    def pre_validate(self, form: Any) -> None:
        known = {str(value) for value, *_rest in self.iter_choices()}  # type: ignore[attr-defined]
        if str(self.data) not in known:  # type: ignore[attr-defined]
            raise ValidationError(_("Pilih salah satu pilihan yang tersedia."))


class OneRadio(OneOf, RadioField):
    """Radios."""


class OneSelect(OneOf, SelectField):
    """A list to choose from."""

"""Forms of action steps, progress and feedback; limits come from the rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import ValidationError
from wtforms.widgets import FileInput

from portal.kernel.exact import LIMIT
from portal.ledger.files import Incoming, take_in
from portal.performance.plans.rules import CoreValue
from portal.performance.progress import rules
from portal.performance.progress.rules import FeedbackKind, ReplyKind
from portal.web.current import app
from portal.web.fields import (
    MONTHS,
    DateField,
    EvidenceField,
    LineField,
    NumberField,
    TextField,
    optional,
    required,
)
from portal.web.forms import Form
from portal.web.labels import choices, label


def _is_link(text: str) -> bool:
    """Whether ``text`` is a whole https address with a named host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    host = parts.netloc
    return (
        parts.scheme.lower() == "https" and "." in host.strip(".") and not set(host + text) & set(" \t\n@\\")
    )


def date_words(day: date) -> str:
    """``day`` as the date fields write it."""
    return f"{day.day} {MONTHS[0][day.month - 1].capitalize()} {day.year}"


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


class FilesField(EvidenceField):
    """Several uploaded files, each checked by its content; its data is a list of ``(bytes, name)``."""

    widget = FileInput(multiple=True)
    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        found = []
        for upload in valuelist:
            super().process_formdata([upload])
            if self.data:
                found.append(self.data)
        self.data = found


def two_texts(form: Form) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The rows of a conflict that differ, as they are shown, and the fields that are sent again beside.

    A choice is shown by its words and sent by its value; files can't be kept and are left out.
    """
    rows, again = [], {}
    for each in form.conflict:
        field = form[each.name]
        if isinstance(field, EvidenceField):
            continue
        mine, theirs = each.mine, each.theirs
        if isinstance(field, BooleanField):
            if field.data:
                again[each.name] = "1"
            mine, theirs = _yes(bool(field.data)), _yes(theirs == "True")
        else:
            again[each.name] = each.mine
        if isinstance(field, SelectField):
            words = {str(value): str(text) for value, text, *_rest in field.iter_choices()}
            mine, theirs = words.get(mine, ""), words.get(theirs, "")
        if mine.split() != theirs.split():
            # Shown under a name that no form reads: the value itself is among the fields sent again.
            rows.append({"label": each.label, "name": f"{each.name}_shown", "mine": mine, "theirs": theirs})
    return rows, again


def _yes(value: bool) -> str:
    return _("ya") if value else _("tidak")


class StepForm(Form):
    """One step of the action plan (F-8)."""

    line_ref = OneSelect(_l("Hasil kerja"), [required(_l("Pilih hasil kerja yang dituju."))])
    text = TextField(
        _l("Langkah"),
        [required(_l("Tulis langkahnya."))],
        limit=rules.STEP_TEXT,
        description=_l("Contoh: Menguji antrean terpisah bagi lansia selama dua pekan."),
    )
    target = LineField(
        _l("Target periode ini"), [optional()], limit=100, description=_l("Contoh: 2 loket, 40 berkas.")
    )
    due = DateField(_l("Tenggat"), [optional()], description=_l("Contoh: 28 Agustus 2026."))
    evidence = LineField(
        _l("Bukti yang diharapkan"),
        [optional()],
        limit=200,
        description=_l("Contoh: foto loket, rekap antrean harian."),
    )

    def stored(self, thing: Any, name: str) -> Any:
        value = super().stored(thing, name)
        return date_words(value) if isinstance(value, date) else value

    def offer(self, lines: Sequence[tuple[str, str]]) -> StepForm:
        """Fill in the plan's results, by line and words."""
        self.line_ref.choices = lines
        return self


class EntryForm(Form):
    """What was done on a day, with evidence (Y-26)."""

    line_ref = OneSelect(_l("Hasil kerja"), [required(_l("Pilih hasil kerja yang Anda majukan."))])
    day = DateField(
        _l("Tanggal"),
        [required(_l("Tulis tanggalnya, misalnya 28 Agustus 2026."))],
        description=_l("Ditulis atau dipilih. Contoh: 28 Agustus 2026."),
    )
    text = TextField(
        _l("Apa yang dikerjakan dan hasilnya"),
        [required(_l("Tulis satu kalimat tentang apa yang dikerjakan."))],
        limit=rules.ENTRY_TEXT,
        description=_l("Satu kalimat sudah cukup. Contoh: Melatih enam rekan memakai pendaftaran daring."),
    )
    amount = NumberField(
        _l("Jumlah"),
        [optional()],
        least=0,
        most=LIMIT - 1,
        description=_l("Bila dapat dihitung, misalnya 12 atau 1.234,5."),
    )
    link = LineField(
        _l("Tautan bukti"),
        [optional()],
        limit=rules.LINK_TEXT,
        description=_l("Alamat yang dimulai dengan https://"),
    )
    files = FilesField(
        _l("Berkas bukti"),
        [optional()],
        description=_l("JPG, PNG, atau PDF, masing-masing sampai 5 MB. Boleh beberapa sekaligus."),
    )

    def stored(self, thing: Any, name: str) -> Any:
        value = super().stored(thing, name)
        return date_words(value) if isinstance(value, date) else value

    def offer(self, lines: Sequence[tuple[str, str]]) -> EntryForm:
        """Fill in the plan's results, by line and words."""
        self.line_ref.choices = lines
        return self

    def validate_link(self, field: Any) -> None:
        if field.data and not _is_link(field.data):
            raise ValidationError(_("Tulis alamat lengkap yang dimulai dengan https://, tanpa spasi."))

    def validate_files(self, field: Any) -> None:
        if len(field.data or []) > rules.MAX_EVIDENCE:
            raise ValidationError(_("Satu catatan memuat paling banyak %(n)s berkas.", n=rules.MAX_EVIDENCE))

    @contextmanager
    def taken_in(self) -> Iterator[list[Incoming]]:
        """The files of a valid form, written to the folder's ``tmp`` before the door opens.

        What the action didn't keep is removed again.
        """
        found: list[Incoming] = []
        if request.method == "POST" and g.get("prefill") is None and self.files.data and self.validate():
            folder = app().settings.files_folder
            found = [take_in(folder, data, name) for data, name in self.files.data]
        try:
            yield found
        finally:
            for each in found:
                each.path.unlink(missing_ok=True)

    def values(self) -> dict[str, Any]:
        found = super().values()
        del found["files"]
        return found


class FeedbackForm(Form):
    """An open word about a result, a core value, or the work as a whole (F-9)."""

    topic = OneSelect(_l("Tentang"), [optional()])
    kind = OneRadio(_l("Jenis"), [required(_l("Pilih apresiasi atau saran perbaikan."))])
    text = TextField(
        _l("Isi"),
        [required(_l("Tulis umpan baliknya."))],
        limit=rules.FEEDBACK_TEXT,
        description=_l(
            "Sebutkan kejadian yang nyata dan apa akibatnya. Nama Anda tampil bersama tulisan ini."
        ),
    )

    def offer(self, lines: Sequence[tuple[str, str]]) -> FeedbackForm:
        """Fill in what feedback can be about, and its kinds."""
        self.topic.choices = [("", _("Pekerjaan secara keseluruhan"))]
        self.topic.choices += [(f"hasil:{line}", text) for line, text in lines]
        self.topic.choices += [
            (f"nilai:{value.value}", _("Perilaku: %(value)s", value=label(value))) for value in CoreValue
        ]
        self.kind.choices = choices(FeedbackKind)
        return self

    def values(self) -> dict[str, Any]:
        found = super().values()
        found["about"] = found.pop("topic") or ""
        found["kind"] = FeedbackKind(found["kind"])
        return found


class ReplyForm(Form):
    """The employee's answer to feedback."""

    reply_kind = OneRadio(
        _l("Jenis tanggapan"),
        [required(_l("Pilih jenis tanggapan."))],
        default=ReplyKind.THANKS.value,
    )
    reply = TextField(
        _l("Tanggapan Anda"),
        [],
        limit=rules.REPLY_TEXT,
        description=_l("Boleh kosong bila hanya berterima kasih."),
    )

    def offer(self) -> ReplyForm:
        """Fill in the kinds of reply."""
        self.reply_kind.choices = choices(ReplyKind)
        return self

    def validate_reply(self, field: Any) -> None:
        if not field.data and self.reply_kind.data in (ReplyKind.COMMENT.value, ReplyKind.PLAN.value):
            raise ValidationError(_("Tulis tanggapan atau rencana Anda."))

    def values(self) -> dict[str, Any]:
        found = super().values()
        found["reply_kind"] = ReplyKind(found["reply_kind"])
        return found


class AgreeForm(Form):
    """The button under the proposed steps; it tells which ones stood there."""

    shown = TextField("", [optional()], limit=64)

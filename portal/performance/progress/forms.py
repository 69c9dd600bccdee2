"""Forms of action steps, progress and feedback; limits come from the rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.validators import ValidationError

from portal.kernel.exact import LIMIT
from portal.performance.plans.rules import CoreValue
from portal.performance.progress import rules
from portal.performance.progress.rules import FeedbackKind, ReplyKind
from portal.web.fields import (
    MONTHS,
    DateField,
    EvidenceField,
    LineField,
    NumberField,
    OneRadio,
    OneSelect,
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
    files = EvidenceField(
        _l("Berkas bukti"),
        [optional()],
        description=_l("JPG, PNG, atau PDF, masing-masing sampai 5 MB. Boleh beberapa sekaligus."),
        most=rules.MAX_EVIDENCE,
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

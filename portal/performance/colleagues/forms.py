"""Forms of requests for feedback, of team leads, and of their recommendations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from portal.kernel.refs import is_ref
from portal.kernel.texts import fold
from portal.performance.colleagues import queries, rules
from portal.performance.progress import rules as progress_rules
from portal.performance.progress.rules import FeedbackKind
from portal.policy.cycles.models import Enrolment
from portal.policy.cycles.names import period_name
from portal.policy.policies.rules import ExpectationRating
from portal.web.fields import LineField, OneRadio, OneSelect, TextField, optional, required
from portal.web.forms import Form
from portal.web.labels import choices


class AskForm(Form):
    """Whom to ask, about what, and the question (Y-29)."""

    compares = False

    q = LineField(
        _l("Cari nama rekan"),
        [optional()],
        limit=100,
        description=_l("Yang sudah dipilih dan ditulis tetap ada."),
    )
    whom = OneSelect(_l("Dari siapa"), [required(_l("Pilih siapa yang diminta."))])
    topic = OneSelect(_l("Tentang"), [optional()])
    question = TextField(
        _l("Pertanyaan"),
        [optional()],
        limit=rules.QUESTION_TEXT,
        description=_l("Boleh kosong. Pertanyaan yang jelas mendapat jawaban yang berguna."),
    )

    def offer(self, enrolment: Enrolment, lines: Sequence[tuple[str, str]]) -> AskForm:
        """Fill in the colleagues whose names fit the search, the one that was chosen before, and the lines."""
        chosen = self.whom.data if is_ref(self.whom.data or "") else ""
        found = queries.colleagues(enrolment, fold(self.q.data or ""), chosen=chosen)
        self.many = len(found) > queries.OFFERED
        self._people = {person.ref: person for person, _title in found[: queries.OFFERED]}
        self.finds = bool(self._people.keys() - {chosen})
        self.whom.choices = [("", _("Pilih rekan"))]
        for person, title in found[: queries.OFFERED]:
            self.whom.choices.append((person.ref, f"{person.full_name}, {title}"))
        self.topic.choices = [("", _("Pekerjaan secara keseluruhan")), *lines]
        return self

    def values(self) -> dict[str, Any]:
        return {
            "asked": self._people[self.whom.data],
            "line_ref": self.topic.data or "",
            "question": self.question.data or "",
        }


class AnswerForm(Form):
    """The feedback that was asked for."""

    compares = False

    kind = OneRadio(_l("Jenis"), [required(_l("Pilih apresiasi atau saran perbaikan."))])
    text = TextField(
        _l("Isi"),
        [required(_l("Tulis umpan baliknya."))],
        limit=progress_rules.FEEDBACK_TEXT,
        description=_l(
            "Sebutkan kejadian yang nyata dan apa akibatnya. Nama Anda tampil bersama tulisan ini."
        ),
    )

    def offer(self) -> AnswerForm:
        """Fill in the kinds."""
        self.kind.choices = choices(FeedbackKind)
        return self

    def values(self) -> dict[str, Any]:
        return {"kind": FeedbackKind(self.kind.data), "text": self.text.data}


class _OfPeriod(Form):
    """Mixin of the forms of a team lead: in which of the open periods."""

    compares = False

    period = OneSelect(_l("Periode"), [required(_l("Pilih periodenya."))])

    def _periods(self, rows: Sequence[Any]) -> None:
        self._enrolments: dict[str, Enrolment] = {row.Enrolment.ref: row.Enrolment for row in rows}
        self.period.choices = [(row.Enrolment.ref, period_name(row.Period)) for row in rows]


class LeadFeedbackForm(_OfPeriod):
    """A team lead's feedback on the result led."""

    kind = OneRadio(_l("Jenis"), [required(_l("Pilih apresiasi atau saran perbaikan."))])
    text = TextField(
        _l("Isi"),
        [required(_l("Tulis umpan baliknya."))],
        limit=progress_rules.FEEDBACK_TEXT,
        description=_l(
            "Sebutkan kejadian yang nyata dan apa akibatnya. Nama Anda tampil bersama tulisan ini."
        ),
    )

    def offer(self, rows: Sequence[Any]) -> LeadFeedbackForm:
        """Fill in the periods and kinds."""
        self._periods(rows)
        self.kind.choices = choices(FeedbackKind)
        return self

    def values(self) -> dict[str, Any]:
        return {
            "enrolment": self._enrolments[self.period.data],
            "kind": FeedbackKind(self.kind.data),
            "text": self.text.data,
        }


class RecommendForm(_OfPeriod):
    """What a team lead recommends on a result; the appraiser decides."""

    advised = OneRadio(_l("Hasil kerja ini menurut Anda"), [required(_l("Pilih salah satu."))])
    text = TextField(
        _l("Dasar rekomendasi"),
        [required(_l("Tulis dasarnya."))],
        limit=rules.TEXT,
        description=_l("Kejadian, angka, atau bukti yang Anda lihat sebagai ketua tim."),
    )

    def offer(self, rows: Sequence[Any]) -> RecommendForm:
        """Fill in the periods and steps."""
        self._periods(rows)
        self.advised.choices = choices(ExpectationRating)
        return self

    def values(self) -> dict[str, Any]:
        return {
            "enrolment": self._enrolments[self.period.data],
            "result": ExpectationRating(self.advised.data),
            "text": self.text.data,
        }


class LeadForm(Form):
    """Who leads the team of which result."""

    compares = False

    line_ref = OneSelect(_l("Hasil kerja"), [required(_l("Pilih hasil kerjanya."))])
    number = LineField(
        _l("NIP atau NI PPPK ketua tim"),
        [required()],
        limit=30,
        description=_l("Ketua tim boleh berasal dari unit lain di daerah ini."),
    )

    def __init__(self, region_id: int, **values: Any) -> None:
        super().__init__(**values)
        self.region_id = region_id
        self.person: Any = None

    def offer(self, lines: Sequence[tuple[str, str]]) -> LeadForm:
        """Fill in the lines."""
        self.line_ref.choices = list(lines)
        return self

    def validate_number(self, field: Any) -> None:
        number = "".join(c for c in field.data if c.isdigit())
        self.person = queries.employee_by_number(self.region_id, number)
        if self.person is None:
            raise ValidationError(_("Tidak ada pegawai dengan nomor ini di daerah Anda."))

    def values(self) -> dict[str, Any]:
        return {"line_ref": self.line_ref.data, "person": self.person}

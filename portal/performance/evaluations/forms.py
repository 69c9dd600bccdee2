"""Forms of evaluations; limits and choices come from the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from portal.kernel.exact import LIMIT
from portal.performance.advice.rules import MARKS
from portal.performance.evaluations import rules
from portal.performance.evaluations.models import Evaluation, Rating
from portal.performance.evaluations.queries import Measured, rating_of
from portal.performance.plans.rules import CoreValue
from portal.policy.policies.rules import ExpectationRating, OrganisationRating
from portal.web.answers import words
from portal.web.fields import BooleanField, LineField, NumberField, OneRadio, TextField, optional, required
from portal.web.forms import Form
from portal.web.labels import choices, label

RECOMMENDATION_TEXT = 1000
DOCUMENT_TEXT = 200


def beside(form: Form) -> None:
    """Put the reasons of a refusal that name a field of ``form`` beside that field."""
    if form.refusal is None:
        return
    reasons = form.refusal.parts or (form.refusal,)
    if all(reason.anchor in form for reason in reasons):
        for reason in reasons:
            form[reason.anchor].errors = [*form[reason.anchor].errors, words(reason)]
        form.refusal = None


class _Report:
    """The employee's half of an evaluation, which has a version of its own, as forms compare it."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation

    @property
    def version(self) -> int:
        return self.evaluation.report_version

    @version.setter
    def version(self, number: int) -> None:
        self.evaluation.report_version = number


class ReportForm(Form):
    """What was reached on each indicator, or why there is no figure, and the self note (Y-33)."""

    self_note = TextField(
        _l("Catatan diri"),
        [optional()],
        limit=rules.SELF_NOTE_TEXT,
        description=_l("Yang berjalan baik, yang menghambat, dukungan yang Anda perlukan. Tidak berbobot."),
    )
    _written: dict[str, Any] = {}

    @classmethod
    def of(cls, evaluation: Evaluation, rows: Sequence[Measured]) -> ReportForm:
        """The form of one evaluation, with a figure and an explanation for each indicator."""
        fields: dict[str, Any] = {}
        written: dict[str, Any] = {"self_note": evaluation.self_note}
        for row in rows:
            ref, reached = row.indicator.line_ref, row.achievement
            # Without a target there is nothing to count: the result is told in words (F-2, F-4).
            if row.indicator.target_min is not None:
                fields[f"value_{ref}"] = NumberField(
                    row.indicator.text, [optional()], least=0, most=LIMIT - 1
                )
            fields[f"note_{ref}"] = LineField(
                _l("Penjelasan untuk: %(indicator)s", indicator=row.indicator.text),
                [optional()],
                limit=rules.ACHIEVEMENT_NOTE_TEXT,
            )
            if row.indicator.target_min is not None:
                written[f"value_{ref}"] = reached.value if reached else None
            written[f"note_{ref}"] = reached.note if reached else ""
        form: ReportForm = type("ReportOfEvaluation", (cls,), fields)(**written)
        form.version, form.about, form._written = evaluation.report_version, evaluation, written
        return form

    def stored(self, thing: Any, name: str) -> Any:
        return getattr(thing, "evaluation", thing).self_note if name == "self_note" else self._written[name]

    def _is_stale(self, thing: Any) -> bool:
        return super()._is_stale(_Report(thing))

    def values(self) -> dict[str, Any]:
        found = super().values()
        refs = [name.removeprefix("note_") for name in found if name.startswith("note_")]
        return {
            "self_note": found["self_note"] or "",
            "achieved": {ref: (found.get(f"value_{ref}"), found[f"note_{ref}"] or "") for ref in refs},
        }


class DraftForm(Form):
    """The appraiser's two ratings with reasons, unset."""

    draft_result = OneRadio(_l("Rating hasil kerja"), [optional()])
    draft_result_reason = TextField(
        _l("Alasan rating hasil kerja"),
        [optional()],
        limit=rules.REASON_TEXT,
        description=_l("Satu atau dua kejadian nyata, sekurang-kurangnya 20 huruf. Pegawai akan membacanya."),
    )
    draft_behaviour = OneRadio(_l("Rating perilaku kerja"), [optional()])
    draft_behaviour_reason = TextField(
        _l("Alasan rating perilaku kerja"),
        [optional()],
        limit=rules.REASON_TEXT,
        description=_l("Satu atau dua kejadian nyata, sekurang-kurangnya 20 huruf. Pegawai akan membacanya."),
    )
    unsure = BooleanField(_l("Belum yakin; ingatkan saya kembali"))

    def offer(self) -> Self:
        """Fill in the three steps."""
        self.draft_result.choices = self.draft_behaviour.choices = choices(ExpectationRating)
        return self

    def values(self) -> dict[str, Any]:
        found = super().values()
        for name in ("draft_result", "draft_behaviour"):
            found[name] = ExpectationRating(found[name]) if found[name] else None
        return {
            name: "" if value is None and name.endswith("reason") else value for name, value in found.items()
        }


def _mark() -> OneRadio:
    return OneRadio("", [optional()])


class SheetForm(DraftForm):
    """The same on the page of one person, with a mark for each core value that guides the one rating."""

    berorientasi_pelayanan = _mark()
    akuntabel = _mark()
    kompeten = _mark()
    harmonis = _mark()
    loyal = _mark()
    adaptif = _mark()
    kolaboratif = _mark()

    @classmethod
    def of(cls, evaluation: Evaluation) -> SheetForm:
        """The form of one evaluation with its marks as they stand."""
        form = cls(evaluation, **_digits(evaluation)).offer()
        steps = [(str(mark), label(rating)) for mark, rating in MARKS.items()]
        for value, field in form.marks.items():
            field.label.text, field.choices = label(value), steps
        return form

    @property
    def marks(self) -> dict[CoreValue, Any]:
        """The field of each core value."""
        return {value: self[value.value] for value in CoreValue}

    def stored(self, thing: Any, name: str) -> Any:
        return _digits(thing)[name] if name in set(CoreValue) else super().stored(thing, name)

    def values(self) -> dict[str, Any]:
        found = super().values()
        given = [found.pop(value.value) for value in CoreValue]
        # A page without these fields (the bench) says nothing of them, so they stay as they are.
        sent = any(field.raw_data for field in self.marks.values())
        return {**found, "draft_marks": "".join(mark or "0" for mark in given) if sent else None}


def _digits(evaluation: Evaluation) -> dict[str, str | None]:
    """The marks by the name of their field; ``None`` where there is none."""
    marks = (evaluation.draft_marks or "").ljust(len(CoreValue), "0")
    return {value.value: None if mark == "0" else mark for value, mark in zip(CoreValue, marks, strict=True)}


class SetForm(Form):
    """What goes with the ratings when they are set."""

    recommendation = TextField(
        _l("Catatan atau rekomendasi"),
        [optional()],
        limit=RECOMMENDATION_TEXT,
        description=_l("Tercetak pada dokumen evaluasi."),
    )

    def values(self) -> dict[str, Any]:
        return {"recommendation": self.recommendation.data or ""}


class ReRateForm(Form):
    """A rating that replaces the one set before, until it is handed over."""

    result_rating = OneRadio(_l("Rating hasil kerja"), [required(_l("Pilih rating hasil kerja."))])
    result_reason = TextField(
        _l("Alasan rating hasil kerja"), [required(_l("Tulis alasannya."))], limit=rules.REASON_TEXT
    )
    behaviour_rating = OneRadio(_l("Rating perilaku kerja"), [required(_l("Pilih rating perilaku kerja."))])
    behaviour_reason = TextField(
        _l("Alasan rating perilaku kerja"), [required(_l("Tulis alasannya."))], limit=rules.REASON_TEXT
    )
    recommendation = TextField(_l("Catatan atau rekomendasi"), [optional()], limit=RECOMMENDATION_TEXT)
    change_reason = TextField(
        _l("Mengapa predikat diubah"),
        [required(_l("Tulis mengapa predikat diubah."))],
        limit=rules.REASON_TEXT,
        description=_l("Predikat sebelumnya tetap tercatat dan terbaca bersama alasan ini."),
    )

    @classmethod
    def of(cls, rating: Rating | None) -> ReRateForm:
        """The form as the rating stands; why it changes is written anew."""
        if rating is None:
            return cls().offer()
        return cls(
            result_rating=rating.result,
            result_reason=rating.result_reason,
            behaviour_rating=rating.behaviour,
            behaviour_reason=rating.behaviour_reason,
            recommendation=rating.recommendation,
        ).offer()

    def stored(self, thing: Any, name: str) -> Any:
        return getattr(rating_of(thing), name.removesuffix("_rating"), "") if name != "change_reason" else ""

    def offer(self) -> ReRateForm:
        """Fill in the three steps."""
        self.result_rating.choices = self.behaviour_rating.choices = choices(ExpectationRating)
        return self

    def values(self) -> dict[str, Any]:
        found = super().values()
        found["result"] = ExpectationRating(found.pop("result_rating"))
        found["behaviour"] = ExpectationRating(found.pop("behaviour_rating"))
        found["recommendation"] = found["recommendation"] or ""
        return found


class ReceiveForm(Form):
    """The signature of receipt."""

    compares = False
    acknowledged = BooleanField(
        _l("Saya mengerti: tanda tangan berarti menerima dokumen, bukan berarti setuju"),
        [InputRequired(_l("Centang pernyataan ini untuk menandatangani."))],
    )


class OrganisationForm(Form):
    """The rating of an organisation, with its reason (Y-34)."""

    rating = OneRadio(_l("Capaian kinerja organisasi"), [required(_l("Pilih capaian kinerja organisasi."))])
    reason = TextField(
        _l("Alasan"),
        [required(_l("Tulis alasannya."))],
        limit=rules.REASON_TEXT,
        description=_l("Sebutkan capaian rencana aksi dan targetnya pada periode ini."),
    )
    document = LineField(
        _l("Nomor dan tanggal dokumen penetapan"),
        [optional()],
        limit=DOCUMENT_TEXT,
        description=_l("Contoh: Nota Dinas 800/112/2026, 6 Oktober 2026."),
    )

    def offer(self) -> OrganisationForm:
        """Fill in the five words."""
        self.rating.choices = choices(OrganisationRating)
        return self

    def values(self) -> dict[str, Any]:
        found = super().values()
        found["rating"] = OrganisationRating(found["rating"])
        found["document"] = found.get("document") or ""
        return found

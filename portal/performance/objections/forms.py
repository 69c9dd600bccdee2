"""Forms of objections, and of documents that the superior sets."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.performance.objections import rules
from portal.performance.objections.rules import Outcome, Part
from portal.policy.policies.rules import ExpectationRating
from portal.web.fields import EvidenceField, LineField, OneRadio, TextField, optional, required
from portal.web.forms import Form
from portal.web.labels import choices


class PartsField(SelectMultipleField):
    """Boxes of which some are ticked; unknown ones are left aside."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    data: Any

    def pre_validate(self, form: Any) -> None:
        self.data = [each for each in self.data or [] if each in set(Part)]


class FileForm(Form):
    """What is contested, why, and the evidence (F-14a)."""

    compares = False

    parts = PartsField(_l("Bagian yang dikeberatkan"))
    reasons = TextField(
        _l("Alasan keberatan"),
        [required(_l("Tulis alasannya."))],
        limit=rules.REASONS_TEXT,
        description=_l("Apa yang menurut Anda keliru, dan apa yang menunjukkannya."),
    )
    files = EvidenceField(
        _l("Bukti"),
        [optional()],
        description=_l("JPG, PNG, atau PDF, masing-masing sampai 5 MB. Boleh beberapa sekaligus."),
        most=rules.MAX_EVIDENCE,
    )

    def offer(self) -> FileForm:
        """Fill in the parts."""
        self.parts.choices = choices(Part)
        return self

    def values(self) -> dict[str, Any]:
        return {"parts": [Part(each) for each in self.parts.data or []], "reasons": self.reasons.data}


class ExplainForm(Form):
    """The appraiser's explanation."""

    compares = False

    explanation = TextField(
        _l("Penjelasan penilai"),
        [required(_l("Tulis penjelasannya."))],
        limit=rules.EXPLANATION_TEXT,
        description=_l("Jawab setiap bagian yang dikeberatkan. Pegawai dan atasan Anda membacanya."),
    )


class DecideForm(Form):
    """The superior's decision (F-14b)."""

    compares = False

    outcome = OneRadio(_l("Putusan"), [required(_l("Pilih putusannya."))])
    result_rating = OneRadio(_l("Rating hasil kerja"), [required(_l("Pilih rating hasil kerja."))])
    behaviour_rating = OneRadio(_l("Rating perilaku kerja"), [required(_l("Pilih rating perilaku kerja."))])
    considerations = TextField(
        _l("Pertimbangan"),
        [required(_l("Tulis pertimbangannya."))],
        limit=rules.CONSIDERATIONS_TEXT,
        description=_l(
            "Ringkas penjelasan kedua pihak, lalu alasan putusan. Bila diubah, tulisan ini menjadi alasan predikat baru."
        ),
    )
    advice_letter = LineField(
        _l("Surat pertimbangan Tim Penilai Kinerja"), [optional()], limit=rules.LETTER_TEXT
    )

    def offer(self) -> DecideForm:
        """Fill in the outcomes and steps."""
        self.outcome.choices = choices(Outcome)
        self.result_rating.choices = self.behaviour_rating.choices = choices(ExpectationRating)
        return self

    def values(self) -> dict[str, Any]:
        outcome = Outcome(self.outcome.data)
        found = {
            "outcome": outcome,
            "considerations": self.considerations.data,
            "advice_letter": self.advice_letter.data or "",
        }
        if outcome is Outcome.CHANGED:
            found["result"] = ExpectationRating(self.result_rating.data)
            found["behaviour"] = ExpectationRating(self.behaviour_rating.data)
        return found


class SubstituteForm(Form):
    """Why the superior sets a document that wasn't signed."""

    compares = False

    text = TextField(
        _l("Alasan penetapan"),
        [required(_l("Tulis alasannya."))],
        limit=rules.SUBSTITUTE_TEXT,
        description=_l("Tercetak pada dokumen evaluasi."),
    )

"""Forms of the closed survey: an answer (F-16), a refusal, HR's and the employee's corrections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.performance.advice.rules import CANT_TELL, MARKS
from portal.performance.plans.rules import CoreValue
from portal.performance.surveys import rules
from portal.performance.surveys.rules import RefusalReason
from portal.web.fields import DateField, LineField, OneRadio, OneSelect, TextField, optional, required
from portal.web.forms import Form
from portal.web.labels import choices, label

CANT = "0"


def _mark() -> OneRadio:
    return OneRadio("", [required(_l("Pilih salah satu; boleh belum dapat menilai."))])


class AnswerForm(Form):
    """One core value after the other, and one line that is seen by nobody as whose it is (F-16)."""

    compares = False

    berorientasi_pelayanan = _mark()
    akuntabel = _mark()
    kompeten = _mark()
    harmonis = _mark()
    loyal = _mark()
    adaptif = _mark()
    kolaboratif = _mark()
    comment = TextField(
        _l("Catatan"),
        [optional()],
        limit=rules.COMMENT_TEXT,
        description=_l(
            "Tulis tentang perilaku yang sering terlihat, tanpa nama, hari, jabatan, atau kutipan."
        ),
    )

    def offer(self, cant: str) -> AnswerForm:
        """Fill in the steps; ``cant`` is the word for not being able to tell."""
        steps = [(str(mark), label(rating)) for mark, rating in MARKS.items()]
        for value in CoreValue:
            self[value.value].label.text = label(value)
            self[value.value].choices = [*steps, (CANT, cant)]
        return self

    @property
    def rows(self) -> list[Any]:
        """The fields of the core values, in their order."""
        return [self[value.value] for value in CoreValue]

    def marks(self) -> list[int]:
        """The marks in the order of the core values."""
        return [int(field.data) if field.data in ("1", "2", "3") else CANT_TELL for field in self.rows]

    def values(self) -> dict[str, Any]:
        return {"marks": self.marks(), "comment": self.comment.data or ""}


class RefuseForm(Form):
    """Why somebody can't judge; HR reads it, the person judged doesn't."""

    compares = False

    reason = OneRadio(_l("Sebabnya"), [required(_l("Pilih sebabnya."))])
    note = TextField(
        _l("Keterangan untuk pengelola kinerja"),
        [optional()],
        limit=rules.NOTE_TEXT,
        description=_l("Yang dinilai tidak membacanya. Untuk sebab lain, tulis apa sebabnya."),
    )

    def offer(self) -> RefuseForm:
        """Fill in the reasons."""
        self.reason.choices = choices(RefusalReason)
        return self

    def values(self) -> dict[str, Any]:
        return {"reason": RefusalReason(self.reason.data), "note": self.note.data or ""}


class ClosesForm(Form):
    """Until when a survey is open."""

    compares = False

    closes = DateField(
        _l("Hari terakhir mengisi"),
        [required(_l("Tulis hari terakhir mengisi."))],
        description=_l(
            "Contoh: 12 Oktober 2026. Survei menutup sendiri pada akhir hari itu, lalu jawabannya dihitung."
        ),
    )


class ReasonForm(Form):
    """Why HR lets a rater go, or draws the lot once more; it stays in the log."""

    compares = False

    note = LineField(_l("Alasan"), [required(_l("Tulis alasannya."))], limit=rules.NOTE_TEXT)


class _Choosing(Form):
    """Mixin of forms that choose one of a few people."""

    compares = False

    def _offer(self, field: Any, people: Sequence[tuple[Any, str]]) -> None:
        self._people = {person.ref: person for person, _more in people}
        # Nobody stands there by chance: what is chosen here can't be taken back.
        named = ((person.ref, ", ".join(filter(None, (person.full_name, more)))) for person, more in people)
        field.choices = [("", _("Pilih nama")), *named]


class AddForm(_Choosing):
    """HR asks one more of those who could be asked."""

    rater = OneSelect(_l("Siapa"), [required(_l("Pilih orangnya."))])

    def offer(self, people: Sequence[tuple[Any, str]]) -> AddForm:
        """Fill in who could be asked and isn't, each with the word of their group."""
        self._offer(self.rater, people)
        return self

    @property
    def chosen(self) -> Any:
        """The person chosen."""
        return self._people[self.rater.data]

    def values(self) -> dict[str, Any]:
        return {"rater": self.chosen}


class ExcludeForm(_Choosing):
    """The employee names a colleague who shouldn't judge them."""

    colleague = OneSelect(_l("Rekan yang dikecualikan"), [required(_l("Pilih rekannya."))])
    note = TextField(
        _l("Alasan"),
        [required(_l("Tulis alasannya."))],
        limit=rules.NOTE_TEXT,
        description=_l(
            "Misalnya hubungan keluarga atau perselisihan. Hanya pengelola kinerja yang membacanya."
        ),
    )

    def offer(self, people: Sequence[Any]) -> ExcludeForm:
        """Fill in the colleagues who could be drawn."""
        self._offer(self.colleague, [(person, "") for person in people])
        return self

    def values(self) -> dict[str, Any]:
        return {"colleague": self._people[self.colleague.data], "note": self.note.data or ""}

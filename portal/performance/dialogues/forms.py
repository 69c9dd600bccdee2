"""Forms of dialogues."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from portal.performance.dialogues import rules
from portal.performance.dialogues.actions import Agreed
from portal.performance.dialogues.models import Dialogue
from portal.performance.dialogues.rules import MAX_STEPS, Side
from portal.web.fields import DateField, LineField, TextField, optional, required
from portal.web.forms import Form
from portal.web.labels import choices


class ExpectationsForm(Form):
    """What was said about the expectations (Y-14)."""

    day = DateField(_l("Tanggal dialog"), [required(_l("Tulis tanggal dialognya."))])
    results = TextField(
        _l("Ekspektasi hasil kerja"),
        [required(_l("Tulis hasil yang diharapkan."))],
        limit=rules.TEXT,
        description=_l("Hasil apa yang diharapkan tahun ini, dan mengapa."),
    )
    behaviour = TextField(
        _l("Ekspektasi perilaku kerja"),
        [optional()],
        limit=rules.TEXT,
        description=_l("Perilaku yang diharapkan; boleh per nilai BerAKHLAK."),
    )
    support = TextField(
        _l("Dukungan yang diminta"),
        [optional()],
        limit=rules.TEXT,
        description=_l("Alat, pelatihan, orang, atau keputusan yang diperlukan pegawai."),
    )
    feedback = TextField(
        _l("Cara dan jadwal umpan balik"),
        [optional()],
        limit=rules.TEXT,
        description=_l("Contoh: setiap Senin pertama, sepuluh menit, langsung."),
    )


class _ResultsForm(Form):
    """What was said about the results of a period (Y-39); the fields of the steps are added below."""

    day = DateField(_l("Tanggal dialog"), [required(_l("Tulis tanggal dialognya."))])
    well = TextField(
        _l("Yang berjalan baik"),
        [required(_l("Tulis apa yang berjalan baik pada periode ini."))],
        limit=rules.TEXT,
        description=_l("Hasil atau perilaku yang patut dipertahankan, dengan kejadiannya."),
    )
    improve = TextField(
        _l("Yang perlu diperbaiki"),
        [optional()],
        limit=rules.TEXT,
        description=_l("Apa yang belum tercapai, dan apa sebabnya menurut keduanya."),
    )
    support = TextField(
        _l("Dukungan yang diberikan"),
        [optional()],
        limit=rules.TEXT,
        description=_l("Alat, pelatihan, orang, atau keputusan yang membantu."),
    )

    numbers: ClassVar[range] = range(1, MAX_STEPS + 1)

    @classmethod
    def of(cls, dialogue: Dialogue | None = None) -> _ResultsForm:
        """The form of a new record, or of one that there is, with its steps."""
        given: dict[str, Any] = {}
        for number, step in enumerate(dialogue.steps if dialogue else (), start=1):
            given |= {f"step_{number}": step.text, f"side_{number}": step.side, f"due_{number}": step.due}
        form = cls(dialogue, **given)
        for number in cls.numbers:
            form[f"side_{number}"].choices = choices(Side)
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides each field: a day alone is no step, and a step is somebody's."""
        good = super().validate(extra_validators)
        for number in self.numbers:
            due = self[f"due_{number}"]
            if due.data is not None and not self[f"step_{number}"].data:
                field = self[f"step_{number}"]
                field.errors = [*field.errors, _("Tulis langkahnya, atau kosongkan tenggatnya.")]
                good = False
            elif due.data is not None and self.day.data is not None and due.data < self.day.data:
                due.errors = [*due.errors, _("Tenggat langkah tidak boleh sebelum tanggal dialognya.")]
                good = False
            side = self[f"side_{number}"]
            if self[f"step_{number}"].data and not side.data:
                side.errors = [*side.errors, _("Pilih siapa yang mengerjakan langkah ini.")]
                good = False
        return good

    def stored(self, thing: Any, name: str) -> Any:
        """What is stored of a step's field."""
        part, _mark, number = name.partition("_")
        if not number:
            return super().stored(thing, name)
        steps = list(thing.steps)
        if int(number) > len(steps):
            return None
        return getattr(steps[int(number) - 1], "text" if part == "step" else part)

    def values(self) -> dict[str, Any]:
        found = {name: self[name].data for name in ("day", "well", "improve", "support")}
        found["steps"] = [
            Agreed(str(text), Side(str(self[f"side_{number}"].data)), self[f"due_{number}"].data)
            for number in self.numbers
            if (text := self[f"step_{number}"].data)
        ]
        return found


def _step_fields() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number in _ResultsForm.numbers:
        found[f"step_{number}"] = LineField(
            _l("Langkah %(n)s", n=number), [optional()], limit=rules.STEP_TEXT
        )
        found[f"side_{number}"] = SelectField(
            _l("Yang mengerjakan langkah %(n)s", n=number), [optional()], default=Side.EMPLOYEE.value
        )
        found[f"due_{number}"] = DateField(_l("Tenggat langkah %(n)s", n=number), [optional()])
    return found


ResultsForm: type[_ResultsForm] = type("ResultsForm", (_ResultsForm,), _step_fields())
"""The form of a dialogue on results, with as many steps as one may have."""

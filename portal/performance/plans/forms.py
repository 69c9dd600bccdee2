"""Forms of plans; limits and choices come from the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, SelectField
from wtforms.validators import ValidationError

from portal.kernel.exact import LIMIT
from portal.performance.plans import rules
from portal.performance.plans.models import Indicator, PlannedResult
from portal.performance.plans.rules import (
    Approach,
    Aspect,
    ChangeReason,
    ControlLevel,
    CoreValue,
    Direction,
    ManualFrequency,
    ManualKind,
    Perspective,
    ResultKind,
    Ruling,
)
from portal.web.fields import DateField, LineField, LinesField, NumberField, TextField, optional, required
from portal.web.forms import Form
from portal.web.labels import choices

MOST = LIMIT - 1


class PlannedResultForm(Form):
    """A planned result: what will exist, for which result of the leader."""

    supported_line = SelectField(
        _l("Hasil kerja pimpinan yang didukung"),
        [optional()],
        description=_l("Hasil kerja pimpinan yang Anda dukung dengan hasil Anda."),
        default="",
    )
    text = TextField(
        _l("Rencana hasil kerja"),
        [required(_l("Tulis hasil yang akan ada, bukan kegiatan yang dilakukan."))],
        limit=rules.RESULT_TEXT,
        description=_l(
            "Tulis hasil, bukan kegiatan. Contoh: Terlayaninya pasien di loket sesuai standar waktu."
        ),
    )
    kind = RadioField(_l("Jenis"), [required()], default=ResultKind.MAIN.value)
    assigned_by = LineField(
        _l("Penugasan dari"),
        [optional()],
        limit=rules.ASSIGNED_BY_TEXT,
        description=_l("Siapa yang memberi tugas ini, misalnya Kepala Puskesmas."),
    )
    perspective = SelectField(_l("Perspektif"), [optional()], default="")

    def offer(
        self, leader_results: Sequence[PlannedResult], *, leader_form: bool, kinds: Sequence[ResultKind] = ()
    ) -> PlannedResultForm:
        """Fill in the choices of this plan; ``kinds`` where not every kind may be written freely."""
        self.kind.choices = [pair for pair in choices(ResultKind) if not kinds or pair[0] in kinds]
        if kinds and self.kind.data not in kinds:
            self.kind.data = kinds[0].value
        self.supported_line.choices = [
            ("", _("Tidak mendukung hasil pimpinan tertentu")),
            *((row.line_ref, row.text) for row in leader_results),
        ]
        self.perspective.choices = choices(Perspective, empty=_("Pilih perspektif"))
        if not leader_form:
            del self.perspective
        return self

    def values(self) -> dict[str, Any]:
        found = super().values()
        found["kind"] = ResultKind(found["kind"])
        if "perspective" in found:
            found["perspective"] = Perspective(found["perspective"]) if found["perspective"] else None
        return found


class GoalResultForm(PlannedResultForm):
    """A result that is a goal of the performance agreement: its words and kind stay the goal's."""

    def offer(
        self, leader_results: Sequence[PlannedResult], *, leader_form: bool, kinds: Sequence[ResultKind] = ()
    ) -> PlannedResultForm:
        self._written = {"text": self.text.data, "kind": ResultKind(self.kind.data)}
        super().offer(leader_results, leader_form=leader_form)
        del self.text, self.kind
        return self

    def values(self) -> dict[str, Any]:
        found = {**Form.values(self), **self._written}
        if "perspective" in found:
            found["perspective"] = Perspective(found["perspective"]) if found["perspective"] else None
        return found


class TakeGoalForm(Form):
    """Which goal of the performance agreement becomes a main result."""

    goal = RadioField(_l("Sasaran perjanjian kinerja"), [required(_l("Pilih sasarannya."))])
    perspective = SelectField(_l("Perspektif"), [required(_l("Pilih perspektifnya."))], default="")

    def offer(self, goals: Sequence[Any]) -> TakeGoalForm:
        """Fill in the goals that weren't taken yet."""
        self.goal.choices = [(row.line_ref, row.text) for row in goals]
        self.perspective.choices = choices(Perspective, empty=_("Pilih perspektif"))
        return self

    def values(self) -> dict[str, Any]:
        return {"goal": str(self.goal.data), "perspective": Perspective(str(self.perspective.data))}


class ManualForm(Form):
    """How an indicator is worked out (form F-6)."""

    purpose = TextField(
        _l("Tujuan"),
        [required(_l("Tulis untuk apa indikator ini diukur."))],
        limit=rules.MANUAL_TEXT,
        description=_l("Untuk apa indikator ini diukur."),
    )
    definition = TextField(
        _l("Definisi"),
        [required(_l("Tulis apa yang dihitung dan apa yang tidak."))],
        limit=rules.MANUAL_TEXT,
        description=_l("Apa yang dihitung, dan apa yang tidak."),
    )
    formula = TextField(
        _l("Rumus"),
        [required(_l("Tulis cara menghitungnya."))],
        limit=rules.MANUAL_TEXT,
        description=_l("Contoh: jumlah pasien yang dilayani tepat waktu dibagi semua pasien, kali 100%."),
    )
    kind = RadioField(_l("Jenis nilai"), [required(_l("Pilih jenis nilainya."))])
    control = RadioField(_l("Tingkat kendali"), [required(_l("Pilih tingkat kendalinya."))])
    source = LineField(_l("Sumber data"), [required(_l("Tulis sumber datanya."))], limit=rules.MANUAL_LINE)
    responsible = LineField(
        _l("Penanggung jawab"), [required(_l("Tulis penanggung jawabnya."))], limit=rules.MANUAL_LINE
    )
    provider = LineField(
        _l("Penyedia data"), [required(_l("Tulis penyedia datanya."))], limit=rules.MANUAL_LINE
    )
    frequency = SelectField(
        _l("Periode pelaporan"), [required(_l("Pilih periode pelaporannya."))], default=""
    )

    def __init__(self, obj: Any = None, **values: Any) -> None:
        super().__init__(obj, **values)
        self.kind.choices = choices(ManualKind)
        self.control.choices = choices(ControlLevel)
        self.frequency.choices = choices(ManualFrequency, empty=_("Pilih periode"))

    def values(self) -> dict[str, Any]:
        return {
            **super().values(),
            "kind": ManualKind(str(self.kind.data)),
            "control": ControlLevel(str(self.control.data)),
            "frequency": ManualFrequency(str(self.frequency.data)),
        }


class ApproachForm(Form):
    """Which approach a plan follows."""

    approach = RadioField(_l("Pendekatan hasil kerja"), [required(_l("Pilih pendekatannya."))])

    def offer(self, allowed: Sequence[Approach]) -> ApproachForm:
        """Fill in the approaches of the policy."""
        self.approach.choices = [pair for pair in choices(Approach) if pair[0] in allowed]
        return self

    def values(self) -> dict[str, Any]:
        return {"approach": Approach(str(self.approach.data))}


class MeasureForm(Form):
    """A success measure in words, with what is expected: the qualitative approach.

    What was written under the other approach stays as it is: aspect, target and unit aren't asked for.
    """

    _kept: Mapping[str, Any] = {
        "aspect": None,
        "target_min": None,
        "target_max": None,
        "unit": "",
        "direction": Direction.UP,
    }

    text = TextField(
        _l("Ukuran keberhasilan"),
        [required(_l("Tulis ukuran yang menunjukkan hasil itu tercapai, dengan targetnya."))],
        limit=rules.INDICATOR_TEXT,
        description=_l("Contoh: Setiap warga dilayani pada hari yang sama dan menyatakan puas."),
    )

    @classmethod
    def of(cls, indicator: Indicator | None = None) -> MeasureForm:
        """The form of a new measure, or of one that there is."""
        form = cls(indicator) if indicator is not None else cls()
        if indicator is not None:
            form._kept = {name: getattr(indicator, name) for name in cls._kept}
        return form

    def values(self) -> dict[str, Any]:
        return {**super().values(), **self._kept}


class IndicatorForm(Form):
    """An indicator with its target: one value, or a range."""

    text = LineField(
        _l("Indikator"),
        [required(_l("Tulis ukuran yang menunjukkan hasil itu tercapai."))],
        limit=rules.INDICATOR_TEXT,
        description=_l("Contoh: Pasien terdaftar melalui loket."),
    )
    aspect = SelectField(_l("Aspek"), [required(_l("Pilih aspeknya."))])
    target_min = NumberField(
        _l("Target"), [required(_l("Tulis targetnya, misalnya 12 atau 1.234,5."))], least=0, most=MOST
    )
    target_max = NumberField(
        _l("Sampai dengan"),
        [optional()],
        least=0,
        most=MOST,
        description=_l("Isi hanya bila targetnya berupa rentang, misalnya 80 sampai dengan 90."),
    )
    unit = LineField(
        _l("Satuan"),
        [required(_l("Tulis satuannya."))],
        limit=rules.UNIT_TEXT,
        description=_l("Contoh: pasien, %, hari kerja."),
    )
    direction = RadioField(_l("Arah"), [required()], default=Direction.UP.value)

    def offer(self, *, leader_form: bool) -> IndicatorForm:
        """Fill in the choices; a leader's form has no aspects."""
        self.aspect.choices = choices(Aspect, empty=_("Pilih aspek"))
        self.direction.choices = choices(Direction)
        if leader_form:
            del self.aspect
        if self.target_max is not None and self.target_max.data == self.target_min.data and not self.errors:
            self.target_max.data = self.target_max.data if self.target_max.raw_data else None
        return self

    def validate_target_max(self, field: Any) -> None:
        problem = rules.target_problem(self.target_min.data, field.data)
        if problem is not None:
            raise ValidationError(_(problem.message))

    def values(self) -> dict[str, Any]:
        found = super().values()
        found["aspect"] = Aspect(found["aspect"]) if found.get("aspect") else None
        found["direction"] = Direction(found["direction"])
        return found


class ValuesForm(Form):
    """One text under each of the seven core values."""

    berorientasi_pelayanan = TextField("", [optional()], limit=rules.EXPECTATION_TEXT)
    akuntabel = TextField("", [optional()], limit=rules.EXPECTATION_TEXT)
    kompeten = TextField("", [optional()], limit=rules.EXPECTATION_TEXT)
    harmonis = TextField("", [optional()], limit=rules.EXPECTATION_TEXT)
    loyal = TextField("", [optional()], limit=rules.EXPECTATION_TEXT)
    adaptif = TextField("", [optional()], limit=rules.EXPECTATION_TEXT)
    kolaboratif = TextField("", [optional()], limit=rules.EXPECTATION_TEXT)

    as_leader = False

    def stored(self, thing: Any, name: str) -> str:
        """What stands under that core value in the plan version ``thing``."""
        for row in thing.expectations:
            if row.value == name:
                return str(row.expectation if self.as_leader else row.comment)
        return ""

    def of(self, value: CoreValue) -> Field:
        """The field of one core value."""
        return self[value.value]

    def values(self) -> dict[str, Any]:
        return {"texts": {value: self[value.value].data or "" for value in CoreValue}}


class AttachmentsForm(Form):
    """The three lists of the annex, one item a line."""

    resource_support = LinesField(
        _l("Dukungan sumber daya"),
        [optional()],
        description=_l("Satu butir per baris: alat, data, orang, pelatihan yang Anda perlukan."),
    )
    accountability_scheme = LinesField(
        _l("Skema pertanggungjawaban"),
        [optional()],
        description=_l("Satu butir per baris: kapan dan bagaimana Anda melaporkan hasil."),
    )
    consequence = LinesField(
        _l("Konsekuensi"),
        [optional()],
        description=_l("Satu butir per baris: apa yang terjadi bila tercapai, dan bila belum."),
    )

    def _few(self, field: Any) -> None:
        if len(field.data or []) > rules.MAX_ATTACHMENT_LINES:
            raise ValidationError(_("Paling banyak %(n)s butir.", n=rules.MAX_ATTACHMENT_LINES))
        if any(len(line) > rules.ATTACHMENT_TEXT for line in field.data or []):
            raise ValidationError(_("Satu butir paling panjang %(n)s huruf.", n=rules.ATTACHMENT_TEXT))

    validate_resource_support = validate_accountability_scheme = validate_consequence = _few


class ChangeForm(Form):
    """Why a plan that was set is changed, and the papers that the reason rests on."""

    compares = False

    reason = RadioField(_l("Alasan"), [required(_l("Pilih alasannya."))])
    reason_note = TextField(
        _l("Penjelasan"),
        [required(_l("Jelaskan apa yang berubah dan sejak kapan."))],
        limit=rules.REASON_TEXT,
        description=_l("Apa yang berubah, sejak kapan, dan hasil kerja mana yang terkena."),
    )
    letter = LineField(
        _l("Nomor surat"),
        [optional()],
        limit=rules.LETTER_TEXT,
        description=_l(
            "Surat cuti, surat tugas, atau persetujuan. Wajib untuk sakit atau cuti, penugasan lain, "
            "dan alasan lain."
        ),
    )
    letter_date = DateField(_l("Tanggal surat"), [optional()])
    away_from = DateField(
        _l("Hari pertama cuti atau penugasan"),
        [optional()],
        description=_l("Hanya untuk sakit, cuti, atau penugasan lain."),
    )
    away_to = DateField(_l("Hari terakhir cuti atau penugasan"), [optional()])

    def offer(self) -> ChangeForm:
        """Fill in the reasons of the law."""
        self.reason.choices = choices(ChangeReason)
        return self

    def values(self) -> dict[str, Any]:
        return {**super().values(), "reason": ChangeReason(str(self.reason.data))}


class SubstituteForm(Form):
    """What the superior decides about a plan whose step wasn't taken in time."""

    compares = False

    ruling = RadioField(_l("Keputusan"), [required(_l("Pilih keputusannya."))])
    text = TextField(
        _l("Alasan"),
        [required(_l("Tulis alasannya."))],
        limit=rules.RULING_TEXT,
        description=_l("Dibaca pegawai dan penilainya, dan tercetak pada SKP."),
    )

    def offer(self, found: rules.Overdue | None) -> SubstituteForm:
        """Fill in the decisions; where the plan was agreed to there is none but to set it."""
        self.ruling.choices = choices(Ruling)
        if found is not None and found.lapse is not rules.Lapse.AGREEMENT:
            del self.ruling
        return self

    def values(self) -> dict[str, Any]:
        ruling = Ruling(str(self.ruling.data)) if "ruling" in self else Ruling.AGREE
        return {"text": self.text.data, "ruling": ruling}


class NoteForm(Form):
    """A note of the appraiser on one line."""

    line_ref = HiddenField()
    text = TextField(
        _l("Catatan"),
        [required(_l("Tulis apa yang perlu diperbaiki."))],
        limit=rules.NOTE_TEXT,
        description=_l("Sebutkan apa yang kurang dan bagaimana memperbaikinya."),
    )


class AnswerForm(Form):
    """The employee's answer to a note."""

    answer = TextField(_l("Jawaban Anda"), [required(_l("Tulis jawaban Anda."))], limit=rules.NOTE_TEXT)


class MatrixRowForm(Form):
    """One member's row; a field per result of the leader, added by ``for_results``."""

    @classmethod
    def for_results(cls, results: Sequence[PlannedResult]) -> type[MatrixRowForm]:
        """The form class for these results of the leader."""
        fields = {
            f"cell_{row.line_ref}": TextField(
                row.text,
                [optional()],
                limit=rules.RESULT_TEXT,
                description=_("Kosongkan bila tidak berperan."),
            )
            for row in results
        }
        return type("MatrixRow", (cls,), fields)

    def values(self) -> dict[str, Any]:
        return {"texts": {name.removeprefix("cell_"): text for name, text in super().values().items()}}

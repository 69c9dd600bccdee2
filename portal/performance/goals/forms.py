"""Forms of shared goals; limits come from the rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_

from portal.kernel.exact import LIMIT
from portal.kernel.refs import is_ref
from portal.people.organisation.models import Unit
from portal.people.organisation.queries import unit_named, units_to_choose
from portal.performance.goals import rules
from portal.performance.goals.models import SharedGoal
from portal.performance.plans.rules import UNIT_TEXT, Direction
from portal.performance.progress.rules import FeedbackKind
from portal.web.fields import (
    DateField,
    LineField,
    NumberField,
    OneRadio,
    OneSelect,
    TextField,
    optional,
    required,
)
from portal.web.forms import Form, complain
from portal.web.labels import choices

OFFERED = 100
"""Units that one form offers; the others are found by name."""


class GoalForm(Form):
    """What is to be reached, and by which measure."""

    title = LineField(
        _l("Nama sasaran"),
        [required(_l("Tulis nama sasarannya."))],
        limit=rules.TITLE_TEXT,
        description=_l("Contoh: Jalan distrik dan jembatan gantung siap dilalui."),
    )
    text = TextField(
        _l("Yang hendak dicapai"),
        [required(_l("Tulis hasil yang akan ada bagi warga."))],
        limit=rules.RESULT_TEXT,
        description=_l("Hasil yang akan ada bagi warga, bukan kegiatan yang dilakukan."),
    )
    indicator = LineField(
        _l("Indikator"),
        [required(_l("Tulis satu ukuran yang menunjukkan sasaran ini tercapai."))],
        limit=rules.INDICATOR_TEXT,
        description=_l(
            "Satu ukuran bagi seluruh sasaran. Contoh: Panjang jalan distrik yang selesai, dalam km."
        ),
    )
    unit = LineField(
        _l("Satuan"),
        [required(_l("Tulis satuannya."))],
        limit=UNIT_TEXT,
    )
    direction = OneRadio(_l("Arah"), [required()], default=Direction.UP.value)
    baseline = NumberField(
        _l("Keadaan awal"),
        [required(_l("Tulis keadaan awalnya; nol bila belum ada apa-apa."))],
        least=0,
        most=LIMIT - 1,
    )
    target = NumberField(
        _l("Target"),
        [required(_l("Tulis targetnya, misalnya 12 atau 1.234,5."))],
        least=0,
        most=LIMIT - 1,
    )

    def __init__(self, obj: Any = None, **values: Any) -> None:
        super().__init__(obj, **values)
        self.direction.choices = choices(Direction)

    def validate_target(self, field: Any) -> None:
        if self.baseline.data is None or field.data is None:
            return
        complain(rules.target_problem(self.baseline.data, field.data, self.direction.data))

    def values(self) -> dict[str, Any]:
        found = super().values()
        return {**found, "direction": Direction(found["direction"])}


class _ChoosesUnit(Form):
    """Mixin of forms that choose a unit. The search stands in the form itself: looking for another keeps what was typed."""

    q = LineField(
        _l("Cari unit"), [optional()], limit=100, description=_l("Yang sudah dipilih dan ditulis tetap ada.")
    )

    def _offer(self, field: Any, scope: ColumnElement[bool], day: date) -> None:
        """Offer in ``field`` the units in ``scope`` that fit the search, and the one that was chosen before."""
        ref = field.data if is_ref(field.data or "") else ""
        chosen = Unit.ref == ref
        condition = scope & or_(unit_named(self.q.data or ""), chosen)
        found = units_to_choose(condition, day, first=chosen, limit=OFFERED)
        self.many = len(found) > OFFERED
        self._units = {row.Unit.ref: row.Unit for row in found[:OFFERED]}
        self.finds = bool(self._units.keys() - {ref})
        field.choices = [("", _l("Pilih unit"))]
        for unit, agency in found[:OFFERED]:
            field.choices.append((unit.ref, f"{unit.name} ({agency})" if agency else unit.name))

    def values(self) -> dict[str, Any]:
        found = super().values()
        del found["q"]
        return found


class NewGoalForm(_ChoosesUnit, GoalForm):
    """A new goal: which unit coordinates it, too."""

    coordinator = OneSelect(
        _l("Unit pengoordinasi"),
        [required(_l("Pilih unitnya."))],
        description=_l("Unit ini mengusulkan sasaran dan mengurus langkah-langkahnya."),
    )

    def offer(self, scope: ColumnElement[bool], day: date) -> NewGoalForm:
        """Fill in the units that may coordinate."""
        self._offer(self.coordinator, scope, day)
        if len(self._units) == 1 and not self.q.data:
            # Of one alone there is nothing to choose.
            del self.coordinator.choices[0]
        return self

    def values(self) -> dict[str, Any]:
        return {**super().values(), "coordinator": self._units[self.coordinator.data]}


class BringForm(Form):
    """What a unit brings to the goal, a line each."""

    people = LineField(
        _l("Orang"),
        [optional()],
        limit=rules.BROUGHT_TEXT,
        description=_l("Siapa yang dikerahkan dan berapa orang."),
    )
    tools = LineField(
        _l("Alat"), [optional()], limit=rules.BROUGHT_TEXT, description=_l("Alat, kendaraan, atau tempat.")
    )
    budget = LineField(
        _l("Anggaran"),
        [optional()],
        limit=rules.BROUGHT_TEXT,
        description=_l("Program dan besarnya anggaran."),
    )
    information = LineField(
        _l("Informasi"),
        [optional()],
        limit=rules.BROUGHT_TEXT,
        description=_l("Data, peta, atau laporan yang dibagikan."),
    )


class ContributionForm(BringForm):
    """A contributor's share and what it brings."""

    share = NumberField(
        _l("Bagian (persen)"),
        [required(_l("Tulis bagiannya dalam persen, misalnya 40 atau 33,5."))],
        least=0,
        most=100,
        description=_l("Semua bagian bersama-sama tepat seratus persen."),
    )

    def validate_share(self, field: Any) -> None:
        if field.data is not None:
            complain(rules.share_problem(field.data))


class NewContributionForm(_ChoosesUnit, ContributionForm):
    """A further contributor."""

    compares = False

    contributor = OneSelect(_l("Unit atau perangkat daerah"), [required(_l("Pilih unitnya."))])

    def offer(self, scope: ColumnElement[bool], day: date) -> NewContributionForm:
        """Fill in the units that may contribute."""
        self._offer(self.contributor, scope, day)
        return self

    def values(self) -> dict[str, Any]:
        found = super().values()
        unit = self._units[found.pop("contributor")]
        return {**found, "unit": unit}


class ReasonForm(Form):
    """A reason, or the outcome of a goal that ends."""

    compares = False

    reason = TextField(_l("Alasan"), [required(_l("Tulis alasannya."))], limit=rules.REASON_TEXT)


class ProgressForm(Form):
    """How far the goal is on a day."""

    compares = False

    day = DateField(_l("Keadaan pada tanggal"), [required(_l("Tulis tanggalnya."))])
    value = NumberField(
        _l("Capaian sampai tanggal itu"),
        [required(_l("Tulis angkanya, misalnya 12 atau 1.234,5."))],
        least=0,
        most=LIMIT - 1,
        description=_l(
            "Angka seluruh sasaran, termasuk keadaan awalnya; bukan tambahannya dan bukan bagian satu unit."
        ),
    )
    text = TextField(
        _l("Yang sudah terjadi"),
        [required(_l("Tulis apa yang sudah terjadi."))],
        limit=rules.PROGRESS_TEXT,
        description=_l("Terbaca oleh semua penyumbang. Sebut juga hambatan dan siapa yang diperlukan."),
    )


class FeedbackForm(Form):
    """What goes well with the goal, or could be better."""

    compares = False

    kind = OneRadio(_l("Jenis"), [required(_l("Pilih apresiasi atau saran perbaikan."))])
    text = TextField(
        _l("Isi"),
        [required(_l("Tulis umpan baliknya."))],
        limit=rules.FEEDBACK_TEXT,
        description=_l(
            "Tentang sasaran dan kerja samanya, bukan tentang seseorang. Nama Anda tampil bersama tulisan ini."
        ),
    )

    def offer(self) -> FeedbackForm:
        """Fill in the kinds."""
        self.kind.choices = choices(FeedbackKind)
        return self

    def values(self) -> dict[str, Any]:
        return {"kind": FeedbackKind(self.kind.data), "text": self.text.data}


class ReferForm(Form):
    """Which line of the own plan refers to which goal."""

    compares = False

    line_ref = OneSelect(_l("Hasil kerja Anda"), [required(_l("Pilih hasil kerjanya."))])
    goal = OneSelect(_l("Sasaran bersama yang dirujuk"), [required(_l("Pilih sasarannya."))])

    def offer(self, lines: Sequence[tuple[str, str]], goals: Sequence[SharedGoal]) -> ReferForm:
        """Fill in the lines and goals."""
        self._goals = {goal.ref: goal for goal in goals}
        self.line_ref.choices = list(lines)
        self.goal.choices = [(goal.ref, goal.title) for goal in goals]
        return self

    def values(self) -> dict[str, Any]:
        return {"line_ref": self.line_ref.data, "goal": self._goals[self.goal.data]}

"""Forms of services: the service with its standard, an indicator's metadata, one value, a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.kernel.refusal import Refused
from portal.policy.calendars.rules import PeriodKind
from portal.voice.services import rules
from portal.voice.services.models import LINE, NAME, PARAGRAPH, MeasuredValue, ServiceIndicator
from portal.voice.services.rules import LABELS, PUBLIC, Better, Component, Method, MissingReason, TableKind
from portal.voice.services.tables import MAX_BYTES
from portal.web.answers import words
from portal.web.fields import (
    DateField,
    FileField,
    LineField,
    NumberField,
    RadioField,
    SelectField,
    TextField,
    optional,
    required,
)
from portal.web.forms import Form
from portal.web.labels import choices, label


class NewServiceForm(Form):
    """A service's name and whose it is."""

    agency = SelectField(_l("Perangkat daerah"), [required()])
    name = LineField(_l("Nama layanan"), [required()], limit=NAME)
    everyday = LineField(
        _l("Nama sehari-hari"),
        [optional()],
        limit=NAME,
        description=_l("Kata yang dipakai warga, misalnya: bikin KTP. Dipakai juga oleh pencarian."),
    )
    name_en = LineField(_l("Nama dalam bahasa Inggris"), [optional()], limit=NAME)


class ServiceForm(Form):
    """A service's names and the fourteen components of its standard."""

    name = LineField(_l("Nama layanan"), [required()], limit=NAME)
    everyday = LineField(_l("Nama sehari-hari"), [optional()], limit=NAME)
    name_en = LineField(_l("Nama dalam bahasa Inggris"), [optional()], limit=NAME)
    decree = LineField(
        _l("Keputusan penetapan standar"), [optional()], limit=LINE, description=_l("Nomor dan tanggalnya.")
    )
    set_on = DateField(_l("Standar berlaku sejak"), [optional()])

    def __init__(self, obj: Any, parts: dict[Component, str]) -> None:
        self.parts = parts
        super().__init__(obj=obj, **{component.value: text for component, text in parts.items()})
        for component in Component:
            self[component.value].label.text = label(component)

    def stored(self, thing: Any, name: str) -> Any:
        """Components aren't columns of the service."""
        return self.parts.get(Component(name), "") if name in set(Component) else getattr(thing, name)

    @property
    def public_parts(self) -> list[Any]:
        """The fields of the six components that everybody reads."""
        return [self[component.value] for component in PUBLIC]

    @property
    def inner_parts(self) -> list[Any]:
        """The fields of the other eight."""
        return [self[component.value] for component in Component if component not in PUBLIC]


for _component in Component:
    setattr(ServiceForm, _component.value, TextField(LABELS[_component], [optional()], limit=PARAGRAPH))


class IndicatorForm(Form):
    """What is needed to work an indicator out again."""

    name = LineField(_l("Nama indikator"), [required()], limit=NAME)
    name_en = LineField(_l("Nama dalam bahasa Inggris"), [optional()], limit=NAME)
    concept = TextField(
        _l("Konsep dan definisi"),
        [required()],
        limit=PARAGRAPH,
        description=_l("Apa yang diukur, kapan dihitung mulai dan selesai, apa yang tidak ikut."),
    )
    method = RadioField(_l("Cara hitung"), [required()])
    formula = TextField(_l("Rumus"), [required()], limit=PARAGRAPH)
    measure = LineField(
        _l("Satuan"),
        [required()],
        limit=40,
        description=_l("Misalnya: persen ditulis dengan tandanya, atau menit, jam, hari, orang."),
    )
    places = SelectField(
        _l("Angka di belakang koma"), choices=[(str(n), str(n)) for n in range(4)], default="1"
    )
    better = RadioField(_l("Arah"), [required()])
    frequency = SelectField(_l("Frekuensi"), [required()])
    begins = DateField(
        _l("Diukur mulai"), [required()], description=_l("Tanggal apa saja di dalam periode pertamanya.")
    )
    until = DateField(
        _l("Diukur sampai"), [optional()], description=_l("Kosongkan selama indikatornya masih dipakai.")
    )
    source = LineField(_l("Sumber data"), [required()], limit=LINE)
    producer = LineField(_l("Produsen data"), [required()], limit=LINE)
    standard = NumberField(_l("Nilai standar"), [optional()], least=0, most=rules.MOST)
    standard_note = LineField(
        _l("Asal nilai standar"), [optional()], limit=LINE, description=_l("Peraturan atau keputusannya.")
    )
    baseline = NumberField(_l("Garis dasar"), [optional()], least=0, most=rules.MOST)
    baseline_note = LineField(
        _l("Asal garis dasar"), [optional()], limit=LINE, description=_l("Misalnya: rata-rata tahun 2024.")
    )

    def __init__(self, obj: ServiceIndicator | None = None) -> None:
        super().__init__(obj=obj, until=_last_period(obj))
        self.method.choices = choices(Method)
        self.better.choices = choices(Better)
        self.frequency.choices = choices(PeriodKind)

    def stored(self, thing: Any, name: str) -> Any:
        """The last period is told by its first day."""
        return _last_period(thing) if name == "until" else getattr(thing, name)


def _last_period(indicator: ServiceIndicator | None) -> date | None:
    if indicator is None or indicator.ends is None:
        return None
    return rules.moved(indicator.frequency, indicator.ends, -1)


class ValueForm(Form):
    """One value with what stands behind it, or the reason why there is none."""

    unit = SelectField(_l("Unit"), [required()])
    period = SelectField(_l("Periode"), [required()])
    numerator = NumberField(_l("Pembilang"), [optional()])
    denominator = NumberField(_l("Penyebut"), [optional()])
    value = NumberField(_l("Nilai"), [optional()])
    n = NumberField(
        _l("Jumlah data (n)"), [optional()], description=_l("Berapa kasus atau jawaban yang dihitung.")
    )
    missing = SelectField(_l("Bila kosong, sebabnya"), [optional()])
    note = LineField(
        _l("Catatan"),
        [optional()],
        limit=LINE,
        description=_l("Tampil di halaman publik. Jangan menulis nama orang."),
    )
    outage = LineField(
        _l("Gangguan yang memengaruhi angka"),
        [optional()],
        limit=LINE,
        description=_l("Misalnya: listrik padam dua hari. Ditandai pada grafik."),
    )
    reason = LineField(
        _l("Alasan"),
        [optional()],
        limit=LINE,
        description=_l("Wajib bila periodenya sudah ditutup atau terbit. Tampil di halaman publik."),
    )

    NUMBERS = ("numerator", "denominator", "value", "n")

    def __init__(self, method: Method, obj: MeasuredValue | None = None, **values: Any) -> None:
        super().__init__(obj=None, **{**_present(obj), **values})
        self.method = method
        self.missing.choices = choices(MissingReason, empty=_("Tidak kosong"))
        shown = {
            Method.RATE: ("numerator", "denominator"),
            Method.COUNT: ("value",),
            Method.MEAN: ("value", "n"),
            Method.MEDIAN: ("value", "n"),
        }[method]
        for name in self.NUMBERS:
            if name not in shown:
                del self[name]

    @property
    def numbers(self) -> list[Any]:
        """The fields for numbers that this method has."""
        return [self[name] for name in self.NUMBERS if name in self]

    def validate(self, extra_validators: Any = None) -> bool:
        """Also whether the parts make a value together."""
        if not super().validate(extra_validators):
            return False
        parts: dict[str, Decimal | None] = {field.name: field.data for field in self.numbers}
        missing = MissingReason(self.missing.data) if self.missing.data else None
        found = rules.wrong_parts(self.method, **parts, missing=missing, note=self.note.data or "")  # type: ignore[arg-type]
        for refusal in found:
            field = self[refusal.anchor]
            field.errors = [*field.errors, _(refusal.message)]
        return not found


class CorrectionForm(ValueForm):
    """Another value in the place of the present one."""

    unit = None
    period = None
    reason = LineField(
        _l("Alasan koreksi"),
        [required()],
        limit=LINE,
        description=_l("Apa yang salah dan dari mana angka yang benar. Tampil di halaman publik."),
    )

    def __init__(self, method: Method, said: MeasuredValue, version: int) -> None:
        super().__init__(method, said, reason="")
        self.said, self.version = said, version

    def stored(self, thing: Any, name: str) -> Any:
        """What the measurement says lies beside it."""
        value = getattr(self.said, name)
        return label(value) if name == "missing" else value


def _present(said: MeasuredValue | None) -> dict[str, Any]:
    if said is None:
        return {}
    names = ("numerator", "denominator", "value", "note", "outage")
    values = {name: getattr(said, name) for name in names}
    return values | {
        "n": Decimal(said.n) if said.n is not None else None,
        "missing": said.missing.value if said.missing else "",
    }


class TableForm(Form):
    """A CSV table of an indicator."""

    kind = RadioField(_l("Isi tabel"), [required()])
    table = FileField(
        _l("Berkas CSV"),
        description=_l("Sampai 20 MB. Kolomnya harus seperti contoh; baris yang salah ditunjukkan."),
    )

    def __init__(self, method: Method, prepare: Callable[[TableKind, bytes], Any]) -> None:
        super().__init__()
        self._prepare = prepare
        self.prepared: Any = None
        kinds = choices(TableKind)
        self.kind.choices = kinds if method is Method.MEDIAN else kinds[:1]
        if self.kind.data is None:
            self.kind.data = kinds[0][0]

    def validate(self, extra_validators: Any = None) -> bool:
        """A file must have come along, and be a table; its rows are checked here, outside the door."""
        if not super().validate(extra_validators):
            return False
        upload = self.table.data
        if not getattr(upload, "filename", ""):
            self.table.errors = [_("Pilih berkas CSV.")]
            return False
        try:
            self.prepared = self._prepare(TableKind(self.kind.data), upload.stream.read(MAX_BYTES + 1))
        except Refused as refused:
            self.table.errors = [words(refused.refusal)]
            return False
        return True

    def values(self) -> dict[str, Any]:
        """What was made of the file."""
        name = self.table.data.filename.replace("\\", "/").rsplit("/", 1)[-1]
        return {"prepared": self.prepared, "name": name}


class ApplyForm(Form):
    """Applying a checked table."""

    reason = LineField(
        _l("Alasan"),
        [optional()],
        limit=LINE,
        description=_l(
            "Wajib bila ada koreksi atau periode yang sudah ditutup atau terbit. Tampil di halaman publik."
        ),
    )
    compares = False

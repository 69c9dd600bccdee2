"""Forms of the structure: codes and people are typed and looked up, dates say from when it holds."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.kernel.texts import fold
from portal.people.employment.models import Person
from portal.people.employment.rules import AbsenceKind, ActingKind, PostKind
from portal.people.organisation.models import Position, Unit
from portal.people.structure import queries
from portal.web.fields import DateField, LineField, optional, required
from portal.web.forms import Form
from portal.web.labels import choices

CHOICE: dict[str, Any] = {
    "invalid_choice_message": _l("Pilih salah satu yang tersedia."),
    "invalid_value_message": _l("Pilih salah satu yang tersedia."),
}
NOT_ACTING = "definitif"
LETTER = _l("Misalnya Peraturan Wali Kota 12 Tahun 2026, atau nomor surat keputusan.")


NAMED = _l("Kode unit, atau namanya yang lengkap. Sebagian nama pun boleh: pilihannya ditunjukkan.")


class UnitCode(LineField):
    """A unit named by its code or its whole name."""

    def find(self, region_id: int) -> Unit:
        """The unit of the region; else an error beside the field, with the units that may be meant."""
        typed = self.data or ""
        unit = queries.unit_by_code(region_id, typed)
        if unit is not None:
            return unit
        near = list(queries.units_like(region_id, typed))
        exact = [each for each in near if fold(each.name) == fold(typed)]
        if len(exact) == 1:
            return exact[0]
        if not near:
            raise ValidationError(_("Tidak ada unit dengan kode atau nama itu di daerah Anda."))
        named = "; ".join(f"{each.code} {each.name}" for each in near[: queries.NEAR])
        if len(near) > queries.NEAR:
            raise ValidationError(
                _("Banyak unit cocok, misalnya %(units)s. Tulis kode atau nama lengkapnya.", units=named)
            )
        raise ValidationError(_("Yang mana? Tulis kodenya: %(units)s.", units=named))


class Dated(Form):
    """A change that holds from a day, on a ground."""

    compares = False

    day = DateField(_l("Berlaku sejak"), [required()], description=_l("Hari pertama keadaan yang baru."))
    letter = LineField(_l("Dasar"), [required()], limit=100, description=LETTER)


class InRegion(Form):
    """A form that looks things up in one region."""

    region_id = 0

    def within(self, region_id: int) -> Any:
        """Look things up there."""
        self.region_id = region_id
        return self


class NewUnitForm(InRegion):
    """A new unit."""

    compares = False

    code = LineField(_l("Kode unit"), [required()], limit=40)
    name = LineField(_l("Nama resmi"), [required()], limit=200)
    kind = LineField(
        _l("Jenis"), [required()], limit=40, description=_l("Misalnya dinas, badan, kecamatan, puskesmas.")
    )
    parent = UnitCode(_l("Unit di atasnya"), [required()], limit=200, description=NAMED)
    is_agency = BooleanField(_l("Perangkat daerah"))
    independent = BooleanField(_l("Unit kerja mandiri: dinilai sebagai organisasi tersendiri"))
    working_week = RadioField(
        _l("Hari kerja seminggu"),
        choices=[(5, _l("5 hari")), (6, _l("6 hari"))],
        coerce=int,
        default=5,
        **CHOICE,
    )
    day = DateField(_l("Berlaku sejak"), [required()])
    letter = LineField(_l("Dasar"), [required()], limit=100, description=LETTER)

    def validate_parent(self, field: Any) -> None:
        self.unit = field.find(self.region_id)

    def values(self) -> dict[str, Any]:
        return {**super().values(), "parent": self.unit}


class RenameForm(Dated):
    """Another name."""

    name = LineField(_l("Nama baru"), [required()], limit=200)
    name_en = LineField(_l("Nama dalam bahasa Inggris"), [optional()], limit=200)


class TargetForm(InRegion, Dated):
    """Another unit, named by its code."""

    target = UnitCode(_l("Unit tujuan"), [required()], limit=200, description=NAMED)

    def validate_target(self, field: Any) -> None:
        self.unit = field.find(self.region_id)


class MoveForm(TargetForm):
    """Another unit above."""

    def values(self) -> dict[str, Any]:
        return {"parent": self.unit, "day": self.day.data, "letter": self.letter.data}


class MergeForm(TargetForm):
    """Where the unit goes on."""

    sure = BooleanField(_l("Saya sudah membaca akibatnya."), [required(_l("Baca akibatnya, lalu centang."))])

    def values(self) -> dict[str, Any]:
        return {"target": self.unit, "day": self.day.data, "letter": self.letter.data}


class Checks(SelectMultipleField):
    """Several of a list, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SplitForm(Dated):
    """The new unit, and what goes there."""

    code = LineField(_l("Kode unit baru"), [required()], limit=40)
    name = LineField(_l("Nama unit baru"), [required()], limit=200)
    kind = LineField(_l("Jenis"), [required()], limit=40)
    posts = Checks(_l("Jabatan yang ikut"), **CHOICE)
    units = Checks(_l("Unit bawahan yang ikut"), **CHOICE)


class PositionForm(Form):
    """A new post."""

    compares = False

    code = LineField(_l("Kode jabatan"), [required()], limit=60)
    title = LineField(_l("Nama jabatan"), [required()], limit=200)
    kind = RadioField(_l("Jenis jabatan"), [required()], coerce=PostKind, **CHOICE)
    is_head = BooleanField(_l("Memimpin unit ini"))
    echelon = LineField(_l("Eselon"), [optional()], limit=10)
    level = LineField(_l("Jenjang"), [optional()], limit=40)
    day = DateField(_l("Ada sejak"), [required()])

    def __init__(self, obj: Any = None, **values: Any) -> None:
        super().__init__(obj, **values)
        self.kind.choices = choices(PostKind)


class TenureForm(InRegion):
    """Who holds a post, from when to when, and how."""

    compares = False

    person = LineField(
        _l("NIP pegawai"),
        [required()],
        limit=200,
        description=_l("18 angka. Untuk orang tanpa NIP tulis namanya persis, tanpa gelar."),
    )
    acting = RadioField(_l("Cara memangku"), [required()], **CHOICE)
    begins = DateField(_l("Mulai (TMT)"), [required()])
    last = DateField(
        _l("Sampai dengan"), [optional()], description=_l("Hari terakhir; kosong selama masih menjabat.")
    )
    letter = LineField(_l("Nomor surat"), [optional()], limit=100, description=_l("Wajib untuk Plt dan Plh."))
    delegates = BooleanField(_l("Surat itu mendelegasikan kewenangan menilai"))

    def __init__(self, obj: Any = None, **values: Any) -> None:
        super().__init__(obj, **values)
        self.acting.choices = [(NOT_ACTING, _("Definitif")), *choices(ActingKind)]
        self.found: Person | None = None

    def validate_person(self, field: Any) -> None:
        found = queries.person_by(self.region_id, field.data or "")
        if not found:
            raise ValidationError(_("Tidak ada pegawai dengan NIP atau nama itu di daerah Anda."))
        if len(found) > 1:
            raise ValidationError(_("Ada beberapa orang dengan nama itu. Pakai NIP."))
        self.found = found[0]

    def values(self) -> dict[str, Any]:
        acting = None if self.acting.data == NOT_ACTING else ActingKind(self.acting.data)
        return {**super().values(), "person": self.found, "acting": acting}


class EndForm(Form):
    """The last day, and why."""

    compares = False

    last = DateField(_l("Hari terakhir"), [required()])
    letter = LineField(_l("Dasar"), [required()], limit=100, description=LETTER)


class DelegateForm(Form):
    """The power to appraise for an acting official."""

    compares = False

    letter = LineField(_l("Nomor surat delegasi"), [required()], limit=100)
    begins = DateField(_l("Mulai"), [required()])
    last = DateField(
        _l("Sampai dengan"), [optional()], description=_l("Kosong berarti selama masa jabatannya.")
    )


class AbsenceForm(Form):
    """Why somebody is away, from when to when."""

    compares = False

    kind = RadioField(_l("Keadaan"), [required(_l("Pilih satu keadaan."))], coerce=AbsenceKind, **CHOICE)
    place = LineField(_l("Tempat penugasan"), limit=200, description=_l("Untuk penugasan di instansi lain."))
    begins = DateField(_l("Mulai"), [required()])
    last = DateField(_l("Sampai dengan"), [optional()], description=_l("Kosong selama belum diketahui."))
    letter = LineField(_l("Nomor surat"), [required()], limit=100)

    def __init__(self, obj: Any = None, **values: Any) -> None:
        super().__init__(obj, **values)
        self.kind.choices = choices(AbsenceKind)

    def validate_place(self, field: Any) -> None:
        if self.kind.data is AbsenceKind.SECONDED and not field.data:
            raise ValidationError(_("Tulis tempat penugasannya."))


def split_choices(form: SplitForm, posts: list[Position], units: list[Unit]) -> SplitForm:
    """Offer what stands in the unit and below it."""
    form.posts.choices = [(post.ref, f"{post.title} ({post.code})") for post in posts]
    form.units.choices = [(unit.ref, f"{unit.name} ({unit.code})") for unit in units]
    return form

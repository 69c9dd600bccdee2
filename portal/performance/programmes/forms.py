"""Forms of programmes and participation; limits and choices come from the rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.kernel.refs import is_ref
from portal.kernel.refusal import Refusal
from portal.performance.programmes import queries, rules
from portal.performance.programmes.models import Participation, ParticipationRecord, Programme
from portal.performance.programmes.rules import Entry, ParticipationRole, PastedRow
from portal.web.answers import words
from portal.web.fields import DateField, LineField, NumberField, OneRadio, TextField, optional, required
from portal.web.forms import Form, complain
from portal.web.labels import choices

MOST_PASTED = 120 * rules.MOST_AT_ONCE
"""Characters of a pasted list."""
NAMESAKES = 20
"""People of one name that are offered to choose from."""


class _Whole(NumberField):
    """A whole number of meetings, none below 0."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Tulis jumlah pertemuan, misalnya 5.")) from None

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data is None:
            return
        if self.data != int(self.data) or self.data < 0:
            raise ValidationError(_("Tulis bilangan bulat, sekurang-kurangnya 0."))
        if self.data > rules.MOST_MEETINGS:
            raise ValidationError(_("Angka ini tidak boleh lebih dari %(most)s.", most=rules.MOST_MEETINGS))

    def suggest(self, number: int) -> None:
        """Offer a number where none was typed or recorded."""
        if self.data is None and not self.raw_data:
            self.data = Decimal(number)

    @property
    def whole(self) -> int:
        """The number; 0 where nothing was typed."""
        return int(self.data or 0)


def _as_choices(found: Sequence[Any]) -> list[tuple[str, str]]:
    """People with post and unit, to choose from."""
    return [
        (row.Person.ref, ", ".join(filter(None, (row.Person.full_name, row.post, row.unit)))) for row in found
    ]


def _place(form: Form, problem: Refusal | None) -> bool:
    """Put what a rule says beside the field that it names; whether there was nothing."""
    if problem is None:
        return True
    field = form._fields[problem.anchor]
    field.errors = [*field.errors, words(problem)]
    return False


class ProgrammeForm(Form):
    """What a programme is."""

    told = 0
    """The most meetings that a record speaks of."""

    title = LineField(_l("Nama program"), [required(_l("Tulis nama programnya."))], limit=rules.TITLE_TEXT)
    purpose = TextField(
        _l("Untuk apa program ini"),
        [required(_l("Tulis untuk apa program ini."))],
        limit=rules.PURPOSE_TEXT,
        description=_l("Satu atau dua kalimat yang dimengerti setiap peserta."),
    )
    begins = DateField(
        _l("Hari pertama"),
        [required(_l("Tulis hari pertama program."))],
        description=_l("Contoh: 12 Oktober 2026."),
    )
    last_day = DateField(
        _l("Hari terakhir"),
        [optional()],
        description=_l("Contoh: 30 November 2026. Dapat diisi kemudian bila belum diketahui."),
    )
    meetings = _Whole(
        _l("Pertemuan yang direncanakan"),
        [required(_l("Tulis jumlah pertemuannya; 0 bila tanpa pertemuan."))],
        description=_l("Kehadiran setiap orang ditulis sebagai hadir berapa dari berapa pertemuan."),
    )

    def validate_last_day(self, field: Any) -> None:
        # Said together with what is missing elsewhere, not in a round of its own.
        if field.data is not None and self.begins.data is not None:
            complain(rules.why_not_plan(self.begins.data, field.data, 0))

    def validate(self, extra_validators: Any = None) -> bool:
        """The days and meetings must fit each other."""
        if not super().validate(extra_validators):
            return False
        if self.begins.data is None:
            return False
        return _place(
            self,
            rules.why_not_plan(self.begins.data, self.last_day.data, self.meetings.whole, self.told),
        )

    def values(self) -> dict[str, Any]:
        return {**super().values(), "meetings": self.meetings.whole}


class _NamesOwner(Form):
    """Mixin of forms that name a programme's owner: by staff number, or by name, which several may have."""

    owner = LineField(
        _l("Pemilik program"),
        [required(_l("Tulis nama atau NIP pemilik program."))],
        limit=100,
        description=_l(
            "Nama, dengan atau tanpa gelar, atau NIP/NI PPPK. Pemilik program mencatat siapa yang ikut serta, perannya, "
            "kehadirannya, dan produknya."
        ),
    )
    picked = RadioField(_l("Siapa yang Anda maksud?"), validate_choice=False)

    region_id: int
    day: date

    def within(self, region_id: int, day: date) -> Self:
        """Say in which region and on which day the owner is looked for."""
        self.region_id, self.day = region_id, day
        self.picked.choices = []
        self.owner_id: int | None = None
        return self

    def validate_owner(self, field: Any) -> None:
        found = queries.employees(self.region_id, self.day, text=field.data)
        chosen = [row for row in found if row.Person.ref == self.picked.data]
        if 1 < len(found) <= NAMESAKES:
            self.picked.choices = _as_choices(found)
        if len(chosen) == 1 or len(found) == 1:
            self.owner_id = (chosen or found)[0].Person.id
            return
        if not found:
            raise ValidationError(_("Tidak ada pegawai dengan nama atau nomor ini di daerah Anda."))
        if len(found) > NAMESAKES:
            raise ValidationError(_("Terlalu banyak yang cocok. Tulis nama yang lebih lengkap, atau NIP."))
        raise ValidationError(_("Beberapa pegawai cocok dengan nama ini. Pilih salah satu di bawah."))

    def values(self) -> dict[str, Any]:
        found = super().values()
        del found["owner"], found["picked"]
        return {**found, "owner_id": self.owner_id}


class NewProgrammeForm(_NamesOwner, ProgrammeForm):
    """A programme and who owns it."""


class OwnerForm(_NamesOwner):
    """Who owns a programme from now on."""

    compares = False


class EndForm(Form):
    """When a programme ended."""

    compares = False

    last_day = DateField(
        _l("Hari terakhir"),
        [required(_l("Tulis hari terakhir program."))],
        description=_l("Contoh: 12 Oktober 2026."),
    )

    def within(self, programme: Programme, today: date) -> Self:
        """Say of which programme the last day is told."""
        self.programme, self.today = programme, today
        return self

    def validate_last_day(self, field: Any) -> None:
        if field.data is not None:
            complain(rules.last_day_problem(self.programme.begins, field.data, self.today))


class ReasonForm(Form):
    """Why something is done."""

    compares = False

    reason = TextField(
        _l("Alasan"),
        [required(_l("Tulis alasannya."))],
        limit=rules.REASON_TEXT,
        description=_l("Alasan ini tersimpan dan terbaca oleh yang bersangkutan."),
    )


class RepairForm(Form):
    """What doesn't work, and until when it will be mended."""

    compares = False

    what = TextField(
        _l("Apa yang belum berjalan dan apa yang akan diperbaiki"),
        [required(_l("Tulis apa yang akan diperbaiki."))],
        limit=rules.REPAIR_TEXT,
        description=_l(
            "Sebutkan apa yang terlihat, misalnya kehadiran turun sejak Agustus, lalu langkahnya."
        ),
    )
    due = DateField(
        _l("Diperbaiki paling lambat"),
        [required(_l("Tulis batas perbaikannya."))],
        description=_l("Contoh: 30 November 2026."),
    )

    today: date

    def validate_due(self, field: Any) -> None:
        complain(rules.why_not_mark_repair(False, field.data, self.today))


class OutcomeForm(Form):
    """What became of the mending."""

    compares = False

    outcome = TextField(
        _l("Hasil perbaikan"),
        [required(_l("Tulis hasil perbaikannya."))],
        limit=rules.REPAIR_TEXT,
        description=_l("Apa yang berubah, dan bagaimana itu terlihat."),
    )


class _Entry(Form):
    """Mixin of forms that say what is recorded of somebody's participation."""

    compares = False

    role = OneRadio(_l("Peran"), [required(_l("Pilih perannya."))])
    role_words = LineField(
        _l("Peran dalam kata-kata"),
        [optional()],
        limit=rules.ROLE_TEXT,
        description=_l("Contoh: koordinator data, penyusun modul."),
    )
    attended = _Whole(_l("Hadir"), [required(_l("Tulis berapa pertemuan yang dihadiri."))])
    meetings = _Whole(_l("Dari berapa pertemuan"), [required(_l("Tulis dari berapa pertemuan."))])
    product = TextField(
        _l("Produk"),
        [optional()],
        limit=rules.PRODUCT_TEXT,
        description=_l("Apa yang dihasilkan orang ini dalam program."),
    )
    letter = LineField(
        _l("Nomor surat tugas"),
        [optional()],
        limit=rules.LETTER_TEXT,
        description=_l("Surat yang menugaskan keikutsertaan ini."),
    )

    running: Refusal | None
    """What to mind while meetings may still be to come."""
    ahead: tuple[str, ...] = ()
    """Fields that stand above these on the page: what is wrong is told in its order."""

    def __init__(self, obj: Any = None, **values: Any) -> None:
        super().__init__(obj, **values)
        for name in [*self.ahead, *(each for each in self._fields if each not in self.ahead)]:
            self._fields[name] = self._fields.pop(name)

    def within(self, programme: Programme, day: date) -> Self:
        """Say which programme this is about, and on which day it is recorded."""
        self.programme, self.day = programme, day
        self.role.choices = choices(ParticipationRole)
        self.running = rules.still_to_come(programme.last_day, day, programme.meetings)
        # How many were held by now only the owner knows; all that were planned, once the programme is over.
        if self.running is None:
            self.meetings.suggest(programme.meetings)
        if not programme.meetings:
            self.attended.suggest(0)
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """The attendance must be possible."""
        if not super().validate(extra_validators):
            return False
        return self._attendance()

    def _attendance(self) -> bool:
        found = rules.attendance_problem(self.attended.whole, self.meetings.whole, self.programme.meetings)
        return _place(self, found)

    def entry(self, **other: Any) -> Entry:
        """What is recorded."""
        said: dict[str, Any] = {
            "role": ParticipationRole(self.role.data),
            "attended": self.attended.whole,
            "meetings": self.meetings.whole,
            "role_words": self.role_words.data or "",
            "product": self.product.data or "",
            "letter": self.letter.data or "",
        }
        return Entry(**{**said, **other})


class CorrectForm(_Entry):
    """What is recorded from now on, and why."""

    reason = TextField(
        _l("Alasan perbaikan"),
        [required(_l("Tulis alasannya."))],
        limit=rules.REASON_TEXT,
        description=_l("Catatan sebelumnya tetap terbaca bersama alasan ini, juga oleh yang bersangkutan."),
    )

    @classmethod
    def of(
        cls, participation: Participation, record: ParticipationRecord, programme: Programme, day: date
    ) -> Self:
        """The form, filled with what is recorded now."""
        names = ("role_words", "product", "letter")
        form = cls(
            role=record.role.value,
            attended=Decimal(record.attended),
            meetings=Decimal(record.meetings),
            **{name: getattr(record, name) for name in names},
        )
        form.version = participation.version
        return form.within(programme, day)

    def values(self) -> dict[str, Any]:
        return {"entry": self.entry(), "reason": self.reason.data}


class People(SelectMultipleField):
    """People to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RecordForm(_Entry):
    """Who takes part: ticked by name, all with the same role and attendance.

    The search stands in the form itself, so that looking for a further name keeps what was ticked and typed.
    """

    ahead = ("q", "who", "number")

    q = LineField(
        _l("Cari nama"), [optional()], limit=100, description=_l("Yang sudah dipilih dan ditulis tetap ada.")
    )
    who = People(_l("Siapa yang ikut serta"), validate_choice=False)
    number = LineField(
        _l("NIP atau NI PPPK"),
        [optional()],
        limit=30,
        description=_l("Bila namanya tidak tampil di atas. Nomor tidak pernah masuk ke alamat halaman."),
    )

    ids: list[int]
    picked: list[str]

    def offer(self, chosen: Sequence[Any], found: Sequence[Any]) -> Self:
        """Fill in the people that were ticked before, and those that were found."""
        self.ids = []
        self.picked = [row.Person.ref for row in chosen]
        others = [row for row in found if row.Person.ref not in self.picked]
        self.who.choices = _as_choices([*chosen, *others])
        return self

    @property
    def ticked(self) -> list[str]:
        """The references that were ticked, as far as they can be any."""
        return [each for each in dict.fromkeys(self.who.data or []) if is_ref(each)][: rules.MOST_AT_ONCE]

    def validate_who(self, field: Any) -> None:
        refs = list(dict.fromkeys(field.data or []))
        if not refs and not self.number.data:
            raise ValidationError(_("Pilih sekurang-kurangnya satu orang, atau tulis NIP-nya."))
        if len(refs) > rules.MOST_AT_ONCE:
            raise ValidationError(_("Sekali kirim paling banyak %(n)s orang.", n=rules.MOST_AT_ONCE))
        known = [each for each in refs if is_ref(each)]
        self.ids = queries.employees_by_ref(self.programme.region_id, known, self.day)
        if len(self.ids) < len(refs):
            raise ValidationError(_("Ada orang yang bukan pegawai daerah ini. Cari namanya sekali lagi."))

    def validate_number(self, field: Any) -> None:
        number = "".join(c for c in field.data or "" if c.isdigit())
        if not field.data:
            return
        found = queries.employees_by_number(self.programme.region_id, [number], self.day)
        if not found:
            raise ValidationError(_("Tidak ada pegawai dengan nomor ini di daerah Anda."))
        self.ids = list(dict.fromkeys([*self.ids, *found.values()]))

    def values(self) -> dict[str, Any]:
        return {"entries": dict.fromkeys(self.ids, self.entry())}


class PasteForm(_Entry):
    """Who takes part: a list of staff numbers, with what differs from one to the next."""

    ahead = ("who", "role", "role_words", "attended", "meetings")

    who = TextField(
        _l("Daftar peserta"),
        [required(_l("Tempel daftarnya: satu NIP atau NI PPPK setiap baris."))],
        limit=MOST_PASTED,
        description=_l(
            "Satu orang setiap baris: NIP atau NI PPPK; boleh diikuti hadir berapa kali dan produknya, dipisah "
            "tab atau titik koma. Kolom dari lembar kerja dapat langsung ditempel."
        ),
    )

    attended = _Whole(
        _l("Hadir"),
        [optional()],
        description=_l("Bagi baris yang tidak menyebutnya; kosong berarti selalu hadir."),
    )

    rows: Sequence[PastedRow] = ()
    people: dict[str, int]

    def _attendance(self) -> bool:
        meetings = self.meetings.whole
        attended = self.attended.whole if self.attended.data is not None else meetings
        return _place(self, rules.attendance_problem(attended, meetings, self.programme.meetings))

    def validate_who(self, field: Any) -> None:
        self.rows = rules.read_pasted(field.data)
        if len(self.rows) > rules.MOST_AT_ONCE:
            raise ValidationError(_("Sekali kirim paling banyak %(n)s orang.", n=rules.MOST_AT_ONCE))
        if not self.rows:
            raise ValidationError(_("Tempel daftarnya: satu NIP atau NI PPPK setiap baris."))
        region_id = self.programme.region_id
        self.people = queries.employees_by_number(
            region_id, [row.staff_number for row in self.rows], self.day
        )
        known = queries.taking_part(self.programme.id, self.people.values())
        for row in self.rows:
            if row.attended is None and self.attended.data is not None:
                row.attended = self.attended.whole
        planned = self.programme.meetings
        # Where it is still to be told how many were held, a line may speak of all of them.
        meetings = planned if self.meetings.data is None else self.meetings.whole
        rules.check_pasted(self.rows, self.people, known, meetings=meetings, planned=planned)
        bad = sum(bool(row.problems) for row in self.rows)
        if bad:
            raise ValidationError(
                _("%(n)s baris perlu diperbaiki; belum ada yang dicatat. Lihat rinciannya di bawah.", n=bad)
            )

    def values(self) -> dict[str, Any]:
        return {
            "entries": {
                self.people[row.staff_number]: self.entry(
                    attended=self.meetings.whole if row.attended is None else row.attended,
                    product=row.product or self.product.data or "",
                )
                for row in self.rows
            }
        }


class NoteForm(Form):
    """What is wrong in what was recorded."""

    compares = False

    text = TextField(
        _l("Apa yang keliru"),
        [required(_l("Tulis apa yang keliru."))],
        limit=rules.NOTE_TEXT,
        description=_l(
            "Sebutkan yang tercatat dan yang sebenarnya. Tulisan ini terbaca oleh pemilik program."
        ),
    )


class AnswerForm(Form):
    """Why what was recorded stays as it is."""

    compares = False

    answer = TextField(
        _l("Jawaban"),
        [required(_l("Tulis jawabannya."))],
        limit=rules.NOTE_TEXT,
        description=_l("Jelaskan mengapa catatannya tetap. Jawaban ini terbaca oleh yang bertanya."),
    )

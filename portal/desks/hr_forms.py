"""Forms of the performance manager: opening a year, absences, an organisation's rating."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.performance.evaluations.rules import NotEvaluatedReason
from portal.policy.cycles.rules import NotObligedReason
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import OrganisationRating
from portal.web.fields import LineField, RadioField, SelectField, TextField, required
from portal.web.forms import Form
from portal.web.labels import choices

CHOICE: dict[str, Any] = {
    "invalid_choice_message": _l("Pilih salah satu yang tersedia."),
    "invalid_value_message": _l("Pilih salah satu yang tersedia."),
}


class CycleForm(Form):
    """A performance year to open: which one, by which policy version, on what legal basis."""

    year = SelectField(
        _l("Tahun"),
        [required()],
        coerce=int,
        description=_l("Tahun yang siklusnya sudah dibuka tidak tampil."),
        **CHOICE,
    )
    policy = SelectField(
        _l("Kebijakan"),
        [required()],
        description=_l(
            "Versi kebijakan menentukan periode, tenggat, dan kuadran. Versi dibekukan per periode."
        ),
        **CHOICE,
    )
    legal_basis = LineField(
        _l("Dasar hukum di daerah Anda"),
        limit=300,
        description=_l("Misalnya nomor surat edaran atau keputusan kepala daerah tentang jadwal kinerja."),
    )

    def __init__(self, years: Sequence[int], versions: Sequence[PolicyVersion], **values: Any) -> None:
        super().__init__(**values)
        self.versions = {version.ref: version for version in versions}
        self.year.choices = [(year, str(year)) for year in years]
        self.policy.choices = [
            (version.ref, _l("Versi %(n)s, %(name)s", name=version.name, n=version.version))
            for version in versions
        ]

    def read(self, arguments: Any) -> bool:
        """Take the fields from an address (the preview); whether they are all right."""
        self.process(arguments)
        return self.validate()

    def values(self) -> dict[str, Any]:
        return {
            "year": self.year.data,
            "policy_version": self.versions[self.policy.data],
            "legal_basis": self.legal_basis.data or "",
        }


class AbsenceForm(Form):
    """Why somebody obliged isn't evaluated in a period."""

    compares = False

    reason = RadioField(_l("Sebab"), [required(_l("Pilih satu sebab."))], coerce=NotEvaluatedReason, **CHOICE)
    note = TextField(
        _l("Keterangan"),
        limit=500,
        description=_l("Nomor surat atau penjelasan singkat. Wajib bila memilih sebab lain."),
    )

    def __init__(self, obj: Any = None, **values: Any) -> None:
        super().__init__(obj, **values)
        self.reason.choices = choices(NotEvaluatedReason)


class NotObligedForm(Form):
    """On what ground somebody has no duty to have a plan."""

    compares = False

    reason = RadioField(_l("Dasar"), [required(_l("Pilih satu dasar."))], coerce=NotObligedReason, **CHOICE)
    note = TextField(
        _l("Surat dan masa berlaku"),
        [required()],
        limit=300,
        description=_l("Misalnya SK 800/12/2026, berlaku 1 Juli sampai 31 Desember 2026."),
    )

    def __init__(self, obj: Any = None, **values: Any) -> None:
        super().__init__(obj, **values)
        self.reason.choices = choices(NotObligedReason)


class OrganisationForm(Form):
    """An organisation's rating as its leader's superior set it on paper."""

    rating = RadioField(
        _l("Capaian kinerja organisasi"),
        [required(_l("Pilih satu capaian."))],
        coerce=OrganisationRating,
        **CHOICE,
    )
    document = LineField(
        _l("Dokumen penetapan"),
        [required()],
        limit=200,
        description=_l(
            "Nomor dan tanggal dokumen dari pimpinan, misalnya Nota Dinas 045/128, 7 Oktober 2026."
        ),
    )
    reason = TextField(
        _l("Alasan"),
        [required()],
        limit=1000,
        description=_l("Ringkas alasan pimpinan: sasaran mana yang tercapai dan mana yang tidak."),
    )

    def __init__(self, obj: Any = None, **values: Any) -> None:
        super().__init__(obj, **values)
        self.rating.choices = choices(OrganisationRating)

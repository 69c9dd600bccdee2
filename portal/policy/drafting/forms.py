"""Forms of a policy's settings: each kind of value has its fields, and each setting says its source."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.widgets import CheckboxInput, ListWidget

from portal.policy.drafting import rules
from portal.policy.drafting.models import PolicyDraft
from portal.policy.policies.checks import setting_problems
from portal.policy.policies.rules import (
    BOUNDS,
    LEGAL_STANDINGS,
    SHARED_BOUNDS,
    WORKING,
    OrganisationRating,
    OverallRating,
    SourceMark,
)
from portal.policy.policies.sentences import (
    BOUND_WORDS,
    PARTS,
    PER_CENT,
    STANDINGS,
    counted_in,
    months,
    word_of,
    worded,
)
from portal.policy.policies.values import has_number
from portal.web.answers import words
from portal.web.fields import (
    BooleanField,
    DateField,
    HiddenField,
    LineField,
    LinesField,
    NumberField,
    RadioField,
    SelectField,
    TextField,
    optional,
    required,
)
from portal.web.forms import Form
from portal.web.labels import choices, label

SENTENCE, NOTE = 600, 400
MOST = 1000


class BeginForm(Form):
    """From what a draft begins."""

    compares = False

    source = HiddenField(validators=[required()])


class _Boxes(wtforms.SelectMultipleField):
    """Several of a list, as boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SettingForm(Form):
    """What a setting says and where it comes from; fields of its value are added by ``form_of``."""

    compares = False

    mark = RadioField(
        _l("Sumber"),
        [required(_l("Pilih dari mana nilainya berasal."))],
        description=_l(
            "Angka tanpa dasar peraturan atau gagasan tertulis adalah asumsi, dan tampil sebagai asumsi."
        ),
    )
    note = TextField(
        _l("Penjelasan sumber"),
        [required(_l("Tulis dari mana nilainya berasal, dengan satu kalimat."))],
        limit=NOTE,
        description=_l(
            "Peraturan dengan pasalnya, atau alasan memilih nilai ini. Tampil di halaman kebijakan."
        ),
    )
    confirm = BooleanField(_l("Perlu dipastikan dahulu sebelum dipakai sungguhan"))

    editor: rules.Editor
    parts: tuple[str, ...] = ()
    setting_name: str = ""

    def __init__(
        self, draft: PolicyDraft, own: Mapping[str, Any] | None, above: Mapping[str, Any] | None
    ) -> None:
        """Begins from what the draft states, else from the value above: without its source, which is that
        value's alone."""
        given: dict[str, Any] = {}
        if own is not None:
            given = {name: own.get(name) for name in ("mark", "note", "confirm")}
        if (setting := own or above) is not None:
            given |= _filled(self.editor, setting)
        super().__init__(obj=draft, **given)
        self.mark.choices = choices(SourceMark)

    def validate(self, extra_validators: Any = None) -> bool:
        """Fields that are right each by itself must make a value together: else it is said beside them."""
        if not super().validate(extra_validators) or not self._lines_whole():
            return False
        found = setting_problems(self.setting_name, self.values()["setting"])
        if found:
            beside = self["legal_basis" if found[0].code == "policy.award_basis" else self.parts[0]]
            beside.errors = [words(worded(found[0]))]
        return not found

    def _lines_whole(self) -> bool:
        """Whether every line of a pattern says what it needs; else it is said beside the field that lacks it."""
        wrong = False
        for (organisation, number), line in self._numbered_lines():
            typed, shared = line.share.data is not None, line.bound.data in SHARED_BOUNDS
            field, sentence = None, ""
            if not line.bound.data and (typed or line.ratings.data):
                field, sentence = line.bound, _("Pilih batasnya, atau kosongkan baris ini.")
            elif line.bound.data and not line.ratings.data:
                field, sentence = line.ratings, _("Pilih sekurang-kurangnya satu predikat.")
            elif shared and not typed:
                field, sentence = line.share, _("Tulis bagiannya dalam persen.")
            elif line.bound.data and typed and not shared:
                field, sentence = line.share, _("Batas ini tanpa persen; kosongkan.")
            if field is not None:
                # In the summary on top nothing else tells which of many lines is meant.
                place = _(
                    "Capaian organisasi %(rating)s, baris %(n)s:", rating=label(organisation), n=number + 1
                )
                field.errors, wrong = [f"{place} {sentence}"], True
        return not wrong

    @property
    def is_pattern(self) -> bool:
        """Whether the value is a distribution pattern, whose fields stand in lines."""
        return isinstance(self.editor, rules.Pattern)

    def _numbered_lines(self) -> list[tuple[tuple[OrganisationRating, int], PatternLine]]:
        return list(zip(rules.PATTERN_FIELDS, self.lines_of(), strict=True)) if self.is_pattern else []

    def lines_of(self, *organisations: OrganisationRating) -> list[PatternLine]:
        """The lines of a pattern for these ratings of the organisation, or for all, filled or not."""
        return [
            PatternLine(*(self[_part(organisation, line, part)] for part in rules.PATTERN_PARTS))
            for organisation, line in rules.PATTERN_FIELDS
            if organisation in (organisations or OrganisationRating)
        ]

    @property
    def pattern(self) -> list[tuple[OrganisationRating, list[PatternLine], list[PatternLine]]]:
        """By rating of the organisation: lines that say something, and further ones to fill in."""
        found = []
        for organisation in OrganisationRating:
            lines = self.lines_of(organisation)
            shown = max((at for at, line in enumerate(lines, 1) if line.is_used), default=1)
            found.append((organisation, lines[:shown], lines[shown:]))
        return found

    def values(self) -> dict[str, Any]:
        value = _value(self.editor, self)
        setting: dict[str, Any] = {"value": value, "mark": self.mark.data, "note": self.note.data}
        if self.confirm.data:
            setting["confirm"] = True
        if self.mark.data == SourceMark.ASSUMPTION and has_number(value):
            setting["assumed"] = True
        return {"setting": setting}

    @property
    def value_fields(self) -> list[Any]:
        """The fields of the value, in their order."""
        return [self[part] for part in self.parts]


class PatternLine(NamedTuple):
    """The fields of one line of a pattern."""

    bound: Any
    share: Any
    ratings: Any

    @property
    def is_used(self) -> bool:
        """Whether anything was typed or chosen in it, or is wrong with it."""
        return any(field.data or field.errors for field in self)


def _part(organisation: OrganisationRating, line: int, part: str) -> str:
    return f"p_{organisation.value}_{line}_{part}"


def _line_fields(organisation: OrganisationRating, line: int) -> dict[str, Any]:
    bounds = [("", "–"), *((bound, _(BOUND_WORDS[bound])) for bound in BOUNDS)]
    fields = {
        "bound": SelectField(_l("Batas"), [optional()], choices=bounds),
        "share": NumberField(_l("Bagian (%)"), [optional()], least=0, most=100),
        "ratings": _Boxes(_l("Predikat, bersama-sama"), [optional()], choices=choices(OverallRating)),
    }
    return {_part(organisation, line, part): field for part, field in fields.items()}


def form_of(name: str, counted: str = WORKING) -> type[SettingForm]:
    """The form of the setting ``name``; ``counted``: which days the draft's internal deadlines count."""
    editor = rules.EDITORS[name]
    fields = _fields(name, editor, counted)
    return type(
        "SettingForm",
        (SettingForm,),
        {**fields, "editor": editor, "parts": tuple(fields), "setting_name": name},
    )


def _fields(name: str, editor: rules.Editor, counted: str) -> dict[str, Any]:
    value = _l("Nilai")
    match editor:
        case rules.Choice(words):
            return {
                "choice": RadioField(value, [required()], choices=[(word, word_of(word)) for word in words])
            }
        case rules.Several(words):
            return {"several": _Boxes(value, [required()], choices=[(word, word_of(word)) for word in words])}
        case rules.Number(least, most):
            return {
                "number": NumberField(
                    counted_in(name, counted) or value, [required()], least=least, most=most
                )
            }
        case rules.Numbers(names, needed):
            rule = [required()] if needed else [optional()]
            return {
                f"n_{part}": NumberField(_headed(part, names, name), rule, least=0, most=MOST)
                for part in names
            }
        case rules.Day():
            return {
                "day_of_month": NumberField(_l("Tanggal"), [required()], least=1, most=31),
                "month": SelectField(_l("Bulan"), [required()], coerce=int, choices=months()),
            }
        case rules.Lines():
            return {
                "lines": LinesField(value, [required()], limit=MOST, description=_l("Satu butir satu baris."))
            }
        case rules.Award():
            return {
                "what": TextField(_l("Apa yang diberikan"), [required()], limit=SENTENCE),
                "money": BooleanField(_l("Berupa uang")),
                "legal_basis": LineField(
                    _l("Dasar hukum"), [optional()], description=_l("Harus diisi bila berupa uang.")
                ),
            }
        case rules.Quadrant():
            return {
                f"c_{result}_{behaviour}": SelectField(
                    _l(
                        "Hasil kerja %(result)s, perilaku kerja %(behaviour)s",
                        result=label(result),
                        behaviour=label(behaviour),
                    ),
                    [required()],
                    choices=choices(OverallRating),
                )
                for result, behaviour in rules.CELLS
            }
        case rules.Pattern():
            return {
                key: field for place in rules.PATTERN_FIELDS for key, field in _line_fields(*place).items()
            }
        case _:
            return {"prose": TextField(value, [required()], limit=SENTENCE)}


def _headed(part: str, names: tuple[str, ...], name: str) -> str:
    """A part's words as a label begins, with its unit. Results are above the expectation *from* their limit on."""
    meant = PARTS["from"] if part == "above" and "floor" in names else PARTS[part]
    words = _(meant)
    words = words[:1].upper() + words[1:]
    if name == "credit":
        return _("%(part)s (%% dari koefisien tahunan)", part=words)
    return f"{words} (%)" if name in PER_CENT else words


def _filled(editor: rules.Editor, setting: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a value's fields from a setting."""
    value = setting["value"]
    given: dict[str, Any] = {}
    match editor:
        case rules.Choice():
            given["choice"] = value
        case rules.Several():
            given["several"] = value
        case rules.Number():
            given["number"] = Decimal(str(value))
        case rules.Numbers(names) if isinstance(value, Mapping):
            given |= {f"n_{part}": Decimal(str(value[part])) for part in names if part in value}
        case rules.Day():
            given |= {"day_of_month": Decimal(value["day"]), "month": int(value["month"])}
        case rules.Lines():
            given["lines"] = list(value)
        case rules.Award():
            given |= {part: value.get(part) for part in ("what", "money", "legal_basis")}
        case rules.Quadrant():
            given |= {
                f"c_{result}_{behaviour}": value[result][behaviour] for result, behaviour in rules.CELLS
            }
        case rules.Pattern():
            for organisation, limits in value.items():
                for line, limit in enumerate(limits):
                    share = limit.get("share")
                    said = (limit["bound"], None if share is None else Decimal(str(share)), limit["ratings"])
                    place = OrganisationRating(organisation), line
                    parts = zip(rules.PATTERN_PARTS, said, strict=True)
                    given |= {_part(*place, part): data for part, data in parts}
        case rules.Prose():
            given["prose"] = value
    return given


def _value(editor: rules.Editor, form: Any) -> Any:
    """The setting's value from the fields."""
    match editor:
        case rules.Choice():
            return form.choice.data
        case rules.Several():
            return form.several.data
        case rules.Number():
            return _written(form.number.data)
        case rules.Numbers(names):
            return {
                part: _written(form[f"n_{part}"].data) for part in names if form[f"n_{part}"].data is not None
            }
        case rules.Day():
            return {"day": _written(form.day_of_month.data), "month": form.month.data}
        case rules.Lines():
            return form.lines.data
        case rules.Award():
            basis = form.legal_basis.data or ""
            return {
                "what": form.what.data,
                "money": form.money.data,
                **({"legal_basis": basis} if basis else {}),
            }
        case rules.Quadrant():
            found: dict[str, dict[str, str]] = {}
            for result, behaviour in rules.CELLS:
                found.setdefault(result.value, {})[behaviour.value] = form[f"c_{result}_{behaviour}"].data
            return found
        case rules.Pattern():
            return {
                organisation.value: [
                    {
                        "bound": line.bound.data,
                        "ratings": list(line.ratings.data),
                        **({"share": _written(line.share.data)} if line.share.data is not None else {}),
                    }
                    for line in form.lines_of(organisation)
                    if line.bound.data
                ]
                for organisation in OrganisationRating
            }
        case _:
            return form.prose.data


def _written(number: Decimal) -> int | str:
    """A number as a policy keeps it: whole, or a text with a decimal point."""
    return int(number) if number == int(number) else format(number.normalize(), "f")


class AdoptForm(Form):
    """The decree by which a policy is adopted."""

    compares = False

    name = LineField(_l("Nama kebijakan"), [required()], limit=200)
    adopted_by = LineField(
        _l("Ditetapkan oleh"),
        [required()],
        limit=120,
        description=_l("Bupati atau wali kota, dengan nama daerahnya."),
    )
    number = LineField(_l("Nomor keputusan"), [required()], limit=100)
    day = DateField(_l("Tanggal keputusan"), [required()], description=_l("Contoh: 12 Oktober 2026"))
    legal_standing = RadioField(_l("Status hukum"), [required()])
    reason = TextField(
        _l("Mengapa kebijakan ini dibuat atau diubah"),
        [required(_l("Tulis alasannya."))],
        limit=1000,
        description=_l("Dibaca setiap pegawai di halaman kebijakan, bersama daftar yang berubah."),
    )

    def __init__(self, draft: PolicyDraft, **values: Any) -> None:
        super().__init__(obj=draft, **values)
        self.legal_standing.choices = [(each, _(STANDINGS[each])) for each in LEGAL_STANDINGS]

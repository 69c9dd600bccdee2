"""Pages of the structure: units, posts and people of one's own region, and the forms that change them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.extensions import db
from portal.people.employment.models import Absence, Person, Tenure
from portal.people.organisation.models import Position, Region, Unit
from portal.people.structure import actions, forms, queries
from portal.people.structure.rights import Structure, structure_regions
from portal.web.answers import done, page
from portal.web.current import today
from portal.web.formats import formats
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import requires

bp = Blueprint("structure", __name__, url_prefix="/hr/structure")
T = "people/structure/"


def _region() -> Region:
    return db.session.get_one(Region, structure_regions(current_user)[0])


def _words() -> str:
    return " ".join(request.args.get("q", "")[:100].replace("\x00", "").split())


def _after() -> tuple[str, int] | None:
    name, number = request.args.get("after", "")[:200].replace("\x00", ""), request.args.get("id", "")
    if name and number.isascii() and number.isdigit() and len(number) < 18:
        return name, int(number)
    return None


def _form(form: Any, title: str, button: str, back: str, **more: Any) -> Any:
    """A page that is one form."""
    context = {"lead": "", "facts": (), "effects": (), "trail": (), **more}
    fields = [field for field in form if field.name not in ("csrf_token", "once", "version")]
    return page(
        T + "form.html",
        form=form,
        title=title,
        button=button,
        back=back,
        fields=fields,
        here=request.path,
        **context,
    )


# ------------------------------------------------------------------------------------- units


@bp.route("")
@requires(Structure.LIST)
def index() -> Any:
    """The region's units by name; searched by name or code."""
    return _listed("index", queries.units, lambda row: (row.Unit.name, row.Unit.id))


def _listed(name: str, found: Callable[..., Sequence[Any]], key: Callable[[Any], tuple[str, int]]) -> Any:
    """A page of a list by name, after the row that the address names; ``key`` is a row's place in it."""
    stand_in("hr")
    q = _words()
    rows = found(_region().id, today(), q, _after())
    next_url = None
    if len(rows) > queries.PAGE:
        rows = rows[: queries.PAGE]
        last, number = key(rows[-1])
        next_url = url_for(f"structure.{name}", q=q or None, after=last, id=number)
    return page(
        f"{T}{name}.html",
        rows=rows,
        q=q,
        next_url=next_url,
        first_url=url_for(f"structure.{name}", q=q or None) if _after() else None,
    )


@bp.route("/units/new", methods=["GET", "POST"])
@requires(Structure.LIST)
def new_unit() -> Any:
    """Make a unit."""
    stand_in("hr")
    region = _region()
    form = forms.NewUnitForm().within(region.id)
    if request.method == "GET" and request.args.get("parent"):
        form.parent.data = request.args["parent"][:40]
    if form.accepts(actions.add_unit, region):
        return done(_("Unit baru tercatat."), _unit_url(form.result.ref), form)
    return _form(form, _("Unit baru"), _("Catat unit baru"), url_for("structure.index"))


def _unit_url(ref: str) -> str:
    return url_for("structure.unit", unit_ref=ref)


@bp.route("/units/<unit_ref>")
@requires(Structure.UNIT, Unit)
def unit(unit: Unit) -> Any:
    """A unit: what it was, what stands below it, its posts and who holds them."""
    stand_in("hr")
    day = today()
    links = queries.links(unit)
    return page(
        T + "unit.html",
        unit=unit,
        day=day,
        above=next((row.parent for row in reversed(links) if row.unit.id == unit.id), None),
        below=[
            row.unit
            for row in links
            if row.parent is not None and row.parent.id == unit.id and row.UnitParent.ends is None
        ],
        posts=queries.posts(unit, day),
        story=_story(unit, links),
        open=unit.ends is None or unit.ends > day,
    )


def _story(unit: Unit, links: Any) -> list[dict[str, Any]]:
    """What happened to a unit, the newest first."""
    plain = formats().plain_date
    found: list[tuple[date, str, str]] = []
    for row in links:
        if row.unit.id == unit.id and row.parent is not None:
            found.append((row.UnitParent.begins, _("Di bawah %(name)s", name=row.parent.name), ""))
    names = queries.former_names(unit)
    for number, each in enumerate(names):
        later = names[number + 1].name if number + 1 < len(names) else unit.name
        title = _("Berganti nama dari %(old)s menjadi %(new)s", old=each.name, new=later)
        found.append((each.ends, title, each.letter))
    for row in queries.successions(unit):
        text = _("%(old)s diteruskan oleh %(new)s", old=row.old.name, new=row.new.name)
        found.append((row.on, text, ""))
    if unit.ends is not None:
        found.append((unit.ends, _("Berakhir"), ""))
    found.sort(key=lambda each: each[0], reverse=True)
    return [{"title": title, "when": plain(day), "text": text} for day, title, text in found]


@bp.route("/units/<unit_ref>/rename", methods=["GET", "POST"])
@requires(Structure.UNIT, Unit)
def rename(unit: Unit) -> Any:
    """Another name from a day."""
    stand_in("hr")
    form = forms.RenameForm(name=unit.name, name_en=unit.name_en)
    if form.accepts(actions.rename_unit, unit):
        return done(_("Nama baru tercatat; nama lama tersimpan dalam riwayat."), _unit_url(unit.ref), form)
    return _of_unit(form, unit, _("Ganti nama"), _("Catat nama baru"))


def _of_unit(form: Any, unit: Unit, title: str, button: str, **more: Any) -> Any:
    trail = [(_("Struktur"), url_for("structure.index")), (unit.name, _unit_url(unit.ref)), (title, None)]
    return _form(form, f"{title}: {unit.name}", button, _unit_url(unit.ref), trail=trail, **more)


@bp.route("/units/<unit_ref>/move", methods=["GET", "POST"])
@requires(Structure.UNIT, Unit)
def move(unit: Unit) -> Any:
    """Another unit above."""
    stand_in("hr")
    form = forms.MoveForm().within(unit.region_id)
    if form.accepts(actions.move_unit, unit):
        return done(_("Perpindahan unit tercatat."), _unit_url(unit.ref), form)
    lead = _("Sebutkan unit yang akan berada di atasnya. Unit di bawahnya ikut pindah.")
    return _of_unit(form, unit, _("Pindahkan"), _("Pindahkan unit"), lead=lead)


@bp.route("/units/<unit_ref>/merge", methods=["GET", "POST"])
@requires(Structure.UNIT, Unit)
def merge(unit: Unit) -> Any:
    """The unit goes on in another."""
    stand_in("hr")
    form = forms.MergeForm().within(unit.region_id)
    if form.accepts(actions.merge_unit, unit):
        return done(_("Penggabungan tercatat."), _unit_url(form.result.ref), form)
    posts, below = queries.open_positions(unit.id), queries.children(unit)
    number = formats().number
    effects = [
        _("%(name)s berakhir dan diteruskan oleh unit tujuan.", name=unit.name),
        _(
            "%(n)s jabatan dan %(m)s unit bawahan pindah ke unit tujuan.",
            n=number(len(posts)),
            m=number(len(below)),
        ),
        _(
            "Bila unit tujuan sudah mempunyai pimpinan, jabatan pimpinan unit ini berakhir beserta masa jabatan "
            "pejabatnya. Ia perlu ditempatkan di jabatan lain."
        ),
    ]
    return _of_unit(
        form, unit, _("Gabungkan"), _("Gabungkan ke unit itu"), effects=effects,
        lead=_("Bila penggabungan melahirkan unit baru, buat dahulu unit itu, lalu gabungkan unit lama ke dalamnya."),
    )  # fmt: skip


@bp.route("/units/<unit_ref>/split", methods=["GET", "POST"])
@requires(Structure.UNIT, Unit)
def split(unit: Unit) -> Any:
    """A part of the unit goes on as a new one."""
    stand_in("hr")
    posts, below = list(queries.open_positions(unit.id)), list(queries.children_units(unit))
    form = forms.split_choices(forms.SplitForm(kind=unit.kind), posts, below)
    if form.accepts(actions.split_unit, unit):
        return done(_("Pemecahan tercatat."), _unit_url(form.result.ref), form)
    lead = _("Yang Anda pilih ikut ke unit baru di samping unit ini; sisanya tetap.")
    return _of_unit(form, unit, _("Pecah"), _("Pecah menjadi unit baru"), lead=lead)


@bp.route("/units/<unit_ref>/close", methods=["GET", "POST"])
@requires(Structure.UNIT, Unit)
def close(unit: Unit) -> Any:
    """An empty unit ends."""
    stand_in("hr")
    form = forms.Dated()
    if form.accepts(actions.close_unit, unit):
        return done(_("Unit berakhir; riwayatnya tetap tersimpan."), _unit_url(unit.ref), form)
    return _of_unit(form, unit, _("Akhiri"), _("Akhiri unit ini"))


# ------------------------------------------------------------------------------------- posts


@bp.route("/units/<unit_ref>/positions/new", methods=["GET", "POST"])
@requires(Structure.UNIT, Unit)
def new_position(unit: Unit) -> Any:
    """A new post in a unit."""
    stand_in("hr")
    form = forms.PositionForm()
    if form.accepts(actions.add_position, unit):
        return done(_("Jabatan baru tercatat."), _position_url(form.result.ref), form)
    return _of_unit(form, unit, _("Jabatan baru"), _("Catat jabatan baru"))


def _position_url(ref: str) -> str:
    return url_for("structure.position", position_ref=ref)


@bp.route("/positions/<position_ref>")
@requires(Structure.POSITION, Position)
def position(position: Position) -> Any:
    """A post and everybody who held it."""
    stand_in("hr")
    return page(
        T + "position.html",
        position=position,
        unit=db.session.get_one(Unit, position.unit_id),
        rows=[_tenure_row(row) for row in queries.history(position=position)],
        open=position.ends is None or position.ends > today(),
    )


def _tenure_row(row: Any) -> dict[str, Any]:
    day = today()
    tenure, delegation = row.Tenure, row.Delegation
    return {
        "tenure": tenure,
        "person": row.Person,
        "position": row.Position,
        "unit": row.unit,
        "how": label(tenure.acting) if tenure.acting else _("Definitif"),
        "span": _span(tenure.begins, tenure.ends),
        "delegation": _("Delegasi menilai %(span)s, %(letter)s",
                        span=_span(delegation.begins, delegation.ends), letter=delegation.letter)
        if delegation else "",
        "open": tenure.ends is None or tenure.ends > day,
        "delegated": delegation is not None and (delegation.ends is None or delegation.ends > day),
    }  # fmt: skip


def _span(begins: date, ends: date | None) -> str:
    plain = formats().plain_date
    if ends is None:
        return _("sejak %(day)s", day=plain(begins))
    return _(
        "%(first)s sampai %(last)s", first=plain(begins), last=plain(date.fromordinal(ends.toordinal() - 1))
    )


@bp.route("/positions/<position_ref>/close", methods=["GET", "POST"])
@requires(Structure.POSITION, Position)
def close_position(position: Position) -> Any:
    """A post that nobody holds ends."""
    stand_in("hr")
    form = forms.Dated()
    if form.accepts(actions.close_position, position):
        return done(_("Jabatan berakhir; riwayatnya tetap tersimpan."), _position_url(position.ref), form)
    return _of_position(form, position, _("Akhiri jabatan"), _("Akhiri jabatan ini"))


def _of_position(form: Any, position: Position, title: str, button: str, **more: Any) -> Any:
    here = _position_url(position.ref)
    trail = [(_("Struktur"), url_for("structure.index")), (position.title, here), (title, None)]
    return _form(form, f"{title}: {position.title}", button, here, trail=trail, **more)


@bp.route("/positions/<position_ref>/tenures/new", methods=["GET", "POST"])
@requires(Structure.POSITION, Position)
def new_tenure(position: Position) -> Any:
    """Somebody holds a post."""
    stand_in("hr")
    form = forms.TenureForm(acting=forms.NOT_ACTING).within(position.region_id)
    if form.accepts(actions.begin_tenure, position):
        return done(_("Masa jabatan tercatat."), _position_url(position.ref), form)
    lead = _("Pejabat yang pindah: akhiri dahulu masa jabatan lamanya, lalu catat yang baru.")
    return _of_position(form, position, _("Tempatkan pejabat"), _("Catat masa jabatan"), lead=lead)


@bp.route("/tenures/<tenure_ref>/end", methods=["GET", "POST"])
@requires(Structure.TENURE, Tenure)
def end_tenure(tenure: Tenure) -> Any:
    """A tenure ends, and its delegation with it."""
    return _of_tenure(
        tenure, forms.EndForm(), actions.end_tenure, _("Akhiri masa jabatan"), _("Masa jabatan berakhir.")
    )


@bp.route("/tenures/<tenure_ref>/delegation", methods=["GET", "POST"])
@requires(Structure.TENURE, Tenure)
def delegate(tenure: Tenure) -> Any:
    """An acting official gets the power to appraise."""
    return _of_tenure(
        tenure,
        forms.DelegateForm(),
        actions.delegate,
        _("Delegasikan kewenangan menilai"),
        _("Delegasi tercatat."),
    )


@bp.route("/tenures/<tenure_ref>/delegation/end", methods=["GET", "POST"])
@requires(Structure.TENURE, Tenure)
def end_delegation(tenure: Tenure) -> Any:
    """The power to appraise ends before the tenure does."""
    return _of_tenure(
        tenure, forms.EndForm(), actions.end_delegation, _("Akhiri delegasi menilai"), _("Delegasi berakhir.")
    )


def _of_tenure(tenure: Tenure, form: Any, action: Any, title: str, message: str) -> Any:
    stand_in("hr")
    position = db.session.get_one(Position, tenure.position_id)
    if form.accepts(action, tenure):
        return done(message, _position_url(position.ref), form)
    person = db.session.get_one(Person, tenure.person_id)
    facts = [(_("Pejabat"), person.full_name), (_("Masa jabatan"), _span(tenure.begins, tenure.ends))]
    return _of_position(form, position, title, title, facts=facts)


# ------------------------------------------------------------------------------------- people


@bp.route("/people")
@requires(Structure.LIST)
def people() -> Any:
    """People by name or staff number."""
    return _listed("people", queries.people, lambda row: (row.Person.search_name, row.Person.id))


def _person_url(ref: str) -> str:
    return url_for("structure.person", person_ref=ref)


@bp.route("/people/<person_ref>")
@requires(Structure.PERSON, Person)
def person(person: Person) -> Any:
    """What somebody held and when he or she was away."""
    stand_in("hr")
    day = today()
    return page(
        T + "person.html",
        person=person,
        rows=[_tenure_row(row) for row in queries.history(person=person)],
        absences=[
            {
                "absence": each,
                "span": _span(each.begins, each.ends),
                "open": each.ends is None or each.ends > day,
            }
            for each in queries.absences(person.id)
        ],
    )


@bp.route("/people/<person_ref>/absences/new", methods=["GET", "POST"])
@requires(Structure.PERSON, Person)
def new_absence(person: Person) -> Any:
    """Somebody is away."""
    stand_in("hr")
    form = forms.AbsenceForm()
    here = _person_url(person.ref)
    if form.accepts(actions.record_absence, person):
        return done(_("Cuti atau penugasan tercatat."), here, form)
    title = _("Cuti atau penugasan")
    trail = [(_("Orang"), url_for("structure.people")), (person.full_name, here), (title, None)]
    lead = _(
        "Selama pejabat pimpinan tidak di tempat, tempatkan Plh pada jabatannya. "
        "Kewajiban SKP diatur pada daftar pegawai periode itu."
    )
    return _form(form, f"{title}: {person.full_name}", _("Catat"), here, trail=trail, lead=lead)


@bp.route("/absences/<absence_ref>/end", methods=["GET", "POST"])
@requires(Structure.ABSENCE, Absence)
def end_absence(absence: Absence) -> Any:
    """Somebody is back."""
    stand_in("hr")
    form = forms.EndForm()
    person = db.session.get_one(Person, absence.person_id)
    here = _person_url(person.ref)
    if form.accepts(actions.end_absence, absence):
        return done(_("Hari terakhirnya tercatat."), here, form)
    title = _("Akhiri: %(kind)s", kind=label(absence.kind))
    facts = [(_("Pegawai"), person.full_name), (_("Masa"), _span(absence.begins, absence.ends))]
    return _form(form, title, _("Catat hari terakhir"), here, facts=facts)

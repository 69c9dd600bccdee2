"""Pages of programmes: the list, one programme with who takes part, and one's own participation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from flask_login import current_user

from portal.people.organisation.models import Unit
from portal.people.organisation.queries import unit_named, units_to_choose
from portal.performance.desk import stand_at_own_desk
from portal.performance.programmes import actions, queries, rights, rules
from portal.performance.programmes.forms import (
    AnswerForm,
    CorrectForm,
    EndForm,
    NewProgrammeForm,
    NoteForm,
    OutcomeForm,
    OwnerForm,
    PasteForm,
    ProgrammeForm,
    ReasonForm,
    RecordForm,
    RepairForm,
)
from portal.performance.programmes.models import (
    Participation,
    ParticipationNote,
    Programme,
    ProgrammeRepair,
)
from portal.performance.programmes.rights import Programmes
from portal.performance.programmes.rules import ProgrammeState
from portal.policy.history import queries as log
from portal.web import lists
from portal.web.answers import done, page
from portal.web.current import today
from portal.web.formats import formats
from portal.web.forms import Form
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import requires

bp = Blueprint("programmes", __name__, url_prefix="/programmes")
T = "performance/programmes/"
ARGS = ("q", "year", "state", "unit")
PEOPLE_ARGS = ("q", "stands")


def _show(programme: Programme) -> str:
    return url_for("programmes.show", programme_ref=programme.ref)


# ------------------------------------------------------------------------------------- lists


@bp.route("")
@requires(Programmes.LIST)
def index() -> Any:
    """The programmes that the reader owns, heads or looks after; the newest first."""
    stand_at_own_desk()
    scope = rights.seen(current_user)
    years = queries.years(scope)
    year = lists.argument("year", map(str, years))
    wanted = queries.Wanted(
        lists.words("q"),
        int(year) if year else None,
        lists.argument("state", queries.STATES),
        lists.reference("unit"),
    )
    found = queries.programmes(scope, wanted, **lists.marks())
    number = formats().number(found.most if found.capped else found.total)
    return page(
        T + "index.html",
        found=found,
        count=_("lebih dari %(n)s program", n=number)
        if found.capped
        else ngettext("%(num)s program", "%(num)s program", found.total),
        pager=lists.pager(found, ARGS),
        wanted=wanted,
        years=[("", _("Semua tahun")), *((str(each), str(each)) for each in years)],
        states=[
            ("", _("Semua")),
            *((each.value, label(each)) for each in ProgrammeState),
            (queries.MEND, pgettext("program", "Perlu diperbaiki")),
        ],
        kept={"unit": wanted.unit} if wanted.unit else {},
        makes=rights.makes(current_user),
        is_narrowed=bool(wanted.q or year or wanted.state or wanted.unit),
        day=today(),
    )


@bp.route("/mine")
@requires(Programmes.MINE)
def mine() -> Any:
    """What I own, and what is recorded of my own participation, with every earlier value."""
    stand_in("employee")
    me = current_user.person_id
    rows = queries.own(me)
    ids = [row.Participation.id for row in rows]
    return page(
        T + "mine.html",
        owned=queries.owned(me),
        rows=rows,
        records=queries.records(ids) if ids else {},
        notes=queries.notes(ids) if ids else {},
        day=today(),
    )


@bp.route("/new")
@requires(Programmes.CHOOSE)
def choose() -> Any:
    """Whose programme it will be; who heads one unit only goes on at once."""
    stand_at_own_desk()
    q = lists.words("q")
    own = queries.works_in(current_user.person_id, today())
    condition = rights.units_managed(current_user) & unit_named(q)
    found = units_to_choose(condition, today(), first=own, limit=queries.OFFERED)
    if len(found) == 1 and not q:
        return redirect(url_for(".make", unit_ref=found[0].Unit.ref), 303)
    return page(T + "choose.html", units=found[: queries.OFFERED], many=len(found) > queries.OFFERED, q=q)


# ------------------------------------------------------------------------------------- one programme


def _written(
    programme: Programme,
    form: Form,
    action: Callable[..., Any],
    thing: Any,
    title: str,
    said: str,
    **more: Any,
) -> Any:
    """A page with one form about a programme: shown, or done and back to the programme."""
    stand_at_own_desk()
    if form.accepts(action, thing):
        return done(said, _show(programme), form)
    return _form_page(form, title, _show(programme), programme, **more)


def _form_page(form: Form, title: str, back: str, programme: Programme | None = None, **more: Any) -> Any:
    """The page of a form about a programme or a participation in it, or of a new programme."""
    crumb = (programme.title, back) if programme is not None else None
    usual = {"lead": "", "note": None, "button": _("Simpan"), "locked": None}
    context = {"here_title": title, "address": request.path, "back": back, "crumb": crumb, **usual, **more}
    return page(T + "write.html", form=form, **context)


@bp.route("/new/<unit_ref>", methods=["GET", "POST"])
@requires(Programmes.MAKE, Unit)
def make(unit: Unit) -> Any:
    """Make a programme of a unit."""
    stand_at_own_desk()
    form = NewProgrammeForm().within(unit.region_id, today())
    if form.accepts(actions.make, unit):
        address = url_for(".show", programme_ref=form.result.ref)
        return done(_("Program dibuat. Pemiliknya sekarang dapat mencatat peserta."), address, form)
    button = _("Buat program")
    return _form_page(form, _("Program baru"), url_for(".index"), lead=unit.name, button=button)


@bp.route("/<programme_ref>")
@requires(Programmes.SEE, Programme)
def show(programme: Programme) -> Any:
    """A programme: what it is for, how it goes, and who takes part."""
    stand_at_own_desk()
    around = queries.around(programme)
    owns = rights.owns(current_user, programme)
    heads, is_hr = rights.heads(current_user, around.Unit), rights.looks_after(current_user, around.Unit)
    q, stands = lists.words("q"), lists.argument("stands", queries.STANDS, queries.HELD)
    tally = queries.tally(programme.id)
    found = queries.participants(programme.id, today(), q=q, stands=stands, **lists.marks())
    repairs = queries.repairs(programme.id)
    names = {
        queries.HELD: _("Berlaku (%(n)s)", n=tally.people),
        queries.NOTED: _("Menunggu jawaban (%(n)s)", n=tally.notes),
        queries.WITHDRAWN: _("Ditarik (%(n)s)", n=tally.withdrawn),
    }
    return page(
        T + "show.html",
        programme=programme,
        unit=around.Unit,
        owner=around.owner,
        tally=tally,
        found=found,
        pager=lists.pager(found, PEOPLE_ARGS),
        q=q,
        stands=stands,
        states=list(names.items()),
        repairs=repairs,
        mending=next((each for each in repairs if each.closed is None), None),
        is_owner=owns,
        manages=heads or is_hr,
        mends=owns or heads,
        exports=owns or is_hr,
        cannot_record=rules.why_not_record(programme.state, programme.begins, today()),
        day=today(),
    )


@bp.route("/<programme_ref>/history")
@requires(Programmes.SEE, Programme)
def history(programme: Programme) -> Any:
    """Every step of a programme."""
    stand_at_own_desk()
    return page(
        "policy/history/thing.html",
        title=_("Riwayat program %(title)s", title=programme.title),
        items=log.of_things([programme]),
        looks=None,
        back=_show(programme),
        back_label=programme.title,
    )


@bp.route("/<programme_ref>/edit", methods=["GET", "POST"])
@requires(Programmes.EDIT, Programme)
def change(programme: Programme) -> Any:
    """Change what a programme is."""
    form = ProgrammeForm(programme)
    form.told = queries.around(programme).told
    return _written(
        programme,
        form,
        actions.change,
        programme,
        _("Ubah program"),
        _("Program disimpan."),
        locked=rules.why_not_change(programme.state),
    )


@bp.route("/<programme_ref>/owner", methods=["GET", "POST"])
@requires(Programmes.NAME_OWNER, Programme)
def name_owner(programme: Programme) -> Any:
    """Name who owns a programme from now on."""
    form = OwnerForm(programme).within(programme.region_id, today())
    return _written(
        programme,
        form,
        actions.name_owner,
        programme,
        _("Tunjuk pemilik program"),
        _("Pemilik program diganti. Yang sudah dicatat pemilik sebelumnya tetap tersimpan."),
    )


@bp.route("/<programme_ref>/end", methods=["GET", "POST"])
@requires(Programmes.EDIT, Programme)
def end(programme: Programme) -> Any:
    """End a programme."""
    form = EndForm(programme).within(programme, today())
    return _written(
        programme,
        form,
        actions.end,
        programme,
        _("Akhiri program"),
        _("Program berakhir."),
        locked=rules.why_not_end(programme.state, programme.begins, None, today()),
        lead=_(
            "Sesudah berakhir, peserta baru tidak dapat dicatat; catatan yang keliru tetap dapat diperbaiki."
        ),
        button=_("Akhiri program"),
    )


@bp.route("/<programme_ref>/reopen", methods=["GET", "POST"])
@requires(Programmes.EDIT, Programme)
def reopen(programme: Programme) -> Any:
    """Open a programme again, with a reason."""
    return _written(
        programme,
        ReasonForm(programme),
        actions.reopen,
        programme,
        _("Buka kembali program"),
        _("Program berjalan lagi."),
        locked=rules.why_not_reopen(programme.state),
        button=_("Buka kembali"),
    )


@bp.route("/<programme_ref>/repair", methods=["GET", "POST"])
@requires(Programmes.MARK, Programme)
def repair(programme: Programme) -> Any:
    """Say that a programme doesn't work, and what will be mended until when (BDG-1)."""
    form = RepairForm()
    form.today = today()
    waiting = any(each.closed is None for each in queries.repairs(programme.id))
    return _written(
        programme,
        form,
        actions.mark_repair,
        programme,
        _("Tandai perlu diperbaiki"),
        _("Program ditandai perlu diperbaiki."),
        locked=rules.why_not_mark_repair(waiting),
        lead=_(
            "Tanda ini bukan hukuman: unit melihat program mana yang belum berjalan, lalu memperbaikinya."
        ),
        button=_("Tandai perlu diperbaiki"),
    )


@bp.route("/repairs/<programme_repair_ref>", methods=["GET", "POST"])
@requires(Programmes.CLOSE_REPAIR, ProgrammeRepair)
def close_repair(mended: ProgrammeRepair) -> Any:
    """Write what became of the mending."""
    return _written(
        queries.programme_of(mended),
        OutcomeForm(),
        actions.close_repair,
        mended,
        _("Catat hasil perbaikan"),
        _("Hasil perbaikan tercatat."),
        locked=rules.why_not_close_repair(mended.closed is not None),
        lead=mended.what,
    )


# ------------------------------------------------------------------------------------- participants


@bp.route("/<programme_ref>/participants/new", methods=["GET", "POST"])
@requires(Programmes.RECORD, Programme)
def record(programme: Programme) -> Any:
    """Record people who are found by name or chosen from the programme's unit, or one by staff number."""
    stand_at_own_desk()
    # A staff number stands in no address: it has a field of its own.
    q = " ".join("".join(c for c in lists.words("q") if not c.isdigit()).split())
    form = RecordForm(q=q).within(programme, today())
    q = form.q.data or ""
    found = queries.employees(
        programme.region_id,
        today(),
        text=q,
        unit_id=None if q else programme.unit_id,
        apart_from=programme.id,
        nor=current_user.person_id,
    )
    chosen = queries.chosen(programme.region_id, form.ticked, today())
    form.offer(chosen, found[: queries.OFFERED])
    if form.accepts(actions.record, programme):
        return done(_recorded(len(form.ids)), _show(programme), form)
    return page(
        T + "record.html",
        programme=programme,
        form=form,
        q=q,
        many=len(found) > queries.OFFERED,
        found=found,
        locked=rules.why_not_record(programme.state, programme.begins, today()),
    )


def _recorded(count: int) -> str:
    return ngettext("Keikutsertaan %(num)s orang tercatat.", "Keikutsertaan %(num)s orang tercatat.", count)


@bp.route("/<programme_ref>/participants/paste", methods=["GET", "POST"])
@requires(Programmes.RECORD, Programme)
def paste(programme: Programme) -> Any:
    """Record many people at once from a list of staff numbers."""
    stand_at_own_desk()
    form = PasteForm().within(programme, today())
    if form.accepts(actions.record, programme):
        return done(_recorded(len(form.rows)), _show(programme), form)
    return page(
        T + "paste.html",
        programme=programme,
        form=form,
        bad=[row for row in form.rows if row.problems],
        most=rules.MOST_AT_ONCE,
        locked=rules.why_not_record(programme.state, programme.begins, today()),
    )


@bp.route("/<programme_ref>/participants.csv")
@bp.route("/<programme_ref>/participants.xlsx", endpoint="export_xlsx")
@requires(Programmes.EXPORT, Programme)
def export(programme: Programme) -> Any:
    """Those who take part as a file, without staff numbers."""
    head = [
        _("nama"),
        _("jabatan"),
        _("unit kerja"),
        _("peran"),
        _("peran dalam kata-kata"),
        _("hadir"),
        _("dari pertemuan"),
        _("produk"),
        _("nomor surat tugas"),
        _("dicatat oleh"),
        _("dicatat pada"),
    ]
    rows = (
        [
            row.Person.full_name,
            row.post,
            row.unit,
            label(row.ParticipationRecord.role),
            row.ParticipationRecord.role_words,
            row.ParticipationRecord.attended,
            row.ParticipationRecord.meetings,
            row.ParticipationRecord.product,
            row.ParticipationRecord.letter,
            row.recorder.full_name if row.recorder else "",
            formats().plain_date(row.ParticipationRecord.at),
        ]
        for row in queries.every_participant(programme.id, today())
    )
    return lists.file_answer(f"peserta-{programme.year}-{programme.ref}", head, rows)


@bp.route("/participations/<participation_ref>")
@requires(Programmes.READ, Participation)
def participation(participation: Participation) -> Any:
    """One participation: what is recorded, everything that was, and the notes about it."""
    own = participation.person_id == current_user.person_id
    if own:
        stand_in("employee")
    else:
        stand_at_own_desk()
    scene = queries.scene(participation)
    records = queries.records([participation.id])[participation.id]
    return page(
        T + "participation.html",
        participation=participation,
        scene=scene,
        programme=scene.Programme,
        records=records,
        notes=queries.notes([participation.id]).get(participation.id, []),
        is_owner=rights.owns(current_user, scene.Programme),
        own=own,
    )


def _read(participation: Participation) -> str:
    return url_for("programmes.participation", participation_ref=participation.ref)


def _about(
    participation: Participation,
    form: Form,
    action: Callable[..., Any],
    thing: Any,
    title: str,
    said: str,
    *,
    back: str = "",
    **more: Any,
) -> Any:
    """A page with one form about a participation."""
    back = back or _read(participation)
    if form.accepts(action, thing):
        return done(said, back, form)
    scene = queries.scene(participation)
    name, programme = scene.Person.full_name, scene.Programme
    lead = _("%(name)s dalam program %(title)s", name=name, title=programme.title)
    note = queries.open_note(participation.id)
    return _form_page(form, title, back, programme, lead=lead, note=note, **more)


@bp.route("/participations/<participation_ref>/correct", methods=["GET", "POST"])
@requires(Programmes.CORRECT, Participation)
def correct(participation: Participation) -> Any:
    """Replace what is recorded, with the reason."""
    stand_at_own_desk()
    now, programme = queries.said(participation), queries.programme_of(participation)
    form = CorrectForm.of(participation, now, programme, today())
    return _about(
        participation,
        form,
        actions.correct,
        participation,
        _("Perbaiki catatan keikutsertaan"),
        _("Catatan diperbaiki. Yang sebelumnya tetap terbaca."),
    )


@bp.route("/participations/<participation_ref>/withdraw", methods=["GET", "POST"])
@requires(Programmes.CORRECT, Participation)
def withdraw(participation: Participation) -> Any:
    """Say that somebody didn't take part after all, with the reason."""
    stand_at_own_desk()
    return _about(
        participation,
        ReasonForm(participation),
        actions.withdraw,
        participation,
        _("Tarik catatan keikutsertaan"),
        _("Catatan ditarik. Orang yang bersangkutan membaca alasannya."),
        locked=rules.why_not_withdraw(queries.said(participation).withdrawn),
        button=_("Tarik catatan"),
    )


@bp.route("/participations/<participation_ref>/note", methods=["GET", "POST"])
@requires(Programmes.NOTE, Participation)
def note(participation: Participation) -> Any:
    """Say that something is wrong in what was recorded of oneself."""
    stand_in("employee")
    waiting = queries.open_note(participation.id)
    return _about(
        participation,
        NoteForm(),
        actions.note,
        participation,
        _("Ada yang keliru?"),
        _("Catatan Anda sampai kepada pemilik program."),
        locked=rules.why_not_note(waiting is not None),
        button=_("Sampaikan kepada pemilik program"),
        back=url_for(".mine"),
    )


@bp.route("/notes/<participation_note_ref>", methods=["GET", "POST"])
@requires(Programmes.ANSWER, ParticipationNote)
def answer(note: ParticipationNote) -> Any:
    """Answer a note by a reason; by a correction it is answered on the page of the correction."""
    stand_at_own_desk()
    return _about(
        queries.participation_of(note),
        AnswerForm(),
        actions.answer,
        note,
        _("Jawab catatan peserta"),
        _("Jawaban tersampaikan."),
        locked=rules.why_not_answer(note.answered is not None),
        button=_("Sampaikan jawaban"),
    )

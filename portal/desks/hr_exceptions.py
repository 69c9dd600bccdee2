"""What of the year waits for the performance manager: exceptions first, each one click from its list.

A row says who has to act, how many wait for it, and by when; late steps stand by cause (Y-23).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.desks.hr_queries import Organisation, Silent, Tallies, Tally
from portal.desks.turns import DUE, PLAN_TURNS, WHOSE, Scene, Stage, Turn, Who
from portal.kernel.refusal import Refusal
from portal.performance.evaluations import rules
from portal.policy.calendars.rules import DeadlineKind, PeriodKind, days_left
from portal.policy.cycles.names import period_name
from portal.policy.cycles.rules import PeriodState
from portal.web.answers import words
from portal.web.formats import formats

PATTERNS_SHOWN = 3


@dataclass(frozen=True)
class View:
    """What the rows are made from."""

    at: Scene
    stages: Sequence[Stage]
    """The periods that the page is about."""
    running: Stage | None
    tallies: Tallies
    organisations: list[Organisation]
    silent: Silent
    whole_region: bool
    changed: Mapping[int, int] = field(default_factory=dict)
    """Ratings that an objection changed after the period's figures were counted for publication."""


def left_words(due: date, today: date) -> str:
    """How far a day is: ``3 hari lagi``, ``hari ini``, ``lewat 2 hari``."""
    days = days_left(due, today)
    if days == 0:
        return _("hari ini")
    if days > 0:
        return ngettext("%(num)s hari lagi", "%(num)s hari lagi", days)
    return ngettext("lewat %(num)s hari", "lewat %(num)s hari", -days)


def when_words(due: date | None, today: date) -> dict[str, Any]:
    """The ``when`` of a row: the exact day, and how far it is."""
    if due is None:
        return {}
    text = _("%(day)s, %(left)s", day=formats().plain_date(due), left=left_words(due, today))
    return {"when": text, "urgent": due < today}


def pattern_warnings(organisation: Organisation, stage: Stage) -> list[Refusal]:
    """Where an organisation's ratings leave the pattern of its own rating; a warning, not a quota."""
    if organisation.rating is None:
        return []
    return rules.pattern_warnings(organisation.rating.rating, organisation.counts, stage.policy)


def exceptions(view: View) -> list[dict[str, Any]]:
    """Every row, what is late or can't go on first."""
    rows: list[dict[str, Any]] = []
    for stage in view.stages:
        rows += _steps(stage, view)
        if stage.is_open:
            rows += _late(stage, view)
    if view.running is not None and view.running.is_open:
        rows += _organisations(view.running, view)
        rows += _silent(view.running, view)
    rows += _unpublished(view)
    rows += _outdated(view)
    order = {"late": 0, "open": 1, "go": 2}
    return sorted(rows, key=lambda row: order[row["kind"]])


def _passed(stage: Stage, at: Scene) -> bool:
    """Whether a later year was opened since: a quarter before the portal came is evaluated elsewhere."""
    return any(
        each.cycle.year > stage.cycle.year and each.period.state is not PeriodState.PLANNED
        for each in at.stages
    )


def _steps(stage: Stage, view: View) -> Iterator[dict[str, Any]]:
    """Periods to open, to close, to publish: region HR's own steps."""
    if not view.whole_region:
        return
    name, today = period_name(stage.period), view.at.today
    address = url_for("hr_desk.period", period_ref=stage.period.ref)
    if (
        stage.period.state is PeriodState.PLANNED
        and today >= stage.period.begins
        and not _passed(stage, view.at)
    ):
        yield {
            "title": _("%(period)s dapat dibuka", period=name),
            "text": _(
                "Periodenya mulai %(day)s. Setelah dibuka, setiap pegawai terdaftar dengan penilainya.",
                day=formats().plain_date(stage.period.begins),
            ),
            "kind": "open",
            "url": address,
            "do": _("Buka"),
        }
    if stage.is_open and close_refusal(stage, view.tallies.of(stage.period.id), today) is None:
        tally = view.tallies.of(stage.period.id)
        yield {
            "title": _("%(period)s dapat ditutup", period=name),
            "text": _(
                "%(rated)s dinilai, %(absent)s tidak dinilai dengan sebab.",
                rated=formats().number(tally.rated),
                absent=formats().number(tally.absent),
            ),
            "kind": "open",
            "url": address,
            "do": _("Tutup"),
        }


def _unpublished(view: View) -> Iterator[dict[str, Any]]:
    waiting = [
        stage
        for stage in view.stages
        if stage.period.state is PeriodState.CLOSED and not stage.published and view.whole_region
    ]
    if waiting:
        yield {
            "title": ngettext(
                "%(num)s periode belum diterbitkan", "%(num)s periode belum diterbitkan", len(waiting)
            ),
            "text": _(
                "%(periods)s sudah ditutup. Siapkan angkanya; orang lain memeriksa sebelum terbit.",
                periods=", ".join(period_name(stage.period) for stage in waiting),
            ),
            "kind": "go",
            "url": url_for("publications.hr_list"),
            "do": _("Siapkan"),
        }


def _outdated(view: View) -> Iterator[dict[str, Any]]:
    """Published figures that a decision on an objection has changed."""
    for stage in view.stages:
        n = view.changed.get(stage.period.id, 0)
        if n:
            yield {
                "title": _("Angka %(period)s perlu dikoreksi", period=period_name(stage.period)),
                "text": ngettext(
                    "%(num)s predikat berubah karena keberatan sesudah angkanya terbit.",
                    "%(num)s predikat berubah karena keberatan sesudah angkanya terbit.",
                    n,
                ),
                "kind": "late",
                "url": url_for("publications.new", period=stage.period.ref),
                "do": _("Siapkan koreksi"),
            }


def close_refusal(stage: Stage, tally: Tally, today: date) -> Refusal | None:
    """Why the period can't be closed today, from its tally."""
    return rules.why_not_close_period(
        tally.states,
        ended=today >= stage.period.ends and tally.obliged > 0,
        signatures_overdue=tally.late[Turn.RECEIVE],
    )


def _late(stage: Stage, view: View) -> Iterator[dict[str, Any]]:
    tally = view.tallies.of(stage.period.id)
    if stage.period.kind is PeriodKind.YEAR:
        # A plan hangs on the year: what is late with it is said once, not in every quarter again.
        yield from _no_appraiser(stage, tally)
        for who in Who:
            yield from _late_plans(stage, view, who)
    for turn in Turn:
        n = tally.late[turn]
        if not n or turn in PLAN_TURNS or turn is Turn.NO_APPRAISER:
            continue
        if turn in (Turn.ORGANISATION, Turn.RATE) and view.running is stage:
            continue  # told with their counts below
        title, text = _words(turn, n)
        kind = DUE.get(turn)
        yield {
            "title": title,
            "text": f"{period_name(stage.period)}. {text}",
            "kind": "late",
            "url": url_for("hr_desk.period_people", period_ref=stage.period.ref, turn=turn.value, late="ya"),
            "do": _("Lihat"),
            **when_words(view.at.due(stage, kind) if kind else None, view.at.today),
        }


def _no_appraiser(stage: Stage, tally: Tally) -> Iterator[dict[str, Any]]:
    n = tally.late[Turn.NO_APPRAISER]
    if n:
        yield {
            "title": ngettext(
                "%(num)s pegawai belum memiliki penilai", "%(num)s pegawai belum memiliki penilai", n
            ),
            "text": _("Tanpa penilai, SKP tidak dapat diajukan. Lihat celahnya di rantai penilai."),
            "kind": "late",
            "url": url_for("hr_desk.appraisers", period=stage.period.ref, chain="celah"),
            "do": _("Lihat"),
        }


def _late_plans(stage: Stage, view: View, who: Who) -> Iterator[dict[str, Any]]:
    """Late plans of which ``who`` has to take the next step: one row, its steps in the text."""
    tally = view.tallies.of(stage.period.id)
    turns = [turn for turn in PLAN_TURNS if WHOSE[turn] is who and tally.late[turn]]
    if not turns:
        return
    number = formats().number
    n = sum(tally.late[turn] for turn in turns)
    titles = {
        Who.EMPLOYEE: _("%(n)s SKP tertahan di pegawai", n=number(n)),
        Who.APPRAISER: _("%(n)s SKP tertahan di penilai", n=number(n)),
        Who.LEADER: _("%(n)s SKP menunggu matriks peran hasil dari pimpinan", n=number(n)),
        Who.MANAGER: _("%(n)s SKP menunggu reviu pengelola kinerja", n=number(n)),
    }
    steps = {
        Turn.MATRIX: lambda n: _("Yang terlambat pimpinannya; pegawai tetap boleh menyusun draf"),
        Turn.WRITE: lambda n: _("%(n)s belum diajukan", n=n),
        Turn.MEND: lambda n: _("%(n)s dikembalikan dan belum diperbaiki", n=n),
        Turn.REVIEW: lambda n: _("%(n)s belum direviu", n=n),
        Turn.AGREE: lambda n: _("%(n)s sudah diajukan dan belum dibaca", n=n),
        Turn.SIGN: lambda n: _("%(n)s belum ditandatangani", n=n),
        Turn.SET: lambda n: _("%(n)s sudah ditandatangani dan belum ditetapkan", n=n),
    }
    said = ", ".join(steps[turn](number(tally.late[turn])) for turn in turns)
    days = [due for turn in turns if (due := view.at.due(stage, DUE[turn])) is not None]
    yield {
        "title": titles[who],
        "text": f"{period_name(stage.period)}. {said}.",
        "kind": "late",
        "url": url_for(
            "hr_desk.period_people", period_ref=stage.period.ref, turn=f"skp-{who.value}", late="ya"
        ),
        "do": _("Lihat"),
        **when_words(max(days, default=None), view.at.today),
    }


def _words(turn: Turn, n: int) -> tuple[str, str]:
    """What is late in a sentence, and whose step it is."""
    number = formats().number(n)
    match turn:
        case Turn.REPORT:
            return (
                _("%(n)s pegawai belum melaporkan realisasi", n=number),
                _("Penilai sudah dapat menilai dari catatan yang ada."),
            )
        case Turn.ORGANISATION:
            return (
                _("%(n)s predikat menunggu capaian kinerja organisasi", n=number),
                _("Giliran pimpinan satu tingkat di atas organisasi."),
            )
        case Turn.RATE:
            return _("%(n)s predikat belum ditetapkan", n=number), _("Giliran penilai.")
        case Turn.HAND_OVER:
            return (
                _("%(n)s dokumen evaluasi belum disampaikan", n=number),
                _("Sudah lebih lama daripada batas penyampaian; giliran penilai."),
            )
        case _:
            return (
                _("%(n)s tanda terima belum ditandatangani", n=number),
                _("Batas tanda tangan sudah lewat; periode tetap dapat ditutup."),
            )


def _organisations(stage: Stage, view: View) -> Iterator[dict[str, Any]]:
    unrated = [each for each in view.organisations if each.rating is None]
    ended = view.at.today >= stage.period.ends
    due = stage.due(DeadlineKind.ORGANISATION_RATING)
    list_url = url_for("hr_desk.organisations", period_ref=stage.period.ref, state="menunggu")
    if unrated and ended:
        people = formats().number(sum(each.people for each in unrated))
        yield {
            "title": ngettext(
                "%(num)s organisasi belum memiliki capaian kinerja",
                "%(num)s organisasi belum memiliki capaian kinerja",
                len(unrated),
            ),
            "text": _(
                "%(period)s. Di organisasi itu ada %(n)s pegawai.", period=period_name(stage.period), n=people
            ),
            "kind": "late" if due is not None and view.at.today > due else "go",
            "url": list_url,
            "do": _("Lihat"),
            **when_words(due, view.at.today),
        }
    odd = [
        (each, found)
        for each in view.organisations
        if (found := pattern_warnings(each, stage)) and each.rated
    ]
    for each, found in odd[:PATTERNS_SHOWN]:
        yield {
            "title": _("%(unit)s: sebaran predikat di luar pola", unit=each.unit.name),
            "text": f"{words(found[0])} {so_far(each)}",
            "kind": "go",
            "url": url_for("hr_desk.agency", unit_ref=each.unit.ref, period=stage.period.ref),
            "do": _("Periksa"),
            **when_words(stage.due(DeadlineKind.RATING), view.at.today),
        }
    if len(odd) > PATTERNS_SHOWN:
        yield {
            "title": _("%(n)s organisasi lain di luar pola", n=len(odd) - PATTERNS_SHOWN),
            "kind": "go",
            "url": url_for("hr_desk.organisations", period_ref=stage.period.ref, state="pola"),
            "do": _("Lihat"),
        }


def so_far(organisation: Organisation) -> str:
    """What a warning about the pattern is worth: while many aren't rated yet, little."""
    if organisation.rated >= organisation.people:
        return _("Ini peringatan, bukan kuota.")
    number = formats().number
    return _(
        "Sementara: baru %(n)s dari %(total)s orang dinilai. Ini peringatan, bukan kuota.",
        n=number(organisation.rated),
        total=number(organisation.people),
    )


def _silent(stage: Stage, view: View) -> Iterator[dict[str, Any]]:
    due = stage.due(DeadlineKind.RATING)
    is_late = due is not None and view.at.today > due
    n = view.tallies.of(stage.period.id).late[Turn.RATE]
    if view.silent.appraisers:
        yield {
            "title": ngettext(
                "%(num)s penilai belum mulai menilai",
                "%(num)s penilai belum mulai menilai",
                view.silent.appraisers,
            ),
            "text": _(
                "%(period)s. %(n)s pegawai menunggu predikatnya.",
                period=period_name(stage.period),
                n=formats().number(view.silent.people),
            ),
            "kind": "late" if is_late or _is_near(due, view.at.today) else "go",
            "url": url_for("hr_desk.raters", period=stage.period.ref, state="belum"),
            "do": _("Lihat"),
            **when_words(due, view.at.today),
        }
    if n > view.silent.people:
        title, text = _words(Turn.RATE, n)
        yield {
            "title": title,
            "text": f"{period_name(stage.period)}. {text}",
            "kind": "late",
            "url": url_for(
                "hr_desk.period_people", period_ref=stage.period.ref, turn=Turn.RATE.value, late="ya"
            ),
            "do": _("Lihat"),
            **when_words(due, view.at.today),
        }
    waiting = view.tallies.of(stage.period.id).turns[Turn.RATE]
    if not is_late and _is_near(due, view.at.today) and waiting > view.silent.people:
        yield {
            "title": ngettext(
                "%(num)s pegawai menunggu predikat", "%(num)s pegawai menunggu predikat", waiting
            ),
            "text": _(
                "%(period)s. Giliran penilai; daftar penilai menunjukkan pada siapa.",
                period=period_name(stage.period),
            ),
            "kind": "late",
            "url": url_for("hr_desk.raters", period=stage.period.ref),
            "do": _("Lihat"),
            **when_words(due, view.at.today),
        }


def _is_near(due: date | None, today: date) -> bool:
    return due is not None and due - today <= timedelta(days=4)


# ------------------------------------------------------------------------------- the year as a line


def year_stages(at: Scene, stages: list[Stage], found: Tallies) -> list[dict[str, Any]]:
    """The planning and each period's evaluation as windows at their dates, with where they stand."""
    rows: list[dict[str, Any]] = []
    year = next((stage for stage in stages if stage.period.kind is PeriodKind.YEAR), None)
    if year is not None:
        rows.append(_planning(at, year, found.of(year.period.id)))
    last_due: date | None = None
    for stage in stages:
        due = stage.due(DeadlineKind.RATING) or stage.period.ends
        begins = stage.period.ends
        if stage is year and last_due is not None:
            # The year's evaluation begins as the last period's does; on the line it stands behind it.
            begins = min(max(begins, last_due + timedelta(days=1)), due)
        last_due = due
        rows.append(
            {
                "label": _("Tahunan") if stage is year else period_name(stage.period),
                "begins": begins,
                "ends": due,
                "when": _("dinilai sampai %(day)s", day=formats().plain_date(due)),
                "text": _standing(at, stage, found.of(stage.period.id)),
                "state": _place(at, stage, begins),
                "url": url_for("hr_desk.period", period_ref=stage.period.ref),
            }
        )
    return rows


def _planning(at: Scene, year: Stage, tally: Tally) -> dict[str, Any]:
    due = year.due(DeadlineKind.PLAN_SET) or year.period.begins
    if tally.obliged:
        text = _(
            "%(n)s dari %(total)s SKP ditetapkan",
            n=formats().number(tally.plan_set),
            total=formats().number(tally.obliged),
        )
    else:
        text = _("belum dibuka")
    state = "ahead" if at.today < year.period.begins else ("done" if at.today > due else "here")
    return {
        "label": _("Perencanaan"),
        "begins": year.period.begins,
        "ends": due,
        "when": _("sampai %(day)s", day=formats().plain_date(due)),
        "text": text,
        "state": state,
        "url": url_for("hr_desk.period", period_ref=year.period.ref),
    }


def _standing(at: Scene, stage: Stage, tally: Tally) -> str:
    rated, absent = formats().number(tally.rated), formats().number(tally.absent)
    if stage.period.state is PeriodState.PLANNED and _passed(stage, at):
        return _("tidak dijalankan di portal ini")
    if stage.period.state is PeriodState.PLANNED:
        return _("dapat dibuka") if at.today >= stage.period.begins else _("belum dibuka")
    if stage.period.state is PeriodState.CLOSED:
        closed = _("ditutup: %(rated)s dinilai, %(absent)s tidak dinilai", rated=rated, absent=absent)
        return closed
    if at.today < stage.period.ends:
        return _("berjalan, %(n)s orang terdaftar", n=formats().number(tally.obliged))
    return _("%(rated)s dari %(total)s dinilai", rated=rated, total=formats().number(tally.obliged))


def _place(at: Scene, stage: Stage, begins: date) -> str:
    """Where today stands: ``begins`` is the first day on which the stage's evaluation may be made."""
    if stage.period.state is PeriodState.CLOSED or _passed(stage, at):
        return "done"
    return "here" if stage.is_open and at.today >= begins else "ahead"

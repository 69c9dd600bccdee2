"""The frame of staff pages: which areas one has, what waits in each, the period in view."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.desks import queries
from portal.desks.rights import Areas, Log
from portal.people.accounts.rights import Grants
from portal.people.activation.rights import Activations
from portal.people.imports.rights import Imports
from portal.performance.access import AGENCY_HR, AUDITOR, BOARD, REGION_HR, audits
from portal.performance.agreements.rights import Agreements
from portal.performance.goals.rights import Goals
from portal.performance.legacy.rights import Legacy
from portal.performance.programmes.rights import makes
from portal.policy.cycles.models import Period
from portal.policy.cycles.names import period_name
from portal.policy.drafting.rights import Drafting
from portal.transparency.publications.rights import Publications
from portal.web.formats import formats
from portal.web.frame import Frame, Item, provided_by
from portal.web.rights import may


@provided_by
def build(area: str) -> Frame:
    """The frame of ``area``; of the first area that one has when it is empty."""
    areas = [
        (key, label, url_for(endpoint))
        for key, label, endpoint, right in (
            ("employee", _("Pegawai"), "employee_desk.home", Areas.EMPLOYEE),
            ("rater", _("Penilai"), "rater_desk.home", Areas.RATER),
            ("hr", _("Pengelola kinerja"), "hr_desk.home", Areas.HR),
            ("leader", _("Pimpinan"), "leader_desk.home", Areas.LEADER),
            ("audit", _("Auditor"), "audit_desk.home", Areas.AUDIT),
            ("admin", _("Administrator"), "admin_desk.home", Areas.ADMIN),
        )
        if may(right)
    ]
    held = [key for key, _label, _url in areas]
    if area not in held:
        # What HR works with, auditors and the board read: their frame stands around it.
        others = ("audit", "leader") if area == "hr" else ()
        area = next((each for each in (*others, *held) if each in held), "")
    return Frame(
        area=area,
        areas=tuple(areas),
        items=_items(area),
        period_line=_period_line(),
        user_name=current_user.actor.name,
        account_url=url_for("accounts.show"),
        sign_out_url=url_for("accounts.sign_out"),
        typist=current_user.typist,
        stop_url=url_for("assistance.stop"),
    )


def people_url() -> str:
    """Where a page about one person leads back to: the list of people that the caller has."""
    if current_user.granted(REGION_HR, AGENCY_HR):
        return url_for("hr_desk.people")
    return url_for("audit_desk.home" if may(Areas.AUDIT) else "leader_desk.home")


def period_url(period: Period) -> str:
    """Where a page about a whole period leads back to: what the caller reads of it."""
    if current_user.granted(REGION_HR, AGENCY_HR):
        return url_for("hr_desk.period", period_ref=period.ref)
    if audits(current_user, period.region_id):
        return url_for("audit_desk.people", period_ref=period.ref)
    return url_for("leader_desk.home")


def _items(area: str) -> tuple[Item, ...]:
    w = queries.waiting(current_user)
    rows: dict[str, tuple[tuple[str, str, str, int], ...]] = {
        "employee": (
            (_("Beranda"), "employee_desk.home", "home", 0),
            (_("SKP"), "employee_desk.plan", "plan", w.plan),
            (_("Kemajuan"), "employee_desk.progress", "progress", 0),
            (_("Umpan balik"), "employee_desk.feedback", "feedback", w.feedback + w.asked + w.to_answer),
            (_("Hasil"), "employee_desk.results", "result", w.receive),
            (_("Program"), "programmes.mine", "programme", w.programme_notes),
            (_("Sasaran bersama"), "goals.index", "goal", w.shares),
        ),
        "rater": (
            (_("Beranda"), "rater_desk.home", "home", 0),
            (_("SKP bawahan"), "rater_desk.plans", "plan", w.plans_to_read),
            (_("Menilai"), "rater_desk.bench", "rate", w.to_rate + w.to_hand_over),
            (_("Tim"), "rater_desk.team", "team", 0),
            (_("Program"), "programmes.index", "programme", w.programme_notes),
            (_("Sasaran bersama"), "goals.index", "goal", w.shares),
        ),
        "hr": (
            (_("Siklus"), "hr_desk.home", "cycle", 0),
            # One agency's manager sees its units there.
            (
                _("Perangkat daerah") if current_user.granted(REGION_HR) else _("Unit kerja"),
                "hr_desk.agencies",
                "agencies",
                0,
            ),
            (_("Data pegawai"), "hr_desk.people", "people", 0),
            (_("Layanan"), "services.index", "service", 0),
            (_("Publikasi"), "publications.hr_list", "publish", 0),
            # Behind the fold: what the year is about, then the ground it stands on, then who may do what.
            (_("Perjanjian kinerja"), "agreements.index", "agreement", 0),
            (_("Sasaran bersama"), "goals.index", "goal", w.shares),
            (_("Program"), "programmes.index", "programme", 0),
            (_("Kebijakan"), "drafting.index", "settings", 0),
            (_("Struktur"), "structure.index", "structure", 0),
            (_("Impor"), "imports.index", "import", 0),
            (_("Nilai tahun sebelumnya"), "legacy.index", "archive", 0),
            (_("Aktivasi akun"), "activation.people", "slip", 0),
            (_("Hak akses"), "grants.listed", "access", 0),
            (_("Catatan kejadian"), "log.search", "log", 0),
        ),
        "leader": (
            (_("Perangkat daerah"), "leader_desk.home", "agencies", 0),
            (_("Perjanjian kinerja"), "agreements.index", "agreement", 0),
            (_("Program"), "programmes.index", "programme", 0),
            (_("Sasaran bersama"), "goals.index", "goal", w.shares),
            (_("Kebijakan"), "policies.index", "settings", 0),
        ),
        "audit": (
            (_("Audit"), "audit_desk.home", "home", 0),
            (_("Nilai tahun sebelumnya"), "legacy.index", "archive", 0),
            (_("Program"), "programmes.index", "programme", 0),
            (_("Sasaran bersama"), "goals.index", "goal", 0),
            (_("Kebijakan"), "policies.index", "settings", 0),
            (_("Catatan kejadian"), "log.search", "log", 0),
            (_("Hak akses"), "grants.listed", "access", 0),
        ),
        "admin": (
            (_("Keadaan"), "admin_desk.home", "home", 0),
            (_("Aktivasi akun"), "activation.people", "slip", 0),
            (_("Hak akses"), "grants.listed", "access", 0),
        ),
    }
    return tuple(
        Item(label, url_for(endpoint), icon, count, _is_current(endpoint))
        for label, endpoint, icon, count in rows.get(area, ())
        if _is_offered(endpoint)
    )


_ROOMS = {
    "plans": ("employee_desk.plan", "rater_desk.plans", "hr_desk.people"),
    "progress": ("employee_desk.progress", "rater_desk.team", "hr_desk.people"),
    "evaluations": ("employee_desk.results", "rater_desk.bench", "hr_desk.agencies"),
    "goals": ("goals.index",),
    "agreements": ("agreements.index", "employee_desk.plan"),
    "legacy": ("legacy.index", "employee_desk.results", "rater_desk.team"),
    "programmes": ("programmes.index", "programmes.mine"),
    "publications": ("publications.hr_list",),
    "services": ("services.index",),
    "service_figures": ("services.index",),
    "imports": ("imports.index",),
    "structure": ("structure.index",),
    "drafting": ("drafting.index",),
    "trials": ("drafting.index",),
    "policies": ("drafting.index", "policies.index"),
    "grants": ("grants.listed",),
    "assistance": ("grants.listed",),
    "leader_desk": ("leader_desk.home",),
    "audit_desk": ("audit_desk.home",),
    "calibration": ("hr_desk.home", "audit_desk.home", "leader_desk.home"),
    "recomputations": ("hr_desk.home", "audit_desk.home"),
}
"""Which entries stand for the pages of a room that several areas share."""


_PAGES = {
    "colleagues.index": "employee_desk.feedback",
    "colleagues.answer": "employee_desk.feedback",
    "colleagues.lead_feedback": "employee_desk.feedback",
    "colleagues.recommend": "employee_desk.feedback",
    "goals.refer": "employee_desk.plan",
    "objections.file": "employee_desk.results",
    "colleagues.leads": "rater_desk.team",
    "surveys.mine": "employee_desk.feedback",
    "surveys.answer": "employee_desk.feedback",
    "surveys.refuse": "employee_desk.feedback",
    "surveys.about_me": "employee_desk.feedback",
    "surveys.period": "hr_desk.home",
    "surveys.raters": "hr_desk.home",
    "surveys.add_rater": "hr_desk.home",
    "progress.feedback": "employee_desk.feedback",
    "progress.reply": "employee_desk.feedback",
    "hr_desk.new_cycle": "hr_desk.home",
    "hr_desk.period": "hr_desk.home",
    "hr_desk.period_history": "hr_desk.home",
    "hr_desk.organisations": "hr_desk.home",
    "hr_desk.organisation": "hr_desk.home",
    "hr_desk.agency": "hr_desk.agencies",
    "hr_desk.period_people": "hr_desk.people",
    "hr_desk.appraisers": "hr_desk.people",
    "hr_desk.raters": "hr_desk.people",
    "hr_desk.listing": "hr_desk.people",
    "hr_desk.absence": "hr_desk.people",
    "hr_desk.not_obliged": "hr_desk.people",
    "exchange.period": "hr_desk.home",
    "exchange.reconciliation": "hr_desk.home",
}
"""The entry that stands for a page below it."""


def _is_offered(endpoint: str) -> bool:
    """Whether the entry leads the caller anywhere: a publisher has publications only, agency HR none."""
    if endpoint == "publications.hr_list":
        return may(Publications.LIST)
    if endpoint == "agreements.index":
        return may(Agreements.LIST)
    if endpoint == "programmes.mine":
        return queries.waiting(current_user).in_programmes
    if endpoint == "programmes.index":
        return makes(current_user) or bool(current_user.granted(AUDITOR))
    if endpoint == "goals.index":
        return _has_goals()
    if endpoint == "policies.index":
        return bool(current_user.granted(AUDITOR, BOARD))
    if endpoint == "activation.people":
        return may(Activations.ISSUE)
    if endpoint == "legacy.index":
        return may(Legacy.LIST)
    if endpoint == "drafting.index":
        return may(Drafting.DRAFT)
    if endpoint in ("imports.index", "structure.index"):
        return may(Imports.LIST)
    if endpoint in ("log.search", "grants.listed"):
        return may(Log.SEARCH if endpoint == "log.search" else Grants.LIST)
    return not endpoint.startswith("hr_desk.") or bool(current_user.granted(REGION_HR, AGENCY_HR))


def _has_goals() -> bool:
    """Whether shared goals concern the caller: who may write or oversee one, or whose unit holds one."""
    granted = current_user.granted(REGION_HR, AGENCY_HR, AUDITOR)
    return may(Goals.START) or bool(granted) or queries.waiting(current_user).shared


def _is_current(endpoint: str) -> bool:
    if request.endpoint == endpoint:
        return True
    if request.endpoint in _PAGES:
        return endpoint == _PAGES[request.endpoint]
    return endpoint in _ROOMS.get(request.blueprint or "", ())


def _period_line() -> str | None:
    w = queries.waiting(current_user)
    if w.period is None:
        return None
    name = period_name(w.period)
    if w.rating_due is None:
        return name
    return _("%(period)s · penilaian ditutup %(day)s", period=name, day=formats().plain_date(w.rating_due))

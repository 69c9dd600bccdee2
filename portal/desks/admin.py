"""The administrator's area: how the installation is. Begins a failed job again; names no staff number."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import sqlalchemy
from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_, func, or_, select, text
from sqlalchemy.orm import defer

from portal.desks.rights import Areas
from portal.extensions import db
from portal.kernel.refusal import N_
from portal.ledger import jobs as job_actions
from portal.ledger.events import Event
from portal.ledger.files import StoredFile
from portal.ledger.jobs import Job
from portal.people.accounts.models import Account, Grant, SignIn
from portal.people.accounts.queries import holds_on
from portal.people.accounts.rules import GrantKind
from portal.people.employment.models import Employee, Person
from portal.people.organisation.models import Region, Unit
from portal.people.organisation.queries import on
from portal.policy.cycles.models import Period
from portal.policy.cycles.rules import PeriodState
from portal.policy.policies.models import PolicyVersion
from portal.web import health
from portal.web.answers import page
from portal.web.current import app, now, today
from portal.web.formats import formats
from portal.web.forms import press
from portal.web.frame import stand_in
from portal.web.rights import requires

bp = Blueprint("admin_desk", __name__, url_prefix="/admin")
JOBS_SHOWN = 10
WORK = {
    "render_public": N_("Membuat halaman publik"),
    "check_import": N_("Memeriksa berkas impor"),
    "apply_import": N_("Menerapkan berkas impor"),
    "arrange_survey": N_("Mengundi siapa yang ditanya dalam survei perilaku"),
    "close_survey": N_("Menutup survei perilaku pada hari terakhirnya"),
    "count_survey": N_("Menghitung survei perilaku dan memusnahkan kuncinya"),
    "recompute_advice": N_("Menghitung ulang usulan suatu periode"),
}
"""Kind of background job → its words."""
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"


@cache
def release() -> str:
    """The version of the program, from the project's own file."""
    file = Path(__file__).resolve().parents[2] / "pyproject.toml"
    return str(tomllib.loads(file.read_text(encoding="utf-8"))["project"]["version"])


@dataclass(frozen=True)
class Store:
    """The database: its kind and version, the bytes it takes, the migration on which it stands."""

    kind: str
    version: str
    size: int
    name: str
    migration: str


@dataclass(frozen=True)
class Sign:
    """One line of health: what, how it is in a word and a shape, and what to do about it."""

    title: str
    kind: str
    state: str
    text: str = ""


def _store() -> Store:
    """Kind, size and form of the database; two statements."""
    settings = app().settings
    on_sqlite = db.engine.dialect.name == "sqlite"
    if on_sqlite:
        there = "(SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version')"
        row = db.session.execute(text(f"SELECT sqlite_version(), {there}")).one()
        path = settings.folder / "kinerja.db"
        parts = (path, path.with_name(path.name + "-wal"))
        size = sum(part.stat().st_size for part in parts if part.exists())
        return Store("SQLite", str(row[0]), size, path.name, _migration(bool(row[1])))
    row = db.session.execute(
        text(
            "SELECT current_setting('server_version'), pg_database_size(current_database()), "
            "current_database(), to_regclass('alembic_version') IS NOT NULL"
        )
    ).one()
    return Store("PostgreSQL", str(row[0]), int(row[1]), str(row[2]), _migration(bool(row[3])))


def _migration(there: bool) -> str:
    return str(db.session.scalar(text("SELECT version_num FROM alembic_version")) or "") if there else ""


def _health(store: Store, counts: dict[str, Any]) -> list[Sign]:
    """What an administrator looks at first, each with what to do when it isn't well; trouble comes first."""
    folder, real = app().settings.folder, datetime.now(UTC)
    f = formats()
    signs = [Sign(_("Basis data"), "done", _("menjawab"), f"{store.kind} {store.version}")]
    newest = health.newest_migration(MIGRATIONS)
    if store.migration == newest:
        signs.append(Sign(_("Migrasi"), "done", _("sesuai program"), store.migration))
    else:
        stands = _(
            "Basis data di %(there)s, program di %(here)s. Cadangkan, lalu jalankan ./kinerja upgrade.",
            there=store.migration or _("bentuk tanpa nomor"),
            here=newest,
        )
        signs.append(Sign(_("Migrasi"), "late", _("belum sesuai"), stands))
    beat = health.last_beat(folder)
    if beat is None:
        signs.append(Sign(_("Pekerja latar"), "late", _("belum pernah terlihat")))
    elif real - beat > health.SILENT_AFTER:
        signs.append(Sign(_("Pekerja latar"), "late", _("diam"), _ago(real - beat)))
    else:
        signs.append(Sign(_("Pekerja latar"), "done", _("bekerja"), _ago(real - beat)))
    if counts["jobs_given_up"]:
        given_up = _("%(n)s gagal; lihat di bawah", n=f.number(counts["jobs_given_up"]))
        signs.append(Sign(_("Antrean"), "late", _("ada yang gagal"), given_up))
    elif counts["jobs_late"]:
        signs.append(Sign(_("Antrean"), "late", _("tertahan")))
    else:
        waiting = _(
            "%(n)s menunggu, %(later)s terjadwal",
            n=f.number(counts["jobs_waiting"]),
            later=f.number(counts["jobs_later"]),
        )
        signs.append(Sign(_("Antrean"), "done", _("lancar"), waiting))
    free, total = health.disk(folder)
    room = _("%(free)s bebas dari %(total)s", free=f.bytes(free), total=f.bytes(total))
    scarce = free < total * health.SCARCE
    signs.append(
        Sign(_("Ruang simpan"), "late" if scarce else "done", _("sempit") if scarce else _("cukup"), room)
    )
    backup = health.last_backup(folder)
    if backup is None:
        how = _("Jalankan ./kinerja backup, dan pasang pencadangan harian.")
        signs.append(Sign(_("Cadangan"), "late", _("belum ada"), how))
    else:
        old = real - backup.made > health.BACKUP_AFTER
        about = _(
            "%(file)s, %(size)s, %(ago)s",
            file=backup.file,
            size=f.bytes(backup.size),
            ago=_ago(real - backup.made),
        )
        signs.append(
            Sign(_("Cadangan"), "late" if old else "done", _("sudah lama") if old else _("ada"), about)
        )
    if app().settings.https:
        signs.append(Sign(_("HTTPS"), "done", _("ya")))
    elif app().demo:
        signs.append(Sign(_("HTTPS"), "wait", _("tidak"), _("Cukup untuk peragaan di komputer ini.")))
    else:
        how = _("Kata sandi dapat disadap di jalan. Pasang nginx dengan HTTPS, lalu KINERJA_HTTPS=on.")
        signs.append(Sign(_("HTTPS"), "late", _("tidak"), how))
    return sorted(signs, key=lambda sign: sign.kind != "late")


def _ago(span: timedelta) -> str:
    minutes = max(int(span.total_seconds()) // 60, 0)
    if minutes < 1:
        return _("kurang dari satu menit lalu")
    if minutes < 120:
        return ngettext("%(num)s menit lalu", "%(num)s menit lalu", minutes)
    if minutes < 48 * 60:
        return ngettext("%(num)s jam lalu", "%(num)s jam lalu", minutes // 60)
    return ngettext("%(num)s hari lalu", "%(num)s hari lalu", minutes // 1440)


def _counts() -> dict[str, int]:
    """Everything that is counted, in one statement."""
    at = now()
    idle = timedelta(minutes=app().settings.session_idle_minutes)
    open_sessions = select(func.count(SignIn.id)).where(
        SignIn.ended.is_(None), SignIn.ends > at, SignIn.seen > at - idle
    )
    failing = Job.error != ""
    row = db.session.execute(
        select(
            select(func.count(Person.id)).scalar_subquery().label("people"),
            select(func.count(Account.id)).scalar_subquery().label("accounts"),
            select(func.count(Account.id))
            .where(Account.password_hash != "", Account.disabled.is_(None))
            .scalar_subquery()
            .label("live_accounts"),
            open_sessions.scalar_subquery().label("sessions"),
            select(func.count(Event.id)).scalar_subquery().label("events"),
            select(func.max(Event.at)).scalar_subquery().label("last_event"),
            select(func.count(Job.id))
            .where(Job.finished.is_(None), ~_for_later(at))
            .scalar_subquery()
            .label("jobs_waiting"),
            select(func.count(Job.id)).where(_for_later(at)).scalar_subquery().label("jobs_later"),
            select(func.min(Job.run_after)).where(_for_later(at)).scalar_subquery().label("next_job"),
            select(func.count(Job.id))
            .where(Job.finished.is_(None), Job.run_after < at - timedelta(minutes=5))
            .scalar_subquery()
            .label("jobs_late"),
            select(func.count(Job.id))
            .where(Job.finished.is_not(None), ~failing)
            .scalar_subquery()
            .label("jobs_done"),
            select(func.count(Job.id))
            .where(Job.finished.is_not(None), failing)
            .scalar_subquery()
            .label("jobs_given_up"),
            select(func.count(StoredFile.id)).scalar_subquery().label("files"),
            select(func.coalesce(func.sum(StoredFile.size), 0)).scalar_subquery().label("file_bytes"),
        )
    ).one()
    return dict(row._mapping)


def _for_later(at: datetime) -> ColumnElement[bool]:
    """Jobs that wait for their hour and have never failed."""
    return and_(Job.finished.is_(None), Job.run_after > at, Job.error == "")


def _last_line(error: str) -> str:
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""


@bp.route("")
@requires(Areas.ADMIN)
def home() -> Any:
    """Database, regions, people, sessions, jobs, policies, grants, release."""
    stand_in("admin")
    day = today()
    open_periods = (
        select(func.count(Period.id))
        .where(Period.region_id == Region.id, Period.state == PeriodState.OPEN)
        .scalar_subquery()
    )
    employees = (
        select(func.count(Employee.id))
        .where(Employee.region_id == Region.id, on(Employee, day))
        .scalar_subquery()
    )
    agencies = (
        select(func.count(Unit.id))
        .where(Unit.region_id == Region.id, Unit.is_agency, on(Unit, day))
        .scalar_subquery()
    )
    regions = db.session.execute(
        select(Region, employees.label("employees"), agencies.label("agencies"), open_periods.label("open"))
        .where(Region.hosted)
        .order_by(Region.name)
    ).all()
    jobs = db.session.scalars(
        select(Job)
        .where(or_(Job.finished.is_(None), Job.error != ""), ~_for_later(now()))
        .order_by((Job.error == ""), Job.id.desc())
        .limit(JOBS_SHOWN)
    ).all()
    versions = db.session.scalars(
        select(PolicyVersion)
        .options(defer(PolicyVersion.document))
        .order_by(PolicyVersion.key, PolicyVersion.version.desc())
    ).all()
    grants = db.session.execute(
        select(Grant.kind, func.count(Grant.id)).where(holds_on(day)).group_by(Grant.kind)
    ).all()
    store, counts = _store(), _counts()
    return page(
        "desks/admin/home.html",
        store=store,
        counts=counts,
        health=_health(store, counts),
        regions=regions,
        jobs=[(job, _(WORK.get(job.kind, job.kind)), _last_line(job.error)) for job in jobs],
        versions=[next(each) for _key, each in groupby(versions, key=lambda version: version.key)],
        grants=sorted(((kind, n) for kind, n in grants), key=lambda row: list(GrantKind).index(row[0])),
        release=release(),
        python=sys.version.split()[0],
        sqlalchemy=sqlalchemy.__version__,
        settings=app().settings,
        at=now(),
    )


@bp.route("/jobs/<job_ref>/retry", methods=["POST"])
@requires(Areas.RETRY_JOB, Job)
def retry_job(job: Job) -> Any:
    """Begin a job again that was given up."""
    address = url_for(".home", _anchor="jobs")
    return press(job_actions.retry, job, _("Pekerjaan masuk antrean lagi."), address)

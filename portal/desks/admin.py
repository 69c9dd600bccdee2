"""The administrator's area: how the installation is. Shows, changes nothing, names no staff number."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy
from flask import Blueprint
from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import defer

from portal.desks.rights import Areas
from portal.extensions import db
from portal.ledger.events import Event
from portal.ledger.jobs import Job
from portal.people.accounts.models import Account, Grant, SignIn
from portal.people.accounts.queries import holds_on
from portal.people.employment.models import Employee, Person
from portal.people.organisation.models import Region, Unit
from portal.people.organisation.queries import on
from portal.policy.cycles.models import Period
from portal.policy.cycles.rules import PeriodState
from portal.policy.policies.models import PolicyVersion
from portal.web.answers import page
from portal.web.current import app, now, today
from portal.web.frame import stand_in
from portal.web.rights import requires

bp = Blueprint("admin_desk", __name__, url_prefix="/admin")
JOBS_SHOWN = 10


@cache
def release() -> str:
    """The version of the program, from the project's own file."""
    file = Path(__file__).resolve().parents[2] / "pyproject.toml"
    return str(tomllib.loads(file.read_text(encoding="utf-8"))["project"]["version"])


@dataclass(frozen=True)
class Store:
    """The database: its kind and version, and the bytes it takes."""

    kind: str
    version: str
    size: int
    name: str


def _store() -> Store:
    """Kind and size of the database; one statement."""
    settings = app().settings
    if db.engine.dialect.name == "sqlite":
        version = str(db.session.scalar(text("SELECT sqlite_version()")))
        path = settings.folder / "kinerja.db"
        parts = (path, path.with_name(path.name + "-wal"))
        size = sum(part.stat().st_size for part in parts if part.exists())
        return Store("SQLite", version, size, path.name)
    row = db.session.execute(
        text(
            "SELECT current_setting('server_version'), pg_database_size(current_database()), current_database()"
        )
    ).one()
    return Store("PostgreSQL", str(row[0]), int(row[1]), str(row[2]))


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
            select(func.count(Job.id)).where(Job.finished.is_(None)).scalar_subquery().label("jobs_waiting"),
            select(func.count(Job.id))
            .where(Job.finished.is_(None), Job.run_after < at - timedelta(minutes=5))
            .scalar_subquery()
            .label("jobs_late"),
            select(func.count(Job.id)).where(failing).scalar_subquery().label("jobs_failed"),
            select(func.count(Job.id))
            .where(Job.finished.is_not(None), ~failing)
            .scalar_subquery()
            .label("jobs_done"),
        )
    ).one()
    return dict(row._mapping)


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
        .where(or_(Job.finished.is_(None), Job.error != ""))
        .order_by((Job.error == ""), Job.id.desc())
        .limit(JOBS_SHOWN)
    ).all()
    versions = db.session.scalars(
        select(PolicyVersion)
        .options(defer(PolicyVersion.document))
        .order_by(PolicyVersion.key, PolicyVersion.version.desc())
    ).all()
    grants = db.session.execute(
        select(Grant, Account.name, Region.name.label("region"), Unit.name.label("unit"))
        .join(Account, Account.id == Grant.account_id)
        .outerjoin(Region, Region.id == Grant.region_id)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .where(holds_on(day))
        .order_by(Region.name, Grant.kind, Account.name, Grant.id)
    ).all()
    return page(
        "desks/admin/home.html",
        store=_store(),
        counts=_counts(),
        regions=regions,
        jobs=[(job, _last_line(job.error)) for job in jobs],
        versions=versions,
        grants=grants,
        release=release(),
        python=sys.version.split()[0],
        sqlalchemy=sqlalchemy.__version__,
        settings=app().settings,
        at=now(),
    )

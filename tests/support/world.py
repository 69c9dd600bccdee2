"""A small region for tests, and things in every state, all reached by the real actions.

Kota Contoh has a mayor, a regional secretary, a health agency with a unit and a puskesmas, and the
agency that manages staff. Kabupaten Lain stands beside it, for what must not be seen from one in the
other. The year 2026 is open with its quarters; the leaders' plans are set and their matrices shared.

    world.rina                      a person with account: .person_id, .account_id, .ref, .actor, .login
    world.plan(at=PlanState.SET)    Rina's plan, walked there
    world.evaluation(at=EvaluationState.HANDED_OVER, quarter=3)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from flask import has_app_context
from sqlalchemy import select

from portal.extensions import db
from portal.kernel.clock import FixedClock
from portal.ledger.actor import SYSTEM, Actor
from portal.ledger.door import door
from portal.people.accounts import actions as accounts
from portal.people.accounts import passwords
from portal.people.accounts.models import Account, GrantKind
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.employment.rules import EmploymentStatus, PostKind
from portal.people.organisation.models import Position, Region, Unit, UnitParent
from portal.performance.evaluations import actions as evaluations
from portal.performance.evaluations import queries as evaluation_queries
from portal.performance.evaluations.models import Evaluation, OrganisationRatingSet
from portal.performance.evaluations.rules import EvaluationState, NotEvaluatedReason
from portal.performance.plans import actions as plans
from portal.performance.plans import queries as plan_queries
from portal.performance.plans.models import Plan
from portal.performance.plans.rules import (
    Approach,
    Aspect,
    ChangeReason,
    CoreValue,
    Direction,
    Perspective,
    PlanState,
    ResultKind,
)
from portal.performance.progress import actions as progress
from portal.performance.progress.models import ProgressEntry
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles import actions as cycles
from portal.policy.cycles.models import Cycle, Enrolment, Period
from portal.policy.policies import actions as policies
from portal.policy.policies.rules import ExpectationRating, OrganisationRating
from portal.web.current import App
from tests.support.databases import NOW

T = TypeVar("T")

PASSWORD = "kalimat untuk uji"
_hash = ""
STARTED = date(2020, 1, 1)
NAMES = {
    "mayor": "Aminah Walikota",
    "secretary": "Bagas Sekretaris",
    "agency_head": "Cahya Kepala Dinas",
    "unit_head": "Darma Kepala Bidang",
    "rina": "Rina Pelaksana",
    "budi": "Budi Perawat",
    "citra": "Citra Bidan",
    "clinic_head": "Endang Kepala Puskesmas",
    "dewi": "Dewi Perawat",
    "agency_hr": "Fajar Kepegawaian",
    "staff_head": "Gita Kepala BKPSDM",
    "hr": "Hana Pengelola",
    "publisher": "Iwan Wali Data",
    "admin": "Administrator Uji",
    "auditor": "Nadia Inspektur",
    "board": "Oka Tim Penilai",
    "other_mayor": "Joko Bupati",
    "other_head": "Kartika Kepala Dinas",
    "other": "Lestari Pelaksana",
    "other_hr": "Mulya Pengelola",
}
"""Everybody by the name that tests use."""


@dataclass(frozen=True)
class Someone:
    """A person of the world with their account."""

    key: str
    name: str
    account_id: int
    person_id: int | None
    region_id: int | None
    ref: str
    """The person's reference; empty for an account without a person."""

    @property
    def login(self) -> str:
        """What signs in, besides the staff number."""
        return f"{self.key}@contoh.go.id"

    @property
    def actor(self) -> Actor:
        """The person at work."""
        return Actor(self.account_id, self.person_id, self.region_id, self.name)


class World:
    """The region, its people, and the ways to bring things into a state."""

    mayor: Someone
    secretary: Someone
    agency_head: Someone
    unit_head: Someone
    rina: Someone
    budi: Someone
    citra: Someone
    clinic_head: Someone
    dewi: Someone
    agency_hr: Someone
    staff_head: Someone
    hr: Someone
    publisher: Someone
    admin: Someone
    auditor: Someone
    board: Someone
    other_mayor: Someone
    other_head: Someone
    other: Someone
    other_hr: Someone

    def __init__(
        self,
        app: App,
        clock: FixedClock,
        brought_to: Callable[[str, Callable[[], Any]], Any] = lambda _name, play: play(),
    ) -> None:
        self.app, self.clock, self._brought_to = app, clock, brought_to
        keys = {name: key for key, name in NAMES.items()}
        with self.inside():
            rows = db.session.execute(
                select(Account, Person).outerjoin(Person, Person.id == Account.person_id)
            ).all()
            self.people = {}
            for account, person in rows:
                key = keys[account.name]
                self.people[key] = Someone(
                    key,
                    account.name,
                    account.id,
                    account.person_id,
                    account.region_id,
                    person.ref if person else "",
                )
            db.session.rollback()

    def __getattr__(self, key: str) -> Someone:
        try:
            return self.__dict__["people"][key]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(key) from None

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Stand inside the app, unless the test does already."""
        if has_app_context():
            yield
        else:
            with self.app.app_context():
                yield

    # --- looking ----------------------------------------------------------------------------------

    def _given(self, thing: T) -> T:
        """``thing`` for the test: readable after the context ends."""
        db.session.refresh(thing)
        return thing

    def do(self, action: Callable[..., T], thing: Any, *, by: Someone | Actor, **fields: Any) -> T:
        """Run an action on ``thing`` through the door, at the clock's time."""
        actor = by.actor if isinstance(by, Someone) else by
        with door(thing):
            return action(thing, **fields, by=actor, at=self.clock.now())

    def region(self, slug: str = "kota-contoh") -> Region:
        """One of the two regions."""
        return db.session.scalars(select(Region).where(Region.slug == slug)).one()

    def unit(self, slug: str, region: str = "kota-contoh") -> Unit:
        """A unit of one of the regions."""
        there = select(Region.id).where(Region.slug == region).scalar_subquery()
        return db.session.scalars(select(Unit).where(Unit.slug == slug, Unit.region_id == there)).one()

    def period(self, quarter: int | None = 3, slug: str = "kota-contoh") -> Period:
        """A quarter of 2026, or the year for ``None``."""
        region = select(Region.id).where(Region.slug == slug).scalar_subquery()
        kind = PeriodKind.QUARTER if quarter else PeriodKind.YEAR
        query = select(Period).where(Period.region_id == region, Period.kind == kind)
        return db.session.scalars(query.where(Period.number == quarter) if quarter else query).one()

    def enrolment(self, who: str = "rina", quarter: int | None = None) -> Enrolment:
        """Somebody's enrolment in a quarter, or in the year."""
        someone = self.people[who]
        slug = "kabupaten-lain" if who.startswith("other") else "kota-contoh"
        period = self.period(quarter, slug)
        return db.session.scalars(
            select(Enrolment).where(
                Enrolment.period_id == period.id, Enrolment.person_id == someone.person_id
            )
        ).one()

    def appraiser(self, who: str = "rina") -> Someone:
        """Who appraises somebody."""
        wanted = self.enrolment(who).appraiser_id
        return next(each for each in self.people.values() if each.person_id == wanted)

    # --- plans ------------------------------------------------------------------------------------

    def plan(self, at: PlanState = PlanState.DRAFT, who: str = "rina") -> Plan:
        """Somebody's plan, walked to that state; begun when there is none yet."""
        name = f"plan_{at.name}_{who}".lower()
        return self._brought_to(name, lambda: self._plan(at, who))  # type: ignore[no-any-return]

    def _plan(self, at: PlanState, who: str) -> Plan:
        with self.inside():
            plan = plan_queries.plan_of_tenure(self._cycle_id(who), self.enrolment(who).tenure_id)
            if plan is None:
                plan = self.do(plans.start, self.enrolment(who), by=self.people[who])
                self._fill(plan, who)
            self._walk_plan(plan, at, who)
            return self._given(plan)

    def changed(self, at: PlanState = PlanState.DRAFT, who: str = "rina") -> Plan:
        """Somebody's plan that was set, with a change of it walked to that state."""
        plan = self.plan(PlanState.SET, who)
        with self.inside():
            plan = db.session.merge(plan, load=True)
            self.do(
                plans.change,
                plan,
                by=self.people[who],
                reason=ChangeReason.PRIORITY,
                reason_note="Prioritas dinas berubah pada bulan ini.",
            )
            version = plan_queries.version_at_work(plan)
            gone, kept = version.results[1], version.results[0]
            self.do(plans.remove_result, gone, by=self.people[who])
            self.do(
                plans.change_result, kept, by=self.people[who], text="Hasil yang baru", kind=ResultKind.MAIN
            )
            self._walk_plan(plan, at, who)
            return self._given(plan)

    def worded(self, at: PlanState = PlanState.DRAFT, who: str = "rina") -> Plan:
        """Somebody's plan by the qualitative approach, its measures in words only, walked to that state."""
        plan, me = self.plan(PlanState.DRAFT, who), self.people[who]
        with self.inside():
            plan = db.session.merge(plan, load=True)
            version = plan_queries.version_at_work(plan)
            self.do(plans.switch_approach, version, approach=Approach.QUALITATIVE, by=me)
            for result in plan_queries.version_at_work(plan).results:
                for indicator in result.indicators:
                    self.do(plans.remove_indicator, indicator, by=me)
                words = {"aspect": None, "target_min": None, "target_max": None, "unit": ""}
                text = "Setiap warga dilayani pada hari yang sama."
                self.do(plans.add_indicator, result, text=text, direction=Direction.UP, by=me, **words)
            self._walk_plan(plan, at, who)
            return self._given(plan)

    def _cycle_id(self, who: str) -> int:
        return db.session.get_one(Period, self.enrolment(who).period_id).cycle_id

    def _fill(self, plan: Plan, who: str) -> None:
        me = self.people[who]
        leader = plan_queries.leader_results(plan_queries.setting(plan).leader_plan)
        for number, kind in ((1, ResultKind.MAIN), (2, ResultKind.MAIN), (3, ResultKind.EXTRA)):
            result = self.do(
                plans.add_result,
                plan,
                by=me,
                text=f"Hasil kerja {number} {me.name} yang tercatat dan terukur",
                kind=kind,
                assigned_by="Kepala unit" if leader else "",
                supported_line=leader[0].line_ref if leader else "",
                perspective=Perspective.USERS if plan.leader_form else None,
            )
            for aspect, target in ((Aspect.QUANTITY, 12), (Aspect.TIME, 30)):
                self.do(
                    plans.add_indicator,
                    result,
                    by=me,
                    text=f"Indikator {aspect.value} dari hasil kerja {number}",
                    aspect=None if plan.leader_form else aspect,
                    target_min=Decimal(target),
                    target_max=None,
                    unit="laporan" if aspect is Aspect.QUANTITY else "hari",
                    direction=Direction.UP if aspect is Aspect.QUANTITY else Direction.DOWN,
                )
        self.do(
            plans.write_attachments,
            plan_queries.version_at_work(plan),
            by=me,
            resource_support=["Satu komputer"],
            accountability_scheme=["Laporan setiap triwulan"],
            consequence=["Sesuai ketentuan yang berlaku"],
        )

    def _walk_plan(self, plan: Plan, at: PlanState, who: str) -> None:
        me, appraiser = self.people[who], self.appraiser(who)
        if at is PlanState.DRAFT:
            return
        if plan.state is PlanState.DRAFT or (
            plan.state is PlanState.RETURNED and at is not PlanState.RETURNED
        ):
            self.do(plans.submit, plan, by=me)
        if at is PlanState.RETURNED and plan.state is not at:
            line = plan_queries.version_at_work(plan).results[0].line_ref
            self.do(plans.add_note, plan, by=appraiser, line_ref=line, text="Targetnya masih terlalu rendah.")
            self.do(plans.return_with_notes, plan, by=appraiser)
        way = {PlanState.AGREED: plans.agree, PlanState.SIGNED: plans.sign, PlanState.SET: plans.set_plan}
        for state, action in way.items():
            if at in (PlanState.SUBMITTED, PlanState.RETURNED, plan.state):
                break
            self.do(action, plan, by=me if action is plans.sign else appraiser)
            if state is at:
                break
        assert plan.state is at, f"no way from {plan.state} to {at}"

    # --- the year's work ----------------------------------------------------------------------------

    def progress(self, who: str = "rina", quarter: int = 3, **fields: Any) -> ProgressEntry:
        """An entry of progress towards the first result of somebody's plan."""
        plan = self.plan(PlanState.SET, who)
        with self.inside():
            enrolment = self.enrolment(who, quarter)
            line = plan_queries.version_at_work(db.session.merge(plan, load=True)).results[0].line_ref
            day = db.session.get_one(Period, enrolment.period_id).begins
            values = {"line_ref": line, "day": day, "text": "Menyusun laporan pertama.", **fields}
            return self._given(self.do(progress.record_progress, enrolment, by=self.people[who], **values))

    def organisation_rating(
        self,
        unit: str = "dinas-kesehatan",
        quarter: int = 3,
        rating: Any = OrganisationRating.GOOD,
        region: str = "kota-contoh",
    ) -> OrganisationRatingSet:
        """The rating of an organisation by region HR with a document; the first one stays."""
        with self.inside():
            period, of = self.period(quarter, region), self.unit(unit, region)
            hr = self.hr if region == "kota-contoh" else self.other_hr
            known = evaluation_queries.organisation_rating(period.id, of.id)
            if known is not None:
                return self._given(known)
            with door(period):
                row = evaluations.rate_organisation(
                    period,
                    of,
                    rating=rating,
                    reason="Sasaran triwulan tercapai menurut laporan kinerja.",
                    document="Nota 12/2026",
                    by_hr=True,
                    by=hr.actor,
                    at=self.clock.now(),
                )
            return self._given(row)

    def evaluation(
        self,
        at: EvaluationState = EvaluationState.RUNNING,
        who: str = "rina",
        quarter: int = 3,
        result: ExpectationRating = ExpectationRating.AS_EXPECTED,
        behaviour: ExpectationRating = ExpectationRating.ABOVE,
    ) -> Evaluation:
        """Somebody's evaluation of a quarter, walked to that state (not to ``CLOSED``)."""
        name = f"evaluation_{at.name}_{who}_{quarter}_{result.name}_{behaviour.name}".lower()
        return self._brought_to(  # type: ignore[no-any-return]
            name, lambda: self._evaluation(at, who, quarter, result, behaviour)
        )

    def _evaluation(
        self,
        at: EvaluationState,
        who: str,
        quarter: int,
        result: ExpectationRating,
        behaviour: ExpectationRating,
    ) -> Evaluation:
        if at is not EvaluationState.NOT_EVALUATED:
            self.plan(PlanState.SET, who)
        with self.inside():
            me, appraiser = self.people[who], self.appraiser(who)
            enrolment = self.enrolment(who, quarter)
            evaluation = evaluation_queries.of_enrolment(enrolment.id)
            assert evaluation is not None
            if at is EvaluationState.NOT_EVALUATED:
                fields = {"reason": NotEvaluatedReason.SICK_LEAVE, "note": "Surat sakit tersimpan di BKPSDM."}
                if evaluation.state is not at:
                    self.do(evaluations.mark_not_evaluated, evaluation, by=self.hr, **fields)
                return self._given(evaluation)
            order = list(EvaluationState)
            steps: list[tuple[EvaluationState, Callable[[], Any]]] = [
                (EvaluationState.REPORTED, lambda: self._report(evaluation, me)),
                (
                    EvaluationState.RATED,
                    lambda: self._rate(evaluation, enrolment, appraiser, quarter, result, behaviour),
                ),
                (
                    EvaluationState.HANDED_OVER,
                    lambda: self.do(evaluations.hand_over, evaluation, by=appraiser),
                ),
                (
                    EvaluationState.RECEIVED,
                    lambda: self.do(evaluations.receive, evaluation, by=me, acknowledged=True),
                ),
            ]
            for state, step in steps:
                if order.index(evaluation.state) < order.index(state) <= order.index(at):
                    step()
            assert evaluation.state is at, f"no way from {evaluation.state} to {at}"
            return self._given(evaluation)

    def _report(self, evaluation: Evaluation, me: Someone) -> None:
        rows = evaluation_queries.measured(evaluation_queries.setting(evaluation))
        achieved = {row.indicator.line_ref: (Decimal(12), "Sesuai laporan.") for row in rows}
        note = "Semua laporan selesai tepat waktu."
        self.do(evaluations.report, evaluation, by=me, achieved=achieved, self_note=note)

    def _rate(
        self,
        evaluation: Evaluation,
        enrolment: Enrolment,
        appraiser: Someone,
        quarter: int,
        result: ExpectationRating,
        behaviour: ExpectationRating,
    ) -> None:
        organisation = db.session.get_one(Unit, enrolment.organisation_id)
        region = db.session.get_one(Region, enrolment.region_id)
        self.organisation_rating(organisation.slug, quarter, region=region.slug)
        self.do(
            evaluations.rate,
            evaluation,
            by=appraiser,
            result=result,
            result_reason="Dua belas laporan selesai dengan mutu yang baik.",
            behaviour=behaviour,
            behaviour_reason="Warga dilayani dengan sabar, juga pada jam sibuk.",
            recommendation="Pertahankan, dan latih rekan baru.",
        )

    # --- making it ----------------------------------------------------------------------------------

    @classmethod
    def build(cls, app: App, clock: FixedClock) -> None:
        """Make the two regions with their year on an empty database; the clock ends at ``NOW``."""
        with app.app_context():
            clock.set(datetime(2025, 12, 15, 2, 0, tzinfo=UTC))
            with door():
                policies.load_files(by=SYSTEM, at=clock.now())
                _Structure(clock).make()
            world = cls(app, clock)
            clock.set(datetime(2026, 1, 5, 2, 0, tzinfo=UTC))
            for slug, hr in (("kota-contoh", world.hr), ("kabupaten-lain", world.other_hr)):
                version = policies.latest("nasional-6-2022")
                world.do(cycles.open_cycle, world.region(slug), by=hr, year=2026, policy_version=version)
                for quarter in (None, 1):
                    world.do(evaluations.open_period, world.period(quarter, slug), by=hr)
            world._leaders_plan()
            for quarter, at in ((2, (4, 6)), (3, (7, 6)), (4, (10, 5))):
                clock.set(datetime(2026, *at, 2, 0, tzinfo=UTC))
                for slug, hr in (("kota-contoh", world.hr), ("kabupaten-lain", world.other_hr)):
                    world.do(evaluations.open_period, world.period(quarter, slug), by=hr)
            clock.set(NOW)

    def _leaders_plan(self) -> None:
        for who in ("secretary", "agency_head", "unit_head", "clinic_head", "other_head"):
            cycle = db.session.get_one(Cycle, self._cycle_id(who))
            texts = {CoreValue.SERVICE: "Setiap warga mendapat jawaban pada hari yang sama."}
            self.do(plans.expect_of_team, cycle, by=self.people[who], texts=texts)
            plan = self.plan(PlanState.SET, who)
            lines = plan_queries.version_at_work(plan).results
            members = db.session.scalars(
                select(Enrolment).where(
                    Enrolment.period_id == self.enrolment(who).period_id,
                    Enrolment.appraiser_id == self.people[who].person_id,
                )
            ).all()
            for member in members:
                tenure = db.session.get_one(Tenure, member.tenure_id)
                with door(plan):
                    plans.fill_row(
                        plan,
                        tenure,
                        texts={lines[0].line_ref: "Menyusun laporan bulanan."},
                        by=self.people[who].actor,
                        at=self.clock.now(),
                    )
            self.do(plans.share_matrix, plan, by=self.people[who])


class _Structure:
    """Regions, units, positions, people and accounts as rows: the importer's work, in small."""

    def __init__(self, clock: FixedClock) -> None:
        global _hash
        self.at = clock.now()
        self.born = 0
        _hash = _hash or passwords.make(PASSWORD)

    def make(self) -> None:
        """Both regions, their people and grants."""
        city = self.region("99.71", "kota-contoh", "Kota Contoh", "kota", "WIB", "a1")
        top = self.unit(city, None, "kota-contoh", "Kota Contoh", "pemerintah_daerah")
        office = self.unit(city, top, "sekretariat-daerah", "Sekretariat Daerah", "sekretariat", agency=True)
        health = self.unit(city, top, "dinas-kesehatan", "Dinas Kesehatan", "dinas", agency=True)
        field = self.unit(city, health, "bidang-pelayanan", "Bidang Pelayanan Kesehatan", "bidang")
        clinic = self.unit(city, health, "puskesmas-melati", "Puskesmas Melati", "uptd", independent=True)
        staff = self.unit(city, top, "bkpsdm", "BKPSDM", "badan", agency=True)
        self.person(city, top, "mayor", "Wali Kota", PostKind.REGION_HEAD, head=True, employee=False)
        chief = self.person(city, office, "secretary", "Sekretaris Daerah", PostKind.SENIOR, head=True)
        city.agency_head_appraiser_id = chief.id
        self.person(city, health, "agency_head", "Kepala Dinas Kesehatan", PostKind.SENIOR, head=True)
        self.person(city, field, "unit_head", "Kepala Bidang Pelayanan", PostKind.ADMINISTRATOR, head=True)
        self.person(city, field, "rina", "Pengelola Layanan Kesehatan", PostKind.STAFF)
        self.person(city, field, "budi", "Perawat Ahli Pertama", PostKind.FUNCTIONAL)
        self.person(city, field, "citra", "Bidan Terampil", PostKind.FUNCTIONAL)
        self.person(city, clinic, "clinic_head", "Kepala Puskesmas Melati", PostKind.ADMINISTRATOR, head=True)
        self.person(city, clinic, "dewi", "Perawat Terampil", PostKind.FUNCTIONAL)
        self.person(city, health, "agency_hr", "Analis Kepegawaian", PostKind.STAFF)
        self.person(city, staff, "staff_head", "Kepala BKPSDM", PostKind.SENIOR, head=True)
        self.person(city, staff, "hr", "Analis Kinerja", PostKind.STAFF)
        self.person(city, staff, "publisher", "Pranata Komputer", PostKind.FUNCTIONAL)
        self.account("admin", None, None)
        self.account("auditor", city, None)
        self.account("board", city, None)
        self.grant("agency_hr", GrantKind.AGENCY_HR, city, health)
        self.grant("hr", GrantKind.REGION_HR, city)
        self.grant("publisher", GrantKind.PUBLISHER, city)
        self.grant("admin", GrantKind.ADMINISTRATOR, None)
        self.grant("auditor", GrantKind.AUDITOR, city)
        self.grant("board", GrantKind.BOARD, city)

        other = self.region("99.01", "kabupaten-lain", "Kabupaten Lain", "kabupaten", "WIT", "a2")
        root = self.unit(other, None, "kabupaten-lain", "Kabupaten Lain", "pemerintah_daerah")
        works = self.unit(other, root, "dinas-kesehatan", "Dinas Kesehatan", "dinas", agency=True)
        bupati = self.person(
            other, root, "other_mayor", "Bupati", PostKind.REGION_HEAD, head=True, employee=False
        )
        other.agency_head_appraiser_id = bupati.id
        self.person(other, works, "other_head", "Kepala Dinas Kesehatan", PostKind.SENIOR, head=True)
        self.person(other, works, "other", "Pengelola Layanan", PostKind.STAFF)
        self.person(other, works, "other_hr", "Analis Kinerja", PostKind.STAFF)
        self.grant("other_hr", GrantKind.REGION_HR, other)
        for region in (city, other):
            cycles.add_national_holidays(region, by=SYSTEM, at=self.at)

    def region(self, code: str, slug: str, name: str, kind: str, zone: str, accent: str) -> Region:
        return self.add(Region(code=code, slug=slug, name=name, kind=kind, zone=zone, accent=accent))

    def unit(
        self,
        region: Region,
        parent: Unit | None,
        slug: str,
        name: str,
        kind: str,
        *,
        agency: bool = False,
        independent: bool = False,
    ) -> Unit:
        unit = self.add(
            Unit(
                region_id=region.id,
                code=slug[:40],
                slug=slug,
                name=name,
                kind=kind,
                is_agency=agency,
                independent=independent,
                agency_id=parent.agency_id if parent else None,
                begins=STARTED,
            )
        )
        if agency:
            unit.agency_id = unit.id
        unit.path = f"{parent.path if parent else '/'}{unit.id}/"
        self.add(
            UnitParent(
                region_id=region.id, unit_id=unit.id, parent_id=parent.id if parent else None, begins=STARTED
            )
        )
        return unit

    def person(
        self,
        region: Region,
        unit: Unit,
        key: str,
        title: str,
        kind: PostKind,
        *,
        head: bool = False,
        employee: bool = True,
    ) -> Position:
        self.born += 1
        number = f"189001{self.born:02d}1912011{self.born:03d}"
        position = self.add(
            Position(
                region_id=region.id,
                code=f"{unit.code}-{key}"[:60],
                unit_id=unit.id,
                title=title,
                kind=kind,
                is_head=head,
                begins=STARTED,
            )
        )
        person = self.add(Person(region_id=region.id, name=NAMES[key], search_name=NAMES[key].lower()))
        self.add(Tenure(region_id=region.id, person_id=person.id, position_id=position.id, begins=STARTED))
        if employee:
            self.add(
                Employee(
                    region_id=region.id,
                    person_id=person.id,
                    staff_number=number,
                    status=EmploymentStatus.PNS,
                    rank_code="III/c",
                    begins=STARTED,
                )
            )
        self.account(key, region, person, number)
        return position

    def account(self, key: str, region: Region | None, person: Person | None, number: str = "") -> None:
        account = accounts.open_account(
            region_id=region.id if region else None,
            person_id=person.id if person else None,
            name=NAMES[key],
            logins=tuple(filter(None, (f"{key}@contoh.go.id", number))),
            by=SYSTEM,
            at=self.at,
        )
        account.password_hash, account.password_set = _hash, self.at

    def grant(self, key: str, kind: GrantKind, region: Region | None, unit: Unit | None = None) -> None:
        account = db.session.scalars(select(Account).where(Account.name == NAMES[key])).one()
        accounts.grant(
            account,
            kind=kind,
            region_id=region.id if region else None,
            unit_id=unit.id if unit else None,
            letter="SK 1/2026",
            begins=STARTED,
            by=SYSTEM,
            at=self.at,
        )

    def add(self, row: T) -> T:
        db.session.add(row)
        db.session.flush()
        return row

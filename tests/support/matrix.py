"""Who gets what at every address: observed by asking, not read from the code (trust, promise 2).

For every address of the portal an example is made for one employee (Rina) and for one of another region.
Then people in every relation to her ask for it, by each method that it knows. What they get is the
table in ``docs/permissions.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from portal.cli import docs
from portal.extensions import db
from portal.kernel.refs import new_ref
from portal.ledger import files, jobs
from portal.ledger.door import door
from portal.people.accounts.models import Account, Grant, SignIn
from portal.people.assistance import actions as assistance
from portal.people.assistance.models import Assistance
from portal.people.employment.models import Person, Tenure
from portal.people.employment.rules import AbsenceKind
from portal.people.imports import actions as imports
from portal.people.organisation.models import Position, Unit
from portal.people.structure import actions as structure
from portal.performance.agreements import queries as agreement_queries
from portal.performance.colleagues import actions as colleagues
from portal.performance.dialogues import actions as dialogues
from portal.performance.dialogues.models import DialogueStep
from portal.performance.dialogues.rules import Side
from portal.performance.evaluations import actions as evaluations
from portal.performance.evaluations import queries as evaluation_queries
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.rules import EvaluationState, NotEvaluatedReason
from portal.performance.exchange import actions as exchange
from portal.performance.exchange.rules import Theirs, Verdict
from portal.performance.goals import actions as goal_actions
from portal.performance.goals.models import SharedGoal
from portal.performance.legacy import actions as legacy
from portal.performance.objections import actions as objections
from portal.performance.objections.rules import Part
from portal.performance.plans import queries as plan_queries
from portal.performance.plans.models import LineNote
from portal.performance.plans.rules import PlanState
from portal.performance.programmes import actions as programme_actions
from portal.performance.progress import actions as progress
from portal.performance.progress.rules import FeedbackKind
from portal.performance.recomputations import actions as recomputations
from portal.performance.surveys import sealing
from portal.performance.surveys.models import RatingDuty, SurveyRound
from portal.performance.surveys.rules import DutyOrigin, RaterGroup, RoundState
from portal.policy.drafting import actions as drafting
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.rules import OverallRating
from portal.transparency.publications import actions as publications
from portal.transparency.publications.render import render_all
from portal.voice.services import actions as service_actions
from portal.voice.services.rules import TableKind
from portal.web.rights import guarded_routes
from tests.support import agreements, goals, programmes, services, surveys
from tests.support.client import Browser
from tests.support.databases import Installation
from tests.support.world import World

ROLES = {
    "": "tamu",
    "rina": "pemilik",
    "budi": "rekan seunit",
    "unit_head": "penilai",
    "agency_head": "atasan penilai",
    "clinic_head": "penilai lain",
    "agency_hr": "pengelola PD",
    "hr": "pengelola daerah",
    "publisher": "wali data",
    "admin": "administrator",
    "board": "tim penilai",
    "auditor": "auditor",
    "other": "pegawai daerah lain",
    "other_hr": "pengelola daerah lain",
}
"""Who asks, and what they are to Rina."""

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
YES, FORBIDDEN, UNKNOWN, SIGN_IN = "ya", "403", "404", "masuk"
MARKS = {YES: "ya", UNKNOWN: "·", FORBIDDEN: "403", SIGN_IN: "masuk"}
"""How the outcomes stand in ``docs/permissions.md``."""


@dataclass(frozen=True)
class Row:
    """One address with one method, and what each role gets."""

    endpoint: str
    address: str
    method: str
    right: str
    got: dict[str, str]


class Examples:
    """References for the parameters of addresses, all about one person."""

    def __init__(self, world: World, who: str, leader: str, hr: str, region: str) -> None:
        self.world, self.who, self.leader, self.hr, self.region = world, who, leader, hr, region
        self.refs: dict[str, str] = {}

    def make(self) -> dict[str, str]:
        """Make one example of everything, by the real actions."""
        world, who = self.world, self.who
        plan = world.plan(PlanState.RETURNED, who)
        note = db.session.scalars(select(LineNote).where(LineNote.plan_id == plan.id)).one()
        world.plan(PlanState.SET, who)
        evaluation = world.evaluation(EvaluationState.REPORTED, who, quarter=3)
        enrolment = world.enrolment(who, 3)
        version = plan_queries.version_at_work(plan)
        me, leader = world.people[who].actor, world.people[self.leader].actor
        folder = world.app.settings.files_folder
        line = version.results[0].line_ref
        step = self._do(
            progress.add_step,
            world.enrolment(who, 4),
            by=me,
            line_ref=line,
            text="Menyusun jadwal kunjungan.",
        )
        entry = self._do(
            progress.record_progress,
            world.enrolment(who, 4),
            by=me,
            line_ref=line,
            day=date(2026, 10, 6),
            text="Jadwal selesai.",
            incoming=[files.take_in(folder, PDF, "jadwal.pdf")],
        )
        feedback = self._do(
            progress.give_feedback,
            enrolment,
            by=leader,
            about="",
            kind=FeedbackKind.APPRECIATION,
            text="Warga puas dengan pelayanan Anda.",
        )
        request, lead = self._colleague(enrolment, plan, line)
        unit = db.session.get_one(Unit, enrolment.agency_id)
        given = {
            "kode_unit": "",
            "nama": "Baru",
            "jenis": "dinas",
            "kode_induk": "",
            "perangkat_daerah": "ya",
        }
        rows = [given | {"kode_unit": "BARU"}, given | {"kode_unit": "SALAH", "kode_induk": "?"}]
        batch = imports.stage_rows(
            enrolment.region_id, "unit", rows, "unit.csv", world.people[self.hr].actor, world.clock.now()
        )
        self.refs = {
            "import_batch_ref": batch.ref,
            "position_ref": db.session.get_one(Position, enrolment.position_id).ref,
            "person_ref": world.people[who].ref,
            "absence_ref": self._absence(),
            "imports.table:kind": "unit",
            "imports.errors:ending": "csv",
            "plan_ref": plan.ref,
            "enrolment_ref": enrolment.ref,
            "planned_result_ref": version.results[0].ref,
            "indicator_ref": version.results[0].indicators[0].ref,
            "line_note_ref": note.ref,
            "tenure_ref": db.session.get_one(Tenure, enrolment.tenure_id).ref,
            "action_step_ref": step.ref,
            "progress_entry_ref": entry.ref,
            "stored_file_ref": db.session.scalars(
                select(files.StoredFile.ref).where(files.StoredFile.subject_ref == entry.ref)
            ).one(),
            "feedback_ref": feedback.ref,
            "evaluation_ref": evaluation.ref,
            "feedback_request_ref": request.ref,
            "team_lead_ref": lead.ref,
            "period_ref": world.period(3, self.region).ref,
            "unit_ref": unit.ref,
            "policy_version_ref": db.session.scalars(select(PolicyVersion.ref)).first() or "",
            "publication_ref": self._publication(),
            "sign_in_ref": self._session(),
            "job_ref": self._failed_job(),
            **self._service(),
            **self._agreement(),
            "legacy_batch_ref": self._earlier_years(),
            "legacy.errors:ending": "csv",
            "legacy.template:ending": "csv",
            **self._programme(),
            **self._shared_goal(plan, line),
            "reconciliation_ref": self._reconciliation(),
            "screen": "penilaian",
            "listing": "ratings",
            "account_ref": self._account().ref,
            "grant_ref": self._grant().ref,
            "assistance_ref": self._assistance().ref,
            "setting_name": self._policy_draft(),
            **self._survey(),
            "recomputation_ref": self._recomputation(),
            "language": "en",
            "verb": "finish",
        }
        # Some addresses are about something else: the year, a rated evaluation, the leader's own plan.
        received = world.evaluation(EvaluationState.RECEIVED, who, quarter=2)
        rated = received.ref
        fields = {"parts": [Part.RESULT], "reasons": "Dua laporan yang selesai belum ikut dihitung."}
        objection = self._do(
            objections.file,
            received,
            by=me,
            incoming=[files.take_in(folder, PDF, "laporan.pdf")],
            **fields,
        )
        self.refs |= self._dialogue(received)
        self.refs["objection_ref"] = objection.ref
        self.refs["objections.fetch:stored_file_ref"] = db.session.scalars(
            select(files.StoredFile.ref).where(files.StoredFile.subject_ref == objection.ref)
        ).one()
        leaders = world.plan(PlanState.SET, self.leader).ref
        self.refs |= {
            "plans.start:enrolment_ref": world.enrolment(who).ref,
            "evaluations.document:evaluation_ref": rated,
            "evaluations.sheet:evaluation_ref": rated,
            "plans.matrix:plan_ref": leaders,
            "plans.matrix_row:plan_ref": leaders,
            "plans.share_matrix:plan_ref": leaders,
            "publications.new:?": f"period={world.period(1, self.region).ref}",
        }
        return self.refs

    def _do(self, action: Callable[..., Any], thing: Any, *, by: Any, **fields: Any) -> Any:
        return self.world.do(action, thing, by=by, **fields)

    def _colleague(self, enrolment: Any, plan: Any, line: str) -> tuple[Any, Any]:
        """A colleague of the unit is asked for feedback, and leads the team of the first result."""
        world = self.world
        other = world.people["budi" if self.who == "rina" else "other_hr"]
        colleague = db.session.get_one(Person, other.person_id)
        me, leader = world.people[self.who].actor, world.people[self.leader].actor
        request = self._do(
            colleagues.ask, enrolment, by=me, asked=colleague, question="Apa yang dapat lebih baik?"
        )
        lead = self._do(colleagues.name_lead, plan, by=leader, line_ref=line, person=colleague)
        return request, lead

    def _absence(self) -> str:
        """The person goes on leave next year."""
        person = db.session.get_one(Person, self.world.people[self.who].person_id)
        fields = {"kind": AbsenceKind.LEAVE, "place": "", "letter": "SK 1", "begins": date(2027, 1, 4)}
        hr = self.world.people[self.hr].actor
        absence = self.world.do(structure.record_absence, person, by=hr, last=None, **fields)
        return str(absence.ref)

    def _publication(self) -> str:
        """The first quarter closed with nobody evaluated, and its publication prepared."""
        world = self.world
        period = world.period(1, self.region)
        hr = world.people[self.hr].actor
        running = db.session.scalars(
            select(Evaluation)
            .join(evaluation_queries.Enrolment, evaluation_queries.Enrolment.id == Evaluation.enrolment_id)
            .where(evaluation_queries.Enrolment.period_id == period.id)
            .where(Evaluation.state == EvaluationState.RUNNING)
        ).all()
        for each in running:
            fields = {"reason": NotEvaluatedReason.OTHER, "note": "Triwulan pertama tidak dinilai."}
            world.do(evaluations.mark_not_evaluated, each, by=hr, **fields)
        world.do(evaluations.close_period, period, by=hr)
        publication = world.do(
            publications.prepare,
            period,
            by=hr,
            method_note="Dihitung dari evaluasi yang ditutup.",
            next_date=date(2027, 1, 29),
        )
        return str(publication.ref)

    def _service(self) -> dict[str, str]:
        """A service of the agency with an indicator, a value, and a table that waits."""
        world, hr = self.world, self.world.people[self.hr]
        service = services.add_service(world, region=self.region)
        indicator = services.add_indicator(world, service, by=hr)
        values: dict[str, Any] = {"numerator": 90, "denominator": 100, "region": self.region, "by": hr}
        found = services.record(world, indicator, "dinas-kesehatan", "2026-08", **values)
        content = b"kode_unit,periode,pembilang,penyebut\ndinas-kesehatan,2026-07,1,2\nXX,2026-06,1,2\n"
        prepared = service_actions.prepare(indicator, TableKind.VALUES, content, at=world.clock.now())
        batch = world.do(service_actions.stage, indicator, by=hr, prepared=prepared, name="tabel.csv")
        return {
            "service_ref": service.ref,
            "service_indicator_ref": indicator.ref,
            "measurement_ref": found.ref,
            "value_batch_ref": batch.ref,
            "kind": TableKind.VALUES.value,
        }

    def _policy_draft(self) -> str:
        """The region's HR drafts a policy that states one setting."""
        hr = self.world.people[self.hr].actor
        region = self.world.region(self.region)
        draft = self._do(drafting.begin, region, by=hr, source="kosong")
        setting = {"value": "semester", "mark": "S", "note": "Setiap enam bulan."}
        self._do(drafting.state, draft, by=hr, name="cadence", setting=setting)
        return "cadence"

    def _dialogue(self, received: Any) -> dict[str, str]:
        """The appraiser recorded a dialogue on a quarter's results, not confirmed yet, with a step."""
        by = self.world.people[self.leader].actor
        step = dialogues.Agreed("Jadwal dibuat bersama.", Side.EMPLOYEE, date(2026, 12, 1))
        fields = {"day": date(2026, 10, 12), "well": "Layanan tanpa antrean.", "steps": [step]}
        dialogue = self._do(dialogues.record_results, received, by=by, **fields)
        made = db.session.scalars(select(DialogueStep.ref).where(DialogueStep.dialogue_id == dialogue.id))
        return {
            "dialogue_ref": dialogue.ref,
            "dialogue_step_ref": made.one(),
            "dialogues.write_results:evaluation_ref": received.ref,
            "evaluations.why_json:evaluation_ref": received.ref,
        }

    def _agreement(self) -> dict[str, str]:
        """The draft of the agency's performance agreement, with a goal and its key indicator."""
        agreement = agreements.drafted(self.world, by=self.world.people[self.hr], region=self.region)
        goal = agreement_queries.goals(agreement.id)[0]
        return {
            "performance_agreement_ref": agreement.ref,
            "agreement_goal_ref": goal.ref,
            "key_indicator_ref": goal.indicators[0].ref,
        }

    def _programme(self) -> dict[str, str]:
        """A programme of the agency, owned by the appraiser, with the person, a note and a repair."""
        world, hr, owner = self.world, self.world.people[self.hr], self.world.people[self.leader]
        made = programmes.made(
            world, unit="dinas-kesehatan", by=hr.key, owner=self.leader, region=self.region
        )
        taken = programmes.recorded(world, made, self.who, by=self.leader)
        me = world.people[self.who].actor
        note = self._do(programme_actions.note, taken, by=me, text="Saya hadir lima kali, bukan empat.")
        mended = {"what": "Kehadiran turun sejak Agustus.", "due": date(2026, 11, 2)}
        repair = self._do(programme_actions.mark_repair, made, by=owner.actor, **mended)
        return {
            "programme_ref": made.ref,
            "participation_ref": taken.ref,
            "participation_note_ref": note.ref,
            "programme_repair_ref": repair.ref,
        }

    def _shared_goal(self, plan: Any, line: str) -> dict[str, str]:
        """A goal that runs: held by the person's unit and another, with progress; the plan refers to it."""
        world, leader, held = self.world, self.world.people[self.leader], goals.HELD
        if self.region != "kota-contoh":
            # There is one agency only; a section of it is the other contributor.
            agency = world.unit("dinas-kesehatan", self.region)
            hr, day = world.people[self.hr].actor, date(2026, 1, 1)
            made = {"code": "SEKSI", "name": "Seksi Layanan", "kind": "seksi", "day": day, "letter": "SK 2"}
            section = self._do(structure.add_unit, world.region(self.region), by=hr, parent=agency, **made)
            held = ((agency.slug, "60"), (section.slug, "40"))
        by = world.agency_head if self.region == "kota-contoh" else leader
        goal = goals.shared(world, held=held, by=by, region=self.region)
        told = goals.told(world, goal, "9", by=leader)
        fields = {"line_ref": line, "goal": db.session.get_one(SharedGoal, goal.id)}
        reference = self._do(goal_actions.refer, plan, by=world.people[self.who].actor, **fields)
        return {
            "shared_goal_ref": goal.ref,
            "contribution_ref": goals.part(world, goal, held[0][0], self.region).ref,
            "goal_progress_ref": told.ref,
            "goal_reference_ref": reference.ref,
        }

    def _reconciliation(self) -> str:
        """The second quarter compared with an export that knows nobody here."""
        theirs = Theirs(2, "189001011912011001", "Nama Lain", Verdict(overall=OverallRating.GOOD))
        period, hr = self.world.period(2, self.region), self.world.people[self.hr].actor
        agency = db.session.get_one(Unit, self.world.enrolment(self.who, 2).agency_id)
        fields = {"agency": agency, "rows": [theirs], "source": "penilaian.csv"}
        return str(self._do(exchange.reconcile, period, by=hr, **fields).ref)

    def _earlier_years(self) -> str:
        """A file of earlier years that waits: a row that nobody can be found for."""
        hr = self.world.people[self.hr].actor
        row = {"nip": "198001012005011001", "tahun": "2019", "metode": "PP 46/2011", "nilai_akhir": "80"}
        region = self.world.region(self.region)
        return str(legacy.stage_rows(region.id, [row], "2019.csv", by=hr, at=self.world.clock.now()).ref)

    def _account(self) -> Account:
        account_id = self.world.people[self.who].account_id
        return db.session.get_one(Account, account_id)

    def _grant(self) -> Grant:
        """A grant that the region's HR holds."""
        holder = self.world.people[self.hr].account_id
        return db.session.scalars(select(Grant).where(Grant.account_id == holder)).one()

    def _assistance(self) -> Assistance:
        """A colleague types for the person."""
        person = db.session.get_one(Person, self.world.people[self.who].person_id)
        colleague = db.session.get_one(Person, self.world.people[self.leader].person_id)
        return self._do(
            assistance.appoint,
            person,
            by=self.world.people[self.hr].actor,
            assistant=colleague,
            letter="Surat Persetujuan 1/2026",
            begins=date(2026, 10, 12),
            ends=None,
        )

    def _session(self) -> str:
        """A session of the person besides the one that asks."""
        Browser(self.world.app).sign_in(self.world.people[self.who])
        db.session.rollback()
        newest = select(func.max(SignIn.id)).where(
            SignIn.account_id == self.world.people[self.who].account_id
        )
        return str(db.session.scalars(select(SignIn.ref).where(SignIn.id == newest.scalar_subquery())).one())

    def _survey(self) -> dict[str, str]:
        """A running survey in which the person is asked about their leader."""
        world, now = self.world, self.world.clock.now()
        period, rated = world.period(4, self.region), world.enrolment(self.leader, 4)
        with door():
            period.policy_version_id = surveys.policy().id
            found = SurveyRound(
                region_id=period.region_id,
                period_id=period.id,
                begins=period.begins,
                ends=period.ends,
                lot=new_ref(),
                state=RoundState.RUNNING,
                opened=now.date(),
                closes=now.date() + timedelta(days=7),
                people=1,
                made=now,
            )
            db.session.add(found)
            db.session.flush()
            found.public_key = sealing.make(world.app.settings.folder, found.ref)
            duty = RatingDuty(
                region_id=period.region_id,
                round_id=found.id,
                enrolment_id=rated.id,
                rater_id=world.people[self.who].person_id,
                group=RaterGroup.SUBORDINATE,
                origin=DutyOrigin.DIRECT,
            )
            db.session.add(duty)
            db.session.flush()
            return {"survey_round_ref": found.ref, "rating_duty_ref": duty.ref}

    def _recomputation(self) -> str:
        """The second quarter's advice, waiting to be computed again."""
        period, hr = self.world.period(2, self.region), self.world.people[self.hr].actor
        return str(self._do(recomputations.start, period, by=hr).ref)

    def _failed_job(self) -> str:
        with self.world.inside(), door():
            job = jobs.enqueue("contoh", at=self.world.clock.now())
            job.finished, job.error, job.attempts = (
                self.world.clock.now(),
                "ValueError: contoh",
                jobs.ATTEMPTS,
            )
            db.session.flush()
            return str(job.ref)

    def address(self, rule: Any) -> str | None:
        """The address of a rule with these examples; ``None`` when a parameter has none."""
        values = {
            name: self.refs.get(f"{rule.endpoint}:{name}", self.refs.get(name, ""))
            for name in rule.arguments - set(rule.defaults or ())
        }
        if not all(values.values()):
            return None
        _host, address = rule.build({**(rule.defaults or {}), **values})
        query = self.refs.get(f"{rule.endpoint}:?")
        return f"{address}?{query}" if query else str(address)


class Matrix:
    """Asks for every address in everybody's name."""

    def __init__(self, installation: Installation) -> None:
        self.installation, self.app = installation, installation.app
        self.world = World(installation.app, installation.clock)
        with self.app.app_context():
            self.own = Examples(self.world, "rina", "unit_head", "hr", "kota-contoh")
            self.own.make()
            self.foreign = Examples(self.world, "other", "other_head", "other_hr", "kabupaten-lain")
            self.foreign.make()
        self.browsers = {role: Browser(self.app, lint=False) for role in ROLES}
        self.cookies: dict[str, str] = {}
        for role, browser in self.browsers.items():
            if role:
                browser.sign_in(self.world.people[role])
            browser.csrf_token()
            cookie = browser.client.get_cookie("kinerja")
            self.cookies[role] = cookie.value if cookie else ""
        render_all(self.app)
        installation.keep("matrix")
        self.told = as_told()

    def routes(self) -> Iterable[tuple[Any, Any, str]]:
        """Every rule with its mark and each method that does something."""
        rules = sorted(guarded_routes(self.app), key=lambda pair: (pair[0].rule, pair[0].endpoint))
        for rule, mark in rules:
            for method in ("GET", "POST"):
                if method in (rule.methods or ()):
                    yield rule, mark, method

    def rows(
        self, examples: Examples | None = None, roles: Iterable[str] = ROLES, of: Iterable[str] | None = None
    ) -> list[Row]:
        """What everybody gets, at every address or those ``of`` some endpoints; about Rina unless told otherwise."""
        found = []
        wanted = set(of) if of is not None else None
        for rule, mark, method in self.routes():
            if wanted is not None and rule.endpoint not in wanted:
                continue
            address = (examples or self.own).address(rule)
            if address is None:
                raise LookupError(f"no example for {rule.rule}: add one to tests/support/matrix.py")
            got = {role: self.ask(role, method, address) for role in roles}
            found.append(Row(rule.endpoint, rule.rule, method, mark[0].key if mark else "", got))
        return found

    def readable(self, *roles: str) -> Iterable[tuple[str, str, str]]:
        """Endpoint, address and a role that gets it, of every page: the first of ``roles`` (all) that does."""
        for rule, _mark, method in self.routes():
            address = self.own.address(rule)
            if method == "GET" and address:
                role = self.who(rule, "GET", roles or ROLES)
                if role is not None:
                    yield rule.endpoint, address, role

    def who(self, rule: Any, method: str, roles: Iterable[str]) -> str | None:
        """The first of ``roles`` that gets an address, by the table in ``docs/permissions.md``.

        ``test_rights`` proves that table by asking everybody; what isn't in it yet is asked for here.
        """
        address, told = self.own.address(rule), self.told.get((rule.rule, method))
        assert address is not None, rule.rule
        gets = (
            (lambda role: told[role] == YES)
            if told
            else (lambda role: self.ask(role, method, address) == YES)
        )
        return next((role for role in roles if gets(role)), None)

    def browser(self, role: str) -> Browser:
        """A browser of its own in which ``role`` is signed in; it looks over what it fetches."""
        browser = Browser(self.app)
        browser.client.set_cookie("kinerja", self.cookies[role])
        return browser

    def ask(self, role: str, method: str, address: str) -> str:
        """What ``role`` gets; whatever it changed is undone."""
        browser = self.browsers[role]
        browser.client.set_cookie("kinerja", self.cookies[role])
        if method == "POST":
            answer = browser.post(address, {}, follow=False)
        else:
            answer = browser.get(address, follow=False)
        if method == "POST":
            self.undo()
        return self.word(role, answer.status, answer.headers.get("Location", ""), address)

    def word(self, role: str, status: int, location: str, address: str) -> str:
        """The outcome in a word. Refused by a rule or by an empty form is still allowed to try."""
        if status >= 500 and status != 503:
            raise AssertionError(f"{role or 'visitor'} gets {status} at {address}")
        if status in (403, 404):
            return str(status)
        if status == 401 or (location.startswith("/login") and "next=" in location):
            return SIGN_IN
        if not role and status == 303 and location == "/login":
            return SIGN_IN
        return YES

    def undo(self) -> None:
        """Put everything back when anything was written."""
        if self.installation.written:
            self.installation.put_back("matrix")


def observe(installation: Installation) -> Matrix:
    """A matrix on a fresh world."""
    if "world" not in installation.kept:
        installation.put_back("empty")
        World.build(installation.app, installation.clock)
        installation.keep("world")
    installation.put_back("world")
    return Matrix(installation)


def as_told() -> dict[tuple[str, str], dict[str, str]]:
    """The table of ``docs/permissions.md``: address and method → what each role gets."""
    words = {mark: word for word, mark in MARKS.items()}
    found = {}
    for line in (docs.FOLDER / "permissions.md").read_text("utf-8").partition(docs.MATRIX)[2].splitlines():
        address, method, _right, *cells = (
            line.strip("| ").split(" | ") if line.startswith("| `/") else [""] * 3
        )
        if len(cells) == len(ROLES):
            found[address.strip("`"), method] = {
                role: words[cell] for role, cell in zip(ROLES, cells, strict=True)
            }
    return found


def as_text(rows: list[Row]) -> str:
    """The table as it stands in ``docs/permissions.md``."""
    heads = ["alamat", "cara", "hak", *ROLES.values()]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for row in rows:
        right = f"`{row.right}`" if row.right else "semua orang"
        cells = [f"`{row.address}`", row.method, right, *(MARKS[row.got[role]] for role in ROLES)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def as_document(rows: list[Row]) -> str:
    """The table with the words that explain it."""
    return f"""Observed, not read from the code: an example of everything is made for one employee, then people in
every relation to her ask for each address, and send each form (empty). What a rule or an incomplete form
refuses counts as allowed to try. The tests compare this table with what they observe.

`ya` allowed · `·` not found (404) · `403` seen, but somebody else's task · `masuk` led to sign-in.

{as_text(rows)}"""

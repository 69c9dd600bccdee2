"""Regions of any size that nobody plays: their structure, people and years, written together.

Two layouts. ``even``: agencies, units and steps of the year are of the same shape however many people there
are, so that what grows in a measurement grows with the people alone (``./kinerja bench``). ``uneven``: as
regions are, and as hurts most: one agency with more than half of all people, a unit with hundreds under one
appraiser, others with one; posts without anybody in them, long names, years behind them.

Periods are opened, closed and published by the real actions; people's plans, progress and ratings come
from ``histories``, a few thousand people at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import select

from portal.demo import content, histories, quarters, setting
from portal.demo.histories import Manner
from portal.demo.names import FEMALE, MALE, parts
from portal.demo.pen import Pen
from portal.demo.people import Someone
from portal.demo.quarters import Quarter
from portal.demo.stage import Course, Entry, Member, Stage, acting
from portal.demo.structure import Place, Seat
from portal.extensions import db
from portal.kernel.texts import fold
from portal.ledger.actor import SYSTEM, Actor
from portal.ledger.door import door
from portal.people.accounts import actions as accounts
from portal.people.accounts import passwords
from portal.people.accounts import rules as account_rules
from portal.people.accounts.models import Account, GrantKind, LoginName
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.employment.rules import EmploymentStatus, PostKind
from portal.people.organisation import actions as organisation
from portal.people.organisation.models import Position, Region, Unit, UnitParent
from portal.performance.evaluations import actions as evaluations
from portal.performance.evaluations.models import Evaluation, OrganisationRatingSet
from portal.policy.cycles import actions as cycles
from portal.policy.cycles.models import Cycle, Enrolment
from portal.policy.policies import actions as policies

UNIT, UNITS, AGENCIES = 25, 10, 30
"""People in a unit, units in an agency, where all are alike."""
SOME = 2000
"""People whose years are in hand at a time."""
STARTED, NEWER = date(2020, 1, 1), date(2026, 1, 2)
TOP, TOP_TITLE = "PUNCAK", "Sekretaris Daerah"
LEAN = Manner(whole=False, entries=1)
PASSWORD = "sawah hijau di pagi hari"
"""Known to everybody on purpose; set only where the whole database is invented."""
HEADS = ("kabid_statistik", "kasi_pelayanan", "kabid_capil", "kabid_kinerja", "kasubbag_umpeg")
STAFF = (
    ("guru_pendamping", "Guru Ahli Madya"),
    ("adm_kantor", "Pengadministrasi Perkantoran"),
    ("perawat", "Perawat Terampil"),
    ("operator_capil", "Operator Layanan Operasional"),
    ("pengelola_data", "Pengolah Data dan Informasi"),
    ("layanan_kecamatan", "Penata Layanan Operasional"),
    ("keuangan", "Penata Keuangan Ahli Pertama"),
    ("layanan_pajak", "Pengelola Layanan Operasional"),
)


@dataclass(frozen=True)
class Room:
    """A unit to be made: how many people it has, its head among them unless the post is ``vacant``."""

    code: str
    name: str
    kind: str
    parent: str
    people: int
    agency: bool = False
    independent: bool = False
    vacant: bool = False


@dataclass(frozen=True)
class About:
    """What a region is called."""

    code: str
    slug: str
    name: str
    zone: str = "WIB"
    accent: str = "a6"
    named: Callable[[Random, int], str] | None = None
    """How the person with a number is called; as people are, by default."""
    newer: int = 0
    """How many in a hundred came on the second day of 2026."""


@dataclass
class Crowd:
    """A region that was made, with those who look at it."""

    stage: Stage
    about: About
    people: int
    largest: int = 0
    """The person who heads the unit with the most people."""
    offered: list[tuple[str, str, str]] = field(default_factory=list)
    """Login, name and part of the accounts that have a password."""


# ---------------------------------------------------------------------------------------- layouts


def even(people: int) -> Iterator[Room]:
    """Units of 25, ten in an agency; in a small region fewer, so that it has a page full of agencies too."""
    left, whole = people, UNIT * UNITS
    agencies = max(AGENCIES, -(-people // whole))
    for a in range(agencies):
        # The first one is of the same size everywhere: pages of one agency are compared with each other.
        size = min(left, whole if a == 0 else -(-left // (agencies - a)))
        for u in range(-(-size // UNIT)):
            code = f"PD{a:04}" + (f".{u}" if u else "")
            name = f"Bidang {u} Dinas Ukur {a + 1:04}" if u else f"Dinas Ukur {a + 1:04}"
            parent = f"PD{a:04}" if u else TOP
            yield Room(code, name, "bidang" if u else "dinas", parent, min(UNIT, size), agency=not u)
            size, left = size - min(UNIT, size), left - min(UNIT, size)


def uneven(people: int) -> Iterator[Room]:
    """One agency with more than half of all; sizes from one to hundreds; one post in fifty without a head."""
    random = Random(people)
    left = people
    school = people * 55 // 100
    yield Room("D01", "Dinas Pendidikan, Kebudayaan, Kepemudaan, dan Olahraga", "dinas", TOP, 30, agency=True)
    taken, number = 30, 0
    while taken < school:
        number += 1
        size = min(random.choice((4, 9, 14, 18, 23, 31, 42)), school - taken)
        name = f"Satuan Pendidikan Negeri {number:04}"
        yield Room(f"D01.{number:04}", name, "sekolah", "D01", size, vacant=number % 50 == 7)
        taken += size
    left -= taken
    if left > 900:
        yield Room("D02", "Dinas Kesehatan", "dinas", TOP, 40, agency=True)
        yield Room("D02.R", "Rumah Sakit Umum Daerah", "rumah_sakit", "D02", 25, independent=True)
        # One who appraises hundreds.
        yield Room("D02.R1", "Instalasi Rawat Inap", "instalasi", "D02.R", 320)
        left -= 385
    number = 0
    while left > 0:
        number += 1
        code = f"P{number:03}"
        size = min(random.choice((3, 6, 11, 25, 48, 90)), left)
        yield Room(code, f"Perangkat Daerah Peraga {number:03}", "badan", TOP, size, agency=True)
        left -= size
        for u in range(1, random.choice((1, 3, 5, 8))):
            size = min(random.choice((1, 2, 5, 9, 17, 40)), left)
            if size < 1:
                break
            name = f"Unit {u} Perangkat Daerah Peraga {number:03}"
            yield Room(f"{code}.{u}", name, "upt", code, size, vacant=random.random() < 0.03 and size > 2)
            left -= size


# -------------------------------------------------------------------------------------- structure


def in_haste() -> None:
    """Let SQLite keep more of the file at hand: rows by the million go to places that lie far apart."""
    driver, connection = None, db.session.connection()
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA cache_size=-131072")  # type: ignore[union-attr]
    db.session.rollback()


def make(about: About, rooms: Iterable[Room], *, year: int, at: datetime) -> Crowd:
    """The region with its units, posts, people and their accounts; and who looks at it."""
    with door():
        region = organisation.add_region(
            code=about.code,
            slug=about.slug,
            name=about.name,
            kind="kota",
            zone=about.zone,
            accent=about.accent,
            by=SYSTEM,
            at=at,
        )
        cycles.add_national_holidays(region, by=SYSTEM, at=at)
        crowd = Crowd(_stage(region, year), about, 0)
        pen = Pen(region.id)
        top = _unit(pen, Room(TOP, "Pimpinan Daerah", "pimpinan", "", 0), {})
        post = _post(pen, top, TOP, TOP_TITLE, PostKind.SENIOR, head=True)
        _fill(pen, crowd, rooms, {TOP: top})
        _somebody(pen, crowd, crowd.people, post, "Qorvianus Tunggal" if about.named else "")
        pen.write()
        organisation.rebuild_paths(region.id, STARTED)
        position = db.session.get_one(Position, post["id"])
        organisation.choose_agency_head_appraiser(region, position, by=SYSTEM, at=at)
    db.session.expunge_all()
    return crowd


def _stage(region: Region, year: int) -> Stage:
    about = {"zone": region.zone, "scale": "1", "name": region.name}
    place = Place(region.slug, about, ["ruang layanan", "balai warga", "kantor wilayah"], {})
    return Stage(place, {}, region.id, year=year)


def _fill(pen: Pen, crowd: Crowd, rooms: Iterable[Room], units: dict[str, dict[str, Any]]) -> None:
    most = 0
    for room in rooms:
        units[room.code] = unit = _unit(pen, room, units)
        for place in range(room.people + room.vacant):
            head = place == 0
            plan, title = _post_of(room, head, crowd.people + place)
            kind = PostKind.ADMINISTRATOR if head and not crowd.about.named else PostKind.STAFF
            code = f"J{crowd.people:06}" if crowd.about.named else f"{room.code}-{plan}-{place:03}"
            post = _post(pen, unit, code, title, kind, head=head)
            if head and room.vacant:
                continue
            person = _somebody(pen, crowd, crowd.people, post)
            crowd.people += 1
            if head and room.people > most and not room.agency:
                most, crowd.largest = room.people, person["id"]
        pen.rest()


def _post_of(room: Room, head: bool, number: int) -> tuple[str, str]:
    """What is done in a post, and its title."""
    if head:
        return HEADS[sum(map(ord, room.code)) % len(HEADS)], f"Kepala {room.name}"
    if room.kind == "sekolah":
        return STAFF[0] if number % 6 else STAFF[1]
    return STAFF[1 + number % (len(STAFF) - 1)]


def _unit(pen: Pen, room: Room, units: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    unit = pen.add(
        Unit,
        code=room.code,
        slug=fold(room.code).replace(".", "-").replace(" ", "-"),
        kind=room.kind,
        name=room.name,
        is_agency=room.agency,
        independent=room.independent,
        begins=STARTED,
    )
    if room.parent:
        pen.add(UnitParent, unit_id=unit["id"], parent_id=units[room.parent]["id"], begins=STARTED)
    return unit


def _post(
    pen: Pen, unit: Mapping[str, Any], code: str, title: str, kind: PostKind, *, head: bool
) -> dict[str, Any]:
    return pen.add(
        Position, code=code, unit_id=unit["id"], title=title[:200], kind=kind, is_head=head, begins=STARTED
    )


def _somebody(pen: Pen, crowd: Crowd, number: int, post: Mapping[str, Any], name: str = "") -> dict[str, Any]:
    random = Random(number)
    sex = FEMALE if random.random() < 0.55 else MALE
    name = name or (crowd.about.named or _name)(random, number)
    person = pen.add(Person, name=name, search_name=fold(name)[:200])
    staff_number = _staff_number(number, sex)
    begins = NEWER if not post["is_head"] and number * 37 % 100 < crowd.about.newer else STARTED
    pen.add(
        Employee,
        person_id=person["id"],
        begins=begins,
        status=EmploymentStatus.PNS if begins is STARTED else EmploymentStatus.PPPK,
        staff_number=staff_number,
        rank_code=("III/a", "III/b", "III/c", "II/d", "IV/a")[number % 5] if begins is STARTED else "IX",
    )
    pen.add(Tenure, person_id=person["id"], position_id=post["id"], begins=begins)
    account = pen.add(Account, person_id=person["id"], name=name)
    # As after a real import: an account known by its staff number, without a password.
    pen.add(
        LoginName,
        digest=passwords.login_digest(f"{crowd.about.code}{staff_number}"),
        account_id=account["id"],
        masked=account_rules.mask(staff_number),
    )
    return person


def _name(random: Random, _number: int) -> str:
    """A name of one to six words."""
    count = random.choices((1, 2, 3, 4, 6), (4, 60, 28, 6, 2))[0]
    first = parts()["female" if random.random() < 0.55 else "male"]
    words = random.sample(first, count - 1 if count > 1 else 1)
    return " ".join([*words, random.choice(parts()["last_male"])] if count > 1 else words)


def _staff_number(number: int, sex: str) -> str:
    """A well-formed staff number that is nobody's: born 1890 to 1899."""
    born = date(1890, 1, 1) + timedelta(days=number % 3650)
    return f"{born:%Y%m%d}{1912 + number % 13}{1 + number % 12:02}{1 if sex == MALE else 2}{1 + number // 3650:03}"


# ------------------------------------------------------------------------------------------- years


def open_year(crowd: Crowd, numbers: Iterable[int], at: datetime | None = None) -> None:
    """The cycle with its year's period and the quarters with ``numbers`` open, each on its first day."""
    stage = crowd.stage
    opened = at or stage.on(1, 6, 8)
    with acting():
        version = policies.latest(setting.POLICY)
        cycles.open_cycle(stage.region(), year=stage.year, policy_version=version, by=stage.hr, at=opened)
    stage.load_cycle()
    for number in (0, *numbers):
        first = stage.on(3 * number - 2, 7, 8, 30) if number else opened
        with acting():
            evaluations.open_period(stage.period(number), by=stage.hr, at=at or first)


def rate_organisations(crowd: Crowd, quarter: Quarter) -> None:
    """Every organisation's rating of a period, entered by region HR with a document."""
    stage = crowd.stage
    with acting():
        period = stage.period(quarter.number)
        pen = Pen(stage.region_id)
        pen.policy_version_id = period.policy_version_id
        mine = select(Enrolment.organisation_id).where(Enrolment.period_id == period.id).distinct()
        for unit_id, ref in db.session.execute(select(Unit.id, Unit.ref).where(Unit.id.in_(mine))).all():
            rating = quarters.organisation_rating(stage, unit_id, quarter.number)
            random = Random(f"{unit_id}:{quarter.number}")
            at = stage.at(quarter.organisations, 10, random.randint(0, 59))
            row = pen.add(
                OrganisationRatingSet,
                period_id=period.id,
                unit_id=unit_id,
                rating=rating,
                reason=random.choice(content.words("organisation_reason", rating.value)),
                document=f"Keputusan peraga 800/{unit_id}/{stage.year}",
                person_id=stage.hr.person_id,
                at=at,
            )
            table = OrganisationRatingSet
            pen.tell("rate_organisation", table, row["ref"], by=stage.hr, at=at, policy=True, unit=ref)
        pen.write()


Fate = Callable[[Member, int], str]
"""What becomes of somebody in a period: a state of ``histories.write_period``, or why there is none."""


def write_years(
    crowd: Crowd,
    periods: Iterable[Quarter],
    *,
    fate: Fate,
    course: Callable[[Member, int], Course | None],
    manner: Manner = LEAN,
) -> Iterator[int]:
    """Everybody's plan (``course``; ``None``: without one) and periods, heads of units first.

    Yields now and then how many are done.
    """
    stage, wanted = crowd.stage, list(periods)
    heads: dict[tuple[int, int], Member] = {}
    done = 0
    for level in (True, False):
        for members in _some(crowd, wanted, heads, leaders=level):
            with acting():
                _write_some(stage, members, wanted, fate, course, manner)
            done += len(members)
            yield done
    with acting():
        histories.carry_over(stage.cycle_id)


def _write_some(
    stage: Stage,
    members: list[Member],
    periods: list[Quarter],
    fate: Fate,
    course: Callable[[Member, int], Course | None],
    manner: Manner,
) -> None:
    pen = Pen(stage.region_id, told=manner.told)
    cycle_ref = db.session.get_one(Cycle, stage.cycle_id).ref
    pen.policy_version_id = stage.period(0).policy_version_id
    for member in members:
        days = course(member, 1 if member.is_leader else 3)
        if days is not None:
            histories.write_plan(pen, stage, cycle_ref, member, days, manner)
        pen.rest()
    for quarter in periods:
        sheet = histories.sheet_of(stage, quarter, pen, manner)
        for member in members:
            if quarter.number in member.entries:
                # The year's own period is worked in by its quarters.
                histories.write_one(sheet, member, fate(member, quarter.number), works=quarter.number > 0)
            pen.rest()
    pen.write()


def _some(
    crowd: Crowd, periods: list[Quarter], heads: dict[tuple[int, int], Member], *, leaders: bool
) -> Iterator[list[Member]]:
    """Members some at a time, with their entries; heads are kept for those whom they lead."""
    stage = crowd.stage
    with acting():
        query = (
            select(Enrolment.id)
            .where(Enrolment.period_id == stage.periods[0], Enrolment.is_leader == leaders)
            .order_by(Enrolment.id)
        )
        ids = iter(db.session.scalars(query).all())
    die = Random(f"{stage.place.key}:{stage.year}:{leaders}")
    while chosen := list(islice(ids, SOME)):
        with acting():
            members = _load(stage, chosen, heads, die)
            _load_entries(stage, members, [quarter.number for quarter in periods])
        yield list(members.values())


def _load(
    stage: Stage, chosen: list[int], heads: dict[tuple[int, int], Member], die: Random
) -> dict[int, Member]:
    appraiser = db.session.execute(
        select(Enrolment.appraiser_id).where(Enrolment.id.in_(chosen), Enrolment.appraiser_id.is_not(None))
    )
    _load_actors(stage, {row[0] for row in appraiser if row[0] is not None})
    rows = db.session.execute(
        select(Enrolment, Position.code, Position.title, Person.name, Account.id, Tenure.ref)
        .join(Position, Position.id == Enrolment.position_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Account, Account.person_id == Person.id)
        .join(Tenure, Tenure.id == Enrolment.tenure_id)
        .where(Enrolment.id.in_(chosen))
        .order_by(Enrolment.id)
    ).all()
    found = {}
    for row, code, title, name, account_id, tenure_ref in rows:
        plan = _plan_of(code, row.is_leader)
        kind = PostKind.STAFF.value
        seat = Seat(code, str(row.unit_id), title, kind, row.is_leader, "", "", plan, "", "", False)
        someone = Someone(seat, name, MALE, "", "", EmploymentStatus.PNS, "", "", STARTED, "")
        member = found[row.tenure_id] = Member(
            row.tenure_id,
            row.person_id,
            seat,
            someone,
            row.unit_id,
            row.agency_id,
            row.is_leader,
            row.is_leader and row.organisation_id == row.unit_id,
            row.appraiser_position_id,
            row.position_id,
            Actor(account_id, row.person_id, stage.region_id, name),
            False,
            tenure_ref,
            stage.year,
            False,
            die,
        )
        member.leader = heads.get((row.appraiser_id or 0, row.appraiser_position_id or 0))
        if row.is_leader:
            heads[row.person_id, row.position_id] = member
    return found


def _plan_of(code: str, head: bool) -> str:
    key = code.split("-")[1] if "-" in code else ""
    return key or (HEADS[0] if head else STAFF[1][0])


def _load_actors(stage: Stage, people: set[int]) -> None:
    wanted = people - set(stage.actors)
    rows = select(Account.id, Account.person_id, Account.name).where(Account.person_id.in_(wanted))
    for account_id, person_id, name in db.session.execute(rows):
        assert person_id is not None
        stage.actors[person_id] = Actor(account_id, person_id, stage.region_id, name)


def _load_entries(stage: Stage, members: dict[int, Member], numbers: Iterable[int]) -> None:
    first, last = min(members), max(members)
    for number in {0, *numbers}:
        rows = db.session.execute(
            select(
                Enrolment.tenure_id,
                Enrolment.id,
                Evaluation.id,
                Enrolment.appraiser_id,
                Enrolment.organisation_id,
                Enrolment.ref,
                Evaluation.ref,
            )
            .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
            .where(
                Enrolment.period_id == stage.periods[number],
                Enrolment.tenure_id >= first,
                Enrolment.tenure_id <= last,
            )
        )
        for tenure_id, row_id, evaluation_id, appraiser_id, organisation_id, ref, evaluation_ref in rows:
            if tenure_id in members:
                members[tenure_id].entries[number] = Entry(
                    row_id, evaluation_id, appraiser_id, organisation_id, ref, evaluation_ref
                )


# -------------------------------------------------------------------------------------- who looks


def give_accounts(crowd: Crowd, mails: Mapping[str, str], at: datetime, begins: date) -> None:
    """Accounts with the shared password: the region's manager, its publisher, and its busiest appraiser."""
    stage = crowd.stage
    kept = passwords.make(PASSWORD)
    with acting():
        rater = db.session.scalars(select(Account).where(Account.person_id == crowd.largest)).one()
        for key, kind in (("hr", GrantKind.REGION_HR), ("publisher", GrantKind.PUBLISHER)):
            if key not in mails:
                continue
            name = {"hr": "Pengelola", "publisher": "Wali Data"}[key] + f" {crowd.about.name}"
            account = accounts.open_account(
                region_id=stage.region_id, person_id=None, name=name, logins=(mails[key],), by=SYSTEM, at=at
            )
            account.password_hash, account.password_set = kept, at
            accounts.grant(
                account, kind=kind, region_id=stage.region_id, begins=begins, letter="Surat Tugas 800/1", by=SYSTEM, at=at
            )  # fmt: skip
            actor = Actor(account.id, None, stage.region_id, name)
            stage.hr, stage.publisher = (actor, stage.publisher) if key == "hr" else (stage.hr, actor)
            crowd.offered.append((mails[key], name, key))
        rater.password_hash, rater.password_set = kept, at
        crowd.offered.append((mails["rater"], rater.name, "rater"))
        digest = passwords.login_digest(mails["rater"])
        masked = account_rules.mask(mails["rater"])
        db.session.add(LoginName(digest=digest, account_id=rater.id, masked=masked))

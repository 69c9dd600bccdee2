"""Import and export on both databases: staged, applied at once, by command, with 5,000 rows."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select
from sqlalchemy import update as sql_update

from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.ledger.actor import SYSTEM
from portal.ledger.door import door
from portal.ledger.events import Event
from portal.people.accounts import queries as accounts
from portal.people.accounts.models import Account, LoginName
from portal.people.accounts.passwords import login_digest
from portal.people.chain import queries as chain
from portal.people.chain import rules as chain_rules
from portal.people.chain.models import AppraiserAppointment, Delegation
from portal.people.employment.models import Employee, Person, Tenure
from portal.people.imports import actions, formats, queries
from portal.people.imports.models import ImportBatch, ImportRow
from portal.people.imports.rules import LAYOUTS, BatchState, Difference, Kind, column_names
from portal.people.organisation import actions as organisation_actions
from portal.people.organisation.models import Position, Region, Unit, UnitParent
from portal.policy.cycles.queries import holidays
from portal.web.current import App, now
from tests.support import structure

DAY = date(2026, 10, 12)
NIP = [structure.staff_number(number) for number in range(8)]


@pytest.fixture
def region(app: App) -> Region:
    with door():
        for code, slug, name in (
            ("32", "jawa-barat", "Provinsi Jawa Barat"),
            ("32.73", "bandung", "Kota Bandung"),
        ):
            made = organisation_actions.add_region(
                code=code, slug=slug, name=name, kind="kota", hosted=code != "32", by=SYSTEM, at=now()
            )
    return made


def unit(code: str, name: str, parent: str = "", agency: str = "tidak", **more: str) -> dict[str, str]:
    given = {
        "kode_unit": code,
        "nama": name,
        "jenis": "dinas",
        "kode_induk": parent,
        "perangkat_daerah": agency,
    }
    return {**given, "mulai": "2026-01-01", **more}


def post(code: str, unit_code: str, head: str = "tidak", **more: str) -> dict[str, str]:
    given = {
        "kode_jabatan": code,
        "nama_jabatan": f"Jabatan {code}",
        "kode_unit": unit_code,
        "pimpinan": head,
    }
    return {**given, "jenis_jabatan": "pelaksana", "mulai": "2026-01-01", **more}


def worker(nip: str, code: str, name: str = "Ani", **more: str) -> dict[str, str]:
    given = {"nip": nip, "nama": name, "status": "pns" if nip else "non_asn", "kode_jabatan": code}
    return {**given, "tmt_jabatan": "2026-01-01", **more}


UNITS = [
    unit("TOP", "Pemerintah Kota"),
    unit("DINKES", "Dinas Kesehatan", "TOP", "ya"),
    unit("PKM", "Puskesmas <script>alert(1)</script> 🌺", "DINKES", unit_mandiri="ya", hari_kerja="6"),
    unit("DISDIK", "Dinas Pendidikan", "TOP", "ya"),
]
POSTS = [
    post("WALI", "TOP", "ya", jenis_jabatan="kepala_daerah"),
    post("KADIS", "DINKES", "ya", jenis_jabatan="jpt_pratama", eselon="II.b", kelas="14"),
    post("KAPUS", "PKM", "ya", jenis_jabatan="jf", jenjang="ahli madya"),
    post("PERAWAT", "PKM", jenis_jabatan="jf"),
    post("STAF", "DINKES", kode_jabatan_penilai="KAPUS"),
]
PEOPLE = [
    worker("", "WALI", "Farhan", surel="wali@contoh.example"),
    worker(
        NIP[0],
        "KADIS",
        "Ani",
        gelar_depan="dr.",
        gelar_belakang="M.Kes.",
        golongan="IV/b",
        surel="ani@contoh.example",
    ),
    worker(NIP[1], "PERAWAT", "Budi", golongan="III/a"),
    worker(
        NIP[1], "KAPUS", "Budi", golongan="III/a", plt_plh="plt", nomor_surat="PLT/1", delegasi_menilai="ya"
    ),
    worker(NIP[2], "STAF", "Citra", status="pppk", golongan="IX"),
]


def filled(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows with every column that any of them has, as in a file."""
    columns = {column for row in rows for column in row}
    return [dict.fromkeys(columns, "") | row for row in rows]


def imported(region: Region, kind: Kind, rows: list[dict[str, str]], **more: object) -> ImportBatch:
    batch = actions.stage_rows(region.id, kind, filled(rows), "uji", SYSTEM, now(), **more)  # type: ignore[arg-type]
    assert batch.bad == 0, [row.errors for row in queries.shown_rows(batch, Difference.BAD)]
    return actions.apply(batch, SYSTEM, now())


@pytest.fixture
def staffed(region: Region) -> Region:
    for kind, rows in ((Kind.UNIT, UNITS), (Kind.POSITION, POSTS), (Kind.EMPLOYEE, PEOPLE)):
        imported(region, kind, rows)
    return region


def one(model: type, **where: object) -> object:
    return db.session.scalars(select(model).filter_by(**where)).one()


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


# ------------------------------------------------------------------------------ regions


def test_a_region_finds_the_one_above(region: Region) -> None:
    assert region.parent_id == one(Region, code="32").id  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "bandung"}, "region.code"),
        ({"slug": "Bandung Raya"}, "region.slug"),
        ({"slug": "login"}, "region.slug"),
        ({"name": " "}, "region.name"),
        ({"zone": "GMT"}, "region.zone"),
        ({"code": "32.73"}, "region.taken"),
        ({"slug": "bandung"}, "region.taken"),
    ],
)
def test_a_region_that_is_refused(region: Region, change: dict[str, str], code: str) -> None:
    given = {
        "code": "33.74",
        "slug": "semarang",
        "name": "Kota Semarang",
        "kind": "kota",
        "zone": "WIB",
    } | change
    with pytest.raises(Refused) as caught, door():
        organisation_actions.add_region(**given, by=SYSTEM, at=now())  # type: ignore[arg-type]
    assert caught.value.refusal.code == code
    assert count(Region) == 2


# ------------------------------------------------------------------------------ applying


def test_units_stand_in_their_tree(staffed: Region) -> None:
    units = {each.code: each for each in db.session.scalars(select(Unit))}
    top, dinkes, pkm = units["TOP"], units["DINKES"], units["PKM"]
    assert (top.path, top.agency_id) == (f"/{top.id}/", None)
    assert (pkm.path, pkm.agency_id) == (f"/{top.id}/{dinkes.id}/{pkm.id}/", dinkes.id)
    assert (dinkes.agency_id, dinkes.slug) == (dinkes.id, "dinas-kesehatan")
    assert pkm.name == "Puskesmas <script>alert(1)</script> 🌺"
    assert (pkm.independent, pkm.working_week, pkm.begins) == (True, 6, date(2026, 1, 1))
    assert count(UnitParent) == 4


def test_positions_and_people_are_there(staffed: Region) -> None:
    kadis: Position = one(Position, code="KADIS")  # type: ignore[assignment]
    assert (kadis.kind.value, kadis.echelon, kadis.job_class, kadis.is_head) == (
        "jpt_pratama",
        "II.b",
        14,
        True,
    )
    ani: Person = one(Person, name="Ani")  # type: ignore[assignment]
    assert (ani.full_name, ani.search_name) == ("dr. Ani, M.Kes.", "ani")
    employee: Employee = one(Employee, person_id=ani.id)  # type: ignore[assignment]
    assert (employee.staff_number, employee.rank_code, employee.status.value) == (NIP[0], "IV/b", "pns")
    assert (count(Person), count(Employee), count(Tenure), count(Account)) == (4, 3, 5, 4)
    budi: Person = one(Person, name="Budi")  # type: ignore[assignment]
    assert {t.acting for t in db.session.scalars(select(Tenure).filter_by(person_id=budi.id))} == {
        None,
        "plt",
    }
    assert one(Delegation).letter == "PLT/1"  # type: ignore[attr-defined]
    refs = [
        ref
        for model in (Person, Employee, Tenure, Position, Unit, Account)
        for ref in db.session.scalars(select(model.ref))
    ]
    assert len(set(refs)) == len(refs)
    assert all(len(ref) == 12 for ref in refs)


def test_accounts_are_known_by_number_and_mail_without_a_password(staffed: Region) -> None:
    ani: Person = one(Person, name="Ani")  # type: ignore[assignment]
    for login in (NIP[0], "Ani@contoh.example"):
        account = accounts.by_login(login_digest(login))
        assert account is not None
        assert (account.person_id, account.password_hash, account.region_id) == (ani.id, "", staffed.id)
    assert accounts.by_login(login_digest("wali@contoh.example")) is not None
    assert count(LoginName) == 5
    assert all(NIP[0] not in masked for masked in db.session.scalars(select(LoginName.masked)))


def test_the_chain_follows_what_was_imported(staffed: Region) -> None:
    with door(staffed):
        wali: Position = one(Position, code="WALI")  # type: ignore[assignment]
        organisation_actions.choose_agency_head_appraiser(staffed, wali, by=SYSTEM, at=now())
    snapshot = chain.snapshot(staffed.id, DAY)
    people = {person.name: person.id for person in db.session.scalars(select(Person))}
    posts = {each.code: each.id for each in db.session.scalars(select(Position))}
    assert not chain_rules.post_loops(snapshot)
    assert chain_rules.appraiser_of(posts["KADIS"], people["Ani"], snapshot).person_id == people["Farhan"]
    assert chain_rules.appraiser_of(posts["STAF"], people["Citra"], snapshot).person_id == people["Budi"]
    assert one(AppraiserAppointment, position_id=posts["STAF"]).begins == date(2026, 1, 1)  # type: ignore[attr-defined]


def test_one_event_and_one_version_for_each_batch(staffed: Region) -> None:
    events = db.session.scalars(select(Event).where(Event.verb == "apply_import").order_by(Event.id)).all()
    assert [event.region_id for event in events] == [staffed.id] * 3
    assert '"joined":5' in events[2].summary
    assert not any(secret in event.summary for event in events for secret in (NIP[0], "Ani"))
    assert staffed.structure_version == 3


def test_what_was_exported_is_the_same_when_imported(staffed: Region) -> None:
    for kind in Kind:
        rows = queries.exported(kind, staffed.id, DAY)
        for data in (
            formats.write_csv(column_names(kind), rows),
            formats.write_workbook(LAYOUTS[kind], rows),
        ):
            batch = actions.stage_file(staffed.id, kind, data, "lagi.csv", by=SYSTEM, at=now())
            assert (batch.same, batch.total) == (len(rows), len(rows)), kind
            actions.apply(batch, SYSTEM, now())
    assert staffed.structure_version == 3


def test_moves_corrections_and_leaving(staffed: Region) -> None:
    imported(
        staffed, Kind.UNIT, [unit("PKM", "Puskesmas Baru", "DISDIK", mulai="2026-05-01", jenis="puskesmas")]
    )
    pkm: Unit = one(Unit, code="PKM")  # type: ignore[assignment]
    links = db.session.scalars(select(UnitParent).filter_by(unit_id=pkm.id).order_by(UnitParent.begins)).all()
    assert [(link.begins, link.ends) for link in links] == [
        (date(2026, 1, 1), date(2026, 5, 1)),
        (date(2026, 5, 1), None),
    ]
    assert pkm.agency_id == one(Unit, code="DISDIK").id  # type: ignore[attr-defined]
    assert (pkm.name, pkm.slug, pkm.independent) == (
        "Puskesmas Baru",
        "puskesmas-script-alert-1-script",
        True,
    )

    imported(
        staffed,
        Kind.POSITION,
        [post("STAF", "DINKES", kode_jabatan_penilai="", nama_jabatan="Pengelola", kelas="6")],
    )
    assert one(AppraiserAppointment).ends == DAY  # type: ignore[attr-defined]
    assert one(Position, code="STAF").job_class == 6  # type: ignore[attr-defined]

    imported(
        staffed,
        Kind.EMPLOYEE,
        [
            worker(NIP[0], "STAF", "Ani Baru", tmt_jabatan="2026-07-01", golongan="IV/c", surel="baru@contoh.example"),
            worker(NIP[2], "KADIS", "Citra", status="pppk", golongan="IX", tmt_jabatan="2026-07-01"),
            worker(NIP[1], "KAPUS", "Budi", plt_plh="plt", golongan="III/a", nomor_surat="PLT/1", delegasi_menilai="ya",
                   sampai="2026-08-31"),
        ],
    )  # fmt: skip
    ani: Person = one(Person, name="Ani Baru")  # type: ignore[assignment]
    held = db.session.scalars(select(Tenure).filter_by(person_id=ani.id).order_by(Tenure.begins)).all()
    assert [(t.begins, t.ends) for t in held] == [
        (date(2026, 1, 1), date(2026, 7, 1)),
        (date(2026, 7, 1), None),
    ]
    assert one(Employee, person_id=ani.id).rank_code == "IV/c"  # type: ignore[attr-defined]
    assert one(Account, person_id=ani.id).name == "Ani Baru"  # type: ignore[attr-defined]
    assert accounts.by_login(login_digest("ani@contoh.example")) is None
    assert accounts.by_login(login_digest("baru@contoh.example")) is not None
    assert accounts.by_login(login_digest(NIP[0])) is not None
    assert one(Delegation).ends == date(2026, 9, 1)  # type: ignore[attr-defined]
    assert one(Tenure, acting="plt").ends == date(2026, 9, 1)  # type: ignore[attr-defined]


def test_a_structure_that_moved_meanwhile_refuses_the_batch(staffed: Region) -> None:
    batch = actions.stage_rows(staffed.id, "unit", [unit("X", "X", "TOP", "ya")], "uji", SYSTEM, now())
    imported(staffed, Kind.UNIT, [unit("Y", "Y", "TOP", "ya")])
    with pytest.raises(Refused) as caught:
        actions.apply(batch, SYSTEM, now())
    assert caught.value.refusal.code == "import.structure_moved"
    assert db.session.scalars(select(Unit).filter_by(code="X")).one_or_none() is None
    assert batch.state == BatchState.READY


def test_a_batch_is_applied_once_or_dropped(staffed: Region) -> None:
    batch = imported(staffed, Kind.UNIT, [unit("X", "X", "TOP", "ya")])
    for settle in (actions.apply, actions.drop):
        with pytest.raises(Refused):
            settle(batch, SYSTEM, now())
    other = actions.stage_rows(staffed.id, "unit", [unit("Z", "Z", "TOP", "ya")], "uji", SYSTEM, now())
    assert actions.drop(other, SYSTEM, now()).state == BatchState.DROPPED
    with pytest.raises(Refused):
        actions.apply(other, SYSTEM, now())


def test_bad_rows_hold_everything_back_unless_they_are_skipped(staffed: Region) -> None:
    rows = filled([unit("X", "X", "TOP", "ya"), unit("", "Y", "TOP"), unit("Z", "Z" * 201, "X")])
    batch = actions.stage_rows(staffed.id, "unit", rows, "uji", SYSTEM, now())
    assert (batch.joined, batch.bad) == (1, 2)
    with pytest.raises(Refused) as caught:
        actions.apply(batch, SYSTEM, now())
    assert caught.value.refusal.code == "import.bad_rows"
    assert count(Unit) == 4
    actions.apply(batch, SYSTEM, now(), skip_bad=True)
    assert count(Unit) == 5


def test_an_unknown_column_is_refused(region: Region) -> None:
    with pytest.raises(Refused):
        actions.stage_rows(region.id, "unit", [{"warna": "biru"}], "uji", SYSTEM, now())
    assert count(ImportBatch) == 0


def test_a_person_of_another_region_is_refused(staffed: Region) -> None:
    with door():
        other = organisation_actions.add_region(
            code="33.74", slug="semarang", name="Kota Semarang", kind="kota", by=SYSTEM, at=now()
        )
    imported(other, Kind.UNIT, UNITS)
    imported(other, Kind.POSITION, POSTS)
    rows = filled([worker(NIP[0], "KADIS"), worker(NIP[5], "STAF", surel="ani@contoh.example")])
    batch = actions.stage_rows(other.id, "pegawai", rows, "uji", SYSTEM, now())
    found = [[problem["code"] for problem in row.errors] for row in queries.shown_rows(batch)]
    assert found == [["import.elsewhere"], ["import.mail_taken"]]
    text = str([row.errors for row in queries.shown_rows(batch)])
    assert "Ani" not in text  # whom the other region employs is not told
    assert queries.exported(Kind.EMPLOYEE, other.id, DAY) == []


def test_units_keep_to_their_region(staffed: Region) -> None:
    with door():
        other = organisation_actions.add_region(
            code="33.74", slug="semarang", name="Kota Semarang", kind="kota", by=SYSTEM, at=now()
        )
    imported(other, Kind.UNIT, UNITS)
    regions = db.session.execute(select(Unit.region_id, func.count()).group_by(Unit.region_id)).all()
    assert {tuple(row) for row in regions} == {(staffed.id, 4), (other.id, 4)}
    batch = actions.stage_rows(other.id, "jabatan", [post("X", "PKM"), post("Y", "Z")], "uji", SYSTEM, now())
    actions.apply(batch, SYSTEM, now(), skip_bad=True)
    assert one(Position, code="X").region_id == other.id  # type: ignore[attr-defined]


def test_rows_are_forgotten_after_a_while(staffed: Region) -> None:
    with door():
        actions.forget_old(now())
    assert count(ImportRow) == 14
    with door() as session:
        session.execute(sql_update(ImportBatch).values(made=now() - actions.KEPT * 2))
    with door():
        actions.forget_old(now())
    assert (count(ImportRow), count(ImportBatch)) == (0, 3)


def test_a_row_that_would_be_lost_rolls_everything_back(region: Region) -> None:
    """A plan that names what isn't there is a fault of the program: nothing at all may be stored."""
    batch = actions.stage_rows(region.id, "unit", UNITS[:1], "uji", SYSTEM, now())
    with door(batch):
        batch.steps = {**batch.steps, "unit=new": 2}
    with pytest.raises(RuntimeError):
        actions.apply(batch, SYSTEM, now())
    assert count(Unit) == 0
    assert batch.state == BatchState.READY


# ------------------------------------------------------------------------------ by command


@pytest.fixture
def run(app: App) -> FlaskCliRunner:
    return app.test_cli_runner()


def test_a_region_its_structure_and_back_by_command(app: App, run: FlaskCliRunner, tmp_path: Path) -> None:
    done = run.invoke(
        args=[
            "region",
            "add",
            "--code",
            "32.73",
            "--slug",
            "bandung",
            "--name",
            "Kota Bandung",
            "--zone",
            "WIB",
        ]
    )
    assert done.output == "Kota Bandung (32.73) ditambahkan sebagai bandung.\n"
    bandung: Region = one(Region, slug="bandung")  # type: ignore[assignment]
    assert bandung.kind == "kota"
    assert holidays(bandung.id)
    assert (
        run.invoke(
            args=["region", "add", "--code", "x", "--slug", "a", "--name", "A", "--zone", "WIB"]
        ).exit_code
        == 1
    )
    file = tmp_path / "unit.csv"
    file.write_bytes(formats.write_csv(column_names(Kind.UNIT), UNITS))
    checked = run.invoke(args=["import", "--region", "bandung", "--kind", "unit", str(file), "--check-only"])
    assert (checked.exit_code, count(Unit)) == (0, 0)
    assert "masuk 4  ubah 0  sama 0  salah 0" in checked.output
    done = run.invoke(args=["import", "--region", "bandung", "--kind", "unit", str(file)])
    assert (done.exit_code, count(Unit)) == (0, 4)
    assert "Diterapkan: 4 baris." in done.output
    back = run.invoke(args=["export", "--region", "bandung", "--kind", "unit"])
    assert back.stdout_bytes.decode("utf-8-sig").startswith('"kode_unit","nama",')
    for suffix in ("csv", "xlsx"):
        target = tmp_path / f"balik.{suffix}"
        run.invoke(args=["export", "--region", "bandung", "--kind", "unit", "-o", str(target)])
        again = run.invoke(args=["import", "--region", "bandung", "--kind", "unit", str(target)])
        assert "masuk 0  ubah 0  sama 4  salah 0" in again.output
    post_file = tmp_path / "jabatan.csv"
    post_file.write_bytes(formats.write_csv(column_names(Kind.POSITION), POSTS))
    run.invoke(args=["import", "--region", "bandung", "--kind", "jabatan", str(post_file)])
    chosen = run.invoke(args=["region", "appraiser", "--region", "bandung", "--position", "WALI"])
    assert "dinilai oleh Jabatan WALI" in chosen.output
    assert (
        run.invoke(args=["region", "appraiser", "--region", "bandung", "--position", "RAJA"]).exit_code == 1
    )


def test_mistakes_by_command(app: App, run: FlaskCliRunner, region: Region, tmp_path: Path) -> None:
    file, bad = tmp_path / "unit.csv", tmp_path / "salah.csv"
    rows = [*UNITS, unit("X", "Salah", "TIDAK-ADA"), unit("Y", "", "TOP")]
    file.write_bytes(formats.write_csv(column_names(Kind.UNIT), rows))
    arguments = ["import", "--region", "bandung", "--kind", "unit", str(file), "--errors", str(bad)]
    done = run.invoke(args=arguments)
    assert (done.exit_code, count(Unit)) == (1, 0)
    assert "6      kode_induk  kode_induk TIDAK-ADA tidak dikenal." in done.output
    assert "Tidak ada yang diterapkan" in done.output
    done = run.invoke(args=[*arguments, "--skip-bad"])
    assert (done.exit_code, count(Unit)) == (1, 4)
    # The list of bad rows is a table again: mended, it goes in as it is.
    text = bad.read_text(encoding="utf-8-sig")
    assert "nama kosong." in text
    bad.write_text(text.replace("TIDAK-ADA", "TOP").replace('"Y","",', '"Y","Nama",'), encoding="utf-8")
    done = run.invoke(args=["import", "--region", "bandung", "--kind", "unit", str(bad)])
    assert (done.exit_code, count(Unit)) == (0, 6)
    for wrong in (
        ["--region", "atlantis", "--kind", "unit", str(file)],
        ["--region", "bandung", "--kind", "jabatan", str(file)],
    ):
        done = run.invoke(args=["import", *wrong])
        assert (done.exit_code, done.exception.__class__) == (1, SystemExit)
        assert done.output


def test_a_structure_of_5000_imports_by_command(
    app: App, run: FlaskCliRunner, region: Region, tmp_path: Path, database: str
) -> None:
    made = structure.make(5000)
    for kind, path in made.write(tmp_path).items():
        began, cpu = time.monotonic(), time.process_time()
        done = run.invoke(args=["import", "--region", "bandung", "--kind", kind.value, str(path)])
        assert done.exit_code == 0, done.output
        assert f"masuk {len(made.rows(kind))}  ubah 0  sama 0  salah 0" in done.output
        spent = time.process_time() - cpu
        print(
            f"{database} {kind.value}: {len(made.rows(kind))} rows, {spent:.1f} s CPU, {time.monotonic() - began:.1f} s"
        )
        assert spent < 15  # some two to three on an ordinary machine
    assert count(Unit) == len(made.units) > 300
    assert (count(Position), count(Person), count(Tenure)) == (5000, 5000, 5000)
    assert (count(Employee), count(Account), count(LoginName)) == (4999, 5000, 9999)
    assert len({unit.slug for unit in db.session.scalars(select(Unit))}) == len(made.units)
    dinkes: Unit = one(Unit, name="Dinas Kesehatan")  # type: ignore[assignment]
    puskesmas = db.session.scalars(select(Unit).filter_by(kind="puskesmas")).all()
    assert len(puskesmas) == 73
    assert {each.agency_id for each in puskesmas} == {dinkes.id}
    assert all(each.path.startswith(dinkes.path) for each in puskesmas)
    rows = queries.exported(Kind.EMPLOYEE, region.id, DAY)
    batch = actions.stage_rows(region.id, Kind.EMPLOYEE, rows, "lagi", SYSTEM, now())
    assert batch.same == 5000


def test_the_door_stays_open_for_a_moment_only(
    app: App, region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Applying is a fixed number of statements, whatever the rows."""
    from tests.support.databases import counted

    said = []
    for size in (5, 500):
        rows = [
            unit(f"{size}-{n}", f"Unit {size}-{n}", "" if n == 0 else f"{size}-0", "ya") for n in range(size)
        ]
        batch = actions.stage_rows(region.id, "unit", rows, "uji", SYSTEM, now())
        with counted(app) as statements:
            actions.apply(batch, SYSTEM, now())
        said.append(len(statements))
        print(*(" ".join(x.split())[:90] for x in statements), sep="\n")
        print("=====")
    assert said[0] == said[1] < 15


def test_new_addresses_are_looked_up_together(app: App, staffed: Region) -> None:
    """However many rows bring a new address, the check asks as often; the former ones are kept for undoing."""
    from tests.support.databases import counted

    said = []
    for people in (PEOPLE[1:2], [PEOPLE[1], PEOPLE[2], PEOPLE[4]]):
        rows = [{**each, "surel": f"baru-{each['nip']}@contoh.example"} for each in people]
        with counted(app) as statements:
            batch = actions.stage_rows(staffed.id, Kind.EMPLOYEE, filled(rows), "uji", SYSTEM, now())
        said.append(sum("FROM login_names" in each for each in statements))
    assert said[0] == said[1] and (batch.changed, batch.bad) == (3, 0)
    assert sorted(len(row.plan["was_mails"]) for row in queries.shown_rows(batch)) == [0, 0, 1]

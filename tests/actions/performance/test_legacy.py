"""Files of earlier years on both databases: applied at once, replaced, taken back, never mixed (NAT-2)."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import func, select

from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.ledger import files, jobs
from portal.ledger.door import door
from portal.ledger.events import Event
from portal.people.employment.models import Employee
from portal.people.imports.rules import BatchState
from portal.performance.calibration import queries as calibration
from portal.performance.evaluations import queries as evaluation_queries
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.legacy import actions, queries
from portal.performance.legacy.models import LegacyBatch, LegacyRow, LegacyYear
from portal.performance.legacy.rules import Fate
from portal.policy.cycles.models import Enrolment
from portal.transparency.publications import dataset


def number(world: Any, who: str) -> str:
    found = select(Employee.staff_number).where(Employee.person_id == world.people[who].person_id)
    return str(db.session.scalars(found).one())


def row(world: Any, who: str = "rina", **changed: str) -> dict[str, str]:
    told = {"nip": number(world, who), "tahun": "2019", "metode": "PP 46/2011", "nilai_akhir": "85,64"}
    return {**told, **changed}


def stage(world: Any, *rows: dict[str, str], slug: str = "kota-contoh") -> LegacyBatch:
    region = world.region(slug)
    by = world.hr if slug == "kota-contoh" else world.other_hr
    return actions.stage_rows(region.id, rows, "lama.csv", by=by.actor, at=world.clock.now())


def applied(world: Any, *rows: dict[str, str], with_doubtful: bool = False) -> LegacyBatch:
    batch = stage(world, *rows)
    fields = {"with_doubtful": with_doubtful, "by": world.hr.actor, "at": world.clock.now()}
    return actions.apply(batch, **fields)


def years(world: Any, who: str = "rina") -> list[tuple[int, str, str, str]]:
    """What stands of somebody: year, method, value, rung."""
    db.session.expire_all()
    return [
        (y.year, y.method.value, str(y.score.normalize()), y.overall.value)
        for y, _scale in queries.of_person(world.people[who].person_id)
    ]


def test_a_file_is_applied_at_once_and_taken_back(world):
    with world.inside():
        batch = stage(world, row(world), row(world, "budi", nilai_akhir="60"))
        assert years(world) == [], "staged isn't in force"
        actions.apply(batch, with_doubtful=False, by=world.hr.actor, at=world.clock.now())
        assert batch.state is BatchState.APPLIED and batch.fates == {"baru": 2}
        assert years(world) == [(2019, "legacy_2011", "85.64", "baik")]
        assert years(world, "budi") == [(2019, "legacy_2011", "6E+1", "kurang")]
    with world.inside():
        world.do(actions.undo, db.session.get_one(LegacyBatch, batch.id), by=world.hr)
        assert years(world) == [] and years(world, "budi") == []
        verbs = db.session.scalars(select(Event.verb).where(Event.subject_type == "legacy_batches")).all()
        assert list(verbs) == ["apply_legacy_import", "undo_legacy_import"]


def test_the_earlier_values_come_back(world):
    with world.inside():
        first = applied(world, row(world), row(world, "budi"))
        second = applied(world, row(world, nilai_akhir="92"), row(world, tahun="2018"))
        assert second.fates == {"berubah": 1, "baru": 1}
        found = [(2019, "legacy_2011", "92", "sangat_baik"), (2018, "legacy_2011", "85.64", "baik")]
        assert years(world) == found
        with pytest.raises(Refused) as refused:
            world.do(actions.undo, first, by=world.hr)
        assert refused.value.refusal.code == "legacy.replaced"
    with world.inside():
        world.do(actions.undo, db.session.get_one(LegacyBatch, second.id), by=world.hr)
        assert years(world) == [(2019, "legacy_2011", "85.64", "baik")]
    with world.inside():
        world.do(actions.undo, db.session.get_one(LegacyBatch, first.id), by=world.hr)
        assert years(world) == []


def test_doubtful_years_wait_for_somebody_to_look(world):
    """The total differs from its parts: applied only with HR's tick, and then as it was printed."""
    doubtful = row(world, nilai_skp="86,4", nilai_perilaku="84,5", nilai_akhir="88")
    with world.inside():
        batch = applied(world, doubtful, row(world, "budi"))
        assert batch.fates == {"meragukan": 1, "baru": 1} and batch.doubtful == 1
        assert years(world) == [] and len(years(world, "budi")) == 1
        only = stage(world, doubtful)
        with pytest.raises(Refused) as refused:
            actions.apply(only, with_doubtful=False, by=world.hr.actor, at=world.clock.now())
        assert refused.value.refusal.code == "legacy.only_doubtful"
    with world.inside():
        again = db.session.get_one(LegacyBatch, only.id)
        actions.apply(again, with_doubtful=True, by=world.hr.actor, at=world.clock.now())
        assert years(world) == [(2019, "legacy_2011", "88", "baik")]
        said = db.session.scalars(
            select(Event).where(Event.subject_ref == again.ref, Event.verb == "apply_legacy_import")
        ).one()
        assert json.loads(said.summary)["doubtful"] == 1


def test_a_year_in_parts_is_prorated(world):
    """TV-3: 5 months of 100 and 7 of 90 are 94.17; both documents stay."""
    told = {"metode": "PP 30/2019", "tahun": "2022", "nilai_skp": "100", "nilai_perilaku": "100"}
    parts = [
        row(world, **told, bulan="5", nilai_akhir="100"),
        row(world, **{**told, "nilai_skp": "90", "nilai_perilaku": "90"}, bulan="7", nilai_akhir="90"),
    ]
    with world.inside():
        applied(world, *parts)
        ((year, scale),) = queries.of_person(world.rina.person_id)
        assert year.score == Decimal("94.166667") and year.overall == "baik"
        assert [part.months for part in year.parts] == [5, 7]
        assert scale.key == "pp-30-2019"
        # The same parts again change nothing.
        assert stage(world, *parts).fates == {"sama": 2}


def test_2021_stands_by_both_regulations_and_apart(world):
    half = {"tahun": "2021", "bulan": "6"}
    weighted = {**half, "metode": "PP 30/2019", "nilai_skp": "110", "nilai_perilaku": "100"}
    with world.inside():
        applied(world, row(world, **half), row(world, **weighted, nilai_akhir="107"))
        assert years(world) == [(2021, "weighted", "107", "baik"), (2021, "legacy_2011", "85.64", "baik")]


def test_nobody_outside_the_region_is_known(world):
    """Another region's number is as unknown as one that nobody has."""
    with world.inside():
        batch = stage(world, row(world, "other"), row(world))
        assert batch.fates == {"salah": 1, "baru": 1}
        assert stage(world, row(world, "other"), slug="kabupaten-lain").fates == {"baru": 1}


def test_a_year_that_the_portal_evaluates_is_never_imported_over(world):
    with world.inside():
        batch = stage(
            world,
            row(world, tahun="2026", metode="PP 30/2019", nilai_skp="90", nilai_perilaku="90"),
        )
        assert batch.fates == {"salah": 1} and batch.years == 0
        (bad,) = db.session.scalars(select(LegacyRow).where(LegacyRow.batch_id == batch.id))
        assert bad.errors[0]["code"] == "legacy.evaluated"


def test_what_was_checked_before_another_file_is_checked_again(world):
    with world.inside():
        early = stage(world, row(world, nilai_akhir="70"))
        applied(world, row(world))
        with pytest.raises(Refused) as refused:
            actions.apply(early, with_doubtful=False, by=world.hr.actor, at=world.clock.now())
        assert refused.value.refusal.code == "legacy.moved"
        assert years(world) == [(2019, "legacy_2011", "85.64", "baik")]


def test_nobody_applies_or_takes_back_the_own_years(world):
    """Whoever handed the file in: what stands of somebody is decided by others (NAT-2, conflict of interest)."""

    def codes(batch: LegacyBatch, *whats: Any) -> list[str]:
        found = []
        for what in whats:
            with pytest.raises(Refused) as refused:
                what(batch)
            found.append(refused.value.refusal.code)
        return found

    def apply(batch: LegacyBatch) -> None:
        actions.apply(batch, with_doubtful=False, by=world.rina.actor, at=world.clock.now())

    with world.inside():
        doubtful = row(world, nilai_skp="86,4", nilai_perilaku="84,5", nilai_akhir="88")
        for own in (row(world), doubtful):
            batch = stage(world, own, row(world, "budi"))
            assert (
                codes(
                    batch,
                    apply,
                    lambda it: world.do(actions.start_apply, it, by=world.rina, with_doubtful=True),
                )
                == ["legacy.oneself"] * 2
            )
        batch = applied(world, row(world), row(world, "budi"))
        assert codes(batch, lambda it: world.do(actions.undo, it, by=world.rina)) == ["legacy.oneself"]
        assert len(years(world)) == len(years(world, "budi")) == 1, "nothing was done"
        # Rows that change nothing, or are wrong, decide nothing.
        others = stage(world, row(world), row(world, tahun="1990"), row(world, "citra"))
        assert others.fates == {"sama": 1, "salah": 1, "baru": 1}
        apply(others)
        assert len(years(world, "citra")) == 1
        world.do(actions.undo, others, by=world.rina)
        assert years(world, "citra") == [] and len(years(world)) == 1


def test_what_was_given_up_leaves_no_year(world):
    with world.inside():
        batch = stage(world, row(world))
        world.do(actions.give_up, batch, by=world.hr)
        assert db.session.scalar(select(func.count(LegacyYear.id))) == 0
        with pytest.raises(Refused):
            actions.apply(batch, with_doubtful=False, by=world.hr.actor, at=world.clock.now())


def test_applying_goes_on_where_it_stood_and_is_given_up_whole(world, monkeypatch):
    """Interrupted after the first part: going on finishes it; giving it up brings everything back."""
    monkeypatch.setattr(actions, "APPLY_CHUNK", 1)
    with world.inside():
        applied(world, row(world))
        batch = stage(world, row(world, nilai_akhir="92"), row(world, "budi"))
        with door(batch):
            actions._begin(batch, False, by=world.hr.actor, at=world.clock.now())
        with door(batch) as session:
            actions._put_in_force(session, batch, 1, 2)
            batch.done = 2
        assert years(world)[0][2] == "92" and years(world, "budi") == []
        actions.apply_in_background(batch.ref, world.clock.now())
        assert batch.state is BatchState.APPLIED and len(years(world, "budi")) == 1
    with world.inside():
        again = stage(world, row(world, nilai_akhir="93"))
        with door(again):
            actions._begin(again, False, by=world.hr.actor, at=world.clock.now())
        with door(again) as session:
            actions._put_in_force(session, again, 1, 9)
        assert years(world)[0][2] == "93"
        actions.give_applying_up(again.ref, world.clock.now())
        assert again.state is BatchState.READY and again.problem["code"] == "legacy.failed"
        assert years(world)[0][2] == "92"
        actions.apply(again, with_doubtful=False, by=world.hr.actor, at=world.clock.now())
        assert years(world)[0][2] == "93"


def test_rows_and_what_never_came_into_force_are_forgotten(world):
    with world.inside():
        applied(world, row(world))
        waiting = stage(world, row(world, "budi"))
        with door():
            actions.forget_old(world.clock.now() + actions.KEPT + timedelta(days=1))
        db.session.expire_all()
        assert db.session.scalar(select(func.count(LegacyRow.id))) == 0
        assert waiting.state is BatchState.DROPPED
        assert [y[0] for y in years(world)] == [2019], "what is in force stays"
        assert db.session.scalar(select(func.count(LegacyYear.id))) == 1


# --------------------------------------------------------------------------- files


def upload(world: Any, data: bytes, name: str = "lama.csv") -> LegacyBatch:
    """A file on its way through the background, as the page hands it over."""
    incoming = files.take_in(Path(world.app.settings.files_folder), data, name)
    batch = world.do(actions.upload, world.region(), by=world.hr, incoming=incoming)
    while jobs.run_one(world.clock):
        pass
    db.session.expire_all()
    return db.session.get_one(LegacyBatch, batch.id)


def workbook(cells: list[list[Any]], formula: bool = False) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for place, line in enumerate(cells):
        sheet.write_row(place, 0, line)
    if formula:
        sheet.write_formula("D2", "=80+5", None, 85)
    book.close()
    return out.getvalue()


HEAD = ["nip", "tahun", "metode", "nilai_akhir"]


def test_a_workbook_with_numbers_is_read(world):
    with world.inside():
        batch = upload(world, workbook([HEAD, [number(world, "rina"), 2019, "PP 46/2011", 85.64]]))
        assert batch.state is BatchState.READY and batch.fates == {"baru": 1}
        kept = Path(world.app.settings.files_folder) / "imports"
        assert not list(kept.iterdir()), "the file goes when it was checked"


@pytest.mark.parametrize(
    ("cells", "formula", "code"),
    [
        ([HEAD, ["189001011912011001", 2019, "PP 46/2011", 0]], True, "legacy.formula"),
        ([HEAD, HEAD, ["189001011912011001", 2019, "PP 46/2011", 80]], False, "import.headings"),
        ([["nip", "nama"], ["1", "A"]], False, "import.headings"),
        ([HEAD], False, "import.no_rows"),
    ],
)
def test_what_a_file_as_a_whole_must_not_be(world, cells, formula, code):
    with world.inside():
        batch = upload(world, workbook(cells, formula), "lama.xlsx")
        assert batch.state is BatchState.DENIED and batch.problem["code"] == code
        assert db.session.scalar(select(func.count(LegacyRow.id))) == 0


@pytest.mark.parametrize("gone", [True, False], ids=["the file is gone", "given up"])
def test_nobody_waits_for_a_check_that_doesnt_come(world, gone):
    with world.inside():
        folder = Path(world.app.settings.files_folder)
        incoming = files.take_in(folder, b"nip,tahun\n1,2019", "lama.csv")
        batch = world.do(actions.upload, world.region(), by=world.hr, incoming=incoming)
        if gone:
            (folder / "imports" / batch.ref).unlink()
            actions.check_upload(batch.ref, world.clock.now())
        else:
            actions.give_checking_up(batch.ref, world.clock.now())
        db.session.expire_all()
        assert batch.state is BatchState.DENIED and batch.settled == world.clock.now()
        assert batch.problem["code"] == ("import.file_gone" if gone else "import.check_failed")
        # Once more does no harm.
        actions.check_upload(batch.ref, world.clock.now())
        actions.give_checking_up(batch.ref, world.clock.now())
        verbs = db.session.scalars(select(Event.verb).where(Event.subject_ref == batch.ref)).all()
        assert list(verbs) == ["upload_legacy_import", "deny_legacy_import"]


def test_a_number_that_a_spreadsheet_rounded_is_told(world):
    with world.inside():
        batch = upload(world, workbook([HEAD, [float(number(world, "rina")), 2019, "PP 46/2011", 80]]))
        (bad,) = db.session.scalars(select(LegacyRow).where(LegacyRow.batch_id == batch.id))
        assert bad.fate is Fate.BAD and bad.errors[0]["code"] == "import.rounded"


def test_the_same_file_isnt_taken_twice(world):
    lines = ",".join(HEAD) + "\n{},2019,PP 46/2011,80"
    with world.inside():
        data = lines.format(number(world, "rina")).encode()
        upload(world, data)
        with pytest.raises(Refused) as refused:
            upload(world, data)
        assert refused.value.refusal.code == "import.repeated"


# --------------------------------------------------------------------------- never mixed


def figures(world: Any) -> list[str]:
    """Everything that is counted of ratings: what would be published, the spread, habits, groups, the list."""
    period = world.period(3)
    everybody = Enrolment.region_id == world.region().id
    db.session.expire_all()
    return [
        repr(dataset.collect(period).agencies),
        repr([(a.unit.id, a.counts, a.overall) for a in calibration.agencies(period, everybody)]),
        repr([(person.id, counts) for person, counts in calibration.by_appraiser(period, everybody)]),
        repr(calibration.by_group(period, everybody)),
        repr([e.Rating and e.Rating.overall for e in evaluation_queries.own(world.rina.person_id)]),
        repr(db.session.execute(select(Evaluation.state, func.count()).group_by(Evaluation.state)).all()),
    ]


def test_no_figure_of_the_present_method_changes(world):
    """Issue 4, line 9: shown as such, never mixed. Ratings were told before and after an import."""
    world.evaluation(EvaluationState.HANDED_OVER, "rina", quarter=3)
    world.evaluation(EvaluationState.RATED, "budi", quarter=3)
    with world.inside():
        before = figures(world)
        assert "sesuai" in before[1] + before[2] or "di_atas" in before[1] + before[2], (
            "there is something to mix"
        )
        weighted = {"metode": "PP 30/2019", "tahun": "2022", "nilai_skp": "40", "nilai_perilaku": "40"}
        rows = [row(world, who, nilai_akhir="45") for who in ("rina", "budi", "citra", "dewi")]
        rows += [row(world, who, **{**weighted, "nilai_akhir": "40"}) for who in ("rina", "budi")]
        batch = applied(world, *rows)
        assert batch.fates == {"baru": 6}
        assert figures(world) == before


def test_only_this_room_and_a_link_to_it_know_the_table():
    """Who counts ratings doesn't read earlier years: the one other place asks whether there are any."""
    root = Path(actions.__file__).parents[2]
    users = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if "performance.legacy" in path.read_text(encoding="utf-8")
        and "performance/legacy" not in path.as_posix()
    }
    assert users == {
        *("rooms.py", "cli/worker.py", "demo/earlier.py", "desks/frame.py"),
        *("performance/evaluations/queries.py", "performance/evaluations/views.py"),
    }
    said = (root / "performance/evaluations/queries.py").read_text(encoding="utf-8")
    assert said.count("LegacyYear") == 4, "once imported, and the three columns of an EXISTS"

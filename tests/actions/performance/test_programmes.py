"""Programmes and participation on both databases: what supersedes stays readable, bad input changes nothing (BDG-2)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.ledger.door import door
from portal.ledger.events import Event
from portal.performance.evaluations import queries as evaluation_queries
from portal.performance.programmes import actions, queries
from portal.performance.programmes.models import (
    Participation,
    ParticipationNote,
    ParticipationRecord,
    Programme,
)
from portal.performance.programmes.rules import ParticipationRole, ProgrammeState
from tests.support.programmes import FACTS, entry, made, recorded

REASON = "Daftar hadir pertemuan kelima baru diterima."


def code(refused) -> str:
    return refused.value.refusal.code


def counts() -> tuple[int, int]:
    return tuple(
        db.session.scalar(select(func.count()).select_from(each))
        for each in (Participation, ParticipationRecord)
    )


def verbs(subject: str) -> list[str]:
    return list(
        db.session.scalars(select(Event.verb).where(Event.subject_type == subject).order_by(Event.id))
    )


def test_made_recorded_corrected_and_withdrawn(world):
    programme = made(world)
    taken = recorded(world, programme, said=entry(4, 6, product="Modul", letter="800/1"))
    with world.inside():
        taken = db.session.merge(taken, load=True)
        better = entry(5, 6, role=ParticipationRole.FACILITATOR, role_words="penyusun")
        world.do(actions.correct, taken, entry=better, reason=REASON, by=world.budi)
        world.do(actions.withdraw, taken, reason="Namanya tertukar dengan rekannya.", by=world.budi)
        rows = [row.ParticipationRecord for row in queries.records([taken.id])[taken.id]]
        said = [(row.revision, row.attended, row.product, row.withdrawn, row.reason) for row in rows]
        assert said == [
            (3, 5, "", True, "Namanya tertukar dengan rekannya."),
            (2, 5, "", False, REASON),
            (1, 4, "Modul", False, ""),
        ]
        assert rows[0].role is ParticipationRole.FACILITATOR and rows[1].role_words == "penyusun"
        assert {row.recorder_id for row in rows} == {world.budi.person_id}
        tally = queries.tally(programme.id)
        assert (tally.people, tally.withdrawn, tally.meetings, tally.share) == (0, 1, 0, None)
        with pytest.raises(Refused) as refused:
            world.do(actions.withdraw, taken, reason=REASON, by=world.budi)
        assert code(refused) == "participation.withdrawn"
        # A correction makes it hold again, also with the same values.
        world.do(actions.correct, taken, entry=better, reason="Ternyata ia memang ikut.", by=world.budi)
        assert queries.tally(programme.id).people == 1
        assert verbs("participations") == [
            "correct_participation",
            "withdraw_participation",
            "correct_participation",
        ]
        assert verbs("programmes") == ["make_programme", "record_participation"]


@pytest.mark.parametrize(
    ("who", "said", "expected"),
    [
        ("rina", entry(7, 6), "participation.above"),
        ("rina", entry(1, 7), "participation.too_many"),
        ("rina", entry(-1, 6), "participation.negative"),
        ("other", entry(), "participation.elsewhere"),
        ("mayor", entry(), "participation.elsewhere"),
        ("citra", entry(), "participation.twice"),
    ],
)
def test_one_who_cannot_be_recorded_keeps_all_out(world, who, said, expected):
    programme = made(world)
    recorded(world, programme, "citra")
    with world.inside():
        programme = db.session.merge(programme, load=True)
        before = counts()
        entries = {world.dewi.person_id: entry(), world.people[who].person_id: said}
        with pytest.raises(Refused) as refused:
            world.do(actions.record, programme, entries=entries, by=world.budi)
        assert code(refused) == expected
        db.session.rollback()
        assert counts() == before


def test_an_owner_does_not_record_themself_nor_before_it_begins(world):
    with pytest.raises(Refused) as refused:
        recorded(world, made(world), "budi")
    assert code(refused) == "participation.oneself"
    with pytest.raises(Refused) as refused:
        recorded(world, made(world, begins=date(2026, 10, 13)))
    assert code(refused) == "participation.early"


def test_a_withdrawn_person_is_not_recorded_twice(world):
    programme = made(world)
    taken = recorded(world, programme)
    with world.inside():
        world.do(
            actions.withdraw,
            db.session.merge(taken, load=True),
            reason="Tidak jadi ikut serta.",
            by=world.budi,
        )
    with pytest.raises(Refused) as refused:
        recorded(world, programme)
    assert code(refused) == "participation.twice"


def test_bad_corrections(world):
    programme = made(world)
    taken = recorded(world, programme)
    with world.inside():
        taken = db.session.merge(taken, load=True)
        for said, reason, expected in (
            (entry(), REASON, "participation.same"),
            (entry(5), "salah", "participation.reason"),
            (entry(5, 4), REASON, "participation.above"),
            (entry(5, 9), REASON, "participation.too_many"),
        ):
            with pytest.raises(Refused) as refused:
                world.do(actions.correct, taken, entry=said, reason=reason, by=world.budi)
            assert code(refused) == expected
        assert counts() == (1, 1)


def test_days_owner_and_meetings(world):
    with world.inside():
        unit = world.unit("bidang-pelayanan")
        for other, expected in (
            ({"last_day": date(2026, 7, 5)}, "programme.upside_down"),
            ({"meetings": -1}, "programme.meetings"),
            ({"owner_id": world.other.person_id}, "participation.elsewhere"),
            ({"owner_id": world.mayor.person_id}, "participation.elsewhere"),
        ):
            facts = {**FACTS, "owner_id": world.budi.person_id, **other}
            with pytest.raises(Refused) as refused:
                world.do(actions.make, unit, by=world.unit_head, **facts)
            assert code(refused) == expected
        assert db.session.scalar(select(func.count()).select_from(Programme)) == 0
    programme = made(world)
    recorded(world, programme)
    with world.inside():
        programme = db.session.merge(programme, load=True)
        with pytest.raises(Refused) as refused:
            world.do(actions.change, programme, by=world.budi, **{**FACTS, "meetings": 5})
        assert code(refused) == "programme.meetings_told"
        world.do(actions.change, programme, by=world.budi, **{**FACTS, "title": "Tanpa Antré", "meetings": 7})
        assert (programme.search_title, programme.meetings, programme.year) == ("tanpa antre", 7, 2026)
        world.do(actions.name_owner, programme, owner_id=world.citra.person_id, by=world.hr)
        assert programme.owner_id == world.citra.person_id


def test_ended_and_opened_again(world):
    programme = made(world)
    taken = recorded(world, programme)
    with world.inside():
        programme = db.session.merge(programme, load=True)
        with pytest.raises(Refused) as refused:
            world.do(actions.end, programme, last_day=date(2026, 10, 13), by=world.budi)
        assert code(refused) == "programme.future"
        world.do(actions.end, programme, last_day=date(2026, 9, 30), by=world.budi)
        assert programme.state is ProgrammeState.ENDED and programme.last_day == date(2026, 9, 30)
        entries = {world.citra.person_id: entry()}
        for action, fields, expected in (
            (actions.record, {"entries": entries}, "participation.ended"),
            (actions.change, FACTS, "programme.ended"),
            (actions.end, {"last_day": date(2026, 9, 30)}, "programme.ended"),
        ):
            with pytest.raises(Refused) as refused:
                world.do(action, programme, by=world.budi, **fields)
            assert code(refused) == expected
        # What was wrong is mended after the end, too.
        taken = db.session.merge(taken, load=True)
        world.do(actions.correct, taken, entry=entry(6), reason=REASON, by=world.budi)
        world.do(actions.reopen, programme, reason="Dua pertemuan ditambahkan.", by=world.budi)
        assert programme.state is ProgrammeState.RUNNING and programme.last_day is None
        world.do(actions.record, programme, entries=entries, by=world.budi)


def test_a_note_is_answered_by_a_correction_or_by_a_reason(world):
    programme = made(world)
    taken = recorded(world, programme)
    with world.inside():
        taken = db.session.merge(taken, load=True)
        first = world.do(actions.note, taken, text="Saya hadir lima kali.", by=world.rina)
        with pytest.raises(Refused) as refused:
            world.do(actions.note, taken, text="Sekali lagi.", by=world.rina)
        assert code(refused) == "participation.note_waits"
        world.do(actions.correct, taken, entry=entry(5), reason=REASON, by=world.budi)
        assert (first.answered, first.revision) == (world.clock.now(), 2)
        second = world.do(actions.note, taken, text="Surat tugasnya lain.", by=world.rina)
        with pytest.raises(Refused) as refused:
            world.do(actions.answer, second, answer="tidak", by=world.budi)
        assert code(refused) == "participation.reason"
        world.do(actions.answer, second, answer="Surat tugas itu bagi program lain.", by=world.budi)
        assert second.revision is None and second.answer
        with pytest.raises(Refused) as refused:
            world.do(actions.answer, second, answer="Surat tugas itu bagi program lain.", by=world.budi)
        assert code(refused) == "participation.note_answered"
        assert queries.open_note(taken.id) is None
        assert db.session.scalar(select(func.count()).select_from(ParticipationNote)) == 2


def test_mended_one_at_a_time_and_kept(world):
    programme = made(world)
    mended = {"what": "Kehadiran turun sejak Agustus.", "due": date(2026, 11, 2)}
    with world.inside():
        programme = db.session.merge(programme, load=True)
        with pytest.raises(Refused) as refused:
            late = {**mended, "due": date(2026, 10, 11)}
            world.do(actions.mark_repair, programme, by=world.unit_head, **late)
        assert code(refused) == "repair.past"
        repair = world.do(actions.mark_repair, programme, by=world.unit_head, **mended)
        with pytest.raises(Refused) as refused:
            world.do(actions.mark_repair, programme, by=world.budi, **mended)
        assert code(refused) == "repair.open"
        world.do(actions.close_repair, repair, outcome="Jadwal dipindah; kehadiran pulih.", by=world.budi)
        with pytest.raises(Refused) as refused:
            world.do(actions.close_repair, repair, outcome="Lain.", by=world.budi)
        assert code(refused) == "repair.closed"
        world.do(actions.mark_repair, programme, by=world.budi, **mended)
        assert [each.closed is None for each in queries.repairs(programme.id)] == [True, False]


def test_the_database_holds_what_the_rules_say(world):
    programme = made(world)
    taken = recorded(world, programme)
    with world.inside():
        for change in (
            {"attended": 7, "meetings": 6},
            {"attended": -1, "meetings": 6},
            {"revision": 2, "reason": ""},
        ):
            fields = {"revision": 2, "reason": REASON, "attended": 1, "meetings": 6, **change}
            with pytest.raises(IntegrityError), door():
                db.session.add(
                    ParticipationRecord(
                        region_id=taken.region_id,
                        participation_id=taken.id,
                        role=ParticipationRole.MEMBER,
                        at=world.clock.now(),
                        **fields,
                    )
                )
        with pytest.raises(IntegrityError), door():
            ids = {"programme_id": programme.id, "person_id": world.rina.person_id}
            db.session.add(Participation(region_id=taken.region_id, **ids))
        # Somebody of another region can't be named at all.
        with pytest.raises(IntegrityError), door():
            ids = {"programme_id": programme.id, "person_id": world.other.person_id}
            db.session.add(Participation(region_id=taken.region_id, **ids))


def test_an_evaluation_shows_what_its_period_met(world):
    whole = made(world, title="Sepanjang tahun", begins=date(2026, 1, 5))
    early = made(world, title="Semester satu", begins=date(2026, 2, 2), last_day=date(2026, 6, 30))
    late = made(world, title="Baru mulai", begins=date(2026, 10, 1))
    gone = made(world, title="Ditarik")
    for each in (whole, early, late, gone):
        taken = recorded(world, each)
    with world.inside():
        world.do(
            actions.withdraw,
            db.session.merge(taken, load=True),
            reason="Tidak jadi ikut serta.",
            by=world.budi,
        )

        def titles(quarter):
            period = world.period(quarter)
            setting = evaluation_queries.setting(
                evaluation_queries.of_enrolment(world.enrolment("rina", quarter).id)
            )
            found = queries.shown(setting.taken, period, setting.policy.rules, pictured=True)
            assert found.picture is None, "the national base has no picture"
            return [row.Programme.title for row in found.rows]

        assert titles(1) == ["Semester satu", "Sepanjang tahun"]
        assert titles(3) == ["Sepanjang tahun"]
        assert titles(4) == ["Baru mulai", "Sepanjang tahun"]
        assert titles(None) == ["Baru mulai", "Semester satu", "Sepanjang tahun"]

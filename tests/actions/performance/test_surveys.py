"""The closed survey on real databases: drawn by lot, sealed, counted once, and then nothing is left (NEW-10)."""

from __future__ import annotations

import secrets
import sqlite3
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, text, update

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.kernel.refusal import Refused
from portal.ledger.events import Event, EventDetail
from portal.performance.advice.rules import Group
from portal.performance.surveys import actions, queries, rules, sealing, work
from portal.performance.surveys.models import GroupTally, RatingDuty, SealedAnswer, SurveyComment, SurveyRound
from portal.performance.surveys.rules import DutyState, RaterGroup, RefusalReason, RoundState
from portal.policy.cycles.models import Enrolment
from tests.support import surveys

SENT = DutyState.SENT


def left(world, who: str = "rina"):
    with world.inside():
        return queries.left_of(world.enrolment(who, 3))


def answered(world, n: int, marks=(2,) * 7, comment: str = "", who: str = "rina") -> None:
    for duty in surveys.duties(world, who, DutyState.WAITING)[:n]:
        surveys.answer(world, duty, marks, comment)


def test_everybody_is_judged_by_as_many_peers_and_judges_as_many(world):
    """Drawn as a circle the work is shared evenly (WGR-3, BNY-2)."""
    found = surveys.arranged(world)
    assert found.state is RoundState.ARRANGED
    with world.inside():
        rows = db.session.scalars(select(RatingDuty).where(RatingDuty.group == RaterGroup.PEER)).all()
        mine = {world.people[key].person_id for key in ("rina", *(f"colleague{n}" for n in range(1, 9)))}
        peers = [row for row in rows if row.rater_id in mine]
        assert set(Counter(row.enrolment_id for row in peers).values()) == {5}
        assert set(Counter(row.rater_id for row in peers).values()) == {5}
        own = dict(db.session.execute(select(Enrolment.id, Enrolment.person_id)).all())
        assert all(own[row.enrolment_id] != row.rater_id for row in rows)


def test_the_direct_subordinates_are_asked_and_whoever_appraises_is_not(world):
    surveys.arranged(world)
    asked = surveys.duties(world, "unit_head")
    below = [duty for duty in asked if duty.group is RaterGroup.SUBORDINATE]
    assert {surveys.rater(world, duty).key for duty in below} >= {"rina", "budi", "citra", "colleague1"}
    for who in ("rina", "budi", "unit_head"):
        boss = world.appraiser(who).person_id
        assert boss not in {duty.rater_id for duty in surveys.duties(world, who)}


def test_a_group_that_could_never_open_is_not_asked(world):
    """Budi's only peer of his level is Citra: no figure could be shown, so nobody is troubled."""
    surveys.arranged(world)
    assert surveys.duties(world, "budi") == []


def test_the_lot_can_be_drawn_again(world):
    found = surveys.arranged(world)
    with world.inside():
        around = queries.around(world.enrolment("rina", 3))
        own = rules.Member(
            *db.session.execute(
                select(Enrolment.id, Enrolment.ref, Enrolment.person_id).where(
                    Enrolment.id == world.enrolment("rina", 3).id
                )
            ).one()
        )
        word = rules.word_of(found.lot, around.circle)
        circle = rules.by_lot(word, [*around.groups[RaterGroup.PEER], own])
        again = rules.peers_of(circle, 5)[own.enrolment_id]
    assert set(again) == {duty.rater_id for duty in surveys.duties(world)}


def test_five_answers_show_their_counts_and_comments(world):
    surveys.running(world)
    answered(world, 4, comment="Selalu membantu warga lanjut usia.")
    answered(world, 1, marks=(3,) * 7, comment="Cepat menjawab.")
    assert left(world).groups == ()
    found = surveys.counted(world)
    assert found.state is RoundState.CLOSED
    shown = left(world)
    assert shown.groups == (Group.of(("rekan",), 5, None, ((0, 4, 1),) * 7),)
    assert sorted(shown.comments) == ["Cepat menjawab.", *["Selalu membantu warga lanjut usia."] * 4]


def test_three_answers_show_one_rounded_mean_and_no_comment(world):
    surveys.running(world)
    answered(world, 2)
    answered(world, 1, marks=(3, 3, 2, 2, 2, 2, 2), comment="Tidak akan tampil.")
    surveys.counted(world)
    shown = left(world)
    assert [(group.who, group.n, str(group.mean), group.counts) for group in shown.groups] == [
        (("rekan",), 3, "2.1", ())
    ]
    assert shown.comments == ()


@pytest.mark.parametrize("n", [0, 1, 2])
def test_below_the_least_nothing_is_left_anywhere(world, n):
    """No rater answers; one of them; two: not a figure, not a comment, not even a row (Shut means weightless)."""
    surveys.running(world)
    answered(world, n, marks=(1,) * 7, comment="Rahasia sekali.")
    surveys.counted(world)
    assert left(world) == queries.Left(RoundState.CLOSED, surveys.found(world).closes)
    with world.inside():
        for model in (GroupTally, SurveyComment, SealedAnswer):
            assert db.session.scalar(select(func.count()).select_from(model)) == 0


def test_peers_and_subordinates_merge_where_one_of_them_is_too_small(world):
    surveys.running(world, n=3)
    with world.inside():
        head = surveys.duties(world, "unit_head")
    groups = Counter(duty.group for duty in head)
    assert groups[RaterGroup.SUBORDINATE] >= 3
    below = [duty for duty in head if duty.group is RaterGroup.SUBORDINATE]
    for duty in below[:2]:
        surveys.answer(world, duty)
    beside = [duty for duty in head if duty.group is RaterGroup.PEER]
    for duty in beside[:1]:
        surveys.answer(world, duty, (3,) * 7)
    surveys.counted(world)
    shown = left(world, "unit_head").groups
    assert [(group.who, group.n) for group in shown] == [(("rekan", "bawahan"), 3)]


def test_an_answer_is_sent_once(world):
    surveys.running(world)
    duty = surveys.duties(world)[0]
    surveys.answer(world, duty)
    with pytest.raises(Refused) as no:
        surveys.answer(world, duty, (1,) * 7)
    assert no.value.refusal.code == "survey.sent_already"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda world: world.clock.set(world.clock.now() + timedelta(days=9)), "survey.over"),
        (lambda world: None, "survey.no_mark"),
    ],
)
def test_what_is_no_answer_is_refused(world, change, code):
    surveys.running(world)
    change(world)
    with pytest.raises(Refused) as no:
        surveys.answer(world, surveys.duties(world)[0], (0,) * 7)
    assert no.value.refusal.code == code


def test_nobody_types_an_answer_for_somebody_else(world):
    surveys.running(world)
    duty = surveys.duties(world)[0]
    who = surveys.rater(world, duty).actor
    typed = type(who)(who.account_id, who.person_id, who.region_id, who.name, typist_id=world.hr.person_id)
    with world.inside(), pytest.raises(Refused):
        world.do(actions.send, db.session.get_one(RatingDuty, duty.id), by=typed, marks=(2,) * 7, comment="")


def test_who_becomes_the_raters_superior_is_judged_no_more_as_a_peer(world):
    """The rated person becomes the rater's superior: the answer counts among the subordinates' (bad input)."""
    surveys.running(world)
    duty = surveys.duties(world)[0]
    with world.inside():
        rated = world.enrolment("rina", 3)
        with surveys.door():
            other = db.session.scalars(
                select(Enrolment).where(
                    Enrolment.period_id == rated.period_id, Enrolment.person_id == duty.rater_id
                )
            ).one()
            other.appraiser_id = rated.person_id
    surveys.answer(world, duty)
    with world.inside():
        assert db.session.get_one(RatingDuty, duty.id).group is RaterGroup.SUBORDINATE


def test_who_left_is_not_heard_any_more(world):
    """A rater leaves mid-period before answering: their enrolment ended, they are no peer (bad input)."""
    surveys.running(world)
    duty = surveys.duties(world)[0]
    with world.inside():
        with surveys.door():
            gone = db.session.scalars(
                select(Enrolment).where(
                    Enrolment.period_id == world.period(3).id, Enrolment.person_id == duty.rater_id
                )
            ).one()
            gone.ends = world.clock.now().date()
    with pytest.raises(Refused) as no:
        surveys.answer(world, duty)
    assert no.value.refusal.code == "survey.unrelated"


def test_a_refusal_draws_the_next_of_the_lot(world):
    surveys.running(world)
    before = {duty.rater_id for duty in surveys.duties(world)}
    duty = surveys.duties(world)[0]
    with world.inside():
        world.do(
            actions.refuse,
            db.session.get_one(RatingDuty, duty.id),
            by=surveys.rater(world, duty),
            reason=RefusalReason.CONFLICT,
            note="Kakak ipar.",
        )
    waiting = {each.rater_id for each in surveys.duties(world, "rina", DutyState.WAITING)}
    assert len(waiting) == 5 and duty.rater_id not in waiting and len(waiting - before) == 1


def test_the_employee_keeps_off_two_colleagues_and_learns_nothing(world):
    surveys.running(world)
    with world.inside():
        enrolment = world.enrolment("rina", 3)
        drawn = surveys.duties(world)[0].rater_id
        people = [
            each.person_id
            for each in queries.around(enrolment).groups[RaterGroup.PEER]
            if each.person_id not in {duty.rater_id for duty in surveys.duties(world)}
        ]
        for person_id in (drawn, people[0]):
            world.do(
                actions.exclude,
                world.enrolment("rina", 3),
                by=world.rina,
                colleague=db.session.get_one(surveys.Person, person_id),
                note="Hubungan keluarga dekat.",
            )
        with pytest.raises(Refused):
            world.do(
                actions.exclude,
                world.enrolment("rina", 3),
                by=world.rina,
                colleague=db.session.get_one(surveys.Person, people[1]),
                note="Hubungan keluarga dekat.",
            )
    waiting = {each.rater_id for each in surveys.duties(world, "rina", DutyState.WAITING)}
    assert len(waiting) == 5 and not waiting & {drawn, people[0]}


def test_the_survey_closes_by_itself_after_its_last_day(world):
    surveys.running(world, days=7)
    answered(world, 3)
    world.clock.set(world.clock.now() + timedelta(days=7))
    surveys.run_jobs(world)
    assert surveys.found(world).state is RoundState.RUNNING
    with world.inside():
        closes = surveys.found(world).closes + timedelta(days=3)
        world.do(actions.extend, queries.round_of(world.period(3).id), by=world.hr, closes=closes)
    world.clock.set(world.clock.now() + timedelta(days=1))
    surveys.run_jobs(world)
    assert surveys.found(world).state is RoundState.RUNNING
    world.clock.set(world.clock.now() + timedelta(days=3))
    surveys.run_jobs(world)
    assert surveys.found(world).state is RoundState.CLOSED


def test_a_survey_that_is_closed_early_had_that_day_as_its_last(world):
    planned = surveys.running(world, days=30).closes
    answered(world, 3)
    closed = surveys.counted(world)
    with world.inside():
        assert closed.closes == local_date(world.clock.now(), world.region().zone) < planned


# ------------------------------------------------------------------------------- what nobody can join


def test_what_is_stored_of_an_answer_is_ciphertext_of_one_size(world):
    surveys.running(world)
    answered(world, 1, comment="Pendek.")
    answered(world, 1, comment="Panjang sekali. " * 17)
    with world.inside():
        bodies = db.session.scalars(select(SealedAnswer.body)).all()
    assert len({len(body) for body in bodies}) == 1 and len(set(bodies)) == 2
    assert all(b"Pendek" not in body and b"Panjang" not in body for body in bodies)


def test_no_event_tells_of_an_answer(world):
    surveys.running(world)
    with world.inside():
        before = db.session.scalar(select(func.count()).select_from(Event))
    answered(world, 3)
    with world.inside():
        assert db.session.scalar(select(func.count()).select_from(Event)) == before


def test_the_join_that_names_every_rater_yields_ciphertext_only(world, app):
    """Decisions §7: on PostgreSQL by the transaction that wrote both, on SQLite by the order of rows.

    The join does find pairs; what it finds can't be read, and after the counting there is nothing to find.
    """
    surveys.running(world)
    answered(world, 3, comment="Ramah kepada semua.")
    with world.inside():
        sqlite = db.engine.dialect.name == "sqlite"
        if sqlite:
            # Without row numbers there is no order of coming; the keys are random.
            with pytest.raises(Exception, match="no such column"):
                db.session.execute(text("SELECT rowid FROM sealed_answers"))
            db.session.rollback()
            found = db.session.execute(
                text("SELECT s.body FROM sealed_answers s JOIN rating_duties d USING (enrolment_id)")
            ).all()
        else:
            found = db.session.execute(
                text(
                    "SELECT s.body FROM rating_duties d JOIN sealed_answers s "
                    "ON d.xmin::text = s.xmin::text AND d.state = 'sudah_mengisi'"
                )
            ).all()
            assert len(found) == 3
        for (body,) in found:
            assert b"Ramah" not in bytes(body)
            with pytest.raises(rules.BadAnswer):
                rules.unpacked(bytes(body))
        db.session.rollback()
    surveys.counted(world)
    with world.inside():
        assert db.session.scalar(select(func.count()).select_from(SealedAnswer)) == 0
        if not sqlite:
            # Tallies and comments are of one transaction, the counting's, and no task is.
            joined = text(
                "SELECT count(*) FROM rating_duties d JOIN group_tallies t ON d.xmin::text = t.xmin::text"
            )
            assert db.session.scalar(joined) == 0


def test_the_file_and_its_log_hold_no_word_of_an_answer(world, app):
    """The write-ahead log orders commits: it holds the answer beside the task, sealed (SQLite)."""
    surveys.running(world)
    answered(world, 3, comment="Kalimatrahasiasekali tentang pelayanan.")
    with world.inside():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL's log isn't the portal's to read")
        path = db.engine.url.database
        db.session.rollback()
    raw = b""
    for suffix in ("", "-wal"):
        with open(path + suffix, "rb") as file:
            raw += file.read()
    assert b"Kalimatrahasiasekali" not in raw
    assert sqlite3.connect(path).execute("SELECT count(*) FROM sealed_answers").fetchone() == (3,)


def test_after_the_counting_the_key_is_gone_and_old_copies_stay_shut(world, app):
    surveys.running(world)
    answered(world, 3)
    found = surveys.found(world)
    with world.inside():
        body = db.session.scalars(select(SealedAnswer.body)).first()
        key = app.settings.folder, found.ref, found.public_key
        assert sealing.exists(*key)
        opened = rules.unpacked(sealing.Opener(*key, actions.secret()).open(body))
        assert (opened.marks, opened.comment) == ((2,) * 7, "")
        with pytest.raises(sealing.Damaged):
            sealing.Opener(*key, b"another portal").open(body)
    surveys.counted(world)
    assert not sealing.exists(*key)
    with world.inside(), pytest.raises(sealing.Unopened):
        sealing.Opener(*key, actions.secret())


def test_a_lost_key_asks_again_those_whose_answers_it_kept(world, app):
    surveys.running(world)
    answered(world, 3)
    world.clock.set(world.clock.now() + timedelta(days=rules.LEAST_DAYS))
    with world.inside():
        world.do(actions.close, queries.round_of(world.period(3).id), by=world.hr)
    sealing.destroy(app.settings.folder, surveys.found(world).ref)
    surveys.run_jobs(world)
    assert surveys.found(world).state is RoundState.RUNNING
    assert surveys.duties(world, "rina", SENT) == []
    answered(world, 3, marks=(3,) * 7)
    assert surveys.counted(world).state is RoundState.CLOSED
    assert [str(group.mean) for group in left(world).groups] == ["3"]


def test_an_answer_that_was_tampered_with_counts_for_nobody(world):
    surveys.running(world)
    answered(world, 4)
    with world.inside(), surveys.door():
        row = db.session.scalars(select(SealedAnswer)).first()
        row.body = row.body[:-1] + bytes([row.body[-1] ^ 1])
    surveys.counted(world)
    assert [group.n for group in left(world).groups] == [3]


def test_counting_twice_counts_once(world):
    surveys.running(world)
    answered(world, 5)
    surveys.counted(world)
    before = left(world)
    with world.inside():
        work.count(survey=surveys.found(world).ref, at=world.clock.now())
    assert left(world) == before


def test_the_lot_is_drawn_once_more_with_a_reason_and_how_often_is_kept(world):
    first = surveys.arranged(world)
    lot, key = first.lot, first.public_key
    with world.inside():
        row = db.session.get_one(SurveyRound, first.id)
        with pytest.raises(Refused):
            world.do(actions.redraw, row, by=world.hr, note="")
    with world.inside():
        row = db.session.get_one(SurveyRound, first.id)
        world.do(actions.redraw, row, by=world.hr, note="Dua orang baru belum terdaftar.")
    surveys.run_jobs(world)
    found = surveys.found(world)
    assert found.lot != lot and found.public_key != key
    assert (found.state, found.drawn) == (RoundState.ARRANGED, 2)
    with world.inside():
        told = db.session.scalars(select(Event).where(Event.verb == "redraw_survey")).one()
        said = db.session.scalars(select(EventDetail).where(EventDetail.event_id == told.id)).one()
        assert "Dua orang baru belum terdaftar." in said.words
        assert found.lot not in str(told.summary)


# ------------------------------------------------------------------- whoever may write into the database


def sealed_rows(world, who: str = "rina"):
    with world.inside():
        about = world.enrolment(who, 3).id
        return list(db.session.scalars(select(SealedAnswer).where(SealedAnswer.enrolment_id == about)))


def put(world, **row) -> None:
    """Write a sealed row as somebody with access to the tables could."""
    with world.inside(), surveys.door():
        found = surveys.found(world)
        db.session.execute(
            insert(SealedAnswer).values(
                key=secrets.token_bytes(16), region_id=found.region_id, round_id=found.id, **row
            )
        )


def test_an_answer_moved_to_somebody_else_counts_for_nobody(world):
    """Otherwise two moved answers would open a third one, alone, under the name of another."""
    surveys.running(world)
    answered(world, 4)
    answered(world, 3, who="colleague1")
    with world.inside(), surveys.door():
        db.session.execute(
            update(SealedAnswer)
            .where(SealedAnswer.key == sealed_rows(world)[0].key)
            .values(enrolment_id=world.enrolment("colleague1", 3).id)
        )
    surveys.counted(world)
    assert [group.n for group in left(world).groups] == [3]
    assert [group.n for group in left(world, "colleague1").groups] == [3]


def test_a_copied_answer_counts_once(world):
    surveys.running(world)
    answered(world, 2)
    row = sealed_rows(world)[0]
    put(world, enrolment_id=row.enrolment_id, group=row.group, body=row.body)
    surveys.counted(world)
    assert left(world).groups == ()


def test_an_answer_that_the_portal_did_not_seal_counts_for_nobody(world):
    """The public key lies in the table: with it alone no answer can be made that would open another's."""
    surveys.running(world)
    answered(world, 2, marks=(1,) * 7, comment="Rahasia sekali.")
    found, row = surveys.found(world), sealed_rows(world)[0]
    with world.inside():
        about = f"{found.ref}/{world.enrolment('rina', 3).ref}"
    made = rules.packed(rules.Answer(about, RaterGroup.PEER, (2,) * 7, "", bytes(rules.NONCE)))
    for _each in range(3):
        body = sealing.seal(found.public_key, made, b"whatever is guessed")
        put(world, enrolment_id=row.enrolment_id, group=RaterGroup.PEER, body=body)
    surveys.counted(world)
    assert left(world).groups == ()


def test_where_more_answers_lie_than_people_answered_nothing_is_shown(world):
    """Whoever holds the secret, too, can make answers; their number gives them away."""
    surveys.running(world)
    answered(world, 2)
    found, row = surveys.found(world), sealed_rows(world)[0]
    with world.inside():
        about = f"{found.ref}/{world.enrolment('rina', 3).ref}"
        made = rules.packed(rules.Answer(about, RaterGroup.PEER, (2,) * 7, "", bytes(rules.NONCE)))
        body = sealing.seal(found.public_key, made, actions.secret())
    put(world, enrolment_id=row.enrolment_id, group=RaterGroup.PEER, body=body)
    surveys.counted(world)
    assert left(world).groups == ()


# ------------------------------------------------------------------------------------- keys and clocks


def test_a_key_that_cannot_be_read_now_is_not_lost(world, app, monkeypatch):
    """A disk that fails for a moment makes the job run again; it asks nobody a second time."""
    surveys.running(world)
    answered(world, 3)
    world.clock.set(world.clock.now() + timedelta(days=rules.LEAST_DAYS))
    with world.inside():
        world.do(actions.close, queries.round_of(world.period(3).id), by=world.hr)

    def broken(*_given):
        raise OSError("the disk is away")

    with world.inside():
        with monkeypatch.context() as patched:
            patched.setattr(sealing.Path, "read_bytes", broken)
            with pytest.raises(OSError, match="disk is away"):
                work.count(survey=surveys.found(world).ref, at=world.clock.now())
        assert surveys.found(world).state is RoundState.COUNTING
        work.count(survey=surveys.found(world).ref, at=world.clock.now())
    assert [group.n for group in left(world).groups] == [3]


def test_nothing_is_taken_that_could_not_be_opened_and_a_new_key_is_made(world, app):
    """After a restored backup the key is gone, for it is in none: nobody answers in vain."""
    surveys.running(world)
    answered(world, 2)
    ref = surveys.found(world).ref
    sealing.destroy(app.settings.folder, ref)
    waiting = surveys.duties(world, "rina", DutyState.WAITING)[0]
    with pytest.raises(Refused) as no:
        surveys.answer(world, waiting)
    assert no.value.refusal.code == "survey.key_lost"
    with world.inside():
        work.check_keys(world.clock.now())
    assert surveys.duties(world, "rina", SENT) == []
    answered(world, 3)
    surveys.counted(world)
    assert [group.n for group in left(world).groups] == [3]


def test_an_old_backup_that_comes_back_is_not_counted_again(world, app):
    """The survey was counted, then the tables come back from before: no answer of then can be opened."""
    surveys.running(world)
    answered(world, 3)
    surveys.counted(world)
    with world.inside(), surveys.door():
        row = db.session.get_one(SurveyRound, surveys.found(world).id)
        row.state = RoundState.RUNNING
    with world.inside():
        work.check_keys(world.clock.now())
    surveys.run_jobs(world)
    assert surveys.found(world).state is RoundState.CLOSED
    assert len(surveys.duties(world, "rina", SENT)) == 3


# --------------------------------------------------------------------------- what HR can't choose


def test_hr_does_not_choose_the_moment_by_who_has_answered(world):
    surveys.running(world)
    answered(world, 3)
    with world.inside(), pytest.raises(Refused) as no:
        world.do(actions.close, queries.round_of(world.period(3).id), by=world.hr)
    assert no.value.refusal.code == "survey.too_early"


def test_hr_does_not_choose_the_group(world):
    surveys.running(world)
    codes = []
    for note in ("", *["Cuti melahirkan sejak awal September."] * 3):
        duty = surveys.duties(world, "rina", DutyState.WAITING)[0]
        with world.inside():
            row = db.session.get_one(RatingDuty, duty.id)
            try:
                world.do(actions.release, row, by=world.hr, note=note)
            except Refused as no:
                codes.append(no.refusal.code)
            else:
                codes.append("")
    assert codes == ["survey.reason", "", "", "survey.release_max"]


def test_whoever_was_let_go_is_not_told_about_whom(world):
    surveys.running(world)
    duty = surveys.duties(world)[0]
    with world.inside():
        gone = db.session.get_one(surveys.Person, duty.rater_id)
        world.do(
            actions.exclude,
            world.enrolment("rina", 3),
            by=world.rina,
            colleague=gone,
            note="Hubungan keluarga dekat.",
        )
        assert duty.ref not in {row.RatingDuty.ref for row in queries.duties_of(duty.rater_id)}


def test_a_policy_without_a_survey_has_none(world):
    with world.inside(), pytest.raises(Refused) as no:
        world.do(actions.arrange, world.period(3), by=world.hr)
    assert no.value.refusal.code == "survey.none"

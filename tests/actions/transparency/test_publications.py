"""Publishing as acts: two people, frozen figures, versions; and the job that makes the pages."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.ledger import jobs
from portal.ledger.actor import Actor
from portal.ledger.door import door
from portal.ledger.events import Event
from portal.ledger.jobs import Job
from portal.policy.cycles.rules import PeriodState
from portal.transparency.publications import actions, dataset, queries
from portal.transparency.publications.models import Frozen, Publication
from portal.transparency.publications.render import render_all
from portal.transparency.publications.rules import PublicationState
from tests.actions.transparency.town import NEXT, NOTE, Town


@pytest.fixture
def town(app, clock) -> Town:
    Town.build()
    return Town(clock)


def test_figures_are_counted_as_they_are_defined(town):
    data = town.prepare().data
    rows = {row["slug"]: row for row in data["instansi"]}
    health = rows["dinas-kesehatan"]
    assert (health["wajib_skp"], health["memiliki_skp"], health["ditetapkan_tepat_waktu"]) == (24, 23, 20)
    assert health["dievaluasi"] == 22
    assert health["belum_dinilai"] == {"sebab_lain": 2}, "no reason points at a person"
    assert health["tidak_wajib"] == {"sebab_lain": 2}
    # One of those rated has no plan that was set, hence no indicators.
    assert health["indikator_tercapai"] == {"tercapai": 2 * 21 - 5, "jumlah": 2 * 21}
    assert health["distribusi_predikat"]["baik"] == 16
    assert health["predikat_organisasi"] == "baik"
    assert rows["kecamatan-kecil"]["wajib_skp"] is None
    assert rows["kecamatan-kecil"]["predikat_organisasi"] is None
    assert data["jumlah"]["wajib_skp"] == 24 + 14 + 4 + 7
    assert "predikat_organisasi" not in data["jumlah"]
    assert data["periode"]["tenggat_skp"] == "2026-01-31"
    assert data["daerah"]["slug"] == "kota-uji"


def test_every_key_is_documented(town):
    """``docs/publications.md`` names every key that a reader of the file meets."""
    document = (Path(__file__).parents[3] / "docs" / "publications.md").read_text(encoding="utf-8")
    data = town.prepare().data
    keys = {*data, *data["jumlah"], *data["instansi"][0]}
    keys |= {key for name in ("daerah", "periode", "kebijakan", "kelompok_terkecil") for key in data[name]}
    assert not [key for key in sorted(keys) if f"`{key}`" not in document]


def test_counting_takes_the_same_few_statements_for_more_people(town, statements):
    assert town.period.ref  # the period itself is read already
    with statements(4):
        dataset.collect(town.period)


CHANGES = {
    "dataset": "'{}'",
    "sha256": "'0'",
    "version": "7",
    "reason": "'lain'",
    "method_note": "'lain'",
    "next_date": "'2030-01-01'",
    "published_at": "NULL",
    "published_account_id": "NULL",
    "prepared_account_id": "NULL",
    "ref": "'aaaaaaaaaaaa'",
}


def test_what_is_published_stays_whoever_writes_to_the_database(town):
    """Not only the program: the database itself refuses (NEW-3, trust 7)."""
    publication = town.publish(town.prepare())
    before = (publication.dataset, publication.sha256)
    for column, value in CHANGES.items():
        statement = f"UPDATE publications SET {column} = {value}"
        with pytest.raises(DatabaseError, match="append-only"), door() as session:
            session.execute(text(statement))
    for statement in (
        "DELETE FROM publications",
        "UPDATE publications SET published_at = NULL, dataset = 'x'",
    ):
        with pytest.raises(DatabaseError, match="append-only"), door() as session:
            session.execute(text(statement))
    db.session.expire_all()
    assert (publication.dataset, publication.sha256) == before
    # Its state goes on: replaced or withdrawn, what it said stays.
    with door(publication):
        actions.withdraw(
            publication, reason="Ada kesalahan pada sumber angkanya.", by=town.hr, at=town.clock.now()
        )
    assert publication.state is PublicationState.WITHDRAWN
    with pytest.raises(DatabaseError, match="append-only"), door() as session:
        session.execute(text("UPDATE publications SET sha256 = '0'"))


def test_a_draft_may_still_be_thrown_away(town):
    town.prepare()
    with door() as session:
        session.execute(text("DELETE FROM publications"))
    assert db.session.scalars(select(Publication.id)).all() == []


def test_the_hash_is_that_of_the_bytes(town):
    publication = town.prepare()
    assert hashlib.sha256(publication.dataset.encode()).hexdigest() == publication.sha256
    assert json.loads(publication.dataset)["versi"] == 1


def test_only_a_closed_period_is_prepared(town):
    with door(town.period):
        town.period.state = PeriodState.OPEN
    with pytest.raises(Refused, match=r"publication\.period_open"):
        town.prepare()


def test_whoever_prepared_does_not_publish(town):
    publication = town.prepare()
    with pytest.raises(Refused) as refused:
        town.publish(publication, by=town.hr)
    assert refused.value.refusal.code == "publication.second_person"
    assert "Iwan Wali Data" in str(refused.value.refusal.params)
    twin = Actor(town.publisher.account_id, town.hr.person_id, town.region.id, "Hana dengan akun lain")
    with pytest.raises(Refused, match="second_person"):
        town.publish(publication, by=twin)
    assert db.session.get_one(Publication, publication.id).state is PublicationState.PREPARED


def test_alone_one_is_told_that_nobody_else_may(town):
    publication = town.prepare()
    assert dataset.who_may_publish(town.region.id, town.publisher.account_id, date(2026, 10, 12)) == [
        "Hana Pengelola"
    ]
    refusal = actions.why_not_publish(publication, town.hr, [])
    assert refusal is not None and "Belum ada orang lain" in refusal.message


def test_publishing_leaves_event_and_job(town):
    publication = town.publish(town.prepare())
    assert publication.state is PublicationState.PUBLISHED
    verbs = db.session.scalars(select(Event.verb).where(Event.subject_ref == publication.ref)).all()
    assert verbs == ["prepare_publication", "publish"]
    due = db.session.scalars(select(Job.run_after).where(Job.kind == actions.RENDER).order_by(Job.id)).all()
    assert due == [town.clock.now(), datetime(2027, 1, 20, 17, 0, tzinfo=UTC)]


def test_a_job_makes_the_pages(town, app):
    town.publish(town.prepare())
    assert jobs.run_one(app.clock)
    page = app.settings.public_folder / "current" / "kota-uji" / "index.html"
    assert "Dinas Sosial" in page.read_text()
    assert db.session.scalars(select(Job.error)).first() == ""


def test_twice_at_once_is_refused(town):
    town.prepare()
    with pytest.raises(Refused, match=r"publication\.draft_waits"):
        town.prepare()


def test_a_discarded_draft_gives_its_number_back(town):
    first = town.prepare()
    with door(first):
        actions.withdraw_draft(first, by=town.hr, at=town.clock.now())
    second = town.prepare()
    assert (first.state, second.version) == (PublicationState.WITHDRAWN, 1)
    with pytest.raises(Refused):
        town.publish(first)


def test_two_living_drafts_of_one_version_are_impossible(town):
    first = town.prepare()
    with pytest.raises(IntegrityError), door():
        db.session.add(
            Publication(
                region_id=first.region_id,
                period_id=first.period_id,
                version=1,
                dataset="{}",
                sha256="0" * 64,
                method_note="",
                next_date=NEXT,
                prepared_at=town.clock.now(),
            )
        )


def test_a_correction_needs_a_reason_and_replaces(town):
    first = town.publish(town.prepare())
    with pytest.raises(Refused, match=r"publication\.reason"):
        town.prepare()
    with door(town.period):
        second = actions.correct(
            town.period,
            reason="Dua evaluasi terlambat tercatat.",
            method_note=NOTE,
            next_date=NEXT,
            by=town.hr,
            at=town.clock.now(),
        )
    assert second.version == 2 and second.data["alasan_koreksi"].startswith("Dua evaluasi")
    before = first.dataset
    town.publish(second)
    assert first.state is PublicationState.SUPERSEDED
    assert first.dataset == before
    assert queries.last_published(town.period.id).version == 2


def test_nothing_to_correct_is_said(town):
    with pytest.raises(Refused, match=r"publication\.nothing"), door(town.period):
        actions.correct(
            town.period, reason="Salah.", method_note=NOTE, next_date=NEXT, by=town.hr, at=town.clock.now()
        )


def test_a_next_date_lies_ahead(town):
    with pytest.raises(Refused, match=r"publication\.next_date"), door(town.period):
        actions.prepare(
            town.period, method_note=NOTE, next_date=date(2026, 10, 12), by=town.hr, at=town.clock.now()
        )


@pytest.mark.parametrize("name", ["dataset", "sha256", "version", "period_id", "reason"])
def test_what_is_frozen_does_not_change(town, name):
    publication = town.publish(town.prepare())
    with pytest.raises(Frozen), door(publication):
        setattr(publication, name, 7 if name in ("version", "period_id") else "lain")
    assert db.session.get_one(Publication, publication.id).data["versi"] == 1


def test_a_dataset_that_lost_its_hash_is_not_published(town):
    publication = town.prepare()
    with door():
        db.session.execute(
            Publication.__table__.update().values(dataset='{"daerah":{"zona":"WIB"},"versi":1}')
        )
    with pytest.raises(Frozen):
        town.publish(publication)


def test_withdrawing_needs_a_reason_and_keeps_the_file(town, app):
    publication = town.publish(town.prepare())
    with pytest.raises(Refused, match=r"publication\.reason"), door(publication):
        actions.withdraw(publication, reason=" ", by=town.publisher, at=town.clock.now())
    with door(publication):
        actions.withdraw(
            publication, reason="Salah satu berkas keliru.", by=town.publisher, at=town.clock.now()
        )
    render_all(app)
    folder = app.settings.public_folder / "current" / "kota-uji"
    assert (folder / "data" / "2026-triwulan-3-v1.json").read_bytes() == publication.dataset.encode()
    assert (
        "Salah satu berkas keliru."
        in (folder / "publikasi" / "2026-triwulan-3-v1" / "index.html").read_text()
    )
    page = (folder / "index.html").read_text()
    assert "Dinas Sosial" not in page and "ditarik 12 Oktober 2026" in page


def test_a_correction_after_a_withdrawal_counts_on(town):
    publication = town.publish(town.prepare())
    with door(publication):
        actions.withdraw(publication, reason="Keliru.", by=town.publisher, at=town.clock.now())
    assert town.prepare(reason="Berkas diperbaiki.").version == 2

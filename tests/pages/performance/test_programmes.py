"""Pages of programmes and participation: who sees what, and what an evaluation shows of it (BDG-1, BDG-2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.ledger.door import door
from portal.people.employment.models import Employee, Person
from portal.people.employment.rules import EmploymentStatus
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.programmes import actions, queries
from portal.performance.programmes.models import (
    Participation,
    ParticipationRecord,
    Programme,
    ProgrammeRepair,
)
from portal.performance.programmes.rules import ParticipationRole
from tests.support.programmes import entry, made, recorded
from tests.support.world import STARTED

EVERYBODY = (
    *("mayor", "secretary", "agency_head", "unit_head", "rina", "budi", "citra", "clinic_head", "dewi"),
    *("agency_hr", "hr", "publisher", "admin", "auditor", "board", "other_head", "other", "other_hr"),
)
READERS = {"agency_head", "unit_head", "budi", "agency_hr", "hr", "auditor"}
"""Who may read a programme of Rina's unit that Budi owns: heads above it, its owner, HR in scope, the auditor."""


def number_of(world, who):
    with world.inside():
        query = select(Employee.staff_number).where(Employee.person_id == world.people[who].person_id)
        return db.session.scalars(query).one()


def one(world, model):
    with world.inside():
        return db.session.scalars(select(model).order_by(model.id.desc())).first()


@pytest.fixture
def programme(world):
    """A programme of Rina's unit, owned by Budi, in which Rina takes part."""
    found = made(world)
    recorded(world, found, said=entry(4, 6, product="Denah alur loket", letter="800/214"))
    return found


# -------------------------------------------------------------------------------------- who sees what


def test_others_get_404(world, signed_in, programme):
    taken = one(world, Participation)
    may = {
        f"/programmes/{programme.ref}": READERS,
        f"/programmes/{programme.ref}/history": READERS,
        f"/programmes/{programme.ref}/edit": READERS - {"auditor"},
        f"/programmes/{programme.ref}/end": READERS - {"auditor"},
        f"/programmes/{programme.ref}/owner": READERS - {"auditor", "budi"},
        f"/programmes/{programme.ref}/repair": {"agency_head", "unit_head", "budi"},
        f"/programmes/{programme.ref}/participants/new": {"budi"},
        f"/programmes/{programme.ref}/participants/paste": {"budi"},
        f"/programmes/{programme.ref}/participants.csv": {"budi", "agency_hr", "hr"},
        f"/programmes/participations/{taken.ref}": READERS | {"rina"},
        f"/programmes/participations/{taken.ref}/correct": {"budi"},
        f"/programmes/participations/{taken.ref}/withdraw": {"budi"},
        f"/programmes/participations/{taken.ref}/note": {"rina"},
    }
    for who in EVERYBODY:
        browser = signed_in(world.people[who])
        got = {address for address in may if browser.get(address).status == 200}
        assert got == {address for address, readers in may.items() if who in readers}, who
        missed = set(may) - got
        assert {browser.get(address).status for address in missed} <= {404}, who


def test_lists_show_what_is_in_scope(world, signed_in, programme):
    for who in EVERYBODY:
        page = signed_in(world.people[who]).get("/programmes")
        assert page.status == (404 if who in ("admin", "board") else 200), who
        assert (programme.title in page.text) is (who in READERS), who


def test_only_heads_and_hr_make_programmes(world, signed_in):
    with world.inside():
        unit, clinic = world.unit("bidang-pelayanan").ref, world.unit("puskesmas-melati").ref
    may = {
        "unit_head": {unit},
        "agency_head": {unit, clinic},
        "agency_hr": {unit, clinic},
        "hr": {unit, clinic},
    }
    for who in ("unit_head", "agency_head", "clinic_head", "agency_hr", "hr", "rina", "budi", "other_hr"):
        wanted = {"clinic_head": {clinic}}.get(who, may.get(who, set()))
        browser = signed_in(world.people[who])
        got = {each for each in (unit, clinic) if browser.get(f"/programmes/new/{each}").status == 200}
        assert got == wanted, who
        assert (browser.get("/programmes/new").status == 200) is bool(wanted or who == "other_hr"), who


# -------------------------------------------------------------------------------------- making


def test_a_unit_head_makes_one_and_names_the_owner(world, signed_in, statements):
    head = signed_in(world.unit_head)
    page = head.get("/programmes").link("Buat program").open()
    assert page.address.startswith("/programmes/new/"), "who heads one unit needn't choose"
    form = page.form(button="Buat program").fill(
        title="Kelas data", purpose="Membaca angka sendiri.", begins="6 Juli 2026", last_day="5 Juli 2026"
    )
    answer = form.fill(meetings="lima", owner="").send()
    assert "Tulis jumlah pertemuan, misalnya 5." in answer.error_of("meetings")
    told = answer.root.all(id="error-summary")[0].text
    order = [told.index(each) for each in ("Hari terakhir:", "Pertemuan yang", "Pemilik program:")]
    assert order == sorted(order), "told in the order of the page, the days with the rest"
    answer = (
        answer.form(button="Buat program").fill(meetings="4,5", owner="drg. Perawat, S.Kep., M.M.").send()
    )
    assert answer.status == 422
    assert "bilangan bulat" in answer.text and "Siapa yang Anda maksud?" in answer.text
    options = {node.text.strip(): node for node in answer.root.all("label", class_="pick")}
    assert len(options) == 2 and any("Budi Perawat" in text for text in options)
    answer = answer.form(button="Buat program").fill(meetings="4").send()
    assert answer.status == 422
    with world.inside():
        ref = db.session.get_one(Person, world.budi.person_id).ref
    answer = answer.form(button="Buat program").fill(picked=ref).send()
    assert answer.status == 422 and "tidak boleh sebelum hari pertama" in answer.text
    done = answer.form(button="Buat program").fill(last_day="").send()
    assert "Program dibuat" in done.text and "Kelas data" in done.text
    assert one(world, Programme).owner_id == world.budi.person_id
    for text, said in (("zz", "Tidak ada pegawai"), (number_of(world, "other"), "Tidak ada pegawai")):
        page = head.get(f"/programmes/{one(world, Programme).ref}/owner").form(button="Simpan")
        assert said in page.fill(owner=text).send().text
    page = head.get(f"/programmes/{one(world, Programme).ref}/owner").form(button="Simpan")
    assert "Pemilik program diganti" in page.fill(owner=number_of(world, "citra")).send().text
    assert one(world, Programme).owner_id == world.citra.person_id


def test_hr_chooses_the_unit(world, signed_in):
    page = signed_in(world.hr).get("/programmes").link("Buat program").open()
    assert "Puskesmas Melati Dinas Kesehatan" in " ".join(page.text.split()), "the agency stands beside it"
    first = page.root.all("ul", class_="todo")[0].all("li")[0].text
    assert "BKPSDM" in first or "Badan Kepegawaian" in first, "the own unit comes first"
    made_for = page.link("Pilih: Puskesmas Melati").open()
    assert "Puskesmas Melati" in made_for.text
    assert "Tidak ada unit yang cocok" in signed_in(world.hr).get("/programmes/new?q=zz").text


def test_changed_ended_and_opened_again(world, signed_in, programme):
    budi = signed_in(world.budi)
    show = f"/programmes/{programme.ref}"
    page = budi.get(f"{show}/edit").form(button="Simpan").fill(meetings="5").send()
    assert page.status == 422 and "sudah tercatat menyebut 6 pertemuan" in page.text
    # Somebody else changes it meanwhile: both texts are shown.
    mine = budi.get(f"{show}/edit").form(button="Simpan").fill(title="Nama saya")
    signed_in(world.hr).get(f"{show}/edit").form(button="Simpan").fill(title="Nama pengelola").send()
    two = mine.send()
    assert two.status == 409 and "Nama saya" in two.text and "Nama pengelola" in two.text
    for day, said in (("13 Oktober 2026", "belum tiba"), ("besok", "besok"), ("5 Juli 2026", "hari pertama")):
        page = budi.get(f"{show}/end").form(button="Akhiri program").fill(last_day=day).send()
        assert page.status == 422 and said in page.error_of("last_day")
    page = budi.get(f"{show}/end").form(button="Akhiri program").fill(last_day="30 September 2026").send()
    assert "Berakhir" in page.text and "peserta baru tidak dapat dicatat" in page.text
    assert "sudah berakhir" in budi.get(f"{show}/participants/new").text
    assert "sudah berakhir" in budi.get(f"{show}/edit").text
    page = budi.get(f"{show}/reopen").form(button="Buka kembali").fill(reason="Dua pertemuan lagi.").send()
    assert "Program berjalan lagi" in page.text


# -------------------------------------------------------------------------------------- recording


def test_the_owner_records_by_name_and_from_the_unit(world, signed_in, programme, statements):
    budi = signed_in(world.budi)
    new = f"/programmes/{programme.ref}/participants/new"
    with statements(limit=8):
        page = budi.get(new)
    assert "Citra Bidan" in page.text and "Dewi Perawat" not in page.text
    assert "Rina Pelaksana" not in page.text, "who takes part already isn't offered"
    number = number_of(world, "dewi")
    assert number not in budi.get(f"{new}?q={number}").html, "no staff number in an address"
    page = budi.get(f"{new}?q=dewi")
    assert "Dewi Perawat" in page.text and "Citra Bidan" not in page.text
    with world.inside():
        ref = db.session.get_one(Person, world.dewi.person_id).ref
        stranger = db.session.get_one(Person, world.other.person_id).ref
    form = page.form(button="Catat keikutsertaan")
    assert form.fields["meetings"] == "", "how many were held of a running programme the owner says"
    nobody = form.fill(role="narasumber", attended="2", meetings="6").send()
    assert nobody.status == 422 and "Pilih sekurang-kurangnya satu orang" in nobody.text
    for attended, said in (
        ("7", "melebihi 6 pertemuan"),
        ("1,5", "bilangan bulat"),
        ("-1", "sekurang-kurangnya 0"),
    ):
        answer = budi.get(f"{new}?q=dewi").form(button="Catat keikutsertaan")
        answer = answer.fill(role="narasumber", who=ref, attended=attended, meetings="6").send()
        assert answer.status == 422 and said in answer.text, attended
    bad = budi.get(f"{new}?q=dewi").form(button="Catat keikutsertaan")
    bad = bad.fill(role="narasumber", who=stranger, attended="2").send()
    assert bad.status == 422 and "bukan pegawai daerah ini" in bad.text
    done = budi.get(f"{new}?q=dewi").form(button="Catat keikutsertaan")
    done = done.fill(role="narasumber", who=ref, attended="2", meetings="2", role_words="antrean").send()
    assert "Keikutsertaan 1 orang tercatat" in done.text and "Narasumber: antrean" in done.text
    assert "2 dari 2" in done.text
    again = budi.get(new).form(button="Catat keikutsertaan").fill(role="peserta", attended="1", meetings="6")
    assert "Tidak ada pegawai dengan nomor" in again.fill(number=number_of(world, "other")).send().text
    twice = budi.get(new).form(button="Catat keikutsertaan").fill(role="peserta", attended="1", meetings="6")
    twice = twice.fill(number=number).send()
    assert twice.status == 409 and "sudah tercatat" in twice.text
    done = twice.form(button="Catat keikutsertaan").fill(number=number_of(world, "citra")).send()
    assert "Keikutsertaan 1 orang tercatat" in done.text and "Citra Bidan" in done.text


def test_looking_for_a_further_name_keeps_what_was_ticked_and_typed(world, signed_in, programme, statements):
    budi = signed_in(world.budi)
    new = f"/programmes/{programme.ref}/participants/new"
    with world.inside():
        citra, dewi = (
            db.session.get_one(Person, world.people[who].person_id).ref for who in ("citra", "dewi")
        )
    page = budi.get(new)
    assert "Budi Perawat" not in page.root.all("main")[0].text, "the owner isn't offered"
    assert "catat pertemuan yang sudah berlangsung saja" in page.text
    form = page.form(button="Cari").fill(
        who=[citra], q="dewi", role="narasumber", attended="3", meetings="6", product="Modul"
    )
    with statements(limit=8):
        page = form.send()
    assert page.status == 200 and "Sudah dipilih" in page.text and "Perbaiki:" not in page.text
    form = page.form(button="Catat keikutsertaan")
    assert form.values("who") == [citra] and "Dewi Perawat" in page.text
    assert (form["role"], form["attended"], form["product"]) == ("narasumber", "3", "Modul")
    wrong = form.fill(who=[citra, dewi], attended="9").send()
    assert wrong.status == 422 and wrong.form(button="Catat keikutsertaan").values("who") == [citra, dewi]
    done = wrong.form(button="Catat keikutsertaan").fill(attended="3").send()
    assert "Keikutsertaan 2 orang tercatat" in done.text


@pytest.mark.parametrize(
    ("fields", "attended", "held"),
    [
        ({}, "", ""),
        ({"last_day": date(2026, 11, 30)}, "", ""),
        ({"last_day": date(2026, 10, 12)}, "", "6"),
        ({"meetings": 0}, "0", "0"),
    ],
)
def test_meetings_are_offered_once_all_were_held(world, signed_in, fields, attended, held):
    """All may be over before the last day, so that this is said by the owner and refused to nobody."""
    found = made(world, **fields)
    recorded(world, found, said=entry(0, 0))
    budi = signed_in(world.budi)
    pages = [f"/programmes/{found.ref}/participants/{each}" for each in ("new", "paste")]
    taken = one(world, Participation)
    for address in (*pages, f"/programmes/participations/{taken.ref}/correct"):
        page = budi.get(address)
        assert ("catat pertemuan yang sudah berlangsung saja" in page.text) is (held == ""), address
        if address in pages:
            form = page.form(button="Catat keikutsertaan")
            assert (form["attended"], form["meetings"]) == (attended, held), address
    if not held:
        form = budi.get(pages[0]).form(button="Catat keikutsertaan")
        done = form.fill(number=number_of(world, "dewi"), role="anggota", attended="6", meetings="6").send()
        assert "6 dari 6" in done.text.replace("\u00a0", " ")


def test_nothing_is_recorded_before_it_begins(world, signed_in):
    early = made(world, begins=date(2026, 11, 2), last_day=date(2026, 11, 30))
    budi = signed_in(world.budi)
    for each in ("", "/participants/new", "/participants/paste"):
        text = budi.get(f"/programmes/{early.ref}{each}").text
        assert "baru dimulai" in text and "2 November 2026" in text.replace("\u00a0", " "), each


def test_the_owner_pastes_a_list(world, signed_in, programme):
    budi = signed_in(world.budi)
    address = f"/programmes/{programme.ref}/participants/paste"
    dewi, citra, rina = (number_of(world, each) for each in ("dewi", "citra", "rina"))
    text = f"{dewi}\t5\tModul\n{rina}; 4\n123; 4\n{number_of(world, 'other')}; 1\n{citra}; 9"
    page = budi.get(address).form(button="Catat keikutsertaan").fill(role="anggota", who=text).send()
    assert "Tulis dari berapa pertemuan." in page.error_of("meetings")
    assert page.status == 422 and "4 baris perlu diperbaiki" in page.text
    for said in (
        "Baris 2: Orang ini sudah tercatat",
        "Baris 3: NIP/NI PPPK terdiri atas 18 angka",
        "Baris 4: Orang ini bukan pegawai",
        "Baris 5: Hadir 9 melebihi 6",
    ):
        assert said in " ".join(page.text.split()), said
    assert dewi in page.html, "what was typed stays"
    good = f"{dewi}\t5\tModul\n{citra}"
    done = page.form(button="Catat keikutsertaan").fill(who=good, meetings="6", product="Laporan").send()
    assert "Keikutsertaan 2 orang tercatat" in done.text
    with world.inside():
        rows = db.session.scalars(select(ParticipationRecord).order_by(ParticipationRecord.id.desc())).all()
        said = {(row.attended, row.product) for row in rows[:2]}
        assert said == {(5, "Modul"), (6, "Laporan")}, "an empty attendance means all meetings"


def test_corrected_with_a_reason_and_the_earlier_value_stays(world, signed_in, programme, statements):
    budi, rina = signed_in(world.budi), signed_in(world.rina)
    taken = one(world, Participation)
    address = f"/programmes/participations/{taken.ref}"
    form = budi.get(f"{address}/correct").form(button="Simpan")
    assert form.fields["attended"] == "4" and form.fields["product"] == "Denah alur loket"
    assert form.fill(reason="").send().status == 422
    same = budi.get(f"{address}/correct").form(button="Simpan").fill(reason="Tidak ada yang lain.").send()
    assert same.status == 409 and "tidak ada yang diperbaiki" in same.text
    old = (
        budi.get(f"{address}/correct")
        .form(button="Simpan")
        .fill(attended="6", reason="Dua lembar tertinggal.")
    )
    done = budi.get(f"{address}/correct").form(button="Simpan")
    done = done.fill(attended="5", reason="Daftar hadir baru diterima.").send()
    assert "Yang sebelumnya tetap terbaca" in done.text
    assert old.send().status == 409, "an old page undoes nothing"
    with statements(limit=8):
        mine = rina.get("/programmes/mine")
    for said in ("5 dari 6 pertemuan", "4 dari 6 pertemuan", "Daftar hadir baru diterima.", "Budi Perawat"):
        assert said in mine.text, said
    gone = (
        budi.get(f"{address}/withdraw")
        .form(button="Tarik catatan")
        .fill(reason="Bukan Rina yang hadir.")
        .send()
    )
    assert "Catatan ditarik" in gone.text
    assert "Bukan Rina yang hadir." in rina.get("/programmes/mine").text
    assert "Rina Pelaksana" not in budi.get(f"/programmes/{programme.ref}").text
    assert "Rina Pelaksana" in budi.get(f"/programmes/{programme.ref}?stands=ditarik").text


def test_the_employee_says_that_something_is_wrong_and_the_owner_answers(
    world, signed_in, programme, statements
):
    rina, budi = signed_in(world.rina), signed_in(world.budi)
    page = rina.get("/programmes/mine").link("Ada yang keliru?").open()
    assert page.form(button="Sampaikan").fill(text=" ").send().status == 422
    done = page.form(button="Sampaikan").fill(text="Saya hadir lima kali.").send()
    assert "menunggu jawaban" in done.text
    taken = one(world, Participation)
    note = f"/programmes/participations/{taken.ref}/note"
    assert "menunggu jawaban pemilik" in rina.get(note).text
    with statements(limit=8):
        home = budi.get("/employee")
    assert "Jawab catatan peserta program" in home.text
    with statements(limit=8):
        waiting = budi.get("/programmes/mine")
    page = waiting.link("Jawab catatan").open()
    page = page.link("Jawab: Rina").open()
    assert "Saya hadir lima kali." in page.text
    page = page.link("Jawab dengan alasan").open()
    short = page.form(button="Sampaikan jawaban").fill(answer="tidak").send()
    assert short.status == 409 and "sekurang-kurangnya" in short.text
    done = (
        short.form(button="Sampaikan jawaban")
        .fill(answer="Pertemuan kelima bukan bagian program ini.")
        .send()
    )
    assert done.status == 200
    assert "Pertemuan kelima bukan" in rina.get("/programmes/mine").text
    assert "Jawab catatan peserta program" not in budi.get("/employee").text
    # Nobody else answers in the owner's place.
    with world.inside():
        second = world.do(actions.note, db.session.merge(taken), text="Satu lagi.", by=world.rina).ref
    for who in ("rina", "citra", "unit_head", "hr", "other"):
        assert signed_in(world.people[who]).get(f"/programmes/notes/{second}").status == 404, who


def test_a_programme_is_mended(world, signed_in, programme):
    head, budi = signed_in(world.unit_head), signed_in(world.budi)
    page = head.get(f"/programmes/{programme.ref}").link("Tandai perlu diperbaiki").open()
    late = page.form(button="Tandai perlu").fill(what="Kehadiran turun.", due="11 Oktober 2026").send()
    assert late.status == 422 and "sudah lewat" in late.text
    done = late.form(button="Tandai perlu").fill(due="2 November 2026").send()
    assert "Kehadiran turun." in done.text and "paling lambat 2 November 2026" in done.text
    assert "Perbaiki program Layanan Tanpa Antrean" in budi.get("/employee").text
    assert programme.title in head.get("/programmes?state=perlu_diperbaiki").text
    ref = one(world, ProgrammeRepair).ref
    assert signed_in(world.hr).get(f"/programmes/repairs/{ref}").status == 404
    page = (
        budi.get(f"/programmes/repairs/{ref}").form(button="Simpan").fill(outcome="Jadwal dipindah.").send()
    )
    assert "Jadwal dipindah." in page.text
    assert programme.title not in head.get("/programmes?state=perlu_diperbaiki").text
    assert "sudah dicatat" in budi.get(f"/programmes/repairs/{ref}").text


# -------------------------------------------------------------------------------------- many


def crowd(world, programme, count):
    """So many more people who take part."""
    with world.inside(), door():
        region = world.region()
        people = [
            Person(region_id=region.id, name=f"Orang {n:04}", search_name=f"orang {n:04}")
            for n in range(count)
        ]
        db.session.add_all(people)
        db.session.flush()
        rows = [
            Participation(region_id=region.id, programme_id=programme.id, person_id=person.id)
            for person in people
        ]
        employees = [
            Employee(
                region_id=region.id,
                person_id=person.id,
                staff_number=f"1991010120150{n:05}",
                status=EmploymentStatus.PNS,
                begins=STARTED,
            )
            for n, person in enumerate(people)
        ]
        db.session.add_all([*rows, *employees])
        db.session.flush()
        db.session.add_all(
            ParticipationRecord(
                region_id=region.id,
                participation_id=row.id,
                revision=1,
                role=ParticipationRole.ATTENDEE,
                attended=3,
                meetings=6,
                recorder_id=world.budi.person_id,
                at=world.clock.now(),
            )
            for row in rows
        )


def test_two_thousand_who_take_part(world, signed_in, programme, statements):
    budi = signed_in(world.budi)
    crowd(world, programme, 2000)
    with statements(limit=8):
        page = budi.get(f"/programmes/{programme.ref}")
    assert "1–50 dari" in page.text and len(page.root.first("tbody").all("tr")) == 50
    with statements(limit=8):
        after = page.link("Berikutnya").open()
    assert "Orang 0050" in after.text and "Orang 0049" not in after.text
    found = budi.get(f"/programmes/{programme.ref}?q=rina")
    assert "Rina Pelaksana" in found.text and len(found.root.first("tbody").all("tr")) == 1
    assert "Tidak ada yang cocok" in budi.get(f"/programmes/{programme.ref}?q=zzz").text
    with statements(limit=8):
        listed = budi.get("/programmes")
    assert "2.001" in listed.text
    file = budi.get(f"/programmes/{programme.ref}/participants.csv").response.get_data().decode("utf-8-sig")
    lines = file.strip().splitlines()
    assert len(lines) == 2002 and "nama" in lines[0]
    assert number_of(world, "rina") not in file
    assert budi.get(f"/programmes/{programme.ref}/participants.xlsx").status == 200


def test_the_list_is_searched_narrowed_and_paged(world, signed_in, statements):
    for n in range(53):
        made(world, title=f"Program {n:02}", begins=date(2025 + n % 2, 7, 1 + n % 28))
    hr = signed_in(world.hr)
    with statements(limit=8):
        page = hr.get("/programmes")
    assert "53 program" in page.text and len(page.root.first("tbody").all("tr")) == 50
    assert len(page.link("Berikutnya").open().root.first("tbody").all("tr")) == 3
    assert "26 program" in hr.get("/programmes?year=2026").text
    assert "1 program" in hr.get("/programmes?q=program+07").text
    assert "Tidak ada program yang cocok" in hr.get("/programmes?q=zz").text
    assert "Tidak ada program yang cocok" in hr.get("/programmes?state=berakhir").text
    with world.inside():
        agency, clinic = world.unit("dinas-kesehatan").ref, world.unit("puskesmas-melati").ref
    assert "53 program" in hr.get(f"/programmes?unit={agency}").text
    assert "Tidak ada program yang cocok" in hr.get(f"/programmes?unit={clinic}").text
    for odd in ("?year=abc", "?state=x", "?unit=../", "?after=zzz", f"?q={'x' * 5000}", "?year=99999999999"):
        assert hr.get(f"/programmes{odd}").status == 200, odd


def test_empty_pages_say_what_will_be_there(world, signed_in):
    assert "Belum ada program" in signed_in(world.unit_head).get("/programmes").text
    assert "Belum ada keikutsertaan" in signed_in(world.rina).get("/programmes/mine").text
    assert "Anda belum memiliki program" in signed_in(world.rina).get("/programmes").text


# -------------------------------------------------------------------------------------- beside the ratings


def test_an_evaluation_shows_participation_beside_the_ratings(world, signed_in, programme, statements):
    evaluation = world.evaluation(EvaluationState.REPORTED)
    leader, rina = signed_in(world.unit_head), signed_in(world.rina)
    with statements(limit=8):
        rate = leader.get(f"/evaluations/{evaluation.ref}/rate")
    title = "Hasil kerja tambahan: keikutsertaan dalam program"
    for said in (title, "Layanan Tanpa Antrean", "4 dari 6", "Denah alur loket", "800/214", "Budi Perawat"):
        assert said in rate.text, said
    assert "Gambaran tiga aspek" not in rate.text, "the national base has none"
    with statements(limit=8):
        assert title in rina.get(f"/evaluations/{evaluation.ref}").text
    world.evaluation(EvaluationState.HANDED_OVER)
    with statements(limit=8):
        why = rina.get(f"/evaluations/{evaluation.ref}/why")
    assert title in why.text and "Denah alur loket" in why.text
    # The first look of a day is noted, which is a statement of its own.
    assert title in leader.get(f"/evaluations/{evaluation.ref}/why").text
    with statements(limit=8):
        leader.get(f"/evaluations/{evaluation.ref}/why")
    # The facts from which everything is computed again don't know it.
    assert (
        "Tanpa Antrean"
        not in rina.get(f"/evaluations/{evaluation.ref}/why.json").response.get_data().decode()
    )


@pytest.mark.parametrize(
    ("setting", "title", "assigned"),
    [
        ("own_line", "Keikutsertaan dalam program", True),
        ("extra_result", "Hasil kerja tambahan: keikutsertaan dalam program", True),
        ("shared_goal", "Sumbangan bagi sasaran bersama", False),
    ],
)
def test_the_policy_says_how_it_stands(world, signed_in, programme, monkeypatch, setting, title, assigned):
    evaluation = world.evaluation(EvaluationState.HANDED_OVER)
    known = queries.shown
    shares = {"results": 60, "participation": 15, "attitude": 25}

    def shown(taken, period, policy, **given):
        settings = {**policy.settings, "participation": setting, "advice.picture": shares}
        return known(taken, period, replace(policy, settings=settings), **given)

    monkeypatch.setattr(queries, "shown", shown)
    page = signed_in(world.rina).get(f"/evaluations/{evaluation.ref}/why")
    section = page.root.first("section", id="participation")
    assert section.first("h2").text == title
    assert ("800/214" in section.text) is assigned
    # The picture is told with its working; what is missing leaves it out.
    picture = page.root.first("section", id="picture").text
    assert "Gambaran tiga aspek (bukan predikat)" in picture
    assert "4 ÷ 6" in picture and "66,67%" in picture and "belum ada" in picture
    assert "Gambaran belum dibuat" in picture
    assert "Gambaran tiga aspek" not in signed_in(world.rina).get(f"/evaluations/{evaluation.ref}").text


def test_the_picture_with_all_three_is_worked_out(world, signed_in, programme, monkeypatch):
    evaluation = world.evaluation(EvaluationState.HANDED_OVER)
    known = queries.shown
    shares = {"results": 60, "participation": 15, "attitude": 25}

    def shown(taken, period, policy, **given):
        settings = {**policy.settings, "advice.picture": shares}
        given["attitude"], given["results"] = Decimal("2.4"), Decimal(100)
        return known(taken, period, replace(policy, settings=settings), **given)

    monkeypatch.setattr(queries, "shown", shown)
    before = signed_in(world.rina).get(f"/evaluations/{evaluation.ref}/why")
    picture = before.root.first("section", id="picture").text
    # 60% × 100 + 15% × 66,67 + 25% × 80 = 90
    assert "2,40 ÷ 3" in picture and "60% × 100,00% + 15% × 66,67% + 25% × 80,00% = 90,00%" in " ".join(
        picture.split()
    )


def test_a_person_without_participation_sees_nothing_of_it(world, signed_in):
    evaluation = world.evaluation(EvaluationState.REPORTED)
    for who, tail in (("rina", ""), ("unit_head", "/rate")):
        page = signed_in(world.people[who]).get(f"/evaluations/{evaluation.ref}{tail}")
        assert "eikutsertaan dalam program" not in page.text


def test_the_menu_leads_there(world, signed_in, programme):
    for who, start, href in (
        ("rina", "/employee", "/programmes/mine"),
        ("budi", "/employee", "/programmes/mine"),
        ("unit_head", "/rater", "/programmes"),
        ("agency_head", "/leader", "/programmes"),
        ("hr", "/hr", "/programmes"),
        ("auditor", "/audit", "/programmes"),
    ):
        page = signed_in(world.people[who]).get(start)
        assert any(node["href"] == href for node in page.root.first("nav", class_="menu").all("a")), who
    page = signed_in(world.citra).get("/employee")
    assert not any("/programmes" in node["href"] for node in page.root.first("nav", class_="menu").all("a"))

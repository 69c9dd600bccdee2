"""Pages of shared goals: agreed share by share, told once, read by who takes part (WLS-5, WLS-2)."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.kernel.canonical import canonical, sha256
from portal.ledger.door import door
from portal.people.organisation.models import Unit
from portal.performance.goals import actions, queries, rights
from portal.performance.goals.models import GoalFeedback, GoalProgress, GoalReference, SharedGoal
from portal.performance.goals.rules import GoalState, ShareState
from portal.performance.plans.rules import PlanState
from portal.performance.progress.rules import FeedbackKind
from portal.policy.cycles.models import Period
from portal.policy.policies.models import PolicyVersion
from tests.support.goals import WHY, part, shared, told

FILLED = {
    "title": "Setiap puskesmas dilayani perawat terlatih",
    "text": "Warga dilayani perawat yang sudah dilatih.",
    "indicator": "Puskesmas dengan perawat terlatih",
    "baseline": "2",
    "target": "12",
    "unit": "puskesmas",
}


def ref_of(world, goal, slug):
    with world.inside():
        return part(world, goal, slug).ref


def leads(page, words):
    """Whether a link with these words stands on the page."""
    return any(words in node.text for node in page.root.all("a"))


def state_of(world, goal):
    with world.inside():
        return db.session.scalars(select(SharedGoal.state).where(SharedGoal.id == goal.id)).one()


def option(page, name, text):
    return next(node["value"] for node in page.root.all("option") if text in node.text)


def refer(world, goal, who="rina"):
    plan = world.plan(PlanState.SET, who)
    with world.inside():
        plan = db.session.merge(plan)
        line = queries.lines(plan)[0][0]
        goal = db.session.get_one(SharedGoal, goal.id)
        world.do(actions.refer, plan, by=world.people[who], line_ref=line, goal=goal)
    return plan


# ------------------------------------------------------------------------------ from draft to running


def test_from_a_draft_to_the_first_progress(world, signed_in):
    head = signed_in(world.agency_head)
    page = head.get("/goals")
    assert "Belum ada sasaran bersama pada 2026" in page.text
    page = page.link("Susun sasaran bersama").open()
    assert page.form(button="Simpan draf").send().status == 422
    bad = page.form(button="Simpan draf").fill(**FILLED | {"target": "0"}).send()
    assert bad.status == 422 and "lebih besar dari nol" in bad.error_of("target")
    page = bad.form(button="Simpan draf").fill(target="12").send()
    assert "tambahkan penyumbangnya" in page.text and "sekurang-kurangnya dua unit" in page.text
    address = page.address
    form = page.link("Tambah penyumbang").open()
    assert form.form(button="Simpan").fields["share"] == "100"
    wanted = option(form, "contributor", "Bidang Pelayanan")
    sent = form.form(button="Simpan").fill(contributor=wanted, share="60", people="2 perawat")
    page = sent.send()
    assert "Jumlah bagian: 60%" in page.text and "Masih kurang 40%" in page.text
    form = page.link("Tambah penyumbang").open()
    twice = form.form(button="Simpan").fill(contributor=wanted, share="40").send()
    assert twice.status == 409 and "sudah tercatat sebagai penyumbang" in twice.text
    form = twice.form(button="Simpan").fill(contributor=option(twice, "contributor", "BKPSDM"), share="39,99")
    page = form.send()
    # One brings nothing, and a hundredth is missing: both are said where the button stands.
    assert "Jumlah bagian 99,99%, kurang 0,01%" in page.text and "BKPSDM belum menyebut" in page.text
    assert not page.has_button("Usulkan kepada penyumbang")
    page = page.link("Ubah bagian: BKPSDM").open()
    page = page.form(button="Simpan").fill(share="40", budget="Rp30.000.000").send()
    page = page.form(action="/propose").send()
    assert "0 dari 2 pimpinan sudah sepakat" in page.text and "Ubah bagian" not in page.text
    for who in ("unit_head", "staff_head"):
        leader = signed_in(world.people[who])
        # Who appraises begins the day at another desk: it waits there, too.
        assert "bagian sasaran bersama menunggu jawaban Anda" in leader.get("/rater").text
        task = leader.get("/employee")
        (place,) = task.links_to("^/goals/")
        done = leader.get(place).form(action="/agree").send()
        assert "Kesepakatan Anda tercatat" in done.text
        assert "Jawab bagian" in task.text and "Jawab bagian" not in leader.get("/employee").text
    page = head.get(address).form(action="/run").send()
    page = page.link("Catat kemajuan").open()
    page = page.form(button="Simpan").fill(day="30 September 2026", value="9", text="Tiga angkatan.").send()
    assert "75,00%" in page.text and "9 ÷ 12" in page.text
    # All who hold it see the one figure; the list and its totals count the goal once.
    assert "75,00%" in signed_in(world.staff_head).get(address).text
    listed = signed_in(world.hr).get("/goals")
    assert (
        "1 sasaran yang disepakati" in listed.text
        and "Jumlah semua bagian 100%, yaitu 1 sasaran" in listed.text
    )
    with world.inside():
        assert db.session.scalar(select(func.count(GoalProgress.id))) == 1


def test_declined_with_a_reason_it_is_a_draft_again(world, signed_in):
    goal = shared(world, GoalState.PROPOSED)
    address = f"/goals/{goal.ref}"
    leader = signed_in(world.staff_head)
    page = leader.get(address).link("Tolak dengan alasan").open()
    short = page.form(button="Tolak dengan alasan ini").fill(reason="Tidak.").send()
    assert short.status == 409 and "sekurang-kurangnya 20 huruf" in short.text
    page = short.form(button="Tolak dengan alasan ini").fill(reason=WHY).send()
    assert "kembali menjadi draf" in page.text and state_of(world, goal) is GoalState.DRAFT
    assert WHY in signed_in(world.agency_head).get(address).text
    again = leader.post(f"/goals/contributions/{ref_of(world, goal, 'bkpsdm')}/agree", {"version": "2"})
    assert "kembali menjadi draf" in again.text


def test_who_saw_the_old_share_agrees_to_nothing(world, signed_in):
    goal = shared(world, GoalState.PROPOSED)
    leader = signed_in(world.staff_head)
    form = leader.get(f"/goals/{goal.ref}").form(action="/agree")
    brought = {"people": "2 orang", "tools": "", "budget": "", "information": ""}
    with world.inside():
        row = db.session.get_one(SharedGoal, goal.id)
        world.do(actions.reopen, row, by=world.agency_head, reason=WHY)
        for slug, share in (("bkpsdm", "70"), ("bidang-pelayanan", "30")):
            share = Decimal(share)
            world.do(
                actions.change_contribution,
                part(world, goal, slug),
                by=world.agency_head,
                share=share,
                **brought,
            )
        world.do(actions.propose, row, by=world.agency_head)
    assert "berubah sejak halamannya Anda buka" in form.send().text
    with world.inside():
        assert part(world, goal, "bkpsdm").answer is ShareState.WAITING


def test_two_people_save_at_once(world, signed_in):
    goal = shared(world, GoalState.PROPOSED)
    with world.inside():
        world.do(actions.reopen, db.session.get_one(SharedGoal, goal.id), by=world.agency_head, reason=WHY)
    address = f"/goals/contributions/{ref_of(world, goal, 'bidang-pelayanan')}"
    mine = signed_in(world.agency_head).get(address).form(button="Simpan")
    theirs = signed_in(world.unit_head).get(f"{address}/bring").form(button="Simpan")
    assert "disimpan" in theirs.fill(people="4 perawat").send().text
    page = mine.fill(people="3 perawat").send()
    assert page.status == 409 and "Ada dua versi" in page.text
    assert "3 perawat" in page.text and "4 perawat" in page.text and "Darma Kepala Bidang" in page.text
    assert "disimpan" in page.form(button="Simpan yang saya tulis").send().text
    with world.inside():
        assert part(world, goal, "bidang-pelayanan").people == "3 perawat"


def test_a_contributor_is_taken_out_and_a_goal_withdrawn(world, signed_in):
    goal = shared(world, GoalState.AGREED)
    head = signed_in(world.agency_head)
    address = f"/goals/{goal.ref}"
    page = head.get(address).link("Buka kembali").open().form(button="Buka kembali").fill(reason=WHY).send()
    page = page.link("Ubah bagian: BKPSDM").open().form(action="/remove").send()
    assert "Penyumbang dikeluarkan" in page.text and "sekurang-kurangnya dua unit" in page.text
    page = page.link("Tarik sasaran ini").open().form(button="Tarik sasaran").fill(reason=WHY).send()
    assert "Ditarik karena:" in page.text and not leads(page, "Tarik sasaran ini")
    for each in ("edit", "contributors/new", "progress", "feedback", "end", "reopen"):
        assert "sudah ditarik" in head.get(f"{address}/{each}").text, each
    assert "Belum ada sasaran" not in head.get("/goals").text
    assert "sasaran yang disepakati" not in head.get("/goals").text


def test_what_a_form_could_not_offer_is_refused(world, signed_in):
    goal = shared(world, GoalState.DRAFT)
    head = signed_in(world.agency_head)
    with world.inside():
        foreign = world.unit("dinas-kesehatan", "kabupaten-lain").ref
        top = world.unit("kota-contoh").ref
    page = head.get(f"/goals/{goal.ref}/contributors/new")
    for unit in (foreign, top):
        sent = head.post(page.address, {"contributor": unit, "share": "1", "people": "x"})
        assert sent.status == 422 and "pilihan yang tersedia" in sent.error_of("contributor")
    for share in ("0", "-3", "101", "abc", ""):
        form = page.form(button="Simpan").fill(share=share, contributor=option(page, "contributor", "Melati"))
        assert form.send().status == 422, share


def crowd(world, count):
    """So many more units of the health agency."""
    with world.inside(), door() as session:
        top = world.unit("dinas-kesehatan")
        same = {"region_id": top.region_id, "agency_id": top.agency_id, "kind": "uptd", "begins": top.begins}
        units = [Unit(code=f"z{n}", slug=f"z{n}", name=f"UPTD {n:03}", **same) for n in range(count)]
        session.add_all(units)
        session.flush()
        for unit in units:
            unit.path = f"{top.path}{unit.id}/"


def offered(page):
    return [node.text for node in page.root.all("option")]


def test_looking_for_a_unit_keeps_what_was_typed(world, signed_in, statements):
    goal = shared(world, GoalState.DRAFT)
    hr, head = signed_in(world.hr), signed_in(world.agency_head)
    assert not hr.get("/goals/new").has_button("Cari"), "of so few all are offered"
    crowd(world, 120)
    page = hr.get("/goals/new")
    assert "seratus unit pertama" in page.text and len(offered(page)) == 101
    left_out = next(f"UPTD {n:03}" for n in range(120) if f"UPTD {n:03}" not in page.text)
    with statements(limit=8):
        page = page.form(button="Cari").fill(**FILLED, direction="turun", q=left_out.lower()).send()
    assert page.status == 200 and "Perbaiki:" not in page.text, "who looks isn't told what is missing yet"
    assert offered(page) == ["Pilih unit", f"{left_out} (Dinas Kesehatan)"]
    form = page.form(button="Simpan draf")
    assert {name: form[name] for name in FILLED} == FILLED and form["direction"] == "turun"
    assert form["coordinator"] == "", "no unit coordinates unless it was chosen"
    # What was chosen stays, whatever is looked for afterwards.
    chosen = option(page, "coordinator", left_out)
    page = page.form(button="Cari").fill(coordinator=chosen, direction="naik", q="tidak ada").send()
    assert (
        offered(page) == ["Pilih unit", f"{left_out} (Dinas Kesehatan)"]
        and "Tidak ada unit lain" in page.text
    )
    with world.inside():
        assert db.session.scalar(select(func.count(SharedGoal.id))) == 1, "looking writes nothing"
    page = page.form(button="Simpan draf").send()
    assert "tambahkan penyumbangnya" in page.text and f"dikoordinasi {left_out}" in page.text
    # The same where a contributor is added.
    page = head.get(f"/goals/{goal.ref}/contributors/new")
    typed = {"share": "12,5", "people": "2 perawat", "tools": "mobil", "budget": "DAK", "information": "peta"}
    page = page.form(button="Cari").fill(**typed, q="melati").send()
    assert offered(page) == ["Pilih unit", "Puskesmas Melati (Dinas Kesehatan)"]
    form = page.form(button="Simpan")
    assert {name: form[name] for name in typed} == typed
    page = form.fill(contributor=option(page, "contributor", "Melati")).send()
    assert "Penyumbang ditambahkan" in page.text and "mobil" in page.text


# ----------------------------------------------------------------------------- progress and feedback


def test_a_correction_stands_and_the_slip_stays_readable(world, signed_in):
    goal = shared(world)
    told(world, goal, "5", date(2026, 6, 30))
    told(world, goal, "90", date(2026, 9, 30), by=world.staff_head)
    leader = signed_in(world.unit_head)
    page = leader.get(f"/goals/{goal.ref}")
    assert "120,00%" in page.text and "Capaian dibatasi 120%" in page.text
    page = page.link("Koreksi catatan: 30 September").open()
    page = page.form(button="Simpan").fill(value="9", text="Salah ketik.").send()
    assert (
        "75,00%" in page.text and "Catatan yang sudah dikoreksi" in page.text and "90 puskesmas" in page.text
    )
    late = leader.get(f"/goals/{goal.ref}/progress").form(button="Simpan")
    assert "belum tiba" in late.fill(day="13 Oktober 2026", value="10", text="x").send().text
    chart = next(node for node in page.root.all("svg") if node.get("role") == "img")
    assert "dari 5" in chart["aria-label"] and "menjadi 9" in chart["aria-label"]


def test_feedback_is_on_the_goal_by_name(world, signed_in):
    goal = shared(world)
    refer(world, goal)
    rina = signed_in(world.rina)
    page = rina.get(f"/goals/{goal.ref}").link("Beri umpan balik").open()
    page = page.form(button="Sampaikan").fill(kind="saran", text="Jadwal dikirim hari Jumat.").send()
    assert "Rina Pelaksana" in page.text and "Jadwal dikirim hari Jumat." in page.text
    assert "Jadwal dikirim hari Jumat." in signed_in(world.staff_head).get(f"/goals/{goal.ref}").text
    # Budi works in a contributing unit and reads; his plan doesn't refer to it.
    budi = signed_in(world.budi)
    assert "Jadwal dikirim" in budi.get(f"/goals/{goal.ref}").text
    assert budi.get(f"/goals/{goal.ref}/feedback").status == 404
    with world.inside():
        row = db.session.scalars(select(GoalFeedback)).one()
        assert (row.kind, row.person_id) == (FeedbackKind.SUGGESTION, world.rina.person_id)


# ------------------------------------------------------------------------------------ lines of plans


def test_a_plan_refers_to_a_goal_and_shows_how_far_it_is(world, signed_in, statements):
    goal = shared(world)
    told(world, goal, "9")
    plan = world.plan(PlanState.SET)
    rina = signed_in(world.rina)
    page = rina.get(f"/plans/{plan.ref}").link("Rujuk ke sasaran bersama").open()
    page = page.form(button="Rujuk").send()
    assert "merujuk ke sasaran bersama" in page.text
    line = "9 puskesmas dari target 12 puskesmas (75,0%), 30 September 2026"
    with statements(limit=8):
        page = rina.get(f"/plans/{plan.ref}")
    assert line in page.text.replace("\u00a0", " ")
    with world.inside():
        enrolment = world.enrolment("rina", 4).ref
    with statements(limit=8):
        progress = rina.get(f"/progress/{enrolment}")
    assert line in progress.text.replace("\u00a0", " ")
    # Who appraises reads it there, too; the appraiser's superior can't open a goal by it.
    assert line in signed_in(world.unit_head).get(f"/plans/{plan.ref}").text.replace("\u00a0", " ")
    seen = signed_in(world.staff_head).get(f"/goals/{goal.ref}").text
    assert "Rina Pelaksana" in seen and "Hasil kerja 1" in seen and "Pengelola Layanan Kesehatan" in seen
    for who in ("budi", "hr", "auditor"):
        text = signed_in(world.people[who]).get(f"/goals/{goal.ref}").text
        assert "Rina Pelaksana" not in text and "1 hasil kerja merujuk" in text, who
    assert "Rujukan dilepas" in page.form(action="/drop").send().text
    assert line not in rina.get(f"/plans/{plan.ref}").text.replace("\u00a0", " ")
    with world.inside():
        assert db.session.scalar(select(func.count(GoalReference.id))) == 0


def test_nobody_refers_from_the_plan_of_somebody_else(world, signed_in):
    goal = shared(world)
    plan = refer(world, goal)
    with world.inside():
        reference = db.session.scalars(select(GoalReference)).one().ref
        theirs = queries.lines(db.session.merge(world.plan(PlanState.SET, "unit_head")))[0][0]
        goal_ref = goal.ref
    for who in ("budi", "unit_head", "agency_head", "hr", "auditor", "other"):
        them = signed_in(world.people[who])
        assert them.get(f"/goals/plans/{plan.ref}").status == 404, who
        assert them.post(f"/goals/references/{reference}/drop", {}).status == 404, who
    rina = signed_in(world.rina)
    sent = rina.post(f"/goals/plans/{plan.ref}", {"line_ref": theirs, "goal": goal_ref})
    assert sent.status == 422 and "pilihan yang tersedia" in sent.error_of("line_ref")


# --------------------------------------------------------------------------------------- who may what


@pytest.mark.parametrize(
    ("who", "reads", "writes", "brings", "records", "says"),
    [
        ("agency_head", True, True, False, True, True),
        ("unit_head", True, False, True, True, True),
        ("staff_head", True, False, False, True, True),
        ("rina", True, False, False, False, False),
        ("budi", True, False, False, False, False),
        ("publisher", True, False, False, False, False),
        ("hr", True, True, False, True, False),
        ("agency_hr", True, False, False, False, False),
        ("auditor", True, False, False, False, False),
        ("clinic_head", False, False, False, False, False),
        ("dewi", False, False, False, False, False),
        ("secretary", False, False, False, False, False),
        ("mayor", False, False, False, False, False),
        ("board", False, False, False, False, False),
        ("admin", False, False, False, False, False),
        ("other", False, False, False, False, False),
        ("other_head", False, False, False, False, False),
        ("other_hr", False, False, False, False, False),
    ],
)
def test_who_may_what(world, signed_in, who, reads, writes, brings, records, says):
    goal = shared(world)
    share = ref_of(world, goal, "bidang-pelayanan")
    browser = signed_in(world.people[who])

    def may(address):
        status = browser.get(address).status
        assert status in (200, 404), address
        return status == 200

    assert may(f"/goals/{goal.ref}") is reads
    assert may(f"/goals/{goal.ref}/history") is reads
    assert may(f"/goals/{goal.ref}/edit") is writes
    assert may(f"/goals/{goal.ref}/end") is writes
    assert may(f"/goals/contributions/{share}") is writes
    assert may(f"/goals/contributions/{share}/bring") is brings
    assert may(f"/goals/contributions/{share}/decline") is brings
    assert may(f"/goals/{goal.ref}/progress") is records
    assert may(f"/goals/{goal.ref}/feedback") is says
    assert may(f"/goals/{goal.ref}/references") is says
    listed = browser.get("/goals")
    assert (goal.title in listed.text) is reads


def test_a_draft_is_its_writers_until_it_is_proposed(world, signed_in, statements):
    draft = shared(world, GoalState.DRAFT)
    share = ref_of(world, draft, "bidang-pelayanan")
    given_up = shared(world, GoalState.DRAFT, title="Tidak jadi disusun")
    with world.inside():
        world.do(actions.withdraw, db.session.get_one(SharedGoal, given_up.id), by=world.hr, reason=WHY)
    for who in ("rina", "budi", "unit_head", "staff_head", "agency_hr", "auditor"):
        browser = signed_in(world.people[who])
        listed = browser.get("/goals").text
        assert draft.title not in listed and given_up.title not in listed, who
        for address in ("", "/history", "/progress", "/feedback", "/references"):
            assert browser.get(f"/goals/{draft.ref}{address}").status == 404, (who, address)
        assert browser.get(f"/goals/contributions/{share}/bring").status == 404, who
        assert browser.get(f"/goals/contributions/{share}/decline").status == 404, who
    for who in ("agency_head", "hr"):
        browser = signed_in(world.people[who])
        browser.get("/goals")
        with statements(limit=8):
            page = browser.get(f"/goals/{draft.ref}")
        assert "Sampai diusulkan: hanya pimpinan Dinas Kesehatan" in page.text, who
    page = signed_in(world.agency_head).get(f"/goals/{draft.ref}").form(action="/propose").send()
    assert "Pimpinan dan pegawai unit penyumbang" in page.text
    assert signed_in(world.rina).get(f"/goals/{draft.ref}").status == 200
    # Opened again it is no secret any more: those who were asked read why.
    page = signed_in(world.hr).get(f"/goals/{draft.ref}/reopen").form(button="Buka kembali")
    page.fill(reason=WHY).send()
    assert WHY in signed_in(world.staff_head).get(f"/goals/{draft.ref}").text


def test_hr_offers_the_units_of_the_own_region_and_chooses_one(world, signed_in):
    hr = signed_in(world.hr)
    form = hr.get("/goals/new").form(button="Simpan draf")
    assert form.fields["coordinator"] == "", "no unit coordinates unless it was chosen"
    sent = form.fill(**FILLED).send()
    assert sent.status == 422 and "Pilih unitnya." in sent.error_of("coordinator")
    with world.inside():
        foreign = world.unit("dinas-kesehatan", "kabupaten-lain").ref
    assert hr.post("/goals/new", FILLED | {"coordinator": foreign}).status == 422
    page = form.fill(coordinator=option(sent, "coordinator", "Dinas Kesehatan")).send()
    (button,) = [node for node in page.root.all("a", class_="btn") if "penyumbang" in node.text]
    assert button["href"].endswith("/contributors/new")


def test_hr_of_another_region_makes_no_goal_here():
    grant = SimpleNamespace(region_id=2)
    caller = SimpleNamespace(region_id=1, leads=(), granted=lambda *_names: [grant])
    assert not rights.manages_region(caller) and not rights.starts(caller, None)
    caller.region_id = 2
    assert rights.manages_region(caller) and rights.starts(caller, None)


def test_the_head_of_another_agency_reads_nothing_of_it(world, signed_in):
    """A leader's rights hang on the units led, not on being a leader."""
    goal = shared(world, held=(("bidang-pelayanan", "60"), ("puskesmas-melati", "40")))
    assert signed_in(world.staff_head).get(f"/goals/{goal.ref}").status == 404
    assert signed_in(world.hr).get(f"/goals/{goal.ref}").status == 200


def test_pages_ask_the_database_seldom(world, signed_in, statements):
    goal = shared(world)
    for month in (3, 6, 9):
        told(world, goal, str(month), date(2026, month, 20))
    refer(world, goal)
    for _number in range(3):
        shared(world, GoalState.PROPOSED)
    for who in ("agency_head", "staff_head", "rina", "hr", "auditor"):
        browser = signed_in(world.people[who])
        with statements(limit=8):
            browser.get("/goals")
        with statements(limit=8):
            browser.get(f"/goals/{goal.ref}")
    leader = signed_in(world.staff_head)
    with statements(limit=8):
        page = leader.get("/goals")
    assert page.text.count("menunggu kesepakatan Anda") == 3
    rina = signed_in(world.rina)
    with statements(limit=8):
        rina.get(f"/goals/{goal.ref}/feedback")
    head = signed_in(world.agency_head)
    for address in (f"{goal.ref}/edit", f"{goal.ref}/progress", f"{goal.ref}/contributors/new", "new"):
        with statements(limit=8):
            head.get(f"/goals/{address}")


def test_the_list_is_searched_filtered_and_paged(world, signed_in):
    for number in range(53):
        shared(world, GoalState.DRAFT, held=(), title=f"Sasaran nomor {number:02}")
    shared(world, title="Jembatan gantung")
    hr = signed_in(world.hr)
    page = hr.get("/goals")
    assert "Jembatan gantung" in page.text and "Sasaran nomor 00" not in page.text
    assert "Sasaran nomor 00" in page.link("Berikutnya").open().text
    found = hr.get("/goals?q=jembatan")
    assert "Jembatan gantung" in found.text and "Sasaran nomor" not in found.text
    assert "Sasaran nomor" not in hr.get("/goals?state=berjalan").text
    assert "Tidak ada sasaran bersama yang cocok" in hr.get("/goals?q=tidakada").text
    with world.inside():
        agency = world.unit("bkpsdm").ref
    filtered = hr.get(f"/goals?agency={agency}")
    assert "Jembatan gantung" in filtered.text and "Sasaran nomor" not in filtered.text
    for odd in ("?year=1900", "?state=x", "?agency=x", "?after=x", "?year=abc", "?q=%25"):
        assert hr.get(f"/goals{odd}").status == 200, odd


# ----------------------------------------------------------------------------------------- the policy


@pytest.fixture
def required(world):
    """The region's year goes by a policy that requires shared goals."""
    with world.inside(), door() as session:
        national = db.session.get_one(PolicyVersion, world.period(None).policy_version_id)
        document = json.loads(national.document)
        document["shared_goals"]["value"] = "required"
        text = canonical(document)
        same = {"name": national.name, "loaded": world.clock.now()}
        version = PolicyVersion(key="uji", version=1, document=text, sha256=sha256(text), **same)
        session.add(version)
        session.flush()
        for period in session.scalars(select(Period).where(Period.region_id == world.region().id)):
            period.policy_version_id = version.id


NOTE = "mewajibkan sasaran bersama bagi pimpinan program"


def test_where_required_a_leader_is_told_and_not_stopped(world, signed_in, required, statements):
    plan = world.plan(PlanState.SET, "staff_head")
    leader = signed_in(world.staff_head)
    with statements(limit=8):
        page = leader.get(f"/plans/{plan.ref}")
    assert NOTE in page.text and "Ini pengingat" in page.text
    # Who must act is told where the day begins, too, and led to where it is done.
    with statements(limit=8):
        home = leader.get("/employee")
    assert NOTE in home.text and leads(home.link("Buka sasaran bersama").open(), "Susun sasaran bersama")
    rina = world.plan(PlanState.SET)
    for who in ("rina", "unit_head"):
        assert NOTE not in signed_in(world.people[who]).get("/employee").text, who
    assert NOTE not in signed_in(world.rina).get(f"/plans/{rina.ref}").text
    hr = signed_in(world.hr)
    with statements(limit=8):
        listed = hr.get("/goals")
    assert "Gita Kepala BKPSDM" in listed.text and "Cahya Kepala Dinas" in listed.text
    shared(world)
    for address in (f"/plans/{plan.ref}", "/employee"):
        assert NOTE not in leader.get(address).text, address
    listed = hr.get("/goals")
    assert "Gita Kepala BKPSDM" not in listed.text and "Cahya Kepala Dinas" not in listed.text
    assert "Bagas Sekretaris" in listed.text
    # The agency's own HR sees its agency only, and there nobody is missing.
    assert "Setiap pimpinan perangkat daerah memegang" in signed_in(world.agency_hr).get("/goals").text
    assert "belum memegang" not in signed_in(world.unit_head).get("/goals").text


def test_where_allowed_nobody_is_reminded(world, signed_in):
    plan = world.plan(PlanState.SET, "staff_head")
    for address in (f"/plans/{plan.ref}", "/employee"):
        assert NOTE not in signed_in(world.staff_head).get(address).text, address
    assert "belum memegang" not in signed_in(world.hr).get("/goals").text


def desk(page):
    """The area in which a page stands, for who has several."""
    return [node.text for nav in page.root.all("nav", class_="areas") for node in nav.all("span")]


def test_the_menu_leads_there_whoever_contributes(world, signed_in):
    assert not leads(signed_in(world.rina).get("/employee"), "Sasaran bersama")
    shared(world, GoalState.DRAFT)
    assert not leads(signed_in(world.rina).get("/employee"), "Sasaran bersama")
    shared(world, GoalState.PROPOSED)
    for who, address in (
        ("rina", "/employee"),
        ("staff_head", "/leader"),
        ("unit_head", "/rater"),
        ("hr", "/hr"),
        ("auditor", "/audit"),
    ):
        page = signed_in(world.people[who]).get(address)
        assert leads(page, "Sasaran bersama"), who
        assert desk(page.link("Sasaran bersama").open()) == desk(page), (
            "it stands at the desk it was opened from"
        )
    assert not leads(signed_in(world.dewi).get("/employee"), "Sasaran bersama")

"""Pages of plans: written, sent, mended, signed and set through the browser (Y-15 to Y-22, NEW-6)."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.performance.plans.models import Plan, PlannedResult
from portal.performance.plans.rules import PlanState
from tests.support.client import Browser

SECOND_ROUND = "Sudah saya tambahkan."


def result_form(page, **values):
    return page.form(action="/results/new").fill(text="Terlayaninya pasien", kind="utama", **values)


def test_a_plan_from_the_first_line_to_its_setting(world, signed_in):
    rina, leader = signed_in(world.rina), signed_in(world.unit_head)
    page = rina.get("/employee/plan").form(button="Mulai menyusun SKP").send()
    assert "Draf" in page.text
    address = page.address
    page = result_form(page.link("Tambah rencana hasil kerja").open()).send()
    page = (
        page.link("Tambah indikator")
        .open()
        .form(button="Simpan indikator")
        .fill(text="Berkas selesai", aspect="kuantitas", target_min="1.234,5", unit="berkas")
        .send()
    )
    assert "1.234,5" in page.text
    page = (
        page.link("Isi lampiran")
        .open()
        .form(button="Simpan lampiran")
        .fill(
            resource_support="1. laptop\n2. data", accountability_scheme="tiap pekan", consequence="bimbingan"
        )
        .send()
    )
    assert "laptop" in page.text
    page = page.form(action="/submit").send()
    assert "Diajukan" in page.text and "Langkah Anda lengkap" in page.text

    seen = leader.get(address)
    assert not seen.has_button("Kembalikan dengan catatan"), "nothing to return without a note"
    seen = (
        seen.link("Beri catatan")
        .open()
        .form(button="Simpan catatan")
        .fill(text="Tambah indikator mutu.")
        .send()
    )
    assert "Tambah indikator mutu." not in rina.get(address).text, "notes are sent with the return"
    seen = seen.form(action="/return").send()
    assert "Dikembalikan" in seen.text

    page = rina.get(address).link("Jawab catatan ini").open()
    page = page.form(button="Simpan jawaban").fill(answer=SECOND_ROUND).send()
    page.form(action="/submit").send()
    assert SECOND_ROUND in leader.get(address).text
    leader.get(address).form(action="/agree").send()
    rina.get(address).form(action="/sign").send()
    assert "Ditetapkan" in leader.get(address).form(action="/set").send().text
    assert rina.get(address + "/document").status == 200


def test_what_is_missing_stands_at_the_closed_button(world, signed_in):
    page = signed_in(world.rina).get("/employee/plan").form(button="Mulai menyusun SKP").send()
    assert not page.has_button("Ajukan SKP")
    assert "sekurang-kurangnya satu hasil kerja utama" in page.text
    assert "Lampiran" in page.text
    refused = page.browser.post(page.address + "/submit", {})
    assert "sekurang-kurangnya satu hasil kerja utama" in refused.text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("target_min", "10000000000000000000000000000000000000000", "Tulis angka"),
        ("target_min", "-1", "tidak boleh kurang dari"),
        ("target_min", "dua belas", "Tulis angka"),
        ("target_min", "12e3", "Tulis angka"),
        ("target_min", "", "Tulis targetnya"),
        ("target_max", "1", "Batas bawah"),
        ("text", "x" * 2_000_000, "paling panjang"),
        ("text", "   ", "Tulis ukuran"),
        ("unit", "", "Tulis satuannya"),
    ],
)
def test_bad_input_keeps_what_was_typed(world, signed_in, field, typed, said):
    plan = world.plan()
    page = signed_in(world.rina).get(f"/plans/{plan.ref}").link("Tambah indikator").open()
    values = {
        "text": "Berkas selesai",
        "aspect": "kuantitas",
        "target_min": "12",
        "unit": "berkas",
        field: typed,
    }
    answer = page.form(button="Simpan indikator").fill(**values).send()
    assert answer.status == 422
    assert said in answer.error_of(field)
    again = answer.form(button="Simpan indikator")
    assert again["unit"] == values["unit"]
    if len(typed) < 1000:
        assert again[field].strip() == typed.strip()


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "Ibu & Bayi 😀 {{ 7*7 }}", "=SUM(A1)", "a\x00b"]
)
def test_what_is_typed_is_data(world, signed_in, typed):
    plan = world.plan()
    rina = signed_in(world.rina)
    page = rina.get(f"/plans/{plan.ref}/results/new")
    page = page.form(action="/results/new").fill(text=typed, kind="utama").send()
    assert typed.replace("\x00", "") in page.text
    assert "<script>alert" not in page.html


@pytest.mark.parametrize(("body", "answers"), [(b"%ff%fe", (200,)), (b"\xff\xfe", (400, 409))])
def test_broken_bytes_are_no_fault_of_ours(world, signed_in, body, answers):
    """Browsers send broken UTF-8 as per cents: taken; raw bytes come from programs: a page, nothing stored."""
    rina = signed_in(world.rina)
    plan = world.plan()
    rina.get(f"/plans/{plan.ref}/results/new")
    body = (
        b"csrf_token="
        + quote(rina.csrf_token()).encode()
        + b"&once=from-the-page-above&kind=utama&text=ab"
        + body
    )
    kind = "application/x-www-form-urlencoded"
    assert rina.open("POST", f"/plans/{plan.ref}/results/new", data=body, content_type=kind).status in answers


def test_two_tabs_show_both_texts_and_lose_neither(world, signed_in):
    plan = world.plan()
    rina = signed_in(world.rina)
    first = rina.get(f"/plans/{plan.ref}").link("Ubah hasil kerja").open()
    second = rina.get(f"/plans/{plan.ref}").link("Ubah hasil kerja").open()
    first.form(button="Simpan hasil kerja").fill(text="Dari komputer").send()
    clash = second.form(button="Simpan hasil kerja").fill(text="Dari ponsel").send()
    assert clash.status == 409
    assert "Dari komputer" in clash.text and "Dari ponsel" in clash.text
    assert world.rina.name in clash.text, "who changed it"
    after = clash.form(button="Simpan yang saya tulis").send()
    assert "Dari ponsel" in after.text and "Dari komputer" not in after.text


def test_a_double_click_adds_one_line(world, signed_in, app):
    plan = world.plan()
    form = result_form(signed_in(world.rina).get(f"/plans/{plan.ref}/results/new"))
    form.send()
    again = form.send()
    assert "Tidak ada yang tercatat dua kali" in again.text
    with app.app_context():
        count = db.session.scalar(select(func.count()).where(PlannedResult.text == "Terlayaninya pasien"))
    assert count == 1


def test_a_corrected_form_goes_through_with_the_same_key(world, signed_in):
    plan = world.plan()
    page = signed_in(world.rina).get(f"/plans/{plan.ref}/results/new")
    answer = page.form(action="/results/new").fill(text="", kind="utama").send()
    assert answer.status == 422
    page = answer.form(action="/results/new").fill(text="Kini terisi", kind="utama").send()
    assert "Kini terisi" in page.text


def test_submitted_is_closed_until_taken_back(world, signed_in):
    plan = world.plan(PlanState.SUBMITTED)
    rina = signed_in(world.rina)
    page = rina.get(f"/plans/{plan.ref}")
    assert "Tambah rencana hasil kerja" not in page.text
    late = rina.get(f"/plans/{plan.ref}/results/new").form(action="/results/new")
    assert late.fill(text="Terlambat", kind="utama").send().status == 409
    page = page.form(action="/withdraw").send()
    assert "Tambah rencana hasil kerja" in page.text and "Versi ke-2" in page.text


@pytest.mark.parametrize(
    ("who", "status"),
    [("rina", 200), ("unit_head", 200), ("agency_head", 200), ("agency_hr", 200), ("hr", 200)]
    + [(name, 404) for name in ("budi", "dewi", "clinic_head", "other_hr", "other", "publisher", "admin")],
)
def test_who_may_read_a_plan(world, signed_in, who, status):
    plan = world.plan(PlanState.SET)
    assert signed_in(getattr(world, who)).get(f"/plans/{plan.ref}").status == status


@pytest.mark.parametrize("step", ["agree", "return", "set"])
@pytest.mark.parametrize("who", ["rina", "agency_head", "hr", "budi", "other_hr"])
def test_only_the_appraiser_takes_the_appraisers_steps(world, signed_in, app, step, who):
    plan = world.plan(PlanState.SUBMITTED)
    assert signed_in(getattr(world, who)).post(f"/plans/{plan.ref}/{step}", {}).status in (403, 404)
    with app.app_context():
        assert db.session.get_one(Plan, plan.id).state is PlanState.SUBMITTED


def test_extra_fields_in_a_post_are_ignored(world, signed_in, app):
    plan = world.plan()
    form = result_form(signed_in(world.rina).get(f"/plans/{plan.ref}/results/new"))
    form.smuggle(region_id="99", version_id="1", state="ditetapkan", position="7").send()
    with app.app_context():
        assert db.session.get_one(Plan, plan.id).state is PlanState.DRAFT


def test_statements_do_not_grow(world, signed_in, statements):
    plan = world.plan(PlanState.SET)
    rina, leader = signed_in(world.rina), signed_in(world.unit_head)
    with statements(limit=8):
        rina.get(f"/plans/{plan.ref}")
    with statements(limit=8):
        leader.get("/rater/plans")
    with statements(limit=8):
        leader.get("/rater")


def test_nobody_without_a_session_sees_a_plan(world):
    plan = world.plan()
    assert "/login" in Browser(world.app).get(f"/plans/{plan.ref}").address

"""A year in a browser: from the first line of a plan to the public page (Y-15 to Y-69).

Rina writes her plan on a phone, her leader sends it back once, she signs; the quarter is reported,
the organisation rated, then she is; she reads why, signs the receipt; HR closes and prepares the
figures, somebody else publishes them, and a citizen checks their hash.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from portal.ledger import jobs
from portal.performance.evaluations.rules import EvaluationState
from portal.transparency.publications.render import render_all
from tests.journeys.conftest import Seat
from tests.support.world import World

REASON = "Dua belas laporan selesai dengan mutu baik dan tepat waktu."
MANNER = "Warga dilayani dengan sabar, juga pada jam sibuk."
OTHERS = ("secretary", "agency_head", "unit_head", "budi", "citra", "clinic_head", "dewi", "agency_hr")
LATER = ("staff_head", "hr", "publisher")


def write_plan(rina: Seat) -> str:
    rina.go("/employee").sees("Susun SKP Anda").press("Mulai menyusun SKP")
    address = rina.page.url.removeprefix(rina.address)
    rina.follow("Pakai").press("Simpan hasil kerja").sees("Menyusun laporan bulanan.")
    rina.follow("Tambah indikator").fill(text="Laporan bulanan selesai", target_min="12", unit="laporan")
    rina.choose(aspect="kuantitas").press("Simpan indikator").sees("Laporan bulanan selesai")
    rina.follow("Isi lampiran").fill(
        resource_support="Akses data puskesmas", accountability_scheme="Tiap pekan", consequence="Bimbingan"
    )
    rina.press("Simpan lampiran").confirm("Ajukan SKP").sees("Diajukan")
    return address


def mend_and_set(rina: Seat, leader: Seat, address: str) -> None:
    leader.go(address).follow("Beri catatan").fill(text="Tambahkan indikator mutu.").press("Simpan catatan")
    leader.press("Kembalikan dengan catatan").sees("Dikembalikan")
    rina.go(address).follow("Jawab catatan ini").fill(answer="Sudah saya tambahkan.").press("Simpan jawaban")
    rina.follow("Tambah indikator").fill(text="Laporan dikembalikan", target_min="1", unit="%")
    rina.choose(aspect="kualitas", direction="turun").press("Simpan indikator").confirm("Ajukan SKP")
    leader.go(address).sees("Sudah saya tambahkan.").confirm("Sepakati SKP")
    rina.go(address).confirm("Tanda tangani SKP")
    leader.go(address).confirm("Tetapkan SKP").sees("Ditetapkan")


def record_and_answer(rina: Seat, leader: Seat, world: World) -> None:
    with world.inside():
        enrolment = world.enrolment("rina", 3).ref
    leader.go(f"/progress/{enrolment}/feedback/new").choose(kind="apresiasi")
    leader.fill(text="Laporan Anda kini dipakai dalam rapat.").page.locator(
        "main form button.btn"
    ).first.click()
    leader.page.wait_for_load_state()
    rina.go("/progress/feedback").sees("Laporan Anda kini dipakai dalam rapat.").follow("Tulis tanggapan")
    rina.choose(reply_kind="terima_kasih").page.locator("main form button.btn").first.click()
    rina.page.wait_for_load_state()
    rina.sees("Terima kasih")


def report_and_rate(rina: Seat, leader: Seat, chief: Seat, world: World) -> str:
    evaluation = world.evaluation(EvaluationState.RUNNING).ref
    rina.go(f"/evaluations/{evaluation}/report")
    for field in rina.page.locator("main input[name^='value_']").all():
        field.fill("1" if field == 0 else "12")
    rina.page.locator("main input[name^='value_']").last.fill("1")
    rina.press("Kirim ke").sees("Dilaporkan")

    leader.go(f"/evaluations/{evaluation}/rate").sees("menunggu")
    with world.inside():
        unit, period = world.unit("dinas-kesehatan").ref, world.period(3).ref
    chief.go(f"/evaluations/organisations/{period}/{unit}").choose(rating="baik")
    chief.fill(reason="Sasaran triwulan tercapai menurut laporan kinerja.")
    chief.page.locator("main form button.btn").first.click()
    chief.page.wait_for_load_state()

    leader.go(f"/evaluations/{evaluation}/rate").choose(draft_result="sesuai", draft_behaviour="di_atas")
    leader.fill(draft_result_reason=REASON, draft_behaviour_reason=MANNER)
    leader.page.locator("main form button.btn").last.click()
    leader.page.wait_for_load_state()
    leader.go(f"/evaluations/{evaluation}/set").sees("Baik").press("Tetapkan dan sampaikan hari ini")
    return evaluation


def read_and_sign(rina: Seat, evaluation: str) -> None:
    rina.go("/employee").sees("Terima dokumen evaluasi")
    rina.go(f"/evaluations/{evaluation}/why").sees(REASON).sees(MANNER).sees("PermenPANRB")
    rina.go(f"/evaluations/{evaluation}/receive").choose(acknowledged="y").page.locator(
        "main form button.btn"
    ).last.click()
    rina.page.wait_for_load_state()
    rina.go(f"/evaluations/{evaluation}").sees("Diterima")


def close_and_publish(hr: Seat, publisher: Seat, world: World) -> None:
    with world.inside():
        period = world.period(3).ref
    hr.go(f"/hr/periods/{period}").confirm("Tutup").sees("Ditutup")
    hr.go(f"/hr/publications/new?period={period}").fill(next_date="31 Januari 2027").press(
        "Siapkan dan bekukan"
    )
    draft = hr.page.url.removeprefix(hr.address)
    publisher.go(draft).confirm("Terbitkan angka ini").sees("terbit")


def read_as_citizen(citizen: Seat) -> None:
    citizen.go("/").sees("Kota Contoh")
    citizen.go("/kota-contoh/").sees("Triwulan III 2026")
    citizen.go("/kota-contoh/publikasi/2026-triwulan-3-v1/")
    data = citizen.page.request.get(citizen.address + "/kota-contoh/data/2026-triwulan-3-v1.json").body()
    # The hash may break over lines on a phone.
    shown = re.sub(r"[\s\u200b\u00ad]", "", citizen.page.locator("main").inner_text())
    assert hashlib.sha256(data).hexdigest() in shown
    assert REASON not in data.decode() and "Rina" not in data.decode()
    citizen.go("/en/kota-contoh/").sees("Kota Contoh")


def play(world: World, seat: Callable[[], Seat]) -> None:
    rina, leader, chief = (
        seat().sign_in(world.rina),
        seat().sign_in(world.unit_head),
        seat().sign_in(world.secretary),
    )
    address = write_plan(rina)
    mend_and_set(rina, leader, address)
    record_and_answer(rina, leader, world)
    evaluation = report_and_rate(rina, leader, chief, world)
    read_and_sign(rina, evaluation)
    for who in OTHERS:
        world.evaluation(EvaluationState.RECEIVED, who)
    for who in LATER:
        world.evaluation(EvaluationState.NOT_EVALUATED, who)
    hr, publisher = seat().sign_in(world.hr), seat().sign_in(world.publisher)
    close_and_publish(hr, publisher, world)
    with world.app.app_context():
        while jobs.run_one(world.app.clock):
            pass
    render_all(world.app)
    read_as_citizen(seat())


def test_the_year(world: World, seat: Callable[[], Seat]) -> None:
    play(world, seat)


@pytest.mark.postgres
@pytest.mark.parametrize("script", [True], indirect=True)
def test_the_year_on_postgresql(world: World, seat: Callable[[], Seat]) -> None:
    world.clock.set(datetime(2026, 10, 12, 3, 0, tzinfo=UTC))
    play(world, seat)

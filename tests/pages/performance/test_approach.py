"""Pages of the qualitative approach: chosen, written, printed, reported and judged (F-2, F-4, F-10)."""

from __future__ import annotations

from portal.performance.evaluations.rules import EvaluationState
from portal.performance.plans.rules import PlanState

WORDS = "Setiap warga dilayani pada hari yang sama."


def test_the_approach_is_chosen_and_measures_are_written_in_words(world, signed_in):
    plan = world.plan()
    rina = signed_in(world.rina)
    page = rina.get(f"/plans/{plan.ref}").link("Ubah pendekatan").open()
    page = page.form(button="Simpan pendekatan").fill(approach="kualitatif").send()
    assert "Pendekatan hasil kerja: kualitatif" in page.text
    page = page.link("Tambah ukuran keberhasilan").open()
    assert "Satuan" not in page.text and "Aspek" not in page.text
    refused = page.form(button="Simpan ukuran").fill(text=" ").send()
    assert refused.status == 422 and "dengan targetnya" in refused.error_of("text")
    page = page.form(button="Simpan ukuran").fill(text=WORDS).send()
    assert WORDS in page.text and "dalam kalimat" in page.text
    page = page.form(action="/submit").send()
    assert "Diajukan" in page.text
    seen = signed_in(world.unit_head).get(f"/plans/{plan.ref}")
    assert WORDS in seen.text and "kualitatif" in seen.text
    assert "Ubah pendekatan" not in seen.text


def test_what_was_written_under_the_other_approach_stays(world, signed_in):
    plan = world.plan()
    rina = signed_in(world.rina)
    page = rina.get(f"/plans/{plan.ref}/approach").form(button="Simpan pendekatan")
    page = page.fill(approach="kualitatif").send()
    page = page.link("Ubah Indikator kuantitas dari hasil kerja 1").open()
    assert "12 laporan" in page.text
    page = page.form(button="Simpan ukuran").fill(text="Laporan yang dipakai pimpinan").send()
    assert "Laporan yang dipakai pimpinan" in page.text and "12 laporan" in page.text.replace("\u00a0", " ")


def test_a_locked_plan_shows_why_and_no_choice(world, signed_in):
    plan = world.plan(PlanState.SUBMITTED)
    page = signed_in(world.rina).get(f"/plans/{plan.ref}/approach")
    assert "Tarik kembali pengajuan" in page.text and not page.has_button("Simpan pendekatan")
    assert signed_in(world.budi).get(f"/plans/{plan.ref}/approach").status == 404
    assert signed_in(world.unit_head).get(f"/plans/{plan.ref}/approach").status == 403


def test_the_official_form_has_no_aspects_and_targets(world, signed_in):
    rina = signed_in(world.rina)
    text = rina.get(f"/plans/{world.worded(PlanState.SET).ref}/document").text
    assert "Pendekatan Hasil Kerja Kualitatif" in text and WORDS in text
    assert "Hasil Kerja Pimpinan yang Diintervensi" in text and "Aspek" not in text
    head = signed_in(world.unit_head)
    leaders = world.plan(PlanState.SET, "unit_head")
    assert "Pendekatan Hasil Kerja Kuantitatif" in head.get(f"/plans/{leaders.ref}/document").text


def test_versions_say_that_the_approach_changed(world, signed_in):
    world.worded(PlanState.SET)
    plan = world.changed()
    rina = signed_in(world.rina)
    page = rina.get(f"/plans/{plan.ref}/approach").form(button="Simpan pendekatan")
    page.fill(approach="kuantitatif").send()
    compared = rina.get(f"/plans/{plan.ref}/versions?from=1&to=2").text
    assert "Pendekatan hasil kerja" in compared and "dalam kalimat" in compared


def test_words_are_reported_and_rated_without_per_cent(world, signed_in, statements):
    world.worded(PlanState.SET)
    rina, leader = signed_in(world.rina), signed_in(world.unit_head)
    evaluation = world.evaluation(EvaluationState.RUNNING)
    with statements(limit=8):
        page = rina.get(f"/evaluations/{evaluation.ref}/report")
    assert "Target ." not in page.text and "Yang tercapai, dalam kalimat" in page.text
    form = page.form(action="/report")
    assert not [name for name in form.fields if name.startswith("value_")]
    notes = {name: "Semua dilayani hari itu juga." for name in form.fields if name.startswith("note_")}
    assert form.smuggle(send="1").send().status == 409, "each measure needs its words"
    form = rina.get(f"/evaluations/{evaluation.ref}/report").form(action="/report")
    assert "Semua dilayani" in form.fill(**notes).smuggle(send="1").send().text
    with world.inside():
        period = world.period(3).ref
    bench = leader.get(f"/evaluations/bench/{period}")
    assert bench.status == 200 and "ukuran keberhasilannya dalam kalimat" in bench.text
    evaluation = world.evaluation(EvaluationState.HANDED_OVER)
    for address in ("", "/why", "/document", "/sheet"):
        answer = rina.get(f"/evaluations/{evaluation.ref}{address}")
        assert answer.status == 200, address
    text = rina.get(f"/evaluations/{evaluation.ref}/document").text
    assert "Pendekatan Hasil Kerja Kualitatif" in text and "Semua dilayani" in text and "Aspek" not in text
    why = rina.get(f"/evaluations/{evaluation.ref}/why").text
    assert "ukuran keberhasilannya dalam kalimat" in why

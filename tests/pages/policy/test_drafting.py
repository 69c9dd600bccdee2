"""A region drafts its own policy by forms, and adopts it by a decree (NEW-2)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.policy.cycles.models import Period
from portal.policy.drafting.models import PolicyDraft
from portal.policy.drafting.queries import national
from portal.policy.policies.models import PolicyVersion
from portal.policy.policies.queries import offered
from portal.policy.policies.values import settings_of

SOURCE = {"mark": "A", "note": "Kesepakatan rapat pengelola kinerja."}


def begun(world, signed_in):
    browser = signed_in(world.hr)
    browser.get("/hr/policy").form(button="Mulai dari aturan nasional saja").send()
    return browser


WHY = "Jawaban tiga orang terlalu mudah dikenali di kantor kecil."


def adopted(world) -> PolicyVersion | None:
    return db.session.scalars(
        select(PolicyVersion)
        .where(PolicyVersion.region_id == world.region().id)
        .order_by(PolicyVersion.version.desc())
    ).first()


def test_only_what_differs_is_stated_and_adopted(world, signed_in):
    browser = begun(world, signed_in)
    page = browser.get("/hr/policy")
    assert "0 pengaturan berbeda" in page.text
    assert "belum menyebut satu pun" in page.text
    form = browser.get("/hr/policy/settings/least_group.survey_answers").form(button="Simpan dalam rancangan")
    page = form.fill(number="4", **SOURCE).send()
    assert "1 pengaturan berbeda" in page.text
    assert "4 orang" in page.text
    form = browser.get("/hr/policy/adopt").form(button="Tetapkan kebijakan")
    page = form.fill(
        name="Kebijakan kinerja Kota Contoh",
        adopted_by="Wali Kota Contoh",
        number="5/2026",
        day="2 Januari 2026",
    )
    unsaid = page.send()
    assert unsaid.status == 422 and "Tulis alasannya." in unsaid.text
    page = unsaid.form(button="Tetapkan kebijakan").fill(reason=WHY).send()
    assert "Kebijakan ditetapkan" in page.text
    with world.inside():
        version = adopted(world)
        assert version is not None
        assert version.rules.least_answers == 4
        assert version.rules.sources["least_group.survey_answers"].assumed
        assert version.rules.sources["matrix"].stated_by == "nasional-6-2022"
        assert version.rules.adoption.number == "5/2026"
        assert db.session.scalars(select(PolicyDraft)).all() == []
        assert offered(world.region().id)[0].id == version.id
        assert version.id not in [each.id for each in offered(world.region("kabupaten-lain").id)]
        # Periods that are open keep their version.
        assert db.session.scalars(select(Period).where(Period.policy_version_id == version.id)).all() == []
    page = browser.get("/hr/policy")
    assert "Kebijakan kinerja Kota Contoh, versi 1" in page.text
    page = signed_in(world.rina).get(f"/policies/{version.ref}")
    for text in ("Wali Kota Contoh", WHY, "Dicatat Hana Pengelola"):
        assert text in page.text
    assert "Yang berubah sejak" not in page.text


def test_who_reads_a_new_version_sees_what_changed_and_why(world, signed_in, statements):
    test_only_what_differs_is_stated_and_adopted(world, signed_in)
    browser = signed_in(world.hr)
    browser.get("/hr/policy").form(button="Mulai dari yang berlaku sekarang").send()
    page = browser.get("/hr/policy/settings/least_group.survey_answers")
    page.form(button="Simpan").fill(number="5", **SOURCE).send()
    form = browser.get("/hr/policy/adopt").form(button="Tetapkan kebijakan")
    form.fill(
        number="9/2026", day="5 Januari 2026", reason="Kelompok empat orang masih terlalu kecil."
    ).send()
    with world.inside():
        version = adopted(world)
        assert version is not None and version.version == 2
    rina = signed_in(world.rina)
    with statements(limit=8):
        page = rina.get(f"/policies/{version.ref}")
    changed = page.text.split("Yang berubah sejak versi 1")[-1].split("Baca versi 1")[0]
    assert "4 orang" in changed and "5 orang" in changed and SOURCE["note"] in changed
    assert "Kelompok empat orang masih terlalu kecil." in page.text


def test_a_year_is_opened_by_the_official_method_only(world):
    """PP 30/2019 and PP 46/2011 are for years that were, and for trying; no period mixes methods."""
    with world.inside():
        known = db.session.scalars(select(PolicyVersion)).all()
        assert {version.rules.method for version in known} == {"matrix", "weighted", "legacy_2011"}
        assert {version.rules.method for version in offered(world.region().id)} == {"matrix"}


def test_a_new_version_begins_from_the_one_in_force(world, signed_in):
    test_only_what_differs_is_stated_and_adopted(world, signed_in)
    browser = signed_in(world.hr)
    browser.get("/hr/policy").form(button="Mulai dari yang berlaku sekarang").send()
    page = browser.get("/hr/policy/settings/least_group.survey_answers")
    assert page.form(button="Simpan").fields["number"] == "4"
    page = page.form(button="Ikuti aturan nasional lagi").send()
    assert "mengikuti aturan nasional lagi" in page.text
    assert "0 pengaturan berbeda" in page.text
    assert "dihapus" in browser.get("/hr/policy").form(button="Hapus rancangan").send().text
    with world.inside():
        assert adopted(world) is not None


def test_settings_that_belong_together_are_asked_for(world, signed_in):
    browser = begun(world, signed_in)
    form = browser.get("/hr/policy/settings/raters").form(button="Simpan dalam rancangan")
    page = form.fill(several=["penilai", "rekan"], **SOURCE).send()
    assert "Yang belum cocok" in page.text
    assert "Rekan ikut menilai, tetapi jumlah rekan yang ditanya belum diisi." in page.text
    refused = browser.get("/hr/policy/adopt")
    assert "belum dapat ditetapkan" in refused.text
    for name, fields in (
        ("survey.peers", {"number": "5"}),
        ("survey.small_group", {"choice": "return"}),
        ("advice.behaviour", {"n_appraiser": "60", "n_survey": "40"}),
        ("advice.behaviour_limits", {"n_below": "1,67", "n_above": "2,33"}),
    ):
        form = browser.get(f"/hr/policy/settings/{name}").form(button="Simpan dalam rancangan")
        page = form.fill(**fields, **SOURCE).send()
    assert "Yang belum cocok" not in page.text
    assert "5 pengaturan berbeda" in page.text


def test_a_bad_value_is_said_beside_its_field_and_kept(world, signed_in):
    browser = begun(world, signed_in)
    for name, fields, words in (
        ("least_group.people_public", {"number": "4"}, "tidak boleh kurang dari 5"),
        (
            "advice.behaviour",
            {"n_appraiser": "60", "n_survey": "50"},
            "Penilai dan survei harus berjumlah 100%. Anda menulis 60% dan 50%, jumlahnya 110%.",
        ),
        ("advice.result", {"n_below": "120", "n_above": "90"}, "Keempat batas harus naik"),
        ("award", {"what": "Uang", "money": "y"}, "memerlukan dasar hukum"),
        ("deadline.plan_draft", {"day_of_month": "31", "month": "2"}, "tidak ada dalam bulannya"),
        ("matrix", {"c_di_atas_di_atas": "kurang"}, "Kuadran tidak naik"),
        ("cadence", {"choice": "semester", "note": ""}, "Tulis dari mana nilainya"),
    ):
        form = browser.get(f"/hr/policy/settings/{name}").form(button="Simpan dalam rancangan")
        page = form.fill(**{**SOURCE, **fields}).send()
        assert page.status == 422, name
        assert words in page.text, name
        # The key of a setting is the file's; a page calls it by its name.
        assert f"pengaturan {name}" not in page.text
    assert "0 pengaturan berbeda" in browser.get("/hr/policy").text


@pytest.mark.parametrize("several", [["penilai", "tetangga"], ["tetangga", "paman"], []])
def test_a_choice_that_was_not_offered_is_refused_in_words(world, signed_in, several):
    browser = begun(world, signed_in)
    form = browser.get("/hr/policy/settings/raters").form(button="Simpan dalam rancangan")
    fields = {**form.fields, **SOURCE, "several": several}
    page = browser.post("/hr/policy/settings/raters", fields)
    assert page.status == 422
    assert "Pilih salah satu dari daftar." in page.text or "belum diisi" in page.text
    assert "valid choice" not in page.text


def test_another_value_needs_a_source_of_its_own(world, signed_in):
    """The national rule's source isn't the source of what differs from it."""
    browser = begun(world, signed_in)
    form = browser.get("/hr/policy/settings/advice.result").form(button="Simpan dalam rancangan")
    assert form.fields["n_below"] == "90"
    assert form.fields["note"] == ""
    assert "mark" not in form.fields
    page = form.fill(n_below="95").send()
    assert page.status == 422
    assert "Pilih dari mana nilainya berasal." in page.text


def test_what_the_law_fixes_has_no_form(world, signed_in):
    browser = begun(world, signed_in)
    for name in ("clock.objection", "deadline.plan_set", "weighted.conversion", "entah"):
        assert browser.get(f"/hr/policy/settings/{name}").status == 404
    assert signed_in(world.agency_hr).get("/hr/policy").status == 404
    assert signed_in(world.rina).get("/hr/policy").status == 404
    # Another region's HR has a draft of its own, or none.
    assert signed_in(world.other_hr).get("/hr/policy/settings/cadence").status == 404


def test_numbers_have_their_units(world, signed_in):
    browser = begun(world, signed_in)
    assert "Hari kerja sesudah periode berakhir" in browser.get("/hr/policy/settings/deadline.rating").text
    assert "Penilai (%)" in browser.get("/hr/policy/settings/advice.behaviour").text
    form = browser.get("/hr/policy/settings/deadline.counted").form(button="Simpan dalam rancangan")
    form.fill(choice="hari_kalender", **SOURCE).send()
    assert "Hari kalender sesudah periode berakhir" in browser.get("/hr/policy/settings/deadline.rating").text
    shown = browser.get("/hr/policy").text
    assert (
        "Sangat Baik 150%, Baik 100%, Butuh Perbaikan 75%, Kurang 50%, Sangat Kurang 25% dari koefisien tahunan"
        in shown
    )


def test_what_is_stated_anew_with_the_same_value_is_no_difference(world, signed_in):
    browser = begun(world, signed_in)
    form = browser.get("/hr/policy/settings/cadence").form(button="Simpan dalam rancangan")
    page = form.fill(choice="quarter", **SOURCE).send()
    assert "0 pengaturan berbeda" in page.text
    row = next(each for each in page.root.all("tr") if each.get("id") == "cadence")
    assert not row.all("b") and "(sama)" in row.text


def test_a_new_version_is_compared_with_the_one_in_force_and_listed_first(world, signed_in, statements):
    test_only_what_differs_is_stated_and_adopted(world, signed_in)
    browser = signed_in(world.hr)
    browser.get("/hr/policy").form(button="Mulai dari yang berlaku sekarang").send()
    form = browser.get("/hr/policy/settings/least_group.survey_answers").form(button="Simpan dalam rancangan")
    form.fill(number="5", **SOURCE).send()
    with statements(limit=8):
        page = browser.get("/hr/policy/adopt")
    since = page.text.split("Yang berubah dari yang berlaku sekarang", 1)[1].split(
        "Yang berbeda dari aturan"
    )[0]
    assert "4 orang" in since and "5 orang" in since
    assert "Contoh: 12 Oktober 2026" in page.text
    rina = signed_in(world.rina)
    with statements(limit=8):
        page = rina.get("/policies")
    rows = [each.text for each in page.root.first("tbody").all("tr")]
    assert "berlaku untuk Anda" in rows[0] and "nasional-6-2022" not in page.text
    own = next(each for each in rows if "Kebijakan kinerja Kota Contoh" in each)
    assert "2 Januari 2026" in own and "Kota Contoh (" in own


def test_the_list_costs_few_statements(world, signed_in, statements):
    browser = begun(world, signed_in)
    with statements(limit=8):
        assert browser.get("/hr/policy").status == 200
    with statements(limit=8):
        assert browser.get("/hr/policy/settings/matrix").status == 200


def test_the_pattern_has_a_form(world, signed_in):
    """Lines begin as the national rule has them; each says what it lacks, and what was typed stays."""
    browser = begun(world, signed_in)
    page = browser.get("/hr/policy/settings/pattern")
    assert "Capaian organisasi Istimewa" in page.text and "Capaian organisasi Sangat Kurang" in page.text
    form = page.form(button="Simpan dalam rancangan").fill(**SOURCE)
    wrong = form.fill(p_istimewa_0_share="65", p_istimewa_1_bound="min").send()
    assert wrong.status == 422 and "Pilih sekurang-kurangnya satu predikat." in wrong.text
    form = wrong.form(button="Simpan dalam rancangan").fill(p_istimewa_1_ratings="baik")
    lacking = form.send()
    assert lacking.status == 422 and "Tulis bagiannya dalam persen." in lacking.text
    form = lacking.form(button="Simpan dalam rancangan").fill(p_istimewa_1_share="20", p_baik_1_bound="")
    unclear = form.send()
    assert unclear.status == 422 and "Pilih batasnya, atau kosongkan baris ini." in unclear.text
    form = unclear.form(button="Simpan dalam rancangan").fill(p_baik_1_bound="none")
    saved = form.send()
    assert "disimpan dalam rancangan" in saved.text
    assert "Istimewa: Sangat Baik paling banyak 65%; Baik paling sedikit 20%" in saved.text
    with world.inside():
        draft = db.session.scalars(select(PolicyDraft)).one()
        value = settings_of(draft.own)["pattern"]["value"]
    assert value["istimewa"] == [
        {"bound": "max", "ratings": ["sangat_baik"], "share": 65},
        {"bound": "min", "ratings": ["baik"], "share": 20},
    ]
    assert value["baik"][1] == {"bound": "none", "ratings": ["butuh_perbaikan", "kurang"]}
    assert value["kurang"] == national_pattern(world)["kurang"]


def national_pattern(world) -> dict:
    with world.inside():
        return settings_of(national().document)["pattern"]["value"]


@pytest.mark.parametrize(
    ("name", "typed", "shown"),
    [
        ("advice.result", {"n_above": "102,5"}, "102,5"),
        ("pattern", {"p_istimewa_0_share": "62,5"}, "62,5%"),
    ],
)
def test_a_limit_or_a_share_may_be_a_fraction(world, signed_in, name, typed, shown):
    browser = begun(world, signed_in)
    form = browser.get(f"/hr/policy/settings/{name}").form(button="Simpan dalam rancangan")
    saved = form.fill(**SOURCE, **typed).send()
    assert saved.status == 200 and shown in saved.text


def test_a_rating_among_the_choices_has_its_word(world, signed_in):
    page = begun(world, signed_in).get("/hr/policy/settings/follow_up.guidance")
    words = [each.text for each in page.root.all("label")]
    for rating in ("Baik", "Butuh Perbaikan", "Kurang", "Sangat Kurang"):
        assert rating in words
    assert "sangat_kurang" not in page.text

"""The performance manager's area: scopes, whose turn it is, opening and closing, lists and their files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from portal.desks import hr_exceptions, people_queries, turns
from portal.desks.hr_queries import Organisation
from portal.desks.turns import Turn, Who
from portal.extensions import db
from portal.ledger.door import door
from portal.people.organisation.models import Unit
from portal.performance.evaluations import actions as evaluations
from portal.performance.evaluations import queries as evaluation_queries
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.rules import EvaluationState, NotEvaluatedReason
from portal.performance.plans.rules import PlanState, whose_turn
from portal.policy.cycles.models import Enrolment
from portal.policy.cycles.rules import NotObligedReason, PeriodState
from portal.policy.policies import actions as policies
from portal.policy.policies.rules import OverallRating
from portal.web import lists
from portal.web.current import App
from tests.support.client import Browser
from tests.support.world import World

SignedIn = Callable[[object], Browser]


def ref(world: World, thing: Callable[[], Any]) -> str:
    with world.inside():
        return str(thing().ref)


def quarter(world: World, number: int | None = 3) -> str:
    return ref(world, lambda: world.period(number))


def unit(world: World, slug: str) -> str:
    return ref(world, lambda: world.unit(slug))


def addresses(world: World) -> list[str]:
    """Every page of the area that a region's manager may fetch."""
    p3, year = quarter(world), quarter(world, None)
    health, field = unit(world, "dinas-kesehatan"), unit(world, "bidang-pelayanan")
    budi = world.evaluation(EvaluationState.RUNNING, "budi").ref
    policy = ref(world, lambda: policies.latest("nasional-6-2022"))
    return [
        "/hr",
        "/hr?sort=-nama&q=dinas&state=terlambat",
        f"/hr/agencies?period={p3}",
        f"/hr/agencies.csv?period={p3}",
        f"/hr/agencies/{health}?period={p3}",
        f"/hr/agencies/{field}?period={p3}",
        f"/hr/periods/{p3}",
        f"/hr/periods/{year}",
        "/hr/people",
        f"/hr/periods/{p3}/people",
        f"/hr/periods/{p3}/people?late=ya&turn=penilai&sort=-unit&unit={health}",
        f"/hr/periods/{p3}/people.csv",
        f"/hr/appraisers?period={p3}",
        f"/hr/appraisers.csv?period={p3}",
        f"/hr/appraisers/progress?period={p3}",
        f"/hr/periods/{p3}/organisations",
        f"/hr/evaluations/{budi}/absence",
        f"/hr/evaluations/{budi}/not-obliged",
        f"/policies/{policy}",
        "/policies",
    ]


REGION_ONLY = ("/hr/cycles/new", "/hr/periods/{p3}/organisations/{health}")


# ------------------------------------------------------------------------------------------ pages


def test_every_page_is_whole_and_asks_little(world: World, signed_in: SignedIn, statements: Any) -> None:
    world.evaluation(EvaluationState.REPORTED, "rina")
    world.evaluation(EvaluationState.HANDED_OVER, "dewi")
    world.plan(PlanState.SUBMITTED, "agency_hr")
    for who in (world.hr, world.agency_hr):
        browser = signed_in(who)
        for address in addresses(world):
            with statements(8):
                page = browser.get(address)
                assert page.status == 200 and page.html, address


@pytest.mark.postgres
def test_every_page_on_postgres(world: World, signed_in: SignedIn) -> None:
    world.evaluation(EvaluationState.RATED, "rina")
    browser = signed_in(world.hr)
    p3 = quarter(world)
    odd = (
        "after=000000000000",
        "after=%00&before=%C3%28",
        "unit=%00&q=%00",
        "turn=penilai&late=ya&sort=-unit",
    )
    for address in (*addresses(world), *(f"/hr/periods/{p3}/people?{query}" for query in odd)):
        page = browser.get(address)
        assert page.status == 200 and page.html, address


def test_the_region_pages_are_not_for_an_agency(world: World, signed_in: SignedIn) -> None:
    values = {"p3": quarter(world), "health": unit(world, "dinas-kesehatan")}
    for address in REGION_ONLY:
        assert signed_in(world.hr).get(address.format(**values)).status == 200
        assert signed_in(world.agency_hr).get(address.format(**values)).status == 404


@pytest.mark.parametrize("who", ["rina", "agency_head", "publisher", "admin", "other_hr"])
def test_others_find_nothing(world: World, signed_in: SignedIn, who: str) -> None:
    browser = signed_in(getattr(world, who))
    open_to_all = ("/policies",)
    shared = ("/hr/people", "/hr/appraisers", "/hr/agencies") if who == "other_hr" else ()
    for address in addresses(world):
        if (
            address.startswith((*open_to_all, *shared))
            and "/agencies/" not in address
            and "period=" not in address
        ):
            continue
        if address.split("?")[0] == "/hr" and who in ("publisher", "other_hr"):
            continue
        assert browser.get(address).status == (200 if address.startswith("/policies") else 404), address


def test_a_publisher_is_shown_the_way_to_the_publications(world: World, signed_in: SignedIn) -> None:
    page = signed_in(world.publisher).get("/hr")
    assert page.status == 200
    assert page.links_to("/hr/publications")
    assert "Tidak ada draf yang menunggu Anda." in page.text
    assert "Rina" not in page.text


def test_an_agency_sees_its_own_people_only(world: World, signed_in: SignedIn) -> None:
    address = f"/hr/periods/{quarter(world)}/people"
    whole, part = signed_in(world.hr).get(address), signed_in(world.agency_hr).get(address)
    assert "Rina Pelaksana" in part.text and "Gita Kepala BKPSDM" not in part.text
    assert "Gita Kepala BKPSDM" in whole.text
    assert "Lestari Pelaksana" not in whole.text
    bkpsdm = unit(world, "bkpsdm")
    assert signed_in(world.agency_hr).get(f"/hr/agencies/{bkpsdm}").status == 404


def test_bad_addresses_are_read_calmly(world: World, signed_in: SignedIn) -> None:
    browser, p3 = signed_in(world.hr), quarter(world)
    for query in (
        "year=99999999999",
        "year=-1&page=-3",
        "page=9999999999999999",
        "sort=%3Cscript%3E&state=x",
        "q=%00%C3%28&sort=nama",
        "q=" + "x" * 5000,
    ):
        assert browser.get(f"/hr?{query}").status == 200, query
        assert browser.get(f"/hr/agencies?{query}").status == 200, query
    for query in (
        "after=nothing&before=%00",
        "after=000000000000",
        "turn=bukan&plan=x&state=y&chain=z&late=1",
        "turn=skp-bukan",
        "q=%25_%5C",
        "own=ya",
    ):
        assert browser.get(f"/hr/periods/{p3}/people?{query}").status == 200, query
    assert browser.get(f"/hr/periods/{p3}/people?unit=000000000000").status == 404
    assert browser.get("/hr/agencies?period=000000000000").status == 404
    assert browser.get(f"/hr/agencies?period={quarter_of(world, 'kabupaten-lain')}").status == 404


def quarter_of(world: World, slug: str) -> str:
    return ref(world, lambda: world.period(3, slug))


# ------------------------------------------------------------------------------------- whose turn


def turn_of(world: World, who: str, number: int | None = 3) -> tuple[Turn, bool]:
    """Whose turn the lists say it is for one person."""
    with world.inside():
        period = world.period(number)
        at = turns.scene(period.region_id, world.clock.now().date(), cycle_id=period.cycle_id)
        mine = Enrolment.id == world.enrolment(who, number).id
        row = people_queries.people(at, at.of(period), mine, people_queries.PeopleFilter()).rows[0]
        return Turn(row.turn), bool(row.late)


@pytest.mark.parametrize("state", [state for state in PlanState if state is not PlanState.REVIEWED])
def test_the_turn_of_a_plan_is_the_rules(world: World, state: PlanState) -> None:
    """All states that a plan can reach under the national policy, which doesn't review."""
    world.plan(state)
    turn, late = turn_of(world, "rina", None)
    if state is PlanState.SET:
        assert (turn, late) == (Turn.WORKING, False)
    else:
        assert late and turns.WHOSE[turn] == whose_turn(state, "none")


def test_a_draft_below_an_unshared_matrix_is_the_leaders(world: World) -> None:
    with world.inside():
        leader = world.plan(PlanState.SET, "unit_head")
        with door():
            db.session.merge(leader).matrix_shared = None
    assert turn_of(world, "rina") == (Turn.MATRIX, True)
    assert turns.WHOSE[Turn.MATRIX] is Who.LEADER


def test_the_turn_of_an_evaluation(world: World) -> None:
    assert turn_of(world, "citra") == (Turn.WRITE, True)
    world.plan(PlanState.SET, "citra")
    assert turn_of(world, "citra") == (Turn.REPORT, True)
    assert turn_of(world, "citra", 4)[0] is Turn.WORKING
    world.evaluation(EvaluationState.REPORTED, "citra")
    assert turn_of(world, "citra") == (Turn.ORGANISATION, True)
    world.organisation_rating("dinas-kesehatan")
    assert turn_of(world, "citra") == (Turn.RATE, False)
    world.evaluation(EvaluationState.RATED, "citra")
    assert turn_of(world, "citra") == (Turn.HAND_OVER, False)
    world.evaluation(EvaluationState.HANDED_OVER, "citra")
    assert turn_of(world, "citra") == (Turn.RECEIVE, False)
    world.evaluation(EvaluationState.RECEIVED, "citra")
    assert turn_of(world, "citra") == (Turn.DONE, False)


def test_figures_and_their_lists_agree(world: World, signed_in: SignedIn) -> None:
    world.evaluation(EvaluationState.REPORTED, "rina")
    world.evaluation(EvaluationState.NOT_EVALUATED, "budi")
    browser, p3 = signed_in(world.hr), quarter(world)
    page = browser.get(f"/hr/periods/{p3}")
    rows = [row for row in page.root.first("section", id="turns").all("tr") if row.all("td")]
    assert rows
    for row in rows:
        link = row.first("a")["href"]
        counted = int(row.all("td")[0].text)
        assert f"{counted} orang" in browser.get(link).text, link


def test_the_home_page_says_late_by_cause(world: World, signed_in: SignedIn) -> None:
    world.plan(PlanState.SUBMITTED, "rina")
    page = signed_in(world.hr).get("/hr")
    waiting = page.root.first("section", id="waiting")
    assert "1 SKP tertahan di penilai" in waiting.text
    assert "1 sudah diajukan dan belum dibaca" in waiting.text
    assert "Rina" not in waiting.text
    listed = page.link("Lihat: 1 SKP tertahan di penilai").open()
    assert "Rina Pelaksana" in listed.text and "1 orang" in listed.text


def test_a_chosen_year_speaks_of_itself(world: World, signed_in: SignedIn) -> None:
    world.plan(PlanState.SUBMITTED, "rina")
    browser = signed_in(world.hr)
    policy = ref(world, lambda: policies.latest("nasional-6-2022"))
    browser.post("/hr/cycles/new", {"year": "2025", "policy": policy})
    waiting = browser.get("/hr?year=2025").root.first("section", id="waiting").text
    assert "Tidak ada lagi yang menunggu dari tahun 2025" in waiting and "SKP tertahan" not in waiting
    browser.post(browser.get("/hr?year=2025").link("Triwulan IV 2025").open().form(action="/open").action)
    # What is left of an earlier year waits on the present one's page too.
    assert "SKP tertahan" in browser.get("/hr").root.first("section", id="waiting").text


def test_a_pattern_is_provisional_while_most_are_not_rated(app: App) -> None:
    rated = {OverallRating.GOOD: 3}
    so_far = Organisation(Unit(name="Dinas"), 12, 0, rated, None, "", "", None)
    with app.test_request_context():
        assert "Sementara: baru 3 dari 12 orang dinilai." in hr_exceptions.so_far(so_far)
        assert "Sementara" not in hr_exceptions.so_far(replace(so_far, people=3))


# -------------------------------------------------------------------------------- cycle and period


def test_a_year_is_looked_at_before_it_is_opened(world: World, signed_in: SignedIn) -> None:
    browser = signed_in(world.hr)
    page = browser.get("/hr/cycles/new")
    assert not page.has_button("Buka siklus")
    assert "2026" not in [option.text for option in page.root.all("option")]
    page = page.form(button="Lihat jadwalnya").fill(year="2027", legal_basis="SE 1/2026").send()
    assert "Minggu, 31 Januari 2027" in page.text and "Triwulan IV 2027" in page.text
    page = page.form(button="Buka siklus 2027").send()
    assert "Siklus tahun 2027 dibuka" in page.text and page.h1 == "Siklus 2027"
    known = browser.get("/hr/cycles/new")
    assert "2027" not in [option.text for option in known.root.all("option")]


@pytest.mark.parametrize(
    "fields", [{"year": "2027"}, {"year": "x", "policy": "y"}, {"year": "2026"}, {"legal_basis": "x" * 5000}]
)
def test_a_bad_year_opens_nothing(world: World, signed_in: SignedIn, fields: dict[str, str]) -> None:
    browser = signed_in(world.hr)
    assert browser.post("/hr/cycles/new", fields).status == 422
    assert browser.get("/hr/cycles/new", query_string=fields).status == 422
    assert browser.get("/hr").h1 == "Siklus 2026"


def test_opening_enrols_and_may_be_repeated(world: World, signed_in: SignedIn) -> None:
    browser = signed_in(world.hr)
    policy = ref(world, lambda: policies.latest("nasional-6-2022"))
    browser.post("/hr/cycles/new", {"year": "2025", "policy": policy})
    first = browser.get("/hr?year=2025").link("Triwulan I 2025").open()
    assert first.has_button("Buka Triwulan I 2025")
    page = first.form(action="/open").send()
    assert "Triwulan I 2025 dibuka; 12 pegawai terdaftar." in page.text
    page = page.form(action="/open", button="Daftarkan").send()
    assert "Tidak ada pegawai baru" in page.text
    assert signed_in(world.agency_hr).post(f"/hr/periods/{page.ref}/open").status == 403


def test_a_period_that_has_not_begun_says_so(world: World, signed_in: SignedIn) -> None:
    browser = signed_in(world.hr)
    policy = ref(world, lambda: policies.latest("nasional-6-2022"))
    browser.post("/hr/cycles/new", {"year": "2027", "policy": policy})
    page = browser.get("/hr?year=2027").link("Triwulan I 2027").open()
    assert "baru mulai" in page.text
    assert not page.root.all("form", action=f"/hr/periods/{page.ref}/open")
    refused = browser.post(f"/hr/periods/{page.ref}/open")
    assert "baru mulai" in refused.text


def test_closing_names_what_is_missing_and_leads_there(world: World, signed_in: SignedIn) -> None:
    world.evaluation(EvaluationState.RATED, "rina", 1)
    browser, p1 = signed_in(world.hr), quarter(world, 1)
    page = browser.get(f"/hr/periods/{p1}")
    steps = page.root.first("aside", id="steps")
    assert "Periode belum dapat ditutup" in steps.text
    assert "1 predikat belum disampaikan" in steps.text
    link = next(a["href"] for a in steps.all("a") if "state=dinilai" in a.get("href"))
    assert "Rina Pelaksana" in browser.get(link).text
    assert "belum dapat ditutup" in browser.post(f"/hr/periods/{p1}/close").text
    with world.inside():
        assert world.period(1).state is PeriodState.OPEN


def test_a_finished_period_closes(world: World, signed_in: SignedIn) -> None:
    with world.inside():
        for evaluation in db.session.scalars(db_evaluations(world, 1)).all():
            world.do(
                evaluations.mark_not_evaluated,
                evaluation,
                by=world.hr,
                reason=NotEvaluatedReason.NO_PLAN,
                note="",
            )
    browser, p1 = signed_in(world.hr), quarter(world, 1)
    assert "Triwulan I 2026 dapat ditutup" in browser.get("/hr").text
    page = browser.get(f"/hr/periods/{p1}").form(action="/close").send()
    assert "Triwulan I 2026 ditutup." in page.text
    assert not page.root.all("form", action=f"/hr/periods/{p1}/close")
    assert "1 periode belum diterbitkan" in browser.get("/hr").text
    assert signed_in(world.agency_hr).post(f"/hr/periods/{p1}/close").status == 403


def db_evaluations(world: World, number: int) -> Any:
    period = world.period(number)
    return (
        db.select(Evaluation)
        .join(Enrolment, Enrolment.id == Evaluation.enrolment_id)
        .where(Enrolment.period_id == period.id)
    )


# ----------------------------------------------------------------------------------------- people


def test_people_are_found_filtered_and_sorted(world: World, signed_in: SignedIn) -> None:
    world.plan(PlanState.SUBMITTED, "rina")
    world.evaluation(EvaluationState.NOT_EVALUATED, "budi")
    browser, address = signed_in(world.hr), f"/hr/periods/{quarter(world)}/people"

    def names(query: str) -> list[str]:
        rows = browser.get(f"{address}?{query}").root.all("tbody")
        return [cell.text.split(" ")[0] for body in rows for cell in body.all("th")]

    assert names("q=RÍNA") == ["Rina"]
    assert names("plan=diajukan") == ["Rina"]
    assert names("state=tidak_dinilai") == ["Budi"]
    assert names("turn=sepakat_skp") == ["Rina"]
    assert "Rina" in names("turn=penilai&late=ya") and "Budi" not in names("turn=penilai&late=ya")
    every = names("")
    assert every == sorted(every) and names("sort=-nama") == every[::-1]
    assert set(names(f"unit={unit(world, 'puskesmas-melati')}")) == {"Endang", "Dewi"}
    health = unit(world, "dinas-kesehatan")
    assert "Rina" in names(f"unit={health}") and "Rina" not in names(f"unit={health}&own=ya")
    kept = browser.get(f"{address}?q=rina&sort=-nama&plan=diajukan")
    assert kept.form(action="/people")["q"] == "rina"
    assert all("q=rina" in link for link in kept.links_to(r"people\.csv"))


@pytest.mark.parametrize("sort", ["nama", "-nama", "unit", "-unit"])
def test_pages_go_forth_and_back(
    world: World, signed_in: SignedIn, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, address = signed_in(world.hr), f"/hr/periods/{quarter(world)}/people?sort={sort}"

    def names(page: Any) -> list[str]:
        return [cell.text for body in page.root.all("tbody") for cell in body.all("th")]

    every = names(browser.get(address))
    monkeypatch.setattr(lists, "PAGE", 5)
    first = browser.get(address)
    second = first.link("Berikutnya").open()
    third = second.link("Berikutnya").open()
    assert names(first) + names(second) + names(third) == every
    assert "6–10 dari 12" in second.text and "11–12 dari 12" in third.text
    assert not third.links_to("after=")
    assert names(third.link("Sebelumnya").open()) == names(second)
    back = second.link("Sebelumnya").open()
    assert names(back) == names(first) and "1–5 dari 12" in back.text
    assert not back.links_to("before=")


def test_counts_stop_at_many(world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MANY", 5)
    monkeypatch.setattr(lists, "PAGE", 4)
    page = signed_in(world.hr).get(f"/hr/periods/{quarter(world)}/people")
    assert "lebih dari 5 orang" in page.text
    while page.links_to("after="):
        page = page.link("Berikutnya").open()
        assert page.status == 200


def test_the_rating_is_shown_after_it_was_told(world: World, signed_in: SignedIn) -> None:
    address = f"/hr/periods/{quarter(world)}/people?q=rina"
    world.evaluation(EvaluationState.RATED, "rina")
    browser = signed_in(world.hr)
    assert not browser.get(address).root.all("span", class_="rate")
    assert ',"Baik"' not in browser.get(address.replace("people", "people.csv")).html
    world.evaluation(EvaluationState.HANDED_OVER, "rina")
    assert browser.get(address).root.first("span", class_="rate").text == "Baik"
    assert ',"Baik"' in browser.get(address.replace("people", "people.csv")).html


def test_the_file_holds_what_the_list_shows(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.inside():
        person = db.session.get_one(type(world.enrolment("rina")), world.enrolment("rina").id)
        from portal.people.employment.models import Person

        with door():
            db.session.get_one(Person, person.person_id).name = '=HYPERLINK("x")'
    monkeypatch.setattr(lists, "CHUNK", 5)
    page = signed_in(world.hr).get(f"/hr/periods/{quarter(world)}/people.csv")
    lines = page.response.get_data().decode("utf-8-sig").splitlines()
    assert page.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in page.headers["Content-Disposition"]
    assert len(lines) == 13 and lines[0].startswith('"nama","jabatan",')
    assert any(line.startswith("\"'=HYPERLINK") for line in lines)
    assert "18900" not in page.html
    filtered = signed_in(world.agency_hr).get(f"/hr/periods/{quarter(world)}/people.csv?q=citra")
    assert len(filtered.html.splitlines()) == 2


def test_statements_do_not_grow_with_rows(world: World, signed_in: SignedIn, app: Any) -> None:
    from tests.support.databases import counted

    whole_region, one_agency, p3 = signed_in(world.hr), signed_in(world.agency_hr), quarter(world)
    for address in (
        "/hr",
        f"/hr/agencies?period={p3}",
        f"/hr/periods/{p3}/people",
        f"/hr/appraisers?period={p3}",
        f"/hr/appraisers/progress?period={p3}",
        f"/hr/periods/{p3}/organisations",
    ):
        # Counts are kept until something happens; what is left is the same for both.
        whole_region.get(address)
        one_agency.get(address)
        with counted(app) as more:
            whole_region.get(address)
        with counted(app) as fewer:
            one_agency.get(address)
        assert len(more) == len(fewer) <= 6, address


# ---------------------------------------------------------------------------------------- absence


def test_an_absence_has_a_reason_and_can_be_taken_back(world: World, signed_in: SignedIn) -> None:
    evaluation = world.evaluation(EvaluationState.RUNNING, "budi")
    browser, address = signed_in(world.agency_hr), f"/hr/evaluations/{evaluation.ref}/absence"
    page = browser.get(address)
    wrong = page.form(button="Catat tidak dinilai").fill(note="Tanpa sebab").send()
    assert wrong.status == 422 and "Pilih satu sebab." in wrong.text and "Tanpa sebab" in wrong.html
    wrong = page.form(button="Catat tidak dinilai").fill(reason="lainnya", note="pendek").send()
    assert wrong.status == 409 and "sekurang-kurangnya 20 huruf" in wrong.text
    page = page.form(button="Catat tidak dinilai").fill(reason="cuti_sakit", note="Surat 12/2026").send()
    assert "Budi Perawat dicatat tidak dinilai" in page.text
    page = browser.get(address)
    assert "Sudah dicatat tidak dinilai: Cuti sakit." in page.text
    page = page.form(action="/undo").send()
    assert "evaluasi berjalan lagi" in page.text
    with world.inside():
        found = db.session.get_one(Evaluation, evaluation.id)
        assert found.state is EvaluationState.RUNNING and found.not_evaluated is None


def test_a_rated_person_is_not_absent(world: World, signed_in: SignedIn) -> None:
    evaluation = world.evaluation(EvaluationState.RATED, "rina")
    browser, address = signed_in(world.hr), f"/hr/evaluations/{evaluation.ref}/absence"
    page = browser.get(address)
    assert "Belum dapat dilakukan." in page.text and not page.has_button("Catat tidak dinilai")
    assert browser.post(address, {"reason": "cuti_sakit"}).status == 409
    address = f"/hr/evaluations/{evaluation.ref}/not-obliged"
    assert browser.post(address, {"reason": "cltn", "note": "SK 1"}).status == 409


def test_nobody_excuses_himself(world: World, signed_in: SignedIn) -> None:
    with world.inside():
        evaluation = evaluation_queries.of_enrolment(world.enrolment("hr", 3).id)
        assert evaluation is not None
        own = evaluation.ref
    for page in ("absence", "not-obliged"):
        assert signed_in(world.hr).get(f"/hr/evaluations/{own}/{page}").status == 404
        assert signed_in(world.hr).post(f"/hr/evaluations/{own}/{page}", {"reason": "cltn"}).status == 404


def test_who_is_not_obliged_stands_in_no_figure(world: World, signed_in: SignedIn) -> None:
    evaluation, p3 = world.evaluation(EvaluationState.RUNNING, "budi"), quarter(world)
    browser = signed_in(world.hr)
    page = browser.get(f"/hr/evaluations/{evaluation.ref}/not-obliged")
    assert page.form(button="Catat").fill(reason="x", note="SK 1").send().status == 422
    page = page.form(button="Catat").fill(reason="cltn", note="SK 800/12, sampai Desember").send()
    assert "dicatat tidak wajib SKP" in page.text
    page = browser.get(f"/hr/periods/{p3}")
    assert "11 orang wajib SKP" in page.text and "1 pegawai tidak wajib SKP" in page.text
    assert "SK 800/12, sampai Desember" in page.text
    with world.inside():
        assert world.enrolment("budi", 3).not_obliged is NotObligedReason.UNPAID_LEAVE


# ----------------------------------------------------------------------------------- organisations


def test_an_organisations_rating_needs_its_document(world: World, signed_in: SignedIn) -> None:
    browser, p3 = signed_in(world.hr), quarter(world)
    page = browser.get(f"/hr/periods/{p3}/organisations")
    assert "menunggu Bagas Sekretaris" in page.text
    form = page.link("Catat: Dinas Kesehatan").open()
    wrong = form.form(button="Catat capaian").fill(rating="baik", document=" ", reason="kurang").send()
    assert wrong.status == 422 and wrong.error_of("document")
    wrong = form.form(button="Catat capaian").fill(rating="baik", document="Nota 1", reason="kurang").send()
    assert wrong.status == 409 and "kurang" in wrong.html
    reason = "Sasaran triwulan tercapai menurut laporan."
    page = form.form(button="Catat capaian").fill(rating="baik", document="Nota 1/2026", reason=reason).send()
    assert "Capaian kinerja Dinas Kesehatan tercatat: Baik." in page.text
    with world.inside():
        row = evaluation_queries.organisation_rating(world.period(3).id, world.unit("dinas-kesehatan").id)
        assert row is not None and row.document == "Nota 1/2026" and row.person_id == world.hr.person_id


def test_a_told_rating_fixes_the_organisations(world: World, signed_in: SignedIn) -> None:
    world.evaluation(EvaluationState.HANDED_OVER, "rina")
    browser, p3, health = signed_in(world.hr), quarter(world), unit(world, "dinas-kesehatan")
    address = f"/hr/periods/{p3}/organisations/{health}"
    page = browser.get(address)
    assert "tidak dapat diubah lagi" in page.text and not page.has_button("Catat capaian")
    fields = {"rating": "kurang", "document": "Nota 2", "reason": "Laporan ternyata tidak lengkap."}
    assert browser.post(address, fields).status == 409
    assert "tetap: predikat sudah disampaikan" in browser.get(f"/hr/periods/{p3}/organisations").text


def test_the_agency_page_shows_rating_pattern_and_units(world: World, signed_in: SignedIn) -> None:
    world.evaluation(EvaluationState.RATED, "rina")
    page = signed_in(world.hr).get(f"/hr/agencies/{unit(world, 'dinas-kesehatan')}?period={quarter(world)}")
    assert page.h1 == "Dinas Kesehatan"
    assert "Pola tidak diperiksa di bawah 10 orang." in page.text
    assert "Baik paling banyak 70%" in page.text
    assert "Puskesmas Melati" in page.root.first("section", id="organisations").text


# ---------------------------------------------------------------------------------------- chains


def test_gaps_and_skipped_levels_are_said_in_words(world: World, signed_in: SignedIn) -> None:
    with world.inside():
        with door():
            enrolment = world.enrolment("rina", 3)
            head = world.enrolment("unit_head", 3)
            enrolment.skipped = f'[[{head.position_id}, "kosong"]]'
            lost = world.enrolment("budi", 3)
            lost.appraiser_id = lost.appraiser_position_id = None
            lost.appraiser_basis = ""
    browser, p3 = signed_in(world.hr), quarter(world)
    page = browser.get(f"/hr/appraisers?period={p3}&chain=lompat")
    assert "Kepala Bidang Pelayanan: jabatan kosong" in page.text and "1 orang" in page.text
    page = browser.get(f"/hr/appraisers?period={p3}&chain=celah")
    assert "Budi Perawat" in page.text and "Tidak ada pejabat di atas jabatan ini" in page.text
    assert turn_of(world, "budi") == (Turn.NO_APPRAISER, True)
    empty = browser.get(f"/hr/appraisers?period={quarter(world, 4)}&chain=celah")
    assert "Tidak ada celah: setiap pegawai memiliki penilai." in empty.text


def test_appraisers_who_have_not_begun_are_listed(world: World, signed_in: SignedIn) -> None:
    world.evaluation(EvaluationState.REPORTED, "rina")
    world.organisation_rating("dinas-kesehatan")
    browser, p3 = signed_in(world.hr), quarter(world)
    address = f"/hr/appraisers/progress?period={p3}&state=belum"
    page = browser.get(address)
    assert "Darma Kepala Bidang" in page.text and "belum mulai menilai" in page.text
    world.evaluation(EvaluationState.RATED, "rina")
    assert "Darma Kepala Bidang" not in browser.get(address).text

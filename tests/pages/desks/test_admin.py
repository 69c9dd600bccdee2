"""The administrator's area, and the policy page that everybody may read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.extensions import db
from portal.ledger import jobs
from portal.ledger.door import door
from portal.policy.policies import actions as policies
from portal.web import health
from portal.web.current import App
from tests.support.client import Browser
from tests.support.world import World

SignedIn = Callable[[object], Browser]


def test_the_state_of_the_system(world: World, signed_in: SignedIn, statements: Any) -> None:
    with world.inside(), door():
        job = jobs.enqueue("publish", at=world.clock.now())
        job.error, job.attempts = "Traceback\n  File x\nValueError: halaman tidak dapat ditulis\n", 2
    browser = signed_in(world.admin)
    with statements(8):
        page = browser.get("/admin")
    assert page.h1 == "Keadaan sistem"
    for words in ("SQLite", "2 daerah", "Kabupaten Lain", "nasional-6-2022", "Pengelola kinerja daerah"):
        assert words in page.text, words
    assert "ValueError: halaman tidak dapat ditulis" in page.text and "Traceback" not in page.text
    assert not re.search(r"\d{18}", page.text)


def test_health_says_what_to_do(world: World, signed_in: SignedIn, app: App) -> None:
    folder = app.settings.folder
    for name in (health.BEAT, health.LAST_BACKUP):
        (folder / name).unlink(missing_ok=True)
    browser = signed_in(world.admin)
    rows = said(browser.get("/admin"))
    assert "belum pernah terlihat" in rows["Pekerja latar"] and "./kinerja backup" in rows["Cadangan"]
    assert "./kinerja upgrade" in rows["Migrasi"], "tables made without migrations have no number"
    (folder / health.BEAT).touch()
    real = datetime.now(UTC)
    health.remember_backup(folder, health.Backup((real - timedelta(hours=3)).isoformat(), "k.tar", 5, 1, 1))
    rows = said(browser.get("/admin"))
    assert (
        "bekerja" in rows["Pekerja latar"]
        and "k.tar" in rows["Cadangan"]
        and "3 jam lalu" in rows["Cadangan"]
    )
    os.utime(folder / health.BEAT, (real.timestamp() - 600,) * 2)
    health.remember_backup(folder, health.Backup((real - timedelta(days=3)).isoformat(), "k.tar", 5, 1, 1))
    rows = said(browser.get("/admin"))
    assert "diam" in rows["Pekerja latar"] and "10 menit lalu" in rows["Pekerja latar"]
    assert "sudah lama" in rows["Cadangan"] and "3 hari lalu" in rows["Cadangan"]
    (folder / health.LAST_BACKUP).write_text("{")
    rows = said(browser.get("/admin"))
    assert "belum ada" in rows["Cadangan"] and "KINERJA_HTTPS=on" in rows["HTTPS"]
    assert list(rows)[-3:] == ["Basis data", "Antrean", "Ruang simpan"], "what needs a hand stands first"


def said(page: Any) -> dict[str, str]:
    table = page.root.first("section", id="health").first("table")
    return {row.first("th").text.strip(): row.text for row in table.all("tr")[1:]}


def test_a_job_for_later_says_when(world: World, signed_in: SignedIn) -> None:
    with world.inside(), door():
        jobs.enqueue("contoh", at=world.clock.now() + timedelta(hours=2))
        jobs.enqueue("contoh", at=world.clock.now() - timedelta(minutes=1))
    page = signed_in(world.admin).get("/admin")
    assert page.status == 200
    assert "1 menunggu" in page.text and "1 terjadwal untuk nanti, yang pertama Senin" in page.text
    assert page.text.count("contoh") == 1, "what waits for its hour is no matter"


def test_a_failed_job_is_begun_again(world: World, signed_in: SignedIn) -> None:
    ran: list[int] = []
    with world.inside(), door():
        job = jobs.enqueue("contoh", at=world.clock.now(), n=7)
        job.error, job.attempts, job.finished = "ValueError: x", jobs.ATTEMPTS, world.clock.now()
        db.session.flush()
        ref = job.ref
    browser = signed_in(world.admin)
    page = browser.get("/admin").form(action=f"/admin/jobs/{ref}/retry").send()
    assert "masuk antrean lagi" in page.text
    jobs._handlers["contoh"] = lambda n, at: ran.append(n)
    try:
        with world.inside():
            while jobs.run_one(world.clock):
                pass
    finally:
        del jobs._handlers["contoh"]
    assert ran == [7]
    again = browser.post(f"/admin/jobs/{ref}/retry")
    assert "sudah selesai" in again.text


@pytest.mark.postgres
def test_the_state_of_the_system_on_postgres(world: World, signed_in: SignedIn) -> None:
    assert "PostgreSQL" in signed_in(world.admin).get("/admin").text


@pytest.mark.parametrize("who", ["rina", "hr", "agency_hr", "publisher", "mayor"])
def test_nobody_else_sees_it(world: World, signed_in: SignedIn, who: str) -> None:
    assert signed_in(getattr(world, who)).get("/admin").status == 404


def test_an_empty_installation_has_a_page_too(world: World, signed_in: SignedIn) -> None:
    with world.inside(), door():
        db.session.execute(db.update(jobs.Job).values(finished=world.clock.now(), error=""))
    assert "Tidak ada pekerjaan yang menunggu atau gagal." in signed_in(world.admin).get("/admin").text


@pytest.mark.parametrize("who", ["rina", "mayor", "hr", "admin", "other"])
def test_everybody_may_read_the_policy(world: World, signed_in: SignedIn, who: str, statements: Any) -> None:
    with world.inside():
        version = policies.latest("nasional-6-2022")
        ref, names = version.ref, list(version.rules.settings)
    browser = signed_in(getattr(world, who))
    with statements(8):
        page = browser.get(f"/policies/{ref}")
    assert page.status == 200
    ids = {node.get("id") for node in page.root.all("tr")}
    assert {name.replace(".", "-") for name in names} <= ids
    assert "Asumsi, menunggu penetapan" in page.text
    assert "PP 30/2019 Pasal 24" in page.text
    assert version.sha256 in page.text
    assert len(page.root.first("table", class_="matrix").all("td")) == 9
    assert page.links_to(r"^/policies$")
    assert browser.get("/policies").links_to(f"/policies/{ref}")
    assert browser.get("/policies/000000000000").status == 404


def test_sources_stay_whole_in_the_language_they_are_written_in(world: World, signed_in: SignedIn) -> None:
    with world.inside():
        ref = policies.latest("nasional-6-2022").ref
    browser = signed_in(world.rina)
    browser.post("/language/en", {})
    page = browser.get(f"/policies/{ref}")
    note = "Reviu SKP oleh Pengelola Kinerja tersedia: tidak ada, setiap SKP, atau seperempat SKP."
    (told,) = [each for each in page.root.all("span", lang="id") if each.text.startswith("Reviu SKP oleh")]
    assert told.text.startswith(note)


def test_strangers_are_sent_to_sign_in(world: World, browser: Browser) -> None:
    with world.inside():
        ref = policies.latest("nasional-6-2022").ref
    for address in ("/policies", f"/policies/{ref}", "/admin", "/hr"):
        page = browser.get(address, follow=False)
        assert page.status == 303 and "/login" in page.headers["Location"]

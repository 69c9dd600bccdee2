"""The public pages as files: made when something was published and after each release (decisions §6).

A whole new folder is written beside the one in use; then the pointer ``current``, a symbolic link, is
swapped by rename, so that every reader sees the old pages or the new ones. What the pages were made
from is noted in the folder: nothing is made twice for nothing.
"""

from __future__ import annotations

import fcntl
import gzip
import json
import logging
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import brotli
from flask_babel import force_locale

from portal.extensions import db
from portal.kernel.canonical import canonical, sha256
from portal.kernel.clock import local_date
from portal.kernel.texts import fold
from portal.ledger import jobs
from portal.policy.cycles.rules import PeriodState
from portal.transparency.publications import dataset, pages, queries
from portal.transparency.publications.actions import RENDER
from portal.transparency.publications.addresses import why_not_agency_slug, why_not_region_slug
from portal.transparency.publications.editions import Awaited, Edition, Shelf
from portal.transparency.service_figures import pages as service_pages
from portal.transparency.service_figures import queries as service_queries
from portal.transparency.service_figures.reading import Frozen
from portal.web.assets import write
from portal.web.current import App, app

POINTER = "current"
NOTE = ".made-from"
SEARCH = ".search.json"
QUALITY = 5
"""Of brotli: 11 takes 25 times as long and saves 7 in 100."""
KEPT = 2
"""Folders that stay: the one in use and the one before, from which a slow reader may still be fed."""

CODE = Path(__file__).parent
log = logging.getLogger("kinerja.public")


@jobs.handles(RENDER)
def render_public(*, at: datetime) -> None:
    """The job behind a publication: make the pages anew when something changed."""
    render_all(app())


def render_all(application: App, *, force: bool = False) -> bool:
    """Make every public page of the installation unless they are there already; whether it did.

    Called at every start and by the job ``render_public``; safe from several processes at once.
    """
    folder = application.settings.public_folder
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder), application.app_context():
        try:
            shelves = load(application)
        finally:
            db.session.rollback()
        source = _made_from(application, shelves)
        now = folder / POINTER
        if not force and now.is_dir() and (now / NOTE).exists() and (now / NOTE).read_text() == source:
            return False
        target = folder / f"{application.assets.release}-{_next_number(folder)}"
        count = _write_all(application, shelves, target)
        write(target / NOTE, source.encode())
        _swap(folder, target.name)
        _sweep(folder)
    log.info("%s public pages made in %s", count, target.name)
    return True


def load(application: App) -> list[Shelf]:
    """The shelves of every region that runs here, with what is published and what is awaited."""
    moment = application.clock.now()
    publications, awaited = queries.published(), queries.running()
    services = service_queries.newest()
    seen = {publication.period_id for publication in publications}
    shelves, taken = [], first_parts(application)
    for place in dataset.places():
        refusal = why_not_region_slug(place.slug, taken)
        if refusal is not None:
            log.error("region %s has no public pages: %s", place.slug, refusal.code)
            continue
        editions = tuple(Edition.of(p, place.zone) for p in publications if p.region_id == place.id)
        waiting = tuple(
            Awaited((p.kind.value, p.number, p.year), p.ends, p.state is PeriodState.CLOSED, p.due)
            for p in awaited
            if p.region_id == place.id and p.id not in seen
        )
        figures = tuple(Frozen.of(each, place.zone) for each in services if each.region_id == place.id)
        shelves.append(Shelf(place, editions, waiting, local_date(moment, place.zone), figures))
    return shelves


def first_parts(application: App) -> set[str]:
    """The first part of every address that the app itself answers: no region may hide one."""
    return {rule.rule.strip("/").split("/")[0] for rule in application.url_map.iter_rules()}


# ------------------------------------------------------------------------------------------- writing


def _write_all(application: App, shelves: Sequence[Shelf], target: Path) -> int:
    count = 0
    for page in (*pages.all_pages(shelves), *service_pages.all_pages(shelves)):
        if page.shelf is not None and not _has_own_address(page):
            continue
        for language in ("id", "en"):
            address = page.address(language)
            with application.test_request_context(address), force_locale(language):
                html = tidy(pages.render(page, language))
            _write(target / address.strip("/") / "index.html", html.encode())
            count += 1
    for address, data in (*pages.files(shelves), *service_pages.files(shelves)):
        _write(target / address.lstrip("/"), data)
    write(target / SEARCH, canonical(search_index(shelves)).encode())
    return count


def _has_own_address(page: pages.Page) -> bool:
    parts = page.path.strip("/").split("/")
    if page.template == "agency.html" and (refusal := why_not_agency_slug(parts[1])) is not None:
        log.error("agency %s has no public page: %s", page.path, refusal.code)
        return False
    return True


def tidy(html: str) -> str:
    """The page without the blanks between its lines; nothing public relies on them."""
    return re.sub(r"\n\s*", "\n", html).strip()


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    write(target, data)
    write(target.with_name(target.name + ".br"), brotli.compress(data, quality=QUALITY))
    write(target.with_name(target.name + ".gz"), gzip.compress(data, 9, mtime=0))


def search_index(shelves: Sequence[Shelf]) -> list[dict[str, str]]:
    """What search finds: regions, and the agencies that figures in force speak of."""
    found = []
    for shelf in shelves:
        place = shelf.place
        words = fold(f"{place.name} {place.name_en}")
        found.append(
            {
                "path": f"/{place.slug}/",
                "name": place.name,
                "name_en": place.name_en,
                "region": "",
                "words": words,
            }
        )
        for slug, edition in shelf.slugs().items():
            row = edition.by_slug[slug]
            found.append(
                {
                    "path": f"/{place.slug}/{slug}/",
                    "name": row["nama"],
                    "name_en": row["nama_en"],
                    "region": place.name,
                    "words": fold(f"{row['nama']} {row['nama_en']} {place.name}"),
                }
            )
        for held in shelf.services:
            about = held.data["layanan"]
            found.append(
                {
                    "path": f"/{place.slug}/layanan/{held.slug}/",
                    "name": about["nama"],
                    "name_en": about["nama_en"],
                    "region": f"{held.agency['nama']}, {place.name}",
                    "words": fold(
                        f"{about['nama']} {about['nama_en']} {about['nama_sehari_hari']} {place.name}"
                    ),
                }
            )
    return found


# ------------------------------------------------------------------------------------------- keeping


def _made_from(application: App, shelves: Sequence[Shelf]) -> str:
    """Everything that decides what the pages say, as one hash."""
    published = [[e.ref, e.state.value] for shelf in shelves for e in shelf.editions]
    services = [held.ref for shelf in shelves for held in shelf.services]
    places: list[list[Any]] = [
        [
            [s.place.slug, s.place.name, s.place.name_en, s.place.zone, s.place.accent],
            [[list(a.span), a.closed, a.due.isoformat() if a.due else None] for a in s.awaited],
            s.is_late,
        ]
        for s in shelves
    ]
    return sha256(
        canonical(
            [application.assets.release, _code(application), application.demo, published, services, places]
        )
    )


def _code(application: App) -> str:
    """The code of the pages: templates, catalogues, and the modules that fill them."""
    templates = Path(str(application.template_folder))
    found = [
        *templates.glob("layout/*.html"),
        *templates.glob("components/*.html"),
        *(templates / pages.FOLDER).glob("*.html"),
        *(Path(str(application.root_path)) / "translations").rglob("*.[mp]o"),
        *(Path(str(application.root_path)) / "web").glob("*.py"),
        *CODE.glob("*.py"),
        *(CODE.parent / "service_figures").glob("*.py"),
        *(Path(str(application.root_path)) / "voice" / "services").glob("*.py"),
    ]
    return sha256("".join(sha256(path.read_bytes().hex()) for path in sorted(found)))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One maker at a time, also among processes; the lock goes with the process that holds it."""
    with open(folder / ".lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _folders(folder: Path) -> list[tuple[int, Path]]:
    """The folders of pages by their number, oldest first."""
    found = []
    for path in folder.iterdir():
        number = path.name.rpartition("-")[2]
        if path.is_dir() and not path.is_symlink() and number.isdigit():
            found.append((int(number), path))
    return sorted(found)


def _next_number(folder: Path) -> int:
    return max((number for number, _path in _folders(folder)), default=0) + 1


def _swap(folder: Path, name: str) -> None:
    fresh = folder / f".{POINTER}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(name)
    os.replace(fresh, folder / POINTER)


def _sweep(folder: Path) -> None:
    for _number, path in _folders(folder)[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)


# -------------------------------------------------------------------------------------------- search

_kept: tuple[tuple[str, int, int], list[dict[str, str]]] = (("", 0, 0), [])


def search(folder: Path, query: str, limit: int) -> list[dict[str, str]]:
    """At most ``limit`` entries that hold every word of ``query``; names that begin with it first."""
    wanted = fold(query).split()
    if not wanted:
        return []
    found = [row for row in _index(folder) if all(word in row["words"] for word in wanted)]
    found.sort(key=lambda row: (not row["words"].startswith(wanted[0]), row["words"], row["path"]))
    return found[:limit]


def _index(folder: Path) -> list[dict[str, str]]:
    global _kept  # noqa: PLW0603 - one small list a process, read again when the pointer moves
    path = folder / POINTER / SEARCH
    try:
        now = path.stat()
        mark = (str(folder), now.st_ino, now.st_mtime_ns)
        if _kept[0] != mark:
            _kept = (mark, json.loads(path.read_text(encoding="utf-8")))
    except OSError:
        return []
    return _kept[1]

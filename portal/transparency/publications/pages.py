"""What stands on each public page: templates with their values, made from the shelves of editions.

Every function is called inside a request context whose language is the page's. Nothing here reads the
database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import g, render_template
from flask_babel import gettext as _

from portal.kernel.refusal import N_
from portal.transparency.publications import words
from portal.transparency.publications.editions import MEASURES, Edition, Share, Shelf, as_csv, share
from portal.transparency.publications.keys import DISTRIBUTION, INDICATORS, PROCESS
from portal.web import charts
from portal.web.formats import Formats, formats
from portal.web.frame import Site

FOLDER = "transparency/publications/"
SORTS: Mapping[str, str] = {
    "pegawai": "wajib_skp",
    "tepat-waktu": "ditetapkan_tepat_waktu",
    "dinilai": "dievaluasi",
    "indikator": INDICATORS,
}
"""Orders of the table of agencies, by their part of the address; without one it goes by name."""


@dataclass(frozen=True)
class PublicSite(Site):
    """The public frame with the address of the method page."""

    method_url: str = ""


@dataclass(frozen=True)
class Region:
    """A region as the frame shows it."""

    name: str
    url: str


@dataclass(frozen=True)
class Page:
    """A page to be made: its address without the language, whose it is, and how its values come about."""

    path: str
    template: str
    values: Callable[[], dict[str, Any]]
    shelf: Shelf | None = None
    section: str = ""
    edition: Edition | None = None

    def address(self, language: str) -> str:
        """The whole address in that language."""
        return f"/en{self.path}" if language == "en" else self.path


def all_pages(shelves: Sequence[Shelf]) -> Iterator[Page]:
    """Every page of the installation, once; each exists in both languages."""
    yield Page("/", "front.html", partial(front, shelves), section="front")
    yield Page("/metode/", "method.html", dict, section="method")
    yield Page("/periksa/", "verify.html", partial(verify, shelves), section="verify")
    for shelf in shelves:
        yield from region_pages(shelf)


def region_pages(shelf: Shelf) -> Iterator[Page]:
    """Every page of one region."""
    root, latest = f"/{shelf.place.slug}/", shelf.latest
    listing = f"{root}publikasi/"
    yield Page(root, "region.html", partial(region, shelf), shelf, "region", latest)
    yield Page(listing, "list.html", partial(listed, shelf), shelf, "list", latest)
    for sort in SORTS if latest else ():
        yield Page(
            f"{root}urut/{sort}/", "region.html", partial(region, shelf, sort), shelf, "region", latest
        )
    for edition in shelf.editions:
        yield Page(
            f"{listing}{edition.stem}/",
            "edition.html",
            partial(one_edition, shelf, edition),
            shelf,
            "list",
            edition,
        )
    for slug, edition in shelf.slugs().items():
        yield Page(
            f"{root}{slug}/",
            "agency.html",
            partial(agency, shelf, slug, edition),
            shelf,
            "region",
            edition,
        )


def files(shelves: Sequence[Shelf]) -> Iterator[tuple[str, bytes]]:
    """The data files: address and bytes; the JSON is what was hashed, byte for byte."""
    for shelf in shelves:
        for edition in shelf.editions:
            stem = f"/{shelf.place.slug}/data/{edition.stem}"
            yield f"{stem}.json", edition.text.encode()
            yield f"{stem}.csv", as_csv(edition.data).encode()


# --------------------------------------------------------------------------------------------- frame


def render(page: Page, language: str) -> str:
    """The page as HTML; inside a request context of that language."""
    place = page.shelf.place if page.shelf else None
    g.formats = Formats(language, place.zone if place else "WIB")
    g.site = site(page, language)
    return render_template(
        FOLDER + page.template,
        **page.values(),
        base="/en" if language == "en" else "",
        home=f"/en/{place.slug}/" if place and language == "en" else f"/{place.slug}/" if place else "",
        place=place,
        words_=words,
        accent=place.accent if place else "a1",
        # A page that is kept can't tell the time; the strip that marks invented data stays.
        demo_clock=None,
        own_address=page.address(language),
        twin_address=page.address("id" if language == "en" else "en"),
    )


def site(page: Page, language: str) -> PublicSite:
    """The frame around ``page``."""
    base = "/en" if language == "en" else ""
    place = page.shelf.place if page.shelf else None
    search = (_("Cari"), f"{base}/cari", page.section == "search")
    if place:
        home = f"{base}/{place.slug}/"
        nav = [
            (_("Kinerja instansi"), home, page.section == "region"),
            (_("Publikasi dan data"), f"{home}publikasi/", page.section == "list"),
        ]
        if page.shelf and page.shelf.services:
            nav.insert(1, (_("Layanan"), f"{home}layanan/", page.section == "services"))
    else:
        home = f"{base}/"
        nav = [
            (_("Semua daerah"), home, page.section == "front"),
            (_("Metode"), f"{base}/metode/", page.section == "method"),
        ]
    return PublicSite(
        region=Region(words.name(place), home) if place else None,
        nav=(*nav, search),
        other_language_url=page.address("id" if language == "en" else "en"),
        release=_release(page.edition, base) if page.edition else None,
        home_url=f"{base}/",
        method_url=f"{base}/metode/",
    )


def _release(edition: Edition, base: str) -> dict[str, str]:
    return {
        "date": formats().plain_date(edition.published_on),
        "version": str(edition.version),
        "hash_short": f"{edition.sha256[:8]}…{edition.sha256[-4:]}",
        "verify_url": f"{base}/periksa/",
    }


# ------------------------------------------------------------------------------------------- figures


def series(shelf: Shelf, edition: Edition, slug: str = "") -> list[dict[str, Any]]:
    """The periods up to ``edition`` of its kind, with the figures of the region or of an agency."""
    found = []
    for span, held in shelf.series(edition.span[0]):
        if held is not None and held.ordinal > edition.ordinal:
            break
        row = None if held is None else held.by_slug.get(slug) if slug else held.total
        found.append({"span": span, "edition": held, "label": words.period(span), "row": row})
    return found


def points(rows: Sequence[Mapping[str, Any]], measure: str) -> list[dict[str, Any]]:
    """A measure over the periods as points of a chart; a gap says why it is one."""
    found = []
    for row in rows:
        value = share(row["row"], measure) if row["row"] is not None else None
        note = ""
        if row["edition"] is None:
            note = _("belum terbit")
        elif row["row"] is None:
            note = _("instansi belum ada")
        elif value is None:
            note = _("tidak ditampilkan")
        elif value.percent is None:
            note = _("belum ada")
        found.append({"label": row["label"], "value": value.percent if value else None, "note": note})
    return found


def _lines(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every measure over the periods, with its name and its reading."""
    found = []
    for measure in MEASURES:
        title, line = _(words.MEASURES[measure].label), points(rows, measure)
        found.append({"title": title, "points": line, "reading": reading(title, line)})
    return found


def keys(shelf: Shelf, edition: Edition, figures: Mapping[str, Any], slug: str = "") -> list[dict[str, Any]]:
    """The four key figures with all that stands beside them.

    From the second period on each draws its trend; until then a bar from zero. An agency's stand beside
    the whole region's.
    """
    rows = series(shelf, edition, slug)
    found = []
    for measure in MEASURES:
        text, value = words.MEASURES[measure], share(figures, measure)
        entry: dict[str, Any] = {"label": _(text.label), "hidden": value is None}
        if value is not None:
            trend = points(rows, measure)
            known = [point for point in trend if point["value"] is not None]
            change, tone = _change(rows, measure, value)
            whole = share(edition.total, measure) if slug else None
            entry.update(
                value=formats().number(value.percent, 1) if value.percent is not None else _("belum ada"),
                unit="%" if value.percent is not None else None,
                percent=value.percent,
                change=change,
                tone=tone,
                n=words.of(measure, value),
                date=words.period(edition.span),
                definition=_(text.definition),
                formula=_(text.formula),
                points=trend if len(known) > 1 else None,
                line=_small_line(trend),
                reading=reading(_(text.label), trend),
                whole=whole.percent if whole else None,
                whole_text=_compared(whole, shelf) if whole else "",
            )
        found.append(entry)
    return found


def _small_line(trend: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The drawing of a share over the periods: 60 px for zero to a hundred, on the line at 68."""
    count = len(trend)
    drawn = [
        None if point["value"] is None else (charts.across(i, count), 68 - float(point["value"]) * 0.6)
        for i, point in enumerate(trend)
    ]
    last = next((point for point in reversed(drawn) if point is not None), None)
    return {
        "path": charts.path(drawn),
        "x": charts.short(last[0]) if last else "",
        "y": charts.short(last[1]) if last else "",
        "gaps": [charts.short(charts.across(i, count)) for i, point in enumerate(drawn) if point is None],
        "first": trend[0]["label"] if trend else "",
        "last": trend[-1]["label"] if trend else "",
    }


def _change(rows: Sequence[Mapping[str, Any]], measure: str, now: Share) -> tuple[str, str]:
    before = _before(rows)
    if before is None or before["row"] is None:
        return "", ""
    return words.change(now, share(before["row"], measure), before["span"])


def _before(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    earlier = [row for row in rows[:-1] if row["edition"] is not None]
    return earlier[-1] if earlier else None


def _compared(whole: Share | None, shelf: Shelf) -> str:
    if whole is None or whole.percent is None:
        return ""
    return _(
        "Seluruh %(region)s: %(share)s",
        region=words.name(shelf.place),
        share=formats().percent(whole.percent),
    )


def reading(label: str, of: Sequence[Mapping[str, Any]]) -> str:
    """A series in one sentence, for those who don't see the line."""
    known = [point for point in of if point["value"] is not None]
    if not known:
        return _("%(label)s: belum ada angka.", label=label)
    f = formats()
    last = _("%(value)s pada %(period)s", value=f.percent(known[-1]["value"]), period=known[-1]["label"])
    if len(known) == 1:
        return f"{label}: {last}."
    first = _("%(value)s pada %(period)s", value=f.percent(known[0]["value"]), period=known[0]["label"])
    return _("%(label)s: dari %(first)s ke %(last)s.", label=label, first=first, last=last)


def distribution(figures: Mapping[str, Any]) -> dict[str, Any] | None:
    """The five ratings with their finding; ``None`` when hidden or nobody was rated."""
    spread = figures[DISTRIBUTION]
    if spread is None or sum(spread.values()) == 0:
        return None
    return {
        "title": words.spread_finding(spread),
        "rows": words.spread_rows(spread),
        "n": sum(spread.values()),
    }


# --------------------------------------------------------------------------------------------- pages


def front(shelves: Sequence[Shelf]) -> dict[str, Any]:
    """The installation: what this is, and its regions with their latest figures."""
    return {"shelves": [_card(shelf) for shelf in shelves], "published": any(s.latest for s in shelves)}


def _card(shelf: Shelf) -> dict[str, Any]:
    latest = shelf.latest
    return {
        "place": shelf.place,
        "latest": latest,
        "period": words.period(latest.span) if latest else "",
        "shares": {m: share(latest.total, m) for m in MEASURES} if latest else {},
        "agencies": sum(not is_empty(row) for row in latest.agencies) if latest else 0,
        "waiting": awaited(shelf),
    }


def awaited(shelf: Shelf) -> str:
    """When figures come, in sentences: what was promised, and that it is late when it is."""
    f, latest = formats(), shelf.latest
    if latest is not None and shelf.is_late:
        # No number of days: the page is kept, and would be wrong tomorrow.
        late = _(
            "Angka berikutnya dijanjikan terbit %(date)s dan belum terbit.",
            date=f.plain_date(latest.next_date),
        )
        return f"{late} {_closed(shelf)}".strip()
    if latest is not None:
        return _(
            "Angka berikutnya terbit %(date)s; jika terlambat, halaman ini akan menyebutkannya.",
            date=f.plain_date(latest.next_date),
        )
    if shelf.editions:
        last = shelf.editions[-1]
        return _(
            "Angka %(period)s ditarik %(date)s; alasannya ada pada daftar publikasi. Belum ada penggantinya.",
            period=words.period(last.span),
            date=f.plain_date(last.withdrawn_on or last.published_on),
        )
    if not shelf.awaited:
        return _("Angka pertama terbit setelah daerah ini membuka dan menutup satu periode penilaian.")
    first = shelf.awaited[0]
    if first.closed:
        return _closed(shelf)
    if first.due is not None:
        return _(
            "Angka pertama terbit setelah %(period)s ditutup; tenggat penilaiannya %(date)s.",
            period=words.period(first.span),
            date=f.plain_date(first.due),
        )
    return _("Angka pertama terbit setelah %(period)s ditutup.", period=words.period(first.span))


def _closed(shelf: Shelf) -> str:
    closed = [period for period in shelf.awaited if period.closed]
    if not closed:
        return ""
    return _(
        "%(period)s sudah ditutup; angkanya sedang disiapkan dan diperiksa orang kedua.",
        period=words.period(closed[0].span),
    )


def region(shelf: Shelf, sort: str = "") -> dict[str, Any]:
    """A region's page."""
    latest = shelf.latest
    if latest is None:
        return {"edition": None, "waiting": awaited(shelf), "sort": sort}
    total, rows = latest.total, _rows(shelf, latest, sort)
    return {
        "edition": latest,
        "period": words.period(latest.span),
        "total": total,
        "title": words.finding(total, share(total, "ditetapkan_tepat_waktu"), share(total, "dievaluasi")),
        "keys": keys(shelf, latest, total),
        "lines": _lines(series(shelf, latest)),
        "distribution": distribution(total),
        "agencies": [row for row in rows if not row["empty"]],
        "empties": [row for row in rows if row["empty"]],
        "lowest": _lowest(rows),
        "sort": sort,
        "sorts": SORTS,
        "reasons": {
            group: words.reasons(group, total[group]) if total[group] else []
            for group in ("belum_dinilai", "tidak_wajib")
        },
        "hidden": hidden_names(latest),
        "waiting": awaited(shelf),
        "late": shelf.is_late,
        "versions": shelf.versions(latest),
        "files": file_sizes(latest),
    }


def _rows(shelf: Shelf, edition: Edition, sort: str = "") -> list[dict[str, Any]]:
    several = len([e for e in shelf.current if e.span[0] == edition.span[0]]) > 1
    rows = []
    for row in edition.agencies:
        trend = points(series(shelf, edition, row["slug"]), "dievaluasi") if several else []
        rows.append(
            {
                "row": row,
                "slug": row["slug"],
                "hidden": PROCESS in row["tidak_ditampilkan"],
                "empty": is_empty(row),
                "shares": {measure: share(row, measure) for measure in MEASURES},
                "trend": trend,
                "reading": reading(words.name(row), trend) if trend else "",
            }
        )
    measure = SORTS.get(sort)
    if measure == "wajib_skp":
        rows.sort(key=lambda r: -1 if r["row"]["wajib_skp"] is None else r["row"]["wajib_skp"], reverse=True)
    elif measure:
        rows.sort(key=lambda r: _rank(r["shares"][measure]), reverse=True)
    return rows


def _lowest(rows: Sequence[Mapping[str, Any]]) -> int:
    """The foot of the small lines' common scale: the round ten below the lowest of them."""
    values = [point["value"] for row in rows for point in row["trend"] if point["value"] is not None]
    return int(min(values) // 10 * 10) if values and min(values) < 100 else 90 if values else 0


def is_empty(row: Mapping[str, Any]) -> bool:
    """Whether nobody was enrolled in the agency."""
    return row["wajib_skp"] == 0 and not row["tidak_wajib"]


def _rank(value: Share | None) -> Any:
    return -1 if value is None or value.percent is None else value.percent


HIDDEN_FAMILIES: Mapping[str, str] = {
    PROCESS: N_("semua angka"),
    DISTRIBUTION: N_("sebaran predikat"),
    INDICATORS: N_("indikator tercapai"),
}


def hidden_names(edition: Edition) -> list[dict[str, Any]]:
    """Which agencies have hidden figures, by what is hidden; the cause is the same neutral one for all."""
    found = []
    for family, text in HIDDEN_FAMILIES.items():
        rows = [
            row
            for row in edition.agencies
            if family in row["tidak_ditampilkan"]
            and (family == PROCESS or PROCESS not in row["tidak_ditampilkan"])
        ]
        if rows:
            found.append({"what": _(text), "names": words.listed([words.name(row) for row in rows])})
    return found


def file_sizes(edition: Edition) -> dict[str, str]:
    """The sizes of the data files in words."""
    return {
        "json": formats().bytes(len(edition.text.encode())),
        "csv": formats().bytes(len(as_csv(edition.data).encode())),
    }


def agency(shelf: Shelf, slug: str, edition: Edition) -> dict[str, Any]:
    """An agency's page: its figures beside the region's."""
    row = edition.by_slug[slug]
    rows = series(shelf, edition, slug)
    lines = _lines(rows)
    drawn = [line for line in lines if any(point["value"] is not None for point in line["points"])]
    return {
        "edition": edition,
        "period": words.period(edition.span),
        "row": row,
        "hidden": PROCESS in row["tidak_ditampilkan"],
        "empty": is_empty(row),
        "total": edition.total,
        "keys": keys(shelf, edition, row, slug),
        "distribution": distribution(row),
        "whole_distribution": distribution(edition.total),
        "distribution_hidden": DISTRIBUTION in row["tidak_ditampilkan"],
        "reasons": {
            group: words.reasons(group, row[group]) if row[group] else []
            for group in ("belum_dinilai", "tidak_wajib")
        },
        "series": rows,
        "lines": lines,
        "main": drawn[-1] if drawn else lines[-1],
        "waiting": awaited(shelf),
        "late": shelf.is_late,
        "files": file_sizes(edition),
        "services": [held for held in shelf.services if held.agency["slug"] == slug],
    }


def listed(shelf: Shelf) -> dict[str, Any]:
    """The list of a region's publications."""
    rows = [
        {"edition": edition, "period": words.period(edition.span), "files": file_sizes(edition)}
        for edition in sorted(shelf.editions, key=lambda e: (e.last_day, e.ordinal, e.version), reverse=True)
    ]
    return {"rows": rows, "waiting": awaited(shelf)}


def one_edition(shelf: Shelf, edition: Edition) -> dict[str, Any]:
    """One publication with its whole table."""
    versions = shelf.versions(edition)
    newer = [e for e in versions if e.version > edition.version]
    older = [e for e in versions if e.version < edition.version]
    return {
        "edition": edition,
        "period": words.period(edition.span),
        "versions": versions,
        "replaced_by": newer[0] if newer else None,
        "replaces": older[0] if older else None,
        "total": edition.total,
        "agencies": _rows(shelf, edition),
        "distribution": distribution(edition.total),
        "hidden": hidden_names(edition),
        "files": file_sizes(edition),
    }


def verify(shelves: Sequence[Shelf]) -> dict[str, Any]:
    """How to check a hash, with a file that really is there as the example."""
    latest = [(shelf, shelf.latest) for shelf in shelves if shelf.latest is not None]
    return {"example": latest[0] if latest else None}

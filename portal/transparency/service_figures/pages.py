"""What stands on the public pages of services, made from what was frozen.

Every function is called inside a request context whose language is the page's. Nothing here reads the
database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from flask_babel import gettext as _

from portal.policy.calendars.rules import PeriodKind
from portal.transparency.publications import words
from portal.transparency.publications.editions import Shelf
from portal.transparency.publications.pages import Page
from portal.transparency.service_figures.reading import Frozen, as_csv
from portal.voice.services.names import span_name
from portal.voice.services.rules import (
    LABELS,
    Better,
    Component,
    Method,
    MissingReason,
    meets,
    moved,
    shown,
    spans,
)
from portal.web.formats import formats
from portal.web.labels import label

SHOWN = 24
"""Periods that a page shows; all of them stand in the files."""


def all_pages(shelves: Sequence[Shelf]) -> Iterator[Page]:
    """The pages of every service of the installation."""
    for shelf in shelves:
        if not shelf.services:
            continue
        root = f"/{shelf.place.slug}/layanan/"
        yield Page(root, "services.html", partial(listed, shelf), shelf, "services")
        for held in shelf.services:
            yield Page(
                f"{root}{held.slug}/", "service.html", partial(service, shelf, held), shelf, "services"
            )
            for slug in held.units if len(held.units) > 1 else ():
                yield Page(
                    f"{root}{held.slug}/{slug}/",
                    "service.html",
                    partial(service, shelf, held, slug),
                    shelf,
                    "services",
                )


def files(shelves: Sequence[Shelf]) -> Iterator[tuple[str, bytes]]:
    """The data files: address and bytes; the JSON is what was hashed, byte for byte."""
    for shelf in shelves:
        for held in shelf.services:
            stem = f"/{shelf.place.slug}/data/{held.stem}"
            yield f"{stem}.json", held.text.encode()
            yield f"{stem}.csv", as_csv(held.data).encode()


# ------------------------------------------------------------------------------------------- pages


def listed(shelf: Shelf) -> dict[str, Any]:
    """The services of a region by agency, each with its promise and its newest figure."""
    groups: dict[str, dict[str, Any]] = {}
    for held in sorted(shelf.services, key=lambda each: (each.agency["nama"], each.data["layanan"]["nama"])):
        group = groups.setdefault(held.agency["slug"], {"agency": held.agency, "rows": []})
        group["rows"].append(card(held))
    return {"groups": list(groups.values()), "has_agency": set(shelf.slugs())}


def card(held: Frozen) -> dict[str, Any]:
    """A service in one row: its promise, and its first indicator's newest figure against the standard."""
    parts = held.data["standar"]["komponen"]
    first = next((told(held, each) for each in held.data["indikator"]), None)
    return {
        "service": held.data["layanan"],
        "slug": held.slug,
        "agency": held.agency,
        "time": parts.get(Component.PROMISED_TIME.value, ""),
        "fee": parts.get(Component.FEE.value, ""),
        "first": first,
    }


def cards_of(shelf: Shelf, agency: str) -> list[dict[str, Any]]:
    """The services of one agency."""
    return [card(held) for held in shelf.services if held.agency["slug"] == agency]


def service(shelf: Shelf, held: Frozen, unit: str = "") -> dict[str, Any]:
    """A service's page: of all its units together, or of one of them."""
    indicators = [each for each in held.data["indikator"] if not unit or _row(each, unit)]
    parts = held.data["standar"]["komponen"]
    return {
        "held": held,
        "service": held.data["layanan"],
        "agency": held.agency,
        "agency_known": held.agency["slug"] in shelf.slugs(),
        "unit": held.units.get(unit) if unit else None,
        "only": next(iter(held.units.values())) if len(held.units) == 1 else None,
        "indicators": [told(held, each, unit) for each in indicators],
        "units": [] if unit or len(held.units) < 2 else [_units(held, each) for each in indicators],
        "standard": [(LABELS[Component(key)], text) for key, text in _in_order(parts)],
        "basis": held.data["standar"]["dasar"],
        "since": _day(held.data["standar"]["berlaku_sejak"]),
        "sizes": {
            "csv": formats().bytes(len(as_csv(held.data).encode())),
            "json": formats().bytes(len(held.text.encode())),
        },
    }


def _in_order(parts: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(component.value, parts[component.value]) for component in Component if component.value in parts]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


# ----------------------------------------------------------------------------------------- figures


def _row(indicator: Mapping[str, Any], unit: str) -> Mapping[str, Any] | None:
    return next((each for each in indicator["unit"] if each["slug"] == unit), None)


def _series(indicator: Mapping[str, Any], unit: str) -> list[dict[str, Any]]:
    """The values of a unit, of the only unit, or of all together."""
    if unit:
        found = _row(indicator, unit)
        return found["deret"] if found else []
    if len(indicator["unit"]) == 1:
        return indicator["unit"][0]["deret"]  # type: ignore[no-any-return]
    return indicator["jumlah"]  # type: ignore[no-any-return]


def told(held: Frozen, indicator: Mapping[str, Any], unit: str = "") -> dict[str, Any]:
    """An indicator with its series as a page shows it; periods without a word are gaps, too."""
    kind, places = PeriodKind(indicator["frekuensi"]), indicator["desimal"]
    by_begin = {date.fromisoformat(value["mulai"]): value for value in _series(indicator, unit)}
    standard, base = _number(indicator["standar"]), _number(indicator["garis_dasar"])
    better = Better(indicator["arah"])
    rows: list[dict[str, Any]] = []
    if by_begin:
        last = max(by_begin)
        first = max(min(by_begin), moved(kind, last, 1 - SHOWN))
        for begins in spans(kind, first, last):
            value = by_begin.get(begins)
            number = _number(value["nilai"]) if value else None
            rows.append(
                {
                    "label": span_name(kind, begins),
                    "value": shown(number, places) if number is not None else None,
                    "note": _why_empty(indicator, value),
                    "outage": _("gangguan") if value and value["gangguan"] else "",
                    "behind": _behind(value),
                    "remarks": _remarks(value),
                    "meets": meets(number, standard, better),
                }
            )
    known = [row for row in rows if row["value"] is not None]
    now = known[-1] if known else None
    return {
        "about": indicator,
        "name": words.name(indicator),
        "places": places,
        "unit": indicator["satuan"],
        "standard": standard,
        "standard_text": _in_unit(standard, indicator),
        "base": base,
        "base_text": _in_unit(base, indicator),
        "rows": rows,
        "now": now,
        "now_text": _in_unit(now["value"], indicator, places) if now else "",
        "finding": _finding(indicator, now, standard, places),
        "reading": _reading(indicator, known, standard, places),
        "low": Decimal(0) if indicator["satuan"] == "%" else None,
        "high": Decimal(100) if indicator["satuan"] == "%" else None,
        "method": label(Method(indicator["metode"])),
        "better": label(better),
        "frequency": label(kind),
        "is_cut": bool(by_begin) and len(by_begin) > len(rows),
    }


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


def _in_unit(number: Decimal | None, indicator: Mapping[str, Any], places: int | None = None) -> str:
    if number is None:
        return ""
    text = formats().number(number, places)
    return f"{text}%" if indicator["satuan"] == "%" else f"{text}\u00a0{indicator['satuan']}"


def _why_empty(indicator: Mapping[str, Any], value: Mapping[str, Any] | None) -> str:
    if value is None:
        return _("tidak dilaporkan")
    if value["tidak_ditampilkan"]:
        return _("tidak ditampilkan")
    if value["nilai"] is not None:
        return ""
    reason = value.get("sebab_kosong")
    if reason:
        return label(MissingReason(reason))
    if value.get("unit_melapor") and indicator["metode"] == Method.MEDIAN:
        return _("tidak dapat dihitung tanpa semua kasus")
    if value.get("unit_melapor"):
        return _("tidak semua unit melapor")
    return _("tidak dilaporkan")


def _behind(value: Mapping[str, Any] | None) -> str:
    if value is None or value["nilai"] is None:
        return ""
    f = formats()
    if value["penyebut"] is not None:
        part, whole = _number(value["pembilang"]), _number(value["penyebut"])
        return _("%(part)s dari %(whole)s", part=f.number(part), whole=f.number(whole))
    return f.number(value["n"]) if value["n"] is not None else ""


def _remarks(value: Mapping[str, Any] | None) -> list[str]:
    if value is None:
        return []
    f, found = formats(), []
    if value["gangguan"]:
        found.append(_("Gangguan: %(text)s", text=value["gangguan"]))
    if value.get("catatan"):
        found.append(value["catatan"])
    if value.get("belum_selesai"):
        found.append(_("%(n)s kasus belum selesai", n=f.number(value["belum_selesai"])))
    if value.get("tidak_ikut"):
        found.append(_("%(n)s kasus tidak ikut: selesai sebelum dibuka", n=f.number(value["tidak_ikut"])))
    if value.get("koreksi_ke"):
        found.append(_("Dikoreksi: %(reason)s", reason=value["alasan"]))
    if value.get("unit_tercatat", 0) > value.get("unit_melapor", 0):
        found.append(
            _(
                "%(n)s dari %(all)s unit melapor",
                n=f.number(value["unit_melapor"]),
                all=f.number(value["unit_tercatat"]),
            )
        )
    return found


def _finding(
    indicator: Mapping[str, Any], now: Mapping[str, Any] | None, standard: Decimal | None, places: int
) -> str:
    """The newest value against the standard, as the heading says it."""
    name = words.name(indicator)
    if now is None:
        return _("%(name)s: belum ada angka", name=name)
    value = _in_unit(now["value"], indicator, places)
    if now["meets"] is None:
        return _("%(name)s: %(value)s pada %(period)s", name=name, value=value, period=now["label"])
    said = _in_unit(standard, indicator)
    if now["meets"]:
        return _(
            "%(name)s: %(value)s pada %(period)s, memenuhi standar %(standard)s",
            name=name,
            value=value,
            period=now["label"],
            standard=said,
        )
    return _(
        "%(name)s: %(value)s pada %(period)s, belum memenuhi standar %(standard)s",
        name=name,
        value=value,
        period=now["label"],
        standard=said,
    )


def _reading(
    indicator: Mapping[str, Any], known: Sequence[Mapping[str, Any]], standard: Decimal | None, places: int
) -> str:
    """The series in one sentence, for those who don't see the line."""
    name = words.name(indicator)
    if not known:
        return _("%(label)s: belum ada angka.", label=name)
    first, last = known[0], known[-1]
    text = _(
        "%(label)s: dari %(first)s ke %(last)s.",
        label=name,
        first=_(
            "%(value)s pada %(period)s",
            value=_in_unit(first["value"], indicator, places),
            period=first["label"],
        ),
        last=_(
            "%(value)s pada %(period)s",
            value=_in_unit(last["value"], indicator, places),
            period=last["label"],
        ),
    )
    reached = [row["meets"] for row in known if row["meets"] is not None]
    if reached:
        text += " " + _(
            "%(n)s dari %(all)s periode memenuhi standar %(standard)s.",
            n=sum(reached),
            all=len(reached),
            standard=_in_unit(standard, indicator),
        )
    return text


def _units(held: Frozen, indicator: Mapping[str, Any]) -> dict[str, Any]:
    """The units side by side in the newest period, by name: no ranking."""
    newest = max((value["mulai"] for value in indicator["jumlah"]), default="")
    standard, better = _number(indicator["standar"]), Better(indicator["arah"])
    rows = []
    for unit in indicator["unit"]:
        value = next((each for each in unit["deret"] if each["mulai"] == newest), None)
        number = _number(value["nilai"]) if value else None
        rows.append(
            {
                "unit": unit,
                "text": _in_unit(shown(number, indicator["desimal"]), indicator, indicator["desimal"])
                if number is not None
                else "",
                "note": _why_empty(indicator, value),
                "behind": _behind(value),
                "meets": meets(number, standard, better),
            }
        )
    kind = PeriodKind(indicator["frekuensi"])
    return {
        "name": words.name(indicator),
        "period": span_name(kind, date.fromisoformat(newest)) if newest else "",
        "rows": rows,
    }

"""The log: who did what to which thing when, searched by verb, person, unit and day, within one's scope.

Performance managers search their region or agency, auditors what their grant names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import ColumnElement

from portal.desks import log_queries as queries
from portal.desks.log_queries import LogFilter
from portal.desks.rights import Log
from portal.kernel.refs import is_ref
from portal.kernel.texts import clean_line, fold
from portal.people.organisation.models import Region
from portal.policy.history import rules
from portal.web.answers import page
from portal.web.current import today
from portal.web.fields import parse_date
from portal.web.formats import formats
from portal.web.frame import stand_in
from portal.web.rights import requires

bp = Blueprint("log", __name__)
ARGS = ("region", "q", "person", "verb", "about", "unit", "from", "to")
LEAST = 2
"""Letters of a name that are looked for."""


@dataclass(frozen=True)
class Scope:
    """The part of the log that is looked at: a region's, or that of no region."""

    region: Region | None
    condition: ColumnElement[bool]
    agencies: list[int] | None = None
    """The agencies it is limited to; none where it is the whole region."""
    regions: list[Region] = field(default_factory=list)
    outside: bool = False
    """Whether events of no region may be asked for."""

    @property
    def zone(self) -> str:
        return self.region.zone if self.region else "WIB"


def _arg(name: str) -> str:
    return clean_line(request.args.get(name, "")[:100])


def _scope() -> Scope:
    """The region that the address names within the caller's grants, else the first one."""
    found = queries.searchable(current_user)
    wanted = _arg("region")
    if wanted == "-" and found.outside:
        return Scope(None, queries.region_log(None), regions=found.regions, outside=True)
    chosen = next((each for each in found.regions if each.slug == wanted), None)
    if wanted and chosen is None:
        abort(404)
    chosen = chosen or next(
        (each for each in found.regions if each.id == current_user.region_id), found.regions[0]
    )
    agencies = found.agencies.get(chosen.id)
    condition = (
        queries.region_log(chosen.id) if agencies is None else queries.agencies_log(chosen.id, agencies)
    )
    return Scope(chosen, condition, agencies, found.regions, found.outside)


def _row_id(name: str) -> str:
    value = request.args.get(name, "")
    return value if value.isascii() and value.isdigit() and len(value) < 16 else ""


@bp.route("/log")
@requires(Log.SEARCH)
def search() -> Any:
    """A page of the log with its filters; the state stands in the address."""
    scope = _scope()
    stand_in("audit" if scope.outside or _only_audits(scope) else "hr")
    units = list(queries.units_offered(scope.region.id, scope.agencies)) if scope.region else []
    q, people, person, problems = _arg("q"), [], None, []
    if scope.region and is_ref(_arg("person")):
        person = queries.person_by_ref(scope.region.id, _arg("person"), scope.agencies)
    elif scope.region and len(fold(q)) >= LEAST:
        people = list(queries.people_named(scope.region.id, fold(q), scope.agencies, today(scope.zone)))
        person = people[0].Person if len(people) == 1 else None
    first, last = (parse_date(_arg(name)) for name in ("from", "to"))
    for name, day in (("from", first), ("to", last)):
        if _arg(name) and day is None:
            problems.append(_("Tanggal %(date)s tidak ada. Contoh: 28 Februari 2027.", date=_arg(name)[:40]))
    wanted = LogFilter(
        verb=_arg("verb") if _arg("verb") in rules.SENTENCES else "",
        subject=_arg("about") if _arg("about") in rules.SUBJECTS else "",
        person=person,
        unit=next((unit for unit in units if unit.ref == _arg("unit")), None),
        first=first,
        last=last,
    )
    # A name that fits several, or nobody, asks which one before anything is listed.
    undecided = bool(q) and person is None
    found = None
    if not undecided:
        marks = {"after": _row_id("after"), "before": _row_id("before")}
        found = queries.search(scope.condition, wanted, scope.zone, **marks)
    return page(
        "desks/log.html",
        scope=scope,
        found=found,
        people=people[: queries.FOUND],
        more_people=len(people) > queries.FOUND,
        wanted=wanted,
        q=q if person is None else "",
        typed={name: _arg(name) for name in ("from", "to")},
        problems=problems,
        regions=_regions(scope),
        verbs=_verbs(),
        subjects=[
            ("", _("Semua")),
            *sorted(((k, _(v)) for k, v in rules.SUBJECTS.items()), key=lambda r: r[1]),
        ],
        units=[("", _("Semua")), *((unit.ref, unit.name) for unit in units)],
        pager=_pager(found) if found else None,
        address=_address,
        has_filter=any(_arg(name) for name in ARGS if name != "region"),
    )


def _only_audits(scope: Scope) -> bool:
    managed = {
        grant.region_id for grant in current_user.granted("pengelola_daerah", "pengelola_perangkat_daerah")
    }
    return scope.region is not None and scope.region.id not in managed


def _regions(scope: Scope) -> list[tuple[str, str]]:
    found = [(region.slug, region.name) for region in scope.regions]
    return [*found, ("-", _("Di luar daerah: kebijakan dan pemasangan"))] if scope.outside else found


def _verbs() -> list[tuple[str, str]]:
    """Verbs by the words that follow the name in their sentences."""
    named = ((verb, _(text, who="").strip().rstrip(".")) for verb, text in rules.SENTENCES.items())
    return [
        ("", _("Semua")),
        *sorted(((verb, text[:1].upper() + text[1:]) for verb, text in named), key=lambda r: r[1]),
    ]


def _address(**changes: Any) -> str:
    kept = {name: _arg(name) for name in ARGS}
    found = {name: value for name, value in {**kept, **changes}.items() if value}
    return url_for("log.search", **found)


def _pager(found: queries.Found) -> dict[str, Any]:
    rows = found.rows
    days = (formats().plain_date(rows[0].at), formats().plain_date(rows[-1].at)) if rows else ("", "")
    text = days[0] if days[0] == days[1] else _("%(first)s sampai %(last)s", first=days[1], last=days[0])
    return {
        "first": "",
        "last": "",
        "total_text": text,
        "text": text,
        "prev_url": _address(before=rows[0].id) if found.has_prev and rows else None,
        "next_url": _address(after=rows[-1].id) if found.has_next and rows else None,
    }

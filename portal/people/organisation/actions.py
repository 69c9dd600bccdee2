"""What is done with regions and their tree: take a region in, name who appraises its agency heads."""

from __future__ import annotations

import re
from datetime import date, datetime

from sqlalchemy import String, and_, case, cast, literal, or_, select, update

from portal.extensions import db
from portal.kernel.clock import ZONES
from portal.kernel.refusal import N_, Refusal, insist
from portal.kernel.texts import clean_line
from portal.ledger import events
from portal.ledger.actor import Actor
from portal.people.organisation.models import ACCENTS, Position, Region, Unit, UnitParent

RESERVED_SLUGS = frozenset(
    "account activate activation admin auditor board cari components data demo employee en evaluations files healthz home hr id "
    "kabar kebijakan language leader login logout metode pengaduan periksa plans policies progress public "
    "publikasi publisher rater service static survei tentang unduh urut".split()
)
"""First words of addresses that are the site's own; no region may take them."""


APPLYING = Refusal(
    "structure.applying",
    N_("Sebuah impor sedang diterapkan di daerah ini. Tunggu sampai selesai, lalu ulangi."),
)
"""While a batch is applied piece by piece, nothing else changes the structure."""


def add_region(
    *,
    code: str,
    slug: str,
    name: str,
    kind: str,
    zone: str = "WIB",
    name_en: str = "",
    hosted: bool = True,
    accent: str = "a1",
    by: Actor,
    at: datetime,
) -> Region:
    """Take in a region by its official ``code`` (32.73); not ``hosted`` for a parent that is only named.

    Its parent is the nearest region above by code that is known already. Called inside the door; the
    national holidays are copied by whoever calls. Raises ``Refused``.
    """
    insist(why_not_add_region(code=code, slug=slug, name=name, zone=zone, accent=accent))
    parent = _above(code)
    region = Region(
        code=code,
        slug=slug,
        name=clean_line(name),
        name_en=clean_line(name_en),
        kind=kind,
        parent_id=parent.id if parent is not None else None,
        hosted=hosted,
        zone=zone,
        accent=accent,
    )
    db.session.add(region)
    db.session.flush()
    events.record("add_region", region, by=by, at=at, code=code)
    return region


def why_not_add_region(*, code: str, slug: str, name: str, zone: str, accent: str = "a1") -> Refusal | None:
    """Why a region can't be taken in under these words."""
    if not re.fullmatch(r"\d{2}(\.\d{2}){0,2}(\.\d{4})?", code):
        return Refusal(
            "region.code",
            N_("Kode wilayah %(code)s bukan kode Kemendagri. Contoh: 32.73 atau 33.74.11."),
            {"code": code[:40]},
        )
    if not 0 < len(clean_line(name)) <= 200:
        return Refusal("region.name", N_("Isi nama daerah, paling panjang 200 huruf."))
    if slug in RESERVED_SLUGS or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 80:
        return Refusal(
            "region.slug",
            N_(
                "Nama dalam alamat (%(slug)s) terdiri atas huruf kecil, angka, dan tanda hubung, dan bukan kata situs."
            ),
            {"slug": slug[:40]},
        )
    if zone not in ZONES:
        return Refusal(
            "region.zone", N_("Zona waktu: WIB, WITA, atau WIT. Anda menulis %(zone)s."), {"zone": zone[:10]}
        )
    if accent not in ACCENTS:
        return Refusal("region.accent", N_("Warna daerah: a1 sampai a8."))
    taken = db.session.scalars(select(Region).where(or_(Region.code == code, Region.slug == slug))).first()
    if taken is not None:
        return Refusal(
            "region.taken", N_("Kode atau alamat ini sudah dipakai %(name)s (%(code)s)."),
            {"name": taken.name, "code": taken.code},
        )  # fmt: skip
    return None


def _above(code: str) -> Region | None:
    """The nearest known region whose code begins this one's."""
    parts = code.split(".")
    codes = [".".join(parts[:n]) for n in range(1, len(parts))]
    found = db.session.scalars(select(Region).where(Region.code.in_(codes))).all()
    return max(found, key=lambda region: len(region.code), default=None)


def choose_agency_head_appraiser(region: Region, position: Position, *, by: Actor, at: datetime) -> Region:
    """Name the position that appraises heads of agencies: the law leaves it to the region (year.md §3)."""
    if position.region_id != region.id:
        raise ValueError("a position of another region")
    region.agency_head_appraiser_id = position.id
    region.structure_version += 1
    events.record("choose_agency_head_appraiser", region, by=by, at=at, position=position.ref)
    return region


def rebuild_paths(region_id: int, day: date) -> None:
    """Bring ``path`` and ``agency_id`` of the region's units to the tree of ``day``; one statement.

    Called inside the door after units or parents changed. A unit's path holds the ids from the top down
    to itself (``/12/40/``); its agency is itself or the nearest agency above.
    """
    units, parents = Unit.__table__.alias("u"), UnitParent.__table__.alias("p")
    on_day = and_(
        parents.c.region_id == region_id,
        parents.c.begins <= day,
        or_(parents.c.ends.is_(None), parents.c.ends > day),
    )
    own = cast(units.c.id, String)
    agency = case((units.c.is_agency, units.c.id), else_=None)
    tree = (
        select(units.c.id, (literal("/") + own + "/").label("path"), agency.label("agency_id"))
        .select_from(units.outerjoin(parents, and_(parents.c.unit_id == units.c.id, on_day)))
        .where(units.c.region_id == region_id, parents.c.parent_id.is_(None))
        .cte("tree", recursive=True)
    )
    below, links = Unit.__table__.alias("b"), UnitParent.__table__.alias("l")
    tree = tree.union_all(
        select(
            below.c.id,
            tree.c.path + cast(below.c.id, String) + "/",
            case((below.c.is_agency, below.c.id), else_=tree.c.agency_id),
        )
        .select_from(tree)
        .join(links, links.c.parent_id == tree.c.id)
        .join(below, below.c.id == links.c.unit_id)
        .where(
            links.c.region_id == region_id,
            links.c.begins <= day,
            or_(links.c.ends.is_(None), links.c.ends > day),
        )
    )
    db.session.execute(
        update(Unit)
        .where(
            Unit.id == tree.c.id,
            or_(Unit.path != tree.c.path, Unit.agency_id.is_distinct_from(tree.c.agency_id)),
        )
        .values(path=tree.c.path, agency_id=tree.c.agency_id)
        .execution_options(synchronize_session=False)
    )

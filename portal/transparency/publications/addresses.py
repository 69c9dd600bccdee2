"""Addresses of the public pages: what a region or a publication is called in them."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from portal.kernel.refusal import N_, Refusal

RESERVED = frozenset(
    "account admin cari components data employee en healthz hr language leader login logout metode "
    "periksa publikasi rater service static urut".split()
)
"""First parts of an address that pages of the portal own; no region may be called so."""

RESERVED_IN_REGION = frozenset(("data", "layanan", "publikasi", "urut"))
"""Parts that follow a region's name; no agency may be called so."""

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def why_not_region_slug(slug: str, taken: Collection[str] = ()) -> Refusal | None:
    """Why a region can't be found under ``slug``; ``taken`` are further first parts that are in use."""
    return _why_not(slug, RESERVED | set(taken))


def why_not_agency_slug(slug: str) -> Refusal | None:
    """Why an agency can't be found under ``slug`` in its region."""
    return _why_not(slug, RESERVED_IN_REGION)


def _why_not(slug: str, reserved: frozenset[str]) -> Refusal | None:
    if _SLUG.fullmatch(slug) is None:
        return Refusal(
            "slug.form",
            N_("Nama alamat %(slug)s tidak dapat dipakai: hanya huruf kecil, angka, dan tanda hubung."),
            {"slug": slug},
        )
    if slug in reserved:
        return Refusal(
            "slug.reserved",
            N_("Nama alamat %(slug)s sudah dipakai halaman lain di portal ini."),
            {"slug": slug},
        )
    return None


def period_key(kind: str, number: int, year: int) -> str:
    """``2026-triwulan-3``, ``2026-tahun``: a period as part of an address or a file's name."""
    return f"{year}-{kind}" if kind == "tahun" else f"{year}-{kind}-{number}"


def version_key(kind: str, number: int, year: int, version: int) -> str:
    """``2026-triwulan-3-v1``: a publication as part of an address or a file's name."""
    return f"{period_key(kind, number, year)}-v{version}"


PER_YEAR = {"bulan": 12, "triwulan": 4, "semester": 2, "tahun": 1}


def ordinal(kind: str, number: int, year: int) -> int:
    """The place of a period among all of its kind; the next one has the next number."""
    return year * PER_YEAR[kind] + number - 1


def from_ordinal(kind: str, place: int) -> tuple[int, int]:
    """Number and year of the period at ``place`` among all of its kind."""
    return place % PER_YEAR[kind] + 1, place // PER_YEAR[kind]


def last_day(ends: date) -> date:
    """The last day that belongs to a span that ends before ``ends``."""
    return date.fromordinal(ends.toordinal() - 1)

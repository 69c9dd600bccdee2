"""Who appraises whom, decided over a snapshot of one day.

The appraiser is the direct superior, at lowest a pejabat pengawas, or whoever has the power by
delegation; where nobody can be found at a level, the next filled level above takes over, and each
skipped level is shown (PP 30/2019 Ps. 1(8), 46; design paper ``year.md`` §3; decision 14.30). Acting
officials (Plt, Plh) assess only with a delegation. Nobody appraises himself or herself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from portal.kernel.refusal import N_, Refusal


class Basis(StrEnum):
    """Why this person is the appraiser."""

    STRUCTURE = "struktur"
    DELEGATION = "delegasi"
    APPOINTMENT = "penunjukan"


class SkipReason(StrEnum):
    """Why a post on the way up was passed over."""

    VACANT = "kosong"
    ACTING = "plt_tanpa_delegasi"
    SELF = "diri_sendiri"


LABELS: dict[StrEnum, str] = {
    Basis.STRUCTURE: N_("Struktur"),
    Basis.DELEGATION: N_("Delegasi kewenangan menilai"),
    Basis.APPOINTMENT: N_("Penunjukan"),
    SkipReason.VACANT: N_("Jabatan kosong"),
    SkipReason.ACTING: N_("Dijabat Plt/Plh tanpa delegasi menilai"),
    SkipReason.SELF: N_("Dijabat pegawai itu sendiri"),
}
"""The words for each value."""


@dataclass(frozen=True)
class Post:
    """A position in a unit."""

    id: int
    unit_id: int
    is_head: bool
    title: str


@dataclass(frozen=True)
class Holder:
    """Somebody in a post. ``acting`` is ``None`` for the appointed holder, else plt or plh;
    ``may_assess`` is true for appointed holders, and for acting ones who have a delegation.
    """

    person_id: int
    acting: str | None = None
    may_assess: bool = True


@dataclass(frozen=True)
class Override:
    """An appraiser named for a post instead of the structure: another post, or a person."""

    post_id: int | None = None
    person_id: int | None = None
    reference: str = ""


@dataclass(frozen=True)
class Skip:
    """A post passed over, and why. ``post_id`` is ``None`` where a named person was passed over."""

    post_id: int | None
    reason: SkipReason


@dataclass(frozen=True)
class Link:
    """An appraiser, or the ``gap`` that stands in the place of one."""

    person_id: int | None
    post_id: int | None
    basis: Basis | None
    skipped: tuple[Skip, ...] = ()
    gap: Refusal | None = None


@dataclass(frozen=True)
class Snapshot:
    """The structure of a region on one day.

    ``parents``: unit to parent unit. ``heads``: unit to the post of its head. ``holders``: post to the
    people in it. ``overrides``: post to the appraiser named for it. ``delegations``: post to the person
    who has its power to assess. ``agency_head_appraiser``: the post that appraises heads of agencies,
    chosen at set-up (there is no default: PP 18/2016 leaves it to the region).
    """

    posts: Mapping[int, Post]
    parents: Mapping[int, int | None]
    heads: Mapping[int, int]
    holders: Mapping[int, list[Holder]] = field(default_factory=dict)
    overrides: Mapping[int, Override] = field(default_factory=dict)
    delegations: Mapping[int, int] = field(default_factory=dict)
    agency_units: frozenset[int] | set[int] = frozenset()
    agency_head_appraiser: int | None = None
    region_head_post: int | None = None

    @cached_property
    def post_of(self) -> Mapping[int, int]:
        """Person to the post held by appointment; the lowest number where there are two."""
        found: dict[int, int] = {}
        for post_id in sorted(self.holders):
            for holder in self.holders[post_id]:
                if holder.acting is None:
                    found.setdefault(holder.person_id, post_id)
        return found


GAP_AGENCY_HEAD = Refusal(
    "chain.agency_head",
    N_("Penilai pimpinan perangkat daerah belum dipilih: sekretaris daerah atau kepala daerah."),
)
GAP_TOP = Refusal("chain.top", N_("Tidak ada pejabat di atas jabatan ini yang dapat menilai."))
GAP_LOOP = Refusal(
    "chain.loop",
    N_("Rantai penilai berputar: jabatan ini pada akhirnya menilai dirinya sendiri. Perbaiki penilainya."),
)
GAP_UNKNOWN = Refusal("chain.unknown", N_("Jabatan ini tidak ada dalam struktur pada tanggal itu."))
GAPS = {gap.code: gap for gap in (GAP_AGENCY_HEAD, GAP_TOP, GAP_LOOP, GAP_UNKNOWN)}
"""The gaps by their code, as enrolments keep it."""


def appraiser_of(post_id: int, person_id: int, snapshot: Snapshot) -> Link:
    """Who appraises ``person_id`` in the post ``post_id``.

    A named appraiser comes first; else the head of the own unit, for a head the head of the unit above,
    for the head of an agency the post chosen at set-up. Always ends, with a gap where there is nobody.
    """
    return _climb(post_id, frozenset({person_id}), snapshot)


def superior_of(post_id: int, person_id: int, snapshot: Snapshot) -> Link:
    """The appraiser's superior (atasan pejabat penilai): the appraiser of the appraiser's post.

    ``chain.top`` where nobody stands above, as over a region's head: the law names nobody then.
    """
    link = appraiser_of(post_id, person_id, snapshot)
    if link.person_id is None:
        return link
    above = link.post_id if link.post_id is not None else snapshot.post_of.get(link.person_id)
    if above is None:
        return Link(None, None, None, gap=GAP_TOP)
    return _climb(above, frozenset({person_id, link.person_id}), snapshot)


def loops(links: Mapping[int, int | None]) -> list[tuple[int, ...]]:
    """Every cycle in a mapping of thing to the thing above it, each beginning at its lowest number."""
    found: list[tuple[int, ...]] = []
    finished: set[int] = set()
    for start in links:
        path: list[int] = []
        place: dict[int, int] = {}
        node: int | None = start
        while node is not None and node not in finished and node not in place:
            place[node] = len(path)
            path.append(node)
            node = links.get(node)
        if node is not None and node in place:
            cycle = path[place[node] :]
            first = cycle.index(min(cycle))
            found.append(tuple(cycle[first:] + cycle[:first]))
        finished.update(path)
    return sorted(found)


def post_loops(snapshot: Snapshot) -> list[tuple[int, ...]]:
    """Cycles among posts when overrides and structure are taken together."""
    return loops({post_id: _above(post_id, snapshot)[0] for post_id in snapshot.posts})


def _climb(start: int, excluded: frozenset[int], snapshot: Snapshot) -> Link:
    """The first person above ``start`` who may assess and is not ``excluded``."""
    skipped: list[Skip] = []
    seen = {start}
    here = start
    while True:
        override = snapshot.overrides.get(here)
        if override is not None and override.person_id is not None:
            if override.person_id not in excluded:
                return Link(override.person_id, None, Basis.APPOINTMENT, tuple(skipped))
            skipped.append(Skip(None, SkipReason.SELF))
        above, gap = _above(here, snapshot)
        if above is None:
            return Link(None, None, None, tuple(skipped), gap)
        if above in seen:
            return Link(None, None, None, tuple(skipped), GAP_LOOP)
        seen.add(above)
        basis = (
            Basis.APPOINTMENT if override is not None and override.post_id is not None else Basis.STRUCTURE
        )
        found = _assessor(above, excluded, snapshot, basis)
        if isinstance(found, SkipReason):
            skipped.append(Skip(above, found))
            here = above
        else:
            return Link(found[0], above, found[1], tuple(skipped))


def _assessor(
    post_id: int, excluded: frozenset[int], snapshot: Snapshot, basis: Basis
) -> tuple[int, Basis] | SkipReason:
    """Who uses the assessing power of a post towards the excluded person, or why nobody does."""
    delegate = snapshot.delegations.get(post_id)
    if delegate is not None and delegate not in excluded:
        return delegate, Basis.DELEGATION
    holders = snapshot.holders.get(post_id, [])
    able = [holder for holder in holders if holder.may_assess]
    for holder in sorted(able, key=lambda holder: holder.acting is not None):
        if holder.person_id not in excluded:
            return holder.person_id, basis if holder.acting is None else Basis.DELEGATION
    if delegate is not None or able:
        return SkipReason.SELF
    return SkipReason.ACTING if any(holder.acting is not None for holder in holders) else SkipReason.VACANT


def _above(post_id: int, snapshot: Snapshot) -> tuple[int | None, Refusal | None]:
    """The post that appraises ``post_id``, or why there is none."""
    override = snapshot.overrides.get(post_id)
    if override is not None and override.post_id is not None:
        return override.post_id, None
    post = snapshot.posts.get(post_id)
    if post is None:
        return None, GAP_UNKNOWN
    if post_id == snapshot.region_head_post:
        return None, GAP_TOP
    if post_id == snapshot.agency_head_appraiser:
        # Whoever appraises the heads of agencies stands directly under the region's head.
        return (snapshot.region_head_post, None) if snapshot.region_head_post is not None else (None, GAP_TOP)
    unit: int | None = post.unit_id
    is_head = post.is_head or snapshot.heads.get(post.unit_id) == post_id
    seen: set[int] = set()
    while unit is not None:
        if unit in seen:
            return None, GAP_LOOP
        seen.add(unit)
        if not is_head:
            head = snapshot.heads.get(unit)
            if head is not None and head != post_id:
                return head, None
        if unit in snapshot.agency_units:
            chosen = snapshot.agency_head_appraiser
            return (chosen, None) if chosen is not None else (None, GAP_AGENCY_HEAD)
        is_head = False
        unit = snapshot.parents.get(unit)
    return None, GAP_TOP

"""The dataset of a period: people's records go in, figures of agencies come out.

The one place where transparency reads people's and performance's records (NEW-3, NEW-4). ``collect``
counts; ``compose`` decides what may be shown and makes the document that is frozen. Nothing that
``compose`` hides is in the document, so nothing made from it can show it. The document's format is
described in ``docs/publications.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from portal.extensions import db
from portal.kernel.clock import local_date
from portal.people.accounts.models import Account, Grant, GrantKind
from portal.people.accounts.queries import holds_on
from portal.people.organisation.models import Region, Unit
from portal.performance.advice.rules import attainment
from portal.performance.evaluations.models import Achievement, Evaluation, OrganisationRatingSet, Rating
from portal.performance.evaluations.queries import rated_version
from portal.performance.objections.models import Objection
from portal.performance.objections.rules import ObjectionState, Outcome
from portal.performance.plans.models import Indicator, Plan, PlannedResult, PlanVersion
from portal.performance.plans.rules import ResultKind
from portal.policy.calendars.rules import DeadlineKind, PeriodKind
from portal.policy.cycles.models import Cycle, Deadline, Enrolment, Period
from portal.policy.policies.models import PolicyVersion
from portal.transparency.publications import rules
from portal.transparency.publications.addresses import last_day
from portal.transparency.publications.editions import Place
from portal.transparency.publications.keys import (
    COUNTS,
    DISTRIBUTION,
    FAMILIES,
    FORMAT,
    INDICATORS,
    KEYS,
    LICENCE,
    OTHER_REASONS,
    PROCESS,
    RATING_KEYS,
    UNFINISHED,
)
from portal.transparency.publications.models import Publication
from portal.transparency.publications.rules import Group, PublicationState


@dataclass
class Tally:
    """What was counted of one agency, hidden or not; never leaves this module but through ``compose``."""

    slug: str
    name: str = ""
    name_en: str = ""
    kind: str = ""
    organisation: str | None = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    not_evaluated: dict[str, int] = field(default_factory=dict)
    not_obliged: dict[str, int] = field(default_factory=dict)
    ratings: dict[str, int] = field(default_factory=dict)
    met: int = 0
    indicators: int = 0
    people_obliged: int = 0
    people_rated: int = 0
    people_measured: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nobody at all was enrolled there: nothing to show and nobody to protect."""
        return self.counts["wajib_skp"] == 0 and not self.not_obliged

    def group(self, family: str) -> Group[str]:
        """The agency as disclosure control sees it: people, and the cells they are spread over."""
        if family == PROCESS:
            # Where everybody is exempt, the exempt are the people to protect.
            people = self.people_obliged or sum(self.not_obliged.values())
            return Group(self.slug, people, (self.counts["wajib_skp"] or people,))
        if family == DISTRIBUTION:
            return Group(self.slug, self.people_rated, tuple(self.ratings.get(key, 0) for key in RATING_KEYS))
        return Group(self.slug, self.people_measured, (self.met, self.indicators - self.met))

    def figures(self, hidden: Iterable[str], least: int = 1) -> dict[str, Any]:
        """The agency's part of the document; figures of ``hidden`` families are ``None``, and reasons of
        fewer than ``least`` people are told together: illness or a suspension must point at nobody.
        """
        shown: dict[str, Any] = {
            **self.counts,
            "belum_dinilai": folded(self.not_evaluated, least),
            "tidak_wajib": folded(self.not_obliged, least),
            "predikat_organisasi": self.organisation,
            DISTRIBUTION: {key: self.ratings.get(key, 0) for key in RATING_KEYS},
            INDICATORS: {"tercapai": self.met, "jumlah": self.indicators},
        }
        for family in hidden:
            shown.update(dict.fromkeys(KEYS[family]))
        return shown


@dataclass(frozen=True)
class Collected:
    """Everything that was counted of a period, and what stands around it."""

    period: Period
    year: int
    region: Region
    policy: PolicyVersion
    plan_deadline: date | None
    agencies: tuple[Tally, ...]


# ---------------------------------------------------------------------------------------- counting


def collect(period: Period) -> Collected:
    """Count a period's records by agency: four statements whatever the number of people."""
    year_period = aliased(Period)
    row = db.session.execute(
        select(Cycle.year, Region, PolicyVersion, Deadline.due)
        .select_from(Cycle)
        .join(Region, Region.id == Cycle.region_id)
        .join(PolicyVersion, PolicyVersion.id == period.policy_version_id)
        .outerjoin(year_period, and_(year_period.cycle_id == Cycle.id, year_period.kind == PeriodKind.YEAR))
        .outerjoin(
            Deadline, and_(Deadline.period_id == year_period.id, Deadline.kind == DeadlineKind.PLAN_SET)
        )
        .where(Cycle.id == period.cycle_id)
    ).one()
    tallies = _agencies(period)
    closed = local_date(period.closed, row.Region.zone) if period.closed else last_day(period.ends)
    _count_people(period, tallies, closed=closed, due=row.due)
    _count_indicators(period, tallies)
    ordered = sorted(tallies.values(), key=lambda tally: (tally.name.casefold(), tally.slug))
    return Collected(period, row.year, row.Region, row.PolicyVersion, row.due, tuple(ordered))


def _agencies(period: Period) -> dict[int, Tally]:
    """The region's agencies of the period, and every unit that served as one in its enrolments."""
    newest = (
        select(func.max(OrganisationRatingSet.id).label("id"))
        .where(OrganisationRatingSet.period_id == period.id)
        .group_by(OrganisationRatingSet.unit_id)
        .subquery()
    )
    rated = (
        select(OrganisationRatingSet.unit_id, OrganisationRatingSet.rating)
        .join(newest, newest.c.id == OrganisationRatingSet.id)
        .subquery()
    )
    enrolled = select(Enrolment.agency_id).where(
        Enrolment.region_id == period.region_id, Enrolment.period_id == period.id
    )
    there = and_(
        Unit.is_agency, Unit.begins < period.ends, or_(Unit.ends.is_(None), Unit.ends > period.begins)
    )
    rows = db.session.execute(
        select(Unit.id, Unit.slug, Unit.name, Unit.name_en, Unit.kind, rated.c.rating)
        .outerjoin(rated, rated.c.unit_id == Unit.id)
        .where(Unit.region_id == period.region_id, or_(there, Unit.id.in_(enrolled)))
    )
    return {
        row.id: Tally(row.slug, row.name, row.name_en, row.kind, row.rating.value if row.rating else None)
        for row in rows
    }


def _count_people(period: Period, tallies: Mapping[int, Tally], *, closed: date, due: date | None) -> None:
    rows = db.session.execute(
        select(
            Enrolment.agency_id,
            Enrolment.person_id,
            Enrolment.not_obliged,
            Plan.set_on,
            Evaluation.not_evaluated,
            Rating.overall,
        )
        .outerjoin(Plan, Plan.id == Enrolment.plan_id)
        .outerjoin(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .outerjoin(Rating, Rating.id == Evaluation.rating_id)
        .where(Enrolment.region_id == period.region_id, Enrolment.period_id == period.id)
        .order_by(Enrolment.agency_id, Enrolment.person_id),
        execution_options={"yield_per": 1000},
    )
    before: tuple[int, int] | None = None
    seen: set[str] = set()
    for row in rows:
        tally = tallies[row.agency_id]
        if row.not_obliged is not None:
            _add(tally.not_obliged, row.not_obliged.value)
            continue
        # A person with two posts in one agency counts twice in its figures, but is one to protect.
        if before != (row.agency_id, row.person_id):
            before, seen = (row.agency_id, row.person_id), set()
        tally.people_obliged += _first(seen, "obliged")
        tally.counts["wajib_skp"] += 1
        if row.set_on is not None and row.set_on <= closed:
            tally.counts["memiliki_skp"] += 1
            if due is not None and row.set_on <= due:
                tally.counts["ditetapkan_tepat_waktu"] += 1
        if row.overall is not None:
            tally.counts["dievaluasi"] += 1
            tally.people_rated += _first(seen, "rated")
            _add(tally.ratings, row.overall.value)
        else:
            _add(tally.not_evaluated, row.not_evaluated.value if row.not_evaluated else UNFINISHED)


def _count_indicators(period: Period, tallies: Mapping[int, Tally]) -> None:
    """Main indicators with an achievement, of people who were rated; the plan's version that was rated."""
    rows = db.session.execute(
        select(
            Enrolment.agency_id,
            Enrolment.person_id,
            Achievement.value,
            Indicator.target_min,
            Indicator.target_max,
            Indicator.direction,
        )
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .join(Achievement, Achievement.evaluation_id == Evaluation.id)
        .join(Plan, Plan.id == Enrolment.plan_id)
        .join(PlanVersion, rated_version())
        .join(PlannedResult, PlannedResult.version_id == PlanVersion.id)
        .join(
            Indicator,
            and_(Indicator.result_id == PlannedResult.id, Indicator.line_ref == Achievement.indicator_ref),
        )
        .where(
            Enrolment.region_id == period.region_id,
            Enrolment.period_id == period.id,
            Enrolment.not_obliged.is_(None),
            Evaluation.rating_id.is_not(None),
            Achievement.value.is_not(None),
            PlannedResult.kind == ResultKind.MAIN,
        )
        .order_by(Enrolment.agency_id, Enrolment.person_id),
        execution_options={"yield_per": 1000},
    )
    before: tuple[int, int] | None = None
    for row in rows:
        reached = attainment(row.value, row.target_min, row.target_max, row.direction.value).value
        if reached is None:
            continue
        tally = tallies[row.agency_id]
        tally.indicators += 1
        tally.met += reached >= 100
        if before != (row.agency_id, row.person_id):
            before = (row.agency_id, row.person_id)
            tally.people_measured += 1


def _first(seen: set[str], what: str) -> int:
    if what in seen:
        return 0
    seen.add(what)
    return 1


def _add(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1


def folded(counts: Mapping[str, int], least: int) -> dict[str, int]:
    """The reasons that ``least`` people or more share, and the rest in one count."""
    found = {key: counts[key] for key in sorted(counts) if counts[key] >= max(least, 1)}
    rest = sum(counts.values()) - sum(found.values())
    return {**found, OTHER_REASONS: rest} if rest else found


# ------------------------------------------------------------------------------------- what is shown


@dataclass(frozen=True)
class Shown:
    """What may be shown: by family the agencies that stay hidden, and whether the region's total may."""

    hidden: Mapping[str, frozenset[str]]
    totals: Mapping[str, bool]


def decide(agencies: Sequence[Tally], k: int, earlier: Mapping[str, Any] | None = None) -> Shown:
    """What may be shown of ``agencies``. ``earlier`` is the period's last published dataset, if any.

    A distribution gives away how many were rated, so what hides the process figures hides all. What an
    earlier version of the same period hid stays hidden: otherwise the new version, subtracted from the
    old one, would open it. Where a correction hides an agency that the old version showed, the region's
    total isn't shown again: the old figures of the others would give the new ones of that agency away.
    """
    empty = {tally.slug for tally in agencies if tally.is_empty}
    hidden: dict[str, frozenset[str]] = {}
    totals: dict[str, bool] = {}
    for family in FAMILIES:
        before = _hidden_before(earlier, family)
        also = before | hidden.get(PROCESS, frozenset())
        decision = rules.hidden([tally.group(family) for tally in agencies], k, family != PROCESS, also)
        # Nobody rated yet is a fact that the process figures already say.
        nobody = {t.slug for t in agencies if family != PROCESS and t.group(family).size == 0} - also
        hidden[family] = decision.hidden - empty - nobody
        totals[family] = (
            decision.total_shown
            and totals.get(PROCESS, True)
            and (earlier is None or _same_rest(agencies, family, hidden[family], earlier))
        )
    return Shown(hidden, totals)


def _hidden_before(earlier: Mapping[str, Any] | None, family: str) -> frozenset[str]:
    rows = earlier["instansi"] if earlier else ()
    return frozenset(row["slug"] for row in rows if family in row["tidak_ditampilkan"])


def _same_rest(
    agencies: Sequence[Tally], family: str, hidden: frozenset[str], earlier: Mapping[str, Any]
) -> bool:
    """Whether the total less what is shown leaves the same agencies as in the earlier version.

    If one had come or gone, the two rests subtracted would leave its figures. A total that was withheld
    once stays withheld.
    """
    if family in earlier["jumlah"]["tidak_ditampilkan"] or not hidden <= _hidden_before(earlier, family):
        return False
    now = {tally.slug: tally for tally in agencies}
    for row in earlier["instansi"]:
        if family not in row["tidak_ditampilkan"]:
            continue
        tally = now.get(row["slug"])
        if tally is None or tally.is_empty:
            return False
        if row["dievaluasi"] and tally.group(family).size == 0:
            return False
    return True


def compose(
    found: Collected,
    *,
    version: int,
    method_note: str,
    next_date: date,
    reason: str,
    at: datetime,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The document of a publication, ready to be frozen: integers, texts, lists and tables only."""
    least = found.policy.rules.least_group_public
    shown = decide(found.agencies, least, earlier)
    rows = []
    for tally in found.agencies:
        hidden = [family for family in FAMILIES if tally.slug in shown.hidden[family]]
        rows.append(
            {
                "slug": tally.slug,
                "nama": tally.name,
                "nama_en": tally.name_en,
                "jenis": tally.kind,
                "tidak_ditampilkan": hidden,
                **tally.figures(hidden, least),
            }
        )
    withheld = [family for family in FAMILIES if not shown.totals[family]]
    whole = _sum(found.agencies).figures(withheld, least)
    del whole["predikat_organisasi"]
    period, region, policy = found.period, found.region, found.policy
    return {
        "format": FORMAT,
        "daerah": {
            "kode": region.code,
            "slug": region.slug,
            "nama": region.name,
            "nama_en": region.name_en,
            "zona": region.zone,
        },
        "periode": {
            "jenis": period.kind.value,
            "nomor": period.number,
            "tahun": found.year,
            "mulai": period.begins.isoformat(),
            "sampai": last_day(period.ends).isoformat(),
            "ditutup": local_date(period.closed, region.zone).isoformat() if period.closed else None,
            "tenggat_skp": found.plan_deadline.isoformat() if found.plan_deadline else None,
        },
        "versi": version,
        "alasan_koreksi": reason,
        "kebijakan": {
            "kunci": policy.key,
            "versi": policy.version,
            "nama": policy.name,
            "sha256": policy.sha256,
        },
        # Where the bound stands, not the bound: beside hidden figures it would be a hint.
        "kelompok_terkecil": {"pengaturan": "least_group.people_public"},
        "disusun": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "penerbit": region.name,
        "lisensi": LICENCE,
        "catatan_metode": method_note,
        "terbit_berikutnya": next_date.isoformat(),
        "keterangan_tidak_ditampilkan": rules.REASON_HIDDEN,
        "jumlah": {"tidak_ditampilkan": withheld, **whole},
        "instansi": rows,
    }


def _sum(agencies: Iterable[Tally]) -> Tally:
    whole = Tally("")
    for tally in agencies:
        for name in COUNTS:
            whole.counts[name] += tally.counts[name]
        for mine, theirs in (
            (whole.not_evaluated, tally.not_evaluated),
            (whole.not_obliged, tally.not_obliged),
            (whole.ratings, tally.ratings),
        ):
            for key, count in theirs.items():
                mine[key] = mine.get(key, 0) + count
        whole.met += tally.met
        whole.indicators += tally.indicators
    return whole


# ------------------------------------------------------------------- people's facts for pages and rules


def places() -> list[Place]:
    """The regions that run here, by name."""
    rows = db.session.execute(
        select(Region.id, Region.slug, Region.code, Region.name, Region.name_en, Region.zone, Region.accent)
        .where(Region.hosted)
        .order_by(Region.name)
    )
    return [Place(*row) for row in rows]


def place_of(region_id: int) -> Place:
    """One region. Raises when there is none."""
    row = db.session.get_one(Region, region_id)
    return Place(row.id, row.slug, row.code, row.name, row.name_en, row.zone, row.accent)


def names(account_ids: Iterable[int | None]) -> dict[int, str]:
    """The names behind accounts."""
    wanted = {account for account in account_ids if account is not None}
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def who_may_publish(region_id: int, besides: int | None, day: date) -> list[str]:
    """Names of those who may look at and publish a region's figures, except the account ``besides``."""
    rows = db.session.scalars(
        select(Account.name)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Grant.region_id == region_id,
            Grant.kind.in_((GrantKind.PUBLISHER, GrantKind.REGION_HR)),
            holds_on(day),
            Account.disabled.is_(None),
            Account.id != (besides or 0),
        )
        .order_by(Grant.kind.desc(), Account.id)
    )
    return list(dict.fromkeys(rows))


def changed_since_published(region_ids: Iterable[int]) -> dict[int, int]:
    """How many ratings a decision on an objection changed since the figures that are public were counted,
    by period; periods where a corrected version waits already are left out.
    """
    waiting = aliased(Publication)
    prepared = select(waiting.id).where(
        waiting.period_id == Publication.period_id, waiting.state == PublicationState.PREPARED
    )
    rows = db.session.execute(
        select(Publication.period_id, func.count(Objection.id))
        .join(Enrolment, Enrolment.period_id == Publication.period_id)
        .join(Evaluation, Evaluation.enrolment_id == Enrolment.id)
        .join(Objection, Objection.evaluation_id == Evaluation.id)
        .join(Rating, Rating.id == Objection.new_rating_id)
        .where(
            Objection.region_id.in_(list(region_ids)),
            Objection.state == ObjectionState.DECIDED,
            Objection.outcome == Outcome.CHANGED,
            Publication.region_id == Objection.region_id,
            Publication.state == PublicationState.PUBLISHED,
            Publication.prepared_at < Rating.at,
            ~prepared.exists(),
        )
        .group_by(Publication.period_id)
    ).all()
    return dict(rows)

"""`./kinerja init`: an installation without demo data, without any account, and a code for the first one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.cli.database import upgrade
from portal.cli.run import alone, is_empty
from portal.config import Settings
from portal.extensions import db
from portal.kernel.refusal import Refused
from portal.ledger.actor import Actor
from portal.ledger.door import door
from portal.ledger.installation import Installation
from portal.operations.serving import why_not_secret
from portal.operations.words import fail
from portal.people.activation import actions as activation
from portal.people.organisation import actions as organisation
from portal.people.organisation import official
from portal.people.organisation.models import Region
from portal.policy.cycles.actions import add_national_holidays
from portal.policy.policies import actions as policies
from portal.web.current import App

OPERATOR = Actor(system="penyiapan", name="Penyiapan")


@dataclass(frozen=True)
class Wanted:
    """A region to take in: its official facts, and the address that was asked for."""

    facts: official.Official
    slug: str


@dataclass(frozen=True)
class Made:
    """What ``init`` made; the code is told once."""

    code: str
    regions: tuple[str, ...]
    policies: int


def wanted(words: Sequence[str]) -> list[Wanted]:
    """The regions out of ``CODE`` or ``CODE=slug``; ends in words for a code that the list hasn't."""
    found = []
    for word in words:
        code, _, address = word.partition("=")
        facts = official.regions().get(code.strip())
        if facts is None:
            fail(
                f"kode wilayah {code} tidak ada dalam daftar resmi (Kepmendagri 2025). "
                "Contoh: 32.73 (Kota Bandung), 33.74.11 (Kecamatan Banyumanik)."
            )
        found.append(Wanted(facts, address.strip() or official.short_slug(facts)))
    return found


def init(settings: Settings, regions: Sequence[Wanted]) -> Made:
    """Make the installation; ends in words where there is one already."""
    from portal import create_app

    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.secret_path.exists() and (problem := why_not_secret(settings)):
        fail(problem)
    with alone(settings.folder):
        app = create_app(settings)
        if not is_empty(app):
            if app.demo:
                fail("basis data ini berisi data peragaan. Pakai folder data atau basis data lain.")
            fail(
                "pemasangan ini sudah ada. Kode bagi administrator baru: ./kinerja administrator; "
                "daerah lain: ./kinerja region add."
            )
        upgrade(app)
        with app.app_context():
            made = _fill(app, regions, app.clock.now())
            db.engine.dispose()
    return made


def _fill(app: App, regions: Sequence[Wanted], at: datetime) -> Made:
    try:
        with door() as session:
            session.add(Installation(demo=False, made=at))
            loaded = policies.load_files(by=OPERATOR, at=at)
            for each in regions:
                _add(each, at)
            code = activation.open_first(by=OPERATOR, at=at)
    except Refused as refused:
        fail(refused.refusal.message % dict(refused.refusal.params))
    return Made(code, tuple(each.facts.name for each in regions), len(loaded))


def _add(each: Wanted, at: datetime) -> None:
    facts = each.facts
    for code in facts.parents:
        above = official.regions()[code]
        if db.session.scalar(db.select(Region.id).where(Region.code == code)) is None:
            _region(above, official.short_slug(above), at, hosted=False)
    named = db.session.scalar(db.select(Region).where(Region.code == facts.code))
    if named is not None and not named.hosted:
        # It was only named as the parent of another one of this very command.
        named.hosted, named.slug, region = True, each.slug, named
    else:
        region = _region(facts, each.slug, at)
    add_national_holidays(region, by=OPERATOR, at=at)


def _region(facts: official.Official, slug: str, at: datetime, *, hosted: bool = True) -> Region:
    if not hosted and db.session.scalar(db.select(Region.id).where(Region.slug == slug)) is not None:
        slug = f"{facts.kind}-{slug}"
    return organisation.add_region(
        code=facts.code,
        slug=slug,
        name=facts.name,
        kind=facts.kind,
        zone=facts.zone,
        hosted=hosted,
        by=OPERATOR,
        at=at,
    )

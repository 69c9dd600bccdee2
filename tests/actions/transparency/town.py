"""A town with one closed quarter, somebody who prepares its figures and somebody who publishes them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from portal.extensions import db
from portal.kernel.clock import FixedClock
from portal.ledger.actor import Actor
from portal.ledger.door import door
from portal.people.accounts.models import Account, GrantKind
from portal.people.organisation.models import Region
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles.models import Period
from portal.transparency.publications import actions
from portal.transparency.publications.models import Publication
from tests.actions.transparency.figures import Counts, account, closed_period, region

NEXT = date(2027, 1, 20)
NOTE = "Dihitung dari catatan portal."


class Town:
    """Kota Uji, as it stands in the database; ``build`` makes it."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.region = db.session.scalars(select(Region).where(Region.slug == "kota-uji")).one()
        self.period = db.session.scalars(select(Period).where(Period.kind == PeriodKind.QUARTER)).one()
        accounts = db.session.scalars(select(Account).order_by(Account.id)).all()
        self.hr, self.publisher = (Actor(a.id, a.person_id, a.region_id, a.name) for a in accounts)

    @staticmethod
    def build() -> None:
        """Make the town on an empty database."""
        with door():
            town = region("kota-uji", "Kota Uji")
            account(town, "Hana Pengelola", GrantKind.REGION_HR)
            account(town, "Iwan Wali Data", GrantKind.PUBLISHER)
            health = Counts(
                "Dinas Kesehatan",
                24,
                late=3,
                without_plan=1,
                ratings={"sangat_baik": 4, "baik": 16, "butuh_perbaikan": 2},
                not_rated={"cuti_sakit": 1, "tanpa_skp": 1},
                not_obliged={"mpp": 2},
                missed=5,
            )
            small = Counts("Kecamatan Kecil", 4, organisation="istimewa")
            agencies = [health, Counts("Dinas Sosial", 14, missed=3), small, Counts("Kecamatan Mungil", 7)]
            closed_period(town, agencies, quarter=3)

    def prepare(self, **more: object) -> Publication:
        with door(self.period):
            return actions.prepare(
                self.period, method_note=NOTE, next_date=NEXT, by=self.hr, at=self.clock.now(), **more
            )

    def publish(self, publication: Publication, by: Actor | None = None) -> Publication:
        with door(publication):
            return actions.publish(publication, by=by or self.publisher, at=self.clock.now())

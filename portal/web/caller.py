"""The caller: who asks, with what dated rights; built once a request by the accounts room."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import g
from flask_login import AnonymousUserMixin, UserMixin

from portal.ledger.actor import Actor

CAPITAL = "WIB"


@dataclass(frozen=True)
class Granted:
    """A grant that holds today: its kind, its region (``None`` = installation) and agency."""

    kind: str
    region_id: int | None
    unit_id: int | None = None


@dataclass(frozen=True)
class Place:
    """What every page needs to know of the caller's region."""

    id: int
    slug: str
    name: str
    zone: str
    accent: str


@dataclass
class Caller(UserMixin):
    """A signed-in account with its facts of today."""

    token: str
    actor: Actor
    place: Place | None = None
    login_hint: str = ""
    sign_in_ref: str = ""
    is_employee: bool = False
    is_rater: bool = False
    grants: tuple[Granted, ...] = field(default_factory=tuple)
    heads: tuple[int, ...] = ()
    """The agencies that the caller heads today, by tenure."""
    leads: tuple[int, ...] = ()
    """The units that the caller heads today, agencies among them."""
    typist: str = ""
    """The name of who types, while it is somebody else than the person in whose name it is done."""

    def get_id(self) -> str:
        return self.token

    @property
    def person_id(self) -> int | None:
        return self.actor.person_id

    @property
    def region_id(self) -> int | None:
        return self.actor.region_id

    @property
    def zone(self) -> str:
        """The letters of the time zone of the caller's region; the capital's for who has none."""
        return self.place.zone if self.place else CAPITAL

    def granted(self, *kinds: str) -> tuple[Granted, ...]:
        """The caller's grants of these kinds."""
        return tuple(grant for grant in self.grants if grant.kind in kinds)


class Nobody(AnonymousUserMixin):
    """Somebody who hasn't signed in."""

    actor = Actor()
    place = None
    zone = CAPITAL
    person_id = None
    region_id = None
    is_employee = False
    is_rater = False
    grants: tuple[Granted, ...] = ()
    heads: tuple[int, ...] = ()
    leads: tuple[int, ...] = ()

    def granted(self, *kinds: str) -> tuple[Granted, ...]:
        return ()


def caller() -> Caller:
    """The signed-in caller of this request."""
    return g._login_user  # type: ignore[no-any-return]

"""Activation codes: how long, how many tries, who may make one for whom."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from portal.kernel.refs import ALPHABET
from portal.kernel.refusal import N_, Refusal

SLIP_LASTS = timedelta(days=14)
FIRST_LASTS = timedelta(hours=24)
KEPT = timedelta(days=30)
"""How long a code's hash is kept after its time: for who asks why it doesn't work."""
TRIES = 3
SLIP_LENGTH = 10
"""50 bits; three tries and a keyed hash stand around them."""
FIRST_LENGTH = 20
"""100 bits: the first administrator's code is looked for by itself, without a name beside it."""
GROUP = 5
MOST_SLIPS = 200
"""Slips in one print: each is an act of its own, done in one moment."""
_ALIKE = str.maketrans({"o": "0", "i": "1", "l": "1", "u": "v"})

ADMINISTRATOR, REGION_HR, AGENCY_HR = "administrator", "pengelola_daerah", "pengelola_perangkat_daerah"


class SlipState(StrEnum):
    """Where an account stands on the way to its first password."""

    NONE = "belum_ada"
    WAITING = "berlaku"
    SPENT = "habis"
    LATE = "lewat"
    ACTIVE = "aktif"


def new_code(length: int = SLIP_LENGTH) -> str:
    """A random code in Crockford's base 32, lower case and without groups."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def written(code: str) -> str:
    """The code as it is printed: capitals, in groups of five."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP)).upper()


def read(typed: str) -> str:
    """The code out of what somebody typed: case, gaps and letters that look like digits don't count."""
    plain = "".join(c for c in typed.casefold() if c.isascii() and c.isalnum())
    return plain.translate(_ALIKE)[:40]


def why_not_try(*, ends: datetime, tries: int, now: datetime) -> Refusal | None:
    """Why a code isn't looked at any more, though it may be the right one."""
    if now >= ends:
        return Refusal(
            "activation.late",
            N_("Kode ini sudah lewat masa berlakunya. Minta lembar baru kepada pengelola kinerja Anda."),
        )
    if tries >= TRIES:
        return Refusal(
            "activation.spent",
            N_("Kode ini sudah tiga kali salah ditulis. Minta lembar baru kepada pengelola kinerja Anda."),
        )
    return None


def mismatch() -> Refusal:
    """The one answer to a wrong number, a wrong code, and an account without a slip."""
    return Refusal(
        "activation.mismatch",
        N_(
            "Nomor dan kode tidak cocok. Periksa keduanya di lembar Anda. "
            "Setelah tiga kali salah, lembar itu tidak berlaku lagi."
        ),
    )


def state_of(
    *, has_password: bool, ends: datetime | None, tries: int, now: datetime
) -> SlipState:  # fmt: skip
    """Where an account stands; ``ends`` and ``tries`` are those of its open slip."""
    if ends is not None and now < ends and tries < TRIES:
        return SlipState.WAITING
    if has_password:
        return SlipState.ACTIVE
    if ends is None:
        return SlipState.NONE
    return SlipState.SPENT if tries >= TRIES else SlipState.LATE


def weight(kinds: Collection[str]) -> int:
    """How far the rights reach that somebody holds: nothing, an agency, a region, the installation."""
    order = {AGENCY_HR: 1, ADMINISTRATOR: 3}
    return max((order.get(kind, 2) for kind in kinds), default=0)


def why_not_issue(
    *, own: bool, disabled: bool, holder: Collection[str], issuer: Collection[str]
) -> Refusal | None:
    """Why no slip is made: with a code in hand one signs in as somebody else, with that person's rights."""
    if own:
        return Refusal(
            "activation.own",
            N_("Lembar bagi akun Anda sendiri dibuat orang lain. Kata sandi diganti di halaman akun Anda."),
        )
    if disabled:
        return Refusal("activation.disabled", N_("Akun ini dinonaktifkan; lembar aktivasi tidak dibuat."))
    if weight(holder) > weight(issuer):
        return Refusal(
            "activation.higher",
            N_(
                "Akun ini memegang hak yang lebih luas daripada hak Anda. "
                "Lembarnya dibuat pengelola kinerja daerah atau administrator."
            ),
        )
    return None

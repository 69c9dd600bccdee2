"""Rights on one's own account."""

from __future__ import annotations

from portal.kernel.refusal import N_
from portal.people.accounts.models import SignIn
from portal.web.rights import Right, Rights


def _signed_in(caller: object, _thing: object) -> bool:
    return bool(getattr(caller, "is_authenticated", False))


class Accounts(Rights):
    """What anyone may do with their own account."""

    OWN = Right(N_("Melihat akun sendiri, mengganti kata sandi dan bahasa"), allows=_signed_in)
    END_SESSION = Right(
        N_("Mengakhiri sesi sendiri"), scope=lambda caller: SignIn.account_id == caller.actor.account_id
    )

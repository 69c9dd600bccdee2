"""Rights on one's own account, and on grants."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, true

from portal.kernel.refusal import N_
from portal.people.accounts.models import Account, Grant, SignIn
from portal.people.accounts.rules import GrantKind
from portal.web.rights import Right, Rights


def _signed_in(caller: object, _thing: object) -> bool:
    return bool(getattr(caller, "is_authenticated", False))


class Accounts(Rights):
    """What anyone may do with their own account."""

    OWN = Right(N_("Melihat akun sendiri, mengganti kata sandi dan bahasa"), allows=_signed_in)
    END_SESSION = Right(
        N_("Mengakhiri sesi sendiri"), scope=lambda caller: SignIn.account_id == caller.actor.account_id
    )


def given_regions(caller: Any) -> list[int]:
    """The regions in which the caller gives grants as their performance manager."""
    return [grant.region_id for grant in caller.granted(GrantKind.REGION_HR)]


def administers(caller: Any) -> bool:
    """Whether the caller runs the installation."""
    return bool(caller.granted(GrantKind.ADMINISTRATOR))


def _audited(caller: Any) -> list[int | None]:
    return [grant.region_id for grant in caller.granted(GrantKind.AUDITOR)]


def _gives(caller: Any, _thing: Any) -> bool:
    return administers(caller) or bool(given_regions(caller))


def _lists(caller: Any, _thing: Any) -> bool:
    return _gives(caller, None) or bool(_audited(caller))


def grants_seen(caller: Any) -> ColumnElement[bool]:
    """Grants that the caller may know of: all for who runs or audits the installation, else the regions'."""
    if administers(caller) or None in _audited(caller):
        return true()
    return Grant.region_id.in_([*given_regions(caller), *_audited(caller)])


def accounts_given(caller: Any) -> ColumnElement[bool]:
    """Accounts to which the caller may give a grant."""
    return true() if administers(caller) else Account.region_id.in_(given_regions(caller))


def _grants_managed(caller: Any) -> ColumnElement[bool]:
    return true() if administers(caller) else Grant.region_id.in_(given_regions(caller))


class Grants(Rights):
    """What may be done with grants; an action further refuses what is for the administrator alone."""

    LIST = Right(N_("Melihat siapa memegang hak akses apa"), allows=_lists)
    CHOOSE = Right(N_("Mencari akun untuk diberi hak akses"), allows=_gives)
    GIVE = Right(N_("Memberi hak akses kepada orang lain, dengan surat dan masa berlaku"), accounts_given)
    END = Right(N_("Mengakhiri hak akses"), _grants_managed)

"""Rights on published figures of services: who looks, who publishes (two people, Y-68)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from portal.kernel.refusal import N_
from portal.people.accounts.models import GrantKind
from portal.voice.services.models import Service
from portal.voice.services.rights import in_scope, regions
from portal.web.rights import Right, Rights


def _seen(caller: Any) -> ColumnElement[bool]:
    return in_scope(caller, Service)


def _publishes(caller: Any, thing: Any) -> bool:
    return thing.region_id in regions(caller, GrantKind.REGION_HR.value, GrantKind.PUBLISHER.value)


class ServiceFigures(Rights):
    """What may be done with what is published of a service."""

    PREVIEW = Right(N_("Melihat layanan dan angkanya seperti yang akan terbit"), _seen)
    RELEASE = Right(N_("Menerbitkan angka layanan yang dicatat orang lain"), _seen, _publishes)

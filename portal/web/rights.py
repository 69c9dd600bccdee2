"""Rights: who may do what, as a table (architecture, decisions 7 and 8).

A room declares an enum of rights, each with a sentence, the scope of things one may know of (as a
condition inside the query), and what is allowed on a thing one sees. A view names its right with
``@requires``; a route with neither ``@requires`` nor ``@public`` stops the app at start-up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache, wraps
from types import SimpleNamespace
from typing import Any

from flask import Flask, abort
from flask_login import current_user
from sqlalchemy import ColumnElement, bindparam, select

from portal.extensions import db
from portal.kernel.refs import is_ref
from portal.ledger.columns import Id
from portal.web.caller import caller

View = Callable[..., Any]


def _always(_caller: Any, _thing: Any) -> bool:
    return True


@dataclass(frozen=True)
class Right:
    """One right: ``scope`` limits the query (404 outside), ``allows`` decides on a thing seen (403).

    ``scope`` asks of nothing but the caller: no day, no request. What it gives may be kept.
    """

    sentence: str
    scope: Callable[[Any], ColumnElement[bool]] | None = None
    allows: Callable[[Any, Any], bool] = _always


class Rights(Enum):
    """Base of a room's rights."""

    value: Right

    @property
    def key(self) -> str:
        """The right's stable name, as it stands in ``docs/permissions.md``."""
        return f"{type(self).__name__.lower()}.{self.name.lower()}"


def public(view: View) -> View:
    """Mark ``view`` as open to everybody."""
    view.guarded_by = None  # type: ignore[attr-defined]
    return view


def requires(right: Rights, model: type | None = None, param: str | None = None) -> Callable[[View], View]:
    """Guard a view by ``right``; with ``model`` load the thing named by the address and pass it on.

    The address carries ``<param>`` (default ``<model>_ref``); the view gets the row under the model's
    lower-case name as its first argument. 404 outside the right's scope, 403 when seen but not allowed.
    """

    def decorate(view: View) -> View:
        name = param or (f"{_snake(model.__name__)}_ref" if model else "")

        @wraps(view)
        def guarded(**kwargs: Any) -> Any:
            if model is None:
                if not right.value.allows(current_user, None):
                    abort(404)
                return view(**kwargs)
            thing = find(model, kwargs.pop(name), right)
            if not right.value.allows(current_user, thing):
                abort(403)
            return view(thing, **kwargs)

        guarded.guarded_by = (right, model, name)  # type: ignore[attr-defined]
        return guarded

    return decorate


def find(model: Any, ref: str, right: Rights) -> Any:
    """The row of ``model`` with ``ref`` inside the caller's scope of ``right``, or 404."""
    if not is_ref(ref):
        abort(404)
    me = caller()
    given: dict[str, Any] = {"ref": ref}
    if me.grants or me.heads or me.actor.typist_id is not None or me.person_id is None:
        query = _query(model, right, me)
    else:
        query = _query_of_a_person(model, right)
        given |= {"me": me.person_id, "my_region": me.region_id, "my_account": me.actor.account_id}
        given["my_leads"] = me.leads
    thing = db.session.scalars(query, given).one_or_none()
    if thing is None:
        abort(404)
    return thing


def _query(model: Any, right: Rights, who: Any) -> Any:
    query = select(model).where(model.ref == bindparam("ref"))
    return query if right.value.scope is None else query.where(right.value.scope(who))


class _Person:
    """Somebody who is no more than a person of a region, as the parameters of a statement."""

    person_id = bindparam("me", type_=Id)
    region_id = bindparam("my_region", type_=Id)
    actor = SimpleNamespace(account_id=bindparam("my_account", type_=Id), typist_id=None)
    grants: tuple[Any, ...] = ()
    heads: tuple[int, ...] = ()
    leads = bindparam("my_leads", type_=Id, expanding=True)

    def granted(self, *_kinds: str) -> tuple[Any, ...]:
        return ()


@cache
def _query_of_a_person(model: Any, right: Rights) -> Any:
    """Put together once for all who have no grants and head nothing: most people.

    What a scope asks of the caller beyond these parameters isn't there, and fails at the first request.
    """
    return _query(model, right, _Person())


def may(right: Rights, thing: Any = None) -> bool:
    """Whether the caller has ``right`` on ``thing`` that was already loaded in scope."""
    return bool(right.value.allows(current_user, thing))


def guarded_routes(app: Flask) -> Iterator[tuple[Any, Any]]:
    """Every rule of the URL map with the mark of its view."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        yield rule, getattr(app.view_functions[rule.endpoint], "guarded_by", "unmarked")


def refuse_unmarked(app: Flask) -> None:
    """Stop the start-up when a route says neither ``@requires`` nor ``@public``."""
    unmarked = [rule.rule for rule, mark in guarded_routes(app) if mark == "unmarked"]
    if unmarked:
        raise RuntimeError(f"routes without a right: {', '.join(sorted(unmarked))}")


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")

"""Forms: the only way in which a request writes (architecture, decision 9).

``form.accepts(action, thing)`` validates outside the door, then opens it, uses the once-only key,
compares the version, runs the action and commits. When it returns false, ``form.status`` says why.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import wtforms
from flask import Response, g, request
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms.validators import ValidationError

from portal.kernel.exact import format_number
from portal.kernel.refusal import N_, Refusal, Refused, insist
from portal.ledger import keys
from portal.ledger.door import Busy, door
from portal.ledger.events import Event, last_event
from portal.web.answers import done, posted_key, refused, words
from portal.web.caller import caller
from portal.web.current import now

FURNITURE = {"csrf_token", "once", "version"}
LOOK = "cari"
"""The name of the button that looks for further choices (``forms.look``): nothing is written, all that was typed stays."""
VERSION = re.compile(r"[0-9]{1,9}")

INCOMPLETE = Refusal(
    "form.incomplete",
    N_(
        "Kiriman ini tidak lengkap: penanda formulirnya hilang. Belum ada yang tersimpan. "
        "Periksa isinya, lalu kirim sekali lagi."
    ),
)
STALE = Refusal(
    "form.stale",
    N_(
        "Bagian ini berubah sejak halamannya Anda buka. Belum ada yang tersimpan. "
        "Periksa keadaannya sekarang, lalu ulangi bila masih perlu."
    ),
)


class _Stale(Exception):
    """Somebody changed the thing since the form was opened."""


@dataclass(frozen=True)
class TwoVersions:
    """A field of which two texts exist: what was typed here, and what is stored by now."""

    name: str
    label: str
    mine: str
    theirs: str


def incoming() -> MultiDict[str, Any] | CombinedMultiDict[str, Any] | None:
    """What the form shall show as typed: the posted fields, the carried ones, or nothing."""
    if g.get("prefill") is not None:
        return g.prefill  # type: ignore[no-any-return]
    if request.method == "POST":
        return CombinedMultiDict([request.files, request.form])
    return None


class _Words:
    """WTForms' own few messages, which it has in English only, in the reader's language."""

    KNOWN = {
        "Not a valid choice.": N_("Pilih salah satu dari daftar."),
        "'%(value)s' is not a valid choice for this field.": N_("Pilih salah satu dari daftar."),
        "'%(value)s' are not valid choices for this field.": N_("Pilih salah satu dari daftar."),
        "Invalid Choice: could not coerce.": N_("Pilih salah satu dari daftar."),
        "Invalid choice(s): one or more data inputs could not be coerced.": N_(
            "Pilih salah satu dari daftar."
        ),
        "This field is required.": N_("Isian ini belum diisi."),
    }

    def gettext(self, text: str) -> str:
        return _(self.KNOWN.get(text, text))

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


class Form(wtforms.Form):
    """Base of every form. Empty subclasses serve buttons that only do something."""

    class Meta:
        """Settings of WTForms."""

        def get_translations(self, _form: wtforms.Form) -> _Words:
            return _Words()

    constraint_messages: dict[str, tuple[str, str]] = {}
    """Constraint name → (field, message): a violation in the database lands beside its field."""
    compares = True
    """Whether the fields are texts of the thing, of which both can be shown; else a stale form is refused."""

    def __init__(self, obj: Any = None, **values: Any) -> None:
        super().__init__(incoming(), obj=obj, **values)
        self.status = 200
        self.refusal: Refusal | None = None
        self.conflict: list[TwoVersions] = []
        self.repeated: Any = None
        self.result: Any = None
        self.version = getattr(obj, "version", None)
        """The version that is shown; where there is one, a form without it isn't taken."""
        self.about: Any = None
        """The thing whose events tell who changed it, when it isn't the one that is written."""
        self.changed: Event | None = None

    def values(self) -> dict[str, Any]:
        """The fields' data by name, as the action takes them."""
        return {name: field.data for name, field in self._fields.items() if name not in FURNITURE}

    def accepts(self, action: Callable[..., Any], *things: Any, **extra: Any) -> bool:
        """Run ``action(*things, **fields, **extra, by=, at=)`` in the door; whether it was done.

        False on GET (``status`` 200), invalid fields (422), a refusal or a stale version (409) and a
        busy database (503); the form then keeps what was typed. A repeated send is true and not run
        again: ``repeated`` holds the first one. A form without its once-only key, or without the version
        of a thing that has one (``version``), is refused as it stands (decisions 2 and 14.18). False, too,
        where the button only looks for further choices (``LOOK``).
        """
        if request.method != "POST":
            return False
        if g.get("prefill") is not None:
            self.status = 409 if g.notice == "stale" else 200
            self._keep_version(g.prefill)
            return False
        if LOOK in request.form:
            self._keep_version(request.form)
            return False
        if not self.is_complete(*things[:1]):
            return False
        if not self.validate():
            self.status = 422
            return False
        me = caller()
        at = now()
        key = key_here()
        try:
            with door(*things) as session:
                account_id = me.actor.account_id
                if account_id is not None:
                    keys.use(account_id, key, at)
                stale = bool(things) and self.version is not None and self._is_stale(things[0])
                self.result = action(*things, **self.values(), **extra, by=me.actor, at=at)
                session.flush()
                if stale:
                    # Had the rule a reason against it, that would have been said: it tells more.
                    insist(STALE)
                ref = getattr(self.result, "ref", "")
                if account_id is not None and ref:
                    keys.led_to(account_id, key, ref)
        except Refused as refused:
            self.refusal, self.status = refused.refusal, 409
        except keys.Repeated as repeated:
            self.repeated = repeated.first
            self.result = SimpleNamespace(ref=repeated.first.result_ref)
        except _Stale:
            self.status = 409
        except IntegrityError as error:
            self._place(error)
        except Busy:
            self.status = 503
        return self.status == 200

    def is_complete(self, thing: Any = None) -> bool:
        """Whether the once-only key came with the form, and the version where the thing has one.

        Else ``status`` is 409 and ``refusal`` says so; nobody knows then which text was seen, so both are
        shown.
        """
        given = request.form.get("version", "")
        versioned = self.version is None or VERSION.fullmatch(given) is not None
        if versioned and posted_key():
            return True
        self.refusal, self.status = INCOMPLETE, 409
        if not versioned and thing is not None and self.compares:
            self._show_both(thing)
        return False

    def _keep_version(self, fields: Any) -> None:
        """What comes back was typed over that version; sent again it is compared with no newer one."""
        typed_over = fields.get("version", "")
        if self.version is not None and VERSION.fullmatch(typed_over):
            self.version = int(typed_over)

    def stored(self, thing: Any, name: str) -> Any:
        """What is stored of the field ``name``; forms whose fields aren't columns say where to look."""
        return getattr(thing, name, None)

    def _is_stale(self, thing: Any) -> bool:
        """Whether ``thing`` was changed since; raises ``_Stale`` when both texts are to be shown."""
        if str(thing.version) == request.form.get("version"):
            thing.version += 1
            return False
        self.version = thing.version
        if self.compares:
            self._show_both(thing)
            raise _Stale
        return True

    def _show_both(self, thing: Any) -> None:
        for name, field in self._fields.items():
            if name not in FURNITURE:
                label = str(field.label.text)
                self.conflict.append(
                    TwoVersions(name, label, _typed(field), _written(self.stored(thing, name)))
                )
        self.changed = last_event(self.about if self.about is not None else thing)

    def _place(self, error: IntegrityError) -> None:
        for constraint, (name, message) in self.constraint_messages.items():
            if constraint in str(error.orig):
                self._fields[name].errors = [*self._fields[name].errors, _(message)]
                self.status = 422
                return
        raise error


def key_here(part: str = "") -> str:
    """The posted once-only key, bound to this address: another form of the same page is another act.

    ``part`` tells the acts of one form apart that are done each by itself.
    """
    told = f"{request.path}\n{posted_key()}" + (f"\n{part}" if part else "")
    return hashlib.sha256(told.encode()).hexdigest()


def _typed(field: Any) -> str:
    return str(field.raw_data[0]) if field.raw_data else ""


def _written(value: Any) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, Decimal):
        return format_number(value)
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def complain(problem: Refusal | None) -> None:
    """Say beside a field what a rule has against it, if anything; raises ``ValidationError``."""
    if problem is not None:
        raise ValidationError(words(problem))


class Press(Form):
    """A button without fields; given a thing with a version, it acts on what was shown."""

    compares = False


def press(action: Callable[..., Any], thing: Any, message: str, address: str, **extra: Any) -> Response:
    """Do what a button asks of ``thing`` and say so at ``address``; there too why it isn't done."""
    form = Press(thing)
    if form.accepts(action, thing, **extra):
        return done(message, address, form)
    return refused(form, address)

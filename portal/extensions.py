"""The libraries' objects, constructed bare; ``create_app`` binds them."""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeVar

from flask_babel import Babel, Domain
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData, inspect
from sqlalchemy.orm import DeclarativeBase, aliased

from portal.kernel.texts import one_stop


class Base(DeclarativeBase):
    """The base of every model; names constraints so that a violation maps to its message."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


Model = TypeVar("Model", bound=Base)


class Sentences(Domain):  # type: ignore[misc]
    """Sentences in the reader's language; a name that ends with a full stop ends its sentence too."""

    def gettext(self, string: str, **variables: Any) -> str:
        """The sentence with its values."""
        return one_stop(super().gettext(string, **variables), variables.values())

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        """The sentence for this number, with its values."""
        return one_stop(super().ngettext(singular, plural, num, **variables), variables.values())


class Wording(Babel):  # type: ignore[misc]
    """Babel that speaks in ``Sentences``."""

    @cached_property
    def domain_instance(self) -> Sentences:
        """What every translation of an application comes from."""
        return Sentences(domain=self.domain)


def alias(model: type[Model], name: str | None = None) -> type[Model]:
    """``model`` under another name, for statements of many threads: one that a module keeps.

    SQLAlchemy makes an alias's columns at their first use, and two threads that come first at the same
    moment make two sets; a statement compiled with the one isn't understood with the other
    (``NoSuchColumnError``, its issue 12302). Here they are made at once, while there is one thread.
    """
    made = aliased(model, name=name)
    inspect(made).selectable.c.keys()
    return made


# After the commit nothing is asked again: what the act left stands in the things themselves. The door
# forgets everything when it opens.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
login_manager = LoginManager()
babel = Wording()

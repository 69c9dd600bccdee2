"""The official word for a value of a fixed set, in the reader's language.

Each rules module keeps ``LABELS`` beside its enums; a value finds its word through its own module.
"""

from __future__ import annotations

import sys
from enum import StrEnum

from flask_babel import gettext as _


def label(value: StrEnum | None) -> str:
    """The word for ``value``; empty for ``None``."""
    if value is None:
        return ""
    return _(sys.modules[type(value).__module__].LABELS[value])


def choices(kind: type[StrEnum], *, empty: str | None = None) -> list[tuple[str, str]]:
    """Value and word of every member of ``kind``, for a form's choices; ``empty`` offers none first."""
    found = [(member.value, label(member)) for member in kind]
    return found if empty is None else [("", empty), *found]

"""Refusals: why something can't be done now, as a value (ADR 0002).

One rule is written once: a ``why_not_...`` function returns a ``Refusal`` or ``None``. The button
shows it, the action insists on it, the form displays it, the test compares it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


def N_(message: str) -> str:
    """Mark ``message`` (an Indonesian sentence) for translation; it is translated when shown."""
    return message


@dataclass(frozen=True)
class Refusal:
    """A reason in words.

    ``code`` is stable and compared by tests, ``message`` an Indonesian msgid with ``%(name)s``
    places, filled from ``params``. ``anchor`` names the place on the page that would lift the
    refusal; ``parts`` are the single reasons where there are several.
    """

    code: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    anchor: str = ""
    parts: tuple[Refusal, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refusal) and (self.code, self.parts) == (other.code, other.parts)

    def __hash__(self) -> int:
        return hash((self.code, self.parts))


class Refused(Exception):
    """An action met a rule that forbids it; the door rolls back and shows the refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def insist(refusal: Refusal | None) -> None:
    """Raise ``Refused`` when there is a refusal; return when there is none."""
    if refusal is not None:
        raise Refused(refusal)


def several(code: str, message: str, parts: Iterable[Refusal]) -> Refusal | None:
    """One refusal out of many, or ``None`` when there are none."""
    found = tuple(parts)
    return Refusal(code, message, parts=found) if found else None

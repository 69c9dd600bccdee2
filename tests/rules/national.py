"""The national policy as the tests use it: read from the file that the product ships."""

from __future__ import annotations

import tomllib
from pathlib import Path

from portal.policy.policies import reading

PATH = Path(reading.__file__).parent / "data" / "nasional-6-2022.v1.toml"


def document() -> dict[str, object]:
    """A fresh copy of the document, to be spoiled at will."""
    return tomllib.loads(PATH.read_text(encoding="utf-8"))


POLICY = reading.read(document())

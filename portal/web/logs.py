"""The log: one line for each message, with its offset from UTC, and no staff number in it (trust, promise 4)."""

from __future__ import annotations

import logging
import re
from datetime import datetime

STAFF_NUMBER = re.compile(r"(?<!\d)\d{18}(?!\d)")


class Lines(logging.Formatter):
    """Writes a message on one line; what looks like a staff number is blotted out.

    A database's error names the value that offended it, and a line break in what somebody sent could
    forge a line of its own.
    """

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        """The record as it is written; a traceback keeps its lines, indented."""
        text = STAFF_NUMBER.sub("[NIP]", super().format(record))
        return text.replace("\r", "\\r").replace("\n", "\n    ")


def init() -> None:
    """Let the root logger write so, unless somebody has set it up already."""
    root = logging.getLogger()
    if root.handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(Lines("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)

"""Few sweeps: much is made at once and kept, and there is nothing to be swept up in between."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def few_sweeps() -> Iterator[None]:
    """Let Python look for unused cycles rarely, while hundreds of thousands of things are made.

    Each look goes over everything that is there: it would cost more than the work itself.
    """
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 1000)
    try:
        yield
    finally:
        gc.set_threshold(*before)

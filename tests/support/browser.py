"""A real Chromium for tests, driven through Playwright.

    with chromium() as browser:
        page = browser.new_page()

The browser is the system's, never one that Playwright brings along (on Ubuntu, which has none that
can be driven, `./kinerja test` puts one into `.venv/browser`). The top of this module needs the
standard library only: `./kinerja` asks it what the machine lacks.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

ROOT = Path(__file__).resolve().parents[2]
MISSING = "Chromium tidak ditemukan. Pasang paket chromium, atau jalankan ./kinerja test."

# Works as root and without a graphics card, and asks nobody outside for anything.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


class BrowserUnavailable(RuntimeError):
    """The machine has no Chromium that can be driven; the text says what to do."""


def find_chromium() -> Path | None:
    """The program to start: KINERJA_CHROMIUM, else the system's, else the one in `.venv/browser`."""
    named = os.environ.get("KINERJA_CHROMIUM")
    if named:
        return Path(named) if os.access(named, os.X_OK) else None
    for name in ("chromium", "google-chrome-stable", "google-chrome"):
        found = shutil.which(name)
        # A snap cannot see the temporary folders that its driver makes.
        if found and not found.startswith("/snap/") and Path(found).resolve().name != "snap":
            return Path(found)
    return next(iter(sorted((ROOT / ".venv" / "browser").glob("chromium-*/chrome-linux*/chrome"))), None)


def require_chromium() -> Path:
    """Like `find_chromium`, but raises BrowserUnavailable: tests fail then, they are not skipped."""
    found = find_chromium()
    if found is None:
        raise BrowserUnavailable(MISSING)
    return found


def driver_can_start() -> bool:
    """Whether Playwright's driver finds the one library that a small Debian lacks (libatomic1)."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return sys.platform != "linux"
    return True


def launch(playwright: Playwright, home: Path, **options: Any) -> Browser:
    """Start Chromium with `home` as its home folder, so that it leaves nothing in the developer's."""
    places = {"HOME": home, "XDG_CONFIG_HOME": home / "config", "XDG_CACHE_HOME": home / "cache"}
    env: dict[str, str | float | bool] = dict(os.environ)
    env.update({name: str(place) for name, place in places.items()})
    return playwright.chromium.launch(
        executable_path=require_chromium(), args=list(ARGUMENTS), env=env, **options
    )


@contextmanager
def chromium(**options: Any) -> Iterator[Browser]:
    """A headless browser for the length of a `with` block; `options` go to Playwright's launch."""
    from playwright.sync_api import sync_playwright  # here: the door uses this module without it

    require_chromium()
    with tempfile.TemporaryDirectory(prefix="kt-browser-", ignore_cleanup_errors=True) as home:
        with sync_playwright() as playwright:
            browser = launch(playwright, Path(home), **options)
            try:
                yield browser
            finally:
                browser.close()

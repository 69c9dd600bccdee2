"""Stylesheets and scripts: joined, stripped, named by their hash, compressed once (decisions §6).

Public pages inline one stylesheet under its hash; signed-in pages link theirs, kept for a year.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parents[2] / "static"
BUNDLES = {
    "staff.css": ("css/tokens.css", "css/public.css", "css/staff.css"),
    "htmx.js": ("vendor/htmx.min.js",),
    "app.js": ("js/app.js",),
}


@dataclass(frozen=True)
class Assets:
    """What the templates need: the inlined sheet with its CSP hash, and the hashed names."""

    public_css: str
    style_hash: str
    names: dict[str, str]
    release: str


EMBLEMS = ("lambang-negara.svg", "lambang-negara.png")
"""The state's coat of arms, laid into the data folder by the operator. It isn't drawn here: UU 24/2009
Ps. 50 and 57 prescribe its shape, colours and proportions. Without it, documents leave its place free."""


def build(folder: Path) -> Assets:
    """Write the bundles to ``folder`` under hashed names (atomic, idempotent)."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {}
    for bundle, parts in BUNDLES.items():
        text = "\n".join((ROOT / part).read_text(encoding="utf-8") for part in parts)
        data = (strip_css(text) if bundle.endswith(".css") else text).encode()
        stem, kind = bundle.rsplit("/", 1)[-1].rsplit(".", 1)
        names[bundle] = f"{stem}.{hashlib.sha256(data).hexdigest()[:10]}.{kind}"
        target = folder / names[bundle]
        if not target.exists():
            write(target.with_name(target.name + ".br"), brotli.compress(data))
            write(target.with_name(target.name + ".gz"), gzip.compress(data, 9, mtime=0))
            write(target, data)
    for name in EMBLEMS:
        if (source := folder.parent / name).is_file():
            data = source.read_bytes()
            names["emblem"] = f"lambang.{hashlib.sha256(data).hexdigest()[:10]}{source.suffix}"
            write(folder / names["emblem"], data)
            break
    sheet = strip_css("\n".join((ROOT / p).read_text(encoding="utf-8") for p in BUNDLES["staff.css"][:2]))
    digest = hashlib.sha256(sheet.encode()).digest()
    return Assets(sheet, "sha256-" + base64.b64encode(digest).decode(), names, digest.hex()[:12])


def strip_css(text: str) -> str:
    """``text`` without comments and blanks that mean nothing."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,>]) ?", r"\1", text)
    return re.sub(r": (?=[^{}]*[;}])", ":", text).replace(";}", "}").strip()


def write(target: Path, data: bytes) -> None:
    """Write ``data`` so that nobody ever reads half of it."""
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    partial.write_bytes(data)
    os.replace(partial, target)

"""The published pages in front of Flask: bytes from memory, one look at the pointer a request.

Nothing is searched for on the disk while serving: when the pointer moves, the new folder is listed
once, and only addresses of that list are answered. All else goes on to the app.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.transparency.publications.render import POINTER

LIMIT = 64 * 1024 * 1024
"""Bytes that one process keeps; when it is full it starts afresh."""

KINDS = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
}
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
Answer = tuple[list[tuple[str, str]], bytes, str]


class Folder:
    """One folder of pages: its list of addresses, and the answers that were given from it."""

    def __init__(self, root: Path, mark: tuple[int, int] = (0, 0)) -> None:
        self.mark = mark
        self.kept: dict[tuple[str, str], Answer] = {}
        self.size = 0
        self.files = {
            f"/{path.relative_to(root).as_posix().removesuffix('index.html')}": path
            for path in root.rglob("*.*")
            if path.suffix in KINDS and not path.name.startswith(".")
        }


class PublicPages:
    """WSGI middleware that answers GET and HEAD of published addresses."""

    def __init__(
        self, wsgi: Callable[..., Iterable[bytes]], folder: Path, headers: Mapping[str, str]
    ) -> None:
        self.wsgi, self.pointer = wsgi, str(folder / POINTER)
        self.common = [*headers.items(), ("Cache-Control", "public, max-age=60"), ("Vary", "Accept-Encoding")]
        self.folder = Folder(folder / "-")

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            return self.wsgi(environ, start_response)
        try:
            now = os.stat(self.pointer)
        except OSError:
            return self.wsgi(environ, start_response)
        folder, mark = self.folder, (now.st_ino, now.st_mtime_ns)
        if folder.mark != mark:
            # Another thread may still hold the old folder: it answers from that one, never into this.
            folder = self.folder = Folder(Path(os.path.realpath(self.pointer)), mark)
        path = environ.get("PATH_INFO", "")
        encoding = preferred(environ.get("HTTP_ACCEPT_ENCODING", ""))
        answer = folder.kept.get((path, encoding))
        if answer is None:
            if path not in folder.files:
                if f"{path}/" not in folder.files:
                    return self.wsgi(environ, start_response)
                moved = [*self.common, ("Location", f"{path}/"), ("Content-Length", "0")]
                start_response("308 Permanent Redirect", moved)
                return []
            answer = self._read(folder, path, encoding)
        headers, body, tag = answer
        if tag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 Not Modified", [*self.common, ("ETag", tag)])
            return []
        start_response("200 OK", headers[:])
        return [body] if method == "GET" else []

    def _read(self, folder: Folder, path: str, encoding: str) -> Answer:
        file = folder.files[path]
        body = Path(f"{file}{dict(ENCODINGS).get(encoding, '')}").read_bytes()
        tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        headers = [*self.common, ("Content-Type", KINDS[file.suffix]), ("ETag", tag)]
        headers.append(("Content-Length", str(len(body))))
        if encoding:
            headers.append(("Content-Encoding", encoding))
        if file.suffix != ".html":
            # A download keeps the region in its name: whoever compares regions saves several.
            saved = f"{path.split('/')[1]}-{file.name}"
            headers.append(("Content-Disposition", f'attachment; filename="{saved}"'))
        if folder.size + len(body) > LIMIT:
            folder.kept, folder.size = {}, 0
        folder.kept[path, encoding] = headers, body, tag
        folder.size += len(body)
        return headers, body, tag


@lru_cache(maxsize=512)
def preferred(accepted: str) -> str:
    """The best encoding that the reader takes: ``br``, ``gzip`` or none."""
    offers = {}
    for part in accepted.lower().split(","):
        name, _, quality = part.partition(";")
        offers[name.strip()] = quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((name for name, _suffix in ENCODINGS if offers.get(name, False)), "")

"""Forwarded headers are believed only from proxies that the settings name (trust, promise 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


class TrustedProxies:
    """Takes address and scheme from a named proxy's headers, and drops everybody else's."""

    def __init__(self, wsgi: Callable[..., Iterable[bytes]], trusted: frozenset[str]) -> None:
        self.wsgi, self.trusted = wsgi, trusted

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("REMOTE_ADDR") in self.trusted:
            # The last address was added by the named proxy; those before it anyone can write.
            forwarded = environ.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip()
            if forwarded:
                environ["REMOTE_ADDR"] = forwarded
            if environ.get("HTTP_X_FORWARDED_PROTO") in ("http", "https"):
                environ["wsgi.url_scheme"] = environ["HTTP_X_FORWARDED_PROTO"]
        for name in _FORWARDED:
            environ.pop(name, None)
        return self.wsgi(environ, start_response)

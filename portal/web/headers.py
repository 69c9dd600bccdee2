"""Headers of every answer, and compression (trust, promise 5)."""

from __future__ import annotations

import gzip

import brotli
from flask import Response, request

from portal.web.current import App

COMPRESSIBLE = ("text/", "application/json", "image/svg+xml")
LEAST = 500


def security_headers(style_hash: str, *, https: bool) -> dict[str, str]:
    """The headers that stand on every answer, public files included."""
    headers = {
        "Content-Security-Policy": (
            f"default-src 'none'; script-src 'self'; style-src 'self' '{style_hash}'; img-src 'self' data:; "
            "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def init_app(app: App, style_hash: str) -> None:
    """Put the headers on every answer of ``app`` and compress what is worth it."""
    fixed = security_headers(style_hash, https=app.settings.https)

    @app.after_request
    def finish(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return compressed(response)


def compressed(response: Response) -> Response:
    """``response`` in the best encoding that the caller takes."""
    if (
        response.direct_passthrough
        or response.is_streamed
        or response.status_code == 204
        or "Content-Encoding" in response.headers
        or not response.content_type
        or not response.content_type.startswith(COMPRESSIBLE)
    ):
        return response
    body = response.get_data()
    if len(body) < LEAST:
        return response
    accepted = request.headers.get("Accept-Encoding", "")
    if "br" in accepted:
        response.set_data(brotli.compress(body, quality=5))
        response.headers["Content-Encoding"] = "br"
    elif "gzip" in accepted:
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    response.headers.add("Vary", "Accept-Encoding")
    return response

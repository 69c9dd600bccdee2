"""Refusal and error pages: whole, friendly, and unable to fail themselves."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from portal.extensions import db
from portal.kernel.refusal import N_
from portal.ledger.door import Busy, Gone, Shut

log = logging.getLogger("kinerja")

TEXTS = {
    400: (
        N_("Permintaan ini tidak lengkap"),
        N_("Peramban mengirim sesuatu yang tidak dapat kami baca. Tidak ada yang berubah."),
    ),
    403: (
        N_("Langkah ini bukan untuk Anda"),
        N_("Anda dapat melihat halaman ini, tetapi langkah tadi adalah tugas orang lain."),
    ),
    404: (N_("Halaman tidak ditemukan"), N_("Halaman ini tidak ada, atau bukan untuk Anda.")),
    405: (N_("Alamat ini tidak dapat dibuka begitu"), N_("Alamat ini hanya menerima kiriman formulir.")),
    413: (
        N_("Kiriman terlalu besar"),
        N_("Yang Anda kirim melebihi batas. Perkecil berkasnya, lalu kirim lagi. Tidak ada yang tersimpan."),
    ),
    429: (N_("Terlalu sering dicoba"), N_("Tunggu beberapa saat, lalu coba lagi.")),
    500: (
        N_("Terjadi gangguan pada kami"),
        N_(
            "Terjadi gangguan pada kami, bukan pada Anda. Yang sudah tersimpan tetap aman. Coba lagi beberapa menit lagi."
        ),
    ),
    503: (
        N_("Sistem sedang sibuk"),
        N_("Belum ada yang tersimpan. Kembali ke formulir dan kirim sekali lagi."),
    ),
}


def init_app(app: Flask) -> None:
    """Answer every error with a page."""

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Any:
        if error.code and 300 <= error.code < 400:
            return error
        return answer(error.code or 500, list(error.get_headers()) if error.code == 405 else [])

    @app.errorhandler(Busy)
    def busy(_error: Busy) -> Any:
        return answer(503, [("Retry-After", "3")])

    @app.errorhandler(Gone)
    def gone(_error: Gone) -> Any:
        return answer(404, [])

    @app.errorhandler(Shut)
    def shut(_error: Shut) -> Any:
        return answer(400, [])

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Any:
        log.exception("fault on %s", request.endpoint, exc_info=error)
        db.session.rollback()
        return answer(500, [])


def answer(status: int, headers: list[tuple[str, str]]) -> Response:
    """The page for ``status``; the bare one when even that fails."""
    title, text = TEXTS.get(status, TEXTS[400 if status < 500 else 500])
    try:
        body = render_template(
            "errors/error.html", status=status, title=_(title), text=_(text), what_to_do=_ways_on(status)
        )
    except Exception:  # the page about a fault must not fail
        log.exception("error page failed")
        body = app_bare(title, text)
    response = make_response(body, status)
    for name, value in headers:
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _ways_on(status: int) -> list[dict[str, str]]:
    """Where one can go from an error page."""
    ways = []
    if status == 404:
        ways.append({"text": _("Cari daerah atau instansi"), "url": "/cari"})
    if current_user.is_authenticated:
        ways.append({"text": _("Kembali ke meja kerja saya"), "url": url_for("desks.home")})
    else:
        ways.append({"text": _("Masuk bagi pegawai"), "url": url_for("accounts.sign_in")})
    ways.append({"text": _("Lihat angka kinerja daerah"), "url": "/"})
    return ways


def app_bare(title: str, text: str) -> str:
    """A page of plain words, without templates."""
    return (
        '<!doctype html><html lang="id"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>{title}</title><h1>{title}</h1><p>{text}</p><p><a href="/">Kinerja Terbuka</a></p></html>'
    )

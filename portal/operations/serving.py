"""`./kinerja serve`: the portal for real people; refuses in words what would be unsafe."""

from __future__ import annotations

import stat
from collections.abc import Iterator

from portal.cli.database import is_current
from portal.cli.run import alone, announcement, bound, is_empty, is_healthy, parts
from portal.cli.supervisor import Supervisor
from portal.config import Settings
from portal.extensions import db
from portal.ledger.actor import SYSTEM
from portal.ledger.door import door
from portal.operations.words import fail, say
from portal.policy.policies import actions as policies
from portal.web.current import App

SHORTEST_SECRET = 32
FEWEST_SIGNS = 8
LOOPBACK = ("127.", "::1", "localhost")


def why_not_secret(settings: Settings) -> str | None:
    """Why nobody may be served with this secret: sessions, form tokens and login names hang on it."""
    path = settings.secret_path
    if not path.is_file():
        return (
            f"berkas rahasia {path} tidak ada. Pemasangan baru: ./kinerja init. Pemasangan lama: kembalikan "
            "berkasnya dari cadangan, sebab nama masuk semua orang disidik dengannya."
        )
    secret = path.read_text().strip()
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_SIGNS:
        return (
            f"rahasia di {path} terlalu lemah: paling sedikit {SHORTEST_SECRET} tanda yang acak. "
            "Buat pemasangan dengan ./kinerja init, yang membuat rahasianya sendiri."
        )
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return f"berkas rahasia {path} terbaca pengguna lain. Ketik: chmod 600 {path}"
    return None


def why_not_serve(app: App) -> str | None:
    """Why this database isn't served to real people."""
    if is_empty(app):
        return "basis data masih kosong. Jalankan dahulu: ./kinerja init"
    if app.demo:
        return "basis data ini berisi data peragaan. Untuk peragaan pakai ./kinerja run."
    with app.app_context():
        if not is_current():
            return (
                "basis data belum sesuai dengan versi program ini. Cadangkan dahulu (./kinerja backup FILE), "
                "lalu jalankan ./kinerja upgrade."
            )
    return None


def warnings(settings: Settings, host: str) -> Iterator[str]:
    """What is allowed, but said loudly."""
    if not settings.rate_limits:
        yield "KINERJA_RATE_LIMITS=off. Tebakan kata sandi tidak dibatasi; hanya untuk uji beban."
    if not settings.https:
        yield (
            "KINERJA_HTTPS=off. Kata sandi dan cookie lewat tanpa sandi. Pasang TLS di depan portal "
            "(docs/deploy.md), lalu KINERJA_HTTPS=on."
        )
    if not settings.trusted_proxies:
        yield (
            "KINERJA_PROXIES kosong. Di belakang proxy semua orang tampak beralamat sama, dan batas tebakan "
            "berlaku bagi semuanya bersama. Sebutkan alamat proxy, misalnya KINERJA_PROXIES=127.0.0.1."
        )
    elif not host.startswith(LOOPBACK):
        yield f"Portal mendengarkan di {host}: orang dapat datang tanpa melewati proxy."


def serve(settings: Settings, host: str, port: int) -> int:
    """Serve until told to end; the exit status."""
    from portal import create_app
    from portal.transparency.publications.render import render_all

    if problem := why_not_secret(settings):
        fail(problem)
    with alone(settings.folder), bound(host, port) as listener:
        app = create_app(settings)
        if problem := why_not_serve(app):
            fail(problem)
        for text in warnings(settings, host):
            say(f"PERINGATAN: {text}")
        with app.app_context(), door():
            policies.load_files(by=SYSTEM, at=app.clock.now())
        render_all(app)
        number = listener.getsockname()[1]
        words = announcement(app, f"http://{f'[{host}]' if ':' in host else host}:{number}")
        with app.app_context():
            db.engine.dispose()
        return Supervisor(parts(settings, listener), say).run(
            is_ready=lambda: is_healthy(host, number), when_ready=lambda: say(words)
        )

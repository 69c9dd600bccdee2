"""Settings: typed, from the environment, safe for production by default.

Every setting is an environment variable ``KINERJA_<NAME>``; ``./kinerja settings`` prints them with
their present values. Nothing else in the program reads the environment.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path


class BadSetting(ValueError):
    """A setting has a value that it can't have."""


def _setting(default: object, text: str) -> object:
    return field(default=default, metadata={"text": text})


@dataclass(frozen=True)
class Settings:
    """What an installation can turn. The text of each field stands in ``docs/settings.md``."""

    data: str = _setting("data", "Folder berkas, basis data SQLite, rahasia, dan halaman publik.")  # type: ignore[assignment]
    database_url: str = _setting("", "Alamat basis data PostgreSQL; kosong berarti SQLite di folder data.")  # type: ignore[assignment]
    secret_file: str = _setting("", "Berkas kunci rahasia (0600); kosong berarti `secret` di folder data.")  # type: ignore[assignment]
    https: bool = _setting(False, "`on` bila pengguna datang lewat HTTPS: cookie __Host-, Secure, dan HSTS.")  # type: ignore[assignment]
    proxies: str = _setting("", "Alamat IP proxy yang dipercaya meneruskan X-Forwarded-For, dipisah koma.")  # type: ignore[assignment]
    workers: int = _setting(2, "Jumlah proses server.")  # type: ignore[assignment]
    threads: int = _setting(
        80, "Jumlah utas tiap proses: lebih banyak daripada pengirim lambat yang diharapkan."
    )  # type: ignore[assignment]
    rate_limits: bool = _setting(True, "`off` mencabut pembatasan tebakan kata sandi; hanya untuk uji beban.")  # type: ignore[assignment]
    session_idle_minutes: int = _setting(120, "Sesi berakhir setelah selama ini tidak dipakai.")  # type: ignore[assignment]
    session_hours: int = _setting(12, "Sesi berakhir paling lama setelah selama ini.")  # type: ignore[assignment]
    upload_mb: int = _setting(10, "Ukuran satu berkas unggahan, dalam MB.")  # type: ignore[assignment]
    demo_people: int = _setting(800, "Jumlah pegawai peraga yang dibuat di basis data kosong.")  # type: ignore[assignment]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **overrides: object) -> Settings:
        """Settings from ``KINERJA_*``; ``overrides`` win. Raises ``BadSetting`` with name and value."""
        environment = os.environ if environment is None else environment
        values: dict[str, object] = {}
        for each in fields(cls):
            text = environment.get(f"KINERJA_{each.name.upper()}")
            if text is not None and text.strip():
                values[each.name] = _read(each.name, each.default, text.strip())
        return cls(**{**values, **overrides})  # type: ignore[arg-type]

    @property
    def folder(self) -> Path:
        """The data folder as an absolute path."""
        return Path(self.data).absolute()

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        if not self.database_url:
            return f"sqlite:///{self.folder / 'kinerja.db'}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def public_folder(self) -> Path:
        """Where the rendered public pages lie."""
        return self.folder / "public"

    @property
    def files_folder(self) -> Path:
        """Where uploaded files lie."""
        return self.folder / "files"

    @property
    def trusted_proxies(self) -> frozenset[str]:
        """Addresses whose forwarded headers are believed."""
        return frozenset(part.strip() for part in self.proxies.split(",") if part.strip())

    @property
    def secret_path(self) -> Path:
        """The file that holds the secret key."""
        return Path(self.secret_file) if self.secret_file else self.folder / "secret"

    def secret(self, *, make: bool) -> str:
        """The secret key; made once when ``make`` is true. Raises ``BadSetting`` when there is none."""
        path = self.secret_path
        if not path.exists():
            if not make:
                raise BadSetting(f"KINERJA_SECRET_FILE: berkas rahasia {path} tidak ada.")
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32) + "\n")
        return path.read_text().strip()


def _read(name: str, default: object, text: str) -> object:
    if isinstance(default, bool):
        if text.lower() in ("on", "true", "1", "yes"):
            return True
        if text.lower() in ("off", "false", "0", "no"):
            return False
        raise BadSetting(f"KINERJA_{name.upper()}={text}: tulis on atau off.")
    if isinstance(default, int):
        if text.isascii() and text.isdigit() and int(text) > 0:
            return int(text)
        raise BadSetting(f"KINERJA_{name.upper()}={text}: tulis bilangan bulat lebih dari nol.")
    return text

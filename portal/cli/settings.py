"""`./kinerja settings`: every setting with its present value and what it is for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields
from urllib.parse import urlsplit, urlunsplit

import click

from portal.cli import app_of_command
from portal.config import Settings


def rows(settings: Settings) -> Iterator[tuple[str, str, str, str]]:
    """Name, present value, default and meaning of every setting; a password in an address is covered."""
    for each in fields(Settings):
        default = "" if each.default is MISSING else each.default
        value = shown(getattr(settings, each.name))
        yield f"KINERJA_{each.name.upper()}", value, shown(default), each.metadata["text"]


def shown(value: object) -> str:
    """A value as it is written in the environment."""
    if isinstance(value, bool):
        return "on" if value else "off"
    text = str(value)
    parts = urlsplit(text) if "://" in text else None
    if parts is not None and parts.password:
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{parts.username}:•••@{host}"))
    return text


@click.command("settings")
def settings_command() -> None:
    """Menampilkan setiap setelan (variabel KINERJA_...), nilainya sekarang, dan gunanya."""
    settings = app_of_command().settings
    for name, value, default, text in rows(settings):
        same = " (bawaan)" if value == default else f" (bawaan: {default or 'kosong'})"
        click.echo(f"{name}={value or ''}{same}\n    {text}")
    click.echo(f"\nRahasia dibaca dari {settings.secret_path}; isinya tidak pernah ditampilkan.")

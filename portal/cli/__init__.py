"""Commands: everything that `./kinerja` can do besides making its environment; a module a topic."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from pathlib import Path

from portal.web.current import App


def register(app: App) -> None:
    """Add every command to ``app``."""
    from portal.cli import database

    for command in (database.upgrade_command, database.migration_command):
        app.cli.add_command(command)


def note_data_folder(arguments: Sequence[str], environment: MutableMapping[str, str]) -> None:
    """Take ``--data FOLDER`` of any command as the setting that it is, for this process and its children.

    It has to be known before the app is made, because making it makes files in that folder.
    """
    for index, word in enumerate(arguments):
        if word == "--data" and index + 1 < len(arguments):
            environment["KINERJA_DATA"] = str(Path(arguments[index + 1]).absolute())
        elif word.startswith("--data="):
            environment["KINERJA_DATA"] = str(Path(word.removeprefix("--data=")).absolute())
    environment.setdefault("KINERJA_DATA", str(Path("data").absolute()))

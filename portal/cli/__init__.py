"""Commands: everything that `./kinerja` can do besides making its environment; a module a topic.

A module here that defines a click command at its top level has added it: nothing else lists them.
"""

from __future__ import annotations

import pkgutil
from collections.abc import MutableMapping, Sequence
from importlib import import_module
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.web.current import App


def register(app: App) -> None:
    """Give ``app`` every command; they are imported when one is asked for, not in server processes."""
    app.cli = Commands(app.name)


class Commands(AppGroup):
    """The commands of all modules of this package, imported at the first question."""

    def _load(self) -> None:
        if self.commands:
            return
        for module in pkgutil.iter_modules(__path__, f"{__name__}."):
            found = [
                thing
                for thing in vars(import_module(module.name)).values()
                if isinstance(thing, click.Command) and _made_in(thing) == module.name
            ]
            inner = {
                id(each)
                for group in found
                if isinstance(group, click.Group)
                for each in group.commands.values()
            }
            for command in found:
                if id(command) not in inner:
                    self.add_command(command)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._load()
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._load()
        return super().list_commands(ctx)


def _made_in(command: click.Command) -> str:
    return getattr(command.callback, "__module__", "")


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


def app_of_command() -> App:
    """The app that the present command works on."""
    from portal.web.current import app

    return app()

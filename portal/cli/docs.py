"""`./kinerja docs`: the documents that are printed from the code, and the check that they are current."""

from __future__ import annotations

import inspect
import pkgutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import click

import portal
from portal.cli import app_of_command
from portal.config import Settings
from portal.kernel.workflow import Workflow
from portal.web.current import App
from portal.web.rights import Rights, guarded_routes

FOLDER = Path(__file__).resolve().parents[2] / "docs"
NOTE = "Printed from the code by `./kinerja docs`; don't edit it here."
MATRIX = "## Who gets what"


def _apart(work: Callable[[], str]) -> str:
    """The result of ``work`` outside this command's app context: it stands in an app of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


@click.command("docs")
@click.option("--check", is_flag=True, help="Hanya membandingkan; gagal bila ada yang berbeda.")
def docs_command(check: bool) -> None:
    """Menulis dokumen yang dicetak dari kode: hak, keadaan, setelan (untuk pengembang)."""
    app = app_of_command()
    problems = list(unmapped())
    wanted = {"permissions.md": permissions(app), "states.md": states(), "settings.md": settings_page()}
    for name, text in wanted.items():
        path = FOLDER / name
        present = path.read_text(encoding="utf-8") if path.exists() else ""
        if name == "permissions.md":
            # Who gets what is observed, which takes a while; the tests compare it at every run.
            table = present.partition(MATRIX)[2] if check else f"\n\n{_apart(observed)}\n"
            text = f"{text}\n{MATRIX}{table}"
        if present == text:
            continue
        if check:
            problems.append(f"docs/{name} tidak sesuai lagi dengan kode. Jalankan ./kinerja docs.")
        else:
            path.write_text(text, encoding="utf-8")
            click.echo(f"docs/{name} ditulis.")
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise SystemExit(1)


def modules(suffix: str = "") -> Iterator[Any]:
    """Every module of the product whose name ends so."""
    for each in pkgutil.walk_packages(portal.__path__, "portal."):
        if each.name.endswith(suffix) and not each.name.startswith("portal.demo"):
            yield import_module(each.name)


# --- rights --------------------------------------------------------------------------------------


def rights() -> list[type[Rights]]:
    """Every room's enum of rights, by name."""
    found = {
        kind
        for module in modules("rights")
        for kind in vars(module).values()
        if inspect.isclass(kind) and issubclass(kind, Rights) and kind is not Rights
    }
    return sorted(found, key=lambda kind: kind.__name__)


def permissions(app: App) -> str:
    """Every right with its sentence and the addresses that it guards."""
    guarded: dict[str, list[str]] = {}
    public: list[str] = []
    for rule, mark in sorted(guarded_routes(app), key=lambda pair: pair[0].rule):
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        line = f"`{rule.rule}` ({methods})"
        if mark is None:
            public.append(line)
        else:
            guarded.setdefault(mark[0].key, []).append(line)
    lines = [
        "# Permissions",
        "",
        NOTE,
        "",
        "A right says who may know of a thing (outside it the answer is 404, as if there were nothing) and",
        "who may act on a thing that they may know of (otherwise 403). Every address names its right, or is",
        "open to everybody; the portal doesn't start when one does neither. Employee and appraiser follow",
        "from dated facts, the rest from dated grants.",
        "",
        "## Rights",
        "",
        "| right | what it allows | addresses |",
        "|---|---|---|",
    ]
    for kind in rights():
        for right in kind:
            where = "<br>".join(guarded.get(right.key, [])) or "–"
            lines.append(f"| `{right.key}` | {right.value.sentence} | {where} |")
    lines += ["", "## Open to everybody", "", *(f"- {each}" for each in public), ""]
    return "\n".join(lines)


def observed() -> str:
    """The table of who gets what, by asking for every address in everybody's name."""
    from tests.support import matrix
    from tests.support.databases import Installation

    with tempfile.TemporaryDirectory() as folder:
        return matrix.as_document(matrix.observe(Installation(Path(folder))).rows())


# --- states --------------------------------------------------------------------------------------


def workflows() -> list[tuple[str, str, Workflow]]:
    """Every table of transitions with the module that declares it and its name there."""
    found: dict[int, tuple[str, str, Workflow]] = {}
    for module in modules(".rules"):
        for name, thing in vars(module).items():
            if isinstance(thing, Workflow) and not name.startswith("_"):
                found.setdefault(id(thing), (module.__name__, name, thing))
    return sorted(found.values(), key=lambda each: each[:2])


def states() -> str:
    """The diagram of every table of transitions."""
    lines = ["# States", "", NOTE, "", "The words in brackets say who takes the step, and on what condition."]
    for module, name, workflow in workflows():
        where = f"`{module.replace('.', '/')}.py` (`{name}`)"
        lines += [
            "",
            f"## {workflow.name.replace('_', ' ').capitalize()}",
            "",
            f"From {where}.",
            "",
            "```mermaid",
        ]
        lines += [workflow.diagram(), "```"]
    return "\n".join(lines) + "\n"


# --- settings ------------------------------------------------------------------------------------


def settings_page() -> str:
    """Every setting with its default and meaning."""
    from portal.cli.settings import rows

    lines = [
        "# Settings",
        "",
        NOTE,
        "",
        "Each is an environment variable; `./kinerja settings` shows the values that hold on a machine.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, _value, default, text in rows(Settings()):
        lines.append(f"| `{name}` | {f'`{default}`' if default else 'empty'} | {text} |")
    return "\n".join(lines) + "\n"


# --- the map -------------------------------------------------------------------------------------


def unmapped() -> Iterator[str]:
    """Wings and rooms that the map doesn't name."""
    text = (FOLDER / "map.md").read_text(encoding="utf-8") if (FOLDER / "map.md").exists() else ""
    root = Path(portal.__file__).parent
    for package in sorted(root.rglob("__init__.py")):
        place = package.parent.relative_to(root.parent).as_posix()
        if place == "portal" or place.count("/") > 2 or "/data" in place or "/translations" in place:
            continue
        if f"`{place}`" not in text:
            yield f"docs/map.md tidak menyebut {place}."

"""`./kinerja policy` and `./kinerja evaluate`: the rules by command, without a database.

HR and auditors check a policy before it is adopted, and do any rating again from its facts (NEW-1, NEW-2).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import click

from portal.kernel.canonical import canonical, sha256
from portal.performance.advice.document import as_data, words
from portal.performance.advice.facts import BadFacts, read_facts
from portal.performance.advice.recompute import evaluate
from portal.policy.policies import files
from portal.policy.policies.checks import warnings
from portal.policy.policies.inheritance import differences
from portal.policy.policies.rules import LABELS, SourceMark


def _fail(text: str) -> NoReturn:
    raise click.ClickException(text)


def chosen(name: str) -> files.PolicyFile:
    """The policy named ``KEY``, ``KEY@VERSION`` or by the path of a TOML file."""
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return _loaded(path)
    key, _at, version = name.partition("@")
    found = [each for each in files.all_files() if each.rules.key == key]
    if version:
        found = [each for each in found if str(each.rules.version) == version]
    if not found:
        known = ", ".join(sorted({each.rules.key for each in files.all_files()}))
        _fail(f"Kebijakan {name} tidak ada. Yang ada: {known}; atau sebutkan berkas .toml.")
    return max(found, key=lambda each: each.rules.version)


def _loaded(path: Path) -> files.PolicyFile:
    try:
        return files.load(path)
    except files.UnreadablePolicy as bad:
        for line, refusal in sorted(bad.problems, key=lambda each: each[0]):
            click.echo(f"{path}:{line}: {words(refusal)}" if line else f"{path}: {words(refusal)}", err=True)
        _fail(f"{len(bad.problems)} kesalahan; kebijakan ini tidak dapat dipakai.")


@click.group("policy")
def policy_group() -> None:
    """Kebijakan penilaian sebagai berkas: daftar, isi, pemeriksaan, perbedaan."""


@policy_group.command("list")
def list_command() -> None:
    """Menampilkan kebijakan yang ikut dengan program ini."""
    for each in files.all_files():
        rules = each.rules
        above = f" ← {rules.extends[0]}@{rules.extends[1]}" if rules.extends else ""
        draft = "  rancangan" if rules.adoption and not rules.adoption.is_complete else ""
        click.echo(f"{rules.key}@{rules.version:<3} {rules.method:12} {rules.name}{above}{draft}")


@policy_group.command("show")
@click.argument("name", metavar="KEBIJAKAN")
@click.option("--json", "as_json", is_flag=True, help="Dokumen lengkapnya, untuk dibaca program.")
def show_command(name: str, as_json: bool) -> None:
    """Menampilkan setiap pengaturan dengan nilainya dan sumbernya."""
    file = chosen(name)
    if as_json:
        click.echo(canonical(file.document))
        return
    rules = file.rules
    click.echo(f"{rules.name} ({rules.key} versi {rules.version})")
    click.echo(f"Sidik dokumen lengkap: {sha256(canonical(file.document))}")
    for name_, source in rules.sources.items():
        asks = [
            text for flag, text in ((source.assumed, "asumsi"), (source.confirm, "perlu dipastikan")) if flag
        ]
        mark = LABELS[SourceMark(source.mark)] if not source.assumed else LABELS[SourceMark.ASSUMPTION]
        stated = f" [{source.stated_by}]" if source.stated_by else ""
        click.echo(f"\n{name_} = {_value(rules.settings[name_])}{stated}")
        click.echo(f"  {mark}{' · ' + ', '.join(asks) if asks else ''}: {source.note}")


@policy_group.command("check")
@click.argument("names", metavar="KEBIJAKAN...", nargs=-1)
def check_command(names: tuple[str, ...]) -> None:
    """Memeriksa kebijakan; setiap kesalahan disebut dengan barisnya."""
    for name in names or [str(path) for path in sorted(files.FOLDER.glob("*.toml"))]:
        file = chosen(name)
        assumed = sum(source.assumed for source in file.rules.sources.values())
        click.echo(f"{file.rules.key}@{file.rules.version}: dapat dipakai, {assumed} asumsi")
        for refusal in warnings(file.rules):
            click.echo(f"  perhatian: {words(refusal)}")


@policy_group.command("diff")
@click.argument("before", metavar="KEBIJAKAN")
@click.argument("after", metavar="KEBIJAKAN")
def diff_command(before: str, after: str) -> None:
    """Menampilkan pengaturan yang berbeda di antara dua kebijakan."""
    found = differences(chosen(before).document, chosen(after).document)
    for each in found:
        click.echo(each.name)
        click.echo(f"  - {_side(each.before)}")
        click.echo(f"  + {_side(each.after)}")
    click.echo(f"{len(found)} pengaturan berbeda.")


def _side(setting: Mapping[str, Any] | None) -> str:
    return "tidak ada" if setting is None else f"{_value(setting['value'])}  ({setting['mark']})"


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@click.command("evaluate")
@click.option(
    "--policy", "name", required=True, metavar="KEBIJAKAN", help="Kunci, kunci@versi, atau berkas .toml."
)
@click.option("--no-explanation", is_flag=True, help="Tanpa penjelasan langkah demi langkah.")
@click.argument("file", type=click.File(encoding="utf-8"))
def evaluate_command(name: str, no_explanation: bool, file: Any) -> None:
    """Menghitung ulang penilaian dari fakta dalam FILE (JSON; satu baris seorang untuk beberapa orang).

    Formatnya diterangkan di docs/how-to/evaluate.md. FILE berupa - dibaca dari masukan standar.
    """
    policy = chosen(name)
    digest = sha256(canonical(policy.document))
    wrong = 0
    for place, document in _documents(file.read()):
        try:
            outcome = evaluate(read_facts(document), policy.rules)
        except BadFacts as bad:
            wrong += 1
            for where, refusal in bad.problems:
                click.echo(f"{file.name}: {place}{where}: {words(refusal)}", err=True)
            continue
        found = as_data(outcome, digest, explained=not no_explanation)
        click.echo(json.dumps(found, ensure_ascii=False, indent=None if place else 2))
    if wrong:
        _fail(f"{wrong} tidak dihitung karena faktanya tidak terbaca.")


def _documents(text: str) -> Iterator[tuple[str, object]]:
    """Each person's document with its place: the whole file, or line by line."""
    try:
        yield "", json.loads(text, parse_float=str)
        return
    except json.JSONDecodeError as error:
        lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
        if len(lines) < 2 or not lines[0][1].rstrip().endswith("}"):
            _fail(f"Bukan JSON: baris {error.lineno}, kolom {error.colno}.")
    for number, line in lines:
        try:
            yield f"baris {number}: ", json.loads(line, parse_float=str)
        except json.JSONDecodeError as error:
            _fail(f"Bukan JSON: baris {number}, kolom {error.colno}.")

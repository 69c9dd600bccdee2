"""What one evaluation costs by the rules alone, with and without its explanation: no database, one process."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import click

from portal.performance.advice.explanation import explain
from portal.performance.advice.facts import Facts, read_facts
from portal.performance.advice.recompute import evaluate
from portal.policy.policies import files
from portal.policy.policies.rules import MATRIX, PEERS, SUBORDINATES, PolicyDocument

PLAIN, EXPLAINED = 20_000, 10_000
"""Evaluations a second by CPU, at least."""
AT_ONCE = 500


def run(rounds: int, *, as_json: bool) -> None:
    """Measure and print: the median of ``rounds``."""
    policy = asks_both()
    facts = _facts()
    found = {
        "plain": round(_rate(lambda: evaluate(facts, policy), rounds)),
        "explained": round(_rate(lambda: explain(evaluate(facts, policy)), rounds)),
    }
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    click.echo(f"Aturan saja, satu proses: 5 hasil × 2 indikator, 7 penilai ({policy.key})")
    for name, words, least in (
        ("plain", "tanpa penjelasan", PLAIN),
        ("explained", "dengan penjelasan", EXPLAINED),
    ):
        verdict = "" if found[name] >= least else f"  DI LUAR BATAS (≥ {least})"
        click.echo(f"  {words}: {found[name]} evaluasi per detik CPU{verdict}")


def asks_both() -> PolicyDocument:
    """A shipped policy of the official method that asks peers and subordinates: the dearest one."""
    return next(
        each.rules
        for each in files.all_files()
        if each.rules.method == MATRIX and {PEERS, SUBORDINATES} <= set(each.rules.raters)
    )


def _facts() -> Facts:
    results = [
        {
            "text": f"Hasil {number}",
            "indicators": [
                {"text": "Selesai", "target": 80, "achieved": f"{80 + number}.5"},
                {"text": "Hari", "target": ["25", "30"], "direction": "turun", "achieved": 28},
            ],
        }
        for number in range(5)
    ]
    behaviour = {"appraiser": [2] * 7, "peers": [[2, 3, 2, 3, 2, 2, 1]] * 4, "subordinates": [[2] * 7] * 3}
    decided = {"result": "sesuai", "behaviour": "sesuai", "reason": "Hasil tercapai dengan bukti lengkap."}
    return read_facts({"results": results, "behaviour": behaviour, "decided": decided})


def _rate(work: Callable[[], Any], rounds: int) -> float:
    rates = []
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(AT_ONCE):
            work()
        rates.append(AT_ONCE / (time.process_time() - began))
    return statistics.median(rates)
